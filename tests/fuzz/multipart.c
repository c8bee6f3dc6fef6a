/* The first line of the input is the media type, the rest the body.  The parts must lie in the
 * body, in order, with nothing in them that a reader could take for a boundary. */
#include "fuzz/fuzz.h"

#include "http/multipart.h"

static void check(const MultipartParts *parts, Str body, Str delimiter)
{
    const char *at = body.ptr;

    assert(parts->n <= MULTIPART_PARTS_MAX);
    for (size_t i = 0; i < parts->n; i++) {
        const MultipartPart *p = &parts->at[i];
        assert(p->name.len > 0 && p->name.len <= MULTIPART_NAME_MAX_BYTES);
        assert(str_is_clean_text(p->name, false) && str_is_clean_text(p->file_name, false));
        assert(p->file_name.len <= MULTIPART_NAME_MAX_BYTES);
        assert(p->bytes.ptr > at && p->bytes.ptr + p->bytes.len <= body.ptr + body.len);
        assert(!str_contains(p->bytes, delimiter));
        assert(p->is_file || (str_is_utf8(p->bytes) && p->bytes.len <= MULTIPART_FIELD_MAX_BYTES));
        at = p->bytes.ptr + p->bytes.len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(4u << 20);
    MultipartParts parts = { 0 };
    Str body = { (const char *)data, size };
    Str type = str_cut(&body, '\n');
    Str boundary = STR_NULL, why = STR_NULL;
    Rc rc = multipart_boundary(type, &boundary);

    if (rc != RC_OK) {
        assert(rc == RC_INVALID || rc == RC_NOT_FOUND);
        return 0;
    }
    rc = multipart_parse(a, body, boundary, &parts, &why);
    if (rc == RC_OK)
        check(&parts, body, str_fmt(a, "\r\n--%.*s", STR_ARG(boundary)));
    else
        assert((rc == RC_INVALID || rc == RC_LIMIT) && why.len > 0 && parts.n == 0);
    return 0;
}
