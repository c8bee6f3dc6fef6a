/* lint_approvers.c - can anybody decide?  Who is asked by a stage or a sign-off, as far as the folder
 * says it. */
#include "domain/model/answers.h"
#include "domain/model/lint.h"

/* The people that `who` gives whatever is answered and whoever asks. */
typedef struct Approvers {
    StrList known;
    bool open; /* somebody else may be among them: managers, owners, answers */
} Approvers;

static void add(Lint *l, Approvers *a, Str login)
{
    for (size_t i = 0; i < a->known.n; i++)
        if (str_eq(a->known.at[i], login))
            return;
    (void)!LIST_PUSH(l->arena, &a->known, login);
}

static void add_all(Lint *l, Approvers *a, const StrList *logins)
{
    for (size_t i = 0; i < logins->n; i++)
        add(l, a, logins->at[i]);
}

static void add_who(Lint *l, Approvers *a, const Who *w)
{
    const CatalogTeam *team;

    switch (w->kind) {
    case WHO_LEAD:
    case WHO_TEAM:
        team = lint_team(l, w->name);
        if (team != NULL)
            add_all(l, a, w->kind == WHO_LEAD ? &team->leads : &team->members);
        return;
    case WHO_PERSON: add(l, a, w->name); return;
    case WHO_MANAGER:
    case WHO_OWNER:
    case WHO_ANSWER: a->open = true; return;
    }
}

static void lint_who(Lint *l, SourcePos pos, const char *what, const Who *w)
{
    if (w->kind == WHO_LEAD || w->kind == WHO_TEAM)
        lint_team_exists(l, pos, what, w->name);
    else if (w->kind == WHO_PERSON)
        lint_person_exists(l, pos, what, w->name);
}

/* owner(answer.x): every entry of the list should have somebody. */
static void lint_owners(Lint *l, const ModelVersion *m, const Stage *s, const Who *w)
{
    const Question *q = model_question(m, w->name);
    const ManagedList *list = q != NULL && question_is_entry(q) ? lint_list(l, q->list) : NULL;

    for (size_t i = 0; list != NULL && i < list->entries.n; i++) {
        const ListEntry *e = &list->entries.at[i];
        if (e->owners.n > 0 || e->team.len > 0 || e->retired)
            continue;
        lint_warn(l, s->pos, "entry_without_owner",
                  "Stage %.*s asks the owner, but entry %.*s of lists/%.*s.yaml has none; add "
                  "owners: or team: to it.",
                  STR_ARG(s->key), STR_ARG(e->key), STR_ARG(q->list));
        return;
    }
}

/* Are all who can order the only ones who could approve? */
static bool only_themselves(Lint *l, const ModelVersion *m, const Approvers *a)
{
    bool any = false;

    if (a->known.n != 1 || l->f->people.n == 0)
        return false;
    for (size_t i = 0; i < l->f->people.n; i++) {
        const CatalogPerson *p = &l->f->people.at[i];
        RequestFacts facts = {
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
        if (!model_audience_holds(m, &facts, 0))
            continue;
        any = true;
        if (!str_eq(p->login, a->known.at[0]))
            return false;
    }
    return any;
}

static bool teams_are_known(const Lint *l, const WhoList *who)
{
    for (size_t i = 0; i < who->n; i++)
        if ((who->at[i].kind == WHO_LEAD || who->at[i].kind == WHO_TEAM)
            && lint_team(l, who->at[i].name) == NULL)
            return false;
    return true;
}

void lint_stage(Lint *l, const ModelVersion *m, const Stage *s)
{
    Approvers a = { 0 };

    for (size_t i = 0; i < s->who.n; i++) {
        lint_who(l, s->pos, "An approval", &s->who.at[i]);
        add_who(l, &a, &s->who.at[i]);
        if (s->who.at[i].kind == WHO_OWNER)
            lint_owners(l, m, s, &s->who.at[i]);
    }
    if (a.open || !l->f->has_teams || !teams_are_known(l, &s->who))
        return;
    if (a.known.n == 0)
        lint_error(l, s->pos, "no_approver",
                   "Nobody can approve stage %.*s: the teams it names have no such people.",
                   STR_ARG(s->key));
    else if (s->rule == RULE_QUORUM && (size_t)s->rule_n > a.known.n)
        lint_error(l, s->pos, "rule_unreachable",
                   "Stage %.*s wants %d approvals, but only %zu can be asked.", STR_ARG(s->key),
                   (int)s->rule_n, a.known.n);
    else if (only_themselves(l, m, &a))
        lint_error(l, s->pos, "self_approval",
                   "Only %.*s can order this, and only %.*s could approve stage %.*s; nobody "
                   "approves their own request.",
                   STR_ARG(a.known.at[0]), STR_ARG(a.known.at[0]), STR_ARG(s->key));
}

void lint_sign_off(Lint *l, const PlanTask *t)
{
    Approvers a = { 0 };
    const CatalogTeam *team = lint_team(l, t->team);

    if (!t->signed_off)
        return;
    lint_who(l, t->pos, "A sign-off", &t->sign_off);
    add_who(l, &a, &t->sign_off);
    if (a.open || !l->f->has_teams
        || ((t->sign_off.kind == WHO_LEAD || t->sign_off.kind == WHO_TEAM)
            && lint_team(l, t->sign_off.name) == NULL))
        return;
    if (a.known.n == 0)
        lint_error(l, t->pos, "no_approver",
                   "Nobody can sign off task %.*s: the team named there has no such people.",
                   STR_ARG(t->key));
    else if (a.known.n == 1 && team != NULL && team->members.n == 1
             && str_eq(team->members.at[0], a.known.at[0]))
        lint_warn(l, t->pos, "self_sign_off",
                  "%.*s does task %.*s alone and is the only one to sign it off; nobody signs off "
                  "their own work.",
                  STR_ARG(a.known.at[0]), STR_ARG(t->key));
}
