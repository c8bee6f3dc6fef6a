/* report_web.c - the page of figures, its CSV, and the requests behind a figure. */
#include "app/choices.h"
#include "domain/report/report_page.h"
#include "domain/request/request.h"
#include "web/page.h"

#include "tmpl/insight.h"
#include "tmpl/insight_behind.h"

#define TABLE_ROWS  12
#define MONTHS_MAX  36
#define BEHIND_ROWS 50
#define CSV_BYTES   (4 * 1024 * 1024)

/* What the pages need while they are made. */
typedef struct Make {
    Ctx *cx;
    Reader reader;
    const Figures *f;
    bool own;
    Str source;
    Teams teams; /* names of our own */
} Make;

/* ---- addresses ---- */

static void put_encoded(Buf *b, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '_' || c == '.';
        if (plain)
            buf_add_char(b, (char)c);
        else
            buf_add_fmt(b, "%%%02X", c);
    }
}

static Str url(Arena *a, const char *path, Str source, const char *name, Str value)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 8192);
    buf_add_fmt(&b, "%s?source=", path);
    put_encoded(&b, source);
    if (name != NULL) {
        buf_add_fmt(&b, "&%s=", name);
        put_encoded(&b, value);
    }
    return str_dup(a, buf_str(&b));
}

static Str behind(const Make *m, const char *name, Str value)
{
    return url(m->cx->arena, "/insight/requests", m->source, name, value);
}

/* Behind nothing stands no list; and finding out that there is nothing would take longest. */
static Str some(const Make *m, int64_t n, const char *name, Str value)
{
    return n > 0 ? behind(m, name, value) : STR_NULL;
}

/* ---- figures in words ---- */

static Str number(const Make *m, int64_t n)
{
    return words_number(m->cx->arena, &m->reader, n);
}

/* One digit behind the point: 63.3, 7,1. */
static Str decimal(const Make *m, double v)
{
    int64_t tenths = (int64_t)(v * 10 + (v < 0 ? -0.5 : 0.5));
    int64_t whole = tenths / 10, rest = tenths % 10;

    return str_fmt(m->cx->arena, "%s%.*s%s%d", tenths < 0 && whole == 0 ? "-" : "",
                   STR_ARG(number(m, whole)), m->reader.lang == LANG_SV ? "," : ".",
                   (int)(rest < 0 ? -rest : rest));
}

static Str percent(const Make *m, int64_t part, int64_t of)
{
    return decimal(m, of > 0 ? 100.0 * (double)part / (double)of : 0);
}

static Text plain_time(double ms)
{
    return TEXT("{0}", span_ms((int64_t)ms));
}

static Text working_time(const Make *m, double ms)
{
    return TEXT("{0} h", decimal(m, ms / 3600000.0));
}

/* ---- tiles ---- */

static Rc add_tile(Make *m, InsightPage *p, InsightTile t)
{
    return LIST_PUSH(m->cx->arena, &p->tiles, t);
}

static Rc add_tiles(Make *m, InsightPage *p)
{
    const Figures *f = m->f;
    const Spread *done = &f->time[SPREAD_FULFIL];

    TRY(add_tile(m, p,
                 (InsightTile){ .title = T("Requests"),
                                .figure = number(m, f->requests),
                                .small = TEXT("since {0}", when_month(f->first_ms)),
                                .url = behind(m, NULL, STR_NULL) }));
    TRY(add_tile(m, p,
                 (InsightTile){ .title = T("Open now"),
                                .figure = number(m, f->open),
                                .url = some(m, f->open, "open", STR("yes")) }));
    const Verdicts *kept = &f->promised[PROMISED_FULFIL];
    if (kept->judged > 0)
        TRY(add_tile(m, p,
                     (InsightTile){ .title = T("Within target"),
                                    .figure = percent(m, kept->kept, kept->judged),
                                    .unit = TEXT("%"),
                                    .small = TEXT("{0} of {1}", number(m, kept->kept),
                                                  number(m, kept->judged)),
                                    .url = some(m, kept->kept, "kept", STR("yes")) }));
    if (done->n > 0)
        TRY(add_tile(m, p,
                     (InsightTile){ .title = T("Half fulfilled within"),
                                    .figure = words_span(m->cx->arena, &m->reader,
                                                         span_ms((int64_t)done->median)),
                                    .small = TEXT("of {0} requests", number(m, done->n)) }));
    TRY(add_tile(m, p,
                 (InsightTile){ .title = T("Came back after done"),
                                .figure = number(m, f->reopened),
                                .small = TEXT("{0} % of all", percent(m, f->reopened, f->requests)),
                                .url = some(m, f->reopened, "reopened", STR("yes")) }));
    return add_tile(
        m, p,
        (InsightTile){
            .title = T("Handed to another team"),
            .figure = number(m, f->reassigned),
            .small = TEXT(
                "{0} times each on average",
                decimal(m, f->requests > 0 ? (double)f->reassignments / (double)f->requests : 0)),
            .url = some(m, f->reassigned, "reassigned", STR("yes")) });
}

