#include "http/encoding.h"

#include "core/log.h"

#include <zlib.h>

#define GZIP_MIN_BYTES 1024 /* below, the saving is less than a packet */
#define GZIP_LEVEL     4    /* most of the saving of 6 at half the time */
#define GZIP_BITS      (15 + 16)

/* A weight of RFC 9110, section 12.4.2: "0" or "1" with at most three decimals.  Returns whether it
 * is one, and whether it is more than nothing. */
static bool parse_weight(Str s, bool *ret_positive)
{
    if (s.len == 0 || s.len > 5 || (s.ptr[0] != '0' && s.ptr[0] != '1')
        || (s.len > 1 && s.ptr[1] != '.'))
        return false;
    bool positive = s.ptr[0] == '1';
    for (size_t i = 2; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        positive = positive || s.ptr[i] != '0';
    }
    *ret_positive = positive;
    return true;
}

bool http_accepts_gzip(Str accept_encoding)
{
    bool any = false;

    while (!str_is_null(accept_encoding)) {
        Str weight = str_cut(&accept_encoding, ',');
        Str coding = str_trim(str_cut(&weight, ';'));
        bool positive = true;

        weight = str_trim(weight);
        if (weight.len > 0) {
            Str key = str_trim(str_cut(&weight, '='));
            if (!str_eq_nocase(key, STR("q")) || !parse_weight(str_trim(weight), &positive))
                continue;
        }
        if (str_eq_nocase(coding, STR("gzip")))
            return positive; /* named: what "*" says does not matter */
        if (str_eq(coding, STR("*")))
            any = positive;
    }
    return any;
}

/* Leaves *ret empty when that saves nothing. */
static void compress_into(Str plain, Buf *ret)
{
    z_stream z = { 0 };

    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        log_error("http.gzip", "no memory for compression");
        return;
    }
    buf_init(ret, plain.len);
    char *to = buf_room(ret, plain.len);
    if (to != NULL && plain.len <= UINT32_MAX) {
        z.next_in = (Bytef *)(uintptr_t)plain.ptr;
        z.avail_in = (uInt)plain.len;
        z.next_out = (Bytef *)to;
        z.avail_out = (uInt)plain.len;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END)
            ret->len += plain.len - z.avail_out;
    }
    deflateEnd(&z);
}

void http_gzip(const HttpCall *call, HttpAnswer *answer)
{
    Buf packed = { 0 };

    http_answer_header(answer, STR("Vary"), STR("Accept-Encoding"));
    if (answer->body.len <= GZIP_MIN_BYTES || answer->body.full
        || !http_accepts_gzip(http_header(call, STR("accept-encoding"))))
        return;
    compress_into(buf_str(&answer->body), &packed);
    if (packed.len == 0) {
        buf_done(&packed);
        return;
    }
    buf_done(&answer->body);
    answer->body = packed;
    http_answer_header(answer, STR("Content-Encoding"), STR("gzip"));
}
