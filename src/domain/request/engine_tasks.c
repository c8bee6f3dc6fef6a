/* engine_tasks.c - the plan: which task may be worked on, and what its end leads to. */
#include "domain/request/engine_step.h"

static const FactTask *fact_task(const Step *st, Str key)
{
    for (size_t i = 0; i < st->f->tasks.n; i++)
        if (str_eq(st->f->tasks.at[i].key, key))
            return &st->f->tasks.at[i];
    return NULL;
}

static Rc push(Step *st, EngineTask t)
{
    if (st->s.tasks.n >= ENGINE_TASKS_MAX || LIST_PUSH(st->a, &st->s.tasks, t) != RC_OK)
        return step_refuse(
            st, RC_LIMIT, "too_many",
            T("This request has too many tasks. Make a linked request for the rest."));
    step_emit(st, EFFECT_TASK_ADDED, st->s.tasks.n - 1);
    return RC_OK;
}

Rc tasks_begin(Step *st)
{
    for (size_t i = 0; i < st->m->plan.n; i++) {
        const PlanTask *plan = &st->m->plan.at[i];
        const FactTask *fact = fact_task(st, plan->key);
        bool by_team = plan->owner == TASK_BY_TEAM;
        TRY(push(st, (EngineTask){
                         .key = plan->key,
                         .origin = ORIGIN_MODEL,
                         .state = TASK_WAITING,
                         .owner = plan->owner,
                         .team = !by_team                  ? 0
                                 : fact && fact->team != 0 ? fact->team
                                                           : st->s.team,
                         .after = plan->after,
                         .test = plan->test,
                         .accept = plan->accept,
                         .at_ms = MS_NONE,
                         .sign_off = plan->signed_off ? SIGN_OFF_NEEDED : SIGN_OFF_NONE,
                         .action = plan->action.len > 0 ? ACTION_DUE : ACTION_NONE,
                         .attempt = 1,
                         .started_ms = MS_NONE,
                         .finished_ms = MS_NONE,
                     }));
    }
    return RC_OK;
}

Rc tasks_add(Step *st, Str key, TaskOrigin origin, int64_t team, StrList after, Str *ret_key)
{
    Str free_key = key;
    for (int n = 2; state_task(&st->s, free_key, NULL); n++)
        free_key = str_fmt(st->a, "%.*s_%d", STR_ARG(key), n);
    TRY(push(st, (EngineTask){
                     .key = free_key,
                     .origin = origin,
                     .state = TASK_WAITING,
                     .owner = TASK_BY_TEAM,
                     .team = team != 0 ? team : st->s.team,
                     .after = after,
                     .at_ms = MS_NONE,
                     .attempt = 1,
                     .started_ms = MS_NONE,
                     .finished_ms = MS_NONE,
                 }));
    if (ret_key)
        *ret_key = free_key;
    return RC_OK;
}

void task_skip_as(Step *st, size_t index, TaskSkip why)
{
    EngineTask *t = &st->s.tasks.at[index];
    t->state = TASK_SKIPPED;
    t->skip = why;
    t->finished_ms = st->now;
    if (t->sign_off != SIGN_OFF_NONE)
        t->sign_off = SIGN_OFF_NEEDED; /* nothing to sign any more */
    step_emit(st, EFFECT_TASK_SKIPPED, index);
}

void task_finish_as_done(Step *st, size_t index)
{
    EngineTask *t = &st->s.tasks.at[index];
    t->state = TASK_FINISHED;
    t->finished_ms = st->now;
    t->finished_by = st->in->actor;
    step_emit(st, EFFECT_TASK_FINISHED, index);
}

void tasks_cancel(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        if (t->sign_off == SIGN_OFF_ASKED)
            t->sign_off = SIGN_OFF_NEEDED; /* finished, and nobody is asked about it any more */
        if (!task_is_open(t))
            continue;
        bool told = t->state != TASK_WAITING;
        t->state = TASK_CANCELLED;
        step_emit(st, EFFECT_TASK_CANCELLED, i);
        if (told)
            step_tell(st, task_holder(t), "cancelled");
    }
}

