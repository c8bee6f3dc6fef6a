/* calendar.h - working time: weekly hours, holidays and breaks in a time zone, and counting by them.
 *
 * Rules are plain data, as a document says them.  Compiled with a zone they become a Calendar, one
 * immutable version.  A CalendarLine is the versions of one calendar, each from the instant on from
 * which it is in force, so that what was counted in the past is counted by the same rules for ever.
 * All arithmetic is pure: it reads neither clock nor database, and takes the same time however far
 * apart the instants are.  Terms and rules: docs/domain/calendar.md.
 *
 * What a wall clock shows decides (the choice where clocks change): a window opens at the first
 * instant at which the zone's clocks show its beginning or later, and closes at the first instant at
 * which they show its end or later.  So a time that a change leaves out is the instant of the change,
 * a time that comes twice is the first of both, and a day that a zone never had has no working time.
 * What is counted between opening and closing is the time that really passes.
 *
 * Exactly at closing time (the choice where a span ends with a window): a due time stays at the
 * closing, it does not go on to the next opening.  Going backwards, it stays at the opening.
 */
#pragma once

#include "domain/access/access.h"
#include "domain/query/query.h"

/* ---- rules ---- */

/* Minutes of the local day, from 0..1439, to 0..1440; 1440 is the end of the day.  to_min <= from_min
 * runs past midnight and belongs to the day on which it starts (09:00-09:00 is 24 hours). */
typedef struct CalendarWindow {
    int32_t from_min, to_min;
} CalendarWindow;
LIST_OF(CalendarWindow, CalendarWindows);

/* A day on which no window starts.  What began the evening before runs to its end. */
typedef struct CalendarHoliday {
    Ms date;  /* start of the date in UTC, as COND_DATE */
    Str name; /* "" or STR_NULL: without one */
} CalendarHoliday;
LIST_OF(CalendarHoliday, CalendarHolidays);

typedef struct CalendarYearly {
    int32_t month, day; /* 1..12; 29 February comes in leap years only */
    Str name;
} CalendarYearly;
LIST_OF(CalendarYearly, CalendarYearlies);

/* Hours of one date in which nobody works, whatever window is open then. */
typedef struct CalendarBreak {
    Ms date;
    CalendarWindows closed; /* may run past midnight, too */
    Str name;
} CalendarBreak;
LIST_OF(CalendarBreak, CalendarBreaks);

#define CALENDAR_WINDOWS_MAX  12   /* of a day, of a break */
#define CALENDAR_HOLIDAYS_MAX 5000 /* dates; as many breaks */
#define CALENDAR_YEARLY_MAX   366
#define CALENDAR_YEAR_FIRST   1900 /* of holidays and breaks with a date */
#define CALENDAR_YEAR_LAST    2200

#define CALENDAR_NAME_MAX_CHARS 200 /* of a holiday or break; one line */
#define CALENDAR_FEEDS_MAX      20

typedef struct CalendarRules {
    Str key, zone;             /* zone: IANA name; calendar_compile takes the zone itself */
    CalendarWindows hours[7];  /* Monday first; any order, not overlapping */
    CalendarHolidays holidays; /* any order; a date may come twice */
    CalendarYearlies yearly;
    CalendarBreaks breaks;
    int64_t day_hours; /* thousandths of an hour that one day of effort means */
} CalendarRules;

/* The name of a feed is the name of a file, never a path: letters, digits, . _ - and at most 100 of
 * them, ending in .ics. */
bool calendar_feed_name_is_safe(Str name);

/* ---- one version ---- */

typedef struct Calendar Calendar;

/* Why rules make no calendar. */
typedef struct CalendarFault {
    const char *code; /* "no_opening" "bad_window" "overlapping_windows" "too_many" "bad_date"
                         "unknown_zone" "bad_zone" */
    Text text;        /* a sentence that says what is wrong and how to go on */
    int32_t weekday;  /* 0..6 where a day's hours are at fault, else -1 */
    Ms date;          /* where a dated holiday or break is at fault, else MS_NONE */
} CalendarFault;

/* Checks the rules and makes of them what the arithmetic needs, in `a` (about 100 to 400 kB, some
 * milliseconds).  Keeps `zone`, which must live as long as *ret, and nothing of `r`.
 * Errors: RC_INVALID with *ret_fault (impossible rules, `zone` NULL), RC_LIMIT (arena).
 * Bounds: changes of clocks before 1800 are not counted (the first of the time zone database is of
 * 1834); a zone whose table goes on after 2300 is refused. */
