/* view_web.h - shared by the pages of views; only *_web.c files include it. */
#pragma once

#include "core/buf.h"
#include "domain/view/view_page.h"
#include "http/dispatch.h"

/* Adds "?name=value", or "&name=value" behind a first one, percent-encoded. */
void view_url_part(Buf *b, const char *name, Str value);

/* What a list is asked for. */
typedef struct Asked {
    bool      has_view;
    SavedView view;
    Str q;           /* the query as it was typed, or the view's */
    bool typed;      /* it was typed, and the view says another one */
    StrList columns; /* names; none: the usual ones */
    bool chosen;     /* they were chosen on the page */
    Str grouping;
    bool regrouped;
    Str cursor;
} Asked;

/* The faces of a view: the same requests as a list, a board, a calendar and a timeline. */
typedef enum AskedWay { WAY_LIST, WAY_BOARD, WAY_CALENDAR, WAY_TIMELINE } AskedWay;

/* What the call's view, q, c, group and cursor ask for.  Without a view and a query: the reader's first tab.  What is
 * as the view has it was not said. */
CHECKED Rc asked_read(Call *call, const SavedViews *views, GrantedSelf g, Asked *ret);
/* The query as it was typed; STR_NULL where it is the view's. */
Str asked_typed(const Asked *k);
/* The same at another path, with another query or page. */
Str asked_url(Arena *a, const char *path, const Asked *k, Str q, Str cursor);
/* In the order in which it is listed: its own or the fair one, groups before everything. */
CHECKED Rc asked_order(Ctx *cx, const Asked *k, const FindQuery *q, const FindQuery **ret);
/* "7", "999+" */
Str asked_count_text(Arena *a, int64_t n);
/* The tabs above the page with their counts, and the ways to the other faces. */
CHECKED Rc asked_tabs(Ctx *cx, ScopeRequests s, const SavedViews *views, const Asked *k, AskedWay here,
                      ViewTabs *ret);
CHECKED Rc asked_ways(Ctx *cx, const Asked *k, AskedWay here, ViewWays *ret);
/* Did find_parse refuse the query, and say where? */
bool asked_refused(Rc rc, const CondError *error);
/* What was typed, cut where the mistake begins; `column` counts characters from 1. */
void asked_cut(Str q, uint32_t column, Str *ret_before, Str *ret_at);
/* The streams that such a page follows: the reader's and those of their teams. */
CHECKED Rc asked_live(Ctx *cx, Str *ret);
