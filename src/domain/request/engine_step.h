/* engine_step.h - what the files of the engine share; nobody else includes this.
 *
 * A step works on its own copy of the state.  An act (engine.c, engine_approvals.c, engine_tasks.c)
 * checks the input and makes the one change it stands for; what follows from it (next stage, ready
 * tasks, phase, outcome) is the business of the settle functions alone, so that every act leads to
 * the same consequences.
 */
#pragma once

#include "domain/request/engine.h"

typedef struct Step {
    const ModelVersion *m;
    const EngineFacts  *f;
    const RequestState *before;
    const EngineInput  *in;
    Ms                  now;
    Arena              *a;
    RequestState        s; /* the copy that becomes `next` */
    EngineEffectList    list;
    bool                full;    /* the arena's cap was reached while noting an effect */
    bool                content; /* answers may have changed: conditions are judged again */
    EngineRefusal       no;
} Step;

/* Notes why the step is refused and returns `rc`. */
Rc   step_refuse(Step *st, Rc rc, const char *code, const char *text);
void step_emit(Step *st, EffectKind kind, size_t index);
void step_tell(Step *st, Holder who, const char *code);
void step_tell_person(Step *st, int64_t person, const char *code);
/* Is this person requester, beneficiary or submitter? */
bool state_is_party(const RequestState *s, int64_t person);
bool ids_have(const IdList *list, int64_t id);

/* Ends the request: open asks are withdrawn, open tasks cancelled, pending and hand-over ended. */
void step_close(Step *st, Outcome outcome);
void step_end_pending(Step *st);
void step_withdraw_offer(Step *st);
/* Another round of work on a fulfilled request. */
Rc step_reopen(Step *st);

/* ---- engine_state.c ---- */

typedef enum StageStatus {
    STAGE_WAITING, /* not opened yet, or stuck */
    STAGE_ASKED,
    STAGE_APPROVED,
    STAGE_REJECTED,
    STAGE_RETURNED, /* sent back for correction and not asked since: the request is a draft */
    STAGE_SKIPPED,
    STAGE_VOID, /* all its asks became obsolete: has to be asked again, or the request closed */
} StageStatus;

/* A stage as its latest round shows it. */
typedef struct StageView {
    Str          key;
    int32_t      stage_no, round;
    ApprovalRule rule;
    StageStatus  status;
    size_t       first;   /* position of the first approval of this round */
    size_t       persons; /* opened set */
    size_t       approved, rejected, asked, returned;
} StageView;

typedef struct StageViews {
    StageView at[MODEL_STAGES_MAX + 1]; /* in the order of stage_no; adhoc comes last */
    size_t    n;
} StageViews;

/* Every stage that the state knows.  More than MODEL_STAGES_MAX and adhoc cannot be. */
StageViews stage_views(const RequestState *s);
bool       stage_is_adhoc(const StageView *v);
/* Lets the stage work go on: approved or skipped; of adhoc anything but waiting and asked. */
bool stage_is_done(const StageView *v);
/* Approvals that are needed of `persons` asked ones. */
size_t rule_needed(ApprovalRule rule, size_t persons);

EngineTask *state_task(const RequestState *s, Str key, size_t *ret_index); /* NULL: no such task */
bool        task_is_done(const EngineTask *t);
bool        task_is_open(const EngineTask *t); /* waiting, ready or started */
/* Everything it comes after is done, and so is what skipped tasks came after. */
bool   task_is_free(const RequestState *s, const EngineTask *t);
Holder task_holder(const EngineTask *t);
/* Every task that is not done is an accept task, there is one, and none of them waits. */
bool tasks_only_accept_left(const RequestState *s);

/* The phase that assessment, approvals and tasks give. */
Phase phase_derive(const RequestState *s);

bool approval_equal(const EngineApproval *x, const EngineApproval *y);
bool task_equal(const EngineTask *x, const EngineTask *y);

/* ---- engine_approvals.c ---- */

/* Place-holders for the model's stages, at the first submission. */
Rc approvals_begin(Step *st);
/* A returned stage begins another round: the request is submitted again. */
Rc   approvals_resume(Step *st);
Rc   approvals_settle(Step *st);
Rc   approvals_follow_delegations(Step *st);
void approvals_withdraw(Step *st); /* whatever is asked or waits */
Rc   act_decide(Step *st);
Rc   act_adhoc(Step *st);

/* ---- engine_tasks.c ---- */

Rc   tasks_begin(Step *st); /* the plan, at the first submission */
Rc   tasks_settle(Step *st);
void tasks_pause(Step *st); /* whatever is ready or started waits */
void tasks_cancel(Step *st);
void tasks_bring_back(Step *st); /* what was cancelled waits again */
/* Adds a task for the request's team (team 0) or another; `key` is made unique.  `ret_key` may be
 * NULL. */
Rc   tasks_add(Step *st, Str key, TaskOrigin origin, int64_t team, StrList after, Str *ret_key);
void task_finish_as_done(Step *st, size_t index); /* by the actor, without sign-off */
void task_skip_as(Step *st, size_t index, TaskSkip why);
/* Whose act it is; asked before the state is looked at. */
Rc   may_work(Step *st);
Rc   may_skip(Step *st);
Rc   may_assign(Step *st);
Rc   may_sign_off(Step *st);
Rc   act_task_start(Step *st);
Rc   act_task_finish(Step *st);
Rc   act_task_skip(Step *st);
Rc   act_task_assign(Step *st);
Rc   act_task_escalate(Step *st); /* to st->in->to_team */
Rc   act_sign_off(Step *st);
Rc   act_action(Step *st);
