/* timer_test.c - each timer runs once: over restarts, standstills, rivals, and clocks that jump. */
#include "app/timer.h"

#include "db/dbc.h"
#include "support/db_test.h"

#include <pthread.h>

static const Subject nobody = { .origin = STR_INIT("job") };

/* What the functions of these tests did. */
typedef struct Log {
    int64_t runs, last_object;
    Ms last_due, last_now;
    Rc answer;
    Ms again; /* puts itself again so much later; 0: does not */
} Log;

static Rc note(Ctx *cx, const Timer *t, void *arg)
{
    Log *log = arg;

    log->runs++;
    log->last_object = t->object_id;
    log->last_due = t->due_ms;
    log->last_now = cx->now_ms;
    /* Undone when the timer fails. */
    fixture_exec(cx, "INSERT INTO setting (key, value, updated_ms) VALUES (random(), 'ran', 0)");
    if (log->again != 0)
        TRY(timer_put(cx, "test", t->object_id, t->key, cx->now_ms + log->again));
    if (log->answer != RC_OK)
        return fail(cx, log->answer, "asked_to_fail", TEXT("It was asked to."));
    return RC_OK;
}

static int64_t ran(Ctx *cx)
{
    return fixture_int(cx, "SELECT count(*) FROM setting WHERE value = 'ran'");
}

static Rc turn(Ctx *cx)
{
    bool more;
    cx->subject = &nobody;
    return timers_run(cx, STR("one"), 50, &more);
}

DB_TEST(timer_runs_once_when_it_is_due_and_not_before)
{
    Log log = { 0 };
    Ms due = cx->now_ms + MS_HOUR, is = 0;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 7, STR(""), due));
    EXPECT_RC(RC_OK, timer_due(cx, "test", 7, STR(""), &is));
    EXPECT_MS(due, is);
    cx->now_ms = due - 1;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(0, log.runs);
    cx->now_ms = due;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    EXPECT_INT(7, log.last_object);
    cx->now_ms = due + MS_DAY;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    EXPECT_RC(RC_OK, timer_due(cx, "test", 7, STR(""), &is));
    EXPECT_MS(MS_NONE, is);
}

DB_TEST(timer_that_is_put_again_moves_and_one_that_is_dropped_is_gone)
{
    Log log = { 0 };
    Ms start = cx->now_ms;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR("a"), start + 10));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR("b"), start + 20));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 2, STR("a"), start + 30));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR("a"), start + 100)); /* moved */
    EXPECT_INT(3, fixture_int(cx, "SELECT count(*) FROM timer"));
    cx->now_ms = start + 99;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(2, log.runs);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR("a"), MS_NONE)); /* none is due: as dropping it */
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer"));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 3, STR("a"), start));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 3, STR("b"), start));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 4, STR("b"), start));
    EXPECT_RC(RC_OK, timer_drop(cx, "test", 3, STR_NULL));
    EXPECT_RC(RC_OK, timer_drop(cx, "test", 3, STR_NULL)); /* none there is fine */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(3, log.runs);
    EXPECT_INT(4, log.last_object);
}

DB_TEST(timer_that_its_function_puts_again_stays)
{
    Log log = { .again = MS_HOUR };

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(2, log.runs);
}

DB_TEST(timer_is_caught_up_once_after_a_standstill)
{
    Log log = { .again = MS_HOUR };
    Ms due = cx->now_ms + MS_HOUR;

    /* Every hour, and the program slept for a month: one run, and the next is an hour away. */
    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), due));
    cx->now_ms += 30 * MS_DAY;
    for (int i = 0; i < 5; i++)
        EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    EXPECT_MS(due, log.last_due); /* it can tell how late it is */
    EXPECT_MS(cx->now_ms, log.last_now);
}

DB_TEST(timers_run_the_longest_due_first_in_bounded_turns)
{
    Log log = { 0 };
    bool more = false;

    timer_register("test", note, &log);
    for (int64_t i = 1; i <= 5; i++)
        EXPECT_RC(RC_OK, timer_put(cx, "test", i, STR(""), cx->now_ms - i));
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 2, &more));
    EXPECT(more);
    EXPECT_INT(2, log.runs);
    EXPECT_INT(4, log.last_object); /* 5, then 4 */
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 2, &more));
    EXPECT(more);
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 2, &more));
    EXPECT(!more);
    EXPECT_INT(5, log.runs);
    EXPECT_INT(1, log.last_object);
}

