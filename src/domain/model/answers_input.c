/* answers_input.c - answers as they come: JSON, form fields, defaults, earlier answers. */
#include "domain/model/answers.h"

#include <assert.h>

/* ---- JSON ---- */

static void from_money(const Json *v, AnswerInput *in)
{
    const Json *amount = json_get(v, STR("amount")), *currency = json_get(v, STR("currency"));

    if (v->n != 2 || amount == NULL || currency == NULL || currency->kind != JSON_TEXT
        || (amount->kind != JSON_TEXT && amount->kind != JSON_INT))
        return;
    in->form = ANSWER_MONEY;
    in->text = amount->text;
    in->currency = currency->text;
}

static void from_value(const Json *v, AnswerInput *in)
{
    in->form = ANSWER_WRONG;
    switch (v->kind) {
    case JSON_NULL:
        in->form = ANSWER_TEXT;
        in->text = STR("");
        break;
    case JSON_TEXT:
        in->form = ANSWER_TEXT;
        in->text = v->text;
        break;
    case JSON_INT:
    case JSON_REAL:
        in->form = ANSWER_NUMBER;
        in->text = v->text;
        break;
    case JSON_BOOL:
        in->form = ANSWER_TRUTH;
        in->text = v->boolean ? STR("true") : STR("false");
        break;
    case JSON_OBJECT: from_money(v, in); break;
    case JSON_ARRAY: break;
    }
}

static Rc from_row(Arena *a, const Json *row, AnswerInput in, AnswerInputs *ret)
{
    Str pointer = in.pointer;

    for (size_t i = 0; i < row->n; i++) {
        in.column = row->keys[i];
        in.pointer = json_pointer(a, pointer, in.column);
        from_value(row->items[i], &in);
        TRY(LIST_PUSH(a, ret, in));
    }
    return RC_OK;
}

/* An array: keys of several, or rows of a table.  An empty one clears the answer. */
static Rc from_array(Arena *a, const Json *v, AnswerInput in, AnswerInputs *ret)
{
    Str pointer = in.pointer;

    if (v->n == 0) {
        in.form = ANSWER_TEXT;
        in.text = STR("");
        in.item = true;
        return LIST_PUSH(a, ret, in);
    }
    for (size_t i = 0; i < v->n; i++) {
        const Json *item = v->items[i];
        in.pointer = str_fmt(a, "%.*s/%zu", STR_ARG(pointer), i);
        if (item->kind == JSON_OBJECT) {
            in.row = (int32_t)i;
            in.item = false;
            TRY(from_row(a, item, in, ret));
            continue;
        }
        in.row = -1;
        in.column = STR_NULL;
        in.item = true;
        from_value(item, &in);
        if (item->kind == JSON_NULL)
            in.form = ANSWER_WRONG;
        TRY(LIST_PUSH(a, ret, in));
    }
    return RC_OK;
}

Rc answers_from_json(Arena *a, const Json *object, AnswerInputs *ret)
{
    if (object == NULL)
        return RC_OK;
    if (object->kind != JSON_OBJECT)
        return RC_INVALID;
    for (size_t i = 0; i < object->n; i++) {
        AnswerInput in = { .question = object->keys[i], .row = -1 };
        in.pointer = json_pointer(a, STR("/answers"), in.question);
        if (object->items[i]->kind == JSON_ARRAY) {
            TRY(from_array(a, object->items[i], in, ret));
            continue;
        }
        from_value(object->items[i], &in);
        TRY(LIST_PUSH(a, ret, in));
    }
    return RC_OK;
}

/* ---- form fields ---- */

/* "price.currency" goes with the amount that came before or comes later. */
static AnswerInput *same_place(AnswerInputs *list, const AnswerInput *in)
{
    for (size_t i = 0; i < list->n; i++) {
        AnswerInput *x = &list->at[i];
        if (str_eq(x->question, in->question) && x->row == in->row && str_eq(x->column, in->column))
            return x;
    }
    return NULL;
}

static Rc add_currency(Arena *a, AnswerInput in, Str value, AnswerInputs *ret)
{
    AnswerInput *amount = same_place(ret, &in);

    if (amount != NULL) {
        amount->currency = value;
        return RC_OK;
    }
    in.text = STR_NULL;
    in.currency = value;
    return LIST_PUSH(a, ret, in);
}

Rc answers_from_field(Arena *a, Str name, Str value, AnswerInputs *ret)
{
    Str rest = name, part;
    AnswerInput in = { .row = -1, .form = ANSWER_FIELD, .text = value };
    int64_t row;
    bool currency = str_ends(name, STR(".currency"));

    if (currency)
        rest = str_sub(name, 0, name.len - 9);
    in.question = str_cut(&rest, '.');
    in.pointer = json_pointer(a, STR("/answers"), in.question);
    if (!str_is_null(rest)) {
        part = str_cut(&rest, '.');
        in.column = rest;
        if (str_to_i64(part, &row) && row >= 0 && row < 100000 && rest.len > 0) {
            in.row = (int32_t)row;
            in.pointer =
                json_pointer(a, str_fmt(a, "%.*s/%d", STR_ARG(in.pointer), (int)row), in.column);
        } else {
            in.question = name; /* no question has such a name */
            in.column = STR_NULL;
            in.pointer = json_pointer(a, STR("/answers"), name);
        }
    }
    if (currency)
        return add_currency(a, in, value, ret);
    AnswerInput *half = same_place(ret, &in);
    if (half != NULL && str_is_null(half->text) && half->form == ANSWER_FIELD) {
        half->text = value;
        return RC_OK;
    }
    return LIST_PUSH(a, ret, in);
}

