/* clock_web.c - clocks at the side of a request, the page that explains them, and why one came too late. */
#include "domain/request/clock_page.h"
#include "domain/request/work_web.h"

#include "tmpl/clock_why.h"

static Str title_of(const RequestView *v, Str task)
{
    for (size_t i = 0; i < v->tasks.n; i++)
        if (str_eq(v->tasks.at[i].key, task))
            return v->tasks.at[i].title;
    return task;
}

/* How it stands, in a sentence. */
static Text stands(const ViewClock *c)
{
    if (c->stopped_ms != MS_NONE && c->breached)
        return TEXT("Ended {0}, too late by {1}", when_short(c->stopped_ms), span_ms(-c->left_ms));
    if (c->stopped_ms != MS_NONE)
        return TEXT("In time, {0}", when_short(c->stopped_ms));
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
                           .left = span_ms(c->left_ms),
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
                   ? TEXT("{0} by calendar {1}: line {2}, which always holds.", f->goal,
                          f->calendar, f->line)
                   : TEXT("{0} around the clock: line {1}, which always holds.", f->goal, f->line);
    return f->calendar.len > 0
               ? TEXT("{0} by calendar {1}: line {2}, because {3}.", f->goal, f->calendar, f->line,
                      f->when)
               : TEXT("{0} around the clock: line {1}, because {2}.", f->goal, f->line, f->when);
}

static FactLine fact_line(const ClockFact *f)
{
    FactLine l = { .at = f->at, .due = f->due, .who = f->actor.name };

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
    case TOLD_REACHED: l.what = TEXT("Threshold {0} was reached; told: {1}.", f->why, f->to); break;
    case TOLD_STOPPED: l.what = TEXT("It ended."); break;
    }
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
    return PAGE(&out, &frame, tmpl_clock_why, &p);
}

static Rc page_reason(Call *call)
{
    GrantedRequest g;
    Str number = call_param(call, "number");

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
