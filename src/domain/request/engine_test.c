/* engine_test.c - the request as a whole: phases, endings, waiting, hand-over, timers, storing. */
#include "domain/request/engine_fixture.h"

static const Holder requester = { HOLDER_REQUESTER, 0 };

static Life fulfilled_life(Arena *a)
{
    Life l = life_new(a);
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_PHASE("fulfilled", &l);
    return l;
}

/* ---- the main road ---- */

TEST(engine_a_laptop_goes_its_whole_way)
{
    Life l = life_new(test_arena());
    Question q = { .id = STR("in_stock") };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.m.assess, q));
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1, FINANCE_2));
    life_task(&l, "order", "");
    life_task(&l, "set_up", "order")->signed_off = true;
    life_task(&l, "check", "set_up")->test = true;
    PlanTask *t = life_task(&l, "hand_over", "check");
    t->owner = TASK_BY_REQUESTER;
    t->accept = true;
    life_fact_task(&l, "order")->team = TEAM_OTHER;
    life_ids(&l, &life_fact_task(&l, "set_up")->signers, IDS(LEAD));

    EXPECT_PHASE("draft", &l);
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_STATE("assessing", &l);
    EXPECT_RC(RC_OK, life_assess(&l));
    EXPECT_STATE("awaiting_approval", &l);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_2));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_INT(TEAM_OTHER, l.s.next.who.id);
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_RC(RC_OK, life_start(&l, "set_up"));
    EXPECT_RC(RC_OK, life_finish(&l, "set_up"));
    EXPECT_RC(RC_OK, life_sign(&l, "set_up", LEAD, true));
    EXPECT_RC(RC_OK, life_finish_test(&l, "check", true));
    EXPECT_RC(RC_OK, life_step(&l, (EngineInput){ .kind = INPUT_TASK_FINISH,
                                                  .actor = REQUESTER,
                                                  .as = AS_PARTY,
                                                  .task = STR("hand_over"),
                                                  .until_ms = MS_NONE }));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
}

/* ---- submitting ---- */

TEST(engine_a_draft_is_submitted_by_its_parties_and_only_once)
{
    Life l = life_new(test_arena());
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_team(&l, INPUT_SUBMIT));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_ASSESS));
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2")); /* a draft changes freely */
    EXPECT_PHASE("draft", &l);
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_MS(l.now, l.s.submitted_ms);
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "new"));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_submit(&l));
}

TEST(engine_submission_needs_audience_and_entitlement)
{
    Life l = life_new(test_arena());
    l.f.unentitled = OPT_INT(1);
    EXPECT_REFUSED(RC_INVALID, "no_entitlement", &l, life_submit(&l));
    EXPECT_INT(1, (int64_t)l.last.refusal.index);
    l.f.unentitled = OPT_NONE;
    l.f.not_audience = true;
    EXPECT_REFUSED(RC_INVALID, "not_audience", &l, life_submit(&l));
    l.f.not_audience = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    l.f.unentitled = OPT_INT(0); /* read on submission only */
    EXPECT_RC(RC_OK, life_edit(&l, "hash-1"));
}

/* ---- ends ---- */

TEST(engine_a_party_withdraws_and_everything_open_ends)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_PEND));
    EngineInput offer = { .kind = INPUT_TRANSFER,
                          .actor = AGENT,
                          .as = AS_TEAM,
                          .reason = true,
                          .to_team = TEAM_OTHER,
                          .until_ms = MS_NONE };
    EXPECT_RC(RC_OK, life_step(&l, offer));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_team(&l, INPUT_WITHDRAW));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_WITHDRAW));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("withdrawn", outcome_word(l.s.outcome));
    EXPECT_ASK("withdrawn", &l, "manager", MANAGER);
    EXPECT_ASK("withdrawn", &l, "budget", 0);
    EXPECT_TASK("cancelled", &l, "order");
    EXPECT(!l.s.pending.open);
    EXPECT(!l.s.handover.open);
    EXPECT_MS(MS_NONE, engine_timer_ms(&l.s));
}

TEST(engine_a_draft_is_withdrawn_but_not_cancelled)
{
    Life l = life_new(test_arena());
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_CANCEL));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_WITHDRAW));
    EXPECT_STATE("closed", &l);

    Life r = life_new(test_arena()); /* one that came back for correction is known to the team */
    life_stage(&r, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, life_submit(&r));
    EXPECT_RC(RC_OK, life_decide(&r, "manager", MANAGER, DECISION_RETURN));
    EXPECT_RC(RC_OK, life_by_team(&r, INPUT_CANCEL));
    EXPECT_STR("cancelled", outcome_word(r.s.outcome));
}

