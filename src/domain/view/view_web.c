/* view_web.c - the list of requests by a query or a view, as a page and as CSV. */
#include "domain/request/bulk_web.h"
#include "domain/request/read_mark.h"
#include "domain/request/work_web.h"
#include "domain/view/view_web.h"

#include "tmpl/view_list.h"
#include "tmpl/view_why.h"

enum { PAGE_SIZE = 50 };

/* What a page of a list shows. */
typedef struct Listed {
    const Grouping *list;
    RequestHeads heads;
    FieldValues own;
    UnreadIds unread;
    size_t groups[PAGE_SIZE]; /* of the heads */
    Str next;
} Listed;

static Str group_count(Arena *a, int64_t n, bool exact)
{
    return str_fmt(a, "%lld%s", (long long)n, exact ? "" : "+");
}

static void begin_groups(Ctx *cx, const Listed *l, ListRows *rows)
{
    bool exact = true;
    const ListGroups *groups = grouping_groups(l->list, &exact);

    for (size_t i = 0; groups->n > 0 && i < rows->n; i++) {
        const ListGroup *g = &groups->at[l->groups[i]];
        rows->at[i].begins = i == 0 || l->groups[i] != l->groups[i - 1];
        rows->at[i].group = g->name;
        rows->at[i].group_count = group_count(cx->arena, g->count, exact);
    }
}

static Rc fill_rows(Ctx *cx, const Asked *k, const ViewColumns *columns, const Listed *l,
                    const CellEdit *edit, ListPage *p)
{
    for (size_t i = 0; i < l->heads.n; i++) {
        const RequestHead *h = &l->heads.at[i];
        ListRow row = { .number = h->number,
                        .version = h->version,
                        .view = k->has_view && !k->typed ? k->view.key : STR(""),
                        .q = k->q };
        for (size_t u = 0; u < l->unread.n; u++)
            row.unread |= l->unread.at[u] == h->id;
        for (size_t c = 0; c < columns->n; c++) {
            ListCell cell;
            TRY(list_cell(cx, columns->at[c], h, &l->own, &cell));
            TRY(list_cell_edit(cx, columns->at[c], h, edit, &cell));
            p->has_buttons |= cell.edit.len > 0 && !cell.is_form;
            TRY(LIST_PUSH(cx->arena, &row.cells, cell));
        }
        TRY(LIST_PUSH(cx->arena, &p->rows, row));
    }
    begin_groups(cx, l, &p->rows);
    return RC_OK;
}

/* ---- heads and order ---- */

/* What is more important, later or changed last comes first at the first click; due times the other way round. */
static bool falls_first(const char *field)
{
    return strcmp(field, "due") != 0;
}

/* Who has it stays on a narrow screen, where there is no row of heads at all below that (cells_web.c). */
static const char *head_css(const ViewColumn *c)
{
    if (!c->wide_only)
        return "";
    return str_eq_z(str_z(c->name), "assignee") ? "hide keep" : "hide";
}

static Rc fill_heads(Ctx *cx, const Asked *k, const FindQuery *q, const FindQuery *in_order,
                     const ViewColumns *columns, ListPage *p)
{
    FindSorts sorts;

    TRY(find_sorts(cx, in_order, &sorts));
    if (sorts.n == 0)
        TRY(LIST_PUSH(cx->arena, &p->order, TEXT("the newest")));
    for (size_t i = 0; i < columns->n; i++) {
        const ViewColumn *c = columns->at[i];
        ListHead head = { .label = view_column_head(c), .css = head_css(c) };
        if (c->sort != NULL) {
            bool first = sorts.n > 0 && str_eq_z(sorts.at[0].field, c->sort);
            bool falls = first ? !sorts.at[0].descending : falls_first(c->sort);
            const FindQuery *other;
            Str text;
            TRY(find_order_by(cx, q, str_z(c->sort), falls, &other));
            TRY(find_text(cx, other, &text));
            head.url = asked_url(cx->arena, "/work/list", k, text, STR(""));
            head.sorted = !first ? NULL : sorts.at[0].descending ? "descending" : "ascending";
            head.down = first && sorts.at[0].descending;
        }
        TRY(LIST_PUSH(cx->arena, &p->heads, head));
    }
    return RC_OK;
}