/* ---- from what is known ---- */

static Str prefill_of(const Question *q, const AnswerPerson *p)
{
    const struct {
        const char *source;
        Str value;
    } sources[] = {
        { "person.name", p->name },         { "person.email", p->email },
        { "person.org", p->org },           { "person.login", p->login },
        { "person.manager", p->manager },   { "person.site", p->site },
        { "person.language", p->language },
    };

    for (size_t i = 0; i < COUNT_OF(sources); i++)
        if (str_eq_z(q->prefill, sources[i].source))
            return sources[i].value;
    return STR_NULL;
}

Rc answers_initial(Arena *a, const ModelVersion *m, const RequestFacts *facts, AnswerInputs *ret)
{
    for (size_t i = 0; i < m->form.n; i++) {
        const Question *q = &m->form.at[i];
        AnswerInput in = { .question = q->id,
                           .row = -1,
                           .form = ANSWER_FIELD,
                           .text = prefill_of(q, &facts->person) };
        in.pointer = json_pointer(a, STR("/answers"), q->id);
        if (in.text.len > 0) {
            TRY(LIST_PUSH(a, ret, in));
            continue;
        }
        for (size_t k = 0; k < q->default_.n; k++) {
            in.text = q->default_.at[k];
            TRY(LIST_PUSH(a, ret, in));
        }
    }
    return RC_OK;
}

/* A value as an input that reads back to itself. */
static void value_input(Arena *a, const CondValue *v, AnswerInput *in)
{
    in->form = ANSWER_TEXT;
    in->item = false;
    in->currency = STR_NULL;
    switch (v->type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON: in->text = v->text; break;
    case COND_NUMBER: in->text = decimal_text(a, v->number); break;
    case COND_MONEY:
        in->form = ANSWER_MONEY;
        in->text = money_amount(a, v->money);
        in->currency = str_dup(a, str_z(v->money.currency));
        break;
    case COND_YES_NO:
        in->form = ANSWER_TRUTH;
        in->text = v->yes ? STR("true") : STR("false");
        break;
    case COND_DATE: in->text = clock_date(a, v->at); break;
    case COND_DATETIME: in->text = clock_rfc3339(a, v->at); break;
    case COND_EMPTY:
    case COND_KEYS:
    case COND_SPAN:
    case COND_TABLE: assert(!"an answer is one value here"); break;
    }
}

static Rc keep_one(Arena *a, const Answer *old, AnswerInputs *in)
{
    const Question *q = old->question;
    AnswerInput one = { .question = q->id,
                        .row = -1,
                        .pointer = json_pointer(a, STR("/answers"), q->id) };
    Str pointer = one.pointer;

    if (q->type == QUESTION_TABLE) {
        for (size_t r = 0; r < old->rows_n; r++) {
            for (size_t c = 0; c < q->columns.n; c++) {
                const CondValue *v = &old->cells[r * q->columns.n + c];
                if (v->type == COND_EMPTY)
                    continue;
                one.row = (int32_t)r;
                one.column = q->columns.at[c].id;
                one.pointer =
                    json_pointer(a, str_fmt(a, "%.*s/%zu", STR_ARG(pointer), r), one.column);
                value_input(a, v, &one);
                TRY(LIST_PUSH(a, in, one));
            }
        }
        return RC_OK;
    }
    if (old->value.type == COND_KEYS) {
        for (size_t k = 0; k < old->value.keys_n; k++) {
            one.form = ANSWER_TEXT;
            one.item = true;
            one.text = old->value.keys[k];
            TRY(LIST_PUSH(a, in, one));
        }
        return RC_OK;
    }
    if (old->value.type == COND_EMPTY)
        return RC_OK;
    value_input(a, &old->value, &one);
    return LIST_PUSH(a, in, one);
}

Rc answers_keep(Arena *a, const AnswerSet *old, AnswerInputs *in)
{
    size_t named = in->n;

    for (size_t i = 0; i < old->n; i++) {
        bool given = false;
        for (size_t k = 0; k < named && !given; k++)
            given = str_eq(in->at[k].question, old->at[i].question->id);
        if (!given)
            TRY(keep_one(a, &old->at[i], in));
    }
    return RC_OK;
}

/* ---- parts of a bundle ---- */

static Rc part_values(Arena *a, const PartAnswer *p, AnswerInputs *ret)
{
    AnswerInput in = { .question = p->question,
                       .row = -1,
                       .form = ANSWER_FIELD,
                       .pointer = json_pointer(a, STR("/answers"), p->question) };

    for (size_t i = 0; i < p->values.n; i++) {
        in.text = p->values.at[i];
        TRY(LIST_PUSH(a, ret, in));
    }
    return RC_OK;
}

Rc bundle_part_inputs(Arena *a, const BundlePart *p, const AnswerSet *shared, AnswerInputs *ret)
{
    for (size_t i = 0; i < p->answers.n; i++) {
        const PartAnswer *part = &p->answers.at[i];
        size_t from = ret->n;
        if (part->shared.len == 0) {
            TRY(part_values(a, part, ret));
            continue;
        }
        const Answer *answer = answer_get(shared, part->shared);
        if (answer == NULL)
            continue;
        TRY(keep_one(a, answer, ret));
        for (size_t k = from; k < ret->n; k++)
            ret->at[k].question = part->question;
    }
    return RC_OK;
}
