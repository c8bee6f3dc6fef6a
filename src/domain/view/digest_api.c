/* digest_api.c - views that one is told of, over the API. */
#include "domain/request/request_json_api.h"
#include "domain/view/digest.h"

#include "http/dispatch.h"

static void digest_json(JsonOut *o, Ctx *cx, const Digest *d)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    json_object(o);
    json_field_text(o, "view", d->key);
    json_field_text(o, "name", words_text(cx->arena, &r, &d->name));
    json_field_text(o, "every", d->rule.every);
    json_field_int(o, "weekday", d->rule.weekday);
    json_field_int(o, "hour", d->rule.hour);
    json_field_time(o, "next", d->next_ms);
    json_key_lit(o, "last");
    if (d->told_ms == MS_NONE) {
        json_null(o);
        json_object_end(o);
        return;
    }
    json_object(o);
    json_field_time(o, "at", d->told_ms);
    json_field_int(o, "found", d->found < FIND_COUNT_MOST ? d->found : FIND_COUNT_MOST - 1);
    json_field_int(o, "new", d->fresh < FIND_COUNT_MOST ? d->fresh : FIND_COUNT_MOST - 1);
    json_field_bool(o, "exact", d->found < FIND_COUNT_MOST);
    json_key_lit(o, "first");
    json_array(o);
    for (size_t i = 0; i < d->first.n; i++)
        head_json(o, cx, &d->first.at[i]);
    json_array_end(o);
    json_object_end(o);
    json_object_end(o);
}

static Rc api_digests(Call *call)
{
    GrantedSelf g;
    Digests list = { 0 };
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(digest_list(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        digest_json(&o, &call->cx, &list.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc api_digest(Call *call)
{
    GrantedSelf g;
    Digest d;
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(digest_get(&call->cx, g, call_param(call, "key"), &d));
    json_out_init(&o, &call->body);
    digest_json(&o, &call->cx, &d);
    return RC_OK;
}

typedef struct DigestBody {
    Str every;
    OptInt weekday, hour;
} DigestBody;
static const Input digest_input =
    INPUT(DigestBody, "DigestPut",
          { "every", IN_WORD, offsetof(DigestBody, every), IN_REQUIRED, .words = "day week" },
          { "hour", IN_INT, offsetof(DigestBody, hour), IN_REQUIRED,
            .about = "0 to 23, on the clock of the person's zone" },
          { "weekday", IN_INT, offsetof(DigestBody, weekday),
            .about = "with every week: 0 Monday to 6 Sunday" });

static Rc api_set(Call *call)
{
    DigestBody b = { 0 };
    GrantedSelf g;
    SavedView v;
    Str key = call_param(call, "key");

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, key, &v));
    TRY(call_input(call, &digest_input, &b));
    TRY(digest_set(
        &call->cx, g, key,
        &(DigestRule){ b.every, str_eq_z(b.every, "week") ? b.weekday.value : 0, b.hour.value }));
    return call_show(call, 200, str_fmt(call->arena, "/api/v1/views/%.*s/digest", STR_ARG(key)));
}

static Rc api_end(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    TRY(digest_end(&call->cx, g, call_param(call, "key")));
    return call_done(call);
}

extern const RouteTable digest_api;
const RouteTable digest_api = ROUTES(
    { HTTP_GET, "/api/v1/digests", api_digests, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Views that one is told of", .reply = "[Digest]" },
    { HTTP_GET, "/api/v1/views/{key}/digest", api_digest, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "When one is told of a view, and what was said last", .reply = "Digest" },
    { HTTP_PUT, "/api/v1/views/{key}/digest", api_set, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Be told of a view once a day or a week", .input = &digest_input, .reply = "Digest" },
    { HTTP_DELETE, "/api/v1/views/{key}/digest", api_end, RIGHT_STAFF, BODY_NONE, TX_WRITE,
      .text = "Be told of a view no longer", .status = 204 }, );

extern const SchemaTable digest_schemas;
const SchemaTable digest_schemas = SCHEMAS(
    SCHEMA("Digest", { "view", "text", "its key" }, { "name", "text", "of the view" },
           { "every", "text", "day: each day on which the person works; or week" },
           { "weekday", "int", "of a week: 0 Monday to 6 Sunday" },
           { "hour", "int", "0 to 23, on the clock of the person's zone" },
           { "next", "time?", NULL }, { "last", "DigestTold?", "the last notice" }),
    SCHEMA("DigestTold", { "at", "time", NULL }, { "found", "int", "at most 999" },
           { "new", "int", "written down since the notice before" },
           { "exact", "bool", "false: more were found" },
           { "first", "[RequestSummary]", "of the first five those that are still seen" }), );
