/* writer_test.c - shared commits, lost groups, the queue, and what survives a kill. */
#include "db/writer.h"

#include "support/db_test.h"
#include "support/disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define QUERY(text, b, c)                                                                          \
    {                                                                                              \
        .name = "test", .number = -1, .sqlite = (text), .postgres = (text), .binds = (b),          \
        .columns = (c)                                                                             \
    }

enum { NO_END = -1 };

/* A job of these tests: puts a row, and keeps how it ended. */
typedef struct Put {
    int64_t key;
    Rc result; /* what it says when all went well */
    int runs;
    int end; /* Rc, or NO_END */
} Put;

static Rc put_row(DbConn *c, int64_t key)
{
    static const DbQuery put = QUERY(
        "INSERT INTO setting (key, value, updated_ms) VALUES (CAST(?1 AS TEXT), '', ?1)", 1, 0);
    const DbValue binds[] = { db_int(key) };

    return db_exec(c, NULL, &put, binds, NULL);
}

static Rc run_put(DbConn *c, void *arg)
{
    Put *p = arg;

    p->runs++;
    TRY(put_row(c, p->key));
    return p->result;
}

static void end_put(void *arg, Rc rc)
{
    Put *p = arg;
    p->end = (int)rc;
}

static DbJob put_job(Put *p)
{
    return (DbJob){ run_put, end_put, p };
}

/* Holds the writer until it is let go, so that what is submitted meanwhile becomes one group. */
typedef struct Gate {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool inside, open;
} Gate;

