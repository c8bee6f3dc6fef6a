/* query_count.c - count(...): how many requests a person already has.
 *
 * Only conditions joined by "and", each about one field, because the answer is one fixed statement
 * of the request module with bound values:
 *
 *     model       = key | in (key, ...)
 *     state       = key | != key | [not] in (key, ...)
 *     outcome     the same, "empty" among the keys means still open; is [not] empty
 *     beneficiary = $beneficiary | $requester | login          requester likewise
 *     created     < <= > >= a moment made of now, spans and dates
 */
#include "domain/query/query_parse.h"

#include <limits.h>

typedef struct CountParser {
    Parser *p;
    CountQuery *q;
    uint32_t seen; /* bit for each field that was given */
} CountParser;

enum { FIELD_MODEL, FIELD_STATE, FIELD_OUTCOME, FIELD_BENEFICIARY, FIELD_REQUESTER, FIELD_CREATED };

static const char *const field_words[] = { "model",       "state",     "outcome",
                                           "beneficiary", "requester", "created" };

static const CondSchema no_names = { .who =
                                         T("inside count(...); there are now, dates and spans") };

static Rc once(CountParser *c, unsigned field, const Token *t)
{
    if (c->seen >> field & 1U)
        return parser_fail(c->p, t->column, STR("syntax"),
                           TEXT("{0} is asked twice in one count(...).", field_words[field]));
    c->seen |= 1U << field;
    return RC_OK;
}

static Rc model_key(CountParser *c, StrList *list)
{
    const Token *t = parser_next(c->p);

    if ((t->kind != TOKEN_WORD && t->kind != TOKEN_STRING && t->kind != TOKEN_NUMBER)
        || !str_is_key(t->text))
        return parser_expected(c->p, t, T("The key of a model"));
    return LIST_PUSH(c->p->arena, list, str_dup(c->p->arena, t->text));
}

static Rc parse_models(CountParser *c)
{
    StrList list = { 0 };

    if (parser_sign(c->p, "=")) {
        TRY(model_key(c, &list));
    } else if (parser_word(c->p, "in")) {
        if (!parser_sign(c->p, "("))
            return parser_expected(c->p, parser_peek(c->p), "(");
        do {
            if (list.n == COND_LIST_MAX)
                return RC_LIMIT;
            TRY(model_key(c, &list));
        } while (parser_sign(c->p, ","));
        if (!parser_sign(c->p, ")"))
            return parser_expected(c->p, parser_peek(c->p), T(", or )"));
    } else {
        return parser_expected(c->p, parser_peek(c->p), T("= or in"));
    }
    c->q->models = list.at;
    c->q->models_n = list.n;
    return RC_OK;
}

/* One of a fixed set of words, as its bit; the word "" is written empty. */
static Rc set_word(CountParser *c, const char *const *words, size_t n, uint32_t *bits)
{
    const Token *t = parser_next(c->p);

    if (t->kind == TOKEN_WORD || t->kind == TOKEN_STRING) {
        for (size_t i = 0; i < n; i++) {
            const char *word = words[i][0] == '\0' ? "empty" : words[i];
            if (str_eq_z(t->text, word)) {
                *bits |= 1U << i;
                return RC_OK;
            }
        }
        Str all = STR("");
        for (size_t i = 0; i < n; i++)
            all = str_fmt(c->p->arena, "%.*s%s%s", STR_ARG(all), i == 0 ? "" : ", ",
                          words[i][0] == '\0' ? "empty" : words[i]);
        return parser_fail(c->p, t->column, STR("unknown_key"),
                           TEXT("There is no \"{0}\"; write one of: {1}.", t->text, all));
    }
    return parser_expected(c->p, t, T("A word"));
}

static Rc parse_set(CountParser *c, const char *const *words, size_t n, uint32_t *ret)
{
    Parser *p = c->p;
    uint32_t bits = 0, all = (1U << n) - 1;
    bool negated = false;

    if (parser_sign(p, "=") || parser_sign(p, "!=")) {
        negated = str_eq_z(p->tokens.at[p->at - 1].text, "!=");
        TRY(set_word(c, words, n, &bits));
    } else if (words[0][0] == '\0' && parser_word(p, "is")) {
        negated = parser_word(p, "not");
        if (!parser_word(p, "empty"))
            return parser_expected(p, parser_peek(p), T("empty"));
        bits = 1;
    } else {
        negated = parser_word(p, "not");
        if (!parser_word(p, "in"))
            return parser_expected(p, parser_peek(p), T("=, != or in"));
        if (!parser_sign(p, "("))
            return parser_expected(p, parser_peek(p), "(");
        do
            TRY(set_word(c, words, n, &bits));
        while (parser_sign(p, ","));
        if (!parser_sign(p, ")"))
            return parser_expected(p, parser_peek(p), T(", or )"));
    }
    *ret = negated ? all & ~bits : bits;
    if (*ret == 0)
        return parser_fail(p, parser_peek(p)->column, STR("type"), TEXT("Nothing can meet this."));
    return RC_OK;
}

