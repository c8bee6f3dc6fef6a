/* plain.c - the limit of durable submissions: the rows that a server wrote, inserted plainly.
 *
 *     build/bench-plain SERVER.sqlite PLAIN.sqlite GROUP
 *
 * The first time PLAIN becomes a copy of the server's database.  Each further time the rows that
 * the server has and PLAIN has not are read into memory and then, measured, inserted into PLAIN:
 * prepared statements, bound values, GROUP submissions in one transaction, the number of the series
 * raised for each, every commit flushed to the disk as the server does (WAL, synchronous=FULL),
 * with the same keys, indexes and checks of values.  What the server updates, reads and decides
 * besides is not done here, and references are not checked, so the comparison is against the server.
 * The server's file is only read; the server may run.
 * Prints submissions, submissions per second, rows inserted for each.
 */
#include "core/buf.h"
#include "core/clock.h"

#include <sqlite3.h>

enum { MAX_TABLES = 128, MAX_COLUMNS = 64, MAX_CELLS = 40 * 1000 * 1000 };

typedef struct Table {
    Str name;
    int columns;
    sqlite3_stmt *insert;
    sqlite3_value **cells; /* row after row */
    int64_t rows, done;
} Table;

typedef struct Plain {
    Arena *arena;
    sqlite3 *db;
    Table tables[MAX_TABLES];
    size_t n;
} Plain;

static _Noreturn void die(const Plain *p, const char *what)
{
    fprintf(stderr, "bench-plain: %s: %s\n", what, p->db != NULL ? sqlite3_errmsg(p->db) : "");
    exit(3);
}

static void run(const Plain *p, const char *sql)
{
    if (sqlite3_exec(p->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(p, sql);
}

static sqlite3_stmt *prepare(const Plain *p, Str sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(p->db, sql.ptr, (int)sql.len, &s, NULL) != SQLITE_OK)
        die(p, sql.ptr);
    return s;
}

static Str text_of(Arena *a, sqlite3_stmt *s, int column)
{
    return str_dup(a, str_z((const char *)sqlite3_column_text(s, column)));
}

/* ---- the copy --------------------------------------------------------------------------------- */

static int copy(Plain *p, const char *from, const char *to)
{
    sqlite3 *source = NULL;

    if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK
        || sqlite3_open(to, &p->db) != SQLITE_OK)
        die(p, "open");
    sqlite3_backup *b = sqlite3_backup_init(p->db, "main", source, "main");
    if (b == NULL || sqlite3_backup_step(b, -1) != SQLITE_DONE
        || sqlite3_backup_finish(b) != SQLITE_OK)
        die(p, "copy");
    sqlite3_close(source);
    sqlite3_close(p->db);
    return 0;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void find_tables(Plain *p)
{
    /* The index of words is left out: the server writes it after the answer. */
    sqlite3_stmt *s =
        prepare(p, STR("SELECT s.name FROM main.sqlite_schema s JOIN pragma_table_list l"
                       " ON l.schema = 'main' AND l.name = s.name AND l.type = 'table'"
                       " WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'"
                       " ORDER BY s.rowid"));
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (p->n == MAX_TABLES)
            die(p, "too many tables");
        p->tables[p->n++].name = text_of(p->arena, s, 0);
    }
    sqlite3_finalize(s);
}

