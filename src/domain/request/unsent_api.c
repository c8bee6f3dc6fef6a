/* unsent_api.c - drafts, and who else is writing, over the API. */
#include "domain/request/unsent.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static Rc grant(Call *call, GrantedRequest *ret)
{
    /* asked again by each command */
    return access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, ret);
}

typedef struct UnsentBody {
    Str text;
    OptInt internal, seen;
} UnsentBody;
static const Input unsent_input =
    INPUT(UnsentBody, "UnsentKeep",
          { "text", IN_LONG_TEXT, offsetof(UnsentBody, text), IN_KEEP_EMPTY,
            .about = "\"\": none any more" },
          { "internal", IN_BOOL, offsetof(UnsentBody, internal), .about = "meant as a note" },
          { "seen", IN_INT, offsetof(UnsentBody, seen), .min = 1, .max = INT64_MAX,
            .about = "id of the newest event that its author has read; nothing is kept when they "
                     "wrote something after it" });

static Rc api_unsent(Call *call)
{
    GrantedRequest g;
    Unsent draft;
    JsonOut o;

    TRY(grant(call, &g));
    TRY(unsent_get(&call->cx, g, &draft));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "text", draft.text);
    json_field_bool(&o, "internal", draft.internal);
    json_field_time(&o, "at", draft.at_ms);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_unsent_list(Call *call)
{
    ScopeRequests s;
    UnsentLines list;
    JsonOut o;

    TRY(access_requests(&call->cx, &s));
    TRY(unsent_list(&call->cx, s, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++) {
        json_object(&o);
        json_field_text(&o, "request", list.at[i].number);
        json_field_text(&o, "title", list.at[i].title);
        json_field_bool(&o, "internal", list.at[i].internal);
        json_field_time(&o, "at", list.at[i].at_ms);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc api_unsent_keep(Call *call)
{
    GrantedRequest g;
    UnsentBody body = { 0 };

    TRY(grant(call, &g));
    Rc fault = call_input(call, &unsent_input, &body);
    TRY(unsent_keep(&call->cx, g,
                    &(UnsentInput){ .text = str_is_null(body.text) ? STR("") : body.text,
                                    .internal = body.internal.value == 1,
                                    .seen_seq = body.seen.value,
                                    .fault = fault }));
    return call_show(
        call, 200,
        str_fmt(call->arena, "/api/v1/requests/%.*s/unsent", STR_ARG(call_param(call, "number"))));
}

static Rc api_unsent_drop(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, &g));
    TRY(unsent_drop(&call->cx, g));
    return call_done(call);
}

static Rc api_writers(Call *call)
{
    GrantedRequest g;
    Writers list;
    JsonOut o;

    TRY(grant(call, &g));
    TRY(unsent_writers(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++) {
        json_object(&o);
        json_key_lit(&o, "person");
        json_person(&o, &list.at[i].person);
        json_field_bool(&o, "internal", list.at[i].internal);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

extern const RouteTable unsent_api;
const RouteTable unsent_api =
    ROUTES({ HTTP_GET, "/api/v1/unsent", api_unsent_list, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Where one has typed and not sent", .reply = "[UnsentLine]" },
           { HTTP_GET, "/api/v1/requests/{number}/unsent", api_unsent, RIGHT_STAFF, BODY_NONE,
             TX_READ, .text = "One's own words that are not sent yet", .reply = "Unsent" },
           { HTTP_PUT, "/api/v1/requests/{number}/unsent", api_unsent_keep, RIGHT_STAFF, BODY_JSON,
             TX_WRITE, .text = "Keep words that are not sent yet", .input = &unsent_input,
             .reply = "Unsent" },
           { HTTP_DELETE, "/api/v1/requests/{number}/unsent", api_unsent_drop, RIGHT_STAFF,
             BODY_NONE, TX_WRITE, .text = "Throw one's draft away", .status = 204 },
           { HTTP_GET, "/api/v1/requests/{number}/writers", api_writers, RIGHT_STAFF, BODY_NONE,
             TX_READ, .text = "Who else is writing", .reply = "[Writer]" }, );

extern const SchemaTable unsent_schemas;
const SchemaTable unsent_schemas = SCHEMAS(
    SCHEMA("Unsent", { "text", "text", "\"\": none" }, { "internal", "bool", "meant as a note" },
           { "at", "time?", "when it was last kept" }),
    SCHEMA("UnsentLine", { "request", "text", "its number" }, { "title", "text", NULL },
           { "internal", "bool", "meant as a note" }, { "at", "time", NULL }),
    SCHEMA("Writer", { "person", "Person", NULL },
           { "internal", "bool", "a note, not a message" }), );
