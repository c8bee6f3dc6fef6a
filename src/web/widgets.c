/* widgets.c - see widgets.h. */
#include "web/widgets.h"

#include "tmpl/control_area.h"
#include "tmpl/control_file.h"
#include "tmpl/control_line.h"
#include "tmpl/control_money.h"
#include "tmpl/control_pick.h"
#include "tmpl/control_radios.h"
#include "tmpl/control_select.h"
#include "tmpl/control_several.h"
#include "tmpl/control_table.h"
#include "tmpl/form_errors.h"
#include "tmpl/widget_check.h"
#include "tmpl/widget_group.h"
#include "tmpl/widget_question.h"

Rc form_add(Form *f, Widget w)
{
    f->has_password |= w.kind == WIDGET_PASSWORD;
    return LIST_PUSH(f->arena, &f->widgets, w);
}

/* Cells of a table have names of their own, so they are looked through like the rest. */
static Widget *find(Widgets *in, Str name)
{
    for (size_t i = 0; i < in->n; i++) {
        Widget *w = &in->at[i];
        if (str_eq(w->name, name))
            return w;
        for (size_t r = 0; r < w->rows.n; r++) {
            Widget *cell = find(&w->rows.at[r].cells, name);
            if (cell != NULL)
                return cell;
        }
    }
    return NULL;
}

Widget *form_widget(Form *f, Str name)
{
    return find(&f->widgets, name);
}

void widget_choose(Widget *w, Str value)
{
    w->value = value;
    for (size_t i = 0; i < w->options.n; i++)
        w->options.at[i].chosen = str_eq(w->options.at[i].value, value);
}

Rc widget_rows(Arena *a, Widget *w, const Str *cells, size_t rows, size_t spare)
{
    for (size_t r = 0; r < rows + spare; r++) {
        WidgetRow row = { .number = (int32_t)(w->rows.n + 1) };
        for (size_t c = 0; c < w->columns.n; c++) {
            Widget cell = w->columns.at[c];
            cell.name = str_fmt(a, "%.*s.%zu.%.*s", STR_ARG(w->name), w->rows.n,
                                STR_ARG(w->columns.at[c].name));
            cell.required = false; /* an empty row is no row */
            /* each cell marks its own choice */
            WidgetOptions own = { 0 };
            for (size_t i = 0; i < cell.options.n; i++)
                TRY(LIST_PUSH(a, &own, cell.options.at[i]));
            cell.options = own;
            if (r < rows)
                widget_choose(&cell, cells[r * w->columns.n + c]);
            TRY(LIST_PUSH(a, &row.cells, cell));
        }
        TRY(LIST_PUSH(a, &w->rows, row));
    }
    return RC_OK;
}

static bool was_sent(const FormFields *sent, Str name, Str value)
{
    for (size_t i = 0; i < sent->n; i++)
        if (str_eq(sent->at[i].name, name) && str_eq(sent->at[i].value, value))
            return true;
    return false;
}

static void fill(Arena *a, Widgets *widgets, const FormFields *sent)
{
    for (size_t i = 0; i < widgets->n; i++) {
        Widget *w = &widgets->at[i];
        Str value = form_value(sent, w->name);

        switch (w->kind) {
        case WIDGET_SEVERAL:
            for (size_t k = 0; k < w->options.n; k++)
                w->options.at[k].chosen = was_sent(sent, w->name, w->options.at[k].value);
            break;
        case WIDGET_TABLE:
            for (size_t r = 0; r < w->rows.n; r++)
                fill(a, &w->rows.at[r].cells, sent);
            break;
        case WIDGET_PASSWORD:
        case WIDGET_FILE: break;
        case WIDGET_MONEY: {
            Str currency = form_value(sent, str_fmt(a, "%.*s.currency", STR_ARG(w->name)));
            if (!w->one_currency && currency.len > 0)
                w->currency = currency;
            w->value = value;
            break;
        }
        case WIDGET_PICK:
            if (!str_eq(value, w->value))
                w->chosen_name = (Text){ .msgid = NULL };
            w->value = value;
            break;
        case WIDGET_TEXT:
        case WIDGET_LONG_TEXT:
        case WIDGET_CHOICE:
        case WIDGET_YES_NO:
        case WIDGET_CHECK:
        case WIDGET_NUMBER:
        case WIDGET_DATE:
        case WIDGET_DATETIME:
        case WIDGET_SELECT:
        case WIDGET_HIDDEN: widget_choose(w, value); break;
        }
    }
}

