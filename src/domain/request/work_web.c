/* work_web.c - lists of the workspace: my work, requests of my teams, writing down what came by phone. */
#include "domain/request/order_web.h"
#include "domain/request/work_web.h"

#include "tmpl/work_mine.h"
#include "tmpl/work_new.h"
#include "tmpl/work_queue.h"
#include "tmpl/work_supplier.h"

#define LIST_SIZE  50
#define SHORT_SIZE 20

PrioLook prio_look(Str level)
{
    if (str_eq_z(level, "critical"))
        return (PrioLook){ "urgent", "p-urgent", T("Critical") };
    if (str_eq_z(level, "high"))
        return (PrioLook){ "high", "p-high", T("High") };
    if (str_eq_z(level, "low"))
        return (PrioLook){ "low", "p-low", T("Low") };
    return (PrioLook){ "normal", "p-normal", T("Normal") };
}

/* In narrow places a due time is its moment; what is near or over has a colour and an icon too. */
#define SOON_MS (4 * MS_HOUR)

void due_look(const Ctx *cx, Ms due, DueLook *ret)
{
    *ret = (DueLook){ .ms = due, .css = "", .icon = "" };
    if (due == MS_NONE)
        return;
    ret->there = true;
    if (cx->now_ms > due) {
        ret->css = "over";
        ret->icon = "warn";
        ret->over = true;
    } else if (due - cx->now_ms < SOON_MS) {
        ret->css = "soon";
        ret->icon = "clock";
        ret->soon = true;
    }
}

WorkRow work_row(Ctx *cx, const RequestHead *h)
{
    StateLook look = state_look(h->state, h->outcome);
    PrioLook prio = prio_look(h->level);
    WorkRow r = { .number = h->number,
                  .title = h->title,
                  .requester = h->requester.name,
                  .team = h->team.name,
                  .assignee = h->assignee.name,
                  .prio_css = prio.css,
                  .prio_icon = prio.icon,
                  .prio_label = prio.label,
                  .state_css = look.css,
                  .state_icon = look.icon,
                  .state_label = look.label,
                  .risk = str_eq_z(h->risk, "high") ? T("High risk") : NULL,
                  .step = h->step_text,
                  .updated_ms = h->updated_ms };

    due_look(cx, h->next_due_ms, &r.due);
    if (h->assignee.id != 0) {
        r.assignee_initials = page_initials(h->assignee.name, cx->arena);
        r.assignee_hue = page_hue(h->assignee.login);
    }
    return r;
}

static Rc rows_of(Ctx *cx, const RequestHeads *heads, WorkRows *ret)
{
    for (size_t i = 0; i < heads->n; i++)
        TRY(LIST_PUSH(cx->arena, ret, work_row(cx, &heads->at[i])));
    return RC_OK;
}

/* --- my work -------------------------------------------------------------------------------------------- */

static Rc tasks_of(Ctx *cx, ScopeRequests s, TaskListKind kind, WorkTasks *ret)
{
    TaskLines lines = { 0 };
    int64_t next = 0;

    TRY(task_list(cx, s, &(TaskFilter){ .kind = kind, .awake = true, .size = SHORT_SIZE }, &lines,
                  &next));
    for (size_t i = 0; i < lines.n; i++) {
        const TaskLine *l = &lines.at[i];
        PrioLook prio = prio_look(l->level);
        TRY(LIST_PUSH(
            cx->arena, ret,
            (WorkTask){ .id = l->id,
                        .title = l->title,
                        .number = l->number,
                        .request_title = l->request_title,
                        .requester = l->requester.name,
                        .team = l->team.name,
                        .prio_css = prio.css,
                        .prio_icon = prio.icon,
                        .prio_label = prio.label,
                        .started = str_eq_z(l->state, "started"),
                        .mine = l->assignee.id == cx->subject->person_id,
                        .standing_for =
                            l->assignee.id != 0 && l->assignee.id != cx->subject->person_id
                                ? l->assignee.name
                                : STR(""),
                        .at_ms = l->at_ms }));
        due_look(cx, l->due_ms, &ret->at[ret->n - 1].due);
    }
    return RC_OK;
}

