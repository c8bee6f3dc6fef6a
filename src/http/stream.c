/* A stream has two holders: the caller of http_stream_begin and the loop.  What they share stands
 * under the mutex; the loop is not touched any more once `ended` is set. */
#include "http/wire.h"

#include "core/log.h"

#include <assert.h>

#define HEAD_MAX 1024 /* room for the head of the answer beside the queue */

struct HttpStream {
    atomic_int holders;
    Loop *loop;
    void (*on_close)(void *arg);
    void *arg;

    pthread_mutex_t mutex; /* for the next block */
    bool ended;            /* the connection is gone */
    bool closing;          /* http_stream_close: send what is left, then end */
    bool full;             /* the client reads too slowly */
    bool is_dirty;         /* in Loop.dirty, which is then a third holder */
    Buf pending;

    HttpStream *next_dirty; /* under Loop.mutex */

    Conn *conn; /* the rest is the loop's own */
    Buf sending;
    bool writing;
    size_t left; /* bytes of the write when it was looked at last */
    uv_write_t write;
};

static void hold(HttpStream *s)
{
    atomic_fetch_add(&s->holders, 1);
}

static void release(HttpStream *s)
{
    if (atomic_fetch_sub(&s->holders, 1) > 1)
        return;
    buf_done(&s->pending);
    buf_done(&s->sending);
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

HttpStream *http_stream_begin(HttpCall *call, void (*on_close)(void *arg), void *arg)
{
    HttpStream *s = calloc(1, sizeof *s);
    HttpAnswer none;

    if (s == NULL)
        log_fatal("http.memory", "no memory for a stream");
    s->holders = 2;
    s->loop = call->loop;
    s->on_close = on_close;
    s->arg = arg;
    pthread_mutex_init(&s->mutex, NULL);
    const size_t queue = (size_t)call->loop->server->config.limits.stream_queue_bytes;
    buf_init(&s->pending, queue);
    buf_init(&s->sending, queue > HEAD_MAX ? queue : HEAD_MAX);
    atomic_fetch_add(&s->loop->server->streams, 1);
    call->stream = s;
    http_answer_init(&none, 200);
    http_answer(call, &none);
    return s;
}

/* With the mutex. */
static void mark_dirty(HttpStream *s)
{
    if (s->is_dirty)
        return;
    s->is_dirty = true;
    hold(s);
    pthread_mutex_lock(&s->loop->mutex);
    s->next_dirty = s->loop->dirty;
    s->loop->dirty = s;
    uv_async_send(&s->loop->wake);
    pthread_mutex_unlock(&s->loop->mutex);
}

Rc http_stream_send(HttpStream *s, Str name, Str data)
{
    Rc rc = RC_OK;

    if (!str_is_clean_text(name, false) || !str_is_clean_text(data, false))
        return RC_INVALID;
    pthread_mutex_lock(&s->mutex);
    if (s->ended || s->closing) {
        rc = RC_NOT_FOUND;
    } else if (s->full) {
        rc = RC_LIMIT;
    } else {
        buf_add_lit(&s->pending, "event: ");
        buf_add(&s->pending, name);
        buf_add_lit(&s->pending, "\ndata: ");
        buf_add(&s->pending, data);
        buf_add_lit(&s->pending, "\n\n");
        rc = buf_result(&s->pending);
        s->full = rc != RC_OK;
        mark_dirty(s);
    }
    pthread_mutex_unlock(&s->mutex);
    return rc;
}

void http_stream_close(HttpStream *s)
{
    pthread_mutex_lock(&s->mutex);
    s->closing = true;
    if (!s->ended)
        mark_dirty(s);
    pthread_mutex_unlock(&s->mutex);
    release(s);
}

/* --- on the loop ------------------------------------------------------------------------------ */

static void flush(HttpStream *s);

static void on_written(uv_write_t *write, int status)
{
    HttpStream *s = write->data;

    s->writing = false;
    buf_clear(&s->sending);
    if (s->conn != NULL) {
        if (status != 0)
            conn_close(s->conn);
        else
            flush(s);
    }
    release(s); /* the write's own share */
}

/* Sends s->sending. */
static void write_on(HttpStream *s)
{
    uv_stream_t *tcp = (uv_stream_t *)&s->conn->tcp;
    uv_buf_t bytes = { .base = s->sending.ptr, .len = s->sending.len };

    s->conn->deadline =
        uv_now(&s->loop->uv) + (uint64_t)s->loop->server->config.limits.stream_heartbeat_ms;
    int n = uv_try_write(tcp, &bytes, 1);
    if (n < 0 && n != UV_EAGAIN) {
        conn_close(s->conn);
        return;
    }
    if (n > 0) {
        bytes.base += n;
        bytes.len -= (size_t)n;
    }
    if (bytes.len == 0) {
        buf_clear(&s->sending);
        return;
    }
    s->write.data = s;
    s->writing = true;
    s->left = bytes.len;
    hold(s);
    if (uv_write(&s->write, tcp, &bytes, 1, on_written) != 0) {
        s->writing = false;
        release(s);
        conn_close(s->conn);
    }
}

/* The caller holds a share, as the stream may end in here. */
static void flush(HttpStream *s)
{
    bool end = false;

    if (s->writing || s->conn == NULL)
        return;
    pthread_mutex_lock(&s->mutex);
    end = s->full || (s->closing && s->pending.len == 0);
    buf_add(&s->sending, buf_str(&s->pending));
    buf_clear(&s->pending);
    pthread_mutex_unlock(&s->mutex);

    if (!end && s->sending.len > 0) {
        write_on(s);
        pthread_mutex_lock(&s->mutex);
        end = s->closing && !s->writing && s->pending.len == 0;
        pthread_mutex_unlock(&s->mutex);
    }
    if (end && s->conn != NULL)
        conn_close(s->conn);
}

void stream_start(HttpStream *s, Conn *c)
{
    hold(s);
    s->conn = c;
    conn_write_stream_head(c, &s->sending);
    write_on(s);
    flush(s);
    release(s);
}

void stream_flush_list(HttpStream *first)
{
    for (HttpStream *s = first, *next; s != NULL; s = next) {
        next = s->next_dirty;
        pthread_mutex_lock(&s->mutex);
        s->is_dirty = false;
        bool full = s->full;
        pthread_mutex_unlock(&s->mutex);
        if (full && s->conn != NULL)
            conn_close(s->conn);
        else
            flush(s);
        release(s);
    }
}

/* Nothing was sent for a heartbeat span, or what was sent is still not taken. */
void stream_timeout(HttpStream *s)
{
    if (s->writing) {
        size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&s->conn->tcp);
        if (left == s->left)
            conn_close(s->conn); /* takes nothing, not even heartbeats */
        else
            s->left = left;
        return;
    }
    buf_add_lit(&s->sending, ":\n\n");
    write_on(s);
}

void stream_end(HttpStream *s)
{
    pthread_mutex_lock(&s->mutex);
    s->ended = true;
    pthread_mutex_unlock(&s->mutex);
    s->conn = NULL;
    atomic_fetch_sub(&s->loop->server->streams, 1);
    if (s->on_close != NULL)
        s->on_close(s->arg);
    release(s);
}
