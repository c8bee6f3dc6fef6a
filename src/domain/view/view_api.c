/* view_api.c - requests by a query, and saved views, over the API. */
#include "domain/request/request_json_api.h"
#include "domain/view/saved.h"

#include "http/dispatch.h"

/* ---- requests ---- */

static Rc by_query(Call *call, ScopeRequests s, JsonOut *o)
{
    Ctx *cx = &call->cx;
    const FindQuery *q;
    FindPage page = { .after = call_query(call, "cursor") };
    RequestHeads heads = { 0 };
    Str next = STR("");

    TRY(call_limit(call, &page.size));
    TRY(view_query(cx, "query", call_query(call, "query"), &q));
    TRY(find_fair(cx, q, &q));
    TRY(find_list(cx, s, q, page, &heads, &next));
    json_object(o);
    json_key_lit(o, "items");
    json_array(o);
    for (size_t i = 0; i < heads.n; i++)
        head_json(o, cx, &heads.at[i]);
    json_array_end(o);
    json_field_text(o, "next", next.len > 0 ? next : STR_NULL);
    json_object_end(o);
    return RC_OK;
}

static Rc by_filter(Call *call, ScopeRequests s, JsonOut *o)
{
    Ctx *cx = &call->cx;
    RequestFilter f = { .kind = LIST_VISIBLE,
                        .words = str_trim(call_query(call, "q")),
                        .team = call_query(call, "team"),
                        .assignee = call_query(call, "assignee"),
                        .record = call_query(call, "record"),
                        .item = call_query(call, "item"),
                        .requester = call_query(call, "requester"),
                        .outcome = call_query(call, "outcome") };
    Str state = call_query(call, "state"), order = call_query(call, "order");
    RequestHeads heads = { 0 };
    int64_t next = 0, unused = 0;

    if (order.len > 0 && !str_eq_z(order, "-created"))
        return fail_field(cx, RC_INVALID, "order", "not_sortable",
                          TEXT("Lists are ordered by -created, newest first."));
    if (f.team.len > 0)
        f.kind = LIST_QUEUE;
    while (state.len > 0)
        TRY(LIST_PUSH(cx->arena, &f.states, str_cut(&state, ',')));
    TRY(call_limit(call, &f.size));
    TRY(call_cursor(call, &f.before_id, &unused));
    TRY(request_list(cx, s, &f, &heads, &next));
    page_begin_json(o);
    for (size_t i = 0; i < heads.n; i++)
        head_json(o, cx, &heads.at[i]);
    page_end_json(o, cx->arena, next);
    return RC_OK;
}

/* A query says all by itself: what narrows beside it would be left out without a word. */
static Rc api_requests(Call *call)
{
    static const char *const others[] = { "q",      "order", "state",     "team",   "assignee",
                                          "record", "item",  "requester", "outcome" };
    ScopeRequests s;
    JsonOut o;
    bool query = !str_is_null(call_query(call, "query"));

    for (size_t i = 0; query && i < COUNT_OF(others); i++)
        if (call_query(call, others[i]).len > 0)
            return fail_field(&call->cx, RC_INVALID, others[i], "not_with_query",
                              TEXT("Say it in the query; nothing narrows beside it."));
    TRY(access_requests(&call->cx, &s));
    json_out_init(&o, &call->body);
    return query ? by_query(call, s, &o) : by_filter(call, s, &o);
}

/* ---- groups ---- */

