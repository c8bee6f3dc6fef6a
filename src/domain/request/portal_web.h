/* portal_web.h - shared by the requester's and the staff's pages; only *_web.c files include it. */
#pragma once

#include "domain/request/portal_page.h"
#include "http/dispatch.h"

/* Word, sign and colour of a state. */
typedef struct StateLook { const char *label, *icon, *css; } StateLook;
StateLook state_look(Str state, Str outcome);

/* What a request waits for when that is the reader; `other` when it is somebody else. */
Text your_step(const Ctx *cx, const RequestHead *h, Text other);
/* The route of a request: sent, approvals, work, done; where it is now. */
CHECKED Rc request_stops(Ctx *cx, const RequestView *v, RouteStops *ret);
/* The mini route of a line in a list: done, now, to come. */
CHECKED Rc head_stops(Ctx *cx, const RequestHead *h, RouteStops *ret);
/* Events and words of the conversation, steps of the system folded: the newest 100, or those before the
 * entry that the call's `before` names.  only_public: as the requester sees it, whoever reads. */
CHECKED Rc talk_part(Call *call, GrantedRequest g, const RequestView *v, bool only_public,
                     TalkPart *ret);
/* A page of a merged request leads to the one that goes on, unless this one itself was asked for or a refusal is
 * shown: says that it did. */
CHECKED Rc lead_on(Call *call, const RequestView *v, const char *base, bool *ret_led);
CHECKED Rc paragraphs_of(Ctx *cx, Str words, StrList *ret);
Trip trip_of(Ctx *cx, const RequestHead *h);
