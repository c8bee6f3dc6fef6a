/* aggregate.h - inside this folder: a request loaded from its rows, and the one way to change it.
 *
 * A command loads the aggregate, checks what the act says about itself (version, persons, words) and
 * calls aggregate_step, which runs the engine, writes the rows that differ, keeps the readers in step
 * and writes the events.  Nothing else in the program writes the state of a request.
 */
#pragma once

#include "app/event.h"
#include "app/timer.h"
#include "domain/calendar/calendar.h"
#include "domain/presence/presence.h"
#include "domain/request/clocks.h"
#include "domain/request/engine.h"
#include "domain/request/request.h"
#include "domain/request/clock_q.h"
#include "domain/request/promise_q.h"
#include "domain/request/request_q.h"
#include "domain/request/talk_q.h"

LIST_OF(ApprovalRow, ApprovalRows);
LIST_OF(TaskRow, TaskRows);
LIST_OF(TaskCheckRowsRow, CheckRows);
LIST_OF(ClockRow, ClockRows);

/* The managed list "steps", read once: names of stages and tasks that have none of their own. */
typedef struct StepNames {
    const ManagedList *list; /* NULL: the catalog has none */
    bool               known;
} StepNames;
CHECKED Rc step_names(Ctx *cx, StepNames *ret); /* nothing when `*ret` is known */
/* The name of a stage in the reader's language, "adhoc" included. */
Str stage_name(Ctx *cx, const StepNames *names, const ModelVersion *m, Str key);
/* The name of a task in every language, for keeping. */
LangText task_names(Ctx *cx, const StepNames *names, const ModelVersion *m, Str key);

typedef struct Aggregate {
    GrantedRequest      g;
    RequestRow          row;
    const ModelVersion *model;
    RequestState        state;
    ApprovalRows        approvals; /* parallel to state.approvals */
    TaskRows            tasks;     /* parallel to state.tasks */
    PendingOpenRow      pending;   /* when state.pending.open */
    HandoverRow         handover;  /* the latest one, when has_handover */
    bool                has_handover;
    AnswerSet           form, assess;
    CheckRows           checks;       /* of all tasks, when checks_known */
    bool                checks_known;
    ClockRows           clocks;       /* all cycles, when clocks_known: from memory */
    bool                clocks_known;
    PromiseRow          promise;      /* when has_promise and promise_known: from memory */
    bool                has_promise, promise_known;
    CondValue           cost;
    StepNames           steps;
    TeamRefs            mine;      /* teams of the subject, when mine_known */
    StrList             suppliers; /* keys of suppliers that the subject works for */
    PrincipalIds        stands_for; /* whose tasks the subject may do in their place */
    bool                mine_known;
    int64_t             acts_for; /* in whose place this act is done; 0: in one's own */
    int64_t             carried; /* request whose files came along; 0: none */
    bool                goes_on; /* takes over from another request: who may ask was settled there */
} Aggregate;

/* ---- request_load.c ---- */

/* Everything but messages, files and participants: eight statements at most.  `to_change` locks the
 * root where the database can. */
CHECKED Rc aggregate_load(Ctx *cx, GrantedRequest g, bool to_change, Aggregate *ret);
/* RC_CONFLICT for one from the log of another system: for commands that lock the root alone. */
CHECKED Rc history_check(Ctx *cx, const RequestRow *row);
/* Answers, approvals, tasks, pending record and hand-over of a request whose root is loaded, in this order. */
CHECKED Rc aggregate_load_parts(Ctx *cx, Aggregate *r);
/* Rows of its clocks. */
CHECKED Rc clock_rows_load(Ctx *cx, GrantedRequest g, ClockRows *ret);
/* Lines of all checklists; nothing when they are known already. */
CHECKED Rc aggregate_load_checks(Ctx *cx, Aggregate *r);
/* The tasks alone, in the order of the plan. */
CHECKED Rc task_rows_load(Ctx *cx, GrantedRequest g, TaskRows *ret);
/* Takes in one task; aggregate_load does it for all of them. */
CHECKED Rc aggregate_add_task(Ctx *cx, Aggregate *r, const TaskRow *row);
/* One that was just inserted: it has no parts yet. */
CHECKED Rc aggregate_load_new(Ctx *cx, GrantedRequest g, Aggregate *ret);
/* The typed answers among rows: of the form, or of the assessment. */
CHECKED Rc answers_read(Arena *a, const ModelVersion *m, const AnswerRows *rows,
                        AnswerSet *ret_form, AnswerSet *ret_assess);
