/* plan.h - when work on a request is looked at again: putting it aside, and the day agreed for it.
 *
 * Put aside (snoozed) work is hidden from "my work" until a moment: for the one who does it, or for
 * everybody who works on it.  It comes back by itself, when somebody brings it back, and at once when the
 * asking side writes; what is put aside for everybody also when another team takes the request over.
 * Nothing else changes: clocks run on, and everybody who finds the request sees that
 * it is put aside, by whom and why.
 *
 * The agreed day is what the team has told the requester instead of what the targets promise.  Moving it
 * takes a reason, which the requester reads; the targets are measured as before.
 *
 * Rules and words as in request.h.
 */
#pragma once

#include "domain/request/request.h"

typedef struct SnoozeInput {
    Ms      until_ms; /* still to come, within a year */
    Str     reason;   /* required; staff read it */
    int64_t task_id;  /* an open task of the request; 0: the whole of it */
    bool    everybody; /* hidden from the whole team; else from the subject alone */
    Rc      fault;
} SnoozeInput;

/* `g` from access_request_number(..., MAY_SEE); those who work on the request or on a task may.  Putting
 * it aside again moves it.  The whole of it for everybody is the team's and its leads'; a task for everybody also
 * its own team's.  Events: "request.snoozed", "request.awake", for staff.
 * Errors: RC_FORBIDDEN, RC_CONFLICT (closed), RC_INVALID with field errors. */
CHECKED Rc snooze_put(Ctx *cx, GrantedRequest g, const SnoozeInput *in);
/* Brings it back: what the subject put aside for themselves, and what was put aside for everybody.
 * Errors: RC_FORBIDDEN, RC_NOT_FOUND (nothing is put aside). */
CHECKED Rc snooze_end(Ctx *cx, GrantedRequest g);
/* The asking side has spoken: it is back for everybody.  RC_OK when nothing was put aside. */
CHECKED Rc snooze_wake(Ctx *cx, GrantedRequest g);

/* Another team has it now: what was put aside for everybody was so for the old one. */
struct Aggregate;
CHECKED Rc snooze_moved(Ctx *cx, struct Aggregate *r);

typedef struct ViewSnooze {
    int64_t   id, task_id; /* task 0: the whole request */
    bool      everybody;
    Ms        until_ms, at_ms;
    Str       reason;
    PersonRef by;
} ViewSnooze;
LIST_OF(ViewSnooze, ViewSnoozes);
/* What concerns the subject.  Empty for those who do not read notes. */
CHECKED Rc snooze_list(Ctx *cx, GrantedRequest g, ViewSnoozes *ret);

typedef struct AgreedInput {
    OptInt version;
    OptInt at_ms;  /* still to come, within ten years; not set: takes the agreed day back */
    Str    reason; /* required; the requester reads it */
    Rc     fault;
} AgreedInput;
/* The team's and its leads' to move.  Tells the asking side.  Event: "request.agreed".
 * Errors: RC_FORBIDDEN, RC_STALE, RC_CONFLICT (fulfilled or closed), RC_INVALID. */
CHECKED Rc agreed_move(Ctx *cx, GrantedRequest g, const AgreedInput *in);

/* Timers of the kind "snooze".  Before the server starts. */
void snooze_timers_register(void);
