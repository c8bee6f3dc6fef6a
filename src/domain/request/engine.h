/* engine.h - the life of a request as a pure function: facts, state and input give the next state.
 *
 * No clock, no database, no words of people.  The request module loads the state and the facts,
 * calls engine_step inside its write transaction, and writes what came out: rows from
 * `ret->next`, events and notifications from `ret->list`, and engine_record_json into the event, so
 * that engine_replay can fold the stored events to the same state without directory or catalog.
 * Pictures and the reasons of every rule: docs/domain/engine.md.
 *
 * What people wrote (reasons, titles, notes, summaries, answers) never comes in here.  The input
 * only says whether a reason was given; conditions arrive as verdicts (engine_judge makes them), so
 * the stored record of a step holds ids, codes and yes or no, and survives an erasure.
 *
 * Ownership: everything returned lives in the arena of the call or points into the arguments.
 * Nothing given is changed.  Errors: see EngineRefusal.
 */
#pragma once

#include "core/json.h"
#include "domain/model/model.h"

/* ---- words of the state; each has its word for storage, API and query language ---- */

/* `submitted` is passed through within one step and never rests: its word exists for imports. */
typedef enum Phase {
    PHASE_DRAFT,
    PHASE_SUBMITTED,
    PHASE_ASSESSING,
    PHASE_AWAITING_APPROVAL,
    PHASE_FULFILLING,
    PHASE_PENDING,
    PHASE_FULFILLED,
    PHASE_CLOSED,
} Phase;

typedef enum Outcome {
    OUTCOME_NONE, /* word: "" */
    OUTCOME_FULFILLED,
    OUTCOME_PARTLY,
    OUTCOME_REJECTED,
    OUTCOME_WITHDRAWN,
    OUTCOME_CANCELLED,
    OUTCOME_MERGED, /* another request took it over: INPUT_MERGE */
} Outcome;

typedef enum ApprovalState {
    APPROVAL_WAITING, /* its turn has not come, or too few may approve (EngineApproval.stuck) */
    APPROVAL_ASKED,
    APPROVAL_APPROVED,
    APPROVAL_REJECTED,
    APPROVAL_RETURNED,
    APPROVAL_WITHDRAWN, /* the ask became obsolete */
    APPROVAL_SKIPPED,   /* the whole stage: its condition did not hold, or it was pre-approved */
} ApprovalState;

typedef enum TaskState {
    TASK_WAITING,
    TASK_READY,
    TASK_STARTED,
    TASK_FINISHED,
    TASK_SKIPPED,
    TASK_CANCELLED,
} TaskState;

/* Why a task was skipped. */
typedef enum TaskSkip {
    SKIP_NONE,      /* "" */
    SKIP_CONDITION, /* "condition": its `when` did not hold; undone when it holds after an edit */
    SKIP_PERSON,    /* "person": somebody left it out and said why: the outcome becomes partly */
    SKIP_ADHOC,     /* "adhoc": other work replaces it after leaving the model */
    SKIP_CONFIRMED, /* "confirmed": an accept task whose place the confirmation takes */
} TaskSkip;

typedef enum TaskOrigin {
    ORIGIN_MODEL,  /* "model" */
    ORIGIN_WHOLE,  /* "whole": the one task "fulfil" of a request whose model has no task for it */
    ORIGIN_REWORK, /* "rework": opened by not_solved or reopen, key "rework_2" for round 2 */
    ORIGIN_ADHOC,  /* "adhoc": added after leaving the model, key "adhoc_1", "adhoc_2" ... */
} TaskOrigin;

