#include "app/collate.h"
#include "app/tokens.h"
#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"
#include "domain/identity/sign_in_q.h"
#include "domain/identity/team_q.h"

#define SUMMARY_MAX_CHARS 500

/* --- reading -------------------------------------------------------------------------------- */

static Team team_from(Ctx *cx, const TeamRow *r)
{
    return (Team){
        .id = r->id,
        .key = r->key,
        .name = loc_text(cx, r->name),
        .summary = loc_text(cx, r->summary),
        .name_json = r->name,
        .summary_json = r->summary,
        .supplier = r->supplier,
        .calendar = r->calendar,
        .confidential = r->confidential,
        .active = r->active,
        .demo = r->demo,
        .members = r->members,
        .leads = r->leads,
        .version = r->version,
    };
}

static Rc no_such_team(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such team."));
}

Rc team_get(Ctx *cx, int64_t id, Team *ret)
{
    TeamRow row;
    bool found;

    TRY(q_team_get(cx, id, &row, &found));
    if (!found)
        return no_such_team(cx);
    *ret = team_from(cx, &row);
    return RC_OK;
}

Rc team_by_key(Ctx *cx, Str key, Team *ret)
{
    TeamRow row;
    bool found;

    TRY(q_team_by_key(cx, key, &row, &found));
    if (!found)
        return no_such_team(cx);
    *ret = team_from(cx, &row);
    return RC_OK;
}

Rc team_id(Ctx *cx, Str key, int64_t *ret)
{
    TeamActiveIdRow row = { 0 };
    int64_t id = 0;
    bool known;

    TRY(names_key(cx, key, &id, &known));
    if (!known) {
        bool found;
        TRY(q_team_active_id(cx, key, &row, &found));
        id = found ? row.id : 0;
        TRY(names_key_put(cx, key, id));
    }
    if (id == 0)
        return no_such_team(cx);
    *ret = id;
    return RC_OK;
}

/* Insertion keeps the list sorted: teams are few, and qsort has no place for the language. */
static void sort_by_name(Lang lang, Teams *list)
{
    for (size_t i = 1; i < list->n; i++) {
        Team t = list->at[i];
        size_t k = i;
        while (k > 0 && collate(lang, list->at[k - 1].name, t.name) > 0) {
            list->at[k] = list->at[k - 1];
            k--;
        }
        list->at[k] = t;
    }
}

Rc team_list(Ctx *cx, bool only_active, Teams *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamRow row;
    Teams list = { 0 };

    TRY(q_team_list(cx, only_active, &rows));
    while (q_team_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, team_from(cx, &row)));
    TRY(rows_result(&rows));
    sort_by_name(cx->lang, &list);
    *ret = list;
    return RC_OK;
}

static int by_name_bytes(const void *a, const void *b)
{
    const TeamMember *x = a, *y = b;
    int order = str_cmp(x->person.name, y->person.name);

    return order != 0 ? order : (x->person.id > y->person.id) - (x->person.id < y->person.id);
}

Rc team_members(Ctx *cx, int64_t team_id, TeamMembers *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamMembersRow row;
    TeamMembers list = { 0 };

    TRY(q_team_members(cx, team_id, &rows));
    while (q_team_members_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, (TeamMember){ { row.id, row.login, row.name }, row.lead }));
    TRY(rows_result(&rows));
    if (list.n > 1)
        qsort(list.at, list.n, sizeof *list.at, by_name_bytes);
    *ret = list;
    return RC_OK;
}

/* Insertion: team_members gives them by bytes, so that most stand where they belong. */
void members_by_name(Lang lang, TeamMembers *list)
{
    for (size_t i = 1; i < list->n; i++) {
        TeamMember m = list->at[i];
        size_t k = i;
        for (; k > 0 && collate(lang, list->at[k - 1].person.name, m.person.name) > 0; k--)
            list->at[k] = list->at[k - 1];
        list->at[k] = m;
    }
}

Rc team_leads(Ctx *cx, int64_t team_id, PersonRefs *ret)
{
    TeamMembers members;
    PersonRefs list = { 0 };

    TRY(team_members(cx, team_id, &members));
    for (size_t i = 0; i < members.n; i++)
        if (members.at[i].lead)
            TRY(LIST_PUSH(cx->arena, &list, members.at[i].person));
    *ret = list;
    return RC_OK;
}

