/* engine_approvals_test.c - stages, who is asked, decisions, asking again, leaving the model. */
#include "domain/request/engine_fixture.h"

/* ---- order and conditions ---- */

TEST(engine_stages_are_asked_in_their_order)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("waiting", &l, "budget", 0);
    EXPECT_STR("approve", l.s.next.code);
    EXPECT_INT(MANAGER, l.s.next.who.id);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_ASK("asked", &l, "budget", FINANCE_1);
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_1));
    EXPECT_PHASE("fulfilling", &l);
}

TEST(engine_a_stage_whose_condition_does_not_hold_is_skipped_and_says_why)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_fact_stage(&l, "manager")->applies = false;
    life_fact_stage(&l, "manager")->pre_approved = true;
    life_fact_stage(&l, "budget")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_ASK("skipped", &l, "manager", 0);
    EXPECT(l.s.approvals.at[0].pre_approved);
    EXPECT_ASK("skipped", &l, "budget", 0);
    EXPECT(!l.s.approvals.at[1].pre_approved);
    EXPECT_INT(2, (int64_t)life_effects_of(&l, EFFECT_STAGE_SKIPPED));
}

TEST(engine_a_condition_on_the_assessment_waits_for_the_assessment)
{
    Life l = life_new(test_arena());
    Question q = { .id = STR("in_stock") };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.m.assess, q));
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_fact_stage(&l, "manager")->applies = false;
    life_fact_stage(&l, "manager")->needs_assessment = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("assessing", &l);
    EXPECT_ASK("waiting", &l, "manager", 0);
    life_fact_stage(&l, "manager")->applies = true;
    EXPECT_RC(RC_OK, life_assess(&l));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_PHASE("awaiting_approval", &l);
}

TEST(engine_assessment_runs_beside_the_approvals_and_tasks_wait_for_both)
{
    Life l = life_new(test_arena());
    Question q = { .id = STR("in_stock") };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.m.assess, q));
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("assessing", &l);
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_PHASE("assessing", &l);
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_start(&l, "order"));
    EXPECT_RC(RC_OK, life_assess(&l));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "order");
    EXPECT_REFUSED(RC_CONFLICT, "already_assessed", &l, life_assess(&l));
}

/* ---- rules ---- */

TEST(engine_any_is_decided_by_the_first_decision)
{
    Life l = life_new(test_arena());
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1, FINANCE_2, FINANCE_3));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_2));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_1);
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_3);
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, FINANCE_1 }, "approval_withdrawn"));

    Life r = life_new(test_arena());
    life_stage(&r, "budget", RULE_ANY, 0, IDS(FINANCE_1, FINANCE_2));
    EXPECT_RC(RC_OK, life_submit(&r));
    EXPECT_RC(RC_OK, life_decide(&r, "budget", FINANCE_1, DECISION_REJECT));
    EXPECT_PHASE("closed", &r);
    EXPECT_STR("rejected", outcome_word(r.s.outcome));
    EXPECT_ASK("withdrawn", &r, "budget", FINANCE_2);
}

TEST(engine_all_ends_with_the_first_rejection)
{
    Life l = life_new(test_arena());
    life_stage(&l, "budget", RULE_ALL, 0, IDS(FINANCE_1, FINANCE_2, FINANCE_3));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_1));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_2));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_3));
    EXPECT_PHASE("fulfilling", &l);

    Life r = life_new(test_arena());
    life_stage(&r, "budget", RULE_ALL, 0, IDS(FINANCE_1, FINANCE_2, FINANCE_3));
    EXPECT_RC(RC_OK, life_submit(&r));
    EXPECT_RC(RC_OK, life_approve(&r, "budget", FINANCE_1));
    EXPECT_RC(RC_OK, life_decide(&r, "budget", FINANCE_2, DECISION_REJECT));
    EXPECT_PHASE("closed", &r);
    EXPECT_ASK("withdrawn", &r, "budget", FINANCE_3);
    EXPECT_ASK("approved", &r, "budget", FINANCE_1);
}

