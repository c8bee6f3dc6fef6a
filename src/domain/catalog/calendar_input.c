/* calendar_input.c - see calendar_input.h. */
#include "domain/catalog/calendar_input.h"

const char *const calendar_day_keys[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

#define LINES_MAX 6000

/* ---- reading ---- */

Rc calendar_lines(Arena *a, Str text, StrList *ret)
{
    StrList list = { 0 };

    while (text.len > 0) {
        Str line = str_trim(str_cut(&text, '\n'));
        if (line.len > 0)
            TRY(LIST_PUSH(a, &list, line));
    }
    *ret = list;
    return RC_OK;
}

Str calendar_lines_join(Arena *a, const StrList *lines)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 4u << 20);
    for (size_t i = 0; i < lines->n; i++) {
        buf_add(&b, lines->at[i]);
        buf_add_char(&b, '\n');
    }
    return str_dup(a, buf_str(&b));
}

static bool minute_of(Str s, int32_t *ret)
{
    int64_t h, m;

    if (s.len != 5 || s.ptr[2] != ':' || !str_to_i64(str_sub(s, 0, 2), &h)
        || !str_to_i64(str_skip(s, 3), &m) || h < 0 || m < 0 || m > 59 || h * 60 + m > 1440)
        return false;
    *ret = (int32_t)(h * 60 + m);
    return true;
}

static bool window_of(Str to, CalendarWindow *ret)
{
    Str from = str_cut(&to, '-');

    return minute_of(from, &ret->from_min) && minute_of(to, &ret->to_min) && ret->from_min < 1440;
}

static int by_beginning(const void *a, const void *b)
{
    return ((const CalendarWindow *)a)->from_min - ((const CalendarWindow *)b)->from_min;
}

/* Takes windows off the front; blanks or commas stand between. */
static Rc take_windows(Arena *a, Str *rest, CalendarWindows *ret)
{
    while (rest->len > 0) {
        size_t n = 0;
        CalendarWindow w;
        while (n < rest->len && rest->ptr[n] != ' ' && rest->ptr[n] != ',')
            n++;
        if (n > 0 && !window_of(str_sub(*rest, 0, n), &w))
            break;
        if (n > 0)
            TRY(LIST_PUSH(a, ret, w));
        *rest = str_skip(*rest, n < rest->len ? n + 1 : n);
    }
    if (ret->n > 1)
        qsort(ret->at, ret->n, sizeof *ret->at, by_beginning);
    *rest = str_trim(*rest);
    return RC_OK;
}

static void bad_line(Ctx *cx, const char *pointer, Text text)
{
    fail_add(cx, str_z(pointer), "bad_line", text);
}

static bool name_is_good(Str name)
{
    return str_is_clean_text(name, false) && str_chars(name) <= CALENDAR_NAME_MAX_CHARS;
}

static Rc read_holidays(Ctx *cx, const StrList *lines, CalendarHolidays *ret)
{
    for (size_t i = 0; i < lines->n; i++) {
        CalendarHoliday h;
        Str name = lines->at[i], date = str_cut(&name, ' ');
        h.name = str_trim(name);
        if (clock_parse_date(date, &h.date) && name_is_good(h.name))
            TRY(LIST_PUSH(cx->arena, ret, h));
        else
            bad_line(
                cx, "/holidays",
                TEXT("Line {0}: write a date and its name, as in 2027-01-06 Epiphany.", i + 1));
    }
    return RC_OK;
}

static Rc read_yearly(Ctx *cx, const StrList *lines, CalendarYearlies *ret)
{
    for (size_t i = 0; i < lines->n; i++) {
        CalendarYearly y;
        Ms date;
        Str name = lines->at[i], day = str_cut(&name, ' ');
        y.name = str_trim(name);
        if (day.len == 5 && name_is_good(y.name)
            && clock_parse_date(str_fmt(cx->arena, "2000-%.*s", STR_ARG(day)), &date)) {
            CivilTime t = clock_civil_utc(date);
            y.month = t.month;
            y.day = t.day;
            TRY(LIST_PUSH(cx->arena, ret, y));
        } else {
            bad_line(cx, "/yearly_holidays",
                     TEXT("Line {0}: write month and day and the name, as in 12-25 Christmas Day.",
                          i + 1));
        }
    }
    return RC_OK;
}

static Rc read_breaks(Ctx *cx, const StrList *lines, CalendarBreaks *ret)
{
    for (size_t i = 0; i < lines->n; i++) {
        CalendarBreak b = { 0 };
        Str rest = lines->at[i], date = str_cut(&rest, ' ');
        bool good = clock_parse_date(date, &b.date);
        TRY(take_windows(cx->arena, &rest, &b.closed));
        b.name = rest;
        if (good && b.closed.n > 0 && name_is_good(b.name))
            TRY(LIST_PUSH(cx->arena, ret, b));
        else
            bad_line(cx, "/breaks",
                     TEXT("Line {0}: write a date, its hours and the name, as in 2027-03-04 "
                          "13:00-15:00 Meeting.",
                          i + 1));
    }
    return RC_OK;
}

