/* db_test.c - opening, migrating, queries and rows.  The writer: writer_test.c. */
#include "db/db.h"

#include "db/migrate.h"
#include "support/db_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#define QUERY(text, b, c)                                                                          \
    {                                                                                              \
        .name = "test", .number = -1, .sqlite = (text), .postgres = (text), .binds = (b),          \
        .columns = (c)                                                                             \
    }

static Str url(const char *path)
{
    return str_fmt(test_arena(), "sqlite:%s", path);
}

static const char *fresh(const char *name)
{
    return str_dup_z(test_arena(), str_fmt(test_arena(), "%s/%s", test_dir(), name));
}

/* ---- opening --------------------------------------------------------------------------------- */

TEST(db_open_refuses_what_is_no_database_with_a_sentence)
{
    const char *text = fresh("text.sqlite");
    int fd = open(text, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    EXPECT(write(fd, "this is not a database, however long the text", 45) == 45);
    close(fd);
    const struct {
        int line;
        Rc rc;
        Str url, words;
        bool write, create;
    } cases[] = {
        { __LINE__, RC_INVALID, STR("sqlite:"), STR("names no database"), true, true },
        { __LINE__, RC_INVALID, STR("/tmp/x"), STR("Write sqlite:FILE"), true, true },
        { __LINE__, RC_INVALID, STR("postgres://localhost/x"), STR("Write sqlite:FILE"), true,
          true },
        { __LINE__, RC_INVALID, STR("sqlite:/tmp/a\nb"), STR("characters"), true, true },
        { __LINE__, RC_NOT_FOUND, url(fresh("none.sqlite")), STR("errand init"), true, false },
        { __LINE__, RC_NOT_FOUND, url(fresh("none.sqlite")), STR("errand init"), false, false },
        { __LINE__, RC_NOT_FOUND, url(fresh("none.sqlite")), STR("errand init"), false, true },
        { __LINE__, RC_INTERNAL, url("/nowhere/x.sqlite"), STR("/nowhere"), true, true },
        { __LINE__, RC_INVALID, url(text), STR("Cannot open"), true, true },
        { __LINE__, RC_INVALID, url(text), STR("Cannot open"), false, false },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        DbOpen how = { .url = cases[i].url, .write = cases[i].write, .create = cases[i].create };
        Db *db = NULL;
        Str why = STR_NULL;
        EXPECT_RC_AT(cases[i].line, cases[i].rc, db_open(test_arena(), &how, &db, &why));
        EXPECT_AT(cases[i].line, db == NULL);
        if (!str_contains(why, cases[i].words))
            test_fail(__FILE__, cases[i].line, "%.*s", STR_ARG(why));
    }
    struct stat st;
    EXPECT(stat(fresh("none.sqlite"), &st) != 0 && stat(fresh("none.sqlite.lock"), &st) != 0);
}

TEST(db_open_makes_files_for_their_owner_only)
{
    const char *path = fresh("made.sqlite");
    DbOpen how = { .url = url(path), .write = true, .create = true };
    Db *db = NULL;

    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &db, NULL));
    EXPECT_RC(RC_OK, db_migrate(db, test_arena(), NULL));
    EXPECT_STR(path, db_path(db));
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct stat st;
        char name[128];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        EXPECT(stat(name, &st) == 0);
        EXPECT_INT(0600, (int64_t)(st.st_mode & 0777));
    }
    db_close(db);
}

TEST(db_open_lets_only_one_write)
{
    const char *path = test_db_file();
    DbOpen how = { .url = url(path), .write = true };
    DbOpen look = { .url = url(path) };
    Db *first = NULL, *second = NULL, *third = NULL;
    Str why = STR_NULL;

    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &first, NULL));
    EXPECT_RC(RC_CONFLICT, db_open(test_arena(), &how, &second, &why));
    EXPECT(str_contains(why, str_fmt(test_arena(), "Process %ld has", (long)getpid())));
    EXPECT_RC(RC_OK, db_open(test_arena(), &look, &third, NULL));
    db_close(third);
    db_close(first);
    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &second, NULL));
    db_close(second);
}

