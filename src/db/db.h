/* db.h - the database: connections, the writer thread, prepared queries and their rows.
 *
 * One text for every query, two back ends behind this header.  SQL stands only in .sql files;
 * tools/sqlgen.py makes a DbQuery and a typed C function of each.  Handlers call those functions,
 * never db_query itself.
 *
 * SQLite: any number of reading connections, one per thread; one writing connection on the writer
 * thread, which also runs every checkpoint.  A job runs there in its own savepoint; the thread takes
 * what waits for up to 10 ms of work, commits once, and then tells every job how it ended.  When a
 * failure rolls the whole group back, the other jobs are run again one by one: a job may therefore
 * run more than once and must begin from its input each time.
 */
#pragma once

#include "core/buf.h"

typedef struct Db     Db;     /* one database, shared by all threads */
typedef struct DbConn DbConn; /* one connection, used by one thread at a time */

typedef enum DbType { DB_INT, DB_REAL, DB_TEXT, DB_BYTES } DbType;

typedef struct DbValue {
    DbType  type;
    bool    null;
    int64_t i;
    double  r;
    Str     s; /* DB_TEXT and DB_BYTES */
} DbValue;

/* A named query as the generator writes it.  `number` indexes the prepared statements of a
 * connection; a negative number is prepared each time.  The texts are constant. */
typedef struct DbQuery {
    const char *name;
    int         number;
    const char *sqlite;
    const char *postgres;
    int         binds, columns;
} DbQuery;

extern const DbQuery db_queries[]; /* every query, by number */
extern const int     db_query_count;

/* Values to bind. */
static inline DbValue db_int(int64_t v) { return (DbValue){ .type = DB_INT, .i = v }; }
static inline DbValue db_real(double v) { return (DbValue){ .type = DB_REAL, .r = v }; }
static inline DbValue db_text(Str v) { return (DbValue){ .type = DB_TEXT, .s = v }; }
static inline DbValue db_bytes(Str v) { return (DbValue){ .type = DB_BYTES, .s = v }; }
/* These bind NULL for an absent value; db_text and db_bytes bind the empty text. */
static inline DbValue db_opt_int(OptInt v)
{
    return (DbValue){ .type = DB_INT, .null = !v.set, .i = v.value };
}
static inline DbValue db_opt_text(Str v)
{
    return (DbValue){ .type = DB_TEXT, .null = str_is_null(v), .s = v };
}
static inline DbValue db_opt_bytes(Str v)
{
    return (DbValue){ .type = DB_BYTES, .null = str_is_null(v), .s = v };
}

/* How a database is opened. */
typedef struct DbOpen {
    Str    url;          /* "sqlite:FILE" or "postgres://..." */
    bool   write;        /* take the writer lock and start the writer thread */
    bool   create;       /* make the file when it does not exist */
    size_t queue_limit;  /* jobs that may wait for the writer; 0 means 4,096 */
    Ms     lock_wait_ms; /* how long to wait for another process that writes */
    int    cache_kib;    /* pages that the writer keeps in memory; 0 means 4,096.  The log may grow with them. */
} DbOpen;

/* The file that a url names, by its one absolute name without links: FILE.lock, FILE.sock and FILE.files/
 * must be the same for everybody.  Errors: RC_INVALID, with a sentence. */
CHECKED Rc db_file(Arena *a, Str url, Str *ret, Str *ret_why);

/* Errors: RC_CONFLICT (another process is the writer), RC_NOT_FOUND (no such database),
 * RC_INVALID (malformed url), RC_INTERNAL.  `ret_why` (may be NULL) gets a sentence. */
CHECKED Rc db_open(Arena *a, const DbOpen *how, Db **ret, Str *ret_why);
void       db_close(Db *db); /* finishes what waits, then stops the writer; NULL is allowed */

/* Brings the schema up to this program's.  Forward only.  `ret_why` (may be NULL) gets a sentence.
 * Errors: RC_CONFLICT (a newer schema, or a step that was edited after it ran), RC_INTERNAL. */
CHECKED Rc db_migrate(Db *db, Arena *a, Str *ret_why);
Str        db_path(const Db *db); /* the file; attachments live beside it in FILE.files/ */

/* Reading: a connection for the calling thread. */
CHECKED Rc db_reader_open(Db *db, DbConn **ret);
void       db_reader_close(DbConn *c);
CHECKED Rc db_read_begin(DbConn *c); /* one snapshot until db_read_end, for DB_SNAPSHOT_MS at most */
void       db_read_end(DbConn *c);
/* Goes on with the running snapshot for somebody else, whose time begins now.  False: there is none, something went
 * wrong in it, or this process has committed something since it began; then end it and begin another.  What another
 * process commits is not noticed: go on only for who came before the snapshot began, or at the same time. */
CHECKED bool db_read_again(DbConn *c);
/* How long a statement may take from here on, on a reading connection; gives what it was, to be set again.  Nothing
 * on the writer. */
Ms         db_statement_time(DbConn *c, Ms ms);
/* Has the clock stopped a statement since db_read_begin, or kept one from beginning? */
bool       db_read_late(const DbConn *c);

/* The number of the running snapshot, another one for each db_read_begin of this connection; 0 outside one
 * and on the writer. */
uint64_t db_snapshot(const DbConn *c);

/* What lies beside a connection for as long as it is open (src/app/memory.h): a pointer in each slot, ended
 * when it is replaced and when the connection closes. */