static Rc list_short(Ctx *cx, ScopeRequests s, RequestFilter f, WorkRows *ret)
{
    RequestHeads heads = { 0 };
    int64_t next = 0;

    f.size = SHORT_SIZE;
    f.open = OPT_INT(1);
    f.awake = true;
    TRY(request_list(cx, s, &f, &heads, &next));
    return rows_of(cx, &heads, ret);
}

static bool only_supplier(const Subject *s)
{
    return (s->roles & ROLE_SUPPLIER) != 0
           && (s->roles & (ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR)) == 0;
}

static Rc page_supplier(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    SupplierPage p = { .done = str_eq_z(call_query(call, "show"), "done") };
    int64_t next = 0;
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    TRY(supplier_tasks(cx, g, p.done, 0, LIST_SIZE, &p.tasks, &next));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MY_WORK;
    frame.title = TEXT("My work");
    return PAGE(&out, &frame, tmpl_work_supplier, &p);
}

static Rc page_work(Call *call)
{
    Ctx *cx = &call->cx;
    ScopeRequests s;
    MyWorkPage p = { 0 };
    PageFrame frame;
    PageOut out;

    if (only_supplier(cx->subject))
        return page_supplier(call);
    TRY(access_requests(cx, &s));
    TRY(tasks_of(cx, s, TASKS_MINE, &p.mine));
    TRY(tasks_of(cx, s, TASKS_SIGN_OFF, &p.sign_off));
    TRY(tasks_of(cx, s, TASKS_TEAMS, &p.open));
    TRY(list_short(cx, s, (RequestFilter){ .kind = LIST_WORK }, &p.requests));
    TRY(list_short(cx, s, (RequestFilter){ .kind = LIST_QUEUE, .assignee = STR("nobody") },
                   &p.unassigned));
    TRY(unsent_list(cx, s, &p.unsent));
    TRY(person_teams(cx, cx->subject->person_id, &p.teams));
    p.nothing =
        p.unsent.n + p.mine.n + p.sign_off.n + p.open.n + p.requests.n + p.unassigned.n == 0;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MY_WORK;
    frame.title = TEXT("My work");
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_work_mine, &p);
}

/* --- requests of the teams ------------------------------------------------------------------------------- */

static Rc add_option(Ctx *cx, WidgetOptions *list, Str value, Text label, Str chosen)
{
    return LIST_PUSH(
        cx->arena, list,
        (WidgetOption){ .value = value, .label = label, .chosen = str_eq(value, chosen) });
}

static Rc filter_options(Ctx *cx, QueuePage *p)
{
    TeamRefs teams = { 0 };
    static const struct {
        Str state;
        const char *label;
    } states[] = {
        { STR_INIT("assessing"), T("Being checked") },
        { STR_INIT("awaiting_approval"), T("Waiting for approval") },
        { STR_INIT("fulfilling"), T("In work") },
        { STR_INIT("pending"), T("Waiting") },
        { STR_INIT("fulfilled"), T("Done, not confirmed") },
        { STR_INIT("closed"), T("Closed") },
    };

    TRY(person_teams(cx, cx->subject->person_id, &teams));
    TRY(add_option(cx, &p->teams, STR(""), TEXT("Everything I can see"), p->team));
    for (size_t i = 0; i < teams.n; i++)
        TRY(add_option(cx, &p->teams, teams.at[i].key, TEXT("{0}", teams.at[i].name), p->team));
    TRY(add_option(cx, &p->states, STR(""), TEXT("Still open"), p->state));
    for (size_t i = 0; i < COUNT_OF(states); i++)
        TRY(add_option(cx, &p->states, states[i].state, TEXT("{0}", states[i].label), p->state));
    TRY(add_option(cx, &p->assignees, STR(""), TEXT("Anybody"), p->assignee));
    TRY(add_option(cx, &p->assignees, STR("me"), TEXT("Me"), p->assignee));
    return add_option(cx, &p->assignees, STR("nobody"), TEXT("Nobody yet"), p->assignee);
}

