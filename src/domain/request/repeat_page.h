/* repeat_page.h - what the pages of repeating requests show. */
#pragma once

#include "domain/request/schedule.h"
#include "web/differences.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct RepeatRow {
    int64_t     id;
    Str         name;   /* its title, else the item's name, else the item's key */
    Text        how;    /* every 2 weeks */
    Str         owner, team, last, why;
    const char *state;  /* "Active"; NULL: active */
    bool        active, paused, ended, has_next, for_team;
    Ms          next_ms, failed_ms;
} RepeatRow;
LIST_OF(RepeatRow, RepeatRows);

typedef struct RepeatPage {
    RepeatRows rows;
    bool       teams; /* those of the teams, in the workspace */
    Str        next_url;
} RepeatPage;

typedef struct RepeatFormPage {
    Str       title, from, number; /* from: the request whose answers are repeated, on a new one */
    Str       action;
    int64_t   version;
    Form      form;
    Differences differences; /* somebody else changed it first */
    bool      is_new;
    Str       zone;
} RepeatFormPage;
