/* Tests of thresholds: told once, after a standstill too, to whom, and why it was late. */
#include "app/timer.h"
#include "db/dbc.h"
#include "domain/request/clock_replay.h"
#include "domain/request/office_fixture.h"

#include <pthread.h>

static void turn(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    const Subject *before = o->cx->subject;
    bool more = true;

    request_timers_register();
    o->cx->subject = &nobody;
    while (more)
        EXPECT_RC(RC_OK, timers_run(o->cx, STR("test"), 20, &more));
    o->cx->subject = before;
}

/* How often the request says that a threshold of this target was reached. */
static int64_t told(Office *o, int64_t id, const char *target)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockEventsRow row;
    GrantedRequest g;
    int64_t n = 0;

    EXPECT_RC(RC_OK, access_internal_request(o->cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, q_clock_events(o->cx, g, &rows));
    Str part = str_fmt(o->cx->arena, "\"target\":\"%s\"", target);
    while (q_clock_events_next(&rows, &row))
        n += str_eq_z(row.kind, "clock.reached") && str_contains(row.data, part);
    return n;
}

static int64_t notices(Office *o, const char *login, const char *kind)
{
    Notifications list = { 0 };
    GrantedSelf g;
    int64_t next, n = 0;

    EXPECT_RC(RC_OK, followers_step(o->cx));
    office_as(o, login);
    EXPECT_RC(RC_OK, access_self(o->cx, &g));
    EXPECT_RC(RC_OK, notification_list(o->cx, g, false, 0, 100, &list, &next));
    for (size_t i = 0; i < list.n; i++)
        n += str_eq_z(list.at[i].kind, kind);
    return n;
}

static int64_t ask(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "laptop", "{\"device\":\"standard\"}");
}

static const ViewClock *clock_of(Office *o, int64_t id, const char *login, const char *target)
{
    RequestView *v = ARENA_NEW(o->cx->arena, RequestView);
    GrantedRequest g;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_request(o->cx, id, MAY_SEE, &g));
    EXPECT_RC(RC_OK, request_view(o->cx, g, v));
    for (size_t i = 0; i < v->clocks.n; i++)
        if (str_eq_z(v->clocks.at[i].target, target))
            return &v->clocks.at[i];
    return NULL;
}

DB_TEST(clock_thresholds_are_told_once)
{
    Office o = office_open(cx);

    followers_clear();
    follower_register(request_notify_follower());
    int64_t id = ask(&o);
    turn(&o);
    EXPECT_INT(0, told(&o, id, "respond"));
    office_later(&o, 3 * MS_HOUR); /* 75% of 4h */
    turn(&o);
    EXPECT_INT(1, told(&o, id, "respond"));
    EXPECT_INT(1, notices(&o, "ada", "clock_soon")); /* nobody has it: its lead */
    turn(&o);
    EXPECT_INT(1, told(&o, id, "respond"));
    office_later(&o, MS_HOUR); /* due: not late yet */
    turn(&o);
    EXPECT_INT(1, told(&o, id, "respond"));
    office_later(&o, MS_SECOND);
    turn(&o);
    EXPECT_INT(2, told(&o, id, "respond"));
    EXPECT_INT(1, notices(&o, "ada", "clock_late"));
    /* Set back and forward again: what was told is told. */
    office_later(&o, -2 * MS_HOUR);
    turn(&o);
    office_later(&o, 2 * MS_HOUR);
    turn(&o);
    EXPECT_INT(2, told(&o, id, "respond"));
    office_expect_replay(&o, id, __LINE__);
    followers_clear();
}

DB_TEST(clock_standstill_is_caught_up_with_one_notice)
{
    Office o = office_open(cx);

    followers_clear();
    follower_register(request_notify_follower());
    int64_t id = ask(&o);
    office_later(&o, 10 * MS_DAY);
    turn(&o);
    EXPECT_INT(1, told(&o, id, "respond"));
    EXPECT_INT(1, told(&o, id, "fulfil"));
    EXPECT_INT(3, notices(&o, "ada", "clock_late")); /* respond, fulfil, update */
    EXPECT_INT(0, notices(&o, "ada", "clock_soon"));
    followers_clear();
}

