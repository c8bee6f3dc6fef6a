/* request.h - the request: one ask of one person, from the draft to closed.
 *
 * Answers, approvals, tasks, conversation, hand-overs, pending records and files are parts of one
 * aggregate.  Whatever happens to any of them is a command here or in talk.h; each one checks the
 * right, loads the state, runs the pure engine (engine.h), writes rows and events, and keeps the
 * readers in step, all in the caller's transaction.  Pages, API, mail, command line and imports call
 * the same commands.  The aggregate explained: docs/domain/request.md.
 *
 *   request.h   life: create, edit, acts, approvals, tasks; the view of one request
 *   talk.h      messages, notes, files, participants, links; the timeline
 *   lists.h     my requests, queues, my work, approvals of me, badges, notifications, suppliers
 *   upkeep.h    followers, timers, replay
 *
 * Grants.  A caller takes a grant that proves the person sees the request (access_request_number with
 * MAY_SEE); the bits that the act itself needs are checked here, so a caller need not know them.
 * Versions.  Where a command takes a version, an unset one means "whatever is there"; one that
 * differs is RC_STALE and nothing is changed.  Every command raises the version of the request.
 * Order of refusals: not visible, not theirs, stale, wrong state, and last what is wrong with the words.
 * So a caller that could not read the body still calls the command and hands it the failure as
 * `fault`: it is returned when nothing comes before it, and nothing is changed.
 * Words.  States and the like are the words of the API as Str.  Texts for people are Text, translated
 * where they are shown.  Results live in cx->arena.
 * Errors of every command besides those named: RC_FORBIDDEN (visible, but not theirs), RC_CONFLICT
 * (the state does not allow it), with a sentence in cx; RC_INTERNAL.
 */
#pragma once

#include "domain/access/access.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/identity.h"
#include "domain/model/answers.h"
#include "domain/promise/promise.h"
#include "domain/target/target.h"

#define REQUEST_TITLE_MAX 200   /* characters */
#define REQUEST_TEXT_MAX  65536 /* bytes of a message, note, reason, resolution, summary */

/* "REQ-17" of record "request", serial 17. */
Str request_number(Arena *a, Str record, int64_t serial);

/* --- create ---------------------------------------------------------------------------------- */

typedef struct RequestCreate {
    Str          item;      /* key of a published model */
    AnswerInputs answers;   /* answers_from_json, answers_from_field */
    Str requester; /* login of who asks; STR_NULL: the beneficiary when an agent notes down what
                               came by phone, walk_in, mail or chat for somebody else, otherwise the
                               subject.  Anybody but these two needs to be an agent (RC_FORBIDDEN). */
    Str          channel;   /* portal mail phone walk_in chat api monitoring; STR_NULL: portal */
    Str          title;     /* STR_NULL: the name of the item in the requester's language */
    bool         draft;     /* kept for later: required answers may be missing, nobody is asked */
    Str          impact, urgency; /* words; STR_NULL: what the model says.  Only agents and leads may
                                     say it (RC_FORBIDDEN); others answer the model's questions. */
    Str          reason;    /* why impact or urgency differ from the model; required with them */
    OptInt       not_before_ms; /* when it is needed from: approvals may go on, work begins then.  Only
                                   where the model says `schedule: true`, and still to come */
} RequestCreate;

typedef struct RequestMade {
    int64_t        id;
    Str            number;
    Str            state; /* after submission: assessing, awaiting_approval, fulfilling ... or draft */
    GrantedRequest grant; /* for what its maker does next in this transaction */
    bool           visible; /* false: made for somebody else in confidence, its maker will not see it */
} RequestMade;

/* Creates a request for the beneficiary of `g` (access_submit) and submits it unless it is a draft.
 * Faults of answers stand in cx->errors as "/answers/ID".
 * Errors: RC_NOT_FOUND (item), RC_INVALID (answers; code "no_entitlement" with the model's own
 * message; "not_audience"), RC_LIMIT. */
CHECKED Rc request_create(Ctx *cx, GrantedSubmit g, const RequestCreate *in, RequestMade *ret);

/* What asking would bring, before anything is saved: for the item page and the form while it is being
 * filled in.  Reads only.  Answers may be incomplete. */
typedef struct StagePreview {
    Str        stage, name; /* name in the reader's language */
    bool       applies;     /* false: not needed for these answers */
    bool       pre_approved;
    bool       later;       /* depends on the assessment */
    bool       open;        /* depends on answers that are not given yet */
    Str        rule;        /* any | all | quorum 2 | percent 60 */
    PersonRefs who;         /* who would be asked; empty: nobody found (the owners sort it out) */
} StagePreview;
LIST_OF(StagePreview, StagePreviews);

