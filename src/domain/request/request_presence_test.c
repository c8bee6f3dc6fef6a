#include "domain/request/office_fixture.h"

static Rc turn(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    bool more;

    o->cx->subject = &nobody;
    o->cx->identity = NULL;
    request_timers_register();
    TRY(office_timers(o, 50, &more));   /* the moment, */
    return office_timers(o, 50, &more); /* then the requests it matters to */
}

/* From now on for two days. */
static void give(Office *o, const char *who, const char *to, const char *what)
{
    Ctx *cx = o->cx;
    DelegationInput in = { str_z(to), str_z(what), clock_rfc3339(cx->arena, cx->now_ms),
                           clock_rfc3339(cx->arena, cx->now_ms + 2 * MS_DAY) };
    GrantedPresence g;
    int64_t id;

    office_as(o, who);
    EXPECT_RC(RC_OK, access_presence(cx, cx->subject->person_id, PRESENCE_DELEGATE, &g));
    EXPECT_RC(RC_OK, delegation_give(cx, g, &in, &id));
}

DB_TEST(delegation_hands_over_asks_that_are_open_already_and_takes_them_back)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    office_as(&o, "eve");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    give(&o, "kim", "eve", "approvals");
    EXPECT_RC(RC_OK, turn(&o));
    office_expect_replay(&o, id, __LINE__);
    office_as(&o, "eve");
    EXPECT_RC(RC_OK, office_sees(&o, id));
    EXPECT_STR("eve", office_view(&o, id).approvals.at[0].delegate.login);
    office_later(&o, 2 * MS_DAY);
    EXPECT_RC(RC_OK, turn(&o));
    office_expect_replay(&o, id, __LINE__);
    office_as(&o, "eve");
    EXPECT_INT(0, office_view(&o, id).approvals.at[0].delegate.id);
    give(&o, "kim", "eve", "approvals");
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "eve"); /* both names are kept */
    const char *stage = str_dup_z(cx->arena, office_view(&o, id).approvals.at[0].stage);
    EXPECT_RC(RC_OK, office_decide(&o, id, stage, "approve", ""));
    RequestView v = office_view(&o, id);
    EXPECT_STR("kim", v.approvals.at[0].approver.login);
    EXPECT_STR("eve", v.approvals.at[0].decider.login);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'approval.approved' AND "
                                  "behalf_id = (SELECT id FROM person WHERE login = 'kim')"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(delegation_of_approvals_never_reaches_the_requester)
{
    Office o = office_open(cx);

    give(&o, "kim", "robin", "approvals");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "robin");
    EXPECT_INT(0, office_view(&o, id).approvals.at[0].delegate.id);
    office_expect_replay(&o, id, __LINE__);
}

static int64_t work_badge(Office *o)
{
    GrantedSelf self;
    ScopeRequests s;
    Badges b = { 0 };

    EXPECT_RC(RC_OK, access_self(o->cx, &self));
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, badges(o->cx, self, s, &b));
    return b.work;
}

DB_TEST(delegation_of_tasks_shows_the_work_to_who_stands_in_as_long_as_it_lasts)
{
    Office o = office_open(cx);
    TaskAct finish = { .kind = TASK_ACT_FINISH, .text = STR("Done for sam.") };
    TaskFilter mine = { .kind = TASKS_MINE, .size = 50 };
    TaskLines lines;
    ScopeRequests s;
    int64_t next;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "fulfil",
                                 (TaskAct){ .kind = TASK_ACT_ASSIGN, .assignee = STR("sam") }));
    office_as(&o, "bo"); /* of another team */
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    give(&o, "sam", "bo", "approvals"); /* is for approvals alone */
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "bo");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    give(&o, "sam", "bo", "tasks");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_RC(RC_OK, turn(&o)); /* again: nothing more is told */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.standing_in'"));
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_sees(&o, id));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, task_list(cx, s, &mine, &lines, &next));
    EXPECT_INT(1, (int64_t)lines.n);
    EXPECT_STR("sam", lines.at[0].assignee.login);
    EXPECT_INT(1, work_badge(&o)); /* counts what the list shows */
    office_as(&o, "ivy");          /* bo's colleague does not stand in */
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    office_as(&o, "bo"); /* the request stays the team's, the task is bo's to do */
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_CANCEL, "No."));
    office_later(&o, 2 * MS_DAY);
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "bo");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    EXPECT_INT(0, work_badge(&o));
    give(&o, "sam", "bo", "tasks");
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_task(&o, id, "fulfil", finish));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'task.finished' AND "
                                  "behalf_id = (SELECT id FROM person WHERE login = 'sam')"));
    office_expect_replay(&o, id, __LINE__);
}

