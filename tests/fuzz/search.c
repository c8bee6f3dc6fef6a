/* Whatever is typed into a search is understood: words and filters, or a query, or a filter that is wrong and said so.  What it
 * means as a query of a list gives itself again, typed into the search or read as a query. */
#include "fuzz/fuzz.h"

#include "db/dbc.h"
#include "db/migrate.h"
#include "domain/view/search.h"

#include <stdlib.h>
#include <unistd.h>

static void insert(DbConn *c, Arena *a, const char *sql)
{
    const DbQuery q = { .name = "insert", .number = -1, .sqlite = sql, .postgres = sql };
    Rc rc = db_exec(c, a, &q, NULL, NULL);

    assert(rc == RC_OK);
}

/* A database with one person and one team, in a file that has no name any more. */
static DbConn *open_once(void)
{
    static DbConn *c;
    char path[] = "/tmp/errand-fuzz-XXXXXX";

    if (c != NULL)
        return c;
    CLEANUP(arena_free_at) Arena *a = arena_new(8u << 20);
    int file = mkstemp(path);
    assert(file >= 0);
    close(file);
    Rc rc = dbc_open(a, path, DBC_WRITER, true, &c, NULL);
    assert(rc == RC_OK);
    rc = migrate(c, a, db_migrations, db_migration_count, NULL);
    assert(rc == RC_OK);
    insert(c, a,
           "INSERT INTO person (id, login, name, kind, created_ms, updated_ms)"
           " VALUES (1, 'robin', 'Robin', 'employee', 0, 0)");
    insert(c, a,
           "INSERT INTO team (key, name, supplier, created_ms, updated_ms)"
           " VALUES ('workplace', '{\"en\":\"Workplace\"}', '', 0, 0)");
    unlink(path);
    unlink(str_dup_z(a, str_fmt(a, "%s-wal", path)));
    unlink(str_dup_z(a, str_fmt(a, "%s-shm", path)));
    return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DbConn *c = open_once();
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    Subject robin = { .person_id = 1,
                      .login = STR("robin"),
                      .origin = STR("web"),
                      .zone = zone_utc(),
                      .scopes = SCOPE_ALL };
    Ctx cx = { .arena = a,
               .db = c,
               .now_ms = INT64_C(1900000000000),
               .subject = &robin,
               .zone = zone_utc(),
               .call_ref = STR("fuzz") };
    Str typed = { (const char *)data, size };
    SearchAsked q, again;

    Rc rc = search_read(&cx, typed, &q);
    if (rc != RC_OK) {
        typed = str_trim(typed);
        assert(rc == RC_INVALID && (typed.len > SEARCH_MAX_BYTES || !str_is_utf8(typed)));
        return 0;
    }
    assert(q.where != NULL && str_is_utf8(q.words) && q.words.len <= size);
    assert(q.narrowed || find_where(q.where) == NULL || q.wrong.msgid != NULL);
    if (q.is_query)
        assert(q.narrowed && q.words.len == 0 && q.wrong.msgid == NULL && q.query.len > 0);
    if (q.wrong.msgid != NULL) {
        assert(find_where(q.where) == NULL && q.query.len == 0 && q.narrowed);
        return 0;
    }
    if (q.query.len == 0)
        return 0;
    const FindQuery *parsed;
    CondError error;
    Str printed;
    rc = find_parse(&cx, q.query, &parsed, &error);
    assert(rc == RC_OK || rc == RC_LIMIT); /* longer than it was typed */
    if (rc == RC_OK) {
        rc = find_text(&cx, parsed, &printed);
        assert(rc == RC_OK && str_eq(printed, q.query));
    }
    if (q.query.len > SEARCH_MAX_BYTES)
        return 0;
    rc = search_read(&cx, q.query, &again);
    assert(rc == RC_OK && again.is_query && str_eq(again.query, q.query));
    return 0;
}
