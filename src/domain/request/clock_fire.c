/* clock_fire.c - thresholds that time has reached: who is told; calendars that changed; reasons. */
#include "domain/request/clock_replay.h"

#include "app/timer.h"
#include "domain/request/talk.h"
#include "domain/request/view.h"

/* ---- whom a threshold tells ---- */

/* One clock that has reached something. */
typedef struct Reached {
    Ctx *cx;
    Aggregate *r;
    const Clock *clock;
    const ClockCycle *cycle;
    int64_t team, assignee; /* that have the task, or the request */
    IdList persons;
    IdList teams;       /* asked to help */
    int64_t takes_over; /* team; 0: none */
    Str moved;          /* its key */
} Reached;

/* What a threshold hands to another team, once every clock has told its own. */
typedef struct Escalation {
    Str task;            /* key; "": the request */
    int64_t team, cause; /* the event that told the threshold */
} Escalation;
LIST_OF(Escalation, Escalations);

static Rc add(Arena *a, IdList *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return RC_OK;
    return id == 0 ? RC_OK : LIST_PUSH(a, list, id);
}

/* Work can change hands: not in a draft that was sent back, nor when it is fulfilled or over. */
static bool is_at_work(const RequestState *s)
{
    return s->phase == PHASE_ASSESSING || s->phase == PHASE_AWAITING_APPROVAL
           || s->phase == PHASE_FULFILLING;
}

static void who_has_it(Reached *x)
{
    const RequestState *s = &x->r->state;

    x->team = s->team;
    x->assignee = s->assignee;
    for (size_t i = 0; x->clock->task.len > 0 && i < s->tasks.n; i++) {
        if (!str_eq(s->tasks.at[i].key, x->clock->task))
            continue;
        x->team = s->tasks.at[i].team != 0 ? s->tasks.at[i].team : s->team;
        x->assignee = s->tasks.at[i].assignee;
    }
}

static Rc add_leads(Reached *x, int64_t team, IdList *ret)
{
    PersonRefs leads = { 0 };

    TRY(team_leads(x->cx, team, &leads));
    for (size_t i = 0; i < leads.n; i++)
        TRY(add(x->cx->arena, ret, leads.at[i].id));
    return RC_OK;
}

static Rc add_manager_of(Reached *x, int64_t person)
{
    PersonRefs chain = { 0 };

    TRY(person_managers(x->cx, person, &chain));
    return chain.n > 0 ? add(x->cx->arena, &x->persons, chain.at[0].id) : RC_OK;
}

/* The managers of the leads; of who has it when the team has no lead. */
static Rc add_managers(Reached *x)
{
    IdList leads = { 0 };

    TRY(add_leads(x, x->team, &leads));
    if (leads.n == 0)
        TRY(add(x->cx->arena, &leads, x->assignee));
    for (size_t i = 0; i < leads.n; i++)
        TRY(add_manager_of(x, leads.at[i]));
    return RC_OK;
}

/* The team of this key; 0 when it was switched off meanwhile.  Nobody from outside reads a confidential
 * request: there it is 0 too, and its own people are told. */
