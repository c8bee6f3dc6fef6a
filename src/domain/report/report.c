/* report.c - which rows a report counts, and what it keeps of them. */
#include "core/log.h"
#include "domain/calendar/calendar.h"
#include "domain/catalog/catalog.h"
#include "domain/report/figures.h"
#include "domain/report/report_q.h"

#include <pthread.h>

enum {
    CHUNK_LOG = 20000, /* rows of one snapshot, some 30 ms */
    CHUNK_OWN = 2000,
    LIVE_LOG = 10000, /* a page counts at most so many rows itself */
    LIVE_OWN = 1500,
    SCRATCH = 64 << 20,
    COUNT_ARENA = 256 << 20,
    BODY_BYTES = 4 << 20,
    ASKS = 32, /* figures that pages wait for, or looked at lately */
    REST_MS =
        5 * 60 * 1000, /* own figures of a large database are not counted more often than this */
};

/* What is counted, for whom. */
typedef struct Counting {
    bool own;
    bool everything; /* the operator: no scope */
    ImportSource log;
    const CalendarLine *line;
    bool has_calendar;
    GrantedReport g;
    ScopeRequests scope;
    FiguresBuild *b;
} Counting;

/* ---- logs ---- */

static Ms ms_of(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

static ImportSource log_of(const ReportSourceRow *row)
{
    return (ImportSource){ .id = row->id,
                           .team_id = row->team_id,
                           .key = row->key,
                           .record = row->record,
                           .unknown = row->unknown,
                           .requests = row->requests,
                           .events = row->events,
                           .version = row->version,
                           .first_ms = ms_of(row->first_ms),
                           .last_ms = ms_of(row->last_ms),
                           .updated_ms = row->updated_ms };
}

/* Asks without leaving a sentence of refusal behind. */
static bool sees_log(const Ctx *cx, int64_t team, Rc *ret)
{
    Ctx look = *cx;
    GrantedReport g;

    *ret = access_report(&look, team, &g);
    bool sees = *ret == RC_OK;
    if (*ret == RC_NOT_FOUND)
        *ret = RC_OK;
    return sees;
}

static Rc read_logs(Ctx *cx, Str key, ImportSources *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportSourceRow row;

    TRY(q_report_sources(cx, key, &rows));
    while (q_report_sources_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, log_of(&row)));
    return rows_result(&rows);
}

Rc report_logs(Ctx *cx, ImportSources *ret)
{
    ImportSources all = { 0 }, seen = { 0 };
    Rc rc;

    TRY(read_logs(cx, STR(""), &all));
    for (size_t i = 0; i < all.n; i++) {
        if (sees_log(cx, all.at[i].team_id, &rc))
            TRY(LIST_PUSH(cx->arena, &seen, all.at[i]));
        TRY(rc);
    }
    *ret = seen;
    return RC_OK;
}

Rc report_usual(Ctx *cx, Str *ret_source)
{
    ImportSources logs = { 0 };
    CLEANUP(buf_done) Buf names = { 0 };

    TRY(report_logs(cx, &logs));
    *ret_source = logs.n == 0 ? STR(REPORT_OWN) : logs.at[0].key;
    if (logs.n < 2)
        return RC_OK;
    buf_init(&names, 8192);
    for (size_t i = 0; i < logs.n; i++)
        buf_add_fmt(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(logs.at[i].key));
    return fail(
        cx, RC_CONFLICT, "several",
        TEXT("There are several logs: {0}. Name one with --source, or own for your own requests.",
             str_dup(cx->arena, buf_str(&names))));
}

static Rc no_log(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such log."));
}

