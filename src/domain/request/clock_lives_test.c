/* Random lives: after every act the clocks in the rows are those that the log gives, and the reasons
 * told are of the same clocks. */
#include "app/timer.h"
#include "domain/request/clock_replay.h"
#include "domain/request/office_fixture.h"

/* xorshift64: the same lives on every machine; the seed is told when one fails. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static size_t pick(uint64_t *s, size_t n)
{
    return (size_t)(next(s) % n);
}

static const char *const people[] = { "robin", "kim", "dora", "sam",  "ada",  "noor",
                                      "bo",    "ivy", "fay",  "finn", "olga", "gus" };

/* What came up, over all lives. */
static struct {
    int acts, cycles, pauses, stopped, late, fired, goals, versions, calendars, told;
} seen;

static void as_nobody(Ctx *cx)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    cx->subject = &nobody;
}

static void add_step(Ctx *cx, TargetInput *in, const char *at, const char *to)
{
    TargetStepInput step = { str_z(at), str_z(to) };
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in->escalate, step));
}

/* A version of one of the targets: goals, conditions and thresholds at random. */
static TargetInput some_target(Ctx *cx, uint64_t *s, size_t which)
{
    static const char *const spans[] = { "30m", "2h", "4wh", "1wd", "3wd", "1d", "12wh" };
    static const char *const measures[] = { "approve", "task", "task", "fulfil" };
    static const char *const pauses[] = { "", "pending = requester",
                                          "pending in (requester, supplier)", "state = draft" };
    static const char *const whens[] = { "level >= high", "urgency = critical",
                                         "record = request" };
    TargetInput in = { .measure = str_z(measures[which]) };

    in.name.in[LANG_EN] = STR("Some target");
    in.team = which == 1 ? STR("workplace") : STR("");
    in.supplier = which == 2 ? STR("acme") : STR("");
    in.pause = which == 1 || which == 2 ? STR("") : str_z(pauses[pick(s, COUNT_OF(pauses))]);
    in.retired = pick(s, 9) == 0;
    if (pick(s, 2))
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                                   (TargetLineInput){ str_z(whens[pick(s, COUNT_OF(whens))]),
                                                      str_z(spans[pick(s, COUNT_OF(spans))]),
                                                      STR("office") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                               (TargetLineInput){ STR(""), str_z(spans[pick(s, COUNT_OF(spans))]),
                                                  STR("office") }));
    if (pick(s, 2))
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.warn, pick(s, 2) ? STR("75%") : STR("20m left")));
    add_step(cx, &in, "breach", pick(s, 2) ? "lead" : "manager");
    if (pick(s, 3) == 0)
        add_step(cx, &in, "150%", "team procurement");
    return in;
}

/* Another working week from now on, at random; the due times of what runs follow. */
static void change_calendar(Ctx *cx, uint64_t *s)
{
    static CalendarWindow windows[3] = { { 540, 1020 }, { 480, 960 }, { 1320, 360 } };
    CalendarRules rules = { .key = STR("office"),
                            .zone = pick(s, 2) ? STR("Europe/Stockholm") : STR("Asia/Shanghai"),
                            .day_hours = 8000 };
    CalendarPublication in = { .key = rules.key, .rules = &rules, .from = MS_NONE };
    GrantedCatalog g;
    int64_t after = 0;

    for (size_t i = 0; i < 7; i++)
        if (i == 0 || pick(s, 4) > 0)
            rules.hours[i] = (CalendarWindows){ &windows[pick(s, 3)], 1, 1 };
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g, &in));
    as_nobody(cx);
    do
        EXPECT_RC(RC_OK, clocks_of_calendar(cx, STR("office"), 10, &after));
    while (after != 0);
    seen.calendars++;
}

static const char *const targets[] = { "word", "own-tasks", "contract", "all" };

static void make_targets(Ctx *cx, uint64_t *s)
{
    GrantedCatalog g;

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        TargetInput in = some_target(cx, s, i);
        in.key = str_z(targets[i]);
        in.retired = false;
        EXPECT_RC(RC_OK, target_create(cx, g, &in));
    }
}