typedef struct RequestPreview {
    CondValue     cost;      /* COND_MONEY or COND_EMPTY: none, or not decided by these answers */
    Str           impact, urgency, level;
    StagePreviews stages;
    const Target *target;    /* NULL: none promised */
    Promise       usual;     /* how long such requests take, as if it were sent now */
    Text          refused;   /* entitlement or audience that does not hold; msgid NULL: none */
    AnswerSet     answers;   /* as they would be kept, without those of `faults` */
    FieldErrors   faults;
    bool         *shown;     /* for each question of the form: is it shown? */
} RequestPreview;
CHECKED Rc request_preview(Ctx *cx, GrantedSubmit g, const RequestCreate *in, RequestPreview *ret);

/* Facts about a beneficiary for conditions of models (audience, prefill): RequestFacts.person and the
 * zone.  With counts, for entitlements, when `g` is given (else NULL). */
CHECKED Rc request_facts_person(Ctx *cx, int64_t person_id, const GrantedSubmit *g,
                                RequestFacts *ret);
/* Do these persons, teams, list entries and uploads exist?  For answers_check. */
AnswerLookup request_lookup(Ctx *cx);

/* --- edit ------------------------------------------------------------------------------------ */

typedef struct RequestEdit {
    OptInt       version;
    bool         has_answers;
    AnswerInputs answers;   /* all answers anew when `whole`, else only the questions named */
    bool         whole;
    Str          title;     /* STR_NULL: as it is */
    Str          impact, urgency; /* STR_NULL: as they are.  Needs MAY_WORK or MAY_LEAD, and a reason;
                               the urgency of a draft whose model asks for it neither */
    Str          level;     /* low normal high critical: overrules the matrix; MAY_LEAD and a reason.
                               "" takes the override back; STR_NULL: as it is */
    bool         has_not_before; /* of a draft: another planned start, or none when it is not set */
    OptInt       not_before_ms;
    Str          reason;
    Rc           fault;
} RequestEdit;

/* Changes a draft or an open request.  The asking side may change answers and title until work has
 * begun; the team may until it is fulfilled.  Approved stages are asked again when what they were
 * shown changed.
 * Errors: RC_STALE, RC_INVALID with field errors, RC_CONFLICT (closed, or work has begun). */
CHECKED Rc request_edit(Ctx *cx, GrantedRequest g, const RequestEdit *in);

/* --- acts on the request --------------------------------------------------------------------- */

/* In the order and with the words of the API.  REPLY and ADHOC_TASK have functions of their own. */
typedef enum ActKind {
    ACT_SUBMIT, ACT_ASSESS, ACT_ASSIGN, ACT_TRANSFER, ACT_ACCEPT_TRANSFER, ACT_DECLINE_TRANSFER,
    ACT_ASK, ACT_PEND, ACT_RESUME, ACT_REJECT, ACT_FULFIL, ACT_CONFIRM, ACT_NOT_SOLVED,
    ACT_WITHDRAW, ACT_CANCEL, ACT_REOPEN, ACT_ADHOC, ACT_CONVERT, ACT_MERGE, ACT_UNMERGE,
    ACT_COUNT,
} ActKind;

const char  *act_word(ActKind kind); /* "accept_transfer" */
Text         act_label(ActKind kind); /* "Take over": for buttons */
CHECKED bool act_from_word(Str word, ActKind *ret);

/* One act and what it needs; members that the act does not use must be empty. */
struct RequestView;

typedef struct RequestAct {
    ActKind      kind;
    OptInt       version;
    Str text;               /* reject, not_solved, withdraw, cancel, reopen, adhoc, convert,
                               decline_transfer: the reason; pend: the reason; ask: the question, which
                               becomes a message; fulfil: the resolution; transfer: the summary */
    AnswerInputs answers;   /* assess */
    Str          assignee;  /* assign: login, "" for nobody */
    Str          team;      /* transfer: key */
    StrList      open_questions; /* transfer */
    Str          next_step; /* transfer */
    Str          pending;   /* pend: supplier | date | other; STR_NULL: date with `until`, else other */
    OptInt       until_ms;  /* pend, ask */
    Str          record, item; /* convert: "incident", key of a model of that record */
    Str          into;      /* merge: number of an open request that the subject can write notes and messages in;
                               this one is closed as merged, its asking side and participants take part in that
                               one, and messages and files are copied there.  unmerge, for 30 days, takes all of
                               that back, and this one goes on where it stood */
    Rc           fault;
} RequestAct;

