/* split_page.h - a part of a request becomes one of its own: what the page shows. */
#pragma once

#include "domain/request/talk.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct SplitMessage {
    int64_t id;
    Str     author, text;
    Ms      at_ms;
    bool    chosen;
} SplitMessage;
LIST_OF(SplitMessage, SplitMessages);

typedef struct SplitPage {
    Str           number;
    SplitMessages messages;
    WidgetOptions items;
    Str           title;
    Form          form;
} SplitPage;
