/* engine_tasks_test.c - the plan: order, conditions, moments, tests, sign-off, skipping. */
#include "domain/request/engine_fixture.h"

static const Holder own_team = { HOLDER_TEAM, TEAM_OWN };

static Rc on_task(Life *l, InputKind kind, const char *key, int64_t actor, uint32_t as)
{
    return life_step(l, (EngineInput){ .kind = kind,
                                       .actor = actor,
                                       .as = as,
                                       .task = str_z(key),
                                       .reason = true,
                                       .until_ms = MS_NONE });
}

/* ---- order ---- */

TEST(engine_tasks_wait_for_what_comes_before_them)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "label", "");
    life_task(&l, "pack", "order label");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_TASK("ready", &l, "order");
    EXPECT_TASK("ready", &l, "label");
    EXPECT_TASK("waiting", &l, "pack");
    EXPECT(life_told(&l, own_team, "task"));
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_start(&l, "pack"));
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_finish(&l, "pack"));
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_TASK("waiting", &l, "pack");
    EXPECT_RC(RC_OK, life_start(&l, "label"));
    EXPECT_REFUSED(RC_CONFLICT, "task_started", &l, life_start(&l, "label"));
    EXPECT_STR("task", l.s.next.code);
    EXPECT_INT(HOLDER_PERSON, l.s.next.who.kind);
    EXPECT_INT(AGENT, l.s.next.who.id);
    EXPECT_RC(RC_OK, life_finish(&l, "label"));
    EXPECT_TASK("ready", &l, "pack");
    EXPECT_REFUSED(RC_CONFLICT, "task_done", &l, life_start(&l, "label"));
    EXPECT_REFUSED(RC_CONFLICT, "task_done", &l, life_finish(&l, "label"));
    EXPECT_REFUSED(RC_CONFLICT, "task_done", &l, life_skip(&l, "label"));
    EXPECT_REFUSED(RC_INVALID, "unknown_task", &l, life_finish(&l, "nothing"));
    EXPECT_RC(RC_OK, life_finish(&l, "pack"));
    EXPECT_PHASE("fulfilled", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
}

TEST(engine_who_may_do_what_with_a_task)
{
    static const struct {
        int line;
        uint32_t as;
        bool assigned;
        uint32_t team, party, accept; /* a task of a team, of the asking side, a confirmation */
    } cases[] = {
        { __LINE__, 0, false, 0, 0, 0 },
        { __LINE__, 0, true, TASK_WORK, 0, 0 },
        { __LINE__, AS_PARTY, false, 0, TASK_WORK, TASK_WORK },
        { __LINE__, AS_TEAM, false, 0, TASK_WORK | TASK_SKIP, TASK_SKIP },
        { __LINE__, AS_LEAD, false, TASK_SKIP | TASK_ASSIGN, TASK_WORK | TASK_SKIP, TASK_SKIP },
        { __LINE__, AS_TASK, false, TASK_WORK | TASK_SKIP | TASK_ASSIGN, 0, 0 },
        { __LINE__, AS_SUPPLY, false, TASK_WORK, 0, 0 },
        { __LINE__, AS_TARGET, false, 0, 0, 0 },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EngineTask tasks[] = { { .owner = TASK_BY_TEAM, .assignee = cases[i].assigned ? AGENT : 0 },
                               { .owner = TASK_BY_REQUESTER },
                               { .owner = TASK_BY_REQUESTER, .accept = true } };
        RequestState s = { .tasks = { .at = tasks, .n = COUNT_OF(tasks) } };
        EXPECT_INT_AT(cases[i].line, cases[i].team, engine_task_may(&s, 0, cases[i].as, AGENT));
        EXPECT_INT_AT(cases[i].line, cases[i].party, engine_task_may(&s, 1, cases[i].as, AGENT));
        EXPECT_INT_AT(cases[i].line, cases[i].accept, engine_task_may(&s, 2, cases[i].as, AGENT));
        /* With the owner's leave the request's team may leave out what the model plans. */
        s.adhoc = ADHOC_APPROVED;
        uint32_t more = cases[i].as & AS_TEAM ? TASK_SKIP : 0;
        EXPECT_INT_AT(cases[i].line, cases[i].team | more,
                      engine_task_may(&s, 0, cases[i].as, AGENT));
    }
}

