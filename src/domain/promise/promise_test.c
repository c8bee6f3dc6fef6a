#include "domain/promise/promise.h"
#include "support/db_test.h"

#include <math.h>
#include <stdlib.h>

/* The same numbers on every machine (splitmix64). */
typedef struct Random {
    uint64_t state;
} Random;

static uint64_t random_below(Random *r, uint64_t n)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

/* ---- the curve ---- */

/* "3 5+ 8": done after 3, still running after 5, done after 8. */
static size_t lasted(const char *text, PromiseLasted *ret)
{
    Str rest = str_z(text);
    size_t n = 0;

    while (!str_is_null(rest)) {
        Str word = str_cut(&rest, ' ');
        bool runs = str_ends(word, STR("+"));
        ret[n].done = !runs;
        EXPECT(str_to_i64(str_sub(word, 0, word.len - (runs ? 1 : 0)), &ret[n].ms));
        n++;
    }
    return n;
}

TEST(promise_quantiles_as_computed_by_hand)
{
    static const struct {
        int line;
        const char *list;
        int64_t spent, p50, p80;
    } cases[] = {
        /* All done: half are done by the fifth of ten, four of five by the eighth. */
        { __LINE__, "1 2 3 4 5 6 7 8 9 10", 0, 5, 8 },
        { __LINE__, "10 9 8 7 6 5 4 3 2 1", 0, 5, 8 },
        { __LINE__, "7", 0, 7, 7 },
        { __LINE__, "1 2 3", 0, 2, 3 },
        /* S = 5/6, 5/6 * 3/4 = 5/8, 5/8 * 2/3 = 5/12, 5/12 * 1/2 = 5/24, 0: one ran on after 2. */
        { __LINE__, "1 2+ 3 4 5 6", 0, 4, 6 },
        /* The longest still run: S comes down to 3/5 and no further, then to 1/5 exactly. */
        { __LINE__, "1 2 3+ 4+ 5+", 0, -1, -1 },
        { __LINE__, "1 2 3 4 5+", 0, 3, 4 },
        /* Ties: two of six at once, S = 4/6; then two of the four, 2/6; then one of two, 1/6. */
        { __LINE__, "1 1 2 2 3 9", 0, 2, 3 },
        /* Done and running at the same moment: the one that was done counts among four. S = 3/4, then
         * 3/4 * 1/2 = 3/8, then 0. */
        { __LINE__, "1 1+ 2 3", 0, 2, 3 },
        /* Done at once. */
        { __LINE__, "0 0 0 5 6", 0, 0, 5 },
        { __LINE__, "0 0 0 0 9", 0, 0, 0 },
        /* From the time spent on: only what lasted longer tells anything. */
        { __LINE__, "1 2 3 4 5 6 7 8 9 10", 5, 8, 9 },
        { __LINE__, "1 2 3 4 5 6 7 8 9 10", 9, 10, 10 },
        { __LINE__, "1 2 3 4 5 6 7 8 9 10", 10, -1, -1 },
        { __LINE__, "0 0 0 5 6", 1, 5, 6 },
        /* One that runs and is not older than what is spent tells nothing. */
        { __LINE__, "1 2 3 4 2+ 2+ 2+", 2, 3, 4 },
        { __LINE__, "0+ 1 2", 0, 1, 2 },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        PromiseLasted list[PROMISE_LATEST];
        int64_t p50, p80;
        promise_quantiles(list, lasted(cases[i].list, list), cases[i].spent, &p50, &p80);
        EXPECT_INT_AT(cases[i].line, cases[i].p50, p50);
        EXPECT_INT_AT(cases[i].line, cases[i].p80, p80);
    }
}

TEST(promise_quantiles_of_nothing_are_unknown)
{
    int64_t p50, p80;
    promise_quantiles(NULL, 0, 0, &p50, &p80);
    EXPECT_INT(-1, p50);
    EXPECT_INT(-1, p80);
}

/* The curve by its definition, in floating point; slow and plain. */
static double survival(const PromiseLasted *list, size_t n, int64_t spent, int64_t t)
{
    double s = 1;
    for (size_t i = 0; i < n; i++) {
        int64_t at = list[i].ms;
        bool first = list[i].done && at <= t && (at > spent || spent == 0);
        for (size_t k = 0; k < i; k++)
            first = first && !(list[k].done && list[k].ms == at);
        if (!first)
            continue;
        int risk = 0, done = 0;
        for (size_t k = 0; k < n; k++) {
            bool counts = list[k].ms > spent || (list[k].done && spent == 0);
            risk += counts && list[k].ms >= at;
            done += list[k].done && list[k].ms == at;
        }
        s *= 1 - (double)done / risk;
    }
    return s;
}

