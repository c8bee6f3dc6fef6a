/* Peers behind proxies, static files, compression, and how a server starts. */
#include "http/fixture.h"

#include <zlib.h>

/* --- peers ------------------------------------------------------------------------------------ */

#define PEER "GET /peer HTTP/1.1\r\nHost: test\r\n"

TEST(http_forwarded_headers_of_strangers_mean_nothing)
{
    Wire *w = wire_start(NULL);

    EXPECT_STR("127.0.0.1", wire_ask(w, PEER "X-Forwarded-For: 192.0.2.7\r\n\r\n").body);
    wire_stop(w);
}

static void proxy_on_loopback(HttpConfig *config)
{
    static const Str proxies[] = { STR_INIT("127.0.0.1"), STR_INIT("10.0.0.0/8") };

    config->proxies = proxies;
    config->n_proxies = COUNT_OF(proxies);
    config->limits.connections_per_peer = 1;
}

TEST(http_forwarded_headers_of_our_proxies_count)
{
    static const struct {
        int line;
        const char *headers, *peer;
    } cases[] = {
        { __LINE__, "", "127.0.0.1" },
        { __LINE__, "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7" },
        { __LINE__, "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n", "192.0.2.7" },
        { __LINE__, "X-Forwarded-For: 6.6.6.6, 192.0.2.7,10.1.2.3\r\n", "192.0.2.7" },
        { __LINE__, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 10.1.2.3\r\n", "192.0.2.7" },
        { __LINE__, "X-Forwarded-For: 2001:DB8::1\r\n", "2001:db8::1" },
        { __LINE__, "X-Forwarded-For: nonsense\r\n", "127.0.0.1" },
        { __LINE__, "X-Forwarded-For: 192.0.2.7, unknown, 10.9.9.9\r\n", "10.9.9.9" },
        { __LINE__, "X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n", "10.0.0.1" },
        { __LINE__, "X-Forwarded-For: ,\r\n", "127.0.0.1" },
        { __LINE__, "X-Forwarded-For:\r\n", "127.0.0.1" },
    };
    Wire *w = wire_start(proxy_on_loopback);
    Client other = wire_connect(w); /* proxies have no limit of their own */

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str call = str_fmt(test_arena(), PEER "%s\r\n", cases[i].headers);
        EXPECT_STR_AT(cases[i].line, cases[i].peer, wire_ask(w, call.ptr).body);
    }
    client_done(&other);
    wire_stop(w);
}

/* --- static files and compression ------------------------------------------------------------- */

TEST(http_asset_is_compressed_cached_and_not_sent_twice)
{
    Wire *w = wire_start(NULL);
    Reply r = wire_ask(w, "GET /asset HTTP/1.1\r\nHost: test\r\n\r\n");

    EXPECT_INT(200, r.status);
    EXPECT_STR("body { color: green }", r.body);
    EXPECT_STR("text/css; charset=utf-8", reply_header(&r, "content-type"));
    EXPECT_STR("public, max-age=31536000, immutable", reply_header(&r, "cache-control"));
    EXPECT_STR("\"abc\"", reply_header(&r, "etag"));
    EXPECT_STR("Accept-Encoding", reply_header(&r, "vary"));
    EXPECT(str_is_null(reply_header(&r, "content-encoding")));

    r = wire_ask(w, "GET /asset HTTP/1.1\r\nHost: test\r\nAccept-Encoding: br, gzip\r\n\r\n");
    EXPECT_STR("(compressed)", r.body);
    EXPECT_STR("gzip", reply_header(&r, "content-encoding"));

    r = wire_ask(w, "GET /asset HTTP/1.1\r\nHost: test\r\nIf-None-Match: \"x\", W/\"abc\"\r\n\r\n");
    EXPECT_INT(304, r.status);
    EXPECT_STR("\"abc\"", reply_header(&r, "etag"));
    EXPECT(str_is_null(reply_header(&r, "content-length")));
    EXPECT(str_is_null(reply_header(&r, "content-type")));

    r = wire_ask(w, "GET /asset HTTP/1.1\r\nHost: test\r\nIf-None-Match: \"x\"\r\n\r\n");
    EXPECT_INT(200, r.status);
    wire_stop(w);
}

static size_t unpacked(Str packed)
{
    static char out[1024 * 1024];
    z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.ptr,
                   .avail_in = (uInt)packed.len,
                   .next_out = (Bytef *)out,
                   .avail_out = sizeof out };

    EXPECT_INT(Z_OK, inflateInit2(&z, 15 + 16));
    EXPECT_INT(Z_STREAM_END, inflate(&z, Z_FINISH));
    size_t n = z.total_out;
    EXPECT_INT(Z_OK, inflateEnd(&z));
    return n;
}

TEST(http_pages_over_1_kib_are_compressed_for_those_who_take_it)
{
#define PAGE(n, encoding)                                                                          \
    "GET /page?" n " HTTP/1.1\r\nHost: test\r\nAccept-Encoding: " encoding "\r\n\r\n"
    Wire *w = wire_start(NULL);
    Reply r = wire_ask(w, PAGE("1024", "gzip"));

    EXPECT(str_is_null(reply_header(&r, "content-encoding")));
    EXPECT_STR("Accept-Encoding", reply_header(&r, "vary"));
    EXPECT_INT(1024, (int64_t)r.length);
    r = wire_ask(w, PAGE("1025", "gzip"));
    EXPECT_STR("gzip", reply_header(&r, "content-encoding"));
    EXPECT(r.length < 200);
    EXPECT_INT(1025, (int64_t)unpacked(r.body));
    r = wire_ask(w, PAGE("60000", "gzip, deflate, br, zstd"));
    EXPECT_INT(60000, (int64_t)unpacked(r.body));
    r = wire_ask(w, PAGE("60000", "br"));
    EXPECT(str_is_null(reply_header(&r, "content-encoding")));
    EXPECT_INT(60000, (int64_t)r.length);
    wire_stop(w);
#undef PAGE
}

