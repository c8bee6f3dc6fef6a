/* dbc.h - inside src/db and its tests: what the writer and the migrations ask of a connection.
 *
 * Everybody else uses db.h.  A connection belongs to one thread at a time.
 */
#pragma once

#include "db/db.h"

typedef enum DbcKind {
    DBC_READER, /* cannot write, runs no checkpoint, never waits for a lock longer than 2 s */
    DBC_WRITER, /* the one connection that writes and runs checkpoints */
} DbcKind;

/* Opens the SQLite file with the settings that hold everywhere.  `why` (may be NULL) gets a sentence.
 * Errors: RC_NOT_FOUND (no file and not `create`), RC_INVALID (not a database of ours),
 * RC_INTERNAL. */
CHECKED Rc dbc_open(Arena *a, const char *path, DbcKind kind, bool create, DbConn **ret, Str *why);
void       dbc_close(DbConn *c); /* NULL is allowed */
void       dbc_close_at(DbConn **c); /* for CLEANUP */

/* The steps of a transaction. */
typedef enum DbcStep {
    DBC_BEGIN_READ,
    DBC_BEGIN_WRITE,
    DBC_COMMIT,
    DBC_ROLLBACK,
    DBC_JOB_BEGIN, /* a savepoint inside a transaction */
    DBC_JOB_KEEP,
    DBC_JOB_UNDO,
    DBC_STEPS,
} DbcStep;

/* A commit that fails for another reason than a full disk, an interruption or a broken constraint
 * ends the process: after a failed flush nobody knows what is on the disk.
 * Errors: as for queries. */
CHECKED Rc dbc_step(DbConn *c, DbcStep step);
/* False when no transaction is open: a failure has rolled it back. */
bool dbc_in_transaction(const DbConn *c);

/* Runs several statements of a migration.  `why` (may be NULL) gets what SQLite said. */
CHECKED Rc dbc_script(DbConn *c, Arena *a, const char *sql, Str *why);

/* Writer only.  The write-ahead log after the last commit: how many frames (pages) it has, and how
 * many of them are not yet in the database.  A log that was copied whole begins anew with the next
 * commit, unless a reader still needs it: then it only grows. */
typedef struct DbcLog {
    uint64_t frames, uncopied;
} DbcLog;
DbcLog dbc_log(const DbConn *c);
/* Writer only: another size of its page cache.  Errors: RC_INTERNAL. */
CHECKED Rc dbc_cache(DbConn *c, int kib);
/* Writer only.  Copies the log into the database as far as readers allow; `whole` waits a moment
 * for them and empties the log.  The failure of a flush ends the process. */
void dbc_checkpoint(DbConn *c, bool whole);
/* Other limits than DB_READ_MS and DB_SNAPSHOT_MS.  For tests. */
void dbc_time_limits(DbConn *c, Ms statement_ms, Ms snapshot_ms);
/* From any thread: stops the running statement. For tests. */
void dbc_interrupt(DbConn *c);
