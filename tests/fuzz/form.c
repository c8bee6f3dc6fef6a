/* What form_parse accepts can be written with every byte escaped and reads the same again. */
#include "fuzz/fuzz.h"

#include "core/buf.h"
#include "http/form.h"

static void escape(Buf *b, Str s)
{
    for (size_t i = 0; i < s.len; i++)
        buf_add_fmt(b, "%%%02X", (unsigned char)s.ptr[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    CLEANUP(buf_done) Buf b = { 0 };
    FormFields fields = { 0 }, again = { 0 };
    Rc rc = form_parse(a, (Str){ (const char *)data, size }, &fields);

    if (rc != RC_OK) {
        assert(rc == RC_INVALID || rc == RC_LIMIT);
        return 0;
    }
    buf_init(&b, 4u << 20);
    assert(fields.n <= FORM_FIELDS_MAX);
    for (size_t i = 0; i < fields.n; i++) {
        assert(str_is_utf8(fields.at[i].name) && str_is_utf8(fields.at[i].value));
        assert(fields.at[i].name.len > 0 && fields.at[i].name.len <= FORM_NAME_MAX_BYTES);
        assert(fields.at[i].value.len <= FORM_FIELD_MAX_BYTES);
        if (i > 0)
            buf_add_char(&b, '&');
        escape(&b, fields.at[i].name);
        buf_add_char(&b, '=');
        escape(&b, fields.at[i].value);
    }
    rc = buf_result(&b);
    assert(rc == RC_OK);
    rc = form_parse(a, buf_str(&b), &again);
    assert(rc == RC_OK && again.n == fields.n);
    for (size_t i = 0; i < fields.n; i++) {
        assert(str_eq(fields.at[i].name, again.at[i].name));
        assert(str_eq(fields.at[i].value, again.at[i].value));
    }
    return 0;
}
