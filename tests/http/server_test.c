/* What a sound client sees: keep-alive, pipelining, bodies, answers from other threads. */
#include "http/wire.h" /* first: libuv has names that banned.h refuses */

#include "http/fixture.h"

#include <sys/socket.h>

#define GET_ECHO       "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n"
#define HEAD_OF(first) first "\r\nHost: test\r\n"

/* n bytes 'b', in pieces, so that none of it is held in the test's arena. */
static void send_many(Client *c, size_t n)
{
    static char piece[64 * 1024];

    memset(piece, 'b', sizeof piece);
    for (; n > sizeof piece; n -= sizeof piece)
        client_send(c, (Str){ piece, sizeof piece });
    client_send(c, (Str){ piece, n });
}

TEST(http_answers_many_calls_on_one_connection)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    for (int i = 0; i < 50; i++) {
        client_send_z(&c, "GET /echo?a=%20b HTTP/1.1\r\nHost: test\r\n\r\n");
        Reply r = client_reply(&c, false);
        EXPECT_INT(200, r.status);
        EXPECT_STR("GET /echo a=%20b\n", r.body);
        EXPECT(str_is_null(reply_header(&r, "connection")));
        EXPECT_INT(29, (int64_t)reply_header(&r, "date").len);
    }
    EXPECT_INT(1, wire_stats(w).connections);
    EXPECT_INT(50, wire_stats(w).calls);
    wire_stop(w);
}

TEST(http_reads_targets_as_they_are_meant)
{
    static const struct {
        int line;
        const char *target, *got;
    } cases[] = {
        { __LINE__, "/echo?", "GET /echo \n" },
        { __LINE__, "/echo?x=1&y=%2F?#", NULL },
        { __LINE__, "/echo?x=1|{}^`\\'", "GET /echo x=1|{}^`\\'\n" },
        { __LINE__, "/%65cho", "GET /echo \n" },
        { __LINE__, "http://test/echo?a", "GET /echo a\n" },
        { __LINE__, "HTTP://TEST/echo?a", "GET /echo a\n" },
    };
    Wire *w = wire_start(NULL);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Reply r = wire_ask(
            w, str_fmt(test_arena(), "GET %s HTTP/1.1\r\nHost: test\r\n\r\n", cases[i].target).ptr);
        EXPECT_INT_AT(cases[i].line, cases[i].got != NULL ? 200 : 400, r.status);
        if (cases[i].got != NULL)
            EXPECT_STR_AT(cases[i].line, cases[i].got, r.body);
    }
    wire_stop(w);
}

TEST(http_knows_its_own_names)
{
    Wire *w = wire_start(NULL);

    EXPECT_INT(200, wire_ask(w, "GET /echo HTTP/1.1\r\nHost: TEST\r\n\r\n").status);
    EXPECT_INT(
        200,
        wire_ask(
            w,
            str_fmt(test_arena(), "GET /echo HTTP/1.1\r\nHost: test:%d\r\n\r\n", wire_port(w)).ptr)
            .status);
    EXPECT_INT(421, wire_ask(w, str_fmt(test_arena(), "GET /echo HTTP/1.1\r\nHost: test:%d\r\n\r\n",
                                        wire_port(w) + 1)
                                    .ptr)
                        .status);
    EXPECT_INT(421, wire_ask(w, "GET /echo HTTP/1.1\r\nHost: [::1]\r\n\r\n").status);
    wire_stop(w);
}

TEST(http_old_version_is_answered_once)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c,
                  "GET /echo HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n" GET_ECHO);
    Reply r = client_reply(&c, false);
    EXPECT_INT(200, r.status);
    EXPECT_STR("close", reply_header(&r, "connection"));
    EXPECT(client_ended(&c));
    wire_stop(w);
}

