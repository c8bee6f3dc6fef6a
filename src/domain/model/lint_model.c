/* lint_model.c - one model against the rest of the folder. */
#include "domain/model/answers.h"
#include "domain/model/lint.h"

/* ---- questions ---- */

static void lint_question(Lint *l, const Question *q)
{
    if (question_is_entry(q)) {
        const ManagedList *list = lint_list(l, q->list);
        lint_document_exists(l, q->pos, DOCUMENT_LIST, "unknown_list", "A question", q->list);
        if (list != NULL && list->entries.n == 0)
            lint_error(l, q->pos, "empty_list", "lists/%.*s.yaml has no entry to choose from.",
                       STR_ARG(q->list));
        for (size_t i = 0; list != NULL && i < q->default_.n; i++)
            if (lint_entry(list, q->default_.at[i]) == NULL)
                lint_error(l, q->pos, "unknown_entry",
                           "The default %.*s is not in lists/%.*s.yaml.",
                           STR_ARG(q->default_.at[i]), STR_ARG(q->list));
    }
    lint_questions(l, &q->columns);
}

void lint_questions(Lint *l, const QuestionList *questions)
{
    for (size_t i = 0; i < questions->n; i++)
        lint_question(l, &questions->at[i]);
}

/* ---- keys in conditions ---- */

typedef struct CondKeys {
    Lint *lint;
    const ModelCond *cond;
    const QuestionList *questions, *assess;
} CondKeys;

static const Question *question_of_name(const CondKeys *k, const CondName *name)
{
    NameId id = name_id(name);
    const QuestionList *l = id.source == NAME_QUESTION ? k->questions
                            : id.source == NAME_ASSESS ? k->assess
                                                       : NULL;

    return l != NULL && id.index < l->n && id.column == 0 ? &l->at[id.index] : NULL;
}

static void check_key(CondKeys *k, const CondName *name, const Cond *value)
{
    const Question *q = question_of_name(k, name);
    NameId id = name_id(name);
    Str key = value->value.text;

    if (value->op != COND_CONST || value->type == COND_EMPTY)
        return;
    if (value->type == COND_PERSON)
        lint_person_exists(k->lint, k->cond->pos, "A condition", key);
    else if (q != NULL && question_is_entry(q))
        lint_entry_exists(k->lint, k->cond->pos, str_dup_z(k->lint->arena, q->list),
                          "unknown_entry", "A condition", key);
    else if ((q != NULL && q->type == QUESTION_TEAM)
             || (id.source == NAME_REQUEST && id.index == REQUEST_TEAM))
        lint_team_exists(k->lint, k->cond->pos, "A condition", key);
    else if (id.source == NAME_PERSON && id.index == PERSON_SITE)
        lint_entry_exists(k->lint, k->cond->pos, "sites", "unknown_entry", "A condition", key);
}

static void check_node(const Cond *c, void *arg)
{
    CondKeys *k = arg;

    if (c->op == COND_EQ && c->a->op == COND_NAME)
        check_key(k, c->a->name, c->b);
    for (size_t i = 0; c->op == COND_IN && c->a->op == COND_NAME && i < c->list_n; i++)
        check_key(k, c->a->name, c->list[i]);
    for (size_t i = 0; c->op == COND_COUNT && i < c->count->models_n; i++)
        lint_document_exists(k->lint, k->cond->pos, DOCUMENT_MODEL, "unknown_model", "count(...)",
                             c->count->models[i]);
}

void lint_cond(Lint *l, const ModelCond *c, const QuestionList *questions,
               const QuestionList *assess)
{
    CondKeys k = { l, c, questions, assess };

    cond_walk(c->cond, check_node, &k);
}

typedef struct ModelConds {
    Lint *lint;
    const ModelVersion *m;
} ModelConds;

static void visit_cond(const ModelCond *c, void *arg)
{
    const ModelConds *m = arg;
    lint_cond(m->lint, c, &m->m->form, &m->m->assess);
}

