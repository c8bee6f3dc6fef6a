/* ready.h - ready replies: texts that are written often, with places for what differs.
 *
 * A ready reply belongs to a team, or to everybody who works here.  It has a text in one language or in several;
 * the requester gets the one in theirs, else in English, else in whatever there is.  In the text {number} and its
 * kin stand for what the request has (ready_places lists them); one that has nothing now stays as it is, so that who
 * sends it sees the gap.  Nothing is sent by itself: the filled text goes into the composer.
 *
 * Leads of the team and administrators write them, for everybody administrators and leads for all teams.
 * General rules (errors, versions): request.h.
 */
#pragma once

#include "domain/request/request.h"

#define READY_NAME_MAX 80   /* characters */
#define READY_TEXT_MAX 8000 /* characters in one language */
#define READY_MOST     500  /* of one team, and of everybody */

typedef struct ReadyReply {
    int64_t   id, version;
    TeamRef   team;  /* id 0: for everybody */
    Str       name;
    LangText  words;
    PersonRef changed_by;
    Ms        changed_ms;
    bool      may_change; /* for buttons; the commands ask themselves */
} ReadyReply;
LIST_OF(ReadyReply, ReadyReplies);

/* Those that the subject may use: everybody's, of their teams and of team `team_id` (0: of none besides), by
 * name; who may change all sees all with `team_id` 0.  One statement besides names. */
CHECKED Rc ready_list(Ctx *cx, int64_t team_id, ReadyReplies *ret);
/* Anybody of the staff reads one by its id.  Errors: RC_NOT_FOUND. */
CHECKED Rc ready_get(Ctx *cx, int64_t id, ReadyReply *ret);
/* Those whose name or text has all the words of `asked`, whatever their case; "" leaves all. */
CHECKED Rc ready_find(Ctx *cx, const ReadyReplies *from, Str asked, ReadyReplies *ret);

typedef struct ReadyInput {
    Str      team;    /* with ready_create: its key; "": for everybody */
    Str      name;    /* 1..READY_NAME_MAX characters, one line */
    LangText words;   /* clean text, READY_TEXT_MAX characters each; at least one */
    OptInt   version; /* with ready_change */
} ReadyInput;
/* In the caller's transaction, with the events "ready_reply.created", "ready_reply.changed" (nothing when nothing
 * changed), "ready_reply.dropped".
 * Errors: RC_FORBIDDEN, RC_NOT_FOUND, RC_STALE, RC_LIMIT (READY_MOST), RC_CONFLICT (dropping one that a macro uses), RC_INVALID at team, name, words.LANG
 * ("required", "too_long", "unclean_text", "unknown_place": a place that does not exist). */
CHECKED Rc ready_create(Ctx *cx, const ReadyInput *in, int64_t *ret_id);
CHECKED Rc ready_change(Ctx *cx, int64_t id, const ReadyInput *in);
CHECKED Rc ready_drop(Ctx *cx, int64_t id, OptInt version);
/* Teams for which the subject may write them, by name; *ret_all: for everybody too. */
CHECKED Rc ready_teams(Ctx *cx, TeamRefs *ret, bool *ret_all);

/* A place in a text: "{number}". */
typedef struct ReadyPlace {
    const char *name; /* without braces */
    const char *what; /* msgid */
} ReadyPlace;
extern const ReadyPlace ready_places[];
extern const size_t ready_places_n;

/* The text as the requester of `v` would get it. */
typedef struct ReadyText {
    Str  text;
    Lang lang;    /* of the text */
    bool foreign; /* it is not the requester's language */
    Str  missing; /* places that have nothing now, "{due} {assignee.name}"; "": none */
} ReadyText;
/* What fills the places of one request: once for many texts. */
typedef struct ReadyValues {
    Lang lang;
    Str  at[16]; /* in the order of ready_places; STR_NULL: nothing now */
} ReadyValues;
/* `v`: what request_view gave.  Instants are said in the requester's zone. */
CHECKED Rc ready_values(Ctx *cx, const RequestView *v, ReadyValues *ret);
CHECKED Rc ready_fill(Ctx *cx, const ReadyValues *values, const LangText *words, ReadyText *ret);

/* Whose a ready reply or a macro is, by the key of the team; "" is everybody, 0.  Errors: RC_INVALID at "team". */
CHECKED Rc ready_team(Ctx *cx, Str key, int64_t *ret);
/* What a form says: "*" stands for everybody and becomes "", for nobody should write for all of them by not
 * choosing.  Errors: RC_INVALID at "team" where there is something to choose. */
CHECKED Rc ready_chosen_team(Ctx *cx, Str *io);
