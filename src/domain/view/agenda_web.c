/* agenda_web.c - a view as a calendar, and as a timeline with the tasks of its requests. */
#include "domain/request/work_web.h"
#include "domain/view/agenda_page.h"
#include "domain/view/view_web.h"

#include "tmpl/calendar_view.h"
#include "tmpl/timeline_view.h"

enum {
    CELL_MONTH = 5, /* requests shown in a day of a month, of a week */
    CELL_WEEK = 30,
    WIDTH = 1000,
    MIDDLE = 14, /* of the height of a row, 28 */
};

static const char *const weekdays[7] = { T("Monday"), T("Tuesday"),  T("Wednesday"), T("Thursday"),
                                         T("Friday"), T("Saturday"), T("Sunday") };

typedef struct Show {
    const char *word, *label;
    int32_t days; /* 0: the month that `on` lies in */
} Show;

typedef struct AgendaAsked {
    Asked list;
    GrantedSelf self;
    ScopeRequests scope;
    SavedViews views;
    Str by;
    const Show *show;
    Ms on, today; /* days */
} AgendaAsked;

static Ms instant_of(const Ctx *cx, Ms day)
{
    CivilTime t = clock_civil_utc(day);
    return zone_instant(cx->zone, &t);
}

/* ---- what is asked for ---- */

static Rc read_agenda(Call *call, const Show *shows, size_t n, AgendaAsked *ret)
{
    Ctx *cx = &call->cx;
    Str on = call_query(call, "on"), show = call_query(call, "show"), by = call_query(call, "by");

    TRY(access_self(cx, &ret->self));
    TRY(access_requests(cx, &ret->scope));
    TRY(view_list(cx, ret->self, &ret->views));
    TRY(asked_read(call, &ret->views, ret->self, &ret->list));
    ret->by = by.len > 0 ? by : STR("due");
    TRY(agenda_day(cx, STR(""), &ret->today));
    TRY(agenda_day(cx, on, &ret->on));
    ret->show = &shows[0];
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(show, shows[i].word))
            ret->show = &shows[i];
    return RC_OK;
}

static Str url_on(Arena *a, const char *path, const AgendaAsked *k, bool by, Ms on, Str cursor)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 32 * 1024);
    buf_add(&b, asked_url(a, path, &k->list, asked_typed(&k->list), cursor));
    if (by)
        view_url_part(&b, "by", k->by);
    view_url_part(&b, "show", str_z(k->show->word));
    view_url_part(&b, "on", clock_date(a, on));
    return str_dup(a, buf_str(&b));
}

static Rc fill_head(Ctx *cx, const AgendaAsked *k, AskedWay way, const Show *shows, size_t n,
                    AgendaHead *h)
{
    h->q = k->list.q;
    h->on = clock_date(cx->arena, k->on);
    h->view = k->list.has_view ? k->list.view.key : STR("");
    h->name = k->list.has_view ? view_name(&k->list.view) : TEXT("Requests");
    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &h->shows,
                      ((WidgetOption){ .value = str_z(shows[i].word),
                                       .label = { .msgid = shows[i].label },
                                       .chosen = &shows[i] == k->show })));
    TRY(asked_tabs(cx, k->scope, &k->views, &k->list, NULL, STR(""), way, &h->tabs));
    return asked_ways(cx, &k->list, way, &h->ways);
}

/* *ret_q NULL: the query is wrong, and the head says how. */
static Rc read_query(Call *call, AgendaAsked *k, AgendaHead *h, const FindQuery **ret_q)
{
    CondError error = { 0 };
    Rc rc = asked_query(call, &k->list, ret_q, &error);

    h->q = k->list.q;

    if (!asked_refused(rc, &error))
        return rc;
    *ret_q = NULL;
    h->wrong = true;
    h->why_wrong = view_wrong(&call->cx, &error);
    asked_cut(k->list.q, error.column, &h->before, &h->at);
    call->status = 422;
    return RC_OK;
}

/* ---- calendar ---- */

