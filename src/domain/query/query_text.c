/* query_text.c - texts as people compare them: folded, and word by word. */
#include "domain/query/query.h"
#include "core/log.h"

#include <assert.h>
#include <limits.h>
#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* A text in UTF-16 on the heap.  Folding grows a text at most threefold in each of its steps. */
typedef struct Wide {
    UChar  *at;
    int32_t n;
} Wide;

static void wide_done(Wide *w)
{
    free(w->at);
    *w = (Wide){ 0 };
}

static UChar *wide_room(int32_t n)
{
    UChar *at = calloc((size_t)n + 1, sizeof *at);

    if (at == NULL)
        log_fatal("out of memory", "folding %d characters", (int)n);
    return at;
}

static const UNormalizer2 *nfc(void)
{
    UErrorCode          e = U_ZERO_ERROR;
    const UNormalizer2 *n = unorm2_getNFCInstance(&e);

    if (U_FAILURE(e))
        log_fatal("ICU data is missing", "%s", u_errorName(e));
    return n;
}

/* Each step measures first and writes then; ICU reports the wanted length either way. */
static Wide wide_nfc(const Wide *from)
{
    UErrorCode e = U_ZERO_ERROR;
    Wide       to = { 0 };

    int32_t n = unorm2_normalize(nfc(), from->at, from->n, NULL, 0, &e);
    e = U_ZERO_ERROR;
    to.at = wide_room(n);
    to.n = unorm2_normalize(nfc(), from->at, from->n, to.at, n + 1, &e);
    assert(U_SUCCESS(e));
    return to;
}

static Wide wide_fold(const Wide *from)
{
    UErrorCode e = U_ZERO_ERROR;
    Wide       to = { 0 };

    int32_t n = u_strFoldCase(NULL, 0, from->at, from->n, U_FOLD_CASE_DEFAULT, &e);
    e = U_ZERO_ERROR;
    to.at = wide_room(n);
    to.n = u_strFoldCase(to.at, n + 1, from->at, from->n, U_FOLD_CASE_DEFAULT, &e);
    assert(U_SUCCESS(e));
    return to;
}

#define TEXT_MAX (8 * 1024 * 1024)

/* NFC, full case folding, NFC again: folding can leave a text unnormalised. */
static Wide wide_folded(Str s)
{
    UErrorCode          e = U_ZERO_ERROR;
    CLEANUP(wide_done) Wide plain = { 0 };
    CLEANUP(wide_done) Wide normal = { 0 };
    CLEANUP(wide_done) Wide folded = { 0 };

    if (s.len > TEXT_MAX)
        s.len = TEXT_MAX;
    plain.at = wide_room((int32_t)s.len);
    u_strFromUTF8WithSub(plain.at, (int32_t)s.len + 1, &plain.n, s.ptr != NULL ? s.ptr : "", (int32_t)s.len, 0xFFFD,
                         NULL, &e);
    assert(U_SUCCESS(e));
    normal = wide_nfc(&plain);
    folded = wide_fold(&normal);
    return wide_nfc(&folded);
}

Rc text_fold(Arena *a, Str s, Str *ret)
{
    CLEANUP(wide_done) Wide w = wide_folded(s);
    UErrorCode              e = U_ZERO_ERROR;
    int32_t                 n = 0;

    u_strToUTF8(NULL, 0, &n, w.at, w.n, &e);
    e = U_ZERO_ERROR;
    char *to = arena_try(a, (size_t)n + 1);
    if (to == NULL)
        return RC_LIMIT;
    u_strToUTF8(to, n + 1, NULL, w.at, w.n, &e);
    assert(U_SUCCESS(e));
    *ret = (Str){ to, (size_t)n };
    return RC_OK;
}

bool text_fold_eq(Str a, Str b)
{
    if (str_eq(a, b))
        return true;
    CLEANUP(wide_done) Wide x = wide_folded(a);
    CLEANUP(wide_done) Wide y = wide_folded(b);
    return x.n == y.n && u_memcmp(x.at, y.at, x.n) == 0;
}

/* ---- words ---- */

static void breaks_close(UBreakIterator **b)
{
    if (*b != NULL)
        ubrk_close(*b);
}

static UBreakIterator *breaks_open(const Wide *w)
{
    UErrorCode      e = U_ZERO_ERROR;
    UBreakIterator *b = ubrk_open(UBRK_WORD, "", w->at, w->n, &e);

    if (U_FAILURE(e))
        log_fatal("ICU data is missing", "%s", u_errorName(e));
    return b;
}

/* The next word at or after the iterator's place: blanks and punctuation are passed over. */
static bool next_word(UBreakIterator *b, int32_t *from, int32_t *to)
{
    for (int32_t start = ubrk_current(b), end = ubrk_next(b); end != UBRK_DONE;
         start = end, end = ubrk_next(b)) {
        if (ubrk_getRuleStatus(b) < UBRK_WORD_NONE_LIMIT)
            continue;
        *from = start;
        *to = end;
        return true;
    }
    return false;
}

static bool has_word(const Wide *text, const UChar *word, int32_t n, bool prefix)
{
    CLEANUP(breaks_close) UBreakIterator *b = breaks_open(text);
    int32_t                               from, to;

    ubrk_first(b);
    while (next_word(b, &from, &to))
        if ((prefix ? to - from >= n : to - from == n) && u_memcmp(text->at + from, word, n) == 0)
            return true;
    return false;
}

#define WORDS_MAX 16

bool text_has_words(Str text, Str words)
{
    CLEANUP(wide_done) Wide               t = wide_folded(text);
    CLEANUP(wide_done) Wide               w = wide_folded(words);
    CLEANUP(breaks_close) UBreakIterator *b = breaks_open(&w);
    int32_t                               from[WORDS_MAX], to[WORDS_MAX];
    int                                   n = 0;

    ubrk_first(b);
    while (n < WORDS_MAX && next_word(b, &from[n], &to[n]))
        n++;
    for (int i = 0; i < n; i++)
        if (!has_word(&t, w.at + from[i], to[i] - from[i], i == n - 1))
            return false;
    return n > 0;
}
