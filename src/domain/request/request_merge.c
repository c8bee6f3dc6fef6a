/* request_merge.c - two requests about the same thing become one, and two again.
 *
 * What was said and attached is copied to the one that stays, and each copy is kept in merge_part, so that
 * all of it goes back with the merge.  Notes and answers stay where they are.  Who may learn what by it:
 * docs/rights.md.
 */
#include "domain/request/aggregate.h"
#include "domain/request/me_too.h"
#include "domain/request/merge_q.h"
#include "domain/request/talk.h"

#define CARRIED_MAX 500 /* messages that come along */

/* ---- which one it goes on in ---- */

Rc merge_target(Ctx *cx, Str number, GrantedRequest g, GrantedRequest *ret)
{
    RequestRow row;

    if (str_trim(number).len == 0)
        return fail_field(cx, RC_INVALID, "into", "required", TEXT("Write something here."));
    Rc rc = access_request_number(cx, str_trim(number), MAY_SEE, ret);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "into", "not_found", TEXT("There is no such request."));
    TRY(rc);
    if (granted_request_id(*ret) == granted_request_id(g))
        return fail_field(cx, RC_INVALID, "into", "itself",
                          TEXT("A request is not merged into itself."));
    if (!granted_may(*ret, MAY_SAY | MAY_NOTE))
        return fail_field(cx, RC_INVALID, "into", "not_yours",
                          TEXT("You cannot write there. Choose one that your team works on."));
    if (granted_confidential(*ret) || granted_confidential(g))
        return fail_field(cx, RC_INVALID, "into", "confidential",
                          TEXT("Confidential requests are not merged. Link them instead."));
    TRY(q_request_lock(cx, *ret, &row));
    if (row.imported || str_eq_z(row.state, "draft") || str_eq_z(row.state, "closed"))
        return fail_field(cx, RC_INVALID, "into", "not_open",
                          TEXT("Choose a request that is open."));
    return RC_OK;
}

/* ---- what comes along ---- */

static Rc keep_parts(Ctx *cx, GrantedRequest from, int64_t link, const char *object,
                     const IdList *ids)
{
    for (size_t i = 0; i < ids->n; i++)
        TRY(q_merge_part_add(cx, from, link, str_z(object), ids->at[i], NULL));
    return RC_OK;
}

static Rc bring_messages(Ctx *cx, GrantedRequest from, GrantedRequest to, int64_t link)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MergeMessagesRow row;
    IdList made = { 0 };

    TRY(q_merge_messages(cx, to, granted_request_id(from), CARRIED_MAX, &rows));
    while (q_merge_messages_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &made, row.id));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < made.n; i++)
        TRY(event_add(cx,
                      &(Event){ .kind = "message.merged",
                                .request_id = granted_request_id(to),
                                .object = "message",
                                .object_id = made.at[i] },
                      NULL));
    TRY(q_attachment_carry_said(cx, to, granted_request_id(from), cx->now_ms, NULL));
    return keep_parts(cx, from, link, "message", &made);
}

static Rc bring_files(Ctx *cx, GrantedRequest from, GrantedRequest to, int64_t link)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MergeFilesRow row;
    IdList made = { 0 };

    TRY(q_merge_files(cx, to, granted_request_id(from), cx->now_ms, &rows));
    while (q_merge_files_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &made, row.id));
    TRY(rows_result(&rows));
    return keep_parts(cx, from, link, "file", &made);
}

typedef struct Comer {
    int64_t person;
    bool watches; /* only follows */
} Comer;
LIST_OF(Comer, Comers);

static Rc who_comes(Ctx *cx, const Aggregate *r, Comers *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ParticipantRowsRow row;

    TRY(LIST_PUSH(cx->arena, ret, (Comer){ r->row.requester_id, false }));
    if (r->row.beneficiary_id != r->row.requester_id)
        TRY(LIST_PUSH(cx->arena, ret, (Comer){ r->row.beneficiary_id, false }));
    TRY(q_participant_rows(cx, r->g, &rows));
    while (q_participant_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, (Comer){ row.person_id, str_eq_z(row.kind, "watcher") }));
    return rows_result(&rows);
}