static Rc run_gate(DbConn *c, void *arg)
{
    Gate *g = arg;

    UNUSED(c);
    pthread_mutex_lock(&g->lock);
    g->inside = true;
    pthread_cond_broadcast(&g->moved);
    while (!g->open)
        pthread_cond_wait(&g->moved, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return RC_OK;
}

static void end_nothing(void *arg, Rc rc)
{
    UNUSED(arg);
    UNUSED(rc);
}

/* The gate is a job that runs alone, so that the group begins after it. */
static void gate_close(Gate *g, Db *db)
{
    *g = (Gate){ .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };
    EXPECT_RC(RC_OK, db_submit(db, (DbJob){ run_gate, end_nothing, g }));
    pthread_mutex_lock(&g->lock);
    while (!g->inside)
        pthread_cond_wait(&g->moved, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void gate_open(Gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
}

static Rc run_nothing(DbConn *c, void *arg)
{
    UNUSED(c);
    UNUSED(arg);
    return RC_OK;
}

/* Everything that was submitted before has ended. */
static void settle(Db *db)
{
    EXPECT_RC(RC_OK, db_write_alone(db, run_nothing, NULL));
}

static int64_t count_rows(Db *db, const char *sql)
{
    const DbQuery q = QUERY(sql, 0, 1);
    CLEANUP(rows_close) Rows rows = { 0 };
    DbConn *c = NULL;

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    EXPECT_RC(RC_OK, db_query(c, test_arena(), &q, NULL, &rows));
    EXPECT(rows_next(&rows));
    int64_t n = rows_int(&rows, 0);
    rows_close(&rows);
    db_reader_close(c);
    return n;
}

#define ROWS "SELECT count(*) FROM setting"

/* ---- groups ---------------------------------------------------------------------------------- */

TEST(writer_commits_waiting_jobs_together)
{
    Db *db = test_db(0);
    Put puts[20];
    Gate gate;

    gate_close(&gate, db);
    for (int i = 0; i < 20; i++) {
        puts[i] = (Put){ .key = i, .result = i % 5 == 4 ? RC_CONFLICT : RC_OK, .end = NO_END };
        EXPECT_RC(RC_OK, db_submit(db, put_job(&puts[i])));
    }
    EXPECT_INT(20, (int64_t)db_stats(db).waiting);
    EXPECT_INT(0, count_rows(db, ROWS)); /* readers go on meanwhile */
    gate_open(&gate);
    settle(db);
    for (int i = 0; i < 20; i++) {
        EXPECT_INT((int)puts[i].result, puts[i].end);
        EXPECT_INT(1, puts[i].runs);
    }
    EXPECT_INT(16, count_rows(db, ROWS)); /* a failed job leaves nothing, the others stay */
    DbStats stats = db_stats(db);
    EXPECT_INT(22, (int64_t)stats.jobs);
    EXPECT(stats.groups < 10);
    EXPECT_INT(0, (int64_t)stats.lost_groups);
    db_close(db);
}

TEST(writer_refuses_when_too_many_wait)
{
    Db *db = test_db(3);
    Put puts[4];
    Gate gate;

    gate_close(&gate, db);
    for (int i = 0; i < 4; i++) {
        puts[i] = (Put){ .key = i, .end = NO_END };
        EXPECT_RC(i < 3 ? RC_OK : RC_BUSY, db_submit(db, put_job(&puts[i])));
    }
    EXPECT_INT(1, (int64_t)db_stats(db).refused);
    gate_open(&gate);
    db_close(db); /* finishes what waits */
    EXPECT_INT(RC_OK, puts[2].end);
    EXPECT_INT(NO_END, puts[3].end);
}

/* ---- lost groups ----------------------------------------------------------------------------- */

/* Fills the database up to a limit, which makes SQLite roll back the whole transaction. */
static Rc fill_up(DbConn *c)
{
    static const DbQuery big = QUERY(
        "INSERT INTO setting (key, value, updated_ms) VALUES (hex(randomblob(8)), hex(zeroblob(9000)), 1)",
        0, 0);
    Rc rc = dbc_script(c, NULL, "PRAGMA max_page_count = 1", NULL); /* as many as there are */

    for (int i = 0; i < 100 && rc == RC_OK; i++)
        rc = db_exec(c, NULL, &big, NULL, NULL);
    Rc healed = dbc_script(c, NULL, "PRAGMA max_page_count = 1073741823", NULL);
    return healed == RC_OK ? rc : healed;
}

typedef struct Fill {
    bool overlook; /* says RC_OK all the same */
    int runs, end;
} Fill;

static Rc run_fill(DbConn *c, void *arg)
{
    Fill *f = arg;

    f->runs++;
    Rc rc = fill_up(c);
    return f->overlook ? RC_OK : rc;
}

static void end_fill(void *arg, Rc rc)
{
    Fill *f = arg;
    f->end = (int)rc;
}

/* Whether the lost group was whole: a turn lasts some milliseconds, and on a busy machine it may have
 * ended between the jobs. */
static bool lost_a_group(bool overlook, Rc end)
{
    Db *db = test_db(0);
    Put puts[6];
    Fill fill = { .overlook = overlook, .end = NO_END };
    Gate gate;
    int again = 0;

    gate_close(&gate, db);
    for (int i = 0; i < 6; i++) {
        puts[i] = (Put){ .key = i, .result = i == 1 ? RC_INVALID : RC_OK, .end = NO_END };
        if (i == 3)
            EXPECT_RC(RC_OK, db_submit(db, (DbJob){ run_fill, end_fill, &fill }));
        EXPECT_RC(RC_OK, db_submit(db, put_job(&puts[i])));
    }
    gate_open(&gate);
    settle(db);
    EXPECT_INT(end, fill.end);
    EXPECT_INT(1, fill.runs);
    for (int i = 0; i < 6; i++) {
        EXPECT_INT((int)puts[i].result, puts[i].end);
        EXPECT(puts[i].runs == 1 || (i < 3 && puts[i].runs == 2)); /* those before it run again */
        again += puts[i].runs == 2;
    }
    EXPECT_INT(5, count_rows(db, ROWS)); /* each exactly once */
    DbStats stats = db_stats(db);
    db_close(db);
    return again == 3 && stats.lost_groups == 1 && stats.rerun_jobs >= 3;
}

static void lose_a_group(bool overlook, Rc end)
{
    bool whole = false;

    for (int i = 0; i < 50 && !whole; i++)
        whole = lost_a_group(overlook, end);
    EXPECT(whole);
}

TEST(writer_runs_a_lost_group_again_one_by_one)
{
    lose_a_group(false, RC_BUSY);
}

TEST(writer_notices_a_lost_group_that_its_job_overlooked)
{
    lose_a_group(true, RC_INTERNAL);
}

/* An interruption from outside takes the transaction too. */
typedef struct Stop {
    DbConn *conn;
    atomic_bool running;
    int end;
} Stop;

static Rc run_long(DbConn *c, void *arg)
{
    static const DbQuery endless =
        QUERY("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
              " INSERT INTO setting (key, value, updated_ms) SELECT 'n' || i, '', i FROM n",
              0, 0);
    Stop *s = arg;

    s->conn = c;
    atomic_store(&s->running, true);
    return db_exec(c, NULL, &endless, NULL, NULL);
}

static void end_long(void *arg, Rc rc)
{
    Stop *s = arg;
    s->end = (int)rc;
}

TEST(writer_survives_an_interrupted_job)
{
    Db *db = test_db(0);
    Put before = { .key = 1, .end = NO_END }, after = { .key = 2, .end = NO_END };
    Stop stop = { .end = NO_END };
    Gate gate;

    gate_close(&gate, db);
    EXPECT_RC(RC_OK, db_submit(db, put_job(&before)));
    EXPECT_RC(RC_OK, db_submit(db, (DbJob){ run_long, end_long, &stop }));
    EXPECT_RC(RC_OK, db_submit(db, put_job(&after)));
    gate_open(&gate);
    while (!atomic_load(&stop.running))
        usleep(1000);
    usleep(20000);
    dbc_interrupt(stop.conn);
    settle(db);
    EXPECT_INT(RC_LIMIT, stop.end);
    EXPECT_INT(RC_OK, before.end);
    EXPECT_INT(RC_OK, after.end);
    EXPECT_INT(2, count_rows(db, ROWS));
    db_close(db);
}

/* ---- the disk -------------------------------------------------------------------------------- */

static Rc run_big(DbConn *c, void *arg)
{
    static const DbQuery big = QUERY(
        "INSERT INTO setting (key, value, updated_ms) VALUES (?1, hex(zeroblob(20000)), 1)", 1, 0);
    const DbValue binds[] = { db_text(str_z(arg)) };

    return db_exec(c, NULL, &big, binds, NULL);
}

TEST(writer_fails_its_jobs_on_a_full_disk_and_goes_on_later)
{
    char a[] = "a", b[] = "b";
    Db *db = NULL;

    disk_install();
    db = test_db(0);
    disk_fill(1);
    EXPECT_RC(RC_BUSY, db_write(db, run_big, a));
    EXPECT_INT(0, count_rows(db, ROWS));
    disk_fill(3); /* in the middle of a commit */
    EXPECT_RC(RC_BUSY, db_write(db, run_big, a));
    EXPECT_INT(0, count_rows(db, ROWS));
    disk_heal();
    EXPECT_RC(RC_OK, db_write(db, run_big, b));
    EXPECT_INT(1, count_rows(db, ROWS));
    db_close(db);
    disk_remove();
}

static void write_to_a_broken_disk(void *arg)
{
    disk_install();
    Db *db = test_db(0);
    disk_break();
    Rc rc = db_write(db, run_big, arg);
    UNUSED(rc);
}

TEST(writer_ends_the_process_when_a_flush_fails)
{
    char a[] = "a";
    EXPECT_ABORT(write_to_a_broken_disk, a);
}

/* Reads, opens and closes connections while the writer works. */
typedef struct Reading {
    Db *db;
    atomic_bool stop;
    uint64_t reads;
} Reading;

static void *read_on(void *arg)
{
    static const DbQuery count = QUERY(ROWS, 0, 1);
    Reading *r = arg;

    while (!atomic_load(&r->stop)) {
        DbConn *c = NULL;
        if (db_reader_open(r->db, &c) != RC_OK)
            return NULL;
        for (int i = 0; i < 20; i++) {
            CLEANUP(rows_close) Rows rows = { 0 };
            if (db_read_begin(c) == RC_OK && db_query(c, NULL, &count, NULL, &rows) == RC_OK
                && rows_next(&rows))
                r->reads++;
            rows_close(&rows);
            db_read_end(c);
        }
        db_reader_close(c);
    }
    return NULL;
}

static Rc own_disk(DbConn *c, void *arg)
{
    UNUSED(c);
    UNUSED(arg);
    disk_own();
    return RC_OK;
}

TEST(only_the_writer_writes_flushes_and_checkpoints)
{
    enum { READERS = 3, JOBS = 400 };
    static Put puts[JOBS];
    Reading reading[READERS];
    pthread_t threads[READERS];
    Db *db = NULL;

    disk_install();
    db = test_db(0);
    EXPECT_RC(RC_OK, db_write(db, own_disk, NULL));
    for (int i = 0; i < READERS; i++) {
        reading[i] = (Reading){ .db = db };
        EXPECT_INT(0, pthread_create(&threads[i], NULL, read_on, &reading[i]));
    }
    char name[16];
    for (int i = 0; i < 150; i++) { /* enough pages for checkpoints in the middle */
        snprintf(name, sizeof name, "big-%d", i);
        EXPECT_RC(RC_OK, db_write(db, run_big, name));
    }
    for (int i = 0; i < JOBS; i++) {
        puts[i] = (Put){ .key = i, .end = NO_END };
        EXPECT_RC(RC_OK, db_submit(db, put_job(&puts[i])));
    }
    settle(db);
    EXPECT(db_stats(db).checkpoints > 0);
    for (int i = 0; i < READERS; i++) {
        atomic_store(&reading[i].stop, true);
        pthread_join(threads[i], NULL);
        EXPECT(reading[i].reads > 0);
    }
    EXPECT(disk_writes() > 100);
    EXPECT_INT(0, (int64_t)disk_strange());

    /* The last connection to close would checkpoint: a reader that outlives the writer must not. */
    DbConn *last = NULL;
    EXPECT_RC(RC_OK, db_reader_open(db, &last));
    EXPECT_INT(JOBS + 150, count_rows(db, ROWS));
    db_close(db);
    db_reader_close(last);
    EXPECT_INT(0, (int64_t)disk_strange());
    disk_remove();
}

TEST(writer_does_not_checkpoint_again_and_again_for_a_reader_that_stays)
{
    Db *db = test_db(0);
    DbConn *c = NULL;
    char name[16];

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    for (int i = 0; i < 130; i++) { /* more than 1,000 pages */
        snprintf(name, sizeof name, "a-%d", i);
        EXPECT_RC(RC_OK, db_write(db, run_big, name));
        if (i == 100) { /* a snapshot in the middle of the log */
            static const DbQuery look = QUERY(ROWS, 0, 1);
            CLEANUP(rows_close) Rows rows = { 0 };
            EXPECT_RC(RC_OK, db_read_begin(c));
            EXPECT_RC(RC_OK, db_query(c, test_arena(), &look, NULL, &rows));
            EXPECT(rows_next(&rows));
        }
    }
    uint64_t before = db_stats(db).checkpoints;
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "b-%d", i);
        EXPECT_RC(RC_OK, db_write(db, run_big, name));
    }
    EXPECT(db_stats(db).checkpoints - before < 10);
    db_read_end(c);
    db_reader_close(c);
    EXPECT_INT(190, count_rows(db, ROWS));
    db_close(db);
}

TEST(reader_leaves_a_log_that_a_kill_left_behind)
{
    const char *path = test_db_file();
    struct stat before, after;
    char wal[128];
    int fds[2];

    snprintf(wal, sizeof wal, "%s-wal", path);
    EXPECT(pipe(fds) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
        DbOpen how = { .url = str_fmt(a, "sqlite:%s", path), .write = true };
        Db *db = NULL;
        char key[] = "kept";
        bool good = db_open(a, &how, &db, NULL) == RC_OK && db_write(db, run_big, key) == RC_OK;
        if (write(fds[1], good ? "+" : "-", 1) != 1)
            _exit(1);
        pause();
    }
    char told = 0;
    EXPECT(read(fds[0], &told, 1) == 1 && told == '+');
    close(fds[0]);
    close(fds[1]);
    kill(child, SIGKILL);
    EXPECT(waitpid(child, NULL, 0) == child);

    EXPECT(stat(wal, &before) == 0 && before.st_size > 0);
    DbOpen look = { .url = str_fmt(test_arena(), "sqlite:%s", path) };
    Db *db = NULL;
    EXPECT_RC(RC_OK, db_open(test_arena(), &look, &db, NULL));
    EXPECT_INT(1, count_rows(db, ROWS));
    db_close(db);
    EXPECT(stat(wal, &after) == 0);
    EXPECT_INT(before.st_size, after.st_size);
}

/* ---- many threads ---------------------------------------------------------------------------- */

enum { SUBMITTERS = 8, EACH = 150 };

typedef struct Submitter {
    Db *db;
    int number;
    int64_t kept, failed;
} Submitter;

static void *submit_on(void *arg)
{
    Submitter *s = arg;

    for (int i = 0; i < EACH; i++) {
        Put p = { .key = s->number * EACH + i, .result = i % 10 == 9 ? RC_CONFLICT : RC_OK };
        Rc rc = db_write(s->db, run_put, &p);
        if (rc == RC_OK)
            s->kept++;
        else if (rc == p.result)
            s->failed++;
    }
    return NULL;
}

TEST(writer_serves_many_threads)
{
    Submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS];
    Db *db = test_db(0);
    int64_t kept = 0;

    for (int i = 0; i < SUBMITTERS; i++) {
        submitters[i] = (Submitter){ .db = db, .number = i };
        EXPECT_INT(0, pthread_create(&threads[i], NULL, submit_on, &submitters[i]));
    }
    for (int i = 0; i < SUBMITTERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_INT(EACH / 10, submitters[i].failed);
        kept += submitters[i].kept;
    }
    EXPECT_INT(SUBMITTERS * EACH * 9 / 10, kept);
    EXPECT_INT(kept, count_rows(db, ROWS));
    EXPECT(db_stats(db).groups < db_stats(db).jobs);
    db_close(db);
}

