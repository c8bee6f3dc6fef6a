/* clock_page.h - what the page shows that says why the clocks of a request stand as they do. */
#pragma once

#include "domain/request/clocks.h"
#include "web/page.h"

typedef struct FactLine {
    Ms   at, due; /* due MS_NONE: not said */
    Text what, goal, detail; /* goal msgid NULL: not said */
    Str  who;     /* who did what it follows from; "" the program */
    bool has_due;
} FactLine;
LIST_OF(FactLine, FactLines);

typedef struct TaleLook {
    Text      name, state, source;
    Str       of; /* title of the task */
    Str       id;
    int64_t   cycle;
    bool      again; /* not the first cycle */
    Str       start, pause, stop;
    Str       reason;
    FactLines facts;
} TaleLook;
LIST_OF(TaleLook, TaleLooks);

typedef struct ClocksPage {
    Str       number, title;
    TaleLooks tales;
    bool      staff;
} ClocksPage;
