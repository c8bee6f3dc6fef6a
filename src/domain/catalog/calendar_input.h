/* calendar_input.h - a calendar as its form and its API write it: lines of text; inside this concept only.
 *
 *     hours          08:00-12:00 13:00-17:00         blanks between, none: closed
 *     holidays       2027-01-06 Epiphany             date, then its name
 *     yearly         12-25 Christmas Day
 *     breaks         2027-03-04 13:00-15:00 Meeting  date, windows, then its name
 */
#pragma once

#include "domain/catalog/catalog.h"

typedef struct CalendarText {
    Str     key, zone;
    Str     hours[7];
    StrList holidays, yearly, breaks, feeds;
    Str     day_hours; /* "8", "7.5"; "": 8 */
} CalendarText;

extern const char *const calendar_day_keys[7]; /* "mon" ... */

/* Every line that is none becomes a field error ("/hours/mon", "/holidays"...); whether all of it makes
 * a calendar is said by calendar_document_publish.  Errors: RC_INVALID, RC_LIMIT. */
CHECKED Rc calendar_from_text(Ctx *cx, const CalendarText *t, CalendarDoc *ret);
CHECKED Rc calendar_to_text(Arena *a, const CalendarRules *r, const StrList *feeds, CalendarText *ret);
/* The lines of a field; empty ones are left out. */
CHECKED Rc calendar_lines(Arena *a, Str text, StrList *ret);
Str        calendar_lines_join(Arena *a, const StrList *lines);

/* The published calendar: its document, and the versions with the rules read.  Errors: RC_NOT_FOUND. */
typedef struct CalendarNow {
    Document         document;
    CalendarVersions versions;
    size_t           in_force;  /* index in versions */
    CalendarVersion *published; /* the newest version: what a form begins with */
} CalendarNow;
CHECKED Rc calendar_now(Ctx *cx, GrantedCatalog g, Str key, CalendarNow *ret);
