#include "domain/request/office_fixture.h"

static void act_as_clock(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    o->cx->subject = &nobody;
    o->cx->identity = NULL;
}

/* Until all of them have taken in everything. */
static void follow(Office *o)
{
    act_as_clock(o);
    followers_clear();
    follower_register(request_notify_follower());
    follower_register(promise_samples_follower());
    follower_register(request_promise_follower());
    for (int i = 0; i < 8; i++)
        EXPECT_RC(RC_OK, followers_step(o->cx));
    followers_clear();
}

/* `n` earlier requests of a model, one a day, that took n hours, then n - 1, at last
 * one; `phase` "" and more
 * for each state.  They hang on a request that is there. */
static void seed(Office *o, int64_t id, const char *model, const char *phase, int n,
                 bool confidential)
{
    static int64_t seq = 1000;

    for (int i = 1; i <= n; i++) {
        Ms entered = o->cx->now_ms - 100 * MS_DAY + i * MS_DAY;
        fixture_exec(
            o->cx,
            str_dup_z(o->cx->arena,
                      str_fmt(o->cx->arena,
                              "INSERT INTO promise_sample VALUES (%lld, %lld, '%s', '%s', 'goods', "
                              "%d, %lld, NULL, %lld, 'fulfilled', 1)",
                              (long long)id, (long long)seq++, phase, model, confidential,
                              (long long)entered, (long long)(entered + (n + 1 - i) * MS_HOUR))));
    }
    promise_forget();
}

static Str words(Office *o, Text t)
{
    Reader r = { LANG_EN, zone_utc(), o->cx->now_ms };
    return t.msgid == NULL ? STR("") : words_text(o->cx->arena, &r, &t);
}

/* The view of somebody of its team. */
static RequestView see(Office *o, int64_t id)
{
    RequestView v;

    office_as(o, "sam");
    EXPECT_RC(RC_OK, request_view(o->cx, office_grant(o, id), &v));
    return v;
}

static Str dump(Ctx *cx)
{
    return fixture_text(
        cx, "SELECT group_concat(line, char(10)) FROM (SELECT request_id || ' ' || seq || ' ' || "
            "phase || ' ' || model_key || ' ' || kind || ' ' || confidential || ' ' || entered_ms "
            "|| ' ' || coalesce(left_ms, '') || ' ' || coalesce(ended_ms, '') || ' ' || outcome || "
            "' ' || done AS line FROM promise_sample ORDER BY request_id, seq, phase)");
}

static int64_t count(Ctx *cx, const char *where)
{
    return fixture_int(
        cx, str_dup_z(cx->arena,
                      str_fmt(cx->arena, "SELECT count(*) FROM promise_sample WHERE %s", where)));
}

DB_TEST(samples_tell_when_each_state_was_entered_and_left)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    Ms sent = cx->now_ms;
    follow(&o);
    EXPECT_INT(2, count(cx, "ended_ms IS NULL"));
    EXPECT_INT(1, count(cx, "phase = 'fulfilling' AND left_ms IS NULL"));
    office_later(&o, MS_HOUR);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Where?"));
    office_later(&o, MS_HOUR);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "Here."));
    office_later(&o, MS_HOUR);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "So."));
    follow(&o);
    EXPECT_INT(4, count(cx, "done = 1 AND outcome = 'fulfilled'")); /* whole, work, wait, work */
    EXPECT_INT(sent, fixture_int(cx, "SELECT entered_ms FROM promise_sample WHERE phase = ''"));
    EXPECT_INT(3 * MS_HOUR, fixture_int(cx, "SELECT ended_ms - entered_ms FROM promise_sample "
                                            "WHERE phase = ''"));
    EXPECT_INT(MS_HOUR, fixture_int(cx, "SELECT left_ms - entered_ms FROM promise_sample WHERE "
                                        "phase = 'pending'"));
    EXPECT_INT(2 * MS_HOUR, fixture_int(cx, "SELECT ended_ms - entered_ms FROM promise_sample "
                                            "WHERE phase = 'pending'"));
}

DB_TEST(what_was_withdrawn_or_sent_back_is_not_done)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t withdrawn = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, office_act(&o, withdrawn, ACT_WITHDRAW, ""));
    int64_t back = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, back, "manager", "return", "Which one?"));
    follow(&o);
    EXPECT_INT(0, count(cx, "done = 1"));
    EXPECT_INT(0, count(cx, "ended_ms IS NULL"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, back, ACT_SUBMIT, ""));
    follow(&o);
    EXPECT_INT(1, count(cx, "ended_ms IS NULL AND phase = ''")); /* a run of its own */
}