DB_TEST(timer_that_fails_is_undone_and_tried_again_later_and_later)
{
    Log bad = { .answer = RC_CONFLICT }, good = { 0 };
    TimerStatus s;
    Ms start = cx->now_ms;
    static const Ms waits[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360 }; /* minutes */

    timer_register("test", note, &bad);
    timer_register("fine", note, &good);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 5, STR(""), start));
    EXPECT_RC(RC_OK, timer_put(cx, "fine", 6, STR(""), start + 1));
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        EXPECT_RC(RC_OK, turn(cx));
        EXPECT_INT((int64_t)i + 1, bad.runs);
        EXPECT_RC(RC_OK, timers_status(cx, &s));
        EXPECT_INT(1, s.failing);
        EXPECT_STR("test", s.failed_kind);
        EXPECT_STR("CONFLICT: asked_to_fail", s.failed_why);
        EXPECT_INT(5, s.failed_object);
        EXPECT_INT((int64_t)i + 1, s.failed_tries);
        EXPECT_MS(cx->now_ms, s.failed_ms);
        EXPECT_MS(cx->now_ms + waits[i] * MS_MINUTE, s.failed_next_ms);
        EXPECT_MS(MS_NONE, s.overdue_ms);        /* it was tried */
        EXPECT_INT(0, cx->detail.msgid != NULL); /* nobody is told of it as if they had asked */
        cx->now_ms = s.failed_next_ms - 1;
        EXPECT_RC(RC_OK, turn(cx));
        EXPECT_INT((int64_t)i + 1, bad.runs);
        cx->now_ms++;
    }
    EXPECT_INT(1, good.runs); /* it stood in nobody's way */
    EXPECT_INT(1, ran(cx));
    bad.answer = RC_OK;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_MS(start, bad.last_due);
    EXPECT_INT(2, ran(cx));
    EXPECT_RC(RC_OK, timers_status(cx, &s));
    EXPECT_INT(0, s.failing);
    EXPECT_MS(MS_NONE, s.failed_ms);
}

DB_TEST(timer_put_after_a_failure_begins_anew)
{
    Log log = { .answer = RC_INTERNAL };

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_INT(0, fixture_int(cx, "SELECT tries FROM timer"));
    log.answer = RC_OK;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(2, log.runs);
}

DB_TEST(timer_of_a_kind_that_nobody_runs_waits_visibly)
{
    TimerStatus s;

    EXPECT_RC(RC_OK, timer_put(cx, "strange", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_RC(RC_OK, timers_status(cx, &s));
    EXPECT_STR("INTERNAL: unknown_kind", s.failed_why);
}

DB_TEST(timer_status_says_since_when_the_oldest_waits)
{
    TimerStatus s;

    EXPECT_RC(RC_OK, timers_status(cx, &s));
    EXPECT_MS(MS_NONE, s.overdue_ms);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms - 5));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 2, STR(""), cx->now_ms - 9));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 3, STR(""), cx->now_ms + 1));
    EXPECT_RC(RC_OK, timers_status(cx, &s));
    EXPECT_MS(cx->now_ms - 9, s.overdue_ms);
    EXPECT_STR("test", s.overdue_kind);
}

/* ---- leases ---- */

DB_TEST(timer_is_leased_by_one_owner_at_a_time)
{
    Log log = { 0 };
    TimerClaims one, two;
    bool more;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    EXPECT_INT(1, one.n);
    EXPECT_RC(RC_OK, timers_claim(cx, STR("two"), 10, &two, &more));
    EXPECT_INT(0, two.n);
    cx->now_ms += TIMER_LEASE_MS - 1; /* held to the last */
    EXPECT_RC(RC_OK, timers_claim(cx, STR("two"), 10, &two, &more));
    EXPECT_INT(0, two.n);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("two"), &one)); /* another's claim is worth nothing */
    EXPECT_INT(0, log.runs);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one));
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one));
    EXPECT_INT(1, log.runs);
}

DB_TEST(timer_whose_owner_died_is_taken_over_and_the_late_owner_refused)
{
    Log log = { 0 };
    TimerClaims one, two;
    bool more;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    cx->now_ms += TIMER_LEASE_MS;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("two"), 10, &two, &more));
    EXPECT_INT(1, two.n);
    EXPECT(two.at[0].fence > one.at[0].fence);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one)); /* wakes up too late */
    EXPECT_INT(0, log.runs);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("two"), &two));
    EXPECT_INT(1, log.runs);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one)); /* and after the fact */
    EXPECT_INT(1, log.runs);
}

DB_TEST(timer_under_the_same_name_is_fenced_too)
{
    Log log = { 0 };
    TimerClaims before, after;
    bool more;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &before, &more));
    cx->now_ms += TIMER_LEASE_MS;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &after, &more));
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &before));
    EXPECT_INT(0, log.runs);
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &after));
    EXPECT_INT(1, log.runs);
}

