/* report_list.c - the requests behind a figure. */
#include "core/clock.h"
#include "core/csv.h"
#include "domain/catalog/catalog.h"
#include "domain/report/figures.h"
#include "domain/report/report_q.h"
#include "domain/request/request.h"

static OptInt instant(Ms at)
{
    return at == MS_NONE ? OPT_NONE : OPT_INT(at);
}

static int64_t flag(bool asked)
{
    return asked ? 1 : -1;
}

static Ms ms_of(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

static Rc add_line(Ctx *cx, const ReportListRow *row, ReportLines *to)
{
    return LIST_PUSH(cx->arena, to,
                     (ReportLine){ .id = row->id,
                                   .number = request_number(cx->arena, row->record, row->serial),
                                   .title = row->title,
                                   .state = row->state,
                                   .outcome = row->outcome,
                                   .foreign_number = row->foreign_number,
                                   .foreign_state = row->foreign_state,
                                   .team = row->team,
                                   .opened_ms = ms_of(row->opened_ms),
                                   .fulfilled_ms = ms_of(row->resolved_ms),
                                   .closed_ms = ms_of(row->closed_ms) });
}

/* ---- an hour of the week ---- */

/* The database knows no zones: it finds the instants at which it can be that hour somewhere, and each is looked at. */
typedef struct HourWindow {
    bool asked;
    size_t hour;
    const CalendarLine *line; /* of the chosen calendar; NULL: none was chosen */
    OptInt shift;
    int64_t width;
} HourWindow;

enum {
    WEEK_HOURS = 7 * 24,
    FIRST_HOUR = 3 * 24 /* 1970 began on a Thursday */,
    AHEAD_MOST = 14,
    BEHIND_MOST = 12
};

static Rc window_of(Ctx *cx, const ReportFilter *f, HourWindow *ret)
{
    HourWindow w = { .asked = f->hour.set };

    *ret = w;
    if (!w.asked)
        return RC_OK;
    if (f->hour.value < 0 || f->hour.value >= FIGURE_HOURS)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such list."));
    if (f->calendar.len > 0) {
        Rc rc = calendar_get(cx, f->calendar, &w.line);
        if (rc == RC_NOT_FOUND)
            return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such calendar."));
        TRY(rc);
    }
    w.hour = (size_t)f->hour.value;
    w.shift = OPT_INT((WEEK_HOURS + FIRST_HOUR + AHEAD_MOST - f->hour.value) * MS_HOUR);
    w.width = (1 + AHEAD_MOST + BEHIND_MOST) * MS_HOUR;
    *ret = w;
    return RC_OK;
}

/* `zone` NULL: UTC. */
static bool in_window(const HourWindow *w, const Zone *zone, OptInt opened)
{
    return !w->asked || (opened.set && figures_hour(zone, opened.value) == w->hour);
}

/* As the figures count it: by the chosen calendar, else by its own, else by the reader's clock. */
static Rc own_in_window(Ctx *cx, const HourWindow *w, const ReportOwnListRow *row, bool *ret)
{
    const CalendarLine *line = w->line;

    *ret = true;
    if (!w->asked)
        return RC_OK;
    if (line == NULL && row->calendar.len > 0)
        TRY(calendar_get(cx, row->calendar, &line));
    const Zone *zone = row->opened_ms.set ? figures_zone(line, row->opened_ms.value) : NULL;
    *ret = in_window(w, zone != NULL ? zone : cx->zone, row->opened_ms);
    return RC_OK;
}

/* The category of an own request is that of its model, which the database does not know. */
static Rc add_own_line(Ctx *cx, const ReportOwnListRow *row, Str category, const HourWindow *w,
                       ReportLines *to)
{
    const ModelVersion *m = NULL;
    bool fits = true;

    TRY(own_in_window(cx, w, row, &fits));
    if (!fits)
        return RC_OK;
    if (!str_is_null(category)) {
        TRY(catalog_model_known(cx, row->version_id, row->hash, &m));
        if (!str_eq(m->category, category))
            return RC_OK;
    }
    return add_line(cx,
                    &(ReportListRow){ .id = row->id,
                                      .record = row->record,
                                      .serial = row->serial,
                                      .title = row->title,
                                      .state = row->state,
                                      .outcome = row->outcome,
                                      .foreign_number = STR(""),
                                      .foreign_state = STR(""),
                                      .team = row->team,
                                      .opened_ms = row->opened_ms,
                                      .resolved_ms = row->resolved_ms,
                                      .closed_ms = row->closed_ms },
                    to);
}

static int64_t size_of(const ReportFilter *f)
{
    return f->size < 1 ? 1 : f->size > 100 ? 100 : f->size;
}

static int64_t before_of(const ReportFilter *f)
{
    return f->before_id > 0 ? f->before_id : INT64_MAX;
}

/* Open now is open at the end of time. */
static OptInt open_at(const ReportFilter *f)
{
    return f->open ? OPT_INT(INT64_MAX) : instant(f->open_at);
}

static int64_t kept_of(const ReportFilter *f)
{
    Verdict v = f->promised[PROMISED_FULFIL];
    return v == VERDICT_NONE ? -1 : v == VERDICT_KEPT;
}

/* ---- pieces ----
 *
 * A list is read from the newest request on in pieces, each one statement over a run of requests, until the page is full
 * or its time is over: then it goes on from where the last piece ended.  So a choice that nothing fits costs a million
 * requests a few pages of some milliseconds, and no statement runs into its limit.
 */

enum {
    PIECE = 10000, /* requests of the first piece; more when a piece took no time */
    PIECE_MAX = 1 << 30,
    QUICK_MS = 2,
    PAGE_MS = 25,
};

typedef struct Pages {
    HourWindow window;
    size_t size; /* lines of a page */
    Ms until;    /* monotonic */
    int64_t piece;
    ReportLines lines;
    int64_t next; /* before_id of the next page, 0 at the end */
} Pages;

/* One line more than asked for tells that there is another page.  Where each is looked at, all of the piece come. */
static int64_t room(const Pages *p)
{
    return p->window.asked ? p->piece : (int64_t)(p->size + 1 - p->lines.n);
}

/* A piece was read that ended with `last`, which is 0 when nothing is left.  False: the page ends here. */
static bool go_on(Pages *p, Ms began, int64_t last)
{
    Ms now = clock_monotonic_ms();

    if (p->lines.n > p->size) {
        p->lines.n = p->size;
        p->next = p->lines.at[p->size - 1].id;
        return false;
    }
    p->next = last;
    if (now - began < QUICK_MS && p->piece < PIECE_MAX)
        p->piece *= 2;
    return last != 0 && now < p->until;
}

/* The way to the requests: the index that leaves the fewest to look at, as far as that can be told from the
 * choices alone. */
typedef Rc ListLogFn(Ctx *cx, ScopeRequests s, int64_t source, int64_t after, int64_t before,
                     Str state, Str priority, Str team, Str category, Str channel,
                     OptInt opened_from, OptInt opened_before, OptInt closed_from,
                     OptInt closed_before, OptInt open_at_, OptInt shift, int64_t width,
                     int64_t kept, int64_t reopened, int64_t reassigned, int64_t negative,
                     int64_t size, Rows *ret);

typedef Rc ListTimedFn(Ctx *cx, ScopeRequests s, int64_t source, int64_t after, int64_t before,
                       Ms after_ms, Ms before_ms, Str state, Str priority, Str team, Str category,
                       Str channel, OptInt opened_from, OptInt opened_before, OptInt closed_from,
                       OptInt closed_before, OptInt open_at_, OptInt shift, int64_t width,
                       int64_t kept, int64_t reopened, int64_t reassigned, int64_t negative,
                       int64_t size, Rows *ret);

static ListLogFn *way_of(const ReportFilter *f)
{
    if (!str_is_null(f->category))
        return q_report_list_category;
    if (!str_is_null(f->team))
        return q_report_list_team;
    if (f->negative)
        return q_report_list_negative;
    if (f->reopened)
        return q_report_list_reopened;
    return kept_of(f) == 0 ? q_report_list_missed : q_report_list_all;
}

static Rc take_lines(Ctx *cx, Rows *rows, Pages *p)
{
    ReportListRow row;

    /* all of these lists have the same row */
    while (p->lines.n <= p->size && q_report_list_all_next(rows, &row))
        if (in_window(&p->window, figures_zone(p->window.line, ms_of(row.opened_ms)),
                      row.opened_ms))
            TRY(add_line(cx, &row, &p->lines));
    return rows_result(rows);
}

/* By their ids, which follow the log. */
static Rc log_by_id(Ctx *cx, ScopeRequests s, GrantedReport g, int64_t source,
                    const ReportFilter *f, Pages *p)
{
    ReportListLastRow newest;
    int64_t before = before_of(f), after = 0;
    Ms began = 0;

    TRY(q_report_list_last(cx, g, source, &newest));
    if (before > newest.id)
        before = newest.id + 1;
    do {
        CLEANUP(rows_close) Rows rows = { 0 };
        began = clock_monotonic_ms();
        after = before > p->piece + 1 ? before - p->piece - 1 : 0;
        TRY(way_of(f)(cx, s, source, after, before, f->state, f->priority, f->team, f->category,
                      f->channel, instant(f->opened_from), instant(f->opened_before),
                      instant(f->closed_from), instant(f->closed_before), open_at(f),
                      p->window.shift, p->window.width, kept_of(f), flag(f->reopened),
                      flag(f->reassigned), flag(f->negative), room(p), &rows));
        TRY(take_lines(cx, &rows, p));
        before = after + 1;
    } while (go_on(p, began, after > 0 ? before : 0));
    return RC_OK;
}

typedef struct Place {
    Ms at;
    int64_t id;
} Place;

/* Where a page begins: behind everything that fits, or with what the last page ended with. */
static Rc first_place(Ctx *cx, GrantedReport g, int64_t source, const ReportFilter *f, bool closed,
                      Place *ret)
{
    Ms last = closed ? f->closed_before : f->opened_before;
    ReportListPlaceRow row = { 0 };
    bool found = false;

    if (!closed && !f->open && f->open_at != MS_NONE && (last == MS_NONE || f->open_at < last))
        last = f->open_at;
    *ret = (Place){ last == MS_NONE ? INT64_MAX : last, 0 };
    if (f->before_id > 0)
        TRY(q_report_list_place(cx, g, source, f->before_id, &row, &found));
    OptInt at = closed ? row.closed_ms : row.opened_ms;
    if (found && at.set)
        *ret = (Place){ at.value, f->before_id };
    return RC_OK;
}

/* Where a piece ends that begins at `from`.  `ret_last`: nothing that fits is before it. */
static Rc end_place(Ctx *cx, GrantedReport g, int64_t source, Ms least, bool closed, Place from,
                    int64_t piece, Place *ret, bool *ret_last)
{
    ReportListOpenedBoundRow opened = { 0 };
    ReportListClosedBoundRow end = { 0 };
    bool found = false;

    if (closed) {
        TRY(q_report_list_closed_bound(cx, g, source, from.at, from.id, piece, &end, &found));
        *ret = (Place){ end.at_ms, end.id };
    } else {
        TRY(q_report_list_opened_bound(cx, g, source, from.at, from.id, piece, &opened, &found));
        *ret = (Place){ opened.at_ms, opened.id };
    }
    *ret_last = !found || (least != MS_NONE && ret->at < least);
    if (*ret_last)
        *ret = (Place){ least == MS_NONE ? INT64_MIN : least, 0 };
    return RC_OK;
}

/* By when they were opened or closed. */
static Rc log_by_time(Ctx *cx, ScopeRequests s, GrantedReport g, int64_t source,
                      const ReportFilter *f, bool closed, Pages *p)
{
    ListTimedFn *list = closed ? q_report_list_closed : q_report_list_opened;
    Place from, to;
    bool last = false;
    Ms began = 0;

    TRY(first_place(cx, g, source, f, closed, &from));
    do {
        CLEANUP(rows_close) Rows rows = { 0 };
        began = clock_monotonic_ms();
        TRY(end_place(cx, g, source, closed ? f->closed_from : f->opened_from, closed, from,
                      p->piece, &to, &last));
        TRY(list(cx, s, source, to.id, from.id, to.at, from.at, f->state, f->priority, f->team,
                 f->category, f->channel, instant(f->opened_from), instant(f->opened_before),
                 instant(f->closed_from), instant(f->closed_before), open_at(f), p->window.shift,
                 p->window.width, kept_of(f), flag(f->reopened), flag(f->reassigned),
                 flag(f->negative), room(p), &rows));
        TRY(take_lines(cx, &rows, p));
        from = to;
    } while (go_on(p, began, last ? 0 : to.id));
    return RC_OK;
}

static Rc list_log(Ctx *cx, ScopeRequests s, const ReportFilter *f, Pages *p)
{
    ImportSources logs = { 0 };
    GrantedReport g;
    const ImportSource *log = NULL;

    if (!str_is_null(f->model) || !str_is_null(f->wait)
        || f->promised[PROMISED_ANSWER] != VERDICT_NONE
        || f->promised[PROMISED_FULFIL] > VERDICT_MISSED)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such list."));
    TRY(report_logs(cx, &logs));
    for (size_t i = 0; i < logs.n; i++)
        if (str_eq(logs.at[i].key, f->source))
            log = &logs.at[i];
    if (log == NULL)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such log."));
    TRY(access_report(cx, log->team_id, &g));
    bool opened = f->opened_before != MS_NONE || f->opened_from != MS_NONE || f->open_at != MS_NONE
                  || f->open;
    bool closed = f->closed_before != MS_NONE || f->closed_from != MS_NONE;
    return opened || closed ? log_by_time(cx, s, g, log->id, f, !opened, p)
                            : log_by_id(cx, s, g, log->id, f, p);
}

/* In Figures a closed request counts under its outcome. */
static bool is_outcome(Str word)
{
    static const char *const words[] = { "fulfilled", "partly",    "rejected",
                                         "withdrawn", "cancelled", "merged" };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i]))
            return true;
    return false;
}

