/* board_api.c - the board of a view over the API: columns with cards, moves, limits. */
#include "domain/request/request_json_api.h"
#include "domain/view/board.h"

#include "http/dispatch.h"

typedef struct ApiBoard {
    GrantedSelf self;
    ScopeRequests scope;
    SavedView view;
    const FindQuery *q; /* in the order of lists */
    Str by, limits;
} ApiBoard;

/* `by` STR_NULL or "": as the view has it.  Limits are of the view's own columns. */
static Rc open_board(Call *call, Str by, ApiBoard *ret)
{
    Ctx *cx = &call->cx;

    TRY(access_self(cx, &ret->self));
    TRY(access_requests(cx, &ret->scope));
    TRY(view_get(cx, ret->self, call_param(call, "key"), &ret->view));
    Str own = ret->view.board.len > 0 ? ret->view.board : STR("state");
    ret->by = by.len > 0 ? by : own;
    ret->limits = str_eq(ret->by, own) ? ret->view.limits : STR("");
    TRY(view_query(cx, "query", ret->view.query, &ret->q));
    return find_fair(cx, ret->q, &ret->q);
}

static void card_json(JsonOut *o, Ctx *cx, const BoardCard *card)
{
    json_object(o);
    json_key_lit(o, "request");
    head_json(o, cx, &card->head);
    json_key_lit(o, "tags");
    json_array(o);
    for (size_t i = 0; i < card->parts.tags.n; i++)
        json_text(o, card->parts.tags.at[i]);
    json_array_end(o);
    json_field_int(o, "files", card->parts.files);
    json_object_end(o);
}

static void lane_json(JsonOut *o, Ctx *cx, const BoardLane *lane)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    json_object(o);
    json_field_text(o, "key", lane->key);
    json_field_text(o, "name", words_text(cx->arena, &r, &lane->name));
    json_field_text(o, "query", lane->query);
    json_field_int(o, "count", lane->count < FIND_COUNT_MOST ? lane->count : FIND_COUNT_MOST - 1);
    json_field_bool(o, "exact", lane->exact);
    json_key_lit(o, "limit");
    if (lane->most > 0)
        json_int(o, lane->most);
    else
        json_null(o);
    json_field_bool(o, "target", lane->target);
    json_key_lit(o, "cards");
    json_array(o);
    for (size_t i = 0; i < lane->cards.n; i++)
        card_json(o, cx, &lane->cards.at[i]);
    json_array_end(o);
    json_field_bool(o, "more", lane->more);
    json_object_end(o);
}

static Rc api_board(Call *call)
{
    Ctx *cx = &call->cx;
    ApiBoard k = { 0 };
    Board b;
    JsonOut o;

    TRY(open_board(call, call_query(call, "by"), &k));
    TRY(board_get(cx, k.scope, k.q, k.by, k.limits, &b));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "view", k.view.key);
    json_field_text(&o, "by", b.by);
    json_field_bool(&o, "strict", k.view.strict);
    json_field_bool(&o, "cut", b.cut);
    json_key_lit(&o, "lanes");
    json_array(&o);
    for (size_t i = 0; i < b.lanes.n; i++)
        lane_json(&o, cx, &b.lanes.at[i]);
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

/* ---- moves ---- */

typedef struct MoveBody {
    Str request, by, from, to, text;
} MoveBody;
static const Input move_input = INPUT(
    MoveBody, "BoardMove",
    { "request", IN_TEXT, offsetof(MoveBody, request), IN_REQUIRED, .max = 64,
      .about = "its number" },
    { "to", IN_TEXT, offsetof(MoveBody, to), IN_REQUIRED, .max = 64, .about = "key of the column" },
    { "from", IN_TEXT, offsetof(MoveBody, from), .max = 64,
      .about = "key of the column where it was seen; another one now is 412" },
    { "by", IN_TEXT, offsetof(MoveBody, by), .max = 80,
      .about = "field of the columns; absent: as the view has it" },
    { "text", IN_LONG_TEXT, offsetof(MoveBody, text),
      .about = "reason or resolution, where the move takes one" });

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : s;
}

