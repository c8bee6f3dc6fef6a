/* calendar_web.c - pages of calendars: all of them, a year, changing one, holidays from files. */
#include "domain/catalog/calendars_page.h"

#include "http/dispatch.h"
#include "tmpl/calendar_edit.h"
#include "tmpl/calendar_list.h"
#include "tmpl/calendar_year.h"

#define PIECES_SHOWN 30
#define YEAR_MIN     1900
#define YEAR_MAX     2200

static const char *const day_names[7] = { T("Monday"), T("Tuesday"),  T("Wednesday"), T("Thursday"),
                                          T("Friday"), T("Saturday"), T("Sunday") };
static const char *const month_names[12] = { T("January"), T("February"), T("March"),
                                             T("April"),   T("May"),      T("June"),
                                             T("July"),    T("August"),   T("September"),
                                             T("October"), T("November"), T("December") };

static bool may_write(const Call *call)
{
    return dispatch_config(call)->auth.right(call->cx.subject, RIGHT_CATALOG_WRITE, true);
}

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : s;
}

/* "2027-06-01T09:00" in the reader's zone. */
static bool local_instant(const Zone *zone, Str s, Ms *ret)
{
    char text[21];
    Ms at;

    if (s.len != 16)
        return false;
    snprintf(text, sizeof text, "%.*s:00Z", STR_ARG(s));
    if (!clock_parse_rfc3339(str_z(text), &at))
        return false;
    CivilTime t = clock_civil_utc(at);
    *ret = zone_instant(zone, &t);
    return true;
}

static Str local_text(Arena *a, const Zone *zone, Ms at)
{
    CivilTime t = zone_civil(zone, at);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d", (int)t.year, (int)t.month, (int)t.day,
                   (int)t.hour, (int)t.minute);
}

/* ---- all calendars ---- */

static int64_t minutes_a_week(const CalendarRules *r)
{
    int64_t n = 0;

    for (int d = 0; d < 7; d++)
        for (size_t i = 0; i < r->hours[d].n; i++) {
            CalendarWindow w = r->hours[d].at[i];
            n += w.to_min - w.from_min + (w.to_min <= w.from_min ? 1440 : 0);
        }
    return n;
}

static int64_t holidays_in(const CalendarVersion *v, int32_t year)
{
    Ms from = clock_days(year, 1, 1) * MS_DAY, to = clock_days(year + 1, 1, 1) * MS_DAY;
    int64_t n = (int64_t)v->rules.yearly.n;

    for (size_t i = 0; i < v->rules.holidays.n; i++)
        n += v->rules.holidays.at[i].date >= from && v->rules.holidays.at[i].date < to ? 1 : 0;
    for (size_t i = 0; i < v->feed_days.n; i++)
        n += v->feed_days.at[i].date >= from && v->feed_days.at[i].date < to ? 1 : 0;
    return n;
}

static Rc page_list(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Documents list = { 0 };
    CalendarsPage p = { .may_write = may_write(call) };
    int32_t year = zone_civil(cx->zone, cx->now_ms).year;
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_list(cx, g, STR("calendar"), &list));
    for (size_t i = 0; i < list.n; i++) {
        CalendarNow now;
        const CalendarLine *line;
        Rc rc = calendar_now(cx, g, list.at[i].key, &now);
        if (rc == RC_NOT_FOUND) /* a draft only */
            continue;
        TRY(rc);
        TRY(calendar_get(cx, list.at[i].key, &line));
        const CalendarVersion *v = &now.versions.at[now.in_force];
        TRY(LIST_PUSH(cx->arena, &p.rows,
                      (CalendarLineView){
                          .key = list.at[i].key,
                          .zone = v->rules.zone,
                          .hours = decimal_text(cx->arena, minutes_a_week(&v->rules) * 1000 / 60),
                          .holidays = holidays_in(v, year),
                          .version = v->number,
                          .open = calendar_is_open(line, cx->now_ms) }));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("Calendars");
    return PAGE(&out, &frame, tmpl_calendar_list, &p);
}

/* ---- a year ---- */

