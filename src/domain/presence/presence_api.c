/* presence_api.c - when somebody is there, over the API. */
#include "api/schema.h"
#include "domain/presence/presence.h"
#include "http/dispatch.h"

static Str or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

static Rc person_named(Call *call, Person *ret)
{
    Ctx *cx = &call->cx;
    bool visible = true;

    TRY(person_by_login(cx, call_param(call, "login"), ret));
    if (!access_right(cx->subject, RIGHT_PEOPLE_READ))
        TRY(person_is_visible(cx, ret->id, &visible));
    return visible ? RC_OK : fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));
}

/* --- writing JSON --------------------------------------------------------------------------- */

static void absences_json(JsonOut *o, const Absences *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++) {
        const Absence *a = &list->at[i];
        json_object(o);
        json_field_int(o, "id", a->id);
        json_field_time(o, "from", a->from_ms);
        json_field_time(o, "to", a->to_ms);
        json_field_text(o, "kind", a->kind);
        json_field_text(o, "note", or_null(a->note));
        json_object_end(o);
    }
    json_array_end(o);
}

static void delegations_json(JsonOut *o, const Delegations *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++) {
        const Delegation *d = &list->at[i];
        json_object(o);
        json_field_int(o, "id", d->id);
        json_key_lit(o, "principal");
        json_person(o, &d->principal);
        json_key_lit(o, "delegate");
        json_person(o, &d->delegate);
        json_field_text(o, "what", delegation_word(d->what));
        json_field_time(o, "from", d->from_ms);
        json_field_time(o, "to", d->to_ms);
        json_field_bool(o, "running", d->running);
        json_key_lit(o, "by");
        json_person(o, &d->by);
        json_object_end(o);
    }
    json_array_end(o);
}

static void nulls(JsonOut *o, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_key(o, str_z(keys[i]));
        json_null(o);
    }
}

static Rc held_json(Ctx *cx, JsonOut *o, int64_t person)
{
    Delegations list;
    GrantedSelf self;

    json_key_lit(o, "stands_in_for");
    if (person != cx->subject->person_id) {
        json_null(o);
        return RC_OK;
    }
    TRY(access_self(cx, &self));
    TRY(delegation_list_for(cx, self, &list));
    delegations_json(o, &list);
    return RC_OK;
}

static Rc details_json(Ctx *cx, JsonOut *o, GrantedPresence g, int64_t person)
{
    Absences absences;
    Delegations delegations;
    WorkHours hours;
    StrList skills;
    int64_t version;

    TRY(absence_list(cx, g, &absences));
    TRY(delegation_list(cx, g, &delegations));
    TRY(work_hours_get(cx, person, &hours));
    TRY(skills_get(cx, person, &skills));
    TRY(skills_version(cx, person, &version));
    json_key_lit(o, "absences");
    absences_json(o, &absences);
    json_key_lit(o, "delegations");
    delegations_json(o, &delegations);
    TRY(held_json(cx, o, person));
    json_key_lit(o, "weekly_minutes");
    if (hours.weekly_min.set)
        json_int(o, hours.weekly_min.value);
    else
        json_null(o);
    json_field_text(o, "calendar", or_null(hours.calendar));
    json_field_int(o, "hours_version", hours.version);
    json_key_lit(o, "skills");
    json_array(o);
    for (size_t i = 0; i < skills.n; i++)
        json_text(o, skills.at[i]);
    json_array_end(o);
    json_field_int(o, "skills_version", version);
    return RC_OK;
}

static Rc api_presence(Call *call)
{
    static const char *const hidden[] = { "absences",       "delegations",   "stands_in_for",
                                          "weekly_minutes", "calendar",      "hours_version",
                                          "skills",         "skills_version" };
    Ctx *cx = &call->cx;
    GrantedPresence g;
    Person p;
    Ms until;
    JsonOut o;

    TRY(person_named(call, &p));
    TRY(person_away_until(cx, p.id, cx->now_ms, &until));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "person");
    json_person(&o, &(PersonRef){ p.id, p.login, p.name });
    json_field_time(&o, "away_until", until);
    if (access_presence(cx, p.id, PRESENCE_READ, &g) == RC_OK) {
        TRY(details_json(cx, &o, g, p.id));
    } else {
        cx->detail = (Text){ 0 };
        cx->type = STR("");
        nulls(&o, hidden, COUNT_OF(hidden));
    }
    json_object_end(&o);
    return RC_OK;
}

