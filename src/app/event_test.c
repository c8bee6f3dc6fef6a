/* event_test.c */
#include "app/event.h"

#include "core/json.h"
#include "core/random.h"
#include "support/db_test.h"

static const EventChange changes[] = {
    { .field = STR_INIT("title"), .to = STR_INIT("New laptop, \"quiet\""), .text = true },
    { .field = STR_INIT("level"), .from = STR_INIT("2"), .to = STR_INIT("3") },
};

DB_TEST(event_add_keeps_words_out_of_the_event)
{
    int64_t id = 0, who = fixture_person(cx, "bo");
    const Event ev = { .kind = "person.changed",
                       .object = "person",
                       .object_id = who,
                       .changes = changes,
                       .changes_n = COUNT_OF(changes),
                       .data = STR("{\"version\":7}") };

    fixture_act_as(cx, who);
    EXPECT_RC(RC_OK, event_add(cx, &ev, &id));
    EXPECT_STR("person.changed", fixture_text(cx, "SELECT kind FROM event"));
    EXPECT_INT(who, fixture_int(cx, "SELECT actor_id FROM event WHERE behalf_id IS NULL"));
    EXPECT_STR("web", fixture_text(cx, "SELECT origin FROM event WHERE request_id IS NULL"));
    EXPECT_MS(cx->now_ms, fixture_int(cx, "SELECT at_ms FROM event WHERE seq IS NULL"));

    Str data = fixture_text(cx, "SELECT data FROM event");
    EXPECT(!str_contains(data, STR("laptop")));
    const Json *json = NULL;
    EXPECT_RC(RC_OK, json_parse(cx->arena, data, &json, NULL));
    EXPECT_INT(7, json_get(json_get(json, STR("data")), STR("version"))->integer);

    Str salt = fixture_text(cx, "SELECT salt FROM event_text WHERE field = 'title'");
    EXPECT_INT(32, (int64_t)salt.len);
    EXPECT_STR("New laptop, \"quiet\"", fixture_text(cx, "SELECT to_text FROM event_text"));
    EXPECT_INT(1, fixture_int(cx, "SELECT from_text IS NULL FROM event_text"));
    const Json *title = json_get(json, STR("changes"))->items[0];
    Str salted = str_fmt(cx->arena, "%.*sNew laptop, \"quiet\"", STR_ARG(salt));
    EXPECT_STR(sha256_hex(cx->arena, salted), json_get(title, STR("to_hash"))->text);
    EXPECT_INT(JSON_NULL, json_get(title, STR("from_hash"))->kind);
}

/* Blocks, and what is left of them. */
DB_TEST(past_events_are_written_in_their_order)
{
    enum { N = 2 * 16 + 5 };
    PastEvents *past = NULL;
    int64_t id = 0;

    EXPECT_RC(RC_OK, past_events_new(cx->arena, &past));
    EXPECT_RC(RC_OK, past_events_write(cx, past));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event"));
    EXPECT_RC(RC_OK, event_ids(cx, N, &id));
    for (int64_t i = 0; i < N; i++) {
        const Event ev = { .kind = "request.imported",
                           .request_id = 7,
                           .object = "request",
                           .object_id = 7,
                           .changes = changes,
                           .changes_n = (size_t)(i % 3) };
        EXPECT_RC(RC_OK, past_events_add(past, &ev, id + i, 1000 + i, STR("line:1"), i + 1));
    }
    EXPECT_INT(N, (int64_t)past_events_n(past));
    EXPECT_RC(RC_OK, past_events_write(cx, past));
    EXPECT_INT(0, (int64_t)past_events_n(past));
    EXPECT_INT(N, fixture_int(cx, "SELECT count(*) FROM event"));
    EXPECT_INT(N, fixture_int(cx, "SELECT count(*) FROM event"
                                  " WHERE seq = id AND at_ms = 999 + seq AND object_id = 7"
                                  " AND origin = 'import' AND call_ref = 'line:1'"));
    EXPECT_INT(24, fixture_int(cx, "SELECT count(*) FROM event_text"));
    EXPECT_INT(24,
               fixture_int(cx, "SELECT count(*) FROM event_text t JOIN event e ON e.id = t.event_id"
                               " WHERE t.to_text = 'New laptop, \"quiet\"' AND e.seq % 3 <> 1"));
    EXPECT_INT(12, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%\"level\"%'"));
}

DB_TEST(event_changes_come_back)
{
    const Event ev = { .kind = "person.changed",
                       .object = "person",
                       .object_id = 1,
                       .changes = changes,
                       .changes_n = COUNT_OF(changes) };
    EventChanges back = { 0 };
    const Json *data = NULL;

    EXPECT_RC(RC_OK, event_add(cx, &ev, NULL));
    EXPECT_RC(RC_OK,
              json_parse(cx->arena, fixture_text(cx, "SELECT data FROM event"), &data, NULL));
    EXPECT_RC(RC_OK, event_changes_of(cx->arena, data, &back));
    EXPECT_INT(2, (int64_t)back.n);
    EXPECT_STR("title", back.at[0].field);
    EXPECT(back.at[0].text && str_is_null(back.at[0].to));
    EXPECT_STR("level", back.at[1].field);
    EXPECT_STR("2", back.at[1].from);
    EXPECT_STR("3", back.at[1].to);
    EXPECT(!back.at[1].text);
}

