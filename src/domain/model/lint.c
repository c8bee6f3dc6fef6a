/* lint.c - looking things up in a folder, and the tour through it. */
#include "domain/model/lint.h"

#include <stdarg.h>

#define TEXT_BYTES 1024

__attribute__((format(printf, 5, 0))) static void say(Lint *l, DiagnosticLevel level, SourcePos pos,
                                                      const char *code, const char *format,
                                                      va_list args)
{
    char text[TEXT_BYTES];

    vsnprintf(text, sizeof text, format, args);
    diagnose(l->d, level, code, l->file, pos, "%s", text);
}

void lint_error(Lint *l, SourcePos pos, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(l, DIAGNOSTIC_ERROR, pos, code, format, args);
    va_end(args);
}

void lint_warn(Lint *l, SourcePos pos, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(l, DIAGNOSTIC_WARNING, pos, code, format, args);
    va_end(args);
}

/* ---- looking up ---- */

const CatalogDocument *lint_document(const Lint *l, DocumentKind kind, Str key)
{
    for (size_t i = 0; i < l->f->documents.n; i++)
        if (l->f->documents.at[i].kind == kind && str_eq(l->f->documents.at[i].key, key))
            return &l->f->documents.at[i];
    return NULL;
}

const ManagedList *lint_list(const Lint *l, Str key)
{
    const CatalogDocument *doc = lint_document(l, DOCUMENT_LIST, key);
    return doc != NULL ? doc->list : NULL;
}

const ListEntry *lint_entry(const ManagedList *list, Str key)
{
    for (size_t i = 0; list != NULL && i < list->entries.n; i++)
        if (str_eq(list->entries.at[i].key, key))
            return &list->entries.at[i];
    return NULL;
}

static int team_by_key(const void *key, const void *item)
{
    return str_cmp(*(const Str *)key, (*(const CatalogTeam *const *)item)->key);
}

const CatalogTeam *lint_team(const Lint *l, Str key)
{
    const CatalogTeam *const *found =
        l->f->teams.n > 0 ? bsearch(&key, l->by_key, l->f->teams.n, sizeof *l->by_key, team_by_key)
                          : NULL;
    return found != NULL ? *found : NULL;
}

static int person_by_login(const void *key, const void *item)
{
    return str_cmp(*(const Str *)key, (*(const CatalogPerson *const *)item)->login);
}

const CatalogPerson *lint_person(const Lint *l, Str login)
{
    const CatalogPerson *const *found =
        l->f->people.n > 0
            ? bsearch(&login, l->by_login, l->f->people.n, sizeof *l->by_login, person_by_login)
            : NULL;
    return found != NULL ? *found : NULL;
}

/* ---- does it exist? ---- */

void lint_team_exists(Lint *l, SourcePos pos, const char *what, Str key)
{
    if (l->f->has_teams && key.len > 0 && lint_team(l, key) == NULL)
        lint_error(l, pos, "unknown_team", "%s names team %.*s, which is not in teams.yaml.", what,
                   STR_ARG(key));
}

void lint_person_exists(Lint *l, SourcePos pos, const char *what, Str login)
{
    if (l->f->has_people && login.len > 0 && lint_person(l, login) == NULL)
        lint_error(l, pos, "unknown_person", "%s names %.*s, who is not in people.yaml.", what,
                   STR_ARG(login));
}

void lint_team_or_person_exists(Lint *l, SourcePos pos, const char *what, Str key)
{
    if (!l->f->has_teams || !l->f->has_people || key.len == 0)
        return;
    if (lint_team(l, key) == NULL && lint_person(l, key) == NULL)
        lint_error(l, pos, "unknown_party",
                   "%s names %.*s, which is neither a team nor a person here.", what, STR_ARG(key));
}

bool lint_has_kind(const Lint *l, DocumentKind kind)
{
    for (size_t i = 0; i < l->f->documents.n; i++)
        if (l->f->documents.at[i].kind == kind)
            return true;
    return false;
}

