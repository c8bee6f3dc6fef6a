/* timer.c - see timer.h. */
#include "app/timer.h"

#include "app/timer_q.h"
#include "core/log.h"
#include "core/random.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { KINDS = 16, OWNER_BYTES = 8, DOUBLINGS = 9 };

static struct Kind {
    const char *name;
    TimerFn *fn;
    void *arg;
} kinds[KINDS];
static size_t kinds_n;

/* ---- kinds ---- */

static struct Kind *kind_of(Str name)
{
    for (size_t i = 0; i < kinds_n; i++)
        if (str_eq_z(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

void timer_register(const char *kind, TimerFn *fn, void *arg)
{
    struct Kind *k = kind_of(str_z(kind));

    if (k == NULL) {
        assert(kinds_n < KINDS);
        k = &kinds[kinds_n++];
    }
    *k = (struct Kind){ kind, fn, arg };
}

void timers_clear(void)
{
    kinds_n = 0;
}

/* ---- putting ---- */

Rc timer_put(Ctx *cx, const char *kind, int64_t object_id, Str key, Ms due)
{
    if (due == MS_NONE)
        return timer_drop(cx, kind, object_id, key);
    return q_timer_put_row(cx, str_z(kind), object_id, key, due, NULL);
}

Rc timer_drop(Ctx *cx, const char *kind, int64_t object_id, Str key)
{
    return q_timer_drop_row(cx, str_z(kind), object_id, key, NULL);
}

Rc timer_due(Ctx *cx, const char *kind, int64_t object_id, Str key, Ms *ret)
{
    TimerOfRow row;
    bool found = false;

    TRY(q_timer_of(cx, str_z(kind), object_id, key, &row, &found));
    *ret = found ? row.due_ms : MS_NONE;
    return RC_OK;
}

static Timer timer_of(const TimerRow *row)
{
    return (Timer){ row->id, row->object_id, row->kind, row->key, row->due_ms, row->tries };
}

Rc timer_first(Ctx *cx, const char *kind, int64_t object_id, Timer *ret, bool *ret_found)
{
    TimerRow row;

    TRY(q_timer_first_of(cx, str_z(kind), object_id, &row, ret_found));
    if (*ret_found)
        *ret = timer_of(&row);
    return RC_OK;
}

/* ---- leases ---- */

static char owner_name[2 * OWNER_BYTES + 1];
static pthread_once_t owner_once = PTHREAD_ONCE_INIT;

static void make_owner(void)
{
    uint8_t bytes[OWNER_BYTES];

    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(owner_name + 2 * i, 3, "%02x", bytes[i]);
}

Str timer_owner(void)
{
    pthread_once(&owner_once, make_owner);
    return str_z(owner_name);
}

LIST_OF(TimerRow, TimerRows);

/* What a database returns from an update has no order of its own. */
static int by_time(const void *x, const void *y)
{
    const TimerRow *a = x, *b = y;

    if (a->next_ms != b->next_ms)
        return a->next_ms < b->next_ms ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static Rc lease(Ctx *cx, Str owner, int64_t max, TimerRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    Ms until = cx->now_ms + TIMER_LEASE_MS;
    TimerRow row;

    TRY(q_timers_lease(cx, owner, cx->now_ms, until, until + TIMER_LEASE_MS, max, &rows));
    while (q_timers_lease_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

Rc timers_claim(Ctx *cx, Str owner, int64_t max, TimerClaims *ret, bool *ret_more)
{
    TimerRows rows = { 0 };
    TimerClaims claims = { 0 };

    assert(owner.len > 0 && max > 0);
    TRY(q_timers_right(cx, cx->now_ms, cx->now_ms + TIMER_LEASE_MS, NULL));
    TRY(lease(cx, owner, max, &rows));
    if (rows.n > 0)
        qsort(rows.at, rows.n, sizeof rows.at[0], by_time);
    for (size_t i = 0; i < rows.n; i++) {
        TimerClaim claim = { timer_of(&rows.at[i]), rows.at[i].fence };
        TRY(LIST_PUSH(cx->arena, &claims, claim));
    }
    *ret = claims;
    *ret_more = rows.n == (size_t)max;
    return RC_OK;
}

/* ---- running ---- */

typedef struct Shot {
    Ctx *cx;
    Str owner;
    const TimerClaim *claim;
    bool lost; /* somebody else has it by now, or it was moved */
    Rc why;
} Shot;

static Rc no_kind(Ctx *cx, const Timer *t, void *arg)
{
    UNUSED(t);
    UNUSED(arg);
    cx->type = STR("unknown_kind");
    return RC_INTERNAL;
}

static Rc run_one(Ctx *cx, const Timer *t, int64_t fence)
{
    struct Kind *k = kind_of(t->kind), none = { .fn = no_kind };

    if (k == NULL)
        k = &none;
    TRY(k->fn(cx, t, k->arg));
    return q_timer_done(cx, t->id, fence, NULL);
}

/* In a savepoint. */
static Rc shoot(DbConn *c, void *arg)
{
    Shot *s = arg;
    TimerHoldRow row;
    bool held = false;

    UNUSED(c);
    s->why = RC_OK;
    TRY(q_timer_hold(s->cx, s->claim->timer.id, s->owner, s->claim->fence, &row, &held));
    s->lost = !held;
    if (s->lost)
        return RC_OK;
    s->why = run_one(s->cx, &s->claim->timer, s->claim->fence);
    return s->why;
}

static Ms delay(int64_t tries)
{
    Ms ms = tries < DOUBLINGS ? TIMER_RETRY_MS << tries : TIMER_RETRY_MAX_MS;

    return ms < TIMER_RETRY_MAX_MS ? ms : TIMER_RETRY_MAX_MS;
}

static Rc note_failure(Ctx *cx, const TimerClaim *c, Rc why, Str type)
{
    Str text = str_z(rc_name(why));

    if (type.len > 0)
        text = str_fmt(cx->arena, "%s: %.*s", rc_name(why), STR_ARG(type));
    log_warn("timer", "%.*s of %lld failed: %.*s", STR_ARG(c->timer.kind),
             (long long)c->timer.object_id, STR_ARG(text));
    return q_timer_failed(cx, c->timer.id, c->fence, cx->now_ms + delay(c->timer.tries), cx->now_ms,
                          text, NULL);
}

static void forget_failure(Ctx *cx)
{
    cx->type = STR("");
    cx->detail = (Text){ 0 };
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

static Rc fire(Ctx *cx, Str owner, const TimerClaim *claim)
{
    Shot shot = { .cx = cx, .owner = owner, .claim = claim };
    Rc rc = db_savepoint(cx->db, shoot, &shot);
    Str type = cx->type;

    forget_failure(cx);
    if (shot.lost)
        log_info("timer", "%.*s of %lld is somebody else's by now", STR_ARG(claim->timer.kind),
                 (long long)claim->timer.object_id);
    if (rc == RC_OK || rc == RC_BUSY || shot.why == RC_OK)
        return rc;
    return note_failure(cx, claim, rc, type);
}

Rc timers_fire(Ctx *cx, Str owner, const TimerClaims *claims)
{
    for (size_t i = 0; i < claims->n; i++)
        TRY(fire(cx, owner, &claims->at[i]));
    return RC_OK;
}

Rc timers_run(Ctx *cx, Str owner, int64_t max, bool *ret_more)
{
    TimerClaims claims;

    TRY(timers_claim(cx, owner, max, &claims, ret_more));
    return timers_fire(cx, owner, &claims);
}

Rc timer_fire_now(Ctx *cx, const Timer *t, TimerFn *fn, void *arg)
{
    TimerLeaseRow row;

    TRY(q_timer_lease(cx, t->id, timer_owner(), cx->now_ms + TIMER_LEASE_MS, &row));
    TRY(fn(cx, t, arg));
    return q_timer_done(cx, t->id, row.fence, NULL);
}

/* ---- status ---- */

Rc timers_status(Ctx *cx, TimerStatus *ret)
{
    TimerStatus s = { .overdue_ms = MS_NONE, .failed_ms = MS_NONE, .failed_next_ms = MS_NONE };
    TimerOldestRow oldest;
    TimersFailingRow failing;
    TimerFailureRow last;
    bool found = false;

    TRY(q_timer_oldest(cx, cx->now_ms, &oldest, &found));
    if (found) {
        s.overdue_ms = oldest.next_ms;
        s.overdue_kind = oldest.kind;
    }
    TRY(q_timers_failing(cx, &failing));
    s.failing = failing.n;
    TRY(q_timer_failure(cx, &last, &found));
    if (found) {
        s.failed_kind = last.kind;
        s.failed_why = last.why;
        s.failed_object = last.object_id;
        s.failed_tries = last.tries;
        s.failed_ms = last.failed_ms;
        s.failed_next_ms = last.next_ms;
    }
    *ret = s;
    return RC_OK;
}