/* ---- times ---- */

static Rc add_times(Make *m, const Spread *spreads, bool work, InsightTimes *ret)
{
    static const char *const names[SPREADS] = { T("the first answer"), T("the fulfilment"),
                                                T("the closing") };

    for (size_t i = 0; i < SPREADS; i++) {
        const Spread *s = &spreads[i];
        InsightTime t = { .name = names[i], .n = s->n, .negative = s->negative };
        double values[] = { s->mean,        s->median,      (double)s->p80,
                            (double)s->p90, (double)s->p95, (double)s->max };
        Text *places[] = { &t.mean, &t.median, &t.p80, &t.p90, &t.p95, &t.max };
        for (size_t k = 0; k < COUNT_OF(values) && s->n > 0; k++)
            *places[k] = work ? working_time(m, values[k]) : plain_time(values[k]);
        TRY(LIST_PUSH(m->cx->arena, ret, t));
    }
    return RC_OK;
}

/* ---- words ---- */

typedef enum WordKind {
    WORD_STATE,
    WORD_PRIORITY,
    WORD_TEAM,
    WORD_CATEGORY,
    WORD_CHANNEL,
    WORD_MODEL
} WordKind;

typedef struct Known {
    const char *word, *label;
} Known;

static const Known priorities[] = {
    { "low", T("Low") },
    { "normal", T("Normal") },
    { "high", T("High") },
    { "critical", T("Critical") },
};
static const Known channels[] = {
    { "portal", T("Portal") },         { "mail", T("E-mail") }, { "phone", T("Phone") },
    { "walk_in", T("In person") },     { "chat", T("Chat") },   { "api", T("Another program") },
    { "monitoring", T("Monitoring") },
};

static Text known(Str word, const Known *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(word, words[i].word))
            return TEXT("{0}", words[i].label);
    return TEXT("{0}", word);
}

static Text state_name(Str word)
{
    if (str_starts(word, STR("closed:")))
        return TEXT("{0}", request_state_label(STR("closed"), str_skip(word, 7)));
    return TEXT("{0}", request_state_label(word, STR("")));
}

static Text team_name(const Make *m, Str key)
{
    for (size_t i = 0; i < m->teams.n; i++)
        if (str_eq(m->teams.at[i].key, key))
            return TEXT("{0}", m->teams.at[i].name);
    return TEXT("{0}", key);
}

static Text word_name(const Make *m, WordKind kind, Str word)
{
    if (word.len == 0)
        return TEXT("Unknown");
    if (!m->own)
        return TEXT("{0}", word);
    switch (kind) {
    case WORD_STATE: return state_name(word);
    case WORD_PRIORITY: return known(word, priorities, COUNT_OF(priorities));
    case WORD_TEAM: return team_name(m, word);
    case WORD_MODEL:
    case WORD_CATEGORY: return TEXT("{0}", word);
    case WORD_CHANNEL: return known(word, channels, COUNT_OF(channels));
    }
    return TEXT("{0}", word);
}

static Text share_text(const Make *m, const Verdicts *v)
{
    return v->judged > 0 ? TEXT("{0} %", percent(m, v->kept, v->judged)) : TEXT("–");
}

