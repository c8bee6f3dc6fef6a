/* line.c - the versions of a calendar in a row, and the arithmetic over them.
 *
 * Everything follows from one function, the working time before an instant, and from its inverse, the
 * last instant with so much before it.  The first instant with `w` before it is a millisecond after
 * the last one with `w - 1`.
 */
#include "domain/calendar/inner.h"

static int64_t second_of(Ms at)
{
    return floor_div(at, MS_SECOND);
}

/* Working milliseconds before `at` as one version counts them. */
static int64_t own_work_ms(const Calendar *c, Ms at)
{
    int64_t s = second_of(at);
    bool open;
    int64_t work_s = calendar_work_s(c, s, &open);

    return work_s * MS_SECOND + (open ? at - s * MS_SECOND : 0);
}

/* The first date whose local midnight is not before `at`. */
static int64_t first_date(const Calendar *c, Ms at)
{
    CivilTime t = zone_civil(c->zone, at);
    int64_t day = clock_days(t.year, t.month, t.day);

    return zone_first_shown_s(c->zone, day * DAY_S) * MS_SECOND >= at ? day : day + 1;
}

Rc calendar_line(Arena *a, const CalendarSpan *versions, size_t n, const CalendarLine **ret)
{
    CalendarLine *c = n == 0 ? NULL : arena_try(a, sizeof(CalendarLine) + n * sizeof(LinePart));

    if (n == 0)
        return RC_INVALID;
    if (c == NULL)
        return RC_LIMIT;
    c->n = n;
    for (size_t i = 0; i < n; i++) {
        LinePart *p = &c->at[i];
        p->calendar = versions[i].calendar;
        if (i == 0) {
            *p = (LinePart){ .from = INT64_MIN + 1,
                             .calendar = p->calendar,
                             .start_ms = INT64_MIN,
                             .day = INT64_MIN,
                             .start_days = INT64_MIN };
            continue;
        }
        const LinePart *last = &c->at[i - 1];
        p->from = versions[i].from;
        if (p->from == MS_NONE || p->from <= last->from)
            return RC_INVALID;
        p->start_ms = last->work_ms + own_work_ms(last->calendar, p->from);
        p->work_ms = p->start_ms - own_work_ms(p->calendar, p->from);
        p->day = first_date(p->calendar, p->from);
        if (p->day < last->day)
            p->day = last->day;
        p->start_days = last->work_days + calendar_work_days(last->calendar, p->day);
        p->work_days = p->start_days - calendar_work_days(p->calendar, p->day);
    }
    *ret = c;
    return RC_OK;
}

/* The last part of which the member is not greater than `value`. */
#define LAST_PART(c, member, value)                                                                \
    __extension__({                                                                                \
        size_t low_ = 0, high_ = (c)->n;                                                           \
        while (high_ - low_ > 1) {                                                                 \
            size_t mid_ = low_ + (high_ - low_) / 2;                                               \
            if ((c)->at[mid_].member <= (value))                                                   \
                low_ = mid_;                                                                       \
            else                                                                                   \
                high_ = mid_;                                                                      \
        }                                                                                          \
        &(c)->at[low_];                                                                            \
    })

const Calendar *calendar_at(const CalendarLine *c, Ms at)
{
    return c == NULL ? NULL : LAST_PART(c, from, at)->calendar;
}

static int64_t work_before(const CalendarLine *c, Ms at)
{
    const LinePart *p = LAST_PART(c, from, at);

    return p->work_ms + own_work_ms(p->calendar, at);
}

/* The last instant with `work_ms` before it; somebody works from then on. */
static Ms last_with(const CalendarLine *c, int64_t work_ms)
{
    const LinePart *p = LAST_PART(c, start_ms, work_ms);
    int64_t own, own_s, at_s;
    Ms at;

    if (__builtin_sub_overflow(work_ms, p->work_ms, &own))
        return MS_NONE;
    own_s = floor_div(own, MS_SECOND);
    if (!calendar_last_s(p->calendar, own_s, &at_s) || __builtin_mul_overflow(at_s, MS_SECOND, &at)
        || __builtin_add_overflow(at, own - own_s * MS_SECOND, &at))
        return MS_NONE;
    return at;
}

static Ms first_with(const CalendarLine *c, int64_t work_ms)
{
    Ms at = work_ms == INT64_MIN ? MS_NONE : last_with(c, work_ms - 1);

    return at == MS_NONE || at == INT64_MAX ? MS_NONE : at + 1;
}

Ms calendar_add(const CalendarLine *c, Ms from, int64_t ms)
{
    int64_t work;

    if (from == MS_NONE || ms == 0)
        return from;
    if (ms < 0)
        return ms == INT64_MIN ? MS_NONE : calendar_sub(c, from, -ms);
    if (__builtin_add_overflow(c == NULL ? from : work_before(c, from), ms, &work))
        return MS_NONE;
    return c == NULL ? work : first_with(c, work);
}

