#include "domain/access/access.h"

#include "domain/access/rules.h"
#include "support/db_test.h"

/* --- fixtures ------------------------------------------------------------------------------- */

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

typedef struct Made {
    int64_t requester, beneficiary, submitter, team, owner_team, request;
} Made;

static int64_t next_serial;

/* A request row with its parties, without readers.  `kind`: o ordinary, c confidential, d draft. */
static Made make_request(Ctx *cx, char kind)
{
    int n = (int)++next_serial;
    Made m = {
        .requester = fixture_person(cx, SQL("requester-%d", n)),
        .beneficiary = fixture_person(cx, SQL("beneficiary-%d", n)),
        .submitter = fixture_person(cx, SQL("submitter-%d", n)),
        .team = fixture_team(cx, SQL("team-%d", n)),
        .owner_team = fixture_team(cx, SQL("owners-%d", n)),
    };
    fixture_exec(
        cx, SQL("INSERT INTO document (id, kind, key, created_ms) VALUES (%d, 'model', 'm%d', 0)",
                n, n));
    fixture_exec(cx,
                 SQL("INSERT INTO document_version (id, document_id, number, hash, published_ms)"
                     " VALUES (%d, %d, 1, '', 0)",
                     n, n));
    m.request = fixture_int(
        cx,
        SQL("INSERT INTO request (record, serial, model_key, model_version_id, kind, title, "
            "search, state, phase, step_ms,"
            " confidential, requester_id, beneficiary_id, submitter_id, channel, team_id, owner_id,"
            " created_ms, submitted_ms, updated_ms) VALUES ('request', %d, 'm', %d, 'goods', 'T', "
            "'t', '%s', '%s', 0,"
            " %d, %lld, %lld, %lld, 'portal', %lld, %lld, 0, %s, 0) RETURNING id",
            1000 + n, n, kind == 'd' || kind == 'D' ? "draft" : "fulfilling",
            kind == 'd' || kind == 'D' ? "draft" : "fulfilling", kind == 'c' || kind == 'D',
            (long long)m.requester, (long long)m.beneficiary, (long long)m.submitter,
            (long long)m.team, (long long)m.owner_team, kind == 'd' || kind == 'D' ? "NULL" : "1"));
    return m;
}

static void put_reader(Ctx *cx, int64_t request, int64_t principal, Relation relation)
{
    fixture_exec(cx, SQL("INSERT INTO request_reader (request_id, principal, relation) VALUES "
                         "(%lld, %lld, '%s')",
                         (long long)request, (long long)principal, relation_name(relation)));
}

/* The condition of lists, as the generator writes it into queries, read from its source. */
static bool scope_shows(Ctx *cx, int64_t request, int64_t person)
{
    static char text[8192];

    if (text[0] == '\0') {
        FILE *file = fopen("sql/scopes.sql", "rb");
        if (file == NULL || fread(text, 1, sizeof text - 1, file) == 0)
            test_fail(__FILE__, __LINE__,
                      "sql/scopes.sql: run the tests from the top of the project");
        fclose(file);
    }
    const char *head = "-- scope requests(r)\n", *mark = ":s_person";
    const char *start = strstr(text, head) + strlen(head);
    const char *place = strstr(start, mark), *rest = place + strlen(mark),
               *end = strchr(start, ';');
    const char *second = strstr(rest, mark);
    EXPECT(place < end && (second == NULL || second > end));
    return fixture_int(cx,
                       SQL("SELECT count(*) FROM request r WHERE r.id = %lld AND (%.*s%lld%.*s)",
                           (long long)request, (int)(place - start), start, (long long)person,
                           (int)(end - rest), rest))
           == 1;
}

/* --- the matrix in the database -------------------------------------------------------------- */

/* Persons who hold exactly this at a principal of their own. */
static int64_t person_with(Ctx *cx, uint32_t roles, Relation relation, int64_t *ret_principal)
{
    static int n;
    n++;
    int64_t person = fixture_person(cx, SQL("one-%d", n));

    if (roles == ROLE_REQUESTER) {
        *ret_principal = 4 * person + 1;
        return person;
    }
    if (relation == RELATION_ROLE) {
        fixture_role(cx, person,
                     roles == ROLE_AGENT   ? "agent"
                     : roles == ROLE_LEAD  ? "lead"
                     : roles == ROLE_OWNER ? "owner"
                     : roles == ROLE_ADMIN ? "admin"
                                           : "auditor",
                     0);
        *ret_principal = 3;
        return person;
    }
    int64_t team = roles == ROLE_SUPPLIER ? fixture_supplier_team(cx, SQL("sup-%d", n), "acme")
                                          : fixture_team(cx, SQL("one-%d", n));
    if (roles == ROLE_OWNER || roles == ROLE_ADMIN || roles == ROLE_AUDITOR || roles == ROLE_LEAD)
        fixture_role(cx, person,
                     roles == ROLE_OWNER   ? "owner"
                     : roles == ROLE_ADMIN ? "admin"
                     : roles == ROLE_LEAD  ? "lead"
                                           : "auditor",
                     team);
    else
        fixture_member(cx, team, person, (roles & ROLE_LEAD) != 0);
    *ret_principal = 4 * team + 2;
    return person;
}

