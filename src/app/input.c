/* input.c - reads JSON and form fields into structs by their input rows. */
#include "app/input.h"

#include <assert.h>

#define LINE_MAX_CHARS 500
#define TEXT_MAX_CHARS 20000
#define STRINGS_MAX    1000

static void *member(void *base, const InputField *f)
{
    return (char *)base + f->offset;
}

static Str pointer_of(Ctx *cx, const InputField *f)
{
    return str_fmt(cx->arena, "/%s", f->name);
}

static bool word_in(Str word, const char *words)
{
    Str rest = str_z(words);
    while (rest.len > 0)
        if (str_eq(str_cut(&rest, ' '), word))
            return true;
    return false;
}

static void wrong_type(Ctx *cx, Str pointer)
{
    fail_add(cx, pointer, "wrong_type", TEXT("This value has the wrong form."));
}

static void check_length(Ctx *cx, const InputField *f, Str pointer, Str s)
{
    int64_t most = f->max > 0 ? f->max : f->type == IN_LONG_TEXT ? TEXT_MAX_CHARS : LINE_MAX_CHARS;
    int64_t chars = (int64_t)str_chars(s);

    if (chars > most)
        fail_add(cx, pointer, "too_long",
                 TEXT_N("Use at most %d character.", "Use at most %d characters.", most));
    else if (chars < f->min)
        fail_add(cx, pointer, "too_short",
                 TEXT_N("Use at least %d character.", "Use at least %d characters.", f->min));
}

/* Texts of all kinds, from either source. */
static void put_text(Ctx *cx, const InputField *f, Str pointer, Str s, void *base)
{
    Str *to = member(base, f);

    if (f->type != IN_SECRET)
        s = str_trim(s);
    if (!str_is_clean_text(s, f->type == IN_LONG_TEXT)) {
        fail_add(cx, pointer, "control_characters",
                 TEXT("This text contains characters that cannot be kept."));
        return;
    }
    if (s.len == 0) {
        if (f->flags & IN_REQUIRED)
            fail_add(cx, pointer, "required", TEXT("This is needed."));
        else if (f->flags & IN_KEEP_EMPTY)
            *to = STR("");
        return;
    }
    if (f->type == IN_WORD && !word_in(s, f->words)) {
        fail_add(cx, pointer, "not_a_choice", TEXT("Choose one of the given values."));
        return;
    }
    check_length(cx, f, pointer, s);
    *to = str_dup(cx->arena, s);
}

static void put_int(Ctx *cx, const InputField *f, Str pointer, int64_t v, void *base)
{
    if ((f->min != 0 || f->max != 0) && (v < f->min || v > f->max)) {
        fail_add(cx, pointer, "out_of_range",
                 TEXT("Give a whole number from {0} to {1}.", f->min, f->max));
        return;
    }
    *(OptInt *)member(base, f) = OPT_INT(v);
}

static void put_time(Ctx *cx, const InputField *f, Str pointer, Ms at, void *base)
{
    UNUSED(cx);
    UNUSED(pointer);
    *(OptInt *)member(base, f) = OPT_INT(at);
}

static Rc put_string(Ctx *cx, const InputField *f, Str pointer, Str s, void *base)
{
    StrList *list = member(base, f);

    if (list->n >= STRINGS_MAX) {
        fail_add(cx, pointer, "too_many", TEXT("These are too many values."));
        return RC_OK;
    }
    if (!str_is_clean_text(s, true)) {
        fail_add(cx, pointer, "control_characters",
                 TEXT("This text contains characters that cannot be kept."));
        return RC_OK;
    }
    s = str_trim(s);
    return s.len == 0 ? RC_OK : LIST_PUSH(cx->arena, list, str_dup(cx->arena, s));
}

static Rc put_json(Ctx *cx, const InputField *f, const Json *v, void *base)
{
    Str pointer = pointer_of(cx, f);

    if (v->kind == JSON_NULL && f->type != IN_JSON) {
        if (f->flags & IN_REQUIRED)
            fail_add(cx, pointer, "required", TEXT("This is needed."));
        else if (f->type == IN_TIME && (f->flags & IN_KEEP_EMPTY) != 0)
            put_time(cx, f, pointer, MS_NONE, base);
        return RC_OK;
    }
    switch (f->type) {
    case IN_TEXT:
    case IN_LONG_TEXT:
    case IN_KEY:
    case IN_WORD:
    case IN_SECRET:
        if (v->kind != JSON_TEXT)
            wrong_type(cx, pointer);
        else
            put_text(cx, f, pointer, v->text, base);
        return RC_OK;
    case IN_INT:
        if (v->kind != JSON_INT)
            wrong_type(cx, pointer);
        else
            put_int(cx, f, pointer, v->integer, base);
        return RC_OK;
    case IN_BOOL:
        if (v->kind != JSON_BOOL)
            wrong_type(cx, pointer);
        else
            *(OptInt *)member(base, f) = OPT_INT(v->boolean);
        return RC_OK;
    case IN_TIME: {
        Ms at = 0;
        if (v->kind != JSON_TEXT || !clock_parse_rfc3339(v->text, &at))
            fail_add(cx, pointer, "wrong_type",
                     TEXT("Give an instant such as 2030-01-04T10:00:00Z."));
        else
            put_time(cx, f, pointer, at, base);
        return RC_OK;
    }
    case IN_STRINGS:
        if (v->kind != JSON_ARRAY) {
            wrong_type(cx, pointer);
            return RC_OK;
        }
        for (size_t i = 0; i < v->n; i++) {
            if (v->items[i]->kind != JSON_TEXT)
                wrong_type(cx, str_fmt(cx->arena, "%.*s/%zu", STR_ARG(pointer), i));
            else
                TRY(put_string(cx, f, pointer, v->items[i]->text, base));
        }
        return RC_OK;
    case IN_JSON: *(const Json **)member(base, f) = v; return RC_OK;
    }
    return RC_INTERNAL;
}