static Rc other_team(Reached *x, Str key, int64_t *ret)
{
    Ctx look = *x->cx;

    *ret = 0;
    if (granted_confidential(x->r->g))
        return RC_OK;
    Rc rc = team_id(&look, key, ret);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A team that is asked to help reads the request from then on. */
static Rc add_helpers(Reached *x, Str key)
{
    int64_t team = 0;

    TRY(other_team(x, key, &team));
    if (team == 0)
        return add_leads(x, x->team, &x->persons);
    TRY(access_reader_team(x->cx, x->r->g, RELATION_TASK_TEAM, team));
    return add(x->cx->arena, &x->teams, team);
}

/* Of several that have passed the latest one decides. */
static Rc add_taker(Reached *x, Str key)
{
    int64_t team = 0;

    TRY(other_team(x, key, &team));
    if (team == 0 || !is_at_work(&x->r->state))
        return add_leads(x, x->team, &x->persons);
    x->takes_over = team;
    x->moved = key;
    return RC_OK;
}

static Rc add_recipients(Reached *x, const ClockMark *m)
{
    switch (m->to) {
    case MARK_ASSIGNEE:
        return x->assignee != 0 ? add(x->cx->arena, &x->persons, x->assignee)
                                : add_leads(x, x->team, &x->persons);
    case MARK_LEAD: return add_leads(x, x->team, &x->persons);
    case MARK_MANAGER: return add_managers(x);
    case MARK_TEAM: return add_helpers(x, m->team);
    case MARK_TRANSFER: return add_taker(x, m->team);
    }
    return RC_OK;
}

/* ---- the event ---- */

static void write_tell(JsonOut *o, Arena *a, const Reached *x, bool late)
{
    json_key_lit(o, "tell");
    json_array(o);
    for (size_t i = 0; i < x->persons.n; i++) {
        json_object(o);
        json_field_text(o, "who", holder_word(a, (Holder){ HOLDER_PERSON, x->persons.at[i] }));
        json_field_text(o, "code", late ? STR("clock_late") : STR("clock_soon"));
        json_object_end(o);
    }
    for (size_t i = 0; i < x->teams.n; i++) {
        json_object(o);
        json_field_text(o, "who", holder_word(a, (Holder){ HOLDER_TEAM, x->teams.at[i] }));
        json_field_text(o, "code", STR("clock_help"));
        json_object_end(o);
    }
    json_array_end(o);
    json_key_lit(o, "people");
    json_array(o);
    for (size_t i = 0; i < x->persons.n; i++)
        json_int(o, x->persons.at[i]);
    json_array_end(o);
    json_field_int(o, "queue", x->r->state.team);
}

static Rc write_event(const Reached *x, const ClockMark *latest, bool late, int64_t *ret_event)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    Ctx *cx = x->cx;
    JsonOut o;

    buf_init(&buf, 60 * 1024);
    json_out_init(&o, &buf);
    json_object(&o);
    json_field_text(&o, "target", x->clock->target);
    json_field_text(&o, "task", x->clock->task);
    json_field_int(&o, "cycle", (int64_t)x->clock->cycles.n);
    json_field_int(&o, "fired", x->cycle->fired);
    json_field_text(&o, "mark", clock_mark_text(cx->arena, latest));
    json_field_text(&o, "to", clock_mark_to_text(cx->arena, latest));
    if (x->takes_over != 0)
        json_field_text(&o, "moved", x->moved);
    json_field_bool(&o, "late", late);
    json_field_time(&o, "due", x->cycle->due);
    write_tell(&o, cx->arena, x, late);
    json_object_end(&o);
    TRY(buf_result(&buf));
    Event ev = { .kind = "clock.reached",
                 .object = "request",
                 .object_id = x->r->row.id,
                 .internal = true,
                 .data = buf_str(&buf) };
    x->r->row.version++; /* as the event raises it */
    return aggregate_note(cx, x->r->g, &ev, ret_event);
}

/* Help that is asked for stands in the timeline. */
static Rc write_help(const Reached *x)
{
    for (size_t i = 0; i < x->teams.n; i++) {
        EventChange change = { STR("offered_to"), STR_NULL,
                               str_fmt(x->cx->arena, "team:%lld", (long long)x->teams.at[i]),
                               false };
        Event ev = { .kind = "clock.help_asked",
                     .object = "request",
                     .object_id = x->r->row.id,
                     .internal = true,
                     .changes = &change,
                     .changes_n = 1 };
        x->r->row.version++;
        TRY(aggregate_note(x->cx, x->r->g, &ev, NULL));
    }
    return RC_OK;
}

/* One notice for a clock, however many thresholds have passed: the latest one is named, and everybody
 * is told whom any of them would have told. */
