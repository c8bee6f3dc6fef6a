/* backtest.c - how well promises would have held: the past played again, moment by moment.
 *
 * All lives are laid out as moments in the order of time.  At an ending only the medians learn from it;
 * a prediction looks at the groups as they stand and takes from each life in them no more than was
 * known at its own instant, so nothing that comes later can change it.
 */
#include "domain/promise/inner.h"

#include <stdlib.h>

#define BUCKETS 4096

typedef enum Turn { TURN_ENDED, TURN_SENT, TURN_PHASE } Turn; /* at one instant in this order */

typedef struct Moment {
    Ms at;
    Turn turn;
    uint32_t life, phase;
} Moment;

typedef struct Entry {
    Ms entered;
    uint32_t life;
} Entry;
LIST_OF(Entry, Entries);
LIST_OF(int64_t, Sorted);

/* Stretches that are compared with each other, in the order in which they were entered; for a model also
 * how long its finished requests took on the clock, in the order of length. */
typedef struct Group {
    struct Group *next;
    Str key;
    Entries entries;
    Sorted took;
} Group;

typedef struct Backtest {
    Arena *arena;
    const PromiseLives *lives;
    Group *buckets[BUCKETS];
    Sorted took; /* of all models */
    PromiseReport report;
    PromiseGuesses *guesses;
} Backtest;

static int by_moment(const void *a, const void *b)
{
    const Moment *x = a, *y = b;

    if (x->at != y->at)
        return x->at > y->at ? 1 : -1;
    if (x->turn != y->turn)
        return x->turn > y->turn ? 1 : -1;
    if (x->life != y->life)
        return x->life > y->life ? 1 : -1;
    return (x->phase > y->phase) - (x->phase < y->phase);
}

static Rc group_of(Backtest *b, const char *basis, Str key, Str phase, Group **ret)
{
    Str whole = str_fmt(b->arena, "%s/%.*s/%.*s", basis, STR_ARG(key), STR_ARG(phase));
    Group **at = &b->buckets[str_hash(whole) % BUCKETS];

    for (; *at != NULL; at = &(*at)->next) {
        if (str_eq((*at)->key, whole)) {
            *ret = *at;
            return RC_OK;
        }
    }
    Group *g = arena_try(b->arena, sizeof *g);
    if (g == NULL)
        return RC_LIMIT;
    g->key = whole;
    *at = g;
    *ret = g;
    return RC_OK;
}

/* ---- what simple rules would have said ---- */

static Rc sorted_add(Arena *a, Sorted *s, int64_t v)
{
    size_t lo = 0, hi = s->n;

    TRY(LIST_PUSH(a, s, v));
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->at[mid] <= v)
            lo = mid + 1;
        else
            hi = mid;
    }
    memmove(&s->at[lo + 1], &s->at[lo], (s->n - 1 - lo) * sizeof *s->at);
    s->at[lo] = v;
    return RC_OK;
}

/* The least length that tenths / 10 of them did not pass. */
static int64_t sorted_quantile(const Sorted *s, int64_t tenths)
{
    return s->at[((int64_t)s->n * tenths + 9) / 10 - 1];
}

/* Time still to go by such a rule: never less than none. */
static int64_t left_of(int64_t took, int64_t spent)
{
    return took > spent ? took - spent : 0;
}

/* ---- predicting ---- */

/* What was known of the latest stretches of a group. */
static size_t known_of(const Backtest *b, const Group *g, Ms now, bool kind, PromiseSample *ret)
{
    KindMix mix = { .models = 0 };
    size_t n = 0, most = kind ? KIND_LOOK : PROMISE_LATEST, all = g->entries.n;

    for (size_t i = 0; i < all && i < most && n < PROMISE_LATEST; i++) {
        const Entry *e = &g->entries.at[all - 1 - i];
        const PromiseLife *l = &b->lives->at[e->life];
        if (kind && !kind_takes(&mix, l->model))
            continue;
        bool over = l->ended_ms != MS_NONE && l->ended_ms <= now;
        ret[n++] = (PromiseSample){ e->entered, over ? l->ended_ms : MS_NONE, over && l->done };
    }
    return n;
}

static bool try_basis(const Backtest *b, const Group *g, Ms begin, PromiseBasis basis,
                      PromiseGuess *ret)
{
    PromiseSample list[PROMISE_LATEST];
    PromiseEstimate e;
    Ms now = ret->at_ms;
    const CalendarLine *c = b->lives->at[ret->life].calendar;
    size_t n = known_of(b, g, now, basis == PROMISE_KIND, list);

    promise_estimate(list, n, c, now, calendar_between(c, begin, now), &e);
    if (e.p80 < 0)
        return false;
    ret->basis = basis;
    ret->p50_ms = calendar_add(c, now, e.p50);
    ret->p80_ms = calendar_add(c, now, e.p80);
    return true;
}

/* Ten times the pinball loss. */
static int64_t loss(int64_t tenths, int64_t truth, int64_t said)
{
    return truth >= said ? tenths * (truth - said) : (10 - tenths) * (said - truth);
}

static void score_add(PromiseScore *s, const PromiseScore *one)
{
    s->n += one->n;
    s->within50 += one->within50;
    s->within80 += one->within80;
    s->own50 += one->own50;
    s->constant50 += one->constant50;
    s->median50 += one->median50;
    s->own80 += one->own80;
    s->constant80 += one->constant80;
    s->median80 += one->median80;
    s->quantile80 += one->quantile80;
    s->width += one->width;
}