static const InputField *field_of(const Input *in, Str name)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_eq_z(name, in->fields[i].name))
            return &in->fields[i];
    return NULL;
}

/* Of the member that a field fills. */
static size_t width_of(InputType t)
{
    switch (t) {
    case IN_INT:
    case IN_BOOL:
    case IN_TIME: return sizeof(OptInt);
    case IN_STRINGS: return sizeof(StrList);
    case IN_JSON: return sizeof(const Json *);
    case IN_TEXT:
    case IN_LONG_TEXT:
    case IN_KEY:
    case IN_WORD:
    case IN_SECRET: break;
    }
    return sizeof(Str);
}

Rc input_from_json(Ctx *cx, const Input *in, const Json *json, void *ret)
{
    if (json == NULL || json->kind != JSON_OBJECT)
        return fail(cx, RC_INVALID, "malformed", TEXT("The body is not a JSON object."));
    /* An unknown member is a mistake of the program that calls: nothing is saved. */
    for (size_t i = 0; i < json->n; i++)
        if (field_of(in, json->keys[i]) == NULL) {
            fail_add(cx, json_pointer(cx->arena, STR(""), json->keys[i]), "unknown_field",
                     TEXT("There is no such field."));
            return fail(cx, RC_INVALID, "malformed",
                        TEXT("The body has a field that is not known here."));
        }
    for (size_t i = 0; i < in->n; i++) {
        const InputField *f = &in->fields[i];
        const Json *v = json_get(json, str_z(f->name));
        assert(f->offset + width_of(f->type) <= in->size);
        if (v != NULL)
            TRY(put_json(cx, f, v, ret));
        else if (f->flags & IN_REQUIRED)
            fail_add(cx, pointer_of(cx, f), "required", TEXT("This is needed."));
    }
    return fail_result(cx);
}

/* "2030-01-04T10:00" of a datetime-local control, in the reader's zone. */
static bool local_time(const Ctx *cx, Str s, Ms *ret)
{
    Str utc = str_fmt(cx->arena, "%.*s%s", STR_ARG(s), s.len == 16 ? ":00Z" : "Z");
    Ms at = 0;

    if (!clock_parse_rfc3339(utc, &at))
        return false;
    CivilTime local = clock_civil_utc(at);
    *ret = zone_instant(cx->zone, &local);
    return true;
}

static Rc put_pair(Ctx *cx, const InputField *f, Str value, void *base)
{
    Str pointer = pointer_of(cx, f);
    int64_t number = 0;
    Ms at = 0;

    switch (f->type) {
    case IN_TEXT:
    case IN_LONG_TEXT:
    case IN_KEY:
    case IN_WORD:
    case IN_SECRET: put_text(cx, f, pointer, value, base); return RC_OK;
    case IN_INT:
        value = str_trim(value);
        if (value.len == 0 && !(f->flags & IN_REQUIRED))
            return RC_OK;
        if (!str_to_i64(value, &number))
            fail_add(cx, pointer, "wrong_type", TEXT("Give a whole number."));
        else
            put_int(cx, f, pointer, number, base);
        return RC_OK;
    case IN_BOOL:
        if (!str_eq_z(value, "1") && !str_eq_z(value, "0"))
            wrong_type(cx, pointer);
        else
            *(OptInt *)member(base, f) = OPT_INT(str_eq_z(value, "1"));
        return RC_OK;
    case IN_TIME:
        if (value.len == 0 && !(f->flags & IN_REQUIRED)) {
            if (f->flags & IN_KEEP_EMPTY)
                put_time(cx, f, pointer, MS_NONE, base);
            return RC_OK;
        }
        if (!local_time(cx, str_trim(value), &at))
            fail_add(cx, pointer, "wrong_type", TEXT("Give a date and a time."));
        else
            put_time(cx, f, pointer, at, base);
        return RC_OK;
    case IN_STRINGS: return put_string(cx, f, pointer, value, base);
    case IN_JSON: wrong_type(cx, pointer); return RC_OK;
    }
    return RC_INTERNAL;
}

Rc input_from_pairs(Ctx *cx, const Input *in, const InputPair *pairs, size_t n,
                    bool (*other)(Str name), void *ret)
{
    bool seen[64] = { false };

    assert(in->n <= COUNT_OF(seen));
    for (size_t i = 0; i < n; i++) {
        const InputField *f = field_of(in, pairs[i].name);
        if (f == NULL) {
            if (str_starts(pairs[i].name, STR("_")) || (other != NULL && other(pairs[i].name)))
                continue;
            return fail(cx, RC_INVALID, "malformed",
                        TEXT("The form has a field that is not known here."));
        }
        size_t k = (size_t)(f - in->fields);
        if (seen[k] && f->type != IN_STRINGS)
            return fail(cx, RC_INVALID, "malformed", TEXT("The form gives one field twice."));
        seen[k] = true;
        TRY(put_pair(cx, f, pairs[i].value, ret));
    }
    for (size_t k = 0; k < in->n; k++) {
        const InputField *f = &in->fields[k];
        if (seen[k] || !(f->flags & IN_REQUIRED))
            continue;
        if (f->type == IN_BOOL)
            *(OptInt *)member(ret, f) = OPT_INT(0);
        else
            fail_add(cx, pointer_of(cx, f), "required", TEXT("This is needed."));
    }
    return fail_result(cx);
}