/* --- acts ----------------------------------------------------------------------------------- */

static Rc show(Call *call, int status, const Person *p)
{
    return call_show(call, status,
                     str_fmt(call->arena, "/api/v1/people/%.*s/presence", STR_ARG(p->login)));
}

static Rc open_for(Call *call, PresenceMay needed, Person *ret, GrantedPresence *ret_g)
{
    TRY(person_named(call, ret));
    return access_presence(&call->cx, ret->id, needed, ret_g);
}

static const Input absence_input =
    INPUT(AbsenceInput, "AbsenceCreate",
          { "from", IN_TEXT, offsetof(AbsenceInput, from), .flags = IN_REQUIRED,
            .about = "an instant, or a day of the person: 2027-06-01" },
          { "to", IN_TEXT, offsetof(AbsenceInput, to), .flags = IN_REQUIRED,
            .about = "first instant after it, or the last day" },
          { "kind", IN_WORD, offsetof(AbsenceInput, kind), .flags = IN_REQUIRED,
            .words = "holiday sick training other" },
          { "note", IN_LONG_TEXT, offsetof(AbsenceInput, note), .max = PRESENCE_NOTE_MAX });

static Rc api_absence(Call *call)
{
    AbsenceInput in = { 0 };
    GrantedPresence g;
    Person p;
    int64_t id;

    TRY(open_for(call, PRESENCE_WRITE, &p, &g));
    TRY(call_input(call, &absence_input, &in));
    TRY(absence_add(&call->cx, g, &in, &id));
    return show(call, 201, &p);
}

static const Input delegation_input =
    INPUT(DelegationInput, "DelegationCreate",
          { "to", IN_KEY, offsetof(DelegationInput, to), .flags = IN_REQUIRED,
            .about = "login of the one who stands in" },
          { "what", IN_WORD, offsetof(DelegationInput, what), .flags = IN_REQUIRED,
            .words = "approvals tasks both" },
          { "from", IN_TEXT, offsetof(DelegationInput, from), .flags = IN_REQUIRED,
            .about = "an instant, or a day of the person: 2027-06-01" },
          { "until", IN_TEXT, offsetof(DelegationInput, until), .flags = IN_REQUIRED,
            .about = "first instant after it, or the last day" });

static Rc api_delegation(Call *call)
{
    DelegationInput in = { 0 };
    GrantedPresence g;
    Person p;
    int64_t id;

    TRY(open_for(call, PRESENCE_DELEGATE, &p, &g));
    TRY(call_input(call, &delegation_input, &in));
    TRY(delegation_give(&call->cx, g, &in, &id));
    return show(call, 201, &p);
}

static Rc end_one(Call *call, PresenceMay needed, Rc (*end)(Ctx *cx, GrantedPresence g, int64_t id))
{
    GrantedPresence g;
    Person p;
    int64_t id;

    TRY(open_for(call, needed, &p, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return fail(&call->cx, RC_NOT_FOUND, "not_found", TEXT("There is nothing of this number."));
    TRY(end(&call->cx, g, id));
    return show(call, 200, &p);
}

static Rc api_absence_end(Call *call)
{
    return end_one(call, PRESENCE_WRITE, absence_end);
}

static Rc api_delegation_end(Call *call)
{
    return end_one(call, PRESENCE_DELEGATE, delegation_end);
}

typedef struct HoursBody {
    OptInt weekly_min, full_time;
    Str calendar;
} HoursBody;

static const Input hours_input =
    INPUT(HoursBody, "WorkHours",
          { "weekly_minutes", IN_INT, offsetof(HoursBody, weekly_min), .max = 2 * FULL_TIME_MIN },
          { "full_time", IN_BOOL, offsetof(HoursBody, full_time),
            .about = "true: 40 hours, whatever was said before" },
          { "calendar", IN_KEY, offsetof(HoursBody, calendar), .flags = IN_KEEP_EMPTY,
            .about = "key of their own calendar; empty: that of the team" });

static Rc api_hours(Call *call)
{
    HoursBody body = { 0 };
    WorkHours hours;
    GrantedPresence g;
    Person p;
    int64_t version;

    TRY(open_for(call, PRESENCE_WRITE, &p, &g));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &hours_input, &body));
    TRY(work_hours_get(&call->cx, p.id, &hours));
    if (body.full_time.set && body.full_time.value != 0)
        hours.weekly_min = OPT_NONE;
    else if (body.weekly_min.set)
        hours.weekly_min = body.weekly_min;
    if (!str_is_null(body.calendar))
        hours.calendar = body.calendar;
    hours.version = version;
    TRY(work_hours_set(&call->cx, g, &hours));
    return show(call, 200, &p);
}

