/* portal_look_web.c - how states, routes and conversations look; used by all pages of requests. */
#include "domain/request/portal_web.h"

#define TALK_ENTRIES 100 /* on one page of a conversation */

StateLook state_look(Str state, Str outcome)
{
    static const struct {
        const char *state, *icon, *css;
    } looks[] = {
        { "draft", "s-draft", "" },
        { "submitted", "s-submitted", "go" },
        { "assessing", "s-assessing", "go" },
        { "awaiting_approval", "s-approval", "ask" },
        { "fulfilling", "s-fulfilling", "go" },
        { "pending", "s-pending", "ask" },
        { "fulfilled", "s-fulfilled", "ok" },
        { "closed", "s-closed", "" },
    };
    StateLook look = { request_state_label(state, outcome), "s-submitted", "" };

    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        if (str_eq_z(state, looks[i].state)) {
            look.icon = looks[i].icon;
            look.css = looks[i].css;
        }
    }
    if (str_eq_z(outcome, "rejected") || str_eq_z(outcome, "cancelled")) {
        look.css = "no";
        look.icon = "s-rejected";
    }
    return look;
}

Text your_step(const Ctx *cx, const RequestHead *h, Text other)
{
    Str code = h->step_code;

    if (h->step_person.id == 0 || h->step_person.id != cx->subject->person_id)
        return other;
    if (str_eq_z(code, "submit"))
        return h->submitted_ms == MS_NONE ? TEXT("A draft that is not sent yet")
                                          : TEXT("Sent back to you for correction");
    if (str_eq_z(code, "approve"))
        return TEXT("Waiting for you to approve");
    if (str_eq_z(code, "answer"))
        return TEXT("Waiting for an answer from you");
    if (str_eq_z(code, "confirm") && h->close_at_ms != MS_NONE)
        return TEXT("Done. Waiting for you to confirm; it closes by itself on {0}.",
                    when_day(h->close_at_ms));
    if (str_eq_z(code, "accept") || str_eq_z(code, "confirm"))
        return TEXT("Waiting for you to confirm that it is done");
    return other;
}

/* --- merged requests ------------------------------------------------------------------------------------ */

Rc lead_on(Call *call, const RequestView *v, const char *base, bool *ret_led)
{
    Str into = request_goes_on_in(v);

    *ret_led = !str_is_null(into) && !call->is_again && call_query(call, "itself").len == 0;
    if (!*ret_led)
        return RC_OK;
    call_flash(call, "merged", v->head.number);
    return call_redirect(call, str_fmt(call->arena, "%s/%.*s", base, STR_ARG(into)));
}

/* --- routes ------------------------------------------------------------------------------------------- */

typedef struct StageFold {
    Str stage, name;
    bool done, now, no;
    Str who;
    Ms at_ms;
} StageFold;

/* Stages in order, each once: the latest asking counts. */
static size_t fold_stages(const RequestView *v, StageFold folds[], size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < v->approvals.n; i++) {
        const ViewApproval *a = &v->approvals.at[i];
        if (str_eq_z(a->state, "skipped") && !a->pre_approved)
            continue;
        StageFold *f = NULL;
        for (size_t k = 0; k < n; k++)
            if (str_eq(folds[k].stage, a->stage))
                f = &folds[k];
        if (f == NULL) {
            if (n == room)
                continue;
            f = &folds[n++];
            *f = (StageFold){ .stage = a->stage, .name = a->stage_name, .at_ms = MS_NONE };
        }
        bool asked = str_eq_z(a->state, "asked"), approved = str_eq_z(a->state, "approved");
        bool over = approved || str_eq_z(a->state, "skipped");
        if (asked) {
            f->done = false;
            f->now = true;
            if (f->who.len == 0)
                f->who = a->approver.name;
        } else if (over && !f->now) {
            f->done = true;
            f->at_ms = a->decided_ms;
            f->who = a->decider.id != 0 ? a->decider.name : f->who;
        } else if (str_eq_z(a->state, "rejected")) {
            f->no = true;
            f->at_ms = a->decided_ms;
            f->who = a->decider.name;
        } else if (str_eq_z(a->state, "waiting")) {
            f->done = f->now = false;
        }
    }
    return n;
}

void route_finish(RouteStops *stops)
{
    for (size_t i = 0; i < stops->n; i++)
        stops->at[i].css = stops->at[i].done ? "done" : stops->at[i].now ? "now" : "";
}

static Rc add_stop(Ctx *cx, RouteStops *stops, RouteStop stop)
{
    return LIST_PUSH(cx->arena, stops, stop);
}

