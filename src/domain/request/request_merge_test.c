/* request_merge_test.c - two requests about the same thing become one, and two again. */
#include "domain/request/office_fixture.h"

typedef struct Pair {
    Office o;
    int64_t gone, stays; /* of robin and of mika */
    Str number;          /* of the one that stays */
} Pair;

/* Robin has written, attached a file, and kim takes part; sam works for the team of both. */
static Pair open_pair(Ctx *cx)
{
    Pair p = { .o = office_open(cx) };
    Office *o = &p.o;

    office_as(o, "mika");
    p.stays = office_ask(o, "question", "{\"details\":\"No mail\"}");
    office_as(o, "robin");
    p.gone = office_ask(o, "question", "{\"details\":\"Mail is dead\"}");
    Str photo = office_upload(o, "error.txt", 10);
    MessageInput said = { .text = STR("It says 550."), .attachments = { .at = &photo, .n = 1 } };
    MessageMade made;
    EXPECT_RC(RC_OK, message_add(cx, office_grant(o, p.gone), &said, &made));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(o, p.gone),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"), RC_OK }));
    office_as(o, "sam");
    p.number = office_view(o, p.stays).head.number;
    return p;
}

static Rc merge(Office *o, int64_t id, Str into)
{
    return request_act(o->cx, office_grant(o, id), &(RequestAct){ .kind = ACT_MERGE, .into = into },
                       NULL);
}

static int64_t messages_of(Office *o, int64_t id)
{
    Messages list;
    int64_t next;
    EXPECT_RC(RC_OK, message_list(o->cx, office_grant(o, id), 0, 50, &list, &next));
    return (int64_t)list.n;
}

DB_TEST(merge_closes_one_and_goes_on_in_the_other)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    EXPECT_RC(RC_OK, merge(o, p.gone, p.number));
    RequestView v = office_view(o, p.gone);
    EXPECT_STR("closed", v.head.state);
    EXPECT_STR("merged", v.head.outcome);
    EXPECT(str_eq(p.number, request_goes_on_in(&v)));
    office_expect_replay(o, p.gone, __LINE__);
    office_expect_replay(o, p.stays, __LINE__);
    v = office_view(o, p.stays);
    EXPECT_STR("fulfilling", v.head.state);
    EXPECT(v.links.at[0].merged);
    EXPECT_INT(2, v.participants.n); /* robin and eve */
    EXPECT_INT(1, v.files.n);
    EXPECT_INT(1, messages_of(o, p.stays));
    office_as(o, "robin");
    v = office_view(o, p.stays);
    EXPECT_STR("No mail", v.answers.at[0].answer->value.text);
    EXPECT_RC(RC_OK, office_say(o, p.stays, "I see."));
}

DB_TEST(merge_carries_each_word_and_its_author_and_tells_where_it_came_from)
{
    Pair p = open_pair(cx);
    TimelineFilter f = { .size = 100, .only_talk = true };
    Entries list;
    Messages said;
    int64_t next;
    bool more;

    EXPECT_RC(RC_OK, merge(&p.o, p.gone, p.number));
    EXPECT_RC(RC_OK, message_list(cx, office_grant(&p.o, p.stays), 0, 10, &said, &next));
    EXPECT_STR("robin", said.at[0].author.login);
    EXPECT_INT(1, said.at[0].files.n);
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&p.o, p.stays), &f, &list, &more));
    EXPECT_INT(1, list.n);
    EXPECT_STR("message.merged", list.at[0].kind);
    EXPECT_STR("robin", list.at[0].actor.login);
    EXPECT_STR("It says 550.", list.at[0].text);
}