typedef enum SignOff {
    SIGN_OFF_NONE,
    SIGN_OFF_NEEDED,
    SIGN_OFF_ASKED,
    SIGN_OFF_SIGNED,
    SIGN_OFF_REFUSED,
} SignOff;
/* A task that the program carries out. */
typedef enum EngineAction {
    ACTION_NONE,   /* "": people do it */
    ACTION_DUE,    /* "due": the program does it as soon as it is ready */
    ACTION_DONE,   /* "done": it did */
    ACTION_PERSON, /* "person": people do it after all: it failed, was sent back, or somebody took it */
} EngineAction;
typedef enum Adhoc { ADHOC_NONE, ADHOC_ASKED, ADHOC_APPROVED, ADHOC_REFUSED } Adhoc;
typedef enum Assessment { ASSESSMENT_NONE, ASSESSMENT_OPEN, ASSESSMENT_PASSED } Assessment;
typedef enum PendingKind {
    PENDING_REQUESTER,
    PENDING_SUPPLIER,
    PENDING_DATE,
    PENDING_OTHER,
} PendingKind;

/* The word of a value ("awaiting_approval"), and back; an unknown word gives false. */
Str          phase_word(Phase v);
Str          outcome_word(Outcome v);
Str          approval_state_word(ApprovalState v);
Str          task_state_word(TaskState v);
Str          task_skip_word(TaskSkip v);
Str          task_origin_word(TaskOrigin v);
Str          task_owner_word(TaskOwner v);  /* team requester beneficiary */
Str          sign_off_word(SignOff v);      /* "" needed asked signed refused */
Str          action_word(EngineAction v);   /* "" due done person */
Str          adhoc_word(Adhoc v);           /* "" asked approved refused */
Str          assessment_word(Assessment v); /* "" open passed */
Str          pending_kind_word(PendingKind v);
CHECKED bool phase_from_word(Str word, Phase *ret);
CHECKED bool outcome_from_word(Str word, Outcome *ret);
CHECKED bool approval_state_from_word(Str word, ApprovalState *ret);
CHECKED bool task_state_from_word(Str word, TaskState *ret);
CHECKED bool task_skip_from_word(Str word, TaskSkip *ret);
CHECKED bool task_origin_from_word(Str word, TaskOrigin *ret);
CHECKED bool task_owner_from_word(Str word, TaskOwner *ret);
CHECKED bool sign_off_from_word(Str word, SignOff *ret);
CHECKED bool action_from_word(Str word, EngineAction *ret);
CHECKED bool adhoc_from_word(Str word, Adhoc *ret);
CHECKED bool assessment_from_word(Str word, Assessment *ret);
CHECKED bool pending_kind_from_word(Str word, PendingKind *ret);

/* ---- the state ---- */

LIST_OF(int64_t, IdList);

/* How a stage is decided: "any", "all", "quorum 2", "percent 60". */
typedef struct ApprovalRule {
    StageRule kind;
    int32_t   n; /* of quorum (persons) and percent (1..100), else 0 */
} ApprovalRule;
Str          approval_rule_word(Arena *a, ApprovalRule v);
CHECKED bool approval_rule_from_word(Str word, ApprovalRule *ret);

/* The key of the stage that asks the owner team whether the model may be left. */
#define STAGE_ADHOC STR("adhoc")

/* How an ask came to have its delegate, or to have none. */
typedef enum GivenBy {
    GIVEN_NOT,   /* "": nobody had a say in it yet */
    GIVEN_DATED, /* "dated": by a dated delegation; ends with it */
    GIVEN_HAND,  /* "hand": by a decision of the approver or delegate; stays */
} GivenBy;
Str          given_by_word(GivenBy v);
CHECKED bool given_by_from_word(Str word, GivenBy *ret);

/* One ask to one approver; also the place-holder of a stage that waits or was skipped (approver 0).
 * The number by which inputs name it is its position in RequestState.approvals, from 0: rows are
 * only ever appended, so it is the order of row ids too.  The first asked person of a stage takes
 * over the row of its place-holder. */