TEST(http_close_is_kept_to_from_both_sides)
{
    Wire *w = wire_start(NULL);

    CLEANUP(client_done) Client a = wire_connect(w);
    client_send_z(&a, "GET /echo HTTP/1.1\r\nHost: test\r\nConnection: X, Close\r\n\r\n" GET_ECHO);
    EXPECT_INT(200, client_reply(&a, false).status);
    EXPECT(client_ended(&a));

    CLEANUP(client_done) Client b = wire_connect(w);
    client_send_z(&b, "GET /close HTTP/1.1\r\nHost: test\r\n\r\n" GET_ECHO);
    EXPECT_STR("bye", client_reply(&b, false).body);
    EXPECT(client_ended(&b));
    wire_stop(w);
}

TEST(http_upgrade_is_ignored)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c,
                  "POST /echo HTTP/1.1\r\nHost: test\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                  "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 2\r\n\r\nhi"
                  "GET /echo HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    EXPECT_STR("POST /echo \nhi", client_reply(&c, false).body);
    EXPECT_STR("GET /echo \n", client_reply(&c, false).body);
    wire_stop(w);
}

TEST(http_head_has_the_length_and_no_body)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, "HEAD /bytes?1000 HTTP/1.1\r\nHost: test\r\n\r\n"
                      "HEAD /sendfile?1000 HTTP/1.1\r\nHost: test\r\n\r\n"
                      "HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n" GET_ECHO);
    Reply r = client_reply(&c, true);
    EXPECT_STR("1000", reply_header(&r, "content-length"));
    r = client_reply(&c, true);
    EXPECT_STR("1000", reply_header(&r, "content-length"));
    r = client_reply(&c, true);
    EXPECT_STR("text/event-stream", reply_header(&r, "content-type"));
    EXPECT_STR("GET /echo \n", client_reply(&c, false).body);
    http_stream_close(wire_stream(w));
    wire_stop(w);
}

/* --- pipelining ------------------------------------------------------------------------------- */

TEST(http_pipelined_answers_come_in_order)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    for (size_t i = 0; i < 100; i++)
        client_send(&c,
                    str_fmt(test_arena(),
                            HEAD_OF("POST /echo?%zu HTTP/1.1") "Content-Length: 3\r\n\r\nabc", i));
    for (int i = 0; i < 100; i++)
        EXPECT_STR(str_fmt(test_arena(), "POST /echo %d\nabc", i), client_reply(&c, false).body);
    wire_stop(w);
}

TEST(http_pipelined_calls_wait_for_the_one_before)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, "GET /park?1 HTTP/1.1\r\nHost: test\r\n\r\n"
                      "GET /park?2 HTTP/1.1\r\nHost: test\r\n\r\n" GET_ECHO);
    HttpCall *first = wire_parked(w);
    EXPECT_STR("1", http_query(first));
    EXPECT(client_is_quiet(&c, 20));
    EXPECT_INT(1, wire_calls(w));
    wire_answer(first, "one");
    HttpCall *second = wire_parked(w);
    EXPECT_STR("2", http_query(second));
    EXPECT_INT(2, wire_calls(w));
    wire_answer(second, "two");
    EXPECT_STR("one", client_reply(&c, false).body);
    EXPECT_STR("two", client_reply(&c, false).body);
    EXPECT_STR("GET /echo \n", client_reply(&c, false).body);
    wire_stop(w);
}

/* While a call runs the server reads ahead only a little: the rest stays in the sender's socket. */
TEST(http_reading_pauses_while_a_call_waits)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);
    const size_t most = 64 * 1024 * 1024;
    Str rest = STR_NULL; /* of a call that was sent in part */
    size_t sent = 0;
    int full = 0;

    client_send_z(&c, HEAD_OF("GET /park HTTP/1.1") "\r\n");
    HttpCall *parked = wire_parked(w);
    while (full < 20 && sent < most) {
        rest = rest.len > 0 ? rest : STR(GET_ECHO);
        ssize_t n = send(c.fd, rest.ptr, rest.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            rest = str_skip(rest, (size_t)n);
            sent += (size_t)n;
        } else {
            full++;
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
        }
    }
    EXPECT(sent < most); /* it did not swallow everything */
    EXPECT_INT(1, wire_calls(w));
    wire_answer(parked, "at last");
    EXPECT_STR("at last", client_reply(&c, false).body);
    for (int i = 0; i < 1000; i++)
        EXPECT_STR("GET /echo \n", client_reply(&c, false).body);
    wire_stop(w);
}

