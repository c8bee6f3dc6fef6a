/* engine_lives_test.c - thousands of generated lives: random models, directories and inputs.
 *
 * A life is a random model and a run of inputs, half of them sensible, half of them anything at
 * all.  After each step the promises hold (engine_check), the argument is unchanged and the stored
 * record gives the same step (life_step); here come the promises that need the outside: what the
 * rules say recounted from the rows in another way, timers, and that a life never gets stuck: doing
 * what `next` says leads to the end.  At the end all records fold to the same state.
 *
 * What these tests are worth was tried by breaking the engine, one rule at a time; the list of what
 * was broken stands in docs/domain/engine.md.
 */
#include "domain/request/engine_fixture.h"

enum { LIVES = 6000, STEPS = 45, PEOPLE = 18, WORKER = 90, SIGNER, FRESH = 100 };

/* ---- chance: splitmix64, so that a seed names a life on every machine ---- */

typedef struct Chance {
    uint64_t state;
} Chance;

static uint64_t draw(Chance *c)
{
    c->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = c->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t below(Chance *c, int64_t n)
{
    return (int64_t)(draw(c) % (uint64_t)n);
}

static bool once_in(Chance *c, int64_t n)
{
    return below(c, n) == 0;
}

/* ---- a random model and its facts ---- */

static void random_people(Chance *c, Life *l, IdList *list, int64_t most)
{
    int64_t ids[16] = { 0 };
    int64_t n = below(c, most + 1);
    for (int64_t i = 0; i < n; i++)
        ids[i] = 1 + below(c, PEOPLE);
    life_ids(l, list, ids);
}

static void random_directory(Chance *c, Life *l)
{
    random_people(c, l, &l->f.owners, 4);
    random_people(c, l, &l->f.owner_leads, 2);
    l->f.delegates.n = 0;
    for (int64_t i = below(c, 4); i > 0; i--) {
        FactDelegate d = { 1 + below(c, PEOPLE), 1 + below(c, PEOPLE) };
        EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->f.delegates, d));
    }
    for (size_t i = 0; i < l->f.stages.n; i++) {
        random_people(c, l, &l->f.stages.at[i].who, 5);
        random_people(c, l, &l->f.stages.at[i].managers, 3);
    }
    for (size_t i = 0; i < l->f.tasks.n; i++)
        random_people(c, l, &l->f.tasks.at[i].signers, 3);
}

static void random_verdicts(Chance *c, Life *l)
{
    static const char *const hashes[] = { "hash-1", "hash-2", "hash-3" };
    l->f.hash = str_z(hashes[below(c, 3)]);
    for (size_t i = 0; i < l->f.stages.n; i++) {
        l->f.stages.at[i].applies = !once_in(c, 3);
        l->f.stages.at[i].pre_approved = !l->f.stages.at[i].applies && once_in(c, 2);
    }
    for (size_t i = 0; i < l->f.tasks.n; i++) {
        l->f.tasks.at[i].applies = !once_in(c, 4);
        l->f.tasks.at[i].at_ms = once_in(c, 6) ? l->now + below(c, 20) * MS_DAY : MS_NONE;
    }
}

static Str number_key(Life *l, const char *word, int64_t n)
{
    return str_fmt(l->a, "%s_%lld", word, (long long)n);
}

static void random_task(Chance *c, Life *l, int64_t n)
{
    PlanTask *t = life_task(l, str_dup_z(l->a, number_key(l, "task", n)), "");
    for (int64_t k = 0; k < n; k++)
        if (once_in(c, 3))
            EXPECT_RC(RC_OK, LIST_PUSH(l->a, &t->after, number_key(l, "task", k)));
    t->owner = once_in(c, 5)   ? TASK_BY_REQUESTER
               : once_in(c, 9) ? TASK_BY_BENEFICIARY
                               : TASK_BY_TEAM;
    t->test = once_in(c, 5);
    t->signed_off = once_in(c, 4);
    t->accept = !t->test && !t->signed_off && once_in(c, 6);
    if (t->owner == TASK_BY_TEAM && !t->test && !t->accept && once_in(c, 3))
        t->action = STR("do_it");
    l->f.tasks.at[n].team = t->owner == TASK_BY_TEAM ? TEAM_OWN + below(c, 2) : 0;
}

