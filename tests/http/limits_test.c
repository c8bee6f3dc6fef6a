/* Every limit of HttpLimits at n and at n + 1, and every deadline with a short one. */
#include "http/fixture.h"

#include <pthread.h>

/* A call whose request line has `line` bytes, with `headers` header lines (Host among them) of
 * `block` bytes in all, CRLFs counted. */
static Str head_of(size_t line, size_t headers, size_t block)
{
    Buf b;

    buf_init(&b, 128 * 1024);
    buf_add_lit(&b, "GET /none?");
    while (b.len < line - 9)
        buf_add_char(&b, 'q');
    buf_add_lit(&b, " HTTP/1.1\r\nHost: test\r\n");
    const size_t start = line + 2;
    for (size_t i = 2; i < headers; i++)
        buf_add_lit(&b, "A: b\r\n");
    buf_add_lit(&b, "B: ");
    while (b.len - start < block - 2)
        buf_add_char(&b, 'v');
    buf_add_lit(&b, "\r\n\r\n");
    EXPECT_RC(RC_OK, buf_result(&b));
    Str s = str_dup(test_arena(), buf_str(&b));
    buf_done(&b);
    return s;
}

static int status_of(Wire *w, Str bytes)
{
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send(&c, bytes);
    return client_reply(&c, false).status;
}

TEST(http_request_line_has_8_kib)
{
    Wire *w = wire_start(NULL);

    EXPECT_INT(200, status_of(w, head_of(8192, 2, 100)));
    EXPECT_INT(414, status_of(w, head_of(8193, 2, 100)));
    EXPECT_INT(414, status_of(w, str_sub(head_of(9000, 2, 100), 0, 8193))); /* no end in sight */
    wire_stop(w);
}

TEST(http_header_lines_have_32_kib)
{
    Wire *w = wire_start(NULL);

    EXPECT_INT(200, status_of(w, head_of(8192, 2, 32768)));
    EXPECT_INT(431, status_of(w, head_of(8192, 2, 32769)));
    EXPECT_INT(431, status_of(w, str_sub(head_of(100, 2, 40000), 0, 33000)));
    wire_stop(w);
}

TEST(http_header_lines_are_a_hundred)
{
    Wire *w = wire_start(NULL);

    EXPECT_INT(200, status_of(w, head_of(100, 100, 2000)));
    EXPECT_INT(431, status_of(w, head_of(100, 101, 2000)));
    wire_stop(w);
}

static void five_connections(HttpConfig *config)
{
    config->limits.connections = 5;
}

static void three_for_a_peer(HttpConfig *config)
{
    config->limits.connections_per_peer = 3;
}

static void three_for_others(HttpConfig *config)
{
    static const Str own = STR_INIT("127.0.0.0/8");

    config->limits.connections_per_peer = 3;
    config->unlimited = &own;
    config->n_unlimited = 1;
}

/* Opens n connections that are answered, and then one that gets `status`. */
static void expect_connections(void (*change)(HttpConfig *config), size_t n, int status)
{
    Wire *w = wire_start(change);
    Client clients[8];

    for (size_t i = 0; i < n; i++) {
        clients[i] = wire_connect(w);
        client_send_z(&clients[i], "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n");
        EXPECT_INT(200, client_reply(&clients[i], false).status);
    }
    CLEANUP(client_done) Client more = wire_connect(w);
    if (status != 503)
        client_send_z(&more, "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n");
    Reply r = client_reply(&more, false);
    EXPECT_INT(status, r.status);
    if (status == 503) {
        EXPECT_STR("5", reply_header(&r, "retry-after"));
        EXPECT(client_ended(&more));
    }
    /* Whoever leaves makes room. */
    client_done(&clients[0]);
    wire_await_connections(w, (int64_t)n - (status == 503));
    clients[0] = wire_connect(w);
    client_send_z(&clients[0], "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_INT(200, client_reply(&clients[0], false).status);
    for (size_t i = 0; i < n; i++)
        client_done(&clients[i]);
    wire_stop(w);
}

TEST(http_connections_have_a_limit_in_all)
{
    expect_connections(five_connections, 5, 503);
}

TEST(http_connections_have_a_limit_for_each_peer)
{
    expect_connections(three_for_a_peer, 3, 503);
}

TEST(http_connections_of_exempt_peers_have_no_limit)
{
    expect_connections(three_for_others, 5, 200);
}

/* --- deadlines: short ones, with far longer waits for the outcome ----------------------------- */

static void quick_head(HttpConfig *config)
{
    config->limits.head_ms = 120;
}

TEST(http_slow_head_is_refused)
{
    Wire *w = wire_start(quick_head);
    CLEANUP(client_done) Client c = wire_connect(w);

    /* Each byte comes in time, but not the whole. */
    for (const char *at = "GET /echo HTTP/1.1\r\nHost: te"; *at != '\0' && client_is_quiet(&c, 15);
         at++)
        client_send(&c, (Str){ at, 1 });
    Reply r = client_reply(&c, false);
    EXPECT_INT(408, r.status);
    EXPECT_STR("close", reply_header(&r, "connection"));
    client_shut(&c);
    EXPECT(client_ended(&c));
    EXPECT_INT(0, wire_calls(w));
    wire_stop(w);
}

static void quick_idle(HttpConfig *config)
{
    config->limits.idle_ms = 500;
}

TEST(http_idle_connection_ends_without_a_word)
{
    Wire *w = wire_start(quick_idle);
    CLEANUP(client_done) Client fresh = wire_connect(w);
    CLEANUP(client_done) Client used = wire_connect(w);

    client_send_z(&used, "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_INT(200, client_reply(&used, false).status);
    EXPECT(client_ended(&fresh));
    EXPECT(client_ended(&used));
    EXPECT_INT(0, wire_stats(w).refused);
    wire_stop(w);
}

TEST(http_call_that_waits_for_its_handler_is_not_idle)
{
    Wire *w = wire_start(quick_idle);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, "GET /park HTTP/1.1\r\nHost: test\r\n\r\n");
    HttpCall *call = wire_parked(w);
    EXPECT(client_is_quiet(&c, 800));
    wire_answer(call, "done");
    EXPECT_STR("done", client_reply(&c, false).body);
    wire_stop(w);
}

static void quick_body(HttpConfig *config)
{
    config->limits.body_window_ms = 200;
    config->limits.body_bytes_per_s = 50; /* 10 in a window */
}

TEST(http_slow_body_is_refused)
{
    static const char *const beginnings[] = {
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n",
        "POST /file HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n",
    };
    Wire *w = wire_start(quick_body);

    for (size_t i = 0; i < COUNT_OF(beginnings); i++) {
        CLEANUP(client_done) Client c = wire_connect(w);
        client_send_z(&c, beginnings[i]);
        for (int n = 0; n < 400 && client_is_quiet(&c, 100); n++)
            client_send_z(&c, "x"); /* at most 2 in a window */
        Reply r = client_reply(&c, false);
        EXPECT_INT(408, r.status);
        EXPECT_STR("close", reply_header(&r, "connection"));
    }
    EXPECT_INT(0, wire_calls(w));
    wire_stop(w);
}

/* Zeros before a chunk's length bring nothing and must not keep the connection. */
TEST(http_empty_progress_of_a_body_is_none)
{
    Wire *w = wire_start(quick_body);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int n = 0; n < 4000 && client_is_quiet(&c, 10); n++)
        client_send_z(&c, "0000000000000000000000000000000000000000000000000000000000000000");
    EXPECT_INT(408, client_reply(&c, false).status);
    wire_stop(w);
}

