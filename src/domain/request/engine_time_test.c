/* engine_time_test.c - waiting for an answer, its end, and work that is planned for later. */
#include "domain/request/engine_fixture.h"

static const Holder requester = { HOLDER_REQUESTER, 0 };
static const Holder own_team = { HOLDER_TEAM, TEAM_OWN };

/* Asked something; the last reminder is due in a day, and silence closes it two days after that. */
static Life asked(Ms *ret_remind)
{
    Life l = life_new(test_arena());

    life_task(&l, "order", "");
    life_task(&l, "hand_out", "order");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_start(&l, "order"));
    l.f.remind_ms = *ret_remind = l.now + MS_DAY;
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    return l;
}

static Life silent(void)
{
    Ms remind;
    Life l = asked(&remind);

    l.f.remind_ms = MS_NONE;
    l.f.silence_ms = remind + 2 * MS_DAY;
    EXPECT_RC(RC_OK, life_timer(&l, remind));
    l.f.close_at_ms = l.f.silence_ms + 5 * MS_DAY;
    EXPECT_RC(RC_OK, life_timer(&l, l.f.silence_ms));
    return l;
}

TEST(engine_the_last_reminder_says_what_follows)
{
    Ms remind;
    Life l = asked(&remind);

    EXPECT_MS(MS_NONE, l.s.pending.close_ms); /* reminders come first */
    l.f.remind_ms = remind + MS_DAY;
    l.f.silence_ms = remind + 9 * MS_DAY; /* not yet: another reminder is to come */
    EXPECT_RC(RC_OK, life_timer(&l, remind));
    EXPECT(life_told(&l, requester, "remind"));
    EXPECT_MS(MS_NONE, l.s.pending.close_ms);
    l.f.remind_ms = MS_NONE;
    EXPECT_RC(RC_OK, life_timer(&l, remind + MS_DAY));
    EXPECT(life_told(&l, requester, "last_remind"));
    EXPECT_MS(l.f.silence_ms, l.s.pending.close_ms);
    EXPECT_MS(l.f.silence_ms, engine_timer_ms(&l.s));
}

TEST(engine_silence_closes_after_the_last_reminder_and_not_before)
{
    Ms remind;
    Life l = asked(&remind);

    l.f.remind_ms = MS_NONE;
    l.f.silence_ms = remind + 2 * MS_DAY;
    EXPECT_RC(RC_OK, life_timer(&l, remind));
    EXPECT_RC(RC_OK, life_timer(&l, l.f.silence_ms - 1));
    EXPECT_STATE("pending", &l);
    EXPECT_RC(RC_OK, life_timer(&l, l.f.silence_ms));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("withdrawn", outcome_word(l.s.outcome));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_SILENCE));
    EXPECT(life_told(&l, requester, "silent"));
    EXPECT(life_told(&l, own_team, "silent_team"));
    EXPECT_TASK("cancelled", &l, "order");
}

TEST(engine_without_an_end_silence_changes_nothing)
{
    Ms remind;
    Life l = asked(&remind);

    l.f.remind_ms = l.f.silence_ms = MS_NONE;
    EXPECT_RC(RC_OK, life_timer(&l, remind));
    EXPECT(life_told(&l, requester, "remind"));
    EXPECT_MS(MS_NONE, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, remind + 1000 * MS_DAY));
    EXPECT_STATE("pending", &l);
}

TEST(engine_an_answer_in_the_last_moment_goes_on)
{
    Ms remind;
    Life l = asked(&remind);

    l.f.remind_ms = MS_NONE;
    l.f.silence_ms = remind + 2 * MS_DAY;
    EXPECT_RC(RC_OK, life_timer(&l, remind));
    l.now = l.f.silence_ms;
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY)); /* the timer has not run yet */
    EXPECT_STATE("fulfilling", &l);
    EXPECT(life_told(&l, own_team, "replied"));
    EXPECT_RC(RC_OK, life_timer(&l, l.f.silence_ms + MS_DAY));
    EXPECT_STATE("fulfilling", &l);
}

TEST(engine_a_word_within_the_grace_brings_back_what_silence_closed)
{
    static const InputKind words[] = { INPUT_REPLY, INPUT_REOPEN, INPUT_NOT_SOLVED };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        Life l = silent();
        int32_t round = l.s.round;
        l.now = l.s.back_until_ms - 1;
        EXPECT_RC(RC_OK, life_by_party(&l, words[i]));
        EXPECT_STATE("fulfilling", &l);
        EXPECT_STR("", outcome_word(l.s.outcome));
        EXPECT_TASK("started", &l, "order"); /* where it was */
        EXPECT_TASK("waiting", &l, "hand_out");
        EXPECT_INT(round, l.s.round);
        EXPECT_MS(MS_NONE, l.s.back_until_ms);
        EXPECT(life_told(&l, own_team, "reopened"));
    }
}

