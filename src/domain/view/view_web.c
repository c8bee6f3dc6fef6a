/* view_web.c - the list of requests by a query or a view, as a page and as CSV. */
#include "domain/request/read_mark.h"
#include "domain/request/work_web.h"
#include "domain/view/view_web.h"

#include "tmpl/view_list.h"
#include "tmpl/view_why.h"

#include <string.h>

enum {
    PAGE_SIZE = 50,
    COUNTED_TABS = 12, /* tabs that are counted */
    COUNT_MS = 150,    /* after so long the other tabs stay uncounted */
};

/* ---- addresses ---- */

void view_url_part(Buf *b, const char *name, Str value)
{
    buf_add_fmt(b, "%s%s=", memchr(b->ptr != NULL ? b->ptr : "", '?', b->len) ? "&" : "?", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '_' || c == '.';
        if (plain)
            buf_add_char(b, (char)c);
        else
            buf_add_fmt(b, "%%%02X", c);
    }
}

/* What a list is asked for. */
typedef struct Asked {
    bool has_view;
    SavedView view;
    Str q;           /* the query as it was typed, or the view's */
    bool typed;      /* it was typed, and the view says another one */
    StrList columns; /* names; none: the usual ones */
    bool chosen;     /* they were chosen on the page */
    Str grouping;
    bool regrouped;
    Str cursor;
} Asked;

/* The same list at another path, with another query or page. */
static Str url_of(Arena *a, const char *path, const Asked *k, Str q, Str cursor)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 32 * 1024);
    buf_add(&b, str_z(path));
    if (k->has_view)
        view_url_part(&b, "view", k->view.key);
    if (!str_is_null(q))
        view_url_part(&b, "q", q);
    for (size_t i = 0; k->chosen && i < k->columns.n; i++)
        view_url_part(&b, "c", k->columns.at[i]);
    if (k->regrouped)
        view_url_part(&b, "group", k->grouping);
    if (cursor.len > 0)
        view_url_part(&b, "cursor", cursor);
    return str_dup(a, buf_str(&b));
}

static Str typed(const Asked *k)
{
    return k->typed ? k->q : STR_NULL;
}

/* Are these the columns that the view has anyway? */
static Rc are_usual(Ctx *cx, const StrList *chosen, const StrList *of_view, bool *ret)
{
    ViewColumns a, b;

    TRY(view_columns_of(cx, chosen, &a));
    TRY(view_columns_of(cx, of_view, &b));
    *ret = a.n == b.n;
    for (size_t i = 0; i < a.n && *ret; i++)
        *ret = str_eq_z(str_z(a.at[i]->name), b.at[i]->name);
    return RC_OK;
}

static Rc read_columns(Call *call, Asked *k)
{
    StrList chosen = { 0 };
    bool usual = true;

    for (size_t i = 0; i < call->query.n; i++)
        if (str_eq_z(call->query.at[i].name, "c") && call->query.at[i].value.len > 0)
            TRY(LIST_PUSH(call->arena, &chosen, call->query.at[i].value));
    k->columns = k->view.columns;
    if (chosen.n > 0)
        TRY(are_usual(&call->cx, &chosen, &k->view.columns, &usual));
    if (!usual) {
        k->columns = chosen;
        k->chosen = true;
    }
    return RC_OK;
}

static Rc read_grouping(Call *call, Asked *k)
{
    Str group = call_query(call, "group");

    k->grouping = k->has_view ? k->view.grouping : STR("");
    if (str_is_null(group) || str_eq(group, k->grouping))
        return RC_OK;
    if (group.len > 0 && !str_eq_z(group, "priority") && !str_eq_z(group, "due"))
        return fail_field(&call->cx, RC_INVALID, "group", "unknown_word",
                          TEXT("Choose priority, due or nothing."));
    k->grouping = group;
    k->regrouped = true;
    return RC_OK;
}

/* Without a view and a query: the reader's first tab.  What is as the view has it was not said. */
static Rc read_asked(Call *call, const SavedViews *views, GrantedSelf g, Asked *k)
{
    Ctx *cx = &call->cx;
    Str key = call_query(call, "view"), q = call_query(call, "q");

    *k = (Asked){ .typed = !str_is_null(q), .cursor = call_query(call, "cursor") };
    if (key.len > 0) {
        TRY(view_get(cx, g, key, &k->view));
        k->has_view = true;
    } else if (!k->typed && views->n > 0 && views->at[0].pinned) {
        k->view = views->at[0];
        k->has_view = true;
    }
    k->q = k->typed ? str_trim(q) : k->has_view ? k->view.query : STR("");
    if (k->has_view && str_eq(k->q, k->view.query))
        k->typed = false;
    TRY(read_grouping(call, k));
    return read_columns(call, k);
}

