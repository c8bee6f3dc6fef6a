/* documents.c - drafts, versions and publication. */
#include "domain/catalog/parsed.h"

#include "core/random.h"
#include "domain/catalog/catalog_q.h"
#include "domain/catalog/publish.h"
#include "domain/identity/identity.h"

static int64_t id_or_0(OptInt v)
{
    return v.set ? v.value : 0;
}

static Document document_of(const DocumentHead *row)
{
    return (Document){ .id = row->id,
                       .kind = row->kind,
                       .key = row->key,
                       .owner_id = id_or_0(row->owner_id),
                       .published_id = id_or_0(row->published_id),
                       .published_number = id_or_0(row->published_number),
                       .published_ms = row->published_ms.set ? row->published_ms.value : MS_NONE,
                       .draft_version = id_or_0(row->draft_version) };
}

Rc document_list(Ctx *cx, GrantedCatalog g, Str kind, Documents *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DocumentHead row;
    Documents list = { 0 };

    TRY(q_document_all(cx, g, kind, &rows));
    while (q_document_all_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, document_of(&row)));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc document_get(Ctx *cx, GrantedCatalog g, Str kind, Str key, Document *ret)
{
    DocumentHead row;
    bool found = false;

    TRY(q_document_one(cx, g, kind, key, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    *ret = document_of(&row);
    return RC_OK;
}

Rc version_list(Ctx *cx, GrantedCatalog g, int64_t document_id, DocumentVersions *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    VersionAllRow row;
    DocumentVersions list = { 0 };

    TRY(q_version_all(cx, g, document_id, &rows));
    while (q_version_all_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list,
                      (DocumentVersion){ .id = row.id,
                                         .number = row.number,
                                         .hash = row.hash,
                                         .note = row.note,
                                         .publisher_id = id_or_0(row.publisher_id),
                                         .published_ms = row.published_ms }));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc version_get(Ctx *cx, GrantedCatalog g, int64_t document_id, int64_t number, DocumentVersion *ret)
{
    VersionOneRow row;
    bool found = false;

    TRY(q_version_one(cx, g, document_id, number, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    *ret = (DocumentVersion){ .id = row.id,
                              .number = row.number,
                              .body = row.body,
                              .hash = row.hash,
                              .note = row.note,
                              .publisher_id = id_or_0(row.publisher_id),
                              .published_ms = row.published_ms };
    return RC_OK;
}

Rc draft_get(Ctx *cx, GrantedCatalog g, int64_t document_id, DocumentDraft *ret)
{
    DraftOneRow row;
    bool found = false;

    TRY(q_draft_one(cx, g, document_id, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    *ret = (DocumentDraft){ .body = row.body,
                            .author_id = id_or_0(row.author_id),
                            .updated_ms = row.updated_ms,
                            .version = row.version };
    return RC_OK;
}

/* --- text of a kind -> canonical text ----------------------------------------------------------- */

Rc document_kind_of(Str word, DocumentKind *ret)
{
    static const DocumentKind kinds[] = { DOCUMENT_MODEL, DOCUMENT_BUNDLE, DOCUMENT_LIST,
                                          DOCUMENT_CALENDAR, DOCUMENT_SOP };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eq_z(word, document_kind_word(kinds[i]))) {
            *ret = kinds[i];
            return RC_OK;
        }
    }
    return RC_NOT_FOUND;
}

static Rc wrong_key(Ctx *cx, Str key, Str in_text)
{
    return fail_field(cx, RC_INVALID, "body", "wrong_key",
                      TEXT("The text names {0}, but this is the document {1}. A key never changes.",
                           in_text, key));
}

static Rc canonical(Ctx *cx, DocumentKind kind, Str key, Str body, Diagnostics *d, Str *ret,
                    Str *ret_owner)
{
    Buf out;
    Rc rc = RC_INTERNAL;
    Str own = key, file = str_fmt(cx->arena, "%.*s", STR_ARG(key));

    *ret_owner = STR_NULL;
    buf_init(&out, MODEL_BYTES_MAX * 2);
    switch (kind) {
    case DOCUMENT_MODEL: {
        const ModelVersion *m = NULL;
        if ((rc = model_parse(cx->arena, body, file, &m, d)) == RC_OK) {
            model_export(m, &out);
            own = m->key;
            *ret_owner = m->owner;
        }
        break;
    }
    case DOCUMENT_BUNDLE: {
        const BundleVersion *b = NULL;
        if ((rc = bundle_parse(cx->arena, body, file, &b, d)) == RC_OK) {
            bundle_export(b, &out);
            own = b->key;
            *ret_owner = b->owner;
        }
        break;
    }
    case DOCUMENT_LIST: {
        const ManagedList *l = NULL;
        if ((rc = list_parse(cx->arena, body, file, &l, d)) == RC_OK) {
            list_export(l, &out);
            own = l->key;
        }
        break;
    }
    case DOCUMENT_CALENDAR: {
        const CalendarDoc *c = NULL;
        if ((rc = calendar_parse(cx->arena, body, file, &c, d)) == RC_OK) {
            calendar_export(c, &out);
            own = c->rules.key;
        }
        break;
    }
    case DOCUMENT_SOP:
        buf_add(&out, body);
        rc = str_is_clean_text(body, true)
                 ? RC_OK
                 : fail_field(cx, RC_INVALID, "body", "control_characters",
                              TEXT("This text contains characters that cannot be kept."));
        break;
    }
    if (rc == RC_OK)
        rc = buf_result(&out);
    if (rc == RC_OK)
        *ret = str_dup(cx->arena, buf_str(&out));
    buf_done(&out);
    TRY(rc);
    return str_eq(own, key) ? RC_OK : wrong_key(cx, key, own);
}

/* The owner team as an id; 0 for a document without one. */
static Rc owner_id(Ctx *cx, Str team, int64_t *ret)
{
    *ret = 0;
    if (str_is_empty(team))
        return RC_OK;
    Rc rc = team_id(cx, team, ret);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "body", "unknown_team",
                          TEXT("There is no team {0}.", team));
    return rc;
}

static OptInt opt_id(int64_t id)
{
    return id != 0 ? OPT_INT(id) : OPT_NONE;
}

static Rc add_event(Ctx *cx, const char *kind, int64_t document_id, Str name, int64_t number,
                    Str note)
{
    EventChange changes[3] = { { .field = STR("document"), .to = name } };
    size_t n = 1;

    if (number > 0)
        changes[n++] = (EventChange){ .field = STR("version"),
                                      .to = str_fmt(cx->arena, "%lld", (long long)number) };
    if (note.len > 0)
        changes[n++] = (EventChange){ .field = STR("note"), .to = note, .text = true };
    return event_add(cx,
                     &(Event){ .kind = kind,
                               .object = "document",
                               .object_id = document_id,
                               .changes = changes,
                               .changes_n = n },
                     NULL);
}

static Str name_of(Ctx *cx, Str kind, Str key)
{
    return str_fmt(cx->arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(key));
}

/* --- drafts --------------------------------------------------------------------------------------- */

static Rc document_or_new(Ctx *cx, GrantedCatalog g, Str kind, Str key, int64_t owner, bool demo,
                          int64_t *ret_id)
{
    DocumentInsertRow row;
    Document doc;
    Rc rc = document_get(cx, g, kind, key, &doc);

    if (rc == RC_OK)
        *ret_id = doc.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(q_document_insert(cx, g, kind, key, opt_id(owner), demo, cx->now_ms, &row));
    *ret_id = row.id;
    return RC_OK;
}

static Rc saved_meanwhile(Ctx *cx)
{
    return fail(cx, RC_STALE, "edited_meanwhile",
                TEXT("Somebody else saved this draft meanwhile."));
}

Rc draft_save(Ctx *cx, GrantedCatalog g, Str kind, Str key, Str body, int64_t version,
              Diagnostics *d)
{
    DocumentKind k = DOCUMENT_MODEL;
    Str text, owner_key;
    int64_t owner = 0, document = 0, changed = 0;
    OptInt author = opt_id(cx->subject->person_id);

    TRY(document_kind_of(kind, &k));
    if (!str_is_key(key))
        return fail_field(cx, RC_INVALID, "key", "malformed",
                          TEXT("A key has small letters, digits and hyphens, at most 64."));
    TRY(canonical(cx, k, key, body, d, &text, &owner_key));
    TRY(owner_id(cx, owner_key, &owner));
    TRY(document_or_new(cx, g, kind, key, owner, false, &document));
    if (version == 0)
        TRY(q_draft_insert(cx, g, document, text, author, cx->now_ms, &changed));
    else
        TRY(q_draft_update(cx, g, document, version, text, author, cx->now_ms, &changed));
    if (changed == 0)
        return saved_meanwhile(cx);
    return add_event(cx, "catalog.draft_saved", document, name_of(cx, kind, key), 0, STR_NULL);
}

/* What is missing before publication becomes errors of the document. */
static Rc check_sheet(Ctx *cx, const ModelVersion *m, Diagnostics *d)
{
    SheetParts missing = { 0 };
    Reader english = { LANG_EN, zone_utc(), cx->now_ms };

    TRY(model_sheet_missing(cx->arena, m, &missing));
    for (size_t i = 0; i < missing.n; i++) {
        fail_add(cx, STR("/body"), missing.at[i].code, missing.at[i].text);
        if (d->n < DIAGNOSTICS_MAX) {
            struct {
                Diagnostic *at;
                size_t n, cap;
            } list = { d->at, d->n, d->cap };
            TRY(LIST_PUSH(cx->arena, &list,
                          (Diagnostic){ DIAGNOSTIC_ERROR,
                                        missing.at[i].code,
                                        m->key,
                                        { 0, 0 },
                                        words_text(cx->arena, &english, &missing.at[i].text) }));
            d->at = list.at;
            d->n = list.n;
            d->cap = list.cap;
            d->errors++;
        }
    }
    return missing.n == 0 ? RC_OK : RC_INVALID;
}

/* A published calendar counts from a moment on; what was counted before stays. */
static Rc calendar_of(Ctx *cx, Str key, Str body, int64_t version_id, Ms from,
                      CalendarPublication *ret)
{
    const CalendarDoc *c = NULL;
    Diagnostics d;

    diagnostics_init(&d, cx->arena);
    TRY(calendar_parse(cx->arena, body, key, &c, &d));
    *ret = (CalendarPublication){ .key = key,
                                  .rules = &c->rules,
                                  .feeds = c->feeds,
                                  .from = from,
                                  .document_version_id = version_id };
    return RC_OK;
}

/* What becomes the version in force. */
typedef struct NewVersion {
    DocumentKind kind;
    Str key, body, note;
    int64_t document, owner; /* owner: team, 0: none */
    Ms from;                 /* of calendars; MS_NONE: now */
} NewVersion;

static Rc put_in_force(Ctx *cx, GrantedCatalog g, const NewVersion *in, int64_t *ret_number)
{
    VersionInsertRow row;

    TRY(q_version_insert(cx, g, in->document, sha256_hex(cx->arena, in->body), in->note,
                         opt_id(cx->subject->person_id), cx->now_ms, &row));
    TRY(q_body_insert(cx, g, row.id, in->body, NULL));
    TRY(q_document_put_in_force(cx, g, in->document, row.id, opt_id(in->owner), NULL));
    if (in->kind == DOCUMENT_CALENDAR) {
        CalendarPublication calendar;
        TRY(calendar_of(cx, in->key, in->body, row.id, in->from, &calendar));
        TRY(calendar_publish(cx, g, &calendar));
    }
    *ret_number = row.number;
    return RC_OK;
}

Rc draft_publish(Ctx *cx, GrantedCatalog g, Str kind, Str key, int64_t version, Str note,
                 Diagnostics *d, int64_t *ret_number)
{
    DocumentKind k = DOCUMENT_MODEL;
    Document doc;
    DocumentDraft draft;
    Str text, owner_key;
    int64_t owner = 0, changed = 0;

    TRY(document_kind_of(kind, &k));
    TRY(document_get(cx, g, kind, key, &doc));
    TRY(draft_get(cx, g, doc.id, &draft));
    TRY(canonical(cx, k, key, draft.body, d, &text, &owner_key));
    TRY(owner_id(cx, owner_key, &owner));
    if (k == DOCUMENT_MODEL) {
        const ModelVersion *m = NULL;
        TRY(model_parse(cx->arena, text, key, &m, d));
        TRY(check_sheet(cx, m, d));
    }
    TRY(publish_check(cx, k, key, text, d));
    TRY(q_draft_delete(cx, g, doc.id, version, &changed));
    if (changed == 0)
        return saved_meanwhile(cx);
    TRY(put_in_force(cx, g, &(NewVersion){ k, key, text, note, doc.id, owner, MS_NONE },
                     ret_number));
    return add_event(cx, "catalog.published", doc.id, name_of(cx, kind, key), *ret_number, note);
}

Rc draft_discard(Ctx *cx, GrantedCatalog g, Str kind, Str key, int64_t version)
{
    Document doc;
    int64_t changed = 0;

    TRY(document_get(cx, g, kind, key, &doc));
    if (doc.draft_version == 0)
        return RC_NOT_FOUND;
    TRY(q_draft_delete(cx, g, doc.id, version, &changed));
    if (changed == 0)
        return saved_meanwhile(cx);
    return add_event(cx, "catalog.draft_discarded", doc.id, name_of(cx, kind, key), 0, STR_NULL);
}

Rc publish_directly(Ctx *cx, GrantedCatalog g, const CatalogDocument *in, Str key, bool demo)
{
    Str kind = str_z(document_kind_word(in->kind));
    Str owner_key = in->kind == DOCUMENT_MODEL    ? in->model->owner
                    : in->kind == DOCUMENT_BUNDLE ? in->bundle->owner
                                                  : STR_NULL;
    int64_t owner = 0, document = 0, number = 0;

    TRY(owner_id(cx, owner_key, &owner));
    TRY(document_or_new(cx, g, kind, key, owner, demo, &document));
    TRY(put_in_force(cx, g,
                     &(NewVersion){ in->kind, key, in->body, STR(""), document, owner, MS_NONE },
                     &number));
    return add_event(cx, "catalog.published", document, name_of(cx, kind, key), number, STR_NULL);
}

Rc calendar_document_publish(Ctx *cx, GrantedCatalog g, const CalendarDoc *in, int64_t version,
                             Ms from, Str note, Diagnostics *d, int64_t *ret_number)
{
    CLEANUP(buf_done) Buf out = { 0 };
    Str kind = STR("calendar"), key = in->rules.key, text, owner_key;
    int64_t document = 0;
    Document doc = { 0 };

    if (!str_is_key(key))
        return fail_field(cx, RC_INVALID, "key", "malformed",
                          TEXT("A key has small letters, digits and hyphens, at most 64."));
    Rc rc = document_get(cx, g, kind, key, &doc);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (doc.published_number != version)
        return version == 0 ? fail_field(cx, RC_CONFLICT, "key", "taken",
                                         TEXT("There is a calendar of this key already."))
                            : fail(cx, RC_STALE, "stale",
                                   TEXT("Somebody else published this calendar meanwhile."));
    buf_init(&out, MODEL_BYTES_MAX * 2);
    calendar_export(in, &out);
    TRY(buf_result(&out));
    TRY(canonical(cx, DOCUMENT_CALENDAR, key, buf_str(&out), d, &text, &owner_key));
    TRY(publish_check(cx, DOCUMENT_CALENDAR, key, text, d));
    TRY(document_or_new(cx, g, kind, key, 0, false, &document));
    TRY(put_in_force(cx, g, &(NewVersion){ DOCUMENT_CALENDAR, key, text, note, document, 0, from },
                     ret_number));
    return add_event(cx, "catalog.published", document, name_of(cx, kind, key), *ret_number, note);
}

Rc calendar_documents_adopt(Ctx *cx)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CatalogAllInForceRow row;
    struct {
        CatalogAllInForceRow *at;
        size_t n, cap;
    } list = { 0 };

    TRY(q_catalog_all_in_force(cx, STR("calendar"), &rows));
    while (q_catalog_all_in_force_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < list.n; i++) {
        CalendarVersions versions;
        CalendarPublication calendar;
        CatalogBodyRow body;
        Rc rc = calendar_versions(cx, list.at[i].key, &versions);
        if (rc == RC_OK)
            continue;
        if (rc != RC_NOT_FOUND)
            return rc;
        TRY(q_catalog_body(cx, list.at[i].id, &body));
        TRY(calendar_of(cx, list.at[i].key, body.body, list.at[i].id, MS_NONE, &calendar));
        TRY(calendar_adopt(cx, &calendar));
    }
    return RC_OK;
}