/* The holiday of a date; NULL: it is none. */
static const Str *holiday_name(const CalendarVersion *v, int64_t day, int32_t month, int32_t mday)
{
    for (size_t i = 0; i < v->rules.holidays.n; i++)
        if (v->rules.holidays.at[i].date == day * MS_DAY)
            return &v->rules.holidays.at[i].name;
    for (size_t i = 0; i < v->rules.yearly.n; i++)
        if (v->rules.yearly.at[i].month == month && v->rules.yearly.at[i].day == mday)
            return &v->rules.yearly.at[i].name;
    for (size_t i = 0; i < v->feed_days.n; i++)
        if (v->feed_days.at[i].date == day * MS_DAY)
            return &v->feed_days.at[i].name;
    return NULL;
}

static const CalendarBreak *break_of(const CalendarVersion *v, int64_t day)
{
    for (size_t i = 0; i < v->rules.breaks.n; i++)
        if (v->rules.breaks.at[i].date == day * MS_DAY)
            return &v->rules.breaks.at[i];
    return NULL;
}

/* The day as the version in force at its local midnight has it. */
static Rc day_view(Ctx *cx, const CalendarNow *now, CivilTime t, MonthView *m, DayView *ret,
                   int64_t *work)
{
    int64_t day = clock_days(t.year, t.month, t.day);
    const CalendarVersion *v = &now->versions.at[now->in_force];
    Ms midnight = zone_instant(zone_get(v->rules.zone), &t);

    v = &now->versions.at[calendar_version_at(&now->versions, midnight)];
    const Str *name = holiday_name(v, day, t.month, t.day);
    const CalendarBreak *b = break_of(v, day);
    bool open = v->rules.hours[t.weekday].n > 0;
    *ret = (DayView){ .number = t.day,
                      .cell = name != NULL ? "hol"
                              : !open      ? "off"
                              : b != NULL  ? "cut"
                                           : "on" };
    if (name == NULL && open)
        ++*work;
    if (name != NULL)
        TRY(LIST_PUSH(cx->arena, &m->notes, (DayNote){ t.day, or_empty(*name), T("Holiday") }));
    else if (b != NULL && open)
        TRY(LIST_PUSH(cx->arena, &m->notes, (DayNote){ t.day, or_empty(b->name), T("Break") }));
    return RC_OK;
}

static Rc fill_month(Ctx *cx, const CalendarNow *now, int32_t year, int32_t month, MonthView *m,
                     int64_t *year_work)
{
    int64_t first = clock_days(year, month, 1), end = clock_days(year, month + 1, 1), work = 0;
    CivilTime today = zone_civil(cx->zone, cx->now_ms);
    WeekView week = { 0 };

    m->name = month_names[month - 1];
    for (int64_t day = first; day < end; day++) {
        CivilTime t = clock_civil_utc(day * MS_DAY);
        DayView *d = &week.days[t.weekday];
        TRY(day_view(cx, now, t, m, d, &work));
        d->today = t.year == today.year && t.month == today.month && t.day == today.day;
        if (t.weekday == 6 || day + 1 == end) {
            TRY(LIST_PUSH(cx->arena, &m->weeks, week));
            week = (WeekView){ 0 };
        }
    }
    m->work = TEXT_N("%d working day", "%d working days", work);
    *year_work += work;
    return RC_OK;
}

Rc weeks_write(PageOut *o, const MonthView *m)
{
    for (size_t i = 0; i < m->weeks.n; i++) {
        buf_add_lit(o->buf, "<tr>");
        for (size_t d = 0; d < 7; d++) {
            const DayView *v = &m->weeks.at[i].days[d];
            if (v->number == 0)
                buf_add_lit(o->buf, "<td></td>");
            else
                buf_add_fmt(o->buf, "<td class=\"%s\"%s>%d</td>", v->cell,
                            v->today ? " aria-current=\"date\"" : "", (int)v->number);
        }
        buf_add_lit(o->buf, "</tr>");
    }
    return RC_OK;
}

