/* disk.h - a disk under SQLite that counts who writes to it and fails on demand.
 *
 * Databases that are opened between disk_install and disk_remove lie on it.  For the tests of src/db.
 */
#pragma once

#include "core/base.h"

void disk_install(void); /* also forgets what was counted and what should fail */
void disk_remove(void);

/* The calling thread is the one that may write.  Writing, truncating and flushing a database or its
 * log by another thread from then on is counted. */
void     disk_own(void);
uint64_t disk_writes(void);  /* by the owner */
uint64_t disk_strange(void); /* by others */

/* From now on the `nth` write (1: the next one) fails as on a full disk, and so do all after it, until
 * disk_heal. */
void disk_fill(uint64_t nth);
/* From now on every flush fails. */
void disk_break(void);
void disk_heal(void);
