/* Views: who may use and change them, what is kept of them, tabs, columns, and why a request is found. */
#include "domain/request/office_fixture.h"
#include "domain/view/saved.h"

/* A statement of the test, with values. */
#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

static ViewInput input(const char *name)
{
    return (ViewInput){ .name = str_z(name),
                        .key = STR(""),
                        .query = STR("open = yes"),
                        .grouping = STR(""),
                        .sharing = STR("private"),
                        .team = STR("") };
}

static GrantedSelf self(Office *o)
{
    GrantedSelf g;

    EXPECT_RC(RC_OK, access_self(o->cx, &g));
    return g;
}

static Str make(Office *o, const ViewInput *in)
{
    Str key = STR("");

    EXPECT_RC(RC_OK, view_create(o->cx, self(o), in, &key));
    return key;
}

static void wrong_field(Office *o, Rc rc, const ViewInput *in, const char *field)
{
    Ctx *cx = o->cx;
    Str key = STR("");

    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(rc, view_create(cx, self(o), in, &key));
    EXPECT(cx->errors.n == 1);
    if (cx->errors.n == 1)
        EXPECT_STR(str_dup_z(cx->arena, str_fmt(cx->arena, "/%s", field)),
                   cx->errors.at[0].pointer);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

static Str words(Arena *a, char c, size_t n)
{
    Str s = STR("");

    for (size_t i = 0; i < n; i++)
        s = str_fmt(a, "%.*s%c", STR_ARG(s), c);
    return s;
}

DB_TEST(view_create_keeps_the_one_form_of_the_query_and_makes_a_key_of_the_name)
{
    Office o = office_open(cx);
    SavedView v;
    ViewInput in = input("VPN & more");

    office_as(&o, "sam");
    in.query = STR("open=yes  and ( team=my_teams )order by due");
    EXPECT_STR("vpn-more", make(&o, &in));
    EXPECT_STR("vpn-more-2", make(&o, &in));
    in.name = STR("\xE5\xAF\x86\xE7\xA0\x81");
    EXPECT_STR("view", make(&o, &in));
    in.name = STR("Mine");
    EXPECT_STR("mine-2", make(&o, &in)); /* one of this key comes with the program */
    EXPECT_RC(RC_OK, view_get(cx, self(&o), STR("vpn-more"), &v));
    EXPECT_STR("open = yes and team = my_teams order by due", v.query);
    EXPECT(v.version == 1 && v.may_change && v.label == NULL);
}

DB_TEST(view_create_refuses_what_is_not_right_and_names_the_field)
{
    Office o = office_open(cx);
    ViewInput in = input("x");

    office_as(&o, "sam");
    in.name = STR(" ");
    wrong_field(&o, RC_INVALID, &in, "name");
    in.name = words(cx->arena, 'x', VIEW_NAME_MAX + 1);
    wrong_field(&o, RC_INVALID, &in, "name");
    in.name = words(cx->arena, 'x', VIEW_NAME_MAX);
    (void)make(&o, &in);
    in = input("x");
    in.query = STR("open = ");
    wrong_field(&o, RC_INVALID, &in, "query");
    in = input("x");
    in.sharing = STR("nobody");
    wrong_field(&o, RC_INVALID, &in, "sharing");
    in.sharing = STR("team");
    wrong_field(&o, RC_INVALID, &in, "team");
    in.team = STR("finance"); /* not sam's */
    wrong_field(&o, RC_INVALID, &in, "team");
    in = input("x");
    in.grouping = STR("title");
    wrong_field(&o, RC_INVALID, &in, "grouping");
    in = input("x");
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.columns, STR("nothing")));
    wrong_field(&o, RC_INVALID, &in, "columns");
    in = input("x");
    in.key = STR("overdue");
    wrong_field(&o, RC_CONFLICT, &in, "key");
    in.key = STR("Not a key");
    wrong_field(&o, RC_INVALID, &in, "key");
}

