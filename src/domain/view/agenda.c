/* agenda.c - requests of a view by their dates, and as spans of time. */
#include "domain/view/agenda.h"

#include "domain/view/fields.h"

const AgendaField agenda_fields[] = {
    { "due", T("By due time") },
    { "fulfil_by", T("To be fulfilled by") },
    { "not_before", T("By planned start") },
    { "agreed", T("By agreed day") },
};
const size_t agenda_fields_n = COUNT_OF(agenda_fields);

bool agenda_is_field(Str name)
{
    for (size_t i = 0; i < agenda_fields_n; i++)
        if (str_eq_z(name, agenda_fields[i].name))
            return true;
    return false;
}

/* ---- the calendar ---- */

static const Field *field_named(Str name)
{
    for (size_t i = 0; i < find_fields_n; i++)
        if (str_eq_z(name, find_fields[i].name))
            return &find_fields[i];
    return NULL;
}

static Ms date_of(const RequestHead *h, Str by)
{
    return str_eq_z(by, "due")          ? h->next_due_ms
           : str_eq_z(by, "fulfil_by")  ? h->due_ms
           : str_eq_z(by, "not_before") ? h->not_before_ms
                                        : h->agreed_ms;
}

static Ms day_of(const Ctx *cx, Ms at)
{
    CivilTime t = zone_civil(cx->zone, at);

    return clock_days(t.year, t.month, t.day) * MS_DAY;
}

Rc agenda_day(Ctx *cx, Str text, Ms *ret)
{
    *ret = day_of(cx, cx->now_ms);
    if (text.len > 0 && (!clock_parse_date(text, ret) || *ret < 0 || text.ptr[0] > '2'))
        return fail_field(cx, RC_INVALID, "on", "malformed",
                          TEXT("A day is written as 2030-01-31, up to the year 2999."));
    return RC_OK;
}

Ms agenda_monday(Ms day)
{
    return day - clock_civil_utc(day).weekday * MS_DAY;
}

Ms agenda_month(Ms day, int32_t further)
{
    CivilTime t = clock_civil_utc(day);
    int32_t month = t.month - 1 + further;
    int32_t year = t.year + (month < 0 ? -1 : month / 12);

    return clock_days(year, (month + 12) % 12 + 1, 1) * MS_DAY;
}

void agenda_days(Ms on, bool week, Ms *ret_from, Ms *ret_to)
{
    *ret_from = agenda_monday(week ? on : agenda_month(on, 0));
    *ret_to =
        week ? *ret_from + 7 * MS_DAY : agenda_monday(agenda_month(on, 1) - MS_DAY) + 7 * MS_DAY;
}

static Rc within(Ctx *cx, const FindQuery *q, Str by, Ms from, Ms to, const FindQuery **ret)
{
    CondError error = { 0 };
    Str asked = str_fmt(cx->arena, "%.*s >= %.*s and %.*s < %.*s", STR_ARG(by),
                        STR_ARG(clock_date(cx->arena, from)), STR_ARG(by),
                        STR_ARG(clock_date(cx->arena, to)));

    return find_narrow(cx, q, asked, ret, &error);
}