static Rc resolve(Ctx *cx, const ReportAsk *ask, Counting *ret)
{
    Counting c = { .own = str_eq_z(ask->source, REPORT_OWN),
                   .everything = access_is_operator(cx->subject),
                   .has_calendar = ask->calendar.len > 0 };
    ImportSources found = { 0 };

    if (c.own && !c.everything) {
        TRY(access_requests(cx, &c.scope));
    } else if (c.own) {
        /* asked again: whoever counts everything is the operator */
        TRY(access_report(cx, 0, &c.g));
    } else {
        if (ask->source.len > 0)
            TRY(read_logs(cx, ask->source, &found));
        if (found.n == 0)
            return no_log(cx);
        c.log = found.at[0];
        TRY(access_report(cx, c.log.team_id, &c.g));
    }
    if (c.has_calendar) {
        Rc rc = calendar_get(cx, ask->calendar, &c.line);
        if (rc == RC_NOT_FOUND)
            return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such calendar."));
        TRY(rc);
    }
    *ret = c;
    return RC_OK;
}

/* ---- rows ---- */

static int64_t work_between(const void *calendar, Ms from, Ms to)
{
    return calendar_between(calendar, from, to);
}

static Verdict verdict_of_log(OptInt made_target)
{
    return !made_target.set ? VERDICT_NONE : made_target.value != 0 ? VERDICT_KEPT : VERDICT_MISSED;
}

static Verdict verdict_of(OptInt v)
{
    return v.set && v.value > 0 && v.value < VERDICT_COUNT ? (Verdict)v.value : VERDICT_NONE;
}

static Rc add_log_rows(Ctx *cx, const Counting *c, int64_t *after, size_t size, size_t *ret_n)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportLogRowsRow row;

    TRY(q_report_log_rows(cx, c->g, c->log.id, *after, (int64_t)size, &rows));
    for (*ret_n = 0; q_report_log_rows_next(&rows, &row); ++*ret_n) {
        *after = row.request_id;
        TRY(figures_add(c->b, &(FigureRow){
                                  .state = row.state,
                                  .priority = row.priority,
                                  .team = row.team,
                                  .category = row.category,
                                  .channel = row.channel,
                                  .opened = ms_of(row.opened_ms),
                                  .answered = ms_of(row.answered_ms),
                                  .fulfilled = ms_of(row.resolved_ms),
                                  .closed = ms_of(row.closed_ms),
                                  .promised = { verdict_of_log(row.made_target) },
                                  .zone = figures_zone(c->line, ms_of(row.opened_ms)),
                                  .reassignments = row.reassignments.value,
                                  .reopenings = row.reopenings.value,
                              }));
    }
    return rows_result(&rows);
}

/* A request of our own: its category is that of its model. */
static Rc add_own_row(Ctx *cx, const Counting *c, const ReportOwnRow *row)
{
    const ModelVersion *m = NULL;
    /* How it ended, where that is known: "closed:rejected". */
    Str state = row->state;

    if (str_eq_z(state, "closed") && row->outcome.len > 0)
        state = str_fmt(cx->arena, "closed:%.*s", STR_ARG(row->outcome));

    TRY(catalog_model_known(cx, row->version_id, row->hash, &m));
    const CalendarLine *line = NULL;
    bool has_calendar = !c->has_calendar && row->calendar.len > 0;
    if (has_calendar)
        TRY(calendar_get(cx, row->calendar, &line));
    const Zone *zone = figures_zone(c->has_calendar ? c->line : line, row->submitted_ms);
    return figures_add(
        c->b, &(FigureRow){
                  .state = state,
                  .priority = str_z(URGENCY_WORDS[row->level > 0 ? (row->level - 1) & 3 : 1]),
                  .team = row->team,
                  .category = m->category,
                  .channel = row->channel,
                  .opened = row->submitted_ms,
                  .answered = ms_of(row->answered_ms),
                  .fulfilled = ms_of(row->fulfilled_ms),
                  .closed = ms_of(row->closed_ms),
                  .model = row->model_key,
                  .promised = { verdict_of(row->fulfil_verdict), verdict_of(row->answer_verdict) },
                  .calendar = line,
                  .has_calendar = has_calendar,
                  .zone = zone != NULL ? zone : cx->zone,
                  .reassignments = row->reassignments,
                  .reopenings = row->reopenings,
                  .events = row->events,
              });
}

