/* Every database call of a command fails once: nothing may be half done. */
#include "domain/request/action.h"
#include "domain/request/bulk.h"
#include "domain/request/bundle.h"
#include "domain/request/me_too.h"
#include "domain/request/office_fixture.h"
#include "domain/request/view.h"

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

/* ---- a fault is never an answer ---- */

/* With the next database call failing, and what was looked up before forgotten. */
#define EXPECT_FAULT(cx, act)                                                                      \
    do {                                                                                           \
        (cx)->identity = NULL;                                                                     \
        db_fail_after((cx)->db, 1);                                                                \
        EXPECT_RC(RC_INTERNAL, (act));                                                             \
        EXPECT(db_fault_hit((cx)->db));                                                            \
        db_fail_after((cx)->db, 0);                                                                \
    } while (0)

DB_TEST(request_lookup_tells_a_fault_from_what_is_not_there)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    Str file = office_upload(&o, "a.txt", 5);
    AnswerLookup l = request_lookup(cx);
    EXPECT_RC(RC_OK, l.person(l.arg, STR("kim")));
    EXPECT_RC(RC_NOT_FOUND, l.person(l.arg, STR("nobody")));
    EXPECT_FAULT(cx, l.person(l.arg, STR("kim")));
    EXPECT_RC(RC_OK, l.team(l.arg, STR("workplace")));
    EXPECT_RC(RC_NOT_FOUND, l.team(l.arg, STR("nobodies")));
    EXPECT_FAULT(cx, l.team(l.arg, STR("workplace")));
    EXPECT_RC(RC_NOT_FOUND, l.entry(l.arg, STR("no-such-list"), STR("x")));
    EXPECT_FAULT(cx, l.entry(l.arg, STR("no-such-list"), STR("x")));
    EXPECT_RC(RC_OK, l.upload(l.arg, file));
    EXPECT_RC(RC_NOT_FOUND, l.upload(l.arg, STR("none")));
    EXPECT_FAULT(cx, l.upload(l.arg, file));
}

/* A whole form with a fault at each call in turn is refused as a fault, never as a wrong answer. */
static Rc send_paper(Ctx *cx, Office *o, Str file)
{
    GrantedSubmit g;
    RequestMade made;
    RequestCreate in = { .item = STR("paper"), .title = STR_NULL };
    Str json = str_fmt(cx->arena, "{\"scan\":\"%.*s\"}", STR_ARG(file));

    in.answers = office_answers(o, str_dup_z(cx->arena, json));
    TRY(access_submit(cx, cx->subject->person_id, &g));
    return request_create(cx, g, &in, &made);
}

DB_TEST(request_create_calls_no_fault_a_wrong_answer)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    Str file = office_upload(&o, "a.txt", 5);
    for (uint64_t n = 1;; n++) {
        Ctx own = *cx;
        own.identity = NULL;
        o.cx = &own;
        fixture_exec(cx, "SAVEPOINT tried");
        db_fail_after(cx->db, n);
        Rc rc = send_paper(&own, &o, file);
        bool hit = db_fault_hit(cx->db);
        db_fail_after(cx->db, 0);
        fixture_exec(cx, "ROLLBACK TO tried");
        EXPECT_RC(hit ? RC_INTERNAL : RC_OK, rc);
        if (!hit)
            break;
    }
}

DB_TEST(request_names_are_none_when_the_database_fails)
{
    Office o = office_open(cx);
    Question question = { .id = STR("who"), .type = QUESTION_PERSON };
    Answer answer = { .question = &question, .value = { .type = COND_PERSON, .text = STR("kim") } };
    CatalogModel m;
    Str name;

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, answer_in_words(cx, &answer, &name));
    EXPECT_FAULT(cx, answer_in_words(cx, &answer, &name));
    question.type = QUESTION_TEAM;
    answer.value = (CondValue){ .type = COND_KEY, .text = STR("workplace") };
    EXPECT_FAULT(cx, answer_in_words(cx, &answer, &name));
    question.type = QUESTION_LIST;
    question.list = STR("no-such-list");
    EXPECT_RC(RC_OK, answer_in_words(cx, &answer, &name));
    EXPECT_STR("workplace", name);
    EXPECT_FAULT(cx, answer_in_words(cx, &answer, &name));

    EXPECT_RC(RC_OK, catalog_model(cx, STR("laptop"), &m));
    EXPECT_RC(RC_OK, catalog_stage_name(cx, m.model, STR("manager"), &name));
    EXPECT_FAULT(cx, catalog_stage_name(cx, m.model, STR("manager"), &name));
    EXPECT_FAULT(cx, catalog_task_name(cx, m.model, STR("order"), &name));
    EXPECT_RC(RC_OK, catalog_entry_name(cx, STR("categories"), STR("hardware"), &name));
    EXPECT_STR("hardware", name);
    EXPECT_FAULT(cx, catalog_entry_name(cx, STR("categories"), STR("hardware"), &name));
}

