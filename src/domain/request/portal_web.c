/* portal_web.c - the requester's pages: home, my requests, one request, what they do to it. */
#include "domain/request/read_mark.h"
#include "domain/request/bundle.h"
#include "domain/request/me_too_web.h"
#include "domain/request/order_web.h"
#include "domain/request/portal_web.h"

#include "tmpl/portal_home.h"
#include "tmpl/portal_mine.h"
#include "tmpl/portal_request.h"

#define HOME_TRIPS 6
#define MINE_SIZE  50

/* --- home ---------------------------------------------------------------------------------------------- */

static Str first_name(Str name)
{
    Str rest = name;
    Str first = str_cut(&rest, ' ');
    return first.len > 0 ? first : name;
}

/* Does the next step lie with the reader? */
static bool is_mine(const RequestHead *h, const Ctx *cx)
{
    return h->step_person.id == cx->subject->person_id && !str_eq_z(h->step_code, "approve")
           && !str_eq_z(h->step_code, "moment");
}

static Waiting waiting_of(Ctx *cx, const RequestHead *h)
{
    return (Waiting){ .number = h->number,
                      .title = h->title,
                      .what = your_step(cx, h, h->step_text),
                      .url = str_fmt(cx->arena, "/requests/%.*s", STR_ARG(h->number)),
                      .confirm = str_eq_z(h->step_code, "confirm") };
}

static Rc page_home(Call *call)
{
    Ctx *cx = &call->cx;
    HomePage p = { .first_name = first_name(cx->subject->name) };
    ScopeRequests s;
    GrantedSelf self;
    Badges b = { 0 };
    RequestHeads heads = { 0 };
    RequestFilter mine = { .kind = LIST_MINE, .open = OPT_INT(1), .size = 50 };
    int64_t next = 0, count = 0;
    PageFrame frame;
    PageOut out;

    TRY(access_requests(cx, &s));
    TRY(access_self(cx, &self));
    TRY(badges(cx, self, s, &b));
    p.approvals = b.approvals;
    TRY(request_list(cx, s, &mine, &heads, &next));
    for (size_t i = 0; i < heads.n; i++) {
        if (is_mine(&heads.at[i], cx))
            TRY(LIST_PUSH(cx->arena, &p.waiting, waiting_of(cx, &heads.at[i])));
        else if (p.trips.n < HOME_TRIPS)
            TRY(LIST_PUSH(cx->arena, &p.trips, trip_of(cx, &heads.at[i])));
    }
    TRY(item_groups(cx, &p.groups, &count));
    static const char *const often[] = { "laptop", "app-access", "password", "visitor" };
    for (size_t i = 0; i < COUNT_OF(often); i++)
        for (size_t g = 0; g < p.groups.n; g++)
            for (size_t k = 0; k < p.groups.at[g].items.n; k++)
                if (str_eq_z(p.groups.at[g].items.at[k].key, often[i]))
                    TRY(LIST_PUSH(cx->arena, &p.often, p.groups.at[g].items.at[k]));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_HOME;
    frame.title = TEXT("Home");
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_portal_home, &p);
}

/* --- my requests ------------------------------------------------------------------------------------------ */

static Rc page_mine(Call *call)
{
    Ctx *cx = &call->cx;
    Str show = call_query(call, "show"), before = call_query(call, "before");
    MinePage p = { .q = str_trim(call_query(call, "q")) };
    ScopeRequests s;
    RequestFilter f = { .kind = LIST_MINE, .words = p.q, .size = MINE_SIZE };
    RequestHeads heads = { 0 };
    LangText *bundles = NULL;
    int64_t next = 0;
    PageFrame frame;
    PageOut out;

    p.closed = str_eq_z(show, "closed");
    p.all = str_eq_z(show, "all");
    p.open = !p.closed && !p.all;
    if (!p.all)
        f.open = OPT_INT(p.open);
    if (before.len > 0 && !str_to_i64(before, &f.before_id))
        return RC_NOT_FOUND;
    TRY(access_requests(cx, &s));
    TRY(request_list(cx, s, &f, &heads, &next));
    TRY(bundle_names(cx, s, &heads, &bundles));
    for (size_t i = 0; i < heads.n; i++) {
        TRY(LIST_PUSH(cx->arena, &p.trips, trip_of(cx, &heads.at[i])));
        if (bundles[i].in[LANG_EN].len > 0)
            p.trips.at[i].part_of = TEXT("Part of {0}", bundles[i]);
    }
    if (next != 0)
        p.next_url = str_fmt(cx->arena, "/requests?show=%s&before=%lld",
                             p.open     ? "open"
                             : p.closed ? "closed"
                                        : "all",
                             (long long)next);
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = TEXT("My requests");
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_portal_mine, &p);
}

