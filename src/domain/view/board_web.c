/* board_web.c - the board of a view: columns, moves without and with words, limits. */
#include "domain/request/work_web.h"
#include "domain/view/board_page.h"
#include "domain/view/view_web.h"

#include "tmpl/board.h"
#include "tmpl/board_words.h"

/* ---- what is asked for ---- */

typedef struct BoardAsked {
    Asked list;
    Str by;
    GrantedSelf self;
    ScopeRequests scope;
    SavedViews views;
} BoardAsked;

static Rc read_board(Call *call, BoardAsked *ret)
{
    Ctx *cx = &call->cx;
    Str by = call_query(call, "by");

    TRY(access_self(cx, &ret->self));
    TRY(access_requests(cx, &ret->scope));
    TRY(view_list(cx, ret->self, &ret->views));
    TRY(asked_read(call, &ret->views, ret->self, &ret->list));
    ret->by = by.len > 0 ? by : ret->list.has_view ? ret->list.view.board : STR("");
    if (ret->by.len == 0)
        ret->by = STR("state");
    return RC_OK;
}

static Str limits_of(const BoardAsked *k)
{
    bool kept = k->list.has_view
                && str_eq(k->by, k->list.view.board.len > 0 ? k->list.view.board : STR("state"));
    return kept ? k->list.view.limits : STR("");
}

static Str url_by(Arena *a, const char *path, const BoardAsked *k)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 32 * 1024);
    buf_add(&b, asked_url(a, path, &k->list, asked_typed(&k->list), STR("")));
    view_url_part(&b, "by", k->by);
    return str_dup(a, buf_str(&b));
}

static Rc query_of(Ctx *cx, const BoardAsked *k, const FindQuery **ret)
{
    TRY(view_query(cx, "q", k->list.q, ret));
    return find_fair(cx, *ret, ret);
}

/* ---- how it looks ---- */

static Str name_words(Ctx *cx, const Text *name)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    return words_text(cx->arena, &reader, name);
}

static Rc card_ways(Ctx *cx, const Board *b, Str from, const RequestHead *h, BoardGoes *ret)
{
    for (size_t i = 0; i < b->lanes.n; i++) {
        const BoardLane *to = &b->lanes.at[i];
        if (str_eq(to->key, from) || !to->target)
            continue;
        BoardWay way = board_way(b->by, h, from, to->key);
        if (way.there)
            TRY(LIST_PUSH(cx->arena, ret,
                          ((BoardGo){ to->key, name_words(cx, &to->name), way.needs_text })));
    }
    return RC_OK;
}

static Rc card_look(Ctx *cx, const Board *b, Str from, const BoardCard *card, BoardCardLook *ret)
{
    const RequestHead *h = &card->head;
    PrioLook prio = prio_look(h->level);
    BoardCardLook look = { .number = h->number,
                           .title = h->title,
                           .from = from,
                           .prio_css = prio.css,
                           .prio_icon = prio.icon,
                           .prio_label = prio.label,
                           .risk = str_eq_z(h->risk, "high") ? T("High risk") : NULL,
                           .tags = card->parts.tags,
                           .files = card->parts.files };

    DueLook due;
    due_look(cx, h->next_due_ms, &due);
    look.is_due = due.there;
    look.due_soon = due.soon;
    look.due_over = due.over;
    look.due_ms = h->next_due_ms;
    look.due_css = due.css;
    look.due_icon = due.icon;
    if (h->assignee.id != 0) {
        look.assignee = h->assignee.name;
        look.initials = page_initials(h->assignee.name, cx->arena);
        look.hue = page_hue(h->assignee.login);
    }
    TRY(card_ways(cx, b, from, h, &look.ways));
    *ret = look;
    return RC_OK;
}

static Str lane_count(Arena *a, const BoardLane *lane)
{
    if (lane->exact || lane->count >= FIND_COUNT_MOST)
        return asked_count_text(a, lane->count);
    return str_fmt(a, "%lld+", (long long)lane->count);
}

static Rc lane_look(Ctx *cx, const BoardAsked *k, const Board *b, const BoardLane *lane,
                    BoardLaneLook *ret)
{
    BoardLaneLook look = { .key = lane->key,
                           .name = lane->name,
                           .count = lane_count(cx->arena, lane),
                           .most = lane->most,
                           .full = lane->most > 0 && lane->count >= lane->most,
                           .over = lane->most > 0 && lane->count > lane->most,
                           .target = lane->target };

    for (size_t i = 0; i < lane->cards.n; i++) {
        BoardCardLook card;
        TRY(card_look(cx, b, lane->key, &lane->cards.at[i], &card));
        TRY(LIST_PUSH(cx->arena, &look.cards, card));
    }
    if (lane->more)
        look.more_url =
            asked_url(cx->arena, "/work/list", &k->list,
                      str_is_null(lane->query) ? asked_typed(&k->list) : lane->query, STR(""));
    *ret = look;
    return RC_OK;
}

