#include "support/test.h"

TEST(clock_days_known_dates)
{
    EXPECT_INT(0, clock_days(1970, 1, 1));
    EXPECT_INT(-1, clock_days(1969, 12, 31));
    EXPECT_INT(11016, clock_days(2000, 2, 29));
    EXPECT_INT(11017, clock_days(2000, 3, 1));
    EXPECT_INT(-719528, clock_days(0, 1, 1));
    EXPECT_INT(2932896, clock_days(9999, 12, 31));
}

TEST(clock_days_rolls_over)
{
    EXPECT_INT(clock_days(2031, 1, 1), clock_days(2030, 13, 1));
    EXPECT_INT(clock_days(2029, 12, 1), clock_days(2030, 0, 1));
    EXPECT_INT(clock_days(2028, 11, 30), clock_days(2030, -12, 0));
    EXPECT_INT(clock_days(2028, 2, 29), clock_days(2028, 3, 0));
    EXPECT_INT(clock_days(2027, 3, 1), clock_days(2027, 2, 29));
}

/* Walks 800 years day by day with the rules for leap years written out. */
TEST(clock_civil_agrees_with_the_calendar_day_by_day)
{
    static const int32_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t day = clock_days(1600, 1, 1);
    int32_t weekday = 5; /* a Saturday */

    for (int32_t y = 1600; y < 2400; y++)
        for (int32_t m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            for (int32_t d = 1; d <= lengths[m - 1] + (m == 2 && leap); d++, day++) {
                CivilTime t = clock_civil_utc(day * MS_DAY + 86399999);
                EXPECT_INT(day, clock_days(y, m, d));
                EXPECT(t.year == y && t.month == m && t.day == d && t.weekday == weekday);
                EXPECT(t.hour == 23 && t.minute == 59 && t.second == 59 && t.ms == 999);
                EXPECT_INT(day * MS_DAY + 86399999, clock_from_civil_utc(&t));
                weekday = (weekday + 1) % 7;
            }
        }
}

TEST(clock_holds_at_the_ends_of_time)
{
    CivilTime last = clock_civil_utc(INT64_MAX), first = clock_civil_utc(INT64_MIN + 1);
    CivilTime beyond = { .year = INT32_MAX, .month = 1, .day = 1 };

    EXPECT_INT(292278994, last.year);
    EXPECT_INT(INT64_MAX, clock_from_civil_utc(&last));
    EXPECT_INT(-292275055, first.year);
    EXPECT_INT(INT64_MIN + 1, clock_from_civil_utc(&first));
    EXPECT_INT(INT64_MAX, clock_from_civil_utc(&beyond));
    beyond.year = INT32_MIN;
    EXPECT_INT(INT64_MIN + 1, clock_from_civil_utc(&beyond));
    beyond = (CivilTime){ INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX,
                          INT32_MAX, INT32_MAX, 0,         0 };
    EXPECT_INT(INT64_MAX, clock_from_civil_utc(&beyond));
}

