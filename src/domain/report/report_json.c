/* report_json.c - figures for other programs: one JSON object, or CSV. */
#include "core/csv.h"
#include "domain/report/figures.h"

#include <math.h>

#define TOP_WORDS 10
#define HOUR_MS   3600000.0

/* Writes the object by hand: one key a line, as people read it too. */
typedef struct Out {
    Buf *to;
    Str unknown;
    bool begun;
    int depth;
} Out;

static void line(Out *o)
{
    buf_add_lit(o->to, "\n");
    for (int i = 0; i < o->depth; i++)
        buf_add_char(o->to, ' ');
}

static void quoted(Buf *to, Str s)
{
    JsonOut o;
    json_out_init(&o, to);
    json_text(&o, s);
}

static void next(Out *o)
{
    if (o->begun)
        buf_add_char(o->to, ',');
    o->begun = true;
    line(o);
}

static void key(Out *o, Str name)
{
    next(o);
    quoted(o->to, name);
    buf_add_lit(o->to, ": ");
}

static void begin(Out *o, const char *name)
{
    if (name != NULL)
        key(o, str_z(name));
    buf_add_char(o->to, '{');
    o->depth++;
    o->begun = false;
}

static void end(Out *o)
{
    o->depth--;
    if (o->begun)
        line(o);
    buf_add_char(o->to, '}');
    o->begun = true;
}

static void whole(Out *o, Str name, int64_t n)
{
    key(o, name);
    buf_add_int(o->to, n);
}

/* Rounded to so many digits, without zeros at the end. */
static void rounded(Buf *to, double v, int digits)
{
    char text[400];
    int n = snprintf(text, sizeof text, "%.*f", digits, v);

    while (n > 1 && text[n - 1] == '0' && strchr(text, '.') != NULL)
        n--;
    if (text[n - 1] == '.')
        n--;
    Str s = { text, (size_t)n };
    buf_add(to, str_eq_z(s, "-0") ? STR("0") : s);
}

static void real(Out *o, const char *name, double v, int digits)
{
    key(o, str_z(name));
    rounded(o->to, v, digits);
}

static Str word_of(const Out *o, Str word)
{
    return word.len > 0 ? word : o->unknown;
}

static double share(int64_t part, int64_t of)
{
    return of > 0 ? (double)part / (double)of : 0;
}

static void words(Out *o, const char *name, const FigureWords *w)
{
    begin(o, name);
    for (size_t i = 0; i < w->n; i++)
        whole(o, word_of(o, w->at[i].word), w->at[i].n);
    end(o);
}

static int by_word(const void *a, const void *b)
{
    return str_cmp(((const FigureWord *)a)->word, ((const FigureWord *)b)->word);
}

static void priorities(Out *o, const Figures *f)
{
    FigureWord sorted[FIGURE_WORDS];
    size_t n = f->priorities.n < FIGURE_WORDS ? f->priorities.n : FIGURE_WORDS;

    if (n > 0)
        memcpy(sorted, f->priorities.at, n * sizeof *sorted);
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_word);
    begin(o, "by_priority_last_event");
    for (size_t i = 0; i < n; i++) {
        key(o, word_of(o, sorted[i].word));
        begin(o, NULL);
        whole(o, STR("n"), sorted[i].n);
        whole(o, STR("made_sla"), sorted[i].promised[PROMISED_FULFIL].kept);
        end(o);
    }
    end(o);
}

static void spread(Out *o, const char *name, const Spread *s, bool negative, bool full)
{
    begin(o, name);
    whole(o, STR("n"), s->n);
    real(o, "mean", s->mean / HOUR_MS, 3);
    real(o, "median", s->median / HOUR_MS, 3);
    if (full) {
        real(o, "p80", (double)s->p80 / HOUR_MS, 3);
        real(o, "p90", (double)s->p90 / HOUR_MS, 3);
        real(o, "p95", (double)s->p95 / HOUR_MS, 3);
    }
    real(o, "max", (double)s->max / HOUR_MS, 3);
    if (negative || full)
        whole(o, STR("negative"), s->negative);
    end(o);
}

/* "2016-02" */
static Str month_name(char to[static CLOCK_RFC3339_BYTES], const FigureMonth *m)
{
    size_t n = clock_write_rfc3339(to, clock_days(m->year, m->month, 1) * MS_DAY);
    return (Str){ to, n > 7 ? 7 : n };
}

/* "2016-02-29" */
static Str day_name(char to[static CLOCK_RFC3339_BYTES], int64_t day)
{
    size_t n = clock_write_rfc3339(to, day * MS_DAY);
    return (Str){ to, n > 10 ? 10 : n };
}