/* --- one request ------------------------------------------------------------------------------------------- */

static bool offers(const ActOffers *offers, ActKind kind)
{
    for (size_t i = 0; i < offers->n; i++)
        if (offers->at[i].kind == kind)
            return offers->at[i].now;
    return false;
}

static Rc add_who(Ctx *cx, WhoLines *list, PersonRef person, Text role)
{
    if (person.id == 0)
        return RC_OK;
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].name, person.name))
            return RC_OK;
    return LIST_PUSH(cx->arena, list,
                     (WhoLine){ .name = person.name,
                                .initials = page_initials(person.name, cx->arena),
                                .hue = page_hue(person.login),
                                .role = role });
}

static Rc who_has_it(Ctx *cx, const RequestView *v, WhoLines *ret)
{
    for (size_t i = 0; i < v->approvals.n; i++)
        if (str_eq_z(v->approvals.at[i].state, "asked"))
            TRY(add_who(cx, ret, v->approvals.at[i].approver, TEXT("decides now")));
    TRY(add_who(cx, ret, v->head.assignee, TEXT("{0}, your contact", v->head.team.name)));
    if (v->head.beneficiary.id != v->head.requester.id)
        TRY(add_who(cx, ret, v->head.beneficiary, TEXT("it is for them")));
    TRY(add_who(cx, ret, v->head.requester, TEXT("asked for it")));
    for (size_t i = 0; i < v->participants.n; i++)
        TRY(add_who(cx, ret, v->participants.at[i].person,
                    str_eq_z(v->participants.at[i].kind, "watcher") ? TEXT("follows it")
                                                                    : TEXT("takes part")));
    return RC_OK;
}

/* The accept task is no task of its own beside the question "Is it done?": finishing it is the yes. */
static Rc own_tasks(Ctx *cx, const RequestView *v, RequestPage *p)
{
    for (size_t i = 0; i < v->tasks.n; i++) {
        const ViewTask *t = &v->tasks.at[i];
        OwnTask own = {
            .id = t->id, .title = t->title, .checklist = t->checklist, .number = v->head.number
        };
        if (!t->for_requester || (t->may & TASK_MAY_FINISH) == 0)
            continue;
        if (t->accept && p->may_confirm)
            p->accept = own;
        else
            TRY(LIST_PUSH(cx->arena, &p->own_tasks, own));
    }
    return RC_OK;
}

static Text hint_of(const RequestPage *p)
{
    if (p->may_submit)
        return TEXT("This is a draft. Nobody else sees it until you send it.");
    if (p->may_confirm)
        return TEXT("We think this is done. Is it?");
    if (p->own_tasks.n > 0)
        return TEXT("There is something for you to do below.");
    if (str_eq_z(p->v.head.step_code, "answer"))
        return TEXT("Somebody asked you something. Answer below and the work goes on.");
    if (str_eq_z(p->v.head.state, "closed"))
        return TEXT("This is closed. A new message opens a request that is linked to this one.");
    return TEXT("You need not do anything.");
}

/* When to expect it, in the words of the page. */
static Rc expected_of(Ctx *cx, RequestPage *p)
{
    const Promise *promise = &p->v.promise;
    const CalendarLine *calendar = NULL;

    /* A day that was agreed on takes the place of what history and the target say. */
    p->expected = p->has_agreed ? (Text){ 0 } : promise_text(promise, cx->now_ms);
    if (p->expected.msgid == NULL)
        return RC_OK;
    p->moved = promise_moved_text(promise);
    if (promise->target_ms != MS_NONE)
        p->target = promise->target_ms > cx->now_ms
                        ? TEXT("The target is {0}.", when_day(promise->target_ms))
                        : TEXT("The target was {0}.", when_day(promise->target_ms));
    p->soon = promise->p50_ms > cx->now_ms;
    p->by = promise_by(promise, cx->now_ms);
    TRY(promise_calendar(cx, p->v.model.model, &calendar));
    return promise_facts(cx, promise, calendar != NULL, &p->facts);
}

