/* engine.c - one step: who may act in which phase, the acts on the request itself, what follows. */
#include "domain/request/engine_step.h"

/* ---- what every act uses ---- */

Rc step_refuse(Step *st, Rc rc, const char *code, const char *text)
{
    st->no = (EngineRefusal){ .rc = rc, .code = code, .text = text, .index = ENGINE_NO_INDEX };
    return rc;
}

static void emit(Step *st, EngineEffect effect)
{
    if (LIST_PUSH(st->a, &st->list, effect) != RC_OK)
        st->full = true;
}

void step_emit(Step *st, EffectKind kind, size_t index)
{
    emit(st, (EngineEffect){ .kind = kind, .index = index });
}

void step_tell(Step *st, Holder who, const char *code)
{
    emit(st,
         (EngineEffect){ .kind = EFFECT_TELL, .index = ENGINE_NO_INDEX, .who = who, .code = code });
}

void step_tell_person(Step *st, int64_t person, const char *code)
{
    if (person != 0)
        step_tell(st, (Holder){ HOLDER_PERSON, person }, code);
}

static void tell_requester(Step *st, const char *code)
{
    step_tell(st, (Holder){ HOLDER_REQUESTER, 0 }, code);
}

static void tell_team(Step *st, const char *code)
{
    if (st->s.assignee != 0)
        step_tell_person(st, st->s.assignee, code);
    else
        step_tell(st, (Holder){ HOLDER_TEAM, st->s.team }, code);
}

void step_end_pending(Step *st)
{
    if (!st->s.pending.open)
        return;
    st->s.pending.open = false;
    step_emit(st, EFFECT_RESUMED, ENGINE_NO_INDEX);
}

void step_withdraw_offer(Step *st)
{
    if (!st->s.handover.open)
        return;
    st->s.handover.open = false;
    step_emit(st, EFFECT_OFFER_WITHDRAWN, ENGINE_NO_INDEX);
}

void step_close(Step *st, Outcome outcome)
{
    approvals_withdraw(st);
    tasks_cancel(st);
    step_end_pending(st);
    step_withdraw_offer(st);
    if (st->s.adhoc == ADHOC_ASKED)
        st->s.adhoc = ADHOC_NONE;
    st->s.outcome = outcome;
    st->s.closed_ms = st->now;
    st->s.close_at_ms = MS_NONE;
    st->s.back_until_ms = MS_NONE;
}

/* The requester's word came in time, or the request is closed for good.  The instant counts, not
 * whether the timer has run already. */
static Rc check_grace(Step *st)
{
    if (st->s.outcome == OUTCOME_MERGED)
        return step_refuse(st, RC_CONFLICT, "merged",
                           T("This request was merged into another one, which goes on."));
    if (st->s.back_until_ms != MS_NONE && st->now < st->s.back_until_ms)
        return RC_OK; /* only silence had closed it */
    bool late = st->s.close_at_ms != MS_NONE && st->now >= st->s.close_at_ms;
    if (st->s.phase == PHASE_CLOSED || (st->s.phase == PHASE_FULFILLED && late))
        return step_refuse(
            st, RC_CONFLICT, "follow_up",
            T("This request is closed for good. Make a new request that is linked to "
              "it."));
    return RC_OK;
}

/* It goes on where it stood.  What was asked is asked again, and tasks that nobody had finished wait for
 * their turn. */
static void bring_back(Step *st, EffectKind how, const char *tell)
{
    st->s.closed_ms = MS_NONE;
    st->s.outcome = OUTCOME_NONE;
    st->s.back_until_ms = MS_NONE;
    step_emit(st, how, ENGINE_NO_INDEX);
    tasks_bring_back(st);
    tell_team(st, tell);
}

