/* inner.h - inside this folder: a group of several models, of which none speaks for all.
 *
 * A model that has no history of its own is one more among the models of its kind, not one more request
 * of those that are asked for most.  So of each model only the latest few count.
 */
#pragma once

#include "domain/promise/promise.h"

#define KIND_OF_EACH 3    /* samples of one model in the group of a kind */
#define KIND_LOOK    1200 /* stretches of the kind that are looked at for them, the latest */

typedef struct KindMix {
    struct {
        uint64_t model; /* hash */
        int      n;
    } of[PROMISE_LATEST];
    size_t models;
} KindMix;

/* Does one more sample of this model count?  Called from the latest on. */
bool kind_takes(KindMix *m, Str model);