static Rc read_feeds(Ctx *cx, const StrList *lines, StrList *ret)
{
    for (size_t i = 0; i < lines->n; i++) {
        if (calendar_feed_name_is_safe(lines->at[i]))
            TRY(LIST_PUSH(cx->arena, ret, lines->at[i]));
        else
            bad_line(cx, "/feeds",
                     TEXT("Line {0}: write the name of a file in the folder of feeds, as in "
                          "sweden.ics.",
                          i + 1));
    }
    return RC_OK;
}

Rc calendar_from_text(Ctx *cx, const CalendarText *t, CalendarDoc *ret)
{
    CalendarDoc c = { .rules = { .key = str_trim(t->key), .zone = str_trim(t->zone) } };
    CalendarRules *r = &c.rules;

    for (size_t d = 0; d < COUNT_OF(calendar_day_keys); d++) {
        Str rest = str_trim(t->hours[d]);
        TRY(take_windows(cx->arena, &rest, &r->hours[d]));
        if (rest.len > 0)
            fail_add(cx, str_fmt(cx->arena, "/hours/%s", calendar_day_keys[d]), "bad_hours",
                     TEXT("Write hours as 08:00-12:00 13:00-17:00, or 22:00-06:00 past midnight."));
    }
    if (t->holidays.n > LINES_MAX || t->yearly.n > LINES_MAX || t->breaks.n > LINES_MAX
        || t->feeds.n > CALENDAR_FEEDS_MAX)
        fail_add(cx, STR("/holidays"), "too_many", TEXT("These are too many lines."));
    else {
        TRY(read_holidays(cx, &t->holidays, &r->holidays));
        TRY(read_yearly(cx, &t->yearly, &r->yearly));
        TRY(read_breaks(cx, &t->breaks, &r->breaks));
        TRY(read_feeds(cx, &t->feeds, &c.feeds));
    }
    r->day_hours = 8000;
    if (str_trim(t->day_hours).len > 0
        && (!decimal_parse(str_trim(t->day_hours), &r->day_hours) || r->day_hours <= 0
            || r->day_hours > 24000))
        fail_add(cx, STR("/day_hours"), "bad_number",
                 TEXT("This is a number of hours up to 24, as in 8 or 7.5."));
    if (zone_get(r->zone) == NULL)
        fail_add(
            cx, STR("/zone"), "unknown_zone",
            TEXT("There is no time zone {0}; write a name such as Europe/Stockholm.", r->zone));
    TRY(fail_result(cx));
    *ret = c;
    return RC_OK;
}

/* ---- writing ---- */

static Str windows_text(Arena *a, const CalendarWindows *w)
{
    Str s = STR("");

    for (size_t i = 0; i < w->n; i++)
        s = str_fmt(a, "%.*s%s%02d:%02d-%02d:%02d", STR_ARG(s), i > 0 ? " " : "",
                    (int)w->at[i].from_min / 60, (int)w->at[i].from_min % 60,
                    (int)w->at[i].to_min / 60, (int)w->at[i].to_min % 60);
    return s;
}

static Str with_name(Arena *a, Str day, Str name)
{
    return name.len > 0 ? str_fmt(a, "%.*s %.*s", STR_ARG(day), STR_ARG(name)) : day;
}

Rc calendar_to_text(Arena *a, const CalendarRules *r, const StrList *feeds, CalendarText *ret)
{
    CalendarText t = {
        .key = r->key, .zone = r->zone, .feeds = *feeds, .day_hours = decimal_text(a, r->day_hours)
    };

    for (size_t d = 0; d < COUNT_OF(t.hours); d++)
        t.hours[d] = windows_text(a, &r->hours[d]);
    for (size_t i = 0; i < r->holidays.n; i++)
        TRY(LIST_PUSH(a, &t.holidays,
                      with_name(a, clock_date(a, r->holidays.at[i].date), r->holidays.at[i].name)));
    for (size_t i = 0; i < r->yearly.n; i++) {
        const CalendarYearly *y = &r->yearly.at[i];
        TRY(LIST_PUSH(a, &t.yearly,
                      with_name(a, str_fmt(a, "%02d-%02d", (int)y->month, (int)y->day), y->name)));
    }
    for (size_t i = 0; i < r->breaks.n; i++) {
        const CalendarBreak *b = &r->breaks.at[i];
        Str day = str_fmt(a, "%.*s %.*s", STR_ARG(clock_date(a, b->date)),
                          STR_ARG(windows_text(a, &b->closed)));
        TRY(LIST_PUSH(a, &t.breaks, with_name(a, day, b->name)));
    }
    *ret = t;
    return RC_OK;
}

/* ---- what is published ---- */

Rc calendar_now(Ctx *cx, GrantedCatalog g, Str key, CalendarNow *ret)
{
    CalendarNow now = { 0 };

    TRY(document_get(cx, g, STR("calendar"), key, &now.document));
    if (now.document.published_id == 0)
        return RC_NOT_FOUND;
    TRY(calendar_versions(cx, key, &now.versions));
    for (size_t i = 0; i < now.versions.n; i++) {
        TRY(calendar_version_read(cx, &now.versions.at[i]));
        now.versions.at[i].rules.key = key;
    }
    now.in_force = calendar_version_at(&now.versions, cx->now_ms);
    now.published = &now.versions.at[now.versions.n - 1];
    *ret = now;
    return RC_OK;
}
