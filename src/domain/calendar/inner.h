/* inner.h - what a compiled calendar is made of; for the files of this folder.
 *
 * Time is cut into local years, a year into local days, a day into pieces of working time.  Each
 * level knows where it starts and how much working time lies before it, so that a lookup in either
 * direction is two binary searches and a few comparisons.  Years that look alike share one body:
 * there are 14 kinds of ordinary years, and few others.
 *
 * Three eras: `exact` covers every year in which anything happens once (a holiday with a date, an
 * entry of the zone's table).  Before and after it everything repeats after 400 Gregorian years,
 * which are a whole number of weeks: `before` and `after` are one such cycle each.
 *
 * All edges are whole seconds, since windows are minutes and offsets seconds.
 */
#pragma once

#include "domain/calendar/calendar.h"

#define CYCLE_YEARS 400
#define CYCLE_DAYS  146097
#define DAY_S       86400
#define CYCLE_S     ((int64_t)CYCLE_DAYS * DAY_S)

/* Working time of a day, in seconds since its local midnight (elapsed, not shown by clocks). */
typedef struct Piece {
    int32_t from_s, to_s;
    int32_t before_s; /* working time of the day before it */
} Piece;
typedef struct Pattern {
    uint32_t first, n; /* in pieces */
    int32_t work_s;
    bool work_day; /* a window of this date starts on it */
    uint32_t next; /* in its bucket of the table of patterns; 0: none */
} Pattern;
LIST_OF(Piece, Pieces);
LIST_OF(Pattern, Patterns);

/* One year; all seconds since its first local midnight. */
typedef struct YearBody {
    int32_t days;
    int32_t start_s[368];    /* of each day; [days] is the start of the next year */
    int32_t work_s[368];     /* working time of the year before each day */
    uint16_t work_days[368]; /* working days of the year before each day */
    uint16_t pattern[367];
} YearBody;

typedef struct Year {
    int64_t start_s; /* since 1970, UTC */
    int64_t work_s;  /* working time from the start of the exact era; before it negative */
    int64_t work_days;
    int64_t day; /* its first date, in days since 1970 */
    const YearBody *body;
} Year;
typedef struct Era {
    int32_t first_year;
    size_t n;
    Year *at; /* n + 1: the last one is the end */
} Era;

struct Calendar {
    const Zone *zone;
    int64_t     day_hours;
    Patterns patterns;
    Pieces pieces;
    Era before, exact, after;
};

typedef struct LinePart {
    Ms from; /* INT64_MIN + 1 of the first */
    const Calendar *calendar;
    int64_t work_ms;   /* of the line before `from`, less what `calendar` counts until then */
    int64_t start_ms;  /* of the line at `from`; INT64_MIN of the first */
    int64_t day;       /* its first date; INT64_MIN of the first */
    int64_t work_days; /* as work_ms, in days */
    int64_t start_days;
} LinePart;
struct CalendarLine {
    size_t n;
    LinePart at[];
};

/* Working seconds before an instant, counted from the start of the exact era.  *ret_open: whether the
 * second that starts there is working time. */
int64_t calendar_work_s(const Calendar *c, int64_t at_s, bool *ret_open);
/* The last second whose work_s is `work_s`; false when an int64 of milliseconds cannot hold it. */
CHECKED bool calendar_last_s(const Calendar *c, int64_t work_s, int64_t *ret_s);
/* Working days with a date before `day`, and the date of the working day number `n` (from 0). */
int64_t calendar_work_days(const Calendar *c, int64_t day);
CHECKED bool calendar_nth_day(const Calendar *c, int64_t n, int64_t *ret_day);
/* The piece of working time that holds or follows `at_s` on its local day; false: none on that day,
 * then *ret_to_s is the next local midnight. */
bool calendar_piece_s(const Calendar *c, int64_t at_s, int64_t *ret_from_s, int64_t *ret_to_s);
