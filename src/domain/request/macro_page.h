/* macro_page.h - what the pages about macros show. */
#pragma once

#include "domain/request/macro.h"
#include "web/page.h"
#include "web/widgets.h"

LIST_OF(Text, MacroTexts);

typedef struct MacroLine {
    int64_t    id;
    Str        name;
    MacroTexts steps;
    Text       whose, changed;
    bool       may_change;
} MacroLine;
LIST_OF(MacroLine, MacroLines);

typedef struct MacroListPage {
    MacroLines lines;
    bool       may_add;
} MacroListPage;

/* To choose for a request. */
typedef struct MacroChoosePage {
    Str        number;
    MacroLines lines;
} MacroChoosePage;

typedef struct MacroEditPage {
    bool    is_new;
    int64_t id, version;
    Form    form;
} MacroEditPage;
