/* identity.h - persons, teams, roles, and how a person proves who they are.
 *
 * The one header of this concept for others.  Parts: persons and teams here; passwords, sign-in,
 * sessions, tokens, links below.  What a person may do follows from roles and is decided by
 * domain/access; this concept only keeps who holds which role.
 *
 * Every act writes its event in the same transaction; names, addresses and other personal values go
 * to event_text.  Unless said otherwise functions run in the caller's transaction, results live in
 * cx->arena, and inputs are not kept.
 */
#pragma once

#include "core/json.h"
#include "app/event.h"
#include "app/loc.h"
#include "domain/access/access.h"

/* --- persons -------------------------------------------------------------------------------- */

#define LOGIN_MAX_BYTES 64
#define NAME_MAX_CHARS  120
#define MANAGER_LEVELS  20 /* the longest chain of managers that is followed */

/* What lists and timelines show of a person.  id 0: unknown. */
typedef struct PersonRef {
    int64_t id;
    Str login, name;
} PersonRef;
LIST_OF(PersonRef, PersonRefs);

typedef struct Person {
    int64_t id;
    Str login, name, email;
    Str kind;           /* employee | customer | vendor */
    int64_t org_id;     /* 0: none */
    Str org;            /* name of the organisation; empty: none */
    int64_t manager_id; /* 0: at the top */
    Str manager;        /* their login; empty: none */
    Str site;           /* key in the managed list "sites" */
    Lang lang;
    Str zone;  /* IANA name */
    Str theme; /* "", "light", "dark" */
    bool active, demo;
    Ms created_ms, updated_ms;
    int64_t version; /* rises with their roles and teams too */
} Person;
LIST_OF(Person, Persons);

/* Errors of both: RC_NOT_FOUND. */
CHECKED Rc person_get(Ctx *cx, int64_t id, Person *ret);
CHECKED Rc person_by_login(Ctx *cx, Str login, Person *ret);

/* Name of a person, kept for the rest of the call: asking again costs nothing.  An unknown id or 0
 * gives {0}. */
CHECKED Rc person_ref(Ctx *cx, int64_t id, PersonRef *ret);
/* Looks up many in one statement, so that person_ref then costs nothing. */
CHECKED Rc person_refs_load(Ctx *cx, const int64_t *ids, size_t n);
/* Id of an active person by login.  Errors: RC_NOT_FOUND (unknown or not active). */
CHECKED Rc person_id(Ctx *cx, Str login, int64_t *ret);

/* Manager, manager's manager ... nearest first; active persons only, each once, never the person;
 * at most MANAGER_LEVELS.  A circle ends where it closes. */
CHECKED Rc person_managers(Ctx *cx, int64_t id, PersonRefs *ret);

typedef struct PersonFilter {
    Str words;        /* each must occur in login, name, address or organisation; at most 4 count */
    Str kind;         /* empty: any */
    OptInt active;    /* not set: any; 0 or 1 */
    int64_t team_id;  /* 0: any; else its members */
    int64_t after_id; /* the last person already shown; 0: from the start */
    int64_t size;     /* 1..100 */
} PersonFilter;

/* By name, in pages.  `ret_next` is the after_id of the next page, 0 at the end. */
CHECKED Rc person_list(Ctx *cx, GrantedPeople g, const PersonFilter *f, Persons *ret,
                       int64_t *ret_next);

/* For pickers: active persons whose login, name or address has all the words, best first, at most
 * `size` (1..50).  Employees find everybody, others only persons of their own organisation.
 * Needs a subject. */
CHECKED Rc person_search(Ctx *cx, Str words, int64_t size, PersonRefs *ret);

/* Whether the subject would find this person so; oneself always. */
CHECKED Rc person_is_visible(Ctx *cx, int64_t id, bool *ret);

/* STR_NULL: leave as it is (update), or the default (create).  The empty text clears. */
typedef struct PersonInput {
    Str login; /* 1..64 of a-z 0-9 . _ + @ -, starts with a letter or digit; unique; fixed later */
    Str name;  /* 1..120 characters */
    Str email;
    Str kind;    /* default employee */
    Str org;     /* name; a new one is made when nobody has it yet */
    Str manager; /* login of an active person; no circles */
    Str site;
    Str lang; /* en | sv | zh */
    Str zone; /* IANA name that this system knows */
} PersonInput;

