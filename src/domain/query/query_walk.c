/* query_walk.c - looking through a tree. */
#include "domain/query/query.h"

void cond_walk(const Cond *c, void (*visit)(const Cond *node, void *arg), void *arg)
{
    if (c == NULL)
        return;
    visit(c, arg);
    cond_walk(c->a, visit, arg);
    cond_walk(c->b, visit, arg);
    for (size_t i = 0; i < c->list_n; i++)
        cond_walk(c->list[i], visit, arg);
}

typedef struct Uses {
    Str name;
    bool found;
} Uses;

static void uses_visit(const Cond *node, void *arg)
{
    Uses *u = arg;

    if (node->op != COND_NAME)
        return;
    Str name = node->name->name;
    if (str_eq(name, u->name)
        || (str_starts(name, u->name) && name.len > u->name.len && name.ptr[u->name.len] == '.'))
        u->found = true;
}

bool cond_uses(const Cond *c, Str name)
{
    Uses u = { .name = name };

    cond_walk(c, uses_visit, &u);
    return u.found;
}
