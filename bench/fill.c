/* fill.c - multiplies the requests of a database: what a large organisation has after years.
 *
 *     build/bench-fill DATABASE.sqlite REQUESTS
 *
 * Copies every submitted request with its readers, answers, approvals, tasks, clocks and events, under new
 * numbers, until there are REQUESTS of them.  One copy in fifty stays as open as it was; the others
 * are closed, as most requests are.  No program may use the database meanwhile.
 * Prints the requests and events that there are then.
 */
#include "core/buf.h"

#include <sqlite3.h>

enum { SQL_BYTES = 64 * 1024 };

/* What a column of a copy becomes; `n` is the number of the copy, k holds the greatest ids. */
static const struct {
    const char *table, *column, *becomes;
} others[] = {
    { "request", "id", "x.id + n * k.request" },
    { "request", "serial", "x.serial + n * k.request" },
    { "request", "state", "CASE WHEN n % 50 = 0 THEN x.state ELSE 'closed' END" },
    { "request", "phase", "CASE WHEN n % 50 = 0 THEN x.phase ELSE 'closed' END" },
    { "request", "outcome", "CASE WHEN n % 50 = 0 THEN x.outcome ELSE 'fulfilled' END" },
    { "request", "step_code", "CASE WHEN n % 50 = 0 THEN x.step_code ELSE '' END" },
    { "request", "step_who", "CASE WHEN n % 50 = 0 THEN x.step_who ELSE '' END" },
    { "approval", "id", "x.id + n * k.approval" },
    { "approval", "state",
      "CASE WHEN x.state = 'asked' AND n % 50 <> 0 THEN 'approved' ELSE x.state END" },
    { "task", "id", "x.id + n * k.task" },
    { "task", "state", "CASE WHEN n % 50 = 0 THEN x.state ELSE 'finished' END" },
    { "event", "id", "x.id + n * k.event" },
};
static const char *const tables[] = { "request", "request_reader", "answer", "approval",
                                      "task",    "clock",          "event" };

static sqlite3 *db;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-fill: %s: %s\n", what, db != NULL ? sqlite3_errmsg(db) : "");
    exit(3);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql);
}

static const char *becomes(const char *table, const char *column)
{
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (strcmp(others[i].table, table) == 0 && strcmp(others[i].column, column) == 0)
            return others[i].becomes;
    return strcmp(column, "request_id") == 0 ? "x.request_id + n * k.request" : NULL;
}

/* INSERT INTO t (a, b) SELECT x.a, x.b FROM copy, k, t x WHERE ..., over the columns that t has. */
static void multiply(const char *table)
{
    CLEANUP(buf_done) Buf names = { 0 };
    CLEANUP(buf_done) Buf values = { 0 };
    CLEANUP(buf_done) Buf sql = { 0 };
    sqlite3_stmt *columns = NULL;
    bool root = strcmp(table, "request") == 0;

    buf_init(&names, SQL_BYTES);
    buf_init(&values, SQL_BYTES);
    buf_init(&sql, SQL_BYTES);
    if (sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1)", -1, &columns, NULL)
            != SQLITE_OK
        || sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC) != SQLITE_OK)
        die(table);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        const char *other = becomes(table, name);
        const char *comma = names.len > 0 ? ", " : "";
        buf_add_fmt(&names, "%s%s", comma, name);
        buf_add_fmt(&values, "%s%s%s", comma, other == NULL ? "x." : "",
                    other == NULL ? name : other);
    }
    sqlite3_finalize(columns);
    buf_add_fmt(&sql,
                "INSERT INTO %s (%.*s) SELECT %.*s FROM copy, k, %s x"
                " WHERE x.%s IN (SELECT id FROM source) ORDER BY 1",
                table, STR_ARG(buf_str(&names)), STR_ARG(buf_str(&values)), table,
                root ? "id" : "request_id");
    buf_add_char(&sql, '\0');
    if (buf_result(&sql) != RC_OK)
        die("a table has too many columns");
    run(sql.ptr);
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
        die(sql);
    int64_t n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

int main(int argc, char **argv)
{
    char copies[256];
    long wanted = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

    if (wanted < 1) {
        fprintf(stderr, "usage: bench-fill DATABASE.sqlite REQUESTS\n");
        return 2;
    }
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        die(argv[1]);
    /* A crash here costs nothing but the time. */
    run("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY; BEGIN;"
        "CREATE TEMP TABLE source AS SELECT id FROM main.request WHERE submitted_ms IS NOT NULL;"
        "CREATE TEMP TABLE k AS SELECT (SELECT max(id) FROM main.request) AS request,"
        " (SELECT max(id) FROM main.approval) AS approval, (SELECT max(id) FROM main.task) AS task,"
        " (SELECT max(id) FROM main.event) AS event;"
        "CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY)");
    int64_t each = number("SELECT count(*) FROM source");
    if (each == 0)
        die("there is no request to copy");
    snprintf(copies, sizeof copies,
             "INSERT INTO copy WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
             " WHERE n < %lld) SELECT n FROM c",
             (long long)((wanted + each - 1) / each));
    run(copies);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        multiply(tables[i]);
    run("UPDATE follower SET event_id = (SELECT max(id) FROM event);"
        "UPDATE number_series SET next = (SELECT max(serial) + 1 FROM request); COMMIT;"
        "PRAGMA wal_checkpoint(TRUNCATE)");
    printf("%lld %lld\n", (long long)number("SELECT count(*) FROM request"),
           (long long)number("SELECT count(*) FROM event"));
    return sqlite3_close(db) == SQLITE_OK ? 0 : 3;
}
