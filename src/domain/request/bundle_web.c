/* bundle_web.c - pages of a bundle: what it contains, its form, what was ordered. */
#include "domain/request/bundle.h"
#include "domain/request/order_web.h"
#include "domain/request/portal_web.h"

#include "tmpl/bundle_form.h"
#include "tmpl/bundle_item.h"
#include "tmpl/bundle_order.h"
#include "tmpl/order_preview.h"

#define WITHOUT "_without" /* a part's own field; no question can be called so */

/* The bundle when this person may see it in the catalog; otherwise it is not there. */
Rc bundle_visible(Ctx *cx, Str key, CatalogBundle *ret)
{
    bool offered = false;

    TRY(catalog_bundle(cx, key, ret));
    TRY(bundle_is_offered(cx, ret->bundle, cx->subject->person_id, &offered));
    return offered ? RC_OK : RC_NOT_FOUND;
}

/* --- the fields of the form ---------------------------------------------------------------------------- */

static Rc part_of_order(Ctx *cx, BundleCreate *in, Str part, BundleAnswers **ret)
{
    for (size_t i = 0; i < in->parts.n; i++) {
        if (str_eq(in->parts.at[i].part, part)) {
            *ret = &in->parts.at[i];
            return RC_OK;
        }
    }
    TRY(LIST_PUSH(cx->arena, &in->parts, (BundleAnswers){ .part = part }));
    *ret = &in->parts.at[in->parts.n - 1];
    return RC_OK;
}

/* Fields are named "size" or "monitor:size"; answers of parts go to their parts. */
static Rc sort_fields(Ctx *cx, const AnswerInputs *fields, BundleCreate *ret)
{
    for (size_t i = 0; i < fields->n; i++) {
        AnswerInput one = fields->at[i];
        Str part, question;
        BundleAnswers *to = NULL;
        if (!bundle_field(one.question, &part, &question)) {
            TRY(LIST_PUSH(cx->arena, &ret->answers, one));
            continue;
        }
        TRY(part_of_order(cx, ret, part, &to));
        if (str_eq_z(question, WITHOUT)) {
            to->without = str_eq_z(one.text, "true");
            continue;
        }
        /* "/answers/monitor:lines/0/price" -> "/answers/lines/0/price": the part is said elsewhere. */
        size_t skip = strlen("/answers/") + part.len + 1;
        one.pointer = str_fmt(cx->arena, "/answers/%.*s", STR_ARG(str_skip(one.pointer, skip)));
        one.question = question;
        TRY(LIST_PUSH(cx->arena, &to->answers, one));
    }
    return RC_OK;
}

static Rc fields_of_form(Call *call, BundleCreate *ret)
{
    AnswerInputs fields = { 0 };

    TRY(order_answers(call, &fields));
    return sort_fields(&call->cx, &fields, ret);
}

static Rc fields_of_address(Call *call, BundleCreate *ret)
{
    Ctx *cx = &call->cx;
    AnswerInputs fields = { 0 };

    for (size_t i = 0; i < call->query.n; i++)
        if (!str_starts(call->query.at[i].name, STR("_")))
            TRY(answers_from_field(cx->arena, call->query.at[i].name, call->query.at[i].value,
                                   &fields));
    return sort_fields(cx, &fields, ret);
}

/* "/parts/monitor/answers/size" -> "/answers/monitor:size"; a fault of the whole part stands at the
 * choice to leave it out. */
static Rc faults_of_form(Ctx *cx, const FieldErrors *in, FieldErrors *ret)
{
    for (size_t i = 0; i < in->n; i++) {
        FieldError e = in->at[i];
        if (str_starts(e.pointer, STR("/parts/"))) {
            Str rest = str_skip(e.pointer, strlen("/parts/"));
            Str part = str_cut(&rest, '/');
            if (str_starts(rest, STR("answers/")))
                e.pointer = str_fmt(cx->arena, "/answers/%.*s:%.*s", STR_ARG(part),
                                    STR_ARG(str_skip(rest, strlen("answers/"))));
            else
                e.pointer = str_fmt(cx->arena, "/answers/%.*s:" WITHOUT, STR_ARG(part));
        }
        TRY(LIST_PUSH(cx->arena, ret, e));
    }
    return RC_OK;
}

