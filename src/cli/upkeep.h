/* upkeep.h - what the server does by itself besides following the events.
 *
 * At most once a second, on the writer between two turns: aggregated denials are written, what is
 * due in requests is done, answers that were kept for an Idempotency-Key go after a day, uploads that
 * nobody attached after a week.  Files are removed after the commit that took their last row.  A
 * crash in between leaves a file without a row; a slow walk round the store finds it later.  Rows of uploads are written by the writer alone, so none can appear between the
 * commit and the removal; a file whose row is still to come was stored less than a day ago and stays.
 */
#pragma once

#include "app/store.h"
#include "db/db.h"

typedef struct Upkeep {
    Store *store;
    Ms     last_ms; /* when the last turn was; 0: none yet */
    Ms     walk_ms; /* when the store was last walked */
    Ms     calendars_ms; /* when zones and feeds of calendars were last looked at */
    Str    feeds;   /* folder of iCalendar files that calendars name; STR_NULL: none */
} Upkeep;

/* One turn at this instant, inside a DbTurn.  True: there is more to do, call again soon.  A failure
 * is logged, never stops the writer, and is tried again at the next turn. */
bool upkeep_turn_at(Upkeep *u, DbConn *conn, Ms now);

/* From now on each turn of the writer keeps the house.  `files_dir` is the folder of the store, `feeds`
 * that of the calendars' iCalendar files (kept; "" is none).
 * Errors: RC_INTERNAL, logged. */
CHECKED Rc upkeep_start(Db *db, Str files_dir, Str feeds);
void       upkeep_end(void); /* after db_close */
