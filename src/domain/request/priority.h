/* priority.h - how impact and urgency make a priority: a matrix for each organisation.
 *
 * The matrix of the requester's organisation counts, else the one for everybody, else the one that the
 * program comes with.  A change is a new version; requests keep their priority until somebody changes
 * their impact or urgency, or takes an override back.  Rules: docs/domain/request.md.
 */
#pragma once

#include "domain/request/request.h"

typedef struct PriorityMatrix {
    int64_t   id;      /* of the version; 0: the one that the program comes with */
    int64_t   org_id;  /* 0: for everybody */
    Str       org_key; /* "": for everybody */
    Str       org;     /* name of the organisation; "" */
    int64_t   version; /* from 1; 0: the one that the program comes with */
    int8_t    cells[4][4]; /* by IMPACT_WORDS, then URGENCY_WORDS; 1 low .. 4 critical */
    Ms        at_ms;       /* MS_NONE */
    PersonRef by;
    bool      inherited;   /* in lists: the organisation has none of its own */
} PriorityMatrix;
LIST_OF(PriorityMatrix, PriorityMatrices);

PriorityMatrix priority_builtin(void);
/* "low" .. "critical"; an unknown impact counts as person, an unknown urgency as normal.  Pure. */
int64_t matrix_level(const PriorityMatrix *m, Str impact, Str urgency);

/* That which counts for requests of this person. */
CHECKED Rc priority_matrix_for(Ctx *cx, int64_t person_id, PriorityMatrix *ret);
/* By the key of an organisation, "default" for everybody.  Errors: RC_NOT_FOUND. */
CHECKED Rc priority_matrix_get(Ctx *cx, GrantedPeople g, Str org_key, PriorityMatrix *ret);
/* For everybody first, then each organisation by name, at most 1,000. */
CHECKED Rc priority_matrix_list(Ctx *cx, GrantedPeople g, PriorityMatrices *ret);
/* `version` is the one that was looked at.  Event "priority.changed".  No event when nothing changes.
 * Errors: RC_NOT_FOUND, RC_STALE, RC_INVALID at "cells" (not 1..4, or lower with more impact or
 * urgency). */
CHECKED Rc priority_matrix_put(Ctx *cx, GrantedPeople g, Str org_key, int64_t version,
                               int8_t cells[4][4]);
/* The organisation goes back to the matrix for everybody, everybody to the program's.
 * Errors: RC_NOT_FOUND, RC_STALE. */
CHECKED Rc priority_matrix_drop(Ctx *cx, GrantedPeople g, Str org_key, int64_t version);

/* Which matrix gave the request its priority: its version, and the organisation's name. */
CHECKED Rc request_matrix(Ctx *cx, GrantedRequest g, PriorityMatrix *ret);
