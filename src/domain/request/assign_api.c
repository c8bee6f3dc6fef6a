/* assign_api.c - sharing out work, over the API. */
#include "api/schema.h"
#include "domain/request/assign.h"
#include "http/dispatch.h"

/* --- one request ---------------------------------------------------------------------------- */

static Rc record_field(Ctx *cx, JsonOut *o, Str record)
{
    const Json *v = NULL;

    TRY(json_parse(cx->arena, record, &v, NULL));
    json_key_lit(o, "record");
    json_value(o, v);
    return RC_OK;
}

static Rc choice_json(Ctx *cx, JsonOut *o, const AssignShown *s)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };

    json_object(o);
    json_field_time(o, "at", s->at_ms);
    json_field_text(o, "way", assign_way_word(s->way));
    json_key_lit(o, "task");
    if (s->task_id != 0)
        json_int(o, s->task_id);
    else
        json_null(o);
    json_key_lit(o, "chosen");
    json_person(o, &s->chosen);
    json_key_lit(o, "candidates");
    json_array(o);
    for (size_t i = 0; i < s->lines.n; i++) {
        json_object(o);
        json_key_lit(o, "person");
        json_person(o, &s->lines.at[i].person);
        json_field_bool(o, "chosen", s->lines.at[i].chosen);
        json_field_text(o, "why", words_text(cx->arena, &reader, &s->lines.at[i].why));
        json_object_end(o);
    }
    json_array_end(o);
    TRY(record_field(cx, o, s->record));
    json_object_end(o);
    return RC_OK;
}

static Rc api_assignment(Call *call)
{
    Ctx *cx = &call->cx;
    AssignShowns choices;
    AssignShown suggested;
    GrantedRequest g;
    JsonOut o;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_NOTES, &g));
    TRY(assignment_choices(cx, g, &choices));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "choices");
    json_array(&o);
    for (size_t i = 0; i < choices.n; i++)
        TRY(choice_json(cx, &o, &choices.at[i]));
    json_array_end(&o);
    json_key_lit(&o, "suggestion");
    Rc rc = assignment_suggest(cx, g, &suggested);
    if (rc == RC_OK) {
        TRY(choice_json(cx, &o, &suggested));
    } else if (rc == RC_FORBIDDEN) {
        cx->detail = (Text){ 0 };
        cx->type = STR("");
        json_null(&o);
    } else {
        return rc;
    }
    json_object_end(&o);
    return RC_OK;
}

/* --- a team --------------------------------------------------------------------------------- */

static Rc load_json(Ctx *cx, JsonOut *o, const MemberLoad *m)
{
    PersonRef delegate;

    TRY(person_ref(cx, m->delegate, &delegate));
    json_object(o);
    json_key_lit(o, "person");
    json_person(o, &m->person);
    json_field_time(o, "away_until", m->away_ms);
    json_key_lit(o, "stands_in");
    json_person(o, &delegate);
    json_field_int(o, "share", m->share);
    json_field_int(o, "planned_minutes", m->load_min);
    json_field_int(o, "pieces", m->pieces);
    json_field_int(o, "this_week_minutes", m->this_week_min);
    json_field_int(o, "next_week_minutes", m->next_week_min);
    json_field_bool(o, "too_much", m->over);
    json_key_lit(o, "skills");
    json_array(o);
    for (size_t i = 0; i < m->skills.n; i++)
        json_text(o, m->skills.at[i]);
    json_array_end(o);
    json_object_end(o);
    return RC_OK;
}

static Rc api_team_load(Call *call)
{
    Ctx *cx = &call->cx;
    TeamAssignment how;
    MemberLoads loads;
    GrantedLoad g;
    Team team;
    JsonOut o;

    TRY(team_by_key(cx, call_param(call, "key"), &team));
    TRY(access_load(cx, team.id, false, &g));
    TRY(team_assignment_get(cx, team.id, &how));
    TRY(team_loads(cx, g, &loads));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "way", assign_way_word(how.way));
    json_field_int(&o, "limit", how.limit_percent);
    json_field_int(&o, "version", how.version);
    json_key_lit(&o, "members");
    json_array(&o);
    for (size_t i = 0; i < loads.n; i++)
        TRY(load_json(cx, &o, &loads.at[i]));
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

