/* Groups of lists: each request in one, in an order that people expect, page by page, with counts of what the reader sees. */
#include "domain/request/office_fixture.h"
#include "domain/view/fields.h"
#include "domain/view/group.h"

typedef struct Table {
    Office o;
    ScopeRequests scope;
    const FindQuery *q;
} Table;

static void sit(Table *t, const char *login, const char *query)
{
    CondError error = { 0 };
    Ctx *cx = t->o.cx;

    office_as(&t->o, login);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_OK, access_requests(cx, &t->scope));
    EXPECT_RC(RC_OK, find_parse(cx, str_z(query), &t->q, &error));
    EXPECT_RC(RC_OK, find_fair(cx, t->q, &t->q));
}

static const Grouping *opened(Table *t, const char *by, Str after)
{
    const Grouping *g = NULL;

    EXPECT_RC(RC_OK, grouping_open(t->o.cx, t->scope, t->q, str_z(by), after, &g));
    return g;
}

/* "a:2 b:1": the groups that have requests. */
static Str counts(Table *t, const char *by)
{
    bool exact = false;
    const ListGroups *list = grouping_groups(opened(t, by, STR("")), &exact);
    Str s = STR("");

    EXPECT(exact);
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].count > 0)
            s = str_fmt(t->o.cx->arena, "%.*s%s%.*s:%lld", STR_ARG(s), s.len > 0 ? " " : "",
                        STR_ARG(list->at[i].key), (long long)list->at[i].count);
    return s;
}

/* All pages of `size`, each opened anew as a reader does: "key:id,id key:id", and every request once. */
static Str paged(Table *t, const char *by, int64_t size)
{
    Ctx *cx = t->o.cx;
    Str s = STR(""), next = STR(""), last = STR("");
    int rounds = 0;

    do {
        RequestHeads heads = { 0 };
        size_t of[FIND_PAGE_MOST];
        bool exact;
        const Grouping *g = opened(t, by, next);
        const ListGroups *list = grouping_groups(g, &exact);
        EXPECT_RC(RC_OK,
                  grouping_page(cx, t->scope, g, (FindPage){ next, size }, &heads, of, &next));
        for (size_t i = 0; i < heads.n; i++) {
            Str key = list->at[of[i]].key;
            s = str_eq(key, last)
                    ? str_fmt(cx->arena, "%.*s,%lld", STR_ARG(s), (long long)heads.at[i].id)
                    : str_fmt(cx->arena, "%.*s%s%.*s:%lld", STR_ARG(s), s.len > 0 ? " " : "",
                              STR_ARG(key), (long long)heads.at[i].id);
            last = key;
        }
    } while (next.len > 0 && ++rounds < 50);
    return s;
}

static int64_t question(Table *t, const char *login)
{
    office_as(&t->o, login);
    return office_ask(&t->o, "question", "{\"details\":\"How?\"}");
}

static void set(Table *t, int64_t id, const char *what)
{
    Ctx *cx = t->o.cx;
    fixture_exec(cx,
                 str_dup_z(cx->arena, str_fmt(cx->arena, "UPDATE request SET %s WHERE id = %lld",
                                              what, (long long)id)));
}

DB_TEST(group_holds_each_request_once_whatever_the_size_of_a_page)
{
    Table t = { .o = office_open(cx) };
    static const char *const by[] = { "priority",  "due",   "state",   "team",         "assignee",
                                      "requester", "model", "created", "answer.device" };
    int64_t n = 0;

    for (int i = 0; i < 7; i++)
        set(&t, question(&t, i % 3 == 0 ? "robin" : "mika"),
            i % 2 == 0 ? "level = 3" : "level = 1");
    fixture_exec(cx, "UPDATE request SET next_due_ms = created_ms WHERE id % 3 = 0");
    sit(&t, "sam", "open = yes order by created");
    EXPECT_RC(RC_OK, find_count(cx, t.scope, t.q, &n));
    for (size_t i = 0; i < COUNT_OF(by); i++) {
        Str all = paged(&t, by[i], 100);
        int64_t shown = 0;
        EXPECT_STR(str_dup_z(cx->arena, all), paged(&t, by[i], 1));
        EXPECT_STR(str_dup_z(cx->arena, all), paged(&t, by[i], 3));
        for (size_t c = 0; c < all.len; c++)
            shown += all.ptr[c] == ',' || all.ptr[c] == ':';
        EXPECT_INT(n, shown);
    }
}

