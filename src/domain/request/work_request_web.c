/* work_request_web.c - one request in three panes, and everything its team does with it. */
#include "domain/request/unsent.h"
#include "domain/request/bulk.h"
#include "domain/request/me_too_web.h"
#include "domain/request/plan.h"
#include "domain/request/ready.h"
#include "domain/request/order_web.h"
#include "domain/request/read_mark.h"
#include "domain/request/tag.h"
#include "domain/request/work_web.h"

#include "http/live.h"

#include "tmpl/work_here.h"
#include "tmpl/work_request.h"

#define QUEUE_SIZE 20

static const ActOffer *offer_of(const ActOffers *offers, ActKind kind)
{
    for (size_t i = 0; i < offers->n; i++)
        if (offers->at[i].kind == kind)
            return &offers->at[i];
    return NULL;
}

static bool may_now(const ActOffers *offers, ActKind kind)
{
    const ActOffer *o = offer_of(offers, kind);
    return o != NULL && o->now;
}

/* --- tasks and approvals as they look ---------------------------------------------------------------------- */

static Str titles_of(Ctx *cx, const RequestView *v, const StrList *keys)
{
    Buf b;

    buf_init(&b, 4096);
    for (size_t i = 0; i < keys->n; i++) {
        Str title = keys->at[i];
        for (size_t k = 0; k < v->tasks.n; k++)
            if (str_eq(v->tasks.at[k].key, keys->at[i]))
                title = v->tasks.at[k].title;
        if (i > 0)
            buf_add_lit(&b, ", ");
        buf_add(&b, title);
    }
    Str s = str_dup(cx->arena, buf_str(&b));
    buf_done(&b);
    return s;
}

static Text task_small(Ctx *cx, const RequestView *v, const ViewTask *t)
{
    Str who = t->assignee.id != 0 ? t->assignee.name
              : t->for_requester  ? v->head.requester.name
                                  : t->team.name;

    if (str_eq_z(t->action_state, "done"))
        return str_eq_z(t->sign_off, "asked")
                   ? TEXT("Done by itself, waits for a sign-off")
                   : TEXT("Done by itself, {0}", when_short(t->finished_ms));
    if (str_eq_z(t->action_state, "due") && str_eq_z(t->state, "ready"))
        return TEXT("Is done by itself; whoever starts it takes it over");
    if (str_eq_z(t->state, "finished") && str_eq_z(t->sign_off, "asked"))
        return TEXT("Done by {0}, waits for a sign-off", t->finished_by.name);
    if (str_eq_z(t->state, "finished"))
        return TEXT("{0}, {1}", t->finished_by.name, when_short(t->finished_ms));
    if (str_eq_z(t->state, "skipped"))
        return str_eq_z(t->skip, "condition") ? TEXT("Not needed") : TEXT("Left out: {0}", t->note);
    if (str_eq_z(t->state, "cancelled"))
        return TEXT("Cancelled");
    if (str_eq_z(t->state, "started"))
        return TEXT("{0}, since {1}", who, when_short(t->started_ms));
    if (str_eq_z(t->state, "ready"))
        return TEXT("{0}, ready", who);
    if (t->at_ms != MS_NONE && t->at_ms > cx->now_ms)
        return TEXT("{0}, on {1}", who, when_short(t->at_ms));
    if (t->after.n > 0)
        return TEXT("{0}, after {1}", who, titles_of(cx, v, &t->after));
    return TEXT("{0}, later", who);
}

static Rc task_looks(Ctx *cx, const RequestView *v, TaskLooks *ret)
{
    for (size_t i = 0; i < v->tasks.n; i++) {
        const ViewTask *t = &v->tasks.at[i];
        bool done = str_eq_z(t->state, "finished"),
             open = str_eq_z(t->state, "ready") || str_eq_z(t->state, "started");
        bool gone = str_eq_z(t->state, "skipped") || str_eq_z(t->state, "cancelled");
        TaskLook look = { .t = t,
                          .css = done   ? "done"
                                 : open ? "now"
                                        : "wait",
                          .icon = done   ? "s-fulfilled"
                                  : gone ? "x"
                                  : open ? "s-fulfilling"
                                         : "s-draft",
                          .small = task_small(cx, v, t),
                          .number = v->head.number,
                          .start = (t->may & TASK_MAY_START) != 0,
                          .finish = (t->may & TASK_MAY_FINISH) != 0,
                          .skip = (t->may & TASK_MAY_SKIP) != 0,
                          .assign = (t->may & TASK_MAY_ASSIGN) != 0,
                          .sign_off = (t->may & TASK_MAY_SIGN_OFF) != 0,
                          .check = (t->may & TASK_MAY_CHECK) != 0,
                          .test = t->test,
                          .sop = t->sop };
        if (open && str_eq_z(t->action_state, "person"))
            look.failed = t->note;
        if (open || done)
            look.checklist = t->checklist;
        TRY(LIST_PUSH(cx->arena, ret, look));
    }
    return RC_OK;
}

