/* model_check.c - the parts of one model against each other: plan, raci, approvals, targets, money. */
#include "domain/model/model_bind.h"

#include <assert.h>

/* ---- walking all conditions ---- */

static void each_of_questions(const QuestionList *l, void (*visit)(const ModelCond *, void *),
                              void *arg)
{
    for (size_t i = 0; i < l->n; i++) {
        visit(&l->at[i].show, arg);
        visit(&l->at[i].required_if, arg);
    }
}

void model_each_cond(const ModelVersion *m, void (*visit)(const ModelCond *c, void *arg), void *arg)
{
    visit(&m->audience, arg);
    for (size_t i = 0; i < m->entitlement.n; i++)
        visit(&m->entitlement.at[i].check, arg);
    each_of_questions(&m->form, visit, arg);
    each_of_questions(&m->assess, visit, arg);
    for (size_t i = 0; i < m->cost.n; i++) {
        visit(&m->cost.at[i].when, arg);
        visit(&m->cost.at[i].amount, arg);
    }
    for (size_t i = 0; i < m->risk.n; i++)
        visit(&m->risk.at[i].when, arg);
    for (size_t i = 0; i < m->targets.n; i++)
        visit(&m->targets.at[i].when, arg);
    for (size_t i = 0; i < m->approvals.n; i++) {
        visit(&m->approvals.at[i].when, arg);
        visit(&m->approvals.at[i].unless, arg);
    }
    for (size_t i = 0; i < m->plan.n; i++) {
        visit(&m->plan.at[i].when, arg);
        visit(&m->plan.at[i].at, arg);
    }
}

/* ---- lines of which the first that holds is taken ---- */

static void check_line_order(Doc *d, const char *what, size_t i, SourcePos pos,
                             const ModelCond *before)
{
    if (i > 0 && before->text.len == 0)
        doc_warn(d, pos, "unreachable_line",
                 "This line of %s is never reached, because the line before it holds always; give "
                 "that one a when.",
                 what);
}

static Rc bind_costs(Doc *d, ModelVersion *m, const CondSchema *names)
{
    for (size_t i = 0; i < m->cost.n; i++) {
        CostLine *l = &m->cost.at[i];
        TRY(bind_cond(d, &l->when, names));
        TRY(bind_value(d, &l->amount, names, 1U << COND_MONEY));
        check_can_hold(d, &l->when, "when");
        check_line_order(d, "cost", i, l->pos, i > 0 ? &m->cost.at[i - 1].when : NULL);
    }
    return RC_OK;
}

static Rc bind_risk(Doc *d, ModelVersion *m, const CondSchema *names)
{
    for (size_t i = 0; i < m->risk.n; i++) {
        RiskLine *l = &m->risk.at[i];
        TRY(bind_cond(d, &l->when, names));
        check_can_hold(d, &l->when, "when");
        check_line_order(d, "risk", i, l->pos, i > 0 ? &m->risk.at[i - 1].when : NULL);
    }
    return RC_OK;
}

static void find_risk(const Cond *c, void *arg)
{
    bool *found = arg;

    if (c->op != COND_NAME)
        return;
    NameId id = name_id(c->name);
    *found = *found || (id.source == NAME_REQUEST && id.index == REQUEST_RISK);
}

static void check_risk_used(const ModelCond *c, void *arg)
{
    Doc *d = arg;
    bool found = false;

    cond_walk(c->cond, find_risk, &found);
    if (found)
        doc_error(d, c->pos, "no_risk",
                  "This condition asks for request.risk, and the model has no lines of risk; write "
                  "risk: and its lines.");
}

static Rc bind_targets(Doc *d, ModelVersion *m, const CondSchema *names)
{
    bool fallback = m->targets.n == 0;

    for (size_t i = 0; i < m->targets.n; i++) {
        Target *t = &m->targets.at[i];
        bool working = timespan_is_working(t->respond) || timespan_is_working(t->approve)
                       || timespan_is_working(t->fulfil) || timespan_is_working(t->update);
        TRY(bind_cond(d, &t->when, names));
        TRY(bind_cond(d, &t->pause, clock_schema()));
        check_can_hold(d, &t->when, "when");
        check_line_order(d, "targets", i, t->pos, i > 0 ? &m->targets.at[i - 1].when : NULL);
        fallback = fallback || t->when.text.len == 0;
        if (working && t->calendar.len == 0)
            doc_error(d, t->pos, "calendar_needed",
                      "Working time (wh, wd) needs a calendar; add calendar: and its key.");
        if (t->respond.n == 0 && t->approve.n == 0 && t->fulfil.n == 0 && t->update.n == 0)
            doc_error(d, t->pos, "empty_target",
                      "This target promises nothing; write respond, approve, fulfil or update.");
        if (t->approve.n != 0 && m->approvals.n == 0)
            doc_warn(d, t->pos, "approve_unused",
                     "There are no approvals, so approve has nothing to measure; leave it out.");
    }
    if (!fallback)
        doc_warn(
            d, m->targets.at[m->targets.n - 1].pos, "no_fallback",
            "Where no line of targets holds, nothing is promised; end with a line without when.");
    return RC_OK;
}

