/* engine_state.c - what follows from a state alone: phase, next step, next timer, equality. */
#include "domain/request/engine_step.h"

#include <assert.h>

RequestState engine_draft(EngineParties who)
{
    RequestState s = {
        .requester = who.requester,
        .beneficiary = who.beneficiary,
        .submitter = who.submitter,
        .owner_team = who.owner_team,
        .team = who.team,
        .round = 1,
        .pending = { .until_ms = MS_NONE,
                     .since_ms = MS_NONE,
                     .remind_ms = MS_NONE,
                     .close_ms = MS_NONE },
        .submitted_ms = MS_NONE,
        .fulfilled_ms = MS_NONE,
        .closed_ms = MS_NONE,
        .close_at_ms = MS_NONE,
        .not_before_ms = MS_NONE,
        .back_until_ms = MS_NONE,
    };
    s.next = engine_next(&s);
    return s;
}

bool state_is_party(const RequestState *s, int64_t person)
{
    return person != 0
           && (person == s->requester || person == s->beneficiary || person == s->submitter);
}

bool ids_have(const IdList *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return true;
    return false;
}

/* ---- stages ---- */

size_t rule_needed(ApprovalRule rule, size_t persons)
{
    switch (rule.kind) {
    case RULE_ANY: return 1;
    case RULE_ALL: return persons;
    case RULE_QUORUM: return (size_t)rule.n;
    case RULE_PERCENT: return (persons * (size_t)rule.n + 99) / 100;
    }
    assert(false); /* not a rule */
    return persons;
}

static StageStatus view_status(const StageView *v, ApprovalState first)
{
    if (v->persons == 0) {
        if (first == APPROVAL_SKIPPED)
            return STAGE_SKIPPED;
        return first == APPROVAL_WAITING ? STAGE_WAITING : STAGE_VOID;
    }
    if (v->returned > 0)
        return STAGE_RETURNED;
    if (v->rule.kind == RULE_ANY && v->rejected > 0)
        return STAGE_REJECTED; /* the first decision decides */
    size_t needed = rule_needed(v->rule, v->persons);
    if (v->approved >= needed)
        return STAGE_APPROVED;
    if (v->rejected > 0 && v->persons - v->rejected < needed)
        return STAGE_REJECTED; /* out of reach now; of `all` that is the first rejection */
    return v->asked > 0 ? STAGE_ASKED : STAGE_VOID;
}

StageViews stage_views(const RequestState *s)
{
    StageViews views = { .n = 0 };
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *ap = &s->approvals.at[i];
        size_t k = 0;
        while (k < views.n && views.at[k].stage_no < ap->stage_no)
            k++;
        if (k == views.n || views.at[k].stage_no != ap->stage_no) {
            assert(views.n < COUNT_OF(views.at));
            for (size_t j = views.n++; j > k; j--)
                views.at[j] = views.at[j - 1];
            views.at[k] = (StageView){ .key = ap->stage, .stage_no = ap->stage_no };
        }
        StageView *v = &views.at[k];
        if (ap->round < v->round)
            continue;
        if (ap->round > v->round)
            *v = (StageView){ .key = ap->stage,
                              .stage_no = ap->stage_no,
                              .round = ap->round,
                              .rule = ap->rule,
                              .first = i };
        v->persons += ap->approver != 0;
        v->approved += ap->state == APPROVAL_APPROVED;
        v->rejected += ap->state == APPROVAL_REJECTED;
        v->asked += ap->state == APPROVAL_ASKED;
        v->returned += ap->state == APPROVAL_RETURNED;
    }
    for (size_t k = 0; k < views.n; k++)
        views.at[k].status = view_status(&views.at[k], s->approvals.at[views.at[k].first].state);
    return views;
}

bool stage_is_adhoc(const StageView *v)
{
    return v->stage_no == STAGE_ADHOC_NO;
}

