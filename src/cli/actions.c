/* actions.c - see actions.h: the loop. */
#include "cli/actions.h"

#include "core/log.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#define TURN_BYTES ((size_t)32 << 20)

static struct {
    Db *db;
    const char *folder; /* "": none */
    pthread_t thread;
    bool started;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t wake;
} loop = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

/* ---- one turn ---- */

typedef struct Turn {
    Arena *arena;
    Ms now;
    ActionOrder order;
    ActionAnswer answer;
    bool found;
} Turn;

static const Subject nobody = { .origin = STR_INIT("job"), .scopes = SCOPE_ALL };

static Ctx context(const Turn *t, DbConn *conn)
{
    return (Ctx){ .arena = t->arena,
                  .db = conn,
                  .now_ms = t->now,
                  .subject = &nobody,
                  .zone = zone_utc(),
                  .call_ref = STR("actions") };
}

static Rc take(DbConn *conn, void *arg)
{
    Turn *t = arg;
    Ctx cx = context(t, conn);

    return action_take(&cx, &t->order, &t->found);
}

static Rc bring_back(DbConn *conn, void *arg)
{
    Turn *t = arg;
    Ctx cx = context(t, conn);

    return action_answer(&cx, &t->order, &t->answer);
}

static Rc release(DbConn *conn, void *arg)
{
    Turn *t = arg;
    Ctx cx = context(t, conn);

    return action_release(&cx);
}

static Rc waits(Turn *t, DbConn *reader, bool *ret)
{
    Ctx cx = context(t, reader);

    TRY(db_read_begin(reader));
    Rc rc = action_waits(&cx, ret);
    db_read_end(reader);
    return rc;
}

static Rc do_turn(Turn *t, Db *db, DbConn *reader, const atomic_bool *stop, bool *ret_more)
{
    bool some = false;

    TRY(waits(t, reader, &some));
    if (!some)
        return RC_OK;
    TRY(db_write(db, take, t));
    if (!t->found)
        return RC_OK;
    t->order.stop = stop;
    action_carry_out(&t->order, t->arena, &t->answer);
    /* What the end of the server broke off was no try: it is handed out again at the next start. */
    if (stop != NULL && atomic_load(stop) && t->answer.verdict == ACTION_LATER)
        return RC_OK;
    log_info("action", "order=%.*s try=%lld verdict=%d", STR_ARG(t->order.key),
             (long long)t->order.tries, (int)t->answer.verdict);
    TRY(db_write(db, bring_back, t));
    *ret_more = true;
    return RC_OK;
}

bool actions_turn(Db *db, DbConn *reader, Ms now, const atomic_bool *stop)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(TURN_BYTES);
    Turn t = { .arena = a, .now = now };
    bool more = false;
    Rc rc = do_turn(&t, db, reader, stop, &more);

    if (rc != RC_OK)
        log_error("action", "turn rc=%s", rc_name(rc));
    return rc == RC_OK && more;
}

/* ---- the loop ---- */

static void rest(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&loop.lock);
    if (!atomic_load(&loop.stop))
        pthread_cond_timedwait(&loop.wake, &loop.lock, &until);
    pthread_mutex_unlock(&loop.lock);
}

static void *run_loop(void *arg)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Turn first = { .arena = a, .now = clock_now_ms() };
    DbConn *reader = NULL;

    UNUSED(arg);
    if (db_reader_open(loop.db, &reader) != RC_OK) {
        log_error("action", "no connection: actions are not carried out");
        return NULL;
    }
    Rc rc = db_write(loop.db, release, &first);
    if (rc != RC_OK)
        log_error("action", "release rc=%s", rc_name(rc));
    while (!atomic_load(&loop.stop))
        if (!actions_turn(loop.db, reader, clock_now_ms(), &loop.stop))
            rest();
    db_reader_close(reader);
    return NULL;
}

/* ---- the runner of executables ---- */

static bool has(void *arg, Str action)
{
    UNUSED(arg);
    return program_has(loop.folder, action);
}

static void run(void *arg, const ActionOrder *o, Arena *a, ActionAnswer *ret)
{
    UNUSED(arg);
    program_run(loop.folder, o, a, ret);
}

static const ActionRunner programs = { "programs", has, run, NULL };

Rc actions_start(Db *db, Str folder, Arena *a, Str *ret_why)
{
    struct stat st;

    loop.folder = str_dup_z(a, folder);
    loop.db = db;
    atomic_store(&loop.stop, false);
    if (folder.len > 0) {
        if (folder.ptr[0] != '/' || stat(loop.folder, &st) != 0 || !S_ISDIR(st.st_mode)
            || (st.st_mode & S_IWOTH)) {
            *ret_why = STR(
                "actions must be the absolute path of a folder that not everybody can write to");
            return RC_INVALID;
        }
        action_runner_register(&programs);
    }
    if (pthread_create(&loop.thread, NULL, run_loop, NULL) != 0) {
        *ret_why = STR("the thread of the actions cannot be started");
        return RC_INTERNAL;
    }
    loop.started = true;
    return RC_OK;
}

void actions_stop(void)
{
    if (!loop.started)
        return;
    pthread_mutex_lock(&loop.lock);
    atomic_store(&loop.stop, true);
    pthread_cond_signal(&loop.wake);
    pthread_mutex_unlock(&loop.lock);
    pthread_join(loop.thread, NULL);
    loop.started = false;
    action_runners_clear();
}
