/* agenda.h - requests of a view by one of their dates, and as spans of time with their tasks: for the calendar and
 * the timeline.
 *
 * Days are those of the reader's zone, as in the query language; a day is named by its start in UTC.
 */
#pragma once

#include "domain/request/lists.h"
#include "domain/view/saved.h"

#define AGENDA_MOST 200 /* requests of one calendar */
#define SPANS_PAGE  25  /* requests of one timeline */

/* Dates by which a request can stand in a calendar: due, fulfil_by, not_before, agreed. */
typedef struct AgendaField {
    const char *name, *label; /* field of the query language; msgid */
} AgendaField;
extern const AgendaField agenda_fields[];
extern const size_t agenda_fields_n;
bool agenda_is_field(Str name);

/* A day that was written down as 2030-01-31, up to the year 2999; "" is today.  Errors: RC_INVALID (field "on"). */
CHECKED Rc agenda_day(Ctx *cx, Str text, Ms *ret);
/* Its Monday; the first of its month, or of the one so many months later. */
Ms   agenda_monday(Ms day);
Ms   agenda_month(Ms day, int32_t further);
/* The days that a calendar shows around `on`, from Monday on: its week, or all weeks of its month; up to and without *ret_to. */
void agenda_days(Ms on, bool week, Ms *ret_from, Ms *ret_to);

typedef struct AgendaEntry {
    RequestHead head;
    Ms          at_ms; /* the date by which it stands there */
    Ms          day;
} AgendaEntry;
LIST_OF(AgendaEntry, AgendaEntries);

/* What `q` finds with its `by` within the days from `from` up to and without `to`, earliest first, at most AGENDA_MOST.
 * *ret_more: there are others, all of them at or behind the last one.  A fixed number of statements.
 * Errors: RC_INVALID (field "by"), RC_LIMIT (took too long). */
CHECKED Rc agenda_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Ms from, Ms to,
                      AgendaEntries *ret, bool *ret_more);
/* The query of one day of it, for the list; STR_NULL: longer than a query may be. */
CHECKED Rc agenda_day_query(Ctx *cx, const FindQuery *q, Str by, Ms day, Str *ret);

/* A piece of time.  What has no end yet ends with `now`. */
typedef struct AgendaSpan {
    Ms   from, to;
    bool done;    /* it is over */
    bool late;    /* its due time has passed */
    bool planned; /* worked out from what comes before it and its planned effort: nobody has begun */
    bool open_end; /* nothing says when it ends */
} AgendaSpan;

typedef struct SpanTask {
    TaskSpan task;
    AgendaSpan     span;
} SpanTask;
LIST_OF(SpanTask, SpanTasks);

typedef struct SpanRequest {
    RequestHead head;
    AgendaSpan        span;
    SpanTasks   tasks; /* in the order of the plan, without skipped and cancelled ones */
} SpanRequest;
LIST_OF(SpanRequest, SpanRequests);

/* A request runs from its planned start, else from when it was sent (written down), until it was closed or fulfilled, else until it is
 * to be fulfilled, else until the next of its targets ends.  Pure. */
AgendaSpan span_of_request(const RequestHead *h, Ms now);
/* A finished task ran as it did.  A task that is under way ends when it is due, else after its effort; one that is ready begins now or
 * at its instant; one that waits begins when the last of those before it ends (`after_ms`, MS_NONE: none).  Pure. */
AgendaSpan span_of_task(const TaskSpan *t, Ms after_ms, Ms now);

/* A page of a view as spans, in the order of `q`: SPANS_PAGE requests after `after`, with their tasks.  A fixed number of
 * statements.  Errors: as find_list. */
CHECKED Rc spans_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str after, SpanRequests *ret,
                     Str *ret_next);
