/* order_web.c - pages of the catalog and of ordering: sections, item, form, draft. */
#include "domain/request/order_web.h"

#include "domain/catalog/gap.h"
#include "domain/request/similar_web.h"
#include "domain/request/talk.h"
#include "tmpl/catalog_item.h"
#include "tmpl/catalog_list.h"
#include "tmpl/order_form.h"
#include "tmpl/order_preview.h"

#define ELSE_ITEM "question"

/* --- catalog ------------------------------------------------------------------------------------------- */

static Rc page_catalog(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogPage p = { .q = str_trim(call_query(call, "q")) };
    Str section = call_query(call, "section");
    PageFrame frame;
    PageOut out;

    TRY(item_groups(cx, &p.groups, &p.count));
    p.searching = p.q.len > 0;
    p.everything = section.len == 0;
    if (p.q.len > 256)
        return fail_field(cx, RC_INVALID, "q", "too_long", TEXT("Search for fewer words."));
    if (p.searching)
        TRY(item_search(cx, p.q, &p.groups, &p.found, &p.meant));
    if (p.searching && p.found.n == 0)
        TRY(gap_note(cx, p.q));
    for (size_t i = 0; i < p.groups.n; i++) {
        p.groups.at[i].current = str_eq(p.groups.at[i].key, section);
        if (p.everything || p.groups.at[i].current)
            TRY(LIST_PUSH(cx->arena, &p.shown, p.groups.at[i]));
        for (size_t k = 0; k < p.groups.at[i].items.n; k++)
            if (str_eq_z(p.groups.at[i].items.at[k].key, ELSE_ITEM))
                p.else_key = STR(ELSE_ITEM);
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_CATALOG;
    frame.title = TEXT("Catalog");
    return PAGE(&out, &frame, tmpl_catalog_list, &p);
}

/* --- what is ordered, and for whom ------------------------------------------------------------------------ */

typedef struct Order {
    CatalogModel model;
    GrantedSubmit grant;
    RequestCreate in;
    RequestPreview preview;
} Order;

/* The model when this person may see it in the catalog; otherwise it is not there. */
static Rc visible_model(Ctx *cx, Str key, CatalogModel *ret)
{
    RequestFacts facts = { 0 };

    TRY(catalog_model(cx, key, ret));
    TRY(request_facts_person(cx, cx->subject->person_id, NULL, &facts));
    return model_audience_holds(ret->model, &facts, cx->now_ms) ? RC_OK : RC_NOT_FOUND;
}

/* Errors: RC_NOT_FOUND (nobody has this login), RC_FORBIDDEN (not for this person). */
static Rc beneficiary_of(Ctx *cx, Str login, GrantedSubmit *ret)
{
    int64_t person = cx->subject->person_id;

    if (login.len > 0)
        TRY(person_id(cx, login, &person));
    return access_submit(cx, person, ret);
}

static Text why_not_for(Rc rc)
{
    return rc == RC_FORBIDDEN ? TEXT("You can ask for yourself and for people who report to you.")
                              : TEXT("There is nobody with this sign-in name.");
}

Rc order_preview_for(Ctx *cx, Str login, GrantedSubmit *ret, Text *ret_refused)
{
    Text detail = cx->detail;
    Str type = cx->type;
    Rc rc = beneficiary_of(cx, str_trim(login), ret);

    if (rc != RC_NOT_FOUND && rc != RC_FORBIDDEN)
        return rc;
    cx->detail = detail; /* the page goes on: this refusal is part of it */
    cx->type = type;
    *ret_refused = why_not_for(rc);
    return access_submit(cx, cx->subject->person_id, ret);
}

Rc order_for(Call *call, GrantedSubmit *ret)
{
    Ctx *cx = &call->cx;
    Rc rc = beneficiary_of(cx, str_trim(call_form(call, "_for")), ret);

    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN)
        return fail_field(cx, rc == RC_FORBIDDEN ? rc : RC_INVALID, "_for",
                          rc == RC_FORBIDDEN ? "not_yours" : "not_found", why_not_for(rc));
    return rc;
}

