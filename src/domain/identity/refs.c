/* Names of persons and teams, kept for the length of a call; what many persons are, at once. */
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
    if (known == NULL) {
        TRY(q_person_ref(cx, id, &row, &found));
        TRY(LIST_PUSH(cx->arena, &cache->persons, (PersonRef){ id, row.login, row.name }));
        known = &cache->persons.at[cache->persons.n - 1];
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

/* [1,2,3]: each once, without zeros and without those in `skip` (NULL: none). */
static Rc ids_json(Ctx *cx, const int64_t *ids, size_t n, const OnceIds *skip, Str *ret,
                   bool *ret_any)
{
    CLEANUP(buf_done) Buf buf;
    JsonOut out;
    OnceIds once = { 0 };

    for (size_t i = 0; i < n; i++)
        if (ids[i] != 0 && !has_id(&once, ids[i]) && (skip == NULL || !has_id(skip, ids[i])))
            TRY(LIST_PUSH(cx->arena, &once, ids[i]));
    buf_init(&buf, 24 * once.n + 16); /* the longest number and a comma for each */
    json_out_init(&out, &buf);
    json_array(&out);
    for (size_t i = 0; i < once.n; i++)
        json_int(&out, once.at[i]);
    json_array_end(&out);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    *ret_any = once.n > 0;
    return RC_OK;
}

Rc person_refs_load(Ctx *cx, const int64_t *ids, size_t n)
{
    struct IdentityCache *cache = cache_of(cx);
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonRefsRow row;
    OnceIds known = { 0 };
    Str json;
    bool any;

    for (size_t i = 0; i < cache->persons.n; i++)
        TRY(LIST_PUSH(cx->arena, &known, cache->persons.at[i].id));
    TRY(ids_json(cx, ids, n, &known, &json, &any));
    if (!any)
        return RC_OK;
    TRY(q_person_refs(cx, json, &rows));
    while (q_person_refs_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &cache->persons, (PersonRef){ row.id, row.login, row.name }));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < n; i++)
        if (ids[i] != 0 && person_cached(cache, ids[i]) == NULL)
            TRY(LIST_PUSH(cx->arena, &cache->persons, (PersonRef){ .id = ids[i] }));
    return RC_OK;
}

Rc person_parts(Ctx *cx, const int64_t *ids, size_t n, PersonParts *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonPartsRow row;
    PersonParts list = { 0 };
    Str json;
    bool any;

    TRY(ids_json(cx, ids, n, NULL, &json, &any));
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
    OnceIds known = { 0 };
    Str json;
    bool any;

    for (size_t i = 0; i < cache->teams.n; i++)
        TRY(LIST_PUSH(cx->arena, &known, cache->teams.at[i].id));
    TRY(ids_json(cx, ids, n, &known, &json, &any));
    if (!any)
        return RC_OK;
    TRY(q_team_refs(cx, json, &rows));
    while (q_team_refs_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &cache->teams,
                      (TeamRef){ row.id, row.key, loc_text(cx, row.name) }));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < n; i++)
        if (ids[i] != 0 && team_cached(cache, ids[i]) == NULL)
            TRY(LIST_PUSH(cx->arena, &cache->teams, (TeamRef){ .id = ids[i] }));
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
