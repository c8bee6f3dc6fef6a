#include "domain/request/bundle.h"
#include "domain/request/clocks.h"
#include "domain/request/office_fixture.h"
#include "domain/request/tag.h"

#define LIGHT "{\"device\":\"light\",\"reason\":\"I travel\"}"

static void expect_unknown(Office *o, int64_t id, const char *login, int line)
{
    GrantedRequest g;
    office_as(o, login);
    EXPECT_RC_AT(line, RC_NOT_FOUND, access_request(o->cx, id, MAY_SEE, &g));
    Str unseen = o->cx->type;
    EXPECT_RC_AT(line, RC_NOT_FOUND, access_request(o->cx, 999999, MAY_SEE, &g));
    EXPECT_STR_AT(line, o->cx->type, unseen);
}
#define EXPECT_UNKNOWN(o, id, login) expect_unknown((o), (id), (login), __LINE__)

DB_TEST(request_others_see_nothing_of_it)
{
    Office o = office_open(cx);
    RequestMade draft;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    EXPECT_RC(RC_OK, office_create(&o, "question", "{}", NULL, true, &draft));
    EXPECT_UNKNOWN(&o, id, "mika");
    EXPECT_UNKNOWN(&o, id, "fay");
    EXPECT_UNKNOWN(&o, id, "hana");
    EXPECT_UNKNOWN(&o, draft.id, "sam"); /* its team, and nobody sent it */
    EXPECT_UNKNOWN(&o, draft.id, "aud");
    office_as(&o, "kim"); /* asked at once, beside the assessment */
    EXPECT_STR("REQ-1", office_view(&o, id).head.number);
    static const char *const seers[] = { "sam", "bo", "olga", "aud", "adm", "gus" };
    for (size_t i = 0; i < COUNT_OF(seers); i++) {
        office_as(&o, seers[i]);
        if (str_eq_z(str_z(seers[i]), "bo"))
            continue; /* procurement comes in when the order is needed */
        EXPECT_STR("REQ-1", office_view(&o, id).head.number);
    }
}

DB_TEST(request_in_confidence_is_for_its_team_and_those_it_is_about)
{
    Office o = office_open(cx);
    RequestMade made;
    ScopeRequests s;
    RequestHeads heads;
    int64_t next;
    RequestFilter all = { .kind = LIST_VISIBLE, .size = 50 };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"Somebody shouts.\"}");
    static const char *const strangers[] = { "mika", "kim", "sam", "ada",
                                             "olga", "aud", "adm", "gus" };
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        EXPECT_UNKNOWN(&o, id, strangers[i]);
        EXPECT_RC(RC_OK, access_requests(cx, &s));
        EXPECT_RC(RC_OK, request_list(cx, s, &all, &heads, &next));
        EXPECT_INT(0, heads.n);
    }
    office_as(&o, "hana");
    EXPECT_STR("Somebody shouts.", office_view(&o, id).answers.at[0].words);
    EXPECT_INT(1, cx->views->n);
    EXPECT_INT(id, cx->views->at[0].request_id);
    EXPECT_RC(RC_OK, office_task(&o, id, "listen", (TaskAct){ .kind = TASK_ACT_FINISH }));
    /* A manager who writes it down for somebody does not read it afterwards. */
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_create(&o, "concern", "{\"details\":\"x\"}", "mika", false, &made));
    EXPECT(made.visible); /* kim asked: the requester */
    office_as(&o, "sam");
    GrantedSubmit g;
    int64_t mika = 0;
    RequestCreate in = { .item = STR("concern"),
                         .answers = office_answers(&o, "{\"details\":\"x\"}"),
                         .channel = STR("phone"),
                         .title = STR_NULL };
    EXPECT_RC(RC_OK, person_id(cx, STR("mika"), &mika));
    EXPECT_RC(RC_OK, access_submit(cx, mika, &g));
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &made));
    EXPECT(!made.visible);
    EXPECT_UNKNOWN(&o, made.id, "sam");
}

