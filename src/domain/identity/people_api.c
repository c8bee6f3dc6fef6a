/* people_api.c - people and teams over the API. */
#include "api/schema.h"
#include "domain/identity/identity.h"
#include "http/dispatch.h"

/* --- writing JSON --------------------------------------------------------------------------- */

static Str or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

static Rc parts_json(Ctx *cx, JsonOut *o, const PersonParts *parts, int64_t person_id)
{
    TeamRef team;

    json_key_lit(o, "teams");
    json_array(o);
    for (size_t i = 0; i < parts->n; i++) {
        if (parts->at[i].person_id != person_id || parts->at[i].role != 0)
            continue;
        TRY(team_ref(cx, parts->at[i].team_id, &team));
        json_object(o);
        json_field_text(o, "team", team.key);
        json_field_bool(o, "lead", parts->at[i].lead);
        json_object_end(o);
    }
    json_array_end(o);
    json_key_lit(o, "roles");
    json_array(o);
    for (size_t i = 0; i < parts->n; i++) {
        if (parts->at[i].person_id != person_id || parts->at[i].role == 0)
            continue;
        TRY(team_ref(cx, parts->at[i].team_id, &team));
        json_object(o);
        json_field_text(o, "role", str_z(role_name(parts->at[i].role)));
        json_field_text(o, "team", or_null(team.key));
        json_object_end(o);
    }
    json_array_end(o);
    return RC_OK;
}

/* Everything, for those who manage people and for oneself. */
static Rc person_json(Ctx *cx, JsonOut *o, const Person *p, const PersonParts *parts)
{
    PersonRef manager;

    TRY(person_ref(cx, p->manager_id, &manager));
    json_object(o);
    json_field_text(o, "login", p->login);
    json_field_text(o, "name", p->name);
    json_field_text(o, "email", or_null(p->email));
    json_field_text(o, "kind", p->kind);
    json_field_text(o, "org", or_null(p->org));
    json_key_lit(o, "manager");
    json_person(o, &manager);
    json_field_text(o, "site", or_null(p->site));
    json_field_text(o, "language", str_z(lang_key(p->lang)));
    json_field_text(o, "zone", p->zone);
    json_field_bool(o, "active", p->active);
    TRY(parts_json(cx, o, parts, p->id));
    json_field_time(o, "created", p->created_ms);
    json_field_time(o, "updated", p->updated_ms);
    json_field_int(o, "version", p->version);
    json_object_end(o);
    return RC_OK;
}

/* What a colleague may know: how to name the person. */
static void person_json_short(JsonOut *o, const PersonRef *p)
{
    static const char *const hidden[] = { "email",    "kind",    "org",    "manager", "site",
                                          "language", "zone",    "active", "teams",   "roles",
                                          "created",  "updated", "version" };
    json_object(o);
    json_field_text(o, "login", p->login);
    json_field_text(o, "name", p->name);
    for (size_t i = 0; i < COUNT_OF(hidden); i++) {
        json_key(o, str_z(hidden[i]));
        json_null(o);
    }
    json_object_end(o);
}

static void items_begin(Call *call, JsonOut *o)
{
    json_out_init(o, &call->body);
    json_object(o);
    json_key_lit(o, "items");
    json_array(o);
}

static void items_end(Call *call, JsonOut *o, int64_t next)
{
    json_array_end(o);
    json_key_lit(o, "next");
    json_text(o, next != 0 ? cursor_make(call->arena, next, 0) : STR_NULL);
    json_object_end(o);
}

/* --- people --------------------------------------------------------------------------------- */

static Str query_of(const Call *call, const char *name)
{
    Str value = call_query(call, name);
    return str_is_null(value) ? STR("") : str_trim(value);
}

