/* kept.h - what was worked out once and is used by many calls: compiled calendars, targets that were read.
 *
 * All of it together takes at most KEPT_BYTES of the process.  What was used longest ago goes first; whoever still
 * uses it holds it until their arena ends, and it is freed then.  What is held counts, so nothing is added
 * while all of the room is held: then it lives in the arena of its call alone.
 *
 * A thing is found by its kind and a key that says exactly what it was made from (a hash, a token), so it is never
 * wrong, only unused.  Any thread may call.
 */
#pragma once

#include "core/arena.h"
#include "core/str.h"

#define KEPT_BYTES (8u << 20)

typedef enum KeptKind { KEPT_CALENDAR, KEPT_LINE, KEPT_USUAL, KEPT_TARGET } KeptKind;

/* The thing, held for `holder`; NULL: it is not there. */
const void *kept_find(KeptKind kind, Str key, Arena *holder);

/* Keeps `what`, which lives in `own` with all that it needs, and takes `own` over.  Returns what is used from here on, held
 * for `holder`: `what`, or what another thread kept meanwhile under the same key.  Where there is no room `own`
 * is given to `holder`, and ends with it; then *ret_kept is false, and nothing that is kept may point to it.  What
 * `what` needs of other kept things is held by `own`. */
const void *kept_add(KeptKind kind, Str key, Arena *own, const void *what, Arena *holder,
                     bool *ret_kept);

/* For tests: bytes that are kept now, and another bound (0: the usual one). */
size_t kept_bytes(void);
void kept_bound(size_t bytes);