Rc step_reopen(Step *st)
{
    Str key = STR_NULL;
    if (st->s.phase == PHASE_CLOSED) {
        bring_back(st, EFFECT_REOPENED,
                   "reopened"); /* silence had closed it, and now there is a word */
        return RC_OK;
    }
    st->s.round++;
    st->s.outcome = OUTCOME_NONE;
    st->s.fulfilled_ms = MS_NONE;
    st->s.close_at_ms = MS_NONE;
    step_emit(st, EFFECT_REOPENED, ENGINE_NO_INDEX);
    TRY(tasks_add(st, str_fmt(st->a, "rework_%d", (int)st->s.round), ORIGIN_REWORK, 0,
                  (StrList){ 0 }, &key));
    /* A confirmation that was not given yet comes after the rework. */
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        if (!t->accept || !task_is_open(t))
            continue;
        StrList after = { 0 };
        for (size_t k = 0; k < t->after.n; k++)
            TRY(LIST_PUSH(st->a, &after, t->after.at[k]));
        TRY(LIST_PUSH(st->a, &after, key));
        t->after = after;
    }
    tell_team(st, "reopened");
    return RC_OK;
}

/* ---- acts on the request ---- */

static Rc act_submit(Step *st)
{
    if (st->f->not_audience)
        return step_refuse(st, RC_INVALID, "not_audience",
                           T("This item is not offered to the person you ask for."));
    if (st->f->unentitled.set) {
        Rc rc = step_refuse(st, RC_INVALID, "no_entitlement",
                            T("A rule of this item does not allow the request."));
        st->no.index = (size_t)st->f->unentitled.value;
        return rc;
    }
    step_emit(st, EFFECT_SUBMITTED, ENGINE_NO_INDEX);
    st->s.not_before_ms = st->in->until_ms;
    if (st->s.submitted_ms != MS_NONE)
        return approvals_resume(st);
    st->s.submitted_ms = st->now;
    st->s.assessment = st->m->assess.n > 0 ? ASSESSMENT_OPEN : ASSESSMENT_PASSED;
    TRY(approvals_begin(st));
    TRY(tasks_begin(st));
    tell_team(st, "new");
    return RC_OK;
}

static Rc act_assess(Step *st)
{
    if (st->s.assessment == ASSESSMENT_PASSED)
        return step_refuse(st, RC_CONFLICT, "already_assessed",
                           T("This request was assessed already."));
    st->s.assessment = ASSESSMENT_PASSED;
    step_emit(st, EFFECT_ASSESSED, ENGINE_NO_INDEX);
    return RC_OK;
}

static Rc act_confirm(Step *st)
{
    if (st->s.phase == PHASE_FULFILLED) {
        step_emit(st, EFFECT_CONFIRMED, ENGINE_NO_INDEX);
        step_close(st, st->s.outcome);
        return RC_OK;
    }
    /* Work goes on, but for the confirmations themselves: this is one. */
    if (!tasks_only_accept_left(&st->s))
        return step_refuse(
            st, RC_CONFLICT, "wrong_state",
            T("Work on this request is still going on. Confirm when it is fulfilled."));
    for (size_t i = 0; i < st->s.tasks.n; i++)
        if (task_is_open(&st->s.tasks.at[i]))
            task_finish_as_done(st, i);
    return RC_OK;
}

static Rc act_not_solved(Step *st)
{
    TRY(check_grace(st));
    if (st->s.phase == PHASE_FULFILLING && !tasks_only_accept_left(&st->s))
        return step_refuse(st, RC_CONFLICT, "wrong_state",
                           T("Work on this request is still going on. Write a message instead."));
    return step_reopen(st);
}

static Rc act_reopen(Step *st)
{
    TRY(check_grace(st));
    return step_reopen(st);
}

static Rc act_reply(Step *st)
{
    TRY(check_grace(st));
    if (st->s.phase == PHASE_FULFILLED || st->s.phase == PHASE_CLOSED)
        return step_reopen(st);
    if (st->s.pending.open && st->s.pending.kind == PENDING_REQUESTER) {
        step_end_pending(st);
        tell_team(st, "replied");
    }
    return RC_OK;
}

/* Silence counts from the last reminder on. */
static Ms silence(const Step *st)
{
    return st->f->remind_ms == MS_NONE ? st->f->silence_ms : MS_NONE;
}

