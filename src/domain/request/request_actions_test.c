#include "domain/request/action.h"
#include "domain/request/office_fixture.h"

/* ---- a runner that says what it is told ---- */

typedef struct Script {
    ActionVerdict verdict;
    const char *text;
    int ran;
} Script;

static bool has(void *arg, Str action)
{
    UNUSED(arg);
    return str_eq_z(action, "create-account");
}

static void run(void *arg, const ActionOrder *o, Arena *a, ActionAnswer *ret)
{
    Script *s = arg;

    UNUSED(a);
    EXPECT_STR("create-account", o->action);
    s->ran++;
    *ret = (ActionAnswer){ s->verdict, str_z(s->text) };
}

/* As the loop does it, as nobody. */
static void as_program(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job"), .scopes = SCOPE_ALL };
    office_as(o, "robin");
    o->cx->subject = &nobody;
}

static bool take(Office *o, ActionOrder *ret)
{
    bool waits = false, found = false;

    as_program(o);
    EXPECT_RC(RC_OK, action_waits(o->cx, &waits));
    EXPECT_RC(RC_OK, action_take(o->cx, ret, &found));
    EXPECT(waits == found);
    return found;
}

static ActionOrder take_one(Office *o)
{
    ActionOrder order = { 0 };
    if (!take(o, &order))
        test_fail(__FILE__, __LINE__, "nothing to hand out");
    return order;
}

static void answer(Office *o, const ActionOrder *order, ActionVerdict verdict, const char *text)
{
    as_program(o);
    EXPECT_RC(RC_OK, action_answer(o->cx, order, &(ActionAnswer){ verdict, str_z(text) }));
}

static ViewTask task_of(Office *o, int64_t id, const char *key)
{
    office_as(o, "sam");
    RequestView v = office_view(o, id);
    for (size_t i = 0; i < v.tasks.n; i++)
        if (str_eq_z(v.tasks.at[i].key, key))
            return v.tasks.at[i];
    test_fail(__FILE__, __LINE__, "no task %s", key);
    return (ViewTask){ 0 };
}

/* The entry of this kind that sam reads; zeroed without one. */
static Entry entry_of(Office *o, int64_t id, const char *kind)
{
    Entries entries = { 0 };
    bool more = false;

    office_as(o, "sam");
    EXPECT_RC(RC_OK, timeline(o->cx, office_grant(o, id), &(TimelineFilter){ .size = 100 },
                              &entries, &more));
    for (size_t i = entries.n; i-- > 0;)
        if (str_eq_z(entries.at[i].kind, kind))
            return entries.at[i];
    return (Entry){ 0 };
}

static bool in_queue(Office *o, const char *login, const char *key)
{
    ScopeRequests s;
    TaskLines lines = { 0 };
    int64_t next = 0;

    office_as(o, login);
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK,
              task_list(o->cx, s, &(TaskFilter){ .kind = TASKS_TEAMS, .size = 50 }, &lines, &next));
    for (size_t i = 0; i < lines.n; i++)
        if (str_eq_z(lines.at[i].key, key))
            return true;
    return false;
}

static int64_t ask_account(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "account", "{\"login\":\"rob\"}");
}

/* ---- lives ---- */

