#include "domain/identity/inner.h"
#include "support/db_test.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

/* An administrator acts. */
static GrantedPeople as_admin(Ctx *cx)
{
    GrantedPeople g;
    int64_t id = fixture_person(cx, "the-admin");
    fixture_role(cx, id, "admin", 0);
    fixture_act_as(cx, id);
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    return g;
}

/* One act must not be judged by the faults of the one before. */
static void forget_errors(Ctx *cx)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    cx->type = STR_NULL;
}

static int64_t create(Ctx *cx, GrantedPeople g, const char *login, const char *name)
{
    int64_t id = 0;
    PersonInput in = { .login = str_z(login), .name = str_z(name) };
    EXPECT_RC(RC_OK, person_create(cx, g, &in, &id));
    return id;
}

static int64_t events(Ctx *cx, const char *kind)
{
    return fixture_int(cx, SQL("SELECT count(*) FROM event WHERE kind = '%s'", kind));
}

DB_TEST(person_create_keeps_what_it_was_given)
{
    GrantedPeople g = as_admin(cx);
    int64_t boss = create(cx, g, "boss", "Bo Ess"), id = 0;
    Person p;
    PersonInput in = {
        .login = STR(" Sam.Rowan@Larkfield.example "),
        .name = STR(" Sam Rowan "),
        .email = STR("sam@larkfield.example"),
        .kind = STR("vendor"),
        .org = STR("Larkfield"),
        .manager = STR("boss"),
        .site = STR("stockholm"),
        .lang = STR("sv"),
        .zone = STR("Europe/Stockholm"),
    };

    EXPECT_RC(RC_OK, person_create(cx, g, &in, &id));
    EXPECT_RC(RC_OK, person_get(cx, id, &p));
    EXPECT_STR("sam.rowan@larkfield.example", p.login);
    EXPECT_STR("Sam Rowan", p.name);
    EXPECT_STR("vendor", p.kind);
    EXPECT_STR("Larkfield", p.org);
    EXPECT_INT(boss, p.manager_id);
    EXPECT_STR("boss", p.manager);
    EXPECT_INT(LANG_SV, p.lang);
    EXPECT(p.active && !p.demo && p.version == 1);
    EXPECT_MS(cx->now_ms, p.created_ms);
    EXPECT_INT(2, events(cx, "person.created"));
    EXPECT_INT(1, events(cx, "org.created"));
    /* Personal values stand beside the event, not in it. */
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%Rowan%'"));
    EXPECT(fixture_int(cx, "SELECT count(*) FROM event_text WHERE to_text = 'Sam Rowan'") == 1);
}

DB_TEST(person_create_defaults_to_an_employee_in_english)
{
    GrantedPeople g = as_admin(cx);
    Person p;

    EXPECT_RC(RC_OK, person_get(cx, create(cx, g, "plain", "P"), &p));
    EXPECT_STR("employee", p.kind);
    EXPECT_STR("UTC", p.zone);
    EXPECT_INT(LANG_EN, p.lang);
    EXPECT_INT(0, p.manager_id);
    EXPECT_INT(0, p.org_id);
}