TEST(engine_the_team_cancels_with_a_reason)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "")->signed_off = true;
    life_task(&l, "pack", "order");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_finish(&l, "order"));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_party(&l, INPUT_CANCEL));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_CANCEL,
                                                .actor = AGENT,
                                                .as = AS_TEAM,
                                                .until_ms = MS_NONE }));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_CANCEL));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("cancelled", outcome_word(l.s.outcome));
    EXPECT_TASK("finished", &l, "order"); /* what was done was done */
    EXPECT_STR("needed", sign_off_word(life_get_task(&l, "order")->sign_off));
    EXPECT_TASK("cancelled", &l, "pack");
    EXPECT(life_told(&l, requester, "cancelled"));
}

TEST(engine_the_team_rejects_before_work_has_begun)
{
    Life l = life_new(test_arena());
    Question q = { .id = STR("in_stock") };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.m.assess, q));
    life_task(&l, "order", "");
    Life begun = l;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_party(&l, INPUT_REJECT));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_REJECT));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("rejected", outcome_word(l.s.outcome));
    EXPECT(life_told(&l, requester, "rejected"));

    EXPECT_RC(RC_OK, life_submit(&begun));
    EXPECT_RC(RC_OK, life_assess(&begun));
    EXPECT_RC(RC_OK, life_start(&begun, "order"));
    EXPECT_REFUSED(RC_CONFLICT, "work_begun", &begun, life_by_team(&begun, INPUT_REJECT));
}

TEST(engine_fulfil_finishes_what_the_team_has_in_hand_and_tells_what_was_left_out)
{
    Life one = life_new(test_arena());
    life_task(&one, "answer", "");
    EXPECT_RC(RC_OK, life_submit(&one));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &one,
                   life_step(&one, (EngineInput){ .kind = INPUT_FULFIL,
                                                  .actor = AGENT,
                                                  .as = AS_TEAM,
                                                  .until_ms = MS_NONE }));
    EXPECT_RC(RC_OK, life_by_team(&one, INPUT_FULFIL));
    EXPECT_TASK("finished", &one, "answer");
    EXPECT_STATE("fulfilled", &one);
    EXPECT_STR("fulfilled", outcome_word(one.s.outcome));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &one, life_by_team(&one, INPUT_FULFIL));

    Life l = life_new(test_arena());
    life_task(&l, "listen", "");
    life_task(&l, "conclude", "listen");
    life_task(&l, "order", "");
    life_fact_task(&l, "order")->team = TEAM_OTHER;
    life_task(&l, "hand_over", "")->accept = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_FULFIL));
    EXPECT_TASK("finished", &l, "listen");
    EXPECT_TASK("skipped", &l, "conclude");
    EXPECT_TASK("skipped", &l, "order"); /* nobody of that team said it is done */
    EXPECT_INT(SKIP_CONFIRMED, life_get_task(&l, "hand_over")->skip);
    EXPECT_STR("partly", outcome_word(l.s.outcome));
    EXPECT_STATE("fulfilled", &l);

    Life early = life_new(test_arena());
    life_stage(&early, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, life_submit(&early));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &early, life_by_team(&early, INPUT_FULFIL));
}

TEST(engine_a_converted_request_is_closed_for_the_other_record)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_party(&l, INPUT_CONVERT));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_CONVERT));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("cancelled", outcome_word(l.s.outcome));
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_CONVERTED));
}

TEST(engine_a_merged_request_comes_back_where_it_stood)
{
    Life l = life_new(test_arena());
    life_task(&l, "do", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_start(&l, "do"));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_party(&l, INPUT_MERGE));
    EXPECT_REFUSED(RC_CONFLICT, "not_merged", &l, life_by_team(&l, INPUT_UNMERGE));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_MERGE));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("merged", outcome_word(l.s.outcome));
    EXPECT_REFUSED(RC_CONFLICT, "merged", &l, life_by_party(&l, INPUT_REPLY));
    EXPECT_REFUSED(RC_CONFLICT, "merged", &l, life_by_party(&l, INPUT_REOPEN));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_party(&l, INPUT_UNMERGE));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_UNMERGE));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_STR("", outcome_word(l.s.outcome));
    EXPECT_STR("started", task_state_word(life_get_task(&l, "do")->state));
}