static Rc fill_fields(Ctx *cx, const BoardAsked *k, BoardPage *p)
{
    BoardFields fields = { 0 };

    TRY(board_fields(cx, &fields));
    for (size_t i = 0; i < fields.n; i++)
        TRY(LIST_PUSH(cx->arena, &p->fields,
                      (WidgetOption){ .value = fields.at[i].name,
                                      .label = fields.at[i].label,
                                      .chosen = str_eq(fields.at[i].name, k->by) }));
    return RC_OK;
}

static Rc fill_board(Ctx *cx, const BoardAsked *k, const FindQuery *q, BoardPage *p)
{
    const SavedView *v = &k->list.view;
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    const FindQuery *in_order;
    Board b;

    TRY(find_fair(cx, q, &in_order));
    TRY(board_get(cx, k->scope, in_order, k->by, limits_of(k), &b));
    p->empty = true;
    if (b.cut)
        p->cut = words_number(cx->arena, &reader, FIND_SORTED_MOST);
    for (size_t i = 0; i < b.lanes.n; i++) {
        BoardLaneLook look;
        p->empty = p->empty && b.lanes.at[i].count == 0;
        if (b.lanes.at[i].quiet && b.lanes.at[i].count == 0)
            continue;
        TRY(lane_look(cx, k, &b, &b.lanes.at[i], &look));
        TRY(LIST_PUSH(cx->arena, &p->lanes, look));
    }
    p->move_url = url_by(cx->arena, "/work/board/move", k);
    p->here_url = url_by(cx->arena, "/work/board", k);
    p->may_limit = k->list.has_view && !k->list.typed && v->may_change;
    p->strict = v->strict;
    p->version = v->version;
    return RC_OK;
}

/* What was wrong with the move, in one sentence. */
static Text refusal(const Ctx *cx)
{
    return cx->errors.n > 0 ? cx->errors.at[0].text : cx->detail;
}

static Rc show_board(Call *call, Text refused)
{
    Ctx *cx = &call->cx;
    BoardAsked k = { 0 };
    BoardPage p = { .refused = refused };
    const FindQuery *q = NULL;
    CondError error = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(read_board(call, &k));
    p.by = k.by;
    p.view = k.list.has_view ? k.list.view.key : STR("");
    p.name = k.list.has_view ? view_name(&k.list.view) : TEXT("Requests");
    if (refused.msgid != NULL)
        p.refused_number = call_form_text(call, "number");
    TRY(fill_fields(cx, &k, &p));
    Rc rc = asked_query(call, &k.list, &q, &error);
    p.q = k.list.q;
    if (asked_refused(rc, &error)) {
        p.wrong = true;
        p.why_wrong = view_wrong(cx, &error);
        asked_cut(k.list.q, error.column, &p.before, &p.at);
        call->status = 422;
    } else {
        TRY(rc);
        TRY(fill_board(cx, &k, q, &p));
    }
    TRY(asked_tabs(cx, k.scope, &k.views, &k.list, rc == RC_OK ? q : NULL, STR(""), WAY_BOARD,
                   &p.tabs));
    TRY(asked_ways(cx, &k.list, WAY_BOARD, &p.ways));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.name;
    TRY(asked_live(cx, &frame.live));
    return PAGE(&out, &frame, tmpl_board, &p);
}

static Rc page_board(Call *call)
{
    return show_board(call, (Text){ 0 });
}

/* ---- moves ---- */

/* The column's name, as far as it is one of the reader's board. */
static Rc name_of_lane(Ctx *cx, const BoardAsked *k, const FindQuery *q, Str key, Str *ret)
{
    Board b;

    *ret = key;
    TRY(board_lanes(cx, k->scope, q, k->by, STR(""), &b));
    for (size_t i = 0; i < b.lanes.n; i++)
        if (str_eq(b.lanes.at[i].key, key))
            *ret = name_words(cx, &b.lanes.at[i].name);
    return RC_OK;
}

