#include "domain/identity/inner.h"
#include "support/db_test.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

static GrantedPeople as_admin(Ctx *cx)
{
    GrantedPeople g;
    int64_t id = fixture_person(cx, "the-admin");
    fixture_role(cx, id, "admin", 0);
    fixture_act_as(cx, id);
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    return g;
}

static void forget_errors(Ctx *cx)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

static void put_session(Ctx *cx, int64_t person)
{
    fixture_exec(cx,
                 SQL("INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms,"
                     " expires_ms, idle_ms, address, device)"
                     " VALUES ('h%lld', 's', %lld, 0, 0, 0, 0, '', '')",
                     (long long)person, (long long)person));
}

static int64_t sessions(Ctx *cx, int64_t person)
{
    return fixture_int(
        cx, SQL("SELECT count(*) FROM session WHERE person_id = %lld", (long long)person));
}

static int64_t events(Ctx *cx, const char *kind)
{
    return fixture_int(cx, SQL("SELECT count(*) FROM event WHERE kind = '%s'", kind));
}

DB_TEST(team_is_created_and_changed_in_three_languages)
{
    GrantedPeople g = as_admin(cx);
    int64_t id;
    Team t;
    TeamInput in = {
        .key = STR("hr"),
        .name = { { [LANG_EN] = STR("People"), [LANG_SV] = STR("Personal") } },
        .summary = { { [LANG_EN] = STR("Employment") } },
        .calendar = STR("office"),
        .confidential = OPT_INT(1),
    };

    EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
    cx->lang = LANG_SV;
    EXPECT_RC(RC_OK, team_by_key(cx, STR("hr"), &t));
    EXPECT_INT(id, t.id);
    EXPECT_STR("Personal", t.name);
    EXPECT_STR("Employment", t.summary);
    EXPECT_STR("office", t.calendar);
    EXPECT(t.confidential && t.active && t.version == 1);

    TeamInput more = { .name = { { [LANG_ZH] = STR("人力资源部") } },
                       .summary = { { [LANG_EN] = STR("") } } };
    EXPECT_RC(RC_OK, team_update(cx, g, id, 1, &more));
    cx->lang = LANG_ZH;
    EXPECT_RC(RC_OK, team_get(cx, id, &t));
    EXPECT_STR("人力资源部", t.name);
    EXPECT_STR("", t.summary);
    EXPECT_STR("{}", t.summary_json);
    EXPECT(t.confidential);
    EXPECT_RC(RC_STALE, team_update(cx, g, id, 1, &more));
    EXPECT_RC(RC_OK, team_update(cx, g, id, 2, &more)); /* nothing new */
    EXPECT_INT(1, events(cx, "team.changed"));
    EXPECT_RC(RC_NOT_FOUND, team_update(cx, g, 99999, 1, &more));
}

