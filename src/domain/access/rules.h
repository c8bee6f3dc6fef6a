/* rules.h - the authorization table of requests: relation and role to rights.  For this folder only.
 *
 * docs/rights.md shows the same table in words; access_test.c compares the two and tries what
 * happens when a line is missing.
 */
#pragma once

#include "domain/access/access.h"

/* One line: who holds any of `roles` at a principal that stands in `relation` to the request gets
 * `may`.  A line without `draft` says nothing about a draft that was never submitted; one without
 * `confidential` nothing about a confidential request that was.  All lines that fit add up. */
typedef struct AccessRule {
    Relation relation;
    uint32_t roles; /* Role bits */
    bool draft, confidential;
    uint32_t may; /* RequestMay bits */
} AccessRule;

extern const AccessRule access_rules[];
extern const size_t access_rules_n;

/* The request's side of the decision. */
typedef struct AccessState {
    bool draft; /* never submitted */
    bool confidential;
} AccessState;

/* RequestMay bits of one way to a request.  Pure. */
uint32_t access_may(const AccessRule *rules, size_t n, Relation relation, uint32_t roles,
                    AccessState state);

/* "requester" ... as in request_reader. */
const char *relation_name(Relation relation);
bool relation_from(Str name, Relation *ret);