static Rc pend(Step *st, PendingKind kind)
{
    if (st->s.pending.open)
        return step_refuse(st, RC_CONFLICT, "already_pending",
                           T("This request is waiting already. Resume it first."));
    if (kind == PENDING_DATE && st->in->until_ms == MS_NONE)
        return step_refuse(st, RC_INVALID, "until_required", T("Say until when it waits."));
    if (st->in->until_ms != MS_NONE && st->in->until_ms <= st->now)
        return step_refuse(st, RC_INVALID, "until_past", T("Choose a time that is still to come."));
    st->s.pending = (EnginePending){ .open = true,
                                     .kind = kind,
                                     .since_ms = st->now,
                                     .until_ms = st->in->until_ms,
                                     .remind_ms = st->f->remind_ms,
                                     .close_ms = MS_NONE };
    if (kind == PENDING_REQUESTER)
        st->s.pending.close_ms = silence(st);
    step_emit(st, EFFECT_PENDING, ENGINE_NO_INDEX);
    return RC_OK;
}

static Rc act_ask(Step *st)
{
    TRY(pend(st, PENDING_REQUESTER));
    tell_requester(st, "answer");
    return RC_OK;
}

static Rc act_pend(Step *st)
{
    return pend(st, st->in->pending);
}

static Rc act_resume(Step *st)
{
    if (!st->s.pending.open)
        return step_refuse(st, RC_CONFLICT, "not_pending", T("This request is not waiting."));
    step_end_pending(st);
    if (st->s.pending.kind == PENDING_DATE && st->s.not_before_ms > st->now)
        st->s.not_before_ms = st->now; /* it begins earlier than planned */
    return RC_OK;
}

static Rc act_withdraw(Step *st)
{
    if (st->s.submitted_ms != MS_NONE)
        tell_team(st, "withdrawn");
    step_close(st, OUTCOME_WITHDRAWN);
    return RC_OK;
}

static Rc act_cancel(Step *st)
{
    if (st->s.submitted_ms == MS_NONE)
        return step_refuse(st, RC_CONFLICT, "wrong_state",
                           T("A draft can only be withdrawn by the people it belongs to."));
    step_close(st, OUTCOME_CANCELLED);
    tell_requester(st, "cancelled");
    return RC_OK;
}

static Rc act_reject(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        const EngineTask *t = &st->s.tasks.at[i];
        if (t->started_ms != MS_NONE || t->state == TASK_FINISHED || t->attempt > 1)
            return step_refuse(st, RC_CONFLICT, "work_begun",
                               T("Work on this request has begun. Cancel it instead."));
    }
    step_close(st, OUTCOME_REJECTED);
    return RC_OK;
}

/* The team says that it is done.  What it has in hand counts as finished; every other open task is
 * skipped, so that the outcome tells how much was done. */
static Rc act_fulfil(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        const EngineTask *t = &st->s.tasks.at[i];
        if (t->test && !task_is_done(t) && st->s.adhoc != ADHOC_APPROVED)
            return step_refuse(st, RC_CONFLICT, "test_open",
                               T("A test is not passed yet. Finish it first."));
    }
    bool adhoc = st->s.adhoc == ADHOC_APPROVED;
    bool early = st->now < st->s.not_before_ms; /* what was planned for later is in hand, too */
    if (early)
        st->s.not_before_ms = st->now;
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        const EngineTask *t = &st->s.tasks.at[i];
        bool in_hand = t->state == TASK_READY || t->state == TASK_STARTED
                       || (early && t->state == TASK_WAITING && task_is_free(&st->s, t)
                           && t->at_ms <= st->now);
        bool own = t->owner == TASK_BY_TEAM && t->team == st->s.team;
        if (task_is_done(t))
            continue;
        if (t->accept)
            task_skip_as(st, i, SKIP_CONFIRMED);
        else if (in_hand && own && !t->test && t->sign_off == SIGN_OFF_NONE)
            task_finish_as_done(st, i);
        else
            task_skip_as(st, i, adhoc && t->origin != ORIGIN_ADHOC ? SKIP_ADHOC : SKIP_PERSON);
    }
    return RC_OK;
}