static Rc fill_order(Ctx *cx, const FindQuery *in_order, ListPage *p)
{
    static const struct {
        const char *field, *rising, *falling;
    } words[] = {
        { "due", T("what is due first"), T("what is due last") },
        { "priority", T("the least important"), T("the most important") },
        { "created", T("the oldest"), T("the newest") },
        { "updated", T("what has rested longest"), T("what changed last") },
    };
    FindSorts sorts;

    TRY(find_sorts(cx, in_order, &sorts));
    for (size_t i = 0; i < sorts.n; i++)
        for (size_t w = 0; w < COUNT_OF(words); w++)
            if (str_eq_z(sorts.at[i].field, words[w].field))
                TRY(LIST_PUSH(cx->arena, &p->order,
                              (Text){ .msgid = sorts.at[i].descending ? words[w].falling
                                                                      : words[w].rising }));
    return RC_OK;
}

/* A row without its title leads nowhere: one that nobody chose stands in front. */
static Rc with_title(Ctx *cx, ViewColumns *list)
{
    const ViewColumn *title;
    ViewColumns all = { 0 };

    TRY(view_column(cx, STR("title"), &title));
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == title)
            return RC_OK;
    TRY(LIST_PUSH(cx->arena, &all, title));
    for (size_t i = 0; i < list->n; i++)
        TRY(LIST_PUSH(cx->arena, &all, list->at[i]));
    *list = all;
    return RC_OK;
}

/* ---- the choices of the page ---- */

static Rc fill_choices(Ctx *cx, const Asked *k, const ViewColumns *columns, ListPage *p)
{
    GroupFields groupings = { 0 };
    ViewColumns offered;

    TRY(view_columns_offered(cx, columns, &offered));
    for (size_t i = 0; i < offered.n; i++) {
        bool shown = false;
        for (size_t c = 0; c < columns->n; c++)
            shown |= str_eq_z(str_z(columns->at[c]->name), offered.at[i]->name);
        TRY(LIST_PUSH(cx->arena, &p->columns,
                      (WidgetOption){ .value = str_z(offered.at[i]->name),
                                      .label = view_column_head(offered.at[i]),
                                      .chosen = shown }));
    }
    TRY(group_fields(cx, &groupings));
    for (size_t i = 0; i < groupings.n; i++)
        TRY(LIST_PUSH(cx->arena, &p->groupings,
                      (WidgetOption){ .value = groupings.at[i].name,
                                      .label = groupings.at[i].label,
                                      .chosen = str_eq(k->grouping, groupings.at[i].name) }));
    return RC_OK;
}

/* The fields of this page's address, for a form that leads back to it. */
static Rc fill_here(Call *call, const Asked *k, ListPage *p)
{
    static const char *const kept[] = { "view", "q", "c", "group", "cursor" };

    for (size_t i = 0; i < call->query.n; i++)
        for (size_t n = 0; n < COUNT_OF(kept); n++)
            if (str_eq_z(call->query.at[i].name, kept[n]) && n != 1)
                TRY(LIST_PUSH(call->arena, &p->here, call->query.at[i]));
    if (k->typed)
        TRY(LIST_PUSH(call->arena, &p->here, (FormField){ STR("q"), k->q }));
    return RC_OK;
}

static Rc unread_of(Ctx *cx, ScopeRequests s, const RequestHeads *heads, UnreadIds *ret)
{
    int64_t *ids = arena_array(cx->arena, heads->n, sizeof *ids);

    if (heads->n == 0)
        return RC_OK;
    if (ids == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < heads->n; i++)
        ids[i] = heads->at[i].id;
    return read_unread_of(cx, s, ids, heads->n, ret);
}

/* ---- what is new since somebody looked ---- */

#define SHOWN_MOST (2 * FIND_PAGE_MOST) /* numbers of `shown` that are looked at */

static size_t place_of(const ListRows *rows, Str number)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].number, number))
            return i;
    return SIZE_MAX;
}

/* A page that is open sends the numbers it shows, from top to bottom: what differs is said, and the reader decides when
 * rows come, go and move (web/js/list.js).  The numbers are compared with rows that the reader sees anyway, so nothing
 * is told of any other. */