/* --- how parts look ---------------------------------------------------------------------------------------- */

static Text refusal_of(const BundlePartPreview *p)
{
    return p->applies ? p->preview.refused : (Text){ 0 };
}

/* A part that asks nothing and can be had needs no heading in the form. */
static bool has_place(const BundlePartPreview *p)
{
    bool asks = false;

    for (size_t i = 0; i < p->asked.n; i++)
        asks |= p->shown[i];
    return p->applies && (asks || p->preview.refused.msgid != NULL);
}

static Rc look_of(Ctx *cx, const RequestFacts *reader, const BundlePartPreview *p, PartLook *ret)
{
    const ModelVersion *m = p->model.model;
    const Target *t = p->preview.target;
    bool certain = p->part->when.cond == NULL;

    *ret = (PartLook){ .id = p->id,
                       .key = m->key,
                       .name = m->name,
                       .summary = m->summary,
                       .applies = p->applies,
                       .visible = model_audience_holds(m, reader, cx->now_ms),
                       .when = certain      ? TEXT("Always part of it")
                               : p->applies ? TEXT("Part of it in your case")
                                            : TEXT("Only if your answers ask for it"),
                       .decides = order_decider(cx, &p->preview.stages),
                       .workers = order_workers(cx, m),
                       .refused = refusal_of(p),
                       .section = str_fmt(cx->arena, "/%.*s", STR_ARG(p->id)),
                       .refusal = str_fmt(cx->arena, "!%.*s", STR_ARG(p->id)) };
    ret->approval = order_needs_approval(&p->preview.stages);
    if (t != NULL && t->fulfil.n > 0)
        ret->time = span_text(t->fulfil, !str_is_null(t->calendar));
    ret->has_cost = p->preview.cost.type == COND_MONEY;
    if (ret->has_cost)
        ret->cost = p->preview.cost.money;
    ret->without = (Widget){ .kind = WIDGET_CHECK,
                             .name = str_fmt(cx->arena, "%.*s:" WITHOUT, STR_ARG(p->id)),
                             .label = TEXT("Order the rest without it"),
                             .value = p->without ? STR("true") : STR_NULL };
    return RC_OK;
}

static Rc looks_of(Ctx *cx, const BundlePreview *v, PartLooks *ret)
{
    RequestFacts reader = { 0 };

    TRY(request_facts_person(cx, cx->subject->person_id, NULL, &reader));
    for (size_t i = 0; i < v->parts.n; i++) {
        PartLook look;
        TRY(look_of(cx, &reader, &v->parts.at[i], &look));
        TRY(LIST_PUSH(cx->arena, ret, look));
    }
    return RC_OK;
}

/* "5 working days, 1,400 EUR" */
static Text note_of(Ctx *cx, const PartLook *look)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    if (look->time.msgid != NULL && look->has_cost)
        return TEXT("{0}, {1}", words_text(cx->arena, &r, &look->time), look->cost);
    return look->has_cost ? TEXT("{0}", look->cost) : look->time;
}

/* A `refused` that is there already stays. */
static Rc side_of(Ctx *cx, const BundlePreview *v, const PartLooks *looks, OrderSide *ret)
{
    OrderSide side = { .refused = ret->refused };
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    TRY(LIST_PUSH(cx->arena, &side.stops,
                  ((RouteStop){ .title = TEXT("You send it"), .now = true })));
    for (size_t i = 0; i < looks->n; i++) {
        const PartLook *look = &looks->at[i];
        RouteStop stop = { .title = TEXT("{0}", look->name) };
        if (!look->applies || v->parts.at[i].without)
            continue;
        stop.who = TEXT("{0}; {1}", words_text(cx->arena, &r, &look->decides),
                        words_text(cx->arena, &r, &look->workers));
        stop.note = note_of(cx, look);
        if (look->refused.msgid != NULL) {
            stop.who = look->refused;
            stop.note = (Text){ 0 };
            if (side.refused.msgid == NULL)
                side.refused = TEXT("One part cannot be ordered: {0}", look->name);
        }
        TRY(LIST_PUSH(cx->arena, &side.stops, stop));
    }
    TRY(LIST_PUSH(cx->arena, &side.stops,
                  ((RouteStop){ .title = TEXT("Done, and you confirm each part") })));
    if (v->cost.type == COND_MONEY) {
        side.has_cost = true;
        side.cost = v->cost.money;
    }
    route_finish(&side.stops);
    *ret = side;
    return RC_OK;
}

