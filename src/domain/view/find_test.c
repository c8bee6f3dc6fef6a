/* Requests by a query: the database and the evaluator agree on every request and every query, and nobody learns
 * of what they do not see. */
#include "domain/model/model_fixture.h"
#include "domain/request/office_fixture.h"
#include "domain/request/read_mark.h"
#include "domain/view/fields.h"
#include "domain/view/search.h"
#include "domain/request/words.h"
#include "domain/request/words_fixture.h"

#include <stdio.h>
#include <stdlib.h>

/* A statement of the test, with values. */
#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

/* xorshift64: the same queries on every machine; the seed is told when one fails. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static size_t pick(uint64_t *s, size_t n)
{
    return (size_t)(next(s) % n);
}

#define PICK(s, list) ((list)[pick((s), COUNT_OF(list))])

static const char *const people[] = { "robin", "mika", "kim", "dora", "sam",  "noor", "ada",
                                      "bo",    "ivy",  "fay", "finn", "olga", "gus",  "hana" };
static const char *const teams[] = { "workplace", "procurement", "finance", "people", "owners" };

/* ---- requests in every state ---- */

static const struct {
    const char *item, *answers;
} asks[] = {
    { "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}" },
    { "laptop", "{\"device\":\"developer\",\"reason\":\"Jag KOMPILERAR\"}" },
    { "laptop", "{\"device\":\"standard\"}" },
    { "question", "{\"details\":\"How?\"}" },
    { "concern", "{\"details\":\"In confidence\"}" },
    { "badge", "{\"until\":\"2030-02-20\"}" },
    { "account", "{\"login\":\"rob\",\"days\":3}" },
    { "account", "{\"login\":\"ROB\"}" },
};

static const char *const said[] = { "My VPN is broken",
                                    "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81",
                                    "Skrivaren \xC3\xA4r trasig, can't print" };