static int64_t plain_quantile(const PromiseLasted *list, size_t n, int64_t spent, double q)
{
    int64_t best = -1;
    for (size_t i = 0; i < n; i++)
        if (list[i].done && (list[i].ms > spent || spent == 0)
            && survival(list, n, spent, list[i].ms) <= 1 - q + 1e-9
            && (best < 0 || list[i].ms < best))
            best = list[i].ms;
    return best;
}

TEST(promise_quantiles_agree_with_the_definition_on_random_lists)
{
    Random r = { 7 };
    for (int round = 0; round < (test_is_short() ? 300 : 3000); round++) {
        PromiseLasted list[60], copy[60];
        size_t n = (size_t)random_below(&r, 60) + 1;
        int64_t spent = (int64_t)random_below(&r, 12), p50, p80;
        for (size_t i = 0; i < n; i++)
            list[i] = (PromiseLasted){ (int64_t)random_below(&r, 40), random_below(&r, 4) != 0 };
        memcpy(copy, list, n * sizeof *list);
        promise_quantiles(list, n, spent, &p50, &p80);
        EXPECT_INT(plain_quantile(copy, n, spent, 0.5), p50);
        EXPECT_INT(plain_quantile(copy, n, spent, 0.8), p80);
        EXPECT(p80 < 0 || (p50 >= 0 && p80 >= p50));
        EXPECT(p50 < 0 || p50 > spent || spent == 0);
    }
}

/* ---- the window ---- */

static PromiseSample sample(Ms entered, int64_t took)
{
    return (PromiseSample){ entered, took < 0 ? MS_NONE : entered + took, took >= 0 };
}

TEST(promise_is_silent_with_29_finished_ones_and_speaks_with_30)
{
    Ms now = ms("2030-01-07T09:00Z");
    PromiseSample list[PROMISE_LEAST];
    PromiseEstimate e;

    for (size_t i = 0; i < PROMISE_LEAST; i++)
        list[i] = sample(now - (Ms)(i + 1) * MS_DAY, (int64_t)(i + 1) * MS_MINUTE);
    promise_estimate(list, PROMISE_LEAST - 1, NULL, now, 0, &e);
    EXPECT_INT(-1, e.p50);
    EXPECT_INT(-1, e.p80);
    EXPECT_INT(29, e.samples);
    promise_estimate(list, PROMISE_LEAST, NULL, now, 0, &e);
    EXPECT_INT(15 * MS_MINUTE, e.p50);
    EXPECT_INT(24 * MS_MINUTE, e.p80);
    EXPECT_INT(30, e.samples);
    EXPECT_MS(now - 30 * MS_DAY, e.since_ms);
    /* Of those that lasted longer than a minute there are 29 again. */
    promise_estimate(list, PROMISE_LEAST, NULL, now, MS_MINUTE, &e);
    EXPECT_INT(29, e.samples);
    EXPECT_INT(-1, e.p80);
    promise_estimate(list, PROMISE_LEAST, NULL, now, MS_MINUTE - 1, &e);
    EXPECT_INT(14 * MS_MINUTE + 1, e.p50);
}

TEST(promise_is_silent_when_too_many_still_run)
{
    Ms now = ms("2030-01-07T09:00Z");
    PromiseSample list[60];
    PromiseEstimate e;

    for (size_t i = 0; i < 60; i++)
        list[i] = i % 2 == 0 ? sample(now - 30 * MS_DAY, MS_HOUR) : sample(now - 30 * MS_DAY, -1);
    promise_estimate(list, 60, NULL, now, 0, &e);
    EXPECT_INT(30, e.samples);
    EXPECT_INT(30, e.running);
    EXPECT_INT(-1, e.p50); /* half are done, but four of five cannot be read */
    EXPECT_INT(-1, e.p80);
}

