/* shape.c - reads and writes mappings by their shapes. */
#include "domain/model/shape.h"
#include "domain/model/folder.h"

#include <assert.h>
#include <stdarg.h>

/* Any list in an arena; all list types have this layout. */
typedef struct AnyList {
    void *at;
    size_t n, cap;
} AnyList;

#define DIAGNOSTIC_CHARS 1024

__attribute__((format(printf, 5, 0))) static void say(Doc *d, DiagnosticLevel level, SourcePos pos,
                                                      const char *code, const char *format,
                                                      va_list args)
{
    char text[DIAGNOSTIC_CHARS];

    vsnprintf(text, sizeof text, format, args);
    diagnose(d->d, level, code, d->file, pos, "%s", text);
}

void doc_error(Doc *d, SourcePos pos, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(d, DIAGNOSTIC_ERROR, pos, code, format, args);
    va_end(args);
}

void doc_warn(Doc *d, SourcePos pos, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(d, DIAGNOSTIC_WARNING, pos, code, format, args);
    va_end(args);
}

/* ---- pieces ---- */

bool doc_is(Doc *d, const Yaml *y, YamlKind kind, const char *what)
{
    static const char *const wanted[] = { "a single value", "a list", "a mapping (key: value)" };

    if (y->kind == kind)
        return true;
    if (y->kind == YAML_IS_SCALAR && y->text.len == 0)
        doc_error(d, y->pos, "empty_value", "%s is empty; leave the key out or write a value.",
                  what);
    else
        doc_error(d, y->pos, "wrong_shape", "%s is %s, not %s.", what, wanted[kind],
                  wanted[y->kind]);
    return false;
}

static bool is_true_word(Str s)
{
    return str_eq_nocase(s, STR("yes")) || str_eq_nocase(s, STR("on"))
           || str_eq_nocase(s, STR("true"));
}

bool doc_text(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    if (!doc_is(d, y, YAML_IS_SCALAR, what))
        return false;
    Str text = str_trim(y->text);
    if (y->style == YAML_PLAIN && yaml_is_word(text)) {
        if (text.len == 0 || str_eq_z(text, "~") || str_eq_nocase(text, STR("null")))
            doc_error(d, y->pos, "empty_value", "%s is empty; leave the key out or write a value.",
                      what);
        else
            doc_error(
                d, y->pos, "yaml_boolean",
                "%.*s without quotes is read as a truth value by other programs; write \"%.*s\".",
                STR_ARG(text), STR_ARG(text));
        return false;
    }
    if (text.len == 0) {
        doc_error(d, y->pos, "empty_value", "%s is empty; leave the key out or write a value.",
                  what);
        return false;
    }
    if (text.len > MODEL_TEXT_MAX) {
        doc_error(d, y->pos, "too_long", "%s has %zu bytes; at most %d are allowed.", what,
                  text.len, MODEL_TEXT_MAX);
        return false;
    }
    *ret = text;
    return true;
}