static Rc api_groups(Call *call)
{
    Ctx *cx = &call->cx;
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Str by = call_query(call, "by");
    GrantedSelf g;
    ScopeRequests s;
    SavedView v;
    const FindQuery *q;
    const Grouping *list;
    bool known = false, exact = true;
    JsonOut o;

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_get(cx, g, call_param(call, "key"), &v));
    if (by.len == 0)
        by = v.grouping;
    TRY(group_is_field(cx, by, &known));
    if (by.len == 0 || !known)
        return fail_field(cx, RC_INVALID, "by", "unknown_word",
                          TEXT("A list cannot be grouped by {0}.", by));
    TRY(view_query(cx, "query", v.query, &q));
    TRY(find_fair(cx, q, &q));
    TRY(grouping_open(cx, s, q, by, STR(""), &list));
    const ListGroups *groups = grouping_groups(list, &exact);
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "view", v.key);
    json_field_text(&o, "by", by);
    json_field_bool(&o, "exact", exact);
    json_key_lit(&o, "groups");
    json_array(&o);
    for (size_t i = 0; i < groups->n; i++) {
        if (groups->at[i].count == 0)
            continue;
        json_object(&o);
        json_field_text(&o, "key", groups->at[i].key);
        json_field_text(&o, "name", words_text(cx->arena, &reader, &groups->at[i].name));
        json_field_int(&o, "count", groups->at[i].count);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

/* ---- views ---- */

static void board_members(JsonOut *o, const SavedView *v)
{
    Str limits = v->limits;

    json_field_text(o, "board", v->board.len > 0 ? v->board : STR("state"));
    json_key_lit(o, "limits");
    json_array(o);
    while (limits.len > 0)
        json_text(o, str_cut(&limits, ' '));
    json_array_end(o);
    json_field_bool(o, "strict", v->strict);
}

static void view_json(JsonOut *o, Ctx *cx, const SavedView *v)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };
    Text name = view_name(v);

    json_object(o);
    json_field_text(o, "key", v->key);
    json_field_text(o, "name", words_text(cx->arena, &r, &name));
    json_field_text(o, "query", v->query);
    json_key_lit(o, "columns");
    json_array(o);
    for (size_t i = 0; i < v->columns.n; i++)
        json_text(o, v->columns.at[i]);
    json_array_end(o);
    json_field_text(o, "grouping", v->grouping.len > 0 ? v->grouping : STR_NULL);
    json_field_text(o, "sharing", v->sharing.len > 0 ? v->sharing : STR_NULL);
    json_key_lit(o, "owner");
    json_person(o, &v->owner);
    json_key_lit(o, "team");
    json_team(o, &v->team);
    board_members(o, v);
    json_field_bool(o, "pinned", v->pinned);
    json_field_time(o, "created", v->created_ms);
    json_field_time(o, "changed", v->changed_ms);
    json_field_int(o, "version", v->version);
    json_object_end(o);
}

static Rc api_views(Call *call)
{
    GrantedSelf g;
    SavedViews list = { 0 };
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(view_list(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        view_json(&o, &call->cx, &list.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

static Rc api_view(Call *call)
{
    GrantedSelf g;
    SavedViews list = { 0 };
    SavedView v;
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, call_param(call, "key"), &v));
    TRY(view_list(&call->cx, g, &list)); /* whether it is a tab is the reader's own */
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.at[i].key, v.key))
            v.pinned = list.at[i].pinned;
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)v.version);
    json_out_init(&o, &call->body);
    view_json(&o, &call->cx, &v);
    return RC_OK;
}

typedef struct ViewBody {
    Str key, name, query, grouping, sharing, team;
    StrList columns;
} ViewBody;

#define GROUPING                                                                                    \
    "priority, due, state, team, assignee, requester, model, created (by day), answer.QUESTION or " \
    "field.KEY that are one of several options; \"\": none"

/* clang-format off */
#define VIEW_FIELDS                                                                                \
    { "query", IN_LONG_TEXT, offsetof(ViewBody, query), IN_KEEP_EMPTY,                             \
      .about = "in the query language, with its order; \"\": everything" },                        \
    { "columns", IN_STRINGS, offsetof(ViewBody, columns), .about = "names, from left to right" },  \
    { "grouping", IN_TEXT, offsetof(ViewBody, grouping), IN_KEEP_EMPTY, .max = 80,                 \
      .about = GROUPING },                                                                         \
    { "sharing", IN_WORD, offsetof(ViewBody, sharing), .words = "private team public" },           \
    { "team", IN_KEY, offsetof(ViewBody, team), IN_KEEP_EMPTY,                                     \
      .about = "key, with sharing team" }
/* clang-format on */

static const Input create_input =
    INPUT(ViewBody, "ViewCreate",
          { "name", IN_TEXT, offsetof(ViewBody, name), IN_REQUIRED, .max = VIEW_NAME_MAX },
          { "key", IN_KEY, offsetof(ViewBody, key), .about = "made of the name when absent" },
          VIEW_FIELDS);
static const Input edit_input =
    INPUT(ViewBody, "ViewEdit", { "name", IN_TEXT, offsetof(ViewBody, name), .max = VIEW_NAME_MAX },
          VIEW_FIELDS);

static Str given(Str now, Str was)
{
    return str_is_null(now) ? was : now;
}

static Str path_of(Call *call, Str key)
{
    return str_fmt(call->arena, "/api/v1/views/%.*s", STR_ARG(key));
}

static Rc api_create(Call *call)
{
    GrantedSelf g;
    ViewBody b = { 0 };
    Str key;

    TRY(call_input(call, &create_input, &b));
    TRY(access_self(&call->cx, &g));
    TRY(view_create(&call->cx, g,
                    &(ViewInput){ .key = b.key,
                                  .name = b.name,
                                  .query = given(b.query, STR("")),
                                  .columns = b.columns,
                                  .grouping = given(b.grouping, STR("")),
                                  .sharing = given(b.sharing, STR("private")),
                                  .team = given(b.team, STR("")) },
                    &key));
    return call_show(call, 201, path_of(call, key));
}

