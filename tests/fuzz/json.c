/* What json_parse accepts is written again to a text that reads back as the same text. */
#include "fuzz/fuzz.h"

#include "core/json.h"

static bool write_again(Arena *a, const Json *v, Str *ret)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    buf_init(&b, 8u << 20);
    json_out_init(&o, &b);
    json_value(&o, v);
    *ret = str_dup(a, buf_str(&b));
    return buf_result(&b) == RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(32u << 20);
    const Json *v = NULL;
    Str where = STR_NULL, once, twice;
    Rc rc = json_parse(a, (Str){ (const char *)data, size }, &v, &where);

    if (rc != RC_OK) {
        assert(rc == RC_INVALID || rc == RC_LIMIT);
        assert(where.len > 0 && str_is_clean_text(where, false));
        return 0;
    }
    assert(write_again(a, v, &once) && str_is_utf8(once));
    rc = json_parse(a, once, &v, &where);
    assert(rc == RC_OK);
    assert(write_again(a, v, &twice) && str_eq(once, twice));
    return 0;
}