static bool is_possible(Relation relation, uint32_t roles)
{
    if (relation < RELATION_TEAM || relation == RELATION_DELEGATE)
        return roles == ROLE_REQUESTER;
    if (relation == RELATION_ROLE)
        return roles != ROLE_REQUESTER && roles != ROLE_SUPPLIER
               && roles != (ROLE_AGENT | ROLE_LEAD);
    return roles != ROLE_REQUESTER;
}

static void check_cell(Ctx *cx, Relation relation, uint32_t roles, char kind)
{
    Made m = make_request(cx, kind);
    int64_t principal, person = person_with(cx, roles, relation, &principal);
    GrantedRequest g = { 0 };
    AccessState state = { .draft = kind == 'd' || kind == 'D',
                          .confidential = kind == 'c' || kind == 'D' };

    put_reader(cx, m.request, principal, relation);
    fixture_act_as(cx, person);
    uint32_t may = access_may(access_rules, access_rules_n, relation, roles, state);

    for (uint32_t bit = 1; bit <= MAY_NOTE; bit <<= 1) {
        Rc wanted = (may & bit) != 0 ? RC_OK : (may & MAY_SEE) != 0 ? RC_FORBIDDEN : RC_NOT_FOUND;
        EXPECT_RC(wanted, access_request(cx, m.request, bit, &g));
        if (wanted == RC_OK)
            EXPECT(granted_request_id(g) == m.request && granted_may(g, bit));
    }
    EXPECT_RC((may & (MAY_SEE | MAY_SUPPLY)) != 0 ? RC_OK : RC_NOT_FOUND,
              access_request(cx, m.request, 0, &g));
    if (scope_shows(cx, m.request, person) != ((may & MAY_SEE) != 0))
        test_fail(__FILE__, __LINE__, "lists and access differ: %s, roles %u, %c",
                  relation_name(relation), roles, kind);
    /* The same of the team that the row of the request names. */
    if (relation == RELATION_TEAM) {
        fixture_exec(cx, SQL("UPDATE request SET team_id = %lld WHERE id = %lld",
                             (long long)(principal / 4), (long long)m.request));
        EXPECT_INT((may & MAY_SEE) != 0, scope_shows(cx, m.request, person));
    }
}

DB_TEST(access_grants_and_lists_agree_over_the_whole_matrix)
{
    static const uint32_t role_sets[] = { ROLE_REQUESTER, ROLE_AGENT,   ROLE_AGENT | ROLE_LEAD,
                                          ROLE_LEAD,      ROLE_OWNER,   ROLE_ADMIN,
                                          ROLE_AUDITOR,   ROLE_SUPPLIER };
    for (int relation = RELATION_REQUESTER; relation <= RELATION_ROLE; relation++)
        for (size_t i = 0; i < COUNT_OF(role_sets); i++)
            for (const char *kind = "ocdD"; *kind != '\0'; kind++)
                if (is_possible((Relation)relation, role_sets[i]))
                    check_cell(cx, (Relation)relation, role_sets[i], *kind);
}

/* --- one request ---------------------------------------------------------------------------- */

static void expect_unknown(Ctx *cx, Rc rc, int line)
{
    EXPECT_RC_AT(line, RC_NOT_FOUND, rc);
    EXPECT_STR_AT(line, "not_found", cx->type);
    EXPECT_STR_AT(line, "There is no such request, or it is not shared with you.",
                  cx->detail.msgid);
    EXPECT_INT_AT(line, 0, (int64_t)cx->errors.n);
}

