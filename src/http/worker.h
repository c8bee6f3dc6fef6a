/* worker.h - a few threads for slow work: password hashing, storing files.
 *
 * Bounded: at most WORKERS run at once and WORKER_QUEUE_MAX wait; beyond that the caller answers 503.
 */
#pragma once

#include "db/db.h"

#define WORKERS          2
#define WORKER_QUEUE_MAX 32

typedef struct WorkerPool WorkerPool;
/* `reader` is the worker's own reading connection, outside any snapshot. */
typedef void WorkerTask(void *arg, DbConn *reader);

CHECKED Rc worker_pool_new(Db *db, WorkerPool **ret);
/* Errors: RC_BUSY (the queue is full, or the pool is stopping). */
CHECKED Rc worker_pool_add(WorkerPool *p, WorkerTask *task, void *arg);
void       worker_pool_free(WorkerPool *p); /* finishes what waits; NULL is allowed */
