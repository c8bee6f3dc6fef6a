#include "http/framing.h"

#include "core/log.h"

#include <assert.h>

/* llhttp.h has enumerators of the same names (HTTP_GET and so on). */
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_PATCH   LLHTTP_PATCH
#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_OPTIONS LLHTTP_OPTIONS
#include <llhttp.h>

#if !LLHTTP_STRICT_MODE
#error "llhttp must be compiled and used with LLHTTP_STRICT_MODE=1"
#endif

struct Framing {
    llhttp_t parser;
    bool in_body; /* the head is behind us */
    bool done;
    bool chunked;
    char last; /* the last byte of the piece before */
    FramingSink *sink;
    void *arg;
    Rc sink_rc;
};

static Framing *of(llhttp_t *parser)
{
    return parser->data;
}

static int on_headers_complete(llhttp_t *parser)
{
    of(parser)->in_body = true;
    /* "Upgrade" is ignored, as RFC 9110, section 7.8 allows; llhttp would stop for it. */
    parser->upgrade = 0;
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    Framing *f = of(parser);

    assert(f->sink != NULL);
    f->sink_rc = f->sink(f->arg, (Str){ at, length });
    return f->sink_rc == RC_OK ? 0 : -1;
}

static int on_message_complete(llhttp_t *parser)
{
    of(parser)->done = true;
    return HPE_PAUSED; /* so that the bytes of a next message stay ours */
}

static int on_chunk_extension(llhttp_t *parser, const char *at, size_t length)
{
    UNUSED(parser);
    UNUSED(at);
    UNUSED(length);
    return -1;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t length)
{
    UNUSED(at);
    UNUSED(length);
    return of(parser)->in_body ? -1 : 0; /* a trailer */
}

static const llhttp_settings_t settings = {
    .on_header_field = on_header_field,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
    .on_chunk_extension_name = on_chunk_extension,
};

Framing *framing_new(void)
{
    Framing *f = calloc(1, sizeof *f);

    if (f == NULL)
        log_fatal("http.memory", "no memory for a parser");
    return f;
}

void framing_free(Framing *f)
{
    free(f);
}

static bool agrees(const Framing *f, const HttpHead *head)
{
    const bool chunked = (f->parser.flags & F_CHUNKED) != 0;
    const bool sized = (f->parser.flags & F_CONTENT_LENGTH) != 0;

    if (chunked != head->chunked || sized != (head->content_length >= 0))
        return false;
    return !sized || f->parser.content_length == (uint64_t)head->content_length;
}

Rc framing_head(Framing *f, Str bytes, const HttpHead *head, bool *ret_no_body)
{
    const bool has_body = head->chunked || head->content_length > 0;

    *f = (Framing){ 0 };
    llhttp_init(&f->parser, HTTP_REQUEST, &settings);
    f->parser.data = f;
    llhttp_errno_t error = llhttp_execute(&f->parser, bytes.ptr, bytes.len);

    if (error != (has_body ? HPE_OK : HPE_PAUSED) || !f->in_body || f->done == has_body)
        return RC_INVALID;
    /* At the end of a message llhttp clears its flags; without a body there is nothing to
     * compare. */
    if (has_body ? !agrees(f, head) : llhttp_get_error_pos(&f->parser) != bytes.ptr + bytes.len)
        return RC_INVALID;
    f->chunked = head->chunked;
    *ret_no_body = !has_body;
    return RC_OK;
}

Rc framing_body(Framing *f, Str bytes, FramingSink *sink, void *arg, size_t *ret_used,
                bool *ret_done)
{
    assert(f->in_body && !f->done && bytes.len > 0);
    f->sink = sink;
    f->arg = arg;
    f->sink_rc = RC_OK;
    llhttp_errno_t error = llhttp_execute(&f->parser, bytes.ptr, bytes.len);

    *ret_done = f->done;
    *ret_used = bytes.len;
    if (f->sink_rc != RC_OK)
        return f->sink_rc;
    if (error != (f->done ? HPE_PAUSED : HPE_OK))
        return RC_INVALID;
    if (f->done) {
        *ret_used = (size_t)(llhttp_get_error_pos(&f->parser) - bytes.ptr);
        /* llhttp takes a bare LF for the empty line after the last chunk. */
        char before = *ret_used >= 2 ? bytes.ptr[*ret_used - 2] : f->last;
        if (f->chunked && before != '\r')
            return RC_INVALID;
    }
    f->last = bytes.ptr[bytes.len - 1];
    return RC_OK;
}
