#include "domain/request/office_fixture.h"

#define LIGHT "{\"device\":\"light\",\"reason\":\"I travel\"}"
#define DEV   "{\"device\":\"developer\",\"reason\":\"I compile\"}"

static void expect_state(Office *o, int64_t id, const char *state, int line)
{
    EXPECT_STR_AT(line, state, office_state(o, id));
    office_expect_replay(o, id, line);
}
#define EXPECT_STATE(o, id, state) expect_state((o), (id), (state), __LINE__)

static Rc finish(Office *o, int64_t id, const char *task)
{
    return office_task(o, id, task, (TaskAct){ .kind = TASK_ACT_FINISH });
}

/* The main job of the product, from the wish to the confirmation. */
DB_TEST(request_a_laptop_from_wish_to_closed)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", DEV);
    EXPECT_STATE(&o, id, "assessing");

    office_as(&o, "sam");
    office_later(&o, MS_HOUR);
    RequestAct take = { .kind = ACT_ASSIGN, .assignee = STR("sam") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &take, NULL));
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    EXPECT_STATE(&o, id, "awaiting_approval");

    office_as(&o, "kim");
    office_later(&o, MS_HOUR);
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    EXPECT_STATE(&o, id, "awaiting_approval");
    office_as(&o, "fay");
    EXPECT_RC(RC_OK, office_decide(&o, id, "budget", "approve", ""));
    EXPECT_STATE(&o, id, "fulfilling");

    office_as(&o, "bo");
    office_later(&o, MS_DAY);
    EXPECT_RC(RC_OK, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_START }));
    EXPECT_RC(RC_OK, finish(&o, id, "order"));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, task_check(cx, office_grant(&o, id), office_task_id(&o, id, "set_up"),
                                (TaskCheck){ .position = 1, .done = true }));
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .text = STR("Asset 17") }));
    EXPECT_STATE(&o, id, "fulfilling");
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up",
                                 (TaskAct){ .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(1) }));
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, office_task(&o, id, "check",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .passed = OPT_INT(1) }));
    EXPECT_STATE(&o, id, "fulfilling");

    office_as(&o, "robin");
    office_later(&o, MS_DAY);
    EXPECT_RC(RC_OK, finish(&o, id, "hand_over"));
    EXPECT_STATE(&o, id, "closed");
    RequestView v = office_view(&o, id);
    EXPECT_STR("fulfilled", v.head.outcome);
    EXPECT_STR("REQ-1", v.head.number);
    EXPECT_INT(3, v.approvals.n); /* both of finance were asked */
    EXPECT_INT(4, v.tasks.n);
    EXPECT_STR("Asset 17", v.tasks.at[1].note);
    EXPECT_STR("sam", v.tasks.at[1].finished_by.login);
    EXPECT_STR("ada", v.tasks.at[1].sign_off_by.login);
    EXPECT_STR("sam", v.tasks.at[1].checklist.at[0].done_by.login);
    EXPECT_INT(MS_NONE, v.tasks.at[1].checklist.at[1].done_ms);
    EXPECT_STR("2400.00", money_amount(cx->arena, v.head.cost.money));
    EXPECT(v.status.msgid != NULL && v.level_why.msgid != NULL);
}

DB_TEST(request_standard_needs_no_manager)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    RequestView v = office_view(&o, id);
    EXPECT_INT(2, v.approvals.n);
    EXPECT_STR("skipped", v.approvals.at[0].state);
    EXPECT(v.approvals.at[0].pre_approved);
    EXPECT_STR("skipped", v.approvals.at[1].state);
    EXPECT(!v.approvals.at[1].pre_approved);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    EXPECT_STATE(&o, id, "fulfilling");
    EXPECT_STR("skipped", office_view(&o, id).tasks.at[0].state);
    EXPECT_STR("condition", office_view(&o, id).tasks.at[0].skip);
}

DB_TEST(request_one_laptop_in_three_years)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    EXPECT_RC(RC_INVALID, office_create(&o, "laptop", LIGHT, NULL, false, &made));
    EXPECT_STR("no_entitlement", cx->type);
    /* A draft is only a thought, a withdrawn one never came, and three years pass. */
    EXPECT_RC(RC_OK, office_create(&o, "laptop", LIGHT, NULL, true, &made));
    EXPECT_RC(RC_INVALID, office_act(&o, made.id, ACT_SUBMIT, NULL));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_WITHDRAW, NULL));
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_SUBMIT, NULL));
    EXPECT_STATE(&o, made.id, "assessing");
    office_as(&o, "mika");
    office_ask(&o, "laptop", LIGHT);
    office_later(&o, 4 * 365 * MS_DAY);
    office_ask(&o, "laptop", LIGHT);
}

