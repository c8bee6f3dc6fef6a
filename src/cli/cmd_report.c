/* cmd_report.c - errand report kpi: the figures of a log, or of the own requests, for other programs. */
#include "cli/commands.h"

#include "domain/report/report.h"

#define FIGURES_BYTES (4 * 1024 * 1024)

typedef struct Report {
    ReportAsk ask;
    ImportSources logs;
} Report;

static Rc look(Ctx *cx, void *arg)
{
    Report *r = arg;

    TRY(report_logs(cx, &r->logs));
    return str_is_null(r->ask.source) ? report_usual(cx, &r->ask.source) : RC_OK;
}

static Str unknown_of(const Report *r)
{
    for (size_t i = 0; i < r->logs.n; i++)
        if (str_eq(r->logs.at[i].key, r->ask.source))
            return r->logs.at[i].unknown;
    return STR("");
}

ExitCode cmd_report(Command *c)
{
    static const Subject operator_ = { .origin = STR_INIT("cli"), .scopes = SCOPE_ALL };
    CLEANUP(buf_done) Buf text = { 0 };
    Report r = { .ask = { .source = command_option(c, "source"),
                          .calendar = command_option(c, "calendar") } };
    bool json = command_flag(c, "json"), csv = command_flag(c, "csv"),
         full = command_flag(c, "full");
    Figures f;
    Str why = STR_NULL;

    if (!str_eq_z(command_word(c), "kpi") || json == csv || !command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_read(c, look, &r);
    if (rc == RC_OK)
        rc = report_count(c->db, &operator_, &r.ask, clock_now_ms(), c->arena, &f, &why);
    if (rc != RC_OK) {
        if (why.len > 0)
            c->trouble = why;
        return command_failed(c, rc);
    }
    buf_init(&text, FIGURES_BYTES);
    if (json)
        report_json(&f, unknown_of(&r), full || r.ask.calendar.len > 0, &text);
    else
        report_csv(&f, unknown_of(&r), &text);
    if (buf_result(&text) != RC_OK)
        return command_failed(c, RC_LIMIT);
    buf_add(c->out, buf_str(&text));
    return EXIT_DONE;
}