static Rc act_edit(Step *st)
{
    step_emit(st, EFFECT_EDITED, ENGINE_NO_INDEX);
    if (st->in->ok)
        tell_requester(st, "lowered");
    /* Whoever was asked and puts the answers right has answered. */
    if ((st->in->as & AS_PARTY) && st->s.pending.open && st->s.pending.kind == PENDING_REQUESTER) {
        step_end_pending(st);
        tell_team(st, "replied");
    }
    return RC_OK;
}

static Rc act_assign(Step *st)
{
    if (st->s.assignee == st->in->to)
        return RC_OK;
    st->s.assignee = st->in->to;
    step_emit(st, EFFECT_ASSIGNED, ENGINE_NO_INDEX);
    if (st->in->to != st->in->actor)
        step_tell_person(st, st->in->to, "task");
    return RC_OK;
}

static Rc act_transfer(Step *st)
{
    if (st->s.handover.open)
        return step_refuse(
            st, RC_CONFLICT, "already_offered",
            T("This request is offered to a team already, which has not answered yet."));
    if (st->in->to_team == 0 || st->in->to_team == st->s.team)
        return step_refuse(st, RC_INVALID, "bad_team", T("Choose another team."));
    st->s.handover = (EngineHandover){
        .open = true, .from_team = st->s.team, .to_team = st->in->to_team, .by = st->in->actor
    };
    step_emit(st, EFFECT_OFFERED, ENGINE_NO_INDEX);
    step_tell(st, (Holder){ HOLDER_TEAM, st->in->to_team }, "handover");
    return RC_OK;
}

static Rc check_offer(Step *st)
{
    if (!st->s.handover.open)
        return step_refuse(st, RC_CONFLICT, "no_offer",
                           T("This request is not offered to another team any more."));
    if (!(st->in->as & AS_TARGET))
        return step_refuse(st, RC_FORBIDDEN, "not_yours",
                           T("Only the team that it is offered to can answer."));
    return RC_OK;
}

/* Tasks of the model stay with the teams that it names; the rest was for whoever has it. */
static void move_to_team(Step *st, int64_t to)
{
    int64_t from = st->s.team;

    st->s.team = to;
    st->s.assignee = 0;
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        if (t->origin != ORIGIN_MODEL && t->team == from && task_is_open(t)) {
            t->team = to;
            t->assignee = 0;
            step_emit(st, EFFECT_TASK_ASSIGNED, i);
        }
    }
}

/* Time has decided: nobody is asked whether they want it.  Who had it hears where it went. */
static Rc act_escalate(Step *st)
{
    int64_t to = st->in->to_team;

    if (to == 0)
        return step_refuse(st, RC_INVALID, "bad_team", T("Choose another team."));
    if (st->in->task.len > 0)
        return act_task_escalate(st);
    if (st->s.team == to)
        return RC_OK;
    tell_team(st, "escalated_away");
    step_withdraw_offer(st);
    move_to_team(st, to);
    step_emit(st, EFFECT_ESCALATED, ENGINE_NO_INDEX);
    step_tell(st, (Holder){ HOLDER_TEAM, to }, "escalated");
    return RC_OK;
}

static Rc act_transfer_accept(Step *st)
{
    TRY(check_offer(st));
    int64_t to = st->s.handover.to_team;
    st->s.handover.open = false;
    move_to_team(st, to);
    step_emit(st, EFFECT_ACCEPTED, ENGINE_NO_INDEX);
    step_tell_person(st, st->s.handover.by, "handover_accepted");
    return RC_OK;
}

static Rc act_transfer_decline(Step *st)
{
    TRY(check_offer(st));
    st->s.handover.open = false;
    step_emit(st, EFFECT_DECLINED, ENGINE_NO_INDEX);
    step_tell_person(st, st->s.handover.by, "handover_declined");
    return RC_OK;
}

