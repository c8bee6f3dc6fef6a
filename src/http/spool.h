/* spool.h - a private file without a name for a body that is too large for memory.
 *
 * Writes go to the page cache and block a loop thread only when the disk cannot keep up with the
 * network.
 */
#pragma once

#include "core/str.h"

/* Errors: RC_INTERNAL, logged (no room, no right, no such directory). */
CHECKED Rc spool_open(Str dir, int *ret_fd);
CHECKED Rc spool_write(int fd, Str piece);
/* The bytes in memory, to be given back with spool_unmap. */
CHECKED Rc spool_map(int fd, size_t bytes, Str *ret);
void spool_unmap(Str bytes);