/* What came of it. */
typedef struct ActDone {
    Str state;         /* after the act */
    Str made_number;   /* convert, or reopening too late: the new, linked request; STR_NULL: none */
    int64_t made_id;
} ActDone;

/* Does the act.  `ret` may be NULL.
 * Errors: RC_STALE; RC_INVALID with field errors ("reason_required", "not_found", "until_past" ...). */
CHECKED Rc request_act(Ctx *cx, GrantedRequest g, const RequestAct *in, ActDone *ret);

/* Its turn in the queue of its team (queue_turn.c). */
typedef struct QueueTurn {
    bool    queued; /* nobody has it, and it could be begun now */
    int64_t ahead;  /* that come before it; QUEUE_AHEAD_MOST: so many or more */
} QueueTurn;
#define QUEUE_AHEAD_MOST 100
CHECKED Rc request_turn(Ctx *cx, GrantedRequest g, QueueTurn *ret);

/* Makes a request of its own of a part of this one, for the same people, linked as split_from; this one goes on as it
 * is.  The chosen messages are copied with their files, and their words are the description that the item asks for; the
 * team completes the rest.  Taken back by merging it into this one.
 * Needs MAY_WORK.  Errors: RC_CONFLICT (draft or closed), RC_INVALID with field errors at item, title, messages
 * (confidential requests are not split). */
typedef struct RequestSplit {
    Str     item;     /* key of a published item */
    Str     title;    /* "": the name of the item */
    StrList messages; /* ids of messages of this one, 1..SPLIT_MOST */
    Rc      fault;
} RequestSplit;
#define SPLIT_MOST 50
CHECKED Rc request_split(Ctx *cx, GrantedRequest g, const RequestSplit *in, RequestMade *ret);

/* Which acts this person can do now: for buttons and menus.  An act that is none of theirs is not
 * listed; one that is theirs but not now stands with the sentence why. */
typedef struct ActOffer {
    ActKind kind;
    Text    label;
    bool    now;
    Text    why_not;    /* when not now */
    bool    needs_text, needs_reason_label; /* a text is asked for; it is a reason rather than words to send */
} ActOffer;
LIST_OF(ActOffer, ActOffers);
/* `v`: what request_view gave in the same call. */
CHECKED Rc request_may_act(Ctx *cx, const struct RequestView *v, ActOffers *ret);

/* --- approvals ------------------------------------------------------------------------------- */

typedef struct ApprovalDecision {
    Str decision;   /* approve | reject | return | delegate */
    Str reason;     /* required for reject and return, and as evidence to approve a verification */
    Str to;         /* delegate: login */
    Str shown_hash; /* ViewApproval.shown_hash as the person saw it; another one now is RC_STALE.
                       STR_NULL: not checked */
    Rc  fault;
} ApprovalDecision;

/* `g` comes from access_approval(cx, approval_id, MAY_SEE, &g).
 * Errors: RC_NOT_FOUND, RC_FORBIDDEN (not asked, own request), RC_CONFLICT (decided, withdrawn),
 * RC_STALE, RC_INVALID. */
CHECKED Rc approval_decide(Ctx *cx, GrantedRequest g, int64_t approval_id,
                           const ApprovalDecision *in);

/* --- tasks ----------------------------------------------------------------------------------- */

typedef enum TaskActKind {
    TASK_ACT_START,
    TASK_ACT_FINISH,
    TASK_ACT_SKIP,
    TASK_ACT_ASSIGN,
    TASK_ACT_SIGN_OFF,
    TASK_ACT_COUNT
} TaskActKind;
const char  *task_act_word(TaskActKind kind); /* "sign_off" */
CHECKED bool task_act_from_word(Str word, TaskActKind *ret);

typedef struct TaskAct {
    TaskActKind kind;
    OptInt      version;  /* of the task */
    Str         text;     /* finish: note (what was done); skip, refused sign-off: the reason */
    OptInt      passed;   /* finish of a test: 1 or 0 */
    OptInt      ok;       /* sign_off: 1 or 0 */
    Str         assignee; /* assign: login, "" for nobody */
    Rc          fault;
} TaskAct;

/* `g` comes from access_task(cx, task_id, 0, &g): suppliers may start and finish their own tasks.
 * Errors: RC_STALE, RC_INVALID, RC_NOT_FOUND. */