DB_TEST(person_create_names_every_faulty_field)
{
    GrantedPeople g = as_admin(cx);
    char long_login[66], long_name[122];
    int64_t id;

    memset(long_login, 'a', sizeof long_login);
    memset(long_name, 'a', sizeof long_name);
    const struct {
        int line;
        PersonInput in;
        const char *pointer, *code;
    } cases[] = {
        { __LINE__, { .name = STR("N") }, "/login", "required" },
        { __LINE__, { .login = STR(""), .name = STR("N") }, "/login", "required" },
        { __LINE__, { .login = STR("-a"), .name = STR("N") }, "/login", "malformed" },
        { __LINE__, { .login = STR("a b"), .name = STR("N") }, "/login", "malformed" },
        { __LINE__, { .login = STR("å"), .name = STR("N") }, "/login", "malformed" },
        { __LINE__, { .login = { long_login, 65 }, .name = STR("N") }, "/login", "malformed" },
        { __LINE__, { .login = STR("the-admin"), .name = STR("N") }, "/login", "taken" },
        { __LINE__, { .login = STR("THE-admin"), .name = STR("N") }, "/login", "taken" },
        { __LINE__, { .login = STR("a") }, "/name", "required" },
        { __LINE__, { .login = STR("a"), .name = STR("  ") }, "/name", "malformed" },
        { __LINE__, { .login = STR("a"), .name = STR("x\ny") }, "/name", "malformed" },
        { __LINE__, { .login = STR("a"), .name = { long_name, 121 } }, "/name", "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .email = STR("@x") },
          "/email",
          "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .email = STR("x@") },
          "/email",
          "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .email = STR("a@b@c") },
          "/email",
          "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .email = STR("a b@c") },
          "/email",
          "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .kind = STR("robot") },
          "/kind",
          "unknown" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .lang = STR("fr") },
          "/language",
          "unknown" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .zone = STR("../etc") },
          "/zone",
          "unknown" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .site = STR("A B") },
          "/site",
          "malformed" },
        { __LINE__,
          { .login = STR("a"), .name = STR("N"), .manager = STR("nobody") },
          "/manager",
          "unknown" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        forget_errors(cx);
        EXPECT_RC_AT(cases[i].line, RC_INVALID, person_create(cx, g, &cases[i].in, &id));
        EXPECT_INT_AT(cases[i].line, 1, (int64_t)cx->errors.n);
        EXPECT_STR_AT(cases[i].line, cases[i].pointer, cx->errors.at[0].pointer);
        EXPECT_STR_AT(cases[i].line, cases[i].code, cx->errors.at[0].code);
    }
    forget_errors(cx);
    PersonInput at_the_bounds = { .login = { long_login, 64 }, .name = { long_name, 120 } };
    EXPECT_RC(RC_OK, person_create(cx, g, &at_the_bounds, &id));
    EXPECT_INT(1, events(cx, "person.created"));

    PersonInput several = { .login = STR("?"), .kind = STR("?"), .zone = STR("?") };
    EXPECT_RC(RC_INVALID, person_create(cx, g, &several, &id));
    EXPECT_INT(4, (int64_t)cx->errors.n);
}

DB_TEST(person_update_changes_only_what_is_given)
{
    GrantedPeople g = as_admin(cx);
    int64_t id = create(cx, g, "sam", "Sam");
    Person p;
    PersonInput in = { .email = STR("sam@x.example"), .org = STR("Acme") };

    EXPECT_RC(RC_OK, person_update(cx, g, id, 1, &in));
    EXPECT_RC(RC_OK, person_get(cx, id, &p));
    EXPECT_STR("Sam", p.name);
    EXPECT_STR("sam@x.example", p.email);
    EXPECT_STR("Acme", p.org);
    EXPECT_INT(2, p.version);
    EXPECT_INT(1, events(cx, "person.changed"));

    in = (PersonInput){ .email = STR(""), .org = STR("") };
    EXPECT_RC(RC_OK, person_update(cx, g, id, 2, &in));
    EXPECT_RC(RC_OK, person_get(cx, id, &p));
    EXPECT_STR("", p.email);
    EXPECT_INT(0, p.org_id);

    EXPECT_RC(RC_OK, person_update(cx, g, id, 3, &in)); /* nothing new: no event, no version */
    EXPECT_RC(RC_OK, person_get(cx, id, &p));
    EXPECT_INT(3, p.version);
    EXPECT_INT(2, events(cx, "person.changed"));
}

DB_TEST(person_update_refuses_an_old_version_and_another_login)
{
    GrantedPeople g = as_admin(cx);
    int64_t id = create(cx, g, "sam", "Sam");
    PersonInput in = { .name = STR("Samuel") };

    EXPECT_RC(RC_OK, person_update(cx, g, id, 1, &in));
    EXPECT_RC(RC_STALE, person_update(cx, g, id, 1, &in));
    EXPECT_STR("stale", cx->type);
    EXPECT_RC(RC_STALE, person_update(cx, g, id, 3, &in));
    EXPECT_RC(RC_NOT_FOUND, person_update(cx, g, 99999, 1, &in));
    in.login = STR("other");
    EXPECT_RC(RC_INVALID, person_update(cx, g, id, 2, &in));
    EXPECT_STR("/login", cx->errors.at[0].pointer);
}