static void try_act(Office *o, uint64_t *s, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    RequestView v;
    RequestAct in = { .kind = (ActKind)pick(s, ACT_COUNT),
                      .text = STR("Because."),
                      .team = str_z(PICK(s, teams)),
                      .record = STR("incident"),
                      .item = STR("incident"),
                      .assignee = cx->subject->login };

    if (access_request(cx, id, MAY_SEE, &g) != RC_OK || request_view(cx, g, &v) != RC_OK)
        return;
    if (in.kind == ACT_ASSESS)
        in.answers = office_answers(o, "{\"in_stock\":true}");
    if (in.kind == ACT_PEND)
        in.until_ms = OPT_INT(cx->now_ms + MS_HOUR);
    fixture_exec(cx, "SAVEPOINT tried");
    Rc rc = RC_OK;
    ApprovalDecision yes = { .decision = STR("approve"), .reason = STR("So.") };
    TaskAct done = { .kind = (TaskActKind)pick(s, TASK_ACT_COUNT),
                     .text = STR("So."),
                     .passed = OPT_INT(1),
                     .ok = OPT_INT(1),
                     .assignee = cx->subject->login };
    switch (pick(s, 3)) {
    case 0: rc = request_act(cx, g, &in, NULL); break;
    case 1:
        for (size_t i = 0; i < v.approvals.n && rc == RC_OK; i++)
            if (v.approvals.at[i].mine)
                rc = approval_decide(cx, g, v.approvals.at[i].id, &yes);
        break;
    default:
        if (v.tasks.n > 0)
            rc = task_act(cx, g, v.tasks.at[pick(s, v.tasks.n)].id, &done);
        break;
    }
    fixture_exec(cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
}

/* The last has two tags. */
static const char *const tagged[] = {
    "INSERT INTO request_tag SELECT max(r.id), 'laptop', min(p.id), 0 FROM request r, person p",
    "INSERT INTO request_tag SELECT max(r.id), 'light', min(p.id), 0 FROM request r, person p",
    ("INSERT INTO request_tag SELECT max(r.id), t.tag, min(p.id), 0 FROM request r, person p,"
     " (SELECT 'x' AS tag UNION SELECT 'laptop') t GROUP BY t.tag"),
};

/* The last to one before it. */
static const char *const linked[] = {
    ("INSERT INTO request_link (from_id, to_id, kind, at_ms)"
     " SELECT max(id), 1 + max(id) / 2, 'part_of', 0 FROM request HAVING max(id) > 2"),
    ("INSERT INTO request_link (from_id, to_id, kind, at_ms)"
     " SELECT max(id) - 1, max(id), 'part_of', 0 FROM request HAVING max(id) > 2"),
    ("INSERT INTO request_link (from_id, to_id, kind, at_ms)"
     " SELECT max(id), max(id) - 1, 'related', 0 FROM request HAVING max(id) > 2"),
    ("INSERT INTO request_link (from_id, to_id, kind, at_ms)"
     " SELECT max(id), max(id) - 1, 'merged_into', 0 FROM request HAVING max(id) > 2"),
};

/* Up to three have the last one too. */
static void have_it_too(Ctx *cx, uint64_t *s)
{
    for (size_t n = pick(s, 4); n > 0; n--)
        fixture_exec(cx, SQL("INSERT INTO me_too (request_id, person_id, at_ms)"
                             " SELECT max(r.id), min(p.id) + %d, 0 FROM request r, person p",
                             (int)n));
    fixture_exec(cx, "UPDATE request SET parts = parts + 1,"
                     " me_too = (SELECT count(*) FROM me_too m WHERE m.request_id = request.id)"
                     " WHERE id = (SELECT max(id) FROM request)");
}

/* Somebody has read it up to here, or wants it unread. */
static void mark_read(Office *o, int64_t id, bool read)
{
    GrantedRequest g;

    if (access_request(o->cx, id, MAY_SEE, &g) == RC_OK)
        EXPECT_RC(RC_OK, read_mark(o->cx, g, read));
}

/* A field of each kind; requests get something into one of them, or nothing. */
static const char *const own_kinds[] = { "text",   "number", "money", "date",
                                         "choice", "person", "yes_no" };

static void make_own(Ctx *cx)
{
    for (size_t i = 0; i < COUNT_OF(own_kinds); i++)
        fixture_exec(cx, SQL("INSERT INTO team_field (key, team_id, name, kind, changed_ms)"
                             " SELECT '%s', min(id), '{\"en\":\"x\"}', '%s', 0 FROM team",
                             own_kinds[i], own_kinds[i]));
}

static void fill_own(Ctx *cx, uint64_t *s)
{
    static const char *const values[] = {
        "'I travel', 'i travel', NULL, NULL",
        "NULL, NULL, 2000, NULL",
        "NULL, NULL, 150000, 'EUR'",
        "NULL, NULL, 1897776000000, NULL",
        "NULL, 'x', NULL, NULL",
        "NULL, NULL, min(p.id) + 3, NULL",
        "NULL, NULL, 1, NULL",
    };
    for (size_t i = 0; i < COUNT_OF(own_kinds); i++)
        if (pick(s, 3) == 0)
            fixture_exec(cx,
                         SQL("INSERT INTO field_value SELECT max(r.id), max(f.id), %s, min(p.id), 0"
                             " FROM request r, person p, team_field f WHERE f.kind = '%s'",
                             values[i], own_kinds[i]));
}

/* `n` requests of several people, each with a life of its own; returns how many there are in all. */
static int64_t make_requests(Office *o, uint64_t *s, int n)
{
    Ctx *cx = o->cx;

    fixture_exec(cx, "INSERT INTO org (key, name) VALUES ('acme', 'Acme'), ('north', 'North')");
    fixture_exec(cx, "UPDATE person SET org_id = 1 + id % 2 WHERE id % 3 <> 0");
    fixture_exec(cx, "UPDATE person SET site = 'east' WHERE id % 2 = 0");
    make_own(cx);
    for (int i = 0; i < n; i++) {
        size_t k = pick(s, COUNT_OF(asks));
        RequestMade made = { 0 };
        office_later(o, (Ms)pick(s, (size_t)MS_DAY));
        office_as(o, PICK(s, people));
        fixture_exec(cx, "SAVEPOINT asked");
        Rc rc = office_create(o, asks[k].item, asks[k].answers, NULL, pick(s, 8) == 0, &made);
        fixture_exec(cx, rc == RC_OK ? "RELEASE asked" : "ROLLBACK TO asked");
        if (rc == RC_OK && pick(s, 3) == 0)
            (void)office_say(o, made.id, PICK(s, said));
        if (rc == RC_OK && pick(s, 2) == 0)
            fixture_exec(cx, PICK(s, tagged));
        if (rc == RC_OK)
            fill_own(cx, s);
        if (rc == RC_OK && pick(s, 3) == 0)
            fixture_exec(cx, PICK(s, linked));
        if (rc == RC_OK && pick(s, 3) == 0)
            mark_read(o, made.id, pick(s, 2) == 0);
        if (rc == RC_OK)
            have_it_too(cx, s);
        for (size_t j = pick(s, 40); rc == RC_OK && j > 0; j--) {
            office_later(o, (Ms)pick(s, (size_t)MS_HOUR));
            office_as(o, PICK(s, people));
            try_act(o, s, made.id);
        }
    }
    words_follow(o);
    return fixture_int(cx, "SELECT count(*) FROM request");
}

/* ---- random queries ---- */

static Str constant(Arena *a, uint64_t *s, const CondName *n)
{
    static const char *const words[] = { "light", "developer", "laptop", "acme", "north",
                                         "east",  "robin",     "REQ-3",  "x" };
    static const char *const texts[] = { "jag kompilerar", "Rob", "I TRAVEL", "Laptop", "" };
    static const char *const moments[] = {
        "now",        "now - 2d",          "start_of(week)",    "now + 3h",
        "2030-01-03", "2030-01-02T10:00Z", "now - 1y",          "start_of(day)",
        "2030-02-20", "2030-02-20T03:30Z", "2030-02-20T12:00Z", "2030-02-19T12:00Z",
        "now - 20d"
    };
    static const char *const numbers[] = { "0", "1", "2", "3", "1 + 2", "2.5" };
    static const char *const money[] = { "0 EUR", "1500 EUR", "900 * 2 EUR", "10 SEK", "-1 EUR" };
    bool answer = str_starts(n->name, STR("answer."));

    if (n->type == COND_TEXT)
        return str_fmt(a, "\"%s\"", PICK(s, texts));
    if (n->type == COND_NUMBER)
        return str_z(PICK(s, numbers));
    if (n->type == COND_MONEY)
        return str_z(PICK(s, money));
    if (n->type == COND_YES_NO)
        return pick(s, 2) ? STR("yes") : STR("no");
    if (n->type == COND_DATE || n->type == COND_DATETIME)
        return str_z(PICK(s, moments));
    if (n->type == COND_PERSON)
        return pick(s, 4) ? str_z(PICK(s, people)) : STR("me");
    if (n->keys_n > 0)
        return n->keys[pick(s, n->keys_n)];
    if (answer || n->id >= (int32_t)find_fields_n)
        return str_z(PICK(s, words));
    if (find_fields[n->id].store == STORE_TEAM)
        return pick(s, 5) ? str_z(PICK(s, teams)) : STR("my_teams");
    if (find_fields[n->id].store == STORE_PERSON)
        return pick(s, 5) ? str_z(PICK(s, people)) : STR("me");
    return str_z(PICK(s, words));
}

static const char *const searched[] = { "vpn",
                                        "brok vpn",
                                        "\xE5\xAF\x86\xE7\xA0\x81",
                                        "\xE7\xA0\x81",
                                        "laptop",
                                        "lap",
                                        "TRASIG \xC3\x84R",
                                        "cant",
                                        "req-3",
                                        "travel",
                                        "!",
                                        "kompilerar jag",
                                        "zzz",
                                        "broken vpn my" };

static Str leaf(Arena *a, uint64_t *s, const CondSchema *names)
{
    static const char *const orders[] = { "=", "!=", "<", "<=", ">", ">=" };
    const CondName *n = &names->at[pick(s, names->n)];
    bool moment = pick(s, 4) == 0; /* they have the most cases */

    if (pick(s, 12) == 0)
        return str_fmt(a, "%s ~ \"%s\"", pick(s, 3) ? "text" : "title", PICK(s, searched));
    while (n->word || str_eq_z(n->name, "text")
           || (moment && n->type != COND_DATE && n->type != COND_DATETIME))
        n = &names->at[pick(s, names->n)];
    bool ordered = n->ordered || n->type == COND_NUMBER || n->type == COND_MONEY
                   || n->type == COND_DATE || n->type == COND_DATETIME;
    Str x = constant(a, s, n), y = constant(a, s, n);
    if (n->past && pick(s, 2)) {
        static const char *const bounds[] = { "",
                                              " after 2030-01-20",
                                              " before 2030-01-20",
                                              " after 2030-01-10 before 2030-02-01",
                                              " before now - 3d",
                                              " after now - 12h" };
        return str_fmt(a, "%.*s was %.*s%s", STR_ARG(n->name), STR_ARG(x), PICK(s, bounds));
    }
    switch (pick(s, 8)) {
    case 0: return str_fmt(a, "%.*s is empty", STR_ARG(n->name));
    case 1: return str_fmt(a, "%.*s is not empty", STR_ARG(n->name));
    case 2:
        return str_fmt(a, "%.*s %s (%.*s, %.*s)", STR_ARG(n->name), pick(s, 2) ? "in" : "not in",
                       STR_ARG(x), STR_ARG(y));
    case 3: return str_fmt(a, "%.*s in (%.*s, empty)", STR_ARG(n->name), STR_ARG(x));
    case 4:
        if (n->type == COND_DATETIME && pick(s, 2))
            return str_fmt(a, "created %s %.*s", PICK(s, orders), STR_ARG(n->name));
        if (moment && n->type == COND_DATETIME)
            return str_fmt(a, "%.*s %s %.*s", STR_ARG(x), PICK(s, orders), STR_ARG(n->name));
        break;
    default: break;
    }
    return str_fmt(a, "%.*s %s %.*s", STR_ARG(n->name), orders[pick(s, ordered ? 6 : 2)],
                   STR_ARG(x));
}

static Str tree(Arena *a, uint64_t *s, const CondSchema *names, int depth)
{
    if (depth == 0 || pick(s, 3) == 0)
        return leaf(a, s, names);
    Str x = tree(a, s, names, depth - 1), y = tree(a, s, names, depth - 1);
    switch (pick(s, 3)) {
    case 0: return str_fmt(a, "(%.*s and %.*s)", STR_ARG(x), STR_ARG(y));
    case 1: return str_fmt(a, "(%.*s or %.*s)", STR_ARG(x), STR_ARG(y));
    default: return str_fmt(a, "not (%.*s)", STR_ARG(x));
    }
}

static Str ordered(Arena *a, uint64_t *s, Str query)
{
    static const char *const by[] = { "", " order by created",
                                      " order by due, priority desc, created",
                                      " order by updated desc", " order by priority, due desc" };
    return str_fmt(a, "%.*s%s", STR_ARG(query), PICK(s, by));
}

/* ---- both back ends ---- */

typedef struct Seen {
    int64_t id;
    FindRecord record;
} Seen;
LIST_OF(Seen, SeenList);

/* Everything that the present person sees, in memory. */
static SeenList seen_by(Office *o, int64_t requests)
{
    SeenList list = { 0 };
    Ctx *cx = o->cx;

    for (int64_t id = 1; id <= requests; id++) {
        GrantedRequest g;
        Seen one = { .id = id };
        if (access_request(cx, id, MAY_SEE, &g) != RC_OK)
            continue;
        EXPECT_RC(RC_OK, find_load(cx, g, cx->now_ms, &one.record));
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &list, one));
    }
    return list;
}

