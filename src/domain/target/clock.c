/* clock.c - a clock as a fold over the moments of a request: when it runs, and until when it may. */
#include "domain/target/clock_inner.h"

/* ---- time ---- */

const CalendarLine *clock_hours(const ClockRules *r, const TargetLine *line)
{
    for (size_t i = 0; line->calendar.len > 0 && i < r->hours.n; i++)
        if (str_eq(r->hours.at[i].key, line->calendar))
            return r->hours.at[i].line;
    return NULL;
}

/* The goal of a cycle in its own kind of time. */
typedef struct Goal {
    const TargetLine *line; /* NULL: nothing promised */
    const CalendarLine *hours;
    bool working;
} Goal;

static Goal goal_of(const ClockRules *r, const ClockCycle *c)
{
    Goal g = { 0 };

    if (c->line < 0 || (size_t)c->line >= c->spec->lines.n
        || c->spec->lines.at[c->line].span.n == 0)
        return g;
    g.line = &c->spec->lines.at[c->line];
    g.working = timespan_is_working(g.line->span);
    g.hours = g.working ? clock_hours(r, g.line) : NULL;
    return g;
}

/* A stopped cycle is measured with the calendar versions that were in force when it stopped: what is
 * published later changes nothing of the past. */
static Rc goal_as_known(Arena *a, const ClockRules *r, const ClockCycle *c, Goal *ret)
{
    Goal g = goal_of(r, c);

    if (g.hours != NULL && c->stopped != MS_NONE)
        TRY(calendar_as_of(a, g.hours, c->stopped, &g.hours));
    *ret = g;
    return RC_OK;
}

static Ms plus(const Goal *g, Ms from, int64_t ms)
{
    return calendar_add(g->hours, from, ms);
}

static int64_t between(const Goal *g, Ms from, Ms to)
{
    return to >= from ? calendar_between(g->hours, from, to)
                      : -calendar_between(g->hours, to, from);
}

/* The end of the goal if it was never paused. */
static Ms plain_end(const Goal *g, Ms started)
{
    TimeSpan s = g->line->span;
    Ms end = MS_NONE;

    if (s.unit == SPAN_WORK_HOURS)
        return plus(g, started, s.n * MS_HOUR);
    if (s.unit == SPAN_WORK_DAYS)
        return calendar_add_days(g->hours, started, s.n);
    return timespan_move(started, s, 1, NULL, &end) ? end : MS_NONE;
}

/* `end` put off by the time of the pauses that began before it; MS_NONE while one of these is open. */
static Ms put_off(const Goal *g, const ClockCycle *c, Ms end)
{
    Ms at = end;
    int64_t extra = 0;

    for (size_t i = 0; at != MS_NONE && i < c->pauses.n; i++) {
        const ClockPause *p = &c->pauses.at[i];
        if (p->from >= at)
            break;
        if (p->to == MS_NONE)
            return MS_NONE;
        extra += between(g, p->from, p->to);
        if (extra > 0)
            at = plus(g, end, extra);
    }
    return at;
}

static Ms due_of(const Goal *g, const ClockCycle *c)
{
    return g->line == NULL ? MS_NONE : put_off(g, c, plain_end(g, c->started));
}

Rc clock_due(Arena *a, const ClockRules *r, const ClockCycle *c, Ms *ret)
{
    Goal g;

    TRY(goal_as_known(a, r, c, &g));
    *ret = due_of(&g, c);
    return RC_OK;
}

static int64_t goal_length(const Goal *g, Ms started)
{
    Ms end = g->line == NULL ? MS_NONE : plain_end(g, started);

    if (end == MS_NONE)
        return 0;
    return g->line->span.unit == SPAN_WORK_HOURS ? g->line->span.n * MS_HOUR
                                                 : between(g, started, end);
}

int64_t clock_goal(const ClockRules *r, const ClockCycle *c)
{
    Goal g = goal_of(r, c);
    return goal_length(&g, c->started);
}

int64_t clock_between(const ClockRules *r, const ClockCycle *c, Ms from, Ms to)
{
    Goal g = goal_of(r, c);
    return between(&g, from, to);
}

int64_t clock_left(const ClockRules *r, const ClockCycle *c, Ms now)
{
    Goal g = goal_of(r, c);
    Ms at = c->stopped != MS_NONE ? c->stopped : now;

    if (g.line == NULL)
        return INT64_MIN;
    if (c->due != MS_NONE)
        return between(&g, at, c->due);
    if (c->pauses.n == 0 || c->pauses.at[c->pauses.n - 1].to != MS_NONE)
        return INT64_MIN;
    /* Paused: as it was then. */
    ClockCycle before = *c;
    before.pauses.n--;
    Ms due = due_of(&g, &before);
    return due == MS_NONE ? INT64_MIN : between(&g, c->pauses.at[c->pauses.n - 1].from, due);
}

