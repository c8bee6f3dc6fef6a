/* find_lead.c - how the requests of a reader are come by: by an index of what is asked, or by what they may see.
 *
 * The scope is asked of each request that is looked at.  Of somebody who sees one in sixty, a page of everything would look at
 * sixty times as many as it shows.  So their own rows lead where these are few: all of them, those that are open, or, in
 * a list of the newest, those from some request on.  Where another order leads, what is not among them is left out before
 * it is looked at.  All this says nothing new, and decides how fast, never what.
 */
#include "domain/view/fields.h"

#include "domain/view/fields_q.h"

/* Looking words up costs more than looking at what has them, so it is done with a few and with all of them. */
enum { WORDS_FEW = FIND_TWICE * FIND_COUNT_MOST };

/* Does an index lead to few requests, which somebody who works here mostly sees? */
static bool is_narrow(const FindQuery *q, const Cond *c)
{
    static const DbFragment *const ones[] = { &f_find_team,        &f_find_assignee,
                                              &f_find_requester,   &f_find_submitter,
                                              &f_find_beneficiary, &f_find_tag,
                                              &f_find_watcher,     &f_find_approver };
    FieldUse u;

    if (c == NULL)
        return false;
    for (size_t i = 0; c->op == COND_AND && i < c->list_n; i++)
        if (is_narrow(q, c->list[i]))
            return true;
    if ((c->op != COND_EQ && c->op != COND_IN) || find_is_constant(c->a)
        || !find_field(q->schema, c->a->name, &u))
        return false;
    for (size_t i = 0; i < COUNT_OF(ones); i++)
        if (u.field.value == ones[i] || u.field.has == ones[i])
            return true;
    return u.field.is != NULL && c->op == COND_EQ;
}

static void put(Ctx *cx, DbPart *to, const DbFragment *f, int64_t from)
{
    part_fragment(to, f, (DbValue[]){ db_int(cx->subject->person_id), db_int(from) });
    part_word(to, SQL_AND);
}

Rc find_put_lead(Ctx *cx, const FindQuery *q, DbPart *to)
{
    bool open = find_asks_open(q), narrow = is_narrow(q, q->list.where);
    ScopeRequests s;
    AccessSees sees;

    if (q->led || find_asks_words(q))
        return RC_OK;
    if (q->newest) {
        put(cx, to, q->all_seen ? &f_find_seen : &f_find_seen_since, q->newest_from);
        return RC_OK;
    }
    TRY(access_requests(cx, &s));
    TRY(access_sees(cx, s, &sees));
    if (open && (sees.few || (sees.few_open && !narrow)))
        put(cx, to, &f_find_seen_open, 0);
    else if (sees.few)
        put(cx, to, &f_find_seen, 0);
    else if (!open && !narrow && sees.some)
        put(cx, to, &f_find_seen_beside, 0);
    return RC_OK;
}

Rc find_newest(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t below, int64_t n,
               FindQuery *ret, bool *ret_there)
{
    bool dense, open = find_asks_open(q);
    AccessSees sees;

    *ret_there = false;
    *ret = *q;
    TRY(access_sees(cx, s, &sees));
    if (find_asks_words(q)) {
        ret->words_most = n;
        *ret_there =
            below == INT64_MAX && n <= WORDS_FEW && n < q->words_most && !(open && sees.few_open);
        return RC_OK;
    }
    if (open || is_narrow(q, q->list.where))
        return RC_OK;
    if (sees.few)
        return RC_OK;
    TRY(access_newest(cx, s, below, n, &ret->newest_from, &dense));
    ret->newest = *ret_there = !dense;
    ret->all_seen = ret->newest_from == 0;
    return RC_OK;
}