typedef struct EngineApproval {
    int64_t       row;      /* id of its row, 0 for a new one; carried, never read by a rule */
    Str           stage;    /* key */
    int32_t       stage_no; /* order in the model, from 0; STAGE_ADHOC_NO for adhoc */
    int32_t       round;    /* which asking of this stage, from 1 */
    ApprovalRule  rule;
    ApprovalState state;
    bool          stuck;        /* the turn has come and too few may approve: it waits visibly */
    bool          pre_approved; /* of a skipped stage: by `unless`; else its `when` did not hold */
    int64_t       approver;     /* person; 0 of a place-holder */
    int64_t       delegate;     /* person who may decide in the approver's place, 0: none */
    GivenBy       given;        /* how that came about */
    int64_t       decider;      /* who did decide; 0: nobody */
    Ms            asked_ms, decided_ms; /* MS_NONE: not */
    Str           shown_hash; /* of the answers and cost that were shown; "" of a place-holder */
    bool          changed;    /* in `next`: differs from what was given (or is new) */
} EngineApproval;
LIST_OF(EngineApproval, EngineApprovals);

enum { STAGE_ADHOC_NO = 1000 };

typedef struct EngineTask {
    int64_t    row; /* as in EngineApproval */
    Str        key;
    TaskOrigin origin;
    TaskState  state;
    TaskSkip   skip;
    TaskOwner  owner;
    int64_t    team;     /* of TASK_BY_TEAM, else 0 */
    int64_t    assignee; /* person, 0: nobody yet */
    /* keys of tasks that must be done before: finished and, where needed, signed off; or
     * skipped, and then what those come after */
    StrList after;
    bool    test;   /* blocks fulfilment until passed */
    OptInt  passed; /* of a test: 1 passed, 0 failed at the last attempt */
    bool    accept; /* finishing it is the requester's confirmation */
    Ms      at_ms;  /* not before this instant; MS_NONE: none */
    SignOff sign_off;
    int64_t sign_off_by;             /* who signed or refused last, 0: nobody */
    int64_t finished_by;             /* who finished it; may not sign it off */
    int32_t attempt;                 /* from 1; rises when it is sent back */
    Ms      started_ms, finished_ms; /* of this attempt; MS_NONE: not */
    EngineAction action;
    bool    changed;                 /* as in EngineApproval */
} EngineTask;
LIST_OF(EngineTask, EngineTasks);

typedef struct EnginePending {
    bool        open;
    int64_t     row;
    PendingKind kind;
    Ms          since_ms;
    Ms          until_ms;  /* MS_NONE: until somebody resumes or the requester answers */
    int32_t     reminded;  /* reminders sent */
    Ms          remind_ms; /* when the next one is due; MS_NONE: none */
    Ms          close_ms;  /* when silence closes the request; MS_NONE: it does not (yet) */
    bool        changed;   /* opened, ended or reminded in this step */
} EnginePending;

typedef struct EngineHandover {
    bool    open; /* offered and not answered; the old team owns the request until it is accepted */
    int64_t row, from_team, to_team, by;
    bool    changed;
} EngineHandover;

typedef enum HolderKind {
    HOLDER_NOBODY,
    HOLDER_PERSON,
    HOLDER_TEAM,
    HOLDER_REQUESTER,
    HOLDER_BENEFICIARY,
} HolderKind;
typedef struct Holder {
    HolderKind kind;
    int64_t    id; /* of person or team */
} Holder;
/* "", "person:17", "team:3", "requester", "beneficiary", and back. */
Str          holder_word(Arena *a, Holder who);
CHECKED bool holder_from_word(Str word, Holder *ret);

#define ENGINE_NO_INDEX SIZE_MAX
#define MERGE_BACK_MS   (30 * MS_DAY) /* how long a merge can be taken back */

