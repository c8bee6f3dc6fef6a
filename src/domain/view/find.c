/* find.c - lists and counts by a query. */
#include "domain/view/view.h"

#include "domain/request/lists.h"
#include "domain/view/fields.h"
#include "domain/view/fields_q.h"
#include "domain/view/view_q.h"

/* Of a word that stands everywhere, and of all that somebody may see, the newest few fill a page and a count.  What comes before
 * the last of them in a list of the newest is among them, so only when they are too few more are looked at. */
enum { NEWEST_FEW = 6 /* times a page */ };

/* ---- where a page begins: "17.3.204", a number for each field of the order and the id ---- */

static Rc unknown_page(Ctx *cx)
{
    return fail_field(cx, RC_INVALID, "cursor", "unknown_page",
                      TEXT("This page belongs to another list; start from the first page."));
}

Rc find_read_after(Ctx *cx, Str after, const FindOrder *o, int64_t *ret)
{
    for (size_t i = 0; i <= o->n; i++) {
        Str number = str_cut(&after, '.');
        if (str_is_null(number) || !str_to_i64(number, &ret[i]))
            return unknown_page(cx);
    }
    return str_is_null(after) ? RC_OK : unknown_page(cx);
}

Str find_write_after(Arena *a, const FindOrder *o, const FoundRow *row)
{
    Str s = STR("");

    for (size_t i = 0; i < o->n; i++)
        s = str_fmt(a, "%.*s%lld.", STR_ARG(s), (long long)o->fields[i]->key(row));
    return str_fmt(a, "%.*s%lld", STR_ARG(s), (long long)row->id);
}

/* ---- lists ---- */

static int64_t size_within(int64_t size, int64_t most)
{
    return size < 1 ? 1 : size > most ? most : size;
}

