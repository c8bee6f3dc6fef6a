/* timer.h - a thing to do at an instant, once, by one node.
 *
 * A timer is a row that its kind's function runs when it is due.  (kind, object, key) is unique: putting
 * it again moves it.  However late the program comes (a standstill, a clock set forward), one timer runs
 * once; a clock that is set back brings nothing back that has run.
 *
 * Leases.  Several processes may look at the same database.  Each takes what is due for a minute
 * (timers_claim) and then runs it (timers_fire), which may be two transactions.  A lease has a number
 * that rises with every lease and every put; timers_fire asks for it in the transaction of the act, so an
 * owner who comes too late, because its minute was over and somebody else took the timer or because it
 * was moved meanwhile, does nothing.  A process that dies holds its timers up for that minute.
 *
 * Failures.  A timer whose function fails is undone and tried again after 1, 2, 4 ... minutes, at most 6
 * hours, for as long as it takes; it never stops the others.  How it failed is kept with it and shown by
 * `errand doctor`.  One that failed while the clock was ahead is tried again as soon as the clock is right, when it
 * is due then.  What an act reaches outside of the database it must be able to do twice; what it
 * writes there is written once.
 */
#pragma once

#include "app/ctx.h"

#define TIMER_LEASE_MS (60 * MS_SECOND)
#define TIMER_RETRY_MS MS_MINUTE     /* after the first failure; then twice as long each time */
#define TIMER_RETRY_MAX_MS (6 * MS_HOUR)

typedef struct Timer {
    int64_t id, object_id;
    Str     kind, key;
    Ms      due_ms; /* when it was meant to run */
    int64_t tries;  /* how often it has failed before */
} Timer;

/* Puts the timer or moves it, in the caller's transaction.  MS_NONE: there is none (as timer_drop). */
CHECKED Rc timer_put(Ctx *cx, const char *kind, int64_t object_id, Str key, Ms due);
/* `key` STR_NULL: all timers of the object.  None there is fine. */
CHECKED Rc timer_drop(Ctx *cx, const char *kind, int64_t object_id, Str key);
/* When it is due; MS_NONE: there is none. */
CHECKED Rc timer_due(Ctx *cx, const char *kind, int64_t object_id, Str key, Ms *ret);
/* The first timer of this object, whatever its key. */
CHECKED Rc timer_first(Ctx *cx, const char *kind, int64_t object_id, Timer *ret, bool *ret_found);

/* Runs in a savepoint of its own, at cx->now_ms, as nobody.  When it returns RC_OK the timer is gone,
 * unless the function has put it again.  RC_BUSY ends the turn without counting as a failure. */
typedef Rc TimerFn(Ctx *cx, const Timer *t, void *arg);
/* Before the server starts; at most 16 kinds.  A kind that is registered again gets the new function. */
void timer_register(const char *kind, TimerFn *fn, void *arg);
void timers_clear(void); /* for tests */

typedef struct TimerClaim {
    Timer   timer;
    int64_t fence;
} TimerClaim;
LIST_OF(TimerClaim, TimerClaims);

/* A name for this process in leases, different each time it starts.  From any thread. */
Str timer_owner(void);

/* Leases at most `max` timers that are due at cx->now_ms and free, the longest due first.  `*ret_more`:
 * there may be more; call again in the next turn. */
CHECKED Rc timers_claim(Ctx *cx, Str owner, int64_t max, TimerClaims *ret, bool *ret_more);
/* Runs what this owner has claimed and still holds, each in a savepoint.  Inside a transaction of the
 * writer.  Errors: RC_BUSY, RC_INTERNAL (of the database; what is left waits for the end of its lease). */
CHECKED Rc timers_fire(Ctx *cx, Str owner, const TimerClaims *claims);
/* Both in one transaction. */
CHECKED Rc timers_run(Ctx *cx, Str owner, int64_t max, bool *ret_more);
/* Runs this timer now with this function, whether or not it is due, in the caller's transaction and without
 * a savepoint, and hands on its failure: for stories that play in the past. */
CHECKED Rc timer_fire_now(Ctx *cx, const Timer *t, TimerFn *fn, void *arg);

/* Are they kept up with?  For errand doctor and /readyz. */
typedef struct TimerStatus {
    Ms      overdue_ms; /* since when the most overdue one waits; MS_NONE: nothing is overdue */
    Str     overdue_kind;
    int64_t failing;    /* how many have failed and wait to be tried again */
    Str     failed_kind, failed_why; /* of the last failure; "" none */
    int64_t failed_object, failed_tries;
    Ms      failed_ms, failed_next_ms; /* when it failed, and is tried again; MS_NONE */
} TimerStatus;
CHECKED Rc timers_status(Ctx *cx, TimerStatus *ret);
