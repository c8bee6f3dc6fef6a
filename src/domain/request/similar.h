/* similar.h - open requests that are about the same: for who is about to ask, and for who sorts what came in.
 *
 * Of the words of a request the longest eight that say something are looked for, each among the newest open requests
 * that the reader sees.  A word that stands in more than 40 of them says nothing and does not count, nor do the words of the
 * item's own name.  Similar is what shares two of these words; one will do for the same item when there are no more than two.  What shares more words comes first,
 * of equal ones the same item, then the newest.
 *
 * Rights.  Every statement carries the scope: what the reader does not see neither appears nor makes a word common.
 * Confidential requests are compared with nothing, because words in common would tell what stands in them.
 */
#pragma once

#include "domain/request/request.h"

#define SIMILAR_MAX 5

typedef struct SimilarAsk {
    Str text;       /* title and answers in words */
    Str item;       /* key of the model; "" none */
    LangText name;  /* of the item */
    int64_t except; /* the request itself; 0: it is not there yet */
} SimilarAsk;

typedef struct Similar {
    RequestHead head;
    StrList shared; /* words, folded */
    bool same_item;
    bool own;        /* the reader asks for it, or it is for them */
    bool follows;    /* takes part in it, or follows it already */
    bool me_too;     /* has said that they have it too */
    bool may_me_too; /* neither asks for it nor has said so, and may */
    bool may_merge;  /* similar_to: the reader may merge the request into this one */
    bool may_follow; /* neither, and may */
} Similar;
LIST_OF(Similar, Similars);

/* At most SIMILAR_MAX.  A constant number of statements. */
CHECKED Rc similar_requests(Ctx *cx, ScopeRequests s, const SimilarAsk *ask, Similars *ret);
/* Those like a request that is there.  `g` needs MAY_SEE; a confidential one has none. */
CHECKED Rc similar_to(Ctx *cx, GrantedRequest g, ScopeRequests s, Similars *ret);
