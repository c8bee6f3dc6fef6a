/* model.c - reading and writing the documents of a catalog. */
#include "domain/model/folder.h"
#include "domain/model/model_bind.h"
#include "domain/model/shape.h"

/* Reads a document into `to`.  *ret_ok says whether it is free of errors so far. */
static Rc read_document(Doc *d, Str yaml, size_t max_bytes, const Shape *shape, void *to)
{
    const Yaml *root;

    TRY(yaml_read(d->arena, yaml, max_bytes, d->file, d->d, &root));
    return shape_read(d, shape, root, to);
}

static Rc result(const Doc *d, size_t errors_before)
{
    return d->d->errors == errors_before ? RC_OK : RC_INVALID;
}

static void export_document(const Shape *shape, const void *from, Buf *to)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 * 1024 * 1024);
    Yaml *root;

    if (shape_write(a, shape, from, &root) == RC_OK)
        yaml_write(root, to);
    else
        to->full = true;
}

Rc model_parse(Arena *a, Str yaml, Str file, const ModelVersion **ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    ModelVersion *m = ARENA_NEW(a, ModelVersion);

    m->feedback = true;
    TRY(read_document(&doc, yaml, MODEL_BYTES_MAX, &model_shape, m));
    TRY(bind_model(&doc, m));
    TRY(result(&doc, errors));
    *ret = m;
    return RC_OK;
}

void model_export(const ModelVersion *m, Buf *to)
{
    export_document(&model_shape, m, to);
}

/* ---- bundles ---- */

static Rc bind_parts(Doc *d, BundleVersion *b, const CondSchema *names)
{
    for (size_t i = 0; i < b->parts.n; i++) {
        BundlePart *p = &b->parts.at[i];
        TRY(bind_cond(d, &p->when, names));
        check_can_hold(d, &p->when, "when");
        for (size_t k = 0; k < p->answers.n; k++) {
            const PartAnswer *answer = &p->answers.at[k];
            if (answer->shared.len > 0 && question_find(&b->shared, answer->shared) == NULL)
                doc_error(d, answer->pos, "unknown_question",
                          "shared.%.*s is not among the shared questions of this bundle.",
                          STR_ARG(answer->shared));
        }
    }
    if (b->parts.n == 0)
        doc_error(d, (SourcePos){ 1, 1 }, "no_parts", "A bundle needs at least one part.");
    return RC_OK;
}

static const ModelVersion *form_of_bundle(Arena *a, const BundleVersion *b)
{
    ModelVersion *m = ARENA_NEW(a, ModelVersion);

    *m = (ModelVersion){ .key = b->key,
                         .service = b->service,
                         .category = b->category,
                         .owner = b->owner,
                         .name = b->name,
                         .summary = b->summary,
                         .audience = b->audience,
                         .form = b->shared };
    memcpy(m->synonyms, b->synonyms, sizeof m->synonyms);
    return m;
}

Rc bundle_parse(Arena *a, Str yaml, Str file, const BundleVersion **ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    BundleVersion *b = ARENA_NEW(a, BundleVersion);
    CondSchema audience, shared;

    TRY(read_document(&doc, yaml, MODEL_BYTES_MAX, &bundle_shape, b));
    TRY(names_make(a, NAMES_AUDIENCE, NULL, NULL, false, &audience));
    TRY(names_make(a, NAMES_FORM, &b->shared, NULL, true, &shared));
    TRY(bind_cond(&doc, &b->audience, &audience));
    TRY(bind_questions(&doc, &b->shared, NAME_QUESTION, &shared));
    TRY(bind_parts(&doc, b, &shared));
    TRY(result(&doc, errors));
    b->form = form_of_bundle(a, b);
    *ret = b;
    return RC_OK;
}

void bundle_export(const BundleVersion *b, Buf *to)
{
    export_document(&bundle_shape, b, to);
}

/* ---- lists, calendars, teams, people ---- */

