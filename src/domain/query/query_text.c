/* query_text.c - texts as people compare them: folded, and word by word. */
#include "app/fold.h"
#include "app/tokens.h"
#include "domain/query/query.h"

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

#define WORDS_MAX 16

bool text_has_words(Str text, Str words)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new(FOLD_ARENA_BYTES);
    TextTokens there, wanted;

    return text_tokens(arena, text, SIZE_MAX, &there) == RC_OK
           && text_tokens(arena, words, WORDS_MAX, &wanted) == RC_OK
           && tokens_have(&there, &wanted);
}