TEST(engine_says_whose_it_is_then_the_state_then_what_is_missing)
{
    Life l = life_new(test_arena());
    EngineInput skip = { .kind = INPUT_TASK_SKIP,
                         .actor = AGENT,
                         .as = AS_TASK,
                         .task = STR("order"),
                         .until_ms = MS_NONE };
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l, life_step(&l, skip));
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_step(&l, skip));
    skip.as = AS_TEAM;
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_step(&l, skip));
}

TEST(engine_a_task_is_worked_on_by_its_team_only)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_START, "order", STRANGER, AS_TEAM));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_FINISH, "order", REQUESTER, AS_PARTY));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_SKIP, "order", REQUESTER, AS_PARTY));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_SKIP, "order", STRANGER, AS_TEAM));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_SKIP, "order", STRANGER, AS_SUPPLY));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_ASSIGN, "order", STRANGER, AS_SUPPLY));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_ASSIGN, "order", STRANGER, AS_TEAM));
    EngineInput in = { .kind = INPUT_TASK_ASSIGN,
                       .actor = LEAD,
                       .as = AS_TASK,
                       .to = STRANGER,
                       .task = STR("order"),
                       .until_ms = MS_NONE };
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, STRANGER }, "task"));
    EXPECT_INT(STRANGER, life_get_task(&l, "order")->assignee);
    EXPECT_RC(RC_OK, life_step(&l, in)); /* nothing new */
    EXPECT(!l.last.changed);
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_START, "order", STRANGER, 0)); /* assigned: theirs */
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_FINISH, "order", STRANGER, 0));
    EXPECT_INT(STRANGER, life_get_task(&l, "order")->finished_by);
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_step(&l, in));
}

TEST(engine_a_task_of_the_requester_is_theirs_and_may_be_done_for_them)
{
    Life l = life_new(test_arena());
    life_task(&l, "bring", "")->owner = TASK_BY_REQUESTER;
    life_task(&l, "fetch", "bring")->owner = TASK_BY_BENEFICIARY;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(0, life_get_task(&l, "bring")->team);
    EXPECT_INT(HOLDER_REQUESTER, l.s.next.who.kind);
    EXPECT(life_told(&l, (Holder){ HOLDER_REQUESTER, 0 }, "task"));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_FINISH, "bring", STRANGER, AS_TASK));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_ASSIGN, "bring", LEAD, AS_TASK | AS_LEAD));
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_FINISH, "bring", REQUESTER, AS_PARTY));
    EXPECT_INT(HOLDER_BENEFICIARY, l.s.next.who.kind);
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_START, "fetch", AGENT, AS_TEAM));
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_FINISH, "fetch", AGENT, AS_TEAM));
    EXPECT_PHASE("fulfilled", &l);
}

/* ---- conditions and moments ---- */

TEST(engine_a_task_whose_condition_does_not_hold_is_skipped_and_counts_as_done)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "set_up", "order");
    life_fact_task(&l, "order")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_TASK("skipped", &l, "order");
    EXPECT_INT(SKIP_CONDITION, life_get_task(&l, "order")->skip);
    EXPECT_TASK("ready", &l, "set_up");
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome)); /* not partly: nothing was left out */
}

