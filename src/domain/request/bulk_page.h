/* bulk_page.h - what the pages about acts on many requests show. */
#pragma once

#include "domain/request/bulk.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct BulkPage {
    StrList chosen; /* as they were named */
    int64_t n;
    bool    more;      /* others fit as well, and are not among them */
    bool    act_known; /* the second step: its words, and the button */
    Str     act;
    Text    label;
    bool    for_ever;
    Form    form;
} BulkPage;

typedef struct BulkDonePage {
    BulkDone d;
    Text     label;
    int64_t  failed_n;
    bool     was_undone;
    BulkParts other;   /* that did not go as they were meant to */
    BulkParts plain;   /* that did; folded */
    int64_t  plain_n;
    BulkParts waiting; /* it stopped before them */
} BulkDonePage;