DB_TEST(person_managers_never_stand_in_a_circle)
{
    GrantedPeople g = as_admin(cx);
    int64_t a = create(cx, g, "a", "A"), b = create(cx, g, "b", "B"), c = create(cx, g, "c", "C");
    PersonInput under_b = { .manager = STR("b") }, under_c = { .manager = STR("c") },
                under_a = { .manager = STR("a") };
    PersonRefs up;

    EXPECT_RC(RC_OK, person_update(cx, g, a, 1, &under_b));
    EXPECT_RC(RC_OK, person_update(cx, g, b, 1, &under_c));
    EXPECT_RC(RC_INVALID, person_update(cx, g, c, 1, &under_a));
    EXPECT_STR("circle", cx->errors.at[0].code);
    forget_errors(cx);
    EXPECT_RC(RC_INVALID, person_update(cx, g, c, 1, &under_c));
    EXPECT_STR("circle", cx->errors.at[0].code);

    EXPECT_RC(RC_OK, person_managers(cx, a, &up));
    EXPECT_INT(2, (int64_t)up.n);
    EXPECT_STR("b", up.at[0].login);
    EXPECT_STR("c", up.at[1].login);
    EXPECT_RC(RC_OK, person_managers(cx, c, &up));
    EXPECT_INT(0, (int64_t)up.n);
}

DB_TEST(person_managers_end_where_a_circle_closes)
{
    int64_t a = fixture_person(cx, "a"), b = fixture_person(cx, "b"),
            gone = fixture_person(cx, "gone");
    PersonRefs up;

    fixture_manager(cx, a, b); /* a circle that some import brought in */
    fixture_manager(cx, b, gone);
    fixture_manager(cx, gone, a);
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'gone'");
    EXPECT_RC(RC_OK, person_managers(cx, a, &up));
    EXPECT_INT(1, (int64_t)up.n);
    EXPECT_STR("b", up.at[0].login);

    int64_t last = a;
    for (int i = 0; i < MANAGER_LEVELS + 5; i++) {
        int64_t next = fixture_person(cx, SQL("level-%d", i));
        if (i > 0)
            fixture_manager(cx, last, next);
        last = next;
        if (i == 0)
            a = next;
    }
    EXPECT_RC(RC_OK, person_managers(cx, a, &up));
    EXPECT_INT(MANAGER_LEVELS, (int64_t)up.n);
}

DB_TEST(person_deactivation_ends_sessions_tokens_and_links)
{
    GrantedPeople g = as_admin(cx);
    int64_t id = create(cx, g, "sam", "Sam"), me = cx->subject->person_id;
    Str link;

    fixture_exec(
        cx,
        SQL("INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms,"
            " expires_ms, idle_ms, address, device) VALUES ('h', 's', %lld, 0, 0, 0, 0, '', '')",
            (long long)id));
    fixture_exec(cx,
                 SQL("INSERT INTO api_token (person_id, name, token_hash, hint, scopes, created_ms,"
                     " expires_ms) VALUES (%lld, 'n', 'h', 'h', 1, 0, 0)",
                     (long long)id));
    EXPECT_RC(RC_OK, link_reset(cx, g, id, &link));

    EXPECT_RC(RC_FORBIDDEN, person_set_active(cx, g, me, 1, false));
    EXPECT_STR("own_rights", cx->type);
    EXPECT_RC(RC_STALE, person_set_active(cx, g, id, 7, false));
    EXPECT_RC(RC_NOT_FOUND, person_set_active(cx, g, 99999, 1, false));
    EXPECT_RC(RC_OK, person_set_active(cx, g, id, 1, false));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM session"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM api_token WHERE revoked_ms IS NULL"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM one_time_link WHERE used_ms IS NULL"));
    EXPECT_INT(1, events(cx, "person.deactivated"));
    EXPECT_RC(RC_NOT_FOUND, person_id(cx, STR("sam"), &id));
    EXPECT_RC(RC_OK,
              person_set_active(cx, g, fixture_int(cx, "SELECT id FROM person WHERE login = 'sam'"),
                                2, true));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM api_token WHERE revoked_ms IS NULL"));
    EXPECT_RC(RC_OK, person_id(cx, STR("sam"), &id));
}

