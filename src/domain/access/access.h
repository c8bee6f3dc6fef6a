/* access.h - who may see and do what.  The lowest concept: it includes no other.
 *
 * Data functions take a grant, a small struct that only this folder makes, from the subject, the
 * object and the wanted right, inside the transaction of the act.  Lists, counts and searches take a
 * scope, which every query on a guarded table expands into the same condition over request_reader.
 * An id in place of a grant does not compile; a query with neither does not build.
 *
 * Not visible and not existing are the same answer (RC_NOT_FOUND); RC_FORBIDDEN is only for an act
 * on an object that the person sees.
 */
#pragma once

#include "app/ctx.h"

/* What a person may do with one request: bits, derived from the relations in request_reader and the
 * roles the person holds there.  docs/rights.md shows the whole table; access.c holds it.
 * A token without the scope for writing leaves only MAY_SEE, MAY_NOTES and MAY_SUPPLY. */
typedef enum RequestMay {
    MAY_SEE = 1 << 0,   /* the request, its public timeline and messages */
    MAY_SAY = 1 << 1,   /* write a message, add a file */
    MAY_NOTES = 1 << 2, /* read internal notes: the staff among the readers, auditors too */
    MAY_ASK_SIDE =
        1 << 3,          /* requester, beneficiary, submitter: answer, confirm, withdraw, reopen */
    MAY_DECIDE = 1 << 4, /* is or was asked to approve; the ask itself is checked by the request */
    MAY_WORK = 1 << 5,   /* member of its team: assess, take, pend, hand over, fulfil */
    MAY_LEAD = 1 << 6,   /* leads its team: assign others, overrule priority */
    MAY_TASK = 1 << 7, /* member of a team with a task in it; the task is checked by the request */
    MAY_OWN = 1 << 8,  /* member of the model's owner team: approve ad hoc work */
    MAY_SUPPLY = 1 << 9, /* supplier with a task: sees the task and the answers it names only */
    MAY_NOTE = 1 << 10,  /* write an internal note: the staff who work on it */
} RequestMay;

/* Grants.  Members begin with access_ and are read through the functions below; tools refuse any
 * other folder that fills one. */
typedef struct GrantedRequest {
    int64_t access_id;
    uint32_t access_may;
    bool access_confidential;
} GrantedRequest;
typedef struct GrantedSubmit {
    int64_t access_id;
} GrantedSubmit; /* may create a request for this beneficiary (person id) */
typedef struct GrantedSelf {
    int64_t access_id;
} GrantedSelf; /* one's own sessions, tokens, notifications, uploads (person id) */
typedef struct GrantedSignIn {
    int64_t access_id;
} GrantedSignIn; /* what happens before anybody is signed in */
typedef struct GrantedPeople {
    int64_t access_id;
} GrantedPeople; /* manage persons, teams, roles */
typedef struct GrantedCatalog {
    int64_t access_id;
} GrantedCatalog; /* read or write documents of the catalog */
typedef struct GrantedTimers {
    int64_t access_id;
} GrantedTimers; /* look what is due, in all requests: the clock alone */
typedef struct GrantedImport {
    int64_t access_id;
} GrantedImport; /* replay the log of another system: the operator alone */
typedef struct GrantedReport {
    int64_t access_id;
} GrantedReport; /* count all rows of what it was asked for: a log, or everything (the operator) */
typedef struct GrantedPresence {
    int64_t access_id;
} GrantedPresence; /* absences, hours, skills and delegations of one person (person id) */
typedef struct GrantedLoad {
    int64_t access_id;
} GrantedLoad; /* how much work the members of a team have: sums, never single requests (team id) */
/* Scopes for lists. */
typedef struct ScopeRequests {
    int64_t access_person;
} ScopeRequests;

int64_t granted_request_id(GrantedRequest g);
bool granted_may(GrantedRequest g, uint32_t bits); /* all of the bits */
bool granted_confidential(GrantedRequest g);
int64_t granted_submit_person(GrantedSubmit g); /* the beneficiary */
int64_t granted_presence_person(GrantedPresence g);

/* Grants on one request.  `needed` is RequestMay bits, all required; 0 asks only that the person has
 * some way to it, MAY_SEE or MAY_SUPPLY.
 * Reading a confidential request is recorded: adds it to cx->views.
 * Errors: RC_NOT_FOUND (unknown or not visible), RC_FORBIDDEN (visible, a needed bit is missing). */
CHECKED Rc access_request(Ctx *cx, int64_t request_id, uint32_t needed, GrantedRequest *ret);
/* As access_request, by the public number: "REQ-17", "INC-3"; or by the number that a replayed request had
 * in the other system, where only one of those that the person sees had it.  Any other is RC_NOT_FOUND. */
CHECKED Rc access_request_number(Ctx *cx, Str number, uint32_t needed, GrantedRequest *ret);
/* As access_request, from the id of a part; the part's request decides. */
CHECKED Rc access_task(Ctx *cx, int64_t task_id, uint32_t needed, GrantedRequest *ret);
/* As access_task, by address: the request's number and one of its tasks.  A task of another request is as
 * unknown as one that does not exist. */
