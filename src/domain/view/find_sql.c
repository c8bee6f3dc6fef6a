/* find_sql.c - a query as SQL: fragments of fields.sql, signs and bound values.
 *
 * The language has two values, SQL has three.  A comparison with an empty field is NULL there, which counts as
 * no wherever it stands under AND and OR; under NOT the piece is closed by IS NOT TRUE, which makes two
 * values of three.  So the tree is written as it stands.
 */
#include "domain/view/fields.h"

#include "app/fold.h"
#include "domain/view/fields_q.h"
#include "domain/request/words.h"

#include <assert.h>

typedef struct Writing {
    Ctx *cx;
    const FindQuery *q;
    DbDialect dialect;
    DbPart *to;
    WordsReader by;  /* for the index of words; no readers: not asked for yet */
    bool inside;     /* of OR or NOT: what is tested need not hold */
    bool open;       /* whatever else is tested, it is open */
    bool words_lead; /* to few requests, because few are the reader's */
} Writing;

static Rc put_test(Writing *w, const Cond *c);

/* ---- pieces ---- */

static DbValue lead_of(const Writing *w, const FieldUse *u)
{
    switch (u->field.lead) {
    case LEAD_NOW: return db_int(w->q->now);
    case LEAD_READER: return db_int(w->cx->subject->person_id);
    case LEAD_QUESTION: return db_text(u->question);
    case LEAD_OWN: return db_int(u->own);
    case LEAD_NOTHING: break;
    }
    return db_int(0);
}

/* A fragment of the field with what it takes first, and `value` after that where it takes one. */
static void put_fragment(Writing *w, const FieldUse *u, const DbFragment *f, DbValue value)
{
    DbValue values[2];
    int n = 0;

    if (u->field.lead != LEAD_NOTHING)
        values[n++] = lead_of(w, u);
    values[n++] = value;
    assert(f->values <= n);
    part_word(w->to, SQL_OPEN);
    part_fragment(w->to, f, values);
    part_word(w->to, SQL_CLOSE);
}

static void put_value(Writing *w, const FieldUse *u)
{
    put_fragment(w, u, u->field.value, db_int(0));
}

void find_put_value(DbPart *to, const FieldUse *u)
{
    DbValue lead = u->field.lead == LEAD_QUESTION ? db_text(u->question) : db_int(u->own);

    assert(u->field.lead != LEAD_NOW && u->field.lead != LEAD_READER);
    part_word(to, SQL_OPEN);
    part_fragment(to, u->field.value, &lead);
    part_word(to, SQL_CLOSE);
}

/* Each comparison with its sign, and what it is with its sides exchanged: a < b is b > a. */
static const struct {
    CondOp op, mirrored;
    SqlWord sign;
} signs[] = {
    { COND_EQ, COND_EQ, SQL_EQ }, { COND_LT, COND_GT, SQL_LT }, { COND_LE, COND_GE, SQL_LE },
    { COND_GT, COND_LT, SQL_GT }, { COND_GE, COND_LE, SQL_GE },
};

static size_t sign_at(CondOp op)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(signs) && signs[i].op != op)
        i++;
    assert(signs[i].op == op);
    return i;
}

static SqlWord sign_of(CondOp op)
{
    return signs[sign_at(op)].sign;
}

/* ---- constants as they lie in the database ---- */

static int64_t rank_of(const Field *f, Str key)
{
    for (size_t i = 0; i < f->keys_n; i++)
        if (str_eq_z(key, f->keys[i]))
            return (int64_t)i + 1;
    return 0; /* no request has it */
}

