/* db.c - opening a database, the lock that says who writes, and waiting for the writer. */
#include "db/db.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/migrate.h"
#include "db/writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { QUEUE_LIMIT = 4096 };

struct Db {
    char *path;
    int lock_fd;  /* -1: not the writer */
    DbConn *conn; /* the writer's */
    Writer *writer;
};

static void say(Str *why, Str text)
{
    if (why != NULL)
        *why = text;
}

/* A file that does not exist yet lies in a folder that may. */
static Str without_links(Arena *a, Str path)
{
    char name[PATH_MAX];
    const char *given = str_dup_z(a, path);
    const char *slash = strrchr(given, '/');

    if (realpath(given, name) != NULL)
        return str_dup(a, str_z(name));
    const char *folder =
        slash == NULL ? "." : str_dup_z(a, str_sub(path, 0, (size_t)(slash - given) + 1));
    if (realpath(folder, name) == NULL)
        return path;
    return str_fmt(a, "%s/%s", name, slash == NULL ? given : slash + 1);
}

Rc db_file(Arena *a, Str url, Str *ret, Str *ret_why)
{
    Str path = str_skip(url, sizeof "sqlite:" - 1);

    if (!str_starts(url, STR("sqlite:")) || str_is_empty(path)) {
        say(ret_why, str_fmt(a, "\"%.*s\" names no database. Write sqlite:FILE.", STR_ARG(url)));
        return RC_INVALID;
    }
    if (!str_is_clean_text(path, false) || path.len > PATH_MAX / 2) {
        say(ret_why, STR("The file name of the database has characters that cannot be used."));
        return RC_INVALID;
    }
    *ret = without_links(a, path);
    return RC_OK;
}

/* Takes FILE.lock for as long as the file is open and writes the process id into it.  The file stays
 * when the process ends: removing it would let two processes lock two different files. */
static Rc take_lock(Arena *a, const char *path, Ms wait_ms, int *ret, Str *why)
{
    Ms until = clock_monotonic_ms() + wait_ms;
    const char *name = str_dup_z(a, str_fmt(a, "%s.lock", path));
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    char pid[24] = "";

    if (fd < 0) {
        say(why, str_fmt(a, "Cannot open %s: %s.", name, strerror(errno)));
        return RC_INTERNAL;
    }
    int taken = flock(fd, LOCK_EX | LOCK_NB);
    while (taken != 0 && clock_monotonic_ms() < until) {
        usleep(20000);
        taken = flock(fd, LOCK_EX | LOCK_NB);
    }
    if (taken != 0) {
        ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
        Str who = str_trim((Str){ pid, n > 0 ? (size_t)n : 0 });
        close(fd);
        say(why, str_fmt(a,
                         "Process %.*s has the database %s open for writing. Stop it first, or"
                         " use the commands that work while it runs.",
                         STR_ARG(str_is_empty(who) ? STR("unknown") : who), path));
        return RC_CONFLICT;
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
        say(why, str_fmt(a, "Cannot write %s: %s.", name, strerror(errno)));
        close(fd);
        return RC_INTERNAL;
    }
    *ret = fd;
    return RC_OK;
}

static void close_at(Db **db)
{
    db_close(*db);
}

