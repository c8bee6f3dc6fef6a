/* Whatever leads to what somebody may see, they see the same. */
#include "domain/request/office_fixture.h"
#include "domain/request/words_fixture.h"
#include "domain/view/fields.h"
#include "domain/view/group.h"

enum { LIVES = 40, COPIES = 200, PAGE = 50, PAGES = 3 };

static const char *const asked[] = {
    "",
    "order by created desc",
    "order by updated",
    "model = question",
    "model = question order by created desc",
    "state = closed and model = concern",
    "closed is not empty and requester = mika",
    "tasks.open > 2",
    "number = 0",
    "open = yes",
    "open = yes order by due",
    "open = yes and model = laptop",
    "open = yes and team = my_teams order by due",
    "state = draft or assignee = me",
    "text ~ \"wombat\"",
    "text ~ \"wombat\" and model = question",
    "open = yes and text ~ \"wombat\" order by created",
};

/* Some thousand requests with gaps between them, so that everybody sees little of everything; of robin's one in twenty is open. */
static void many(Office *o)
{
    for (int i = 0; i < LIVES; i++) {
        bool mikas = i % 3 == 0;
        bool laptop = i < 2, concern = i % 4 == 2; /* everybody has a right to one laptop */
        office_as(o, mikas ? "mika" : "robin");
        int64_t id =
            office_ask(o,
                       laptop    ? "laptop"
                       : concern ? "concern"
                                 : "question",
                       laptop ? "{\"device\":\"standard\"}" : "{\"details\":\"A wombat\"}");
        if (i % (mikas ? 2 : 20) != 0)
            EXPECT_RC(RC_OK, office_act(o, id, ACT_WITHDRAW, "Found"));
    }
    EXPECT_INT(0,
               fixture_int(o->cx, "SELECT count(*) FROM request_reader x JOIN request r ON r.id ="
                                  " x.request_id WHERE (x.closed = 1) <> (r.state = 'closed')"));
    words_copy(o, COPIES);
    fixture_exec(
        o->cx,
        "UPDATE request SET created_ms = created_ms - id % 7 * 1000, updated_ms = id % 1000");
}

typedef struct Saw {
    int64_t ids[PAGE * PAGES], count;
    size_t n;
} Saw;

static void look(Ctx *cx, ScopeRequests s, const FindQuery *q, Saw *ret)
{
    Str after = STR("");

    ret->n = 0;
    EXPECT_RC(RC_OK, find_count(cx, s, q, &ret->count));
    for (int page = 0; page < PAGES; page++) {
        RequestHeads heads = { 0 };
        EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ after, PAGE }, &heads, &after));
        for (size_t i = 0; i < heads.n; i++)
            ret->ids[ret->n++] = heads.at[i].id;
        if (after.len == 0)
            return;
    }
}

static void expect_same(Ctx *cx, const char *text, const Saw *a, const Saw *b)
{
    bool same = a->n == b->n && a->count == b->count;

    for (size_t i = 0; same && i < a->n; i++)
        same = a->ids[i] == b->ids[i];
    if (!same)
        test_fail(__FILE__, __LINE__, "%.*s sees %zu of %lld instead of %zu of %lld: %s",
                  STR_ARG(cx->subject->login), a->n, (long long)a->count, b->n, (long long)b->count,
                  text);
}

static void expect_same_groups(Ctx *cx, ScopeRequests s, const FindQuery *q)
{
    const Grouping *of[2];
    FindQuery plain = *q;
    bool exact[2];

    plain.led = true;
    EXPECT_RC(RC_OK, grouping_open(cx, s, q, STR("model"), STR(""), &of[0]));
    EXPECT_RC(RC_OK, grouping_open(cx, s, &plain, STR("model"), STR(""), &of[1]));
    const ListGroups *a = grouping_groups(of[0], &exact[0]), *b = grouping_groups(of[1], &exact[1]);
    EXPECT_INT(exact[1], exact[0]);
    EXPECT_INT((int64_t)b->n, (int64_t)a->n);
    for (size_t i = 0; i < a->n; i++)
        EXPECT_INT(b->at[i].count, a->at[i].count);
}

static void look_both_ways(Office *o, const char *login)
{
    static Saw led, plain;
    Ctx *cx = o->cx;
    CondError why = { 0 };
    ScopeRequests s;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        const FindQuery *q;
        EXPECT_RC(RC_OK, find_parse(cx, str_z(asked[i]), &q, &why));
        FindQuery as_it_stands = *q;
        as_it_stands.led = true;
        look(cx, s, q, &led);
        look(cx, s, &as_it_stands, &plain);
        expect_same(cx, asked[i], &led, &plain);
        if (i < 4) {
            FindQuery few = *q;
            few.sorted_most = 300;
            expect_same_groups(cx, s, &few);
        }
    }
}

