/* engine_approvals.c - stages in order, who is asked, what a decision leads to.
 *
 * The rows are the state: a stage is what its latest round of rows shows (stage_views).  A round is
 * never rewritten; asking again begins a new one with a place-holder, and the first asked person
 * takes over the row of the place-holder.
 */
#include "domain/request/engine_step.h"

#include <assert.h>

static const FactStage *fact_stage(const Step *st, Str key)
{
    for (size_t i = 0; i < st->f->stages.n; i++)
        if (str_eq(st->f->stages.at[i].key, key))
            return &st->f->stages.at[i];
    return NULL;
}

static Rc push(Step *st, EngineApproval ap, size_t *ret_index)
{
    if (st->s.approvals.n >= ENGINE_APPROVALS_MAX
        || LIST_PUSH(st->a, &st->s.approvals, ap) != RC_OK)
        return step_refuse(st, RC_LIMIT, "too_many",
                           T("This request has too many approvals. Ask for it in smaller parts."));
    *ret_index = st->s.approvals.n - 1;
    return RC_OK;
}

static EngineApproval place_holder(Str key, int32_t stage_no, int32_t round, ApprovalRule rule)
{
    return (EngineApproval){ .stage = key,
                             .stage_no = stage_no,
                             .round = round,
                             .rule = rule,
                             .state = APPROVAL_WAITING,
                             .asked_ms = MS_NONE,
                             .decided_ms = MS_NONE,
                             .shown_hash = STR("") };
}

Rc approvals_begin(Step *st)
{
    for (size_t i = 0; i < st->m->approvals.n; i++) {
        const Stage *stage = &st->m->approvals.at[i];
        size_t at = 0;
        ApprovalRule rule = { stage->rule, stage->rule_n };
        TRY(push(st, place_holder(stage->key, (int32_t)i, 1, rule), &at));
    }
    return RC_OK;
}

static void withdraw(Step *st, size_t index)
{
    EngineApproval *ap = &st->s.approvals.at[index];
    bool asked = ap->state == APPROVAL_ASKED;
    ap->state = APPROVAL_WITHDRAWN;
    ap->stuck = false;
    step_emit(st, EFFECT_ASK_WITHDRAWN, index);
    if (asked) {
        step_tell_person(st, ap->approver, "approval_withdrawn");
        step_tell_person(st, ap->delegate, "approval_withdrawn");
    }
}

/* Of one stage, or of all with stage_no < 0. */
static void withdraw_asked(Step *st, int32_t stage_no)
{
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *ap = &st->s.approvals.at[i];
        if (ap->state == APPROVAL_ASKED && (stage_no < 0 || ap->stage_no == stage_no))
            withdraw(st, i);
    }
}

void approvals_withdraw(Step *st)
{
    withdraw_asked(st, -1);
    for (size_t i = 0; i < st->s.approvals.n; i++)
        if (st->s.approvals.at[i].state == APPROVAL_WAITING)
            withdraw(st, i);
}

/* ---- who is asked ---- */

/* Nobody approves a request of their own, nor that they may leave the model themselves. */
static bool is_own(const Step *st, int32_t stage_no, int64_t person)
{
    return state_is_party(&st->s, person)
           || (stage_no == STAGE_ADHOC_NO && person != 0 && person == st->s.adhoc_by);
}

/* Adds persons until `wanted` are there (0: all of them); nobody is asked twice. */
static Rc pick(Step *st, int32_t stage_no, const IdList *from, size_t wanted, IdList *set)
{
    for (size_t i = 0; i < from->n; i++) {
        int64_t person = from->at[i];
        if (wanted > 0 && set->n >= wanted)
            break;
        if (person == 0 || is_own(st, stage_no, person) || ids_have(set, person))
            continue;
        if (set->n >= ENGINE_ASKED_MAX || LIST_PUSH(st->a, set, person) != RC_OK)
            return step_refuse(
                st, RC_LIMIT, "too_many",
                T("Too many people would be asked to approve. The owner of the model "
                  "has to name fewer."));
    }
    return RC_OK;
}

