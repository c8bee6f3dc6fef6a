/* Loading, writing out and removing many persons and teams at once. */
#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"
#include "domain/identity/sign_in_q.h"
#include "domain/identity/team_q.h"

#define PERSONS_PER_PAGE 200

/* --- people_apply --------------------------------------------------------------------------- */

typedef struct Apply {
    GrantedPeople g;
    const PeopleFile *in;
    bool demo;
    Str demo_hash;
    bool *is_new; /* of each person of the file */
    PeopleChanges changes;
} Apply;

static Rc refuse(Ctx *cx, Str pointer, const char *code, Text text)
{
    fail_add(cx, pointer, code, text);
    return RC_INVALID;
}

static Str person_at(Ctx *cx, Str login)
{
    return str_fmt(cx->arena, "/people/%.*s", STR_ARG(login));
}

static Str team_at(Ctx *cx, Str key)
{
    return str_fmt(cx->arena, "/teams/%.*s", STR_ARG(key));
}

static Rc apply_team(Ctx *cx, Apply *ap, const PeopleTeam *t)
{
    TeamInput in = { .key = t->key,
                     .name = t->name,
                     .summary = t->summary,
                     .supplier = t->supplier,
                     .calendar = t->calendar,
                     .confidential = OPT_INT(t->confidential) };
    TeamRow row;
    bool found, changed;
    int64_t id;

    /* The file says it all: what it leaves out is empty. */
    for (int i = 0; i < LANG_COUNT; i++) {
        if (str_is_null(in.name.in[i]))
            in.name.in[i] = STR("");
        if (str_is_null(in.summary.in[i]))
            in.summary.in[i] = STR("");
    }
    if (str_is_null(in.supplier))
        in.supplier = STR("");
    if (str_is_null(in.calendar))
        in.calendar = STR("");

    TRY(q_team_by_key(cx, t->key, &row, &found));
    if (!found) {
        ap->changes.teams_new++;
        return team_create_at(cx, ap->g, team_at(cx, t->key), &in, ap->demo, &id);
    }
    if (ap->demo && !row.demo)
        return refuse(
            cx, team_at(cx, t->key), "taken",
            TEXT("There is a team {0} that is not part of the demo organisation.", t->key));
    TRY(team_update_at(cx, ap->g, team_at(cx, t->key), row.id, row.version, &in, &changed));
    ap->changes.teams_changed += changed;
    if (!row.active)
        TRY(team_set_active(cx, ap->g, row.id, row.version + changed, true));
    return RC_OK;
}

static PersonInput person_input(const PeoplePerson *p)
{
#define OR_EMPTY(s) (str_is_null(s) ? STR("") : (s))
    return (PersonInput){
        .login = p->login,
        .name = p->name,
        .email = OR_EMPTY(p->email),
        .kind = p->kind,
        .org = OR_EMPTY(p->org),
        .manager = OR_EMPTY(p->manager),
        .site = OR_EMPTY(p->site),
        .lang = p->lang,
        .zone = p->zone,
    };
#undef OR_EMPTY
}

/* First round: everybody is there, so that managers can be named in any order. */
static Rc apply_new_person(Ctx *cx, Apply *ap, size_t i)
{
    const PeoplePerson *p = &ap->in->persons.at[i];
    PersonInput in = person_input(p);
    PersonRow row;
    bool found;
    int64_t id;

    TRY(q_person_by_login(cx, p->login, &row, &found));
    if (found) {
        if (ap->demo && !row.demo)
            return refuse(
                cx, person_at(cx, p->login), "taken",
                TEXT("{0} signs in here and is not part of the demo organisation.", p->login));
        return RC_OK;
    }
    in.manager = STR("");
    TRY(person_create_at(cx, ap->g, person_at(cx, p->login), &in, ap->demo, &id));
    ap->changes.persons_new++;
    ap->is_new[i] = true;
    if (ap->demo)
        TRY(q_password_set(cx, ap->g, id, ap->demo_hash, cx->now_ms, NULL));
    return RC_OK;
}