static int64_t level_of(Str priority)
{
    for (size_t i = 0; i < COUNT_OF(URGENCY_WORDS); i++)
        if (str_eq_z(priority, URGENCY_WORDS[i]))
            return (int64_t)i + 1;
    return str_is_null(priority) ? 0 : -1;
}

static Rc list_own(Ctx *cx, ScopeRequests s, const ReportFilter *f, Pages *p)
{
    Str state = f->state, outcome = STR_NULL;
    ReportListOwnLastRow newest = { 0 };
    int64_t before = before_of(f), after = 0;
    ReportOwnListRow row;
    bool found = false;
    Ms began = 0;

    if (f->negative)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such list."));
    if (str_starts(state, STR("closed:")) && is_outcome(str_skip(state, 7))) {
        outcome = str_skip(state, 7);
        state = STR("closed");
    }
    TRY(q_report_list_own_last(cx, s, &newest, &found));
    if (!found)
        return RC_OK;
    if (before > newest.id)
        before = newest.id + 1;
    do {
        CLEANUP(rows_close) Rows rows = { 0 };
        began = clock_monotonic_ms();
        after = before > p->piece + 1 ? before - p->piece - 1 : 0;
        TRY(q_report_list_own(
            cx, s, cx->now_ms, after, before, state, outcome, level_of(f->priority), f->team,
            f->channel, f->model, f->wait, instant(f->opened_from), instant(f->opened_before),
            instant(f->closed_from), instant(f->closed_before), open_at(f), p->window.shift,
            p->window.width, (int64_t)f->promised[PROMISED_FULFIL],
            (int64_t)f->promised[PROMISED_ANSWER], flag(f->reopened), flag(f->reassigned),
            str_is_null(f->category) ? room(p) : p->piece, &rows));
        while (p->lines.n <= p->size && q_report_list_own_next(&rows, &row))
            TRY(add_own_line(cx, &row, f->category, &p->window, &p->lines));
        TRY(rows_result(&rows));
        before = after + 1;
    } while (go_on(p, began, after > 0 ? before : 0));
    return RC_OK;
}