DB_TEST(clock_of_the_answer_runs_until_the_staff_writes)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);
    ParticipantAdd eve = { STR("eve"), STR("participant"), RC_OK };

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id), &eve));
    EXPECT_RC(RC_OK, office_say(&o, id, "Is anybody there?"));
    office_as(&o, "eve");
    EXPECT_RC(RC_OK, office_say(&o, id, "I wonder, too."));
    EXPECT(clock_of(&o, id, "sam", "respond")->stopped_ms == MS_NONE);
    EXPECT_RC(RC_OK, office_say(&o, id, "We are.")); /* as sam */
    EXPECT(clock_of(&o, id, "sam", "respond")->stopped_ms != MS_NONE);
}

DB_TEST(clock_warns_whoever_has_it)
{
    Office o = office_open(cx);

    followers_clear();
    follower_register(request_notify_follower());
    int64_t id = ask(&o);
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    office_later(&o, 55 * MS_HOUR); /* 75% of 3d; the update is late meanwhile */
    turn(&o);
    EXPECT_INT(0, told(&o, id, "respond"));
    EXPECT_INT(1, told(&o, id, "fulfil"));
    EXPECT_INT(1, notices(&o, "sam", "clock_soon"));
    EXPECT_INT(0, notices(&o, "noor", "clock_soon"));
    EXPECT_INT(0, notices(&o, "robin", "clock_soon"));
    followers_clear();
}

DB_TEST(clock_asks_another_team_for_help_and_lets_it_read)
{
    Office o = office_open(cx);
    GrantedCatalog g;
    TargetInput in = { .key = STR("all"), .measure = STR("fulfil") };

    followers_clear();
    follower_register(request_notify_follower());
    in.name.in[LANG_EN] = STR("Everything in two days");
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2d"), STR("") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.escalate,
                               (TargetStepInput){ STR("50%"), STR("team procurement") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.escalate,
                               (TargetStepInput){ STR("breach"), STR("manager") }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(&o, 1); /* it holds from the next instant on */
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    office_as(&o, "ivy");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    office_as(&o, "ivy");
    EXPECT_RC(RC_OK, office_sees(&o, id));
    EXPECT_INT(1, notices(&o, "ivy", "clock_help"));
    followers_clear();
}

/* A target that hands over to procurement: `measure` within two days, at half of it and when it is late. */
static void publish_transfer(Office *o, const char *measure, const char *half, const char *late)
{
    Ctx *cx = o->cx;
    GrantedCatalog g;
    TargetInput in = { .key = STR("all"), .measure = str_z(measure) };

    in.name.in[LANG_EN] = STR("Everything in two days");
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2d"), STR("") }));
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.escalate, (TargetStepInput){ STR("50%"), str_z(half) }));
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.escalate, (TargetStepInput){ STR("breach"), str_z(late) }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(o, 1); /* it holds from the next instant on */
}

static Str team_of(Office *o, int64_t id)
{
    office_as(o, "aud");
    return office_view(o, id).head.team.key;
}