void form_fill(Form *f, const FormFields *sent)
{
    fill(f->arena, &f->widgets, sent);
}

Str form_name_of(const Form *f, Str pointer)
{
    if (f->pointer_prefix.len > 0 && str_starts(pointer, f->pointer_prefix))
        pointer = str_skip(pointer, f->pointer_prefix.len);
    if (str_starts(pointer, STR("/")))
        pointer = str_skip(pointer, 1);

    char *name = arena_array(f->arena, pointer.len + 1, 1);
    if (name == NULL)
        return STR_NULL;
    for (size_t i = 0; i < pointer.len; i++)
        name[i] = pointer.ptr[i] == '/' ? '.' : pointer.ptr[i];
    return (Str){ name, pointer.len };
}

Rc form_take_errors(Form *f, const FieldErrors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        const FieldError *e = &errors->at[i];
        Str name = form_name_of(f, e->pointer);
        Widget *w = form_widget(f, name);
        FormError row = { .text = e->text };

        if (w != NULL) {
            if (w->error.msgid
                == NULL) /* the first one counts; the others are often its children */
                w->error = e->text;
            w->hidden = false;
            row.href = str_fmt(f->arena, "#%.*s", STR_ARG(name));
        }
        TRY(LIST_PUSH(f->arena, &f->errors, row));
    }
    return RC_OK;
}

Rc form_refuse(Form *f, const Call *call)
{
    form_fill(f, &call->form);
    f->detail = call->cx.detail;
    return form_take_errors(f, &call->cx.errors);
}

/* -- writing -- */

static bool is_true_value(Str s)
{
    return str_eq_z(s, "true") || str_eq_z(s, "1");
}

/* Few options are all shown; in a table there is no room for that. */
static bool is_radios(const Widget *w)
{
    return w->kind == WIDGET_YES_NO
           || (w->kind == WIDGET_CHOICE && w->options.n <= WIDGET_RADIOS_MAX);
}

/* The options of a yes-no question, the answer marked; `at` is the caller's. */
static WidgetOptions yes_no_options(WidgetOption at[2], Str value)
{
    at[0] = (WidgetOption){ .value = STR("true"),
                            .label = TEXT("Yes"),
                            .chosen = is_true_value(value) };
    at[1] = (WidgetOption){ .value = STR("false"),
                            .label = TEXT("No"),
                            .chosen = value.len > 0 && !is_true_value(value) };
    return (WidgetOptions){ .at = at, .n = 2 };
}

/* How wide a control is and what kind of input; the browser then offers the right keyboard. */
static void dress(Widget *w)
{
    w->type = "text";
    if (w->kind == WIDGET_PASSWORD) {
        w->type = "password";
        w->value = STR_NULL;
    } else if (w->kind == WIDGET_DATE) {
        w->type = "date";
        w->width = "short";
    } else if (w->kind == WIDGET_DATETIME) {
        w->type = "datetime-local";
        w->width = "mid";
    } else if (w->kind == WIDGET_NUMBER) {
        w->width = "short";
        if (w->inputmode == NULL)
            w->inputmode = "decimal";
        if (w->autocomplete == NULL)
            w->autocomplete = "off";
        w->min = w->max = STR_NULL; /* a text field has no such bounds */
    }
}

