/* estimate.c - from how long earlier ones lasted to when half and four of five are done. */
#include "domain/promise/inner.h"

#include <assert.h>
#include <stdlib.h>

/* The curve is a fraction of this.  With at most PROMISE_LATEST samples no product leaves int64_t. */
#define WHOLE (INT64_C(1) << 40)

/* Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", 1958: one that was done
 * and one that ran on at the same moment are taken in this order. */
static int by_time(const void *a, const void *b)
{
    const PromiseLasted *x = a, *y = b;
    int order = (x->ms > y->ms) - (x->ms < y->ms);
    return order != 0 ? order : y->done - x->done;
}

/* Does it tell anything about what lasts longer than `spent`?  One that runs and is no older does not. */
static bool is_at_risk(const PromiseLasted *l, int64_t spent)
{
    return l->ms > spent || (l->done && spent == 0);
}

/* Is the curve, top * left / of, at or below tenths / 10? */
static bool is_down(int64_t top, int64_t left, int64_t of, int64_t tenths)
{
    return 10 * top * left <= tenths * WHOLE * of;
}

void promise_quantiles(PromiseLasted *list, size_t n, int64_t spent, int64_t *ret_p50,
                       int64_t *ret_p80)
{
    size_t kept = 0;

    assert(n <= PROMISE_LATEST);
    *ret_p50 = *ret_p80 = -1;
    for (size_t i = 0; i < n; i++)
        if (is_at_risk(&list[i], spent))
            list[kept++] = list[i];
    if (kept > 1)
        qsort(list, kept, sizeof *list, by_time);

    /* Between two that ran on, the curve is `top` times the share that is left of those that were there
     * after the first of the two: a product of fractions that shortens to one, so nothing is rounded
     * but once for each one that ran on. */
    int64_t top = WHOLE, of = (int64_t)kept, left = of;
    for (size_t i = 0; i < kept && *ret_p80 < 0;) {
        int64_t at = list[i].ms, before = left;
        for (; i < kept && list[i].ms == at && list[i].done; i++)
            left--;
        if (left < before && *ret_p50 < 0 && is_down(top, left, of, 5))
            *ret_p50 = at;
        if (left < before && is_down(top, left, of, 2))
            *ret_p80 = at;
        if (i == kept || list[i].ms != at)
            continue;
        top = top * left / of;
        for (; i < kept && list[i].ms == at; i++)
            left--;
        of = left;
    }
}

/* The window that holds `finished` of those that were done and lasted longer than `spent`.  Returns
 * whether there are more samples behind it. */
static bool look(const PromiseSample *list, size_t n, const CalendarLine *c, Ms now, int64_t spent,
                 int64_t finished, PromiseEstimate *ret)
{
    PromiseLasted lasted[PROMISE_LATEST];
    PromiseEstimate e = { .p50 = -1, .p80 = -1, .since_ms = MS_NONE };
    size_t taken = 0, i = 0;

    for (; i < n && i < PROMISE_LATEST && e.samples < finished; i++) {
        const PromiseSample *s = &list[i];
        if (s->entered_ms > now)
            continue;
        if (s->entered_ms < now - PROMISE_DAYS * MS_DAY)
            break;
        Ms until = s->ended_ms == MS_NONE ? now : s->ended_ms;
        PromiseLasted l = { calendar_between(c, s->entered_ms, until), s->done };
        if (!is_at_risk(&l, spent))
            continue;
        lasted[taken++] = l;
        e.samples += l.done;
        e.running += !l.done;
        e.since_ms = s->entered_ms;
    }
    promise_quantiles(lasted, taken, spent, &e.p50, &e.p80);
    *ret = e;
    return e.samples == finished && i < n;
}

void promise_estimate(const PromiseSample *list, size_t n, const CalendarLine *c, Ms now,
                      int64_t spent, PromiseEstimate *ret)
{
    PromiseEstimate e;

    /* Where many run at a time, the latest ones show only how long the quick ones take: further back are
     * those that have had the time to last long. */
    for (int64_t finished = PROMISE_FINISHED;
         look(list, n, c, now, spent, finished, &e) && e.p80 < 0; finished *= 2)
        ;
    if (e.samples < PROMISE_LEAST || e.p80 < 0) {
        e.p50 = e.p80 = -1;
    } else {
        e.p50 -= spent;
        e.p80 -= spent;
    }
    *ret = e;
}

bool kind_takes(KindMix *m, Str model)
{
    uint64_t hash = str_hash(model);
    size_t i = 0;

    while (i < m->models && m->of[i].model != hash)
        i++;
    if (i == PROMISE_LATEST)
        return false;
    if (i == m->models) {
        m->of[i].model = hash;
        m->of[i].n = 0;
        m->models++;
    }
    return m->of[i].n++ < KIND_OF_EACH;
}
