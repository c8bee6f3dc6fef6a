/* catalog.h - the documents of the catalog in the database: versions, what is published, and what an
 * order needs of them.
 *
 * A document (model, bundle, list, calendar, procedure) has immutable published versions and at most
 * one draft.  A request stays on the version it was submitted with.  Parsed published versions are
 * kept in memory for all threads and never change; the database says which one is in force, so a
 * publication counts from the next call on.
 *
 * Functions run in the caller's transaction; results that are `const X *` of a published version live
 * as long as the program, everything else in cx->arena.
 */
#pragma once

#include "app/choices.h"
#include "app/event.h"
#include "domain/access/access.h"
#include "domain/model/folder.h"

typedef struct CatalogModel {
    int64_t             document_id, version_id;
    int64_t             number;  /* 1, 2, 3 ... of the version */
    const ModelVersion *model;
    int64_t             team_id;  /* whose queue it enters */
    int64_t             owner_id; /* owner team, 0: none */
    Ms                  published_ms;
    bool                changed_lately; /* published again within the last 14 days */
} CatalogModel;
LIST_OF(CatalogModel, CatalogModels);

/* The published model of this key. Errors: RC_NOT_FOUND. */
CHECKED Rc catalog_model(Ctx *cx, Str key, CatalogModel *ret);
/* The version a request was submitted with, published or not. Errors: RC_NOT_FOUND. */
CHECKED Rc catalog_model_version(Ctx *cx, int64_t version_id, CatalogModel *ret);
/* The same for a row that names the version with its hash: no statement when the text is in memory. */
CHECKED Rc catalog_model_known(Ctx *cx, int64_t version_id, Str hash, const ModelVersion **ret);
/* Every published model by key; who may order which is for the caller (model_audience_holds). */
CHECKED Rc catalog_models(Ctx *cx, CatalogModels *ret);

typedef struct CatalogBundle {
    int64_t              version_id;
    int64_t              number; /* 1, 2, 3 ... of the version */
    const BundleVersion *bundle;
    Ms                   published_ms;
    bool                 changed_lately;
} CatalogBundle;
LIST_OF(CatalogBundle, CatalogBundles);
/* Errors: RC_NOT_FOUND. */
CHECKED Rc catalog_bundle(Ctx *cx, Str key, CatalogBundle *ret);
/* The version that was ordered, for a row that names it with its hash, as catalog_model_known. */
CHECKED Rc catalog_bundle_known(Ctx *cx, int64_t version_id, Str hash, const BundleVersion **ret);
CHECKED Rc catalog_bundles(Ctx *cx, CatalogBundles *ret);

/* A managed list.  Errors: RC_NOT_FOUND. */
CHECKED Rc             catalog_list(Ctx *cx, Str key, const ManagedList **ret);
const ListEntry       *catalog_list_entry(const ManagedList *l, Str key); /* NULL: no such entry */
/* The name of an entry in the reader's language; the key itself when there is no such entry. */
CHECKED Rc catalog_entry_name(Ctx *cx, Str list, Str key, Str *ret);
/* Source of app/choices.h: entries in use of the lists "sites" and "suppliers", keys of "calendars". */
CHECKED Rc catalog_choices(Ctx *cx, Str of, Choices *ret);
/* Names of steps: the task's or stage's own name, else the list "steps", else the key in words. */
CHECKED Rc catalog_task_name(Ctx *cx, const ModelVersion *m, Str key, Str *ret);
CHECKED Rc catalog_stage_name(Ctx *cx, const ModelVersion *m, Str key, Str *ret);
/* A procedure in the reader's language (Markdown), and its numbered steps. Errors: RC_NOT_FOUND. */
typedef struct Sop { Str key, title, body; LangTextList steps; } Sop;
CHECKED Rc catalog_sop(Ctx *cx, Str key, Sop *ret);

/* --- versions and drafts ---------------------------------------------------------------------- */

typedef struct Document {
    int64_t id;
    Str     kind, key;
    int64_t owner_id;         /* team, 0: none */
    int64_t published_id, published_number; /* 0: never published */
    Ms      published_ms;
    int64_t draft_version;    /* 0: no draft */
} Document;
LIST_OF(Document, Documents);