static Rc add_view(Ctx *cx, QueuePage *p, Str url, Text label, bool current)
{
    return LIST_PUSH(cx->arena, &p->views, (FilterLink){ url, label, current });
}

static Rc page_queue(Call *call)
{
    Ctx *cx = &call->cx;
    QueuePage p = { .q = str_trim(call_query(call, "q")),
                    .team = call_query(call, "team"),
                    .state = call_query(call, "state"),
                    .assignee = call_query(call, "assignee") };
    RequestFilter f = {
        .kind = LIST_VISIBLE, .words = p.q, .assignee = p.assignee, .size = LIST_SIZE
    };
    ScopeRequests s;
    RequestHeads heads = { 0 };
    int64_t next = 0;
    Str before = call_query(call, "before");
    PageFrame frame;
    PageOut out;

    if (before.len > 0 && !str_to_i64(before, &f.before_id))
        return RC_NOT_FOUND;
    if (p.team.len > 0) {
        f.kind = LIST_QUEUE;
        f.team = p.team;
    }
    if (p.state.len > 0)
        TRY(LIST_PUSH(cx->arena, &f.states, p.state));
    else if (p.q.len == 0)
        f.open = OPT_INT(1);
    TRY(access_requests(cx, &s));
    TRY(request_list(cx, s, &f, &heads, &next));
    TRY(rows_of(cx, &heads, &p.rows));
    TRY(filter_options(cx, &p));
    bool plain = p.team.len == 0 && p.state.len == 0 && p.q.len == 0;
    TRY(add_view(cx, &p, STR("/work/requests"), TEXT("Open"), plain && p.assignee.len == 0));
    TRY(add_view(cx, &p, STR("/work/requests?assignee=me"), TEXT("Mine"),
                 plain && str_eq_z(p.assignee, "me")));
    TRY(add_view(cx, &p, STR("/work/requests?assignee=nobody"), TEXT("Unassigned"),
                 plain && str_eq_z(p.assignee, "nobody")));
    TRY(add_view(cx, &p, STR("/work/requests?state=pending"), TEXT("Waiting"),
                 str_eq_z(p.state, "pending")));
    TRY(add_view(cx, &p, STR("/work/requests?state=fulfilled"), TEXT("Done, not confirmed"),
                 str_eq_z(p.state, "fulfilled")));
    if (next != 0)
        p.next_url =
            str_fmt(cx->arena, "/work/requests?team=%.*s&state=%.*s&assignee=%.*s&before=%lld",
                    STR_ARG(p.team), STR_ARG(p.state), STR_ARG(p.assignee), (long long)next);
    p.filtered = !plain || p.assignee.len > 0;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Requests");
    return PAGE(&out, &frame, tmpl_work_queue, &p);
}

/* --- writing down what came by phone or in person ---------------------------------------------------------- */

static Rc page_new(Call *call)
{
    Ctx *cx = &call->cx;
    NewForPage p = { .person = call_query(call, "for"), .channel = call_query(call, "channel") };
    int64_t count = 0;
    PageFrame frame;
    PageOut out;

    TRY(item_groups(cx, &p.groups, &count));
    TRY(add_option(cx, &p.channels, STR("phone"), TEXT("Phone"), p.channel));
    TRY(add_option(cx, &p.channels, STR("walk_in"), TEXT("In person"), p.channel));
    TRY(add_option(cx, &p.channels, STR("mail"), TEXT("E-mail"), p.channel));
    TRY(add_option(cx, &p.channels, STR("chat"), TEXT("Chat"), p.channel));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("New request");
    return PAGE(&out, &frame, tmpl_work_new, &p);
}

const RouteTable work_pages =
    ROUTES({ HTTP_GET, "/work", page_work, RIGHT_STAFF, BODY_NONE, TX_READ, .text = "My work" },
           { HTTP_GET, "/work/requests", page_queue, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Requests of my teams" },
           { HTTP_GET, "/work/new", page_new, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Write down a request that came by phone or in person" }, );