void tasks_bring_back(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        if (t->state == TASK_CANCELLED)
            t->state = TASK_WAITING;
        if (t->state == TASK_FINISHED && t->sign_off == SIGN_OFF_NEEDED) {
            t->sign_off = SIGN_OFF_ASKED;
            step_emit(st, EFFECT_SIGN_OFF_ASKED, i);
        }
    }
}

void tasks_pause(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        if (t->state != TASK_READY && t->state != TASK_STARTED)
            continue;
        t->state = TASK_WAITING;
        step_emit(st, EFFECT_TASK_PAUSED, i);
    }
}

/* ---- what follows from a change ---- */

/* Conditions and moments of the model's tasks.  A condition counts until the task is ready; later
 * only an edit brings it up again, and never under the hands of somebody who has started. */
static void judge(Step *st)
{
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        const FactTask *fact = t->origin == ORIGIN_MODEL ? fact_task(st, t->key) : NULL;
        if (!fact)
            continue;
        bool fresh = t->started_ms == MS_NONE && t->attempt == 1;
        if (t->state == TASK_SKIPPED && t->skip == SKIP_CONDITION && st->content && fact->applies) {
            t->state = TASK_WAITING;
            t->skip = SKIP_NONE;
            t->finished_ms = MS_NONE;
            step_emit(st, EFFECT_TASK_UNSKIPPED, i);
        } else if (fresh && !fact->applies
                   && (t->state == TASK_WAITING || (t->state == TASK_READY && st->content))) {
            task_skip_as(st, i, SKIP_CONDITION);
        }
        if (t->state == TASK_WAITING && t->at_ms != fact->at_ms) {
            t->at_ms = fact->at_ms;
            step_emit(st, EFFECT_TASK_MOMENT, i);
        }
    }
}

/* A request is never fulfilled by nobody doing nothing: where the model has no task for it, its
 * team has one, "fulfil". */
static Rc settle_whole(Step *st)
{
    size_t whole = ENGINE_NO_INDEX;
    bool applies = true;
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        const EngineTask *t = &st->s.tasks.at[i];
        if (t->origin == ORIGIN_WHOLE)
            whole = i;
        else if (!(t->state == TASK_SKIPPED && t->skip == SKIP_CONDITION))
            applies = false;
    }
    if (whole == ENGINE_NO_INDEX)
        return applies ? tasks_add(st, STR("fulfil"), ORIGIN_WHOLE, 0, (StrList){ 0 }, NULL)
                       : RC_OK;

    EngineTask *t = &st->s.tasks.at[whole];
    if (applies && t->state == TASK_SKIPPED && t->skip == SKIP_CONDITION) {
        t->state = TASK_WAITING;
        t->skip = SKIP_NONE;
        t->finished_ms = MS_NONE;
        step_emit(st, EFFECT_TASK_UNSKIPPED, whole);
    } else if (!applies && t->started_ms == MS_NONE && task_is_open(t)) {
        task_skip_as(st, whole, SKIP_CONDITION);
    }
    return RC_OK;
}

Rc tasks_settle(Step *st)
{
    judge(st);
    TRY(settle_whole(st));
    for (size_t i = 0; i < st->s.tasks.n; i++) {
        EngineTask *t = &st->s.tasks.at[i];
        bool is_free = st->now >= st->s.not_before_ms && task_is_free(&st->s, t);
        if (t->state == TASK_WAITING && is_free && (t->at_ms == MS_NONE || t->at_ms <= st->now)) {
            t->state = t->started_ms == MS_NONE ? TASK_READY : TASK_STARTED;
            step_emit(st, EFFECT_TASK_READY, i);
            if (t->action != ACTION_DUE)
                step_tell(st, task_holder(t), "task");
        } else if ((t->state == TASK_READY || t->state == TASK_STARTED) && !is_free) {
            t->state = TASK_WAITING;
            step_emit(st, EFFECT_TASK_PAUSED, i);
        }
    }
    return RC_OK;
}

