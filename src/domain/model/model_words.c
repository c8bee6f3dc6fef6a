/* model_words.c - words of the enums, and looking things up in a model. */
#include "domain/model/model_words.h"

#include <assert.h>

const char *const RECORD_WORDS[4] = { "request", "incident", "problem", "change" };
const char *const REQUEST_KIND_WORDS[7] = {
    "action", "information", "access", "goods", "feedback", "compliment", "complaint",
};
const char *const QUESTION_TYPE_WORDS[QUESTION_TYPE_COUNT] = {
    "text",     "long_text", "choice", "several", "yes_no", "number", "money", "date",
    "datetime", "person",    "team",   "list",    "item",   "file",   "table",
};
const char *const IMPACT_WORDS[4] = { "person", "team", "site", "organisation" };
const char *const URGENCY_WORDS[4] = { "low", "normal", "high", "critical" };
const char *const RISK_WORDS[3] = { "low", "medium", "high" };

const char *record_word(RecordKind k)
{
    assert((size_t)k < COUNT_OF(RECORD_WORDS));
    return RECORD_WORDS[k];
}

const char *request_kind_word(RequestKind k)
{
    assert((size_t)k < COUNT_OF(REQUEST_KIND_WORDS));
    return REQUEST_KIND_WORDS[k];
}

const char *question_type_word(QuestionType t)
{
    assert((size_t)t < COUNT_OF(QUESTION_TYPE_WORDS));
    return QUESTION_TYPE_WORDS[t];
}

static bool word_index(Str s, const char *const *words, size_t n, size_t *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_z(s, words[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

bool record_from_word(Str s, RecordKind *ret)
{
    size_t i;

    if (!word_index(s, RECORD_WORDS, COUNT_OF(RECORD_WORDS), &i))
        return false;
    *ret = (RecordKind)i;
    return true;
}

const Question *question_find(const QuestionList *l, Str id)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->at[i].id, id))
            return &l->at[i];
    return NULL;
}

const Question *model_question(const ModelVersion *m, Str id)
{
    return question_find(&m->form, id);
}

const Question *model_assess_question(const ModelVersion *m, Str id)
{
    return question_find(&m->assess, id);
}

const Option *question_option(const Question *q, Str key)
{
    for (size_t i = 0; i < q->options.n; i++)
        if (str_eq(q->options.at[i].key, key))
            return &q->options.at[i];
    return NULL;
}

bool question_is_entry(const Question *q)
{
    return q->type == QUESTION_LIST || q->type == QUESTION_ITEM;
}

const PlanTask *model_task(const ModelVersion *m, Str key)
{
    for (size_t i = 0; i < m->plan.n; i++)
        if (str_eq(m->plan.at[i].key, key))
            return &m->plan.at[i];
    return NULL;
}

const Stage *model_stage(const ModelVersion *m, Str key)
{
    for (size_t i = 0; i < m->approvals.n; i++)
        if (str_eq(m->approvals.at[i].key, key))
            return &m->approvals.at[i];
    return NULL;
}

const RaciLine *model_raci(const ModelVersion *m, Str task)
{
    for (size_t i = 0; i < m->raci.n; i++)
        if (str_eq(m->raci.at[i].task, task))
            return &m->raci.at[i];
    return NULL;
}

CondType question_cond_type(const Question *q)
{
    static const CondType types[QUESTION_TYPE_COUNT] = {
        [QUESTION_TEXT] = COND_TEXT,         [QUESTION_LONG_TEXT] = COND_TEXT,
        [QUESTION_CHOICE] = COND_KEY,        [QUESTION_SEVERAL] = COND_KEYS,
        [QUESTION_YES_NO] = COND_YES_NO,     [QUESTION_NUMBER] = COND_NUMBER,
        [QUESTION_MONEY] = COND_MONEY,       [QUESTION_DATE] = COND_DATE,
        [QUESTION_DATETIME] = COND_DATETIME, [QUESTION_PERSON] = COND_PERSON,
        [QUESTION_TEAM] = COND_KEY,          [QUESTION_LIST] = COND_KEY,
        [QUESTION_ITEM] = COND_KEY,          [QUESTION_FILE] = COND_KEY,
        [QUESTION_TABLE] = COND_TABLE,
    };

    assert((size_t)q->type < QUESTION_TYPE_COUNT);
    return types[q->type];
}

Str key_in_words(Arena *a, Str key)
{
    char *to = arena_try(a, key.len + 1);

    if (to == NULL)
        return key;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (c == '_' || c == '-')
            c = ' ';
        if (i == 0 && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        to[i] = c;
    }
    return (Str){ to, key.len };
}

Str named_or_key(Arena *a, const LangText *name, Str key, Lang lang)
{
    Str text = lang_text(name, lang, NULL);

    return text.len > 0 ? text : key_in_words(a, key);
}