CondValue money_of(OptInt minor, Str currency); /* COND_EMPTY without an amount */
Str       level_word(int64_t level);            /* 1 "low" .. 4 "critical" */
bool      level_from_word(Str word, int64_t *ret);
/* RC_STALE with a sentence when the version is given and another one. */
CHECKED Rc version_check(Ctx *cx, OptInt wanted, int64_t is);
Ms         ms_or_none(OptInt v);
OptInt     ms_opt(Ms v); /* MS_NONE: not set */
OptInt     id_opt(int64_t id); /* 0: not set */

/* ---- rows.c ---- */

/* The root row, for reading; from memory when it has not changed since it was read last. */
CHECKED Rc row_of_request(Ctx *cx, GrantedRequest g, RequestRow *ret);

/* ---- parts.c ---- */

/* As aggregate_load_parts and aggregate_load_checks, from memory when these very parts were read before.
 * Results lie in memory that stays until the snapshot ends; they are read and never written. */
CHECKED Rc parts_load(Ctx *cx, Aggregate *r);

/* ---- request_facts.c ---- */

/* What conditions of the model may read about the request.  With `entry` (the grant for the
 * beneficiary) its counts can be asked too; `ret_counted` then tells how that went, and stays in
 * cx->arena. */
CHECKED Rc facts_of_request(Ctx *cx, const Aggregate *r, RequestFacts *ret);
/* What the engine needs for a step of this kind; with INPUT_SUBMIT entitlement and audience too. */
CHECKED Rc facts_of_step(Ctx *cx, const Aggregate *r, const EngineInput *in, Ms now,
                         EngineFacts *ret);
/* Whose decision each stage of the model would be, for previews: as facts_of_step, for a request that
 * is not stored. */
CHECKED Rc facts_of_stages(Ctx *cx, const Aggregate *r, Ms now, EngineFacts *ret);
/* Entitlement and audience; RC_OK with *ret_refused.msgid set when one does not hold. */
CHECKED Rc facts_entry(Ctx *cx, const Aggregate *r, GrantedSubmit g, Ms now, Text *ret_refused);
/* The persons that an expression of the model gives: active ones, each once. */
CHECKED Rc facts_who(Ctx *cx, const Aggregate *r, const Who *who, IdList *ret);

/* ---- confidence.c ---- */

/* Is a request of this model with this team confidential? */
CHECKED Rc confidence_of(Ctx *cx, const ModelVersion *m, int64_t team_id, bool *ret);
/* Makes it so after the model or the team changed: the row, its readers, an event. */
CHECKED Rc confidence_settle(Ctx *cx, Aggregate *r);

/* ---- request_acts.c ---- */

/* The person of this login, who must be able to work for the team; 0 for no login.
 * Errors: RC_INVALID at "assignee". */
CHECKED Rc assignee_find(Ctx *cx, int64_t team, Str login, int64_t *ret);

/* ---- request_clock.c ---- */

/* Monday to Friday, 9 to 17 in this zone: where nobody says otherwise.  NULL, around the clock, for a zone
 * that cannot be counted.  `zone` is one of zone_get; the line lives as long as `holder`; safe from any
 * thread. */
const CalendarLine *usual_hours(const Zone *zone, Arena *holder);
/* The calendar of this key; an empty or unknown one: the usual hours in `zone`. */
CHECKED Rc worktime_of_key(Ctx *cx, Str key, const Zone *zone, const CalendarLine **ret);
/* The working time of a team: its calendar, else the usual hours in `zone`. */
CHECKED Rc worktime_of_team(Ctx *cx, int64_t team_id, const Zone *zone, const CalendarLine **ret);
/* `at` plus a span of the model.  MS_NONE for no span. */
Ms clock_after(const CalendarLine *line, const Zone *zone, Ms at, TimeSpan span);

/* ---- replay.c ---- */

/* Whose the request was at its first step, as the event says (NULL: as the row says). */
EngineParties parties_of(const Json *parties, const RequestRow *row);

/* ---- request_clocks.c ---- */

/* What clocks see besides the state.  It stands in the event of each moment, so that a recomputation
 * needs neither answers nor directory. */