TEST(promise_looks_at_the_latest_ones_only)
{
    Ms now = ms("2030-01-07T09:00Z");
    PromiseSample list[200];
    PromiseEstimate e;

    /* The latest sixty took an hour, those before a day. */
    for (size_t i = 0; i < 200; i++)
        list[i] = sample(now - (Ms)(i + 1) * MS_DAY - MS_DAY, i < 60 ? MS_HOUR : MS_DAY);
    promise_estimate(list, 200, NULL, now, 0, &e);
    EXPECT_INT(PROMISE_FINISHED, e.samples);
    EXPECT_INT(MS_HOUR, e.p80);
    EXPECT_MS(now - (PROMISE_FINISHED + 1) * MS_DAY, e.since_ms);
    /* A year and not more. */
    for (size_t i = 0; i < 40; i++)
        list[i] = sample(now - PROMISE_DAYS * MS_DAY - (i < 30 ? 0 : 1), MS_HOUR);
    promise_estimate(list, 40, NULL, now, 0, &e);
    EXPECT_INT(30, e.samples);
    EXPECT_INT(MS_HOUR, e.p80);
    list[0].entered_ms--;
    promise_estimate(list, 40, NULL, now, 0, &e);
    EXPECT_INT(0, e.samples);
}

/* ---- the past played again ---- */

/* A normal value by the sum of twelve even ones, so that no two libraries differ. */
static double normal(Random *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)random_below(r, 1000000) / 1e6;
    return sum;
}

/* Requests of a model that come every twenty minutes and last lognormally, with a state half way. */
static PromiseLives made_up_lives(Arena *a, uint64_t seed, size_t n, double sigma)
{
    Random r = { seed };
    PromiseLives lives = { 0 };
    Ms at = ms("2029-01-01T00:00Z");

    for (size_t i = 0; i < n; i++) {
        at += (Ms)random_below(&r, 40 * MS_MINUTE);
        int64_t took = (int64_t)(exp(sigma * normal(&r)) * 8 * MS_HOUR);
        PromiseLife l = { .model = STR("m"),
                          .kind = STR("k"),
                          .sent_ms = at,
                          .ended_ms = at + took,
                          .done = random_below(&r, 20) != 0 };
        if (!l.done)
            l.ended_ms = at + took / 2; /* withdrawn */
        EXPECT_RC(RC_OK, LIST_PUSH(a, &l.phases, (PromisePhase){ STR("a"), at }));
        EXPECT_RC(RC_OK,
                  LIST_PUSH(a, &l.phases, (PromisePhase){ STR("b"), at + (l.ended_ms - at) / 2 }));
        EXPECT_RC(RC_OK, LIST_PUSH(a, &lives, l));
    }
    return lives;
}

static void expect_share(int line, int64_t part, int64_t n, double p)
{
    /* Neighbours share samples, so three and a half binomial errors, and what forty samples cost: the
     * k-th of n of them is passed by 1 - k / (n + 1). */
    double error = 3.5 * sqrt(p * (1 - p) / (double)n) + 1.0 / (PROMISE_FINISHED + 1);
    EXPECT_AT(line, fabs((double)part / (double)n - p) < error);
}

TEST(promises_hold_as_often_as_they_say_on_lognormal_lives)
{
    static const double sigmas[] = { 0.3, 1.0, 2.0 };
    CLEANUP(arena_free_at) Arena *a = arena_new(256 * 1024 * 1024);

    const size_t n = test_is_short() ? 800 : 4000;

    for (size_t i = 0; i < COUNT_OF(sigmas); i++) {
        PromiseLives lives = made_up_lives(a, 100 + i, n, sigmas[i]);
        PromiseReport r;
        EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR_NULL, &r, NULL));
        EXPECT_INT(n, (size_t)r.lives);
        EXPECT_INT(3 * n, (size_t)r.predictions);
        EXPECT((size_t)r.all.n > (test_is_short() ? n : 5 * n / 2));
        expect_share(__LINE__, r.sent.within50, r.sent.n, 0.5);
        expect_share(__LINE__, r.sent.within80, r.sent.n, 0.8);
        expect_share(__LINE__, r.phase.within50, r.phase.n, 0.5);
        expect_share(__LINE__, r.phase.within80, r.phase.n, 0.8);
        EXPECT(r.all.own80 < r.all.median80);
    }
}

static void expect_same_before(const PromiseGuesses *want, const PromiseGuesses *got, Ms until,
                               size_t *ret_n)
{
    size_t k = 0;

    for (size_t i = 0; i < want->n; i++) {
        const PromiseGuess *g = &want->at[i];
        if (g->at_ms > until)
            continue;
        EXPECT(k < got->n);
        EXPECT_MS(g->at_ms, got->at[k].at_ms);
        EXPECT_MS(g->p50_ms, got->at[k].p50_ms);
        EXPECT_MS(g->p80_ms, got->at[k].p80_ms);
        k++;
    }
    *ret_n = k;
}

