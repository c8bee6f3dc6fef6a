/* cmd_catalog.c - errand catalog lint|plan|apply|export DIR. */
#include "cli/commands.h"
#include "cli/folder.h"

#include <errno.h>
#include <fcntl.h>

#define FILE_MAX_BYTES (8 * 1024 * 1024)

bool file_read(Command *c, Str path, Str *ret)
{
    int fd = open(str_dup_z(c->arena, path), O_RDONLY | O_CLOEXEC);
    Buf text;

    if (fd < 0) {
        command_complain(c, "errand: %.*s: %s", STR_ARG(path), strerror(errno));
        return false;
    }
    buf_init(&text, FILE_MAX_BYTES);
    char piece[65536];
    ssize_t n = 0;
    while ((n = read(fd, piece, sizeof piece)) > 0)
        buf_add_bytes(&text, piece, (size_t)n);
    close(fd);
    bool ok = n == 0 && buf_result(&text) == RC_OK;
    if (ok)
        *ret = str_dup(c->arena, buf_str(&text));
    else
        command_complain(c, "errand: %.*s cannot be read or is longer than 8 MiB", STR_ARG(path));
    buf_done(&text);
    return ok;
}

bool folder_read_clean(Command *c, Str dir, CatalogFolder *ret)
{
    Diagnostics d;

    diagnostics_init(&d, c->arena);
    Rc rc = catalog_folder_read(c->arena, dir, ret, &d);
    if (rc == RC_NOT_FOUND) {
        command_complain(c, "errand: there is no folder %.*s", STR_ARG(dir));
        return false;
    }
    if (rc == RC_OK)
        rc = catalog_folder_lint(ret, &d);
    diagnostics_print(&d, c->err);
    return rc == RC_OK && d.errors == 0;
}

/* --- the folder's people as identity takes them ------------------------------------------------------ */

static Rc person_of(Ctx *cx, const CatalogPerson *in, PeoplePerson *ret)
{
    *ret = (PeoplePerson){ .login = in->login,
                           .name = in->name,
                           .email = in->email,
                           .kind = in->kind,
                           .org = in->org,
                           .manager = in->manager,
                           .site = in->site,
                           .lang = str_z(lang_key(in->language)),
                           .zone = in->zone,
                           .line = (int32_t)in->pos.line };
    for (size_t i = 0; i < in->roles.n; i++)
        TRY(LIST_PUSH(cx->arena, &ret->roles,
                      (PeopleRole){ in->roles.at[i].role, in->roles.at[i].team }));
    return RC_OK;
}

Rc folder_apply(Ctx *cx, const CatalogFolder *f, Str demo_hash, bool demo, PlanLines *ret)
{
    GrantedPeople people;
    GrantedCatalog catalog;
    PeopleFile file = { 0 };
    PeopleChanges changes = { 0 };
    PeoplePerson person;

    TRY(access_people(cx, true, &people));
    TRY(access_catalog(cx, true, 0, &catalog));
    for (size_t i = 0; i < f->teams.n; i++) {
        const CatalogTeam *t = &f->teams.at[i];
        TRY(LIST_PUSH(cx->arena, &file.teams,
                      (PeopleTeam){ .key = t->key,
                                    .name = t->name,
                                    .summary = t->summary,
                                    .calendar = t->calendar,
                                    .supplier = t->supplier,
                                    .members = t->members,
                                    .leads = t->leads,
                                    .confidential = t->confidential,
                                    .line = (int32_t)t->pos.line }));
    }
    for (size_t i = 0; i < f->people.n; i++) {
        TRY(person_of(cx, &f->people.at[i], &person));
        TRY(LIST_PUSH(cx->arena, &file.persons, person));
    }
    if (f->has_teams || f->has_people)
        TRY(people_apply(cx, people, &file, demo_hash, &changes));
    return catalog_apply(cx, catalog, f, demo, ret);
}

/* --- the commands --------------------------------------------------------------------------------------- */

typedef struct Work {
    const CatalogFolder *folder;
    Str dir;
    PlanLines plan;
} Work;

static Rc plan(Ctx *cx, void *arg)
{
    Work *w = arg;
    GrantedCatalog g;

    TRY(access_catalog(cx, false, 0, &g));
    return catalog_plan(cx, g, w->folder, &w->plan);
}

static Rc apply(Ctx *cx, void *arg)
{
    Work *w = arg;
    return folder_apply(cx, w->folder, STR_NULL, false, &w->plan);
}

static Rc export(Ctx *cx, void *arg)
{
    Work *w = arg;
    GrantedCatalog g;

    TRY(access_catalog(cx, false, 0, &g));
    return catalog_export(cx, g, w->dir);
}

static void print_plan(Command *c, const PlanLines *p)
{
    size_t changes = 0;

    for (size_t i = 0; i < p->n; i++) {
        const PlanLine *l = &p->at[i];
        if (l->kind == CHANGE_ONLY_HERE) {
            command_say(c, "  %-40.*s only in the database, stays", STR_ARG(l->document));
            continue;
        }
        changes++;
        command_say(c, "%s %-40.*s +%lld -%lld", l->kind == CHANGE_NEW ? "+" : "~",
                    STR_ARG(l->document), (long long)l->lines_added, (long long)l->lines_removed);
    }
    if (changes == 0)
        command_say(c, "Nothing to change.");
}

ExitCode cmd_catalog(Command *c)
{
    Str what = command_word(c), dir = command_word(c);
    CatalogFolder folder = { 0 };
    Work w = { .folder = &folder, .dir = dir };
    Rc rc = RC_OK;

    if (str_is_null(dir) || !command_is_done(c))
        return EXIT_USAGE;
    w.dir = dir = command_path(c, dir);
    if (str_eq_z(what, "lint"))
        return (ExitCode)catalog_lint_main(dir, c->out);
    if (str_eq_z(what, "export")) {
        rc = command_read(c, export, &w);
        return rc == RC_OK ? EXIT_DONE : command_failed(c, rc);
    }
    bool is_plan = str_eq_z(what, "plan");
    if (!is_plan && !str_eq_z(what, "apply"))
        return EXIT_USAGE;
    if (!folder_read_clean(c, dir, &folder))
        return EXIT_NO;
    rc = is_plan ? command_read(c, plan, &w) : command_write(c, apply, &w);
    if (rc != RC_OK)
        return command_failed(c, rc);
    print_plan(c, &w.plan);
    return EXIT_DONE;
}
