/* names.c - names of persons and teams kept from call to call, each under the generation in which it was
 * read (app/memory.h).  Two tables of fixed size: what does not fit any more makes room. */
#include "app/memory.h"
#include "domain/identity/inner.h"

enum { PERSONS = 4096, TEAMS = 512, KEYS = 512, TEXT_MAX = 4096 };

typedef struct KeptPerson {
    int64_t generation, id;
    char *text; /* login and name, one after the other */
    size_t login_len, name_len;
} KeptPerson;

typedef struct KeptTeam {
    int64_t generation, id;
    char *text; /* key and name in all languages, one after the other */
    size_t key_len, name_len;
} KeptTeam;

/* An active team by its key; id 0: there is none. */
typedef struct KeptKey {
    int64_t generation, id;
    char *text;
    size_t len;
} KeptKey;

typedef struct Names {
    KeptPerson persons[PERSONS];
    KeptTeam teams[TEAMS];
    KeptKey keys[KEYS];
    int64_t choices_generation;
    Arena *choices_arena;
    TeamNames choices;
} Names;

static void names_end(void *what)
{
    Names *n = what;

    for (size_t i = 0; i < PERSONS; i++)
        free(n->persons[i].text);
    for (size_t i = 0; i < TEAMS; i++)
        free(n->teams[i].text);
    for (size_t i = 0; i < KEYS; i++)
        free(n->keys[i].text);
    arena_free(n->choices_arena);
    free(n);
}

/* NULL, or a generation of 0: nothing is kept here. */
static Rc names_of(Ctx *cx, Names **ret, int64_t *ret_generation)
{
    *ret = NULL;
    TRY(memory_generation(cx, MEMORY_PEOPLE, ret_generation));
    if (*ret_generation == 0)
        return RC_OK;
    Names *n = memory_get(cx, MEMORY_PEOPLE);
    if (n == NULL) {
        n = calloc(1, sizeof *n);
        if (n != NULL)
            memory_keep(cx, MEMORY_PEOPLE, n, names_end);
    }
    *ret = n;
    return RC_OK;
}

/* Two texts in one piece of memory, in the place of `*to`; false: not kept. */
static bool put_texts(char **to, Str a, Str b)
{
    char *text = a.len + b.len <= TEXT_MAX ? realloc(*to, a.len + b.len + 1) : NULL;

    if (text == NULL)
        return false;
    if (a.len > 0)
        memcpy(text, a.ptr, a.len);
    if (b.len > 0)
        memcpy(text + a.len, b.ptr, b.len);
    *to = text;
    return true;
}

Rc names_person(Ctx *cx, int64_t id, PersonRef *ret, bool *ret_found)
{
    int64_t generation;
    Names *n;

    *ret_found = false;
    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    const KeptPerson *p = &n->persons[(uint64_t)id % PERSONS];
    if (p->generation != generation || p->id != id)
        return RC_OK;
    *ret = (PersonRef){ id, str_dup(cx->arena, (Str){ p->text, p->login_len }),
                        str_dup(cx->arena, (Str){ p->text + p->login_len, p->name_len }) };
    *ret_found = true;
    return RC_OK;
}

Rc names_person_put(Ctx *cx, const PersonRef *ref)
{
    int64_t generation;
    Names *n;

    TRY(names_of(cx, &n, &generation));
    if (n == NULL || ref->login.len == 0)
        return RC_OK;
    KeptPerson *p = &n->persons[(uint64_t)ref->id % PERSONS];
    p->generation = 0; /* until it is whole again */
    if (put_texts(&p->text, ref->login, ref->name)) {
        p->id = ref->id;
        p->login_len = ref->login.len;
        p->name_len = ref->name.len;
        p->generation = generation;
    }
    return RC_OK;
}

Rc names_team(Ctx *cx, int64_t id, TeamRef *ret, bool *ret_found)
{
    int64_t generation;
    Names *n;

    *ret_found = false;
    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    const KeptTeam *t = &n->teams[(uint64_t)id % TEAMS];
    if (t->generation != generation || t->id != id)
        return RC_OK;
    Str all = str_dup(cx->arena, (Str){ t->text, t->key_len + t->name_len });
    *ret = (TeamRef){ id, str_sub(all, 0, t->key_len), loc_text(cx, str_skip(all, t->key_len)) };
    *ret_found = true;
    return RC_OK;
}

Rc names_team_put(Ctx *cx, int64_t id, Str key, Str name_json)
{
    int64_t generation;
    Names *n;

    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    KeptTeam *t = &n->teams[(uint64_t)id % TEAMS];
    t->generation = 0;
    if (put_texts(&t->text, key, name_json)) {
        t->id = id;
        t->key_len = key.len;
        t->name_len = name_json.len;
        t->generation = generation;
    }
    return RC_OK;
}

Rc names_key(Ctx *cx, Str key, int64_t *ret_id, bool *ret_known)
{
    int64_t generation;
    Names *n;

    *ret_known = false;
    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    const KeptKey *k = &n->keys[str_hash(key) % KEYS];
    if (k->generation != generation || !str_eq((Str){ k->text, k->len }, key))
        return RC_OK;
    *ret_id = k->id;
    *ret_known = true;
    return RC_OK;
}

Rc names_key_put(Ctx *cx, Str key, int64_t id)
{
    int64_t generation;
    Names *n;

    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    KeptKey *k = &n->keys[str_hash(key) % KEYS];
    k->generation = 0;
    if (put_texts(&k->text, key, STR(""))) {
        k->id = id;
        k->len = key.len;
        k->generation = generation;
    }
    return RC_OK;
}

Rc names_choices(Ctx *cx, const TeamNames **ret)
{
    int64_t generation;
    Names *n;

    *ret = NULL;
    TRY(names_of(cx, &n, &generation));
    if (n != NULL && n->choices_generation == generation)
        *ret = &n->choices;
    return RC_OK;
}

Rc names_choices_put(Ctx *cx, const TeamNames *list)
{
    int64_t generation;
    Names *n;

    TRY(names_of(cx, &n, &generation));
    if (n == NULL)
        return RC_OK;
    n->choices_generation = 0;
    arena_free(n->choices_arena);
    n->choices_arena = arena_new(1024 * 1024);
    n->choices = (TeamNames){ 0 };
    for (size_t i = 0; i < list->n; i++) {
        TeamName t = { list->at[i].id, str_dup(n->choices_arena, list->at[i].key),
                       str_dup(n->choices_arena, list->at[i].name_json) };
        if (LIST_PUSH(n->choices_arena, &n->choices, t) != RC_OK)
            return RC_OK; /* too much to keep */
    }
    n->choices_generation = generation;
    return RC_OK;
}