static Rc add_seen_rows(Ctx *cx, const Counting *c, int64_t *after, size_t size, size_t *ret_n)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportOwnRow row;

    TRY(q_report_own_seen(cx, c->scope, cx->now_ms, *after, (int64_t)size, &rows));
    for (*ret_n = 0; q_report_own_seen_next(&rows, &row); ++*ret_n) {
        *after = row.id;
        TRY(add_own_row(cx, c, &row));
    }
    return rows_result(&rows);
}

static Rc add_all_rows(Ctx *cx, const Counting *c, int64_t *after, size_t size, size_t *ret_n)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportOwnRow row;

    TRY(q_report_own_all(cx, c->g, cx->now_ms, *after, (int64_t)size, &rows));
    for (*ret_n = 0; q_report_own_all_next(&rows, &row); ++*ret_n) {
        *after = row.id;
        TRY(add_own_row(cx, c, &row));
    }
    return rows_result(&rows);
}

static Rc add_wait(Ctx *cx, const Counting *c, const ReportWaitRow *row)
{
    const CalendarLine *line = c->line;
    Ms to = row->ended_ms.set ? row->ended_ms.value : cx->now_ms;
    FigureWait w = { .why = row->why, .n = 1, .ms = to > row->since_ms ? to - row->since_ms : 0 };

    if (!c->has_calendar && row->calendar.len > 0)
        TRY(calendar_get(cx, row->calendar, &line));
    if (c->has_calendar || row->calendar.len > 0)
        w.work_ms = calendar_between(line, row->since_ms, to);
    return figures_add_wait(c->b, &w);
}

static Rc add_waits(Ctx *cx, const Counting *c, int64_t after, int64_t last)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportWaitRow row;

    if (c->everything) {
        TRY(q_report_waits_all(cx, c->g, after, last, &rows));
        while (q_report_waits_all_next(&rows, &row))
            TRY(add_wait(cx, c, &row));
    } else {
        TRY(q_report_waits_seen(cx, c->scope, after, last, &rows));
        while (q_report_waits_seen_next(&rows, &row))
            TRY(add_wait(cx, c, &row));
    }
    return rows_result(&rows);
}

/* Versions of the models that were counted, ascending. */
static Rc add_changes(Ctx *cx, Arena *a, Figures *f)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportChangesRow row;

    TRY(q_report_changes(cx, &rows));
    while (q_report_changes_next(&rows, &row)) {
        size_t i = 0;
        while (i < f->models.n && !str_eq(f->models.at[i].word, row.model))
            i++;
        if (i < f->models.n)
            TRY(LIST_PUSH(a, &f->changes,
                          (FigureChange){ f->models.at[i].word, row.number, row.at_ms }));
    }
    TRY(rows_result(&rows));
    for (size_t i = 0, n = f->changes.n; i < n / 2; i++) {
        FigureChange first = f->changes.at[i];
        f->changes.at[i] = f->changes.at[n - 1 - i];
        f->changes.at[n - 1 - i] = first;
    }
    return RC_OK;
}

static Rc add_rows(Ctx *cx, const Counting *c, int64_t *after, bool *ret_more)
{
    size_t size = c->own ? CHUNK_OWN : CHUNK_LOG, n = 0;
    int64_t before = *after;

    if (!c->own)
        TRY(add_log_rows(cx, c, after, size, &n));
    else if (c->everything)
        TRY(add_all_rows(cx, c, after, size, &n));
    else
        TRY(add_seen_rows(cx, c, after, size, &n));
    if (c->own && n > 0)
        TRY(add_waits(cx, c, before, *after));
    *ret_more = n == size;
    return RC_OK;
}

static void begin(Counting *c, Arena *a, size_t expected)
{
    c->b = figures_begin(a, expected, c->has_calendar || c->own ? work_between : NULL, c->line,
                         c->own && !c->has_calendar);
}