/* What happens next and who has it.  Codes:
 *   submit    draft: requester
 *   assess    its assignee or team answers the assessment
 *   approve   one of the asked persons (who: the first; index: its approval)
 *   approver  too few may approve the stage: the owner team has to sort it out (index)
 *   task      a started or ready task: its assignee, team, requester or beneficiary (index)
 *   accept    as task, and finishing it confirms
 *   action    the program does a ready task (who: its team, which does it when that fails; index)
 *   sign_off  a finished task waits for its sign-off (who: its team; index)
 *   moment    only a task that waits for its instant is left (who: its team; index)
 *   answer    pending: the requester was asked something
 *   wait      pending for another reason: its assignee or team looks at it again
 *   confirm   fulfilled: requester
 *   ""        closed: nobody */
typedef struct EngineNext {
    const char *code;
    Holder      who;
    size_t      index; /* of the approval or task; ENGINE_NO_INDEX */
} EngineNext;

/* Everything the rules need to know of one request.  Loaded from its rows; a fresh one is made by
 * engine_draft. */
typedef struct RequestState {
    int64_t    requester, beneficiary, submitter; /* persons; none of them approves or signs off */
    int64_t    owner_team;                        /* answers for the model; 0: none */
    Phase      state; /* phase, or PHASE_PENDING over it; both are derived, never set by hand */
    Phase      phase;
    Outcome    outcome;    /* known from `fulfilled` on; a reopening takes it back */
    Assessment assessment; /* NONE before the first submission */
    Adhoc      adhoc;
    int64_t    adhoc_by; /* who asked to leave the model, and may not approve that; 0: nobody */
    int32_t    round;    /* from 1; rises with each return for correction and each reopening */
    int64_t    team;     /* whose queue it is in, never 0 */
    int64_t    assignee; /* 0: nobody yet */
    EngineApprovals approvals; /* in the order of their rows */
    EngineTasks     tasks;     /* in the order of their positions */
    EnginePending   pending;
    EngineHandover  handover;
    Ms              submitted_ms; /* first submission; MS_NONE as the others: not */
    Ms              fulfilled_ms, closed_ms;
    Ms              close_at_ms; /* when a fulfilled request closes by itself */
    Ms              not_before_ms; /* work begins then; MS_NONE, or past: at once */
    /* until when a closed request can come back: by the asking side's word when silence closed it, by
     * INPUT_UNMERGE when it was merged; MS_NONE: closed for good, or not closed */
    Ms              back_until_ms;
    EngineNext      next;        /* of a result; need not be loaded */
} RequestState;

typedef struct EngineParties {
    int64_t requester, beneficiary, submitter, team, owner_team;
} EngineParties;
/* A new draft. */
RequestState engine_draft(EngineParties who);
/* The next step of a state that was loaded. */
EngineNext engine_next(const RequestState *s);

/* The earliest instant at which an INPUT_TIMER has something to do; MS_NONE: none.
 * (A pending record's until, reminder or end, a task's moment, the planned start, the end of the
 * grace.) */
Ms engine_timer_ms(const RequestState *s);

/* May this person decide that approval now: as approver or as delegate?  For lists and buttons. */
bool engine_may_decide(const RequestState *s, size_t approval, int64_t person);

/* What somebody in these capacities (ActorAs) may do with a task, whatever its state: the one rule for
 * acts, lists and buttons.  Signing off is decided by person and is not among it. */
typedef enum EngineTaskMay {
    TASK_WORK = 1 << 0,   /* start, finish, tick: its team, its supplier, its assignee; a task of the
                             asking side: that side, and the request's team unless it is a confirmation */
    TASK_SKIP = 1 << 1,   /* its team and the leads of the request's team; the request's team too when it
                             is a task of the asking side, or when the owner let them leave the model */
    TASK_ASSIGN = 1 << 2, /* its team and the leads of the request's team */
} EngineTaskMay;
uint32_t engine_task_may(const RequestState *s, size_t task, uint32_t as, int64_t actor);

/* ---- facts ---- */

