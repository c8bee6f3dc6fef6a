/* ready_api.c - ready replies over the API. */
#include "domain/request/ready.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static void words_json(JsonOut *o, const LangText *words)
{
    json_key_lit(o, "words");
    json_object(o);
    for (int l = 0; l < LANG_COUNT; l++)
        if (words->in[l].len > 0) {
            json_key(o, str_z(lang_key((Lang)l)));
            json_text(o, words->in[l]);
        }
    json_object_end(o);
}

static void ready_json(JsonOut *o, const ReadyReply *r)
{
    json_object(o);
    json_field_int(o, "id", r->id);
    json_key_lit(o, "team");
    json_team(o, &r->team);
    json_field_text(o, "name", r->name);
    words_json(o, &r->words);
    json_key_lit(o, "changed_by");
    json_person(o, &r->changed_by);
    json_field_time(o, "changed", r->changed_ms);
    json_field_int(o, "version", r->version);
    json_object_end(o);
}

static Rc api_list(Call *call)
{
    ReadyReplies all, found;
    JsonOut o;

    TRY(ready_list(&call->cx, 0, &all));
    TRY(ready_find(&call->cx, &all, call_query(call, "q"), &found));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < found.n; i++)
        ready_json(&o, &found.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

/* As the requester would get them. */
static Rc api_filled(Call *call)
{
    Ctx *cx = &call->cx;
    ReadyReplies all, found;
    ReadyValues values;
    GrantedRequest g;
    RequestView v;
    JsonOut o;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_SAY, &g));
    TRY(request_view(cx, g, &v));
    TRY(ready_list(cx, v.head.team.id, &all));
    TRY(ready_find(cx, &all, call_query(call, "q"), &found));
    TRY(ready_values(cx, &v, &values));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < found.n; i++) {
        ReadyText t;
        TRY(ready_fill(cx, &values, &found.at[i].words, &t));
        json_object(&o);
        json_field_int(&o, "id", found.at[i].id);
        json_field_text(&o, "name", found.at[i].name);
        json_field_text(&o, "text", t.text);
        json_field_text(&o, "language", str_z(lang_key(t.lang)));
        json_field_text(&o, "missing", t.missing.len > 0 ? t.missing : STR_NULL);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc named(Call *call, ReadyReply *ret)
{
    int64_t id = 0;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return ready_get(&call->cx, id, ret);
}

static Rc api_one(Call *call)
{
    ReadyReply r;
    JsonOut o;

    TRY(named(call, &r));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)r.version);
    json_out_init(&o, &call->body);
    ready_json(&o, &r);
    return RC_OK;
}

typedef struct ReadyBody {
    Str team, name, en, sv, zh;
} ReadyBody;

/* clang-format off */
#define READY_FIELDS                                                                               \
    { "en", IN_LONG_TEXT, offsetof(ReadyBody, en), IN_KEEP_EMPTY, .about = "the text in English" }, \
    { "sv", IN_LONG_TEXT, offsetof(ReadyBody, sv), IN_KEEP_EMPTY, .about = "in Swedish" },         \
    { "zh", IN_LONG_TEXT, offsetof(ReadyBody, zh), IN_KEEP_EMPTY, .about = "in Chinese" }
/* clang-format on */

static const Input create_input =
    INPUT(ReadyBody, "ReadyReplyCreate",
          { "name", IN_TEXT, offsetof(ReadyBody, name), IN_REQUIRED, .max = READY_NAME_MAX },
          { "team", IN_KEY, offsetof(ReadyBody, team), .about = "key; absent: for everybody" },
          READY_FIELDS);
static const Input edit_input =
    INPUT(ReadyBody, "ReadyReplyEdit",
          { "name", IN_TEXT, offsetof(ReadyBody, name), .max = READY_NAME_MAX }, READY_FIELDS);

static LangText words_of(const ReadyBody *b, const LangText *was)
{
    LangText words = *was;

    if (!str_is_null(b->en))
        words.in[LANG_EN] = b->en;
    if (!str_is_null(b->sv))
        words.in[LANG_SV] = b->sv;
    if (!str_is_null(b->zh))
        words.in[LANG_ZH] = b->zh;
    return words;
}

static Str path_of(Call *call, int64_t id)
{
    return str_fmt(call->arena, "/api/v1/ready-replies/%lld", (long long)id);
}

static Rc api_create(Call *call)
{
    static const LangText none = { 0 };
    ReadyBody b = { 0 };
    int64_t id = 0;

    TRY(call_input(call, &create_input, &b));
    TRY(ready_create(&call->cx,
                     &(ReadyInput){ .team = str_is_null(b.team) ? STR("") : b.team,
                                    .name = b.name,
                                    .words = words_of(&b, &none) },
                     &id));
    return call_show(call, 201, path_of(call, id));
}

static Rc api_edit(Call *call)
{
    ReadyBody b = { 0 };
    ReadyReply r;
    int64_t version = 0;

    TRY(named(call, &r));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &b));
    TRY(ready_change(&call->cx, r.id,
                     &(ReadyInput){ .name = str_is_null(b.name) ? r.name : b.name,
                                    .words = words_of(&b, &r.words),
                                    .version = OPT_INT(version) }));
    return call_show(call, 200, path_of(call, r.id));
}

static Rc api_drop(Call *call)
{
    ReadyReply r;
    int64_t version = 0;

    TRY(named(call, &r));
    TRY(call_if_match(call, &version));
    TRY(ready_drop(&call->cx, r.id, OPT_INT(version)));
    return call_done(call);
}

extern const RouteTable ready_api;
const RouteTable ready_api = ROUTES(
    { HTTP_GET, "/api/v1/ready-replies", api_list, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Ready replies that one may use", .reply = "[ReadyReply]", .query = "q" },
    { HTTP_POST, "/api/v1/ready-replies", api_create, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Write a ready reply", .input = &create_input, .reply = "ReadyReply", .status = 201 },
    { HTTP_GET, "/api/v1/ready-replies/{id}", api_one, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Read a ready reply", .reply = "ReadyReply" },
    { HTTP_PATCH, "/api/v1/ready-replies/{id}", api_edit, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Change a ready reply", .input = &edit_input, .reply = "ReadyReply" },
    { HTTP_DELETE, "/api/v1/ready-replies/{id}", api_drop, RIGHT_STAFF, BODY_NONE, TX_WRITE,
      .text = "Drop a ready reply", .status = 204, .versioned = true },
    { HTTP_GET, "/api/v1/requests/{number}/ready-replies", api_filled, RIGHT_STAFF, BODY_NONE,
      TX_READ, .text = "Ready replies as a request would get them", .reply = "[ReadyText]",
      .query = "q" }, );

extern const SchemaTable ready_schemas;
const SchemaTable ready_schemas = SCHEMAS(
    SCHEMA("ReadyReply", { "id", "int", NULL },
           { "team", "Team?", "null: for everybody who works here" },
           { "name", "text", "by which it is found" }, { "words", "any", "the text by language" },
           { "changed_by", "Person", NULL }, { "changed", "time", NULL },
           { "version", "int", "also the ETag" }),
    SCHEMA("ReadyText", { "id", "int", NULL }, { "name", "text", NULL },
           { "text", "text", "filled, in the requester's language where there is one" },
           { "language", "text", NULL }, { "missing", "text?", "places that have nothing now" }), );