static Rc apply_person(Ctx *cx, Apply *ap, size_t i)
{
    const PeoplePerson *p = &ap->in->persons.at[i];
    PersonInput in = person_input(p);
    Person now;
    bool changed;

    TRY(person_by_login(cx, p->login, &now));
    TRY(person_update_at(cx, ap->g, person_at(cx, p->login), now.id, now.version, &in, &changed));
    ap->changes.persons_changed += changed && !ap->is_new[i];
    if (!now.active) {
        TRY(person_set_active(cx, ap->g, now.id, now.version + changed, true));
        if (ap->demo)
            TRY(q_password_set(cx, ap->g, now.id, ap->demo_hash, cx->now_ms, NULL));
    }
    return RC_OK;
}

static bool has_login(const StrList *list, Str login)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i], login))
            return true;
    return false;
}

static bool is_membership(const PeopleRole *r)
{
    return r->team.len > 0
           && (str_eq(r->role, STR("agent")) || str_eq(r->role, STR("lead"))
               || str_eq(r->role, STR("supplier")));
}

/* Whether the files make this person a member of the team, and its lead. */
static bool named_in_team(const PeopleFile *in, const PeopleTeam *t, Str login, bool *ret_lead)
{
    bool lead = has_login(&t->leads, login);
    bool member = lead || has_login(&t->members, login);

    for (size_t i = 0; i < in->persons.n; i++) {
        const PeoplePerson *p = &in->persons.at[i];
        for (size_t k = 0; str_eq(p->login, login) && k < p->roles.n; k++) {
            if (!is_membership(&p->roles.at[k]) || !str_eq(p->roles.at[k].team, t->key))
                continue;
            member = true;
            lead = lead || str_eq(p->roles.at[k].role, STR("lead"));
        }
    }
    *ret_lead = lead;
    return member;
}

static Rc join_named(Ctx *cx, Apply *ap, const PeopleTeam *t, int64_t team, Str login)
{
    int64_t person;
    bool lead;

    if (!named_in_team(ap->in, t, login, &lead))
        return RC_OK;
    if (person_id(cx, login, &person) != RC_OK)
        return refuse(cx, str_fmt(cx->arena, "/teams/%.*s/members", STR_ARG(t->key)), "unknown",
                      TEXT("Nobody active signs in as {0}.", login));
    return team_join(cx, ap->g, team, person, lead);
}

static Rc apply_members(Ctx *cx, Apply *ap, const PeopleTeam *t)
{
    TeamMembers now;
    int64_t team;
    bool lead;

    TRY(team_id(cx, t->key, &team));
    TRY(team_members(cx, team, &now));
    for (size_t i = 0; i < now.n; i++)
        if (!named_in_team(ap->in, t, now.at[i].person.login, &lead))
            TRY(team_leave(cx, ap->g, team, now.at[i].person.id));
    for (size_t i = 0; i < t->leads.n; i++)
        TRY(join_named(cx, ap, t, team, t->leads.at[i]));
    for (size_t i = 0; i < t->members.n; i++)
        TRY(join_named(cx, ap, t, team, t->members.at[i]));
    return RC_OK;
}

static Rc role_named(Ctx *cx, const PeoplePerson *p, const PeopleRole *r, RoleHeld *ret)
{
    RoleHeld held = { 0 };
    Str at = str_fmt(cx->arena, "/people/%.*s/roles", STR_ARG(p->login));

    if (role_from(r->role, &held.role) != RC_OK)
        return refuse(cx, at, "unknown", TEXT("There is no role {0}.", r->role));
    if (r->team.len > 0 && team_id(cx, r->team, &held.team_id) != RC_OK)
        return refuse(cx, at, "unknown", TEXT("There is no team {0}.", r->team));
    if (held.role == ROLE_SUPPLIER && held.team_id == 0)
        return refuse(cx, at, "by_team", TEXT("A supplier needs a team."));
    *ret = held;
    return RC_OK;
}

static const PeopleTeam *team_in_file(const PeopleFile *in, Str key)
{
    for (size_t i = 0; i < in->teams.n; i++)
        if (str_eq(in->teams.at[i].key, key))
            return &in->teams.at[i];
    return NULL;
}

