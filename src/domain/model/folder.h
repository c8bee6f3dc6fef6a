/* folder.h - a catalog folder: models, bundles, lists, calendars, procedures, teams and people.
 *
 *     models/KEY.yaml bundles/KEY.yaml lists/KEY.yaml calendars/KEY.yaml
 *     sops/KEY.md (English) sops/KEY.sv.md sops/KEY.zh.md     teams.yaml     people.yaml
 *
 * Every part of the folder may be absent.  A document's key must be the name of its file.
 */
#pragma once

#include "domain/calendar/calendar.h"
#include "domain/model/model.h"

typedef struct ListEntry {
    Str       key;
    LangText  name;
    Str       kind;    /* what sort of thing it is; STR_NULL: not said */
    StrList   owners;  /* logins */
    Str       team;    /* the team that owns it, besides or instead of persons; STR_NULL: none */
    StrList   users;   /* logins: who uses it; offered to them first */
    bool      retired; /* kept for old requests, not offered any more */
    SourcePos pos;
} ListEntry;
LIST_OF(ListEntry, ListEntries);
typedef struct ManagedList {
    Str         key;
    LangText    name;
    ListEntries entries;
} ManagedList;

/* The hours of each day ascend; holidays, yearly holidays and breaks are sorted, each date once. */
typedef struct CalendarDoc {
    CalendarRules rules;     /* key, zone, hours and all that closes; day_hours 8000 without it */
    StrList       feeds;     /* names of iCalendar files in the folder of feeds */
    SourcePos     hours_pos; /* of the key `hours` */
} CalendarDoc;

/* Where the answer of a bundle's part comes from. */
typedef struct PartAnswer {
    Str       question; /* of the part's model */
    Str       shared;   /* id of a shared question, or STR_NULL */
    StrList   values;   /* constants otherwise */
    SourcePos pos;
} PartAnswer;
LIST_OF(PartAnswer, PartAnswers);
typedef struct BundlePart {
    Str         item; /* key of a model */
    PartAnswers answers;
    ModelCond   when;
    SourcePos   pos;
} BundlePart;
LIST_OF(BundlePart, BundleParts);
typedef struct BundleVersion {
    Str          key, service, category, owner;
    LangText     name, summary;
    StrList      synonyms[LANG_COUNT];
    ModelCond    audience;
    QuestionList shared;
    BundleParts  parts;
    /* Its head and its shared questions as a form, for whatever reads a model; nothing else of it. */
    const ModelVersion *form;
} BundleVersion;

typedef struct CatalogTeam {
    Str       key;
    LangText  name, summary;
    StrList   members, leads; /* logins */
    Str       calendar, supplier;
    bool      confidential;
    SourcePos pos;
} CatalogTeam;
LIST_OF(CatalogTeam, CatalogTeams);

typedef struct CatalogRole {
    Str       role; /* agent lead owner admin auditor supplier */
    Str       team; /* STR_NULL: for all */
    SourcePos pos;
} CatalogRole;
LIST_OF(CatalogRole, CatalogRoles);
typedef struct CatalogPerson {
    Str          login, name, email, kind, org, manager, site, zone;
    Lang         language;
    CatalogRoles roles;
    SourcePos    pos;
} CatalogPerson;
LIST_OF(CatalogPerson, CatalogPeople);

CHECKED Rc bundle_parse(Arena *a, Str yaml, Str file, const BundleVersion **ret, Diagnostics *d);
CHECKED Rc list_parse(Arena *a, Str yaml, Str file, const ManagedList **ret, Diagnostics *d);
CHECKED Rc calendar_parse(Arena *a, Str yaml, Str file, const CalendarDoc **ret, Diagnostics *d);
CHECKED Rc teams_parse(Arena *a, Str yaml, Str file, CatalogTeams *ret, Diagnostics *d);
CHECKED Rc people_parse(Arena *a, Str yaml, Str file, CatalogPeople *ret, Diagnostics *d);
/* The canonical documents, as model_export. */
void bundle_export(const BundleVersion *b, Buf *to);
void list_export(const ManagedList *l, Buf *to);
void calendar_export(const CalendarDoc *c, Buf *to);
void teams_export(const CatalogTeams *t, Buf *to);
void people_export(const CatalogPeople *p, Buf *to);

typedef enum DocumentKind {
    DOCUMENT_MODEL,
    DOCUMENT_BUNDLE,
    DOCUMENT_LIST,
    DOCUMENT_CALENDAR,
    DOCUMENT_SOP
} DocumentKind;
const char *document_kind_word(DocumentKind k); /* "model", "bundle" ... as in the table document */

/* One document of the folder, parsed.  `body` is canonical: equal bodies mean equal documents. */
typedef struct CatalogDocument {
    DocumentKind kind;
    Str          key;
    Str          file; /* "models/laptop.yaml" */
    Str          body; /* canonical YAML; a procedure: its Markdown */
    Lang         lang; /* procedures */
    union {
        const ModelVersion  *model;
        const BundleVersion *bundle;
        const ManagedList   *list;
        const CalendarDoc   *calendar;
    };
} CatalogDocument;
LIST_OF(CatalogDocument, CatalogDocuments);

typedef struct CatalogFolder {
    CatalogDocuments documents; /* by kind, then key, then language */
    bool             has_teams, has_people;
    CatalogTeams     teams;
    CatalogPeople    people;
} CatalogFolder;

#define CATALOG_FILES_MAX 2000

/* Reads every document of the folder.  Faults of single documents go to `d`, those documents are left
 * out of *ret.  Errors: RC_NOT_FOUND (no such folder), RC_LIMIT. */
CHECKED Rc catalog_folder_read(Arena *a, Str dir, CatalogFolder *ret, Diagnostics *d);

/* What the documents say about each other: unknown teams, lists, people, procedures, calendars and
 * items; a question id with two types; stages without a possible approver; dead ends; and so on.
 * The folder may be a part of a catalog: what is named is looked for only where the folder has teams,
 * people, or documents of that kind at all. */
CHECKED Rc catalog_folder_lint(const CatalogFolder *f, Diagnostics *d);

/* `errand catalog lint DIR`: prints what is wrong and one line of summary.
 * Returns the exit code: 0 clean or warnings only, 1 errors, 3 the folder cannot be read. */
int catalog_lint_main(Str dir, Buf *out);
