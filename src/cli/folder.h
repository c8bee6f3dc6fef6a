/* folder.h - a catalog folder on the command line: reading it, and applying it with its people. */
#pragma once

#include "cli/command.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/identity.h"

/* Reads and checks the folder; prints what is wrong.  False: errors were found or it cannot be read. */
CHECKED bool folder_read_clean(Command *c, Str dir, CatalogFolder *ret);
/* A text file of at most 8 MiB; prints why not. */
CHECKED bool file_read(Command *c, Str path, Str *ret);
/* Teams and people first (when the folder has them), then the documents: all or nothing.
 * `demo_hash`: see people_apply. */
CHECKED Rc folder_apply(Ctx *cx, const CatalogFolder *f, Str demo_hash, bool demo, PlanLines *ret);
