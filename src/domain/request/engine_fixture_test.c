/* engine_fixture_test.c - the helpers of engine_fixture.h. */
#include "domain/request/engine_fixture.h"

#define DAY_0 INT64_C(1900000000000)

Life life_new(Arena *a)
{
    Life l = { .a = a, .now = DAY_0 };
    l.m.key = STR("thing");
    l.who = (EngineParties){ REQUESTER, BENEFICIARY, SUBMITTER, TEAM_OWN, TEAM_OWNERS };
    l.s = engine_draft(l.who);
    l.f.hash = STR("hash-1");
    l.f.close_at_ms = DAY_0 + 5 * MS_DAY;
    l.f.remind_ms = MS_NONE;
    l.f.silence_ms = MS_NONE;
    life_ids(&l, &l.f.owners, IDS(OWNER_1, OWNER_2, OWNER_LEAD));
    life_ids(&l, &l.f.owner_leads, IDS(OWNER_LEAD));
    return l;
}

void life_ids(Life *l, IdList *list, const int64_t *ids)
{
    list->n = 0;
    for (; *ids != 0; ids++)
        EXPECT_RC(RC_OK, LIST_PUSH(l->a, list, *ids));
}

FactStage *life_stage(Life *l, const char *key, StageRule rule, int32_t n, const int64_t *who)
{
    Stage stage = { .key = str_z(key), .rule = rule, .rule_n = n };
    FactStage fact = { .key = str_z(key), .applies = true };
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->m.approvals, stage));
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->f.stages, fact));
    FactStage *f = life_fact_stage(l, key);
    life_ids(l, &f->who, who);
    return f;
}

PlanTask *life_task(Life *l, const char *key, const char *after)
{
    PlanTask plan = { .key = str_z(key), .owner = TASK_BY_TEAM };
    FactTask fact = { .key = str_z(key), .applies = true, .at_ms = MS_NONE, .team = TEAM_OWN };
    for (Str rest = str_z(after); !str_is_empty(rest);)
        EXPECT_RC(RC_OK, LIST_PUSH(l->a, &plan.after, str_cut(&rest, ' ')));
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->m.plan, plan));
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->f.tasks, fact));
    return &l->m.plan.at[l->m.plan.n - 1];
}

FactStage *life_fact_stage(Life *l, const char *key)
{
    for (size_t i = 0; i < l->f.stages.n; i++)
        if (str_eq_z(l->f.stages.at[i].key, key))
            return &l->f.stages.at[i];
    test_fail(__FILE__, __LINE__, "no facts about stage %s", key);
}

FactTask *life_fact_task(Life *l, const char *key)
{
    for (size_t i = 0; i < l->f.tasks.n; i++)
        if (str_eq_z(l->f.tasks.at[i].key, key))
            return &l->f.tasks.at[i];
    test_fail(__FILE__, __LINE__, "no facts about task %s", key);
}

/* ---- steps ---- */

static RequestState copy(Arena *a, const RequestState *s)
{
    RequestState c = *s;
    c.approvals = (EngineApprovals){ 0 };
    c.tasks = (EngineTasks){ 0 };
    for (size_t i = 0; i < s->approvals.n; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &c.approvals, s->approvals.at[i]));
    for (size_t i = 0; i < s->tasks.n; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &c.tasks, s->tasks.at[i]));
    return c;
}

/* Writes the record of the step, reads it back, and takes the step again from what was read. */
static void keep_record(Life *l, const EngineInput *in, const RequestState *before)
{
    Buf b = { 0 };
    JsonOut o;
    buf_init(&b, 1 << 20);
    json_out_init(&o, &b);
    engine_record_json(&o, &l->f, in, l->now, &l->last);
    EXPECT_RC(RC_OK, buf_result(&b));
    Str text = str_dup(l->a, buf_str(&b));
    buf_done(&b);
    EXPECT_RC(RC_OK, LIST_PUSH(l->a, &l->records, text));

    const Json *json = NULL;
    EngineFacts f = { 0 };
    EngineInput again = { 0 };
    EngineEffects done = { 0 };
    Ms now = MS_NONE;
    EXPECT_RC(RC_OK, json_parse(l->a, text, &json, NULL));
    EXPECT_RC(RC_OK, engine_record_parse(l->a, json, &f, &again, &now));
    EXPECT_RC(RC_OK, engine_step(&l->m, &f, before, &again, now, l->a, &done));
    if (!engine_state_equal(&done.next, &l->last.next))
        test_fail(__FILE__, __LINE__, "life %llu replayed differently: %.*s",
                  (unsigned long long)l->seed, STR_ARG(text));
    EXPECT_INT((int64_t)l->last.list.n, (int64_t)done.list.n);
}

