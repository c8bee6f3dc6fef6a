/* catalog.c - what is published, and the names that an order and its pages need. */
#include "domain/catalog/parsed.h"

#include "app/memory.h"
#include "domain/catalog/catalog_q.h"
#include "domain/identity/identity.h"

#define CHANGED_LATELY_MS (14 * MS_DAY)

static Rc load_body(Ctx *cx, int64_t version_id, Str *ret)
{
    CatalogBodyRow row;
    TRY(q_catalog_body(cx, version_id, &row));
    *ret = row.body;
    return RC_OK;
}

typedef struct Head {
    int64_t id, document_id, number, owner_id;
    Str key, hash;
    Ms published_ms;
} Head;
LIST_OF(Head, Heads);

/* What is in force, kept from call to call under the generation in which it was read. */
enum { KINDS = DOCUMENT_SOP + 1, KEPT_MAX = 2000 };
typedef struct Kept {
    int64_t generation[KINDS]; /* 0: not kept */
    Arena *arenas[KINDS];
    Heads heads[KINDS]; /* by key */
} Kept;

static void kept_end(void *what)
{
    Kept *k = what;
    for (size_t i = 0; i < KINDS; i++)
        arena_free(k->arenas[i]);
    free(k);
}

static Rc read_all(Ctx *cx, DocumentKind kind, Heads *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CatalogAllInForceRow row;

    TRY(q_catalog_all_in_force(cx, str_z(document_kind_word(kind)), &rows));
    while (q_catalog_all_in_force_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret,
                      (Head){ row.id, row.document_id, row.number,
                              row.owner_id.set ? row.owner_id.value : 0, row.key, row.hash,
                              row.published_ms }));
    return rows_result(&rows);
}

/* False: it is too much. */
static bool keep_copies(Kept *k, DocumentKind kind, const Heads *read)
{
    Heads copies = { 0 };

    k->generation[kind] = 0;
    arena_free(k->arenas[kind]);
    k->arenas[kind] = NULL;
    if (read->n > KEPT_MAX)
        return false;
    Arena *a = k->arenas[kind] = arena_new(4 * 1024 * 1024);
    for (size_t i = 0; i < read->n; i++) {
        Head h = read->at[i];
        h.key = str_dup(a, h.key);
        h.hash = str_dup(a, h.hash);
        if (LIST_PUSH(a, &copies, h) != RC_OK)
            return false;
    }
    k->heads[kind] = copies;
    return true;
}

/* All of a kind, by key, from memory; NULL where nothing can be kept.  Valid until the snapshot ends. */
static Rc kept_heads(Ctx *cx, DocumentKind kind, const Heads **ret)
{
    int64_t generation;
    Heads read = { 0 };

    *ret = NULL;
    TRY(memory_generation(cx, MEMORY_CATALOG, &generation));
    if (generation == 0)
        return RC_OK;
    Kept *k = memory_get(cx, MEMORY_CATALOG);
    if (k == NULL) {
        k = calloc(1, sizeof *k);
        if (k == NULL)
            return RC_OK;
        memory_keep(cx, MEMORY_CATALOG, k, kept_end);
    }
    if (k->generation[kind] != generation) {
        TRY(read_all(cx, kind, &read));
        if (!keep_copies(k, kind, &read))
            return RC_OK;
        k->generation[kind] = generation;
    }
    *ret = &k->heads[kind];
    return RC_OK;
}

