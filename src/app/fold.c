#include "app/fold.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define FOLD_MAX_BYTES (16 * 1024 * 1024)

static Rc normalised(Arena *a, const UNormalizer2 *folder, Str s, Str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n16 = 0, folded16 = 0, n8 = 0;

    if (s.len == 0) {
        *ret = STR("");
        return RC_OK;
    }
    if (s.len > FOLD_MAX_BYTES)
        return RC_LIMIT;
    if (folder == NULL)
        return RC_INTERNAL;
    if (!str_is_utf8(s))
        return RC_INVALID;

    /* UTF-8 never has fewer units than the same text in UTF-16. */
    UChar *wide = ARENA_ARRAY(a, UChar, s.len);
    if (wide == NULL)
        return RC_LIMIT;
    u_strFromUTF8(wide, (int32_t)s.len, &n16, s.ptr, (int32_t)s.len, &status);
    if (U_FAILURE(status))
        return RC_INVALID;

    folded16 = unorm2_normalize(folder, wide, n16, NULL, 0, &status);
    if (status != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(status))
        return RC_INTERNAL;
    status = U_ZERO_ERROR;
    UChar *folded = ARENA_ARRAY(a, UChar, (size_t)folded16 + 1);
    char *bytes = ARENA_ARRAY(a, char, (size_t)folded16 * 3 + 1);
    if (folded == NULL || bytes == NULL)
        return RC_LIMIT;
    folded16 = unorm2_normalize(folder, wide, n16, folded, folded16 + 1, &status);
    u_strToUTF8(bytes, folded16 * 3 + 1, &n8, folded, folded16, &status);
    if (U_FAILURE(status))
        return RC_INTERNAL;
    *ret = (Str){ bytes, (size_t)n8 };
    return RC_OK;
}

Rc text_fold(Arena *a, Str s, Str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *folder = unorm2_getNFKCCasefoldInstance(&status);

    return normalised(a, U_SUCCESS(status) ? folder : NULL, s, ret);
}

Rc text_nfc(Arena *a, Str s, Str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);

    return normalised(a, U_SUCCESS(status) ? nfc : NULL, s, ret);
}

Rc text_like(Arena *a, Str folded, Str *ret)
{
    char *to = ARENA_ARRAY(a, char, folded.len * 2 + 2);
    size_t n = 0;

    if (to == NULL)
        return RC_LIMIT;
    to[n++] = '%';
    for (size_t i = 0; i < folded.len; i++) {
        char c = folded.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            to[n++] = '\\';
        to[n++] = c;
    }
    if (folded.len > 0)
        to[n++] = '%';
    *ret = (Str){ to, n };
    return RC_OK;
}
