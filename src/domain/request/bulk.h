/* bulk.h - one act on many requests.
 *
 * Each request goes through the same command as alone, in a savepoint of its own, with the same rights and
 * events: what is refused for one of them does not hold up the others, and stands in the result with its sentence.
 * The result is kept with what each request had before, and is its author's alone.
 *
 * Many requests take seconds, and everybody else's changes wait for the one thread that writes.  So the act is kept
 * first (bulk_begin, bulk_undo) and done in pieces (bulk_go_on), each in a transaction of its own.  A piece takes
 * what waits, so that no request is tried twice, whoever goes on and however often.  What stops in the middle, because the
 * program ends or the database fails, leaves what was done, says what waits, and is gone on with by its author.
 * General rules (grants, errors): request.h.
 */
#pragma once

#include "domain/request/request.h"

#define BULK_MOST      1000 /* requests of one act */
#define BULK_UNDO_DAYS 30

typedef enum BulkKind {
    BULK_ASSIGN, BULK_TRANSFER, BULK_PRIORITY, BULK_WATCH, BULK_UNWATCH, BULK_TAG, BULK_UNTAG, BULK_REJECT,
    BULK_CANCEL, BULK_FULFIL, BULK_MERGE,
    BULK_ANSWER, /* of one request alone, with bulk_alone */
    BULK_FIELD,  /* a team's field, likewise */
    BULK_COUNT,
} BulkKind;

const char  *bulk_word(BulkKind kind);  /* "assign" */
Text         bulk_label(BulkKind kind); /* for people */
CHECKED bool bulk_from_word(Str word, BulkKind *ret);
bool         bulk_is_for_many(BulkKind kind);
bool         bulk_can_undo(BulkKind kind);
bool         bulk_needs_text(BulkKind kind);

typedef struct BulkInput {
    StrList requests;  /* numbers or ids, 1..BULK_MOST; one that is named twice counts once */
    Str     act;       /* word */
    Str     value;     /* assign: login, "" for nobody; transfer: key of a team; priority: level; tag, untag: the tag;
                         merge: number of the request that stays;
                         answer: id of a choice, a blank, key of the option or nothing */
    Str     text;      /* transfer: summary; fulfil: resolution; priority, reject, cancel: reason */
    Str     next_step; /* transfer */
    Rc      fault;
} BulkInput;

/* Keeps the act, in the caller's transaction; no request is tried yet, all of them wait.
 * Errors: RC_INVALID with field errors at requests, act, value, text: then nothing is kept. */
CHECKED Rc bulk_begin(Ctx *cx, GrantedSelf g, const BulkInput *in, int64_t *ret_id);

/* How much of it one transaction does: at least one request, then as many as there is time for. */
typedef struct BulkPiece {
    int64_t most; /* requests, 1..BULK_MOST */
    int64_t ms;   /* when this long has passed, no other one is begun */
} BulkPiece;
#define BULK_PIECE ((BulkPiece){ BULK_MOST, 40 })

/* The next piece of the act, or of its way back, in the caller's transaction; none is left: nothing happens.
 * RC_OK also when every single request refused.  Writes "bulk.done" or "bulk.undone" with the last one.
 * Errors: RC_NOT_FOUND (no act of theirs); RC_BUSY, RC_INTERNAL (the database failed: the piece must be undone). */
CHECKED Rc bulk_go_on(Ctx *cx, GrantedSelf g, int64_t id, BulkPiece piece, int64_t *ret_left);

/* The same on one request, as its own act: what is refused fails the call with the command's own errors (in->fault in
 * its place among them), and nothing is kept.  *ret_id: what bulk_undo takes; 0 when nothing changed or the act cannot be taken back.
 * Errors: those of the command. */
CHECKED Rc bulk_alone(Ctx *cx, GrantedSelf g, Str number, BulkKind kind, const BulkInput *in, int64_t *ret_id);

typedef struct BulkPart {
    Str  number;
    bool ok;
    bool waits;    /* not tried yet; of an act that is taken back: not taken back yet */
    Str  why;      /* when not ok and tried */
    bool undone;
    Str  undo_why; /* it could not be taken back */
} BulkPart;
LIST_OF(BulkPart, BulkParts);

typedef struct BulkDone {
    int64_t   id;
    BulkKind  kind;
    Ms        at_ms, undone_ms; /* MS_NONE: not taken back */
    int64_t   done_n;           /* that worked */
    int64_t   left_n;           /* that wait: bulk_go_on */
    bool      may_undo;
    BulkParts parts;
} BulkDone;
/* Errors: RC_NOT_FOUND (none of theirs). */
CHECKED Rc bulk_get(Ctx *cx, GrantedSelf g, int64_t id, BulkDone *ret);

/* Begins to give each request back what it had, where it still has what the act gave it; the others say in the result
 * why not.  What waited to be tried is not tried any more.  bulk_go_on does it.
 * Errors: RC_NOT_FOUND; RC_CONFLICT (taken back already, older than BULK_UNDO_DAYS, or of a kind that cannot
 * be taken back). */
CHECKED Rc bulk_undo(Ctx *cx, GrantedSelf g, int64_t id);