/* In the order in which it is listed: its own or the fair one, groups before everything. */
static Rc listed(Ctx *cx, const Asked *k, const FindQuery *q, const FindQuery **ret)
{
    TRY(find_fair(cx, q, ret));
    if (k->grouping.len > 0)
        TRY(find_order_by(cx, *ret, k->grouping, str_eq_z(k->grouping, "priority"), ret));
    return RC_OK;
}

/* ---- counts ---- */

static Str count_text(Arena *a, int64_t n)
{
    return n >= FIND_COUNT_MOST ? STR("999+") : str_fmt(a, "%lld", (long long)n);
}

/* Empty where the query is wrong by now or takes too long: a tab is no place for a failure. */
static Str count_of(Ctx *cx, ScopeRequests s, Str query)
{
    const FindQuery *q = NULL;
    CondError error = { 0 };
    int64_t n = 0;

    if (find_parse(cx, query, &q, &error) != RC_OK || find_count(cx, s, q, &n) != RC_OK)
        return STR("");
    return count_text(cx->arena, n);
}

static Rc fill_tabs(Ctx *cx, ScopeRequests s, const SavedViews *views, const Asked *k, ListPage *p)
{
    Ms begun = clock_monotonic_ms();

    for (size_t i = 0; i < views->n && views->at[i].pinned; i++) {
        const SavedView *v = &views->at[i];
        ViewTab tab = { .url = str_fmt(cx->arena, "/work/list?view=%.*s", STR_ARG(v->key)),
                        .name = view_name(v),
                        .current = k->has_view && str_eq(k->view.key, v->key) };
        if (i < COUNTED_TABS && clock_monotonic_ms() - begun < COUNT_MS)
            tab.count = count_of(cx, s, v->query);
        TRY(LIST_PUSH(cx->arena, &p->tabs, tab));
    }
    return RC_OK;
}

/* ---- cells ---- */

static ListCell prio_cell(const RequestHead *h)
{
    PrioLook look = prio_look(h->level);
    return (ListCell){ .css = "fit c-prio",
                       .is_prio = true,
                       .look = look.css,
                       .icon = look.icon,
                       .label = look.label };
}

static ListCell state_cell(const RequestHead *h)
{
    StateLook look = state_look(h->state, h->outcome);
    return (ListCell){ .css = "fit c-state",
                       .is_state = true,
                       .look = look.css,
                       .icon = look.icon,
                       .label = look.label };
}

static ListCell due_cell(const Ctx *cx, Ms at)
{
    DueLook look;

    due_look(cx, at, &look);
    return (ListCell){ .css = "fit n c-slack",
                       .is_due = look.there,
                       .ms = at,
                       .look = look.css,
                       .icon = look.icon,
                       .over = look.over,
                       .near = look.soon };
}

static ListCell person_cell(Ctx *cx, const PersonRef *p)
{
    ListCell c = { .css = "fit hide keep", .is_person = true, .words = p->name };

    if (p->id != 0) {
        c.initials = page_initials(p->name, cx->arena);
        c.hue = page_hue(p->login);
    }
    return c;
}

static ListCell moment_cell(const ViewColumn *c, const RequestHead *h)
{
    Ms at = str_eq_z(str_z(c->name), "waiting_since") ? h->step_ms
            : str_eq_z(str_z(c->name), "agreed")      ? h->agreed_ms
            : str_eq_z(str_z(c->name), "created")     ? h->created_ms
            : str_eq_z(str_z(c->name), "submitted")   ? h->submitted_ms
            : str_eq_z(str_z(c->name), "closed")      ? h->closed_ms
                                                      : h->updated_ms;
    return (ListCell){ .css = "fit n hide", .is_moment = at != MS_NONE, .ms = at };
}

