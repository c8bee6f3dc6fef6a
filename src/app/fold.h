/* fold.h - text as it is compared and searched: Unicode's NFKC_Casefold (UAX #31, section 5).
 *
 * "LÖSENORD", "Lösenord" and "lösenord" written with a combining diaeresis fold to the same bytes; full-width
 * letters fold to plain ones; Chinese stays as it is.  Pure.
 */
#pragma once

#include "core/str.h"

/* Errors: RC_INVALID (not UTF-8), RC_LIMIT (the arena's cap). */
CHECKED Rc text_fold(Arena *a, Str s, Str *ret);
/* The same text in NFC, the form in which text is stored.  Errors as text_fold. */
CHECKED Rc text_nfc(Arena *a, Str s, Str *ret);

/* The pattern for LIKE ... ESCAPE '\' that finds `folded` anywhere in a folded text; "%" for the
 * empty one.  Errors: RC_LIMIT. */
CHECKED Rc text_like(Arena *a, Str folded, Str *ret);