/* ---- approvals ---- */

static bool is_question_type(const ModelVersion *m, Str id, QuestionType a, QuestionType b,
                             const Question **ret)
{
    *ret = model_question(m, id);
    return *ret != NULL && ((*ret)->type == a || (*ret)->type == b);
}

static void check_who(Doc *d, const ModelVersion *m, const Who *w, SourcePos pos)
{
    const Question *q = NULL;
    const char *wanted = NULL;

    if (w->kind == WHO_OWNER && !is_question_type(m, w->name, QUESTION_LIST, QUESTION_ITEM, &q))
        wanted = "list or item";
    else if (w->kind == WHO_ANSWER
             && !is_question_type(m, w->name, QUESTION_PERSON, QUESTION_TEAM, &q))
        wanted = "person or team";
    else if (w->kind == WHO_MANAGER && w->party == PARTY_ANSWER
             && !is_question_type(m, w->name, QUESTION_PERSON, QUESTION_PERSON, &q))
        wanted = "person";
    if (wanted == NULL)
        return;
    Str who = who_text(d->arena, w);
    if (q == NULL)
        doc_error(d, pos, "unknown_question",
                  "%.*s names the question %.*s, which the form does not have.", STR_ARG(who),
                  STR_ARG(w->name));
    else
        doc_error(d, pos, "who_type", "%.*s needs a question of type %s; %.*s is of type %s.",
                  STR_ARG(who), wanted, STR_ARG(w->name), question_type_word(q->type));
}

static Rc bind_approvals(Doc *d, ModelVersion *m, const CondSchema *names)
{
    size_t chosen = 0;

    for (size_t i = 0; i < m->approvals.n; i++) {
        Stage *s = &m->approvals.at[i];
        bool all_chosen = s->who.n > 0;
        TRY(bind_cond(d, &s->when, names));
        TRY(bind_cond(d, &s->unless, names));
        check_can_hold(d, &s->when, "when");
        check_can_hold(d, &s->unless, "unless");
        for (size_t k = 0; k < s->who.n; k++) {
            check_who(d, m, &s->who.at[k], s->pos);
            all_chosen = all_chosen && s->who.at[k].kind == WHO_ANSWER;
        }
        chosen += all_chosen ? 1 : 0;
        for (size_t k = 0; k < i; k++)
            if (s->key.len > 0 && str_eq(s->key, m->approvals.at[k].key))
                doc_error(d, s->pos, "duplicate_id", "There are two stages %.*s; rename one.",
                          STR_ARG(s->key));
        if (str_eq_z(s->key, "adhoc"))
            doc_error(d, s->pos, "reserved_id",
                      "A stage cannot be called adhoc, which is the approval of leaving the model; "
                      "take another name.");
        if (!s->verify && lang_text(&s->evidence, LANG_EN, NULL).len > 0)
            doc_error(d, s->pos, "evidence_unused",
                      "evidence goes with verify: true; add that or leave evidence out.");
    }
    if (m->approvals.n > 0 && chosen == m->approvals.n)
        doc_warn(d, m->approvals.at[0].pos, "self_chosen",
                 "Whoever asks also chooses who approves; add a stage with a manager, a team or an "
                 "owner.");
    return RC_OK;
}

/* ---- plan ---- */

/* Does a path of `after` lead from task `from` to task `to`? */
static bool reaches(const ModelVersion *m, size_t from, size_t to, bool *seen)
{
    size_t stack[MODEL_TASKS_MAX], n = 0;

    stack[n++] = from;
    while (n > 0) {
        const PlanTask *t = &m->plan.at[stack[--n]];
        for (size_t i = 0; i < t->after.n; i++) {
            const PlanTask *before = model_task(m, t->after.at[i]);
            size_t index = before != NULL ? (size_t)(before - m->plan.at) : 0;
            if (before == NULL || seen[index])
                continue;
            if (index == to)
                return true;
            seen[index] = true; /* each task goes onto the stack once, so there is room */
            stack[n++] = index;
        }
    }
    return false;
}