/* ---- turns ----------------------------------------------------------------------------------- */

typedef struct Turns {
    atomic_int calls, wrote;
    int more; /* how many times there is something left */
} Turns;

static Rc put_in_turn(DbConn *c, void *arg)
{
    const Turns *t = arg;
    return put_row(c, 1000 + atomic_load(&t->calls));
}

static bool on_turn(DbConn *c, bool wrote, void *arg)
{
    Turns *t = arg;

    atomic_fetch_add(&t->calls, 1);
    if (wrote && db_turn_write(c, put_in_turn, t) == RC_OK)
        atomic_fetch_add(&t->wrote, 1);
    return t->more-- > 0;
}

static void wait_until(atomic_int *value, int least)
{
    for (int i = 0; i < 4000 && atomic_load(value) < least; i++)
        usleep(1000);
    EXPECT(atomic_load(value) >= least);
}

TEST(writer_calls_turn_functions_after_writing_and_when_idle)
{
    Db *db = test_db(0);
    Turns turns = { .more = 2 };
    Put p = { .key = 1 };

    db_on_turn(db, on_turn, &turns);
    EXPECT_RC(RC_OK, db_write(db, run_put, &p));
    wait_until(&turns.wrote, 1);
    wait_until(&turns.calls, 4); /* because there was more, and after a second of nothing */
    settle(db);
    EXPECT_INT(1 + atomic_load(&turns.wrote), count_rows(db, ROWS));
    db_close(db);
}

