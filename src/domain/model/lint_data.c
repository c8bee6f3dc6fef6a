/* lint_data.c - bundles, lists, calendars, procedures, teams and people against the rest. */
#include "domain/model/lint.h"

/* ---- bundles ---- */

static void lint_shared_answer(Lint *l, const BundleVersion *b, const BundlePart *p,
                               const PartAnswer *answer, const Question *q)
{
    const Question *shared = question_find(&b->shared, answer->shared);

    if (shared == NULL)
        return; /* reported when the bundle was read */
    if (shared->type != q->type) {
        lint_error(l, answer->pos, "type_mismatch",
                   "shared.%.*s is of type %s, but question %.*s of %.*s is of type %s.",
                   STR_ARG(shared->id), question_type_word(shared->type), STR_ARG(q->id),
                   STR_ARG(p->item), question_type_word(q->type));
        return;
    }
    for (size_t i = 0; i < shared->options.n; i++)
        if (question_option(q, shared->options.at[i].key) == NULL)
            lint_error(l, answer->pos, "option_mismatch",
                       "shared.%.*s offers %.*s, which question %.*s of %.*s does not have.",
                       STR_ARG(shared->id), STR_ARG(shared->options.at[i].key), STR_ARG(q->id),
                       STR_ARG(p->item));
    if (question_is_entry(q) && !str_eq(shared->list, q->list))
        lint_error(l, answer->pos, "option_mismatch",
                   "shared.%.*s takes list %.*s, but question %.*s of %.*s takes list %.*s.",
                   STR_ARG(shared->id), STR_ARG(shared->list), STR_ARG(q->id), STR_ARG(p->item),
                   STR_ARG(q->list));
    bool sure = shared->required
                && (shared->show.cond == NULL || cond_covers(p->when.cond, shared->show.cond));
    if (q->required && q->show.text.len == 0 && !sure
        && !cond_uses_question(p->when.cond, NAME_QUESTION, (size_t)(shared - b->shared.at)))
        lint_warn(l, answer->pos, "part_may_be_empty",
                  "Question %.*s of %.*s must be answered, but shared.%.*s may be left empty; make "
                  "that required or add a when.",
                  STR_ARG(q->id), STR_ARG(p->item), STR_ARG(shared->id));
}

static void lint_part_answer(Lint *l, const BundleVersion *b, const BundlePart *p,
                             const ModelVersion *m, const PartAnswer *answer)
{
    const Question *q = model_question(m, answer->question);

    if (q == NULL) {
        lint_error(l, answer->pos, "unknown_question", "Model %.*s has no question %.*s.",
                   STR_ARG(p->item), STR_ARG(answer->question));
        return;
    }
    if (answer->shared.len > 0) {
        lint_shared_answer(l, b, p, answer, q);
        return;
    }
    for (size_t i = 0; i < answer->values.n; i++)
        if (!question_takes(q, answer->values.at[i]))
            lint_error(l, answer->pos, "bad_answer",
                       "\"%.*s\" is no answer to question %.*s of %.*s.",
                       STR_ARG(answer->values.at[i]), STR_ARG(q->id), STR_ARG(p->item));
}

static void lint_part(Lint *l, const BundleVersion *b, const BundlePart *p)
{
    const CatalogDocument *doc = lint_document(l, DOCUMENT_MODEL, p->item);

    if (doc == NULL) {
        lint_document_exists(l, p->pos, DOCUMENT_MODEL, "unknown_item", "A part", p->item);
        return;
    }
    for (size_t i = 0; i < p->answers.n; i++)
        lint_part_answer(l, b, p, doc->model, &p->answers.at[i]);
    for (size_t i = 0; i < doc->model->form.n; i++) {
        const Question *q = &doc->model->form.at[i];
        bool answered =
            !q->required || q->show.text.len > 0 || q->default_.n > 0 || q->prefill.len > 0;
        for (size_t k = 0; k < p->answers.n && !answered; k++)
            answered = str_eq(p->answers.at[k].question, q->id);
        if (!answered)
            lint_error(
                l, p->pos, "part_incomplete",
                "Question %.*s of %.*s must be answered; add it to the answers of this part.",
                STR_ARG(q->id), STR_ARG(p->item));
    }
}

void lint_bundle(Lint *l, const BundleVersion *b)
{
    SourcePos top = { 1, 1 };
    Str rest = b->category;

    if (lint_document(l, DOCUMENT_MODEL, b->key) != NULL)
        lint_error(
            l, top, "key_taken",
            "A model is called %.*s too; both stand in the catalog, so give one another key.",
            STR_ARG(b->key));
    lint_team_or_person_exists(l, top, "owner", b->owner);
    lint_entry_exists(l, top, "categories", "unknown_category", "category", str_cut(&rest, '/'));
    lint_entry_exists(l, top, "services", "unknown_service", "service", b->service);
    lint_questions(l, &b->shared);
    for (size_t i = 0; i < b->shared.n; i++)
        lint_cond(l, &b->shared.at[i].show, &b->shared, NULL);
    for (size_t i = 0; i < b->parts.n; i++) {
        lint_cond(l, &b->parts.at[i].when, &b->shared, NULL);
        lint_part(l, b, &b->parts.at[i]);
    }
}