DB_TEST(merge_is_taken_back_with_all_that_came_along)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    EXPECT_RC(RC_OK, office_act(o, p.gone, ACT_PEND, "Wait for the log."));
    EXPECT_RC(RC_OK, merge(o, p.gone, p.number));
    office_as(o, "robin");
    EXPECT_RC(RC_OK, office_say(o, p.stays, "Said there."));
    office_as(o, "sam");
    EXPECT_RC(RC_OK, office_act(o, p.gone, ACT_UNMERGE, NULL));
    RequestView v = office_view(o, p.gone);
    EXPECT_STR("fulfilling", v.head.state); /* the wait ended with the merge */
    EXPECT_STR("", v.head.outcome);
    EXPECT_INT(0, v.links.n);
    EXPECT_INT(1, messages_of(o, p.gone));
    EXPECT_INT(1, messages_of(o, p.stays)); /* what was said there stays there */
    v = office_view(o, p.stays);
    EXPECT_INT(0, v.participants.n);
    EXPECT_INT(0, v.files.n);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM merge_part"));
    office_expect_replay(o, p.gone, __LINE__);
    office_expect_replay(o, p.stays, __LINE__);
    office_as(o, "robin");
    EXPECT_RC(RC_NOT_FOUND, office_sees(o, p.stays));
    office_as(o, "mika");
    TimelineFilter f = { .size = 100, .only_talk = true };
    Entries list;
    bool more;
    EXPECT_RC(RC_OK, timeline(cx, office_grant(o, p.stays), &f, &list, &more));
    EXPECT(list.at[0].gone && str_is_null(list.at[0].text));
    EXPECT_STR("A message that had come with a merge went back", str_z(list.at[0].what.msgid));
}

DB_TEST(merge_can_be_done_again_after_it_was_taken_back)
{
    Pair p = open_pair(cx);

    EXPECT_RC(RC_OK, merge(&p.o, p.gone, p.number));
    EXPECT_RC(RC_OK, office_act(&p.o, p.gone, ACT_UNMERGE, NULL));
    EXPECT_RC(RC_OK, merge(&p.o, p.gone, p.number));
    EXPECT_INT(1, messages_of(&p.o, p.stays));
}

DB_TEST(merge_keeps_who_took_part_there_before)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    EXPECT_RC(RC_OK, participant_add(cx, office_grant(o, p.stays),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"), RC_OK }));
    EXPECT_RC(RC_OK, merge(o, p.gone, p.number));
    EXPECT_RC(RC_OK, office_act(o, p.gone, ACT_UNMERGE, NULL));
    EXPECT_INT(1, office_view(o, p.stays).participants.n);
    office_as(o, "eve");
    EXPECT_RC(RC_OK, office_sees(o, p.stays));
}

DB_TEST(merge_of_a_merge_leads_on_and_is_taken_back_from_the_end)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    office_as(o, "kim");
    int64_t third = office_ask(o, "question", "{\"details\":\"Mail again\"}");
    office_as(o, "sam");
    EXPECT_RC(RC_OK, merge(o, p.gone, p.number));
    EXPECT_RC(RC_OK, merge(o, p.stays, office_view(o, third).head.number));
    EXPECT_INT(1, messages_of(o, third));
    EXPECT_RC(RC_CONFLICT, office_act(o, p.gone, ACT_UNMERGE, NULL));
    EXPECT_STR("went_on", cx->type);
}

DB_TEST(merge_refuses_what_is_not_open_not_there_and_not_theirs)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;
    Str own = office_view(o, p.gone).head.number;

    EXPECT_RC(RC_INVALID, merge(o, p.gone, STR("")));
    EXPECT_RC(RC_INVALID, merge(o, p.gone, STR("REQ-999")));
    EXPECT_RC(RC_INVALID, merge(o, p.gone, own));
    EXPECT_RC(RC_OK, office_act(o, p.stays, ACT_CANCEL, "Gone."));
    EXPECT_RC(RC_INVALID, merge(o, p.gone, p.number)); /* closed */
    EXPECT_RC(RC_CONFLICT, merge(o, p.stays, own));
    office_as(o, "robin");
    EXPECT_RC(RC_FORBIDDEN, merge(o, p.gone, p.number));
    EXPECT_STR("fulfilling", office_state(o, p.gone));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM merge_part"));
}

