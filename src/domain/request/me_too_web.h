/* me_too_web.h - shared by the pages that show it; only *_web.c files of this folder include it. */
#pragma once

#include "domain/request/me_too_page.h"

/* `names`: whether this page names people at all. */
CHECKED Rc me_too_part(Ctx *cx, GrantedRequest g, Str number, bool names, MeTooPart *ret);