TEST(engine_quorum_and_percent_count_of_the_opened_set)
{
    static const struct {
        int line;
        StageRule rule;
        int32_t n;
        int persons, approve, reject;
        const char *phase;
    } cases[] = {
        { __LINE__, RULE_QUORUM, 2, 3, 1, 0, "awaiting_approval" },
        { __LINE__, RULE_QUORUM, 2, 3, 2, 0, "fulfilling" },
        { __LINE__, RULE_QUORUM, 2, 3, 0, 1, "awaiting_approval" },
        { __LINE__, RULE_QUORUM, 2, 3, 1, 1, "awaiting_approval" },
        { __LINE__, RULE_QUORUM, 2, 3, 0, 2, "closed" },
        { __LINE__, RULE_QUORUM, 3, 3, 2, 1, "closed" },
        { __LINE__, RULE_PERCENT, 60, 3, 1, 0, "awaiting_approval" }, /* 60 % of 3: 2, rounded up */
        { __LINE__, RULE_PERCENT, 60, 3, 2, 0, "fulfilling" },
        { __LINE__, RULE_PERCENT, 60, 3, 0, 1, "awaiting_approval" },
        { __LINE__, RULE_PERCENT, 60, 3, 0, 2, "closed" },
        { __LINE__, RULE_PERCENT, 50, 2, 1, 0, "fulfilling" },
        { __LINE__, RULE_PERCENT, 51, 2, 1, 0, "awaiting_approval" },
        { __LINE__, RULE_PERCENT, 51, 2, 0, 1, "closed" },
        { __LINE__, RULE_PERCENT, 1, 3, 1, 0, "fulfilling" },
        { __LINE__, RULE_PERCENT, 100, 3, 2, 0, "awaiting_approval" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Life l = life_new(test_arena());
        int64_t who[] = { FINANCE_1, FINANCE_2, FINANCE_3, 0 };
        who[cases[i].persons] = 0;
        life_stage(&l, "budget", cases[i].rule, cases[i].n, who);
        EXPECT_RC_AT(cases[i].line, RC_OK, life_submit(&l));
        int next = 0;
        for (int k = 0; k < cases[i].approve; k++)
            EXPECT_RC_AT(cases[i].line, RC_OK, life_approve(&l, "budget", who[next++]));
        for (int k = 0; k < cases[i].reject; k++)
            EXPECT_RC_AT(cases[i].line, RC_OK,
                         life_decide(&l, "budget", who[next++], DECISION_REJECT));
        EXPECT_STR_AT(cases[i].line, cases[i].phase, phase_word(l.s.phase));
    }
}

/* ---- who is asked ---- */

TEST(engine_nobody_is_asked_about_their_own_request)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(REQUESTER, MANAGER, BENEFICIARY, SUBMITTER, MANAGER));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(1, (int64_t)l.s.approvals.n);
    EXPECT_ASK("asked", &l, "all", MANAGER);
}

TEST(engine_an_empty_set_goes_up_to_the_next_manager_who_is_not_a_party)
{
    Life l = life_new(test_arena());
    FactStage *f = life_stage(&l, "manager", RULE_ANY, 0, IDS(SUBMITTER));
    life_ids(&l, &f->managers, IDS(BENEFICIARY, DIRECTOR, CHIEF));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(1, (int64_t)l.s.approvals.n);
    EXPECT_ASK("asked", &l, "manager", DIRECTOR);
}

TEST(engine_without_managers_the_leads_of_the_owner_team_are_asked)
{
    Life l = life_new(test_arena());
    FactStage *f = life_stage(&l, "manager", RULE_ANY, 0, IDS(REQUESTER));
    life_ids(&l, &f->managers, IDS(REQUESTER));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_ASK("asked", &l, "manager", OWNER_LEAD);
}