static Rc finish(Ctx *cx, Counting *c, Ms now, Arena *a, Figures *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportStatesRow row;
    Figures f;

    TRY(figures_end(c->b, c->own ? now : c->log.last_ms, !c->own, &f));
    if (c->own)
        TRY(add_changes(cx, a, &f));
    if (!c->own) {
        f.events = c->log.events;
        TRY(q_report_states(cx, c->g, c->log.id, &rows));
        while (q_report_states_next(&rows, &row))
            TRY(LIST_PUSH(a, &f.events_by_state,
                          (FigureWord){ .word = row.state.len > 0 ? str_dup(a, row.state) : STR(""),
                                        .n = row.events }));
        TRY(rows_result(&rows));
    }
    *ret = f;
    return RC_OK;
}

/* ---- counting in pieces ---- */

/* One reading snapshot at a time. */
typedef struct Piece {
    DbConn *conn;
    Arena *scratch;
    const Subject *who;
    Ms now;
    Str why;
} Piece;

typedef Rc PieceFn(Ctx *cx, void *arg);

static Rc in_piece(Piece *p, PieceFn *fn, void *arg)
{
    Reader english = { LANG_EN, zone_utc(), p->now };

    arena_reset(p->scratch);
    TRY(db_read_begin(p->conn));
    Ctx cx = { .arena = p->scratch,
               .db = p->conn,
               .now_ms = p->now,
               .subject = p->who,
               .lang = LANG_EN,
               .zone = p->who->zone,
               .call_ref = STR("report") };
    Rc rc = fn(&cx, arg);
    db_read_end(p->conn);
    if (rc != RC_OK && cx.detail.msgid != NULL)
        p->why = words_text(p->scratch, &english, &cx.detail);
    return rc;
}

typedef struct Whole {
    const ReportAsk *ask;
    Counting c;
    Arena *a;
    Ms now;
    int64_t after;
    bool more;
    size_t expected;
    Figures figures;
} Whole;

static Rc piece_first(Ctx *cx, void *arg)
{
    Whole *w = arg;
    ReportOwnAboutRow about;

    TRY(resolve(cx, w->ask, &w->c));
    w->expected = (size_t)w->c.log.requests;
    if (w->c.own) {
        TRY(q_report_own_about(cx, &about));
        w->expected = about.n > 0 ? (size_t)about.n : 0;
    }
    /* The strings of the log outlive this piece. */
    w->c.log.key = str_dup(w->a, w->c.log.key);
    w->c.log.record = str_dup(w->a, w->c.log.record);
    w->c.log.unknown = str_dup(w->a, w->c.log.unknown);
    /* So does the calendar, which is held by the arena that it was asked for with. */
    Ctx whole = *cx;
    whole.arena = w->a;
    if (w->c.has_calendar)
        TRY(calendar_get(&whole, w->ask->calendar, &w->c.line));
    begin(&w->c, w->a, w->expected);
    return add_rows(cx, &w->c, &w->after, &w->more);
}

static Rc piece_next(Ctx *cx, void *arg)
{
    Whole *w = arg;
    return add_rows(cx, &w->c, &w->after, &w->more);
}

static Rc piece_last(Ctx *cx, void *arg)
{
    Whole *w = arg;
    return finish(cx, &w->c, w->now, w->a, &w->figures);
}

static Rc count_whole(Db *db, const Subject *who, Whole *w, Str *ret_why)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new(SCRATCH);
    Piece p = { .scratch = scratch, .who = who, .now = w->now };

    TRY(db_reader_open(db, &p.conn));
    Rc rc = in_piece(&p, piece_first, w);
    while (rc == RC_OK && w->more)
        rc = in_piece(&p, piece_next, w);
    if (rc == RC_OK)
        rc = in_piece(&p, piece_last, w);
    db_reader_close(p.conn);
    if (ret_why != NULL)
        *ret_why = str_dup(w->a, p.why);
    return rc;
}

Rc report_count(Db *db, const Subject *who, const ReportAsk *ask, Ms now, Arena *a, Figures *ret,
                Str *ret_why)
{
    Whole w = { .ask = ask, .a = a, .now = now };

    TRY(count_whole(db, who, &w, ret_why));
    *ret = w.figures;
    return RC_OK;
}

