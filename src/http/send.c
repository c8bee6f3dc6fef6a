/* Sending an answer: head and body at once, a file piece by piece, what the client does not take at
 * once when it does. */
#include "http/wire.h"

#include "core/log.h"

#include <assert.h>

static void sent(Conn *c);

static void on_written(uv_write_t *write, int status)
{
    Conn *c = write->data;

    if (c->state == CONN_CLOSED)
        return;
    if (status != 0)
        conn_close(c);
    else
        sent(c);
}

static void queue(Conn *c, const uv_buf_t *bufs, unsigned n)
{
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;

    c->call->write.data = c;
    if (uv_write(&c->call->write, stream, bufs, n, on_written) != 0) {
        conn_close(c);
        return;
    }
    c->progress = uv_stream_get_write_queue_size(stream);
    conn_set_deadline(c, conn_limits(c)->send_stall_ms);
}

/* True when all has gone to the socket; else on_written follows, or the connection closes. */
static bool write_now(Conn *c, uv_buf_t *bufs, unsigned n)
{
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    int wrote = uv_try_write(stream, bufs, n);

    if (wrote < 0 && wrote != UV_EAGAIN) {
        conn_close(c);
        return false;
    }
    size_t done = wrote < 0 ? 0 : (size_t)wrote;
    while (n > 0 && done >= bufs->len) {
        done -= bufs->len;
        bufs++;
        n--;
    }
    if (n == 0)
        return true;
    bufs->base += done;
    bufs->len -= done;
    queue(c, bufs, n);
    return false;
}

/* The next pieces of a file.  Reading blocks, but only until the page cache has 64 KiB; after a few
 * pieces that went out at once the others have their turn. */
static void send_file(Conn *c)
{
    HttpCall *call = c->call;

    if (call->file_piece == NULL)
        call->file_piece = conn_grow(NULL, READ_BYTES);
    for (int turn = 0; call->file_at < call->file_bytes; turn++) {
        int64_t left = call->file_bytes - call->file_at;
        ssize_t n = pread(call->file_fd, call->file_piece,
                          left < READ_BYTES ? (size_t)left : READ_BYTES, call->file_at);
        if (n <= 0) {
            log_error("http.file", "a file ended early or could not be read");
            conn_close(c);
            return;
        }
        call->file_at += n;
        uv_buf_t piece = { .base = call->file_piece, .len = (size_t)n };
        if (turn == STREAK_CALLS) {
            queue(c, &piece, 1);
            return;
        }
        if (!write_now(c, &piece, 1))
            return;
    }
    sent(c);
}

static void end_head(Conn *c, Buf *to, int64_t length, bool close)
{
    buf_add_lit(to, "Date: ");
    buf_add(to, loop_date(c->loop));
    if (length >= 0) {
        buf_add_lit(to, "\r\nContent-Length: ");
        buf_add_int(to, length);
    }
    if (close)
        buf_add_lit(to, "\r\nConnection: close");
    buf_add_lit(to, "\r\n\r\n");
}

void conn_write_stream_head(Conn *c, Buf *to)
{
    /* Its end is the end of the connection; proxies must not collect it. */
    buf_add_lit(to, "HTTP/1.1 200 OK\r\n"
                    "Content-Type: text/event-stream\r\n"
                    "Cache-Control: no-store\r\n"
                    "X-Content-Type-Options: nosniff\r\n"
                    "X-Accel-Buffering: no\r\n");
    end_head(c, to, -1, true);
}

void conn_send(Conn *c)
{
    HttpCall *call = c->call;
    Str body = call->out_body.len > 0 ? buf_str(&call->out_body) : call->out_fixed;
    int64_t length = call->file_fd >= 0 ? call->file_bytes : (int64_t)body.len;
    bool bodiless = call->status == 204 || call->status == 304;

    if (c->loop->stopping || (call->sound && call->head.close))
        call->close = true;
    end_head(c, &call->out, bodiless ? -1 : length, call->close);
    assert(!call->out.full);
    if (bodiless || (call->sound && call->head.method == HTTP_HEAD)) {
        body = STR_NULL;
        call->file_bytes = 0;
    }
    c->state = CONN_SEND;
    c->deadline = 0; /* queue() sets one when the client does not take all at once */
    uv_buf_t bufs[2] = { wire_bytes(buf_str(&call->out)), wire_bytes(body) };
    if (write_now(c, bufs, body.len > 0 ? 2 : 1))
        sent(c);
}

/* What was given to the socket has gone out. */
static void sent(Conn *c)
{
    HttpCall *call = c->call;

    if (call->file_at < call->file_bytes) {
        send_file(c);
        return;
    }
    bool close = call->close;
    c->call = NULL;
    exchange_free(call);
    if (close) {
        conn_linger(c);
        return;
    }
    c->state = CONN_IDLE;
    c->scan = (HeadScan){ 0 };
    conn_set_deadline(c, conn_limits(c)->idle_ms);
    if (!c->feeding)
        conn_resume(c);
}
