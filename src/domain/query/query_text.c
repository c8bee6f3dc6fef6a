/* query_text.c - texts as people compare them: folded, and word by word. */
#include "app/fold.h"
#include "core/log.h"
#include "domain/query/query.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* Folding needs about fifteen bytes for each of the text; answers have at most 64 KiB. */
#define FOLD_ARENA_BYTES (8 * 1024 * 1024)

bool text_fold_eq(Str a, Str b)
{
    Str x, y;

    if (str_eq(a, b))
        return true;
    CLEANUP(arena_free_at) Arena *arena = arena_new(FOLD_ARENA_BYTES);
    return text_fold(arena, a, &x) == RC_OK && text_fold(arena, b, &y) == RC_OK && str_eq(x, y);
}

/* ---- words ---- */

typedef struct Words {
    Str text;
    UText utext;
    UBreakIterator *breaks;
} Words;

static void words_close(Words *w)
{
    if (w->breaks != NULL)
        ubrk_close(w->breaks);
    utext_close(&w->utext);
}

/* Begins to cut a folded text into its words. */
static void words_open(Words *w, Str text)
{
    UErrorCode e = U_ZERO_ERROR;

    w->text = text;
    utext_openUTF8(&w->utext, text.ptr != NULL ? text.ptr : "", (int64_t)text.len, &e);
    w->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &e);
    ubrk_setUText(w->breaks, &w->utext, &e);
    if (U_FAILURE(e))
        log_fatal("ICU cannot break words", "%s", u_errorName(e));
    ubrk_first(w->breaks);
}

/* The next word; blanks and punctuation are passed over. */
static bool words_next(Words *w, Str *ret)
{
    for (int32_t from = ubrk_current(w->breaks), to = ubrk_next(w->breaks); to != UBRK_DONE;
         from = to, to = ubrk_next(w->breaks)) {
        if (ubrk_getRuleStatus(w->breaks) < UBRK_WORD_NONE_LIMIT)
            continue;
        *ret = str_sub(w->text, (size_t)from, (size_t)to);
        return true;
    }
    return false;
}

static bool has_word(Str text, Str word, bool prefix)
{
    CLEANUP(words_close) Words w = { .utext = UTEXT_INITIALIZER };
    Str found;

    words_open(&w, text);
    while (words_next(&w, &found))
        if (prefix ? str_starts(found, word) : str_eq(found, word))
            return true;
    return false;
}

#define WORDS_MAX 16

bool text_has_words(Str text, Str words)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new(FOLD_ARENA_BYTES);
    CLEANUP(words_close) Words w = { .utext = UTEXT_INITIALIZER };
    Str folded, wanted, list[WORDS_MAX];
    size_t n = 0;

    if (text_fold(arena, text, &folded) != RC_OK || text_fold(arena, words, &wanted) != RC_OK)
        return false;
    words_open(&w, wanted);
    while (n < WORDS_MAX && words_next(&w, &list[n]))
        n++;
    for (size_t i = 0; i < n; i++)
        if (!has_word(folded, list[i], i + 1 == n))
            return false;
    return n > 0;
}
