/* Every database call of what time brings fails once: nothing may be half done.  Targets, work put aside
 * (calendars and their feeds: calendar/store_test.c), absence, delegation, repeating requests, and each thing that a timer does. */
#include "domain/request/clocks.h"
#include "domain/request/office_fixture.h"
#include "domain/request/plan.h"
#include "domain/request/schedule.h"

typedef struct Fault {
    Office *o;
    int64_t id;
    const TargetInput *target;
} Fault;

/* Roles are read by the fixture, outside of what is under test. */
static Fault open_fault(Office *o)
{
    return (Fault){ .o = o };
}

static Rc run(Ctx *cx, Rc (*act)(Ctx *cx, void *arg), Fault *f)
{
    cx->identity = NULL;
    fault_run(cx, act, f);
    return RC_OK;
}

static int64_t count(Ctx *cx, const char *what)
{
    return fixture_int(cx,
                       str_dup_z(cx->arena, str_fmt(cx->arena, "SELECT count(*) FROM %s", what)));
}

/* ---- documents ---- */

static TargetInput two_days(Ctx *cx, const char *measure)
{
    TargetInput in = { .key = STR("all"), .measure = str_z(measure) };

    in.name.in[LANG_EN] = STR("Everything in two days");
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2d"), STR("") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.warn, STR("50%")));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.escalate,
                               (TargetStepInput){ STR("75%"), STR("transfer procurement") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.escalate,
                               (TargetStepInput){ STR("breach"), STR("team finance") }));
    return in;
}

static Rc publish_target(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedCatalog g;
    TargetInput later = *f->target;

    TRY(access_internal_catalog(cx, INTERNAL_DEMO, &g));
    TRY(target_create(cx, g, f->target));
    cx->now_ms += MS_HOUR;
    later.note = STR("Shorter");
    later.retired = true;
    return target_change(cx, g, later.key, &later);
}

DB_TEST(target_publish_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);
    TargetInput in = two_days(cx, "fulfil");

    f.target = &in;
    office_as(&o, "adm");
    EXPECT_RC(RC_OK, run(cx, publish_target, &f));
    EXPECT_INT(1, count(cx, "target WHERE key = 'all'"));
    EXPECT_INT(2, count(cx, "target_version"));
    EXPECT_INT(2, count(cx, "event WHERE kind LIKE 'target.%'"));
}

/* ---- presence ---- */

static Rc be_away(Ctx *cx, void *arg)
{
    GrantedPresence g;
    AbsenceInput in = { STR("2030-03-01"), STR("2030-03-05"), STR("holiday"), STR("the sea") };
    int64_t id;

    UNUSED(arg);
    TRY(access_presence(cx, cx->subject->person_id, PRESENCE_WRITE, &g));
    TRY(absence_add(cx, g, &in, &id));
    return absence_end(cx, g, id);
}

