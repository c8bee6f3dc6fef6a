/* request_clock.c - working time as requests count it. */
#include "domain/request/aggregate.h"

#include <pthread.h>

enum { OPENS_MIN = 9 * 60, CLOSES_MIN = 17 * 60, WORKING_DAYS = 5, ZONES_MAX = 600 };
#define DAY_HOURS  8000 /* thousandths */
#define LINE_BYTES (4 << 20)

/* Usual hours by zone, made once each and kept until the end. */
static struct {
    pthread_mutex_t lock;
    size_t n;
    struct {
        const Zone *zone;
        const CalendarLine *line;
        Arena *memory; /* of the line: kept by name, so that a search for leaks finds it */
    } at[ZONES_MAX];
} usual = { .lock = PTHREAD_MUTEX_INITIALIZER };

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

const CalendarLine *usual_hours(const Zone *zone)
{
    const CalendarLine *line = NULL;
    bool found = false;

    pthread_mutex_lock(&usual.lock);
    for (size_t i = 0; i < usual.n && !found; i++) {
        found = usual.at[i].zone == zone;
        line = found ? usual.at[i].line : line;
    }
    if (!found && usual.n < ZONES_MAX) {
        Arena *memory = arena_new(LINE_BYTES);
        line = make_usual(memory, zone);
        usual.at[usual.n].zone = zone;
        usual.at[usual.n].memory = memory;
        usual.at[usual.n++].line = line;
    }
    pthread_mutex_unlock(&usual.lock);
    return line;
}

Rc worktime_of_key(Ctx *cx, Str key, const Zone *zone, const CalendarLine **ret)
{
    Rc rc = key.len > 0 ? calendar_get(cx, key, ret) : RC_NOT_FOUND;

    if (rc == RC_NOT_FOUND) {
        *ret = usual_hours(zone);
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