DB_TEST(access_others_requests_answer_as_unknown_ones)
{
    static const char *const malformed[] = {
        "REQ-0", "REQ-01", "REQ-",   "REQ",   "",
        "req-1", "REQ-1x", "REQ--1", "XYZ-1", "REQ-99999999999999999999",
        "1",     "REQ- 1", "INC-"
    };
    Made m = make_request(cx, 'o');
    GrantedRequest g;

    fixture_act_as(cx, fixture_person(cx, "stranger"));
    Str number = str_fmt(cx->arena, "REQ-%d", 1000 + (int)next_serial);
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_request(cx, m.request + 1000, MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_request_number(cx, number, MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_request_number(cx, STR("REQ-77777"), MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_task(cx, 1, MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_approval(cx, 1, MAY_SEE, &g), __LINE__);
    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect_unknown(cx, access_request_number(cx, str_z(malformed[i]), MAY_SEE, &g), (int)i);

    put_reader(cx, m.request, 4 * m.requester + 1, RELATION_REQUESTER);
    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_OK, access_request_number(cx, number, MAY_SEE, &g));
    EXPECT_RC(RC_FORBIDDEN, access_request_number(cx, number, MAY_WORK, &g));
    EXPECT_RC(RC_FORBIDDEN, access_more(cx, g, MAY_NOTES));
    EXPECT_RC(RC_OK, access_more(cx, g, MAY_SAY | MAY_ASK_SIDE));
    expect_unknown(cx,
                   access_request_number(cx, str_fmt(cx->arena, "INC-%d", 1000 + (int)next_serial),
                                         MAY_SEE, &g),
                   __LINE__);
}

DB_TEST(access_parts_follow_their_request)
{
    Made m = make_request(cx, 'o');
    GrantedRequest g;

    int64_t task =
        fixture_int(cx, SQL("INSERT INTO task (request_id, key, position, title, state) VALUES"
                            " (%lld, 'k', 1, '{}', 'ready') RETURNING id",
                            (long long)m.request));
    int64_t approval =
        fixture_int(cx, SQL("INSERT INTO approval (request_id, stage, stage_no, round, rule, state)"
                            " VALUES (%lld, 's', 1, 1, 'any', 'asked') RETURNING id",
                            (long long)m.request));
    fixture_act_as(cx, m.requester);
    expect_unknown(cx, access_task(cx, task, MAY_SEE, &g), __LINE__);
    expect_unknown(cx, access_approval(cx, approval, MAY_SEE, &g), __LINE__);
    put_reader(cx, m.request, 4 * m.requester + 1, RELATION_REQUESTER);
    EXPECT_RC(RC_OK, access_task(cx, task, MAY_SEE, &g));
    EXPECT_INT(m.request, granted_request_id(g));
    EXPECT_RC(RC_OK, access_approval(cx, approval, MAY_SEE, &g));
    EXPECT_RC(RC_FORBIDDEN, access_approval(cx, approval, MAY_DECIDE, &g));
}

DB_TEST(access_to_a_task_by_address_is_to_one_of_that_request)
{
    Made m = make_request(cx, 'o'), other = make_request(cx, 'o');
    GrantedRequest g;
    Str number[2];
    int64_t task[2];

    for (size_t i = 0; i < 2; i++) {
        int64_t request = i == 0 ? m.request : other.request;
        put_reader(cx, request, 4 * m.requester + 1, RELATION_REQUESTER);
        number[i] =
            str_fmt(cx->arena, "REQ-%lld",
                    (long long)fixture_int(
                        cx, SQL("SELECT serial FROM request WHERE id = %lld", (long long)request)));
        task[i] = fixture_int(cx, SQL("INSERT INTO task (request_id, key, position, title, state)"
                                      " VALUES (%lld, 'k', 1, '{}', 'ready') RETURNING id",
                                      (long long)request));
    }
    fixture_act_as(cx, m.requester);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_RC(RC_OK, access_task_of(cx, number[i], task[i], MAY_SEE, &g));
        EXPECT_RC(RC_FORBIDDEN, access_task_of(cx, number[i], task[i], MAY_WORK, &g));
        expect_unknown(cx, access_task_of(cx, number[i], task[1 - i], MAY_SEE, &g), __LINE__);
        expect_unknown(cx, access_task_of(cx, number[i], 999999, MAY_SEE, &g), __LINE__);
        expect_unknown(cx, access_task_of(cx, STR("REQ-999999"), task[i], MAY_SEE, &g), __LINE__);
    }
}

DB_TEST(access_ends_with_membership_and_activity)
{
    Made m = make_request(cx, 'o');
    int64_t agent = fixture_person(cx, "agent");
    GrantedRequest g;

    fixture_member(cx, m.team, agent, false);
    put_reader(cx, m.request, 4 * m.team + 2, RELATION_TEAM);
    fixture_act_as(cx, agent);
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_WORK, &g));
    fixture_exec(cx, SQL("UPDATE team SET active = 0 WHERE id = %lld", (long long)m.team));
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g), __LINE__);
    fixture_exec(cx, "UPDATE team SET active = 1");
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_WORK, &g));
    fixture_exec(cx, SQL("UPDATE person SET active = 0 WHERE id = %lld", (long long)agent));
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g), __LINE__);
    fixture_exec(cx, "UPDATE person SET active = 1");
    fixture_exec(cx, "DELETE FROM team_member");
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g), __LINE__);
}