/* "I need it from": the start of that day where the reader is. */
static Rc order_start(Call *call, OptInt *ret)
{
    Str text = str_trim(call_form(call, "_not_before"));
    Ms day = MS_NONE;

    *ret = OPT_NONE;
    if (text.len == 0)
        return RC_OK;
    if (!clock_parse_date(text, &day))
        return fail_field(&call->cx, RC_INVALID, "_not_before", "not_a_date",
                          TEXT("Write a date such as 2027-06-01."));
    CivilTime t = clock_civil_utc(day);
    *ret = OPT_INT(zone_instant(call->cx.zone, &t));
    if (ret->value <= call->cx.now_ms)
        return fail_field(&call->cx, RC_INVALID, "_not_before", "past",
                          TEXT("Choose a day that is still to come."));
    return RC_OK;
}

static Rc add_start(Call *call, const CatalogModel *c, Ms planned, Form *f)
{
    Str value = STR("");

    if (!c->model->schedule)
        return RC_OK;
    if (planned != MS_NONE) {
        CivilTime t = zone_civil(call->cx.zone, planned);
        value = clock_date(call->arena, clock_from_civil_utc(&t));
    }
    return form_add(f,
                    (Widget){ .kind = WIDGET_DATE,
                              .name = STR("_not_before"),
                              .label = TEXT("I need it from"),
                              .help = TEXT("Work begins on that day. Leave it empty for as soon "
                                           "as possible."),
                              .optional_word = true,
                              .value = call->is_again ? call_form(call, "_not_before") : value });
}

Str order_channel(Call *call)
{
    Str channel = call_form(call, "_channel");
    return channel.len > 0 ? channel : STR("portal");
}

static Rc order_read(Call *call, Order *ret)
{
    Ctx *cx = &call->cx;

    TRY(visible_model(cx, call_param(call, "key"), &ret->model));
    TRY(order_for(call, &ret->grant));
    ret->in = (RequestCreate){ .item = ret->model.model->key, .channel = order_channel(call) };
    TRY(order_start(call, &ret->in.not_before_ms));
    Str urgency = call_form(call, "_urgency");
    if (ret->model.model->priority.urgency.asked && urgency.len > 0)
        ret->in.urgency = urgency;
    return order_answers(call, &ret->in.answers);
}

Rc order_urgency(Call *call, Str usual, Form *f)
{
    static const struct {
        const char *level, *words;
    } says[] = {
        { "critical", T("I cannot work at all") },
        { "high", T("I can work, but with difficulty") },
        { "normal", T("I can work; it is in the way") },
        { "low", T("It can wait") },
    };
    Widget w = { .kind = WIDGET_CHOICE,
                 .name = STR("_urgency"),
                 .label = TEXT("How urgent is it?"),
                 .required = true };

    for (size_t i = 0; i < COUNT_OF(says); i++)
        TRY(LIST_PUSH(call->arena, &w.options,
                      (WidgetOption){ .value = str_z(says[i].level),
                                      .label = (Text){ .msgid = says[i].words } }));
    Str sent = call_form(call, "_urgency");
    widget_choose(&w, sent.len > 0 ? sent : usual);
    return form_add(f, w);
}

Rc order_own_questions(Call *call, Form *f)
{
    Ctx *cx = &call->cx;
    Widget whom = {
        .kind = WIDGET_PICK,
        .name = STR("_for"),
        .label = TEXT("Who is it for?"),
        .help = TEXT("Leave it empty for yourself. You may also ask for people who report to you."),
        .optional_word = true,
        .suggest_url = STR("/people/suggest"),
        .value = call->is_again ? call_form(call, "_for") : call_query(call, "for")
    };
    bool agent = (cx->subject->roles & (ROLE_AGENT | ROLE_LEAD)) != 0;

    if (agent)
        whom.help =
            TEXT("Leave it empty for yourself. Choose somebody when they called or came by.");
    TRY(form_add(f, whom));
    if (!agent)
        return RC_OK;
    Widget channel = { .kind = WIDGET_CHOICE,
                       .name = STR("_channel"),
                       .label = TEXT("How did it reach you?"),
                       .chips = true };
    static const struct {
        Str value;
        const char *label;
    } channels[] = {
        { STR_INIT("portal"), T("Portal") },     { STR_INIT("phone"), T("Phone") },
        { STR_INIT("walk_in"), T("In person") }, { STR_INIT("mail"), T("E-mail") },
        { STR_INIT("chat"), T("Chat") },
    };
    for (size_t i = 0; i < COUNT_OF(channels); i++)
        TRY(LIST_PUSH(
            cx->arena, &channel.options,
            (WidgetOption){ .value = channels[i].value, .label = TEXT("{0}", channels[i].label) }));
    Str chosen = call->is_again ? call_form(call, "_channel") : call_query(call, "channel");
    widget_choose(&channel, chosen.len > 0 ? chosen : STR("portal"));
    return form_add(f, channel);
}

