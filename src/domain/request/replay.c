/* replay.c - do the stored events give the state that the rows show? */
#include "domain/request/aggregate.h"
#include "domain/request/upkeep.h"
#include "domain/request/upkeep_q.h"

LIST_OF(const Json *, Records);

static int64_t id_in(const Json *parties, Str key)
{
    const Json *v = json_get(parties, key);
    return v != NULL && v->kind == JSON_INT ? v->integer : 0;
}

EngineParties parties_of(const Json *parties, const RequestRow *row)
{
    if (parties == NULL)
        return (EngineParties){ row->requester_id, row->beneficiary_id, row->submitter_id,
                                row->team_id, row->owner_id.value };
    return (EngineParties){
        .requester = id_in(parties, STR("requester")),
        .beneficiary = id_in(parties, STR("beneficiary")),
        .submitter = id_in(parties, STR("submitter")),
        .team = id_in(parties, STR("team")),
        .owner_team = id_in(parties, STR("owner_team")),
    };
}

static Rc read_records(Ctx *cx, GrantedRequest g, Records *ret, const Json **ret_parties)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReplayStepsRow row;

    TRY(q_replay_steps(cx, g, &rows));
    while (q_replay_steps_next(&rows, &row)) {
        const Json *whole = NULL;
        TRY(json_parse(cx->arena, row.step, &whole, NULL));
        const Json *step = json_get(whole, STR("step"));
        if (step == NULL)
            return RC_INTERNAL;
        if (ret->n == 0)
            *ret_parties = json_get(whole, STR("parties"));
        TRY(LIST_PUSH(cx->arena, ret, step));
    }
    return rows_result(&rows);
}

Rc request_replay(Ctx *cx, GrantedRequest g)
{
    Aggregate r;
    Records records = { 0 };
    const Json *parties = NULL;
    RequestState folded;

    TRY(aggregate_load(cx, g, false, &r));
    if (r.row.imported) /* another system moved it: its events hold no steps of our engine */
        return RC_OK;
    TRY(read_records(cx, g, &records, &parties));
    Rc rc = engine_replay(r.model, parties_of(parties, &r.row), records.at, records.n, cx->arena,
                          &folded);
    if (rc == RC_INVALID)
        return fail(cx, RC_INVALID, "replay",
                    TEXT("An event of request {0} cannot be read.",
                         request_number(cx->arena, r.row.record, r.row.serial)));
    TRY(rc);
    if (engine_state_equal(&folded, &r.state))
        return RC_OK;
    return fail(cx, RC_CONFLICT, "replay",
                TEXT("The events of request {0} give another state than its rows.",
                     request_number(cx->arena, r.row.record, r.row.serial)));
}