/* One of the ways in which persons, teams and roles change. */
static void change_people(Ctx *cx, unsigned way, long long t, long long p)
{
    switch (way % 9) {
    case 0:
        fixture_exec(cx, SQL("INSERT INTO team_member (team_id, person_id, lead)"
                             " VALUES (%lld, %lld, 0) ON CONFLICT DO NOTHING",
                             t, p));
        break;
    case 1:
        fixture_exec(
            cx, SQL("DELETE FROM team_member WHERE team_id = %lld AND person_id = %lld", t, p));
        break;
    case 2:
        fixture_exec(cx, SQL("UPDATE team_member SET lead = 1 - lead WHERE team_id = %lld", t));
        break;
    case 3: fixture_exec(cx, SQL("UPDATE team SET active = 1 - active WHERE id = %lld", t)); break;
    case 4:
        fixture_exec(cx, SQL("UPDATE team SET supplier = CASE supplier WHEN '' THEN 'acme' ELSE ''"
                             " END WHERE id = %lld",
                             t));
        break;
    case 5:
        fixture_exec(cx, SQL("UPDATE person SET active = 1 - active WHERE id = %lld", p));
        break;
    case 6:
        fixture_exec(cx, SQL("INSERT INTO role_held (team_id, person_id, role)"
                             " VALUES (%lld, %lld, 'agent') ON CONFLICT DO NOTHING",
                             t, p));
        break;
    case 7:
        fixture_exec(cx, SQL("INSERT INTO role_held (team_id, person_id, role)"
                             " VALUES (0, %lld, 'auditor') ON CONFLICT DO NOTHING",
                             p));
        break;
    default: fixture_exec(cx, SQL("DELETE FROM role_held WHERE person_id = %lld", p)); break;
    }
}

/* Whatever happens, the rows say what the view says. */
DB_TEST(access_principals_follow_every_change)
{
    int64_t person[4], team[3], most = 0;
    uint64_t state = 2027;

    for (size_t i = 0; i < COUNT_OF(person); i++)
        person[i] = fixture_person(cx, SQL("p%zu", i));
    for (size_t i = 0; i < COUNT_OF(team); i++)
        team[i] = fixture_team(cx, SQL("t%zu", i));
    for (int step = 0; step < 300; step++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        unsigned pick = (unsigned)(state >> 33);
        change_people(cx, pick, team[pick / 16 % COUNT_OF(team)],
                      person[pick / 64 % COUNT_OF(person)]);
        EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM (SELECT * FROM person_principal"
                                      " EXCEPT SELECT * FROM person_principal_due)"));
        EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM (SELECT * FROM person_principal_due"
                                      " EXCEPT SELECT * FROM person_principal)"));
        int64_t rows = fixture_int(cx, "SELECT count(*) FROM person_principal");
        most = rows > most ? rows : most;
    }
    EXPECT(most > 8);
}

DB_TEST(access_a_token_without_the_scope_only_reads)
{
    Made m = make_request(cx, 'o');
    int64_t lead = fixture_person(cx, "lead");
    GrantedRequest g;
    GrantedSubmit submit;

    fixture_member(cx, m.team, lead, true);
    put_reader(cx, m.request, 4 * m.team + 2, RELATION_TEAM);
    fixture_act_as(cx, lead);
    Subject reader = *cx->subject;
    reader.scopes = SCOPE_READ | SCOPE_CATALOG | SCOPE_PEOPLE;
    cx->subject = &reader;
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_SEE | MAY_NOTES, &g));
    EXPECT(!granted_may(g, MAY_SAY) && !granted_may(g, MAY_WORK) && !granted_may(g, MAY_LEAD));
    EXPECT_RC(RC_FORBIDDEN, access_request(cx, m.request, MAY_WORK, &g));
    EXPECT_RC(RC_FORBIDDEN, access_request(cx, m.request, MAY_NOTE, &g));
    EXPECT_RC(RC_FORBIDDEN, access_submit(cx, lead, &submit));
}

