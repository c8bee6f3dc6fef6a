/* calendars_page.h - what the pages of calendars show. */
#pragma once

#include "domain/catalog/calendar_input.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct CalendarLineView {
    Str     key, zone, hours; /* hours: "40" a week */
    int64_t holidays;         /* of this year */
    int64_t version;
    Ms      from_ms;
    bool    open; /* now */
} CalendarLineView;
LIST_OF(CalendarLineView, CalendarLineViews);

typedef struct CalendarsPage {
    CalendarLineViews rows;
    bool              may_write;
} CalendarsPage;

/* A day in the year view; number 0: an empty cell. */
typedef struct DayView {
    int32_t     number;
    const char *cell; /* class: "off", "hol", "cut", "on" */
    bool        today;
} DayView;
typedef struct WeekView {
    DayView days[7];
} WeekView;
LIST_OF(WeekView, WeekViews);
typedef struct DayNote {
    int32_t     day;
    Str         name;
    const char *what; /* where it has no name */
} DayNote;
LIST_OF(DayNote, DayNotes);
typedef struct MonthView {
    const char *name;
    Text        work; /* "21 working days" */
    WeekViews   weeks;
    DayNotes    notes;
} MonthView;
LIST_OF(MonthView, MonthViews);
/* The rows of the days, for the template. */
CHECKED Rc weeks_write(PageOut *o, const MonthView *m);

typedef struct SpanLine {
    Ms   from, to;
    Span length;
} SpanLine;
LIST_OF(SpanLine, SpanLines);

typedef struct VersionRow {
    int64_t     number;
    Ms          from;
    bool        ever, in_force, later;
    const char *cause;
} VersionRow;
LIST_OF(VersionRow, VersionRows);

typedef struct FeedRow {
    Str     name, trouble;
    int64_t days;
    Ms      read_ms;
    bool    uploaded, read;
} FeedRow;
LIST_OF(FeedRow, FeedRows);

typedef struct HoursRow {
    const char *day;
    Str         hours;
} HoursRow;
LIST_OF(HoursRow, HoursRows);

typedef struct CalendarPage {
    Str         key, zone, day_hours;
    bool        may_write;
    HoursRows   hours;
    int32_t     year, before, after;
    Text        days; /* working days of the year */
    MonthViews  months;
    VersionRows versions;
    FeedRows    feeds;
    Form        feed_form;
    /* what is the due time if */
    Form        due_form;
    bool        due_asked;
    Ms          due_ms;
    Text        due_trouble;
    SpanLines   pieces;
    bool        pieces_more;
} CalendarPage;

typedef struct CalendarEditPage {
    Str     key, action;
    int64_t version;
    bool    is_new;
    Form    form;
} CalendarEditPage;