static void expect_clocks(Office *o, int64_t id)
{
    StrList found = { 0 };
    GrantedRequest g;

    EXPECT_RC(RC_OK, access_internal_request(o->cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, clocks_check(o->cx, g, &found));
    EXPECT_INT(0, (int64_t)found.n);
    office_expect_replay(o, id, __LINE__);
}

DB_TEST(clock_hands_a_request_to_another_team_and_the_old_one_sees_why)
{
    Office o = office_open(cx);
    ClockTales tales;

    followers_clear();
    follower_register(request_notify_follower());
    publish_transfer(&o, "fulfil", "transfer procurement", "lead");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    EXPECT_STR("procurement", team_of(&o, id));
    EXPECT_INT(0, office_view(&o, id).head.assignee.id);
    expect_clocks(&o, id);
    /* An act of nobody, with the threshold as its cause. */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event e JOIN event c ON c.request_id = "
                                  "e.request_id AND c.kind = 'clock.reached' WHERE e.kind = "
                                  "'request.escalated' AND e.actor_id IS NULL AND e.data LIKE "
                                  "'%\"cause\":' || c.id || '%'"));
    /* The new team works on it, and its open work came along; the old one reads on and acts no more. */
    office_as(&o, "bo");
    office_assign(&o, id, "bo");
    EXPECT_RC(RC_OK, office_task(&o, id, "fulfil", (TaskAct){ .kind = TASK_ACT_START }));
    EXPECT_INT(1, notices(&o, "bo", "escalated"));
    EXPECT_INT(1, notices(&o, "sam", "escalated_away"));
    EXPECT_INT(0, notices(&o, "noor", "escalated_away")); /* sam had it */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_sees(&o, id));
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_PEND, "Wait"));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, clocks_explain(cx, office_grant(&o, id), &tales));
    bool said = false;
    for (size_t i = 0; i < tales.n; i++)
        for (size_t k = 0; k < tales.at[i].facts.n; k++)
            said |= str_eq_z(tales.at[i].facts.at[k].moved, "procurement");
    EXPECT(said);
    /* The requester reads when it is due, and not what its lateness set going. */
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, clocks_explain(cx, office_grant(&o, id), &tales));
    EXPECT(tales.n > 0);
    for (size_t i = 0; i < tales.n; i++)
        for (size_t k = 0; k < tales.at[i].facts.n; k++)
            EXPECT(tales.at[i].facts.at[k].what != TOLD_REACHED);
    /* Once: what time does again later tells the new team's lead, and hands nothing over. */
    office_later(&o, 2 * MS_DAY);
    turn(&o);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.escalated'"));
    expect_clocks(&o, id);
    followers_clear();
}

DB_TEST(clock_hands_a_request_over_once_after_a_standstill)
{
    Office o = office_open(cx);

    publish_transfer(&o, "fulfil", "transfer finance", "transfer procurement");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    office_as(&o, "sam"); /* an open offer ends with it */
    RequestAct offer = {
        .kind = ACT_TRANSFER, .team = STR("finance"), .text = STR("Money"), .next_step = STR("Look")
    };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &offer, NULL));
    office_later(&o, 30 * MS_DAY);
    turn(&o);
    EXPECT_STR("procurement", team_of(&o, id)); /* the latest one decides */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.escalated'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'handover.withdrawn'"));
    expect_clocks(&o, id);
}

DB_TEST(clock_of_a_step_hands_that_step_alone_to_another_team)
{
    Office o = office_open(cx);

    publish_transfer(&o, "task", "transfer finance", "lead");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    EXPECT_STR("workplace", team_of(&o, id));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'task.escalated'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM task k JOIN team t ON t.id = k.team_id "
                                  "WHERE k.key = 'order' AND t.key = 'finance'"));
    office_as(&o, "fay");
    EXPECT_RC(RC_OK, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_START }));
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_sees(&o, id));
    EXPECT_RC(RC_FORBIDDEN, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_FINISH }));
    expect_clocks(&o, id);
}

