/* engine_facts_test.c - a model's conditions become verdicts; a life on a real document. */
#include "domain/request/engine_fixture.h"

static const char document[] =
    "model: access\n"
    "record: request\n"
    "kind: access\n"
    "owner: owners\n"
    "team: own\n"
    "name: { en: Access, sv: Åtkomst, zh: 访问 }\n"
    "audience: \"person.kind = employee\"\n"
    "entitlement:\n"
    "  - { check: \"device = light\", message: { en: Not now } }\n"
    "  - { check: \"count(model = access and beneficiary = $beneficiary) < 2\", message: { en: Not "
    "now } }\n"
    "form:\n"
    "  - { id: device, ask: { en: Which? }, type: choice, options: { light: { en: L }, heavy: { "
    "en: H } } }\n"
    "  - { id: until, ask: { en: Until? }, type: date }\n"
    "assess:\n"
    "  - { id: risky, ask: { en: Risky? }, type: yes_no }\n"
    "approvals:\n"
    "  - { stage: manager, who: manager(beneficiary), unless: \"device = light\" }\n"
    "  - { stage: security, who: team(security), rule: quorum 2, when: \"assess.risky = yes\" }\n"
    "  - { stage: both, who: person(boss), when: \"device = light\", unless: \"device = light\" }\n"
    "plan:\n"
    "  - { task: grant, team: own }\n"
    "  - { task: revoke, team: own, after: [grant], when: \"not (until is empty)\", at: "
    "answer.until }\n"
    "close_after: 5wd\n";

static const ModelVersion *parsed(Arena *a)
{
    const ModelVersion *m = NULL;
    Diagnostics d;
    diagnostics_init(&d, a);
    Rc rc = model_parse(a, str_z(document), STR("access.yaml"), &m, &d);
    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "%.*s", STR_ARG(d.at[0].text));
    return m;
}

/* What the request says; names are those of the document. */
typedef struct Answers {
    const char *device, *kind;
    Ms until;
    int risky; /* -1: not assessed */
    int64_t count;
} Answers;

static bool get(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const Answers *r = arg;
    UNUSED(row);
    if (str_eq_z(name->name, "device") && r->device)
        *ret = (CondValue){ .type = COND_KEY, .text = str_z(r->device) };
    else if (str_eq_z(name->name, "person.kind"))
        *ret = (CondValue){ .type = COND_KEY, .text = str_z(r->kind) };
    else if ((str_eq_z(name->name, "until") || str_eq_z(name->name, "answer.until"))
             && r->until != MS_NONE)
        *ret = (CondValue){ .type = COND_DATE, .at = r->until };
    else if (str_eq_z(name->name, "assess.risky") && r->risky >= 0)
        *ret = (CondValue){ .type = COND_YES_NO, .yes = r->risky == 1 };
    else
        return false;
    return true;
}

static bool count(void *arg, const CountQuery *q, int64_t *ret)
{
    const Answers *r = arg;
    UNUSED(q);
    *ret = r->count;
    return true;
}

static CondRecord record(Answers *r)
{
    return (CondRecord){ .get = get, .count = count, .arg = r };
}

TEST(engine_conditions_of_the_model_become_verdicts)
{
    Arena *a = test_arena();
    const ModelVersion *m = parsed(a);
    Answers heavy = { "heavy", "employee", MS_NONE, -1, 0 };
    CondRecord rec = record(&heavy);
    EngineFacts f = { .hash = STR("kept") };
    EXPECT_RC(RC_OK, engine_judge(m, &rec, 0, a, &f));
    EXPECT_STR("kept", f.hash);
    EXPECT_INT(3, (int64_t)f.stages.n);
    EXPECT_STR("manager", f.stages.at[0].key);
    EXPECT(f.stages.at[0].applies && !f.stages.at[0].pre_approved);
    EXPECT(!f.stages.at[0].needs_assessment);
    EXPECT(!f.stages.at[1].applies && !f.stages.at[1].pre_approved);
    EXPECT(f.stages.at[1].needs_assessment);
    EXPECT(!f.stages.at[2].applies && !f.stages.at[2].pre_approved);
    EXPECT_INT(2, (int64_t)f.tasks.n);
    EXPECT(f.tasks.at[0].applies);
    EXPECT(!f.tasks.at[1].applies);
    EXPECT_MS(MS_NONE, f.tasks.at[1].at_ms);

    Answers light = { "light", "employee", ms("2030-01-04T00:00Z"), 1, 0 };
    rec = record(&light);
    EXPECT_RC(RC_OK, engine_judge(m, &rec, 0, a, &f));
    EXPECT(!f.stages.at[0].applies && f.stages.at[0].pre_approved);
    EXPECT(f.stages.at[1].applies);
    EXPECT(!f.stages.at[2].applies && f.stages.at[2].pre_approved);
    EXPECT(f.tasks.at[1].applies);
    EXPECT_MS(ms("2030-01-04T00:00Z"), f.tasks.at[1].at_ms);
}