DB_TEST(team_input_is_refused_field_by_field)
{
    GrantedPeople g = as_admin(cx);
    char long_name[122];
    int64_t id;
    LangText fine = { { [LANG_EN] = STR("N") } };

    memset(long_name, 'n', sizeof long_name);
    fixture_team(cx, "there");
    const struct {
        int line;
        TeamInput in;
        const char *pointer, *code;
    } cases[] = {
        { __LINE__, { .name = fine }, "/key", "required" },
        { __LINE__, { .key = STR("a/b"), .name = fine }, "/key", "malformed" },
        { __LINE__, { .key = STR("A"), .name = fine }, "/key", "malformed" },
        { __LINE__, { .key = STR("there"), .name = fine }, "/key", "taken" },
        { __LINE__, { .key = STR("x") }, "/name", "required" },
        { __LINE__,
          { .key = STR("x"), .name = { { [LANG_SV] = STR(" ") } } },
          "/name",
          "required" },
        { __LINE__,
          { .key = STR("x"), .name = { { [LANG_SV] = { long_name, 121 } } } },
          "/name/sv",
          "too_long" },
        { __LINE__,
          { .key = STR("x"), .name = fine, .supplier = STR("A B") },
          "/supplier",
          "malformed" },
        { __LINE__,
          { .key = STR("x"), .name = fine, .calendar = STR("A B") },
          "/calendar",
          "malformed" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        forget_errors(cx);
        EXPECT_RC_AT(cases[i].line, RC_INVALID, team_create(cx, g, &cases[i].in, &id));
        EXPECT_INT_AT(cases[i].line, 1, (int64_t)cx->errors.n);
        EXPECT_STR_AT(cases[i].line, cases[i].pointer, cx->errors.at[0].pointer);
        EXPECT_STR_AT(cases[i].line, cases[i].code, cx->errors.at[0].code);
    }
    forget_errors(cx);
    TeamInput other_key = { .key = STR("other") };
    EXPECT_RC(RC_INVALID,
              team_update(cx, g, fixture_int(cx, "SELECT id FROM team"), 1, &other_key));
    EXPECT_STR("fixed", cx->errors.at[0].code);
}

DB_TEST(team_number_is_bounded)
{
    GrantedPeople g = as_admin(cx);
    int64_t id;

    fixture_exec(cx,
                 SQL("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                     " INSERT INTO team (key, name, created_ms, updated_ms)"
                     " SELECT 't' || i, '{\"en\":\"T\"}', 0, 0 FROM n",
                     TEAMS_MAX - 1));
    TeamInput in = { .key = STR("last"), .name = { { [LANG_EN] = STR("Last") } } };
    EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
    in.key = STR("beyond");
    EXPECT_RC(RC_LIMIT, team_create(cx, g, &in, &id));
}

static Str keys_of(Ctx *cx, const TeamRefs *list)
{
    Str s = STR("");

    for (size_t i = 0; i < list->n; i++)
        s = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(s), STR_ARG(list->at[i].key));
    return s;
}

DB_TEST(team_is_looked_up_by_words_of_its_name_and_key)
{
    static const struct {
        int line;
        const char *words, *found;
    } cases[] = {
        { __LINE__, "netw", " net-1 net-2" },
        { __LINE__, "network north", " net-1" },
        { __LINE__, "NORTH ne", " net-1" },
        { __LINE__, "net 2", " net-2" },
        { __LINE__, "förrå", " store" },
        { __LINE__, "work", "" },
        { __LINE__, "", "" },
        { __LINE__, "closed", "" },
        { __LINE__, "net-1", " net-1" },
    };
    GrantedPeople g = as_admin(cx);
    static const char *const teams[][2] = { { "net-1", "Network north" },
                                            { "net-2", "Network south" },
                                            { "store", "Förråd" },
                                            { "old", "Closed" } };
    TeamRefs found;
    int64_t id;

    for (size_t i = 0; i < COUNT_OF(teams); i++) {
        TeamInput in = { .key = str_z(teams[i][0]),
                         .name = { { [LANG_EN] = str_z(teams[i][1]) } } };
        EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
    }
    EXPECT_RC(RC_OK, team_set_active(cx, g, id, 1, false));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC_AT(cases[i].line, RC_OK, team_search(cx, str_z(cases[i].words), 12, &found));
        EXPECT_STR_AT(cases[i].line, cases[i].found, keys_of(cx, &found));
    }
    EXPECT_RC(RC_OK, team_search(cx, STR("network"), 1, &found));
    EXPECT_STR(" net-1", keys_of(cx, &found));
}

