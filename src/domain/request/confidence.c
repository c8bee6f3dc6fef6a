/* confidence.c - whether a request is confidential: when its model says so, or the team that has it.
 *
 * The answer is kept with the request, because every list reads it, and follows what it is derived
 * from: the model's version while it is a draft, the team at a hand-over, and the team itself when
 * somebody changes what it says, which the clock brings to its requests within seconds.
 */
#include "domain/request/aggregate.h"
#include "domain/request/upkeep.h"
#include "domain/request/upkeep_q.h"

Rc confidence_of(Ctx *cx, const ModelVersion *m, int64_t team_id, bool *ret)
{
    Team team;

    *ret = m->confidential;
    if (*ret)
        return RC_OK;
    TRY(team_get(cx, team_id, &team));
    *ret = team.confidential;
    return RC_OK;
}

/* Those who read only what is not confidential. */
static Rc add_open_readers(Ctx *cx, Aggregate *r)
{
    if (r->row.owner_id.set)
        TRY(access_reader_team(cx, r->g, RELATION_OWNER_TEAM, r->row.owner_id.value));
    for (size_t i = 0; i < r->state.tasks.n; i++)
        TRY(readers_of_task(cx, r, &r->state.tasks.at[i]));
    return RC_OK;
}

/* The team that a hand-over is offered to reads in another relation when nobody else may. */
static Rc move_offer(Ctx *cx, Aggregate *r)
{
    int64_t to = r->state.handover.to_team;
    bool confidential = granted_confidential(r->g);

    if (!r->state.handover.open)
        return RC_OK;
    if (!confidential)
        TRY(access_reader_drop_team(cx, r->g, RELATION_TEAM, to));
    return access_reader_team(cx, r->g, confidential ? RELATION_TEAM : RELATION_TASK_TEAM, to);
}

static Rc tell(Ctx *cx, const Aggregate *r, bool is)
{
    EventChange change = { STR("confidential"), is ? STR("no") : STR("yes"),
                           is ? STR("yes") : STR("no"), false };
    Event ev = {
        .kind = is ? "request.confidential" : "request.opened_up",
        .object = "request",
        .object_id = r->row.id,
        .changes = &change,
        .changes_n = 1,
    };
    return aggregate_note(cx, r->g, &ev, NULL);
}

Rc confidence_settle(Ctx *cx, Aggregate *r)
{
    bool is = false;

    TRY(confidence_of(cx, r->model, r->row.team_id, &is));
    if (is == granted_confidential(r->g))
        return RC_OK;
    TRY(q_request_confidential_set(cx, r->g, is, NULL));
    TRY(access_request_confidence(cx, r->g, is, &r->g));
    r->row.confidential = is;
    if (!is)
        TRY(add_open_readers(cx, r));
    TRY(move_offer(cx, r));
    TRY(tell(cx, r, is));
    r->row.version++; /* as the event has raised it */
    return RC_OK;
}

/* ---- a team that says otherwise ---- */

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    GrantedTimers g;

    UNUSED(arg);
    if (!str_eq_z(ev->kind, "team.changed"))
        return RC_OK;
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    return q_timers_of_team(cx, g, ev->object_id, cx->now_ms, NULL);
}

const Follower *request_confidence_follower(void)
{
    static const Follower follower = { .name = "confidence", .on_event = on_event };
    return &follower;
}