static Rc save_and_fail(DbConn *c, void *arg)
{
    UNUSED(arg);
    TRY(put_row(c, 2));
    return RC_CONFLICT;
}

static Rc use_savepoints(DbConn *c, void *arg)
{
    UNUSED(arg);
    TRY(put_row(c, 1));
    if (db_savepoint(c, save_and_fail, NULL) != RC_CONFLICT)
        return RC_INTERNAL;
    return put_row(c, 3);
}

TEST(writer_savepoint_undoes_only_its_own)
{
    Db *db = test_db(0);

    EXPECT_RC(RC_OK, db_write(db, use_savepoints, NULL));
    EXPECT_INT(4, count_rows(db, "SELECT sum(updated_ms) FROM setting"));
    db_close(db);
}

typedef struct Long {
    Db *db;
    Put put;
    int64_t seen; /* rows that readers see while it runs */
} Long;

static Rc run_long_put(DbConn *c, void *arg)
{
    Long *l = arg;

    l->seen = count_rows(l->db, ROWS);
    return run_put(c, &l->put);
}

static void *write_long(void *arg)
{
    Long *l = arg;

    l->put.end = (int)db_write_long(l->db, run_long_put, l);
    return NULL;
}

TEST(writer_commits_what_waited_before_a_long_job_begins)
{
    Db *db = test_db(0);
    Put before = { .key = 1, .end = NO_END };
    Long l = { .db = db, .put = { .key = 2 } };
    pthread_t thread;
    Gate gate;

    gate_close(&gate, db);
    EXPECT_RC(RC_OK, db_submit(db, put_job(&before)));
    EXPECT_INT(0, pthread_create(&thread, NULL, write_long, &l));
    while (db_stats(db).waiting < 2)
        sched_yield();
    gate_open(&gate);
    pthread_join(thread, NULL);
    EXPECT_INT((int)RC_OK, before.end);
    EXPECT_INT((int)RC_OK, l.put.end);
    EXPECT_INT(1, l.seen);
    EXPECT_INT(2, count_rows(db, ROWS));
    db_close(db);
}