DB_TEST(team_is_called_by_key_or_by_a_name_that_no_other_has)
{
    static const struct {
        int line;
        const char *typed, *key;
    } cases[] = {
        { __LINE__, "net", "net" },
        { __LINE__, "network", "net" },
        { __LINE__, "Stores", "Stores" },
        { __LINE__, "nowhere", "nowhere" },
        { __LINE__, "", "" },
        { __LINE__, "Net", "net-2" },
    };
    static const char *const teams[][2] = {
        { "net", "Network" }, { "s-1", "Stores" }, { "s-2", "Stores" }, { "net-2", "Net" }
    };
    GrantedPeople g = as_admin(cx);
    int64_t id;
    bool many;

    for (size_t i = 0; i < COUNT_OF(teams); i++) {
        TeamInput in = { .key = str_z(teams[i][0]),
                         .name = { { [LANG_EN] = str_z(teams[i][1]) } } };
        EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str key;
        EXPECT_RC_AT(cases[i].line, RC_OK, team_typed(cx, str_z(cases[i].typed), &key));
        EXPECT_STR_AT(cases[i].line, cases[i].key, key);
    }
    EXPECT_RC(RC_OK, team_choices_many(cx, &many));
    EXPECT(!many);
    for (int i = 0; i < 27; i++) {
        TeamInput in = { .key = str_fmt(cx->arena, "more-%d", i),
                         .name = { { [LANG_EN] = STR("More") } } };
        EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
        EXPECT_RC(RC_OK, team_choices_many(cx, &many));
        EXPECT(many == (i == 26));
    }
}

DB_TEST(team_list_is_in_the_order_of_the_language)
{
    GrantedPeople g = as_admin(cx);
    Teams list;
    int64_t id;
    static const char *const names[] = { "Öresund", "Zebra", "apple", "Ångström" };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        TeamInput in = { .key = str_fmt(cx->arena, "t%zu", i),
                         .name = { { [LANG_EN] = str_z(names[i]) } } };
        EXPECT_RC(RC_OK, team_create(cx, g, &in, &id));
    }
    EXPECT_RC(RC_OK, team_set_active(cx, g, id, 1, false));
    cx->lang = LANG_SV;
    EXPECT_RC(RC_OK, team_list(cx, false, &list));
    EXPECT_INT(4, (int64_t)list.n);
    EXPECT_STR("apple", list.at[0].name);
    EXPECT_STR("Zebra", list.at[1].name);
    EXPECT_STR("Ångström", list.at[2].name);
    EXPECT_STR("Öresund", list.at[3].name);
    EXPECT_RC(RC_OK, team_list(cx, true, &list));
    EXPECT_INT(3, (int64_t)list.n);
    EXPECT_RC(RC_NOT_FOUND, team_id(cx, STR("t3"), &id));
    EXPECT_RC(RC_OK, team_id(cx, STR("t2"), &id));
}

DB_TEST(team_join_and_leave_tell_it_and_end_sessions_when_rights_grow)
{
    GrantedPeople g = as_admin(cx);
    int64_t me = cx->subject->person_id, team = fixture_team(cx, "team"),
            sam = fixture_person(cx, "sam");
    bool member, lead;
    TeamMembers members;
    PersonRefs leads;
    TeamRefs teams;

    put_session(cx, sam);
    EXPECT_RC(RC_OK, team_join(cx, g, team, sam, false));
    EXPECT_INT(0, sessions(cx, sam));
    EXPECT_INT(1, events(cx, "team.joined"));
    put_session(cx, sam);
    EXPECT_RC(RC_OK, team_join(cx, g, team, sam, false)); /* is in it already */
    EXPECT_INT(1, sessions(cx, sam));
    EXPECT_RC(RC_OK, team_join(cx, g, team, sam, true));
    EXPECT_INT(0, sessions(cx, sam));
    put_session(cx, sam);
    EXPECT_RC(RC_OK, team_leads(cx, team, &leads));
    EXPECT_INT(1, (int64_t)leads.n);
    EXPECT_RC(RC_OK, team_join(cx, g, team, sam, false)); /* leads no more: less rights */
    EXPECT_INT(1, sessions(cx, sam));
    EXPECT_RC(RC_OK, team_has(cx, team, sam, &member, &lead));
    EXPECT(member && !lead);
    EXPECT_RC(RC_OK, person_teams(cx, sam, &teams));
    EXPECT_INT(1, (int64_t)teams.n);
    EXPECT_RC(RC_OK, team_members(cx, team, &members));
    EXPECT_INT(1, (int64_t)members.n);

    EXPECT_RC(RC_OK, team_leave(cx, g, team, sam));
    EXPECT_RC(RC_NOT_FOUND, team_leave(cx, g, team, sam));
    EXPECT_RC(RC_OK, team_has(cx, team, sam, &member, &lead));
    EXPECT(!member);
    EXPECT_INT(1, events(cx, "team.left"));

    EXPECT_RC(RC_FORBIDDEN, team_join(cx, g, team, me, false));
    EXPECT_RC(RC_NOT_FOUND, team_join(cx, g, 99999, sam, false));
    EXPECT_RC(RC_NOT_FOUND, team_join(cx, g, team, 99999, false));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'sam'");
    EXPECT_RC(RC_NOT_FOUND, team_join(cx, g, team, sam, false));
}

