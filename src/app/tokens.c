/* tokens.c - see tokens.h. */
#include "app/tokens.h"

#include "app/fold.h"
#include "core/log.h"

#include <pthread.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

typedef struct Cutter {
    Arena *arena;
    UText text;
    UBreakIterator *breaks; /* the thread's */
    TextTokens *to;
    size_t max;
    uint32_t word;
} Cutter;

/* Opening an iterator costs more than cutting a page of text: each thread keeps one. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t kept;

static void breaks_end(void *breaks)
{
    ubrk_close(breaks);
}

static void make_key(void)
{
    if (pthread_key_create(&kept, breaks_end) != 0)
        log_fatal("out of memory", "a key of threads");
}

static UBreakIterator *breaks_of_thread(void)
{
    UErrorCode e = U_ZERO_ERROR;

    (void)pthread_once(&once, make_key);
    UBreakIterator *breaks = pthread_getspecific(kept);
    if (breaks != NULL)
        return breaks;
    breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &e);
    if (U_FAILURE(e) || pthread_setspecific(kept, breaks) != 0)
        log_fatal("ICU cannot break words", "%s", u_errorName(e));
    return breaks;
}

static void cutter_close(Cutter *c)
{
    UErrorCode e = U_ZERO_ERROR;
    UText nothing = UTEXT_INITIALIZER;

    if (c->breaks == NULL)
        return;
    /* The iterator must not point to a text that is gone. */
    utext_openUTF8(&nothing, "", 0, &e);
    ubrk_setUText(c->breaks, &nothing, &e);
    utext_close(&nothing);
    utext_close(&c->text);
}

static void cutter_open(Cutter *c, Str folded)
{
    UErrorCode e = U_ZERO_ERROR;

    c->breaks = breaks_of_thread();
    utext_openUTF8(&c->text, folded.ptr != NULL ? folded.ptr : "", (int64_t)folded.len, &e);
    ubrk_setUText(c->breaks, &c->text, &e);
    if (U_FAILURE(e))
        log_fatal("ICU cannot break words", "%s", u_errorName(e));
}

static bool is_mark(char c)
{
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return (unsigned char)c < 0x80 && !plain;
}

/* "can't" as "cant": marks inside a word say nothing to who looks for it. */
static Rc without_marks(Arena *a, Str s, Str *ret)
{
    size_t n = 0;
    bool any = false;

    for (size_t i = 0; i < s.len && !any; i++)
        any = is_mark(s.ptr[i]);
    *ret = s;
    if (!any)
        return RC_OK;
    char *to = arena_try(a, s.len);
    if (to == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < s.len; i++)
        if (!is_mark(s.ptr[i]))
            to[n++] = s.ptr[i];
    *ret = (Str){ to, n };
    return RC_OK;
}

static Rc add(Cutter *c, Str s)
{
    TextToken t = { .word = c->word };

    TRY(without_marks(c->arena, s, &t.text));
    if (t.text.len == 0 || c->to->n == c->max)
        return RC_OK;
    return LIST_PUSH(c->arena, c->to, t);
}

static Rc add_each(Cutter *c, Str s)
{
    size_t at = 0;

    while (at < s.len) {
        size_t len = 0;
        (void)str_next_char(str_skip(s, at), &len);
        TRY(add(c, str_sub(s, at, at + len)));
        at += len;
    }
    return RC_OK;
}

Rc text_tokens(Arena *a, Str text, size_t max, TextTokens *ret)
{
    CLEANUP(cutter_close)
    Cutter c = { .arena = a, .text = UTEXT_INITIALIZER, .to = ret, .max = max };
    Str folded;
    int32_t ideographs_end = -1; /* where a word of ideographs ends that may go on */

    *ret = (TextTokens){ 0 };
    TRY(text_fold(a, text, &folded));
    cutter_open(&c, folded);
    for (int32_t from = ubrk_first(c.breaks), to = ubrk_next(c.breaks);
         to != UBRK_DONE && ret->n < max; from = to, to = ubrk_next(c.breaks)) {
        int32_t status = ubrk_getRuleStatus(c.breaks);
        Str piece = str_sub(folded, (size_t)from, (size_t)to);
        if (status < UBRK_WORD_NONE_LIMIT)
            continue;
        bool ideographs = status >= UBRK_WORD_IDEO;
        if (!ideographs || ideographs_end != from)
            c.word++;
        TRY(ideographs ? add_each(&c, piece) : add(&c, piece));
        ideographs_end = ideographs ? to : -1;
    }
    return RC_OK;
}

/* ---- finding ---- */