static void note_judged(const Verdicts *v, bool *io_shares, bool *io_answers)
{
    *io_shares = *io_shares || v[PROMISED_FULFIL].judged > 0;
    *io_answers = *io_answers || v[PROMISED_ANSWER].judged > 0;
}

/* Kept, missed and still running, of the fulfilment and the first answer. */
static Rc add_promises(Make *m, InsightPage *p)
{
    static const char *const names[PROMISES] = { T("the fulfilment"), T("the first answer") };
    static const char *const keys[PROMISES] = { "kept", "answer" };

    for (size_t i = 0; i < PROMISES; i++) {
        const Verdicts *v = &m->f->promised[i];
        if (v->judged + v->running + v->late == 0)
            continue;
        InsightPromise row = { .name = names[i],
                               .share = share_text(m, v),
                               .kept = v->kept,
                               .missed = v->judged - v->kept,
                               .running = v->running,
                               .late = v->late };
        row.kept_url = some(m, row.kept, keys[i], str_z(VERDICT_WORDS[VERDICT_KEPT]));
        row.missed_url = some(m, row.missed, keys[i], str_z(VERDICT_WORDS[VERDICT_MISSED]));
        row.running_url = some(m, row.running, keys[i], str_z(VERDICT_WORDS[VERDICT_RUNNING]));
        row.late_url = some(m, row.late, keys[i], str_z(VERDICT_WORDS[VERDICT_LATE]));
        TRY(LIST_PUSH(m->cx->arena, &p->promises, row));
    }
    return RC_OK;
}

static Rc add_table(Make *m, InsightPage *p, WordKind kind, const FigureWords *w, int64_t more)
{
    static const struct {
        const char *title, *word, *name;
    } kinds[] = {
        { T("By state"), T("State"), "state" },
        { T("By priority"), T("Priority"), "priority" },
        { T("By team"), T("Team"), "team" },
        { T("By category"), T("Category"), "category" },
        { T("By channel"), T("Channel"), "channel" },
        { T("By model"), T("Model"), "model" },
    };
    InsightTable t = { .title = kinds[kind].title, .word = kinds[kind].word };
    int64_t most = w->n > 0 ? w->at[0].n : 0;

    for (size_t i = 0; i < w->n; i++)
        note_judged(w->at[i].promised, &t.shares, &t.answers);
    for (size_t i = 0; i < w->n && i < TABLE_ROWS; i++) {
        const FigureWord *f = &w->at[i];
        InsightRow row = { .name = word_name(m, kind, f->word),
                           .n = f->n,
                           .width = most > 0 ? (f->n * 100 + most / 2) / most : 0 };
        row.url = behind(m, kinds[kind].name, f->word);
        if (t.shares)
            row.share = share_text(m, &f->promised[PROMISED_FULFIL]);
        if (f->promised[PROMISED_FULFIL].judged > f->promised[PROMISED_FULFIL].kept)
            row.missed_url = str_fmt(m->cx->arena, "%.*s&kept=%s", STR_ARG(row.url),
                                     VERDICT_WORDS[VERDICT_MISSED]);
        if (t.answers)
            row.answered = share_text(m, &f->promised[PROMISED_ANSWER]);
        TRY(LIST_PUSH(m->cx->arena, &t.rows, row));
    }
    more += w->n > TABLE_ROWS ? (int64_t)w->n - TABLE_ROWS : 0;
    if (more > 0)
        t.more = TEXT_N("and %d more, in the CSV as far as they are kept",
                        "and %d more, in the CSV as far as they are kept", more);
    return t.rows.n > 0 ? LIST_PUSH(m->cx->arena, &p->tables, t) : RC_OK;
}

static Rc add_tables(Make *m, InsightPage *p)
{
    const Figures *f = m->f;

    TRY(add_table(m, p, WORD_STATE, &f->states, 0));
    TRY(add_table(m, p, WORD_PRIORITY, &f->priorities, 0));
    TRY(add_table(m, p, WORD_TEAM, &f->teams, f->more_teams));
    TRY(add_table(m, p, WORD_CATEGORY, &f->categories, f->more_categories));
    TRY(add_table(m, p, WORD_CHANNEL, &f->channels, 0));
    return m->own ? add_table(m, p, WORD_MODEL, &f->models, f->more_models) : RC_OK;
}

