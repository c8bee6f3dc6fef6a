/* presence.h - who is there: absences, hours of work, skills, and who stands in for whom.
 *
 * Everybody may know that a colleague is away and until when; the rest takes a grant (access_presence,
 * the table in docs/rights.md).  Functions without a grant tell only what everybody may know, or what
 * the rules of a request need.  Terms and rules: docs/domain/presence.md.
 *
 * Spans are half open: from the first instant to the first one after it.  Every act writes its event
 * in the same transaction; kind and note of an absence go to event_text.  Results live in cx->arena.
 */
#pragma once

#include "app/timer.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/identity.h"

#define PRESENCE_ROWS_MAX 200 /* absences, and delegations, of one person that are not over */
#define PRESENCE_NOTE_MAX 500 /* characters */
#define PRESENCE_SKILLS_MAX 100 /* of one person */

/* What two days, or two instants, of a form or body say: "2027-06-01" is a local day of the person, and
 * as the end the whole of it; an instant of RFC 3339 stands for itself.
 * `end` is the field of `to`.  Errors: RC_INVALID at "from" and `end` (malformed, order, past, more than
 * ten years). */
typedef struct PresenceSpan {
    Ms from_ms, to_ms;
} PresenceSpan;
CHECKED Rc presence_span(Ctx *cx, int64_t person_id, Str from, Str to, const char *end,
                         PresenceSpan *ret);

/* --- absences -------------------------------------------------------------------------------- */

typedef struct AbsenceInput {
    Str from, to; /* as presence_span */
    Str kind;     /* holiday | sick | training | other */
    Str note;     /* at most PRESENCE_NOTE_MAX characters; may be empty */
} AbsenceInput;

typedef struct Absence {
    int64_t id, person_id;
    Ms from_ms, to_ms;
    Str kind, note; /* STR_NULL for who may not know */
} Absence;
LIST_OF(Absence, Absences);

/* One that begins inside of one that is over begins at its end.
 * Errors: RC_INVALID with field errors, RC_CONFLICT (overlaps another one), RC_LIMIT. */
CHECKED Rc absence_add(Ctx *cx, GrantedPresence g, const AbsenceInput *in, int64_t *ret_id);
/* One that has begun ends now; one that has not is taken back.
 * Errors: RC_NOT_FOUND, RC_CONFLICT (over already). */
CHECKED Rc absence_end(Ctx *cx, GrantedPresence g, int64_t id);
/* Those that are not over, earliest first. */
CHECKED Rc absence_list(Ctx *cx, GrantedPresence g, Absences *ret);

/* Until when the person is away at this instant, through absences that follow each other without a
 * gap; MS_NONE: not away. */
CHECKED Rc person_away_until(Ctx *cx, int64_t person_id, Ms at, Ms *ret);
/* "Away up to and including Friday 4 December", where it ends with a day of that zone; else until when. */
Text person_away_text(const Zone *zone, Ms until);
/* Absences of several persons that touch the span, without kind and note; by person, then time. */
CHECKED Rc absences_between(Ctx *cx, const int64_t *ids, size_t n, Ms from, Ms to, Absences *ret);

/* --- hours of work --------------------------------------------------------------------------- */

#define FULL_TIME_MIN 2400 /* minutes of a week that count as full time: 40 hours */

typedef struct WorkHours {
    OptInt weekly_min; /* minutes a week, 0..FULL_TIME_MIN * 2; not set: full time */
    Str calendar;      /* key of their own calendar; "": that of the team */
    int64_t version;   /* rises with each change; 0: never said */
} WorkHours;
/* Full time for who never said anything else. */
CHECKED Rc work_hours_get(Ctx *cx, int64_t person_id, WorkHours *ret);
/* `in->version` is the one that the change was made from.
 * Errors: RC_STALE (another one is kept), RC_INVALID with field errors ("weekly_min"; "calendar": none of this key). */
CHECKED Rc work_hours_set(Ctx *cx, GrantedPresence g, const WorkHours *in);

/* Whose hours count: their own calendar, else that of the team (key, "": none), else Monday to Friday, 9
 * to 17, in their zone.  Absences are taken off; part time leaves the share weekly_min / FULL_TIME_MIN. */

/* Minutes that the person works in the span, as planned.  Without a calendar at most 400 days count. */
CHECKED Rc person_work_minutes(Ctx *cx, int64_t person_id, Str team_calendar, Ms from, Ms to,
                               int64_t *ret);
