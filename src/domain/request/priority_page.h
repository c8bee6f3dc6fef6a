/* priority_page.h - what the page of the priority matrices shows. */
#pragma once

#include "domain/request/priority.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct MatrixCell {
    Str name;      /* of its field */
    Text hint;     /* "A team, high" for who cannot see the table */
    WidgetOptions levels;
} MatrixCell;
LIST_OF(MatrixCell, MatrixCells);

typedef struct MatrixLine {
    const char *impact;
    MatrixCells cells;
} MatrixLine;
LIST_OF(MatrixLine, MatrixLines);

typedef struct MatrixLink {
    Str url;
    Text label;
    bool current, own;
} MatrixLink;
LIST_OF(MatrixLink, MatrixLinks);

typedef struct MatrixPage {
    MatrixLinks orgs;
    MatrixLines lines;
    Str key; /* "default" or the key of the organisation */
    Text name, state;
    int64_t version;
    bool may_drop; /* it has one of its own */
    Form form;
} MatrixPage;
