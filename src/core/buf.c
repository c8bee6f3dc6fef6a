/* buf.c - see buf.h. */
#include "core/buf.h"

#include <inttypes.h>
#include <stdarg.h>

#define FIRST_BYTES 256u   /* of what stays short */
#define PAGE_BYTES  16384u /* of what may become a page: most are larger, and growing copies */

void buf_init(Buf *b, size_t max_bytes)
{
    *b = (Buf){ .max = max_bytes };
}

void buf_done(Buf *b)
{
    free(b->ptr);
    *b = (Buf){ 0 };
}

void buf_clear(Buf *b)
{
    b->len = 0;
    b->full = false;
}

char *buf_room(Buf *b, size_t n)
{
    if (b->full || n > b->max - b->len) {
        b->full = true;
        return NULL;
    }
    if (n > b->cap - b->len || b->ptr == NULL) {
        size_t need = b->len + n;
        size_t cap = b->cap > b->max / 2 ? b->max : b->cap * 2;
        size_t first = b->max > 4 * PAGE_BYTES ? PAGE_BYTES : FIRST_BYTES;
        if (cap < first)
            cap = first;
        if (cap < need)
            cap = need;
        if (cap > b->max) /* what fits into cap is taken without another look at max */
            cap = b->max;
        char *more = realloc(b->ptr, cap);
        if (more == NULL) {
            b->full = true;
            return NULL;
        }
        b->ptr = more;
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void buf_add_more(Buf *b, const void *bytes, size_t n)
{
    char *to = n > 0 ? buf_room(b, n) : NULL;
    if (to != NULL) {
        memcpy(to, bytes, n);
        b->len += n;
    }
}

void buf_add_int(Buf *b, int64_t v)
{
    char digits[24]; /* -9223372036854775808 and its NUL are 21 */
    char *at = digits + sizeof digits;
    uint64_t rest = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;

    do {
        *--at = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (v < 0)
        *--at = '-';
    buf_add_bytes(b, at, (size_t)(digits + sizeof digits - at));
}

void buf_add_fmt(Buf *b, const char *format, ...)
{
    char brief[256];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(brief, sizeof brief, format, args);
    va_end(args);
    if (n < 0) {
        b->full = true;
        return;
    }
    if ((size_t)n < sizeof brief) {
        buf_add_bytes(b, brief, (size_t)n);
        return;
    }
    /* vsnprintf wants one byte more for its NUL than the text takes; it is not part of the text,
     * so the longest text that fits is printed elsewhere first. */
    char *text = malloc((size_t)n + 1);
    if (text == NULL) {
        b->full = true;
        return;
    }
    va_start(args, format);
    int again = vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    if (again == n)
        buf_add_bytes(b, text, (size_t)n);
    else
        b->full = true;
    free(text);
}

Rc buf_result(const Buf *b)
{
    return b->full ? RC_LIMIT : RC_OK;
}

Str buf_str(const Buf *b)
{
    return b->ptr == NULL ? STR("") : (Str){ b->ptr, b->len };
}
