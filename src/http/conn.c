/* A connection is always in one state (ConnState), and each state has one deadline.
 *
 *   IDLE -> HEAD -> BODY -> WAIT -> SEND -> IDLE ...          and from SEND -> LINGER -> CLOSED
 *                                  STREAM -> CLOSED
 *
 * LINGER: closing a socket with unread bytes makes the kernel send a reset, which can destroy an
 * answer that the client has not read yet (RFC 9112, section 9.6).  So our side is shut down and
 * the rest of what the client sends is read and dropped, for a short time.
 */
#include "http/wire.h"

#include "http/spool.h"
#include "core/log.h"

#include <assert.h>
#include <sys/socket.h>

static void feed(Conn *c, Str bytes);

void conn_set_deadline(Conn *c, int32_t after_ms)
{
    c->deadline = uv_now(&c->loop->uv) + (uint64_t)after_ms;
}

void *conn_grow(void *at, size_t bytes)
{
    void *to = realloc(at, bytes);

    if (to == NULL)
        log_fatal("http.memory", "no memory for a connection");
    return to;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    Conn *c = handle->data;
    Loop *loop = c->loop;

    if (c->call != NULL)
        exchange_free(c->call);
    free(c->in);
    free(c);
    loop->n_conns--;
    loop_check_end(loop);
}

void conn_close(Conn *c)
{
    Loop *loop = c->loop;

    if (c->state == CONN_CLOSED)
        return;
    if (c->state == CONN_WAIT) { /* the handler has it; its answer will be dropped */
        atomic_store(&c->call->gone, true);
        c->call->conn = NULL;
        c->call = NULL;
    }
    c->state = CONN_CLOSED;
    c->deadline = 0;
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        loop->conns = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    if (c->again) {
        Conn **at = &loop->again;
        while (*at != c)
            at = &(*at)->next_again;
        *at = c->next_again;
    }
    atomic_fetch_sub(&loop->server->connections, 1);
    peers_leave(loop->server->peers, c->peer);
    /* Before the stream goes: its write buffer must outlive the socket's queue. */
    uv_close((uv_handle_t *)&c->tcp, on_closed);
    if (c->stream != NULL)
        stream_end(c->stream);
}

static void alloc_read(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    Conn *c = handle->data;
    bool ahead = c->state == CONN_WAIT || c->state == CONN_SEND || c->again;

    UNUSED(suggested);
    ret->base = c->loop->read_bytes;
    ret->len = ahead && c->in_len < QUEUE_BYTES ? QUEUE_BYTES - c->in_len : READ_BYTES;
}

static void keep(Conn *c, Str bytes)
{
    if (c->in_len + bytes.len > c->in_cap) {
        c->in_cap = c->in_len + bytes.len < 1024 ? 1024 : c->in_len + bytes.len;
        c->in = conn_grow(c->in, c->in_cap);
    }
    memcpy(c->in + c->in_len, bytes.ptr, bytes.len);
    c->in_len += bytes.len;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    Conn *c = stream->data;

    if (n == 0)
        return;
    if (n == UV_EOF) {
        uv_read_stop(stream);
        c->eof = true;
        /* A client may close its side and still wait for its answers. */
        if ((c->state != CONN_WAIT && c->state != CONN_SEND && !c->again))
            conn_close(c);
        return;
    }
    if (n < 0) {
        conn_close(c);
        return;
    }
    Str bytes = { buf->base, (size_t)n };
    switch (c->state) {
    case CONN_IDLE:
    case CONN_HEAD:
    case CONN_BODY: feed(c, bytes); break;
    case CONN_WAIT:
    case CONN_SEND:
        keep(c, bytes);
        if (c->in_len >= QUEUE_BYTES) {
            uv_read_stop(stream);
            c->paused = true;
        }
        break;
    case CONN_STREAM:
    case CONN_LINGER:
    case CONN_CLOSED: break;
    }
}

