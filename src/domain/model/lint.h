/* lint.h - the parts of catalog_folder_lint; for this folder only. */
#pragma once

#include "domain/model/folder.h"
#include "domain/model/model_bind.h"
#include "domain/model/yaml.h"

typedef struct Lint {
    Arena                *arena;
    const CatalogFolder  *f;
    Diagnostics          *d;
    Str                   file;     /* of the document that is looked at */
    const CatalogPerson **by_login; /* the people, sorted */
    const CatalogTeam   **by_key;   /* the teams, sorted */
    const ManagedList    *steps;    /* names of stages and tasks; NULL: no such list */
} Lint;

void lint_error(Lint *l, SourcePos pos, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void lint_warn(Lint *l, SourcePos pos, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

bool lint_has_kind(const Lint *l, DocumentKind kind); /* has the folder any of these? */
/* NULL: there is none. */
const CatalogDocument *lint_document(const Lint *l, DocumentKind kind, Str key);
const ManagedList     *lint_list(const Lint *l, Str key);
const ListEntry       *lint_entry(const ManagedList *list, Str key);
const CatalogTeam     *lint_team(const Lint *l, Str key);
const CatalogPerson   *lint_person(const Lint *l, Str login);

/* Each says so when the thing named does not exist.  Nothing is said where the folder has no teams, no
 * people, no list of that name, or no document of that kind: a folder may be a part of a catalog. */
void lint_team_exists(Lint *l, SourcePos pos, const char *what, Str key);
void lint_person_exists(Lint *l, SourcePos pos, const char *what, Str login);
void lint_team_or_person_exists(Lint *l, SourcePos pos, const char *what, Str key);
void lint_document_exists(Lint *l, SourcePos pos, DocumentKind kind, const char *code,
                          const char *what, Str key);
void lint_entry_exists(Lint *l, SourcePos pos, const char *list, const char *code, const char *what,
                       Str key);

void lint_model(Lint *l, const ModelVersion *m);
void lint_questions(Lint *l, const QuestionList *questions);
void lint_cond(Lint *l, const ModelCond *c, const QuestionList *questions,
               const QuestionList *assess);
void lint_audience(Lint *l, const ModelVersion *m);
void lint_stage(Lint *l, const ModelVersion *m, const Stage *s);
void lint_sign_off(Lint *l, const PlanTask *t);
void lint_question_types(Lint *l);
void lint_bundle(Lint *l, const BundleVersion *b);
void lint_data(Lint *l);
