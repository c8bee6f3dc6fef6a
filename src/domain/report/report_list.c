/* report_list.c - the requests behind a figure. */
#include "domain/report/report.h"
#include "domain/report/report_q.h"
#include "domain/request/request.h"

static OptInt instant(Ms at)
{
    return at == MS_NONE ? OPT_NONE : OPT_INT(at);
}

static int64_t flag(bool asked)
{
    return asked ? 1 : -1;
}

static Ms ms_of(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

static Rc add_line(Ctx *cx, const ReportListRow *row, ReportLines *to)
{
    return LIST_PUSH(cx->arena, to,
                     (ReportLine){ .id = row->id,
                                   .number = request_number(cx->arena, row->record, row->serial),
                                   .title = row->title,
                                   .state = row->state,
                                   .outcome = row->outcome,
                                   .foreign_number = row->foreign_number,
                                   .foreign_state = row->foreign_state,
                                   .team = row->team,
                                   .opened_ms = ms_of(row->opened_ms),
                                   .fulfilled_ms = ms_of(row->resolved_ms),
                                   .closed_ms = ms_of(row->closed_ms) });
}

static int64_t size_of(const ReportFilter *f)
{
    return f->size < 1 ? 1 : f->size > 100 ? 100 : f->size;
}

static int64_t before_of(const ReportFilter *f)
{
    return f->before_id > 0 ? f->before_id : INT64_MAX;
}

/* Open now is open at the end of time. */
static OptInt open_at(const ReportFilter *f)
{
    return f->open ? OPT_INT(INT64_MAX) : instant(f->open_at);
}

static int64_t kept_of(const ReportFilter *f)
{
    Verdict v = f->promised[PROMISED_FULFIL];
    return v == VERDICT_NONE ? -1 : v == VERDICT_KEPT;
}

static Rc list_log(Ctx *cx, ScopeRequests s, const ReportFilter *f, ReportLines *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ImportSources logs = { 0 };
    ReportListRow row;
    int64_t source = 0;

    if (!str_is_null(f->model) || f->promised[PROMISED_ANSWER] != VERDICT_NONE
        || f->promised[PROMISED_FULFIL] > VERDICT_MISSED)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such list."));
    TRY(report_logs(cx, &logs));
    for (size_t i = 0; i < logs.n; i++)
        if (str_eq(logs.at[i].key, f->source))
            source = logs.at[i].id;
    if (source == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such log."));
    TRY(q_report_list_log(cx, s, source, before_of(f), f->state, f->priority, f->team, f->category,
                          f->channel, instant(f->opened_from), instant(f->opened_before),
                          instant(f->closed_from), instant(f->closed_before), open_at(f),
                          kept_of(f), flag(f->reopened), flag(f->reassigned), flag(f->negative),
                          size_of(f) + 1, &rows));
    while (q_report_list_log_next(&rows, &row))
        TRY(add_line(cx, &row, ret));
    return rows_result(&rows);
}

/* In Figures a closed request counts under its outcome. */
static bool is_outcome(Str word)
{
    static const char *const words[] = { "fulfilled", "partly", "rejected", "withdrawn",
                                         "cancelled" };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i]))
            return true;
    return false;
}

static int64_t level_of(Str priority)
{
    for (size_t i = 0; i < COUNT_OF(URGENCY_WORDS); i++)
        if (str_eq_z(priority, URGENCY_WORDS[i]))
            return (int64_t)i + 1;
    return str_is_null(priority) ? 0 : -1;
}

static Rc list_own(Ctx *cx, ScopeRequests s, const ReportFilter *f, ReportLines *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ReportListRow row;
    Str state = f->state, outcome = STR_NULL;

    if (!str_is_null(f->category) || f->negative)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such list."));
    if (str_starts(state, STR("closed:")) && is_outcome(str_skip(state, 7))) {
        outcome = str_skip(state, 7);
        state = STR("closed");
    }
    TRY(q_report_list_own(
        cx, s, cx->now_ms, before_of(f), state, outcome, level_of(f->priority), f->team, f->channel,
        f->model, instant(f->opened_from), instant(f->opened_before), instant(f->closed_from),
        instant(f->closed_before), open_at(f), (int64_t)f->promised[PROMISED_FULFIL],
        (int64_t)f->promised[PROMISED_ANSWER], flag(f->reopened), flag(f->reassigned),
        size_of(f) + 1, &rows));
    while (q_report_list_own_next(&rows, &row))
        TRY(add_line(cx, &row, ret));
    return rows_result(&rows);
}

Rc report_list(Ctx *cx, const ReportFilter *f, ReportLines *ret, int64_t *ret_next)
{
    ScopeRequests s;
    ReportLines list = { 0 };
    size_t size = (size_t)size_of(f);

    TRY(access_requests(cx, &s));
    TRY(str_eq_z(f->source, REPORT_OWN) ? list_own(cx, s, f, &list) : list_log(cx, s, f, &list));
    *ret_next = 0;
    if (list.n > size) {
        list.n = size;
        *ret_next = list.at[size - 1].id;
    }
    *ret = list;
    return RC_OK;
}
