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

/* What of confidential requests an answer shows: each request once. */
typedef struct View {
    int64_t request_id;
    int64_t file_id; /* an attachment whose bytes are the answer; 0: the request itself */
} View;
enum { VIEWS_MAX = 128 }; /* more than a page of any list holds */
typedef struct Views {
    size_t n;
    bool   full; /* there were more than VIEWS_MAX: such an answer must not leave */
    View   at[VIEWS_MAX];
} Views;

/* A request whose page was opened, up to which of its events. */
typedef struct Opened {
    int64_t request_id; /* 0: none */
    int64_t seq;
} Opened;

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

    /* Filled by view_add when confidential requests were read: the dispatcher writes the views into the
     * event table and commits before the answer leaves.  NULL: none. */
    Views *views;
    /* Left by a page that somebody opened: the dispatcher has it written in the same way.  When that cannot be
     * done, the answer leaves all the same. */
    Opened opened;
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
/* This call reads a confidential request, or the bytes of one of its files (file_id; 0: no file, and a
 * file stands for the request it belongs to).  Again for the same one: nothing new. */
void view_add(Ctx *cx, int64_t request_id, int64_t file_id);
/* RC_INVALID when fail_add was called, else RC_OK. */
CHECKED Rc fail_result(const Ctx *cx);