/* The tokens from..end of `words` are one word: do they stand side by side somewhere in the text? */
static bool has_word(const TextTokens *text, const TextTokens *words, size_t from, size_t end,
                     bool prefix)
{
    for (size_t i = 0; i + (end - from) <= text->n; i++) {
        size_t k = 0;
        while (from + k < end) {
            Str wanted = words->at[from + k].text, there = text->at[i + k].text;
            bool last = prefix && from + k + 1 == end;
            if (last ? !str_starts(there, wanted) : !str_eq(there, wanted))
                break;
            k++;
        }
        if (from + k == end)
            return true;
    }
    return false;
}

bool tokens_have(const TextTokens *text, const TextTokens *words)
{
    size_t from = 0;

    while (from < words->n) {
        size_t end = from + 1;
        while (end < words->n && words->at[end].word == words->at[from].word)
            end++;
        if (!has_word(text, words, from, end, end == words->n))
            return false;
        from = end;
    }
    return words->n > 0;
}

/* ---- places in a text as it was written ---- */

enum { MARKED_MAX = 4000 };

typedef struct Piece {
    Str text; /* folded */
    size_t from, to;
} Piece;
LIST_OF(Piece, Pieces);

static Rc fold_piece(Arena *a, Str s, Str *ret)
{
    Str folded = str_lower_ascii(a, s);
    bool ascii = true;

    for (size_t i = 0; i < s.len && ascii; i++)
        ascii = (unsigned char)s.ptr[i] < 0x80;
    if (!ascii)
        TRY(text_fold(a, s, &folded));
    return without_marks(a, folded, ret);
}

static Rc add_piece(Cutter *c, Pieces *to, Str text, size_t from, size_t end)
{
    Piece p = { .from = from, .to = end };

    TRY(fold_piece(c->arena, str_sub(text, from, end), &p.text));
    return p.text.len > 0 ? LIST_PUSH(c->arena, to, p) : RC_OK;
}

/* The text itself is cut and each word folded for itself: so its place is known. */
static Rc pieces_of(Cutter *c, Str text, Pieces *ret)
{
    for (int32_t from = ubrk_first(c->breaks), to = ubrk_next(c->breaks);
         to != UBRK_DONE && ret->n < MARKED_MAX; from = to, to = ubrk_next(c->breaks)) {
        int32_t status = ubrk_getRuleStatus(c->breaks);
        size_t at = (size_t)from, end = (size_t)to;
        if (status < UBRK_WORD_NONE_LIMIT)
            continue;
        while (at < end) {
            size_t len = end - at;
            if (status >= UBRK_WORD_IDEO) {
                len = 0;
                (void)str_next_char(str_sub(text, at, end), &len);
            }
            TRY(add_piece(c, ret, text, at, at + len));
            at += len;
        }
    }
    return RC_OK;
}

/* How many pieces from `at` on are one of the words: 0 none. */
static size_t pieces_at(const Pieces *text, size_t at, const TextTokens *words, bool whole)
{
    size_t from = 0, best = 0;

    while (from < words->n) {
        size_t end = from + 1, k = 0;
        while (end < words->n && words->at[end].word == words->at[from].word)
            end++;
        while (from + k < end && at + k < text->n) {
            Str wanted = words->at[from + k].text, there = text->at[at + k].text;
            bool last = from + k + 1 == words->n && !whole;
            if (last ? !str_starts(there, wanted) : !str_eq(there, wanted))
                break;
            k++;
        }
        if (from + k == end && k > best)
            best = k;
        from = end;
    }
    return best;
}

Rc text_marks(Arena *a, Str text, const TextTokens *words, bool whole, size_t most, TextMarks *ret)
{
    CLEANUP(cutter_close) Cutter c = { .arena = a, .text = UTEXT_INITIALIZER };
    Pieces pieces = { 0 };

    *ret = (TextMarks){ 0 };
    if (!str_is_utf8(text))
        return RC_INVALID;
    cutter_open(&c, text);
    TRY(pieces_of(&c, text, &pieces));
    for (size_t i = 0; i < pieces.n && ret->n < most;) {
        size_t n = pieces_at(&pieces, i, words, whole);
        if (n > 0) {
            TextMark mark = { pieces.at[i].from, pieces.at[i + n - 1].to };
            TRY(LIST_PUSH(a, ret, mark));
        }
        i += n > 0 ? n : 1;
    }
    return RC_OK;
}

Rc tokens_join(Arena *a, const TextTokens *t, Str *ret)
{
    size_t len = 0;

    for (size_t i = 0; i < t->n; i++)
        len += t->at[i].text.len + 1;
    char *to = arena_try(a, len + 1);
    if (to == NULL)
        return RC_LIMIT;
    len = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (i > 0)
            to[len++] = ' ';
        memcpy(to + len, t->at[i].text.ptr, t->at[i].text.len);
        len += t->at[i].text.len;
    }
    *ret = (Str){ to, len };
    return RC_OK;
}
