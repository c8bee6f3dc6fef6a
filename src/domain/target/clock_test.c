/* Tests of the fold: cycles, pauses, goals, due times and thresholds, against a slow oracle too. */
#include "domain/target/clock_inner.h"
#include "support/test.h"

/* Monday to Friday, 9 to 17, UTC. */
static const CalendarLine *office(Arena *a)
{
    static CalendarWindow day = { 540, 1020 };
    CalendarRules r = { .key = STR("office"), .zone = STR("UTC"), .day_hours = 8000 };
    Calendar *c = NULL;
    CalendarFault fault;
    const CalendarLine *line = NULL;

    for (int i = 0; i < 5; i++)
        r.hours[i] = (CalendarWindows){ &day, 1, 1 };
    EXPECT_RC(RC_OK, calendar_compile(a, &r, zone_utc(), &c, &fault));
    CalendarSpan span = { 0, c };
    EXPECT_RC(RC_OK, calendar_line(a, &span, 1, &line));
    return line;
}

/* One target with one clock, and the facts that it sees. */
typedef struct Scene {
    Arena *a;
    TargetSpec spec, later;
    const TargetSpec *versions[2];
    ClockRules rules;
    Clocks clocks;
    ClockFacts facts;
} Scene;

static void add_line(Scene *s, TargetSpec *spec, const char *when, const char *span)
{
    TargetLine line = { .calendar = STR("office"),
                        .pause = clock_usual(spec->measure, USUAL_PAUSE) };
    CondError e;

    EXPECT_RC(RC_OK, clock_cond(s->a, str_z(when), &line.when, &e));
    EXPECT(timespan_parse(str_z(span), &line.span));
    EXPECT_RC(RC_OK, LIST_PUSH(s->a, &spec->lines, line));
}

static Scene scene(Arena *a, Measure m, const char *span)
{
    Scene s = { .a = a };

    s.spec = (TargetSpec){ .key = STR("t"),
                           .measure = m,
                           .start = clock_usual(m, USUAL_START),
                           .stop = clock_usual(m, USUAL_STOP),
                           .version_id = 1,
                           .number = 1 };
    add_line(&s, &s.spec, "", span);
    s.facts = (ClockFacts){ .record = STR("request"),
                            .state = STR("fulfilling"),
                            .phase = STR("fulfilling"),
                            .level = STR("normal"),
                            .line = -1 };
    EXPECT_RC(RC_OK, LIST_PUSH(a, &s.rules.hours, (ClockHours){ STR("office"), office(a) }));
    return s;
}

static void moment(Scene *s, const char *at, bool said)
{
    s->versions[0] = &s->spec;
    s->versions[1] = &s->later;
    TargetHistory h = { .key = STR("t"), .at = s->versions, .n = s->later.version_id != 0 ? 2 : 1 };
    s->rules.targets = (TargetHistories){ .at = &h, .n = 1 };
    EXPECT_RC(RC_OK, clock_step(s->a, &s->rules, &s->clocks,
                                &(ClockMoment){ .at = ms(at), .said = said, .facts = &s->facts },
                                NULL, NULL));
}

static void phase(Scene *s, const char *at, const char *word)
{
    s->facts.phase = s->facts.state = str_z(word);
    moment(s, at, false);
}

static ClockCycle *cycle(const Scene *s, size_t i)
{
    EXPECT(s->clocks.n == 1 && i < s->clocks.at[0].cycles.n);
    return &s->clocks.at[0].cycles.at[i];
}

static size_t cycles(const Scene *s)
{
    return s->clocks.n == 0 ? 0 : s->clocks.at[0].cycles.n;
}

TEST(clock_of_fulfilment_runs_from_work_to_its_end)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "5wh");

    phase(&s, "2030-01-04T15:00:00Z", "fulfilling"); /* Friday */
    EXPECT_MS(ms("2030-01-07T12:00:00Z"), cycle(&s, 0)->due);
    EXPECT(!clock_breached(cycle(&s, 0),
                           ms("2030-01-07T12:00:00Z"))); /* in time at the very instant */
    EXPECT(clock_breached(cycle(&s, 0), ms("2030-01-07T12:00:00.001Z")));
    EXPECT_INT(2 * MS_HOUR, clock_left(&s.rules, cycle(&s, 0), ms("2030-01-07T10:00:00Z")));
    EXPECT_INT(-MS_HOUR, clock_left(&s.rules, cycle(&s, 0), ms("2030-01-07T13:00:00Z")));
    phase(&s, "2030-01-07T12:00:00Z", "fulfilled");
    EXPECT(!clock_breached(cycle(&s, 0), ms("2031-01-01T00:00:00Z")));
}