/* Errors: RC_INVALID with field errors (a login in use: code "taken"). */
CHECKED Rc person_create(Ctx *cx, GrantedPeople g, const PersonInput *in, int64_t *ret_id);
/* Errors: RC_NOT_FOUND, RC_STALE (version differs), RC_INVALID with field errors. */
CHECKED Rc person_update(Ctx *cx, GrantedPeople g, int64_t id, int64_t version,
                         const PersonInput *in);
/* Deactivating ends the sessions and revokes the tokens; nothing is deleted.
 * Errors: RC_FORBIDDEN (oneself), RC_NOT_FOUND, RC_STALE. */
CHECKED Rc person_set_active(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, bool active);

/* --- teams ---------------------------------------------------------------------------------- */

typedef struct TeamRef {
    int64_t id;
    Str key, name; /* name in the reader's language */
} TeamRef;
LIST_OF(TeamRef, TeamRefs);

typedef struct Team {
    int64_t id;
    Str key;
    Str name, summary;           /* in the reader's language */
    Str name_json, summary_json; /* all languages */
    Str supplier;                /* key of the supplier whose people these are; empty: our own */
    Str calendar;                /* key of the calendar of its working time; empty: none */
    bool confidential; /* requests in its queue are confidential whatever their model says */
    bool active, demo;
    int64_t members, leads; /* how many */
    int64_t version;
} Team;
LIST_OF(Team, Teams);

typedef struct TeamMember {
    PersonRef person;
    bool lead;
} TeamMember;
LIST_OF(TeamMember, TeamMembers);

CHECKED Rc team_get(Ctx *cx, int64_t id, Team *ret);
CHECKED Rc team_by_key(Ctx *cx, Str key, Team *ret);
/* As person_ref and person_refs_load. */
CHECKED Rc team_ref(Ctx *cx, int64_t id, TeamRef *ret);
CHECKED Rc team_refs_load(Ctx *cx, const int64_t *ids, size_t n);
/* As the API names them wherever they occur: {login, name}, {key, name}; one without an id is null. */
void json_person(JsonOut *o, const PersonRef *p);
void json_team(JsonOut *o, const TeamRef *t);
/* Id of an active team by key.  Errors: RC_NOT_FOUND. */
CHECKED Rc team_id(Ctx *cx, Str key, int64_t *ret);
#define TEAMS_MAX 1000 /* team_create refuses more (RC_LIMIT) */
/* All teams by name in the reader's language. */
CHECKED Rc team_list(Ctx *cx, bool only_active, Teams *ret);
/* Active teams of our own people, by name: those that work may be handed to. */
CHECKED Rc team_choices(Ctx *cx, TeamRefs *ret);
/* Are these too many to choose from in a list?  Then they are looked up: team_search, team_typed. */
CHECKED Rc team_choices_many(Ctx *cx, bool *ret);
/* Those that have all these words in name or key, the last as the start of a word; at most `size`. */
CHECKED Rc team_search(Ctx *cx, Str words, size_t size, TeamRefs *ret);
/* The key of the one that somebody calls by its key, or by a name that no other has; else what was typed. */
CHECKED Rc team_typed(Ctx *cx, Str typed, Str *ret);
/* Active members by name; at most 500. */
CHECKED Rc team_members(Ctx *cx, int64_t team_id, TeamMembers *ret);
/* The same in the order that readers of the language expect (app/collate.h).  People and requests in
 * pages are ordered by the bytes of a name: a page begins where the last one ended, so the order must
 * be one index for all, and ICU has another one for each language and for each of its versions. */
void members_by_name(Lang lang, TeamMembers *list);
CHECKED Rc team_leads(Ctx *cx, int64_t team_id, PersonRefs *ret);
/* The active teams a person is a member of, by key. */
CHECKED Rc person_teams(Ctx *cx, int64_t person_id, TeamRefs *ret);
CHECKED Rc team_has(Ctx *cx, int64_t team_id, int64_t person_id, bool *ret_member, bool *ret_lead);

