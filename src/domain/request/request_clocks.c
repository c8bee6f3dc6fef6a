/* request_clocks.c - what the clocks of a request see, and the rows that keep what they measured. */
#include "domain/request/aggregate.h"
#include "domain/request/view.h"

/* ---- what clocks see ---- */

bool clock_is_staff(const Ctx *cx, const Aggregate *r)
{
    int64_t self = cx->subject->person_id;

    return self != 0 && self != r->row.requester_id && self != r->row.beneficiary_id
           && granted_may(r->g, MAY_NOTE);
}

/* The line of the model that counts, with the state as it is after the moment. */
static Rc line_of(const Aggregate *r, const RequestFacts *facts, Ms at, int32_t *ret)
{
    ModelRecord record = {
        .model = r->model, .answers = &r->form, .facts = facts, .cost = r->cost
    };
    const Target *t = model_target(r->model, &record, at);

    *ret = t != NULL ? (int32_t)(t - r->model->targets.at) : -1;
    return RC_OK;
}

Rc clock_world(Ctx *cx, const Aggregate *r, const RequestState *after, Ms at, ClockWorld *ret)
{
    Aggregate then = *r;
    RequestFacts facts;

    then.state.team = after->team;
    TRY(facts_of_request(cx, &then, &facts));
    *ret = (ClockWorld){ .at = at,
                         .level = facts.level,
                         .impact = facts.impact,
                         .urgency = facts.urgency,
                         .org = facts.person.org };
    return line_of(&then, &facts, at, &ret->line);
}

void clock_world_json(JsonOut *o, const ClockWorld *w)
{
    json_object(o);
    json_field_int(o, "at", w->at);
    json_field_int(o, "line", w->line);
    json_field_text(o, "level", w->level);
    json_field_text(o, "impact", w->impact);
    json_field_text(o, "urgency", w->urgency);
    if (w->org.len > 0)
        json_field_text(o, "org", w->org);
    json_object_end(o);
}

static bool text_in(const Json *json, Str key, Str *ret)
{
    const Json *v = json_get(json, key);

    *ret = v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
    return v != NULL && v->kind == JSON_TEXT;
}

bool clock_world_read(const Json *json, ClockWorld *ret)
{
    const Json *line = json_get(json, STR("line")), *at = json_get(json, STR("at"));
    ClockWorld w = { 0 };

    if (line == NULL || line->kind != JSON_INT || at == NULL || at->kind != JSON_INT)
        return false;
    w.at = at->integer;
    w.line = (int32_t)line->integer;
    if (!text_in(json, STR("level"), &w.level) || !text_in(json, STR("impact"), &w.impact)
        || !text_in(json, STR("urgency"), &w.urgency))
        return false;
    (void)text_in(json, STR("org"), &w.org);
    *ret = w;
    return true;
}

static bool is_approving(const RequestState *s)
{
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *a = &s->approvals.at[i];
        if (a->state == APPROVAL_ASKED || (a->state == APPROVAL_WAITING && a->stuck))
            return true;
    }
    return false;
}

static Str team_key(Ctx *cx, int64_t id, Rc *rc)
{
    TeamRef ref = { 0 };

    if (*rc == RC_OK && id != 0)
        *rc = team_ref(cx, id, &ref);
    return ref.id != 0 ? ref.key : STR("");
}

/* Tasks of the asking side are not measured. */
static Rc add_tasks(Ctx *cx, const Aggregate *r, const RequestState *s, ClockTasks *ret)
{
    Rc rc = RC_OK;

    for (size_t i = 0; i < s->tasks.n; i++) {
        const EngineTask *t = &s->tasks.at[i];
        const PlanTask *plan = t->origin == ORIGIN_MODEL ? model_task(r->model, t->key) : NULL;
        if (t->owner != TASK_BY_TEAM)
            continue;
        ClockTask task = { .key = t->key,
                           .state = task_state_word(t->state),
                           .team = team_key(cx, t->team, &rc),
                           .supplier = plan != NULL ? plan->supplier : STR(""),
                           .attempt = t->attempt };
        TRY(rc);
        TRY(LIST_PUSH(cx->arena, ret, task));
    }
    return RC_OK;
}

