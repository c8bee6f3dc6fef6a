/* assign_page.h - what the pages about sharing out work show. */
#pragma once

#include "domain/request/assign.h"
#include "web/differences.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct AssignmentLine {
    Str name, login;
    Text why;
    bool chosen;
} AssignmentLine;
LIST_OF(AssignmentLine, AssignmentLines);

/* One choice. */
typedef struct AssignmentLook {
    Str task; /* "": of the request */
    Ms at_ms;
    const char *way;
    Str chosen; /* "": nobody fitted */
    AssignmentLines lines;
} AssignmentLook;
LIST_OF(AssignmentLook, AssignmentLooks);

typedef struct AssignmentPage {
    Str number, title;
    Text no_suggestion; /* why there is none; msgid NULL: there is one */
    AssignmentLook suggestion;
    AssignmentLooks choices;
    bool may_assign;
} AssignmentPage;

typedef struct MemberLook {
    Str name, login, initials;
    const char *hue;
    bool lead, over, is_away, open_work;
    Text away;
    Str stands_in;         /* who stands in for their tasks; "": nobody */
    Str share;             /* "50 %"; "" for full time */
    Str load, this_week, next_week; /* hours */
    int64_t pieces;
    Str skills;
} MemberLook;
LIST_OF(MemberLook, MemberLooks);

typedef struct TeamWorkPage {
    Str key, name;
    MemberLooks members;
    WidgetOptions ways;
    const char *way;
    int64_t limit;
    bool may_write;
    int64_t version;         /* from which the form is filled in */
    Form form;
    Differences differences; /* somebody else saved first */
} TeamWorkPage;