static Rc approval_looks(Ctx *cx, const RequestView *v, ApprovalLooks *ret)
{
    static const struct {
        const char *state, *label, *icon, *css;
    } looks[] = {
        { "waiting", T("Later"), "s-draft", "" },
        { "asked", T("Asked"), "s-approval", "ask" },
        { "approved", T("Approved"), "s-fulfilled", "ok" },
        { "rejected", T("Rejected"), "s-rejected", "no" },
        { "returned", T("Sent back"), "back", "" },
        { "withdrawn", T("No longer needed"), "x", "" },
        { "skipped", T("Not needed"), "bolt", "" },
    };
    for (size_t i = 0; i < v->approvals.n; i++) {
        const ViewApproval *a = &v->approvals.at[i];
        ApprovalLook look = { .stage = a->stage_name,
                              .reason = a->reason,
                              .who = a->decider.id != 0 ? a->decider.name : a->approver.name };
        for (size_t k = 0; k < COUNT_OF(looks); k++) {
            if (str_eq_z(a->state, looks[k].state)) {
                look.label = looks[k].label;
                look.icon = looks[k].icon;
                look.css = looks[k].css;
            }
        }
        if (a->pre_approved)
            look.label = T("Approved by rule");
        if (a->stuck)
            look.small = TEXT("Nobody may approve this: the owners have to sort it out");
        else if (a->decider.id != 0 && a->decider.id != a->approver.id)
            look.small = TEXT("in the place of {0}", a->approver.name);
        else if (a->decided_ms != MS_NONE)
            look.small = TEXT("{0}", when_short(a->decided_ms));
        else if (a->asked_ms != MS_NONE)
            look.small = TEXT("since {0}", when_past(a->asked_ms));
        TRY(LIST_PUSH(cx->arena, ret, look));
    }
    return RC_OK;
}

/* --- buttons ---------------------------------------------------------------------------------------------------- */

static Rc add_button(Ctx *cx, const ActOffers *offers, ActKind kind, Text ask, bool main, bool bad,
                     ActButtons *to)
{
    const ActOffer *o = offer_of(offers, kind);

    if (o == NULL)
        return RC_OK;
    return LIST_PUSH(cx->arena, to,
                     (ActButton){ .act = act_word(kind),
                                  .label = o->label,
                                  .ask = ask,
                                  .needs_text = ask.msgid != NULL,
                                  .main = main,
                                  .bad = bad,
                                  .why_not = o->now ? (Text){ 0 } : o->why_not });
}

static Rc act_buttons(Ctx *cx, const ActOffers *o, WorkRequestPage *p)
{
    if (may_now(o, ACT_FULFIL))
        TRY(add_button(cx, o, ACT_FULFIL, TEXT("What was done? The requester reads this."), true,
                       false, &p->buttons));
    if (may_now(o, ACT_RESUME))
        TRY(add_button(cx, o, ACT_RESUME, (Text){ 0 }, true, false, &p->buttons));
    TRY(add_button(cx, o, ACT_REJECT, TEXT("Why? The requester reads this."), false, true,
                   &p->menu));
    TRY(add_button(cx, o, ACT_CANCEL, TEXT("Why? The requester reads this."), false, true,
                   &p->menu));
    TRY(add_button(cx, o, ACT_REOPEN, TEXT("Why is it opened again?"), false, false, &p->menu));
    return add_button(cx, o, ACT_ADHOC,
                      TEXT("Why does the usual way not fit? The owners decide about it."), false,
                      false, &p->menu);
}

/* --- choices ------------------------------------------------------------------------------------------------------ */

static Rc choices(Ctx *cx, WorkRequestPage *p)
{
    TeamRefs teams = { 0 };
    TeamMembers members = { 0 };
    static const struct {
        Str value;
        const char *label;
    } levels[] = {
        { STR_INIT("low"), T("Low") },
        { STR_INIT("normal"), T("Normal") },
        { STR_INIT("high"), T("High") },
        { STR_INIT("critical"), T("Critical") },
    };

    if (p->may_transfer)
        TRY(team_choices_many(cx, &p->many_teams));
    if (p->may_transfer && !p->many_teams) {
        TRY(team_choices(cx, &teams));
        for (size_t i = 0; i < teams.n; i++)
            if (teams.at[i].id != p->v.head.team.id)
                TRY(LIST_PUSH(cx->arena, &p->teams,
                              (WidgetOption){ .value = teams.at[i].key,
                                              .label = TEXT("{0}", teams.at[i].name) }));
    }
    if (p->may_assign) {
        TRY(team_members(cx, p->v.head.team.id, &members));
        members_by_name(cx->lang, &members);
        for (size_t i = 0; i < members.n; i++)
            TRY(LIST_PUSH(
                cx->arena, &p->people,
                (WidgetOption){ .value = members.at[i].person.login,
                                .label = TEXT("{0}", members.at[i].person.name),
                                .chosen = members.at[i].person.id == p->v.head.assignee.id }));
    }
    for (size_t i = 0; i < COUNT_OF(levels); i++)
        TRY(LIST_PUSH(cx->arena, &p->levels,
                      (WidgetOption){ .value = levels[i].value,
                                      .label = TEXT("{0}", levels[i].label),
                                      .chosen = str_eq(levels[i].value, p->v.head.level) }));
    if (p->may_convert) {
        CatalogModels models = { 0 };
        TRY(catalog_models(cx, &models));
        for (size_t i = 0; i < models.n; i++)
            if (models.at[i].model->record == RECORD_INCIDENT)
                TRY(LIST_PUSH(cx->arena, &p->incidents,
                              (WidgetOption){ .value = models.at[i].model->key,
                                              .label = TEXT("{0}", models.at[i].model->name) }));
    }
    return RC_OK;
}

