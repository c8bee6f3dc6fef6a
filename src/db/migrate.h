/* migrate.h - the schema's steps, as tools/sqlgen.py writes them into the program.
 *
 * Table schema_migration(number, name, hash, applied_ms) says which steps a database has taken.  Each
 * step runs in one transaction with its row.  A step that was edited after it ran, or a schema that
 * is newer than the program, is refused before anything is touched.
 */
#pragma once

#include "db/dbc.h"

typedef struct DbMigration {
    int         number; /* 1, 2, 3 ... without a gap */
    const char *name;
    const char *hash; /* SHA-256 (hex) of the file, before macros are expanded */
    const char *sqlite;
    const char *postgres;
} DbMigration;

extern const DbMigration db_migrations[];
extern const int         db_migration_count;

/* Takes the steps that are missing from `list`, on the writing connection, outside a transaction.
 * `why` (may be NULL) gets a sentence.
 * Errors: RC_CONFLICT (edited step or newer schema), RC_INTERNAL. */
CHECKED Rc migrate(DbConn *c, Arena *a, const DbMigration *list, int count, Str *why);
