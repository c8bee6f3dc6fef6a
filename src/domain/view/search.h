/* search.h - search everywhere: what somebody types, and the requests that are found by it.  For this concept's own
 * faces.
 *
 *     vpn laptop                     words: all of them, the last one may be unfinished
 *     team:workplace vpn             a field of the query language before a colon narrows
 *     -tag:later priority:>=high     not this; at least that
 *     state:pending,fulfilling       one of several
 *     team = workplace and due < now + 2d      a query as it is
 *
 * Requests whose titles have all the words come first, then those that have them elsewhere, each newest first: this
 * order needs no counting, so a common word costs what a rare one does.  A number that is typed is looked up before that.  Words stand in titles, numbers, answers, messages and
 * resolutions; notes are not in the index.
 *
 * Rights.  Every statement carries the scope and asks the index for what the reader may be a reader of, so that
 * hidden requests change no result, no order and no page.  Of a confidential request only its line is shown.
 */
#pragma once

#include "domain/view/view.h"

#define SEARCH_MAX_BYTES 256
#define SEARCH_MS                                                                                  \
    300 /* a statement of a search takes no longer; what was found until then is shown */

/* What was typed, understood. */
typedef struct SearchAsked {
    Str words;              /* what to look for; "" none */
    const FindQuery *where; /* never NULL after RC_OK; everything where nothing narrows */
    bool narrowed;          /* there are filters */
    bool is_query;          /* it is a query of the language as it stands */
    Str query; /* the same as a query for a list, in its one form; "" where there are no filters and no words */
    Text
        wrong; /* a filter that is wrong, said for people: then nothing is found; msgid NULL: none */
} SearchAsked;
/* Errors: RC_INVALID (field "q": longer than SEARCH_MAX_BYTES, or no UTF-8). */
CHECKED Rc search_read(Ctx *cx, Str typed, SearchAsked *ret);

/* A text with what was looked for marked. */
typedef struct SearchPiece {
    Str text;
    bool hit;
} SearchPiece;
LIST_OF(SearchPiece, SearchPieces);
CHECKED Rc search_mark(Ctx *cx, const SearchAsked *q, Str text, SearchPieces *ret);

typedef enum SearchPlace {
    SEARCH_TITLE,
    SEARCH_RESOLUTION,
    SEARCH_MESSAGE,
    SEARCH_ANSWER
} SearchPlace;
typedef struct SearchHit {
    RequestHead head;
    bool exact;    /* its number was typed: it comes first of all */
    bool in_title; /* the title has all the words */
    SearchPieces title;
    SearchPlace place;    /* of the snippet */
    SearchPieces snippet; /* empty: the title says it all, or nothing of it is shown */
} SearchHit;
LIST_OF(SearchHit, SearchHits);

typedef struct SearchPage {
    Str after;    /* as *ret_next gave it; "": from the best */
    int64_t size; /* 1..50 */
    bool snippets;
    Ms ms; /* how long a statement may take; 0: SEARCH_MS, below 0: until the first look at the clock */
} SearchPage;
/* *ret_next "": the end.  *ret_cut: the time was over before all was looked through; what was found is there.
 * A constant number of statements.  Errors: RC_INVALID (field "cursor"). */
CHECKED Rc search_requests(Ctx *cx, ScopeRequests s, const SearchAsked *q, SearchPage page,
                           SearchHits *ret, Str *ret_next, bool *ret_cut);
