/* field_api.c - fields of teams and what requests have in them, over the API. */
#include "api/schema.h"
#include "domain/request/request_json_api.h"
#include "domain/request/team_field.h"
#include "http/dispatch.h"

/* ---- the fields ---- */

static void names_json(JsonOut *o, const LangText *t)
{
    json_object(o);
    for (int i = 0; i < LANG_COUNT; i++)
        if (!str_is_null(t->in[i])) {
            json_key(o, str_z(lang_key((Lang)i)));
            json_text(o, t->in[i]);
        }
    json_object_end(o);
}

static Rc field_json(Ctx *cx, JsonOut *o, const TeamField *f)
{
    TeamRef team;

    TRY(team_ref(cx, f->team_id, &team));
    json_object(o);
    json_field_text(o, "key", f->key);
    json_key_lit(o, "team");
    json_team(o, &team);
    json_key_lit(o, "name");
    names_json(o, &f->name);
    json_field_text(o, "kind", field_kind_word(f->kind));
    json_key_lit(o, "options");
    json_array(o);
    for (size_t i = 0; i < f->options.n; i++) {
        json_object(o);
        json_field_text(o, "key", f->options.at[i].key);
        json_key_lit(o, "name");
        names_json(o, &f->options.at[i].name);
        json_object_end(o);
    }
    json_array_end(o);
    json_field_bool(o, "retired", f->retired);
    json_field_int(o, "place", f->place);
    json_field_time(o, "changed", f->changed_ms);
    json_field_int(o, "version", f->version);
    json_object_end(o);
    return RC_OK;
}

static Rc api_fields(Call *call)
{
    Ctx *cx = &call->cx;
    Str team = call_query(call, "team");
    TeamFields list;
    int64_t only = 0;
    JsonOut o;

    if (team.len > 0)
        TRY(team_id(cx, team, &only));
    TRY(team_fields(cx, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        if (only == 0 || list.at[i].team_id == only)
            TRY(field_json(cx, &o, &list.at[i]));
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc api_field(Call *call)
{
    TeamField f;
    JsonOut o;

    TRY(team_field_get(&call->cx, call_param(call, "key"), &f));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)f.version);
    json_out_init(&o, &call->body);
    return field_json(&call->cx, &o, &f);
}

typedef struct FieldBody {
    Str key, team, kind;
    const Json *name, *options;
    OptInt retired, place;
} FieldBody;

/* clang-format off */
#define FIELD_NAMES                                                                                \
    { "name", IN_JSON, offsetof(FieldBody, name), .about = "by language: {\"en\": ...}" },         \
    { "options", IN_JSON, offsetof(FieldBody, options),                                            \
      .about = "of a choice: [{key, name: {\"en\": ...}}]" }
/* clang-format on */

static const Input create_input = INPUT(
    FieldBody, "FieldCreate", { "team", IN_KEY, offsetof(FieldBody, team), .flags = IN_REQUIRED },
    { "key", IN_KEY, offsetof(FieldBody, key), .flags = IN_REQUIRED },
    { "kind", IN_WORD, offsetof(FieldBody, kind), IN_REQUIRED,
      .words = "text number money date choice person yes_no" },
    FIELD_NAMES);
static const Input edit_input =
    INPUT(FieldBody, "FieldEdit", FIELD_NAMES,
          { "retired", IN_BOOL, offsetof(FieldBody, retired), .about = "no longer filled in" },
          { "place", IN_INT, offsetof(FieldBody, place),
            .about = "among the fields of its team, from 1" });

static Rc names_of(Ctx *cx, const Json *json, const char *field, LangText *ret)
{
    Lang lang;

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

static Rc options_of(Ctx *cx, const Json *json, FieldOptions *ret)
{
    FieldOptions list = { 0 };

    for (size_t i = 0; json->kind == JSON_ARRAY && i < json->n; i++) {
        const Json *key = json_get(json->items[i], STR("key"));
        const Json *name = json_get(json->items[i], STR("name"));
        FieldOption o = { 0 };
        if (key == NULL || key->kind != JSON_TEXT || name == NULL)
            return fail_field(cx, RC_INVALID, "options", "wrong_type",
                              TEXT("An option has a key and a name by language."));
        o.key = key->text;
        TRY(names_of(cx, name, "options", &o.name));
        TRY(LIST_PUSH(cx->arena, &list, o));
    }
    if (json->kind != JSON_ARRAY)
        return fail_field(cx, RC_INVALID, "options", "wrong_type", TEXT("Give a list of options."));
    *ret = list;
    return RC_OK;
}

/* What is absent stays as it is. */
static Rc input_of(Ctx *cx, const FieldBody *b, TeamFieldInput *io)
{
    if (b->name != NULL) {
        io->name = (LangText){ 0 };
        TRY(names_of(cx, b->name, "name", &io->name));
    }
    if (b->options != NULL)
        TRY(options_of(cx, b->options, &io->options));
    if (b->retired.set)
        io->retired = b->retired.value != 0;
    io->place = b->place;
    return RC_OK;
}

static Str path_of(Call *call, Str key)
{
    return str_fmt(call->arena, "/api/v1/fields/%.*s", STR_ARG(key));
}

/* Whose act it is comes before what is wrong with the words: without a team it is nobody's. */
static Rc api_create(Call *call)
{
    Ctx *cx = &call->cx;
    FieldBody b = { 0 };
    TeamFieldInput in = { 0 };
    GrantedLoad g;
    int64_t team = 0;

    Rc fault = call_input(call, &create_input, &b);
    Rc rc = b.team.len > 0 ? team_id(cx, b.team, &team) : RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(access_load(cx, team, true, &g));
    TRY(fault);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "team", "not_found", TEXT("There is no such team."));
    in = (TeamFieldInput){ .key = b.key, .kind = b.kind };
    TRY(input_of(cx, &b, &in));
    TRY(team_field_create(cx, g, &in));
    return call_show(call, 201, path_of(call, b.key));
}

static Rc api_edit(Call *call)
{
    Ctx *cx = &call->cx;
    FieldBody b = { 0 };
    TeamField f;
    GrantedLoad g;
    int64_t version;

    TRY(team_field_get(cx, call_param(call, "key"), &f));
    TRY(access_load(cx, f.team_id, true, &g));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &b));
    TeamFieldInput in = {
        .name = f.name, .options = f.options, .retired = f.retired, .version = OPT_INT(version)
    };
    TRY(input_of(cx, &b, &in));
    TRY(team_field_change(cx, g, f.key, &in));
    return call_show(call, 200, path_of(call, f.key));
}