DB_TEST(request_faults_of_answers_are_all_told)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID, office_create(&o, "laptop", "{\"device\":\"gold\",\"wheels\":4}", NULL,
                                        false, &made));
    EXPECT_INT(2, cx->errors.n); /* why gold is not asked as long as there is no gold */
    EXPECT_STR("/answers/wheels", cx->errors.at[0].pointer);
    EXPECT_STR("/answers/device", cx->errors.at[1].pointer);
    EXPECT_RC(RC_INVALID,
              office_create(&o, "laptop", "{\"device\":\"light\"}", NULL, false, &made));
    EXPECT_STR("required", cx->errors.at[0].code);
    EXPECT_RC(RC_NOT_FOUND, office_create(&o, "spaceship", "{}", NULL, false, &made));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request"));
    /* A draft takes what is there. */
    EXPECT_RC(RC_OK, office_create(&o, "laptop", "{}", NULL, true, &made));
    EXPECT_RC(RC_INVALID, office_act(&o, made.id, ACT_SUBMIT, NULL));
}

DB_TEST(request_for_others_is_for_those_who_may)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "mika");
    EXPECT_RC(RC_FORBIDDEN,
              office_create(&o, "question", "{\"details\":\"x\"}", "robin", false, &made));
    office_as(&o, "kim"); /* the manager asks, robin gets it */
    EXPECT_RC(RC_OK, office_create(&o, "laptop", LIGHT, "robin", false, &made));
    RequestView v = office_view(&o, made.id);
    EXPECT_STR("kim", v.head.requester.login);
    EXPECT_STR("robin", v.head.beneficiary.login);
    /* Nobody approves their own: the next manager up is asked. */
    EXPECT_STR("dora", v.approvals.at[0].approver.login);
    office_as(&o, "sam"); /* an agent on the phone */
    GrantedSubmit g;
    RequestCreate in = { .item = STR("question"),
                         .answers = office_answers(&o, "{\"details\":\"x\"}"),
                         .channel = STR("phone"),
                         .title = STR("Called about the printer") };
    int64_t mika = 0;
    EXPECT_RC(RC_OK, person_id(cx, STR("mika"), &mika));
    EXPECT_RC(RC_OK, access_submit(cx, mika, &g));
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &made));
    v = office_view(&o, made.id);
    EXPECT_STR("mika", v.head.requester.login);
    EXPECT_STR("sam", v.head.submitter.login);
    EXPECT_STR("phone", v.head.channel);
    EXPECT_STR("Called about the printer", v.head.title);
}

DB_TEST(request_return_for_correction_keeps_everything)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    office_as(&o, "kim");
    EXPECT_RC(RC_INVALID, office_decide(&o, id, "manager", "return", ""));
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "return", "Say how often you travel."));
    EXPECT_STATE(&o, id, "draft");
    EXPECT_STR("Say how often you travel.", office_view(&o, id).approvals.at[0].reason);
    office_as(&o, "sam"); /* those who saw it go on seeing it */
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_SUBMIT, NULL));
    office_as(&o, "robin");
    RequestEdit edit = { .has_answers = true,
                         .answers = office_answers(&o, "{\"reason\":\"Twice a week\"}") };
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STATE(&o, id, "draft");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_SUBMIT, NULL));
    EXPECT_STATE(&o, id, "awaiting_approval");
    RequestView v = office_view(&o, id);
    EXPECT_STR("light", v.answers.at[0].answer->value.text);
    EXPECT_STR("Twice a week", v.answers.at[1].answer->value.text);
    EXPECT_STR("asked", v.approvals.at[v.approvals.n - 1].state);
}