static bool any_task(const RequestView *v, const char *state)
{
    for (size_t i = 0; i < v->tasks.n; i++)
        if (str_eq_z(v->tasks.at[i].state, state))
            return true;
    return false;
}

/* Nothing of it was or is people's, but what the asking side does. */
static bool by_program(const RequestView *v)
{
    bool any = false;

    for (size_t i = 0; i < v->tasks.n; i++) {
        const ViewTask *t = &v->tasks.at[i];
        bool own = str_eq_z(t->action_state, "due") || str_eq_z(t->action_state, "done");
        if (!own && !t->for_requester)
            return false;
        any |= own;
    }
    return any;
}

Rc request_stops(Ctx *cx, const RequestView *v, RouteStops *ret)
{
    enum { STAGES_MAX = 3 };
    StageFold folds[STAGES_MAX] = { 0 };
    size_t n = fold_stages(v, folds, STAGES_MAX);
    const RequestHead *h = &v->head;
    bool draft = str_eq_z(h->state, "draft"), closed = str_eq_z(h->state, "closed");
    bool fulfilled = str_eq_z(h->phase, "fulfilled"),
         good = str_eq_z(h->outcome, "fulfilled") || str_eq_z(h->outcome, "partly");
    RouteStops stops = { 0 };

    TRY(add_stop(cx, &stops,
                 (RouteStop){ .title = draft ? TEXT("Not sent yet") : TEXT("Sent"),
                              .done = !draft,
                              .now = draft,
                              .who = h->submitted_ms != MS_NONE
                                         ? TEXT("{0}", when_moment(h->submitted_ms))
                                         : (Text){ 0 } }));
    if (!draft && str_eq_z(v->assessment, "open"))
        TRY(add_stop(cx, &stops,
                     (RouteStop){ .title = TEXT("Checked by the team"),
                                  .now = true,
                                  .who = TEXT("{0}", h->team.name) }));
    for (size_t i = 0; i < n; i++) {
        RouteStop stop = { .title = TEXT("{0}", folds[i].name),
                           .done = folds[i].done,
                           .now = folds[i].now };
        if (folds[i].who.len > 0)
            stop.who = TEXT("{0}", folds[i].who);
        if (folds[i].no)
            stop.note = TEXT("Said no");
        else if (folds[i].done && folds[i].at_ms != MS_NONE)
            stop.note = TEXT("{0}", when_moment(folds[i].at_ms));
        TRY(add_stop(cx, &stops, stop));
    }
    if (closed && !good) {
        TRY(add_stop(cx, &stops,
                     (RouteStop){ .title = TEXT("{0}", request_state_label(h->state, h->outcome)),
                                  .done = true,
                                  .now = true,
                                  .who = TEXT("{0}", when_moment(h->closed_ms)) }));
        route_finish(&stops);
        *ret = stops;
        return RC_OK;
    }
    /* A hand-over is the last task: the team has done its part. */
    bool asks = str_eq_z(h->step_code, "accept") || str_eq_z(h->step_code, "confirm");
    bool working = str_eq_z(h->phase, "fulfilling") && !asks;
    int64_t self = cx->subject->person_id;
    bool yours = self == h->requester.id || self == h->beneficiary.id;
    TRY(add_stop(
        cx, &stops,
        (RouteStop){ .title =
                         by_program(v) ? TEXT("It is done by itself") : TEXT("The team does it"),
                     .done = fulfilled || closed || asks,
                     .now = working,
                     .who = by_program(v) ? (Text){ 0 } : TEXT("{0}", h->team.name),
                     .note = working && any_task(v, "started") ? TEXT("Started") : (Text){ 0 } }));
    TRY(add_stop(cx, &stops,
                 (RouteStop){ .title = closed ? TEXT("Done and confirmed")
                                       : yours
                                           ? TEXT("Done, and you confirm it")
                                           : TEXT("Done, and {0} confirms it", h->requester.name),
                              .done = closed,
                              .now = fulfilled || asks,
                              .who = closed && h->closed_ms != MS_NONE
                                         ? TEXT("{0}", when_moment(h->closed_ms))
                                         : (Text){ 0 } }));
    route_finish(&stops);
    *ret = stops;
    return RC_OK;
}

Rc head_stops(Ctx *cx, const RequestHead *h, RouteStops *ret)
{
    static const char *const phases[] = { "assessing", "awaiting_approval", "fulfilling",
                                          "fulfilled", "closed" };
    size_t at = 0;
    RouteStops stops = { 0 };

    for (size_t i = 0; i < COUNT_OF(phases); i++)
        if (str_eq_z(h->phase, phases[i]))
            at = i;
    bool draft = str_eq_z(h->state, "draft");
    for (size_t i = 0; i < COUNT_OF(phases); i++)
        TRY(add_stop(cx, &stops, (RouteStop){ .done = !draft && i < at, .now = i == at }));
    route_finish(&stops);
    *ret = stops;
    return RC_OK;
}

