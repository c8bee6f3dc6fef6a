/* find.c - lists and counts by a query. */
#include "domain/view/find.h"

#include "domain/request/view.h"
#include "domain/view/fields.h"
#include "domain/view/view_q.h"

enum { KEYS_MAX = COND_ORDER_MAX + 1 };

/* ---- where a page begins: "17.3.204", a number for each field of the order and the id ---- */

static Rc unknown_page(Ctx *cx)
{
    return fail_field(cx, RC_INVALID, "after", "unknown_page",
                      TEXT("This page belongs to another list; start from the first page."));
}

static Rc read_after(Ctx *cx, Str after, const FindOrder *o, int64_t *ret)
{
    for (size_t i = 0; i <= o->n; i++) {
        Str number = str_cut(&after, '.');
        if (str_is_null(number) || !str_to_i64(number, &ret[i]))
            return unknown_page(cx);
    }
    return str_is_null(after) ? RC_OK : unknown_page(cx);
}

static Str write_after(Arena *a, const FindOrder *o, const RequestRow *row)
{
    Str s = STR("");

    for (size_t i = 0; i < o->n; i++)
        s = str_fmt(a, "%.*s%lld.", STR_ARG(s), (long long)o->fields[i]->key(row));
    return str_fmt(a, "%.*s%lld", STR_ARG(s), (long long)row->id);
}

/* ---- lists ---- */

Rc find_list(Ctx *cx, ScopeRequests s, const FindQuery *q, FindPage page, RequestHeads *ret,
             Str *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FindOrder order = find_order(q);
    int64_t after[KEYS_MAX], size = page_size(page.size);
    RequestRows found = { 0 };
    RequestRow row;
    FindSql sql;

    if (page.after.len > 0)
        TRY(read_after(cx, page.after, &order, after));
    TRY(find_sql(cx, q, DB_SQLITE, page.after.len > 0 ? after : NULL, &sql));
    TRY(q_find_rows(cx, s, sql.asked, sql.sorted, size + 1, &rows));
    while (q_find_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    *ret_next = STR("");
    if (found.n > (size_t)size) {
        found.n--;
        *ret_next = write_after(cx->arena, &order, &found.at[found.n - 1]);
    }
    return heads_from_rows(cx, &found, ret);
}

Rc find_ids(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t size, int64_t **ret,
            size_t *ret_n)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    IdList ids = { 0 };
    FindIdsRow row;
    FindSql sql;

    size = size < 1 ? 1 : size > FIND_COUNT_MOST ? FIND_COUNT_MOST : size;
    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(q_find_ids(cx, s, sql.asked, sql.sorted, size, &rows));
    while (q_find_ids_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ids, row.id));
    TRY(rows_result(&rows));
    *ret = ids.at;
    *ret_n = ids.n;
    return RC_OK;
}

Rc find_count(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t *ret)
{
    FindCountRow row;
    FindSql sql;

    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(q_find_count(cx, s, sql.asked, FIND_COUNT_MOST, &row));
    *ret = row.n;
    return RC_OK;
}
