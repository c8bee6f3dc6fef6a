/* clocks.c - lives of requests whose clocks are folded a second, on one core.
 *
 *     build/bench-clocks SECONDS
 *
 * A life has ten moments and four clocks on a calendar with two windows a day: first answer, fulfilment,
 * word to the requester, a step; one pause, one change of priority, one reopening.  Prints clocks a
 * second (each with all its cycles, due times and thresholds).
 */
#include "domain/target/target.h"

static const CalendarLine *office(Arena *a)
{
    CalendarRules r = { .key = STR("office"), .zone = STR("Europe/Stockholm") };
    CalendarFault fault;
    CalendarSpan span = { 0 };
    Calendar *c;
    const CalendarLine *line;

    for (int d = 0; d < 5; d++)
        if (LIST_PUSH(a, &r.hours[d], (CalendarWindow){ 480, 720 }) != RC_OK
            || LIST_PUSH(a, &r.hours[d], (CalendarWindow){ 780, 1020 }) != RC_OK)
            exit(3);
    if (calendar_compile(a, &r, zone_get(r.zone), &c, &fault) != RC_OK)
        exit(3);
    span.calendar = c;
    if (calendar_line(a, &span, 1, &line) != RC_OK)
        exit(3);
    return line;
}

static void add_line(Arena *a, TargetSpec *s, const char *when, const char *span)
{
    TargetLine line = { .calendar = STR("office"), .pause = clock_usual(s->measure, USUAL_PAUSE) };
    ClockMark warn = { .percent = 75 }, late = { .breach = true };
    CondError e;

    if (clock_cond(a, str_z(when), &line.when, &e) != RC_OK
        || !timespan_parse(str_z(span), &line.span) || LIST_PUSH(a, &line.marks, warn) != RC_OK
        || LIST_PUSH(a, &line.marks, late) != RC_OK || LIST_PUSH(a, &s->lines, line) != RC_OK)
        exit(3);
}

enum { TARGETS = 4 };

static void make_rules(Arena *a, ClockRules *ret)
{
    static const Measure measures[TARGETS] = { MEASURE_RESPOND, MEASURE_FULFIL, MEASURE_UPDATE,
                                               MEASURE_TASK };
    *ret = (ClockRules){ 0 };
    for (size_t i = 0; i < TARGETS; i++) {
        TargetSpec *s = ARENA_NEW(a, TargetSpec);
        const TargetSpec **one = arena_array(a, 1, sizeof(TargetSpec *));
        *s = (TargetSpec){ .key = measure_word(measures[i]),
                           .measure = measures[i],
                           .start = clock_usual(measures[i], USUAL_START),
                           .stop = clock_usual(measures[i], USUAL_STOP) };
        add_line(a, s, "level >= high", "4wh");
        add_line(a, s, "", "3wd");
        if (one == NULL)
            exit(3);
        one[0] = s;
        if (LIST_PUSH(a, &ret->targets, (TargetHistory){ .key = s->key, .at = one, .n = 1 })
            != RC_OK)
            exit(3);
    }
    if (LIST_PUSH(a, &ret->hours, (ClockHours){ STR("office"), office(a) }) != RC_OK)
        exit(3);
}

/* One life; the number of its clocks. */
static size_t live(Arena *a, const ClockRules *rules, Ms at)
{
    static const struct {
        const char *phase, *pending, *level, *task;
        bool said;
    } moments[] = {
        { "fulfilling", "", "normal", "ready", false },
        { "fulfilling", "", "normal", "ready", true },
        { "fulfilling", "requester", "normal", "ready", false },
        { "fulfilling", "", "normal", "started", false },
        { "fulfilling", "", "high", "started", false },
        { "fulfilling", "", "high", "started", true },
        { "fulfilled", "", "high", "finished", false },
        { "fulfilling", "", "high", "finished", false },
        { "fulfilling", "", "high", "finished", true },
        { "closed", "", "high", "finished", false },
    };
    Clocks list = { 0 };

    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        ClockTask task = { .key = STR("do"), .state = str_z(moments[i].task) };
        ClockFacts f = { .record = STR("request"),
                         .state = str_z(moments[i].phase),
                         .phase = str_z(moments[i].phase),
                         .pending = str_z(moments[i].pending),
                         .level = str_z(moments[i].level),
                         .tasks = { &task, 1, 1 } };
        ClockMoment m = { .at = at + (Ms)i * 5 * MS_HOUR, .said = moments[i].said, .facts = &f };
        if (clock_step(a, rules, &list, &m, NULL, NULL) != RC_OK)
            exit(3);
    }
    return list.n;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *keep = arena_new(64 << 20);
    CLEANUP(arena_free_at) Arena *once = arena_new(64 << 20);
    int64_t seconds = 0, done = 0;
    ClockRules rules;

    if (argc != 2 || !str_to_i64(str_z(argv[1]), &seconds) || seconds < 1)
        return 2;
    make_rules(keep, &rules);
    Ms from = clock_days(2026, 1, 1) * MS_DAY, began = clock_monotonic_ms(), now = began;
    while (now < began + seconds * MS_SECOND) {
        for (int i = 0; i < 100; i++) {
            done += (int64_t)live(once, &rules, from + (done % 4096) * 97 * MS_MINUTE);
            arena_reset(once);
        }
        now = clock_monotonic_ms();
    }
    printf("%.0f\n", (double)done * 1000 / (double)(now - began));
    return 0;
}
