/* Views that somebody is told of: when, once, with what they may see, and how it ends. */
#include "app/timer.h"
#include "domain/request/office_fixture.h"
#include "domain/view/digest.h"

typedef struct Told {
    Office o;
    GrantedSelf self;
} Told;

static void sit(Told *t, const char *login)
{
    Ctx *cx = t->o.cx;

    office_as(&t->o, login);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_OK, access_self(cx, &t->self));
}

static Told open_at(Ctx *cx, const char *login, const char *now)
{
    Told t = { .o = office_open(cx) };

    fixture_exec(cx, "UPDATE person SET zone = 'Europe/Stockholm'");
    sit(&t, login);
    cx->now_ms = ms(now);
    cx->zone = zone_get(STR("Europe/Stockholm"));
    return t;
}

static Str next_of(Ctx *cx, const char *every, int64_t weekday, int64_t hour, const char *after)
{
    Ms next = MS_NONE;
    DigestRule rule = { str_z(every), weekday, hour };

    EXPECT_RC(RC_OK, digest_next(cx, &rule, ms(after), &next));
    return next == MS_NONE ? STR("never") : clock_rfc3339(cx->arena, next);
}

static int64_t count(Ctx *cx, const char *what)
{
    return fixture_int(cx,
                       str_dup_z(cx->arena, str_fmt(cx->arena, "SELECT count(*) FROM %s", what)));
}

/* All timers that are due then. */
static void pass(Told *t, const char *at)
{
    Ctx *cx = t->o.cx;
    bool more = false;

    cx->now_ms = ms(at);
    office_nobody(&t->o);
    digest_timers_register();
    EXPECT_RC(RC_OK, timers_run(cx, timer_owner(), 50, &more));
}

DB_TEST(digest_comes_at_its_hour_on_days_on_which_the_person_works)
{
    (void)open_at(cx, "sam", "2030-01-04T06:59:00Z");
    /* Friday, eight in Stockholm; then Monday. */
    EXPECT_STR("2030-01-04T07:00:00Z", next_of(cx, "day", 0, 8, "2030-01-04T06:59:59Z"));
    EXPECT_STR("2030-01-07T07:00:00Z", next_of(cx, "day", 0, 8, "2030-01-04T07:00:00Z"));
    EXPECT_STR("2030-01-07T23:00:00Z", next_of(cx, "day", 0, 0, "2030-01-07T22:59:59Z"));
    EXPECT_STR("2030-01-06T07:00:00Z",
               next_of(cx, "week", 6, 8, "2030-01-04T07:00:00Z")); /* a Sunday, as chosen */
    EXPECT_STR("2030-01-11T07:00:00Z", next_of(cx, "week", 4, 8, "2030-01-04T07:00:00Z"));
    EXPECT_STR("2030-01-04T07:00:00Z", next_of(cx, "week", 4, 8, "2030-01-04T06:00:00Z"));
    EXPECT_STR("2030-07-05T06:00:00Z",
               next_of(cx, "day", 0, 8, "2030-07-05T00:00:00Z")); /* summer */
    fixture_exec(
        cx,
        "INSERT INTO absence (person_id, from_ms, to_ms, created_ms) SELECT id, 1893625200000, 1894316400000, 0 FROM person WHERE login = 'sam'");
    EXPECT_STR("2030-01-11T07:00:00Z",
               next_of(cx, "day", 0, 8, "2030-01-03T12:00:00Z")); /* back on the eleventh */
}

DB_TEST(digest_says_once_how_many_how_many_new_and_the_first_five)
{
    Told t = open_at(cx, "robin", "2030-01-04T06:00:00Z");
    Notifications list = { 0 };
    Digest d;
    int64_t next = 0;

    for (int i = 0; i < 3; i++)
        (void)office_ask(&t.o, "question", "{\"details\":\"How?\"}");
    sit(&t, "sam");
    cx->now_ms = ms("2030-01-04T06:30:00Z");
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("unassigned"), &(DigestRule){ STR("day"), 0, 8 }));
    EXPECT_RC(RC_OK, digest_get(cx, t.self, STR("unassigned"), &d));
    EXPECT_INT(ms("2030-01-04T07:00:00Z"), d.next_ms);
    EXPECT(d.told_ms == MS_NONE);
    pass(&t, "2030-01-04T06:59:59Z");
    EXPECT_INT(0, count(cx, "digest_told"));
    office_as(&t.o, "robin");
    for (int i = 0; i < 4; i++)
        (void)office_ask(&t.o, "question", "{\"details\":\"How?\"}");
    pass(&t, "2030-01-04T07:00:00Z");
    pass(&t, "2030-01-04T07:00:01Z");
    pass(&t, "2030-01-05T12:00:00Z"); /* Saturday */
    EXPECT_INT(1, count(cx, "digest_told WHERE found = 7 AND fresh = 4"));
    EXPECT_INT(1, count(cx, "notification WHERE kind = 'digest'"));
    sit(&t, "sam");
    EXPECT_RC(RC_OK, digest_get(cx, t.self, STR("unassigned"), &d));
    EXPECT_INT(7, d.found);
    EXPECT_INT(4, d.fresh);
    EXPECT_INT(DIGEST_FIRST, (int64_t)d.first.n);
    EXPECT_RC(RC_OK, notification_list(cx, t.self, true, 0, 10, &list, &next));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT_STR("{0}: {1} found, {2} of them new", list.at[0].text.msgid);
    /* The next one counts from this one; one that comes late is one. */
    pass(&t, "2030-01-17T12:00:00Z");
    EXPECT_INT(1, count(cx, "digest_told WHERE found = 7 AND fresh = 0"));
    EXPECT_INT(2, count(cx, "digest_told"));
}

