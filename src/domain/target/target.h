/* target.h - targets and clocks: by when a request is answered, approved and fulfilled, how often the
 * requester hears of it, and how long its tasks may take.
 *
 * A target is plain data: what is measured, when its clock starts, pauses and stops, and a goal for
 * each case.  A clock is a pure function of the moments of a request, the target version and the
 * calendars: clock_step folds one moment into the cycles measured so far.  What the database keeps of
 * it is a cache; the request module folds the log again to compare (`errand doctor --clocks`).
 * Rules and reasons: docs/domain/target.md.
 *
 * Two sources.  The lines `targets:` of a model promise respond, approve, fulfil and update; they are
 * part of its version.  Targets of their own (this concept's documents) hold for requests of every
 * model, or for the tasks of one team (an agreement between teams, OLA) or of one supplier (an
 * underpinning contract).  Published versions never change, and a cycle keeps the version in force when
 * it began.
 *
 * The first part of this header is pure and owns nothing; everything lives in the arena given.
 */
#pragma once

#include "core/json.h"
#include "domain/access/access.h"
#include "domain/calendar/calendar.h"
#include "domain/query/query.h"

/* ---- what a target says ---- */

typedef enum Measure {
    MEASURE_RESPOND, /* until the first answer by a person */
    MEASURE_APPROVE, /* while approvals are asked */
    MEASURE_FULFIL,  /* until it is fulfilled */
    MEASURE_UPDATE,  /* from one word of the staff to the next one */
    MEASURE_TASK,    /* each task by itself */
    MEASURE_COUNT,
} Measure;
Str          measure_word(Measure m); /* "respond" ... "task" */
CHECKED bool measure_from_word(Str word, Measure *ret);

/* Whom a threshold tells. */
typedef enum MarkTo {
    MARK_ASSIGNEE, /* who has the request or the task; its team's leads when nobody has it */
    MARK_LEAD,     /* leads of the team that has the request or the task (hierarchical) */
    MARK_MANAGER,  /* managers of those leads (hierarchical) */
    MARK_TEAM,     /* another team, which then reads the request and may help */
    MARK_TRANSFER, /* another team, which the request or the task is handed to (functional) */
} MarkTo;

/* A threshold: a share of the goal, a time left, or the first moment after the due time. */
typedef struct ClockMark {
    int32_t  percent; /* 1..1000; 100 is the due time itself; 0: not by share */
    TimeSpan left;    /* so long before the due time: m, h, d or wh; n == 0: not by time left */
    bool     breach;
    bool     warning; /* from `warn`, else from `escalate` */
    MarkTo   to;
    Str      team;    /* MARK_TEAM, MARK_TRANSFER: key */
} ClockMark;
LIST_OF(ClockMark, ClockMarks);
#define CLOCK_MARKS_MAX 20

/* "75%", "30m left", "30m" or "breach".  False: none of these. */
CHECKED bool clock_mark_parse(Str text, ClockMark *ret);
Str          clock_mark_text(Arena *a, const ClockMark *m); /* "75%", "30m left", "breach" */
/* "lead", "manager", "assignee", "team KEY", "transfer KEY". */
CHECKED bool clock_mark_to_parse(Str text, ClockMark *ret);
Str          clock_mark_to_text(Arena *a, const ClockMark *m);

/* A condition as written and as parsed. */
typedef struct TargetCond {
    Str         text; /* "": always, for `when`; the usual one of the measure elsewhere */
    const Cond *cond; /* NULL: holds always (when), never (pause) */
} TargetCond;

/* A goal for one case: the first line whose `when` holds counts. */
typedef struct TargetLine {
    TargetCond when;     /* over clock facts; unused in targets of a model */
    TimeSpan   span;     /* n == 0: this line promises nothing */
    Str        calendar; /* whose hours wh and wd count; "": around the clock */
    TargetCond pause;
    ClockMarks marks;
} TargetLine;
LIST_OF(TargetLine, TargetLines);

typedef struct TargetSpec {
    Str         key; /* of the clock: "fulfil", "procurement-order" */
    LangText    name;
    Measure     measure;
    Str         team, supplier; /* MEASURE_TASK: whose tasks; both empty: everybody's */
    bool        by_model;       /* ClockFacts.line chooses among the lines */
    TargetLines lines;
    TargetCond  start, stop;
    int64_t     version_id; /* 0: of a model */
    int64_t     number;     /* 1, 2, 3 ... */
    Ms          from_ms;    /* in force from here on */
    bool        retired;    /* from here on no new cycle begins */
} TargetSpec;

/* The versions of one target, by from_ms. */
typedef struct TargetHistory {
    Str                key;
    const TargetSpec **at;
    size_t             n;
} TargetHistory;
LIST_OF(TargetHistory, TargetHistories);
/* The version in force then; NULL: none yet. */
const TargetSpec *target_at(const TargetHistory *h, Ms at);

