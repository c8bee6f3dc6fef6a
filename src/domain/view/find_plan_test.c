/* The lists that people work with are found by indexes, and a page of them takes a constant number of statements. */
#include "domain/request/office_fixture.h"
#include "domain/request/words_fixture.h"
#include "domain/view/agenda.h"
#include "domain/view/board.h"
#include "domain/view/fields.h"
#include "domain/view/group.h"
#include "domain/view/search.h"

#include "domain/view/view_q.h"

/* What the default lists ask (the order of each is that of its page). */
static const char *const asked[] = {
    "",
    "order by created",
    "order by updated desc",
    "open = yes order by due",
    "open = yes and assignee = me order by due",
    "open = yes and team = workplace order by due",
    "open = yes and team in my_teams and assignee is empty order by created",
    "open = yes and team in my_teams and next_step = answer order by updated desc",
    "open = yes and due < now order by due",
    "open = yes and breached = yes order by due",
    "open = yes and (assignee = me or watcher = me) and unread = yes order by due",
    "assignee was sam before 2030-01-01 order by created",
    "open = yes and team = my_teams and state was pending order by due",
    "field.asset = \"pc 7\"",
    "open = yes and priority >= high order by due",
    "requester = me order by created desc",
    "open = yes and requester = me order by updated desc",
    "open = yes and team in my_teams and state = pending order by due, priority desc, created",
    "open = yes and team in my_teams and tasks.stage = ready order by due",
    "open = yes and state != draft and assignee = sam order by due, priority desc, created",
    "open = yes and state != draft and priority = high order by due, priority desc, created",
    "title ~ \"laptop\"",
    "text ~ \"laptop\" order by created desc",
    "open = yes and text ~ \"laptop\" order by due",
};

static const DbQuery *query_named(const char *name)
{
    for (int i = 0; i < db_query_count; i++)
        if (strcmp(db_queries[i].name, name) == 0)
            return &db_queries[i];
    test_fail(__FILE__, __LINE__, "there is no query %s", name);
    return NULL;
}

/* A table read from end to end: "SCAN r", where an index would be named behind it.  By its key in the order of
 * the list it is left after a page. */
static bool is_full_scan(const char *line, bool ordered_by_id)
{
    if (strncmp(line, "SCAN ", 5) != 0 || strstr(line, "INDEX") != NULL
        || strstr(line, "VIRTUAL TABLE") != NULL)
        return false;
    if (strcmp(line, "SCAN x") == 0) /* the page itself */
        return false;
    return !(ordered_by_id && strcmp(line, "SCAN r") == 0);
}

static void expect_indexes(Ctx *cx, const char *text, const char *name)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    const DbQuery *named = query_named(name);
    const FindQuery *q;
    CondError why = { 0 };
    FindSql sql;
    const DbJoined *joined;
    DbQuery plan = *named;

    EXPECT_RC(RC_OK, find_parse(cx, str_z(text), &q, &why));
    EXPECT_RC(RC_OK, find_sql(cx, q, DB_SQLITE, NULL, &sql));
    plan.sqlite = str_dup_z(cx->arena, str_fmt(cx->arena, "EXPLAIN QUERY PLAN %s", named->sqlite));
    plan.number = -1;
    plan.columns = 4;
    const DbValue binds[] = { db_int(cx->subject->person_id), db_int(51) };
    const DbPart *const parts[] = { sql.asked, sql.sorted };
    EXPECT_RC(RC_OK, db_join(cx->arena, &plan, binds, parts, strcmp(name, "find_rows") == 0 ? 2 : 1,
                             &joined));
    EXPECT_RC(RC_OK, db_query(cx->db, cx->arena, &joined->query, joined->binds, &rows));
    while (rows_next(&rows)) {
        const char *line = str_dup_z(cx->arena, rows_text(&rows, 3));
        if (is_full_scan(line, find_order(q).n == 0))
            test_fail(__FILE__, __LINE__, "%s of \"%s\": %s", name, text, line);
    }
    EXPECT_RC(RC_OK, rows_result(&rows));
}

DB_TEST(find_looks_for_every_usual_list_by_an_index)
{
    Office o = office_open(cx);

    fixture_exec(cx, "INSERT INTO team_field (key, team_id, name, kind, changed_ms)"
                     " SELECT 'asset', min(id), '{}', 'text', 0 FROM team");
    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        expect_indexes(cx, asked[i], "find_rows");
}

