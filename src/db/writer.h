/* writer.h - inside src/db: the one thread that writes.
 *
 * It takes what waits for up to 10 ms of work, each job in a savepoint, commits once and then tells
 * every job how it ended.  Some failures roll back more than their own statement (a full disk, an
 * interruption): then the group is lost, and the other jobs run again one by one, each in a
 * transaction of its own.
 */
#pragma once

#include "db/dbc.h"

typedef struct Writer Writer;

/* Starts the thread.  `c` belongs to it until writer_stop returns.  The log is copied into the database from
 * `checkpoint_frames` pages on; 0 means 1,000. */
Writer *writer_start(DbConn *c, size_t queue_limit, uint64_t checkpoint_frames);
/* Finishes what waits, empties the log, ends the thread. */
void writer_stop(Writer *w);

/* `alone`: outside any transaction.  Errors: RC_BUSY (the queue is full). */
CHECKED Rc writer_submit(Writer *w, DbJob job, bool alone);
void       writer_on_turn(Writer *w, DbTurn turn, void *arg);
DbStats    writer_stats(Writer *w);
