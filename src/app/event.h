/* event.h - the event table: every change, in the same transaction as the change.
 *
 * An event says who did what to which object and when.  It holds ids, codes, numbers and salted
 * hashes of texts; the texts and personal values themselves stand in event_text, which an erasure
 * may delete without touching the event.  If the event cannot be written, the act fails.
 */
#pragma once

#include "app/ctx.h"
#include "core/json.h"

typedef struct EventChange {
    Str  field;
    Str  from, to; /* STR_NULL: absent */
    bool text;     /* words or personal values: kept in event_text, only a salted hash in the event */
} EventChange;

typedef struct Event {
    const char        *kind;       /* "request.submitted", "approval.decided", "person.created" ... */
    int64_t            request_id; /* 0: not about a request */
    const char        *object;     /* "request", "task", "approval", "message", "person", ... */
    int64_t            object_id;
    int64_t            on_behalf_of; /* person id, 0 for oneself */
    bool               internal;   /* only for the staff among the readers (notes and their kin) */
    const EventChange *changes;
    size_t             changes_n;
    Str                data;       /* JSON object with what followers and timelines need; STR_NULL for none */
    Str                step;       /* JSON object with what a replay needs; STR_NULL for none */
} Event;

/* Writes the event in the caller's transaction, with cx's subject, time and reference.  `ret_id` may
 * be NULL.  For a request it also takes the next number of the request's own count.
 *
 * The column data is JSON: {"changes":[...],"data":{...}}, each member only when there is something
 * in it; the column step is Event.step as it is.  A change is {"field","from","to"} with texts or null; one that is `text` is
 * {"field","from_hash","to_hash"}: SHA-256 (hex) over the salt that stands in event_text, then the
 * text.  When the row in event_text is erased, the salt goes with it and the hash tells nothing.
 * Errors: RC_NOT_FOUND (no such request), RC_LIMIT (more than 64 KiB of data). */
CHECKED Rc event_add(Ctx *cx, const Event *ev, int64_t *ret_id);

/* Events that happened elsewhere, in another system, at their own instants: origin "import", nobody's.  There are
 * many of them, so their ids are taken at once: `n` ids from *ret_first on, in the same transaction. */
CHECKED Rc event_ids(Ctx *cx, int64_t n, int64_t *ret_first);
/* They are collected, and written many with one statement.  Lives in the arena. */
typedef struct PastEvents PastEvents;
CHECKED Rc past_events_new(Arena *a, PastEvents **ret);
/* Takes one under an id of event_ids.  `ref` tells whoever replays the log again that this one is here; `seq` is
 * its number among those of the request, which the caller keeps (request.event_seq).  Of the event only kind,
 * request, object and changes count; their texts are not copied.  Errors: RC_LIMIT. */
CHECKED Rc past_events_add(PastEvents *to, const Event *ev, int64_t id, Ms at, Str ref, int64_t seq);
size_t     past_events_n(const PastEvents *e);
/* Writes them, and forgets them. */
CHECKED Rc past_events_write(Ctx *cx, PastEvents *e);
/* The events of these ids were all written by past_events_write: followers pass over them. */
CHECKED Rc event_replayed(Ctx *cx, int64_t first_id, int64_t last_id);

/* Reads the changes back from an event's data.  A change with `text` has no from and to here: they
 * stand in event_text, if nobody erased them. */
LIST_OF(EventChange, EventChanges);
CHECKED Rc event_changes_of(Arena *a, const Json *data, EventChanges *ret);

/* A follower reads the event table in commit order, in batches, with its own stored position, and
 * is safe to run again.  `on_event` runs in a write transaction that also stores the position; what
 * it allocates from cx->arena is gone after the event. */
typedef struct EventRow {
    int64_t id, request_id, object_id, actor_id, on_behalf_of, seq; /* 0 for none */
    Str     kind, object, data;
    bool    internal;
    Ms      at;
} EventRow;

typedef struct Follower {
    const char *name; /* stable: the key of the stored position */
    Rc (*on_event)(Ctx *cx, const EventRow *ev, void *arg);
    /* Called after the commit of a batch, for what lives in memory only (live pages).  May be NULL. */
    void (*after_commit)(const EventRow *events, size_t n, void *arg);
    void *arg;
} Follower;

/* Registers before the server starts; at most 16. A follower that is new begins at the first event. */
void follower_register(const Follower *f);
void followers_clear(void); /* for tests */

/* The DbTurn of the writer: db_on_turn(db, followers_run, NULL).  Runs each registered follower over
 * what is new, at most 500 events per turn and follower, all in one transaction.
 * A follower that fails stops alone, before the event it failed at; it is tried again every second
 * and continues there.  Its age is shown by follower_status and logged. */
bool followers_run(DbConn *c, bool wrote, void *arg);
/* The same within the caller's transaction, for tests; after_commit is called at once. */
CHECKED Rc followers_step(Ctx *cx);

typedef struct FollowerStatus {
    const char *name;
    int64_t     position;      /* last event that was taken in */
    Ms          failing_since; /* MS_NONE: healthy */
} FollowerStatus;
/* From any thread.  Returns how many there are; at most `room` are written. */
size_t follower_status(FollowerStatus *ret, size_t room);
