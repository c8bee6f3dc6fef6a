#include "http/wire.h"

#include "core/clock.h"
#include "core/log.h"

#include <assert.h>

#define BACKLOG 1024 /* connections the kernel completes before we accept them */

/* --- messages from other threads -------------------------------------------------------------- */

void loop_post(HttpCall *call)
{
    Loop *loop = call->loop;

    pthread_mutex_lock(&loop->mutex);
    call->next = NULL;
    *loop->posted_end = call;
    loop->posted_end = &call->next;
    /* Under the mutex: once it is free the loop may take the call and end. */
    uv_async_send(&loop->wake);
    pthread_mutex_unlock(&loop->mutex);
}

void loop_stop(Loop *loop)
{
    pthread_mutex_lock(&loop->mutex);
    if (!loop->stop) { /* else it has never started, and `wake` is closed */
        loop->stop = true;
        uv_async_send(&loop->wake);
    }
    pthread_mutex_unlock(&loop->mutex);
}

static void take_posted(HttpCall *call)
{
    if (call->task != NULL) {
        HttpTask *task = call->task;
        call->task = NULL;
        call->dispatching = true;
        task(call, call->task_arg, call->loop->user);
        call->dispatching = false;
    } else {
        call->answered = true;
    }
    if (call->answered)
        conn_answered(call);
}

static void begin_stop(Loop *loop)
{
    if (loop->stopping)
        return;
    loop->stopping = true;
    loop->stop_at = uv_now(&loop->uv) + (uint64_t)loop->server->config.limits.stop_ms;
    uv_close((uv_handle_t *)&loop->listener, NULL);
    for (Conn *c = loop->conns, *next; c != NULL; c = next) {
        next = c->next;
        if ((c->state == CONN_IDLE && !c->again) || c->state == CONN_STREAM
            || c->state == CONN_LINGER)
            conn_close(c);
    }
}

static void on_wake(uv_async_t *wake)
{
    Loop *loop = wake->data;

    pthread_mutex_lock(&loop->mutex);
    HttpCall *posted = loop->posted;
    loop->posted = NULL;
    loop->posted_end = &loop->posted;
    HttpStream *dirty = loop->dirty;
    loop->dirty = NULL;
    bool stop = loop->stop;
    pthread_mutex_unlock(&loop->mutex);

    for (HttpCall *call = posted, *next; call != NULL; call = next) {
        next = call->next;
        take_posted(call);
    }
    stream_flush_list(dirty);
    Conn *again = loop->again;
    loop->again = NULL;
    for (Conn *c = again; c != NULL; c = again) {
        again = c->next_again;
        c->again = false;
        conn_resume(c);
    }
    if (stop)
        begin_stop(loop);
    loop_check_end(loop);
}

/* --- time ------------------------------------------------------------------------------------- */

static void on_tick(uv_timer_t *tick)
{
    Loop *loop = tick->data;
    const uint64_t now = uv_now(&loop->uv);
    const bool cut = loop->stopping && now >= loop->stop_at;

    for (Conn *c = loop->conns, *next; c != NULL; c = next) {
        next = c->next;
        if (cut)
            conn_close(c);
        else if (c->deadline != 0 && now >= c->deadline)
            conn_timeout(c);
    }
}

static void on_waits(uv_prepare_t *waits)
{
    const Loop *loop = waits->data;
    const HttpCallbacks *callbacks = &loop->server->config.callbacks;

    if (callbacks->loop_waits != NULL)
        callbacks->loop_waits(loop->user);
}

/* Often enough for the shortest deadline, never more than needed. */
static uint64_t tick_ms(const HttpLimits *l)
{
    const int32_t spans[] = {
        l->head_ms, l->idle_ms, l->body_window_ms, l->send_stall_ms, l->stream_heartbeat_ms,
        l->stop_ms
    };
    int32_t ms = 2000;

    for (size_t i = 0; i < COUNT_OF(spans); i++)
        ms = spans[i] < ms ? spans[i] : ms;
    return ms < 40 ? 10 : (uint64_t)ms / 4;
}

