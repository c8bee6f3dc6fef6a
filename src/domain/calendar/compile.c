/* compile.c - rules and a zone become years, days and pieces of working time. */
#include "domain/calendar/inner.h"

#include <assert.h>

#define DAY_MIN      1440
#define WEEK_MIN     (7 * DAY_MIN)
#define YEAR_EARLY   1800 /* changes of clocks before this year are not counted */
#define YEAR_LATE    2300
#define NEAR_S       (3 * DAY_S) /* how near a change makes a day or a year another one */
#define BUCKETS      256u
#define CHANGES_MAX  8 /* of a year, for years that share a body */
#define PATTERNS_MAX 65000
#define SET_MAX      (3 * CALENDAR_WINDOWS_MAX + 4)
#define NO_PATTERN   UINT16_MAX

/* What tells one ordinary year from another: its length, its first weekday, its changes. */
typedef struct YearKind {
    int32_t weekday, days;
    size_t n;
    struct {
        int64_t at_s;     /* since the first midnight, had no clock been changed */
        int32_t offset_s; /* from then on, less the offset before all of them */
    } change[CHANGES_MAX];
} YearKind;

typedef struct Shared Shared;
struct Shared {
    YearKind kind;
    YearBody *body;
    Shared *next;
};

typedef struct Compiler {
    Arena *arena;
    const CalendarRules *r;
    const Zone *zone;
    Calendar *c;
    CalendarFault *fault;
    int64_t *holidays; /* days since 1970, ascending */
    size_t n_holidays;
    const CalendarBreak **breaks; /* by date */
    size_t n_breaks;
    bool yearly[13][32];
    uint16_t plain[7][2][2]; /* weekday, day before closed, day closed */
    uint32_t buckets[BUCKETS];
    Shared *shared[2][7];
    /* The stretch of constant offset in which the compiler is. */
    int64_t stretch_from_s, stretch_end_s;
    int32_t offset_s;
} Compiler;

static Rc fault(Compiler *k, const char *code, int32_t weekday, Ms date, Text text)
{
    *k->fault = (CalendarFault){ .code = code, .text = text, .weekday = weekday, .date = date };
    return RC_INVALID;
}

/* ---- checks ---- */

static int32_t window_end(CalendarWindow w)
{
    return w.to_min <= w.from_min ? w.to_min + DAY_MIN : w.to_min;
}

static bool window_is_time(CalendarWindow w)
{
    return w.from_min >= 0 && w.from_min < DAY_MIN && w.to_min >= 0 && w.to_min <= DAY_MIN;
}

static const char *const weekday_ids[7] = { T("Monday"),   T("Tuesday"), T("Wednesday"),
                                            T("Thursday"), T("Friday"),  T("Saturday"),
                                            T("Sunday") };

/* Every pair of windows in the week that is a ring; at most 84 of them. */
static Rc check_hours(Compiler *k)
{
    struct {
        int32_t from, to, day;
    } all[7 * CALENDAR_WINDOWS_MAX];
    size_t n = 0;

    for (int32_t d = 0; d < 7; d++) {
        const CalendarWindows *day = &k->r->hours[d];
        if (day->n > CALENDAR_WINDOWS_MAX)
            return fault(
                k, "too_many", d, MS_NONE,
                TEXT("{0} has more than {1} windows.", weekday_ids[d], CALENDAR_WINDOWS_MAX));
        for (size_t i = 0; i < day->n; i++) {
            if (!window_is_time(day->at[i]))
                return fault(k, "bad_window", d, MS_NONE,
                             TEXT("A window of {0} is no time of a day.", weekday_ids[d]));
            all[n].from = d * DAY_MIN + day->at[i].from_min;
            all[n].to = d * DAY_MIN + window_end(day->at[i]);
            all[n++].day = d;
        }
    }
    if (n == 0)
        return fault(k, "no_opening", -1, MS_NONE,
                     TEXT("This calendar never opens: give at least one day a window."));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (int32_t turn = 0; turn <= WEEK_MIN; turn += WEEK_MIN)
                if ((i != j || turn > 0) && all[i].from < all[j].to + turn
                    && all[j].from + turn < all[i].to)
                    return fault(k, "overlapping_windows", all[i].day, MS_NONE,
                                 TEXT("Windows of {0} and {1} overlap: leave one of them out or "
                                      "join them.",
                                      weekday_ids[all[i].day], weekday_ids[all[j].day]));
    return RC_OK;
}