DB_TEST(timer_that_is_moved_after_its_lease_does_not_run_for_the_old_instant)
{
    Log log = { 0 };
    TimerClaims one;
    bool more;
    Ms later = cx->now_ms + MS_HOUR, is;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), cx->now_ms));
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), later));
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one));
    EXPECT_INT(0, log.runs);
    EXPECT_RC(RC_OK, timer_due(cx, "test", 1, STR(""), &is));
    EXPECT_MS(later, is);
    /* One that is dropped meanwhile does not run either. */
    cx->now_ms = later;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    EXPECT_RC(RC_OK, timer_drop(cx, "test", 1, STR("")));
    EXPECT_RC(RC_OK, timers_fire(cx, STR("one"), &one));
    EXPECT_INT(0, log.runs);
}

/* ---- clocks that jump ---- */

DB_TEST(timer_runs_once_when_the_clock_is_set_back_or_forward)
{
    Log log = { 0 };
    Ms start = cx->now_ms;

    timer_register("test", note, &log);
    for (int64_t i = 1; i <= 3; i++)
        EXPECT_RC(RC_OK, timer_put(cx, "test", i, STR(""), start + i * MS_HOUR));
    cx->now_ms = start + MS_HOUR;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    cx->now_ms = start - MS_DAY; /* back: what has run does not run again */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    cx->now_ms = start + 365 * MS_DAY; /* forward: the rest is due at once, each once */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(3, log.runs);
    cx->now_ms = start;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(3, log.runs);
}

DB_TEST(timer_lease_of_a_clock_that_was_ahead_holds_nobody_up)
{
    Log log = { 0 };
    TimerClaims one, two;
    bool more;
    Ms start = cx->now_ms;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), start));
    cx->now_ms = start + MS_DAY; /* the wrong time; then the owner dies */
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    cx->now_ms = start + 1;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("two"), 10, &two, &more));
    EXPECT_INT(1, two.n);
    /* A clock that is ahead by less than a lease may be another node's: it keeps what it has. */
    EXPECT_RC(RC_OK, timer_put(cx, "test", 2, STR(""), start));
    cx->now_ms = start + TIMER_LEASE_MS;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("one"), 10, &one, &more));
    EXPECT_INT(1, one.n);
    cx->now_ms = start;
    EXPECT_RC(RC_OK, timers_claim(cx, STR("two"), 10, &two, &more));
    EXPECT_INT(0, two.n);
}

DB_TEST(timer_that_failed_while_the_clock_was_ahead_is_tried_when_the_clock_is_right)
{
    Log log = { .answer = RC_CONFLICT };
    TimerStatus s;
    Ms start = cx->now_ms;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), start));
    EXPECT_RC(RC_OK, timer_put(cx, "test", 2, STR(""), start + MS_HOUR));
    cx->now_ms = start + 365 * MS_DAY; /* both fail by the wrong clock */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(2, log.runs);
    cx->now_ms = start + 1;
    log.answer = RC_OK;
    EXPECT_RC(RC_OK, turn(cx)); /* one is due by the right clock, the other one not yet */
    EXPECT_INT(3, log.runs);
    EXPECT_MS(start, log.last_due);
    EXPECT_RC(RC_OK, timers_status(cx, &s));
    EXPECT_INT(1, s.failing);
    EXPECT_MS(start + 1, s.failed_ms);
    EXPECT_MS(start + MS_HOUR, s.failed_next_ms);
    cx->now_ms = start + MS_HOUR - 1;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(3, log.runs);
    cx->now_ms++;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(4, log.runs);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer"));
}

DB_TEST(timer_that_failed_by_the_clock_of_another_node_keeps_its_wait)
{
    Log log = { .answer = RC_CONFLICT };
    Ms start = cx->now_ms;

    timer_register("test", note, &log);
    EXPECT_RC(RC_OK, timer_put(cx, "test", 1, STR(""), start));
    cx->now_ms = start + TIMER_LEASE_MS; /* a little ahead, no more than a lease */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    cx->now_ms = start;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs);
    cx->now_ms = start - 1; /* further back than that: the clock was wrong */
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(1, log.runs); /* not due yet */
    cx->now_ms = start;
    EXPECT_RC(RC_OK, turn(cx));
    EXPECT_INT(2, log.runs);
}

/* ---- restarts, and two processes on one database ---- */

enum { MANY = 200, RUNNERS = 2 };

typedef struct Runner {
    const char *path;
    Str owner;
    Ms now;
    int64_t turns;
    Rc rc;
} Runner;