TEST(db_open_knows_a_database_by_all_its_names)
{
    const char *path = test_db_file(), *link = fresh("link.sqlite");
    DbOpen how = { .url = url(path), .write = true };
    DbOpen other = { .url = url(link), .write = true };
    Db *first = NULL, *second = NULL;

    EXPECT(symlink(path, link) == 0);
    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &first, NULL));
    EXPECT_RC(RC_CONFLICT, db_open(test_arena(), &other, &second, NULL));
    db_close(first);
    EXPECT_RC(RC_OK, db_open(test_arena(), &other, &second, NULL));
    EXPECT_STR(path, db_path(second));
    db_close(second);

    const struct {
        int line;
        Str url, file;
    } cases[] = {
        { __LINE__, url(link), str_z(path) },
        { __LINE__, url(fresh("../../tmp/none")), STR("/tmp/none") },
        { __LINE__, url("/nowhere/at/all"), STR("/nowhere/at/all") },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str file = STR_NULL;
        EXPECT_RC_AT(cases[i].line, RC_OK, db_file(test_arena(), cases[i].url, &file, NULL));
        EXPECT_STR_AT(cases[i].line, cases[i].file, file);
    }
}

static void *close_later(void *arg)
{
    usleep(150000);
    db_close(arg);
    return NULL;
}

TEST(db_open_waits_for_another_writer)
{
    DbOpen how = { .url = url(test_db_file()), .write = true };
    Db *first = NULL, *second = NULL;
    pthread_t closer;

    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &first, NULL));
    EXPECT(pthread_create(&closer, NULL, close_later, first) == 0);
    how.lock_wait_ms = 20;
    EXPECT_RC(RC_CONFLICT, db_open(test_arena(), &how, &second, NULL));
    how.lock_wait_ms = 10000;
    EXPECT_RC(RC_OK, db_open(test_arena(), &how, &second, NULL));
    pthread_join(closer, NULL);
    db_close(second);
}

static Rc read_pragmas(DbConn *c, void *arg)
{
    static const struct {
        DbQuery q;
        int64_t want;
    } pragmas[] = {
        { QUERY("PRAGMA synchronous", 0, 1), 2 },
        { QUERY("PRAGMA foreign_keys", 0, 1), 1 },
        { QUERY("PRAGMA secure_delete", 0, 1), 1 },
        { QUERY("PRAGMA trusted_schema", 0, 1), 0 },
        { QUERY("PRAGMA wal_autocheckpoint", 0, 1), 0 },
        { QUERY("PRAGMA busy_timeout", 0, 1), 2000 },
    };
    const bool *reader = arg;

    for (size_t i = 0; i < COUNT_OF(pragmas); i++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        TRY(db_query(c, NULL, &pragmas[i].q, NULL, &rows));
        if (!rows_next(&rows) || rows_int(&rows, 0) != pragmas[i].want)
            return RC_INVALID;
    }
    static const DbQuery mode =
        QUERY("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'", 0, 1);
    static const DbQuery only = QUERY("PRAGMA query_only", 0, 1);
    static const DbQuery quoted = QUERY("SELECT \"no_such_column\"", 0, 1);
    static const DbQuery load = QUERY("SELECT load_extension('x')", 0, 1);
    static const DbQuery shadow = QUERY("UPDATE sqlite_schema SET sql = ''", 0, 0);
    CLEANUP(rows_close) Rows a = { 0 }, b = { 0 }, bad = { 0 };
    TRY(db_query(c, NULL, &mode, NULL, &a));
    TRY(db_query(c, NULL, &only, NULL, &b));
    bool good =
        rows_next(&a) && rows_int(&a, 0) == 1 && rows_next(&b) && rows_int(&b, 0) == *reader;
    if (!good || db_query(c, NULL, &quoted, NULL, &bad) == RC_OK)
        return RC_INVALID;
    rows_close(&bad);
    if (db_exec(c, NULL, &load, NULL, NULL) == RC_OK
        || db_exec(c, NULL, &shadow, NULL, NULL) == RC_OK)
        return RC_INVALID;
    return RC_OK;
}

TEST(db_connections_have_the_settings_that_hold_everywhere)
{
    Db *db = test_db(0);
    DbConn *c = NULL;
    bool reader = true, writer = false;

    EXPECT_RC(RC_OK, db_write_alone(db, read_pragmas, &writer));
    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    EXPECT_RC(RC_OK, read_pragmas(c, &reader));
    db_reader_close(c);
    db_close(db);
}