DB_TEST(find_list_runs_as_many_statements_for_one_request_as_for_fifty)
{
    Office o = office_open(cx);
    uint64_t statements[2] = { 0 };
    const FindQuery *q;
    CondError why = { 0 };
    ScopeRequests s;
    Str next;

    for (int round = 0; round < 2; round++) {
        RequestHeads heads = { 0 };
        office_as(&o, "robin");
        for (int i = 0; i < (round == 0 ? 1 : 50); i++)
            office_ask(&o, "question", "{\"details\":\"How?\"}");
        EXPECT_RC(RC_OK, find_parse(cx, STR("open = yes order by due"), &q, &why));
        EXPECT_RC(RC_OK, access_requests(cx, &s));
        cx->identity = NULL;
        uint64_t before = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ .size = 50 }, &heads, &next));
        statements[round] = db_conn_statements(cx->db) - before;
        EXPECT_INT(round == 0 ? 1 : 50, (int64_t)heads.n);
    }
    EXPECT(statements[1] <= statements[0]);
}

/* ---- what people look at, among some thousand requests ---- */

enum { COPIES = 60, SCANNED_MOST = 400 };

/* 40 requests in many states, and those COPIES times; most have something in a team's field. */
static void some_thousand(Office *o)
{
    Ctx *cx = o->cx;

    for (int i = 0; i < 40; i++) {
        bool laptop = i < 2, concern = i % 4 == 2; /* everybody has a right to one laptop */
        office_as(o, i % 3 == 0 ? "mika" : "robin");
        const char *item = laptop ? "laptop" : concern ? "concern" : "question";
        int64_t id = office_ask(o, item,
                                laptop ? "{\"device\":\"standard\"}"
                                       : "{\"details\":\"Where is the wombat?\"}");
        office_as(o, "ada");
        if (!laptop && !concern && i % 5 < 2)
            office_assign(o, id, i % 5 == 0 ? "sam" : "noor");
        if (!laptop && !concern && i % 5 == 1)
            EXPECT_RC(RC_OK, office_act(o, id, ACT_PEND, "A part is missing"));
    }
    words_copy(o, COPIES);
    fixture_exec(cx, "INSERT INTO team_field (key, team_id, name, kind, options, changed_ms)"
                     " SELECT 'wear', min(id), '{\"en\":\"Wear\"}', 'choice',"
                     " '[{\"key\":\"new\",\"name\":{\"en\":\"New\"}}]', 0 FROM team");
    fixture_exec(cx, "INSERT INTO field_value (request_id, field_id, word, by_id, at_ms)"
                     " SELECT r.id, f.id, CASE WHEN r.id % 3 = 0 THEN 'new' ELSE 'gone' END, 1, 0"
                     " FROM request r, team_field f WHERE r.id % 4 > 0");
    EXPECT(fixture_int(cx, "SELECT count(*) FROM request") > 2000);
    EXPECT(fixture_int(cx, "SELECT count(*) FROM event") > 5000);
}

/* Since `before`: no table was read from end to end that grows with the requests. */
static void expect_few(Ctx *cx, uint64_t before, const char *what, Str of)
{
    uint64_t n = db_conn_scanned(cx->db) - before;

    if (n > SCANNED_MOST)
        test_fail(__FILE__, __LINE__, "%s of %.*s as %.*s reads %llu rows of whole tables", what,
                  STR_ARG(of), STR_ARG(cx->subject->login), (unsigned long long)n);
}

static void look_at(Office *o, ScopeRequests s, const SavedView *v)
{
    static const char *const columns[] = { "state", "assignee", "priority", "tasks.stage" };
    Ctx *cx = o->cx;
    Ms now = cx->now_ms;
    const FindQuery *q;
    CondError why = { 0 };
    RequestHeads heads;
    AgendaEntries entries;
    SpanRequests spans;
    Board board;
    Str next;
    bool more;
    int64_t n;

    EXPECT_RC(RC_OK, find_parse(cx, v->query, &q, &why));
    EXPECT_RC(RC_OK, find_fair(cx, q, &q));
    uint64_t before = db_conn_scanned(cx->db);
    EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ STR(""), 50 }, &heads, &next));
    expect_few(cx, before, "the list", v->key);
    before = db_conn_scanned(cx->db);
    EXPECT_RC(RC_OK, find_count(cx, s, q, &n));
    expect_few(cx, before, "the number", v->key);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        before = db_conn_scanned(cx->db);
        EXPECT_RC(RC_OK, board_get(cx, s, q, str_z(columns[i]), STR(""), &board));
        expect_few(cx, before, columns[i], v->key);
    }
    before = db_conn_scanned(cx->db);
    EXPECT_RC(RC_OK, agenda_get(cx, s, q, STR("due"), now - 15 * MS_DAY, now + 15 * MS_DAY,
                                &entries, &more));
    expect_few(cx, before, "the calendar", v->key);
    before = db_conn_scanned(cx->db);
    EXPECT_RC(RC_OK, spans_get(cx, s, q, STR(""), &spans, &next));
    expect_few(cx, before, "the timeline", v->key);
}

