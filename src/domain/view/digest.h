/* digest.h - telling somebody of a view once a day or once a week: how many requests it finds, how many of them are new, the
 * first five.
 *
 * A notice is sent at the hour that the person chose, in their zone: each day on which they work (their own calendar, else that of
 * their first team, else Monday to Friday; not while they are away), or on one day of the week.  Where nothing is found nothing
 * is sent.  New is what was written down since the last notice.
 *
 * Each notice is a timer (app/timer.h), so it is sent once, however late the program comes; the view is asked as the person, with the rights of
 * that moment.  It ends when the view is dropped, when the person may not use it any more, or has left.  A view whose
 * query is wrong by now, or takes too long, is passed over that time.
 *
 * What was said is kept (digest_told) with the ids of the first five; titles are read with the rights of the reader.
 */
#pragma once

#include "domain/view/saved.h"

#define DIGESTS_MAX   20 /* of one person */
#define DIGEST_FIRST  5

typedef struct DigestRule {
    Str     every;   /* day | week */
    int64_t weekday; /* of a week: 0 Monday .. 6; otherwise 0 */
    int64_t hour;    /* 0..23, in the person's zone */
} DigestRule;

typedef struct Digest {
    Str          key;     /* of the view */
    Text         name;    /* of the view; its key where it cannot be used any more */
    DigestRule   rule;
    Ms           next_ms; /* MS_NONE: not in sight */
    Ms           told_ms; /* of the last notice; MS_NONE: none yet, and nothing below is set */
    int64_t      found, fresh; /* FIND_COUNT_MOST stands for more */
    RequestHeads first;   /* of those that are still seen, at most DIGEST_FIRST */
} Digest;
LIST_OF(Digest, Digests);

/* The person's own, in the order in which they began; a fixed number of statements for any number of requests. */
CHECKED Rc digest_list(Ctx *cx, GrantedSelf g, Digests *ret);
/* Errors: RC_NOT_FOUND (no such view, or nothing is said of it). */
CHECKED Rc digest_get(Ctx *cx, GrantedSelf g, Str key, Digest *ret);
/* Begins, or changes when.  Event "view.told_from".
 * Errors: RC_NOT_FOUND (no such view), RC_INVALID (every, weekday, hour), RC_LIMIT (DIGESTS_MAX). */
CHECKED Rc digest_set(Ctx *cx, GrantedSelf g, Str key, const DigestRule *rule);
/* Event "view.told_no_more".  Errors: RC_NOT_FOUND. */
CHECKED Rc digest_end(Ctx *cx, GrantedSelf g, Str key);
/* The view is dropped: nobody is told of it any more. */
CHECKED Rc digest_end_all(Ctx *cx, GrantedSelf g, Str key);

/* The first instant after `after` at which the subject is told. */
CHECKED Rc digest_next(Ctx *cx, const DigestRule *rule, Ms after, Ms *ret);
/* Before the server starts. */
void digest_timers_register(void);
