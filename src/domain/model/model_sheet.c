/* model_sheet.c - what a model lacks before it is published: parts, and words in every language. */
#include "domain/model/model.h"

/* ---- words ---- */

typedef struct Missing {
    Arena *arena;
    MissingTexts list;
    Rc rc;
} Missing;

static void see_words(Missing *m, const LangText *t, SourcePos pos, Str where)
{
    Str words = lang_text(t, LANG_EN, NULL);

    for (int i = 0; words.len > 0 && i < LANG_COUNT; i++)
        if (t->in[i].len == 0 && m->rc == RC_OK)
            m->rc = LIST_PUSH(m->arena, &m->list, ((MissingText){ (Lang)i, where, words, pos }));
}

static void see_list(Missing *m, const LangTextList *l, SourcePos pos, Str where)
{
    for (size_t i = 0; i < l->n; i++)
        see_words(m, &l->at[i], pos, str_fmt(m->arena, "%.*s.%zu", STR_ARG(where), i + 1));
}

static void see_questions(Missing *m, const QuestionList *l, const char *before)
{
    for (size_t i = 0; i < l->n; i++) {
        const Question *q = &l->at[i];
        Str where = str_fmt(m->arena, "%s.%.*s", before, STR_ARG(q->id));
        see_words(m, &q->ask, q->pos, str_fmt(m->arena, "%.*s.ask", STR_ARG(where)));
        see_words(m, &q->help, q->pos, str_fmt(m->arena, "%.*s.help", STR_ARG(where)));
        see_words(m, &q->example, q->pos, str_fmt(m->arena, "%.*s.example", STR_ARG(where)));
        for (size_t k = 0; k < q->options.n; k++)
            see_words(m, &q->options.at[k].name, q->options.at[k].pos,
                      str_fmt(m->arena, "%.*s.options.%.*s", STR_ARG(where),
                              STR_ARG(q->options.at[k].key)));
        if (q->columns.n > 0)
            see_questions(m, &q->columns, str_dup_z(m->arena, where));
    }
}

Rc model_missing_texts(Arena *a, const ModelVersion *v, MissingTexts *ret)
{
    Missing m = { .arena = a };
    SourcePos top = { 1, 1 };

    see_words(&m, &v->name, top, STR("name"));
    see_words(&m, &v->summary, top, STR("summary"));
    see_list(&m, &v->prerequisites, top, STR("prerequisites"));
    for (size_t i = 0; i < v->entitlement.n; i++)
        see_words(&m, &v->entitlement.at[i].message, v->entitlement.at[i].pos,
                  str_fmt(a, "entitlement.%zu.message", i + 1));
    see_questions(&m, &v->form, "form");
    see_questions(&m, &v->assess, "assess");
    for (size_t i = 0; i < v->approvals.n; i++) {
        const Stage *s = &v->approvals.at[i];
        see_words(&m, &s->name, s->pos, str_fmt(a, "approvals.%.*s.name", STR_ARG(s->key)));
        see_words(&m, &s->evidence, s->pos, str_fmt(a, "approvals.%.*s.evidence", STR_ARG(s->key)));
    }
    for (size_t i = 0; i < v->plan.n; i++) {
        const PlanTask *t = &v->plan.at[i];
        see_words(&m, &t->name, t->pos, str_fmt(a, "plan.%.*s.name", STR_ARG(t->key)));
        see_list(&m, &t->checklist, t->pos, str_fmt(a, "plan.%.*s.checklist", STR_ARG(t->key)));
    }
    TRY(m.rc);
    *ret = m.list;
    return RC_OK;
}

/* ---- parts ---- */

static bool has_words(const LangText *t)
{
    return lang_text(t, LANG_EN, NULL).len > 0;
}

static bool promises_fulfilment(const ModelVersion *m)
{
    for (size_t i = 0; i < m->targets.n; i++)
        if (m->targets.at[i].fulfil.n != 0)
            return true;
    return false;
}

Rc model_sheet_missing(Arena *a, const ModelVersion *m, SheetParts *ret)
{
    const struct {
        bool there;
        const char *code, *text;
    } parts[] = {
        { has_words(&m->name), "name", T("It has no name.") },
        { has_words(&m->summary), "summary",
          T("It has no summary that tells people what they get.") },
        { m->service.len > 0, "service", T("It belongs to no service.") },
        { m->category.len > 0, "category", T("It stands in no section of the catalog.") },
        { m->owner.len > 0, "owner", T("Nobody is answerable for it: the owner is missing.") },
        { m->team.len > 0, "team", T("It has no team to go to.") },
        { promises_fulfilment(m), "targets", T("It promises no time by which it is fulfilled.") },
        { m->plan.n > 0, "plan", T("Its plan has no task.") },
        { m->review != MS_NONE, "review", T("It has no date on which it is reviewed.") },
    };
    SheetParts list = { 0 };

    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!parts[i].there)
            TRY(LIST_PUSH(a, &list, ((SheetPart){ parts[i].code, { .msgid = parts[i].text } })));
    *ret = list;
    return RC_OK;
}
