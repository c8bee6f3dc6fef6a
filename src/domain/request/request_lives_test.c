/* Random lives through the database: after every act the events give the same state as the rows. */
#include "app/memory.h"
#include "domain/request/office_fixture.h"

/* xorshift64: the same lives on every machine; the seed is told when one fails. */
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

static const char *const people[] = { "robin", "kim", "dora", "sam",  "ada", "noor", "bo",
                                      "ivy",   "fay", "finn", "olga", "sid", "gus" };

/* One thing that somebody tries; most tries are refused, and a refusal must change nothing. */
static Rc try_something(Office *o, uint64_t *s, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    RequestView v;

    TRY(access_request(cx, id, MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    switch (pick(s, 5)) {
    case 0: {
        RequestAct in = { .kind = (ActKind)pick(s, ACT_COUNT),
                          .text = STR("Because."),
                          .team = STR("procurement"),
                          .record = STR("incident"),
                          .item = STR("incident"),
                          .assignee = cx->subject->login,
                          .into = STR("REQ-2") };
        bool ends = in.kind == ACT_CONVERT || in.kind == ACT_WITHDRAW || in.kind == ACT_CANCEL
                    || in.kind == ACT_REJECT || in.kind == ACT_MERGE;
        if (ends && pick(s, 12) != 0)
            return RC_CONFLICT;
        if (in.kind == ACT_ASSESS)
            in.answers =
                office_answers(o, pick(s, 2) ? "{\"in_stock\":true}" : "{\"in_stock\":false}");
        if (in.kind == ACT_PEND)
            in.until_ms = OPT_INT(cx->now_ms + MS_HOUR);
        return request_act(cx, g, &in, NULL);
    }
    case 1: {
        static const char *const words[] = { "approve", "approve", "approve", "approve",
                                             "approve", "reject",  "return",  "delegate" };
        if (v.approvals.n == 0)
            return RC_CONFLICT;
        ApprovalDecision in = { .decision = str_z(words[pick(s, 8)]),
                                .reason = STR("So."),
                                .to = STR("eve") };
        return approval_decide(cx, g, v.approvals.at[pick(s, v.approvals.n)].id, &in);
    }
    case 2: {
        if (v.tasks.n == 0)
            return RC_CONFLICT;
        TaskAct in = { .kind = (TaskActKind)pick(s, TASK_ACT_COUNT),
                       .text = STR("So."),
                       .passed = OPT_INT((int64_t)pick(s, 3) > 0),
                       .ok = OPT_INT((int64_t)pick(s, 3) > 0),
                       .assignee = cx->subject->login };
        return task_act(cx, g, v.tasks.at[pick(s, v.tasks.n)].id, &in);
    }
    case 3: {
        RequestEdit in = { .has_answers = true, .title = STR_NULL };
        in.answers = office_answers(o, pick(s, 2) ? "{\"device\":\"light\",\"reason\":\"a\"}"
                                                  : "{\"device\":\"developer\",\"reason\":\"b\"}");
        return request_edit(cx, g, &in);
    }
    default: {
        MessageInput in = { .text = STR("Well?") };
        MessageMade made;
        return message_add(cx, g, &in, &made);
    }
    }
}

/* How many of its acts went through. */
static int live(Ctx *cx, uint64_t seed)
{
    Office o = office_open(cx);
    uint64_t s = seed;
    int done = 0;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop",
                            pick(&s, 2) ? "{\"device\":\"light\",\"reason\":\"x\"}"
                                        : "{\"device\":\"standard\"}");
    for (int i = 0; i < 120; i++) {
        bool more;
        office_later(&o, (Ms)pick(&s, 4 * (size_t)MS_HOUR));
        office_as(&o, people[pick(&s, COUNT_OF(people))]);
        fixture_exec(cx, "SAVEPOINT tried");
        Rc rc = try_something(&o, &s, id);
        if (rc == RC_INTERNAL || rc == RC_STALE)
            test_fail(__FILE__, __LINE__, "seed %llu, step %d: %s", (unsigned long long)seed, i,
                      rc_name(rc));
        fixture_exec(cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
        done += rc == RC_OK;
        if (pick(&s, 10) == 0)
            EXPECT_RC(RC_OK, office_timers(&o, 10, &more));
        office_expect_replay(&o, id, __LINE__);
    }
    return done;
}

DB_TEST(request_random_lives_replay_to_what_the_rows_show)
{
    uint64_t seed = 88172645463325252u;
    int done = 0;
    int lives = test_is_short() ? 1 : 12;
    for (int i = 0; i < lives; i++) {
        fixture_exec(cx, "SAVEPOINT life");
        done += live(cx, next(&seed));
        fixture_exec(cx, "ROLLBACK TO life");
    }
    EXPECT(done > (test_is_short() ? 0 : 200));
}

/* ---- what is kept from call to call ---- */

/* A life that is committed step by step, in an organisation that changes too. */
typedef struct Kept {
    Db *db;
    Office office;
    Ms now;
    uint64_t seed;
    int64_t id;
    int changed;
} Kept;

static Ctx kept_ctx(const Kept *k, Arena *a, DbConn *c)
{
    return (Ctx){ .arena = a, .db = c, .now_ms = k->now, .zone = zone_utc() };
}

static Rc kept_open(DbConn *c, void *arg)
{
    Kept *k = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Ctx cx = kept_ctx(k, a, c);

    k->office = office_open(&cx);
    office_as(&k->office, "robin");
    k->id = office_ask(&k->office, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    return RC_OK;
}

/* Names, teams, memberships: among them what gives and takes rights. */
static Rc change_people(Ctx *cx, uint64_t *s)
{
    const char *who = people[pick(s, COUNT_OF(people))];
    Str sql = STR_NULL;

    switch (pick(s, 6)) {
    case 0:
        sql = str_fmt(cx->arena, "UPDATE person SET name = name || '+' WHERE login = '%s'", who);
        break;
    case 1:
        sql =
            str_fmt(cx->arena, "UPDATE team SET name = '{\"en\":\"W%zu\"}' WHERE key = 'workplace'",
                    pick(s, 1000));
        break;
    case 2:
        sql = str_fmt(cx->arena,
                      "DELETE FROM team_member WHERE person_id = "
                      "(SELECT id FROM person WHERE login = '%s')",
                      who);
        break;
    case 3:
        sql = str_fmt(cx->arena,
                      "INSERT INTO team_member (team_id, person_id, lead) "
                      "SELECT t.id, p.id, 0 FROM team t, person p "
                      "WHERE t.key = 'workplace' AND p.login = '%s' ON CONFLICT DO NOTHING",
                      who);
        break;
    case 4: sql = STR("UPDATE person SET active = 1 - active WHERE login = 'eve'"); break;
    default: sql = STR("UPDATE document SET published_id = published_id"); break;
    }
    fixture_exec(cx, str_dup_z(cx->arena, sql));
    return pick(s, 4) == 0 ? RC_CONFLICT : RC_OK; /* undone */
}

static Rc kept_step(DbConn *c, void *arg)
{
    Kept *k = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Ctx cx = kept_ctx(k, a, c);
    Office o = k->office;

    if (pick(&k->seed, 3) == 0)
        return change_people(&cx, &k->seed);
    o.cx = &cx;
    office_as(&o, people[pick(&k->seed, COUNT_OF(people))]);
    return try_something(&o, &k->seed, k->id);
}

static Str with_words(Ctx *cx, Str text, const char *what, Str words)
{
    return str_fmt(cx->arena, "%.*s%s=%.*s\n", STR_ARG(text), what, STR_ARG(words));
}

/* Everything with names in it that a person reads of the request, and what lists show them. */
static Str what_is_read(Kept *k, Arena *a, DbConn *c, const char *login, bool kept)
{
    Ctx cx = kept_ctx(k, a, c);
    Office o = k->office;
    Reader reader = { LANG_EN, zone_utc(), k->now };
    GrantedRequest g;
    RequestView v;
    ScopeRequests s;
    RequestHeads heads = { 0 };
    PaneRequests pane = { 0 };
    Entries entries = { 0 };
    TeamRefs teams = { 0 };
    int64_t next_id = 0;
    bool more;
    Str text = STR("");

    memory_switch(kept);
    EXPECT_RC(RC_OK, db_read_begin(c));
    o.cx = &cx;
    office_as(&o, login);
    Rc rc = access_request(&cx, k->id, MAY_SEE, &g);
    text = str_fmt(a, "sees %d\n", (int)rc);
    if (rc == RC_OK) {
        EXPECT_RC(RC_OK, request_view(&cx, g, &v));
        text = with_words(&cx, text, "requester", v.head.requester.name);
        text = with_words(&cx, text, "team", v.head.team.name);
        text = with_words(&cx, text, "assignee", v.head.assignee.name);
        text = with_words(&cx, text, "status", words_text(a, &reader, &v.status));
        text = str_fmt(a, "%.*smay %u\n", STR_ARG(text), v.may);
        for (size_t i = 0; i < v.approvals.n; i++) {
            text = with_words(&cx, text, "approver", v.approvals.at[i].approver.name);
            text = with_words(&cx, text, "stage", v.approvals.at[i].stage_name);
        }
        for (size_t i = 0; i < v.tasks.n; i++) {
            text = with_words(&cx, text, "task", v.tasks.at[i].title);
            text = with_words(&cx, text, "of", v.tasks.at[i].team.name);
            text = with_words(&cx, text, "by", v.tasks.at[i].assignee.login);
        }
        TimelineFilter f = { .newest = true, .size = 20, .view = &v };
        EXPECT_RC(RC_OK, timeline(&cx, g, &f, &entries, &more));
        for (size_t i = 0; i < entries.n; i++)
            text = with_words(&cx, text, "entry", words_text(a, &reader, &entries.at[i].what));
    }
    EXPECT_RC(RC_OK, access_requests(&cx, &s));
    RequestFilter queue = { .kind = LIST_QUEUE, .open = OPT_INT(1), .size = 20 };
    EXPECT_RC(RC_OK, request_list(&cx, s, &queue, &heads, &next_id));
    EXPECT_RC(RC_OK, request_pane(&cx, s, 20, &pane));
    /* The pane is the first page of the queues. */
    EXPECT_INT((int64_t)heads.n, (int64_t)pane.n);
    for (size_t i = 0; i < heads.n; i++) {
        EXPECT_INT(heads.at[i].id, pane.at[i].id);
        EXPECT_STR(heads.at[i].title, pane.at[i].title);
        EXPECT_STR(heads.at[i].requester.name, pane.at[i].requester.name);
        text = with_words(&cx, text, "queue", heads.at[i].requester.name);
        text = with_words(&cx, text, "in", heads.at[i].team.name);
    }
    EXPECT_RC(RC_OK, team_choices(&cx, &teams));
    for (size_t i = 0; i < teams.n; i++)
        text = with_words(&cx, text, "choice", teams.at[i].name);
    db_read_end(c);
    memory_switch(true);
    return text;
}

TEST(request_reads_the_same_with_and_without_what_is_kept_through_a_random_life)
{
    Kept k = { .db = test_db(64), .now = 1893456000000, .seed = 424242 };
    DbConn *c;

    EXPECT_RC(RC_OK, db_write(k.db, kept_open, &k));
    EXPECT_RC(RC_OK, db_reader_open(k.db, &c));
    for (int i = 0; i < 250; i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
        k.now += (Ms)pick(&k.seed, (size_t)MS_HOUR);
        k.changed += db_write(k.db, kept_step, &k) == RC_OK;
        const char *who = people[pick(&k.seed, COUNT_OF(people))];
        Str kept = what_is_read(&k, a, c, who, true);
        EXPECT_STR(what_is_read(&k, a, c, who, false), kept);
    }
    EXPECT(k.changed > 60);
    db_reader_close(c);
    db_close(k.db);
}

/* Each table whose rows parts.c keeps, in each of the three ways. */
DB_TEST(request_parts_number_rises_with_every_change_of_a_part)
{
    Office o = office_open(cx);
    static const struct {
        int line;
        const char *sql;
    } changes[] = {
        { __LINE__, "UPDATE answer SET text = 'y' WHERE request_id = %lld" },
        { __LINE__, "DELETE FROM answer WHERE request_id = %lld" },
        { __LINE__, "INSERT INTO answer (request_id, question, row, field, text) "
                    "VALUES (%lld, 'device', 0, '', 'light')" },
        { __LINE__, "UPDATE approval SET reason = 'y' WHERE request_id = %lld" },
        { __LINE__, "UPDATE task SET remark = 'y' WHERE request_id = %lld" },
        { __LINE__, "INSERT INTO task_check (task_id, position, text) "
                    "SELECT min(id), 99, '{}' FROM task WHERE request_id = %lld" },
        { __LINE__, "UPDATE task_check SET done_ms = 1 WHERE position = 99 AND task_id IN "
                    "(SELECT id FROM task WHERE request_id = %lld)" },
        { __LINE__, "DELETE FROM task_check WHERE position = 99 AND task_id IN "
                    "(SELECT id FROM task WHERE request_id = %lld)" },
        { __LINE__, "INSERT INTO pending (request_id, kind, reason, since_ms) "
                    "VALUES (%lld, 'other', 'x', 1)" },
        { __LINE__, "UPDATE pending SET ended_ms = 2 WHERE request_id = %lld" },
        { __LINE__, "DELETE FROM pending WHERE request_id = %lld" },
        { __LINE__, "UPDATE clock SET due_ms = 1 WHERE request_id = %lld" },
        { __LINE__, "DELETE FROM clock WHERE request_id = %lld" },
        { __LINE__,
          "INSERT INTO promise (request_id, seq, at_ms, phase, basis, samples, running, spent_ms) "
          "VALUES (%lld, 1, 1, 'fulfilling', 'none', 0, 0, 0) ON CONFLICT DO NOTHING" },
        { __LINE__, "UPDATE promise SET p50_ms = 1 WHERE request_id = %lld" },
        { __LINE__, "DELETE FROM promise WHERE request_id = %lld" },
        { __LINE__, "DELETE FROM approval WHERE request_id = %lld" },
    };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    int64_t other = office_ask(&o, "question", "{\"details\":\"x\"}");
    const char *number = str_dup_z(
        cx->arena, str_fmt(cx->arena, "SELECT parts FROM request WHERE id = %lld", (long long)id));
    const char *others =
        str_dup_z(cx->arena, str_fmt(cx->arena, "SELECT parts FROM request WHERE id = %lld",
                                     (long long)other));
    int64_t others_before = fixture_int(cx, others);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        int64_t before = fixture_int(cx, number);
        const char *at = strstr(changes[i].sql, "%lld");
        fixture_exec(
            cx, str_dup_z(cx->arena, str_fmt(cx->arena, "%.*s%lld%s", (int)(at - changes[i].sql),
                                             changes[i].sql, (long long)id, at + 4)));
        EXPECT_AT(changes[i].line, fixture_int(cx, number) > before);
    }
    EXPECT_INT(others_before, fixture_int(cx, others));
}

/* Whoever changes a column and raises no number, a column that a later migration adds included. */
DB_TEST(request_parts_number_rises_with_every_column_of_the_row)
{
    Office o = office_open(cx);
    int64_t columns = fixture_int(cx, "SELECT count(*) FROM pragma_table_info('request')");

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"x\"}");
    const char *number = str_dup_z(
        cx->arena, str_fmt(cx->arena, "SELECT parts FROM request WHERE id = %lld", (long long)id));
    for (int64_t i = 0; i < columns - 3; i++) {
        Str column = fixture_text(
            cx, str_dup_z(cx->arena, str_fmt(cx->arena,
                                             "SELECT name FROM pragma_table_info('request') "
                                             "WHERE name NOT IN ('id', 'parts', 'event_seq') "
                                             "LIMIT 1 OFFSET %lld",
                                             (long long)i)));
        int64_t before = fixture_int(cx, number);
        fixture_exec(cx,
                     str_dup_z(cx->arena,
                               str_fmt(cx->arena, "UPDATE request SET %.*s = %.*s WHERE id = %lld",
                                       STR_ARG(column), STR_ARG(column), (long long)id)));
        EXPECT_INT(before + 1, fixture_int(cx, number));
    }
}