static Rc act_adhoc_task(Step *st)
{
    if (st->s.adhoc != ADHOC_APPROVED)
        return step_refuse(st, RC_CONFLICT, "not_adhoc",
                           T("The owner has not approved that the model is left. Ask first."));
    StrList after = { 0 };
    for (size_t i = 0; i < st->in->after.n; i++) {
        if (!state_task(&st->s, st->in->after.at[i], NULL))
            return step_refuse(st, RC_INVALID, "unknown_task", T("There is no such task."));
        TRY(LIST_PUSH(st->a, &after, st->in->after.at[i]));
    }
    size_t n = 1;
    for (size_t i = 0; i < st->s.tasks.n; i++)
        n += st->s.tasks.at[i].origin == ORIGIN_ADHOC;
    return tasks_add(st, str_fmt(st->a, "adhoc_%zu", n), ORIGIN_ADHOC, st->in->to_team, after,
                     NULL);
}

static Rc act_convert(Step *st)
{
    step_close(st, OUTCOME_CANCELLED);
    step_emit(st, EFFECT_CONVERTED, ENGINE_NO_INDEX);
    return RC_OK;
}

static Rc act_merge(Step *st)
{
    step_close(st, OUTCOME_MERGED);
    st->s.back_until_ms = st->now + MERGE_BACK_MS;
    step_emit(st, EFFECT_MERGED, ENGINE_NO_INDEX);
    tell_requester(st, "merged");
    return RC_OK;
}

static Rc act_unmerge(Step *st)
{
    if (st->s.outcome != OUTCOME_MERGED)
        return step_refuse(st, RC_CONFLICT, "not_merged",
                           T("This request is not merged into another one."));
    if (st->now >= st->s.back_until_ms)
        return step_refuse(st, RC_CONFLICT, "too_late",
                           T("A merge can be taken back for 30 days."));
    bring_back(st, EFFECT_UNMERGED, "unmerged");
    tell_requester(st, "unmerged");
    return RC_OK;
}

static void remind(Step *st)
{
    EnginePending *p = &st->s.pending;

    /* One reminder, however many moments were missed while nothing ran. */
    p->reminded++;
    p->remind_ms = st->f->remind_ms;
    step_emit(st, EFFECT_REMIND, ENGINE_NO_INDEX);
    if (p->kind != PENDING_REQUESTER) {
        tell_team(st, "remind");
        return;
    }
    p->close_ms = silence(st);
    tell_requester(st, p->close_ms == MS_NONE ? "remind" : "last_remind");
}

/* Nobody answered although the last reminder said what follows. */
static void close_for_silence(Step *st)
{
    step_emit(st, EFFECT_SILENCE, ENGINE_NO_INDEX);
    tell_requester(st, "silent");
    tell_team(st, "silent_team");
    step_close(st, OUTCOME_WITHDRAWN);
    st->s.back_until_ms = st->f->close_at_ms;
}

static Rc act_timer(Step *st)
{
    EnginePending *p = &st->s.pending;
    if (p->open && p->close_ms != MS_NONE && p->close_ms <= st->now) {
        close_for_silence(st);
    } else if (p->open && p->until_ms != MS_NONE && p->until_ms <= st->now) {
        step_end_pending(st);
        tell_team(st, "resumed");
    } else if (p->open && p->remind_ms != MS_NONE && p->remind_ms <= st->now) {
        remind(st);
    }
    if (st->s.phase == PHASE_FULFILLED && st->s.close_at_ms != MS_NONE
        && st->s.close_at_ms <= st->now) {
        step_close(st, st->s.outcome);
        tell_requester(st, "closed");
    }
    return RC_OK;
}

/* ---- who may act, and when ---- */

#define IN_PHASE(p) (1u << (unsigned)(p))
enum {
    IN_DRAFT = IN_PHASE(PHASE_DRAFT),
    IN_ASSESSING = IN_PHASE(PHASE_ASSESSING),
    IN_FULFILLING = IN_PHASE(PHASE_FULFILLING),
    IN_FULFILLED = IN_PHASE(PHASE_FULFILLED),
    IN_CLOSED = IN_PHASE(PHASE_CLOSED),
    IN_WORK = IN_ASSESSING | IN_PHASE(PHASE_AWAITING_APPROVAL) | IN_FULFILLING,
    IN_ANY = IN_DRAFT | IN_WORK | IN_FULFILLED | IN_CLOSED,
    AS_ITS_TEAM = AS_TEAM | AS_LEAD,
};

