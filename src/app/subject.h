/* subject.h - who acts: the person, their roles, the session or token, and what it may at most do.
 *
 * Filled by identity and access for the dispatcher; handlers read it and never change it.
 */
#pragma once

#include "core/clock.h"
#include "app/i18n.h"

typedef enum Role {
    ROLE_REQUESTER = 1 << 0, /* every person who is signed in */
    ROLE_AGENT     = 1 << 1,
    ROLE_LEAD      = 1 << 2,
    ROLE_OWNER     = 1 << 3,
    ROLE_ADMIN     = 1 << 4,
    ROLE_AUDITOR   = 1 << 5,
    ROLE_SUPPLIER  = 1 << 6,
} Role;

/* What a route asks of the subject: "may this person use this kind of thing at all".  Whether they
 * may see or change this object is decided by access (domain/access) inside the transaction. */
typedef enum Right {
    RIGHT_NONE = 0,       /* a row without a right stops the start of the server */
    RIGHT_PUBLIC,         /* no sign-in: static files, sign-in page, health */
    RIGHT_SIGNED_IN,      /* any active person */
    RIGHT_STAFF,          /* agent, lead, owner, admin, auditor or supplier, anywhere */
    RIGHT_CATALOG_READ,   /* see models and their versions: staff but suppliers */
    RIGHT_CATALOG_WRITE,  /* edit drafts and publish: owners */
    RIGHT_PEOPLE_READ,    /* see people and teams in the administration: admin, auditor, leads */
    RIGHT_PEOPLE_WRITE,   /* admin */
    RIGHT_AUDIT,          /* auditor */
    RIGHT_COUNT,
} Right;

/* Scopes of an API token; a session has them all. */
typedef enum TokenScope {
    SCOPE_READ    = 1 << 0, /* GET */
    SCOPE_REQUEST = 1 << 1, /* write requests, messages, approvals, tasks */
    SCOPE_CATALOG = 1 << 2, /* write models */
    SCOPE_PEOPLE  = 1 << 3, /* write people and teams */
    SCOPE_ALL     = 15,
} TokenScope;

typedef struct Subject {
    int64_t     person_id; /* 0: nobody is signed in */
    Str         login, name;
    uint32_t    roles;     /* Role bits, held for any team or for all */
    uint32_t    scopes;    /* TokenScope bits */
    int64_t     session_id; /* 0 with a token or on the command line */
    int64_t     token_id;
    Str         csrf_secret; /* bound to the session; empty with a token */
    Lang        lang;
    const Zone *zone;
    Str         theme;  /* "", "light" or "dark" */
    bool        demo;   /* one of the demo organisation's known accounts */
    Str         origin; /* web | api | cli | job: kept with each event */
    Str         address; /* peer, for the audit trail of sign-ins */
} Subject;
