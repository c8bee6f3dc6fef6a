/* answers_check.c - checks what came against the questions, in the order in which they are asked. */
#include "domain/model/answers_value.h"

/* ---- which inputs belong to a question ---- */

typedef struct Picked {
    const AnswerInput **at;
    size_t n, cap;
} Picked;

static Rc pick(Arena *a, const AnswerInputs *in, Str question, Picked *ret)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_eq(in->at[i].question, question))
            TRY(LIST_PUSH(a, ret, &in->at[i]));
    return RC_OK;
}

static Str pointer_of(AnswerCheck *c, const Question *q, const Picked *p)
{
    /* An entry of a list points at the entry; the question is one up. */
    if (p->n == 1 && p->at[0]->row < 0 && !p->at[0]->item)
        return p->at[0]->pointer;
    return str_fmt(c->arena, "/answers/%.*s", STR_ARG(q->id));
}

/* ---- plain questions ---- */

static void check_single(AnswerCheck *c, const Question *q, const Picked *p, Answer *answer)
{
    CondValue v;

    for (size_t i = 0; i < p->n; i++) {
        const AnswerInput *in = p->at[i];
        if (in->row >= 0 || in->item) {
            answer_fault(c, in->pointer, "wrong_type", TEXT("This question takes one answer."));
            return;
        }
        if (i > 0 && in->text.len > 0) {
            answer_fault(c, in->pointer, "duplicate",
                         TEXT("This question was answered twice. Answer it once."));
            return;
        }
    }
    if (p->n > 0 && answer_value(c, q, p->at[0], &v))
        answer->value = v;
}

static bool is_chosen(const StrList *chosen, Str key)
{
    for (size_t i = 0; i < chosen->n; i++)
        if (str_eq(chosen->at[i], key))
            return true;
    return false;
}

/* Keys in the order of the options, so that equal choices are equal. */
static Rc in_option_order(AnswerCheck *c, const Question *q, const StrList *chosen, CondValue *ret)
{
    StrList keys = { 0 };

    for (size_t i = 0; i < q->options.n; i++)
        if (is_chosen(chosen, q->options.at[i].key))
            TRY(LIST_PUSH(c->arena, &keys, q->options.at[i].key));
    if (keys.n > 0)
        *ret = (CondValue){ .type = COND_KEYS, .keys = keys.at, .keys_n = keys.n };
    return RC_OK;
}

static void check_how_many(AnswerCheck *c, const Question *q, Str pointer, size_t n)
{
    int64_t have = (int64_t)n * 1000;

    if (n == 0)
        return;
    if (q->min.type == COND_NUMBER && have < q->min.number)
        answer_fault(c, pointer, "too_few",
                     TEXT_N("Choose at least %d.", "Choose at least %d.", q->min.number / 1000));
    if (q->max.type == COND_NUMBER && have > q->max.number)
        answer_fault(c, pointer, "too_many",
                     TEXT_N("Choose at most %d.", "Choose at most %d.", q->max.number / 1000));
}

static void check_several(AnswerCheck *c, const Question *q, const Picked *p, Answer *answer)
{
    StrList chosen = { 0 };
    CondValue v;

    for (size_t i = 0; i < p->n; i++) {
        const AnswerInput *in = p->at[i];
        if (in->row >= 0 || (!in->item && in->form != ANSWER_FIELD && in->text.len > 0)) {
            answer_fault(c, in->pointer, "wrong_type", TEXT("This answer is a list of keys."));
            return;
        }
        if (!answer_value(c, q, in, &v) || v.type == COND_EMPTY)
            continue;
        if (is_chosen(&chosen, v.text))
            answer_fault(c, in->pointer, "duplicate", TEXT("This is chosen twice."));
        else if (LIST_PUSH(c->arena, &chosen, v.text) != RC_OK)
            c->rc = RC_LIMIT;
    }
    check_how_many(c, q, pointer_of(c, q, p), chosen.n);
    if (in_option_order(c, q, &chosen, &answer->value) != RC_OK)
        c->rc = RC_LIMIT;
}

/* ---- tables ---- */

static size_t column_index(const Question *q, Str id)
{
    size_t i = 0;

    while (i < q->columns.n && !str_eq(q->columns.at[i].id, id))
        i++;
    return i;
}

/* The number of a row as it came becomes its place among the rows that have something in them. */
typedef struct RowNumbers {
    int32_t *at;
    size_t n, cap;
} RowNumbers;