TEST(clock_pause_shifts_the_due_time_by_the_working_time_it_took)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "5wh");

    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    s.facts.pending = STR("requester");
    moment(&s, "2030-01-07T11:00:00Z", false);
    EXPECT_MS(MS_NONE, cycle(&s, 0)->due);
    EXPECT_INT(3 * MS_HOUR, clock_left(&s.rules, cycle(&s, 0), ms("2030-01-09T11:00:00Z")));
    EXPECT(!clock_breached(cycle(&s, 0), ms("2030-02-01T00:00:00Z")));
    s.facts.pending = STR("");
    moment(&s, "2030-01-08T07:00:00Z", false); /* six working hours later, before opening */
    EXPECT_MS(ms("2030-01-08T12:00:00Z"), cycle(&s, 0)->due);
    EXPECT_STR("requester", cycle(&s, 0)->pauses.at[0].why);
    /* A wait for somebody else does not stop this one. */
    s.facts.pending = STR("supplier");
    moment(&s, "2030-01-08T10:00:00Z", false);
    EXPECT_MS(ms("2030-01-08T12:00:00Z"), cycle(&s, 0)->due);
}

TEST(clock_pause_after_the_due_time_changes_nothing)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "2h");

    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    s.facts.pending = STR("requester");
    moment(&s, "2030-01-07T11:00:00.001Z", false);
    s.facts.pending = STR("");
    moment(&s, "2030-01-09T09:00:00Z", false);
    EXPECT_MS(ms("2030-01-07T11:00:00Z"), cycle(&s, 0)->due);
    EXPECT(clock_breached(cycle(&s, 0), ms("2030-01-09T09:00:00Z")));
}

TEST(clock_working_days_end_at_the_same_local_time)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "2wd");

    phase(&s, "2030-01-03T15:30:00Z", "fulfilling"); /* Thursday */
    EXPECT_MS(ms("2030-01-07T15:30:00Z"), cycle(&s, 0)->due);
    EXPECT_INT(16 * MS_HOUR, clock_goal(&s.rules, cycle(&s, 0)));
    s.facts.pending = STR("requester");
    moment(&s, "2030-01-04T10:00:00Z", false);
    s.facts.pending = STR("");
    moment(&s, "2030-01-04T12:00:00Z", false);
    EXPECT_MS(ms("2030-01-08T09:30:00Z"), cycle(&s, 0)->due);
}

TEST(clock_keeps_a_cycle_for_each_reopening)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "1d");

    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    phase(&s, "2030-01-07T10:00:00Z", "fulfilled");
    moment(&s, "2030-01-07T11:00:00Z", true); /* a word changes nothing */
    EXPECT_INT(1, cycles(&s));
    phase(&s, "2030-01-08T09:00:00Z", "fulfilling");
    EXPECT_INT(2, cycles(&s));
    EXPECT_MS(ms("2030-01-07T10:00:00Z"), cycle(&s, 0)->stopped);
    EXPECT_MS(ms("2030-01-09T09:00:00Z"), cycle(&s, 1)->due);
}

TEST(clock_of_the_first_answer_ends_with_a_word_or_a_taker_and_not_again)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_RESPOND, "1h");

    phase(&s, "2030-01-07T09:00:00Z", "assessing");
    moment(&s, "2030-01-07T09:30:00Z", true);
    EXPECT_MS(ms("2030-01-07T09:30:00Z"), cycle(&s, 0)->stopped);
    phase(&s, "2030-01-07T10:00:00Z", "fulfilling");
    EXPECT_INT(1, cycles(&s));

    Scene t = scene(a, MEASURE_RESPOND, "1h");
    phase(&t, "2030-01-07T09:00:00Z", "fulfilling");
    t.facts.assigned = true;
    moment(&t, "2030-01-07T09:10:00Z", false);
    EXPECT_MS(ms("2030-01-07T09:10:00Z"), cycle(&t, 0)->stopped);
    t.facts.assigned = false; /* given back: it was answered all the same */
    moment(&t, "2030-01-07T09:20:00Z", false);
    EXPECT_INT(1, cycles(&t));
}

TEST(clock_of_updates_begins_anew_with_each_word)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_UPDATE, "2d");

    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    moment(&s, "2030-01-08T09:00:00Z", true);
    moment(&s, "2030-01-11T09:00:00Z", true);
    EXPECT_INT(3, cycles(&s));
    EXPECT(!clock_breached(cycle(&s, 0), ms("2030-02-01T00:00:00Z")));
    EXPECT(clock_breached(cycle(&s, 1), ms("2030-02-01T00:00:00Z")));
    EXPECT_MS(ms("2030-01-13T09:00:00Z"), cycle(&s, 2)->due);
    phase(&s, "2030-01-12T09:00:00Z", "closed");
    EXPECT_INT(3, cycles(&s));
}

