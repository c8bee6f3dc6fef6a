/* similar_page.h - how similar open requests are shown: beside a form, and to who sorts what came in. */
#pragma once

#include "domain/request/similar.h"
#include "web/page.h"

typedef struct SimilarLook {
    Str url, number, title;
    const char *css, *icon, *state;
    Str words; /* "vpn, printer" */
    bool same_item, own, follows, may_follow, me_too, may_me_too;
    int64_t others; /* who have it too, without the reader */
    Str merge_url;  /* begins to merge into it; "": not offered */
} SimilarLook;
LIST_OF(SimilarLook, SimilarLooks);

typedef struct MergePage {
    Str number, title;             /* the one that ends */
    Str into, into_title, words;   /* the one that stays; "vpn, printer", "" none in common */
} MergePage;

typedef struct SimilarPage {
    Str number, title;
    bool confidential;
    SimilarLooks similar;
} SimilarPage;
