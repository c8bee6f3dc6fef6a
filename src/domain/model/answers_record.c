/* answers_record.c - a request as its model's conditions see it, and what they decide. */
#include "core/log.h"
#include "domain/model/answers.h"
#include "domain/model/model_schema.h"

const Answer *answer_get(const AnswerSet *s, Str question)
{
    for (size_t i = 0; s != NULL && i < s->n; i++)
        if (str_eq(s->at[i].question->id, question))
            return s->at[i].value.type == COND_EMPTY && s->at[i].rows_n == 0 ? NULL : &s->at[i];
    return NULL;
}

/* ---- the callbacks ---- */

static bool text_value(Str s, CondType type, CondValue *ret)
{
    *ret = (CondValue){ .type = type, .text = s };
    return s.len > 0;
}

static bool get_request(const RequestFacts *f, RequestName name, CondType type, CondValue *ret)
{
    const Str values[] = {
        [REQUEST_IMPACT] = f->impact,       [REQUEST_URGENCY] = f->urgency,
        [REQUEST_LEVEL] = f->level,         [REQUEST_CHANNEL] = f->channel,
        [REQUEST_REQUESTER] = f->requester, [REQUEST_BENEFICIARY] = f->person.login,
        [REQUEST_TEAM] = f->team,           [REQUEST_RECORD] = f->record,
        [REQUEST_RISK] = f->risk,
    };

    return text_value(values[name], type, ret);
}

static bool get_person(const AnswerPerson *p, PersonName name, CondType type, CondValue *ret)
{
    const Str values[] = {
        [PERSON_KIND] = p->kind,         [PERSON_ORG] = p->org,         [PERSON_SITE] = p->site,
        [PERSON_LANGUAGE] = p->language, [PERSON_LOGIN] = p->login,     [PERSON_NAME] = p->name,
        [PERSON_EMAIL] = p->email,       [PERSON_MANAGER] = p->manager,
    };

    return text_value(values[name], type, ret);
}

static bool get_answer(const AnswerSet *s, NameId id, size_t row, CondValue *ret)
{
    if (s == NULL || id.index >= s->n)
        return false;
    const Answer *a = &s->at[id.index];
    if (id.column > 0) {
        size_t columns = a->question->columns.n;
        if (row >= a->rows_n || id.column > columns)
            return false;
        *ret = a->cells[row * columns + id.column - 1];
    } else if (a->question->type == QUESTION_TABLE) {
        *ret = (CondValue){ .type = COND_TABLE, .keys_n = a->rows_n };
    } else {
        *ret = a->value;
    }
    return ret->type != COND_EMPTY;
}

static bool record_get(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const ModelRecord *r = arg;
    NameId id = name_id(name);

    switch (id.source) {
    case NAME_QUESTION: return get_answer(r->answers, id, row, ret);
    case NAME_ASSESS: return get_answer(r->assess, id, row, ret);
    case NAME_REQUEST: return get_request(r->facts, (RequestName)id.index, name->type, ret);
    case NAME_PERSON: return get_person(&r->facts->person, (PersonName)id.index, name->type, ret);
    case NAME_COST: *ret = r->cost; return r->cost.type != COND_EMPTY;
    }
    return false;
}

static size_t record_rows(void *arg, Str table)
{
    const ModelRecord *r = arg;
    const Answer *a = answer_get(r->answers, table);

    return a != NULL ? a->rows_n : 0;
}

static bool record_count(void *arg, const CountQuery *q, int64_t *ret)
{
    const RequestFacts *f = ((const ModelRecord *)arg)->facts;

    *ret = 0;
    return f->count == NULL || f->count(f->count_arg, q, ret);
}

CondRecord model_record(ModelRecord *r)
{
    return (CondRecord){ .get = record_get,
                         .rows = record_rows,
                         .count = record_count,
                         .arg = r,
                         .zone = r->facts->zone };
}

static void log_too_long(const ModelCond *c, const ModelRecord *r)
{
    log_warn("a condition exceeds its limit", "model %.*s line %u",
             STR_ARG(r->model != NULL ? r->model->key : STR_NULL), c->pos.line);
}

bool model_holds(const ModelCond *c, ModelRecord *r, Ms now)
{
    CondRecord rec = model_record(r);
    bool holds = false;

    if (cond_eval(c->cond, &rec, now, &holds) == RC_OK)
        return holds;
    log_too_long(c, r);
    return false;
}

/* ---- what a model says about a request ---- */

typedef struct OpenNames {
    NameSource source;
    const bool *questions;
    size_t n;
    bool cost, risk;
} OpenNames;

static bool is_open(void *arg, const CondName *name)
{
    const OpenNames *o = arg;
    NameId id = name_id(name);

    if (id.source == NAME_COST)
        return o->cost;
    if (id.source == NAME_REQUEST && id.index == REQUEST_RISK)
        return o->risk;
    return id.source == o->source && id.index < o->n && o->questions[id.index];
}

static CondSure sure(const ModelCond *c, ModelRecord *r, Ms now, OpenNames *open)
{
    CondRecord rec = model_record(r);
    CondSure ret = COND_SURE_NO;

    if (cond_eval_sure(c->cond, &rec, now, is_open, open, &ret) != RC_OK)
        log_too_long(c, r);
    return ret;
}

bool question_shown(const QuestionList *questions, size_t i, ModelRecord *r, Ms now, bool *open)
{
    bool assess = r->model != NULL && questions == &r->model->assess;
    OpenNames above = { assess ? NAME_ASSESS : NAME_QUESTION, open, i, false, false };
    CondSure shown = sure(&questions->at[i].show, r, now, &above);

    open[i] = shown != COND_SURE_NO;
    return shown == COND_SURE_YES;
}