/* ---- acts ---- */

static Rc find(Step *st, size_t *ret)
{
    if (!state_task(&st->s, st->in->task, ret))
        return step_refuse(st, RC_INVALID, "unknown_task", T("There is no such task."));
    return RC_OK;
}

static Rc not_yours(Step *st)
{
    return step_refuse(st, RC_FORBIDDEN, "not_yours", T("This task is not yours."));
}

static uint32_t may_with_team_task(const RequestState *s, const EngineTask *t, uint32_t as,
                                   int64_t actor)
{
    bool assigned = t->assignee != 0 && t->assignee == actor;
    uint32_t may = 0;

    if ((as & (AS_TASK | AS_SUPPLY)) || assigned)
        may |= TASK_WORK;
    if (as & (AS_TASK | AS_LEAD))
        may |= TASK_SKIP | TASK_ASSIGN;
    if (s->adhoc == ADHOC_APPROVED && (as & AS_TEAM))
        may |= TASK_SKIP;
    return may;
}

uint32_t engine_task_may(const RequestState *s, size_t task, uint32_t as, int64_t actor)
{
    const EngineTask *t = &s->tasks.at[task];
    uint32_t may = 0;

    if (t->owner == TASK_BY_TEAM)
        return may_with_team_task(s, t, as, actor);
    if ((as & AS_PARTY) || (!t->accept && (as & (AS_TEAM | AS_LEAD))))
        may |= TASK_WORK;
    if (as & (AS_TEAM | AS_LEAD))
        may |= TASK_SKIP;
    return may;
}

static Rc check_may(Step *st, EngineTaskMay needed)
{
    size_t i = 0;

    TRY(find(st, &i));
    return (engine_task_may(&st->s, i, st->in->as, st->in->actor) & needed) ? RC_OK : not_yours(st);
}

Rc may_work(Step *st)
{
    return check_may(st, TASK_WORK);
}

Rc may_skip(Step *st)
{
    return check_may(st, TASK_SKIP);
}

Rc may_assign(Step *st)
{
    return check_may(st, TASK_ASSIGN);
}

static Rc check_open(Step *st, const EngineTask *t)
{
    if (!task_is_open(t))
        return step_refuse(st, RC_CONFLICT, "task_done",
                           T("This task is done already. Reload the page to see how it ended."));
    return RC_OK;
}

static Rc check_workable(Step *st, const EngineTask *t)
{
    TRY(check_open(st, t));
    if (t->state == TASK_WAITING)
        return step_refuse(st, RC_CONFLICT, "task_waiting",
                           T("This task has to wait: something before it is not done yet."));
    return RC_OK;
}

/* Somebody has it in hand: what the program would do now would come between. */
static void take_from_program(EngineTask *t)
{
    if (t->action == ACTION_DUE)
        t->action = ACTION_PERSON;
}

Rc act_task_start(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    TRY(check_workable(st, t));
    if (t->state == TASK_STARTED)
        return step_refuse(st, RC_CONFLICT, "task_started", T("This task was started already."));
    take_from_program(t);
    t->state = TASK_STARTED;
    t->started_ms = st->now;
    if (t->owner == TASK_BY_TEAM)
        t->assignee = st->in->actor;
    step_emit(st, EFFECT_TASK_STARTED, i);
    return RC_OK;
}

/* Back to work, as if it had never been finished. */
static void send_back(Step *st, size_t index)
{
    EngineTask *t = &st->s.tasks.at[index];
    t->state = TASK_WAITING;
    t->attempt++;
    t->started_ms = MS_NONE;
    t->finished_ms = MS_NONE;
    t->finished_by = 0;
    t->passed = OPT_NONE;
    /* What a program did and people refused is for people. */
    if (t->action != ACTION_NONE)
        t->action = ACTION_PERSON;
    if (t->sign_off == SIGN_OFF_SIGNED)
        t->sign_off = SIGN_OFF_NEEDED;
    step_emit(st, EFFECT_TASK_BACK, index);
    step_tell(st, task_holder(t), "sent_back");
}