DB_TEST(request_confidential_hand_over_lets_the_other_team_read_and_not_act)
{
    Office o = office_open(cx);
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("workplace"), .text = STR("Yours.") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"The door is broken.\"}");
    office_as(&o, "hana");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    office_as(&o, "sam");
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_CANCEL, "why"));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_DECLINE_TRANSFER, "No."));
    EXPECT_UNKNOWN(&o, id, "sam");
    office_as(&o, "hana");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ACCEPT_TRANSFER, NULL));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "Mended."));
    EXPECT_UNKNOWN(&o, id, "hana");
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(request_assessments_are_for_staff_and_approvers)
{
    Office o = office_open(cx);
    static const struct {
        const char *login;
        size_t answers;
    } readers[] = { { "robin", 0 }, { "kim", 1 }, { "sam", 1 }, { "aud", 1 } };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        office_as(&o, readers[i].login);
        EXPECT_INT(readers[i].answers, office_view(&o, id).assessed.n);
    }
}

DB_TEST(request_hand_overs_are_for_the_staff_among_its_readers)
{
    Office o = office_open(cx);
    RequestAct over = { .kind = ACT_TRANSFER,
                        .team = STR("procurement"),
                        .text = STR("They are difficult.") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    EXPECT_STR("They are difficult.", office_view(&o, id).handover.summary);
    static const char *const outside[] = { "robin", "kim" };
    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        office_as(&o, outside[i]);
        EXPECT_INT(0, office_view(&o, id).handover.id);
    }
}

DB_TEST(request_notes_are_for_the_staff_among_its_readers)
{
    Office o = office_open(cx);
    NoteInput in = { .text = STR("Difficult customer.") };
    Notes notes;
    Entries entries;
    TimelineFilter whole = { .size = 100 };
    int64_t id_note, next;
    bool more;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    EXPECT_RC(RC_FORBIDDEN, note_add(cx, office_grant(&o, id), &in, &id_note));
    office_as(&o, "sam");
    Str file = office_upload(&o, "secret.txt", 5);
    in.attachments = (StrList){ .at = &file, .n = 1 };
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &in, &id_note));
    RequestView v = office_view(&o, id);
    EXPECT_INT(1, v.files.n);
    int64_t file_id = v.files.at[0].id;
    static const char *const outside[] = { "robin", "kim" };
    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        office_as(&o, outside[i]);
        GrantedRequest g = office_grant(&o, id);
        FileToSend f;
        EXPECT_RC(RC_FORBIDDEN, note_list(cx, g, 0, 10, &notes, &next));
        EXPECT_RC(RC_FORBIDDEN, note_get(cx, g, id_note, &(Note){ 0 }));
        EXPECT_INT(0, office_view(&o, id).files.n);
        EXPECT_RC(RC_NOT_FOUND, attachment_get(cx, g, file_id, &f));
        EXPECT_RC(RC_OK, timeline(cx, g, &whole, &entries, &more));
        for (size_t k = 0; k < entries.n; k++)
            EXPECT(!entries.at[k].internal && !str_contains(entries.at[k].text, STR("Difficult")));
    }
    office_as(&o, "aud"); /* reads, does not write */
    EXPECT_RC(RC_OK, note_list(cx, office_grant(&o, id), 0, 10, &notes, &next));
    EXPECT_STR("Difficult customer.", notes.at[0].text);
    FileToSend taken;
    EXPECT_RC(RC_OK, attachment_get(cx, office_grant(&o, id), file_id, &taken));
    EXPECT_INT(1, cx->views->n);
    EXPECT_INT(file_id, cx->views->at[0].file_id);
    EXPECT_INT(id, cx->views->at[0].request_id);
    EXPECT_RC(RC_OK, view_note(cx)); /* as the dispatcher does, before the bytes leave */
    EXPECT_INT(file_id, fixture_int(cx, "SELECT object_id FROM event"
                                        " WHERE kind = 'attachment.downloaded' AND internal = 1"));
    in.attachments = (StrList){ 0 };
    EXPECT_RC(RC_FORBIDDEN, note_add(cx, office_grant(&o, id), &in, &id_note));
}

