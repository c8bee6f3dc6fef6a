/* find.c - lists and counts by a query. */
#include "domain/view/view.h"

#include "domain/request/lists.h"
#include "domain/view/fields.h"
#include "domain/view/fields_q.h"
#include "domain/view/view_q.h"

/* Of a word that stands everywhere the newest few fill a page and a count.  What comes before the last of them in a list of
 * the newest is among them, so only when they are too few more are looked at. */
enum {
    WORDS_FEW = 6 /* times a page, then ten times as many */,
    WORDS_COUNTED = FIND_COUNT_MOST + FIND_COUNT_MOST / 4
};

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
    FindSql sql;

    bool newest = after == NULL && !find_has_order(q) && find_asks_words(q);
    for (int64_t most = WORDS_FEW * size; newest && most < q->words_most; most *= 10) {
        FindQuery few = *q;
        few.words_most = most;
        TRY(find_sql(cx, &few, DB_SQLITE, NULL, &sql));
        TRY(read_rows(cx, s, &sql, size, ret));
        if (ret->n == (size_t)size)
            return RC_OK;
        *ret = (FoundRows){ 0 };
    }
    TRY(find_sql(cx, q, DB_SQLITE, after, &sql));
    return read_rows(cx, s, &sql, size, ret);
}

Rc find_spread(Ctx *cx, ScopeRequests s, const FindQuery *q, Str field, int64_t most,
               FindSpread *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    const CondName *name = find_name(q->schema, field);
    DbPart *valued;
    FieldUse use;
    FindSpreadRow row;
    FindSql sql;

    if (name == NULL || !find_field(q->schema, name, &use))
        return RC_INTERNAL;
    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(part_new(cx->arena, DB_SQLITE, &valued));
    find_put_value(valued, &use);
    TRY(part_result(valued));
    TRY(q_find_spread(cx, s, valued, sql.asked, sql.sorted, most, &rows));
    while (q_find_spread_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
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

static Rc count_by(Ctx *cx, ScopeRequests s, const FindSql *sql, int64_t *ret)
{
    FindCountRow row;

    TRY(q_find_count(cx, s, sql->asked, FIND_COUNT_MOST, &row));
    *ret = row.n;
    return RC_OK;
}

Rc find_count(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t *ret)
{
    FindSql sql;

    if (find_asks_words(q)) {
        FindQuery few = *q;
        few.words_most = WORDS_COUNTED;
        TRY(find_sql(cx, &few, DB_SQLITE, NULL, &sql));
        TRY(count_by(cx, s, &sql, ret));
        if (*ret == FIND_COUNT_MOST)
            return RC_OK;
    }
    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    return count_by(cx, s, &sql, ret);
}

/* The count and the first rows, by one writing of the query where both look through the same. */
static Rc count_and_rows(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t size, FoundRows *ret,
                         int64_t *ret_count)
{
    FindSql sql;

    if (find_asks_words(q)) {
        TRY(find_count(cx, s, q, ret_count));
        return find_rows(cx, s, q, NULL, size, ret);
    }
    TRY(find_sql(cx, q, DB_SQLITE, NULL, &sql));
    TRY(count_by(cx, s, &sql, ret_count));
    return *ret_count > 0 ? read_rows(cx, s, &sql, size, ret) : RC_OK;
}

Rc find_counted(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t size, FindCounted *ret)
{
    FoundRows found = { 0 };
    FindCounted c = { 0 };

    if (size == 0) {
        TRY(find_count(cx, s, q, &c.count));
    } else {
        TRY(count_and_rows(cx, s, q, size + 1, &found, &c.count));
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