static bool date_is_near(Ms date)
{
    return date >= clock_days(CALENDAR_YEAR_FIRST, 1, 1) * MS_DAY
           && date < clock_days(CALENDAR_YEAR_LAST + 1, 1, 1) * MS_DAY && date % MS_DAY == 0;
}

static int by_day(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int by_date(const void *a, const void *b)
{
    Ms x = (*(const CalendarBreak *const *)a)->date, y = (*(const CalendarBreak *const *)b)->date;
    return (x > y) - (x < y);
}

static Rc check_dates(Compiler *k)
{
    const CalendarRules *r = k->r;

    if (r->holidays.n > CALENDAR_HOLIDAYS_MAX || r->breaks.n > CALENDAR_HOLIDAYS_MAX
        || r->yearly.n > CALENDAR_YEARLY_MAX)
        return fault(k, "too_many", -1, MS_NONE,
                     TEXT("A calendar has at most {0} holidays, as many breaks and {1} yearly "
                          "holidays.",
                          CALENDAR_HOLIDAYS_MAX, CALENDAR_YEARLY_MAX));
    for (size_t i = 0; i < r->holidays.n; i++)
        if (!date_is_near(r->holidays.at[i].date))
            return fault(k, "bad_date", -1, r->holidays.at[i].date,
                         TEXT("A holiday is a date between 1900 and 2200."));
    for (size_t i = 0; i < r->yearly.n; i++) {
        CalendarYearly y = r->yearly.at[i];
        if (y.month < 1 || y.month > 12 || y.day < 1
            || y.day > clock_days(2000, y.month + 1, 1) - clock_days(2000, y.month, 1))
            return fault(k, "bad_date", -1, MS_NONE,
                         TEXT("A yearly holiday is a month and a day that the month has."));
    }
    for (size_t i = 0; i < r->breaks.n; i++) {
        const CalendarBreak *b = &r->breaks.at[i];
        if (!date_is_near(b->date))
            return fault(k, "bad_date", -1, b->date,
                         TEXT("A break is on a date between 1900 and 2200."));
        if (b->closed.n > CALENDAR_WINDOWS_MAX)
            return fault(k, "too_many", -1, b->date,
                         TEXT("A break has at most {0} windows.", CALENDAR_WINDOWS_MAX));
        for (size_t j = 0; j < b->closed.n; j++)
            if (!window_is_time(b->closed.at[j]))
                return fault(k, "bad_window", -1, b->date,
                             TEXT("A window of a break is no time of a day."));
    }
    return RC_OK;
}

static Rc sort_dates(Compiler *k)
{
    const CalendarRules *r = k->r;

    k->n_holidays = r->holidays.n;
    k->holidays = ARENA_ARRAY(k->arena, int64_t, r->holidays.n + 1);
    k->n_breaks = r->breaks.n;
    k->breaks = ARENA_ARRAY(k->arena, const CalendarBreak *, r->breaks.n + 1);
    if (k->holidays == NULL || k->breaks == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < r->holidays.n; i++)
        k->holidays[i] = r->holidays.at[i].date / MS_DAY - (r->holidays.at[i].date % MS_DAY < 0);
    qsort(k->holidays, k->n_holidays, sizeof *k->holidays, by_day);
    for (size_t i = 0; i < r->breaks.n; i++)
        k->breaks[i] = &r->breaks.at[i];
    qsort(k->breaks, k->n_breaks, sizeof(CalendarBreak *), by_date);
    for (size_t i = 0; i < r->yearly.n; i++)
        k->yearly[r->yearly.at[i].month][r->yearly.at[i].day] = true;
    return RC_OK;
}

/* ---- days ---- */

/* A date on its way to a pattern. */
typedef struct Date {
    int64_t day;
    int32_t weekday;
    bool closed; /* a holiday */
} Date;

/* The first holiday at or after a day, as an index. */
static size_t holiday_from(const Compiler *k, int64_t day)
{
    size_t low = 0, high = k->n_holidays;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (k->holidays[mid] < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static size_t break_from(const Compiler *k, int64_t day)
{
    size_t low = 0, high = k->n_breaks;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (k->breaks[mid]->date < day * MS_DAY)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool holiday_in(const Compiler *k, int64_t from, int64_t to)
{
    size_t i = holiday_from(k, from);
    return i < k->n_holidays && k->holidays[i] <= to;
}

static bool break_in(const Compiler *k, int64_t from, int64_t to)
{
    size_t i = break_from(k, from);
    return i < k->n_breaks && k->breaks[i]->date <= to * MS_DAY;
}

static int32_t weekday_of(int64_t day)
{
    int64_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int32_t)(w < 0 ? w + 7 : w);
}

static Date date_of(const Compiler *k, int64_t day, int32_t month, int32_t mday)
{
    return (Date){ day, weekday_of(day), k->yearly[month][mday] || holiday_in(k, day, day) };
}

/* Minutes of one local date, ascending, neither overlapping nor touching. */
typedef struct Minutes {
    size_t n;
    CalendarWindow at[SET_MAX];
} Minutes;

static void minutes_add(Minutes *m, int32_t from, int32_t to)
{
    size_t i = m->n;

    if (from >= to || m->n == SET_MAX)
        return;
    for (; i > 0 && m->at[i - 1].from_min > from; i--)
        m->at[i] = m->at[i - 1];
    m->at[i] = (CalendarWindow){ from, to };
    m->n++;
}

static void minutes_join(Minutes *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++) {
        if (n > 0 && m->at[i].from_min <= m->at[n - 1].to_min) {
            if (m->at[i].to_min > m->at[n - 1].to_min)
                m->at[n - 1].to_min = m->at[i].to_min;
        } else {
            m->at[n++] = m->at[i];
        }
    }
    m->n = n;
}

static void minutes_cut(Minutes *m, int32_t from, int32_t to)
{
    Minutes left = { 0 };

    for (size_t i = 0; i < m->n; i++) {
        CalendarWindow w = m->at[i];
        minutes_add(&left, w.from_min, w.to_min < from ? w.to_min : from);
        minutes_add(&left, w.from_min > to ? w.from_min : to, w.to_min);
    }
    *m = left;
}

/* The part of windows that lies on their own date, and the part that runs into the next. */
static void add_own(Minutes *m, const CalendarWindows *w)
{
    for (size_t i = 0; i < w->n; i++) {
        int32_t end = window_end(w->at[i]);
        minutes_add(m, w->at[i].from_min, end < DAY_MIN ? end : DAY_MIN);
    }
}

static void add_rest(Minutes *m, const CalendarWindows *w)
{
    for (size_t i = 0; i < w->n; i++)
        minutes_add(m, 0, window_end(w->at[i]) - DAY_MIN);
}

static void cut_breaks(const Compiler *k, Minutes *m, int64_t day)
{
    for (size_t i = break_from(k, day - 1); i < k->n_breaks && k->breaks[i]->date <= day * MS_DAY;
         i++) {
        Minutes closed = { 0 };
        if (k->breaks[i]->date == day * MS_DAY)
            add_own(&closed, &k->breaks[i]->closed);
        else
            add_rest(&closed, &k->breaks[i]->closed);
        for (size_t j = 0; j < closed.n; j++)
            minutes_cut(m, closed.at[j].from_min, closed.at[j].to_min);
    }
}

/* Finds a pattern or keeps a new one. */
static Rc intern(Compiler *k, const Piece *pieces, size_t n, bool work_day, uint16_t *ret)
{
    Calendar *c = k->c;
    uint64_t hash =
        str_hash((Str){ (const char *)pieces, n * sizeof *pieces }) + n * 2 + (work_day ? 1 : 0);
    uint32_t *bucket = &k->buckets[hash % BUCKETS];

    for (uint32_t i = *bucket; i != 0; i = c->patterns.at[i].next) {
        const Pattern *p = &c->patterns.at[i];
        if (p->n == n && p->work_day == work_day
            && (n == 0 || memcmp(c->pieces.at + p->first, pieces, n * sizeof *pieces) == 0)) {
            *ret = (uint16_t)i;
            return RC_OK;
        }
    }
    if (c->patterns.n >= PATTERNS_MAX)
        return RC_LIMIT;
    Pattern p = { .first = (uint32_t)c->pieces.n,
                  .n = (uint32_t)n,
                  .work_s = n > 0
                                ? pieces[n - 1].before_s + pieces[n - 1].to_s - pieces[n - 1].from_s
                                : 0,
                  .work_day = work_day,
                  .next = *bucket };
    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(k->arena, &c->pieces, pieces[i]));
    TRY(LIST_PUSH(k->arena, &c->patterns, p));
    *bucket = (uint32_t)c->patterns.n - 1;
    *ret = (uint16_t)*bucket;
    return RC_OK;
}

/* Local minutes become seconds of the day by what the clocks of the date show. */
static Rc make_pattern(Compiler *k, Date date, Date before, bool even, uint16_t *ret)
{
    Minutes own = { 0 }, all = { 0 };
    Piece pieces[SET_MAX];
    size_t n = 0;
    int32_t work_s = 0;

    if (!date.closed)
        add_own(&own, &k->r->hours[date.weekday]);
    all = own;
    if (!before.closed)
        add_rest(&all, &k->r->hours[before.weekday]);
    minutes_join(&all);
    cut_breaks(k, &own, date.day);
    cut_breaks(k, &all, date.day);
    int64_t midnight_s = even ? 0 : zone_first_shown_s(k->zone, date.day * DAY_S);
    int64_t end_s = even ? DAY_S : zone_first_shown_s(k->zone, (date.day + 1) * DAY_S) - midnight_s;
    for (size_t i = 0; i < all.n; i++) {
        int64_t from_s = all.at[i].from_min * 60, to_s = all.at[i].to_min * 60;
        if (!even) {
            from_s = zone_first_shown_s(k->zone, date.day * DAY_S + from_s) - midnight_s;
            to_s = zone_first_shown_s(k->zone, date.day * DAY_S + to_s) - midnight_s;
        }
        if (from_s >= to_s)
            continue;
        pieces[n++] = (Piece){ (int32_t)from_s, (int32_t)to_s, work_s };
        work_s += (int32_t)(to_s - from_s);
    }
    return intern(k, pieces, n, own.n > 0 && end_s > 0, ret);
}

/* Goes on to the stretch of constant offset in which `at_s` lies. */
static void stretch_to(Compiler *k, int64_t at_s)
{
    if (at_s >= k->stretch_from_s && at_s < k->stretch_end_s)
        return;
    k->stretch_from_s = at_s;
    k->offset_s = zone_offset_s(k->zone, at_s);
    k->stretch_end_s = zone_next_change_s(k->zone, at_s);
}

static Rc day_pattern(Compiler *k, Date date, Date before, bool even, uint16_t *ret)
{
    uint16_t *plain = &k->plain[date.weekday][before.closed][date.closed];

    if (!even || break_in(k, date.day - 1, date.day))
        return make_pattern(k, date, before, even, ret);
    if (*plain == NO_PATTERN)
        TRY(make_pattern(k, date, before, true, plain));
    *ret = *plain;
    return RC_OK;
}

static Rc build_body(Compiler *k, int32_t year, YearBody *b)
{
    int64_t first = clock_days(year, 1, 1), day = first;
    int64_t start_s = zone_first_shown_s(k->zone, first * DAY_S), at_s = start_s;
    Date before = date_of(k, first - 1, 12, 31);
    int32_t work_s = 0;
    uint16_t work_days = 0;

    for (int32_t month = 1; month <= 12; month++) {
        int64_t next_month = clock_days(year, month + 1, 1);
        for (int32_t mday = 1; day < next_month; mday++, day++) {
            Date date = date_of(k, day, month, mday);
            int64_t i = day - first;
            stretch_to(k, at_s - NEAR_S);
            bool even = k->stretch_end_s > at_s + NEAR_S;
            uint16_t pattern;
            TRY(day_pattern(k, date, before, even, &pattern));
            const Pattern *p = &k->c->patterns.at[pattern];
            b->start_s[i] = (int32_t)(at_s - start_s);
            b->work_s[i] = work_s;
            b->work_days[i] = work_days;
            b->pattern[i] = pattern;
            work_s += p->work_s;
            work_days = (uint16_t)(work_days + (p->work_day ? 1 : 0));
            at_s = even ? at_s + DAY_S : zone_first_shown_s(k->zone, (day + 1) * DAY_S);
            before = date;
        }
    }
    b->days = (int32_t)(day - first);
    b->start_s[b->days] = (int32_t)(at_s - start_s);
    b->work_s[b->days] = work_s;
    b->work_days[b->days] = work_days;
    return RC_OK;
}

/* ---- years ---- */

/* False: this year is like no other. */
static bool year_kind(const Compiler *k, int32_t year, YearKind *ret)
{
    int64_t first = clock_days(year, 1, 1), last = clock_days(year + 1, 1, 1) - 1;
    int64_t at_s = first * DAY_S - NEAR_S;
    int32_t offset_s = zone_offset_s(k->zone, at_s);

    if (holiday_in(k, first - 1, last) || break_in(k, first - 1, last))
        return false;
    *ret = (YearKind){ .weekday = weekday_of(first), .days = (int32_t)(last - first + 1) };
    for (;;) {
        at_s = zone_next_change_s(k->zone, at_s);
        if (at_s == INT64_MAX || at_s > (last + 1) * DAY_S + NEAR_S)
            return true;
        if (ret->n == CHANGES_MAX)
            return false;
        ret->change[ret->n].at_s = at_s - (first * DAY_S - offset_s);
        ret->change[ret->n++].offset_s = zone_offset_s(k->zone, at_s) - offset_s;
    }
}

static bool kind_is(const YearKind *a, const YearKind *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->change[i].at_s != b->change[i].at_s
            || a->change[i].offset_s != b->change[i].offset_s)
            return false;
    return true;
}

