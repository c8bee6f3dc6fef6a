/* digest_page.h - the views that somebody is told of. */
#pragma once

#include "domain/view/digest.h"
#include "web/widgets.h"

typedef struct DigestHit {
    Str number, title;
} DigestHit;
LIST_OF(DigestHit, DigestHits);

typedef struct DigestLine {
    Str        key, list_url;
    Text       name, when;
    bool       has_next, told;
    Ms         next_ms, told_ms;
    Str        found, fresh; /* "7", "999+" */
    DigestHits first;
} DigestLine;
LIST_OF(DigestLine, DigestLines);

typedef struct DigestPage {
    DigestLines lines;
    Form        form;
} DigestPage;
