/* Each case is sent as it stands, followed by a request for /hidden on the same connection.
 * Whatever a lenient reader would make of it: exactly one answer may come, the wanted one, and
 * /hidden must not be answered. */
#include "http/fixture.h"

#define HIDDEN  "GET /hidden HTTP/1.1\r\nHost: test\r\n\r\n"
#define POST    "POST /echo HTTP/1.1\r\nHost: test\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

typedef struct Case {
    int line;
    int status;
    Str bytes;
} Case;

#define CASE(status, text)                                                                         \
    {                                                                                              \
        __LINE__, status, STR_INIT(text)                                                           \
    }

static const Case heads[] = {
    /* Smuggling: where two readers can find two different ends. */
    CASE(400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" HIDDEN),
    CASE(400, POST "Content-Length: 5, 5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400, POST "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400,
         POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(501, POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(501, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(501, POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(501, POST "Transfer-Encoding:\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400, POST "Transfer-Encoding:\x0b"
                   "chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400, POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400, POST " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400,
         "POST /echo HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    CASE(400, POST "Content-Length: +5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length: -1\r\n\r\n" HIDDEN),
    CASE(400, POST "Content-Length: 5 5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length: 0x5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length:\r\n\r\n" HIDDEN),
    CASE(413, POST "Content-Length: 18446744073709551621\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content-Length : 5\r\n\r\nhello" HIDDEN),
    CASE(400, POST "Content_Length\r\n: 5\r\n\r\nhello" HIDDEN),
    /* Line ends and bytes. */
    CASE(400, "GET /echo HTTP/1.1\nHost: test\n\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\n\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\rX: y\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\rHost: test\r\r" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\r\n folded\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\r\n\tfolded\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\n Host: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\0b\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo\0 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: \x01\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: \x7f\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: \xff\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX: \xc2\x85\r\n\r\n" HIDDEN),
    CASE(400, "\r\nGET /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" HIDDEN),
    CASE(400, "\xef\xbb\xbfGET /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    /* The request line. */
    CASE(400, "GET /echo\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET  /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo  HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1 \r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET\t/echo\tHTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, " GET /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a b HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "G(T /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo http/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTPS/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(505, "GET /echo HTTP/2.0\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(505, "GET /echo HTTP/1.2\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" HIDDEN),
    CASE(501, "TRACE /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(501, "CONNECT test:80 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(501, "get /echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    /* The address. */
    CASE(400, "GET echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /../echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a/%2e%2E/echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a/./echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%2fb HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%5cb HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a\\b HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%00 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%0d%0aX HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%ff HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%c0%ae HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a% HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%4 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a%g0 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /\xc3\xa5 HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /a#b HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET http://other/echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(421, "GET http://other/echo HTTP/1.1\r\nHost: other\r\n\r\n" HIDDEN),
    CASE(400, "GET http://test@other/echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET ftp://test/echo HTTP/1.1\r\nHost: test\r\n\r\n" HIDDEN),
    /* Headers. */
    CASE(400, "GET /echo HTTP/1.1\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.0\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost:\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nHost: test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nhOST: other\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: te st\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: user@test\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test:\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test/x\r\n\r\n" HIDDEN),
    CASE(421, "GET /echo HTTP/1.1\r\nHost: other\r\n\r\n" HIDDEN),
    CASE(421, "GET /echo HTTP/1.1\r\nHost: test.\r\n\r\n" HIDDEN),
    CASE(421, "GET /echo HTTP/1.1\r\nHost: test:1\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\n: empty\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nno colon\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX Y: a\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nX\xc3\xa5: a\r\n\r\n" HIDDEN),
    CASE(400, "GET /echo HTTP/1.1\r\nHost: test\r\nCookie: a=b\r\nCookie: a=c\r\n\r\n" HIDDEN),
    CASE(400,
         "GET /echo HTTP/1.1\r\nHost: test\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n" HIDDEN),
    CASE(417, POST "Expect: miracle\r\nContent-Length: 5\r\n\r\nhello" HIDDEN),
    CASE(417, "POST /echo HTTP/1.0\r\nHost: test\r\nExpect: 100-continue\r\n\r\n" HIDDEN),
};

static const Case bodies[] = {
    CASE(400, CHUNKED "5\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5\r\nhello\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5\r\nhello\r\n0\r\n\n" HIDDEN),
    CASE(400, CHUNKED "5\r\nhello\r\n0\n\n" HIDDEN),
    CASE(400, CHUNKED "5\rhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5\r\nhelloX\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "4\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5;name=value\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5;\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "5 \r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED " 5\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "0x5\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "+5\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "-5\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "g\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "\r\n5\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "0\r\nTrailer: x\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "0\r\nContent-Length: 44\r\n\r\n" HIDDEN),
    CASE(400, CHUNKED "0;x\r\n\r\n" HIDDEN),
    CASE(413, "POST /none HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx" HIDDEN),
    CASE(413, "POST /none HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
              "chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" HIDDEN),
};

static void expect_refused(const Case *cases, size_t n)
{
    Wire *w = wire_start(NULL);

    for (size_t i = 0; i < n; i++) {
        CLEANUP(client_done) Client c = wire_connect(w);
        client_send(&c, cases[i].bytes);
        Reply r = client_reply(&c, false);
        EXPECT_INT_AT(cases[i].line, cases[i].status, r.status);
        EXPECT_STR_AT(cases[i].line, "close", reply_header(&r, "connection"));
        EXPECT_AT(cases[i].line, r.body.len > 0);
        client_shut(&c);
        EXPECT_AT(cases[i].line, client_ended(&c));
    }
    EXPECT_INT(0, wire_calls(w));
    EXPECT_INT((int64_t)n, wire_stats(w).refused);
    wire_stop(w);
}

TEST(http_malformed_heads_are_refused_and_hide_no_second_request)
{
    expect_refused(heads, COUNT_OF(heads));
}

TEST(http_malformed_bodies_are_refused_and_hide_no_second_request)
{
    expect_refused(bodies, COUNT_OF(bodies));
}

/* The same byte by byte: a decision must not depend on how the bytes arrive. */
TEST(http_malformed_heads_are_refused_when_they_come_in_pieces)
{
    Wire *w = wire_start(NULL);

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        CLEANUP(client_done) Client c = wire_connect(w);
        for (size_t at = 0; at < bodies[i].bytes.len; at += 7)
            client_send(&c, str_sub(bodies[i].bytes, at, at + 7));
        EXPECT_INT_AT(bodies[i].line, bodies[i].status, client_reply(&c, false).status);
    }
    EXPECT_INT(0, wire_calls(w));
    wire_stop(w);
}
