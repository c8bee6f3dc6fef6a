/* inner.h - what the files of identity share.  Not for other folders. */
#pragma once

#include "domain/identity/identity.h"

/* --- persons -------------------------------------------------------------------------------- */

#define WORDS_MAX 4

/* Patterns for LIKE of the first WORDS_MAX words; "%" for those that are absent. */
typedef struct WordPatterns {
    Str at[WORDS_MAX];
    Str first; /* that begins with the first word */
} WordPatterns;
CHECKED Rc word_patterns(Ctx *cx, Str words, WordPatterns *ret);

/* 1..64 of a-z 0-9 . _ + @ -, starting with a letter or digit. */
bool login_is_wellformed(Str login);
/* As people type it: outer blanks and capitals do not matter. */
Str login_tidy(Arena *a, Str login);
/* login, name, address and organisation, folded. */
CHECKED Rc person_search_text(Ctx *cx, Str login, Str name, Str email, Str org, Str *ret);
/* Checks and reports the plain members of a person: name, email, lang, zone.  `at` is the JSON
 * pointer above them, "" for the whole body. */
void person_check(Ctx *cx, Str at, const PersonInput *in);
/* "/people/bo" and "name" to "/people/bo/name". */
Str pointer_below(Ctx *cx, Str at, const char *member);
/* As the public function, with field errors below `at`.  STR_NULL in->manager leaves it. */
CHECKED Rc person_create_at(Ctx *cx, GrantedPeople g, Str at, const PersonInput *in, bool demo,
                            int64_t *ret_id);
CHECKED Rc person_update_at(Ctx *cx, GrantedPeople g, Str at, int64_t id, int64_t version,
                            const PersonInput *in, bool *ret_changed);
CHECKED Rc team_create_at(Ctx *cx, GrantedPeople g, Str at, const TeamInput *in, bool demo,
                          int64_t *ret_id);
CHECKED Rc team_update_at(Ctx *cx, GrantedPeople g, Str at, int64_t id, int64_t version,
                          const TeamInput *in, bool *ret_changed);

/* A new version of the person, or of the person and the team, because what they are changed. */
CHECKED Rc rights_changed(Ctx *cx, GrantedPeople g, int64_t person_id, int64_t team_id);
/* Nobody raises their own rights. */
CHECKED Rc not_oneself(Ctx *cx, int64_t person_id);
CHECKED Rc stale(Ctx *cx);
/* Passwords, sessions and tokens are for a person who is signed in: a token that could make tokens
 * would outlive its own revocation. */
CHECKED Rc not_by_token(Ctx *cx);

/* --- names kept from call to call (names.c) --------------------------------------------------- */

/* A team as it is stored. */
typedef struct TeamName {
    int64_t id;
    Str key, name_json;
} TeamName;
LIST_OF(TeamName, TeamNames);

/* What is kept under the generation of this snapshot; results are copies in cx->arena.  The _put functions
 * keep what was just read in it.  Without a snapshot they find and keep nothing. */
CHECKED Rc names_person(Ctx *cx, int64_t id, PersonRef *ret, bool *ret_found);
CHECKED Rc names_person_put(Ctx *cx, const PersonRef *ref);
CHECKED Rc names_team(Ctx *cx, int64_t id, TeamRef *ret, bool *ret_found);
CHECKED Rc names_team_put(Ctx *cx, int64_t id, Str key, Str name_json);
/* An active team by its key; id 0: known to be none. */
CHECKED Rc names_key(Ctx *cx, Str key, int64_t *ret_id, bool *ret_known);
CHECKED Rc names_key_put(Ctx *cx, Str key, int64_t id);
/* The teams that work may be handed to, by key.  NULL: not kept.  Valid until the end of the snapshot. */
CHECKED Rc names_choices(Ctx *cx, const TeamNames **ret);
CHECKED Rc names_choices_put(Ctx *cx, const TeamNames *list);

/* --- events --------------------------------------------------------------------------------- */

/* Changes of one event; the room is fixed because the members of an object are. */
typedef struct Changes {
    EventChange at[16];
    size_t n;
} Changes;

/* Adds a change when the two differ.  STR_NULL `from` on creation. */
void change_add(Changes *c, const char *field, Str from, Str to);
void change_add_text(Changes *c, const char *field, Str from, Str to); /* personal values */
CHECKED Rc identity_event(Ctx *cx, const char *kind, const char *object, int64_t object_id,
                          const Changes *c);
/* As if the person had acted: signing in happens before there is a subject. */
CHECKED Rc identity_event_as(Ctx *cx, int64_t person_id, const char *kind, const char *object,
                             int64_t object_id, const Changes *c);

/* --- proofs --------------------------------------------------------------------------------- */

/* Whether demo accounts may act, see identity_loopback. */
bool demo_allowed(void);

#define SECRET_CHARS 43 /* of random_secret: 256 bits in base64url */
/* Whether it can be a secret of ours at all; others are not looked up. */
bool secret_is_wellformed(Str s);

/* Ends every session of the person, because their rights grew or the account ended. */
CHECKED Rc sessions_end_of(Ctx *cx, GrantedPeople g, int64_t person_id);
/* Makes a session and tells its secret.  The caller has proved who it is. */
CHECKED Rc session_create(Ctx *cx, GrantedSignIn g, int64_t person_id, Str address, Str device,
                          NewSession *ret);

/* Fills in the subject of a resolved session or token, with the roles that the person holds now. */
typedef struct Account {
    int64_t person_id;
    Str login, name, lang, zone, theme;
    bool demo;
} Account;
CHECKED Rc subject_fill(Ctx *cx, const Account *account, Subject *ret);
/* The bits of enum Role that a person holds, wherever. */
CHECKED Rc held_roles(Ctx *cx, int64_t person_id, int64_t *ret);

/* A hash that nobody has the password of, made with the parameters of password_hash. */
extern const Str password_nobody;

/* --- delays after failed sign-ins ------------------------------------------------------------ */

typedef struct Delay {
    Str subject;
    int64_t failures;
    Ms last_ms, open_ms;
    bool stored;
} Delay;

typedef struct Delays {
    Delay account, address, known, all;
} Delays;

CHECKED Rc delays_read(Ctx *cx, GrantedSignIn g, Str login, Str address, Delays *ret);
/* Milliseconds until the next try is looked at; 0: now.  Pure. */
int64_t delays_wait(const Delays *d, Ms now_ms);
CHECKED Rc delays_failure(Ctx *cx, GrantedSignIn g, Delays *d);
CHECKED Rc delays_success(Ctx *cx, GrantedSignIn g, Delays *d);
/* "192.0.2.0/24" or "2001:db8:0:1::/64"; anything else stays as it is. */
Str address_prefix(Arena *a, Str address);
