/* clock_web.c - clocks at the side of a request, the page that explains them, and why one came too late. */
#include "domain/request/clock_page.h"
#include "domain/request/order_web.h"
#include "domain/request/work_web.h"

#include "tmpl/clock_why.h"

static Str title_of(const RequestView *v, Str task)
{
    for (size_t i = 0; i < v->tasks.n; i++)
        if (str_eq(v->tasks.at[i].key, task))
            return v->tasks.at[i].title;
    return task;
}

static bool in_working_time(const ViewClock *c)
{
    TimeSpan goal;

    return timespan_parse(c->goal, &goal) && timespan_is_working(goal);
}

/* Whole hours of a goal in working time, which no day of 24 hours may stand for; 0: less than one, or
 * the goal runs day and night. */
static int64_t working_hours(const ViewClock *c)
{
    int64_t ms = c->left_ms < 0 ? -c->left_ms : c->left_ms;

    return in_working_time(c) ? ms / MS_HOUR : 0;
}

static Text left_words(const ViewClock *c)
{
    int64_t hours = working_hours(c);

    if (c->left_ms < 0)
        return hours > 0 ? TEXT_N("%d working hour too late", "%d working hours too late", hours)
                         : TEXT("{0} too late", span_ms(-c->left_ms));
    return hours > 0 ? TEXT_N("%d working hour left", "%d working hours left", hours)
                     : TEXT("{0} left", span_ms(c->left_ms));
}

/* How it stands, in a sentence. */
static Text stands(const ViewClock *c)
{
    int64_t hours = working_hours(c);

    if (c->stopped_ms != MS_NONE && c->breached && hours > 0)
        return TEXT_N("Ended {0}, %d working hour too late", "Ended {0}, %d working hours too late",
                      hours, when_short(c->stopped_ms));
    if (c->stopped_ms != MS_NONE && c->breached)
        return TEXT("Ended {0}, too late by {1}", when_short(c->stopped_ms), span_ms(-c->left_ms));
    if (c->stopped_ms != MS_NONE)
        return TEXT("In time, {0}", when_short(c->stopped_ms));
    if (c->paused_ms != MS_NONE && c->due_ms == MS_NONE && hours > 0)
        return TEXT_N("Paused since {0}, %d working hour left",
                      "Paused since {0}, %d working hours left", hours, when_past(c->paused_ms));
    if (c->paused_ms != MS_NONE && c->due_ms == MS_NONE)
        return TEXT("Paused since {0}, {1} left", when_past(c->paused_ms), span_ms(c->left_ms));
    if (c->due_ms == MS_NONE)
        return TEXT("Nothing is promised any more");
    if (c->breached)
        return TEXT("Was due {0}", when_moment(c->due_ms));
    return TEXT("Due {0}", when_moment(c->due_ms));
}

Rc clock_looks(Ctx *cx, const RequestView *v, ClockLooks *ret)
{
    bool team = (v->may & MAY_WORK) != 0;

    UNUSED(cx);
    for (size_t i = 0; i < v->clocks.n; i++) {
        const ViewClock *c = &v->clocks.at[i];
        bool soon = c->has_left && c->left_ms < c->goal_ms / 4;
        ClockLook look = { .c = c,
                           .name = clock_name(c),
                           .of = c->task.len > 0 ? title_of(v, c->task) : STR(""),
                           .left = left_words(c),
                           .css = c->breached ? "over"
                                  : soon      ? "soon"
                                              : "",
                           .icon = c->breached ? "warn" : "clock",
                           .running = c->stopped_ms == MS_NONE && c->has_left,
                           .paused = c->paused_ms != MS_NONE,
                           .ask = team && c->breached && c->reason.len == 0,
                           .number = v->head.number,
                           .small = stands(c) };
        TRY(LIST_PUSH(cx->arena, ret, look));
    }
    return RC_OK;
}

/* ---- why ---- */