void lint_document_exists(Lint *l, SourcePos pos, DocumentKind kind, const char *code,
                          const char *what, Str key)
{
    static const char *const folders[] = { "models", "bundles", "lists", "calendars", "sops" };

    if (key.len > 0 && lint_document(l, kind, key) == NULL && lint_has_kind(l, kind))
        lint_error(l, pos, code, "%s names %.*s, which is not in %s/.", what, STR_ARG(key),
                   folders[kind]);
}

void lint_entry_exists(Lint *l, SourcePos pos, const char *list, const char *code, const char *what,
                       Str key)
{
    const ManagedList *m = lint_list(l, str_z(list));

    if (m == NULL || key.len == 0 || lint_entry(m, key) != NULL)
        return;
    lint_error(l, pos, code, "%s names %.*s, which is not in lists/%s.yaml.", what, STR_ARG(key),
               list);
}

/* ---- the tour ---- */

static int teams_sort(const void *a, const void *b)
{
    return str_cmp((*(const CatalogTeam *const *)a)->key, (*(const CatalogTeam *const *)b)->key);
}

static int people_sort(const void *a, const void *b)
{
    return str_cmp((*(const CatalogPerson *const *)a)->login,
                   (*(const CatalogPerson *const *)b)->login);
}

static Rc index_people(Lint *l)
{
    l->by_key = arena_array(l->arena, l->f->teams.n, sizeof *l->by_key);
    l->by_login = arena_array(l->arena, l->f->people.n, sizeof *l->by_login);
    if ((l->by_key == NULL && l->f->teams.n > 0) || (l->by_login == NULL && l->f->people.n > 0))
        return RC_LIMIT;
    for (size_t i = 0; i < l->f->teams.n; i++)
        l->by_key[i] = &l->f->teams.at[i];
    for (size_t i = 0; i < l->f->people.n; i++)
        l->by_login[i] = &l->f->people.at[i];
    if (l->f->teams.n > 0)
        qsort(l->by_key, l->f->teams.n, sizeof *l->by_key, teams_sort);
    if (l->f->people.n > 0)
        qsort(l->by_login, l->f->people.n, sizeof *l->by_login, people_sort);
    return RC_OK;
}

Rc catalog_folder_lint(const CatalogFolder *f, Diagnostics *d)
{
    Lint l = { .arena = d->arena, .f = f, .d = d };

    TRY(index_people(&l));
    l.steps = lint_list(&l, STR("steps"));
    for (size_t i = 0; i < f->documents.n; i++) {
        const CatalogDocument *doc = &f->documents.at[i];
        l.file = doc->file;
        if (doc->kind == DOCUMENT_MODEL)
            lint_model(&l, doc->model);
        else if (doc->kind == DOCUMENT_BUNDLE)
            lint_bundle(&l, doc->bundle);
    }
    lint_question_types(&l);
    lint_data(&l);
    return RC_OK;
}

/* ---- errand catalog lint ---- */

#define LINT_ARENA_BYTES (512 * 1024 * 1024)

static void counted(Buf *to, size_t n, const char *one, const char *many)
{
    buf_add_fmt(to, "%zu %s", n, n == 1 ? one : many);
}

int catalog_lint_main(Str dir, Buf *out)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(LINT_ARENA_BYTES);
    CatalogFolder f;
    Diagnostics d;

    diagnostics_init(&d, a);
    Rc rc = catalog_folder_read(a, dir, &f, &d);
    if (rc == RC_OK)
        rc = catalog_folder_lint(&f, &d);
    diagnostics_print(&d, out);
    if (rc == RC_NOT_FOUND) {
        buf_add_fmt(out, "There is no folder %.*s.\n", STR_ARG(dir));
        return 3;
    }
    if (rc != RC_OK) {
        buf_add_fmt(out, "The folder %.*s is too large to check, or cannot be read.\n",
                    STR_ARG(dir));
        return 3;
    }
    counted(out, f.documents.n, "document", "documents");
    buf_add_lit(out, ", ");
    counted(out, d.errors, "error", "errors");
    buf_add_lit(out, ", ");
    counted(out, d.warnings, "warning", "warnings");
    buf_add_lit(out, "\n");
    return d.errors > 0 ? 1 : 0;
}