static bool is_among_signers(Office *o, int64_t id, const char *login)
{
    RequestView v;

    EXPECT_RC(RC_OK, request_view(o->cx, office_grant(o, id), &v));
    for (size_t i = 0; i < v.tasks.n; i++)
        for (size_t k = 0; k < v.tasks.at[i].signers.n; k++)
            if (str_eq_z(v.tasks.at[i].signers.at[k].login, login))
                return true;
    return false;
}

DB_TEST(delegation_of_approvals_lists_who_stands_in_among_those_who_sign)
{
    Office o = office_open(cx);
    TaskAct sign = { .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(1) };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT(is_among_signers(&o, id, "ada") && !is_among_signers(&o, id, "noor"));
    give(&o, "ada", "noor", "tasks"); /* signing is deciding */
    office_as(&o, "noor");
    EXPECT(!is_among_signers(&o, id, "noor"));
    give(&o, "ada", "noor", "approvals");
    office_as(&o, "noor");
    EXPECT(is_among_signers(&o, id, "ada") && is_among_signers(&o, id, "noor"));
    office_later(&o, 2 * MS_DAY);
    office_as(&o, "noor");
    EXPECT(!is_among_signers(&o, id, "noor"));
    give(&o, "ada", "noor", "approvals");
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", sign));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(absence_with_open_work_and_no_delegate_is_told_to_the_leads)
{
    Office o = office_open(cx);
    AbsenceInput in = { .kind = STR("sick") };
    GrantedPresence g;
    int64_t absence;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    in.from = clock_rfc3339(cx->arena, cx->now_ms);
    in.to = clock_rfc3339(cx->arena, cx->now_ms + MS_DAY);
    EXPECT_RC(RC_OK, access_presence(cx, cx->subject->person_id, PRESENCE_WRITE, &g));
    EXPECT_RC(RC_OK, absence_add(cx, g, &in, &absence));
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_RC(RC_OK, turn(&o)); /* once */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = 'work_left'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification n JOIN person p ON p.id = "
                                  "n.person_id WHERE n.kind = 'work_left' AND p.login = 'ada'"));
    office_as(&o, "ada"); /* it stays where it is until somebody decides */
    EXPECT_STR("sam", office_view(&o, id).head.assignee.login);
    office_later(&o, MS_DAY);
    EXPECT_RC(RC_OK, turn(&o));
    give(&o, "sam", "noor", "tasks");
    office_as(&o, "sam");
    in.from = clock_rfc3339(cx->arena, cx->now_ms);
    in.to = clock_rfc3339(cx->arena, cx->now_ms + MS_DAY);
    EXPECT_RC(RC_OK, access_presence(cx, cx->subject->person_id, PRESENCE_WRITE, &g));
    EXPECT_RC(RC_OK, absence_add(cx, g, &in, &absence));
    EXPECT_RC(RC_OK, turn(&o)); /* somebody stands in: nothing to do */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = 'work_left'"));
}

DB_TEST(delegation_of_tasks_covers_what_waits_at_a_request_that_the_principal_has)
{
    Office o = office_open(cx);
    TaskFilter mine = { .kind = TASKS_MINE, .size = 50 };
    TaskLines lines;
    ScopeRequests s;
    int64_t next;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    give(&o, "sam", "bo", "tasks");
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, task_list(cx, s, &mine, &lines, &next));
    EXPECT_INT(1, (int64_t)lines.n);
    EXPECT_RC(RC_OK, office_task(&o, id, "fulfil",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .text = STR("Done.") }));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(delegation_opens_no_confidential_request)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"It is about kim.\"}");
    office_as(&o, "hana");
    office_assign(&o, id, "hana");
    give(&o, "hana", "bo", "both");
    EXPECT_RC(RC_OK, turn(&o));
    office_as(&o, "bo");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
}