CHECKED Rc task_act(Ctx *cx, GrantedRequest g, int64_t task_id, const TaskAct *in);
typedef struct TaskCheck {
    int64_t position;
    bool    done;
    Rc      fault;
} TaskCheck;
/* Ticks or unticks a line of the checklist. Errors: RC_NOT_FOUND (no such line). */
CHECKED Rc task_check(Ctx *cx, GrantedRequest g, int64_t task_id, TaskCheck in);

/* Adds a task after leaving the model was approved (act adhoc). */
typedef struct AdhocTask {
    Str     title;  /* 1..200 characters */
    Str     team;   /* key; STR_NULL: the request's own team */
    StrList after;  /* keys of tasks before it */
    Rc      fault;
} AdhocTask;
CHECKED Rc task_add(Ctx *cx, GrantedRequest g, const AdhocTask *in, int64_t *ret_id);

/* --- the view of one request ------------------------------------------------------------------ */

/* What lists and the head of a page show; the same struct everywhere. */
typedef struct RequestHead {
    int64_t   id;
    Str       number;
    Str       record, item, kind;  /* item: the model's key */
    LangText  item_name;
    int64_t   model_version;       /* number of the version of the model */
    int64_t   model_version_id;
    Str       title;
    Str       state, phase, outcome; /* outcome "" while open */
    Str       impact, urgency, level;
    bool      overruled;           /* the level is not what the matrix says */
    Str       risk;                /* as RequestView.risk, whoever reads: for lists of staff alone */
    bool      confidential;
    PersonRef requester, beneficiary, submitter, assignee; /* assignee.id 0: nobody */
    Str       channel;
    TeamRef   team, owner;
    CondValue cost;
    Str       step_code;           /* next step: codes of EngineNext in engine.h */
    Text      step_text;           /* "Waiting for {0}'s approval" */
    PersonRef step_person;         /* who has it: one of person and team, or neither */
    TeamRef   step_team;
    Ms        step_ms;             /* since when */
    Str       adhoc;               /* "" | asked | approved | refused */
    Ms        created_ms, submitted_ms, updated_ms, fulfilled_ms, closed_ms, close_at_ms; /* MS_NONE: not */
    Ms        not_before_ms;       /* the planned start of work, also when it is over; MS_NONE: none */
    Ms        agreed_ms;           /* the day that the team has agreed; MS_NONE: none */
    Ms        back_until_ms;       /* silence closed it, and a word until then brings it back; MS_NONE */
    Ms        due_ms;      /* by when it is to be fulfilled: the earliest running target; MS_NONE: none */
    Ms        next_due_ms; /* the earliest due time of all its running clocks; MS_NONE: none */
    int64_t   me_too;      /* how many others have the same (me_too.h) */
    int64_t   version;
} RequestHead;
LIST_OF(RequestHead, RequestHeads);

typedef struct ViewApproval {
    int64_t   id;
    Str       stage, stage_name;
    int64_t   stage_no, round;
    Str       rule, state;
    bool      stuck, pre_approved;
    PersonRef approver;    /* id 0: of a stage that waits or was skipped */
    PersonRef delegate;    /* may decide in their place */
    PersonRef decider;     /* who did; differs from approver when the delegate did */
    Ms        asked_ms, decided_ms;
    Str       reason;
    Str       shown_hash;
    bool      verify;      /* the decision needs a note of the evidence */
    LangText  evidence;    /* what that note should say */
    bool      mine;        /* the subject may decide it now */
    int64_t   version;
} ViewApproval;
LIST_OF(ViewApproval, ViewApprovals);

typedef struct ViewCheck {
    int64_t   position;
    Str       text;      /* in the reader's language */
    Ms        done_ms;   /* MS_NONE: open */
    PersonRef done_by;
} ViewCheck;
LIST_OF(ViewCheck, ViewChecks);

typedef enum TaskMay {
    TASK_MAY_START = 1 << 0,
    TASK_MAY_FINISH = 1 << 1,
    TASK_MAY_SKIP = 1 << 2,
    TASK_MAY_ASSIGN = 1 << 3,
    TASK_MAY_SIGN_OFF = 1 << 4,
    TASK_MAY_CHECK = 1 << 5,
} TaskMay;

