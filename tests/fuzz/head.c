/* A head and its body mean the same however the bytes arrive, and what is accepted keeps the
 * promises of http/head.h.  llhttp must then find the same end. */
#include "fuzz/fuzz.h"

#include "core/buf.h"
#include "http/framing.h"

static const HeadLimits limits = { 8192, 32768, 100 };

static HeadState scan(Str bytes, size_t split, size_t *ret_len, HeadFault *fault)
{
    HeadScan s = { 0 };
    HeadState state = head_scan(&s, &limits, str_sub(bytes, 0, split), fault);

    if (state == HEAD_MORE)
        state = head_scan(&s, &limits, bytes, fault);
    *ret_len = s.at;
    return state;
}

static Rc take(void *arg, Str piece)
{
    buf_add(arg, piece);
    return buf_result(arg);
}

/* Reads the body in steps of that size. */
static Rc read_body(Str head, const HttpHead *parsed, Str rest, size_t step, Buf *to,
                    size_t *ret_used, bool *ret_done)
{
    Framing *f = framing_new();
    bool no_body = false;
    Rc rc = framing_head(f, head, parsed, &no_body);

    *ret_used = 0;
    *ret_done = no_body;
    while (rc == RC_OK && !*ret_done && *ret_used < rest.len) {
        size_t used = 0;
        rc = framing_body(f, str_sub(rest, *ret_used, *ret_used + step), take, to, &used, ret_done);
        *ret_used += used;
    }
    framing_free(f);
    return rc;
}

static void check_head(const HttpHead *h, Str bytes)
{
    assert(str_starts(h->path, STR("/")) && str_is_clean_text(h->path, false));
    assert(!str_contains(h->path, STR("/../")) && !str_ends(h->path, STR("/..")));
    assert(!str_contains(h->path, STR("\\")) && h->path.len <= h->target.len + 1);
    assert(h->host.len > 0 && h->n_headers >= 1 && h->n_headers <= limits.headers);
    assert(!(h->chunked && h->content_length >= 0));
    size_t n = 0;
    for (size_t i = 0; i < h->n_headers; i++) {
        assert(head_is_token(h->headers[i].name) && str_is_clean_text(h->headers[i].value, true));
        n += h->headers[i].name.len + h->headers[i].value.len;
    }
    assert(n < bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    CLEANUP(buf_done) Buf whole = { 0 };
    CLEANUP(buf_done) Buf bytewise = { 0 };
    const Str bytes = { (const char *)data, size };
    size_t len = 0, other_len = 0;
    HeadFault fault = { 0 }, other = { 0 };
    HttpHead head = { 0 };

    if (size == 0)
        return 0;
    HeadState state = scan(bytes, size, &len, &fault);
    assert(scan(bytes, data[size / 2] % size, &other_len, &other) == state);
    assert(len == other_len && fault.status == other.status);
    assert((state == HEAD_BAD) == (fault.status != 0));
    if (state != HEAD_DONE)
        return 0;
    if (!head_parse(a, str_sub(bytes, 0, len), &head, &fault)) {
        assert(fault.status >= 400 && fault.why.len > 0);
        return 0;
    }
    check_head(&head, bytes);

    size_t used = 0, other_used = 0;
    bool done = false, other_done = false;
    Str rest = str_skip(bytes, len);
    buf_init(&whole, 1u << 20);
    buf_init(&bytewise, 1u << 20);
    Rc rc = read_body(str_sub(bytes, 0, len), &head, rest, size, &whole, &used, &done);
    assert(
        rc
        == read_body(str_sub(bytes, 0, len), &head, rest, 1, &bytewise, &other_used, &other_done));
    if (rc != RC_OK)
        return 0;
    assert(done == other_done && used == other_used);
    assert(str_eq(buf_str(&whole), buf_str(&bytewise)));
    if (done && head.content_length >= 0)
        assert(used == (size_t)head.content_length && whole.len == used);
    return 0;
}