#define DATA_BYTES_MAX (4 * 1024 * 1024)

static void check_duplicate(Doc *d, Str key, SourcePos pos, const char *what)
{
    doc_error(d, pos, "duplicate_id", "There are two %s %.*s; keep one.", what, STR_ARG(key));
}

Rc list_parse(Arena *a, Str yaml, Str file, const ManagedList **ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    ManagedList *l = ARENA_NEW(a, ManagedList);

    TRY(read_document(&doc, yaml, DATA_BYTES_MAX, &list_shape, l));
    for (size_t i = 0; i < l->entries.n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(l->entries.at[i].key, l->entries.at[k].key))
                check_duplicate(&doc, l->entries.at[i].key, l->entries.at[i].pos, "entries");
    TRY(result(&doc, errors));
    *ret = l;
    return RC_OK;
}

void list_export(const ManagedList *l, Buf *to)
{
    export_document(&list_shape, l, to);
}

Rc calendar_parse(Arena *a, Str yaml, Str file, const CalendarDoc **ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    CalendarDoc *c = ARENA_NEW(a, CalendarDoc);

    c->rules.day_hours = 8000;
    TRY(read_document(&doc, yaml, DATA_BYTES_MAX, &calendar_shape, c));
    if (d->errors == errors)
        TRY(calendar_doc_check(&doc, c));
    TRY(result(&doc, errors));
    *ret = c;
    return RC_OK;
}

void calendar_export(const CalendarDoc *c, Buf *to)
{
    export_document(&calendar_shape, c, to);
}

Rc teams_parse(Arena *a, Str yaml, Str file, CatalogTeams *ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    CatalogTeams t = { 0 };

    TRY(read_document(&doc, yaml, DATA_BYTES_MAX, &teams_shape, &t));
    for (size_t i = 0; i < t.n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(t.at[i].key, t.at[k].key))
                check_duplicate(&doc, t.at[i].key, t.at[i].pos, "teams");
    TRY(result(&doc, errors));
    *ret = t;
    return RC_OK;
}

void teams_export(const CatalogTeams *t, Buf *to)
{
    export_document(&teams_shape, t, to);
}

static int by_login(const void *a, const void *b)
{
    return str_cmp((*(const CatalogPerson *const *)a)->login,
                   (*(const CatalogPerson *const *)b)->login);
}

/* The file may be long, so equal logins are found by sorting. */
static Rc check_logins(Doc *d, const CatalogPeople *p)
{
    const CatalogPerson **sorted = arena_array(d->arena, p->n, sizeof *sorted);

    if (sorted == NULL)
        return p->n == 0 ? RC_OK : RC_LIMIT;
    for (size_t i = 0; i < p->n; i++)
        sorted[i] = &p->at[i];
    qsort(sorted, p->n, sizeof *sorted, by_login);
    for (size_t i = 1; i < p->n; i++)
        if (str_eq(sorted[i]->login, sorted[i - 1]->login))
            check_duplicate(d, sorted[i]->login, sorted[i]->pos, "people");
    return RC_OK;
}

Rc people_parse(Arena *a, Str yaml, Str file, CatalogPeople *ret, Diagnostics *d)
{
    Doc doc = { a, file, d };
    size_t errors = d->errors;
    CatalogPeople p = { 0 };

    TRY(read_document(&doc, yaml, DATA_BYTES_MAX, &people_shape, &p));
    TRY(check_logins(&doc, &p));
    TRY(result(&doc, errors));
    *ret = p;
    return RC_OK;
}

void people_export(const CatalogPeople *p, Buf *to)
{
    export_document(&people_shape, p, to);
}

TimeSpan follow_up_remind(const FollowUp *f, size_t i)
{
    enum { USUAL = 3 };
    const TimeSpan usual = { 2, SPAN_WORK_DAYS }, none = { 0 };

    if (f->remind.n == 0)
        return i < USUAL ? usual : none;
    return i < f->remind.n ? f->remind.at[i] : none;
}
