/* risk_test.c - how much may go wrong with a request, and what follows from it. */
#include "core/json.h"
#include "domain/request/office_fixture.h"
#include "domain/request/request_json_api.h"

/* Of the stage as it is now: what was skipped before stays in the list. */
static const char *stage_state(Office *o, int64_t id, const char *stage)
{
    RequestView v = office_view(o, id);
    const char *last = "none";

    for (size_t i = 0; i < v.approvals.n; i++)
        if (str_eq_z(v.approvals.at[i].stage, stage))
            last = str_dup_z(o->cx->arena, v.approvals.at[i].state);
    return last;
}

/* As the staff see it; robin acts again then. */
static const char *risk_of(Office *o, int64_t id)
{
    office_as(o, "sam");
    const char *risk = str_dup_z(o->cx->arena, office_view(o, id).risk);
    office_as(o, "robin");
    return risk;
}

static int64_t risk_events(Office *o)
{
    return fixture_int(o->cx, "SELECT count(*) FROM event WHERE kind = 'request.risk'");
}

static Rc choose(Office *o, int64_t id, const char *role)
{
    RequestEdit in = { .has_answers = true };

    in.answers = office_answers(
        o, str_dup_z(o->cx->arena, str_fmt(o->cx->arena, "{\"role\":\"%s\"}", role)));
    return request_edit(o->cx, office_grant(o, id), &in);
}

DB_TEST(risk_is_the_first_line_that_holds_and_asks_one_more_stage)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t high = office_ask(&o, "tool", "{\"role\":\"admin\"}");
    int64_t low = office_ask(&o, "tool", "{\"role\":\"editor\"}");
    int64_t none = office_ask(&o, "tool", "{\"role\":\"reader\"}");
    EXPECT_STR("high", str_z(risk_of(&o, high)));
    EXPECT_STR("low", str_z(risk_of(&o, low)));
    EXPECT_STR("", str_z(risk_of(&o, none)));
    EXPECT_STR("waiting", stage_state(&o, high, "second"));
    EXPECT_STR("skipped", stage_state(&o, low, "second"));
    EXPECT_STR("skipped", stage_state(&o, none, "second"));
    EXPECT_INT(2, risk_events(&o));
    EXPECT_INT(
        1, fixture_int(cx, "SELECT count(*) FROM request WHERE risk = 'high' AND risk_line = 1"));
    office_expect_replay(&o, high, __LINE__);
    office_expect_replay(&o, none, __LINE__);
}

DB_TEST(risk_follows_an_edit_and_the_log_says_so_once)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "tool", "{\"role\":\"reader\"}");
    EXPECT_INT(0, risk_events(&o));
    EXPECT_RC(RC_OK, choose(&o, id, "admin"));
    EXPECT_STR("high", str_z(risk_of(&o, id)));
    EXPECT_INT(1, risk_events(&o));
    EXPECT_STR("waiting", stage_state(&o, id, "second"));
    EXPECT_RC(RC_OK, choose(&o, id, "admin"));
    EXPECT_INT(1, risk_events(&o)); /* nothing changed */
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, choose(&o, id, "reader"));
    EXPECT_STR("", str_z(risk_of(&o, id)));
    EXPECT_INT(2, risk_events(&o));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(risk_of_a_draft_is_that_of_its_answers_when_it_is_sent)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_create(&o, "tool", "{}", NULL, true, &made));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request WHERE risk <> ''"));
    EXPECT_RC(RC_OK, choose(&o, made.id, "admin"));
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_SUBMIT, ""));
    EXPECT_STR("high", str_z(risk_of(&o, made.id)));
    EXPECT_STR("waiting", stage_state(&o, made.id, "second"));
}

static Str risk_in_json(Office *o, int64_t id)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    RequestView v;
    JsonOut out;
    const Json *json = NULL, *risk;

    EXPECT_RC(RC_OK, request_record(o->cx, office_grant(o, id), &v));
    buf_init(&buf, 1u << 20);
    json_out_init(&out, &buf);
    request_json(&out, o->cx, &v);
    EXPECT_RC(RC_OK, json_parse(o->cx->arena, buf_str(&buf), &json, NULL));
    risk = json_get(json, STR("risk"));
    if (risk == NULL || risk->kind != JSON_OBJECT)
        return STR("null");
    return str_fmt(o->cx->arena, "%.*s: %.*s", STR_ARG(json_get(risk, STR("level"))->text),
                   STR_ARG(json_get(risk, STR("why"))->text));
}

DB_TEST(risk_is_for_staff_and_approvers_not_for_who_asked)
{
    Office o = office_open(cx);
    TimelineFilter all = { .size = 100 };
    ApprovalLines asked;
    Entries entries;
    int64_t next;
    bool more;
    GrantedSelf self;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "tool", "{\"role\":\"admin\"}");
    EXPECT_STR("null", risk_in_json(&o, id));
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &all, &entries, &more));
    for (size_t i = 0; i < entries.n; i++)
        EXPECT(!str_eq_z(entries.at[i].kind, "request.risk"));
    office_as(&o, "sam");
    EXPECT_STR("high: Sees all", risk_in_json(&o, id));
    office_as(&o, "kim");
    EXPECT_STR("high: Sees all", risk_in_json(&o, id));
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK,
              approval_list(cx, self, &(ApprovalFilter){ .state = STR("asked") }, &asked, &next));
    EXPECT_INT(1, (int64_t)asked.n);
    EXPECT_STR("high", asked.at[0].risk);
    EXPECT_STR("Sees all", lang_text(&asked.at[0].risk_why, LANG_EN, NULL));
}

DB_TEST(risk_follows_the_person_with_the_next_step_and_rests_when_work_is_over)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "tool", "{\"role\":\"reader\"}");
    EXPECT_STR("", str_z(risk_of(&o, id)));
    fixture_exec(cx, "UPDATE person SET kind = 'customer' WHERE login = 'robin'");
    EXPECT_STR("", str_z(risk_of(&o, id))); /* nobody has looked at it since */
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    EXPECT_STR("medium", str_z(risk_of(&o, id)));
    EXPECT_INT(1, risk_events(&o));
    EXPECT_STR("skipped", stage_state(&o, id, "second")); /* what was decided stays decided */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "grant", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_STR("fulfilled", office_state(&o, id));
    fixture_exec(cx, "UPDATE person SET kind = 'employee' WHERE login = 'robin'");
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_CONFIRM, ""));
    EXPECT_STR("medium", str_z(risk_of(&o, id)));
    EXPECT_INT(1, risk_events(&o));
    office_expect_replay(&o, id, __LINE__);
}