/* Months in which something was opened, or closed. */
static void months(Out *o, const char *name, const Figures *f, bool closed)
{
    char text[CLOCK_RFC3339_BYTES];

    begin(o, name);
    for (size_t i = 0; i < f->months.n; i++) {
        const FigureMonth *m = &f->months.at[i];
        if ((closed ? m->closed : m->opened) > 0)
            whole(o, month_name(text, m), closed ? m->closed : m->opened);
    }
    end(o);
}

static void top(Out *o, const char *name, const FigureWords *w)
{
    key(o, str_z(name));
    buf_add_char(o->to, '[');
    for (size_t i = 0; i < w->n && i < TOP_WORDS; i++) {
        buf_add_lit(o->to, "[");
        quoted(o->to, word_of(o, w->at[i].word));
        buf_add_fmt(o->to, ", %lld]", (long long)w->at[i].n);
        if (i + 1 < w->n && i + 1 < TOP_WORDS)
            buf_add_lit(o->to, ", ");
    }
    buf_add_char(o->to, ']');
}

/* The first months are often filled only in part: the backlog is told from the end of the first month that is
 * there as a whole. */
static void backlog(Out *o, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES];
    bool whole_month = f->first_ms != MS_NONE && clock_civil_utc(f->first_ms).day == 1;

    begin(o, "open_backlog_at_midnight");
    for (size_t i = whole_month ? 1 : 2; i < f->months.n; i++) {
        const FigureMonth *m = &f->months.at[i];
        whole(o, day_name(text, clock_days(m->year, m->month, 1)), m->backlog);
    }
    end(o);
}

static void every_midnight(Out *o, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES];

    begin(o, "open_at_each_midnight");
    for (size_t i = 0; i < f->days.n; i++)
        whole(o, day_name(text, f->days.first + (int64_t)i), f->days.at[i]);
    end(o);
}

static const char *const promise_names[PROMISES] = { "fulfilment", "first_answer" };

static void verdicts(Out *o, const Verdicts *v)
{
    for (size_t i = 0; i < PROMISES; i++) {
        if (v[i].judged + v[i].running + v[i].late == 0)
            continue;
        begin(o, promise_names[i]);
        whole(o, STR("judged"), v[i].judged);
        whole(o, STR("kept"), v[i].kept);
        whole(o, STR("running"), v[i].running);
        whole(o, STR("late"), v[i].late);
        end(o);
    }
}

static void word_verdicts(Out *o, const char *name, const FigureWords *w)
{
    begin(o, name);
    for (size_t i = 0; i < w->n; i++) {
        key(o, word_of(o, w->at[i].word));
        begin(o, NULL);
        whole(o, STR("requests"), w->at[i].n);
        verdicts(o, w->at[i].promised);
        end(o);
    }
    end(o);
}

/* Within target: of all, by month of the opening, by priority, team and model. */
static void promises(Out *o, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES];

    begin(o, "within_target");
    verdicts(o, f->promised);
    begin(o, "by_month");
    for (size_t i = 0; i < f->months.n; i++) {
        key(o, month_name(text, &f->months.at[i]));
        begin(o, NULL);
        verdicts(o, f->months.at[i].promised);
        end(o);
    }
    end(o);
    word_verdicts(o, "by_priority", &f->priorities);
    word_verdicts(o, "by_team", &f->teams);
    word_verdicts(o, "by_model", &f->models);
    end(o);
}

static const char *const weekdays[7] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };

/* Arrivals, what was lost in waiting, and when models changed. */
static void series(Out *o, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES];

    begin(o, "arrivals");
    for (size_t d = 0; d < 7; d++) {
        key(o, str_z(weekdays[d]));
        buf_add_char(o->to, '[');
        for (size_t h = 0; h < 24; h++)
            buf_add_fmt(o->to, h > 0 ? ", %lld" : "%lld", (long long)f->arrivals[d * 24 + h]);
        buf_add_char(o->to, ']');
    }
    end(o);
    begin(o, "waited");
    for (size_t i = 0; i < f->waits.n; i++) {
        key(o, f->waits.at[i].why);
        begin(o, NULL);
        whole(o, STR("times"), f->waits.at[i].n);
        real(o, "hours", (double)f->waits.at[i].ms / HOUR_MS, 3);
        real(o, "working_hours", (double)f->waits.at[i].work_ms / HOUR_MS, 3);
        end(o);
    }
    end(o);
    key(o, STR("model_changes"));
    buf_add_char(o->to, '[');
    for (size_t i = 0; i < f->changes.n; i++) {
        buf_add_lit(o->to, "[");
        quoted(o->to, day_name(text, figures_day(f->changes.at[i].at)));
        buf_add_lit(o->to, ", ");
        quoted(o->to, f->changes.at[i].model);
        buf_add_fmt(o->to, ", %lld]", (long long)f->changes.at[i].number);
        if (i + 1 < f->changes.n)
            buf_add_lit(o->to, ", ");
    }
    buf_add_char(o->to, ']');
}

