/* answers_view.c - answers in words, with the names of people, teams, entries and items. */
#include "domain/request/view.h"

/* The list of the last entry: rows of a table ask for the same one. */
typedef struct Namer {
    Ctx *cx;
    Str key;
    const ManagedList *list; /* NULL: there is none of that key */
    Rc rc;                   /* the first fault of the database; what is not there is none */
} Namer;

/* Whether it was found; keeps a fault. */
static bool found(Namer *n, Rc rc)
{
    if (rc != RC_OK && rc != RC_NOT_FOUND && n->rc == RC_OK)
        n->rc = rc;
    return rc == RC_OK;
}

static Str person_name(Namer *n, Str login)
{
    Person p;
    return found(n, person_by_login(n->cx, login, &p)) ? p.name : login;
}

static Str team_name(Namer *n, Str key)
{
    int64_t id = 0;
    TeamRef ref;
    return found(n, team_id(n->cx, key, &id)) && found(n, team_ref(n->cx, id, &ref)) ? ref.name
                                                                                     : key;
}

static Str entry_name(Namer *n, Str list, Str key)
{
    if (!str_eq(n->key, list)) {
        n->key = list;
        if (!found(n, catalog_list(n->cx, list, &n->list)))
            n->list = NULL;
    }
    const ListEntry *e = catalog_list_entry(n->list, key);
    return e != NULL ? lang_text(&e->name, n->cx->lang, NULL) : key;
}

static Str name_of(void *arg, const Question *q, Str key)
{
    Namer *n = arg;

    if (q->type == QUESTION_PERSON)
        return person_name(n, key);
    if (q->type == QUESTION_TEAM)
        return team_name(n, key);
    return question_is_entry(q) ? entry_name(n, q->list, key) : key;
}

Rc answer_in_words(Ctx *cx, const Answer *answer, Str *ret)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Namer namer = { .cx = cx };
    AnswerNames names = { name_of, &namer };

    *ret = answer_words(cx->arena, &reader, answer, &names);
    return namer.rc;
}

Rc answers_in_words(Ctx *cx, const AnswerSet *s, ViewAnswers *ret)
{
    ViewAnswers list = { 0 };

    for (size_t i = 0; i < s->n; i++) {
        const Answer *a = &s->at[i];
        if (cond_value_is_empty(&a->value))
            continue;
        Str words;
        TRY(answer_in_words(cx, a, &words));
        TRY(LIST_PUSH(cx->arena, &list, (ViewAnswer){ a, words }));
    }
    *ret = list;
    return RC_OK;
}
