/* answers_keep.c - answers as rows, as JSON, as a hash and as words. */
#include "core/random.h"
#include "domain/model/answers.h"

#include <assert.h>

/* ---- rows ---- */

static AnswerRow value_row(Arena *a, const CondValue *v, AnswerRow row)
{
    row.text = STR_NULL;
    row.number = OPT_NONE;
    row.currency = STR_NULL;
    switch (v->type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON: row.text = v->text; break;
    case COND_NUMBER: row.number = OPT_INT(v->number); break;
    case COND_MONEY:
        row.number = OPT_INT(v->money.minor);
        row.currency = str_dup(a, str_z(v->money.currency));
        break;
    case COND_YES_NO: row.number = OPT_INT(v->yes ? 1 : 0); break;
    case COND_DATE:
        row.text = clock_date(a, v->at);
        row.number = OPT_INT(v->at);
        break;
    case COND_DATETIME: row.number = OPT_INT(v->at); break;
    case COND_EMPTY:
    case COND_KEYS:
    case COND_SPAN:
    case COND_TABLE: assert(!"an answer is one value here"); break;
    }
    return row;
}

static Rc table_rows(Arena *a, const Answer *answer, AnswerRows *ret)
{
    const Question *q = answer->question;

    for (size_t i = 0; i < answer->rows_n * q->columns.n; i++) {
        if (answer->cells[i].type == COND_EMPTY)
            continue;
        AnswerRow row = { .question = q->id,
                          .row = (int64_t)(i / q->columns.n),
                          .field = q->columns.at[i % q->columns.n].id };
        TRY(LIST_PUSH(a, ret, value_row(a, &answer->cells[i], row)));
    }
    return RC_OK;
}

Rc answers_to_rows(Arena *a, const AnswerSet *s, AnswerRows *ret)
{
    for (size_t i = 0; i < s->n; i++) {
        const Answer *answer = &s->at[i];
        AnswerRow row = { .question = answer->question->id, .field = STR("") };
        if (answer->question->type == QUESTION_TABLE) {
            TRY(table_rows(a, answer, ret));
        } else if (answer->value.type == COND_KEYS) {
            for (size_t k = 0; k < answer->value.keys_n; k++) {
                row.row = (int64_t)k;
                row.text = answer->value.keys[k];
                TRY(LIST_PUSH(a, ret, row));
            }
        } else if (answer->value.type != COND_EMPTY) {
            TRY(LIST_PUSH(a, ret, value_row(a, &answer->value, row)));
        }
    }
    return RC_OK;
}

static CondValue row_value(Arena *a, const Question *q, const AnswerRow *row)
{
    CondValue v = { .type = question_cond_type(q) };
    bool ok = row->number.set;

    switch (v.type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON:
        v.text = str_dup(a, row->text);
        ok = v.text.len > 0;
        break;
    case COND_NUMBER: v.number = row->number.value; break;
    case COND_MONEY:
        v.money.minor = row->number.value;
        ok = ok && row->currency.len == 3;
        if (ok)
            memcpy(v.money.currency, row->currency.ptr, 3);
        break;
    case COND_YES_NO: v.yes = row->number.value != 0; break;
    case COND_DATE:
    case COND_DATETIME: v.at = row->number.value; break;
    case COND_EMPTY:
    case COND_KEYS:
    case COND_SPAN:
    case COND_TABLE: ok = false; break;
    }
    return ok ? v : (CondValue){ .type = COND_EMPTY };
}

static Rc several_from_rows(Arena *a, const AnswerRows *rows, Answer *answer)
{
    StrList keys = { 0 };

    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].question, answer->question->id) && rows->at[i].text.len > 0)
            TRY(LIST_PUSH(a, &keys, str_dup(a, rows->at[i].text)));
    if (keys.n > 0)
        answer->value = (CondValue){ .type = COND_KEYS, .keys = keys.at, .keys_n = keys.n };
    return RC_OK;
}

static Rc table_from_rows(Arena *a, const AnswerRows *rows, Answer *answer)
{
    const Question *q = answer->question;
    int64_t last = -1;

    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].question, q->id) && rows->at[i].row > last
            && rows->at[i].row < ANSWER_ROWS_MAX)
            last = rows->at[i].row;
    answer->rows_n = (size_t)(last + 1);
    answer->cells = arena_array(a, answer->rows_n * q->columns.n, sizeof *answer->cells);
    if (answer->cells == NULL && answer->rows_n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < rows->n; i++) {
        const AnswerRow *row = &rows->at[i];
        if (!str_eq(row->question, q->id) || row->row < 0 || row->row > last)
            continue;
        for (size_t c = 0; c < q->columns.n; c++)
            if (str_eq(q->columns.at[c].id, row->field))
                answer->cells[(size_t)row->row * q->columns.n + c] =
                    row_value(a, &q->columns.at[c], row);
    }
    if (answer->rows_n > 0)
        answer->value = (CondValue){ .type = COND_TABLE, .keys_n = answer->rows_n };
    return RC_OK;
}

Rc answers_from_rows(Arena *a, const QuestionList *questions, const AnswerRows *rows,
                     AnswerSet *ret)
{
    AnswerSet s = { .questions = questions, .n = questions->n };

    s.at = arena_array(a, s.n, sizeof *s.at);
    if (s.at == NULL && s.n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < s.n; i++) {
        Answer *answer = &s.at[i];
        answer->question = &questions->at[i];
        if (answer->question->type == QUESTION_TABLE) {
            TRY(table_from_rows(a, rows, answer));
        } else if (answer->question->type == QUESTION_SEVERAL) {
            TRY(several_from_rows(a, rows, answer));
        } else {
            for (size_t k = 0; k < rows->n; k++)
                if (str_eq(rows->at[k].question, answer->question->id))
                    answer->value = row_value(a, answer->question, &rows->at[k]);
        }
    }
    *ret = s;
    return RC_OK;
}

