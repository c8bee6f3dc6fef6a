/* plan_test.c - work that is put aside, and agreed days. */
#include "domain/request/plan.h"

#include "domain/request/office_fixture.h"

static int64_t taken(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "question", "{\"details\":\"How?\"}");
    office_as(o, "sam");
    office_assign(o, id, "sam");
    return id;
}

static int64_t in_my_work(Office *o, const char *login)
{
    ScopeRequests s;
    RequestHeads heads = { 0 };
    RequestFilter f = { .kind = LIST_WORK, .open = OPT_INT(1), .awake = true, .size = 10 };
    int64_t next;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, request_list(o->cx, s, &f, &heads, &next));
    return (int64_t)heads.n;
}

static int64_t open_tasks(Office *o, const char *login)
{
    ScopeRequests s;
    TaskLines lines = { 0 };
    TaskFilter f = { .kind = TASKS_TEAMS, .awake = true, .size = 10 };
    int64_t next;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, task_list(o->cx, s, &f, &lines, &next));
    return (int64_t)lines.n;
}

static Rc aside(Office *o, const char *login, int64_t id, bool everybody)
{
    SnoozeInput in = { .until_ms = o->cx->now_ms + MS_DAY,
                       .reason = STR("The part comes tomorrow"),
                       .everybody = everybody };

    office_as(o, login);
    return snooze_put(o->cx, office_grant(o, id), &in);
}

static void turn(Office *o)
{
    bool more;

    snooze_timers_register();
    EXPECT_RC(RC_OK, office_timers(o, 50, &more));
}

DB_TEST(snooze_hides_work_until_its_moment_and_then_brings_it_back)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);
    ViewSnoozes list;

    EXPECT_INT(1, in_my_work(&o, "sam"));
    EXPECT_RC(RC_OK, aside(&o, "sam", id, false));
    EXPECT_INT(0, in_my_work(&o, "sam"));
    EXPECT_RC(RC_OK, snooze_list(cx, office_grant(&o, id), &list));
    EXPECT_INT(1, list.n);
    EXPECT_STR("The part comes tomorrow", list.at[0].reason);
    EXPECT_STR("sam", list.at[0].by.login);
    office_as(&o, "robin"); /* the asking side sees nothing of it */
    EXPECT_RC(RC_OK, snooze_list(cx, office_grant(&o, id), &list));
    EXPECT_INT(0, list.n);
    office_later(&o, MS_DAY - 1);
    turn(&o);
    EXPECT_INT(0, in_my_work(&o, "sam"));
    office_later(&o, 1);
    EXPECT_INT(1, in_my_work(&o, "sam")); /* at once, whether or not the timer has run */
    turn(&o);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM snooze"));
    EXPECT_INT(
        1, fixture_int(cx,
                       "SELECT count(*) FROM event WHERE kind = 'request.awake' AND internal = 1"));
}

DB_TEST(snooze_for_everybody_empties_the_lists_of_the_team)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_INT(1, open_tasks(&o, "noor"));
    EXPECT_RC(RC_OK, aside(&o, "sam", id, false));
    EXPECT_INT(1, open_tasks(&o, "noor"));
    EXPECT_RC(RC_OK, aside(&o, "sam", id, true));
    EXPECT_INT(0, open_tasks(&o, "noor"));
    office_as(&o, "noor"); /* anybody of the team can bring it back */
    EXPECT_RC(RC_OK, snooze_end(cx, office_grant(&o, id)));
    EXPECT_INT(1, open_tasks(&o, "noor"));
    EXPECT_INT(0, open_tasks(&o, "sam")); /* what sam put aside for herself stays */
    office_as(&o, "noor");
    EXPECT_RC(RC_NOT_FOUND, snooze_end(cx, office_grant(&o, id)));
}

DB_TEST(snooze_ends_when_the_requester_writes_and_not_when_the_team_does)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);

    EXPECT_RC(RC_OK, aside(&o, "sam", id, true));
    EXPECT_RC(RC_OK, office_say(&o, id, "We wait for the part."));
    EXPECT_INT(0, in_my_work(&o, "sam"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "It is here!"));
    EXPECT_INT(1, in_my_work(&o, "sam"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer WHERE kind = 'snooze'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(snooze_of_a_task_hides_that_task_alone)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "badge", "{\"until\":\"2030-02-20\"}");
    office_as(&o, "sam");
    SnoozeInput in = { .until_ms = cx->now_ms + MS_DAY,
                       .reason = STR("Later"),
                       .task_id = office_task_id(&o, id, "give") };
    EXPECT_RC(RC_OK, snooze_put(cx, office_grant(&o, id), &in));
    EXPECT_INT(0, open_tasks(&o, "sam"));
    EXPECT_INT(1, open_tasks(&o, "noor"));
    in.task_id = 987654;
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID, snooze_put(cx, office_grant(&o, id), &in));
}

