/* company.c - who goes along with a request: participants, watchers, linked requests. */
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"
#include "domain/request/talk_q.h"

static bool is_participant(Str kind)
{
    return str_eq_z(kind, "participant");
}

static Rc find_person(Ctx *cx, Str login, Str kind, int64_t *ret)
{
    if (!is_participant(kind) && !str_eq_z(kind, "watcher"))
        return fail_field(cx, RC_INVALID, "kind", "unknown_word",
                          TEXT("Choose participant or watcher."));
    Rc rc = person_id(cx, login, ret);
    return rc == RC_NOT_FOUND ? fail_field(cx, RC_NOT_FOUND, "person", "not_found",
                                           TEXT("There is no such person."))
                              : rc;
}

/* Following gives no right to read: a watcher must see the request already. */
static Rc check_watcher(Ctx *cx, GrantedRequest g, int64_t person)
{
    Reasons reasons = { 0 };

    if (person == cx->subject->person_id)
        return RC_OK;
    TRY(access_why(cx, g, person, &reasons)); /* for those who may know it */
    return reasons.n > 0
               ? RC_OK
               : fail_field(
                   cx, RC_INVALID, "person", "not_visible",
                   TEXT("This person does not see the request. Add them as a participant."));
}

static Rc participant_event(Ctx *cx, GrantedRequest g, const char *event, int64_t person, Str kind)
{
    EventChange change = { kind, STR_NULL, str_fmt(cx->arena, "person:%lld", (long long)person),
                           false };
    Event ev = {
        .kind = event, .object = "person", .object_id = person, .changes = &change, .changes_n = 1
    };
    return aggregate_note(cx, g, &ev, NULL);
}

Rc participant_add(Ctx *cx, GrantedRequest g, const ParticipantAdd *in)
{
    RequestRow row;
    int64_t person = 0, changed = 0;

    TRY(access_more(cx, g, MAY_SAY));
    TRY(in->fault);
    TRY(find_person(cx, in->login, in->kind, &person));
    if (!is_participant(in->kind))
        TRY(check_watcher(cx, g, person));
    TRY(q_request_lock(cx, g, &row));
    TRY(q_participant_insert(cx, g, person, in->kind, cx->subject->person_id, cx->now_ms,
                             &changed));
    if (changed == 0)
        return RC_OK;
    if (is_participant(in->kind))
        TRY(access_reader_person(cx, g, RELATION_PARTICIPANT, person));
    return participant_event(cx, g, "participant.added", person, in->kind);
}