static Rc list_full(Call *call, GrantedPeople g, PersonFilter *f)
{
    Ctx *cx = &call->cx;
    Persons list;
    PersonParts parts;
    int64_t next, unused, ids[100], managers[100];
    JsonOut o;
    Str team = query_of(call, "team");

    TRY(call_cursor(call, &f->after_id, &unused));
    if (team.len > 0 && team_id(cx, team, &f->team_id) != RC_OK)
        return fail_field(cx, RC_INVALID, "team", "unknown", TEXT("There is no team {0}.", team));
    TRY(person_list(cx, g, f, &list, &next));
    for (size_t i = 0; i < list.n; i++) {
        ids[i] = list.at[i].id;
        managers[i] = list.at[i].manager_id;
    }
    TRY(person_parts(cx, ids, list.n, &parts));
    TRY(person_refs_load(cx, managers, list.n));
    items_begin(call, &o);
    for (size_t i = 0; i < list.n; i++)
        TRY(person_json(cx, &o, &list.at[i], &parts));
    items_end(call, &o, next);
    return RC_OK;
}

static Rc api_people(Call *call)
{
    Ctx *cx = &call->cx;
    PersonFilter f = { .words = query_of(call, "q"),
                       .kind = query_of(call, "kind"),
                       .active = OPT_INT(1) };
    GrantedPeople g;
    PersonRefs found;
    JsonOut o;
    Str active = query_of(call, "active");

    TRY(call_limit(call, &f.size));
    if (str_eq_z(active, "false"))
        f.active = OPT_INT(0);
    else if (str_eq_z(active, "any"))
        f.active = OPT_NONE;
    if (access_right(cx->subject, RIGHT_PEOPLE_READ)) {
        TRY(access_people(cx, false, &g));
        return list_full(call, g, &f);
    }
    /* Others look people up by words; there is no list to page through. */
    TRY(person_search(cx, f.words, f.size < 50 ? f.size : 50, &found));
    items_begin(call, &o);
    for (size_t i = 0; i < found.n; i++)
        person_json_short(&o, &found.at[i]);
    items_end(call, &o, 0);
    return RC_OK;
}

static Rc no_such_person(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));
}

static Rc api_person(Call *call)
{
    Ctx *cx = &call->cx;
    Person p;
    PersonParts parts;
    JsonOut o;
    bool visible = true;
    bool reader = access_right(cx->subject, RIGHT_PEOPLE_READ);

    TRY(person_by_login(cx, call_param(call, "login"), &p));
    if (!reader)
        TRY(person_is_visible(cx, p.id, &visible));
    if (!visible)
        return no_such_person(cx);
    json_out_init(&o, &call->body);
    if (!reader && p.id != cx->subject->person_id) {
        person_json_short(&o, &(PersonRef){ p.id, p.login, p.name });
        return RC_OK;
    }
    TRY(person_parts(cx, &p.id, 1, &parts));
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)p.version);
    return person_json(cx, &o, &p, &parts);
}

typedef struct PersonBody {
    PersonInput input;
    OptInt active;
} PersonBody;

/* clang-format off */
#define PERSON_FIELDS                                                                              \
    { "name", IN_TEXT, offsetof(PersonBody, input.name), .max = NAME_MAX_CHARS },                  \
    { "email", IN_TEXT, offsetof(PersonBody, input.email), .flags = IN_KEEP_EMPTY },               \
    { "kind", IN_WORD, offsetof(PersonBody, input.kind), .words = "employee customer vendor" },    \
    { "org", IN_TEXT, offsetof(PersonBody, input.org), .flags = IN_KEEP_EMPTY,                     \
      .about = "name; a new one is made when nobody has it yet" },                                 \
    { "manager", IN_KEY, offsetof(PersonBody, input.manager), .flags = IN_KEEP_EMPTY,              \
      .about = "login" },                                                                          \
    { "site", IN_KEY, offsetof(PersonBody, input.site), .flags = IN_KEEP_EMPTY,                    \
      .about = "key in the list sites" },                                                          \
    { "language", IN_WORD, offsetof(PersonBody, input.lang), .words = "en sv zh" },                \
    { "zone", IN_TEXT, offsetof(PersonBody, input.zone), .about = "IANA name" }
/* clang-format on */