TEST(engine_an_edit_brings_a_skipped_task_back_and_skips_what_no_longer_applies)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "set_up", "order");
    life_task(&l, "label", "");
    life_task(&l, "wrap", "");
    life_fact_task(&l, "order")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_start(&l, "wrap"));
    life_fact_task(&l, "order")->applies = true;
    life_fact_task(&l, "label")->applies = false;
    life_fact_task(&l, "wrap")->applies = false;
    EXPECT_RC(RC_OK, life_timer(&l, l.now + 1)); /* time alone changes nothing */
    EXPECT_TASK("skipped", &l, "order");
    EXPECT_TASK("ready", &l, "label");
    EXPECT_RC(RC_OK, life_edit(&l, "hash-1"));
    EXPECT_TASK("ready", &l, "order");
    EXPECT_TASK("waiting", &l, "set_up"); /* was ready */
    EXPECT_TASK("skipped", &l, "label");
    EXPECT_TASK("started", &l, "wrap"); /* somebody has it in hand */
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_TASK_UNSKIPPED));
}

TEST(engine_work_in_hand_is_not_skipped_while_it_rests)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_start(&l, "order"));
    life_fact_task(&l, "order")->applies = false;
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2"));
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_TASK("started", &l, "order");
}

TEST(engine_a_task_waits_for_its_moment)
{
    Life l = life_new(test_arena());
    life_task(&l, "grant", "");
    life_task(&l, "revoke", "grant");
    Ms until = l.now + 30 * MS_DAY;
    life_fact_task(&l, "revoke")->at_ms = until;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_MS(MS_NONE, engine_timer_ms(&l.s)); /* not before the grant */
    EXPECT_RC(RC_OK, life_finish(&l, "grant"));
    EXPECT_TASK("waiting", &l, "revoke");
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_STR("moment", l.s.next.code);
    EXPECT_MS(until, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, until - 1));
    EXPECT(!l.last.changed);
    EXPECT_TASK("waiting", &l, "revoke");

    life_fact_task(&l, "revoke")->at_ms = until + MS_DAY; /* a longer access after all */
    EXPECT_RC(RC_OK, life_edit(&l, "hash-1"));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_TASK_MOMENT));
    EXPECT_MS(until + MS_DAY, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, until + MS_DAY));
    EXPECT_TASK("ready", &l, "revoke");
}

TEST(engine_a_request_without_a_task_gets_one_for_the_whole)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "fulfil");
    EXPECT_INT(TEAM_OWN, life_get_task(&l, "fulfil")->team);
    EXPECT_RC(RC_OK, life_finish(&l, "fulfil"));
    EXPECT_PHASE("fulfilled", &l);

    Life none = life_new(test_arena()); /* the same when no task of the plan applies */
    life_task(&none, "fulfil", "");
    life_fact_task(&none, "fulfil")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&none));
    EXPECT_TASK("ready", &none, "fulfil_2");
    life_fact_task(&none, "fulfil")->applies = true;
    EXPECT_RC(RC_OK, life_edit(&none, "hash-1"));
    EXPECT_TASK("ready", &none, "fulfil");
    EXPECT_TASK("skipped", &none, "fulfil_2");
    life_fact_task(&none, "fulfil")->applies = false;
    EXPECT_RC(RC_OK, life_edit(&none, "hash-1"));
    EXPECT_TASK("ready", &none, "fulfil_2");
}

TEST(engine_the_order_holds_across_a_skipped_task)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "paint", "order");
    life_task(&l, "ship", "paint");
    life_fact_task(&l, "paint")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_TASK("skipped", &l, "paint");
    EXPECT_TASK("waiting", &l, "ship");
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_TASK("ready", &l, "ship");
}

/* ---- tests ---- */