/* Who decides in the place of `person`: a delegation that is in force, unless the delegate is a
 * party of the request or has a voice in this stage already. */
static int64_t delegate_for(const Step *st, int32_t stage_no, int64_t person, const IdList *set,
                            IdList *voices)
{
    for (size_t i = 0; i < st->f->delegates.n; i++) {
        const FactDelegate *d = &st->f->delegates.at[i];
        if (d->person != person || d->delegate == 0)
            continue;
        if (is_own(st, stage_no, d->delegate) || ids_have(set, d->delegate)
            || ids_have(voices, d->delegate))
            return 0;
        return LIST_PUSH(st->a, voices, d->delegate) == RC_OK ? d->delegate : 0;
    }
    return 0;
}

/* Asks the persons of `set`; the first takes over the place-holder's row. */
static Rc ask(Step *st, size_t index, const IdList *set)
{
    IdList voices = { 0 };
    for (size_t i = 0; i < set->n; i++) {
        EngineApproval ap = st->s.approvals.at[index];
        size_t at = index;
        ap.state = APPROVAL_ASKED;
        ap.stuck = false;
        ap.approver = set->at[i];
        ap.delegate = delegate_for(st, ap.stage_no, ap.approver, set, &voices);
        ap.given = ap.delegate != 0 ? GIVEN_DATED : GIVEN_NOT;
        ap.asked_ms = st->now;
        ap.shown_hash = st->f->hash;
        if (i == 0) {
            st->s.approvals.at[index] = ap;
        } else {
            ap.row = 0;
            TRY(push(st, ap, &at));
        }
        step_emit(st, EFFECT_ASKED, at);
        step_tell_person(st, ap.approver, "approve");
        step_tell_person(st, ap.delegate, "approve");
    }
    return RC_OK;
}

/* Who has a voice in the round of this ask, apart from whoever decides this ask itself. */
static Rc voices_beside(const Step *st, size_t index, IdList *set, IdList *voices)
{
    const EngineApproval *ap = &st->s.approvals.at[index];

    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *other = &st->s.approvals.at[i];
        if (other->stage_no != ap->stage_no || other->round != ap->round || other->approver == 0)
            continue;
        TRY(LIST_PUSH(st->a, set, other->approver));
        if (i != index && other->delegate != 0)
            TRY(LIST_PUSH(st->a, voices, other->delegate));
        if (i != index && other->decider != 0)
            TRY(LIST_PUSH(st->a, voices, other->decider));
    }
    return RC_OK;
}

static bool names_person(const Step *st, int64_t person)
{
    for (size_t i = 0; i < st->f->delegates.n; i++)
        if (st->f->delegates.at[i].person == person)
            return true;
    return false;
}

/* Open asks follow the dated delegations as they begin and end.  What somebody handed on or took back
 * by hand stays as they said, and where the facts are silent nothing changes. */
Rc approvals_follow_delegations(Step *st)
{
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        EngineApproval *ap = &st->s.approvals.at[i];
        IdList set = { 0 }, voices = { 0 };
        if (ap->state != APPROVAL_ASKED || ap->given == GIVEN_HAND
            || !names_person(st, ap->approver))
            continue;
        TRY(voices_beside(st, i, &set, &voices));
        int64_t now = delegate_for(st, ap->stage_no, ap->approver, &set, &voices);
        if (now == ap->delegate)
            continue;
        ap->delegate = now;
        ap->given = now != 0 ? GIVEN_DATED : GIVEN_NOT;
        step_emit(st, EFFECT_DELEGATION, i);
        step_tell_person(st, now, "delegated");
    }
    return RC_OK;
}

static void stuck(Step *st, size_t index)
{
    EngineApproval *ap = &st->s.approvals.at[index];
    if (ap->stuck)
        return;
    ap->stuck = true;
    step_emit(st, EFFECT_STAGE_STUCK, index);
    int64_t team = st->s.owner_team != 0 ? st->s.owner_team : st->s.team;
    step_tell(st, (Holder){ HOLDER_TEAM, team }, "stuck");
}

