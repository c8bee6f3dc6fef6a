/* migrate.c - see migrate.h. */
#include "db/migrate.h"

#include "core/clock.h"
#include "core/log.h"

#define QUERY(n, text, b, c)                                                                       \
    {                                                                                              \
        .name = (n), .number = -1, .sqlite = (text), .postgres = (text), .binds = (b),             \
        .columns = (c)                                                                             \
    }

/* Belongs to this file, not to a migration: it must be there before the first one. */
static const DbQuery make_table =
    QUERY("migration_table",
          "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT NOT NULL PRIMARY KEY,"
          " name TEXT NOT NULL, hash TEXT NOT NULL, applied_ms BIGINT NOT NULL)",
          0, 0);
static const DbQuery list_taken = QUERY(
    "migration_list", "SELECT number, name, hash FROM schema_migration ORDER BY number", 0, 3);
static const DbQuery add_taken = {
    .name = "migration_add",
    .number = -1,
    .sqlite =
        "INSERT INTO schema_migration (number, name, hash, applied_ms) VALUES (?1, ?2, ?3, ?4)",
    .postgres = "INSERT INTO schema_migration (number, name, hash, applied_ms)"
                " VALUES ($1::bigint, $2::text, $3::text, $4::bigint)",
    .binds = 4,
};

/* Compares what the database has taken with the list; `ret_taken` is how many steps it has. */
static Rc check_taken(DbConn *c, Arena *a, const DbMigration *list, int count, int *ret_taken,
                      Str *why)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    int taken = 0;

    TRY(db_query(c, a, &list_taken, NULL, &rows));
    while (rows_next(&rows)) {
        int64_t number = rows_int(&rows, 0);
        Str name = rows_text(&rows, 1);
        Str hash = rows_text(&rows, 2);
        TRY(rows_result(&rows));
        if (number > count) {
            if (why != NULL)
                *why =
                    str_fmt(a,
                            "The database has the schema of a newer version (step %lld, %.*s; this"
                            " program knows %d). Use that version, or restore a backup.",
                            (long long)number, STR_ARG(name), count);
            return RC_CONFLICT;
        }
        const DbMigration *m = &list[taken];
        if (number != m->number || !str_eq_z(hash, m->hash)) {
            if (why != NULL)
                *why = str_fmt(
                    a,
                    "Step %lld (%.*s) of the schema was changed after this database took it."
                    " Use the version of the program that made the database.",
                    (long long)number, STR_ARG(name));
            return RC_CONFLICT;
        }
        taken++;
    }
    TRY(rows_result(&rows));
    *ret_taken = taken;
    return RC_OK;
}

static Rc take(DbConn *c, Arena *a, const DbMigration *m, Str *why)
{
    const DbValue binds[] = { db_int(m->number), db_text(str_z(m->name)), db_text(str_z(m->hash)),
                              db_int(clock_now_ms()) };

    TRY(dbc_script(c, a, m->sqlite, why));
    return db_exec(c, a, &add_taken, binds, NULL);
}

/* Runs `step` in a transaction of its own. */
static Rc in_transaction(DbConn *c, Arena *a, const DbMigration *m, Str *why)
{
    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    Rc rc = m == NULL ? db_exec(c, a, &make_table, NULL, NULL) : take(c, a, m, why);
    if (rc == RC_OK)
        rc = dbc_step(c, DBC_COMMIT);
    if (rc != RC_OK && dbc_in_transaction(c)) {
        Rc undone = dbc_step(c, DBC_ROLLBACK);
        UNUSED(undone); /* logged; the first failure is the one to tell */
    }
    return rc;
}

Rc migrate(DbConn *c, Arena *a, const DbMigration *list, int count, Str *why)
{
    int taken = 0;

    TRY(in_transaction(c, a, NULL, why));
    TRY(check_taken(c, a, list, count, &taken, why));
    for (int i = taken; i < count; i++) {
        TRY(in_transaction(c, a, &list[i], why));
        log_info("schema step taken", "%04d %s", list[i].number, list[i].name);
    }
    return RC_OK;
}