DB_TEST(request_acts_are_refused_to_those_they_are_not_for)
{
    Office o = office_open(cx);
    static const struct {
        const char *login;
        ActKind act;
        Rc want;
    } cases[] = {
        { "robin", ACT_ASSESS, RC_FORBIDDEN }, { "robin", ACT_ASSIGN, RC_FORBIDDEN },
        { "robin", ACT_PEND, RC_FORBIDDEN },   { "robin", ACT_REJECT, RC_FORBIDDEN },
        { "robin", ACT_CANCEL, RC_FORBIDDEN }, { "robin", ACT_FULFIL, RC_FORBIDDEN },
        { "robin", ACT_ADHOC, RC_FORBIDDEN },  { "robin", ACT_CONVERT, RC_FORBIDDEN },
        { "robin", ACT_CONFIRM, RC_CONFLICT }, { "robin", ACT_SUBMIT, RC_CONFLICT },
        { "robin", ACT_REOPEN, RC_CONFLICT },  { "robin", ACT_ACCEPT_TRANSFER, RC_FORBIDDEN },
        { "kim", ACT_ASSESS, RC_FORBIDDEN },   { "kim", ACT_WITHDRAW, RC_FORBIDDEN },
        { "kim", ACT_CANCEL, RC_FORBIDDEN },   { "sam", ACT_WITHDRAW, RC_FORBIDDEN },
        { "sam", ACT_CONFIRM, RC_FORBIDDEN },  { "sam", ACT_NOT_SOLVED, RC_FORBIDDEN },
        { "sam", ACT_SUBMIT, RC_FORBIDDEN },   { "sam", ACT_FULFIL, RC_CONFLICT },
        { "sam", ACT_RESUME, RC_CONFLICT },    { "olga", ACT_CANCEL, RC_FORBIDDEN },
        { "robin", ACT_MERGE, RC_FORBIDDEN },  { "sam", ACT_UNMERGE, RC_CONFLICT },
        { "kim", ACT_UNMERGE, RC_FORBIDDEN },  { "aud", ACT_MERGE, RC_FORBIDDEN },
        { "aud", ACT_CANCEL, RC_FORBIDDEN },   { "adm", ACT_CANCEL, RC_FORBIDDEN },
    };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        office_as(&o, cases[i].login);
        RequestAct in = { .kind = cases[i].act,
                          .text = STR("why"),
                          .record = STR("incident"),
                          .item = STR("incident") };
        Rc got = request_act(cx, office_grant(&o, id), &in, NULL);
        if (got != cases[i].want)
            test_fail(__FILE__, __LINE__, "%s %s: wanted %s, got %s", cases[i].login,
                      act_word(cases[i].act), rc_name(cases[i].want), rc_name(got));
    }
    EXPECT_STR("assessing", office_state(&o, id));
}

/* What the buttons promise is what the command does. */
DB_TEST(request_offers_of_acts_agree_with_the_acts)
{
    Office o = office_open(cx);
    ActOffers offers;
    RequestView v;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LIGHT);
    EXPECT_RC(RC_OK, request_view(cx, office_grant(&o, id), &v));
    EXPECT_RC(RC_OK, request_may_act(cx, &v, &offers));
    bool withdraw = false;
    for (size_t i = 0; i < offers.n; i++) {
        const ActOffer *offer = &offers.at[i];
        EXPECT(offer->now ? offer->why_not.msgid == NULL : offer->why_not.msgid != NULL);
        EXPECT(offer->kind != ACT_CANCEL && offer->kind != ACT_ASSESS);
        withdraw = withdraw || (offer->kind == ACT_WITHDRAW && offer->now);
        EXPECT(offer->kind != ACT_CONFIRM || !offer->now);
    }
    EXPECT(withdraw);
    office_as(&o, "mika");
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    office_as(&o, "aud");
    EXPECT_RC(RC_OK, request_view(cx, office_grant(&o, id), &v));
    EXPECT_RC(RC_OK, request_may_act(cx, &v, &offers));
    EXPECT_INT(0, offers.n);
}