static Rc year_body(Compiler *k, int32_t year, const YearBody **ret)
{
    YearKind kind;
    bool ordinary = year_kind(k, year, &kind);
    Shared **list = ordinary ? &k->shared[kind.days - 365][kind.weekday] : NULL;

    for (const Shared *s = ordinary ? *list : NULL; s != NULL; s = s->next) {
        if (kind_is(&s->kind, &kind)) {
            *ret = s->body;
            return RC_OK;
        }
    }
    YearBody *b = ARENA_ARRAY(k->arena, YearBody, 1);
    if (b == NULL)
        return RC_LIMIT;
    TRY(build_body(k, year, b));
    if (ordinary) {
        Shared *s = ARENA_NEW(k->arena, Shared);
        *s = (Shared){ kind, b, *list };
        *list = s;
    }
    *ret = b;
    return RC_OK;
}

/* Sums start at 0; era_shift moves them to where they belong. */
static Rc build_era(Compiler *k, Era *e, int32_t first_year, size_t n)
{
    e->first_year = first_year;
    e->n = n;
    e->at = ARENA_ARRAY(k->arena, Year, n + 1);
    if (e->at == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i <= n; i++) {
        Year *y = &e->at[i];
        y->day = clock_days(first_year + (int32_t)i, 1, 1);
        y->start_s = zone_first_shown_s(k->zone, y->day * DAY_S);
        if (i > 0) {
            const Year *last = &e->at[i - 1];
            y->work_s = last->work_s + last->body->work_s[last->body->days];
            y->work_days = last->work_days + last->body->work_days[last->body->days];
        }
        if (i < n)
            TRY(year_body(k, first_year + (int32_t)i, &y->body));
    }
    return RC_OK;
}