static void read_on(Conn *c)
{
    c->paused = false;
    if (uv_read_start((uv_stream_t *)&c->tcp, alloc_read, on_read) != 0)
        conn_close(c);
}

void conn_linger(Conn *c)
{
    uv_os_fd_t fd;

    if (c->eof || c->loop->stopping || uv_fileno((uv_handle_t *)&c->tcp, &fd) != 0
        || shutdown(fd, SHUT_WR) != 0) {
        conn_close(c);
        return;
    }
    c->state = CONN_LINGER;
    conn_set_deadline(c, LINGER_MS);
    if (c->paused)
        read_on(c);
}

/* --- calls ------------------------------------------------------------------------------------ */

void conn_answered(HttpCall *call)
{
    Conn *c = call->conn;

    if (call->stream != NULL && c != NULL && call->head.method == HTTP_HEAD) {
        HttpStream *stream = call->stream;
        HttpAnswer answer;
        call->stream = NULL;
        stream_end(stream);
        http_answer_init(&answer, 200);
        http_answer_header(&answer, STR("Content-Type"), STR("text/event-stream"));
        exchange_put(call, &answer);
    }
    if (c == NULL) {
        if (call->stream != NULL)
            stream_end(call->stream);
        exchange_free(call);
    } else if (call->stream != NULL) {
        c->stream = call->stream;
        c->call = NULL;
        exchange_free(call);
        c->state = CONN_STREAM;
        conn_set_deadline(c, conn_limits(c)->stream_heartbeat_ms);
        free(c->in);
        c->in = NULL;
        c->in_len = c->in_cap = 0;
        if (c->eof || c->loop->stopping) {
            conn_close(c);
            return;
        }
        if (c->paused)
            read_on(c); /* to hear when the client leaves */
        if (c->state == CONN_STREAM)
            stream_start(c->stream, c);
    } else {
        conn_send(c);
    }
}

static void dispatch(Conn *c)
{
    HttpCall *call = c->call;
    Loop *loop = c->loop;

    c->state = CONN_WAIT;
    c->deadline = 0;
    call->dispatching = true;
    loop->server->config.callbacks.on_call(call, loop->user);
    call->dispatching = false;
    if (call->answered)
        conn_answered(call);
}

/* Answers in place of the dispatcher and ends the connection: its framing is lost or in doubt. */
static void refuse(Conn *c, int status, Str why)
{
    const HttpCallbacks *callbacks = &c->loop->server->config.callbacks;
    HttpAnswer answer;

    if (c->call != NULL && c->call->answered) { /* only the rest of its body was awaited */
        c->call->close = true;
        conn_answered(c->call);
        return;
    }
    if (c->call == NULL) {
        c->call = exchange_take(c->loop);
        c->call->conn = c;
    }
    atomic_fetch_add(&c->loop->server->refused, 1);
    http_answer_init(&answer, status);
    if (callbacks->refuse != NULL) {
        callbacks->refuse(c->call->sound ? c->call : NULL, status, why, &answer, c->loop->user);
        assert(answer.status == status);
    } else {
        buf_init(&answer.body, 1024);
        buf_add(&answer.body, why);
        buf_add_char(&answer.body, '\n');
        http_answer_header(&answer, STR("Content-Type"), STR("text/plain; charset=utf-8"));
        http_answer_header(&answer, STR("X-Content-Type-Options"), STR("nosniff"));
        if (status == 503)
            http_answer_header(&answer, STR("Retry-After"), STR("5"));
    }
    answer.close = true;
    exchange_put(c->call, &answer);
    c->call->answered = true;
    conn_send(c);
}