DB_TEST(merge_tells_nothing_of_a_request_that_is_not_seen)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t hidden = office_ask(&o, "concern", "{\"details\":\"x\"}");
    int64_t own = office_ask(&o, "question", "{\"details\":\"y\"}");
    Str number = office_view(&o, hidden).head.number;
    office_as(&o, "sam"); /* not of the people team */
    EXPECT_RC(RC_INVALID, merge(&o, own, number));
    EXPECT_STR("There is no such request.", str_z(cx->errors.at[0].text.msgid));
}

/* Sid works in finance and for the supplier: of the laptop there is a task for them, and no more. */
DB_TEST(merge_into_what_one_sees_a_task_of_only_is_as_into_nothing)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("finance"), .text = STR("Yours.") };

    EXPECT_RC(RC_OK, request_act(cx, office_grant(o, p.gone), &over, NULL));
    office_as(o, "fay");
    EXPECT_RC(RC_OK, office_act(o, p.gone, ACT_ACCEPT_TRANSFER, NULL));
    int64_t laptop = office_supplied(o);
    fixture_member(cx, o->finance, cx->subject->person_id, false);
    office_as(o, "noor");
    Str number = office_view(o, laptop).head.number;
    office_as(o, "sid");
    EXPECT_RC(RC_INVALID, merge(o, p.gone, number));
    EXPECT_STR("not_found", cx->errors.at[0].code);
    office_as(o, "gus");
    EXPECT_RC(RC_OK, merge(o, p.gone, number));
    office_as(o, "sid");
    EXPECT_RC(RC_CONFLICT, office_act(o, p.gone, ACT_UNMERGE, NULL));
    EXPECT_STR("not_visible", cx->type);
}

DB_TEST(merge_is_into_what_one_works_on_and_not_into_what_one_asked_for)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    int64_t own = office_ask(o, "concern", "{\"details\":\"x\"}");
    EXPECT_RC(RC_INVALID, merge(o, p.gone, office_view(o, own).head.number));
    EXPECT_STR("not_yours", cx->errors.at[0].code);
}

DB_TEST(merge_leaves_confidential_requests_alone)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t one = office_ask(&o, "concern", "{\"details\":\"x\"}");
    int64_t two = office_ask(&o, "concern", "{\"details\":\"x again\"}");
    office_as(&o, "hana");
    EXPECT_RC(RC_INVALID, merge(&o, two, office_view(&o, one).head.number));
    EXPECT_STR("confidential", cx->errors.at[0].code);
}

DB_TEST(merge_ends_the_conversation_here)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;

    EXPECT_RC(RC_OK, merge(o, p.gone, p.number));
    EXPECT_RC(RC_CONFLICT, office_say(o, p.gone, "Well?"));
    EXPECT_RC(RC_CONFLICT, office_act(o, p.gone, ACT_REOPEN, "Go on."));
    office_as(o, "robin");
    EXPECT_RC(RC_CONFLICT, office_say(o, p.gone, "Well?"));
    EXPECT_STR("merged", cx->type);
    EXPECT_RC(RC_CONFLICT, office_act(o, p.gone, ACT_NOT_SOLVED, "No."));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM request"));
}

DB_TEST(merge_is_for_thirty_days)
{
    Pair p = open_pair(cx);

    EXPECT_RC(RC_OK, merge(&p.o, p.gone, p.number));
    office_later(&p.o, MERGE_BACK_MS);
    EXPECT_RC(RC_CONFLICT, office_act(&p.o, p.gone, ACT_UNMERGE, NULL));
    EXPECT_STR("too_late", cx->type);
}

/* ---- split ---- */

static Rc split(Office *o, int64_t id, const char *item, StrList messages, RequestMade *ret)
{
    return request_split(o->cx, office_grant(o, id),
                         &(RequestSplit){ .item = str_z(item), .messages = messages }, ret);
}

static Str first_message(Office *o, int64_t id)
{
    Messages list;
    int64_t next;
    EXPECT_RC(RC_OK, message_list(o->cx, office_grant(o, id), 0, 10, &list, &next));
    return str_fmt(o->cx->arena, "%lld", (long long)list.at[0].id);
}