TEST(backtest_never_uses_what_came_later)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(256 * 1024 * 1024);
    PromiseLives lives = made_up_lives(a, 5, 600, 1.0);
    Ms until = lives.at[400].sent_ms;
    PromiseGuesses before = { 0 }, after = { 0 };
    PromiseReport r;
    size_t compared = 0;

    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR_NULL, &r, &before));
    /* Whatever ended after this moment ends otherwise, its own end among it; what was sent later goes. */
    for (size_t i = 0; i <= 400; i++) {
        PromiseLife *l = &lives.at[i];
        if (l->ended_ms > until) {
            l->ended_ms += 50 * MS_DAY;
            l->done = !l->done;
        }
        while (l->phases.n > 0 && l->phases.at[l->phases.n - 1].entered_ms > until)
            l->phases.n--;
    }
    lives.n = 401;
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR_NULL, &r, &after));
    expect_same_before(&before, &after, until, &compared);
    EXPECT_INT(compared, after.n);
    EXPECT(compared > 900);
}

TEST(backtest_keeps_confidential_lives_to_their_model)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(256 * 1024 * 1024);
    PromiseLives lives = made_up_lives(a, 9, 200, 1.0);
    PromiseLife other = lives.at[199];
    static const char *const models[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                          "k", "l", "m", "n", "o", "p", "q", "r", "s", "t" };
    PromiseReport r;

    for (size_t i = 0; i < 200; i++)
        lives.at[i].model = str_z(models[i % COUNT_OF(models)]);

    other.model = STR("other");
    other.sent_ms += MS_DAY;
    other.ended_ms = other.sent_ms + MS_HOUR;
    other.done = true;
    other.phases.n = 0;
    EXPECT_RC(RC_OK, LIST_PUSH(a, &lives, other));
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR("other"), &r, NULL));
    EXPECT_INT(1, r.by_basis[PROMISE_KIND]);
    for (size_t i = 0; i < 200; i++)
        lives.at[i].apart = true;
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR("other"), &r, NULL));
    EXPECT_INT(0, r.by_basis[PROMISE_KIND]);
    EXPECT_INT(1, r.by_basis[PROMISE_NONE]);
}

TEST(backtest_scores_as_computed_by_hand)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 * 1024 * 1024);
    PromiseLives lives = { 0 };
    Ms at = ms("2030-01-01T00:00Z");
    PromiseReport r;

    /* Thirty that took 1 to 30 hours, then one that takes 20: P50 is 15, P80 24. */
    for (int i = 1; i <= 31; i++) {
        Ms sent = i <= 30 ? at : at + 10 * MS_DAY;
        PromiseLife l = { .model = STR("m"),
                          .kind = STR("k"),
                          .sent_ms = sent,
                          .ended_ms = sent + (i <= 30 ? i : 20) * MS_HOUR,
                          .done = true };
        EXPECT_RC(RC_OK, LIST_PUSH(a, &lives, l));
    }
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR_NULL, &r, NULL));
    EXPECT_INT(31, r.predictions);
    EXPECT_INT(30, r.by_basis[PROMISE_NONE]);
    EXPECT_INT(1, r.by_basis[PROMISE_MODEL]);
    EXPECT_INT(1, r.all.n);
    EXPECT_INT(0, r.all.within50);
    EXPECT_INT(1, r.all.within80);
    EXPECT_INT(5 * 5 * MS_HOUR, r.all.own50); /* 0.5 * (20 - 15), in tenths */
    EXPECT_INT(2 * 4 * MS_HOUR, r.all.own80); /* 0.2 * (24 - 20) */
    EXPECT_INT(5 * 5 * MS_HOUR, r.all.median50);
    EXPECT_INT(8 * 5 * MS_HOUR, r.all.constant80); /* 0.8 * (20 - 15) */
    EXPECT_INT(2 * 4 * MS_HOUR, r.all.quantile80);
    EXPECT_INT(9 * MS_HOUR, r.all.width);
}

TEST(of_a_kind_each_model_counts_for_three)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(256 * 1024 * 1024);
    PromiseLives lives = made_up_lives(a, 9, 200, 1.0);
    PromiseLife other = lives.at[199];
    PromiseReport r;

    other.model = STR("other");
    other.sent_ms += 60 * MS_DAY;
    other.ended_ms = other.sent_ms + MS_HOUR;
    other.phases.n = 0;
    EXPECT_RC(RC_OK, LIST_PUSH(a, &lives, other));
    /* All of one model, or of nine: three of each are less than thirty. */
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR("other"), &r, NULL));
    EXPECT_INT(1, r.by_basis[PROMISE_NONE]);
    for (size_t i = 0; i < 200; i++)
        lives.at[i].model = str_fmt(a, "m%zu", i % 9);
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR("other"), &r, NULL));
    EXPECT_INT(1, r.by_basis[PROMISE_NONE]);
    for (size_t i = 0; i < 200; i++) {
        lives.at[i].model = str_fmt(a, "m%zu", i % 10);
        lives.at[i].done = true;
    }
    EXPECT_RC(RC_OK, promise_backtest(a, &lives, STR("other"), &r, NULL));
    EXPECT_INT(1, r.by_basis[PROMISE_KIND]);
}

