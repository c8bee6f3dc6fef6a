/* store.h - the content store: files named by the SHA-256 of their bytes, beside the database.
 *
 * FILE.files/ab/abcdef...: written once, never changed.  A user's file name is data in a row, never a
 * path.  Order of a write: temporary file, fsync, read again and compare the hash, rename, fsync of
 * the directory; only then may a row that names the hash be committed.
 */
#pragma once

#include "core/buf.h"
#include "core/clock.h"
#include "core/random.h"

typedef struct Store Store;

/* Opens (and makes) the directory, mode 0700. Errors: RC_INTERNAL, logged. */
CHECKED Rc store_open(Str dir, Store **ret);
void       store_close(Store *s);

/* Durable when it returns; storing the same bytes again is cheap.  `ret_sha256` in hex.
 * Errors: RC_INTERNAL (disk), logged. */
CHECKED Rc store_put(Store *s, Arena *a, Str bytes, Str *ret_sha256);
/* Opens for reading; the caller closes.  Errors: RC_NOT_FOUND, RC_INVALID (no hash), RC_INTERNAL. */
CHECKED Rc store_get(Store *s, Str sha256, int *ret_fd, int64_t *ret_bytes);
/* All of it, appended to `to`.  Errors: as store_get, and RC_LIMIT when `to` has no room for it. */
CHECKED Rc store_read(Store *s, Str sha256, Buf *to);
/* Removes bytes that no row names any more.  A file stored (again) since `before_ms` is left: who
 * stored it may be about to commit the row that names it.  One that is gone already is RC_OK.
 * Errors: RC_INVALID (no hash), RC_INTERNAL, logged. */
CHECKED Rc store_remove(Store *s, Str sha256, Ms before_ms);
/* A walk round the whole store, which goes on where the last call ended and looks at no more than
 * `max` files: gives the hashes of those last stored before `before_ms`, and removes as old ones that
 * an interrupted write has left.  One thread only.  Errors: RC_INTERNAL, logged. */
CHECKED Rc store_walk(Store *s, Arena *a, Ms before_ms, size_t max, StrList *ret);

/* The type of a file by its first bytes, from our own table; "text/plain" for clean UTF-8 and
 * "application/octet-stream" for all else.  Never what the uploader claims. */
Str  filetype_of(Str bytes);
/* Whether a browser may show it in place (PNG, JPEG, GIF, WebP). */
bool filetype_inline(Str type);
/* A file name as it may be kept: base name, 1..255 bytes, no control characters; else "file". */
Str  filename_clean(Arena *a, Str name);
