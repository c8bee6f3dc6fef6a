/* widgets.h - questions of a form as data, and how they look.
 *
 * A page builds a Form, fills it with what was sent before and with what was wrong, and writes it:
 *
 *     form_add(&form, (Widget){ .kind = WIDGET_TEXT, .name = STR("name"), .label = TEXT("Name"),
 *                               .required = true, .value = team.name });
 *     if (call->is_again)
 *         form_refuse(&form, &call->form, &call->cx.errors);
 *
 *     {{do form_errors_write form}}  {{#form.widgets}}{{do widget_write .}}{{/form.widgets}}
 *
 * Everything works without script.  Names of fields: `device`; several values: the name repeated;
 * money: `price` and `price.currency`; tables: `lines.0.price`.  The id of a control is its name, so
 * an error links to "#lines.0.price"; a group of choices is "#device".
 */
#pragma once

#include "app/ctx.h"
#include "http/call.h"
#include "web/out.h"

typedef enum WidgetKind {
    WIDGET_TEXT,
    WIDGET_LONG_TEXT,
    WIDGET_PASSWORD, /* never filled in again */
    WIDGET_CHOICE,   /* radio buttons up to WIDGET_RADIOS_MAX options, else a list to choose from */
    WIDGET_SEVERAL,  /* check boxes */
    WIDGET_YES_NO,   /* two radio buttons, values "true" and "false" */
    WIDGET_CHECK,    /* one check box, value "true" */
    WIDGET_NUMBER,
    WIDGET_MONEY,
    WIDGET_DATE,     /* value "2027-06-01" */
    WIDGET_DATETIME, /* value "2027-06-01T09:00", the reader's local time */
    WIDGET_PICK,     /* person, team, item: type and choose among suggestions; value is the key */
    WIDGET_SELECT,   /* a list to choose from, whatever its length */
    WIDGET_FILE,
    WIDGET_TABLE,
    WIDGET_HIDDEN,
} WidgetKind;

#define WIDGET_RADIOS_MAX 6

typedef struct WidgetOption {
    Str value;
    Text label;
    Text help;   /* a second line below the label */
    Text aside;  /* at the end: a price */
    bool chosen; /* set by form_refuse and by widget_choose */
} WidgetOption;
LIST_OF(WidgetOption, WidgetOptions);

/* A file that is already kept. */
typedef struct WidgetFile {
    Str id, name;
    Size size;
} WidgetFile;
LIST_OF(WidgetFile, WidgetFiles);

typedef struct Widget Widget;
LIST_OF(Widget, Widgets);

typedef struct WidgetRow {
    int32_t number; /* from 1, for the name that readers hear */
    Widgets cells;  /* one per column */
} WidgetRow;
LIST_OF(WidgetRow, WidgetRows);

struct Widget {
    WidgetKind kind;
    Str name;
    Text label, help, example; /* example: shown in the empty field */
    Text error;
    bool required;
    bool optional_word; /* say "(optional)" behind the label; mark the few, not the many */
    Str value;
    Str currency;          /* MONEY: chosen or only currency */
    bool one_currency;     /* MONEY: `currency` is fixed */
    WidgetOptions options; /* CHOICE, SEVERAL, SELECT; PICK: first suggestions; MONEY: currencies */
    bool chips;            /* CHOICE: short options side by side */
    Str suggest_url;       /* PICK: GET suggest_url?q=... answers with <option> elements */
    Text chosen_name;      /* PICK: the name behind the key that is filled in */
    Str min, max;          /* NUMBER, DATE: bounds for the browser; the server checks again */
    int32_t max_chars;     /* TEXT, LONG_TEXT; 0: no bound */
    const char *autocomplete; /* "username", "current-password"; NULL: off is not implied */
    const char *inputmode;    /* "email", "url"; NULL: by kind */
    bool code;                /* LONG_TEXT: fixed pitch, no spelling */
    WidgetFiles files;        /* FILE */
    bool multiple;            /* FILE */
    WidgetRows rows;          /* TABLE: with one or two empty rows at the end */
    Widgets columns;          /* TABLE: labels and types; names are the column's key */

    /* A question that is shown only sometimes. */
    bool conditional;
    bool hidden; /* not shown for the answers so far */

    /* Set while it is written. */
    bool checked;
    const char *type, *width;
    Str described_by, labelled_by; /* ids of what explains the control */
};

typedef struct FormError {
    Str href; /* "#device" */
    Text text;
} FormError;
LIST_OF(FormError, FormErrorList);

typedef struct Form {
    Arena *arena;
    Str pointer_prefix; /* "/answers": error pointers of fields begin with it; may be empty */
    Widgets widgets;
    FormErrorList errors;
    Text detail; /* the sentence of a failure that belongs to no field */
    bool has_password; /* form_add saw one: it is not shown again */
} Form;

/* Adds a widget; RC_LIMIT when the arena is full. */
CHECKED Rc form_add(Form *f, Widget w);
/* The widget of that name, also inside tables; NULL when there is none. */
Widget *form_widget(Form *f, Str name);
/* Marks the option with that value, and fills the value in. */
void widget_choose(Widget *w, Str value);
/* Gives a table its rows: those with content and `spare` empty ones.  `cells` are the values row by
 * row, columns.n each. */
CHECKED Rc widget_rows(Arena *a, Widget *w, const Str *cells, size_t rows, size_t spare);

/* Fills in what was sent, so that nothing typed is lost. */
void form_fill(Form *f, const FormFields *sent);
/* Puts each error beside its field and into the summary; one that has no field stands in the
 * summary alone. */
CHECKED Rc form_take_errors(Form *f, const FieldErrors *errors);
/* form_fill, form_take_errors and the detail of the call: all that a refused form needs. */
CHECKED Rc form_refuse(Form *f, const Call *call);

/* The field error's pointer "/answers/lines/0/price" as the name of its field, "lines.0.price". */
Str form_name_of(const Form *f, Str pointer);

/* Writers for templates: the whole question, the summary of errors (nothing when there are none). */
CHECKED Rc widget_write(PageOut *o, const Widget *w);
CHECKED Rc form_errors_write(PageOut *o, const Form *f);

/* Used by the templates of the widgets: the control alone, and a control in a table. */
CHECKED Rc control_write(PageOut *o, const Widget *w);
CHECKED Rc cell_write(PageOut *o, const Widget *w);
