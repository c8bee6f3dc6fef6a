/* Random lives through the database: after every act the events give the same state as the rows. */
#include "domain/request/office_fixture.h"

/* xorshift64: the same lives on every machine; the seed is told when one fails. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static size_t pick(uint64_t *s, size_t n)
{
    return (size_t)(next(s) % n);
}

static const char *const people[] = { "robin", "kim", "dora", "sam",  "ada", "noor", "bo",
                                      "ivy",   "fay", "finn", "olga", "sid", "gus" };

/* One thing that somebody tries; most tries are refused, and a refusal must change nothing. */
static Rc try_something(Office *o, uint64_t *s, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    RequestView v;

    TRY(access_request(cx, id, MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    switch (pick(s, 5)) {
    case 0: {
        RequestAct in = { .kind = (ActKind)pick(s, ACT_COUNT),
                          .text = STR("Because."),
                          .team = STR("procurement"),
                          .record = STR("incident"),
                          .item = STR("incident"),
                          .assignee = cx->subject->login };
        bool ends = in.kind == ACT_CONVERT || in.kind == ACT_WITHDRAW || in.kind == ACT_CANCEL
                    || in.kind == ACT_REJECT;
        if (ends && pick(s, 12) != 0)
            return RC_CONFLICT;
        if (in.kind == ACT_ASSESS)
            in.answers =
                office_answers(o, pick(s, 2) ? "{\"in_stock\":true}" : "{\"in_stock\":false}");
        if (in.kind == ACT_PEND)
            in.until_ms = OPT_INT(cx->now_ms + MS_HOUR);
        return request_act(cx, g, &in, NULL);
    }
    case 1: {
        static const char *const words[] = { "approve", "approve", "approve", "approve",
                                             "approve", "reject",  "return",  "delegate" };
        if (v.approvals.n == 0)
            return RC_CONFLICT;
        ApprovalDecision in = { .decision = str_z(words[pick(s, 8)]),
                                .reason = STR("So."),
                                .to = STR("eve") };
        return approval_decide(cx, g, v.approvals.at[pick(s, v.approvals.n)].id, &in);
    }
    case 2: {
        if (v.tasks.n == 0)
            return RC_CONFLICT;
        TaskAct in = { .kind = (TaskActKind)pick(s, TASK_ACT_COUNT),
                       .text = STR("So."),
                       .passed = OPT_INT((int64_t)pick(s, 3) > 0),
                       .ok = OPT_INT((int64_t)pick(s, 3) > 0),
                       .assignee = cx->subject->login };
        return task_act(cx, g, v.tasks.at[pick(s, v.tasks.n)].id, &in);
    }
    case 3: {
        RequestEdit in = { .has_answers = true, .title = STR_NULL };
        in.answers = office_answers(o, pick(s, 2) ? "{\"device\":\"light\",\"reason\":\"a\"}"
                                                  : "{\"device\":\"developer\",\"reason\":\"b\"}");
        return request_edit(cx, g, &in);
    }
    default: {
        MessageInput in = { .text = STR("Well?") };
        MessageMade made;
        return message_add(cx, g, &in, &made);
    }
    }
}

/* How many of its acts went through. */
static int live(Ctx *cx, uint64_t seed)
{
    Office o = office_open(cx);
    uint64_t s = seed;
    int done = 0;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop",
                            pick(&s, 2) ? "{\"device\":\"light\",\"reason\":\"x\"}"
                                        : "{\"device\":\"standard\"}");
    for (int i = 0; i < 120; i++) {
        bool more;
        office_later(&o, (Ms)pick(&s, 4 * (size_t)MS_HOUR));
        office_as(&o, people[pick(&s, COUNT_OF(people))]);
        fixture_exec(cx, "SAVEPOINT tried");
        Rc rc = try_something(&o, &s, id);
        if (rc == RC_INTERNAL || rc == RC_STALE)
            test_fail(__FILE__, __LINE__, "seed %llu, step %d: %s", (unsigned long long)seed, i,
                      rc_name(rc));
        fixture_exec(cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
        done += rc == RC_OK;
        if (pick(&s, 10) == 0)
            EXPECT_RC(RC_OK, office_timers(&o, 10, &more));
        office_expect_replay(&o, id, __LINE__);
    }
    return done;
}

DB_TEST(request_random_lives_replay_to_what_the_rows_show)
{
    uint64_t seed = 88172645463325252u;
    int done = 0;
    for (int i = 0; i < 12; i++) {
        fixture_exec(cx, "SAVEPOINT life");
        done += live(cx, next(&seed));
        fixture_exec(cx, "ROLLBACK TO life");
    }
    EXPECT(done > 200);
}