CHECKED Rc access_task_of(Ctx *cx, Str number, int64_t task_id, uint32_t needed,
                          GrantedRequest *ret);
CHECKED Rc access_approval(Ctx *cx, int64_t approval_id, uint32_t needed, GrantedRequest *ret);
CHECKED Rc access_attachment(Ctx *cx, int64_t attachment_id, uint32_t needed, GrantedRequest *ret);
/* A further bit on a request that is granted already. Errors: RC_FORBIDDEN. */
CHECKED Rc access_more(Ctx *cx, GrantedRequest g, uint32_t needed);

/* May the subject ask for this person?  Oneself; the own reports at any depth; agents and leads for
 * anybody (phone, walk-in).  Errors: RC_FORBIDDEN, RC_NOT_FOUND. */
CHECKED Rc access_submit(Ctx *cx, int64_t beneficiary_id, GrantedSubmit *ret);
/* Right after the insert of a request under `g`: makes the reader rows and the grant, which lets its
 * maker finish the act even when they will not see the result (a confidential one for somebody else).
 * A draft that was never submitted (submitted_ms empty) is seen by requester, beneficiary and
 * submitter only, whatever rows there are.  One that came back for correction keeps its readers:
 * they have seen it, and who returned it wants to see what becomes of it. */
typedef struct RequestParties {
    int64_t request_id, requester_id, beneficiary_id, submitter_id, team_id,
        owner_team_id; /* owner 0: none */
    bool confidential;
} RequestParties;
CHECKED Rc access_request_created(Ctx *cx, GrantedSubmit g, const RequestParties *p,
                                  GrantedRequest *ret);

/* Keeps request_reader in step with the request; called by the request aggregate in the same
 * transaction.  A confidential request gets no rows for task_team, owner_team and role: asking for
 * one is RC_OK and does nothing.  Its submitter sees it only until it is submitted. */
typedef enum Relation {
    RELATION_REQUESTER,
    RELATION_BENEFICIARY,
    RELATION_SUBMITTER,
    RELATION_PARTICIPANT,
    RELATION_ASKEE,
    RELATION_TEAM,
    RELATION_TASK_TEAM,
    RELATION_OWNER_TEAM,
    RELATION_DELEGATE,
    RELATION_ROLE,
} Relation;
/* From here on the request is confidential, or is no longer: drops the rows that a confidential one
 * does not have, or makes the one for roles (those of teams are the caller's).  `ret` is the grant that
 * knows it. */
CHECKED Rc access_request_confidence(Ctx *cx, GrantedRequest g, bool confidential,
                                     GrantedRequest *ret);
CHECKED Rc access_reader_person(Ctx *cx, GrantedRequest g, Relation relation, int64_t person_id);
CHECKED Rc access_reader_team(Ctx *cx, GrantedRequest g, Relation relation, int64_t team_id);
CHECKED Rc access_reader_drop_team(Ctx *cx, GrantedRequest g, Relation relation, int64_t team_id);
CHECKED Rc access_reader_drop_person(Ctx *cx, GrantedRequest g, Relation relation,
                                     int64_t person_id);

/* The persons who stand in this relation to the request; at most 1,000. */
typedef struct ReaderIds {
    int64_t *at;
    size_t n, cap;
} ReaderIds;
CHECKED Rc access_readers(Ctx *cx, GrantedRequest g, Relation relation, ReaderIds *ret);

/* The principals that may read it, whatever their relation: numbers that mean nothing outside, for an index
 * that narrows; at most 1,000. */
CHECKED Rc access_principals(Ctx *cx, GrantedRequest g, ReaderIds *ret);
/* What the subject is, as such numbers: themselves, teams, roles for all; not what suppliers are. */
CHECKED Rc access_own_principals(Ctx *cx, ReaderIds *ret);
/* Is it a team?  Is it whoever has a role for all? */
bool access_principal_is_team(int64_t principal);
bool access_principal_is_all(int64_t principal);

/* "Why can this person see this?": the relations of one person to a request, for the page of that
 * name. Needs MAY_NOTES on g, or asks about oneself. */
typedef struct Reason {
    Str relation;
    int64_t team_id;
} Reason;
LIST_OF(Reason, Reasons);
CHECKED Rc access_why(Ctx *cx, GrantedRequest g, int64_t person_id, Reasons *ret);

CHECKED Rc access_requests(Ctx *cx, ScopeRequests *ret);
/* How much the person sees: decides how fast a list is read, never what is in it.  As it was some seconds ago. */
typedef struct AccessSees {
    bool few;      /* a list should begin with their own rows */
    bool few_open; /* a list of what is open should */
    bool some;     /* more, but so much less than there is that it is worth knowing which, before a request is looked at */
} AccessSees;
CHECKED Rc access_sees(Ctx *cx, ScopeRequests s, AccessSees *ret);
/* `few` of it, for generated queries with {lead s r}. */
CHECKED Rc access_sees_few(Ctx *cx, ScopeRequests s, bool *ret);
/* For lists of the newest that somebody may see, who sees little of everything: what they see of the requests from
 * *ret_from on is at least `n` rows below `below` and not many times as much; 0: all that they see.  *ret_dense: it is a good
 * part of all requests there, so that these are looked through as fast.  Decides how fast, never what. */
