/* agenda_page.h - what the calendar and the timeline of a view show. */
#pragma once

#include "domain/view/agenda.h"
#include "domain/view/view_page.h"

/* What both pages have in common. */
typedef struct AgendaHead {
    ViewTabs      tabs;
    ViewWays      ways;
    Text          name;
    Str           view, q, on;
    bool          wrong;
    Text          why_wrong;
    Str           before, at;
    WidgetOptions shows; /* week, month ... */
    Str           before_url, today_url, after_url;
} AgendaHead;

typedef struct CalendarItem {
    Str         number, title;
    Ms          at_ms;
    const char *prio_css, *prio_icon, *prio_label, *state_label;
    bool        over;
} CalendarItem;
LIST_OF(CalendarItem, CalendarItems);

typedef struct CalendarCell {
    Ms            day;
    int64_t       number; /* of the day in its month */
    bool          today, outside, empty;
    CalendarItems items;
    int64_t       more;   /* that are not shown */
    Str           day_url; /* the list of the day; empty: not needed */
} CalendarCell;
LIST_OF(CalendarCell, CalendarCells);

typedef struct CalendarRow {
    CalendarCells days;
} CalendarRow;
LIST_OF(CalendarRow, CalendarRows);

typedef struct CalendarPage {
    AgendaHead    h;
    WidgetOptions fields;
    Text          title;   /* the month, or from when to when */
    TextList      weekdays;
    CalendarRows  weeks;
    bool          cut;     /* there are more than it shows: from `cut_day` on it is not complete */
    Ms            cut_day;
    int64_t       count;
    bool          empty;
} CalendarPage;

/* All of them in thousandths of the width. */
typedef struct SpanLine {
    int64_t x1, y1, x2, y2;
} SpanLine;
LIST_OF(SpanLine, SpanLines);

typedef struct SpanRow {
    bool        is_request;
    Str         number, title;
    const char *css;      /* of the bar */
    bool        there;    /* within the time that is shown */
    int64_t     x, width;
    SpanLines   after;    /* from the ends of tasks before it */
    Text        words;    /* the same for who hears the page */
} SpanRow;
LIST_OF(SpanRow, SpanRows);

typedef struct SpanTick {
    int64_t x;
    Ms      day;
    bool    shown; /* has a date above it */
} SpanTick;
LIST_OF(SpanTick, SpanTicks);

typedef struct TimelinePage {
    AgendaHead h;
    SpanTicks  ticks;
    SpanRows   rows;
    bool       has_now;
    int64_t    now_x;
    Str        next_url, first_url;
} TimelinePage;