static AccessSees sees(Office *o, const char *login)
{
    AccessSees ret;
    ScopeRequests s;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, access_sees(o->cx, s, &ret));
    return ret;
}

/* Do their own rows stand in front of what is asked? */
static bool is_led(Ctx *cx, const char *text)
{
    const FindQuery *q;
    CondError why = { 0 };
    FindSql sql;

    EXPECT_RC(RC_OK, find_parse(cx, str_z(text), &q, &why));
    EXPECT_RC(RC_OK, find_sql(cx, q, DB_SQLITE, NULL, &sql));
    return str_contains(part_text(sql.asked), STR("lead_rr"));
}

DB_TEST(find_leads_by_what_is_seen_only_where_nothing_else_is_narrow)
{
    static const struct {
        int line;
        const char *query;
        bool led;
    } cases[] = {
        { __LINE__, "order by created", true },
        { __LINE__, "model = question", true },
        { __LINE__, "priority > low or team = workplace", true },
        { __LINE__, "team != workplace", true },
        { __LINE__, "team = workplace", false },
        { __LINE__, "team in (workplace, finance)", false },
        { __LINE__, "priority > low and requester = mika", false },
        { __LINE__, "watcher = me", false },
        { __LINE__, "tag = later", false },
        { __LINE__, "open = yes", true },
        { __LINE__, "open = yes and priority > low", true },
        { __LINE__, "open = yes and assignee = sam", false },
        { __LINE__, "text ~ \"wombat\"", false },
    };
    Office o = office_open(cx);

    many(&o);
    office_later(&o, 61 * MS_MINUTE); /* what others see was counted for another test */
    office_as(&o, "robin");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].led, is_led(cx, cases[i].query));
}

/* Whoever sees little of what is open has all that has the words looked at, and no index of open requests beside it. */
DB_TEST(find_is_led_by_words_where_few_requests_are_the_readers)
{
    static const struct {
        int line;
        const char *login;
        bool few;
    } cases[] = { { __LINE__, "robin", true }, { __LINE__, "aud", false } };
    Office o = office_open(cx);

    many(&o);
    office_later(&o, 61 * MS_MINUTE); /* what others see was counted for another test */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const FindQuery *q;
        CondError why = { 0 };
        ScopeRequests s;
        FindQuery few;
        FindSql sql;
        bool there;
        office_as(&o, cases[i].login);
        EXPECT_RC(RC_OK, access_requests(cx, &s));
        EXPECT_RC(RC_OK, find_parse(cx, STR("open = yes and text ~ \"wombat\""), &q, &why));
        EXPECT_RC(RC_OK, find_newest(cx, s, q, INT64_MAX, 300, &few, &there));
        EXPECT_INT_AT(cases[i].line, !cases[i].few, there);
        EXPECT_RC(RC_OK, find_sql(cx, q, DB_SQLITE, NULL, &sql));
        EXPECT_INT_AT(cases[i].line, cases[i].few,
                      str_contains(part_text(sql.asked), STR("coalesce(r.state, '')")));
    }
}

DB_TEST(find_gives_the_same_whatever_leads_to_it)
{
    static const char *const readers[] = { "robin", "mika", "sam", "ada",
                                           "hana",  "olga", "aud", "bo" };
    Office o = office_open(cx);
    const FindQuery *q;
    CondError why = { 0 };
    FindQuery few;
    ScopeRequests s;
    bool there;

    many(&o);
    office_later(&o, 61 * MS_MINUTE); /* what others see was counted for another test */
    /* Each way is gone by somebody. */
    EXPECT(sees(&o, "bo").few);
    AccessSees robin = sees(&o, "robin");
    EXPECT(!robin.few && robin.few_open && robin.some);
    EXPECT(!sees(&o, "aud").few_open);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, find_parse(cx, STR(""), &q, &why));
    EXPECT_RC(RC_OK, find_newest(cx, s, q, INT64_MAX, 300, &few, &there));
    EXPECT(there && few.newest_from > 0 && !few.all_seen);
    EXPECT_RC(RC_OK, find_newest(cx, s, q, INT64_MAX, 20000, &few, &there));
    EXPECT(there && few.all_seen);
    for (size_t i = 0; i < COUNT_OF(readers); i++)
        look_both_ways(&o, readers[i]);
}
