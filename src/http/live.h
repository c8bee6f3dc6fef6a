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

/* The handler of GET /live (TX_STREAM). */
Rc live_open(Call *call);
void live_stop(void);
size_t live_streams(void);