/* Opens a waiting stage: its own people, then the next managers up, then the leads of the owner
 * team, until the rule can be met; else it waits visibly.  It is never approved by default. */
static Rc open_stage(Step *st, size_t index, const IdList *who, const IdList *managers)
{
    ApprovalRule rule = st->s.approvals.at[index].rule;
    int32_t stage_no = st->s.approvals.at[index].stage_no;
    size_t least = rule.kind == RULE_QUORUM ? (size_t)rule.n : 1;
    IdList set = { 0 };
    TRY(pick(st, stage_no, who, 0, &set));
    if (set.n < least)
        TRY(pick(st, stage_no, managers, least, &set));
    if (set.n < least)
        TRY(pick(st, stage_no, &st->f->owner_leads, 0, &set));
    if (set.n < least) {
        stuck(st, index);
        return RC_OK;
    }
    return ask(st, index, &set);
}

/* ---- what follows from a change ---- */

static void skip_stage(Step *st, size_t index, const FactStage *fact)
{
    EngineApproval *ap = &st->s.approvals.at[index];
    ap->state = APPROVAL_SKIPPED;
    ap->stuck = false;
    ap->pre_approved = fact->pre_approved;
    ap->decided_ms = st->now;
    step_emit(st, EFFECT_STAGE_SKIPPED, index);
}

/* Begins a new round; the old one stays as it was, but for its open asks. */
static Rc again(Step *st, StageView *v)
{
    size_t at = 0;
    withdraw_asked(st, v->stage_no);
    TRY(push(st, place_holder(v->key, v->stage_no, v->round + 1, v->rule), &at));
    step_emit(st, EFFECT_STAGE_AGAIN, at);
    v->round++;
    v->first = at;
    v->status = STAGE_WAITING;
    return RC_OK;
}

/* Did the people who approved see what the request holds now? */
static bool saw_this(const Step *st, const StageView *v, ApprovalState state)
{
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *ap = &st->s.approvals.at[i];
        if (ap->stage_no == v->stage_no && ap->round == v->round && ap->state == state
            && !str_eq(ap->shown_hash, st->f->hash))
            return false;
    }
    return true;
}

Rc approvals_resume(Step *st)
{
    StageViews views = stage_views(&st->s);
    for (size_t k = 0; k < views.n; k++)
        if (views.at[k].status == STAGE_RETURNED)
            TRY(again(st, &views.at[k]));
    return RC_OK;
}

/* One stage; `blocked` says that an earlier one is not done.  Where the facts do not name the
 * stage, nothing changes. */
static Rc settle_stage(Step *st, StageView *v, bool blocked)
{
    const FactStage *fact = fact_stage(st, v->key);
    if (v->status == STAGE_VOID)
        TRY(again(st, v));
    if (!fact)
        return RC_OK;
    /* A condition on the assessment says nothing before the assessment is there. */
    bool known = !fact->needs_assessment || st->s.assessment == ASSESSMENT_PASSED;

    if (v->status == STAGE_APPROVED) {
        if (fact->applies && known && !saw_this(st, v, APPROVAL_APPROVED))
            TRY(again(st, v));
    } else if (v->status == STAGE_SKIPPED) {
        if (st->content && (fact->applies || !known))
            TRY(again(st, v));
    } else if (v->status == STAGE_ASKED) {
        bool gone = st->content && known && !fact->applies;
        if (gone || blocked || !saw_this(st, v, APPROVAL_ASKED))
            TRY(again(st, v));
    }
    if (v->status != STAGE_WAITING || !known)
        return RC_OK;
    if (!fact->applies && (st->content || !blocked)) {
        skip_stage(st, v->first, fact);
        v->status = STAGE_SKIPPED;
    } else if (!blocked) {
        TRY(open_stage(st, v->first, &fact->who, &fact->managers));
        if (st->s.approvals.at[v->first].state == APPROVAL_ASKED)
            v->status = STAGE_ASKED;
    }
    return RC_OK;
}

