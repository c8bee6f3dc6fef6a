/* clock_view.c - clocks as people see them, and what they say of themselves. */
#include "domain/request/clock_replay.h"
#include "domain/request/view.h"

const char *clock_label(Measure m)
{
    switch (m) {
    case MEASURE_RESPOND: return T("first answer");
    case MEASURE_APPROVE: return T("approval");
    case MEASURE_FULFIL: return T("fulfilment");
    case MEASURE_UPDATE: return T("next word to the requester");
    case MEASURE_TASK:
    case MEASURE_COUNT: break;
    }
    return T("step");
}

Text clock_name(const ViewClock *c)
{
    if (lang_text(&c->name, LANG_EN, NULL).len > 0)
        return TEXT("{0}", c->name);
    switch (c->measure) {
    case MEASURE_RESPOND: return TEXT("First answer");
    case MEASURE_APPROVE: return TEXT("Approvals");
    case MEASURE_FULFIL: return TEXT("Fulfilment");
    case MEASURE_UPDATE: return TEXT("Next word to the requester");
    case MEASURE_TASK:
    case MEASURE_COUNT: break;
    }
    return TEXT("Step");
}

static ClockRow row_of(const Clock *c, size_t cycle)
{
    return (ClockRow){ .target = c->target, .task = c->task, .cycle = (int64_t)cycle + 1 };
}

static ViewClock view_of(Ctx *cx, const ClockRules *rules, const Clock *c, size_t cycle,
                         const ClockRow *row)
{
    const ClockCycle *k = &c->cycles.at[cycle];
    const TargetLine *line = k->line >= 0 ? &k->spec->lines.at[k->line] : NULL;
    const ClockPause *last = k->pauses.n > 0 ? &k->pauses.at[k->pauses.n - 1] : NULL;
    ViewClock v = {
        .target = c->target,
        .name = k->spec->name,
        .measure = k->spec->measure,
        .task = c->task,
        .cycle = (int64_t)cycle + 1,
        .goal = line != NULL ? timespan_text(cx->arena, line->span) : STR(""),
        .calendar = line != NULL && timespan_is_working(line->span) ? line->calendar : STR(""),
        .started_ms = k->started,
        .stopped_ms = k->stopped,
        .paused_ms = last != NULL && last->to == MS_NONE ? last->from : MS_NONE,
        .due_ms = k->due,
        .breached = clock_breached(k, cx->now_ms),
        .left_ms = clock_left(rules, k, cx->now_ms),
        .goal_ms = clock_goal(rules, k),
        .reason = row->reason,
        .reason_ms = ms_or_none(row->reason_ms),
        .internal = k->spec->measure == MEASURE_TASK,
    };

    v.has_left = v.left_ms != INT64_MIN;
    if (!v.has_left)
        v.left_ms = 0;
    return v;
}

Rc clock_rows_load(Ctx *cx, GrantedRequest g, ClockRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockRow row;

    *ret = (ClockRows){ 0 };
    TRY(q_clock_rows(cx, g, &rows));
    while (q_clock_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc rows_of(Ctx *cx, const Aggregate *r, ClockRows *ret)
{
    if (!r->clocks_known)
        return clock_rows_load(cx, r->g, ret);
    *ret = r->clocks;
    return RC_OK;
}

static ClockRow find_row(const ClockRows *rows, const Clock *c, size_t cycle)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->at[i].cycle == (int64_t)cycle + 1 && str_eq(rows->at[i].target, c->target)
            && str_eq(rows->at[i].task, c->task))
            return rows->at[i];
    return row_of(c, cycle);
}

static bool may_see(const Aggregate *r, const Clock *c)
{
    return c->task.len == 0 || granted_may(r->g, MAY_NOTES);
}

static int by_kind(const void *a, const void *b)
{
    const ViewClock *x = a, *y = b;
    int order = (int)x->measure - (int)y->measure;

    if (order == 0)
        order = str_cmp(x->target, y->target);
    return order != 0 ? order : str_cmp(x->task, y->task);
}