static void check_after(Doc *d, const ModelVersion *m, size_t i)
{
    const PlanTask *t = &m->plan.at[i];
    bool seen[MODEL_TASKS_MAX] = { false };

    for (size_t k = 0; k < t->after.n; k++)
        if (model_task(m, t->after.at[k]) == NULL)
            doc_error(d, t->pos, "unknown_task",
                      "Task %.*s waits for %.*s, which is not in the plan.", STR_ARG(t->key),
                      STR_ARG(t->after.at[k]));
    if (reaches(m, i, i, seen))
        doc_error(d, t->pos, "cycle",
                  "Task %.*s waits for itself through after; take one of them out.",
                  STR_ARG(t->key));
}

typedef struct MaybeEmpty {
    const ModelVersion *m;
    const Cond *when;
    const Question *found;
} MaybeEmpty;

static void find_maybe_empty(const Cond *c, void *arg)
{
    MaybeEmpty *e = arg;

    if (c->op != COND_NAME)
        return;
    NameId id = name_id(c->name);
    const Question *q = id.source == NAME_QUESTION ? &e->m->form.at[id.index]
                        : id.source == NAME_ASSESS ? &e->m->assess.at[id.index]
                                                   : NULL;
    if (q == NULL)
        return;
    bool asked =
        q->show.cond == NULL ? q->required : cond_covers(e->when, q->show.cond) && q->required;
    if (!asked && !cond_uses_question(e->when, id.source, id.index))
        e->found = q;
}

/* Programs carry out; what is right is for people to say. */
static void check_action(Doc *d, const ModelVersion *m, const PlanTask *t)
{
    if (t->action.len == 0 && t->with.n > 0)
        doc_error(d, t->pos, "with_unused",
                  "with is for an action; task %.*s has none: add action: or take with out.",
                  STR_ARG(t->key));
    if (t->action.len > 0 && (t->owner != TASK_BY_TEAM || t->test || t->accept))
        doc_error(d, t->pos, "action_for_people",
                  "Task %.*s cannot be an action: a test, a confirmation and what the requester "
                  "does are for people.",
                  STR_ARG(t->key));
    for (size_t i = 0; i < t->with.n; i++) {
        const ActionValue *v = &t->with.at[i];
        Str id = str_skip(v->answer, v->answer.len > 0 ? strlen("answer.") : 0);
        bool assess = str_starts(v->answer, STR("assess."));
        const Question *q = assess ? model_assess_question(m, id) : model_question(m, id);
        if (v->answer.len > 0 && q == NULL)
            doc_error(d, v->pos, "unknown_question",
                      "%.*s names a question that this model does not have.", STR_ARG(v->answer));
        for (size_t k = 0; k < i; k++)
            if (str_eq(t->with.at[k].name, v->name))
                doc_error(d, v->pos, "duplicate_id", "There are two values %.*s; keep one.",
                          STR_ARG(v->name));
    }
}

static void check_task(Doc *d, const ModelVersion *m, size_t i)
{
    const PlanTask *t = &m->plan.at[i];
    MaybeEmpty empty = { m, t->when.cond, NULL };

    for (size_t k = 0; k < i; k++)
        if (t->key.len > 0 && str_eq(t->key, m->plan.at[k].key))
            doc_error(d, t->pos, "duplicate_id", "There are two tasks %.*s; rename one.",
                      STR_ARG(t->key));
    if (t->team.len == 0 && t->owner == TASK_BY_TEAM)
        doc_error(d, t->pos, "task_nobody",
                  "Nobody does task %.*s; write team: and a team, or owner: requester.",
                  STR_ARG(t->key));
    if (t->team.len > 0 && t->owner != TASK_BY_TEAM)
        doc_error(d, t->pos, "task_nobody", "Task %.*s has a team and an owner; keep one of them.",
                  STR_ARG(t->key));
    if (t->accept && t->owner == TASK_BY_TEAM)
        doc_error(d, t->pos, "accept_by_team",
                  "Finishing task %.*s is the requester's confirmation; write owner: requester, or "
                  "take accept out.",
                  STR_ARG(t->key));
    if (t->accept && t->test)
        doc_error(d, t->pos, "accept_and_test", "Task %.*s is a test or an acceptance, not both.",
                  STR_ARG(t->key));
    if (t->signed_off)
        check_who(d, m, &t->sign_off, t->pos);
    check_action(d, m, t);
    cond_walk(t->at.cond, find_maybe_empty, &empty);
    if (empty.found != NULL)
        doc_warn(d, t->pos, "moment_empty",
                 "Task %.*s starts at once when %.*s has no answer; add when: \"not (%.*s is "
                 "empty)\" if that is not meant.",
                 STR_ARG(t->key), STR_ARG(empty.found->id), STR_ARG(empty.found->id));
}