DB_TEST(request_edit_asks_approved_stages_again)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", DEV);
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    office_as(&o, "robin");
    RequestEdit colour = { .has_answers = true,
                           .answers = office_answers(&o, "{\"colour\":\"red\"}") };
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &colour)); /* reapprove: false */
    EXPECT_STR("approved", office_view(&o, id).approvals.at[0].state);
    RequestEdit reason = { .has_answers = true,
                           .answers = office_answers(&o, "{\"reason\":\"I play\"}") };
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &reason));
    RequestView v = office_view(&o, id);
    ViewApproval asked = { 0 };
    for (size_t i = 0; i < v.approvals.n; i++)
        if (str_eq_z(v.approvals.at[i].state, "asked"))
            asked = v.approvals.at[i];
    EXPECT_STR("manager", asked.stage);
    EXPECT_INT(2, asked.round);
    office_expect_replay(&o, id, __LINE__);
    /* What somebody decides about must be what they saw. */
    office_as(&o, "kim");
    ApprovalDecision stale = { .decision = STR("approve"), .shown_hash = STR("0000") };
    EXPECT_RC(RC_STALE, approval_decide(cx, office_grant(&o, id), asked.id, &stale));
    ApprovalDecision fresh = { .decision = STR("approve"), .shown_hash = asked.shown_hash };
    EXPECT_RC(RC_OK, approval_decide(cx, office_grant(&o, id), asked.id, &fresh));
}

DB_TEST(request_rules_of_decisions)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    Str scan = office_upload(&o, "scan.txt", 100);
    int64_t id =
        office_ask(&o, "paper",
                   str_dup_z(cx->arena, str_fmt(cx->arena, "{\"scan\":\"%.*s\"}", STR_ARG(scan))));
    EXPECT_STATE(&o, id, "awaiting_approval");
    office_as(&o, "kim"); /* the second stage is not asked yet */
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    office_as(&o, "fay");
    EXPECT_RC(RC_OK, office_decide(&o, id, "money", "approve", ""));
    ApprovalDecision twice = { .decision = STR("reject"), .reason = STR("no") };
    int64_t mine = fixture_int(cx, "SELECT min(id) FROM approval WHERE state = 'approved'");
    EXPECT_RC(RC_CONFLICT, approval_decide(cx, office_grant(&o, id), mine, &twice));
    office_as(&o, "finn");
    EXPECT_RC(RC_INVALID, office_decide(&o, id, "money", "maybe", ""));
    EXPECT_RC(RC_INVALID, office_decide(&o, id, "money", "reject", " "));
    ApprovalDecision on = { .decision = STR("delegate"), .to = STR("nobody-there") };
    int64_t ask =
        fixture_int(cx, "SELECT max(id) FROM approval WHERE stage = 'money' AND state = 'asked'");
    EXPECT_RC(RC_INVALID, approval_decide(cx, office_grant(&o, id), ask, &on));
    on.to = STR("robin");
    EXPECT_RC(RC_FORBIDDEN, approval_decide(cx, office_grant(&o, id), ask, &on));
    on.to = STR("eve");
    EXPECT_RC(RC_OK, approval_decide(cx, office_grant(&o, id), ask, &on));
    office_as(&o, "eve"); /* both names are kept */
    EXPECT_RC(RC_OK, office_decide(&o, id, "money", "approve", ""));
    office_as(&o, "kim"); /* a verification needs a note of what was seen */
    EXPECT_RC(RC_INVALID, office_decide(&o, id, "proof", "approve", ""));
    EXPECT_STR("/reason", cx->errors.at[0].pointer);
    EXPECT_RC(RC_OK, office_decide(&o, id, "proof", "approve", "Saw the original."));
    EXPECT_STATE(&o, id, "fulfilling");
    RequestView v = office_view(&o, id);
    for (size_t i = 0; i < v.approvals.n; i++) {
        if (!str_eq_z(v.approvals.at[i].decider.login, "eve"))
            continue;
        EXPECT_STR("finn", v.approvals.at[i].approver.login);
        EXPECT_STR("eve", v.approvals.at[i].delegate.login);
    }
}

DB_TEST(request_rejected_by_an_approver_ends)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "reject", "Not this year."));
    EXPECT_STATE(&o, id, "closed");
    EXPECT_STR("rejected", office_view(&o, id).head.outcome);
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT, office_assess(&o, id, "{\"in_stock\":true}"));
    EXPECT_RC(RC_CONFLICT, office_act(&o, id, ACT_CANCEL, "why"));
}