static const Show calendar_shows[] = { { "month", T("A month"), 0 }, { "week", T("A week"), 7 } };

static CalendarItem item_of(const Ctx *cx, const AgendaEntry *e)
{
    PrioLook prio = prio_look(e->head.level);
    bool runs = !str_eq_z(e->head.state, "fulfilled") && !str_eq_z(e->head.state, "closed");

    return (CalendarItem){ .number = e->head.number,
                           .title = e->head.title,
                           .at_ms = e->at_ms,
                           .prio_css = prio.css,
                           .prio_icon = prio.icon,
                           .prio_label = prio.label,
                           .state_label = request_state_label(e->head.state, e->head.outcome),
                           .over = runs && e->at_ms < cx->now_ms };
}

static Rc cell_of(Ctx *cx, const AgendaAsked *k, const FindQuery *q, const AgendaEntries *list,
                  Ms day, Ms month, CalendarCell *ret)
{
    int64_t room = k->show->days == 0 ? CELL_MONTH : CELL_WEEK;
    CalendarCell c = { .day = day,
                       .number = clock_civil_utc(day).day,
                       .today = day == k->today,
                       .outside = k->show->days == 0 && agenda_month(day, 0) != month };

    for (size_t i = 0; i < list->n; i++) {
        if (list->at[i].day != day)
            continue;
        if ((int64_t)c.items.n < room)
            TRY(LIST_PUSH(cx->arena, &c.items, item_of(cx, &list->at[i])));
        else
            c.more++;
    }
    c.empty = c.items.n == 0;
    if (c.more > 0) {
        Str asked;
        TRY(agenda_day_query(cx, q, k->by, day, &asked));
        c.day_url = asked_url(cx->arena, "/work/list", &k->list,
                              str_is_null(asked) ? asked_typed(&k->list) : asked, STR(""));
    }
    *ret = c;
    return RC_OK;
}

static Rc fill_weeks(Ctx *cx, const AgendaAsked *k, const FindQuery *q, Ms from, Ms to,
                     CalendarPage *p)
{
    AgendaEntries list = { 0 };
    Ms month = agenda_month(k->on, 0);

    TRY(agenda_get(cx, k->scope, q, k->by, from, to, &list, &p->cut));
    if (p->cut)
        p->cut_day = list.at[list.n - 1].day;
    p->empty = list.n == 0;
    for (Ms week = from; week < to; week += 7 * MS_DAY) {
        CalendarRow row = { 0 };
        for (int i = 0; i < 7; i++) {
            CalendarCell c;
            TRY(cell_of(cx, k, q, &list, week + i * MS_DAY, month, &c));
            TRY(LIST_PUSH(cx->arena, &row.days, c));
        }
        TRY(LIST_PUSH(cx->arena, &p->weeks, row));
    }
    return RC_OK;
}

static Rc fill_calendar(Ctx *cx, const AgendaAsked *k, const FindQuery *q, CalendarPage *p)
{
    bool month = k->show->days == 0;
    const char *path = "/work/calendar";
    Ms from, to;

    agenda_days(k->on, !month, &from, &to);
    Ms before = month ? agenda_month(k->on, -1) : from - 7 * MS_DAY;
    p->title = month ? TEXT("{0}", when_month(k->on))
                     : TEXT("From {0} to {1}", when_date(from), when_date(to - MS_DAY));
    p->h.before_url = url_on(cx->arena, path, k, true, before < 0 ? 0 : before, STR(""));
    p->h.after_url = url_on(cx->arena, path, k, true, month ? agenda_month(k->on, 1) : to, STR(""));
    p->h.today_url = url_on(cx->arena, path, k, true, k->today, STR(""));
    for (size_t i = 0; i < COUNT_OF(weekdays); i++)
        TRY(LIST_PUSH(cx->arena, &p->weekdays, ((Text){ .msgid = weekdays[i] })));
    return fill_weeks(cx, k, q, from, to, p);
}

