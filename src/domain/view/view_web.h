/* view_web.h - shared by the pages of views; only *_web.c files include it. */
#pragma once

#include "core/buf.h"
#include "domain/view/view_page.h"
#include "http/dispatch.h"

/* Adds "?name=value", or "&name=value" behind a first one, percent-encoded. */
void view_url_part(Buf *b, const char *name, Str value);
