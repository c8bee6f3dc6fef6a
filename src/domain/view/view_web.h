/* view_web.h - shared by the pages of views; only *_web.c files include it. */
#pragma once

#include "core/buf.h"
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

CHECKED Rc cell_of(Ctx *cx, const ViewColumn *c, const RequestHead *h, ListCell *ret);
/* Makes the cell of a column that can be changed a button, or the form that was asked for. */
CHECKED Rc cell_edit(Ctx *cx, const ViewColumn *c, const RequestHead *h, const CellEdit *e, ListCell *io);

/* ---- narrow_web.c ---- */

/* Choices beside the query line, with what the query holds of them; `q` NULL: nothing is chosen. */
CHECKED Rc narrow_choices(Ctx *cx, const FindQuery *q, const TeamRefs *teams, NarrowChoices *ret);
/* The query with the choices that the call changed.  Errors: those of find_parse. */
CHECKED Rc narrow_query(Call *call, const FindQuery **io, bool *ret_changed, CondError *ret_error);
