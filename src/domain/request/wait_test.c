/* wait_test.c - waiting for answers and for planned days, with rows, clock and people. */
#include "domain/request/office_fixture.h"

static void turn(Office *o)
{
    bool more;

    EXPECT_RC(RC_OK, office_timers(o, 50, &more));
}

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

/* robin's visit, asked about by sam on Monday at 9. */
static int64_t asked(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "visit", "{\"who\":\"nobody\"}");
    office_as(o, "sam");
    EXPECT_RC(RC_OK, office_act(o, id, ACT_ASK, "When?"));
    return id;
}

/* Two reminders, 1 and 2 working days apart, then 3 more. */
static int64_t silent(Office *o)
{
    int64_t id = asked(o);

    for (int day = 0; day < 9; day++) {
        office_later(o, MS_DAY);
        turn(o);
    }
    return id;
}

DB_TEST(silence_reminds_as_the_model_says_and_then_closes)
{
    Office o = office_open(cx);
    Ms monday = cx->now_ms;
    int64_t id = asked(&o);

    cx->now_ms = monday + MS_DAY - 1;
    turn(&o);
    EXPECT_INT(0, told(&o, "robin", "remind"));
    cx->now_ms = monday + MS_DAY;
    turn(&o);
    EXPECT_INT(1, told(&o, "robin", "remind"));
    cx->now_ms = monday + 3 * MS_DAY;
    turn(&o);
    EXPECT_INT(1, told(&o, "robin", "last_remind"));
    office_as(&o, "robin");
    RequestView v = office_view(&o, id);
    EXPECT_MS(monday + 8 * MS_DAY, v.pending.close_ms); /* three working days: over the weekend */
    EXPECT_INT(2, v.pending.reminded);
    cx->now_ms = monday + 8 * MS_DAY - 1;
    turn(&o);
    EXPECT_STR("pending", office_state(&o, id));
    cx->now_ms = monday + 8 * MS_DAY;
    turn(&o);
    office_as(&o, "robin");
    EXPECT_STR("closed", office_state(&o, id));
    EXPECT_STR("withdrawn", office_view(&o, id).head.outcome);
    EXPECT_INT(1, told(&o, "robin", "silent"));
    EXPECT_INT(1, told(&o, "ada", "silent_team"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(silence_is_told_of_before_it_closes_even_after_a_standstill)
{
    Office o = office_open(cx);
    int64_t id = asked(&o);

    office_later(&o, 60 * MS_DAY); /* nothing ran for two months */
    turn(&o);
    turn(&o);
    EXPECT_STR("pending", office_state(&o, id));
    EXPECT_INT(1, told(&o, "robin", "remind"));
    EXPECT_INT(0, told(&o, "robin", "last_remind"));
}

DB_TEST(silence_is_broken_by_a_message)
{
    Office o = office_open(cx);
    int64_t id = asked(&o);

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "On Friday."));
    EXPECT_STR("fulfilling", office_state(&o, id));
    EXPECT_INT(1, told(&o, "ada", "replied"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(silence_is_not_broken_by_a_file_of_the_team)
{
    Office o = office_open(cx);
    int64_t id = asked(&o);
    Str upload = office_upload(&o, "plan.txt", 5);
    StrList list = { .at = &upload, .n = 1 };

    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id), &list));
    EXPECT_STR("pending", office_state(&o, id));
    office_as(&o, "robin");
    upload = office_upload(&o, "mine.txt", 5);
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id), &list));
    EXPECT_STR("fulfilling", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(silence_is_broken_by_corrected_answers)
{
    Office o = office_open(cx);
    int64_t id = asked(&o);
    RequestEdit edit = { .has_answers = true, .answers = office_answers(&o, "{\"who\":\"Kim\"}") };

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STR("awaiting_approval", office_state(&o, id)); /* somebody comes after all */
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(silence_that_closed_is_taken_back_by_a_word_within_the_grace)
{
    Office o = office_open(cx);
    int64_t id = silent(&o);

    EXPECT_STR("closed", office_state(&o, id));
    office_as(&o, "sam"); /* the team's word is none */
    EXPECT_RC(RC_CONFLICT, office_say(&o, id, "Hello?"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "Sorry: on Friday."));
    EXPECT_STR("fulfilling", office_state(&o, id));
    EXPECT_STR("task", office_view(&o, id).head.step_code);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "receive", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_STR("fulfilled", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(silence_is_final_after_the_grace_and_goes_on_in_a_linked_request)
{
    Office o = office_open(cx);
    int64_t id = silent(&o);
    GrantedRequest g;
    MessageMade made;
    MessageInput late = { .text = STR("Am I too late?") };

    office_later(&o, 30 * MS_DAY);
    office_as(&o, "robin");
    g = office_grant(&o, id);
    EXPECT_RC(RC_OK, message_add(cx, g, &late, &made));
    EXPECT(made.follow_up_id != 0);
    EXPECT_STR("closed", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
}

/* ---- planned for later ---- */

static Rc create_for(Office *o, const char *item, const char *answers, Ms at, bool draft,
                     RequestMade *ret)
{
    GrantedSubmit g;
    RequestCreate in = { .item = str_z(item),
                         .answers = office_answers(o, answers),
                         .not_before_ms = OPT_INT(at),
                         .draft = draft };

    TRY(access_submit(o->cx, o->cx->subject->person_id, &g));
    return request_create(o->cx, g, &in, ret);
}

DB_TEST(planned_work_waits_for_its_day_and_approvals_do_not)
{
    Office o = office_open(cx);
    RequestMade made;
    Ms start = cx->now_ms + 20 * MS_DAY;

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, create_for(&o, "visit", "{\"who\":\"Kim\"}", start, false, &made));
    EXPECT_STR("awaiting_approval", made.state);
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, made.id, "manager", "approve", ""));
    EXPECT_STR("pending", office_state(&o, made.id));
    RequestView v = office_view(&o, made.id);
    EXPECT_MS(start, v.head.not_before_ms);
    EXPECT_MS(start, v.pending.until_ms);
    EXPECT_STR("date", v.pending.kind);
    EXPECT_STR("", v.pending.reason); /* the words of the approval are not those of the wait */
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT,
              office_task(&o, made.id, "receive", (TaskAct){ .kind = TASK_ACT_START }));
    cx->now_ms = start - 1;
    turn(&o);
    EXPECT_STR("pending", office_state(&o, made.id));
    cx->now_ms = start;
    turn(&o);
    EXPECT_STR("fulfilling", office_state(&o, made.id));
    office_expect_replay(&o, made.id, __LINE__);
}

DB_TEST(planned_work_is_for_models_that_allow_it_and_days_to_come)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID, create_for(&o, "question", "{\"details\":\"How?\"}", cx->now_ms + MS_DAY,
                                     false, &made));
    EXPECT_STR("/not_before", cx->errors.at[0].pointer);
    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID,
              create_for(&o, "visit", "{\"who\":\"nobody\"}", cx->now_ms, false, &made));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, create_for(&o, "visit", "{\"who\":\"nobody\"}", cx->now_ms + 1, false, &made));
}