TEST(engine_a_merge_is_taken_back_for_thirty_days_and_not_longer)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_MERGE));
    l.now += MERGE_BACK_MS - 1;
    Life late = l;
    late.now++;
    EXPECT_REFUSED(RC_CONFLICT, "too_late", &late, life_by_team(&late, INPUT_UNMERGE));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_UNMERGE));
}

/* ---- fulfilled, grace, closed ---- */

TEST(engine_fulfilled_is_closed_by_confirmation)
{
    Life l = fulfilled_life(test_arena());
    EXPECT_STR("confirm", l.s.next.code);
    EXPECT_MS(l.now, l.s.fulfilled_ms);
    EXPECT_MS(l.f.close_at_ms, l.s.close_at_ms);
    EXPECT(life_told(&l, requester, "fulfilled"));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_by_team(&l, INPUT_CONFIRM));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_CONFIRM));
    EXPECT_STATE("closed", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_party(&l, INPUT_CONFIRM));
}

TEST(engine_fulfilled_closes_by_itself_after_the_grace)
{
    Life l = fulfilled_life(test_arena());
    Ms end = l.s.close_at_ms;
    EXPECT_MS(end, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, end - 1));
    EXPECT_STATE("fulfilled", &l);
    EXPECT(!l.last.changed);
    EXPECT_RC(RC_OK, life_timer(&l, end));
    EXPECT_STATE("closed", &l);
    EXPECT(life_told(&l, requester, "closed"));
    EXPECT_RC(RC_OK, life_timer(&l, end + MS_DAY)); /* a timer that fires twice does no harm */
    EXPECT(!l.last.changed);

    Life open = life_new(test_arena());
    open.f.close_at_ms = MS_NONE; /* only by people */
    EXPECT_RC(RC_OK, life_submit(&open));
    EXPECT_RC(RC_OK, life_finish(&open, "fulfil"));
    EXPECT_MS(MS_NONE, engine_timer_ms(&open.s));
    EXPECT_RC(RC_OK, life_timer(&open, open.now + 1000 * MS_DAY));
    EXPECT_STATE("fulfilled", &open);
    EXPECT_RC(RC_OK, life_by_party(&open, INPUT_NOT_SOLVED));
}

TEST(engine_within_the_grace_it_is_reopened_with_a_task_for_its_team)
{
    static const struct {
        int line;
        InputKind kind;
        bool team;
    } cases[] = {
        { __LINE__, INPUT_NOT_SOLVED, false },
        { __LINE__, INPUT_REOPEN, false },
        { __LINE__, INPUT_REOPEN, true },
        { __LINE__, INPUT_REPLY, false },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Life l = fulfilled_life(test_arena());
        l.now = l.s.close_at_ms - 1;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cases[i].team ? life_by_team(&l, cases[i].kind)
                                   : life_by_party(&l, cases[i].kind));
        EXPECT_STR_AT(cases[i].line, "fulfilling", phase_word(l.s.phase));
        EXPECT_STR_AT(cases[i].line, "", outcome_word(l.s.outcome));
        EXPECT_INT_AT(cases[i].line, 2, l.s.round);
        EXPECT_TASK("finished", &l, "order");
        EXPECT_TASK("ready", &l, "rework_2");
        EXPECT_INT(TEAM_OWN, life_get_task(&l, "rework_2")->team);
        EXPECT_RC(RC_OK, life_finish(&l, "rework_2"));
        EXPECT_STR_AT(cases[i].line, "fulfilled", phase_word(l.s.phase));
        EXPECT_RC(RC_OK, life_by_party(&l, INPUT_NOT_SOLVED));
        EXPECT_TASK("ready", &l, "rework_3");
    }
}

TEST(engine_a_late_word_makes_a_follow_up)
{
    static const InputKind kinds[] = { INPUT_NOT_SOLVED, INPUT_REOPEN, INPUT_REPLY };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        Life l = fulfilled_life(test_arena());
        l.now = l.s.close_at_ms; /* the instant counts, even before the timer has run */
        EXPECT_REFUSED(RC_CONFLICT, "follow_up", &l, life_by_party(&l, kinds[i]));
        EXPECT_RC(RC_OK, life_timer(&l, l.now));
        EXPECT_REFUSED(RC_CONFLICT, "follow_up", &l, life_by_party(&l, kinds[i]));
    }
    Life r = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&r));
    EXPECT_RC(RC_OK, life_by_party(&r, INPUT_WITHDRAW));
    EXPECT_REFUSED(RC_CONFLICT, "follow_up", &r, life_by_party(&r, INPUT_REPLY));
}

