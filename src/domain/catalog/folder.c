/* folder.c - the catalog as a folder of files: what would change, applying it, writing it. */
#include "domain/catalog/publish.h"

#include "core/log.h"
#include "core/random.h"
#include "domain/catalog/catalog_q.h"
#include "domain/identity/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define FILE_MAX_BYTES (8 * 1024 * 1024)

/* Procedures in other languages are documents of their own: "set-up-laptop.sv". */
static Str key_of(Ctx *cx, const CatalogDocument *d)
{
    if (d->kind != DOCUMENT_SOP || d->lang == LANG_EN)
        return d->key;
    return str_fmt(cx->arena, "%.*s.%s", STR_ARG(d->key), lang_key(d->lang));
}

/* The published text and its hash; a document that is not there gives STR_NULL. */
static Rc published(Ctx *cx, Str kind, Str key, Str *ret_body, Str *ret_hash)
{
    CatalogInForceRow row;
    CatalogBodyRow body;
    bool found = false;

    *ret_body = *ret_hash = STR_NULL;
    TRY(q_catalog_in_force(cx, kind, key, &row, &found));
    if (!found)
        return RC_OK;
    TRY(q_catalog_body(cx, row.id, &body));
    *ret_body = body.body;
    *ret_hash = row.hash;
    return RC_OK;
}

static int64_t count_line(Str text, Str line)
{
    int64_t n = 0;
    while (text.len > 0)
        n += str_eq(str_cut(&text, '\n'), line);
    return n;
}

/* Lines of `in` beyond what `other` has of the same line: a moved line counts as unchanged. */
static int64_t lines_beyond(Str in, Str other)
{
    int64_t n = 0;
    Str rest = in;

    while (rest.len > 0) {
        Str line = str_cut(&rest, '\n');
        /* Count each line once, at its last place. */
        if (count_line(rest, line) > 0)
            continue;
        int64_t more = count_line(in, line) - count_line(other, line);
        n += more > 0 ? more : 0;
    }
    return n;
}

static Rc plan_document(Ctx *cx, const CatalogDocument *d, PlanLine *ret)
{
    Str kind = str_z(document_kind_word(d->kind)), key = key_of(cx, d), body, hash;

    TRY(published(cx, kind, key, &body, &hash));
    PlanLine line = { .document = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(key)) };
    if (str_is_null(body))
        line.kind = CHANGE_NEW;
    else if (!str_eq(hash, sha256_hex(cx->arena, d->body)))
        line.kind = CHANGE_CHANGED;
    if (line.kind != CHANGE_NONE) {
        line.lines_added = lines_beyond(d->body, body);
        line.lines_removed = lines_beyond(body, d->body);
    }
    *ret = line;
    return RC_OK;
}

Rc catalog_plan(Ctx *cx, GrantedCatalog g, const CatalogFolder *f, PlanLines *ret)
{
    PlanLines plan = { 0 };
    PlanLine line;
    Documents have = { 0 };

    for (size_t i = 0; i < f->documents.n; i++) {
        TRY(plan_document(cx, &f->documents.at[i], &line));
        if (line.kind != CHANGE_NONE)
            TRY(LIST_PUSH(cx->arena, &plan, line));
    }
    TRY(document_list(cx, g, STR_NULL, &have));
    for (size_t i = 0; i < have.n; i++) {
        bool in_folder = have.at[i].published_id == 0;
        for (size_t k = 0; k < f->documents.n && !in_folder; k++)
            in_folder = str_eq_z(have.at[i].kind, document_kind_word(f->documents.at[k].kind))
                        && str_eq(have.at[i].key, key_of(cx, &f->documents.at[k]));
        if (in_folder)
            continue;
        line = (PlanLine){ .kind = CHANGE_ONLY_HERE,
                           .document = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(have.at[i].kind),
                                               STR_ARG(have.at[i].key)) };
        TRY(LIST_PUSH(cx->arena, &plan, line));
    }
    *ret = plan;
    return RC_OK;
}