DB_TEST(snooze_of_a_task_that_is_done_is_refused)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "badge", "{\"until\":\"2030-02-20\"}");
    office_as(&o, "sam");
    SnoozeInput in = { .until_ms = cx->now_ms + MS_DAY,
                       .reason = STR("Later"),
                       .task_id = office_task_id(&o, id, "give") };
    EXPECT_RC(RC_OK, office_task(&o, id, "give", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_RC(RC_INVALID, snooze_put(cx, office_grant(&o, id), &in));
    EXPECT_STR("done", cx->errors.at[0].code);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM snooze"));
}

DB_TEST(snooze_for_everybody_ends_when_another_team_takes_the_request_over)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);

    EXPECT_RC(RC_OK, aside(&o, "sam", id, true));
    EXPECT_RC(RC_OK, aside(&o, "sam", id, false));
    RequestAct over = { .kind = ACT_TRANSFER,
                        .team = STR("procurement"),
                        .text = STR("It is about an order"),
                        .next_step = STR("Look it up") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM snooze")); /* offered, not taken */
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ACCEPT_TRANSFER, ""));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM snooze WHERE person_id <> 0"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM snooze"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM timer WHERE kind = 'snooze'"));
    EXPECT_INT(1, open_tasks(&o, "bo"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(snooze_for_everybody_is_seen_by_the_staff_and_not_by_who_asked)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);
    ViewSnoozes list;

    EXPECT_RC(RC_OK, aside(&o, "sam", id, true));
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, snooze_list(cx, office_grant(&o, id), &list));
    EXPECT_INT(1, list.n);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, snooze_list(cx, office_grant(&o, id), &list));
    EXPECT_INT(0, list.n);
}

DB_TEST(snooze_of_the_whole_for_everybody_is_for_the_team_that_has_it)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    EXPECT_RC(RC_FORBIDDEN, aside(&o, "bo", id, true)); /* procurement orders it, and no more */
    EXPECT_RC(RC_OK, aside(&o, "bo", id, false));
    SnoozeInput in = { .until_ms = cx->now_ms + MS_DAY,
                       .reason = STR("Ordered"),
                       .task_id = office_task_id(&o, id, "order"),
                       .everybody = true };
    EXPECT_RC(RC_OK, snooze_put(cx, office_grant(&o, id), &in));
    in.task_id = office_task_id(&o, id, "set_up");
    EXPECT_RC(RC_FORBIDDEN, snooze_put(cx, office_grant(&o, id), &in));
}

DB_TEST(snooze_is_for_those_who_work_on_it_with_a_reason_and_a_time_to_come)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);
    SnoozeInput in = { .until_ms = cx->now_ms + 1, .reason = STR("x") };

    EXPECT_RC(RC_FORBIDDEN, aside(&o, "robin", id, false));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, snooze_put(cx, office_grant(&o, id), &in));
    in.until_ms = cx->now_ms;
    EXPECT_RC(RC_INVALID, snooze_put(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    in.until_ms = cx->now_ms + 367 * MS_DAY;
    EXPECT_RC(RC_INVALID, snooze_put(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    in = (SnoozeInput){ .until_ms = cx->now_ms + MS_DAY, .reason = STR(" ") };
    EXPECT_RC(RC_INVALID, snooze_put(cx, office_grant(&o, id), &in));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_WITHDRAW, ""));
    EXPECT_RC(RC_CONFLICT, aside(&o, "sam", id, false));
}

/* ---- the agreed day ---- */

static int64_t told(Office *o, const char *login, const char *kind)
{
    followers_clear();
    follower_register(request_notify_follower());
    EXPECT_RC(RC_OK, followers_step(o->cx));
    followers_clear();
    Str sql = str_fmt(o->cx->arena,
                      "SELECT count(*) FROM notification n JOIN person p ON p.id = n.person_id "
                      "WHERE n.kind = '%s' AND p.login = '%s'",
                      kind, login);
    return fixture_int(o->cx, str_dup_z(o->cx->arena, sql));
}

DB_TEST(agreed_day_is_moved_with_a_reason_that_the_requester_reads)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);
    AgreedInput in = { .at_ms = OPT_INT(cx->now_ms + 5 * MS_DAY),
                       .reason = STR("The part is late") };

    office_as(&o, "robin");
    EXPECT_RC(RC_FORBIDDEN, agreed_move(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, agreed_move(cx, office_grant(&o, id), &in));
    EXPECT_INT(1, told(&o, "robin", "agreed"));
    office_as(&o, "robin");
    EXPECT_MS(in.at_ms.value, office_view(&o, id).head.agreed_ms);
    office_as(&o, "sam");
    in.reason = STR("");
    EXPECT_RC(RC_INVALID, agreed_move(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    in = (AgreedInput){ .at_ms = OPT_INT(cx->now_ms), .reason = STR("x") };
    EXPECT_RC(RC_INVALID, agreed_move(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    in.at_ms = OPT_INT(cx->now_ms + 10 * 366 * MS_DAY + 1);
    EXPECT_RC(RC_INVALID, agreed_move(cx, office_grant(&o, id), &in));
    office_as(&o, "sam");
    in.at_ms = OPT_NONE;
    EXPECT_RC(RC_OK, agreed_move(cx, office_grant(&o, id), &in));
    EXPECT_MS(MS_NONE, office_view(&o, id).head.agreed_ms);
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Done"));
    in.at_ms = OPT_INT(cx->now_ms + MS_DAY);
    EXPECT_RC(RC_CONFLICT, agreed_move(cx, office_grant(&o, id), &in));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(priority_that_is_lowered_is_told_and_one_that_is_raised_is_not)
{
    Office o = office_open(cx);
    int64_t id = taken(&o);
    RequestEdit edit = { .level = STR("high"), .reason = STR("Many people") };

    office_as(&o, "ada");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_INT(0, told(&o, "robin", "lowered"));
    office_as(&o, "ada");
    edit.level = STR("low");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_INT(1, told(&o, "robin", "lowered"));
    office_expect_replay(&o, id, __LINE__);
}
