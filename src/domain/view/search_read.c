/* search_read.c - what somebody types into a search: words, filters, or a query. */
#include "domain/view/search.h"

#include "core/buf.h"

#include <string.h>

typedef struct Reading {
    Ctx *cx;
    FindNames names;
    Buf words, filters;
} Reading;

/* A word up to the next blank, or in quotes; `*rest` goes behind it.  A quote may begin inside: requester:"ada". */
static Str next_term(Str *rest)
{
    Str s = str_trim(*rest);
    bool quoted = false;
    size_t i = 0;

    for (; i < s.len && (quoted || (s.ptr[i] != ' ' && s.ptr[i] != '\t' && s.ptr[i] != '\n')); i++)
        if (s.ptr[i] == '"')
            quoted = !quoted;
    *rest = str_skip(s, i);
    return str_sub(s, 0, i);
}

static const FindName *name_of(const Reading *r, Str word)
{
    for (size_t i = 0; i < r->names.n; i++)
        if (str_eq_nocase(r->names.at[i].name, word))
            return &r->names.at[i];
    return NULL;
}

static Str operator_of(Str *value)
{
    static const char *const signs[] = { ">=", "<=", "!=", ">", "<", "=" };

    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (!str_starts(*value, str_z(signs[i])))
            continue;
        *value = str_skip(*value, strlen(signs[i]));
        return str_z(signs[i]);
    }
    return STR("=");
}

static Str unquoted(Str s)
{
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
        return str_sub(s, 1, s.len - 1);
    return s;
}

/* One value or, with commas, one of several. */
static void add_values(Buf *to, const FindName *n, Str value)
{
    bool text = n->type == COND_TEXT;
    bool words = text && (str_eq_z(n->name, "text") || str_eq_z(n->name, "title"));
    Str sign = operator_of(&value);

    value = unquoted(value);
    if (!text && str_contains(value, STR(","))) {
        buf_add_fmt(to, "%.*s in (", STR_ARG(n->name));
        for (bool first = true; !str_is_null(value); first = false) {
            Str one = str_trim(str_cut(&value, ','));
            buf_add_fmt(to, "%s%.*s", first ? "" : ", ", STR_ARG(one));
        }
        buf_add_lit(to, ")");
        return;
    }
    buf_add_fmt(to, "%.*s %.*s ", STR_ARG(n->name), STR_ARG(words ? STR("~") : sign));
    buf_add_fmt(to, text ? "\"%.*s\"" : "%.*s", STR_ARG(value));
}

/* "team:workplace", "-tag:later", "priority:>=high".  False: no filter, but words. */
static bool read_filter(Reading *r, Str term)
{
    Str value = term, name;
    bool negated = str_starts(term, STR("-"));

    name = str_cut(&value, ':');
    if (str_is_null(value) || value.len == 0)
        return false;
    const FindName *n = name_of(r, str_skip(name, negated ? 1 : 0));
    if (n == NULL)
        return false;
    if (r->filters.len > 0)
        buf_add_lit(&r->filters, " and ");
    if (negated)
        buf_add_lit(&r->filters, "not (");
    add_values(&r->filters, n, value);
    if (negated)
        buf_add_lit(&r->filters, ")");
    return true;
}

static Rc read_terms(Reading *r, Str typed)
{
    for (Str rest = typed, term = next_term(&rest); term.len > 0; term = next_term(&rest)) {
        if (read_filter(r, term))
            continue;
        if (r->words.len > 0)
            buf_add_lit(&r->words, " ");
        buf_add(&r->words, term);
    }
    TRY(buf_result(&r->words));
    return buf_result(&r->filters);
}

/* A query says something about a field; a word that happens to be the name of one does not. */
static bool looks_like_query(Str typed)
{
    static const char *const signs[] = { "=", "<", ">", "~", " in ", " is " };

    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (str_contains(typed, str_z(signs[i])))
            return true;
    return false;
}

/* The words as they stand in a query: no quote, nothing that ends one. */
static Str quotable(Arena *a, Str words)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 2 * SEARCH_MAX_BYTES);
    for (size_t i = 0; i < words.len; i++)
        buf_add_char(&b, words.ptr[i] == '"' || words.ptr[i] == '\\' ? ' ' : words.ptr[i]);
    return str_trim(str_dup(a, buf_str(&b)));
}

static Rc list_query(Ctx *cx, Str filters, SearchAsked *q)
{
    const FindQuery *all;
    CondError error = { 0 };
    Str words = quotable(cx->arena, q->words);
    Str text = words.len == 0 ? filters
                              : str_fmt(cx->arena, "%.*s%stext ~ \"%.*s\"", STR_ARG(filters),
                                        filters.len > 0 ? " and " : "", STR_ARG(words));

    q->query = STR("");
    if (find_parse(cx, text, &all, &error) != RC_OK)
        return RC_OK; /* words that a query cannot take are searched for all the same */
    return find_text(cx, all, &q->query);
}

static Rc read_all(Reading *r, Str typed, SearchAsked *q)
{
    Ctx *cx = r->cx;
    CondError error = { 0 };

    if (looks_like_query(typed) && find_parse(cx, typed, &q->where, &error) == RC_OK
        && find_where(q->where) != NULL) {
        q->is_query = q->narrowed = true;
        return find_text(cx, q->where, &q->query);
    }
    TRY(find_names(cx, &r->names));
    TRY(read_terms(r, typed));
    q->words = str_dup(cx->arena, buf_str(&r->words));
    Str filters = str_dup(cx->arena, buf_str(&r->filters));
    q->narrowed = filters.len > 0;
    Rc rc = find_parse(cx, filters, &q->where, &error);
    if (rc != RC_INVALID && rc != RC_LIMIT)
        return rc == RC_OK ? list_query(cx, filters, q) : rc;
    q->wrong = error.text;
    return find_parse(cx, STR(""), &q->where, &error);
}

Rc search_read(Ctx *cx, Str typed, SearchAsked *ret)
{
    Reading r = { .cx = cx };

    *ret = (SearchAsked){ .words = STR(""), .query = STR("") };
    typed = str_trim(typed);
    if (typed.len > SEARCH_MAX_BYTES || !str_is_utf8(typed))
        return fail_field(cx, RC_INVALID, "q", "too_long", TEXT("Search for fewer words."));
    buf_init(&r.words, 2 * SEARCH_MAX_BYTES);
    buf_init(&r.filters, 32 * SEARCH_MAX_BYTES);
    Rc rc = read_all(&r, typed, ret);
    buf_done(&r.words);
    buf_done(&r.filters);
    return rc;
}
