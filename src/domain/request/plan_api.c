/* plan_api.c - putting work aside, agreed days, and repeating requests over the API. */
#include "domain/request/plan.h"
#include "domain/request/request_json_api.h"
#include "domain/request/schedule.h"

#include "http/dispatch.h"

static Rc grant(Call *call, GrantedRequest *ret)
{
    return access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, ret);
}

static Str request_path(Call *call, const char *part)
{
    return str_fmt(call->arena, "/api/v1/requests/%.*s%s", STR_ARG(call_param(call, "number")),
                   part);
}

/* --- put aside -------------------------------------------------------------------------------------------- */

typedef struct SnoozeBody {
    OptInt until, task, everybody;
    Str reason;
} SnoozeBody;

static const Input snooze_input = INPUT(
    SnoozeBody, "SnoozePut",
    { "until", IN_TIME, offsetof(SnoozeBody, until), IN_REQUIRED, .about = "within a year" },
    { "reason", IN_LONG_TEXT, offsetof(SnoozeBody, reason), .about = "required; staff read it" },
    { "task", IN_INT, offsetof(SnoozeBody, task),
      .about = "id of a task; the whole request when absent" },
    { "everybody", IN_BOOL, offsetof(SnoozeBody, everybody),
      .about = "hidden from everybody who works on it, not only from you" });

static Rc api_snoozes(Call *call)
{
    GrantedRequest g;
    ViewSnoozes list;
    JsonOut o;

    TRY(grant(call, &g));
    TRY(snooze_list(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++) {
        const ViewSnooze *s = &list.at[i];
        json_object(&o);
        json_field_int(&o, "id", s->id);
        json_key_lit(&o, "task");
        if (s->task_id != 0)
            json_int(&o, s->task_id);
        else
            json_null(&o);
        json_field_bool(&o, "everybody", s->everybody);
        json_field_time(&o, "until", s->until_ms);
        json_field_text(&o, "reason", s->reason);
        json_key_lit(&o, "by");
        json_person(&o, &s->by);
        json_field_time(&o, "at", s->at_ms);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc api_snooze(Call *call)
{
    GrantedRequest g;
    SnoozeBody body = { 0 };

    TRY(grant(call, &g));
    Rc fault = call_input(call, &snooze_input, &body);
    TRY(snooze_put(&call->cx, g,
                   &(SnoozeInput){ .until_ms = body.until.value,
                                   .reason = body.reason,
                                   .task_id = body.task.value,
                                   .everybody = body.everybody.value != 0,
                                   .fault = fault }));
    return call_show(call, 201, request_path(call, "/snooze"));
}

static Rc api_snooze_end(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, &g));
    TRY(snooze_end(&call->cx, g));
    return call_done(call);
}

/* --- the agreed day ------------------------------------------------------------------------------------------ */

typedef struct AgreedBody {
    OptInt agreed, version;
    Str reason;
} AgreedBody;

static const Input agreed_input = INPUT(AgreedBody, "AgreedMove",
                                        { "agreed", IN_TIME, offsetof(AgreedBody, agreed),
                                          .about = "absent: takes the agreed day back" },
                                        { "reason", IN_LONG_TEXT, offsetof(AgreedBody, reason),
                                          .about = "required; the requester reads it" },
                                        { "version", IN_INT, offsetof(AgreedBody, version),
                                          .about = "refuse when the request has changed" });

static Rc api_agreed(Call *call)
{
    GrantedRequest g;
    AgreedBody body = { 0 };

    TRY(grant(call, &g));
    Rc fault = call_input(call, &agreed_input, &body);
    TRY(agreed_move(&call->cx, g,
                    &(AgreedInput){ .version = body.version,
                                    .at_ms = body.agreed,
                                    .reason = body.reason,
                                    .fault = fault }));
    return call_show(call, 200, request_path(call, ""));
}

/* --- repeating requests -------------------------------------------------------------------------------------- */

typedef struct ScheduleBody {
    Str item, beneficiary, team, title, unit, state;
    const Json *answers;
    OptInt every, workdays, first, until;
} ScheduleBody;

#define RULE_FIELDS(more)                                                                          \
    { "every", IN_INT, offsetof(ScheduleBody, every), more, .about = "1 to 999" },                 \
        { "unit", IN_WORD, offsetof(ScheduleBody, unit), more,                                     \
          .words = "day workday week month" },                                                     \
        { "workdays", IN_BOOL, offsetof(ScheduleBody, workdays),                                   \
          .about = "what falls outside of working hours is made at the next opening" },            \
        { "first", IN_TIME, offsetof(ScheduleBody, first), more,                                   \
          .about = "the first moment; the others are counted from it" },                           \
        { "until", IN_TIME, offsetof(ScheduleBody, until), IN_KEEP_EMPTY,                          \
          .about = "none after this; null: without end" },                                         \
        { "answers", IN_JSON, offsetof(ScheduleBody, answers),                                     \
          .about = "by question id; no files" },                                                   \
    {                                                                                              \
        "title", IN_TEXT, offsetof(ScheduleBody, title), IN_KEEP_EMPTY, .max = REQUEST_TITLE_MAX   \
    }

static const Input create_input = INPUT(
    ScheduleBody, "ScheduleCreate",
    { "item", IN_KEY, offsetof(ScheduleBody, item), IN_REQUIRED, .about = "key of a catalog item" },
    { "beneficiary", IN_KEY, offsetof(ScheduleBody, beneficiary),
      .about = "login; yourself when absent" },
    { "team", IN_KEY, offsetof(ScheduleBody, team),
      .about = "a team of yours, whose members see and change it" },
    RULE_FIELDS(IN_REQUIRED));
static const Input edit_input =
    INPUT(ScheduleBody, "ScheduleEdit", RULE_FIELDS(0),
          { "state", IN_WORD, offsetof(ScheduleBody, state), .words = "active paused ended" });

static void schedule_json(JsonOut *o, const Schedule *s)
{
    json_object(o);
    json_field_int(o, "id", s->id);
    json_field_text(o, "item", s->item);
    json_field_text(o, "title", s->title.len > 0 ? s->title : STR_NULL);
    json_key_lit(o, "owner");
    json_person(o, &s->owner);
    json_key_lit(o, "beneficiary");
    json_person(o, &s->beneficiary);
    json_key_lit(o, "team");
    json_team(o, &s->team);
    json_field_int(o, "every", s->rule.every);
    json_field_text(o, "unit", schedule_unit_word(s->rule.unit));
    json_field_bool(o, "workdays", s->rule.workdays);
    json_field_text(o, "zone", s->zone);
    json_field_time(o, "first", s->rule.first_ms);
    json_field_time(o, "until", s->rule.until_ms);
    json_field_text(o, "state", s->state);
    json_field_time(o, "next", s->next_ms);
    json_field_time(o, "last", s->last_ms);
    json_field_text(o, "last_request", s->last_number);
    json_field_int(o, "made", s->made);
    json_field_time(o, "failed", s->failed_ms);
    json_field_text(o, "why", s->why.len > 0 ? s->why : STR_NULL);
    json_field_int(o, "version", s->version);
}

static Rc schedule_whole_json(JsonOut *o, Arena *a, const Schedule *s)
{
    const Json *answers = NULL;

    TRY(json_parse(a, s->answers, &answers, NULL));
    schedule_json(o, s);
    json_key_lit(o, "answers");
    json_value(o, answers);
    json_object_end(o);
    return RC_OK;
}

static Rc api_schedules(Call *call)
{
    ScheduleFilter f = { .teams = str_eq_z(call_query(call, "of"), "teams"),
                         .ended = str_eq_z(call_query(call, "state"), "all") };
    Schedules list;
    int64_t next = 0, unused = 0;
    JsonOut o;

    TRY(call_limit(call, &f.size));
    TRY(call_cursor(call, &f.before_id, &unused));
    TRY(schedule_list(&call->cx, &f, &list, &next));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        TRY(schedule_whole_json(&o, call->arena, &list.at[i]));
    page_end_json(&o, call->arena, next);
    return RC_OK;
}

static Rc schedule_id(Call *call, int64_t *ret)
{
    return str_to_i64(call_param(call, "id"), ret) ? RC_OK : RC_NOT_FOUND;
}

static Rc api_schedule(Call *call)
{
    int64_t id = 0;
    Schedule s;
    JsonOut o;

    TRY(schedule_id(call, &id));
    TRY(schedule_get(&call->cx, id, &s));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)s.version);
    json_out_init(&o, &call->body);
    return schedule_whole_json(&o, call->arena, &s);
}