static Text paused_words(Str why)
{
    static const struct {
        const char *why, *words;
    } rows[] = {
        { "requester", T("It paused: an answer of the requester was needed.") },
        { "supplier", T("It paused: a supplier was waited for.") },
        { "date", T("It paused: the request was put off to a date.") },
        { "other", T("It paused: the request was put on hold.") },
        { "draft", T("It paused: the request was sent back for correction.") },
        { "waiting", T("It paused: the step had to wait.") },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (str_eq_z(why, rows[i].why))
            return (Text){ .msgid = rows[i].words };
    return TEXT("It paused by the rule of the target.");
}

static Text goal_words(const ClockFact *f)
{
    if (f->goal.len == 0)
        return TEXT("No line of the target holds any more: nothing is promised.");
    if (f->when.len == 0)
        return f->calendar.len > 0
                   ? TEXT("By the calendar {0}: line {1}, which always holds.", f->calendar,
                          f->line)
                   : TEXT("Around the clock: line {0}, which always holds.", f->line);
    return f->calendar.len > 0
               ? TEXT("By the calendar {0}: line {1}, because {2}.", f->calendar, f->line, f->when)
               : TEXT("Around the clock: line {0}, because {1}.", f->line, f->when);
}

static Text reached_words(const ClockFact *f)
{
    if (f->moved.len > 0)
        return TEXT("Threshold {0} was reached; handed over to {1}.", f->why, f->moved);
    return TEXT("Threshold {0} was reached; told: {1}.", f->why, f->to);
}

static FactLine fact_line(const ClockFact *f)
{
    FactLine l = { .at = f->at, .due = f->due, .who = f->actor.name };
    TimeSpan goal;

    switch (f->what) {
    case TOLD_BEGAN:
        l.what = TEXT("It began.");
        l.detail = goal_words(f);
        break;
    case TOLD_GOAL:
        l.what = TEXT("Another goal counts from its beginning on.");
        l.detail = goal_words(f);
        break;
    case TOLD_PAUSED: l.what = paused_words(f->why); break;
    case TOLD_RESUMED:
        l.what = TEXT("It went on. The pause puts off the due time by {0}.", span_ms(f->worked_ms));
        break;
    case TOLD_REACHED: l.what = reached_words(f); break;
    case TOLD_STOPPED: l.what = TEXT("It ended."); break;
    }
    if (l.detail.msgid != NULL && timespan_parse(f->goal, &goal))
        l.goal = span_text(goal, true);
    l.has_due = f->due != MS_NONE && f->what != TOLD_REACHED;
    return l;
}

static Rc tale_look(Ctx *cx, const RequestView *v, const ClockTale *t, TaleLook *ret)
{
    TaleLook look = { .name = clock_name(&t->clock),
                      .state = stands(&t->clock),
                      .source = t->by_model ? TEXT("From version {0} of the model.", t->version)
                                            : TEXT("From version {0} of the target {1}.",
                                                   t->version, t->clock.target),
                      .of = t->clock.task.len > 0 ? title_of(v, t->clock.task) : STR(""),
                      .id = str_fmt(cx->arena, "c-%.*s-%.*s-%lld", STR_ARG(t->clock.target),
                                    STR_ARG(t->clock.task), (long long)t->clock.cycle),
                      .cycle = t->clock.cycle,
                      .again = t->clock.cycle > 1,
                      .start = t->start,
                      .pause = t->pause,
                      .stop = t->stop,
                      .reason = t->clock.reason };

    for (size_t i = 0; i < t->facts.n; i++)
        TRY(LIST_PUSH(cx->arena, &look.facts, fact_line(&t->facts.at[i])));
    *ret = look;
    return RC_OK;
}

static Rc page_clocks(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestView v;
    ClockTales tales;
    ClocksPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    TRY(clocks_explain(cx, g, &tales));
    p.number = v.head.number;
    p.title = v.head.title;
    p.staff = (v.may & MAY_NOTES) != 0;
    for (size_t i = 0; i < tales.n; i++) {
        TaleLook look;
        TRY(tale_look(cx, &v, &tales.at[i], &look));
        TRY(LIST_PUSH(cx->arena, &p.tales, look));
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.title = TEXT("Times of {0}", v.head.number);
    frame.crumb = TEXT("Why these times?");
    frame.nav = p.staff ? NAV_NONE : NAV_REQUESTS;
    if (!p.staff)
        TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                      (Crumb){ .url = STR("/requests"), .text = TEXT("My requests") }));
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = str_fmt(cx->arena, "/%s/%.*s", p.staff ? "work" : "requests",
                                          STR_ARG(v.head.number)),
                           .text = TEXT("{0}", v.head.number) }));
    return PAGE(&out, &frame, tmpl_clock_why, &p);
}

static Rc page_reason(Call *call)
{
    GrantedRequest g;
    Str number = call_param(call, "number");

    /* asked again by clock_reason */
    TRY(access_request_number(&call->cx, number, MAY_SEE, &g));
    TRY(clock_reason(&call->cx, g,
                     &(ClockReason){ .target = call_param(call, "target"),
                                     .task = call_form(call, "task"),
                                     .reason = str_trim(call_form(call, "reason")) }));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/work/%.*s", STR_ARG(number)));
}

const RouteTable clock_pages = ROUTES(
    { HTTP_GET, "/requests/{number}/clocks", page_clocks, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Why the clocks of a request stand as they do" },
    { HTTP_POST, "/work/{number}/clocks/{target}/reason", page_reason, RIGHT_STAFF, BODY_FORM,
      TX_WRITE, .text = "Say why a clock came too late", .again = page_work_request }, );