enum { DB_KEPT_SLOTS = 7 };
void *db_kept(const DbConn *c, size_t slot); /* NULL: nothing */
void  db_keep(DbConn *c, size_t slot, void *what, void (*end)(void *what));

/* Writing. `run` is called on the writer thread inside a savepoint: RC_OK keeps its changes, all
 * else undoes them.  `done` is called once, after the commit (or the failure), on the writer
 * thread; it must be short. Errors: RC_BUSY (the queue is full; `done` is not called). */
typedef struct DbJob {
    Rc (*run)(DbConn *c, void *arg);
    void (*done)(void *arg, Rc rc);
    void *arg;
} DbJob;
CHECKED Rc db_submit(Db *db, DbJob job);
/* Submits, waits for the end and returns it.  For the command line, tests and worker threads;
 * never call it on a loop thread or on the writer. */
CHECKED Rc db_write(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg);
/* As db_write, for a job of many rows: in a transaction of its own, so that nobody who wrote just before it waits for
 * its commit. */
CHECKED Rc db_write_long(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg);
/* As db_write, but `run` is called outside any transaction, with nothing else running: migrations,
 * backups. */
CHECKED Rc db_write_alone(Db *db, Rc (*run)(DbConn *c, void *arg), void *arg);

/* `turn` is called on the writer outside a transaction, after the commit of a turn that wrote, and at
 * least once a second when idle.  Under load several turns share a call: each call of db_turn_write
 * costs a flush of the disk.  It returns true to be called again soon, because it has left something.
 * For followers of the event table; at most 4 functions. */
typedef bool (*DbTurn)(DbConn *c, bool wrote, void *arg);
void db_on_turn(Db *db, DbTurn turn, void *arg);
/* Only inside a DbTurn or db_write_alone: runs `run` in a transaction and commits it when it says RC_OK. */
CHECKED Rc db_turn_write(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg);
/* Only inside a DbTurn or a job, within its transaction: runs `run` in a savepoint of its own, which
 * is undone when it does not say RC_OK.  Errors: those of `run`, RC_INTERNAL (no transaction any more). */
CHECKED Rc db_savepoint(DbConn *c, Rc (*run)(DbConn *c, void *arg), void *arg);

/* Figures for /metrics and tests. */
typedef struct DbStats {
    uint64_t jobs, groups, lost_groups, rerun_jobs, refused, checkpoints, statements;
    size_t   waiting;
} DbStats;
DbStats db_stats(Db *db);

/* What generated code calls.  A failure is logged here; the caller only passes it on.
 * Errors: RC_BUSY (the database is locked or the disk is full: later it may work), RC_LIMIT (a read
 * took longer than DB_READ_MS, or its snapshot longer than DB_SNAPSHOT_MS, or the arena is full), RC_INTERNAL. */
/* Version of the database engine, for people. */
const char *db_engine_version(void);
/* Looks through the whole file for damage.  Errors: RC_CONFLICT (`ret_why` says what), RC_INTERNAL. */
CHECKED Rc db_reader_check(DbConn *c, Arena *a, Str *ret_why);

typedef struct Rows {
    DbConn        *conn;
    void          *stmt;
    const DbQuery *query;
    Arena         *arena; /* text columns are copied here */
    Rc             rc;
    bool           done; /* there is no further row */
    bool           kept; /* the statement goes back to the connection */
    void          *joined; /* likewise: its place there */
} Rows;

enum {
    DB_READ_MS = 2000,     /* the longest a statement may take on a reading connection */
    DB_SNAPSHOT_MS = 5000, /* the longest from db_read_begin to the start of a statement, and to its end */
};

/* `ret` is zeroed first, so that it can be closed whatever happened. */
CHECKED Rc db_query(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds, Rows *ret);
bool       rows_next(Rows *r);
/* Columns of the row that rows_next found.  NULL where a value must be is RC_INTERNAL, told by
 * rows_result; the opt forms let it pass. */
int64_t rows_int(Rows *r, int column);
bool    rows_bool(Rows *r, int column);
double  rows_real(Rows *r, int column);
Str     rows_text(Rows *r, int column);
Str     rows_bytes(Rows *r, int column);
OptInt  rows_opt_int(Rows *r, int column);
Str     rows_opt_text(Rows *r, int column);
Str     rows_opt_bytes(Rows *r, int column);
CHECKED Rc rows_result(const Rows *r); /* how the loop ended, or RC_OK while it runs */
/* Runs a writing statement to its end: its constraints are checked only there. */
CHECKED Rc rows_finish(Rows *r);
void       rows_close(Rows *r); /* a zeroed Rows is allowed */
/* Runs to the end; `ret_changed` (may be NULL) gets the number of changed rows. */
CHECKED Rc db_exec(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds,
                   int64_t *ret_changed);

/* Statements run since the connection was opened: tests check that a list page runs a constant
 * number of them. */
uint64_t db_conn_statements(const DbConn *c);
/* Rows passed by statements that read a table from end to end, of those that are closed: tests check that what
 * people look at does not. */
uint64_t db_conn_scanned(const DbConn *c);

/* Fault injection for tests: the n-th database call from now (a query begun or a row read) fails
 * with RC_INTERNAL, once; 0 turns it off.  db_fault_hit: it has happened since. */
void db_fail_after(DbConn *c, uint64_t n);
bool db_fault_hit(const DbConn *c);
