/* find_schema.c - the names of the query language: fields, the reader's words, answers of the catalog. */
#include "domain/view/fields.h"

#include "domain/view/fields_q.h"

#include <assert.h>

#define ANSWER "answer."
#define OWN    "field."

static Rc words_of(Arena *a, const Field *f, const Str **ret)
{
    Str *keys = arena_array(a, f->keys_n, sizeof *keys);

    if (keys == NULL && f->keys_n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < f->keys_n; i++)
        keys[i] = str_z(f->keys[i]);
    *ret = keys;
    return RC_OK;
}

static Rc add_fields(Ctx *cx, CondNameList *names)
{
    for (size_t i = 0; i < find_fields_n; i++) {
        const Field *f = &find_fields[i];
        CondName name = { .name = str_z(f->name),
                          .type = f->type,
                          .keys_n = f->keys_n,
                          .ordered = f->store == STORE_RANK,
                          .id = (int32_t)i,
                          .sortable = f->sort != NULL,
                          .past = f->past != PAST_NOTHING };
        TRY(words_of(cx->arena, f, &name.keys));
        TRY(LIST_PUSH(cx->arena, names, name));
    }
    TRY(LIST_PUSH(
        cx->arena, names,
        (CondName){ .name = STR("me"), .type = COND_PERSON, .word = true, .id = FIND_WORD_ME }));
    return LIST_PUSH(
        cx->arena, names,
        (CondName){
            .name = STR("my_teams"), .type = COND_KEYS, .word = true, .id = FIND_WORD_MY_TEAMS });
}

static bool is_asked(const Question *q)
{
    return q->type != QUESTION_TABLE && q->type != QUESTION_FILE;
}

typedef struct Questions {
    const Question **at;
    size_t n, cap;
} Questions;

/* One name for a question that several models ask.  Where they ask different things by one id, the name has the
 * type of the first and finds answers of that type alone. */
static Rc add_answers(Ctx *cx, const QuestionList *form, CondNameList *names, Questions *known)
{
    for (size_t i = 0; i < form->n; i++) {
        const Question *q = &form->at[i];
        bool seen = !is_asked(q);
        for (size_t k = 0; k < known->n && !seen; k++)
            seen = str_eq(known->at[k]->id, q->id);
        if (seen)
            continue;
        CondName name = { .name = str_fmt(cx->arena, ANSWER "%.*s", STR_ARG(q->id)),
                          .type = question_cond_type(q),
                          .id = FIND_ANSWER_FIRST + (int32_t)known->n };
        TRY(LIST_PUSH(cx->arena, known, q));
        TRY(LIST_PUSH(cx->arena, names, name));
    }
    return RC_OK;
}

static CondType own_type(FieldKind kind)
{
    switch (kind) {
    case FIELD_TEXT: return COND_TEXT;
    case FIELD_NUMBER: return COND_NUMBER;
    case FIELD_MONEY: return COND_MONEY;
    case FIELD_DATE: return COND_DATE;
    case FIELD_CHOICE: return COND_KEY;
    case FIELD_PERSON: return COND_PERSON;
    case FIELD_YES_NO: return COND_YES_NO;
    case FIELD_KINDS: break;
    }
    assert(!"a field is of some kind");
    return COND_EMPTY;
}

static Rc add_own(Ctx *cx, const TeamFields *own, CondNameList *names)
{
    for (size_t i = 0; i < own->n; i++) {
        const TeamField *f = &own->at[i];
        Str *keys = arena_array(cx->arena, f->options.n, sizeof *keys);
        if (keys == NULL && f->options.n > 0)
            return RC_LIMIT;
        for (size_t k = 0; k < f->options.n; k++)
            keys[k] = f->options.at[k].key;
        CondName name = { .name = str_fmt(cx->arena, OWN "%.*s", STR_ARG(f->key)),
                          .type = own_type(f->kind),
                          .keys = keys,
                          .keys_n = f->options.n,
                          .id = FIND_OWN_FIRST + (int32_t)i };
        TRY(LIST_PUSH(cx->arena, names, name));
    }
    return RC_OK;
}

Rc find_schema(Ctx *cx, const FindSchema **ret)
{
    FindSchema *s = arena_try(cx->arena, sizeof *s);
    CondNameList names = { 0 };
    Questions questions = { 0 };
    CatalogModels models = { 0 };
    TeamFields own = { 0 };

    if (s == NULL)
        return RC_LIMIT;
    TRY(add_fields(cx, &names));
    TRY(team_fields(cx, &own));
    TRY(add_own(cx, &own, &names));
    TRY(catalog_models(cx, &models));
    for (size_t i = 0; i < models.n; i++)
        TRY(add_answers(cx, &models.at[i].model->form, &names, &questions));
    *s = (FindSchema){
        .names = { .at = names.at, .n = names.n, .who = T("among the fields of a request") },
        .questions = questions.at,
        .questions_n = questions.n,
        .own = own
    };
    *ret = s;
    return RC_OK;
}

