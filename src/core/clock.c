/* clock.c - the Gregorian calendar in UTC and the text forms of instants.  Zones: zone.c. */
#include "core/clock.h"

#include <assert.h>
#include <inttypes.h>

static Ms read_clock(clockid_t id)
{
    struct timespec t;
    int failed = clock_gettime(id, &t);

    assert(failed == 0);
    UNUSED(failed);
    return (Ms)t.tv_sec * MS_SECOND + (Ms)t.tv_nsec / 1000000;
}

Ms clock_now_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

Ms clock_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Years are counted from March, so that the leap day is the last day of its year; 400 years are
 * one era of 146097 days, and day 0 is 0000-03-01 = 719468 days before 1970-01-01. */
int64_t clock_days(int32_t year, int32_t month, int32_t day)
{
    int64_t months = (int64_t)year * 12 + month - 1; /* months out of range roll over */
    int64_t y = floor_div(months, 12);
    int64_t m = months - y * 12; /* 0 = January */

    if (m < 2)
        y--;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((m + 10) % 12) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

CivilTime clock_civil_utc(Ms at)
{
    int64_t days = floor_div(at, MS_DAY);
    int64_t rest = at - days * MS_DAY; /* 0 .. a day, never overflows */
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153; /* 0 = March */
    int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    int64_t weekday = (days + 3) % 7; /* 1970-01-01 was a Thursday */

    return (CivilTime){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = (int32_t)month,
        .day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1),
        .hour = (int32_t)(rest / MS_HOUR),
        .minute = (int32_t)(rest / MS_MINUTE % 60),
        .second = (int32_t)(rest / MS_SECOND % 60),
        .ms = (int32_t)(rest % MS_SECOND),
        .weekday = (int32_t)(weekday < 0 ? weekday + 7 : weekday),
    };
}

Ms clock_from_civil_utc(const CivilTime *t)
{
    int64_t days = clock_days(t->year, t->month, t->day);
    /* Each member is an int32, so the sum below a day stays far from overflow. */
    int64_t rest = t->hour * MS_HOUR + t->minute * MS_MINUTE + t->second * MS_SECOND + t->ms;
    Ms at;

    if (__builtin_mul_overflow(days, MS_DAY, &at) || __builtin_add_overflow(at, rest, &at)
        || at == MS_NONE)
        return days < 0 ? MS_NONE + 1 : INT64_MAX;
    return at;
}

/* 0..99 in two digits at `to`; returns what follows. */
static char *put_two(char *to, int32_t v)
{
    to[0] = (char)('0' + v / 10);
    to[1] = (char)('0' + v % 10);
    return to + 2;
}

static char *put_date(char *to, const CivilTime *t)
{
    to = put_two(put_two(to, t->year / 100), t->year % 100);
    *to++ = '-';
    to = put_two(to, t->month);
    *to++ = '-';
    return put_two(to, t->day);
}

size_t clock_write_rfc3339(char to[static CLOCK_RFC3339_BYTES], Ms at)
{
    CivilTime t = clock_civil_utc(at);

    if (at == MS_NONE || t.year < 0 || t.year > 9999)
        return 0;
    char *end = put_date(to, &t);
    *end++ = 'T';
    end = put_two(end, t.hour);
    *end++ = ':';
    end = put_two(end, t.minute);
    *end++ = ':';
    end = put_two(end, t.second);
    if (t.ms != 0) {
        *end++ = '.';
        *end++ = (char)('0' + t.ms / 100);
        end = put_two(end, t.ms % 100);
    }
    *end++ = 'Z';
    return (size_t)(end - to);
}

Str clock_rfc3339(Arena *a, Ms at)
{
    char text[CLOCK_RFC3339_BYTES];
    size_t n = clock_write_rfc3339(text, at);

    return n == 0 ? STR_NULL : str_dup(a, (Str){ text, n });
}

/* Reads exactly `digits` digits at *at and advances. */
static bool read_digits(Str s, size_t *at, size_t digits, int32_t *ret)
{
    int32_t v = 0;

    if (s.len - *at < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = s.ptr[*at + i];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c - '0');
    }
    *at += digits;
    *ret = v;
    return true;
}

static bool read_char(Str s, size_t *at, char upper, char lower)
{
    if (*at >= s.len || (s.ptr[*at] != upper && s.ptr[*at] != lower))
        return false;
    ++*at;
    return true;
}

static bool read_date(Str s, size_t *at, CivilTime *t)
{
    if (!read_digits(s, at, 4, &t->year) || !read_char(s, at, '-', '-')
        || !read_digits(s, at, 2, &t->month) || !read_char(s, at, '-', '-')
        || !read_digits(s, at, 2, &t->day))
        return false;
    if (t->month < 1 || t->month > 12 || t->day < 1)
        return false;
    return t->day <= clock_days(t->year, t->month + 1, 1) - clock_days(t->year, t->month, 1);
}

/* The fraction of a second: 1 to 9 digits, cut to milliseconds. */
static bool read_fraction(Str s, size_t *at, int32_t *ret_ms)
{
    static const int32_t scale[] = { 100, 10, 1 };
    int32_t ms = 0;
    size_t n = 0;

    for (; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; n++, ++*at)
        if (n < COUNT_OF(scale))
            ms += (s.ptr[*at] - '0') * scale[n];
    *ret_ms = ms;
    return n >= 1 && n <= 9;
}

static bool read_offset(Str s, size_t *at, int32_t *ret_s)
{
    int32_t hours, minutes;

    *ret_s = 0;
    if (read_char(s, at, 'Z', 'z'))
        return true;
    bool west = read_char(s, at, '-', '-');
    if (!west && !read_char(s, at, '+', '+'))
        return false;
    if (!read_digits(s, at, 2, &hours) || !read_char(s, at, ':', ':')
        || !read_digits(s, at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool clock_parse_rfc3339(Str s, Ms *ret)
{
    CivilTime t = { 0 };
    size_t at = 0;
    int32_t offset_s;

    if (!read_date(s, &at, &t) || !read_char(s, &at, 'T', 't') || !read_digits(s, &at, 2, &t.hour)
        || !read_char(s, &at, ':', ':') || !read_digits(s, &at, 2, &t.minute)
        || !read_char(s, &at, ':', ':') || !read_digits(s, &at, 2, &t.second))
        return false;
    if (t.hour > 23 || t.minute > 59 || t.second > 59)
        return false;
    if (read_char(s, &at, '.', '.') && !read_fraction(s, &at, &t.ms))
        return false;
    if (!read_offset(s, &at, &offset_s) || at != s.len)
        return false;
    *ret = clock_from_civil_utc(&t) - offset_s * MS_SECOND;
    return true;
}

bool clock_parse_date(Str s, Ms *ret)
{
    CivilTime t = { 0 };
    size_t at = 0;

    if (!read_date(s, &at, &t) || at != s.len)
        return false;
    *ret = clock_from_civil_utc(&t);
    return true;
}

Str clock_date(Arena *a, Ms at)
{
    CivilTime t = clock_civil_utc(at);
    char text[10];

    if (at == MS_NONE || t.year < 0 || t.year > 9999)
        return STR_NULL;
    put_date(text, &t);
    return str_dup(a, (Str){ text, sizeof text });
}