DB_TEST(access_views_of_confidential_requests_are_told)
{
    Made open = make_request(cx, 'o'), closed = make_request(cx, 'c');
    GrantedRequest g;

    put_reader(cx, open.request, 4 * open.requester + 1, RELATION_REQUESTER);
    put_reader(cx, closed.request, 4 * open.requester + 1, RELATION_ASKEE);
    fixture_act_as(cx, open.requester);
    EXPECT_RC(RC_OK, access_request(cx, open.request, MAY_SEE, &g));
    EXPECT(!granted_confidential(g));
    EXPECT(cx->views == NULL);
    EXPECT_RC(RC_FORBIDDEN, access_request(cx, closed.request, MAY_WORK, &g));
    EXPECT(cx->views == NULL);
    EXPECT_RC(RC_OK, access_request(cx, closed.request, MAY_SEE, &g));
    EXPECT(granted_confidential(g));
    EXPECT(cx->views != NULL);
    EXPECT_INT(1, cx->views->n);
    EXPECT_INT(closed.request, cx->views->at[0].request_id);
}

/* --- making a request ------------------------------------------------------------------------ */

DB_TEST(access_submit_for_oneself_ones_reports_and_by_staff)
{
    int64_t boss = fixture_person(cx, "boss"), middle = fixture_person(cx, "middle");
    int64_t report = fixture_person(cx, "report"), other = fixture_person(cx, "other");
    int64_t agent = fixture_person(cx, "agent"), supplier = fixture_person(cx, "supplier");
    int64_t owner = fixture_person(cx, "owner"), gone = fixture_person(cx, "gone");
    GrantedSubmit g;

    fixture_manager(cx, middle, boss);
    fixture_manager(cx, report, middle);
    fixture_member(cx, fixture_team(cx, "team"), agent, false);
    fixture_member(cx, fixture_supplier_team(cx, "acme", "acme"), supplier, true);
    fixture_role(cx, owner, "owner", 0);
    fixture_exec(cx, SQL("UPDATE person SET active = 0 WHERE id = %lld", (long long)gone));

    EXPECT_RC(RC_FORBIDDEN, access_submit(cx, other, &g)); /* nobody is signed in */
    const struct {
        int line;
        int64_t who, whom;
        Rc rc;
    } cases[] = {
        { __LINE__, report, report, RC_OK },       { __LINE__, boss, middle, RC_OK },
        { __LINE__, boss, report, RC_OK },         { __LINE__, report, boss, RC_FORBIDDEN },
        { __LINE__, middle, boss, RC_FORBIDDEN },  { __LINE__, report, other, RC_FORBIDDEN },
        { __LINE__, agent, other, RC_OK },         { __LINE__, supplier, other, RC_FORBIDDEN },
        { __LINE__, owner, other, RC_FORBIDDEN },  { __LINE__, agent, gone, RC_NOT_FOUND },
        { __LINE__, agent, 999999, RC_NOT_FOUND }, { __LINE__, gone, gone, RC_NOT_FOUND },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_act_as(cx, cases[i].who);
        EXPECT_RC_AT(cases[i].line, cases[i].rc, access_submit(cx, cases[i].whom, &g));
    }
}

DB_TEST(access_submit_survives_a_circle_of_managers)
{
    int64_t a = fixture_person(cx, "a"), b = fixture_person(cx, "b"), c = fixture_person(cx, "c");
    GrantedSubmit g;

    fixture_manager(cx, a, b);
    fixture_manager(cx, b, a);
    fixture_act_as(cx, c);
    EXPECT_RC(RC_FORBIDDEN, access_submit(cx, a, &g));
    fixture_act_as(cx, b);
    EXPECT_RC(RC_OK, access_submit(cx, a, &g));
}

static int64_t readers(Ctx *cx, int64_t request, const char *relation)
{
    return fixture_int(
        cx, SQL("SELECT count(*) FROM request_reader WHERE request_id = %lld AND relation = '%s'",
                (long long)request, relation));
}

static RequestParties parties(const Made *m, bool confidential)
{
    return (RequestParties){ m->request, m->requester,  m->beneficiary, m->submitter,
                             m->team,    m->owner_team, confidential };
}

