/* timers.c - what the clock does to requests, and files that nobody attached. */
#include "core/log.h"
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"
#include "domain/request/upkeep_q.h"

LIST_OF(UploadsStaleRow, UploadsStaleRows);

#define PUT_OFF_MS MS_HOUR /* a request that could not be moved is left alone for so long */

#define CATCH_UP_MAX 50

typedef struct Due {
    Ctx *cx;
    int64_t id;
} Due;

/* The timer's next instant when the engine found nothing to do: never the same one again. */
static Rc put_off(Ctx *cx, GrantedRequest g, Ms at)
{
    Ms next = at <= cx->now_ms ? cx->now_ms + PUT_OFF_MS : at;
    return q_request_put_off(cx, g, OPT_INT(next), NULL);
}

/* In a savepoint of its own. */
static Rc move_one(DbConn *c, void *arg)
{
    const Due *due = arg;
    Ctx *cx = due->cx;
    GrantedRequest g;
    Aggregate r;
    EngineInput in = { .kind = INPUT_TIMER, .as = AS_SYSTEM, .until_ms = MS_NONE };
    StepWords words = { 0 };

    UNUSED(c);
    TRY(access_internal_request(cx, INTERNAL_TIMER, due->id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    TRY(confidence_settle(cx, &r));
    int64_t version = r.row.version;
    TRY(aggregate_step(cx, &r, &in, &words));
    TRY(delegates_settle(cx, &r));
    if (r.row.version != version && (!r.row.timer_ms.set || r.row.timer_ms.value > cx->now_ms))
        return RC_OK;
    Ms next = engine_timer_ms(&r.state);
    if (next == MS_NONE && !str_eq_z(r.row.step_code, "approver"))
        return q_request_put_off(cx, g, OPT_NONE, NULL);
    return put_off(cx, g, next == MS_NONE ? cx->now_ms : next);
}

Rc request_clock_until(Ctx *cx, int64_t request_id, Ms until)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    Ctx clock = *cx;
    Due due = { &clock, request_id };
    GrantedRequest g;

    clock.subject = &nobody;
    for (int i = 0; i < CATCH_UP_MAX; i++) {
        RequestRow row;
        TRY(access_internal_request(&clock, INTERNAL_TIMER, request_id, &g));
        TRY(q_request_get(&clock, g, &row));
        if (!row.timer_ms.set || row.timer_ms.value > until)
            return RC_OK;
        clock.now_ms = row.timer_ms.value;
        Rc rc = move_one(clock.db, &due);
        cx->detail = clock.detail;
        TRY(rc);
    }
    return RC_OK;
}

static Rc leave_it(Ctx *cx, int64_t id, Rc why)
{
    GrantedRequest g;

    log_warn("timer", "request %lld could not be moved: %s", (long long)id, rc_name(why));
    TRY(access_internal_request(cx, INTERNAL_TIMER, id, &g));
    return put_off(cx, g, cx->now_ms);
}

static Rc read_due(Ctx *cx, int64_t max, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TimersDueRow row;
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(q_timers_due(cx, g, cx->now_ms, max, &rows));
    while (q_timers_due_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.id));
    return rows_result(&rows);
}

Rc request_timers(Ctx *cx, int64_t max, bool *ret_more)
{
    IdList ids = { 0 };

    TRY(read_due(cx, max + 1, &ids));
    *ret_more = ids.n > (size_t)max;
    for (size_t i = 0; i < ids.n && i < (size_t)max; i++) {
        Due due = { cx, ids.at[i] };
        Rc rc = db_savepoint(cx->db, move_one, &due);
        cx->type = STR("");
        cx->detail = (Text){ 0 };
        if (rc == RC_BUSY)
            return rc;
        if (rc != RC_OK)
            TRY(leave_it(cx, ids.at[i], rc));
    }
    return RC_OK;
}

/* Leads hear of work that somebody leaves behind; sharing it out is theirs to do. */
static Rc tell_leads(Ctx *cx, GrantedTimers g, int64_t person)
{
    WorkLeftRow row;
    TeamRefs teams;
    int64_t delegate, event;
    bool left;
    Ms until;

    TRY(person_away_until(cx, person, cx->now_ms, &until));
    TRY(delegates_of(cx, &person, 1, DELEGATION_TASKS, cx->now_ms, &delegate));
    if (until == MS_NONE || delegate != 0)
        return RC_OK;
    TRY(q_work_left(cx, g, person, &row, &left));
    if (!left)
        return RC_OK;
    Event ev = {
        .kind = "absence.work_left", .object = "person", .object_id = person, .on_behalf_of = person
    };
    TRY(event_add(cx, &ev, &event));
    TRY(person_teams(cx, person, &teams));
    for (size_t i = 0; i < teams.n; i++) {
        PersonRefs leads;
        TRY(team_leads(cx, teams.at[i].id, &leads));
        for (size_t k = 0; k < leads.n; k++)
            if (leads.at[k].id != person)
                TRY(q_work_left_told(cx, g, leads.at[k].id, event, cx->now_ms, NULL));
    }
    return RC_OK;
}

Rc request_presence(Ctx *cx, int64_t max, bool *ret_more)
{
    GrantedTimers g;
    PrincipalIds persons;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(presence_moments(cx, g, max, &persons, ret_more));
    for (size_t i = 0; i < persons.n; i++) {
        TRY(q_timers_of_person(cx, g, persons.at[i], cx->now_ms, NULL));
        TRY(tell_leads(cx, g, persons.at[i]));
    }
    return RC_OK;
}

/* ---- uploads ---- */

static Rc read_stale(Ctx *cx, GrantedTimers g, int64_t max, UploadsStaleRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    UploadsStaleRow row;

    TRY(q_uploads_stale(cx, g, cx->now_ms - UPLOAD_DAYS * MS_DAY, max, &rows));
    while (q_uploads_stale_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc add_unused(Ctx *cx, GrantedTimers g, Str sha256, StrList *ret)
{
    UploadBytesUsedRow row;
    bool used = false;

    TRY(q_upload_bytes_used(cx, g, sha256, &row, &used));
    return used ? RC_OK : LIST_PUSH(cx->arena, ret, sha256);
}

Rc uploads_expire(Ctx *cx, int64_t max, StrList *ret_hashes)
{
    GrantedTimers g;
    UploadsStaleRows stale = { 0 };
    StrList hashes = { 0 };

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(read_stale(cx, g, max, &stale));
    for (size_t i = 0; i < stale.n; i++)
        TRY(q_upload_remove(cx, g, stale.at[i].id, NULL));
    for (size_t i = 0; i < stale.n; i++)
        TRY(add_unused(cx, g, stale.at[i].sha256, &hashes));
    *ret_hashes = hashes;
    return RC_OK;
}

Rc uploads_unknown(Ctx *cx, const StrList *hashes, StrList *ret)
{
    GrantedTimers g;
    StrList unknown = { 0 };

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    for (size_t i = 0; i < hashes->n; i++)
        TRY(add_unused(cx, g, hashes->at[i], &unknown));
    *ret = unknown;
    return RC_OK;
}
