/* saved_why.c - why a request is found by a query, or why not: each part of it by itself. */
#include "domain/view/fields.h"
#include "domain/view/saved.h"

#include "core/buf.h"

typedef struct Why {
    Ctx *cx;
    const FindQuery *q;
    FindEval eval;
    CondRecord record;
    ViewReasons *to;
} Why;

static Rc text_of(Why *w, const Cond *c, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, (size_t)8 * COND_TEXT_MAX);
    cond_print(w->cx->arena, &w->q->schema->names, c, &b);
    TRY(buf_result(&b));
    *ret = str_dup(w->cx->arena, buf_str(&b));
    return RC_OK;
}

/* ---- what the request has ---- */

typedef struct Names {
    const CondName *at[8];
    size_t n;
} Names;

static void see_name(const Cond *node, void *arg)
{
    Names *names = arg;

    if (node->op != COND_NAME || node->name->word || names->n == COUNT_OF(names->at))
        return;
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->at[i]->name, node->name->name))
            return;
    names->at[names->n++] = node->name;
}

#define LONG_TEXT 120 /* bytes of a text that are shown */

static Str keys_text(Arena *a, const CondValue *v)
{
    Str s = STR("");

    for (size_t i = 0; i < v->keys_n; i++)
        s = str_fmt(a, "%.*s%s%.*s", STR_ARG(s), i > 0 ? ", " : "", STR_ARG(v->keys[i]));
    return s;
}

static Rc value_text(Why *w, const CondName *name, Str *ret)
{
    CondValue v = { 0 };

    *ret = STR("empty");
    if (!w->record.get(w->record.arg, name, 0, &v) || cond_value_is_empty(&v))
        return RC_OK;
    if (v.type == COND_KEYS) {
        *ret = keys_text(w->cx->arena, &v);
        return RC_OK;
    }
    if (v.type == COND_TEXT && v.text.len > LONG_TEXT)
        v.text =
            str_fmt(w->cx->arena, "%.*s\xE2\x80\xA6", STR_ARG(str_shortened(v.text, LONG_TEXT)));
    Cond c = { .op = COND_CONST, .type = v.type, .value = v };
    return text_of(w, &c, ret);
}

static Rc now_of(Why *w, const Cond *c, Str *ret)
{
    Names names = { 0 };
    Str s = STR(""), value;

    cond_walk(c, see_name, &names);
    for (size_t i = 0; i < names.n; i++) {
        TRY(value_text(w, names.at[i], &value));
        s = str_fmt(w->cx->arena, "%.*s%s%.*s = %.*s", STR_ARG(s), i > 0 ? ", " : "",
                    STR_ARG(names.at[i]->name), STR_ARG(value));
    }
    *ret = s;
    return RC_OK;
}

/* ---- parts ---- */

static bool is_chain(const Cond *c)
{
    return c->op == COND_AND || c->op == COND_OR;
}

static Rc explain(Why *w, const Cond *c, int32_t depth, bool negated);

static Rc explain_parts(Why *w, const Cond *c, int32_t depth)
{
    for (size_t i = 0; i < c->list_n; i++)
        TRY(explain(w, c->list[i], depth, false));
    return RC_OK;
}

/* `negated`: the part must not hold; `holds` says whether it is as it must be. */
static Rc explain(Why *w, const Cond *c, int32_t depth, bool negated)
{
    ViewReason r = { .depth = depth, .negated = negated, .text = STR(""), .now = STR("") };

    if (c->op == COND_NOT && is_chain(c->a))
        return explain(w, c->a, depth, !negated);
    TRY(cond_eval(c, &w->record, w->q->now, &r.holds));
    r.holds ^= negated;
    if (is_chain(c)) {
        r.is_all = c->op == COND_AND;
        r.is_any = c->op == COND_OR;
        TRY(LIST_PUSH(w->cx->arena, w->to, r));
        return explain_parts(w, c, depth + 1);
    }
    TRY(text_of(w, c, &r.text));
    TRY(now_of(w, c, &r.now));
    return LIST_PUSH(w->cx->arena, w->to, r);
}

Rc view_why(Ctx *cx, GrantedRequest g, const FindQuery *q, ViewReasons *ret, bool *ret_holds)
{
    FindRecord record;
    ViewReasons list = { 0 };
    Why w = { .cx = cx, .q = q, .to = &list };
    const Cond *where = find_where(q);

    /* asked again by find_load */
    TRY(access_more(cx, g, MAY_SEE));
    TRY(find_load(cx, g, q->now, &record));
    w.eval = (FindEval){ .query = q, .record = &record };
    w.record = find_record(&w.eval);
    TRY(cond_eval(where, &w.record, q->now, ret_holds));
    if (where != NULL)
        TRY(where->op == COND_AND ? explain_parts(&w, where, 0) : explain(&w, where, 0, false));
    *ret = list;
    return RC_OK;
}
