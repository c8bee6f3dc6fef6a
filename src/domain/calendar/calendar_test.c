#include "domain/calendar/calendar.h"

#include "support/test.h"

static int32_t minute_of(Str clock)
{
    int64_t h = 0, m = 0;

    EXPECT(str_to_i64(str_sub(clock, 0, 2), &h) && str_to_i64(str_skip(clock, 3), &m));
    return (int32_t)(h * 60 + m);
}

/* "09:00-12:00 13:00-17:00" */
static CalendarWindows windows(const char *text)
{
    CalendarWindows w = { 0 };
    Str rest = str_z(text);

    while (rest.len > 0) {
        Str to = str_cut(&rest, ' '), from = str_cut(&to, '-');
        EXPECT_RC(RC_OK,
                  LIST_PUSH(test_arena(), &w, (CalendarWindow){ minute_of(from), minute_of(to) }));
    }
    return w;
}

static Ms day(const char *text)
{
    Ms at = MS_NONE;

    EXPECT(clock_parse_date(str_z(text), &at));
    return at;
}

/* Monday to Friday the same windows. */
static CalendarRules week(const char *zone, const char *hours)
{
    CalendarRules r = { .key = STR("test"), .zone = str_z(zone) };

    for (int i = 0; i < 5; i++)
        r.hours[i] = windows(hours);
    return r;
}

static void holiday(CalendarRules *r, const char *date)
{
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r->holidays, (CalendarHoliday){ .date = day(date) }));
}

static Calendar *compiled(const CalendarRules *r)
{
    Calendar *c = NULL;
    CalendarFault fault = { 0 };

    EXPECT_RC(RC_OK, calendar_compile(test_arena(), r, zone_get(r->zone), &c, &fault));
    return c;
}

static const CalendarLine *line(const CalendarRules *r)
{
    const CalendarLine *l = NULL;
    CalendarSpan span = { .calendar = compiled(r) };

    EXPECT_RC(RC_OK, calendar_line(test_arena(), &span, 1, &l));
    return l;
}

static const char *refusal(const CalendarRules *r)
{
    Calendar *c = NULL;
    CalendarFault fault = { 0 };

    EXPECT_RC(RC_INVALID, calendar_compile(test_arena(), r, zone_get(r->zone), &c, &fault));
    EXPECT(c == NULL);
    EXPECT(fault.text.msgid != NULL);
    return fault.code;
}

TEST(calendar_add_and_sub_count_only_working_time)
{
    static const struct {
        int line;
        const char *from;
        int64_t min;
        const char *added, *back;
    } cases[] = {
        { __LINE__, "2030-01-04T10:00Z", 60, "2030-01-04T11:00Z", "2030-01-04T09:00Z" },
        { __LINE__, "2030-01-04T16:30Z", 60, "2030-01-07T09:30Z", "2030-01-04T15:30Z" },
        { __LINE__, "2030-01-05T16:30Z", 1, "2030-01-07T09:01Z", "2030-01-04T16:59Z" },
        /* exactly a day: closing time stays, going back the opening stays */
        { __LINE__, "2030-01-04T09:00Z", 480, "2030-01-04T17:00Z", "2030-01-03T09:00Z" },
        { __LINE__, "2030-01-04T17:00Z", 480, "2030-01-07T17:00Z", "2030-01-04T09:00Z" },
        { __LINE__, "2030-01-05T12:00Z", 0, "2030-01-05T12:00Z", "2030-01-05T12:00Z" },
        /* fifty years: 2088 hours and more a year */
        { __LINE__, "2030-01-04T10:00Z", 480 * 5 * 52 * 50, "2079-11-03T10:00Z",
          "1980-03-07T10:00Z" },
    };
    CalendarRules r = week("UTC", "09:00-17:00");
    const CalendarLine *c = line(&r);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Ms from = ms(cases[i].from);
        EXPECT_MS_AT(cases[i].line, ms(cases[i].added),
                     calendar_add(c, from, cases[i].min * MS_MINUTE));
        EXPECT_MS_AT(cases[i].line, ms(cases[i].back),
                     calendar_sub(c, from, cases[i].min * MS_MINUTE));
        EXPECT_MS_AT(cases[i].line, ms(cases[i].back),
                     calendar_add(c, from, -cases[i].min * MS_MINUTE));
    }
}

