/* tag.h - tags of a request: words by which the staff finds what belongs together.
 *
 * A tag is a key (str_is_key) of at most TAG_MAX characters without '/'; capitals become small letters.  Whoever
 * sees the request sees its tags; suppliers do not.  The query language knows them as the field `tag`.
 * General rules (grants, errors): request.h.
 */
#pragma once

#include "domain/request/request.h"

#define TAG_MAX  40 /* characters */
#define TAGS_MOST 20 /* of one request */

typedef struct TagAct {
    Str tag;
    Rc  fault; /* see request.h, order of refusals */
} TagAct;

/* Gives the request a tag, in the caller's transaction, with the event "tag.added"; nothing happens when it
 * has it already.  Needs MAY_NOTE.
 * Errors: RC_FORBIDDEN, RC_CONFLICT (a replayed request), then `fault`, RC_INVALID at "tag" ("bad_tag"),
 * RC_LIMIT (TAGS_MOST). */
CHECKED Rc tag_add(Ctx *cx, GrantedRequest g, const TagAct *in);
/* Takes it back, with the event "tag.removed".  Needs MAY_NOTE.
 * Errors: as tag_add; RC_NOT_FOUND (it does not have it). */
CHECKED Rc tag_remove(Ctx *cx, GrantedRequest g, const TagAct *in);
/* All of them by name, at most TAGS_MOST.  Needs MAY_SEE. */
CHECKED Rc tag_list(Ctx *cx, GrantedRequest g, ViewTags *ret);
