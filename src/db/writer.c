/* writer.c - see writer.h. */
#include "db/writer.h"

#include "core/clock.h"
#include "core/log.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

enum {
    TURN_MS = 10,     /* work that shares one commit */
    GROUP_JOBS = 256, /* jobs that share one commit, at most */
    FOLLOW_MS = 50,   /* under load, the pause between two calls of the turn functions */
    IDLE_MS = 1000,   /* without jobs, the turn functions are called this often */
    TURN_FUNCTIONS = 4,
    /* Frames of 4 KiB in the log: from the first number on it is copied into the database as far as
     * readers allow; from the second on the writer waits for them a moment. */
    CHECKPOINT_FRAMES = 1000,
    TRUNCATE_FRAMES = 16000,
};

typedef struct Job {
    DbJob job;
    bool alone;
} Job;

struct Writer {
    DbConn *conn;
    pthread_t thread;

    pthread_mutex_t lock; /* guards the members below, to the empty line */
    pthread_cond_t woken;
    Job *queue; /* a ring */
    size_t first, waiting, limit;
    bool stopping;
    DbStats stats;
    struct {
        DbTurn call;
        void *arg;
    } turns[TURN_FUNCTIONS]; /* only added to */
    size_t turns_n;

    /* Of the thread alone. */
    bool unfollowed; /* something was written since the turn functions were called */
    Ms followed;     /* monotonic: when they were called */
    uint64_t checkpoint_frames, next_checkpoint, next_truncate;
};

/* ---- the queue ------------------------------------------------------------------------------- */

Rc writer_submit(Writer *w, DbJob job, bool alone)
{
    Rc rc = RC_BUSY;

    pthread_mutex_lock(&w->lock);
    assert(!w->stopping);
    if (w->waiting < w->limit) {
        w->queue[(w->first + w->waiting) % w->limit] = (Job){ job, alone };
        w->waiting++;
        pthread_cond_signal(&w->woken);
        rc = RC_OK;
    } else {
        w->stats.refused++;
    }
    pthread_mutex_unlock(&w->lock);
    return rc;
}

/* Takes the next job; `in_group` leaves one that must run alone. */
static bool pop(Writer *w, bool in_group, Job *ret)
{
    bool found = false;

    pthread_mutex_lock(&w->lock);
    if (w->waiting > 0 && !(in_group && w->queue[w->first].alone)) {
        *ret = w->queue[w->first];
        w->first = (w->first + 1) % w->limit;
        w->waiting--;
        found = true;
    }
    pthread_mutex_unlock(&w->lock);
    return found;
}

typedef enum Work { WORK_NONE, WORK_GROUP, WORK_ALONE, WORK_STOP } Work;

/* Waits for a job, for `ms`, or for the end, which comes when nothing waits any more. */
static Work wait_for_work(Writer *w, Ms ms)
{
    struct timespec until;
    Work work = WORK_NONE;
    int end = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&w->lock);
    while (w->waiting == 0 && !w->stopping && end == 0)
        end = pthread_cond_timedwait(&w->woken, &w->lock, &until);
    if (w->waiting > 0)
        work = w->queue[w->first].alone ? WORK_ALONE : WORK_GROUP;
    else if (w->stopping)
        work = WORK_STOP;
    pthread_mutex_unlock(&w->lock);
    return work;
}

static void count(Writer *w, uint64_t jobs, uint64_t groups, uint64_t lost, uint64_t rerun)
{
    pthread_mutex_lock(&w->lock);
    w->stats.jobs += jobs;
    w->stats.groups += groups;
    w->stats.lost_groups += lost;
    w->stats.rerun_jobs += rerun;
    w->stats.statements = db_conn_statements(w->conn);
    pthread_mutex_unlock(&w->lock);
}

/* ---- one job --------------------------------------------------------------------------------- */