typedef struct ClockWorld {
    Ms      at;
    Str     level, impact, urgency;
    Str     org;  /* of the one it is for; "": none */
    int32_t line; /* of the model's targets: the first that holds, -1: none */
} ClockWorld;
CHECKED Rc   clock_world(Ctx *cx, const Aggregate *r, const RequestState *after, Ms at,
                         ClockWorld *ret);
void         clock_world_json(JsonOut *o, const ClockWorld *w); /* the object */
CHECKED bool clock_world_read(const Json *json, ClockWorld *ret);
CHECKED Rc   clock_facts(Ctx *cx, const Aggregate *r, const RequestState *s, const ClockWorld *w,
                         ClockFacts *ret);
/* The targets that hold for a request first sent then: of its model and of their own. */
CHECKED Rc clock_rules(Ctx *cx, const Aggregate *r, Ms sent, ClockRules *ret);
CHECKED Rc clocks_load(Ctx *cx, GrantedRequest g, const ClockRules *rules, Clocks *ret);
CHECKED Rc clocks_from_rows(Ctx *cx, const ClockRules *rules, const ClockRow *rows, size_t n,
                            Clocks *ret);
#define TIMER_OF_CLOCKS "clock"
/* clock_fire.c: a TimerFn, and puts the timer to the next threshold of these clocks; drops it when there is none. */
CHECKED Rc clock_on_timer(Ctx *cx, const Timer *t, void *arg);
CHECKED Rc clocks_timer(Ctx *cx, const Aggregate *r, const ClockRules *rules, const Clocks *list);
/* The due times that the rows of request and tasks keep. */
typedef struct RequestDues {
    Ms due, next; /* of fulfilment; the earliest of all clocks of the request itself */
} RequestDues;
void clock_dues(const Clocks *list, RequestDues *ret);
/* Writes the cycles that differ, and the due times and the timer that follow from them. */
CHECKED Rc clocks_save(Ctx *cx, Aggregate *r, const ClockRules *rules, const Clocks *before,
                       const Clocks *now);
/* The moment that has just come: r->state is the state after it.  `said`: the staff wrote to the
 * requester.  Nothing for a request that was never sent. */
CHECKED Rc clocks_follow(Ctx *cx, Aggregate *r, const ClockWorld *w, bool said);
/* Does what this person writes count as an answer to the requester? */
bool clock_is_staff(const Ctx *cx, const Aggregate *r);
/* As aggregate_step does: the later of now and the last change. */
Ms step_time(const Ctx *cx, const Aggregate *r);

/* ---- request_promise.c ---- */

/* What is said about an open request; PROMISE_NOTHING when it is not under way. */
CHECKED Rc promise_of_request(Ctx *cx, const Aggregate *r, Promise *ret);
CHECKED Rc promise_row_load(Ctx *cx, GrantedRequest g, PromiseRow *ret, bool *ret_found);
/* How long requests of the model take, and when `target` would be due, if it were sent now. */
CHECKED Rc promise_usual(Ctx *cx, const ModelVersion *m, const Target *target, const Zone *zone,
                         Promise *ret);

/* ---- request_save.c ---- */

/* Words that go with a step. */
typedef struct StepWords {
    Str                reason; /* reason, resolution, summary, note: what the person said; STR_NULL */
    const char        *field;  /* how the event names it: "reason", "resolution" ...; NULL: not told */
    Str                questions, next_step; /* of a hand-over; questions as a JSON array */
    Str                title;  /* of an ad hoc task */
    const EventChange *changes; /* further changes that the first event tells */
    size_t             changes_n;
    int64_t            cause; /* id of the event that brought it about; 0: none */
} StepWords;

/* Runs the engine and writes what came of it.  `in` without actor and reason: they follow from cx and
 * the words.  `r` is the state after the step then.  RC_OK without a change is possible (a timer).
 * Errors: what the engine refuses, with its code and sentence in cx. */
CHECKED Rc aggregate_step(Ctx *cx, Aggregate *r, EngineInput *in, const StepWords *words);
/* Something is wrong with what came with the act; but first come whose act it is and whether the state
 * allows it, which the engine says of a step without faults.  Returns that refusal or `fault`. */