/* --- item ------------------------------------------------------------------------------------------------- */

/* How long it usually takes, and from what that was worked out. */
static Rc usual_time(Ctx *cx, const ModelVersion *m, const Promise *usual, ItemPage *p)
{
    const CalendarLine *calendar = NULL;

    TRY(promise_calendar(cx, m, &calendar));
    TRY(promise_usual_text(cx, m, usual, &p->usual));
    return promise_facts(cx, usual, calendar != NULL, &p->facts);
}

static Rc page_item(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogBundle bundle;
    CatalogModel c;
    GrantedSubmit g;
    RequestFacts facts = { 0 };
    RequestCreate in = { 0 };
    RequestPreview preview = { 0 };
    PageFrame frame;
    PageOut out;

    if (bundle_visible(cx, call_param(call, "key"), &bundle) == RC_OK)
        return bundle_page_item(call, &bundle);
    TRY(visible_model(cx, call_param(call, "key"), &c));
    TRY(access_submit(cx, cx->subject->person_id, &g));
    TRY(request_facts_person(cx, cx->subject->person_id, &g, &facts));
    in.item = c.model->key;
    TRY(answers_initial(cx->arena, c.model, &facts, &in.answers));
    TRY(request_preview(cx, g, &in, &preview));

    ItemPage p = { .key = c.model->key,
                   .name = c.model->name,
                   .summary = c.model->summary,
                   .prerequisites = c.model->prerequisites,
                   .no_questions = c.model->form.n == 0,
                   .may_order = preview.refused.msgid == NULL,
                   .price = usual_price(c.model),
                   .version = c.number,
                   .published_ms = c.published_ms };
    if (preview.target != NULL && preview.target->fulfil.n > 0)
        p.time = span_text(preview.target->fulfil, !str_is_null(preview.target->calendar));
    TRY(order_side(cx, c.model, &preview, &p.side));
    p.side.usual = (Text){ 0 }; /* stands among the facts */
    TRY(usual_time(cx, c.model, &preview.usual, &p));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_CATALOG;
    frame.title = TEXT("{0}", p.name);
    frame.crumb = TEXT("{0}", p.name);
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/catalog"), .text = TEXT("Catalog") }));
    return PAGE(&out, &frame, tmpl_catalog_item, &p);
}

/* --- form --------------------------------------------------------------------------------------------------- */

/* Ids of the questions that are shown, for the script. */
static Str shown_ids(Ctx *cx, const ModelVersion *m, const bool *shown)
{
    Buf b;

    buf_init(&b, 64 * 1024);
    for (size_t i = 0; shown != NULL && i < m->form.n; i++) {
        if (!shown[i])
            continue;
        buf_add(&b, m->form.at[i].id);
        buf_add_char(&b, ' ');
    }
    Str s = str_dup(cx->arena, str_trim(buf_str(&b)));
    buf_done(&b);
    return s;
}

static Rc show_form(Call *call, const CatalogModel *c, const AnswerInputs *values, GrantedSubmit g,
                    OrderPage *p)
{
    Ctx *cx = &call->cx;
    RequestCreate in = { .item = c->model->key, .answers = *values };
    RequestPreview preview = { 0 };
    PageFrame frame;
    PageOut out;
    Form questions;

    TRY(request_preview(cx, g, &in, &preview));
    TRY(order_form(cx, STR(""), &c->model->form, values, preview.shown, &questions));
    p->form = (Form){ .arena = cx->arena, .pointer_prefix = STR("/answers") };
    if (!p->editing && p->number.len == 0)
        TRY(order_own_questions(call, &p->form));
    for (size_t i = 0; i < questions.widgets.n; i++)
        TRY(form_add(&p->form, questions.widgets.at[i]));
    if (!p->editing)
        TRY(add_start(call, c, p->planned_ms, &p->form));
    if (!p->editing && c->model->priority.urgency.asked)
        TRY(order_urgency(call, p->urgency.len > 0 ? p->urgency : c->model->priority.urgency.word,
                          &p->form));
    TRY(order_side(cx, c->model, &preview, &p->side));
    if (p->number.len == 0)
        TRY(similar_while_asking(cx, c->model, values, &p->similar));
    p->shown = shown_ids(cx, c->model, preview.shown);
    if (call->is_again && call->refused != RC_OK && !str_eq_z(cx->type, "again")) {
        p->form.detail = cx->detail;
        TRY(form_take_errors(&p->form, &cx->errors));
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_CATALOG;
    frame.title = TEXT("{0}", p->name);
    frame.crumb = p->editing ? TEXT("Change answers") : TEXT("Your answers");
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/catalog"), .text = TEXT("Catalog") }));
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = str_fmt(cx->arena, "/catalog/%.*s", STR_ARG(c->model->key)),
                           .text = TEXT("{0}", c->model->name) }));
    return PAGE(&out, &frame, tmpl_order_form, p);
}