static const FindQuery *parsed(Ctx *cx, Str text)
{
    const FindQuery *q = NULL;
    CondError e = { 0 };
    Rc rc = find_parse(cx, text, &q, &e);

    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "%.*s: %u: %.*s", STR_ARG(text), e.column,
                  STR_ARG(cond_error_english(cx->arena, &e)));
    return q;
}

/* Keeps the texts for PostgreSQL; tools/pg_prepare.py prepares them there. */
static void keep_postgres(Ctx *cx, FILE *to, const FindQuery *q, const int64_t *after)
{
    FindSql sql;

    EXPECT_RC(RC_OK, find_sql(cx, q, DB_POSTGRES, after, &sql));
    for (const DbQuery *query = db_queries; query < db_queries + db_query_count; query++) {
        const DbPart *const parts[] = { sql.asked, sql.sorted };
        const DbJoined *joined;
        if (str_eq_z(str_z(query->name), "find_rows")) {
            EXPECT_RC(RC_OK, db_join(cx->arena, query, (DbValue[8]){ { 0 } }, parts, 2, &joined));
            fprintf(to, "%s\n", joined->query.postgres);
        }
    }
}

static size_t compare(Office *o, const SeenList *seen, Str text, FILE *postgres)
{
    Ctx *cx = o->cx;
    const FindQuery *q = parsed(cx, text);
    ScopeRequests s;
    RequestHeads page;
    Str after = STR("");
    SeenList found = { 0 };

    EXPECT_RC(RC_OK, access_requests(cx, &s));
    do {
        EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ after, 7 }, &page, &after));
        for (size_t i = 0; i < page.n; i++)
            EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &found, (Seen){ .id = page.at[i].id }));
    } while (after.len > 0);

    size_t holding = 0;
    for (size_t i = 0; i < seen->n; i++) {
        bool holds = false, listed = false;
        EXPECT_RC(RC_OK, find_eval(q, &seen->at[i].record, &holds));
        for (size_t k = 0; k < found.n && !listed; k++)
            listed = found.at[k].id == seen->at[i].id;
        if (holds != listed)
            test_fail(__FILE__, __LINE__, "request %lld as %.*s: memory says %s: %.*s",
                      (long long)seen->at[i].id, STR_ARG(cx->subject->login), holds ? "yes" : "no",
                      STR_ARG(text));
        holding += holds;
    }
    EXPECT_INT((int64_t)holding, (int64_t)found.n);
    int64_t counted = 0;
    EXPECT_RC(RC_OK, find_count(cx, s, q, &counted));
    EXPECT_INT((int64_t)holding, counted);
    keep_postgres(cx, postgres, q, NULL);
    keep_postgres(cx, postgres, q, (int64_t[]){ 1, 2, 3, 4 });
    return seen->n;
}

