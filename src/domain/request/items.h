/* items.h - what of the catalog somebody means: items and bundles by words of their names, synonyms and summaries, in all
 * languages, of those that the subject may ask for.
 */
#pragma once

#include "domain/request/request.h"

typedef struct ItemHit {
    Str key;
    LangText name, summary;
    bool bundle;
    int score; /* the name counts most, then synonyms, then the summary */
} ItemHit;
LIST_OF(ItemHit, ItemHits);

/* Best first.  All words must occur in one of these texts, anywhere in a word; at most 16 count.  *ret_meant: where nothing is
 * found the nearest word that the catalog knows, STR_NULL: none is near.  Errors: RC_INVALID (not UTF-8), RC_LIMIT. */
CHECKED Rc items_find(Ctx *cx, Str words, ItemHits *ret, Str *ret_meant);