Rc catalog_apply(Ctx *cx, GrantedCatalog g, const CatalogFolder *f, bool demo, PlanLines *ret)
{
    PlanLines plan = { 0 };
    PlanLine line;

    for (size_t i = 0; i < f->documents.n; i++) {
        const CatalogDocument *d = &f->documents.at[i];
        TRY(plan_document(cx, d, &line));
        if (line.kind == CHANGE_NONE)
            continue;
        TRY(publish_directly(cx, g, d, key_of(cx, d), demo));
        TRY(LIST_PUSH(cx->arena, &plan, line));
    }
    *ret = plan;
    return RC_OK;
}

/* --- the catalog in force as a folder in memory ------------------------------------------------------ */

static Rc add_document(Ctx *cx, DocumentKind kind, Str key, Str body, CatalogFolder *f,
                       Diagnostics *d)
{
    CatalogDocument doc = {
        .kind = kind, .key = key, .body = body, .file = str_fmt(cx->arena, "%.*s", STR_ARG(key))
    };

    switch (kind) {
    case DOCUMENT_MODEL: TRY(model_parse(cx->arena, body, doc.file, &doc.model, d)); break;
    case DOCUMENT_BUNDLE: TRY(bundle_parse(cx->arena, body, doc.file, &doc.bundle, d)); break;
    case DOCUMENT_LIST: TRY(list_parse(cx->arena, body, doc.file, &doc.list, d)); break;
    case DOCUMENT_CALENDAR: TRY(calendar_parse(cx->arena, body, doc.file, &doc.calendar, d)); break;
    case DOCUMENT_SOP: {
        Str language = key;
        doc.key = str_cut(&language, '.');
        if (language.len > 0 && !lang_from_key(language, &doc.lang))
            return RC_INVALID;
        break;
    }
    }
    return LIST_PUSH(cx->arena, &f->documents, doc);
}

static Rc folder_in_force(Ctx *cx, DocumentKind but_kind, Str but_key, CatalogFolder *f,
                          Diagnostics *d)
{
    static const DocumentKind kinds[] = { DOCUMENT_MODEL, DOCUMENT_BUNDLE, DOCUMENT_LIST,
                                          DOCUMENT_CALENDAR, DOCUMENT_SOP };
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        CatalogAllInForceRow row;
        CatalogBodyRow body;

        TRY(q_catalog_all_in_force(cx, str_z(document_kind_word(kinds[k])), &rows));
        while (q_catalog_all_in_force_next(&rows, &row)) {
            if (kinds[k] == but_kind && str_eq(row.key, but_key))
                continue;
            TRY(q_catalog_body(cx, row.id, &body));
            TRY(add_document(cx, kinds[k], row.key, body.body, f, d));
        }
        TRY(rows_result(&rows));
    }
    return RC_OK;
}

static Rc roles_of(Ctx *cx, const PeoplePerson *p, CatalogRoles *ret)
{
    for (size_t i = 0; i < p->roles.n; i++) {
        CatalogRole role = { .role = p->roles.at[i].role,
                             .team = p->roles.at[i].team.len > 0 ? p->roles.at[i].team : STR_NULL };
        TRY(LIST_PUSH(cx->arena, ret, role));
    }
    return RC_OK;
}

static Str text_or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

static Rc people_of(Ctx *cx, const PeopleFile *file, CatalogFolder *f)
{
    f->has_teams = f->has_people = true;
    for (size_t i = 0; i < file->teams.n; i++) {
        const PeopleTeam *t = &file->teams.at[i];
        CatalogTeam team = { .key = t->key,
                             .name = t->name,
                             .summary = t->summary,
                             .calendar = text_or_null(t->calendar),
                             .supplier = text_or_null(t->supplier),
                             .members = t->members,
                             .leads = t->leads,
                             .confidential = t->confidential };
        TRY(LIST_PUSH(cx->arena, &f->teams, team));
    }
    for (size_t i = 0; i < file->persons.n; i++) {
        const PeoplePerson *p = &file->persons.at[i];
        CatalogPerson person = { .login = p->login,
                                 .name = p->name,
                                 .email = text_or_null(p->email),
                                 .kind = p->kind,
                                 .org = text_or_null(p->org),
                                 .manager = text_or_null(p->manager),
                                 .site = text_or_null(p->site),
                                 .zone = p->zone };
        if (!lang_from_key(p->lang, &person.language))
            person.language = LANG_EN;
        TRY(roles_of(cx, p, &person.roles));
        TRY(LIST_PUSH(cx->arena, &f->people, person));
    }
    return RC_OK;
}