TEST(engine_a_failed_test_sends_back_what_it_looked_at)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "set_up", "order");
    life_task(&l, "paint", "");
    life_task(&l, "check", "set_up paint")->test = true;
    life_task(&l, "ship", "check");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_RC(RC_OK, life_finish(&l, "paint"));
    EXPECT_REFUSED(RC_INVALID, "passed_required", &l, life_finish(&l, "check"));
    EXPECT_RC(RC_OK, life_start(&l, "check"));
    EXPECT_RC(RC_OK, life_finish_test(&l, "check", false));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_TASK_FAILED));
    EXPECT_TASK("finished", &l, "order"); /* only the work directly before it */
    EXPECT_TASK("ready", &l, "set_up");
    EXPECT_TASK("ready", &l, "paint");
    EXPECT_INT(2, life_get_task(&l, "set_up")->attempt);
    EXPECT_INT(0, life_get_task(&l, "set_up")->finished_by);
    EXPECT_TASK("waiting", &l, "check");
    EXPECT_INT(2, life_get_task(&l, "check")->attempt);
    EXPECT_INT(0, life_get_task(&l, "check")->passed.value);
    EXPECT(life_told(&l, own_team, "sent_back"));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_RC(RC_OK, life_finish(&l, "paint"));
    EXPECT_TASK("ready", &l, "check");
    EXPECT_TASK("waiting", &l, "ship");
    EXPECT_RC(RC_OK, life_finish_test(&l, "check", true));
    EXPECT_TASK("ready", &l, "ship");
}

TEST(engine_a_failed_test_looks_past_skipped_work)
{
    Life l = life_new(test_arena());
    life_task(&l, "build", "");
    life_task(&l, "paint", "build");
    life_task(&l, "check", "paint")->test = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "build"));
    EXPECT_RC(RC_OK, life_skip(&l, "paint"));
    EXPECT_RC(RC_OK, life_finish_test(&l, "check", false));
    EXPECT_TASK("ready", &l, "build");
    EXPECT_TASK("skipped", &l, "paint");
    EXPECT_TASK("waiting", &l, "check");

    Life alone = life_new(test_arena()); /* nothing to send back: the test itself again */
    life_task(&alone, "check", "")->test = true;
    EXPECT_RC(RC_OK, life_submit(&alone));
    EXPECT_RC(RC_OK, life_finish_test(&alone, "check", false));
    EXPECT_TASK("ready", &alone, "check");
    EXPECT_PHASE("fulfilling", &alone);
}

TEST(engine_a_test_blocks_fulfilment_and_cannot_be_skipped)
{
    Life l = life_new(test_arena());
    life_task(&l, "check", "")->test = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_CONFLICT, "test_open", &l, life_skip(&l, "check"));
    EXPECT_REFUSED(RC_CONFLICT, "test_open", &l, life_by_team(&l, INPUT_FULFIL));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_RC(RC_OK, life_approve(&l, "adhoc", OWNER_1));
    EXPECT_RC(RC_OK, life_skip(&l, "check")); /* the owner has approved to leave the model */
    EXPECT_PHASE("fulfilled", &l);
}

/* ---- sign-off ---- */

static Life signed_life(Arena *a)
{
    Life l = life_new(a);
    life_task(&l, "set_up", "")->signed_off = true;
    life_task(&l, "ship", "set_up");
    life_ids(&l, &life_fact_task(&l, "set_up")->signers, IDS(LEAD, AGENT));
    EXPECT_RC(RC_OK, life_submit(&l));
    return l;
}

TEST(engine_later_tasks_wait_for_the_sign_off)
{
    Life l = signed_life(test_arena());
    EXPECT_REFUSED(RC_CONFLICT, "not_asked_yet", &l, life_sign(&l, "set_up", LEAD, true));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_STR("asked", sign_off_word(life_get_task(&l, "set_up")->sign_off));
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, LEAD }, "sign_off"));
    EXPECT(!life_told(&l, (Holder){ HOLDER_PERSON, AGENT }, "sign_off"));
    EXPECT_TASK("finished", &l, "set_up");
    EXPECT_TASK("waiting", &l, "ship");
    EXPECT_STR("sign_off", l.s.next.code);
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, true));
    EXPECT_TASK("ready", &l, "ship");
    EXPECT_INT(LEAD, life_get_task(&l, "set_up")->sign_off_by);
    EXPECT_REFUSED(RC_CONFLICT, "already_decided", &l, life_sign(&l, "set_up", LEAD, false));
}