static Rc fill_year(Call *call, const CalendarNow *now, CalendarPage *p)
{
    int64_t year = zone_civil(call->cx.zone, call->cx.now_ms).year, work = 0;
    Str wanted = call_query(call, "year");

    if (wanted.len > 0 && (!str_to_i64(wanted, &year) || year < YEAR_MIN || year > YEAR_MAX))
        return RC_NOT_FOUND;
    p->year = (int32_t)year;
    p->before = p->year > YEAR_MIN ? p->year - 1 : p->year;
    p->after = p->year < YEAR_MAX ? p->year + 1 : p->year;
    for (int32_t month = 1; month <= 12; month++) {
        MonthView m = { 0 };
        TRY(fill_month(&call->cx, now, p->year, month, &m, &work));
        TRY(LIST_PUSH(call->arena, &p->months, m));
    }
    p->days = TEXT_N("%d working day", "%d working days", work);
    return RC_OK;
}

/* ---- what is the due time if ---- */

static Rc fill_due(Call *call, CalendarPage *p)
{
    Ctx *cx = &call->cx;
    Str start = or_empty(call_query(call, "start")),
        span = str_trim(or_empty(call_query(call, "span")));
    const CalendarLine *line;
    CalendarPieces pieces;
    TimeSpan s;
    Ms from = cx->now_ms;

    TRY(form_add(
        &p->due_form,
        (Widget){ .kind = WIDGET_DATETIME,
                  .name = STR("start"),
                  .label = TEXT("Beginning"),
                  .value = start.len > 0 ? start : local_text(cx->arena, cx->zone, cx->now_ms) }));
    TRY(form_add(&p->due_form, (Widget){ .kind = WIDGET_TEXT,
                                         .name = STR("span"),
                                         .label = TEXT("Time"),
                                         .help = TEXT("4wh: four working hours, 2wd: two working "
                                                      "days, 30m, 8h, 3d"),
                                         .value = span }));
    if (span.len == 0)
        return RC_OK;
    if (!timespan_parse(span, &s)) {
        p->due_trouble = TEXT("{0} is no span of time; write 4wh or 2wd.", span);
        return RC_OK;
    }
    if (!local_instant(cx->zone, start, &from)) {
        p->due_trouble = TEXT("The beginning is a date and a time.");
        return RC_OK;
    }
    TRY(calendar_get(cx, p->key, &line));
    p->due_ms = calendar_move(line, from, s, cx->zone);
    if (p->due_ms == MS_NONE) {
        p->due_trouble = TEXT("That is too far away.");
        return RC_OK;
    }
    p->due_asked = true;
    if (!timespan_is_working(s))
        return RC_OK;
    TRY(calendar_pieces(cx->arena, line, from, p->due_ms, PIECES_SHOWN + 1, &pieces));
    for (size_t i = 0; i < pieces.n && i < PIECES_SHOWN; i++)
        TRY(LIST_PUSH(cx->arena, &p->pieces,
                      (SpanLine){ pieces.at[i].from, pieces.at[i].to,
                                  span_ms(pieces.at[i].to - pieces.at[i].from) }));
    p->pieces_more = pieces.n > PIECES_SHOWN;
    return RC_OK;
}

/* ---- one calendar ---- */

static const char *cause_word(Str cause)
{
    if (str_eq_z(cause, "zone"))
        return T("the time zone has new rules");
    return str_eq_z(cause, "feed") ? T("a file of holidays changed") : T("published");
}

static Rc fill_versions(Ctx *cx, const CalendarNow *now, CalendarPage *p)
{
    for (size_t i = now->versions.n; i > 0; i--) {
        const CalendarVersion *v = &now->versions.at[i - 1];
        TRY(LIST_PUSH(cx->arena, &p->versions,
                      (VersionRow){ .number = v->number,
                                    .from = v->from,
                                    .ever = v->from == MS_NONE,
                                    .in_force = i - 1 == now->in_force,
                                    .later = i - 1 > now->in_force,
                                    .cause = cause_word(v->cause) }));
    }
    return RC_OK;
}