/* ---- plan, raci, texts ---- */

static void lint_raci(Lint *l, const ModelVersion *m)
{
    for (size_t i = 0; i < m->raci.n; i++) {
        const RaciLine *line = &m->raci.at[i];
        const StrList *lists[] = { &line->responsible, &line->consulted, &line->informed };
        if (!line->given)
            continue;
        if (line->accountable_given)
            lint_team_or_person_exists(l, line->pos, "raci", line->accountable);
        for (size_t k = 0; k < COUNT_OF(lists); k++)
            for (size_t n = 0; n < lists[k]->n; n++)
                if (!str_eq_z(lists[k]->at[n], "requester")
                    && !str_eq_z(lists[k]->at[n], "beneficiary"))
                    lint_team_or_person_exists(l, line->pos, "raci", lists[k]->at[n]);
    }
}

static void lint_step_name(Lint *l, SourcePos pos, const char *what, Str key, const LangText *name)
{
    if (lang_text(name, LANG_EN, NULL).len > 0 || lint_entry(l->steps, key) != NULL
        || !lint_has_kind(l, DOCUMENT_LIST))
        return;
    Str words = key_in_words(l->arena, key);
    lint_warn(l, pos, "unnamed_step",
              "%s %.*s has no name, so people of every language read \"%.*s\"; add name: or an "
              "entry in lists/steps.yaml.",
              what, STR_ARG(key), STR_ARG(words));
}

/* Which actions there are is for the catalog to say, so that it can be checked anywhere. */
static void lint_action(Lint *l, const PlanTask *t)
{
    if (t->action.len == 0)
        return;
    if (lint_list(l, STR(ACTION_LIST)) == NULL && lint_has_kind(l, DOCUMENT_LIST))
        lint_error(l, t->pos, "unknown_action",
                   "Task %.*s is done by action %.*s, but there is no lists/" ACTION_LIST ".yaml.",
                   STR_ARG(t->key), STR_ARG(t->action));
    lint_entry_exists(l, t->pos, ACTION_LIST, "unknown_action", "A task", t->action);
}

static void lint_plan(Lint *l, const ModelVersion *m)
{
    for (size_t i = 0; i < m->plan.n; i++) {
        const PlanTask *t = &m->plan.at[i];
        lint_team_exists(l, t->pos, "A task", t->team);
        lint_document_exists(l, t->pos, DOCUMENT_SOP, "unknown_sop", "A task", t->sop);
        lint_entry_exists(l, t->pos, "suppliers", "unknown_supplier", "A task", t->supplier);
        lint_step_name(l, t->pos, "Task", t->key, &t->name);
        lint_action(l, t);
        lint_sign_off(l, t);
    }
}

static void lint_texts(Lint *l, const ModelVersion *m)
{
    MissingTexts missing;
    SheetParts parts;

    if (model_missing_texts(l->arena, m, &missing) == RC_OK)
        for (size_t i = 0; i < missing.n; i++)
            lint_warn(l, missing.at[i].pos, "missing_translation", "%.*s has no words in %s.",
                      STR_ARG(missing.at[i].where), lang_key(missing.at[i].lang));
    if (model_sheet_missing(l->arena, m, &parts) == RC_OK)
        for (size_t i = 0; i < parts.n; i++)
            lint_warn(l, (SourcePos){ 1, 1 }, "incomplete",
                      "This cannot be published on the page of the model yet. %s",
                      parts.at[i].text.msgid);
}

/* ---- audience ---- */

static RequestFacts facts_of(const CatalogPerson *p)
{
    return (RequestFacts){
        .person = { .login = p->login,
                    .name = p->name,
                    .email = p->email,
                    .kind = p->kind,
                    .org = p->org,
                    .site = p->site,
                    .language = str_z(lang_key(p->language)),
                    .manager = p->manager },
        .requester = p->login,
    };
}

