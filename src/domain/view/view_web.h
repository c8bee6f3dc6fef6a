/* view_web.h - shared by the pages of views; only *_web.c files include it. */
#pragma once

#include "core/buf.h"
#include "domain/view/group.h"
#include "domain/view/view_page.h"
#include "http/dispatch.h"

/* Adds "?name=value", or "&name=value" behind a first one, percent-encoded. */
void view_url_part(Buf *b, const char *name, Str value);

/* ---- cells_web.c ---- */

/* Which cell is a form now, and whose requests may be changed in the list. */
typedef struct CellEdit {
    Str             cell;  /* "priority.REQ-42"; empty: none */
    const TeamRefs *teams; /* of the reader */
    Str             back;  /* this page */
} CellEdit;

CHECKED Rc list_cell(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own, ListCell *ret);
/* Makes the cell of a column that can be changed a button, or the form that was asked for. */
CHECKED Rc list_cell_edit(Ctx *cx, const ViewColumn *c, const RequestHead *h, const CellEdit *e, ListCell *io);

/* ---- narrow_web.c ---- */

/* Choices beside the query line, with what the query holds of them; `q` NULL: nothing is chosen. */
CHECKED Rc narrow_choices(Ctx *cx, const FindQuery *q, const TeamRefs *teams, NarrowChoices *ret);
/* The query with the choices that the call changed.  Errors: those of find_parse. */
CHECKED Rc narrow_query(Call *call, const FindQuery **io, bool *ret_changed, CondError *ret_error);
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
/* In the order and the groups in which it is listed: its own order or the fair one. */
CHECKED Rc asked_grouping(Ctx *cx, ScopeRequests s, const Asked *k, const FindQuery *q, const Grouping **ret);
/* "7", "999+" */
Str asked_count_text(Arena *a, int64_t n);
/* What is asked for, with the choices that the call changed beside it, as one query; typed words that are none are
 * looked for.  k->q is what stands in the query line then.  Errors: those of find_parse. */
CHECKED Rc asked_query(Call *call, Asked *k, const FindQuery **ret, CondError *ret_error);
/* The tabs above the page with their counts, and the ways to the other faces.  `q`: the query of the page, NULL when it
 * was refused; `count`: how many it finds, where the page knows it already. */
CHECKED Rc asked_tabs(Ctx *cx, ScopeRequests s, const SavedViews *views, const Asked *k, const FindQuery *q,
                      Str count, AskedWay here, ViewTabs *ret);
CHECKED Rc asked_ways(Ctx *cx, const Asked *k, AskedWay here, ViewWays *ret);
/* Did find_parse refuse the query, and say where? */
bool asked_refused(Rc rc, const CondError *error);
/* What was typed, cut where the mistake begins; `column` counts characters from 1. */
void asked_cut(Str q, uint32_t column, Str *ret_before, Str *ret_at);
/* The streams that such a page follows: the reader's and those of their teams. */
CHECKED Rc asked_live(Ctx *cx, Str *ret);
