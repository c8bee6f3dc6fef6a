/* cmd_promise.c - errand promise backtest and errand promise rebuild. */
#include "cli/commands.h"

#include "domain/report/report.h"
#include "domain/request/request.h"

#include <zlib.h>

#define TABLE_MAX_BYTES (64 * 1024 * 1024)

#define PIECE 5000 /* requests of a log that are read in one snapshot */

typedef struct BacktestCall {
    Str model, calendar;
    Str log; /* key of a log of another system; STR_NULL: none */
    int64_t before;
    const char *source;
    PromiseLives lives;
    PromiseReport report;
} BacktestCall;

/* --- the table of a file, packed or not ------------------------------------------------------- */

static bool table_read(Command *c, Str path, Str *ret)
{
    CLEANUP(buf_done) Buf text = { 0 };
    gzFile file = gzopen(str_dup_z(c->arena, path), "rb");
    char piece[65536];
    int n = 0;

    if (file == NULL) {
        command_complain(c, "errand: %.*s cannot be opened", STR_ARG(path));
        return false;
    }
    buf_init(&text, TABLE_MAX_BYTES);
    while (!text.full && (n = gzread(file, piece, sizeof piece)) > 0)
        buf_add_bytes(&text, piece, (size_t)n);
    bool ok = gzclose(file) == Z_OK && n >= 0 && buf_result(&text) == RC_OK;
    char *bytes = ok ? arena_bytes(c->arena, text.len + 1) : NULL;
    if (bytes == NULL) {
        command_complain(c, "errand: %.*s cannot be read or is longer than 64 MiB", STR_ARG(path));
        return false;
    }
    memcpy(bytes, text.ptr, text.len);
    *ret = (Str){ bytes, text.len };
    return true;
}

/* --- what it says ------------------------------------------------------------------------------ */

/* Mean of a sum in tenths of milliseconds, as whole seconds. */
static int64_t mean_s(int64_t tenths, int64_t n)
{
    return n > 0 ? tenths / n / (10 * MS_SECOND) : 0;
}

/* Share in hundredths of a per cent, rounded to the nearest. */
static int64_t share(int64_t part, int64_t n)
{
    return n > 0 ? (part * 20000 + n) / (2 * n) : 0;
}

static void put_share(JsonOut *o, int64_t part, int64_t n)
{
    char digits[32];
    int64_t s = share(part, n);
    int len = snprintf(digits, sizeof digits, "%lld.%04lld", (long long)(s / 10000),
                       (long long)(s % 10000));

    json_raw(o, (Str){ digits, (size_t)len });
}

static void put_score(JsonOut *o, const PromiseScore *s)
{
    json_object(o);
    json_field_int(o, "n", s->n);
    json_key_lit(o, "within_p50");
    put_share(o, s->within50, s->n);
    json_key_lit(o, "within_p80");
    put_share(o, s->within80, s->n);
    json_key_lit(o, "pinball_50_s");
    json_object(o);
    json_field_int(o, "own", mean_s(s->own50, s->n));
    json_field_int(o, "constant", mean_s(s->constant50, s->n));
    json_field_int(o, "model_median", mean_s(s->median50, s->n));
    json_object_end(o);
    json_key_lit(o, "pinball_80_s");
    json_object(o);
    json_field_int(o, "own", mean_s(s->own80, s->n));
    json_field_int(o, "constant", mean_s(s->constant80, s->n));
    json_field_int(o, "model_median", mean_s(s->median80, s->n));
    json_field_int(o, "model_quantile", mean_s(s->quantile80, s->n));
    json_object_end(o);
    json_field_int(o, "width_s", s->n > 0 ? s->width / s->n / MS_SECOND : 0);
    json_object_end(o);
}