/* ---- migrations ------------------------------------------------------------------------------ */

static const DbMigration steps[] = {
    { 1, "one", "hash-1", "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1);", "" },
    { 2, "two", "hash-2", "CREATE TABLE two (a INTEGER) STRICT;", "" },
    { 3, "broken", "hash-3",
      "CREATE TABLE three (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", "" },
};

static int64_t number_of(DbConn *c, const char *sql)
{
    const DbQuery q = QUERY(sql, 0, 1);
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(c, test_arena(), &q, NULL, &rows));
    EXPECT(rows_next(&rows));
    return rows_int(&rows, 0);
}

TEST(migrate_takes_each_step_once_and_whole)
{
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    Arena *a = test_arena();
    Str why = STR_NULL;

    EXPECT_RC(RC_OK, dbc_open(a, fresh("steps.sqlite"), DBC_WRITER, true, &c, NULL));
    EXPECT_RC(RC_OK, migrate(c, a, steps, 1, NULL));
    EXPECT_RC(RC_OK, migrate(c, a, steps, 2, NULL));
    EXPECT_RC(RC_OK, migrate(c, a, steps, 2, NULL));
    EXPECT_INT(1, number_of(c, "SELECT count(*) FROM one"));
    EXPECT_INT(2, number_of(c, "SELECT count(*) FROM schema_migration"));

    /* A step that fails leaves nothing behind. */
    EXPECT_RC(RC_INTERNAL, migrate(c, a, steps, 3, &why));
    EXPECT(str_contains(why, STR("nowhere")));
    EXPECT_INT(0, number_of(c, "SELECT count(*) FROM sqlite_schema WHERE name = 'three'"));
    EXPECT_INT(2, number_of(c, "SELECT count(*) FROM schema_migration"));
}

TEST(migrate_refuses_a_newer_schema_and_an_edited_step)
{
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    Arena *a = test_arena();
    DbMigration edited[2] = { steps[0], steps[1] };
    Str why = STR_NULL;

    EXPECT_RC(RC_OK, dbc_open(a, fresh("newer.sqlite"), DBC_WRITER, true, &c, NULL));
    EXPECT_RC(RC_OK, migrate(c, a, steps, 2, NULL));
    EXPECT_RC(RC_CONFLICT, migrate(c, a, steps, 1, &why));
    EXPECT(str_contains(why, STR("newer version")));
    edited[0].hash = "hash-1b";
    EXPECT_RC(RC_CONFLICT, migrate(c, a, edited, 2, &why));
    EXPECT(str_contains(why, STR("Step 1 (one)")));
}

/* ---- queries --------------------------------------------------------------------------------- */

static const DbQuery types = QUERY("SELECT ?1, ?2, ?3, ?4, ?5, ?6", 6, 6);

DB_TEST(db_checks_of_words_are_comparisons)
{
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                  " AND sql LIKE '%CHECK (% IN (''%'"));
    EXPECT(fixture_int(cx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                           " AND sql LIKE '%CHECK (state = %'")
           > 0);
}

DB_TEST(db_checks_that_are_comparisons_refuse_what_lists_did)
{
    static const DbQuery insert = QUERY(
        "INSERT INTO pending (request_id, kind, reason, since_ms) VALUES (?1, ?2, '', 0)", 2, 0);

    fixture_exec(cx, "PRAGMA defer_foreign_keys = ON");
    EXPECT_RC(RC_INTERNAL, db_exec(cx->db, NULL, &insert,
                                   (DbValue[]){ db_int(1), db_text(STR("nobody")) }, NULL));
    EXPECT_RC(RC_OK, db_exec(cx->db, NULL, &insert,
                             (DbValue[]){ db_int(1), db_text(STR("supplier")) }, NULL));
}