static void hide_reason(const Aggregate *r, ViewClock *v)
{
    /* Why the team was late is said among the staff. */
    if (!granted_may(r->g, MAY_NOTES))
        v->reason = STR("");
}

Rc clocks_view(Ctx *cx, const Aggregate *r, ViewClocks *ret)
{
    ClockRules rules;
    ClockRows rows;
    Clocks list;
    ViewClocks out = { 0 };

    *ret = out;
    if (r->state.submitted_ms == MS_NONE)
        return RC_OK;
    TRY(rows_of(cx, r, &rows));
    if (rows.n == 0)
        return RC_OK;
    TRY(clock_rules(cx, r, r->state.submitted_ms, &rules));
    TRY(clocks_from_rows(cx, &rules, rows.at, rows.n, &list));
    for (size_t i = 0; i < list.n; i++) {
        size_t last = list.at[i].cycles.n - 1;
        ClockRow row = find_row(&rows, &list.at[i], last);
        if (!may_see(r, &list.at[i]))
            continue;
        ViewClock v = view_of(cx, &rules, &list.at[i], last, &row);
        TRY(person_ref(cx, row.reason_by.value, &v.reason_by));
        hide_reason(r, &v);
        TRY(LIST_PUSH(cx->arena, &out, v));
    }
    if (out.n > 1)
        qsort(out.at, out.n, sizeof *out.at, by_kind);
    *ret = out;
    return RC_OK;
}

/* ---- why ---- */

typedef struct Teller {
    ClockListener listener;
    Ctx *cx;
    const Aggregate *r;
    const ClockRules *rules;
    ClockTales tales;
    Rc rc;
} Teller;

static ClockTale *tale_of(Teller *t, Str target, Str task, size_t cycle)
{
    for (size_t i = 0; i < t->tales.n; i++) {
        ClockTale *x = &t->tales.at[i];
        if (str_eq(x->clock.target, target) && str_eq(x->clock.task, task)
            && x->clock.cycle == (int64_t)cycle + 1)
            return x;
    }
    return NULL;
}

static ClockTold told_of(ClockNews what)
{
    static const ClockTold told[] = { [CLOCK_BEGAN] = TOLD_BEGAN,
                                      [CLOCK_PAUSED] = TOLD_PAUSED,
                                      [CLOCK_RESUMED] = TOLD_RESUMED,
                                      [CLOCK_GOAL] = TOLD_GOAL,
                                      [CLOCK_STOPPED] = TOLD_STOPPED };
    return told[what];
}

static Rc begin_tale(Teller *t, const Clock *c, const ClockCycle *k)
{
    const TargetSpec *s = k->spec;
    ClockTale tale = {
        .clock = { .target = c->target, .task = c->task, .cycle = (int64_t)c->cycles.n },
        .by_model = s->by_model,
        .version = s->by_model ? t->r->row.model_number : s->number,
        .start = s->start.text,
        .stop = s->stop.text
    };

    if (k->line >= 0)
        tale.pause = s->lines.at[k->line].pause.text;
    return LIST_PUSH(t->cx->arena, &t->tales, tale);
}

/* The words of the condition by which a line was chosen. */
static Str when_of(const Teller *t, const ClockCycle *k)
{
    if (k->line < 0)
        return STR("");
    if (k->spec->by_model)
        return t->r->model->targets.at[k->line].when.text;
    return k->spec->lines.at[k->line].when.text;
}

static Rc add_fact(Teller *t, ClockTold what, const ClockCycle *k, Ms at,
                   const ClockEventsRow *event, ClockTale *tale, ClockFact **ret)
{
    const TargetLine *line = k->line >= 0 ? &k->spec->lines.at[k->line] : NULL;
    ClockFact f = { .what = what,
                    .at = at,
                    .seq = event->seq,
                    .event = event->kind,
                    .line = k->line + 1,
                    .when = when_of(t, k),
                    .goal = line != NULL ? timespan_text(t->cx->arena, line->span) : STR(""),
                    .calendar = line != NULL ? line->calendar : STR("") };

    TRY(person_ref(t->cx, event->actor_id.value, &f.actor));
    TRY(clock_due(t->cx->arena, t->rules, k, &f.due));
    TRY(LIST_PUSH(t->cx->arena, &tale->facts, f));
    *ret = &tale->facts.at[tale->facts.n - 1];
    return RC_OK;
}