static Rc read_choices(Ctx *cx, TeamNames *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamChoicesRow row;

    TRY(q_team_choices(cx, &rows));
    while (q_team_choices_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, (TeamName){ row.id, row.key, row.name }));
    TRY(rows_result(&rows));
    return names_choices_put(cx, ret);
}

/* Copied where they are kept: they may be gone after this call. */
static Rc choices(Ctx *cx, TeamNames *ret)
{
    const TeamNames *kept;

    TRY(names_choices(cx, &kept));
    if (kept == NULL)
        return read_choices(cx, ret);
    for (size_t i = 0; i < kept->n; i++)
        TRY(LIST_PUSH(cx->arena, ret,
                      (TeamName){ kept->at[i].id, str_dup(cx->arena, kept->at[i].key),
                                  str_dup(cx->arena, kept->at[i].name_json) }));
    return RC_OK;
}

Rc team_choices(Ctx *cx, TeamRefs *ret)
{
    TeamNames read = { 0 };
    TeamRefs list = { 0 };

    TRY(choices(cx, &read));
    for (size_t i = 0; i < read.n; i++) {
        TeamRef t = { read.at[i].id, read.at[i].key, loc_text(cx, read.at[i].name_json) };
        TRY(LIST_PUSH(cx->arena, &list, t));
        size_t k = list.n - 1;
        for (; k > 0 && collate(cx->lang, list.at[k - 1].name, t.name) > 0; k--)
            list.at[k] = list.at[k - 1];
        list.at[k] = t;
    }
    *ret = list;
    return RC_OK;
}

enum { TEAMS_LISTED = 30, TEAM_WORDS = 8 };

static Str text_of_team(Arena *a, const TeamRef *t)
{
    return str_fmt(a, "%.*s %.*s", STR_ARG(t->name), STR_ARG(t->key));
}

Rc team_choices_many(Ctx *cx, bool *ret)
{
    TeamNames read = { 0 };

    TRY(choices(cx, &read));
    *ret = read.n > TEAMS_LISTED;
    return RC_OK;
}

Rc team_search(Ctx *cx, Str words, size_t size, TeamRefs *ret)
{
    TextTokens asked, own;
    TeamRefs all, found = { 0 };

    TRY(text_tokens(cx->arena, words, TEAM_WORDS, &asked));
    TRY(team_choices(cx, &all));
    for (size_t i = 0; i < all.n && found.n < size; i++) {
        TRY(text_tokens(cx->arena, text_of_team(cx->arena, &all.at[i]), SIZE_MAX, &own));
        if (tokens_have(&own, &asked))
            TRY(LIST_PUSH(cx->arena, &found, all.at[i]));
    }
    *ret = found;
    return RC_OK;
}

Rc team_typed(Ctx *cx, Str typed, Str *ret)
{
    TeamRefs all;
    size_t called = 0;

    *ret = typed;
    TRY(team_choices(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (str_eq(all.at[i].key, typed)) {
            *ret = typed;
            return RC_OK;
        }
        if (str_eq_nocase(all.at[i].name, typed) && called++ == 0)
            *ret = all.at[i].key;
    }
    if (called > 1)
        *ret = typed;
    return RC_OK;
}

static int by_key(const void *a, const void *b)
{
    const TeamRef *x = a, *y = b;
    return str_cmp(x->key, y->key);
}

Rc person_teams(Ctx *cx, int64_t person_id, TeamRefs *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonTeamsRow row;
    TeamRefs list = { 0 };

    TRY(q_person_teams(cx, person_id, &rows));
    while (q_person_teams_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, (TeamRef){ row.id, row.key, loc_text(cx, row.name) }));
    TRY(rows_result(&rows));
    if (list.n > 1)
        qsort(list.at, list.n, sizeof *list.at, by_key);
    *ret = list;
    return RC_OK;
}

Rc team_has(Ctx *cx, int64_t team_id, int64_t person_id, bool *ret_member, bool *ret_lead)
{
    TeamMemberGetRow row = { 0 };
    bool member;

    TRY(q_team_member_get(cx, team_id, person_id, &row, &member));
    *ret_member = member;
    *ret_lead = member && row.lead;
    return RC_OK;
}

/* --- checking ------------------------------------------------------------------------------- */

/* A key without '/', which would break paths. */
static bool key_is_plain(Str key)
{
    return str_is_key(key) && str_find(key, '/') == key.len;
}

