#include "domain/request/macro.h"
#include "domain/request/office_fixture.h"
#include "domain/request/ready.h"

typedef struct Desk {
    Office o;
    int64_t id, reply, gap; /* a question of robin; replies of workplace, one of them with a gap */
} Desk;

static Desk open_desk(Ctx *cx)
{
    Desk d = { .o = office_open(cx) };
    Office *o = &d.o;

    office_as(o, "robin");
    d.id = office_ask(o, "question", "{\"details\":\"How?\"}");
    office_as(o, "ada");
    EXPECT_RC(RC_OK, ready_create(cx,
                                  &(ReadyInput){
                                      .team = STR("workplace"),
                                      .name = STR("Ours"),
                                      .words = { .in = { [LANG_EN] = STR("{number} is ours.") } } },
                                  &d.reply));
    EXPECT_RC(RC_OK,
              ready_create(cx,
                           &(ReadyInput){
                               .team = STR("workplace"),
                               .name = STR("With"),
                               .words = { .in = { [LANG_EN] = STR("{assignee.name} has it.") } } },
                           &d.gap));
    return d;
}

static MacroStep step(const char *act, const char *value, int64_t ready, const char *text)
{
    return (MacroStep){
        .act = str_z(act), .value = str_z(value), .ready_id = ready, .text = str_z(text)
    };
}

static Rc make(Desk *d, MacroStep *steps, size_t n, int64_t *ret)
{
    return macro_create(d->o.cx,
                        &(MacroInput){ .team = STR("workplace"),
                                       .name = STR("Take it"),
                                       .steps = { .at = steps, .n = n } },
                        ret);
}

static int64_t events_of(Ctx *cx, const char *kind)
{
    return fixture_int(
        cx, str_dup_z(cx->arena,
                      str_fmt(cx->arena, "SELECT count(*) FROM event WHERE kind = '%s'", kind)));
}

DB_TEST(macro_does_all_its_steps_in_their_order)
{
    Desk d = open_desk(cx);
    Office *o = &d.o;
    MacroStep steps[] = { step("assign", "me", 0, ""), step("reply", "", d.gap, ""),
                          step("tag", "VPN", 0, ""), step("note", "", 0, "Look at the printer."),
                          step("pend", "3", d.reply, "") };
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, COUNT_OF(steps), &id));
    office_as(o, "sam");
    EXPECT_RC(RC_OK, macro_run(cx, office_grant(o, d.id), id));
    RequestView v = office_view(o, d.id);
    EXPECT_STR("sam", v.head.assignee.login);
    EXPECT_STR("pending", v.head.state);
    EXPECT(v.pending.until_ms > cx->now_ms);
    EXPECT_STR("vpn", v.tags.at[0].tag);
    EXPECT_INT(1, events_of(cx, "message.added"));
    EXPECT_INT(1, events_of(cx, "macro.run"));
    EXPECT_INT(
        1,
        fixture_int(
            cx, "SELECT count(*) FROM message WHERE text LIKE '%has it.' AND text NOT LIKE '%{%'"));
    office_expect_replay(o, d.id, __LINE__);
}

DB_TEST(macro_does_nothing_when_one_step_is_refused_and_says_which)
{
    Desk d = open_desk(cx);
    Office *o = &d.o;
    MacroStep steps[] = { step("tag", "vpn", 0, ""), step("priority", "high", 0, "Many ask.") };
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, COUNT_OF(steps), &id));
    office_as(o, "sam"); /* leads nothing */
    EXPECT_RC(RC_FORBIDDEN, macro_run(cx, office_grant(o, d.id), id));
    EXPECT_STR("macro_step", cx->type);
    EXPECT_INT(2, cx->detail.args[0].number);
    EXPECT_INT(0, office_view(o, d.id).tags.n);
    EXPECT_INT(0, events_of(cx, "macro.run"));
    office_as(o, "ada");
    EXPECT_RC(RC_OK, macro_run(cx, office_grant(o, d.id), id));
    EXPECT_STR("high", office_view(o, d.id).head.level);
}

