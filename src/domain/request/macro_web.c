/* macro_web.c - macros: run on a request, written by those who may. */
#include "domain/request/macro_page.h"
#include "domain/request/ready_web.h"
#include "domain/request/work_web.h"
#include "http/dispatch.h"
#include "tmpl/macro_choose.h"
#include "tmpl/macro_edit.h"
#include "tmpl/macro_list.h"

static Rc line_of(Ctx *cx, const Macro *m, MacroLine *ret)
{
    *ret = (MacroLine){ .id = m->id,
                        .name = m->name,
                        .whose = ready_whose(&m->team),
                        .changed = TEXT("{0}, {1}", m->changed_by.name, when_short(m->changed_ms)),
                        .may_change = m->may_change };
    for (size_t i = 0; i < m->steps.n; i++)
        TRY(LIST_PUSH(cx->arena, &ret->steps, macro_step_text(&m->steps.at[i])));
    return RC_OK;
}

static Rc lines_of(Ctx *cx, int64_t team_id, MacroLines *ret)
{
    Macros all;

    TRY(macro_list(cx, team_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        MacroLine line;
        TRY(line_of(cx, &all.at[i], &line));
        TRY(LIST_PUSH(cx->arena, ret, line));
    }
    return RC_OK;
}

/* ---- on a request ---- */

static Rc page_choose(Call *call)
{
    Ctx *cx = &call->cx;
    MacroChoosePage p = { 0 };
    GrantedRequest g;
    RequestHead head;
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_NOTE, &g));
    TRY(request_head(cx, g, &head));
    p.number = head.number;
    TRY(lines_of(cx, head.team.id, &p.lines));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Macros");
    return PAGE(&out, &frame, tmpl_macro_choose, &p);
}

