#include "domain/request/office_fixture.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

static ScopeRequests scope(Office *o)
{
    ScopeRequests s;
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    return s;
}

static GrantedSelf self(Office *o)
{
    GrantedSelf g;
    EXPECT_RC(RC_OK, access_self(o->cx, &g));
    return g;
}

static size_t count(Office *o, const RequestFilter *f)
{
    RequestFilter all = *f;
    RequestHeads heads;
    int64_t next;
    if (all.size == 0)
        all.size = 100;
    EXPECT_RC(RC_OK, request_list(o->cx, scope(o), &all, &heads, &next));
    return heads.n;
}

static void ask_some(Office *o, int n)
{
    static const char *const people[] = { "robin", "mika", "eve" };
    for (int i = 0; i < n; i++) {
        office_as(o, people[i % 3]);
        office_ask(o, "question", "{\"details\":\"How?\"}");
    }
}

DB_TEST(lists_narrow_by_every_member)
{
    Office o = office_open(cx);
    RequestMade draft;
    RequestHeads heads;
    int64_t next;
    RequestFilter bad = { .kind = LIST_VISIBLE, .size = 10 };

    ask_some(&o, 6);
    office_as(&o, "robin");
    RequestEdit title = { .title = STR("Skrivaren är TRASIG") };
    EXPECT_RC(
        RC_OK,
        request_edit(cx, office_grant(&o, fixture_int(cx, "SELECT min(id) FROM request")), &title));
    EXPECT_RC(RC_OK, office_create(&o, "question", "{}", NULL, true, &draft));
    EXPECT_INT(3, count(&o, &(RequestFilter){ .kind = LIST_MINE }));
    EXPECT_INT(3, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_MINE, .words = STR("trasig SKRIV") }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_MINE, .words = STR("req-4") }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_MINE, .words = STR("100%") }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_WORK }));
    Str state = STR("draft");
    EXPECT_INT(
        1, count(&o, &(RequestFilter){ .kind = LIST_MINE, .states = { .at = &state, .n = 1 } }));

    office_as(&o, "sam");
    EXPECT_INT(6, count(&o, &(RequestFilter){ .kind = LIST_QUEUE }));
    EXPECT_INT(6,
               count(&o, &(RequestFilter){
                             .kind = LIST_QUEUE, .team = STR("workplace"), .open = OPT_INT(1) }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_QUEUE, .team = STR("procurement") }));
    RequestAct take = { .kind = ACT_ASSIGN, .assignee = STR("sam") };
    int64_t id = fixture_int(cx, "SELECT max(id) FROM request WHERE state <> 'draft'");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &take, NULL));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Done."));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_WORK }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_WORK, .open = OPT_INT(1) }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .assignee = STR("me") }));
    EXPECT_INT(5, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .assignee = STR("nobody") }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .assignee = STR("noor") }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .outcome = STR("fulfilled") }));
    EXPECT_INT(6, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .record = STR("request") }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .record = STR("incident") }));
    EXPECT_INT(6, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .item = STR("question") }));
    EXPECT_INT(2, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .requester = STR("mika") }));
    EXPECT_INT(0, count(&o, &(RequestFilter){ .kind = LIST_VISIBLE, .open = OPT_INT(0) }));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("sam"), STR("watcher"), RC_OK }));
    EXPECT_INT(1, count(&o, &(RequestFilter){ .kind = LIST_WATCHED }));
    state = STR("sleeping");
    bad.states = (StrList){ .at = &state, .n = 1 };
    EXPECT_RC(RC_INVALID, request_list(cx, scope(&o), &bad, &heads, &next));
    bad = (RequestFilter){ .kind = LIST_VISIBLE, .assignee = STR("ghost") };
    EXPECT_RC(RC_INVALID, request_list(cx, scope(&o), &bad, &heads, &next));
    bad = (RequestFilter){ .kind = LIST_QUEUE, .team = STR("ghosts") };
    EXPECT_RC(RC_INVALID, request_list(cx, scope(&o), &bad, &heads, &next));
    bad = (RequestFilter){ .kind = LIST_QUEUE, .outcome = STR("great") };
    EXPECT_RC(RC_INVALID, request_list(cx, scope(&o), &bad, &heads, &next));
}