/* One row for each input.  Whose it is comes first: `as`, or `may`; with neither the act checks by
 * person.  Then whether the state allows it, and last what is missing. */
static const struct Rule {
    Rc (*act)(Step *st);
    uint32_t as;
    uint32_t phases; /* the phase below a pending record */
    bool reason;     /* required */
    Rc (*may)(Step *st);
} rules[] = {
    [INPUT_SUBMIT] = { act_submit, AS_PARTY, IN_DRAFT, false, NULL },
    [INPUT_ASSESS] = { act_assess, AS_ITS_TEAM, IN_WORK, false, NULL },
    [INPUT_DECIDE] = { act_decide, 0, IN_ANY, false, NULL },
    [INPUT_TASK_START] = { act_task_start, 0, IN_WORK, false, may_work },
    [INPUT_TASK_FINISH] = { act_task_finish, 0, IN_WORK, false, may_work },
    [INPUT_TASK_SKIP] = { act_task_skip, 0, IN_FULFILLING, true, may_skip },
    [INPUT_TASK_ASSIGN] = { act_task_assign, 0, IN_WORK, false, may_assign },
    [INPUT_SIGN_OFF] = { act_sign_off, 0, IN_FULFILLING, false, may_sign_off },
    [INPUT_CONFIRM] = { act_confirm, AS_PARTY, IN_FULFILLING | IN_FULFILLED, false, NULL },
    [INPUT_NOT_SOLVED] = { act_not_solved, AS_PARTY, IN_FULFILLING | IN_FULFILLED | IN_CLOSED, true,
                           NULL },
    [INPUT_ASK] = { act_ask, AS_ITS_TEAM, IN_WORK, false, NULL },
    [INPUT_REPLY] = { act_reply, AS_PARTY, IN_ANY, false, NULL },
    [INPUT_PEND] = { act_pend, AS_ITS_TEAM, IN_WORK, true, NULL },
    [INPUT_RESUME] = { act_resume, AS_ITS_TEAM, IN_ANY, false, NULL },
    [INPUT_WITHDRAW] = { act_withdraw, AS_PARTY, IN_DRAFT | IN_WORK, false, NULL },
    [INPUT_CANCEL] = { act_cancel, AS_ITS_TEAM, IN_DRAFT | IN_WORK, true, NULL },
    [INPUT_REJECT] = { act_reject, AS_ITS_TEAM, IN_WORK, true, NULL },
    [INPUT_FULFIL] = { act_fulfil, AS_ITS_TEAM, IN_FULFILLING, true, NULL },
    [INPUT_REOPEN] = { act_reopen, AS_PARTY | AS_ITS_TEAM, IN_FULFILLED | IN_CLOSED, true, NULL },
    [INPUT_EDIT] = { act_edit, AS_PARTY | AS_ITS_TEAM, IN_DRAFT | IN_WORK, false, NULL },
    [INPUT_ASSIGN] = { act_assign, AS_ITS_TEAM, IN_WORK | IN_FULFILLED, false, NULL },
    [INPUT_TRANSFER] = { act_transfer, AS_ITS_TEAM, IN_WORK, true, NULL },
    [INPUT_TRANSFER_ACCEPT] = { act_transfer_accept, 0, IN_ANY, false, NULL },
    [INPUT_TRANSFER_DECLINE] = { act_transfer_decline, 0, IN_ANY, true, NULL },
    [INPUT_ADHOC] = { act_adhoc, AS_ITS_TEAM, IN_WORK, true, NULL },
    [INPUT_ADHOC_TASK] = { act_adhoc_task, AS_ITS_TEAM, IN_WORK, false, NULL },
    [INPUT_CONVERT] = { act_convert, AS_ITS_TEAM, IN_WORK, true, NULL },
    [INPUT_MERGE] = { act_merge, AS_ITS_TEAM, IN_WORK, false, NULL },
    [INPUT_UNMERGE] = { act_unmerge, AS_ITS_TEAM, IN_ANY, false, NULL },
    [INPUT_ACTION] = { act_action, AS_SYSTEM, IN_WORK, false, NULL },
    [INPUT_ESCALATE] = { act_escalate, AS_SYSTEM, IN_WORK, false, NULL },
    [INPUT_TIMER] = { act_timer, AS_SYSTEM, IN_ANY, false, NULL },
};

