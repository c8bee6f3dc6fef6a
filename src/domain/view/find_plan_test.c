/* The lists that people work with are found by indexes, and a page of them takes a constant number of statements. */
#include "domain/request/office_fixture.h"
#include "domain/view/fields.h"

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