Rc approvals_settle(Step *st)
{
    StageViews views = stage_views(&st->s);
    bool blocked = false;
    for (size_t k = 0; k < views.n; k++) {
        StageView *v = &views.at[k];
        if (stage_is_adhoc(v)) {
            if (v->status == STAGE_ASKED && !saw_this(st, v, APPROVAL_ASKED))
                TRY(again(st, v));
            if (v->status == STAGE_WAITING)
                TRY(open_stage(st, v->first, &st->f->owners, &(IdList){ 0 }));
            continue;
        }
        TRY(settle_stage(st, v, blocked));
        blocked |= !stage_is_done(v);
    }
    return approvals_follow_delegations(st);
}

/* ---- decisions ---- */

static const StageView *view_of(const StageViews *views, const EngineApproval *ap)
{
    for (size_t k = 0; k < views->n; k++)
        if (views->at[k].stage_no == ap->stage_no)
            return &views->at[k];
    return NULL;
}

/* One person, one voice: a delegate of two approvers decides for one of them only. */
static bool has_spoken(const Step *st, const EngineApproval *ap)
{
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *other = &st->s.approvals.at[i];
        if (other->stage_no == ap->stage_no && other->round == ap->round
            && other->decider == st->in->actor)
            return true;
    }
    return false;
}

static Rc check_decider(Step *st, const EngineApproval *ap)
{
    int64_t actor = st->in->actor;
    if (is_own(st, ap->stage_no, actor))
        return step_refuse(st, RC_FORBIDDEN, "own_request",
                           T("Nobody approves a request of their own."));
    if (actor == 0 || (ap->approver != actor && ap->delegate != actor))
        return step_refuse(st, RC_FORBIDDEN, "not_asked",
                           T("You were not asked for this approval."));
    if (ap->state == APPROVAL_WITHDRAWN)
        return step_refuse(st, RC_CONFLICT, "withdrawn",
                           T("This approval is no longer needed. Look at the request to see why."));
    if (ap->state != APPROVAL_ASKED)
        return step_refuse(st, RC_CONFLICT, "already_decided",
                           T("This approval was decided already."));
    if (has_spoken(st, ap))
        return step_refuse(
            st, RC_CONFLICT, "one_voice",
            T("You have decided in this stage already. Somebody else has to give this "
              "approval."));
    return RC_OK;
}

static bool is_asked_in_stage(const Step *st, const EngineApproval *ap, int64_t person)
{
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *other = &st->s.approvals.at[i];
        if (other->stage_no == ap->stage_no && other->round == ap->round
            && (other->approver == person || other->delegate == person || other->decider == person))
            return true;
    }
    return false;
}

static Rc delegate(Step *st, size_t index)
{
    EngineApproval *ap = &st->s.approvals.at[index];
    int64_t to = st->in->to;
    if (is_own(st, ap->stage_no, to))
        return step_refuse(st, RC_FORBIDDEN, "own_request",
                           T("Nobody approves a request of their own. Choose somebody else."));
    bool back = to == ap->approver && ap->delegate != 0; /* taken back or handed back */
    if (to == 0 || (!back && is_asked_in_stage(st, ap, to)))
        return step_refuse(st, RC_INVALID, "bad_delegate",
                           T("Choose somebody who is not asked in this stage already."));
    ap->delegate = back ? 0 : to;
    ap->given = GIVEN_HAND;
    step_emit(st, EFFECT_DELEGATED, index);
    step_tell_person(st, to, "approve");
    return RC_OK;
}

static void send_back(Step *st, size_t index)
{
    st->s.approvals.at[index].state = APPROVAL_RETURNED;
    step_emit(st, EFFECT_RETURNED, index);
    withdraw_asked(st, -1);
    for (size_t i = 0; i < st->s.approvals.n; i++) {
        const EngineApproval *ap = &st->s.approvals.at[i];
        if (ap->stage_no == STAGE_ADHOC_NO && ap->state == APPROVAL_WAITING)
            withdraw(st, i);
    }
    if (st->s.adhoc == ADHOC_ASKED)
        st->s.adhoc = ADHOC_NONE; /* whoever asked may ask again */
    st->s.round++;
    step_tell(st, (Holder){ HOLDER_REQUESTER, 0 }, "returned");
}