static Life random_life(Chance *c, Arena *a, uint64_t seed)
{
    Life l = life_new(a);
    l.seed = seed;
    if (once_in(c, 3)) /* one person in all three parts, or an assistant in one */
        l.who.beneficiary = l.who.submitter = l.who.requester;
    l.s = engine_draft(l.who);
    if (once_in(c, 2)) {
        Question q = { .id = STR("in_stock") };
        EXPECT_RC(RC_OK, LIST_PUSH(a, &l.m.assess, q));
    }
    for (int64_t i = 0, n = below(c, 5); i < n; i++) {
        StageRule rule = (StageRule)below(c, 4);
        int32_t of = rule == RULE_QUORUM ? 1 + (int32_t)below(c, 3) : 1 + (int32_t)below(c, 100);
        life_stage(&l, str_dup_z(a, number_key(&l, "stage", i)), rule,
                   rule == RULE_QUORUM || rule == RULE_PERCENT ? of : 0, IDS(MANAGER));
        l.m.approvals.at[i].verify = once_in(c, 6);
        l.f.stages.at[i].needs_assessment = once_in(c, 4);
    }
    for (int64_t i = 0, n = below(c, 7); i < n; i++)
        random_task(c, &l, i);
    random_directory(c, &l);
    random_verdicts(c, &l);
    return l;
}

/* ---- random inputs ---- */

static Str random_task_key(Chance *c, const Life *l)
{
    if (l->s.tasks.n == 0 || once_in(c, 20))
        return STR("nothing");
    return l->s.tasks.at[below(c, (int64_t)l->s.tasks.n)].key;
}

/* Anything at all, with any capacity. */
static EngineInput wild_input(Chance *c, Life *l)
{
    EngineInput in = {
        .kind = (InputKind)below(c, INPUT_TIMER + 1),
        .actor = below(c, PEOPLE + 1),
        .as = once_in(c, 4) ? (uint32_t)below(c, 64) : 63,
        .reason = !once_in(c, 6),
        .approval = (size_t)below(c, (int64_t)l->s.approvals.n + 1),
        .decision = (Decision)below(c, 4),
        .task = random_task_key(c, l),
        .passed = once_in(c, 4) ? OPT_NONE : OPT_INT(below(c, 2)),
        .ok = once_in(c, 2),
        .to = below(c, PEOPLE + 1),
        .to_team = below(c, 3) == 0 ? 0 : TEAM_OWN + below(c, 4),
        .pending = (PendingKind)below(c, 4),
        .until_ms = once_in(c, 2) ? MS_NONE : l->now + below(c, 4) * MS_DAY - 1,
    };
    if (in.kind == INPUT_ESCALATE && once_in(c, 2))
        in.task = STR_NULL; /* the whole of it */
    if (in.kind == INPUT_ADHOC_TASK && once_in(c, 2))
        EXPECT_RC(RC_OK, LIST_PUSH(l->a, &in.after, random_task_key(c, l)));
    return in;
}

/* Ends of lives are for later: most wild inputs that close are put off. */
static bool is_end(InputKind k)
{
    return k == INPUT_WITHDRAW || k == INPUT_CANCEL || k == INPUT_REJECT || k == INPUT_CONVERT
           || k == INPUT_MERGE;
}

