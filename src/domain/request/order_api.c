/* order_api.c - what can be asked for, and orders of bundles, over the API. */
#include "domain/request/bundle.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

/* --- the catalog ------------------------------------------------------------------------------------------------ */

static void put_lang(JsonOut *o, const Ctx *cx, const LangText *t)
{
    Str s = lang_text(t, cx->lang, NULL);
    json_text(o, s.len > 0 ? s : STR_NULL);
}

/* Items and bundles stand side by side; a bundle is of no record and of no kind. */
static void item_members(JsonOut *o, const Ctx *cx, const ModelVersion *m, int64_t version,
                         bool bundle)
{
    json_field_text(o, "key", m->key);
    json_field_text(o, "type", bundle ? STR("bundle") : STR("item"));
    json_field_text(o, "record", bundle ? STR_NULL : str_z(record_word(m->record)));
    json_field_text(o, "kind", bundle ? STR_NULL : str_z(request_kind_word(m->kind)));
    json_field_text(o, "name", lang_text(&m->name, cx->lang, NULL));
    json_field_text(o, "summary", lang_text(&m->summary, cx->lang, NULL));
    json_field_text(o, "category", m->category);
    json_field_int(o, "version", version);
}

static void item_line(JsonOut *o, const Ctx *cx, const ModelVersion *m, int64_t version,
                      bool bundle)
{
    json_object(o);
    item_members(o, cx, m, version, bundle);
    json_object_end(o);
}

static Rc api_items(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogModels models = { 0 };
    CatalogBundles bundles = { 0 };
    RequestFacts facts = { 0 };
    JsonOut o;

    TRY(request_facts_person(cx, cx->subject->person_id, NULL, &facts));
    TRY(catalog_models(cx, &models));
    TRY(catalog_bundles(cx, &bundles));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < models.n; i++)
        if (model_audience_holds(models.at[i].model, &facts, cx->now_ms))
            item_line(&o, cx, models.at[i].model, models.at[i].number, false);
    for (size_t i = 0; i < bundles.n; i++)
        if (model_audience_holds(bundles.at[i].bundle->form, &facts, cx->now_ms))
            item_line(&o, cx, bundles.at[i].bundle->form, bundles.at[i].number, true);
    page_end_json(&o, cx->arena, 0);
    return RC_OK;
}