DB_TEST(request_question_answer_and_resume)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_STATE(&o, id, "fulfilling");
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID, office_act(&o, id, ACT_ASK, ""));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Which floor?"));
    EXPECT_STATE(&o, id, "pending");
    EXPECT_RC(RC_CONFLICT, office_act(&o, id, ACT_ASK, "And which room?"));
    RequestView v = office_view(&o, id);
    EXPECT_STR("requester", v.pending.kind);
    EXPECT_STR("answer", v.head.step_code);
    EXPECT_STR("robin", v.head.step_person.login);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "The third."));
    EXPECT_STATE(&o, id, "fulfilling");
    office_as(&o, "sam");
    RequestAct pend = { .kind = ACT_PEND,
                        .text = STR("Part is on its way"),
                        .until_ms = OPT_INT(cx->now_ms - 1) };
    EXPECT_RC(RC_INVALID, request_act(cx, office_grant(&o, id), &pend, NULL));
    pend.until_ms = OPT_INT(cx->now_ms + MS_DAY);
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &pend, NULL));
    EXPECT_STATE(&o, id, "pending");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_RESUME, NULL));
    EXPECT_RC(RC_CONFLICT, office_act(&o, id, ACT_RESUME, NULL));
    EXPECT_RC(RC_INVALID, office_act(&o, id, ACT_FULFIL, ""));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Press twice."));
    EXPECT_STATE(&o, id, "fulfilled");
    EXPECT_STR("Press twice.", office_view(&o, id).resolution);
}

DB_TEST(request_reply_within_the_grace_reopens_later_follows_up)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Press twice."));
    office_as(&o, "robin");
    office_later(&o, MS_DAY);
    EXPECT_RC(RC_OK, office_say(&o, id, "It does not help."));
    EXPECT_STATE(&o, id, "fulfilling");
    EXPECT_STR("rework_2", office_view(&o, id).tasks.at[1].key);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, finish(&o, id, "rework_2"));
    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID, office_act(&o, id, ACT_NOT_SOLVED, ""));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_NOT_SOLVED, "Still no."));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, finish(&o, id, "rework_3"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_CONFIRM, NULL));
    EXPECT_STATE(&o, id, "closed");

    office_later(&o, 30 * MS_DAY);
    MessageInput in = { .text = STR("It is back.") };
    MessageMade made;
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made));
    EXPECT_STR("REQ-2", made.follow_up);
    EXPECT_STATE(&o, id, "closed");
    EXPECT_STATE(&o, made.follow_up_id, "fulfilling");
    RequestView v = office_view(&o, made.follow_up_id);
    EXPECT_INT(1, v.links.n);
    EXPECT_STR("follow_up", v.links.at[0].kind);
    EXPECT(!v.links.at[0].outgoing);
    EXPECT_STR("How?", v.answers.at[0].answer->value.text);
    /* The same by the act; by somebody who does not ask it is refused. */
    ActDone done;
    RequestAct again = { .kind = ACT_REOPEN, .text = STR("Again.") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &again, &done));
    EXPECT_STR("REQ-3", done.made_number);
    office_as(&o, "ada");
    EXPECT_RC(RC_CONFLICT, office_say(&o, id, "Well."));
}

/* Kim had it asked for Robin, who then reports to somebody else. */
DB_TEST(request_follow_up_for_somebody_who_is_no_longer_theirs_is_refused)
{
    Office o = office_open(cx);
    RequestMade made;
    MessageMade said;
    MessageInput in = { .text = STR("It is back.") };

    office_as(&o, "kim");
    EXPECT_RC(RC_OK,
              office_create(&o, "question", "{\"details\":\"How?\"}", "robin", false, &made));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_FULFIL, "Press twice."));
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_CONFIRM, NULL));
    office_later(&o, 30 * MS_DAY);
    fixture_exec(cx, "UPDATE person SET manager_id = NULL WHERE login = 'robin'");
    office_as(&o, "kim");
    EXPECT_RC(RC_FORBIDDEN, message_add(cx, office_grant(&o, made.id), &in, &said));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, made.id), &in, &said));
    EXPECT_STR("REQ-2", said.follow_up);
}