TEST(clock_of_a_higher_level_is_due_from_its_beginning_on)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "5d");

    s.spec.lines.n = 0;
    add_line(&s, &s.spec, "level = critical", "4h");
    add_line(&s, &s.spec, "", "5d");
    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    cycle(&s, 0)->fired = 1;
    s.facts.level = STR("critical");
    moment(&s, "2030-01-07T15:00:00Z", false);
    EXPECT_MS(ms("2030-01-07T13:00:00Z"), cycle(&s, 0)->due);
    EXPECT_INT(0, cycle(&s, 0)->fired); /* the new goal warns anew */
    s.facts.level = STR("low");
    moment(&s, "2030-01-07T16:00:00Z", false);
    EXPECT_MS(ms("2030-01-12T09:00:00Z"), cycle(&s, 0)->due);
}

TEST(clock_keeps_the_version_it_began_with)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "1d");

    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    s.later = s.spec;
    s.later.lines = (TargetLines){ 0 };
    s.later.version_id = 2;
    s.later.from_ms = ms("2030-01-07T10:00:00Z");
    add_line(&s, &s.later, "", "1h");
    moment(&s, "2030-01-07T11:00:00Z", false);
    EXPECT_MS(ms("2030-01-08T09:00:00Z"), cycle(&s, 0)->due);
    phase(&s, "2030-01-07T12:00:00Z", "fulfilled");
    phase(&s, "2030-01-07T13:00:00Z", "fulfilling");
    EXPECT_MS(ms("2030-01-07T14:00:00Z"), cycle(&s, 1)->due);
    s.later.retired = true; /* from there on nothing begins */
    phase(&s, "2030-01-07T15:00:00Z", "fulfilled");
    phase(&s, "2030-01-07T16:00:00Z", "fulfilling");
    EXPECT_INT(2, cycles(&s));
}

TEST(clock_of_tasks_holds_for_its_team_and_its_supplier_only)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_TASK, "2h");
    ClockTask tasks[] = { { STR("order"), STR("ready"), STR("procurement"), STR("acme"), 1 },
                          { STR("set_up"), STR("waiting"), STR("workplace"), STR(""), 1 } };

    s.spec.supplier = STR("acme");
    s.facts.tasks = (ClockTasks){ tasks, 2, 2 };
    moment(&s, "2030-01-07T09:00:00Z", false);
    tasks[1].state = STR("started");
    moment(&s, "2030-01-07T10:00:00Z", false);
    EXPECT_INT(1, (int64_t)s.clocks.n);
    EXPECT_STR("order", s.clocks.at[0].task);
    tasks[0].state = STR("finished");
    moment(&s, "2030-01-07T10:30:00Z", false);
    tasks[0].state = STR("ready"); /* sent back: measured again */
    moment(&s, "2030-01-07T11:00:00Z", false);
    EXPECT_INT(2, cycles(&s));
}

static void add_mark(Scene *s, const char *at)
{
    ClockMark m;
    EXPECT(clock_mark_parse(str_z(at), &m));
    EXPECT_RC(RC_OK, LIST_PUSH(s->a, &s->spec.lines.at[0].marks, m));
}

TEST(clock_thresholds_come_in_the_order_of_their_times)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Scene s = scene(a, MEASURE_FULFIL, "8wh");
    static const char *const times[] = { "2030-01-07T13:00:00Z", "2030-01-07T16:00:00Z",
                                         "2030-01-07T16:30:00Z", "2030-01-07T17:00:00Z",
                                         "2030-01-07T17:00:00.001Z" };
    MarkTimes marks;
    Ms next;

    add_mark(&s, "breach");
    add_mark(&s, "100%");
    add_mark(&s, "30m left");
    add_mark(&s, "1wh left");
    add_mark(&s, "50%");
    phase(&s, "2030-01-07T09:00:00Z", "fulfilling");
    EXPECT_RC(RC_OK, clock_marks(a, &s.rules, cycle(&s, 0), &marks));
    EXPECT_INT(5, (int64_t)marks.n);
    for (size_t i = 0; i < marks.n; i++)
        EXPECT_MS(ms(times[i]), marks.at[i].at);
    cycle(&s, 0)->fired = 2;
    EXPECT_RC(RC_OK, clock_next_mark(a, &s.rules, cycle(&s, 0), &next));
    EXPECT_MS(ms(times[2]), next);
    add_mark(&s, "3d left"); /* before it began: none */
    EXPECT_RC(RC_OK, clock_marks(a, &s.rules, cycle(&s, 0), &marks));
    EXPECT_INT(5, (int64_t)marks.n);
    s.facts.pending = STR("requester"); /* it rests: nothing comes nearer */
    moment(&s, "2030-01-07T16:10:00Z", false);
    EXPECT_RC(RC_OK, clock_next_mark(a, &s.rules, cycle(&s, 0), &next));
    EXPECT_MS(MS_NONE, next);
}

