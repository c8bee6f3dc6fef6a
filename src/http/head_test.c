#include "http/head.h"
#include "support/test.h"

static const HeadLimits roomy = { 8192, 32768, 100 };

/* The outcome must not depend on how the bytes arrive: all at once, or one by one. */
static HeadState scan(Str bytes, const HeadLimits *limits, size_t *ret_len, HeadFault *fault)
{
    HeadScan at_once = { 0 }, one_by_one = { 0 };
    HeadFault other = { 0 };
    HeadState state = head_scan(&at_once, limits, bytes, fault);
    HeadState step = HEAD_MORE;

    for (size_t n = 1; n <= bytes.len && step == HEAD_MORE; n++)
        step = head_scan(&one_by_one, limits, str_sub(bytes, 0, n), &other);
    EXPECT_INT(state, step);
    EXPECT_INT(fault->status, other.status);
    EXPECT_INT((int64_t)at_once.at, (int64_t)one_by_one.at);
    *ret_len = at_once.at;
    return state;
}

TEST(head_scan_finds_the_end)
{
    const Str head = STR("GET / HTTP/1.1\r\nHost: a\r\nTab:\ta\t\r\nUtf: \xc3\xa5\r\n\r\n");
    HeadFault fault = { 0 };
    size_t len = 0;
    Str more = str_fmt(test_arena(), "%.*sGET /next", STR_ARG(head));

    EXPECT_INT(HEAD_DONE, scan(more, &roomy, &len, &fault));
    EXPECT_INT((int64_t)head.len, (int64_t)len);
    for (size_t n = 0; n < head.len; n++)
        EXPECT_INT(HEAD_MORE, scan(str_sub(head, 0, n), &roomy, &len, &fault));
    EXPECT_INT(HEAD_DONE, scan(STR("GET / HTTP/1.1\r\n\r\n"), &roomy, &len, &fault));
}

TEST(head_scan_keeps_to_its_limits)
{
    static const HeadLimits tight = { .line_bytes = 14, .head_bytes = 12, .headers = 2 };
    static const struct {
        int line, status;
        const char *bytes;
    } cases[] = {
        { __LINE__, 0, "GET / HTTP/1.1\r\n\r\n" },
        { __LINE__, 414, "GET /x HTTP/1.1\r\n\r\n" },
        { __LINE__, 414, "GET /xxxxxxxxxx" },
        { __LINE__, 0, "GET / HTTP/1.1\r\nA: 3456789\r\n\r\n" },
        { __LINE__, 431, "GET / HTTP/1.1\r\nA: 34567890\r\n\r\n" },
        { __LINE__, 431, "GET / HTTP/1.1\r\nA: 3456789012" },
        { __LINE__, 0, "GET / HTTP/1.1\r\nA: 3\r\nB: 9\r\n\r\n" },
        { __LINE__, 431, "GET / HTTP/1.1\r\nA: 3\r\nB: 90\r\n\r\n" },
        { __LINE__, 0, "GET / HTTP/1.1\r\nA:\r\nB:\r\n\r\n" },
        { __LINE__, 431, "GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\n\r\n" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        HeadFault fault = { 0 };
        size_t len = 0;
        HeadState state = scan(str_z(cases[i].bytes), &tight, &len, &fault);
        EXPECT_INT_AT(cases[i].line, cases[i].status, fault.status);
        EXPECT_INT_AT(cases[i].line, cases[i].status != 0 ? HEAD_BAD : HEAD_DONE, state);
    }
}

/* --- the complete head ------------------------------------------------------------------------ */

static int parse(const char *bytes, HttpHead *ret)
{
    HeadFault fault = { 0 };

    if (head_parse(test_arena(), str_z(bytes), ret, &fault))
        return 0;
    EXPECT(fault.status >= 400 && fault.why.len > 0);
    return fault.status;
}

TEST(head_parse_reads_what_it_promises)
{
    HttpHead h = { 0 };

    EXPECT_INT(0, parse("PATCH /a%20b/%E5%AF%86/%25/c?x=%2F HTTP/1.1\r\nHOST: Example.ORG:80\r\n"
                        "X-Test:  a  b \t\r\nEmpty:\r\nContent-Length: 00012\r\nX-Test: second\r\n"
                        "Connection: keep-alive, CLOSE\r\nExpect: 100-Continue\r\n\r\n",
                        &h));
    EXPECT_INT(HTTP_PATCH, h.method);
    EXPECT_INT(1, h.minor);
    EXPECT_STR("/a%20b/%E5%AF%86/%25/c?x=%2F", h.target);
    EXPECT_STR("/a b/密/%/c", h.path);
    EXPECT_STR("x=%2F", h.query);
    EXPECT_STR("example.org:80", h.host);
    EXPECT_INT(7, (int64_t)h.n_headers);
    EXPECT_STR("a  b", head_get(&h, STR("x-test")));
    EXPECT_STR("", head_get(&h, STR("empty")));
    EXPECT(str_is_null(head_get(&h, STR("absent"))));
    EXPECT_INT(12, h.content_length);
    EXPECT(h.close && h.expects_continue && !h.chunked);

    EXPECT_INT(0, parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &h));
    EXPECT(str_is_null(h.query));
    EXPECT_INT(-1, h.content_length);
    EXPECT(!h.close && !h.expects_continue && !h.chunked);

    EXPECT_INT(0, parse("POST /? HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", &h));
    EXPECT_STR("", h.query);
    EXPECT(h.chunked);

    EXPECT_INT(0, parse("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", &h));
    EXPECT(h.close);
}

