/* similar_api.c - similar open requests over the API. */
#include "domain/request/request_json_api.h"
#include "domain/request/similar.h"

#include "http/dispatch.h"

static void similar_json(JsonOut *o, Ctx *cx, const Similars *list)
{
    page_begin_json(o);
    for (size_t i = 0; i < list->n; i++) {
        const Similar *one = &list->at[i];
        json_object(o);
        json_key_lit(o, "request");
        head_json(o, cx, &one->head);
        json_key_lit(o, "shared");
        json_array(o);
        for (size_t k = 0; k < one->shared.n; k++)
            json_text(o, one->shared.at[k]);
        json_array_end(o);
        json_field_bool(o, "same_item", one->same_item);
        json_field_bool(o, "own", one->own);
        json_field_bool(o, "follows", one->follows);
        json_field_bool(o, "may_follow", one->may_follow);
        json_field_bool(o, "me_too", one->me_too);
        json_field_bool(o, "may_me_too", one->may_me_too);
        json_field_bool(o, "may_merge", one->may_merge);
        json_object_end(o);
    }
    page_end_json(o, cx->arena, 0);
}

static Rc api_similar_to(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ScopeRequests s;
    Similars list;
    JsonOut o;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(access_requests(cx, &s));
    TRY(similar_to(cx, g, s, &list));
    json_out_init(&o, &call->body);
    similar_json(&o, cx, &list);
    return RC_OK;
}

/* What somebody is about to ask. */
static Rc api_similar(Call *call)
{
    Ctx *cx = &call->cx;
    SimilarAsk ask = { .text = call_query(call, "text"), .item = call_query(call, "item") };
    CatalogModel model;
    ScopeRequests s;
    Similars list;
    JsonOut o;

    if (ask.text.len == 0 || !str_is_utf8(ask.text))
        return fail_field(cx, RC_INVALID, "text", "required", TEXT("Say what it is about."));
    if (ask.item.len > 0) {
        Rc rc = catalog_model(cx, ask.item, &model);
        if (rc == RC_NOT_FOUND)
            return fail_field(cx, RC_INVALID, "item", "not_found",
                              TEXT("There is no such item in the catalog."));
        TRY(rc);
        ask.name = model.model->name;
    }
    TRY(access_requests(cx, &s));
    TRY(similar_requests(cx, s, &ask, &list));
    json_out_init(&o, &call->body);
    similar_json(&o, cx, &list);
    return RC_OK;
}

extern const RouteTable similar_api;
const RouteTable similar_api = ROUTES(
    { HTTP_GET, "/api/v1/requests/{number}/similar", api_similar_to, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "Open requests that are about the same", .reply = "[SimilarRequest]" },
    { HTTP_GET, "/api/v1/similar", api_similar, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Open requests like what is about to be asked", .reply = "[SimilarRequest]",
      .query = "text item" }, );

extern const SchemaTable similar_schemas;
const SchemaTable similar_schemas =
    SCHEMAS(SCHEMA("SimilarRequest", { "request", "RequestSummary", NULL },
                   { "shared", "[text]", "words in common" }, { "same_item", "bool", NULL },
                   { "own", "bool", "the reader asks for it, or it is for them" },
                   { "follows", "bool", "the reader takes part in it" },
                   { "may_follow", "bool", "neither, and may: POST .../participants" },
                   { "me_too", "bool", "the reader has said that they have it too" },
                   { "may_me_too", "bool", "neither asks for it nor has said so: POST .../me-too" },
                   { "may_merge", "bool",
                     "of a request that is there: it can be merged into this one" }), );
