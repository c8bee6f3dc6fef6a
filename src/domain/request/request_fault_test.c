/* Every database call of a command fails once: nothing may be half done. */
#include "domain/request/action.h"
#include "domain/request/bundle.h"
#include "domain/request/office_fixture.h"

typedef struct Fault {
    Office *o;
    const char *login;
    int64_t id;
    Str upload;
} Fault;

static Rc act_as(Ctx *cx, Fault *f)
{
    /* Roles are read by the fixture, outside the command under test. */
    UNUSED(cx);
    f->o->cx->identity = NULL;
    return RC_OK;
}

static Rc create(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedSubmit g;
    RequestMade made;
    RequestCreate in = { .item = STR("laptop"), .title = STR_NULL };

    TRY(act_as(cx, f));
    in.answers = office_answers(f->o, "{\"device\":\"developer\",\"reason\":\"I compile\"}");
    TRY(access_submit(cx, cx->subject->person_id, &g));
    return request_create(cx, g, &in, &made);
}

static Rc order(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedSubmit g;
    BundleMade made;
    BundleCreate in = { .bundle = STR("start"), .requester = STR_NULL, .channel = STR_NULL };

    TRY(act_as(cx, f));
    in.answers = office_answers(f->o, "{\"last\":\"2031-02-01\",\"device\":\"standard\"}");
    TRY(access_submit(cx, cx->subject->person_id, &g));
    return bundle_order(cx, g, &in, &made);
}

static Rc decide(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedRequest g;
    ApprovalDecision in = { .decision = STR("approve"), .reason = STR("Fine.") };

    TRY(act_as(cx, f));
    TRY(access_approval(cx, f->id, MAY_SEE, &g));
    return approval_decide(cx, g, f->id, &in);
}

static Rc finish(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedRequest g;
    TaskAct in = { .kind = TASK_ACT_FINISH, .text = STR("Done.") };

    TRY(act_as(cx, f));
    TRY(access_task(cx, f->id, 0, &g));
    return task_act(cx, g, f->id, &in);
}

static Rc attach(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedRequest g;
    GrantedSelf self;
    Upload u;
    UploadInput up = {
        .name = STR("a.txt"), .type = STR("text/plain"), .sha256 = STR("00"), .size = 7
    };
    MessageInput in = { .text = STR("See this.") };
    MessageMade made;

    TRY(act_as(cx, f));
    TRY(access_self(cx, &self));
    TRY(upload_add(cx, self, &up, &u));
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    in.attachments = (StrList){ .at = &u.id, .n = 1 };
    return message_add(cx, g, &in, &made);
}

static Rc convert(Ctx *cx, void *arg)
{
    Fault *f = arg;
    GrantedRequest g;
    RequestAct in = { .kind = ACT_CONVERT, .record = STR("incident"), .item = STR("incident") };

    TRY(act_as(cx, f));
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    return request_act(cx, g, &in, NULL);
}

DB_TEST(request_create_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    fault_run(cx, create, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request"));
    office_expect_replay(&o, fixture_int(cx, "SELECT id FROM request"), __LINE__);
}

DB_TEST(bundle_order_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    fault_run(cx, order, &f);
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM request"));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM bundle_part"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM bundle_order"));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.bundled'"));
}

/* From taking the order to the answer, as two turns of the loop in one. */
static Rc carry_out(Ctx *cx, void *arg)
{
    ActionOrder order;
    ActionAnswer done = { ACTION_IS_DONE, STR("Account rob exists.") };
    bool found = false;

    TRY(act_as(cx, arg));
    TRY(action_take(cx, &order, &found));
    return action_answer(cx, &order, &done);
}

DB_TEST(action_answer_leaves_nothing_half_done)
{
    static const Subject nobody = { .origin = STR_INIT("job"), .scopes = SCOPE_ALL };
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "account", "{\"login\":\"rob\"}");
    cx->subject = &nobody;
    fault_run(cx, carry_out, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM action_run WHERE running = 0"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM task WHERE action_state = 'done'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'task.done_by_action'"));
    office_as(&o, "robin");
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(request_decide_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"developer\",\"reason\":\"x\"}");
    office_as(&o, "kim");
    f.id = fixture_int(cx, "SELECT id FROM approval WHERE state = 'asked'");
    fault_run(cx, decide, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'approval.approved'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(request_finish_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    f.id = office_task_id(&o, id, "set_up");
    fault_run(cx, finish, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM task_signer"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(request_upload_and_message_leave_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    f.id = office_ask(&o, "question", "{\"details\":\"x\"}");
    fault_run(cx, attach, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM attachment"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM upload WHERE used = 1"));
}

DB_TEST(request_convert_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    Fault f = { .o = &o };

    office_as(&o, "robin");
    f.id = office_ask(&o, "question", "{\"details\":\"x\"}");
    EXPECT_RC(RC_OK, office_say(&o, f.id, "Hello."));
    office_as(&o, "sam");
    fault_run(cx, convert, &f);
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM request"));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM message"));
}