static void check_texts(Ctx *cx, Str at, const char *member, const LangText *t, size_t max_chars)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        Str text = t->in[i];
        if (text.len > 0 && (!str_is_clean_text(text, false) || str_chars(text) > max_chars))
            fail_add(cx, str_fmt(cx->arena, "%.*s/%s/%s", STR_ARG(at), member, lang_key((Lang)i)),
                     "too_long", TEXT("Write at most {0} characters on one line.", max_chars));
    }
}

static void check_team(Ctx *cx, Str at, const TeamInput *in)
{
    check_texts(cx, at, "name", &in->name, NAME_MAX_CHARS);
    check_texts(cx, at, "summary", &in->summary, SUMMARY_MAX_CHARS);
    if (in->supplier.len > 0 && !str_is_key(in->supplier))
        fail_add(cx, pointer_below(cx, at, "supplier"), "malformed",
                 TEXT("Choose a supplier from the list."));
    if (in->calendar.len > 0 && !str_is_key(in->calendar))
        fail_add(cx, pointer_below(cx, at, "calendar"), "malformed",
                 TEXT("Choose a calendar from the list."));
}

static LangText overlay_text(const LangText *now, const LangText *given)
{
    LangText t = *now;
    for (int i = 0; i < LANG_COUNT; i++)
        if (!str_is_null(given->in[i]))
            t.in[i] = str_trim(given->in[i]);
    return t;
}

/* What a team becomes; texts as JSON. */
typedef struct TeamFields {
    Str name, summary, supplier, calendar;
    bool confidential;
} TeamFields;

static TeamFields overlay_team(Ctx *cx, Str at, const TeamFields *now, const TeamInput *in)
{
    LangText name_now = loc_read(cx->arena, now->name),
             summary_now = loc_read(cx->arena, now->summary);
    LangText name = overlay_text(&name_now, &in->name),
             summary = overlay_text(&summary_now, &in->summary);
    TeamFields t = {
        .name = loc_json(cx->arena, &name),
        .summary = loc_json(cx->arena, &summary),
        .supplier = str_is_null(in->supplier) ? now->supplier : in->supplier,
        .calendar = str_is_null(in->calendar) ? now->calendar : in->calendar,
        .confidential = in->confidential.set ? in->confidential.value != 0 : now->confidential,
    };
    if (str_is_null(lang_text(&name, LANG_EN, NULL)))
        fail_add(cx, pointer_below(cx, at, "name"), "required",
                 TEXT("Write the name in at least one language."));
    return t;
}

static Changes team_differences(const TeamFields *was, const TeamFields *is)
{
    Changes c = { 0 };
    change_add(&c, "name", was->name, is->name);
    change_add(&c, "summary", was->summary, is->summary);
    change_add(&c, "supplier", was->supplier, is->supplier);
    change_add(&c, "calendar", was->calendar, is->calendar);
    if (was->confidential != is->confidential)
        change_add(&c, "confidential", was->confidential ? STR("yes") : STR("no"),
                   is->confidential ? STR("yes") : STR("no"));
    return c;
}

/* --- writing -------------------------------------------------------------------------------- */

Rc team_create_at(Ctx *cx, GrantedPeople g, Str at, const TeamInput *in, bool demo, int64_t *ret_id)
{
    TeamFields none = { 0 };
    TeamCountRow count;
    TeamInsertRow row;
    bool made;

    if (!key_is_plain(in->key))
        fail_add(cx, pointer_below(cx, at, "key"), str_is_empty(in->key) ? "required" : "malformed",
                 TEXT("A key has 1 to 64 letters a to z, digits, or - and _."));
    check_team(cx, at, in);
    TeamFields t = overlay_team(cx, at, &none, in);
    TRY(fail_result(cx));
    TRY(q_team_count(cx, &count));
    if (count.n >= TEAMS_MAX)
        return fail(cx, RC_LIMIT, "too_many", TEXT("There can be at most {0} teams.", TEAMS_MAX));
    TRY(q_team_insert(cx, g, in->key, t.name, t.summary,
                      str_is_null(t.supplier) ? STR("") : t.supplier,
                      str_is_null(t.calendar) ? STR("") : t.calendar, t.confidential, demo,
                      cx->now_ms, &row, &made));
    if (!made) {
        fail_add(cx, pointer_below(cx, at, "key"), "taken",
                 TEXT("There is a team with this key already."));
        return RC_INVALID;
    }
    Changes c = team_differences(&none, &t);
    change_add(&c, "key", STR_NULL, in->key);
    TRY(identity_event(cx, "team.created", "team", row.id, &c));
    *ret_id = row.id;
    return RC_OK;
}

