/* asset.h - the files that are built into the program: style sheet, scripts, icons, manifest.
 *
 * tools/assetgen.py makes them from web/ and from the packages pinned in web/package-lock.json.  A
 * path carries a hash of the content (/static/app-3f9a2c1b.css), so what stands at a path never
 * changes and may be kept for ever.  The server serves the table (http/static.h).
 *
 * Templates name a file with {{asset "app.css"}}; in C its path is the macro ASSET_app_css, a
 * literal of the generated header below.
 */
#pragma once

#include "http/static.h"
#include "tmpl/assets.h"

/* Sorted by path. */
extern const AssetTable web_assets;