static const char *word_label(Str column, Str word)
{
    static const struct {
        const char *column, *word, *label;
    } words[] = {
        { "channel", "portal", T("Portal") },
        { "channel", "mail", T("E-mail") },
        { "channel", "phone", T("Phone") },
        { "channel", "walk_in", T("In person") },
        { "channel", "chat", T("Chat") },
        { "channel", "api", T("Program") },
        { "channel", "monitoring", T("Monitoring") },
        { "impact", "person", T("one person") },
        { "impact", "team", T("a team") },
        { "impact", "site", T("a site") },
        { "impact", "organisation", T("the whole organisation") },
        { "urgency", "low", T("low") },
        { "urgency", "normal", T("normal") },
        { "urgency", "high", T("high") },
        { "urgency", "critical", T("critical") },
        { "outcome", "fulfilled", T("Fulfilled") },
        { "outcome", "partly", T("Partly fulfilled") },
        { "outcome", "rejected", T("Rejected") },
        { "outcome", "withdrawn", T("Withdrawn") },
        { "outcome", "cancelled", T("Cancelled") },
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(column, words[i].column) && str_eq_z(word, words[i].word))
            return words[i].label;
    return NULL;
}

static Rc other_cell(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own,
                     ListCell *ret)
{
    Str name = str_z(c->name);
    ListCell cell = { .css = c->wide_only ? "fit soft hide" : "fit soft", .is_words = true };
    const FieldValue *v = view_own_value(own, c, h);

    if (v != NULL) {
        *ret = (ListCell){ .css = cell.css, .is_text = true, .text = field_words(v) };
        return RC_OK;
    }
    if (str_eq_z(name, "next_step") && h->step_code.len > 0)
        cell = (ListCell){ .css = "soft hide", .is_text = true, .text = h->step_text };
    else if (str_eq_z(name, "model"))
        cell.words = lang_text(&h->item_name, cx->lang, NULL);
    else
        TRY(view_cell_text(cx, c, h, own, &cell.words));
    const char *label = word_label(name, cell.words);
    if (label != NULL)
        cell = (ListCell){ .css = cell.css, .is_text = true, .text = { .msgid = label } };
    *ret = cell;
    return RC_OK;
}

static Rc cell_of(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own,
                  ListCell *ret)
{
    Str name = str_z(c->name);

    if (str_eq_z(name, "priority"))
        *ret = prio_cell(h);
    else if (str_eq_z(name, "state"))
        *ret = state_cell(h);
    else if (str_eq_z(name, "due"))
        *ret = due_cell(cx, h->next_due_ms);
    else if (str_eq_z(name, "fulfil_by"))
        *ret = due_cell(cx, h->due_ms);
    else if (str_eq_z(name, "assignee"))
        *ret = person_cell(cx, &h->assignee);
    else if (str_eq_z(name, "number"))
        *ret = (ListCell){ .css = "fit c-num soft", .is_words = true, .words = h->number };
    else if (str_eq_z(name, "title"))
        *ret = (ListCell){ .css = "name",
                           .is_title = true,
                           .words = h->title,
                           .number = h->number,
                           .risk = str_eq_z(h->risk, "high") ? T("High risk") : NULL };
    else if (c->sort != NULL || str_eq_z(name, "waiting_since") || str_eq_z(name, "agreed")
             || str_eq_z(name, "submitted") || str_eq_z(name, "closed"))
        *ret = moment_cell(c, h);
    else
        return other_cell(cx, c, h, own, ret);
    return RC_OK;
}

/* ---- groups ---- */

static Text due_group(const Ctx *cx, Ms due)
{
    CivilTime now = zone_civil(cx->zone, cx->now_ms), at;
    Ms today = clock_days(now.year, now.month, now.day), day;

    if (due == MS_NONE)
        return TEXT("Without a due time");
    if (due < cx->now_ms)
        return TEXT("Late");
    at = zone_civil(cx->zone, due);
    day = clock_days(at.year, at.month, at.day);
    if (day == today)
        return TEXT("Due today");
    if (day == today + 1)
        return TEXT("Due tomorrow");
    return day < today + 7 ? TEXT("Due within a week") : TEXT("Due later");
}

static Text group_of(const Ctx *cx, Str grouping, const RequestHead *h)
{
    return str_eq_z(grouping, "priority") ? (Text){ .msgid = prio_look(h->level).label }
                                          : due_group(cx, h->next_due_ms);
}

