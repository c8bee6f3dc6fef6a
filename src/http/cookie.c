#include "http/cookie.h"

#include "http/head.h"

#include <assert.h>

/* cookie-octet of RFC 6265, section 4.1.1. */
static bool is_cookie_value(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
            return false;
    }
    return true;
}

Rc cookie_get(Str header, Str name, Str *ret)
{
    Str found = STR_NULL;

    while (!str_is_null(header)) {
        Str value = str_trim(str_cut(&header, ';'));
        if (!str_eq(str_cut(&value, '='), name) || str_is_null(value))
            continue;
        /* Two of one name: one of them was planted for another path or domain. */
        if (!str_is_null(found) || !is_cookie_value(value))
            return RC_INVALID;
        found = value;
    }
    if (str_is_null(found))
        return RC_NOT_FOUND;
    *ret = found;
    return RC_OK;
}

Str cookie_set(Arena *a, Str name, Str value, CookieLife life, int64_t max_age_s)
{
    const char *const rest = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    assert(head_is_token(name) && is_cookie_value(value));
    switch (life) {
    case COOKIE_SESSION: break;
    case COOKIE_FOR:
        assert(max_age_s > 0);
        return str_fmt(a, "%.*s=%.*s; Max-Age=%lld%s", STR_ARG(name), STR_ARG(value),
                       (long long)max_age_s, rest);
    case COOKIE_DELETE: return str_fmt(a, "%.*s=; Max-Age=0%s", STR_ARG(name), rest);
    }
    return str_fmt(a, "%.*s=%.*s%s", STR_ARG(name), STR_ARG(value), rest);
}