Rc clock_facts(Ctx *cx, const Aggregate *r, const RequestState *s, const ClockWorld *w,
               ClockFacts *ret)
{
    Rc rc = RC_OK;
    ClockFacts f = {
        .record = r->row.record,
        .kind = r->row.kind,
        .model = r->row.model_key,
        .state = phase_word(s->state),
        .phase = phase_word(s->phase),
        .outcome = outcome_word(s->outcome),
        .pending = s->pending.open ? pending_kind_word(s->pending.kind) : STR(""),
        .impact = w->impact,
        .urgency = w->urgency,
        .level = w->level,
        .team = team_key(cx, s->team, &rc),
        .channel = r->row.channel,
        .org = w->org,
        .assigned = s->assignee != 0,
        .approving = is_approving(s),
        .line = w->line,
    };

    TRY(rc);
    TRY(add_tasks(cx, r, s, &f.tasks));
    *ret = f;
    return RC_OK;
}

/* ---- which targets hold ---- */

static TimeSpan span_of(const Target *t, Measure m)
{
    switch (m) {
    case MEASURE_RESPOND: return t->respond;
    case MEASURE_APPROVE: return t->approve;
    case MEASURE_FULFIL: return t->fulfil;
    case MEASURE_UPDATE: return t->update;
    case MEASURE_TASK:
    case MEASURE_COUNT: break;
    }
    return (TimeSpan){ 0 };
}

static Rc add_of_model(Ctx *cx, const ModelVersion *m, Measure measure, TargetHistories *ret)
{
    TargetSpec *spec = ARENA_NEW(cx->arena, TargetSpec);
    bool any = false;

    *spec = (TargetSpec){ .key = measure_word(measure),
                          .measure = measure,
                          .by_model = true,
                          .start = clock_usual(measure, USUAL_START),
                          .stop = clock_usual(measure, USUAL_STOP),
                          .from_ms = INT64_MIN };
    for (size_t i = 0; i < m->targets.n; i++) {
        const Target *t = &m->targets.at[i];
        TargetLine line = { .span = span_of(t, measure),
                            .calendar = t->calendar,
                            .pause = { t->pause.text, t->pause.cond },
                            .marks = t->marks };
        if (t->pause.cond == NULL)
            line.pause = clock_usual(measure, USUAL_PAUSE);
        any = any || line.span.n != 0;
        TRY(LIST_PUSH(cx->arena, &spec->lines, line));
    }
    if (!any)
        return RC_OK;
    const TargetSpec **one = arena_array(cx->arena, 1, sizeof(TargetSpec *));
    if (one == NULL)
        return RC_LIMIT;
    one[0] = spec;
    return LIST_PUSH(cx->arena, ret, (TargetHistory){ .key = spec->key, .at = one, .n = 1 });
}

static Rc add_hours(Ctx *cx, const TargetLine *line, ClockHoursList *ret)
{
    const CalendarLine *hours = NULL;
    Ctx look = *cx; /* what it says of its own failure is not for the caller */

    if (line->calendar.len == 0 || !timespan_is_working(line->span))
        return RC_OK;
    for (size_t i = 0; i < ret->n; i++)
        if (str_eq(ret->at[i].key, line->calendar))
            return RC_OK;
    /* A calendar cannot be taken away from a published target; where a folder was loaded without its
     * calendars, time is counted around the clock. */
    Rc rc = calendar_get(&look, line->calendar, &hours);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return LIST_PUSH(cx->arena, ret, (ClockHours){ line->calendar, hours });
}

Rc clock_rules(Ctx *cx, const Aggregate *r, Ms sent, ClockRules *ret)
{
    ClockRules rules = { 0 };

    TRY(target_histories(cx, sent, &rules.targets));
    for (int m = MEASURE_RESPOND; m <= MEASURE_UPDATE; m++)
        TRY(add_of_model(cx, r->model, (Measure)m, &rules.targets));
    for (size_t i = 0; i < rules.targets.n; i++)
        for (size_t k = 0; k < rules.targets.at[i].n; k++)
            for (size_t l = 0; l < rules.targets.at[i].at[k]->lines.n; l++)
                TRY(add_hours(cx, &rules.targets.at[i].at[k]->lines.at[l], &rules.hours));
    *ret = rules;
    return RC_OK;
}

