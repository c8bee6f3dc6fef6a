/* loc.h - words in several languages, stored as one JSON object: {"en": "...", "sv": "...", "zh": "..."}.
 *
 * Used for texts that an organisation writes itself (names of teams, models, questions).  The texts
 * of the program are in the message catalogues (app/i18n.h).
 */
#pragma once

#include "app/ctx.h"

/* The text in the reader's language; where it is missing, English, then whatever there is.  The
 * empty text for anything that is not such an object. */
Str loc_text(Ctx *cx, Str json);
/* As loc_text for a stated language, and whether the text really is in it. */
Str loc_text_in(Arena *a, Str json, Lang lang, bool *ret_exact);
/* Exactly the text in that language, or STR_NULL. */
Str loc_exact(Arena *a, Str json, Lang lang);
/* The JSON object of texts by language; empty texts are left out.  Keys in the order of enum Lang,
 * so that equal texts give equal bytes. */
Str loc_json(Arena *a, const Str by_lang[LANG_COUNT]);