/* Many requests at many places of their lives. */
static void live(Office *o)
{
    static const char *const who[] = { "eve", "bo", "ivy", "robin", "mika", "fay" };

    for (int i = 0; i < 6; i++) {
        office_as(o, who[i]);
        int64_t q = office_ask(o, "question", "{\"details\":\"How?\"}");
        int64_t l = office_ask(o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
        int64_t c = office_ask(o, "concern", "{\"details\":\"x\"}");
        office_later(o, MS_HOUR);
        office_as(o, "hana");
        if (i % 2 == 0)
            EXPECT_RC(RC_OK, office_act(o, c, ACT_FULFIL, "So."));
        office_as(o, "sam");
        if (i % 3 == 0)
            EXPECT_RC(RC_OK, office_act(o, q, ACT_ASK, "Where?"));
        if (i % 3 == 1)
            EXPECT_RC(RC_OK, office_act(o, q, ACT_FULFIL, "So."));
        if (i % 2 == 1)
            EXPECT_RC(RC_OK, office_assess(o, l, "{\"in_stock\":true}"));
        office_later(o, MS_HOUR);
        office_as(o, who[i]);
        if (i == 1)
            EXPECT_RC(RC_OK, office_act(o, q, ACT_NOT_SOLVED, "No."));
        if (i == 2)
            EXPECT_RC(RC_OK, office_act(o, l, ACT_WITHDRAW, ""));
        office_as(o, "kim");
        if (i == 3)
            EXPECT_RC(RC_OK, office_decide(o, l, "manager", "approve", ""));
        if (i == 4)
            EXPECT_RC(RC_OK, office_decide(o, l, "manager", "return", "Which one?"));
        if (i % 2 == 1)
            follow(o); /* bit by bit */
    }
}

DB_TEST(samples_made_again_are_the_same)
{
    Office o = office_open(cx);

    live(&o);
    follow(&o);
    Str before = dump(cx);
    EXPECT(count(cx, "1 = 1") > 30);
    int64_t events = fixture_int(cx, "SELECT count(*) FROM event");
    act_as_clock(&o);
    EXPECT_RC(RC_OK, promise_rebuild(cx));
    EXPECT_INT(0, count(cx, "1 = 1"));
    follow(&o);
    EXPECT_STR(before, dump(cx));
    EXPECT_INT(events, fixture_int(cx, "SELECT count(*) FROM event"));
    /* And over the same events once more. */
    fixture_exec(cx, "DELETE FROM follower WHERE name = 'samples'");
    follow(&o);
    EXPECT_STR(before, dump(cx));
}

DB_TEST(samples_are_forgotten_by_nobody_but_the_program)
{
    Office o = office_open(cx);

    office_as(&o, "adm");
    EXPECT_RC(RC_FORBIDDEN, promise_rebuild(cx));
    PromiseLives lives = { 0 };
    EXPECT_RC(RC_FORBIDDEN, promise_lives_own(cx, &lives));
}

DB_TEST(own_history_reads_as_lives)
{
    Office o = office_open(cx);
    static const Subject operator_ = { .origin = STR_INIT("cli"), .scopes = SCOPE_ALL };
    PromiseLives lives = { 0 };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_later(&o, MS_HOUR);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Where?"));
    office_later(&o, MS_HOUR);
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "So."));
    follow(&o);
    cx->subject = &operator_;
    EXPECT_RC(RC_OK, promise_lives_own(cx, &lives));
    EXPECT_INT(1, lives.n);
    EXPECT(lives.at[0].done);
    EXPECT_INT(2 * MS_HOUR, lives.at[0].ended_ms - lives.at[0].sent_ms);
    EXPECT(lives.at[0].phases.n >= 2);
    EXPECT_STR("fulfilling", lives.at[0].phases.at[0].phase);
    EXPECT_STR("pending", lives.at[0].phases.at[1].phase);
}