DB_TEST(access_request_created_makes_the_readers_and_the_grant)
{
    Made m = make_request(cx, 'o');
    GrantedSubmit submit;
    GrantedRequest g;
    RequestParties p = parties(&m, false);

    fixture_manager(cx, m.beneficiary, m.submitter);
    fixture_act_as(cx, m.submitter);
    EXPECT_RC(RC_OK, access_submit(cx, m.beneficiary, &submit));
    EXPECT_RC(RC_OK, access_request_created(cx, submit, &p, &g));
    EXPECT(granted_may(g, MAY_SEE | MAY_SAY | MAY_ASK_SIDE) && !granted_may(g, MAY_WORK));
    static const char *const relations[] = { "requester", "beneficiary", "submitter",
                                             "team",      "owner_team",  "role" };
    for (size_t i = 0; i < COUNT_OF(relations); i++)
        EXPECT_INT_AT((int)i, 1, readers(cx, m.request, relations[i]));
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_SEE, &g));
}

DB_TEST(access_request_created_in_confidence_has_few_readers)
{
    Made m = make_request(cx, 'c');
    GrantedSubmit submit;
    GrantedRequest g;
    RequestParties p = parties(&m, true);

    fixture_manager(cx, m.beneficiary, m.submitter);
    fixture_act_as(cx, m.submitter);
    EXPECT_RC(RC_OK, access_submit(cx, m.beneficiary, &submit));
    EXPECT_RC(RC_OK, access_request_created(cx, submit, &p, &g));
    EXPECT(granted_may(g, MAY_SEE | MAY_ASK_SIDE)); /* to finish what they began */
    EXPECT_INT(0, readers(cx, m.request, "owner_team") + readers(cx, m.request, "role"));
    EXPECT_RC(RC_OK, access_reader_team(cx, g, RELATION_TASK_TEAM, m.owner_team));
    EXPECT_INT(0, readers(cx, m.request, "task_team"));
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g), __LINE__);
}

typedef struct WrongParty {
    Ctx *cx;
    Made m;
    GrantedSubmit g;
} WrongParty;

static void create_for_another(void *data)
{
    WrongParty *w = data;
    RequestParties p = parties(&w->m, false);
    GrantedRequest g;
    if (access_request_created(w->cx, w->g, &p, &g) != RC_OK)
        return;
}

DB_TEST(access_a_grant_to_submit_is_for_one_beneficiary)
{
    Made m = make_request(cx, 'o');
    WrongParty w = { cx, m, { 0 } };

    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_OK, access_submit(cx, m.requester, &w.g));
    EXPECT_ABORT(create_for_another, &w);
}

DB_TEST(access_readers_come_and_go)
{
    Made m = make_request(cx, 'o');
    int64_t friend = fixture_person(cx, "friend"), agent = fixture_person(cx, "agent");
    GrantedSubmit submit;
    GrantedRequest g, g2;
    RequestParties p = parties(&m, false);

    p.beneficiary_id = m.requester;
    p.owner_team_id = 0;
    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_OK, access_submit(cx, m.requester, &submit));
    EXPECT_RC(RC_OK, access_request_created(cx, submit, &p, &g));
    EXPECT_INT(0, readers(cx, m.request, "owner_team"));
    fixture_member(cx, m.owner_team, agent, false);

    EXPECT_RC(RC_OK, access_reader_person(cx, g, RELATION_PARTICIPANT, friend));
    EXPECT_RC(RC_OK,
              access_reader_person(cx, g, RELATION_PARTICIPANT, friend)); /* once is enough */
    EXPECT_RC(RC_OK, access_reader_team(cx, g, RELATION_TASK_TEAM, m.owner_team));
    fixture_act_as(cx, friend);
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_SEE | MAY_SAY, &g2));
    fixture_act_as(cx, agent);
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_TASK, &g2));

    EXPECT_RC(RC_OK, access_reader_drop_person(cx, g, RELATION_PARTICIPANT, friend));
    EXPECT_RC(RC_OK, access_reader_drop_team(cx, g, RELATION_TASK_TEAM, m.owner_team));
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g2), __LINE__);
    fixture_act_as(cx, friend);
    expect_unknown(cx, access_request(cx, m.request, MAY_SEE, &g2), __LINE__);
}

