/* request_approvals.c - decisions. */
#include "domain/request/aggregate.h"

static const struct {
    const char *word;
    Decision decision;
} decisions[] = {
    { "approve", DECISION_APPROVE },
    { "reject", DECISION_REJECT },
    { "return", DECISION_RETURN },
    { "delegate", DECISION_DELEGATE },
};

static Rc read_decision(Ctx *cx, Str word, Decision *ret)
{
    for (size_t i = 0; i < COUNT_OF(decisions); i++) {
        if (str_eq_z(word, decisions[i].word)) {
            *ret = decisions[i].decision;
            return RC_OK;
        }
    }
    return fail_field(cx, RC_INVALID, "decision", "unknown_word",
                      TEXT("Choose approve, reject, return or delegate."));
}

static Rc read_delegate(Ctx *cx, const ApprovalDecision *in, int64_t *ret)
{
    if (in->to.len == 0)
        return fail_field(cx, RC_INVALID, "to", "required", TEXT("Say who decides in your place."));
    Rc rc = person_id(cx, in->to, ret);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "to", "not_found", TEXT("There is no such person."));
    return rc;
}

/* What the person saw must be what stands there: an edit that matters asks the stage again, one that
 * does not (reapprove: no) keeps the hash. */
static Rc check_shown(Ctx *cx, const Aggregate *r, size_t i, Str shown)
{
    if (str_is_null(shown) || str_eq(shown, r->state.approvals.at[i].shown_hash))
        return RC_OK;
    return fail(cx, RC_STALE, "stale",
                TEXT("The request has changed since you looked at it. Look again, then decide."));
}

static Rc read_body(Ctx *cx, const ApprovalDecision *in, EngineInput *step)
{
    TRY(in->fault);
    TRY(read_decision(cx, in->decision, &step->decision));
    TRY(words_check(cx, "reason", in->reason, false));
    return step->decision == DECISION_DELEGATE ? read_delegate(cx, in, &step->to) : RC_OK;
}

Rc approval_decide(Ctx *cx, GrantedRequest g, int64_t approval_id, const ApprovalDecision *in)
{
    EngineInput step = { .kind = INPUT_DECIDE, .until_ms = MS_NONE };
    StepWords words = { .reason = str_trim(in->reason), .field = "reason" };
    Aggregate r;
    size_t i = 0;

    TRY(aggregate_load(cx, g, true, &r));
    while (i < r.state.approvals.n && r.state.approvals.at[i].row != approval_id)
        i++;
    if (i == r.state.approvals.n)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such approval."));
    step.approval = i;
    TRY(aggregate_as(cx, &r, ENGINE_NO_INDEX, &step.as));
    Rc rc = read_body(cx, in, &step);
    if (rc != RC_OK)
        return aggregate_fault(cx, &r, &step, rc);
    if (r.state.approvals.at[i].delegate == cx->subject->person_id && cx->subject->person_id != 0)
        r.acts_for = r.state.approvals.at[i].approver;
    if (engine_may_decide(&r.state, i, cx->subject->person_id))
        TRY(check_shown(cx, &r, i, in->shown_hash));
    return aggregate_step(cx, &r, &step, &words);
}
