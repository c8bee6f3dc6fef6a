#include "domain/request/unsent.h"
#include "domain/request/office_fixture.h"

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "question", "{\"details\":\"How?\"}");
}

static Rc keep(Office *o, int64_t id, const char *text, bool internal)
{
    return unsent_keep(o->cx, office_grant(o, id),
                       &(UnsentInput){ .text = str_z(text), .internal = internal });
}

static Unsent unsent_of(Office *o, int64_t id)
{
    Unsent d;
    EXPECT_RC(RC_OK, unsent_get(o->cx, office_grant(o, id), &d));
    return d;
}

/* Number of the newest event that the present person sees. */
static int64_t newest(Office *o, int64_t id)
{
    TimelineFilter f = { .newest = true, .size = 1 };
    Entries entries;
    bool more;

    EXPECT_RC(RC_OK, timeline(o->cx, office_grant(o, id), &f, &entries, &more));
    return entries.at[0].seq;
}

DB_TEST(unsent_is_its_authors_alone_and_goes_with_blank_words)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    office_as(&o, "sam");
    EXPECT_INT(0, unsent_of(&o, id).text.len);
    EXPECT_RC(RC_OK, keep(&o, id, "We look", false));
    EXPECT_RC(RC_OK, keep(&o, id, "Ask Noor first", true));
    EXPECT_STR("Ask Noor first", unsent_of(&o, id).text);
    EXPECT(unsent_of(&o, id).internal);
    EXPECT_MS(cx->now_ms, unsent_of(&o, id).at_ms);
    office_as(&o, "noor");
    EXPECT_INT(0, unsent_of(&o, id).text.len);
    EXPECT_RC(RC_OK, unsent_drop(cx, office_grant(&o, id)));
    office_as(&o, "sam");
    EXPECT_STR("Ask Noor first", unsent_of(&o, id).text);
    EXPECT_RC(RC_OK, keep(&o, id, " \n ", true));
    EXPECT_INT(0, unsent_of(&o, id).text.len);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind LIKE 'unsent%'"));
}

DB_TEST(unsent_is_kept_by_those_who_may_write_only)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    char *big = arena_try(cx->arena, REQUEST_TEXT_MAX + 1);

    EXPECT_RC(RC_OK, keep(&o, id, "One more thing", false));
    EXPECT_RC(RC_FORBIDDEN, keep(&o, id, "A note", true));
    office_as(&o, "aud");
    EXPECT_RC(RC_FORBIDDEN, keep(&o, id, "I only read", false));
    EXPECT_RC(RC_FORBIDDEN, unsent_drop(cx, office_grant(&o, id)));
    office_as(&o, "sam");
    memset(big, 'x', REQUEST_TEXT_MAX + 1);
    UnsentInput in = { .text = { big, REQUEST_TEXT_MAX + 1 } };
    EXPECT_RC(RC_INVALID, unsent_keep(cx, office_grant(&o, id), &in));
    EXPECT_STR("/text", cx->errors.at[0].pointer);
    in.text.len = REQUEST_TEXT_MAX;
    EXPECT_RC(RC_OK, unsent_keep(cx, office_grant(&o, id), &in));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_REJECT, "Not ours."));
    EXPECT_RC(RC_CONFLICT, keep(&o, id, "Too late", false));
    EXPECT_RC(RC_OK, keep(&o, id, "A note", true));
}

DB_TEST(unsent_that_arrives_after_its_words_were_sent_is_not_kept)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    UnsentInput in = { .text = STR("We look into it.") };

    office_as(&o, "sam");
    in.seen_seq = newest(&o, id);
    EXPECT_RC(RC_OK, office_say(&o, id, "We look into it."));
    EXPECT_RC(RC_OK, unsent_keep(cx, office_grant(&o, id), &in));
    EXPECT_INT(0, unsent_of(&o, id).text.len);
    in.seen_seq = newest(&o, id);
    EXPECT_RC(RC_OK, unsent_keep(cx, office_grant(&o, id), &in));
    EXPECT_STR("We look into it.", unsent_of(&o, id).text);
}

DB_TEST(unsent_is_forgotten_a_month_later)
{
    Office o = office_open(cx);
    int64_t old = ask_question(&o), other = ask_question(&o);

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, keep(&o, old, "Forgotten", false));
    office_later(&o, UNSENT_DAYS * MS_DAY);
    EXPECT_RC(RC_OK, keep(&o, other, "New", false));
    EXPECT_STR("Forgotten", unsent_of(&o, old).text);
    office_later(&o, 1);
    EXPECT_RC(RC_OK, keep(&o, other, "Newer", false));
    EXPECT_INT(0, unsent_of(&o, old).text.len);
}