typedef struct TeamInput {
    Str key;       /* as str_is_key, without '/'; unique; fixed later */
    LangText name; /* STR_NULL: leave as it is; at least one language needs one */
    LangText summary;
    Str supplier;
    Str calendar;
    OptInt confidential; /* not set: leave as it is; 0 or 1 */
} TeamInput;

/* Errors as person_create and person_update. */
CHECKED Rc team_create(Ctx *cx, GrantedPeople g, const TeamInput *in, int64_t *ret_id);
CHECKED Rc team_update(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, const TeamInput *in);
CHECKED Rc team_set_active(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, bool active);

/* Joining a team or leading it raises rights, so nobody does it to themselves (RC_FORBIDDEN), and it
 * ends the sessions of that person: a session never outlives the rights it was made with.
 * Errors: RC_NOT_FOUND (team or active person). */
CHECKED Rc team_join(Ctx *cx, GrantedPeople g, int64_t team_id, int64_t person_id, bool lead);
CHECKED Rc team_leave(Ctx *cx, GrantedPeople g, int64_t team_id, int64_t person_id);

/* --- roles held beyond the teams ------------------------------------------------------------- */

typedef struct RoleHeld {
    Role role;
    int64_t team_id; /* 0: for all */
} RoleHeld;
LIST_OF(RoleHeld, RolesHeld);

const char *role_name(Role role); /* "agent" ... */
/* Errors: RC_NOT_FOUND (no such word). */
CHECKED Rc role_from(Str name, Role *ret);
CHECKED Rc person_roles(Ctx *cx, int64_t person_id, RolesHeld *ret);
/* What several persons are: members and leads of active teams, and the roles they hold; in the order of
 * person, role, team. */
typedef struct PersonPart {
    int64_t person_id, team_id; /* team_id 0: a role held for all */
    Role role;                  /* 0: a member of the team */
    bool lead;
} PersonPart;
LIST_OF(PersonPart, PersonParts);
CHECKED Rc person_parts(Ctx *cx, const int64_t *ids, size_t n, PersonParts *ret);
/* Names of organisations, by name; at most 1,000. */
CHECKED Rc org_names(Ctx *cx, StrList *ret);
/* agent, lead, owner, admin and auditor can be held for all, owner also for one team; agents and
 * leads of one team and suppliers are its members.  Nobody changes their own (RC_FORBIDDEN).
 * Granting ends the person's sessions.  Errors: RC_INVALID, RC_NOT_FOUND. */
CHECKED Rc role_grant(Ctx *cx, GrantedPeople g, int64_t person_id, RoleHeld role);
CHECKED Rc role_drop(Ctx *cx, GrantedPeople g, int64_t person_id, RoleHeld role);

/* --- loading and removing many --------------------------------------------------------------- */

/* people.yaml and teams.yaml of a catalog folder as plain structs.  Applying creates and changes,
 * never deletes a person or a team; the members of a named team become exactly those that are named
 * here, in teams or as roles.  Applying what people_snapshot gave changes nothing. */
typedef struct PeopleRole {
    Str role; /* agent, lead and supplier need a team: membership; owner, admin, auditor: for all */
    Str team; /* key; empty: for all */
} PeopleRole;
LIST_OF(PeopleRole, PeopleRoles);

typedef struct PeoplePerson {
    Str login, name, email, kind, org, manager, site, lang, zone;
    PeopleRoles roles;
    int32_t line; /* in people.yaml, for messages; 0: none */
} PeoplePerson;
LIST_OF(PeoplePerson, PeoplePersons);

typedef struct PeopleTeam {
    Str key;
    LangText name, summary;
    Str calendar, supplier;
    StrList members, leads; /* a lead is a member without being named twice */
    bool confidential;
    int32_t line;
} PeopleTeam;
LIST_OF(PeopleTeam, PeopleTeams);

typedef struct PeopleFile {
    PeoplePersons persons;
    PeopleTeams teams;
} PeopleFile;