enum { ROUND_BYTES = 256 << 20 };

/* Pairs of a query and a request on which both must agree: 12,000, and 100,000 in the long run. */
DB_TEST(find_database_and_memory_agree_on_random_requests_and_queries)
{
    size_t wanted = test_is_long() ? 100000 : test_is_short() ? 300 : 12000, pairs = 0;
    uint64_t seed = 20260611u;
    FILE *postgres = fopen("build/queries-postgres.txt", "w");

    EXPECT(postgres != NULL);
    Office o = office_open(cx);
    int64_t requests = make_requests(&o, &seed, test_is_short() ? 8 : 60);
    Arena *whole = cx->arena;
    while (pairs < wanted) {
        CLEANUP(arena_free_at) Arena *round = arena_new(ROUND_BYTES);
        cx->arena = round;
        office_as(&o, PICK(&seed, people));
        cx->zone = zone_get(STR("America/St_Johns"));
        SeenList seen = seen_by(&o, requests);
        for (int i = 0; i < 50; i++) {
            const FindSchema *names;
            EXPECT_RC(RC_OK, find_schema(cx, &names));
            Str text = ordered(cx->arena, &seed, tree(cx->arena, &seed, &names->names, 3));
            pairs += compare(&o, &seen, text, postgres);
        }
        cx->arena = whole;
        office_nobody(&o);
    }
    EXPECT_INT(0, fclose(postgres));
}