Rc team_create(Ctx *cx, GrantedPeople g, const TeamInput *in, int64_t *ret_id)
{
    return team_create_at(cx, g, STR(""), in, false, ret_id);
}

Rc team_update_at(Ctx *cx, GrantedPeople g, Str at, int64_t id, int64_t version,
                  const TeamInput *in, bool *ret_changed)
{
    Team team;
    int64_t changed;

    TRY(team_get(cx, id, &team));
    if (team.version != version)
        return stale(cx);
    if (!str_is_null(in->key) && !str_eq(in->key, team.key))
        fail_add(cx, pointer_below(cx, at, "key"), "fixed",
                 TEXT("A key stays as it is, because models name it."));
    check_team(cx, at, in);
    TeamFields was = { team.name_json, team.summary_json, team.supplier, team.calendar,
                       team.confidential };
    TeamFields is = overlay_team(cx, at, &was, in);
    TRY(fail_result(cx));
    Changes c = team_differences(&was, &is);
    *ret_changed = c.n > 0;
    if (c.n == 0)
        return RC_OK;
    TRY(q_team_change(cx, g, id, version, is.name, is.summary, is.supplier, is.calendar,
                      is.confidential, cx->now_ms, &changed));
    if (changed == 0)
        return stale(cx);
    return identity_event(cx, "team.changed", "team", id, &c);
}

Rc team_update(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, const TeamInput *in)
{
    bool changed;
    return team_update_at(cx, g, STR(""), id, version, in, &changed);
}

Rc team_set_active(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, bool active)
{
    Team team;
    int64_t changed;

    TRY(team_get(cx, id, &team));
    if (team.version != version)
        return stale(cx);
    if (team.active == active)
        return RC_OK;
    TRY(q_team_set_active(cx, g, id, version, active, cx->now_ms, &changed));
    if (changed == 0)
        return stale(cx);
    return identity_event(cx, active ? "team.activated" : "team.deactivated", "team", id, NULL);
}

/* --- members -------------------------------------------------------------------------------- */

Rc rights_changed(Ctx *cx, GrantedPeople g, int64_t person_id, int64_t team_id)
{
    if (team_id != 0)
        TRY(q_team_bump(cx, g, team_id, cx->now_ms, NULL));
    return q_person_bump(cx, g, person_id, cx->now_ms, NULL);
}

static Str id_text(Ctx *cx, int64_t id)
{
    return str_fmt(cx->arena, "%lld", (long long)id);
}

Rc team_join(Ctx *cx, GrantedPeople g, int64_t team_id, int64_t person_id, bool lead)
{
    Team team;
    Person person;
    bool member, leads;
    Changes c = { 0 };

    TRY(team_get(cx, team_id, &team));
    TRY(person_get(cx, person_id, &person));
    if (!team.active || !person.active)
        return fail(cx, RC_NOT_FOUND, "not_active", TEXT("Only active persons join active teams."));
    TRY(team_has(cx, team_id, person_id, &member, &leads));
    if (member && leads == lead)
        return RC_OK;
    TRY(not_oneself(cx, person_id));
    TRY(q_team_member_put(cx, g, team_id, person_id, lead, NULL));
    TRY(rights_changed(cx, g, person_id, team_id));
    if (!member || lead)
        TRY(sessions_end_of(cx, g, person_id));
    change_add(&c, "person", STR_NULL, id_text(cx, person_id));
    change_add(&c, "part", member ? (leads ? STR("lead") : STR("member")) : STR_NULL,
               lead ? STR("lead") : STR("member"));
    return identity_event(cx, "team.joined", "team", team_id, &c);
}

Rc team_leave(Ctx *cx, GrantedPeople g, int64_t team_id, int64_t person_id)
{
    int64_t changed;
    Changes c = { 0 };

    TRY(q_team_member_delete(cx, g, team_id, person_id, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("This person is not in the team."));
    TRY(rights_changed(cx, g, person_id, team_id));
    change_add(&c, "person", id_text(cx, person_id), STR_NULL);
    return identity_event(cx, "team.left", "team", team_id, &c);
}