/* The first instant from `at` on at which the person is at work; `at` itself when they are; MS_NONE:
 * not in sight. */
CHECKED Rc person_works_from(Ctx *cx, int64_t person_id, Str team_calendar, Ms at, Ms *ret);

/* --- skills ---------------------------------------------------------------------------------- */

/* Keys of the managed list "skills", by key. */
CHECKED Rc skills_get(Ctx *cx, int64_t person_id, StrList *ret);
/* Of all of them together: rises with each change; 0: never changed. */
CHECKED Rc skills_version(Ctx *cx, int64_t person_id, int64_t *ret);
/* Makes them exactly these.  `version` is the one that the change was made from.
 * Errors: RC_STALE (another one is kept), RC_INVALID at "skills" (not in the list; too many). */
CHECKED Rc skills_set(Ctx *cx, GrantedPresence g, int64_t version, const StrList *skills);

/* --- delegation ------------------------------------------------------------------------------ */

typedef enum DelegationWhat {
    DELEGATION_APPROVALS = 1 << 0,
    DELEGATION_TASKS = 1 << 1,
    DELEGATION_BOTH = 3,
} DelegationWhat;
Str          delegation_word(DelegationWhat what); /* approvals | tasks | both */
CHECKED bool delegation_from_word(Str word, DelegationWhat *ret);

/* So many delegates who are away themselves are passed over in a row; then the last one stays. */
#define DELEGATION_DEPTH 5

typedef struct DelegationInput {
    Str to;        /* login of the one who stands in */
    Str what;      /* approvals | tasks | both */
    Str from, until; /* as presence_span */
} DelegationInput;

typedef struct Delegation {
    int64_t id;
    PersonRef principal, delegate, by;
    DelegationWhat what;
    Ms from_ms, to_ms;
    bool running; /* now */
} Delegation;
LIST_OF(Delegation, Delegations);

/* The delegate is told.  What begins today begins now.
 * Errors: RC_INVALID with field errors ("to": unknown, oneself; "what"; "from": before today; "until"); RC_CONFLICT:
 * "circle" (the delegate's own delegations lead back), "overlap" (two at a time for the same thing);
 * RC_LIMIT. */
CHECKED Rc delegation_give(Ctx *cx, GrantedPresence g, const DelegationInput *in, int64_t *ret_id);
/* As absence_end. */
CHECKED Rc delegation_end(Ctx *cx, GrantedPresence g, int64_t id);
/* Given by the person, and not over; earliest first. */
CHECKED Rc delegation_list(Ctx *cx, GrantedPresence g, Delegations *ret);
/* Those in which the person stands in for somebody, and which are not over. */
CHECKED Rc delegation_list_for(Ctx *cx, GrantedSelf g, Delegations *ret);

/* Who stands in for each of the persons at that instant; 0: nobody.  A delegate who is away is passed
 * over when they have a delegate themselves.  `ret` has room for n.  Two statements when nobody
 * delegates, no more than DELEGATION_DEPTH times three else. */
CHECKED Rc delegates_of(Ctx *cx, const int64_t *ids, size_t n, DelegationWhat what, Ms at,
                        int64_t *ret);
/* For whom this person stands in at that instant; at most 200.  One statement when nobody names them, else
 * no more than DELEGATION_DEPTH + 1 and those of delegates_of, however many there are. */
typedef struct PrincipalIds {
    int64_t *at;
    size_t n, cap;
} PrincipalIds;
CHECKED Rc principals_of(Ctx *cx, int64_t person_id, DelegationWhat what, Ms at, PrincipalIds *ret);

/* --- what follows by itself ------------------------------------------------------------------- */

/* The kind of the timers at which an absence or a delegation begins or ends; the object is its id, the key
 * "absence" or "delegation".  They are put where these are written, in the same transaction. */
#define TIMER_OF_PRESENCE "presence"
/* What such a timer does here: writes the event of the beginning or the end, each once, and puts the timer of
 * the end.  What came and went while nothing ran is told once, as over; what was taken back before it began
 * is not told.  `ret`: persons whose delegates may be others than a moment ago, each once. */
CHECKED Rc presence_moment(Ctx *cx, GrantedTimers g, const Timer *t, PrincipalIds *ret);