/* A date begins at midnight of the reader, wherever that lies in UTC. */
DB_TEST(find_compares_dates_and_instants_in_the_readers_zone)
{
    static const char *const signs[] = { "=", "<", "<=", ">", ">=" };
    static const char *const moments[] = { "2030-02-20",        "2030-02-20T03:30Z",
                                           "2030-02-20T03:29Z", "2030-02-20T12:00Z",
                                           "2030-02-19T12:00Z", "2030-02-21T03:30Z" };
    FILE *nowhere = fopen("/dev/null", "w");
    Office o = office_open(cx);

    EXPECT(nowhere != NULL);
    office_as(&o, "robin");
    for (int i = 0; i < 8; i++) {
        office_ask(&o, "badge",
                   i % 2 ? "{\"until\":\"2030-02-20\"}" : "{\"until\":\"2030-02-19\"}");
        office_later(&o, 4 * MS_HOUR);
    }
    cx->zone = zone_get(STR("America/St_Johns"));
    SeenList seen = seen_by(&o, 8);
    EXPECT_INT(8, (int64_t)seen.n);
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        for (size_t k = 0; k < COUNT_OF(moments); k++) {
            compare(&o, &seen, str_fmt(cx->arena, "answer.until %s %s", signs[i], moments[k]),
                    nowhere);
            compare(&o, &seen, str_fmt(cx->arena, "%s %s answer.until", moments[k], signs[i]),
                    nowhere);
        }
        for (size_t k = 0; k < seen.n; k++) {
            Str day = clock_date(cx->arena, seen.at[k].record.view->head.created_ms);
            compare(&o, &seen, str_fmt(cx->arena, "created %s %.*s", signs[i], STR_ARG(day)),
                    nowhere);
        }
    }
    EXPECT_INT(0, fclose(nowhere));
}

/* ---- the past ---- */

static bool asked(Office *o, int64_t id, const char *query)
{
    Ctx *cx = o->cx;
    FindRecord r;
    bool holds = false;
    int64_t counted = 0;
    ScopeRequests s;
    const FindQuery *q = parsed(cx, str_z(query));

    EXPECT_RC(RC_OK, find_load(cx, office_grant(o, id), cx->now_ms, &r));
    EXPECT_RC(RC_OK, find_eval(q, &r, &holds));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, find_count(cx, s, q, &counted));
    EXPECT_INT(holds ? 1 : 0, counted);
    return holds;
}

/* Asked for on Monday 9:00, sam's from 10:00, nobody's from 12:00, noor's from 13:00. */
DB_TEST(find_was_knows_what_a_field_was_and_when)
{
    static const struct {
        int line;
        const char *query;
        bool holds;
    } cases[] = {
        { __LINE__, "assignee was sam", true },
        { __LINE__, "assignee was noor", true }, /* is */
        { __LINE__, "assignee was ada", false },
        { __LINE__, "assignee was me", true },
        { __LINE__, "assignee was sam before 2030-01-07T10:00Z", false },
        { __LINE__, "assignee was sam before 2030-01-07T10:01Z", true },
        { __LINE__, "assignee was sam after 2030-01-07T12:00Z", false },
        { __LINE__, "assignee was sam after 2030-01-07T11:59Z", true },
        { __LINE__, "assignee was sam after 2030-01-07T12:00Z before 2030-01-07T13:00Z", false },
        { __LINE__, "assignee was sam after 2030-01-07T11:00Z before 2030-01-07T13:00Z", true },
        { __LINE__, "assignee was sam after 2030-01-07T12:00Z before 2030-01-07T11:00Z", false },
        { __LINE__, "assignee was noor before 2030-01-07T13:00Z", false },
        { __LINE__, "assignee was noor before 2030-01-07T13:01Z", true },
        { __LINE__, "assignee was noor after 2030-01-08", true }, /* still is */
        { __LINE__, "team was my_teams", true },
        { __LINE__, "team was finance", false },
        { __LINE__, "priority was normal", true },
        { __LINE__, "state was closed", false },
        { __LINE__, "not assignee was sam", false },
        { __LINE__, "not (assignee was sam and state was closed)", true },
    };
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "ada");
    office_later(&o, MS_HOUR);
    office_assign(&o, id, "sam");
    office_later(&o, 2 * MS_HOUR);
    office_assign(&o, id, "");
    office_later(&o, MS_HOUR);
    office_assign(&o, id, "noor");
    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (asked(&o, id, cases[i].query) != cases[i].holds)
            test_fail(__FILE__, cases[i].line, "%s", cases[i].query);
}