static Rc parse_person(CountParser *c, CountPerson *ret)
{
    if (!parser_sign(c->p, "="))
        return parser_expected(c->p, parser_peek(c->p), "=");
    const Token *t = parser_next(c->p);
    if (t->kind != TOKEN_WORD && t->kind != TOKEN_STRING)
        return parser_expected(c->p, t, T("$beneficiary, $requester or a login"));
    if (str_eq_z(t->text, "$beneficiary"))
        *ret = (CountPerson){ .who = COUNT_BENEFICIARY };
    else if (str_eq_z(t->text, "$requester"))
        *ret = (CountPerson){ .who = COUNT_REQUESTER };
    else if (t->text.len == 0 || t->text.ptr[0] == '$')
        return parser_expected(c->p, t, T("$beneficiary, $requester or a login"));
    else
        *ret = (CountPerson){ .who = COUNT_LOGIN, .login = str_dup(c->p->arena, t->text) };
    return RC_OK;
}

static Rc parse_created(CountParser *c, const Token *field)
{
    Parser *p = c->p;
    const Token *sign = parser_next(p);
    const Cond *moment;
    const CondSchema *names = p->names;
    bool from = str_eq_z(sign->text, ">") || str_eq_z(sign->text, ">=");
    bool before = str_eq_z(sign->text, "<") || str_eq_z(sign->text, "<=");

    if (sign->kind != TOKEN_SIGN || (!from && !before))
        return parser_expected(p, sign, T("<, <=, > or >="));
    if ((from ? c->q->from : c->q->before) != NULL)
        return parser_fail(p, field->column, STR("syntax"),
                           TEXT("created has two bounds on the same side in one count(...)."));
    p->names = &no_names;
    Rc rc = parser_moment(p, &moment);
    p->names = names;
    TRY(rc);
    if (from) {
        c->q->from = moment;
        c->q->from_after = sign->text.len == 1;
    } else {
        c->q->before = moment;
        c->q->before_equal = sign->text.len == 2;
    }
    return RC_OK;
}

static Rc parse_term(CountParser *c)
{
    Parser *p = c->p;
    const Token *t = parser_next(p);
    unsigned field = 0;

    while (field < COUNT_OF(field_words)
           && !(t->kind == TOKEN_WORD && str_eq_z(t->text, field_words[field])))
        field++;
    if (field == COUNT_OF(field_words))
        return parser_fail(
            p, t->column, STR("unknown_name"),
            TEXT("count(...) asks about model, state, outcome, beneficiary, requester and "
                 "created, not {0}.",
                 t->text));
    if (field != FIELD_CREATED)
        TRY(once(c, field, t));
    switch (field) {
    case FIELD_MODEL: return parse_models(c);
    case FIELD_STATE: return parse_set(c, COUNT_STATES, COUNT_OF(COUNT_STATES), &c->q->states);
    case FIELD_OUTCOME:
        return parse_set(c, COUNT_OUTCOMES, COUNT_OF(COUNT_OUTCOMES), &c->q->outcomes);
    case FIELD_BENEFICIARY: return parse_person(c, &c->q->beneficiary);
    case FIELD_REQUESTER: return parse_person(c, &c->q->requester);
    default: return parse_created(c, t);
    }
}

Rc parse_count(Parser *p, const Token *word, const Cond **ret)
{
    CountParser c = { .p = p };

    if (!p->names->counts)
        return parser_fail(p, word->column, STR("type"),
                           TEXT("count(...) stands only in the checks of an entitlement."));
    c.q = arena_try(p->arena, sizeof *c.q);
    if (c.q == NULL)
        return RC_LIMIT;
    (void)parser_sign(p, "(");
    do
        TRY(parse_term(&c));
    while (parser_word(p, "and"));
    if (!parser_sign(p, ")"))
        return parser_expected(p, parser_peek(p), T("and or )"));
    return parser_node(
        p, (Cond){ .op = COND_COUNT, .type = COND_NUMBER, .column = word->column, .count = c.q },
        ret);
}

/* ---- bounds ---- */

static bool moment_of(const Cond *c, Ms now, const Zone *zone, Ms *ret)
{
    CondRecord none = { .zone = zone };
    CondValue v;

    if (cond_eval_value(c, &none, now, &v) != RC_OK || cond_value_is_empty(&v))
        return false;
    *ret = v.at;
    return true;
}

void count_bounds(const CountQuery *q, Ms now, const Zone *zone, Ms *ret_from, Ms *ret_before)
{
    Ms at;

    *ret_from = INT64_MIN;
    *ret_before = INT64_MAX;
    if (q->from != NULL && moment_of(q->from, now, zone, &at))
        *ret_from = at + (q->from_after ? 1 : 0);
    if (q->before != NULL && moment_of(q->before, now, zone, &at))
        *ret_before = at + (q->before_equal ? 1 : 0);
}