TEST(engine_a_refused_sign_off_sends_the_task_back)
{
    Life l = signed_life(test_arena());
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_SIGN_OFF,
                                                .actor = LEAD,
                                                .task = STR("set_up"),
                                                .until_ms = MS_NONE }));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, false));
    EXPECT_TASK("ready", &l, "set_up");
    EXPECT_INT(2, life_get_task(&l, "set_up")->attempt);
    EXPECT_STR("refused", sign_off_word(life_get_task(&l, "set_up")->sign_off));
    EXPECT_TASK("waiting", &l, "ship");
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_STR("asked", sign_off_word(life_get_task(&l, "set_up")->sign_off));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, true));
    EXPECT_TASK("ready", &l, "ship");
}

TEST(engine_nobody_signs_off_their_own_work_or_request)
{
    Life l = signed_life(test_arena());
    life_ids(&l, &life_fact_task(&l, "set_up")->signers, IDS(LEAD, AGENT, REQUESTER));
    FactDelegate d = { LEAD, DIRECTOR };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.f.delegates, d));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_REFUSED(RC_FORBIDDEN, "own_work", &l, life_sign(&l, "set_up", AGENT, true));
    EXPECT_REFUSED(RC_FORBIDDEN, "own_request", &l, life_sign(&l, "set_up", REQUESTER, true));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_sign(&l, "set_up", STRANGER, true));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_sign(&l, "set_up", OWNER_LEAD, true));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_sign(&l, "set_up", 0, true));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", DIRECTOR, true)); /* for the lead */
    EXPECT_TASK("ready", &l, "ship");
}

TEST(engine_with_nobody_else_to_sign_the_leads_of_the_owner_team_do)
{
    Life l = signed_life(test_arena());
    life_ids(&l, &life_fact_task(&l, "set_up")->signers, IDS(AGENT));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_REFUSED(RC_FORBIDDEN, "own_work", &l, life_sign(&l, "set_up", AGENT, true));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", OWNER_LEAD, true));
    EXPECT_TASK("ready", &l, "ship");
}

TEST(engine_work_that_nobody_signs_can_be_left_at_that_with_a_reason)
{
    Life l = signed_life(test_arena());
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_RC(RC_OK, life_skip(&l, "set_up"));
    EXPECT_TASK("skipped", &l, "set_up");
    EXPECT_RC(RC_OK, life_finish(&l, "ship"));
    EXPECT_STR("partly", outcome_word(l.s.outcome));
}

TEST(engine_signed_work_that_fails_its_test_is_signed_again)
{
    Life l = life_new(test_arena());
    life_task(&l, "set_up", "")->signed_off = true;
    life_task(&l, "check", "set_up")->test = true;
    life_ids(&l, &life_fact_task(&l, "set_up")->signers, IDS(LEAD));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, true));
    EXPECT_RC(RC_OK, life_finish_test(&l, "check", false));
    EXPECT_STR("needed", sign_off_word(life_get_task(&l, "set_up")->sign_off));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_TASK("waiting", &l, "check");
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, true));
    EXPECT_TASK("ready", &l, "check");
}

/* ---- skipping ---- */

TEST(engine_skipping_needs_a_reason_and_makes_the_outcome_partly)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "set_up", "order");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_TASK_SKIP,
                                                .actor = AGENT,
                                                .as = AS_TASK,
                                                .task = STR("order"),
                                                .until_ms = MS_NONE }));
    EXPECT_RC(RC_OK, life_skip(&l, "order"));
    EXPECT_INT(SKIP_PERSON, life_get_task(&l, "order")->skip);
    EXPECT_TASK("ready", &l, "set_up");
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_PHASE("fulfilled", &l);
    EXPECT_STR("partly", outcome_word(l.s.outcome));
}