TEST(engine_with_nobody_to_ask_a_stage_waits_visibly_until_there_is_somebody)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(REQUESTER));
    l.f.owner_leads.n = 0;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_ASK("waiting", &l, "manager", 0);
    EXPECT(l.s.approvals.at[0].stuck);
    EXPECT_STR("approver", l.s.next.code);
    EXPECT_INT(HOLDER_TEAM, l.s.next.who.kind);
    EXPECT_INT(TEAM_OWNERS, l.s.next.who.id);
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_STAGE_STUCK));
    EXPECT_REFUSED(RC_CONFLICT, "not_asked_yet", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_DECIDE,
                                                .actor = MANAGER,
                                                .decision = DECISION_APPROVE,
                                                .until_ms = MS_NONE }));

    EXPECT_RC(RC_OK, life_timer(&l, l.now + 1)); /* still nobody: said once, not again */
    EXPECT_INT(0, (int64_t)life_effects_of(&l, EFFECT_STAGE_STUCK));
    EXPECT(!l.last.changed);
    life_ids(&l, &life_fact_stage(&l, "manager")->who, IDS(REQUESTER, MANAGER));
    EXPECT_RC(RC_OK, life_timer(&l, l.now + 1));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
}

TEST(engine_a_quorum_is_filled_up_and_never_lowered)
{
    Life l = life_new(test_arena());
    FactStage *f = life_stage(&l, "budget", RULE_QUORUM, 3, IDS(FINANCE_1, REQUESTER));
    life_ids(&l, &f->managers, IDS(DIRECTOR, CHIEF, STRANGER));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(3, (int64_t)l.s.approvals.n);
    EXPECT_ASK("asked", &l, "budget", CHIEF);

    Life few = life_new(test_arena());
    life_stage(&few, "budget", RULE_QUORUM, 3, IDS(FINANCE_1, REQUESTER));
    EXPECT_RC(RC_OK, life_submit(&few));
    EXPECT(few.s.approvals.at[0].stuck); /* one of finance and one owner lead are not three */
}

/* ---- deciding ---- */

TEST(engine_only_who_is_asked_decides_and_only_once)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR));
    EXPECT_RC(RC_OK, life_submit(&l));
    EngineInput in = { .kind = INPUT_DECIDE,
                       .actor = STRANGER,
                       .decision = DECISION_APPROVE,
                       .approval = life_ask_of(&l, "all", MANAGER),
                       .until_ms = MS_NONE };
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_step(&l, in));
    in.actor = DIRECTOR; /* asked, but not this ask */
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_step(&l, in));
    in.actor = REQUESTER;
    EXPECT_REFUSED(RC_FORBIDDEN, "own_request", &l, life_step(&l, in));
    in.actor = 0;
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_step(&l, in));
    in.actor = MANAGER;
    EXPECT(engine_may_decide(&l.s, in.approval, MANAGER));
    EXPECT(!engine_may_decide(&l.s, in.approval, DIRECTOR));
    EXPECT(!engine_may_decide(&l.s, 99, MANAGER));
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_REFUSED(RC_CONFLICT, "already_decided", &l, life_step(&l, in));
    in.decision = DECISION_REJECT;
    EXPECT_REFUSED(RC_CONFLICT, "already_decided", &l, life_step(&l, in));
    EXPECT(!engine_may_decide(&l.s, in.approval, MANAGER));
    size_t other = life_ask_of(&l, "all", DIRECTOR);
    l.s.approvals.at[other].delegate = REQUESTER; /* however that came about */
    EXPECT(!engine_may_decide(&l.s, other, REQUESTER));
    EXPECT(!engine_may_decide(&l.s, other, 0));
    l.s.approvals.at[other].delegate = 0;
    in.approval = 99;
    EXPECT_REFUSED(RC_INVALID, "unknown_approval", &l, life_step(&l, in));
}