static const Input person_create_input = INPUT(
    PersonBody, "PersonCreate",
    { "login", IN_KEY, offsetof(PersonBody, input.login), .flags = IN_REQUIRED }, PERSON_FIELDS);
static const Input person_edit_input =
    INPUT(PersonBody, "PersonEdit", PERSON_FIELDS,
          { "active", IN_BOOL, offsetof(PersonBody, active), .about = "false: may not sign in" });

static Str person_path(Call *call, Str login)
{
    Buf b;
    Str path;

    /* A login has no sign that a path segment would need escaped but '+', which is allowed there. */
    buf_init(&b, 256);
    buf_add_lit(&b, "/api/v1/people/");
    buf_add(&b, login);
    path = str_dup(call->arena, buf_str(&b));
    buf_done(&b);
    return path;
}

static Rc api_person_create(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedPeople g;
    PersonBody body = { 0 };
    Person p;
    int64_t id;

    TRY(call_input(call, &person_create_input, &body));
    TRY(access_people(cx, true, &g));
    TRY(person_create(cx, g, &body.input, &id));
    TRY(person_get(cx, id, &p));
    return call_show(call, 201, person_path(call, p.login));
}

static Rc api_person_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedPeople g;
    PersonBody body = { 0 };
    Person p;
    int64_t version;

    TRY(call_if_match(call, &version));
    TRY(call_input(call, &person_edit_input, &body));
    TRY(access_people(cx, true, &g));
    TRY(person_by_login(cx, call_param(call, "login"), &p));
    TRY(person_update(cx, g, p.id, version, &body.input));
    if (body.active.set) {
        TRY(person_get(cx, p.id, &p));
        TRY(person_set_active(cx, g, p.id, p.version, body.active.value != 0));
    }
    return call_show(call, 200, person_path(call, p.login));
}

typedef struct RoleBody {
    Str role, team;
} RoleBody;

static const Input role_input =
    INPUT(RoleBody, "RoleHeld",
          { "role", IN_WORD, offsetof(RoleBody, role), .flags = IN_REQUIRED,
            .words = "agent lead owner admin auditor supplier" },
          { "team", IN_KEY, offsetof(RoleBody, team),
            .about = "for an owner of one team only; absent: for all" });

static Rc change_role(Call *call, bool grant)
{
    Ctx *cx = &call->cx;
    GrantedPeople g;
    RoleBody body = { 0 };
    RoleHeld role = { 0 };
    Person p;

    TRY(call_input(call, &role_input, &body));
    TRY(access_people(cx, true, &g));
    TRY(person_by_login(cx, call_param(call, "login"), &p));
    if (role_from(body.role, &role.role) != RC_OK)
        return RC_INVALID;
    if (body.team.len > 0 && team_id(cx, body.team, &role.team_id) != RC_OK)
        return fail_field(cx, RC_INVALID, "team", "unknown",
                          TEXT("There is no team {0}.", body.team));
    TRY(grant ? role_grant(cx, g, p.id, role) : role_drop(cx, g, p.id, role));
    return call_show(call, 200, person_path(call, p.login));
}

static Rc api_role_grant(Call *call)
{
    return change_role(call, true);
}

static Rc api_role_drop(Call *call)
{
    return change_role(call, false);
}

/* --- teams ---------------------------------------------------------------------------------- */

static void texts_json(Ctx *cx, JsonOut *o, Str json)
{
    LangText t = loc_read(cx->arena, json);

    json_object(o);
    for (int i = 0; i < LANG_COUNT; i++)
        if (t.in[i].len > 0) {
            json_key(o, str_z(lang_key((Lang)i)));
            json_text(o, t.in[i]);
        }
    json_object_end(o);
}

static void members_json(JsonOut *o, const TeamMembers *list, bool leads)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++)
        if (!leads || list->at[i].lead)
            json_person(o, &list->at[i].person);
    json_array_end(o);
}

