/* report_lives.c - requests of a log as lives, for the backtest of promises. */
#include "domain/report/report.h"
#include "domain/report/report_q.h"

#include "core/json.h"

typedef struct Reading {
    Arena *scratch; /* of one row */
    int64_t request_id;
    PromiseLife life;
} Reading;

static Str or_unknown(Str word)
{
    return word.len > 0 ? word : STR("?");
}

/* Whose end is not known, or lies before its beginning, teaches nothing. */
static Rc finish(Arena *a, Reading *r, PromiseLives *to)
{
    const PromiseLife *l = &r->life;
    bool ended = l->ended_ms != MS_NONE;

    return r->request_id == 0 || (ended && l->ended_ms <= l->sent_ms) ? RC_OK
                                                                      : LIST_PUSH(a, to, *l);
}

static PromiseLife life_of(Arena *a, const ReportLivesRow *row)
{
    Str priority = or_unknown(row->priority);
    bool done = row->resolved_ms.set;
    OptInt end = done ? row->resolved_ms : row->closed_ms;

    return (PromiseLife){
        .model = str_fmt(a, "%.*s/%.*s", STR_ARG(or_unknown(row->category)), STR_ARG(priority)),
        .kind = priority,
        .sent_ms = row->opened_ms,
        .ended_ms = end.set ? end.value : MS_NONE,
        .done = done,
    };
}

/* The state that a line brought, in the words of the log; STR_NULL: none. */
static Rc state_of(Arena *a, Str data, Str *ret)
{
    const Json *json = NULL;
    EventChanges changes = { 0 };

    *ret = STR_NULL;
    TRY(json_parse(a, data, &json, NULL));
    TRY(event_changes_of(a, json, &changes));
    for (size_t i = 0; i < changes.n; i++)
        if (str_eq_z(changes.at[i].field, "state") && !str_is_empty(changes.at[i].to))
            *ret = changes.at[i].to;
    return RC_OK;
}

static Rc add_phase(Arena *a, Reading *r, const ReportLivesRow *row)
{
    PromiseLife *l = &r->life;
    Ms last = l->phases.n > 0 ? l->phases.at[l->phases.n - 1].entered_ms : l->sent_ms;
    Str state;

    arena_reset(r->scratch);
    TRY(state_of(r->scratch, row->data, &state));
    if (str_is_null(state) || row->at_ms < last
        || (l->ended_ms != MS_NONE && row->at_ms >= l->ended_ms))
        return RC_OK;
    return LIST_PUSH(a, &l->phases, (PromisePhase){ str_dup(a, state), row->at_ms });
}

Rc report_lives(Ctx *cx, Str source, int64_t size, int64_t *io_before, PromiseLives *io_lives)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new(1u << 20);
    CLEANUP(rows_close) Rows rows = { 0 };
    Reading r = { .scratch = scratch };
    ImportSources logs = { 0 };
    ReportListLastRow newest;
    ReportLivesRow row;
    GrantedReport g;
    const ImportSource *log = NULL;

    TRY(report_logs(cx, &logs));
    for (size_t i = 0; i < logs.n; i++)
        if (str_eq(logs.at[i].key, source))
            log = &logs.at[i];
    if (log == NULL)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such log."));
    TRY(access_report(cx, log->team_id, &g));
    TRY(q_report_list_last(cx, g, log->id, &newest));
    int64_t last = *io_before == 0 || *io_before > newest.id + 1 ? newest.id : *io_before - 1;
    int64_t after = last > size ? last - size : 0;
    TRY(q_report_lives(cx, g, log->id, after, last, &rows));
    while (q_report_lives_next(&rows, &row)) {
        if (row.request_id != r.request_id) {
            TRY(finish(cx->arena, &r, io_lives));
            r.request_id = row.request_id;
            r.life = life_of(cx->arena, &row);
        }
        TRY(add_phase(cx->arena, &r, &row));
    }
    TRY(rows_result(&rows));
    TRY(finish(cx->arena, &r, io_lives));
    *io_before = after + 1;
    return RC_OK;
}
