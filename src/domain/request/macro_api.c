/* macro_api.c - macros over the API. */
#include "domain/request/macro.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static void macro_json(JsonOut *o, const Macro *m)
{
    json_object(o);
    json_field_int(o, "id", m->id);
    json_key_lit(o, "team");
    json_team(o, &m->team);
    json_field_text(o, "name", m->name);
    json_key_lit(o, "steps");
    json_array(o);
    for (size_t i = 0; i < m->steps.n; i++) {
        const MacroStep *s = &m->steps.at[i];
        json_object(o);
        json_field_text(o, "act", s->act);
        json_field_text(o, "value", s->value);
        json_key_lit(o, "ready");
        if (s->ready_id != 0)
            json_int(o, s->ready_id);
        else
            json_null(o);
        json_field_text(o, "text", s->text);
        json_object_end(o);
    }
    json_array_end(o);
    json_key_lit(o, "changed_by");
    json_person(o, &m->changed_by);
    json_field_time(o, "changed", m->changed_ms);
    json_field_int(o, "version", m->version);
    json_object_end(o);
}

static Rc api_list(Call *call)
{
    Macros all;
    JsonOut o;

    TRY(macro_list(&call->cx, 0, &all));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < all.n; i++)
        macro_json(&o, &all.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc named(Call *call, Macro *ret)
{
    int64_t id = 0;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return macro_get(&call->cx, id, ret);
}

static Rc api_one(Call *call)
{
    Macro m;
    JsonOut o;

    TRY(named(call, &m));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)m.version);
    json_out_init(&o, &call->body);
    macro_json(&o, &m);
    return RC_OK;
}

typedef struct MacroBody {
    Str team, name;
    const Json *steps;
} MacroBody;

#define STEPS_ABOUT                                                                                \
    "an array of {act, value, ready, text}; act: reply note ask assign priority tag untag watch pend resume fulfil"
static const Input create_input =
    INPUT(MacroBody, "MacroCreate",
          { "name", IN_TEXT, offsetof(MacroBody, name), IN_REQUIRED, .max = MACRO_NAME_MAX },
          { "team", IN_KEY, offsetof(MacroBody, team), .about = "key; absent: for everybody" },
          { "steps", IN_JSON, offsetof(MacroBody, steps), IN_REQUIRED, .about = STEPS_ABOUT });
static const Input edit_input = INPUT(
    MacroBody, "MacroEdit", { "name", IN_TEXT, offsetof(MacroBody, name), .max = MACRO_NAME_MAX },
    { "steps", IN_JSON, offsetof(MacroBody, steps), .about = STEPS_ABOUT });

static Str text_in(const Json *one, Str name)
{
    const Json *v = json_get(one, name);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static Rc steps_of(Ctx *cx, const Json *list, MacroSteps *ret)
{
    if (list->kind != JSON_ARRAY || list->n > 100)
        return fail_field(cx, RC_INVALID, "steps", "malformed", TEXT("Give a list of steps."));
    for (size_t i = 0; i < list->n; i++) {
        const Json *one = list->items[i],
                   *ready = one->kind == JSON_OBJECT ? json_get(one, STR("ready")) : NULL;
        MacroStep s = { .act = STR("") };
        if (one->kind != JSON_OBJECT)
            return fail_field(cx, RC_INVALID, "steps", "malformed", TEXT("Give a list of steps."));
        s.act = text_in(one, STR("act"));
        s.value = text_in(one, STR("value"));
        s.text = text_in(one, STR("text"));
        if (ready != NULL && ready->kind == JSON_INT)
            s.ready_id = ready->integer;
        TRY(LIST_PUSH(cx->arena, ret, s));
    }
    return RC_OK;
}

static Str path_of(Call *call, int64_t id)
{
    return str_fmt(call->arena, "/api/v1/macros/%lld", (long long)id);
}

static Rc api_create(Call *call)
{
    MacroInput in = { 0 };
    MacroBody b = { 0 };
    int64_t id = 0;

    TRY(call_input(call, &create_input, &b));
    TRY(steps_of(&call->cx, b.steps, &in.steps));
    in.team = str_is_null(b.team) ? STR("") : b.team;
    in.name = b.name;
    TRY(macro_create(&call->cx, &in, &id));
    return call_show(call, 201, path_of(call, id));
}

static Rc api_edit(Call *call)
{
    MacroInput in = { 0 };
    MacroBody b = { 0 };
    Macro m;
    int64_t version = 0;

    TRY(named(call, &m));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &b));
    in.name = str_is_null(b.name) ? m.name : b.name;
    in.steps = m.steps;
    in.version = OPT_INT(version);
    if (b.steps != NULL) {
        in.steps = (MacroSteps){ 0 };
        TRY(steps_of(&call->cx, b.steps, &in.steps));
    }
    TRY(macro_change(&call->cx, m.id, &in));
    return call_show(call, 200, path_of(call, m.id));
}

static Rc api_drop(Call *call)
{
    Macro m;
    int64_t version = 0;

    TRY(named(call, &m));
    TRY(call_if_match(call, &version));
    TRY(macro_drop(&call->cx, m.id, OPT_INT(version)));
    return call_done(call);
}

static Rc api_run(Call *call)
{
    GrantedRequest g;
    int64_t id = 0;

    /* asked again by macro_run */
    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(macro_run(&call->cx, g, id));
    return call_show(
        call, 200,
        str_fmt(call->arena, "/api/v1/requests/%.*s", STR_ARG(call_param(call, "number"))));
}

extern const RouteTable macro_api;
const RouteTable macro_api =
    ROUTES({ HTTP_GET, "/api/v1/macros", api_list, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Macros that one may use", .reply = "[Macro]" },
           { HTTP_POST, "/api/v1/macros", api_create, RIGHT_STAFF, BODY_JSON, TX_WRITE,
             .text = "Write a macro", .input = &create_input, .reply = "Macro", .status = 201 },
           { HTTP_GET, "/api/v1/macros/{id}", api_one, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Read a macro", .reply = "Macro" },
           { HTTP_PATCH, "/api/v1/macros/{id}", api_edit, RIGHT_STAFF, BODY_JSON, TX_WRITE,
             .text = "Change a macro", .input = &edit_input, .reply = "Macro" },
           { HTTP_DELETE, "/api/v1/macros/{id}", api_drop, RIGHT_STAFF, BODY_NONE, TX_WRITE,
             .text = "Drop a macro", .status = 204, .versioned = true },
           { HTTP_POST, "/api/v1/requests/{number}/macros/{id}", api_run, RIGHT_STAFF, BODY_JSON,
             TX_WRITE, .text = "Run a macro on a request", .reply = "Request" }, );

extern const SchemaTable macro_schemas;
const SchemaTable macro_schemas = SCHEMAS(
    SCHEMA("Macro", { "id", "int", NULL },
           { "team", "Team?", "null: for everybody who works here" }, { "name", "text", NULL },
           { "steps", "[MacroStep]", "in the order in which they are done" },
           { "changed_by", "Person", NULL }, { "changed", "time", NULL },
           { "version", "int", "also the ETag" }),
    SCHEMA(
        "MacroStep",
        { "act", "text", "reply note ask assign priority tag untag watch pend resume fulfil" },
        { "value", "text",
          "assign: login, me, or \"\" for nobody; priority: level; tag, untag: the tag; ask, pend: days or \"\"" },
        { "ready", "int?", "reply, ask, pend, fulfil: the ready reply that the requester reads" },
        { "text", "text", "note, priority: the words" }), );