TEST(engine_closed_is_final)
{
    Life l = fulfilled_life(test_arena());
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_CONFIRM));
    for (InputKind kind = INPUT_SUBMIT; kind <= INPUT_TIMER; kind++) {
        EngineInput in = { .kind = kind,
                           .actor = AGENT,
                           .reason = true,
                           .task = STR("order"),
                           .to = LEAD,
                           .to_team = TEAM_OTHER,
                           .until_ms = MS_NONE,
                           .as = AS_PARTY | AS_TEAM | AS_LEAD | AS_TASK | AS_TARGET | AS_SYSTEM };
        Rc rc = life_step(&l, in);
        if (rc == RC_OK)
            EXPECT(!l.last.changed);
        EXPECT(rc != RC_OK || kind == INPUT_TIMER);
        EXPECT_STATE("closed", &l);
    }
}

TEST(engine_while_fulfilled_nothing_but_the_end_is_open)
{
    Life l = fulfilled_life(test_arena());
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_edit(&l, "hash-2"));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_party(&l, INPUT_WITHDRAW));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_CANCEL));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_PEND));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_TRANSFER));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_by_team(&l, INPUT_ADHOC));
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_finish(&l, "order"));
}

/* ---- waiting ---- */

TEST(engine_pending_shows_over_the_phase_which_goes_on)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    EXPECT_STATE("pending", &l);
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_STR("answer", l.s.next.code);
    EXPECT_INT(HOLDER_REQUESTER, l.s.next.who.kind);
    EXPECT(life_told(&l, requester, "answer"));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_STATE("pending", &l);
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_REFUSED(RC_CONFLICT, "already_pending", &l, life_by_team(&l, INPUT_ASK));
    EXPECT_REFUSED(RC_CONFLICT, "already_pending", &l, life_by_team(&l, INPUT_PEND));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY));
    EXPECT_STATE("fulfilling", &l);
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "replied"));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY)); /* a message is welcome at any time */
    EXPECT(!l.last.changed);
    EXPECT_REFUSED(RC_CONFLICT, "not_pending", &l, life_by_team(&l, INPUT_RESUME));
}

TEST(engine_pending_has_a_reason_and_ends_at_its_time)
{
    Life l = life_new(test_arena());
    EngineInput in = { .kind = INPUT_PEND,
                       .actor = AGENT,
                       .as = AS_TEAM,
                       .until_ms = MS_NONE,
                       .pending = PENDING_OTHER };
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l, life_step(&l, in));
    in.reason = true;
    in.pending = PENDING_DATE;
    EXPECT_REFUSED(RC_INVALID, "until_required", &l, life_step(&l, in));
    in.until_ms = l.now;
    EXPECT_REFUSED(RC_INVALID, "until_past", &l, life_step(&l, in));
    in.until_ms = l.now + MS_DAY;
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_STR("wait", l.s.next.code);
    EXPECT_MS(in.until_ms, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_REPLY)); /* waits for a date, not for them */
    EXPECT_STATE("pending", &l);
    EXPECT_RC(RC_OK, life_timer(&l, in.until_ms - 1));
    EXPECT_STATE("pending", &l);
    EXPECT_RC(RC_OK, life_timer(&l, in.until_ms));
    EXPECT_STATE("fulfilling", &l);
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OWN }, "resumed"));

    in.pending = PENDING_SUPPLIER;
    in.until_ms = MS_NONE;
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_RESUME));
    EXPECT_STATE("fulfilling", &l);
}

TEST(engine_a_reminder_comes_once_however_long_nothing_ran)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    Ms first = l.now + MS_DAY;
    l.f.remind_ms = first;
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ASK));
    EXPECT_MS(first, engine_timer_ms(&l.s));
    l.f.remind_ms = first + 11 * MS_DAY; /* the caller reckons from now */
    EXPECT_RC(RC_OK, life_timer(&l, first + 10 * MS_DAY));
    EXPECT_INT(1, l.s.pending.reminded);
    EXPECT(life_told(&l, requester, "remind"));
    EXPECT_MS(first + 11 * MS_DAY, engine_timer_ms(&l.s));
    EXPECT_RC(RC_OK, life_timer(&l, l.now));
    EXPECT(!l.last.changed);
}

TEST(engine_nothing_is_pending_any_more_when_the_work_is_done)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_PEND));
    EXPECT_RC(RC_OK, life_finish(&l, "fulfil"));
    EXPECT_STATE("fulfilled", &l);
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_RESUMED));
}

