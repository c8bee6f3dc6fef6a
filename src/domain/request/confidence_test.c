/* confidence_test.c - a request is confidential when its model or its team says so. */
#include "domain/request/office_fixture.h"

/* Reads it, finds it in a list, and both agree. */
static bool sees(Office *o, int64_t id, const char *login)
{
    RequestFilter all = { .kind = LIST_VISIBLE, .size = 100 };
    ScopeRequests s;
    RequestHeads heads = { 0 };
    int64_t next;
    bool listed = false;

    office_as(o, login);
    bool read = office_sees(o, id) == RC_OK;
    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, request_list(o->cx, s, &all, &heads, &next));
    for (size_t i = 0; i < heads.n; i++)
        listed = listed || heads.at[i].id == id;
    if (read != listed)
        test_fail(__FILE__, __LINE__, "%s: reads it %d, finds it %d", login, read, listed);
    return read;
}

static void expect_seen(Office *o, int64_t id, bool want, const char *const *people, int line)
{
    for (size_t i = 0; people[i] != NULL; i++)
        if (sees(o, id, people[i]) != want)
            test_fail(__FILE__, line, "%s %s it", people[i], want ? "does not see" : "sees");
}
#define EXPECT_SEEN(o, id, ...)                                                                    \
    expect_seen((o), (id), true, (const char *const[]){ __VA_ARGS__, NULL }, __LINE__)
#define EXPECT_UNSEEN(o, id, ...)                                                                  \
    expect_seen((o), (id), false, (const char *const[]){ __VA_ARGS__, NULL }, __LINE__)

/* robin's laptop, with a task of procurement in it. */
static int64_t ask_laptop(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "laptop", "{\"device\":\"standard\"}");
    office_as(o, "sam");
    EXPECT_RC(RC_OK, office_assess(o, id, "{\"in_stock\":false}"));
    return id;
}

static void team_says(Office *o, const char *team, int confidential)
{
    o->cx->identity = NULL;
    fixture_exec(
        o->cx, str_dup_z(o->cx->arena,
                         str_fmt(o->cx->arena, "UPDATE team SET confidential = %d WHERE key = '%s'",
                                 confidential, team)));
}

static void hand_over(Office *o, int64_t id, const char *by, const char *team, const char *to)
{
    RequestAct over = { .kind = ACT_TRANSFER, .team = str_z(team), .text = STR("Yours.") };

    office_as(o, by);
    EXPECT_RC(RC_OK, request_act(o->cx, office_grant(o, id), &over, NULL));
    office_as(o, to);
    EXPECT_RC(RC_OK, office_act(o, id, ACT_ACCEPT_TRANSFER, NULL));
}

static int64_t is_confidential(Office *o, int64_t id)
{
    return fixture_int(
        o->cx, str_dup_z(o->cx->arena,
                         str_fmt(o->cx->arena, "SELECT confidential FROM request WHERE id = %lld",
                                 (long long)id)));
}

DB_TEST(confidence_comes_from_the_model_or_the_team)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    EXPECT_INT(0, is_confidential(&o, office_ask(&o, "question", "{\"details\":\"x\"}")));
    EXPECT_INT(1, is_confidential(&o, office_ask(&o, "concern", "{\"details\":\"x\"}")));
    team_says(&o, "workplace", 1);
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"x\"}");
    EXPECT_INT(1, is_confidential(&o, id));
    EXPECT_SEEN(&o, id, "robin", "sam", "ada");
    EXPECT_UNSEEN(&o, id, "olga", "aud", "adm", "gus", "bo", "hana");
}