DB_TEST(group_keeps_the_order_of_the_list_inside_and_counts_the_whole_result)
{
    Table t = { .o = office_open(cx) };
    int64_t a = question(&t, "robin"), b = question(&t, "robin"), c = question(&t, "robin");

    office_as(&t.o, "ada");
    office_assign(&t.o, b, "sam");
    set(&t, a, "created_ms = 3000, level = 1");
    set(&t, b, "created_ms = 2000, level = 4");
    set(&t, c, "created_ms = 1000, level = 1");
    sit(&t, "sam", "open = yes order by created");
    Str text = str_fmt(cx->arena, "sam:%lld -:%lld,%lld", (long long)b, (long long)c, (long long)a);
    EXPECT_STR(str_dup_z(cx->arena, text), paged(&t, "assignee", 2)); /* nobody comes last */
    EXPECT_STR("sam:1 -:2", counts(&t, "assignee"));
    text =
        str_fmt(cx->arena, "critical:%lld low:%lld,%lld", (long long)b, (long long)c, (long long)a);
    EXPECT_STR(str_dup_z(cx->arena, text), paged(&t, "priority", 2));
    EXPECT_STR("critical:1 low:2", counts(&t, "priority"));
    EXPECT_STR("question:3", counts(&t, "model"));
    EXPECT_STR("robin:3", counts(&t, "requester"));
    EXPECT_STR("workplace:3", counts(&t, "team"));
    EXPECT_STR("", counts(&t, "title"));      /* no field for groups: a list without */
    EXPECT_STR("+:3", counts(&t, "created")); /* of 1970 */
}

/* Where the list's order does not lead through the groups, it ends with the first that are sorted. */
DB_TEST(group_of_more_than_can_be_sorted_has_the_first_of_them_and_says_so)
{
    Table t = { .o = office_open(cx) };
    FindQuery few;
    int64_t ids[5];

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = question(&t, "robin");
    sit(&t, "sam", "open = yes order by created");
    few = *t.q;
    t.q = &few;
    for (int64_t most = 4; most <= 5; most++) {
        bool exact;
        few.sorted_most = most;
        const Grouping *g = opened(&t, "state", STR(""));
        const ListGroups *list = grouping_groups(g, &exact);
        Str all = paged(&t, "state", 2);
        EXPECT_INT(most == 5, exact);
        EXPECT_INT(most < 5, grouping_is_cut(g));
        EXPECT(str_starts(
            all, str_fmt(cx->arena, "%.*s:%lld,", STR_ARG(list->at[4].key), (long long)ids[0])));
        EXPECT_INT(most == 5, str_contains(all, str_fmt(cx->arena, ",%lld", (long long)ids[4])));
    }
    /* By day in the order of days an index leads through it, to its end. */
    sit(&t, "sam", "open = yes order by created desc");
    few = *t.q;
    few.sorted_most = 2;
    t.q = &few;
    EXPECT(!grouping_is_cut(opened(&t, "created", STR(""))));
    EXPECT(str_contains(paged(&t, "created", 2), str_fmt(cx->arena, ",%lld", (long long)ids[0])));
}