static Rc fill_feeds(Ctx *cx, const CalendarNow *now, CalendarPage *p)
{
    CalendarFeeds feeds;

    TRY(calendar_feeds(cx, p->key, &feeds));
    for (size_t i = 0; i < feeds.n; i++) {
        const CalendarFeed *f = &feeds.at[i];
        TRY(LIST_PUSH(cx->arena, &p->feeds,
                      (FeedRow){ .name = f->name,
                                 .trouble = f->trouble,
                                 .days = (int64_t)f->days.n,
                                 .read_ms = f->read_ms,
                                 .uploaded = f->uploaded,
                                 .read = f->read_ms != MS_NONE }));
    }
    for (size_t i = 0; i < now->published->feeds.n; i++) { /* named, and not looked at yet */
        bool known = false;
        for (size_t k = 0; k < feeds.n; k++)
            known = known || str_eq(feeds.at[k].name, now->published->feeds.at[i]);
        if (!known)
            TRY(LIST_PUSH(cx->arena, &p->feeds, (FeedRow){ .name = now->published->feeds.at[i] }));
    }
    return form_add(&p->feed_form,
                    (Widget){ .kind = WIDGET_FILE,
                              .name = STR("file"),
                              .label = TEXT("iCalendar file"),
                              .help = TEXT("Its whole days become holidays from now on. A file of "
                                           "the same name replaces the one before.") });
}

static Rc page_year(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    CalendarNow now;
    CalendarPage p = { .key = call_param(call, "key"),
                       .may_write = may_write(call),
                       .due_form = { .arena = cx->arena },
                       .feed_form = { .arena = cx->arena } };
    CalendarText text;
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(calendar_now(cx, g, p.key, &now));
    const CalendarVersion *v = &now.versions.at[now.in_force];
    TRY(calendar_to_text(cx->arena, &v->rules, &v->feeds, &text));
    p.zone = text.zone;
    p.day_hours = text.day_hours;
    for (size_t d = 0; d < 7; d++)
        TRY(LIST_PUSH(cx->arena, &p.hours, (HoursRow){ day_names[d], text.hours[d] }));
    TRY(fill_year(call, &now, &p));
    TRY(fill_versions(cx, &now, &p));
    TRY(fill_feeds(cx, &now, &p));
    TRY(fill_due(call, &p));
    if (call->is_again)
        TRY(form_refuse(&p.feed_form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("{0}", p.key);
    return PAGE(&out, &frame, tmpl_calendar_year, &p);
}

/* ---- changing one ---- */

static Str hours_name(Arena *a, size_t d)
{
    return str_fmt(a, "hours.%s", calendar_day_keys[d]);
}

static Rc lines_widget(Form *f, const char *name, Text label, Text help, const StrList *lines)
{
    return form_add(f, (Widget){ .kind = WIDGET_LONG_TEXT,
                                 .name = str_z(name),
                                 .label = label,
                                 .help = help,
                                 .code = true,
                                 .value = calendar_lines_join(f->arena, lines) });
}

static Rc edit_form(Call *call, const CalendarText *t, CalendarEditPage *p)
{
    Form *f = &p->form;

    if (p->is_new)
        TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                  .name = STR("key"),
                                  .label = TEXT("Key"),
                                  .help = TEXT("A short word that models and teams name it by. It "
                                               "stays as it is."),
                                  .required = true }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("zone"),
                              .label = TEXT("Time zone"),
                              .help = TEXT("Whose local time the hours are, as in "
                                           "Europe/Stockholm."),
                              .required = true,
                              .value = t->zone }));
    for (size_t d = 0; d < 7; d++)
        TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                  .name = hours_name(call->arena, d),
                                  .label = { .msgid = day_names[d] },
                                  .help = d == 0 ? TEXT("08:00-12:00 13:00-17:00; 22:00-06:00 runs "
                                                        "past midnight; empty: closed")
                                                 : (Text){ 0 },
                                  .value = t->hours[d] }));
    TRY(lines_widget(f, "holidays", TEXT("Holidays"),
                     TEXT("One a line: the date, then its name. 2027-01-06 Epiphany"),
                     &t->holidays));
    TRY(lines_widget(f, "yearly_holidays", TEXT("Holidays of every year"),
                     TEXT("One a line: month and day, then the name. 12-25 Christmas Day"),
                     &t->yearly));
    TRY(lines_widget(f, "breaks", TEXT("Breaks"),
                     TEXT("Hours in which nobody works, one a line: the date, the hours, the name. "
                          "2027-03-04 13:00-15:00 Meeting"),
                     &t->breaks));
    TRY(lines_widget(f, "feeds", TEXT("Files in the folder of feeds"),
                     TEXT("iCalendar files that are read again every day, one a line. An "
                          "administrator names the folder by the setting feeds."),
                     &t->feeds));
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("day_hours"),
                              .label = TEXT("Hours of a day of effort"),
                              .value = t->day_hours }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_DATETIME,
                              .name = STR("from"),
                              .label = TEXT("In force from"),
                              .help = TEXT("Empty: from now. What was measured before stays as it "
                                           "was."),
                              .optional_word = true }));
    return form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                 .name = STR("note"),
                                 .label = TEXT("What has changed?"),
                                 .optional_word = true });
}

