/* cookie.h - reading Cookie and writing Set-Cookie (RFC 6265bis).
 *
 * Other programs on the same host share the browser's cookies, so a malformed foreign cookie is
 * passed over; our own must be there exactly once and well formed.
 */
#pragma once

#include "core/str.h"

/* The value of the cookie `name` in a Cookie header (STR_NULL: no header).
 * Errors: RC_NOT_FOUND, RC_INVALID (twice, or a value with characters a cookie cannot have). */
CHECKED Rc cookie_get(Str header, Str name, Str *ret);

typedef enum CookieLife {
    COOKIE_SESSION, /* until the browser ends */
    COOKIE_FOR,     /* for max_age_s */
    COOKIE_DELETE,  /* now */
} CookieLife;

/* The value of a Set-Cookie header: always Path=/, HttpOnly, Secure, SameSite=Lax and no Domain,
 * which is what the name prefix "__Host-" demands.  Over plain http browsers take such a cookie
 * from this machine only: tried with Chromium 156, which keeps and returns a "__Host-" cookie on
 * http://localhost and http://127.0.0.1, so that the name is the same everywhere.
 * `name` and `value` must be tokens that a cookie can carry (assert): secrets in base64url, never
 * people's text. */
Str cookie_set(Arena *a, Str name, Str value, CookieLife life, int64_t max_age_s);