TEST(clock_marks_read_and_refuse)
{
    static const char *const fine[] = {
        "1%", "1000%", "30m left", "2wh left", "1d left", "breach"
    };
    static const char *const wrong[] = { "",         "75", "0%",   "1001%", "-5%",
                                         "2wd left", "1y", "late", "30 m" };
    static const char *const whom[] = { "assignee", "lead", "manager", "team workplace",
                                        "transfer platform" };
    static const char *const nobody[] = { "",         "leads",     "team",
                                          "team ",    "team Work", "owner",
                                          "transfer", "transfer ", "transfer Work" };
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    ClockMark m = { 0 };

    for (size_t i = 0; i < COUNT_OF(fine); i++) {
        EXPECT(clock_mark_parse(str_z(fine[i]), &m));
        EXPECT_STR(fine[i], clock_mark_text(a, &m));
    }
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (clock_mark_parse(str_z(wrong[i]), &m))
            test_fail(__FILE__, __LINE__, "%s was taken", wrong[i]);
    for (size_t i = 0; i < COUNT_OF(whom); i++) {
        EXPECT(clock_mark_to_parse(str_z(whom[i]), &m));
        EXPECT_STR(whom[i], clock_mark_to_text(a, &m));
    }
    for (size_t i = 0; i < COUNT_OF(nobody); i++)
        if (clock_mark_to_parse(str_z(nobody[i]), &m))
            test_fail(__FILE__, __LINE__, "%s was taken", nobody[i]);
}

TEST(clock_spans_are_written_as_iso_8601)
{
    static const struct {
        int64_t ms;
        const char *iso;
    } cases[] = {
        { 0, "PT0S" },
        { 999, "PT0S" },
        { MS_SECOND, "PT1S" },
        { -MS_MINUTE, "-PT1M" },
        { 26 * MS_HOUR + 5 * MS_SECOND, "PT26H5S" },
        { -(3 * MS_HOUR + 20 * MS_MINUTE), "-PT3H20M" },
    };
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR(cases[i].iso, span_iso(a, cases[i].ms));
}

/* ---- a slow oracle ---- */

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static bool is_open(Ms at)
{
    int64_t day = floor_div(at, MS_DAY), minute = (at - day * MS_DAY) / MS_MINUTE;
    int64_t weekday = ((day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    return weekday < 5 && minute >= 540 && minute < 1020;
}

/* Minute by minute: the goal is used up while somebody works and nothing is paused. */
static Ms slow_due(const ClockCycle *c, int64_t goal_min, bool working, Ms until)
{
    Ms at = c->started;

    for (int64_t used = 0; used < goal_min; at += MS_MINUTE) {
        bool paused = false;
        for (size_t i = 0; i < c->pauses.n; i++) {
            const ClockPause *p = &c->pauses.at[i];
            paused = paused || (p->from <= at && (p->to == MS_NONE || at < p->to));
        }
        if (!paused && (!working || is_open(at)))
            used++;
        if (at > until)
            return MS_NONE;
    }
    return at;
}

TEST(clock_random_lives_agree_with_counting_every_minute)
{
    uint64_t seed = 2463534242u;
    int compared = 0, paused = 0;

    for (int life = 0; life < (test_is_short() ? 40 : 2000); life++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
        bool working = next(&seed) % 2;
        int64_t hours = 1 + (int64_t)(next(&seed) % 40);
        char span[16];
        snprintf(span, sizeof span, "%d%s", (int)hours, working ? "wh" : "h");
        Scene s = scene(a, MEASURE_FULFIL, span);
        Ms at = ms("2030-01-01T00:00:00Z") + MS_MINUTE * (Ms)(next(&seed) % 20000);
        for (int i = 0; i < 8; i++) {
            s.facts.pending = i > 0 && next(&seed) % 2 ? STR("requester") : STR("");
            moment(&s, str_dup_z(a, clock_rfc3339(a, at)), next(&seed) % 2);
            at += MS_MINUTE * (Ms)(next(&seed) % 1500);
        }
        ClockCycle *c = cycle(&s, 0);
        Ms slow = slow_due(c, hours * 60, working, at + 60 * MS_DAY);
        paused += c->due == MS_NONE;
        if (c->due == MS_NONE) {
            /* Paused before it: as if nothing had been used since. */
            EXPECT(slow == MS_NONE);
            EXPECT(clock_left(&s.rules, c, at) >= 0);
        } else {
            EXPECT_MS(slow, c->due);
        }
        compared++;
    }
    if (!test_is_short())
        EXPECT(compared == 2000 && paused > 200 && paused < 1800);
}