TEST(head_parse_knows_every_method)
{
    static const char *const names[] = {
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
    };
    HttpHead h = { 0 };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Str head = str_fmt(test_arena(), "%s / HTTP/1.1\r\nHost: a\r\n\r\n", names[i]);
        EXPECT_INT(0, parse(head.ptr, &h));
        EXPECT_STR(names[i], http_method_name(h.method));
    }
}

TEST(head_parse_takes_hosts_as_they_may_be)
{
    static const struct {
        int line, status;
        const char *host;
    } cases[] = {
        { __LINE__, 0, "a" },
        { __LINE__, 0, "a-b_c.example.org" },
        { __LINE__, 0, "127.0.0.1:1" },
        { __LINE__, 0, "[::1]" },
        { __LINE__, 0, "[::ffff:1.2.3.4]:65535" },
        { __LINE__, 400, "" },
        { __LINE__, 400, ":80" },
        { __LINE__, 400, "a:" },
        { __LINE__, 400, "a:123456" },
        { __LINE__, 400, "a:8o" },
        { __LINE__, 400, "a b" },
        { __LINE__, 400, "a/b" },
        { __LINE__, 400, "a@b" },
        { __LINE__, 400, "[]" },
        { __LINE__, 400, "[::1" },
        { __LINE__, 400, "[::1]x" },
        { __LINE__, 400, "[zz]" },
        { __LINE__, 400, "a,b" },
        { __LINE__, 400, "\xc3\xa5" },
    };
    HttpHead h = { 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str head = str_fmt(test_arena(), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", cases[i].host);
        EXPECT_INT_AT(cases[i].line, cases[i].status, parse(head.ptr, &h));
    }
}

TEST(head_parse_refuses_headers_that_may_come_once)
{
    static const char *const once[] = {
        "Host: a",
        "Content-Length: 1",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "Content-Type: a/b",
        "Content-Encoding: x",
        "Authorization: x",
        "Cookie: a=b",
        "Origin: http://a",
        "Sec-Fetch-Site: none",
        "Idempotency-Key: x",
        "If-Match: \"a\"",
        "If-None-Match: \"a\"",
        "X-CSRF-Token: x",
    };
    HttpHead h = { 0 };

    for (size_t i = 0; i < COUNT_OF(once); i++) {
        const char *host = i == 0 ? "" : "Host: a\r\n";
        Str one = str_fmt(test_arena(), "GET / HTTP/1.1\r\n%s%s\r\n\r\n", host, once[i]);
        Str two =
            str_fmt(test_arena(), "GET / HTTP/1.1\r\n%s%s\r\n%s\r\n\r\n", host, once[i], once[i]);
        EXPECT_INT(0, parse(one.ptr, &h));
        EXPECT_INT(400, parse(two.ptr, &h));
    }
    EXPECT_INT(0, parse("GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\nAccept: c\r\n\r\n", &h));
}

TEST(head_list_has_whole_tokens_only)
{
    EXPECT(head_list_has(STR("close"), STR("close")));
    EXPECT(head_list_has(STR("a,\tCLOSE ,b"), STR("close")));
    EXPECT(!head_list_has(STR("closed, a close"), STR("close")));
    EXPECT(!head_list_has(STR(""), STR("close")));
    EXPECT(!head_list_has(STR_NULL, STR("close")));
}
