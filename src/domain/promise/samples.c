/* samples.c - the table of how long requests took, written from their events. */
#include "domain/promise/promise.h"
#include "domain/promise/promise_q.h"

/* Between being sent and the end of a run.  A draft is not under way, nor is what is done. */
static bool is_running(Str state)
{
    return state.len > 0 && !str_eq_z(state, "draft") && !str_eq_z(state, "fulfilled")
           && !str_eq_z(state, "closed");
}

static Rc take_state(Ctx *cx, GrantedRequest g, const EventRow *ev, Str from, Str to)
{
    bool was = is_running(from), is = is_running(to);

    if (was)
        TRY(q_promise_phase_leave(cx, g, ev->seq, ev->at, NULL));
    if (was && !is)
        TRY(q_promise_run_end(cx, g, ev->seq, ev->at, str_eq_z(to, "draft"), NULL));
    if (is && !was)
        TRY(q_promise_run_insert(cx, g, ev->seq, ev->at, NULL));
    return is ? q_promise_phase_insert(cx, g, ev->seq, to, ev->at, NULL) : RC_OK;
}

static Rc take_changes(Ctx *cx, GrantedRequest g, const EventRow *ev)
{
    const Json *whole = NULL;
    EventChanges changes = { 0 };

    TRY(json_parse(cx->arena, ev->data, &whole, NULL));
    TRY(event_changes_of(cx->arena, whole, &changes));
    for (size_t i = 0; i < changes.n; i++) {
        const EventChange *c = &changes.at[i];
        if (str_eq_z(c->field, "outcome"))
            TRY(q_promise_outcome_set(cx, g, ev->seq, c->to, NULL));
        if (str_eq_z(c->field, "state"))
            TRY(take_state(cx, g, ev, c->from, c->to));
    }
    return RC_OK;
}

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    GrantedRequest g;

    UNUSED(arg);
    bool confidence =
        str_eq_z(ev->kind, "request.confidential") || str_eq_z(ev->kind, "request.opened_up");
    bool changes = str_contains(ev->data, STR("\"field\":\"state\""))
                   || str_contains(ev->data, STR("\"field\":\"outcome\""));
    if (ev->request_id == 0 || (!confidence && !changes))
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_NOTIFY, ev->request_id, &g));
    return confidence ? q_promise_confidence(cx, g, NULL) : take_changes(cx, g, ev);
}

const Follower *promise_samples_follower(void)
{
    static const Follower follower = { .name = "samples", .on_event = on_event };
    return &follower;
}

Rc promise_rebuild(Ctx *cx)
{
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(q_promise_samples_clear(cx, g, NULL));
    TRY(q_promise_follower_restart(cx, NULL));
    promise_forget();
    return RC_OK;
}

Rc promise_stretch(Ctx *cx, GrantedRequest g, PromiseStretch *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PromiseRunningRow row;
    PromiseStretch s = { .phase = STR(""), .sent_ms = MS_NONE, .entered_ms = MS_NONE };

    TRY(q_promise_running(cx, g, &rows));
    while (q_promise_running_next(&rows, &row)) {
        if (row.phase.len == 0) {
            s.sent_ms = row.entered_ms;
        } else {
            s.phase = row.phase;
            s.seq = row.seq;
            s.entered_ms = row.entered_ms;
        }
    }
    TRY(rows_result(&rows));
    *ret = s;
    return RC_OK;
}
