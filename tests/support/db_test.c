/* db_test.c - see db_test.h. */
#include "support/db_test.h"

#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

enum {
    FAULTS = 5000,       /* an act with more database calls than this does not end */
    FAULT_CAP = 8 << 20, /* bytes of the arena of one run */
};

/* ---- files ----------------------------------------------------------------------------------- */

static char dir[64];
static pid_t dir_owner;

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    UNUSED(st);
    UNUSED(kind);
    UNUSED(at);
    return remove(path);
}

static void remove_dir(void)
{
    if (dir_owner == getpid()) /* not in a child that a test forked */
        nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{
    if (dir[0] == '\0') {
        snprintf(dir, sizeof dir, "/tmp/errand-tests-XXXXXX");
        if (mkdtemp(dir) == NULL)
            test_fail(__FILE__, __LINE__, "cannot make a folder in /tmp: %s", strerror(errno));
        dir_owner = getpid();
        atexit(remove_dir);
    }
    return dir;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t n;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

    if (in < 0 || out < 0)
        test_fail(__FILE__, __LINE__, "cannot copy %s to %s", from, to);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)n) != n)
            test_fail(__FILE__, __LINE__, "cannot write %s", to);
    close(in);
    close(out);
}

/* A migrated database that nobody has open. */
static const char *template_file(void)
{
    static char path[96];

    if (path[0] != '\0')
        return path;
    const char *where = getenv("TEST_DB");
    if (where != NULL && strcmp(where, "sqlite") != 0)
        test_fail(__FILE__, __LINE__, "TEST_DB=%s: this version has a driver for sqlite only",
                  where);

    char made[96];
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    DbConn *c = NULL;
    Str why = STR_NULL;
    snprintf(made, sizeof made, "%s/template.sqlite", test_dir());
    if (dbc_open(a, made, DBC_WRITER, true, &c, &why) != RC_OK
        || migrate(c, a, db_migrations, db_migration_count, &why) != RC_OK)
        test_fail(__FILE__, __LINE__, "cannot make the database for tests: %.*s", STR_ARG(why));
    dbc_checkpoint(c, true);
    dbc_close(c);
    memcpy(path, made, sizeof path);
    return path;
}

const char *test_db_file(void)
{
    static unsigned number;
    static char path[96];

    const char *from = template_file();
    /* A child that a test forked counts on from the same number. */
    snprintf(path, sizeof path, "%s/test-%ld-%u.sqlite", test_dir(), (long)getpid(), ++number);
    copy_file(from, path);
    return path;
}

Db *test_db(size_t queue_limit)
{
    Str url = str_fmt(test_arena(), "sqlite:%s", test_db_file());
    DbOpen how = { .url = url, .write = true, .queue_limit = queue_limit };
    Db *db = NULL;
    Str why = STR_NULL;

    if (db_open(test_arena(), &how, &db, &why) != RC_OK)
        test_fail(__FILE__, __LINE__, "cannot open the database: %.*s", STR_ARG(why));
    return db;
}

/* ---- DB_TEST --------------------------------------------------------------------------------- */

static Subject nobody(void)
{
    return (Subject){ .origin = STR("job"), .zone = zone_utc(), .scopes = SCOPE_ALL };
}

static DbConn *shared;
static bool running; /* still true when the next test begins: the last one jumped out */

static void close_shared(void)
{
    if (!running && dir_owner == getpid())
        dbc_close(shared);
}

void db_test_run(DbTestFn fn)
{
    Subject subject = nobody();

    if (running)
        shared =
            NULL; /* its failure is reported already; that the connection is lost is no matter */
    if (shared == NULL) {
        if (dbc_open(test_arena(), test_db_file(), DBC_WRITER, false, &shared, NULL) != RC_OK)
            test_fail(__FILE__, __LINE__, "cannot open the shared database");
        if (!running)
            atexit(close_shared);
    }
    running = true;
    EXPECT_RC(RC_OK, dbc_step(shared, DBC_BEGIN_WRITE));
    Ctx cx = {
        .arena = test_arena(),
        .db = shared,
        .now_ms = ms("2030-01-07T09:00Z"),
        .subject = &subject,
        .zone = zone_utc(),
        .call_ref = STR("test"),
    };
    fn(&cx);
    if (dbc_in_transaction(shared))
        EXPECT_RC(RC_OK, dbc_step(shared, DBC_ROLLBACK));
    db_fail_after(shared, 0);
    running = false;
}

void fault_run(Ctx *cx, Rc (*act)(Ctx *cx, void *arg), void *arg)
{
    for (uint64_t n = 1; n <= FAULTS; n++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new(FAULT_CAP);
        Ctx own = *cx;
        own.arena = arena;
        EXPECT_RC(RC_OK, dbc_step(cx->db, DBC_JOB_BEGIN));
        db_fail_after(cx->db, n);
        Rc rc = act(&own, arg);
        bool hit = db_fault_hit(cx->db);
        db_fail_after(cx->db, 0);
        if (!hit) {
            EXPECT_RC(RC_OK, rc);
            EXPECT_RC(RC_OK, dbc_step(cx->db, DBC_JOB_KEEP));
            return;
        }
        if (rc == RC_OK)
            test_fail(__FILE__, __LINE__, "call %llu to the database failed and the act said RC_OK",
                      (unsigned long long)n);
        EXPECT_RC(RC_OK, dbc_step(cx->db, DBC_JOB_UNDO));
        EXPECT_RC(RC_OK, dbc_step(cx->db, DBC_JOB_KEEP));
    }
    test_fail(__FILE__, __LINE__, "more than %d calls to the database", FAULTS);
}