/* About one stage of the model. */
typedef struct FactStage {
    Str    key;
    bool   applies;          /* `when` holds and `unless` does not */
    bool   pre_approved;     /* does not apply because `unless` holds */
    bool   needs_assessment; /* a condition of it reads an assessment answer: not before that */
    IdList who;              /* active persons that its `who` gives, in the order of the model */
    /* who is asked when too few remain, nearest first: above the last manager that `who` names,
     * else above the beneficiary */
    IdList managers;
} FactStage;
LIST_OF(FactStage, FactStages);

/* About one task of the model. */
typedef struct FactTask {
    Str     key;
    bool    applies; /* `when` holds */
    Ms      at_ms;   /* value of `at`, MS_NONE: none or not answered */
    int64_t team;    /* id; 0 when no team does it */
    IdList  signers; /* active persons that `sign_off` gives */
} FactTask;
LIST_OF(FactTask, FactTasks);

/* Who stands in for a person now, by a dated delegation; delegate 0: nobody does.  About a person who is
 * not named an open ask keeps what it has. */
typedef struct FactDelegate {
    int64_t person, delegate;
} FactDelegate;
LIST_OF(FactDelegate, FactDelegates);

/* What the step needs of the world: resolved by the request module in the same transaction.
 * Names every stage and task of the model; one that is not named keeps what it has (that is how a
 * stored record leaves out what its step did not use). */
typedef struct EngineFacts {
    /* index of the first entitlement check that fails (counting without this request itself);
     * read on submission only */
    OptInt     unentitled;
    bool       not_audience; /* the person it is for is not in the audience; on submission only */
    Str        hash;         /* of the answers (without `reapprove: no`) and the cost, as shown */
    FactStages stages;
    FactTasks  tasks;
    IdList     owner_leads; /* leads of the owner team: last fallback of a stage and a sign-off */
    IdList     owners;      /* who may approve leaving the model: members of the owner team */
    FactDelegates delegates;
    Ms close_at_ms; /* now + close_after, should this step fulfil; MS_NONE: only by people */
    Ms remind_ms;   /* next reminder, should this step open a pending record or remind */
    Ms silence_ms;  /* when silence closes the request, should this step ask the requester without a
                       reminder to come, or send the last one; MS_NONE: it does not */
} EngineFacts;

/* The part of the facts that the model's conditions give.  engine_judge makes `stages` and `tasks`
 * with their keys and verdicts; persons and teams are left for the caller to fill in.
 * engine_judge_entry, for a submission, finds out `unentitled` and `not_audience`.
 * `rec` answers the names of the model's conditions, counts for the second.
 * Errors: RC_LIMIT. */
CHECKED Rc engine_judge(const ModelVersion *m, const CondRecord *rec, Ms now, Arena *a,
                        EngineFacts *ret);
CHECKED Rc engine_judge_entry(const ModelVersion *m, const CondRecord *rec, Ms now,
                              EngineFacts *ret);

/* ---- input ---- */

