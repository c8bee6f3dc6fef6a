#include "app/collate.h"

#include <pthread.h>
#include <unicode/ucol.h>

#include "core/log.h"

/* Opened once and kept: comparing with an open collator is safe from several threads. */
static const UCollator *collators[LANG_COUNT];

static void open_collators(void)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        UErrorCode status = U_ZERO_ERROR;
        collators[i] = ucol_open(lang_tag((Lang)i), &status);
        if (U_FAILURE(status))
            log_fatal("ICU has no collation data", "language %s: %s", lang_key((Lang)i),
                      u_errorName(status));
    }
}

int collate(Lang lang, Str a, Str b)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    UErrorCode status = U_ZERO_ERROR;

    pthread_once(&once, open_collators);
    UCollationResult order =
        ucol_strcollUTF8(collators[lang], a.len > 0 ? a.ptr : "", (int32_t)a.len,
                         b.len > 0 ? b.ptr : "", (int32_t)b.len, &status);
    if (U_FAILURE(status) || order == UCOL_EQUAL)
        return str_cmp(a, b);
    return order == UCOL_LESS ? -1 : 1;
}