static Rc bind_plan(Doc *d, ModelVersion *m, const CondSchema *names)
{
    size_t accepts = 0;

    for (size_t i = 0; i < m->plan.n; i++) {
        PlanTask *t = &m->plan.at[i];
        TRY(bind_cond(d, &t->when, names));
        TRY(bind_value(d, &t->at, names, 1U << COND_DATE | 1U << COND_DATETIME));
        check_can_hold(d, &t->when, "when");
        check_task(d, m, i);
        check_after(d, m, i);
        if (t->accept && t->when.text.len == 0 && ++accepts == 2)
            doc_warn(
                d, t->pos, "accept_twice",
                "The requester confirms twice; the first acceptance already ends the request.");
    }
    return RC_OK;
}

/* ---- raci ---- */

static RaciLine made_line(const ModelVersion *m, const PlanTask *t)
{
    RaciLine line = { .task = t->key, .accountable = m->owner, .pos = t->pos };

    return line;
}

static Rc responsible_of(Doc *d, const PlanTask *t, StrList *ret)
{
    if (ret->n > 0)
        return RC_OK;
    if (t->owner == TASK_BY_TEAM)
        return t->team.len > 0 ? LIST_PUSH(d->arena, ret, t->team) : RC_OK;
    return LIST_PUSH(d->arena, ret,
                     t->owner == TASK_BY_REQUESTER ? STR("requester") : STR("beneficiary"));
}

/* One line for each task, in the order of the plan; what the document leaves out is filled in. */
static Rc complete_raci(Doc *d, ModelVersion *m)
{
    RaciLineList list = { 0 };

    for (size_t i = 0; i < m->raci.n; i++)
        if (model_task(m, m->raci.at[i].task) == NULL)
            doc_error(d, m->raci.at[i].pos, "unknown_task",
                      "raci speaks of task %.*s, which is not in the plan.",
                      STR_ARG(m->raci.at[i].task));
    for (size_t i = 0; i < m->plan.n; i++) {
        const PlanTask *t = &m->plan.at[i];
        const RaciLine *given = model_raci(m, t->key);
        RaciLine line = given != NULL ? *given : made_line(m, t);
        TRY(responsible_of(d, t, &line.responsible));
        if (line.accountable.len == 0)
            line.accountable = m->owner;
        if (line.accountable.len == 0)
            doc_warn(d, line.pos, "no_accountable",
                     "Nobody is accountable for task %.*s; write A in raci, or owner for the "
                     "model.",
                     STR_ARG(t->key));
        TRY(LIST_PUSH(d->arena, &list, line));
    }
    m->raci = list;
    return RC_OK;
}

/* ---- priority ---- */

static void check_priority(Doc *d, const ModelVersion *m, WordOrAnswer *p, const char *key,
                           const char *standard, const char *const words[4])
{
    if (p->question.len == 0) {
        if (p->word.len == 0)
            p->word = str_z(standard);
        return;
    }
    const Question *q = model_question(m, p->question);
    if (q == NULL || q->type != QUESTION_CHOICE) {
        doc_error(d, m->priority.pos, "bad_priority",
                  "%s takes the answer of a question of type choice; %.*s is %s.", key,
                  STR_ARG(p->question), q == NULL ? "no question of the form" : "of another type");
        return;
    }
    for (size_t i = 0; i < q->options.n; i++) {
        bool known = false;
        for (size_t k = 0; k < 4; k++)
            known = known || str_eq_z(q->options.at[i].key, words[k]);
        if (!known)
            doc_error(d, q->options.at[i].pos, "bad_priority",
                      "%s takes its word from this question, so its options are %s, "
                      "%s, %s and %s; not %.*s.",
                      key, words[0], words[1], words[2], words[3], STR_ARG(q->options.at[i].key));
    }
}