Rc participant_remove(Ctx *cx, GrantedRequest g, Str login, Str kind)
{
    int64_t person = 0, changed = 0;

    TRY(access_more(cx, g, MAY_SEE));
    Rc rc = find_person(cx, login, kind, &person);
    bool self = rc == RC_OK && person == cx->subject->person_id;
    if (!self && !granted_may(g, MAY_ASK_SIDE) && !granted_may(g, MAY_WORK))
        return fail_whole(cx, RC_FORBIDDEN, "forbidden", TEXT("This is for others to do."));
    TRY(rc);
    TRY(q_participant_delete(cx, g, person, kind, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("This person does not take part."));
    if (is_participant(kind))
        TRY(access_reader_drop_person(cx, g, RELATION_PARTICIPANT, person));
    return participant_event(cx, g, "participant.removed", person, kind);
}

/* ---- links ---- */

static const char *const link_kinds[] = { "related", "caused_by", "needs", "part_of",
                                          "duplicate_of" };

static Rc link_event(Ctx *cx, GrantedRequest g, int64_t other, const char *event, int64_t link_id,
                     Str kind)
{
    EventChange change = { kind, STR_NULL, str_fmt(cx->arena, "request:%lld", (long long)other),
                           false };
    Event ev = {
        .kind = event, .object = "link", .object_id = link_id, .changes = &change, .changes_n = 1
    };
    return aggregate_note(cx, g, &ev, NULL);
}

/* Both ends tell of it; the timeline names the other end only to those who see it. */
static Rc link_events(Ctx *cx, GrantedRequest from, GrantedRequest to, const char *event,
                      int64_t link_id, Str kind)
{
    TRY(link_event(cx, from, granted_request_id(to), event, link_id, kind));
    return link_event(cx, to, granted_request_id(from), event, link_id, kind);
}

Rc link_make(Ctx *cx, GrantedRequest from, GrantedRequest to, const char *kind, int64_t *ret_id)
{
    RequestLinkInsertRow made;
    bool is_new = false;

    TRY(q_request_link_insert(cx, from, granted_request_id(to), str_z(kind), cx->now_ms,
                              id_opt(cx->subject->person_id), &made, &is_new));
    if (!is_new)
        return fail(cx, RC_CONFLICT, "linked", TEXT("These two are linked already."));
    *ret_id = made.id;
    return link_events(cx, from, to, "link.added", made.id, str_z(kind));
}

static Rc link_may(Ctx *cx, GrantedRequest g)
{
    if (granted_may(g, MAY_NOTE) || granted_may(g, MAY_ASK_SIDE))
        return RC_OK;
    return fail_whole(cx, RC_FORBIDDEN, "forbidden", TEXT("This is for others to do."));
}

Rc link_add(Ctx *cx, GrantedRequest g, const LinkAdd *in, int64_t *ret_id)
{
    GrantedRequest other;

    TRY(link_may(cx, g));
    TRY(in->fault);
    if (!is_word(in->kind, link_kinds, COUNT_OF(link_kinds)))
        return fail_field(cx, RC_INVALID, "kind", "unknown_word",
                          TEXT("Choose related, caused_by, needs, part_of or duplicate_of."));
    Rc rc = access_request_number(cx, in->number, MAY_SEE, &other);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "number", "not_found", TEXT("There is no such request."));
    TRY(rc);
    if (granted_request_id(other) == granted_request_id(g))
        return fail_field(cx, RC_INVALID, "number", "itself",
                          TEXT("A request is not linked to itself."));
    return link_make(cx, g, other, str_dup_z(cx->arena, in->kind), ret_id);
}

Rc link_remove(Ctx *cx, GrantedRequest g, int64_t link_id)
{
    RequestLinkOneRow row;
    GrantedRequest other;
    bool found = false;

    TRY(link_may(cx, g));
    TRY(q_request_link_one(cx, g, link_id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such link."));
    if (!is_word(row.kind, link_kinds, COUNT_OF(link_kinds)))
        return fail(cx, RC_CONFLICT, "for_ever",
                    TEXT("This link is part of the history and stays."));
    bool outgoing = row.from_id == granted_request_id(g);
    TRY(access_request(cx, outgoing ? row.to_id : row.from_id, MAY_SEE, &other));
    TRY(q_request_link_delete(cx, g, link_id, NULL));
    return link_events(cx, g, other, "link.removed", link_id, row.kind);
}

static int by_id(const void *a, const void *b)
{
    const ViewLink *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

Rc link_list(Ctx *cx, GrantedRequest g, ViewLinks *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ScopeRequests s;
    RequestLinkRowsRow row;
    ViewLinks list = { 0 };

    TRY(access_more(cx, g, MAY_SEE));
    TRY(access_requests(cx, &s));
    TRY(q_request_link_rows(cx, s, granted_request_id(g), &rows));
    while (q_request_link_rows_next(&rows, &row)) {
        ViewLink l = {
            .id = row.id,
            .kind = row.kind,
            .outgoing = row.outgoing != 0,
            .request_id = row.other_id,
            .number = request_number(cx->arena, row.record, row.serial),
            .title = row.title,
            .state = row.state,
            .outcome = row.outcome,
            .merged = !row.outgoing && str_eq_z(row.kind, "merged_into"),
        };
        TRY(LIST_PUSH(cx->arena, &list, l));
    }
    TRY(rows_result(&rows));
    if (list.n > 1)
        qsort(list.at, list.n, sizeof *list.at, by_id);
    *ret = list;
    return RC_OK;
}