static Rc page_request(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestPage p = { 0 };
    ActOffers acts = { 0 };
    PageFrame frame;
    PageOut out;
    bool led;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(request_view(cx, g, &p.v));
    TRY(lead_on(call, &p.v, "/requests", &led));
    if (led)
        return RC_OK;
    p.into = request_goes_on_in(&p.v);
    TRY(request_may_act(cx, &p.v, &acts));
    /* The portal never shows notes, not even to staff: what is here is what the requester sees. */
    TRY(talk_part(call, g, &p.v, true, &p.talk));
    TRY(request_stops(cx, &p.v, &p.stops));
    TRY(who_has_it(cx, &p.v, &p.who));

    StateLook look = state_look(p.v.head.state, p.v.head.outcome);
    bool draft = str_eq_z(p.v.head.state, "draft");
    p.state_label = look.label;
    p.state_icon = look.icon;
    p.state_class = look.css;
    p.may_submit = offers(&acts, ACT_SUBMIT);
    p.may_confirm = offers(&acts, ACT_CONFIRM);
    TRY(own_tasks(cx, &p.v, &p));
    p.may_withdraw = offers(&acts, ACT_WITHDRAW) && !p.may_confirm;
    p.status = your_step(cx, &p.v.head, p.v.status);
    if (p.v.pending.close_ms != MS_NONE && p.v.pending.id != 0
        && p.v.head.step_person.id == cx->subject->person_id)
        p.status = TEXT("Waiting for an answer from you. It is closed on {0} if none comes.",
                        when_day(p.v.pending.close_ms));
    p.may_reopen = offers(&acts, ACT_REOPEN) || offers(&acts, ACT_NOT_SOLVED);
    p.may_edit = (p.v.may & MAY_ASK_SIDE) != 0
                 && (draft || str_eq_z(p.v.head.phase, "assessing")
                     || str_eq_z(p.v.head.phase, "awaiting_approval"));
    p.may_say = (p.v.may & MAY_SAY) != 0 && !draft && !str_eq_z(p.v.head.outcome, "merged");
    p.may_repeat = (p.v.may & MAY_ASK_SIDE) != 0 && !draft;
    p.has_agreed = p.v.head.agreed_ms != MS_NONE;
    p.staff = (p.v.may & (MAY_WORK | MAY_TASK | MAY_OWN)) != 0;
    p.answers = p.v.answers;
    p.files = p.v.files;
    p.has_cost = p.v.head.cost.type == COND_MONEY;
    p.cost = p.v.head.cost.money;
    p.reader_name = p.v.head.assignee.id != 0 ? p.v.head.assignee.name : p.v.head.team.name;
    p.hint = hint_of(&p);
    TRY(expected_of(cx, &p));
    if (call->is_again) {
        bool said = str_ends(str_z(call->route->path), STR("/messages"));
        /* Messages and tasks come here too, and their addresses name no act. */
        Str act =
            str_ends(str_z(call->route->path), STR("/{act}")) ? call_param(call, "act") : STR("");
        p.not_yet = str_eq_z(act, "not_solved") || str_eq_z(act, "reopen");
        /* What was typed comes back where it was typed, else as a quotation. */
        *(said || p.not_yet ? &p.typed : &p.kept) = str_trim(call_form(call, "text"));
        p.form = (Form){ .arena = cx->arena, .detail = cx->detail };
        TRY(form_take_errors(&p.form, &cx->errors));
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = TEXT("{0}: {1}", p.v.head.number, p.v.head.title);
    frame.crumb = TEXT("{0}", p.v.head.number);
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/requests"), .text = TEXT("My requests") }));
    frame.live = str_fmt(cx->arena, "request:%lld", (long long)p.v.head.id);
    TRY(read_note(cx, &p.v));
    TRY(fields_part(call, g, &p.v, false, &p.fields));
    TRY(me_too_part(cx, g, p.v.head.number, false, &p.me_too));
    return PAGE(&out, &frame, tmpl_portal_request, &p);
}

/* --- what the requester does --------------------------------------------------------------------------------- */

static Rc back_to(Call *call, Str number)
{
    return call_redirect(call, str_fmt(call->arena, "/requests/%.*s", STR_ARG(number)));
}

static Rc page_message(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    MessageInput in = { .text = str_trim(call_form(call, "text")) };
    MessageMade made;
    Str number = call_param(call, "number");

    /* asked again by message_add */
    TRY(access_request_number(cx, number, MAY_SEE, &g));
    for (size_t i = 0; i < call->files.n; i++)
        TRY(LIST_PUSH(cx->arena, &in.attachments, call->files.at[i].id));
    TRY(message_add(cx, g, &in, &made));
    if (!str_is_null(made.follow_up)) {
        call_flash(call, "follow_up", made.follow_up);
        return back_to(call, made.follow_up);
    }
    call_flash(call, "message_sent", number);
    return back_to(call, number);
}

/* The acts that the requester's page offers; everything else has its place in the workspace. */
static Rc page_act(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestAct act = { .text = str_trim(call_form(call, "text")) };
    ActDone done = { 0 };
    Str number = call_param(call, "number");
    static const ActKind allowed[] = { ACT_SUBMIT, ACT_CONFIRM, ACT_NOT_SOLVED, ACT_WITHDRAW,
                                       ACT_REOPEN };
    bool known = false;

    if (!act_from_word(call_param(call, "act"), &act.kind))
        return RC_NOT_FOUND;
    for (size_t i = 0; i < COUNT_OF(allowed); i++)
        known |= allowed[i] == act.kind;
    if (!known)
        return RC_NOT_FOUND;
    /* asked again by the page, which a refusal shows */
    TRY(access_request_number(cx, number, MAY_SEE, &g));
    TRY(request_act(cx, g, &act, &done));
    if (!str_is_null(done.made_number)) {
        call_flash(call, "follow_up", done.made_number);
        return back_to(call, done.made_number);
    }
    static const struct {
        ActKind kind;
        const char *flash;
    } said[] = {
        { ACT_SUBMIT, "request_sent" }, { ACT_CONFIRM, "confirmed" },
        { ACT_NOT_SOLVED, "reopened" }, { ACT_WITHDRAW, "withdrawn" },
        { ACT_REOPEN, "reopened" },
    };
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (said[i].kind == act.kind)
            call_flash(call, said[i].flash, number);
    return back_to(call, number);
}

static Rc page_own_task(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    int64_t id = 0;
    TaskAct act = { .kind = TASK_ACT_FINISH, .text = str_trim(call_form(call, "text")) };

    if (!str_to_i64(call_param(call, "task"), &id))
        return RC_NOT_FOUND;
    /* asked again by task_act */
    TRY(access_task_of(cx, call_param(call, "number"), id, MAY_SEE, &g));
    for (size_t i = 0; i < call->form.n; i++) {
        int64_t position = 0;
        if (str_eq_z(call->form.at[i].name, "done")
            && str_to_i64(call->form.at[i].value, &position))
            TRY(task_check(cx, g, id, (TaskCheck){ .position = position, .done = true }));
    }
    TRY(task_act(cx, g, id, &act));
    call_flash(call, "task_done", call_param(call, "number"));
    return back_to(call, call_param(call, "number"));
}

const RouteTable portal_pages = ROUTES(
    { HTTP_GET, "/", page_home, RIGHT_SIGNED_IN, BODY_NONE, TX_READ, .text = "Home" },
    { HTTP_GET, "/requests", page_mine, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "My requests" },
    { HTTP_GET, "/requests/{number}", page_request, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "One request" },
    { HTTP_POST, "/requests/{number}/messages", page_message, RIGHT_SIGNED_IN, BODY_MULTIPART,
      TX_WRITE, .text = "Write a message", .again = page_request },
    { HTTP_POST, "/requests/{number}/acts/{act}", page_act, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
      .text = "Send, confirm, withdraw or reopen one's own request", .again = page_request },
    { HTTP_POST, "/requests/{number}/tasks/{task}/finish", page_own_task, RIGHT_SIGNED_IN,
      BODY_FORM, TX_WRITE, .text = "Finish a task of one's own", .again = page_request }, );
