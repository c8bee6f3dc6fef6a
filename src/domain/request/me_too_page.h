/* me_too_page.h - how many others have the same, on the pages of a request. */
#pragma once

#include "domain/request/me_too.h"
#include "web/page.h"

typedef struct MeTooPart {
    bool    shown;   /* there is something to say, or to press */
    Str     number;
    int64_t others;  /* without the reader */
    bool    self, may;
    Str     names;   /* "Robin Berg, Mika Sand"; "" for who must not know */
} MeTooPart;
