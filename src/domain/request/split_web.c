/* split_web.c - choose the messages that become a request of their own. */
#include "domain/request/split_page.h"
#include "http/dispatch.h"
#include "tmpl/split.h"

static bool was_chosen(const Call *call, int64_t id)
{
    for (size_t i = 0; i < call->form.n; i++) {
        int64_t chosen = 0;
        if (str_eq_z(call->form.at[i].name, "message")
            && str_to_i64(call->form.at[i].value, &chosen) && chosen == id)
            return true;
    }
    return false;
}

/* What is split off is most often the same again. */
static Rc fill(Call *call, GrantedRequest g, Str item, SplitPage *p)
{
    Ctx *cx = &call->cx;
    Messages messages = { 0 };
    CatalogModels models = { 0 };
    int64_t next = 0;

    TRY(message_list(cx, g, 0, 100, &messages, &next));
    for (size_t i = 0; i < messages.n; i++) {
        const Message *m = &messages.at[i];
        TRY(LIST_PUSH(cx->arena, &p->messages,
                      (SplitMessage){ m->id, m->author.name, str_shortened(m->text, 400), m->at_ms,
                                      was_chosen(call, m->id) }));
    }
    TRY(catalog_models(cx, &models));
    for (size_t i = 0; i < models.n; i++) {
        const ModelVersion *m = models.at[i].model;
        TRY(LIST_PUSH(
            cx->arena, &p->items,
            (WidgetOption){ .value = m->key,
                            .label = TEXT("{0}", m->name),
                            .chosen =
                                str_eq(m->key, call->is_again ? call_form(call, "item") : item) }));
    }
    return RC_OK;
}

static Rc page_split(Call *call)
{
    Ctx *cx = &call->cx;
    SplitPage p = { .form = { .arena = call->arena }, .title = call_form(call, "title") };
    GrantedRequest g;
    RequestHead h;
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_WORK, &g));
    TRY(request_head(cx, g, &h));
    p.number = h.number;
    TRY(fill(call, g, h.item, &p));
    if (call->is_again)
        TRY(form_refuse(&p.form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Split a part off {0}", h.number);
    return PAGE(&out, &frame, tmpl_split, &p);
}

static Rc act_split(Call *call)
{
    Ctx *cx = &call->cx;
    RequestSplit in = { .item = call_form(call, "item"),
                        .title = str_trim(call_form(call, "title")) };
    GrantedRequest g;
    RequestMade made;

    /* asked again by request_split, and by the page, which a refusal shows */
    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_WORK, &g));
    for (size_t i = 0; i < call->form.n; i++)
        if (str_eq_z(call->form.at[i].name, "message"))
            TRY(LIST_PUSH(cx->arena, &in.messages, call->form.at[i].value));
    TRY(request_split(cx, g, &in, &made));
    call_flash(call, "split", made.number);
    return call_redirect(call, str_fmt(cx->arena, "/work/%.*s", STR_ARG(made.number)));
}

extern const RouteTable split_pages;
const RouteTable split_pages =
    ROUTES({ HTTP_GET, "/work/{number}/split", page_split, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Choose what becomes a request of its own" },
           { HTTP_POST, "/work/{number}/split", act_split, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Make a request of its own of a part of one", .again = page_split }, );
