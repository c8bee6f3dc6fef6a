/* report_page.h - what the page of figures and the list behind a figure show. */
#pragma once

#include "domain/report/report.h"
#include "web/out.h"
#include "web/widgets.h"

typedef struct InsightLink {
    Str  url;
    Text label;
    bool current;
} InsightLink;
LIST_OF(InsightLink, InsightLinks);

typedef struct InsightTile {
    const char *title;
    Str         figure; /* digits in the reader's way */
    Text        unit;
    Text        small;
    Str         url; /* the requests behind it; empty: none */
} InsightTile;
LIST_OF(InsightTile, InsightTiles);

/* One kind of time, from the opening to what the name says. */
typedef struct InsightTime {
    const char *name;
    int64_t     n, negative;
    Text        mean, median, p80, p90, p95, max;
} InsightTime;
LIST_OF(InsightTime, InsightTimes);

/* What was promised: how many kept it, did not, and still run. */
typedef struct InsightPromise {
    const char *name;
    Text        share;
    int64_t     kept, missed, running, late;
    Str         kept_url, missed_url, running_url, late_url;
} InsightPromise;
LIST_OF(InsightPromise, InsightPromises);

/* One word with how many requests have it. */
typedef struct InsightRow {
    Text    name;
    Str     url;
    int64_t n, width; /* width: of 100 */
    Text    share;    /* within target; msgid NULL: without verdicts */
    Text    answered; /* the same for the first answer */
    Str missed_url; /* those of them that missed their target */
} InsightRow;
LIST_OF(InsightRow, InsightRows);

typedef struct InsightTable {
    const char *title, *word;
    InsightRows rows;
    bool        shares, answers;
    Text        more;
} InsightTable;
LIST_OF(InsightTable, InsightTables);

typedef struct InsightHour {
    int64_t n;
    Str     url; /* STR_NULL: nothing is behind it */
} InsightHour;
LIST_OF(InsightHour, InsightHours);
typedef struct InsightDay {
    const char  *name;
    InsightHours hours;
} InsightDay;
LIST_OF(InsightDay, InsightDays);

typedef struct InsightWait {
    const char *why;
    Str         url;
    int64_t     n;
    Text        time, work;
} InsightWait;
LIST_OF(InsightWait, InsightWaits);

typedef struct InsightMonth {
    Str     name; /* "Feb 2016", in the reader's language */
    int32_t year, month;
    int64_t opened, closed, backlog;
    Str     opened_url, closed_url, backlog_url;
    Str     changes; /* versions of models that were published in it: "laptop 3, question 2" */
    Text    share, answered; /* within target, of those opened in it */
} InsightMonth;
LIST_OF(InsightMonth, InsightMonths);

typedef struct InsightPage {
    Str            source, calendar;
    InsightLinks   sources;
    WidgetOptions  calendars;
    Text           age;      /* how old the figures are; msgid NULL: of now */
    bool           waiting;  /* none yet */
    bool           any;
    Str            csv_url, here_url;
    InsightTiles   tiles;
    Text           months_say, backlog_say;
    InsightPromises promises;
    bool           shares, answers, changes;
    InsightDays    arrivals;
    InsightHours   clock; /* 0 ... 23 */
    InsightWaits   waits;
    InsightTimes   times, works;
    InsightTables  tables;
    InsightMonths  months;
    const Figures *figures;
} InsightPage;

/* Requests opened and closed in each of the last months, as bars; and what was open, as a line. */
CHECKED Rc chart_months(PageOut *o, const InsightPage *p);
/* When they came: a field of weekdays and hours, the fuller the more. */
CHECKED Rc chart_arrivals(PageOut *o, const InsightPage *p);
CHECKED Rc chart_backlog(PageOut *o, const InsightPage *p);

typedef struct BehindRow {
    Str         number, title, foreign, team;
    const char *state;
    Str         foreign_state;
    Ms          opened_ms, fulfilled_ms, closed_ms;
} BehindRow;
LIST_OF(BehindRow, BehindRows);

typedef struct BehindPage {
    Text       what; /* which ones */
    Str        back_url, next_url, csv_url;
    BehindRows rows;
    bool       log;
} BehindPage;