/* ---- fixtures -------------------------------------------------------------------------------- */

/* Runs a text that is no named query; returns whether there was a row, and its first column. */
static bool run(Ctx *cx, const char *sql, const DbValue *binds, int n, bool text, int64_t *ret,
                Str *ret_text)
{
    const DbQuery q = {
        .name = "fixture", .number = -1, .sqlite = sql, .postgres = sql, .binds = n
    };
    CLEANUP(rows_close) Rows rows = { 0 };

    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &q, binds, &rows));
    bool found = rows_next(&rows);
    if (found && text)
        *ret_text = rows_opt_text(&rows, 0);
    else if (found)
        *ret = rows_int(&rows, 0);
    EXPECT_RC(RC_OK, rows_finish(&rows));
    return found;
}

int64_t fixture_int(Ctx *cx, const char *sql)
{
    int64_t value = 0;

    if (!run(cx, sql, NULL, 0, false, &value, NULL))
        test_fail(__FILE__, __LINE__, "no row: %s", sql);
    return value;
}

Str fixture_text(Ctx *cx, const char *sql)
{
    Str value = STR_NULL;

    if (!run(cx, sql, NULL, 0, true, NULL, &value))
        test_fail(__FILE__, __LINE__, "no row: %s", sql);
    return value;
}

void fixture_exec(Ctx *cx, const char *sql)
{
    int64_t value = 0;

    run(cx, sql, NULL, 0, false, &value, NULL);
}

int64_t fixture_person(Ctx *cx, const char *login)
{
    const DbValue binds[] = { db_text(str_z(login)), db_int(cx->now_ms) };
    int64_t id = 0;

    run(cx,
        "INSERT INTO person (login, name, kind, created_ms, updated_ms)"
        " VALUES (?1, ?1, 'employee', ?2, ?2) RETURNING id",
        binds, 2, false, &id, NULL);
    return id;
}

void fixture_manager(Ctx *cx, int64_t person_id, int64_t manager_id)
{
    const DbValue binds[] = { db_int(person_id), db_int(manager_id) };

    run(cx, "UPDATE person SET manager_id = ?2 WHERE id = ?1", binds, 2, false, NULL, NULL);
}

int64_t fixture_team(Ctx *cx, const char *key)
{
    return fixture_supplier_team(cx, key, "");
}

int64_t fixture_supplier_team(Ctx *cx, const char *key, const char *supplier)
{
    const DbValue binds[] = { db_text(str_z(key)), db_text(str_z(supplier)), db_int(cx->now_ms) };
    int64_t id = 0;

    run(cx,
        "INSERT INTO team (key, name, supplier, created_ms, updated_ms)"
        " VALUES (?1, '{\"en\":\"' || ?1 || '\"}', ?2, ?3, ?3) RETURNING id",
        binds, 3, false, &id, NULL);
    return id;
}

void fixture_member(Ctx *cx, int64_t team_id, int64_t person_id, bool lead)
{
    const DbValue binds[] = { db_int(team_id), db_int(person_id), db_int(lead) };

    run(cx, "INSERT INTO team_member (team_id, person_id, lead) VALUES (?1, ?2, ?3)", binds, 3,
        false, NULL, NULL);
}

void fixture_role(Ctx *cx, int64_t person_id, const char *role, int64_t team_id)
{
    const DbValue binds[] = { db_int(person_id), db_text(str_z(role)), db_int(team_id) };

    run(cx, "INSERT INTO role_held (person_id, role, team_id) VALUES (?1, ?2, ?3)", binds, 3, false,
        NULL, NULL);
}

void fixture_act_as(Ctx *cx, int64_t person_id)
{
    static const DbQuery roles = {
        .name = "fixture_roles",
        .number = -1,
        .sqlite = "SELECT role FROM person_principal WHERE person_id = ?1",
        .postgres = "SELECT role FROM person_principal WHERE person_id = $1::bigint",
        .binds = 1,
        .columns = 1,
    };
    const DbValue binds[] = { db_int(person_id) };
    CLEANUP(rows_close) Rows rows = { 0 };
    Subject *s = ARENA_NEW(cx->arena, Subject);

    *s = nobody();
    s->person_id = person_id;
    s->origin = STR("web");
    run(cx, "SELECT login FROM person WHERE id = ?1", binds, 1, true, NULL, &s->login);
    s->name = s->login;
    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &roles, binds, &rows));
    while (rows_next(&rows))
        s->roles |= (uint32_t)rows_int(&rows, 0);
    EXPECT_RC(RC_OK, rows_result(&rows));
    cx->subject = s;
}
