/* feed.c - the whole days of an iCalendar file (RFC 5545), read by libical.
 *
 * What comes from elsewhere is bounded: bytes, events, days, and the steps of all rules together.
 * libical repairs what it can; a file of holidays that had to be repaired is refused instead, since a
 * day that is missing by accident would move every due time.
 */
#include "domain/calendar/calendar.h"

#include <libical/ical.h>
#include <pthread.h>

#define EVENTS_MAX 20000
#define STEPS_MAX  200000 /* of all rules of a file */
#define RULE_STEPS                                                                                 \
    400 /* what a rule costs at least, since libical seeks centuries ahead by itself */
#define LENGTH_MAX 366 /* days of one event */

typedef struct Reading {
    Arena *arena;
    int64_t first, last; /* days since 1970 between which repeated days are written out */
    CalendarHolidays days;
    size_t timed, events, steps;
    Text *why;
} Reading;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void quiet(void)
{
    icalerror_set_errors_are_fatal(false);
    ical_set_unknown_token_handling_setting(ICAL_DISCARD_TOKEN);
}

static Rc refuse(Reading *r, Text why)
{
    *r->why = why;
    return RC_INVALID;
}

static int64_t day_of(struct icaltimetype t)
{
    return clock_days(t.year, t.month, t.day);
}

static bool is_date(struct icaltimetype t)
{
    return !icaltime_is_null_time(t) && t.is_date && t.year >= 1 && t.year <= 9999 && t.month >= 1
           && t.month <= 12 && t.day >= 1
           && t.day <= clock_days(t.year, t.month + 1, 1) - clock_days(t.year, t.month, 1);
}

/* One line of words: what breaks a line, and the backslashes of RFC 5545, are gone already. */
static Str name_of(Reading *r, icalcomponent *event)
{
    Str s = str_trim(str_z(icalcomponent_get_summary(event)));
    char *to = arena_try(r->arena, s.len + 1);
    size_t n = 0;

    if (to == NULL || !str_is_utf8(s))
        return STR("");
    for (size_t i = 0; i < s.len; i++)
        to[n++] = (unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127 ? ' ' : s.ptr[i];
    Str clean = { to, n };
    while (str_chars(clean) > CALENDAR_NAME_MAX_CHARS)
        clean = str_shortened(clean, clean.len - 1);
    return str_is_clean_text(clean, false) ? str_trim(clean) : STR("");
}

/* ---- one event ---- */

LIST_OF(int64_t, Days);

static bool has_day(const Days *list, int64_t day)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == day)
            return true;
    return false;
}

static Rc add_day(Reading *r, int64_t day, Str name)
{
    if (day < r->first || day > r->last)
        return RC_OK;
    if (r->days.n >= CALENDAR_HOLIDAYS_MAX)
        return refuse(r, TEXT("The file has more than {0} days.", CALENDAR_HOLIDAYS_MAX));
    return LIST_PUSH(r->arena, &r->days, (CalendarHoliday){ day * MS_DAY, name });
}

static Rc add_event_at(Reading *r, int64_t day, int64_t length, Str name)
{
    for (int64_t i = 0; i < length; i++)
        TRY(add_day(r, day + i, name));
    return RC_OK;
}

/* Dates of EXDATE, and of later events of the same series that stand for one of its days. */
static Rc exceptions(Reading *r, icalcomponent *calendar, icalcomponent *event, Days *ret)
{
    const char *uid = icalcomponent_get_uid(event);

    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY))
        TRY(LIST_PUSH(r->arena, ret, day_of(icalproperty_get_exdate(p))));
    icalcompiter it = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    for (icalcomponent *c; uid != NULL && (c = icalcompiter_deref(&it)) != NULL;
         icalcompiter_next(&it)) {
        struct icaltimetype at = icalcomponent_get_recurrenceid(c);
        const char *its = icalcomponent_get_uid(c);
        if (!icaltime_is_null_time(at) && its != NULL && strcmp(uid, its) == 0)
            TRY(LIST_PUSH(r->arena, ret, day_of(at)));
    }
    return RC_OK;
}

