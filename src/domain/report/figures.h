/* figures.h - counting: rows of requests go in, figures come out.  Pure; inside this concept only.
 *
 * Everything is exact: percentiles come from all values, not from a sketch.  Rules (docs/domain/report.md):
 *   - A time is from the opening to the first answer, to the fulfilment, to the closing; a request without one of
 *     both is not among them.  One that ends before it begins is counted as negative, and its value takes part.
 *   - The median is the middle value, or the mean of both middle ones; a percentile is the smallest value that
 *     at least so many of a hundred do not exceed.
 *   - Open at a midnight (UTC) is what was opened before it and not closed until then.
 *   - A share within target is of those that have a verdict.
 */
#pragma once

#include "domain/report/report.h"

typedef int64_t FigureTime(const void *calendar, Ms from, Ms to); /* working milliseconds */

/* One request.  Words are copied. */
typedef struct FigureRow {
    Str     state, priority, team, category, channel;
    Ms      opened, answered, fulfilled, closed; /* MS_NONE: did not happen, or is not known */
    Str     model;
    Verdict promised[PROMISES];
    const void *calendar; /* of its working times, where each has its own */
    bool    has_calendar;
    const Zone *zone; /* of the hour at which it was opened; NULL: UTC */
    int64_t reassignments, reopenings, events;
} FigureRow;

typedef struct FiguresBuild FiguresBuild;
/* `expected`: about how many rows come.  `work` NULL: no working times.  `each`: a row brings its own calendar, and
 * one without takes no part in working times. */
FiguresBuild *figures_begin(Arena *a, size_t expected, FigureTime *work, const void *calendar, bool each);
CHECKED Rc    figures_add(FiguresBuild *b, const FigureRow *row);
/* A request waited once more. */
CHECKED Rc    figures_add_wait(FiguresBuild *b, const FigureWait *wait);
/* `until`: the end of what was counted; a log ends there (its last month counts), our own requests go on. */
CHECKED Rc    figures_end(FiguresBuild *b, Ms until, bool ended, Figures *ret);

/* As it is kept in report_snapshot. */
void       figures_write(JsonOut *o, const Figures *f);
/* Errors: RC_INVALID, RC_LIMIT. */
CHECKED Rc figures_read(Arena *a, const Json *from, Figures *ret);

/* The hour of the week at which it was, 0 ... FIGURE_HOURS - 1, Monday first.  `zone` NULL: UTC. */
size_t figures_hour(const Zone *zone, Ms at);
/* The zone of a calendar by the version in force; NULL without one. */
const Zone *figures_zone(const CalendarLine *line, Ms at);

/* Day 0 is 1970-01-01. */
int64_t figures_day(Ms at);