/* ---- months ---- */

static Str changes_in(const Make *m, const FigureMonth *month)
{
    CLEANUP(buf_done) Buf b = { 0 };
    Ms from = clock_days(month->year, month->month, 1) * MS_DAY;
    Ms to = clock_days(month->year, month->month + 1, 1) * MS_DAY;

    buf_init(&b, 16384);
    for (size_t i = 0; i < m->f->changes.n; i++) {
        const FigureChange *c = &m->f->changes.at[i];
        if (c->at >= from && c->at < to)
            buf_add_fmt(&b, "%s%.*s %lld", buf_str(&b).len > 0 ? ", " : "", STR_ARG(c->model),
                        (long long)c->number);
    }
    return str_dup(m->cx->arena, buf_str(&b));
}

static Rc add_months(Make *m, InsightPage *p)
{
    const FigureMonths *months = &m->f->months;
    Arena *a = m->cx->arena;
    size_t first = months->n > MONTHS_MAX ? months->n - MONTHS_MAX : 0;

    for (size_t i = first; i < months->n; i++)
        note_judged(months->at[i].promised, &p->shares, &p->answers);
    for (size_t i = first; i < months->n; i++) {
        const FigureMonth *f = &months->at[i];
        Ms first_ms = clock_days(f->year, f->month, 1) * MS_DAY;
        Str day = clock_date(a, first_ms), month = str_sub(day, 0, 7);
        TRY(LIST_PUSH(a, &p->months,
                      (InsightMonth){ .name = words_when(a, &m->reader, when_month(first_ms)),
                                      .year = f->year,
                                      .month = f->month,
                                      .opened = f->opened,
                                      .closed = f->closed,
                                      .backlog = f->backlog,
                                      .changes = changes_in(m, f),
                                      .share = share_text(m, &f->promised[PROMISED_FULFIL]),
                                      .answered = share_text(m, &f->promised[PROMISED_ANSWER]),
                                      .opened_url = some(m, f->opened, "opened", month),
                                      .closed_url = some(m, f->closed, "closed", month),
                                      .backlog_url = some(m, f->backlog, "open_at", day) }));
    }
    if (p->months.n == 0)
        return RC_OK;
    for (size_t i = 0; i < p->months.n; i++)
        p->changes = p->changes || p->months.at[i].changes.len > 0;
    /* The last one in which something happened: a log ends before its last midnight. */
    size_t l = p->months.n - 1;
    while (l > 0 && p->months.at[l].opened + p->months.at[l].closed == 0)
        l--;
    const InsightMonth *last = &p->months.at[l];
    int64_t most = 0, at = 0;
    for (size_t i = 0; i < m->f->days.n; i++) {
        if (m->f->days.at[i] > most) {
            most = m->f->days.at[i];
            at = m->f->days.first + (int64_t)i;
        }
    }
    p->months_say = TEXT("In {0}: {1} opened, {2} closed.", last->name, number(m, last->opened),
                         number(m, last->closed));
    if (m->f->days.n > 0 && most > 0)
        p->backlog_say = TEXT("The most were {0}, on {1}. Last: {2}.", number(m, most),
                              when_date(at * MS_DAY), number(m, m->f->days.at[m->f->days.n - 1]));
    return RC_OK;
}

/* ---- series ---- */

static const char *const weekday_names[7] = { T("Monday"),   T("Tuesday"), T("Wednesday"),
                                              T("Thursday"), T("Friday"),  T("Saturday"),
                                              T("Sunday") };

