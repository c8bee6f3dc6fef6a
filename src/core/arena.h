/* arena.h - memory that lives as long as one call or one job.
 *
 * Allocate and never free; everything goes at once.  arena_alloc is for structs and short texts of
 * fixed size and cannot fail: a machine out of memory ends the process with a log line.  Whatever
 * grows with input uses arena_try, which counts against the cap and says no (RC_LIMIT).
 */
#pragma once

#include "core/base.h"

typedef struct Arena Arena;

/* A new arena.  arena_try stops at `cap_bytes` (each piece counts rounded up to 16); arena_alloc may
 * pass it by the little that it is for, and counts. */
Arena *arena_new(size_t cap_bytes);
void   arena_free(Arena *a); /* NULL is allowed */
void   arena_free_at(Arena **a); /* for CLEANUP */
/* Forgets everything and keeps one block for the next use. */
void arena_reset(Arena *a);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(Arena *a, size_t bytes) __attribute__((alloc_size(2), returns_nonnull));
/* As arena_alloc, but NULL when the cap would be passed. */
void *arena_try(Arena *a, size_t bytes) __attribute__((alloc_size(2)));
/* As arena_try, for bytes that the caller fills at once: not zeroed, for no type but char. */
char *arena_bytes(Arena *a, size_t bytes) __attribute__((alloc_size(2)));
/* Zeroed memory for n * size bytes; NULL when that overflows or passes the cap. */
void *arena_array(Arena *a, size_t n, size_t size) __attribute__((alloc_size(2, 3)));
size_t arena_used(const Arena *a); /* bytes handed out since the start or the last reset */

size_t arena_held(const Arena *a); /* bytes taken from the machine for it */

/* Calls `end(arg)` when the arena forgets everything (arena_reset, arena_free), the last one first: for what the
 * arena's owner must not keep any longer.  `end` may look at what lives in the arena, and takes nothing from it. */
void arena_at_end(Arena *a, void (*end)(void *arg), void *arg);

#define ARENA_NEW(a, Type)      ((Type *)arena_alloc((a), sizeof(Type)))
#define ARENA_ARRAY(a, Type, n) ((Type *)arena_array((a), (n), sizeof(Type)))

/* Grows an array in an arena: *items has room for *cap; after RC_OK there is room for `need`.  The new
 * room is not zeroed: whoever counts an item up has written it. */
CHECKED Rc arena_grow(Arena *a, void **items, size_t *cap, size_t need, size_t item_size);

/* Appends a value to a list { T *at; size_t n; size_t cap; } that lives in the arena. */
#define LIST_PUSH(arena, list, ...)                                                                \
    (arena_grow((arena), (void **)&(list)->at, &(list)->cap, (list)->n + 1, sizeof *(list)->at)    \
         == RC_OK                                                                                  \
         ? ((list)->at[(list)->n++] = (__VA_ARGS__), RC_OK)                                        \
         : RC_LIMIT)

/* Room for n values in all, taken at once: for long lists whose length is known beforehand. */
#define LIST_ROOM(arena, list, n)                                                                  \
    arena_grow((arena), (void **)&(list)->at, &(list)->cap, (n), sizeof *(list)->at)

/* Declares a list type: LIST_OF(Task, TaskList); */
#define LIST_OF(Type, Name)                                                                        \
    typedef struct Name {                                                                          \
        Type  *at;                                                                                 \
        size_t n, cap;                                                                             \
    } Name