void lint_audience(Lint *l, const ModelVersion *m)
{
    if (m->audience.cond == NULL || l->f->people.n == 0)
        return;
    for (size_t i = 0; i < l->f->people.n; i++) {
        RequestFacts facts = facts_of(&l->f->people.at[i]);
        if (model_audience_holds(m, &facts, 0))
            return;
    }
    lint_warn(l, m->audience.pos, "empty_audience",
              "Nobody in people.yaml is in this audience, so nobody can order it.");
}

/* ---- targets ---- */

static void lint_target(Lint *l, const Target *t)
{
    lint_document_exists(l, t->pos, DOCUMENT_CALENDAR, "unknown_calendar", "A target", t->calendar);
    for (size_t i = 0; i < t->marks.n; i++)
        if (t->marks.at[i].to == MARK_TEAM || t->marks.at[i].to == MARK_TRANSFER)
            lint_team_exists(l, t->pos, "An escalation", t->marks.at[i].team);
}

/* ---- the model ---- */

void lint_model(Lint *l, const ModelVersion *m)
{
    SourcePos top = { 1, 1 };
    ModelConds conds = { l, m };
    Str rest = m->category;

    lint_team_or_person_exists(l, top, "owner", m->owner);
    lint_team_exists(l, top, "team", m->team);
    lint_entry_exists(l, top, "categories", "unknown_category", "category", str_cut(&rest, '/'));
    lint_entry_exists(l, top, "services", "unknown_service", "service", m->service);
    lint_audience(l, m);
    lint_questions(l, &m->form);
    lint_questions(l, &m->assess);
    model_each_cond(m, visit_cond, &conds);
    for (size_t i = 0; i < m->targets.n; i++)
        lint_target(l, &m->targets.at[i]);
    for (size_t i = 0; i < m->approvals.n; i++) {
        const Stage *s = &m->approvals.at[i];
        lint_stage(l, m, s);
        lint_step_name(l, s->pos, "Stage", s->key, &s->name);
    }
    lint_plan(l, m);
    lint_raci(l, m);
    lint_texts(l, m);
}

/* ---- one type for one id ---- */

typedef struct SeenQuestion {
    Str id, file;
    QuestionType type;
    const Question *question;
} SeenQuestion;
LIST_OF(SeenQuestion, SeenQuestions);

static int by_id(const void *a, const void *b)
{
    const SeenQuestion *x = a, *y = b;
    int ids = str_cmp(x->id, y->id);

    return ids != 0 ? ids : str_cmp(x->file, y->file);
}

static void lint_types_of(Lint *l, bool assess)
{
    SeenQuestions seen = { 0 };

    for (size_t i = 0; i < l->f->documents.n; i++) {
        const CatalogDocument *doc = &l->f->documents.at[i];
        if (doc->kind != DOCUMENT_MODEL)
            continue;
        const QuestionList *list = assess ? &doc->model->assess : &doc->model->form;
        for (size_t k = 0; k < list->n; k++)
            if (LIST_PUSH(
                    l->arena, &seen,
                    ((SeenQuestion){ list->at[k].id, doc->file, list->at[k].type, &list->at[k] }))
                != RC_OK)
                return;
    }
    if (seen.n > 0)
        qsort(seen.at, seen.n, sizeof *seen.at, by_id);
    for (size_t i = 1, first = 0; i < seen.n; i++) {
        if (!str_eq(seen.at[i].id, seen.at[first].id)) {
            first = i;
            continue;
        }
        if (seen.at[i].type == seen.at[first].type)
            continue;
        l->file = seen.at[i].file;
        lint_error(l, seen.at[i].question->pos, "question_type_clash",
                   "Question %.*s is of type %s here and of type %s in %.*s; one of them needs "
                   "another id.",
                   STR_ARG(seen.at[i].id), question_type_word(seen.at[i].type),
                   question_type_word(seen.at[first].type), STR_ARG(seen.at[first].file));
    }
}

void lint_question_types(Lint *l)
{
    lint_types_of(l, false);
    lint_types_of(l, true);
}