bool clock_breached(const ClockCycle *c, Ms now)
{
    return c->due != MS_NONE && (c->stopped != MS_NONE ? c->stopped : now) > c->due;
}

/* ---- thresholds ---- */

static Ms mark_time(const Goal *g, const ClockCycle *c, const ClockMark *m, Ms due, int64_t length)
{
    if (m->percent != 0 && m->percent != 100)
        return put_off(g, c, plus(g, c->started, length * m->percent / 100));
    if (due == MS_NONE || m->percent == 100)
        return due;
    if (m->breach)
        return due + 1;
    if (m->left.unit == SPAN_WORK_HOURS)
        return calendar_sub(g->hours, due, m->left.n * MS_HOUR);
    Ms at = MS_NONE;
    return timespan_move(due, m->left, -1, NULL, &at) ? at : MS_NONE;
}

static int by_time(const void *a, const void *b)
{
    const MarkTime *x = a, *y = b;
    int order = (x->at > y->at) - (x->at < y->at);
    return order != 0 ? order : (x->mark > y->mark) - (x->mark < y->mark);
}

Rc clock_marks(Arena *a, const ClockRules *r, const ClockCycle *c, MarkTimes *ret)
{
    MarkTimes list = { 0 };
    Goal g = goal_of(r, c);

    if (g.line != NULL) {
        int64_t length = goal_length(&g, c->started);
        for (size_t i = 0; i < g.line->marks.n; i++) {
            Ms at = mark_time(&g, c, &g.line->marks.at[i], c->due, length);
            /* More time left than the goal has: that says nothing. */
            if (at != MS_NONE && at > c->started)
                TRY(LIST_PUSH(a, &list, (MarkTime){ at, i }));
        }
        if (list.n > 1)
            qsort(list.at, list.n, sizeof *list.at, by_time);
    }
    *ret = list;
    return RC_OK;
}

Rc clock_next_mark(Arena *a, const ClockRules *r, const ClockCycle *c, Ms *ret)
{
    MarkTimes list;

    *ret = MS_NONE;
    if (c->stopped != MS_NONE)
        return RC_OK;
    TRY(clock_marks(a, r, c, &list));
    if ((size_t)c->fired < list.n)
        *ret = list.at[c->fired].at;
    return RC_OK;
}

/* ---- the fold ---- */

const TargetSpec *target_at(const TargetHistory *h, Ms at)
{
    const TargetSpec *found = NULL;

    for (size_t i = 0; i < h->n && h->at[i]->from_ms <= at; i++)
        found = h->at[i];
    return found;
}

Clock *clock_find(const Clocks *s, Str target, Str task)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->at[i].target, target) && str_eq(s->at[i].task, task))
            return &s->at[i];
    return NULL;
}

/* What one clock does in one moment. */
typedef struct Turn {
    Arena *arena;
    const ClockRules *rules;
    Clocks *clocks;
    const ClockMoment *m;
    const ClockTask *task;
    ClockTell *tell;
    void *arg;
} Turn;

static ClockView view_of(const Turn *t, bool answered)
{
    return (
        ClockView){ .facts = t->m->facts, .task = t->task, .answered = answered, .at = t->m->at };
}

static void say(const Turn *t, ClockNews what, const Clock *c)
{
    if (t->tell != NULL)
        t->tell(t->arg, what, c, t->m);
}

/* The first line whose condition holds and that promises something; -1: none. */
static Rc choose_line(const Turn *t, const TargetSpec *spec, int32_t *ret)
{
    ClockView v = view_of(t, false);

    *ret = -1;
    if (spec->by_model) {
        int32_t line = t->m->facts->line;
        if (line >= 0 && (size_t)line < spec->lines.n && spec->lines.at[line].span.n != 0)
            *ret = line;
        return RC_OK;
    }
    for (size_t i = 0; i < spec->lines.n; i++) {
        bool holds = false;
        TRY(clock_holds(&spec->lines.at[i].when, &v, true, &holds));
        if (!holds)
            continue;
        *ret = spec->lines.at[i].span.n != 0 ? (int32_t)i : -1;
        return RC_OK;
    }
    return RC_OK;
}