TEST(calendar_counts_milliseconds_and_the_edges_of_a_window)
{
    CalendarRules r = week("UTC", "09:00-17:00");
    const CalendarLine *c = line(&r);
    Ms open = ms("2030-01-04T09:00Z"), shut = ms("2030-01-04T17:00Z");

    EXPECT_INT(1, calendar_between(c, open, open + 1));
    EXPECT_INT(0, calendar_between(c, open - 1, open));
    EXPECT_INT(1, calendar_between(c, shut - 1, shut + 1));
    EXPECT_INT(0, calendar_between(c, shut, open));
    EXPECT_MS(open + 1, calendar_add(c, open - 5, 1));
    EXPECT_MS(shut, calendar_add(c, shut - 7, 7));
    EXPECT_MS(ms("2030-01-07T09:00:00.001Z"), calendar_add(c, shut, 1));
    EXPECT_MS(shut - 1, calendar_sub(c, shut + MS_HOUR, 1));
    EXPECT(calendar_is_open(c, open) && !calendar_is_open(c, open - 1));
    EXPECT(calendar_is_open(c, shut - 1) && !calendar_is_open(c, shut));
}

TEST(calendar_next_open_and_prev_close_go_over_touching_windows)
{
    CalendarRules r = week("UTC", "09:00-12:00 12:00-24:00");
    r.hours[1] = windows("00:00-03:00 10:00-11:00");
    const CalendarLine *c = line(&r);

    EXPECT_MS(ms("2030-01-07T09:00Z"), calendar_next_open(c, ms("2030-01-05T10:00Z")));
    EXPECT_MS(ms("2030-01-07T12:00Z"), calendar_next_open(c, ms("2030-01-07T12:00Z")));
    EXPECT_MS(ms("2030-01-07T12:00Z"), calendar_prev_close(c, ms("2030-01-07T12:00Z")));
    EXPECT_MS(ms("2030-01-08T00:00Z"), calendar_prev_close(c, ms("2030-01-08T00:00Z")));
    EXPECT_MS(ms("2030-01-08T03:00Z"), calendar_prev_close(c, ms("2030-01-08T04:00Z")));
    /* at the opening nobody has worked yet */
    EXPECT_MS(ms("2030-01-08T03:00Z"), calendar_prev_close(c, ms("2030-01-08T10:00Z")));
    EXPECT_MS(ms("2030-01-08T10:00Z"), calendar_next_open(c, ms("2030-01-08T03:00Z")));
}

TEST(calendar_windows_over_midnight_belong_to_the_day_on_which_they_start)
{
    CalendarRules r = week("UTC", "22:00-06:00");
    holiday(&r, "2030-01-09"); /* a Wednesday */
    const CalendarLine *c = line(&r);

    /* Friday's window runs into Saturday, Tuesday's into the holiday. */
    EXPECT_INT(8 * MS_HOUR, calendar_between(c, ms("2030-01-04T12:00Z"), ms("2030-01-06T12:00Z")));
    EXPECT_INT(6 * MS_HOUR, calendar_between(c, ms("2030-01-09T00:00Z"), ms("2030-01-10T12:00Z")));
    EXPECT_MS(ms("2030-01-10T22:00Z"), calendar_next_open(c, ms("2030-01-09T06:00Z")));
    /* Saturday is no working day, though somebody works in its first hours. */
    EXPECT_MS(ms("2030-01-07T23:00Z"), calendar_add_days(c, ms("2030-01-04T23:00Z"), 1));
}

