/* clock.h - instants, their text forms, and time zones.
 *
 * Only clock_now_ms reads a clock; everything else is pure.  Zones are read from the system's TZif
 * files (RFC 9636, footer rule included), never from ICU, whose copy of the rules ages.
 */
#pragma once

#include "core/str.h"

Ms clock_now_ms(void);       /* wall clock, UTC */
Ms clock_monotonic_ms(void); /* for time-outs only */

/* A local calendar time. */
typedef struct CivilTime {
    int32_t year, month, day;           /* month 1..12, day 1..31 */
    int32_t hour, minute, second, ms;
    int32_t weekday;                    /* 0 = Monday .. 6 = Sunday */
    int32_t offset_s;                   /* seconds east of UTC */
} CivilTime;

/* Days since 1970-01-01 of a date in the Gregorian calendar, and back.  Going to instants, members
 * out of their range roll over (month 13 is January, day 0 the last day of the month before), and
 * times that no Ms can hold become the first or last one. */
int64_t clock_days(int32_t year, int32_t month, int32_t day);
CivilTime clock_civil_utc(Ms at);
Ms        clock_from_civil_utc(const CivilTime *t); /* offset_s and weekday are ignored */

/* RFC 3339.  Writing: UTC with "Z", milliseconds only when there are any.  Reading accepts offsets
 * and no local times; a leap second (":60") is refused, a fraction is cut to milliseconds. */
Str clock_rfc3339(Arena *a, Ms at); /* STR_NULL for MS_NONE and years outside 0..9999 */
/* The same into `to` without NUL; returns the length, at most CLOCK_RFC3339_BYTES, 0 for none. */
#define CLOCK_RFC3339_BYTES 24
size_t       clock_write_rfc3339(char to[static CLOCK_RFC3339_BYTES], Ms at);
CHECKED bool clock_parse_rfc3339(Str s, Ms *ret);
/* "2027-06-01" as the instant of its start in UTC; used for values of type date. */
CHECKED bool clock_parse_date(Str s, Ms *ret);
Str          clock_date(Arena *a, Ms at); /* "2027-06-01", in UTC; STR_NULL as clock_rfc3339 */

typedef struct Zone Zone; /* immutable once loaded, shared by threads, kept until the end */

/* The zone of an IANA name ("Europe/Stockholm"); NULL for an unknown or malformed name. Cached.
 * Safe from any thread; the first use of a name reads a file. */
const Zone *zone_get(Str name);
const Zone *zone_utc(void);
CivilTime   zone_civil(const Zone *z, Ms at);
/* The instant of a local time. In a gap (clocks forward) the time is moved on by the gap's length;
 * in an overlap the earlier instant is taken. */
Ms zone_instant(const Zone *z, const CivilTime *local);

/* Seconds east of UTC at a second counted since 1970; the next second at which that may change,
 * INT64_MAX when it never does. */
int32_t zone_offset_s(const Zone *z, int64_t at_s);
int64_t zone_next_change_s(const Zone *z, int64_t after_s);
/* The first and last change of the table, after which only the footer's rule holds; false without a
 * table. */
bool zone_table_s(const Zone *z, int64_t *ret_first_s, int64_t *ret_last_s);
/* The first second at which the zone's clocks show `local_s` (seconds since 1970 of the local
 * calendar) or a later time.  In a gap that is the second of the change, in an overlap the earlier of
 * both, and it never goes back while `local_s` goes on. */
int64_t zone_first_shown_s(const Zone *z, int64_t local_s);

/* The file of a zone as it is now, which zone_get may have read long ago.  False: no such zone. */
CHECKED bool zone_file(Arena *a, Str name, Str *ret);

/* A zone of its own from the bytes of a TZif file, NULL when they are malformed or count leap
 * seconds.  zone_get is what callers want; this is its inner half, open to tests. */
Zone *zone_read(Str tzif);
void  zone_free(Zone *z);
