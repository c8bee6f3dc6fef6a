/* unsent.c - drafts of the composer, and who else is writing. */
#include "domain/request/unsent.h"

#include "domain/request/aggregate.h"
#include "domain/request/unsent_q.h"

Rc unsent_get(Ctx *cx, GrantedRequest g, Unsent *ret)
{
    UnsentGetRow row;
    bool found = false;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_unsent_get(cx, g, cx->subject->person_id, &row, &found));
    *ret =
        found ? (Unsent){ row.text, row.internal, row.at_ms } : (Unsent){ STR(""), false, MS_NONE };
    return RC_OK;
}

/* Below what is closed only the asking side goes on, and notes. */
static Rc still_to_say(Ctx *cx, GrantedRequest g, bool internal)
{
    RequestRow row;

    if (internal || granted_may(g, MAY_ASK_SIDE))
        return RC_OK;
    TRY(q_request_get(cx, g, &row));
    return str_eq_z(row.state, "closed")
               ? fail_whole(cx, RC_CONFLICT, "wrong_state", TEXT("This request is closed."))
               : RC_OK;
}

Rc unsent_keep(Ctx *cx, GrantedRequest g, const UnsentInput *in)
{
    int64_t self = cx->subject->person_id;
    UnsentSentRow sent = { 0 };

    TRY(access_more(cx, g, in->internal ? MAY_NOTE : MAY_SAY));
    TRY(still_to_say(cx, g, in->internal));
    TRY(in->fault);
    TRY(words_check(cx, "text", in->text, false));
    if (str_trim(in->text).len == 0)
        return q_unsent_delete(cx, g, self, NULL);
    if (in->seen_seq > 0)
        TRY(q_unsent_sent(cx, g, self, in->seen_seq, &sent));
    if (sent.n > 0)
        return RC_OK;
    TRY(q_unsent_forget(cx, g, self, cx->now_ms - UNSENT_DAYS * MS_DAY, NULL));
    return q_unsent_put(cx, g, self, in->internal, in->text, cx->now_ms, NULL);
}

Rc unsent_drop(Ctx *cx, GrantedRequest g)
{
    TRY(access_more(cx, g, MAY_SAY));
    return q_unsent_delete(cx, g, cx->subject->person_id, NULL);
}

Rc unsent_list(Ctx *cx, ScopeRequests s, UnsentLines *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    UnsentListRow row;

    *ret = (UnsentLines){ 0 };
    TRY(q_unsent_list(cx, s, cx->subject->person_id, UNSENT_MOST, &rows));
    while (q_unsent_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret,
                      (UnsentLine){ .number = request_number(cx->arena, row.record, row.serial),
                                    .title = row.title,
                                    .internal = row.internal,
                                    .at_ms = row.at_ms }));
    return rows_result(&rows);
}

LIST_OF(UnsentWritersRow, UnsentWritersRows);

Rc unsent_writers(Ctx *cx, GrantedRequest g, Writers *ret)
{
    UnsentWritersRows found = { 0 };
    UnsentWritersRow row;
    IdList ids = { 0 };

    *ret = (Writers){ 0 };
    TRY(access_more(cx, g, MAY_NOTES));
    {
        CLEANUP(rows_close) Rows rows = { 0 };
        TRY(q_unsent_writers(cx, g, cx->subject->person_id, cx->now_ms - UNSENT_FRESH_MS, &rows));
        while (q_unsent_writers_next(&rows, &row)) {
            TRY(LIST_PUSH(cx->arena, &found, row));
            TRY(LIST_PUSH(cx->arena, &ids, row.person_id));
        }
        TRY(rows_result(&rows));
    }
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < found.n; i++) {
        Writer w = { .internal = found.at[i].internal };
        TRY(person_ref(cx, found.at[i].person_id, &w.person));
        TRY(LIST_PUSH(cx->arena, ret, w));
    }
    return RC_OK;
}

Rc unsent_check_seen(Ctx *cx, GrantedRequest g, int64_t seen_seq)
{
    TalkSinceRow row;
    PersonRef who;
    bool found = false;

    if (seen_seq <= 0)
        return RC_OK;
    TRY(q_talk_since(cx, g, cx->subject->person_id, seen_seq, &row, &found));
    if (!found)
        return RC_OK;
    TRY(person_ref(cx, row.actor_id, &who));
    return fail_whole(cx, RC_CONFLICT, "answered_meanwhile",
                      TEXT("{0} wrote while you were writing. Your text is kept: read theirs, then "
                           "send yours.",
                           who.name));
}