DB_TEST(action_zero_touch_from_wish_to_closed)
{
    Office o = office_open(cx);
    ActionOrder order, other;
    int64_t id = ask_account(&o);

    EXPECT_STR("fulfilling", office_state(&o, id));
    EXPECT_STR("action", office_view(&o, id).head.step_code);
    EXPECT(!in_queue(&o, "sam", "create"));
    order = take_one(&o);
    EXPECT_STR("create-account", order.action);
    EXPECT_INT(1, order.tries);
    EXPECT(str_contains(order.json, STR("\"with\":{\"login\":\"rob\",\"days\":null,"
                                        "\"kind\":\"mail\"}")));
    EXPECT(str_contains(order.json, str_fmt(cx->arena, "\"key\":\"%.*s\"", STR_ARG(order.key))));
    EXPECT(str_contains(order.json, STR("\"beneficiary\":{\"login\":\"robin\"")));
    EXPECT(!take(&o, &other)); /* handed out once, while it runs */
    answer(&o, &order, ACTION_IS_DONE, "Account rob exists.\r\nHost \x01 mail-2");

    ViewTask t = task_of(&o, id, "create");
    EXPECT_STR("finished", t.state);
    EXPECT_STR("done", t.action_state);
    EXPECT_STR("Account rob exists.\nHost ? mail-2", t.note);
    EXPECT_INT(0, t.finished_by.id);
    Entry e = entry_of(&o, id, "task.done_by_action");
    EXPECT_INT(0, e.actor.id);
    EXPECT_STR("Account rob exists.\nHost ? mail-2", e.text);
    EXPECT(!e.internal);
    answer(&o, &order, ACTION_CANNOT, "too late"); /* a second answer is nobody's */
    office_expect_replay(&o, id, __LINE__);

    order = take_one(&o);
    EXPECT_STR("send-letter", order.action);
    answer(&o, &order, ACTION_IS_DONE, "");
    office_as(&o, "robin");
    EXPECT_STR("fulfilled", office_state(&o, id));
    EXPECT_STR("fulfilled", office_view(&o, id).head.outcome);
    office_later(&o, 5 * MS_DAY);
    bool more = false;
    EXPECT_RC(RC_OK, office_timers(&o, 10, &more));
    office_as(&o, "robin");
    EXPECT_STR("closed", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(action_is_tried_again_and_then_people_do_it)
{
    static const Ms pauses[] = { MS_MINUTE, 5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR };
    static const char said[] = "Tried 5 times without success. The directory does not answer.";
    Office o = office_open(cx);
    ActionOrder order, first = { 0 };
    int64_t id = ask_account(&o);

    for (size_t i = 0; i < ACTION_TRIES_MAX; i++) {
        order = take_one(&o);
        EXPECT_INT((int64_t)i + 1, order.tries);
        if (i == 0)
            first = order;
        EXPECT(str_eq(first.key, order.key));
        EXPECT(str_eq(first.json, order.json));
        answer(&o, &order, ACTION_LATER, "The directory does not answer.");
        if (i == COUNT_OF(pauses))
            break;
        EXPECT_STR("ready", task_of(&o, id, "create").state);
        office_later(&o, pauses[i] - 1);
        EXPECT(!take(&o, &order));
        office_later(&o, 1);
    }
    ViewTask t = task_of(&o, id, "create");
    EXPECT_STR("ready", t.state);
    EXPECT_STR("person", t.action_state);
    EXPECT_STR(said, t.note);
    EXPECT_STR(said, entry_of(&o, id, "task.action_failed").text);
    EXPECT(in_queue(&o, "sam", "create"));
    EXPECT(!take(&o, &order));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "create",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .text = STR("By hand.") }));
    EXPECT_STR("send-letter", take_one(&o).action);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(action_that_cannot_be_done_is_for_people_at_once)
{
    Office o = office_open(cx);
    int64_t id = ask_account(&o);
    ActionOrder order = take_one(&o);

    answer(&o, &order, ACTION_CANNOT, "This login is taken.");
    EXPECT_STR("This login is taken.", task_of(&o, id, "create").note);
    EXPECT(in_queue(&o, "sam", "create"));
    office_expect_replay(&o, id, __LINE__);
}

/* ---- what comes between ---- */

DB_TEST(action_is_handed_out_again_after_a_restart_under_the_same_key)
{
    Office o = office_open(cx);
    int64_t id = ask_account(&o);
    ActionOrder lost = take_one(&o), again;

    EXPECT(!take(&o, &again));
    as_program(&o);
    EXPECT_RC(RC_OK, action_release(cx));
    again = take_one(&o);
    EXPECT(str_eq(lost.key, again.key));
    EXPECT_INT(2, again.tries);
    answer(&o, &lost, ACTION_CANNOT, "from a process that is gone");
    EXPECT_STR("due", task_of(&o, id, "create").action_state);
    answer(&o, &again, ACTION_IS_DONE, "ok");
    EXPECT_STR("finished", task_of(&o, id, "create").state);

    /* Nobody answered at all: the time is over by far. */
    lost = take_one(&o);
    office_later(&o, 2 * MS_MINUTE + 1);
    EXPECT(str_eq(lost.key, take_one(&o).key));
}