static void fill_news(Str shown, const ListRows *rows, ListNews *ret)
{
    ListNews n = { 0 };
    size_t last = 0;

    if (str_is_null(shown))
        return;
    n.came = (int64_t)rows->n;
    for (size_t i = 0; i < SHOWN_MOST && shown.len > 0; i++) {
        size_t at = place_of(rows, str_cut(&shown, ','));
        if (at == SIZE_MAX) {
            n.gone++;
            continue;
        }
        n.came--;
        n.moved |= at < last;
        last = at;
    }
    n.any = n.came > 0 || n.gone > 0 || n.moved;
    *ret = n;
}

static Rc fill_list(Call *call, ScopeRequests s, const Asked *k, const FindQuery *q,
                    const TeamRefs *teams, ListPage *p)
{
    Ctx *cx = &call->cx;
    const CellEdit edit = { call_query(call, "edit"), teams,
                            asked_url(cx->arena, "/work/list", k, asked_typed(k), k->cursor) };
    const FindQuery *in_order;
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    ViewColumns columns;
    Listed l = { .next = STR("") };
    int64_t n = 0;

    TRY(view_columns_of(cx, &k->columns, &columns));
    TRY(with_title(cx, &columns));
    TRY(find_fair(cx, q, &in_order));
    TRY(asked_grouping(cx, s, k, q, &l.list));
    TRY(grouping_page(cx, s, l.list, (FindPage){ .after = k->cursor, .size = PAGE_SIZE }, &l.heads,
                      l.groups, &l.next));
    if (k->cursor.len == 0 && l.next.len == 0)
        n = (int64_t)l.heads.n; /* all of it is on this page */
    else
        TRY(find_count(cx, s, q, &n));
    p->count = asked_count_text(cx->arena, n);
    TRY(fill_heads(cx, k, q, in_order, &columns, p));
    p->columns_n = (int64_t)p->heads.n + 1;
    TRY(view_own_values(cx, s, &columns, &l.heads, &l.own));
    TRY(unread_of(cx, s, &l.heads, &l.unread));
    TRY(fill_rows(cx, k, &columns, &l, &edit, p));
    fill_news(call_query(call, "shown"), &p->rows, &p->news);
    TRY(fill_here(call, k, p));
    p->back_url = edit.back;
    TRY(fill_order(cx, in_order, p));
    p->fair = !find_has_order(q) && find_has_order(in_order) && k->grouping.len == 0;
    if (grouping_is_cut(l.list))
        p->grouped_most = words_number(cx->arena, &reader, FIND_SORTED_MOST);
    TRY(fill_choices(cx, k, &columns, p));
    if (l.next.len > 0)
        p->next_url = asked_url(cx->arena, "/work/list", k, asked_typed(k), l.next);
    if (k->cursor.len > 0)
        p->first_url = asked_url(cx->arena, "/work/list", k, asked_typed(k), STR(""));
    p->csv_url = asked_url(cx->arena, "/work/list.csv", k, asked_typed(k), STR(""));
    if (p->next_url.len > 0 || p->first_url.len > 0)
        p->all_url = asked_url(cx->arena, "/work/list/all", k, asked_typed(k), STR(""));
    return RC_OK;
}

static Rc fill_wrong(Ctx *cx, const Asked *k, const CondError *error, ListPage *p)
{
    ViewColumns usual;

    TRY(view_columns_of(cx, &(StrList){ 0 }, &usual));
    TRY(fill_choices(cx, k, &usual, p));
    p->wrong = true;
    p->why_wrong = view_wrong(cx, error);
    asked_cut(k->q, error->column, &p->before, &p->at);
    return RC_OK;
}

