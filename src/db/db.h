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
 * connection; the texts are constant. */
typedef struct DbQuery {
    const char *name;
    int         number;
    const char *sqlite;
    const char *postgres;
    int         binds, columns;
} DbQuery;

extern const DbQuery *const db_queries[]; /* every query, by number */
extern const int            db_query_count;

/* How a database is opened. */
typedef struct DbOpen {
    Str    url;          /* "sqlite:FILE" or "postgres://..." */
    bool   write;        /* take the writer lock and start the writer thread */
    bool   create;       /* make the file when it does not exist */
    size_t queue_limit;  /* jobs that may wait for the writer; 0 means 4,096 */
} DbOpen;

/* Errors: RC_CONFLICT (another process is the writer), RC_NOT_FOUND (no such database),
 * RC_INVALID (malformed url), RC_INTERNAL.  `ret_why` (may be NULL) gets a sentence. */
CHECKED Rc db_open(Arena *a, const DbOpen *how, Db **ret, Str *ret_why);
void       db_close(Db *db); /* finishes what waits, then stops the writer; NULL is allowed */

/* Brings the schema up to this program's.  Forward only; a newer schema is refused (RC_CONFLICT). */
CHECKED Rc db_migrate(Db *db, Str *ret_why, Arena *a);
Str        db_path(const Db *db); /* the file; attachments live beside it in FILE.files/ */

/* Reading: a connection for the calling thread. */
CHECKED Rc db_reader_open(Db *db, DbConn **ret);
void       db_reader_close(DbConn *c);
CHECKED Rc db_read_begin(DbConn *c); /* one snapshot until db_read_end */
void       db_read_end(DbConn *c);

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
/* `turn` is called on the writer at the end of each turn, after the commit, and at least once a
 * second when idle; what it writes is a group of its own.  For followers of the event table. */
void db_on_turn(Db *db, void (*turn)(DbConn *c, bool wrote, void *arg), void *arg);

/* Figures for /metrics and tests. */
typedef struct DbStats {
    uint64_t jobs, groups, lost_groups, rerun_jobs, refused, checkpoints, statements;
    size_t   waiting;
} DbStats;
DbStats db_stats(Db *db);

/* What generated code calls. */
typedef struct Rows {
    DbConn *conn;
    void   *stmt;
    Arena  *arena; /* text columns are copied here */
    Rc      rc;
    int64_t changed;
} Rows;

CHECKED Rc db_query(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds, Rows *ret);
bool       rows_next(Rows *r);
int64_t    rows_int(const Rows *r, int column);
double     rows_real(const Rows *r, int column);
Str        rows_text(const Rows *r, int column);
OptInt     rows_opt_int(const Rows *r, int column);
CHECKED Rc rows_result(const Rows *r); /* how the loop ended */
void       rows_close(Rows *r);
/* Runs to the end; `ret_changed` (may be NULL) gets the number of changed rows. */
CHECKED Rc db_exec(DbConn *c, Arena *a, const DbQuery *q, const DbValue *binds, int64_t *ret_changed);

/* Statements run since the connection was opened: tests check that a list page runs a constant
 * number of them. */
uint64_t db_conn_statements(const DbConn *c);

/* Fault injection for tests: the n-th database call from now fails with RC_INTERNAL (0 = off). */
void db_fail_after(DbConn *c, uint64_t n);