DB_TEST(macro_sends_no_reply_with_a_gap)
{
    Desk d = open_desk(cx);
    Office *o = &d.o;
    MacroStep steps[] = { step("reply", "", d.gap, "") };
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, 1, &id));
    office_as(o, "sam");
    EXPECT_RC(RC_CONFLICT, macro_run(cx, office_grant(o, d.id), id));
    EXPECT_INT(0, events_of(cx, "message.added"));
    office_assign(o, d.id, "sam");
    EXPECT_RC(RC_OK, macro_run(cx, office_grant(o, d.id), id));
    EXPECT_INT(1, events_of(cx, "message.added"));
}

DB_TEST(macro_is_run_by_the_staff_of_the_request_only)
{
    Desk d = open_desk(cx);
    Office *o = &d.o;
    MacroStep steps[] = { step("watch", "", 0, "") };
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, 1, &id));
    office_as(o, "robin");
    EXPECT_RC(RC_FORBIDDEN, macro_run(cx, office_grant(o, d.id), id));
    office_as(o, "aud");
    EXPECT_RC(RC_FORBIDDEN, macro_run(cx, office_grant(o, d.id), id));
    office_as(o, "sam");
    EXPECT_RC(RC_NOT_FOUND, macro_run(cx, office_grant(o, d.id), id + 1));
    EXPECT_RC(RC_OK, macro_run(cx, office_grant(o, d.id), id));
}

DB_TEST(macro_is_written_by_leads_and_checked_step_by_step)
{
    Desk d = open_desk(cx);
    Office *o = &d.o;
    MacroStep steps[] = {
        step("fly", "", 0, ""),          step("reply", "", 0, ""),
        step("note", "", 0, ""),         step("priority", "huge", 0, "x"),
        step("tag", "two words", 0, ""), step("pend", "0", d.reply, ""),
        step("resume", "", d.reply, ""), step("assign", "no-such-person", 0, "")
    };
    static const char *const wrong[] = { "/steps/0/act",   "/steps/1/ready", "/steps/2/text",
                                         "/steps/3/value", "/steps/4/value", "/steps/5/value",
                                         "/steps/6/ready", "/steps/7/value" };
    MacroStep good[] = { step("resume", "", 0, "") };
    int64_t id = 0;

    EXPECT_RC(RC_INVALID, make(&d, steps, COUNT_OF(steps), &id));
    EXPECT_INT(COUNT_OF(wrong), cx->errors.n);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        EXPECT_STR(wrong[i], cx->errors.at[i].pointer);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_INVALID, make(&d, good, 0, &id));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    office_as(o, "sam");
    EXPECT_RC(RC_FORBIDDEN, make(&d, good, 1, &id));
    office_as(o, "ada");
    EXPECT_RC(RC_OK, make(&d, good, 1, &id));
    office_as(o, "sam");
    EXPECT_RC(RC_FORBIDDEN, macro_drop(cx, id, OPT_NONE));
}

DB_TEST(macro_has_at_most_eight_steps)
{
    Desk d = open_desk(cx);
    MacroStep steps[MACRO_STEPS_MOST + 1];
    int64_t id = 0;

    for (size_t i = 0; i < COUNT_OF(steps); i++)
        steps[i] = step("tag", "vpn", 0, "");
    EXPECT_RC(RC_INVALID, make(&d, steps, MACRO_STEPS_MOST + 1, &id));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_OK, make(&d, steps, MACRO_STEPS_MOST, &id));
}

