/* random.c - see random.h. */
#include <sodium.h> /* before banned.h: a member of it is called random */

#include "core/random.h"

#include "core/log.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

void random_bytes(void *to, size_t n)
{
    unsigned char *at = to;

    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            log_fatal("no random bytes", "getrandom: errno %d", errno);
        at += got;
        n -= (size_t)got;
    }
}

Str random_secret(Arena *a)
{
    unsigned char bytes[32];

    random_bytes(bytes, sizeof bytes);
    Str text = base64url_encode(a, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return text;
}

Str base64url_encode(Arena *a, const void *bytes, size_t n)
{
    size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, room);

    sodium_bin2base64(text, room, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return (Str){ text, room - 1 };
}

bool base64url_decode(Arena *a, Str s, Str *ret)
{
    size_t room = s.len / 4 * 3 + 3, n = 0;
    const char *end = NULL;
    unsigned char *bytes = arena_alloc(a, room + 1);

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80) /* libsodium 1.0.18 takes some of these for digits */
            return false;
    if (s.len > 0
        && (sodium_base642bin(bytes, room, s.ptr, s.len, NULL, &n, &end,
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING)
                != 0
            || end != s.ptr + s.len))
        return false;
    *ret = (Str){ (const char *)bytes, n };
    return true;
}

Sha256 sha256(Str s)
{
    Sha256 h;

    crypto_hash_sha256(h.bytes, (const unsigned char *)(s.ptr == NULL ? "" : s.ptr), s.len);
    return h;
}

Str sha256_hex(Arena *a, Str s)
{
    Sha256 h = sha256(s);

    return hex_encode(a, h.bytes, sizeof h.bytes);
}

Str hex_encode(Arena *a, const void *bytes, size_t n)
{
    size_t room;

    if (__builtin_mul_overflow(n, (size_t)2, &room)
        || __builtin_add_overflow(room, (size_t)1, &room))
        log_fatal("out of memory", "hex_encode of %zu bytes", n);
    char *text = arena_alloc(a, room);
    sodium_bin2hex(text, room, bytes, n);
    return (Str){ text, room - 1 };
}

bool secret_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}