bool stage_is_done(const StageView *v)
{
    if (stage_is_adhoc(v))
        return v->status != STAGE_WAITING && v->status != STAGE_ASKED;
    return v->status == STAGE_APPROVED || v->status == STAGE_SKIPPED;
}

bool engine_may_decide(const RequestState *s, size_t approval, int64_t person)
{
    if (approval >= s->approvals.n || person == 0 || state_is_party(s, person))
        return false;
    const EngineApproval *ap = &s->approvals.at[approval];
    return ap->state == APPROVAL_ASKED && (ap->approver == person || ap->delegate == person);
}

/* ---- tasks ---- */

EngineTask *state_task(const RequestState *s, Str key, size_t *ret_index)
{
    for (size_t i = 0; i < s->tasks.n; i++) {
        if (str_eq(s->tasks.at[i].key, key)) {
            if (ret_index)
                *ret_index = i;
            return &s->tasks.at[i];
        }
    }
    return NULL;
}

bool task_is_done(const EngineTask *t)
{
    if (t->state == TASK_SKIPPED)
        return true;
    return t->state == TASK_FINISHED
           && (t->sign_off == SIGN_OFF_NONE || t->sign_off == SIGN_OFF_SIGNED);
}

bool task_is_open(const EngineTask *t)
{
    return t->state == TASK_WAITING || t->state == TASK_READY || t->state == TASK_STARTED;
}

/* The order holds across what was skipped: with order -> paint -> check and no painting, the check
 * still waits for the order. */
bool task_is_free(const RequestState *s, const EngineTask *t)
{
    bool seen[ENGINE_TASKS_MAX] = { false };
    uint16_t queue[ENGINE_TASKS_MAX]; /* skipped tasks before it */
    size_t next = 0, found = 0;
    assert(s->tasks.n <= ENGINE_TASKS_MAX);
    for (;;) {
        for (size_t i = 0; i < t->after.n; i++) {
            size_t at = 0;
            const EngineTask *before = state_task(s, t->after.at[i], &at);
            if (!before || seen[at])
                continue;
            if (!task_is_done(before))
                return false;
            seen[at] = true;
            if (before->state == TASK_SKIPPED)
                queue[found++] = (uint16_t)at;
        }
        if (next == found)
            return true;
        t = &s->tasks.at[queue[next++]];
    }
}

Holder task_holder(const EngineTask *t)
{
    if (t->owner == TASK_BY_REQUESTER)
        return (Holder){ HOLDER_REQUESTER, 0 };
    if (t->owner == TASK_BY_BENEFICIARY)
        return (Holder){ HOLDER_BENEFICIARY, 0 };
    if (t->assignee != 0)
        return (Holder){ HOLDER_PERSON, t->assignee };
    return (Holder){ HOLDER_TEAM, t->team };
}

bool tasks_only_accept_left(const RequestState *s)
{
    size_t left = 0;
    for (size_t i = 0; i < s->tasks.n; i++) {
        const EngineTask *t = &s->tasks.at[i];
        if (task_is_done(t))
            continue;
        if (!t->accept || (t->state != TASK_READY && t->state != TASK_STARTED))
            return false;
        left++;
    }
    return left > 0;
}

/* ---- phase, next step, timer ---- */

Phase phase_derive(const RequestState *s)
{
    if (s->closed_ms != MS_NONE)
        return PHASE_CLOSED;
    if (s->submitted_ms == MS_NONE)
        return PHASE_DRAFT;
    StageViews views = stage_views(s);
    bool asked = false;
    for (size_t k = 0; k < views.n; k++) {
        if (views.at[k].status == STAGE_RETURNED)
            return PHASE_DRAFT;
        asked |= !stage_is_done(&views.at[k]);
    }
    if (s->assessment != ASSESSMENT_PASSED)
        return PHASE_ASSESSING;
    if (asked)
        return PHASE_AWAITING_APPROVAL;
    for (size_t i = 0; i < s->tasks.n; i++)
        if (!task_is_done(&s->tasks.at[i]))
            return PHASE_FULFILLING;
    return PHASE_FULFILLED;
}