DB_TEST(digest_of_nothing_is_not_sent_and_goes_on)
{
    Told t = open_at(cx, "sam", "2030-01-04T06:00:00Z");

    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("unassigned"), &(DigestRule){ STR("day"), 0, 8 }));
    pass(&t, "2030-01-04T07:00:00Z");
    EXPECT_INT(0, count(cx, "digest_told"));
    EXPECT_INT(1, count(cx, "timer WHERE kind = 'view.digest'"));
    EXPECT_INT(1, count(cx, "view_digest"));
}

DB_TEST(digest_ends_with_the_view_the_right_and_the_person)
{
    Told t = open_at(cx, "sam", "2030-01-04T06:00:00Z");
    ViewInput in = { .name = STR("Ours"),
                     .key = STR("ours"),
                     .query = STR("open = yes"),
                     .sharing = STR("team"),
                     .team = STR("workplace"),
                     .grouping = STR("") };
    DigestRule rule = { STR("day"), 0, 8 };
    Str key;

    EXPECT_RC(RC_OK, view_create(cx, t.self, &in, &key));
    sit(&t, "noor");
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("ours"), &rule));
    sit(&t, "ada");
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("ours"), &rule));
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("mine"), &rule));
    fixture_exec(
        cx,
        "DELETE FROM team_member WHERE person_id = (SELECT id FROM person WHERE login = 'noor')");
    pass(&t, "2030-01-04T07:00:00Z");
    EXPECT_INT(
        0, count(cx, "view_digest d JOIN person p ON p.id = d.person_id WHERE p.login = 'noor'"));
    EXPECT_INT(2, count(cx, "view_digest"));
    sit(&t, "sam");
    EXPECT_RC(RC_OK, view_drop(cx, t.self, STR("ours"), OPT_NONE));
    EXPECT_INT(1, count(cx, "view_digest"));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'ada'");
    pass(&t, "2030-01-07T07:00:00Z");
    EXPECT_INT(0, count(cx, "view_digest"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'view.digest'"));
}

DB_TEST(digest_refuses_what_is_no_time_and_more_than_the_most)
{
    Told t = open_at(cx, "sam", "2030-01-04T06:00:00Z");
    static const DigestRule wrong[] = { { STR_INIT("month"), 0, 8 },
                                        { STR_INIT("week"), 7, 8 },
                                        { STR_INIT("week"), -1, 8 },
                                        { STR_INIT("day"), 0, 24 },
                                        { STR_INIT("day"), 0, -1 } };
    Digest d;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        sit(&t, "sam");
        EXPECT_RC(RC_INVALID, digest_set(cx, t.self, STR("mine"), &wrong[i]));
    }
    sit(&t, "sam");
    EXPECT_RC(RC_NOT_FOUND,
              digest_set(cx, t.self, STR("nothing"), &(DigestRule){ STR("day"), 0, 8 }));
    EXPECT_RC(RC_NOT_FOUND, digest_get(cx, t.self, STR("mine"), &d));
    EXPECT_RC(RC_NOT_FOUND, digest_end(cx, t.self, STR("mine")));
    for (int i = 0; i < DIGESTS_MAX; i++)
        fixture_exec(
            cx,
            str_dup_z(
                cx->arena,
                str_fmt(
                    cx->arena,
                    "INSERT INTO view_digest (person_id, key, every, weekday, hour, since_ms) SELECT id, 'k%d', 'day', 0, 8, 0 FROM person WHERE login = 'sam'",
                    i)));
    sit(&t, "sam");
    EXPECT_RC(RC_LIMIT, digest_set(cx, t.self, STR("mine"), &(DigestRule){ STR("day"), 0, 8 }));
    EXPECT_RC(RC_OK, digest_end(cx, t.self, STR("k3")));
    sit(&t, "sam");
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("mine"), &(DigestRule){ STR("day"), 0, 23 }));
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("mine"), &(DigestRule){ STR("week"), 6, 0 }));
}

