/* target_page.h - what the pages of targets show. */
#pragma once

#include "domain/target/target.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct TargetRow {
    Str      key, span; /* "1 hour, 3 working days": in the reader's language */
    LangText name;
    Text     measure;
    Str      of; /* key of the team or supplier; "": all */
    int64_t  number;
    Ms       from_ms;
    bool     retired, later; /* later: the newest version is not in force yet */
} TargetRow;
LIST_OF(TargetRow, TargetRows);

typedef struct TargetsPage {
    TargetRows rows;
    bool       may_write;
} TargetsPage;

typedef struct VersionLine {
    int64_t number;
    Ms      from_ms, published_ms;
    Str     who, note;
    bool    now; /* in force */
} VersionLine;
LIST_OF(VersionLine, VersionLines);

typedef struct TargetPage {
    Str          key, action;
    LangText     name;
    Text         measure;
    int64_t      version;
    Form         form;
    VersionLines versions;
    bool         is_new, may_write, retired, stale;
} TargetPage;
