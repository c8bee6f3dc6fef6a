/* bundle_order.c - one order, several requests: what it would bring, and making it. */
#include "domain/request/aggregate.h"
#include "domain/request/bundle.h"
#include "domain/request/bundle_q.h"

/* ---- parts and their names ---- */

static Str part_id(Arena *a, const BundleVersion *b, size_t i)
{
    size_t same = 1;

    for (size_t k = 0; k < i; k++)
        same += str_eq(b->parts.at[k].item, b->parts.at[i].item);
    return same == 1 ? b->parts.at[i].item
                     : str_fmt(a, "%.*s:%zu", STR_ARG(b->parts.at[i].item), same);
}

bool bundle_field(Str name, Str *ret_part, Str *ret_question)
{
    size_t colon = name.len;

    while (colon > 0 && name.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return false;
    *ret_part = str_sub(name, 0, colon - 1);
    *ret_question = str_skip(name, colon);
    return true;
}

static const PartAnswer *answer_of_bundle(const BundlePart *p, Str question)
{
    for (size_t i = 0; i < p->answers.n; i++)
        if (str_eq(p->answers.at[i].question, question))
            return &p->answers.at[i];
    return NULL;
}

static const BundleAnswers *answers_for(const BundleCreate *in, Str part)
{
    for (size_t i = 0; i < in->parts.n; i++)
        if (str_eq(in->parts.at[i].part, part))
            return &in->parts.at[i];
    return NULL;
}

static Rc model_of_part(Ctx *cx, const BundlePart *p, CatalogModel *ret)
{
    Rc rc = catalog_model(cx, p->item, ret);

    if (rc == RC_NOT_FOUND || (rc == RC_OK && ret->team_id == 0))
        return fail(
            cx, RC_CONFLICT, "part_gone",
            TEXT("{0} cannot be ordered at present, so this bundle cannot either.", p->item));
    return rc;
}

/* ---- shared questions ---- */

typedef struct Shared {
    CatalogBundle b;
    RequestFacts facts; /* of the beneficiary */
    AnswerSet set;
} Shared;

static Rc shared_open(Ctx *cx, GrantedSubmit g, Str key, Shared *ret)
{
    Rc rc = catalog_bundle(cx, key, &ret->b);
    if (rc == RC_NOT_FOUND)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such bundle in the catalog."));
    TRY(rc);
    return request_facts_person(cx, granted_submit_person(g), NULL, &ret->facts);
}

static Rc shared_check(Ctx *cx, Shared *s, const AnswerInputs *in, AnswersMode mode,
                       FieldErrors *errors)
{
    AnswerLookup lookup = request_lookup(cx);
    return answers_check(cx->arena, s->b.bundle->form, in, &s->facts, &lookup, mode, cx->now_ms,
                         &s->set, errors);
}

Rc bundle_is_offered(Ctx *cx, const BundleVersion *b, int64_t person_id, bool *ret)
{
    RequestFacts facts;

    TRY(request_facts_person(cx, person_id, NULL, &facts));
    *ret = model_audience_holds(b->form, &facts, cx->now_ms);
    return RC_OK;
}

/* ---- the answers of a part ---- */

/* What the bundle says is no field of the part's form: a fault there is led back by part_fault. */
static Rc answers_from_bundle(Ctx *cx, const BundlePart *p, const AnswerSet *shared,
                              AnswerInputs *ret)
{
    size_t from = ret->n;

    TRY(bundle_part_inputs(cx->arena, p, shared, ret));
    for (size_t i = from; i < ret->n; i++)
        ret->at[i].pointer = str_fmt(cx->arena, "/answers/%.*s", STR_ARG(ret->at[i].question));
    return RC_OK;
}

/* Answers of the person to questions that the bundle leaves open. */
static Rc answers_of_person(Ctx *cx, const BundlePart *p, const AnswerInputs *in, Str id,
                            FieldErrors *errors, AnswerInputs *ret)
{
    for (size_t i = 0; i < in->n; i++) {
        const AnswerInput *one = &in->at[i];
        if (answer_of_bundle(p, one->question) == NULL) {
            TRY(LIST_PUSH(cx->arena, ret, *one));
            continue;
        }
        FieldError e = { .pointer = str_fmt(cx->arena, "/parts/%.*s%.*s", STR_ARG(id),
                                            STR_ARG(one->pointer)),
                         .code = STR("unknown_question"),
                         .text = TEXT("The bundle answers this question itself.") };
        if (errors != NULL)
            TRY(LIST_PUSH(cx->arena, errors, e));
    }
    return RC_OK;
}

/* The question id of "/answers/ID/0/price"; empty when the pointer is another one. */
static Str question_of(Str pointer)
{
    if (!str_starts(pointer, STR("/answers/")))
        return STR("");
    Str rest = str_skip(pointer, strlen("/answers/"));
    return str_cut(&rest, '/');
}

static bool has_pointer(const FieldErrors *errors, Str pointer)
{
    for (size_t i = 0; i < errors->n; i++)
        if (str_eq(errors->at[i].pointer, pointer))
            return true;
    return false;
}

/* A fault of a part, where the person can mend it: in a shared question, in the part's own, or else at
 * the part. */
static Rc part_fault(Ctx *cx, const BundlePart *p, Str id, FieldError e, FieldErrors *ret)
{
    const PartAnswer *from = answer_of_bundle(p, question_of(e.pointer));

    if (from == NULL)
        e.pointer = str_fmt(cx->arena, "/parts/%.*s%.*s", STR_ARG(id), STR_ARG(e.pointer));
    else if (from->shared.len > 0)
        e.pointer = str_fmt(cx->arena, "/answers/%.*s", STR_ARG(from->shared));
    else
        e.pointer = str_fmt(cx->arena, "/parts/%.*s", STR_ARG(id));
    /* Several parts may complain about one shared answer; once is enough. */
    return from != NULL && has_pointer(ret, e.pointer) ? RC_OK : LIST_PUSH(cx->arena, ret, e);
}

/* ---- what it would bring ---- */

static Rc preview_asked(Ctx *cx, BundlePartPreview *p)
{
    const QuestionList *form = &p->model.model->form;

    for (size_t i = 0; i < form->n; i++)
        if (answer_of_bundle(p->part, form->at[i].id) == NULL)
            TRY(LIST_PUSH(cx->arena, &p->asked, form->at[i]));
    p->shown = ARENA_ARRAY(cx->arena, bool, p->asked.n + 1);
    if (p->shown == NULL)
        return RC_LIMIT;
    for (size_t i = 0, k = 0; i < form->n; i++)
        if (k < p->asked.n && str_eq(form->at[i].id, p->asked.at[k].id))
            p->shown[k++] = p->preview.shown == NULL || p->preview.shown[i];
    return RC_OK;
}

static Rc preview_answers(Ctx *cx, const Shared *s, const BundleAnswers *given, bool initial,
                          BundlePartPreview *p)
{
    AnswerInputs all = { 0 };

    if (given != NULL)
        return answers_of_person(cx, p->part, &given->answers, p->id, NULL, &p->answers);
    if (!initial)
        return RC_OK;
    TRY(answers_initial(cx->arena, p->model.model, &s->facts, &all));
    return answers_of_person(cx, p->part, &all, p->id, NULL, &p->answers);
}

static Rc preview_part(Ctx *cx, GrantedSubmit g, const Shared *s, const BundleCreate *in,
                       bool initial, size_t i, BundlePartPreview *ret)
{
    BundlePartPreview p = { .id = part_id(cx->arena, s->b.bundle, i),
                            .part = &s->b.bundle->parts.at[i] };
    const BundleAnswers *given = answers_for(in, p.id);
    RequestCreate part = { .item = p.part->item, .channel = in->channel };

    TRY(model_of_part(cx, p.part, &p.model));
    p.applies = bundle_part_holds(p.part, &s->set, &s->facts, cx->now_ms);
    p.without = given != NULL && given->without;
    TRY(preview_answers(cx, s, given, initial, &p));
    TRY(answers_from_bundle(cx, p.part, &s->set, &part.answers));
    for (size_t k = 0; k < p.answers.n; k++)
        TRY(LIST_PUSH(cx->arena, &part.answers, p.answers.at[k]));
    TRY(request_preview(cx, g, &part, &p.preview));
    TRY(preview_asked(cx, &p));
    *ret = p;
    return RC_OK;
}

/* The sum of what has a price; `no_sum` when currencies differ or a price is not known yet. */
static void add_cost(CondValue *sum, const BundlePartPreview *p, bool *no_sum)
{
    const CondValue *cost = &p->preview.cost;

    if (cost->type != COND_MONEY) {
        *no_sum |= p->model.model->cost.n > 0;
        return;
    }
    if (sum->type != COND_MONEY)
        *sum = *cost;
    else if (memcmp(sum->money.currency, cost->money.currency, sizeof sum->money.currency) != 0)
        *no_sum = true;
    else if (__builtin_add_overflow(sum->money.minor, cost->money.minor, &sum->money.minor))
        *no_sum = true;
}

/* An answer that is wrong counts as none, as in request_preview. */
static Rc shared_kindly(Ctx *cx, Shared *s, const AnswerInputs *in)
{
    FieldErrors faults = { 0 }, none = { 0 };
    AnswerInputs kept = { 0 };
    Rc rc = shared_check(cx, s, in, ANSWERS_DRAFT, &faults);

    if (rc != RC_INVALID)
        return rc;
    for (size_t i = 0; i < in->n; i++) {
        bool faulty = false;
        for (size_t k = 0; k < faults.n && !faulty; k++)
            faulty = str_eq(question_of(faults.at[k].pointer), in->at[i].question);
        if (!faulty)
            TRY(LIST_PUSH(cx->arena, &kept, in->at[i]));
    }
    return shared_check(cx, s, &kept, ANSWERS_DRAFT, &none);
}

Rc bundle_preview(Ctx *cx, GrantedSubmit g, const BundleCreate *in, bool initial,
                  BundlePreview *ret)
{
    Shared s = { 0 };
    BundlePreview v = { .cost = { .type = COND_EMPTY } };
    bool no_sum = false;

    TRY(shared_open(cx, g, in->bundle, &s));
    v.bundle = s.b.bundle;
    TRY(shared_kindly(cx, &s, &in->answers));
    v.shown = ARENA_ARRAY(cx->arena, bool, v.bundle->shared.n + 1);
    if (v.shown == NULL)
        return RC_LIMIT;
    TRY(answers_shown(cx->arena, v.bundle->form, &s.set, &s.facts, cx->now_ms, v.shown));
    for (size_t i = 0; i < v.bundle->parts.n; i++) {
        BundlePartPreview p;
        TRY(preview_part(cx, g, &s, in, initial, i, &p));
        if (p.applies && !p.without && p.preview.refused.msgid == NULL)
            add_cost(&v.cost, &p, &no_sum);
        TRY(LIST_PUSH(cx->arena, &v.parts, p));
    }
    if (no_sum)
        v.cost = (CondValue){ .type = COND_EMPTY };
    *ret = v;
    return RC_OK;
}

/* ---- making it ---- */

typedef struct PartDraft {
    size_t position;
    DraftParts parts;
} PartDraft;
LIST_OF(PartDraft, PartDrafts);

static Rc name_of_part(Ctx *cx, const DraftParts *p, Text why, Text *ret)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };
    *ret = TEXT("{0}: {1}", p->model.model->name, words_text(cx->arena, &r, &why));
    return RC_OK;
}