Str loop_date(Loop *loop)
{
    static const char days[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    const int64_t now_s = clock_now_ms() / MS_SECOND;

    if (now_s != loop->date_s) {
        CivilTime t = clock_civil_utc(now_s * MS_SECOND);
        loop->date_s = now_s;
        snprintf(loop->date, sizeof loop->date, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                 days[t.weekday], t.day, months[t.month - 1], t.year, t.hour, t.minute, t.second);
    }
    return str_z(loop->date);
}

/* --- the thread ------------------------------------------------------------------------------- */

static void on_connection(uv_stream_t *listener, int status)
{
    Loop *loop = listener->data;

    if (status != 0) /* out of files or memory; the next one may fare better */
        log_warn("http.accept", "%s", uv_strerror(status));
    else
        conn_accept(loop);
}

void loop_check_end(Loop *loop)
{
    if (!loop->stopping || loop->n_conns > 0 || loop->n_calls > 0)
        return;
    if (!uv_is_closing((uv_handle_t *)&loop->wake)) {
        uv_close((uv_handle_t *)&loop->wake, NULL);
        uv_close((uv_handle_t *)&loop->tick, NULL);
        uv_close((uv_handle_t *)&loop->waits, NULL);
    }
}

static Rc open_loop(Loop *loop)
{
    const HttpConfig *config = &loop->server->config;
    const uint64_t tick = tick_ms(&config->limits);

    if (config->callbacks.loop_begin != NULL)
        TRY(config->callbacks.loop_begin(config->callbacks.user, loop->index, &loop->user));
    int error = uv_tcp_open(&loop->listener, loop->listen_fd);
    if (error == 0) {
        loop->listen_fd = -1; /* libuv's now */
        error = uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_connection);
    }
    if (error == 0)
        error = uv_timer_start(&loop->tick, on_tick, tick, tick);
    if (error == 0)
        error = uv_prepare_start(&loop->waits, on_waits);
    if (error != 0) {
        log_error("http.listen", "%s", uv_strerror(error));
        return RC_INTERNAL;
    }
    return RC_OK;
}

static void free_spare(Loop *loop)
{
    while (loop->spare != NULL) {
        HttpCall *call = loop->spare;
        loop->spare = call->next;
        arena_free(call->arena);
        framing_free(call->framing);
        buf_done(&call->out);
        free(call);
    }
}

void loop_init(Loop *loop, HttpServer *server, int index, int listen_fd)
{
    loop->server = server;
    loop->index = index;
    loop->listen_fd = listen_fd;
    loop->posted_end = &loop->posted;
    pthread_mutex_init(&loop->mutex, NULL);
    if (uv_loop_init(&loop->uv) != 0 || uv_tcp_init(&loop->uv, &loop->listener) != 0
        || uv_async_init(&loop->uv, &loop->wake, on_wake) != 0
        || uv_timer_init(&loop->uv, &loop->tick) != 0
        || uv_prepare_init(&loop->uv, &loop->waits) != 0)
        log_fatal("http.loop", "no event loop");
    loop->listener.data = loop;
    loop->wake.data = loop;
    loop->tick.data = loop;
    loop->waits.data = loop;
}

void *loop_main(void *arg)
{
    Loop *loop = arg;
    HttpServer *server = loop->server;

    loop->thread = pthread_self();
    Rc rc = open_loop(loop);
    if (rc != RC_OK) {
        pthread_mutex_lock(&loop->mutex);
        loop->stop = true;
        pthread_mutex_unlock(&loop->mutex);
        begin_stop(loop);
        loop_check_end(loop);
    }

    pthread_mutex_lock(&server->mutex);
    server->reported++;
    if (server->start_rc == RC_OK)
        server->start_rc = rc;
    pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->mutex);

    uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop->uv) != 0)
        log_fatal("http.loop", "a handle was left open");
    free_spare(loop);
    if (loop->listen_fd >= 0)
        close(loop->listen_fd);
    if (rc == RC_OK && server->config.callbacks.loop_end != NULL)
        server->config.callbacks.loop_end(loop->user);
    return NULL;
}
