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

/* What somebody is to a person whose presence it is about. */
typedef enum PresenceTie {
    TIE_SELF = 1 << 0,
    TIE_LEAD = 1 << 1,    /* leads a team of theirs */
    TIE_MANAGER = 1 << 2, /* stands above them, at any depth */
    TIE_ADMIN = 1 << 3,
} PresenceTie;

typedef struct PresenceRule {
    PresenceTie tie;
    uint32_t may; /* PresenceMay bits */
} PresenceRule;
extern const PresenceRule presence_rules[];
extern const size_t presence_rules_n;

/* PresenceMay bits of all the ties.  Pure. */
uint32_t access_presence_may(uint32_t ties);

/* "requester" ... as in request_reader. */
const char *relation_name(Relation relation);
bool relation_from(Str name, Relation *ret);