/* --- item ---------------------------------------------------------------------------------------------------- */

static Rc prerequisites_of(Ctx *cx, const BundlePreview *v, LangTextList *ret)
{
    for (size_t i = 0; i < v->parts.n; i++) {
        const LangTextList *list = &v->parts.at[i].model.model->prerequisites;
        for (size_t k = 0; k < list->n; k++) {
            bool known = false;
            for (size_t n = 0; n < ret->n && !known; n++)
                known = str_eq(ret->at[n].in[LANG_EN], list->at[k].in[LANG_EN]);
            if (!known)
                TRY(LIST_PUSH(cx->arena, ret, list->at[k]));
        }
    }
    return RC_OK;
}

static Rc initial(Ctx *cx, const CatalogBundle *b, GrantedSubmit g, BundleCreate *ret)
{
    RequestFacts facts = { 0 };

    TRY(request_facts_person(cx, granted_submit_person(g), NULL, &facts));
    *ret = (BundleCreate){ .bundle = b->bundle->key };
    return answers_initial(cx->arena, b->bundle->form, &facts, &ret->answers);
}

static Rc open_page(Call *call, const CatalogBundle *b, PageOut *out, PageFrame *frame)
{
    page_open(call, FRAME_PORTAL, out, frame);
    frame->nav = NAV_CATALOG;
    frame->title = TEXT("{0}", b->bundle->name);
    return LIST_PUSH(call->arena, &frame->crumbs,
                     (Crumb){ .url = STR("/catalog"), .text = TEXT("Catalog") });
}

Rc bundle_page_item(Call *call, const CatalogBundle *b)
{
    Ctx *cx = &call->cx;
    GrantedSubmit g;
    BundleCreate in;
    BundlePreview v;
    PageFrame frame;
    PageOut out;
    BundlePage p = { .key = b->bundle->key,
                     .name = b->bundle->name,
                     .summary = b->bundle->summary,
                     .published_ms = b->published_ms };

    TRY(access_submit(cx, cx->subject->person_id, &g));
    TRY(initial(cx, b, g, &in));
    TRY(bundle_preview(cx, g, &in, true, &v));
    TRY(looks_of(cx, &v, &p.parts));
    TRY(prerequisites_of(cx, &v, &p.prerequisites));
    TRY(side_of(cx, &v, &p.parts, &p.side));
    TRY(open_page(call, b, &out, &frame));
    frame.crumb = TEXT("{0}", p.name);
    return PAGE(&out, &frame, tmpl_bundle_item, &p);
}

/* --- form ---------------------------------------------------------------------------------------------------- */

static Rc add_word(Ctx *cx, Str word, const char *before, Str part, Str *list)
{
    *list = str_fmt(cx->arena, "%.*s%s%.*s%s%.*s", STR_ARG(*list), list->len > 0 ? " " : "",
                    STR_ARG(part), before, STR_ARG(word));
    return list->len > 64 * 1024 ? RC_LIMIT : RC_OK;
}

/* What script shows: questions, parts ("/monitor") and refusals ("!monitor"). */
static Rc shown_names(Ctx *cx, const BundlePreview *v, Str *ret)
{
    const QuestionList *shared = &v->bundle->shared;
    Str list = STR("");

    for (size_t i = 0; i < shared->n; i++)
        if (v->shown[i])
            TRY(add_word(cx, shared->at[i].id, "", STR(""), &list));
    for (size_t i = 0; i < v->parts.n; i++) {
        const BundlePartPreview *p = &v->parts.at[i];
        if (has_place(p))
            TRY(add_word(cx, p->id, "/", STR(""), &list));
        if (refusal_of(p).msgid != NULL)
            TRY(add_word(cx, p->id, "!", STR(""), &list));
        for (size_t k = 0; k < p->asked.n; k++)
            if (p->shown[k])
                TRY(add_word(cx, p->asked.at[k].id, ":", p->id, &list));
    }
    *ret = list;
    return RC_OK;
}