DB_TEST(lists_page_by_key_newest_first)
{
    Office o = office_open(cx);
    RequestHeads heads;
    RequestFilter f = { .kind = LIST_QUEUE, .size = 3 };
    int64_t next, last = INT64_MAX, seen = 0;

    ask_some(&o, 7);
    office_as(&o, "sam");
    do {
        EXPECT_RC(RC_OK, request_list(cx, scope(&o), &f, &heads, &next));
        for (size_t i = 0; i < heads.n; i++, seen++) {
            EXPECT(heads.at[i].id < last);
            last = heads.at[i].id;
            EXPECT(heads.at[i].requester.name.len > 0 && heads.at[i].step_text.msgid != NULL);
        }
        f.before_id = next;
    } while (next != 0);
    EXPECT_INT(7, seen);
}

/* As many statements for thirty rows as for three. */
static uint64_t statements(Office *o, Rc (*list)(Office *o))
{
    Ctx *cx = o->cx;
    uint64_t before;

    EXPECT_RC(RC_OK, list(o)); /* models are in memory from here on */
    cx->identity = NULL;
    before = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, list(o));
    return db_conn_statements(cx->db) - before;
}

static Rc queue(Office *o)
{
    RequestHeads heads;
    int64_t next;
    RequestFilter f = { .kind = LIST_QUEUE, .size = 50, .open = OPT_INT(1) };
    return request_list(o->cx, scope(o), &f, &heads, &next);
}

static Rc visible(Office *o)
{
    RequestHeads heads;
    int64_t next;
    RequestFilter f = { .kind = LIST_VISIBLE, .size = 50 };
    return request_list(o->cx, scope(o), &f, &heads, &next);
}

static Rc team_tasks(Office *o)
{
    TaskLines lines;
    int64_t next;
    TaskFilter f = { .kind = TASKS_TEAMS, .size = 50 };
    return task_list(o->cx, scope(o), &f, &lines, &next);
}

static Rc all_badges(Office *o)
{
    Badges b;
    return badges(o->cx, self(o), scope(o), &b);
}

static Rc unread(Office *o)
{
    Notifications list;
    int64_t next;
    return notification_list(o->cx, self(o), false, 0, 50, &list, &next);
}

static Rc asked(Office *o)
{
    ApprovalLines lines;
    int64_t next;
    ApprovalFilter f = { .state = STR("asked"), .size = 50 };
    return approval_list(o->cx, self(o), &f, &lines, &next);
}

DB_TEST(lists_run_a_constant_number_of_statements)
{
    Office o = office_open(cx);
    static Rc (*const lists[])(Office *) = { queue, visible, team_tasks, all_badges, unread };
    uint64_t few[COUNT_OF(lists)], few_asked;

    follower_register(request_notify_follower());
    for (int i = 0; i < 2; i++) {
        office_as(&o, i == 0 ? "robin" : "mika");
        office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    }
    ask_some(&o, 3);
    EXPECT_RC(RC_OK, followers_step(cx));
    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        few[i] = statements(&o, lists[i]);
    office_as(&o, "kim");
    few_asked = statements(&o, asked);
    ask_some(&o, 30);
    for (int i = 0; i < 10; i++) {
        office_as(&o, "robin");
        office_later(&o, 4 * 365 * MS_DAY);
        office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    }
    EXPECT_RC(RC_OK, followers_step(cx));
    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        EXPECT_INT_AT((int)i, few[i], statements(&o, lists[i]));
    office_as(&o, "kim");
    EXPECT_INT(few_asked, statements(&o, asked));
    followers_clear();
}

DB_TEST(lists_of_tasks_know_whose_they_are)
{
    Office o = office_open(cx);
    TaskLines lines;
    int64_t next;
    TaskFilter f = { .size = 10 };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    f.kind = TASKS_TEAMS;
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT_STR("set_up", lines.at[0].key);
    EXPECT_STR("robin", lines.at[0].requester.login);
    f.team = STR("nowhere");
    EXPECT_RC(RC_INVALID, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_START }));
    f = (TaskFilter){ .kind = TASKS_MINE, .size = 10 };
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(0, lines.n);
    office_as(&o, "ada");
    f.kind = TASKS_SIGN_OFF;
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up",
                                 (TaskAct){ .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(1) }));
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(0, lines.n);
    EXPECT_RC(RC_OK, office_task(&o, id, "check",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .passed = OPT_INT(1) }));
    office_as(&o, "robin"); /* the hand-over is theirs */
    f.kind = TASKS_MINE;
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT(lines.at[0].for_requester);
    office_as(&o, "mika");
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &f, &lines, &next));
    EXPECT_INT(0, lines.n);
}

