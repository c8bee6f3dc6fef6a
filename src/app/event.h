/* event.h - the event table: every change, in the same transaction as the change.
 *
 * An event says who did what to which object and when.  It holds ids, codes, numbers and salted
 * hashes of texts; the texts and personal values themselves stand in event_text, which an erasure
 * may delete without touching the event.  If the event cannot be written, the act fails.
 */
#pragma once

#include "app/ctx.h"

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
    Str                data;       /* JSON object with what a replay needs; STR_NULL for none */
} Event;

/* Writes the event in the caller's transaction, with cx's subject, time and reference.
 * For a request it also takes the next number of the request's own count. */
CHECKED Rc event_add(Ctx *cx, const Event *ev, int64_t *ret_id);

/* A follower reads the event table in commit order, in batches, with its own stored position, and
 * is safe to run again.  `on_event` runs in a write transaction that also stores the position. */
typedef struct EventRow {
    int64_t id, request_id, object_id, actor_id, on_behalf_of, seq;
    Str     kind, object, data;
    bool    internal;
    Ms      at;
} EventRow;

typedef struct Follower {
    const char *name; /* stable: the key of the stored position */
    Rc (*on_event)(Ctx *cx, const EventRow *ev, void *arg);
    /* Called after the commit of a batch, for what lives in memory only (live pages). */
    void (*after_commit)(const EventRow *events, size_t n, void *arg);
    void *arg;
} Follower;

/* Registers before the server starts; at most 16. */
void follower_register(const Follower *f);
/* Runs each registered follower over what is new, at most 500 events per turn and follower.  A
 * follower that fails stops alone; its age is shown by follower_status. */
void followers_run(DbConn *c, bool wrote, void *arg);

typedef struct FollowerStatus {
    const char *name;
    int64_t     position;
    Ms          failing_since; /* MS_NONE: healthy */
} FollowerStatus;
size_t follower_status(FollowerStatus *ret, size_t room);
