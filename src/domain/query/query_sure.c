/* query_sure.c - what a condition says while some names may still get a value. */
#include "domain/query/query.h"

typedef struct Sure {
    const CondRecord *rec;
    Ms now;
    bool (*open)(void *arg, const CondName *name);
    void *arg;
    bool found; /* an open name was seen */
} Sure;

static void see_open(const Cond *node, void *arg)
{
    Sure *s = arg;

    s->found |= node->op == COND_NAME && s->open(s->arg, node->name);
}

/* A test that says itself what an empty name means. */
static bool asks_for_empty(const Cond *c)
{
    if (c->op == COND_IS_EMPTY)
        return true;
    for (size_t i = 0; c->op == COND_IN && i < c->list_n; i++)
        if (c->list[i]->op == COND_CONST && c->list[i]->value.type == COND_EMPTY)
            return true;
    return false;
}

static Rc test(Sure *s, const Cond *c, CondSure *ret)
{
    bool holds = false;

    s->found = false;
    if (!asks_for_empty(c))
        cond_walk(c, see_open, s);
    if (s->found) {
        *ret = COND_SURE_LATER;
        return RC_OK;
    }
    TRY(cond_eval(c, s->rec, s->now, &holds));
    *ret = holds ? COND_SURE_YES : COND_SURE_NO;
    return RC_OK;
}

static Rc sure(Sure *s, const Cond *c, CondSure *ret)
{
    CondSure all = c->op == COND_AND ? COND_SURE_YES : COND_SURE_NO, part;

    if (c->op == COND_NOT) {
        TRY(sure(s, c->a, &part));
        *ret = part == COND_SURE_YES ? COND_SURE_NO : part == COND_SURE_NO ? COND_SURE_YES : part;
        return RC_OK;
    }
    if (c->op != COND_AND && c->op != COND_OR)
        return test(s, c, ret);
    *ret = all;
    for (size_t i = 0; i < c->list_n; i++) {
        TRY(sure(s, c->list[i], &part));
        if (part == COND_SURE_LATER) {
            *ret = part;
        } else if (part != all) { /* one no ends "and", one yes ends "or" */
            *ret = part;
            return RC_OK;
        }
    }
    return RC_OK;
}

Rc cond_eval_sure(const Cond *c, const CondRecord *rec, Ms now,
                  bool (*open)(void *arg, const CondName *name), void *arg, CondSure *ret)
{
    Sure s = { .rec = rec, .now = now, .open = open, .arg = arg };
    CondSure result = COND_SURE_YES;

    if (c != NULL)
        TRY(sure(&s, c, &result));
    *ret = result;
    return RC_OK;
}