DB_TEST(action_that_ran_while_somebody_took_the_task_is_told_to_the_staff)
{
    Office o = office_open(cx);
    int64_t id = ask_account(&o);
    ActionOrder order = take_one(&o), none;

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "create", (TaskAct){ .kind = TASK_ACT_START }));
    answer(&o, &order, ACTION_IS_DONE, "Account rob exists.");
    EXPECT_STR("started", task_of(&o, id, "create").state);
    Entry e = entry_of(&o, id, "task.action_late");
    EXPECT_STR("Account rob exists.", e.text);
    EXPECT(e.internal);
    EXPECT(!take(&o, &none));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "create", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_STR("sam", task_of(&o, id, "create").finished_by.login);
    office_expect_replay(&o, id, __LINE__);

    /* The same for one that was withdrawn meanwhile; a failure then is nobody's business. */
    int64_t gone = ask_account(&o);
    do {
        order = take_one(&o);
    } while (order.request_id != gone);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, gone, ACT_WITHDRAW, ""));
    answer(&o, &order, ACTION_CANNOT, "No.");
    EXPECT_INT(0, entry_of(&o, gone, "task.action_late").event_id);
    EXPECT_STR("closed", office_state(&o, gone));
    office_expect_replay(&o, gone, __LINE__);
}

DB_TEST(action_rests_while_work_rests)
{
    Office o = office_open(cx);
    ActionOrder order, other;
    RequestEdit edit = { .has_answers = true, .title = STR_NULL, .reason = STR_NULL };
    int64_t id = ask_account(&o);

    /* A question to the requester: nothing is handed out. */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Which one?"));
    EXPECT(!take(&o, &order));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "That one."));
    order = take_one(&o);

    /* An edit asks for an approval; the answer that comes meanwhile is asked for again. */
    office_as(&o, "sam");
    edit.answers = office_answers(&o, "{\"days\":5}");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STR("awaiting_approval", office_state(&o, id));
    answer(&o, &order, ACTION_IS_DONE, "done before its time");
    EXPECT_STR("waiting", task_of(&o, id, "create").state);
    EXPECT(!take(&o, &other));
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    other = take_one(&o);
    EXPECT(!str_eq(order.key, other.key)); /* another order: it says five days */
    EXPECT_INT(1, other.tries);
    answer(&o, &other, ACTION_IS_DONE, "for five days");
    EXPECT_STR("finished", task_of(&o, id, "create").state);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(action_is_handed_out_by_nobody_else)
{
    Office o = office_open(cx);
    ActionOrder order;
    bool found = false;

    ask_account(&o);
    office_as(&o, "adm");
    EXPECT_RC(RC_FORBIDDEN, action_take(cx, &order, &found));
    EXPECT_RC(RC_FORBIDDEN, action_waits(cx, &found));
    EXPECT_RC(RC_FORBIDDEN, action_release(cx));
}

/* ---- runners ---- */

TEST(action_goes_to_the_runner_that_has_it)
{
    Script script = { ACTION_IS_DONE, "fine", 0 };
    ActionRunner runner = { "test", has, run, &script };
    ActionOrder order = { .action = STR("create-account") }, other = { .action = STR("fly") };
    ActionAnswer got;

    action_runners_clear();
    action_carry_out(&order, test_arena(), &got);
    EXPECT_INT(ACTION_CANNOT, (int64_t)got.verdict);
    action_runner_register(&runner);
    action_carry_out(&order, test_arena(), &got);
    EXPECT_INT(ACTION_IS_DONE, (int64_t)got.verdict);
    EXPECT_STR("fine", got.text);
    action_carry_out(&other, test_arena(), &got);
    EXPECT_INT(ACTION_CANNOT, (int64_t)got.verdict);
    EXPECT_STR("Nothing is set up here to run the action fly.", got.text);
    EXPECT_INT(1, script.ran);
    action_runners_clear();
}

DB_TEST(action_text_is_cut_and_cleaned)
{
    Office o = office_open(cx);
    int64_t id = ask_account(&o);
    ActionOrder order = take_one(&o);
    char *long_text = arena_alloc(cx->arena, 2 * ACTION_TEXT_BYTES + 1);

    memset(long_text, 'x', 2 * ACTION_TEXT_BYTES);
    memcpy(long_text, "\xff\xfe\x1b[1m", 6);
    answer(&o, &order, ACTION_IS_DONE, long_text);
    Str note = task_of(&o, id, "create").note;
    EXPECT_INT(ACTION_TEXT_BYTES, (int64_t)note.len);
    EXPECT(str_starts(note, STR("???[1mx")));
}