/* One who may not order a part can leave it out, and nobody else can. */
static Rc check_entry(Ctx *cx, GrantedSubmit g, const DraftParts *p, Str id, bool without,
                      FieldErrors *faults)
{
    FieldError e = { .pointer = str_fmt(cx->arena, "/parts/%.*s", STR_ARG(id)) };
    Text why;

    TRY(request_refused(cx, g, p, &why));
    if ((why.msgid != NULL) == without)
        return RC_OK;
    if (without) {
        e.code = STR("not_refused");
        TRY(name_of_part(cx, p, TEXT("This can be ordered, so it is not left out."), &e.text));
    } else {
        e.code = STR("refused");
        TRY(name_of_part(cx, p, why, &e.text));
    }
    return LIST_PUSH(cx->arena, faults, e);
}

static Rc read_part(Ctx *cx, GrantedSubmit g, const Shared *s, const BundleCreate *in, size_t i,
                    FieldErrors *faults, PartDrafts *ret)
{
    const BundlePart *part = &s->b.bundle->parts.at[i];
    Str id = part_id(cx->arena, s->b.bundle, i);
    const BundleAnswers *given = answers_for(in, id);
    bool without = given != NULL && given->without;
    RequestCreate one = { .item = part->item, .requester = in->requester, .channel = in->channel };
    FieldErrors errors = { 0 };
    CatalogModel model;
    PartDraft d = { .position = i };
    size_t before = faults->n;

    if (!bundle_part_holds(part, &s->set, &s->facts, cx->now_ms))
        return RC_OK;
    TRY(model_of_part(cx, part, &model));
    if (model.model->priority.urgency.asked)
        one.urgency = in->urgency;
    TRY(answers_from_bundle(cx, part, &s->set, &one.answers));
    if (given != NULL)
        TRY(answers_of_person(cx, part, &given->answers, id, faults, &one.answers));
    /* One that is left out need not be answered. */
    Rc rc = create_read(cx, g, &one, without ? ANSWERS_DRAFT : ANSWERS_COMPLETE, &errors, &d.parts);
    if (rc != RC_OK && (rc != RC_INVALID || errors.n == 0))
        return rc;
    for (size_t k = 0; k < errors.n; k++)
        TRY(part_fault(cx, part, id, errors.at[k], faults));
    if (rc == RC_OK)
        TRY(check_entry(cx, g, &d.parts, id, without, faults));
    if (without || rc != RC_OK || faults->n > before)
        return RC_OK;
    return LIST_PUSH(cx->arena, ret, d);
}

