/* Event streams. */
#include "http/fixture.h"

#include <pthread.h>
#include <sys/socket.h>

#define GET_STREAM "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n"

TEST(http_stream_sends_names_and_versions)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, GET_STREAM);
    HttpStream *s = wire_stream(w);
    client_await(&c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
    client_await(&c, "\r\nConnection: close\r\n\r\n");
    EXPECT_RC(RC_OK, http_stream_send(s, STR("request:17"), STR("4")));
    EXPECT_RC(RC_OK, http_stream_send(s, STR("请求"), STR("")));
    client_await(&c, "event: request:17\ndata: 4\n\n");
    client_await(&c, "event: 请求\ndata: \n\n");
    EXPECT_INT(1, wire_stats(w).streams);
    http_stream_close(s);
    EXPECT(client_ended(&c));
    wire_await_closed_streams(w, 1);
    EXPECT_INT(0, wire_stats(w).streams);
    wire_stop(w);
}

TEST(http_stream_refuses_what_would_break_its_lines)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, GET_STREAM);
    HttpStream *s = wire_stream(w);
    EXPECT_RC(RC_INVALID, http_stream_send(s, STR("a\nb"), STR("1")));
    EXPECT_RC(RC_INVALID, http_stream_send(s, STR("a"), STR("1\r")));
    EXPECT_RC(RC_INVALID, http_stream_send(s, STR("a"), STR("\xff")));
    http_stream_close(s);
    client_await(&c, "\r\n\r\n");
    EXPECT(client_ended(&c));
    wire_stop(w);
}

static void quick_heartbeat(HttpConfig *config)
{
    config->limits.stream_heartbeat_ms = 60;
}

TEST(http_stream_has_a_heartbeat)
{
    Wire *w = wire_start(quick_heartbeat);
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, GET_STREAM);
    HttpStream *s = wire_stream(w);
    client_await(&c, "\r\n\r\n:\n\n:\n\n");
    EXPECT_RC(RC_OK, http_stream_send(s, STR("a"), STR("1")));
    client_await(&c, "event: a\ndata: 1\n\n:\n\n");
    http_stream_close(s);
    wire_stop(w);
}

TEST(http_stream_tells_when_the_client_leaves)
{
    Wire *w = wire_start(NULL);
    Client c = wire_connect(w);

    client_send_z(&c, GET_STREAM);
    HttpStream *s = wire_stream(w);
    client_await(&c, "\r\n\r\n");
    client_done(&c);
    wire_await_closed_streams(w, 1);
    EXPECT_RC(RC_NOT_FOUND, http_stream_send(s, STR("a"), STR("1")));
    http_stream_close(s);
    wire_stop(w);
}

TEST(http_stream_of_a_slow_reader_ends)
{
    Wire *w = wire_start(NULL);
    CLEANUP(client_done) Client c = wire_connect(w);
    int size = 4096;
    Rc rc = RC_OK;

    EXPECT_INT(0, setsockopt(c.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size));
    client_send_z(&c, GET_STREAM);
    HttpStream *s = wire_stream(w);
    client_await(&c, "\r\n\r\n");
    for (int i = 0; i < 10000000 && rc == RC_OK; i++)
        rc = http_stream_send(s, STR("a-rather-long-name-that-fills-the-queue"), STR("1234567890"));
    EXPECT(rc == RC_LIMIT || rc == RC_NOT_FOUND);
    wire_await_closed_streams(w, 1);
    http_stream_close(s);
    wire_stop(w);
}

static void queue_of_40(HttpConfig *config)
{
    config->limits.stream_queue_bytes = 40;
}

TEST(http_stream_queue_takes_n_bytes_and_not_one_more)
{
    Wire *w = wire_start(queue_of_40);
    CLEANUP(client_done) Client a = wire_connect(w);
    CLEANUP(client_done) Client b = wire_connect(w);

    client_send_z(&a, GET_STREAM);
    HttpStream *s = wire_stream(w);
    /* "event: " and "\ndata: " and "\n\n" are 16 bytes. */
    EXPECT_RC(RC_OK, http_stream_send(s, STR("0123456789"), STR("01234567890123")));
    client_await(&a, "event: 0123456789\ndata: 01234567890123\n\n");
    http_stream_close(s);
    client_send_z(&b, GET_STREAM);
    s = wire_stream(w);
    EXPECT_RC(RC_LIMIT, http_stream_send(s, STR("0123456789"), STR("012345678901234")));
    wire_await_closed_streams(w, 2);
    EXPECT_RC(RC_NOT_FOUND, http_stream_send(s, STR("a"), STR("1")));
    http_stream_close(s);
    wire_stop(w);
}

typedef struct Sender {
    pthread_t thread;
    HttpStream **streams;
    size_t n;
} Sender;

static void *send_all(void *arg)
{
    Sender *sender = arg;

    for (int i = 0; i < 100; i++) {
        for (size_t k = 0; k < sender->n; k++) {
            Rc rc = http_stream_send(sender->streams[k], STR("request:17"), STR("4"));
            if (rc != RC_OK && rc != RC_NOT_FOUND)
                return arg;
        }
    }
    return NULL;
}

/* Clients leave while two threads send. */
TEST(http_streams_may_be_sent_to_from_any_thread)
{
    Wire *w = wire_start(NULL);
    Client clients[30];
    HttpStream *streams[30];
    Sender senders[2];

    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        clients[i] = wire_connect(w);
        client_send_z(&clients[i], GET_STREAM);
        streams[i] = wire_stream(w);
    }
    for (size_t i = 0; i < COUNT_OF(senders); i++) {
        senders[i] = (Sender){ .streams = streams, .n = COUNT_OF(streams) };
        EXPECT_INT(0, pthread_create(&senders[i].thread, NULL, send_all, &senders[i]));
    }
    for (size_t i = 0; i < COUNT_OF(clients); i += 2)
        client_done(&clients[i]);
    for (size_t i = 0; i < COUNT_OF(senders); i++) {
        void *failed = NULL;
        EXPECT_INT(0, pthread_join(senders[i].thread, &failed));
        EXPECT(failed == NULL);
    }
    for (size_t i = 0; i < COUNT_OF(clients); i++)
        http_stream_close(streams[i]);
    for (size_t i = 1; i < COUNT_OF(clients); i += 2) {
        client_await(&clients[i], "\r\n\r\n");
        for (int k = 0; k < 200; k++)
            client_await(&clients[i], "event: request:17\ndata: 4\n\n");
        EXPECT(client_ended(&clients[i]));
        client_done(&clients[i]);
    }
    wire_await_closed_streams(w, COUNT_OF(clients));
    wire_stop(w);
}