static Rc too_many_steps(Reading *r)
{
    return refuse(r, TEXT("The repeated days of the file cannot be followed: there are too many."));
}

static bool has(const short *part)
{
    return part[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* Rules that whole days repeat by.  libical seeks the next day without a bound of ours, and one that
 * never comes (30 February, day by day) takes it seconds; so of finer rules only the parts that
 * always lead to a day are followed. */
static bool can_follow(const struct icalrecurrencetype *rule)
{
    if (has(rule->by_second) || has(rule->by_minute) || has(rule->by_hour))
        return false;
    switch ((int)rule->freq) {
    case ICAL_YEARLY_RECURRENCE: return true;
    case ICAL_MONTHLY_RECURRENCE:
        return !has(rule->by_month) && !has(rule->by_year_day) && !has(rule->by_week_no)
               && !(has(rule->by_day) && has(rule->by_month_day)) && !has(rule->by_set_pos);
    case ICAL_WEEKLY_RECURRENCE:
    case ICAL_DAILY_RECURRENCE:
        return !has(rule->by_month) && !has(rule->by_month_day) && !has(rule->by_year_day)
               && !has(rule->by_week_no) && !has(rule->by_set_pos)
               && (rule->freq == ICAL_WEEKLY_RECURRENCE || !has(rule->by_day));
    default: return false;
    }
}

static Rc follow_rule(Reading *r, icalproperty *p, struct icaltimetype start, int64_t length,
                      Str name, const Days *except)
{
    struct icalrecurrencetype rule = icalproperty_get_rrule(p);

    r->steps += RULE_STEPS;
    if (r->steps > STEPS_MAX)
        return too_many_steps(r);
    if (!can_follow(&rule))
        return refuse(r, TEXT("A whole day of the file repeats by a rule that is none."));
    icalrecur_iterator *it = icalrecur_iterator_new(rule, start);
    if (it == NULL)
        return refuse(r, TEXT("A whole day of the file repeats by a rule that is none."));
    Rc rc = RC_OK;
    while (rc == RC_OK) {
        struct icaltimetype t = icalrecur_iterator_next(it);
        if (icaltime_is_null_time(t) || day_of(t) > r->last)
            break;
        if (++r->steps > STEPS_MAX)
            rc = too_many_steps(r);
        else if (!has_day(except, day_of(t)))
            rc = add_event_at(r, day_of(t), length, name);
    }
    icalrecur_iterator_free(it);
    return rc;
}

static Rc read_event(Reading *r, icalcomponent *calendar, icalcomponent *event)
{
    struct icaltimetype start = icalcomponent_get_dtstart(event),
                        end = icalcomponent_get_dtend(event);
    Days except = { 0 };
    Str name = name_of(r, event);
    int64_t length = 1;

    if (++r->events > EVENTS_MAX)
        return refuse(r, TEXT("The file has more than {0} entries.", EVENTS_MAX));
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
        return RC_OK;
    if (!icaltime_is_null_time(start) && !start.is_date) {
        r->timed++;
        return RC_OK;
    }
    if (!is_date(start))
        return refuse(r, TEXT("An entry of the file has no date on which it begins."));
    if (!icaltime_is_null_time(end))
        length = day_of(end) - day_of(start);
    if (length < 1)
        length = 1;
    if (length > LENGTH_MAX)
        return refuse(r, TEXT("An entry of the file is longer than a year."));
    icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
    icalproperty *more = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY);
    if (rule == NULL && more == NULL)
        return add_event_at(r, day_of(start), length, name);
    TRY(exceptions(r, calendar, event, &except));
    r->steps += except.n;
    if (r->steps > STEPS_MAX)
        return too_many_steps(r);
    if (rule == NULL && !has_day(&except, day_of(start)))
        TRY(add_event_at(r, day_of(start), length, name));
    for (; rule != NULL; rule = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY))
        TRY(follow_rule(r, rule, start, length, name, &except));
    for (more = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); more != NULL;
         more = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
        struct icaltimetype t = icalproperty_get_rdate(more).time;
        if (++r->steps > STEPS_MAX)
            return too_many_steps(r);
        if (is_date(t) && !has_day(&except, day_of(t)))
            TRY(add_event_at(r, day_of(t), length, name));
    }
    return RC_OK;
}

