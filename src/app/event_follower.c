/* event_follower.c - those who read the event table after the fact; see event.h. */
#include "app/event.h"

#include "app/event_follower_q.h"
#include "core/log.h"

#include <assert.h>
#include <pthread.h>

enum {
    FOLLOWERS = 16,
    BATCH = 500,
    RETRY_MS = 1000,
    TURN_CAP = 8 << 20,  /* bytes for the events of a turn; what does not fit waits for the next */
    EVENT_CAP = 1 << 20, /* bytes for what a follower makes of one event */
};

static Follower followers[FOLLOWERS];
static size_t followers_n;
static Ms retry_at[FOLLOWERS]; /* monotonic; a failing follower is left alone until then */

/* What other threads may ask about, under its lock. */
static pthread_mutex_t status_lock = PTHREAD_MUTEX_INITIALIZER;
static FollowerStatus statuses[FOLLOWERS];
static size_t statuses_n;

void follower_register(const Follower *f)
{
    assert(followers_n < FOLLOWERS);
    for (size_t i = 0; i < followers_n; i++)
        assert(strcmp(followers[i].name, f->name) != 0);
    followers[followers_n] = *f;
    retry_at[followers_n] = 0;
    pthread_mutex_lock(&status_lock);
    statuses[followers_n] = (FollowerStatus){ f->name, 0, MS_NONE };
    statuses_n = ++followers_n;
    pthread_mutex_unlock(&status_lock);
}

void followers_clear(void)
{
    followers_n = 0;
    pthread_mutex_lock(&status_lock);
    statuses_n = 0;
    pthread_mutex_unlock(&status_lock);
}

size_t follower_status(FollowerStatus *ret, size_t room)
{
    pthread_mutex_lock(&status_lock);
    size_t n = statuses_n;
    for (size_t i = 0; i < n && i < room; i++)
        ret[i] = statuses[i];
    pthread_mutex_unlock(&status_lock);
    return n;
}

/* ---- a turn ---------------------------------------------------------------------------------- */

/* Events after a position; followers that stand at the same one share it. */
typedef struct Batch {
    int64_t from_tx, from_id;
    EventRow *events;
    int64_t *txs;
    size_t n;
} Batch;

/* One follower in one turn. */
typedef struct Step {
    const Follower *follower;
    Ctx *cx;
    Arena *event_arena;
    Batch batch;
    size_t n;             /* how many of the batch to take */
    size_t good;          /* how many went well */
    Rc why;               /* how the next one failed */
    int64_t tx, event_id; /* where it stands */
    OptInt failing_ms;
} Step;

/* All followers in one turn.  Lives until the transaction has been committed. */
typedef struct Turn {
    Arena *arena;       /* the events of all batches */
    Arena *event_arena; /* emptied after each event */
    Step steps[FOLLOWERS];
    bool stepped[FOLLOWERS];
} Turn;

static Rc read_batch(Ctx *cx, Batch *b)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FollowerEvent e;

    b->events = ARENA_ARRAY(cx->arena, EventRow, BATCH);
    b->txs = ARENA_ARRAY(cx->arena, int64_t, BATCH);
    if (b->events == NULL || b->txs == NULL)
        return RC_LIMIT;
    TRY(q_event_after(cx, b->from_tx, b->from_id, BATCH, &rows));
    while (b->n < BATCH && q_event_after_next(&rows, &e)) {
        b->txs[b->n] = e.tx;
        b->events[b->n++] = (EventRow){
            .id = e.id,
            .request_id = e.request_id.value,
            .object_id = e.object_id,
            .actor_id = e.actor_id.value,
            .on_behalf_of = e.behalf_id.value,
            .seq = e.seq.value,
            .kind = e.kind,
            .object = e.object,
            .data = e.data,
            .internal = e.internal,
            .at = e.at_ms,
        };
    }
    if (b->n > 0 && rows_result(&rows) == RC_LIMIT)
        return RC_OK;
    return rows_result(&rows);
}

/* In a savepoint: the first `n` events with the new position, or nothing. */
static Rc take_events(DbConn *c, void *arg)
{
    Step *s = arg;

    UNUSED(c);
    s->why = RC_OK;
    for (s->good = 0; s->good < s->n; s->good++) {
        Ctx cx = *s->cx;
        cx.arena = s->event_arena;
        s->why = s->follower->on_event(&cx, &s->batch.events[s->good], s->follower->arg);
        arena_reset(s->event_arena);
        if (s->why != RC_OK)
            return s->why;
    }
    return q_follower_store(s->cx, str_z(s->follower->name), s->batch.txs[s->n - 1],
                            s->batch.events[s->n - 1].id, OPT_NONE, STR(""), NULL);
}

/* In a savepoint: it stands still and says since when. */
static Rc store_failure(DbConn *c, void *arg)
{
    const Step *s = arg;

    UNUSED(c);
    return q_follower_store(s->cx, str_z(s->follower->name), s->tx, s->event_id, s->failing_ms,
                            str_z(rc_name(s->why)), NULL);
}

