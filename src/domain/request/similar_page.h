/* similar_page.h - how similar open requests are shown: beside a form, and to who sorts what came in. */
#pragma once

#include "domain/request/similar.h"
#include "web/page.h"

typedef struct SimilarLook {
    Str url, number, title;
    const char *css, *icon, *state;
    Str words; /* "vpn, printer" */
    bool same_item, own, follows, may_follow;
} SimilarLook;
LIST_OF(SimilarLook, SimilarLooks);

typedef struct SimilarPage {
    Str number, title;
    bool confidential;
    SimilarLooks similar;
} SimilarPage;