DB_TEST(a_promise_says_how_many_there_are_until_there_are_thirty)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    seed(&o, id, "question", "", 29, false);
    follow(&o);
    office_as(&o, "robin");
    RequestView v = see(&o, id);
    EXPECT_STR("Too few such requests to say when: 29 so far.",
               words(&o, promise_text(&v.promise, cx->now_ms)));
    EXPECT_MS(MS_NONE, v.promise.p50_ms);
    EXPECT_MS(cx->now_ms + 3 * MS_DAY, v.promise.target_ms); /* the model says three days */

    office_as(&o, "robin");
    int64_t other = office_ask(&o, "question", "{\"details\":\"How?\"}");
    seed(&o, id, "question", "", 1, false);
    follow(&o);
    v = see(&o, other);
    EXPECT_INT(30, v.promise.samples);
    EXPECT(v.promise.basis == PROMISE_MODEL);
    EXPECT_MS(cx->now_ms + 15 * MS_HOUR - MS_HOUR, v.promise.p50_ms); /* 1, 1, 2 ... 29 hours */
}

DB_TEST(a_promise_moves_and_its_requester_is_told_once_for_each_state)
{
    Office o = office_open(cx);
    bool more = false;

    request_promise_timers_register();
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    /* From the work on: 1 to 40 hours lately, before that up to 80. */
    seed(&o, id, "question", "fulfilling", 80, false);
    follow(&o);
    RequestView v = see(&o, id);
    EXPECT(v.promise.basis == PROMISE_MODEL_PHASE);
    EXPECT_MS(cx->now_ms + 20 * MS_HOUR, v.promise.p50_ms);
    EXPECT_MS(cx->now_ms + 32 * MS_HOUR, v.promise.p80_ms);
    EXPECT_MS(MS_NONE, v.promise.moved_ms);

    /* The time has come and nothing happened: of those that took longer, half took 40 hours. */
    Ms said = v.promise.p50_ms;
    office_later(&o, 19 * MS_HOUR);
    act_as_clock(&o);
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 50, &more));
    EXPECT_MS(said, see(&o, id).promise.p50_ms); /* not before it has come */
    office_later(&o, MS_HOUR);
    act_as_clock(&o);
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 50, &more));
    v = see(&o, id);
    EXPECT_MS(said + 20 * MS_HOUR, v.promise.p50_ms);
    EXPECT_MS(MS_NONE, v.promise.moved_ms); /* less than a day */

    /* Then it has to wait, and what waits takes 61 to 100 hours from there. */
    seed(&o, id, "question", "pending", 80, false);
    fixture_exec(cx, "UPDATE promise_sample SET ended_ms = ended_ms + 216000000 WHERE phase = "
                     "'pending' AND done = 1");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Where?"));
    follow(&o);
    v = see(&o, id);
    EXPECT_MS(cx->now_ms + 80 * MS_HOUR, v.promise.p50_ms);
    EXPECT_MS(cx->now_ms, v.promise.moved_ms);
    EXPECT_MS(said, v.promise.moved_from);
    EXPECT_STR("Before, it was expected by Tuesday 8 January; it has to wait.",
               words(&o, promise_moved_text(&v.promise)));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.expected'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = "
                                  "'expected_later'"));

    /* In the same state it moves once more: seen on the page, not told again. */
    office_later(&o, 80 * MS_HOUR);
    fixture_exec(cx, "UPDATE promise_sample SET ended_ms = ended_ms + 360000000 WHERE phase = "
                     "'pending' AND done = 1 AND ended_ms - entered_ms > 300000000");
    promise_forget();
    act_as_clock(&o);
    EXPECT_RC(RC_OK, timers_run(cx, STR("one"), 50, &more));
    follow(&o);
    v = see(&o, id);
    EXPECT_MS(cx->now_ms, v.promise.moved_ms);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.expected'"));

    /* Done: nothing is said any more. */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "So."));
    follow(&o);
    v = see(&o, id);
    EXPECT_MS(MS_NONE, v.promise.at_ms);
    EXPECT_STR("", words(&o, promise_text(&v.promise, cx->now_ms)));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM promise"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(confidential_requests_count_for_their_own_model_only)
{
    Office o = office_open(cx);
    static const char *const models[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    for (size_t i = 0; i < COUNT_OF(models); i++)
        seed(&o, id, models[i], "", 3, true);
    PromiseAsk ask = { .model = STR("laptop"),
                       .kind = STR("goods"),
                       .phase = STR(""),
                       .sent_ms = MS_NONE,
                       .entered_ms = MS_NONE };
    Promise p;
    EXPECT_RC(RC_OK, promise_make(cx, &ask, &p));
    EXPECT(p.basis == PROMISE_NONE);
    fixture_exec(cx, "UPDATE promise_sample SET confidential = 0");
    promise_forget();
    EXPECT_RC(RC_OK, promise_make(cx, &ask, &p));
    EXPECT(p.basis == PROMISE_KIND);
    EXPECT_INT(30, p.samples);
}

DB_TEST(how_few_confidential_requests_there_are_is_not_said)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"x\"}");
    seed(&o, id, "concern", "", 29, true);
    follow(&o);
    office_as(&o, "robin");
    RequestView v;
    EXPECT_RC(RC_OK, request_view(cx, office_grant(&o, id), &v));
    EXPECT_INT(0, v.promise.samples);
    EXPECT_STR("Too few such requests to say when.",
               words(&o, promise_text(&v.promise, cx->now_ms)));
    TextList facts = { 0 };
    EXPECT_RC(RC_OK, promise_facts(cx, &v.promise, false, &facts));
    EXPECT_INT(0, facts.n);
}