/* Whoever only follows must see the other one already. */
static Rc bring_person(Ctx *cx, GrantedRequest from, GrantedRequest to, int64_t link, Comer who)
{
    Str kind = who.watches ? STR("watcher") : STR("participant");
    Reasons reasons = { 0 };
    int64_t changed = 0;

    if (who.watches) {
        TRY(access_why(cx, to, who.person, &reasons));
        if (reasons.n == 0)
            return RC_OK;
    }
    TRY(q_participant_insert(cx, to, who.person, kind, cx->subject->person_id, cx->now_ms,
                             &changed));
    if (changed == 0)
        return RC_OK;
    if (!who.watches)
        TRY(access_reader_person(cx, to, RELATION_PARTICIPANT, who.person));
    return q_merge_part_add(cx, from, link, kind, who.person, NULL);
}

static Rc bring_people(Ctx *cx, const Aggregate *r, GrantedRequest to, int64_t link)
{
    Comers list = { 0 };
    RequestRow row;

    TRY(q_request_get(cx, to, &row));
    TRY(who_comes(cx, r, &list));
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].person != row.requester_id && list.at[i].person != row.beneficiary_id)
            TRY(bring_person(cx, r->g, to, link, list.at[i]));
    return RC_OK;
}

static Rc note(Ctx *cx, GrantedRequest g, const char *kind)
{
    return aggregate_note(
        cx, g, &(Event){ .kind = kind, .object = "request", .object_id = granted_request_id(g) },
        NULL);
}

Rc merge_make(Ctx *cx, Aggregate *r, GrantedRequest into)
{
    int64_t link;

    TRY(link_make(cx, r->g, into, "merged_into", &link));
    TRY(note(cx, into, "request.took_in"));
    TRY(bring_people(cx, r, into, link));
    TRY(me_too_carry(cx, r->g, into, OPT_INT(link)));
    TRY(bring_messages(cx, r->g, into, link));
    return bring_files(cx, r->g, into, link);
}

/* ---- and back ---- */

static Rc people_back(Ctx *cx, GrantedRequest from, GrantedRequest to, int64_t link)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MergePeopleRow row;
    Comers list = { 0 };

    TRY(q_merge_people(cx, from, link, &rows));
    while (q_merge_people_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, (Comer){ row.person_id, str_eq_z(row.kind, "watcher") }));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < list.n; i++) {
        Comer who = list.at[i];
        Str kind = who.watches ? STR("watcher") : STR("participant");
        TRY(q_participant_delete(cx, to, who.person, kind, NULL));
        if (!who.watches)
            TRY(access_reader_drop_person(cx, to, RELATION_PARTICIPANT, who.person));
    }
    return RC_OK;
}

static Rc check_back(Ctx *cx, GrantedRequest to, int64_t link)
{
    MergeWentOnRow went;
    RequestRow row;

    TRY(q_request_lock(cx, to, &row));
    TRY(q_merge_went_on(cx, to, link, &went));
    if (went.n > 0 || str_eq_z(row.outcome, "merged"))
        return fail(cx, RC_CONFLICT, "went_on",
                    TEXT("The request that it was merged into goes on in another one, so the merge "
                         "stays."));
    return RC_OK;
}

Rc merge_undo(Ctx *cx, Aggregate *r)
{
    GrantedRequest into;
    MergeOfRow merge;
    bool found = false;

    TRY(q_merge_of(cx, r->g, &merge, &found));
    if (!found)
        return RC_INTERNAL;
    Rc rc = access_request(cx, merge.into_id, MAY_SEE, &into);
    if (rc == RC_NOT_FOUND)
        return fail(
            cx, RC_CONFLICT, "not_visible",
            TEXT("You do not see the request that it was merged into. Somebody who sees both "
                 "can take the merge back."));
    TRY(rc);
    TRY(check_back(cx, into, merge.link_id));
    TRY(people_back(cx, r->g, into, merge.link_id));
    TRY(me_too_bring_back(cx, into, merge.link_id));
    TRY(q_merge_files_back(cx, into, merge.link_id, NULL));
    TRY(q_merge_messages_back(cx, into, merge.link_id, NULL));
    TRY(q_merge_parts_drop(cx, r->g, merge.link_id, NULL));
    TRY(q_request_link_delete(cx, r->g, merge.link_id, NULL));
    return note(cx, into, "request.gave_back");
}
