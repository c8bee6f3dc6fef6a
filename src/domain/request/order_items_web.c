/* order_items_web.c - the catalog as its readers see it: cards, sections, search. */
#include "domain/request/order_web.h"

#include "domain/request/items.h"

#define OTHER_SECTION "help"

static const struct {
    const char *section, *icon;
} icons[] = {
    { "hardware", "laptop" }, { "access", "key" },        { "employment", "person" },
    { "money", "euro" },      { "building", "building" }, { "contracts", "scale" },
    { "systems", "server" },  { "feedback", "speaker" },  { "help", "info" },
};

static const char *icon_of(Str section)
{
    for (size_t i = 0; i < COUNT_OF(icons); i++)
        if (str_eq_z(section, icons[i].section))
            return icons[i].icon;
    return "catalog";
}

/* The promise of the usual case: the last line, which has no condition. */
static Text usual_time(const ModelVersion *m)
{
    if (m->targets.n == 0)
        return (Text){ 0 };
    const Target *t = &m->targets.at[m->targets.n - 1];
    return t->fulfil.n > 0 ? span_text(t->fulfil, !str_is_null(t->calendar)) : (Text){ 0 };
}

Text usual_price(const ModelVersion *m)
{
    const CondValue *least = NULL, *most = NULL;

    for (size_t i = 0; i < m->cost.n; i++) {
        const Cond *amount = m->cost.at[i].amount.cond;
        if (amount == NULL || amount->op != COND_CONST || amount->value.type != COND_MONEY)
            return (Text){ 0 };
        const CondValue *v = &amount->value;
        if (least == NULL || v->money.minor < least->money.minor)
            least = v;
        if (most == NULL || v->money.minor > most->money.minor)
            most = v;
    }
    if (least == NULL || most->money.minor == 0)
        return (Text){ 0 };
    return least->money.minor == most->money.minor ? TEXT("{0}", least->money)
                                                   : TEXT("from {0}", least->money);
}

static const char *decider_words(const Who *w)
{
    switch (w->kind) {
    case WHO_MANAGER: return w->depth > 1 ? T("Your manager's manager") : T("Your manager");
    case WHO_OWNER: return T("Its owner");
    case WHO_LEAD:
    case WHO_TEAM:
    case WHO_PERSON:
    case WHO_ANSWER: break;
    }
    return NULL;
}

static Rc decider_text(Ctx *cx, const ModelVersion *m, Text *ret)
{
    Str name;

    *ret = TEXT("No approval");
    if (m->approvals.n == 0)
        return RC_OK;
    const Stage *first = &m->approvals.at[0];
    const char *words = first->who.n > 0 ? decider_words(&first->who.at[0]) : NULL;
    bool sometimes = first->when.cond != NULL || first->unless.cond != NULL;

    if (words == NULL) {
        TRY(catalog_stage_name(cx, m, first->key, &name));
        *ret = sometimes ? TEXT("{0}, sometimes", name) : TEXT("{0}", name);
    } else if (m->approvals.n > 1) {
        *ret = TEXT("{0}, then others", words);
    } else {
        *ret = sometimes ? TEXT("{0}, sometimes", words) : TEXT("{0}", words);
    }
    return RC_OK;
}

static Rc card_of(Ctx *cx, const CatalogModel *c, ItemCard *ret)
{
    const ModelVersion *m = c->model;

    *ret = (ItemCard){ .key = m->key,
                       .name = m->name,
                       .summary = m->summary,
                       .time = usual_time(m),
                       .approval = m->approvals.n > 0,
                       .price = usual_price(m),
                       .changed = c->changed_lately };
    return decider_text(cx, m, &ret->decides);
}

static ItemCard card_of_bundle(const CatalogBundle *b)
{
    return (ItemCard){ .key = b->bundle->key,
                       .name = b->bundle->name,
                       .summary = b->bundle->summary,
                       .decides =
                           TEXT_N("%d request in one order", "Up to %d requests in one order",
                                  (int64_t)b->bundle->parts.n),
                       .changed = b->changed_lately,
                       .bundle = true };
}

static Str section_of(Str category)
{
    Str rest = category, first = str_cut(&rest, '/');
    return first.len > 0 ? first : STR(OTHER_SECTION);
}

static Rc put_card(Ctx *cx, ItemGroups *groups, Str section, ItemCard card)
{
    for (size_t i = 0; i < groups->n; i++)
        if (str_eq(groups->at[i].key, section))
            return LIST_PUSH(cx->arena, &groups->at[i].items, card);
    ItemGroup g = { .key = section, .icon = icon_of(section) };
    TRY(catalog_entry_name(cx, STR("categories"), section, &g.name));
    TRY(LIST_PUSH(cx->arena, &g.items, card));
    return LIST_PUSH(cx->arena, groups, g);
}

/* Sections in the order of the managed list "categories". */
static void order_groups(Ctx *cx, ItemGroups *groups)
{
    const ManagedList *l = NULL;
    size_t at = 0;

    if (catalog_list(cx, STR("categories"), &l) != RC_OK)
        return;
    for (size_t e = 0; e < l->entries.n; e++) {
        for (size_t i = at; i < groups->n; i++) {
            if (!str_eq(groups->at[i].key, l->entries.at[e].key))
                continue;
            ItemGroup g = groups->at[i];
            memmove(&groups->at[at + 1], &groups->at[at], (i - at) * sizeof g);
            groups->at[at++] = g;
            break;
        }
    }
}

Rc item_groups(Ctx *cx, ItemGroups *ret, int64_t *ret_count)
{
    CatalogModels models = { 0 };
    CatalogBundles bundles = { 0 };
    RequestFacts facts = { 0 };
    ItemGroups groups = { 0 };
    int64_t count = 0;

    TRY(request_facts_person(cx, cx->subject->person_id, NULL, &facts));
    TRY(catalog_models(cx, &models));
    for (size_t i = 0; i < models.n; i++) {
        const ModelVersion *m = models.at[i].model;
        if (models.at[i].team_id == 0 || !model_audience_holds(m, &facts, cx->now_ms))
            continue;
        ItemCard card;
        TRY(card_of(cx, &models.at[i], &card));
        TRY(put_card(cx, &groups, section_of(m->category), card));
        count++;
    }
    TRY(catalog_bundles(cx, &bundles));
    for (size_t i = 0; i < bundles.n; i++) {
        const ModelVersion *m = bundles.at[i].bundle->form;
        if (!model_audience_holds(m, &facts, cx->now_ms))
            continue;
        TRY(put_card(cx, &groups, section_of(m->category), card_of_bundle(&bundles.at[i])));
        count++;
    }
    order_groups(cx, &groups);
    *ret = groups;
    *ret_count = count;
    return RC_OK;
}

/* --- search ------------------------------------------------------------------------------------------ */

static const ItemCard *card_in(const ItemGroups *groups, Str key)
{
    for (size_t i = 0; i < groups->n; i++)
        for (size_t k = 0; k < groups->at[i].items.n; k++)
            if (str_eq(groups->at[i].items.at[k].key, key))
                return &groups->at[i].items.at[k];
    return NULL;
}

Rc item_search(Ctx *cx, Str q, const ItemGroups *in, ItemCards *ret, Str *ret_meant)
{
    ItemHits hits;

    TRY(items_find(cx, q, &hits, ret_meant));
    for (size_t i = 0; i < hits.n; i++) {
        const ItemCard *card = card_in(in, hits.at[i].key);
        if (card != NULL)
            TRY(LIST_PUSH(cx->arena, ret, *card));
    }
    return RC_OK;
}