static Str pause_reason(const Turn *t)
{
    if (t->m->facts->pending.len > 0)
        return t->m->facts->pending;
    if (str_eq_z(t->m->facts->phase, "draft"))
        return STR("draft");
    return t->task != NULL && str_eq_z(t->task->state, "waiting") ? STR("waiting") : STR("rule");
}

static ClockPause *open_pause(const ClockCycle *c)
{
    ClockPause *last = c->pauses.n > 0 ? &c->pauses.at[c->pauses.n - 1] : NULL;
    return last != NULL && last->to == MS_NONE ? last : NULL;
}

static Rc settle_pause(const Turn *t, Clock *c, ClockCycle *k)
{
    ClockView v = view_of(t, k->answered);
    ClockPause *open = open_pause(k);
    bool rests = false;

    if (k->line >= 0)
        TRY(clock_holds(&k->spec->lines.at[k->line].pause, &v, false, &rests));
    if (rests == (open != NULL))
        return RC_OK;
    if (open != NULL) {
        open->to = t->m->at;
        say(t, CLOCK_RESUMED, c);
        return RC_OK;
    }
    TRY(LIST_PUSH(t->arena, &k->pauses,
                  (ClockPause){ t->m->at, MS_NONE, str_dup(t->arena, pause_reason(t)) }));
    say(t, CLOCK_PAUSED, c);
    return RC_OK;
}

static Rc settle_line(const Turn *t, Clock *c, ClockCycle *k)
{
    int32_t line = -1;

    TRY(choose_line(t, k->spec, &line));
    if (line == k->line)
        return RC_OK;
    k->line = line;
    k->fired = 0; /* a new goal warns anew */
    say(t, CLOCK_GOAL, c);
    return RC_OK;
}

/* One that runs: is it over, does it pause, has it another goal? */
static Rc run_on(const Turn *t, Clock *c, ClockCycle *k)
{
    bool over = false;

    k->answered = k->answered || t->m->said;
    ClockView v = view_of(t, k->answered);
    TRY(clock_holds(&k->spec->stop, &v, false, &over));
    if (over) {
        ClockPause *open = open_pause(k);
        if (open != NULL)
            open->to = t->m->at;
        k->stopped = t->m->at;
        TRY(clock_due(t->arena, t->rules, k, &k->due));
        say(t, CLOCK_STOPPED, c);
        return RC_OK;
    }
    TRY(settle_line(t, c, k));
    TRY(settle_pause(t, c, k));
    return clock_due(t->arena, t->rules, k, &k->due);
}

static bool is_of(const TargetSpec *spec, const ClockTask *task)
{
    if (task == NULL)
        return true;
    return (spec->team.len == 0 || str_eq(spec->team, task->team))
           && (spec->supplier.len == 0 || str_eq(spec->supplier, task->supplier));
}

static Rc begin(const Turn *t, Clock *c, const TargetSpec *spec, Str key, int32_t line)
{
    ClockCycle k = { .spec = spec, .line = line, .started = t->m->at, .stopped = MS_NONE };
    Str task = t->task != NULL ? t->task->key : STR("");

    if (c == NULL) {
        TRY(LIST_PUSH(t->arena, t->clocks,
                      (Clock){ .target = str_dup(t->arena, key),
                               .task = str_dup(t->arena, task),
                               .armed = true }));
        c = &t->clocks->at[t->clocks->n - 1];
    }
    if (c->cycles.n >= CLOCK_CYCLES_MAX)
        return RC_OK; /* nobody asks five hundred times; what was measured stays */
    TRY(LIST_PUSH(t->arena, &c->cycles, k));
    c->armed = false;
    ClockCycle *made = &c->cycles.at[c->cycles.n - 1];
    TRY(clock_due(t->arena, t->rules, made, &made->due));
    say(t, CLOCK_BEGAN, c);
    TRY(settle_pause(t, c, made));
    return clock_due(t->arena, t->rules, made, &made->due);
}

/* One that does not run: does it begin? */
static Rc wait_for(const Turn *t, const TargetHistory *h, Clock *c, bool just_stopped)
{
    const TargetSpec *spec = target_at(h, t->m->at);
    ClockView v = view_of(t, false);
    bool starts = false, over = false;
    int32_t line = -1;

    if (spec == NULL)
        return RC_OK;
    TRY(clock_holds(&spec->start, &v, false, &starts));
    if (!starts) {
        if (c != NULL)
            c->armed = true;
        return RC_OK;
    }
    bool again = just_stopped && spec->measure == MEASURE_UPDATE;
    if ((c != NULL && !c->armed && !again) || spec->retired || !is_of(spec, t->task))
        return RC_OK;
    TRY(clock_holds(&spec->stop, &v, false, &over));
    TRY(choose_line(t, spec, &line));
    return over || line < 0 ? RC_OK : begin(t, c, spec, h->key, line);
}

