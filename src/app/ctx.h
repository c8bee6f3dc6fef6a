/* ctx.h - Ctx: what one call or one job carries through every layer.
 *
 * Holds the arena, the transaction, the time (read once), the subject and what went wrong.  The
 * texts for people and the faulty fields are collected here; the dispatcher turns them into a page
 * or a problem+json body.
 */
#pragma once

#include "app/subject.h"
#include "app/words.h"
#include "db/db.h"

typedef struct FieldError {
    Str         pointer; /* JSON pointer below the body: "/answers/device"; "" for the whole */
    Str         code;    /* stable word for programs: "required", "too_long", "stale" ... */
    Text        text;    /* for people, translated when shown */
} FieldError;
LIST_OF(FieldError, FieldErrors);

typedef struct Ctx {
    Arena         *arena;
    DbConn        *db;
    Ms             now_ms;
    const Subject *subject;
    Lang           lang;
    const Zone    *zone;
    Str            call_ref; /* reference number shown with errors and kept in the log */

    FieldErrors errors;
    bool        failed;    /* fail_add was called, even where the arena had no room for its error */
    Text        detail;    /* the sentence of the failure when it belongs to no field */
    Str         type;      /* stable word of the failure, "" when there is none */

    struct IdentityCache *identity; /* names looked up in this call; domain/identity's own */

    /* Set by access when a confidential request was read: the dispatcher writes the view into the
     * event table and commits before the answer leaves. */
    int64_t viewed_confidential_id;
    int64_t viewed_file_id; /* an attachment whose bytes are the answer, of that request; 0: none */
} Ctx;

/* Records the failure and returns `rc`, so that callers write return fail(...). */
Rc fail(Ctx *cx, Rc rc, const char *code, Text text);
/* As fail, for one field.  `pointer` without leading slash names a top-level member.  What an inner
 * call said of its own failure ("There is no such team.") gives way to it. */
Rc fail_field(Ctx *cx, Rc rc, const char *pointer, const char *code, Text text);
/* Adds a field error and goes on, so that all faults of a form are shown at once. */
void fail_add(Ctx *cx, Str pointer, const char *code, Text text);
/* As fail, and forgets what was said so far: a refusal of the whole act says nothing about its words. */
Rc fail_whole(Ctx *cx, Rc rc, const char *code, Text text);
/* RC_INVALID when fail_add was called, else RC_OK. */
CHECKED Rc fail_result(const Ctx *cx);