DB_TEST(split_makes_a_request_of_its_own_of_chosen_messages)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;
    RequestMade made;

    office_as(o, "robin");
    EXPECT_RC(RC_OK, office_say(o, p.gone, "And it is cold."));
    office_as(o, "sam");
    Str chosen = first_message(o, p.gone);
    EXPECT_RC(RC_OK, split(o, p.gone, "question", (StrList){ .at = &chosen, .n = 1 }, &made));
    RequestView v = office_view(o, made.id);
    EXPECT_STR("fulfilling", v.head.state);
    EXPECT_STR("robin", v.head.requester.login);
    EXPECT_STR("It says 550.", v.answers.at[0].answer->value.text);
    EXPECT_STR("split_from", v.links.at[0].kind);
    EXPECT(v.links.at[0].outgoing);
    EXPECT_INT(1, v.files.n);
    EXPECT_INT(1, messages_of(o, made.id));
    EXPECT_INT(0, v.participants.n);
    EXPECT_INT(2, messages_of(o, p.gone)); /* which goes on as it is */
    EXPECT_STR("fulfilling", office_state(o, p.gone));
    office_expect_replay(o, made.id, __LINE__);
    office_expect_replay(o, p.gone, __LINE__);
}

DB_TEST(split_is_taken_back_by_merging_and_no_message_comes_twice)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;
    RequestMade made;
    Str chosen = first_message(o, p.gone);

    EXPECT_RC(RC_OK, split(o, p.gone, "question", (StrList){ .at = &chosen, .n = 1 }, &made));
    EXPECT_RC(RC_OK, office_say(o, made.id, "Here, too."));
    EXPECT_RC(RC_OK, merge(o, made.id, office_view(o, p.gone).head.number));
    EXPECT_INT(2, messages_of(o, p.gone));
    EXPECT_INT(1, office_view(o, p.gone).files.n);
    EXPECT_RC(RC_OK, office_act(o, made.id, ACT_UNMERGE, NULL));
    EXPECT_INT(1, messages_of(o, p.gone));
}

DB_TEST(split_refuses_what_is_not_theirs_closed_or_of_another_request)
{
    Pair p = open_pair(cx);
    Office *o = &p.o;
    RequestMade made;
    Str chosen = first_message(o, p.gone);
    StrList one = { .at = &chosen, .n = 1 };

    EXPECT_RC(RC_INVALID, split(o, p.gone, "question", (StrList){ 0 }, &made));
    EXPECT_RC(RC_INVALID, split(o, p.gone, "nothing", one, &made));
    EXPECT_RC(RC_INVALID,
              split(o, p.stays, "question", one, &made)); /* a message of the other one */
    office_as(o, "robin");
    EXPECT_RC(RC_FORBIDDEN, split(o, p.gone, "question", one, &made));
    office_as(o, "sam");
    EXPECT_RC(RC_OK, office_act(o, p.gone, ACT_CANCEL, "Gone."));
    EXPECT_RC(RC_CONFLICT, split(o, p.gone, "question", one, &made));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM request"));
}

DB_TEST(split_makes_no_request_for_somebody_who_has_left)
{
    Pair p = open_pair(cx);
    RequestMade made;
    Str chosen = first_message(&p.o, p.gone);

    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'robin'");
    EXPECT_RC(RC_NOT_FOUND,
              split(&p.o, p.gone, "question", (StrList){ .at = &chosen, .n = 1 }, &made));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM request"));
}

DB_TEST(split_leaves_confidential_requests_whole)
{
    Office o = office_open(cx);
    RequestMade made;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"x\"}");
    EXPECT_RC(RC_OK, office_say(&o, id, "And y."));
    office_as(&o, "hana");
    Str chosen = first_message(&o, id);
    EXPECT_RC(RC_INVALID, split(&o, id, "question", (StrList){ .at = &chosen, .n = 1 }, &made));
    EXPECT_STR("confidential", cx->errors.at[0].code);
}
