/* work_web.h - shared by the pages of the workspace; only *_web.c files include it. */
#pragma once

#include "domain/request/portal_web.h"
#include "domain/request/work_page.h"

typedef struct PrioLook { const char *css, *icon, *label; } PrioLook;
PrioLook prio_look(Str level); /* word: low normal high critical */
void     due_look(const Ctx *cx, Ms due, DueLook *ret);
/* The clocks of a request for the side pane. */
CHECKED Rc clock_looks(Ctx *cx, const RequestView *v, ClockLooks *ret);
WorkRow  work_row(Ctx *cx, const RequestHead *h);
/* One request in the workspace; also what a refused act shows again. */
CHECKED Rc page_work_request(Call *call);