/* The names that conditions of targets may use: state phase outcome pending level impact urgency
 * record kind model team channel org approving assigned answered, and task.key task.state task.team task.supplier
 * task.attempt of a task's clock. */
const CondSchema *clock_schema(void);
/* Parses a condition over them.  Errors as cond_parse. */
CHECKED Rc clock_cond(Arena *a, Str text, TargetCond *ret, CondError *ret_error);
/* The usual condition of a measure, where a target says nothing of its own. */
typedef enum UsualCond { USUAL_START, USUAL_PAUSE, USUAL_STOP } UsualCond;
TargetCond clock_usual(Measure m, UsualCond which);

/* ---- what a clock sees ---- */

typedef struct ClockTask {
    Str     key, state, team, supplier; /* keys; state as in the API */
    int64_t attempt;
} ClockTask;
LIST_OF(ClockTask, ClockTasks);

typedef struct ClockFacts {
    Str        record, kind, model, state, phase, outcome;
    Str        pending; /* kind of the open pending record, "": none */
    Str        impact, urgency, level, team, channel, org;
    bool       approving; /* somebody is asked to approve, or a stage waits for somebody to ask */
    bool       assigned;
    int32_t    line; /* of the model's targets: the first that holds, -1: none */
    ClockTasks tasks;
} ClockFacts;

/* One moment of a request: what was true from then on. */
typedef struct ClockMoment {
    Ms                at;
    bool              said; /* somebody of the staff wrote to the requester */
    const ClockFacts *facts;
} ClockMoment;

/* ---- what a clock has measured ---- */

typedef struct ClockPause {
    Ms  from, to; /* to MS_NONE: still open */
    Str why;      /* "requester", "supplier", "date", "other": the pending record; "draft"; "waiting" */
} ClockPause;
LIST_OF(ClockPause, ClockPauses);

/* One measuring: from a start to a stop. */
typedef struct ClockCycle {
    const TargetSpec *spec;
    int32_t           line; /* of spec->lines, -1: nothing promised any more */
    Ms                started, stopped; /* stopped MS_NONE: running */
    ClockPauses       pauses;
    bool              answered; /* the staff has written since it began */
    Ms      due;   /* MS_NONE: nothing promised, or paused before it */
    int32_t fired; /* thresholds of the line that were reached and told, in the order of their times */
    int32_t rows;  /* for the owner of the list: not of the measuring */
} ClockCycle;
LIST_OF(ClockCycle, ClockCycles);

typedef struct Clock {
    Str         target; /* TargetSpec.key */
    Str         task;   /* key of the task, "": the request itself */
    ClockCycles cycles; /* at least one */
    bool        armed;  /* `start` has not held since the last one ended: another may begin */
} Clock;
LIST_OF(Clock, Clocks);

/* The calendars that the lines name.  NULL is around the clock. */
typedef struct ClockHours {
    Str                 key;
    const CalendarLine *line;
} ClockHours;
LIST_OF(ClockHours, ClockHoursList);

/* What may begin: targets in force for the request, and the calendars. */
typedef struct ClockRules {
    TargetHistories targets; /* those with a version in force when the request was first sent */
    ClockHoursList  hours;
} ClockRules;
const CalendarLine *clock_hours(const ClockRules *r, const TargetLine *line);

/* What happened to a clock, for an explanation. */
typedef enum ClockNews {
    CLOCK_BEGAN,
    CLOCK_PAUSED,
    CLOCK_RESUMED,
    CLOCK_GOAL, /* another line: the priority changed */
    CLOCK_STOPPED,
} ClockNews;
typedef void ClockTell(void *arg, ClockNews what, const Clock *c, const ClockMoment *m);

/* Folds one moment into the clocks.  Moments come in the order of the request's events; `at` never runs
 * backwards.  `tell` may be NULL.
 * Errors: RC_LIMIT (arena, more than CLOCK_CYCLES_MAX cycles of one clock, a condition too long). */
#define CLOCK_CYCLES_MAX 500
CHECKED Rc clock_step(Arena *a, const ClockRules *r, Clocks *s, const ClockMoment *m,
                      ClockTell *tell, void *arg);
/* Takes down that the thresholds up to `fired` of this cycle were told. */
void clock_fired(Clocks *s, Str target, Str task, size_t cycle, int32_t fired);
Clock *clock_find(const Clocks *s, Str target, Str task); /* NULL: none */

/* Equal for the rules: what is stored. */
bool clock_cycle_equal(const ClockCycle *x, const ClockCycle *y);
bool clocks_equal(const Clocks *x, const Clocks *y);

/* When it is due, by these calendars; a stopped one by the versions in force when it stopped. */
CHECKED Rc clock_due(Arena *a, const ClockRules *r, const ClockCycle *c, Ms *ret);
/* Time left until the due time in the goal's own kind of time (working time for wh and wd); negative
 * when it is late.  Paused: what was left then.  Stopped: what was left then.  INT64_MIN: no goal. */
