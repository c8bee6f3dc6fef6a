/* assign.h - who gets a piece of work: a pure choice from facts, with a reason for everybody.
 *
 * The facts of a choice and the choice are stored together (assign_record_json); choosing again from
 * the stored facts gives the same person and the same reasons.  Terms and rules:
 * docs/domain/presence.md, "Sharing out work".
 */
#pragma once

#include "core/json.h"
#include "domain/request/request.h"

typedef enum AssignWay {
    ASSIGN_MANUAL,       /* "manual": people take it or a lead gives it */
    ASSIGN_ROUND_ROBIN,  /* "round_robin": who waited longest since the last time */
    ASSIGN_LEAST_LOADED, /* "least_loaded": who has the fewest planned minutes */
    ASSIGN_FAIR,         /* "fair": who would have the least for the share of full time they work */
    ASSIGN_WAYS,
} AssignWay;
Str          assign_way_word(AssignWay way);
CHECKED bool assign_way_from_word(Str word, AssignWay *ret);

/* What became of a candidate. */
typedef enum AssignWhy {
    ASSIGN_CHOSEN,   /* "chosen" */
    ASSIGN_HAS_IT,   /* "has_it": chosen, because they have the request already */
    ASSIGN_PARTY,    /* "party": it is their own request */
    ASSIGN_AWAY,     /* "away": an absence */
    ASSIGN_NO_HOURS, /* "no_hours": no working time in sight */
    ASSIGN_SKILL,    /* "skill": lacks what it takes */
    ASSIGN_FULL,     /* "full": would have more than the limit */
    ASSIGN_LATER,    /* "later": the chosen one is at work sooner */
    ASSIGN_TURN,     /* "turn": got work more recently */
    ASSIGN_LOAD,     /* "load": has more planned */
    ASSIGN_SHARE,    /* "share": would have more for their share of full time */
    ASSIGN_OTHER,    /* "other": nothing against them; somebody else has the request already */
    ASSIGN_WHYS,
} AssignWhy;
Str          assign_why_word(AssignWhy why);
CHECKED bool assign_why_from_word(Str word, AssignWhy *ret);

typedef struct AssignCandidate {
    int64_t person;
    bool    party;       /* requester, beneficiary or submitter */
    Ms      away_ms;     /* away until; MS_NONE: not away */
    Ms      works_ms;    /* at work from; the instant of the choice when they are; MS_NONE: never */
    StrList lacks;       /* skills */
    int64_t load_min;    /* planned minutes of their open work */
    int64_t hours_min;   /* minutes they work in the two weeks from here */
    int64_t share;       /* thousandths of full time */
    Ms      last_ms;     /* last got work by itself; 0: never */
} AssignCandidate;
LIST_OF(AssignCandidate, AssignCandidates);

typedef struct AssignFacts {
    AssignWay way; /* MANUAL (a suggestion is asked for) chooses as FAIR */
    Ms        at;
    int64_t   effort_min, limit_percent;
    int64_t   has_request; /* person who has the request a task is of; 0: nobody */
    StrList   skills;
    AssignCandidates candidates;
} AssignFacts;

LIST_OF(AssignWhy, AssignWhys);
typedef struct AssignChoice {
    int64_t    person; /* 0: nobody fits */
    AssignWhys why;    /* one for each candidate */
} AssignChoice;

/* Pure.  1. Who cannot is left out: their own request, away, no hours, lacking skills, full (load plus
 * effort over limit_percent of the hours).  2. Who has the request already gets its tasks.  3. Of the
 * others those who are at work soonest.  4. By the way; at a tie who waited longest, then the lower id.
 * Errors: RC_LIMIT. */
CHECKED Rc assign_choose(const AssignFacts *f, Arena *a, AssignChoice *ret);

/* One JSON object of ids, keys and numbers; and back.  Errors: RC_INVALID, RC_LIMIT. */
void       assign_record_json(JsonOut *o, const AssignFacts *f, const AssignChoice *c);
CHECKED Rc assign_record_parse(Arena *a, const Json *record, AssignFacts *ret_f, AssignChoice *ret_c);

/* ---- in the database ---- */

#define ASSIGN_TASK_MIN 30 /* a task without planned effort, and a request that somebody has, count so much */
#define ASSIGN_LIMIT    100 /* percent, until a team says otherwise */

typedef struct TeamAssignment {
    AssignWay way;
    int64_t   limit_percent; /* 1..500 */
    int64_t   version;       /* rises with each change; 0: never said */
} TeamAssignment;
CHECKED Rc team_assignment_get(Ctx *cx, int64_t team_id, TeamAssignment *ret);
/* `in.version` is the one that the change was made from.  Event "team.assignment".
 * Errors: RC_STALE (another one is kept), RC_INVALID at "limit". */
CHECKED Rc team_assignment_set(Ctx *cx, GrantedLoad g, TeamAssignment in);

/* A stored choice, or a suggestion. */
typedef struct AssignLine {
    PersonRef person;
    Text      why; /* a sentence */
    bool      chosen;
} AssignLine;
LIST_OF(AssignLine, AssignLines);

typedef struct AssignShown {
    int64_t   id;      /* 0: a suggestion */
    int64_t   task_id; /* 0: of the request itself */
    Str       task;    /* its title; "" of the request */
    Ms        at_ms;
    AssignWay way;
    PersonRef chosen;  /* id 0: nobody fitted */
    AssignLines lines; /* the chosen one first */
    Str       record;  /* JSON */
} AssignShown;
LIST_OF(AssignShown, AssignShowns);

/* Choices that were made about the request, newest first, at most 20; and who could take it now (the
 * request itself), which stores nothing.  `g` needs MAY_NOTES. */
CHECKED Rc assignment_choices(Ctx *cx, GrantedRequest g, AssignShowns *ret);
CHECKED Rc assignment_suggest(Ctx *cx, GrantedRequest g, AssignShown *ret);

/* Work of each member, most first: for the page of a team. */
typedef struct MemberLoad {
    PersonRef person;
    bool      lead;
    Ms        away_ms;               /* away until; MS_NONE: not away */
    int64_t   share;                 /* thousandths of full time */
    int64_t   load_min, pieces;      /* planned, open */
    int64_t   this_week_min, next_week_min; /* hours they work from now to Monday, and the week after */
    bool      over;                  /* load above the limit of the team */
    int64_t   delegate;              /* who stands in for their tasks, 0: nobody */
    StrList   skills;
} MemberLoad;
LIST_OF(MemberLoad, MemberLoads);
CHECKED Rc team_loads(Ctx *cx, GrantedLoad g, MemberLoads *ret);

/* Gives what is due to people, at most `max` requests; for the clock.  These are no timers (app/timer.h) but a
 * queue: every step of a request in which somebody is missing puts it there, once; it is emptied in the order in which
 * the work came, and each choice counts the work that the one before gave away.  Where nobody fits it stays in the
 * queue with the reason, and is looked at again after a quarter of an hour. */
CHECKED Rc request_assignments(Ctx *cx, int64_t max, bool *ret_more);