/* Roles held beyond teams become exactly those of the file. */
static Rc apply_roles(Ctx *cx, Apply *ap, const PeoplePerson *p)
{
    RolesHeld now, wanted = { 0 };
    int64_t person;

    TRY(person_id(cx, p->login, &person));
    for (size_t i = 0; i < p->roles.n; i++) {
        const PeopleRole *r = &p->roles.at[i];
        RoleHeld held;
        TRY(role_named(cx, p, r, &held));
        if (!is_membership(r))
            TRY(LIST_PUSH(cx->arena, &wanted, held));
        else if (team_in_file(ap->in, r->team) != NULL)
            TRY(join_named(cx, ap, team_in_file(ap->in, r->team), held.team_id, p->login));
        else
            TRY(team_join(cx, ap->g, held.team_id, person, held.role == ROLE_LEAD));
    }
    TRY(person_roles(cx, person, &now));
    for (size_t i = 0; i < now.n; i++) {
        bool keep = false;
        for (size_t k = 0; k < wanted.n; k++)
            keep = keep
                   || (wanted.at[k].role == now.at[i].role
                       && wanted.at[k].team_id == now.at[i].team_id);
        if (!keep)
            TRY(role_drop(cx, ap->g, person, now.at[i]));
    }
    for (size_t i = 0; i < wanted.n; i++)
        TRY(role_grant(cx, ap->g, person, wanted.at[i]));
    return RC_OK;
}

Rc people_apply(Ctx *cx, GrantedPeople g, const PeopleFile *in, Str demo_hash, PeopleChanges *ret)
{
    Apply ap = { .g = g, .in = in, .demo = !str_is_null(demo_hash), .demo_hash = demo_hash };

    ap.is_new = ARENA_ARRAY(cx->arena, bool, in->persons.n + 1);
    if (ap.is_new == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < in->teams.n; i++)
        TRY(apply_team(cx, &ap, &in->teams.at[i]));
    for (size_t i = 0; i < in->persons.n; i++)
        TRY(apply_new_person(cx, &ap, i));
    for (size_t i = 0; i < in->persons.n; i++)
        TRY(apply_person(cx, &ap, i));
    for (size_t i = 0; i < in->teams.n; i++)
        TRY(apply_members(cx, &ap, &in->teams.at[i]));
    for (size_t i = 0; i < in->persons.n; i++)
        TRY(apply_roles(cx, &ap, &in->persons.at[i]));
    *ret = ap.changes;
    return RC_OK;
}

/* --- people_snapshot ------------------------------------------------------------------------ */

static int by_login(const void *a, const void *b)
{
    return str_cmp(((const PeoplePerson *)a)->login, ((const PeoplePerson *)b)->login);
}

static Rc read_persons(Ctx *cx, GrantedPeople g, PeoplePersons *list)
{
    int64_t after_id = 0;
    for (bool more = true; more;) {
        CLEANUP(rows_close) Rows rows = { 0 };
        PersonRow row;
        more = false;
        TRY(q_person_everybody(cx, g, after_id, PERSONS_PER_PAGE, &rows));
        while (q_person_everybody_next(&rows, &row)) {
            more = true;
            after_id = row.id;
            if (!row.active)
                continue;
            TRY(LIST_PUSH(cx->arena, list,
                          (PeoplePerson){ .login = row.login,
                                          .name = row.name,
                                          .email = row.email,
                                          .kind = row.kind,
                                          .org = row.org,
                                          .manager = row.manager,
                                          .site = row.site,
                                          .lang = row.lang,
                                          .zone = row.zone }));
        }
        TRY(rows_result(&rows));
    }
    if (list->n > 0)
        qsort(list->at, list->n, sizeof *list->at, by_login);
    return RC_OK;
}

static PeoplePerson *find_person(PeoplePersons *list, Str login)
{
    PeoplePerson key = { .login = login };
    return list->n == 0 ? NULL : bsearch(&key, list->at, list->n, sizeof *list->at, by_login);
}

static Rc read_teams(Ctx *cx, PeopleTeams *list)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamRow row;

    TRY(q_team_list(cx, true, &rows));
    while (q_team_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, list,
                      (PeopleTeam){ .key = row.key,
                                    .name = loc_read(cx->arena, row.name),
                                    .summary = loc_read(cx->arena, row.summary),
                                    .calendar = row.calendar,
                                    .supplier = row.supplier,
                                    .confidential = row.confidential }));
    return rows_result(&rows);
}