CHECKED Rc aggregate_fault(Ctx *cx, const Aggregate *r, const EngineInput *in, Rc fault);
/* In which capacity the subject acts on the request, on one of its tasks (else ENGINE_NO_INDEX). */
CHECKED Rc aggregate_as(Ctx *cx, Aggregate *r, size_t task, uint32_t *ret);
/* After aggregate_as: is the subject a member of the team? */
bool in_my_teams(const Aggregate *r, int64_t team);
/* After aggregate_as: in whose place the subject may do this task; 0: in nobody's.  It is the person it is
 * assigned to, or, when it is nobody's and of the request's team, who has the request. */
int64_t stands_in_at(const Aggregate *r, size_t task);
/* Fails the call with what the engine said. */
Rc refused(Ctx *cx, const ModelVersion *m, const EngineRefusal *no, const char *pointer);
/* Rows for those who read the request for the sake of this task; none while it is left out. */
CHECKED Rc readers_of_task(Ctx *cx, Aggregate *r, const EngineTask *t);
/* Somebody was given it by hand whose turn it was not: an event that the staff sees.  `turn`: before that. */
CHECKED Rc turn_note(Ctx *cx, const Aggregate *r, QueueTurn turn);
/* When the clock next has something to do in this state; MS_NONE: nothing.  A stage that nobody may
 * approve is asked again after an hour. */
Ms request_timer_ms(const RequestState *s, Ms now);
/* The kind of the engine's timers; the object is the request's id.  Key "": what request_timer_ms says;
 * "confidence": its team has changed. */
#define TIMER_OF_REQUEST "request"
/* An event about the request itself or a part of it, outside a step; raises the version. */
CHECKED Rc aggregate_note(Ctx *cx, GrantedRequest g, const Event *ev, int64_t *ret_event);
/* The one on whose behalf the subject acts: the beneficiary or requester, when these are others. */
int64_t behalf_of(Ctx *cx, const RequestRow *row);

/* ---- request_presence.c ---- */

/* Who stands in for whom, as far as this step may need it. */
CHECKED Rc facts_of_delegations(Ctx *cx, const Aggregate *r, Ms now, EngineFacts *f);
/* Those who stand in for somebody with open work here read the request, and hear of it; who no longer
 * does, does not.  Nothing happens in a confidential request. */
CHECKED Rc delegates_settle(Ctx *cx, Aggregate *r);

/* ---- assignment.c ---- */

/* Takes note when something waits for a person in a team that shares out work by itself. */
CHECKED Rc assignment_settle(Ctx *cx, const Aggregate *r);

/* ---- request_events.c ---- */

/* Writes the events of a step, the first one with the engine's record and what clocks saw. */
CHECKED Rc step_events(Ctx *cx, const Aggregate *r, const EngineFacts *f, const EngineInput *in,
                       Ms now, const EngineEffects *done, const ClockWorld *world,
                       const StepWords *words);

/* ---- request_create.c ---- */

/* A draft from checked parts, and its rows; `ret` is loaded. */
typedef struct DraftParts {
    CatalogModel model;
    int64_t      requester;
    Str          channel, title;  /* title "": the usual one */
    Str          impact, urgency; /* and why they differ from the model: */
    int64_t      level, matrix; /* by the matrix of the requester's organisation */
    Str          reason;
    AnswerSet    form;
    CondValue    cost;
    RequestFacts facts;
    OptInt       not_before_ms; /* planned start of work */
    int64_t      carry_from; /* request whose files go along; 0: none */
} DraftParts;
/* Reads and checks what came in, against the database too.  Faults of answers go to `errors`. */
CHECKED Rc create_read(Ctx *cx, GrantedSubmit g, const RequestCreate *in, AnswersMode mode,
                       FieldErrors *errors, DraftParts *ret);
CHECKED Rc draft_make(Ctx *cx, GrantedSubmit g, const DraftParts *p, Aggregate *ret);
/* The rest of request_create: makes the draft and submits it unless it stays one. */
CHECKED Rc request_make(Ctx *cx, GrantedSubmit g, const DraftParts *p, bool draft,
                        RequestMade *ret);