DB_TEST(request_assigned_to_those_who_do_the_work)
{
    Office o = office_open(cx);
    RequestAct in = { .kind = ACT_ASSIGN, .assignee = STR("noor") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_FORBIDDEN,
              request_act(cx, office_grant(&o, id), &in, NULL)); /* a lead gives it to others */
    in.assignee = STR("sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &in, NULL));
    in.assignee = STR("noor"); /* one's own can be handed on */
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &in, NULL));
    EXPECT_STR("noor", office_view(&o, id).head.assignee.login);
    office_as(&o, "ada");
    in.assignee = STR("bo");
    EXPECT_RC(RC_INVALID, request_act(cx, office_grant(&o, id), &in, NULL));
    EXPECT_STR("/assignee", cx->errors.at[0].pointer);
    in.assignee = STR("gus"); /* holds the role for all teams */
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &in, NULL));
    in.assignee = STR("");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &in, NULL));
    EXPECT_INT(0, office_view(&o, id).head.assignee.id);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(request_tasks_are_for_their_teams)
{
    Office o = office_open(cx);
    TaskAct finish = { .kind = TASK_ACT_FINISH };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT, office_task(&o, id, "set_up", finish)); /* waits for the assessment */
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    EXPECT_RC(RC_FORBIDDEN, office_task(&o, id, "order", finish));
    office_as(&o, "robin");
    EXPECT_RC(RC_FORBIDDEN, office_task(&o, id, "order", finish));
    office_as(&o, "bo");
    TaskAct stale = { .kind = TASK_ACT_START, .version = OPT_INT(99) };
    EXPECT_RC(RC_STALE, office_task(&o, id, "order", stale));
    EXPECT_RC(RC_INVALID, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_SKIP }));
    EXPECT_RC(RC_OK, office_task(&o, id, "order", finish));
    EXPECT_RC(RC_CONFLICT, office_task(&o, id, "order", finish));
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", finish));
    EXPECT_RC(
        RC_FORBIDDEN, /* nobody signs off their own work */
        office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(1) }));
    /* The lead did it alone: the owner team's lead looks at it instead. */
    office_as(&o, "olga");
    EXPECT_RC(RC_INVALID, office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_SIGN_OFF }));
    EXPECT_RC(RC_INVALID, office_task(&o, id, "set_up",
                                      (TaskAct){ .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(0) }));
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up",
                                 (TaskAct){ .kind = TASK_ACT_SIGN_OFF,
                                            .ok = OPT_INT(0),
                                            .text = STR("No key.") }));
    EXPECT_STR("ready", office_view(&o, id).tasks.at[1].state);
    EXPECT_INT(2, office_view(&o, id).tasks.at[1].attempt);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", finish));
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up",
                                 (TaskAct){ .kind = TASK_ACT_SIGN_OFF, .ok = OPT_INT(1) }));
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID, office_task(&o, id, "check", finish)); /* a test says passed or not */
    EXPECT_RC(RC_OK, office_task(&o, id, "check",
                                 (TaskAct){ .kind = TASK_ACT_FINISH, .passed = OPT_INT(0) }));
    EXPECT_STR("ready", office_view(&o, id).tasks.at[1].state); /* the work goes back */
    office_expect_replay(&o, id, __LINE__);
}

/* Not theirs, then the state, and last the words: for acts on the request and its tasks alike. */
DB_TEST(request_from_a_log_says_that_it_is_history_to_those_who_might_act)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    fixture_exec(cx, "UPDATE request SET imported = 1");
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT, office_act(&o, id, ACT_CANCEL, "Gone."));
    EXPECT_STR("imported", cx->type);
    office_as(&o, "aud"); /* reads, and does nothing with any request */
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_CANCEL, "Gone."));
}

