/* model_bind.c - conditions and questions of a model. */
#include "domain/model/model_bind.h"

/* ---- conditions ---- */

static const char *cond_code(const CondError *e)
{
    static const struct {
        const char *cond, *diagnostic;
    } codes[] = {
        { "unknown_name", "cond_unknown_name" },
        { "unknown_key", "cond_unknown_key" },
        { "type", "cond_type" },
        { "limit", "cond_limit" },
    };

    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (str_eq_z(e->code, codes[i].cond))
            return codes[i].diagnostic;
    return "cond_syntax";
}

static void cond_fault(Doc *d, const ModelCond *c, const CondError *e)
{
    SourcePos pos = c->pos;
    Str said = cond_error_english(d->arena, e);

    if (c->exact) {
        pos.column += e->column - 1;
        doc_error(d, pos, cond_code(e), "%.*s", STR_ARG(said));
    } else {
        doc_error(d, pos, cond_code(e), "At character %u of the condition: %.*s", e->column,
                  STR_ARG(said));
    }
}

Rc bind_cond(Doc *d, ModelCond *c, const CondSchema *names)
{
    CondError e;

    if (c->text.len == 0)
        return RC_OK;
    if (cond_parse(d->arena, c->text, names, &c->cond, &e) != RC_OK)
        cond_fault(d, c, &e);
    return RC_OK;
}

Rc bind_value(Doc *d, ModelCond *c, const CondSchema *names, uint32_t types)
{
    CondError e;

    if (c->text.len == 0)
        return RC_OK;
    if (cond_parse_value(d->arena, c->text, names, types, &c->cond, &e) != RC_OK)
        cond_fault(d, c, &e);
    return RC_OK;
}

/* `name = key` with a name that has one value at a time. */
static bool is_key_equation(const Cond *c)
{
    return c->op == COND_EQ && c->a->op == COND_NAME && c->a->type == COND_KEY
           && c->b->op == COND_CONST;
}

typedef struct Impossible {
    const Cond *at;
} Impossible;

static void find_impossible(const Cond *c, void *arg)
{
    Impossible *found = arg;

    if (c->op != COND_AND)
        return;
    for (size_t i = 0; i < c->list_n; i++) {
        for (size_t k = 0; k < i; k++) {
            const Cond *a = c->list[k], *b = c->list[i];
            if (is_key_equation(a) && is_key_equation(b) && a->a->name->id == b->a->name->id
                && !str_eq(a->b->value.text, b->b->value.text))
                found->at = b;
        }
    }
}

void check_can_hold(Doc *d, const ModelCond *c, const char *what)
{
    Impossible found = { 0 };

    cond_walk(c->cond, find_impossible, &found);
    if (found.at == NULL)
        return;
    doc_warn(d, c->pos, "never_holds",
             "%s asks that %.*s has two values at once, which never holds; is \"or\" meant?", what,
             STR_ARG(found.at->a->name->name));
}

/* ---- questions ---- */

const char *question_of(Doc *d, const Question *q)
{
    return str_dup_z(d->arena, q->id);
}

/* Words that mean something else in conditions. */
static const char *const reserved_ids[] = {
    "and", "or",   "not",    "in",     "is",      "empty",  "now",    "yes",
    "no",  "cost", "answer", "assess", "request", "person", "shared",
};

static void check_ids(Doc *d, const QuestionList *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const Question *q = &list->at[i];
        for (size_t k = 0; k < COUNT_OF(reserved_ids); k++)
            if (str_eq_z(q->id, reserved_ids[k]))
                doc_error(d, q->pos, "reserved_id",
                          "A question cannot be called %s, because conditions use that word; "
                          "take another name.",
                          reserved_ids[k]);
        for (size_t k = 0; k < i; k++)
            if (q->id.len > 0 && str_eq(q->id, list->at[k].id))
                doc_error(d, q->pos, "duplicate_id",
                          "There are two questions %s, the first in line %u; rename one.",
                          question_of(d, q), list->at[k].pos.line);
    }
}