DB_TEST(access_why_tells_the_relations_to_those_who_may_know)
{
    Made m = make_request(cx, 'o');
    int64_t agent = fixture_person(cx, "agent");
    GrantedRequest g;
    Reasons why;

    fixture_member(cx, m.team, agent, true);
    put_reader(cx, m.request, 4 * m.team + 2, RELATION_TEAM);
    put_reader(cx, m.request, 4 * agent + 1, RELATION_PARTICIPANT);
    put_reader(cx, m.request, 4 * m.requester + 1, RELATION_REQUESTER);
    put_reader(cx, m.request, 3, RELATION_ROLE);

    fixture_act_as(cx, agent);
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_NOTES, &g));
    EXPECT_RC(RC_OK, access_why(cx, g, agent, &why));
    EXPECT_INT(2, (int64_t)why.n);
    EXPECT_STR("participant", why.at[0].relation);
    EXPECT_STR("team", why.at[1].relation);
    EXPECT_INT(m.team, why.at[1].team_id);
    EXPECT_RC(RC_OK, access_why(cx, g, m.beneficiary, &why));
    EXPECT_INT(0, (int64_t)why.n);

    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_OK, access_request(cx, m.request, MAY_SEE, &g));
    EXPECT_RC(RC_OK, access_why(cx, g, m.requester, &why));
    EXPECT_INT(1, (int64_t)why.n);
    EXPECT_RC(RC_FORBIDDEN, access_why(cx, g, agent, &why));
}

/* --- other grants --------------------------------------------------------------------------- */

DB_TEST(access_people_and_catalog_need_their_roles)
{
    int64_t team = fixture_team(cx, "team"), other = fixture_team(cx, "other");
    int64_t plain = fixture_person(cx, "plain"), admin = fixture_person(cx, "admin");
    int64_t auditor = fixture_person(cx, "auditor"), lead = fixture_person(cx, "lead");
    int64_t owner = fixture_person(cx, "owner"), part = fixture_person(cx, "part");
    int64_t supplier = fixture_person(cx, "supplier"), agent = fixture_person(cx, "agent");
    GrantedPeople people;
    GrantedCatalog catalog;

    fixture_role(cx, admin, "admin", 0);
    fixture_role(cx, auditor, "auditor", 0);
    fixture_role(cx, owner, "owner", 0);
    fixture_role(cx, part, "owner", team);
    fixture_member(cx, team, lead, true);
    fixture_member(cx, team, agent, false);
    fixture_member(cx, fixture_supplier_team(cx, "acme", "acme"), supplier, true);

    /* read people, write people, read catalog, write for all, write for `team` */
    const struct {
        int line;
        int64_t who;
        const char *may;
    } cases[] = {
        { __LINE__, plain, "-----" },   { __LINE__, admin, "rwr--" },
        { __LINE__, auditor, "r-r--" }, { __LINE__, lead, "r-r--" },
        { __LINE__, agent, "--r--" },   { __LINE__, owner, "--rwt" },
        { __LINE__, part, "--r-t" },    { __LINE__, supplier, "-----" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_act_as(cx, cases[i].who);
        const Rc got[] = { access_people(cx, false, &people), access_people(cx, true, &people),
                           access_catalog(cx, false, 0, &catalog),
                           access_catalog(cx, true, other, &catalog),
                           access_catalog(cx, true, team, &catalog) };
        for (size_t k = 0; k < COUNT_OF(got); k++)
            EXPECT_RC_AT(cases[i].line, cases[i].may[k] == '-' ? RC_FORBIDDEN : RC_OK, got[k]);
    }
}

DB_TEST(access_people_reads_the_roles_again)
{
    int64_t admin = fixture_person(cx, "admin");
    GrantedPeople g;

    fixture_role(cx, admin, "admin", 0);
    fixture_act_as(cx, admin);
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    fixture_exec(cx, "DELETE FROM role_held"); /* the subject still says admin */
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, true, &g));
}

DB_TEST(access_scopes_of_a_token_bound_people_and_catalog)
{
    int64_t both = fixture_person(cx, "both");
    GrantedPeople people;
    GrantedCatalog catalog;

    fixture_role(cx, both, "admin", 0);
    fixture_role(cx, both, "owner", 0);
    fixture_act_as(cx, both);
    Subject s = *cx->subject;
    cx->subject = &s;
    s.scopes = SCOPE_READ | SCOPE_REQUEST;
    EXPECT_RC(RC_OK, access_people(cx, false, &people));
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, true, &people));
    EXPECT_RC(RC_FORBIDDEN, access_catalog(cx, true, 0, &catalog));
    s.scopes = SCOPE_PEOPLE;
    EXPECT_RC(RC_OK, access_people(cx, true, &people));
    EXPECT_RC(RC_FORBIDDEN, access_catalog(cx, true, 0, &catalog));
    s.scopes = SCOPE_CATALOG;
    EXPECT_RC(RC_OK, access_catalog(cx, true, 0, &catalog));
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, false, &people));
}