TEST(calendar_holidays_yearly_days_and_breaks_close)
{
    CalendarRules r = week("UTC", "09:00-17:00");
    CalendarBreak b = { .date = day("2030-01-08"), .closed = windows("12:00-13:30") };
    CalendarYearly leap = { .month = 2, .day = 29 }, first = { .month = 5, .day = 1 };

    holiday(&r, "2030-01-07");
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r.breaks, b));
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r.yearly, leap));
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r.yearly, first));
    const CalendarLine *c = line(&r);
    EXPECT_INT(390 * MS_MINUTE,
               calendar_between(c, ms("2030-01-05T00:00Z"), ms("2030-01-09T00:00Z")));
    EXPECT_MS(ms("2030-01-08T13:30Z"), calendar_next_open(c, ms("2030-01-08T12:10Z")));
    EXPECT_MS(ms("2030-01-08T12:00Z"), calendar_prev_close(c, ms("2030-01-08T13:30Z")));
    EXPECT_INT(0, calendar_between(c, ms("2028-02-29T00:00Z"), ms("2028-03-01T00:00Z")));
    EXPECT_INT(8 * MS_HOUR, calendar_between(c, ms("2030-02-28T00:00Z"), ms("2030-03-01T00:00Z")));
    /* 2599-05-01 is a Friday, far beyond everything with a date */
    EXPECT_INT(0, calendar_between(c, ms("2599-05-01T00:00Z"), ms("2599-05-02T00:00Z")));
    EXPECT_INT(8 * MS_HOUR, calendar_between(c, ms("2599-04-30T00:00Z"), ms("2599-05-02T00:00Z")));
    EXPECT_INT(0, calendar_between(c, ms("1401-05-01T00:00Z"), ms("1401-05-02T00:00Z")));
}

TEST(calendar_follows_what_a_wall_clock_shows_when_clocks_change)
{
    CalendarRules r = { .zone = STR("Europe/Stockholm") };
    /* 2030-03-31 02:00 becomes 03:00; 2030-10-27 03:00 becomes 02:00. */
    r.hours[6] = windows("01:30-02:15 02:30-02:45 02:50-04:00");
    const CalendarLine *c = line(&r);
    EXPECT_INT(90 * MS_MINUTE,
               calendar_between(c, ms("2030-03-30T12:00Z"), ms("2030-04-01T00:00Z")));
    EXPECT_MS(ms("2030-03-31T00:30Z"), calendar_next_open(c, ms("2030-03-30T12:00Z")));
    EXPECT_MS(ms("2030-03-31T02:00Z"), calendar_add(c, ms("2030-03-30T12:00Z"), 90 * MS_MINUTE));
    /* the first 02:15, the first 02:30; 04:00 comes once: 45 + 15 + 130 minutes */
    EXPECT_INT(190 * MS_MINUTE,
               calendar_between(c, ms("2030-10-26T12:00Z"), ms("2030-10-28T00:00Z")));
    EXPECT_MS(ms("2030-10-27T00:15Z"), calendar_prev_close(c, ms("2030-10-27T00:20Z")));
}

TEST(calendar_has_no_time_on_a_day_that_its_zone_never_had)
{
    CalendarRules r = week("Pacific/Apia", "09:00-17:00"); /* 2011-12-30, a Friday, is missing */
    const CalendarLine *c = line(&r);

    EXPECT_INT(8 * MS_HOUR, calendar_between(c, ms("2011-12-29T10:00Z"), ms("2012-01-01T00:00Z")));
    /* Thursday 29 December 10:00; the next working day is Monday 2 January */
    EXPECT_MS(ms("2012-01-01T20:00Z"), calendar_add_days(c, ms("2011-12-29T20:00Z"), 1));
}

TEST(calendar_add_days_keeps_the_local_time_and_moves_to_the_next_opening)
{
    static const struct {
        int line;
        const char *from;
        int32_t days;
        const char *due;
    } cases[] = {
        { __LINE__, "2030-03-29T10:00Z", 1, "2030-04-01T09:00Z" }, /* 11:00 local over the change */
        { __LINE__, "2030-01-04T20:00Z", 1, "2030-01-08T08:00Z" }, /* evening: next opening */
        { __LINE__, "2030-01-05T10:00Z", 1, "2030-01-07T10:00Z" }, /* from a Saturday */
        { __LINE__, "2030-01-05T10:00Z", 0, "2030-01-07T08:00Z" },
        { __LINE__, "2030-01-07T10:00Z", 5, "2030-01-14T10:00Z" },
        { __LINE__, "2030-01-07T10:00Z", -1, "2030-01-04T10:00Z" },
        { __LINE__, "2030-01-07T10:00Z", 5 * 20871, "2430-01-07T10:00Z" },
    };
    CalendarRules r = week("Europe/Stockholm", "09:00-17:00");
    const CalendarLine *c = line(&r);

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_MS_AT(cases[i].line, ms(cases[i].due),
                     calendar_add_days(c, ms(cases[i].from), cases[i].days));
}

