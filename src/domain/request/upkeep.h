/* upkeep.h - what happens to requests without a person: followers, timers, checks.
 */
#pragma once

#include "app/event.h"
#include "domain/request/request.h"

/* The follower "notify": writes notifications.  Told are those whom the engine names (EFFECT_TELL in
 * the event's data) and, for messages, everyone who takes part; never the actor; of internal events
 * only staff.  Safe to run again over the same event. */
const Follower *request_notify_follower(void);

/* The follower "confidence": when a team becomes confidential, or no longer is, timers that are due at once
 * bring that to its requests, closed ones too. */
const Follower *request_confidence_follower(void);

/* The follower "promise": keeps by when an open request is expected, and writes the event
 * "request.expected", of which its requester is told, when that moved to more than a day later; once for
 * each state the request is in.  Register it after promise_samples_follower. */
const Follower *request_promise_follower(void);
/* Says who runs timers of the kind "promise": they renew what is announced once that time has come and the
 * request is still under way.  Before the server starts. */
void request_promise_timers_register(void);

/* Names of live pages that an event touches: "request:17", "person:4" (their badges), "queue:3" (of a
 * team).  Pure. `say` is called once for each; the owner of the server hands in live_publish. */
typedef void LiveSay(Str name, int64_t version, void *arg);
void request_live_names(const EventRow *ev, LiveSay *say, void *arg);
/* The follower "live", which calls `say` after the commit of each batch. */
void request_live_follower(LiveSay *say, void *arg, Follower *ret);

/* Says who runs timers of the kinds "request", "clock", "clock_calendar" and "presence" (app/timer.h).  They
 * close fulfilled requests whose grace is over, send reminders, end pending records at their until, open
 * tasks at their moment, ask again where nobody could approve; tell of thresholds; put due times in step with
 * a calendar; hand open asks and work to who stands in, or back, when an absence or a delegation begins or
 * ends.  Before the server starts. */
void request_timers_register(void);
/* What the clock would have done to one request until then, each thing at its own instant: for imports
 * and stories that play in the past. */
CHECKED Rc request_clock_until(Ctx *cx, int64_t request_id, Ms until);
/* Removes uploads that were not attached within UPLOAD_DAYS, at most `max`.  `ret_hashes`: bytes that no
 * row names any more; the caller removes them from the store after the commit. */
CHECKED Rc uploads_expire(Ctx *cx, int64_t max, StrList *ret_hashes);
/* Which of these bytes no row names: what a crash between a commit and the removal has left. */
CHECKED Rc uploads_unknown(Ctx *cx, const StrList *hashes, StrList *ret);

/* Folds the stored events of the request through the engine and compares with its rows.
 * One from the log of another system has no steps of the engine: RC_OK.
 * Errors: RC_CONFLICT (they differ; cx->detail says where), RC_INVALID (an event that cannot be read). */
CHECKED Rc request_replay(Ctx *cx, GrantedRequest g);