/* `members` NULL: not shown. */
static void team_json(Ctx *cx, JsonOut *o, const Team *t, const TeamMembers *members)
{
    json_object(o);
    json_field_text(o, "key", t->key);
    json_field_text(o, "name", t->name);
    json_field_text(o, "summary", t->summary);
    json_key_lit(o, "names");
    texts_json(cx, o, t->name_json);
    json_key_lit(o, "summaries");
    texts_json(cx, o, t->summary_json);
    json_field_text(o, "supplier", or_null(t->supplier));
    json_field_text(o, "calendar", or_null(t->calendar));
    json_field_bool(o, "confidential", t->confidential);
    json_field_bool(o, "active", t->active);
    json_key_lit(o, "members");
    if (members != NULL)
        members_json(o, members, false);
    else
        json_null(o);
    json_key_lit(o, "leads");
    if (members != NULL)
        members_json(o, members, true);
    else
        json_null(o);
    json_field_int(o, "version", t->version);
    json_object_end(o);
}

/* Teams are few: one page holds them all, without their members. */
static Rc api_teams(Call *call)
{
    Teams list;
    JsonOut o;

    TRY(team_list(&call->cx, true, &list));
    items_begin(call, &o);
    for (size_t i = 0; i < list.n; i++)
        team_json(&call->cx, &o, &list.at[i], NULL);
    items_end(call, &o, 0);
    return RC_OK;
}

static Rc api_team(Call *call)
{
    Ctx *cx = &call->cx;
    Team t;
    TeamMembers members;
    JsonOut o;
    bool staff = access_right(cx->subject, RIGHT_STAFF);

    TRY(team_by_key(cx, call_param(call, "key"), &t));
    if (staff)
        TRY(team_members(cx, t.id, &members));
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)t.version);
    json_out_init(&o, &call->body);
    team_json(cx, &o, &t, staff ? &members : NULL);
    return RC_OK;
}

typedef struct TeamBody {
    Str key, supplier, calendar;
    const Json *names, *summaries, *members, *leads;
    OptInt confidential, active;
} TeamBody;

/* clang-format off */
#define TEAM_FIELDS                                                                                \
    { "names", IN_JSON, offsetof(TeamBody, names), .about = "by language: {\"en\": ...}" },        \
    { "summaries", IN_JSON, offsetof(TeamBody, summaries), .about = "by language" },               \
    { "supplier", IN_KEY, offsetof(TeamBody, supplier), .flags = IN_KEEP_EMPTY },                  \
    { "calendar", IN_KEY, offsetof(TeamBody, calendar), .flags = IN_KEEP_EMPTY },                  \
    { "confidential", IN_BOOL, offsetof(TeamBody, confidential), .about = "its queue is" },        \
    { "members", IN_JSON, offsetof(TeamBody, members),                                             \
      .about = "logins; these and the leads, nobody else" },                                       \
    { "leads", IN_JSON, offsetof(TeamBody, leads), .about = "logins" }
/* clang-format on */

static const Input team_create_input =
    INPUT(TeamBody, "TeamCreate", { "key", IN_KEY, offsetof(TeamBody, key), .flags = IN_REQUIRED },
          TEAM_FIELDS);
static const Input team_edit_input = INPUT(
    TeamBody, "TeamEdit", TEAM_FIELDS,
    { "active", IN_BOOL, offsetof(TeamBody, active), .about = "false: takes no new requests" });

static Rc texts_of(Ctx *cx, const Json *json, const char *field, LangText *ret)
{
    Lang lang;

    if (json == NULL)
        return RC_OK;
    if (json->kind != JSON_OBJECT)
        return fail_field(cx, RC_INVALID, field, "wrong_type",
                          TEXT("Give an object of texts by language."));
    for (size_t i = 0; i < json->n; i++) {
        if (!lang_from_key(json->keys[i], &lang) || json->items[i]->kind != JSON_TEXT)
            return fail_field(cx, RC_INVALID, field, "wrong_type",
                              TEXT("Give texts by language: en, sv, zh."));
        ret->in[lang] = json->items[i]->text;
    }
    return RC_OK;
}