Ms calendar_sub(const CalendarLine *c, Ms from, int64_t ms)
{
    int64_t work;

    if (from == MS_NONE || ms == 0)
        return from;
    if (ms < 0)
        return ms == INT64_MIN ? MS_NONE : calendar_add(c, from, -ms);
    if (__builtin_sub_overflow(c == NULL ? from : work_before(c, from), ms, &work))
        return MS_NONE;
    return c == NULL ? work : last_with(c, work);
}

int64_t calendar_between(const CalendarLine *c, Ms from, Ms to)
{
    int64_t span;

    if (from == MS_NONE || to == MS_NONE || to <= from)
        return 0;
    if (c != NULL)
        return work_before(c, to) - work_before(c, from);
    return __builtin_sub_overflow(to, from, &span) ? INT64_MAX : span;
}

Ms calendar_next_open(const CalendarLine *c, Ms at)
{
    return c == NULL || at == MS_NONE ? at : last_with(c, work_before(c, at));
}

Ms calendar_prev_close(const CalendarLine *c, Ms at)
{
    return c == NULL || at == MS_NONE ? at : first_with(c, work_before(c, at));
}

bool calendar_is_open(const CalendarLine *c, Ms at)
{
    bool open = at != MS_NONE;

    if (c != NULL && at != MS_NONE)
        (void)calendar_work_s(LAST_PART(c, from, at)->calendar, second_of(at), &open);
    return open;
}

/* ---- days ---- */

static Ms same_time_on(const Zone *zone, int64_t day, const CivilTime *time)
{
    const int64_t far = INT64_MAX / MS_DAY - 2;

    if (day > far || day < -far)
        return MS_NONE;
    int64_t s = day * DAY_S + time->hour * 3600 + time->minute * 60 + time->second;
    return zone_first_shown_s(zone, s) * MS_SECOND + time->ms;
}

Ms calendar_add_days(const CalendarLine *c, Ms from, int32_t days)
{
    int64_t n, day;

    if (c == NULL || from == MS_NONE)
        return calendar_add(NULL, from, days * MS_DAY);
    if (days == 0)
        return calendar_next_open(c, from);
    CivilTime t = zone_civil(LAST_PART(c, from, from)->calendar->zone, from);
    day = clock_days(t.year, t.month, t.day) + (days > 0);
    const LinePart *p = LAST_PART(c, day, day);
    n = p->work_days + calendar_work_days(p->calendar, day) + days - (days > 0);
    p = LAST_PART(c, start_days, n);
    if (!calendar_nth_day(p->calendar, n - p->work_days, &day))
        return MS_NONE;
    Ms at = same_time_on(p->calendar->zone, day, &t);
    return days > 0 ? calendar_next_open(c, at) : calendar_prev_close(c, at);
}

Ms calendar_move(const CalendarLine *c, Ms from, TimeSpan span, const Zone *zone)
{
    Ms moved = MS_NONE;

    if (span.n == 0 || from == MS_NONE)
        return MS_NONE;
    if (span.unit == SPAN_WORK_HOURS)
        return calendar_add(c, from, span.n * MS_HOUR);
    if (span.unit != SPAN_WORK_DAYS)
        return timespan_move(from, span, 1, zone, &moved) ? moved : MS_NONE;
    if (c != NULL)
        return calendar_add_days(c, from, span.n);
    CivilTime t = zone_civil(zone, from);
    return same_time_on(zone, clock_days(t.year, t.month, t.day) + span.n, &t);
}

/* ---- pieces ---- */

Rc calendar_pieces(Arena *a, const CalendarLine *c, Ms from, Ms to, size_t max, CalendarPieces *ret)
{
    CalendarPieces list = { 0 };

    if (c == NULL && from != MS_NONE && from < to && max > 0)
        TRY(LIST_PUSH(a, &list, (CalendarPiece){ from, to }));
    for (Ms at = from; c != NULL && at != MS_NONE && list.n < max;) {
        int64_t from_s, to_s;
        at = calendar_next_open(c, at);
        if (at == MS_NONE || at >= to)
            break;
        const LinePart *p = LAST_PART(c, from, at);
        if (!calendar_piece_s(p->calendar, second_of(at), &from_s, &to_s) || to_s > to / MS_SECOND)
            to_s = to / MS_SECOND + 1;
        Ms end = to_s * MS_SECOND < to ? to_s * MS_SECOND : to;
        if (p + 1 < c->at + c->n && p[1].from < end)
            end = p[1].from;
        TRY(LIST_PUSH(a, &list, (CalendarPiece){ at, end }));
        at = end;
    }
    *ret = list;
    return RC_OK;
}
