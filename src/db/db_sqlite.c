/* db_sqlite.c - connections, statements and rows on SQLite; the only file that sees sqlite3.h.
 *
 * SQLite before 3.51.3 can lose committed writes when two connections write or checkpoint the same
 * write-ahead log at the same instant.  Therefore a reading connection is opened read-only, has its
 * checkpoints off and does not checkpoint when it closes; only the writing connection of the one
 * process that holds the lock file does either.
 */
#include "db/dbc.h"

#include "core/clock.h"
#include "core/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

enum {
    BUSY_MS = 2000,             /* wait for another process that recovers the log */
    CHECKPOINT_MS = 100,        /* a whole checkpoint waits this long for readers */
    PROGRESS_STEPS = 4000,      /* virtual machine steps between looks at the clock, about 50 us */
    SQL_BYTES = 1 << 20,        /* longest statement */
    VALUE_BYTES = 64 << 20,     /* longest text or row */
    CACHE_KIB = 4096,           /* page cache of one connection */
    JOINED_KEPT = 40,           /* statements of joined parts that one connection keeps */
    APPLICATION_ID = 0x45525244 /* "ERRD" in the file's header: the file is ours */
};
#define MMAP_BYTES (INT64_C(96) << 20)

/* A statement that was put together (part.h): lists and counts of the same query need the same again. */
typedef struct Joined {
    uint64_t hash;
    char *text; /* NULL: free */
    sqlite3_stmt *stmt;
    bool in_use;
    uint64_t used; /* when, in statements of the connection */
} Joined;

struct DbConn {
    sqlite3 *sqlite;
    DbcKind kind;
    sqlite3_stmt **kept; /* by query number; NULL: not prepared yet */
    bool *in_use;        /* its statement is lent to a Rows */
    Joined joined[JOINED_KEPT];
    sqlite3_stmt *steps[DBC_STEPS];
    uint64_t statements, scanned;
    uint64_t log_frames, log_copied; /* the writer's */
    Ms deadline;                     /* monotonic; of the running statement, readers only */
    Ms until;                        /* monotonic; of the snapshot, 0 outside one */
    Ms statement_ms, snapshot_ms;    /* how long each may take */
    bool late;                       /* the clock has stopped something in this snapshot */
    uint64_t fail_in;                /* 0: off */
    bool fault_hit;
    uint64_t snapshots; /* begun so far */
    uint64_t commits;   /* of this process, before the running snapshot began */
    struct {
        void *what;
        void (*end)(void *what);
    } beside[DB_KEPT_SLOTS];
};

