/* store.h - calendars in the database; inside this concept only. */
#pragma once

#include "domain/calendar/calendar.h"

/* Rules as the text of column calendar_version.rules, and back. */
CHECKED Rc calendar_rules_text(Arena *a, const CalendarRules *r, Str *ret);
CHECKED Rc calendar_rules_read(Arena *a, Str text, CalendarRules *ret);