Rc answers_shown(Arena *a, const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts,
                 Ms now, bool *ret)
{
    ModelRecord r = { .model = m, .answers = s, .facts = facts };
    bool *open = ARENA_ARRAY(a, bool, m->form.n + 1);

    if (open == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < m->form.n; i++) {
        ret[i] = question_shown(&m->form, i, &r, now, open);
        open[i] = open[i] && answer_get(s, m->form.at[i].id) == NULL;
    }
    return RC_OK;
}

Rc answers_wanted(Arena *a, const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts,
                  Ms now, bool *ret)
{
    ModelRecord r = { .model = m, .answers = s, .facts = facts };
    bool *open = ARENA_ARRAY(a, bool, m->form.n + 1);

    if (open == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < m->form.n; i++) {
        (void)question_shown(&m->form, i, &r, now, open);
        open[i] = open[i] && answer_get(s, m->form.at[i].id) == NULL;
        ret[i] = open[i] && question_required(&m->form.at[i], &r, now);
    }
    return RC_OK;
}

/* As with the price: a line that may yet hold leaves open which one counts. */
static bool is_risk_open(ModelRecord *r, Ms now, OpenNames *open)
{
    for (size_t i = 0; i < r->model->risk.n; i++) {
        CondSure line = sure(&r->model->risk.at[i].when, r, now, open);
        if (line != COND_SURE_NO)
            return line == COND_SURE_LATER;
    }
    return false;
}

CondSure model_sure(const ModelCond *c, ModelRecord *r, Ms now, const bool *wanted, bool cost)
{
    OpenNames open = { NAME_QUESTION, wanted, r->model->form.n, cost, false };

    open.risk = is_risk_open(r, now, &open);

    return sure(c, r, now, &open);
}

bool model_cost_later(ModelRecord *r, Ms now, const bool *wanted)
{
    for (size_t i = 0; i < r->model->cost.n; i++) {
        CondSure line = model_sure(&r->model->cost.at[i].when, r, now, wanted, false);
        if (line != COND_SURE_NO)
            return line == COND_SURE_LATER;
    }
    return false;
}

bool question_required(const Question *q, ModelRecord *r, Ms now)
{
    return q->required || (q->required_if.cond != NULL && model_holds(&q->required_if, r, now));
}

static CondValue amount_of(const CostLine *l, ModelRecord *r, Ms now)
{
    CondRecord rec = model_record(r);
    CondValue v = { .type = COND_EMPTY };

    if (l->amount.cond == NULL || cond_eval_value(l->amount.cond, &rec, now, &v) != RC_OK)
        v = (CondValue){ .type = COND_EMPTY };
    return v;
}

CondValue model_cost(const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts, Ms now)
{
    ModelRecord r = { .model = m, .answers = s, .facts = facts };

    for (size_t i = 0; i < m->cost.n; i++)
        if (model_holds(&m->cost.at[i].when, &r, now))
            return amount_of(&m->cost.at[i], &r, now);
    return (CondValue){ .type = COND_EMPTY };
}

const Entitlement *model_entitled(const ModelVersion *m, const AnswerSet *s,
                                  const RequestFacts *facts, Ms now)
{
    ModelRecord r = {
        .model = m, .answers = s, .facts = facts, .cost = model_cost(m, s, facts, now)
    };

    for (size_t i = 0; i < m->entitlement.n; i++)
        if (!model_holds(&m->entitlement.at[i].check, &r, now))
            return &m->entitlement.at[i];
    return NULL;
}

bool bundle_part_holds(const BundlePart *p, const AnswerSet *shared, const RequestFacts *facts,
                       Ms now)
{
    ModelRecord r = { .answers = shared, .facts = facts };

    return model_holds(&p->when, &r, now);
}

bool model_audience_holds(const ModelVersion *m, const RequestFacts *facts, Ms now)
{
    ModelRecord r = { .model = m, .facts = facts };

    return model_holds(&m->audience, &r, now);
}

size_t model_risk(const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts,
                  CondValue cost, Ms now)
{
    ModelRecord r = { .model = m, .answers = s, .facts = facts, .cost = cost };

    for (size_t i = 0; i < m->risk.n; i++)
        if (model_holds(&m->risk.at[i].when, &r, now))
            return i + 1;
    return 0;
}

Str model_risk_word(const ModelVersion *m, int64_t line)
{
    if (line < 1 || (size_t)line > m->risk.n)
        return STR("");
    return str_z(RISK_WORDS[m->risk.at[line - 1].level]);
}

const Target *model_target(const ModelVersion *m, ModelRecord *r, Ms now)
{
    for (size_t i = 0; i < m->targets.n; i++)
        if (model_holds(&m->targets.at[i].when, r, now))
            return &m->targets.at[i];
    return NULL;
}

static Str word_of(const WordOrAnswer *w, const AnswerSet *s, Str standard)
{
    if (w->question.len == 0)
        return w->word;
    const Answer *a = answer_get(s, w->question);
    return a != NULL ? a->value.text : standard;
}

void model_priority(const ModelVersion *m, const AnswerSet *s, Str *ret_impact, Str *ret_urgency)
{
    *ret_impact = word_of(&m->priority.impact, s, str_z(IMPACT_WORDS[0]));
    *ret_urgency = word_of(&m->priority.urgency, s, str_z(URGENCY_WORDS[1]));
}