/* An hour of the week in an address: "mon-09". */
static const char *const weekday_keys[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static Str hour_url(const Make *m, Str calendar, size_t hour)
{
    CLEANUP(buf_done) Buf b = { 0 };
    char key[16];

    if (m->f->arrivals[hour] == 0)
        return STR_NULL;
    snprintf(key, sizeof key, "%s-%02zu", weekday_keys[hour / 24], hour % 24);
    buf_init(&b, 8192);
    buf_add(&b, behind(m, "hour", str_z(key)));
    if (calendar.len > 0) {
        buf_add_lit(&b, "&calendar=");
        put_encoded(&b, calendar);
    }
    return str_dup(m->cx->arena, buf_str(&b));
}

static bool hour_named(Str s, OptInt *ret)
{
    int64_t hour;

    if (s.len != 6 || s.ptr[3] != '-' || !str_to_i64(str_skip(s, 4), &hour) || hour < 0
        || hour > 23)
        return s.len == 0;
    for (size_t d = 0; d < COUNT_OF(weekday_keys); d++) {
        if (str_eq_z(str_sub(s, 0, 3), weekday_keys[d])) {
            *ret = OPT_INT((int64_t)d * 24 + hour);
            return true;
        }
    }
    return false;
}

static Rc add_arrivals(Make *m, InsightPage *p)
{
    for (size_t d = 0; d < 7; d++) {
        InsightDay day = { .name = weekday_names[d] };
        for (size_t h = 0; h < 24; h++)
            TRY(LIST_PUSH(m->cx->arena, &day.hours,
                          ((InsightHour){ m->f->arrivals[d * 24 + h],
                                          hour_url(m, p->calendar, d * 24 + h) })));
        TRY(LIST_PUSH(m->cx->arena, &p->arrivals, day));
    }
    for (int64_t h = 0; h < 24; h++)
        TRY(LIST_PUSH(m->cx->arena, &p->clock, ((InsightHour){ h, STR_NULL })));
    return RC_OK;
}

static const char *wait_label(Str why)
{
    return str_eq_z(why, "requester")  ? T("the requester")
           : str_eq_z(why, "supplier") ? T("a supplier")
           : str_eq_z(why, "date")     ? T("a date")
                                       : T("something else");
}

static Rc add_waits(Make *m, InsightPage *p)
{
    for (size_t i = 0; i < m->f->waits.n; i++) {
        const FigureWait *w = &m->f->waits.at[i];
        TRY(LIST_PUSH(m->cx->arena, &p->waits,
                      (InsightWait){ .why = wait_label(w->why),
                                     .url = some(m, w->n, "wait", w->why),
                                     .n = w->n,
                                     .time = plain_time((double)w->ms),
                                     .work = working_time(m, (double)w->work_ms) }));
    }
    return RC_OK;
}

/* ---- choices ---- */

static Rc add_sources(Make *m, InsightPage *p)
{
    ImportSources logs = { 0 };
    Arena *a = m->cx->arena;

    TRY(report_logs(m->cx, &logs));
    if (logs.n == 0)
        return RC_OK;
    TRY(LIST_PUSH(a, &p->sources,
                  (InsightLink){ url(a, "/insight", STR(REPORT_OWN), NULL, STR_NULL),
                                 TEXT("Our requests"), m->own }));
    for (size_t i = 0; i < logs.n; i++)
        TRY(LIST_PUSH(a, &p->sources,
                      (InsightLink){ url(a, "/insight", logs.at[i].key, NULL, STR_NULL),
                                     TEXT("{0}", logs.at[i].key),
                                     str_eq(logs.at[i].key, m->source) }));
    return RC_OK;
}

static Rc add_calendars(Make *m, InsightPage *p)
{
    Choices found = { 0 };

    TRY(choices_of(m->cx, STR("calendars"), &found));
    if (found.n == 0)
        return RC_OK;
    TRY(LIST_PUSH(m->cx->arena, &p->calendars,
                  (WidgetOption){ .value = STR(""),
                                  .label = m->own ? TEXT("Each request's own calendar")
                                                  : TEXT("Plain time only") }));
    for (size_t i = 0; i < found.n; i++) {
        Str name = lang_text(&found.at[i].name, m->reader.lang, NULL);
        TRY(LIST_PUSH(m->cx->arena, &p->calendars,
                      (WidgetOption){ .value = found.at[i].key,
                                      .label = TEXT("{0}", name.len > 0 ? name : found.at[i].key),
                                      .chosen = str_eq(found.at[i].key, p->calendar) }));
    }
    return RC_OK;
}

static Text age_text(const ReportShown *s)
{
    if (s->fresh || s->counted_ms == MS_NONE)
        return (Text){ 0 };
    return TEXT("Counted {0}. It is counted again now and then while somebody looks.",
                when_moment(s->counted_ms));
}

static Rc read_ask(const Call *call, ReportAsk *ret)
{
    Str source = call_query(call, "source"), calendar = call_query(call, "calendar");

    if (source.len > 64 || calendar.len > 64)
        return RC_NOT_FOUND;
    *ret = (ReportAsk){ .source = source.len > 0 ? source : STR(REPORT_OWN),
                        .calendar = calendar.len > 0 ? calendar : STR_NULL };
    return RC_OK;
}

static Rc fill(Make *m, InsightPage *p)
{
    TRY(add_tiles(m, p));
    TRY(add_promises(m, p));
    TRY(add_arrivals(m, p));
    TRY(add_waits(m, p));
    TRY(add_times(m, m->f->time, false, &p->times));
    if (m->f->has_work)
        TRY(add_times(m, m->f->work, true, &p->works));
    TRY(add_tables(m, p));
    return add_months(m, p);
}

static Rc page_insight(Call *call)
{
    Ctx *cx = &call->cx;
    ReportAsk ask;
    ReportShown shown;
    InsightPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(read_ask(call, &ask));
    TRY(report_show(cx, &ask, &shown));
    page_open(call, FRAME_WORK, &out, &frame);
    Make m = { .cx = cx,
               .reader = out.reader,
               .f = &shown.figures,
               .own = str_eq_z(ask.source, REPORT_OWN),
               .source = ask.source };
    p.source = ask.source;
    p.calendar = ask.calendar;
    p.figures = m.f;
    p.waiting = shown.counted_ms == MS_NONE;
    p.any = shown.figures.requests > 0;
    p.age = age_text(&shown);
    p.here_url = url(cx->arena, "/insight", ask.source, "calendar", ask.calendar);
    p.csv_url = url(cx->arena, "/insight/figures.csv", ask.source, "calendar", ask.calendar);
    TRY(team_list(cx, false, &m.teams));
    TRY(add_sources(&m, &p));
    TRY(add_calendars(&m, &p));
    if (p.any)
        TRY(fill(&m, &p));
    frame.nav = NAV_INSIGHT;
    frame.title = TEXT("Insight");
    return PAGE(&out, &frame, tmpl_insight, &p);
}

/* ---- CSV ---- */

static Rc page_csv(Call *call)
{
    ReportAsk ask;
    ReportShown shown;

    TRY(read_ask(call, &ask));
    TRY(report_show(&call->cx, &ask, &shown));
    if (shown.counted_ms == MS_NONE)
        return fail(&call->cx, RC_BUSY, "counting",
                    TEXT("These figures are being counted. Try again in a moment."));
    report_csv(&shown.figures, STR_NULL, &call->body);
    call->type = "text/csv; charset=utf-8";
    call_header(call, STR("Content-Disposition"),
                str_fmt(call->arena, "attachment; filename=\"figures-%.*s.csv\"",
                        STR_ARG(str_is_key(ask.source) ? ask.source : STR("log"))));
    return buf_result(&call->body);
}

/* ---- the requests behind a figure ---- */

static bool month_of(Str s, Ms *ret_from, Ms *ret_before, Arena *a)
{
    if (!clock_parse_date(str_fmt(a, "%.*s-01", STR_ARG(s)), ret_from))
        return false;
    CivilTime t = clock_civil_utc(*ret_from);
    *ret_before = clock_days(t.year, t.month + 1, 1) * MS_DAY;
    return true;
}

/* Nothing named is VERDICT_NONE. */
static bool verdict_named(Str word, Verdict *ret)
{
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (str_eq_z(word, VERDICT_WORDS[i])) {
            *ret = (Verdict)i;
            return true;
        }
    }
    return word.len == 0;
}

