/* worker.c - a ring of tasks, a mutex and two threads. */
#include "http/worker.h"

#include "core/log.h"

#include <pthread.h>

typedef struct Task {
    WorkerTask *run;
    void *arg;
} Task;

struct WorkerPool {
    Db *db;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Task queue[WORKER_QUEUE_MAX];
    size_t first, n;
    bool stop;
    int started;
    pthread_t thread[WORKERS];
};

static void *worker_main(void *arg)
{
    WorkerPool *p = arg;
    DbConn *reader = NULL;

    if (db_reader_open(p->db, &reader) != RC_OK)
        log_fatal("worker", "no reading connection");
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->n == 0 && !p->stop)
            pthread_cond_wait(&p->wake, &p->lock);
        if (p->n == 0)
            break;
        Task t = p->queue[p->first];
        p->first = (p->first + 1) % WORKER_QUEUE_MAX;
        p->n--;
        pthread_mutex_unlock(&p->lock);
        t.run(t.arg, reader);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    db_reader_close(reader);
    return NULL;
}

Rc worker_pool_new(Db *db, WorkerPool **ret)
{
    WorkerPool *p = calloc(1, sizeof *p);

    if (p == NULL)
        return RC_INTERNAL;
    p->db = db;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&p->thread[i], NULL, worker_main, p) != 0) {
            worker_pool_free(p);
            return RC_INTERNAL;
        }
        p->started++;
    }
    *ret = p;
    return RC_OK;
}

Rc worker_pool_add(WorkerPool *p, WorkerTask *task, void *arg)
{
    Rc rc = RC_BUSY;

    pthread_mutex_lock(&p->lock);
    if (p->n < WORKER_QUEUE_MAX && !p->stop) {
        p->queue[(p->first + p->n++) % WORKER_QUEUE_MAX] = (Task){ task, arg };
        pthread_cond_signal(&p->wake);
        rc = RC_OK;
    }
    pthread_mutex_unlock(&p->lock);
    return rc;
}

void worker_pool_free(WorkerPool *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++)
        pthread_join(p->thread[i], NULL);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
