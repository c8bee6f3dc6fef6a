/* work_web.h - shared by the pages of the workspace; only *_web.c files include it. */
#pragma once

#include "domain/request/portal_web.h"
#include "domain/request/work_page.h"

typedef struct PrioLook { const char *css, *icon, *label; } PrioLook;
PrioLook prio_look(Str level); /* word: low normal high critical */
WorkRow  work_row(Ctx *cx, const RequestHead *h);
/* One request in the workspace; also what a refused act shows again. */
CHECKED Rc page_work_request(Call *call);