static Rc news(Teller *t, ClockNews what, const Clock *c, const ClockMoment *m,
               const ClockEventsRow *event)
{
    const ClockCycle *k = &c->cycles.at[c->cycles.n - 1];
    const ClockPause *pause = k->pauses.n > 0 ? &k->pauses.at[k->pauses.n - 1] : NULL;
    ClockFact *f = NULL;

    if (!may_see(t->r, c))
        return RC_OK;
    if (what == CLOCK_BEGAN)
        TRY(begin_tale(t, c, k));
    ClockTale *tale = tale_of(t, c->target, c->task, c->cycles.n - 1);
    if (tale == NULL)
        return RC_INTERNAL;
    TRY(add_fact(t, told_of(what), k, m->at, event, tale, &f));
    if (what == CLOCK_PAUSED && pause != NULL)
        f->why = pause->why;
    if (what == CLOCK_RESUMED && pause != NULL)
        f->worked_ms = clock_between(t->rules, k, pause->from, pause->to);
    return RC_OK;
}

static void on_news(ClockListener *l, ClockNews what, const Clock *c, const ClockMoment *m,
                    const ClockEventsRow *event)
{
    Teller *t = (Teller *)l;
    if (t->rc == RC_OK)
        t->rc = news(t, what, c, m, event);
}

static Str text_in(const Json *data, Str key)
{
    const Json *v = json_get(data, key);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static void on_reached(ClockListener *l, Str target, Str task, size_t cycle, const Json *data,
                       const ClockEventsRow *event)
{
    Teller *t = (Teller *)l;
    ClockTale *tale = tale_of(t, target, task, cycle);
    ClockFact f = { .what = TOLD_REACHED,
                    .at = event->at_ms,
                    .seq = event->seq,
                    .event = event->kind,
                    .why = text_in(data, STR("mark")),
                    .to = text_in(data, STR("to")),
                    .moved = text_in(data, STR("moved")),
                    .due = MS_NONE };

    if (t->rc == RC_OK && tale != NULL && granted_may(t->r->g, MAY_NOTES)) {
        if (!clock_parse_rfc3339(text_in(data, STR("due")), &f.due))
            f.due = MS_NONE; /* it had none */
        t->rc = LIST_PUSH(t->cx->arena, &tale->facts, f);
    }
}

static Rc finish_tale(Ctx *cx, const Aggregate *r, const ClockRules *rules, const Clocks *list,
                      const ClockRows *rows, ClockTale *tale)
{
    const Clock *c = clock_find(list, tale->clock.target, tale->clock.task);
    size_t cycle = (size_t)tale->clock.cycle - 1;

    if (c == NULL || cycle >= c->cycles.n)
        return RC_INTERNAL;
    ClockRow row = find_row(rows, c, cycle);
    tale->clock = view_of(cx, rules, c, cycle, &row);
    hide_reason(r, &tale->clock);
    return person_ref(cx, row.reason_by.value, &tale->clock.reason_by);
}

Rc clocks_explain(Ctx *cx, GrantedRequest g, ClockTales *ret)
{
    Aggregate r;
    ClockRules rules;
    ClockRows rows;
    Clocks list;

    *ret = (ClockTales){ 0 };
    TRY(access_more(cx, g, MAY_SEE));
    TRY(aggregate_load(cx, g, false, &r));
    if (r.state.submitted_ms == MS_NONE)
        return RC_OK;
    TRY(clock_rules(cx, &r, r.state.submitted_ms, &rules));
    TRY(rows_of(cx, &r, &rows));
    Teller t = { .listener = { on_news, on_reached }, .cx = cx, .r = &r, .rules = &rules };
    TRY(clocks_replay(cx, &r, &rules, &t.listener, &list));
    TRY(t.rc);
    for (size_t i = 0; i < t.tales.n; i++)
        TRY(finish_tale(cx, &r, &rules, &list, &rows, &t.tales.at[i]));
    *ret = t.tales;
    return RC_OK;
}