DB_TEST(view_is_used_by_those_whom_its_author_named_and_by_nobody_else)
{
    Office o = office_open(cx);
    ViewInput in = input("x");
    SavedView v;

    office_as(&o, "sam");
    Str own = make(&o, &in);
    in.sharing = STR("public");
    Str all = make(&o, &in);
    in.sharing = STR("team");
    in.team = STR("workplace");
    Str team = make(&o, &in);
    office_as(&o, "bo"); /* of another team */
    EXPECT_RC(RC_NOT_FOUND, view_get(cx, self(&o), own, &v));
    EXPECT_RC(RC_NOT_FOUND, view_get(cx, self(&o), team, &v));
    EXPECT_RC(RC_OK, view_get(cx, self(&o), all, &v));
    EXPECT(!v.may_change);
    EXPECT_RC(RC_FORBIDDEN, view_drop(cx, self(&o), all, OPT_NONE));
    office_as(&o, "robin"); /* asks only */
    EXPECT_RC(RC_NOT_FOUND, view_get(cx, self(&o), all, &v));
    EXPECT_RC(RC_NOT_FOUND, view_get(cx, self(&o), STR("mine"), &v));
}

DB_TEST(view_change_needs_the_latest_version_and_says_nothing_when_nothing_changed)
{
    Office o = office_open(cx);
    ViewInput in = input("x");
    SavedView v;

    office_as(&o, "sam");
    Str key = make(&o, &in);
    int64_t events = fixture_int(cx, "SELECT count(*) FROM event");
    in.version = OPT_INT(1);
    EXPECT_RC(RC_OK, view_change(cx, self(&o), key, &in));
    EXPECT(fixture_int(cx, "SELECT count(*) FROM event") == events);
    in.name = STR("y");
    EXPECT_RC(RC_OK, view_change(cx, self(&o), key, &in));
    EXPECT(fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'view.changed'") == 1);
    EXPECT_RC(RC_STALE, view_change(cx, self(&o), key, &in));
    EXPECT_RC(RC_FORBIDDEN, view_change(cx, self(&o), STR("overdue"), &in));
    EXPECT_RC(RC_OK, view_drop(cx, self(&o), key, OPT_INT(2)));
    EXPECT_RC(RC_NOT_FOUND, view_get(cx, self(&o), key, &v));
    EXPECT(fixture_int(cx, "SELECT count(*) FROM view_place WHERE view_id IS NOT NULL") == 0);
}

static const FindQuery *parse(Ctx *cx, const char *text)
{
    const FindQuery *q = NULL;
    CondError error = { 0 };

    EXPECT_RC(RC_OK, find_parse(cx, str_z(text), &q, &error));
    return q;
}

static Str text_of(Ctx *cx, const FindQuery *q)
{
    Str text = STR("");

    EXPECT_RC(RC_OK, find_text(cx, q, &text));
    return text;
}

DB_TEST(find_order_by_puts_the_new_order_before_the_old_one)
{
    Office o = office_open(cx);
    const FindQuery *q = NULL;

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, find_fair(cx, parse(cx, "open = yes"), &q));
    EXPECT_STR("open = yes order by due, priority desc, created", text_of(cx, q));
    EXPECT_RC(RC_OK, find_order_by(cx, q, STR("priority"), false, &q));
    EXPECT_STR("open = yes order by priority, due, created", text_of(cx, q));
    EXPECT_RC(RC_OK, find_order_by(cx, q, STR("updated"), true, &q));
    EXPECT_STR("open = yes order by updated desc, priority, due", text_of(cx, q));
    EXPECT_RC(RC_OK, find_fair(cx, parse(cx, "order by created"), &q));
    EXPECT_STR("order by created", text_of(cx, q));
    EXPECT_RC(RC_INVALID, find_order_by(cx, q, STR("title"), false, &q));
}

DB_TEST(find_exchange_changes_one_part_and_keeps_the_others_and_the_order)
{
    Office o = office_open(cx);
    static const struct {
        const char *query, *from, *to, *want;
    } cases[] = {
        { "", "", "team = workplace", "team = workplace" },
        { "open = yes", "", "team = workplace", "open = yes and team = workplace" },
        { "open = yes and team = workplace order by due", "team = workplace", "team = finance",
          "open = yes and team = finance order by due" },
        { "open = yes and team = workplace", "team = workplace", "", "open = yes" },
        { "team = workplace order by created desc", "team = workplace", "",
          "order by created desc" },
        { "state = closed or open = yes", "", "assignee is empty",
          "(state = \"closed\" or open = yes) and assignee is empty" },
        { "open = yes", "state = pending", "", "open = yes" },
    };
    CondError error = { 0 };
    const FindQuery *q = NULL;

    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC(RC_OK, find_exchange(cx, parse(cx, cases[i].query), str_z(cases[i].from),
                                       str_z(cases[i].to), &q, &error));
        EXPECT_STR(cases[i].want, text_of(cx, q));
    }
    EXPECT_RC(RC_INVALID,
              find_exchange(cx, parse(cx, ""), STR(""), STR("team = nowhere"), &q, &error));
    EXPECT_STR("unknown_team", error.code);
}

