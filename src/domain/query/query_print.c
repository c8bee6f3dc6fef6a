/* query_print.c - a tree as text: the one form of it that gives the same tree again. */
#include "domain/query/query_lex.h"

typedef struct Printing {
    Arena *arena;
    Buf *to;
    const CondSchema *names;
} Printing;

/* How tightly a piece binds; a looser one stands in parentheses. */
typedef enum Tight {
    TIGHT_OR,
    TIGHT_AND,
    TIGHT_NOT,
    TIGHT_TEST,
    TIGHT_ADD,
    TIGHT_MUL,
    TIGHT_ONE,
} Tight;

static Tight tight_of(const Cond *c)
{
    switch (c->op) {
    case COND_OR: return TIGHT_OR;
    case COND_AND: return TIGHT_AND;
    case COND_NOT: return TIGHT_NOT;
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE:
    case COND_IN:
    case COND_IS_EMPTY:
    case COND_MATCH:
    case COND_WAS: return TIGHT_TEST;
    case COND_ADD:
    case COND_SUB: return TIGHT_ADD;
    case COND_MUL: return TIGHT_MUL;
    case COND_CONST:
    case COND_NAME:
    case COND_NOW:
    case COND_START_OF:
    case COND_NEG:
    case COND_SUM:
    case COND_COUNT: break;
    }
    return TIGHT_ONE;
}

static void put(Printing *p, const Cond *c, Tight least);

static void put_text(Printing *p, Str s)
{
    buf_add_char(p->to, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_add_char(p->to, '\\');
        buf_add_char(p->to, s.ptr[i]);
    }
    buf_add_char(p->to, '"');
}

/* A key is bare where that says the same. */
static bool is_bare(Printing *p, Str key)
{
    static const char *const taken[] = { "empty", "and", "or", "not", "in", "is", "order" };
    Tokens tokens = { 0 };
    CondError e;

    if (cond_lex(p->arena, key, &tokens, &e) != RC_OK || tokens.n != 2
        || tokens.at[0].kind != TOKEN_WORD || !str_eq(tokens.at[0].text, key) || key.ptr[0] == '$')
        return false;
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        if (str_eq_z(key, taken[i]))
            return false;
    return cond_name_find(p->names, key) == NULL;
}

static void put_key(Printing *p, Str key)
{
    if (is_bare(p, key))
        buf_add(p->to, key);
    else
        put_text(p, key);
}

static void put_value(Printing *p, const CondValue *v)
{
    switch (v->type) {
    case COND_TEXT: put_text(p, v->text); break;
    case COND_KEY:
    case COND_PERSON: put_key(p, v->text); break;
    case COND_NUMBER: buf_add(p->to, decimal_text(p->arena, v->number)); break;
    case COND_MONEY: buf_add(p->to, money_text(p->arena, v->money)); break;
    case COND_YES_NO: buf_add(p->to, v->yes ? STR("yes") : STR("no")); break;
    case COND_DATE: buf_add(p->to, clock_date(p->arena, v->at)); break;
    case COND_DATETIME: buf_add(p->to, clock_rfc3339(p->arena, v->at)); break;
    case COND_SPAN: buf_add(p->to, timespan_text(p->arena, v->span)); break;
    case COND_EMPTY: buf_add_lit(p->to, "empty"); break;
    case COND_KEYS:
    case COND_TABLE: break; /* never constants */
    }
}

/* ---- count(...) ---- */

static void put_set(Printing *p, const char *field, uint32_t bits, const char *const *words,
                    size_t n)
{
    const char *comma = "";

    buf_add_fmt(p->to, "%s in (", field);
    for (size_t i = 0; i < n; i++) {
        if ((bits >> i & 1U) == 0)
            continue;
        buf_add_fmt(p->to, "%s%s", comma, words[i][0] == '\0' ? "empty" : words[i]);
        comma = ", ";
    }
    buf_add_char(p->to, ')');
}

static void put_person(Printing *p, const char *field, const CountPerson *who)
{
    buf_add_fmt(p->to, "%s = ", field);
    if (who->who == COUNT_LOGIN)
        put_text(p, who->login);
    else
        buf_add(p->to, who->who == COUNT_REQUESTER ? STR("$requester") : STR("$beneficiary"));
}

static void and_next(Printing *p, bool *first)
{
    if (!*first)
        buf_add_lit(p->to, " and ");
    *first = false;
}

static void put_count(Printing *p, const CountQuery *q)
{
    bool first = true;

    buf_add_lit(p->to, "count(");
    if (q->models_n > 0) {
        and_next(p, &first);
        buf_add_lit(p->to, "model in (");
        for (size_t i = 0; i < q->models_n; i++) {
            if (i > 0)
                buf_add_lit(p->to, ", ");
            put_text(p, q->models[i]);
        }
        buf_add_char(p->to, ')');
    }
    if (q->states != 0) {
        and_next(p, &first);
        put_set(p, "state", q->states, COUNT_STATES, COUNT_OF(COUNT_STATES));
    }
    if (q->outcomes != 0) {
        and_next(p, &first);
        put_set(p, "outcome", q->outcomes, COUNT_OUTCOMES, COUNT_OF(COUNT_OUTCOMES));
    }
    if (q->beneficiary.who != COUNT_ANYBODY) {
        and_next(p, &first);
        put_person(p, "beneficiary", &q->beneficiary);
    }
    if (q->requester.who != COUNT_ANYBODY) {
        and_next(p, &first);
        put_person(p, "requester", &q->requester);
    }
    if (q->from != NULL) {
        and_next(p, &first);
        buf_add_fmt(p->to, "created %s ", q->from_after ? ">" : ">=");
        put(p, q->from, TIGHT_ADD);
    }
    if (q->before != NULL) {
        and_next(p, &first);
        buf_add_fmt(p->to, "created %s ", q->before_equal ? "<=" : "<");
        put(p, q->before, TIGHT_ADD);
    }
    buf_add_char(p->to, ')');
}