static Rc read_calendar(Reading *r, icalcomponent *calendar)
{
    icalcompiter it = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);

    for (icalcomponent *c; (c = icalcompiter_deref(&it)) != NULL; icalcompiter_next(&it))
        TRY(read_event(r, calendar, c));
    return RC_OK;
}

/* ---- the file ---- */

static int by_date(const void *a, const void *b)
{
    const CalendarHoliday *x = a, *y = b;

    return x->date != y->date ? (x->date > y->date) - (x->date < y->date)
                              : str_cmp(x->name, y->name);
}

/* Each date once, with the first of its names. */
static void sort_days(CalendarHolidays *list)
{
    size_t n = 0;

    if (list->n > 1)
        qsort(list->at, list->n, sizeof *list->at, by_date);
    for (size_t i = 0; i < list->n; i++)
        if (n == 0 || list->at[n - 1].date != list->at[i].date)
            list->at[n++] = list->at[i];
    list->n = n;
}

static Rc read_root(Reading *r, icalcomponent *root)
{
    if (icalcomponent_count_errors(root) > 0)
        return refuse(r, TEXT("The file has lines that are no iCalendar."));
    if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
        return read_calendar(r, root);
    for (icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
         c != NULL; c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
        TRY(read_calendar(r, c));
    return RC_OK;
}

Rc calendar_feed_parse(Arena *a, Str ics, Ms now, CalendarHolidays *ret, size_t *ret_timed,
                       Text *ret_why)
{
    int32_t year = clock_civil_utc(now).year;
    Reading r = { .arena = a,
                  .first = clock_days(year - CALENDAR_FEED_YEARS, 1, 1),
                  .last = clock_days(year + CALENDAR_FEED_YEARS + 1, 1, 1) - 1,
                  .why = ret_why };
    Str text = ics;

    if (ics.len > CALENDAR_FEED_MAX_BYTES)
        return refuse(&r, TEXT("The file is too large: holidays fit into {0}.",
                               size_bytes(CALENDAR_FEED_MAX_BYTES)));
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_skip(text, 3);
    text = str_trim(text);
    if (!str_starts(text, STR("BEGIN:VCALENDAR")))
        return refuse(&r, TEXT("The file is no iCalendar: it does not begin with "
                               "BEGIN:VCALENDAR."));
    if (!str_ends(text, STR("END:VCALENDAR")))
        return refuse(&r, TEXT("The file is cut off: it does not end with END:VCALENDAR."));
    if (memchr(text.ptr, '\0', text.len) != NULL || !str_is_utf8(text))
        return refuse(&r, TEXT("The file is not UTF-8."));
    pthread_once(&once, quiet);
    char *copy = malloc(text.len + 1); /* libical wants it to end in NUL */
    if (copy != NULL) {
        memcpy(copy, text.ptr, text.len);
        copy[text.len] = '\0';
    }
    icalcomponent *root = copy != NULL ? icalparser_parse_string(copy) : NULL;
    free(copy);
    if (root == NULL)
        return refuse(&r, TEXT("The file has lines that are no iCalendar."));
    Rc rc = read_root(&r, root);
    icalcomponent_free(root);
    TRY(rc);
    sort_days(&r.days);
    *ret = r.days;
    *ret_timed = r.timed;
    return RC_OK;
}