DB_TEST(request_refusals_come_in_one_order)
{
    Office o = office_open(cx);
    RequestAct reject = { .kind = ACT_REJECT, .fault = RC_INVALID };
    RequestEdit edit = { .fault = RC_INVALID };
    TaskAct skip = { .kind = TASK_ACT_SKIP, .fault = RC_INVALID };
    TaskCheck tick = { .position = 1, .fault = RC_INVALID };
    AdhocTask more = { .fault = RC_INVALID };
    MessageInput said = { .fault = RC_INVALID };
    NoteInput noted = { .fault = RC_INVALID };
    AttachmentAdd files = { .fault = RC_INVALID };
    LinkAdd link = { .fault = RC_INVALID };
    ParticipantAdd company = { .login = STR("aud"), .kind = STR("watcher"), .fault = RC_INVALID };
    int64_t made;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    int64_t task = office_task_id(&o, id, "set_up");
    office_as(&o, "aud");
    GrantedRequest g = office_grant(&o, id);
    EXPECT_RC(RC_FORBIDDEN, request_act(cx, g, &reject, NULL));
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, g, &edit));
    EXPECT_RC(RC_FORBIDDEN, task_act(cx, g, task, &skip));
    EXPECT_RC(RC_FORBIDDEN, /* confirming is the asking side's */
              task_act(cx, g, office_task_id(&o, id, "hand_over"),
                       &(TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_RC(RC_FORBIDDEN, task_check(cx, g, task, tick));
    EXPECT_RC(RC_FORBIDDEN, task_add(cx, g, &more, &made));
    EXPECT_RC(RC_FORBIDDEN, message_add(cx, g, &said, &(MessageMade){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, note_add(cx, g, &noted, &made));
    EXPECT_RC(RC_FORBIDDEN, attachment_add(cx, g, &files));
    EXPECT_RC(RC_FORBIDDEN, link_add(cx, g, &link, &made));
    EXPECT_RC(RC_FORBIDDEN, participant_add(cx, g, &company));
    office_as(&o, "sam");
    g = office_grant(&o, id);
    EXPECT_RC(RC_INVALID, request_act(cx, g, &reject, NULL));
    EXPECT_RC(RC_INVALID, request_edit(cx, g, &edit));
    EXPECT_RC(RC_INVALID, task_act(cx, g, task, &skip));
    EXPECT_RC(RC_INVALID, task_check(cx, g, task, tick));
    EXPECT_RC(RC_CONFLICT, task_add(cx, g, &more, &made)); /* nobody let them leave the model */
    EXPECT_RC(RC_INVALID, message_add(cx, g, &said, &(MessageMade){ 0 }));
    EXPECT_RC(RC_INVALID, note_add(cx, g, &noted, &made));
    EXPECT_RC(RC_INVALID, attachment_add(cx, g, &files));
    EXPECT_RC(RC_INVALID, link_add(cx, g, &link, &made));
    EXPECT_RC(RC_INVALID, participant_add(cx, g, &company));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_CANCEL, "Not any more."));
    g = office_grant(&o, id);
    EXPECT_RC(RC_CONFLICT, request_act(cx, g, &reject, NULL));
    EXPECT_RC(RC_CONFLICT, request_edit(cx, g, &edit));
    EXPECT_RC(RC_CONFLICT, task_act(cx, g, task, &skip));
    EXPECT_RC(RC_CONFLICT, task_check(cx, g, task, tick));
    EXPECT_RC(RC_CONFLICT, message_add(cx, g, &said, &(MessageMade){ 0 }));
    EXPECT_RC(RC_CONFLICT, attachment_add(cx, g, &files));
    office_as(&o, "aud");
    g = office_grant(&o, id);
    EXPECT_RC(RC_FORBIDDEN, request_act(cx, g, &reject, NULL));
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, g, &edit));
    EXPECT_RC(RC_FORBIDDEN, task_act(cx, g, task, &skip));
}

DB_TEST(request_refusals_of_decisions_come_in_one_order)
{
    Office o = office_open(cx);
    ApprovalDecision decision = { .fault = RC_INVALID };
    GrantedRequest g;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    int64_t approval = office_view(&o, id).approvals.at[0].id;
    office_as(&o, "aud");
    EXPECT_RC(RC_OK, access_approval(cx, approval, MAY_SEE, &g));
    EXPECT_RC(RC_FORBIDDEN, approval_decide(cx, g, approval, &decision));
    EXPECT_RC(RC_FORBIDDEN, /* a word that is none */
              approval_decide(cx, g, approval, &(ApprovalDecision){ .decision = STR("perhaps") }));
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, access_approval(cx, approval, MAY_SEE, &g));
    EXPECT_RC(RC_INVALID, approval_decide(cx, g, approval, &decision));
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    EXPECT_RC(RC_CONFLICT, approval_decide(cx, g, approval, &decision));
}

/* Buttons of tasks, against what the engine lets this person do. */
DB_TEST(request_offers_of_task_acts_agree_with_the_acts)
{
    Office o = office_open(cx);
    static const char *const people[] = {
        "robin", "kim", "sam", "ada", "bo", "olga", "gus", "aud"
    };
    static const struct {
        TaskMay may;
        TaskActKind act;
    } acts[] = { { TASK_MAY_START, TASK_ACT_START },
                 { TASK_MAY_FINISH, TASK_ACT_FINISH },
                 { TASK_MAY_SKIP, TASK_ACT_SKIP },
                 { TASK_MAY_ASSIGN, TASK_ACT_ASSIGN },
                 { TASK_MAY_SIGN_OFF, TASK_ACT_SIGN_OFF } };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    office_as(&o, "bo");
    EXPECT_RC(RC_OK, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_FINISH }));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "set_up", (TaskAct){ .kind = TASK_ACT_FINISH }));
    for (size_t p = 0; p < COUNT_OF(people); p++) {
        office_as(&o, people[p]);
        GrantedRequest g;
        if (access_request(cx, id, MAY_SEE, &g) != RC_OK)
            continue;
        RequestView v = office_view(&o, id);
        for (size_t t = 0; t < v.tasks.n; t++) {
            for (size_t a = 0; a < COUNT_OF(acts); a++) {
                TaskAct in = {
                    .kind = acts[a].act, .text = STR("why"), .passed = OPT_INT(1), .ok = OPT_INT(1)
                };
                fixture_exec(cx, "SAVEPOINT tried");
                office_as(&o, people[p]);
                Rc rc = task_act(cx, office_grant(&o, id), v.tasks.at[t].id, &in);
                bool offered = (v.tasks.at[t].may & acts[a].may) != 0;
                fixture_exec(cx, "ROLLBACK TO tried");
                if (offered != (rc == RC_OK))
                    test_fail(__FILE__, __LINE__, "%s, task %.*s, %s: offered %d, got %s",
                              people[p], STR_ARG(v.tasks.at[t].key), task_act_word(acts[a].act),
                              offered, rc_name(rc));
            }
        }
    }
}