static Str schedule_path(Call *call, int64_t id)
{
    return str_fmt(call->arena, "/api/v1/schedules/%lld", (long long)id);
}

static Rc api_schedule_create(Call *call)
{
    Ctx *cx = &call->cx;
    ScheduleBody body = { 0 };
    GrantedSubmit g;
    int64_t beneficiary = cx->subject->person_id, id = 0;

    TRY(call_input(call, &create_input, &body));
    if (body.beneficiary.len > 0) {
        Rc rc = person_id(cx, body.beneficiary, &beneficiary);
        if (rc == RC_NOT_FOUND)
            return fail_field(cx, RC_INVALID, "beneficiary", "not_found",
                              TEXT("There is nobody with this sign-in name."));
        TRY(rc);
    }
    TRY(access_submit(cx, beneficiary, &g));
    ScheduleInput in = { .item = body.item,
                         .title = body.title,
                         .team = body.team,
                         .answers_json = body.answers,
                         .rule = { .every = body.every.value,
                                   .workdays = body.workdays.value != 0,
                                   .first_ms = body.first.value,
                                   .until_ms = body.until.set ? body.until.value : MS_NONE } };
    if (!schedule_unit_from_word(body.unit, &in.rule.unit))
        return RC_INTERNAL; /* the row allows no other */
    if (body.answers != NULL)
        TRY(answers_from_json(cx->arena, body.answers, &in.answers));
    Rc rc = schedule_create(cx, g, &in, &id);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "item", "not_found",
                          TEXT("There is no such item in the catalog."));
    TRY(rc);
    return call_show(call, 201, schedule_path(call, id));
}