DB_TEST(absence_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, run(cx, be_away, &f));
    EXPECT_INT(1, count(cx, "absence"));
    EXPECT_INT(1, count(cx, "absence_note"));
    EXPECT_INT(2, count(cx, "event WHERE kind LIKE 'absence.%'"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'presence'"));
}

static Rc hand_over_asks(Ctx *cx, void *arg)
{
    GrantedPresence g;
    DelegationInput in = { STR("noor"), STR("both"), STR("2030-03-01"), STR("2030-03-05") };
    int64_t id;

    UNUSED(arg);
    TRY(access_presence(cx, cx->subject->person_id, PRESENCE_DELEGATE, &g));
    return delegation_give(cx, g, &in, &id);
}

DB_TEST(delegation_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, run(cx, hand_over_asks, &f));
    EXPECT_INT(1, count(cx, "delegation"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'delegation.given'"));
    EXPECT_INT(1, count(cx, "notification WHERE kind = 'delegation'"));
    EXPECT_INT(1, count(cx, "timer WHERE kind = 'presence'"));
}

/* ---- work that is planned ---- */

static Rc put_aside(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedRequest g;
    SnoozeInput in = { .until_ms = cx->now_ms + MS_DAY, .reason = STR("Later"), .everybody = true };
    AgreedInput agreed = { .at_ms = OPT_INT(cx->now_ms + MS_DAY), .reason = STR("Late part") };

    TRY(access_request(cx, f->id, MAY_SEE, &g));
    TRY(snooze_put(cx, g, &in));
    TRY(agreed_move(cx, g, &agreed));
    return snooze_end(cx, g);
}

DB_TEST(snooze_and_agreed_day_leave_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);

    office_as(&o, "robin");
    f.id = office_ask(&o, "question", "{\"details\":\"x\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, run(cx, put_aside, &f));
    EXPECT_INT(0, count(cx, "snooze"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'snooze'"));
    EXPECT_INT(3, count(cx, "event WHERE kind IN ('request.snoozed', 'request.awake', "
                            "'request.agreed')"));
    office_expect_replay(&o, f.id, __LINE__);
}

static Rc make_schedule(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedSubmit g;
    const Json *json = NULL;
    ScheduleEdit edit = { .title = STR("Racks"), .state = STR_NULL };
    int64_t id;

    TRY(json_parse(cx->arena, STR("{\"details\":\"All well?\"}"), &json, NULL));
    ScheduleInput in = { .item = STR("question"),
                         .answers = office_answers(f->o, "{\"details\":\"All well?\"}"),
                         .answers_json = json,
                         .team = STR("workplace"),
                         .rule = { .unit = EVERY_WEEK,
                                   .every = 1,
                                   .first_ms = cx->now_ms + MS_DAY,
                                   .until_ms = MS_NONE } };
    TRY(access_submit(cx, cx->subject->person_id, &g));
    TRY(schedule_create(cx, g, &in, &id));
    return schedule_edit(cx, id, &edit);
}

/* ---- what the clock does ---- */

static void let_time_pass(Office *o, Ms by)
{
    office_later(o, by);
    office_timers_faulty(o);
}

DB_TEST(schedule_and_its_run_leave_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);

    schedule_timers_register();
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, run(cx, make_schedule, &f));
    EXPECT_INT(1, count(cx, "schedule"));
    let_time_pass(&o, MS_DAY);
    EXPECT_INT(1, count(cx, "request"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'schedule.ran'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT made FROM schedule"));
    fixture_exec(cx, "UPDATE document SET key = 'gone' WHERE key = 'question'");
    let_time_pass(&o, 7 * MS_DAY);
    EXPECT_INT(1, count(cx, "request"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'schedule.failed'"));
    EXPECT_INT(1, count(cx, "notification WHERE kind = 'schedule_failed'"));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'sam'");
    let_time_pass(&o, 7 * MS_DAY);
    EXPECT_INT(1, count(cx, "event WHERE kind = 'schedule.paused'"));
    EXPECT_INT(0, count(cx, "timer WHERE kind = 'schedule'"));
}

DB_TEST(timers_of_warning_escalation_and_breach_leave_nothing_half_done)
{
    Office o = office_open(cx);
    static const char reached[] =
        "event WHERE kind = 'clock.reached' AND data LIKE '%\"target\":\"all\"%'";
    TargetInput in = two_days(cx, "fulfil");
    GrantedCatalog g;

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
    office_later(&o, 1);
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    let_time_pass(&o, 25 * MS_HOUR);
    EXPECT_INT(1, count(cx, reached));
    let_time_pass(&o, 12 * MS_HOUR);
    EXPECT_INT(2, count(cx, reached));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'request.escalated'"));
    let_time_pass(&o, 12 * MS_HOUR);
    EXPECT_INT(3, count(cx, reached));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'clock.help_asked'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(timers_of_reminder_and_silence_leave_nothing_half_done)
{
    Office o = office_open(cx);
    RequestAct ask = { .kind = ACT_ASK, .text = STR("Which one?") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "visit", "{\"who\":\"Kim\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &ask, NULL));
    for (int i = 0; i < 40 && count(cx, "event WHERE kind = 'request.silent'") == 0; i++)
        let_time_pass(&o, MS_DAY);
    EXPECT(count(cx, "event WHERE kind = 'request.reminded'") > 0);
    EXPECT_INT(1, count(cx, "event WHERE kind = 'request.silent'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(timers_of_presence_and_snooze_leave_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = open_fault(&o);

    snooze_timers_register();
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Why?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    SnoozeInput aside = { .until_ms = ms("2030-03-01T12:00:00Z"), .reason = STR("Later") };
    EXPECT_RC(RC_OK, snooze_put(cx, office_grant(&o, id), &aside));
    EXPECT_RC(RC_OK, hand_over_asks(cx, &f));
    let_time_pass(&o, ms("2030-03-02T00:00:00Z") - cx->now_ms);
    EXPECT_INT(1, count(cx, "event WHERE kind = 'delegation.begun'"));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'request.awake'"));
    let_time_pass(&o, MS_MINUTE); /* requests that it matters to */
    EXPECT_INT(1, count(cx, "event WHERE kind = 'request.standing_in'"));
    let_time_pass(&o, 7 * MS_DAY);
    EXPECT_INT(1, count(cx, "event WHERE kind = 'delegation.over'"));
    office_expect_replay(&o, id, __LINE__);
}