/* ---- lives from a table ---- */

TEST(lives_are_read_from_a_table)
{
    Arena *a = test_arena();
    PromiseLives lives = { 0 };
    Text why = { 0 };

    EXPECT_RC(RC_OK, promise_lives_read(a,
                                        STR("number,model,kind,event,time\r\n"
                                            "b,laptop,goods,sent,2030-01-02T09:00:00Z\n"
                                            "a,laptop,goods,sent,2030-01-01T09:00:00Z\n"
                                            "a,laptop,goods,fulfilling,2030-01-01T09:00:00Z\n"
                                            "a,laptop,goods,done,2030-01-03T09:00:00+01:00\n"
                                            "\n"
                                            "b,laptop,goods,gone,2030-01-04T09:00:00Z"),
                                        &lives, &why));
    EXPECT_INT(2, lives.n);
    EXPECT(lives.at[0].done);
    EXPECT_MS(ms("2030-01-03T08:00Z"), lives.at[0].ended_ms);
    EXPECT_INT(1, lives.at[0].phases.n);
    EXPECT_STR("fulfilling", lives.at[0].phases.at[0].phase);
    EXPECT(!lives.at[1].done);
    EXPECT_MS(ms("2030-01-04T09:00Z"), lives.at[1].ended_ms);
}

TEST(a_faulty_table_is_refused_with_its_line)
{
    static const struct {
        int line;
        const char *text, *why;
    } cases[] = {
        { __LINE__, "", "The first line has to be number,model,kind,event,time." },
        { __LINE__, "number,model\n", "The first line has to be number,model,kind,event,time." },
        { __LINE__, "number,model,kind,event,time\na,b,c,sent\n",
          "Line 2: it has less than five fields." },
        { __LINE__, "number,model,kind,event,time\na,b,c,sent,x,y\n",
          "Line 2: it has more than five fields." },
        { __LINE__, "number,model,kind,event,time\na,,c,sent,2030-01-02T09:00:00Z\n",
          "Line 2: a field is empty." },
        { __LINE__, "number,model,kind,event,time\n\na,b,c,sent,yesterday\n",
          "Line 3: its time is not like 2030-01-07T09:00:00Z." },
        { __LINE__, "number,model,kind,event,time\na,b,c,done,2030-01-02T09:00:00Z\n",
          "Line 2: a request begins with one line of event sent, its earliest." },
        { __LINE__,
          "number,model,kind,event,time\na,b,c,sent,2030-01-02T09:00:00Z\n"
          "a,b,c,sent,2030-01-02T09:00:01Z\n",
          "Line 3: a request begins with one line of event sent, its earliest." },
        { __LINE__,
          "number,model,kind,event,time\na,b,c,sent,2030-01-02T09:00:00Z\n"
          "a,z,c,done,2030-01-02T09:00:01Z\n",
          "Line 3: the same number has another model or kind before." },
        { __LINE__,
          "number,model,kind,event,time\na,b,c,sent,2030-01-02T09:00:00Z\n"
          "a,b,c,done,2030-01-02T09:00:01Z\na,b,c,open,2030-01-02T09:00:02Z\n",
          "Line 4: the request has ended before." },
        { __LINE__, "\xff,model,kind,event,time\n",
          "The first line has to be number,model,kind,event,time." },
        { __LINE__, "number,model,kind,event,time\n\xff\n", "Line 2: it is not UTF-8." },
        { __LINE__, "number,model,kind,event,time\n\"a,b,c,sent,2030-01-02T09:00:00Z\n",
          "Line 2: its quotes do not fit together." },
    };
    Reader en = { LANG_EN, zone_utc(), 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        PromiseLives lives = { 0 };
        Text why = { 0 };
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     promise_lives_read(test_arena(), str_z(cases[i].text), &lives, &why));
        EXPECT_STR_AT(cases[i].line, cases[i].why, words_text(test_arena(), &en, &why));
    }
}
