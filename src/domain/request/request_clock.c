/* request_clock.c - spans of a model added to an instant. */
#include "domain/request/aggregate.h"

enum { OPENS_MIN = 9 * 60, CLOSES_MIN = 17 * 60 };

static bool is_weekend(const CivilTime *t)
{
    return t->weekday >= 5;
}

/* The same local time of the next day. */
static Ms next_day(const Zone *zone, Ms at)
{
    CivilTime t = zone_civil(zone, at);
    t.day++;
    return zone_instant(zone, &t);
}

static Ms at_minute(const Zone *zone, Ms at, int32_t minute)
{
    CivilTime t = zone_civil(zone, at);
    t.hour = minute / 60;
    t.minute = minute % 60;
    t.second = 0;
    t.ms = 0;
    return zone_instant(zone, &t);
}

static Ms after_days(const Zone *zone, Ms at, int32_t n)
{
    while (n > 0) {
        at = next_day(zone, at);
        CivilTime t = zone_civil(zone, at);
        if (!is_weekend(&t))
            n--;
    }
    return at;
}

/* Working time that is left, counted opening by opening. */
static Ms after_hours(const Zone *zone, Ms at, int32_t n)
{
    Ms left = n * MS_HOUR;
    for (;;) {
        CivilTime t = zone_civil(zone, at);
        Ms opens = at_minute(zone, at, OPENS_MIN), closes = at_minute(zone, at, CLOSES_MIN);
        if (!is_weekend(&t) && at < closes) {
            Ms from = at > opens ? at : opens;
            if (from + left <= closes)
                return from + left;
            left -= closes - from;
        }
        at = at_minute(zone, next_day(zone, at), OPENS_MIN);
    }
}

Ms clock_after(const Zone *zone, Ms at, TimeSpan span)
{
    Ms moved = MS_NONE;
    if (span.n == 0)
        return MS_NONE;
    if (span.unit == SPAN_WORK_DAYS)
        return after_days(zone, at, span.n);
    if (span.unit == SPAN_WORK_HOURS)
        return after_hours(zone, at, span.n);
    return timespan_move(at, span, 1, zone, &moved) ? moved : MS_NONE;
}