DB_TEST(lists_of_approvals_are_a_view_of_each_confidential_request)
{
    Office o = office_open(cx);
    ApprovalLines lines;
    int64_t ids[3], next;
    ApprovalFilter asked_of = { .state = STR("asked"), .size = 10 },
                   decided = { .state = STR("decided"), .size = 10 };

    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        office_as(&o, i == 1 ? "mika" : "robin");
        office_later(&o, 4 * 365 * MS_DAY);
        ids[i] = office_ask(&o, "laptop", "{\"device\":\"developer\",\"reason\":\"x\"}");
    }
    fixture_exec(cx, SQL("UPDATE request SET confidential = 1 WHERE id IN (%lld, %lld)",
                         (long long)ids[0], (long long)ids[2]));
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &decided, &lines, &next));
    EXPECT(cx->views == NULL);
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &asked_of, &lines, &next));
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &asked_of, &lines, &next));
    EXPECT_INT(3, lines.n);
    EXPECT(cx->views != NULL);
    EXPECT_INT(2, cx->views->n);     /* each once */
    EXPECT_RC(RC_OK, view_note(cx)); /* as the dispatcher does, before the answer leaves */
    EXPECT_INT(2, fixture_int(cx, SQL("SELECT count(*) FROM event WHERE kind = 'request.viewed'"
                                      " AND internal = 1 AND request_id IN (%lld, %lld)",
                                      (long long)ids[0], (long long)ids[2])));
    EXPECT_RC(RC_OK, office_decide(&o, ids[0], "manager", "approve", ""));
    cx->views = NULL;
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &decided, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT(cx->views == NULL); /* one's own decision shows nothing of it */
}

DB_TEST(lists_of_lines_are_no_views)
{
    Office o = office_open(cx);
    RequestFilter mine = { .kind = LIST_MINE, .size = 10 };
    RequestHeads heads;
    TaskFilter tasks = { .kind = TASKS_TEAMS, .size = 10 };
    TaskLines lines;
    int64_t next;

    office_as(&o, "robin");
    office_ask(&o, "concern", "{\"details\":\"x\"}");
    cx->views = NULL;
    EXPECT_RC(RC_OK, request_list(cx, scope(&o), &mine, &heads, &next));
    EXPECT_INT(1, heads.n);
    EXPECT_RC(RC_OK, request_find(cx, scope(&o), heads.at[0].number, 5, &heads));
    EXPECT_INT(1, heads.n);
    EXPECT_RC(RC_OK, unread(&o));
    office_as(&o, "hana");
    EXPECT_RC(RC_OK, task_list(cx, scope(&o), &tasks, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT(cx->views == NULL);
}

DB_TEST(lists_of_approvals_show_what_is_decided_about)
{
    Office o = office_open(cx);
    ApprovalLines lines;
    int64_t next;
    ApprovalFilter f = { .state = STR("asked"), .size = 10 };
    Badges b;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"developer\",\"reason\":\"I compile\"}");
    office_as(&o, "mika");
    office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &f, &lines, &next));
    EXPECT_INT(2, lines.n);
    EXPECT_STR("robin", lines.at[0].request.requester.login); /* oldest first */
    EXPECT_INT(2, lines.at[0].answers.n);
    EXPECT_STR("I compile", lines.at[0].answers.at[1].words);
    EXPECT(lines.at[0].approval.shown_hash.len == 64);
    EXPECT(lines.at[0].then.msgid != NULL);
    EXPECT_RC(RC_OK, badges(cx, self(&o), scope(&o), &b));
    EXPECT_INT(2, b.approvals);
    f.size = 1;
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    f.after_id = next;
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &f, &lines, &next));
    EXPECT_STR("mika", lines.at[0].request.requester.login);
    EXPECT_INT(0, next);
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    f = (ApprovalFilter){ .state = STR("decided"), .size = 10 };
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &f, &lines, &next));
    EXPECT_INT(1, lines.n);
    EXPECT_STR("approved", lines.at[0].approval.state);
    f.state = STR("other");
    EXPECT_RC(RC_INVALID, approval_list(cx, self(&o), &f, &lines, &next));
    office_as(&o, "dora");
    f.state = STR("asked");
    EXPECT_RC(RC_OK, approval_list(cx, self(&o), &f, &lines, &next));
    EXPECT_INT(0, lines.n);
}

