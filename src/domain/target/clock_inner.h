/* clock_inner.h - inside this folder: conditions of targets over the facts of a moment. */
#pragma once

#include "domain/target/target.h"

/* What a condition of a clock reads. */
typedef struct ClockView {
    const ClockFacts *facts;
    const ClockTask  *task; /* NULL: the request itself */
    bool              answered;
    Ms                at;
} ClockView;

/* Does it hold?  One that is absent gives `absent`.  Errors: RC_LIMIT. */
CHECKED Rc clock_holds(const TargetCond *c, const ClockView *v, bool absent, bool *ret);

/* A version from its input: conditions parsed, thresholds read.  Faults go to cx as field errors.
 * `warn` and `escalate` hold for every line.  Errors: RC_INVALID, RC_LIMIT. */
CHECKED Rc target_compile(Ctx *cx, Arena *a, const TargetInput *in, TargetSpec *ret);