static Rc check_names(Ctx *cx, const Shared *s, const BundleCreate *in, FieldErrors *faults)
{
    for (size_t i = 0; i < in->parts.n; i++) {
        bool known = false;
        for (size_t k = 0; k < s->b.bundle->parts.n && !known; k++)
            known = str_eq(part_id(cx->arena, s->b.bundle, k), in->parts.at[i].part);
        FieldError e = { .pointer =
                             str_fmt(cx->arena, "/parts/%.*s", STR_ARG(in->parts.at[i].part)),
                         .code = STR("unknown_part"),
                         .text = TEXT("This bundle has no part {0}.", in->parts.at[i].part) };
        if (!known)
            TRY(LIST_PUSH(cx->arena, faults, e));
    }
    return RC_OK;
}

static Rc check_urgency(Ctx *cx, const BundleCreate *in, FieldErrors *faults)
{
    FieldError e = { STR("/urgency"), STR("unknown_word"),
                     TEXT("Choose low, normal, high or critical.") };

    if (str_is_null(in->urgency) || is_word(in->urgency, URGENCY_WORDS, COUNT_OF(URGENCY_WORDS)))
        return RC_OK;
    return LIST_PUSH(cx->arena, faults, e);
}

/* Everything that can be wrong is told at once, before anything is made. */
static Rc read_order(Ctx *cx, GrantedSubmit g, const BundleCreate *in, Shared *s, PartDrafts *ret)
{
    FieldErrors faults = { 0 }, rest = { 0 };

    TRY(shared_open(cx, g, in->bundle, s));
    if (!model_audience_holds(s->b.bundle->form, &s->facts, cx->now_ms))
        return fail(cx, RC_INVALID, "not_audience",
                    TEXT("This item is not offered to the person you ask for."));
    Rc rc = shared_check(cx, s, &in->answers, ANSWERS_COMPLETE, &faults);
    /* What is there may do to look at the parts. */
    if (rc == RC_INVALID)
        rc = shared_check(cx, s, &in->answers, ANSWERS_DRAFT, &rest);
    if (rc == RC_INVALID) {
        fail_adopt(cx, &faults);
        return RC_INVALID;
    }
    TRY(rc);
    TRY(check_names(cx, s, in, &faults));
    TRY(check_urgency(cx, in, &faults));
    for (size_t i = 0; i < s->b.bundle->parts.n; i++)
        TRY(read_part(cx, g, s, in, i, &faults, ret));
    fail_adopt(cx, &faults);
    TRY(fail_result(cx));
    if (ret->n == 0)
        return fail(cx, RC_INVALID, "nothing_ordered",
                    TEXT("With these answers there is nothing to order."));
    return RC_OK;
}

