/* find_order.c - the order of a query: said, changed, or the fair one. */
#include "domain/view/fields.h"

#include "core/buf.h"

#include <assert.h>

Rc find_text(Ctx *cx, const FindQuery *q, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, (size_t)8 * COND_TEXT_MAX);
    cond_print_list(cx->arena, &q->schema->names, &q->list, &b);
    TRY(buf_result(&b));
    *ret = str_dup(cx->arena, buf_str(&b));
    return RC_OK;
}

bool find_has_order(const FindQuery *q)
{
    return q->list.order_n > 0;
}

static const CondName *name_of(const FindQuery *q, Str field)
{
    const CondName *name = find_name(q->schema, field);

    return name != NULL && name->sortable ? name : NULL;
}

static Rc copy_of(Ctx *cx, const FindQuery *q, FindQuery **ret)
{
    FindQuery *copy = arena_try(cx->arena, sizeof *copy);

    if (copy == NULL)
        return RC_LIMIT;
    *copy = *q;
    *ret = copy;
    return RC_OK;
}

Rc find_order_by(Ctx *cx, const FindQuery *q, Str field, bool descending, const FindQuery **ret)
{
    const CondName *name = name_of(q, field);
    FindQuery *made;

    if (name == NULL)
        return fail_field(cx, RC_INVALID, "order", "not_sortable",
                          TEXT("A list cannot be ordered by {0}.", field));
    TRY(copy_of(cx, q, &made));
    made->list.order[0] = (CondOrder){ name, descending };
    made->list.order_n = 1;
    for (size_t i = 0; i < q->list.order_n && made->list.order_n < COND_ORDER_MAX; i++)
        if (!str_eq(q->list.order[i].name->name, field))
            made->list.order[made->list.order_n++] = q->list.order[i];
    *ret = made;
    return RC_OK;
}

/* What is late comes first, then what matters, then what waits longest.  The indexes of open work have this order. */
static const FindSort fair[] = { { STR_INIT("due"), false },
                                 { STR_INIT("priority"), true },
                                 { STR_INIT("created"), false } };
static_assert(COUNT_OF(fair) == COND_ORDER_MAX,
              "an order that was said is compared with all of it");

Rc find_fair(Ctx *cx, const FindQuery *q, const FindQuery **ret)
{
    FindQuery *made;

    *ret = q;
    if (find_has_order(q) || find_asks_words(q) || !find_asks_open(q))
        return RC_OK;
    TRY(copy_of(cx, q, &made));
    for (size_t i = 0; i < COUNT_OF(fair); i++) {
        const CondName *name = name_of(q, fair[i].field);
        assert(name != NULL);
        made->list.order[made->list.order_n++] = (CondOrder){ name, fair[i].descending };
    }
    *ret = made;
    return RC_OK;
}

static void order_add(FindOrder *o, const CondName *name, bool descending)
{
    o->fields[o->n] = &find_fields[name->id];
    o->descending[o->n++] = descending;
}

FindOrder find_order(const FindQuery *q)
{
    FindOrder o = { .id_descending = true };
    bool fairly = q->list.order_n > 0;

    for (size_t i = 0; i < q->list.order_n; i++) {
        const CondOrder *said = &q->list.order[i];
        fairly = fairly && str_eq(said->name->name, fair[i].field)
                 && said->descending == fair[i].descending;
        order_add(&o, said->name, said->descending);
    }
    for (size_t i = o.n; fairly && i < COUNT_OF(fair); i++)
        order_add(&o, name_of(q, fair[i].field), fair[i].descending);
    if (o.n > 0)
        o.id_descending = o.descending[o.n - 1];
    return o;
}

Rc find_sorts(Ctx *cx, const FindQuery *q, FindSorts *ret)
{
    FindSorts list = { 0 };

    for (size_t i = 0; i < q->list.order_n; i++)
        TRY(LIST_PUSH(cx->arena, &list,
                      (FindSort){ q->list.order[i].name->name, q->list.order[i].descending }));
    *ret = list;
    return RC_OK;
}