static void stage_decided(Step *st, size_t index, StageStatus status)
{
    const EngineApproval *ap = &st->s.approvals.at[index];
    bool approved = status == STAGE_APPROVED;
    withdraw_asked(st, ap->stage_no);
    step_emit(st, approved ? EFFECT_STAGE_APPROVED : EFFECT_STAGE_REJECTED, index);
    if (ap->stage_no == STAGE_ADHOC_NO) {
        st->s.adhoc = approved ? ADHOC_APPROVED : ADHOC_REFUSED;
        step_emit(st, approved ? EFFECT_ADHOC_APPROVED : EFFECT_ADHOC_REFUSED, ENGINE_NO_INDEX);
        step_tell_person(st, st->s.adhoc_by, approved ? "adhoc_approved" : "adhoc_refused");
    } else if (!approved) {
        step_close(st, OUTCOME_REJECTED);
    }
}

Rc act_decide(Step *st)
{
    size_t index = st->in->approval;
    Decision decision = st->in->decision;
    if (index >= st->s.approvals.n)
        return step_refuse(st, RC_INVALID, "unknown_approval", T("There is no such approval."));
    EngineApproval *ap = &st->s.approvals.at[index];
    if (ap->approver == 0)
        return step_refuse(st, RC_CONFLICT, "not_asked_yet",
                           T("Nobody is asked for this approval yet."));
    TRY(approvals_follow_delegations(st));
    TRY(check_decider(st, ap));
    if (decision == DECISION_DELEGATE)
        return delegate(st, index);

    bool adhoc = ap->stage_no == STAGE_ADHOC_NO;
    if (adhoc && decision == DECISION_RETURN)
        return step_refuse(st, RC_INVALID, "bad_decision",
                           T("Leaving the model can be approved or rejected, not returned."));
    bool verify = !adhoc && (size_t)ap->stage_no < st->m->approvals.n
                  && st->m->approvals.at[ap->stage_no].verify;
    if (!st->in->reason && decision == DECISION_APPROVE && verify)
        return step_refuse(st, RC_INVALID, "reason_required", T("Note what you verified and how."));
    if (!st->in->reason && decision != DECISION_APPROVE)
        return step_refuse(st, RC_INVALID, "reason_required",
                           T("Give a reason, so that the requester can act on it."));
    ap->decider = st->in->actor;
    ap->decided_ms = st->now;
    if (decision == DECISION_RETURN) {
        send_back(st, index);
        return RC_OK;
    }
    bool approve = decision == DECISION_APPROVE;
    ap->state = approve ? APPROVAL_APPROVED : APPROVAL_REJECTED;
    step_emit(st, approve ? EFFECT_APPROVED : EFFECT_REJECTED, index);

    StageViews views = stage_views(&st->s);
    const StageView *v = view_of(&views, ap);
    assert(v);
    if (v->status == STAGE_APPROVED || v->status == STAGE_REJECTED)
        stage_decided(st, index, v->status);
    return RC_OK;
}

Rc act_adhoc(Step *st)
{
    if (st->s.adhoc == ADHOC_ASKED || st->s.adhoc == ADHOC_APPROVED)
        return step_refuse(st, RC_CONFLICT, "already_adhoc",
                           st->s.adhoc == ADHOC_ASKED
                               ? T("The owner is asked already whether the model may be left.")
                               : T("The owner has approved already that the model is left."));
    int32_t round = 1;
    size_t at = 0;
    for (size_t i = 0; i < st->s.approvals.n; i++)
        if (st->s.approvals.at[i].stage_no == STAGE_ADHOC_NO
            && st->s.approvals.at[i].round >= round)
            round = st->s.approvals.at[i].round + 1;
    TRY(push(st, place_holder(STAGE_ADHOC, STAGE_ADHOC_NO, round, (ApprovalRule){ RULE_ANY, 0 }),
             &at));
    st->s.adhoc = ADHOC_ASKED;
    st->s.adhoc_by = st->in->actor;
    step_emit(st, EFFECT_ADHOC_ASKED, at);
    return RC_OK; /* settling asks the owners */
}