TEST(calendar_line_counts_by_the_version_in_force)
{
    CalendarRules old = week("UTC", "09:00-17:00"), new = week("UTC", "10:00-14:00");
    CalendarSpan spans[] = { { 0, compiled(&old) }, { ms("2030-01-09T11:00Z"), compiled(&new) } };
    const CalendarLine *c = NULL;

    EXPECT_RC(RC_OK, calendar_line(test_arena(), spans, 2, &c));
    /* Wednesday: 09-11 by the old hours, 11-14 by the new ones; Thursday four hours */
    EXPECT_INT(5 * MS_HOUR, calendar_between(c, ms("2030-01-09T00:00Z"), ms("2030-01-10T00:00Z")));
    EXPECT_INT(9 * MS_HOUR, calendar_between(c, ms("2030-01-09T00:00Z"), ms("2030-01-11T00:00Z")));
    EXPECT_MS(ms("2030-01-10T11:00Z"), calendar_add(c, ms("2030-01-08T16:00Z"), 7 * MS_HOUR));
    EXPECT_MS(ms("2030-01-08T16:00Z"), calendar_sub(c, ms("2030-01-10T11:00Z"), 7 * MS_HOUR));
    EXPECT_MS(ms("2030-01-09T11:00Z"), calendar_add(c, ms("2030-01-09T08:00Z"), 2 * MS_HOUR));
    EXPECT_MS(ms("2030-01-09T11:00Z"), calendar_next_open(c, ms("2030-01-09T11:00Z")));
    EXPECT_MS(ms("2030-01-10T10:00Z"), calendar_add_days(c, ms("2030-01-09T09:00Z"), 1));
    EXPECT(calendar_at(c, ms("2030-01-09T10:59Z")) == spans[0].calendar);
    EXPECT(calendar_at(c, ms("2030-01-09T11:00Z")) == spans[1].calendar);
    /* not ascending, none at all */
    spans[1].from = MS_NONE;
    EXPECT_RC(RC_INVALID, calendar_line(test_arena(), spans, 2, &c));
    EXPECT_RC(RC_INVALID, calendar_line(test_arena(), spans, 0, &c));
}

TEST(calendar_answers_none_beyond_what_an_instant_holds)
{
    CalendarRules r = week("Europe/Stockholm", "09:00-17:00");
    const CalendarLine *c = line(&r);
    Ms now = ms("2030-01-07T10:00Z");

    EXPECT_MS(MS_NONE, calendar_add(c, now, INT64_MAX));
    EXPECT_MS(MS_NONE, calendar_add(c, now, INT64_MAX / 2));
    EXPECT_MS(MS_NONE, calendar_sub(c, now, INT64_MAX));
    EXPECT_MS(MS_NONE, calendar_add(c, now, INT64_MIN));
    EXPECT_MS(MS_NONE, calendar_add(c, MS_NONE, 5));
    EXPECT_MS(MS_NONE, calendar_next_open(c, MS_NONE));
    EXPECT_MS(MS_NONE, calendar_prev_close(c, MS_NONE));
    EXPECT_MS(MS_NONE, calendar_add_days(c, MS_NONE, 5));
    EXPECT_INT(0, calendar_between(c, MS_NONE, now));
    EXPECT(!calendar_is_open(c, MS_NONE));
    EXPECT(calendar_between(c, INT64_MIN + 1, INT64_MAX) > INT64_MAX / 5);
    EXPECT(calendar_next_open(c, INT64_MAX) == MS_NONE
           || calendar_next_open(c, INT64_MAX) == INT64_MAX);
    EXPECT(calendar_add_days(c, now, INT32_MAX) > now);
    EXPECT_MS(MS_NONE, calendar_add(NULL, INT64_MAX, 1));
}