DB_TEST(request_draft_for_somebody_who_is_no_longer_theirs_is_not_sent)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_create(&o, "question", "{\"details\":\"How?\"}", "robin", true, &made));
    fixture_exec(cx, "UPDATE person SET manager_id = NULL WHERE login = 'robin'");
    office_as(&o, "kim");
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, made.id, ACT_SUBMIT, NULL));
    fixture_exec(cx, "UPDATE person SET manager_id = (SELECT id FROM person WHERE login = 'kim')"
                     " WHERE login = 'robin'");
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_SUBMIT, NULL));
}

DB_TEST(request_handed_over_with_a_summary)
{
    Office o = office_open(cx);
    Str open[] = { STR("Which model?"), STR(" ") };
    RequestAct over = { .kind = ACT_TRANSFER,
                        .team = STR("procurement"),
                        .text = STR("Needs a part."),
                        .open_questions = { .at = open, .n = 2 },
                        .next_step = STR("Order it.") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_FORBIDDEN, request_act(cx, office_grant(&o, id), &over, NULL));
    office_as(&o, "sam");
    over.text = STR("");
    EXPECT_RC(RC_INVALID, request_act(cx, office_grant(&o, id), &over, NULL));
    over.text = STR("Needs a part.");
    over.team = STR("nowhere");
    EXPECT_RC(RC_INVALID, request_act(cx, office_grant(&o, id), &over, NULL));
    over.team = STR("procurement");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    office_expect_replay(&o, id, __LINE__);
    office_as(&o, "bo");
    RequestView v = office_view(&o, id);
    EXPECT(v.handover.mine);
    EXPECT_STR("Needs a part.", v.handover.summary);
    EXPECT_INT(1, v.handover.open_questions.n);
    EXPECT_STR("workplace", v.head.team.key);
    EXPECT_RC(RC_INVALID, office_act(&o, id, ACT_DECLINE_TRANSFER, ""));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_DECLINE_TRANSFER, "Not ours."));
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    office_as(&o, "sam");
    EXPECT_STR("declined", office_view(&o, id).handover.state);
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    office_as(&o, "ivy");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ACCEPT_TRANSFER, NULL));
    EXPECT_STR("procurement", office_view(&o, id).head.team.key);
    office_expect_replay(&o, id, __LINE__);
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_PEND, "Wait for the shop."));
    office_as(&o, "sam"); /* its task stays with workplace, the queue does not */
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_CANCEL, "why"));
}

DB_TEST(request_converted_to_an_incident_with_its_history)
{
    Office o = office_open(cx);
    ActDone done;
    RequestAct convert = { .kind = ACT_CONVERT,
                           .record = STR("incident"),
                           .item = STR("incident") };
    NoteInput note = { .text = STR("Sounds like the fan.") };
    int64_t note_id;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"It smokes\"}");
    Str photo = office_upload(&o, "smoke.txt", 10);
    MessageInput said = { .text = STR("Here it is."), .attachments = { .at = &photo, .n = 1 } };
    MessageMade made;
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &said, &made));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"), RC_OK }));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &note, &note_id));
    convert.item = STR("laptop");
    EXPECT_RC(RC_INVALID, request_act(cx, office_grant(&o, id), &convert, &done));
    convert.item = STR("incident");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &convert, &done));
    EXPECT_STR("INC-1", done.made_number);
    office_expect_replay(&o, id, __LINE__);
    office_expect_replay(&o, done.made_id, __LINE__);
    EXPECT_STR("closed", office_state(&o, id));

    RequestView v = office_view(&o, done.made_id);
    EXPECT_STR("incident", v.head.record);
    EXPECT_STR("robin", v.head.requester.login);
    EXPECT_STR("converted_to", v.links.at[0].kind);
    EXPECT(str_contains(v.answers.at[0].answer->value.text, STR("It smokes")));
    EXPECT_INT(1, v.participants.n);
    EXPECT_INT(1, v.files.n);
    Messages messages;
    Notes notes;
    int64_t next;
    EXPECT_RC(RC_OK, message_list(cx, office_grant(&o, done.made_id), 0, 10, &messages, &next));
    EXPECT_INT(1, messages.n);
    EXPECT_STR("robin", messages.at[0].author.login);
    EXPECT_INT(1, messages.at[0].files.n);
    EXPECT_RC(RC_OK, note_list(cx, office_grant(&o, done.made_id), 0, 10, &notes, &next));
    EXPECT_STR("Sounds like the fan.", notes.at[0].text);
    office_as(&o, "eve");
    EXPECT_STR("INC-1", office_view(&o, done.made_id).head.number);
}

