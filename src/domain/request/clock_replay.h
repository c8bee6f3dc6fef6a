/* clock_replay.h - inside this folder: the clocks of a request folded from its log. */
#pragma once

#include "domain/request/aggregate.h"

/* Who hears what happens while the log is folded. */
typedef struct ClockListener ClockListener;
struct ClockListener {
    void (*news)(ClockListener *l, ClockNews what, const Clock *c, const ClockMoment *m,
                 const ClockEventsRow *event);
    void (*reached)(ClockListener *l, Str target, Str task, size_t cycle, const Json *data,
                    const ClockEventsRow *event);
};

/* `listener` may be NULL.  Errors: RC_INVALID (an event that cannot be read, with a sentence in cx). */
CHECKED Rc clocks_replay(Ctx *cx, Aggregate *r, const ClockRules *rules, ClockListener *listener,
                         Clocks *ret);