Rc control_write(PageOut *o, const Widget *given)
{
    Widget w = *given;
    WidgetOption answers[2];

    dress(&w);
    switch (w.kind) {
    case WIDGET_TEXT:
    case WIDGET_PASSWORD:
    case WIDGET_NUMBER:
    case WIDGET_DATE:
    case WIDGET_DATETIME: return tmpl_control_line(o, &w);
    case WIDGET_LONG_TEXT: return tmpl_control_area(o, &w);
    case WIDGET_YES_NO:
        w.options = yes_no_options(answers, w.value);
        w.chips = true;
        return tmpl_control_radios(o, &w);
    case WIDGET_CHOICE:
        return is_radios(&w) ? tmpl_control_radios(o, &w) : tmpl_control_select(o, &w);
    case WIDGET_SELECT: return tmpl_control_select(o, &w);
    case WIDGET_SEVERAL: return tmpl_control_several(o, &w);
    case WIDGET_MONEY:
        for (size_t i = 0; i < w.options.n; i++)
            w.options.at[i].chosen = str_eq(w.options.at[i].value, w.currency);
        return tmpl_control_money(o, &w);
    case WIDGET_PICK: return tmpl_control_pick(o, &w);
    case WIDGET_FILE: return tmpl_control_file(o, &w);
    case WIDGET_TABLE: return tmpl_control_table(o, &w);
    case WIDGET_CHECK:
    case WIDGET_HIDDEN: break;
    }
    return page_result(o);
}

Rc cell_write(PageOut *o, const Widget *given)
{
    Widget w = *given;
    WidgetOption answers[2];

    /* "lines.0.price" is named by its column "lines.price" and its row "lines.row1". */
    Str rest = w.name;
    Str table = str_cut(&rest, '.');
    Str row = str_cut(&rest, '.');
    int64_t number = 0;
    if (str_to_i64(row, &number))
        w.labelled_by = str_fmt(o->arena, "%.*s.row%lld %.*s.%.*s", STR_ARG(table),
                                (long long)number + 1, STR_ARG(table), STR_ARG(rest));
    if (w.error.msgid != NULL)
        w.described_by = str_fmt(o->arena, "%.*s-e", STR_ARG(w.name));
    w.help = (Text){ .msgid = NULL };
    if (w.kind == WIDGET_YES_NO)
        w.options = yes_no_options(answers, w.value);
    if (is_radios(&w))
        w.kind = WIDGET_SELECT;
    TRY(control_write(o, &w));
    if (w.error.msgid != NULL) {
        OUT_LIT(o, "<p class=\"q-err\" id=\"");
        attr_str(o, w.described_by);
        OUT_LIT(o, "\">");
        icon_plain(o, "warn");
        out_text(o, w.error);
        OUT_LIT(o, "</p>");
    }
    return page_result(o);
}

/* The ids of the help and the error of a question. */
static Str described_by(Arena *a, const Widget *w)
{
    bool help = w->help.msgid != NULL, error = w->error.msgid != NULL;

    if (!help && !error)
        return STR_NULL;
    return str_fmt(a, "%.*s%s%.*s%s", STR_ARG(help ? w->name : STR("")),
                   help ? error ? "-h " : "-h" : "", STR_ARG(error ? w->name : STR("")),
                   error ? "-e" : "");
}

Rc widget_write(PageOut *o, const Widget *given)
{
    Widget w = *given;

    w.described_by = described_by(o->arena, &w);
    if (w.kind == WIDGET_HIDDEN) {
        OUT_LIT(o, "<input type=\"hidden\" name=\"");
        attr_str(o, w.name);
        OUT_LIT(o, "\" value=\"");
        attr_str(o, w.value);
        OUT_LIT(o, "\">");
        return page_result(o);
    }
    if (w.conditional) {
        OUT_LIT(o, "<div class=\"reveal\" data-q=\"");
        attr_str(o, w.name);
        OUT_LIT(o, "\"");
        if (w.hidden)
            OUT_LIT(o, " hidden");
        OUT_LIT(o, ">");
    }
    if (w.kind == WIDGET_CHECK) {
        w.checked = is_true_value(w.value);
        TRY(tmpl_widget_check(o, &w));
    } else if (is_radios(&w) || w.kind == WIDGET_SEVERAL || w.kind == WIDGET_FILE
               || w.kind == WIDGET_TABLE) {
        TRY(tmpl_widget_group(o, &w));
    } else {
        TRY(tmpl_widget_question(o, &w));
    }
    if (w.conditional)
        OUT_LIT(o, "</div>");
    return page_result(o);
}

Rc form_errors_write(PageOut *o, const Form *f)
{
    return f->errors.n == 0 && f->detail.msgid == NULL ? page_result(o) : tmpl_form_errors(o, f);
}
