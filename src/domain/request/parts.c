/* parts.c - the parts of requests that were read lately, kept beside the reading connection.
 *
 * request.parts rises, by triggers, in the transaction of every change of a part or of the row.  Parts that were
 * read in one snapshot are therefore those of every other one in which the request has the same number, and the
 * same version of its model, which gives answers their types.  The number is read by each call (rows.c); so is
 * who may see it, before this.  The writer keeps and takes nothing: its number may still be undone.
 *
 * On PostgreSQL the root row is locked by whoever raises its number, so two changes never share one.
 */
#include "app/memory.h"
#include "domain/request/aggregate.h"

enum {
    SLOTS = 256, /* requests kept for one connection; one that comes takes the place of another */
    ENTRY_BYTES = 128 * 1024, /* what is larger is not kept */
    RETIRED_MAX = 128,
};

typedef struct KeptRequest {
    int64_t id, parts, model_version_id;
    Arena *arena; /* holds everything below */
    Aggregate loaded;
} KeptRequest;

typedef struct KeptRequests {
    KeptRequest slots[SLOTS];
    /* Replaced within the present snapshot: somebody may still read them. */
    Arena *retired[RETIRED_MAX];
    size_t retired_n;
    uint64_t snapshot;
} KeptRequests;

static void free_retired(KeptRequests *k)
{
    while (k->retired_n > 0)
        arena_free(k->retired[--k->retired_n]);
}

static void kept_end(void *what)
{
    KeptRequests *k = what;

    free_retired(k);
    for (size_t i = 0; i < SLOTS; i++)
        arena_free(k->slots[i].arena);
    free(k);
}

static KeptRequests *kept_of(Ctx *cx, uint64_t snapshot)
{
    KeptRequests *k = memory_get(cx, MEMORY_REQUESTS);

    if (k == NULL) {
        k = calloc(1, sizeof *k);
        if (k == NULL)
            return NULL;
        memory_keep(cx, MEMORY_REQUESTS, k, kept_end);
    }
    if (k->snapshot != snapshot) {
        free_retired(k);
        k->snapshot = snapshot;
    }
    return k;
}

/* What aggregate_load_parts, aggregate_load_checks, clock_rows_load and promise_row_load have read.  Lists are full, so that nobody adds to
 * them where they stand. */
static void take(const Aggregate *from, Aggregate *to)
{
    to->form = from->form;
    to->assess = from->assess;
    to->state.approvals = from->state.approvals;
    to->state.approvals.cap = from->state.approvals.n;
    to->state.tasks = from->state.tasks;
    to->state.tasks.cap = from->state.tasks.n;
    to->state.pending = from->state.pending;
    to->state.handover = from->state.handover;
    to->approvals = from->approvals;
    to->approvals.cap = from->approvals.n;
    to->tasks = from->tasks;
    to->tasks.cap = from->tasks.n;
    to->pending = from->pending;
    to->handover = from->handover;
    to->has_handover = from->has_handover;
    to->checks = from->checks;
    to->checks.cap = from->checks.n;
    to->checks_known = from->checks_known;
    to->clocks = from->clocks;
    to->clocks.cap = from->clocks.n;
    to->clocks_known = from->clocks_known;
    to->promise = from->promise;
    to->has_promise = from->has_promise;
    to->promise_known = from->promise_known;
}

/* Reads them into an arena of their own; NULL: they are too large, or reading failed. */
static Arena *read_apart(Ctx *cx, const Aggregate *root, Aggregate *ret)
{
    Arena *call = cx->arena, *own = arena_new(ENTRY_BYTES);

    *ret = *root;
    cx->arena = own;
    Rc rc = aggregate_load_parts(cx, ret);
    if (rc == RC_OK)
        rc = aggregate_load_checks(cx, ret);
    if (rc == RC_OK)
        rc = clock_rows_load(cx, ret->g, &ret->clocks);
    ret->clocks_known = rc == RC_OK;
    if (rc == RC_OK)
        rc = promise_row_load(cx, ret->g, &ret->promise, &ret->has_promise);
    ret->promise_known = rc == RC_OK;
    cx->arena = call;
    if (rc == RC_OK)
        return own;
    arena_free(own);
    return NULL;
}

Rc parts_load(Ctx *cx, Aggregate *r)
{
    uint64_t snapshot = memory_snapshot(cx);
    /* Answers point into their model, which must then live as long. */
    KeptRequests *k = snapshot != 0 && catalog_keeps_all() ? kept_of(cx, snapshot) : NULL;
    Aggregate read;

    if (k == NULL)
        return aggregate_load_parts(cx, r);
    KeptRequest *slot = &k->slots[(uint64_t)r->row.id % SLOTS];
    if (slot->arena != NULL && slot->id == r->row.id && slot->parts == r->row.parts
        && slot->model_version_id == r->row.model_version_id) {
        take(&slot->loaded, r);
        return RC_OK;
    }
    Arena *own = k->retired_n < RETIRED_MAX ? read_apart(cx, r, &read) : NULL;
    if (own == NULL)
        return aggregate_load_parts(cx, r);
    if (slot->arena != NULL)
        k->retired[k->retired_n++] = slot->arena;
    *slot = (KeptRequest){ .id = r->row.id,
                           .parts = r->row.parts,
                           .model_version_id = r->row.model_version_id,
                           .arena = own };
    take(&read, &slot->loaded);
    take(&read, r);
    return RC_OK;
}