static bool is_our_host(const HttpServer *server, Str host)
{
    Str name = host, port = STR_NULL;

    for (size_t i = 0; i < server->config.n_hosts; i++) {
        if (str_eq(host, server->config.hosts[i]))
            return true;
    }
    /* An entry without port also stands for our own port. */
    size_t colon = host.len;
    while (colon > 0 && host.ptr[colon - 1] != ':' && host.ptr[colon - 1] != ']')
        colon--;
    if (colon == 0 || host.ptr[colon - 1] != ':')
        return false;
    name = str_sub(host, 0, colon - 1);
    port = str_skip(host, colon);
    int64_t number = 0;
    if (!str_to_i64(port, &number) || number != server->port)
        return false;
    for (size_t i = 0; i < server->config.n_hosts; i++) {
        if (str_eq(name, server->config.hosts[i]))
            return true;
    }
    return false;
}

static Rc take_body(void *arg, Str piece)
{
    HttpCall *call = arg;

    call->conn->progress += piece.len;
    call->body_bytes += (int64_t)piece.len;
    if (call->body_bytes > call->plan.max_bytes)
        return RC_LIMIT;
    switch (call->plan.kind) {
    case HTTP_BODY_MEMORY: buf_add(&call->body, piece); return buf_result(&call->body);
    case HTTP_BODY_FILE: return spool_write(call->body_fd, piece);
    case HTTP_BODY_NONE:
    case HTTP_BODY_ANSWERED: break;
    }
    return RC_OK;
}

/* on_head has answered already. */
static void answered_early(Conn *c, bool no_body)
{
    HttpCall *call = c->call;

    assert(call->answered);
    bool small = call->head.content_length >= 0 && call->head.content_length <= DISCARD_BYTES
                 && !call->head.expects_continue;
    if (no_body || !small || call->stream != NULL) {
        call->close = call->close || !no_body;
        conn_answered(call);
        return;
    }
    /* A small body is read and dropped, so that the connection can go on. */
    call->plan = (HttpBodyPlan){ HTTP_BODY_ANSWERED, DISCARD_BYTES };
    c->state = CONN_BODY;
}

static void begin_body(Conn *c)
{
    HttpCall *call = c->call;
    const HttpLimits *l = conn_limits(c);
    int64_t most = 0;

    if (call->plan.kind == HTTP_BODY_MEMORY)
        most = l->body_memory_bytes;
    else if (call->plan.kind == HTTP_BODY_FILE)
        most = l->body_file_bytes;
    if (call->plan.max_bytes > most || call->plan.kind == HTTP_BODY_NONE)
        call->plan.max_bytes = most;
    if (call->head.content_length > call->plan.max_bytes) {
        refuse(c, 413, STR("The body is too large."));
        return;
    }
    if (call->plan.kind == HTTP_BODY_MEMORY)
        buf_init(&call->body, (size_t)call->plan.max_bytes);
    if (call->plan.kind == HTTP_BODY_FILE
        && spool_open(c->loop->server->config.spool_dir, &call->body_fd) != RC_OK) {
        refuse(c, 503, STR("The file cannot be stored at the moment."));
        return;
    }
    c->state = CONN_BODY;
    if (call->head.expects_continue) {
        uv_buf_t go_on = wire_bytes(STR("HTTP/1.1 100 Continue\r\n\r\n"));
        /* Nothing is queued on this socket, so this fits or the connection is broken. */
        if (uv_try_write((uv_stream_t *)&c->tcp, &go_on, 1) != (int)go_on.len)
            conn_close(c);
    }
}

static void begin_call(Conn *c, Str head)
{
    Loop *loop = c->loop;
    HttpCall *call = exchange_take(loop);
    HeadFault fault = { 0 };
    bool no_body = false;

    c->call = call;
    call->conn = c;
    if (!head_parse(call->arena, head, &call->head, &fault)) {
        refuse(c, fault.status, fault.why);
        return;
    }
    if (framing_head(call->framing, head, &call->head, &no_body) != RC_OK) {
        refuse(c, 400, STR("The head is malformed."));
        return;
    }
    call->sound = true;
    exchange_peer(call, c->peer);
    if (!is_our_host(loop->server, call->head.host)) {
        refuse(c, 421, STR("This server does not answer for that host."));
        return;
    }
    atomic_fetch_add(&loop->server->calls, 1);

    call->dispatching = true;
    call->plan = loop->server->config.callbacks.on_head(call, loop->user);
    call->dispatching = false;
    c->progress = 0;
    conn_set_deadline(c, conn_limits(c)->body_window_ms);
    if (call->plan.kind == HTTP_BODY_ANSWERED)
        answered_early(c, no_body);
    else if (no_body)
        dispatch(c);
    else
        begin_body(c);
}