/* --- refusals --------------------------------------------------------------------------------- */

static void refuse(HttpCall *call, int status, Str why, HttpAnswer *answer, void *loop_user)
{
    EXPECT(loop_user != NULL && answer->status == status);
    http_answer_header(answer, STR("Content-Type"), STR("text/x-own"));
    buf_init(&answer->body, 1024);
    buf_add(&answer->body, call != NULL ? http_path(call) : STR("(no call)"));
    buf_add_char(&answer->body, ' ');
    buf_add(&answer->body, why);
}

static void own_refusals(HttpConfig *config)
{
    config->callbacks.refuse = refuse;
}

TEST(http_refusals_may_have_a_form_of_their_own)
{
    Wire *w = wire_start(own_refusals);
    Reply r = wire_ask(w, "GET /a\r\n\r\n");

    EXPECT_INT(400, r.status);
    EXPECT_STR("text/x-own", reply_header(&r, "content-type"));
    EXPECT_STR("(no call) The request line is malformed.", r.body);
    r = wire_ask(w, "POST /none HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\n");
    EXPECT_INT(413, r.status);
    EXPECT_STR("/none The body is too large.", r.body);
    EXPECT_STR("close", reply_header(&r, "connection"));
    r = wire_ask(w, "HEAD /echo HTTP/1.1\r\nHost: other\r\n\r\n");
    EXPECT_INT(421, r.status);
    EXPECT_STR("text/x-own", reply_header(&r, "content-type"));
    wire_stop(w);
}

static char spool_dir[32];

static void own_spool_dir(HttpConfig *config)
{
    memcpy(spool_dir, "/tmp/errand-spool-XXXXXX", sizeof "/tmp/errand-spool-XXXXXX");
    EXPECT(mkdtemp(spool_dir) != NULL);
    config->spool_dir = str_z(spool_dir);
}

TEST(http_upload_without_a_place_is_refused_for_now)
{
    Wire *w = wire_start(own_spool_dir);

    EXPECT_INT(0, rmdir(spool_dir));
    Reply r = wire_ask(w, "POST /file HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_INT(503, r.status);
    EXPECT_STR("5", reply_header(&r, "retry-after"));
    EXPECT_INT(200, wire_ask(w, "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n").status);
    wire_stop(w);
}

/* --- start ------------------------------------------------------------------------------------ */

static Rc fails_to_begin(void *user, int loop, void **ret)
{
    *ret = user;
    return loop == 1 ? RC_BUSY : RC_OK;
}

static HttpBodyPlan no_head(HttpCall *call, void *user)
{
    UNUSED(call);
    UNUSED(user);
    abort();
}

static void no_call(HttpCall *call, void *user)
{
    UNUSED(call);
    UNUSED(user);
    abort();
}

static Rc try_start(HttpConfig config)
{
    static const Str host = STR_INIT("test");
    HttpServer *server = NULL;

    if (config.address.len == 0)
        config.address = STR("127.0.0.1");
    if (config.loops == 0)
        config.loops = 2;
    if (config.n_hosts == 0) {
        config.hosts = &host;
        config.n_hosts = 1;
    }
    if (config.spool_dir.len == 0)
        config.spool_dir = STR("/tmp");
    config.limits = http_limits_default();
    config.callbacks.on_head = no_head;
    config.callbacks.on_call = no_call;
    Rc rc = http_server_start(&config, &server);
    if (rc == RC_OK)
        http_server_stop(server);
    return rc;
}

TEST(http_start_refuses_a_configuration_that_cannot_work)
{
    static const Str bad[] = { STR_INIT("10.0.0.0/33"), STR_INIT("proxy.example"),
                               STR_INIT("10.0.0.1/"),   STR_INIT("::1/129"),
                               STR_INIT("10.0.0.1/-1"), STR_INIT("") };

    EXPECT_RC(RC_OK, try_start((HttpConfig){ 0 }));
    EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .address = STR("localhost") }));
    EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .address = STR("1.2.3") }));
    EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .port = 65536 }));
    EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .loops = 17 }));
    EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .spool_dir = STR("/nowhere") }));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT_RC(RC_INVALID, try_start((HttpConfig){ .proxies = &bad[i], .n_proxies = 1 }));
}

TEST(http_start_fails_with_a_loop_that_cannot_begin)
{
    EXPECT_RC(RC_BUSY, try_start((HttpConfig){ .callbacks = { .loop_begin = fails_to_begin } }));
}

TEST(http_start_refuses_a_port_that_is_served_already)
{
    Wire *w = wire_start(NULL);

    EXPECT_RC(RC_CONFLICT, try_start((HttpConfig){ .port = wire_port(w) }));
    wire_stop(w);
}

TEST(http_start_listens_on_ipv6_too)
{
    EXPECT_RC(RC_OK, try_start((HttpConfig){ .address = STR("::1") }));
}