DB_TEST(person_list_pages_by_name_and_filters)
{
    GrantedPeople g = as_admin(cx);
    Persons list;
    int64_t next;

    for (int i = 0; i < 7; i++) {
        int64_t id;
        PersonInput in = { .login = str_fmt(cx->arena, "p%d", i),
                           .name = i % 2 == 0 ? STR("Åsa Öberg") : STR("Bo 100%"),
                           .org = i == 3 ? STR("Brightwater") : STR("") };
        EXPECT_RC(RC_OK, person_create(cx, g, &in, &id));
    }
    PersonFilter f = { .size = 3 };
    size_t seen = 0;
    Str last = STR("");
    do {
        EXPECT_RC(RC_OK, person_list(cx, g, &f, &list, &next));
        for (size_t i = 0; i < list.n; i++) {
            EXPECT(str_cmp(last, list.at[i].name) <= 0);
            last = list.at[i].name;
        }
        seen += list.n;
        f.after_id = next;
    } while (next != 0);
    EXPECT_INT(8, (int64_t)seen);

    const struct {
        int line;
        PersonFilter f;
        int64_t n;
    } cases[] = {
        { __LINE__, { .words = STR("öberg"), .size = 100 }, 4 },
        { __LINE__, { .words = STR("ÖBERG åsa"), .size = 100 }, 4 },
        { __LINE__, { .words = STR("100%"), .size = 100 }, 3 },
        { __LINE__, { .words = STR("1_0"), .size = 100 }, 0 },
        { __LINE__, { .words = STR("brightwater"), .size = 100 }, 1 },
        { __LINE__, { .kind = STR("vendor"), .size = 100 }, 0 },
        { __LINE__, { .active = OPT_INT(0), .size = 100 }, 0 },
        { __LINE__, { .active = OPT_INT(1), .size = 8 }, 8 },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC_AT(cases[i].line, RC_OK, person_list(cx, g, &cases[i].f, &list, &next));
        EXPECT_INT_AT(cases[i].line, cases[i].n, (int64_t)list.n);
        EXPECT_INT_AT(cases[i].line, 0, next);
    }
}

DB_TEST(person_search_shows_outsiders_only_their_own_organisation)
{
    GrantedPeople g = as_admin(cx);
    PersonRefs list;
    int64_t id;
    const struct {
        const char *login, *name, *kind, *org;
    } people[] = {
        { "robin", "Robin Birch", "employee", "Larkfield" },
        { "roberta", "Ada Roberta", "employee", "Larkfield" },
        { "claire", "Claire Robson", "customer", "Brightwater" },
        { "cody", "Cody Robson", "customer", "Brightwater" },
        { "loner", "Lo Robin", "customer", "" },
    };
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        PersonInput in = { .login = str_z(people[i].login),
                           .name = str_z(people[i].name),
                           .kind = str_z(people[i].kind),
                           .org = str_z(people[i].org) };
        EXPECT_RC(RC_OK, person_create(cx, g, &in, &id));
    }
    EXPECT_RC(RC_OK, person_id(cx, STR("roberta"), &id));
    fixture_act_as(cx, id);
    EXPECT_RC(RC_OK, person_search(cx, STR("rob"), 10, &list));
    EXPECT_INT(5, (int64_t)list.n);
    EXPECT_STR("robin", list.at[0].login); /* the name begins with the word */
    EXPECT_RC(RC_OK, person_search(cx, STR("rob"), 2, &list));
    EXPECT_INT(2, (int64_t)list.n);

    EXPECT_RC(RC_OK, person_id(cx, STR("claire"), &id));
    fixture_act_as(cx, id);
    EXPECT_RC(RC_OK, person_search(cx, STR("rob"), 10, &list));
    EXPECT_INT(2, (int64_t)list.n);
    EXPECT_RC(RC_OK, person_id(cx, STR("loner"), &id));
    fixture_act_as(cx, id);
    EXPECT_RC(RC_OK, person_search(cx, STR(""), 10, &list));
    EXPECT_INT(1, (int64_t)list.n); /* two without an organisation share none */
}

