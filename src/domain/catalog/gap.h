/* gap.h - what people search for and do not find: for the owners of the catalog, who may name an item so or make one.
 *
 * Words and how often, nothing else: nobody's name, no time finer than a day.  What looks like an address or a number
 * of somebody is not kept.  Rules: docs/domain/view.md, "What is not found".
 */
#pragma once

#include "domain/access/access.h"

#define GAP_WORDS_MAX 60             /* characters; the rest is cut off */
#define GAP_REST      (180 * MS_DAY) /* forgotten so long after the last time */

/* Somebody found nothing for these words.  Kept in memory until the next gap_flush, for 256 different ones at most; further
 * ones are left out.  Any thread.  Errors: RC_LIMIT. */
CHECKED Rc gap_note(Ctx *cx, Str words);
/* Writes what was noted, and forgets what is old; in the caller's transaction, of the writer thread.  gap_committed: it is
 * committed; a turn that was not is written once more. */
CHECKED Rc gap_flush(Ctx *cx);
void gap_committed(void);

typedef struct Gap {
    Str words; /* folded */
    int64_t times;
    Ms first_day, last_day;
} Gap;
LIST_OF(Gap, Gaps);
/* The most frequent first, at most `size` (1..200). */
CHECKED Rc gap_list(Ctx *cx, GrantedCatalog g, int64_t size, Gaps *ret);