static Rc wrong_state(Step *st)
{
    switch (st->s.phase) {
    case PHASE_CLOSED:
        return step_refuse(st, RC_CONFLICT, "wrong_state", T("This request is closed."));
    case PHASE_FULFILLED:
        return step_refuse(st, RC_CONFLICT, "wrong_state",
                           T("This request is fulfilled. Reopen it if something is missing."));
    case PHASE_DRAFT:
        return step_refuse(st, RC_CONFLICT, "wrong_state",
                           T("This request is a draft. It has to be submitted first."));
    case PHASE_SUBMITTED:
    case PHASE_ASSESSING:
    case PHASE_AWAITING_APPROVAL:
    case PHASE_FULFILLING:
    case PHASE_PENDING: break;
    }
    return step_refuse(st, RC_CONFLICT, "wrong_state",
                       T("This cannot be done in the present state of the request."));
}

static Rc act(Step *st)
{
    const struct Rule *rule = &rules[st->in->kind];
    if (rule->as != 0 && !(st->in->as & rule->as))
        return step_refuse(st, RC_FORBIDDEN, "not_yours", T("This is for others to do."));
    if (rule->may != NULL)
        TRY(rule->may(st));
    if (!(rule->phases & IN_PHASE(st->s.phase)))
        return wrong_state(st);
    TRY(rule->act(st));
    if (rule->reason && !st->in->reason)
        return step_refuse(st, RC_INVALID, "reason_required", T("Give a reason."));
    return RC_OK;
}

/* ---- what follows ---- */

/* How it ends, as the tasks tell it. */
static Outcome outcome_of(const RequestState *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.at[i].skip == SKIP_PERSON)
            return OUTCOME_PARTLY;
    return OUTCOME_FULFILLED;
}

static bool is_confirmed(const RequestState *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.at[i].accept && s->tasks.at[i].state == TASK_FINISHED)
            return true;
    return false;
}

static void fulfil(Step *st)
{
    st->s.fulfilled_ms = st->now;
    st->s.close_at_ms = st->f->close_at_ms;
    st->s.outcome = outcome_of(&st->s);
    if (is_confirmed(&st->s)) {
        step_emit(st, EFFECT_CONFIRMED, ENGINE_NO_INDEX);
        step_close(st, st->s.outcome);
    } else {
        tell_requester(st, "fulfilled");
    }
}

/* Work that is planned for later waits for its day, visibly; approvals go on meanwhile. */
static void wait_for_start(Step *st)
{
    if (st->s.phase != PHASE_FULFILLING || st->now >= st->s.not_before_ms || st->s.pending.open)
        return;
    st->s.pending = (EnginePending){ .open = true,
                                     .kind = PENDING_DATE,
                                     .since_ms = st->now,
                                     .until_ms = st->s.not_before_ms,
                                     .remind_ms = MS_NONE,
                                     .close_ms = MS_NONE };
    step_emit(st, EFFECT_PENDING, ENGINE_NO_INDEX);
}

/* Draws every consequence until nothing more follows: stages, then tasks (they wait for assessment
 * and stages), then phase and outcome. */
