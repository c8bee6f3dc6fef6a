/* clocks.h - the clocks of a request: how they stand, why, and whether the rows say what the log says.
 *
 * What a clock measures is a fold of the request's events (domain/target).  Each step and each word of
 * the staff folds one moment into the rows, in its own transaction; here are the ways to read them, to
 * tell people when a threshold is reached, and to fold the whole log again.
 */
#pragma once

#include "domain/request/request.h"
#include "domain/target/target.h"

/* --- reading --------------------------------------------------------------------------------- */

/* "first answer", "fulfilment": a message id. */
const char *clock_label(Measure m);
/* The same, or the target's own name. */
Text clock_name(const ViewClock *c);

/* The clocks that the subject may see: staff sees those of tasks too.  Two statements. */
struct Aggregate;
CHECKED Rc clocks_view(Ctx *cx, const struct Aggregate *r, ViewClocks *ret);

/* --- why ------------------------------------------------------------------------------------- */

/* One thing that happened to a clock, from the log. */
typedef enum ClockTold {
    TOLD_BEGAN,
    TOLD_GOAL,    /* another line counts from here on */
    TOLD_PAUSED,
    TOLD_RESUMED,
    TOLD_REACHED, /* a threshold */
    TOLD_STOPPED,
} ClockTold;
typedef struct ClockFact {
    ClockTold what;
    Ms        at;
    int64_t   seq;    /* number of the event in the request's own count */
    Str       event;  /* its kind: "request.submitted" */
    PersonRef actor;  /* id 0: the program */
    Str       why;    /* PAUSED: kind of the pending record ...; REACHED: the threshold, "75%" */
    Str       to;     /* REACHED: whom it told: "assignee", "lead", "manager", "team KEY" */
    Str       moved;  /* REACHED: key of the team that took over by it; "": none */
    int32_t   line;   /* BEGAN, GOAL: the line that counts, from 1; 0: none */
    Str       when;   /* its condition; "": none, it holds always */
    Str       goal;   /* "4wh" */
    Str       calendar;
    Ms        due;    /* after it */
    int64_t   worked_ms; /* RESUMED: how long the pause was in the goal's kind of time */
} ClockFact;
LIST_OF(ClockFact, ClockFactList);

typedef struct ClockTale {
    ViewClock   clock;   /* of this cycle, as the log gives it now */
    int64_t     version; /* number of the target's version; of a model's target: of the model */
    bool        by_model;
    Str         start, stop, pause; /* conditions */
    ClockFactList facts;
} ClockTale;
LIST_OF(ClockTale, ClockTales);
/* Every cycle of every clock that the subject may see, told from the log alone.  `g` needs MAY_SEE. */
CHECKED Rc clocks_explain(Ctx *cx, GrantedRequest g, ClockTales *ret);

/* --- checking -------------------------------------------------------------------------------- */

/* Folds the whole log and compares with the rows; each difference is a line of plain English.
 * Errors: RC_INVALID (an event that cannot be read). */
CHECKED Rc clocks_check(Ctx *cx, GrantedRequest g, StrList *ret_differences);
typedef struct ClocksChecked {
    int64_t after_id;   /* in: the last request looked at; out: the next one's start, 0: done */
    int64_t requests, clocks;
    StrList differences; /* at most 1,000; `differing` counts on */
    int64_t differing;
} ClocksChecked;
/* The next `size` requests.  As the operator or nobody. */
CHECKED Rc clocks_check_some(Ctx *cx, int64_t size, ClocksChecked *io);

/* --- time passes ----------------------------------------------------------------------------- */

/* Tells the thresholds of one request that are reached at cx->now_ms and were not told, one notice for
 * each clock, and puts the timer to the next one.  The function of timers of kind "clock". */
CHECKED Rc clocks_fire(Ctx *cx, int64_t request_id);
void       clocks_register(void);
/* A calendar has another version: brings the due times of running clocks in step, at most `max`
 * requests with an id after `*io_after`; 0: done. */
CHECKED Rc clocks_of_calendar(Ctx *cx, Str calendar, int64_t max, int64_t *io_after);
/* The follower "clocks": when a calendar has a version, a timer does this in turns. */
struct Follower;
const struct Follower *request_clocks_follower(void);

/* --- a reason -------------------------------------------------------------------------------- */

typedef struct ClockReason {
    Str    target, task; /* task "": the request itself */
    OptInt cycle;        /* not set: the latest one */
    Str    reason;       /* 1..REQUEST_TEXT_MAX */
    Rc     fault;
} ClockReason;
/* Keeps why a clock came too late.  The team's (MAY_WORK).
 * Errors: RC_NOT_FOUND (no such clock), RC_CONFLICT (it is not late). */
CHECKED Rc clock_reason(Ctx *cx, GrantedRequest g, const ClockReason *in);