static Rc assess_questions(Call *call, WorkRequestPage *p)
{
    Ctx *cx = &call->cx;
    AnswerInputs values = { 0 };
    Form form;

    if (call->is_again)
        TRY(order_answers(call, &values));
    TRY(order_form(cx, STR(""), &p->v.model.model->assess, &values, NULL, &form));
    p->assess = form.widgets;
    return RC_OK;
}

static Rc side_queue(Ctx *cx, WorkRequestPage *p)
{
    ScopeRequests s;
    PaneRequests list = { 0 };

    TRY(access_requests(cx, &s));
    TRY(request_pane(cx, s, QUEUE_SIZE, &list));
    for (size_t i = 0; i < list.n; i++) {
        const PaneRequest *r = &list.at[i];
        StateLook look = state_look(r->state, r->outcome);
        WorkRow row = { .number = r->number,
                        .title = r->title,
                        .requester = r->requester.name,
                        .state_css = look.css,
                        .state_icon = look.icon,
                        .state_label = look.label,
                        .current = r->id == p->v.head.id };
        TRY(LIST_PUSH(cx->arena, &p->queue, row));
    }
    return RC_OK;
}

/* The requests before and after this one: in the list one came from, which tells when it is asked, else in the
 * pane beside it. */
static void fill_steps(Call *call, WorkRequestPage *p)
{
    Str view = call_query(call, "view"), q = call_query(call, "q");

    p->in_view = view.len > 0 ? view : STR("");
    p->in_query = q.len > 0 ? q : STR("");
    p->in_list = view.len > 0 || !str_is_null(q);
    for (size_t i = 0; i < p->queue.n && !p->in_list; i++) {
        if (!p->queue.at[i].current)
            continue;
        if (i > 0)
            p->before = p->queue.at[i - 1].number;
        if (i + 1 < p->queue.n)
            p->after = p->queue.at[i + 1].number;
    }
}

static Rc fill_aside(Ctx *cx, GrantedRequest g, WorkRequestPage *p)
{
    ViewSnoozes list;

    TRY(snooze_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const ViewSnooze *s = &list.at[i];
        TRY(LIST_PUSH(cx->arena, &p->aside,
                      (AsideLook){ .until_ms = s->until_ms,
                                   .who = s->everybody
                                              ? TEXT("Put aside for everybody by {0}", s->by.name)
                                              : TEXT("Put aside by you"),
                                   .reason = s->reason }));
    }
    return RC_OK;
}

static void fill_rights(WorkRequestPage *p, const ActOffers *o)
{
    uint32_t may = p->v.may;

    p->may_assign = may_now(o, ACT_ASSIGN);
    p->may_assess = may_now(o, ACT_ASSESS);
    p->may_transfer = may_now(o, ACT_TRANSFER);
    p->may_ask = may_now(o, ACT_ASK);
    p->may_pend = may_now(o, ACT_PEND);
    p->may_convert = may_now(o, ACT_CONVERT);
    p->may_merge = may_now(o, ACT_MERGE);
    p->may_split = (may & MAY_WORK) != 0 && !p->v.head.confidential
                   && !str_eq_z(p->v.head.state, "draft") && !str_eq_z(p->v.head.state, "closed");
    p->may_unmerge = may_now(o, ACT_UNMERGE);
    p->may_note = (may & MAY_NOTE) != 0;
    p->may_say = (may & MAY_SAY) != 0 && !str_eq_z(p->v.head.outcome, "merged");
    p->may_link = (may & (MAY_NOTE | MAY_ASK_SIDE)) != 0;
    p->may_priority = (may & MAY_LEAD) != 0 && !str_eq_z(p->v.head.state, "closed");
    p->may_adhoc_task = (may & MAY_WORK) != 0 && str_eq_z(p->v.head.adhoc, "approved");
    p->may_agree = (may & (MAY_WORK | MAY_LEAD)) != 0 && !str_eq_z(p->v.head.phase, "closed")
                   && !str_eq_z(p->v.head.phase, "fulfilled")
                   && !str_eq_z(p->v.head.phase, "draft");
    p->may_aside =
        (may & (MAY_WORK | MAY_LEAD | MAY_TASK)) != 0 && !str_eq_z(p->v.head.state, "closed");
    p->has_agreed = p->v.head.agreed_ms != MS_NONE;
    p->offered = p->v.handover.mine && str_eq_z(p->v.handover.state, "offered");
}

