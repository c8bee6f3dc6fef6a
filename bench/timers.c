/* timers.c - what a turn of the timers costs beside many that wait.
 *
 *     build/bench-timers FILE.sqlite TIMERS SECONDS
 *
 * Makes the database when it is not there and fills it with TIMERS that are due in the future.  Prints two
 * numbers: milliseconds of a turn with nothing due, and how many a second are leased and run, each in turns
 * of 50 with two commits.
 */
#include "app/timer.h"

enum { TURN = 50 };

static const Subject nobody = { .origin = STR_INIT("job") };

typedef struct Bench {
    int64_t timers, seconds;
    Ms now;
    TimerClaims claims;
    Arena *arena;
} Bench;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-timers: %s\n", what);
    exit(3);
}

static Ctx context(const Bench *b, DbConn *c)
{
    return (Ctx){ .arena = b->arena, .db = c, .now_ms = b->now, .subject = &nobody };
}

static Rc nothing(Ctx *cx, const Timer *t, void *arg)
{
    UNUSED(cx);
    UNUSED(t);
    UNUSED(arg);
    return RC_OK;
}

static Rc fill(DbConn *c, void *arg)
{
    static const DbQuery insert = {
        .name = "bench",
        .number = -1,
        .binds = 2,
        .sqlite =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
            " INSERT INTO timer (kind, object_id, due_ms, next_ms)"
            " SELECT 'waits', i, ?2 + 1000 * (i * 7919 % ?1), ?2 + 1000 * (i * 7919 % ?1) FROM n"
            " WHERE NOT EXISTS (SELECT 1 FROM timer WHERE kind = 'waits')",
    };
    Bench *b = arg;
    const DbValue binds[] = { db_int(b->timers), db_int(b->now + MS_DAY) };

    return db_exec(c, b->arena, &insert, binds, NULL);
}

static Rc claim(DbConn *c, void *arg)
{
    Bench *b = arg;
    Ctx cx = context(b, c);
    bool more;

    return timers_claim(&cx, timer_owner(), TURN, &b->claims, &more);
}

static Rc fire(DbConn *c, void *arg)
{
    Bench *b = arg;
    Ctx cx = context(b, c);

    return timers_fire(&cx, timer_owner(), &b->claims);
}

static Rc put(DbConn *c, void *arg)
{
    Bench *b = arg;
    Ctx cx = context(b, c);

    for (int64_t i = 0; i < TURN; i++)
        if (timer_put(&cx, "bench", i, STR(""), b->now - i) != RC_OK)
            return RC_INTERNAL;
    return RC_OK;
}

static void run(Db *db, Rc (*what)(DbConn *, void *), Bench *b)
{
    if (db_write(db, what, b) != RC_OK)
        die("the database failed");
}

int main(int argc, char **argv)
{
    Arena *a = arena_new(64 << 20), *work = arena_new(64 << 20);
    Bench b = { .arena = work, .now = clock_now_ms() };
    Str why = STR_NULL;
    Db *db = NULL;

    if (argc != 4 || !str_to_i64(str_z(argv[2]), &b.timers)
        || !str_to_i64(str_z(argv[3]), &b.seconds))
        die("FILE.sqlite TIMERS SECONDS");
    DbOpen how = { .url = str_fmt(a, "sqlite:%s", argv[1]), .write = true, .create = true };
    if (db_open(a, &how, &db, &why) != RC_OK || db_migrate(db, a, &why) != RC_OK)
        die(str_dup_z(a, why));
    timer_register("bench", nothing, NULL);
    run(db, fill, &b);

    int64_t turns = 0, fired = 0;
    Ms began = clock_monotonic_ms(), spent = 0;
    for (; clock_monotonic_ms() < began + b.seconds * MS_SECOND; turns++) {
        run(db, claim, &b);
        if (b.claims.n != 0)
            die("something was due");
        arena_reset(work);
    }
    double idle = (double)(clock_monotonic_ms() - began) / (double)turns;
    while (spent < b.seconds * MS_SECOND) {
        run(db, put, &b);
        began = clock_monotonic_ms();
        run(db, claim, &b);
        run(db, fire, &b);
        spent += clock_monotonic_ms() - began;
        fired += (int64_t)b.claims.n;
        arena_reset(work);
    }
    printf("%.3f %.0f\n", idle, (double)fired * 1000 / (double)spent);
    db_close(db);
    return 0;
}
