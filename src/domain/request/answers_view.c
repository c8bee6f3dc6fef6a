/* answers_view.c - answers in words, with the names of people, teams, entries and files. */
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

static Str entry_names(Ctx *cx, const Answer *a)
{
    const ManagedList *list = NULL;
    Str text = STR("");

    if (catalog_list(cx, a->question->list, &list) != RC_OK)
        list = NULL;
    size_t n = a->value.type == COND_KEYS ? a->value.keys_n : 1;
    for (size_t i = 0; i < n; i++) {
        Str key = a->value.type == COND_KEYS ? a->value.keys[i] : a->value.text;
        const ListEntry *e = catalog_list_entry(list, key);
        Str name = e != NULL ? lang_text(&e->name, cx->lang, NULL) : key;
        text = i == 0 ? name : str_fmt(cx->arena, "%.*s, %.*s", STR_ARG(text), STR_ARG(name));
    }
    return text;
}

static Str words_of(Ctx *cx, const Reader *reader, const Answer *a)
{
    if (a->question->type == QUESTION_PERSON)
        return person_name(cx, a->value.text);
    if (a->question->type == QUESTION_TEAM && a->value.type == COND_KEY)
        return team_name(cx, a->value.text);
    if (a->question->type == QUESTION_LIST)
        return entry_names(cx, a);
    return answer_words(cx->arena, reader, a);
}

Rc answers_in_words(Ctx *cx, const AnswerSet *s, ViewAnswers *ret)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    ViewAnswers list = { 0 };

    for (size_t i = 0; i < s->n; i++) {
        const Answer *a = &s->at[i];
        if (cond_value_is_empty(&a->value))
            continue;
        TRY(LIST_PUSH(cx->arena, &list, (ViewAnswer){ a, words_of(cx, &reader, a) }));
    }
    *ret = list;
    return RC_OK;
}