TEST(engine_a_withdrawn_ask_cannot_be_decided)
{
    Life l = life_new(test_arena());
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1, FINANCE_2));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_1));
    EXPECT_REFUSED(RC_CONFLICT, "withdrawn", &l, life_approve(&l, "budget", FINANCE_2));
}

TEST(engine_rejecting_and_returning_need_a_reason)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, life_submit(&l));
    EngineInput in = { .kind = INPUT_DECIDE, .actor = MANAGER, .until_ms = MS_NONE };
    in.decision = DECISION_REJECT;
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l, life_step(&l, in));
    in.decision = DECISION_RETURN;
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l, life_step(&l, in));
    in.decision = DECISION_APPROVE;
    EXPECT_RC(RC_OK, life_step(&l, in));
}

TEST(engine_approving_a_verification_needs_a_note_of_the_evidence)
{
    Life l = life_new(test_arena());
    life_stage(&l, "identity", RULE_ANY, 0, IDS(MANAGER));
    l.m.approvals.at[0].verify = true;
    EXPECT_RC(RC_OK, life_submit(&l));
    EngineInput in = {
        .kind = INPUT_DECIDE, .actor = MANAGER, .decision = DECISION_APPROVE, .until_ms = MS_NONE
    };
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l, life_step(&l, in));
    in.reason = true;
    EXPECT_RC(RC_OK, life_step(&l, in));
}

/* ---- delegation ---- */

TEST(engine_a_delegate_decides_for_the_principal_and_both_are_kept)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    FactDelegate d = { MANAGER, DIRECTOR };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.f.delegates, d));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(DIRECTOR, l.s.approvals.at[0].delegate);
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, DIRECTOR }, "approve"));
    EXPECT(engine_may_decide(&l.s, 0, MANAGER));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", DIRECTOR));
    EXPECT_INT(MANAGER, l.s.approvals.at[0].approver);
    EXPECT_INT(DIRECTOR, l.s.approvals.at[0].decider);
    EXPECT_PHASE("fulfilling", &l);
}

TEST(engine_a_delegate_who_is_a_party_or_has_a_voice_already_gets_none)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR, CHIEF, FINANCE_1));
    static const FactDelegate facts[] = {
        { MANAGER, REQUESTER }, /* a party */
        { DIRECTOR, MANAGER },  /* asked in this stage */
        { CHIEF, STRANGER },
        { FINANCE_1, STRANGER }, /* stands for the chief already */
    };
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.f.delegates, facts[i]));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    EXPECT_INT(0, l.s.approvals.at[1].delegate);
    EXPECT_INT(STRANGER, l.s.approvals.at[2].delegate);
    EXPECT_INT(0, l.s.approvals.at[3].delegate);
}

static void stands_in(Life *l, int64_t person, int64_t delegate)
{
    l->f.delegates.n = 0;
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->f.delegates, ((FactDelegate){ person, delegate })));
}

TEST(engine_open_asks_follow_a_dated_delegation_as_it_begins_and_ends)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    stands_in(&l, MANAGER, CHIEF); /* begins while the ask is open */
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(CHIEF, l.s.approvals.at[0].delegate);
    EXPECT_INT(GIVEN_DATED, l.s.approvals.at[0].given);
    EXPECT_INT(1, (int64_t)life_effects_of(&l, EFFECT_DELEGATION));
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, CHIEF }, "delegated"));
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR)); /* again: nothing */
    EXPECT(!l.last.changed);
    stands_in(&l, DIRECTOR, STRANGER); /* silence about the manager changes nothing for them */
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(CHIEF, l.s.approvals.at[0].delegate);
    EXPECT_INT(STRANGER, l.s.approvals.at[1].delegate);
    stands_in(&l, MANAGER, 0); /* ends: at this very instant the delegate is too late */
    EXPECT_REFUSED(RC_FORBIDDEN, "not_asked", &l, life_decide(&l, "all", CHIEF, DECISION_APPROVE));
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    EXPECT_RC(RC_OK, life_approve(&l, "all", MANAGER));
    EXPECT_RC(RC_OK, life_approve(&l, "all", STRANGER));
    EXPECT_PHASE("fulfilling", &l);
}