/* What the body does not say stays as it is. */
static Rc merged_rule(Ctx *cx, const ScheduleBody *b, int64_t id, ScheduleEdit *edit)
{
    Schedule s;

    TRY(schedule_get(cx, id, &s));
    edit->rule = s.rule;
    edit->has_rule =
        b->every.set || b->unit.len > 0 || b->workdays.set || b->first.set || b->until.set;
    if (b->every.set)
        edit->rule.every = b->every.value;
    if (b->unit.len > 0 && !schedule_unit_from_word(b->unit, &edit->rule.unit))
        return RC_INTERNAL; /* the row allows no other */
    if (b->workdays.set)
        edit->rule.workdays = b->workdays.value != 0;
    if (b->first.set)
        edit->rule.first_ms = b->first.value;
    if (b->until.set)
        edit->rule.until_ms = b->until.value;
    return RC_OK;
}

static Rc api_schedule_edit(Call *call)
{
    Ctx *cx = &call->cx;
    ScheduleBody body = { 0 };
    int64_t id = 0, version = 0;

    TRY(schedule_id(call, &id));
    Rc fault = call_if_match(call, &version);
    OptInt known = fault == RC_OK ? OPT_INT(version) : OPT_NONE;
    if (fault == RC_OK)
        fault = call_input(call, &edit_input, &body);
    ScheduleEdit edit = { .version = known,
                          .title = body.title,
                          .answers_json = body.answers,
                          .state = body.state.len > 0 ? body.state : STR_NULL,
                          .fault = fault };
    TRY(merged_rule(cx, &body, id, &edit));
    if (fault == RC_OK && body.answers != NULL)
        edit.fault = answers_from_json(cx->arena, body.answers, &edit.answers);
    TRY(schedule_edit(cx, id, &edit));
    return call_show(call, 200, schedule_path(call, id));
}

static Rc api_schedule_end(Call *call)
{
    int64_t id = 0;

    TRY(schedule_id(call, &id));
    TRY(schedule_edit(&call->cx, id, &(ScheduleEdit){ .title = STR_NULL, .state = STR("ended") }));
    return call_done(call);
}

const RouteTable plan_api = ROUTES(
    { HTTP_GET, "/api/v1/requests/{number}/snooze", api_snoozes, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "What is put aside here, for you or for everybody", .reply = "[Snooze]" },
    { HTTP_POST, "/api/v1/requests/{number}/snooze", api_snooze, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Put work aside until a moment", .input = &snooze_input,
      .reply = "[Snooze]", .status = 201 },
    { HTTP_DELETE, "/api/v1/requests/{number}/snooze", api_snooze_end, RIGHT_SIGNED_IN, BODY_NONE,
      TX_WRITE, .text = "Bring it back", .status = 204 },
    { HTTP_PUT, "/api/v1/requests/{number}/agreed", api_agreed, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Move the agreed day, with a reason", .input = &agreed_input,
      .reply = "Request" },
    { HTTP_GET, "/api/v1/schedules", api_schedules, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Repeating requests: one's own, or with of=teams those of one's teams",
      .reply = "[Schedule]", .query = "of state limit cursor" },
    { HTTP_POST, "/api/v1/schedules", api_schedule_create, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Make a request repeat", .input = &create_input, .reply = "Schedule", .status = 201 },
    { HTTP_GET, "/api/v1/schedules/{id}", api_schedule, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Read a repeating request", .reply = "Schedule" },
    { HTTP_PATCH, "/api/v1/schedules/{id}", api_schedule_edit, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Change, pause or resume a repeating request", .input = &edit_input,
      .reply = "Schedule" },
    { HTTP_DELETE, "/api/v1/schedules/{id}", api_schedule_end, RIGHT_SIGNED_IN, BODY_NONE, TX_WRITE,
      .text = "End a repeating request", .status = 204 }, );

const SchemaTable plan_schemas = SCHEMAS(
    SCHEMA("Snooze", { "id", "int", NULL }, { "task", "int?", "null: the whole request" },
           { "everybody", "bool", "hidden from everybody who works on it" },
           { "until", "time", NULL }, { "reason", "text", NULL }, { "by", "Person?", NULL },
           { "at", "time", NULL }),
    SCHEMA("Schedule", { "id", "int", NULL }, { "item", "text", "key of the catalog item" },
           { "title", "text?", "null: the name of the item" },
           { "owner", "Person?", "who asks each time" }, { "beneficiary", "Person?", NULL },
           { "team", "Team?", "whose repeating work it is; null: the owner's own" },
           { "every", "int", NULL }, { "unit", "text", "day, workday, week or month" },
           { "workdays", "bool", "moved to the next opening" },
           { "zone", "text", "the clock that it goes by" }, { "first", "time", NULL },
           { "until", "time?", NULL }, { "state", "text", "active, paused or ended" },
           { "next", "time?", "the next moment" }, { "last", "time?", NULL },
           { "last_request", "text?", "its number, if you see it" }, { "made", "int", NULL },
           { "failed", "time?", "when the last one could not be made" },
           { "why", "text?", "and why" }, { "version", "int", "also the ETag" },
           { "answers", "{any}", "by question id" }), );
