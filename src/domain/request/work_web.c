/* work_web.c - my work, and writing down what came by phone. */
#include "domain/request/order_web.h"
#include "domain/request/work_web.h"

#include "tmpl/work_mine.h"
#include "tmpl/work_new.h"
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

/* --- writing down what came by phone or in person ---------------------------------------------------------- */

static Rc add_option(Ctx *cx, WidgetOptions *list, Str value, Text label, Str chosen)
{
    return LIST_PUSH(
        cx->arena, list,
        (WidgetOption){ .value = value, .label = label, .chosen = str_eq(value, chosen) });
}

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
           { HTTP_GET, "/work/new", page_new, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Write down a request that came by phone or in person" }, );