typedef enum InputKind {
    INPUT_SUBMIT,          /* party */
    INPUT_ASSESS,          /* team; the answers are in the verdicts already */
    INPUT_DECIDE,          /* approval, decision, to; reason: reject, return, approve of `verify` */
    INPUT_TASK_START,      /* task */
    INPUT_TASK_FINISH,     /* task, passed */
    INPUT_TASK_SKIP,       /* task, reason */
    INPUT_TASK_ASSIGN,     /* task, to (0: nobody) */
    INPUT_SIGN_OFF,        /* task, ok; reason when not ok */
    INPUT_CONFIRM,         /* party */
    INPUT_NOT_SOLVED,      /* party, reason */
    INPUT_ASK,             /* team asks the requester something: pending, until or MS_NONE */
    INPUT_REPLY,           /* a party wrote: ends such a pending record; reopens within the grace;
                              brings back what silence closed */
    INPUT_PEND,            /* team, pending kind, until, reason */
    INPUT_RESUME,          /* team; before the planned start: begin now */
    INPUT_WITHDRAW,        /* party; a reason is welcome, not required */
    INPUT_CANCEL,          /* team, reason */
    INPUT_REJECT,          /* team, reason; before any work has begun */
    INPUT_FULFIL,          /* team; reason is the resolution */
    INPUT_REOPEN,          /* party or team, reason */
    INPUT_EDIT,            /* party or team: answers, impact, urgency, title; the facts are new */
    INPUT_ASSIGN,          /* team, to (0: nobody): who works on the request */
    INPUT_TRANSFER,        /* team, to_team; reason is the summary */
    INPUT_TRANSFER_ACCEPT, /* member of the offered team */
    INPUT_TRANSFER_DECLINE, /* same, reason */
    INPUT_ADHOC,            /* team, reason: asks the owners whether the model may be left */
    INPUT_ADHOC_TASK,       /* team, once it was approved: a task for to_team (0: own), after */
    INPUT_CONVERT,          /* team, reason: another record takes over */
    INPUT_MERGE,            /* team: another request like it takes over */
    INPUT_UNMERGE,          /* team, within MERGE_BACK_MS: it goes on by itself after all */
    INPUT_ACTION,           /* system: task, ok: what the program made of it */
    INPUT_ESCALATE,         /* system: to_team takes the request over, or the task that is named */
    INPUT_TIMER,            /* system: the time came; also asks stuck stages again */
} InputKind;

typedef enum Decision {
    DECISION_APPROVE,
    DECISION_REJECT,
    DECISION_RETURN,
    DECISION_DELEGATE,
} Decision;

/* In which capacity the actor acts: from the grant (MAY_ASK_SIDE, MAY_WORK ...).  The step refuses
 * an act without the capacity it needs; who may decide an approval or sign off a task is checked by
 * person, not by these. */
typedef enum ActorAs {
    AS_PARTY = 1 << 0,  /* requester, beneficiary or submitter */
    AS_TEAM = 1 << 1,   /* works for the request's team */
    AS_LEAD = 1 << 2,   /* leads it */
    AS_TASK = 1 << 3,   /* works for the team of the named task */
    AS_TARGET = 1 << 4, /* works for the team that a hand-over is offered to */
    AS_SYSTEM = 1 << 5, /* a timer */
    AS_SUPPLY = 1 << 6, /* works for the supplier that the named task is given to */
} ActorAs;

typedef struct EngineInput {
    InputKind   kind;
    int64_t     actor;    /* person, 0 with AS_SYSTEM */
    uint32_t    as;       /* ActorAs bits */
    bool        reason;   /* a reason (resolution, summary) was given; its words are not for here */
    size_t      approval; /* INPUT_DECIDE: position in RequestState.approvals */
    Decision    decision;
    Str         task;   /* key */
    OptInt      passed; /* INPUT_TASK_FINISH of a test: 1 or 0, required there */
    bool        ok;     /* INPUT_SIGN_OFF, INPUT_ACTION; INPUT_EDIT: it lowers the priority */
    int64_t     to;     /* person: delegate or assignee */
    int64_t     to_team;
    PendingKind pending;  /* INPUT_PEND */
    Ms          until_ms; /* INPUT_ASK, INPUT_PEND; MS_NONE: open.  INPUT_SUBMIT: work not before */
    StrList     after;    /* INPUT_ADHOC_TASK: keys of tasks before it */
} EngineInput;

/* ---- result ---- */