DB_TEST(team_counts_only_active_members)
{
    GrantedPeople g = as_admin(cx);
    int64_t team = fixture_team(cx, "team"), a = fixture_person(cx, "a"),
            b = fixture_person(cx, "b");
    Team t;

    EXPECT_RC(RC_OK, team_join(cx, g, team, a, true));
    EXPECT_RC(RC_OK, team_join(cx, g, team, b, true));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'b'");
    EXPECT_RC(RC_OK, team_get(cx, team, &t));
    EXPECT_INT(1, t.members);
    EXPECT_INT(1, t.leads);
    EXPECT_RC(RC_STALE, team_set_active(cx, g, team, 9, false));
    EXPECT_RC(RC_OK, team_set_active(cx, g, team, 3, false));
    EXPECT_INT(1, events(cx, "team.deactivated"));
}

/* --- roles ---------------------------------------------------------------------------------- */

DB_TEST(role_grants_follow_the_table_of_what_can_be_held)
{
    GrantedPeople g = as_admin(cx);
    int64_t team = fixture_team(cx, "team"), sam = fixture_person(cx, "sam");
    const struct {
        int line;
        RoleHeld role;
        Rc rc;
    } cases[] = {
        { __LINE__, { ROLE_AGENT, 0 }, RC_OK },
        { __LINE__, { ROLE_LEAD, 0 }, RC_OK },
        { __LINE__, { ROLE_OWNER, 0 }, RC_OK },
        { __LINE__, { ROLE_ADMIN, 0 }, RC_OK },
        { __LINE__, { ROLE_AUDITOR, 0 }, RC_OK },
        { __LINE__, { ROLE_OWNER, team }, RC_OK },
        { __LINE__, { ROLE_SUPPLIER, 0 }, RC_INVALID },
        { __LINE__, { ROLE_SUPPLIER, team }, RC_INVALID },
        { __LINE__, { ROLE_REQUESTER, 0 }, RC_INVALID },
        { __LINE__, { ROLE_AGENT, team }, RC_INVALID },
        { __LINE__, { ROLE_LEAD, team }, RC_INVALID },
        { __LINE__, { ROLE_ADMIN, team }, RC_INVALID },
        { __LINE__, { ROLE_AUDITOR, team }, RC_INVALID },
        { __LINE__, { ROLE_OWNER, 99999 }, RC_NOT_FOUND },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put_session(cx, sam);
        EXPECT_RC_AT(cases[i].line, cases[i].rc, role_grant(cx, g, sam, cases[i].role));
        EXPECT_INT_AT(cases[i].line, cases[i].rc == RC_OK ? 0 : 1, sessions(cx, sam));
        fixture_exec(cx, "DELETE FROM session");
    }
    RolesHeld held;
    EXPECT_RC(RC_OK, person_roles(cx, sam, &held));
    EXPECT_INT(6, (int64_t)held.n);
    EXPECT_INT(6, events(cx, "role.granted"));
    EXPECT_RC(RC_OK, role_grant(cx, g, sam, (RoleHeld){ ROLE_OWNER, team })); /* held already */
    EXPECT_INT(6, events(cx, "role.granted"));
    EXPECT_RC(RC_OK, role_drop(cx, g, sam, (RoleHeld){ ROLE_OWNER, team }));
    EXPECT_RC(RC_NOT_FOUND, role_drop(cx, g, sam, (RoleHeld){ ROLE_OWNER, team }));
    EXPECT_INT(1, events(cx, "role.dropped"));
}