/* What was typed comes back where it was typed, or stands above the page as a quotation: a note or a
 * reason must never turn up in the field that the requester reads. */
static Rc keep_typed(Call *call, WorkRequestPage *p)
{
    static const char *const fields[] = { "text",      "reason", "open_questions",
                                          "next_step", "title",  "number_of",
                                          "tag",       "into" };
    bool note = str_ends(str_z(call->route->path), STR("/notes"))
                || str_eq_z(call_form(call, "_kind"), "note");

    if (note || str_ends(str_z(call->route->path), STR("/unsent"))
        || str_ends(str_z(call->route->path), STR("/messages"))) {
        p->typed = call_form(call, "text");
        p->note_chosen = note;
        p->has_draft = false;
        return RC_OK;
    }
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        Str value = str_trim(call_form(call, fields[i]));
        if (value.len > 0)
            TRY(LIST_PUSH(call->arena, &p->kept, value));
    }
    Str team = str_trim(call_form(call, "team"));
    if (p->many_teams && team.len > 0)
        TRY(LIST_PUSH(call->arena, &p->kept, team));
    return RC_OK;
}

/* What was typed here and not sent, in whatever browser. */
static Rc fill_draft(Ctx *cx, GrantedRequest g, WorkRequestPage *p)
{
    Unsent draft;

    TRY(unsent_get(cx, g, &draft));
    if (draft.internal && !p->may_note)
        return RC_OK; /* a note must not turn up where the requester reads */
    p->typed = draft.text;
    p->note_chosen = draft.internal;
    p->has_draft = draft.text.len > 0;
    return RC_OK;
}

#define HERE_MOST 12 /* names of others who look at it */

static Str desk_of(Arena *a, GrantedRequest g)
{
    return str_fmt(a, LIVE_DESK "%lld", (long long)granted_request_id(g));
}

static bool writes(const Writers *list, int64_t person)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].person.id == person)
            return true;
    return false;
}

/* Who else writes, then who else has the page before them. */
static Rc fill_here(Ctx *cx, GrantedRequest g, Str number, HerePart *p)
{
    int64_t persons[HERE_MOST];
    Str names = STR("");
    Writers writers;

    *p = (HerePart){ .stream = desk_of(cx->arena, g), .number = number };
    TRY(unsent_writers(cx, g, &writers));
    for (size_t i = 0; i < writers.n; i++) {
        const Writer *w = &writers.at[i];
        TRY(LIST_PUSH(cx->arena, &p->lines,
                      w->internal ? TEXT("{0} is writing an internal note.", w->person.name)
                                  : TEXT("{0} is writing a message.", w->person.name)));
    }
    size_t n = live_listeners(p->stream, persons, HERE_MOST);
    TRY(person_refs_load(cx, persons, n));
    for (size_t i = 0; i < n; i++) {
        PersonRef who;
        if (persons[i] == cx->subject->person_id || writes(&writers, persons[i]))
            continue;
        TRY(person_ref(cx, persons[i], &who));
        names = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(names), names.len > 0 ? ", " : "",
                        STR_ARG(who.name));
    }
    if (names.len > 0)
        TRY(LIST_PUSH(cx->arena, &p->lines, TEXT("Also here: {0}", names)));
    return RC_OK;
}

static Rc part_here(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    HerePart p;
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_NOTE, &g));
    cx->views =
        NULL; /* names of colleagues, nothing of the request: no view of it (docs/rights.md) */
    TRY(fill_here(cx, g, call_param(call, "number"), &p));
    page_open(call, FRAME_WORK, &out, &frame);
    return tmpl_work_here(&out, &p);
}

/* A ready reply that was chosen goes below what is there already. */
static Rc fill_ready(Call *call, WorkRequestPage *p)
{
    Ctx *cx = &call->cx;
    ReadyValues values;
    ReadyReply ready;
    ReadyText t;
    int64_t id = 0;

    if (!str_to_i64(call_query(call, "reply"), &id) || !p->may_say)
        return RC_OK;
    TRY(ready_get(cx, id, &ready));
    TRY(ready_values(cx, &p->v, &values));
    TRY(ready_fill(cx, &values, &ready.words, &t));
    if (str_contains(p->typed, t.text)) /* the page was loaded again */
        return RC_OK;
    p->typed = p->typed.len > 0
                   ? str_fmt(cx->arena, "%.*s\n\n%.*s", STR_ARG(p->typed), STR_ARG(t.text))
                   : t.text;
    p->has_draft = false;
    return RC_OK;
}

