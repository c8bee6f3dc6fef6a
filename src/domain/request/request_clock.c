/* request_clock.c - working time as requests count it. */
#include "domain/request/aggregate.h"

#include "core/kept.h"

enum { OPENS_MIN = 9 * 60, CLOSES_MIN = 17 * 60, WORKING_DAYS = 5 };
#define DAY_HOURS  8000 /* thousandths */
#define LINE_BYTES (4 << 20)

static const CalendarLine *make_usual(Arena *a, const Zone *zone)
{
    CalendarWindow window = { OPENS_MIN, CLOSES_MIN };
    CalendarRules rules = { .key = STR("usual"), .day_hours = DAY_HOURS };
    Calendar *calendar = NULL;
    const CalendarLine *line = NULL;
    CalendarFault fault;

    for (int day = 0; day < WORKING_DAYS; day++)
        rules.hours[day] = (CalendarWindows){ .at = &window, .n = 1, .cap = 1 };
    Rc rc = calendar_compile(a, &rules, zone, &calendar, &fault);
    if (rc == RC_OK)
        rc = calendar_line(a, &(CalendarSpan){ .from = 0, .calendar = calendar }, 1, &line);
    if (rc != RC_OK) /* a zone whose rules cannot be counted */
        return NULL;
    return line;
}

const CalendarLine *usual_hours(const Zone *zone, Arena *holder)
{
    const Str key = { (const char *)&zone, sizeof zone }; /* a zone stays where it is */
    const CalendarLine *line = kept_find(KEPT_USUAL, key, holder);
    bool kept;

    if (line != NULL)
        return line;
    Arena *own = arena_new(LINE_BYTES);
    line = make_usual(own, zone);
    if (line != NULL)
        return kept_add(KEPT_USUAL, key, own, line, holder, &kept);
    arena_free(own);
    return NULL;
}

Rc worktime_of_key(Ctx *cx, Str key, const Zone *zone, const CalendarLine **ret)
{
    Rc rc = key.len > 0 ? calendar_get(cx, key, ret) : RC_NOT_FOUND;

    if (rc == RC_NOT_FOUND) {
        *ret = usual_hours(zone, cx->arena);
        rc = RC_OK;
    }
    return rc;
}

Rc worktime_of_team(Ctx *cx, int64_t team_id, const Zone *zone, const CalendarLine **ret)
{
    Team team = { 0 };

    if (team_id != 0)
        TRY(team_get(cx, team_id, &team));
    return worktime_of_key(cx, team.calendar, zone, ret);
}

Ms clock_after(const CalendarLine *line, const Zone *zone, Ms at, TimeSpan span)
{
    return calendar_move(line, at, span, zone);
}
