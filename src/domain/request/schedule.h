/* schedule.h - repeating requests: at its moments a request is made as if its owner asked for it.
 *
 * Moments are counted from the first one: the k-th is k times `every` days, weeks, months or working days
 * later, at the same time on the clock of the owner's zone.  A month without that day has it on its last
 * day, and the next month goes by the first date again.  Where clocks change, a time that is left out is
 * moved on by the gap, and one that comes twice is the first (core/clock.h).  With `workdays`, what falls
 * outside of working hours is made at the next opening; working days are Monday to Friday there, or those of the
 * calendar of the team that has the item.
 *
 * Each time the request is made through request_create as the owner, with the rights and the item of that
 * moment.  What cannot be made (the item is gone, a rule does not allow it) is told to the owner with the
 * reason, and the next moment is tried again.  When the owner has left it is paused, and the leads of its team
 * hear of it; whoever of the team resumes it asks from then on.  What was missed while nothing ran is made
 * up once; what was missed while it was paused is not.
 *
 * A schedule belongs to its owner, or to a team, whose members see it and may change, pause and end it; the
 * requests stay the owner's.  What is confidential is never a team's, since all of the team read the answers.  Events, of the object "schedule": schedule.created, .changed, .paused, .resumed,
 * .ended, .ran, .failed.
 */
#pragma once

#include "domain/calendar/calendar.h"
#include "domain/request/request.h"

#define SCHEDULE_EVERY_MAX 999
#define SCHEDULES_MAX      200 /* of one owner that are not ended, their own and those of teams */

typedef enum ScheduleUnit { EVERY_DAY, EVERY_WORKDAY, EVERY_WEEK, EVERY_MONTH } ScheduleUnit;
Str          schedule_unit_word(ScheduleUnit unit); /* day workday week month */
CHECKED bool schedule_unit_from_word(Str word, ScheduleUnit *ret);

typedef struct ScheduleRule {
    ScheduleUnit unit;
    int64_t      every;    /* 1..SCHEDULE_EVERY_MAX */
    bool         workdays; /* moved to the next opening */
    Ms           first_ms;
    Ms           until_ms; /* none after this; MS_NONE: without end */
} ScheduleRule;
/* The first moment after `after`; MS_NONE: there is none any more.  Pure.  `line`: whose working days;
 * NULL counts every day. */
Ms schedule_next(const ScheduleRule *r, const Zone *zone, const CalendarLine *line, Ms after);

typedef struct ScheduleInput {
    Str          item;        /* key of a published model */
    AnswerInputs answers;     /* complete; no files, which can be attached only once */
    const Json  *answers_json; /* the same, as they are kept */
    Str          title;       /* "": the name of the item */
    Str          team;        /* key: the team's repeating work, of which the subject is a member; "" one's own */
    ScheduleRule rule;        /* the first moment still to come */
    Rc           fault;
} ScheduleInput;

/* `g` says for whom it is asked.  Answers are checked as those of a request made now.
 * Errors: RC_NOT_FOUND (item), RC_FORBIDDEN, RC_INVALID with field errors, RC_LIMIT. */
CHECKED Rc schedule_create(Ctx *cx, GrantedSubmit g, const ScheduleInput *in, int64_t *ret_id);

typedef struct ScheduleEdit {
    OptInt       version;
    Str          title;        /* STR_NULL: as it is */
    const Json  *answers_json; /* NULL: as they are */
    AnswerInputs answers;
    bool         has_rule;
    ScheduleRule rule;
    Str          state;        /* active | paused | ended; STR_NULL: as it is */
    Rc           fault;
} ScheduleEdit;
/* Errors: RC_NOT_FOUND (not there, or not theirs), RC_STALE, RC_CONFLICT (ended), RC_INVALID. */
CHECKED Rc schedule_edit(Ctx *cx, int64_t id, const ScheduleEdit *in);

typedef struct Schedule {
    int64_t      id, version;
    PersonRef    owner, beneficiary;
    TeamRef      team;         /* id 0: the owner's own */
    Str          item;
    LangText     item_name;    /* absent: the item is gone */
    Str          title;        /* "": the name of the item */
    Str          answers;      /* JSON */
    ScheduleRule rule;
    Str          zone;
    Str          state;        /* active | paused | ended */
    Ms           next_ms, last_ms, failed_ms, created_ms; /* MS_NONE: not */
    Str          why;          /* why the last one could not be made */
    Str          last_number;  /* STR_NULL: none, or not visible */
    int64_t      made;
} Schedule;
LIST_OF(Schedule, Schedules);

typedef struct ScheduleFilter {
    bool    teams; /* those of the subject's teams; else their own */
    bool    ended; /* ended ones too */
    int64_t before_id, size;
} ScheduleFilter;
CHECKED Rc schedule_list(Ctx *cx, const ScheduleFilter *f, Schedules *ret, int64_t *ret_next);
CHECKED Rc schedule_get(Ctx *cx, int64_t id, Schedule *ret);

/* "every 2 weeks": for pages. */
Text schedule_words(const ScheduleRule *r);

/* Timers of the kind "schedule".  Before the server starts. */
void schedule_timers_register(void);