TEST(find_from_words_takes_words_and_leaves_mistakes_alone)
{
    Str q = STR_NULL;

    EXPECT(find_from_words(test_arena(), STR(" vpn log "), &q));
    EXPECT_STR("text ~ \"vpn log\"", q);
    EXPECT(find_from_words(test_arena(), STR("打印机"), &q));
    EXPECT(!find_from_words(test_arena(), STR("tem = x"), &q));
    EXPECT(!find_from_words(test_arena(), STR("a \"b"), &q));
    EXPECT(!find_from_words(test_arena(), STR("  "), &q));
}

DB_TEST(view_why_tells_a_supplier_nothing)
{
    Office o = office_open(cx);
    ViewReasons why;
    GrantedRequest g;
    bool holds;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    office_as(&o, "sid");
    EXPECT_RC(RC_OK, access_task(cx, office_task_id(&o, id, "order"), 0, &g));
    EXPECT_RC(RC_FORBIDDEN, view_why(cx, g, parse(cx, "open = yes"), &why, &holds));
}

DB_TEST(view_why_says_of_each_part_what_holds_and_agrees_with_the_whole)
{
    Office o = office_open(cx);
    static const struct {
        const char *query;
        bool holds;
        size_t parts;
    } cases[] = {
        { "", true, 0 },
        { "state = assessing", true, 1 },
        { "open = yes and model = question", false, 2 },
        { "open = yes and (model = question or model = laptop)", true, 4 },
        { "not (open = no or model = question)", true, 3 },
        { "not (open = yes and model = laptop)", false, 3 },
        { "title ~ \"zebra\"", false, 1 },
    };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    GrantedRequest g;
    EXPECT_RC(RC_OK, access_request(cx, id, MAY_SEE, &g));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const FindQuery *q = parse(cx, cases[i].query);
        ViewReasons reasons = { 0 };
        bool holds = false, whole = false;
        EXPECT_RC(RC_OK, view_why(cx, g, q, &reasons, &holds));
        EXPECT_RC(RC_OK, find_holds(cx, g, q, &whole));
        EXPECT(holds == whole);
        if (i != 1)
            EXPECT(holds == cases[i].holds);
        EXPECT(reasons.n == cases[i].parts);
    }
}

/* ---- limits ---- */

DB_TEST(view_create_refuses_more_views_of_one_author_than_there_may_be)
{
    Office o = office_open(cx);
    ViewInput in = input("one more");
    Str key = STR("");

    office_as(&o, "sam");
    for (int i = 0; i < VIEWS_OWN_MAX - 1; i++)
        fixture_exec(cx,
                     SQL("INSERT INTO saved_view (key, name, query, shown, sharing, owner_id,"
                         " created_ms, changed_ms) SELECT 'kept-%d', 'x', '', '', 'private', id,"
                         " 0, 0 FROM person WHERE login = 'sam'",
                         i));
    (void)make(&o, &in);
    EXPECT_RC(RC_LIMIT, view_create(cx, self(&o), &in, &key));
    EXPECT_INT(VIEWS_OWN_MAX, fixture_int(cx, "SELECT count(*) FROM saved_view"));
    EXPECT_RC(RC_OK, view_drop(cx, self(&o), STR("kept-0"), OPT_NONE));
    EXPECT_RC(RC_OK, view_create(cx, self(&o), &in, &key));
    office_as(&o, "noor"); /* counts for oneself */
    EXPECT_RC(RC_OK, view_create(cx, self(&o), &in, &key));
}

/* ---- every database call fails once: nothing may be half done ---- */

typedef struct Fault {
    Office *o;
    Str key;
} Fault;