DB_TEST(event_of_an_unknown_request_is_refused)
{
    const Event ev = {
        .kind = "request.changed", .object = "request", .object_id = 5, .request_id = 5
    };

    EXPECT_RC(RC_NOT_FOUND, event_add(cx, &ev, NULL));
}

DB_TEST(event_with_too_much_data_is_refused)
{
    char *long_text = arena_try(cx->arena, 70000);
    memset(long_text, 'a', 70000);
    const EventChange big = { .field = STR("x"), .to = { long_text, 70000 } };
    const Event ev = { .kind = "x.changed", .object = "x", .changes = &big, .changes_n = 1 };

    EXPECT_RC(RC_LIMIT, event_add(cx, &ev, NULL));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event"));
}

FAULT_TEST(event_add_passes_every_failure_on)
{
    const Event ev = { .kind = "person.changed",
                       .object = "person",
                       .object_id = 1,
                       .changes = changes,
                       .changes_n = COUNT_OF(changes) };

    return event_add(cx, &ev, NULL);
}

/* ---- followers ------------------------------------------------------------------------------- */

typedef struct Seen {
    int64_t ids[2000];
    size_t n, told;
    int64_t poison; /* fails at this event */
} Seen;

static Rc see(Ctx *cx, const EventRow *ev, void *arg)
{
    Seen *s = arg;

    UNUSED(cx);
    if (ev->id == s->poison)
        return RC_INVALID;
    s->ids[s->n++ % COUNT_OF(s->ids)] = ev->id;
    return RC_OK;
}

static void told(const EventRow *events, size_t n, void *arg)
{
    Seen *s = arg;

    UNUSED(events);
    s->told += n;
}

static int64_t add_event(Ctx *cx)
{
    const Event ev = { .kind = "test.happened", .object = "test", .object_id = 1 };
    int64_t id = 0;

    EXPECT_RC(RC_OK, event_add(cx, &ev, &id));
    return id;
}

DB_TEST(follower_sees_each_event_once_and_in_order)
{
    static Seen seen;
    const Follower f = { .name = "a", .on_event = see, .after_commit = told, .arg = &seen };

    seen = (Seen){ 0 };
    followers_clear();
    follower_register(&f);
    int64_t first = add_event(cx);
    for (int i = 1; i < 1234; i++)
        add_event(cx);
    EXPECT_RC(RC_OK, followers_step(cx));
    EXPECT_INT(500, (int64_t)seen.n);
    EXPECT_RC(RC_OK, followers_step(cx));
    EXPECT_RC(RC_OK, followers_step(cx));
    EXPECT_RC(RC_OK, followers_step(cx));
    EXPECT_INT(1234, (int64_t)seen.n);
    EXPECT_INT(1234, (int64_t)seen.told);
    for (int i = 0; i < 1234; i++)
        EXPECT_INT(first + i, seen.ids[i]);
    followers_clear();
}

DB_TEST(follower_that_fails_stops_alone_and_goes_on_later)
{
    static Seen good, bad;
    const Follower a = { .name = "bad", .on_event = see, .after_commit = told, .arg = &bad };
    const Follower b = { .name = "good", .on_event = see, .arg = &good };
    FollowerStatus status[2];

    good = bad = (Seen){ 0 };
    followers_clear();
    follower_register(&a);
    follower_register(&b);
    int64_t first = add_event(cx);
    for (int i = 1; i < 10; i++)
        add_event(cx);
    bad.poison = first + 4;
    EXPECT_RC(RC_OK, followers_step(cx)); /* takes in four */
    EXPECT_RC(RC_OK, followers_step(cx)); /* fails at the fifth */
    EXPECT_INT(10, (int64_t)good.n);
    EXPECT_INT(4, (int64_t)bad.told);
    EXPECT_INT(2, (int64_t)follower_status(status, COUNT_OF(status)));
    EXPECT_MS(cx->now_ms, status[0].failing_since);
    EXPECT_INT(first + 3, status[0].position);
    EXPECT_MS(MS_NONE, status[1].failing_since);
    EXPECT_INT(first + 9, status[1].position);
    EXPECT_STR("INVALID", fixture_text(cx, "SELECT failing_why FROM follower WHERE name = 'bad'"));

    bad.poison = 0;
    EXPECT_RC(RC_OK, followers_step(cx));
    EXPECT_INT(10, (int64_t)bad.told);
    follower_status(status, COUNT_OF(status));
    EXPECT_MS(MS_NONE, status[0].failing_since);
    EXPECT_STR("", fixture_text(cx, "SELECT failing_why FROM follower WHERE name = 'bad'"));
    followers_clear();
}