DB_TEST(db_values_come_back_as_they_were_bound)
{
    const DbValue binds[] = {
        db_int(INT64_MIN),     db_real(0.5),           db_text(STR("smörgås\xE5\xAF\x86")),
        db_bytes(STR("a\0b")), db_opt_int(OPT_INT(7)), db_text(STR_NULL),
    };
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &types, binds, &rows));
    EXPECT(rows_next(&rows));
    EXPECT_INT(INT64_MIN, rows_int(&rows, 0));
    EXPECT(rows_real(&rows, 1) > 0.49 && rows_real(&rows, 1) < 0.51);
    EXPECT_STR("smörgås\xE5\xAF\x86", rows_text(&rows, 2));
    EXPECT_STR(STR("a\0b"), rows_bytes(&rows, 3));
    EXPECT_INT(7, rows_opt_int(&rows, 4).value);
    EXPECT_STR("", rows_text(&rows, 5)); /* not NULL: the parameter has no "?" */
    EXPECT(!rows_next(&rows));
    EXPECT_RC(RC_OK, rows_result(&rows));
}

DB_TEST(db_null_is_told_apart)
{
    const DbValue binds[] = { db_opt_int(OPT_NONE),
                              db_opt_text(STR_NULL),
                              db_opt_bytes(STR_NULL),
                              db_opt_text(STR("")),
                              db_int(0),
                              db_int(0) };
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &types, binds, &rows));
    EXPECT(rows_next(&rows));
    EXPECT(!rows_opt_int(&rows, 0).set);
    EXPECT(str_is_null(rows_opt_text(&rows, 1)));
    EXPECT(str_is_null(rows_opt_bytes(&rows, 2)));
    EXPECT_STR("", rows_opt_text(&rows, 3));
    EXPECT_RC(RC_OK, rows_result(&rows));
    /* A column that promised a value and has none must not pass for 0. */
    EXPECT_INT(0, rows_int(&rows, 0));
    EXPECT_RC(RC_INTERNAL, rows_result(&rows));
    EXPECT(!rows_next(&rows));
}

DB_TEST(db_answer_that_does_not_fit_is_a_limit)
{
    static const DbQuery big = QUERY("SELECT hex(zeroblob(?1))", 1, 1);
    const DbValue binds[] = { db_int(60000) };
    CLEANUP(arena_free_at) Arena *small = arena_new(100000);
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(cx->db, small, &big, binds, &rows));
    EXPECT(rows_next(&rows));
    EXPECT(str_is_null(rows_text(&rows, 0)));
    EXPECT_RC(RC_LIMIT, rows_result(&rows));
}

DB_TEST(db_constraints_of_a_returning_statement_are_told)
{
    static const DbQuery orphan = QUERY(
        "INSERT INTO team_member (team_id, person_id) VALUES (99, 99) RETURNING team_id", 0, 1);
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &orphan, NULL, &rows));
    rows_next(&rows); /* some versions give the row first and check the foreign key at the end */
    EXPECT_RC(RC_INTERNAL, rows_finish(&rows));
}

DB_TEST(db_query_may_run_inside_its_own_loop)
{
    const DbQuery *q = NULL;
    size_t seen = 0;

    for (int i = 0; i < db_query_count; i++)
        if (strcmp(db_queries[i].name, "event_after") == 0)
            q = &db_queries[i];
    EXPECT(q != NULL);
    fixture_exec(cx, "INSERT INTO event (at_ms, kind, origin, call_ref, object, object_id)"
                     " VALUES (1, 'a', 'job', '', 'x', 1), (2, 'b', 'job', '', 'x', 2)");
    const DbValue binds[] = { db_int(0), db_int(0), db_int(10) };
    CLEANUP(rows_close) Rows outer = { 0 };
    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, q, binds, &outer));
    while (rows_next(&outer)) {
        CLEANUP(rows_close) Rows inner = { 0 };
        EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, q, binds, &inner));
        while (rows_next(&inner))
            seen++;
    }
    EXPECT_INT(4, (int64_t)seen);
}

DB_TEST(db_statements_are_counted)
{
    uint64_t before = db_conn_statements(cx->db);

    fixture_int(cx, "SELECT 1");
    fixture_int(cx, "SELECT 2");
    EXPECT_INT(2, (int64_t)(db_conn_statements(cx->db) - before));
}

