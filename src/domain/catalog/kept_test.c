/* What is kept of the catalog says the same as the database, whatever was published meanwhile. */
#include "app/memory.h"
#include "domain/catalog/catalog.h"
#include "support/db_test.h"

#define LISTS_N    3
#define VERSIONS_N 4

typedef struct Shelf {
    Db *db;
    uint64_t seed;
} Shelf;

static uint64_t draw(Shelf *s, uint64_t n)
{
    s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
    return (s->seed >> 33) % n;
}

static Ctx ctx_of(Arena *a, DbConn *c)
{
    return (Ctx){ .arena = a, .db = c, .now_ms = 1893456000000, .zone = zone_utc() };
}

/* Lists l0 .. l2 with four versions each, whose one entry tells the version. */
static Rc make_shelf(DbConn *c, void *arg)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Ctx cx = ctx_of(a, c);

    UNUSED(arg);
    for (int i = 0; i < LISTS_N; i++) {
        fixture_exec(&cx, str_dup_z(a, str_fmt(a,
                                               "INSERT INTO document (id, kind, key, created_ms) "
                                               "VALUES (%d, 'list', 'l%d', 0)",
                                               i + 1, i)));
        for (int v = 0; v < VERSIONS_N; v++) {
            int id = 10 * (i + 1) + v;
            fixture_exec(
                &cx, str_dup_z(a, str_fmt(a,
                                          "INSERT INTO document_version (id, document_id, number, "
                                          "hash, note, published_ms) "
                                          "VALUES (%d, %d, %d, 'kept%060d', '', 0)",
                                          id, i + 1, v + 1, id)));
            fixture_exec(&cx,
                         str_dup_z(a, str_fmt(a,
                                              "INSERT INTO document_body (version_id, body) VALUES "
                                              "(%d, 'list: l%d\nname: { en: L }\nentries:\n"
                                              "  - { key: e, name: { en: Version %d } }\n')",
                                              id, i, id)));
        }
    }
    return RC_OK;
}

static Rc put_in_force(DbConn *c, void *arg)
{
    Shelf *s = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Ctx cx = ctx_of(a, c);
    int list = (int)draw(s, LISTS_N) + 1;
    int version = 10 * list + (int)draw(s, VERSIONS_N);

    if (draw(s, 5) == 0)
        fixture_exec(
            &cx, str_dup_z(
                     a, str_fmt(a, "UPDATE document SET published_id = NULL WHERE id = %d", list)));
    else
        fixture_exec(&cx,
                     str_dup_z(a, str_fmt(a, "UPDATE document SET published_id = %d WHERE id = %d",
                                          version, list)));
    return draw(s, 3) == 0 ? RC_CONFLICT
                           : RC_OK; /* undone: another change gets the same generation */
}

static Str read_lists(Arena *a, DbConn *c, bool kept)
{
    Ctx cx = ctx_of(a, c);
    Str text = STR("");

    memory_switch(kept);
    EXPECT_RC(RC_OK, db_read_begin(c));
    for (int i = 0; i < LISTS_N; i++) {
        Str name = STR("");
        const ManagedList *l = NULL;
        Rc rc = catalog_list(&cx, str_fmt(a, "l%d", i), &l);
        EXPECT_RC(RC_OK, catalog_entry_name(&cx, str_fmt(a, "l%d", i), STR("e"), &name));
        text = str_fmt(a, "%.*s%d %.*s\n", STR_ARG(text), (int)rc, STR_ARG(name));
    }
    db_read_end(c);
    memory_switch(true);
    return text;
}

TEST(catalog_kept_says_the_same_as_the_database_after_any_publishing)
{
    Shelf s = { .db = test_db(64), .seed = 5 };
    DbConn *first, *second;

    EXPECT_RC(RC_OK, db_write(s.db, make_shelf, &s));
    EXPECT_RC(RC_OK, db_reader_open(s.db, &first));
    EXPECT_RC(RC_OK, db_reader_open(s.db, &second));
    for (int round = 0; round < (test_is_short() ? 20 : 400); round++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
        if (draw(&s, 2) == 0) {
            Rc rc = db_write(s.db, put_in_force, &s);
            EXPECT(rc == RC_OK || rc == RC_CONFLICT);
        }
        DbConn *c = draw(&s, 3) == 0 ? second : first;
        Str remembered = read_lists(a, c, true);
        EXPECT_STR(read_lists(a, c, false), remembered);
    }
    db_reader_close(first);
    db_reader_close(second);
    db_close(s.db);
}
