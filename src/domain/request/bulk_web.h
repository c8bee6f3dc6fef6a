/* bulk_web.h - what lists need of the pages about acts on many requests; only *_web.c files include it. */
#pragma once

#include "domain/request/bulk.h"
#include "http/call.h"

/* The page that asks what is to be done with these, at most BULK_MOST.  `more`: others fit as well and are not among
 * them. */
CHECKED Rc bulk_page_of(Call *call, const StrList *numbers, bool more);