static Rc page_calendar(Call *call)
{
    Ctx *cx = &call->cx;
    AgendaAsked k = { 0 };
    CalendarPage p = { 0 };
    const FindQuery *q = NULL;
    PageFrame frame;
    PageOut out;

    TRY(read_agenda(call, calendar_shows, COUNT_OF(calendar_shows), &k));
    for (size_t i = 0; i < agenda_fields_n; i++)
        TRY(LIST_PUSH(cx->arena, &p.fields,
                      ((WidgetOption){ .value = str_z(agenda_fields[i].name),
                                       .label = { .msgid = agenda_fields[i].label },
                                       .chosen = str_eq_z(k.by, agenda_fields[i].name) })));
    TRY(read_query(call, &k, &p.h, &q));
    if (q != NULL)
        TRY(fill_calendar(cx, &k, q, &p));
    TRY(fill_head(cx, &k, WAY_CALENDAR, calendar_shows, COUNT_OF(calendar_shows), &p.h));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.h.name;
    TRY(asked_live(cx, &frame.live));
    return PAGE(&out, &frame, tmpl_calendar_view, &p);
}

/* ---- timeline ---- */

static const Show timeline_shows[] = { { "month", T("Four weeks"), 28 },
                                       { "fortnight", T("Two weeks"), 14 },
                                       { "quarter", T("Twelve weeks"), 84 },
                                       { "half", T("Half a year"), 182 } };

/* The time that is shown, as instants. */
typedef struct Window {
    Ms from, to;
} Window;

static int64_t x_of(Window w, Ms at)
{
    if (at <= w.from)
        return 0;
    return at >= w.to ? WIDTH : (at - w.from) * WIDTH / (w.to - w.from);
}

static const char *bar_css(const AgendaSpan *s, bool request)
{
    if (s->planned)
        return s->late ? "bar plan late" : "bar plan";
    if (s->done)
        return request ? "bar done" : "bar done task";
    if (s->late)
        return request ? "bar late" : "bar late task";
    return request ? "bar" : "bar task";
}

static Text span_words(const AgendaSpan *s)
{
    if (s->open_end)
        return TEXT("Since {0}, without an end that was said", when_moment(s->from));
    if (s->planned)
        return TEXT("Planned from {0} to {1}", when_moment(s->from), when_moment(s->to));
    if (s->late)
        return TEXT("From {0}, late", when_moment(s->from));
    return TEXT("From {0} to {1}", when_moment(s->from), when_moment(s->to));
}

static void place_bar(Window w, const AgendaSpan *s, bool request, SpanRow *row)
{
    row->there = s->to >= w.from && s->from < w.to;
    row->x = x_of(w, s->from);
    row->width = x_of(w, s->to) - row->x;
    if (row->width < 4) /* short ones can be seen too */
        row->width = 4;
    row->css = bar_css(s, request);
    row->words = span_words(s);
}

/* A line from the end of a task down to the row of the one that waits for it, and along to its beginning. */
static Rc add_line(Ctx *cx, SpanRows *rows, size_t from, size_t to, Window w, Ms end, Ms begin)
{
    int64_t x = x_of(w, end);

    if (end < w.from || end > w.to)
        return RC_OK;
    for (size_t i = from; i <= to; i++) {
        SpanLine down = { x, i == from ? MIDDLE : 0, x, i == to ? MIDDLE : 2 * MIDDLE };
        TRY(LIST_PUSH(cx->arena, &rows->at[i].after, down));
    }
    SpanLine along = { x, MIDDLE, x_of(w, begin), MIDDLE };
    return LIST_PUSH(cx->arena, &rows->at[to].after, along);
}

static bool waits_for(const TaskSpan *t, Str key)
{
    for (size_t i = 0; i < t->after.n; i++)
        if (str_eq(t->after.at[i], key))
            return true;
    return false;
}