/* Takes in what it can.  An event that fails ends the batch before it; what went well is kept. */
static Rc take_step(Step *s)
{
    Rc rc = db_savepoint(s->cx->db, take_events, s);

    if (rc != RC_OK && s->why != RC_OK && s->good > 0) {
        s->n = s->good;
        rc = db_savepoint(s->cx->db, take_events, s);
    }
    if (rc == RC_OK) {
        s->tx = s->batch.txs[s->n - 1];
        s->event_id = s->batch.events[s->n - 1].id;
        s->failing_ms = OPT_NONE;
        return RC_OK;
    }
    if (s->why == RC_OK || s->good > 0) /* the database failed, not the follower */
        return rc;
    log_error("follower failed", "%s at event %lld: %s", s->follower->name,
              (long long)s->batch.events[0].id, rc_name(s->why));
    s->n = 0;
    if (!s->failing_ms.set)
        s->failing_ms = OPT_INT(s->cx->now_ms);
    return db_savepoint(s->cx->db, store_failure, s);
}

/* What was replayed from the log of another system is over: nobody is told, nothing goes live. */
static Rc pass_replayed(Ctx *cx, Step *s)
{
    EventSpanEndRow end;
    bool found = false;

    TRY(q_event_span_end(cx, s->event_id, &end, &found));
    if (found)
        s->event_id = end.last_id;
    return RC_OK;
}

static Rc begin_step(Ctx *cx, Turn *t, size_t i)
{
    Step *s = &t->steps[i];
    FollowerPositionRow at = { 0 };
    bool found = false;

    *s = (Step){ .follower = &followers[i], .cx = cx, .event_arena = t->event_arena };
    TRY(q_follower_position(cx, str_z(s->follower->name), &at, &found));
    if (found) {
        s->tx = at.tx;
        s->event_id = at.event_id;
        s->failing_ms = at.failing_ms;
    }
    TRY(pass_replayed(cx, s));
    for (size_t k = 0; k < i; k++) {
        const Batch *b = &t->steps[k].batch;
        if (t->stepped[k] && b->from_tx == s->tx && b->from_id == s->event_id) {
            s->batch = *b;
            s->n = b->n;
            return RC_OK;
        }
    }
    s->batch.from_tx = s->tx;
    s->batch.from_id = s->event_id;
    TRY(read_batch(cx, &s->batch));
    s->n = s->batch.n;
    return RC_OK;
}

static Rc run_turn(Ctx *cx, Turn *t)
{
    Ms now = clock_monotonic_ms();

    for (size_t i = 0; i < followers_n; i++) {
        t->stepped[i] = false;
        if (now < retry_at[i])
            continue;
        TRY(begin_step(cx, t, i));
        t->stepped[i] = true;
        if (t->steps[i].n > 0)
            TRY(take_step(&t->steps[i]));
    }
    return RC_OK;
}

/* After the commit.  True when there may be more to take. */
static bool tell(Turn *t)
{
    bool more = false;

    for (size_t i = 0; i < followers_n; i++) {
        const Step *s = &t->steps[i];
        if (!t->stepped[i])
            continue;
        retry_at[i] = s->failing_ms.set ? clock_monotonic_ms() + RETRY_MS : 0;
        pthread_mutex_lock(&status_lock);
        statuses[i].position = s->event_id;
        statuses[i].failing_since = s->failing_ms.set ? s->failing_ms.value : MS_NONE;
        pthread_mutex_unlock(&status_lock);
        if (s->n > 0 && s->follower->after_commit != NULL)
            s->follower->after_commit(s->batch.events, s->n, s->follower->arg);
        more = more || s->n == BATCH || (s->n > 0 && s->n < s->batch.n);
    }
    return more;
}

static Rc run_in_turn(DbConn *c, void *arg)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    Turn *t = arg;
    Ctx cx = {
        .arena = t->arena,
        .db = c,
        .now_ms = clock_now_ms(),
        .subject = &nobody,
        .zone = zone_utc(),
        .call_ref = STR("follower"),
    };

    return run_turn(&cx, t);
}

bool followers_run(DbConn *c, bool wrote, void *arg)
{
    Turn t = { 0 };
    bool more = false;

    UNUSED(wrote); /* a failing or a new follower has work although nothing was written */
    UNUSED(arg);
    if (followers_n == 0)
        return false;
    t.arena = arena_new(TURN_CAP);
    t.event_arena = arena_new(EVENT_CAP);
    if (db_turn_write(c, run_in_turn, &t) == RC_OK)
        more = tell(&t);
    arena_free(t.event_arena);
    arena_free(t.arena);
    return more;
}

Rc followers_step(Ctx *cx)
{
    CLEANUP(arena_free_at) Arena *events = arena_new(EVENT_CAP);
    Turn t = { .arena = cx->arena, .event_arena = events };

    for (size_t i = 0; i < followers_n; i++)
        retry_at[i] = 0;
    TRY(run_turn(cx, &t));
    tell(&t);
    return RC_OK;
}
