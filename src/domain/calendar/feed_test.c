#include "domain/calendar/calendar.h"

#include "support/test.h"

#define ICS(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n" events "END:VCALENDAR\r\n"
#define EVENT(uid, rest)                                                                           \
    "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20290101T000000Z\r\n" rest "END:VEVENT\r\n"
#define DAY(date) "DTSTART;VALUE=DATE:" date "\r\n"

static Rc parse(Str ics, CalendarHolidays *ret, size_t *ret_timed)
{
    Text why = { 0 };
    Rc rc = calendar_feed_parse(test_arena(), ics, ms("2030-06-01T00:00Z"), ret, ret_timed, &why);

    EXPECT((rc == RC_INVALID) == (why.msgid != NULL));
    return rc;
}

/* The days as "2030-01-01 2030-01-06". */
static Str days(const char *ics)
{
    CalendarHolidays list = { 0 };
    size_t timed;
    Str s = STR("");

    EXPECT_RC(RC_OK, parse(str_z(ics), &list, &timed));
    for (size_t i = 0; i < list.n; i++)
        s = str_fmt(test_arena(), "%.*s%s%.*s", STR_ARG(s), i > 0 ? " " : "",
                    STR_ARG(clock_date(test_arena(), list.at[i].date)));
    return s;
}

TEST(calendar_feed_gives_whole_days_with_their_names)
{
    CalendarHolidays list = { 0 };
    size_t timed = 0;

    EXPECT_RC(RC_OK,
              parse(STR(ICS(EVENT("1", DAY("20300106") "SUMMARY:Trettondedag\\, jul\r\n")
                                EVENT("2", "DTSTART:20300107T090000Z\r\nSUMMARY:Meeting\r\n")
                                    EVENT("3", DAY("20300101") "SUMMARY:New\r\n  Year\r\n")
                                        EVENT("4", DAY("20300106") "SUMMARY:Zweimal\r\n")
                                            EVENT("5", DAY("20300501") "STATUS:CANCELLED\r\n"))),
                    &list, &timed));
    EXPECT_INT(2, list.n);
    EXPECT_INT(1, timed);
    EXPECT_STR("New Year", list.at[0].name);
    EXPECT_STR("Trettondedag, jul", list.at[1].name);
}

TEST(calendar_feed_writes_out_repeated_and_long_days)
{
    EXPECT_STR("2030-12-24 2030-12-25 2030-12-26",
               days(ICS(EVENT("1", DAY("20301224") "DTEND;VALUE=DATE:20301227\r\n"))));
    EXPECT_STR("2030-01-01 2031-01-01 2033-01-01",
               days(ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=YEARLY;COUNT=4\r\n"
                                                   "EXDATE;VALUE=DATE:20320101\r\n"))));
    /* the last Monday of May, three times; one of them moved by a day */
    EXPECT_STR(
        "2030-05-27 2031-05-27 2032-05-31",
        days(ICS(EVENT("1", DAY("20300527") "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3\r\n")
                     EVENT("1", "RECURRENCE-ID;VALUE=DATE:20310526\r\n" DAY("20310527")))));
    EXPECT_STR("2030-01-04 2030-02-01 2030-03-01",
               days(ICS(EVENT("1", DAY("20300104") "RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=3\r\n"))));
    EXPECT_STR("2030-01-04 2030-01-07 2030-01-11",
               days(ICS(EVENT("1", DAY("20300104") "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3\r\n"))));
    EXPECT_STR(
        "2030-01-04 2030-01-06",
        days(ICS(EVENT("1", DAY("20300104") "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20300107\r\n"))));
    EXPECT_STR("2030-03-01 2030-04-01",
               days(ICS(EVENT("1", DAY("20300301") "RDATE;VALUE=DATE:20300401\r\n"))));
    /* within ten years back and ahead */
    CalendarHolidays list = { 0 };
    size_t timed;
    EXPECT_RC(RC_OK,
              parse(STR(ICS(EVENT("1", DAY("19700101") "RRULE:FREQ=YEARLY\r\n"))), &list, &timed));
    EXPECT_INT(21, list.n);
    EXPECT_MS(ms("2020-01-01T00:00Z"), list.at[0].date);
    EXPECT_MS(ms("2040-01-01T00:00Z"), list.at[20].date);
}

TEST(calendar_feed_refuses_what_is_broken)
{
    static const char *const broken[] = {
        "",
        "holidays",
        "BEGIN:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20300101\r\n",
        ICS("BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20301301\r\nEND:VEVENT\r\n"),
        ICS("BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:No day\r\nEND:VEVENT\r\n"),
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=SOMETIMES\r\n")),
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\n")),
        /* days that never come: libical would seek them for a long time */
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n")),
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31\r\n")),
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=WEEKLY;BYSETPOS=9;BYDAY=MO\r\n")),
        ICS(EVENT("1", DAY("20300101") "RRULE:FREQ=DAILY;BYHOUR=1,2,3\r\n")),
        ICS(EVENT("1", DAY("20300101") "DTEND;VALUE=DATE:20320101\r\n")),
        ICS(EVENT("1", DAY("20300101") "SUMMARY:\xff\r\n")),
    };
    CalendarHolidays list = { 0 };
    size_t timed;

    for (size_t i = 0; i < COUNT_OF(broken); i++)
        EXPECT_RC_AT((int)i, RC_INVALID, parse(str_z(broken[i]), &list, &timed));
}

TEST(calendar_feed_refuses_what_is_too_large)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64u << 20);
    size_t n = CALENDAR_FEED_MAX_BYTES + 1, timed;
    char *big = arena_bytes(a, n);
    CalendarHolidays list = { 0 };
    Text why = { 0 };

    EXPECT(big != NULL);
    memset(big, 'x', n);
    EXPECT_RC(RC_INVALID, calendar_feed_parse(a, (Str){ big, n }, ms("2030-06-01T00:00Z"), &list,
                                              &timed, &why));
    EXPECT_STR("The file is too large: holidays fit into {0}.", why.msgid);
    /* a rule that names every day: the horizon ends it, the number of days does not pass it */
    EXPECT_RC(RC_INVALID,
              calendar_feed_parse(a, STR(ICS(EVENT("1", DAY("20200101") "RRULE:FREQ=DAILY\r\n"))),
                                  ms("2030-06-01T00:00Z"), &list, &timed, &why));
    EXPECT_STR("The file has more than {0} days.", why.msgid);
    /* one that has been repeating since long ago is followed up to a number of steps */
    EXPECT_RC(RC_INVALID,
              calendar_feed_parse(a, STR(ICS(EVENT("1", DAY("00010101") "RRULE:FREQ=DAILY\r\n"))),
                                  ms("2030-06-01T00:00Z"), &list, &timed, &why));
}