typedef struct AssignmentBody {
    Str way;
    OptInt limit;
} AssignmentBody;

static const Input assignment_input =
    INPUT(AssignmentBody, "TeamAssignment",
          { "way", IN_WORD, offsetof(AssignmentBody, way), .flags = IN_REQUIRED,
            .words = "manual round_robin least_loaded fair" },
          { "limit", IN_INT, offsetof(AssignmentBody, limit), .min = 1, .max = 500,
            .about = "percent of the hours of two weeks that may be planned" });

static Rc api_team_assignment(Call *call)
{
    Ctx *cx = &call->cx;
    AssignmentBody body = { 0 };
    TeamAssignment how;
    GrantedLoad g;
    Team team;
    int64_t version;

    TRY(team_by_key(cx, call_param(call, "key"), &team));
    TRY(access_load(cx, team.id, true, &g));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &assignment_input, &body));
    TRY(team_assignment_get(cx, team.id, &how));
    if (!assign_way_from_word(body.way, &how.way))
        return RC_INVALID;
    if (body.limit.set)
        how.limit_percent = body.limit.value;
    how.version = version;
    TRY(team_assignment_set(cx, g, how));
    return call_show(call, 200, str_fmt(cx->arena, "/api/v1/teams/%.*s/load", STR_ARG(team.key)));
}

extern const RouteTable assign_api;
const RouteTable assign_api = ROUTES(
    { HTTP_GET, "/api/v1/requests/{number}/assignment", api_assignment, RIGHT_STAFF, BODY_NONE,
      TX_READ, .text = "Why somebody has a request, and who could take it", .reply = "Assignment" },
    { HTTP_GET, "/api/v1/teams/{key}/load", api_team_load, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Who is there in a team, and how much they have", .reply = "TeamLoad" },
    { HTTP_PUT, "/api/v1/teams/{key}/assignment", api_team_assignment, RIGHT_STAFF, BODY_JSON,
      TX_WRITE, .text = "Say how work is shared out", .input = &assignment_input,
      .reply = "TeamLoad", .versioned = true }, );

extern const SchemaTable assign_schemas;
const SchemaTable assign_schemas = SCHEMAS(
    SCHEMA("Assignment", { "choices", "[AssignmentChoice]", "newest first, at most 20" },
           { "suggestion", "AssignmentChoice?",
             "who could take it now; null for who does not work in its team" }),
    SCHEMA("AssignmentChoice", { "at", "time", NULL },
           { "way", "text", "manual (a suggestion), round_robin, least_loaded or fair" },
           { "task", "int?", "null: of the request itself" },
           { "chosen", "Person?", "null: nobody fitted" },
           { "candidates", "[AssignmentCandidate]", "the chosen one first" },
           { "record", "any", "the facts; choosing again from them gives the same" }),
    SCHEMA("AssignmentCandidate", { "person", "Person", NULL }, { "chosen", "bool", NULL },
           { "why", "text", "in the language asked for" }),
    SCHEMA("TeamLoad", { "way", "text", NULL }, { "limit", "int", "percent" },
           { "version", "int", "of these two; for If-Match" },
           { "members", "[MemberLoad]", "who has most comes first" }),
    SCHEMA("MemberLoad", { "person", "Person", NULL }, { "away_until", "time?", NULL },
           { "stands_in", "Person?", "for their tasks" },
           { "share", "int", "thousandths of full time" }, { "planned_minutes", "int", NULL },
           { "pieces", "int", "open tasks and requests" },
           { "this_week_minutes", "int", "hours they work from now to Monday" },
           { "next_week_minutes", "int", NULL }, { "too_much", "bool", NULL },
           { "skills", "[text]", NULL }), );