/* What happened, in order.  The word of each (engine_effect_word) is the kind of its event. */
typedef enum EffectKind {
    EFFECT_SUBMITTED,        /* request.submitted */
    EFFECT_ASSESSED,         /* request.assessed */
    EFFECT_STATE,            /* request.state: from, to */
    EFFECT_OUTCOME,          /* request.outcome */
    EFFECT_STAGE_SKIPPED,    /* approval.skipped: index */
    EFFECT_STAGE_STUCK,      /* approval.stuck: index; too few may approve it */
    EFFECT_STAGE_AGAIN,      /* approval.again: index of the new place-holder; asked once more */
    EFFECT_ASKED,            /* approval.asked: index */
    EFFECT_APPROVED,         /* approval.approved: index */
    EFFECT_REJECTED,         /* approval.rejected: index */
    EFFECT_RETURNED,         /* approval.returned: index */
    EFFECT_DELEGATED,        /* approval.delegated: index */
    EFFECT_DELEGATION,       /* approval.delegation: index; a dated delegation began or ended */
    EFFECT_ASK_WITHDRAWN,    /* approval.withdrawn: index */
    EFFECT_STAGE_APPROVED,   /* approval.stage_approved: index of the deciding one */
    EFFECT_STAGE_REJECTED,   /* approval.stage_rejected: index of the deciding one */
    EFFECT_TASK_ADDED,       /* task.added: index, as all of tasks */
    EFFECT_TASK_READY,       /* task.ready */
    EFFECT_TASK_PAUSED,      /* task.paused: was ready or started, and now has to wait again */
    EFFECT_TASK_STARTED,     /* task.started */
    EFFECT_TASK_ASSIGNED,    /* task.assigned */
    EFFECT_TASK_ESCALATED,   /* task.escalated: another team has it now */
    EFFECT_TASK_FINISHED,    /* task.finished */
    EFFECT_TASK_FAILED,      /* task.failed: a test was not passed */
    EFFECT_ACTION_DONE,      /* task.done_by_action: the program finished it */
    EFFECT_ACTION_FAILED,    /* task.action_failed: its team has to do it */
    EFFECT_TASK_BACK,        /* task.reopened: sent back, attempt + 1 */
    EFFECT_TASK_SKIPPED,     /* task.skipped */
    EFFECT_TASK_UNSKIPPED,   /* task.unskipped: its condition holds after an edit */
    EFFECT_TASK_CANCELLED,   /* task.cancelled */
    EFFECT_TASK_MOMENT,      /* task.moment: its instant became known or changed */
    EFFECT_SIGN_OFF_ASKED,   /* task.sign_off_asked */
    EFFECT_SIGNED,           /* task.signed */
    EFFECT_SIGN_OFF_REFUSED, /* task.sign_off_refused */
    EFFECT_PENDING,          /* request.pending */
    EFFECT_REMIND,           /* request.reminded */
    EFFECT_SILENCE,          /* request.silent: nobody answered, so it is closed as withdrawn */
    EFFECT_RESUMED,          /* request.resumed */
    EFFECT_CONFIRMED,        /* request.confirmed */
    EFFECT_REOPENED,         /* request.reopened */
    EFFECT_EDITED,           /* request.edited */
    EFFECT_ASSIGNED,         /* request.assigned */
    EFFECT_ESCALATED,        /* request.escalated: another team has it now */
    EFFECT_OFFERED,          /* handover.offered */
    EFFECT_ACCEPTED,         /* handover.accepted */
    EFFECT_DECLINED,         /* handover.declined */
    EFFECT_OFFER_WITHDRAWN,  /* handover.withdrawn */
    EFFECT_ADHOC_ASKED,      /* adhoc.asked */
    EFFECT_ADHOC_APPROVED,   /* adhoc.approved */
    EFFECT_ADHOC_REFUSED,    /* adhoc.refused */
    EFFECT_CONVERTED,        /* request.converted */
    EFFECT_MERGED,           /* request.merged */
    EFFECT_UNMERGED,         /* request.unmerged */
    EFFECT_TELL,             /* request.tell: who, code */
} EffectKind;
Str engine_effect_word(EffectKind kind);

