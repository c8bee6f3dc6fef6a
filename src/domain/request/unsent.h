/* unsent.h - what somebody has typed below a request and not sent yet, and who else is writing.
 *
 * A draft is its author's alone: nobody else reads its words, it is no event and raises no version.  It is found
 * again in another browser, goes when it is sent from the page, and is forgotten UNSENT_DAYS after it was last
 * kept, as soon as its author keeps another one.  That somebody writes, and whether a message or a note, their
 * colleagues are told for UNSENT_FRESH_MS.
 * General rules (grants, errors): request.h.
 */
#pragma once

#include "domain/request/request.h"

#define UNSENT_DAYS     30
#define UNSENT_FRESH_MS (90 * MS_SECOND) /* so long after the last word somebody counts as writing */

typedef struct Unsent {
    Str  text;     /* "": there is none */
    bool internal; /* meant as a note */
    Ms   at_ms;    /* MS_NONE without one */
} Unsent;
/* One's own.  `g` needs MAY_SEE. */
CHECKED Rc unsent_get(Ctx *cx, GrantedRequest g, Unsent *ret);

typedef struct UnsentLine {
    Str  number, title; /* of the request */
    bool internal;
    Ms   at_ms;
} UnsentLine;
LIST_OF(UnsentLine, UnsentLines);
/* One's own in all requests that one still sees, the latest first, at most UNSENT_MOST.  One statement. */
#define UNSENT_MOST 20
CHECKED Rc unsent_list(Ctx *cx, ScopeRequests s, UnsentLines *ret);

typedef struct UnsentInput {
    Str     text;     /* at most REQUEST_TEXT_MAX bytes of clean text; blank drops the draft */
    bool    internal;
    int64_t seen_seq; /* the newest entry of the timeline that its author sees, 0: not said.  When they have
                         written something since, this is the late draft of what was sent: nothing is kept */
    Rc      fault;
} UnsentInput;
/* Keeps it in the caller's transaction.  Needs MAY_SAY, or with `internal` MAY_NOTE.
 * Errors: RC_FORBIDDEN, RC_CONFLICT (closed, and no note), then `fault`, RC_INVALID at "text". */
CHECKED Rc unsent_keep(Ctx *cx, GrantedRequest g, const UnsentInput *in);
/* It was sent, or is not wanted.  Needs MAY_SAY; nothing happens when there is none. */
CHECKED Rc unsent_drop(Ctx *cx, GrantedRequest g);

typedef struct Writer {
    PersonRef person;
    bool      internal;
} Writer;
LIST_OF(Writer, Writers);
/* Who else is writing, the latest first, at most 20.  Needs MAY_NOTES. */
CHECKED Rc unsent_writers(Ctx *cx, GrantedRequest g, Writers *ret);

/* RC_CONFLICT "answered_meanwhile" with the name when somebody else has written a message after the entry
 * `seen_seq` of the timeline; 0: not asked.  For message_add. */
CHECKED Rc unsent_check_seen(Ctx *cx, GrantedRequest g, int64_t seen_seq);