/* Asks for the words that a move takes, or shows them again with what was wrong. */
static Rc page_words(Call *call)
{
    Ctx *cx = &call->cx;
    BoardWordsPage p = { .number = call_form_text(call, "number"),
                         .from = call_form_text(call, "from"),
                         .to = call_form_text(call, "to"),
                         .form = { .arena = call->arena } };
    BoardAsked k = { 0 };
    const FindQuery *q;
    GrantedRequest g;
    RequestHead head;
    PageFrame frame;
    PageOut out;

    /* asked again by request_head */
    TRY(access_request_number(cx, p.number, MAY_SEE, &g));
    TRY(request_head(cx, g, &head));
    TRY(read_board(call, &k));
    TRY(query_of(cx, &k, &q));
    TRY(name_of_lane(cx, &k, q, p.to, &p.to_name));
    BoardWay way = board_way(k.by, &head, p.from, p.to);
    p.title = head.title;
    p.move_url = url_by(cx->arena, "/work/board/move", &k);
    p.back_url = url_by(cx->arena, "/work/board", &k);
    TRY(form_add(&p.form, (Widget){ .kind = WIDGET_LONG_TEXT,
                                    .name = STR("text"),
                                    .label = way.needs_text ? way.asked : TEXT("Reason"),
                                    .required = way.needs_text,
                                    .max_chars = REQUEST_TEXT_MAX }));
    TRY(form_refuse(&p.form, call));
    if (cx->errors.n == 0)
        p.form.detail = cx->detail;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Move {0}", p.number);
    return PAGE(&out, &frame, tmpl_board_words, &p);
}

/* Where words are asked for there is a page for them; everything else the board says itself. */
static Rc page_refused(Call *call)
{
    Text why = refusal(&call->cx);
    bool words = why.msgid == NULL || str_eq_z(call_form_text(call, "words"), "1");

    return words ? page_words(call) : show_board(call, why);
}

/* Chosen from the menu, and it takes words that are not there yet. */
static Rc asks_for_words(Ctx *cx, GrantedRequest g, const BoardMove *move, bool *ret)
{
    RequestHead head;

    TRY(request_head(cx, g, &head));
    BoardWay way = board_way(move->by, &head, move->from, move->to);
    *ret = way.there && way.needs_text && move->text.len == 0;
    return RC_OK;
}

static Rc act_move(Call *call)
{
    Ctx *cx = &call->cx;
    BoardAsked k = { 0 };
    const FindQuery *q;
    GrantedRequest g;
    BoardMoved moved;
    bool asks = false;
    BoardMove in = { .from = call_form_text(call, "from"),
                     .to = call_form_text(call, "to"),
                     .text = call_form_text(call, "text") };

    /* asked again by request_head and board_move */
    TRY(access_request_number(cx, call_form_text(call, "number"), MAY_SEE, &g));
    TRY(read_board(call, &k));
    TRY(query_of(cx, &k, &q));
    in.by = k.by;
    in.limits = k.list.view.strict ? limits_of(&k) : STR("");
    TRY(asks_for_words(cx, g, &in, &asks));
    if (asks && !str_eq_z(call_form_text(call, "words"), "1"))
        return call_again(call);
    TRY(board_move(cx, g, k.scope, q, &in, &moved));
    if (moved.undo_id != 0)
        call_flash(call, "moved_kept", str_fmt(cx->arena, "%lld", (long long)moved.undo_id));
    else
        call_flash(call, moved.waits ? "waits" : "moved", call_form_text(call, "number"));
    return call_redirect(call, url_by(cx->arena, "/work/board", &k));
}

/* ---- limits ---- */

static Rc read_limits(Call *call, StrList *ret)
{
    for (size_t i = 0; i < call->form.n; i++) {
        Str name = call->form.at[i].name, value = str_trim(call->form.at[i].value);
        if (str_starts(name, STR("limit.")) && value.len > 0)
            TRY(LIST_PUSH(call->arena, ret,
                          str_fmt(call->arena, "%.*s=%.*s",
                                  STR_ARG(str_skip(name, strlen("limit."))), STR_ARG(value))));
    }
    return RC_OK;
}

static Rc act_limits(Call *call)
{
    Str key = call_param(call, "key"), board = call_form(call, "board");
    ViewBoard in = { .board = str_is_null(board) ? STR("") : board,
                     .strict = str_eq_z(call_form(call, "strict"), "true") };
    GrantedSelf g;
    int64_t version = 0;

    TRY(access_self(&call->cx, &g));
    if (str_to_i64(call_form(call, "version"), &version))
        in.version = OPT_INT(version);
    TRY(read_limits(call, &in.limits));
    TRY(view_board_set(&call->cx, g, key, &in));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/work/board?view=%.*s", STR_ARG(key)));
}

extern const RouteTable board_pages;
const RouteTable board_pages =
    ROUTES({ HTTP_GET, "/work/board", page_board, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The board of a view or a query" },
           { HTTP_POST, "/work/board/move", act_move, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Move a request on a board", .again = page_refused },
           { HTTP_POST, "/work/views/{key}/board", act_limits, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Keep the columns and limits of a board" }, );