static EngineNext next(const char *code, Holder who, size_t index)
{
    return (EngineNext){ code, who, index };
}

static Holder own_holder(const RequestState *s)
{
    return s->assignee != 0 ? (Holder){ HOLDER_PERSON, s->assignee }
                            : (Holder){ HOLDER_TEAM, s->team };
}

static EngineNext next_approval(const RequestState *s)
{
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *ap = &s->approvals.at[i];
        if (ap->state == APPROVAL_ASKED)
            return next("approve", (Holder){ HOLDER_PERSON, ap->approver }, i);
    }
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *ap = &s->approvals.at[i];
        if (ap->state == APPROVAL_WAITING && ap->stuck)
            return next("approver",
                        (Holder){ HOLDER_TEAM, s->owner_team != 0 ? s->owner_team : s->team }, i);
    }
    return next("", (Holder){ HOLDER_NOBODY, 0 }, ENGINE_NO_INDEX);
}

static EngineNext next_task(const RequestState *s)
{
    static const TaskState order[] = { TASK_STARTED, TASK_READY };
    for (size_t k = 0; k < COUNT_OF(order); k++) {
        for (size_t i = 0; i < s->tasks.n; i++) {
            const EngineTask *t = &s->tasks.at[i];
            if (t->state == order[k] && t->action != ACTION_DUE)
                return next(t->accept ? "accept" : "task", task_holder(t), i);
        }
    }
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.at[i].state
            == TASK_READY) /* the program's: people have what was there before */
            return next("action", task_holder(&s->tasks.at[i]), i);
    for (size_t i = 0; i < s->tasks.n; i++) {
        const EngineTask *t = &s->tasks.at[i];
        if (t->state == TASK_FINISHED && t->sign_off == SIGN_OFF_ASKED)
            return next("sign_off", (Holder){ HOLDER_TEAM, t->team != 0 ? t->team : s->team }, i);
    }
    for (size_t i = 0; i < s->tasks.n; i++) {
        const EngineTask *t = &s->tasks.at[i];
        if (t->state == TASK_WAITING && t->at_ms != MS_NONE && task_is_free(s, t))
            return next("moment", task_holder(t), i);
    }
    return next("", (Holder){ HOLDER_NOBODY, 0 }, ENGINE_NO_INDEX);
}

EngineNext engine_next(const RequestState *s)
{
    Holder requester = { HOLDER_REQUESTER, 0 };
    if (s->pending.open && s->pending.kind == PENDING_REQUESTER)
        return next("answer", requester, ENGINE_NO_INDEX);
    if (s->pending.open)
        return next("wait", own_holder(s), ENGINE_NO_INDEX);
    switch (s->phase) {
    case PHASE_DRAFT: return next("submit", requester, ENGINE_NO_INDEX);
    case PHASE_ASSESSING: return next("assess", own_holder(s), ENGINE_NO_INDEX);
    case PHASE_AWAITING_APPROVAL: return next_approval(s);
    case PHASE_FULFILLING: return next_task(s);
    case PHASE_FULFILLED: return next("confirm", requester, ENGINE_NO_INDEX);
    case PHASE_SUBMITTED:
    case PHASE_PENDING:
    case PHASE_CLOSED: break;
    }
    return next("", (Holder){ HOLDER_NOBODY, 0 }, ENGINE_NO_INDEX);
}

static Ms earlier(Ms x, Ms y)
{
    if (x == MS_NONE || y == MS_NONE)
        return x == MS_NONE ? y : x;
    return x < y ? x : y;
}

