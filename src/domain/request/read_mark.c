/* read_mark.c - which requests a person has read. */
#include "domain/request/read_mark.h"

#include "domain/request/read_mark_q.h"
#include "domain/request/view.h"

enum { UNREAD_AGAIN = -1 };

static Rc mark_of(Ctx *cx, GrantedRequest g, bool *ret_found, int64_t *ret)
{
    ReadGetRow row = { 0 };

    TRY(q_read_get(cx, g, cx->subject->person_id, &row, ret_found));
    *ret = *ret_found ? row.seq : 0;
    return RC_OK;
}

/* As the field `unread` of the query language says it in SQL. */
static bool is_news(const Ctx *cx, const ReadNewsRow *row)
{
    return row->actor_id.value != cx->subject->person_id && !str_eq_z(row->kind, "request.viewed")
           && !str_eq_z(row->kind, "attachment.downloaded");
}

Rc read_is_unread(Ctx *cx, GrantedRequest g, bool *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReadNewsRow row;
    bool found = false, unread = false;
    int64_t seq = 0;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(mark_of(cx, g, &found, &seq));
    *ret = seq == UNREAD_AGAIN;
    if (*ret)
        return RC_OK;
    TRY(q_read_news(cx, g, cx->subject->person_id, seq, &rows));
    while (q_read_news_next(&rows, &row))
        unread |= is_news(cx, &row);
    TRY(rows_result(&rows));
    *ret = unread;
    return RC_OK;
}

Rc read_unread_of(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, UnreadIds *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReadUnreadIdsRow row;
    IdList list = { 0 };
    Str json;

    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &list, ids[i]));
    TRY(ids_json(cx->arena, &list, &json));
    TRY(q_read_unread_ids(cx, s, json, &rows));
    while (q_read_unread_ids_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.id));
    return rows_result(&rows);
}

Rc read_note(Ctx *cx, const RequestView *v)
{
    GrantedRequest g = v->loaded->g;
    bool found = false;
    int64_t seq = 0, last = v->loaded->row.event_seq;

    if (cx->subject->person_id == 0)
        return RC_OK;
    TRY(mark_of(cx, g, &found, &seq));
    if (!found || seq < last)
        cx->opened = (Opened){ v->head.id, last };
    return RC_OK;
}

Rc request_opened(Ctx *cx)
{
    GrantedRequest g;

    if (cx->opened.request_id == 0)
        return RC_OK;
    Rc rc = access_request(cx, cx->opened.request_id, MAY_SEE, &g);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN)
        return RC_OK;
    TRY(rc);
    return q_read_put(cx, g, cx->subject->person_id, cx->opened.seq, cx->now_ms, NULL);
}

Rc read_mark(Ctx *cx, GrantedRequest g, bool read)
{
    ReadLastRow last;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_read_last(cx, g, &last));
    return q_read_put(cx, g, cx->subject->person_id, read ? last.seq : UNREAD_AGAIN, cx->now_ms,
                      NULL);
}