/* An input that fits the state: a decision by somebody who is asked, work on a task in hand. */
static EngineInput fitting_input(Chance *c, Life *l)
{
    EngineInput in = wild_input(c, l);
    in.reason = true;
    in.as = 63;
    if (l->s.phase == PHASE_DRAFT) {
        in.kind = INPUT_SUBMIT;
        return in;
    }
    for (int tries = 0; tries < 8; tries++) {
        if (l->s.approvals.n > 0 && once_in(c, 2)) {
            size_t i = (size_t)below(c, (int64_t)l->s.approvals.n);
            const EngineApproval *ap = &l->s.approvals.at[i];
            if (ap->state != APPROVAL_ASKED)
                continue;
            in.kind = INPUT_DECIDE;
            in.approval = i;
            in.actor = ap->delegate != 0 && once_in(c, 2) ? ap->delegate : ap->approver;
            in.decision = once_in(c, 3) ? (Decision)below(c, 4) : DECISION_APPROVE;
            return in;
        }
        if (l->s.tasks.n == 0)
            continue;
        const EngineTask *t = &l->s.tasks.at[below(c, (int64_t)l->s.tasks.n)];
        in.task = t->key;
        if (t->state == TASK_FINISHED && t->sign_off == SIGN_OFF_ASKED) {
            in.kind = INPUT_SIGN_OFF;
            return in;
        }
        if (t->state == TASK_READY || t->state == TASK_STARTED) {
            static const InputKind acts[] = { INPUT_TASK_START, INPUT_TASK_FINISH,
                                              INPUT_TASK_FINISH, INPUT_TASK_FINISH,
                                              INPUT_TASK_SKIP };
            in.kind = acts[below(c, COUNT_OF(acts))];
            if (t->action == ACTION_DUE && !once_in(c, 3))
                in.kind = INPUT_ACTION;
            in.passed = OPT_INT(below(c, 3) > 0);
            return in;
        }
    }
    if (l->s.phase == PHASE_ASSESSING)
        in.kind = INPUT_ASSESS;
    return in;
}

/* ---- what must hold, seen from outside ---- */