/* ---- money ---- */

typedef struct Currencies {
    char first[4], other[4];
} Currencies;

static void add_currency(Currencies *c, const char *currency)
{
    if (c->first[0] == '\0')
        memcpy(c->first, currency, sizeof c->first);
    else if (memcmp(c->first, currency, sizeof c->first) != 0)
        memcpy(c->other, currency, sizeof c->other);
}

static void node_currency(const Cond *c, void *arg)
{
    if (c->op == COND_CONST && c->type == COND_MONEY)
        add_currency(arg, c->value.money.currency);
    for (size_t i = 0; i < c->list_n; i++)
        if (c->list[i]->op == COND_CONST && c->list[i]->type == COND_MONEY)
            add_currency(arg, c->list[i]->value.money.currency);
}

static void cond_currency(const ModelCond *c, void *arg)
{
    cond_walk(c->cond, node_currency, arg);
}

static void question_currency(const Question *q, Currencies *c)
{
    char currency[4] = { 0 };

    if (q->currency.len == 3) {
        memcpy(currency, q->currency.ptr, 3);
        add_currency(c, currency);
    }
    for (size_t i = 0; i < q->columns.n; i++)
        question_currency(&q->columns.at[i], c);
}

static void check_currencies(Doc *d, const ModelVersion *m)
{
    Currencies c = { 0 };

    model_each_cond(m, cond_currency, &c);
    for (size_t i = 0; i < m->form.n; i++)
        question_currency(&m->form.at[i], &c);
    if (c.other[0] != '\0')
        doc_warn(d, (SourcePos){ 1, 1 }, "currency_mix",
                 "This model speaks of %s and of %s; amounts of different currencies never "
                 "compare, so a condition about "
                 "one is false for the other.",
                 c.first, c.other);
}

/* ---- all of it ---- */

static Rc bind_entitlement(Doc *d, ModelVersion *m, const CondSchema *names)
{
    for (size_t i = 0; i < m->entitlement.n; i++) {
        TRY(bind_cond(d, &m->entitlement.at[i].check, names));
        check_can_hold(d, &m->entitlement.at[i].check, "check");
    }
    return RC_OK;
}

static void check_assess(Doc *d, const ModelVersion *m)
{
    for (size_t i = 0; i < m->assess.n; i++) {
        const Question *q = &m->assess.at[i];
        if (q->type == QUESTION_TABLE)
            doc_error(d, q->pos, "bad_column", "An assessment question cannot be a table.");
        if (q->prefill.len > 0)
            doc_error(d, q->pos, "bad_prefill",
                      "An assessment question cannot be prefilled from a person.");
    }
}

Rc bind_model(Doc *d, ModelVersion *m)
{
    CondSchema audience, form, entitlement, risk, target, all;

    TRY(names_make(d->arena, NAMES_AUDIENCE, NULL, NULL, false, &audience));
    TRY(names_make(d->arena, NAMES_FORM, &m->form, NULL, false, &form));
    TRY(names_make(d->arena, NAMES_ENTITLEMENT, &m->form, NULL, false, &entitlement));
    TRY(names_make(d->arena, NAMES_RISK, &m->form, NULL, false, &risk));
    TRY(names_make(d->arena, NAMES_TARGET, &m->form, NULL, false, &target));
    TRY(names_make(d->arena, NAMES_ALL, &m->form, &m->assess, false, &all));

    TRY(bind_cond(d, &m->audience, &audience));
    TRY(bind_questions(d, &m->form, NAME_QUESTION, &form));
    TRY(bind_questions(d, &m->assess, NAME_ASSESS, &all));
    check_assess(d, m);
    TRY(bind_entitlement(d, m, &entitlement));
    TRY(bind_costs(d, m, &form));
    TRY(bind_risk(d, m, &risk));
    TRY(bind_targets(d, m, &target));
    TRY(bind_approvals(d, m, &all));
    TRY(bind_plan(d, m, &all));
    if (m->risk.n == 0)
        model_each_cond(m, check_risk_used, d);
    TRY(complete_raci(d, m));
    check_priority(d, m, &m->priority.impact, "impact", "person", IMPACT_WORDS);
    check_priority(d, m, &m->priority.urgency, "urgency", "normal", URGENCY_WORDS);
    check_currencies(d, m);
    if (m->close_after.n == 0)
        m->close_after = (TimeSpan){ 5, SPAN_WORK_DAYS };
    return RC_OK;
}
