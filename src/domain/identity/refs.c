/* Names of persons and teams, kept for the length of a call (and from call to call: names.c); what many
 * persons are, at once. */
#include "core/json.h"
#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"
#include "domain/identity/team_q.h"

struct IdentityCache {
    PersonRefs persons; /* a name that was not found has an empty login */
    TeamRefs teams;     /* likewise with an empty key */
};

static struct IdentityCache *cache_of(Ctx *cx)
{
    if (cx->identity == NULL)
        cx->identity = ARENA_NEW(cx->arena, struct IdentityCache);
    return cx->identity;
}

static const PersonRef *person_cached(const struct IdentityCache *cache, int64_t id)
{
    for (size_t i = 0; i < cache->persons.n; i++)
        if (cache->persons.at[i].id == id)
            return &cache->persons.at[i];
    return NULL;
}

/* Ids without a name are kept too, so that they are not asked for again. */
static PersonRef shown(const PersonRef *p)
{
    return p->login.len > 0 ? *p : (PersonRef){ 0 };
}

/* From what is kept from call to call; NULL when it is not there. */
static Rc person_remembered(Ctx *cx, struct IdentityCache *cache, int64_t id, const PersonRef **ret)
{
    PersonRef ref;
    bool found;

    TRY(names_person(cx, id, &ref, &found));
    if (!found)
        return RC_OK;
    TRY(LIST_PUSH(cx->arena, &cache->persons, ref));
    *ret = &cache->persons.at[cache->persons.n - 1];
    return RC_OK;
}

static Rc team_remembered(Ctx *cx, struct IdentityCache *cache, int64_t id, bool *ret)
{
    TeamRef ref;

    TRY(names_team(cx, id, &ref, ret));
    return *ret ? LIST_PUSH(cx->arena, &cache->teams, ref) : RC_OK;
}

Rc person_ref(Ctx *cx, int64_t id, PersonRef *ret)
{
    struct IdentityCache *cache = cache_of(cx);
    PersonRefRow row = { 0 };
    bool found;

    if (id == 0) {
        *ret = (PersonRef){ 0 };
        return RC_OK;
    }
    const PersonRef *known = person_cached(cache, id);
    if (known == NULL)
        TRY(person_remembered(cx, cache, id, &known));
    if (known == NULL) {
        TRY(q_person_ref(cx, id, &row, &found));
        TRY(LIST_PUSH(cx->arena, &cache->persons, (PersonRef){ id, row.login, row.name }));
        known = &cache->persons.at[cache->persons.n - 1];
        TRY(names_person_put(cx, known));
    }
    *ret = shown(known);
    return RC_OK;
}

LIST_OF(int64_t, OnceIds);

static bool has_id(const OnceIds *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return true;
    return false;
}

/* [1,2,3]: each once, without zeros. */
static Rc ids_json(Ctx *cx, const int64_t *ids, size_t n, Str *ret)
{
    CLEANUP(buf_done) Buf buf;
    JsonOut out;
    OnceIds once = { 0 };

    for (size_t i = 0; i < n; i++)
        if (ids[i] != 0 && !has_id(&once, ids[i]))
            TRY(LIST_PUSH(cx->arena, &once, ids[i]));
    buf_init(&buf, 24 * once.n + 16); /* the longest number and a comma for each */
    json_out_init(&out, &buf);
    json_array(&out);
    for (size_t i = 0; i < once.n; i++)
        json_int(&out, once.at[i]);
    json_array_end(&out);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

Rc person_refs_load(Ctx *cx, const int64_t *ids, size_t n)
{
    struct IdentityCache *cache = cache_of(cx);
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonRefsRow row;
    OnceIds unknown = { 0 };
    Str json;

    for (size_t i = 0; i < n; i++) {
        const PersonRef *known = NULL;
        if (ids[i] == 0 || person_cached(cache, ids[i]) != NULL)
            continue;
        TRY(person_remembered(cx, cache, ids[i], &known));
        if (known == NULL)
            TRY(LIST_PUSH(cx->arena, &unknown, ids[i]));
    }
    if (unknown.n == 0)
        return RC_OK;
    TRY(ids_json(cx, unknown.at, unknown.n, &json));
    TRY(q_person_refs(cx, json, &rows));
    while (q_person_refs_next(&rows, &row)) {
        PersonRef ref = { row.id, row.login, row.name };
        TRY(LIST_PUSH(cx->arena, &cache->persons, ref));
        TRY(names_person_put(cx, &ref));
    }
    TRY(rows_result(&rows));
    for (size_t i = 0; i < unknown.n; i++)
        if (person_cached(cache, unknown.at[i]) == NULL)
            TRY(LIST_PUSH(cx->arena, &cache->persons, (PersonRef){ .id = unknown.at[i] }));
    return RC_OK;
}

Rc person_parts(Ctx *cx, const int64_t *ids, size_t n, PersonParts *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonPartsRow row;
    PersonParts list = { 0 };
    Str json;

    TRY(ids_json(cx, ids, n, &json));
    TRY(q_person_parts(cx, json, &rows));
    while (q_person_parts_next(&rows, &row)) {
        PersonPart part = { .person_id = row.person, .team_id = row.team_id, .lead = row.lead };
        if (row.role.len == 0 || role_from(row.role, &part.role) == RC_OK)
            TRY(LIST_PUSH(cx->arena, &list, part));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

static const TeamRef *team_cached(const struct IdentityCache *cache, int64_t id)
{
    for (size_t i = 0; i < cache->teams.n; i++)
        if (cache->teams.at[i].id == id)
            return &cache->teams.at[i];
    return NULL;
}

Rc team_refs_load(Ctx *cx, const int64_t *ids, size_t n)
{
    struct IdentityCache *cache = cache_of(cx);
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamRefsRow row;
    OnceIds unknown = { 0 };
    Str json;

    for (size_t i = 0; i < n; i++) {
        bool known = ids[i] == 0 || team_cached(cache, ids[i]) != NULL;
        if (!known)
            TRY(team_remembered(cx, cache, ids[i], &known));
        if (!known)
            TRY(LIST_PUSH(cx->arena, &unknown, ids[i]));
    }
    if (unknown.n == 0)
        return RC_OK;
    TRY(ids_json(cx, unknown.at, unknown.n, &json));
    TRY(q_team_refs(cx, json, &rows));
    while (q_team_refs_next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, &cache->teams,
                      (TeamRef){ row.id, row.key, loc_text(cx, row.name) }));
        TRY(names_team_put(cx, row.id, row.key, row.name));
    }
    TRY(rows_result(&rows));
    for (size_t i = 0; i < unknown.n; i++)
        if (team_cached(cache, unknown.at[i]) == NULL)
            TRY(LIST_PUSH(cx->arena, &cache->teams, (TeamRef){ .id = unknown.at[i] }));
    return RC_OK;
}

Rc team_ref(Ctx *cx, int64_t id, TeamRef *ret)
{
    struct IdentityCache *cache = cache_of(cx);

    *ret = (TeamRef){ 0 };
    if (id == 0)
        return RC_OK;
    if (team_cached(cache, id) == NULL)
        TRY(team_refs_load(cx, &id, 1));
    const TeamRef *known = team_cached(cache, id);
    if (known->key.len > 0)
        *ret = *known;
    return RC_OK;
}

void json_person(JsonOut *o, const PersonRef *p)
{
    if (p->id == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "login", p->login);
    json_field_text(o, "name", p->name);
    json_object_end(o);
}

void json_team(JsonOut *o, const TeamRef *t)
{
    if (t->id == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "key", t->key);
    json_field_text(o, "name", t->name);
    json_object_end(o);
}