static bool is_type(const Question *q, uint32_t types)
{
    return types >> (unsigned)q->type & 1U;
}

#define TYPE(x) (1U << QUESTION_##x)

/* Keys that belong to some types only. */
static void check_keys_of_type(Doc *d, const Question *q)
{
    const struct {
        bool given;
        uint32_t types;
        const char *key, *only;
    } rules[] = {
        { q->options.n > 0, TYPE(CHOICE) | TYPE(SEVERAL), "options", "choice and several" },
        { q->list.len > 0, TYPE(LIST) | TYPE(ITEM), "list", "list and item" },
        { q->columns.n > 0, TYPE(TABLE), "columns", "table" },
        { q->currency.len > 0, TYPE(MONEY), "currency", "money" },
        { q->min.type != COND_EMPTY || q->max.type != COND_EMPTY,
          TYPE(NUMBER) | TYPE(MONEY) | TYPE(DATE) | TYPE(TEXT) | TYPE(LONG_TEXT) | TYPE(SEVERAL)
              | TYPE(TABLE),
          "min or max", "number, money, date, text, long_text, several and table" },
        { q->default_.n > 0,
          TYPE(TEXT) | TYPE(LONG_TEXT) | TYPE(CHOICE) | TYPE(SEVERAL) | TYPE(YES_NO) | TYPE(NUMBER)
              | TYPE(MONEY) | TYPE(DATE) | TYPE(LIST) | TYPE(ITEM),
          "default",
          "text, long_text, choice, several, yes_no, number, money, date, list and item" },
    };

    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (rules[i].given && !is_type(q, rules[i].types))
            doc_error(d, q->pos, "key_not_for_type",
                      "Question %s is of type %s; %s goes with %s only.", question_of(d, q),
                      question_type_word(q->type), rules[i].key, rules[i].only);
    if (is_type(q, TYPE(CHOICE) | TYPE(SEVERAL)) && q->options.n == 0)
        doc_error(d, q->pos, "no_options", "Question %s needs options to choose from.",
                  question_of(d, q));
    if (q->type == QUESTION_LIST && q->list.len == 0)
        doc_error(d, q->pos, "no_list", "Question %s needs list: and the key of a managed list.",
                  question_of(d, q));
    if (q->type == QUESTION_TABLE && q->columns.n == 0)
        doc_error(d, q->pos, "no_columns", "Question %s needs columns.", question_of(d, q));
    if (q->required && q->required_if.text.len > 0)
        doc_error(d, q->pos, "required_twice",
                  "Question %s has required and required_if; keep one of them.", question_of(d, q));
}

/* A bound as its type wants it. */
static bool bound_value(const Question *q, Str text, CondValue *ret)
{
    CondValue v = { 0 };

    switch (q->type) {
    case QUESTION_NUMBER:
        v.type = COND_NUMBER;
        if (!decimal_parse(text, &v.number))
            return false;
        break;
    case QUESTION_MONEY:
        v.type = COND_MONEY;
        if (!money_parse_text(text, &v.money))
            return false;
        break;
    case QUESTION_DATE:
        v.type = COND_DATE;
        if (!clock_parse_date(text, &v.at))
            return false;
        break;
    case QUESTION_TEXT:
    case QUESTION_LONG_TEXT:
    case QUESTION_SEVERAL:
    case QUESTION_TABLE:
        v.type = COND_NUMBER;
        if (!decimal_parse(text, &v.number) || v.number < 0 || v.number % 1000 != 0)
            return false;
        break;
    case QUESTION_CHOICE:
    case QUESTION_YES_NO:
    case QUESTION_DATETIME:
    case QUESTION_PERSON:
    case QUESTION_TEAM:
    case QUESTION_LIST:
    case QUESTION_ITEM:
    case QUESTION_FILE:
    case QUESTION_TYPE_COUNT: return true; /* refused by check_keys_of_type */
    }
    *ret = v;
    return true;
}

