/* buf.h - Buf: bytes that grow up to a stated maximum.
 *
 * Appending beyond the maximum (or without memory) marks the buffer as full and drops the bytes;
 * buf_result tells once at the end, so that writers need no check after each piece.
 */
#pragma once

#include "core/str.h"

typedef struct Buf {
    char  *ptr;
    size_t len, cap, max;
    bool   full; /* something did not fit; stays true until buf_clear */
} Buf;

void buf_init(Buf *b, size_t max_bytes);
void buf_done(Buf *b);  /* a zeroed Buf is allowed */
void buf_clear(Buf *b); /* keeps the memory */

/* Where the bytes do not fit as it stands: grows, or marks the buffer as full. */
void buf_add_more(Buf *b, const void *bytes, size_t n);

/* Pages are made of many short pieces, so these stand here for the compiler to take apart. */
static inline void buf_add_bytes(Buf *b, const void *bytes, size_t n)
{
    if (n > b->cap - b->len || b->full) {
        buf_add_more(b, bytes, n);
        return;
    }
    if (n > 0)
        memcpy(b->ptr + b->len, bytes, n);
    b->len += n;
}

static inline void buf_add(Buf *b, Str s)
{
    buf_add_bytes(b, s.ptr, s.len);
}

static inline void buf_add_char(Buf *b, char c)
{
    buf_add_bytes(b, &c, 1);
}

void buf_add_int(Buf *b, int64_t v);
void buf_add_fmt(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define buf_add_lit(b, literal) buf_add_bytes((b), "" literal "", sizeof(literal) - 1)
/* Room for `n` more bytes at ptr + len, or NULL (then full). Add to len what you wrote. */
char *buf_room(Buf *b, size_t n);

/* RC_OK, or RC_LIMIT when something did not fit. */
CHECKED Rc buf_result(const Buf *b);
Str buf_str(const Buf *b); /* valid until the next change */