static Rc fire_clock(Ctx *cx, Aggregate *r, const ClockRules *rules, Clock *c,
                     Escalations *io_moves)
{
    ClockCycle *k = &c->cycles.at[c->cycles.n - 1];
    Reached x = { .cx = cx, .r = r, .clock = c, .cycle = k };
    MarkTimes marks;
    int64_t event = 0;
    size_t n = 0;

    if (k->stopped != MS_NONE)
        return RC_OK;
    TRY(clock_due(cx->arena, rules, k, &k->due));
    TRY(clock_marks(cx->arena, rules, k, &marks));
    while (n < marks.n && marks.at[n].at <= cx->now_ms)
        n++;
    if (n <= (size_t)k->fired)
        return RC_OK;
    who_has_it(&x);
    const ClockMarks *list = &k->spec->lines.at[k->line].marks;
    for (size_t i = (size_t)k->fired; i < n; i++)
        TRY(add_recipients(&x, &list->at[marks.at[i].mark]));
    k->fired = (int32_t)n;
    TRY(write_event(&x, &list->at[marks.at[n - 1].mark], clock_breached(k, cx->now_ms), &event));
    TRY(write_help(&x));
    if (x.takes_over == 0)
        return RC_OK;
    return LIST_PUSH(cx->arena, io_moves, (Escalation){ c->task, x.takes_over, event });
}

/* Functional escalation: the team takes over.  An act of nobody, with the event that told the threshold
 * as its cause. */
static Rc escalate(Ctx *cx, Aggregate *r, const Escalation *e)
{
    EngineInput in = { .kind = INPUT_ESCALATE,
                       .as = AS_SYSTEM,
                       .task = e->task,
                       .to_team = e->team,
                       .until_ms = MS_NONE };
    StepWords words = { .cause = e->cause };

    return aggregate_step(cx, r, &in, &words);
}

Rc clocks_fire(Ctx *cx, int64_t request_id)
{
    GrantedRequest g;
    Aggregate r;
    ClockRules rules;
    Clocks before, now;
    Escalations moves = { 0 };

    TRY(access_internal_request(cx, INTERNAL_TIMER, request_id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    if (r.state.submitted_ms == MS_NONE)
        return RC_OK;
    TRY(clock_rules(cx, &r, r.state.submitted_ms, &rules));
    TRY(clocks_load(cx, g, &rules, &before));
    TRY(clocks_load(cx, g, &rules, &now));
    for (size_t i = 0; i < now.n; i++)
        TRY(fire_clock(cx, &r, &rules, &now.at[i], &moves));
    TRY(clocks_save(cx, &r, &rules, &before, &now));
    TRY(clocks_timer(cx, &r, &rules, &now));
    for (size_t i = 0; i < moves.n; i++)
        TRY(escalate(cx, &r, &moves.at[i]));
    return RC_OK;
}

Rc clocks_timer(Ctx *cx, const Aggregate *r, const ClockRules *rules, const Clocks *list)
{
    Ms first = MS_NONE;

    for (size_t i = 0; i < list->n; i++) {
        Ms at = MS_NONE;
        TRY(clock_next_mark(cx->arena, rules, &list->at[i].cycles.at[list->at[i].cycles.n - 1],
                            &at));
        if (at != MS_NONE && (first == MS_NONE || at < first))
            first = at;
    }
    return timer_put(cx, TIMER_OF_CLOCKS, r->row.id, STR(""), first);
}

Rc clock_on_timer(Ctx *cx, const Timer *t, void *arg)
{
    UNUSED(arg);
    return clocks_fire(cx, t->object_id);
}

/* ---- a calendar has changed ---- */

#define TIMER_OF_CALENDARS "clock_calendar"
#define REQUESTS_PER_TURN  50

static Rc read_running(Ctx *cx, Str calendar, int64_t after, int64_t max, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockOfCalendarRow row;
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(q_clock_of_calendar(cx, g, calendar, after, max, &rows));
    while (q_clock_of_calendar_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.request_id));
    return rows_result(&rows);
}

Rc clocks_of_calendar(Ctx *cx, Str calendar, int64_t max, int64_t *io_after)
{
    IdList ids = { 0 };

    TRY(read_running(cx, calendar, *io_after, max, &ids));
    for (size_t i = 0; i < ids.n; i++)
        TRY(clocks_fire(cx, ids.at[i]));
    *io_after = ids.n == (size_t)max ? ids.at[ids.n - 1] : 0;
    return RC_OK;
}

/* Key "office" or, further on, "office 1200": from which request on. */
static Rc on_calendar(Ctx *cx, const Timer *t, void *arg)
{
    Str rest = t->key, calendar = str_cut(&rest, ' ');
    int64_t after = 0;

    UNUSED(arg);
    if (rest.len > 0 && !str_to_i64(rest, &after))
        return RC_INTERNAL;
    TRY(clocks_of_calendar(cx, calendar, REQUESTS_PER_TURN, &after));
    if (after == 0)
        return RC_OK;
    return timer_put(cx, TIMER_OF_CALENDARS, 0,
                     str_fmt(cx->arena, "%.*s %lld", STR_ARG(calendar), (long long)after),
                     cx->now_ms);
}

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    const Json *data = NULL;
    EventChanges changes = { 0 };

    UNUSED(arg);
    if (!str_eq_z(ev->kind, "calendar.in_force"))
        return RC_OK;
    TRY(json_parse(cx->arena, ev->data, &data, NULL));
    TRY(event_changes_of(cx->arena, data, &changes));
    for (size_t i = 0; i < changes.n; i++)
        if (str_eq_z(changes.at[i].field, "calendar"))
            TRY(timer_put(cx, TIMER_OF_CALENDARS, 0, changes.at[i].to, cx->now_ms));
    return RC_OK;
}