static Rc input_of(Ctx *cx, const TeamBody *body, TeamInput *ret)
{
    *ret = (TeamInput){ .key = body->key,
                        .supplier = body->supplier,
                        .calendar = body->calendar,
                        .confidential = body->confidential };
    TRY(texts_of(cx, body->names, "names", &ret->name));
    return texts_of(cx, body->summaries, "summaries", &ret->summary);
}

/* Ids of logins in an array. */
typedef struct PersonIds {
    int64_t *at;
    size_t n, cap;
} PersonIds;

static Rc ids_of(Ctx *cx, const Json *json, const char *field, PersonIds *ret)
{
    if (json->kind != JSON_ARRAY)
        return fail_field(cx, RC_INVALID, field, "wrong_type", TEXT("Give an array of logins."));
    for (size_t i = 0; i < json->n; i++) {
        int64_t id;
        if (json->items[i]->kind != JSON_TEXT || person_id(cx, json->items[i]->text, &id) != RC_OK)
            return fail_field(cx, RC_INVALID,
                              str_dup_z(cx->arena, str_fmt(cx->arena, "/%s/%zu", field, i)),
                              "unknown", TEXT("Nobody active has this login."));
        TRY(LIST_PUSH(cx->arena, ret, id));
    }
    return RC_OK;
}

static bool has_id(const PersonIds *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return true;
    return false;
}

/* The team gets exactly these members and leads; what is absent stays as it is. */
static Rc set_members(Ctx *cx, GrantedPeople g, int64_t team_id, const TeamBody *body)
{
    PersonIds members = { 0 }, leads = { 0 };
    TeamMembers now;

    if (body->members == NULL && body->leads == NULL)
        return RC_OK;
    TRY(team_members(cx, team_id, &now));
    for (size_t i = 0; i < now.n; i++) {
        if (body->members == NULL)
            TRY(LIST_PUSH(cx->arena, &members, now.at[i].person.id));
        if (body->leads == NULL && now.at[i].lead)
            TRY(LIST_PUSH(cx->arena, &leads, now.at[i].person.id));
    }
    if (body->members != NULL)
        TRY(ids_of(cx, body->members, "members", &members));
    if (body->leads != NULL)
        TRY(ids_of(cx, body->leads, "leads", &leads));
    /* Whoever is no longer a member does not go on leading unless they are named. */
    for (size_t i = 0; i < now.n; i++) {
        int64_t id = now.at[i].person.id;
        bool stays = has_id(&members, id) || (body->leads != NULL && has_id(&leads, id));
        if (!stays)
            TRY(team_leave(cx, g, team_id, id));
    }
    for (size_t i = 0; i < members.n; i++)
        TRY(team_join(cx, g, team_id, members.at[i], has_id(&leads, members.at[i])));
    for (size_t i = 0; body->leads != NULL && i < leads.n; i++)
        TRY(team_join(cx, g, team_id, leads.at[i], true));
    return RC_OK;
}

static Str team_path(Call *call, Str key)
{
    return str_fmt(call->arena, "/api/v1/teams/%.*s", STR_ARG(key));
}

static Rc api_team_create(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedPeople g;
    TeamBody body = { 0 };
    TeamInput in;
    int64_t id;

    TRY(call_input(call, &team_create_input, &body));
    TRY(access_people(cx, true, &g));
    TRY(input_of(cx, &body, &in));
    TRY(team_create(cx, g, &in, &id));
    TRY(set_members(cx, g, id, &body));
    return call_show(call, 201, team_path(call, body.key));
}

static Rc api_team_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedPeople g;
    TeamBody body = { 0 };
    TeamInput in;
    Team t;
    int64_t version;

    TRY(call_if_match(call, &version));
    TRY(call_input(call, &team_edit_input, &body));
    TRY(access_people(cx, true, &g));
    TRY(team_by_key(cx, call_param(call, "key"), &t));
    TRY(input_of(cx, &body, &in));
    TRY(team_update(cx, g, t.id, version, &in));
    TRY(set_members(cx, g, t.id, &body));
    if (body.active.set) {
        TRY(team_get(cx, t.id, &t));
        TRY(team_set_active(cx, g, t.id, t.version, body.active.value != 0));
    }
    return call_show(call, 200, team_path(call, t.key));
}

