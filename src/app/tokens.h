/* tokens.h - a text as the words by which it is found: one way of cutting for the index and for everybody who
 * asks it.
 *
 * Words are ICU's (UAX #29), folded (fold.h).  Chinese and Japanese ideographs are a token each, because no
 * dictionary knows every name: "密码" is the word 密 码, found wherever the two stand side by side.  Of
 * ASCII a token has letters and digits only.
 */
#pragma once

#include "core/str.h"

typedef struct TextToken {
    Str      text;
    uint32_t word; /* tokens of one word have the same number and follow each other */
} TextToken;
LIST_OF(TextToken, TextTokens);

/* At most `max` tokens; what comes after them is left out.  Errors: RC_INVALID (not UTF-8), RC_LIMIT. */
CHECKED Rc text_tokens(Arena *a, Str text, size_t max, TextTokens *ret);
/* Does the text have all these words, the last one as the start of a word?  False for no words. */
bool tokens_have(const TextTokens *text, const TextTokens *words);
/* With a blank between them. */
CHECKED Rc tokens_join(Arena *a, const TextTokens *t, Str *ret);