DB_TEST(access_the_operator_is_nobody_from_the_command_line)
{
    GrantedPeople people;
    GrantedCatalog catalog;
    ScopeRequests scope;
    GrantedSelf self;
    Subject s = { .scopes = SCOPE_ALL, .origin = STR("cli") };

    cx->subject = &s;
    EXPECT(access_is_operator(&s));
    EXPECT_RC(RC_OK, access_people(cx, true, &people));
    EXPECT_RC(RC_OK, access_catalog(cx, true, 0, &catalog));
    EXPECT_RC(RC_FORBIDDEN, access_requests(cx, &scope));
    EXPECT_RC(RC_FORBIDDEN, access_self(cx, &self));
    s.origin = STR("web");
    EXPECT(!access_is_operator(&s));
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, true, &people));
    s.origin = STR("cli");
    s.person_id = fixture_person(cx, "plain"); /* errand query --as plain */
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, false, &people));
    EXPECT_RC(RC_FORBIDDEN, access_catalog(cx, false, 0, &catalog));
    EXPECT_RC(RC_OK, access_requests(cx, &scope));
    EXPECT_RC(RC_OK, access_self(cx, &self));
}

DB_TEST(access_internal_tasks_may_only_what_they_are_for)
{
    Made m = make_request(cx, 'c');
    GrantedRequest g;
    GrantedPeople people;
    GrantedCatalog catalog;
    GrantedTimers timers;

    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_CLOSE, m.request, &g));
    EXPECT(granted_may(g, MAY_WORK | MAY_ASK_SIDE) && granted_confidential(g));
    EXPECT(cx->views == NULL);
    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_NOTIFY, m.request, &g));
    EXPECT(granted_may(g, MAY_SEE | MAY_NOTES) && !granted_may(g, MAY_SAY));
    expect_unknown(cx, access_internal_request(cx, INTERNAL_CLOSE, 999999, &g), __LINE__);
    EXPECT_RC(RC_OK, access_internal_people(cx, INTERNAL_DEMO, &people));
    EXPECT_RC(RC_FORBIDDEN, access_internal_people(cx, INTERNAL_CLOSE, &people));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &catalog));
    EXPECT_RC(RC_FORBIDDEN, access_internal_catalog(cx, INTERNAL_TIMER, &catalog));
    EXPECT_RC(RC_OK, access_internal_timers(cx, INTERNAL_TIMER, &timers));
    EXPECT_RC(RC_FORBIDDEN, access_internal_timers(cx, INTERNAL_NOTIFY, &timers));
    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_FORBIDDEN, access_internal_timers(cx, INTERNAL_TIMER, &timers));
}

/* Whatever database call fails, nobody gets a grant by it. */
static Rc all_grants(Ctx *cx, void *arg)
{
    const Made *m = arg;
    GrantedRequest g;
    GrantedSubmit submit;
    RequestParties p = parties(m, false);

    p.beneficiary_id = m->requester;
    TRY(access_submit(cx, m->requester, &submit));
    TRY(access_request_created(cx, submit, &p, &g));
    TRY(access_reader_person(cx, g, RELATION_ASKEE, m->beneficiary));
    return access_request(cx, m->request, MAY_SEE, &g);
}

DB_TEST(access_faults_of_the_database_are_not_overlooked)
{
    Made m = make_request(cx, 'o');
    fixture_act_as(cx, m.requester);
    fault_run(cx, all_grants, &m);
}

DB_TEST(access_sees_few_up_to_a_bound)
{
    Made m = make_request(cx, 'o');
    ScopeRequests s;
    bool few = false;

    /* With 8192 requests the bound is 512 rows. */
    fixture_exec(cx, SQL("UPDATE request SET id = 8192 WHERE id = %lld", (long long)m.request));
    fixture_act_as(cx, m.requester);
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    fixture_exec(
        cx, SQL("INSERT INTO request_reader (request_id, principal, relation)"
                " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 512)"
                " SELECT 8192, %lld, 'r' || i FROM n",
                (long long)(4 * m.requester + 1)));
    EXPECT_RC(RC_OK, access_sees_few(cx, s, &few));
    EXPECT(few);
    put_reader(cx, 8192, 4 * m.requester + 1, RELATION_REQUESTER);
    /* Counted once in a while: it only chooses the way. */
    EXPECT_RC(RC_OK, access_sees_few(cx, s, &few));
    EXPECT(few);
    cx->now_ms += 10 * MS_SECOND;
    EXPECT_RC(RC_OK, access_sees_few(cx, s, &few));
    EXPECT(!few);
}