/* Without a view and a request that the caller sees nothing is said of the words. */
static Rc api_move(Call *call)
{
    Ctx *cx = &call->cx;
    MoveBody b = { 0 };
    ApiBoard k = { 0 };
    GrantedRequest g;
    BoardMoved moved;
    Rc fault = call_input(call, &move_input, &b);

    TRY(open_board(call, or_empty(b.by), &k));
    if (b.request.len == 0)
        return fault != RC_OK ? fault : RC_NOT_FOUND;
    /* asked again by board_move */
    TRY(access_request_number(cx, b.request, MAY_SEE, &g));
    TRY(board_move(cx, g, k.scope, k.q,
                   &(BoardMove){ .by = k.by,
                                 .from = or_empty(b.from),
                                 .to = or_empty(b.to),
                                 .text = str_trim(or_empty(b.text)),
                                 .limits = k.view.strict ? k.limits : STR(""),
                                 .fault = fault },
                   &moved));
    return call_show(call, 200, str_fmt(call->arena, "/api/v1/requests/%.*s", STR_ARG(b.request)));
}

/* ---- limits ---- */

typedef struct BoardBody {
    Str board;
    StrList limits;
    OptInt strict;
} BoardBody;
static const Input board_input = INPUT(
    BoardBody, "BoardEdit",
    { "board", IN_TEXT, offsetof(BoardBody, board), .max = 80,
      .about =
          "state, tasks.stage, assignee, priority, or answer.QUESTION or field.KEY with few options" },
    { "limits", IN_STRINGS, offsetof(BoardBody, limits),
      .about = "COLUMN=NUMBER, as fulfilling=6; all of them anew" },
    { "strict", IN_BOOL, offsetof(BoardBody, strict),
      .about = "moves into a full column are refused" });

static Rc present_limits(Ctx *cx, Str limits, StrList *ret)
{
    while (limits.len > 0)
        TRY(LIST_PUSH(cx->arena, ret, str_cut(&limits, ' ')));
    return RC_OK;
}

static Rc api_board_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    SavedView v;
    int64_t version;

    TRY(access_self(cx, &g));
    TRY(view_get(cx, g, call_param(call, "key"), &v));
    BoardBody b = { 0 };
    TRY(call_if_match(call, &version));
    TRY(call_input(call, &board_input, &b));
    if (b.limits.at == NULL)
        TRY(present_limits(cx, v.limits, &b.limits));
    Str board = str_is_null(b.board) ? v.board : b.board;
    TRY(view_board_set(cx, g, v.key,
                       &(ViewBoard){ .board = board.len > 0 ? board : STR("state"),
                                     .limits = b.limits,
                                     .strict = b.strict.set ? b.strict.value != 0 : v.strict,
                                     .version = OPT_INT(version) }));
    return call_show(call, 200, str_fmt(call->arena, "/api/v1/views/%.*s", STR_ARG(v.key)));
}

extern const RouteTable board_api;
const RouteTable board_api =
    ROUTES({ HTTP_GET, "/api/v1/views/{key}/board", api_board, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The board of a view", .reply = "Board", .query = "by" },
           { HTTP_PATCH, "/api/v1/views/{key}/board", api_board_edit, RIGHT_STAFF, BODY_JSON,
             TX_WRITE, .text = "Change columns and limits of the board of a view",
             .input = &board_input, .reply = "View" },
           { HTTP_POST, "/api/v1/views/{key}/board/moves", api_move, RIGHT_STAFF, BODY_JSON,
             TX_WRITE, .text = "Move a request on the board of a view", .input = &move_input,
             .reply = "Request" }, );

extern const SchemaTable board_schemas;
const SchemaTable board_schemas = SCHEMAS(
    SCHEMA("Board", { "view", "text", "its key" }, { "by", "text", "the field of the columns" },
           { "strict", "bool", "moves into a full column are refused" },
           { "cut", "bool", "only the first 10,000 of the view are on the board" },
           { "lanes", "[BoardLane]", "from left to right" }),
    SCHEMA("BoardLane",
           { "key", "text", "a word, login or option; \"-\" none of them, \"+\" others" },
           { "name", "text", "in the language of the call" },
           { "query", "text?", "what is in it; null: longer than a query may be" },
           { "count", "int", "at most 999" }, { "exact", "bool", "false: there are more" },
           { "limit", "int?", NULL }, { "target", "bool", "requests can be moved here" },
           { "cards", "[BoardCard]", "the first ones" }, { "more", "bool", NULL }),
    SCHEMA("BoardCard", { "request", "RequestSummary", NULL }, { "tags", "[text]", NULL },
           { "files", "int", "without those of internal notes" }), );