DB_TEST(unsent_tells_colleagues_that_somebody_writes_for_a_while)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    Writers list;

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, keep(&o, id, "We look", true));
    EXPECT_RC(RC_OK, unsent_writers(cx, office_grant(&o, id), &list));
    EXPECT_INT(0, list.n); /* not oneself */
    office_as(&o, "noor");
    office_later(&o, UNSENT_FRESH_MS);
    EXPECT_RC(RC_OK, unsent_writers(cx, office_grant(&o, id), &list));
    EXPECT_INT(1, list.n);
    EXPECT_STR("sam", list.at[0].person.login);
    EXPECT(list.at[0].internal);
    office_later(&o, 1);
    EXPECT_RC(RC_OK, unsent_writers(cx, office_grant(&o, id), &list));
    EXPECT_INT(0, list.n);
    office_as(&o, "robin");
    EXPECT_RC(RC_FORBIDDEN, unsent_writers(cx, office_grant(&o, id), &list));
}

DB_TEST(message_is_held_up_once_when_somebody_else_answered_meanwhile)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o), note;
    MessageInput in = { .text = STR("We look into it.") };
    MessageMade made;

    office_as(&o, "sam");
    in.seen_seq = newest(&o, id);
    EXPECT_RC(RC_OK,
              note_add(cx, office_grant(&o, id), &(NoteInput){ .text = STR("Mine") }, &note));
    office_as(&o, "noor");
    EXPECT_RC(RC_OK,
              note_add(cx, office_grant(&o, id), &(NoteInput){ .text = STR("A note") }, &note));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made)); /* notes hold nothing up */
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "It works again."));
    office_as(&o, "sam");
    EXPECT_RC(RC_CONFLICT, message_add(cx, office_grant(&o, id), &in, &made));
    EXPECT_STR("answered_meanwhile", cx->type);
    in.seen_seq = newest(&o, id);
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made));
    in.seen_seq = 0; /* not said: programs need not */
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made));
}

static Rc keep_it(Ctx *cx, void *arg)
{
    GrantedRequest g;

    cx->identity = NULL;
    TRY(access_request(cx, *(int64_t *)arg, MAY_SEE, &g));
    return unsent_keep(cx, g, &(UnsentInput){ .text = STR("We look"), .seen_seq = 1 });
}

DB_TEST(unsent_keep_leaves_nothing_half_done)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    office_as(&o, "sam");
    fault_run(cx, keep_it, &id);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM unsent"));
}

DB_TEST(unsent_list_has_ones_own_below_requests_that_one_still_sees)
{
    Office o = office_open(cx);
    int64_t old = ask_question(&o), other = ask_question(&o);
    ScopeRequests s;
    UnsentLines list;

    office_as(&o, "noor");
    EXPECT_RC(RC_OK, keep(&o, other, "Not Sam's", false));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, keep(&o, old, "First", false));
    office_later(&o, 1);
    EXPECT_RC(RC_OK, keep(&o, other, "Second", true));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, unsent_list(cx, s, &list));
    EXPECT_INT(2, list.n);
    EXPECT(str_eq(office_view(&o, other).head.number, list.at[0].number));
    EXPECT(list.at[0].internal && !list.at[1].internal);
    fixture_exec(cx, "DELETE FROM request_reader WHERE request_id = (SELECT max(id) FROM request)");
    fixture_exec(cx, "UPDATE request SET team_id = (SELECT min(t.id) FROM team t WHERE NOT EXISTS ("
                     "SELECT 1 FROM team_member m JOIN person p ON p.id = m.person_id"
                     " WHERE m.team_id = t.id AND p.login = 'sam'))"
                     " WHERE id = (SELECT max(id) FROM request)");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, unsent_list(cx, s, &list));
    EXPECT_INT(1, list.n);
}

DB_TEST(unsent_is_nothing_for_who_sees_a_task_only)
{
    Office o = office_open(cx);
    int64_t id = office_supplied(&o);
    Unsent mine;

    EXPECT_RC(RC_FORBIDDEN, unsent_get(cx, office_grant(&o, id), &mine));
    EXPECT_RC(RC_FORBIDDEN, unsent_drop(cx, office_grant(&o, id)));
}
