/* oracle_test.c - the arithmetic against a slow one that walks minute by minute.
 *
 * The oracle shares no code with what it judges: local time is the C library's, a window is looked at
 * in every minute, and nothing is summed beforehand but a count of minutes.  It keeps the highest time
 * that the wall clock has shown: a window is open while that lies in it.
 *
 * A few thousand cases; TEST_LONG in the environment: 100,000.
 */
#include "domain/calendar/calendar.h"

#include "support/test.h"

#include <time.h>

enum {
    LEAD = 4 * 1440,         /* minutes walked before the first that may be asked about */
    WALK = LEAD + 24 * 1440, /* all minutes of a case */
    DATES = WALK / 1440 + 6, /* local dates that they touch */
    CASES_OF_ONE = 100,
};

static const char *const zones[] = {
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/St_Johns",
    "Pacific/Chatham",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Stockholm",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "America/Santiago",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Gaza",
    "Antarctica/Troll",
    "America/Nuuk",
    "Pacific/Kiritimati",
    "Europe/Lisbon",
    "America/Asuncion",
    "Asia/Amman",
    "Africa/El_Aaiun",
    "Pacific/Norfolk",
    "America/Caracas",
    "Asia/Pyongyang",
    "Europe/Istanbul",
    "Atlantic/Azores",
    "Asia/Kolkata",
    "UTC",
};

/* What the C library's clocks show in a stretch of minutes, and what is open in it. */
typedef struct Walk {
    int64_t first;       /* minute since 1970, UTC */
    int64_t shown[WALK]; /* the highest local minute shown so far */
    int64_t local[WALK]; /* the local minute */
    bool open[WALK];
    int64_t first_date; /* days since 1970 */
    bool comes[DATES];  /* the zone has this date */
    bool work[DATES];   /* a working day */
} Walk;

static uint64_t dice_state;