#define HOLDS(l, cond)                                                                             \
    do {                                                                                           \
        if (!(cond))                                                                               \
            test_fail(__FILE__, __LINE__, "life %llu: not " #cond, (unsigned long long)(l)->seed); \
    } while (0)

/* The rule of a stage, recounted person by person from the rows of one round. */
static void check_round(const Life *l, const EngineApproval *row)
{
    int64_t n = 0, yes = 0, no = 0, open = 0, back = 0;
    for (size_t i = 0; i < l->s.approvals.n; i++) {
        const EngineApproval *ap = &l->s.approvals.at[i];
        if (!str_eq(ap->stage, row->stage) || ap->round != row->round || ap->approver == 0)
            continue;
        n++;
        yes += ap->state == APPROVAL_APPROVED;
        no += ap->state == APPROVAL_REJECTED;
        open += ap->state == APPROVAL_ASKED;
        back += ap->state == APPROVAL_RETURNED;
        for (size_t k = 0; k < i; k++) /* nobody is asked twice in a round */
            HOLDS(l, l->s.approvals.at[k].approver != ap->approver
                         || !str_eq(l->s.approvals.at[k].stage, ap->stage)
                         || l->s.approvals.at[k].round != ap->round);
    }
    if (n == 0)
        return;
    int64_t need = row->rule.kind == RULE_ANY      ? 1
                   : row->rule.kind == RULE_ALL    ? n
                   : row->rule.kind == RULE_QUORUM ? row->rule.n
                                                   : (n * row->rule.n + 99) / 100;
    bool reached = yes >= need;
    bool lost = row->rule.kind == RULE_ANY ? no > 0 : n - no < need;
    HOLDS(l, need <= n);
    HOLDS(l, !(reached && lost));
    HOLDS(l, !(reached || lost || back > 0) || open == 0); /* decided: nobody is asked any more */
    HOLDS(l, yes <= need && back <= 1);                    /* nor was anybody heard after that */
    if (lost && row->stage_no != STAGE_ADHOC_NO)
        HOLDS(l, l->s.phase == PHASE_CLOSED && l->s.outcome == OUTCOME_REJECTED);
}

/* While work goes on, every stage that applies was approved by people who saw what is there now. */
static void check_seen(const Life *l)
{
    for (size_t i = 0; i < l->s.approvals.n; i++) {
        const EngineApproval *ap = &l->s.approvals.at[i];
        bool latest = true, applies = false;
        for (size_t k = 0; k < l->s.approvals.n; k++)
            latest &= !str_eq(l->s.approvals.at[k].stage, ap->stage)
                      || l->s.approvals.at[k].round <= ap->round;
        for (size_t k = 0; k < l->f.stages.n; k++)
            if (str_eq(l->f.stages.at[k].key, ap->stage))
                applies = l->f.stages.at[k].applies;
        if (latest && applies && ap->state == APPROVAL_APPROVED && l->s.phase == PHASE_FULFILLING)
            HOLDS(l, str_eq(ap->shown_hash, l->f.hash));
        HOLDS(l, ap->state != APPROVAL_ASKED || str_eq(ap->shown_hash, l->f.hash));
    }
}

/* What the effects of the step say about the step. */
static void check_effects(const Life *l, const RequestState *before, const EngineInput *in)
{
    size_t states = life_effects_of(l, EFFECT_STATE);
    HOLDS(l, states == (size_t)(before->state != l->s.state));
    /* Closed is final, but for a word in time where only silence had closed it, and a merge taken back. */
    bool merged = before->outcome == OUTCOME_MERGED;
    bool done = l->s.outcome == OUTCOME_FULFILLED || l->s.outcome == OUTCOME_PARTLY;
    HOLDS(l, before->phase != PHASE_CLOSED || !l->last.changed
                 || (l->now < before->back_until_ms
                     && (l->s.phase != PHASE_CLOSED || done) /* nothing was left to do */
                     && life_effects_of(l, merged ? EFFECT_UNMERGED : EFFECT_REOPENED) == 1));
    HOLDS(l, l->last.changed || engine_state_equal(before, &l->s));
    HOLDS(l, l->s.approvals.n >= before->approvals.n && l->s.tasks.n >= before->tasks.n);
    for (size_t i = 0; i < l->s.approvals.n; i++) {
        const EngineApproval *ap = &l->s.approvals.at[i];
        bool asked = false, ended = false;
        if (i < before->approvals.n && before->approvals.at[i].approver != 0
            && before->approvals.at[i].state != APPROVAL_ASKED) /* what was decided stays */
            HOLDS(l, ap->state == before->approvals.at[i].state);
        for (size_t k = 0; k < l->last.list.n; k++) {
            const EngineEffect *e = &l->last.list.at[k];
            asked |= e->kind == EFFECT_ASKED && e->index == i;
            ended |= e->index == i
                     && (e->kind == EFFECT_APPROVED || e->kind == EFFECT_REJECTED
                         || e->kind == EFFECT_RETURNED || e->kind == EFFECT_ASK_WITHDRAWN);
        }
        bool was = i < before->approvals.n && before->approvals.at[i].state == APPROVAL_ASKED;
        HOLDS(l, asked == (!was && ap->state == APPROVAL_ASKED));
        HOLDS(l, !was || ended == (ap->state != APPROVAL_ASKED));
        HOLDS(l, ap->decider == 0
                     || (i < before->approvals.n && before->approvals.at[i].decider != 0)
                     || (in->kind == INPUT_DECIDE && ap->decider == in->actor));
    }
    if (in->kind == INPUT_TIMER)
        HOLDS(l, engine_timer_ms(&l->s) == MS_NONE || engine_timer_ms(&l->s) > l->now);
}

/* ---- coverage: what the lives came through ---- */

typedef struct Seen {
    size_t effects[EFFECT_TELL + 1];
    size_t outcomes[OUTCOME_MERGED + 1];
    StrList codes; /* of refusals */
    size_t steps, refused;
} Seen;

static void note(Seen *seen, Arena *keep, const Life *l, Rc rc)
{
    if (rc == RC_OK) {
        seen->steps++;
        for (size_t i = 0; i < l->last.list.n; i++)
            seen->effects[l->last.list.at[i].kind]++;
        return;
    }
    seen->refused++;
    for (size_t i = 0; i < seen->codes.n; i++)
        if (str_eq_z(seen->codes.at[i], life_code(l)))
            return;
    EXPECT_RC(RC_OK, LIST_PUSH(keep, &seen->codes, str_z(life_code(l))));
}

static void take_step(Seen *seen, Arena *keep, Life *l, EngineInput in)
{
    RequestState before = l->s;
    Rc rc = life_step(l, in);
    note(seen, keep, l, rc);
    if (rc != RC_OK)
        return;
    check_effects(l, &before, &in);
    for (size_t i = 0; i < l->s.approvals.n; i++)
        check_round(l, &l->s.approvals.at[i]);
    check_seen(l);
}

/* ---- a life goes on to its end ---- */

/* Somebody for every approval and sign-off, as an administrator would arrange it. */
static void helpful_directory(Life *l)
{
    life_ids(l, &l->f.owner_leads, IDS(FRESH, FRESH + 1, FRESH + 2));
    life_ids(l, &l->f.owners, IDS(FRESH, FRESH + 1));
    for (size_t i = 0; i < l->f.tasks.n; i++)
        life_ids(l, &l->f.tasks.at[i].signers, IDS(SIGNER));
    l->f.delegates.n = 0;
}

/* Does what `next` says, as who it says. */
static EngineInput next_input(Life *l)
{
    const EngineNext *next = &l->s.next;
    Str code = str_z(next->code);
    EngineInput in = { .actor = WORKER,
                       .as = AS_TEAM | AS_TASK,
                       .reason = true,
                       .until_ms = MS_NONE,
                       .passed = OPT_INT(1),
                       .ok = true,
                       .approval = next->index };
    bool asker = next->who.kind == HOLDER_REQUESTER || next->who.kind == HOLDER_BENEFICIARY;
    if (asker) {
        in.actor = next->who.kind == HOLDER_REQUESTER ? l->s.requester : l->s.beneficiary;
        in.as = AS_PARTY;
    }
    if (str_eq_z(code, "submit")) {
        in.kind = INPUT_SUBMIT;
    } else if (str_eq_z(code, "assess")) {
        in.kind = INPUT_ASSESS;
    } else if (str_eq_z(code, "approve")) {
        in.kind = INPUT_DECIDE;
        in.actor = next->who.id;
        in.as = 0;
    } else if (str_eq_z(code, "task") || str_eq_z(code, "accept")) {
        in.kind = INPUT_TASK_FINISH;
        in.task = l->s.tasks.at[next->index].key;
    } else if (str_eq_z(code, "sign_off")) {
        in.kind = INPUT_SIGN_OFF;
        in.actor = SIGNER;
        in.task = l->s.tasks.at[next->index].key;
    } else if (str_eq_z(code, "answer")) {
        in.kind = INPUT_REPLY;
    } else if (str_eq_z(code, "wait")) {
        in.kind = INPUT_RESUME;
    } else if (str_eq_z(code, "confirm")) {
        in.kind = INPUT_CONFIRM;
    } else if (str_eq_z(code, "action")) {
        in.kind = INPUT_ACTION;
        in.task = l->s.tasks.at[next->index].key;
        in.actor = 0;
        in.as = AS_SYSTEM;
    } else { /* approver, moment */
        in.kind = INPUT_TIMER;
        in.actor = 0;
        in.as = AS_SYSTEM;
        if (str_eq_z(code, "moment")) {
            l->now = engine_timer_ms(&l->s);
            l->f.close_at_ms = l->now + 2 * MS_DAY;
        } else
            HOLDS(l, str_eq_z(code, "approver"));
    }
    return in;
}

static void live_on(Seen *seen, Arena *keep, Life *l)
{
    helpful_directory(l);
    for (int i = 0; l->s.phase != PHASE_CLOSED; i++) {
        HOLDS(l, i < 200);
        EngineInput in = next_input(l);
        RequestState before = l->s;
        take_step(seen, keep, l, in);
        HOLDS(l, l->last.changed && !engine_state_equal(&before, &l->s));
    }
}

static void check_replay(Life *l)
{
    const Json **records = ARENA_ARRAY(l->a, const Json *, l->records.n + 1);
    RequestState s = { 0 };
    for (size_t i = 0; i < l->records.n; i++)
        EXPECT_RC(RC_OK, json_parse(l->a, l->records.at[i], &records[i], NULL));
    EXPECT_RC(RC_OK, engine_replay(&l->m, l->who, records, l->records.n, l->a, &s));
    HOLDS(l, engine_state_equal(&l->s, &s));
}

static void live(Seen *seen, Arena *keep, Arena *a, uint64_t seed)
{
    Chance c = { seed };
    Life l = random_life(&c, a, seed);
    for (int i = 0; i < STEPS && (l.s.phase != PHASE_CLOSED || l.s.back_until_ms != MS_NONE); i++) {
        EngineInput in = once_in(&c, 2) ? fitting_input(&c, &l) : wild_input(&c, &l);
        if (is_end(in.kind) && !once_in(&c, 8))
            in.kind = INPUT_TIMER;
        if (in.kind == INPUT_EDIT || in.kind == INPUT_SUBMIT || once_in(&c, 25))
            random_verdicts(&c, &l);
        if (once_in(&c, 12))
            random_directory(&c, &l);
        l.now += once_in(&c, 6) ? below(&c, 3 * MS_DAY) : below(&c, MS_HOUR);
        l.f.close_at_ms = once_in(&c, 10) ? MS_NONE : l.now + 2 * MS_DAY;
        l.f.remind_ms = once_in(&c, 3) ? MS_NONE : l.now + 1 + below(&c, MS_DAY);
        l.f.silence_ms = once_in(&c, 2) ? MS_NONE : l.now + 1 + below(&c, MS_DAY);
        take_step(seen, keep, &l, in);
    }
    live_on(seen, keep, &l);
    seen->outcomes[l.s.outcome]++;
    check_replay(&l);
}

TEST(engine_thousands_of_lives_keep_every_promise)
{
    Arena *keep = arena_new(1 << 20), *a = arena_new(64 << 20);
    Seen seen = { .steps = 0 };
    uint64_t lives = test_is_short() ? LIVES / 40 : LIVES;
    for (uint64_t seed = 1; seed <= lives; seed++) {
        live(&seen, keep, a, seed);
        arena_reset(a);
    }
    if (test_is_short()) {
        arena_free(a);
        arena_free(keep);
        return;
    }
    /* The lives came through everything there is; otherwise they would prove little. */
    for (EffectKind k = EFFECT_SUBMITTED; k <= EFFECT_TELL; k++)
        if (seen.effects[k] < 20)
            test_fail(__FILE__, __LINE__, "only %zu times %.*s", seen.effects[k],
                      STR_ARG(engine_effect_word(k)));
    for (Outcome o = OUTCOME_FULFILLED; o <= OUTCOME_MERGED; o++)
        EXPECT(seen.outcomes[o] >= LIVES / 200);
    static const char *const codes[] = {
        "wrong_state",     "follow_up",        "work_begun",     "already_assessed",
        "already_decided", "not_asked_yet",    "withdrawn",      "task_waiting",
        "task_started",    "task_done",        "test_open",      "already_pending",
        "not_pending",     "already_offered",  "no_offer",       "already_adhoc",
        "not_adhoc",       "not_yours",        "not_asked",      "own_request",
        "own_work",        "reason_required",  "until_required", "until_past",
        "passed_required", "unknown_approval", "unknown_task",   "bad_decision",
        "bad_delegate",    "bad_team",         "action_over",    "merged",
        "not_merged",
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        bool found = false;
        for (size_t k = 0; k < seen.codes.n; k++)
            found |= str_eq_z(seen.codes.at[k], codes[i]);
        if (!found)
            test_fail(__FILE__, __LINE__, "no life was refused with %s", codes[i]);
    }
    arena_free(a);
    arena_free(keep);
}