/* The same story as in tools/pg_prepare.py: two changes at one instant leave no piece of time behind. */
DB_TEST(find_past_has_a_row_for_each_value_that_is_over)
{
    static const char *const story[] = {
        "UPDATE request SET state = 'fulfilling', updated_ms = 20",
        "UPDATE request SET assignee_id = requester_id, state = 'pending', updated_ms = 30",
        "UPDATE request SET state = 'fulfilling', updated_ms = 30",
        "UPDATE request SET assignee_id = NULL, title = 'x', updated_ms = 40",
        "UPDATE request SET team_id = (SELECT id FROM team WHERE key = 'finance'), level = 3, updated_ms = 50",
        "UPDATE request SET title = 'y', updated_ms = 60",
    };
    static const char *const rows[] = {
        "field = 1 AND value = 1 AND from_ms = 10 AND until_ms = 20",
        "field = 1 AND value = 5 AND from_ms = 20 AND until_ms = 30",
        "field = 2 AND value = 0 AND from_ms = 10 AND until_ms = 30",
        "field = 2 AND value > 0 AND from_ms = 30 AND until_ms = 40",
        "field = 3 AND value > 0 AND from_ms = 10 AND until_ms = 50",
        "field = 4 AND value = 2 AND from_ms = 10 AND until_ms = 50",
    };
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)office_ask(&o, "question", "{\"details\":\"How?\"}");
    fixture_exec(
        cx,
        "UPDATE request SET state = 'draft', level = 2, assignee_id = NULL, created_ms = 10, updated_ms = 10");
    fixture_exec(cx, "DELETE FROM request_past");
    for (size_t i = 0; i < COUNT_OF(story); i++)
        fixture_exec(cx, story[i]);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        EXPECT_INT_AT(__LINE__, 1,
                      fixture_int(cx, SQL("SELECT count(*) FROM request_past WHERE %s", rows[i])));
    EXPECT_INT(COUNT_OF(rows), fixture_int(cx, "SELECT count(*) FROM request_past"));
}

/* ---- refusals ---- */

DB_TEST(find_refuses_with_the_place_and_a_sentence)
{
    static const struct {
        int line;
        const char *query;
        uint32_t column;
        const char *code, *says;
    } cases[] = {
        { __LINE__, "stat = closed", 1, "unknown_name", "Is state meant?" },
        { __LINE__, "state = open", 9, "unknown_key", "state is never \"open\"" },
        { __LINE__, "assignee = nobody", 12, "unknown_person", "nobody with the login nobody" },
        { __LINE__, "assignee in (me, zoe)", 18, "unknown_person", "login zoe" },
        { __LINE__, "watcher = zoe", 11, "unknown_person", "login zoe" },
        { __LINE__, "team = moon", 8, "unknown_team", "no team moon" },
        { __LINE__, "due - 2d < now", 5, "not_here", "calculate on the other side" },
        { __LINE__, "cost * 2 > 100 EUR", 6, "not_here", "calculate on the other side" },
        { __LINE__, "created < due + 2d", 15, "not_here", "calculate on the other side" },
        { __LINE__, "cost > tasks", 8, "type", "Money is compared with money" },
        { __LINE__, "tasks = tasks.open and requester in (answer.login)", 38, "type",
          "answer.login" },
        { __LINE__, "state = closed order by title", 25, "type", "cannot be ordered by title" },
        { __LINE__, "due < now order by due, created, priority, updated", 44, "limit",
          "at most 3" },
        { __LINE__, "text = \"x\"", 6, "not_here", "words are looked for" },
        { __LINE__, "text is empty", 6, "not_here", "words are looked for" },
        { __LINE__, "answer.login ~ \"x\"", 14, "not_here", "in text and in title" },
        { __LINE__, "text ~ title", 8, "not_here", "stand in quotes" },
        { __LINE__, "title = \"x", 9, "syntax", "does not end" },
        { __LINE__, "open", 1, "type", "open = yes" },
        { __LINE__, "title was \"x\"", 7, "type", "title was before is not kept" },
        { __LINE__, "assignee was zoe", 14, "unknown_person", "login zoe" },
        { __LINE__, "assignee was requester", 14, "unknown_person", "login requester" },
        { __LINE__, "state was open", 11, "unknown_key", "state is never" },
        { __LINE__, "state was closed before created", 25, "not_here", "with a value" },
        { __LINE__, "state was closed before 5 EUR", 25, "type", "" },
    };

    (void)office_open(cx);
    fixture_act_as(cx, fixture_int(cx, "SELECT id FROM person WHERE login = 'robin'"));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const FindQuery *q;
        CondError e = { 0 };
        EXPECT_RC_AT(cases[i].line, cases[i].column == 44 ? RC_LIMIT : RC_INVALID,
                     find_parse(cx, str_z(cases[i].query), &q, &e));
        EXPECT_INT_AT(cases[i].line, cases[i].column, e.column);
        EXPECT_STR_AT(cases[i].line, cases[i].code, e.code);
        if (!str_contains(cond_error_english(cx->arena, &e), str_z(cases[i].says)))
            test_fail(__FILE__, cases[i].line, "%.*s", STR_ARG(cond_error_english(cx->arena, &e)));
    }
}

