/* request_preview.c - what asking would bring, before anything is saved. */
#include "domain/request/aggregate.h"
#include "domain/request/view.h"

/* A request that has no row yet, for conditions and for the people of its stages. */
static Aggregate imagined(Ctx *cx, GrantedSubmit g, const DraftParts *p)
{
    Aggregate r = {
        .row = {
            .record = p->facts.record,
            .model_key = p->model.model->key,
            .beneficiary_id = granted_submit_person(g),
            .requester_id = p->requester,
            .submitter_id = cx->subject->person_id,
            .channel = p->channel,
            .impact = p->impact,
            .urgency = p->urgency,
            .level = p->level,
            .risk = p->facts.risk,
            .team_id = p->model.team_id,
            .owner_id = id_opt(p->model.owner_id),
        },
        .model = p->model.model,
        .form = p->form,
        .cost = p->cost,
    };
    r.state =
        engine_draft((EngineParties){ r.row.requester_id, r.row.beneficiary_id, r.row.submitter_id,
                                      p->model.team_id, p->model.owner_id });
    return r;
}

static bool is_party(const Aggregate *r, int64_t person)
{
    return person == r->row.requester_id || person == r->row.beneficiary_id
           || person == r->row.submitter_id;
}

static Rc add_first(Ctx *cx, const Aggregate *r, const IdList *from, size_t most, PersonRefs *ret)
{
    for (size_t i = 0; i < from->n && ret->n < most; i++) {
        PersonRef ref;
        if (is_party(r, from->at[i]))
            continue;
        TRY(person_ref(cx, from->at[i], &ref));
        TRY(LIST_PUSH(cx->arena, ret, ref));
    }
    return RC_OK;
}

/* Do the answers that are still wanted decide whether this stage is asked? */
static bool is_stage_open(const Stage *s, ModelRecord *r, Ms now, const bool *wanted, bool cost)
{
    CondSure when = model_sure(&s->when, r, now, wanted, cost);
    CondSure unless =
        s->unless.cond == NULL ? COND_SURE_NO : model_sure(&s->unless, r, now, wanted, cost);

    if (when == COND_SURE_NO || unless == COND_SURE_YES)
        return false;
    return when == COND_SURE_LATER || unless == COND_SURE_LATER;
}

static Rc preview_stages(Ctx *cx, const Aggregate *r, ModelRecord *record, const bool *wanted,
                         RequestPreview *ret)
{
    bool cost = model_cost_later(record, cx->now_ms, wanted);
    EngineFacts facts;
    StepNames names = { 0 };

    TRY(facts_of_stages(cx, r, cx->now_ms, &facts));
    TRY(step_names(cx, &names));
    for (size_t i = 0; i < facts.stages.n; i++) {
        const FactStage *fact = &facts.stages.at[i];
        const Stage *stage = &r->model->approvals.at[i];
        ApprovalRule rule = { stage->rule, stage->rule_n };
        StagePreview p = {
            .stage = stage->key,
            .name = stage_name(cx, &names, r->model, stage->key),
            .applies = fact->applies,
            .pre_approved = fact->pre_approved,
            .later = fact->needs_assessment,
            .open = is_stage_open(stage, record, cx->now_ms, wanted, cost),
            .rule = approval_rule_word(cx->arena, rule),
        };
        TRY(add_first(cx, r, &fact->who, SIZE_MAX, &p.who));
        if (p.who.n == 0)
            TRY(add_first(cx, r, &fact->managers, 1, &p.who));
        TRY(LIST_PUSH(cx->arena, &ret->stages, p));
    }
    return RC_OK;
}

static Rc preview_shown(Ctx *cx, const DraftParts *p, RequestPreview *ret)
{
    size_t n = p->model.model->form.n;

    ret->shown = ARENA_ARRAY(cx->arena, bool, n + 1);
    if (ret->shown == NULL)
        return RC_LIMIT;
    return answers_shown(cx->arena, p->model.model, &p->form, &p->facts, cx->now_ms, ret->shown);
}

static bool is_faulty(const FieldErrors *faults, Str question)
{
    for (size_t i = 0; i < faults->n; i++) {
        Str pointer = faults->at[i].pointer;
        if (!str_starts(pointer, STR("/answers/")))
            continue;
        Str rest = str_skip(pointer, strlen("/answers/"));
        if (str_eq(str_cut(&rest, '/'), question))
            return true;
    }
    return false;
}

/* An answer that is wrong counts as none: one slip of the pen should not hide the price, who decides
 * and the questions that the other answers bring. */
static Rc read_kindly(Ctx *cx, GrantedSubmit g, const RequestCreate *in, FieldErrors *faults,
                      DraftParts *ret)
{
    RequestCreate kept = *in;
    FieldErrors none = { 0 };

    Rc rc = create_read(cx, g, in, ANSWERS_DRAFT, faults, ret);
    if (rc != RC_INVALID || faults->n == 0)
        return rc;
    kept.answers = (AnswerInputs){ 0 };
    for (size_t i = 0; i < in->answers.n; i++)
        if (!is_faulty(faults, in->answers.at[i].question))
            TRY(LIST_PUSH(cx->arena, &kept.answers, in->answers.at[i]));
    return create_read(cx, g, &kept, ANSWERS_DRAFT, &none, ret);
}

Rc request_preview(Ctx *cx, GrantedSubmit g, const RequestCreate *in, RequestPreview *ret)
{
    RequestPreview preview = { .cost = { .type = COND_EMPTY } };
    DraftParts p;

    TRY(read_kindly(cx, g, in, &preview.faults, &p));
    Aggregate r = imagined(cx, g, &p);
    ModelRecord record = {
        .model = r.model, .answers = &p.form, .facts = &p.facts, .cost = p.cost
    };
    bool *wanted = ARENA_ARRAY(cx->arena, bool, r.model->form.n + 1);
    if (wanted == NULL)
        return RC_LIMIT;
    TRY(answers_wanted(cx->arena, r.model, &p.form, &p.facts, cx->now_ms, wanted));
    if (!model_cost_later(&record, cx->now_ms, wanted))
        preview.cost = p.cost;
    preview.impact = p.impact;
    preview.urgency = p.urgency;
    preview.level = p.facts.level;
    preview.answers = p.form;
    preview.target = model_target(r.model, &record, cx->now_ms);
    TRY(promise_usual(cx, r.model, preview.target, p.facts.zone, &preview.usual));
    TRY(preview_shown(cx, &p, &preview));
    TRY(facts_entry(cx, &r, g, cx->now_ms, &preview.refused));
    TRY(preview_stages(cx, &r, &record, wanted, &preview));
    *ret = preview;
    return RC_OK;
}

Rc request_refused(Ctx *cx, GrantedSubmit g, const DraftParts *p, Text *ret)
{
    Aggregate r = imagined(cx, g, p);
    return facts_entry(cx, &r, g, cx->now_ms, ret);
}