/* The work that a test looked at goes back: the nearest finished tasks before it, past what was
 * skipped. */
static void send_back_tested(Step *st, const EngineTask *t)
{
    bool seen[ENGINE_TASKS_MAX] = { false };
    uint16_t queue[ENGINE_TASKS_MAX]; /* skipped tasks before it */
    size_t next = 0, found = 0;
    for (;;) {
        for (size_t i = 0; i < t->after.n; i++) {
            size_t at = 0;
            const EngineTask *before = state_task(&st->s, t->after.at[i], &at);
            if (!before || seen[at])
                continue;
            seen[at] = true;
            if (before->state == TASK_FINISHED)
                send_back(st, at);
            else if (before->state == TASK_SKIPPED)
                queue[found++] = (uint16_t)at;
        }
        if (next == found)
            return;
        t = &st->s.tasks.at[queue[next++]];
    }
}

static void fail_test(Step *st, size_t index)
{
    EngineTask *t = &st->s.tasks.at[index];
    step_emit(st, EFFECT_TASK_FAILED, index);
    send_back_tested(st, t);
    t->state = TASK_WAITING; /* ready at once when there was nothing to send back */
    t->passed = OPT_INT(0);
    t->attempt++;
    t->started_ms = MS_NONE;
}

static void ask_sign_off(Step *st, size_t index)
{
    EngineTask *t = &st->s.tasks.at[index];
    const FactTask *fact = fact_task(st, t->key);
    t->sign_off = SIGN_OFF_ASKED;
    step_emit(st, EFFECT_SIGN_OFF_ASKED, index);
    for (size_t i = 0; fact && i < fact->signers.n; i++)
        if (fact->signers.at[i] != st->in->actor && !state_is_party(&st->s, fact->signers.at[i]))
            step_tell_person(st, fact->signers.at[i], "sign_off");
}

Rc act_task_finish(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    TRY(check_workable(st, t));
    if (t->test && !st->in->passed.set)
        return step_refuse(st, RC_INVALID, "passed_required",
                           T("Say whether the test was passed."));
    if (t->test && st->in->passed.value == 0) {
        fail_test(st, i);
        return RC_OK;
    }
    if (t->test)
        t->passed = OPT_INT(1);
    take_from_program(t);
    task_finish_as_done(st, i);
    if (t->sign_off != SIGN_OFF_NONE)
        ask_sign_off(st, i);
    return RC_OK;
}

Rc act_task_skip(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    const EngineTask *t = &st->s.tasks.at[i];
    bool adhoc = st->s.adhoc == ADHOC_APPROVED && t->origin != ORIGIN_ADHOC;
    /* Finished but never signed off can be left at that, too: it must not block for ever. */
    if (!(t->state == TASK_FINISHED && t->sign_off == SIGN_OFF_ASKED))
        TRY(check_open(st, t));
    if (t->test && !adhoc)
        return step_refuse(st, RC_CONFLICT, "test_open",
                           T("A test cannot be skipped. Ask the owner to leave the model if it no "
                             "longer fits."));
    task_skip_as(st, i, t->accept ? SKIP_CONFIRMED : adhoc ? SKIP_ADHOC : SKIP_PERSON);
    return RC_OK;
}

Rc act_task_assign(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    TRY(check_open(st, t));
    if (t->assignee == st->in->to)
        return RC_OK;
    if (st->in->to != 0)
        take_from_program(t);
    t->assignee = st->in->to;
    step_emit(st, EFFECT_TASK_ASSIGNED, i);
    if (st->in->to != st->in->actor)
        step_tell_person(st, st->in->to, "task");
    return RC_OK;
}

/* A task that is done, or no team's, has nobody to take it from. */
Rc act_task_escalate(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    if (!task_is_open(t) || t->owner != TASK_BY_TEAM || t->team == st->in->to_team)
        return RC_OK;
    step_tell(st, task_holder(t), "escalated_away");
    t->team = st->in->to_team;
    t->assignee = 0;
    step_emit(st, EFFECT_TASK_ESCALATED, i);
    step_tell(st, (Holder){ HOLDER_TEAM, t->team }, "escalated");
    return RC_OK;
}