static Rc add_all(Form *to, const Widgets *widgets)
{
    for (size_t i = 0; i < widgets->n; i++)
        TRY(form_add(to, widgets->at[i]));
    return RC_OK;
}

/* The widgets [from, from + n) of the form, after errors were laid on them. */
static Widgets slice(const Form *f, size_t from, size_t n)
{
    return (Widgets){ .at = f->widgets.at + from, .n = n };
}

/* The first part whose model asks how urgent it is; the answer holds for all that do. */
static const ModelVersion *model_that_asks(const BundlePreview *v)
{
    for (size_t i = 0; i < v->parts.n; i++)
        if (v->parts.at[i].model.model->priority.urgency.asked)
            return v->parts.at[i].model.model;
    return NULL;
}

/* All fields in one form, so that errors find them; then each part gets its own again. */
static Rc lay_out(Call *call, const BundlePreview *v, const BundleCreate *in,
                  const PartLooks *looks, BundleFormPage *p)
{
    Ctx *cx = &call->cx;
    FieldErrors faults = { 0 };
    Form f;

    p->form = (Form){ .arena = cx->arena, .pointer_prefix = STR("/answers") };
    TRY(order_own_questions(call, &p->form));
    TRY(order_form(cx, STR(""), &v->bundle->shared, &in->answers, v->shown, &f));
    TRY(add_all(&p->form, &f.widgets));
    const ModelVersion *asks = model_that_asks(v);
    if (asks != NULL)
        TRY(order_urgency(call, asks->priority.urgency.word, &p->form));
    size_t shared = p->form.widgets.n;
    for (size_t i = 0; i < v->parts.n; i++) {
        const BundlePartPreview *part = &v->parts.at[i];
        Str prefix = str_fmt(cx->arena, "%.*s:", STR_ARG(part->id));
        TRY(order_form(cx, prefix, &part->asked, &part->answers, part->shown, &f));
        TRY(form_add(&p->form, looks->at[i].without));
        TRY(add_all(&p->form, &f.widgets));
    }
    if (call->is_again && call->refused != RC_OK && !str_eq_z(cx->type, "again")) {
        p->form.detail = cx->detail;
        TRY(faults_of_form(cx, &cx->errors, &faults));
        TRY(form_take_errors(&p->form, &faults));
    }
    p->shared = slice(&p->form, 0, shared);
    for (size_t i = 0, at = shared; i < v->parts.n; i++) {
        PartLook look = looks->at[i];
        size_t n = v->parts.at[i].asked.n;
        look.without = p->form.widgets.at[at];
        look.widgets = slice(&p->form, at + 1, n);
        look.applies = has_place(&v->parts.at[i]);
        at += n + 1;
        TRY(LIST_PUSH(cx->arena, &p->parts, look));
    }
    return RC_OK;
}

/* One that asks nothing and can never be refused is not even hidden there. */
static void drop_silent(const BundlePreview *v, PartLooks *parts)
{
    size_t kept = 0;

    for (size_t i = 0; i < parts->n; i++) {
        const ModelVersion *m = v->parts.at[i].model.model;
        if (parts->at[i].widgets.n > 0 || m->entitlement.n > 0 || m->audience.cond != NULL)
            parts->at[kept++] = parts->at[i];
    }
    parts->n = kept;
}