static Rc ordered_event(Ctx *cx, GrantedRequest g, const Shared *s, int64_t order)
{
    EventChange change = { STR("bundle"), STR_NULL, s->b.bundle->key, false };
    Event ev = { .kind = "request.bundled",
                 .object = "bundle_order",
                 .object_id = order,
                 .changes = &change,
                 .changes_n = 1 };
    return aggregate_note(cx, g, &ev, NULL);
}

/* What only the submission finds: two parts of one order may be one too many together. */
static Rc make_one(Ctx *cx, GrantedSubmit g, const Shared *s, const PartDraft *d, RequestMade *ret)
{
    Rc rc = request_make(cx, g, &d->parts, false, ret);

    if (rc == RC_INVALID && cx->errors.n == 0 && cx->detail.msgid != NULL) {
        Text text;
        Str id = part_id(cx->arena, s->b.bundle, d->position);
        TRY(name_of_part(cx, &d->parts, cx->detail, &text));
        fail_add(cx, str_fmt(cx->arena, "/parts/%.*s", STR_ARG(id)), "refused", text);
        cx->detail = (Text){ 0 };
    }
    return rc;
}

Rc bundle_order(Ctx *cx, GrantedSubmit g, const BundleCreate *in, BundleMade *ret)
{
    Shared s = { 0 };
    PartDrafts drafts = { 0 };
    BundleOrderInsertRow order;
    BundleMade made = { 0 };

    TRY(read_order(cx, g, in, &s, &drafts));
    TRY(q_bundle_order_insert(cx, g, s.b.bundle->key, s.b.version_id, cx->subject->person_id,
                              cx->now_ms, &order));
    made.id = order.id;
    for (size_t i = 0; i < drafts.n; i++) {
        RequestMade one;
        TRY(make_one(cx, g, &s, &drafts.at[i], &one));
        TRY(q_bundle_part_insert(cx, one.grant, order.id, (int64_t)drafts.at[i].position, NULL));
        TRY(ordered_event(cx, one.grant, &s, order.id));
        TRY(LIST_PUSH(cx->arena, &made.numbers, one.number));
        made.visible |= one.visible;
    }
    *ret = made;
    return RC_OK;
}
