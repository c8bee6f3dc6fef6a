/* form.h - application/x-www-form-urlencoded (WHATWG URL, section 5), read strictly.
 *
 * Used for form bodies and for query strings.  `+` and %XX are decoded once.  A bad escape, invalid
 * UTF-8 or NUL refuses the whole text: nothing is guessed and nothing half read.
 */
#pragma once

#include "core/str.h"

#define FORM_FIELDS_MAX      1100        /* a thousand chosen requests and what is done with them */
#define FORM_FIELD_MAX_BYTES (64 * 1024) /* a decoded value */
#define FORM_NAME_MAX_BYTES  255         /* a decoded name */

typedef struct FormField {
    Str name;
    Str value; /* the empty text when there is no '=' */
} FormField;

LIST_OF(FormField, FormFields); /* in the order of the text; names may repeat */

/* Errors: RC_INVALID (escape, UTF-8, NUL, no name), RC_LIMIT (see above, or the arena's cap). */
CHECKED Rc form_parse(Arena *a, Str text, FormFields *ret);
/* The value of the first field of that name; STR_NULL when absent. */
Str form_value(const FormFields *fields, Str name);
