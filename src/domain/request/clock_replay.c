/* clock_replay.c - the clocks of a request folded from its log: to explain them, and to check the rows. */
#include "domain/request/clock_replay.h"

LIST_OF(ClockEventsRow, EventRows);

static Rc read_events(Ctx *cx, GrantedRequest g, EventRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockEventsRow row;

    *ret = (EventRows){ 0 };
    TRY(q_clock_events(cx, g, &rows));
    while (q_clock_events_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

/* The replay of one request. */
typedef struct Replay {
    Ctx *cx;
    Aggregate *r;
    const ClockRules *rules;
    ClockListener *listener;
    const ClockEventsRow *event;
    RequestState state;
    bool begun;
    Clocks clocks;
} Replay;

static void heard(void *arg, ClockNews what, const Clock *c, const ClockMoment *m)
{
    const Replay *p = arg;

    if (p->listener != NULL)
        p->listener->news(p->listener, what, c, m, p->event);
}

/* Old events say nothing of clocks: these begin with the first one that does. */
static Rc moment(Replay *p, const Json *world, bool said)
{
    ClockWorld w;
    ClockFacts facts;

    if (world == NULL || p->state.submitted_ms == MS_NONE)
        return RC_OK;
    if (!clock_world_read(world, &w))
        return RC_INVALID;
    TRY(clock_facts(p->cx, p->r, &p->state, &w, &facts));
    return clock_step(p->cx->arena, p->rules, &p->clocks,
                      &(ClockMoment){ .at = w.at, .said = said, .facts = &facts }, heard, p);
}

static Rc step(Replay *p)
{
    Arena *a = p->cx->arena;
    const Json *whole = NULL;
    EngineFacts facts = { 0 };
    EngineInput in = { 0 };
    EngineEffects done = { 0 };
    Ms now = MS_NONE;

    TRY(json_parse(a, p->event->step, &whole, NULL));
    if (!p->begun)
        p->state = engine_draft(parties_of(json_get(whole, STR("parties")), &p->r->row));
    p->begun = true;
    const Json *record = json_get(whole, STR("step"));
    if (record == NULL)
        return RC_INVALID;
    TRY(engine_record_parse(a, record, &facts, &in, &now));
    if (engine_step(p->r->model, &facts, &p->state, &in, now, a, &done) != RC_OK)
        return RC_INVALID;
    p->state = done.next;
    return moment(p, json_get(whole, STR("clock")), false);
}

static Str text_of(const Json *object, Str key)
{
    const Json *v = json_get(object, key);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static int64_t int_of(const Json *object, Str key)
{
    const Json *v = json_get(object, key);
    return v != NULL && v->kind == JSON_INT ? v->integer : 0;
}

static Rc beside(Replay *p)
{
    const Json *whole = NULL;

    TRY(json_parse(p->cx->arena, p->event->data, &whole, NULL));
    const Json *data = json_get(whole, STR("data"));
    if (str_eq_z(p->event->kind, "message.added"))
        return moment(p, json_get(data, STR("clock")), true);
    Str target = text_of(data, STR("target")), task = text_of(data, STR("task"));
    int64_t cycle = int_of(data, STR("cycle"));
    if (cycle < 1)
        return RC_INVALID;
    clock_fired(&p->clocks, target, task, (size_t)cycle - 1, (int32_t)int_of(data, STR("fired")));
    if (p->listener != NULL)
        p->listener->reached(p->listener, target, task, (size_t)cycle - 1, data, p->event);
    return RC_OK;
}

Rc clocks_replay(Ctx *cx, Aggregate *r, const ClockRules *rules, ClockListener *listener,
                 Clocks *ret)
{
    Replay p = { .cx = cx, .r = r, .rules = rules, .listener = listener };
    EventRows events;

    TRY(read_events(cx, r->g, &events));
    for (size_t i = 0; i < events.n; i++) {
        p.event = &events.at[i];
        Rc rc = p.event->step.len > 0 ? step(&p) : beside(&p);
        if (rc == RC_INVALID)
            return fail(cx, RC_INVALID, "replay",
                        TEXT("An event of request {0} cannot be read.",
                             request_number(cx->arena, r->row.record, r->row.serial)));
        TRY(rc);
    }
    *ret = p.clocks;
    return RC_OK;
}

/* ---- the rows against the log ---- */

static Str instant(Arena *a, Ms at)
{
    return at == MS_NONE ? STR("none") : clock_rfc3339(a, at);
}

static Rc differs(Ctx *cx, const Aggregate *r, const Clock *c, size_t cycle, const char *what,
                  Str row, Str log, StrList *ret)
{
    Str number = request_number(cx->arena, r->row.record, r->row.serial);
    Str line = str_fmt(cx->arena, "%.*s %.*s%s%.*s, cycle %zu: %s is %.*s, the log gives %.*s",
                       STR_ARG(number), STR_ARG(c->target), c->task.len > 0 ? "/" : "",
                       STR_ARG(c->task), cycle + 1, what, STR_ARG(row), STR_ARG(log));
    return LIST_PUSH(cx->arena, ret, line);
}

static Str number_of(Arena *a, int64_t n)
{
    return str_fmt(a, "%lld", (long long)n);
}

static Rc compare_cycle(Ctx *cx, const Aggregate *r, const Clock *c, size_t i,
                        const ClockCycle *row, const ClockCycle *log, StrList *ret)
{
    Arena *a = cx->arena;
    const struct {
        const char *what;
        Str row, log;
    } parts[] = {
        { "start", instant(a, row->started), instant(a, log->started) },
        { "stop", instant(a, row->stopped), instant(a, log->stopped) },
        { "due time", instant(a, row->due), instant(a, log->due) },
        { "line", number_of(a, row->line), number_of(a, log->line) },
        { "version", number_of(a, row->spec->version_id), number_of(a, log->spec->version_id) },
        { "thresholds told", number_of(a, row->fired), number_of(a, log->fired) },
        { "answered", number_of(a, row->answered), number_of(a, log->answered) },
        { "pauses", clock_pauses_json(a, &row->pauses), clock_pauses_json(a, &log->pauses) },
    };
    for (size_t k = 0; k < COUNT_OF(parts); k++)
        if (!str_eq(parts[k].row, parts[k].log))
            TRY(differs(cx, r, c, i, parts[k].what, parts[k].row, parts[k].log, ret));
    return RC_OK;
}

static Rc compare(Ctx *cx, const Aggregate *r, const Clocks *rows, const Clocks *log, StrList *ret)
{
    for (size_t i = 0; i < log->n; i++) {
        const Clock *c = &log->at[i], *row = clock_find(rows, c->target, c->task);
        size_t n = row != NULL ? row->cycles.n : 0;
        if (n != c->cycles.n)
            TRY(differs(cx, r, c, n, "number of cycles", number_of(cx->arena, (int64_t)n),
                        number_of(cx->arena, (int64_t)c->cycles.n), ret));
        for (size_t k = 0; k < n && k < c->cycles.n; k++)
            TRY(compare_cycle(cx, r, c, k, &row->cycles.at[k], &c->cycles.at[k], ret));
        if (row != NULL && n == c->cycles.n && row->armed != c->armed)
            TRY(differs(cx, r, c, n - 1, "armed", number_of(cx->arena, row->armed),
                        number_of(cx->arena, c->armed), ret));
    }
    for (size_t i = 0; i < rows->n; i++)
        if (clock_find(log, rows->at[i].target, rows->at[i].task) == NULL)
            TRY(differs(cx, r, &rows->at[i], 0, "clock", STR("there"), STR("none"), ret));
    return RC_OK;
}

static Rc check(Ctx *cx, GrantedRequest g, StrList *ret_differences, size_t *ret_clocks)
{
    Aggregate r;
    ClockRules rules;
    Clocks rows, log;
    RequestDues dues;

    TRY(aggregate_load(cx, g, false, &r));
    *ret_clocks = 0;
    if (r.state.submitted_ms == MS_NONE)
        return RC_OK;
    TRY(clock_rules(cx, &r, r.state.submitted_ms, &rules));
    TRY(clocks_load(cx, g, &rules, &rows));
    TRY(clocks_replay(cx, &r, &rules, NULL, &log));
    TRY(compare(cx, &r, &rows, &log, ret_differences));
    clock_dues(&log, &dues);
    Clock whole = { .target = STR("request") };
    if (dues.due != ms_or_none(r.row.due_ms))
        TRY(differs(cx, &r, &whole, 0, "due time", instant(cx->arena, ms_or_none(r.row.due_ms)),
                    instant(cx->arena, dues.due), ret_differences));
    if (dues.next != ms_or_none(r.row.next_due_ms))
        TRY(differs(cx, &r, &whole, 0, "next due time",
                    instant(cx->arena, ms_or_none(r.row.next_due_ms)),
                    instant(cx->arena, dues.next), ret_differences));
    *ret_clocks = log.n;
    return RC_OK;
}

Rc clocks_check(Ctx *cx, GrantedRequest g, StrList *ret_differences)
{
    size_t clocks;
    return check(cx, g, ret_differences, &clocks);
}

#define DIFFERENCES_MAX 1000

/* In an arena of its own: a check of a million requests takes no more memory than one. */
static Rc check_one(Ctx *cx, int64_t id, ClocksChecked *io)
{
    CLEANUP(arena_free_at) Arena *own = arena_new(64 * 1024 * 1024);
    Ctx inner = *cx;
    GrantedRequest g;
    StrList found = { 0 };
    size_t clocks = 0;

    inner.arena = own;
    inner.identity = NULL;
    inner.errors = (FieldErrors){ 0 };
    TRY(access_internal_request(&inner, INTERNAL_TIMER, id, &g));
    Rc rc = check(&inner, g, &found, &clocks);
    if (rc == RC_INVALID)
        TRY(LIST_PUSH(own, &found,
                      str_fmt(own, "request %lld: an event cannot be read", (long long)id)));
    else
        TRY(rc);
    io->requests++;
    io->clocks += (int64_t)clocks;
    io->differing += (int64_t)found.n;
    for (size_t i = 0; i < found.n && io->differences.n < DIFFERENCES_MAX; i++)
        TRY(LIST_PUSH(cx->arena, &io->differences, str_dup(cx->arena, found.at[i])));
    return RC_OK;
}

static Rc next_ids(Ctx *cx, int64_t after, int64_t size, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockRequestsRow row;
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(q_clock_requests(cx, g, after, size, &rows));
    while (q_clock_requests_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.id));
    return rows_result(&rows);
}

Rc clocks_check_some(Ctx *cx, int64_t size, ClocksChecked *io)
{
    CLEANUP(arena_free_at) Arena *own = arena_new(1024 * 1024);
    Ctx inner = *cx;
    IdList ids = { 0 };

    inner.arena = own; /* of a million requests nothing adds up */
    TRY(next_ids(&inner, io->after_id, size, &ids));
    for (size_t i = 0; i < ids.n; i++)
        TRY(check_one(cx, ids.at[i], io));
    io->after_id = ids.n == (size_t)size ? ids.at[ids.n - 1] : 0;
    return RC_OK;
}