/* ---- what is kept ---- */

typedef struct Keep {
    const Subject *who;
    Arena *a;
    const Whole *w;
    Str body;
    Ms now;
    int64_t took;
} Keep;

static Rc keep(DbConn *conn, void *arg)
{
    const Keep *k = arg;
    const Counting *c = &k->w->c;
    Ctx cx = { .arena = k->a, .db = conn, .now_ms = k->now, .subject = k->who, .zone = zone_utc() };
    Str calendar = str_is_null(k->w->ask->calendar) ? STR("") : k->w->ask->calendar;
    GrantedSelf self;

    if (!c->own)
        return q_report_keep_log(&cx, c->g, c->log.id, calendar, c->log.version, k->now, k->took,
                                 k->body, NULL);
    TRY(access_self(&cx, &self));
    return q_report_keep_own(&cx, self, calendar, k->now, k->took, k->body, NULL);
}

static Rc count_and_keep(Db *db, const Subject *who, const ReportAsk *ask, Ms now)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(COUNT_ARENA);
    CLEANUP(buf_done) Buf body = { 0 };
    Whole w = { .ask = ask, .a = a, .now = now };
    Ms began = clock_monotonic_ms();
    JsonOut o;

    TRY(count_whole(db, who, &w, NULL));
    buf_init(&body, BODY_BYTES);
    json_out_init(&o, &body);
    figures_write(&o, &w.figures);
    TRY(buf_result(&body));
    Keep k = { .who = who,
               .a = a,
               .w = &w,
               .body = buf_str(&body),
               .now = now,
               .took = clock_monotonic_ms() - began };
    return db_write(db, keep, &k);
}

Rc report_count_log(Db *db, const ImportSource *s)
{
    Subject operator_ = { .origin = STR("cli"), .scopes = SCOPE_ALL, .zone = zone_utc() };
    ReportAsk ask = { .source = s->key };

    return count_and_keep(db, &operator_, &ask, clock_now_ms());
}

/* ---- what pages wait for ---- */

/* The figures that pages asked for and that the thread counts.  Texts are kept here. */
typedef struct Ask {
    int64_t person;
    uint32_t scopes;
    const Zone *zone;
    char source[72], calendar[72];
    Ms counted; /* MS_NONE: not yet */
    bool wanted;
} Ask;

static pthread_mutex_t asks_lock = PTHREAD_MUTEX_INITIALIZER;
static Ask asks[ASKS];

static bool keep_text(char to[72], Str s)
{
    if (s.len >= 72)
        return false;
    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
    to[s.len] = '\0';
    return true;
}

static bool same_ask(const Ask *a, const Ask *b)
{
    return a->person == b->person && strcmp(a->source, b->source) == 0
           && strcmp(a->calendar, b->calendar) == 0;
}

/* The thread will count it, unless too many wait already: then a later look asks again. */
static void want(const Ctx *cx, const ReportAsk *ask)
{
    Ask a = { .person = cx->subject->person_id,
              .scopes = cx->subject->scopes,
              .zone = cx->zone,
              .counted = MS_NONE,
              .wanted = true };
    Ask *room = NULL;

    if (!keep_text(a.source, ask->source) || !keep_text(a.calendar, ask->calendar))
        return;
    pthread_mutex_lock(&asks_lock);
    for (size_t i = 0; i < ASKS; i++) {
        if (asks[i].source[0] != '\0' && same_ask(&asks[i], &a)) {
            room = NULL;
            asks[i].wanted = true;
            break;
        }
        if (room == NULL && !asks[i].wanted)
            room = &asks[i];
    }
    if (room != NULL)
        *room = a;
    pthread_mutex_unlock(&asks_lock);
}

