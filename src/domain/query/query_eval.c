/* query_eval.c - evaluates a tree for one record.
 *
 * Empty values flow upwards: an expression with an empty part is empty, a comparison with an empty
 * side is false.  So does what does not fit into its type, and money of two currencies.
 */
#include "domain/query/query.h"

#include <assert.h>

__extension__ typedef __int128 Wide;

typedef struct Eval {
    const CondRecord *rec;
    Ms now;
    size_t row; /* inside sum(...) */
    uint32_t steps;
} Eval;

static Rc step(Eval *e)
{
    return ++e->steps > COND_STEPS_MAX ? RC_LIMIT : RC_OK;
}

static const Zone *zone_of(const Eval *e)
{
    return e->rec->zone != NULL ? e->rec->zone : zone_utc();
}

static Rc value_of(Eval *e, const Cond *c, CondValue *ret);

/* ---- arithmetic ---- */

/* a / b rounded to the nearest, halves away from zero. */
static Wide divide_rounded(Wide a, Wide b)
{
    Wide half = b / 2;
    return a >= 0 ? (a + half) / b : (a - half) / b;
}

static bool fits(Wide v, int64_t *ret)
{
    if (v > INT64_MAX || v < -INT64_MAX)
        return false;
    *ret = (int64_t)v;
    return true;
}

static bool same_currency(Money a, Money b)
{
    return memcmp(a.currency, b.currency, sizeof a.currency) == 0;
}

/* A date as the instant at which that day begins in the record's zone. */
static Ms day_start(const Eval *e, Ms date)
{
    CivilTime t = clock_civil_utc(date);
    return zone_instant(zone_of(e), &t);
}

static Ms instant_of(const Eval *e, const CondValue *v)
{
    return v->type == COND_DATE ? day_start(e, v->at) : v->at;
}

static CondValue moved(const Eval *e, const Cond *c, const CondValue *at, TimeSpan span)
{
    int sign = c->op == COND_ADD ? 1 : -1;
    CondValue v = { .type = c->type };
    bool done;

    /* A date moves by whole days and stays a date; everything else moves as an instant. */
    if (c->type == COND_DATE)
        done = timespan_move(at->at, span, sign, NULL, &v.at);
    else
        done = timespan_move(instant_of(e, at), span, sign, zone_of(e), &v.at);
    return done ? v : (CondValue){ .type = COND_EMPTY };
}

static CondValue added(const Eval *e, const Cond *c, const CondValue *a, const CondValue *b)
{
    CondValue v = { .type = c->type };
    Wide sign = c->op == COND_ADD ? 1 : -1;
    bool done = false;

    if (b->type == COND_SPAN)
        return moved(e, c, a, b->span);
    if (c->type == COND_NUMBER) {
        done = fits(a->number + sign * b->number, &v.number);
    } else if (same_currency(a->money, b->money)) {
        v.money = a->money;
        done = fits(a->money.minor + sign * b->money.minor, &v.money.minor);
    }
    return done ? v : (CondValue){ .type = COND_EMPTY };
}

static CondValue multiplied(const Cond *c, const CondValue *a, const CondValue *b)
{
    CondValue v = { .type = c->type };
    bool done;

    if (c->type == COND_NUMBER) {
        done = fits(divide_rounded((Wide)a->number * b->number, 1000), &v.number);
    } else {
        const CondValue *money = a->type == COND_MONEY ? a : b,
                        *number = a->type == COND_MONEY ? b : a;
        v.money = money->money;
        done =
            fits(divide_rounded((Wide)money->money.minor * number->number, 1000), &v.money.minor);
    }
    return done ? v : (CondValue){ .type = COND_EMPTY };
}

/* Rows in which the expression is empty add nothing; a table without any is empty. */
static Rc summed(Eval *e, const Cond *c, CondValue *ret)
{
    CondValue sum = { .type = COND_EMPTY }, one;
    size_t rows = e->rec->rows != NULL ? e->rec->rows(e->rec->arg, c->table) : 0, row = e->row;
    Cond add = { .op = COND_ADD, .type = c->type };

    for (size_t i = 0; i < rows; i++) {
        e->row = i;
        TRY(value_of(e, c->a, &one));
        if (cond_value_is_empty(&one))
            continue;
        if (sum.type == COND_EMPTY)
            sum = one;
        else
            sum = added(e, &add, &sum, &one);
        if (sum.type == COND_EMPTY)
            break; /* two currencies, or too large: there is no sum */
    }
    e->row = row;
    *ret = sum;
    return RC_OK;
}