DB_TEST(request_a_supplier_sees_their_task_and_what_it_names)
{
    Office o = office_open(cx);
    GrantedSelf self;
    SupplierTasks list;
    SupplierTask one;
    GrantedRequest g;
    int64_t next;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    Str of_robin = office_upload(&o, "mine.txt", 4);
    ViewFiles files = { 0 };
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id),
                                    &(AttachmentAdd){ .uploads = { .at = &of_robin, .n = 1 } }));
    EXPECT_RC(RC_OK, attachment_list(cx, office_grant(&o, id), &files));
    office_as(&o, "sid");
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, supplier_tasks(cx, self, false, 0, 10, &list, &next));
    EXPECT_INT(0, list.n);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    int64_t task = office_task_id(&o, id, "order"), other = office_task_id(&o, id, "set_up");
    office_as(&o, "sid");
    EXPECT_UNKNOWN(&o, id, "sid");
    EXPECT_RC(RC_OK, supplier_tasks(cx, self, false, 0, 10, &list, &next));
    EXPECT_INT(1, list.n);
    EXPECT_STR("REQ-1", list.at[0].number);
    EXPECT_INT(1, list.at[0].answers.n); /* the condition reads assess.in_stock and nothing else */
    EXPECT_STR("in_stock", list.at[0].answers.at[0].answer->question->id);
    EXPECT(list.at[0].task.may & TASK_MAY_FINISH);
    EXPECT_RC(RC_OK, access_task(cx, task, 0, &g));
    EXPECT_RC(RC_OK, supplier_task(cx, g, task, &one));
    EXPECT_RC(RC_NOT_FOUND, supplier_task(cx, g, other, &one));
    EXPECT_INT(0, one.task.after.n);
    EXPECT_RC(RC_FORBIDDEN, task_act(cx, g, task, &(TaskAct){ .kind = TASK_ACT_SKIP }));
    EXPECT_RC(RC_FORBIDDEN, task_act(cx, g, task, &(TaskAct){ .kind = TASK_ACT_ASSIGN }));
    EXPECT_RC(RC_FORBIDDEN, task_act(cx, g, task, &(TaskAct){ .kind = TASK_ACT_SIGN_OFF }));
    EXPECT_INT(TASK_MAY_START | TASK_MAY_FINISH | TASK_MAY_CHECK, list.at[0].task.may);
    EXPECT_RC(RC_FORBIDDEN, request_view(cx, g, &(RequestView){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, link_list(cx, g, &(ViewLinks){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, attachment_list(cx, g, &(ViewFiles){ 0 }));
    EXPECT_RC(RC_NOT_FOUND, task_view(cx, g, other, &(ViewTask){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, approval_view(cx, g, 1, &(ViewApproval){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, bundle_of_request(cx, g, &(BundleView){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, message_list(cx, g, 0, 10, &(Messages){ 0 }, &next));
    EXPECT_RC(RC_FORBIDDEN, request_head(cx, g, &(RequestHead){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, tag_list(cx, g, &(ViewTags){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, clocks_explain(cx, g, &(ClockTales){ 0 }));
    EXPECT_RC(RC_NOT_FOUND, attachment_get(cx, g, files.at[0].id, &(FileToSend){ 0 }));
    EXPECT_RC(RC_FORBIDDEN, participant_remove(cx, g, STR("sid"), STR("watcher")));
    TimelineFilter none_left = { .after_seq = 1000000, .size = 10 };
    EXPECT_RC(RC_FORBIDDEN, timeline(cx, g, &none_left, &(Entries){ 0 }, &(bool){ false }));
    EXPECT_RC(RC_NOT_FOUND, task_act(cx, g, other, &(TaskAct){ .kind = TASK_ACT_FINISH }));
    MessageInput said = { .text = STR("Two days."), .task_id = task };
    MessageMade made;
    EXPECT_RC(RC_OK, message_add(cx, g, &said, &made));
    said.task_id = 0;
    EXPECT_RC(RC_NOT_FOUND, message_add(cx, g, &said, &made));
    EXPECT_RC(RC_OK,
              task_act(cx, g, task, &(TaskAct){ .kind = TASK_ACT_FINISH, .text = STR("Sent.") }));
    EXPECT_RC(RC_OK, supplier_tasks(cx, self, true, 0, 10, &list, &next));
    EXPECT_INT(1, list.n);
    office_as(&o, "robin"); /* for everybody else they are nobody's tasks */
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, supplier_tasks(cx, self, true, 0, 10, &list, &next));
    EXPECT_INT(0, list.n);
}

/* A program that may only read acts for nobody, whatever its person may do. */
DB_TEST(request_tasks_are_not_worked_with_a_token_that_only_reads)
{
    Office o = office_open(cx);
    RequestAct ask = { .kind = ACT_ASK, .text = STR("Which one?") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    office_as(&o, "bo"); /* procurement orders it */
    Subject whole = *cx->subject, reads = whole;
    reads.scopes = SCOPE_READ;
    cx->subject = &reads;
    EXPECT_RC(RC_FORBIDDEN, request_act(cx, office_grant(&o, id), &ask, NULL));
    EXPECT_RC(RC_FORBIDDEN, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_START }));
    cx->subject = &whole;
    EXPECT_RC(RC_OK, office_task(&o, id, "order", (TaskAct){ .kind = TASK_ACT_START }));
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &ask, NULL));
}

/* Supplying to a request is not seeing it, from the other end of a link either. */
DB_TEST(request_link_is_removed_by_those_who_see_both_ends)
{
    Office o = office_open(cx);
    int64_t link = 0;

    office_as(&o, "robin");
    int64_t laptop = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sid");
    int64_t own = office_ask(&o, "question", "{\"details\":\"x\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, laptop, "{\"in_stock\":false}"));
    EXPECT_RC(RC_OK, link_add(cx, office_grant(&o, own),
                              &(LinkAdd){ STR("REQ-1"), STR("related"), RC_OK }, &link));
    office_as(&o, "sid"); /* who has a task in the laptop's request */
    EXPECT_RC(RC_NOT_FOUND, link_remove(cx, office_grant(&o, own), link));
    EXPECT_RC(RC_INVALID, link_add(cx, office_grant(&o, own),
                                   &(LinkAdd){ STR("REQ-1"), STR("needs"), RC_OK }, &link));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, link_remove(cx, office_grant(&o, own), link));
}

DB_TEST(request_two_who_edit_are_told)
{
    Office o = office_open(cx);
    RequestEdit edit = { .title = STR("Mine") };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    int64_t version = office_view(&o, id).head.version;
    edit.version = OPT_INT(version);
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    edit.title = STR("Theirs");
    EXPECT_RC(RC_STALE, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STR("stale", cx->type);
    EXPECT_STR("Mine", office_view(&o, id).head.title);
    RequestAct act = { .kind = ACT_WITHDRAW, .version = OPT_INT(version) };
    EXPECT_RC(RC_STALE, request_act(cx, office_grant(&o, id), &act, NULL));
    edit.version = OPT_NONE;
    edit.title = STR(" ");
    EXPECT_RC(RC_INVALID, request_edit(cx, office_grant(&o, id), &edit));
    /* The asking side edits until the work has begun. */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "fulfil", (TaskAct){ .kind = TASK_ACT_START }));
    office_as(&o, "robin");
    edit.title = STR("Too late");
    EXPECT_RC(RC_CONFLICT, request_edit(cx, office_grant(&o, id), &edit));
    EXPECT_STR("work_begun", cx->type);
    office_as(&o, "sam");
    edit.title = STR("In time");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    office_as(&o, "aud");
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, id), &edit));
}