TEST(engine_a_dated_delegation_gives_no_second_voice_and_none_to_a_party)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR, CHIEF));
    EXPECT_RC(RC_OK, life_submit(&l));
    stands_in(&l, MANAGER, DIRECTOR); /* asked in this stage */
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    stands_in(&l, MANAGER, BENEFICIARY);
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    stands_in(&l, DIRECTOR, STRANGER);
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_RC(RC_OK, life_approve(&l, "all", STRANGER));
    stands_in(&l, MANAGER, STRANGER); /* has decided for somebody else in this stage */
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
}

static Rc delegate_to(Life *l, int64_t from, int64_t to)
{
    return life_step(l, (EngineInput){ .kind = INPUT_DECIDE,
                                       .actor = from,
                                       .to = to,
                                       .decision = DECISION_DELEGATE,
                                       .until_ms = MS_NONE,
                                       .approval = life_ask_of(l, "all", from) });
}

TEST(engine_an_approver_hands_the_decision_to_somebody_who_may_decide)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_REFUSED(RC_FORBIDDEN, "own_request", &l, delegate_to(&l, MANAGER, BENEFICIARY));
    EXPECT_REFUSED(RC_INVALID, "bad_delegate", &l, delegate_to(&l, MANAGER, 0));
    EXPECT_REFUSED(RC_INVALID, "bad_delegate", &l, delegate_to(&l, MANAGER, MANAGER));
    EXPECT_REFUSED(RC_INVALID, "bad_delegate", &l, delegate_to(&l, MANAGER, DIRECTOR));
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, CHIEF));
    EXPECT_REFUSED(RC_INVALID, "bad_delegate", &l, delegate_to(&l, DIRECTOR, CHIEF));
    EXPECT_RC(RC_OK, delegate_to(&l, CHIEF, MANAGER)); /* handed back */
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, CHIEF));
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, MANAGER)); /* taken back */
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, CHIEF));
    EXPECT_RC(RC_OK, life_approve(&l, "all", CHIEF));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_REFUSED(RC_INVALID, "bad_delegate", &l, delegate_to(&l, DIRECTOR, CHIEF));
}

TEST(engine_what_was_handed_on_by_hand_outlasts_dated_delegations)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_ALL, 0, IDS(MANAGER, DIRECTOR));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, CHIEF));
    stands_in(&l, MANAGER, STRANGER);
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(CHIEF, l.s.approvals.at[0].delegate);
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, MANAGER)); /* taken back, for good */
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_HOUR));
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
}

TEST(engine_one_person_has_one_voice_in_a_stage)
{
    Life l = life_new(test_arena());
    life_stage(&l, "all", RULE_QUORUM, 2, IDS(MANAGER, DIRECTOR, CHIEF));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, delegate_to(&l, MANAGER, STRANGER));
    EXPECT_RC(RC_OK, life_approve(&l, "all", STRANGER));
    /* However a second ask came to name the same person: the second decision is refused. */
    l.s.approvals.at[1].delegate = STRANGER;
    EngineInput in = { .kind = INPUT_DECIDE,
                       .actor = STRANGER,
                       .decision = DECISION_APPROVE,
                       .approval = 1,
                       .until_ms = MS_NONE };
    EXPECT_REFUSED(RC_CONFLICT, "one_voice", &l, life_step(&l, in));
}

/* ---- correction and edits ---- */

