/* help_page.h - what the page about the query language shows. */
#pragma once

#include "domain/view/view.h"

typedef struct HelpField {
    Str         name;
    const char *type;
    Text        what;
    Str         keys; /* "low, normal, high"; empty: any */
    Str         example; /* a short filter; empty: of a word */
    Str         url;     /* the search with it */
    bool        sortable;
} HelpField;
LIST_OF(HelpField, HelpFields);

typedef struct HelpExample {
    Str         query;
    const char *what;
} HelpExample;
LIST_OF(HelpExample, HelpExamples);

typedef struct QueryHelpPage {
    bool         staff;
    HelpExamples filters, examples;
    HelpFields   fields, own, answers;
} QueryHelpPage;