TEST(writer_undoes_a_long_job_that_fails)
{
    Db *db = test_db(0);
    Long l = { .db = db, .put = { .key = 1, .result = RC_CONFLICT } };
    Put after = { .key = 2 };

    EXPECT_RC(RC_CONFLICT, db_write_long(db, run_long_put, &l));
    EXPECT_RC(RC_OK, db_write(db, run_put, &after));
    EXPECT_INT(1, count_rows(db, ROWS));
    db_close(db);
}

/* ---- kills ----------------------------------------------------------------------------------- */

typedef struct Victim {
    Db *db;
    int fd;
    int number;
} Victim;

/* Says the key of each row only when it has been told that the row is kept. */
static void *write_and_tell(void *arg)
{
    Victim *v = arg;

    for (int64_t i = 0;; i++) {
        Put p = { .key = v->number * INT64_C(1000000) + i };
        if (db_write(v->db, run_put, &p) != RC_OK
            || write(v->fd, &p.key, sizeof p.key) != sizeof p.key)
            return NULL;
    }
}

static void live_until_killed(const char *path, int fd, int round)
{
    Victim victims[4];
    pthread_t threads[4];
    Arena *a = arena_new(1u << 20);
    DbOpen how = { .url = str_fmt(a, "sqlite:%s", path), .write = true };
    Db *db = NULL;

    if (db_open(a, &how, &db, NULL) != RC_OK)
        _exit(1);
    for (int i = 0; i < 4; i++) {
        victims[i] = (Victim){ db, fd, round * 4 + i }; /* keys of its own */
        pthread_create(&threads[i], NULL, write_and_tell, &victims[i]);
    }
    for (;;)
        pause();
}