TEST(calendar_without_a_line_works_around_the_clock)
{
    const Zone *zone = zone_get(STR("Europe/Stockholm"));
    Ms at = ms("2030-03-30T10:00Z"); /* the night before clocks go forward */

    EXPECT_MS(at + 5, calendar_add(NULL, at, 5));
    EXPECT_MS(at - 5, calendar_sub(NULL, at, 5));
    EXPECT_INT(MS_DAY, calendar_between(NULL, at, at + MS_DAY));
    EXPECT_MS(at, calendar_next_open(NULL, at));
    EXPECT_MS(at, calendar_prev_close(NULL, at));
    EXPECT_MS(at + 3 * MS_HOUR, calendar_move(NULL, at, (TimeSpan){ 3, SPAN_WORK_HOURS }, zone));
    EXPECT_MS(at + 23 * MS_HOUR, calendar_move(NULL, at, (TimeSpan){ 1, SPAN_WORK_DAYS }, zone));
    EXPECT_MS(MS_NONE, calendar_move(NULL, at, (TimeSpan){ 0 }, zone));
}

TEST(calendar_pieces_are_what_a_span_is_made_of)
{
    CalendarRules r = week("UTC", "09:00-12:00 22:00-02:00");
    const CalendarLine *c = line(&r);
    CalendarPieces p;

    EXPECT_RC(RC_OK, calendar_pieces(test_arena(), c, ms("2030-01-07T10:00Z"),
                                     ms("2030-01-08T01:00Z"), 10, &p));
    EXPECT_INT(3, p.n);
    EXPECT_MS(ms("2030-01-07T10:00Z"), p.at[0].from);
    EXPECT_MS(ms("2030-01-07T12:00Z"), p.at[0].to);
    EXPECT_MS(ms("2030-01-08T00:00Z"), p.at[1].to);
    EXPECT_MS(ms("2030-01-08T01:00Z"), p.at[2].to);
    EXPECT_RC(RC_OK, calendar_pieces(test_arena(), c, ms("2030-01-07T10:00Z"),
                                     ms("2040-01-08T01:00Z"), 10, &p));
    EXPECT_INT(10, p.n);
}

TEST(calendar_refuses_what_can_be_no_calendar)
{
    CalendarRules none = { .zone = STR("UTC") };
    EXPECT_STR("no_opening", refusal(&none));

    CalendarRules r = week("UTC", "09:00-12:00 11:59-13:00");
    EXPECT_STR("overlapping_windows", refusal(&r));
    r = week("UTC", "09:00-12:00 12:00-13:00");
    EXPECT(compiled(&r) != NULL);
    r = week("UTC", "20:00-09:01");
    r.hours[1] = windows("09:00-10:00");
    EXPECT_STR("overlapping_windows", refusal(&r));
    /* Sunday night into Monday morning */
    r = week("UTC", "05:00-12:00");
    r.hours[6] = windows("20:00-05:01");
    EXPECT_STR("overlapping_windows", refusal(&r));
    r.hours[6] = windows("20:00-05:00");
    EXPECT(compiled(&r) != NULL);
    r = week("UTC", "10:00-10:00");
    EXPECT(compiled(&r) != NULL); /* 24 hours */

    r = week("Europe/Atlantis", "09:00-17:00");
    EXPECT_STR("unknown_zone", refusal(&r));
    r = week("UTC", "24:00-02:00");
    EXPECT_STR("bad_window", refusal(&r));
    r = week("UTC", "09:00-24:00");
    EXPECT(compiled(&r) != NULL);
    r = week("UTC", "09:00-24:01");
    EXPECT_STR("bad_window", refusal(&r));

    r = week("UTC", "09:00-17:00");
    holiday(&r, "2200-12-31");
    EXPECT(compiled(&r) != NULL);
    holiday(&r, "2201-01-01");
    EXPECT_STR("bad_date", refusal(&r));
    r = week("UTC", "09:00-17:00");
    CalendarYearly y = { .month = 2, .day = 30 };
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r.yearly, y));
    EXPECT_STR("bad_date", refusal(&r));
}

TEST(calendar_refuses_yearly_holidays_that_take_every_day)
{
    CalendarRules r = week("UTC", "09:00-17:00");

    for (int32_t m = 1; m <= 12; m++)
        for (int32_t d = 1; d <= clock_days(2000, m + 1, 1) - clock_days(2000, m, 1); d++)
            EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &r.yearly, (CalendarYearly){ m, d, STR("") }));
    EXPECT_STR("no_opening", refusal(&r));
    /* One day a year is enough. */
    r.yearly.n--;
    const CalendarLine *c = line(&r);
    EXPECT_MS(ms("2030-12-31T09:00Z"), calendar_next_open(c, ms("2030-01-01T00:00Z")));
}