/* ---- the rows ---- */

static const TargetSpec *spec_of(const ClockRules *rules, Str target, int64_t version)
{
    for (size_t i = 0; i < rules->targets.n; i++)
        for (size_t k = 0; k < rules->targets.at[i].n; k++)
            if (rules->targets.at[i].at[k]->version_id == version
                && str_eq(rules->targets.at[i].key, target))
                return rules->targets.at[i].at[k];
    return NULL;
}

static Rc add_cycle(Ctx *cx, const ClockRules *rules, const ClockRow *row, Clocks *list)
{
    Clock *c = list->n > 0 ? &list->at[list->n - 1] : NULL;
    ClockCycle k = { .spec = spec_of(rules, row->target, row->version_id.value),
                     .line = (int32_t)row->line,
                     .started = row->started_ms,
                     .stopped = ms_or_none(row->stopped_ms),
                     .answered = row->answered,
                     .due = ms_or_none(row->due_ms),
                     .fired = (int32_t)row->fired };

    if (k.spec == NULL)
        return RC_INTERNAL;
    TRY(clock_pauses_read(cx->arena, row->pauses, &k.pauses));
    if (c == NULL || !str_eq(c->target, row->target) || !str_eq(c->task, row->task)) {
        TRY(LIST_PUSH(cx->arena, list, (Clock){ .target = row->target, .task = row->task }));
        c = &list->at[list->n - 1];
    }
    c->armed = row->armed;
    return LIST_PUSH(cx->arena, &c->cycles, k);
}

Rc clocks_load(Ctx *cx, GrantedRequest g, const ClockRules *rules, Clocks *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockRow row;
    Clocks list = { 0 };

    TRY(q_clock_rows(cx, g, &rows));
    while (q_clock_rows_next(&rows, &row))
        TRY(add_cycle(cx, rules, &row, &list));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc clocks_from_rows(Ctx *cx, const ClockRules *rules, const ClockRow *rows, size_t n, Clocks *ret)
{
    Clocks list = { 0 };

    for (size_t i = 0; i < n; i++)
        TRY(add_cycle(cx, rules, &rows[i], &list));
    *ret = list;
    return RC_OK;
}

/* A copy whose cycles may be changed without touching the first. */
static Rc copied(Arena *a, const Clocks *from, Clocks *ret)
{
    *ret = (Clocks){ 0 };
    for (size_t i = 0; i < from->n; i++) {
        Clock c = { .target = from->at[i].target,
                    .task = from->at[i].task,
                    .armed = from->at[i].armed };
        for (size_t k = 0; k < from->at[i].cycles.n; k++) {
            ClockCycle cycle = from->at[i].cycles.at[k];
            ClockPauses pauses = { 0 };
            for (size_t p = 0; p < cycle.pauses.n; p++)
                TRY(LIST_PUSH(a, &pauses, cycle.pauses.at[p]));
            cycle.pauses = pauses;
            TRY(LIST_PUSH(a, &c.cycles, cycle));
        }
        TRY(LIST_PUSH(a, ret, c));
    }
    return RC_OK;
}

static Rc put_cycle(Ctx *cx, Aggregate *r, const ClockRules *rules, const Clock *c, size_t i)
{
    const ClockCycle *k = &c->cycles.at[i];
    const TargetLine *line = k->line >= 0 ? &k->spec->lines.at[k->line] : NULL;
    bool working = line != NULL && timespan_is_working(line->span);
    Ms mark = MS_NONE;

    TRY(clock_next_mark(cx->arena, rules, k, &mark));
    return q_clock_put(cx, r->g, c->target, c->task, (int64_t)i + 1, measure_word(k->spec->measure),
                       id_opt(k->spec->version_id), k->line, working ? line->calendar : STR(""),
                       k->started, ms_opt(k->stopped), clock_pauses_json(cx->arena, &k->pauses),
                       k->answered, ms_opt(k->due), k->fired, ms_opt(mark), c->armed, NULL);
}

static void earlier(Ms *to, Ms at)
{
    if (at != MS_NONE && (*to == MS_NONE || at < *to))
        *to = at;
}

/* The due time of the running cycle; MS_NONE: none. */
static Ms running_due(const Clock *c)
{
    const ClockCycle *last = &c->cycles.at[c->cycles.n - 1];
    return last->stopped == MS_NONE ? last->due : MS_NONE;
}

static bool same_opt(OptInt x, OptInt y)
{
    return x.set == y.set && (!x.set || x.value == y.value);
}

void clock_dues(const Clocks *list, RequestDues *ret)
{
    *ret = (RequestDues){ MS_NONE, MS_NONE };
    for (size_t i = 0; i < list->n; i++) {
        const Clock *c = &list->at[i];
        if (c->task.len > 0)
            continue;
        earlier(&ret->next, running_due(c));
        if (c->cycles.at[c->cycles.n - 1].spec->measure == MEASURE_FULFIL)
            earlier(&ret->due, running_due(c));
    }
}

static Rc save_dues(Ctx *cx, Aggregate *r, const Clocks *now)
{
    RequestDues d;

    clock_dues(now, &d);
    if (!same_opt(ms_opt(d.due), r->row.due_ms) || !same_opt(ms_opt(d.next), r->row.next_due_ms))
        TRY(q_request_due_put(cx, r->g, ms_opt(d.due), ms_opt(d.next), NULL));
    r->row.due_ms = ms_opt(d.due);
    r->row.next_due_ms = ms_opt(d.next);
    return RC_OK;
}

static Ms task_due(const Clocks *list, Str task)
{
    Ms due = MS_NONE;

    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].task, task))
            earlier(&due, running_due(&list->at[i]));
    return due;
}