/* When it will be done by what history says, and how much of the target is left then. */
static Rc expected_of(Ctx *cx, WorkRequestPage *p)
{
    const Promise *promise = &p->v.promise;
    const CalendarLine *calendar = NULL;

    p->expected = promise_text(promise, cx->now_ms);
    if (p->expected.msgid == NULL)
        return RC_OK;
    p->moved = promise_moved_text(promise);
    TRY(promise_calendar(cx, p->v.model.model, &calendar));
    p->target_ms = promise->target_ms;
    p->has_slack = promise->target_ms != MS_NONE && promise->p50_ms != MS_NONE;
    if (p->has_slack) {
        Ms from = promise->p50_ms, to = promise->target_ms;
        p->late = to < from;
        p->slack = span_ms(p->late ? calendar_between(calendar, to, from)
                                   : calendar_between(calendar, from, to));
        p->slack_css = p->late ? "over" : promise->p80_ms > to ? "soon" : "";
    }
    return promise_facts(cx, promise, calendar != NULL, &p->facts);
}

Rc page_work_request(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    WorkRequestPage p = { 0 };
    ActOffers offers = { 0 };
    PersonRef me;
    PageFrame frame;
    PageOut out;
    bool led;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(request_view(cx, g, &p.v));
    TRY(lead_on(call, &p.v, "/work", &led));
    if (led)
        return RC_OK;
    p.into = request_goes_on_in(&p.v);
    TRY(request_may_act(cx, &p.v, &offers));
    TRY(talk_part(call, g, &p.v, false, &p.talk));
    TRY(task_looks(cx, &p.v, &p.tasks));
    TRY(approval_looks(cx, &p.v, &p.approvals));
    TRY(clock_looks(cx, &p.v, &p.clocks));
    fill_rights(&p, &offers);
    TRY(fill_aside(cx, g, &p));
    TRY(fill_draft(cx, g, &p));
    TRY(fill_ready(call, &p));
    TRY(act_buttons(cx, &offers, &p));
    TRY(choices(cx, &p));
    if (p.may_assess)
        TRY(assess_questions(call, &p));
    TRY(side_queue(cx, &p));
    fill_steps(call, &p);
    if (p.may_note)
        TRY(fill_here(cx, g, p.v.head.number, &p.here));
    TRY(person_ref(cx, cx->subject->person_id, &me));
    StateLook look = state_look(p.v.head.state, p.v.head.outcome);
    PrioLook prio = prio_look(p.v.head.level);
    p.state_label = look.label;
    p.state_icon = look.icon;
    p.state_css = look.css;
    p.prio_css = prio.css;
    p.prio_icon = prio.icon;
    p.prio_label = prio.label;
    p.risk = p.v.risk.len > 0 ? risk_label(p.v.risk) : NULL;
    p.me = me.login;
    p.may_take = p.may_assign && p.v.head.assignee.id != cx->subject->person_id;
    if (p.v.head.assignee.id == 0)
        TRY(request_turn(cx, g, &p.turn));
    TRY(expected_of(cx, &p));
    p.has_cost = p.v.head.cost.type == COND_MONEY;
    p.cost = p.v.head.cost.money;
    if (call->is_again) {
        TRY(keep_typed(call, &p));
        p.form =
            (Form){ .arena = cx->arena, .pointer_prefix = STR("/answers"), .detail = cx->detail };
        TRY(form_take_errors(&p.form, &cx->errors));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("{0}: {1}", p.v.head.number, p.v.head.title);
    frame.live = str_fmt(cx->arena, "request:%lld", (long long)p.v.head.id);
    if (p.may_note)
        frame.live = str_fmt(cx->arena, "%.*s,%.*s", STR_ARG(frame.live), STR_ARG(p.here.stream));
    TRY(read_note(cx, &p.v));
    TRY(fields_part(call, g, &p.v, true, &p.fields));
    TRY(me_too_part(cx, g, p.v.head.number, true, &p.me_too));
    p.me_too.may = false; /* who works on it follows it; who has it too says so as a requester */
    p.me_too.shown = p.v.head.me_too > 0;
    return PAGE(&out, &frame, tmpl_work_request, &p);
}

/* --- what the team does ------------------------------------------------------------------------------------------ */

/* The value of ?view= or ?q= in the address that this form stood on, still percent-encoded. */
static Str listed_in(Str address, const char *name)
{
    Str query = address;

    (void)str_cut(&query, '?');
    query = str_cut(&query, '#');
    while (query.len > 0) {
        Str value = str_cut(&query, '&'), is = str_cut(&value, '=');
        if (str_eq_z(is, name) && value.len <= 2000)
            return value;
    }
    return STR_NULL;
}

static bool is_encoded(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '%' || c == '-' || c == '_' || c == '.' || c == '+' || c == '~';
        if (!plain)
            return false;
    }
    return true;
}

