/* gap_page.h - the page of what people look for in vain. */
#pragma once

#include "domain/catalog/gap.h"
#include "web/page.h"

typedef struct GapPage {
    Gaps gaps;
} GapPage;