static void say_json(Command *c, const BacktestCall *b)
{
    const PromiseReport *r = &b->report;
    JsonOut o;

    json_out_init(&o, c->out);
    json_object(&o);
    json_field_text(&o, "source", str_z(b->source));
    json_field_text(&o, "model", b->model);
    json_field_text(&o, "calendar", b->calendar);
    json_field_int(&o, "requests", r->lives);
    json_field_int(&o, "finished", r->finished);
    json_field_int(&o, "predictions", r->predictions);
    json_key_lit(&o, "basis");
    json_object(&o);
    for (int i = PROMISE_MODEL_PHASE; i >= PROMISE_NONE; i--) {
        json_key(&o, str_z(promise_basis_word((PromiseBasis)i)));
        json_int(&o, r->by_basis[i]);
    }
    json_object_end(&o);
    json_key_lit(&o, "all");
    put_score(&o, &r->all);
    json_key_lit(&o, "sent");
    put_score(&o, &r->sent);
    json_key_lit(&o, "phase");
    put_score(&o, &r->phase);
    json_key_lit(&o, "by_basis");
    json_object(&o);
    for (int i = PROMISE_MODEL_PHASE; i > PROMISE_NONE; i--) {
        json_key(&o, str_z(promise_basis_word((PromiseBasis)i)));
        put_score(&o, &r->basis[i]);
    }
    json_object_end(&o);
    json_object_end(&o);
    buf_add_char(c->out, '\n');
}

static double hours(int64_t s)
{
    return (double)s / 3600.0;
}

static void say_score(Command *c, const char *what, const PromiseScore *s)
{
    if (s->n == 0)
        return;
    int64_t p50 = share(s->within50, s->n), p80 = share(s->within80, s->n);
    command_say(c,
                "%-12s %7lld %4lld.%lld%% %4lld.%lld%% %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f",
                what, (long long)s->n, (long long)(p50 / 100), (long long)(p50 % 100 / 10),
                (long long)(p80 / 100), (long long)(p80 % 100 / 10), hours(mean_s(s->own50, s->n)),
                hours(mean_s(s->constant50, s->n)), hours(mean_s(s->median50, s->n)),
                hours(mean_s(s->own80, s->n)), hours(mean_s(s->constant80, s->n)),
                hours(mean_s(s->median80, s->n)), hours(s->width / s->n / MS_SECOND));
}

static void say_table(Command *c, const BacktestCall *b)
{
    const PromiseReport *r = &b->report;

    command_say(c, "%lld requests, %lld of them done; %lld predictions", (long long)r->lives,
                (long long)r->finished, (long long)r->predictions);
    for (int i = PROMISE_MODEL_PHASE; i >= PROMISE_NONE; i--)
        command_say(c, "%-12s %7lld", promise_basis_word((PromiseBasis)i),
                    (long long)r->by_basis[i]);
    buf_add_char(c->out, '\n');
    command_say(c, "                    done within      mean pinball loss, hours");
    command_say(c, "%-12s %7s %6s %6s %9s %9s %9s %9s %9s %9s %9s", "", "n", "P50", "P80",
                "own 0.5", "constant", "model", "own 0.8", "constant", "model", "P80-P50");
    say_score(c, "all", &r->all);
    say_score(c, "sent", &r->sent);
    say_score(c, "phase", &r->phase);
    for (int i = PROMISE_MODEL_PHASE; i > PROMISE_NONE; i--)
        say_score(c, promise_basis_word((PromiseBasis)i), &r->basis[i]);
}

/* --- promise backtest -------------------------------------------------------------------------- */

static Rc find_calendar(Ctx *cx, BacktestCall *b)
{
    const CalendarLine *line = NULL;

    if (b->calendar.len == 0)
        return RC_OK;
    Rc rc = calendar_get(cx, b->calendar, &line);
    if (rc == RC_NOT_FOUND)
        return fail(cx, RC_INVALID, "not_found", TEXT("There is no calendar {0}.", b->calendar));
    TRY(rc);
    for (size_t i = 0; i < b->lives.n; i++)
        b->lives.at[i].calendar = line;
    return RC_OK;
}

/* The calendar of a model as it is now. */
typedef struct ModelCalendar {
    Str model;
    const CalendarLine *line;
} ModelCalendar;
LIST_OF(ModelCalendar, ModelCalendars);

