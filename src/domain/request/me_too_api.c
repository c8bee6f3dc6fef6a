/* me_too_api.c - "I have this too" over the API. */
#include "domain/request/me_too.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static Rc api_me_too(Call *call)
{
    GrantedRequest g;
    MeToo m;
    JsonOut o;

    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(me_too_get(&call->cx, g, &m));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_int(&o, "count", m.count);
    json_field_bool(&o, "self", m.self);
    json_field_bool(&o, "may", m.may);
    json_key_lit(&o, "people");
    json_array(&o);
    for (size_t i = 0; i < m.people.n; i++)
        json_person(&o, &m.people.at[i]);
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_say(Call *call)
{
    Str number = call_param(call, "number");
    GrantedRequest g;

    TRY(access_request_number(&call->cx, number, MAY_SEE, &g));
    TRY(me_too_say(&call->cx, g));
    return call_show(call, 200,
                     str_fmt(call->arena, "/api/v1/requests/%.*s/me-too", STR_ARG(number)));
}

static Rc api_take_back(Call *call)
{
    GrantedRequest g;

    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(me_too_take_back(&call->cx, g));
    return call_done(call);
}

extern const RouteTable me_too_api;
const RouteTable me_too_api =
    ROUTES({ HTTP_GET, "/api/v1/requests/{number}/me-too", api_me_too, RIGHT_SIGNED_IN, BODY_NONE,
             TX_READ, .text = "How many others have the same", .reply = "MeToo" },
           { HTTP_POST, "/api/v1/requests/{number}/me-too", api_say, RIGHT_SIGNED_IN, BODY_JSON,
             TX_WRITE, .text = "Say that one has the same, and follow it", .reply = "MeToo" },
           { HTTP_DELETE, "/api/v1/requests/{number}/me-too", api_take_back, RIGHT_SIGNED_IN,
             BODY_NONE, TX_WRITE, .text = "Take that back", .status = 204 }, );

extern const SchemaTable me_too_schemas;
const SchemaTable me_too_schemas =
    SCHEMAS(SCHEMA("MeToo", { "count", "int", "people who said so" },
                   { "self", "bool", "you are one of them" }, { "may", "bool", "you can say so" },
                   { "people", "[Person]", "for its staff, the first 50; else none" }), );