static Rc read_rows(Ctx *cx, ScopeRequests s, const FindSql *sql, int64_t size, FoundRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FoundRow row;

    TRY(q_find_rows(cx, s, sql->asked, sql->sorted, size, &rows));
    while (q_find_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc find_rows(Ctx *cx, ScopeRequests s, const FindQuery *q, const int64_t *after,
                    int64_t size, FoundRows *ret)
{
    int64_t below = after != NULL ? after[0] : INT64_MAX;
    bool there = !find_has_order(q);
    FindQuery few;
    FindSql sql;

    for (int64_t n = NEWEST_FEW * size; there; n *= FIND_MORE) {
        TRY(find_newest(cx, s, q, below, n, &few, &there));
        if (!there)
            break;
        TRY(find_sql(cx, &few, DB_SQLITE, after, &sql));
        TRY(read_rows(cx, s, &sql, size, ret));
        if (ret->n == (size_t)size || few.all_seen)
            return RC_OK;
        *ret = (FoundRows){ 0 };
    }
    TRY(find_sql(cx, q, DB_SQLITE, after, &sql));
    return read_rows(cx, s, &sql, size, ret);
}

static Rc read_spread(Ctx *cx, ScopeRequests s, const FindQuery *q, const DbPart *valued,
                      int64_t most, FindSpread *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FindSpreadRow row;
    FindSql sql;

    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(q_find_spread(cx, s, valued, sql.asked, sql.sorted, most, &rows));
    while (q_find_spread_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

Rc find_spread(Ctx *cx, ScopeRequests s, const FindQuery *q, Str field, int64_t most,
               FindSpread *ret)
{
    const CondName *name = find_name(q->schema, field);
    DbPart *valued;
    FindQuery few;
    FieldUse use;
    bool there = !find_has_order(q);

    if (name == NULL || !find_field(q->schema, name, &use))
        return RC_INTERNAL;
    TRY(part_new(cx->arena, DB_SQLITE, &valued));
    find_put_value(valued, &use);
    TRY(part_result(valued));
    for (int64_t n = FIND_TWICE * most; there; n *= FIND_MORE) {
        TRY(find_newest(cx, s, q, INT64_MAX, n, &few, &there));
        if (!there)
            break;
        TRY(read_spread(cx, s, &few, valued, most, ret));
        if (ret->n == (size_t)most || few.all_seen)
            return RC_OK;
        *ret = (FindSpread){ 0 };
    }
    return read_spread(cx, s, q, valued, most, ret);
}

static Rc ids_of(Ctx *cx, const FoundRows *found, int64_t **ret)
{
    int64_t *ids = arena_array(cx->arena, found->n, sizeof *ids);

    if (ids == NULL && found->n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < found->n; i++)
        ids[i] = found->at[i].id;
    *ret = ids;
    return RC_OK;
}

Rc find_heads(Ctx *cx, ScopeRequests s, const FoundRows *found, RequestHeads *ret)
{
    SeenRequest *at = arena_array(cx->arena, found->n, sizeof *at);

    if (at == NULL && found->n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < found->n; i++)
        at[i] = (SeenRequest){ found->at[i].id, found->at[i].parts };
    return request_heads_found(cx, s, at, found->n, ret);
}

Rc find_list(Ctx *cx, ScopeRequests s, const FindQuery *q, FindPage page, RequestHeads *ret,
             Str *ret_next)
{
    FindOrder order = find_order(q);
    int64_t after[FIND_AFTER_MAX], size = size_within(page.size, FIND_PAGE_MOST);
    FoundRows found = { 0 };

    if (page.after.len > 0)
        TRY(find_read_after(cx, page.after, &order, after));
    TRY(find_rows(cx, s, q, page.after.len > 0 ? after : NULL, size + 1, &found));
    *ret_next = STR("");
    if (found.n > (size_t)size) {
        found.n--;
        *ret_next = find_write_after(cx->arena, &order, &found.at[found.n - 1]);
    }
    return find_heads(cx, s, &found, ret);
}

static Rc count_by(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t *ret)
{
    FindCountRow row;
    FindSql sql;

    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(q_find_count(cx, s, sql.asked, FIND_COUNT_MOST, &row));
    *ret = row.n;
    return RC_OK;
}

Rc find_count(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t *ret)
{
    FindQuery few;
    bool there = true;

    for (int64_t n = FIND_TWICE * FIND_COUNT_MOST; there; n *= FIND_MORE) {
        TRY(find_newest(cx, s, q, INT64_MAX, n, &few, &there));
        if (!there)
            break;
        TRY(count_by(cx, s, &few, ret));
        if (*ret == FIND_COUNT_MOST || few.all_seen)
            return RC_OK;
    }
    return count_by(cx, s, q, ret);
}

Rc find_counted(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t size, FindCounted *ret)
{
    FoundRows found = { 0 };
    FindCounted c = { 0 };

    TRY(find_count(cx, s, q, &c.count));
    if (size > 0 && c.count > 0) {
        TRY(find_rows(cx, s, q, NULL, size + 1, &found));
        c.more = found.n > (size_t)size;
        c.n = c.more ? (size_t)size : found.n;
        TRY(ids_of(cx, &found, &c.ids));
    }
    *ret = c;
    return RC_OK;
}

Rc find_ids_by(Ctx *cx, ScopeRequests s, const FindQuery *q, const Field *by, int64_t size,
               int64_t **ret, size_t *ret_n, bool *ret_more)
{
    FoundRows found = { 0 };
    FindSql sql;

    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(part_new(cx->arena, DB_SQLITE, &sql.sorted));
    part_fragment(sql.sorted, by->sort != NULL ? by->sort : by->value, NULL);
    part_word(sql.sorted, SQL_COMMA);
    part_fragment(sql.sorted, &f_find_id, NULL);
    TRY(part_result(sql.sorted));
    TRY(read_rows(cx, s, &sql, size + 1, &found));
    *ret_more = found.n > (size_t)size;
    if (*ret_more)
        found.n = (size_t)size;
    *ret_n = found.n;
    return ids_of(cx, &found, ret);
}
