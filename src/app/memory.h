/* memory.h - what is kept in memory from call to call, and how it is known to be true.
 *
 * Names of people and teams and the list of what is in force in the catalog are asked for by every call
 * and change seldom.  A concept may keep them beside a reading connection together with the generation
 * that its snapshot shows (table `generation`, raised by triggers in the transaction of every change).
 * Something kept under a generation is exactly what a snapshot with the same generation would read: so
 * nothing is ever announced, nothing can be missed, and a snapshot that is older or newer reads for itself.
 *
 * The writer keeps nothing: what it sees may still be undone, and another change would then get the same
 * generation.  Never keep what decides about rights; sessions, roles and readers are read by each call.
 *
 * On PostgreSQL the same holds for transactions of isolation level REPEATABLE READ, which see one snapshot
 * as SQLite's do: the row of `generation` is locked by its writer until the commit, so numbers rise in the
 * order of commits.
 */
#pragma once

#include "app/ctx.h"

typedef enum MemoryOf {
    MEMORY_PEOPLE,
    MEMORY_CATALOG,
    MEMORY_TARGETS,
    MEMORY_REQUESTS, /* parts of requests */
    MEMORY_ROWS,     /* root rows of requests */
    MEMORY_FIELDS,   /* fields of teams, under the generation of people */
    MEMORY_COUNT
} MemoryOf;

/* The number of the snapshot that is being read, for what has numbers of its own rows to tell whether it is
 * still true (requests: request.parts).  0: nothing may be kept or taken here. */
uint64_t memory_snapshot(const Ctx *cx);

/* The generation that this snapshot shows, of people, catalog or targets, above 0; read once for each snapshot.  0: nothing may be kept or
 * taken here, because this is no snapshot of a reading connection. */
CHECKED Rc memory_generation(Ctx *cx, MemoryOf of, int64_t *ret);

/* What is kept beside the connection, NULL at first.  It holds its own generations, and what a call shows
 * of it is copied into the arena. */
void *memory_get(Ctx *cx, MemoryOf of);
/* Keeps `what`, which `end` frees with the connection or when something else takes its place. */
void memory_keep(Ctx *cx, MemoryOf of, void *what, void (*end)(void *what));

/* For tests that compare answers: off, memory_generation is always 0. */
void memory_switch(bool on);