static void era_shift(Era *e, int64_t work_s, int64_t work_days)
{
    for (size_t i = 0; i <= e->n; i++) {
        e->at[i].work_s += work_s;
        e->at[i].work_days += work_days;
    }
}

/* The years in which something happens once, with room for what a neighbour does to them. */
static Rc exact_years(Compiler *k, int32_t *ret_first, int32_t *ret_last)
{
    int32_t first = 1969, last = 1971;
    int64_t from_s, to_s;

    if (zone_table_s(k->zone, &from_s, &to_s)) {
        if (to_s >= clock_days(YEAR_LATE, 1, 1) * DAY_S)
            return fault(k, "bad_zone", -1, MS_NONE,
                         TEXT("The data of this time zone is damaged: it goes on after 2300."));
        if (from_s < clock_days(YEAR_EARLY, 1, 1) * DAY_S)
            from_s = clock_days(YEAR_EARLY, 1, 1) * DAY_S;
        if (to_s < from_s)
            to_s = from_s;
        first = clock_civil_utc(from_s * MS_SECOND).year - 1;
        last = clock_civil_utc(to_s * MS_SECOND).year + 1;
    }
    for (size_t i = 0; i < k->n_holidays; i++) {
        int32_t year = clock_civil_utc(k->holidays[i] * MS_DAY).year;
        first = year - 1 < first ? year - 1 : first;
        last = year + 1 > last ? year + 1 : last;
    }
    for (size_t i = 0; i < k->n_breaks; i++) {
        int32_t year = clock_civil_utc(k->breaks[i]->date).year;
        first = year - 1 < first ? year - 1 : first;
        last = year + 1 > last ? year + 1 : last;
    }
    *ret_first = first;
    *ret_last = last;
    return RC_OK;
}