/* ---- assignment and hand-over ---- */

TEST(engine_a_request_is_assigned_within_its_team)
{
    Life l = life_new(test_arena());
    EngineInput in = {
        .kind = INPUT_ASSIGN, .actor = LEAD, .as = AS_LEAD, .to = AGENT, .until_ms = MS_NONE
    };
    EXPECT_REFUSED(RC_CONFLICT, "wrong_state", &l, life_step(&l, in));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_INT(AGENT, l.s.assignee);
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, AGENT }, "task"));
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT(!l.last.changed);
    in.as = AS_PARTY;
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, life_step(&l, in));
}

static Rc hand_over(Life *l, InputKind kind, uint32_t as)
{
    return life_step(l, (EngineInput){ .kind = kind,
                                       .actor = STRANGER,
                                       .as = as,
                                       .reason = true,
                                       .to_team = TEAM_OTHER,
                                       .until_ms = MS_NONE });
}

TEST(engine_the_old_team_has_the_request_until_the_new_one_accepts)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_CONFLICT, "no_offer", &l, hand_over(&l, INPUT_TRANSFER_ACCEPT, AS_TARGET));
    EXPECT_REFUSED(RC_CONFLICT, "no_offer", &l, hand_over(&l, INPUT_TRANSFER_DECLINE, AS_TARGET));
    EXPECT_REFUSED(RC_INVALID, "bad_team", &l, life_by_team(&l, INPUT_TRANSFER));
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER, AS_TEAM));
    EXPECT_INT(TEAM_OWN, l.s.team);
    EXPECT(life_told(&l, (Holder){ HOLDER_TEAM, TEAM_OTHER }, "handover"));
    EXPECT_REFUSED(RC_CONFLICT, "already_offered", &l, hand_over(&l, INPUT_TRANSFER, AS_TEAM));
    EXPECT_REFUSED(RC_FORBIDDEN, "not_yours", &l, hand_over(&l, INPUT_TRANSFER_ACCEPT, AS_TEAM));
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER_DECLINE, AS_TARGET));
    EXPECT_INT(TEAM_OWN, l.s.team);
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, STRANGER }, "handover_declined"));

    l.s.assignee = AGENT;
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER, AS_TEAM));
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER_ACCEPT, AS_TARGET));
    EXPECT_INT(TEAM_OTHER, l.s.team);
    EXPECT_INT(0, l.s.assignee);
    EXPECT_INT(TEAM_OWN, life_get_task(&l, "order")->team); /* the model names its team */
}

TEST(engine_tasks_for_whoever_has_the_request_move_with_it)
{
    Life l = life_new(test_arena());
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER, AS_TEAM));
    EXPECT_RC(RC_OK, hand_over(&l, INPUT_TRANSFER_ACCEPT, AS_TARGET));
    EXPECT_INT(TEAM_OTHER, life_get_task(&l, "fulfil")->team);
}

/* ---- storing ---- */

TEST(engine_stored_records_fold_to_the_same_state)
{
    Life l = fulfilled_life(test_arena());
    EXPECT_RC(RC_OK, life_by_party(&l, INPUT_NOT_SOLVED));
    const Json *records[8];
    EXPECT_INT(3, (int64_t)l.records.n);
    for (size_t i = 0; i < l.records.n; i++)
        EXPECT_RC(RC_OK, json_parse(l.a, l.records.at[i], &records[i], NULL));
    RequestState s = { 0 };
    EXPECT_RC(RC_OK, engine_replay(&l.m, l.who, records, l.records.n, l.a, &s));
    EXPECT(engine_state_equal(&l.s, &s));
    EXPECT_RC(RC_INVALID, engine_replay(&l.m, l.who, records + 1, 1, l.a, &s)); /* not the first */
}

TEST(engine_a_record_holds_only_what_its_step_used)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_STR(
        "{\"at\":1900000000000,\"input\":{\"kind\":\"decide\",\"actor\":4,\"reason\":true,"
        "\"approval\":0,\"decision\":\"approve\"},\"facts\":{\"hash\":\"hash-1\",\"stages\":["
        "{\"key\":\"manager\",\"applies\":true,\"who\":[4]},"
        "{\"key\":\"budget\",\"applies\":true,\"who\":[7]}],\"tasks\":[],\"delegates\":[],"
        "\"owner_leads\":[14]}}",
        l.records.at[1]);
}