const Follower *request_clocks_follower(void)
{
    static const Follower follower = { .name = "clocks", .on_event = on_event };
    return &follower;
}

void clocks_register(void)
{
    timer_register(TIMER_OF_CLOCKS, clock_on_timer, NULL);
    timer_register(TIMER_OF_CALENDARS, on_calendar, NULL);
}

/* ---- a reason ---- */

static Rc write_reason(Ctx *cx, Aggregate *r, const Clock *c, size_t cycle, Str reason)
{
    EventChange change = { STR("reason"), STR_NULL, reason, true };
    Str data = str_fmt(cx->arena, "{\"target\":\"%.*s\",\"task\":\"%.*s\",\"cycle\":%zu}",
                       STR_ARG(c->target), STR_ARG(c->task), cycle + 1);
    Event ev = { .kind = "clock.reason",
                 .object = "request",
                 .object_id = r->row.id,
                 .internal = true,
                 .changes = &change,
                 .changes_n = 1,
                 .data = data };

    TRY(q_clock_reason_put(cx, r->g, c->target, c->task, (int64_t)cycle + 1, reason,
                           cx->subject->person_id, cx->now_ms, NULL));
    return aggregate_note(cx, r->g, &ev, NULL);
}

Rc clock_reason(Ctx *cx, GrantedRequest g, const ClockReason *in)
{
    Aggregate r;
    ClockRules rules;
    Clocks list = { 0 };
    size_t cycle = 0;

    TRY(access_more(cx, g, MAY_WORK));
    TRY(aggregate_load(cx, g, true, &r));
    if (r.state.submitted_ms != MS_NONE) {
        TRY(clock_rules(cx, &r, r.state.submitted_ms, &rules));
        TRY(clocks_load(cx, g, &rules, &list));
    }
    const Clock *c = clock_find(&list, in->target, in->task);
    if (c != NULL)
        cycle =
            in->cycle.set && in->cycle.value >= 1 ? (size_t)in->cycle.value - 1 : c->cycles.n - 1;
    if (c == NULL || cycle >= c->cycles.n)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such clock."));
    if (!clock_breached(&c->cycles.at[cycle], cx->now_ms))
        return fail_whole(cx, RC_CONFLICT, "not_late", TEXT("It is not late."));
    TRY(in->fault);
    TRY(words_check(cx, "reason", in->reason, true));
    return write_reason(cx, &r, c, cycle, str_trim(in->reason));
}