DB_TEST(confidence_follows_a_hand_over_to_a_confidential_team_and_back)
{
    Office o = office_open(cx);
    int64_t id = ask_laptop(&o);

    EXPECT_SEEN(&o, id, "robin", "sam", "bo", "olga", "aud", "adm", "gus");
    team_says(&o, "people", 1);
    hand_over(&o, id, "sam", "people", "hana");
    EXPECT_INT(1, is_confidential(&o, id));
    EXPECT_SEEN(&o, id, "robin", "hana");
    EXPECT_UNSEEN(&o, id, "sam", "ada", "bo", "sid", "olga", "aud", "adm", "gus");
    EXPECT_INT(1,
               fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.confidential'"));
    office_expect_replay(&o, id, __LINE__);

    hand_over(&o, id, "hana", "workplace", "sam");
    EXPECT_INT(0, is_confidential(&o, id));
    EXPECT_SEEN(&o, id, "robin", "sam", "bo", "olga", "aud", "adm", "gus");
    EXPECT_UNSEEN(&o, id, "hana", "mika");
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.opened_up'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(confidence_of_the_model_outlives_a_hand_over)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"x\"}");
    hand_over(&o, id, "hana", "workplace", "sam");
    EXPECT_INT(1, is_confidential(&o, id));
    EXPECT_SEEN(&o, id, "robin", "sam");
    EXPECT_UNSEEN(&o, id, "hana", "olga", "aud", "gus");
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind LIKE 'request.%confid%'"));
}

static void let_follow(Office *o, int64_t team)
{
    const Follower *f = request_confidence_follower();
    EventRow ev = { .kind = STR("team.changed"), .object = STR("team"), .object_id = team };
    bool more = true;

    office_nobody(o);
    EXPECT_RC(RC_OK, f->on_event(o->cx, &ev, f->arg));
    for (int i = 0; i < 10 && more; i++)
        EXPECT_RC(RC_OK, office_timers(o, 1, &more));
    EXPECT(!more);
}

DB_TEST(confidence_follows_what_the_team_says)
{
    Office o = office_open(cx);
    int64_t open = ask_laptop(&o);

    office_as(&o, "robin");
    int64_t closed = office_ask(&o, "question", "{\"details\":\"x\"}");
    EXPECT_RC(RC_OK, office_act(&o, closed, ACT_WITHDRAW, ""));
    team_says(&o, "workplace", 1);
    let_follow(&o, o.workplace);
    EXPECT_UNSEEN(&o, open, "bo", "olga", "aud", "gus");
    EXPECT_UNSEEN(&o, closed, "olga", "aud", "gus");
    EXPECT_SEEN(&o, open, "robin", "sam");
    EXPECT_SEEN(&o, closed, "robin", "sam");
    /* The clock has nothing more to do there. */
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer WHERE kind = 'request'"));

    team_says(&o, "workplace", 0);
    let_follow(&o, o.workplace);
    EXPECT_SEEN(&o, open, "bo", "olga", "aud", "gus");
    EXPECT_SEEN(&o, closed, "olga", "aud", "gus");
    office_expect_replay(&o, open, __LINE__);
    office_expect_replay(&o, closed, __LINE__);
}

DB_TEST(confidence_moves_the_readers_of_an_open_offer)
{
    Office o = office_open(cx);
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("finance"), .text = STR("Yours.") };
    int64_t id = ask_laptop(&o);

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    team_says(&o, "workplace", 1);
    let_follow(&o, o.workplace);
    EXPECT_SEEN(&o, id, "fay", "sam");
    EXPECT_UNSEEN(&o, id, "bo");
    office_as(&o, "fay");
    EXPECT_RC(RC_FORBIDDEN, office_act(&o, id, ACT_CANCEL, "why"));
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_DECLINE_TRANSFER, "No."));
    EXPECT_UNSEEN(&o, id, "fay");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    team_says(&o, "workplace", 0);
    let_follow(&o, o.workplace);
    office_as(&o, "fay");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_DECLINE_TRANSFER, "No."));
    EXPECT_UNSEEN(&o, id, "fay");
}

typedef struct Move {
    Office *o;
    int64_t id;
} Move;

static Rc accept(Ctx *cx, void *arg)
{
    const Move *m = arg;
    GrantedRequest g;
    RequestAct take = { .kind = ACT_ACCEPT_TRANSFER };

    cx->identity = NULL;
    TRY(access_request(cx, m->id, MAY_SEE, &g));
    return request_act(cx, g, &take, NULL);
}

DB_TEST(confidence_fails_as_a_whole)
{
    Office o = office_open(cx);
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("people"), .text = STR("Yours.") };
    Move m = { &o, ask_laptop(&o) };

    team_says(&o, "people", 1);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, m.id), &over, NULL));
    office_as(&o, "hana");
    fault_run(cx, accept, &m);
    EXPECT_UNSEEN(&o, m.id, "sam", "aud", "bo");
}