static void bind_bound(Doc *d, const Question *q, CondValue *v)
{
    Str text = v->text;

    if (v->type == COND_EMPTY)
        return;
    *v = (CondValue){ 0 };
    if (!bound_value(q, text, v))
        doc_error(d, q->pos, "bad_bound", "\"%.*s\" is no bound for question %s of type %s.",
                  STR_ARG(text), question_of(d, q), question_type_word(q->type));
}

static void bind_bounds(Doc *d, Question *q)
{
    bind_bound(d, q, &q->min);
    bind_bound(d, q, &q->max);
    const CondValue *min = &q->min, *max = &q->max;
    for (int i = 0; i < 2; i++) {
        const CondValue *v = i == 0 ? min : max;
        if (v->type == COND_MONEY && q->currency.len > 0
            && !str_eq_z(q->currency, v->money.currency))
            doc_error(d, q->pos, "bad_bound",
                      "Question %s takes %.*s; write its bounds in that currency.",
                      question_of(d, q), STR_ARG(q->currency));
    }
    if (min->type == COND_EMPTY || max->type == COND_EMPTY)
        return;
    bool wrong = min->type == COND_NUMBER ? min->number > max->number
                 : min->type == COND_DATE
                     ? min->at > max->at
                     : min->money.minor > max->money.minor
                           || memcmp(min->money.currency, max->money.currency, 4) != 0;
    if (wrong)
        doc_error(d, q->pos, "bad_bound", "min of question %s is above its max.",
                  question_of(d, q));
}

bool question_takes(const Question *q, Str s)
{
    int64_t number;
    Money money;
    Ms at;

    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_SEVERAL: return question_option(q, s) != NULL;
    case QUESTION_YES_NO: return str_eq_z(s, "true") || str_eq_z(s, "false");
    case QUESTION_NUMBER: return decimal_parse(s, &number);
    case QUESTION_MONEY:
        return money_parse_text(s, &money)
               && (q->currency.len == 0 || str_eq_z(q->currency, money.currency));
    case QUESTION_DATE: return clock_parse_date(s, &at);
    case QUESTION_LIST:
    case QUESTION_ITEM: return str_is_key(s);
    case QUESTION_TEXT:
    case QUESTION_LONG_TEXT:
    case QUESTION_DATETIME:
    case QUESTION_PERSON:
    case QUESTION_TEAM:
    case QUESTION_FILE:
    case QUESTION_TABLE:
    case QUESTION_TYPE_COUNT: break;
    }
    return true;
}

static void check_default(Doc *d, const Question *q)
{
    if (q->default_.n > 1 && q->type != QUESTION_SEVERAL)
        doc_error(d, q->pos, "bad_default", "Question %s takes one default, not a list.",
                  question_of(d, q));
    for (size_t i = 0; i < q->default_.n; i++)
        if (!question_takes(q, q->default_.at[i]))
            doc_error(d, q->pos, "bad_default", "\"%.*s\" is no answer to question %s of type %s.",
                      STR_ARG(q->default_.at[i]), question_of(d, q), question_type_word(q->type));
}

static const struct {
    const char *source;
    uint32_t types;
} prefills[] = {
    { "person.name", TYPE(TEXT) },
    { "person.email", TYPE(TEXT) },
    { "person.org", TYPE(TEXT) },
    { "person.login", TYPE(TEXT) | TYPE(PERSON) },
    { "person.manager", TYPE(TEXT) | TYPE(PERSON) },
    { "person.site", TYPE(TEXT) | TYPE(LIST) },
    { "person.language", TYPE(TEXT) | TYPE(CHOICE) },
};