static FieldStore store_of(CondType t)
{
    switch (t) {
    case COND_TEXT: return STORE_FOLDED;
    case COND_NUMBER: return STORE_NUMBER;
    case COND_MONEY: return STORE_MONEY;
    case COND_YES_NO: return STORE_YES;
    case COND_DATE:
    case COND_DATETIME: return STORE_INSTANT;
    case COND_KEY:
    case COND_KEYS:
    case COND_PERSON: return STORE_WORD; /* logins and keys, as they were given */
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    assert(!"no answer of this type is named");
    return STORE_WORD;
}

static const DbFragment *answer_fragment(FieldStore store)
{
    switch (store) {
    case STORE_WORD: return &f_find_answer_text;
    case STORE_FOLDED: return &f_find_answer_folded;
    case STORE_MONEY: return &f_find_answer_money;
    case STORE_YES: return &f_find_answer_yes;
    case STORE_NUMBER:
    case STORE_INSTANT: return &f_find_answer_number;
    case STORE_TITLE:
    case STORE_WORDS:
    case STORE_RANK:
    case STORE_PERSON:
    case STORE_TEAM: break;
    }
    assert(!"no answer lies so");
    return &f_find_answer_text;
}

const CondName *find_name(const FindSchema *s, Str name)
{
    for (size_t i = 0; i < s->names.n; i++)
        if (!s->names.at[i].word && str_eq(s->names.at[i].name, name))
            return &s->names.at[i];
    return NULL;
}

const TeamField *find_own(const FindSchema *s, const CondName *name)
{
    return !name->word && name->id >= FIND_OWN_FIRST && name->id < FIND_ANSWER_FIRST
               ? &s->own.at[name->id - FIND_OWN_FIRST]
               : NULL;
}

/* A team's field, by how its values lie (team_field.h). */
static FieldUse own_use(const TeamField *f)
{
    static const struct {
        FieldStore store;
        const DbFragment *value, *is;
    } lies[FIELD_KINDS] = {
        [FIELD_TEXT] = { STORE_FOLDED, &f_find_own_word, &f_find_own_is_word },
        [FIELD_NUMBER] = { STORE_NUMBER, &f_find_own_number, NULL },
        [FIELD_MONEY] = { STORE_MONEY, &f_find_own_number, NULL },
        [FIELD_DATE] = { STORE_INSTANT, &f_find_own_number, NULL },
        [FIELD_CHOICE] = { STORE_WORD, &f_find_own_word, &f_find_own_is_word },
        [FIELD_PERSON] = { STORE_PERSON, &f_find_own_number, &f_find_own_is_number },
        [FIELD_YES_NO] = { STORE_YES, &f_find_own_yes, NULL },
    };

    return (FieldUse){ .field = { .type = own_type(f->kind),
                                  .store = lies[f->kind].store,
                                  .lead = LEAD_OWN,
                                  .value = lies[f->kind].value,
                                  .currency = &f_find_own_currency,
                                  .is = lies[f->kind].is },
                       .own = f->id };
}

bool find_field(const FindSchema *s, const CondName *name, FieldUse *ret)
{
    if (name->word)
        return false;
    const TeamField *own = find_own(s, name);
    if (own != NULL) {
        *ret = own_use(own);
        return true;
    }
    if (name->id < FIND_OWN_FIRST) {
        *ret = (FieldUse){ .field = find_fields[name->id] };
        return true;
    }
    const Question *q = s->questions[name->id - FIND_ANSWER_FIRST];
    bool several = name->type == COND_KEYS;
    FieldStore store = store_of(name->type);

    *ret = (FieldUse){ .field = { .type = name->type,
                                  .store = store,
                                  .lead = LEAD_QUESTION,
                                  .value = answer_fragment(store),
                                  .currency = &f_find_answer_currency,
                                  .has = several ? &f_find_answer_has : NULL,
                                  .any = several ? &f_find_answer_any : NULL },
                       .question = q->id };
    return true;
}

/* ---- examples, for help ---- */

static Str choice_example(Arena *a, const FindSchema *s, const CondName *name)
{
    const Question *q =
        name->id >= FIND_ANSWER_FIRST ? s->questions[name->id - FIND_ANSWER_FIRST] : NULL;

    if (q != NULL && q->options.n > 0)
        return q->options.at[0].key;
    if (name->keys_n == 0)
        return STR("");
    /* In the middle, where there are requests: the first states are over soon. */
    return name->ordered ? str_fmt(a, ">=%.*s", STR_ARG(name->keys[name->keys_n / 2]))
                         : name->keys[name->keys_n / 2];
}

Str find_example(Arena *a, const FindSchema *s, const CondName *name)
{
    static const char *const values[] = {
        [COND_TEXT] = "\"two words\"",
        [COND_NUMBER] = ">=2",
        [COND_MONEY] = ">=\"100 EUR\"",
        [COND_YES_NO] = "yes",
        [COND_DATE] = ">=start_of(year)",
        [COND_DATETIME] = ">=start_of(month)",
        [COND_PERSON] = "me",
    };
    Str value = choice_example(a, s, name);
    FieldUse u;

    if (!find_field(s, name, &u))
        return STR("");
    if (u.field.example != NULL)
        value = str_z(u.field.example);
    else if (value.len == 0 && u.field.store == STORE_PERSON)
        value = STR("me");
    else if (value.len == 0 && u.field.store == STORE_TEAM)
        value = STR("my_teams");
    else if (value.len == 0 && name->type < COUNT_OF(values) && values[name->type] != NULL)
        value = str_z(values[name->type]);
    return value.len > 0 ? str_fmt(a, "%.*s:%.*s", STR_ARG(name->name), STR_ARG(value))
                         : str_fmt(a, "%.*s is not empty", STR_ARG(name->name));
}
