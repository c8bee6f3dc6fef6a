/* risk.c - how much may go wrong with a request: the lines of its model, kept with its row. */
#include "domain/request/aggregate.h"

const char *risk_label(Str risk)
{
    static const char *const labels[] = { T("low"), T("medium"), T("high") };

    for (size_t i = 0; i < COUNT_OF(RISK_WORDS); i++)
        if (str_eq_z(risk, RISK_WORDS[i]))
            return labels[i];
    return T("none");
}

/* The answers and what came of them are not for everybody to read in the log, so it is an event of its
 * own: the requester sees neither the risk nor that it was looked at. */
static Rc risk_event(Ctx *cx, const Aggregate *r, Str from, Str to)
{
    EventChange change = { STR("risk"), from.len > 0 ? from : STR_NULL, to.len > 0 ? to : STR_NULL,
                           false };
    Event ev = { .kind = "request.risk",
                 .request_id = r->row.id,
                 .object = "request",
                 .object_id = r->row.id,
                 .internal = true,
                 .changes = &change,
                 .changes_n = 1 };
    return event_add(cx, &ev, NULL);
}

Rc risk_settle(Ctx *cx, Aggregate *r)
{
    RequestFacts facts;
    Str was = r->row.risk;

    if (r->model->risk.n == 0 && r->row.risk_line == 0)
        return RC_OK;
    TRY(facts_of_request(cx, r, &facts));
    int64_t line = (int64_t)model_risk(r->model, &r->form, &facts, r->cost, cx->now_ms);
    Str risk = model_risk_word(r->model, line);
    if (line == r->row.risk_line && str_eq(risk, was))
        return RC_OK;
    TRY(q_request_save_risk(cx, r->g, risk, line, NULL));
    r->row.risk = risk;
    r->row.risk_line = line;
    return str_eq(risk, was) ? RC_OK : risk_event(cx, r, was, risk);
}