DB_TEST(planned_drafts_keep_their_day_and_can_be_planned_anew)
{
    Office o = office_open(cx);
    RequestMade made;
    Ms start = cx->now_ms + 20 * MS_DAY;
    RequestEdit later = { .has_not_before = true, .not_before_ms = OPT_INT(start + MS_DAY) };

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, create_for(&o, "visit", "{\"who\":\"nobody\"}", start, true, &made));
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, made.id), &later));
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_SUBMIT, ""));
    EXPECT_STR("pending", office_state(&o, made.id));
    EXPECT_MS(start + MS_DAY, office_view(&o, made.id).pending.until_ms);
    later.not_before_ms = OPT_NONE;
    office_as(&o, "robin");
    EXPECT_RC(RC_CONFLICT, request_edit(cx, office_grant(&o, made.id), &later));
    office_as(&o, "sam"); /* the team may begin earlier */
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_RESUME, ""));
    EXPECT_STR("fulfilling", office_state(&o, made.id));
    office_expect_replay(&o, made.id, __LINE__);
}

/* ---- whose calendar ---- */

/* Monday to Thursday from ten to sixteen, six hours a day. */
static void publish_short_week(Ctx *cx)
{
    CalendarRules r = { .key = STR("short"), .zone = STR("UTC"), .day_hours = 6000 };
    GrantedCatalog g;

    for (int day = 0; day < 4; day++)
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &r.hours[day], (CalendarWindow){ 600, 960 }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g,
                                      &(CalendarPublication){
                                          .key = STR("short"), .rules = &r, .from = MS_NONE }));
}

DB_TEST(worktime_is_that_of_the_team_where_it_has_a_calendar)
{
    Office o = office_open(cx);
    Ms thursday = ms("2030-01-10T12:00Z");

    publish_short_week(cx);
    fixture_exec(cx, "UPDATE team SET calendar = 'short' WHERE key = 'workplace'");
    cx->now_ms = thursday;
    int64_t id = asked(&o); /* the first reminder: one working day later */
    office_as(&o, "robin");
    EXPECT_MS(ms("2030-01-14T12:00Z"), office_view(&o, id).pending.remind_ms); /* Friday is free */
    fixture_exec(cx, "UPDATE team SET calendar = 'unknown' WHERE key = 'workplace'");
    id = asked(&o);
    office_as(&o, "robin");
    EXPECT_MS(ms("2030-01-11T12:00Z"), office_view(&o, id).pending.remind_ms); /* the usual days */
}
