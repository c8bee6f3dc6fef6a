/* figures.c - see figures.h. */
#include "domain/report/figures.h"

enum {
    TALLY_WORDS = 100000, /* different words of a kind; those beyond are counted together */
    DAY_BASE = -25567,    /* 1900-01-01 */
    DAYS = 402000,        /* to the year 3000 */
    SERIES_MAX = 40000,   /* midnights that are listed, the last ones */
    MONTH_BASE = 1900 * 12,
    MONTHS = 1101 * 12,
};

typedef struct Tally {
    FigureWords words;
    uint32_t *slots;
    size_t cap;
    int64_t more;
} Tally;

typedef struct Values {
    int64_t *at;
    size_t n, cap;
} Values;

struct FiguresBuild {
    Arena *a;
    FigureTime *work_of;
    const void *calendar;
    bool each;
    size_t expected;
    Tally states, priorities, teams, categories, channels, models;
    Verdicts *promised; /* per month from MONTH_BASE on, PROMISES of each */
    Values time[SPREADS], work[SPREADS];
    int32_t *opened, *closed;       /* per day: the first midnight at which it is open, is not */
    int32_t *opened_on, *closed_on; /* per day on which it happened */
    Figures f;
};

int64_t figures_day(Ms at)
{
    int64_t day = at / MS_DAY;
    return at % MS_DAY < 0 ? day - 1 : day;
}

static size_t day_slot(int64_t day)
{
    int64_t at = day - DAY_BASE;
    return at < 0 ? 0 : at >= DAYS ? DAYS - 1 : (size_t)at;
}

const char *const VERDICT_WORDS[VERDICT_COUNT] = { "", "yes", "no", "running", "late" };

static void judge(Verdicts *to, const Verdict *v)
{
    for (size_t i = 0; i < PROMISES; i++) {
        to[i].judged += v[i] == VERDICT_KEPT || v[i] == VERDICT_MISSED;
        to[i].kept += v[i] == VERDICT_KEPT;
        to[i].running += v[i] == VERDICT_RUNNING;
        to[i].late += v[i] == VERDICT_LATE;
    }
}

FiguresBuild *figures_begin(Arena *a, size_t expected, FigureTime *work, const void *calendar,
                            bool each)
{
    FiguresBuild *b = ARENA_NEW(a, FiguresBuild);

    *b = (FiguresBuild){
        .a = a, .work_of = work, .calendar = calendar, .each = each, .expected = expected
    };
    b->f = (Figures){ .first_ms = MS_NONE, .until_ms = MS_NONE, .has_work = work != NULL };
    return b;
}

/* ---- words ---- */

static void tally_place(Tally *t, uint32_t index)
{
    size_t at = str_hash(t->words.at[index].word) & (t->cap - 1);
    while (t->slots[at] != 0)
        at = (at + 1) & (t->cap - 1);
    t->slots[at] = index + 1;
}

static Rc tally_grow(Arena *a, Tally *t)
{
    if (2 * (t->words.n + 1) <= t->cap)
        return RC_OK;
    t->cap = t->cap == 0 ? 64 : 4 * t->cap;
    t->slots = ARENA_ARRAY(a, uint32_t, t->cap);
    if (t->slots == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < t->words.n; i++)
        tally_place(t, (uint32_t)i);
    return RC_OK;
}

static Rc tally(Arena *a, Tally *t, Str word, const Verdict *promised)
{
    FigureWord *w = NULL;

    TRY(tally_grow(a, t));
    size_t at = str_hash(word) & (t->cap - 1);
    while (t->slots[at] != 0 && !str_eq(t->words.at[t->slots[at] - 1].word, word))
        at = (at + 1) & (t->cap - 1);
    if (t->slots[at] == 0) {
        if (t->words.n == TALLY_WORDS) {
            t->more++;
            return RC_OK;
        }
        TRY(LIST_PUSH(a, &t->words,
                      (FigureWord){ .word = word.len > 0 ? str_dup(a, word) : STR("") }));
        t->slots[at] = (uint32_t)t->words.n;
    }
    w = &t->words.at[t->slots[at] - 1];
    w->n++;
    judge(w->promised, promised);
    return RC_OK;
}

static int by_count(const void *a, const void *b)
{
    const FigureWord *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : str_cmp(x->word, y->word);
}

static void tally_end(Tally *t, FigureWords *ret, int64_t *ret_more)
{
    if (t->words.n > 1)
        qsort(t->words.at, t->words.n, sizeof *t->words.at, by_count);
    for (; t->words.n > FIGURE_WORDS; t->words.n--)
        t->more++;
    *ret = t->words;
    if (ret_more != NULL)
        *ret_more = t->more;
}

/* ---- times ---- */

static Rc value(FiguresBuild *b, Values *v, int64_t ms)
{
    if (v->cap == 0)
        TRY(LIST_ROOM(b->a, v, b->expected + 1));
    return LIST_PUSH(b->a, v, ms);
}

