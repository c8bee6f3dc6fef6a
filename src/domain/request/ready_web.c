/* ready_web.c - ready replies: chosen for a request, written by those who may. */
#include "domain/request/ready_page.h"
#include "domain/request/ready_web.h"
#include "http/dispatch.h"
#include "tmpl/ready_choose.h"
#include "tmpl/ready_edit.h"
#include "tmpl/ready_list.h"

/* ---- choosing one for a request ---- */

static Rc look_of(Ctx *cx, const ReadyValues *values, const ReadyReply *r, ReadyLook *ret)
{
    ReadyText t;

    TRY(ready_fill(cx, values, &r->words, &t));
    *ret = (ReadyLook){ .id = r->id,
                        .name = r->name,
                        .text = t.text,
                        .missing = t.missing,
                        .team = r->team.id != 0 ? r->team.name : STR(""),
                        .tag = lang_tag(t.lang),
                        .language = t.foreign ? str_z(lang_name(t.lang)) : STR("") };
    return RC_OK;
}

static Rc page_choose(Call *call)
{
    Ctx *cx = &call->cx;
    ReadyChoosePage p = { .q = str_trim(call_query(call, "q")) };
    ReadyReplies all, found;
    ReadyValues values;
    GrantedRequest g;
    RequestView v;
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_SAY, &g));
    TRY(request_view(cx, g, &v));
    TRY(ready_list(cx, v.head.team.id, &all));
    TRY(ready_find(cx, &all, p.q, &found));
    TRY(ready_values(cx, &v, &values));
    for (size_t i = 0; i < found.n; i++) {
        ReadyLook look;
        TRY(look_of(cx, &values, &found.at[i], &look));
        TRY(LIST_PUSH(cx->arena, &p.found, look));
    }
    p.number = v.head.number;
    p.title = v.head.title;
    p.none = all.n == 0;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Ready replies");
    return PAGE(&out, &frame, tmpl_ready_choose, &p);
}

/* ---- all of them ---- */

Text ready_whose(const TeamRef *team)
{
    return team->id != 0 ? TEXT("{0}", team->name) : TEXT("Everybody who works here");
}

static Rc page_list(Call *call)
{
    Ctx *cx = &call->cx;
    ReadyListPage p = { 0 };
    ReadyReplies all;
    TeamRefs teams;
    bool everybody = false;
    PageFrame frame;
    PageOut out;

    TRY(ready_list(cx, 0, &all));
    for (size_t i = 0; i < all.n; i++) {
        const ReadyReply *r = &all.at[i];
        ReadyLine line = { .id = r->id,
                           .name = r->name,
                           .languages = STR(""),
                           .whose = ready_whose(&r->team),
                           .changed =
                               TEXT("{0}, {1}", r->changed_by.name, when_short(r->changed_ms)),
                           .may_change = r->may_change };
        for (int l = 0; l < LANG_COUNT; l++)
            if (r->words.in[l].len > 0)
                line.languages = str_fmt(cx->arena, "%.*s%s%s", STR_ARG(line.languages),
                                         line.languages.len > 0 ? ", " : "", lang_name((Lang)l));
        TRY(LIST_PUSH(cx->arena, &p.lines, line));
    }
    TRY(ready_teams(cx, &teams, &everybody));
    p.may_add = everybody || teams.n > 0;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Ready replies");
    return PAGE(&out, &frame, tmpl_ready_list, &p);
}

/* ---- writing one ---- */

static const struct {
    Lang lang;
    Str name;
    const char *label;
} texts[] = {
    { LANG_EN, STR_INIT("words.en"), T("Text in English") },
    { LANG_SV, STR_INIT("words.sv"), T("Text in Swedish") },
    { LANG_ZH, STR_INIT("words.zh"), T("Text in Chinese") },
};

Rc ready_form_team(Ctx *cx, Form *f)
{
    Widget w = { .kind = WIDGET_SELECT, .name = STR("team"), .label = TEXT("For whom") };
    TeamRefs teams;
    bool everybody = false;

    TRY(ready_teams(cx, &teams, &everybody));
    if (everybody)
        TRY(LIST_PUSH(
            cx->arena, &w.options,
            (WidgetOption){ .value = STR("*"), .label = TEXT("Everybody who works here") }));
    for (size_t i = 0; i < teams.n; i++)
        TRY(LIST_PUSH(
            cx->arena, &w.options,
            (WidgetOption){ .value = teams.at[i].key, .label = TEXT("{0}", teams.at[i].name) }));
    if (w.options.n == 0)
        return fail(
            cx, RC_FORBIDDEN, "forbidden",
            TEXT("Only the leads of a team and administrators write what is ready for it."));
    return form_add(f, w);
}