static void least_rate(HttpConfig *config)
{
    config->limits.body_window_ms = 1000;
    config->limits.body_bytes_per_s = 50;
}

TEST(http_body_at_the_least_rate_is_read)
{
    Wire *w = wire_start(least_rate);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n");
    for (int n = 0; n < 20; n++) {
        client_send(&c, STR("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        EXPECT(n == 19 || client_is_quiet(&c, 75));
    }
    EXPECT_INT(200, client_reply(&c, false).status);
    wire_stop(w);
}

static void quick_send(HttpConfig *config)
{
    config->limits.send_stall_ms = 100;
}

TEST(http_client_that_takes_nothing_is_dropped)
{
    Wire *w = wire_start(quick_send);
    CLEANUP(client_done) Client a = wire_connect(w);
    CLEANUP(client_done) Client b = wire_connect(w);

    client_send_z(&a, "GET /sendfile?100000000 HTTP/1.1\r\nHost: test\r\n\r\n");
    for (int i = 0; i < 100; i++)
        client_send_z(&b, "GET /bytes?1000000 HTTP/1.1\r\nHost: test\r\n\r\n");
    wire_await_connections(w, 0);
    wire_stop(w);
}

static void quick_stop(HttpConfig *config)
{
    config->limits.stop_ms = 200;
}

static void patient_stop(HttpConfig *config)
{
    config->limits.stop_ms = 30 * 1000;
}

static void *read_to_end(void *arg)
{
    Client *c = arg;

    client_ended(c);
    return NULL;
}

TEST(http_stop_ends_idle_connections_and_streams_and_finishes_calls)
{
    Wire *w = wire_start(patient_stop);
    CLEANUP(client_done) Client idle = wire_connect(w);
    CLEANUP(client_done) Client stream = wire_connect(w);
    CLEANUP(client_done) Client call = wire_connect(w);

    client_send_z(&idle, "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_INT(200, client_reply(&idle, false).status);
    client_send_z(&stream, "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n");
    HttpStream *s = wire_stream(w);
    client_await(&stream, "\r\n\r\n");
    client_send_z(&call, "GET /sendfile?20000000 HTTP/1.1\r\nHost: test\r\n\r\n");
    client_await(&call, "\r\n\r\n");
    pthread_t reader; /* while this thread is in wire_stop */
    EXPECT_INT(0, pthread_create(&reader, NULL, read_to_end, &call));
    wire_stop(w);
    EXPECT_INT(0, pthread_join(reader, NULL));
    EXPECT_INT(20000000, (int64_t)call.len);
    EXPECT(client_ended(&idle));
    EXPECT(client_ended(&stream));
    EXPECT_RC(RC_NOT_FOUND, http_stream_send(s, STR("a"), STR("1")));
    http_stream_close(s);
}

TEST(http_stop_cuts_what_does_not_end)
{
    Wire *w = wire_start(quick_stop);
    CLEANUP(client_done) Client c = wire_connect(w);
    CLEANUP(client_done) Client half = wire_connect(w);

    client_send_z(&c, "GET /sendfile?100000000 HTTP/1.1\r\nHost: test\r\n\r\n");
    client_send_z(&half, "GET /ec");
    wire_await_connections(w, 2);
    wire_stop(w);
}