TEST(engine_tasks_are_not_skipped_before_their_time)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_skip(&l, "order"));
}

/* ---- confirmation by a task ---- */

static Life hand_over_life(Arena *a)
{
    Life l = life_new(a);
    life_task(&l, "set_up", "");
    PlanTask *t = life_task(&l, "hand_over", "set_up");
    t->owner = TASK_BY_REQUESTER;
    t->accept = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    return l;
}

TEST(engine_finishing_the_accept_task_confirms_and_closes)
{
    Life l = hand_over_life(test_arena());
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_STR("accept", l.s.next.code);
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l,
                   on_task(&l, INPUT_TASK_FINISH, "hand_over", AGENT, AS_TEAM | AS_LEAD | AS_TASK));
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_FINISH, "hand_over", REQUESTER, AS_PARTY));
    EXPECT_PHASE("closed", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_CONFIRMED));
    EXPECT_MS(l.now, l.s.fulfilled_ms);
    EXPECT_MS(l.now, l.s.closed_ms);
    EXPECT_STR("", l.s.next.code);
}

TEST(engine_confirming_finishes_the_accept_task_that_is_left)
{
    Life l = hand_over_life(test_arena());
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_CONFIRM));
    EXPECT_TASK("finished", &l, "hand_over");
    EXPECT_PHASE("closed", &l);
}

TEST(engine_what_is_handed_over_broken_is_reworked_before_it_is_accepted)
{
    Life l = hand_over_life(test_arena());
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_NOT_SOLVED));
    EXPECT_INT(2, l.s.round);
    EXPECT_TASK("ready", &l, "rework_2");
    EXPECT_TASK("waiting", &l, "hand_over");
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_party(&l, INPUT_NOT_SOLVED));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_party(&l, INPUT_CONFIRM));
    EXPECT_RC(RC_OK, life_finish(&l, "rework_2"));
    EXPECT_TASK("ready", &l, "hand_over");
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_CONFIRM));
    EXPECT_PHASE("closed", &l);
}

TEST(engine_a_confirmation_that_does_not_come_can_be_left_to_the_grace)
{
    Life l = hand_over_life(test_arena());
    EXPECT_RC(RC_OK, life_skip(&l, "hand_over"));
    EXPECT_INT(SKIP_CONFIRMED, life_get_task(&l, "hand_over")->skip);
    EXPECT_PHASE("fulfilled", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome)); /* no work was left out */
    EXPECT_MS(l.f.close_at_ms, engine_timer_ms(&l.s));
}

TEST(engine_an_early_confirmation_counts_when_the_rest_is_done)
{
    Life l = life_new(test_arena());
    PlanTask *t = life_task(&l, "hand_over", "");
    t->owner = TASK_BY_REQUESTER;
    t->accept = true;
    life_task(&l, "tidy", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, on_task(&l, INPUT_TASK_FINISH, "hand_over", REQUESTER, AS_PARTY));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_RC(RC_OK, life_finish(&l, "tidy"));
    EXPECT_PHASE("closed", &l);
}

/* ---- bounds ---- */

TEST(engine_a_request_has_at_most_so_many_tasks)
{
    Arena *a = arena_new(256 << 20);
    Life l = life_new(a);
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_RC(RC_OK, life_approve(&l, "adhoc", OWNER_1));
    EngineInput in = {
        .kind = INPUT_ADHOC_TASK, .actor = AGENT, .as = AS_TEAM, .until_ms = MS_NONE
    };
    for (size_t n = l.s.tasks.n; n < ENGINE_TASKS_MAX; n++)
        EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_REFUSED(RC_LIMIT, "too_many", &l, life_step(&l, in));
    EXPECT_INT(ENGINE_TASKS_MAX, (int64_t)l.s.tasks.n);
    arena_free(a);
}

/* ---- tasks that the program does ---- */

