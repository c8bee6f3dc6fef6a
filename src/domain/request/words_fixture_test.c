#include "domain/request/words_fixture.h"

#include "db/migrate.h"
#include "domain/request/words.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

void words_follow(Office *o)
{
    followers_clear();
    follower_register(words_follower());
    office_nobody(o);
    for (int64_t before = -1, now = 0; before != now;) {
        before = now;
        EXPECT_RC(RC_OK, followers_step(o->cx));
        now = fixture_int(o->cx,
                          "SELECT coalesce(max(event_id), 0) FROM follower WHERE name = 'words'");
    }
    followers_clear();
}

static void copy_rows(Ctx *cx, const char *table, const char *next, int times)
{
    fixture_exec(cx, SQL("CREATE TEMP TABLE copied AS SELECT * FROM %s", table));
    for (int i = 0; i < times; i++) {
        fixture_exec(cx, SQL("UPDATE copied SET %s", next));
        fixture_exec(cx, SQL("INSERT INTO %s SELECT * FROM copied", table));
    }
    fixture_exec(cx, "DROP TABLE copied");
}

void words_migrate(Ctx *cx)
{
    const DbMigration *m = &db_migrations[0];

    while (strcmp(m->name, "team_words") != 0)
        m++;
    fixture_exec(cx, "DROP TABLE team_words");
    for (Str rest = str_z(m->sqlite), one = str_cut(&rest, ';'); !str_is_null(rest);
         one = str_cut(&rest, ';'))
        fixture_exec(cx, str_dup_z(cx->arena, one));
}

void words_copy(Office *o, int times)
{
    Ctx *cx = o->cx;

    words_follow(o);
    copy_rows(cx, "request", "id = id + 1000, serial = serial + 1000", times);
    copy_rows(cx, "request_reader", "request_id = request_id + 1000", times);
    copy_rows(cx, "event", "id = id + 100000, request_id = request_id + 1000", times);
    copy_rows(cx, "answer", "request_id = request_id + 1000", times);
    copy_rows(cx, "task", "id = id + 1000, request_id = request_id + 1000", times);
    copy_rows(cx, "clock", "request_id = request_id + 1000", times);
    for (int i = 1; i <= times; i++)
        fixture_exec(cx, SQL("INSERT INTO request_words (rowid, title, body, readers)"
                             " SELECT rowid + %d, title, body, readers FROM request_words"
                             " WHERE rowid < 1000",
                             1000 * i));
    words_migrate(cx);
}