CHECKED Rc calendar_compile(Arena *a, const CalendarRules *r, const Zone *zone, Calendar **ret,
                            CalendarFault *ret_fault);
const Zone *calendar_zone(const Calendar *c);
int64_t     calendar_day_hours(const Calendar *c); /* thousandths of an hour */

/* ---- versions ---- */

typedef struct CalendarLine CalendarLine;

typedef struct CalendarSpan {
    Ms from; /* in force from this instant on; of the first one it does not matter */
    const Calendar *calendar;
} CalendarSpan;

/* Versions in ascending order; the first is in force from ever.  Keeps pointers to the calendars.
 * Errors: RC_INVALID (none, not ascending), RC_LIMIT. */
CHECKED Rc calendar_line(Arena *a, const CalendarSpan *versions, size_t n,
                         const CalendarLine **ret);
/* The line as it was in force then: without the versions that begin then or later.  What was measured
 * until `at` keeps its due time whatever is published afterwards, in the very same instant too.  NULL line: NULL.  Errors: RC_LIMIT. */
CHECKED Rc calendar_as_of(Arena *a, const CalendarLine *c, Ms at, const CalendarLine **ret);
/* The version in force at an instant.  NULL line: NULL. */
const Calendar *calendar_at(const CalendarLine *c, Ms at);

/* ---- arithmetic ---- */

/* Time is counted by the version in force at each instant; a day belongs to the version in force at
 * its local midnight.  `ms` are milliseconds of working time.  MS_NONE in gives MS_NONE (0 from
 * calendar_between), as does a result that no Ms can hold.  A NULL line works around the clock. */

/* The earliest instant at which `ms` of working time have passed since `from`; ms == 0: `from`
 * itself, in or out of hours.  A negative `ms` goes backwards as calendar_sub. */
Ms calendar_add(const CalendarLine *c, Ms from, int64_t ms);
/* The latest instant from which `ms` of working time pass until `from`. */
Ms calendar_sub(const CalendarLine *c, Ms from, int64_t ms);
/* Working time from `from` to `to`; 0 when `to` is not after `from`. */
int64_t calendar_between(const CalendarLine *c, Ms from, Ms to);
/* The first instant at or after `at` from which on somebody works; `at` itself when open. */
Ms calendar_next_open(const CalendarLine *c, Ms at);
/* The last instant at or before `at` until which somebody worked; `at` itself when open (not yet at
 * the opening). */
Ms calendar_prev_close(const CalendarLine *c, Ms at);
bool calendar_is_open(const CalendarLine *c, Ms at);
/* "n wd": the same local time on the n-th later working day, moved to the next opening.  A working day
 * is a date on which a window starts and is not wholly taken by a break.  0 days: the next opening.
 * Negative: the n-th earlier working day, moved back to the previous closing. */
Ms calendar_add_days(const CalendarLine *c, Ms from, int32_t days);
/* Any span of query.h after `from`: wh and wd by the calendar, all others as timespan_move in `zone`.
 * Without a line a working day is the same local time in `zone` a day later.  n == 0: MS_NONE. */
Ms calendar_move(const CalendarLine *c, Ms from, TimeSpan span, const Zone *zone);

/* A piece of working time, cut at local midnights and where versions change. */
typedef struct CalendarPiece {
    Ms from, to;
} CalendarPiece;
LIST_OF(CalendarPiece, CalendarPieces);
/* The pieces between two instants, the first `max` of them: what a due time is made of.  NULL line:
 * one piece.  Errors: RC_LIMIT (arena). */
CHECKED Rc calendar_pieces(Arena *a, const CalendarLine *c, Ms from, Ms to, size_t max,
                           CalendarPieces *ret);

/* ---- calendars in the database ---- */

/* The calendar of a key with all its versions.  Compiled versions are kept in memory for all threads,
 * as far as there is room (core/kept.h); *ret is good until the arena of `cx` ends.  One statement asks whether any
 * calendar has changed since.  Of a
 * version that somebody has just made in a transaction of their own nothing is seen before its commit.
 * "" or STR_NULL: *ret = NULL, around the clock.  Errors: RC_NOT_FOUND (unknown key). */
CHECKED Rc calendar_get(Ctx *cx, Str key, const CalendarLine **ret);

