/* me_too.c - who has the same as the one who asked. */
#include "domain/request/me_too.h"

#include "domain/request/aggregate.h"
#include "domain/request/me_too_q.h"
#include "domain/request/view.h"

static bool is_open(const RequestRow *row)
{
    return !str_eq_z(row->state, "draft") && !str_eq_z(row->state, "closed");
}

static bool asks(const Ctx *cx, const RequestRow *row)
{
    int64_t self = cx->subject->person_id;

    return row->requester_id == self || row->beneficiary_id == self;
}

static Rc names(Ctx *cx, GrantedRequest g, PersonRefs *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MeTooRowsRow row;
    IdList ids = { 0 };

    TRY(q_me_too_rows(cx, g, ME_TOO_NAMED, &rows));
    while (q_me_too_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ids, row.person_id));
    TRY(rows_result(&rows));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < ids.n; i++) {
        PersonRef p = { 0 };
        TRY(person_ref(cx, ids.at[i], &p));
        TRY(LIST_PUSH(cx->arena, ret, p));
    }
    return RC_OK;
}

Rc me_too_get(Ctx *cx, GrantedRequest g, MeToo *ret)
{
    MeTooSelfRow self;
    RequestRow row;
    MeToo m = { 0 };

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_request_get(cx, g, &row));
    TRY(q_me_too_self(cx, g, cx->subject->person_id, &self));
    m.count = row.me_too;
    m.self = self.n > 0;
    m.may = !m.self && granted_may(g, MAY_SAY) && is_open(&row) && !asks(cx, &row) && !row.imported;
    if (m.count > 0 && granted_may(g, MAY_NOTES))
        TRY(names(cx, g, &m.people));
    *ret = m;
    return RC_OK;
}

static Rc said(Ctx *cx, GrantedRequest g, const char *kind)
{
    TRY(q_me_too_count(cx, g, NULL));
    Event ev = {
        .kind = kind, .object = "person", .object_id = cx->subject->person_id, .internal = true
    };
    return aggregate_note(cx, g, &ev, NULL);
}

Rc me_too_say(Ctx *cx, GrantedRequest g)
{
    int64_t changed = 0;
    RequestRow row;

    TRY(access_more(cx, g, MAY_SAY));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    if (asks(cx, &row))
        return fail(cx, RC_CONFLICT, "own", TEXT("You asked for this yourself."));
    if (!is_open(&row))
        return fail(cx, RC_CONFLICT, "not_open", TEXT("This request is not open."));
    TRY(q_me_too_insert(cx, g, cx->subject->person_id, cx->now_ms, &changed));
    return changed == 0 ? RC_OK : said(cx, g, "me_too.said");
}

Rc me_too_take_back(Ctx *cx, GrantedRequest g)
{
    int64_t changed = 0;
    RequestRow row;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_request_lock(cx, g, &row));
    TRY(q_me_too_delete(cx, g, cx->subject->person_id, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("You have not said that you have this."));
    return said(cx, g, "me_too.taken_back");
}

Rc me_too_of(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    IdList asked = { 0 };
    MeTooOfRow row;
    Str json;

    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &asked, ids[i]));
    TRY(ids_json(cx->arena, &asked, &json));
    TRY(q_me_too_of(cx, s, json, &rows));
    while (q_me_too_of_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.id));
    return rows_result(&rows);
}

Rc me_too_carry(Ctx *cx, GrantedRequest from, GrantedRequest to, OptInt link)
{
    int64_t changed = 0;

    TRY(q_me_too_carry(cx, to, granted_request_id(from), link, cx->now_ms, &changed));
    return changed == 0 ? RC_OK : q_me_too_count(cx, to, NULL);
}

Rc me_too_bring_back(Ctx *cx, GrantedRequest to, int64_t link)
{
    int64_t changed = 0;

    TRY(q_me_too_bring_back(cx, to, link, &changed));
    return changed == 0 ? RC_OK : q_me_too_count(cx, to, NULL);
}
