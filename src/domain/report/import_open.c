/* import_open.c - a log in the database, with the team, the person and the model that its requests hang on. */
#include "domain/catalog/catalog.h"
#include "domain/report/import_q.h"
#include "domain/report/report.h"

#define IMPORT_NAME "imported" /* key of the team, login of the person */

static Ms ms_of(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

static ImportSource source_of(const ImportSourceRow *row)
{
    return (ImportSource){
        .id = row->id,
        .team_id = row->team_id,
        .person_id = row->person_id,
        .version_id = row->version_id,
        .key = row->key,
        .record = row->record,
        .unknown = row->unknown,
        .requests = row->requests,
        .events = row->events,
        .version = row->version,
        .first_ms = ms_of(row->first_ms),
        .last_ms = ms_of(row->last_ms),
        .updated_ms = row->updated_ms,
    };
}

/* One team for all logs: who should read history is made a member of it, or holds a role for all. */
static Rc open_team(Ctx *cx, GrantedPeople g, int64_t *ret)
{
    TeamInput in = { .key = STR(IMPORT_NAME) };

    Rc rc = team_id(cx, in.key, ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    in.name.in[LANG_EN] = STR("Imported requests");
    in.name.in[LANG_SV] = STR("Importerade ärenden");
    in.name.in[LANG_ZH] = STR("导入的请求");
    return team_create(cx, g, &in, ret);
}

/* Nobody: requests need a person, and those of the log are none of ours.  Never signs in. */
static Rc open_person(Ctx *cx, GrantedPeople g, int64_t *ret)
{
    PersonInput in = { .login = STR(IMPORT_NAME),
                       .name = STR("Imported"),
                       .kind = STR("customer") };
    Person p;

    Rc rc = person_by_login(cx, in.login, &p);
    if (rc == RC_OK && p.active)
        return fail(cx, RC_CONFLICT, "taken",
                    TEXT("There is a person with the login {0}, which logs of other systems need.",
                         in.login));
    if (rc == RC_OK)
        *ret = p.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(person_create(cx, g, &in, ret));
    TRY(person_get(cx, *ret, &p));
    return person_set_active(cx, g, p.id, p.version, false);
}

static Str model_text(Arena *a, Str record)
{
    return str_fmt(
        a,
        "model: imported-%.*s\n"
        "record: %.*s\n"
        "kind: action\n"
        "owner: imported\n"
        "team: imported\n"
        "confidential: false\n"
        "name: { en: From another system, sv: Från ett annat system, zh: 来自其他系统 }\n"
        "summary: { en: \"Replayed from a log, for history and figures.\","
        " sv: \"Återgivet ur en logg, för historik och nyckeltal.\","
        " zh: 从日志中重放，用于历史和统计。 }\n"
        "audience: \"person.login is empty\"\n"
        "targets:\n"
        "  - { fulfil: 365d }\n"
        "plan:\n"
        "  - { task: history, name: { en: History, sv: Historik, zh: 历史记录 }, team: imported }\n"
        "feedback: none\n"
        "review: 2099-01-01\n",
        STR_ARG(record), STR_ARG(record));
}

/* The model of a request of another system: none of its rules is ever run. */
static Rc open_model(Ctx *cx, Str record, int64_t *ret)
{
    CLEANUP(buf_done) Buf body = { 0 };
    Str key = str_fmt(cx->arena, "imported-%.*s", STR_ARG(record));
    CatalogDocument doc = { .kind = DOCUMENT_MODEL, .key = key, .file = key };
    CatalogFolder folder = { 0 };
    CatalogModel model;
    Diagnostics d;
    GrantedCatalog g;
    PlanLines plan;

    Rc rc = catalog_model(cx, key, &model);
    if (rc == RC_NOT_FOUND) {
        diagnostics_init(&d, cx->arena);
        TRY(model_parse(cx->arena, model_text(cx->arena, record), key, &doc.model, &d));
        buf_init(&body, 64 * 1024);
        model_export(doc.model, &body);
        TRY(buf_result(&body));
        doc.body = buf_str(&body);
        /* asked again: GrantedImport is given to operators alone, who may change the catalog */
        TRY(access_catalog(cx, true, 0, &g));
        TRY(LIST_PUSH(cx->arena, &folder.documents, doc));
        TRY(catalog_apply(cx, g, &folder, false, &plan));
        rc = catalog_model(cx, key, &model);
    }
    TRY(rc);
    *ret = model.version_id;
    return RC_OK;
}

Rc import_open(Ctx *cx, GrantedImport g, const ImportMap *m, ImportSource *ret)
{
    ImportSourceRow row;
    bool found = false;
    GrantedPeople people;
    int64_t team = 0, person = 0, version = 0;

    TRY(q_import_source_get(cx, g, m->source, &row, &found));
    if (!found) {
        TRY(access_people(cx, true, &people));
        TRY(open_team(cx, people, &team));
        TRY(open_person(cx, people, &person));
        TRY(open_model(cx, m->record, &version));
        TRY(q_import_source_insert(cx, g, m->source, m->record,
                                   m->empty.n > 0 ? m->empty.at[0] : STR(""), team, person, version,
                                   cx->now_ms, NULL));
        TRY(event_add(cx, &(Event){ .kind = "import.opened", .object = "import" }, NULL));
        TRY(q_import_source_get(cx, g, m->source, &row, &found));
    }
    if (!found)
        return RC_INTERNAL;
    if (!str_eq(row.record, m->record))
        return fail(
            cx, RC_CONFLICT, "record",
            TEXT(
                "The log {0} was replayed as record {1} before. Use the same, or another name for the "
                "log.",
                m->source, row.record));
    *ret = source_of(&row);
    return RC_OK;
}