DB_TEST(find_knows_no_page_of_another_order)
{
    static const char *const pages[] = { "x", "1",   "1.2.3", "1.x", "9999999999999999999.1",
                                         ".", "1.2." };
    Office o = office_open(cx);
    RequestHeads heads;
    ScopeRequests s;
    Str after;

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    const FindQuery *q = parsed(cx, STR("open = yes order by due"));
    for (size_t i = 0; i < COUNT_OF(pages); i++)
        EXPECT_RC_AT(__LINE__, RC_INVALID,
                     find_list(cx, s, q, (FindPage){ str_z(pages[i]), 10 }, &heads, &after));
    EXPECT_RC(RC_OK,
              find_list(cx, s, q, (FindPage){ STR("5.2.1700000000000.7"), 10 }, &heads, &after));
}

/* ---- words ---- */

static int64_t listed(Ctx *cx, const FindQuery *q, int64_t size, RequestHeads *ret)
{
    ScopeRequests s;
    int64_t count;
    Str after;

    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ .size = size }, ret, &after));
    EXPECT_RC(RC_OK, find_count(cx, s, q, &count));
    return count;
}

/* Of a hundred requests every second has the word; of ten of those that have it somebody is in charge. */
DB_TEST(find_looks_at_few_requests_with_a_word_and_at_more_when_they_are_too_few)
{
    Office o = office_open(cx);
    RequestHeads page;

    office_as(&o, "robin");
    int64_t first = office_ask(&o, "question", "{\"details\":\"A wombat\"}"), last = first;
    for (int i = 1; i < 100; i++)
        last = office_ask(&o, "question",
                          i % 2 == 0 ? "{\"details\":\"A wombat\"}" : "{\"details\":\"Nothing\"}");
    fixture_exec(cx, "UPDATE request SET assignee_id = (SELECT id FROM person WHERE login = 'sam')"
                     " WHERE id % 10 = (SELECT min(id) % 10 FROM request)");
    words_follow(&o);
    office_as(&o, "robin");
    const FindQuery *q = parsed(cx, STR("text ~ \"wombat\""));
    for (int64_t size = 1; size < 60; size += 7) {
        EXPECT_INT(50, listed(cx, q, size, &page));
        EXPECT_INT(size > 50 ? 50 : size, (int64_t)page.n);
        for (size_t i = 0; i < page.n; i++)
            EXPECT_INT(last - 1 - 2 * (int64_t)i, page.at[i].id);
    }
    EXPECT_INT(10, listed(cx, parsed(cx, STR("text ~ \"wombat\" and assignee = sam")), 9, &page));
    EXPECT_INT(9, (int64_t)page.n);
    EXPECT_INT(first + 10, page.at[8].id);

    /* Only what must have the words is looked for among the newest. */
    FindQuery few = *q;
    few.words_most = 3;
    EXPECT_INT(3, listed(cx, &few, 50, &page));
    few = *parsed(cx, STR("not text ~ \"wombat\""));
    few.words_most = 3;
    EXPECT_INT(50, listed(cx, &few, 50, &page));
    EXPECT_INT(last, page.at[0].id);
    few = *parsed(cx, STR("text ~ \"wombat\" or number = 0"));
    few.words_most = 3;
    EXPECT_INT(50, listed(cx, &few, 50, &page));
}

DB_TEST(find_lists_words_newest_first_unless_an_order_is_said)
{
    Office o = office_open(cx);
    const FindQuery *fair;

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, find_fair(cx, parsed(cx, STR("open = yes and text ~ \"wombat\"")), &fair));
    EXPECT(!find_has_order(fair));
    EXPECT_RC(RC_OK, find_fair(cx, parsed(cx, STR("open = yes and not text ~ \"wombat\"")), &fair));
    EXPECT(find_has_order(fair));
}