TEST(engine_a_record_that_is_not_one_is_refused)
{
    static const struct {
        int line;
        const char *text;
    } cases[] = {
        { __LINE__, "[]" },
        { __LINE__, "{}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\"}}" },
        { __LINE__, "{\"at\":1,\"facts\":{}}" },
        { __LINE__, "{\"input\":{\"kind\":\"submit\"},\"facts\":{}}" },
        { __LINE__, "{\"at\":\"1\",\"input\":{\"kind\":\"submit\"},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"dance\"},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"actor\":\"me\"},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"as\":-1},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"ok\":1},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"task\":1},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"passed\":1},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\",\"after\":[1]},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"decide\",\"approval\":-1},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"pend\",\"pending\":\"rain\"},\"facts\":{}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\"},\"facts\":{\"stages\":{}}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\"},\"facts\":{\"owners\":[\"x\"]}}" },
        { __LINE__, "{\"at\":1,\"input\":{\"kind\":\"submit\"},\"facts\":{\"delegates\":[[1]]}}" },
        { __LINE__,
          "{\"at\":1,\"input\":{\"kind\":\"submit\"},\"facts\":{\"tasks\":[{\"at\":true}]}}" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Json *json = NULL;
        EngineFacts f = { 0 };
        EngineInput in = { 0 };
        Ms now = 0;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     json_parse(test_arena(), str_z(cases[i].text), &json, NULL));
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     engine_record_parse(test_arena(), json, &f, &in, &now));
    }
}

/* ---- words ---- */

TEST(engine_words_come_back_as_the_same_value)
{
    Phase phase = PHASE_DRAFT;
    EXPECT(phase_from_word(STR("awaiting_approval"), &phase));
    EXPECT_INT(PHASE_AWAITING_APPROVAL, phase);
    EXPECT(!phase_from_word(STR("Draft"), &phase));
    SignOff sign = SIGN_OFF_ASKED;
    EXPECT(sign_off_from_word(STR(""), &sign));
    EXPECT_INT(SIGN_OFF_NONE, sign);
    for (EffectKind k = EFFECT_SUBMITTED; k <= EFFECT_TELL; k++)
        EXPECT(!str_is_empty(engine_effect_word(k)));

    static const char *const rules[] = { "any", "all", "quorum 2", "percent 60" };
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        ApprovalRule r = { RULE_ANY, 0 };
        EXPECT(approval_rule_from_word(str_z(rules[i]), &r));
        EXPECT_STR(rules[i], approval_rule_word(test_arena(), r));
    }
    static const char *const no_rules[] = { "",         "some",        "quorum",
                                            "quorum 0", "percent 101", "quorum x" };
    for (size_t i = 0; i < COUNT_OF(no_rules); i++) {
        ApprovalRule r = { RULE_ANY, 0 };
        EXPECT(!approval_rule_from_word(str_z(no_rules[i]), &r));
    }
    static const char *const holders[] = { "", "person:17", "team:3", "requester", "beneficiary" };
    for (size_t i = 0; i < COUNT_OF(holders); i++) {
        Holder h = { HOLDER_NOBODY, 0 };
        EXPECT(holder_from_word(str_z(holders[i]), &h));
        EXPECT_STR(holders[i], holder_word(test_arena(), h));
    }
    static const char *const no_holders[] = { "person", "person:", "person:0", "dog:1", "team:x" };
    for (size_t i = 0; i < COUNT_OF(no_holders); i++) {
        Holder h = { HOLDER_NOBODY, 0 };
        EXPECT(!holder_from_word(str_z(no_holders[i]), &h));
    }
}

/* ---- promises ---- */

TEST(engine_a_state_that_breaks_a_promise_is_not_returned)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    l.s.team = 0;
    EXPECT_REFUSED(RC_INTERNAL, "broken", &l, life_by_party(&l, INPUT_EDIT));
    EXPECT_STR("a request is in a queue", l.last.refusal.detail);
}

TEST(engine_a_full_arena_refuses_the_step)
{
    Arena *a = arena_new(1 << 20);
    Life l = life_new(a);
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    Arena *small = arena_new(1);
    EngineInput in = {
        .kind = INPUT_EDIT, .actor = REQUESTER, .as = AS_PARTY, .until_ms = MS_NONE
    };
    while (arena_try(small, 64)) {}
    EXPECT_RC(RC_LIMIT, engine_step(&l.m, &l.f, &l.s, &in, l.now, small, &l.last));
    EXPECT_STR("too_many", life_code(&l));
    arena_free(small);
    arena_free(a);
}
