/* What is kept from call to call says the same as the database, whatever was written meanwhile. */
#include "app/memory.h"
#include "domain/identity/inner.h"
#include "support/db_test.h"

#define PERSONS_N 12
#define TEAMS_N   5

typedef struct Office {
    Db *db;
    int64_t persons[PERSONS_N], teams[TEAMS_N];
    uint64_t seed;
    int step;
} Office;

static uint64_t draw(Office *o, uint64_t n)
{
    o->seed = o->seed * 6364136223846793005u + 1442695040888963407u;
    return (o->seed >> 33) % n;
}

static Ctx ctx_of(Arena *a, DbConn *c)
{
    return (Ctx){ .arena = a, .db = c, .now_ms = 1893456000000, .zone = zone_utc() };
}

static Rc make_office(DbConn *c, void *arg)
{
    Office *o = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Ctx cx = ctx_of(a, c);

    for (size_t i = 0; i < PERSONS_N; i++)
        o->persons[i] = fixture_person(&cx, str_dup_z(a, str_fmt(a, "p%zu", i)));
    for (size_t i = 0; i < TEAMS_N; i++)
        o->teams[i] = fixture_team(&cx, str_dup_z(a, str_fmt(a, "t%zu", i)));
    return RC_OK;
}

/* One random change, in one of three cases undone again: by then another one gets the same generation. */
static Rc change(DbConn *c, void *arg)
{
    Office *o = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Ctx cx = ctx_of(a, c);
    long long person = (long long)o->persons[draw(o, PERSONS_N)];
    long long team = (long long)o->teams[draw(o, TEAMS_N)];
    Str sql;

    o->step++;
    switch (draw(o, 6)) {
    case 0:
        sql = str_fmt(a, "UPDATE person SET name = 'Name %d' WHERE id = %lld", o->step, person);
        break;
    case 1:
        sql = str_fmt(a, "UPDATE person SET login = 'login%d' WHERE id = %lld", o->step, person);
        break;
    case 2:
        sql = str_fmt(
            a, "UPDATE team SET name = '{\"en\":\"Team %d\",\"sv\":\"Lag %d\"}' WHERE id = %lld",
            o->step, o->step, team);
        break;
    case 3: sql = str_fmt(a, "UPDATE team SET key = 'key%d' WHERE id = %lld", o->step, team); break;
    case 4: sql = str_fmt(a, "UPDATE team SET active = 1 - active WHERE id = %lld", team); break;
    default:
        sql = str_fmt(
            a,
            "UPDATE team SET supplier = CASE supplier WHEN '' THEN 's' ELSE '' END WHERE id = %lld",
            team);
    }
    fixture_exec(&cx, str_dup_z(a, sql));
    /* The writer itself sees what it has written. */
    PersonRef p;
    EXPECT_RC(RC_OK, person_ref(&cx, person, &p));
    EXPECT_STR(fixture_text(&cx, str_dup_z(a, str_fmt(a, "SELECT name FROM person WHERE id = %lld",
                                                      person))),
               p.name);
    return draw(o, 3) == 0 ? RC_CONFLICT : RC_OK;
}

/* Everything that names give, as one text. */
static Str all_names(Arena *a, DbConn *c, const Office *o, Lang lang)
{
    Ctx cx = ctx_of(a, c);
    TeamRefs choices = { 0 };
    Str text = STR("");

    cx.lang = lang;
    EXPECT_RC(RC_OK, person_refs_load(&cx, o->persons, PERSONS_N / 2));
    EXPECT_RC(RC_OK, team_refs_load(&cx, o->teams, TEAMS_N / 2));
    for (size_t i = 0; i < PERSONS_N; i++) {
        PersonRef p;
        EXPECT_RC(RC_OK, person_ref(&cx, o->persons[i], &p));
        text = str_fmt(a, "%.*s%.*s=%.*s\n", STR_ARG(text), STR_ARG(p.login), STR_ARG(p.name));
    }
    for (size_t i = 0; i < TEAMS_N; i++) {
        TeamRef t;
        int64_t id = 0;
        EXPECT_RC(RC_OK, team_ref(&cx, o->teams[i], &t));
        Rc rc = team_id(&cx, t.key, &id);
        text = str_fmt(a, "%.*s%.*s=%.*s %d %lld\n", STR_ARG(text), STR_ARG(t.key), STR_ARG(t.name),
                       (int)rc, (long long)id);
    }
    Rc rc = team_id(&cx, STR("t0"), &(int64_t){ 0 }); /* it may have another key by now */
    text = str_fmt(a, "%.*s%d\n", STR_ARG(text), (int)rc);
    EXPECT_RC(RC_OK, team_choices(&cx, &choices));
    for (size_t i = 0; i < choices.n; i++)
        text = str_fmt(a, "%.*s%.*s=%.*s\n", STR_ARG(text), STR_ARG(choices.at[i].key),
                       STR_ARG(choices.at[i].name));
    return text;
}