/* A parameter that is there narrows, even when it is empty: unknown. */
static Rc read_filter(const Call *call, ReportFilter *ret)
{
    ReportFilter f = { .source = call_query(call, "source"),
                       .state = call_query(call, "state"),
                       .priority = call_query(call, "priority"),
                       .team = call_query(call, "team"),
                       .category = call_query(call, "category"),
                       .channel = call_query(call, "channel"),
                       .model = call_query(call, "model"),
                       .wait = call_query(call, "wait"),
                       .calendar = call_query(call, "calendar"),
                       .opened_from = MS_NONE,
                       .opened_before = MS_NONE,
                       .closed_from = MS_NONE,
                       .closed_before = MS_NONE,
                       .open_at = MS_NONE,
                       .open = call_query(call, "open").len > 0,
                       .reopened = call_query(call, "reopened").len > 0,
                       .reassigned = call_query(call, "reassigned").len > 0,
                       .negative = call_query(call, "negative").len > 0,
                       .size = BEHIND_ROWS };
    Str opened = call_query(call, "opened"), closed = call_query(call, "closed");
    Str open_at = call_query(call, "open_at"), kept = call_query(call, "kept");
    Str answer = call_query(call, "answer");
    Str before = call_query(call, "before");

    if (f.source.len == 0)
        f.source = STR(REPORT_OWN);
    if ((opened.len > 0 && !month_of(opened, &f.opened_from, &f.opened_before, call->arena))
        || (closed.len > 0 && !month_of(closed, &f.closed_from, &f.closed_before, call->arena))
        || (open_at.len > 0 && !clock_parse_date(open_at, &f.open_at))
        || (before.len > 0 && !str_to_i64(before, &f.before_id))
        || !verdict_named(kept, &f.promised[PROMISED_FULFIL])
        || !verdict_named(answer, &f.promised[PROMISED_ANSWER])
        || !hour_named(call_query(call, "hour"), &f.hour))
        return RC_NOT_FOUND;
    *ret = f;
    return RC_OK;
}

