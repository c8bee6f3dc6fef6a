/* static.h - files built into the program.
 *
 * A name that contains the hash of its content may be kept for ever; any other file is asked for
 * again with its ETag.
 */
#pragma once

#include "http/server.h"

typedef struct Asset {
    Str path; /* as in URLs: "/static/errand-3f9a0c2b.css" */
    Str type; /* "text/css; charset=utf-8" */
    Str bytes;
    Str gzip;       /* the same, compressed; empty when that saves nothing */
    Str etag;       /* with its quotes: "\"3f9a0c2b\"" */
    bool is_hashed; /* the path changes with the content */
} Asset;

/* A table sorted by path (bytes), made by the build. */
typedef struct AssetTable {
    const Asset *at;
    size_t n;
} AssetTable;

const Asset *asset_find(AssetTable table, Str path); /* NULL when absent */
/* Fills in 200 or 304 for GET and HEAD; the bytes are not copied. */
void asset_answer(const HttpCall *call, const Asset *asset, HttpAnswer *answer);
