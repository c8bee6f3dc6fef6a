/* lookup.c - one calendar: from an instant to the working time before it, and back. */
#include "domain/calendar/inner.h"

/* An instant or an amount of working time brought into one of the eras: `turns` cycles were taken. */
typedef struct InEra {
    const Era *era;
    int64_t turns;
} InEra;

static InEra era_of_s(const Calendar *c, int64_t at_s)
{
    if (at_s < c->exact.at[0].start_s)
        return (InEra){ &c->before, floor_div(at_s - c->before.at[0].start_s, CYCLE_S) };
    if (at_s < c->exact.at[c->exact.n].start_s)
        return (InEra){ &c->exact, 0 };
    return (InEra){ &c->after, floor_div(at_s - c->after.at[0].start_s, CYCLE_S) };
}

static int64_t cycle_work_s(const Era *e)
{
    return e->at[e->n].work_s - e->at[0].work_s;
}

static int64_t cycle_work_days(const Era *e)
{
    return e->at[e->n].work_days - e->at[0].work_days;
}

/* Years are nearly of one length, so the first guess is at most one off. */
static const Year *year_at(const Era *e, int64_t at_s)
{
    int64_t i = (at_s - e->at[0].start_s) * CYCLE_YEARS / CYCLE_S;

    if (i >= (int64_t)e->n)
        i = (int64_t)e->n - 1;
    while (e->at[i].start_s > at_s)
        i--;
    while (e->at[i + 1].start_s <= at_s)
        i++;
    return &e->at[i];
}

static int32_t day_at(const YearBody *b, int32_t since_s)
{
    int32_t d = since_s / DAY_S;

    if (d >= b->days)
        d = b->days - 1;
    while (b->start_s[d] > since_s)
        d--;
    while (b->start_s[d + 1] <= since_s)
        d++;
    return d;
}

int64_t calendar_work_s(const Calendar *c, int64_t at_s, bool *ret_open)
{
    InEra in = era_of_s(c, at_s);
    int64_t t = at_s - in.turns * CYCLE_S;
    const Year *y = year_at(in.era, t);
    const YearBody *b = y->body;
    int32_t since_s = (int32_t)(t - y->start_s), d = day_at(b, since_s);
    const Pattern *p = &c->patterns.at[b->pattern[d]];
    const Piece *piece = c->pieces.at + p->first;
    int64_t work_s = y->work_s + b->work_s[d] + in.turns * cycle_work_s(in.era);

    since_s -= b->start_s[d];
    *ret_open = false;
    for (uint32_t i = 0; i < p->n; i++, piece++) {
        if (since_s < piece->from_s)
            return work_s + piece->before_s;
        if (since_s < piece->to_s) {
            *ret_open = true;
            return work_s + piece->before_s + since_s - piece->from_s;
        }
    }
    return work_s + p->work_s;
}

bool calendar_last_s(const Calendar *c, int64_t work_s, int64_t *ret_s)
{
    const Era *e = work_s < c->exact.at[0].work_s            ? &c->before
                   : work_s < c->exact.at[c->exact.n].work_s ? &c->exact
                                                             : &c->after;
    int64_t turns = 0, left = work_s, shift_s;

    if (e != &c->exact) {
        turns = floor_div(work_s - e->at[0].work_s, cycle_work_s(e));
        left -= turns * cycle_work_s(e);
    }
    /* The last year, then the last day, that begins with no more than `left`. */
    size_t low = 0, high = e->n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (e->at[mid].work_s <= left)
            low = mid;
        else
            high = mid;
    }
    const Year *y = &e->at[low];
    const YearBody *b = y->body;
    int32_t rest = (int32_t)(left - y->work_s), day = 0, end = b->days;
    while (end - day > 1) {
        int32_t mid = day + (end - day) / 2;
        if (b->work_s[mid] <= rest)
            day = mid;
        else
            end = mid;
    }
    rest -= b->work_s[day];
    const Pattern *p = &c->patterns.at[b->pattern[day]];
    const Piece *piece = c->pieces.at + p->first + p->n - 1;
    while (piece->before_s > rest)
        piece--;
    return !__builtin_mul_overflow(turns, CYCLE_S, &shift_s)
           && !__builtin_add_overflow(
               shift_s, y->start_s + b->start_s[day] + piece->from_s + rest - piece->before_s,
               ret_s);
}

int64_t calendar_work_days(const Calendar *c, int64_t day)
{
    const Era *e = day < c->exact.at[0].day            ? &c->before
                   : day < c->exact.at[c->exact.n].day ? &c->exact
                                                       : &c->after;
    int64_t turns = floor_div(day - e->at[0].day, CYCLE_DAYS);

    if (e == &c->exact)
        turns = 0; /* it can be longer than a cycle */
    day -= turns * CYCLE_DAYS;
    int64_t i = (day - e->at[0].day) * CYCLE_YEARS / CYCLE_DAYS;
    if (i >= (int64_t)e->n)
        i = (int64_t)e->n - 1;
    while (e->at[i].day > day)
        i--;
    while (e->at[i + 1].day <= day)
        i++;
    return e->at[i].work_days + e->at[i].body->work_days[day - e->at[i].day]
           + turns * cycle_work_days(e);
}

bool calendar_nth_day(const Calendar *c, int64_t n, int64_t *ret_day)
{
    const Era *e = n < c->exact.at[0].work_days            ? &c->before
                   : n < c->exact.at[c->exact.n].work_days ? &c->exact
                                                           : &c->after;
    int64_t turns = 0, shift;

    if (e != &c->exact) {
        if (cycle_work_days(e) == 0)
            return false;
        turns = floor_div(n - e->at[0].work_days, cycle_work_days(e));
        n -= turns * cycle_work_days(e);
    }
    size_t low = 0, high = e->n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (e->at[mid].work_days <= n)
            low = mid;
        else
            high = mid;
    }
    const YearBody *b = e->at[low].body;
    int32_t rest = (int32_t)(n - e->at[low].work_days), day = 0, end = b->days;
    while (end - day > 1) {
        int32_t mid = day + (end - day) / 2;
        if (b->work_days[mid] <= rest)
            day = mid;
        else
            end = mid;
    }
    return !__builtin_mul_overflow(turns, CYCLE_DAYS, &shift)
           && !__builtin_add_overflow(shift, e->at[low].day + day, ret_day);
}

bool calendar_piece_s(const Calendar *c, int64_t at_s, int64_t *ret_from_s, int64_t *ret_to_s)
{
    InEra in = era_of_s(c, at_s);
    int64_t t = at_s - in.turns * CYCLE_S;
    const Year *y = year_at(in.era, t);
    int32_t d = day_at(y->body, (int32_t)(t - y->start_s));
    const Pattern *p = &c->patterns.at[y->body->pattern[d]];
    int64_t midnight_s = y->start_s + y->body->start_s[d] + in.turns * CYCLE_S;

    for (uint32_t i = 0; i < p->n; i++) {
        const Piece *piece = &c->pieces.at[p->first + i];
        if (at_s - midnight_s < piece->to_s) {
            *ret_from_s = midnight_s + piece->from_s;
            *ret_to_s = midnight_s + piece->to_s;
            return true;
        }
    }
    *ret_to_s = midnight_s + y->body->start_s[d + 1] - y->body->start_s[d];
    return false;
}