DB_TEST(group_of_days_and_due_times_follows_the_zone_of_the_reader)
{
    Table t = { .o = office_open(cx) };
    int64_t ids[7];

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = question(&t, "robin");
    cx->now_ms = ms("2030-03-02T12:00:00Z");
    cx->zone = zone_get(STR("America/St_Johns")); /* midnight is half past three */
    static const char *const due[] = { "2030-03-02T11:59:59Z", "2030-03-02T12:00:00Z",
                                       "2030-03-03T03:29:59Z", "2030-03-03T03:30:00Z",
                                       "2030-03-04T03:30:00Z", "2030-03-09T03:30:00Z" };
    for (size_t i = 0; i < COUNT_OF(due); i++)
        set(&t, ids[i],
            str_dup_z(cx->arena,
                      str_fmt(cx->arena, "next_due_ms = %lld, created_ms = %lld",
                              (long long)ms(due[i]), (long long)(ms(due[i]) - 8 * MS_DAY))));
    set(&t, ids[6], "next_due_ms = NULL, created_ms = 5");
    for (int fair = 0; fair < 2; fair++) {
        sit(&t, "sam", fair ? "open = yes" : "open = yes order by updated");
        EXPECT_STR("late:1 today:2 tomorrow:1 week:1 later:1 -:1", counts(&t, "due"));
        EXPECT(str_starts(paged(&t, "due", 2),
                          str_fmt(cx->arena, "late:%lld today:", (long long)ids[0])));
    }
    for (int newest = 0; newest < 2; newest++) {
        sit(&t, "sam", newest ? "open = yes order by created desc" : "open = yes");
        EXPECT_STR("2030-03-01:1 2030-02-24:1 2030-02-23:1 2030-02-22:3 +:1",
                   counts(&t, "created"));
        EXPECT(str_starts(paged(&t, "created", 2),
                          str_fmt(cx->arena, "2030-03-01:%lld 2030-02-24:%lld", (long long)ids[5],
                                  (long long)ids[4])));
    }
}

DB_TEST(group_by_an_option_has_the_order_of_the_options_and_room_for_what_is_none)
{
    Table t = { .o = office_open(cx) };
    int64_t a = question(&t, "robin"), b = question(&t, "robin"), c = question(&t, "robin"),
            d = question(&t, "robin");
    bool known = false;
    const int64_t ids[] = { a, b, c };
    static const char *const words[] = { "old", "new", "gone" };

    fixture_exec(
        cx,
        "INSERT INTO team_field (key, team_id, name, kind, options, changed_ms) SELECT 'wear', min(id), '{\"en\":\"Wear\"}',"
        " 'choice', '[{\"key\":\"new\",\"name\":{\"en\":\"New\"}},{\"key\":\"old\",\"name\":{\"en\":\"Old\"}}]', 0 FROM team");
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        fixture_exec(
            cx,
            str_dup_z(
                cx->arena,
                str_fmt(
                    cx->arena,
                    "INSERT INTO field_value (request_id, field_id, word, by_id, at_ms) SELECT %lld, max(id), '%s', 1, 0 FROM team_field",
                    (long long)ids[i], words[i])));
    sit(&t, "sam", "open = yes");
    EXPECT_STR("new:1 old:1 -:1 +:1", counts(&t, "field.wear"));
    Str text = str_fmt(cx->arena, "new:%lld old:%lld -:%lld +:%lld", (long long)b, (long long)a,
                       (long long)d, (long long)c);
    EXPECT_STR(str_dup_z(cx->arena, text), paged(&t, "field.wear", 1));
    EXPECT_RC(RC_OK, group_is_field(cx, STR("field.wear"), &known));
    EXPECT(known);
    EXPECT_RC(RC_OK, group_is_field(cx, STR("field.none"), &known));
    EXPECT(!known);
    EXPECT_RC(RC_OK, group_is_field(cx, STR("title"), &known));
    EXPECT(!known);
    EXPECT_RC(RC_OK, group_is_field(cx, STR(""), &known));
    EXPECT(known);
    GroupFields all = { 0 };
    EXPECT_RC(RC_OK, group_fields(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        EXPECT_RC(RC_OK, group_is_field(cx, all.at[i].name, &known));
        EXPECT(known);
        (void)counts(&t, str_dup_z(cx->arena, all.at[i].name));
    }
}

DB_TEST(group_that_has_nothing_left_does_not_lose_the_next_page)
{
    Table t = { .o = office_open(cx) };
    int64_t a = question(&t, "robin"), b = question(&t, "robin");
    RequestHeads heads = { 0 };
    size_t of[FIND_PAGE_MOST];
    Str next = STR("");

    office_as(&t.o, "ada");
    office_assign(&t.o, a, "noor");
    office_assign(&t.o, b, "sam");
    sit(&t, "sam", "open = yes");
    EXPECT_RC(RC_OK, grouping_page(cx, t.scope, opened(&t, "assignee", STR("")),
                                   (FindPage){ STR(""), 1 }, &heads, of, &next));
    EXPECT_INT(a, heads.at[0].id);
    office_as(&t.o, "ada");
    office_assign(&t.o, a, "");
    sit(&t, "sam", "open = yes");
    heads = (RequestHeads){ 0 };
    const Grouping *g = opened(&t, "assignee", next);
    EXPECT_RC(RC_OK, grouping_page(cx, t.scope, g, (FindPage){ next, 1 }, &heads, of, &next));
    EXPECT_INT(b, heads.at[0].id);
    static const char *const wrong[] = { "1.2.3", "x~=1", "1.2.3.4~", "1.2.3.4~=", "1.2.3.4~?" };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        cx->errors = (FieldErrors){ 0 };
        cx->failed = false;
        Rc rc = grouping_open(cx, t.scope, t.q, STR("assignee"), str_z(wrong[i]), &g);
        if (rc == RC_OK)
            rc = grouping_page(cx, t.scope, g, (FindPage){ str_z(wrong[i]), 1 }, &heads, of, &next);
        EXPECT_RC(RC_INVALID, rc);
    }
}

