/* str.c - see str.h. */
#include "core/str.h"

#include <assert.h>
#include <stdarg.h>

Str str_z(const char *nul_terminated)
{
    return nul_terminated == NULL ? STR_NULL : (Str){ nul_terminated, strlen(nul_terminated) };
}

bool str_is_null(Str s)
{
    return s.ptr == NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

int str_cmp(Str a, Str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(Str s, Str prefix)
{
    return s.len >= prefix.len && str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

bool str_contains(Str s, Str part)
{
    if (part.len == 0)
        return true;
    return s.len >= part.len && memmem(s.ptr, s.len, part.ptr, part.len) != NULL;
}

Str str_sub(Str s, size_t from, size_t to)
{
    if (s.ptr == NULL)
        return STR_NULL;
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (Str){ s.ptr + from, to - from };
}

Str str_skip(Str s, size_t n)
{
    return str_sub(s, n, s.len);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s)
{
    size_t from = 0, to = s.len;

    while (from < to && is_blank(s.ptr[from]))
        from++;
    while (to > from && is_blank(s.ptr[to - 1]))
        to--;
    return str_sub(s, from, to);
}

size_t str_find(Str s, char c)
{
    const char *at = s.len == 0 ? NULL : memchr(s.ptr, c, s.len);

    return at == NULL ? s.len : (size_t)(at - s.ptr);
}

Str str_cut(Str *rest, char sep)
{
    size_t at = str_find(*rest, sep);
    Str part = str_sub(*rest, 0, at);

    *rest = at < rest->len ? str_skip(*rest, at + 1) : STR_NULL;
    return part;
}

bool str_to_i64(Str s, int64_t *ret)
{
    bool minus = s.len > 0 && s.ptr[0] == '-';
    Str digits = str_skip(s, minus ? 1 : 0);
    int64_t v = 0;

    if (digits.len == 0)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9')
            return false;
        int64_t digit = minus ? '0' - c : c - '0'; /* downwards, as INT64_MIN has no opposite */
        if (__builtin_mul_overflow(v, INT64_C(10), &v) || __builtin_add_overflow(v, digit, &v))
            return false;
    }
    *ret = v;
    return true;
}

Str str_dup(Arena *a, Str s)
{
    return str_is_null(s) ? STR_NULL : (Str){ str_dup_z(a, s), s.len };
}

const char *str_dup_z(Arena *a, Str s)
{
    char *copy = arena_alloc(a, s.len + 1);

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

Str str_fmt(Arena *a, const char *format, ...)
{
    char brief[256];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(brief, sizeof brief, format, args);
    va_end(args);
    assert(n >= 0);
    char *text = arena_alloc(a, (size_t)n + 1);
    if ((size_t)n < sizeof brief) {
        memcpy(text, brief, (size_t)n);
    } else {
        va_start(args, format);
        int again = vsnprintf(text, (size_t)n + 1, format, args);
        va_end(args);
        assert(again == n);
    }
    return (Str){ text, (size_t)n };
}

Str str_lower_ascii(Arena *a, Str s)
{
    if (str_is_null(s))
        return STR_NULL;
    char *copy = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = lower(s.ptr[i]);
    return (Str){ copy, s.len };
}

/* Reads one code point at `at` (< len).  Returns its length in bytes, or 0 when the bytes there
 * are not UTF-8.  The bounds of the second byte exclude overlong forms, surrogates and what lies
 * beyond U+10FFFF (Unicode, table 3-7). */
static size_t utf8_decode(Str s, size_t at, uint32_t *ret)
{
    unsigned char first = (unsigned char)s.ptr[at];
    unsigned char low = 0x80, high = 0xBF;
    size_t more;
    uint32_t c;

    if (first < 0x80) {
        *ret = first;
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        more = 1;
        c = first & 0x1Fu;
    } else if (first >= 0xE0 && first <= 0xEF) {
        more = 2;
        c = first & 0x0Fu;
        if (first == 0xE0)
            low = 0xA0;
        if (first == 0xED)
            high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        more = 3;
        c = first & 0x07u;
        if (first == 0xF0)
            low = 0x90;
        if (first == 0xF4)
            high = 0x8F;
    } else {
        return 0;
    }
    if (s.len - at <= more)
        return 0;
    for (size_t i = 1; i <= more; i++) {
        unsigned char next = (unsigned char)s.ptr[at + i];
        if (next < low || next > high)
            return 0;
        low = 0x80;
        high = 0xBF;
        c = c << 6 | (next & 0x3Fu);
    }
    *ret = c;
    return more + 1;
}

/* How many bytes below 0x80 stand from `at` on, in whole words of eight. */
static size_t ascii_words(Str s, size_t at)
{
    size_t from = at;

    for (uint64_t word; s.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return at - from;
}

bool str_is_utf8(Str s)
{
    uint32_t c;

    for (size_t at = 0, n; at < s.len; at += n) {
        n = ascii_words(s, at);
        if (n > 0)
            continue;
        n = utf8_decode(s, at, &c);
        if (n == 0)
            return false;
    }
    return true;
}

/* How many printable ASCII bytes stand at `at`, eight looked at together. */
static size_t plain_bytes(Str s, size_t at)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    size_t from = at;

    for (; s.len - at >= 8; at += 8) {
        uint64_t w;
        memcpy(&w, s.ptr + at, 8);
        /* A byte above ASCII, below a space, or DEL shows in its highest bit. */
        if (((w | (w - ones * 0x20) | ((w ^ (ones * 0x7F)) - ones)) & tops) != 0)
            break;
    }
    while (at < s.len && s.ptr[at] >= 0x20 && s.ptr[at] < 0x7F)
        at++;
    return at - from;
}

bool str_is_clean_text(Str s, bool multi_line)
{
    uint32_t c = 0;

    for (size_t at = 0, n; at < s.len; at += n) {
        n = plain_bytes(s, at);
        if (n > 0) /* nearly always to the end */
            continue;
        n = utf8_decode(s, at, &c);
        if (n == 0)
            return false;
        bool line_mark = multi_line && (c == '\t' || c == '\n');
        if (!line_mark && (c < 0x20 || (c >= 0x7F && c <= 0x9F)))
            return false;
    }
    return true;
}

bool str_is_key(Str s)
{
    if (s.len < 1 || s.len > 64)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!alnum && (i == 0 || (c != '-' && c != '_' && c != '/')))
            return false;
    }
    return true;
}

size_t str_chars(Str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xC0u) != 0x80u;
    return n;
}

Str str_shortened(Str s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    while (max_bytes > 0 && ((unsigned char)s.ptr[max_bytes] & 0xC0u) == 0x80u)
        max_bytes--;
    return str_sub(s, 0, max_bytes);
}

uint32_t str_next_char(Str s, size_t *at)
{
    uint32_t c = 0xFFFD;

    assert(*at < s.len);
    size_t n = utf8_decode(s, *at, &c);
    *at += n == 0 ? 1 : n;
    return c;
}

uint64_t str_hash(Str s)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < s.len; i++) {
        h ^= (unsigned char)s.ptr[i];
        h *= UINT64_C(1099511628211);
    }
    return h;
}