Rc life_step(Life *l, EngineInput in)
{
    RequestState before = copy(l->a, &l->s);
    l->last = (EngineEffects){ 0 };
    Rc rc = engine_step(&l->m, &l->f, &l->s, &in, l->now, l->a, &l->last);
    if (!engine_state_equal(&before, &l->s))
        test_fail(__FILE__, __LINE__, "life %llu: the step changed the state it was given",
                  (unsigned long long)l->seed);
    if (rc != RC_OK) {
        if (rc == RC_INTERNAL && l->seed != 0)
            test_fail(__FILE__, __LINE__, "life %llu: broken promise: %.*s",
                      (unsigned long long)l->seed, STR_ARG(l->last.refusal.detail));
        EXPECT_RC(rc, l->last.refusal.rc);
        EXPECT(l->last.refusal.text[0] != '\0');
        return rc;
    }
    Str why = STR_NULL;
    if (!engine_check(&l->last.next, &why))
        test_fail(__FILE__, __LINE__, "life %llu: broken promise: %.*s",
                  (unsigned long long)l->seed, STR_ARG(why));
    keep_record(l, &in, &before);
    l->s = l->last.next;
    return RC_OK;
}

const char *life_code(const Life *l)
{
    return l->last.refusal.code;
}

static EngineInput by(InputKind kind, int64_t actor, uint32_t as)
{
    return (
        EngineInput){ .kind = kind, .actor = actor, .as = as, .reason = true, .until_ms = MS_NONE };
}

Rc life_submit(Life *l)
{
    return life_step(l, by(INPUT_SUBMIT, SUBMITTER, AS_PARTY));
}

Rc life_assess(Life *l)
{
    return life_step(l, by(INPUT_ASSESS, AGENT, AS_TEAM));
}

Rc life_decide(Life *l, const char *stage, int64_t person, Decision d)
{
    EngineInput in = by(INPUT_DECIDE, person, 0);
    in.approval = life_ask_of(l, stage, person);
    in.decision = d;
    return life_step(l, in);
}

Rc life_approve(Life *l, const char *stage, int64_t person)
{
    return life_decide(l, stage, person, DECISION_APPROVE);
}

static Rc on_task(Life *l, InputKind kind, const char *key)
{
    EngineInput in = by(kind, AGENT, AS_TASK | AS_TEAM);
    in.task = str_z(key);
    return life_step(l, in);
}

Rc life_start(Life *l, const char *key)
{
    return on_task(l, INPUT_TASK_START, key);
}

Rc life_finish(Life *l, const char *key)
{
    return on_task(l, INPUT_TASK_FINISH, key);
}

Rc life_finish_test(Life *l, const char *key, bool passed)
{
    EngineInput in = by(INPUT_TASK_FINISH, AGENT, AS_TASK | AS_TEAM);
    in.task = str_z(key);
    in.passed = OPT_INT(passed);
    return life_step(l, in);
}

Rc life_skip(Life *l, const char *key)
{
    return on_task(l, INPUT_TASK_SKIP, key);
}

Rc life_sign(Life *l, const char *key, int64_t person, bool ok)
{
    EngineInput in = by(INPUT_SIGN_OFF, person, 0);
    in.task = str_z(key);
    in.ok = ok;
    return life_step(l, in);
}

Rc life_by_party(Life *l, InputKind kind)
{
    return life_step(l, by(kind, REQUESTER, AS_PARTY));
}

Rc life_by_team(Life *l, InputKind kind)
{
    return life_step(l, by(kind, AGENT, AS_TEAM));
}

Rc life_edit(Life *l, const char *hash)
{
    l->f.hash = str_z(hash);
    return life_by_party(l, INPUT_EDIT);
}

Rc life_timer(Life *l, Ms now)
{
    l->now = now;
    return life_step(l, by(INPUT_TIMER, 0, AS_SYSTEM));
}

Rc life_action(Life *l, const char *task, bool ok)
{
    EngineInput in = by(INPUT_ACTION, 0, AS_SYSTEM);
    in.task = str_z(task);
    in.ok = ok;
    return life_step(l, in);
}

/* ---- looking ---- */

const EngineTask *life_get_task(const Life *l, const char *key)
{
    for (size_t i = 0; i < l->s.tasks.n; i++)
        if (str_eq_z(l->s.tasks.at[i].key, key))
            return &l->s.tasks.at[i];
    test_fail(__FILE__, __LINE__, "no task %s", key);
}

size_t life_ask_of(const Life *l, const char *stage, int64_t person)
{
    for (size_t i = l->s.approvals.n; i-- > 0;) {
        const EngineApproval *ap = &l->s.approvals.at[i];
        if (str_eq_z(ap->stage, stage)
            && (ap->approver == person || (person != 0 && ap->delegate == person)))
            return i;
    }
    test_fail(__FILE__, __LINE__, "person %lld is not asked in stage %s", (long long)person, stage);
}

ApprovalState life_ask_state(const Life *l, const char *stage, int64_t person)
{
    return l->s.approvals.at[life_ask_of(l, stage, person)].state;
}

size_t life_effects_of(const Life *l, EffectKind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < l->last.list.n; i++)
        n += l->last.list.at[i].kind == kind;
    return n;
}

bool life_told(const Life *l, Holder who, const char *code)
{
    for (size_t i = 0; i < l->last.list.n; i++) {
        const EngineEffect *e = &l->last.list.at[i];
        if (e->kind == EFFECT_TELL && e->who.kind == who.kind && e->who.id == who.id
            && str_eq_z(str_z(e->code), code))
            return true;
    }
    return false;
}
