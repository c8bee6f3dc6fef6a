/* live.h - live pages: server-sent events that carry names and versions, never content.
 *
 * A page opens GET /live?names=request:17,notifications; each name is checked for the subject when
 * the stream is opened, and streams end after ten minutes so that the browser comes back and is
 * checked again.  What changed is then fetched by GET with the reader's own rights.
 */
#pragma once

#include "http/call.h"

/* May this subject listen to this name?  Filled by the domain through live_allow. */
typedef bool (*LiveAllow)(Ctx *cx, Str name);
void live_allow(LiveAllow fn);

/* Tells everybody who listens to `name`.  From any thread; called after a commit. */
void live_publish(Str name, int64_t version);

/* As live_publish, but by the next live_tick that comes at least LIVE_REST_MS later: from within a transaction, so that
 * what is told of is there by then, and told once however often it is said.  From any thread. */
#define LIVE_REST_MS 300
void live_soon(Str name);
/* Tells what live_soon has heard; once a second. */
void live_tick(void);

/* Names that begin with this one say who is there: when somebody begins or ends to listen to such a name, the others
 * are told by live_soon. */
#define LIVE_DESK "desk:"
/* The persons who listen to `name` now, each once, at most `most`; how many. */
size_t live_listeners(Str name, int64_t *ret_persons, size_t most);

/* The handler of GET /live (TX_STREAM). */
Rc live_open(Call *call);
void live_stop(void);
size_t live_streams(void);