static Rc act_create(Ctx *cx, void *arg)
{
    GrantedSelf g;
    ViewInput in = input("Ours");
    Str key;

    UNUSED(arg);
    cx->identity = NULL;
    in.sharing = STR("team");
    in.team = STR("workplace");
    in.query = STR("team = workplace and assignee = sam");
    TRY(access_self(cx, &g));
    return view_create(cx, g, &in, &key);
}

static Rc act_change(Ctx *cx, void *arg)
{
    const Fault *f = arg;
    GrantedSelf g;
    ViewInput in = input("Ours, all");

    cx->identity = NULL;
    TRY(access_self(cx, &g));
    return view_change(cx, g, f->key, &in);
}

static Rc act_place(Ctx *cx, void *arg)
{
    const Fault *f = arg;
    GrantedSelf g;

    cx->identity = NULL;
    TRY(access_self(cx, &g));
    return view_place(cx, g, f->key, VIEW_UP);
}

static Rc act_drop(Ctx *cx, void *arg)
{
    const Fault *f = arg;
    GrantedSelf g;

    cx->identity = NULL;
    TRY(access_self(cx, &g));
    return view_drop(cx, g, f->key, OPT_NONE);
}

DB_TEST(no_fault_leaves_a_view_half_made)
{
    Office o = office_open(cx);

    office_as(&o, "sam");
    fault_run(cx, act_create, NULL);
}

DB_TEST(no_fault_leaves_a_view_half_changed_moved_or_dropped)
{
    Office o = office_open(cx);
    ViewInput in = input("x");
    Fault f = { .o = &o };

    office_as(&o, "sam");
    f.key = make(&o, &in);
    fault_run(cx, act_place, &f);
    fault_run(cx, act_change, &f);
    fault_run(cx, act_drop, &f);
}

/* ---- fields of teams as columns ---- */

DB_TEST(view_shows_a_field_of_a_team_as_a_column_in_one_statement_more)
{
    Office o = office_open(cx);
    ViewInput in = input("Ours");
    ViewColumns columns;
    RequestHeads heads = { 0 };
    FieldValues own = { 0 };
    ScopeRequests s;
    Str next, text;
    bool more = true;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    (void)office_ask(&o, "question", "{\"details\":\"How?\"}");
    fixture_exec(cx, SQL("INSERT INTO team_field (key, team_id, name, kind, changed_ms) VALUES"
                         " ('asset', %lld, '{\"en\":\"Asset\",\"sv\":\"Inventarie\"}', 'text', 0)",
                         (long long)o.workplace));
    fixture_exec(cx,
                 SQL("INSERT INTO field_value SELECT %lld, f.id, '=PC 7', '=pc 7', NULL, NULL, 1, 0"
                     " FROM team_field f",
                     (long long)id));
    office_as(&o, "sam");
    in.query = STR("field.asset is not empty");
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.columns, STR("number")));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.columns, STR("field.asset")));
    (void)make(&o, &in);
    EXPECT_RC(RC_OK, view_columns_of(cx, &in.columns, &columns));
    EXPECT_STR("Inventarie", view_column_head(columns.at[1]).args[0].lang.in[LANG_SV]);
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, find_list(cx, s, parse(cx, "open = yes order by created"),
                               (FindPage){ .size = 9 }, &heads, &next));
    EXPECT_INT(2, heads.n);
    uint64_t before = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, view_own_values(cx, s, &columns, &heads, &own));
    EXPECT(db_conn_statements(cx->db) - before <= 4); /* the fields, the values, names of people */
    EXPECT_RC(RC_OK, view_cell_text(cx, columns.at[1], &heads.at[0], &own, &text));
    EXPECT_STR("=PC 7", text);
    EXPECT_RC(RC_OK, view_cell_text(cx, columns.at[1], &heads.at[1], &own, &text));
    EXPECT_STR("", text);
    CLEANUP(buf_done) Buf csv = { 0 };
    buf_init(&csv, 4096);
    const Grouping *list;
    EXPECT_RC(RC_OK,
              grouping_open(cx, s, parse(cx, "field.asset = \"=pc 7\""), STR(""), STR(""), &list));
    EXPECT_RC(RC_OK, view_csv(cx, s, list, &columns, 10, &csv, &more));
    EXPECT(str_contains(buf_str(&csv), STR("number,field.asset\r\n")));
    EXPECT(str_contains(buf_str(&csv), STR("'=PC 7")));
    EXPECT(!more);
}