Rc db_open(Arena *a, const DbOpen *how, Db **ret, Str *ret_why)
{
    CLEANUP(close_at) Db *db = NULL;
    Str file = STR_NULL;
    struct stat st;

    TRY(db_file(a, how->url, &file, ret_why));
    const char *path = str_dup_z(a, file);
    db = calloc(1, sizeof *db);
    if (db != NULL)
        db->path = strdup(path);
    if (db == NULL || db->path == NULL)
        log_fatal("out of memory", "opening a database");
    db->lock_fd = -1;
    if (how->write) {
        /* Only who will have a database leaves a lock file beside it. */
        if (how->create || stat(path, &st) == 0)
            TRY(take_lock(a, path, how->lock_wait_ms, &db->lock_fd, ret_why));
        TRY(dbc_open(a, path, DBC_WRITER, how->create, &db->conn, ret_why));
        if (how->cache_kib > 0)
            TRY(dbc_cache(db->conn, how->cache_kib));
        /* A page that is changed often between two copies of the log is copied once. */
        db->writer = writer_start(db->conn, how->queue_limit == 0 ? QUEUE_LIMIT : how->queue_limit,
                                  (uint64_t)how->cache_kib / 16);
    } else {
        CLEANUP(dbc_close_at) DbConn *c = NULL;
        TRY(dbc_open(a, path, DBC_READER, false, &c, ret_why)); /* is it there, is it ours? */
    }
    *ret = db;
    db = NULL;
    return RC_OK;
}

void db_close(Db *db)
{
    if (db == NULL)
        return;
    writer_stop(db->writer);
    dbc_close(db->conn);
    if (db->lock_fd >= 0)
        close(db->lock_fd);
    free(db->path);
    free(db);
}

Str db_path(const Db *db)
{
    return str_z(db->path);
}

Rc db_reader_open(Db *db, DbConn **ret)
{
    return dbc_open(NULL, db->path, DBC_READER, false, ret, NULL);
}

void db_reader_close(DbConn *c)
{
    dbc_close(c);
}

Rc db_submit(Db *db, DbJob job)
{
    assert(db->writer != NULL);
    return writer_submit(db->writer, job, false);
}

typedef struct Wait {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
    Rc rc;
    Rc (*run)(DbConn *c, void *arg);
    void *arg;
} Wait;

static Rc wait_run(DbConn *c, void *arg)
{
    Wait *w = arg;
    return w->run(c, w->arg);
}

static void wait_done(void *arg, Rc rc)
{
    Wait *w = arg;

    pthread_mutex_lock(&w->lock);
    w->rc = rc;
    w->done = true;
    /* Within the lock: the waiter destroys the condition as soon as it may go on. */
    pthread_cond_signal(&w->ended);
    pthread_mutex_unlock(&w->lock);
}

static Rc submit_and_wait(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg, bool alone)
{
    Wait w = { .run = run, .arg = arg };
    DbJob job = { .run = wait_run, .done = wait_done, .arg = &w };

    assert(db->writer != NULL);
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.ended, NULL);
    Rc rc = writer_submit(db->writer, job, alone);
    if (rc == RC_OK) {
        pthread_mutex_lock(&w.lock);
        while (!w.done)
            pthread_cond_wait(&w.ended, &w.lock);
        rc = w.rc;
        pthread_mutex_unlock(&w.lock);
    }
    pthread_cond_destroy(&w.ended);
    pthread_mutex_destroy(&w.lock);
    return rc;
}

Rc db_write(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    return submit_and_wait(db, run, arg, false);
}

Rc db_write_alone(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    return submit_and_wait(db, run, arg, true);
}

static Rc run_long(DbConn *c, void *arg)
{
    const Wait *w = arg;
    return db_turn_write(c, w->run, w->arg);
}

Rc db_write_long(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg)
{
    Wait w = { .run = run, .arg = arg };
    return submit_and_wait(db, run_long, &w, true);
}

void db_on_turn(Db *db, DbTurn turn, void *arg)
{
    writer_on_turn(db->writer, turn, arg);
}

DbStats db_stats(Db *db)
{
    return db->writer == NULL ? (DbStats){ 0 } : writer_stats(db->writer);
}

typedef struct Migrate {
    Arena *arena;
    Str *why;
} Migrate;

static Rc run_migrate(DbConn *c, void *arg)
{
    const Migrate *m = arg;
    return migrate(c, m->arena, db_migrations, db_migration_count, m->why);
}

Rc db_migrate(Db *db, Arena *a, Str *ret_why)
{
    Migrate m = { a, ret_why };
    return db_write_alone(db, run_migrate, &m);
}