DB_TEST(digest_shows_nothing_that_the_reader_no_longer_sees)
{
    Told t = open_at(cx, "robin", "2030-01-04T06:00:00Z");
    Digest d;

    int64_t id = office_ask(&t.o, "question", "{\"details\":\"How?\"}");
    sit(&t, "sam");
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("unassigned"), &(DigestRule){ STR("day"), 0, 8 }));
    pass(&t, "2030-01-04T07:00:00Z");
    fixture_exec(cx,
                 str_dup_z(cx->arena,
                           str_fmt(cx->arena, "DELETE FROM request_reader WHERE request_id = %lld",
                                   (long long)id)));
    fixture_exec(
        cx,
        str_dup_z(cx->arena, str_fmt(cx->arena, "UPDATE request SET team_id = %lld WHERE id = %lld",
                                     (long long)t.o.finance, (long long)id)));
    sit(&t, "sam");
    EXPECT_RC(RC_OK, digest_get(cx, t.self, STR("unassigned"), &d));
    EXPECT_INT(1, d.found);
    EXPECT_INT(0, (int64_t)d.first.n);
}

/* ---- every database call fails once: nothing may be half done ---- */

static Rc begin_and_change(Ctx *cx, void *arg)
{
    GrantedSelf g;

    UNUSED(arg);
    cx->identity = NULL;
    TRY(access_self(cx, &g));
    TRY(digest_set(cx, g, STR("unassigned"), &(DigestRule){ STR("week"), 6, 9 }));
    return digest_set(cx, g, STR("unassigned"), &(DigestRule){ STR("day"), 0, 8 });
}

static Rc end(Ctx *cx, void *arg)
{
    GrantedSelf g;

    UNUSED(arg);
    cx->identity = NULL;
    TRY(access_self(cx, &g));
    return digest_end(cx, g, STR("unassigned"));
}

static Rc read_all(Ctx *cx, void *arg)
{
    GrantedSelf g;
    Digests list;

    UNUSED(arg);
    cx->identity = NULL;
    TRY(access_self(cx, &g));
    return digest_list(cx, g, &list);
}

static void pass_faulty(Told *t, const char *at)
{
    t->o.cx->now_ms = ms(at);
    digest_timers_register();
    office_timers_faulty(&t->o);
}

DB_TEST(digest_is_begun_told_read_and_ended_whole_or_not_at_all)
{
    Told t = open_at(cx, "robin", "2030-01-04T06:00:00Z");

    (void)office_ask(&t.o, "question", "{\"details\":\"How?\"}");
    sit(&t, "sam");
    fault_run(cx, begin_and_change, NULL);
    EXPECT_INT(1, count(cx, "view_digest WHERE every = 'day' AND hour = 8"));
    EXPECT_INT(1, count(cx, "timer WHERE kind = 'view.digest'"));
    EXPECT_INT(2, count(cx, "event WHERE kind = 'view.told_from'"));
    for (int64_t told = 1; told < 3; told++) {
        pass_faulty(&t, told == 1 ? "2030-01-04T07:00:00Z" : "2030-01-07T07:00:00Z");
        EXPECT_INT(told, count(cx, "digest_told WHERE found = 1"));
        EXPECT_INT(told, count(cx, "notification WHERE kind = 'digest'"));
        EXPECT_INT(told, count(cx, "event WHERE kind = 'view.told'"));
    }
    sit(&t, "sam");
    fault_run(cx, read_all, NULL);
    fault_run(cx, end, NULL);
    EXPECT_INT(0, count(cx, "view_digest"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'view.digest'"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'view.told_no_more'"));
}

/* A database that fails is no view that is gone, and no person who has left. */
DB_TEST(digest_of_a_view_that_is_gone_ends_whole_or_not_at_all)
{
    Told t = open_at(cx, "sam", "2030-01-04T06:00:00Z");

    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("mine"), &(DigestRule){ STR("day"), 0, 8 }));
    EXPECT_RC(RC_OK, digest_set(cx, t.self, STR("unassigned"), &(DigestRule){ STR("day"), 0, 9 }));
    fixture_exec(cx, "UPDATE view_digest SET key = 'gone' WHERE key = 'mine'");
    pass_faulty(&t, "2030-01-04T07:00:00Z");
    EXPECT_INT(1, count(cx, "view_digest"));
    EXPECT_INT(1, count(cx, "timer WHERE kind = 'view.digest'"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'view.told_no_more'"));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'sam'");
    pass_faulty(&t, "2030-01-04T08:00:00Z");
    EXPECT_INT(0, count(cx, "view_digest"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'view.digest'"));
    EXPECT_INT(2, count(cx, "event WHERE kind = 'view.told_no_more'"));
}