DB_TEST(badges_count_what_waits)
{
    Office o = office_open(cx);
    Badges b;

    ask_some(&o, 4);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, badges(cx, self(&o), scope(&o), &b));
    EXPECT_INT(4, b.queue);
    EXPECT_INT(0, b.work);
    RequestAct take = { .kind = ACT_ASSIGN, .assignee = STR("sam") };
    int64_t id = fixture_int(cx, "SELECT min(id) FROM request");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &take, NULL));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Where?"));
    EXPECT_RC(RC_OK, badges(cx, self(&o), scope(&o), &b));
    EXPECT_INT(3, b.queue);
    EXPECT_INT(1, b.work);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, badges(cx, self(&o), scope(&o), &b));
    EXPECT_INT(1, b.mine);
}

static RequestPreview preview_of(Office *o, const char *answers)
{
    GrantedSubmit g;
    RequestPreview p = { 0 };
    RequestCreate in = { .item = STR("laptop"), .answers = office_answers(o, answers) };

    EXPECT_RC(RC_OK, access_submit(o->cx, o->cx->subject->person_id, &g));
    EXPECT_RC(RC_OK, request_preview(o->cx, g, &in, &p));
    return p;
}

DB_TEST(request_preview_asks_why_only_once_another_machine_is_chosen)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    EXPECT(!preview_of(&o, "{}").shown[1]);
    EXPECT(!preview_of(&o, "{\"device\":\"standard\"}").shown[1]);
    EXPECT(preview_of(&o, "{\"device\":\"light\"}").shown[1]);
}

DB_TEST(request_preview_promises_nothing_that_answers_still_decide)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    RequestPreview p = preview_of(&o, "{}");
    EXPECT_INT(COND_EMPTY, p.cost.type);
    EXPECT(p.stages.at[0].open && p.stages.at[1].open);
    p = preview_of(&o, "{\"device\":\"developer\"}");
    EXPECT_INT(240000, p.cost.money.minor);
    EXPECT(!p.stages.at[0].open && !p.stages.at[1].open);
    EXPECT(p.stages.at[0].applies && p.stages.at[1].applies);
    p = preview_of(&o, "{\"device\":\"standard\"}");
    EXPECT_INT(90000, p.cost.money.minor);
    EXPECT(p.stages.at[0].pre_approved && !p.stages.at[1].applies && !p.stages.at[1].open);
}

DB_TEST(request_preview_goes_on_without_an_answer_that_is_wrong)
{
    Office o = office_open(cx);
    char answers[ANSWER_LINE_MAX + 100];

    office_as(&o, "robin");
    (void)snprintf(answers, sizeof answers, "{\"device\":\"light\",\"reason\":\"%0*d\"}",
                   ANSWER_LINE_MAX + 1, 0);
    RequestPreview p = preview_of(&o, answers);
    EXPECT_INT(1, p.faults.n);
    EXPECT(p.shown[0] && p.shown[1]);
    EXPECT_INT(140000, p.cost.money.minor);
}

static size_t found(Office *o, const char *words, const char *number)
{
    RequestHeads heads = { 0 };
    bool there = false;

    EXPECT_RC(RC_OK, request_find(o->cx, scope(o), str_z(words), 5, &heads));
    for (size_t i = 0; i < heads.n; i++)
        there = there || str_eq_z(heads.at[i].number, number);
    EXPECT(there == (number[0] != '\0'));
    return heads.n;
}

DB_TEST(request_find_knows_numbers_and_ones_own_titles)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)office_ask(&o, "question", "{\"details\":\"Where is the key?\"}");
    (void)office_ask(&o, "concern", "{\"details\":\"In confidence\"}");
    EXPECT_INT(1, found(&o, "REQ-1", "REQ-1"));
    EXPECT_INT(1, found(&o, "req1", "REQ-1"));
    EXPECT_INT(1, found(&o, " 2 ", "REQ-2"));
    EXPECT_INT(0, found(&o, "INC-1", ""));
    EXPECT_INT(0, found(&o, "", ""));
    EXPECT_INT(0, found(&o, "REQ--1", ""));
    office_as(&o, "sam");
    EXPECT_INT(1, found(&o, "REQ-1", "REQ-1"));
    EXPECT_INT(0, found(&o, "2", "")); /* confidential: as a number that nobody has */
    office_assign(&o, 1, "sam");
    EXPECT(found(&o, "question", "REQ-1") == 1);
}