/* The fair order is one of work to do; of everything there ever was the newest comes first. */
DB_TEST(find_lists_open_work_in_the_fair_order_and_all_else_newest_first)
{
    static const struct {
        const char *query;
        bool fair;
    } cases[] = {
        { "open = yes", true },
        { "team = workplace and open = yes", true },
        { "state != closed", true },
        { "state = pending", true },
        { "state in (pending, fulfilled) and team = workplace", true },
        { "open = yes and (team = workplace or assignee = me)", true },
        { "", false },
        { "team = workplace", false },
        { "open = no", false },
        { "state = closed", false },
        { "state in (pending, closed)", false },
        { "state != pending", false },
        { "not (open = yes)", false },
        { "open = yes or team = workplace", false },
    };
    Office o = office_open(cx);
    const FindQuery *fair;

    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC(RC_OK, find_fair(cx, parsed(cx, str_z(cases[i].query)), &fair));
        if (find_has_order(fair) != cases[i].fair)
            test_fail(__FILE__, __LINE__, "%s", cases[i].query);
    }
}

/* ---- the order ---- */

DB_TEST(find_lists_in_the_order_asked_for_over_all_pages)
{
    static const char *const orders[] = { "", "order by created",
                                          "order by due, priority desc, created",
                                          "order by priority, due desc", "order by updated desc" };
    uint64_t seed = 5;
    Office o = office_open(cx);
    ScopeRequests s;

    (void)make_requests(&o, &seed, test_is_short() ? 8 : 30);
    office_as(&o, "gus");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        const FindQuery *q = parsed(cx, str_z(orders[i]));
        FindOrder order = find_order(q);
        RequestHeads whole, page;
        Str after, again = STR("");
        size_t at = 0;
        EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ STR(""), 100 }, &whole, &after));
        do {
            EXPECT_RC(RC_OK, find_list(cx, s, q, (FindPage){ again, 4 }, &page, &again));
            for (size_t k = 0; k < page.n; k++)
                EXPECT_INT_AT(__LINE__, whole.at[at++].id, page.at[k].id);
        } while (again.len > 0);
        EXPECT_INT((int64_t)whole.n, (int64_t)at);
        for (size_t k = 1; order.n > 0 && k < whole.n; k++) {
            const RequestHead *x = &whole.at[k - 1], *y = &whole.at[k];
            if (i == 1)
                EXPECT(x->created_ms <= y->created_ms);
            if (i == 2)
                EXPECT(y->next_due_ms == MS_NONE
                       || (x->next_due_ms != MS_NONE && x->next_due_ms <= y->next_due_ms));
            if (i == 4)
                EXPECT(x->updated_ms >= y->updated_ms);
        }
    }
}

/* ---- the help ---- */

DB_TEST(find_names_stand_in_the_document_of_the_language)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(8u << 20);
    Str page = fixture_file(a, "docs/query-language.md");
    FindNames names;

    EXPECT_RC(RC_OK, find_names(cx, &names));
    for (size_t i = 0; i < names.n; i++) {
        const FindName *n = &names.at[i];
        if (n->what == NULL)
            continue;
        Str line =
            str_fmt(a, "| `%.*s` | %s | %s |", STR_ARG(n->name), cond_type_name(n->type), n->what);
        if (!str_contains(page, line))
            test_fail(__FILE__, __LINE__, "docs/query-language.md has no line %.*s", STR_ARG(line));
    }
}

DB_TEST(find_names_give_an_example_each_that_search_understands)
{
    Office o = office_open(cx);
    FindNames names;

    fixture_exec(
        cx,
        "INSERT INTO team_field (key, team_id, name, kind, options, changed_ms) SELECT 'wear', min(id),"
        " '{\"en\":\"Wear\"}', 'choice', '[{\"key\":\"new\",\"name\":{\"en\":\"New\"}}]', 0 FROM team");
    for (int staff = 0; staff < 2; staff++) {
        office_as(&o, staff ? "sam" : "robin");
        EXPECT_RC(RC_OK, find_names(cx, &names));
        for (size_t i = 0; i < names.n; i++) {
            SearchAsked q;
            if (names.at[i].example.len == 0) {
                EXPECT(str_eq_z(names.at[i].name, "me") || str_eq_z(names.at[i].name, "my_teams"));
                continue;
            }
            EXPECT_RC(RC_OK, search_read(cx, names.at[i].example, &q));
            if (!q.narrowed || q.wrong.msgid != NULL || q.words.len > 0)
                test_fail(__FILE__, __LINE__, "%.*s is no filter", STR_ARG(names.at[i].example));
        }
    }
}