static Rc show_edit(Call *call, const CalendarText *t, CalendarEditPage *p)
{
    PageFrame frame;
    PageOut out;

    p->form.arena = call->arena;
    TRY(edit_form(call, t, p));
    if (call->is_again)
        TRY(form_refuse(&p->form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = p->is_new ? TEXT("New calendar") : TEXT("Change the calendar {0}", p->key);
    return PAGE(&out, &frame, tmpl_calendar_edit, p);
}

static Rc page_new(Call *call)
{
    GrantedCatalog g;
    CalendarText t = { .zone = STR("Europe/Stockholm"), .day_hours = STR("8") };
    CalendarEditPage p = { .is_new = true, .action = STR("/admin/calendars") };

    TRY(access_catalog(&call->cx, true, 0, &g));
    for (size_t d = 0; d < 5; d++)
        t.hours[d] = STR("08:00-17:00");
    return show_edit(call, &t, &p);
}

static Rc page_edit(Call *call)
{
    GrantedCatalog g;
    CalendarNow now;
    CalendarText t;
    CalendarEditPage p = { .key = call_param(call, "key") };

    TRY(access_catalog(&call->cx, true, 0, &g));
    TRY(calendar_now(&call->cx, g, p.key, &now));
    TRY(calendar_to_text(call->arena, &now.published->rules, &now.published->feeds, &t));
    p.action = str_fmt(call->arena, "/admin/calendars/%.*s", STR_ARG(p.key));
    p.version = now.document.published_number;
    return show_edit(call, &t, &p);
}

static Rc read_form(Call *call, Str key, CalendarText *ret)
{
    Arena *a = call->arena;
    CalendarText t = { .key = or_empty(key),
                       .zone = or_empty(call_form(call, "zone")),
                       .day_hours = or_empty(call_form(call, "day_hours")) };

    for (size_t d = 0; d < 7; d++)
        t.hours[d] = or_empty(call_form(call, str_dup_z(a, hours_name(a, d))));
    TRY(calendar_lines(a, or_empty(call_form(call, "holidays")), &t.holidays));
    TRY(calendar_lines(a, or_empty(call_form(call, "yearly_holidays")), &t.yearly));
    TRY(calendar_lines(a, or_empty(call_form(call, "breaks")), &t.breaks));
    TRY(calendar_lines(a, or_empty(call_form(call, "feeds")), &t.feeds));
    *ret = t;
    return RC_OK;
}

static Rc publish(Call *call, Str key, int64_t version)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    CalendarText t;
    CalendarDoc doc;
    Diagnostics d;
    Ms from = MS_NONE;
    int64_t number;
    Str moment = str_trim(or_empty(call_form(call, "from")));

    TRY(access_catalog(cx, true, 0, &g));
    TRY(read_form(call, key, &t));
    if (moment.len > 0 && !local_instant(cx->zone, moment, &from))
        fail_add(cx, STR("/from"), "bad_time", TEXT("This is no date with a time."));
    TRY(calendar_from_text(cx, &t, &doc));
    TRY(fail_result(cx));
    diagnostics_init(&d, cx->arena);
    Rc rc = calendar_document_publish(cx, g, &doc, version, from,
                                      str_trim(or_empty(call_form(call, "note"))), &d, &number);
    for (size_t i = 0; rc == RC_INVALID && i < d.n; i++)
        fail_add(cx, STR("/hours/mon"), d.at[i].code, TEXT("{0}", d.at[i].text));
    TRY(rc);
    call_flash(call, "calendar_published", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/admin/calendars/%.*s", STR_ARG(t.key)));
}

static Rc page_create(Call *call)
{
    return publish(call, str_trim(or_empty(call_form(call, "key"))), 0);
}

static Rc page_save(Call *call)
{
    int64_t version = 0;
    Str text = or_empty(call_form(call, "version"));

    if (!str_to_i64(text, &version) || version < 1)
        return RC_NOT_FOUND;
    return publish(call, call_param(call, "key"), version);
}

/* ---- holidays from files ---- */

static Rc shown(Call *call)
{
    return call_redirect(
        call, str_fmt(call->arena, "/admin/calendars/%.*s", STR_ARG(call_param(call, "key"))));
}

static Rc page_feed(Call *call)
{
    Ctx *cx = &call->cx;
    CLEANUP(buf_done) Buf bytes = { 0 };
    GrantedCatalog g;
    size_t days = 0;

    TRY(access_catalog(cx, true, 0, &g));
    if (call->files.n == 0 || call->files.at[0].size == 0)
        return fail_field(cx, RC_INVALID, "file", "required", TEXT("Choose a file."));
    const CallFile *file = &call->files.at[0];
    if (file->size > CALENDAR_FEED_MAX_BYTES)
        return fail_field(cx, RC_INVALID, "file", "too_large",
                          TEXT("The file is too large: holidays fit into {0}.",
                               size_bytes(CALENDAR_FEED_MAX_BYTES)));
    buf_init(&bytes, CALENDAR_FEED_MAX_BYTES);
    TRY(store_read(dispatch_store(call), file->sha256, &bytes));
    TRY(calendar_feed_upload(cx, g, call_param(call, "key"), file->name, buf_str(&bytes), &days));
    call_flash(call, "holidays_taken_in", str_fmt(call->arena, "%zu", days));
    return shown(call);
}

static Rc page_feed_remove(Call *call)
{
    GrantedCatalog g;

    TRY(access_catalog(&call->cx, true, 0, &g));
    TRY(calendar_feed_remove(&call->cx, g, call_param(call, "key"),
                             or_empty(call_form(call, "name"))));
    call_flash(call, "saved", STR(""));
    return shown(call);
}

const RouteTable calendar_pages = ROUTES(
    { HTTP_GET, "/admin/calendars", page_list, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "Calendars" },
    { HTTP_GET, "/admin/calendars/new", page_new, RIGHT_CATALOG_WRITE, BODY_NONE, TX_READ,
      .text = "Form of a new calendar" },
    { HTTP_POST, "/admin/calendars", page_create, RIGHT_CATALOG_WRITE, BODY_FORM, TX_WRITE,
      .text = "Make a calendar", .again = page_new },
    { HTTP_GET, "/admin/calendars/{key}", page_year, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "A calendar: a year, its versions, what is due when" },
    { HTTP_GET, "/admin/calendars/{key}/edit", page_edit, RIGHT_CATALOG_WRITE, BODY_NONE, TX_READ,
      .text = "Form to change a calendar" },
    { HTTP_POST, "/admin/calendars/{key}", page_save, RIGHT_CATALOG_WRITE, BODY_FORM, TX_WRITE,
      .text = "Change a calendar from a moment on", .again = page_edit },
    { HTTP_POST, "/admin/calendars/{key}/feeds", page_feed, RIGHT_CATALOG_WRITE, BODY_MULTIPART,
      TX_WRITE, .text = "Take in holidays of a file", .again = page_year },
    { HTTP_POST, "/admin/calendars/{key}/feeds/remove", page_feed_remove, RIGHT_CATALOG_WRITE,
      BODY_FORM, TX_WRITE, .text = "Take holidays of a file out", .again = page_year }, );