DB_TEST(db_fail_after_fails_once)
{
    static const DbQuery one = QUERY("SELECT 1", 0, 1);

    db_fail_after(cx->db, 2); /* the query goes through, its row does not */
    {
        CLEANUP(rows_close) Rows rows = { 0 };
        EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &one, NULL, &rows));
        EXPECT(!db_fault_hit(cx->db));
        EXPECT(!rows_next(&rows));
        EXPECT_RC(RC_INTERNAL, rows_result(&rows));
        EXPECT(db_fault_hit(cx->db));
    }
    EXPECT_INT(1, fixture_int(cx, "SELECT 1"));
}

/* ---- readers --------------------------------------------------------------------------------- */

TEST(db_reader_cannot_write)
{
    static const char *const texts[] = {
        "INSERT INTO setting (key, value, updated_ms) VALUES ('a', 'b', 1)",
        "UPDATE number_series SET next = 5",
        "DELETE FROM number_series",
        "CREATE TABLE x (a)",
        "DROP TABLE setting",
        "VACUUM",
        "ATTACH DATABASE '/tmp/x' AS x",
        "PRAGMA user_version = 5",
    };
    Db *db = test_db(0);
    DbConn *c = NULL;

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const DbQuery q = QUERY(texts[i], 0, 0);
        Rc rc = db_exec(c, test_arena(), &q, NULL, NULL);
        if (rc == RC_OK)
            test_fail(__FILE__, __LINE__, "a reader may: %s", texts[i]);
    }
    EXPECT_INT(4, number_of(c, "SELECT count(*) FROM number_series"));
    db_reader_close(c);
    db_close(db);
}

static Rc put_setting(DbConn *c, void *arg)
{
    static const DbQuery put =
        QUERY("INSERT INTO setting (key, value, updated_ms) VALUES (?1, '', 1)", 1, 0);
    const DbValue binds[] = { db_text(str_z(arg)) };

    return db_exec(c, NULL, &put, binds, NULL);
}

TEST(db_reader_keeps_its_snapshot_until_it_ends)
{
    char a[] = "a", b[] = "b";
    Db *db = test_db(0);
    DbConn *c = NULL;

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    EXPECT_RC(RC_OK, db_write(db, put_setting, a));
    EXPECT_RC(RC_OK, db_read_begin(c));
    EXPECT_INT(1, number_of(c, "SELECT count(*) FROM setting"));
    EXPECT_RC(RC_OK, db_write(db, put_setting, b));
    EXPECT_INT(1, number_of(c, "SELECT count(*) FROM setting"));
    db_read_end(c);
    EXPECT_INT(2, number_of(c, "SELECT count(*) FROM setting"));
    db_reader_close(c);
    db_close(db);
}

static Rc add_one(DbConn *c, void *arg)
{
    UNUSED(arg);
    return db_exec(c, test_arena(), &(DbQuery)QUERY("INSERT INTO again VALUES (1)", 0, 0), NULL,
                   NULL);
}

static Rc make_table(DbConn *c, void *arg)
{
    UNUSED(arg);
    return db_exec(c, test_arena(), &(DbQuery)QUERY("CREATE TABLE again (n INTEGER)", 0, 0), NULL,
                   NULL);
}

/* What was committed, and told, is never missing for whoever comes after. */
TEST(db_snapshot_is_shared_until_the_next_commit)
{
    Db *db = test_db(0);
    DbConn *c = NULL;

    EXPECT_RC(RC_OK, db_write(db, make_table, NULL));
    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    EXPECT(!db_read_again(c));
    EXPECT_RC(RC_OK, db_read_begin(c));
    uint64_t snapshot = db_snapshot(c);
    EXPECT_INT(0, number_of(c, "SELECT count(*) FROM again"));
    EXPECT(db_read_again(c));
    EXPECT_INT((int64_t)snapshot, (int64_t)db_snapshot(c));
    EXPECT_RC(RC_OK, db_write(db, add_one, NULL));
    EXPECT(!db_read_again(c));
    EXPECT_INT(0, number_of(c, "SELECT count(*) FROM again"));
    db_read_end(c);
    EXPECT(!db_read_again(c));
    EXPECT_RC(RC_OK, db_read_begin(c));
    EXPECT_INT(1, number_of(c, "SELECT count(*) FROM again"));
    db_read_end(c);
    db_reader_close(c);
    db_close(db);
}