/* Returns how many of the bytes belong to the body. */
static size_t more_body(Conn *c, Str bytes)
{
    HttpCall *call = c->call;
    size_t used = 0;
    bool done = false;

    Rc rc = framing_body(call->framing, bytes, take_body, call, &used, &done);
    if (rc == RC_LIMIT)
        refuse(c, 413, STR("The body is too large."));
    else if (rc == RC_INTERNAL)
        refuse(c, 503, STR("The file cannot be stored at the moment."));
    else if (rc != RC_OK)
        refuse(c, 400, STR("The body is malformed."));
    if (rc != RC_OK)
        return bytes.len;
    if (done) {
        if (call->answered)
            conn_answered(call);
        else
            dispatch(c);
    }
    return used;
}

/* Uses as many of the bytes as the state allows and returns their number. */
static size_t consume(Conn *c, Str bytes)
{
    size_t used = 0;
    int streak = 0;

    while (used < bytes.len) {
        Str rest = str_skip(bytes, used);
        HeadFault fault = { 0 };

        if (c->state == CONN_BODY) {
            used += more_body(c, rest);
            continue;
        }
        if (c->state != CONN_IDLE && c->state != CONN_HEAD)
            break;
        if (c->state == CONN_IDLE) {
            if (++streak > STREAK_CALLS) {
                if (!c->again) {
                    c->again = true;
                    c->next_again = c->loop->again;
                    c->loop->again = c;
                    uv_async_send(&c->loop->wake);
                }
                break;
            }
            c->state = CONN_HEAD;
            conn_set_deadline(c, conn_limits(c)->head_ms);
        }
        switch (head_scan(&c->scan, &c->loop->server->head_limits, rest, &fault)) {
        case HEAD_MORE: return used;
        case HEAD_BAD: refuse(c, fault.status, fault.why); break;
        case HEAD_DONE:
            used += c->scan.at;
            begin_call(c, str_sub(rest, 0, c->scan.at));
            break;
        }
    }
    return used;
}

/* Takes new bytes, uses what can be used, and keeps the rest.  May close the connection. */
static void feed(Conn *c, Str bytes)
{
    if (c->in_len > 0) {
        keep(c, bytes);
        bytes = (Str){ c->in, c->in_len };
    }
    c->feeding = true;
    size_t used = consume(c, bytes);
    c->feeding = false;

    bool over = c->state == CONN_STREAM || c->state == CONN_LINGER || c->state == CONN_CLOSED
                || (c->state == CONN_SEND && c->call->close);
    Str rest = over ? STR_NULL : str_skip(bytes, used);
    if (c->in_len > 0) {
        memmove(c->in, rest.len > 0 ? rest.ptr : c->in, rest.len);
        c->in_len = rest.len;
    } else if (rest.len > 0) {
        keep(c, rest);
    }
    if (c->in_len == 0) {
        free(c->in);
        c->in = NULL;
        c->in_cap = 0;
    }
    bool ahead = c->state == CONN_WAIT || c->state == CONN_SEND || c->again;
    if (ahead && c->in_len >= QUEUE_BYTES && !c->paused && !c->eof) {
        uv_read_stop((uv_stream_t *)&c->tcp);
        c->paused = true;
    }
}

void conn_resume(Conn *c)
{
    if (c->in_len > 0)
        feed(c, STR(""));
    if (c->state != CONN_IDLE && c->state != CONN_HEAD && c->state != CONN_BODY)
        return;
    if (c->again)
        return;
    if (c->eof || (c->loop->stopping && c->state == CONN_IDLE))
        conn_close(c);
    else if (c->paused)
        read_on(c);
}

