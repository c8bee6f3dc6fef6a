/* bulk_web.c - one act on many requests: choose it, confirm it, see what came of it. */
#include "domain/request/bulk_page.h"
#include "domain/request/bulk_web.h"
#include "domain/request/work_web.h"
#include "http/dispatch.h"
#include "tmpl/bulk.h"
#include "tmpl/bulk_done.h"

static Rc chosen(Call *call, StrList *ret)
{
    for (size_t i = 0; i < call->form.n; i++)
        if (str_eq_z(call->form.at[i].name, "id"))
            TRY(LIST_PUSH(call->arena, ret, call->form.at[i].value));
    return RC_OK;
}

/* ---- what each act asks for ---- */

static Rc act_choice(Form *form)
{
    Widget w = { .kind = WIDGET_SELECT, .name = STR("act"), .label = TEXT("What is to be done?") };

    for (int i = 0; i < BULK_COUNT; i++)
        if (bulk_is_for_many((BulkKind)i))
            TRY(LIST_PUSH(form->arena, &w.options,
                          (WidgetOption){ .value = str_z(bulk_word((BulkKind)i)),
                                          .label = bulk_label((BulkKind)i) }));
    return form_add(form, w);
}

static Rc team_choice(Ctx *cx, Form *form)
{
    Widget w = { .kind = WIDGET_SELECT, .name = STR("value"), .label = TEXT("To which team?") };
    TeamRefs teams = { 0 };
    bool many;

    TRY(team_choices_many(cx, &many));
    if (many) {
        w.kind = WIDGET_PICK;
        w.suggest_url = STR("/teams/suggest");
        return form_add(form, w);
    }
    TRY(team_choices(cx, &teams));
    for (size_t i = 0; i < teams.n; i++)
        TRY(LIST_PUSH(
            cx->arena, &w.options,
            (WidgetOption){ .value = teams.at[i].key, .label = TEXT("{0}", teams.at[i].name) }));
    return form_add(form, w);
}

static Rc level_choice(Form *form)
{
    static const struct {
        Str value;
        const char *label;
    } levels[] = {
        { STR_INIT("low"), T("Low") },
        { STR_INIT("normal"), T("Normal") },
        { STR_INIT("high"), T("High") },
        { STR_INIT("critical"), T("Critical") },
    };
    Widget w = { .kind = WIDGET_SELECT, .name = STR("value"), .label = TEXT("Priority") };

    for (size_t i = 0; i < COUNT_OF(levels); i++)
        TRY(LIST_PUSH(form->arena, &w.options,
                      (WidgetOption){ .value = levels[i].value,
                                      .label = (Text){ .msgid = levels[i].label } }));
    return form_add(form, w);
}

static Rc value_of(Ctx *cx, BulkKind kind, Form *form)
{
    switch (kind) {
    case BULK_ASSIGN:
        return form_add(
            form, (Widget){ .kind = WIDGET_TEXT,
                            .name = STR("value"),
                            .label = TEXT("To whom?"),
                            .help = TEXT("A login. Empty puts them back for anybody to take.") });
    case BULK_TRANSFER: return team_choice(cx, form);
    case BULK_PRIORITY: return level_choice(form);
    case BULK_TAG:
    case BULK_UNTAG:
        return form_add(
            form,
            (Widget){ .kind = WIDGET_TEXT, .name = STR("value"), .label = TEXT("Which tag?") });
    case BULK_MERGE:
        return form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                        .name = STR("value"),
                                        .label = TEXT("Number of the request that stays") });
    case BULK_WATCH:
    case BULK_UNWATCH:
    case BULK_REJECT:
    case BULK_CANCEL:
    case BULK_FULFIL:
    case BULK_ANSWER:
    case BULK_FIELD:
    case BULK_COUNT: break;
    }
    return RC_OK;
}