CHECKED Rc access_newest(Ctx *cx, ScopeRequests s, int64_t below, int64_t n, int64_t *ret_from,
                         bool *ret_dense);
CHECKED Rc access_self(Ctx *cx, GrantedSelf *ret);
/* Before sign-in: the sign-in, the set-up link and the reset link. */
CHECKED Rc access_sign_in(Ctx *cx, GrantedSignIn *ret);
CHECKED Rc access_people(Ctx *cx, bool write, GrantedPeople *ret);
/* When somebody is there, what they can do, who stands in for them.  By whoever they are to that person:
 * docs/rights.md shows the table, rules.c holds it. */
typedef enum PresenceMay {
    PRESENCE_READ = 1 << 0,     /* why somebody is away, their hours, who stands in */
    PRESENCE_WRITE = 1 << 1,    /* enter absences and hours */
    PRESENCE_SKILLS = 1 << 2,   /* say what they can do */
    PRESENCE_DELEGATE = 1 << 3, /* say who stands in */
} PresenceMay;
/* Writing with a token takes the scope request for oneself and people for others.
 * Errors: RC_NOT_FOUND (nobody of that id), RC_FORBIDDEN. */
CHECKED Rc access_presence(Ctx *cx, int64_t person_id, PresenceMay needed, GrantedPresence *ret);
/* How work is shared out in a team, and how much its members have: its members, who works for all teams,
 * administrators, auditors.  `write` (the way it is shared out): its leads, leads for all,
 * administrators; a token needs the scope people for it.
 * Errors: RC_FORBIDDEN. */
CHECKED Rc access_load(Ctx *cx, int64_t team_id, bool write, GrantedLoad *ret);
int64_t granted_load_team(GrantedLoad g);
/* Any published document may be read by any person; drafts and writing need a role. owner_team_id 0
 * stands for documents without an owner. */
CHECKED Rc access_catalog(Ctx *cx, bool write, int64_t owner_team_id, GrantedCatalog *ret);

/* Numbered internal tasks: the only acts without a person. */
typedef enum InternalTask {
    INTERNAL_CLOSE = 1,   /* a fulfilled request closes after its grace */
    INTERNAL_RESUME = 2,  /* a pending record reaches its until-date, reminders */
    INTERNAL_TIMER = 3,   /* a task's moment has come */
    INTERNAL_NOTIFY = 4,  /* followers read events */
    INTERNAL_DEMO = 5,    /* loading the demo organisation */
    INTERNAL_PUBLISH = 6, /* checking a document against teams and people before it is published */
    INTERNAL_ACTION = 7,  /* handing out tasks that the program does, and taking the answers */
    INTERNAL_SCHEDULE = 8, /* doing what repeats, as whose it is: a request, a notice of a view */
    INTERNAL_ASSIGN = 9,  /* sharing out work in a team that has it so */
} InternalTask;
CHECKED Rc access_internal_request(Ctx *cx, InternalTask task, int64_t request_id,
                                   GrantedRequest *ret);
CHECKED Rc access_internal_people(Ctx *cx, InternalTask task, GrantedPeople *ret);
/* Errors: RC_FORBIDDEN (a person acts, or another task than INTERNAL_TIMER and INTERNAL_ACTION). */
CHECKED Rc access_internal_timers(Ctx *cx, InternalTask task, GrantedTimers *ret);
/* Errors: RC_FORBIDDEN (a person acts). */
CHECKED Rc access_internal_load(Ctx *cx, int64_t team_id, GrantedLoad *ret);
CHECKED Rc access_internal_catalog(Ctx *cx, InternalTask task, GrantedCatalog *ret);

/* Replaying the log of another system.  Errors: RC_FORBIDDEN (anybody but the operator). */
CHECKED Rc access_import(Ctx *cx, GrantedImport *ret);
typedef struct ImportedRequest {
    int64_t id;
    bool closed;
} ImportedRequest;
/* Right after the insert of replayed requests: their readers are the team and the roles held for all.  Of the
 * persons of another system nobody is a person here. */
CHECKED Rc access_imported(Ctx *cx, GrantedImport g, const ImportedRequest *made, size_t n,
                           int64_t team_id);
/* Counting all replayed requests of one team at once: who sees one of them as its team or by a role held for
 * all sees them all, so no figure tells of a hidden one.  team_id 0: all requests of the database, for the
 * operator alone.  Errors: RC_NOT_FOUND (not theirs to see). */
CHECKED Rc access_report(Ctx *cx, int64_t team_id, GrantedReport *ret);

/* The right of a route for this subject (no object involved), whatever the method. */
bool access_right(const Subject *s, Right right);
/* As access_right for one call: a token also needs the scope, SCOPE_READ for reading, and for
 * writing SCOPE_CATALOG, SCOPE_PEOPLE or SCOPE_REQUEST as the right demands. */
bool access_route(const Subject *s, Right right, bool writes);
/* The operator of the command line: no person, known by the operating system's rights alone. */
bool access_is_operator(const Subject *s);