/* To the page of the request, in the list one came from: the browser says which page the form stood on. */
static Rc back(Call *call)
{
    Str number = call_param(call, "number"), from = http_header(call->http, STR("referer"));
    Str view = listed_in(from, "view"), q = listed_in(from, "q");

    if (!str_is_null(view) && is_encoded(view))
        return call_redirect(
            call, str_fmt(call->arena, "/work/%.*s?view=%.*s", STR_ARG(number), STR_ARG(view)));
    if (!str_is_null(q) && is_encoded(q))
        return call_redirect(
            call, str_fmt(call->arena, "/work/%.*s?q=%.*s", STR_ARG(number), STR_ARG(q)));
    return call_redirect(call, str_fmt(call->arena, "/work/%.*s", STR_ARG(number)));
}

static Rc grant(Call *call, GrantedRequest *ret)
{
    /* asked again by each command, and by the page, which a refusal shows */
    return access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, ret);
}

static Rc read_moment(Call *call, const char *name, OptInt *ret)
{
    Str text = str_trim(call_form(call, name));
    Ms at = 0;
    CivilTime local;

    *ret = OPT_NONE;
    if (text.len == 0)
        return RC_OK;
    if (!clock_parse_date(text, &at))
        return fail_field(&call->cx, RC_INVALID, name, "not_a_date", TEXT("Give a date."));
    /* The morning of that day, where the reader is. */
    local = clock_civil_utc(at);
    local.hour = 8;
    *ret = OPT_INT(zone_instant(call->cx.zone, &local));
    return RC_OK;
}

/* Done, with the way back where there is one. */
static Rc done_alone(Call *call, BulkKind kind, const BulkInput *in, const char *flash)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(cx, &g));
    TRY(bulk_alone(cx, g, call_param(call, "number"), kind, in, &id));
    if (id != 0)
        call_flash(call, flash, str_fmt(cx->arena, "%lld", (long long)id));
    else
        call_flash(call, "saved", STR(""));
    return back(call);
}

static Rc page_work_assign(Call *call)
{
    Str login = call_form(call, "assignee");

    return done_alone(call, BULK_ASSIGN,
                      &(BulkInput){ .value = str_is_null(login) ? STR("") : login }, "assigned");
}

static Rc page_work_act(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestAct act = { .text = str_trim(call_form(call, "text")),
                       .assignee = call_form(call, "assignee"),
                       .team = call_form(call, "team"),
                       .next_step = str_trim(call_form(call, "next_step")),
                       .pending = call_form(call, "pending"),
                       .record = call_form(call, "record"),
                       .item = call_form(call, "item"),
                       .into = call_form(call, "into") };
    ActDone done = { 0 };
    Str open = call_form(call, "open_questions");

    if (!act_from_word(call_param(call, "act"), &act.kind))
        return RC_NOT_FOUND;
    TRY(grant(call, &g));
    if (act.kind == ACT_ASSIGN)
        return page_work_assign(call);
    if (act.kind == ACT_TRANSFER)
        TRY(team_typed(cx, str_trim(act.team), &act.team));
    act.fault = read_moment(call, "until", &act.until_ms);
    while (open.len > 0) {
        Str line = str_trim(str_cut(&open, '\n'));
        if (line.len > 0)
            TRY(LIST_PUSH(cx->arena, &act.open_questions, line));
    }
    if (act.kind == ACT_ASSESS)
        for (size_t i = 0; i < call->form.n; i++)
            if (!str_starts(call->form.at[i].name, STR("_")))
                TRY(answers_from_field(cx->arena, call->form.at[i].name, call->form.at[i].value,
                                       &act.answers));
    TRY(request_act(cx, g, &act, &done));
    if (!str_is_null(done.made_number)) {
        call_flash(call, "follow_up", done.made_number);
        return call_redirect(call, str_fmt(cx->arena, "/work/%.*s", STR_ARG(done.made_number)));
    }
    if (act.kind == ACT_PEND)
        call_flash(call, "waits", call_param(call, "number"));
    else
        call_flash(call, "saved", STR(""));
    /* Handing over may take the request out of sight. */
    if (act.kind == ACT_TRANSFER || act.kind == ACT_DECLINE_TRANSFER) {
        GrantedRequest still;
        if (grant(call, &still) != RC_OK)
            return call_redirect(call, STR("/work"));
    }
    return back(call);
}

static Rc page_work_priority(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, &g));
    return done_alone(call, BULK_PRIORITY,
                      &(BulkInput){ .value = call_form(call, "level"),
                                    .text = str_trim(call_form(call, "reason")) },
                      "priority_changed");
}

