#include "http/wire.h"

#include "http/spool.h"
#include "core/log.h"

#include <assert.h>

#define OUT_MAX (64 * 1024) /* status line and headers of an answer */

/* --- memory ----------------------------------------------------------------------------------- */

static void forget(HttpCall *call)
{
    spool_unmap(call->body_map);
    if (call->body_fd >= 0)
        close(call->body_fd);
    if (call->file_fd >= 0)
        close(call->file_fd);
    buf_done(&call->body);
    buf_done(&call->out_body);
    free(call->file_piece);
}

HttpCall *exchange_take(Loop *loop)
{
    HttpCall *call = loop->spare;
    Arena *arena = NULL;
    Framing *framing = NULL;
    Buf out = { 0 };

    if (call != NULL) {
        loop->spare = call->next;
        loop->n_spare--;
        arena = call->arena;
        framing = call->framing;
        out = call->out;
    } else {
        call = malloc(sizeof *call);
        if (call == NULL)
            log_fatal("http.memory", "no memory for a call");
        arena = arena_new(loop->server->config.limits.call_arena_bytes);
        framing = framing_new();
        buf_init(&out, OUT_MAX);
    }
    *call = (HttpCall){
        .loop = loop, .arena = arena, .framing = framing, .out = out, .body_fd = -1, .file_fd = -1
    };
    loop->n_calls++;
    return call;
}

void exchange_free(HttpCall *call)
{
    Loop *loop = call->loop;

    forget(call);
    loop->n_calls--;
    if (loop->n_spare < SPARE_CALLS && !loop->stopping) {
        arena_reset(call->arena);
        buf_clear(&call->out);
        call->next = loop->spare;
        loop->spare = call;
        loop->n_spare++;
    } else {
        arena_free(call->arena);
        framing_free(call->framing);
        buf_done(&call->out);
        free(call);
    }
    loop_check_end(loop);
}

/* --- what handlers read ----------------------------------------------------------------------- */

HttpMethod http_method(const HttpCall *call)
{
    return call->head.method;
}

Str http_target(const HttpCall *call)
{
    return call->head.target;
}

Str http_path(const HttpCall *call)
{
    return call->head.path;
}

Str http_query(const HttpCall *call)
{
    return call->head.query;
}

Str http_header(const HttpCall *call, Str lower_name)
{
    return head_get(&call->head, lower_name);
}

Str http_peer(const HttpCall *call)
{
    return call->peer;
}

Arena *http_arena(HttpCall *call)
{
    return call->arena;
}

void **http_data(HttpCall *call)
{
    return &call->data;
}

Rc http_body(HttpCall *call, Str *ret)
{
    if (call->body_fd < 0) {
        *ret = buf_str(&call->body);
        return RC_OK;
    }
    if (str_is_null(call->body_map))
        TRY(spool_map(call->body_fd, (size_t)call->body_bytes, &call->body_map));
    *ret = call->body_map;
    return RC_OK;
}

/* The entries of X-Forwarded-For are read from the nearest hop outwards, as long as a trusted proxy
 * vouches for the next one. */
static Address forwarded_for(const HttpServer *server, const HttpHead *head, Address peer)
{
    for (size_t i = head->n_headers; i-- > 0;) {
        Str list = head->headers[i].value;
        if (!str_eq(head->headers[i].name, STR("x-forwarded-for")))
            continue;
        while (!str_is_null(list)) {
            size_t comma = list.len;
            while (comma > 0 && list.ptr[comma - 1] != ',')
                comma--;
            Str last = str_trim(str_skip(list, comma));
            Address address;
            list = comma > 0 ? str_sub(list, 0, comma - 1) : STR_NULL;
            if (!address_parse(last, &address))
                return peer;
            peer = address;
            if (!address_in(peer, server->proxies, server->config.n_proxies))
                return peer;
        }
    }
    return peer;
}