static Rc one_clock(const Turn *t, const TargetHistory *h)
{
    Clock *c = clock_find(t->clocks, h->key, t->task != NULL ? t->task->key : STR(""));
    ClockCycle *k = c != NULL ? &c->cycles.at[c->cycles.n - 1] : NULL;

    if (k == NULL || k->stopped != MS_NONE)
        return wait_for(t, h, c, false);
    TRY(run_on(t, c, k));
    return k->stopped != MS_NONE ? wait_for(t, h, c, true) : RC_OK;
}

Rc clock_step(Arena *a, const ClockRules *r, Clocks *s, const ClockMoment *m, ClockTell *tell,
              void *arg)
{
    Turn t = { .arena = a, .rules = r, .clocks = s, .m = m, .tell = tell, .arg = arg };

    for (size_t i = 0; i < r->targets.n; i++) {
        const TargetHistory *h = &r->targets.at[i];
        t.task = NULL;
        if (h->n > 0 && h->at[0]->measure != MEASURE_TASK)
            TRY(one_clock(&t, h));
        for (size_t k = 0; h->n > 0 && h->at[0]->measure == MEASURE_TASK && k < m->facts->tasks.n;
             k++) {
            t.task = &m->facts->tasks.at[k];
            TRY(one_clock(&t, h));
        }
    }
    return RC_OK;
}

void clock_fired(Clocks *s, Str target, Str task, size_t cycle, int32_t fired)
{
    Clock *c = clock_find(s, target, task);

    if (c != NULL && cycle < c->cycles.n && c->cycles.at[cycle].fired < fired)
        c->cycles.at[cycle].fired = fired;
}

/* ---- comparing and storing ---- */

static bool same_pauses(const ClockPauses *x, const ClockPauses *y)
{
    bool same = x->n == y->n;
    for (size_t i = 0; same && i < x->n; i++)
        same = x->at[i].from == y->at[i].from && x->at[i].to == y->at[i].to
               && str_eq(x->at[i].why, y->at[i].why);
    return same;
}

bool clock_cycle_equal(const ClockCycle *x, const ClockCycle *y)
{
    return x->spec->version_id == y->spec->version_id && x->line == y->line
           && x->started == y->started && x->stopped == y->stopped && x->answered == y->answered
           && x->due == y->due && x->fired == y->fired && same_pauses(&x->pauses, &y->pauses);
}

static bool same_clock(const Clock *x, const Clock *y)
{
    bool same = x->armed == y->armed && x->cycles.n == y->cycles.n;
    for (size_t i = 0; same && i < x->cycles.n; i++)
        same = clock_cycle_equal(&x->cycles.at[i], &y->cycles.at[i]);
    return same;
}

bool clocks_equal(const Clocks *x, const Clocks *y)
{
    bool same = x->n == y->n;
    for (size_t i = 0; same && i < x->n; i++) {
        const Clock *other = clock_find(y, x->at[i].target, x->at[i].task);
        same = other != NULL && same_clock(&x->at[i], other);
    }
    return same;
}

Str clock_pauses_json(Arena *a, const ClockPauses *p)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    if (p->n == 0)
        return STR("[]");
    buf_init(&buf, 1024 * 1024);
    json_out_init(&o, &buf);
    json_array(&o);
    for (size_t i = 0; i < p->n; i++) {
        json_array(&o);
        json_int(&o, p->at[i].from);
        if (p->at[i].to != MS_NONE)
            json_int(&o, p->at[i].to);
        else
            json_null(&o);
        json_text(&o, p->at[i].why);
        json_array_end(&o);
    }
    json_array_end(&o);
    return str_dup(a, buf_str(&buf));
}

Rc clock_pauses_read(Arena *a, Str json, ClockPauses *ret)
{
    const Json *list = NULL;

    *ret = (ClockPauses){ 0 };
    if (json.len <= 2)
        return RC_OK;
    TRY(json_parse(a, json, &list, NULL));
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++) {
        const Json *p = list->items[i];
        if (p->kind != JSON_ARRAY || p->n != 3 || p->items[0]->kind != JSON_INT)
            return RC_INTERNAL;
        Ms to = p->items[1]->kind == JSON_INT ? p->items[1]->integer : MS_NONE;
        TRY(LIST_PUSH(a, ret, (ClockPause){ p->items[0]->integer, to, p->items[2]->text }));
    }
    return RC_OK;
}
