/* target_api.c - targets of their own over the API. */
#include "api/schema.h"
#include "domain/identity/identity.h"
#include "domain/target/target.h"

static const TargetVersion *latest(const TargetDoc *d)
{
    return &d->versions.at[d->versions.n - 1];
}

static Rc target_out(JsonOut *o, Ctx *cx, const TargetDoc *d)
{
    const TargetVersion *v = latest(d);

    json_object(o);
    json_field_text(o, "key", d->key);
    target_members(o, &v->input);
    json_field_time(o, "from", v->spec->from_ms);
    json_field_int(o, "version", v->spec->number);
    json_key_lit(o, "versions");
    json_array(o);
    for (size_t i = 0; i < d->versions.n; i++) {
        const TargetVersion *one = &d->versions.at[i];
        PersonRef by = { 0 };
        TRY(person_ref(cx, one->publisher_id, &by));
        json_object(o);
        json_field_int(o, "version", one->spec->number);
        json_field_time(o, "from", one->spec->from_ms);
        json_field_time(o, "published", one->published_ms);
        json_key_lit(o, "publisher");
        json_person(o, &by);
        json_field_text(o, "note", one->note.len > 0 ? one->note : STR_NULL);
        json_object_end(o);
    }
    json_array_end(o);
    json_object_end(o);
    return RC_OK;
}

static Rc api_targets(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetDocs list;
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(target_list(cx, &list));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++)
        TRY(target_out(&o, cx, &list.at[i]));
    json_array_end(&o);
    json_key_lit(&o, "next");
    json_null(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_target(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetDoc d;
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(target_get(cx, call_param(call, "key"), &d));
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)latest(&d)->spec->number);
    json_out_init(&o, &call->body);
    return target_out(&o, cx, &d);
}

typedef struct TargetBody {
    Str key, measure, team, supplier, start, pause, stop, note;
    const Json *name, *lines, *warn, *escalate;
    OptInt from, retired;
} TargetBody;

/* clang-format off */
#define TARGET_FIELDS                                                                              \
    { "name", IN_JSON, offsetof(TargetBody, name), .about = "by language: {\"en\": ...}" },        \
    { "team", IN_KEY, offsetof(TargetBody, team), IN_KEEP_EMPTY,                                   \
      .about = "measure task: whose tasks" },                                                      \
    { "supplier", IN_KEY, offsetof(TargetBody, supplier), IN_KEEP_EMPTY,                           \
      .about = "measure task: the tasks given to it" },                                            \
    { "lines", IN_JSON, offsetof(TargetBody, lines),                                               \
      .about = "[{when, span, calendar}]: the first that holds counts" },                          \
    { "start", IN_LONG_TEXT, offsetof(TargetBody, start), IN_KEEP_EMPTY, .about = "condition" },   \
    { "pause", IN_LONG_TEXT, offsetof(TargetBody, pause), IN_KEEP_EMPTY, .about = "condition" },   \
    { "stop", IN_LONG_TEXT, offsetof(TargetBody, stop), IN_KEEP_EMPTY, .about = "condition" },     \
    { "warn", IN_JSON, offsetof(TargetBody, warn), .about = "[\"75%\", \"30m left\"]" },           \
    { "escalate", IN_JSON, offsetof(TargetBody, escalate),                                         \
      .about = "[{at, to}]: at as warn, or breach; to assignee, lead, manager or team KEY" },      \
    { "from", IN_TIME, offsetof(TargetBody, from), .about = "in force from then on; now without" }, \
    { "retired", IN_BOOL, offsetof(TargetBody, retired), .about = "no new clock begins" },         \
    { "note", IN_LONG_TEXT, offsetof(TargetBody, note), .about = "why" }
/* clang-format on */

static const Input create_input = INPUT(
    TargetBody, "TargetCreate", { "key", IN_KEY, offsetof(TargetBody, key), .flags = IN_REQUIRED },
    { "measure", IN_WORD, offsetof(TargetBody, measure), IN_REQUIRED,
      .words = "respond approve fulfil update task" },
    TARGET_FIELDS);