Rc bundle_page_form(Call *call, const CatalogBundle *b)
{
    Ctx *cx = &call->cx;
    GrantedSubmit g;
    BundleCreate in = { .bundle = b->bundle->key };
    BundlePreview v;
    PartLooks looks = { 0 };
    PageFrame frame;
    PageOut out;
    Str key = b->bundle->key;
    BundleFormPage p = { .name = b->bundle->name,
                         .summary = b->bundle->summary,
                         .action = str_fmt(cx->arena, "/catalog/%.*s/order", STR_ARG(key)),
                         .preview = str_fmt(cx->arena, "/catalog/%.*s/preview", STR_ARG(key)),
                         .send = TEXT("Send the order") };

    TRY(order_preview_for(cx, call->is_again ? call_form(call, "_for") : call_query(call, "for"),
                          &g, &p.side.refused));
    if (call->is_again)
        TRY(fields_of_form(call, &in));
    else
        TRY(initial(cx, b, g, &in));
    TRY(bundle_preview(cx, g, &in, !call->is_again, &v));
    TRY(looks_of(cx, &v, &looks));
    TRY(side_of(cx, &v, &looks, &p.side));
    TRY(shown_names(cx, &v, &p.shown));
    TRY(lay_out(call, &v, &in, &looks, &p));
    drop_silent(&v, &p.parts);
    TRY(open_page(call, b, &out, &frame));
    frame.crumb = TEXT("Your answers");
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = str_fmt(cx->arena, "/catalog/%.*s", STR_ARG(key)),
                           .text = TEXT("{0}", b->bundle->name) }));
    return PAGE(&out, &frame, tmpl_bundle_form, &p);
}

Rc bundle_page_preview(Call *call, const CatalogBundle *b)
{
    Ctx *cx = &call->cx;
    GrantedSubmit g;
    BundleCreate in = { .bundle = b->bundle->key };
    BundlePreview v;
    PartLooks looks = { 0 };
    OrderPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(order_preview_for(cx, call_query(call, "_for"), &g, &p.side.refused));
    TRY(fields_of_address(call, &in));
    TRY(bundle_preview(cx, g, &in, false, &v));
    TRY(looks_of(cx, &v, &looks));
    TRY(side_of(cx, &v, &looks, &p.side));
    TRY(shown_names(cx, &v, &p.shown));
    page_open(call, FRAME_PORTAL, &out, &frame);
    return tmpl_order_preview(&out, &p);
}

static Str all_numbers(Ctx *cx, const StrList *numbers)
{
    Str all = STR("");

    for (size_t i = 0; i < numbers->n; i++)
        all = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(all), i == 0 ? "" : ", ",
                      STR_ARG(numbers->at[i]));
    return all;
}

Rc bundle_page_order(Call *call, const CatalogBundle *b)
{
    Ctx *cx = &call->cx;
    GrantedSubmit g;
    BundleMade made;
    Str urgency = call_form(call, "_urgency");
    BundleCreate in = { .bundle = b->bundle->key,
                        .channel = order_channel(call),
                        .urgency = urgency.len > 0 ? urgency : STR_NULL };

    TRY(order_for(call, &g));
    TRY(fields_of_form(call, &in));
    TRY(bundle_order(cx, g, &in, &made));
    call_flash(call, "bundle_sent", all_numbers(cx, &made.numbers));
    if (!made.visible)
        return call_redirect(call, STR("/"));
    return call_redirect(call, str_fmt(cx->arena, "/catalog/%.*s/orders/%lld",
                                       STR_ARG(b->bundle->key), (long long)made.id));
}

/* --- what was ordered ------------------------------------------------------------------------------------------ */

static Rc page_order_of_bundle(Call *call)
{
    Ctx *cx = &call->cx;
    ScopeRequests s;
    int64_t id = 0;
    BundleOrderPage p = { 0 };
    PageFrame frame;
    PageOut out;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_requests(cx, &s));
    TRY(bundle_view(cx, s, id, &p.order));
    if (!str_eq(p.order.key, call_param(call, "key")))
        return RC_NOT_FOUND;
    for (size_t i = 0; i < p.order.requests.n; i++)
        TRY(LIST_PUSH(cx->arena, &p.trips, trip_of(cx, &p.order.requests.at[i])));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = TEXT("{0}", p.order.name);
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/requests"), .text = TEXT("My requests") }));
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_bundle_order, &p);
}

const RouteTable bundle_pages =
    ROUTES({ HTTP_GET, "/catalog/{key}/orders/{id}", page_order_of_bundle, RIGHT_SIGNED_IN,
             BODY_NONE, TX_READ, .text = "The requests of an order of a bundle" }, );