/* Compares with what came of it. */
static Rc judge(Backtest *b, const PromiseLife *l, const PromiseGuess *guess, bool at_phase)
{
    int64_t truth = l->ended_ms - guess->at_ms, spent = guess->at_ms - l->sent_ms;
    int64_t p50 = guess->p50_ms - guess->at_ms, p80 = guess->p80_ms - guess->at_ms;
    Group *model;

    TRY(group_of(b, "model", l->model, STR(""), &model));
    if (b->took.n == 0)
        return RC_OK; /* nothing to compare with: cannot be, PROMISE_LEAST were done */
    const Sorted *took = model->took.n > 0 ? &model->took : &b->took;
    int64_t constant = left_of(sorted_quantile(&b->took, 5), spent);
    int64_t median = left_of(sorted_quantile(took, 5), spent);
    PromiseScore one = {
        .n = 1,
        .within50 = truth <= p50,
        .within80 = truth <= p80,
        .own50 = loss(5, truth, p50),
        .constant50 = loss(5, truth, constant),
        .median50 = loss(5, truth, median),
        .own80 = loss(8, truth, p80),
        .constant80 = loss(8, truth, constant),
        .median80 = loss(8, truth, median),
        .quantile80 = loss(8, truth, left_of(sorted_quantile(took, 8), spent)),
        .width = p80 - p50,
    };
    score_add(&b->report.all, &one);
    score_add(at_phase ? &b->report.phase : &b->report.sent, &one);
    score_add(&b->report.basis[guess->basis], &one);
    return RC_OK;
}

static Rc predict(Backtest *b, const Moment *m, bool counts)
{
    const PromiseLife *l = &b->lives->at[m->life];
    bool at_phase = m->turn == TURN_PHASE;
    Str phase = at_phase ? l->phases.at[m->phase].phase : STR("");
    PromiseGuess guess = { m->life, m->at, MS_NONE, MS_NONE, PROMISE_NONE };
    Group *of_phase, *of_model, *of_kind;

    TRY(group_of(b, "phase", l->model, phase, &of_phase));
    TRY(group_of(b, "model", l->model, STR(""), &of_model));
    TRY(group_of(b, "kind", l->kind, STR(""), &of_kind));
    if (counts) {
        if (!(at_phase && try_basis(b, of_phase, m->at, PROMISE_MODEL_PHASE, &guess))
            && !try_basis(b, of_model, l->sent_ms, PROMISE_MODEL, &guess)
            && !try_basis(b, of_kind, l->sent_ms, PROMISE_KIND, &guess))
            guess.basis = PROMISE_NONE;
        b->report.predictions++;
        b->report.by_basis[guess.basis]++;
        if (b->guesses != NULL)
            TRY(LIST_PUSH(b->arena, b->guesses, guess));
        if (guess.basis != PROMISE_NONE && l->done && l->ended_ms != MS_NONE)
            TRY(judge(b, l, &guess, at_phase));
    }
    Entry e = { m->at, m->life };
    if (at_phase)
        return LIST_PUSH(b->arena, &of_phase->entries, e);
    TRY(LIST_PUSH(b->arena, &of_model->entries, e));
    return l->apart ? RC_OK : LIST_PUSH(b->arena, &of_kind->entries, e);
}

static Rc learn(Backtest *b, const PromiseLife *l)
{
    Group *model;

    TRY(group_of(b, "model", l->model, STR(""), &model));
    TRY(sorted_add(b->arena, &model->took, l->ended_ms - l->sent_ms));
    return sorted_add(b->arena, &b->took, l->ended_ms - l->sent_ms);
}

static Rc lay_out(Arena *a, const PromiseLives *lives, Moment **ret, size_t *ret_n)
{
    size_t room = 0, n = 0;

    for (size_t i = 0; i < lives->n; i++)
        room += 2 + lives->at[i].phases.n;
    Moment *list = ARENA_ARRAY(a, Moment, room + 1);
    if (list == NULL)
        return RC_LIMIT;
    for (uint32_t i = 0; i < lives->n; i++) {
        const PromiseLife *l = &lives->at[i];
        list[n++] = (Moment){ l->sent_ms, TURN_SENT, i, 0 };
        for (uint32_t k = 0; k < l->phases.n; k++)
            list[n++] = (Moment){ l->phases.at[k].entered_ms, TURN_PHASE, i, k };
        if (l->done && l->ended_ms != MS_NONE)
            list[n++] = (Moment){ l->ended_ms, TURN_ENDED, i, 0 };
    }
    if (n > 1)
        qsort(list, n, sizeof *list, by_moment);
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

Rc promise_backtest(Arena *a, const PromiseLives *lives, Str model, PromiseReport *ret,
                    PromiseGuesses *guesses)
{
    Backtest *b = ARENA_NEW(a, Backtest);
    Moment *moments = NULL;
    size_t n = 0;

    if (lives->n > PROMISE_LIVES_MAX)
        return RC_LIMIT;
    *b = (Backtest){ .arena = a, .lives = lives, .guesses = guesses };
    TRY(lay_out(a, lives, &moments, &n));
    for (size_t i = 0; i < n; i++) {
        const PromiseLife *l = &lives->at[moments[i].life];
        bool counts = str_is_null(model) || str_eq(model, l->model);
        TRY(moments[i].turn == TURN_ENDED ? learn(b, l) : predict(b, &moments[i], counts));
    }
    b->report.lives = (int64_t)lives->n;
    for (size_t i = 0; i < lives->n; i++)
        b->report.finished += lives->at[i].done && lives->at[i].ended_ms != MS_NONE;
    *ret = b->report;
    return RC_OK;
}