typedef struct MergeFault {
    Office *o;
    int64_t id;
    ActKind kind;
    Str into;
} MergeFault;

static Rc merge_act(Ctx *cx, void *arg)
{
    MergeFault *f = arg;
    GrantedRequest g;

    f->o->cx->identity = NULL;
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    return request_act(cx, g, &(RequestAct){ .kind = f->kind, .into = f->into }, NULL);
}

DB_TEST(merge_and_its_undoing_leave_nothing_half_done)
{
    Office o = office_open(cx);

    office_as(&o, "mika");
    int64_t stays = office_ask(&o, "question", "{\"details\":\"No mail\"}");
    office_as(&o, "robin");
    MergeFault f = { .o = &o, .id = office_ask(&o, "question", "{\"details\":\"No mail\"}") };
    EXPECT_RC(RC_OK, office_say(&o, f.id, "It says 550."));
    office_as(&o, "sam");
    f.into = office_view(&o, stays).head.number;
    f.kind = ACT_MERGE;
    fault_run(cx, merge_act, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request_link"));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM merge_part")); /* robin and the message */
    office_expect_replay(&o, f.id, __LINE__);
    f.kind = ACT_UNMERGE;
    fault_run(cx, merge_act, &f);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request_link"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM merge_part"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM message"));
    office_expect_replay(&o, f.id, __LINE__);
    office_expect_replay(&o, stays, __LINE__);
}

typedef struct MeTooFault {
    Office *o;
    int64_t id;
    bool back;
} MeTooFault;

static Rc me_too_act(Ctx *cx, void *arg)
{
    MeTooFault *f = arg;
    GrantedRequest g;

    f->o->cx->identity = NULL;
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    return f->back ? me_too_take_back(cx, g) : me_too_say(cx, g);
}

DB_TEST(me_too_and_its_number_leave_nothing_half_done)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    MeTooFault f = { .o = &o, .id = office_ask(&o, "question", "{\"details\":\"No mail\"}") };
    office_as(&o, "sam");
    fault_run(cx, me_too_act, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT me_too FROM request"));
    f.back = true;
    fault_run(cx, me_too_act, &f);
    EXPECT_INT(0, fixture_int(cx, "SELECT me_too + (SELECT count(*) FROM me_too) FROM request"));
}

typedef struct BulkFault {
    Office *o;
    StrList requests;
    Str act, value;
    int64_t id, left;
    enum { FAULT_BEGIN, FAULT_PIECE, FAULT_BACK } step;
} BulkFault;

static Rc bulk_act(Ctx *cx, void *arg)
{
    BulkFault *f = arg;
    GrantedSelf g;

    f->o->cx->identity = NULL;
    TRY(access_self(cx, &g));
    if (f->step == FAULT_BACK)
        return bulk_undo(cx, g, f->id);
    if (f->step == FAULT_PIECE)
        return bulk_go_on(cx, g, f->id, (BulkPiece){ 2, MS_MINUTE }, &f->left);
    return bulk_begin(
        cx, g, &(BulkInput){ .requests = f->requests, .act = f->act, .value = f->value }, &f->id);
}

/* A failing database is nobody's refusal: it ends the piece, of which nothing stays, and no piece before it. */
DB_TEST(bulk_leaves_nothing_half_done_in_any_piece)
{
    Office o = office_open(cx);
    Str named[5];
    BulkFault f = { .o = &o, .requests = { .at = named, .n = 5 }, .act = STR("tag") };

    office_as(&o, "robin");
    for (int i = 0; i < 5; i++) {
        int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
        named[i] = office_view(&o, id).head.number;
    }
    office_as(&o, "sam");
    f.value = STR("vpn");
    fault_run(cx, bulk_act, &f);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM bulk_act"));
    EXPECT_INT(5, fixture_int(cx, "SELECT count(*) FROM bulk_part WHERE waits = 1"));
    f.step = FAULT_PIECE;
    for (int64_t done = 2; done < 7; done += 2) {
        fault_run(cx, bulk_act, &f);
        EXPECT_INT(done < 5 ? done : 5, fixture_int(cx, "SELECT count(*) FROM request_tag"));
        EXPECT_INT(done < 5 ? done : 5,
                   fixture_int(cx, "SELECT count(*) FROM bulk_part WHERE ok = 1 AND waits = 0"));
    }
    EXPECT_INT(0, f.left);
    f.step = FAULT_BACK;
    fault_run(cx, bulk_act, &f);
    f.step = FAULT_PIECE;
    for (int64_t left = 3; left > -3; left -= 2) {
        fault_run(cx, bulk_act, &f);
        EXPECT_INT(left > 0 ? left : 0, fixture_int(cx, "SELECT count(*) FROM request_tag"));
    }
    EXPECT_INT(5, fixture_int(cx, "SELECT count(*) FROM bulk_part WHERE undone = 1"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'bulk.undone'"));
}