bool doc_key_is_id(Str s)
{
    if (s.len < 1 || s.len > 64 || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return true;
}

bool doc_key(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    Str s;

    if (!doc_text(d, y, what, &s))
        return false;
    if (!str_is_key(s)) {
        doc_error(d, y->pos, "bad_key",
                  "\"%.*s\" is no key; a key has at most 64 of a-z, 0-9, - and _, and begins with "
                  "a letter or digit.",
                  STR_ARG(s));
        return false;
    }
    *ret = s;
    return true;
}

bool doc_id(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    Str s;

    if (!doc_text(d, y, what, &s))
        return false;
    if (!doc_key_is_id(s)) {
        doc_error(d, y->pos, "bad_id",
                  "\"%.*s\" cannot be used as a name; write at most 64 of a-z, 0-9, _ and -, "
                  "beginning with a letter.",
                  STR_ARG(s));
        return false;
    }
    *ret = s;
    return true;
}

static bool doc_line(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    Str s;

    if (!doc_text(d, y, what, &s))
        return false;
    if (!str_is_clean_text(s, false)) {
        doc_error(d, y->pos, "bad_text", "%s is one line.", what);
        return false;
    }
    *ret = s;
    return true;
}

/* Logins and e-mail addresses: one word. */
static bool doc_login(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    Str s;

    if (!doc_line(d, y, what, &s))
        return false;
    if (s.len > 128 || str_find(s, ' ') < s.len || str_find(s, '(') < s.len
        || str_find(s, '"') < s.len) {
        doc_error(d, y->pos, "bad_login",
                  "\"%.*s\" is no login; a login is one word without blanks.", STR_ARG(s));
        return false;
    }
    *ret = s;
    return true;
}

Rc doc_list(Doc *d, const Yaml *y, const char *what, size_t max,
            bool (*one)(Doc *, const Yaml *, const char *, Str *), StrList *ret)
{
    StrList list = { 0 };

    if (!doc_is(d, y, YAML_IS_LIST, what))
        return RC_OK;
    if (y->n > max) {
        doc_error(d, y->pos, "too_many", "%s has %zu entries; at most %zu are allowed.", what, y->n,
                  max);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        Str s;
        if (!one(d, y->items[i], what, &s))
            continue;
        for (size_t k = 0; k < list.n; k++)
            if (str_eq(list.at[k], s))
                doc_error(d, y->items[i]->pos, "duplicate_entry",
                          "%.*s stands twice in %s; keep one.", STR_ARG(s), what);
        TRY(LIST_PUSH(d->arena, &list, s));
    }
    *ret = list;
    return RC_OK;
}

bool doc_words(Doc *d, const Yaml *y, LangText *ret)
{
    if (y->kind == YAML_IS_SCALAR) {
        doc_error(d, y->pos, "wrong_shape",
                  "Write this text by language: { en: ..., sv: ..., zh: ... }.");
        return false;
    }
    if (!doc_is(d, y, YAML_IS_MAP, "A text"))
        return false;
    for (size_t i = 0; i < y->n; i++) {
        Lang lang;
        if (!lang_from_key(y->keys[i]->text, &lang))
            doc_error(d, y->keys[i]->pos, "unknown_language",
                      "%.*s is no language here; there are en, sv and zh.",
                      STR_ARG(y->keys[i]->text));
        else
            (void)doc_text(d, y->items[i], "A text", &ret->in[lang]);
    }
    if (y->n == 0)
        doc_error(d, y->pos, "empty_value",
                  "This text has no words; write { en: ... } or leave the key out.");
    return y->n > 0;
}

/* The nearest of the known keys, for a slip of the finger; NULL: none is near. */
static const char *nearest(Str key, const char *const *keys, size_t n)
{
    const char *best = NULL;
    size_t best_same = 0;

    for (size_t i = 0; i < n; i++) {
        Str k = str_z(keys[i]);
        size_t head = 0, tail = 0, least = key.len < k.len ? key.len : k.len,
               most = key.len < k.len ? k.len : key.len;
        while (head < least && key.ptr[head] == k.ptr[head])
            head++;
        while (tail < least - head && key.ptr[key.len - 1 - tail] == k.ptr[k.len - 1 - tail])
            tail++;
        if (most - head - tail <= 2 && head + tail >= 2 && head + tail > best_same) {
            best = keys[i];
            best_same = head + tail;
        }
    }
    return best;
}

void doc_known_keys(Doc *d, const Yaml *map, const char *const *keys, size_t n, const char *what)
{
    for (size_t i = 0; i < map->n; i++) {
        Str key = map->keys[i]->text;
        size_t k = 0;
        while (k < n && !str_eq_z(key, keys[k]))
            k++;
        if (k < n)
            continue;
        const char *near = nearest(key, keys, n);
        if (near != NULL) {
            doc_error(d, map->keys[i]->pos, "unknown_key", "%s has no %.*s. Is %s meant?", what,
                      STR_ARG(key), near);
            continue;
        }
        Str all = STR("");
        for (size_t j = 0; j < n; j++)
            all = str_fmt(d->arena, "%.*s%s%s", STR_ARG(all), j == 0 ? "" : ", ", keys[j]);
        doc_error(d, map->keys[i]->pos, "unknown_key", "%s has no %.*s; it has: %.*s.", what,
                  STR_ARG(key), STR_ARG(all));
    }
}

/* ---- reading fields ---- */

void doc_bool(Doc *d, const Yaml *y, const char *key, bool *to)
{
    if (!doc_is(d, y, YAML_IS_SCALAR, key))
        return;
    Str s = y->text;
    if (y->style == YAML_PLAIN && (str_eq_z(s, "true") || str_eq_z(s, "false")))
        *to = str_eq_z(s, "true");
    else if (s.len > 0 && yaml_is_word(s) && !str_eq_z(s, "~") && !str_eq_nocase(s, STR("null")))
        doc_error(d, y->pos, "yaml_boolean", "Write %s: %s instead of %.*s.", key,
                  is_true_word(s) ? "true" : "false", STR_ARG(s));
    else if (s.len == 0)
        doc_error(d, y->pos, "empty_value", "%s is empty; write true or false.", key);
    else
        doc_error(d, y->pos, "bad_bool", "%s is true or false, not %.*s.", key, STR_ARG(s));
}

static void read_word(Doc *d, const ShapeField *f, const Yaml *y, int *to)
{
    Str s;

    if (!doc_text(d, y, f->key, &s))
        return;
    for (size_t i = 0; i < f->words_n; i++) {
        if (str_eq_z(s, f->words[i])) {
            *to = (int)i;
            return;
        }
    }
    Str all = STR("");
    for (size_t i = 0; i < f->words_n; i++)
        all = str_fmt(d->arena, "%.*s%s%s", STR_ARG(all), i == 0 ? "" : ", ", f->words[i]);
    doc_error(d, y->pos, "bad_word", "%s is one of: %.*s; not %.*s.", f->key, STR_ARG(all),
              STR_ARG(s));
}

static void read_span(Doc *d, const ShapeField *f, const Yaml *y, TimeSpan *to)
{
    TimeSpan span;
    Str s;

    if (!doc_text(d, y, f->key, &s))
        return;
    bool ok = timespan_parse(s, &span);
    if (ok && (f->flags & FIELD_DAYS) != 0 && span.unit != SPAN_MINUTES && span.unit != SPAN_HOURS
        && span.unit != SPAN_DAYS) {
        doc_error(d, y->pos, "bad_span",
                  "%s is counted in m, h or d, as in 15m, 2h or 1d; not %.*s.", f->key, STR_ARG(s));
        return;
    }
    if (ok)
        *to = span;
    else
        doc_error(d, y->pos, "bad_span",
                  "\"%.*s\" is no span of time; write a number and m, h, d, y, wh or wd, as in "
                  "30m, 4wh or 5wd.",
                  STR_ARG(s));
}

static bool read_date(Doc *d, const char *key, const Yaml *y, Ms *to)
{
    Str s;

    if (!doc_text(d, y, key, &s))
        return false;
    if (clock_parse_date(s, to))
        return true;
    doc_error(d, y->pos, "bad_date", "\"%.*s\" is no date; write it as 2027-06-01.", STR_ARG(s));
    return false;
}

static Rc read_words_list(Doc *d, const ShapeField *f, const Yaml *y, LangTextList *to)
{
    if (!doc_is(d, y, YAML_IS_LIST, f->key))
        return RC_OK;
    if (y->n > f->max) {
        doc_error(d, y->pos, "too_many", "%s has %zu entries; at most %zu are allowed.", f->key,
                  y->n, f->max);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        LangText t = { 0 };
        if (doc_words(d, y->items[i], &t))
            TRY(LIST_PUSH(d->arena, to, t));
    }
    return RC_OK;
}

static Rc read_synonyms(Doc *d, const ShapeField *f, const Yaml *y, StrList *to)
{
    if (!doc_is(d, y, YAML_IS_MAP, f->key))
        return RC_OK;
    for (size_t i = 0; i < y->n; i++) {
        Lang lang;
        if (!lang_from_key(y->keys[i]->text, &lang))
            doc_error(d, y->keys[i]->pos, "unknown_language",
                      "%.*s is no language here; there are en, sv and zh.",
                      STR_ARG(y->keys[i]->text));
        else
            TRY(doc_list(d, y->items[i], f->key, f->max, doc_line, &to[lang]));
    }
    return RC_OK;
}

static Rc read_list(Doc *d, const ShapeField *f, const Yaml *y, AnyList *to)
{
    if (!doc_is(d, y, YAML_IS_LIST, f->key))
        return RC_OK;
    if (y->n > f->max) {
        doc_error(d, y->pos, "too_many", "%s has %zu entries; at most %zu are allowed.", f->key,
                  y->n, f->max);
        return RC_OK;
    }
    char *at = arena_array(d->arena, y->n, f->shape->size);
    if (at == NULL && y->n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < y->n; i++)
        TRY(shape_read(d, f->shape, y->items[i], at + i * f->shape->size));
    *to = (AnyList){ at, y->n, y->n };
    return RC_OK;
}

static Rc read_field(Doc *d, const ShapeField *f, const Yaml *y, void *to)
{
    switch (f->kind) {
    case FIELD_KEY: (void)doc_key(d, y, f->key, to); return RC_OK;
    case FIELD_ID: (void)doc_id(d, y, f->key, to); return RC_OK;
    case FIELD_LOGIN: (void)doc_login(d, y, f->key, to); return RC_OK;
    case FIELD_LINE:
    case FIELD_NAME: (void)doc_line(d, y, f->key, to); return RC_OK;
    case FIELD_CURRENCY: {
        Money m;
        Str s;
        if (doc_text(d, y, f->key, &s)) {
            if (money_parse(STR("0"), s, &m))
                *(Str *)to = s;
            else
                doc_error(d, y->pos, "bad_money",
                          "\"%.*s\" is no currency; write three capital letters, as in EUR.",
                          STR_ARG(s));
        }
        return RC_OK;
    }
    case FIELD_WORDS: (void)doc_words(d, y, to); return RC_OK;
    case FIELD_WORDS_LIST: return read_words_list(d, f, y, to);
    case FIELD_SYNONYMS: return read_synonyms(d, f, y, to);
    case FIELD_BOOL:
        if ((f->flags & FIELD_SAYS_NO) != 0 && y->kind == YAML_IS_SCALAR && y->style == YAML_PLAIN
            && str_eq_z(y->text, "no"))
            *(bool *)to = false;
        else
            doc_bool(d, y, f->key, to);
        return RC_OK;
    case FIELD_WORD:
    case FIELD_LANG: read_word(d, f, y, to); return RC_OK;
    case FIELD_KEYS: return doc_list(d, y, f->key, f->max, doc_key, to);
    case FIELD_LOGINS: return doc_list(d, y, f->key, f->max, doc_login, to);
    case FIELD_COND: {
        ModelCond *c = to;
        if (doc_text(d, y, f->key, &c->text)) {
            c->pos = y->pos;
            c->exact = y->exact && y->text.len == c->text.len;
            c->pos.column += y->style == YAML_PLAIN ? 0 : 1;
        }
        return RC_OK;
    }
    case FIELD_SPAN: read_span(d, f, y, to); return RC_OK;
    case FIELD_DATE: (void)read_date(d, f->key, y, to); return RC_OK;
    case FIELD_LIST: return read_list(d, f, y, to);
    case FIELD_CUSTOM: return f->read(d, y, to);
    }
    return RC_INTERNAL;
}

Rc shape_read(Doc *d, const Shape *s, const Yaml *map, void *to)
{
    const char *keys[40];
    char *base = to;

    assert(s->n <= COUNT_OF(keys));
    if (s->pos >= 0) /* also for what is no mapping: later checks speak of the place */
        *(SourcePos *)(void *)(base + s->pos) = map->pos;
    if (!doc_is(d, map, YAML_IS_MAP, s->name))
        return RC_OK;
    for (size_t i = 0; i < s->n; i++) {
        const ShapeField *f = &s->fields[i];
        keys[i] = f->key;
        if (f->kind == FIELD_BOOL)
            *(bool *)(base + f->offset) = f->standard != 0;
        else if (f->kind == FIELD_WORD || f->kind == FIELD_LANG)
            *(int *)(void *)(base + f->offset) = (int)f->standard;
        else if (f->kind == FIELD_DATE)
            *(Ms *)(void *)(base + f->offset) = MS_NONE;
    }
    doc_known_keys(d, map, keys, s->n, s->name);
    for (size_t i = 0; i < s->n; i++) {
        const ShapeField *f = &s->fields[i];
        const Yaml *y = yaml_get(map, f->key);
        if (y != NULL)
            TRY(read_field(d, f, y, base + f->offset));
        else if ((f->flags & FIELD_REQUIRED) != 0)
            doc_error(d, map->pos, "missing_key", "%s needs %s.", s->name, f->key);
    }
    return RC_OK;
}

/* ---- writing ---- */

Yaml *words_to_yaml(Arena *a, const LangText *t)
{
    Yaml *map = yaml_map(a);

    for (int i = 0; i < LANG_COUNT; i++)
        if (t->in[i].len > 0
            && yaml_put(a, map, str_z(lang_key((Lang)i)), yaml_scalar(a, t->in[i], YAML_TEXT))
                   != RC_OK)
            return NULL;
    return map->n > 0 ? map : NULL;
}

Rc strings_to_yaml(Arena *a, const StrList *l, YamlStyle style, Yaml **ret)
{
    Yaml *list = yaml_list(a, false);

    for (size_t i = 0; i < l->n; i++)
        TRY(yaml_add(a, list, yaml_scalar(a, l->at[i], style)));
    *ret = list;
    return RC_OK;
}

static Rc write_words_list(Arena *a, const LangTextList *l, Yaml **ret)
{
    Yaml *list = yaml_list(a, true);

    for (size_t i = 0; i < l->n; i++) {
        Yaml *one = words_to_yaml(a, &l->at[i]);
        if (one != NULL)
            TRY(yaml_add(a, list, one));
    }
    *ret = list->n > 0 ? list : NULL;
    return RC_OK;
}

static Rc write_synonyms(Arena *a, const StrList *by_lang, Yaml **ret)
{
    Yaml *map = yaml_map(a), *words;

    for (int i = 0; i < LANG_COUNT; i++) {
        if (by_lang[i].n == 0)
            continue;
        TRY(strings_to_yaml(a, &by_lang[i], YAML_TEXT, &words));
        TRY(yaml_put(a, map, str_z(lang_key((Lang)i)), words));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

static Rc write_list(Arena *a, const ShapeField *f, const AnyList *l, Yaml **ret)
{
    Yaml *list = yaml_list(a, true), *one;

    for (size_t i = 0; i < l->n; i++) {
        TRY(shape_write(a, f->shape, (const char *)l->at + i * f->shape->size, &one));
        TRY(yaml_add(a, list, one));
    }
    *ret = list->n > 0 || (f->flags & FIELD_ALWAYS) != 0 ? list : NULL;
    return RC_OK;
}

static Rc write_strings(Arena *a, const ShapeField *f, const StrList *l, YamlStyle style,
                        Yaml **ret)
{
    *ret = NULL;
    if (l->n == 0 && (f->flags & FIELD_ALWAYS) == 0)
        return RC_OK;
    return strings_to_yaml(a, l, style, ret);
}

static Yaml *write_text(Arena *a, Str s, YamlStyle style)
{
    return s.len > 0 ? yaml_scalar(a, s, style) : NULL;
}

static Rc write_field(Arena *a, const ShapeField *f, const void *from, Yaml **ret)
{
    bool always = (f->flags & FIELD_ALWAYS) != 0;

    *ret = NULL;
    switch (f->kind) {
    case FIELD_KEY:
    case FIELD_ID:
    case FIELD_LOGIN:
    case FIELD_LINE:
    case FIELD_NAME: *ret = write_text(a, *(const Str *)from, YAML_TEXT); return RC_OK;
    case FIELD_CURRENCY: *ret = write_text(a, *(const Str *)from, YAML_PLAIN); return RC_OK;
    case FIELD_WORDS: *ret = words_to_yaml(a, from); return RC_OK;
    case FIELD_WORDS_LIST: return write_words_list(a, from, ret);
    case FIELD_SYNONYMS: return write_synonyms(a, from, ret);
    case FIELD_BOOL:
        if (always || *(const bool *)from != (f->standard != 0))
            *ret = yaml_scalar(a, *(const bool *)from ? STR("true") : STR("false"), YAML_PLAIN);
        return RC_OK;
    case FIELD_WORD:
    case FIELD_LANG:
        if (always || *(const int *)from != f->standard)
            *ret = yaml_scalar(a, str_z(f->words[*(const int *)from]), YAML_PLAIN);
        return RC_OK;
    case FIELD_KEYS:
    case FIELD_LOGINS: return write_strings(a, f, from, YAML_TEXT, ret);
    case FIELD_COND:
        *ret = write_text(a, ((const ModelCond *)from)->text, YAML_QUOTED);
        return RC_OK;
    case FIELD_SPAN:
        if (((const TimeSpan *)from)->n != 0)
            *ret = yaml_scalar(a, timespan_text(a, *(const TimeSpan *)from), YAML_PLAIN);
        return RC_OK;
    case FIELD_DATE:
        if (*(const Ms *)from != MS_NONE)
            *ret = yaml_scalar(a, clock_date(a, *(const Ms *)from), YAML_PLAIN);
        return RC_OK;
    case FIELD_LIST: return write_list(a, f, from, ret);
    case FIELD_CUSTOM: return f->write(a, from, ret);
    }
    return RC_INTERNAL;
}

Rc shape_write(Arena *a, const Shape *s, const void *from, Yaml **ret)
{
    const char *base = from;
    Yaml *map = yaml_map(a), *y;

    for (size_t i = 0; i < s->n; i++) {
        TRY(write_field(a, &s->fields[i], base + s->fields[i].offset, &y));
        if (y != NULL)
            TRY(yaml_put(a, map, str_z(s->fields[i].key), y));
    }
    *ret = map;
    return RC_OK;
}