/* ---- tests ---- */

static const char *sign_of(CondOp op, bool negated)
{
    if (op == COND_EQ)
        return negated ? " != " : " = ";
    if (op == COND_MATCH)
        return " ~ ";
    if (op == COND_LT || op == COND_LE)
        return op == COND_LT ? " < " : " <= ";
    return op == COND_GT ? " > " : " >= ";
}

static void put_list(Printing *p, const Cond *c)
{
    bool name = c->list_n == 1 && c->list[0]->op == COND_NAME && c->list[0]->type == COND_KEYS;

    if (!name)
        buf_add_char(p->to, '(');
    for (size_t i = 0; i < c->list_n; i++) {
        if (i > 0)
            buf_add_lit(p->to, ", ");
        put(p, c->list[i], TIGHT_ADD);
    }
    if (!name)
        buf_add_char(p->to, ')');
}

/* A comparison, or the contrary of one where the language has a form for it. */
static void put_compare(Printing *p, const Cond *c, bool negated)
{
    put(p, c->a, TIGHT_ADD);
    if (c->op == COND_IN) {
        buf_add(p->to, negated ? STR(" not in ") : STR(" in "));
        put_list(p, c);
    } else if (c->op == COND_IS_EMPTY) {
        buf_add(p->to, negated ? STR(" is not empty") : STR(" is empty"));
    } else {
        buf_add(p->to, str_z(sign_of(c->op, negated)));
        put(p, c->b, TIGHT_ADD);
    }
}

static void put_was(Printing *p, const Cond *c)
{
    static const char *const words[] = { " after ", " before " };

    put(p, c->a, TIGHT_ADD);
    buf_add_lit(p->to, " was ");
    put(p, c->b, TIGHT_ADD);
    for (size_t i = 0; i < c->list_n; i++) {
        if (c->list[i]->type == COND_EMPTY)
            continue;
        buf_add(p->to, str_z(words[i]));
        put(p, c->list[i], TIGHT_ADD);
    }
}

static bool has_contrary(const Cond *c)
{
    return c->op == COND_EQ || c->op == COND_IN || c->op == COND_IS_EMPTY;
}

static void put_chain(Printing *p, const Cond *c)
{
    for (size_t i = 0; i < c->list_n; i++) {
        if (i > 0)
            buf_add(p->to, c->op == COND_AND ? STR(" and ") : STR(" or "));
        put(p, c->list[i], c->op == COND_AND ? TIGHT_NOT : TIGHT_AND);
    }
}

static const char *const periods[] = { "day", "week", "month", "year" };

static void put_bare(Printing *p, const Cond *c)
{
    switch (c->op) {
    case COND_AND:
    case COND_OR: put_chain(p, c); break;
    case COND_NOT:
        if (has_contrary(c->a)) {
            put_compare(p, c->a, true);
            break;
        }
        buf_add_lit(p->to, "not ");
        put(p, c->a, TIGHT_NOT);
        break;
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE:
    case COND_IN:
    case COND_IS_EMPTY:
    case COND_MATCH: put_compare(p, c, false); break;
    case COND_WAS: put_was(p, c); break;
    case COND_CONST: put_value(p, &c->value); break;
    case COND_NAME: buf_add(p->to, c->name->name); break;
    case COND_NOW: buf_add_lit(p->to, "now"); break;
    case COND_START_OF: buf_add_fmt(p->to, "start_of(%s)", periods[c->period]); break;
    case COND_ADD:
    case COND_SUB:
        put(p, c->a, TIGHT_ADD);
        buf_add(p->to, c->op == COND_ADD ? STR(" + ") : STR(" - "));
        put(p, c->b, TIGHT_MUL);
        break;
    case COND_MUL:
        put(p, c->a, TIGHT_MUL);
        buf_add_lit(p->to, " * ");
        put(p, c->b, TIGHT_ONE);
        break;
    case COND_NEG:
        buf_add_char(p->to, '-');
        put(p, c->a, TIGHT_ONE);
        break;
    case COND_SUM:
        buf_add_lit(p->to, "sum(");
        put(p, c->a, TIGHT_ADD);
        buf_add_char(p->to, ')');
        break;
    case COND_COUNT: put_count(p, c->count); break;
    }
}

static void put(Printing *p, const Cond *c, Tight least)
{
    bool loose = tight_of(c) < least;

    if (loose)
        buf_add_char(p->to, '(');
    put_bare(p, c);
    if (loose)
        buf_add_char(p->to, ')');
}

void cond_print(Arena *a, const CondSchema *names, const Cond *c, Buf *to)
{
    Printing p = { .arena = a, .to = to, .names = names };

    put(&p, c, TIGHT_OR);
}

void cond_print_list(Arena *a, const CondSchema *names, const CondList *l, Buf *to)
{
    if (l->where != NULL)
        cond_print(a, names, l->where, to);
    for (size_t i = 0; i < l->order_n; i++)
        buf_add_fmt(to, "%s%.*s%s",
                    i > 0              ? ", "
                    : l->where != NULL ? " order by "
                                       : "order by ",
                    STR_ARG(l->order[i].name->name), l->order[i].descending ? " desc" : "");
}