Rc agenda_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Ms from, Ms to,
              AgendaEntries *ret, bool *ret_more)
{
    const FindQuery *asked;
    RequestHeads heads = { 0 };
    int64_t *ids;
    size_t n;

    if (!agenda_is_field(by))
        return fail_field(cx, RC_INVALID, "by", "unknown_word",
                          TEXT("A calendar cannot have dates of {0}.", by));
    TRY(within(cx, q, by, from, to, &asked));
    TRY(find_ids_by(cx, s, asked, field_named(by), AGENDA_MOST, &ids, &n, ret_more));
    TRY(request_heads(cx, s, ids, n, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        Ms at = date_of(&heads.at[i], by);
        TRY(LIST_PUSH(cx->arena, ret, ((AgendaEntry){ heads.at[i], at, day_of(cx, at) })));
    }
    return RC_OK;
}

Rc agenda_day_query(Ctx *cx, const FindQuery *q, Str by, Ms day, Str *ret)
{
    const FindQuery *asked;

    TRY(within(cx, q, by, day, day + MS_DAY, &asked));
    TRY(find_text(cx, asked, ret));
    if (ret->len > COND_TEXT_MAX)
        *ret = STR_NULL;
    return RC_OK;
}

/* ---- the timeline ---- */

static Ms first_of(Ms a, Ms b)
{
    return a != MS_NONE ? a : b;
}

static Ms later_of(Ms a, Ms b)
{
    return a > b ? a : b;
}

AgendaSpan span_of_request(const RequestHead *h, Ms now)
{
    Ms sent = first_of(h->submitted_ms, h->created_ms);
    AgendaSpan s = { .from =
                         h->not_before_ms != MS_NONE ? later_of(h->not_before_ms, sent) : sent };
    Ms over = first_of(h->fulfilled_ms, h->closed_ms);
    Ms due = first_of(h->due_ms, h->next_due_ms);
    bool is_over = str_eq_z(h->state, "fulfilled") || str_eq_z(h->state, "closed");

    if (is_over && over != MS_NONE) {
        s.to = over;
        s.done = true;
    } else if (due != MS_NONE) {
        s.to = later_of(due, now);
        s.late = due < now;
        if (due >= now)
            s.to = due;
    } else {
        s.to = now;
        s.open_end = true;
    }
    s.to = later_of(s.to, s.from);
    return s;
}

static Ms effort_of(const TaskSpan *t)
{
    return t->effort_min > 0 ? t->effort_min * MS_MINUTE : MS_HOUR;
}

AgendaSpan span_of_task(const TaskSpan *t, Ms after_ms, Ms now)
{
    bool finished = str_eq_z(t->state, "finished"), started = str_eq_z(t->state, "started");
    AgendaSpan s = { .done = finished, .planned = !finished && !started };

    if (finished) {
        s.to = t->finished_ms;
        s.from = t->started_ms != MS_NONE ? t->started_ms : t->finished_ms - effort_of(t);
        return s;
    }
    s.from = started && t->started_ms != MS_NONE ? t->started_ms : now;
    if (!started && after_ms != MS_NONE)
        s.from = later_of(s.from, after_ms);
    if (!started && t->at_ms != MS_NONE)
        s.from = later_of(s.from, t->at_ms);
    s.to = t->due_ms != MS_NONE ? t->due_ms : s.from + effort_of(t);
    s.late = t->due_ms != MS_NONE && t->due_ms < now;
    if (started)
        s.to = later_of(s.to, now);
    s.to = later_of(s.to, s.from);
    return s;
}

/* When the last of those before it ends; the plan names them before it. */
static Ms end_before(const SpanTasks *tasks, const StrList *after)
{
    Ms end = MS_NONE;

    for (size_t i = 0; i < tasks->n; i++)
        for (size_t k = 0; k < after->n; k++)
            if (str_eq(tasks->at[i].task.key, after->at[k]))
                end = end == MS_NONE ? tasks->at[i].span.to : later_of(end, tasks->at[i].span.to);
    return end;
}

static Rc add_tasks(Ctx *cx, const TaskSpans *all, SpanRequest *r)
{
    for (size_t i = 0; i < all->n; i++) {
        const TaskSpan *t = &all->at[i];
        if (t->request_id != r->head.id)
            continue;
        AgendaSpan s = span_of_task(t, end_before(&r->tasks, &t->after), cx->now_ms);
        TRY(LIST_PUSH(cx->arena, &r->tasks, ((SpanTask){ *t, s })));
    }
    return RC_OK;
}

Rc spans_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str after, SpanRequests *ret,
             Str *ret_next)
{
    RequestHeads heads = { 0 };
    TaskSpans tasks = { 0 };
    int64_t ids[SPANS_PAGE];

    TRY(find_list(cx, s, q, (FindPage){ .after = after, .size = SPANS_PAGE }, &heads, ret_next));
    for (size_t i = 0; i < heads.n && i < COUNT_OF(ids); i++)
        ids[i] = heads.at[i].id;
    TRY(task_spans(cx, s, ids, heads.n, &tasks));
    for (size_t i = 0; i < heads.n; i++) {
        SpanRequest r = { .head = heads.at[i], .span = span_of_request(&heads.at[i], cx->now_ms) };
        TRY(add_tasks(cx, &tasks, &r));
        TRY(LIST_PUSH(cx->arena, ret, r));
    }
    return RC_OK;
}