static void all_the_rest(Out *o, const Figures *f)
{
    whole(o, STR("open"), f->open);
    whole(o, STR("judged"), f->promised[PROMISED_FULFIL].judged);
    spread(o, "hours_open_to_first_answer", &f->time[SPREAD_ANSWER], true, true);
    if (f->has_work) {
        spread(o, "working_hours_open_to_first_answer", &f->work[SPREAD_ANSWER], true, true);
        spread(o, "working_hours_open_to_resolved", &f->work[SPREAD_FULFIL], true, true);
        spread(o, "working_hours_open_to_closed", &f->work[SPREAD_CLOSE], true, true);
    }
    promises(o, f);
    months(o, "closed_per_month", f, true);
    series(o, f);
    words(o, "by_team", &f->teams);
    words(o, "by_category", &f->categories);
    every_midnight(o, f);
}

void report_json(const Figures *f, Str unknown, bool full, Buf *to)
{
    Out o = { .to = to, .unknown = unknown.len > 0 ? unknown : STR("?") };

    begin(&o, NULL);
    whole(&o, STR("incidents"), f->requests);
    whole(&o, STR("events"), f->events);
    words(&o, "events_by_state", &f->events_by_state);
    whole(&o, STR("made_sla_true_last_event"), f->promised[PROMISED_FULFIL].kept);
    real(&o, "made_sla_share",
         share(f->promised[PROMISED_FULFIL].kept, f->promised[PROMISED_FULFIL].judged), 4);
    priorities(&o, f);
    words(&o, "contact_type_last_event", &f->channels);
    whole(&o, STR("reopened_incidents"), f->reopened);
    whole(&o, STR("reassigned_incidents"), f->reassigned);
    real(&o, "mean_reassignments", share(f->reassignments, f->requests), 4);
    spread(&o, "hours_open_to_closed", &f->time[SPREAD_CLOSE], false, full);
    spread(&o, "hours_open_to_resolved", &f->time[SPREAD_FULFIL], true, full);
    months(&o, "opened_per_month", f, false);
    top(&o, "top_assignment_groups", &f->teams);
    top(&o, "top_categories", &f->categories);
    words(&o, "last_state", &f->states);
    backlog(&o, f);
    if (full)
        all_the_rest(&o, f);
    end(&o);
    buf_add_char(to, '\n');
}

/* ---- CSV ---- */

static void row(Buf *to, const char *kind, Str name, double v, int digits)
{
    buf_add(to, str_z(kind));
    buf_add_char(to, ',');
    csv_cell(to, name);
    buf_add_char(to, ',');
    rounded(to, v, digits);
    buf_add_lit(to, "\r\n");
}

static void word_rows(Buf *to, const char *kind, const FigureWords *w, Str unknown)
{
    for (size_t i = 0; i < w->n; i++)
        row(to, kind, w->at[i].word.len > 0 ? w->at[i].word : unknown, (double)w->at[i].n, 0);
}

/* "team_fulfilment_kept","workplace",12 */
static void promise_rows(Buf *to, Str name, const char *by, const Verdicts *v)
{
    char kind[80];

    for (size_t i = 0; i < PROMISES; i++) {
        const int64_t values[] = { v[i].judged, v[i].kept, v[i].running, v[i].late };
        static const char *const words[] = { "judged", "kept", "running", "late" };
        if (v[i].judged + v[i].running + v[i].late == 0)
            continue;
        for (size_t k = 0; k < COUNT_OF(values); k++) {
            snprintf(kind, sizeof kind, "%s%s_%s", by, promise_names[i], words[k]);
            row(to, kind, name, (double)values[k], 0);
        }
    }
}

static void word_promise_rows(Buf *to, const char *by, const FigureWords *w, Str unknown)
{
    for (size_t i = 0; i < w->n; i++)
        promise_rows(to, w->at[i].word.len > 0 ? w->at[i].word : unknown, by, w->at[i].promised);
}

