#include "domain/request/me_too.h"
#include "domain/request/office_fixture.h"
#include "domain/request/talk.h"

static int64_t ask(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "question", "{\"details\":\"No mail\"}");
}

static Rc join(Office *o, int64_t id, const char *login)
{
    return participant_add(o->cx, office_grant(o, id),
                           &(ParticipantAdd){ .login = str_z(login), .kind = STR("participant") });
}

static Rc say(Office *o, int64_t id, const char *login)
{
    office_as(o, login);
    return me_too_say(o->cx, office_grant(o, id));
}

static MeToo get(Office *o, int64_t id, const char *login)
{
    MeToo m = { 0 };

    office_as(o, login);
    EXPECT_RC(RC_OK, me_too_get(o->cx, office_grant(o, id), &m));
    return m;
}

DB_TEST(me_too_is_counted_once_and_taken_back)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);

    EXPECT_RC(RC_OK, join(&o, id, "mika"));
    EXPECT(get(&o, id, "mika").may);
    EXPECT_RC(RC_OK, say(&o, id, "mika"));
    EXPECT_RC(RC_OK, say(&o, id, "mika"));
    EXPECT_RC(RC_OK, say(&o, id, "sam"));
    MeToo m = get(&o, id, "mika");
    EXPECT(m.count == 2 && m.self && !m.may);
    EXPECT_INT(2, office_view(&o, id).head.me_too);
    EXPECT_INT(
        2,
        fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'me_too.said' AND internal = 1"));
    office_as(&o, "mika");
    EXPECT_RC(RC_OK, me_too_take_back(cx, office_grant(&o, id)));
    EXPECT_RC(RC_NOT_FOUND, me_too_take_back(cx, office_grant(&o, id)));
    m = get(&o, id, "mika");
    EXPECT(m.count == 1 && !m.self && m.may);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(me_too_names_are_for_the_staff_of_the_request)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);

    EXPECT_RC(RC_OK, join(&o, id, "mika"));
    EXPECT_RC(RC_OK, say(&o, id, "mika"));
    MeToo m = get(&o, id, "sam");
    EXPECT_INT(1, m.people.n);
    EXPECT_STR("mika", m.people.at[0].login);
    m = get(&o, id, "robin");
    EXPECT(m.count == 1 && m.people.n == 0);
    m = get(&o, id, "mika");
    EXPECT(m.count == 1 && m.people.n == 0);
}

DB_TEST(me_too_is_refused_to_who_asked_and_where_nothing_is_open)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);

    EXPECT(!get(&o, id, "robin").may);
    EXPECT_RC(RC_CONFLICT, say(&o, id, "robin"));
    EXPECT_STR("own", cx->type);
    EXPECT_RC(RC_OK, join(&o, id, "mika"));
    EXPECT_RC(RC_FORBIDDEN, say(&o, id, "aud")); /* reads all, writes nothing */
    EXPECT(!get(&o, id, "aud").may);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_CANCEL, "Gone."));
    EXPECT_RC(RC_CONFLICT, say(&o, id, "mika"));
    EXPECT_STR("not_open", cx->type);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM me_too"));
}

DB_TEST(me_too_is_nothing_for_who_sees_a_task_only)
{
    Office o = office_open(cx);
    int64_t id = office_supplied(&o);
    MeToo m;

    EXPECT_RC(RC_FORBIDDEN, me_too_get(cx, office_grant(&o, id), &m));
    EXPECT_RC(RC_FORBIDDEN, me_too_say(cx, office_grant(&o, id)));
    EXPECT_RC(RC_FORBIDDEN, me_too_take_back(cx, office_grant(&o, id)));
}

DB_TEST(me_too_follows_and_is_told_what_others_write)
{
    Office o = office_open(cx);
    int64_t id = ask(&o);
    IdList of = { 0 };
    ScopeRequests s;

    EXPECT_RC(RC_OK, say(&o, id, "ada"));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, me_too_of(cx, s, &id, 1, &of));
    EXPECT(of.n == 1 && of.at[0] == id);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    of = (IdList){ 0 };
    EXPECT_RC(RC_OK, me_too_of(cx, s, &id, 1, &of));
    EXPECT_INT(0, of.n);
}

DB_TEST(me_too_goes_along_with_a_merge_and_back)
{
    Office o = office_open(cx);
    int64_t stays, gone = ask(&o);

    office_as(&o, "mika");
    stays = office_ask(&o, "question", "{\"details\":\"No mail\"}");
    EXPECT_RC(RC_OK, say(&o, gone, "sam"));
    EXPECT_RC(RC_OK, say(&o, gone, "ada"));
    EXPECT_RC(RC_OK, say(&o, stays, "ada"));
    office_as(&o, "sam");
    RequestAct act = { .kind = ACT_MERGE, .into = office_view(&o, stays).head.number };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, gone), &act, NULL));
    EXPECT_INT(2, office_view(&o, stays).head.me_too); /* ada counts once */
    act = (RequestAct){ .kind = ACT_UNMERGE };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, gone), &act, NULL));
    EXPECT_INT(1, office_view(&o, stays).head.me_too);
    EXPECT_INT(2, office_view(&o, gone).head.me_too);
}