TEST(engine_return_for_correction_goes_back_to_draft_with_everything_kept)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ALL, 0, IDS(FINANCE_1, FINANCE_2));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_decide(&l, "budget", FINANCE_1, DECISION_RETURN));
    EXPECT_PHASE("draft", &l);
    EXPECT_INT(2, l.s.round);
    EXPECT_STR("submit", l.s.next.code);
    EXPECT_ASK("returned", &l, "budget", FINANCE_1);
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_2);
    EXPECT_ASK("approved", &l, "manager", MANAGER);
    EXPECT_TASK("waiting", &l, "order");
    EXPECT(life_told(&l, (Holder){ HOLDER_REQUESTER, 0 }, "returned"));
    EXPECT_REFUSED(RC_CONFLICT, "withdrawn", &l, life_approve(&l, "budget", FINANCE_2));

    /* Same content: who approved it need not be asked again; who returned it is. */
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_ASK("approved", &l, "manager", MANAGER);
    EXPECT_ASK("asked", &l, "budget", FINANCE_1);
    EXPECT_ASK("asked", &l, "budget", FINANCE_2);
    EXPECT_INT(2, l.s.approvals.at[life_ask_of(&l, "budget", FINANCE_2)].round);
}

TEST(engine_a_corrected_request_asks_again_who_approved_something_else)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_decide(&l, "budget", FINANCE_1, DECISION_RETURN));
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2"));
    EXPECT_PHASE("draft", &l);
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("waiting", &l, "budget", 0);
    EXPECT_STR("hash-2", l.s.approvals.at[life_ask_of(&l, "manager", MANAGER)].shown_hash);
}

TEST(engine_an_edit_that_changes_what_was_shown_asks_again)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ALL, 0, IDS(FINANCE_1, FINANCE_2));
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_1));

    EXPECT_RC(RC_OK, life_edit(&l, "hash-1")); /* only answers marked `reapprove: no` */
    EXPECT_ASK("approved", &l, "manager", MANAGER);
    EXPECT_ASK("asked", &l, "budget", FINANCE_2);
    EXPECT_INT(0, (int64_t)life_effects_of(&l, EFFECT_STAGE_AGAIN));

    EXPECT_RC(RC_OK, life_edit(&l, "hash-2"));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("waiting", &l, "budget", 0);
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_2);
    EXPECT_ASK("approved", &l, "budget", FINANCE_1); /* the old round stays as it was */
    EXPECT_INT(2, (int64_t)life_effects_of(&l, EFFECT_STAGE_AGAIN));

    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_1));
    EXPECT_PHASE("awaiting_approval", &l); /* the approval of the old round does not count */
    EXPECT_RC(RC_OK, life_approve(&l, "budget", FINANCE_2));
    EXPECT_PHASE("fulfilling", &l);
}

TEST(engine_an_edit_during_the_work_stops_it_until_approved_again)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_task(&l, "order", "");
    life_task(&l, "pack", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_RC(RC_OK, life_start(&l, "order"));
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2"));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_TASK("waiting", &l, "pack");
    EXPECT_REFUSED(RC_CONFLICT, "task_waiting", &l, life_finish(&l, "order"));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_TASK("started", &l, "order"); /* goes on where it was */
    EXPECT_TASK("ready", &l, "pack");
}

TEST(engine_an_edit_judges_conditions_again)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_fact_stage(&l, "budget")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_PHASE("fulfilling", &l);
    life_fact_stage(&l, "manager")->applies = false; /* approved stays approved */
    life_fact_stage(&l, "budget")->applies = true;
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2"));
    EXPECT_ASK("approved", &l, "manager", MANAGER);
    EXPECT_ASK("asked", &l, "budget", FINANCE_1);
    life_fact_stage(&l, "budget")->applies = false;
    EXPECT_RC(RC_OK, life_edit(&l, "hash-2")); /* an answer that is not part of what was shown */
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_1);
    EXPECT_ASK("skipped", &l, "budget", 0);
    EXPECT_PHASE("fulfilling", &l);
}

TEST(engine_an_earlier_stage_that_comes_to_apply_takes_its_turn)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_fact_stage(&l, "manager")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_ASK("asked", &l, "budget", FINANCE_1);
    life_fact_stage(&l, "manager")->applies = true;
    EXPECT_RC(RC_OK, life_edit(&l, "hash-1"));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("withdrawn", &l, "budget", FINANCE_1);
    EXPECT_ASK("waiting", &l, "budget", 0);
}