int64_t clock_left(const ClockRules *r, const ClockCycle *c, Ms now);
/* Time between two instants in the goal's own kind of time; negative when `to` comes first. */
int64_t clock_between(const ClockRules *r, const ClockCycle *c, Ms from, Ms to);
/* How long the goal is in that kind of time; 0: no goal. */
int64_t clock_goal(const ClockRules *r, const ClockCycle *c);
bool    clock_breached(const ClockCycle *c, Ms now);
/* The thresholds of its line in the order of their instants. */
typedef struct MarkTime {
    Ms     at;
    size_t mark; /* of the line's marks */
} MarkTime;
LIST_OF(MarkTime, MarkTimes);
CHECKED Rc clock_marks(Arena *a, const ClockRules *r, const ClockCycle *c, MarkTimes *ret);
/* When the next one that was not told is reached; MS_NONE: none, stopped, or paused. */
CHECKED Rc clock_next_mark(Arena *a, const ClockRules *r, const ClockCycle *c, Ms *ret);

/* Pauses as text and back: [[from,to,"why"],...], to null while open. */
Str        clock_pauses_json(Arena *a, const ClockPauses *p);
CHECKED Rc clock_pauses_read(Arena *a, Str json, ClockPauses *ret);

/* ISO 8601: "PT3H20M", "-PT10M", "PT0S". */
Str span_iso(Arena *a, int64_t ms);

/* "5 working days", "1 hour, day and night" (with `calendar`: "1 hour"); msgid NULL: none promised. */
Text span_text(TimeSpan s, bool calendar);

/* ---- targets of their own ---- */

typedef struct TargetLineInput {
    Str when, span, calendar; /* "": always; "4wh"; "": around the clock */
} TargetLineInput;
LIST_OF(TargetLineInput, TargetLineInputs);
typedef struct TargetStepInput {
    Str at, to; /* "75%", "30m left", "breach"; "lead", "manager", "team KEY", "transfer KEY" */
} TargetStepInput;
LIST_OF(TargetStepInput, TargetStepInputs);

/* A whole version, as the API and the form give it. */
typedef struct TargetInput {
    Str              key;     /* of a new one: as str_is_key, not one of the measures */
    LangText         name;
    Str              measure; /* respond approve fulfil update task */
    Str              team, supplier; /* measure task: keys, at most one; "": none */
    TargetLineInputs lines;
    Str              start, pause, stop; /* "": the usual ones of the measure */
    StrList          warn;               /* "75%", "30m" */
    TargetStepInputs escalate;
    OptInt           from_ms; /* not set: from the next instant on; not before now */
    bool             retired;
    Str              note;    /* why it was changed; may be empty */
    OptInt           version; /* number of the version that was looked at; not set: whatever is there */
} TargetInput;

typedef struct TargetVersion {
    const TargetSpec *spec;
    TargetInput       input; /* as it was given, for forms and the API */
    Ms                published_ms;
    int64_t           publisher_id; /* 0: the command line */
    Str               note;
} TargetVersion;
LIST_OF(TargetVersion, TargetVersions);

typedef struct TargetDoc {
    int64_t        id;
    Str            key;
    TargetVersions versions; /* oldest first */
} TargetDoc;
LIST_OF(TargetDoc, TargetDocs);

/* Creates a target, or publishes a new version of one (`target_change`), and writes the event
 * "target.created" or "target.changed".  Pages, API and the demo share these checks.
 * Errors: RC_INVALID with field errors, RC_CONFLICT (key in use), RC_STALE, RC_NOT_FOUND. */
CHECKED Rc target_create(Ctx *cx, GrantedCatalog g, const TargetInput *in);
CHECKED Rc target_change(Ctx *cx, GrantedCatalog g, Str key, const TargetInput *in);
/* A version as JSON, as it is kept and as the API says it: members as in TargetInput. */
Str target_json(Arena *a, const TargetInput *in);
/* Its members alone, into an object that is open. */
void target_members(JsonOut *o, const TargetInput *in);
/* Takes the parts that are given (not NULL) in place of those that are there. */
typedef struct TargetParts {
    const Json *name, *lines, *warn, *escalate;
} TargetParts;
CHECKED Rc target_parts(Ctx *cx, const TargetParts *p, TargetInput *io);
/* Reads it back; members that are absent stay empty.  Errors: RC_INVALID with field errors in cx. */
CHECKED Rc target_from_json(Ctx *cx, const Json *json, TargetInput *ret);
/* Every target by key, with its versions; at most TARGETS_MAX. */
#define TARGETS_MAX 200
CHECKED Rc target_list(Ctx *cx, TargetDocs *ret);
CHECKED Rc target_get(Ctx *cx, Str key, TargetDoc *ret);
/* Those that hold for requests first sent at this instant.  One statement; the parsed versions are
 * kept in memory. */
CHECKED Rc target_histories(Ctx *cx, Ms sent, TargetHistories *ret);
