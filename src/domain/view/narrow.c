/* narrow.c - a query as choices: its parts, one part exchanged for another, and words that are no query. */
#include "domain/view/fields.h"

#include "core/buf.h"

#include <string.h>

static Rc part_text_of(Ctx *cx, const FindQuery *q, const Cond *c, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, (size_t)8 * COND_TEXT_MAX);
    cond_print(cx->arena, &q->schema->names, c, &b);
    TRY(buf_result(&b));
    *ret = str_dup(cx->arena, buf_str(&b));
    return RC_OK;
}

Rc find_parts(Ctx *cx, const FindQuery *q, StrList *ret)
{
    const Cond *where = find_where(q);
    bool joined = where != NULL && where->op == COND_AND;
    size_t n = where == NULL ? 0 : joined ? where->list_n : 1;

    *ret = (StrList){ 0 };
    for (size_t i = 0; i < n; i++) {
        Str text;
        TRY(part_text_of(cx, q, joined ? where->list[i] : where, &text));
        TRY(LIST_PUSH(cx->arena, ret, text));
    }
    return RC_OK;
}

/* "order by due" of a query, with a blank before it; "" without an order. */
static Rc order_text(Ctx *cx, const FindQuery *q, Str *ret)
{
    FindQuery only = *q;

    only.list.where = NULL;
    TRY(find_text(cx, &only, ret));
    if (ret->len > 0)
        *ret = str_fmt(cx->arena, " %.*s", STR_ARG(*ret));
    return RC_OK;
}

static void add_part(Buf *b, Str part)
{
    buf_add_fmt(b, "%s(%.*s)", b->len > 0 ? " and " : "", STR_ARG(part));
}

Rc find_exchange(Ctx *cx, const FindQuery *q, Str from, Str to, const FindQuery **ret,
                 CondError *ret_error)
{
    CLEANUP(buf_done) Buf b = { 0 };
    StrList parts;
    Str order;

    TRY(find_parts(cx, q, &parts));
    TRY(order_text(cx, q, &order));
    buf_init(&b, (size_t)8 * COND_TEXT_MAX);
    for (size_t i = 0; i < parts.n; i++)
        if (!str_eq(parts.at[i], from))
            add_part(&b, parts.at[i]);
    if (to.len > 0)
        add_part(&b, to);
    buf_add(&b, order);
    TRY(buf_result(&b));
    return find_parse_beside(cx, q, str_dup(cx->arena, buf_str(&b)), ret, ret_error);
}

bool find_from_words(Arena *a, Str typed, Str *ret)
{
    Str words = str_trim(typed);

    if (words.len == 0)
        return false;
    for (size_t i = 0; i < words.len; i++)
        if (strchr("=<>~()\"\\,!\n", words.ptr[i]) != NULL)
            return false;
    *ret = str_fmt(a, "text ~ \"%.*s\"", STR_ARG(words));
    return true;
}