TEST(engine_a_condition_does_not_flip_by_time_alone)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    life_stage(&l, "budget", RULE_ANY, 0, IDS(FINANCE_1));
    life_fact_stage(&l, "budget")->applies = false;
    EXPECT_RC(RC_OK, life_submit(&l));
    life_fact_stage(&l, "manager")->applies = false;
    life_fact_stage(&l, "budget")->applies = true;
    EXPECT_RC(RC_OK, life_timer(&l, l.now + MS_DAY));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("skipped", &l, "budget", 0);
}

/* ---- leaving the model ---- */

TEST(engine_leaving_the_model_needs_a_reason_and_an_owner)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    life_task(&l, "pack", "order");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_start(&l, "order"));
    EXPECT_REFUSED(RC_INVALID, "reason_required", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_ADHOC,
                                                .actor = AGENT,
                                                .as = AS_TEAM,
                                                .until_ms = MS_NONE }));
    EXPECT_REFUSED(RC_CONFLICT, "not_adhoc", &l, life_by_team(&l, INPUT_ADHOC_TASK));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_PHASE("awaiting_approval", &l);
    EXPECT_STR("asked", adhoc_word(l.s.adhoc));
    EXPECT_ASK("asked", &l, "adhoc", OWNER_1);
    EXPECT_ASK("asked", &l, "adhoc", OWNER_LEAD);
    EXPECT_TASK("waiting", &l, "order");
    EXPECT_REFUSED(RC_CONFLICT, "already_adhoc", &l, life_by_team(&l, INPUT_ADHOC));
    EXPECT_REFUSED(RC_INVALID, "bad_decision", &l,
                   life_decide(&l, "adhoc", OWNER_1, DECISION_RETURN));

    EXPECT_RC(RC_OK, life_approve(&l, "adhoc", OWNER_1));
    EXPECT_STR("approved", adhoc_word(l.s.adhoc));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_TASK("started", &l, "order");
    EXPECT_REFUSED(RC_CONFLICT, "already_adhoc", &l, life_by_team(&l, INPUT_ADHOC));

    EngineInput in = { .kind = INPUT_ADHOC_TASK,
                       .actor = AGENT,
                       .as = AS_TEAM,
                       .until_ms = MS_NONE,
                       .to_team = TEAM_OTHER };
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_TASK("ready", &l, "adhoc_1");
    EXPECT_INT(TEAM_OTHER, life_get_task(&l, "adhoc_1")->team);
    Str keys[] = { STR("adhoc_1"), STR("nothing") };
    in.after = (StrList){ keys, 2, 2 };
    EXPECT_REFUSED(RC_INVALID, "unknown_task", &l, life_step(&l, in));
    in.after.n = 1;
    EXPECT_RC(RC_OK, life_step(&l, in));
    EXPECT_TASK("waiting", &l, "adhoc_2");

    /* What replaces the model is done: nothing was left out. */
    EXPECT_RC(RC_OK, life_skip(&l, "order"));
    EXPECT_RC(RC_OK, life_skip(&l, "pack"));
    EXPECT_INT(SKIP_ADHOC, life_get_task(&l, "pack")->skip);
    EXPECT_RC(RC_OK, life_finish(&l, "adhoc_1"));
    EXPECT_RC(RC_OK, life_finish(&l, "adhoc_2"));
    EXPECT_PHASE("fulfilled", &l);
    EXPECT_STR("fulfilled", outcome_word(l.s.outcome));
    EXPECT_STR("approved", adhoc_word(l.s.adhoc)); /* visible ever after */
}

