/* timeline.h - inside this folder: the sentences of the timeline. */
#pragma once

#include "core/json.h"
#include "domain/request/talk.h"
#include "domain/request/view.h"

/* Names of stages and tasks of one request. */
typedef struct TimelineNames {
    const ModelVersion *model;
    StepNames           steps;
    TaskRows            tasks;
} TimelineNames;
CHECKED Rc timeline_names(Ctx *cx, GrantedRequest g, const RequestView *v, TimelineNames *ret);
/* What happened, as a sentence without its words; `data` is the event's, NULL for none. */
CHECKED Rc timeline_sentence(Ctx *cx, const TimelineNames *names, const Entry *e, const Json *data,
                             Text *ret);