typedef struct PeopleChanges {
    int64_t persons_new, persons_changed, teams_new, teams_changed;
} PeopleChanges;

/* `demo_hash` (password_hash of DEMO_PASSWORD) marks new persons and teams as part of the demo
 * organisation and gives the persons that password; STR_NULL otherwise.
 * Errors: RC_INVALID; field errors point at "/people/LOGIN/field" and "/teams/KEY/field". */
#define DEMO_PASSWORD "errand-demo-only"
CHECKED Rc people_apply(Ctx *cx, GrantedPeople g, const PeopleFile *in, Str demo_hash,
                        PeopleChanges *ret);
/* What people_apply would take again: persons by login, teams by key, everything in canonical order. */
CHECKED Rc people_snapshot(Ctx *cx, GrantedPeople g, PeopleFile *ret);
/* `errand demo remove`, the part of identity: demo persons lose password, sessions, tokens, roles and
 * memberships and are deactivated; demo teams are deactivated.  Rows that requests and events point
 * at stay.  When no administrator is left, link_setup makes the way back in. */
CHECKED Rc people_remove_demo(Ctx *cx, GrantedPeople g, int64_t *ret_persons);
CHECKED Rc people_has_demo(Ctx *cx, bool *ret);

/* --- passwords ------------------------------------------------------------------------------ */

#define PASSWORD_MIN_BYTES 12
#define PASSWORD_MAX_BYTES 256

/* Length, not in the list of common ones, not around the login; no composition rules (NIST SP
 * 800-63B, section 5.1.1.2).  Pure.  RC_INVALID adds a field error at `pointer`. */
CHECKED Rc password_check(Ctx *cx, const char *pointer, Str password, Str login);
/* Argon2id (RFC 9106) as a PHC string.  Takes about a tenth of a second and 19 MiB: for worker
 * threads and the command line only.  At most two run at once in the process and 32 wait.
 * Errors: RC_BUSY (too many wait), RC_INTERNAL (no memory). */
CHECKED Rc password_hash(Arena *a, Str password, Str *ret);
/* `ret` tells whether it is the password.  Same cost as password_hash.  Errors: RC_BUSY. */
CHECKED Rc password_verify(Str hash, Str password, bool *ret);

/* Whether the person can sign in with a password at all. */
CHECKED Rc person_has_password(Ctx *cx, GrantedPeople g, int64_t person_id, bool *ret);

/* Changing one's own password.  1. reading, on a worker; 2. writing.  The old password counts as a
 * try to sign in: wrong ones are throttled the same way. */
typedef struct PasswordChange {
    Str old_password, new_password;
    Str login, address; /* filled by password_change_prepare, like all below */
    Str old_hash, new_hash;
    bool verified;
    Ms wait_ms;
} PasswordChange;
/* Errors: RC_INVALID (the new one, see password_check), RC_BUSY, RC_FORBIDDEN (by a token). */
CHECKED Rc password_change_prepare(Ctx *cx, GrantedSelf g, PasswordChange *change);
typedef enum SignInOutcome {
    SIGN_IN_OK,
    SIGN_IN_WRONG, /* unknown login, wrong password, not active, demo account on an open listener */
    SIGN_IN_WAIT,  /* too many failures: wait_ms tells how long */
} SignInOutcome;
typedef struct NewSession {
    SignInOutcome outcome;
    int64_t wait_ms; /* SIGN_IN_WAIT: from now; shown in whole seconds, rounded up */
    int64_t session_id;
    int64_t person_id;
    uint32_t roles;    /* Role bits of the person, for the place to begin at */
    Str token;         /* the cookie's value; shown once */
    int64_t max_age_s; /* of the cookie: the absolute time of the session */
} NewSession;
/* SIGN_IN_OK: all sessions of the person have ended, reset links too, and a new session was made.
 * Like sign_in_finish it returns RC_OK for a wrong password, because the failure must be kept. */
CHECKED Rc password_change(Ctx *cx, GrantedSelf g, const PasswordChange *change, Str device,
                           NewSession *ret);