/* Ends the transaction, whatever state it is in. */
static void roll_back(DbConn *c)
{
    if (dbc_in_transaction(c)) {
        Rc rc = dbc_step(c, DBC_ROLLBACK);
        if (rc != RC_OK)
            log_fatal("cannot roll back", "%s", rc_name(rc));
    }
}

/* Runs a job in its savepoint.  Afterwards no transaction is open when the job lost it. */
static Rc run_in_savepoint(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    Rc rc = dbc_step(c, DBC_JOB_BEGIN);

    if (rc == RC_OK) {
        rc = run(c, arg);
        if (!dbc_in_transaction(c)) /* a job that overlooked the failure has failed all the same */
            return rc == RC_OK ? RC_INTERNAL : rc;
        if (rc == RC_OK)
            return dbc_step(c, DBC_JOB_KEEP);
        if (dbc_step(c, DBC_JOB_UNDO) == RC_OK && dbc_step(c, DBC_JOB_KEEP) == RC_OK)
            return rc;
    }
    roll_back(c);
    return rc;
}

Rc db_savepoint(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    if (!dbc_in_transaction(c)) /* an earlier failure has undone it, which was logged */
        return RC_INTERNAL;
    return run_in_savepoint(c, run, arg);
}

/* Runs a job in a transaction of its own, which needs no savepoint: each page that changes would be kept twice. */
static Rc run_in_transaction(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    Rc rc = run(c, arg);
    if (rc == RC_OK
        && !dbc_in_transaction(c)) /* a job that overlooked the failure has failed all the same */
        rc = RC_INTERNAL;
    if (rc == RC_OK)
        rc = dbc_step(c, DBC_COMMIT);
    roll_back(c);
    return rc;
}

Rc db_turn_write(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    assert(!dbc_in_transaction(c));
    return run_in_transaction(c, run, arg);
}

/* ---- one turn -------------------------------------------------------------------------------- */

/* Runs waiting jobs in one transaction.  Returns false when the group was lost; then `culprit` is
 * the job that lost it, or `n` when it was the commit. */
static bool run_group(Writer *w, Job *group, Rc *ends, size_t *ret_n, size_t *ret_culprit)
{
    Ms until = clock_monotonic_ms() + TURN_MS;
    size_t n = 0;

    Rc begun = dbc_step(w->conn, DBC_BEGIN_WRITE);
    while (n < GROUP_JOBS && pop(w, true, &group[n])) {
        if (begun != RC_OK) {
            ends[n++] = begun;
            continue;
        }
        ends[n] = run_in_savepoint(w->conn, group[n].job.run, group[n].job.arg);
        n++;
        if (!dbc_in_transaction(w->conn)) {
            *ret_n = n;
            *ret_culprit = n - 1;
            return false;
        }
        if (clock_monotonic_ms() >= until)
            break;
    }
    *ret_n = n;
    *ret_culprit = n;
    if (begun == RC_OK && dbc_step(w->conn, DBC_COMMIT) != RC_OK) {
        roll_back(w->conn);
        return false;
    }
    return true;
}

static void take_turn(Writer *w)
{
    Job group[GROUP_JOBS];
    Rc ends[GROUP_JOBS];
    size_t n = 0, culprit = 0;

    bool kept = run_group(w, group, ends, &n, &culprit);
    /* Counted before anybody is told, so that who was told can see it. */
    count(w, n, 1, kept ? 0 : 1, kept ? 0 : n - (culprit < n));
    for (size_t i = 0; i < n; i++) {
        if (!kept && i != culprit)
            ends[i] = run_in_transaction(w->conn, group[i].job.run, group[i].job.arg);
        if (ends[i] == RC_OK)
            w->unfollowed = true;
        group[i].job.done(group[i].job.arg, ends[i]);
    }
}

static void run_alone(Writer *w)
{
    Job j;

    if (!pop(w, false, &j))
        return;
    Rc rc = j.job.run(w->conn, j.job.arg);
    assert(!dbc_in_transaction(w->conn));
    count(w, 1, 1, 0, 0);
    w->unfollowed = true;
    j.job.done(j.job.arg, rc);
}