static Str shown_word(const Make *m, WordKind kind, Str word)
{
    Text name = word_name(m, kind, word);
    return words_text(m->cx->arena, &m->reader, &name);
}

static const char *verdict_label(Verdict v)
{
    static const char *const labels[VERDICT_COUNT] = { "", T("Within target"), T("Target missed"),
                                                       T("Clock is running"),
                                                       T("Running and late") };
    return labels[v];
}

static Text what_text(const Make *m, const ReportFilter *f)
{
    if (!str_is_null(f->state))
        return TEXT("State: {0}", shown_word(m, WORD_STATE, f->state));
    if (!str_is_null(f->priority))
        return TEXT("Priority: {0}", shown_word(m, WORD_PRIORITY, f->priority));
    if (!str_is_null(f->team))
        return TEXT("Team: {0}", shown_word(m, WORD_TEAM, f->team));
    if (!str_is_null(f->category))
        return TEXT("Category: {0}", shown_word(m, WORD_CATEGORY, f->category));
    if (!str_is_null(f->channel))
        return TEXT("Channel: {0}", shown_word(m, WORD_CHANNEL, f->channel));
    if (f->hour.set)
        return TEXT("Opened: {0}, {1}:00 to {2}:00", weekday_names[f->hour.value / 24],
                    f->hour.value % 24, f->hour.value % 24 + 1);
    if (f->opened_from != MS_NONE)
        return TEXT("Opened in {0}", when_month(f->opened_from));
    if (f->closed_from != MS_NONE)
        return TEXT("Closed in {0}", when_month(f->closed_from));
    if (f->open_at != MS_NONE)
        return TEXT("Open at the beginning of {0}", when_date(f->open_at));
    if (f->open)
        return TEXT("Open now");
    if (f->promised[PROMISED_FULFIL] != VERDICT_NONE)
        return TEXT("{0}", verdict_label(f->promised[PROMISED_FULFIL]));
    if (f->promised[PROMISED_ANSWER] != VERDICT_NONE)
        return TEXT("First answer: {0}", verdict_label(f->promised[PROMISED_ANSWER]));
    if (!str_is_null(f->model))
        return TEXT("Model: {0}", f->model);
    if (!str_is_null(f->wait))
        return TEXT("Waited for {0}", wait_label(f->wait));
    if (f->reopened)
        return TEXT("Came back after done");
    if (f->reassigned)
        return TEXT("Handed to another team");
    return TEXT("All");
}

