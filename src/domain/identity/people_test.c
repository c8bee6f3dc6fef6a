#include "domain/identity/inner.h"
#include "support/db_test.h"

#define SQL(...)  str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))
#define DEMO_HASH STR("$argon2id$demo")

/* --- a small organisation -------------------------------------------------------------------- */

static StrList logins(Ctx *cx, const char *words)
{
    StrList list = { 0 };
    for (Str rest = str_z(words); !str_is_null(rest);) {
        Str word = str_cut(&rest, ' ');
        if (word.len > 0)
            EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &list, word));
    }
    return list;
}

/* "agent:workplace owner" */
static PeopleRoles roles(Ctx *cx, const char *words)
{
    PeopleRoles list = { 0 };
    StrList each = logins(cx, words);
    for (size_t i = 0; i < each.n; i++) {
        Str team = each.at[i];
        Str role = str_cut(&team, ':');
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &list, (PeopleRole){ role, team }));
    }
    return list;
}

static void add_person(Ctx *cx, PeopleFile *f, const char *login, const char *manager,
                       const char *held)
{
    PeoplePerson p = { .login = str_z(login),
                       .name = str_z(login),
                       .kind = STR("employee"),
                       .org = STR("Larkfield"),
                       .manager = str_z(manager),
                       .lang = STR("sv"),
                       .zone = STR("Europe/Stockholm"),
                       .roles = roles(cx, held) };
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &f->persons, p));
}

static void add_team(Ctx *cx, PeopleFile *f, const char *key, const char *members,
                     const char *leads, const char *supplier)
{
    PeopleTeam t = { .key = str_z(key),
                     .name = { { [LANG_EN] = str_z(key) } },
                     .calendar = STR("office"),
                     .supplier = str_z(supplier),
                     .members = logins(cx, members),
                     .leads = logins(cx, leads) };
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &f->teams, t));
}

static PeopleFile organisation(Ctx *cx)
{
    PeopleFile f = { 0 };
    add_person(cx, &f, "requester", "manager", "");
    add_person(cx, &f, "manager", "boss", "");
    add_person(cx, &f, "agent", "lead", "agent:workplace");
    add_person(cx, &f, "lead", "boss", "lead:workplace");
    add_person(cx, &f, "owner", NULL, "owner agent:leads");
    add_person(cx, &f, "admin", NULL, "admin");
    add_person(cx, &f, "supplier", NULL, "supplier:acme");
    add_person(cx, &f, "boss", NULL, "owner:workplace");
    add_team(cx, &f, "workplace", "agent lead", "lead", "");
    add_team(cx, &f, "leads", "", "", "");
    add_team(cx, &f, "acme", "supplier", "supplier", "acme");
    return f;
}

static GrantedPeople internal(Ctx *cx)
{
    GrantedPeople g;
    EXPECT_RC(RC_OK, access_internal_people(cx, INTERNAL_DEMO, &g));
    return g;
}

static int64_t role_bits(Ctx *cx, const char *login)
{
    return fixture_int(
        cx, SQL("SELECT max(role & 1) + max(role & 2) + max(role & 4) + max(role & 8)"
                " + max(role & 16) + max(role & 32) + max(role & 64) FROM person_principal"
                " WHERE person_id = (SELECT id FROM person WHERE login = '%s')",
                login));
}

/* --- applying ------------------------------------------------------------------------------- */

DB_TEST(people_apply_makes_an_organisation)
{
    PeopleFile f = organisation(cx);
    PeopleChanges changes;
    Person p;
    Team t;

    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, DEMO_HASH, &changes));
    EXPECT_INT(8, changes.persons_new);
    EXPECT_INT(3, changes.teams_new);
    EXPECT_INT(0, changes.persons_changed + changes.teams_changed);
    EXPECT_RC(RC_OK, person_by_login(cx, STR("requester"), &p));
    EXPECT_STR("manager", p.manager);
    EXPECT_STR("Larkfield", p.org);
    EXPECT(p.demo);
    EXPECT_INT(8, fixture_int(cx, "SELECT count(*) FROM password WHERE hash = '$argon2id$demo'"));
    EXPECT_RC(RC_OK, team_by_key(cx, STR("leads"), &t));
    EXPECT_INT(1, t.members); /* by the role alone */
    EXPECT(t.demo);

    const struct {
        const char *login;
        int64_t bits;
    } held[] = {
        { "requester", 1 }, { "agent", 3 },     { "lead", 7 }, { "owner", 11 },
        { "admin", 17 },    { "supplier", 65 }, { "boss", 9 },
    };
    for (size_t i = 0; i < COUNT_OF(held); i++)
        EXPECT_INT_AT((int)i, held[i].bits, role_bits(cx, held[i].login));
}