/* --- deadlines -------------------------------------------------------------------------------- */

void conn_timeout(Conn *c)
{
    const HttpLimits *l = conn_limits(c);

    switch (c->state) {
    case CONN_IDLE:
    case CONN_LINGER: conn_close(c); break;
    case CONN_HEAD: refuse(c, 408, STR("The head of the request took too long.")); break;
    case CONN_BODY:
        if ((int64_t)c->progress >= (int64_t)l->body_bytes_per_s * l->body_window_ms / 1000) {
            c->progress = 0;
            conn_set_deadline(c, l->body_window_ms);
        } else {
            refuse(c, 408, STR("The body of the request came too slowly."));
        }
        break;
    case CONN_SEND: {
        size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
        if (left == c->progress) {
            conn_close(c);
        } else {
            c->progress = left;
            conn_set_deadline(c, l->send_stall_ms);
        }
        break;
    }
    case CONN_STREAM:
        conn_set_deadline(c, l->stream_heartbeat_ms);
        stream_timeout(c->stream);
        break;
    case CONN_WAIT:
    case CONN_CLOSED: break;
    }
}

/* --- the start -------------------------------------------------------------------------------- */

/* Too many connections: a short answer without reading anything, as reading is what costs. */
static void turn_away(Conn *c)
{
    uv_buf_t text = wire_bytes(STR("HTTP/1.1 503 Service Unavailable\r\n"
                                   "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Content-Length: 45\r\n"
                                   "Retry-After: 5\r\n"
                                   "Connection: close\r\n\r\n"
                                   "Too many connections. Try again in a moment.\n"));
    atomic_fetch_add(&c->loop->server->refused, 1);
    (void)uv_try_write((uv_stream_t *)&c->tcp, &text, 1);
    c->state = CONN_CLOSED;
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

static Address peer_of(uv_tcp_t *tcp)
{
    struct sockaddr_storage from = { 0 };
    int len = sizeof from;
    char text[ADDRESS_TEXT_MAX] = "";
    Address address = { { 0 } };

    if (uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &len) == 0) {
        if (from.ss_family == AF_INET)
            uv_ip4_name((const struct sockaddr_in *)&from, text, sizeof text);
        else
            uv_ip6_name((const struct sockaddr_in6 *)&from, text, sizeof text);
    }
    /* A client that has left already has no name; reading will tell. */
    if (!address_parse(str_z(text), &address))
        address = (Address){ { 0 } };
    return address;
}

void conn_accept(Loop *loop)
{
    HttpServer *server = loop->server;
    Conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        log_fatal("http.memory", "no memory for a connection");
    c->loop = loop;
    if (uv_tcp_init(&loop->uv, &c->tcp) != 0)
        log_fatal("http.memory", "no handle for a connection");
    c->tcp.data = c;
    loop->n_conns++;
    if (uv_accept((uv_stream_t *)&loop->listener, (uv_stream_t *)&c->tcp) != 0) {
        c->state = CONN_CLOSED;
        uv_close((uv_handle_t *)&c->tcp, on_closed);
        return;
    }
    c->peer = peer_of(&c->tcp);
    bool free_peer = address_in(c->peer, server->proxies, server->config.n_proxies)
                     || address_in(c->peer, server->unlimited, server->config.n_unlimited);
    if (atomic_fetch_add(&server->connections, 1) >= server->config.limits.connections
        || !peers_enter(server->peers, c->peer,
                        free_peer ? -1 : server->config.limits.connections_per_peer)) {
        atomic_fetch_sub(&server->connections, 1);
        turn_away(c);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    c->next = loop->conns;
    if (c->next != NULL)
        c->next->prev = c;
    loop->conns = c;
    c->state = CONN_IDLE;
    conn_set_deadline(c, conn_limits(c)->idle_ms);
    read_on(c);
}