static Rc show_form(Call *call, const ReadyReply *r, ReadyEditPage *p)
{
    Ctx *cx = &call->cx;
    PageFrame frame;
    PageOut out;

    p->form.arena = call->arena;
    if (p->is_new)
        TRY(ready_form_team(cx, &p->form));
    TRY(form_add(&p->form,
                 (Widget){ .kind = WIDGET_TEXT,
                           .name = STR("name"),
                           .label = TEXT("Name"),
                           .help = TEXT("By which it is found. The requester never sees it."),
                           .required = true,
                           .value = r->name,
                           .max_chars = READY_NAME_MAX }));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        TRY(form_add(&p->form, (Widget){ .kind = WIDGET_LONG_TEXT,
                                         .name = texts[i].name,
                                         .label = (Text){ .msgid = texts[i].label },
                                         .value = r->words.in[texts[i].lang],
                                         .max_chars = READY_TEXT_MAX }));
    if (call->is_again)
        TRY(form_refuse(&p->form, call));
    for (size_t i = 0; i < ready_places_n; i++)
        TRY(LIST_PUSH(cx->arena, &p->places,
                      (ReadyPlaceLine){ str_fmt(cx->arena, "{%s}", ready_places[i].name),
                                        ready_places[i].what }));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p->is_new ? TEXT("New ready reply") : TEXT("{0}", r->name);
    return PAGE(&out, &frame, tmpl_ready_edit, p);
}

static Rc page_new(Call *call)
{
    ReadyReply r = { 0 };
    ReadyEditPage p = { .is_new = true };

    return show_form(call, &r, &p);
}

static Rc named(Call *call, ReadyReply *ret)
{
    int64_t id = 0;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return ready_get(&call->cx, id, ret);
}

static Rc page_edit(Call *call)
{
    ReadyReply r;
    GrantedLoad g;

    TRY(named(call, &r));
    TRY(access_load(&call->cx, r.team.id, true, &g));
    ReadyEditPage p = { .id = r.id, .version = r.version };
    return show_form(call, &r, &p);
}

static ReadyInput read_form(const Call *call)
{
    ReadyInput in = { .team = call_form_text(call, "team"), .name = call_form_text(call, "name") };
    int64_t version = 0;

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        in.words.in[texts[i].lang] = call_form_text(call, texts[i].name.ptr);
    if (str_to_i64(call_form(call, "version"), &version))
        in.version = OPT_INT(version);
    return in;
}

static Rc to_list(Call *call)
{
    call_flash(call, "saved", STR(""));
    return call_redirect(call, STR("/work/replies"));
}

static Rc act_create(Call *call)
{
    ReadyInput in = read_form(call);
    int64_t id = 0;

    TRY(ready_chosen_team(&call->cx, &in.team));
    TRY(ready_create(&call->cx, &in, &id));
    return to_list(call);
}

static Rc act_change(Call *call)
{
    ReadyInput in = read_form(call);
    ReadyReply r;

    TRY(named(call, &r));
    TRY(ready_change(&call->cx, r.id, &in));
    return to_list(call);
}

static Rc act_drop(Call *call)
{
    ReadyReply r;

    TRY(named(call, &r));
    TRY(ready_drop(&call->cx, r.id, OPT_NONE));
    return to_list(call);
}

extern const RouteTable ready_pages;
const RouteTable ready_pages =
    ROUTES({ HTTP_GET, "/work/{number}/replies", page_choose, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Ready replies as a request would get them" },
           { HTTP_GET, "/work/replies", page_list, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Ready replies" },
           { HTTP_POST, "/work/replies", act_create, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Write a ready reply", .again = page_new },
           { HTTP_GET, "/work/replies/new", page_new, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Write a ready reply" },
           { HTTP_GET, "/work/replies/{id}", page_edit, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Change a ready reply" },
           { HTTP_POST, "/work/replies/{id}", act_change, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Change a ready reply", .again = page_edit },
           { HTTP_POST, "/work/replies/{id}/drop", act_drop, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Drop a ready reply", .again = page_edit }, );
