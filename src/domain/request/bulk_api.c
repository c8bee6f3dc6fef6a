/* bulk_api.c - one act on many requests, over the API. */
#include "api/schema.h"
#include "domain/request/bulk.h"
#include "http/dispatch.h"

typedef struct BulkBody {
    StrList requests;
    Str act, value, text, next_step;
} BulkBody;
static const Input bulk_input = INPUT(
    BulkBody, "BulkAct",
    { "requests", IN_STRINGS, offsetof(BulkBody, requests), IN_REQUIRED,
      .about = "numbers, at most 1,000" },
    { "act", IN_WORD, offsetof(BulkBody, act), IN_REQUIRED,
      .words = "assign transfer priority watch unwatch tag untag reject cancel fulfil merge" },
    { "value", IN_TEXT, offsetof(BulkBody, value), .max = 200,
      .about =
          "assign: login, absent for nobody; transfer: team; priority: level; tag, untag: the tag; "
          "merge: number of the one that stays" },
    { "text", IN_LONG_TEXT, offsetof(BulkBody, text),
      .about = "transfer: summary; fulfil: resolution; priority, reject, cancel: reason" },
    { "next_step", IN_LONG_TEXT, offsetof(BulkBody, next_step), .about = "transfer" });

static Rc show(Call *call, int status, int64_t id)
{
    return call_show(call, status,
                     str_fmt(call->arena, "/api/v1/requests/bulk/%lld", (long long)id));
}

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : str_trim(s);
}

static Rc api_piece(Call *call);

/* Does a piece and shows the act; what is left goes on behind what others want to write meanwhile. */
static Rc go_on(Call *call, GrantedSelf g, int64_t id, int status)
{
    int64_t left = 0;

    TRY(bulk_go_on(&call->cx, g, id, BULK_PIECE, &left));
    if (left > 0)
        call_go_on(call, api_piece, id);
    return show(call, status, id);
}

static Rc api_piece(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    return go_on(call, g, call->next_id, call->route->status != 0 ? call->route->status : 200);
}

static Rc api_bulk(Call *call)
{
    BulkBody body = { 0 };
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    Rc fault = call_input(call, &bulk_input, &body);
    TRY(bulk_begin(&call->cx, g,
                   &(BulkInput){ .requests = body.requests,
                                 .act = body.act,
                                 .value = or_empty(body.value),
                                 .text = or_empty(body.text),
                                 .next_step = or_empty(body.next_step),
                                 .fault = fault },
                   &id));
    return go_on(call, g, id, 201);
}

static Rc named(Call *call, int64_t *ret)
{
    return str_to_i64(call_param(call, "id"), ret) ? RC_OK : RC_NOT_FOUND;
}

static Rc api_bulk_get(Call *call)
{
    BulkDone done;
    GrantedSelf g;
    int64_t id = 0;
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(named(call, &id));
    TRY(bulk_get(&call->cx, g, id, &done));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_int(&o, "id", done.id);
    json_field_text(&o, "act", str_z(bulk_word(done.kind)));
    json_field_time(&o, "at", done.at_ms);
    json_field_time(&o, "undone", done.undone_ms);
    json_field_bool(&o, "may_undo", done.may_undo);
    json_field_int(&o, "done", done.done_n);
    json_field_int(&o, "left", done.left_n);
    json_key_lit(&o, "results");
    json_array(&o);
    for (size_t i = 0; i < done.parts.n; i++) {
        const BulkPart *p = &done.parts.at[i];
        json_object(&o);
        json_field_text(&o, "request", p->number);
        json_field_bool(&o, "ok", p->ok);
        json_field_bool(&o, "waits", p->waits);
        json_field_text(&o, "why", p->why.len > 0 ? p->why : STR_NULL);
        json_field_bool(&o, "undone", p->undone);
        json_field_text(&o, "undo_why", p->undo_why.len > 0 ? p->undo_why : STR_NULL);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_bulk_undo(Call *call)
{
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    TRY(named(call, &id));
    TRY(bulk_undo(&call->cx, g, id));
    return go_on(call, g, id, 200);
}

static Rc api_bulk_continue(Call *call)
{
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    TRY(named(call, &id));
    return go_on(call, g, id, 200);
}

extern const RouteTable bulk_api;
const RouteTable bulk_api = ROUTES(
    { HTTP_POST, "/api/v1/requests/bulk", api_bulk, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "One act on many requests", .input = &bulk_input, .reply = "BulkDone",
      .status = 201 },
    { HTTP_GET, "/api/v1/requests/bulk/{id}", api_bulk_get, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "What came of an own act on many requests", .reply = "BulkDone" },
    { HTTP_POST, "/api/v1/requests/bulk/{id}/undo", api_bulk_undo, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Take an act on many requests back", .reply = "BulkDone" },
    { HTTP_POST, "/api/v1/requests/bulk/{id}/continue", api_bulk_continue, RIGHT_STAFF, BODY_JSON,
      TX_WRITE, .text = "Go on with an act on many requests that stopped", .reply = "BulkDone" }, );

extern const SchemaTable bulk_schemas;
const SchemaTable bulk_schemas = SCHEMAS(
    SCHEMA(
        "BulkDone", { "id", "int", NULL }, { "act", "text", NULL }, { "at", "time", NULL },
        { "undone", "time?", NULL }, { "may_undo", "bool", "for 30 days, where the act allows it" },
        { "done", "int", "requests for which it worked" },
        { "left", "int", "requests that wait because it stopped in the middle: POST .../continue" },
        { "results", "[BulkResult]", "in the order in which they were named" }),
    SCHEMA("BulkResult", { "request", "text", "its number, or what was named" },
           { "ok", "bool", NULL },
           { "waits", "bool", "not tried yet; of an act that is taken back: not taken back yet" },
           { "why", "text?", "why not, in the language of who did it" }, { "undone", "bool", NULL },
           { "undo_why", "text?", "why it could not be taken back" }), );