static Rc add_files(Call *call, StrList *to)
{
    for (size_t i = 0; i < call->files.n; i++)
        TRY(LIST_PUSH(call->arena, to, call->files.at[i].id));
    return RC_OK;
}

/* The newest entry that the page showed when the words were sent. */
static int64_t seen_of(Call *call)
{
    int64_t seen = 0;
    return str_to_i64(call_form(call, "seen"), &seen) ? seen : 0;
}

/* The composer: two buttons, two commands.  The words never pass through one that could mix them up. */
static Rc page_work_say(Call *call)
{
    GrantedRequest g;
    MessageInput in = { .text = str_trim(call_form(call, "text")), .seen_seq = seen_of(call) };
    MessageMade made;

    TRY(grant(call, &g));
    TRY(add_files(call, &in.attachments));
    TRY(message_add(&call->cx, g, &in, &made));
    TRY(unsent_drop(&call->cx, g));
    live_soon(desk_of(call->arena, g));
    call_flash(call, "message_sent", STR(""));
    return back(call);
}

static Rc page_work_note(Call *call)
{
    GrantedRequest g;
    NoteInput in = { .text = str_trim(call_form(call, "text")) };
    int64_t id = 0;

    TRY(grant(call, &g));
    TRY(add_files(call, &in.attachments));
    TRY(note_add(&call->cx, g, &in, &id));
    TRY(unsent_drop(&call->cx, g));
    live_soon(desk_of(call->arena, g));
    call_flash(call, "note_kept", STR(""));
    return back(call);
}

/* A script keeps it while somebody types and wants no page. */
static Rc page_work_unsent(Call *call)
{
    GrantedRequest g;
    Unsent before;
    Str text = call_form(call, "text");
    UnsentInput in = { .text = str_is_null(text) ? STR("") : text,
                       .internal = str_eq_z(call_form(call, "_kind"), "note"),
                       .seen_seq = seen_of(call) };

    TRY(grant(call, &g));
    TRY(unsent_get(&call->cx, g, &before));
    TRY(unsent_keep(&call->cx, g, &in));
    /* Colleagues are told when somebody begins and ends to write, not of each word. */
    bool wrote = before.at_ms != MS_NONE && call->cx.now_ms - before.at_ms < UNSENT_FRESH_MS / 2;
    if (!wrote || before.internal != in.internal || str_trim(in.text).len == 0)
        live_soon(desk_of(call->arena, g));
    if (str_eq_z(http_header(call->http, STR("hx-request")), "true"))
        return call_done(call);
    call_flash(call, "draft_saved", STR(""));
    return back(call);
}

/* The task of the address, in the request of the address. */
static Rc task_of(Call *call, int64_t *ret_id, GrantedRequest *ret_g)
{
    if (!str_to_i64(call_param(call, "task"), ret_id))
        return RC_NOT_FOUND;
    /* asked again by task_act and task_check */
    return access_task_of(&call->cx, call_param(call, "number"), *ret_id, MAY_SEE, ret_g);
}

static Rc read_task_act(Call *call, TaskAct *act)
{
    return task_act_from_word(call_param(call, "act"), &act->kind) ? RC_OK : RC_NOT_FOUND;
}

static Rc do_task(Call *call, GrantedRequest g, int64_t id, TaskAct act)
{
    Str passed = call_form(call, "passed"), ok = call_form(call, "ok");

    act.text = str_trim(call_form(call, "text"));
    act.assignee = call_form(call, "assignee");
    if (passed.len > 0)
        act.passed = OPT_INT(str_eq_z(passed, "1"));
    if (ok.len > 0)
        act.ok = OPT_INT(str_eq_z(ok, "1"));
    TRY(task_act(&call->cx, g, id, &act));
    call_flash(call, "saved", STR(""));
    return RC_OK;
}

static Rc page_work_task(Call *call)
{
    GrantedRequest g;
    TaskAct act = { 0 };
    int64_t id = 0;

    TRY(read_task_act(call, &act));
    TRY(task_of(call, &id, &g));
    TRY(do_task(call, g, id, act));
    return back(call);
}

/* Suppliers reach their tasks without the request. */
static Rc page_supplier_task(Call *call)
{
    GrantedRequest g;
    TaskAct act = { 0 };
    int64_t id = 0;

    TRY(read_task_act(call, &act));
    if (!str_to_i64(call_param(call, "task"), &id))
        return RC_NOT_FOUND;
    TRY(access_task(&call->cx, id, 0, &g));
    TRY(do_task(call, g, id, act));
    return call_redirect(call, STR("/work"));
}

