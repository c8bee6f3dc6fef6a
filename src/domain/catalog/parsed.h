/* parsed.h - parsed published documents, shared by all threads; inside this concept only. */
#pragma once

#include "domain/catalog/catalog.h"

/* The parsed form of a published body, found by kind and hash; `load` is asked for the body when it is
 * not there yet.  The result lives as long as the program: published versions never change, and at most
 * PARSED_MAX of them are kept.  Beyond that the result lives in cx->arena.
 * A procedure is kept as its Str. */
#define PARSED_MAX 4000
typedef Rc (*BodyLoader)(Ctx *cx, int64_t version_id, Str *ret_body);
CHECKED Rc parsed_get(Ctx *cx, DocumentKind kind, Str key, Str hash, int64_t version_id,
                      BodyLoader load, const void **ret);