TEST(db_snapshot_has_a_time_for_all_its_statements)
{
    static const DbQuery endless = QUERY(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", 0,
        1);
    static const DbQuery short_one = QUERY("SELECT 1", 0, 1);
    Db *db = test_db(0);
    DbConn *c = NULL;
    Rows rows = { 0 };
    int ran = 0;

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    dbc_time_limits(c, 10000, 100);
    EXPECT_RC(RC_OK, db_read_begin(c));
    EXPECT(!db_read_late(c));
    /* Many short ones: none is too long, all together are. */
    Ms start = clock_monotonic_ms();
    for (Rc rc = RC_OK; rc == RC_OK; ran++) {
        rc = db_query(c, test_arena(), &short_one, NULL, &rows);
        EXPECT(rc == RC_LIMIT || rows_next(&rows));
        rows_close(&rows);
        EXPECT(clock_monotonic_ms() - start < 5000);
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    EXPECT(ran > 1);
    EXPECT(db_read_late(c));
    db_read_end(c);
    /* One that is running is stopped at the end of the snapshot's time. */
    EXPECT_RC(RC_OK, db_read_begin(c));
    EXPECT(!db_read_late(c));
    start = clock_monotonic_ms();
    EXPECT_RC(RC_OK, db_query(c, test_arena(), &endless, NULL, &rows));
    EXPECT(!rows_next(&rows));
    EXPECT_RC(RC_LIMIT, rows_result(&rows));
    EXPECT(clock_monotonic_ms() - start < 5000);
    EXPECT(db_read_late(c));
    rows_close(&rows);
    db_read_end(c);
    EXPECT_INT(1, number_of(c, "SELECT 1"));
    db_reader_close(c);
    db_close(db);
}

TEST(db_reader_is_stopped_after_its_time)
{
    static const DbQuery endless = QUERY(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", 0,
        1);
    Db *db = test_db(0);
    DbConn *c = NULL;
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_reader_open(db, &c));
    Ms start = clock_monotonic_ms();
    EXPECT_RC(RC_OK, db_query(c, test_arena(), &endless, NULL, &rows));
    EXPECT(!rows_next(&rows));
    EXPECT_RC(RC_LIMIT, rows_result(&rows));
    EXPECT(clock_monotonic_ms() - start >= DB_READ_MS);
    rows_close(&rows);
    EXPECT_INT(1, number_of(c, "SELECT 1")); /* and goes on */
    db_reader_close(c);
    db_close(db);
}

/* ---- statements that were put together ---- */

static int64_t one_int(Ctx *cx, const char *text)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    const DbQuery q = QUERY(text, 0, 1);

    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &q, NULL, &rows));
    EXPECT(rows_next(&rows));
    return rows_int(&rows, 0);
}

/* More texts than a connection keeps, one inside the loop over the same, and one whose table has changed. */
DB_TEST(db_query_answers_the_same_text_anew_whatever_was_kept)
{
    const DbQuery thrice = QUERY("SELECT value FROM json_each('[1,2,3]')", 0, 1);
    int64_t sum = 0;

    for (int round = 0; round < 3; round++)
        for (int64_t n = 0; n < 100; n++)
            EXPECT_INT(n, one_int(cx, str_dup_z(cx->arena,
                                                str_fmt(cx->arena, "SELECT %lld", (long long)n))));
    CLEANUP(rows_close) Rows outer = { 0 };
    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &thrice, NULL, &outer));
    while (rows_next(&outer)) {
        CLEANUP(rows_close) Rows inner = { 0 };
        EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &thrice, NULL, &inner));
        while (rows_next(&inner))
            sum += rows_int(&outer, 0) * rows_int(&inner, 0);
        EXPECT_RC(RC_OK, rows_result(&inner));
    }
    EXPECT_RC(RC_OK, rows_result(&outer));
    EXPECT_INT(36, sum);
    EXPECT_INT(0, one_int(cx, "SELECT count(*) FROM org WHERE key = 'kept'"));
    fixture_exec(cx, "INSERT INTO org (key, name) VALUES ('kept', 'Kept')");
    fixture_exec(cx, "CREATE INDEX kept_index ON org (key, name)");
    EXPECT_INT(1, one_int(cx, "SELECT count(*) FROM org WHERE key = 'kept'"));
}