DB_TEST(clock_hands_over_nothing_confidential_and_nothing_to_a_team_that_is_gone)
{
    Office o = office_open(cx);

    publish_transfer(&o, "fulfil", "transfer procurement", "transfer finance");
    office_as(&o, "robin");
    int64_t hidden = office_ask(&o, "concern", "{\"details\":\"Hm.\"}");
    int64_t open = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    fixture_exec(cx, "UPDATE team SET active = 0 WHERE key = 'procurement'");
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    EXPECT_INT(1, told(&o, hidden, "all"));
    EXPECT_INT(1, told(&o, open, "all"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.escalated'"));
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.escalated'"));
    EXPECT_STR("finance", team_of(&o, open));
    expect_clocks(&o, open);
    expect_clocks(&o, hidden);
}

DB_TEST(clock_of_a_confidential_request_tells_nobody_outside)
{
    Office o = office_open(cx);
    GrantedCatalog g;
    TargetInput in = { .key = STR("all"), .measure = STR("fulfil") };

    in.name.in[LANG_EN] = STR("Everything in two days");
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2d"), STR("") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.escalate,
                               (TargetStepInput){ STR("50%"), STR("team procurement") }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(&o, 1); /* it holds from the next instant on */
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"Hm.\"}");
    office_later(&o, 25 * MS_HOUR);
    turn(&o);
    EXPECT_INT(1, told(&o, id, "all"));
    office_as(&o, "ivy");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
}

static Rc say_why(Office *o, int64_t id, const char *login, const char *target, const char *reason)
{
    GrantedRequest g;

    office_as(o, login);
    TRY(access_request(o->cx, id, MAY_SEE, &g));
    return clock_reason(o->cx, g,
                        &(ClockReason){ .target = str_z(target), .reason = str_z(reason) });
}

DB_TEST(clock_reason_is_the_teams_and_of_a_late_clock_only)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);

    EXPECT_RC(RC_CONFLICT, say_why(&o, id, "sam", "respond", "It rained."));
    office_later(&o, 5 * MS_HOUR);
    EXPECT_RC(RC_FORBIDDEN, say_why(&o, id, "robin", "respond", "It rained."));
    EXPECT_RC(RC_NOT_FOUND, say_why(&o, id, "sam", "nothing", "It rained."));
    EXPECT_RC(RC_CONFLICT, say_why(&o, id, "sam", "fulfil", "It rained."));
    EXPECT_RC(RC_INVALID, say_why(&o, id, "sam", "respond", " "));
    EXPECT_RC(RC_OK, say_why(&o, id, "sam", "respond", "It rained."));
    EXPECT_STR("It rained.", clock_of(&o, id, "sam", "respond")->reason);
    EXPECT_STR("", clock_of(&o, id, "robin", "respond")->reason); /* said among the staff */
    EXPECT(clock_of(&o, id, "robin", "respond")->breached);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(clock_of_a_step_is_shown_to_staff_only)
{
    Office o = office_open(cx);
    GrantedCatalog g;
    TargetInput in = { .key = STR("steps"), .measure = STR("task"), .team = STR("workplace") };

    in.name.in[LANG_EN] = STR("Steps");
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2h"), STR("") }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(&o, 1); /* it holds from the next instant on */
    int64_t id = ask(&o);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    const ViewClock *c = clock_of(&o, id, "sam", "steps");
    EXPECT(c != NULL && c->due_ms == cx->now_ms + 2 * MS_HOUR);
    EXPECT(clock_of(&o, id, "robin", "steps") == NULL);
    EXPECT(clock_of(&o, id, "robin", "fulfil") != NULL);
    /* The task knows it too. */
    RequestView v = office_view(&o, id);
    bool found = false;
    for (size_t i = 0; i < v.tasks.n; i++)
        found = found || v.tasks.at[i].due_ms == cx->now_ms + 2 * MS_HOUR;
    EXPECT(found);
}

DB_TEST(clock_rows_that_say_otherwise_are_found)
{
    Office o = office_open(cx);
    GrantedRequest g;
    StrList found = { 0 };
    int64_t id = ask(&o);

    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, clocks_check(cx, g, &found));
    EXPECT_INT(0, (int64_t)found.n);
    fixture_exec(cx, "UPDATE clock SET due_ms = due_ms + 1 WHERE target = 'fulfil'");
    EXPECT_RC(RC_OK, clocks_check(cx, g, &found));
    EXPECT_INT(1, (int64_t)found.n);
    EXPECT(str_contains(found.at[0], STR("fulfil, cycle 1: due time is ")));
}

static void publish(Ctx *cx, int days)
{
    static CalendarWindow day = { 540, 1020 };
    CalendarRules rules = { .key = STR("office"), .zone = STR("UTC"), .day_hours = 8000 };
    CalendarPublication in = { .key = rules.key, .rules = &rules, .from = MS_NONE };
    GrantedCatalog g;

    for (int i = 0; i < days; i++)
        rules.hours[i] = (CalendarWindows){ &day, 1, 1 };
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g, &in));
}

