/* Whatever text a page shows, it stays text: an attribute reads back as what went in, no place lets a
 * quote or an angle bracket through, and no address leads to a script or to another host. */
#include "fuzz/fuzz.h"

#include "web/out.h"

static const struct {
    const char *entity;
    char c;
} entities[] = {
    { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' },
};

/* Reads the escaped text back; asserts that nothing else looks like markup. */
static Str unescape(Arena *a, Str s)
{
    char *to = arena_array(a, s.len + 1, 1);
    size_t n = 0;

    assert(to != NULL);
    for (size_t i = 0; i < s.len;) {
        assert(memchr("<>\"'", s.ptr[i], 4) == NULL);
        if (s.ptr[i] != '&') {
            to[n++] = s.ptr[i++];
            continue;
        }
        size_t e = 0;
        while (e < COUNT_OF(entities) && !str_starts(str_skip(s, i), str_z(entities[e].entity)))
            e++;
        assert(e < COUNT_OF(entities));
        to[n++] = entities[e].c;
        i += strlen(entities[e].entity);
    }
    return (Str){ to, n };
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    CLEANUP(buf_done) Buf b = { 0 };
    Str in = { (const char *)data, size };
    PageOut o = { .buf = &b, .arena = a, .reader = { LANG_ZH, zone_utc(), 0 } };
    buf_init(&b, 8u << 20);

    attr_str(&o, in);
    assert(str_eq(unescape(a, buf_str(&b)), in));

    buf_clear(&b);
    out_str(&o, in);
    Str shown = unescape(a, buf_str(&b));
    assert(str_eq(shown, in) || str_contains(shown, STR("[U+")));

    buf_clear(&b);
    out_text(&o, TEXT("{0} <b> {1}", in, 7));
    assert(!str_contains(buf_str(&b), STR("<b>")));
    unescape(a, buf_str(&b));

    buf_clear(&b);
    url_str(&o, in);
    Str url = unescape(a, buf_str(&b));
    assert(str_eq(url, STR("#")) || str_eq(url, in));
    Str head = str_lower_ascii(a, str_sub(url, 0, 8));
    assert(head.ptr[0] == '#' || head.ptr[0] == '?' || head.ptr[0] == '/'
           || str_starts(head, STR("https://")) || str_starts(head, STR("http://"))
           || str_starts(head, STR("mailto:")));
    assert(!str_starts(url, STR("//")) && !str_starts(url, STR("/\\")));

    buf_clear(&b);
    url_part_str(&o, in);
    Str part = buf_str(&b);
    size_t n = 0;
    for (size_t i = 0; i < part.len; i++, n++) {
        int c = (unsigned char)part.ptr[i];
        if (c == '%') {
            assert(i + 2 < part.len && hex(part.ptr[i + 1]) >= 0 && hex(part.ptr[i + 2]) >= 0);
            c = hex(part.ptr[i + 1]) * 16 + hex(part.ptr[i + 2]);
            i += 2;
        }
        assert(n < in.len && (unsigned char)in.ptr[n] == c);
    }
    assert(n == in.len);
    return 0;
}