/* How long until the turn functions are to be called. */
static Ms until_follow(const Writer *w)
{
    Ms left = w->followed + (w->unfollowed ? FOLLOW_MS : IDLE_MS) - clock_monotonic_ms();
    return left > 0 ? left : 0;
}

static void follow(Writer *w)
{
    bool more = false;

    pthread_mutex_lock(&w->lock);
    size_t n = w->turns_n;
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < n; i++) {
        more = w->turns[i].call(w->conn, w->unfollowed, w->turns[i].arg) || more;
        assert(!dbc_in_transaction(w->conn));
    }
    w->unfollowed = more;
    w->followed = clock_monotonic_ms();
}

/* What readers keep back is tried again when there is as much again, or when nothing is to do. */
static void checkpoint(Writer *w, bool idle)
{
    DbcLog log = dbc_log(w->conn);
    bool whole = log.frames >= TRUNCATE_FRAMES && log.frames >= w->next_truncate;
    bool due = log.uncopied >= w->checkpoint_frames && log.uncopied >= w->next_checkpoint;

    if (!whole && !due && !(idle && log.uncopied > 0))
        return;
    dbc_checkpoint(w->conn, whole);
    log = dbc_log(w->conn);
    w->next_checkpoint = log.uncopied == 0 ? 0 : log.uncopied + w->checkpoint_frames;
    w->next_truncate = log.frames == 0 ? 0 : log.frames + w->checkpoint_frames;
    pthread_mutex_lock(&w->lock);
    w->stats.checkpoints++;
    pthread_mutex_unlock(&w->lock);
}

static void *writer_main(void *arg)
{
    Writer *w = arg;

    for (;;) {
        Work work = wait_for_work(w, until_follow(w));
        if (work == WORK_GROUP)
            take_turn(w);
        else if (work == WORK_ALONE)
            run_alone(w);
        else if (work == WORK_STOP)
            break;
        if (until_follow(w) == 0)
            follow(w);
        checkpoint(w, work == WORK_NONE);
    }
    dbc_checkpoint(w->conn, true);
    return NULL;
}

/* ---- start and end --------------------------------------------------------------------------- */

Writer *writer_start(DbConn *c, size_t queue_limit, uint64_t checkpoint_frames)
{
    Writer *w = calloc(1, sizeof *w);
    pthread_condattr_t attr;
    sigset_t all, before;

    if (w != NULL)
        w->queue = calloc(queue_limit, sizeof *w->queue);
    if (w == NULL || w->queue == NULL)
        log_fatal("out of memory", "starting the writer");
    w->conn = c;
    w->limit = queue_limit;
    w->checkpoint_frames = checkpoint_frames == 0 ? CHECKPOINT_FRAMES : checkpoint_frames;
    w->followed = clock_monotonic_ms() - IDLE_MS;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->woken, &attr);
    pthread_condattr_destroy(&attr);

    /* Signals are for the threads that wait for them. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, writer_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0)
        log_fatal("cannot start the writer", "pthread_create: %d", failed);
    pthread_setname_np(w->thread, "writer");
    return w;
}

void writer_stop(Writer *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->woken);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->woken);
    pthread_mutex_destroy(&w->lock);
    free(w->queue);
    free(w);
}

void writer_on_turn(Writer *w, DbTurn turn, void *arg)
{
    pthread_mutex_lock(&w->lock);
    assert(w->turns_n < TURN_FUNCTIONS);
    w->turns[w->turns_n].call = turn;
    w->turns[w->turns_n].arg = arg;
    w->turns_n++;
    pthread_mutex_unlock(&w->lock);
}

DbStats writer_stats(Writer *w)
{
    pthread_mutex_lock(&w->lock);
    DbStats stats = w->stats;
    stats.waiting = w->waiting;
    pthread_mutex_unlock(&w->lock);
    return stats;
}