static int64_t era_work(const Era *e)
{
    return e->at[e->n].work_s - e->at[0].work_s;
}

static Rc build(Compiler *k)
{
    Calendar *c = k->c;
    int32_t first, last;

    TRY(exact_years(k, &first, &last));
    TRY(build_era(k, &c->exact, first, (size_t)(last - first + 1)));
    TRY(build_era(k, &c->before, first - CYCLE_YEARS, CYCLE_YEARS));
    TRY(build_era(k, &c->after, last + 1, CYCLE_YEARS));
    if (era_work(&c->before) == 0 || era_work(&c->after) == 0)
        return fault(k, "no_opening", -1, MS_NONE,
                     TEXT("This calendar never opens: its yearly holidays take every day."));
    era_shift(&c->before, -c->before.at[CYCLE_YEARS].work_s, -c->before.at[CYCLE_YEARS].work_days);
    era_shift(&c->after, c->exact.at[c->exact.n].work_s, c->exact.at[c->exact.n].work_days);
    return RC_OK;
}

Rc calendar_compile(Arena *a, const CalendarRules *r, const Zone *zone, Calendar **ret,
                    CalendarFault *ret_fault)
{
    Calendar *c = ARENA_NEW(a, Calendar);
    Compiler k = { .arena = a, .r = r, .zone = zone, .c = c, .fault = ret_fault };

    if (zone == NULL)
        return fault(
            &k, "unknown_zone", -1, MS_NONE,
            TEXT("There is no time zone {0}; write a name such as Europe/Stockholm.", r->zone));
    TRY(check_hours(&k));
    TRY(check_dates(&k));
    TRY(sort_dates(&k));
    c->zone = zone;
    c->day_hours = r->day_hours;
    memset(k.plain, 0xff, sizeof k.plain);
    TRY(LIST_PUSH(a, &c->patterns, (Pattern){ 0 })); /* number 0 ends the buckets */
    TRY(build(&k));
    *ret = c;
    return RC_OK;
}

const Zone *calendar_zone(const Calendar *c)
{
    return c->zone;
}

int64_t calendar_day_hours(const Calendar *c)
{
    return c->day_hours;
}
