/* asset.h - the files that are built into the program: style sheet, scripts, icons, manifest.
 *
 * tools/assetgen.py makes the table from web/.  An address carries a hash of the content
 * (/static/app.3f9a2c1b.css), so what stands at an address never changes and may be kept for ever
 * ("immutable").  Templates name a file with {{asset "app.css"}}.
 */
#pragma once

#include "core/str.h"

typedef struct Asset {
    const char    *name;  /* "app.css" */
    const char    *path;  /* "/static/app.3f9a2c1b.css" */
    const char    *type;  /* Content-Type, charset included */
    const char    *etag;  /* quoted, strong */
    const uint8_t *bytes;
    size_t         len;
    const uint8_t *gzip;  /* NULL when compressing saves nothing */
    size_t         gzip_len;
} Asset;

/* The file at a path of the server, NULL when there is none. */
const Asset *asset_at(Str path);
/* The file of a name, NULL for an unknown one. */
const Asset *asset_named(Str name);

/* All of them, for tests and for the server's start. */
extern const Asset  assets[];
extern const size_t assets_n;
