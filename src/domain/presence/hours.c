/* hours.c - when somebody works: calendar, less absences, in the proportion of part time. */
#include "domain/calendar/calendar.h"
#include "domain/presence/presence_inner.h"

enum { OPENS_MIN = 9 * 60, CLOSES_MIN = 17 * 60, LOOKS_MAX = 50 };

/* How one person's time is counted; without a line Monday to Friday, 9 to 17, in their zone. */
typedef struct Counting {
    const CalendarLine *line;
    const Zone *zone;
    OptInt weekly_min;
} Counting;

static Ms at_minute(const Zone *zone, CivilTime t, int32_t minute, int32_t later)
{
    t.day += later;
    t.hour = minute / 60;
    t.minute = minute % 60;
    t.second = t.ms = 0;
    return zone_instant(zone, &t);
}

static Ms plain_next_open(const Zone *zone, Ms at)
{
    CivilTime t = zone_civil(zone, at);

    for (int32_t day = 0; day < 8; day++) {
        Ms opens = at_minute(zone, t, OPENS_MIN, day), closes = at_minute(zone, t, CLOSES_MIN, day);
        if ((t.weekday + day) % 7 < 5 && at < closes)
            return at > opens ? at : opens;
    }
    return MS_NONE;
}

static int64_t plain_between(const Zone *zone, Ms from, Ms to)
{
    CivilTime t = zone_civil(zone, from);
    int64_t ms = 0;

    for (int32_t day = 0; day < 400; day++) {
        Ms opens = at_minute(zone, t, OPENS_MIN, day), closes = at_minute(zone, t, CLOSES_MIN, day);
        if (opens >= to)
            break;
        if ((t.weekday + day) % 7 >= 5 || closes <= from)
            continue;
        ms += (closes < to ? closes : to) - (opens > from ? opens : from);
    }
    return ms;
}

static Ms next_open(const Counting *c, Ms at)
{
    return c->line != NULL ? calendar_next_open(c->line, at) : plain_next_open(c->zone, at);
}

static int64_t between(const Counting *c, Ms from, Ms to)
{
    return c->line != NULL ? calendar_between(c->line, from, to) : plain_between(c->zone, from, to);
}

static Rc counting_of(Ctx *cx, int64_t person_id, Str team_calendar, Counting *ret)
{
    Person p;
    WorkHours h;
    Counting c = { 0 };

    TRY(person_get(cx, person_id, &p));
    TRY(work_hours_get(cx, person_id, &h));
    c.zone = zone_get(p.zone);
    if (c.zone == NULL)
        c.zone = zone_utc();
    c.weekly_min = h.weekly_min;
    Rc rc = calendar_get(cx, h.calendar.len > 0 ? h.calendar : team_calendar, &c.line);
    /* A calendar that is no longer there: the plain hours, until somebody names another one. */
    if (rc == RC_NOT_FOUND) {
        cx->detail = (Text){ 0 };
        cx->type = STR("");
        rc = RC_OK;
    }
    TRY(rc);
    *ret = c;
    return RC_OK;
}

Rc person_work_minutes(Ctx *cx, int64_t person_id, Str team_calendar, Ms from, Ms to, int64_t *ret)
{
    Counting c;
    Absences away;

    TRY(counting_of(cx, person_id, team_calendar, &c));
    TRY(absences_between(cx, &person_id, 1, from, to, &away));
    int64_t ms = between(&c, from, to);
    for (size_t i = 0; i < away.n; i++) {
        const Absence *a = &away.at[i];
        ms -= between(&c, a->from_ms > from ? a->from_ms : from, a->to_ms < to ? a->to_ms : to);
    }
    int64_t minutes = ms / MS_MINUTE;
    if (c.weekly_min.set && c.weekly_min.value < FULL_TIME_MIN)
        minutes = minutes * c.weekly_min.value / FULL_TIME_MIN;
    *ret = minutes > 0 ? minutes : 0;
    return RC_OK;
}

Rc person_works_from(Ctx *cx, int64_t person_id, Str team_calendar, Ms at, Ms *ret)
{
    Counting c;
    Ms opens = at, until;

    *ret = MS_NONE;
    TRY(counting_of(cx, person_id, team_calendar, &c));
    if (c.weekly_min.set && c.weekly_min.value == 0)
        return RC_OK;
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
        opens = next_open(&c, opens);
        if (opens == MS_NONE)
            return RC_OK;
        TRY(person_away_until(cx, person_id, opens, &until));
        if (until == MS_NONE) {
            *ret = opens;
            return RC_OK;
        }
        opens = until;
    }
    return RC_OK;
}