/* --- routes --------------------------------------------------------------------------------- */

extern const RouteTable people_api;
const RouteTable people_api = ROUTES(
    { HTTP_GET, "/api/v1/people", api_people, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "List people", .reply = "[PersonDetail]",
      .query = "q kind team active limit cursor" },
    { HTTP_POST, "/api/v1/people", api_person_create, RIGHT_PEOPLE_WRITE, BODY_JSON, TX_WRITE,
      .text = "Add a person", .input = &person_create_input, .reply = "PersonDetail",
      .status = 201 },
    { HTTP_GET, "/api/v1/people/{login}", api_person, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "One person", .reply = "PersonDetail" },
    { HTTP_PATCH, "/api/v1/people/{login}", api_person_edit, RIGHT_PEOPLE_WRITE, BODY_JSON,
      TX_WRITE, .text = "Change a person", .input = &person_edit_input, .reply = "PersonDetail" },
    { HTTP_POST, "/api/v1/people/{login}/actions/grant", api_role_grant, RIGHT_PEOPLE_WRITE,
      BODY_JSON, TX_WRITE, .text = "Give a role", .input = &role_input, .reply = "PersonDetail" },
    { HTTP_POST, "/api/v1/people/{login}/actions/revoke", api_role_drop, RIGHT_PEOPLE_WRITE,
      BODY_JSON, TX_WRITE, .text = "Take a role back", .input = &role_input,
      .reply = "PersonDetail" },
    { HTTP_GET, "/api/v1/teams", api_teams, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "List teams", .reply = "[TeamDetail]" },
    { HTTP_POST, "/api/v1/teams", api_team_create, RIGHT_PEOPLE_WRITE, BODY_JSON, TX_WRITE,
      .text = "Add a team", .input = &team_create_input, .reply = "TeamDetail", .status = 201 },
    { HTTP_GET, "/api/v1/teams/{key}", api_team, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "One team", .reply = "TeamDetail" },
    { HTTP_PATCH, "/api/v1/teams/{key}", api_team_edit, RIGHT_PEOPLE_WRITE, BODY_JSON, TX_WRITE,
      .text = "Change a team", .input = &team_edit_input, .reply = "TeamDetail" }, );

extern const SchemaTable people_schemas;
const SchemaTable people_schemas = SCHEMAS(
    SCHEMA("Person", { "login", "text", NULL }, { "name", "text", NULL }),
    SCHEMA("Team", { "key", "text", NULL }, { "name", "text", "in the language asked for" }),
    SCHEMA("PersonDetail", { "login", "text", NULL }, { "name", "text", NULL },
           { "email", "text?", "this and all below: null for those who do not manage people" },
           { "kind", "text?", "employee, customer or vendor" }, { "org", "text?", NULL },
           { "manager", "Person?", NULL }, { "site", "text?", NULL }, { "language", "text?", NULL },
           { "zone", "text?", NULL }, { "active", "bool?", NULL },
           { "teams", "[Membership]?", NULL }, { "roles", "[RoleOf]?", "held beyond the teams" },
           { "created", "time?", NULL }, { "updated", "time?", NULL }, { "version", "int?", NULL }),
    SCHEMA("Membership", { "team", "text", "key" }, { "lead", "bool", NULL }),
    SCHEMA("RoleOf", { "role", "text", NULL }, { "team", "text?", "key; null: for all" }),
    SCHEMA("TeamDetail", { "key", "text", NULL }, { "name", "text", "in the language asked for" },
           { "summary", "text", "in the language asked for" }, { "names", "{text}", "by language" },
           { "summaries", "{text}", "by language" }, { "supplier", "text?", NULL },
           { "calendar", "text?", NULL }, { "confidential", "bool", NULL },
           { "active", "bool", NULL },
           { "members", "[Person]?", "null in lists and for those who are not staff" },
           { "leads", "[Person]?", "as members" }, { "version", "int", NULL }), );
