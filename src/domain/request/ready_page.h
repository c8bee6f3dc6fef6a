/* ready_page.h - what the pages about ready replies show. */
#pragma once

#include "domain/request/ready.h"
#include "web/page.h"
#include "web/widgets.h"

/* One to choose for a request, filled. */
typedef struct ReadyLook {
    int64_t     id;
    Str         name, text, missing; /* missing: places without a value; "" none */
    Str         team;                /* "": everybody's */
    const char *tag;                 /* language of the text, for the lang attribute */
    Str         language;            /* its name when it is not the requester's; "" */
} ReadyLook;
LIST_OF(ReadyLook, ReadyLooks);

typedef struct ReadyChoosePage {
    Str        number, title, q;
    ReadyLooks found;
    bool       none;  /* there is none at all */
} ReadyChoosePage;

typedef struct ReadyLine {
    int64_t id;
    Str     name, languages;
    Text    whose;
    Text    changed;
    bool    may_change;
} ReadyLine;
LIST_OF(ReadyLine, ReadyLines);

typedef struct ReadyListPage {
    ReadyLines lines;
    bool       may_add;
} ReadyListPage;

typedef struct ReadyPlaceLine {
    Str         name; /* "{number}" */
    const char *what;
} ReadyPlaceLine;
LIST_OF(ReadyPlaceLine, ReadyPlaceLines);

typedef struct ReadyEditPage {
    bool            is_new;
    int64_t         id, version;
    Form            form;
    ReadyPlaceLines places;
} ReadyEditPage;