static void spread_rows(Buf *to, const char *kind, const Spread *s)
{
    row(to, kind, STR("n"), (double)s->n, 0);
    row(to, kind, STR("mean"), s->mean / HOUR_MS, 3);
    row(to, kind, STR("median"), s->median / HOUR_MS, 3);
    row(to, kind, STR("p80"), (double)s->p80 / HOUR_MS, 3);
    row(to, kind, STR("p90"), (double)s->p90 / HOUR_MS, 3);
    row(to, kind, STR("p95"), (double)s->p95 / HOUR_MS, 3);
    row(to, kind, STR("max"), (double)s->max / HOUR_MS, 3);
    row(to, kind, STR("negative"), (double)s->negative, 0);
}

static void series_rows(Buf *to, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES], name[32];

    for (size_t i = 0; i < FIGURE_HOURS; i++) {
        if (f->arrivals[i] == 0)
            continue;
        snprintf(name, sizeof name, "%s %02zu", weekdays[i / 24], i % 24);
        row(to, "arrived", str_z(name), (double)f->arrivals[i], 0);
    }
    for (size_t i = 0; i < f->waits.n; i++) {
        row(to, "waits", f->waits.at[i].why, (double)f->waits.at[i].n, 0);
        row(to, "hours_waited", f->waits.at[i].why, (double)f->waits.at[i].ms / HOUR_MS, 3);
        row(to, "working_hours_waited", f->waits.at[i].why,
            (double)f->waits.at[i].work_ms / HOUR_MS, 3);
    }
    for (size_t i = 0; i < f->changes.n; i++) {
        CLEANUP(buf_done) Buf kind = { 0 };
        buf_init(&kind, 256);
        buf_add(&kind, day_name(text, figures_day(f->changes.at[i].at)));
        buf_add_fmt(&kind, " %.*s", STR_ARG(f->changes.at[i].model));
        row(to, "model_published", buf_str(&kind), (double)f->changes.at[i].number, 0);
    }
}

static void day_rows(Buf *to, const Figures *f)
{
    char text[CLOCK_RFC3339_BYTES];

    for (size_t i = 0; i < f->days.n; i++)
        row(to, "open_at_midnight", day_name(text, f->days.first + (int64_t)i),
            (double)f->days.at[i], 0);
}

void report_csv(const Figures *f, Str unknown, Buf *to)
{
    static const char *const times[SPREADS] = { "hours_to_first_answer", "hours_to_fulfilment",
                                                "hours_to_closing" };
    static const char *const works[SPREADS] = { "working_hours_to_first_answer",
                                                "working_hours_to_fulfilment",
                                                "working_hours_to_closing" };
    char text[CLOCK_RFC3339_BYTES];

    if (unknown.len == 0)
        unknown = STR("?");
    buf_add_lit(to, "kind,key,value\r\n");
    row(to, "total", STR("requests"), (double)f->requests, 0);
    row(to, "total", STR("events"), (double)f->events, 0);
    row(to, "total", STR("open"), (double)f->open, 0);
    row(to, "total", STR("with_verdict"), (double)f->promised[PROMISED_FULFIL].judged, 0);
    row(to, "total", STR("in_target"), (double)f->promised[PROMISED_FULFIL].kept, 0);
    row(to, "total", STR("reopened"), (double)f->reopened, 0);
    row(to, "total", STR("reassigned"), (double)f->reassigned, 0);
    row(to, "total", STR("reassignments"), (double)f->reassignments, 0);
    word_rows(to, "events_in_state", &f->events_by_state, unknown);
    word_rows(to, "state", &f->states, unknown);
    word_rows(to, "priority", &f->priorities, unknown);
    word_rows(to, "team", &f->teams, unknown);
    word_rows(to, "category", &f->categories, unknown);
    word_rows(to, "channel", &f->channels, unknown);
    word_rows(to, "model", &f->models, unknown);
    promise_rows(to, STR("all"), "", f->promised);
    for (size_t i = 0; i < f->months.n; i++)
        promise_rows(to, month_name(text, &f->months.at[i]), "month_", f->months.at[i].promised);
    word_promise_rows(to, "priority_", &f->priorities, unknown);
    word_promise_rows(to, "team_", &f->teams, unknown);
    word_promise_rows(to, "model_", &f->models, unknown);
    for (size_t i = 0; i < SPREADS; i++)
        spread_rows(to, times[i], &f->time[i]);
    for (size_t i = 0; i < SPREADS && f->has_work; i++)
        spread_rows(to, works[i], &f->work[i]);
    for (size_t i = 0; i < f->months.n; i++) {
        Str month = month_name(text, &f->months.at[i]);
        row(to, "opened_in_month", month, (double)f->months.at[i].opened, 0);
        row(to, "closed_in_month", month, (double)f->months.at[i].closed, 0);
    }
    series_rows(to, f);
    day_rows(to, f);
}