static Rc act_run(Call *call)
{
    Ctx *cx = &call->cx;
    Str number = call_param(call, "number");
    GrantedRequest g;
    int64_t id = 0;

    /* asked again by macro_run */
    TRY(access_request_number(cx, number, MAY_SEE, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(macro_run(cx, g, id));
    call_flash(call, "macro_done", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/work/%.*s", STR_ARG(number)));
}

/* ---- all of them ---- */

static Rc page_list(Call *call)
{
    Ctx *cx = &call->cx;
    MacroListPage p = { 0 };
    TeamRefs teams;
    bool everybody = false;
    PageFrame frame;
    PageOut out;

    TRY(lines_of(cx, 0, &p.lines));
    TRY(ready_teams(cx, &teams, &everybody));
    p.may_add = everybody || teams.n > 0;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Macros");
    return PAGE(&out, &frame, tmpl_macro_list, &p);
}

/* ---- writing one ---- */

static Rc add_option(Arena *a, Widget *w, Str value, Text label)
{
    return LIST_PUSH(a, &w->options, (WidgetOption){ .value = value, .label = label });
}

enum { COLUMNS = 4 };

static Rc add_columns(Ctx *cx, Widget *table)
{
    Widget act = { .kind = WIDGET_SELECT,
                   .name = STR("act"),
                   .label = TEXT("What is to be done?") };
    Widget ready = { .kind = WIDGET_SELECT, .name = STR("ready"), .label = TEXT("Ready reply") };
    ReadyReplies replies;

    for (int i = 0; i < MACRO_ACT_COUNT; i++)
        TRY(add_option(cx->arena, &act, str_z(macro_act_word((MacroAct)i)),
                       (Text){ .msgid = macro_act_label((MacroAct)i) }));
    TRY(ready_list(cx, 0, &replies));
    for (size_t i = 0; i < replies.n; i++)
        TRY(add_option(cx->arena, &ready, str_fmt(cx->arena, "%lld", (long long)replies.at[i].id),
                       TEXT("{0}", replies.at[i].name)));
    TRY(LIST_PUSH(cx->arena, &table->columns, act));
    TRY(LIST_PUSH(cx->arena, &table->columns,
                  (Widget){ .kind = WIDGET_TEXT,
                            .name = STR("value"),
                            .label = TEXT("To whom, which, how long") }));
    TRY(LIST_PUSH(cx->arena, &table->columns, ready));
    return LIST_PUSH(
        cx->arena, &table->columns,
        (Widget){ .kind = WIDGET_TEXT, .name = STR("text"), .label = TEXT("Words for the team") });
}

static Rc add_steps(Ctx *cx, Form *f, const MacroSteps *steps)
{
    Widget w = {
        .kind = WIDGET_TABLE,
        .name = STR("steps"),
        .label = TEXT("Steps"),
        .help =
            TEXT("To whom: a login, me, or nothing for nobody. Which: a tag, or low, normal, high, "
                 "critical. How long: days. What the requester reads is a ready reply.")
    };
    Str cells[MACRO_STEPS_MOST * COLUMNS] = { 0 };
    size_t n = steps->n < MACRO_STEPS_MOST ? steps->n : MACRO_STEPS_MOST;

    TRY(add_columns(cx, &w));
    for (size_t i = 0; i < n; i++) {
        const MacroStep *s = &steps->at[i];
        cells[i * COLUMNS] = s->act;
        cells[i * COLUMNS + 1] = s->value;
        cells[i * COLUMNS + 2] =
            s->ready_id != 0 ? str_fmt(cx->arena, "%lld", (long long)s->ready_id) : STR("");
        cells[i * COLUMNS + 3] = s->text;
    }
    TRY(widget_rows(cx->arena, &w, cells, n, n < MACRO_STEPS_MOST ? 2 : 0));
    return form_add(f, w);
}

static Str cell(const Call *call, int row, const char *column)
{
    char name[48];

    snprintf(name, sizeof name, "steps.%d.%s", row, column);
    return call_form_text(call, name);
}

/* Rows in which nothing was written are none. */
static Rc read_form(const Call *call, MacroInput *ret)
{
    int64_t version = 0;

    *ret =
        (MacroInput){ .team = call_form_text(call, "team"), .name = call_form_text(call, "name") };
    for (int row = 0; row < 2 * MACRO_STEPS_MOST; row++) {
        MacroStep s = { .act = cell(call, row, "act"),
                        .value = cell(call, row, "value"),
                        .text = cell(call, row, "text") };
        if (!str_to_i64(cell(call, row, "ready"), &s.ready_id))
            s.ready_id = 0;
        if (s.act.len + s.value.len + s.text.len > 0 || s.ready_id != 0)
            TRY(LIST_PUSH(call->arena, &ret->steps, s));
    }
    if (str_to_i64(call_form(call, "version"), &version))
        ret->version = OPT_INT(version);
    return RC_OK;
}

static Rc show_form(Call *call, const Macro *m, MacroEditPage *p)
{
    Ctx *cx = &call->cx;
    MacroInput typed = { 0 };
    const MacroSteps *steps = &m->steps;
    PageFrame frame;
    PageOut out;

    p->form.arena = call->arena;
    if (p->is_new)
        TRY(ready_form_team(cx, &p->form));
    TRY(form_add(&p->form, (Widget){ .kind = WIDGET_TEXT,
                                     .name = STR("name"),
                                     .label = TEXT("Name"),
                                     .required = true,
                                     .value = m->name,
                                     .max_chars = MACRO_NAME_MAX }));
    if (call->is_again) {
        TRY(read_form(call, &typed));
        steps = &typed.steps;
    }
    TRY(add_steps(cx, &p->form, steps));
    if (call->is_again)
        TRY(form_refuse(&p->form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p->is_new ? TEXT("New macro") : TEXT("{0}", m->name);
    return PAGE(&out, &frame, tmpl_macro_edit, p);
}

static Rc page_new(Call *call)
{
    Macro m = { .name = STR("") };
    MacroEditPage p = { .is_new = true };

    return show_form(call, &m, &p);
}

static Rc named(Call *call, Macro *ret)
{
    int64_t id = 0;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return macro_get(&call->cx, id, ret);
}

static Rc page_edit(Call *call)
{
    GrantedLoad g;
    Macro m;

    TRY(named(call, &m));
    TRY(access_load(&call->cx, m.team.id, true, &g));
    MacroEditPage p = { .id = m.id, .version = m.version };
    return show_form(call, &m, &p);
}

static Rc to_list(Call *call)
{
    call_flash(call, "saved", STR(""));
    return call_redirect(call, STR("/work/macros"));
}

static Rc act_create(Call *call)
{
    MacroInput in;
    int64_t id = 0;

    TRY(read_form(call, &in));
    TRY(ready_chosen_team(&call->cx, &in.team));
    TRY(macro_create(&call->cx, &in, &id));
    return to_list(call);
}

static Rc act_change(Call *call)
{
    MacroInput in;
    Macro m;

    TRY(named(call, &m));
    TRY(read_form(call, &in));
    TRY(macro_change(&call->cx, m.id, &in));
    return to_list(call);
}

static Rc act_drop(Call *call)
{
    Macro m;

    TRY(named(call, &m));
    TRY(macro_drop(&call->cx, m.id, OPT_NONE));
    return to_list(call);
}

extern const RouteTable macro_pages;
const RouteTable macro_pages = ROUTES(
    { HTTP_GET, "/work/{number}/macros", page_choose, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Macros that can be run on a request" },
    { HTTP_POST, "/work/{number}/macros/{id}", act_run, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Run a macro on a request", .again = page_work_request },
    { HTTP_GET, "/work/macros", page_list, RIGHT_STAFF, BODY_NONE, TX_READ, .text = "Macros" },
    { HTTP_POST, "/work/macros", act_create, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Write a macro", .again = page_new },
    { HTTP_GET, "/work/macros/new", page_new, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Write a macro" },
    { HTTP_GET, "/work/macros/{id}", page_edit, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Change a macro" },
    { HTTP_POST, "/work/macros/{id}", act_change, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Change a macro", .again = page_edit },
    { HTTP_POST, "/work/macros/{id}/drop", act_drop, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Drop a macro", .again = page_edit }, );
