/* view_edit_web.c - the views that somebody may use: tabs, saving, changing, dropping. */
#include "domain/view/view_web.h"

#include "tmpl/view_all.h"
#include "tmpl/view_edit.h"
#include "web/page.h"

static Text whose(const SavedView *v)
{
    if (v->label != NULL)
        return TEXT("Comes with the program");
    if (v->team.id != 0)
        return TEXT("{0}, for the team {1}", v->owner.name, v->team.name);
    return str_eq_z(v->sharing, "public") ? TEXT("{0}, for everybody", v->owner.name)
                                          : TEXT("Only yours");
}

static Rc page_all(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    SavedViews list = { 0 };
    ViewsPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    TRY(view_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const SavedView *v = &list.at[i];
        ViewLine line = { .key = v->key,
                          .url = str_fmt(cx->arena, "/work/list?view=%.*s", STR_ARG(v->key)),
                          .name = view_name(v),
                          .query = v->query,
                          .whose = whose(v),
                          .pinned = v->pinned,
                          .may_change = v->may_change,
                          .first = i == 0,
                          .last = i + 1 == list.n || !list.at[i + 1].pinned };
        TRY(LIST_PUSH(cx->arena, v->pinned ? &p.tabs : &p.others, line));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Views");
    return PAGE(&out, &frame, tmpl_view_all, &p);
}

static Rc act_place(Call *call)
{
    GrantedSelf g;
    ViewMove move;

    if (!view_move_from_word(call_form(call, "move"), &move))
        return RC_NOT_FOUND;
    TRY(access_self(&call->cx, &g));
    TRY(view_place(&call->cx, g, call_param(call, "key"), move));
    return call_redirect(call, STR("/work/views"));
}

/* ---- the form ---- */

static Rc add_option(Ctx *cx, Widget *w, Str value, Text label)
{
    return LIST_PUSH(cx->arena, &w->options, (WidgetOption){ .value = value, .label = label });
}

static Rc add_columns(Ctx *cx, Form *f, const StrList *names)
{
    Widget w = { .kind = WIDGET_SEVERAL,
                 .name = STR("columns"),
                 .label = TEXT("Columns"),
                 .help = TEXT("With none of them chosen it has the usual ones.") };

    ViewColumns chosen = { 0 }, offered;

    for (size_t k = 0; k < names->n; k++) {
        const ViewColumn *c;
        TRY(view_column(cx, names->at[k], &c));
        if (c != NULL)
            TRY(LIST_PUSH(cx->arena, &chosen, c));
    }
    TRY(view_columns_offered(cx, &chosen, &offered));
    for (size_t i = 0; i < offered.n; i++) {
        TRY(add_option(cx, &w, str_z(offered.at[i]->name), view_column_head(offered.at[i])));
        for (size_t k = 0; k < names->n; k++)
            w.options.at[i].chosen |= str_eq_z(names->at[k], offered.at[i]->name);
    }
    return form_add(f, w);
}

static Rc add_sharing(Ctx *cx, Form *f, const SavedView *v)
{
    Widget who = { .kind = WIDGET_CHOICE, .name = STR("sharing"), .label = TEXT("Who may use it") };
    Widget team = { .kind = WIDGET_SELECT,
                    .name = STR("team"),
                    .label = TEXT("Which team"),
                    .help = TEXT("Only for a view of a team.") };
    TeamRefs teams = { 0 };

    TRY(add_option(cx, &who, STR("private"), TEXT("Only I")));
    TRY(add_option(cx, &who, STR("team"), TEXT("A team of mine")));
    TRY(add_option(cx, &who, STR("public"), TEXT("Everybody who works here")));
    widget_choose(&who, v->sharing.len > 0 ? v->sharing : STR("private"));
    TRY(person_teams(cx, cx->subject->person_id, &teams));
    TRY(add_option(cx, &team, STR(""), TEXT("No team")));
    for (size_t i = 0; i < teams.n; i++)
        TRY(add_option(cx, &team, teams.at[i].key, TEXT("{0}", teams.at[i].name)));
    widget_choose(&team, v->team.id != 0 ? v->team.key : STR(""));
    TRY(form_add(f, who));
    return form_add(f, team);
}

static Rc fill_form(Call *call, const SavedView *v, ViewEditPage *p)
{
    Ctx *cx = &call->cx;
    Form *f = &p->form;
    Widget groups = { .kind = WIDGET_SELECT, .name = STR("grouping"), .label = TEXT("Groups") };

    f->arena = call->arena;
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("name"),
                              .label = TEXT("Name"),
                              .required = true,
                              .value = v->name,
                              .max_chars = VIEW_NAME_MAX }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_LONG_TEXT,
                              .name = STR("query"),
                              .label = TEXT("Query"),
                              .help = TEXT("As in the line above a list. Its order belongs to it."),
                              .code = true,
                              .value = v->query,
                              .max_chars = COND_TEXT_MAX }));
    GroupFields fields = { 0 };
    TRY(group_fields(cx, &fields));
    for (size_t i = 0; i < fields.n; i++)
        TRY(add_option(cx, &groups, fields.at[i].name, fields.at[i].label));
    widget_choose(&groups, v->grouping);
    TRY(form_add(f, groups));
    TRY(add_sharing(cx, f, v));
    TRY(add_columns(cx, f, &v->columns));
    return call->is_again ? form_refuse(f, call) : RC_OK;
}