static Rc add_rows(Ctx *cx, const SpanRequest *r, Window w, SpanRows *rows)
{
    SpanRow whole = { .is_request = true, .number = r->head.number, .title = r->head.title };

    place_bar(w, &r->span, true, &whole);
    TRY(LIST_PUSH(cx->arena, rows, whole));
    size_t first = rows->n;
    for (size_t i = 0; i < r->tasks.n; i++) {
        const SpanTask *t = &r->tasks.at[i];
        SpanRow row = { .title = t->task.title };
        place_bar(w, &t->span, false, &row);
        TRY(LIST_PUSH(cx->arena, rows, row));
    }
    for (size_t i = 0; i < r->tasks.n; i++)
        for (size_t k = 0; k < i; k++)
            if (waits_for(&r->tasks.at[i].task, r->tasks.at[k].task.key))
                TRY(add_line(cx, rows, first + k, first + i, w, r->tasks.at[k].span.to,
                             r->tasks.at[i].span.from));
    return RC_OK;
}

/* Every Monday; dates stand above so many that they have room. */
static Rc fill_ticks(Ctx *cx, Window w, Ms first, int32_t days, SpanTicks *ret)
{
    int32_t weeks = days / 7, every = weeks <= 4 ? 1 : weeks <= 12 ? 2 : 4;

    for (int32_t i = 0; i < weeks; i++) {
        Ms at = instant_of(cx, first + i * 7 * MS_DAY);
        TRY(LIST_PUSH(cx->arena, ret, ((SpanTick){ x_of(w, at), at, i % every == 0 })));
    }
    return RC_OK;
}

static Rc fill_timeline(Ctx *cx, const AgendaAsked *k, const FindQuery *q, TimelinePage *p)
{
    int32_t days = k->show->days;
    Ms first = agenda_monday(k->on) - (days > 14 ? 7 * MS_DAY : 0);
    Window w = { instant_of(cx, first), instant_of(cx, first + days * MS_DAY) };
    Ms earlier = k->on - days / 2 * MS_DAY;
    const FindQuery *in_order;
    SpanRequests list = { 0 };
    const char *path = "/work/timeline";
    Str next = STR("");

    TRY(find_fair(cx, q, &in_order));
    TRY(spans_get(cx, k->scope, in_order, k->list.cursor, &list, &next));
    TRY(fill_ticks(cx, w, first, days, &p->ticks));
    for (size_t i = 0; i < list.n; i++)
        TRY(add_rows(cx, &list.at[i], w, &p->rows));
    p->has_now = cx->now_ms >= w.from && cx->now_ms < w.to;
    p->now_x = x_of(w, cx->now_ms);
    p->h.before_url = url_on(cx->arena, path, k, false, earlier < 0 ? 0 : earlier, k->list.cursor);
    p->h.after_url = url_on(cx->arena, path, k, false, k->on + days / 2 * MS_DAY, k->list.cursor);
    p->h.today_url = url_on(cx->arena, path, k, false, k->today, k->list.cursor);
    if (next.len > 0)
        p->next_url = url_on(cx->arena, path, k, false, k->on, next);
    if (k->list.cursor.len > 0)
        p->first_url = url_on(cx->arena, path, k, false, k->on, STR(""));
    return RC_OK;
}

static Rc page_timeline(Call *call)
{
    Ctx *cx = &call->cx;
    AgendaAsked k = { 0 };
    TimelinePage p = { 0 };
    const FindQuery *q = NULL;
    PageFrame frame;
    PageOut out;

    TRY(read_agenda(call, timeline_shows, COUNT_OF(timeline_shows), &k));
    TRY(read_query(call, &k, &p.h, &q));
    if (q != NULL)
        TRY(fill_timeline(cx, &k, q, &p));
    TRY(fill_head(cx, &k, WAY_TIMELINE, timeline_shows, COUNT_OF(timeline_shows), &p.h));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.h.name;
    TRY(asked_live(cx, &frame.live));
    return PAGE(&out, &frame, tmpl_timeline_view, &p);
}

extern const RouteTable agenda_pages;
const RouteTable agenda_pages =
    ROUTES({ HTTP_GET, "/work/calendar", page_calendar, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The calendar of a view or a query" },
           { HTTP_GET, "/work/timeline", page_timeline, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "The timeline of a view or a query" }, );
