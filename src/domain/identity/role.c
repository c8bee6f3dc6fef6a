#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"

static const struct {
    Role role;
    const char *name;
} role_names[] = {
    { ROLE_AGENT, "agent" }, { ROLE_LEAD, "lead" },       { ROLE_OWNER, "owner" },
    { ROLE_ADMIN, "admin" }, { ROLE_AUDITOR, "auditor" }, { ROLE_SUPPLIER, "supplier" },
};

const char *role_name(Role role)
{
    for (size_t i = 0; i < COUNT_OF(role_names); i++)
        if (role_names[i].role == role)
            return role_names[i].name;
    return "requester";
}

Rc role_from(Str name, Role *ret)
{
    for (size_t i = 0; i < COUNT_OF(role_names); i++) {
        if (str_eq_z(name, role_names[i].name)) {
            *ret = role_names[i].role;
            return RC_OK;
        }
    }
    return RC_NOT_FOUND;
}

Rc person_roles(Ctx *cx, int64_t person_id, RolesHeld *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonRolesRow row;
    RolesHeld list = { 0 };

    TRY(q_person_roles(cx, person_id, &rows));
    while (q_person_roles_next(&rows, &row)) {
        Role role;
        if (role_from(row.role, &role) == RC_OK)
            TRY(LIST_PUSH(cx->arena, &list, (RoleHeld){ role, row.team_id }));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

static Changes role_change(Ctx *cx, RoleHeld role, bool granted)
{
    Changes c = { 0 };
    Str name = str_z(role_name(role.role));

    change_add(&c, "role", granted ? STR_NULL : name, granted ? name : STR_NULL);
    if (role.team_id != 0) {
        Str team = str_fmt(cx->arena, "%lld", (long long)role.team_id);
        change_add(&c, "team", granted ? STR_NULL : team, granted ? team : STR_NULL);
    }
    return c;
}

Rc role_grant(Ctx *cx, GrantedPeople g, int64_t person_id, RoleHeld role)
{
    Person person;
    Team team;
    RolesHeld now;

    TRY(person_get(cx, person_id, &person));
    if (!person.active)
        return fail(cx, RC_NOT_FOUND, "not_active", TEXT("Only active persons hold roles."));
    if (role.role == ROLE_SUPPLIER || role.role == ROLE_REQUESTER)
        return fail_field(cx, RC_INVALID, "role", "by_team",
                          TEXT("Put the person into a team of the supplier instead."));
    if (role.team_id != 0) {
        if (role.role != ROLE_OWNER)
            return fail_field(
                cx, RC_INVALID, "role", "by_team",
                TEXT("Put the person into the team, or make them its lead, instead."));
        TRY(team_get(cx, role.team_id, &team));
    }
    TRY(person_roles(cx, person_id, &now));
    for (size_t i = 0; i < now.n; i++)
        if (now.at[i].role == role.role && now.at[i].team_id == role.team_id)
            return RC_OK;
    TRY(not_oneself(cx, person_id));
    TRY(q_role_insert(cx, g, person_id, str_z(role_name(role.role)), role.team_id, NULL));
    TRY(rights_changed(cx, g, person_id, 0));
    TRY(sessions_end_of(cx, g, person_id));
    Changes c = role_change(cx, role, true);
    return identity_event(cx, "role.granted", "person", person_id, &c);
}

Rc role_drop(Ctx *cx, GrantedPeople g, int64_t person_id, RoleHeld role)
{
    int64_t dropped;

    TRY(not_oneself(cx, person_id));
    TRY(q_role_delete(cx, g, person_id, str_z(role_name(role.role)), role.team_id, &dropped));
    if (dropped == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("This person does not hold the role."));
    TRY(rights_changed(cx, g, person_id, 0));
    Changes c = role_change(cx, role, false);
    return identity_event(cx, "role.dropped", "person", person_id, &c);
}