static Rc page_list(Call *call)
{
    Ctx *cx = &call->cx;
    ListPage p = { 0 };
    SavedViews views = { 0 };
    TeamRefs teams = { 0 };
    GrantedSelf g;
    ScopeRequests s;
    Asked k;
    const FindQuery *q = NULL;
    CondError error = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_list(cx, g, &views));
    TRY(asked_read(call, &views, g, &k));
    p.view = k.has_view ? k.view.key : STR("");
    p.name = k.has_view ? view_name(&k.view) : TEXT("Requests");
    TRY(person_teams(cx, cx->subject->person_id, &teams));
    Rc rc = asked_query(call, &k, &q, &error);
    p.q = k.q;
    p.narrowed = k.q.len > 0;
    if (asked_refused(rc, &error)) {
        TRY(fill_wrong(cx, &k, &error, &p));
    } else {
        TRY(rc);
        TRY(fill_list(call, s, &k, q, &teams, &p));
    }
    TRY(narrow_choices(cx, rc == RC_OK ? q : NULL, &teams, &p.choices));
    TRY(asked_tabs(cx, s, &views, &k, rc == RC_OK ? q : NULL, p.count, WAY_LIST, &p.tabs));
    TRY(asked_ways(cx, &k, WAY_LIST, &p.ways));
    p.changed = !k.has_view || k.typed || k.chosen || k.regrouped;
    p.save_url = asked_url(cx->arena, "/work/views/new", &k, asked_typed(&k), STR(""));
    if (k.has_view && k.view.may_change)
        p.edit_url = asked_url(
            cx->arena,
            str_dup_z(cx->arena, str_fmt(cx->arena, "/work/views/%.*s", STR_ARG(k.view.key))), &k,
            asked_typed(&k), STR(""));
    p.here_url = asked_url(cx->arena, "/work/list/why", &k, asked_typed(&k), STR(""));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.name;
    TRY(asked_live(cx, &frame.live));
    if (p.wrong)
        call->status = 422;
    return PAGE(&out, &frame, tmpl_view_list, &p);
}

/* ---- CSV ---- */

