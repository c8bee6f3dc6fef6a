#include "domain/request/words_fixture.h"

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
    fixture_exec(
        cx,
        "INSERT INTO team_words (rowid, title, body)"
        " SELECT w.rowid, group_concat(t.p || '.' || replace(w.title, ' ', ' ' || t.p || '.'), ' '),"
        "   group_concat(t.p || '.' || replace(w.body, ' ', ' ' || t.p || '.')"
        "     || CASE WHEN w.readers LIKE 'open%' THEN ' ' || t.p || '!open' ELSE '' END, ' ')"
        "  FROM request_words w JOIN (SELECT DISTINCT request_id, principal AS p FROM request_reader"
        "                              WHERE principal % 4 = 2) t ON t.request_id = w.rowid"
        " WHERE w.rowid >= 1000 GROUP BY w.rowid");
}
