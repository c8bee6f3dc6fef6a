/* manage_page.h - what the pages of catalog management show. */
#pragma once

#include "domain/catalog/catalog.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct DocumentLine {
    Str         kind, key, name, owner;
    const char *kind_word;
    int64_t     number;
    Ms          published_ms;
    bool        published, draft;
} DocumentLine;
LIST_OF(DocumentLine, DocumentLines);

typedef struct ManagePage {
    DocumentLines lines;
    bool          may_write;
    Str           kind;
} ManagePage;

typedef struct VersionLine {
    int64_t number;
    Str     note, publisher;
    Ms      published_ms;
    bool    in_force, shown;
} VersionLine;
LIST_OF(VersionLine, VersionLines);

typedef struct DiagnosticLine {
    Str  text, place;
    bool error;
} DiagnosticLine;
LIST_OF(DiagnosticLine, DiagnosticLines);

/* The parts that every model has to have, in words. */
typedef struct SheetLine {
    const char *part;
    Str         words;
} SheetLine;
LIST_OF(SheetLine, SheetLines);

typedef struct DocumentPage {
    Str             kind, key, name;
    Str             text;          /* of the version that is shown */
    int64_t         number;
    SheetLines      sheet;         /* of a model */
    VersionLines    versions;
    bool            may_write, has_draft, editing;
    Str             draft;
    int64_t         draft_version;
    Str             draft_author;
    Ms              draft_ms;
    DiagnosticLines diagnostics;
    SheetLines      missing;       /* what publishing waits for */
    Form            form;
    Str             theirs;        /* two people edited: what the other one saved */
} DocumentPage;