static const char *const step_texts[DBC_STEPS] = {
    [DBC_BEGIN_READ] = "BEGIN",
    [DBC_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [DBC_COMMIT] = "COMMIT",
    [DBC_ROLLBACK] = "ROLLBACK",
    [DBC_JOB_BEGIN] = "SAVEPOINT job",
    [DBC_JOB_KEEP] = "RELEASE job",
    [DBC_JOB_UNDO] = "ROLLBACK TO job",
};

/* ---- errors ---------------------------------------------------------------------------------- */

static bool is_failed_flush(int code)
{
    return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

/* Logs a failure of SQLite and says what it means to the caller. */
static Rc failed(const DbConn *c, int code, const char *what)
{
    if (is_failed_flush(code))
        log_fatal("the disk refused to keep what was written",
                  "%s: SQLite code %d; look at the disk, then start again", what, code);
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: log_warn("database busy", "%s", what); return RC_BUSY;
    case SQLITE_FULL:
        log_error("no room for the database", "%s: free space on its disk", what);
        return RC_BUSY;
    case SQLITE_INTERRUPT: log_warn("query took too long", "%s", what); return RC_LIMIT;
    case SQLITE_TOOBIG: log_warn("value too long for the database", "%s", what); return RC_LIMIT;
    default:
        /* The text of SQLite names tables and columns, never values. */
        log_error("database failed", "%s: SQLite code %d, %s", what, code,
                  c == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(c->sqlite));
        return RC_INTERNAL;
    }
}

/* True when this call is the one that a test wants to fail. */
static bool fault(DbConn *c)
{
    if (c->fail_in == 0 || --c->fail_in > 0)
        return false;
    c->fault_hit = true;
    return true;
}

void db_fail_after(DbConn *c, uint64_t n)
{
    c->fail_in = n;
    c->fault_hit = false;
}

bool db_fault_hit(const DbConn *c)
{
    return c->fault_hit;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void configure_once(void)
{
    /* One thread at a time uses a connection, so SQLite needs no lock of its own around it. */
    if (sqlite3_config(SQLITE_CONFIG_MULTITHREAD) != SQLITE_OK
        || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK
        || sqlite3_initialize() != SQLITE_OK)
        log_fatal("SQLite does not start", "version %s", sqlite3_libversion());
}

static int on_progress(void *arg)
{
    DbConn *c = arg;
    if (clock_monotonic_ms() <= c->deadline)
        return 0;
    c->late = true;
    return 1;
}

/* A statement begins.  False: the time of its snapshot is over already. */
static bool start_clock(DbConn *c)
{
    Ms now = clock_monotonic_ms();

    c->deadline = now + c->statement_ms;
    if (c->until == 0)
        return true;
    if (c->deadline > c->until)
        c->deadline = c->until;
    c->late = c->late || now > c->until;
    return now <= c->until;
}

/* What writers of this process have committed, counted before anybody is told of it. */
static _Atomic uint64_t commits;

static int on_commit_frames(void *arg, sqlite3 *sqlite, const char *name, int frames)
{
    DbConn *c = arg;
    atomic_fetch_add(&commits, 1);
    UNUSED(sqlite);
    UNUSED(name);
    if ((uint64_t)frames < c->log_frames) /* it has begun anew */
        c->log_copied = 0;
    c->log_frames = (uint64_t)frames;
    return SQLITE_OK;
}

static int run(DbConn *c, const char *sql)
{
    return sqlite3_exec(c->sqlite, sql, NULL, NULL, NULL);
}

/* The first value of a pragma, or -1. */
static int64_t pragma_int(DbConn *c, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = -1;

    if (sqlite3_prepare_v2(c->sqlite, sql, -1, &stmt, NULL) == SQLITE_OK
        && sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* Settings that hold on every connection.  The order matters: with no busy time set, changing the
 * journal mode fails at once while another process looks at the file. */
static int settle(DbConn *c)
{
    static const struct {
        int option, value;
    } options[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        /* Plans never follow the values of parameters: otherwise a kept statement is compiled anew
         * whenever it is used with another value, at the price of running it many times. */
        { SQLITE_DBCONFIG_ENABLE_QPSG, 1 },
    };
    int code = sqlite3_busy_timeout(c->sqlite, BUSY_MS);

    for (size_t i = 0; i < COUNT_OF(options) && code == SQLITE_OK; i++)
        code = sqlite3_db_config(c->sqlite, options[i].option, options[i].value, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(c->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, c->kind == DBC_READER,
                                 NULL);
    sqlite3_limit(c->sqlite, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES);
    sqlite3_limit(c->sqlite, SQLITE_LIMIT_LENGTH, VALUE_BYTES);
    sqlite3_limit(c->sqlite, SQLITE_LIMIT_ATTACHED, c->kind == DBC_WRITER); /* VACUUM needs one */
    if (code == SQLITE_OK && c->kind == DBC_WRITER)
        code = run(c, "PRAGMA journal_mode = WAL");
    if (code == SQLITE_OK)
        code = run(c, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                      "PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY");
    if (code == SQLITE_OK && c->kind == DBC_READER)
        code = run(c, "PRAGMA query_only = ON");
    if (code == SQLITE_OK) {
        char text[96];
        snprintf(text, sizeof text, "PRAGMA cache_size = -%d; PRAGMA mmap_size = %lld", CACHE_KIB,
                 (long long)MMAP_BYTES);
        code = run(c, text);
    }
    return code;
}

Rc dbc_cache(DbConn *c, int kib)
{
    char text[48];
    snprintf(text, sizeof text, "PRAGMA cache_size = -%d", kib);
    int code = run(c, text);
    return code == SQLITE_OK ? RC_OK : failed(c, code, text);
}

/* Is this file a database of ours?  One without tables becomes it. */
static Rc check_owner(Arena *a, DbConn *c, const char *path, Str *why)
{
    int64_t id = pragma_int(c, "PRAGMA application_id");

    if (id == APPLICATION_ID)
        return RC_OK;
    if (id == 0 && pragma_int(c, "SELECT count(*) FROM sqlite_schema") == 0) {
        char text[64];
        snprintf(text, sizeof text, "PRAGMA application_id = %d", APPLICATION_ID);
        int code = c->kind == DBC_WRITER ? run(c, text) : SQLITE_OK;
        return code == SQLITE_OK ? RC_OK : failed(c, code, path);
    }
    if (why != NULL)
        *why = str_fmt(a, "%s is not a database of Errand. Name another file.", path);
    return RC_INVALID;
}

/* People's data: the file is made readable by its owner only; SQLite gives the log and the index
 * beside it the same mode. */
static Rc make_file(Arena *a, const char *path, bool create, Str *why)
{
    struct stat st;
    int fd = -1;

    if (stat(path, &st) == 0)
        return RC_OK;
    if (!create) {
        if (why != NULL)
            *why = str_fmt(a, "There is no database %s. Make one with: errand init --db sqlite:%s",
                           path, path);
        return RC_NOT_FOUND;
    }
    fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        if (why != NULL)
            *why = str_fmt(a, "Cannot make the file %s: %s.", path, strerror(errno));
        return RC_INTERNAL;
    }
    close(fd);
    return RC_OK;
}

Rc dbc_open(Arena *a, const char *path, DbcKind kind, bool create, DbConn **ret, Str *why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    pthread_once(&once, configure_once);
    TRY(make_file(a, path, create && kind == DBC_WRITER, why));
    c = calloc(1, sizeof *c);
    if (c != NULL) {
        c->kind = kind;
        c->statement_ms = DB_READ_MS;
        c->snapshot_ms = DB_SNAPSHOT_MS;
        c->kept = calloc((size_t)db_query_count + 1, sizeof(sqlite3_stmt *));
        c->in_use = calloc((size_t)db_query_count + 1, sizeof(bool));
    }
    if (c == NULL || c->kept == NULL || c->in_use == NULL)
        log_fatal("out of memory", "opening %s", path);

    flags |= kind == DBC_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(path, &c->sqlite, flags, NULL);
    if (code == SQLITE_OK)
        code = settle(c);
    if (code != SQLITE_OK) {
        Rc rc = code == SQLITE_NOTADB ? RC_INVALID : RC_INTERNAL;
        if (why != NULL)
            *why = str_fmt(a, "Cannot open the database %s: %s.", path, sqlite3_errstr(code));
        log_error("cannot open the database", "SQLite code %d", code);
        return rc;
    }
    TRY(check_owner(a, c, path, why));
    if (kind == DBC_READER)
        sqlite3_progress_handler(c->sqlite, PROGRESS_STEPS, on_progress, c);
    else
        sqlite3_wal_hook(c->sqlite, on_commit_frames, c);
    *ret = c;
    c = NULL;
    return RC_OK;
}

void dbc_close(DbConn *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < DB_KEPT_SLOTS; i++)
        db_keep(c, i, NULL, NULL);
    for (int i = 0; c->kept != NULL && i < db_query_count; i++)
        sqlite3_finalize(c->kept[i]);
    for (size_t i = 0; i < JOINED_KEPT; i++) {
        sqlite3_finalize(c->joined[i].stmt);
        free(c->joined[i].text);
    }
    for (int i = 0; i < DBC_STEPS; i++)
        sqlite3_finalize(c->steps[i]);
    /* BUSY would mean that somebody still holds a row: a mistake of ours. */
    int code = sqlite3_close(c->sqlite);
    assert(code == SQLITE_OK);
    UNUSED(code);
    free(c->kept);
    free(c->in_use);
    free(c);
}

void dbc_close_at(DbConn **c)
{
    dbc_close(*c);
    *c = NULL;
}

/* ---- transactions ---------------------------------------------------------------------------- */

static bool commit_may_fail(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_FULL:
    case SQLITE_INTERRUPT:
    case SQLITE_BUSY:
    case SQLITE_CONSTRAINT: return true;
    default: return false;
    }
}

Rc dbc_step(DbConn *c, DbcStep step)
{
    const char *text = step_texts[step];
    int code = SQLITE_OK;

    if (c->steps[step] == NULL)
        code = sqlite3_prepare_v3(c->sqlite, text, -1, SQLITE_PREPARE_PERSISTENT, &c->steps[step],
                                  NULL);
    if (code == SQLITE_OK) {
        (void)start_clock(c);
        sqlite3_step(c->steps[step]);
        code = sqlite3_reset(c->steps[step]);
    }
    if (step == DBC_COMMIT && !commit_may_fail(code))
        log_fatal("the disk refused to keep what was written",
                  "COMMIT: SQLite code %d, %s; look at the disk, then start again", code,
                  sqlite3_errmsg(c->sqlite));
    return code == SQLITE_OK ? RC_OK : failed(c, code, text);
}

bool dbc_in_transaction(const DbConn *c)
{
    return sqlite3_get_autocommit(c->sqlite) == 0;
}

Rc dbc_script(DbConn *c, Arena *a, const char *sql, Str *why)
{
    int code = run(c, sql);

    if (code == SQLITE_OK)
        return RC_OK;
    if (why != NULL)
        *why = str_fmt(a, "%s", sqlite3_errmsg(c->sqlite));
    return failed(c, code, "migration");
}

DbcLog dbc_log(const DbConn *c)
{
    return (DbcLog){ c->log_frames, c->log_frames - c->log_copied };
}

void dbc_checkpoint(DbConn *c, bool whole)
{
    int frames = -1, copied = -1;

    assert(c->kind == DBC_WRITER && !dbc_in_transaction(c));
    if (whole)
        sqlite3_busy_timeout(c->sqlite, CHECKPOINT_MS);
    int code = sqlite3_wal_checkpoint_v2(
        c->sqlite, NULL, whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &frames,
        &copied);
    if (whole)
        sqlite3_busy_timeout(c->sqlite, BUSY_MS);
    /* Readers that stay too long only delay it. */
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) {
        Rc rc = failed(c, code, "checkpoint");
        UNUSED(rc);
    }
    if (frames >= 0 && copied >= 0) {
        c->log_frames = (uint64_t)frames;
        c->log_copied = (uint64_t)copied;
    }
}

void dbc_interrupt(DbConn *c)
{
    sqlite3_interrupt(c->sqlite);
}

Rc db_read_begin(DbConn *c)
{
    assert(c->kind == DBC_READER);
    c->commits =
        atomic_load(&commits); /* before the snapshot is taken: it has them all, perhaps more */
    TRY(dbc_step(c, DBC_BEGIN_READ));
    c->until = clock_monotonic_ms() + c->snapshot_ms;
    c->late = false;
    c->snapshots++;
    return RC_OK;
}

bool db_read_again(DbConn *c)
{
    if (c->until == 0 || c->late || !dbc_in_transaction(c) || c->commits != atomic_load(&commits))
        return false;
    c->until = clock_monotonic_ms() + c->snapshot_ms;
    return true;
}

uint64_t db_snapshot(const DbConn *c)
{
    return c->until != 0 ? c->snapshots : 0;
}

void *db_kept(const DbConn *c, size_t slot)
{
    assert(slot < DB_KEPT_SLOTS);
    return c->beside[slot].what;
}

void db_keep(DbConn *c, size_t slot, void *what, void (*end)(void *what))
{
    assert(slot < DB_KEPT_SLOTS);
    if (c->beside[slot].what != NULL)
        c->beside[slot].end(c->beside[slot].what);
    c->beside[slot].what = what;
    c->beside[slot].end = end;
}

bool db_read_late(const DbConn *c)
{
    return c->late;
}

Ms db_statement_time(DbConn *c, Ms ms)
{
    Ms was = c->statement_ms;

    c->statement_ms = ms;
    return was;
}

void dbc_time_limits(DbConn *c, Ms statement_ms, Ms snapshot_ms)
{
    c->statement_ms = statement_ms;
    c->snapshot_ms = snapshot_ms;
}

void db_read_end(DbConn *c)
{
    c->until = 0;
    /* Nothing was written, so undoing and keeping are the same and neither can fail. */
    if (dbc_in_transaction(c)) {
        Rc rc = dbc_step(c, DBC_ROLLBACK);
        UNUSED(rc);
    }
}

/* ---- statements and rows --------------------------------------------------------------------- */

static int bind(sqlite3_stmt *stmt, int place, const DbValue *v)
{
    /* The values stay where they are until the statement is reset: no copy. */
    if (v->null)
        return sqlite3_bind_null(stmt, place);
    switch (v->type) {
    case DB_INT: return sqlite3_bind_int64(stmt, place, v->i);
    case DB_REAL: return sqlite3_bind_double(stmt, place, v->r);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, place, v->s.ptr == NULL ? "" : v->s.ptr, v->s.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case DB_BYTES:
        return sqlite3_bind_blob64(stmt, place, v->s.ptr == NULL ? "" : v->s.ptr, v->s.len,
                                   SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

/* The place of this text, or the one to give it: free, or not used for longest.  NULL: all are lent out. */
static Joined *joined_place(DbConn *c, const char *text, uint64_t hash)
{
    Joined *best = NULL;

    for (size_t i = 0; i < JOINED_KEPT; i++) {
        Joined *j = &c->joined[i];
        if (j->in_use)
            continue;
        if (j->text != NULL && j->hash == hash && strcmp(j->text, text) == 0)
            return j;
        if (best == NULL || j->used < best->used)
            best = j;
    }
    return best;
}

static int prepare_joined(DbConn *c, const DbQuery *q, Rows *r)
{
    uint64_t hash = str_hash(str_z(q->sqlite));
    Joined *j = joined_place(c, q->sqlite, hash);

    if (j == NULL)
        return sqlite3_prepare_v3(c->sqlite, q->sqlite, -1, 0, (sqlite3_stmt **)&r->stmt, NULL);
    if (j->text == NULL || j->hash != hash || strcmp(j->text, q->sqlite) != 0) {
        sqlite3_finalize(j->stmt);
        free(j->text);
        *j = (Joined){ .hash = hash, .text = strdup(q->sqlite) };
        int code = j->text == NULL ? SQLITE_NOMEM
                                   : sqlite3_prepare_v3(c->sqlite, q->sqlite, -1,
                                                        SQLITE_PREPARE_PERSISTENT, &j->stmt, NULL);
        if (code != SQLITE_OK) {
            free(j->text);
            *j = (Joined){ 0 };
            return code;
        }
    }
    j->in_use = true;
    j->used = c->statements;
    r->joined = j;
    r->stmt = j->stmt;
    return SQLITE_OK;
}

/* The connection's own statement for this query, or a new one where that is lent out (a query
 * inside the loop over the same query). */
static int prepare(DbConn *c, const DbQuery *q, Rows *r)
{
    if (q->number < 0)
        return prepare_joined(c, q, r);
    sqlite3_stmt *stmt = NULL;
    bool keep = !c->in_use[q->number];
    int code = SQLITE_OK;

    if (keep)
        stmt = c->kept[q->number];
    if (stmt == NULL)
        code = sqlite3_prepare_v3(c->sqlite, q->sqlite, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0,
                                  &stmt, NULL);
    if (code != SQLITE_OK)
        return code;
    if (keep) {
        c->kept[q->number] = stmt;
        c->in_use[q->number] = true;
    }
    r->stmt = stmt;
    r->kept = keep;
    return SQLITE_OK;
}

Rc db_query(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds, Rows *ret)
{
    *ret = (Rows){ .conn = c, .query = q, .arena = a };
    c->statements++;
    if (!start_clock(c)) {
        log_warn("call took too long", "before %s", q->name);
        ret->rc = RC_LIMIT;
        return ret->rc;
    }
    if (fault(c)) {
        ret->rc = RC_INTERNAL;
        return ret->rc;
    }
    int code = prepare(c, q, ret);
    for (int i = 0; i < q->binds && code == SQLITE_OK; i++)
        code = bind(ret->stmt, i + 1, &binds[i]);
    if (code != SQLITE_OK)
        ret->rc = failed(c, code, q->name);
    return ret->rc;
}

bool rows_next(Rows *r)
{
    if (r->rc != RC_OK || r->done)
        return false;
    if (fault(r->conn)) {
        r->rc = RC_INTERNAL;
        return false;
    }
    int code = sqlite3_step(r->stmt);
    if (code == SQLITE_ROW)
        return true;
    r->done = true;
    if (code != SQLITE_DONE)
        r->rc = failed(r->conn, code, r->query->name);
    return false;
}

/* Is there a value?  NULL in a column that promised one is a mistake in the query's header. */
static bool has_value(Rows *r, int column)
{
    if (sqlite3_column_type(r->stmt, column) != SQLITE_NULL)
        return true;
    if (r->rc == RC_OK) {
        log_error("empty column", "query %s, column %d (%s)", r->query->name, column,
                  sqlite3_column_name(r->stmt, column));
        r->rc = RC_INTERNAL;
    }
    return false;
}

/* A list reads thousands of columns and each call into SQLite costs as much as what it returns: the
 * value is asked for first, and its type only where it may stand for NULL. */
int64_t rows_int(Rows *r, int column)
{
    int64_t v = sqlite3_column_int64(r->stmt, column);
    return v != 0 || has_value(r, column) ? v : 0;
}

bool rows_bool(Rows *r, int column)
{
    return rows_int(r, column) != 0;
}

double rows_real(Rows *r, int column)
{
    return has_value(r, column) ? sqlite3_column_double(r->stmt, column) : 0;
}

OptInt rows_opt_int(Rows *r, int column)
{
    sqlite3_value *v = sqlite3_column_value(r->stmt, column);
    return sqlite3_value_type(v) == SQLITE_NULL ? OPT_NONE : OPT_INT(sqlite3_value_int64(v));
}

static Str copy(Rows *r, const void *bytes, int len)
{
    if (len <= 0 || bytes == NULL)
        return STR("");
    char *to = arena_bytes(r->arena, (size_t)len);
    if (to == NULL) {
        if (r->rc == RC_OK)
            log_warn("answer of the database is too big", "query %s", r->query->name);
        r->rc = RC_LIMIT;
        return STR_NULL;
    }
    memcpy(to, bytes, (size_t)len);
    return (Str){ to, (size_t)len };
}

/* Each sqlite3_column_ function finds the column anew and locks what no other thread uses; its value is
 * taken once.  SQLite allows that as long as one thread has the connection, which configure_once says. */
static Str text_of(Rows *r, sqlite3_value *v)
{
    const unsigned char *text = sqlite3_value_text(v);
    return copy(r, text, sqlite3_value_bytes(v));
}

Str rows_opt_text(Rows *r, int column)
{
    sqlite3_value *v = sqlite3_column_value(r->stmt, column);
    return sqlite3_value_type(v) == SQLITE_NULL ? STR_NULL : text_of(r, v);
}

Str rows_text(Rows *r, int column)
{
    sqlite3_value *v = sqlite3_column_value(r->stmt, column);
    if (sqlite3_value_type(v) == SQLITE_NULL && !has_value(r, column))
        return STR_NULL;
    return text_of(r, v);
}

Str rows_opt_bytes(Rows *r, int column)
{
    if (sqlite3_column_type(r->stmt, column) == SQLITE_NULL)
        return STR_NULL;
    const void *bytes = sqlite3_column_blob(r->stmt, column);
    return copy(r, bytes, sqlite3_column_bytes(r->stmt, column));
}

Str rows_bytes(Rows *r, int column)
{
    return has_value(r, column) ? rows_opt_bytes(r, column) : STR_NULL;
}

Rc rows_result(const Rows *r)
{
    return r->rc;
}

Rc rows_finish(Rows *r)
{
    if (r->stmt != NULL && sqlite3_stmt_readonly(r->stmt) == 0)
        while (rows_next(r))
            continue;
    return r->rc;
}

void rows_close(Rows *r)
{
    if (r->stmt == NULL)
        return;
    r->conn->scanned += (uint64_t)sqlite3_stmt_status(r->stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    if (r->kept || r->joined != NULL) {
        sqlite3_reset(r->stmt);
        sqlite3_clear_bindings(r->stmt);
    } else {
        sqlite3_finalize(r->stmt);
    }
    if (r->kept)
        r->conn->in_use[r->query->number] = false;
    if (r->joined != NULL)
        ((Joined *)r->joined)->in_use = false;
    r->stmt = r->joined = NULL;
    r->done = true;
}

Rc db_exec(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds, int64_t *ret_changed)
{
    CLEANUP(rows_close) Rows rows = { 0 };

    TRY(db_query(c, a, q, binds, &rows));
    while (rows_next(&rows))
        continue;
    TRY(rows_result(&rows));
    if (ret_changed != NULL)
        *ret_changed = sqlite3_changes64(c->sqlite);
    return RC_OK;
}

uint64_t db_conn_statements(const DbConn *c)
{
    return c->statements;
}

uint64_t db_conn_scanned(const DbConn *c)
{
    return c->scanned;
}

const char *db_engine_version(void)
{
    return sqlite3_libversion();
}

Rc db_reader_check(DbConn *c, Arena *a, Str *ret_why)
{
    sqlite3_stmt *stmt = NULL;
    Rc rc = RC_INTERNAL;

    if (sqlite3_prepare_v2(c->sqlite, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK
        && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        rc = text != NULL && strcmp(text, "ok") == 0 ? RC_OK : RC_CONFLICT;
        *ret_why = str_dup(a, str_z(text));
    }
    sqlite3_finalize(stmt);
    return rc;
}
