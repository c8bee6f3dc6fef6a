/* read_mark.h - which requests a person has read: a mark for each, kept by the program.
 *
 * A request is unread when somebody else has done something to it since the person last opened it, or when they
 * said so themselves.  What the program does by itself counts as done by somebody else; that somebody looked at
 * it does not count, and what is internal (notes) is news to members of the request's team alone: nobody learns by it
 * that there is something which they do not see.  One that a person never opened is unread as soon as anybody else did something.
 * The query language knows it as the field `unread`.  A mark is its person's own: nobody else sees it.
 */
#pragma once

#include "domain/request/request.h"

/* Opening a page of the request: where it is unread for the subject, or was never opened, leaves word in cx->opened, and the
 * dispatcher has request_opened called before the answer leaves.  Reads only; nothing for somebody who is no
 * person.  Needs MAY_SEE. */
CHECKED Rc read_note(Ctx *cx, const RequestView *v);
/* Writes what read_note left, in a write transaction.  RC_OK when there is nothing, or when the subject does not
 * see the request any more. */
CHECKED Rc request_opened(Ctx *cx);

/* Says that everything of it up to now is read, or that it is unread again until it is opened the next time.
 * No event: it is nobody else's business.  Needs MAY_SEE. */
CHECKED Rc read_mark(Ctx *cx, GrantedRequest g, bool read);
/* Which of these requests are unread for the subject, in one statement; those that they do not see are left out. */
typedef struct UnreadIds {
    int64_t *at;
    size_t n, cap;
} UnreadIds;
CHECKED Rc read_unread_of(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, UnreadIds *ret);

/* Is it unread for the subject?  Needs MAY_SEE. */
CHECKED Rc read_is_unread(Ctx *cx, GrantedRequest g, bool *ret);