/* ---- lists, calendars, procedures ---- */

static void lint_one_text(Lint *l, SourcePos pos, const char *what, Str key, const LangText *t)
{
    for (int i = 0; i < LANG_COUNT; i++)
        if (t->in[i].len == 0)
            lint_warn(l, pos, "missing_translation", "%s %.*s has no words in %s.", what,
                      STR_ARG(key), lang_key((Lang)i));
}

static void lint_managed_list(Lint *l, const ManagedList *list)
{
    lint_one_text(l, (SourcePos){ 1, 1 }, "List", list->key, &list->name);
    for (size_t i = 0; i < list->entries.n; i++) {
        const ListEntry *e = &list->entries.at[i];
        lint_one_text(l, e->pos, "Entry", e->key, &e->name);
        for (size_t k = 0; k < e->owners.n; k++)
            lint_person_exists(l, e->pos, "An entry", e->owners.at[k]);
        lint_team_exists(l, e->pos, "An entry", e->team);
        for (size_t k = 0; k < e->users.n; k++)
            lint_person_exists(l, e->pos, "An entry", e->users.at[k]);
    }
}

/* Procedures are sorted by key and language; each stands in every language. */
static void lint_sops(Lint *l)
{
    const CatalogDocuments *docs = &l->f->documents;

    for (size_t i = 0; i < docs->n; i++) {
        const CatalogDocument *doc = &docs->at[i];
        if (doc->kind != DOCUMENT_SOP
            || (i > 0 && docs->at[i - 1].kind == DOCUMENT_SOP
                && str_eq(docs->at[i - 1].key, doc->key)))
            continue;
        bool there[LANG_COUNT] = { false };
        for (size_t k = i;
             k < docs->n && docs->at[k].kind == DOCUMENT_SOP && str_eq(docs->at[k].key, doc->key);
             k++)
            there[docs->at[k].lang] = true;
        l->file = doc->file;
        for (int k = 0; k < LANG_COUNT; k++)
            if (!there[k])
                lint_warn(l, (SourcePos){ 0, 0 }, "missing_translation",
                          "Procedure %.*s has no words in %s.", STR_ARG(doc->key),
                          lang_key((Lang)k));
    }
}

/* ---- teams and people ---- */

static void lint_one_team(Lint *l, const CatalogTeam *t)
{
    lint_one_text(l, t->pos, "Team", t->key, &t->name);
    for (size_t i = 0; i < t->members.n; i++)
        lint_person_exists(l, t->pos, "A team", t->members.at[i]);
    for (size_t i = 0; i < t->leads.n; i++)
        lint_person_exists(l, t->pos, "A team", t->leads.at[i]);
    lint_document_exists(l, t->pos, DOCUMENT_CALENDAR, "unknown_calendar", "A team", t->calendar);
    lint_entry_exists(l, t->pos, "suppliers", "unknown_supplier", "A team", t->supplier);
    if (t->members.n == 0)
        lint_warn(l, t->pos, "empty_team",
                  "Team %.*s has no members, so nobody sees what enters its queue.",
                  STR_ARG(t->key));
}

/* Nobody is above oneself.  The walk is bounded by the number of people. */
static void lint_manager(Lint *l, const CatalogPerson *p)
{
    const CatalogPerson *up = p;

    for (size_t steps = 0; up != NULL && up->manager.len > 0; steps++) {
        up = lint_person(l, up->manager);
        if (up == p) {
            lint_error(l, p->pos, "manager_cycle",
                       "%.*s is above themselves in the line of managers; correct one manager.",
                       STR_ARG(p->login));
            return;
        }
        if (steps > 100)
            return; /* a circle that this person is not part of */
    }
}

static void lint_one_person(Lint *l, const CatalogPerson *p)
{
    lint_person_exists(l, p->pos, "manager", p->manager);
    lint_entry_exists(l, p->pos, "sites", "unknown_entry", "site", p->site);
    for (size_t i = 0; i < p->roles.n; i++)
        lint_team_exists(l, p->roles.at[i].pos, "A role", p->roles.at[i].team);
    lint_manager(l, p);
}

void lint_data(Lint *l)
{
    for (size_t i = 0; i < l->f->documents.n; i++) {
        const CatalogDocument *doc = &l->f->documents.at[i];
        l->file = doc->file;
        if (doc->kind == DOCUMENT_LIST)
            lint_managed_list(l, doc->list);
    }
    lint_sops(l);
    l->file = STR("teams.yaml");
    for (size_t i = 0; i < l->f->teams.n; i++)
        lint_one_team(l, &l->f->teams.at[i]);
    l->file = STR("people.yaml");
    for (size_t i = 0; i < l->f->people.n; i++)
        lint_one_person(l, &l->f->people.at[i]);
}