static Rc in_force(Ctx *cx, DocumentKind kind, Str key, Head *ret)
{
    CatalogInForceRow row;
    const Heads *kept;
    bool found = false;

    TRY(kept_heads(cx, kind, &kept));
    if (kept != NULL) {
        for (size_t i = 0; i < kept->n; i++) {
            if (str_eq(kept->at[i].key, key)) {
                *ret = kept->at[i];
                return RC_OK;
            }
        }
        return RC_NOT_FOUND;
    }
    TRY(q_catalog_in_force(cx, str_z(document_kind_word(kind)), key, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    *ret =
        (Head){ row.id, row.document_id, row.number,      row.owner_id.set ? row.owner_id.value : 0,
                key,    row.hash,        row.published_ms };
    return RC_OK;
}

static bool is_late_change(Ctx *cx, const Head *h)
{
    return h->number > 1 && cx->now_ms - h->published_ms < CHANGED_LATELY_MS;
}

/* Teams that were looked up by key: many models name few teams. */
typedef struct KnownTeam {
    Str key;
    int64_t id;
} KnownTeam;
LIST_OF(KnownTeam, KnownTeams);

/* 0: there is no such active team.  `known` may be NULL. */
static Rc team_of(Ctx *cx, Str key, KnownTeams *known, int64_t *ret)
{
    for (size_t i = 0; known != NULL && i < known->n; i++) {
        if (str_eq(known->at[i].key, key)) {
            *ret = known->at[i].id;
            return RC_OK;
        }
    }
    *ret = 0;
    Rc rc = team_id(cx, key, ret);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return known == NULL ? RC_OK : LIST_PUSH(cx->arena, known, (KnownTeam){ key, *ret });
}

static Rc model_of(Ctx *cx, const Head *h, KnownTeams *known, CatalogModel *ret)
{
    CatalogModel m = { .document_id = h->document_id,
                       .version_id = h->id,
                       .number = h->number,
                       .owner_id = h->owner_id,
                       .published_ms = h->published_ms };
    const void *document = NULL;

    TRY(parsed_get(cx, DOCUMENT_MODEL, STR("model"), h->hash, h->id, load_body, &document));
    m.model = document;
    m.changed_lately = is_late_change(cx, h);
    TRY(team_of(cx, m.model->team, known, &m.team_id));
    *ret = m;
    return RC_OK;
}

Rc catalog_model(Ctx *cx, Str key, CatalogModel *ret)
{
    Head h;
    TRY(in_force(cx, DOCUMENT_MODEL, key, &h));
    return model_of(cx, &h, NULL, ret);
}

Rc catalog_model_version(Ctx *cx, int64_t version_id, CatalogModel *ret)
{
    CatalogVersionHeadRow row;
    bool found = false;

    TRY(q_catalog_version_head(cx, version_id, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    Head h = { row.id,          row.document_id,
               row.number,      row.owner_id.set ? row.owner_id.value : 0,
               STR_NULL,        row.hash,
               row.published_ms };
    return model_of(cx, &h, NULL, ret);
}

Rc catalog_model_known(Ctx *cx, int64_t version_id, Str hash, const ModelVersion **ret)
{
    const void *document = NULL;

    TRY(parsed_get(cx, DOCUMENT_MODEL, STR("model"), hash, version_id, load_body, &document));
    *ret = document;
    return RC_OK;
}

static Rc all_in_force(Ctx *cx, DocumentKind kind, Heads *ret)
{
    const Heads *kept;

    TRY(kept_heads(cx, kind, &kept));
    if (kept == NULL)
        return read_all(cx, kind, ret);
    *ret = *kept;
    return RC_OK;
}

Rc catalog_models(Ctx *cx, CatalogModels *ret)
{
    Heads heads = { 0 };
    CatalogModels list = { 0 };
    KnownTeams known = { 0 };
    CatalogModel m;

    TRY(all_in_force(cx, DOCUMENT_MODEL, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        TRY(model_of(cx, &heads.at[i], &known, &m));
        TRY(LIST_PUSH(cx->arena, &list, m));
    }
    *ret = list;
    return RC_OK;
}

Rc catalog_bundle_known(Ctx *cx, int64_t version_id, Str hash, const BundleVersion **ret)
{
    const void *document = NULL;

    TRY(parsed_get(cx, DOCUMENT_BUNDLE, STR("bundle"), hash, version_id, load_body, &document));
    *ret = document;
    return RC_OK;
}

static Rc bundle_of(Ctx *cx, const Head *h, CatalogBundle *ret)
{
    CatalogBundle b = { .version_id = h->id,
                        .number = h->number,
                        .published_ms = h->published_ms,
                        .changed_lately = is_late_change(cx, h) };

    TRY(catalog_bundle_known(cx, h->id, h->hash, &b.bundle));
    *ret = b;
    return RC_OK;
}

Rc catalog_bundle(Ctx *cx, Str key, CatalogBundle *ret)
{
    Head h;

    TRY(in_force(cx, DOCUMENT_BUNDLE, key, &h));
    return bundle_of(cx, &h, ret);
}

Rc catalog_bundles(Ctx *cx, CatalogBundles *ret)
{
    Heads heads = { 0 };
    CatalogBundles list = { 0 };
    CatalogBundle b;

    TRY(all_in_force(cx, DOCUMENT_BUNDLE, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        TRY(bundle_of(cx, &heads.at[i], &b));
        TRY(LIST_PUSH(cx->arena, &list, b));
    }
    *ret = list;
    return RC_OK;
}

Rc catalog_list(Ctx *cx, Str key, const ManagedList **ret)
{
    Head h;
    const void *document = NULL;

    TRY(in_force(cx, DOCUMENT_LIST, key, &h));
    TRY(parsed_get(cx, DOCUMENT_LIST, key, h.hash, h.id, load_body, &document));
    *ret = document;
    return RC_OK;
}

const ListEntry *catalog_list_entry(const ManagedList *l, Str key)
{
    for (size_t i = 0; l != NULL && i < l->entries.n; i++)
        if (str_eq(l->entries.at[i].key, key))
            return &l->entries.at[i];
    return NULL;
}

static Rc calendar_choices(Ctx *cx, Choices *ret)
{
    Heads heads = { 0 };

    TRY(all_in_force(cx, DOCUMENT_CALENDAR, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        Str key = str_dup(cx->arena, heads.at[i].key);
        TRY(LIST_PUSH(cx->arena, ret, (Choice){ key, { { key } } }));
    }
    return RC_OK;
}

Rc catalog_choices(Ctx *cx, Str of, Choices *ret)
{
    const ManagedList *l = NULL;

    if (str_eq_z(of, "calendars"))
        return calendar_choices(cx, ret);
    Rc rc = catalog_list(cx, of, &l);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* an organisation without that list types its keys */
    TRY(rc);
    for (size_t i = 0; i < l->entries.n; i++)
        if (!l->entries.at[i].retired)
            TRY(LIST_PUSH(cx->arena, ret, (Choice){ l->entries.at[i].key, l->entries.at[i].name }));
    return RC_OK;
}

/* NULL: no such list, or no such entry in it. */
static Rc entry_of(Ctx *cx, Str list, Str key, const ListEntry **ret)
{
    const ManagedList *l = NULL;

    Rc rc = catalog_list(cx, list, &l);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *ret = catalog_list_entry(l, key);
    return RC_OK;
}

Rc catalog_entry_name(Ctx *cx, Str list, Str key, Str *ret)
{
    const ListEntry *e = NULL;

    TRY(entry_of(cx, list, key, &e));
    *ret = e != NULL ? lang_text(&e->name, cx->lang, NULL) : key;
    return RC_OK;
}

static Rc step_name(Ctx *cx, const LangText *own, Str key, Str *ret)
{
    const ListEntry *e = NULL;

    if (own != NULL && lang_text(own, LANG_EN, NULL).len > 0) {
        *ret = lang_text(own, cx->lang, NULL);
        return RC_OK;
    }
    TRY(entry_of(cx, STR("steps"), key, &e));
    *ret = e != NULL ? lang_text(&e->name, cx->lang, NULL) : key_in_words(cx->arena, key);
    return RC_OK;
}

Rc catalog_task_name(Ctx *cx, const ModelVersion *m, Str key, Str *ret)
{
    const PlanTask *t = model_task(m, key);
    return step_name(cx, t != NULL ? &t->name : NULL, key, ret);
}

Rc catalog_stage_name(Ctx *cx, const ModelVersion *m, Str key, Str *ret)
{
    const Stage *s = model_stage(m, key);
    return step_name(cx, s != NULL ? &s->name : NULL, key, ret);
}

/* --- procedures ------------------------------------------------------------------------------- */

static Rc sop_text(Ctx *cx, Str key, Lang lang, Str *ret)
{
    Head h;
    const void *document = NULL;
    Str name = lang == LANG_EN ? key : str_fmt(cx->arena, "%.*s.%s", STR_ARG(key), lang_key(lang));

    TRY(in_force(cx, DOCUMENT_SOP, name, &h));
    TRY(parsed_get(cx, DOCUMENT_SOP, name, h.hash, h.id, load_body, &document));
    *ret = *(const Str *)document;
    return RC_OK;
}

/* "3. Text" gives Text; anything else gives STR_NULL. */
static Str numbered(Str line)
{
    size_t digits = 0;
    line = str_trim(line);
    while (digits < line.len && line.ptr[digits] >= '0' && line.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || digits + 1 >= line.len || line.ptr[digits] != '.')
        return STR_NULL;
    return str_trim(str_skip(line, digits + 1));
}

static Rc add_steps(Arena *a, Str body, Lang lang, LangTextList *steps)
{
    size_t n = 0;
    while (body.len > 0) {
        Str step = numbered(str_cut(&body, '\n'));
        if (step.len == 0)
            continue;
        if (n == steps->n)
            TRY(LIST_PUSH(a, steps, (LangText){ 0 }));
        steps->at[n++].in[lang] = step;
    }
    return RC_OK;
}

Rc catalog_sop(Ctx *cx, Str key, Sop *ret)
{
    Sop sop = { .key = key };
    bool any = false;

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Str body = STR_NULL;
        Rc rc = sop_text(cx, key, (Lang)lang, &body);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        any = true;
        TRY(add_steps(cx->arena, body, (Lang)lang, &sop.steps));
        if (str_is_empty(sop.body) || (Lang)lang == cx->lang)
            sop.body = body;
    }
    if (!any)
        return RC_NOT_FOUND;
    Str rest = sop.body, first = str_cut(&rest, '\n');
    sop.title = str_starts(first, STR("# ")) ? str_trim(str_skip(first, 2)) : key;
    *ret = sop;
    return RC_OK;
}
