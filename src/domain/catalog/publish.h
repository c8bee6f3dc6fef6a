/* publish.h - publication, shared by drafts and by catalog folders; inside this concept only. */
#pragma once

#include "domain/catalog/catalog.h"

/* "model" -> DOCUMENT_MODEL. Errors: RC_NOT_FOUND. */
CHECKED Rc document_kind_of(Str word, DocumentKind *ret);
/* Makes a published version of a document of a folder, right away. */
CHECKED Rc publish_directly(Ctx *cx, GrantedCatalog g, const CatalogDocument *in, Str key,
                            bool demo);
/* Checks the catalog as it would be with this text in force: unknown teams, lists, one type per
 * question id and so on.  Errors: RC_INVALID with what was found in `d`. */
CHECKED Rc publish_check(Ctx *cx, DocumentKind kind, Str key, Str body, Diagnostics *d);