/* --- bodies ----------------------------------------------------------------------------------- */

TEST(http_chunked_bodies_are_put_together)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);
    const Str bytes = STR("POST /echo HTTP/1.1\r\nHost: test\r\n"
                          "Transfer-Encoding: Chunked\r\n\r\n"
                          "5\r\nhello\r\n00A\r\n, big worl\r\n1\r\nd\r\n0\r\n\r\n");

    for (size_t step = 1; step < bytes.len; step += 9) {
        for (size_t at = 0; at < bytes.len; at += step)
            client_send(&c, str_sub(bytes, at, at + step));
        EXPECT_STR("POST /echo \nhello, big world", client_reply(&c, false).body);
    }
    wire_stop(w);
}

static void body_limits_of_4_and_8(HttpConfig *config)
{
    config->limits.body_memory_bytes = 4;
    config->limits.body_file_bytes = 8;
}

TEST(http_bodies_may_have_n_bytes_and_not_one_more)
{
    static const struct {
        int line, status;
        const char *call;
    } cases[] = {
        { __LINE__, 200, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 4\r\n\r\nabcd" },
        { __LINE__, 413, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 5\r\n\r\nabcde" },
        { __LINE__, 413, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 999999999999999\r\n\r\n" },
        { __LINE__, 200,
          HEAD_OF("POST /echo HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n"
                                         "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n" },
        { __LINE__, 413,
          HEAD_OF("POST /echo HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n"
                                         "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n" },
        { __LINE__, 200, HEAD_OF("POST /file HTTP/1.1") "Content-Length: 8\r\n\r\nabcdefgh" },
        { __LINE__, 413, HEAD_OF("POST /file HTTP/1.1") "Content-Length: 9\r\n\r\nabcdefghi" },
        { __LINE__, 413,
          HEAD_OF("POST /file HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n"
                                         "9\r\nabcdefghi\r\n0\r\n\r\n" },
        { __LINE__, 200, HEAD_OF("POST /none HTTP/1.1") "Content-Length: 0\r\n\r\n" },
        { __LINE__, 200,
          HEAD_OF("POST /none HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n"
                                         "0\r\n\r\n" },
        { __LINE__, 413, HEAD_OF("GET /none HTTP/1.1") "Content-Length: 1\r\n\r\na" },
    };
    Wire *w = wire_start(body_limits_of_4_and_8);

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].status, wire_ask(w, cases[i].call).status);
    wire_stop(w);
}

TEST(http_one_mebibyte_fits_into_memory_and_not_one_byte_more)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 1048576\r\n\r\n");
    send_many(&c, 1048576);
    Reply r = client_reply(&c, false);
    EXPECT_INT(200, r.status);
    EXPECT_INT(1048576 + 12, (int64_t)r.length);
    client_send_z(&c, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 1048577\r\n\r\n");
    EXPECT_INT(413, client_reply(&c, false).status);
    wire_stop(w);
}

TEST(http_upload_goes_through_a_file)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    for (int i = 0; i < 2; i++) {
        client_send_z(&c, HEAD_OF("POST /file HTTP/1.1") "Content-Length: 5000000\r\n\r\n");
        send_many(&c, 5000000);
        Reply r = client_reply(&c, false);
        EXPECT_INT(200, r.status);
        EXPECT_INT(5000000 + 12, (int64_t)r.length);
    }
    client_send_z(&c, HEAD_OF("POST /file HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    EXPECT_STR("POST /file \n", client_reply(&c, false).body);
    wire_stop(w);
}

TEST(http_says_continue_only_when_it_wants_the_body)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("POST /echo HTTP/1.1") "Expect: 100-Continue\r\n"
                                                     "Content-Length: 2\r\n\r\n");
    EXPECT_INT(100, client_reply(&c, false).status);
    client_send_z(&c, "hi");
    EXPECT_STR("POST /echo \nhi", client_reply(&c, false).body);
    /* Refused without the body: the client may or may not send it now, so the connection ends. */
    client_send_z(&c, HEAD_OF("POST /early HTTP/1.1") "Expect: 100-continue\r\n"
                                                      "Content-Length: 2\r\n\r\n");
    Reply r = client_reply(&c, false);
    EXPECT_INT(403, r.status);
    EXPECT_STR("close", reply_header(&r, "connection"));
    client_send_z(&c, GET_ECHO);
    client_shut(&c);
    EXPECT(client_ended(&c));
    EXPECT_INT(413, wire_ask(w, HEAD_OF("POST /echo HTTP/1.1") "Expect: 100-continue\r\n"
                                                               "Content-Length: 1048577\r\n\r\n")
                        .status);
    wire_stop(w);
}

TEST(http_early_answer_keeps_the_connection_after_a_small_body)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("GET /early HTTP/1.1") "\r\n");
    EXPECT_INT(403, client_reply(&c, false).status);
    client_send_z(&c, HEAD_OF("POST /early HTTP/1.1") "Content-Length: 65536\r\n\r\n");
    send_many(&c, 65536);
    Reply r = client_reply(&c, false);
    EXPECT_INT(403, r.status);
    EXPECT(str_is_null(reply_header(&r, "connection")));
    client_send_z(&c, GET_ECHO);
    EXPECT_INT(200, client_reply(&c, false).status);
    EXPECT_INT(1, wire_calls(w));
    wire_stop(w);
}

/* The answer must arrive although the client goes on sending what nobody reads. */
TEST(http_early_answer_arrives_before_a_large_body_ends)
{
    Wire *w = wire_start(NULL);

    CLEANUP(client_done) Client a = wire_connect(w);
    client_send_z(&a, HEAD_OF("POST /early HTTP/1.1") "Content-Length: 65537\r\n\r\n");
    send_many(&a, 65537);
    Reply r = client_reply(&a, false);
    EXPECT_INT(403, r.status);
    EXPECT_STR("close", reply_header(&r, "connection"));
    client_shut(&a);
    EXPECT(client_ended(&a));

    CLEANUP(client_done) Client b = wire_connect(w);
    client_send_z(&b, HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 10000000\r\n\r\n");
    send_many(&b, 10000000);
    EXPECT_INT(413, client_reply(&b, false).status);

    CLEANUP(client_done) Client d = wire_connect(w);
    client_send_z(&d, HEAD_OF("POST /early HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n"
                                                      "5\r\nhello\r\n0\r\n\r\n" GET_ECHO);
    EXPECT_INT(403, client_reply(&d, false).status);
    client_shut(&d);
    EXPECT(client_ended(&d));
    wire_stop(w);
}

/* --- answers ---------------------------------------------------------------------------------- */

TEST(http_large_answers_arrive_whole)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("GET /bytes?1048576 HTTP/1.1") "\r\n");
    client_send_z(&c, HEAD_OF("GET /sendfile?30000001 HTTP/1.1") "\r\n");
    client_send_z(&c, HEAD_OF("GET /sendfile?0 HTTP/1.1") "\r\n" GET_ECHO);
    nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL); /* so that the socket fills up */
    EXPECT_INT(1048576, (int64_t)client_reply(&c, false).length);
    EXPECT_INT(30000001, (int64_t)client_reply(&c, false).length);
    EXPECT_INT(0, (int64_t)client_reply(&c, false).length);
    EXPECT_INT(200, client_reply(&c, false).status);
    wire_stop(w);
}

TEST(http_header_that_would_split_the_answer_becomes_a_500)
{
    Wire *w = wire_start(NULL);
    Reply r = wire_ask(w, HEAD_OF("GET /bad HTTP/1.1") "\r\n");

    EXPECT_INT(500, r.status);
    EXPECT(str_is_null(reply_header(&r, "set-cookie")));
    EXPECT(str_is_null(reply_header(&r, "location")));
    wire_stop(w);
}

static void run_later(HttpCall *call, void *arg, void *loop_user)
{
    EXPECT(loop_user != NULL);
    wire_answer(call, arg);
}

TEST(http_call_comes_back_to_its_loop)
{
    static char text[] = "from the loop";
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("GET /park HTTP/1.1") "\r\n");
    http_run_on_loop(wire_parked(w), run_later, text);
    EXPECT_STR("from the loop", client_reply(&c, false).body);
    wire_stop(w);
}