/* Why these parts could not be submitted: audience or entitlement; msgid NULL when they could. */
CHECKED Rc request_refused(Ctx *cx, GrantedSubmit g, const DraftParts *p, Text *ret);
/* Makes a draft ready to be sent: on the version in force unless it was sent before, complete. */
CHECKED Rc draft_complete(Ctx *cx, Aggregate *r);
/* Replaces the answers and attaches files that they name. */
CHECKED Rc answers_store(Ctx *cx, Aggregate *r, const AnswerSet *s, bool assess);
bool   answers_have(const AnswerSet *s, Str key); /* is this key or upload among them? */
OptInt cost_minor(const CondValue *cost);
Str    cost_currency(const CondValue *cost);
bool   is_word(Str s, const char *const *words, size_t n);
/* May this be the planned start of a request of the model?  Errors: RC_INVALID at "not_before". */
CHECKED Rc check_not_before(Ctx *cx, const ModelVersion *m, OptInt at);
/* Takes over faults that were collected apart. */
void fail_adopt(Ctx *cx, const FieldErrors *errors);
/* title and number, folded. */
CHECKED Rc search_text(Ctx *cx, Str title, Str record, int64_t serial, Str *ret);

/* ---- priority.c ---- */

/* The level that the matrix of the requester's organisation gives, and the id of that matrix (0: the
 * program's own). */
CHECKED Rc level_now(Ctx *cx, int64_t requester, Str impact, Str urgency, int64_t *ret_level,
                     int64_t *ret_matrix);
/* Keeps which matrix it was. */
CHECKED Rc level_keep(Ctx *cx, GrantedRequest g, int64_t matrix);

/* ---- risk.c ---- */

/* The line of risk that counts now by the row, the answers and the price; keeps it and says in an event
 * for the staff when the level or its line has changed. */
CHECKED Rc risk_settle(Ctx *cx, Aggregate *r);

/* ---- attachments.c ---- */

/* Takes own uploads (public ids) and attaches them.  Errors: RC_NOT_FOUND, RC_LIMIT, at `pointer`. */
CHECKED Rc files_attach(Ctx *cx, GrantedRequest g, const StrList *uploads, const char *object,
                        int64_t object_id, bool internal, const char *pointer);

LIST_OF(FileRow, FileRows);
CHECKED Rc file_from_row(Ctx *cx, const FileRow *row, ViewFile *ret);

/* ---- suppliers.c ---- */

/* Is it a task of a supplier that the subject works for, and out of the waiting line? */
CHECKED Rc supplier_has_task(Ctx *cx, int64_t task_id, bool *ret);

/* ---- company.c ---- */

/* Links two requests and tells both.  Errors: RC_CONFLICT (linked already). */
CHECKED Rc link_make(Ctx *cx, GrantedRequest from, GrantedRequest to, const char *kind,
                     int64_t *ret_id);

/* ---- conversation.c ---- */

/* Writes a message and its event, nothing else.  `from` 0: said here. */
CHECKED Rc message_write(Ctx *cx, Aggregate *r, int64_t task_id, Str text, const StrList *files,
                         int64_t *ret_id);
/* Files were added outside of a message: from the asking side that answers a question that waits. */
CHECKED Rc answered_by_file(Ctx *cx, GrantedRequest g);
/* Checks words of people: clean text of several lines, at most REQUEST_TEXT_MAX bytes; `needed`: at
 * least one letter.  Adds a field error. */
CHECKED Rc words_check(Ctx *cx, const char *pointer, Str text, bool needed);

/* ---- request_convert.c ---- */

/* A linked request that goes on where this one ended. */
CHECKED Rc follow_up_make(Ctx *cx, Aggregate *r, Str text, const StrList *files, RequestMade *ret);
/* The published model to convert to.  Errors: RC_INVALID with field errors. */
CHECKED Rc convert_model(Ctx *cx, Str record, Str item, CatalogModel *ret);
CHECKED Rc convert_make(Ctx *cx, Aggregate *r, Str record, Str item, RequestMade *ret);

/* ---- request_merge.c ---- */

/* The request that `g` can go on in, locked.  Errors: RC_INVALID at "into". */
CHECKED Rc merge_target(Ctx *cx, Str number, GrantedRequest g, GrantedRequest *ret);
/* After the step: the link, and people, messages and files that come along. */
CHECKED Rc merge_make(Ctx *cx, Aggregate *r, GrantedRequest into);
/* After the step back.  Errors: RC_CONFLICT (the other one is not seen, or went on in yet another one). */
CHECKED Rc merge_undo(Ctx *cx, Aggregate *r);