/* --- sign-in -------------------------------------------------------------------------------- */

/* Whether the server listens on loopback only.  Until it is said, demo accounts can neither sign in
 * nor use a session or token.  Called once before serving. */
void identity_loopback(bool only_loopback);

/* 1. Reading, on a worker thread: looks up the account and the delays, then hashes.  An unknown login
 * takes the same steps with a hash that nobody has the password of. */
typedef struct SignIn {
    Str login, password; /* as typed; the login's case and outer blanks do not matter */
    Str address;         /* http_peer */
    Str device;          /* User-Agent */
    /* found by sign_in_prepare: */
    int64_t person_id; /* 0: unknown */
    Str hash;
    bool verified;
    int64_t wait_ms; /* > 0: too early, nothing was hashed */
} SignIn;
/* Errors: RC_BUSY (too many hashes wait). */
CHECKED Rc sign_in_prepare(Ctx *cx, GrantedSignIn g, SignIn *s);
/* 2. Writing: counts the failure or makes the session.  Looks at the delays and the account again,
 * so that tries that ran side by side are not all let through.  `old_session_id` is the
 * browser's session so far (0: none); it ends.
 * Returns RC_OK also for a refused sign-in, because its record must be kept: see ret->outcome. */
CHECKED Rc sign_in_finish(Ctx *cx, GrantedSignIn g, const SignIn *s, int64_t old_session_id,
                          NewSession *ret);

/* --- sessions ------------------------------------------------------------------------------- */

/* Fills the subject from a cookie value, in one statement.  `ret_touch`: the session was last seen
 * more than a minute ago, queue identity_touch.  Errors: RC_NOT_FOUND (unknown, ended, idle too
 * long, person not active, demo account on an open listener). */
CHECKED Rc session_resolve(Ctx *cx, Str token, Subject *ret, bool *ret_touch);
/* The subject that a session of this person would give, without one: for the stories of the demo
 * organisation.  `g` is the proof of that task.  Errors: RC_NOT_FOUND. */
CHECKED Rc person_subject(Ctx *cx, GrantedPeople g, int64_t person_id, Subject *ret);
/* Notes that the session or token of cx->subject was used; first use of a token is an event. */
CHECKED Rc identity_touch(Ctx *cx);

typedef struct Session {
    int64_t id;
    Ms created_ms, seen_ms, ends_ms; /* ends_ms: at the latest */
    Str address, device;
    bool current;
} Session;
LIST_OF(Session, Sessions);

CHECKED Rc session_list(Ctx *cx, GrantedSelf g, Sessions *ret); /* those still running */
/* Errors of both: RC_FORBIDDEN (by a token); RC_NOT_FOUND. */
CHECKED Rc session_end(Ctx *cx, GrantedSelf g, int64_t session_id);
/* Ends all sessions of the person, this one too. */
CHECKED Rc session_end_all(Ctx *cx, GrantedSelf g, int64_t *ret_ended);

/* The token for forms, derived from the subject's csrf_secret and masked anew for each page, so that
 * compression reveals nothing (BREACH). Pure but for the randomness. */
Str csrf_token(Arena *a, const Subject *s);
bool csrf_ok(const Subject *s, Str token); /* constant time; false without a secret */

/* --- API tokens ----------------------------------------------------------------------------- */

/* "errand_", 43 characters of base64url (256 bits), six characters of checksum: programs that look
 * for lost secrets can tell a real one without asking us. */
#define TOKEN_PREFIX "errand_"
#define TOKENS_MAX   50 /* per person, running */

bool token_is_wellformed(Str token);
/* As session_resolve, for a bearer token. */
CHECKED Rc token_resolve(Ctx *cx, Str token, Subject *ret, bool *ret_touch);

typedef struct ApiToken {
    int64_t id;
    Str name, hint;
    uint32_t scopes;
    Ms created_ms, expires_ms, used_ms; /* used_ms MS_NONE: never */
} ApiToken;
LIST_OF(ApiToken, ApiTokens);

typedef struct TokenInput {
    Str name;        /* 1..80 characters */
    uint32_t scopes; /* TokenScope bits, at least one */
    int32_t days;    /* 1..365 */
} TokenInput;

