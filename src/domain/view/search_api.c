/* search_api.c - search over the API. */
#include "domain/request/request_json_api.h"
#include "domain/view/search.h"

#include "domain/request/items.h"
#include "http/dispatch.h"

enum { ITEMS_MOST = 10, PEOPLE_MOST = 5 };

static void pieces_json(JsonOut *o, const SearchPieces *pieces)
{
    json_array(o);
    for (size_t i = 0; i < pieces->n; i++) {
        json_object(o);
        json_field_text(o, "text", pieces->at[i].text);
        json_field_bool(o, "hit", pieces->at[i].hit);
        json_object_end(o);
    }
    json_array_end(o);
}

static const char *place_word(const SearchHit *h)
{
    if (h->exact)
        return "number";
    if (h->in_title)
        return "title";
    if (h->snippet.n == 0)
        return NULL;
    return h->place == SEARCH_RESOLUTION ? "resolution"
           : h->place == SEARCH_MESSAGE  ? "message"
                                         : "answer";
}

static void hit_json(JsonOut *o, Ctx *cx, const SearchHit *h)
{
    const char *place = place_word(h);

    json_object(o);
    json_key_lit(o, "request");
    head_json(o, cx, &h->head);
    json_field_text(o, "found_in", place != NULL ? str_z(place) : STR_NULL);
    json_key_lit(o, "title");
    pieces_json(o, &h->title);
    json_key_lit(o, "snippet");
    pieces_json(o, &h->snippet);
    json_object_end(o);
}

static Rc items_json(JsonOut *o, Ctx *cx, const SearchAsked *q)
{
    ItemHits items = { 0 };
    Str meant = STR_NULL;

    if (q->words.len > 0)
        TRY(items_find(cx, q->words, &items, &meant));
    json_key_lit(o, "items");
    json_array(o);
    for (size_t i = 0; i < items.n && i < ITEMS_MOST; i++) {
        json_object(o);
        json_field_text(o, "item", items.at[i].key);
        json_field_text(o, "name", lang_text(&items.at[i].name, cx->lang, NULL));
        json_object_end(o);
    }
    json_array_end(o);
    json_field_text(o, "meant", meant);
    return RC_OK;
}

/* As on the page: staff look people up. */
static Rc people_json(JsonOut *o, Ctx *cx, const SearchAsked *q)
{
    static const uint32_t staff = ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR;
    PersonRefs people = { 0 };

    if ((cx->subject->roles & staff) != 0 && str_chars(q->words) >= 2)
        TRY(person_search(cx, q->words, PEOPLE_MOST, &people));
    json_key_lit(o, "people");
    json_array(o);
    for (size_t i = 0; i < people.n; i++)
        json_person(o, &people.at[i]);
    json_array_end(o);
    return RC_OK;
}

static Rc api_search(Call *call)
{
    Ctx *cx = &call->cx;
    Str typed = call_query(call, "q"), after = call_query(call, "cursor"), next;
    SearchPage page = { .after = str_is_null(after) ? STR("") : after, .snippets = true };
    SearchAsked q;
    SearchHits hits;
    ScopeRequests s;
    bool cut;
    JsonOut o;

    TRY(call_limit(call, &page.size));
    TRY(search_read(cx, str_is_null(typed) ? STR("") : typed, &q));
    if (q.wrong.msgid != NULL)
        return fail_field(cx, RC_INVALID, "q", "wrong_filter", q.wrong);
    TRY(access_requests(cx, &s));
    TRY(search_requests(cx, s, &q, page, &hits, &next, &cut));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "requests");
    json_array(&o);
    for (size_t i = 0; i < hits.n; i++)
        hit_json(&o, cx, &hits.at[i]);
    json_array_end(&o);
    json_field_text(&o, "next", next.len > 0 ? next : STR_NULL);
    json_field_bool(&o, "cut", cut);
    json_field_text(&o, "query", q.query.len > 0 ? q.query : STR_NULL);
    TRY(items_json(&o, cx, &q));
    TRY(people_json(&o, cx, &q));
    json_object_end(&o);
    return RC_OK;
}

extern const RouteTable search_api;
const RouteTable search_api =
    ROUTES({ HTTP_GET, "/api/v1/search", api_search, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Search requests, items and people by words and filters", .reply = "Found",
             .query = "q limit cursor" }, );

extern const SchemaTable search_schemas;
const SchemaTable search_schemas = SCHEMAS(
    SCHEMA("Found", { "requests", "[FoundRequest]", "titles first, each newest first" },
           { "next", "text?", "cursor of the next page of requests" },
           { "cut", "bool", "the time was over before all was looked through" },
           { "query", "text?", "the same in the query language" },
           { "items", "[FoundItem]", "that you may ask for, best first" },
           { "meant", "text?", "a word of the catalog that is near, when no item is found" },
           { "people", "[Person]", "for staff" }),
    SCHEMA(
        "FoundRequest", { "request", "RequestSummary", NULL },
        { "found_in", "text?", "number title message answer resolution" },
        { "title", "[FoundPiece]", NULL },
        { "snippet", "[FoundPiece]", "a piece around the words; none of a confidential request" }),
    SCHEMA("FoundPiece", { "text", "text", NULL }, { "hit", "bool", "looked for" }),
    SCHEMA("FoundItem", { "item", "text", "its key" }, { "name", "text", NULL }), );