static Rc page_form(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogBundle bundle;
    CatalogModel c;
    GrantedSubmit g;
    RequestFacts facts = { 0 };
    AnswerInputs values = { 0 };
    Text refused = { 0 };

    if (bundle_visible(cx, call_param(call, "key"), &bundle) == RC_OK)
        return bundle_page_form(call, &bundle);
    TRY(visible_model(cx, call_param(call, "key"), &c));
    TRY(order_preview_for(cx, call->is_again ? call_form(call, "_for") : call_query(call, "for"),
                          &g, &refused));
    if (call->is_again) {
        TRY(order_answers(call, &values));
    } else {
        TRY(request_facts_person(cx, granted_submit_person(g), &g, &facts));
        TRY(answers_initial(cx->arena, c.model, &facts, &values));
    }
    OrderPage p = { .key = c.model->key,
                    .name = c.model->name,
                    .summary = c.model->summary,
                    .action = str_fmt(cx->arena, "/catalog/%.*s/order", STR_ARG(c.model->key)),
                    .preview = str_fmt(cx->arena, "/catalog/%.*s/preview", STR_ARG(c.model->key)),
                    .send = TEXT("Send the request"),
                    .planned_ms = MS_NONE,
                    .side.refused = refused };
    return show_form(call, &c, &values, g, &p);
}

/* The aside for answers that are not sent yet: script fetches it while somebody chooses. */
static Rc page_preview(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogBundle bundle;
    CatalogModel c;
    GrantedSubmit g;
    RequestCreate in = { 0 };
    RequestPreview preview = { 0 };
    OrderSide side = { 0 };
    SimilarLooks similar = { 0 };
    PageFrame frame;
    PageOut out;

    if (bundle_visible(cx, call_param(call, "key"), &bundle) == RC_OK)
        return bundle_page_preview(call, &bundle);
    TRY(visible_model(cx, call_param(call, "key"), &c));
    TRY(order_preview_for(cx, call_query(call, "_for"), &g, &side.refused));
    in.item = c.model->key;
    for (size_t i = 0; i < call->query.n; i++)
        if (!str_starts(call->query.at[i].name, STR("_")))
            TRY(answers_from_field(cx->arena, call->query.at[i].name, call->query.at[i].value,
                                   &in.answers));
    TRY(request_preview(cx, g, &in, &preview));
    TRY(order_side(cx, c.model, &preview, &side));
    if (!str_eq_z(call_query(call, "_editing"), "1"))
        TRY(similar_while_asking(cx, c.model, &in.answers, &similar));
    page_open(call, FRAME_PORTAL, &out, &frame);
    return tmpl_order_preview(&out, &(OrderPage){ .side = side,
                                                  .similar = similar,
                                                  .shown = shown_ids(cx, c.model, preview.shown) });
}

bool order_is_refresh(const Call *call)
{
    return call_form(call, "_add").len > 0 || call_form(call, "_drop").len > 0
           || str_eq_z(call_form(call, "_act"), "again");
}

static Rc page_order(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogBundle bundle;
    Order order = { 0 };
    RequestMade made;

    if (order_is_refresh(call))
        return call_again(call);
    if (bundle_visible(cx, call_param(call, "key"), &bundle) == RC_OK)
        return bundle_page_order(call, &bundle);
    TRY(order_read(call, &order));
    order.in.draft = str_eq_z(call_form(call, "_act"), "draft");
    TRY(request_create(cx, order.grant, &order.in, &made));
    if (!made.visible) {
        call_flash(call, "request_sent_in_confidence", made.number);
        return call_redirect(call, STR("/"));
    }
    call_flash(call, order.in.draft ? "draft_saved" : "request_sent", made.number);
    return call_redirect(call, str_fmt(cx->arena, "/requests/%.*s", STR_ARG(made.number)));
}

/* --- editing a draft or an open request ------------------------------------------------------------------------ */