static Rc calendar_of(Ctx *cx, ModelCalendars *known, Str model, const CalendarLine **ret)
{
    ModelCalendar found = { model, NULL };
    CatalogModel c;

    for (size_t i = 0; i < known->n; i++) {
        if (!str_eq(known->at[i].model, model))
            continue;
        *ret = known->at[i].line;
        return RC_OK;
    }
    Rc rc = catalog_model(cx, model, &c);
    if (rc == RC_OK)
        rc = promise_calendar(cx, c.model, &found.line);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *ret = found.line;
    return LIST_PUSH(cx->arena, known, found);
}

/* Our own, each by the calendar of its model. */
static Rc read_own(Ctx *cx, BacktestCall *b)
{
    ModelCalendars known = { 0 };

    TRY(promise_lives_own(cx, &b->lives));
    for (size_t i = 0; i < b->lives.n; i++)
        TRY(calendar_of(cx, &known, b->lives.at[i].model, &b->lives.at[i].calendar));
    return RC_OK;
}

/* What the past was.  It is played again when the snapshot is over: that may take a minute. */
static Rc read_past(Ctx *cx, void *arg)
{
    BacktestCall *b = arg;

    if (str_eq_z(str_z(b->source), "own"))
        TRY(read_own(cx, b));
    return find_calendar(cx, b);
}

static Rc read_piece(Ctx *cx, void *arg)
{
    BacktestCall *b = arg;

    return report_lives(cx, b->log, PIECE, &b->before, &b->lives);
}

/* The newest requests of a log, as many as a backtest takes. */
static Rc read_log(Command *c, BacktestCall *b)
{
    do {
        TRY(command_read(c, read_piece, b));
    } while (b->before > 1 && b->lives.n <= PROMISE_LIVES_MAX - PIECE);
    return RC_OK;
}

static ExitCode backtest(Command *c)
{
    BacktestCall b = { .model = command_option(c, "model"),
                       .calendar = command_option(c, "calendar"),
                       .log = command_option(c, "source"),
                       .source = "own" };
    bool json = command_flag(c, "json");
    Str path = command_word(c), csv;

    if (!command_is_done(c) || (!str_is_null(path) && !str_is_null(b.log)))
        return EXIT_USAGE;
    if (str_eq_z(b.log, REPORT_OWN))
        b.log = STR_NULL;
    Rc rc = RC_OK;
    if (!str_is_null(b.log)) {
        b.source = "log";
        rc = read_log(c, &b);
    }
    if (!str_is_null(path)) {
        Text why = { 0 };
        b.source = "file";
        if (!table_read(c, command_path(c, path), &csv))
            return EXIT_CANNOT;
        if (promise_lives_read(c->arena, csv, &b.lives, &why) != RC_OK) {
            Reader en = { LANG_EN, zone_utc(), clock_now_ms() };
            command_complain(c, "errand: %.*s", STR_ARG(words_text(c->arena, &en, &why)));
            return EXIT_NO;
        }
    }
    if (rc == RC_OK)
        rc = command_read(c, read_past, &b);
    if (rc == RC_OK)
        rc = promise_backtest(c->arena, &b.lives, b.model, &b.report, NULL);
    if (rc != RC_OK)
        return command_failed(c, rc);
    if (json)
        say_json(c, &b);
    else
        say_table(c, &b);
    return EXIT_DONE;
}

/* --- promise rebuild --------------------------------------------------------------------------- */

static Rc run_rebuild(Ctx *cx, void *arg)
{
    UNUSED(arg);
    return promise_rebuild(cx);
}

static ExitCode rebuild(Command *c)
{
    if (!command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_write(c, run_rebuild, NULL);
    if (rc != RC_OK)
        return command_failed(c, rc);
    command_say(c, "The samples are forgotten; a running server makes them again from the events.");
    return EXIT_DONE;
}

ExitCode cmd_promise(Command *c)
{
    Str what = command_word(c);

    if (str_eq_z(what, "backtest"))
        return backtest(c);
    if (str_eq_z(what, "rebuild"))
        return rebuild(c);
    return EXIT_USAGE;
}