static Rc span(FiguresBuild *b, SpreadKind kind, const FigureRow *row, Ms to)
{
    Ms from = row->opened;
    const void *calendar = b->each ? row->calendar : b->calendar;

    if (from == MS_NONE || to == MS_NONE)
        return RC_OK;
    TRY(value(b, &b->time[kind], to - from));
    if (b->work_of == NULL || (b->each && !row->has_calendar))
        return RC_OK;
    return value(b, &b->work[kind],
                 to >= from ? b->work_of(calendar, from, to) : -b->work_of(calendar, to, from));
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The smallest value that at least `percent` of a hundred do not exceed. */
static int64_t percentile(const Values *v, size_t percent)
{
    size_t rank = (v->n * percent + 99) / 100;
    return v->at[rank > 0 ? rank - 1 : 0];
}

static void spread_end(Values *v, Spread *ret)
{
    double sum = 0;
    Spread s = { .n = (int64_t)v->n };

    *ret = s;
    if (v->n == 0)
        return;
    qsort(v->at, v->n, sizeof *v->at, by_size);
    for (size_t i = 0; i < v->n; i++) {
        s.negative += v->at[i] < 0;
        sum += (double)v->at[i];
    }
    s.mean = sum / (double)v->n;
    size_t upper = v->n / 2, lower = (v->n - 1) / 2; /* the same one of an odd number */
    s.median = ((double)v->at[lower] + (double)v->at[upper]) / 2;
    s.p80 = percentile(v, 80);
    s.p90 = percentile(v, 90);
    s.p95 = percentile(v, 95);
    s.max = v->at[v->n - 1];
    *ret = s;
}

/* ---- days and months ---- */

static Rc room_for_days(FiguresBuild *b)
{
    if (b->opened != NULL)
        return RC_OK;
    b->opened = ARENA_ARRAY(b->a, int32_t, DAYS);
    b->closed = ARENA_ARRAY(b->a, int32_t, DAYS);
    b->opened_on = ARENA_ARRAY(b->a, int32_t, DAYS);
    b->closed_on = ARENA_ARRAY(b->a, int32_t, DAYS);
    b->promised = ARENA_ARRAY(b->a, Verdicts, (size_t)MONTHS * PROMISES);
    return b->opened != NULL && b->closed != NULL && b->opened_on != NULL && b->closed_on != NULL
                   && b->promised != NULL
               ? RC_OK
               : RC_LIMIT;
}

static Verdicts *month_slot(const FiguresBuild *b, int32_t month)
{
    int32_t at = month - MONTH_BASE;
    return &b->promised[(size_t)(at < 0 ? 0 : at >= MONTHS ? MONTHS - 1 : at) * PROMISES];
}

/* Open at a midnight: opened before it, not closed until then.  Closed before it was opened: never open. */
static Rc note_days(FiguresBuild *b, const FigureRow *row)
{
    TRY(room_for_days(b));
    if (row->closed != MS_NONE)
        b->closed_on[day_slot(figures_day(row->closed))]++;
    if (row->opened == MS_NONE)
        return RC_OK;
    int64_t from = figures_day(row->opened) + 1;
    CivilTime t = clock_civil_utc(row->opened);
    judge(month_slot(b, t.year * 12 + t.month - 1), row->promised);
    b->opened_on[day_slot(figures_day(row->opened))]++;
    b->opened[day_slot(from)]++;
    if (row->closed != MS_NONE) {
        int64_t day = figures_day(row->closed);
        int64_t to = day * MS_DAY == row->closed ? day : day + 1;
        b->closed[day_slot(to > from ? to : from)]++;
    }
    return RC_OK;
}

static Rc list_days(FiguresBuild *b, bool ended)
{
    Figures *f = &b->f;
    int64_t last = figures_day(f->until_ms) + (ended ? 1 : 0), open = 0;

    if (f->first_ms == MS_NONE || figures_day(f->first_ms) + 1 > last)
        return RC_OK;
    int64_t first = figures_day(f->first_ms) + 1;
    if (last - first >= SERIES_MAX)
        first = last - SERIES_MAX + 1;
    f->days.at = ARENA_ARRAY(b->a, int64_t, (size_t)(last - first + 1));
    if (f->days.at == NULL)
        return RC_LIMIT;
    f->days.first = first;
    for (size_t i = 0; i <= day_slot(last); i++) {
        open += b->opened[i] - b->closed[i];
        if (i >= day_slot(first))
            f->days.at[f->days.n++] = open;
    }
    return RC_OK;
}

static Rc list_months(FiguresBuild *b, bool ended)
{
    Figures *f = &b->f;
    int64_t open = 0;
    size_t at = 0;

    if (f->first_ms == MS_NONE)
        return RC_OK;
    CivilTime from = clock_civil_utc(f->first_ms), to = clock_civil_utc(f->until_ms);
    int32_t last = to.year * 12 + to.month - 1 + (ended ? 1 : 0);
    for (int32_t m = from.year * 12 + from.month - 1; m <= last; m++) {
        FigureMonth month = { .year = m / 12, .month = m % 12 + 1 };
        size_t begin = day_slot(clock_days(month.year, month.month, 1));
        size_t end = day_slot(clock_days(month.year, month.month + 1, 1));
        for (; at <= begin && at < DAYS; at++)
            open += b->opened[at] - b->closed[at];
        month.backlog = open;
        memcpy(month.promised, month_slot(b, m), sizeof month.promised);
        for (size_t d = begin; d < end; d++) {
            month.opened += b->opened_on[d];
            month.closed += b->closed_on[d];
        }
        TRY(LIST_PUSH(b->a, &f->months, month));
    }
    return RC_OK;
}

/* ---- rows ---- */

size_t figures_hour(const Zone *zone, Ms at)
{
    CivilTime t = zone != NULL ? zone_civil(zone, at) : clock_civil_utc(at);
    int64_t weekday = (clock_days(t.year, t.month, t.day) + 3) % 7; /* day 0 was a Thursday */

    return (size_t)((weekday < 0 ? weekday + 7 : weekday) * 24 + t.hour);
}

const Zone *figures_zone(const CalendarLine *line, Ms at)
{
    const Calendar *c = line != NULL ? calendar_at(line, at) : NULL;
    return c != NULL ? calendar_zone(c) : NULL;
}

static void note_hour(Figures *f, const FigureRow *row)
{
    if (row->opened != MS_NONE)
        f->arrivals[figures_hour(row->zone, row->opened)]++;
}

Rc figures_add_wait(FiguresBuild *b, const FigureWait *wait)
{
    FigureWaits *list = &b->f.waits;

    for (size_t i = 0; i < list->n; i++) {
        FigureWait *w = &list->at[i];
        if (!str_eq(w->why, wait->why))
            continue;
        w->n += wait->n;
        w->ms += wait->ms;
        w->work_ms += wait->work_ms;
        return RC_OK;
    }
    FigureWait first = *wait;
    first.why = str_dup(b->a, wait->why);
    return LIST_PUSH(b->a, list, first);
}

static int by_loss(const void *a, const void *b)
{
    const FigureWait *x = a, *y = b;
    return x->ms != y->ms ? (x->ms < y->ms ? 1 : -1) : str_cmp(x->why, y->why);
}

Rc figures_add(FiguresBuild *b, const FigureRow *row)
{
    Figures *f = &b->f;

    f->requests++;
    f->events += row->events;
    f->open += row->closed == MS_NONE;
    judge(f->promised, row->promised);
    note_hour(f, row);
    f->reopened += row->reopenings > 0;
    f->reassigned += row->reassignments > 0;
    f->reassignments += row->reassignments;
    if (row->opened != MS_NONE && (f->first_ms == MS_NONE || row->opened < f->first_ms))
        f->first_ms = row->opened;
    TRY(tally(b->a, &b->states, row->state, row->promised));
    TRY(tally(b->a, &b->priorities, row->priority, row->promised));
    TRY(tally(b->a, &b->teams, row->team, row->promised));
    TRY(tally(b->a, &b->categories, row->category, row->promised));
    TRY(tally(b->a, &b->channels, row->channel, row->promised));
    if (row->model.len > 0)
        TRY(tally(b->a, &b->models, row->model, row->promised));
    TRY(span(b, SPREAD_ANSWER, row, row->answered));
    TRY(span(b, SPREAD_FULFIL, row, row->fulfilled));
    TRY(span(b, SPREAD_CLOSE, row, row->closed));
    return note_days(b, row);
}

Rc figures_end(FiguresBuild *b, Ms until, bool ended, Figures *ret)
{
    Figures *f = &b->f;

    f->until_ms = until;
    tally_end(&b->states, &f->states, NULL);
    tally_end(&b->priorities, &f->priorities, NULL);
    tally_end(&b->channels, &f->channels, NULL);
    if (f->waits.n > 1)
        qsort(f->waits.at, f->waits.n, sizeof *f->waits.at, by_loss);
    tally_end(&b->models, &f->models, &f->more_models);
    tally_end(&b->teams, &f->teams, &f->more_teams);
    tally_end(&b->categories, &f->categories, &f->more_categories);
    for (size_t i = 0; i < SPREADS; i++) {
        spread_end(&b->time[i], &f->time[i]);
        spread_end(&b->work[i], &f->work[i]);
    }
    if (f->requests > 0 && until != MS_NONE) {
        TRY(list_days(b, ended));
        TRY(list_months(b, ended));
    }
    *ret = *f;
    return RC_OK;
}