TEST(writer_keeps_what_it_acknowledged_when_it_is_killed)
{
    static int64_t told[200000];
    const char *path = test_db_file();
    size_t n = 0;

    for (int round = 0; round < 5; round++) {
        int fds[2];
        EXPECT(pipe(fds) == 0);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            close(fds[0]);
            live_until_killed(path, fds[1], round);
        }
        close(fds[1]);
        /* Kill it at another moment each time, with what was told still in the pipe. */
        size_t until = n + 200 + (size_t)round * 137;
        ssize_t got;
        while (n < COUNT_OF(told) && (got = read(fds[0], &told[n], sizeof told[n])) > 0) {
            EXPECT_INT((int64_t)sizeof told[n], got);
            if (++n == until)
                kill(child, SIGKILL);
        }
        close(fds[0]);
        EXPECT(waitpid(child, NULL, 0) == child);
        EXPECT(n >= until);

        DbOpen how = { .url = str_fmt(test_arena(), "sqlite:%s", path), .write = true };
        Db *db = NULL;
        EXPECT_RC(RC_OK, db_open(test_arena(), &how, &db, NULL));
        EXPECT_INT(1, count_rows(db, "SELECT count(*) FROM pragma_integrity_check"
                                     " WHERE integrity_check = 'ok'"));
        EXPECT(count_rows(db, ROWS) >= (int64_t)n);
        DbConn *c = NULL;
        EXPECT_RC(RC_OK, db_reader_open(db, &c));
        static const DbQuery is_there =
            QUERY("SELECT count(*) FROM setting WHERE key = CAST(?1 AS TEXT)", 1, 1);
        for (size_t i = 0; i < n; i++) {
            const DbValue binds[] = { db_int(told[i]) };
            CLEANUP(rows_close) Rows rows = { 0 };
            EXPECT_RC(RC_OK, db_query(c, NULL, &is_there, binds, &rows));
            EXPECT(rows_next(&rows));
            EXPECT_INT(1, rows_int(&rows, 0));
        }
        db_reader_close(c);
        db_close(db);
    }
}
