/* memory.c - see memory.h.  What is kept lies in slots of the connection (db.h). */
#include "app/memory.h"

#include "app/memory_q.h"

#include <assert.h>
#include <stdatomic.h>

static atomic_bool switched_off;

/* What the snapshot showed that was asked last. */
typedef struct Seen {
    uint64_t snapshot;
    int64_t generation[MEMORY_COUNT];
} Seen;

enum { SLOT_SEEN = MEMORY_COUNT };
static_assert((int)SLOT_SEEN < (int)DB_KEPT_SLOTS, "each kind of memory has a slot");

void memory_switch(bool on)
{
    atomic_store(&switched_off, !on);
}

uint64_t memory_snapshot(const Ctx *cx)
{
    return atomic_load_explicit(&switched_off, memory_order_relaxed) ? 0 : db_snapshot(cx->db);
}

Rc memory_generation(Ctx *cx, MemoryOf of, int64_t *ret)
{
    uint64_t snapshot = memory_snapshot(cx);
    MemoryGenerationRow row;

    if (snapshot == 0) {
        *ret = 0;
        return RC_OK;
    }
    Seen *seen = db_kept(cx->db, SLOT_SEEN);
    if (seen == NULL) {
        seen = calloc(1, sizeof *seen);
        if (seen == NULL) {
            *ret = 0;
            return RC_OK;
        }
        db_keep(cx->db, SLOT_SEEN, seen, free);
    }
    if (seen->snapshot != snapshot) {
        TRY(q_memory_generation(cx, &row));
        *seen = (Seen){ snapshot,
                        { [MEMORY_PEOPLE] = row.people,
                          [MEMORY_CATALOG] = row.catalog,
                          [MEMORY_TARGETS] = row.targets } };
    }
    *ret = seen->generation[of];
    return RC_OK;
}

void *memory_get(Ctx *cx, MemoryOf of)
{
    return db_kept(cx->db, (size_t)of);
}

void memory_keep(Ctx *cx, MemoryOf of, void *what, void (*end)(void *what))
{
    db_keep(cx->db, (size_t)of, what, end);
}