static Rc behind_rows(const Make *m, const ReportLines *lines, BehindRows *ret)
{
    for (size_t i = 0; i < lines->n; i++) {
        const ReportLine *l = &lines->at[i];
        Text team = m->own ? team_name(m, l->team) : TEXT("{0}", l->team);
        TRY(LIST_PUSH(m->cx->arena, ret,
                      (BehindRow){ .number = l->number,
                                   .title = l->title,
                                   .foreign = l->foreign_number,
                                   .team = words_text(m->cx->arena, &m->reader, &team),
                                   .state = request_state_label(l->state, l->outcome),
                                   .foreign_state = l->foreign_state,
                                   .opened_ms = l->opened_ms,
                                   .fulfilled_ms = l->fulfilled_ms,
                                   .closed_ms = l->closed_ms }));
    }
    return RC_OK;
}

/* This list with another place to go on from, or as CSV. */
static Str list_url(const Call *call, const char *path, int64_t before)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 16384);
    buf_add_fmt(&b, "%s?", path);
    for (size_t i = 0; i < call->query.n; i++) {
        const FormField *f = &call->query.at[i];
        if (str_eq_z(f->name, "before"))
            continue;
        put_encoded(&b, f->name);
        buf_add_char(&b, '=');
        put_encoded(&b, f->value);
        buf_add_char(&b, '&');
    }
    if (before != 0)
        buf_add_fmt(&b, "before=%lld", (long long)before);
    return str_dup(call->arena, buf_str(&b));
}

static Rc page_behind(Call *call)
{
    Ctx *cx = &call->cx;
    ReportFilter f;
    ReportLines lines = { 0 };
    BehindPage p = { 0 };
    int64_t next = 0;
    PageFrame frame;
    PageOut out;

    TRY(read_filter(call, &f));
    TRY(report_list(cx, &f, &lines, &next));
    page_open(call, FRAME_WORK, &out, &frame);
    Make m = {
        .cx = cx, .reader = out.reader, .own = str_eq_z(f.source, REPORT_OWN), .source = f.source
    };
    TRY(team_list(cx, false, &m.teams));
    p.log = !m.own;
    p.what = what_text(&m, &f);
    p.back_url = url(cx->arena, "/insight", f.source, NULL, STR_NULL);
    if (next != 0)
        p.next_url = list_url(call, "/insight/requests", next);
    p.csv_url = list_url(call, "/insight/requests.csv", 0);
    TRY(behind_rows(&m, &lines, &p.rows));
    frame.nav = NAV_INSIGHT;
    frame.title = TEXT("Requests behind a figure");
    return PAGE(&out, &frame, tmpl_insight_behind, &p);
}

static Rc page_behind_csv(Call *call)
{
    ReportFilter f;
    int64_t next = 0;

    TRY(read_filter(call, &f));
    TRY(report_list_csv(&call->cx, &f, &call->body, &next));
    call->type = "text/csv; charset=utf-8";
    call_header(call, STR("Content-Disposition"),
                STR("attachment; filename=\"requests-behind-a-figure.csv\""));
    if (next != 0) /* where it goes on: ?before= */
        call_header(call, STR("X-More-Rows"), str_fmt(call->arena, "%lld", (long long)next));
    return RC_OK;
}

const RouteTable report_pages = ROUTES(
    { HTTP_GET, "/insight", page_insight, RIGHT_STAFF, BODY_NONE, TX_READ, .text = "Figures" },
    { HTTP_GET, "/insight/figures.csv", page_csv, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Figures as CSV" },
    { HTTP_GET, "/insight/requests", page_behind, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "The requests behind a figure" },
    { HTTP_GET, "/insight/requests.csv", page_behind_csv, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "The requests behind a figure as CSV" }, );