static Rc save_task_dues(Ctx *cx, Aggregate *r, const Clocks *before, const Clocks *now)
{
    for (size_t i = 0; i < now->n; i++) {
        Str task = now->at[i].task;
        if (task.len > 0 && task_due(before, task) != task_due(now, task))
            TRY(q_task_due_put(cx, r->g, task, ms_opt(task_due(now, task)), NULL));
    }
    return RC_OK;
}

Rc clocks_save(Ctx *cx, Aggregate *r, const ClockRules *rules, const Clocks *before,
               const Clocks *now)
{
    for (size_t i = 0; i < now->n; i++) {
        const Clock *c = &now->at[i], *old = clock_find(before, c->target, c->task);
        for (size_t k = 0; k < c->cycles.n; k++) {
            bool last = k + 1 == c->cycles.n;
            bool same = old != NULL && k < old->cycles.n
                        && clock_cycle_equal(&c->cycles.at[k], &old->cycles.at[k])
                        && (!last || c->armed == old->armed);
            if (!same)
                TRY(put_cycle(cx, r, rules, c, k));
        }
    }
    TRY(save_dues(cx, r, now));
    return save_task_dues(cx, r, before, now);
}

Rc clocks_follow(Ctx *cx, Aggregate *r, const ClockWorld *w, bool said)
{
    ClockRules rules;
    ClockFacts facts;
    Clocks before, now;

    if (r->state.submitted_ms == MS_NONE)
        return RC_OK;
    TRY(clock_rules(cx, r, r->state.submitted_ms, &rules));
    if (rules.targets.n == 0)
        return RC_OK;
    TRY(clocks_load(cx, r->g, &rules, &before));
    TRY(copied(cx->arena, &before, &now));
    TRY(clock_facts(cx, r, &r->state, w, &facts));
    TRY(clock_step(cx->arena, &rules, &now,
                   &(ClockMoment){ .at = w->at, .said = said, .facts = &facts }, NULL, NULL));
    TRY(clocks_save(cx, r, &rules, &before, &now));
    /* Nothing that moves a threshold has changed: the timer stands. */
    return clocks_equal(&before, &now) ? RC_OK : clocks_timer(cx, r, &rules, &now);
}