TEST(engine_audience_and_entitlement_are_judged_for_a_submission)
{
    static const struct {
        int line;
        Answers r;
        bool audience;
        int64_t unentitled; /* -1: none */
    } cases[] = {
        { __LINE__, { "light", "employee", MS_NONE, -1, 0 }, true, -1 },
        { __LINE__, { "light", "employee", MS_NONE, -1, 1 }, true, -1 },
        { __LINE__, { "light", "employee", MS_NONE, -1, 2 }, true, 1 },
        { __LINE__, { "heavy", "employee", MS_NONE, -1, 2 }, true, 0 },
        { __LINE__, { "light", "vendor", MS_NONE, -1, 0 }, false, -1 },
    };
    const ModelVersion *m = parsed(test_arena());
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Answers r = cases[i].r;
        CondRecord rec = record(&r);
        EngineFacts f = { 0 };
        EXPECT_RC_AT(cases[i].line, RC_OK, engine_judge_entry(m, &rec, 0, &f));
        EXPECT_AT(cases[i].line, f.not_audience != cases[i].audience);
        EXPECT_INT_AT(cases[i].line, cases[i].unentitled,
                      f.unentitled.set ? f.unentitled.value : -1);
    }
}

static void judge(Life *l, Answers *r)
{
    CondRecord rec = record(r);
    EXPECT_RC(RC_OK, engine_judge(&l->m, &rec, l->now, l->a, &l->f));
    life_ids(l, &l->f.stages.at[0].who, IDS(MANAGER));
    life_ids(l, &l->f.stages.at[1].who, IDS(FINANCE_1, FINANCE_2, FINANCE_3));
    life_ids(l, &l->f.stages.at[2].who, IDS(CHIEF));
    l->f.tasks.at[0].team = l->f.tasks.at[1].team = TEAM_OWN;
}

TEST(engine_a_life_runs_on_a_document)
{
    Life l = life_new(test_arena());
    Answers r = { "heavy", "employee", MS_NONE, -1, 0 };
    l.m = *parsed(l.a);
    judge(&l, &r);
    EXPECT_RC(RC_OK, life_submit(&l));
    EXPECT_STATE("assessing", &l);
    EXPECT_ASK("asked", &l, "manager", MANAGER);
    EXPECT_ASK("skipped", &l, "both", 0);
    EXPECT_RC(RC_OK, life_approve(&l, "manager", MANAGER));
    EXPECT_ASK("waiting", &l, "security", 0);
    r.risky = 1;
    r.until = l.now + 10 * MS_DAY;
    judge(&l, &r);
    EXPECT_RC(RC_OK, life_assess(&l));
    EXPECT_ASK("asked", &l, "security", FINANCE_3);
    EXPECT_RC(RC_OK, life_approve(&l, "security", FINANCE_1));
    EXPECT_RC(RC_OK, life_approve(&l, "security", FINANCE_3));
    EXPECT_STATE("fulfilling", &l);
    EXPECT_RC(RC_OK, life_finish(&l, "grant"));
    EXPECT_TASK("waiting", &l, "revoke");
    EXPECT_RC(RC_OK, life_timer(&l, r.until));
    EXPECT_RC(RC_OK, life_finish(&l, "revoke"));
    EXPECT_STATE("fulfilled", &l);
}
