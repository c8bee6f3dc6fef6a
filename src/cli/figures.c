/* figures.c - see figures.h. */
#include "cli/figures.h"

#include "core/clock.h"
#include "domain/report/report.h"

#include <pthread.h>

#define LOOK_EVERY_MS 500

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool started, stop;
    Db *db;
} loop = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

/* False: the end has come. */
static bool rest(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_EVERY_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&loop.lock);
    if (!loop.stop)
        pthread_cond_timedwait(&loop.wake, &loop.lock, &until);
    bool stop = loop.stop;
    pthread_mutex_unlock(&loop.lock);
    return !stop;
}

static void *run(void *arg)
{
    UNUSED(arg);
    while (rest())
        report_turn(loop.db, clock_now_ms());
    return NULL;
}

Rc figures_start(Db *db)
{
    loop.db = db;
    loop.stop = false;
    if (pthread_create(&loop.thread, NULL, run, NULL) != 0)
        return RC_INTERNAL;
    pthread_setname_np(loop.thread, "figures");
    loop.started = true;
    return RC_OK;
}

void figures_stop(void)
{
    if (!loop.started)
        return;
    pthread_mutex_lock(&loop.lock);
    loop.stop = true;
    pthread_cond_signal(&loop.wake);
    pthread_mutex_unlock(&loop.lock);
    pthread_join(loop.thread, NULL);
    loop.started = false;
}
