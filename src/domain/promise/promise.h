/* promise.h - by when a request is done, told from how long similar ones took.
 *
 * A sample is one stretch of an earlier request, to the moment it was fulfilled: the whole of it from
 * being sent, or from entering the state in which the present one is.  One that still runs, or that
 * ended without being fulfilled, is known to have lasted at least so long (right-censored).  From the
 * samples comes the Kaplan-Meier curve, taken from the time already spent on, and from the curve two
 * answers: by when half of them were done (P50), and by when four of five (P80).
 *
 *   window     the latest PROMISE_FINISHED samples that were fulfilled and lasted longer than what is
 *              spent already, with all others begun since the first of them; twice as many, and again,
 *              while too many of them still run; never more than PROMISE_LATEST begun last, nor older
 *              than PROMISE_DAYS.  Recent ones say more: how teams work changes.
 *   few data   with less than PROMISE_LEAST fulfilled ones nothing is said, nor when so many still run
 *              that four of five cannot be read.
 *   similar    same model and state ("model_phase"), else same model ("model"), else same kind of
 *              request ("kind", of each model the latest three), else "none".
 *   time       counted in working time of the request's calendar, around the clock without one.
 *
 * Arithmetic is exact in whole numbers, so every machine gives the same.  Terms, the measured coverage
 * and why it was chosen so: docs/domain/promise.md.
 */
#pragma once

#include "app/event.h"
#include "core/buf.h"
#include "domain/access/access.h"
#include "domain/calendar/calendar.h"

#define PROMISE_LEAST    30
#define PROMISE_FINISHED 40
#define PROMISE_LATEST   600
#define PROMISE_DAYS     365

/* ---- estimation: pure ---- */

/* How long something lasted, or has lasted so far when it is not known to be done. */
typedef struct PromiseLasted {
    int64_t ms;
    bool    done;
} PromiseLasted;

/* The least time t, counted from the beginning, with S(t) <= (1 - q) S(spent), for q of 0.5 and 0.8,
 * where S is the Kaplan-Meier curve of the list.  With spent == 0 those that were done at once count too.
 * -1: the curve does not come down so far, because the longest ones still run, or the list is empty.
 * ret_p50 <= ret_p80 when both are known.  Sorts the list; at most PROMISE_LATEST entries. */
void promise_quantiles(PromiseLasted *list, size_t n, int64_t spent, int64_t *ret_p50,
                       int64_t *ret_p80);

/* One stretch as it was known at some instant. */
typedef struct PromiseSample {
    Ms   entered_ms;
    Ms   ended_ms; /* MS_NONE: still running */
    bool done;     /* it ended because the request was fulfilled */
} PromiseSample;
LIST_OF(PromiseSample, PromiseSamples);

typedef struct PromiseEstimate {
    int64_t p50, p80; /* time still to go, in working time; -1: too few to say */
    int64_t samples;  /* fulfilled ones in the window */
    int64_t running;  /* others in the window */
    Ms      since_ms; /* when the earliest of the window began; MS_NONE: none */
} PromiseEstimate;

/* `list` begins with the stretch that was entered last.  `spent` is working time by `c`. */
void promise_estimate(const PromiseSample *list, size_t n, const CalendarLine *c, Ms now,
                      int64_t spent, PromiseEstimate *ret);

/* ---- what is said about one request ---- */

typedef enum PromiseBasis {
    PROMISE_NONE,
    PROMISE_KIND,
    PROMISE_MODEL,
    PROMISE_MODEL_PHASE
} PromiseBasis;
const char *promise_basis_word(PromiseBasis b); /* "model_phase" */
PromiseBasis promise_basis_of(Str word);

/* Whose time is asked for. */
typedef struct PromiseAsk {
    Str model, kind;            /* keys of the model and of its kind */
    Str phase;                  /* state it is in; "" before it is sent: the usual time of the model */
    Ms  sent_ms, entered_ms;    /* of the run and of the state; MS_NONE before it is sent */
    const CalendarLine *calendar; /* NULL: around the clock */
} PromiseAsk;

typedef struct Promise {
    Ms           target_ms;       /* when its target is due; MS_NONE: none.  The caller's to fill */
    Ms           at_ms;           /* worked out for this instant; MS_NONE: nothing is said */
    Ms           p50_ms, p80_ms;  /* MS_NONE: too few to say */
    int64_t      p50, p80;        /* the same as working time from at_ms on; -1 */
    int64_t      spent;           /* working time already spent of the stretch that is compared */
    int64_t      samples;         /* basis "none": fulfilled ones of the model so far, below the least */
    int64_t      running;
    Ms           since_ms;        /* when the earliest sample began; MS_NONE: none */
    PromiseBasis basis;
    Str          phase;           /* of the ask */
    /* The time that was announced has moved by more than a day: */
    Ms           moved_ms;        /* when; MS_NONE: it has not */
    Ms           moved_from;      /* what was announced before */
    Str          moved_why;       /* earlier slow longer waiting figures */
} Promise;
extern const Promise PROMISE_NOTHING;