/* The one use of the whole directory without a person's right: checking that what is published fits. */
static Rc people_in_force(Ctx *cx, CatalogFolder *f)
{
    GrantedPeople g;
    PeopleFile file = { 0 };

    TRY(access_internal_people(cx, INTERNAL_PUBLISH, &g));
    TRY(people_snapshot(cx, g, &file));
    return people_of(cx, &file, f);
}

Rc publish_check(Ctx *cx, DocumentKind kind, Str key, Str body, Diagnostics *d)
{
    CatalogFolder f = { 0 };
    size_t before = d->errors;

    TRY(folder_in_force(cx, kind, key, &f, d));
    TRY(add_document(cx, kind, key, body, &f, d));
    TRY(people_in_force(cx, &f));
    TRY(catalog_folder_lint(&f, d));
    if (d->errors == before)
        return RC_OK;
    for (size_t i = 0; i < d->n; i++)
        if (d->at[i].level == DIAGNOSTIC_ERROR)
            fail_add(cx, STR("/body"), d->at[i].code, TEXT("{0}", d->at[i].text));
    return RC_INVALID;
}

/* --- writing the folder --------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static Rc cannot(Ctx *cx, Str what)
{
    return fail(cx, RC_INTERNAL, "cannot_write",
                TEXT("{0} could not be written: {1}", what, str_z(strerror(errno))));
}

static Rc write_file(Ctx *cx, int dir, Str name, Str bytes)
{
    CLEANUP(close_fd)
    int fd = openat(dir, str_dup_z(cx->arena, name),
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return cannot(cx, name);
    for (size_t done = 0; done < bytes.len;) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n <= 0)
            return cannot(cx, name);
        done += (size_t)n;
    }
    return RC_OK;
}

static Rc make_dir(Ctx *cx, int dir, const char *name)
{
    if (mkdirat(dir, name, 0755) == 0 || errno == EEXIST)
        return RC_OK;
    return cannot(cx, str_z(name));
}

Rc catalog_export(Ctx *cx, GrantedCatalog g, Str path)
{
    static const struct {
        DocumentKind kind;
        const char *folder, *ending;
    } places[] = {
        { DOCUMENT_MODEL, "models", "yaml" }, { DOCUMENT_BUNDLE, "bundles", "yaml" },
        { DOCUMENT_LIST, "lists", "yaml" },   { DOCUMENT_CALENDAR, "calendars", "yaml" },
        { DOCUMENT_SOP, "sops", "md" },
    };
    CatalogFolder f = { 0 };
    Buf out;

    UNUSED(g); /* proves the right; what is written is published anyway */
    TRY(make_dir(cx, AT_FDCWD, str_dup_z(cx->arena, path)));
    CLEANUP(close_fd)
    int dir = open(str_dup_z(cx->arena, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return cannot(cx, path);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        CatalogAllInForceRow row;
        CatalogBodyRow body;

        TRY(make_dir(cx, dir, places[i].folder));
        TRY(q_catalog_all_in_force(cx, str_z(document_kind_word(places[i].kind)), &rows));
        while (q_catalog_all_in_force_next(&rows, &row)) {
            TRY(q_catalog_body(cx, row.id, &body));
            TRY(write_file(cx, dir,
                           str_fmt(cx->arena, "%s/%.*s.%s", places[i].folder, STR_ARG(row.key),
                                   places[i].ending),
                           body.body));
        }
        TRY(rows_result(&rows));
    }
    TRY(people_in_force(cx, &f));
    buf_init(&out, FILE_MAX_BYTES);
    teams_export(&f.teams, &out);
    Rc rc = buf_result(&out);
    if (rc == RC_OK)
        rc = write_file(cx, dir, STR("teams.yaml"), buf_str(&out));
    buf_clear(&out);
    people_export(&f.people, &out);
    if (rc == RC_OK)
        rc = buf_result(&out);
    if (rc == RC_OK)
        rc = write_file(cx, dir, STR("people.yaml"), buf_str(&out));
    buf_done(&out);
    return rc;
}