Trip trip_of(Ctx *cx, const RequestHead *h)
{
    StateLook look = state_look(h->state, h->outcome);
    Trip t = { .number = h->number,
               .title = h->title,
               .state_icon = look.icon,
               .state_class = look.css,
               .state_label = look.label,
               .updated_ms = h->updated_ms,
               .draft = str_eq_z(h->state, "draft"),
               .closed = str_eq_z(h->state, "closed") };

    t.status = t.closed ? TEXT("{0}", look.label) : your_step(cx, h, h->step_text);
    if (head_stops(cx, h, &t.stops) != RC_OK)
        t.stops = (RouteStops){ 0 };
    t.steps = (int64_t)t.stops.n;
    for (size_t i = 0; i < t.stops.n; i++)
        if (t.stops.at[i].now)
            t.step = (int64_t)i + 1;
    return t;
}

/* --- conversation ---------------------------------------------------------------------------------------- */

Rc paragraphs_of(Ctx *cx, Str words, StrList *ret)
{
    while (words.len > 0) {
        Str line = str_trim(str_cut(&words, '\n'));
        if (line.len > 0)
            TRY(LIST_PUSH(cx->arena, ret, line));
    }
    return RC_OK;
}

static Rc talk_entry(Ctx *cx, const Entry *e, TalkEntry *ret)
{
    bool message = str_eq_z(e->kind, "message.added"), note = str_eq_z(e->kind, "note.added");

    *ret = (TalkEntry){ .said = message || note,
                        .note = note,
                        .what = e->what,
                        .words = e->text,
                        .at_ms = e->at_ms,
                        .files = e->files,
                        .who = e->actor.name,
                        .initials = page_initials(e->actor.name, cx->arena),
                        .hue = page_hue(e->actor.login),
                        .mine = e->actor.id != 0 && e->actor.id == cx->subject->person_id };
    ret->you = ret->mine;
    return paragraphs_of(cx, e->text, &ret->paragraphs);
}

static Rc talk_groups(Ctx *cx, const Entries *entries, TalkGroups *ret, int64_t *ret_messages)
{
    TalkGroups groups = { 0 };
    int64_t messages = 0;

    for (size_t i = 0; i < entries->n; i++) {
        const Entry *e = &entries->at[i];
        TalkEntry t;
        TRY(talk_entry(cx, e, &t));
        messages += t.said && !t.note;
        bool quiet = e->by_system && !t.said && e->text.len == 0;
        TalkGroup *last = groups.n > 0 ? &groups.at[groups.n - 1] : NULL;
        if (!quiet || last == NULL || !last->folded) {
            TRY(LIST_PUSH(cx->arena, &groups, (TalkGroup){ .folded = quiet }));
            last = &groups.at[groups.n - 1];
        }
        TRY(LIST_PUSH(cx->arena, &last->entries, t));
    }
    /* A single step of the system needs no folding. */
    for (size_t i = 0; i < groups.n; i++)
        groups.at[i].folded = groups.at[i].entries.n > 1;
    *ret = groups;
    *ret_messages = messages;
    return RC_OK;
}

Rc talk_part(Call *call, GrantedRequest g, const RequestView *v, bool only_public, TalkPart *ret)
{
    Ctx *cx = &call->cx;
    TimelineFilter f = {
        .newest = true, .size = TALK_ENTRIES, .view = v, .only_public = only_public
    };
    Str before = call_query(call, "before");
    Entries entries = { 0 };
    TalkPart part = { 0 };
    bool more = false;

    if (before.len > 0 && (!str_to_i64(before, &f.before_seq) || f.before_seq < 1))
        return RC_NOT_FOUND;
    TRY(timeline(cx, g, &f, &entries, &more));
    TRY(talk_groups(cx, &entries, &part.groups, &part.messages));
    if (more && entries.n > 0)
        part.older_url = str_fmt(cx->arena, "?before=%lld#live-talk", (long long)entries.at[0].seq);
    if (f.before_seq > 0)
        part.newest_url = STR("?#live-talk");
    part.whole = !more && f.before_seq == 0;
    if (f.before_seq == 0 && entries.n > 0)
        part.newest_seq = entries.at[entries.n - 1].seq;
    *ret = part;
    return RC_OK;
}