TEST(engine_after_the_grace_silence_is_final)
{
    Life l = silent();

    l.now = l.s.back_until_ms;
    EXPECT_REFUSED(RC_CONFLICT, "follow_up", &l, life_by_party(&l, INPUT_REPLY));
    EXPECT_REFUSED(RC_CONFLICT, "follow_up", &l, life_by_party(&l, INPUT_REOPEN));
    EXPECT_STATE("closed", &l);
}

TEST(engine_a_request_withdrawn_by_people_is_not_brought_back)
{
    Life l = life_new(test_arena());

    l.f.close_at_ms = l.now + 5 * MS_DAY;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_WITHDRAW));
    EXPECT_MS(MS_NONE, l.s.back_until_ms);
    EXPECT_REFUSED(RC_CONFLICT, "follow_up", &l, life_by_party(&l, INPUT_REOPEN));
}

TEST(engine_what_was_asked_of_approvers_is_asked_again_after_silence)
{
    Life l = life_new(test_arena());

    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, life_submit(&l));
    l.f.silence_ms = l.now + MS_DAY; /* without a reminder: it counts from the question */
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    l.f.close_at_ms = l.now + 3 * MS_DAY;
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_DAY));
    EXPECT_STATE("closed", &l);
    EXPECT_ASK("withdrawn", &l, "manager", MANAGER);
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY));
    EXPECT_STATE("awaiting_approval", &l);
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_STATE("fulfilling", &l);
}

TEST(engine_who_was_asked_and_corrects_the_answers_has_answered)
{
    Life l = life_new(test_arena());
    EngineInput edit = { .kind = INPUT_EDIT, .actor = AGENT, .as = AS_TEAM, .until_ms = MS_NONE };

    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    EXPECT_RC(RC_OK, life_step(&l, edit)); /* the team's own correction is none */
    EXPECT_STATE("pending", &l);
    edit.actor = REQUESTER;
    edit.as = AS_PARTY;
    EXPECT_RC(RC_OK, life_step(&l, edit));
    EXPECT_STATE("fulfilling", &l);
    EXPECT(life_told(&l, own_team, "replied"));
}

/* ---- planned for later ---- */

static Rc submit_for(Life *l, Ms not_before)
{
    return life_step(
        l, (EngineInput){
               .kind = INPUT_SUBMIT, .actor = REQUESTER, .as = AS_PARTY, .until_ms = not_before });
}

TEST(engine_approvals_go_on_and_work_waits_for_the_planned_start)
{
    Life l = life_new(test_arena());
    Ms start = l.now + 30 * MS_DAY;

    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, submit_for(&l, start));
    EXPECT_STATE("awaiting_approval", &l);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_STATE("pending", &l); /* visibly */
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_STR("date", pending_kind_word(l.s.pending.kind));
    EXPECT_MS(start, l.s.pending.until_ms);
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_start(&l, "order"));
    EXPECT_MS(start, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, start - 1));
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_RC(RC_OK, life_timer(&l, start));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "order");
}

TEST(engine_a_planned_start_that_is_over_changes_nothing)
{
    Life l = life_new(test_arena());

    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, submit_for(&l, l.now));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "order");
}

TEST(engine_the_team_may_begin_before_the_planned_start)
{
    Life l = life_new(test_arena());
    Ms start = l.now + 30 * MS_DAY;

    EXPECT_RC(RC_OK, submit_for(&l, start)); /* no task of its own: the whole waits too */
    EXPECT_STATE("pending", &l);
    EXPECT_TASK("waiting", &l, "fulfil");
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_RESUME));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "fulfil");
    EXPECT_MS(l.now, l.s.not_before_ms);
    EXPECT_MS(MS_NONE, engine_timer_ms(&l.s));
}

TEST(engine_a_question_before_the_planned_start_ends_in_waiting_for_it)
{
    Life l = life_new(test_arena());
    Ms start = l.now + 30 * MS_DAY;

    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, submit_for(&l, start));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_STR("requester", pending_kind_word(l.s.pending.kind));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY));
    EXPECT_STATE("pending", &l);
    EXPECT_STR("date", pending_kind_word(l.s.pending.kind));
    EXPECT_MS(start, l.s.pending.until_ms);
    EXPECT_RC(RC_OK, life_timer(&l, start));
    EXPECT_TASK("ready", &l, "fulfil");
}

TEST(engine_planned_work_that_is_done_early_is_done)
{
    Life l = life_new(test_arena());

    EXPECT_RC(RC_OK, submit_for(&l, l.now + 30 * MS_DAY));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_FULFIL));
    EXPECT_STATE("fulfilled", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome)); /* nothing was left out */
}
