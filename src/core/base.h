/* base.h - what every file of Errand sees first: result codes, time, checked results, cleanup.
 *
 * Nothing here allocates.  Layer: core, which may use libc only.
 */
#pragma once

#include "core/banned.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a caller can act on.  The words for people are kept in Ctx (app/ctx.h), never in the code. */
typedef enum Rc {
    RC_OK = 0,
    RC_INVALID,   /* the input breaks a rule; field errors say which one */
    RC_NOT_FOUND, /* no such object, or not visible to this person */
    RC_FORBIDDEN, /* visible, but the act is not theirs */
    RC_CONFLICT,  /* the state does not allow the act, or a name is taken */
    RC_STALE,     /* somebody else changed the object meanwhile (version differs) */
    RC_BUSY,      /* try again a little later */
    RC_LIMIT,     /* a stated bound is reached */
    RC_INTERNAL,  /* our fault or the machine's; details are in the log */
} Rc;

const char *rc_name(Rc rc);

/* The compiler warns when the result is ignored. */
#define CHECKED __attribute__((warn_unused_result))

/* Returns a failed Rc to the caller.  The only macro that hides control flow. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        Rc try_rc_ = (expr);                                                                       \
        if (try_rc_ != RC_OK)                                                                      \
            return try_rc_;                                                                        \
    } while (0)

/* Runs fn(&variable) when the variable leaves its scope: CLEANUP(rows_close) Rows rows = {0}; */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define UNUSED(x)       ((void)(x))

/* a / b rounded down, where C rounds towards zero; b > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* An instant: milliseconds since 1970-01-01T00:00Z.  MS_NONE marks "no instant". */
typedef int64_t Ms;
#define MS_NONE INT64_MIN

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR   (60 * MS_MINUTE)
#define MS_DAY    (24 * MS_HOUR)

/* A whole number that may be absent (a NULL column, an answer not given). */
typedef struct OptInt {
    bool    set;
    int64_t value;
} OptInt;

#define OPT_INT(v) ((OptInt){ true, (v) })
#define OPT_NONE   ((OptInt){ false, 0 })