static uint64_t dice(uint64_t n)
{
    uint64_t z = dice_state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

/* ---- the slow arithmetic ---- */

static void use_zone(const char *name)
{
    EXPECT(setenv("TZ", name, 1) == 0);
    tzset();
}

static int64_t local_minute(int64_t minute)
{
    struct tm t;
    time_t at = (time_t)minute * 60;

    EXPECT(localtime_r(&at, &t) != NULL);
    return (at + t.tm_gmtoff) / 60 - ((at + t.tm_gmtoff) % 60 < 0);
}

static bool is_holiday(const CalendarRules *r, int64_t date)
{
    struct tm t;
    time_t at = (time_t)date * 86400;

    EXPECT(gmtime_r(&at, &t) != NULL);
    for (size_t i = 0; i < r->holidays.n; i++)
        if (r->holidays.at[i].date == date * MS_DAY)
            return true;
    for (size_t i = 0; i < r->yearly.n; i++)
        if (r->yearly.at[i].month == t.tm_mon + 1 && r->yearly.at[i].day == t.tm_mday)
            return true;
    return false;
}

/* Whether a window that starts on a date holds a local minute, counted since that date began. */
static bool window_holds(CalendarWindow w, int64_t minute)
{
    int32_t end = w.to_min > w.from_min ? w.to_min : w.to_min + 1440;

    return minute >= w.from_min && minute < end;
}

static bool starts_on(const CalendarRules *r, int64_t date, int64_t local)
{
    const CalendarWindows *w = &r->hours[((date + 3) % 7 + 7) % 7];

    if (is_holiday(r, date))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (window_holds(w->at[i], local - date * 1440))
            return true;
    return false;
}

static bool in_break(const CalendarRules *r, int64_t local)
{
    for (size_t i = 0; i < r->breaks.n; i++)
        for (size_t j = 0; j < r->breaks.at[i].closed.n; j++)
            if (window_holds(r->breaks.at[i].closed.at[j],
                             local - r->breaks.at[i].date / MS_DAY * 1440))
                return true;
    return false;
}

static void walk(Walk *w, const CalendarRules *r, int64_t first)
{
    int64_t high = INT64_MIN;

    use_zone(str_dup_z(test_arena(), r->zone));
    *w = (Walk){ .first = first };
    w->first_date = local_minute(first) / 1440 - 2;
    for (int i = 0; i < WALK; i++) {
        int64_t local = w->local[i] = local_minute(first + i), date;
        high = local > high ? local : high;
        w->shown[i] = high;
        date = high / 1440;
        w->open[i] =
            (starts_on(r, date, high) || starts_on(r, date - 1, high)) && !in_break(r, high);
        w->comes[local / 1440 - w->first_date] = true;
    }
    for (int d = 0; d < DATES; d++)
        for (int64_t m = 0; m < 1440; m++) {
            int64_t date = w->first_date + d;
            if (w->comes[d] && starts_on(r, date, date * 1440 + m) && !in_break(r, date * 1440 + m))
                w->work[d] = true;
        }
}

/* Instants are kept as the minute of the walk and the milliseconds in it. */
static Ms ms_of(const Walk *w, int64_t i, int64_t rest)
{
    return (w->first + i) * MS_MINUTE + rest;
}

static int64_t slow_between(const Walk *w, Ms from, Ms to)
{
    int64_t sum = 0;

    for (int i = 0; i < WALK; i++) {
        Ms a = ms_of(w, i, 0), b = a + MS_MINUTE;
        a = a > from ? a : from;
        b = b < to ? b : to;
        if (w->open[i] && a < b)
            sum += b - a;
    }
    return sum;
}

/* MS_NONE: not within the walk. */
static Ms slow_add(const Walk *w, Ms from, int64_t left)
{
    for (int i = 0; i < WALK; i++) {
        Ms a = ms_of(w, i, 0), b = a + MS_MINUTE;
        a = a > from ? a : from;
        if (!w->open[i] || a >= b)
            continue;
        if (left <= b - a)
            return a + left;
        left -= b - a;
    }
    return MS_NONE;
}

static Ms slow_sub(const Walk *w, Ms from, int64_t left)
{
    for (int i = WALK - 1; i >= LEAD; i--) {
        Ms a = ms_of(w, i, 0), b = a + MS_MINUTE;
        b = b < from ? b : from;
        if (!w->open[i] || a >= b)
            continue;
        if (left <= b - a)
            return b - left;
        left -= b - a;
    }
    return MS_NONE;
}

static Ms slow_next_open(const Walk *w, Ms at)
{
    for (int i = 0; i < WALK; i++)
        if (w->open[i] && ms_of(w, i, 0) + MS_MINUTE > at)
            return at > ms_of(w, i, 0) ? at : ms_of(w, i, 0);
    return MS_NONE;
}

static Ms slow_prev_close(const Walk *w, Ms at)
{
    for (int i = WALK - 1; i >= LEAD; i--)
        if (w->open[i] && ms_of(w, i, 0) < at)
            return at < ms_of(w, i + 1, 0) ? at : ms_of(w, i + 1, 0);
    return MS_NONE;
}

static Ms slow_add_days(const Walk *w, Ms from, int32_t days)
{
    int64_t i = from / MS_MINUTE - w->first, rest = from % MS_MINUTE;
    int64_t date = w->local[i] / 1440, minute = w->local[i] % 1440, d = date - w->first_date;

    while (days > 0) {
        if (++d >= DATES)
            return MS_NONE;
        days -= w->work[d];
    }
    for (int k = 0; k < WALK; k++) {
        /* A time that a change leaves out is the instant of the change, whatever its seconds. */
        int64_t wanted = (w->first_date + d) * 1440 + minute;
        if (w->shown[k] >= wanted)
            return slow_next_open(w, ms_of(w, k, w->shown[k] == wanted ? rest : rest % MS_SECOND));
    }
    return MS_NONE;
}

/* ---- random calendars ---- */

static CalendarWindows random_windows(Arena *a, int32_t from, int32_t to)
{
    CalendarWindows w = { 0 };
    int32_t step = dice(3) == 0 ? 1 : 15;

    for (uint64_t n = 1 + dice(3); n > 0 && from + step < to; n--) {
        int32_t start = from + (int32_t)dice((uint64_t)(to - from - step)) / step * step;
        int32_t end = start + step + (int32_t)dice((uint64_t)(to - start)) / step * step;
        if (start >= 1440)
            break;
        if (end > to)
            end = to;
        if (end > start + 1440)
            end = start + 1440;
        EXPECT_RC(RC_OK,
                  LIST_PUSH(a, &w, (CalendarWindow){ start, end > 1440 ? end - 1440 : end }));
        from = end;
    }
    return w;
}

static CalendarRules random_rules(Arena *a, int64_t near_day)
{
    CalendarRules r = { .key = STR("random"), .zone = str_z(zones[dice(COUNT_OF(zones))]) };
    bool night = dice(3) == 0, all_day = dice(8) == 0;

    for (int d = 0; d < 7; d++) {
        if (all_day)
            EXPECT_RC(RC_OK, LIST_PUSH(a, &r.hours[d], (CalendarWindow){ 0, 1440 }));
        else if (d < 5
                 || dice(2) == 0) /* what runs past midnight ends before the next one starts */
            r.hours[d] = night ? random_windows(a, 360, 1440 + 350) : random_windows(a, 0, 1440);
    }
    for (uint64_t n = dice(5); n > 0; n--)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &r.holidays,
                                   (CalendarHoliday){ .date = (near_day + (int64_t)dice(30) - 3)
                                                              * MS_DAY }));
    for (uint64_t n = dice(3); n > 0; n--) {
        CivilTime t = clock_civil_utc((near_day + (int64_t)dice(30) - 3) * MS_DAY);
        EXPECT_RC(RC_OK, LIST_PUSH(a, &r.yearly, (CalendarYearly){ t.month, t.day, STR("") }));
    }
    for (uint64_t n = dice(4); n > 0; n--) {
        CalendarBreak b = { .date = (near_day + (int64_t)dice(30) - 3) * MS_DAY,
                            .closed = random_windows(a, 0, 1440 + 600) };
        EXPECT_RC(RC_OK, LIST_PUSH(a, &r.breaks, b));
    }
    return r;
}

