/* calendar.c - working-time calculations a second on one core.
 *
 *     build/bench-calendar SECONDS
 *
 * Office hours in Stockholm with a lunch, thirteen holidays a year for ten years and some breaks, in
 * two versions.  Prints six numbers: additions and differences a second, each over minutes, months
 * and decades.
 */
#include "domain/calendar/calendar.h"

enum { STARTS = 4096 };

static CalendarRules office(Arena *a)
{
    CalendarRules r = { .key = STR("office"), .zone = STR("Europe/Stockholm") };

    for (int d = 0; d < 5; d++)
        if (LIST_PUSH(a, &r.hours[d], (CalendarWindow){ 480, 720 }) != RC_OK
            || LIST_PUSH(a, &r.hours[d], (CalendarWindow){ 780, 1020 }) != RC_OK)
            exit(3);
    for (int32_t year = 2020; year < 2030; year++)
        for (int32_t n = 1; n <= 13; n++)
            if (LIST_PUSH(a, &r.holidays,
                          (CalendarHoliday){ .date = clock_days(year, 1, n * 27) * MS_DAY })
                != RC_OK)
                exit(3);
    return r;
}

static const CalendarLine *two_versions(Arena *a)
{
    CalendarRules r = office(a);
    CalendarSpan spans[2] = { 0 };
    CalendarFault fault;
    const CalendarLine *line;

    spans[1].from = clock_days(2026, 3, 1) * MS_DAY;
    for (int i = 0; i < 2; i++) {
        Calendar *c;
        if (calendar_compile(a, &r, zone_get(r.zone), &c, &fault) != RC_OK)
            exit(3);
        spans[i].calendar = c;
    }
    if (calendar_line(a, spans, 2, &line) != RC_OK)
        exit(3);
    return line;
}

/* Calculations a second from many starts, `span` of working time or of plain time on. */
static double measure(const CalendarLine *c, bool add, int64_t span, int64_t seconds)
{
    static volatile int64_t kept; /* so that no calculation is left out */
    Ms from = clock_days(2015, 1, 1) * MS_DAY, began = clock_monotonic_ms(), now = began;
    int64_t done = 0, sum = 0;

    while (now < began + seconds * MS_SECOND) {
        for (int64_t i = 0; i < STARTS; i++) {
            Ms at = from + i * 97 * MS_HOUR + i * 1234567;
            sum += add ? calendar_add(c, at, span) : calendar_between(c, at, at + span);
        }
        done += STARTS;
        now = clock_monotonic_ms();
    }
    kept = sum;
    UNUSED(kept);
    return (double)done * 1000 / (double)(now - began);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64u << 20);
    static const int64_t spans[] = { 40 * MS_MINUTE, 90 * MS_DAY, 20 * 365 * MS_DAY };
    int64_t seconds = 0;

    if (argc != 2 || !str_to_i64(str_z(argv[1]), &seconds) || seconds < 1 || seconds > 600) {
        fprintf(stderr, "bench-calendar SECONDS\n");
        return 2;
    }
    const CalendarLine *c = two_versions(a);
    for (int add = 1; add >= 0; add--)
        for (size_t i = 0; i < COUNT_OF(spans); i++)
            printf("%.0f%s", measure(c, add == 1, spans[i], seconds),
                   add == 0 && i + 1 == COUNT_OF(spans) ? "\n" : " ");
    return 0;
}