DB_TEST(clock_that_has_stopped_keeps_its_due_time_when_the_calendar_changes)
{
    Office o = office_open(cx);
    GrantedCatalog g;
    GrantedRequest r;
    TargetInput in = { .key = STR("all"), .measure = STR("fulfil") };
    StrList found = { 0 };

    publish(cx, 5);
    in.name.in[LANG_EN] = STR("Everything in three working days");
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                               (TargetLineInput){ STR(""), STR("3wd"), STR("office") }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(&o, 1); /* it holds from the next instant on */
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    office_later(&o, MS_MINUTE);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Because."));
    Ms due = clock_of(&o, id, "sam", "all")->due_ms;
    office_later(&o, MS_MINUTE);
    publish(cx, 1);
    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_TIMER, id, &r));
    EXPECT_RC(RC_OK, clocks_check(cx, r, &found));
    EXPECT_INT(0, (int64_t)found.n);
    EXPECT_MS(due, clock_of(&o, id, "sam", "all")->due_ms);
}

/* ---- two processes ---- */

enum { RUNNERS = 2, ASKED = 20 };

typedef struct Runner {
    const char *path;
    Str owner;
    Ms now;
    int64_t fired;
    Rc rc;
} Runner;

/* One turn as the server takes it: the lease is committed before anything runs. */
static Rc take_turn(DbConn *c, Runner *r, bool *ret_more)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    CLEANUP(arena_free_at) Arena *a = arena_new(64 << 20);
    Ctx cx = { .arena = a, .db = c, .now_ms = r->now, .subject = &nobody, .zone = zone_utc() };
    TimerClaims claims = { 0 };
    bool more;

    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    TRY(timers_claim(&cx, r->owner, 3, &claims, &more));
    TRY(dbc_step(c, DBC_COMMIT));
    TRY(dbc_step(c, DBC_BEGIN_WRITE));
    TRY(timers_fire(&cx, r->owner, &claims));
    r->fired += (int64_t)claims.n;
    *ret_more = claims.n > 0;
    return dbc_step(c, DBC_COMMIT);
}

static void *run_all(void *arg)
{
    Runner *r = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    bool more = true;

    r->rc = dbc_open(a, r->path, DBC_WRITER, false, &c, NULL);
    while (r->rc == RC_OK && more)
        r->rc = take_turn(c, r, &more);
    return NULL;
}

TEST(clock_of_two_processes_tells_each_threshold_once)
{
    const char *path = test_db_file();
    CLEANUP(dbc_close_at) DbConn *c = NULL;
    Runner runners[RUNNERS];
    pthread_t threads[RUNNERS];

    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_WRITER, false, &c, NULL));
    Ctx cx = {
        .arena = test_arena(), .db = c, .now_ms = INT64_C(1894006800000), .zone = zone_utc()
    };
    request_timers_register();
    EXPECT_RC(RC_OK, dbc_step(c, DBC_BEGIN_WRITE));
    Office o = office_open(&cx);
    office_as(&o, "robin");
    for (int i = 0; i < ASKED; i++)
        (void)office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, dbc_step(c, DBC_COMMIT));
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (Runner){ .path = path,
                               .owner = str_fmt(test_arena(), "node-%d", i),
                               .now = cx.now_ms + 10 * MS_DAY };
        EXPECT_INT(0, pthread_create(&threads[i], NULL, run_all, &runners[i]));
    }
    for (int i = 0; i < RUNNERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_RC(RC_OK, runners[i].rc);
    }
    EXPECT(runners[0].fired + runners[1].fired >= ASKED);
    EXPECT_INT(0, fixture_int(&cx, "SELECT count(*) FROM timer WHERE kind = 'clock'"));
    /* respond, fulfil and update of each, once */
    EXPECT_INT(3 * ASKED,
               fixture_int(&cx, "SELECT count(*) FROM event WHERE kind = 'clock.reached'"));
    EXPECT_INT(ASKED, fixture_int(&cx, "SELECT count(DISTINCT request_id) FROM event "
                                       "WHERE kind = 'clock.reached'"));
    EXPECT_INT(3 * ASKED, fixture_int(&cx, "SELECT count(*) FROM clock WHERE fired > 0"));
}
