/* engine_facts.c - the model's conditions, evaluated into verdicts. */
#include "domain/request/engine.h"

static void note_assessment(const Cond *node, void *arg)
{
    bool *found = arg;
    if (node->op == COND_NAME && str_starts(node->name->name, STR("assess.")))
        *found = true;
}

static bool reads_assessment(const Cond *c)
{
    bool found = false;
    if (c)
        cond_walk(c, note_assessment, &found);
    return found;
}

Rc engine_judge(const ModelVersion *m, const CondRecord *rec, Ms now, Arena *a, EngineFacts *ret)
{
    EngineFacts f = *ret;
    f.stages = (FactStages){ 0 };
    f.tasks = (FactTasks){ 0 };
    for (size_t i = 0; i < m->approvals.n; i++) {
        const Stage *stage = &m->approvals.at[i];
        bool when = false, unless = false;
        TRY(cond_eval(stage->when.cond, rec, now, &when));
        if (stage->unless.cond)
            TRY(cond_eval(stage->unless.cond, rec, now, &unless));
        FactStage fact = {
            .key = stage->key,
            .applies = when && !unless,
            .pre_approved = when && unless,
            .needs_assessment =
                reads_assessment(stage->when.cond) || reads_assessment(stage->unless.cond),
        };
        TRY(LIST_PUSH(a, &f.stages, fact));
    }
    for (size_t i = 0; i < m->plan.n; i++) {
        const PlanTask *task = &m->plan.at[i];
        FactTask fact = { .key = task->key, .at_ms = MS_NONE };
        CondValue at = { .type = COND_EMPTY };
        TRY(cond_eval(task->when.cond, rec, now, &fact.applies));
        if (task->at.cond)
            TRY(cond_eval_value(task->at.cond, rec, now, &at));
        if (!cond_value_is_empty(&at))
            fact.at_ms = at.at;
        TRY(LIST_PUSH(a, &f.tasks, fact));
    }
    *ret = f;
    return RC_OK;
}

Rc engine_judge_entry(const ModelVersion *m, const CondRecord *rec, Ms now, EngineFacts *ret)
{
    bool holds = false;
    OptInt unentitled = OPT_NONE;
    for (size_t i = 0; i < m->entitlement.n && !unentitled.set; i++) {
        TRY(cond_eval(m->entitlement.at[i].check.cond, rec, now, &holds));
        if (!holds)
            unentitled = OPT_INT((int64_t)i);
    }
    TRY(cond_eval(m->audience.cond, rec, now, &holds));
    ret->not_audience = !holds;
    ret->unentitled = unentitled;
    return RC_OK;
}