DB_TEST(person_names_are_looked_up_once)
{
    int64_t ids[] = { fixture_person(cx, "a"), fixture_person(cx, "b"), 0, 99999 };
    PersonRef p;
    TeamRef t;
    int64_t team = fixture_team(cx, "workplace");

    uint64_t before = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, person_refs_load(cx, ids, COUNT_OF(ids)));
    for (int round = 0; round < 3; round++) {
        EXPECT_RC(RC_OK, person_ref(cx, ids[0], &p));
        EXPECT_STR("a", p.login);
        EXPECT_RC(RC_OK, person_ref(cx, ids[1], &p));
        EXPECT_STR("b", p.name);
        EXPECT_RC(RC_OK, person_ref(cx, 0, &p));
        EXPECT_INT(0, p.id);
        EXPECT_RC(RC_OK, person_ref(cx, 99999, &p));
        EXPECT_INT(0, p.id);
        EXPECT_RC(RC_OK, team_ref(cx, team, &t));
        EXPECT_STR("workplace", t.key);
        EXPECT_RC(RC_OK, team_ref(cx, 99999, &t));
        EXPECT_INT(0, t.id);
        EXPECT_RC(RC_OK, person_refs_load(cx, ids, COUNT_OF(ids)));
    }
    EXPECT_INT(3, (int64_t)(db_conn_statements(cx->db) - before));
}

DB_TEST(profile_takes_only_ones_own_settings)
{
    GrantedSelf self;
    int64_t me = fixture_person(cx, "me");
    Person p;

    fixture_act_as(cx, me);
    EXPECT_RC(RC_OK, access_self(cx, &self));
    ProfileInput in = { .lang = STR("zh"), .zone = STR("Asia/Shanghai"), .theme = STR("dark") };
    EXPECT_RC(RC_OK, profile_update(cx, self, &in));
    EXPECT_RC(RC_OK, person_get(cx, me, &p));
    EXPECT_INT(LANG_ZH, p.lang);
    EXPECT_STR("Asia/Shanghai", p.zone);
    EXPECT_STR("dark", p.theme);
    in = (ProfileInput){ .theme = STR("") };
    EXPECT_RC(RC_OK, profile_update(cx, self, &in));
    EXPECT_RC(RC_OK, person_get(cx, me, &p));
    EXPECT_STR("", p.theme);
    EXPECT_INT(LANG_ZH, p.lang);
    EXPECT_INT(2, events(cx, "person.settings"));
    in = (ProfileInput){ .lang = STR("xx"), .zone = STR("Nowhere"), .theme = STR("pink") };
    EXPECT_RC(RC_INVALID, profile_update(cx, self, &in));
    EXPECT_INT(3, (int64_t)cx->errors.n);
}

FAULT_TEST(person_changes_are_whole_or_not_at_all)
{
    GrantedPeople g;
    int64_t id;
    PersonInput in = { .login = STR("sam"), .name = STR("Sam"), .org = STR("Acme") };
    PersonInput later = { .name = STR("Samuel"), .org = STR("Acme Works") };

    TRY(access_internal_people(cx, INTERNAL_DEMO, &g));
    TRY(person_create(cx, g, &in, &id));
    TRY(person_update(cx, g, id, 1, &later));
    return person_set_active(cx, g, id, 2, false);
}