static PeopleTeam *find_team(PeopleTeams *list, Str key)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].key, key))
            return &list->at[i];
    return NULL;
}

static Rc read_members(Ctx *cx, GrantedPeople g, PeopleFile *file)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamEverybodyRow row;

    TRY(q_team_everybody(cx, g, &rows));
    while (q_team_everybody_next(&rows, &row)) {
        PeopleTeam *team = find_team(&file->teams, row.team);
        PeoplePerson *person = find_person(&file->persons, row.login);
        if (team == NULL || person == NULL)
            continue;
        Str role = row.supplier.len > 0 ? STR("supplier") : row.lead ? STR("lead") : STR("agent");
        TRY(LIST_PUSH(cx->arena, &team->members, row.login));
        if (row.lead)
            TRY(LIST_PUSH(cx->arena, &team->leads, row.login));
        TRY(LIST_PUSH(cx->arena, &person->roles, (PeopleRole){ role, row.team }));
    }
    return rows_result(&rows);
}

static Rc read_roles(Ctx *cx, GrantedPeople g, PeopleFile *file)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    RoleEverybodyRow row;

    TRY(q_role_everybody(cx, g, &rows));
    while (q_role_everybody_next(&rows, &row)) {
        PeoplePerson *person = find_person(&file->persons, row.login);
        if (person != NULL)
            TRY(LIST_PUSH(cx->arena, &person->roles, (PeopleRole){ row.role, row.team }));
    }
    return rows_result(&rows);
}

Rc people_snapshot(Ctx *cx, GrantedPeople g, PeopleFile *ret)
{
    PeopleFile file = { 0 };

    TRY(read_persons(cx, g, &file.persons));
    TRY(read_teams(cx, &file.teams));
    TRY(read_members(cx, g, &file));
    TRY(read_roles(cx, g, &file));
    *ret = file;
    return RC_OK;
}

/* --- the demo organisation ------------------------------------------------------------------- */

Rc people_has_demo(Ctx *cx, bool *ret)
{
    PersonHasDemoRow row;
    return q_person_has_demo(cx, &row, ret);
}

static Rc remove_person(Ctx *cx, GrantedPeople g, const PersonDemoRow *p)
{
    TRY(q_password_delete(cx, g, p->id, NULL));
    TRY(q_role_delete_all(cx, g, p->id, NULL));
    TRY(q_team_member_delete_all(cx, g, p->id, NULL));
    if (p->active)
        TRY(person_set_active(cx, g, p->id, p->version, false));
    return RC_OK;
}

/* Read whole before anything is written: a statement that is being read does not like its rows to
 * change. */
typedef struct DemoRows {
    struct {
        PersonDemoRow *at;
        size_t n, cap;
    } persons;
    struct {
        TeamDemoRow *at;
        size_t n, cap;
    } teams;
} DemoRows;

static Rc read_demo(Ctx *cx, GrantedPeople g, DemoRows *ret)
{
    CLEANUP(rows_close) Rows persons = { 0 };
    CLEANUP(rows_close) Rows teams = { 0 };
    PersonDemoRow person;
    TeamDemoRow team;

    TRY(q_person_demo(cx, g, &persons));
    while (q_person_demo_next(&persons, &person))
        TRY(LIST_PUSH(cx->arena, &ret->persons, person));
    TRY(rows_result(&persons));
    TRY(q_team_demo(cx, g, &teams));
    while (q_team_demo_next(&teams, &team))
        TRY(LIST_PUSH(cx->arena, &ret->teams, team));
    return rows_result(&teams);
}

Rc people_remove_demo(Ctx *cx, GrantedPeople g, int64_t *ret_persons)
{
    DemoRows demo = { 0 };
    int64_t n = 0;

    TRY(read_demo(cx, g, &demo));
    for (size_t i = 0; i < demo.persons.n; i++) {
        TRY(remove_person(cx, g, &demo.persons.at[i]));
        n += demo.persons.at[i].active;
    }
    for (size_t i = 0; i < demo.teams.n; i++)
        TRY(team_set_active(cx, g, demo.teams.at[i].id, demo.teams.at[i].version, false));
    *ret_persons = n;
    return RC_OK;
}
