/* promise.c - the promise for one request, from the samples that are kept in memory. */
#include "domain/promise/inner.h"
#include "domain/promise/promise_q.h"

#include <pthread.h>

const Promise PROMISE_NOTHING = { .target_ms = MS_NONE,
                                  .at_ms = MS_NONE,
                                  .p50_ms = MS_NONE,
                                  .p80_ms = MS_NONE,
                                  .p50 = -1,
                                  .p80 = -1,
                                  .since_ms = MS_NONE,
                                  .moved_ms = MS_NONE,
                                  .moved_from = MS_NONE };

static const char *const basis_words[] = { "none", "kind", "model", "model_phase" };

const char *promise_basis_word(PromiseBasis b)
{
    return basis_words[b];
}

PromiseBasis promise_basis_of(Str word)
{
    for (size_t i = 0; i < COUNT_OF(basis_words); i++)
        if (str_eq_z(word, basis_words[i]))
            return (PromiseBasis)i;
    return PROMISE_NONE;
}

/* ---- groups in memory ---- */

#define GROUPS    128 /* 1.9 MB when all are used; of two that meet in a place the later one stays */
#define GROUP_KEY 200

typedef struct Group {
    char key[GROUP_KEY];
    size_t key_len; /* 0: empty */
    Ms loaded_ms;
    size_t n;
    PromiseSample at[PROMISE_LATEST];
} Group;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Group groups[GROUPS];

void promise_forget(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < GROUPS; i++)
        groups[i].key_len = 0;
    pthread_mutex_unlock(&lock);
}

/* Copies what is in memory; false when there is nothing, or nothing fresh. */
static bool group_find(const Ctx *cx, Str key, PromiseSamples *ret)
{
    const Group *g = &groups[str_hash(key) % GROUPS];
    bool found = false;

    pthread_mutex_lock(&lock);
    Ms age = cx->now_ms - g->loaded_ms;
    if (str_eq((Str){ g->key, g->key_len }, key) && age >= 0 && age < PROMISE_KEEP_MS) {
        memcpy(ret->at, g->at, g->n * sizeof *g->at);
        ret->n = g->n;
        found = true;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static void group_keep(const Ctx *cx, Str key, const PromiseSamples *list)
{
    Group *g = &groups[str_hash(key) % GROUPS];

    if (key.len > GROUP_KEY)
        return;
    pthread_mutex_lock(&lock);
    memcpy(g->key, key.ptr, key.len);
    g->key_len = key.len;
    g->loaded_ms = cx->now_ms;
    g->n = list->n;
    memcpy(g->at, list->at, list->n * sizeof *g->at);
    pthread_mutex_unlock(&lock);
}

static PromiseSample sample_of(const PromiseSampleRow *row)
{
    return (PromiseSample){ row->entered_ms, row->ended_ms.set ? row->ended_ms.value : MS_NONE,
                            row->done };
}

static Rc read_kind(Ctx *cx, Str kind, PromiseSamples *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PromiseSampleRow row;
    KindMix mix = { .models = 0 };

    TRY(q_promise_of_kind(cx, kind, KIND_LOOK, &rows));
    while (q_promise_of_kind_next(&rows, &row))
        if (ret->n < PROMISE_LATEST && kind_takes(&mix, row.model_key))
            ret->at[ret->n++] = sample_of(&row);
    return rows_result(&rows);
}

static Rc read_model(Ctx *cx, Str model, Str phase, PromiseSamples *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PromiseSampleRow row;

    TRY(q_promise_of_model(cx, model, phase, PROMISE_LATEST, &rows));
    while (q_promise_of_model_next(&rows, &row))
        if (ret->n < PROMISE_LATEST)
            ret->at[ret->n++] = sample_of(&row);
    return rows_result(&rows);
}

static Rc group_read(Ctx *cx, PromiseBasis basis, const PromiseAsk *ask, PromiseSamples *ret)
{
    if (basis == PROMISE_KIND)
        return read_kind(cx, ask->kind, ret);
    return read_model(cx, ask->model, basis == PROMISE_MODEL ? STR("") : ask->phase, ret);
}

static Rc group_of(Ctx *cx, PromiseBasis basis, const PromiseAsk *ask, PromiseSamples *ret)
{
    Str key = str_fmt(cx->arena, "%s/%.*s/%.*s", promise_basis_word(basis),
                      STR_ARG(basis == PROMISE_KIND ? ask->kind : ask->model),
                      STR_ARG(basis == PROMISE_MODEL_PHASE ? ask->phase : STR("")));

    *ret = (PromiseSamples){ .at = ARENA_ARRAY(cx->arena, PromiseSample, PROMISE_LATEST),
                             .cap = PROMISE_LATEST };
    if (ret->at == NULL)
        return RC_LIMIT;
    if (group_find(cx, key, ret))
        return RC_OK;
    TRY(group_read(cx, basis, ask, ret));
    group_keep(cx, key, ret);
    return RC_OK;
}

/* ---- the promise ---- */

static void fill(const PromiseAsk *ask, PromiseBasis basis, const PromiseEstimate *e, int64_t spent,
                 Promise *ret)
{
    ret->basis = basis;
    ret->samples = e->samples;
    ret->running = e->running;
    ret->since_ms = e->since_ms;
    ret->spent = spent;
    if (basis == PROMISE_NONE)
        return;
    ret->p50 = e->p50;
    ret->p80 = e->p80;
    ret->p50_ms = calendar_add(ask->calendar, ret->at_ms, e->p50);
    ret->p80_ms = calendar_add(ask->calendar, ret->at_ms, e->p80);
}

static Ms begin_of(const PromiseAsk *ask, PromiseBasis basis)
{
    return basis == PROMISE_MODEL_PHASE ? ask->entered_ms : ask->sent_ms;
}

Rc promise_make(Ctx *cx, const PromiseAsk *ask, Promise *ret)
{
    static const PromiseBasis order[] = { PROMISE_MODEL_PHASE, PROMISE_MODEL, PROMISE_KIND };
    Promise p = PROMISE_NOTHING;
    PromiseSamples group;
    PromiseEstimate e;

    p.at_ms = cx->now_ms;
    p.phase = ask->phase;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        Ms begin = begin_of(ask, order[i]);
        if (order[i] == PROMISE_MODEL_PHASE && (begin == MS_NONE || ask->phase.len == 0))
            continue;
        int64_t spent = begin == MS_NONE ? 0 : calendar_between(ask->calendar, begin, p.at_ms);
        TRY(group_of(cx, order[i], ask, &group));
        promise_estimate(group.at, group.n, ask->calendar, p.at_ms, spent, &e);
        if (e.p80 >= 0) {
            fill(ask, order[i], &e, spent, &p);
            *ret = p;
            return RC_OK;
        }
    }
    /* How many there are at all, whatever they took. */
    TRY(group_of(cx, PROMISE_MODEL, ask, &group));
    promise_estimate(group.at, group.n, ask->calendar, p.at_ms, 0, &e);
    fill(ask, PROMISE_NONE, &e, 0, &p);
    *ret = p;
    return RC_OK;
}

int64_t promise_day_ms(const CalendarLine *c, Ms at)
{
    int64_t most = 0;

    for (int day = 1; day <= 7; day++) {
        int64_t open = calendar_between(c, at - day * MS_DAY, at - (day - 1) * MS_DAY);
        most = open > most ? open : most;
    }
    return most > 0 ? most : MS_DAY;
}