static Rc person_value(Writing *w, Str login, DbValue *ret)
{
    Person p = { 0 };
    Rc rc = person_by_login(w->cx, login, &p);

    *ret = db_int(p.id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static Rc team_value(Writing *w, Str key, DbValue *ret)
{
    Team t = { 0 };
    Rc rc = team_by_key(w->cx, key, &t);

    *ret = db_int(t.id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static Rc stored_word(Writing *w, const Field *f, Str key, DbValue *ret)
{
    if (f->store == STORE_PERSON)
        return person_value(w, key, ret);
    if (f->store == STORE_TEAM)
        return team_value(w, key, ret);
    *ret = f->store == STORE_RANK ? db_int(rank_of(f, key)) : db_text(key);
    return RC_OK;
}

static Rc stored(Writing *w, const Field *f, const CondValue *v, DbValue *ret)
{
    Str folded;

    switch (v->type) {
    case COND_TEXT:
        TRY(text_fold(w->cx->arena, v->text, &folded));
        *ret = db_text(folded);
        return RC_OK;
    case COND_KEY:
    case COND_PERSON: return stored_word(w, f, v->text, ret);
    case COND_NUMBER: *ret = db_int(v->number); return RC_OK;
    case COND_MONEY: *ret = db_int(v->money.minor); return RC_OK;
    case COND_YES_NO: *ret = db_int(v->yes ? 1 : 0); return RC_OK;
    case COND_DATE:
    case COND_DATETIME: *ret = db_int(v->at); return RC_OK;
    case COND_EMPTY:
    case COND_KEYS:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    return RC_INTERNAL;
}

/* ---- comparisons with a constant ---- */

static Ms day_start(const Writing *w, Ms date)
{
    CivilTime t = clock_civil_utc(date);
    return zone_instant(w->q->zone != NULL ? w->q->zone : zone_utc(), &t);
}

/* The last date whose day has begun at `at`. */
static Ms date_at(const Writing *w, Ms at)
{
    CivilTime t = zone_civil(w->q->zone != NULL ? w->q->zone : zone_utc(), at);
    Ms date = clock_days(t.year, t.month, t.day) * MS_DAY;

    while (day_start(w, date + MS_DAY) <= at)
        date += MS_DAY;
    return date;
}

/* A field of dates beside an instant: its day begins before it, at it or after it. */
static void date_beside(Writing *w, const FieldUse *u, CondOp op, Ms at)
{
    Ms date = date_at(w, at);
    bool exact = day_start(w, date) == at;

    if (op == COND_EQ && !exact) {
        part_word(w->to, SQL_FALSE);
        return;
    }
    if (op == COND_LT && !exact)
        op = COND_LE;
    else if (op == COND_GE && !exact)
        op = COND_GT;
    put_value(w, u);
    part_word(w->to, sign_of(op));
    part_value(w->to, db_int(date));
}

static Rc put_member(Writing *w, const FieldUse *u, Str key)
{
    DbValue value;

    TRY(stored_word(w, &u->field, key, &value));
    put_fragment(w, u, u->field.has, value);
    return RC_OK;
}

/* Is it one of these words, or has it one of them? */
static Rc put_words(Writing *w, const FieldUse *u, const Str *keys, size_t n)
{
    DbValue value;

    if (n == 0) {
        part_word(w->to, SQL_FALSE);
        return RC_OK;
    }
    if (u->field.has != NULL) {
        for (size_t i = 0; i < n; i++) {
            part_word(w->to, i == 0 ? SQL_OPEN : SQL_OR);
            TRY(put_member(w, u, keys[i]));
        }
        part_word(w->to, SQL_CLOSE);
        return RC_OK;
    }
    put_value(w, u);
    part_word(w->to, n == 1 ? SQL_EQ : SQL_IN);
    for (size_t i = 0; i < n; i++) {
        TRY(stored_word(w, &u->field, keys[i], &value));
        if (n > 1)
            part_word(w->to, i == 0 ? SQL_OPEN : SQL_COMMA);
        part_value(w->to, value);
    }
    if (n > 1)
        part_word(w->to, SQL_CLOSE);
    return RC_OK;
}

static void put_money(Writing *w, const FieldUse *u, CondOp op, const Money *m)
{
    char *code = arena_array(w->cx->arena, 1, sizeof m->currency);

    part_word(w->to, SQL_OPEN);
    put_fragment(w, u, u->field.currency, db_int(0));
    part_word(w->to, SQL_EQ);
    if (code != NULL)
        memcpy(code, m->currency, sizeof m->currency);
    part_value(w->to, db_text(code != NULL ? str_z(code) : STR("")));
    part_word(w->to, SQL_AND);
    put_value(w, u);
    part_word(w->to, sign_of(op));
    part_value(w->to, db_int(m->minor));
    part_word(w->to, SQL_CLOSE);
}

/* `open = yes`, written so that the indexes of open requests are taken, unless its words lead to less. */
static void put_open_only(Writing *w)
{
    part_word(w->to, SQL_OPEN);
    part_fragment(w->to, w->words_lead ? &f_find_open_beside : &f_find_open_only, NULL);
    part_word(w->to, SQL_CLOSE);
}

static bool put_open(Writing *w, const FieldUse *u, CondOp op, const CondValue *v)
{
    if (u->field.value != &f_find_open || op != COND_EQ || !v->yes)
        return false;
    put_open_only(w);
    return true;
}

/* A field that is listed by another expression than its value, because empty ones come last, is looked for by that as well:
 * indexes have it.  An empty one is after everything. */
static void put_beside(Writing *w, const FieldUse *u, CondOp op, DbValue value)
{
    bool by_sort = u->field.sort != NULL && u->field.sort != u->field.value;

    if (by_sort)
        part_fragment(w->to, u->field.sort, NULL);
    else
        put_value(w, u);
    part_word(w->to, sign_of(op));
    part_value(w->to, value);
    if (by_sort && (op == COND_GT || op == COND_GE)) {
        part_word(w->to, SQL_AND);
        put_value(w, u);
        part_word(w->to, SQL_LT);
        part_value(w->to, db_int(INT64_MAX));
    }
}

static Rc put_compare(Writing *w, const FieldUse *u, CondOp op, const CondValue *v)
{
    DbValue value;

    if (cond_value_is_empty(v)) {
        part_word(w->to, SQL_FALSE);
        return RC_OK;
    }
    if (v->type == COND_KEYS)
        return put_words(w, u, v->keys, v->keys_n);
    if (u->field.has != NULL)
        return put_words(w, u, &v->text, 1);
    if (v->type == COND_MONEY) {
        put_money(w, u, op, &v->money);
        return RC_OK;
    }
    if (u->field.type == COND_DATE && v->type == COND_DATETIME) {
        date_beside(w, u, op, v->at);
        return RC_OK;
    }
    if (put_open(w, u, op, v))
        return RC_OK;
    if (u->field.type == COND_DATETIME && v->type == COND_DATE)
        value = db_int(day_start(w, v->at));
    else
        TRY(stored(w, &u->field, v, &value));
    if (u->field.is != NULL && op == COND_EQ) {
        put_fragment(w, u, u->field.is, value);
        return RC_OK;
    }
    put_beside(w, u, op, value);
    return RC_OK;
}

/* ---- tests ---- */

/* A test without any field is decided here and now. */
static Rc put_decided(Writing *w, const Cond *c)
{
    FindEval e = { .query = w->q };
    CondRecord reader = find_record(&e);
    bool holds = false;

    TRY(cond_eval(c, &reader, w->q->now, &holds));
    part_word(w->to, holds ? SQL_TRUE : SQL_FALSE);
    return RC_OK;
}

static void put_two_fields(Writing *w, const FieldUse *a, CondOp op, const FieldUse *b)
{
    bool money = a->field.store == STORE_MONEY;

    if (money) {
        part_word(w->to, SQL_OPEN);
        put_fragment(w, a, a->field.currency, db_int(0));
        part_word(w->to, SQL_EQ);
        put_fragment(w, b, b->field.currency, db_int(0));
        part_word(w->to, SQL_AND);
    }
    put_value(w, a);
    part_word(w->to, sign_of(op));
    put_value(w, b);
    if (money)
        part_word(w->to, SQL_CLOSE);
}

static Rc put_pair(Writing *w, const Cond *c)
{
    FieldUse left, right;
    CondValue v;
    const Cond *a = c->a, *b = c->b;
    CondOp op = c->op;

    if (find_is_constant(a) && find_is_constant(b))
        return put_decided(w, c);
    if (find_is_constant(a)) {
        a = c->b;
        b = c->a;
        op = signs[sign_at(op)].mirrored;
    }
    (void)find_field(w->q->schema, a->name, &left);
    if (find_is_constant(b)) {
        TRY(find_constant(w->q, b, &v));
        return put_compare(w, &left, op, &v);
    }
    (void)find_field(w->q->schema, b->name, &right);
    put_two_fields(w, &left, op, &right);
    return RC_OK;
}

static Rc put_empty(Writing *w, const Cond *c)
{
    FieldUse u;

    if (find_is_constant(c))
        return put_decided(w, &(Cond){ .op = COND_IS_EMPTY, .type = COND_YES_NO, .a = c });
    (void)find_field(w->q->schema, c->name, &u);
    put_fragment(w, &u, u.field.has != NULL ? u.field.any : u.field.value, db_int(0));
    part_word(w->to, u.field.has != NULL ? SQL_NOT_TRUE : SQL_IS_NULL);
    return RC_OK;
}

static Rc put_list(Writing *w, const Cond *c)
{
    FieldUse u;
    CondValue v;

    if (find_is_constant(c->a))
        return put_decided(w, c);
    (void)find_field(w->q->schema, c->a->name, &u);
    for (size_t i = 0; i < c->list_n; i++) {
        const Cond *item = c->list[i];
        part_word(w->to, i == 0 ? SQL_OPEN : SQL_OR);
        if (item->op == COND_CONST && item->value.type == COND_EMPTY) {
            TRY(put_empty(w, c->a));
            continue;
        }
        TRY(find_constant(w->q, item, &v));
        TRY(put_compare(w, &u, COND_EQ, &v));
    }
    part_word(w->to, SQL_CLOSE);
    return RC_OK;
}

static Rc put_match(Writing *w, const Cond *c)
{
    FieldUse u;
    CondValue v;
    WordsAsk ask = { 0 };
    WordsMatch m;

    if (find_is_constant(c->a))
        return put_decided(w, c);
    (void)find_field(w->q->schema, c->a->name, &u);
    TRY(find_constant(w->q, c->b, &v));
    ask.words = v.text;
    ask.place = u.field.store == STORE_TITLE ? WORDS_TITLE
                : w->open && !w->inside      ? WORDS_OPEN
                                             : WORDS_ANYWHERE;
    if (w->by.readers.len == 0)
        TRY(words_reader(w->cx, w->dialect, &w->by));
    TRY(words_match(w->cx, w->dialect, &w->by, &ask, &m));
    if (str_is_null(m.words)) {
        part_word(w->to, SQL_FALSE);
        return RC_OK;
    }
    part_word(w->to, SQL_OPEN);
    /* Where the words need not be there, those that have them must be known to the last one. */
    part_fragment(w->to, &f_find_words,
                  (DbValue[]){ db_text(m.words), db_text(m.readers), db_text(m.teams),
                               db_int(w->inside ? INT64_MAX : w->q->words_most) });
    part_word(w->to, SQL_CLOSE);
    return RC_OK;
}

/* A bound of `was` as an instant; false: it is empty, so nothing is met. */
static Rc bound_of(Writing *w, const Cond *c, Ms *ret, bool *ret_there)
{
    CondValue v;

    TRY(find_constant(w->q, c, &v));
    *ret_there = c->type == COND_EMPTY || v.type != COND_EMPTY;
    if (v.type != COND_EMPTY)
        *ret = v.type == COND_DATE ? day_start(w, v.at) : v.at;
    return RC_OK;
}

/* One value: it was it before, or it is it now and has been since before the bound. */
static Rc put_was_one(Writing *w, const FieldUse *u, Str key, Ms from, Ms before)
{
    DbValue past[4] = { db_int(u->field.past), db_int(0), db_int(from), db_int(before) }, now;

    TRY(stored_word(w, &u->field, key, &now));
    past[1] = u->field.store == STORE_WORD ? db_int(rank_of(&u->field, key)) : now;
    part_word(w->to, SQL_OPEN);
    part_fragment(w->to, &f_find_was, past);
    part_word(w->to, SQL_OR);
    part_word(w->to, SQL_OPEN);
    put_value(w, u);
    part_word(w->to, SQL_EQ);
    part_value(w->to, now);
    if (before != INT64_MAX) {
        part_word(w->to, SQL_AND);
        part_fragment(w->to, &f_find_since, past);
        part_word(w->to, SQL_LT);
        part_value(w->to, db_int(before));
    }
    part_word(w->to, SQL_CLOSE);
    part_word(w->to, SQL_CLOSE);
    return RC_OK;
}

static Rc put_was(Writing *w, const Cond *c)
{
    Ms from = INT64_MIN, before = INT64_MAX;
    bool after_there, before_there;
    FieldUse u;
    CondValue v;

    (void)find_field(w->q->schema, c->a->name, &u);
    TRY(find_constant(w->q, c->b, &v));
    TRY(bound_of(w, c->list[0], &from, &after_there));
    TRY(bound_of(w, c->list[1], &before, &before_there));
    if (cond_value_is_empty(&v) || !after_there || !before_there || from >= before) {
        part_word(w->to, SQL_FALSE);
        return RC_OK;
    }
    size_t n = v.type == COND_KEYS ? v.keys_n : 1;
    for (size_t i = 0; i < n; i++) {
        part_word(w->to, i == 0 ? SQL_OPEN : SQL_OR);
        TRY(put_was_one(w, &u, v.type == COND_KEYS ? v.keys[i] : v.text, from, before));
    }
    part_word(w->to, SQL_CLOSE);
    return RC_OK;
}

bool find_asks_words(const FindQuery *q)
{
    const Cond *c = q->list.where;

    if (c == NULL || c->op != COND_AND)
        return c != NULL && c->op == COND_MATCH && !find_is_constant(c->a);
    for (size_t i = 0; i < c->list_n; i++)
        if (c->list[i]->op == COND_MATCH && !find_is_constant(c->list[i]->a))
            return true;
    return false;
}

static bool is_about(const FindQuery *q, const Cond *field, const DbFragment *value)
{
    FieldUse u;

    return !find_is_constant(field) && find_field(q->schema, field->name, &u)
           && u.field.value == value;
}

/* `FIELD = constant`? */
static bool compares(const FindQuery *q, const Cond *c, const DbFragment *field, CondValue *ret)
{
    return c->op == COND_EQ && find_is_constant(c->b) && is_about(q, c->a, field)
           && find_constant(q, c->b, ret) == RC_OK && !cond_value_is_empty(ret);
}

static bool is_closed(const CondValue *state)
{
    return state->type == COND_KEY && str_eq_z(state->text, "closed");
}

static bool is_not_closed(const FindQuery *q, const Cond *c)
{
    CondValue v;

    return c->op == COND_NOT && compares(q, c->a, &f_find_state, &v) && is_closed(&v);
}

/* `state in (pending, fulfilled)`, `state = pending`? */
static bool is_of_open_states(const FindQuery *q, const Cond *c)
{
    CondValue v;

    if (compares(q, c, &f_find_state, &v))
        return !is_closed(&v);
    if (c->op != COND_IN || !is_about(q, c->a, &f_find_state))
        return false;
    for (size_t i = 0; i < c->list_n; i++)
        if (find_constant(q, c->list[i], &v) != RC_OK || is_closed(&v))
            return false;
    return true;
}

/* How a query asks, beside whatever else, for what is open. */
typedef enum Asks { ASKS_ALL, ASKS_OPEN_STATES, ASKS_OPEN } Asks;

static Asks asks(const FindQuery *q, const Cond *c)
{
    Asks most = ASKS_ALL;
    CondValue v;

    if (c == NULL)
        return ASKS_ALL;
    for (size_t i = 0; c->op == COND_AND && i < c->list_n; i++) {
        Asks one = asks(q, c->list[i]);
        most = one > most ? one : most;
    }
    if (is_not_closed(q, c) || (compares(q, c, &f_find_open, &v) && v.yes))
        return ASKS_OPEN;
    return is_of_open_states(q, c) ? ASKS_OPEN_STATES : most;
}

bool find_asks_open(const FindQuery *q)
{
    return asks(q, q->list.where) != ASKS_ALL;
}

static Rc put_chain(Writing *w, const Cond *c)
{
    SqlWord word = c->op == COND_AND ? SQL_AND : SQL_OR;
    bool was_inside = w->inside;

    w->inside |= c->op == COND_OR;
    for (size_t i = 0; i < c->list_n; i++) {
        part_word(w->to, i == 0 ? SQL_OPEN : word);
        /* SQLite looks for an index in each branch by itself. */
        if (c->op == COND_OR && w->open) {
            put_open_only(w);
            part_word(w->to, SQL_AND);
        }
        TRY(put_test(w, c->list[i]));
    }
    part_word(w->to, SQL_CLOSE);
    w->inside = was_inside;
    return RC_OK;
}

static Rc put_not(Writing *w, const Cond *c)
{
    bool was_inside = w->inside;

    if (is_not_closed(w->q, c)) {
        put_open_only(w);
        return RC_OK;
    }
    w->inside = true;
    part_word(w->to, SQL_OPEN);
    TRY(put_test(w, c->a));
    part_word(w->to, SQL_CLOSE);
    part_word(w->to, SQL_NOT_TRUE);
    w->inside = was_inside;
    return RC_OK;
}

static Rc put_test(Writing *w, const Cond *c)
{
    if (c->op == COND_AND || c->op == COND_OR)
        return put_chain(w, c);
    if (c->op == COND_IN)
        return put_list(w, c);
    if (c->op == COND_IS_EMPTY)
        return put_empty(w, c->a);
    if (c->op == COND_MATCH)
        return put_match(w, c);
    if (c->op == COND_WAS)
        return put_was(w, c);
    if (c->op == COND_NOT)
        return put_not(w, c);
    return put_pair(w, c); /* find_parse lets nothing else pass */
}

/* ---- order and pages ---- */

static void put_sort(DbPart *to, const FindOrder *o, size_t i)
{
    part_fragment(to, i < o->n ? o->fields[i]->sort : &f_find_id, NULL);
}

static bool falls(const FindOrder *o, size_t i)
{
    return i < o->n ? o->descending[i] : o->id_descending;
}

/* Behind the row with these values: the first differs and lies behind, or it is the same and the second ...
 * The first field is bounded alone as well, which an index can use. */
void find_put_after(DbPart *to, const FindOrder *o, const int64_t *after)
{
    part_word(to, SQL_AND);
    put_sort(to, o, 0);
    part_word(to, falls(o, 0) ? SQL_LE : SQL_GE);
    part_value(to, db_int(after[0]));
    part_word(to, SQL_AND);
    for (size_t i = 0; i <= o->n; i++) {
        part_word(to, SQL_OPEN);
        put_sort(to, o, i);
        part_word(to, falls(o, i) ? SQL_LT : SQL_GT);
        part_value(to, db_int(after[i]));
        if (i == o->n)
            break;
        part_word(to, SQL_OR);
        part_word(to, SQL_OPEN);
        put_sort(to, o, i);
        part_word(to, SQL_EQ);
        part_value(to, db_int(after[i]));
        part_word(to, SQL_AND);
    }
    for (size_t i = 0; i < 2 * o->n + 1; i++)
        part_word(to, SQL_CLOSE);
}

void find_put_order(DbPart *to, const FindOrder *o)
{
    for (size_t i = 0; i <= o->n; i++) {
        if (i > 0)
            part_word(to, SQL_COMMA);
        put_sort(to, o, i);
        if (falls(o, i))
            part_word(to, SQL_DESC);
    }
}

Rc find_sql(Ctx *cx, const FindQuery *q, DbDialect d, const int64_t *after, FindSql *ret)
{
    Writing w = { .cx = cx, .q = q, .dialect = d };
    FindOrder order = find_order(q);

    TRY(part_new(cx->arena, d, &w.to));
    TRY(part_new(cx->arena, d, &ret->sorted));
    TRY(find_put_lead(cx, q, w.to));
    Asks open = asks(q, q->list.where);
    w.open = open != ASKS_ALL;
    if (w.open && find_asks_words(q)) {
        TRY(words_reader(cx, d, &w.by));
        w.words_lead = !w.by.all;
    }
    if (open == ASKS_OPEN_STATES) {
        put_open_only(&w);
        part_word(w.to, SQL_AND);
    }
    if (q->list.where != NULL)
        TRY(put_test(&w, q->list.where));
    else
        part_word(w.to, SQL_TRUE);
    if (after != NULL)
        find_put_after(w.to, &order, after);
    find_put_order(ret->sorted, &order);
    ret->asked = w.to;
    TRY(part_result(w.to));
    return part_result(ret->sorted);
}