static Str read_names(Arena *a, DbConn *c, const Office *o, Lang lang, bool kept)
{
    memory_switch(kept);
    EXPECT_RC(RC_OK, db_read_begin(c));
    Str text = all_names(a, c, o, lang);
    db_read_end(c);
    memory_switch(true);
    return text;
}

TEST(names_kept_say_the_same_as_the_database_after_any_change)
{
    Office o = { .db = test_db(64), .seed = 42 };
    DbConn *first, *second;
    int kept = 0;

    EXPECT_RC(RC_OK, db_write(o.db, make_office, &o));
    EXPECT_RC(RC_OK, db_reader_open(o.db, &first));
    EXPECT_RC(RC_OK, db_reader_open(o.db, &second));
    for (int round = 0; round < (test_is_short() ? 60 : 600); round++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(4 << 20);
        Lang lang = (Lang)(round % LANG_COUNT);
        if (draw(&o, 2) == 0)
            kept += db_write(o.db, change, &o) == RC_OK;
        /* Two connections remember at different times. */
        DbConn *c = draw(&o, 3) == 0 ? second : first;
        Str remembered = read_names(a, c, &o, lang, true);
        EXPECT_STR(read_names(a, c, &o, lang, false), remembered);
    }
    EXPECT(kept > (test_is_short() ? 10 : 100));
    db_reader_close(first);
    db_reader_close(second);
    db_close(o.db);
}

TEST(names_of_a_snapshot_stay_its_own_while_others_write)
{
    Office o = { .db = test_db(64), .seed = 7 };
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);
    DbConn *old, *now;

    EXPECT_RC(RC_OK, db_write(o.db, make_office, &o));
    EXPECT_RC(RC_OK, db_reader_open(o.db, &old));
    EXPECT_RC(RC_OK, db_reader_open(o.db, &now));
    EXPECT_RC(RC_OK, db_read_begin(old));
    Str before = all_names(a, old, &o, LANG_EN);
    for (int i = 0; i < 40; i++) {
        Rc rc = db_write(o.db, change, &o);
        EXPECT(rc == RC_OK || rc == RC_CONFLICT);
    }
    EXPECT_STR(before, all_names(a, old, &o, LANG_EN));
    Str after = read_names(a, now, &o, LANG_EN, true);
    EXPECT(!str_eq(before, after));
    db_read_end(old);
    EXPECT_STR(after, read_names(a, old, &o, LANG_EN, true));
    db_reader_close(old);
    db_reader_close(now);
    db_close(o.db);
}

DB_TEST(generation_rises_with_names_and_teams_and_with_nothing_else_of_a_person)
{
    int64_t id = fixture_person(cx, "anna");
    int64_t team = fixture_team(cx, "work");
    const struct {
        int line;
        const char *sql;
        bool rises;
    } cases[] = {
        { __LINE__, "UPDATE person SET name = 'Anna B' WHERE login = 'anna'", true },
        { __LINE__, "UPDATE person SET theme = 'dark', version = version + 1 WHERE login = 'anna'",
          false },
        { __LINE__, "UPDATE person SET login = 'anna2' WHERE login = 'anna'", true },
        { __LINE__, "UPDATE team SET active = 0 WHERE key = 'work'", true },
        { __LINE__, "UPDATE team SET name = '{\"en\":\"W\"}' WHERE key = 'work'", true },
        { __LINE__, "DELETE FROM team WHERE key = 'work'", true },
        { __LINE__, "DELETE FROM person WHERE login = 'anna2'", true },
        { __LINE__, "INSERT INTO team (key, name, created_ms, updated_ms) VALUES ('x', '{}', 0, 0)",
          true },
    };

    EXPECT(id > 0 && team > 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t before = fixture_int(cx, "SELECT people FROM generation");
        int64_t catalog = fixture_int(cx, "SELECT catalog FROM generation");
        fixture_exec(cx, cases[i].sql);
        int64_t after = fixture_int(cx, "SELECT people FROM generation");
        EXPECT_INT_AT(cases[i].line, cases[i].rises, after > before);
        EXPECT_INT_AT(cases[i].line, catalog, fixture_int(cx, "SELECT catalog FROM generation"));
    }
}

/* What the writer sees may still be undone. */
DB_TEST(memory_keeps_nothing_where_changes_are_written)
{
    int64_t generation = -1;
    EXPECT_RC(RC_OK, memory_generation(cx, MEMORY_PEOPLE, &generation));
    EXPECT_INT(0, generation);
}