DB_TEST(request_leaves_the_model_with_the_owners_approval)
{
    Office o = office_open(cx);
    AdhocTask extra = { .title = STR("Call the maker"), .team = STR("procurement") };
    int64_t task = 0;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT, task_add(cx, office_grant(&o, id), &extra, &task));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ADHOC, "The model does not fit."));
    office_expect_replay(&o, id, __LINE__);
    EXPECT_STR("asked", office_view(&o, id).head.adhoc);
    office_as(&o, "olga");
    EXPECT_RC(RC_OK, office_decide(&o, id, "adhoc", "approve", ""));
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID,
              task_add(cx, office_grant(&o, id), &(AdhocTask){ .title = STR(" ") }, &task));
    EXPECT_RC(RC_OK, task_add(cx, office_grant(&o, id), &extra, &task));
    office_expect_replay(&o, id, __LINE__);
    cx->lang = LANG_SV;
    ViewTask t;
    EXPECT_RC(RC_OK, task_view(cx, office_grant(&o, id), task, &t));
    EXPECT_STR("Call the maker", t.title);
    EXPECT_STR("adhoc", t.origin);
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_task(&o, id, "adhoc_1",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .text = STR("Called.") }));
}

DB_TEST(request_priority_follows_the_matrix_unless_a_lead_says_why)
{
    Office o = office_open(cx);
    RequestEdit edit = { .urgency = STR("high"),
                         .reason = STR("The whole floor waits."),
                         .title = STR_NULL };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\",\"urgency\":\"low\"}");
    EXPECT_STR("low", office_view(&o, id).head.level);
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, id), &edit));
    /* An answer that decides the urgency changes the level with it. */
    RequestEdit answer = { .has_answers = true,
                           .answers = office_answers(&o, "{\"urgency\":\"critical\"}") };
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &answer));
    EXPECT_STR("high", office_view(&o, id).head.level);
    office_as(&o, "sam");
    edit.reason = STR("");
    EXPECT_RC(RC_INVALID, request_edit(cx, office_grant(&o, id), &edit));
    edit.reason = STR("The whole floor waits.");
    edit.impact = STR("site");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STR("high", office_view(&o, id).head.level);
    RequestEdit overrule = { .level = STR("critical"), .reason = STR("The director called.") };
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, id), &overrule));
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &overrule));
    RequestView v = office_view(&o, id);
    EXPECT_STR("critical", v.head.level);
    EXPECT(v.head.overruled);
    EXPECT_STR("The director called.", v.level_reason);
    overrule.level = STR("");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &overrule));
    EXPECT_STR("high", office_view(&o, id).head.level);
}

/* A configuration item is an entry of a list: it is checked, named wherever it is shown, and its owners
 * are asked. */
DB_TEST(request_about_an_item_asks_its_owners)
{
    static const struct {
        const char *item, *owner, *other, *name;
    } cases[] = { { "pc-1", "finn", "dora", "First machine" },
                  { "pc-2", "dora", "fay", "Second machine" } };
    Office o = office_open(cx);
    RequestMade made;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        office_as(&o, "robin");
        int64_t id = office_ask(&o, "repair",
                                str_dup_z(cx->arena, str_fmt(cx->arena,
                                                             "{\"thing\":\"%s\",\"parts\":["
                                                             "{\"part\":\"pc-2\"}]}",
                                                             cases[i].item)));
        EXPECT_STATE(&o, id, "awaiting_approval");
        RequestView v = office_view(&o, id);
        EXPECT_STR(cases[i].name, v.answers.at[0].words);
        EXPECT_STR("Second machine", v.answers.at[1].words);
        office_as(&o, cases[i].other);
        EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
        office_as(&o, cases[i].owner);
        EXPECT_RC(RC_OK, office_decide(&o, id, "owner", "approve", ""));
        EXPECT_STATE(&o, id, "fulfilling");
    }
    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID, office_create(&o, "repair", "{\"thing\":\"pc-9\"}", NULL, false, &made));
    EXPECT_STR("/answers/thing", cx->errors.at[0].pointer);
    EXPECT_STR("not_found", cx->errors.at[0].code);
    EXPECT_RC(RC_INVALID, office_create(&o, "repair", "{\"thing\":\"pc-0\"}", NULL, false, &made));
}
