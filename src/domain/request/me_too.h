/* me_too.h - "I have this too": who has the same trouble as the one who asked.
 *
 * Whoever may write to an open request and did not ask for it can say so.  They are counted once, follow the
 * request from then on (notices as for those who take part), and can take it back.  It gives no right to read.
 *
 * The count is shown to whoever may see the request (RequestHead.me_too, the field me_too of the query language);
 * who they are, only to its staff (MAY_NOTES): the events are internal ones, too.
 *
 * When a request is merged, those who said so of it say so of the one that stays, and no longer when the merge is taken
 * back.  General rules (grants, errors): request.h.
 */
#pragma once

#include "domain/request/engine.h"
#include "domain/request/request.h"

typedef struct MeToo {
    int64_t count;
    bool    self;     /* the reader is one of them */
    bool    may;      /* is not, and may say so */
    PersonRefs people;   /* for staff alone, the first ME_TOO_NAMED of them; else none */
} MeToo;
#define ME_TOO_NAMED 50

/* Needs MAY_SEE.  Two statements. */
CHECKED Rc me_too_get(Ctx *cx, GrantedRequest g, MeToo *ret);

/* The subject says it, in the caller's transaction, with the internal event "me_too.said"; nothing happens when they
 * have said so before.  Needs MAY_SAY.
 * Errors: RC_FORBIDDEN; RC_CONFLICT: "imported", "own" (they asked, or it is for them), "not_open". */
CHECKED Rc me_too_say(Ctx *cx, GrantedRequest g);
/* They take it back, with the internal event "me_too.taken_back".  Needs MAY_SEE.
 * Errors: RC_NOT_FOUND (they have not said so). */
CHECKED Rc me_too_take_back(Ctx *cx, GrantedRequest g);

/* Which of these requests the reader has said so of; those that they do not see are left out.  One statement. */
CHECKED Rc me_too_of(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, IdList *ret);

/* They say so of the request that goes on, too; with the link of a merge they go back with it (me_too_bring_back). */
CHECKED Rc me_too_carry(Ctx *cx, GrantedRequest from, GrantedRequest to, OptInt link);
CHECKED Rc me_too_bring_back(Ctx *cx, GrantedRequest to, int64_t link);