/* ---- what a request has in them ---- */

static void value_json(JsonOut *o, const FieldValue *v)
{
    json_object(o);
    json_field_text(o, "key", v->field->key);
    json_field_text(o, "kind", field_kind_word(v->field->kind));
    json_field_text(o, "value", v->filled ? v->text : STR_NULL);
    json_key_lit(o, "by");
    json_person(o, &v->by);
    json_field_time(o, "at", v->at_ms);
    json_object_end(o);
}

static Rc grant(Call *call, GrantedRequest *ret)
{
    return access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, ret);
}

static Rc api_values(Call *call)
{
    GrantedRequest g;
    FieldValues list;
    JsonOut o;

    TRY(grant(call, &g));
    TRY(field_list(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        value_json(&o, &list.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

typedef struct ValuesBody {
    const Json *values;
    OptInt version;
} ValuesBody;

static const Input values_input = INPUT(
    ValuesBody, "FieldValues",
    { "values", IN_JSON, offsetof(ValuesBody, values), IN_REQUIRED,
      .about = "by key: a text, number, true or false, \"1500 EUR\", a date, an option, a login; "
               "null empties" },
    { "version", IN_INT, offsetof(ValuesBody, version),
      .about = "of the request; refused when it has another one" });

static Rc values_of(Ctx *cx, const Json *json, FieldSets *ret)
{
    if (json == NULL || json->kind != JSON_OBJECT)
        return fail_field(cx, RC_INVALID, "values", "wrong_type",
                          TEXT("Give an object of values by the key of the field."));
    for (size_t i = 0; i < json->n; i++) {
        const Json *v = json->items[i];
        FieldSetOne one = { json->keys[i], STR(""), STR_NULL };
        if (v->kind == JSON_BOOL)
            one.value = v->boolean ? STR("yes") : STR("no");
        else if (v->kind == JSON_TEXT || v->kind == JSON_INT || v->kind == JSON_REAL)
            one.value = v->text;
        else if (v->kind != JSON_NULL)
            return fail_field(cx, RC_INVALID, "values", "wrong_type",
                              TEXT("A value is a text, a number, true, false or null."));
        TRY(LIST_PUSH(cx->arena, ret, one));
    }
    return RC_OK;
}

static Rc api_set(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ValuesBody b = { 0 };
    FieldSet in = { 0 };

    TRY(grant(call, &g));
    in.fault = call_input(call, &values_input, &b);
    if (in.fault == RC_OK)
        in.fault = values_of(cx, b.values, &in.list);
    in.version = b.version;
    TRY(field_set(cx, g, &in));
    return call_show(
        call, 200,
        str_fmt(cx->arena, "/api/v1/requests/%.*s/fields", STR_ARG(call_param(call, "number"))));
}

extern const RouteTable field_api;
const RouteTable field_api = ROUTES(
    { HTTP_GET, "/api/v1/fields", api_fields, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "Fields of teams", .reply = "[Field]", .query = "team" },
    { HTTP_POST, "/api/v1/fields", api_create, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Make a field for a team", .input = &create_input, .reply = "Field", .status = 201 },
    { HTTP_GET, "/api/v1/fields/{key}", api_field, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "One field", .reply = "Field" },
    { HTTP_PATCH, "/api/v1/fields/{key}", api_edit, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Change a field", .input = &edit_input, .reply = "Field" },
    { HTTP_GET, "/api/v1/requests/{number}/fields", api_values, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "What a request has in the fields of its team", .reply = "[FieldValue]" },
    { HTTP_PATCH, "/api/v1/requests/{number}/fields", api_set, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Write into the fields of a request", .input = &values_input,
      .reply = "[FieldValue]" }, );

extern const SchemaTable field_schemas;
const SchemaTable field_schemas =
    SCHEMAS(SCHEMA("Field", { "key", "text", "in queries field.KEY" },
                   { "team", "Team", "on whose requests it is filled in" },
                   { "name", "{text}", "by language" },
                   { "kind", "text", "text, number, money, date, choice, person or yes_no" },
                   { "options", "[FieldOption]", "of a choice" },
                   { "retired", "bool", "no longer filled in" },
                   { "place", "int", "among the fields of its team, from 1" },
                   { "changed", "time", NULL }, { "version", "int", "also the ETag" }),
            SCHEMA("FieldOption", { "key", "text", NULL }, { "name", "{text}", "by language" }),
            SCHEMA("FieldValue", { "key", "text", NULL }, { "kind", "text", NULL },
                   { "value", "text?", "in its one form; null: empty" },
                   { "by", "Person?", "who wrote it" }, { "at", "time?", NULL }), );