/* The rows of one table that the server has and we have not, told by the primary key. */
static void read_new(Plain *p, Table *t)
{
    Buf names = { 0 }, marks = { 0 }, same = { 0 };
    int64_t room = 0;

    buf_init(&names, 65536);
    buf_init(&marks, 65536);
    buf_init(&same, 65536);
    sqlite3_stmt *s =
        prepare(p, str_fmt(p->arena, "PRAGMA main.table_info(%.*s)", STR_ARG(t->name)));
    while (sqlite3_step(s) == SQLITE_ROW) {
        Str column = text_of(p->arena, s, 1);
        const char *comma = t->columns++ > 0 ? ", " : "";
        buf_add_fmt(&names, "%s\"%.*s\"", comma, STR_ARG(column));
        buf_add_fmt(&marks, "%s?", comma);
        if (sqlite3_column_int(s, 5) > 0)
            buf_add_fmt(&same, "%sm.\"%.*s\" = s.\"%.*s\"", same.len > 0 ? " AND " : "",
                        STR_ARG(column), STR_ARG(column));
    }
    sqlite3_finalize(s);
    if (same.len == 0)
        die(p, "a table without a primary key");
    t->insert =
        prepare(p, str_fmt(p->arena, "INSERT INTO main.\"%.*s\" (%.*s) VALUES (%.*s)",
                           STR_ARG(t->name), STR_ARG(buf_str(&names)), STR_ARG(buf_str(&marks))));
    s = prepare(p, str_fmt(p->arena,
                           "SELECT %.*s FROM server.\"%.*s\" s"
                           " WHERE NOT EXISTS (SELECT 1 FROM main.\"%.*s\" m WHERE %.*s)",
                           STR_ARG(buf_str(&names)), STR_ARG(t->name), STR_ARG(t->name),
                           STR_ARG(buf_str(&same))));
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (t->rows == room) {
            room = room > 0 ? room * 2 : 64;
            t->cells = realloc(t->cells, (size_t)(room * t->columns) * sizeof *t->cells);
        }
        if (t->cells == NULL || room * t->columns > MAX_CELLS)
            die(p, "too much to keep in memory");
        for (int i = 0; i < t->columns; i++)
            t->cells[t->rows * t->columns + i] = sqlite3_value_dup(sqlite3_column_value(s, i));
        t->rows++;
    }
    sqlite3_finalize(s);
    buf_done(&names);
    buf_done(&marks);
    buf_done(&same);
}

/* ---- inserting -------------------------------------------------------------------------------- */

static void insert_row(const Plain *p, Table *t)
{
    for (int i = 0; i < t->columns; i++)
        if (sqlite3_bind_value(t->insert, i + 1, t->cells[t->done * t->columns + i]) != SQLITE_OK)
            die(p, "bind");
    if (sqlite3_step(t->insert) != SQLITE_DONE)
        die(p, "insert");
    sqlite3_reset(t->insert);
    t->done++;
}

/* Of each table the share that belongs to the submissions up to this one. */
static void insert_submission(Plain *p, sqlite3_stmt *number, int64_t i, int64_t submissions)
{
    if (sqlite3_step(number) != SQLITE_DONE)
        die(p, "number");
    sqlite3_reset(number);
    for (size_t k = 0; k < p->n; k++) {
        Table *t = &p->tables[k];
        while (t->done < t->rows * (i + 1) / submissions)
            insert_row(p, t);
    }
}

static void insert_all(Plain *p, int64_t group)
{
    int64_t submissions = 0, rows = 0;
    struct timespec from, to;

    for (size_t k = 0; k < p->n; k++) {
        rows += p->tables[k].rows;
        if (str_eq_z(p->tables[k].name, "request"))
            submissions = p->tables[k].rows;
    }
    if (submissions == 0)
        die(p, "the server wrote no request");
    sqlite3_stmt *number =
        prepare(p, STR("UPDATE number_series SET next = next + 1 WHERE record = 'request'"));
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int64_t i = 0; i < submissions; i++) {
        if (i % group == 0)
            run(p, "BEGIN IMMEDIATE");
        insert_submission(p, number, i, submissions);
        if ((i + 1) % group == 0 || i + 1 == submissions)
            run(p, "COMMIT");
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    sqlite3_finalize(number);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    printf("%lld %.1f %.1f\n", (long long)submissions, (double)submissions / seconds,
           (double)rows / (double)submissions);
}

int main(int argc, char **argv)
{
    Plain p = { .arena = arena_new(64u << 20) };
    int64_t group = 0;

    if (argc != 4 || !str_to_i64(str_z(argv[3]), &group) || group < 1 || group > 10000) {
        fprintf(stderr, "bench-plain SERVER.sqlite PLAIN.sqlite GROUP\n");
        return 2;
    }
    if (access(argv[2], F_OK) != 0)
        return copy(&p, argv[1], argv[2]);
    if (sqlite3_open_v2(argv[2], &p.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
        die(&p, "open");
    run(&p, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;"
            "PRAGMA secure_delete = ON; PRAGMA cache_size = -16000");
    run(&p, str_fmt(p.arena, "ATTACH 'file:%s?mode=ro' AS server", argv[1]).ptr);
    find_tables(&p);
    for (size_t i = 0; i < p.n; i++)
        read_new(&p, &p.tables[i]);
    run(&p, "DETACH server");
    insert_all(&p, group);
    for (size_t i = 0; i < p.n; i++)
        sqlite3_finalize(p.tables[i].insert);
    sqlite3_close(p.db);
    return 0;
}