DB_TEST(group_counts_what_the_reader_sees_and_nothing_else)
{
    Table t = { .o = office_open(cx) };

    set(&t, question(&t, "robin"), "confidential = 1");
    (void)question(&t, "mika");
    sit(&t, "mika", "open = yes");
    EXPECT_STR("mika:1", counts(&t, "requester"));
    sit(&t, "robin", "open = yes");
    EXPECT_STR("robin:1", counts(&t, "requester"));
}

DB_TEST(group_of_everything_else_holds_those_beyond_the_most)
{
    Table t = { .o = office_open(cx) };
    int64_t id = question(&t, "robin");
    Str all;

    /* The same request under a hundred and three items. */
    for (int i = 0; i < GROUPS_MOST + 2; i++)
        set(&t, question(&t, "robin"),
            str_dup_z(cx->arena, str_fmt(cx->arena, "model_key = 'item-%03d'", i)));
    (void)id;
    sit(&t, "sam", "open = yes");
    all = counts(&t, "model");
    EXPECT(str_ends(all, STR("+:3")));
    EXPECT_STR(str_dup_z(cx->arena, paged(&t, "model", 100)), paged(&t, "model", 40));
}

DB_TEST(group_takes_one_statement_more_for_fifty_as_for_one)
{
    Table t = { .o = office_open(cx) };
    uint64_t statements[2] = { 0 };

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < (round == 0 ? 1 : 49); i++)
            (void)question(&t, i % 2 == 0 ? "robin" : "mika");
        sit(&t, "sam", "open = yes");
        for (int warm = 0; warm < 2; warm++) {
            RequestHeads heads = { 0 };
            size_t of[FIND_PAGE_MOST];
            Str next;
            uint64_t before = db_conn_statements(cx->db);
            EXPECT_RC(RC_OK, grouping_page(cx, t.scope, opened(&t, "requester", STR("")),
                                           (FindPage){ STR(""), 50 }, &heads, of, &next));
            statements[round] = db_conn_statements(cx->db) - before;
        }
    }
    EXPECT(statements[1] <= statements[0] + 1); /* names of people that were not in memory yet */
}