/* The first page of the list in groups, with their numbers, and the page behind it; of ten kinds of groups three or four, the
 * `turn` says which. */
static void look_at_groups(Office *o, ScopeRequests s, const SavedView *v, size_t turn)
{
    static const char *const by[] = {
        "priority",  "due",   "state",   "team",          "assignee",
        "requester", "model", "created", "answer.device", "field.wear"
    };
    Ctx *cx = o->cx;
    const FindQuery *q;
    CondError why = { 0 };

    EXPECT_RC(RC_OK, find_parse(cx, v->query, &q, &why));
    EXPECT_RC(RC_OK, find_fair(cx, q, &q));
    for (size_t i = turn % 3; i < COUNT_OF(by); i += 3) {
        Str next = STR("");
        for (int page = 0; page == 0 || (page == 1 && next.len > 0); page++) {
            const Grouping *g;
            RequestHeads heads = { 0 };
            uint64_t before = db_conn_scanned(cx->db);
            EXPECT_RC(RC_OK, grouping_open(cx, s, q, str_z(by[i]), next, &g));
            EXPECT_RC(RC_OK, grouping_page(cx, s, g, (FindPage){ next, 20 }, &heads, NULL, &next));
            expect_few(cx, before, by[i], v->key);
        }
    }
}

static void search_for(Office *o, ScopeRequests s, const char *typed)
{
    Ctx *cx = o->cx;
    SearchAsked q;
    SearchHits hits;
    Str next;
    bool cut;
    uint64_t before = db_conn_scanned(cx->db);

    EXPECT_RC(RC_OK, search_read(cx, str_z(typed), &q));
    EXPECT_RC(RC_OK, search_requests(cx, s, &q, (SearchPage){ .size = 20, .snippets = true }, &hits,
                                     &next, &cut));
    expect_few(cx, before, "the search", str_z(typed));
}

DB_TEST(lists_boards_calendars_timelines_and_search_read_no_table_from_end_to_end)
{
    static const char *const readers[] = { "robin", "sam", "ada", "bo", "olga", "aud", "hana" };
    static const char *const typed[] = {
        "wombat",           "where wombat",           "REQ-7",           "requester:mika wombat",
        "state:pending",    "-team:workplace wombat", "open:yes quokka", "assignee:me",
        "team:workplace w", "updated:>=2030-01-01"
    };
    Office o = office_open(cx);
    size_t views = 0;

    some_thousand(&o);
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        GrantedSelf self;
        ScopeRequests s;
        SavedViews list;
        office_as(&o, readers[i]);
        EXPECT_RC(RC_OK, access_self(cx, &self));
        EXPECT_RC(RC_OK, access_requests(cx, &s));
        EXPECT_RC(RC_OK, view_list(cx, self, &list));
        for (size_t k = 0; k < list.n; k++, views++) {
            look_at(&o, s, &list.at[k]);
            look_at_groups(&o, s, &list.at[k], views);
        }
        for (size_t k = 0; k < COUNT_OF(typed); k++)
            search_for(&o, s, typed[k]);
    }
    EXPECT(views > 40);
}

/* The measure itself: what does read a table from end to end is seen. */
DB_TEST(a_table_read_from_end_to_end_is_counted)
{
    Office o = office_open(cx);
    uint64_t before = db_conn_scanned(cx->db);

    UNUSED(o);
    (void)fixture_int(cx, "SELECT count(*) FROM person WHERE name LIKE '%a%'");
    EXPECT(db_conn_scanned(cx->db) - before > 10);
    before = db_conn_scanned(cx->db);
    (void)fixture_int(cx, "SELECT count(*) FROM person WHERE id = 1");
    EXPECT_INT(0, db_conn_scanned(cx->db) - before);
}