/* ---- JSON ---- */

static void value_json(JsonOut *o, const CondValue *v)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(4096);

    switch (v->type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON: json_text(o, v->text); break;
    case COND_NUMBER: json_raw(o, decimal_text(a, v->number)); break;
    case COND_MONEY:
        json_object(o);
        json_field_text(o, "amount", money_amount(a, v->money));
        json_field_text(o, "currency", str_z(v->money.currency));
        json_object_end(o);
        break;
    case COND_YES_NO: json_bool(o, v->yes); break;
    case COND_DATE: json_text(o, clock_date(a, v->at)); break;
    case COND_DATETIME: json_time(o, v->at); break;
    case COND_KEYS:
        json_array(o);
        for (size_t i = 0; i < v->keys_n; i++)
            json_text(o, v->keys[i]);
        json_array_end(o);
        break;
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: json_null(o); break;
    }
}

static void table_json(JsonOut *o, const Answer *answer)
{
    const QuestionList *columns = &answer->question->columns;

    json_array(o);
    for (size_t r = 0; r < answer->rows_n; r++) {
        json_object(o);
        for (size_t c = 0; c < columns->n; c++) {
            const CondValue *v = &answer->cells[r * columns->n + c];
            if (v->type == COND_EMPTY)
                continue;
            json_key(o, columns->at[c].id);
            value_json(o, v);
        }
        json_object_end(o);
    }
    json_array_end(o);
}

void answer_value_json(JsonOut *o, const Answer *answer)
{
    if (answer->question->type == QUESTION_TABLE)
        table_json(o, answer);
    else
        value_json(o, &answer->value);
}

void answer_json(JsonOut *o, const Answer *answer)
{
    if (answer->value.type == COND_EMPTY)
        return;
    json_key(o, answer->question->id);
    answer_value_json(o, answer);
}

void answers_json(JsonOut *o, const AnswerSet *s)
{
    json_object(o);
    for (size_t i = 0; i < s->n; i++)
        answer_json(o, &s->at[i]);
    json_object_end(o);
}

/* ---- hash ---- */

#define HASH_BYTES_MAX (16 * 1024 * 1024)

/* The hash is over the JSON of the answers that count and of the cost: one way to write each value. */
Str answers_hash(Arena *a, const AnswerSet *s, const CondValue *cost)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, HASH_BYTES_MAX);
    json_out_init(&o, &b);
    json_array(&o);
    for (size_t i = 0; i < s->n; i++) {
        const Answer *answer = &s->at[i];
        if (answer->value.type == COND_EMPTY || !answer->question->reapprove)
            continue;
        json_object(&o);
        json_key(&o, answer->question->id);
        if (answer->question->type == QUESTION_TABLE)
            table_json(&o, answer);
        else
            value_json(&o, &answer->value);
        json_object_end(&o);
    }
    value_json(&o, cost);
    json_array_end(&o);
    return sha256_hex(a, buf_str(&b));
}

/* ---- words ---- */

/* Longer enumerations are cut: a page shows the table itself. */
#define WORDS_BYTES 32768

static Str key_words(Arena *a, const Reader *r, const Question *q, Str key,
                     const AnswerNames *names)
{
    const Option *o = question_option(q, key);

    if (o != NULL)
        return named_or_key(a, &o->name, key, r->lang);
    return names != NULL ? names->name(names->arg, q, key) : key;
}

static Str decimal_words(Arena *a, const Reader *r, int64_t thousandths)
{
    if (thousandths % 1000 == 0)
        return words_number(a, r, thousandths / 1000);
    return decimal_text(a, thousandths);
}

static Str cell_words(Arena *a, const Reader *r, const Question *q, const CondValue *v,
                      const AnswerNames *names)
{
    Str all = STR("");

    switch (v->type) {
    case COND_TEXT: return v->text;
    case COND_PERSON:
    case COND_KEY: return key_words(a, r, q, v->text, names);
    case COND_KEYS:
        for (size_t i = 0; i < v->keys_n; i++) {
            Str one = key_words(a, r, q, v->keys[i], names);
            if (all.len + one.len > WORDS_BYTES)
                break;
            all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i == 0 ? "" : ", ", STR_ARG(one));
        }
        return all;
    case COND_NUMBER: return decimal_words(a, r, v->number);
    case COND_MONEY: return words_money(a, r, v->money);
    case COND_YES_NO: return i18n_text(r->lang, v->yes ? T("Yes") : T("No"));
    case COND_DATE: return words_when(a, r, when_date(v->at));
    case COND_DATETIME: return words_when(a, r, when_moment(v->at));
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    return STR("");
}

Str answer_words(Arena *a, const Reader *r, const Answer *answer, const AnswerNames *names)
{
    const QuestionList *columns = &answer->question->columns;
    Str all = STR("");

    if (answer->question->type != QUESTION_TABLE)
        return cell_words(a, r, answer->question, &answer->value, names);
    for (size_t row = 0; row < answer->rows_n; row++) {
        const char *sign = row == 0 ? "" : "; ";
        for (size_t c = 0; c < columns->n; c++) {
            const CondValue *v = &answer->cells[row * columns->n + c];
            if (v->type == COND_EMPTY)
                continue;
            Str one = cell_words(a, r, &columns->at[c], v, names);
            if (all.len + one.len > WORDS_BYTES)
                return all;
            all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), sign, STR_ARG(one));
            sign = ", ";
        }
    }
    return all;
}