static Rc inputs_of(Ctx *cx, const AnswerSet *form, AnswerInputs *ret)
{
    Buf b;
    JsonOut o;
    const Json *json = NULL;

    buf_init(&b, 1024 * 1024);
    json_out_init(&o, &b);
    answers_json(&o, form);
    Rc rc = buf_result(&b);
    if (rc == RC_OK)
        rc = json_parse(cx->arena, buf_str(&b), &json, NULL);
    if (rc == RC_OK)
        rc = answers_from_json(cx->arena, json, ret);
    buf_done(&b);
    return rc;
}

static Rc page_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    GrantedSubmit submit;
    RequestView v;
    AnswerInputs values = { 0 };

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    if (!granted_may(g, MAY_ASK_SIDE) && !granted_may(g, MAY_WORK))
        return fail(cx, RC_FORBIDDEN, "not_yours", TEXT("This is for others to do."));
    TRY(request_view(cx, g, &v));
    TRY(access_submit(cx, cx->subject->person_id, &submit));
    if (call->is_again)
        TRY(order_answers(call, &values));
    else
        TRY(inputs_of(cx, &v.form, &values));
    bool draft = str_eq_z(v.head.state, "draft");
    OrderPage p = { .key = v.model.model->key,
                    .name = v.model.model->name,
                    .summary = v.model.model->summary,
                    .number = v.head.number,
                    .version = v.head.version,
                    .editing = !draft,
                    .planned_ms = v.head.not_before_ms,
                    .urgency = v.head.urgency,
                    .action = str_fmt(cx->arena, "/requests/%.*s/edit", STR_ARG(v.head.number)),
                    .preview = str_fmt(cx->arena, "/catalog/%.*s/preview?_editing=1",
                                       STR_ARG(v.model.model->key)),
                    .send = draft ? TEXT("Send the request") : TEXT("Save the changes") };
    if (call->is_again && call->refused == RC_STALE) {
        p.both_sides =
            TEXT("Somebody else changed this request while you did. Your changes are below, "
                 "theirs beside them. Saving again keeps yours.");
        p.theirs = v.answers;
    }
    return show_form(call, &v.model, &values, submit, &p);
}

static Rc page_edit_save(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestEdit edit = { .has_answers = true, .whole = true };
    Str number = call_param(call, "number");
    int64_t version = 0;

    if (order_is_refresh(call))
        return call_again(call);
    /* asked again by the page, which a refusal shows */
    TRY(access_request_number(cx, number, MAY_SEE, &g));
    TRY(order_answers(call, &edit.answers));
    edit.has_not_before = !str_eq_z(call_form(call, "_act"), "save"); /* a draft's form asks it */
    TRY(order_start(call, &edit.not_before_ms));
    Str urgency = call_form(call, "_urgency"); /* only a draft's form has it */
    edit.urgency = urgency.len > 0 ? urgency : STR_NULL;
    if (str_to_i64(call_form(call, "_version"), &version))
        edit.version = OPT_INT(version);
    Rc rc = request_edit(cx, g, &edit);
    if (rc == RC_STALE)
        cx->type = STR("edited_meanwhile");
    TRY(rc);
    if (str_eq_z(call_form(call, "_act"), "send")) {
        TRY(request_act(cx, g, &(RequestAct){ .kind = ACT_SUBMIT }, NULL));
        call_flash(call, "request_sent", number);
    } else {
        call_flash(call, "saved", number);
    }
    return call_redirect(call, str_fmt(cx->arena, "/requests/%.*s", STR_ARG(number)));
}

const RouteTable order_pages =
    ROUTES({ HTTP_GET, "/catalog", page_catalog, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "What can be asked for" },
           { HTTP_GET, "/catalog/{key}", page_item, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "One item of the catalog" },
           { HTTP_GET, "/catalog/{key}/order", page_form, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "The form of an item" },
           { HTTP_GET, "/catalog/{key}/preview", page_preview, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "What these answers would bring" },
           { HTTP_POST, "/catalog/{key}/order", page_order, RIGHT_SIGNED_IN, BODY_MULTIPART,
             TX_WRITE, .text = "Send a request or keep it as a draft", .again = page_form },
           { HTTP_GET, "/requests/{number}/edit", page_edit, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Change the answers of a request" },
           { HTTP_POST, "/requests/{number}/edit", page_edit_save, RIGHT_SIGNED_IN, BODY_MULTIPART,
             TX_WRITE, .text = "Save changed answers", .again = page_edit }, );
