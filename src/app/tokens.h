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

/* Where words stand in a text as it was written, in bytes: from the first one on, none overlapping. */
typedef struct TextMark {
    size_t from, to;
} TextMark;
LIST_OF(TextMark, TextMarks);
/* The places of any of `words` (tokens of what somebody looks for); the last one marks what begins with it unless
 * `whole`.  At most `most` marks, and the first 4,000 words of the text.  Errors: as text_tokens. */
CHECKED Rc text_marks(Arena *a, Str text, const TextTokens *words, bool whole, size_t most,
                      TextMarks *ret);