static Rc api_edit(Call *call)
{
    GrantedSelf g;
    ViewBody b = { 0 };
    SavedView v;
    int64_t version;
    Str key = call_param(call, "key");

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, key, &v));
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &b));
    Str sharing = given(b.sharing, v.sharing);
    bool team = str_eq_z(sharing, "team");
    TRY(view_change(&call->cx, g, key,
                    &(ViewInput){ .name = given(b.name, given(v.name, STR(""))),
                                  .query = given(b.query, v.query),
                                  .columns = b.columns.at != NULL ? b.columns : v.columns,
                                  .grouping = given(b.grouping, v.grouping),
                                  .sharing = sharing,
                                  .team = team ? given(b.team, v.team.key) : STR(""),
                                  .version = OPT_INT(version) }));
    return call_show(call, 200, path_of(call, key));
}

static Rc api_drop(Call *call)
{
    GrantedSelf g;
    SavedView v;
    int64_t version;

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, call_param(call, "key"), &v));
    TRY(call_if_match(call, &version));
    TRY(view_drop(&call->cx, g, v.key, OPT_INT(version)));
    return call_done(call);
}

static Rc api_place(Call *call)
{
    GrantedSelf g;
    ViewMove move;

    if (!view_move_from_word(call_param(call, "act"), &move))
        return RC_NOT_FOUND;
    TRY(access_self(&call->cx, &g));
    TRY(view_place(&call->cx, g, call_param(call, "key"), move));
    return call_show(call, 200, path_of(call, call_param(call, "key")));
}

extern const RouteTable view_api;
const RouteTable view_api = ROUTES(
    { HTTP_GET, "/api/v1/requests", api_requests, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "List requests", .reply = "[RequestSummary]",
      .query = "query q order limit cursor state team assignee record item requester outcome" },
    { HTTP_GET, "/api/v1/views", api_views, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Views that one may use, tabs first", .reply = "[View]" },
    { HTTP_POST, "/api/v1/views", api_create, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Save a view", .input = &create_input, .reply = "View", .status = 201 },
    { HTTP_GET, "/api/v1/views/{key}", api_view, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Read a view", .reply = "View" },
    { HTTP_PATCH, "/api/v1/views/{key}", api_edit, RIGHT_STAFF, BODY_JSON, TX_WRITE,
      .text = "Change a view", .input = &edit_input, .reply = "View" },
    { HTTP_DELETE, "/api/v1/views/{key}", api_drop, RIGHT_STAFF, BODY_NONE, TX_WRITE,
      .text = "Drop a view", .status = 204, .versioned = true },
    { HTTP_GET, "/api/v1/views/{key}/groups", api_groups, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "How many requests of a view are in each group", .reply = "ViewGroups",
      .query = "by" },
    { HTTP_POST, "/api/v1/views/{key}/actions/{act}", api_place, RIGHT_STAFF, BODY_NONE, TX_WRITE,
      .text = "Pin a view as a tab, unpin it, move it up or down", .reply = "View" }, );

extern const SchemaTable view_schemas;
const SchemaTable view_schemas = SCHEMAS(
    SCHEMA("View", { "key", "text", "in addresses" }, { "name", "text", NULL },
           { "query", "text", "in the query language, with its order" },
           { "columns", "[text]", "none: the usual ones" }, { "grouping", "text?", GROUPING },
           { "sharing", "text?", "private, team or public; null: it comes with the program" },
           { "board", "text", "the field of the columns of its board" },
           { "limits", "[text]", "COLUMN=NUMBER" },
           { "strict", "bool", "moves into a full column are refused" },
           { "owner", "Person?", NULL }, { "team", "Team?", "whose members may use it" },
           { "pinned", "bool", "a tab of the reader" }, { "created", "time?", NULL },
           { "changed", "time?", NULL }, { "version", "int", "also the ETag" }),
    SCHEMA("ViewGroups", { "view", "text", "its key" }, { "by", "text", GROUPING },
           { "exact", "bool", "false: there are more requests than were counted" },
           { "groups", "[ViewGroup]", "those that have any, in order" }),
    SCHEMA(
        "ViewGroup",
        { "key", "text", "a word, key, login or date; \"-\" nothing is there, \"+\" all others" },
        { "name", "text", "in the language of the call" }, { "count", "int", NULL }), );