static const Input edit_input = INPUT(TargetBody, "TargetEdit", TARGET_FIELDS);

static void take(Str *to, Str given)
{
    if (!str_is_null(given))
        *to = given;
}

/* What is absent stays as it is. */
static Rc input_of(Ctx *cx, const TargetBody *b, TargetInput *io)
{
    TargetParts parts = { b->name, b->lines, b->warn, b->escalate };

    take(&io->team, b->team);
    take(&io->supplier, b->supplier);
    take(&io->start, b->start);
    take(&io->pause, b->pause);
    take(&io->stop, b->stop);
    io->note = str_is_null(b->note) ? STR("") : b->note;
    io->from_ms = b->from;
    if (b->retired.set)
        io->retired = b->retired.value != 0;
    return target_parts(cx, &parts, io);
}

static Str path_of(Call *call, Str key)
{
    return str_fmt(call->arena, "/api/v1/targets/%.*s", STR_ARG(key));
}

static Rc api_create(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetBody body = { 0 };

    TRY(call_input(call, &create_input, &body));
    TRY(access_catalog(cx, true, 0, &g));
    TargetInput in = { .key = body.key, .measure = body.measure };
    TRY(input_of(cx, &body, &in));
    TRY(target_create(cx, g, &in));
    return call_show(call, 201, path_of(call, in.key));
}

static Rc api_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetBody body = { 0 };
    TargetDoc d;
    int64_t version;

    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &body));
    TRY(access_catalog(cx, true, 0, &g));
    TRY(target_get(cx, call_param(call, "key"), &d));
    TargetInput in = latest(&d)->input;
    TRY(input_of(cx, &body, &in));
    in.version = OPT_INT(version);
    TRY(target_change(cx, g, d.key, &in));
    return call_show(call, 200, path_of(call, d.key));
}

extern const RouteTable target_api;
const RouteTable target_api = ROUTES(
    { HTTP_GET, "/api/v1/targets", api_targets, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "List targets", .reply = "[Target]" },
    { HTTP_POST, "/api/v1/targets", api_create, RIGHT_CATALOG_WRITE, BODY_JSON, TX_WRITE,
      .text = "Make a target", .input = &create_input, .reply = "Target", .status = 201 },
    { HTTP_GET, "/api/v1/targets/{key}", api_target, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "A target and its versions", .reply = "Target" },
    { HTTP_PATCH, "/api/v1/targets/{key}", api_edit, RIGHT_CATALOG_WRITE, BODY_JSON, TX_WRITE,
      .text = "Publish another version of a target", .input = &edit_input, .reply = "Target" }, );

extern const SchemaTable target_schemas;
const SchemaTable target_schemas =
    SCHEMAS(SCHEMA("Target", { "key", "text", NULL }, { "name", "{text}", "by language" },
                   { "measure", "text", "respond, approve, fulfil, update or task" },
                   { "team", "text?", "whose tasks" }, { "supplier", "text?", NULL },
                   { "lines", "[TargetLine]", "the first that holds counts" },
                   { "start", "text?", "condition; null: the usual one" },
                   { "pause", "text?", "condition; null: the usual one" },
                   { "stop", "text?", "condition; null: the usual one" },
                   { "warn", "[text]", "thresholds" }, { "escalate", "[TargetStep]", NULL },
                   { "retired", "bool", "no new clock begins" },
                   { "from", "time", "the latest version is in force from then on" },
                   { "version", "int", "also the ETag" }, { "versions", "[TargetVersion]", NULL }),
            SCHEMA("TargetLine", { "when", "text?", "condition; null: always" },
                   { "span", "text", "4wh" }, { "calendar", "text?", NULL }),
            SCHEMA("TargetStep", { "at", "text", "75%, 30m left or breach" },
                   { "to", "text", "assignee, lead, manager or team KEY" }),
            SCHEMA("TargetVersion", { "version", "int", NULL }, { "from", "time", NULL },
                   { "published", "time", NULL }, { "publisher", "Person?", NULL },
                   { "note", "text?", NULL }), );