typedef struct CalendarVersion {
    int64_t          id, number;
    Ms               from; /* MS_NONE of the first: from ever */
    Str              cause; /* published | zone | feed */
    Ms               made_ms;
    int64_t          document_version_id; /* 0: none */
    Str              zone_hash;
    StrList          feeds;
    CalendarRules    rules;     /* as published; filled by calendar_version_read only */
    CalendarHolidays feed_days; /* holidays of the feeds when this version was made; the same */
} CalendarVersion;
LIST_OF(CalendarVersion, CalendarVersions);

/* All versions, ascending by the instant from which they are in force; none: RC_NOT_FOUND. */
CHECKED Rc calendar_versions(Ctx *cx, Str key, CalendarVersions *ret);
CHECKED Rc calendar_version_read(Ctx *cx, CalendarVersion *v);
/* The index of the version in force at an instant. */
size_t calendar_version_at(const CalendarVersions *list, Ms at);

typedef struct CalendarPublication {
    Str                  key;
    const CalendarRules *rules;
    StrList              feeds;
    Ms                   from; /* MS_NONE: now; not in the past, since that was measured already */
    int64_t              document_version_id; /* 0: none */
} CalendarPublication;

/* Makes a version that is in force from `from` on, with the zone's data of today, and writes the event
 * "calendar.in_force".  The first version of a calendar is in force from ever.  Versions that would have
 * come into force later than `from` are taken out; one that was in force already, before the clock was set
 * back, stays, and this one begins after it.  A text that changes nothing makes no version.
 * Runs in the caller's transaction; `g` proves the right.
 * Errors: RC_INVALID (impossible rules, `from` in the past), RC_LIMIT. */
CHECKED Rc calendar_publish(Ctx *cx, GrantedCatalog g, const CalendarPublication *in);

/* The same for a calendar that has no version yet; nothing where it has one, so nothing in force changes
 * and no right is asked for.  For upkeep, after a migration. */
CHECKED Rc calendar_adopt(Ctx *cx, const CalendarPublication *in);

/* ---- holidays by iCalendar ---- */

#define CALENDAR_FEED_MAX_BYTES 5000000u
#define CALENDAR_FEED_YEARS     10 /* back and ahead, for which repeated days are written out */

/* The whole days of an iCalendar file (RFC 5545): repeated ones written out within ten years of `now`,
 * exceptions left out, cancelled ones too; what has a time of day is no holiday and is counted only.
 * Pure.  Errors: RC_INVALID with *ret_why (not iCalendar, cut off, a rule that cannot be followed, more
 * than CALENDAR_HOLIDAYS_MAX days, more than CALENDAR_FEED_MAX_BYTES), RC_LIMIT (arena). */
CHECKED Rc calendar_feed_parse(Arena *a, Str ics, Ms now, CalendarHolidays *ret, size_t *ret_timed,
                               Text *ret_why);

typedef struct CalendarFeed {
    Str              name;
    bool             uploaded; /* given by hand; else a file in the folder of feeds */
    Str              hash;
    CalendarHolidays days;
    Ms               read_ms;  /* MS_NONE: never */
    Str              trouble;  /* why the last try changed nothing, in English; "" it did not fail */
    Ms               trouble_ms;
} CalendarFeed;
LIST_OF(CalendarFeed, CalendarFeeds);
CHECKED Rc calendar_feeds(Ctx *cx, Str key, CalendarFeeds *ret);

/* Takes in the holidays of a file that somebody gives by hand.  Days that its predecessor of the same
 * name had and it has not vanish; days that people wrote into the document stay.  When that changes
 * anything a version is in force from now on.  A broken file changes nothing.
 * Errors: RC_INVALID (with the sentence that says why), RC_NOT_FOUND (no such calendar). */
CHECKED Rc calendar_feed_upload(Ctx *cx, GrantedCatalog g, Str key, Str name, Str ics,
                                size_t *ret_days);
/* Takes a file that was given by hand, and its days, out again.  Errors: RC_NOT_FOUND. */
CHECKED Rc calendar_feed_remove(Ctx *cx, GrantedCatalog g, Str key, Str name);

/* Looks whether the data of a zone, or a file in the folder of feeds (`folder`, STR_NULL: there is none),
 * has changed; each calendar for which it has gets a version from now on, with an event.  What is wrong
 * with a feed is kept with it and changes nothing.  For upkeep: at the start and once a day. */
CHECKED Rc calendar_refresh(Ctx *cx, Str folder);