static Life life_of_actions(void)
{
    Life l = life_new(test_arena());
    life_task(&l, "create", "")->action = STR("create-account");
    PlanTask *look = life_task(&l, "look", "create");
    look->signed_off = true;
    life_ids(&l, &life_fact_task(&l, "look")->signers, IDS(LEAD));
    life_task(&l, "tell", "look")->action = STR("send-letter");
    EXPECT_RC(RC_OK, life_submit(&l));
    return l;
}

TEST(engine_an_action_finishes_its_task_as_nobody)
{
    Life l = life_of_actions();

    EXPECT_TASK("ready", &l, "create");
    EXPECT_STR("action", str_z(l.s.next.code));
    EXPECT(!life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "task"));
    EXPECT_RC(RC_OK, life_action(&l, "create", true));
    EXPECT_TASK("finished", &l, "create");
    EXPECT_INT(0, life_get_task(&l, "create")->finished_by);
    EXPECT_STR("done", action_word(life_get_task(&l, "create")->action));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_ACTION_DONE));
    EXPECT_TASK("ready", &l, "look");
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "task"));
    EXPECT_REFUSED(RC_CONFLICT, "task_done", &l, life_action(&l, "create", true));
}

/* Nothing but pre-approved stages and actions: nobody lifts a finger, and it ends by itself. */
TEST(engine_zero_touch_is_fulfilled_and_closes)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_fact_stage(&l, "manager")->applies = false;
    life_fact_stage(&l, "manager")->pre_approved = true;
    life_task(&l, "create", "")->action = STR("create-account");
    life_task(&l, "tell", "create")->action = STR("send-letter");
    l.f.close_at_ms = l.now + MS_DAY;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_action(&l, "tell", true));
    EXPECT_RC(RC_OK, life_action(&l, "create", true));
    EXPECT_RC(RC_OK, life_action(&l, "tell", true));
    EXPECT_PHASE("fulfilled", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_DAY));
    EXPECT_PHASE("closed", &l);
}

TEST(engine_a_failed_action_is_for_its_team)
{
    Life l = life_of_actions();

    EXPECT_RC(RC_OK, life_action(&l, "create", false));
    EXPECT_TASK("ready", &l, "create");
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_ACTION_FAILED));
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "action_failed"));
    EXPECT_STR("task", str_z(l.s.next.code));
    EXPECT_REFUSED(RC_CONFLICT, "action_over", &l, life_action(&l, "create", true));
    EXPECT_RC(RC_OK, life_finish(&l, "create"));
    EXPECT_INT(AGENT, life_get_task(&l, "create")->finished_by);
}

TEST(engine_who_takes_a_task_in_hand_takes_it_from_the_program)
{
    Life l = life_of_actions();
    EXPECT_RC(RC_OK, life_start(&l, "create"));
    EXPECT_REFUSED(RC_CONFLICT, "action_over", &l, life_action(&l, "create", true));
    EXPECT_RC(RC_OK, life_finish(&l, "create"));
    EXPECT_REFUSED(RC_CONFLICT, "task_done", &l, life_action(&l, "create", true));

    /* What was sent back is for people, too. */
    EXPECT_RC(RC_OK, life_finish(&l, "look"));
    EXPECT_RC(RC_OK, life_sign(&l, "look", LEAD, true));
    EXPECT_STR("action", str_z(l.s.next.code));
}

TEST(engine_only_the_program_answers_for_an_action)
{
    Life l = life_of_actions();
    EngineInput in = { .kind = INPUT_ACTION,
                       .actor = AGENT,
                       .as = AS_TEAM | AS_TASK | AS_LEAD,
                       .task = STR("create"),
                       .ok = true,
                       .until_ms = MS_NONE };
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_step(&l, in));
    EXPECT_REFUSED(RC_CONFLICT, "action_over", &l, life_action(&l, "look", true));
    EXPECT_REFUSED(RC_INVALID, "unknown_task", &l, life_action(&l, "nothing", true));
}