typedef struct EngineEffect {
    EffectKind kind;
    size_t     index;    /* of the approval or task it is about, else ENGINE_NO_INDEX */
    Phase      from, to; /* EFFECT_STATE: of RequestState.state */
    /* EFFECT_TELL: who should hear, and why: new, approve, delegated, approval_withdrawn, stuck,
     * returned, rejected, task, action_failed, sign_off, sent_back, answer, replied, remind, last_remind, silent,
     * silent_team, resumed, fulfilled, closed, lowered,
     * reopened, withdrawn, cancelled, merged, unmerged, handover, handover_accepted, handover_declined, escalated, escalated_away,
     * adhoc_approved, adhoc_refused */
    Holder      who;
    const char *code;
} EngineEffect;
LIST_OF(EngineEffect, EngineEffectList);

/* Why a step was refused.  code is for programs, text is a message id for people (T("...")).
 *   RC_CONFLICT  wrong_state, follow_up (closed for good: make a linked request), work_begun,
 *                already_assessed, already_decided, not_asked_yet, withdrawn, one_voice,
 *                task_waiting, task_started, task_done, test_open, already_pending, not_pending,
 *                already_offered, no_offer, already_adhoc, not_adhoc, action_over, merged, not_merged,
 *                too_late
 *   RC_FORBIDDEN not_yours, not_asked, own_request, own_work
 *   RC_INVALID   reason_required, until_required, until_past, passed_required, unknown_approval,
 *                unknown_task, bad_decision, bad_delegate, bad_team, not_audience,
 *                no_entitlement (index: the check)
 *   RC_LIMIT     too_many
 *   RC_INTERNAL  broken (engine_check said no: a mistake of ours; nothing must be stored) */
typedef struct EngineRefusal {
    Rc          rc;
    const char *code;
    const char *text;
    size_t      index;  /* of no_entitlement, else ENGINE_NO_INDEX */
    Str         detail; /* of broken: for the log */
} EngineRefusal;

typedef struct EngineEffects {
    RequestState     next; /* the complete state after the step */
    EngineEffectList list;
    bool             changed; /* false: nothing happened (a timer with nothing to do) */
    EngineRefusal    refusal; /* the one member that is written when the step is refused */
} EngineEffects;

/* Bounds; beyond them RC_LIMIT. */
enum { ENGINE_APPROVALS_MAX = 5000, ENGINE_TASKS_MAX = 500, ENGINE_ASKED_MAX = 1000 };

/* One step.  `now` never runs backwards between the steps of one request.
 * Errors: as EngineRefusal; nothing in `ret` but `refusal` is written then. */
CHECKED Rc engine_step(const ModelVersion *m, const EngineFacts *f, const RequestState *s,
                       const EngineInput *in, Ms now, Arena *a, EngineEffects *ret);

/* ---- checking, storing, replaying ---- */

/* Whether the state keeps the promises of docs/domain/engine.md; `why` gets the first broken one.
 * engine_step refuses (RC_INTERNAL) to return a state that does not. */
CHECKED bool engine_check(const RequestState *s, Str *why);

/* Equal for the rules: rows and `changed` marks are left out. */
bool engine_state_equal(const RequestState *x, const RequestState *y);

/* What the event of a step stores: the input, the instant and those facts that the step used.  One
 * JSON object without any words of people.  `done` is the result of that very step. */
void engine_record_json(JsonOut *o, const EngineFacts *f, const EngineInput *in, Ms now,
                        const EngineEffects *done);
/* Errors: RC_INVALID, RC_LIMIT. */
CHECKED Rc engine_record_parse(Arena *a, const Json *record, EngineFacts *ret_f,
                               EngineInput *ret_in, Ms *ret_now);

/* The state after `n` stored records, beginning with engine_draft(who).
 * Errors: RC_INVALID for a record that cannot be read or is refused. */
CHECKED Rc engine_replay(const ModelVersion *m, EngineParties who, const Json *const *records,
                         size_t n, Arena *a, RequestState *ret);