typedef struct ViewTask {
    int64_t    id;
    Str        key, title;
    Str        origin;       /* model | whole | rework | adhoc */
    Str        state, skip;  /* skip: "" or why it was skipped */
    TeamRef    team;         /* id 0: the requester does it */
    bool       for_requester;
    PersonRef  owner;        /* for_requester: the requester; else nobody */
    PersonRef  assignee;
    StrList    after;
    bool       test, accept;
    Str        action;       /* key of the action that does it; "": people */
    Str        action_state; /* "" due done person */
    OptInt     passed;
    Ms         at_ms, due_ms, started_ms, finished_ms;
    PersonRef  finished_by;
    Str        sign_off;     /* "" needed asked signed refused */
    Str        sign_off_who; /* expression of the model: lead(workplace) */
    PersonRefs signers;      /* who may sign, while it is asked */
    PersonRef  sign_off_by;
    Str        supplier;     /* key */
    Str        sop;          /* key of the procedure; "" none */
    int64_t    effort_min;
    int64_t    attempt;
    Str        note;
    ViewChecks checklist;
    uint32_t   may;          /* TaskMay bits: what the subject can do with it now */
    int64_t    version;
} ViewTask;
LIST_OF(ViewTask, ViewTasks);
/* How far the tasks are: "started" where one is, else "ready", else "waiting", else "done"; "" without tasks. */
Str view_tasks_stage(const ViewTasks *list);

typedef struct ViewPending {
    int64_t   id;            /* 0: none open */
    Str       kind, reason;  /* requester | supplier | date | other */
    Ms        since_ms, until_ms;
    Ms        remind_ms;     /* the next reminder; MS_NONE: none */
    Ms        close_ms;      /* it is closed then when no answer comes; MS_NONE: it is not (yet) */
    int64_t   reminded;      /* reminders sent */
    PersonRef by;
} ViewPending;

typedef struct ViewHandover {
    int64_t   id;            /* 0: never handed over */
    Str       state;         /* offered | accepted | declined | withdrawn; the latest one */
    TeamRef   from, to;
    PersonRef by, answered_by;
    Str       summary, next_step, reason;
    StrList   open_questions;
    Ms        offered_ms, answered_ms;
    bool      mine;          /* the subject may accept or decline it */
} ViewHandover;

typedef struct ViewParticipant {
    PersonRef person;
    Str       kind;          /* participant | watcher */
    PersonRef added_by;
    Ms        at_ms;
} ViewParticipant;
LIST_OF(ViewParticipant, ViewParticipants);

typedef struct ViewTag {
    Str       tag;
    PersonRef added_by;
    Ms        at_ms;
} ViewTag;
LIST_OF(ViewTag, ViewTags);

typedef struct ViewLink {
    int64_t id;
    Str     kind;            /* related caused_by needs converted_to follow_up part_of duplicate_of merged_into
                                split_from */
    bool    merged;          /* the other end was merged into this request */
    bool    outgoing;        /* this request is the `from` of the link */
    int64_t request_id;      /* the other end, which the subject sees too */
    Str     number, title, state, outcome;
} ViewLink;
LIST_OF(ViewLink, ViewLinks);

/* Requests that were ordered together (bundle.h). */
typedef struct BundleView {
    int64_t      id; /* 0: none */
    Str          key;
    LangText     name;
    PersonRef    beneficiary;
    Ms           created_ms;
    RequestHeads requests; /* those that the subject sees, in the order of the parts; in the view of one
                              request: the others */
} BundleView;

/* A file; download it through attachment_get (talk.h). */
typedef struct ViewFile {
    int64_t   id;            /* of the attachment */
    Str       upload;        /* public id of the upload: what a file answer holds */
    Str       name, type;
    int64_t   size;
    Str       object;        /* answer | message | note | task | request */
    int64_t   object_id;
    bool      internal;
    PersonRef added_by;
    Ms        at_ms;
} ViewFile;
LIST_OF(ViewFile, ViewFiles);

typedef struct ViewAnswer {
    const Answer *answer;    /* .question and value; words: answer_words */
    Str           words;     /* in the reader's language, names of people, teams and entries resolved */
} ViewAnswer;
LIST_OF(ViewAnswer, ViewAnswers);