typedef struct DocumentVersion {
    int64_t id, number;
    Str     body;             /* not in lists */
    Str     hash, note;
    int64_t publisher_id;     /* 0: the command line */
    Ms      published_ms;
} DocumentVersion;
LIST_OF(DocumentVersion, DocumentVersions);

typedef struct DocumentDraft {
    Str     body;
    int64_t author_id;
    Ms      updated_ms;
    int64_t version;          /* 0: there is none */
} DocumentDraft;

CHECKED Rc document_list(Ctx *cx, GrantedCatalog g, Str kind, Documents *ret); /* STR_NULL: all kinds */
CHECKED Rc document_get(Ctx *cx, GrantedCatalog g, Str kind, Str key, Document *ret);
CHECKED Rc version_list(Ctx *cx, GrantedCatalog g, int64_t document_id, DocumentVersions *ret);
CHECKED Rc version_get(Ctx *cx, GrantedCatalog g, int64_t document_id, int64_t number,
                       DocumentVersion *ret);
/* Errors: RC_NOT_FOUND (no draft). */
CHECKED Rc draft_get(Ctx *cx, GrantedCatalog g, int64_t document_id, DocumentDraft *ret);

/* Saves the draft, or makes one (`version` 0); makes the document when there is none.  The text must
 * parse; it is kept in canonical form.
 * Errors: RC_INVALID (diagnostics in `d`), RC_STALE. */
CHECKED Rc draft_save(Ctx *cx, GrantedCatalog g, Str kind, Str key, Str body, int64_t version,
                      Diagnostics *d);
/* Publishes the draft: refused while the model sheet or the cross-checks of the catalog find errors.
 * Errors: RC_INVALID (diagnostics in `d`), RC_NOT_FOUND (no draft), RC_STALE. */
CHECKED Rc draft_publish(Ctx *cx, GrantedCatalog g, Str kind, Str key, int64_t version, Str note,
                         Diagnostics *d, int64_t *ret_number);
CHECKED Rc draft_discard(Ctx *cx, GrantedCatalog g, Str kind, Str key, int64_t version);

/* Publishes a calendar right away, without a draft: a version of its document, and of the calendar from
 * `from` on (MS_NONE: now).  `version` is the published one that was edited, 0: there is none yet.
 * Publishing the draft of a calendar, or a catalog folder, puts it in force from now on.
 * Errors: RC_INVALID (diagnostics in `d`; `from` in the past), RC_CONFLICT (the key is taken), RC_STALE. */
CHECKED Rc calendar_document_publish(Ctx *cx, GrantedCatalog g, const CalendarDoc *in, int64_t version,
                                     Ms from, Str note, Diagnostics *d, int64_t *ret_number);
/* Calendars that were published by a program without versions of calendars get their first one, from
 * ever.  For upkeep. */
CHECKED Rc calendar_documents_adopt(Ctx *cx);

/* --- catalog as code --------------------------------------------------------------------------- */

typedef enum ChangeKind { CHANGE_NONE, CHANGE_NEW, CHANGE_CHANGED, CHANGE_ONLY_HERE } ChangeKind;
typedef struct PlanLine {
    ChangeKind kind;
    Str        document;      /* "model laptop", "team workplace" */
    int64_t    lines_added, lines_removed;
} PlanLine;
LIST_OF(PlanLine, PlanLines);

/* What applying the folder would do; an unchanged catalog gives an empty plan. */
CHECKED Rc catalog_plan(Ctx *cx, GrantedCatalog g, const CatalogFolder *f, PlanLines *ret);
/* Publishes what is new or changed, all or nothing; teams and people are applied by identity before.
 * Documents that only the database has stay. */
CHECKED Rc catalog_apply(Ctx *cx, GrantedCatalog g, const CatalogFolder *f, bool demo,
                         PlanLines *ret);
/* Writes the catalog as a folder of canonical files below `dir` (made if missing). */
CHECKED Rc catalog_export(Ctx *cx, GrantedCatalog g, Str dir);