static Rc settle(Step *st)
{
    Phase now = phase_derive(&st->s);
    bool resting = now == PHASE_CLOSED || (now == PHASE_FULFILLED && st->s.fulfilled_ms != MS_NONE);
    if (now != PHASE_DRAFT && !resting) {
        TRY(approvals_settle(st));
        now = phase_derive(&st->s);
        if (now == PHASE_FULFILLING || now == PHASE_FULFILLED)
            TRY(tasks_settle(st));
        else
            tasks_pause(st);
        now = phase_derive(&st->s);
        if (now == PHASE_FULFILLED)
            fulfil(st);
    }
    st->s.phase = phase_derive(&st->s);
    if (st->s.phase == PHASE_DRAFT || st->s.phase == PHASE_FULFILLED) {
        step_end_pending(st); /* nothing is left to wait for */
        step_withdraw_offer(st);
    }
    wait_for_start(st);
    st->s.state = st->s.pending.open ? PHASE_PENDING : st->s.phase;
    st->s.next = engine_next(&st->s);
    return RC_OK;
}

static void note_state(Step *st)
{
    if (st->s.outcome != st->before->outcome && st->s.outcome != OUTCOME_NONE) {
        step_emit(st, EFFECT_OUTCOME, ENGINE_NO_INDEX);
        if (st->s.outcome == OUTCOME_REJECTED)
            tell_requester(st, "rejected");
    }
    if (st->s.state != st->before->state)
        emit(st, (EngineEffect){ .kind = EFFECT_STATE,
                                 .index = ENGINE_NO_INDEX,
                                 .from = st->before->state,
                                 .to = st->s.state });
}

static void note_changes(Step *st)
{
    RequestState *s = &st->s;
    const RequestState *b = st->before;
    for (size_t i = 0; i < s->approvals.n; i++)
        s->approvals.at[i].changed =
            i >= b->approvals.n || !approval_equal(&s->approvals.at[i], &b->approvals.at[i]);
    for (size_t i = 0; i < s->tasks.n; i++)
        s->tasks.at[i].changed = i >= b->tasks.n || !task_equal(&s->tasks.at[i], &b->tasks.at[i]);
    s->pending.changed =
        s->pending.open != b->pending.open || s->pending.reminded != b->pending.reminded
        || s->pending.since_ms != b->pending.since_ms || s->pending.kind != b->pending.kind;
    s->handover.changed = s->handover.open != b->handover.open;
}

/* A copy whose lists may grow; texts are shared. */
static Rc copy_state(Arena *a, const RequestState *s, RequestState *ret)
{
    RequestState c = *s;
    c.approvals = (EngineApprovals){ 0 };
    c.tasks = (EngineTasks){ 0 };
    for (size_t i = 0; i < s->approvals.n; i++)
        TRY(LIST_PUSH(a, &c.approvals, s->approvals.at[i]));
    for (size_t i = 0; i < s->tasks.n; i++)
        TRY(LIST_PUSH(a, &c.tasks, s->tasks.at[i]));
    *ret = c;
    return RC_OK;
}

static Rc run(Step *st)
{
    TRY(copy_state(st->a, st->before, &st->s));
    TRY(act(st));
    TRY(settle(st));
    note_state(st);
    note_changes(st);
    if (st->full)
        return RC_LIMIT;
    Str why = STR_NULL;
    if (!engine_check(&st->s, &why)) {
        Rc rc = step_refuse(st, RC_INTERNAL, "broken",
                            T("This request is not as it should be. Nothing was changed."));
        st->no.detail = why;
        return rc;
    }
    return RC_OK;
}

Rc engine_step(const ModelVersion *m, const EngineFacts *f, const RequestState *s,
               const EngineInput *in, Ms now, Arena *a, EngineEffects *ret)
{
    Step st = {
        .m = m,
        .f = f,
        .before = s,
        .in = in,
        .now = now,
        .a = a,
        .content = in->kind == INPUT_SUBMIT || in->kind == INPUT_EDIT || in->kind == INPUT_ASSESS,
    };
    Rc rc = run(&st);
    if (rc != RC_OK) {
        if (st.no.rc != rc) /* the arena's cap */
            (void)step_refuse(&st, rc, "too_many", T("This request has grown too large."));
        ret->refusal = st.no;
        return rc;
    }
    ret->next = st.s;
    ret->list = st.list;
    ret->changed = st.list.n > 0;
    ret->refusal = (EngineRefusal){ .rc = RC_OK, .code = "", .text = "", .index = ENGINE_NO_INDEX };
    return RC_OK;
}