static Rc fill_rows(Ctx *cx, const Asked *k, const ViewColumns *columns, const RequestHeads *heads,
                    const FieldValues *own, const UnreadIds *unread, ListPage *p)
{
    const char *last = NULL;

    for (size_t i = 0; i < heads->n; i++) {
        const RequestHead *h = &heads->at[i];
        ListRow row = { .number = h->number };
        for (size_t u = 0; u < unread->n; u++)
            row.unread |= unread->at[u] == h->id;
        if (k->grouping.len > 0) {
            row.group = group_of(cx, k->grouping, h);
            row.begins = last == NULL || strcmp(row.group.msgid, last) != 0;
            last = row.group.msgid;
        }
        for (size_t c = 0; c < columns->n; c++) {
            ListCell cell;
            TRY(cell_of(cx, columns->at[c], h, own, &cell));
            TRY(LIST_PUSH(cx->arena, &row.cells, cell));
        }
        TRY(LIST_PUSH(cx->arena, &p->rows, row));
    }
    return RC_OK;
}

/* ---- heads and order ---- */

/* What is more important, later or changed last comes first at the first click; due times the other way round. */
static bool falls_first(const char *field)
{
    return strcmp(field, "due") != 0;
}

static Rc fill_heads(Ctx *cx, const Asked *k, const FindQuery *q, const FindQuery *in_order,
                     const ViewColumns *columns, ListPage *p)
{
    FindSorts sorts;

    TRY(find_sorts(cx, in_order, &sorts));
    for (size_t i = 0; i < columns->n; i++) {
        const ViewColumn *c = columns->at[i];
        ListHead head = { .label = view_column_head(c), .css = c->wide_only ? "hide" : "" };
        if (c->sort != NULL) {
            bool first = sorts.n > 0 && str_eq_z(sorts.at[0].field, c->sort);
            bool falls = first ? !sorts.at[0].descending : falls_first(c->sort);
            const FindQuery *other;
            Str text;
            TRY(find_order_by(cx, q, str_z(c->sort), falls, &other));
            TRY(find_text(cx, other, &text));
            head.url = url_of(cx->arena, "/work/list", k, text, STR(""));
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

/* ---- the choices of the page ---- */

static Rc fill_choices(Ctx *cx, const Asked *k, const ViewColumns *columns, ListPage *p)
{
    static const struct {
        const char *value, *label;
    } groupings[] = { { "", T("No groups") },
                      { "priority", T("Grouped by priority") },
                      { "due", T("Grouped by due time") } };
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
    for (size_t i = 0; i < COUNT_OF(groupings); i++)
        TRY(LIST_PUSH(cx->arena, &p->groupings,
                      (WidgetOption){ .value = str_z(groupings[i].value),
                                      .label = { .msgid = groupings[i].label },
                                      .chosen = str_eq_z(k->grouping, groupings[i].value) }));
    return RC_OK;
}

/* What was typed, cut where the mistake begins; `column` counts characters from 1. */
static void cut_at(Str q, uint32_t column, Str *ret_before, Str *ret_at)
{
    size_t at = 0;

    for (uint32_t c = 1; c < column && at < q.len; c++)
        (void)str_next_char(q, &at);
    *ret_before = (Str){ q.ptr, at };
    *ret_at = (Str){ q.ptr + at, q.len - at };
}

static Rc live_of(Ctx *cx, Str *ret)
{
    TeamRefs teams = { 0 };
    Str s = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);

    TRY(person_teams(cx, cx->subject->person_id, &teams));
    for (size_t i = 0; i < teams.n && i < 8; i++)
        s = str_fmt(cx->arena, "%.*s,queue:%lld", STR_ARG(s), (long long)teams.at[i].id);
    *ret = s;
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

static Rc fill_list(Call *call, ScopeRequests s, const Asked *k, const FindQuery *q, ListPage *p)
{
    Ctx *cx = &call->cx;
    const FindQuery *in_order;
    ViewColumns columns;
    RequestHeads heads = { 0 };
    FieldValues own = { 0 };
    UnreadIds unread = { 0 };
    Str next = STR("");
    int64_t n = 0;

    TRY(view_columns_of(cx, &k->columns, &columns));
    TRY(listed(cx, k, q, &in_order));
    TRY(find_list(cx, s, in_order, (FindPage){ .after = k->cursor, .size = PAGE_SIZE }, &heads,
                  &next));
    TRY(find_count(cx, s, q, &n));
    p->count = count_text(cx->arena, n);
    TRY(fill_heads(cx, k, q, in_order, &columns, p));
    p->columns_n = (int64_t)p->heads.n + 1;
    TRY(view_own_values(cx, s, &columns, &heads, &own));
    TRY(unread_of(cx, s, &heads, &unread));
    TRY(fill_rows(cx, k, &columns, &heads, &own, &unread, p));
    TRY(fill_order(cx, in_order, p));
    p->fair = !find_has_order(q) && k->grouping.len == 0;
    TRY(fill_choices(cx, k, &columns, p));
    if (next.len > 0)
        p->next_url = url_of(cx->arena, "/work/list", k, typed(k), next);
    if (k->cursor.len > 0)
        p->first_url = url_of(cx->arena, "/work/list", k, typed(k), STR(""));
    p->csv_url = url_of(cx->arena, "/work/list.csv", k, typed(k), STR(""));
    return RC_OK;
}

static Rc fill_wrong(Ctx *cx, const Asked *k, const CondError *error, ListPage *p)
{
    ViewColumns usual;

    TRY(view_columns_of(cx, &(StrList){ 0 }, &usual));
    TRY(fill_choices(cx, k, &usual, p));
    p->wrong = true;
    p->why_wrong = view_wrong(cx, error);
    cut_at(k->q, error->column, &p->before, &p->at);
    return RC_OK;
}

static bool refused(Rc rc, const CondError *error)
{
    return (rc == RC_INVALID || rc == RC_LIMIT) && error->code.len > 0;
}

static Rc page_list(Call *call)
{
    Ctx *cx = &call->cx;
    ListPage p = { 0 };
    SavedViews views = { 0 };
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
    TRY(read_asked(call, &views, g, &k));
    p.q = k.q;
    p.view = k.has_view ? k.view.key : STR("");
    p.name = k.has_view ? view_name(&k.view) : TEXT("Requests");
    p.narrowed = k.q.len > 0;
    Rc rc = find_parse(cx, k.q, &q, &error);
    if (refused(rc, &error)) {
        TRY(fill_wrong(cx, &k, &error, &p));
    } else {
        TRY(rc);
        TRY(fill_list(call, s, &k, q, &p));
    }
    TRY(fill_tabs(cx, s, &views, &k, &p));
    p.changed = !k.has_view || k.typed || k.chosen || k.regrouped;
    p.save_url = url_of(cx->arena, "/work/views/new", &k, typed(&k), STR(""));
    if (k.has_view && k.view.may_change)
        p.edit_url = url_of(
            cx->arena,
            str_dup_z(cx->arena, str_fmt(cx->arena, "/work/views/%.*s", STR_ARG(k.view.key))), &k,
            typed(&k), STR(""));
    p.here_url = url_of(cx->arena, "/work/list/why", &k, typed(&k), STR(""));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.name;
    TRY(live_of(cx, &frame.live));
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
    ViewColumns columns;
    bool more = false;

    TRY(access_self(cx, &g));
    TRY(access_requests(cx, &s));
    TRY(view_list(cx, g, &views));
    TRY(read_asked(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    TRY(listed(cx, &k, q, &q));
    TRY(view_columns_of(cx, &k.columns, &columns));
    TRY(view_csv(cx, s, q, &columns, VIEW_CSV_MOST, &call->body, &more));
    call->type = "text/csv; charset=utf-8";
    call_header(call, STR("Content-Disposition"),
                str_fmt(call->arena, "attachment; filename=\"%.*s.csv\"",
                        STR_ARG(k.has_view ? k.view.key : STR("requests"))));
    if (more)
        call_header(call, STR("X-More-Rows"), STR("yes"));
    return buf_result(&call->body);
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
    TRY(read_asked(call, &views, g, &k));
    TRY(view_query(cx, "q", k.q, &q));
    p.asked = p.number.len > 0;
    if (p.asked) {
        Rc rc = access_request_number(cx, p.number, MAY_SEE, &request);
        if (rc == RC_OK)
            rc = fill_why(cx, request, q, &p);
        if (rc != RC_OK && rc != RC_NOT_FOUND && rc != RC_FORBIDDEN)
            return rc;
    }
    p.q = typed(&k);
    p.view = k.has_view ? k.view.key : STR("");
    p.name = k.has_view ? view_name(&k.view) : TEXT("Requests");
    p.list_url = url_of(cx->arena, "/work/list", &k, typed(&k), STR(""));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Why is it here?");
    return PAGE(&out, &frame, tmpl_view_why, &p);
}

extern const RouteTable list_pages;
const RouteTable list_pages =
    ROUTES({ HTTP_GET, "/work/list", page_list, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Requests by a view or a query" },
           { HTTP_GET, "/work/list.csv", page_csv, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The same as CSV" },
           { HTTP_GET, "/work/list/why", page_why, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Why a request is in a list, or why not" }, );