/* The answer of the program that carried the task out; who finished it is nobody. */
Rc act_action(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    TRY(check_open(st, t));
    if (t->action != ACTION_DUE)
        return step_refuse(st, RC_CONFLICT, "action_over", T("Somebody has this task in hand."));
    TRY(check_workable(st, t));
    if (!st->in->ok) {
        t->action = ACTION_PERSON;
        step_emit(st, EFFECT_ACTION_FAILED, i);
        step_tell(st, task_holder(t), "action_failed");
        return RC_OK;
    }
    t->action = ACTION_DONE;
    t->state = TASK_FINISHED;
    t->finished_ms = st->now;
    t->finished_by = 0;
    step_emit(st, EFFECT_ACTION_DONE, i);
    if (t->sign_off != SIGN_OFF_NONE)
        ask_sign_off(st, i);
    return RC_OK;
}

/* Is the actor one of `who`, or the delegate of one? */
static bool stands_for(const Step *st, const IdList *who)
{
    if (ids_have(who, st->in->actor))
        return true;
    for (size_t i = 0; i < st->f->delegates.n; i++) {
        const FactDelegate *d = &st->f->delegates.at[i];
        if (d->delegate == st->in->actor && ids_have(who, d->person))
            return true;
    }
    return false;
}

/* Is there anybody among `who` who may sign this? */
static bool has_signer(const Step *st, const EngineTask *t, const IdList *who)
{
    for (size_t i = 0; i < who->n; i++)
        if (who->at[i] != t->finished_by && !state_is_party(&st->s, who->at[i]))
            return true;
    return false;
}

static Rc check_signer(Step *st, const EngineTask *t)
{
    static const IdList nobody = { 0 };
    const FactTask *fact = fact_task(st, t->key);
    const IdList *who = fact ? &fact->signers : &nobody;
    if (!has_signer(st, t, who))
        who = &st->f->owner_leads;
    if (state_is_party(&st->s, st->in->actor))
        return step_refuse(st, RC_FORBIDDEN, "own_request",
                           T("Nobody signs off work on a request of their own."));
    if (st->in->actor != 0 && st->in->actor == t->finished_by)
        return step_refuse(st, RC_FORBIDDEN, "own_work",
                           T("Nobody signs off their own work. Ask somebody else to look at it."));
    if (st->in->actor == 0 || !stands_for(st, who))
        return step_refuse(st, RC_FORBIDDEN, "not_asked",
                           T("You were not asked to sign this off."));
    return RC_OK;
}

Rc may_sign_off(Step *st)
{
    size_t i = 0;

    TRY(find(st, &i));
    return check_signer(st, &st->s.tasks.at[i]);
}

Rc act_sign_off(Step *st)
{
    size_t i = 0;
    TRY(find(st, &i));
    EngineTask *t = &st->s.tasks.at[i];
    if (t->state != TASK_FINISHED || t->sign_off != SIGN_OFF_ASKED)
        return step_refuse(
            st, RC_CONFLICT, t->sign_off == SIGN_OFF_SIGNED ? "already_decided" : "not_asked_yet",
            t->sign_off == SIGN_OFF_SIGNED ? T("This task was signed off already.")
                                           : T("There is nothing to sign off here at the moment."));
    if (!st->in->ok && !st->in->reason)
        return step_refuse(st, RC_INVALID, "reason_required",
                           T("Say what is wrong, so that it can be put right."));
    t->sign_off_by = st->in->actor;
    t->sign_off = st->in->ok ? SIGN_OFF_SIGNED : SIGN_OFF_REFUSED;
    step_emit(st, st->in->ok ? EFFECT_SIGNED : EFFECT_SIGN_OFF_REFUSED, i);
    if (!st->in->ok)
        send_back(st, i);
    return RC_OK;
}
