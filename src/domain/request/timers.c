/* timers.c - what the clock does to requests, and files that nobody attached. */
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"
#include "domain/request/upkeep_q.h"

LIST_OF(UploadsStaleRow, UploadsStaleRows);

#define PUT_OFF_MS MS_HOUR /* a timer that found nothing to do although it was due rests so long */

#define CATCH_UP_MAX 200

/* The engine's next instant, when this step has not put it already. */
static Rc put_next(Ctx *cx, const Aggregate *r)
{
    Ms next = request_timer_ms(&r->state, cx->now_ms);

    if (next != MS_NONE && next <= cx->now_ms)
        next = cx->now_ms + PUT_OFF_MS; /* never the same instant again */
    return timer_put(cx, TIMER_OF_REQUEST, r->row.id, STR(""), next);
}

/* A TimerFn: lets the engine see the time. */
static Rc move_request(Ctx *cx, const Timer *t, void *arg)
{
    GrantedRequest g;
    Aggregate r;
    EngineInput in = { .kind = INPUT_TIMER, .as = AS_SYSTEM, .until_ms = MS_NONE };
    StepWords words = { 0 };

    UNUSED(arg);
    TRY(access_internal_request(cx, INTERNAL_TIMER, t->object_id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    TRY(confidence_settle(cx, &r));
    TRY(aggregate_step(cx, &r, &in, &words));
    TRY(delegates_settle(cx, &r));
    return put_next(cx, &r);
}

Rc request_clock_until(Ctx *cx, int64_t request_id, Ms until)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    Ctx clock = *cx;

    clock.subject = &nobody;
    for (int i = 0; i < CATCH_UP_MAX; i++) {
        Timer t, mark;
        bool found = false, marked = false;
        TRY(timer_first(&clock, TIMER_OF_REQUEST, request_id, &t, &found));
        TRY(timer_first(&clock, TIMER_OF_CLOCKS, request_id, &mark, &marked));
        if (marked && (!found || mark.due_ms < t.due_ms))
            t = mark;
        if ((!found && !marked) || t.due_ms > until)
            return RC_OK;
        clock.now_ms = t.due_ms;
        bool of_clocks = str_eq_z(t.kind, TIMER_OF_CLOCKS);
        Rc rc = timer_fire_now(&clock, &t, of_clocks ? clock_on_timer : move_request, NULL);
        cx->detail = clock.detail;
        TRY(rc);
    }
    return RC_OK;
}

/* ---- presence ---- */

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

/* A TimerFn: an absence or a delegation begins or ends.  The requests it matters to are due at once, so
 * that the next turn hands open asks and work to who stands in, or back. */
static Rc on_presence(Ctx *cx, const Timer *t, void *arg)
{
    GrantedTimers g;
    PrincipalIds persons;

    UNUSED(arg);
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(presence_moment(cx, g, t, &persons));
    for (size_t i = 0; i < persons.n; i++) {
        TRY(q_timers_of_person(cx, g, persons.at[i], cx->now_ms, NULL));
        TRY(tell_leads(cx, g, persons.at[i]));
    }
    return RC_OK;
}

void request_timers_register(void)
{
    timer_register(TIMER_OF_REQUEST, move_request, NULL);
    timer_register(TIMER_OF_PRESENCE, on_presence, NULL);
    clocks_register();
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