static void check_prefill(Doc *d, const Question *q)
{
    if (q->prefill.len == 0)
        return;
    for (size_t i = 0; i < COUNT_OF(prefills); i++) {
        if (!str_eq_z(q->prefill, prefills[i].source))
            continue;
        if (!is_type(q, prefills[i].types))
            doc_error(d, q->pos, "bad_prefill", "%.*s does not fit question %s of type %s.",
                      STR_ARG(q->prefill), question_of(d, q), question_type_word(q->type));
        return;
    }
    doc_error(d, q->pos, "bad_prefill",
              "A prefill is one of person.name, .email, .org, .login, .manager, .site, .language; "
              "not %.*s.",
              STR_ARG(q->prefill));
}

/* Configuration items stand in one list unless the question says otherwise; the canonical form says it. */
static void name_item_list(Question *q)
{
    if (q->type == QUESTION_ITEM && q->list.len == 0)
        q->list = STR(ITEM_LIST);
}

static void check_columns(Doc *d, Question *q)
{
    const uint32_t simple = TYPE(TEXT) | TYPE(CHOICE) | TYPE(YES_NO) | TYPE(NUMBER) | TYPE(MONEY)
                            | TYPE(DATE) | TYPE(DATETIME) | TYPE(PERSON) | TYPE(TEAM) | TYPE(LIST)
                            | TYPE(ITEM);

    check_ids(d, &q->columns);
    for (size_t i = 0; i < q->columns.n; i++) {
        Question *c = &q->columns.at[i];
        if (!is_type(c, simple))
            doc_error(d, c->pos, "bad_column",
                      "Column %s is of type %s; a column is of a simple type.", question_of(d, c),
                      question_type_word(c->type));
        if (c->show.text.len > 0 || c->required_if.text.len > 0 || c->prefill.len > 0
            || !c->reapprove)
            doc_error(d, c->pos, "bad_column",
                      "Column %s cannot have show, required_if, prefill or reapprove.",
                      question_of(d, c));
        check_keys_of_type(d, c);
        name_item_list(c);
        bind_bounds(d, c);
        check_default(d, c);
    }
}

/* ---- show and required_if look backwards ---- */

typedef struct Order {
    NameSource source;
    size_t self;
    const CondName *later; /* found */
} Order;

static void find_later(const Cond *c, void *arg)
{
    Order *o = arg;

    if (c->op != COND_NAME)
        return;
    NameId id = name_id(c->name);
    if (id.source == o->source && id.index >= o->self)
        o->later = c->name;
}

static void check_backwards(Doc *d, const Question *q, NameSource source, size_t self,
                            const ModelCond *c, const char *key)
{
    Order o = { source, self, NULL };

    cond_walk(c->cond, find_later, &o);
    if (o.later == NULL)
        return;
    if (name_id(o.later).index == self)
        doc_error(d, c->pos, "unreachable_question",
                  "%s of question %s looks at its own answer; it could never be asked.", key,
                  question_of(d, q));
    else
        doc_error(d, c->pos, "unreachable_question",
                  "%s of question %s looks at %.*s, which is asked later; move that "
                  "question before it.",
                  key, question_of(d, q), STR_ARG(o.later->name));
}

Rc bind_questions(Doc *d, QuestionList *list, NameSource source, const CondSchema *names)
{
    check_ids(d, list);
    for (size_t i = 0; i < list->n; i++) {
        Question *q = &list->at[i];
        check_keys_of_type(d, q);
        name_item_list(q);
        bind_bounds(d, q);
        check_default(d, q);
        check_prefill(d, q);
        check_columns(d, q);
        TRY(bind_cond(d, &q->show, names));
        TRY(bind_cond(d, &q->required_if, names));
        check_backwards(d, q, source, i, &q->show, "show");
        check_backwards(d, q, source, i, &q->required_if, "required_if");
        check_can_hold(d, &q->show, "show");
        check_can_hold(d, &q->required_if, "required_if");
    }
    return RC_OK;
}