/* A minute to start at: mostly so that the walk holds a change of the zone's clocks. */
static int64_t random_start(const char *zone)
{
    int64_t minute = (int64_t)(5 + dice(115)) * 365 * 1440 + (int64_t)dice(365 * 1440);

    use_zone(zone);
    if (strcmp(zone, "Pacific/Apia") == 0 && dice(3) == 0)
        return 22087895 - LEAD - (int64_t)dice(10 * 1440); /* 2011-12-30, which it never had */
    for (int day = 0; dice(8) != 0 && day < 500; day++)
        if (local_minute(minute + (LEAD + 1440)) - local_minute(minute + LEAD) != 1440)
            return minute - (int64_t)dice(8 * 1440);
        else
            minute += 1440;
    return minute;
}

/* ---- cases ---- */

static size_t differences(const CalendarLine *c, const Walk *w, bool days)
{
    size_t done = 0;

    for (int k = 0; k < CASES_OF_ONE; k++) {
        int64_t i = LEAD + (int64_t)dice(12 * 1440), span = (int64_t)dice(8 * 1440);
        int64_t rest = dice(3) == 0 ? (int64_t)dice(MS_MINUTE) : 0;
        Ms from = ms_of(w, i, rest), to = ms_of(w, i + span, rest / 2), want;
        int64_t ms = dice(4) == 0 ? (int64_t)dice(3 * MS_DAY) : (int64_t)dice(3 * 1440) * MS_MINUTE;

        switch (dice(days ? 6 : 5)) {
        case 0: EXPECT_INT(slow_between(w, from, to), calendar_between(c, from, to)); break;
        case 1:
            want = ms == 0 ? from : slow_add(w, from, ms);
            if (want == MS_NONE)
                continue;
            EXPECT_MS(want, calendar_add(c, from, ms));
            break;
        case 2:
            want = ms == 0 ? from : slow_sub(w, from, ms);
            if (want == MS_NONE)
                continue;
            EXPECT_MS(want, calendar_sub(c, from, ms));
            break;
        case 3:
            if ((want = slow_next_open(w, from)) == MS_NONE)
                continue;
            EXPECT_MS(want, calendar_next_open(c, from));
            break;
        case 4:
            if ((want = slow_prev_close(w, from)) == MS_NONE)
                continue;
            EXPECT_MS(want, calendar_prev_close(c, from));
            break;
        default: {
            int32_t n = (int32_t)dice(6);
            want = n == 0 ? slow_next_open(w, from) : slow_add_days(w, from, n);
            if (want == MS_NONE)
                continue;
            EXPECT_MS(want, calendar_add_days(c, from, n));
        }
        }
        done++;
    }
    return done;
}

TEST(calendar_arithmetic_equals_a_minute_by_minute_oracle)
{
    Arena *a = arena_new(16u << 20);
    Walk *w = calloc(2, sizeof *w);
    size_t wanted = test_is_long() ? 100000 : test_is_short() ? 100 : 4000, done = 0;

    EXPECT(w != NULL);
    dice_state = 20260101;
    while (done < wanted) {
        arena_reset(a);
        CalendarSpan spans[2] = { 0 };
        size_t versions = 1 + (dice(3) == 0);
        int64_t first = 0, change = 0;
        for (size_t v = 0; v < versions; v++) {
            Calendar *c = NULL;
            CalendarFault fault = { 0 };
            CalendarRules r;
            uint64_t before = dice_state;
            if (v == 0) { /* the zone comes first, since the start is near one of its changes */
                r = random_rules(a, 0);
                first = random_start(str_dup_z(a, r.zone));
                dice_state = before;
            }
            r = random_rules(a, first / 1440);
            Rc rc = calendar_compile(a, &r, zone_get(r.zone), &c, &fault);
            if (rc == RC_INVALID) { /* every window was left out */
                EXPECT_STR("no_opening", fault.code);
                versions = 0;
                break;
            }
            EXPECT_RC(RC_OK, rc);
            walk(&w[v], &r, first);
            spans[v].calendar = c;
        }
        if (versions == 0)
            continue;
        if (versions == 2) {
            change = LEAD + (int64_t)dice(15 * 1440);
            spans[1].from = ms_of(&w[0], change, 0);
            memcpy(w[0].open + change, w[1].open + change, (size_t)(WALK - change));
        }
        const CalendarLine *line = NULL;
        EXPECT_RC(RC_OK, calendar_line(a, spans, versions, &line));
        done += differences(line, &w[0], versions == 1);
    }
    free(w);
    arena_free(a);
    use_zone("UTC");
}