/* What the list shows just now goes into the form: a query that was typed, columns that were chosen. */
static Rc as_listed(Call *call, SavedView *v)
{
    StrList chosen = { 0 };

    if (!str_is_null(call_query(call, "q")))
        v->query = call_query(call, "q");
    if (!str_is_null(call_query(call, "group")))
        v->grouping = call_query(call, "group");
    for (size_t i = 0; i < call->query.n; i++)
        if (str_eq_z(call->query.at[i].name, "c"))
            TRY(LIST_PUSH(call->arena, &chosen, call->query.at[i].value));
    if (chosen.n > 0)
        v->columns = chosen;
    return RC_OK;
}

static Rc show_form(Call *call, SavedView *v, ViewEditPage *p)
{
    PageFrame frame;
    PageOut out;

    TRY(as_listed(call, v));
    TRY(fill_form(call, v, p));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p->is_new ? TEXT("New view") : view_name(v);
    return PAGE(&out, &frame, tmpl_view_edit, p);
}

static Rc page_new(Call *call)
{
    GrantedSelf g;
    SavedView v = { .name = STR(""), .sharing = STR("") };
    Str of = call_query(call, "view");
    ViewEditPage p = { .is_new = true,
                       .action = STR("/work/views"),
                       .back_url = STR("/work/list") };

    TRY(access_self(&call->cx, &g));
    if (of.len > 0) {
        TRY(view_get(&call->cx, g, of, &v));
        v.name = STR("");
        v.sharing = STR("");
        v.team = (TeamRef){ 0 };
    }
    return show_form(call, &v, &p);
}

static Rc page_edit(Call *call)
{
    GrantedSelf g;
    SavedView v;
    Str key = call_param(call, "key");

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, key, &v));
    if (!v.may_change)
        return fail(&call->cx, RC_FORBIDDEN, "not_yours",
                    TEXT("This view is not yours to change. Save it under a name of your own."));
    ViewEditPage p = { .key = key,
                       .version = v.version,
                       .action = str_fmt(call->arena, "/work/views/%.*s", STR_ARG(key)),
                       .back_url = str_fmt(call->arena, "/work/list?view=%.*s", STR_ARG(key)) };
    return show_form(call, &v, &p);
}

typedef struct ViewForm {
    Str name, query, grouping, sharing, team;
    StrList columns;
    OptInt version;
} ViewForm;
static const Input view_form = INPUT(
    ViewForm, "ViewForm", { "name", IN_TEXT, offsetof(ViewForm, name), .about = NULL },
    { "query", IN_LONG_TEXT, offsetof(ViewForm, query), .flags = IN_KEEP_EMPTY, .about = NULL },
    { "grouping", IN_KEY, offsetof(ViewForm, grouping), .flags = IN_KEEP_EMPTY, .about = NULL },
    { "sharing", IN_KEY, offsetof(ViewForm, sharing), .about = NULL },
    { "team", IN_KEY, offsetof(ViewForm, team), .flags = IN_KEEP_EMPTY, .about = NULL },
    { "columns", IN_STRINGS, offsetof(ViewForm, columns), .about = NULL },
    { "version", IN_INT, offsetof(ViewForm, version), .about = NULL });

static Rc read_form(Call *call, ViewInput *ret)
{
    ViewForm f = { 0 };

    TRY(call_input(call, &view_form, &f));
    *ret = (ViewInput){ .name = f.name,
                        .query = f.query,
                        .grouping = f.grouping,
                        .sharing = f.sharing,
                        .team = str_eq_z(f.sharing, "team") ? f.team : STR(""),
                        .columns = f.columns,
                        .version = f.version };
    return RC_OK;
}

static Rc to_list(Call *call, Str key)
{
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/work/list?view=%.*s", STR_ARG(key)));
}

static Rc act_create(Call *call)
{
    GrantedSelf g;
    ViewInput in;
    Str key;

    TRY(read_form(call, &in));
    TRY(access_self(&call->cx, &g));
    TRY(view_create(&call->cx, g, &in, &key));
    return to_list(call, key);
}

static Rc act_change(Call *call)
{
    GrantedSelf g;
    ViewInput in;
    SavedView v;

    TRY(access_self(&call->cx, &g));
    TRY(view_get(&call->cx, g, call_param(call, "key"), &v));
    TRY(read_form(call, &in));
    TRY(view_change(&call->cx, g, v.key, &in));
    return to_list(call, v.key);
}

static Rc act_drop(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    TRY(view_drop(&call->cx, g, call_param(call, "key"), OPT_NONE));
    call_flash(call, "view_dropped", STR(""));
    return call_redirect(call, STR("/work/views"));
}

extern const RouteTable view_pages;
const RouteTable view_pages =
    ROUTES({ HTTP_GET, "/work/views", page_all, RIGHT_STAFF, BODY_NONE, TX_READ, .text = "Views" },
           { HTTP_GET, "/work/views/new", page_new, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Save a view" },
           { HTTP_POST, "/work/views", act_create, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Save a view", .again = page_new },
           { HTTP_GET, "/work/views/{key}", page_edit, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Change a view" },
           { HTTP_POST, "/work/views/{key}", act_change, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Change a view", .again = page_edit },
           { HTTP_POST, "/work/views/{key}/place", act_place, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Pin a view as a tab, unpin it, move it" },
           { HTTP_POST, "/work/views/{key}/drop", act_drop, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Drop a view" }, );