static Rc count_up(Ctx *cx, const Timer *t, void *arg)
{
    static const DbQuery count = {
        .name = "test",
        .number = -1,
        .binds = 1,
        .sqlite = "INSERT INTO setting (key, value, updated_ms) VALUES (CAST(?1 AS TEXT), '', 1) "
                  "ON CONFLICT (key) DO UPDATE SET updated_ms = updated_ms + 1",
    };
    const DbValue binds[] = { db_int(t->object_id) };

    UNUSED(arg);
    return db_exec(cx->db, cx->arena, &count, binds, NULL);
}

static Ctx job(Arena *a, DbConn *c, Ms now)
{
    return (Ctx){ .arena = a, .db = c, .now_ms = now, .subject = &nobody, .zone = zone_utc() };
}

/* One turn as the server takes it: the lease is committed before anything runs. */
static Rc take_turn(DbConn *c, Str owner, Ms now, bool *ret_more)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(4 << 20);
    Ctx cx = job(a, c, now);
    TimerClaims claims = { 0 };

    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    TRY(timers_claim(&cx, owner, 7, &claims, ret_more));
    TRY(dbc_step(c, DBC_COMMIT));
    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    TRY(timers_fire(&cx, owner, &claims));
    *ret_more = claims.n > 0;
    return dbc_step(c, DBC_COMMIT);
}

static void *run_all(void *arg)
{
    Runner *r = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    bool more = true;

    r->rc = dbc_open(a, r->path, DBC_WRITER, false, &c, NULL);
    while (r->rc == RC_OK && more) {
        r->rc = take_turn(c, r->owner, r->now, &more);
        r->turns += more;
    }
    return NULL;
}

static Rc put_many(DbConn *c, Ms now)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(4 << 20);
    Ctx cx = job(a, c, now);

    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    for (int64_t i = 1; i <= MANY; i++)
        TRY(timer_put(&cx, "test", i, STR(""), now - i));
    return dbc_step(c, DBC_COMMIT);
}

static int64_t number(DbConn *c, const char *sql)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Ctx cx = job(a, c, 0);

    return fixture_int(&cx, sql);
}

TEST(timers_of_two_processes_run_once_each)
{
    const char *path = test_db_file();
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    Runner runners[RUNNERS];
    pthread_t threads[RUNNERS];
    Ms now = ms("2030-01-07T09:00Z");

    timer_register("test", count_up, NULL);
    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_WRITER, false, &c, NULL));
    EXPECT_RC(RC_OK, put_many(c, now));
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] =
            (Runner){ .path = path, .owner = str_fmt(test_arena(), "node-%d", i), .now = now };
        EXPECT_INT(0, pthread_create(&threads[i], NULL, run_all, &runners[i]));
    }
    for (int i = 0; i < RUNNERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_RC(RC_OK, runners[i].rc);
    }
    EXPECT_INT(0, number(c, "SELECT count(*) FROM timer"));
    EXPECT_INT(MANY, number(c, "SELECT count(*) FROM setting"));
    EXPECT_INT(MANY, number(c, "SELECT sum(updated_ms) FROM setting"));
}

TEST(timers_of_a_process_that_died_run_after_the_restart_once)
{
    const char *path = test_db_file();
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    Ms now = ms("2030-01-07T09:00Z");
    TimerClaims claims;
    bool more = true;

    timer_register("test", count_up, NULL);
    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_WRITER, false, &c, NULL));
    EXPECT_RC(RC_OK, put_many(c, now));
    Ctx cx = job(test_arena(), c, now);
    /* Claims some, runs them, and dies before the commit. */
    EXPECT_RC(RC_OK, dbc_step(c, DBC_BEGIN_WRITE));
    EXPECT_RC(RC_OK, timers_claim(&cx, STR("dead"), 20, &claims, &more));
    EXPECT_RC(RC_OK, dbc_step(c, DBC_COMMIT));
    EXPECT_RC(RC_OK, dbc_step(c, DBC_BEGIN_WRITE));
    EXPECT_RC(RC_OK, timers_fire(&cx, STR("dead"), &claims));
    dbc_close(c);
    c = NULL;
    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_WRITER, false, &c, NULL));
    for (int i = 0; more && i < MANY; i++)
        EXPECT_RC(RC_OK, take_turn(c, STR("new"), now + 1, &more));
    EXPECT_INT(20, number(c, "SELECT count(*) FROM timer")); /* leased until its minute is over */
    more = true;
    for (int i = 0; more && i < MANY; i++)
        EXPECT_RC(RC_OK, take_turn(c, STR("new"), now + TIMER_LEASE_MS, &more));
    EXPECT_INT(0, number(c, "SELECT count(*) FROM timer"));
    EXPECT_INT(MANY, number(c, "SELECT count(*) FROM setting"));
    EXPECT_INT(MANY, number(c, "SELECT sum(updated_ms) FROM setting"));
}
