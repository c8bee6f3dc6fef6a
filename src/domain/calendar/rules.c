/* rules.c - rules as text, as they are kept in the database, and what a feed may be called.
 *
 * One line for each fact, in a fixed order, so that equal rules have equal texts:
 *
 *     zone Europe/Stockholm
 *     day_hours 8000
 *     hours 0 480-720,780-1020          weekday, minutes of the day
 *     holiday 2027-01-06 Epiphany       the name is the rest of the line
 *     yearly 12-25 Christmas Day
 *     break 2027-03-04 780-900 Meeting
 */
#include "domain/calendar/inner.h"

#include "domain/calendar/store.h"

#define RULES_TEXT_MAX (8u * 1024 * 1024)

bool calendar_feed_name_is_safe(Str name)
{
    if (name.len < 5 || name.len > 100 || name.ptr[0] == '.' || !str_ends(name, STR(".ics")))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')
            && c != '.' && c != '_' && c != '-')
            return false;
    }
    return true;
}

/* ---- writing ---- */

static void put_windows(Buf *b, const CalendarWindows *w)
{
    for (size_t i = 0; i < w->n; i++)
        buf_add_fmt(b, "%s%d-%d", i > 0 ? "," : " ", (int)w->at[i].from_min, (int)w->at[i].to_min);
}

static void put_name(Buf *b, Str name)
{
    if (name.len > 0) {
        buf_add_char(b, ' ');
        buf_add(b, name);
    }
    buf_add_char(b, '\n');
}

Rc calendar_rules_text(Arena *a, const CalendarRules *r, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, RULES_TEXT_MAX);
    buf_add_fmt(&b, "zone %.*s\nday_hours %lld\n", STR_ARG(r->zone), (long long)r->day_hours);
    for (int d = 0; d < 7; d++) {
        if (r->hours[d].n == 0)
            continue;
        buf_add_fmt(&b, "hours %d", d);
        put_windows(&b, &r->hours[d]);
        buf_add_char(&b, '\n');
    }
    for (size_t i = 0; i < r->holidays.n; i++) {
        buf_add_lit(&b, "holiday ");
        buf_add(&b, clock_date(a, r->holidays.at[i].date));
        put_name(&b, r->holidays.at[i].name);
    }
    for (size_t i = 0; i < r->yearly.n; i++) {
        buf_add_fmt(&b, "yearly %02d-%02d", (int)r->yearly.at[i].month, (int)r->yearly.at[i].day);
        put_name(&b, r->yearly.at[i].name);
    }
    for (size_t i = 0; i < r->breaks.n; i++) {
        if (r->breaks.at[i].closed.n == 0)
            continue;
        buf_add_lit(&b, "break ");
        buf_add(&b, clock_date(a, r->breaks.at[i].date));
        put_windows(&b, &r->breaks.at[i].closed);
        put_name(&b, r->breaks.at[i].name);
    }
    TRY(buf_result(&b));
    *ret = str_dup(a, buf_str(&b));
    return RC_OK;
}

/* ---- reading ---- */

static bool get_windows(Arena *a, Str text, CalendarWindows *ret)
{
    while (text.len > 0) {
        Str to = str_cut(&text, ','), from = str_cut(&to, '-');
        int64_t m, n;
        if (!str_to_i64(from, &m) || !str_to_i64(to, &n)
            || LIST_PUSH(a, ret, (CalendarWindow){ (int32_t)m, (int32_t)n }) != RC_OK)
            return false;
    }
    return true;
}

static bool get_line(Arena *a, Str line, CalendarRules *r)
{
    Str word = str_cut(&line, ' '), first = line;
    int64_t n = 0;

    if (str_eq_z(word, "zone")) {
        r->zone = line;
        return true;
    }
    if (str_eq_z(word, "day_hours"))
        return str_to_i64(line, &r->day_hours);
    first = str_cut(&line, ' ');
    if (str_eq_z(word, "hours"))
        return str_to_i64(first, &n) && n >= 0 && n < 7 && get_windows(a, line, &r->hours[n]);
    if (str_eq_z(word, "holiday")) {
        CalendarHoliday h = { .name = line };
        return clock_parse_date(first, &h.date) && LIST_PUSH(a, &r->holidays, h) == RC_OK;
    }
    if (str_eq_z(word, "yearly")) {
        CalendarYearly y = { .name = line };
        Ms date;
        if (!clock_parse_date(str_fmt(a, "2000-%.*s", STR_ARG(first)), &date))
            return false;
        CivilTime t = clock_civil_utc(date);
        y.month = t.month;
        y.day = t.day;
        return LIST_PUSH(a, &r->yearly, y) == RC_OK;
    }
    if (str_eq_z(word, "break")) {
        CalendarBreak b = { 0 };
        Str windows = str_cut(&line, ' ');
        b.name = line;
        return clock_parse_date(first, &b.date) && get_windows(a, windows, &b.closed)
               && LIST_PUSH(a, &r->breaks, b) == RC_OK;
    }
    return false;
}

Rc calendar_rules_read(Arena *a, Str text, CalendarRules *ret)
{
    CalendarRules r = { 0 };

    while (text.len > 0) {
        Str line = str_cut(&text, '\n');
        if (line.len > 0 && !get_line(a, line, &r))
            return RC_INTERNAL; /* we wrote it */
    }
    *ret = r;
    return RC_OK;
}