static void put_questions(JsonOut *o, const Ctx *cx, const QuestionList *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++) {
        const Question *q = &list->at[i];
        json_object(o);
        json_field_text(o, "id", q->id);
        json_field_text(o, "ask", lang_text(&q->ask, cx->lang, NULL));
        json_key_lit(o, "help");
        put_lang(o, cx, &q->help);
        json_field_text(o, "type", str_z(question_type_word(q->type)));
        json_field_bool(o, "required", q->required);
        json_field_text(o, "show", q->show.cond != NULL ? q->show.text : STR_NULL);
        json_key_lit(o, "options");
        json_array(o);
        for (size_t k = 0; k < q->options.n; k++) {
            json_object(o);
            json_field_text(o, "key", q->options.at[k].key);
            json_field_text(o, "name", lang_text(&q->options.at[k].name, cx->lang, NULL));
            json_object_end(o);
        }
        json_array_end(o);
        json_field_text(o, "list", q->list.len > 0 ? q->list : STR_NULL);
        json_key_lit(o, "columns");
        put_questions(o, cx, &q->columns);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_stages(JsonOut *o, const StagePreviews *stages)
{
    json_array(o);
    for (size_t i = 0; i < stages->n; i++) {
        const StagePreview *s = &stages->at[i];
        json_object(o);
        json_field_text(o, "stage", s->stage);
        json_field_text(o, "name", s->name);
        json_field_bool(o, "applies", s->applies);
        json_field_bool(o, "pre_approved", s->pre_approved);
        json_field_text(o, "rule", s->rule);
        json_key_lit(o, "who");
        json_array(o);
        for (size_t k = 0; k < s->who.n; k++)
            json_person(o, &s->who.at[k]);
        json_array_end(o);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_span(JsonOut *o, Arena *a, TimeSpan s)
{
    json_text(o, s.n > 0 ? timespan_text(a, s) : STR_NULL);
}

static void put_target(JsonOut *o, Arena *a, const Target *t)
{
    if (t == NULL) {
        json_null(o);
        return;
    }
    json_object(o);
    json_key_lit(o, "respond");
    put_span(o, a, t->respond);
    json_key_lit(o, "approve");
    put_span(o, a, t->approve);
    json_key_lit(o, "fulfil");
    put_span(o, a, t->fulfil);
    json_field_text(o, "calendar", t->calendar);
    json_object_end(o);
}

static void put_words(JsonOut *o, const Ctx *cx, const LangTextList *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++)
        json_text(o, lang_text(&list->at[i], cx->lang, NULL));
    json_array_end(o);
}

/* What an item and a part of a bundle have in common. */
static void put_case(JsonOut *o, Ctx *cx, const ModelVersion *m, const QuestionList *form,
                     const RequestPreview *p)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    json_key_lit(o, "prerequisites");
    put_words(o, cx, &m->prerequisites);
    json_key_lit(o, "form");
    put_questions(o, cx, form);
    json_key_lit(o, "approvals");
    put_stages(o, &p->stages);
    json_key_lit(o, "cost");
    json_money(o, cx->arena, &p->cost);
    json_key_lit(o, "target");
    put_target(o, cx->arena, p->target);
    json_field_text(o, "refused",
                    p->refused.msgid != NULL ? words_text(cx->arena, &r, &p->refused) : STR_NULL);
}

static void put_part(JsonOut *o, Ctx *cx, const BundlePartPreview *p)
{
    json_object(o);
    json_field_text(o, "part", p->id);
    json_field_text(o, "item", p->model.model->key);
    json_field_text(o, "name", lang_text(&p->model.model->name, cx->lang, NULL));
    json_field_text(o, "when", p->part->when.cond != NULL ? p->part->when.text : STR_NULL);
    json_field_bool(o, "applies", p->applies);
    put_case(o, cx, p->model.model, &p->asked, &p->preview);
    json_object_end(o);
}

static Rc bundle_detail(Call *call, const CatalogBundle *b)
{
    Ctx *cx = &call->cx;
    GrantedSubmit g;
    RequestFacts facts = { 0 };
    BundleCreate in = { .bundle = b->bundle->key };
    BundlePreview p;
    RequestPreview none = { .cost = { .type = COND_EMPTY } };
    JsonOut o;

    TRY(access_submit(cx, cx->subject->person_id, &g));
    TRY(request_facts_person(cx, cx->subject->person_id, &g, &facts));
    if (!model_audience_holds(b->bundle->form, &facts, cx->now_ms))
        return RC_NOT_FOUND;
    TRY(answers_initial(cx->arena, b->bundle->form, &facts, &in.answers));
    TRY(bundle_preview(cx, g, &in, true, &p));
    none.cost = p.cost;
    json_out_init(&o, &call->body);
    json_object(&o);
    item_members(&o, cx, b->bundle->form, b->number, true);
    put_case(&o, cx, b->bundle->form, &b->bundle->shared, &none);
    json_key_lit(&o, "expected");
    json_null(&o);
    json_key_lit(&o, "parts");
    json_array(&o);
    for (size_t i = 0; i < p.parts.n; i++)
        put_part(&o, cx, &p.parts.at[i]);
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_item(Call *call)
{
    Ctx *cx = &call->cx;
    CatalogModel c;
    CatalogBundle b;
    RequestFacts facts = { 0 };
    GrantedSubmit g;
    RequestCreate in = { 0 };
    RequestPreview p = { 0 };
    JsonOut o;

    Rc rc = catalog_model(cx, call_param(call, "key"), &c);
    if (rc == RC_NOT_FOUND && catalog_bundle(cx, call_param(call, "key"), &b) == RC_OK)
        return bundle_detail(call, &b);
    TRY(rc);
    TRY(access_submit(cx, cx->subject->person_id, &g));
    TRY(request_facts_person(cx, cx->subject->person_id, &g, &facts));
    if (!model_audience_holds(c.model, &facts, cx->now_ms))
        return RC_NOT_FOUND;
    in.item = c.model->key;
    TRY(answers_initial(cx->arena, c.model, &facts, &in.answers));
    TRY(request_preview(cx, g, &in, &p));
    json_out_init(&o, &call->body);
    json_object(&o);
    item_members(&o, cx, c.model, c.number, false);
    put_case(&o, cx, c.model, &c.model->form, &p);
    json_key_lit(&o, "expected");
    promise_json(&o, &p.usual);
    json_key_lit(&o, "parts");
    json_array(&o);
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

/* --- orders of bundles ------------------------------------------------------------------------------------------ */

typedef struct OrderBody {
    Str beneficiary, requester, channel, urgency;
    const Json *answers, *parts;
    StrList without;
} OrderBody;

static const Input order_input = INPUT(
    OrderBody, "BundleOrderCreate",
    { "answers", IN_JSON, offsetof(OrderBody, answers), .about = "shared ones, by question id" },
    { "parts", IN_JSON, offsetof(OrderBody, parts),
      .about = "answers to the questions that the bundle leaves open: {part: {question: answer}}" },
    { "without", IN_STRINGS, offsetof(OrderBody, without),
      .about = "parts to leave out; only those that are refused" },
    { "beneficiary", IN_KEY, offsetof(OrderBody, beneficiary),
      .about = "login; yourself when absent" },
    { "requester", IN_KEY, offsetof(OrderBody, requester),
      .about = "login; for agents who note down what others asked" },
    { "urgency", IN_WORD, offsetof(OrderBody, urgency), .words = "low normal high critical",
      .about = "of the parts that ask for it" },
    { "channel", IN_WORD, offsetof(OrderBody, channel),
      .words = "portal mail phone walk_in chat api monitoring" });

static Rc part_named(Ctx *cx, BundleAnswersList *parts, Str part, BundleAnswers **ret)
{
    for (size_t i = 0; i < parts->n; i++) {
        if (str_eq(parts->at[i].part, part)) {
            *ret = &parts->at[i];
            return RC_OK;
        }
    }
    TRY(LIST_PUSH(cx->arena, parts, (BundleAnswers){ .part = part }));
    *ret = &parts->at[parts->n - 1];
    return RC_OK;
}

static Rc parts_from_json(Ctx *cx, const Json *object, BundleAnswersList *ret)
{
    if (object == NULL || object->kind == JSON_NULL)
        return RC_OK;
    if (object->kind != JSON_OBJECT || object->n > MODEL_LINES_MAX)
        return fail_field(cx, RC_INVALID, "parts", "wrong_type",
                          TEXT("Parts are an object: the answers of each part under its name."));
    for (size_t i = 0; i < object->n; i++) {
        BundleAnswers *part = NULL;
        TRY(part_named(cx, ret, object->keys[i], &part));
        Rc rc = answers_from_json(cx->arena, object->items[i], &part->answers);
        if (rc == RC_INVALID)
            fail_add(cx, str_fmt(cx->arena, "/parts/%.*s", STR_ARG(object->keys[i])), "wrong_type",
                     TEXT("Answers are an object: each answer under its question."));
        else
            TRY(rc);
    }
    return fail_result(cx);
}

static Rc api_order(Call *call)
{
    Ctx *cx = &call->cx;
    OrderBody body = { 0 };
    GrantedSubmit g;
    BundleMade made;
    int64_t beneficiary = cx->subject->person_id;

    TRY(call_input(call, &order_input, &body));
    if (body.beneficiary.len > 0) {
        Rc rc = person_id(cx, body.beneficiary, &beneficiary);
        if (rc == RC_NOT_FOUND)
            return fail_field(cx, RC_INVALID, "beneficiary", "not_found",
                              TEXT("There is nobody with this sign-in name."));
        TRY(rc);
    }
    /* asked again where each of its requests is submitted */
    TRY(access_submit(cx, beneficiary, &g));
    BundleCreate in = { .bundle = call_param(call, "key"),
                        .requester = body.requester,
                        .urgency = body.urgency.len > 0 ? body.urgency : STR_NULL,
                        .channel = body.channel.len > 0 ? body.channel : STR("api") };
    TRY(answers_from_json(cx->arena, body.answers, &in.answers));
    TRY(parts_from_json(cx, body.parts, &in.parts));
    for (size_t i = 0; i < body.without.n; i++) {
        BundleAnswers *part = NULL;
        TRY(part_named(cx, &in.parts, body.without.at[i], &part));
        part->without = true;
    }
    TRY(bundle_order(cx, g, &in, &made));
    if (!made.visible)
        return call_done(call); /* made for somebody else in confidence */
    return call_show(call, 201,
                     str_fmt(cx->arena, "/api/v1/bundles/%.*s/orders/%lld", STR_ARG(in.bundle),
                             (long long)made.id));
}

static Rc api_order_get(Call *call)
{
    Ctx *cx = &call->cx;
    ScopeRequests s;
    BundleView v;
    int64_t id = 0;
    JsonOut o;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_requests(cx, &s));
    TRY(bundle_view(cx, s, id, &v));
    if (!str_eq(v.key, call_param(call, "key")))
        return RC_NOT_FOUND;
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_int(&o, "id", v.id);
    json_field_text(&o, "bundle", v.key);
    json_field_text(&o, "name", lang_text(&v.name, cx->lang, NULL));
    json_key_lit(&o, "beneficiary");
    json_person(&o, &v.beneficiary);
    json_field_time(&o, "created", v.created_ms);
    json_key_lit(&o, "requests");
    json_array(&o);
    for (size_t i = 0; i < v.requests.n; i++)
        head_json(&o, cx, &v.requests.at[i]);
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

const RouteTable order_api = ROUTES(
    { HTTP_GET, "/api/v1/catalog/items", api_items, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "What can be asked for: items and bundles", .reply = "[CatalogItem]" },
    { HTTP_GET, "/api/v1/catalog/items/{key}", api_item, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "One item or bundle: form, prerequisites, who approves in your case, target, parts",
      .reply = "CatalogItemDetail" },
    { HTTP_POST, "/api/v1/bundles/{key}/orders", api_order, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Order a bundle: all its requests or none", .input = &order_input,
      .reply = "BundleOrder", .status = 201 },
    { HTTP_GET, "/api/v1/bundles/{key}/orders/{id}", api_order_get, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "The requests of an order that you see", .reply = "BundleOrder" }, );