/* One clock as people see it: its present cycle, else its last one. */
typedef struct ViewClock {
    Str      target;   /* "respond", "fulfil", or the key of a target of its own */
    LangText name;     /* of a target of its own; absent for those of the model */
    Measure  measure;
    Str      task;     /* key of the task that is measured, "": the request itself */
    int64_t  cycle;    /* 1, 2, 3 ... */
    Str      goal;     /* "4wh"; "": nothing promised any more */
    Str      calendar; /* key, "": around the clock */
    Ms       started_ms, stopped_ms, paused_ms; /* MS_NONE: runs; not paused */
    Ms       due_ms;   /* MS_NONE: nothing promised, or paused before it */
    bool     breached;
    bool     has_left; /* left_ms says something */
    int64_t  left_ms;  /* in the goal's own kind of time; negative: late.  Of a stopped one: what was left */
    int64_t  goal_ms;
    Str      reason;   /* why it came too late, in the words of the team; "" */
    PersonRef reason_by;
    Ms       reason_ms;
    bool     internal; /* of a task, or of a target of its own for tasks: for staff only */
} ViewClock;
LIST_OF(ViewClock, ViewClocks);
typedef struct RequestView {
    RequestHead      head;
    CatalogModel     model;
    uint32_t         may;          /* RequestMay bits of the subject on it */
    Text             status;       /* the status line: "Waiting for Kim Alder's approval since Tuesday." */
    Text             level_why;    /* how the priority came about */
    Text             matrix_why;   /* which matrix it came from */
    Str              level_reason; /* words of who overruled it; "" */
    Str              risk;         /* "low" "medium" "high"; "": none.  For staff and approvers, else "" */
    LangText         risk_why;     /* as its model says */
    Str              resolution;
    AnswerSet        form, assess; /* typed; not for suppliers */
    ViewAnswers      answers;      /* those of the form that have a value, in order */
    ViewAnswers      assessed;     /* staff and approvers only */
    Str              assessment;   /* "" | open | passed */
    ViewApprovals    approvals;
    ViewTasks        tasks;
    ViewClocks       clocks;       /* those of tasks for staff only */
    ViewPending      pending;
    ViewHandover     handover;     /* staff only (MAY_NOTES) */
    ViewParticipants participants;
    ViewTags         tags;
    ViewLinks        links;
    BundleView       bundle;       /* id 0: made alone */
    ViewFiles        files;        /* files of notes only with MAY_NOTES */
    Promise          promise;      /* PROMISE_NOTHING unless it is under way */
    struct Aggregate *loaded;      /* what it was made of, for request_may_act and timeline */
} RequestView;

/* Everything a page or the API needs, in a constant number of statements.  `g` needs MAY_SEE. */
CHECKED Rc request_view(Ctx *cx, GrantedRequest g, RequestView *ret);
/* What the API says of it: head, form, approvals (without names of stages), tasks (without signers and
 * `may`), resolution, bundle and promise; of a merged one links; the rest of the view stays empty.  `g` needs MAY_SEE. */
CHECKED Rc request_record(Ctx *cx, GrantedRequest g, RequestView *ret);
/* The number of the request that this one was merged into; STR_NULL: none, or one that the subject does not see. */
Str request_goes_on_in(const RequestView *v);
/* The head alone. */
CHECKED Rc request_head(Ctx *cx, GrantedRequest g, RequestHead *ret);
/* Parts of their own, for the API and partial updates. */
CHECKED Rc task_view(Ctx *cx, GrantedRequest g, int64_t task_id, ViewTask *ret);
CHECKED Rc approval_view(Ctx *cx, GrantedRequest g, int64_t approval_id, ViewApproval *ret);

/* "none", "low" ...: msgid. */
const char *risk_label(Str risk);

/* What happens next as a sentence without its "since": "Waiting for {0} to approve". */
Text request_step_text(const RequestHead *h);
/* ---- by when it is expected (request_promise.c) ---- */

LIST_OF(Text, TextList);
/* One plain sentence: "Half of such requests are done by Friday 4 December, four of five by Wednesday 9
 * December."  msgid NULL: nothing is said. */
Text promise_text(const Promise *p, Ms now);
/* The time alone, for a narrow place: "Friday 4 December", "today, 16:00". */
Text promise_by(const Promise *p, Ms now);
/* That the announced time has moved by more than a day, from when and why; msgid NULL: it has not. */
Text promise_moved_text(const Promise *p);
/* What it was worked out from: how many, which, since when, and what follows. */
CHECKED Rc promise_facts(Ctx *cx, const Promise *p, bool calendar, TextList *ret);
/* "Half of these are done within 3 working days, four of five within 6." */
CHECKED Rc promise_usual_text(Ctx *cx, const ModelVersion *m, const Promise *p, Text *ret);
/* The calendar by which the times of a model are counted; NULL: around the clock. */
CHECKED Rc promise_calendar(Ctx *cx, const ModelVersion *m, const CalendarLine **ret);

/* The word of a state for people: T("Waiting for approval"). */
const char *request_state_label(Str state, Str outcome);
