/* shape.h - shapes: what a document may contain, as data.
 *
 * One table per kind of mapping, used three times: to read a document with every refusal, to write the
 * canonical form (the order of the rows is the order of the keys), and to print the reference of the
 * form.  For this folder only.
 */
#pragma once

#include "domain/model/folder.h"
#include "domain/model/yaml.h"

typedef enum FieldKind {
    FIELD_KEY,        /* Str: key of a team, list, task ... */
    FIELD_ID,         /* Str: a-z 0-9 _ -, beginning with a letter: questions */
    FIELD_LOGIN,      /* Str */
    FIELD_LINE,       /* Str: one line of words */
    FIELD_NAME,       /* Str: as FIELD_LINE, a proper name, not translated */
    FIELD_CURRENCY,   /* Str: EUR */
    FIELD_WORDS,      /* LangText */
    FIELD_WORDS_LIST, /* LangTextList */
    FIELD_SYNONYMS,   /* StrList[LANG_COUNT] */
    FIELD_BOOL,       /* bool */
    FIELD_WORD,       /* an enum: int */
    FIELD_LANG,       /* Lang */
    FIELD_KEYS,       /* StrList of keys */
    FIELD_LOGINS,     /* StrList */
    FIELD_COND,       /* ModelCond: the text; parsed later */
    FIELD_SPAN,       /* TimeSpan */
    FIELD_DATE,       /* Ms */
    FIELD_LIST,       /* a list of mappings: shape */
    FIELD_CUSTOM,     /* read and write */
} FieldKind;

typedef enum FieldFlag {
    FIELD_REQUIRED = 1,
    FIELD_ALWAYS = 2,  /* written even when it has its default */
    FIELD_DAYS = 4,    /* FIELD_SPAN: only m, h and d */
    FIELD_SAYS_NO = 8, /* FIELD_BOOL: the plain word no is taken for false */
} FieldFlag;

typedef struct Doc {
    Arena       *arena;
    Str          file;
    Diagnostics *d;
} Doc;

typedef struct Shape Shape;
typedef struct ShapeField {
    const char        *key;
    FieldKind          kind;
    size_t             offset;
    uint32_t           flags;
    int64_t            standard; /* FIELD_BOOL, FIELD_WORD: the default */
    size_t             max;      /* most entries of a list */
    const char *const *words;    /* FIELD_WORD */
    size_t             words_n;
    const Shape       *shape; /* FIELD_LIST */
    Rc (*read)(Doc *d, const Yaml *y, void *to);
    Rc (*write)(Arena *a, const void *from, Yaml **ret); /* *ret NULL: nothing to write */
    const char *form;  /* FIELD_CUSTOM: what stands there, for the reference */
    const char *about; /* one line for the reference */
} ShapeField;

struct Shape {
    const char       *name; /* "a question" */
    const ShapeField *fields;
    size_t            n;
    size_t            size;
    ptrdiff_t         pos; /* offset of its SourcePos, -1: none */
};

/* Reads a mapping into the zeroed struct `to`; defaults are set first.  Faults go to d->d; what could
 * be read is there.  Errors: RC_LIMIT only. */
CHECKED Rc shape_read(Doc *d, const Shape *s, const Yaml *map, void *to);
CHECKED Rc shape_write(Arena *a, const Shape *s, const void *from, Yaml **ret);

/* ---- for custom fields ---- */

void doc_error(Doc *d, SourcePos pos, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void doc_warn(Doc *d, SourcePos pos, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* False, with an error, when the node is of another kind. */
bool doc_is(Doc *d, const Yaml *y, YamlKind kind, const char *what);
/* A scalar as text: trimmed, bounded, not one of YAML's own words.  False with an error. */
bool doc_text(Doc *d, const Yaml *y, const char *what, Str *ret);
bool doc_key(Doc *d, const Yaml *y, const char *what, Str *ret);
bool doc_id(Doc *d, const Yaml *y, const char *what, Str *ret);
/* true or false; leaves *to alone otherwise. */
void doc_bool(Doc *d, const Yaml *y, const char *key, bool *to);
bool doc_words(Doc *d, const Yaml *y, LangText *ret);
/* A list of scalars, each by `one`. */
CHECKED Rc doc_list(Doc *d, const Yaml *y, const char *what, size_t max,
                    bool (*one)(Doc *, const Yaml *, const char *, Str *), StrList *ret);
/* Refuses keys that are not among `keys`. */
void doc_known_keys(Doc *d, const Yaml *map, const char *const *keys, size_t n, const char *what);
bool doc_key_is_id(Str s);

Yaml      *words_to_yaml(Arena *a, const LangText *t);
CHECKED Rc strings_to_yaml(Arena *a, const StrList *l, YamlStyle style, Yaml **ret);

/* The name of a time zone, a Str: custom fields of calendars and people. */
CHECKED Rc shape_read_zone(Doc *d, const Yaml *y, void *to);
CHECKED Rc shape_write_zone(Arena *a, const void *from, Yaml **ret);

/* Sorts the days of a calendar; what makes it impossible becomes an error.  Errors: RC_LIMIT only. */
CHECKED Rc calendar_doc_check(Doc *d, CalendarDoc *c);

/* The shapes of the documents. */
extern const Shape model_shape, question_shape, bundle_shape, list_shape, calendar_shape,
    teams_shape, people_shape;