static Ms start_of(const Eval *e, CondPeriod period)
{
    CivilTime t = zone_civil(zone_of(e), e->now);

    t.hour = t.minute = t.second = t.ms = 0;
    switch (period) {
    case COND_DAY: break;
    case COND_WEEK: {
        CivilTime monday =
            clock_civil_utc((clock_days(t.year, t.month, t.day) - t.weekday) * MS_DAY);
        t.year = monday.year;
        t.month = monday.month;
        t.day = monday.day;
        break;
    }
    case COND_YEAR:
        t.month = 1;
        t.day = 1;
        break;
    case COND_MONTH: t.day = 1; break;
    }
    return zone_instant(zone_of(e), &t);
}

static Rc counted(const Eval *e, const Cond *c, CondValue *ret)
{
    int64_t n = 0;

    *ret = (CondValue){ .type = COND_EMPTY };
    if (e->rec->count == NULL || !e->rec->count(e->rec->arg, c->count, &n) || n < 0
        || n > INT64_MAX / 1000)
        return RC_OK;
    *ret = (CondValue){ .type = COND_NUMBER, .number = n * 1000 };
    return RC_OK;
}

static Rc value_of(Eval *e, const Cond *c, CondValue *ret)
{
    CondValue a, b;

    TRY(step(e));
    switch (c->op) {
    case COND_CONST: *ret = c->value; return RC_OK;
    case COND_NAME:
        *ret = (CondValue){ .type = COND_EMPTY };
        if (e->rec->get == NULL || !e->rec->get(e->rec->arg, c->name, e->row, ret))
            *ret = (CondValue){ .type = COND_EMPTY };
        /* A record that gives another type than its schema says would make comparisons meaningless. */
        assert(ret->type == COND_EMPTY || ret->type == c->type);
        return RC_OK;
    case COND_NOW: *ret = (CondValue){ .type = COND_DATETIME, .at = e->now }; return RC_OK;
    case COND_START_OF:
        *ret = (CondValue){ .type = COND_DATETIME, .at = start_of(e, c->period) };
        return RC_OK;
    case COND_SUM: return summed(e, c, ret);
    case COND_COUNT: return counted(e, c, ret);
    case COND_NEG:
        TRY(value_of(e, c->a, &a));
        if (a.type == COND_NUMBER)
            a.number = -a.number;
        else if (a.type == COND_MONEY)
            a.money.minor = -a.money.minor;
        *ret = a;
        return RC_OK;
    case COND_ADD:
    case COND_SUB:
    case COND_MUL:
        TRY(value_of(e, c->a, &a));
        TRY(value_of(e, c->b, &b));
        if (cond_value_is_empty(&a) || cond_value_is_empty(&b))
            *ret = (CondValue){ .type = COND_EMPTY };
        else
            *ret = c->op == COND_MUL ? multiplied(c, &a, &b) : added(e, c, &a, &b);
        return RC_OK;
    case COND_AND:
    case COND_OR:
    case COND_NOT:
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE:
    case COND_IN:
    case COND_IS_EMPTY:
    case COND_MATCH:
    case COND_WAS: break;
    }
    assert(!"a test gives no value");
    return RC_INTERNAL;
}

/* ---- comparisons ---- */

static bool has_key(const CondValue *v, Str key)
{
    if (v->type != COND_KEYS)
        return str_eq(v->text, key);
    for (size_t i = 0; i < v->keys_n; i++)
        if (str_eq(v->keys[i], key))
            return true;
    return false;
}

