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