TEST(clock_rfc3339_reads_and_writes)
{
    static const struct {
        int line;
        const char *text;
        Ms at;
        const char *written;
    } cases[] = {
        { __LINE__, "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z" },
        { __LINE__, "1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z" },
        { __LINE__, "2027-06-01T12:30:15+02:00", 1811845815000, "2027-06-01T10:30:15Z" },
        { __LINE__, "2027-06-01t12:30:15.5z", 1811853015500, "2027-06-01T12:30:15.500Z" },
        { __LINE__, "2027-06-01T00:00:00-23:59", 1811894340000, "2027-06-01T23:59:00Z" },
        { __LINE__, "2027-06-01T00:00:00-00:00", 1811808000000, "2027-06-01T00:00:00Z" },
        { __LINE__, "2027-06-01T00:00:00.001999999Z", 1811808000001, "2027-06-01T00:00:00.001Z" },
        { __LINE__, "2028-02-29T00:00:00Z", 1835395200000, "2028-02-29T00:00:00Z" },
        { __LINE__, "0000-01-01T00:00:00Z", -62167219200000, "0000-01-01T00:00:00Z" },
        { __LINE__, "9999-12-31T23:59:59.999Z", 253402300799999, "9999-12-31T23:59:59.999Z" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Ms at = MS_NONE;
        EXPECT_AT(cases[i].line, clock_parse_rfc3339(str_z(cases[i].text), &at));
        EXPECT_INT_AT(cases[i].line, cases[i].at, at);
        EXPECT_STR_AT(cases[i].line, cases[i].written, clock_rfc3339(test_arena(), at));
    }
}

TEST(clock_rfc3339_refuses)
{
    static const char *const refused[] = {
        "",
        "2027",
        "2027-06-01",
        "2027-06-01T12:30:15",
        "2027-06-01T12:30Z",
        "2027-06-01 12:30:15Z",
        "2027-06-01T12:30:15+0200",
        "2027-06-01T12:30:15+02",
        "2027-06-01T12:30:15+24:00",
        "2027-06-01T12:30:15+02:60",
        "2027-06-01T12:30:15 Z",
        "2027-06-01T12:30:15ZZ",
        "2027-06-01T12:30:15Z ",
        " 2027-06-01T12:30:15Z",
        "2027-00-01T12:30:15Z",
        "2027-13-01T12:30:15Z",
        "2027-06-00T12:30:15Z",
        "2027-06-31T12:30:15Z",
        "2027-02-29T12:30:15Z",
        "2100-02-29T12:30:15Z",
        "2027-06-01T24:00:00Z",
        "2027-06-01T12:60:00Z",
        "2027-06-01T23:59:60Z",
        "2027-06-01T12:30:15.Z",
        "2027-06-01T12:30:15.0123456789Z",
        "27-06-01T12:30:15Z",
        "+2027-06-01T12:30:15Z",
        "-2027-06-01T12:30:15Z",
        "2027-6-1T12:30:15Z",
        "2027-06-01T12:30:15,5Z",
        "2027-W01-1T12:30:15Z",
        "2027-06-01T1a:30:15Z",
        "2027-06-01T12:30:15",
        "2027-06-01T12:30:15-",
        "2027-06-01T12:30:15.5",
    };
    Ms kept = 42;

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        EXPECT_AT((int)i, !clock_parse_rfc3339(str_z(refused[i]), &kept));
    EXPECT(!clock_parse_rfc3339(STR_NULL, &kept));
    EXPECT_INT(42, kept);
}

TEST(clock_writes_nothing_outside_four_digit_years)
{
    Arena *a = test_arena();

    EXPECT(str_is_null(clock_rfc3339(a, MS_NONE)) && str_is_null(clock_date(a, MS_NONE)));
    EXPECT(str_is_null(clock_rfc3339(a, INT64_C(253402300800000))));
    EXPECT(str_is_null(clock_date(a, INT64_C(253402300800000))));
    EXPECT(str_is_null(clock_rfc3339(a, INT64_C(-62167219200001))));
    EXPECT_STR("9999-12-31", clock_date(a, INT64_C(253402300799999)));
}

TEST(clock_dates)
{
    Ms at = 42;

    EXPECT(!clock_parse_date(STR("2027-6-01"), &at) && !clock_parse_date(STR("2027-06-01Z"), &at));
    EXPECT(!clock_parse_date(STR("2027-02-29"), &at) && !clock_parse_date(STR(""), &at));
    EXPECT_INT(42, at);
    EXPECT(clock_parse_date(STR("2028-02-29"), &at));
    EXPECT_MS(ms("2028-02-29T00:00Z"), at);
    EXPECT_STR("2028-02-29", clock_date(test_arena(), at + MS_DAY - 1));
}

TEST(clock_reads_the_machine_clock)
{
    Ms wall = clock_now_ms(), steady = clock_monotonic_ms();

    EXPECT(wall > ms("2025-01-01T00:00Z") && wall < ms("2200-01-01T00:00Z"));
    EXPECT(clock_monotonic_ms() >= steady);
}