typedef struct SkillsBody {
    StrList skills;
} SkillsBody;

static const Input skills_input = INPUT(
    SkillsBody, "Skills",
    { "skills", IN_STRINGS, offsetof(SkillsBody, skills), .flags = IN_REQUIRED | IN_KEEP_EMPTY,
      .about = "keys of the managed list skills: all that the person has" });

static Rc api_skills(Call *call)
{
    SkillsBody body = { 0 };
    GrantedPresence g;
    Person p;
    int64_t version;

    TRY(open_for(call, PRESENCE_SKILLS, &p, &g));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &skills_input, &body));
    TRY(skills_set(&call->cx, g, version, &body.skills));
    return show(call, 200, &p);
}

extern const RouteTable presence_api;
const RouteTable presence_api =
    ROUTES({ HTTP_GET, "/api/v1/people/{login}/presence", api_presence, RIGHT_SIGNED_IN, BODY_NONE,
             TX_READ, .text = "When somebody is there, and who stands in", .reply = "Presence" },
           { HTTP_POST, "/api/v1/people/{login}/absences", api_absence, RIGHT_SIGNED_IN, BODY_JSON,
             TX_WRITE, .text = "Enter an absence", .input = &absence_input, .reply = "Presence",
             .status = 201 },
           { HTTP_POST, "/api/v1/people/{login}/absences/{id}/actions/end", api_absence_end,
             RIGHT_SIGNED_IN, BODY_NONE, TX_WRITE, .text = "End an absence, or take it back",
             .reply = "Presence" },
           { HTTP_POST, "/api/v1/people/{login}/delegations", api_delegation, RIGHT_SIGNED_IN,
             BODY_JSON, TX_WRITE, .text = "Name who stands in", .input = &delegation_input,
             .reply = "Presence", .status = 201 },
           { HTTP_POST, "/api/v1/people/{login}/delegations/{id}/actions/end", api_delegation_end,
             RIGHT_SIGNED_IN, BODY_NONE, TX_WRITE, .text = "End a delegation, or take it back",
             .reply = "Presence" },
           { HTTP_PATCH, "/api/v1/people/{login}/hours", api_hours, RIGHT_SIGNED_IN, BODY_JSON,
             TX_WRITE, .text = "Change hours of work", .input = &hours_input, .reply = "Presence" },
           { HTTP_PUT, "/api/v1/people/{login}/skills", api_skills, RIGHT_SIGNED_IN, BODY_JSON,
             TX_WRITE, .text = "Say what somebody can do", .input = &skills_input,
             .reply = "Presence", .versioned = true }, );

extern const SchemaTable presence_schemas;
const SchemaTable presence_schemas = SCHEMAS(
    SCHEMA("Presence", { "person", "Person", NULL },
           { "away_until", "time?", "null: not away now" },
           { "absences", "[Absence]?",
             "those not over; this and all below: null for who may not know" },
           { "delegations", "[Delegation]?", "who stands in for the person" },
           { "stands_in_for", "[Delegation]?", "of oneself only" },
           { "weekly_minutes", "int?", "null: full time" }, { "calendar", "text?", "their own" },
           { "hours_version", "int?", "of these two; for If-Match" },
           { "skills", "[text]?", "keys of the managed list skills" },
           { "skills_version", "int?", "for If-Match" }),
    SCHEMA("Absence", { "id", "int", NULL }, { "from", "time", NULL }, { "to", "time", NULL },
           { "kind", "text", "holiday, sick, training or other" }, { "note", "text?", NULL }),
    SCHEMA("Delegation", { "id", "int", NULL }, { "principal", "Person", NULL },
           { "delegate", "Person", NULL }, { "what", "text", "approvals, tasks or both" },
           { "from", "time", NULL }, { "to", "time", NULL }, { "running", "bool", "now" },
           { "by", "Person?", "who said so" }), );