TEST(engine_a_refused_departure_lets_the_work_go_on_as_planned)
{
    Life l = life_new(test_arena());
    life_task(&l, "order", "");
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_RC(RC_OK, life_decide(&l, "adhoc", OWNER_2, DECISION_REJECT));
    EXPECT_STR("refused", adhoc_word(l.s.adhoc));
    EXPECT_PHASE("fulfilling", &l);
    EXPECT_TASK("ready", &l, "order");
    EXPECT(life_told(&l, (Holder){ HOLDER_PERSON, AGENT }, "adhoc_refused"));
    EXPECT_REFUSED(RC_CONFLICT, "not_adhoc", &l, life_by_team(&l, INPUT_ADHOC_TASK));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC)); /* with a better reason */
    EXPECT_ASK("asked", &l, "adhoc", OWNER_2);
}

TEST(engine_nobody_approves_that_they_leave_the_model_themselves)
{
    Life l = life_new(test_arena());
    life_ids(&l, &l.f.owners, IDS(AGENT, OWNER_1));
    FactDelegate d = { OWNER_1, AGENT };
    EXPECT_RC(RC_OK, LIST_PUSH(l.a, &l.f.delegates, d));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_INT(1, (int64_t)l.s.approvals.n);
    EXPECT_INT(OWNER_1, l.s.approvals.at[0].approver);
    EXPECT_INT(0, l.s.approvals.at[0].delegate);
    EXPECT_REFUSED(RC_FORBIDDEN, "own_request", &l,
                   life_step(&l, (EngineInput){ .kind = INPUT_DECIDE,
                                                .actor = OWNER_1,
                                                .to = AGENT,
                                                .decision = DECISION_DELEGATE,
                                                .until_ms = MS_NONE }));

    Life alone = life_new(test_arena());
    life_ids(&alone, &alone.f.owners, IDS(AGENT));
    life_ids(&alone, &alone.f.owner_leads, IDS(AGENT));
    EXPECT_RC(RC_OK, life_submit(&alone));
    EXPECT_RC(RC_OK, life_by_team(&alone, INPUT_ADHOC));
    EXPECT(alone.s.approvals.at[0].stuck);
    EXPECT_STR("approver", alone.s.next.code);
    life_ids(&alone, &alone.f.owners, IDS(AGENT, OWNER_2));
    EXPECT_RC(RC_OK, life_timer(&alone, alone.now + 1));
    EXPECT_ASK("asked", &alone, "adhoc", OWNER_2);
}

TEST(engine_a_return_withdraws_a_departure_that_was_asked)
{
    Life l = life_new(test_arena());
    life_stage(&l, "manager", RULE_ANY, 0, IDS(MANAGER));
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_RC(RC_OK, life_by_team(&l, INPUT_ADHOC));
    EXPECT_RC(RC_OK, life_decide(&l, "manager", MANAGER, DECISION_RETURN));
    EXPECT_PHASE("draft", &l);
    EXPECT_STR("", adhoc_word(l.s.adhoc));
    EXPECT_ASK("withdrawn", &l, "adhoc", OWNER_1);
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_ASK("asked", &l, "manager", MANAGER);
}

/* ---- bounds ---- */

TEST(engine_a_stage_asks_at_most_so_many_people)
{
    for (size_t n = ENGINE_ASKED_MAX; n <= ENGINE_ASKED_MAX + 1; n++) {
        Arena *a = arena_new(64 << 20);
        Life l = life_new(a);
        life_stage(&l, "crowd", RULE_ANY, 0, IDS(MANAGER));
        FactStage *f = life_fact_stage(&l, "crowd");
        for (size_t i = f->who.n; i < n; i++)
            EXPECT_RC(RC_OK, LIST_PUSH(l.a, &f->who, 1000 + (int64_t)i));
        if (n > ENGINE_ASKED_MAX) {
            EXPECT_REFUSED(RC_LIMIT, "too_many", &l, life_submit(&l));
        } else {
            EXPECT_RC(RC_OK, life_submit(&l));
        }
        arena_free(a);
    }
}
