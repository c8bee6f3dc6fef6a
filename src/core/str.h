/* str.h - Str: a piece of UTF-8 text that somebody else owns.
 *
 * Passed by value, never owning, not assumed to end in NUL.  `ptr == NULL` means absent (a NULL
 * column); it compares equal to the empty text everywhere but in str_is_null.
 */
#pragma once

#include "core/arena.h"

typedef struct Str {
    const char *ptr;
    size_t      len;
} Str;

/* Takes a string literal only. */
#define STR(literal)   ((Str){ "" literal "", sizeof(literal) - 1 })
#define STR_INIT(literal) { "" literal "", sizeof(literal) - 1 }
#define STR_NULL       ((Str){ NULL, 0 })

LIST_OF(Str, StrList);

/* For printf: printf("%.*s", STR_ARG(s)). Cut at 1 MiB, so that the length is an int. */
#define STR_ARG(s) (int)((s).len > 1048576 ? 1048576 : (s).len), ((s).ptr ? (s).ptr : "")

Str  str_z(const char *nul_terminated); /* NULL gives STR_NULL */
bool str_is_null(Str s);
static inline bool str_is_empty(Str s) { return s.len == 0; }
static inline bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/* With a literal its length is known to the compiler. */
static inline bool str_eq_z(Str a, const char *b)
{
    return str_eq(a, (Str){ b, strlen(b) });
}
bool str_eq_nocase(Str a, Str b); /* ASCII letters only */
int  str_cmp(Str a, Str b);       /* by bytes: <0, 0, >0 */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
bool str_contains(Str s, Str part);
Str  str_sub(Str s, size_t from, size_t to); /* bounds are clamped */
Str  str_skip(Str s, size_t n);
Str  str_trim(Str s); /* ASCII blanks at both ends */
/* Position of the first `c`, or s.len. */
size_t str_find(Str s, char c);
/* Cuts `*rest` at the first `sep`: returns the part before it, leaves the part after it.
 * At the end `*rest` becomes STR_NULL. */
Str str_cut(Str *rest, char sep);

/* Decimal whole number, optional leading minus, nothing else.  False: not a number or too big. */
CHECKED bool str_to_i64(Str s, int64_t *ret);

/* Copies into the arena.  str_dup keeps NULL as NULL; str_dup_z ends the copy with NUL. */
Str         str_dup(Arena *a, Str s);
const char *str_dup_z(Arena *a, Str s);
/* printf into the arena, of any length: parts that somebody else chose are bounded where they come in.
 * Build lists with a Buf, since each call copies what is there already. */
Str str_fmt(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Lower-case ASCII letters only; for header names and keys, not for people's text. */
Str str_lower_ascii(Arena *a, Str s);

/* Valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool str_is_utf8(Str s);
/* Valid UTF-8 without NUL and control characters; TAB and LF pass where `multi_line`. */
bool str_is_clean_text(Str s, bool multi_line);
/* A key: 1..64 of a-z 0-9 - _ / starting with a letter or digit. */
bool str_is_key(Str s);
/* Number of code points; s must be valid UTF-8. */
size_t str_chars(Str s);
/* The first bytes, at most `max_bytes`, without half a character at the end. */
Str str_shortened(Str s, size_t max_bytes);
/* The code point at *at, which is below s.len; advances *at. Invalid bytes give U+FFFD one by one. */
uint32_t str_next_char(Str s, size_t *at);
/* FNV-1a, 64 bits.  For tables in memory only, never for anything secret. */
uint64_t str_hash(Str s);