static bool take_ask(Ms now, Ask *ret)
{
    bool found = false;

    pthread_mutex_lock(&asks_lock);
    for (size_t i = 0; i < ASKS && !found; i++) {
        if (!asks[i].wanted || (asks[i].counted != MS_NONE && now - asks[i].counted < REST_MS))
            continue;
        asks[i].wanted = false;
        asks[i].counted = now;
        *ret = asks[i];
        found = true;
    }
    pthread_mutex_unlock(&asks_lock);
    return found;
}

bool report_turn(Db *db, Ms now)
{
    Ask a;

    if (!take_ask(now, &a))
        return false;
    Subject who = {
        .person_id = a.person, .origin = STR("job"), .scopes = a.scopes, .zone = a.zone
    };
    ReportAsk ask = { str_z(a.source), a.calendar[0] != '\0' ? str_z(a.calendar) : STR_NULL };
    Rc rc = count_and_keep(db, &who, &ask, now);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        log_warn("figures", "source=%s rc=%s", a.source, rc_name(rc));
    return true;
}

/* ---- a page ---- */

static Rc read_body(Ctx *cx, Str body, Figures *ret)
{
    const Json *json = NULL;

    TRY(json_parse(cx->arena, body, &json, NULL));
    return figures_read(cx->arena, json, ret);
}

/* Figures that another version of the program kept cannot be read: as if there were none. */
static Rc kept_figures(Ctx *cx, Str body, bool *io_found, Figures *ret)
{
    Rc rc = *io_found ? read_body(cx, body, ret) : RC_OK;

    if (rc != RC_INVALID)
        return rc;
    *io_found = false;
    return RC_OK;
}

static Rc count_here(Ctx *cx, Counting *c, size_t expected, ReportShown *ret)
{
    int64_t after = 0;
    bool more = true;

    begin(c, cx->arena, expected);
    while (more)
        TRY(add_rows(cx, c, &after, &more));
    TRY(finish(cx, c, cx->now_ms, cx->arena, &ret->figures));
    ret->counted_ms = cx->now_ms;
    ret->fresh = true;
    return RC_OK;
}

static Rc show_log(Ctx *cx, const ReportAsk *ask, Counting *c, ReportShown *ret)
{
    Str calendar = str_is_null(ask->calendar) ? STR("") : ask->calendar;
    ReportKeptLogRow row;
    bool found = false;

    TRY(q_report_kept_log(cx, c->g, c->log.id, calendar, &row, &found));
    TRY(kept_figures(cx, row.body, &found, &ret->figures));
    bool fresh = found && row.version == c->log.version && !c->has_calendar;
    if (!fresh && c->log.requests <= LIVE_LOG)
        return count_here(cx, c, (size_t)c->log.requests, ret);
    if (!fresh)
        want(cx, ask);
    if (!found)
        return RC_OK;
    ret->counted_ms = row.counted_ms;
    ret->fresh = fresh;
    return RC_OK;
}

static Rc show_own(Ctx *cx, const ReportAsk *ask, Counting *c, ReportShown *ret)
{
    Str calendar = str_is_null(ask->calendar) ? STR("") : ask->calendar;
    ReportOwnAboutRow about;
    ReportKeptOwnRow row;
    GrantedSelf self;
    bool found = false;

    TRY(q_report_own_about(cx, &about));
    if (about.n <= LIVE_OWN)
        return count_here(cx, c, (size_t)LIVE_OWN, ret);
    want(cx, ask);
    TRY(access_self(cx, &self));
    TRY(q_report_kept_own(cx, self, calendar, &row, &found));
    TRY(kept_figures(cx, row.body, &found, &ret->figures));
    if (found)
        ret->counted_ms = row.counted_ms;
    return RC_OK;
}

Rc report_show(Ctx *cx, const ReportAsk *ask, ReportShown *ret)
{
    ReportShown shown = { .counted_ms = MS_NONE };
    Counting c;

    TRY(resolve(cx, ask, &c));
    TRY(c.own ? show_own(cx, ask, &c, &shown) : show_log(cx, ask, &c, &shown));
    *ret = shown;
    return RC_OK;
}