void exchange_peer(HttpCall *call, Address peer)
{
    const HttpServer *server = call->loop->server;
    char *text = arena_alloc(call->arena, ADDRESS_TEXT_MAX);

    if (server->config.n_proxies > 0 && address_in(peer, server->proxies, server->config.n_proxies))
        peer = forwarded_for(server, &call->head, peer);
    address_text(peer, text);
    call->peer = str_z(text);
}

/* --- answers ---------------------------------------------------------------------------------- */

void http_answer_init(HttpAnswer *answer, int status)
{
    *answer = (HttpAnswer){ .status = status, .file_fd = -1 };
}

void http_answer_done(HttpAnswer *answer)
{
    buf_done(&answer->body);
    if (answer->has_file)
        close(answer->file_fd);
    http_answer_init(answer, 0);
}

void http_answer_header(HttpAnswer *answer, Str name, Str value)
{
    assert(answer->n_headers < HTTP_ANSWER_HEADERS_MAX);
    answer->headers[answer->n_headers++] = (HttpHeader){ name, value };
}

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 428, "Precondition Required" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].text;
    }
    return "Status";
}

static bool is_own_header(Str name)
{
    return str_eq_nocase(name, STR("date")) || str_eq_nocase(name, STR("content-length"))
           || str_eq_nocase(name, STR("transfer-encoding"))
           || str_eq_nocase(name, STR("connection"));
}

/* Only a mistake of ours fails here, but its price would be a split answer. */
static const char *fault(const HttpAnswer *answer)
{
    if (answer->status < 200 || answer->status > 599)
        return "status";
    for (size_t i = 0; i < answer->n_headers; i++) {
        const HttpHeader *h = &answer->headers[i];
        if (!head_is_token(h->name) || is_own_header(h->name))
            return "name of a header";
        if (!str_is_clean_text(h->value, false))
            return "value of a header";
    }
    return buf_result(&answer->body) == RC_OK ? NULL : "body is cut off";
}

static void put_head(HttpCall *call, const HttpAnswer *answer)
{
    buf_clear(&call->out);
    buf_add_lit(&call->out, "HTTP/1.1 ");
    buf_add_int(&call->out, answer->status);
    buf_add_char(&call->out, ' ');
    buf_add(&call->out, str_z(reason(answer->status)));
    for (size_t i = 0; i < answer->n_headers; i++) {
        buf_add_lit(&call->out, "\r\n");
        buf_add(&call->out, answer->headers[i].name);
        buf_add_lit(&call->out, ": ");
        buf_add(&call->out, answer->headers[i].value);
    }
    buf_add_lit(&call->out, "\r\n");
}

void exchange_put(HttpCall *call, HttpAnswer *answer)
{
    const char *wrong = fault(answer);

    if (wrong == NULL) {
        put_head(call, answer);
        if (buf_result(&call->out) != RC_OK)
            wrong = "headers are too long";
    }
    if (wrong != NULL) {
        log_error("http.answer", "not sent, because of its %s; status %d", wrong, answer->status);
        http_answer_done(answer);
        http_answer_init(answer, 500);
        answer->close = true;
        answer->fixed = STR("The server made a mistake. Try again.\n");
        http_answer_header(answer, STR("Content-Type"), STR("text/plain; charset=utf-8"));
        put_head(call, answer);
    }
    call->status = answer->status;
    call->close = answer->close;
    call->out_body = answer->body;
    call->out_fixed = answer->fixed;
    if (answer->has_file) {
        call->file_fd = answer->file_fd;
        call->file_bytes = answer->file_bytes;
    }
    http_answer_init(answer, 0);
}

/* Hands an answered call back to its loop. */
static void hand_back(HttpCall *call)
{
    if (pthread_equal(pthread_self(), call->loop->thread) && call->dispatching)
        call->answered = true;
    else
        loop_post(call);
}

void http_answer(HttpCall *call, HttpAnswer *answer)
{
    assert(!call->answered);
    exchange_put(call, answer);
    call->task = NULL;
    hand_back(call);
}

void http_run_on_loop(HttpCall *call, HttpTask *fn, void *arg)
{
    call->task = fn;
    call->task_arg = arg;
    loop_post(call);
}