static Text text_asked(BulkKind kind)
{
    if (kind == BULK_TRANSFER)
        return TEXT("What they need to know");
    if (kind == BULK_FULFIL)
        return TEXT("What was done? The requester reads this.");
    return kind == BULK_PRIORITY ? TEXT("Why?") : TEXT("Why? The requester reads this.");
}

static Rc act_form(Ctx *cx, BulkKind kind, Form *form)
{
    TRY(value_of(cx, kind, form));
    if (bulk_needs_text(kind))
        TRY(form_add(
            form,
            (Widget){ .kind = WIDGET_LONG_TEXT, .name = STR("text"), .label = text_asked(kind) }));
    if (kind == BULK_TRANSFER)
        TRY(form_add(
            form,
            (Widget){ .kind = WIDGET_TEXT, .name = STR("next_step"), .label = TEXT("Next step") }));
    return RC_OK;
}

Rc bulk_page_of(Call *call, const StrList *numbers, bool more)
{
    Ctx *cx = &call->cx;
    BulkPage p = { .form = { .arena = call->arena }, .chosen = *numbers, .more = more };
    BulkKind kind;
    PageFrame frame;
    PageOut out;

    p.n = (int64_t)p.chosen.n;
    p.act_known = bulk_from_word(call_form(call, "act"), &kind) && bulk_is_for_many(kind);
    if (p.act_known) {
        p.act = str_z(bulk_word(kind));
        p.label = bulk_label(kind);
        p.for_ever = !bulk_can_undo(kind);
        TRY(act_form(cx, kind, &p.form));
    } else {
        TRY(act_choice(&p.form));
    }
    if (call->is_again)
        TRY(form_refuse(&p.form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.act_known ? p.label : TEXT("Do the same with several requests");
    return PAGE(&out, &frame, tmpl_bulk, &p);
}

static Rc page_bulk(Call *call)
{
    StrList numbers = { 0 };

    TRY(chosen(call, &numbers));
    return bulk_page_of(call, &numbers, false);
}

/* Where the form stood: a list, and nothing outside it. */
static bool came_from_list(Call *call, Str *ret)
{
    *ret = call_form_text(call, "back");
    return str_eq_z(*ret, "/work/list") || str_starts(*ret, STR("/work/list?"));
}

static const char *told_in_list(BulkKind kind)
{
    return kind == BULK_ASSIGN ? "assigned" : kind == BULK_PRIORITY ? "priority_changed" : "saved";
}

static Rc to_result(Call *call, int64_t id)
{
    return call_redirect(call, str_fmt(call->arena, "/work/bulk/%lld", (long long)id));
}

/* What worked leads back to the list, with the way back; what was refused is told on a page of its own. */
static Rc after(Call *call, GrantedSelf g, int64_t id)
{
    BulkDone done;
    Str back;

    TRY(bulk_get(&call->cx, g, id, &done));
    if (!came_from_list(call, &back) || done.done_n < (int64_t)done.parts.n)
        return to_result(call, id);
    call_flash(call, told_in_list(done.kind), str_fmt(call->arena, "%lld", (long long)id));
    return call_redirect(call, back);
}

/* An act on one request was done on its page: there one sees it taken back, or why it was not. */
static Rc after_undo(Call *call, GrantedSelf g, int64_t id)
{
    const BulkPart *part;
    BulkDone done;

    TRY(bulk_get(&call->cx, g, id, &done));
    if (done.parts.n != 1)
        return to_result(call, id);
    part = &done.parts.at[0];
    call_flash(call, part->undone ? "taken_back" : "not_taken_back", part->undo_why);
    return call_redirect(call, str_fmt(call->arena, "/work/%.*s", STR_ARG(part->number)));
}

typedef Rc After(Call *call, GrantedSelf g, int64_t id);

/* A piece; when it was the last one, `after` says where to go. */
static Rc go_on(Call *call, GrantedSelf g, int64_t id, Handler next, After *after_all)
{
    int64_t left = 0;

    TRY(bulk_go_on(&call->cx, g, id, BULK_PIECE, &left));
    if (left == 0)
        return after_all(call, g, id);
    call_go_on(call, next, id);
    return to_result(call, id);
}

static Rc next_piece(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    return go_on(call, g, call->next_id, next_piece, after);
}

static Rc next_piece_back(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    return go_on(call, g, call->next_id, next_piece_back, after_undo);
}

/* One that is not there is said at once, and not for each request. */
static Rc read_team(Ctx *cx, Str *value)
{
    int64_t id;

    TRY(team_typed(cx, str_trim(*value), value));
    Rc rc = team_id(cx, *value, &id);
    return rc == RC_NOT_FOUND
               ? fail_field(cx, RC_INVALID, "value", "not_found", TEXT("There is no such team."))
               : rc;
}

static Rc act_bulk(Call *call)
{
    BulkInput in = { .act = call_form_text(call, "act"),
                     .value = call_form_text(call, "value"),
                     .text = call_form_text(call, "text"),
                     .next_step = call_form_text(call, "next_step") };
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    TRY(chosen(call, &in.requests));
    if (in.requests.n > 0 && !str_eq_z(call_form_text(call, "confirmed"), "1"))
        return call_again(call);
    if (str_eq_z(in.act, bulk_word(BULK_TRANSFER)))
        TRY(read_team(&call->cx, &in.value));
    TRY(bulk_begin(&call->cx, g, &in, &id));
    return go_on(call, g, id, next_piece, after);
}

/* What went as it was meant to is counted and folded; everything else is listed. */
static Rc sort_parts(Ctx *cx, BulkDonePage *p)
{
    for (size_t i = 0; i < p->d.parts.n; i++) {
        const BulkPart *part = &p->d.parts.at[i];
        BulkParts *to = &p->plain;
        if (!part->ok && !part->waits)
            p->failed_n++;
        if (part->waits)
            to = &p->waiting;
        else if (!part->ok || (p->was_undone && !part->undone))
            to = &p->other;
        TRY(LIST_PUSH(cx->arena, to, *part));
    }
    p->plain_n = (int64_t)p->plain.n;
    return RC_OK;
}

static Rc page_bulk_done(Call *call)
{
    Ctx *cx = &call->cx;
    BulkDonePage p = { 0 };
    GrantedSelf g;
    int64_t id = 0;
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(bulk_get(cx, g, id, &p.d));
    p.label = bulk_label(p.d.kind);
    p.was_undone = p.d.undone_ms != MS_NONE;
    TRY(sort_parts(cx, &p));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = p.label;
    return PAGE(&out, &frame, tmpl_bulk_done, &p);
}

static Rc act_bulk_undo(Call *call)
{
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(bulk_undo(&call->cx, g, id));
    return go_on(call, g, id, next_piece_back, after_undo);
}

static Rc act_bulk_continue(Call *call)
{
    GrantedSelf g;
    int64_t id = 0;

    TRY(access_self(&call->cx, &g));
    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return go_on(call, g, id, next_piece, after);
}

extern const RouteTable bulk_pages;
const RouteTable bulk_pages = ROUTES(
    { HTTP_GET, "/work/bulk", page_bulk, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Choose and confirm one act on many requests" },
    { HTTP_POST, "/work/bulk", act_bulk, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "One act on many requests", .again = page_bulk },
    { HTTP_GET, "/work/bulk/{id}", page_bulk_done, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "What came of an own act on many requests" },
    { HTTP_POST, "/work/bulk/{id}/undo", act_bulk_undo, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Take an act on many requests back", .again = page_bulk_done },
    { HTTP_POST, "/work/bulk/{id}/continue", act_bulk_continue, RIGHT_STAFF, BODY_FORM, TX_WRITE,
      .text = "Go on with an act on many requests that stopped", .again = page_bulk_done }, );