static int by_number(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static bool has_something(const AnswerInput *in)
{
    return in->form == ANSWER_TRUTH || in->form == ANSWER_MONEY || in->form == ANSWER_WRONG
           || str_trim(in->text).len > 0;
}

static Rc row_numbers(AnswerCheck *c, const Picked *p, RowNumbers *ret)
{
    RowNumbers all = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        if (p->at[i]->row >= 0 && has_something(p->at[i]))
            TRY(LIST_PUSH(c->arena, &all, p->at[i]->row));
    if (all.n > 0)
        qsort(all.at, all.n, sizeof *all.at, by_number);
    for (size_t i = 0; i < all.n; i++)
        if (i == 0 || all.at[i] != all.at[i - 1])
            all.at[n++] = all.at[i];
    all.n = n;
    *ret = all;
    return RC_OK;
}

static size_t row_place(const RowNumbers *rows, int32_t number)
{
    const int32_t *found =
        rows->n > 0 ? bsearch(&number, rows->at, rows->n, sizeof *rows->at, by_number) : NULL;

    return found != NULL ? (size_t)(found - rows->at) : rows->n;
}

static void check_cell(AnswerCheck *c, const Question *q, const AnswerInput *in,
                       const RowNumbers *rows, Answer *answer, bool *seen)
{
    CondValue v;
    size_t row = in->row >= 0 ? row_place(rows, in->row) : rows->n;
    size_t column = column_index(q, in->column);

    if (in->row < 0) {
        if (has_something(in))
            answer_fault(c, in->pointer, "wrong_type", TEXT("This answer is a list of rows."));
        return;
    }
    if (column == q->columns.n) {
        answer_fault(c, in->pointer, "unknown_question",
                     TEXT("This table has no column {0}.", in->column));
        return;
    }
    if (row == rows->n)
        return; /* an empty cell of an empty row */
    size_t place = row * q->columns.n + column;
    if (seen[place])
        answer_fault(c, in->pointer, "duplicate",
                     TEXT("This question was answered twice. Answer it once."));
    else if (answer_value(c, &q->columns.at[column], in, &v))
        answer->cells[place] = v;
    seen[place] = true;
}

/* Required cells; `failed` are cells that were given but not understood, which have their fault. */
static void check_cells_required(AnswerCheck *c, const Question *q, const RowNumbers *rows,
                                 const Answer *answer, const bool *seen, AnswersMode mode)
{
    for (size_t r = 0; mode == ANSWERS_COMPLETE && r < rows->n; r++) {
        for (size_t i = 0; i < q->columns.n; i++) {
            const Question *column = &q->columns.at[i];
            size_t place = r * q->columns.n + i;
            bool given = seen[place] && c->faults > 0;
            if (!column->required || answer->cells[place].type != COND_EMPTY || given)
                continue;
            answer_fault(c,
                         str_fmt(c->arena, "/answers/%.*s/%d/%.*s", STR_ARG(q->id),
                                 (int)rows->at[r], STR_ARG(column->id)),
                         "required", TEXT("Answer this question: {0}", column->ask));
        }
    }
}

/* Amounts of one column are summed, and a sum has one currency. */
static void check_one_currency(AnswerCheck *c, const Question *q, const RowNumbers *rows,
                               const Answer *answer)
{
    const Money *first = NULL;

    for (size_t i = 0; i < rows->n * q->columns.n; i++) {
        const CondValue *v = &answer->cells[i];
        if (v->type != COND_MONEY)
            continue;
        if (first == NULL)
            first = &v->money;
        else if (memcmp(first->currency, v->money.currency, sizeof first->currency) != 0)
            answer_fault(c,
                         str_fmt(c->arena, "/answers/%.*s/%d/%.*s", STR_ARG(q->id),
                                 (int)rows->at[i / q->columns.n],
                                 STR_ARG(q->columns.at[i % q->columns.n].id)),
                         "currency",
                         TEXT("Give all amounts in one currency; the first is in {0}.",
                              str_dup(c->arena, str_z(first->currency))));
    }
}

static void check_table(AnswerCheck *c, const Question *q, const Picked *p, AnswersMode mode,
                        Answer *answer)
{
    RowNumbers rows;
    int64_t max = q->max.type == COND_NUMBER ? q->max.number / 1000 : ANSWER_ROWS_MAX;
    Str pointer = str_fmt(c->arena, "/answers/%.*s", STR_ARG(q->id));

    if (row_numbers(c, p, &rows) != RC_OK) {
        c->rc = RC_LIMIT;
        return;
    }
    if (max > ANSWER_ROWS_MAX)
        max = ANSWER_ROWS_MAX;
    if ((int64_t)rows.n > max) {
        answer_fault(c, pointer, "too_many",
                     TEXT_N("Give at most %d line.", "Give at most %d lines.", max));
        return;
    }
    if (q->min.type == COND_NUMBER && rows.n > 0 && (int64_t)rows.n < q->min.number / 1000)
        answer_fault(
            c, pointer, "too_few",
            TEXT_N("Give at least %d line.", "Give at least %d lines.", q->min.number / 1000));
    answer->cells = arena_array(c->arena, rows.n * q->columns.n, sizeof *answer->cells);
    bool *seen = arena_array(c->arena, rows.n * q->columns.n, sizeof *seen);
    if ((answer->cells == NULL || seen == NULL) && rows.n > 0) {
        c->rc = RC_LIMIT;
        return;
    }
    answer->rows_n = rows.n;
    for (size_t i = 0; i < p->n; i++)
        check_cell(c, q, p->at[i], &rows, answer, seen);
    check_cells_required(c, q, &rows, answer, seen, mode);
    check_one_currency(c, q, &rows, answer);
    if (rows.n > 0)
        answer->value = (CondValue){ .type = COND_TABLE, .keys_n = rows.n };
}

/* ---- all questions ---- */

static Rc check_question(AnswerCheck *c, const AnswerInputs *in, ModelRecord *r, AnswersMode mode,
                         Ms now, const QuestionList *questions, bool *open, Answer *answer)
{
    const Question *q = answer->question;
    Picked p = { 0 };
    size_t faults = c->faults;

    size_t i = (size_t)(q - questions->at);
    if (!question_shown(questions, i, r, now, open))
        return RC_OK;
    TRY(pick(c->arena, in, q->id, &p));
    if (q->type == QUESTION_TABLE)
        check_table(c, q, &p, mode, answer);
    else if (q->type == QUESTION_SEVERAL)
        check_several(c, q, &p, answer);
    else
        check_single(c, q, &p, answer);
    if (answer->value.type == COND_EMPTY && c->faults == faults && mode == ANSWERS_COMPLETE
        && question_required(q, r, now))
        answer_fault(c, pointer_of(c, q, &p), "required",
                     TEXT("Answer this question: {0}", q->ask));
    open[i] = answer->value.type == COND_EMPTY;
    return c->rc;
}

static void check_unknown(AnswerCheck *c, const QuestionList *questions, const AnswerInputs *in)
{
    for (size_t i = 0; i < in->n; i++) {
        bool known = false;
        for (size_t k = 0; k < questions->n && !known; k++)
            known = str_eq(in->at[i].question, questions->at[k].id);
        if (!known)
            answer_fault(c, in->at[i].pointer, "unknown_question",
                         TEXT("There is no question {0}.", in->at[i].question));
    }
}

/* The one currency that the model's amounts are in; STR_NULL when there is none or more than one. */
typedef struct OneCurrency {
    Money first;
    bool any, many;
} OneCurrency;

static void see_amount(const Cond *node, void *arg)
{
    OneCurrency *o = arg;

    if (node->op != COND_CONST || node->type != COND_MONEY)
        return;
    if (!o->any)
        o->first = node->value.money;
    else if (memcmp(o->first.currency, node->value.money.currency, sizeof o->first.currency) != 0)
        o->many = true;
    o->any = true;
}

static Str model_currency(Arena *a, const ModelVersion *m)
{
    OneCurrency o = { 0 };

    for (size_t i = 0; i < m->cost.n; i++) {
        cond_walk(m->cost.at[i].when.cond, see_amount, &o);
        cond_walk(m->cost.at[i].amount.cond, see_amount, &o);
    }
    for (size_t i = 0; i < m->approvals.n; i++) {
        cond_walk(m->approvals.at[i].when.cond, see_amount, &o);
        cond_walk(m->approvals.at[i].unless.cond, see_amount, &o);
    }
    return o.any && !o.many ? str_dup(a, str_z(o.first.currency)) : STR_NULL;
}

static Rc check_all(AnswerCheck *c, const QuestionList *questions, const AnswerInputs *in,
                    const AnswerSet *form, AnswersMode mode, Ms now, AnswerSet *ret)
{
    AnswerSet set = { .questions = questions, .n = questions->n };
    ModelRecord r = { .model = c->model, .facts = c->facts };

    set.at = arena_array(c->arena, set.n, sizeof *set.at);
    bool *open = ARENA_ARRAY(c->arena, bool, set.n + 1);
    if ((set.at == NULL && set.n > 0) || open == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < set.n; i++)
        set.at[i].question = &questions->at[i];
    r.answers = form != NULL ? form : &set;
    r.assess = form != NULL ? &set : NULL;
    if (form != NULL)
        r.cost = model_cost(c->model, form, c->facts, now);
    check_unknown(c, questions, in);
    for (size_t i = 0; i < set.n; i++)
        TRY(check_question(c, in, &r, mode, now, questions, open, &set.at[i]));
    TRY(c->rc);
    if (c->faults > 0)
        return RC_INVALID;
    *ret = set;
    return RC_OK;
}

Rc answers_check(Arena *a, const ModelVersion *m, const AnswerInputs *in, const RequestFacts *facts,
                 const AnswerLookup *lookup, AnswersMode mode, Ms now, AnswerSet *ret,
                 FieldErrors *errors)
{
    AnswerCheck c = { .arena = a,
                      .model = m,
                      .facts = facts,
                      .lookup = lookup,
                      .errors = errors,
                      .currency = model_currency(a, m) };

    return check_all(&c, &m->form, in, NULL, mode, now, ret);
}

Rc answers_check_assess(Arena *a, const ModelVersion *m, const AnswerInputs *in,
                        const AnswerSet *answers, const RequestFacts *facts,
                        const AnswerLookup *lookup, AnswersMode mode, Ms now, AnswerSet *ret,
                        FieldErrors *errors)
{
    AnswerCheck c = { .arena = a,
                      .model = m,
                      .facts = facts,
                      .lookup = lookup,
                      .errors = errors,
                      .currency = model_currency(a, m) };

    return check_all(&c, &m->assess, in, answers, mode, now, ret);
}
