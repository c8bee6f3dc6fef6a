/* action.h - tasks that the program carries out: orders, runners, answers.
 *
 * A task of a model may name an action.  When its turn comes, the loop (src/cli/actions.h) takes an
 * order, gives it to a runner outside any transaction and off the writer thread, and brings the
 * answer back.  An answer that it is done finishes the task, with the evidence kept at the task and in
 * the timeline; the actor is nobody.  One that it cannot be done leaves the task in its team's
 * queue with the reason in words, and people do it.
 *
 * At least once.  A runner may get the same order again: after a restart, a killed server, a time-out, an
 * answer "later".  The order then has the same key, and the runner has to see to it that what was done
 * is not done twice.  The key changes when the answers that the order is made of change.
 *
 * Meanwhile.  People may take the task in hand (start, assign, finish it) until the answer is there; it is
 * theirs from then on.  Nothing more is handed out, and what a runner still did is told to the
 * staff in the timeline.  Work that rests (a question to the requester, an approval asked again) is
 * not handed out; an answer that comes then is asked for again, under the same key, when work goes on.
 *
 * Which actions there are is said by the managed list "actions"; who runs them, by the runners that are
 * registered.  An action without a runner fails at once, in words.
 */
#pragma once

#include "domain/request/request.h"

#include <stdatomic.h>

#define ACTION_LIMIT_MS   (60 * MS_SECOND) /* a runner that takes longer is stopped, and it counts as LATER */
#define ACTION_TRIES_MAX  5               /* handed out so often; then it fails */
#define ACTION_TEXT_BYTES 4096            /* of evidence or reason; the rest is cut */

typedef struct ActionOrder {
    int64_t            task_id, request_id;
    Str                key;      /* "REQ-17/create/1/3f2a91c04b7e": stable, for doing it only once */
    Str                action;   /* key of the action */
    int64_t            tries;    /* 1: for the first time */
    Str                json;     /* what the runner is told: docs/models.md, section 8 */
    Ms                 limit_ms; /* how long it may take */
    const atomic_bool *stop;     /* becomes true when the server stops: answer LATER at once; may be NULL */
} ActionOrder;

typedef enum ActionVerdict {
    ACTION_IS_DONE,
    ACTION_LATER,  /* could not say or could not do it now: tried again */
    ACTION_CANNOT, /* will not get better by trying: people do it */
} ActionVerdict;

typedef struct ActionAnswer {
    ActionVerdict verdict;
    Str           text; /* evidence, or the reason in plain words; any bytes: it is cleaned when kept */
} ActionAnswer;

/* Called on the thread of the loop, one order at a time; blocks for at most limit_ms. */
typedef struct ActionRunner {
    const char *name; /* for the log */
    bool (*has)(void *arg, Str action);
    void (*run)(void *arg, const ActionOrder *o, Arena *a, ActionAnswer *ret);
    void *arg;
} ActionRunner;

/* Registers before the server starts; at most 8, the first that has an action runs it. */
void action_runner_register(const ActionRunner *r);
void action_runners_clear(void); /* for tests */

/* Gives the order to its runner.  Outside any transaction. */
void action_carry_out(const ActionOrder *o, Arena *a, ActionAnswer *ret);

/* Is there something to hand out?  Reads only. */
CHECKED Rc action_waits(Ctx *cx, bool *ret);
/* Takes the next order, in the caller's write transaction; it is not taken again before its time is over
 * by far.  Everything in *ret lives in cx->arena. */
CHECKED Rc action_take(Ctx *cx, ActionOrder *ret, bool *ret_found);
/* Brings the answer back, in the caller's write transaction.  One to an order that is not the present
 * one is ignored. */
CHECKED Rc action_answer(Ctx *cx, const ActionOrder *o, const ActionAnswer *answer);
/* At the start: what was handed out before is handed out again, under the same key. */
CHECKED Rc action_release(Ctx *cx);