CHECKED Rc token_list(Ctx *cx, GrantedSelf g, ApiTokens *ret); /* running ones */
/* `ret_token` is shown once.  A token cannot make or revoke tokens (RC_FORBIDDEN).
 * Errors: RC_INVALID, RC_LIMIT (TOKENS_MAX). */
CHECKED Rc token_create(Ctx *cx, GrantedSelf g, const TokenInput *in, int64_t *ret_id,
                        Str *ret_token);
CHECKED Rc token_revoke(Ctx *cx, GrantedSelf g, int64_t token_id);
/* The command line makes one for anybody. */
CHECKED Rc token_create_for(Ctx *cx, GrantedPeople g, int64_t person_id, const TokenInput *in,
                            Str *ret_token);
/* Bits of "read", "request", "catalog", "people", "all", separated by blanks or commas.
 * Errors: RC_INVALID (unknown word or none). */
CHECKED Rc token_scopes(Str words, uint32_t *ret);

/* --- one-time links -------------------------------------------------------------------------- */

/* 256 bits, one use, 30 minutes.  GET shows what it is for and uses nothing up; POST acts. */
typedef enum LinkKind { LINK_SETUP, LINK_RESET } LinkKind;

/* The first administrator: only while no active administrator exists.  Errors: RC_CONFLICT. */
CHECKED Rc link_setup(Ctx *cx, GrantedPeople g, Str *ret_token);
/* For a person who cannot sign in.  Earlier links of the person end.  On the web only for persons
 * who have no password yet, so that an administrator cannot take over an account (RC_CONFLICT); the
 * operator of the command line may for anybody.  Errors: RC_NOT_FOUND. */
CHECKED Rc link_reset(Ctx *cx, GrantedPeople g, int64_t person_id, Str *ret_token);

typedef struct Link {
    LinkKind kind;
    PersonRef person; /* LINK_RESET */
    Ms expires_ms;
} Link;
/* Errors: RC_NOT_FOUND (unknown, used or too old). */
CHECKED Rc link_look(Ctx *cx, GrantedSignIn g, LinkKind kind, Str token, Link *ret);

typedef struct LinkUse {
    LinkKind kind;
    Str token, password;
    PersonInput person; /* LINK_SETUP: login, name, email, lang, zone */
    Str hash;           /* filled by link_prepare */
} LinkUse;
/* 1. Reading, on a worker.  Errors: RC_NOT_FOUND, RC_INVALID (password), RC_BUSY. */
CHECKED Rc link_prepare(Ctx *cx, GrantedSignIn g, LinkUse *use);
/* 2. Writing: sets the password (LINK_SETUP: makes the person and their admin role), ends the link
 * and the person's sessions.  It does not sign in: a link that did would have to end sooner.
 * `ret_login` is for the sign-in page that comes next.  Errors: RC_NOT_FOUND, RC_INVALID. */
CHECKED Rc link_use(Ctx *cx, GrantedSignIn g, const LinkUse *use, Str *ret_login);

/* --- one's own settings ----------------------------------------------------------------------- */

typedef struct ProfileInput {
    Str lang, zone, theme; /* STR_NULL: leave as it is */
} ProfileInput;
/* Errors: RC_INVALID with field errors. */
CHECKED Rc profile_update(Ctx *cx, GrantedSelf g, const ProfileInput *in);

/* --- the audit trail of refusals -------------------------------------------------------------- */

/* Counts a refusal in memory: one entry per person, route and minute, at most 512 entries; what does
 * not fit is counted together.  `route` must live for ever.  From any thread. */
void denial_note(int64_t person_id, const char *route, Ms now_ms);
/* Writes the entries of past minutes as "access.denied" events.  They stay in memory until
 * denial_committed says that they are kept; else the next call writes them again.  From writing turns. */
CHECKED Rc denial_flush(Ctx *cx);
void       denial_committed(void);
/* Writes the event "request.viewed", or "attachment.downloaded", for each of cx->views. */
CHECKED Rc view_note(Ctx *cx);
