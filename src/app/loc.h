/* loc.h - words in several languages, stored as one JSON object: {"en": "...", "sv": "...", "zh": "..."}.
 *
 * Used for texts that an organisation writes itself (names of teams, titles of tasks).  The texts of
 * the program are in the message catalogues (app/i18n.h).
 */
#pragma once

#include "app/ctx.h"

/* Reads such an object; other members are passed over.  {"": "words"} is a text without a language
 * and stands for every one.  Anything that is no such object gives no text at all.  The
 * texts lie in `json` or in the arena. */
LangText loc_read(Arena *a, Str json);
/* Writes it; absent and empty texts are left out, keys in the order of enum Lang, so that equal texts
 * give equal bytes.  "{}" for no text at all. */
Str loc_json(Arena *a, const LangText *t);
/* The text in the reader's language, else in English, else in any; the empty text when there is none. */
Str loc_text(Ctx *cx, Str json);