DB_TEST(groups_stay_in_memory_for_a_minute)
{
    Office o = office_open(cx);
    Promise p;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    PromiseAsk ask = { .model = STR("laptop"),
                       .kind = STR("goods"),
                       .phase = STR(""),
                       .sent_ms = MS_NONE,
                       .entered_ms = MS_NONE };
    seed(&o, id, "laptop", "", 30, false);
    EXPECT_RC(RC_OK, promise_make(cx, &ask, &p));
    EXPECT_INT(30, p.samples);
    fixture_exec(cx, "DELETE FROM promise_sample");
    office_later(&o, PROMISE_KEEP_MS - 1);
    EXPECT_RC(RC_OK, promise_make(cx, &ask, &p));
    EXPECT_INT(30, p.samples);
    office_later(&o, 1);
    EXPECT_RC(RC_OK, promise_make(cx, &ask, &p));
    EXPECT_INT(0, p.samples);
}

DB_TEST(a_promise_explains_itself)
{
    Office o = office_open(cx);
    TextList facts = { 0 };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    seed(&o, id, "question", "fulfilling", 60, false);
    follow(&o);
    RequestView v = see(&o, id);
    EXPECT_STR("Half of such requests are done by tomorrow, 05:00, four of five by Tuesday 8 "
               "January.",
               words(&o, promise_text(&v.promise, cx->now_ms)));
    EXPECT_RC(RC_OK, promise_facts(cx, &v.promise, false, &facts));
    EXPECT_INT(5, facts.n);
    EXPECT_STR("Compared with earlier requests for the same thing, from this step on: In work.",
               words(&o, facts.at[0]));
    EXPECT_STR("40 of them were done; 0 more still run, or ended without being done. The first was "
               "begun on Saturday 20 October 2029.",
               words(&o, facts.at[1]));
    EXPECT_STR("Time is counted day and night.", words(&o, facts.at[3]));
}

static Rc take_state(Ctx *cx, void *arg)
{
    EventRow ev = { .id = 1,
                    .request_id = *(int64_t *)arg,
                    .seq = 50,
                    .at = cx->now_ms,
                    .kind = STR("request.state"),
                    .object = STR("request"),
                    .data = STR("{\"changes\":[{\"field\":\"state\",\"from\":\"fulfilling\",\"to\":"
                                "\"pending\"}]}") };

    promise_forget();
    TRY(promise_samples_follower()->on_event(cx, &ev, NULL));
    return request_promise_follower()->on_event(cx, &ev, NULL);
}

DB_TEST(no_fault_of_the_database_leaves_half_a_promise)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    seed(&o, id, "question", "fulfilling", 80, false);
    follow(&o);
    seed(&o, id, "question", "", 80, false);
    office_later(&o, 200 * MS_HOUR); /* it has moved, and somebody is told */
    fixture_exec(cx, "UPDATE promise_sample SET entered_ms = entered_ms + 720000000, ended_ms = "
                     "ended_ms + 1440000000 WHERE phase = '' AND done = 1");
    act_as_clock(&o);
    fault_run(cx, take_state, &id);
    EXPECT_INT(1, count(cx, "phase = 'pending'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM promise"));
}