static Rc page_csv(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    ScopeRequests s;
    SavedViews views = { 0 };
    Asked k;
    const FindQuery *q = NULL;
    const Grouping *list;
    ViewColumns columns;
    bool more = false;

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_list(cx, g, &views));
    TRY(asked_read(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    TRY(asked_grouping(cx, s, &k, q, &list));
    TRY(view_columns_of(cx, &k.columns, &columns));
    TRY(view_csv(cx, s, list, &columns, VIEW_CSV_MOST, &call->body, &more));
    call->type = "text/csv; charset=utf-8";
    call_header(call, STR("Content-Disposition"),
                str_fmt(call->arena, "attachment; filename=\"%.*s.csv\"",
                        STR_ARG(k.has_view ? k.view.key : STR("requests"))));
    if (more)
        call_header(call, STR("X-More-Rows"), STR("yes"));
    return buf_result(&call->body);
}

/* ---- all of them ---- */

/* What fits, in the order of the list, as far as one act reaches. */
static Rc numbers_of(Ctx *cx, ScopeRequests s, const FindQuery *q, StrList *ret, Str *ret_next)
{
    FindPage page = { .after = STR(""), .size = FIND_PAGE_MOST };

    do {
        RequestHeads heads = { 0 };
        TRY(find_list(cx, s, q, page, &heads, ret_next));
        for (size_t i = 0; i < heads.n; i++)
            TRY(LIST_PUSH(cx->arena, ret, heads.at[i].number));
        page.after = *ret_next;
    } while (page.after.len > 0 && ret->n + FIND_PAGE_MOST <= BULK_MOST);
    return RC_OK;
}

static Rc page_all(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    ScopeRequests s;
    SavedViews views = { 0 };
    Asked k;
    const FindQuery *q = NULL;
    StrList numbers = { 0 };
    Str next;

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_list(cx, g, &views));
    TRY(asked_read(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    TRY(find_fair(cx, q, &q));
    TRY(numbers_of(cx, s, q, &numbers, &next));
    return bulk_page_of(call, &numbers, next.len > 0);
}

/* ---- why is it here ---- */

static Rc fill_why(Ctx *cx, GrantedRequest g, const FindQuery *q, WhyPage *p)
{
    static const char *const depths[] = { NULL, "in-1", "in-2", "in-3" };
    ViewReasons reasons = { 0 };
    RequestHead head;

    TRY(request_head(cx, g, &head));
    TRY(view_why(cx, g, q, &reasons, &p->holds));
    p->known = true;
    p->title = head.title;
    p->number = head.number;
    p->everything = reasons.n == 0;
    for (size_t i = 0; i < reasons.n; i++) {
        const ViewReason *r = &reasons.at[i];
        WhyPart part = { .text = r->text, .now = r->now, .holds = r->holds };
        if (r->is_all)
            part.head = r->negated ? TEXT("Not all of these:") : TEXT("All of these:");
        else if (r->is_any)
            part.head = r->negated ? TEXT("None of these:") : TEXT("At least one of these:");
        part.css = depths[r->depth < 3 ? r->depth : 3];
        TRY(LIST_PUSH(cx->arena, &p->parts, part));
    }
    return RC_OK;
}

static Rc page_why(Call *call)
{
    Ctx *cx = &call->cx;
    WhyPage p = { .number = str_trim(call_query(call, "number")) };
    GrantedSelf g;
    GrantedRequest request;
    SavedViews views = { 0 };
    Asked k;
    const FindQuery *q = NULL;
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    TRY(view_list(cx, g, &views));
    TRY(asked_read(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    p.asked = p.number.len > 0;
    if (p.asked) {
        /* asked again by view_why and request_head */
        Rc rc = access_request_number(cx, p.number, MAY_SEE, &request);
        if (rc == RC_OK)
            rc = fill_why(cx, request, q, &p);
        if (rc != RC_OK && rc != RC_NOT_FOUND && rc != RC_FORBIDDEN)
            return rc;
    }
    p.q = asked_typed(&k);
    p.view = k.has_view ? k.view.key : STR("");
    p.name = k.has_view ? view_name(&k.view) : TEXT("Requests");
    p.list_url = asked_url(cx->arena, "/work/list", &k, asked_typed(&k), STR(""));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Why is it here?");
    return PAGE(&out, &frame, tmpl_view_why, &p);
}

/* ---- from one request to the next ---- */

#define STEP_MOST 500 /* of a list are looked through, from its first row */

/* The number before or after `from` in the list, "" at its ends.  One that is in the list no longer was worked
 * off: then the first one is next. */
static Rc step_from(Ctx *cx, ScopeRequests s, const Grouping *list, Str from, bool back, Str *ret)
{
    Str after = STR(""), first = STR(""), before = STR("");
    bool seen = false;

    for (int64_t n = 0; n < STEP_MOST; n += FIND_PAGE_MOST) {
        RequestHeads heads = { 0 };
        Str next = STR("");
        TRY(grouping_page(cx, s, list, (FindPage){ .after = after, .size = FIND_PAGE_MOST }, &heads,
                          NULL, &next));
        for (size_t i = 0; i < heads.n; i++) {
            Str number = heads.at[i].number;
            bool here = str_eq(number, from);
            if (here ? back : seen) {
                *ret = here ? before : number;
                return RC_OK;
            }
            seen = seen || here;
            if (first.len == 0)
                first = number;
            before = number;
        }
        if (next.len == 0)
            break;
        after = next;
    }
    *ret = seen ? STR("") : first;
    return RC_OK;
}

static Rc page_step(Call *call)
{
    Ctx *cx = &call->cx;
    bool back = str_eq_z(call_query(call, "way"), "previous");
    GrantedSelf g;
    ScopeRequests s;
    SavedViews views = { 0 };
    Asked k;
    const FindQuery *q = NULL;
    const Grouping *list;
    Str number = STR("");

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_list(cx, g, &views));
    TRY(asked_read(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    TRY(asked_grouping(cx, s, &k, q, &list));
    TRY(step_from(cx, s, list, str_trim(call_query(call, "from")), back, &number));
    Str there =
        number.len > 0 ? str_fmt(cx->arena, "/work/%.*s", STR_ARG(number)) : STR("/work/list");
    return call_redirect(
        call, asked_url(cx->arena, str_dup_z(cx->arena, there), &k, asked_typed(&k), STR("")));
}

extern const RouteTable list_pages;
const RouteTable list_pages =
    ROUTES({ HTTP_GET, "/work/list", page_list, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Requests by a view or a query" },
           { HTTP_GET, "/work/list.csv", page_csv, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The same as CSV" },
           { HTTP_GET, "/work/list/all", page_all, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Do the same with all of them" },
           { HTTP_GET, "/work/list/step", page_step, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "On to the next request of a list, or back to the one before" },
           { HTTP_GET, "/work/list/why", page_why, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Why a request is in a list, or why not" }, );