static void change_target(Ctx *cx, uint64_t *s)
{
    GrantedCatalog g;
    size_t which = pick(s, COUNT_OF(targets));
    TargetInput in = some_target(cx, s, which);

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    if (pick(s, 3) == 0)
        in.from_ms = OPT_INT(cx->now_ms + (Ms)pick(s, (size_t)MS_DAY));
    Rc rc = target_change(cx, g, str_z(targets[which]), &in);
    if (rc == RC_OK)
        seen.versions++;
    else
        EXPECT_RC(RC_INVALID, rc); /* another version waits already */
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

/* One thing that somebody tries; most tries are refused, and a refusal must change nothing. */
static Rc try_something(Office *o, uint64_t *s, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    RequestView v;

    TRY(access_request(cx, id, MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    switch (pick(s, 6)) {
    case 0: {
        static const ActKind kinds[] = { ACT_SUBMIT, ACT_ASSESS, ACT_ASSIGN,    ACT_ASK,
                                         ACT_PEND,   ACT_RESUME, ACT_FULFIL,    ACT_CONFIRM,
                                         ACT_REOPEN, ACT_PEND,   ACT_NOT_SOLVED };
        RequestAct in = { .kind = kinds[pick(s, COUNT_OF(kinds))],
                          .text = STR("Because."),
                          .pending = pick(s, 2) ? STR("supplier") : STR_NULL,
                          .assignee = pick(s, 4) ? cx->subject->login : STR("") };
        if (in.kind == ACT_ASSESS)
            in.answers =
                office_answers(o, pick(s, 2) ? "{\"in_stock\":true}" : "{\"in_stock\":false}");
        if (in.kind == ACT_PEND)
            in.until_ms = OPT_INT(cx->now_ms + MS_HOUR * (Ms)(1 + pick(s, 30)));
        if (in.kind != ACT_PEND)
            in.pending = STR_NULL;
        if (in.kind != ACT_ASSIGN)
            in.assignee = STR_NULL;
        return request_act(cx, g, &in, NULL);
    }
    case 1: {
        static const char *const words[] = { "approve", "approve", "approve", "return" };
        if (v.approvals.n == 0)
            return RC_CONFLICT;
        ApprovalDecision in = { .decision = str_z(words[pick(s, 4)]), .reason = STR("So.") };
        return approval_decide(cx, g, v.approvals.at[pick(s, v.approvals.n)].id, &in);
    }
    case 2: {
        if (v.tasks.n == 0)
            return RC_CONFLICT;
        TaskAct in = { .kind = (TaskActKind)pick(s, TASK_ACT_COUNT),
                       .text = STR("So."),
                       .passed = OPT_INT((int64_t)pick(s, 3) > 0),
                       .ok = OPT_INT((int64_t)pick(s, 3) > 0),
                       .assignee = cx->subject->login };
        return task_act(cx, g, v.tasks.at[pick(s, v.tasks.n)].id, &in);
    }
    case 3: {
        static const char *const levels[] = { "low", "normal", "high", "critical", "" };
        RequestEdit in = { .title = STR_NULL,
                           .impact = STR_NULL,
                           .urgency = str_z(levels[pick(s, 4)]),
                           .level = STR_NULL,
                           .reason = STR("Now.") };
        if (pick(s, 3) == 0)
            in.level = str_z(levels[pick(s, 5)]);
        return request_edit(cx, g, &in);
    }
    case 4: {
        RequestEdit in = { .has_answers = true,
                           .title = STR_NULL,
                           .impact = STR_NULL,
                           .urgency = STR_NULL,
                           .level = STR_NULL };
        in.answers = office_answers(o, pick(s, 2) ? "{\"device\":\"light\",\"reason\":\"a\"}"
                                                  : "{\"device\":\"developer\",\"reason\":\"b\"}");
        return request_edit(cx, g, &in);
    }
    default: {
        MessageInput in = { .text = STR("Well?") };
        MessageMade made;
        return message_add(cx, g, &in, &made);
    }
    }
}

static void expect_same(Ctx *cx, int64_t id, uint64_t seed, int i)
{
    GrantedRequest g;
    StrList differences = { 0 };

    as_nobody(cx);
    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, clocks_check(cx, g, &differences));
    if (differences.n > 0)
        test_fail(__FILE__, __LINE__, "seed %llu, act %d: %.*s", (unsigned long long)seed, i,
                  STR_ARG(differences.at[0]));
}

static void count(const ClockTale *t)
{
    seen.cycles++;
    seen.stopped += t->clock.stopped_ms != MS_NONE;
    seen.late += t->clock.breached;
    for (size_t i = 0; i < t->facts.n; i++) {
        seen.pauses += t->facts.at[i].what == TOLD_PAUSED;
        seen.fired += t->facts.at[i].what == TOLD_REACHED;
        seen.goals += t->facts.at[i].what == TOLD_GOAL;
    }
}

/* What the explanation says last of a clock is what the rows say of it. */
static void expect_told(Office *o, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    ClockTales tales;
    Aggregate r;
    ViewClocks views;

    office_as(o, "ada");
    EXPECT_RC(RC_OK, access_request(cx, id, MAY_SEE, &g));
    EXPECT_RC(RC_OK, clocks_explain(cx, g, &tales));
    EXPECT_RC(RC_OK, aggregate_load(cx, g, false, &r));
    EXPECT_RC(RC_OK, clocks_view(cx, &r, &views));
    for (size_t i = 0; i < views.n; i++) {
        const ClockTale *found = NULL;
        for (size_t k = 0; k < tales.n; k++)
            if (str_eq(tales.at[k].clock.target, views.at[i].target)
                && str_eq(tales.at[k].clock.task, views.at[i].task)
                && tales.at[k].clock.cycle == views.at[i].cycle)
                found = &tales.at[k];
        EXPECT(found != NULL);
        if (found == NULL)
            continue;
        seen.told++;
        EXPECT(found->clock.due_ms == views.at[i].due_ms);
        EXPECT(found->clock.breached == views.at[i].breached);
        EXPECT(found->clock.left_ms == views.at[i].left_ms);
        EXPECT(found->facts.n > 0 && found->facts.at[0].what == TOLD_BEGAN);
        EXPECT((found->facts.at[found->facts.n - 1].what == TOLD_STOPPED)
               == (found->clock.stopped_ms != MS_NONE));
    }
    for (size_t i = 0; i < tales.n; i++)
        count(&tales.at[i]);
}

static void live(Ctx *cx, uint64_t seed)
{
    Office o = office_open(cx);
    uint64_t s = seed;

    request_timers_register();
    change_calendar(cx, &s);
    make_targets(cx, &s);
    office_later(&o, MS_MINUTE);
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop",
                            pick(&s, 2) ? "{\"device\":\"light\",\"reason\":\"x\"}"
                                        : "{\"device\":\"standard\"}");
    for (int i = 0; i < 60; i++) {
        bool more;
        office_later(&o, (Ms)pick(&s, pick(&s, 8) ? 3 * (size_t)MS_HOUR : 3 * (size_t)MS_DAY));
        office_as(&o, people[pick(&s, COUNT_OF(people))]);
        fixture_exec(cx, "SAVEPOINT tried");
        Rc rc = try_something(&o, &s, id);
        if (rc == RC_INTERNAL || rc == RC_STALE)
            test_fail(__FILE__, __LINE__, "seed %llu, act %d: %s", (unsigned long long)seed, i,
                      rc_name(rc));
        fixture_exec(cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
        cx->errors = (FieldErrors){ 0 };
        cx->failed = false;
        seen.acts += rc == RC_OK;
        if (pick(&s, 3) == 0) {
            as_nobody(cx);
            EXPECT_RC(RC_OK, timers_run(cx, STR("lives"), 10, &more));
        }
        if (pick(&s, 12) == 0) {
            office_as(&o, "olga");
            change_target(cx, &s);
        }
        bool calendar = pick(&s, 15) == 0;
        if (calendar)
            change_calendar(cx, &s);
        if (rc == RC_OK || calendar)
            expect_same(cx, id, seed, i);
    }
    expect_told(&o, id);
}

DB_TEST(clock_random_lives_recompute_to_what_the_rows_show)
{
    uint64_t seed = 88172645463325252u;

    int lives = test_is_short() ? 1 : 20;
    for (int i = 0; i < lives; i++) {
        fixture_exec(cx, "SAVEPOINT life");
        live(cx, next(&seed));
        fixture_exec(cx, "ROLLBACK TO life");
    }
    if (test_is_short())
        return;
    EXPECT(seen.acts > 150);
    EXPECT(seen.cycles > 60 && seen.stopped > 10 && seen.late > 5);
    EXPECT(seen.pauses > 5 && seen.fired > 5 && seen.goals > 3 && seen.versions > 5);
    EXPECT(seen.calendars > 20);
    EXPECT(seen.told > 20);
}