DB_TEST(role_nobody_changes_their_own)
{
    GrantedPeople g = as_admin(cx);
    int64_t me = cx->subject->person_id;

    EXPECT_RC(RC_FORBIDDEN, role_grant(cx, g, me, (RoleHeld){ ROLE_AUDITOR, 0 }));
    EXPECT_RC(RC_FORBIDDEN, role_drop(cx, g, me, (RoleHeld){ ROLE_ADMIN, 0 }));
    EXPECT_STR("own_rights", cx->type);
    EXPECT_RC(RC_NOT_FOUND, role_grant(cx, g, 99999, (RoleHeld){ ROLE_AUDITOR, 0 }));
    fixture_exec(cx, "INSERT INTO person (login, name, kind, active, created_ms, updated_ms)"
                     " VALUES ('gone', 'G', 'employee', 0, 0, 0)");
    EXPECT_RC(RC_NOT_FOUND,
              role_grant(cx, g, fixture_int(cx, "SELECT id FROM person WHERE login = 'gone'"),
                         (RoleHeld){ ROLE_AUDITOR, 0 }));
}

TEST(role_words_are_known_both_ways)
{
    Role role;
    for (uint32_t bit = ROLE_AGENT; bit <= ROLE_SUPPLIER; bit <<= 1) {
        EXPECT_RC(RC_OK, role_from(str_z(role_name((Role)bit)), &role));
        EXPECT_INT(bit, role);
    }
    EXPECT_RC(RC_NOT_FOUND, role_from(STR("requester"), &role));
    EXPECT_RC(RC_NOT_FOUND, role_from(STR(""), &role));
}

FAULT_TEST(team_changes_are_whole_or_not_at_all)
{
    GrantedPeople g;
    int64_t team, person;
    TeamInput in = { .key = STR("t"), .name = { { [LANG_EN] = STR("T") } } };
    PersonInput who = { .login = STR("sam"), .name = STR("Sam") };

    TRY(access_internal_people(cx, INTERNAL_DEMO, &g));
    TRY(team_create(cx, g, &in, &team));
    TRY(person_create(cx, g, &who, &person));
    TRY(team_join(cx, g, team, person, true));
    TRY(role_grant(cx, g, person, (RoleHeld){ ROLE_OWNER, team }));
    TRY(role_drop(cx, g, person, (RoleHeld){ ROLE_OWNER, team }));
    return team_leave(cx, g, team, person);
}

TEST(members_by_name_follow_the_language)
{
    TeamMember at[] = { { .person = { 1, STR("a"), STR("Zorn") } },
                        { .person = { 2, STR("b"), STR("Öberg") } },
                        { .person = { 3, STR("c"), STR("Åkerman") } },
                        { .person = { 4, STR("d"), STR("adams") } } };
    TeamMembers list = { at, COUNT_OF(at), COUNT_OF(at) };

    members_by_name(LANG_SV, &list);
    EXPECT_STR("adams", at[0].person.name);
    EXPECT_STR("Zorn", at[1].person.name);
    EXPECT_STR("Åkerman", at[2].person.name);
    EXPECT_STR("Öberg", at[3].person.name);
    members_by_name(LANG_EN, &list);
    EXPECT_STR("Åkerman", at[1].person.name);
    EXPECT_STR("Zorn", at[3].person.name);
}
