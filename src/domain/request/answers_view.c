/* answers_view.c - answers in words, with the names of people, teams, entries and items. */
#include "domain/request/view.h"

static Str person_name(Ctx *cx, Str login)
{
    Person p;
    return person_by_login(cx, login, &p) == RC_OK ? p.name : login;
}

static Str team_name(Ctx *cx, Str key)
{
    int64_t id = 0;
    TeamRef ref;
    return team_id(cx, key, &id) == RC_OK && team_ref(cx, id, &ref) == RC_OK ? ref.name : key;
}

/* The list of the last entry: rows of a table ask for the same one. */
typedef struct Namer {
    Ctx *cx;
    Str key;
    const ManagedList *list; /* NULL: there is none of that key */
} Namer;

static Str entry_name(Namer *n, Str list, Str key)
{
    if (!str_eq(n->key, list)) {
        n->key = list;
        if (catalog_list(n->cx, list, &n->list) != RC_OK)
            n->list = NULL;
    }
    const ListEntry *e = catalog_list_entry(n->list, key);
    return e != NULL ? lang_text(&e->name, n->cx->lang, NULL) : key;
}

static Str name_of(void *arg, const Question *q, Str key)
{
    Namer *n = arg;
    Ctx *cx = n->cx;

    if (q->type == QUESTION_PERSON)
        return person_name(cx, key);
    if (q->type == QUESTION_TEAM)
        return team_name(cx, key);
    return question_is_entry(q) ? entry_name(n, q->list, key) : key;
}

Str answer_in_words(Ctx *cx, const Answer *answer)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Namer namer = { .cx = cx };
    AnswerNames names = { name_of, &namer };

    return answer_words(cx->arena, &reader, answer, &names);
}

Rc answers_in_words(Ctx *cx, const AnswerSet *s, ViewAnswers *ret)
{
    ViewAnswers list = { 0 };

    for (size_t i = 0; i < s->n; i++) {
        const Answer *a = &s->at[i];
        if (cond_value_is_empty(&a->value))
            continue;
        TRY(LIST_PUSH(cx->arena, &list, (ViewAnswer){ a, answer_in_words(cx, a) }));
    }
    *ret = list;
    return RC_OK;
}