DB_TEST(people_apply_twice_changes_nothing)
{
    PeopleFile f = organisation(cx), snapshot;
    PeopleChanges changes;

    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, STR_NULL, &changes));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM password"));
    int64_t events = fixture_int(cx, "SELECT count(*) FROM event");
    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, STR_NULL, &changes));
    EXPECT_INT(0, changes.persons_new + changes.persons_changed + changes.teams_new
                      + changes.teams_changed);

    EXPECT_RC(RC_OK, people_snapshot(cx, internal(cx), &snapshot));
    EXPECT_INT(8, (int64_t)snapshot.persons.n);
    EXPECT_INT(3, (int64_t)snapshot.teams.n);
    EXPECT_STR("admin", snapshot.persons.at[0].login);
    EXPECT_STR("acme", snapshot.teams.at[0].key);
    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &snapshot, STR_NULL, &changes));
    EXPECT_INT(0, changes.persons_new + changes.persons_changed + changes.teams_new
                      + changes.teams_changed);
    EXPECT_INT(events, fixture_int(cx, "SELECT count(*) FROM event"));
}

DB_TEST(people_snapshot_says_what_people_apply_took)
{
    PeopleFile f = organisation(cx), s;
    PeopleChanges changes;
    static const char *const expected[] = {
        "admin: admin",
        "agent: agent:workplace",
        "boss: owner:workplace",
        "lead: lead:workplace",
        "manager:",
        "owner: agent:leads owner",
        "requester:",
        "supplier: supplier:acme",
    };

    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, STR_NULL, &changes));
    EXPECT_RC(RC_OK, people_snapshot(cx, internal(cx), &s));
    for (size_t i = 0; i < s.persons.n; i++) {
        const PeoplePerson *p = &s.persons.at[i];
        Str line = str_fmt(cx->arena, "%.*s:", STR_ARG(p->login));
        for (size_t k = 0; k < p->roles.n; k++)
            line =
                str_fmt(cx->arena, "%.*s %.*s%s%.*s", STR_ARG(line), STR_ARG(p->roles.at[k].role),
                        p->roles.at[k].team.len > 0 ? ":" : "", STR_ARG(p->roles.at[k].team));
        EXPECT_STR(expected[i], line);
        EXPECT_STR("sv", p->lang);
    }
    EXPECT_INT(2, (int64_t)s.teams.at[2].members.n);
    EXPECT_INT(1, (int64_t)s.teams.at[2].leads.n);
}

DB_TEST(people_apply_follows_the_file)
{
    PeopleFile f = organisation(cx);
    PeopleChanges changes;
    Team t;

    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, STR_NULL, &changes));
    f.persons.at[2].roles = (PeopleRoles){ 0 }; /* agent leaves the team */
    f.teams.at[0].members = logins(cx, "lead requester");
    f.teams.at[0].calendar = STR_NULL;
    f.persons.at[4].roles = roles(cx, "auditor"); /* owner becomes auditor and leaves "leads" */
    f.persons.at[0].name = STR("Robin");
    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, STR_NULL, &changes));
    EXPECT_INT(1, changes.persons_changed);
    EXPECT_INT(1, changes.teams_changed);
    EXPECT_INT(1, role_bits(cx, "agent"));
    EXPECT_INT(3, role_bits(cx, "requester"));
    EXPECT_INT(33, role_bits(cx, "owner"));
    EXPECT_RC(RC_OK, team_by_key(cx, STR("workplace"), &t));
    EXPECT_STR("", t.calendar);
    EXPECT_INT(2, t.members);
}