DB_TEST(macro_has_versions_and_holds_its_ready_replies)
{
    Desk d = open_desk(cx);
    MacroStep steps[] = { step("reply", "", d.reply, "") }, other[] = { step("resume", "", 0, "") };
    Macros list;
    Macro m;
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, 1, &id));
    EXPECT_RC(RC_CONFLICT, ready_drop(cx, d.reply, OPT_NONE));
    MacroInput in = { .name = STR("Take it"),
                      .steps = { .at = other, .n = 1 },
                      .version = OPT_INT(1) };
    EXPECT_RC(RC_OK, macro_change(cx, id, &in));
    EXPECT_RC(RC_STALE, macro_change(cx, id, &in));
    EXPECT_RC(RC_OK, macro_get(cx, id, &m));
    EXPECT_INT(2, m.version);
    EXPECT_STR("resume", m.steps.at[0].act);
    EXPECT_RC(RC_OK, ready_drop(cx, d.reply, OPT_NONE));
    EXPECT_RC(RC_OK, macro_list(cx, 0, &list));
    EXPECT_INT(1, list.n);
    EXPECT_INT(1, list.at[0].steps.n);
    EXPECT_RC(RC_STALE, macro_drop(cx, id, OPT_INT(1)));
    EXPECT_RC(RC_OK, macro_drop(cx, id, OPT_INT(2)));
    EXPECT_RC(RC_NOT_FOUND, macro_get(cx, id, &m));
    office_as(&d.o, "bo");
    EXPECT_RC(RC_OK, macro_list(cx, 0, &list));
    EXPECT_INT(0, list.n);
}

static Rc run_it(Ctx *cx, void *arg)
{
    const int64_t *ids = arg; /* the request, the macro */
    GrantedRequest g;

    cx->identity = NULL;
    TRY(access_request(cx, ids[0], MAY_SEE, &g));
    return macro_run(cx, g, ids[1]);
}

DB_TEST(macro_run_leaves_nothing_half_done)
{
    Desk d = open_desk(cx);
    MacroStep steps[] = { step("assign", "me", 0, ""), step("reply", "", d.reply, ""),
                          step("tag", "vpn", 0, "") };
    int64_t ids[2] = { d.id, 0 };

    EXPECT_RC(RC_OK, make(&d, steps, COUNT_OF(steps), &ids[1]));
    office_as(&d.o, "sam");
    fault_run(cx, run_it, ids);
    EXPECT_INT(1, events_of(cx, "macro.run"));
    EXPECT_INT(1, events_of(cx, "message.added"));
    EXPECT_INT(1, office_view(&d.o, d.id).tags.n);
    office_expect_replay(&d.o, d.id, __LINE__);
}

static Rc write_it(Ctx *cx, void *arg)
{
    Desk *d = arg;
    MacroStep steps[] = { step("reply", "", d->reply, ""), step("resume", "", 0, "") };
    int64_t id = 0;

    cx->identity = NULL;
    return make(d, steps, COUNT_OF(steps), &id);
}

DB_TEST(macro_create_leaves_nothing_half_done)
{
    Desk d = open_desk(cx);

    fault_run(cx, write_it, &d);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM macro"));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM macro_step"));
    EXPECT_INT(1, events_of(cx, "macro.created"));
}

/* Statements of both lists, with names forgotten. */
static uint64_t lists_cost(Ctx *cx)
{
    ReadyReplies replies;
    Macros macros;

    cx->identity = NULL;
    uint64_t before = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, ready_list(cx, 0, &replies));
    EXPECT_RC(RC_OK, macro_list(cx, 0, &macros));
    return db_conn_statements(cx->db) - before;
}

DB_TEST(macro_and_ready_lists_run_a_constant_number_of_statements)
{
    Desk d = open_desk(cx);
    MacroStep steps[] = { step("reply", "", d.reply, ""), step("resume", "", 0, "") };
    int64_t id = 0;

    EXPECT_RC(RC_OK, make(&d, steps, COUNT_OF(steps), &id));
    (void)lists_cost(cx);
    uint64_t few = lists_cost(cx);
    for (int i = 0; i < 30; i++)
        EXPECT_RC(RC_OK, make(&d, steps, COUNT_OF(steps), &id));
    EXPECT_INT(few, lists_cost(cx));
}