Rc report_list(Ctx *cx, const ReportFilter *f, ReportLines *ret, int64_t *ret_next)
{
    ScopeRequests s;
    Pages p = { .size = (size_t)size_of(f),
                .until = clock_monotonic_ms() + PAGE_MS,
                .piece = f->piece > 0 ? f->piece : PIECE };

    if (f->piece > 0) /* of this size and no second one */
        p.until = 0;
    TRY(access_requests(cx, &s));
    TRY(window_of(cx, f, &p.window));
    TRY(str_eq_z(f->source, REPORT_OWN) ? list_own(cx, s, f, &p) : list_log(cx, s, f, &p));
    *ret_next = p.next;
    *ret = p.lines;
    return RC_OK;
}

/* ---- CSV ---- */

#define CSV_MS 300 /* then it ends, and says where it goes on */

static void csv_line(Arena *a, const ReportLine *l, bool own, Buf *to)
{
    const Ms times[] = { l->opened_ms, l->fulfilled_ms, l->closed_ms };

    csv_cell(to, l->number);
    buf_add_char(to, ',');
    csv_cell(to, l->title);
    buf_add_char(to, ',');
    csv_cell(to, own ? l->state : l->foreign_state);
    buf_add_char(to, ',');
    csv_cell(to, l->outcome);
    buf_add_char(to, ',');
    csv_cell(to, l->team);
    buf_add_char(to, ',');
    csv_cell(to, l->foreign_number);
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        buf_add_char(to, ',');
        if (times[i] != MS_NONE)
            csv_cell(to, clock_rfc3339(a, times[i]));
    }
    buf_add_lit(to, "\r\n");
}

Rc report_list_csv(Ctx *cx, const ReportFilter *f, Buf *to, int64_t *ret_next)
{
    ReportFilter page = *f;
    bool own = str_eq_z(f->source, REPORT_OWN);
    Ms until = clock_monotonic_ms() + CSV_MS;
    int64_t left = REPORT_CSV_MOST;

    buf_add_lit(to, "number,title,state,outcome,team,number_in_log,opened,fulfilled,closed\r\n");
    do {
        ReportLines lines = { 0 };
        page.size = left < 100 ? left : 100;
        TRY(report_list(cx, &page, &lines, &page.before_id));
        for (size_t i = 0; i < lines.n; i++)
            csv_line(cx->arena, &lines.at[i], own, to);
        left -= (int64_t)lines.n;
    } while (page.before_id != 0 && left > 0 && clock_monotonic_ms() < until);
    TRY(buf_result(to));
    *ret_next = page.before_id;
    return RC_OK;
}