Ms engine_timer_ms(const RequestState *s)
{
    Ms at = MS_NONE;
    if (s->pending.open)
        at = earlier(earlier(s->pending.until_ms, s->pending.remind_ms), s->pending.close_ms);
    if (s->phase == PHASE_FULFILLED)
        at = earlier(at, s->close_at_ms);
    if (s->phase == PHASE_FULFILLING) {
        for (size_t i = 0; i < s->tasks.n; i++) {
            const EngineTask *t = &s->tasks.at[i];
            if (t->state == TASK_WAITING && task_is_free(s, t))
                at = earlier(at, t->at_ms > s->not_before_ms ? t->at_ms : s->not_before_ms);
        }
    }
    return at;
}

/* ---- equality ---- */

bool approval_equal(const EngineApproval *x, const EngineApproval *y)
{
    return str_eq(x->stage, y->stage) && x->stage_no == y->stage_no && x->round == y->round
           && x->rule.kind == y->rule.kind && x->rule.n == y->rule.n && x->state == y->state
           && x->stuck == y->stuck && x->pre_approved == y->pre_approved
           && x->approver == y->approver && x->delegate == y->delegate && x->decider == y->decider
           && x->asked_ms == y->asked_ms && x->decided_ms == y->decided_ms
           && str_eq(x->shown_hash, y->shown_hash);
}

bool task_equal(const EngineTask *x, const EngineTask *y)
{
    if (x->after.n != y->after.n)
        return false;
    for (size_t i = 0; i < x->after.n; i++)
        if (!str_eq(x->after.at[i], y->after.at[i]))
            return false;
    return str_eq(x->key, y->key) && x->origin == y->origin && x->state == y->state
           && x->skip == y->skip && x->owner == y->owner && x->team == y->team
           && x->assignee == y->assignee && x->test == y->test && x->passed.set == y->passed.set
           && x->passed.value == y->passed.value && x->accept == y->accept && x->at_ms == y->at_ms
           && x->sign_off == y->sign_off && x->sign_off_by == y->sign_off_by
           && x->finished_by == y->finished_by && x->attempt == y->attempt
           && x->started_ms == y->started_ms && x->finished_ms == y->finished_ms
           && x->action == y->action;
}

static bool pending_equal(const EnginePending *x, const EnginePending *y)
{
    if (x->open != y->open)
        return false;
    return !x->open
           || (x->kind == y->kind && x->since_ms == y->since_ms && x->until_ms == y->until_ms
               && x->reminded == y->reminded && x->remind_ms == y->remind_ms
               && x->close_ms == y->close_ms);
}

static bool handover_equal(const EngineHandover *x, const EngineHandover *y)
{
    if (x->open != y->open)
        return false;
    return !x->open || (x->from_team == y->from_team && x->to_team == y->to_team && x->by == y->by);
}

bool engine_state_equal(const RequestState *x, const RequestState *y)
{
    if (x->approvals.n != y->approvals.n || x->tasks.n != y->tasks.n)
        return false;
    for (size_t i = 0; i < x->approvals.n; i++)
        if (!approval_equal(&x->approvals.at[i], &y->approvals.at[i]))
            return false;
    for (size_t i = 0; i < x->tasks.n; i++)
        if (!task_equal(&x->tasks.at[i], &y->tasks.at[i]))
            return false;
    return x->requester == y->requester && x->beneficiary == y->beneficiary
           && x->submitter == y->submitter && x->owner_team == y->owner_team && x->state == y->state
           && x->phase == y->phase && x->outcome == y->outcome && x->assessment == y->assessment
           && x->adhoc == y->adhoc && x->adhoc_by == y->adhoc_by && x->round == y->round
           && x->team == y->team && x->assignee == y->assignee
           && pending_equal(&x->pending, &y->pending) && handover_equal(&x->handover, &y->handover)
           && x->submitted_ms == y->submitted_ms && x->fulfilled_ms == y->fulfilled_ms
           && x->closed_ms == y->closed_ms && x->close_at_ms == y->close_at_ms
           && x->not_before_ms == y->not_before_ms && x->back_until_ms == y->back_until_ms;
}