/* Both sides have a value. */
static bool equal(const Eval *e, const CondValue *a, const CondValue *b)
{
    switch (a->type) {
    case COND_TEXT: return text_fold_eq(a->text, b->text);
    case COND_KEY:
    case COND_PERSON: return has_key(b, a->text);
    case COND_KEYS:
        if (b->type != COND_KEYS)
            return has_key(a, b->text);
        for (size_t i = 0; i < b->keys_n; i++)
            if (has_key(a, b->keys[i]))
                return true;
        return false;
    case COND_NUMBER: return a->number == b->number;
    case COND_MONEY: return same_currency(a->money, b->money) && a->money.minor == b->money.minor;
    case COND_YES_NO: return a->yes == b->yes;
    case COND_DATE:
    case COND_DATETIME:
        return a->type == b->type ? a->at == b->at : instant_of(e, a) == instant_of(e, b);
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    return false;
}

/* Position of a key in an ordered set; -1: not in it. */
static int64_t rank(const CondName *name, Str key)
{
    for (size_t i = 0; i < name->keys_n; i++)
        if (str_eq(name->keys[i], key))
            return (int64_t)i;
    return -1;
}

static bool compare(const Eval *e, const Cond *c, const CondValue *a, const CondValue *b)
{
    int64_t x = 0, y = 0;

    switch (a->type) {
    case COND_NUMBER:
        x = a->number;
        y = b->number;
        break;
    case COND_MONEY:
        if (!same_currency(a->money, b->money))
            return false;
        x = a->money.minor;
        y = b->money.minor;
        break;
    case COND_DATE:
    case COND_DATETIME:
        x = a->type == b->type ? a->at : instant_of(e, a);
        y = a->type == b->type ? b->at : instant_of(e, b);
        break;
    case COND_KEY: {
        const CondName *name = c->a->name;
        x = rank(name, a->text);
        y = rank(name, b->text);
        if (x < 0 || y < 0)
            return false;
        break;
    }
    case COND_EMPTY:
    case COND_TEXT:
    case COND_KEYS:
    case COND_PERSON:
    case COND_YES_NO:
    case COND_SPAN:
    case COND_TABLE: return false;
    }
    if (c->op == COND_LT)
        return x < y;
    if (c->op == COND_LE)
        return x <= y;
    return c->op == COND_GT ? x > y : x >= y;
}

static Rc holds(Eval *e, const Cond *c, bool *ret);

static Rc compared(Eval *e, const Cond *c, bool *ret)
{
    CondValue a, b;

    TRY(value_of(e, c->a, &a));
    TRY(value_of(e, c->b, &b));
    if (cond_value_is_empty(&a) || cond_value_is_empty(&b))
        *ret = false;
    else if (c->op == COND_EQ)
        *ret = equal(e, &a, &b);
    else if (c->op == COND_MATCH)
        *ret = text_has_words(a.text, b.text);
    else
        *ret = compare(e, c, &a, &b);
    return RC_OK;
}

static Rc contained(Eval *e, const Cond *c, bool *ret)
{
    CondValue a, b;

    TRY(value_of(e, c->a, &a));
    *ret = false;
    for (size_t i = 0; i < c->list_n && !*ret; i++) {
        TRY(value_of(e, c->list[i], &b));
        bool wants_empty = c->list[i]->op == COND_CONST && b.type == COND_EMPTY;
        if (cond_value_is_empty(&a))
            *ret = wants_empty;
        else
            *ret = !cond_value_is_empty(&b) && equal(e, &a, &b);
    }
    return RC_OK;
}

/* A bound of `was`; `*ret` stays as it is where there is none.  False: it is empty, so nothing is met. */
static Rc bound_of(Eval *e, const Cond *c, Ms *ret, bool *ret_there)
{
    CondValue v;

    TRY(value_of(e, c, &v));
    *ret_there = c->type == COND_EMPTY || v.type != COND_EMPTY;
    if (v.type != COND_EMPTY)
        *ret = instant_of(e, &v);
    return RC_OK;
}

static Rc was(Eval *e, const Cond *c, bool *ret)
{
    Ms from = INT64_MIN, before = INT64_MAX;
    bool after_there, before_there;
    CondValue v;

    TRY(value_of(e, c->b, &v));
    TRY(bound_of(e, c->list[0], &from, &after_there));
    TRY(bound_of(e, c->list[1], &before, &before_there));
    *ret = !cond_value_is_empty(&v) && after_there && before_there && from < before
           && e->rec->was != NULL && e->rec->was(e->rec->arg, c->a->name, &v, from, before);
    return RC_OK;
}

static Rc chained(Eval *e, const Cond *c, bool *ret)
{
    bool all = c->op == COND_AND;

    for (size_t i = 0; i < c->list_n; i++) {
        TRY(holds(e, c->list[i], ret));
        if (*ret != all)
            return RC_OK;
    }
    *ret = all;
    return RC_OK;
}

static Rc holds(Eval *e, const Cond *c, bool *ret)
{
    CondValue v;

    TRY(step(e));
    switch (c->op) {
    case COND_AND:
    case COND_OR: return chained(e, c, ret);
    case COND_NOT:
        TRY(holds(e, c->a, ret));
        *ret = !*ret;
        return RC_OK;
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE:
    case COND_MATCH: return compared(e, c, ret);
    case COND_IN: return contained(e, c, ret);
    case COND_WAS: return was(e, c, ret);
    case COND_IS_EMPTY:
        TRY(value_of(e, c->a, &v));
        *ret = cond_value_is_empty(&v);
        return RC_OK;
    case COND_CONST:
    case COND_NAME:
    case COND_NOW:
    case COND_START_OF:
    case COND_ADD:
    case COND_SUB:
    case COND_MUL:
    case COND_NEG:
    case COND_SUM:
    case COND_COUNT: break;
    }
    assert(!"a value is no test");
    return RC_INTERNAL;
}

Rc cond_eval(const Cond *c, const CondRecord *rec, Ms now, bool *ret)
{
    Eval e = { .rec = rec, .now = now };
    bool result = true;

    if (c != NULL)
        TRY(holds(&e, c, &result));
    *ret = result;
    return RC_OK;
}

Rc cond_eval_value(const Cond *c, const CondRecord *rec, Ms now, CondValue *ret)
{
    Eval e = { .rec = rec, .now = now };
    CondValue v;

    TRY(value_of(&e, c, &v));
    *ret = cond_value_is_empty(&v) ? (CondValue){ .type = COND_EMPTY } : v;
    return RC_OK;
}