TEST(http_answers_from_another_thread_go_to_their_own_connections)
{
    Wire *w = wire_start(NULL);
    Client clients[32];

    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        clients[i] = wire_connect(w);
        client_send(&clients[i],
                    str_fmt(test_arena(), HEAD_OF("GET /park?%zu HTTP/1.1") "\r\n", i));
    }
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        HttpCall *call = wire_parked(w);
        wire_answer(call, str_fmt(http_arena(call), "for %.*s", STR_ARG(http_query(call))).ptr);
    }
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        EXPECT_STR(str_fmt(test_arena(), "for %zu", i), client_reply(&clients[i], false).body);
        client_done(&clients[i]);
    }
    wire_stop(w);
}

/* --- clients that leave ----------------------------------------------------------------------- */

static void reset(Client *c)
{
    struct linger now = { .l_onoff = 1 };

    EXPECT_INT(0, setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
    client_done(c);
}

TEST(http_answer_for_a_client_that_left_is_dropped)
{
    Wire *w = wire_start(NULL);

    for (int i = 0; i < 20; i++) {
        Client c = wire_connect(w);
        client_send_z(&c, HEAD_OF("POST /park HTTP/1.1") "Content-Length: 2\r\n\r\nhi");
        HttpCall *call = wire_parked(w);
        EXPECT(!atomic_load(&call->gone));
        if (i % 2 == 0) {
            reset(&c);
            for (Ms until = clock_monotonic_ms() + 10000; !atomic_load(&call->gone);)
                EXPECT(clock_monotonic_ms() < until);
        } else {
            client_done(&c);
        }
        Str body; /* the call is whole although the client is not there */
        EXPECT_RC(RC_OK, http_body(call, &body));
        EXPECT_STR("hi", body);
        wire_answer(call, "too late");
    }
    wire_await_connections(w, 0);
    EXPECT_INT(200, wire_ask(w, GET_ECHO).status);
    wire_stop(w);
}

TEST(http_client_may_close_its_side_and_wait)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, HEAD_OF("GET /park HTTP/1.1") "\r\n" GET_ECHO GET_ECHO "GET /unfinished");
    client_shut(&c);
    HttpCall *call = wire_parked(w);
    EXPECT(!atomic_load(&call->gone));
    wire_answer(call, "still here");
    EXPECT_STR("still here", client_reply(&c, false).body);
    EXPECT_INT(200, client_reply(&c, false).status);
    EXPECT_INT(200, client_reply(&c, false).status);
    EXPECT(client_ended(&c));
    wire_await_connections(w, 0);
    wire_stop(w);
}

TEST(http_clients_that_leave_in_the_middle_leave_nothing_behind)
{
    static const char *const beginnings[] = {
        "G",
        "GET /echo HTTP/1.1\r\n",
        HEAD_OF("POST /echo HTTP/1.1") "Content-Length: 9\r\n\r\nabc",
        HEAD_OF("POST /file HTTP/1.1") "Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
        HEAD_OF("GET /sendfile?9000000 HTTP/1.1") "\r\n",
        HEAD_OF("GET /stream HTTP/1.1") "\r\n",
    };
    Wire *w = wire_start(NULL);
    int streams = 0;

    for (size_t i = 0; i < 2 * COUNT_OF(beginnings); i++) {
        Client c = wire_connect(w);
        client_send_z(&c, beginnings[i / 2]);
        if (strstr(beginnings[i / 2], "/stream") != NULL) {
            http_stream_close(wire_stream(w));
            streams++;
        }
        if (i % 2 == 0)
            reset(&c);
        else
            client_done(&c);
    }
    wire_await_connections(w, 0);
    wire_await_closed_streams(w, streams);
    EXPECT_INT(0, wire_stats(w).streams);
    wire_stop(w);
}