DB_TEST(people_apply_says_where_a_file_is_wrong)
{
    PeopleChanges changes;
    const struct {
        int line;
        const char *login, *manager, *held, *members, *pointer;
    } cases[] = {
        { __LINE__, "Bad Login", NULL, "", "", "/people/Bad Login/login" },
        { __LINE__, "new", "nobody", "", "", "/people/new/manager" },
        { __LINE__, "new", NULL, "king", "", "/people/new/roles" },
        { __LINE__, "new", NULL, "agent:nowhere", "", "/people/new/roles" },
        { __LINE__, "new", NULL, "supplier", "", "/people/new/roles" },
        { __LINE__, "new", NULL, "", "ghost", "/teams/t/members" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        PeopleFile f = { 0 };
        cx->errors = (FieldErrors){ 0 };
        cx->failed = false;
        fixture_exec(cx, "DELETE FROM team_member");
        fixture_exec(cx, "DELETE FROM password");
        fixture_exec(cx, "DELETE FROM person");
        fixture_exec(cx, "DELETE FROM team");
        add_person(cx, &f, cases[i].login, cases[i].manager, cases[i].held);
        add_team(cx, &f, "t", cases[i].members, "", "");
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     people_apply(cx, internal(cx), &f, STR_NULL, &changes));
        EXPECT_INT_AT(cases[i].line, 1, (int64_t)cx->errors.n);
        EXPECT_STR_AT(cases[i].line, cases[i].pointer, cx->errors.at[0].pointer);
    }
}

/* --- the demo organisation ------------------------------------------------------------------- */

DB_TEST(people_apply_leaves_real_people_and_teams_out_of_the_demo)
{
    PeopleFile f = organisation(cx);
    PeopleChanges changes;

    fixture_person(cx, "admin");
    EXPECT_RC(RC_INVALID, people_apply(cx, internal(cx), &f, DEMO_HASH, &changes));
    EXPECT_STR("/people/admin", cx->errors.at[0].pointer);
}

DB_TEST(people_apply_leaves_real_teams_out_of_the_demo)
{
    PeopleFile f = organisation(cx);
    PeopleChanges changes;

    fixture_team(cx, "workplace");
    EXPECT_RC(RC_INVALID, people_apply(cx, internal(cx), &f, DEMO_HASH, &changes));
    EXPECT_STR("/teams/workplace", cx->errors.at[0].pointer);
}

DB_TEST(people_remove_demo_takes_every_way_in)
{
    PeopleFile f = organisation(cx);
    PeopleChanges changes;
    int64_t removed, real = fixture_person(cx, "real");
    bool demo;
    Str link;

    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, DEMO_HASH, &changes));
    EXPECT_RC(RC_OK, people_has_demo(cx, &demo));
    EXPECT(demo);
    fixture_exec(cx, SQL("INSERT INTO password (person_id, hash, changed_ms) VALUES (%lld, 'h', 0)",
                         (long long)real));
    fixture_role(cx, real, "auditor", 0);
    EXPECT_RC(RC_OK, people_remove_demo(cx, internal(cx), &removed));
    EXPECT_INT(8, removed);
    EXPECT_RC(RC_OK, people_has_demo(cx, &demo));
    EXPECT(!demo);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM password"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM role_held"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM team_member"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM person WHERE active = 1"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM team WHERE active = 1"));
    EXPECT_INT(8, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'person.deactivated'"));
    EXPECT_RC(RC_OK, people_remove_demo(cx, internal(cx), &removed));
    EXPECT_INT(0, removed);
    EXPECT_RC(RC_OK, link_setup(cx, internal(cx), &link)); /* the way back in */

    /* Loading it again brings the same accounts back. */
    EXPECT_RC(RC_OK, people_apply(cx, internal(cx), &f, DEMO_HASH, &changes));
    EXPECT_INT(9, fixture_int(cx, "SELECT count(*) FROM person WHERE active = 1"));
    EXPECT_INT(9, fixture_int(cx, "SELECT count(*) FROM password"));
    EXPECT_INT(3, role_bits(cx, "agent"));
}

FAULT_TEST(people_apply_is_whole_or_not_at_all)
{
    PeopleFile f = { 0 };
    PeopleChanges changes;
    GrantedPeople g;

    add_person(cx, &f, "a", "b", "owner");
    add_person(cx, &f, "b", NULL, "lead:t");
    add_team(cx, &f, "t", "a", "", "");
    TRY(access_internal_people(cx, INTERNAL_DEMO, &g));
    return people_apply(cx, g, &f, DEMO_HASH, &changes);
}
