/* agenda_api.c - the calendar and the timeline of a view over the API: what their pages show. */
#include "domain/request/request_json_api.h"
#include "domain/view/agenda.h"

#include "http/dispatch.h"

/* The view of the call and what it asks for, in the order of lists. */
static Rc open_view(Call *call, ScopeRequests *ret_scope, SavedView *ret, const FindQuery **ret_q)
{
    Ctx *cx = &call->cx;
    GrantedSelf self;

    TRY(access_self(cx, &self));
    TRY(access_requests(cx, ret_scope));
    TRY(view_get(cx, self, call_param(call, "key"), ret));
    TRY(view_query(cx, "query", ret->query, ret_q));
    return find_fair(cx, *ret_q, ret_q);
}

static Rc read_show(Call *call, bool *ret_week)
{
    Str show = call_query(call, "show");

    *ret_week = str_eq_z(show, "week");
    if (*ret_week || show.len == 0 || str_eq_z(show, "month"))
        return RC_OK;
    return fail_field(&call->cx, RC_INVALID, "show", "unknown_word",
                      TEXT("A calendar shows a month or a week."));
}

static Rc api_calendar(Call *call)
{
    Ctx *cx = &call->cx;
    Str by = call_query(call, "by");
    AgendaEntries list = { 0 };
    ScopeRequests s;
    SavedView v;
    const FindQuery *q;
    bool week = false, more = false;
    Ms on, from, to;
    JsonOut o;

    TRY(open_view(call, &s, &v, &q));
    TRY(read_show(call, &week));
    TRY(agenda_day(cx, call_query(call, "on"), &on));
    if (by.len == 0)
        by = STR("due");
    agenda_days(on, week, &from, &to);
    TRY(agenda_get(cx, s, q, by, from, to, &list, &more));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "view", v.key);
    json_field_text(&o, "by", by);
    json_field_text(&o, "from", clock_date(cx->arena, from));
    json_field_text(&o, "to", clock_date(cx->arena, to - MS_DAY));
    json_field_bool(&o, "more", more);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++) {
        json_object(&o);
        json_field_text(&o, "day", clock_date(cx->arena, list.at[i].day));
        json_field_time(&o, "at", list.at[i].at_ms);
        json_key_lit(&o, "request");
        head_json(&o, cx, &list.at[i].head);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

/* ---- timeline ---- */

static void span_json(JsonOut *o, const AgendaSpan *s)
{
    json_object(o);
    json_field_time(o, "from", s->from);
    json_field_time(o, "to", s->to);
    json_field_bool(o, "done", s->done);
    json_field_bool(o, "late", s->late);
    json_field_bool(o, "planned", s->planned);
    json_field_bool(o, "open_end", s->open_end);
    json_object_end(o);
}

static void task_span_json(JsonOut *o, const SpanTask *t)
{
    json_object(o);
    json_field_text(o, "key", t->task.key);
    json_field_text(o, "title", t->task.title);
    json_field_text(o, "state", t->task.state);
    json_key_lit(o, "after");
    json_array(o);
    for (size_t i = 0; i < t->task.after.n; i++)
        json_text(o, t->task.after.at[i]);
    json_array_end(o);
    json_key_lit(o, "span");
    span_json(o, &t->span);
    json_object_end(o);
}

static Rc api_timeline(Call *call)
{
    Ctx *cx = &call->cx;
    SpanRequests list = { 0 };
    ScopeRequests s;
    SavedView v;
    const FindQuery *q;
    Str next = STR("");
    JsonOut o;

    TRY(open_view(call, &s, &v, &q));
    TRY(spans_get(cx, s, q, call_query(call, "cursor"), &list, &next));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "view", v.key);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++) {
        const SpanRequest *r = &list.at[i];
        json_object(&o);
        json_key_lit(&o, "request");
        head_json(&o, cx, &r->head);
        json_key_lit(&o, "span");
        span_json(&o, &r->span);
        json_key_lit(&o, "tasks");
        json_array(&o);
        for (size_t k = 0; k < r->tasks.n; k++)
            task_span_json(&o, &r->tasks.at[k]);
        json_array_end(&o);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_field_text(&o, "next", next.len > 0 ? next : STR_NULL);
    json_object_end(&o);
    return RC_OK;
}

extern const RouteTable agenda_api;
const RouteTable agenda_api = ROUTES(
    { HTTP_GET, "/api/v1/views/{key}/calendar", api_calendar, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "The calendar of a view", .reply = "ViewCalendar", .query = "by show on" },
    { HTTP_GET, "/api/v1/views/{key}/timeline", api_timeline, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "The timeline of a view: its requests and their tasks as spans of time",
      .reply = "ViewTimeline", .query = "cursor" }, );

extern const SchemaTable agenda_schemas;
const SchemaTable agenda_schemas = SCHEMAS(
    SCHEMA("ViewCalendar", { "view", "text", "its key" },
           { "by", "text", "due, fulfil_by, not_before or agreed" },
           { "from", "date", "the first day, a Monday" }, { "to", "date", "the last day" },
           { "more", "bool", "there are others, from the day of the last one on" },
           { "items", "[ViewCalendarItem]", "earliest first, at most 200" }),
    SCHEMA("ViewCalendarItem", { "day", "date", "in the reader's zone" }, { "at", "time", NULL },
           { "request", "RequestSummary", NULL }),
    SCHEMA("ViewTimeline", { "view", "text", "its key" },
           { "items", "[ViewTimelineItem]", "25 in the order of the view" },
           { "next", "text?", "cursor of the next page" }),
    SCHEMA("ViewTimelineItem", { "request", "RequestSummary", NULL }, { "span", "ViewSpan", NULL },
           { "tasks", "[ViewTimelineTask]", "in the order of the plan, without skipped ones" }),
    SCHEMA("ViewTimelineTask", { "key", "text", NULL }, { "title", "text", NULL },
           { "state", "text", NULL }, { "after", "[text]", "keys of tasks that come before it" },
           { "span", "ViewSpan", NULL }),
    SCHEMA("ViewSpan", { "from", "time", NULL }, { "to", "time", NULL }, { "done", "bool", NULL },
           { "late", "bool", "its due time has passed" },
           { "planned", "bool", "worked out: nobody has begun" },
           { "open_end", "bool", "nothing says when it ends" }), );