/* The promise for an open request or for a model, at cx->now_ms.  Reads at most three groups of
 * samples; groups stay in memory for PROMISE_KEEP_MS.  Figures only: no number of a request comes out.
 * Errors: of the database. */
#define PROMISE_KEEP_MS (60 * MS_SECOND)
CHECKED Rc promise_make(Ctx *cx, const PromiseAsk *ask, Promise *ret);
/* Forgets what is in memory: after a rebuild, and for tests. */
void promise_forget(void);

/* Length of a working day of the calendar, for saying spans in days; a day without a calendar. */
int64_t promise_day_ms(const CalendarLine *c, Ms at);

/* ---- samples ---- */

/* The follower "samples": writes promise_sample from the changes of state that events tell, and nothing
 * else, so the same events always give the same rows.  Safe to run again over the same event. */
const Follower *promise_samples_follower(void);
/* Forgets all samples; the follower begins again at the first event. */
CHECKED Rc promise_rebuild(Ctx *cx);

/* The stretch that a request is in.  sent_ms MS_NONE: it is not running. */
typedef struct PromiseStretch {
    Str     phase;
    int64_t seq;
    Ms      sent_ms, entered_ms;
} PromiseStretch;
CHECKED Rc promise_stretch(Ctx *cx, GrantedRequest g, PromiseStretch *ret);

/* ---- backtest: pure ---- */

/* One earlier request. */
typedef struct PromisePhase {
    Str phase;
    Ms  entered_ms;
} PromisePhase;
LIST_OF(PromisePhase, PromisePhases);

typedef struct PromiseLife {
    Str           model, kind;
    Ms            sent_ms, ended_ms; /* ended_ms MS_NONE: runs */
    bool          done;
    bool          apart;  /* confidential: counts for its model only */
    PromisePhases phases; /* in the order in which they were entered */
    const CalendarLine *calendar; /* by which its promises are counted; NULL: around the clock */
} PromiseLife;
LIST_OF(PromiseLife, PromiseLives);

typedef struct PromiseScore {
    int64_t n;                      /* predictions that could be compared */
    int64_t within50, within80;     /* of them done by P50, by P80 */
    /* Pinball loss, sum in tenths of milliseconds: of the estimate, of the overall median, of the median
     * of the model, and of the model's own quantile over all of its past. */
    int64_t own50, constant50, median50;
    int64_t own80, constant80, median80, quantile80;
    int64_t width;                  /* sum of P80 - P50, ms */
} PromiseScore;

typedef struct PromiseReport {
    int64_t      lives, finished, predictions;
    int64_t      by_basis[4];       /* PromiseBasis */
    PromiseScore all, sent, phase;  /* all; at submission; at entering a state */
    PromiseScore basis[4];
} PromiseReport;

/* What was predicted at one moment; for tests and for looking into it. */
typedef struct PromiseGuess {
    size_t       life;
    Ms           at_ms, p50_ms, p80_ms; /* MS_NONE: too few to say */
    PromiseBasis basis;
} PromiseGuess;
LIST_OF(PromiseGuess, PromiseGuesses);

#define PROMISE_LIVES_MAX 200000

/* Plays the past again: for each life, when it was sent and when it entered a state, predicts with what
 * was known at that moment (lives ended by then, others as running) and compares with what came.  Only
 * lives that were done are compared.  Times are compared on the clock, whatever calendar counted.
 * `model`: only predictions of this model count; STR_NULL: all.  `guesses` may be NULL.
 * Errors: RC_LIMIT (arena, more than PROMISE_LIVES_MAX lives). */
CHECKED Rc promise_backtest(Arena *a, const PromiseLives *lives, Str model, PromiseReport *ret,
                            PromiseGuesses *guesses);

/* Lives from a table: lines `number,model,kind,event,time` (docs/domain/promise.md), first line the
 * names.  `ret_why` says which line is wrong and why.
 * Errors: RC_INVALID, RC_LIMIT. */
CHECKED Rc promise_lives_read(Arena *a, Str csv, PromiseLives *ret, Text *ret_why);
/* The lives of our own requests, the latest PROMISE_LIVES_MAX that were sent.  For the operator. */
CHECKED Rc promise_lives_own(Ctx *cx, PromiseLives *ret);