static Rc page_work_check(Call *call)
{
    GrantedRequest g;
    int64_t id = 0, position = 0;

    TRY(task_of(call, &id, &g));
    bool named = str_to_i64(call_form(call, "position"), &position);
    TRY(task_check(&call->cx, g, id,
                   (TaskCheck){ .position = position,
                                .done = str_eq_z(call_form(call, "done"), "1"),
                                .fault = named ? RC_OK : RC_NOT_FOUND }));
    return back(call);
}

static Rc page_work_task_add(Call *call)
{
    GrantedRequest g;
    AdhocTask task = { .title = str_trim(call_form(call, "title")),
                       .team = call_form(call, "team") };
    int64_t id = 0;

    TRY(grant(call, &g));
    if (task.team.len == 0)
        task.team = STR_NULL;
    TRY(task_add(&call->cx, g, &task, &id));
    call_flash(call, "saved", STR(""));
    return back(call);
}

static Rc page_work_participant(Call *call)
{
    GrantedRequest g;
    Str login = str_trim(call_form(call, "login")), kind = call_form(call, "kind");

    TRY(grant(call, &g));
    if (str_eq_z(call_form(call, "remove"), "1"))
        TRY(participant_remove(&call->cx, g, login, kind));
    else
        TRY(participant_add(&call->cx, g, &(ParticipantAdd){ .login = login, .kind = kind }));
    call_flash(call, "saved", STR(""));
    return back(call);
}

static Rc page_work_link(Call *call)
{
    GrantedRequest g;
    int64_t id = 0;

    TRY(grant(call, &g));
    if (str_to_i64(call_form(call, "remove"), &id))
        TRY(link_remove(&call->cx, g, id));
    else
        TRY(link_add(&call->cx, g,
                     &(LinkAdd){ .number = str_trim(call_form(call, "number_of")),
                                 .kind = call_form(call, "kind") },
                     &id));
    call_flash(call, "saved", STR(""));
    return back(call);
}

static Rc page_work_tag(Call *call)
{
    GrantedRequest g;
    Str tag = call_form(call, "tag");
    BulkInput in = { .value = str_is_null(tag) ? STR("") : str_trim(tag) };

    TRY(grant(call, &g));
    if (str_eq_z(call_form(call, "remove"), "1"))
        return done_alone(call, BULK_UNTAG, &in, "untagged");
    return done_alone(call, BULK_TAG, &in, "tagged");
}

/* Back to the lists: the page of the request would be read at once. */
static Rc page_work_unread(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, &g));
    TRY(read_mark(&call->cx, g, false));
    call_flash(call, "unread_again", call_param(call, "number"));
    return call_redirect(call, STR("/work/list?view=unread"));
}

const RouteTable work_request_pages = ROUTES(
    { HTTP_GET, "/work/{number}", page_work_request, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "One request in the workspace" },
    { HTTP_POST, "/work/{number}/acts/{act}", page_work_act, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text =
          "Assess, assign, hand over, ask, wait, reject, fulfil, cancel, leave the model, convert, "
          "merge",
      .again = page_work_request },
    { HTTP_POST, "/work/{number}/priority", page_work_priority, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Overrule the priority with a reason", .again = page_work_request },
    { HTTP_POST, "/work/{number}/messages", page_work_say, RIGHT_STAFF, BODY_MULTIPART, TX_WRITE,
      .text = "Write a message", .again = page_work_request },
    { HTTP_POST, "/work/{number}/notes", page_work_note, RIGHT_STAFF, BODY_MULTIPART, TX_WRITE,
      .text = "Keep an internal note", .again = page_work_request },
    { HTTP_GET, "/work/{number}/here", part_here, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Who else is at a request" },
    { HTTP_POST, "/work/{number}/unsent", page_work_unsent, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Keep what is typed and not sent yet", .again = page_work_request },
    { HTTP_POST, "/work/{number}/tasks/{task}/{act}", page_work_task, RIGHT_STAFF, BODY_FORM,
      TX_WRITE, .text = "Start, finish, skip, assign or sign off a task",
      .again = page_work_request },
    { HTTP_POST, "/work/{number}/checks/{task}", page_work_check, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Tick a line of a checklist", .again = page_work_request },
    { HTTP_POST, "/work/{number}/tasks", page_work_task_add, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Add a task after leaving the model", .again = page_work_request },
    { HTTP_POST, "/work/{number}/participants", page_work_participant, RIGHT_STAFF, BODY_FORM,
      TX_WRITE, .text = "Add or remove somebody who takes part or follows",
      .again = page_work_request },
    { HTTP_POST, "/work/{number}/links", page_work_link, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Link to another request", .again = page_work_request },
    { HTTP_POST, "/work/{number}/unread", page_work_unread, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Mark as unread again", .again = page_work_request },
    { HTTP_POST, "/work/{number}/tags", page_work_tag, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Give or take a tag", .again = page_work_request },
    { HTTP_POST, "/work/tasks/{task}/{act}", page_supplier_task, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "A supplier's own task" }, );
