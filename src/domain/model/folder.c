/* folder.c - reads a catalog folder from disk. */
#include "domain/model/folder.h"
#include "domain/model/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (4 * 1024 * 1024)

static const struct {
    DocumentKind kind;
    const char *word, *folder, *ending;
} kinds[] = {
    { DOCUMENT_MODEL, "model", "models", ".yaml" },
    { DOCUMENT_BUNDLE, "bundle", "bundles", ".yaml" },
    { DOCUMENT_LIST, "list", "lists", ".yaml" },
    { DOCUMENT_CALENDAR, "calendar", "calendars", ".yaml" },
    { DOCUMENT_SOP, "sop", "sops", ".md" },
};

const char *document_kind_word(DocumentKind k)
{
    return kinds[k].word;
}

typedef struct FolderReader {
    Arena *arena;
    Diagnostics *d;
    CatalogFolder *folder;
    size_t files;
} FolderReader;

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void dir_close(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

static void file_fault(FolderReader *r, Str file, const char *code, const char *text)
{
    diagnose(r->d, DIAGNOSTIC_ERROR, code, file, (SourcePos){ 0, 0 }, "%s", text);
}

/* Errors: RC_INVALID with an error in d, RC_LIMIT. */
static Rc read_file(FolderReader *r, int at, const char *name, Str file, Str *ret)
{
    CLEANUP(fd_close) int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    size_t n = 0;

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        file_fault(r, file, "unreadable_file", "This file cannot be read.");
        return RC_INVALID;
    }
    if (st.st_size > FILE_BYTES_MAX) {
        file_fault(r, file, "too_large", "This file is larger than 4 MiB.");
        return RC_INVALID;
    }
    char *bytes = arena_try(r->arena, (size_t)st.st_size + 1);
    if (bytes == NULL)
        return RC_LIMIT;
    while (n < (size_t)st.st_size) {
        ssize_t got = read(fd, bytes + n, (size_t)st.st_size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    *ret = (Str){ bytes, n };
    return RC_OK;
}

/* "set-up-laptop.sv" -> key and language; without a language it is English. */
static bool sop_name(Str stem, Str *key, Lang *lang)
{
    size_t dot = str_find(stem, '.');

    *key = str_sub(stem, 0, dot);
    *lang = LANG_EN;
    return dot == stem.len || lang_from_key(str_skip(stem, dot + 1), lang);
}

static Rc canonical(FolderReader *r, const CatalogDocument *doc, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 16 * 1024 * 1024);
    switch (doc->kind) {
    case DOCUMENT_MODEL: model_export(doc->model, &b); break;
    case DOCUMENT_BUNDLE: bundle_export(doc->bundle, &b); break;
    case DOCUMENT_LIST: list_export(doc->list, &b); break;
    case DOCUMENT_CALENDAR: calendar_export(doc->calendar, &b); break;
    case DOCUMENT_SOP: return RC_OK;
    }
    TRY(buf_result(&b));
    char *copy = arena_try(r->arena, b.len + 1);
    if (copy == NULL)
        return RC_LIMIT;
    memcpy(copy, b.ptr, b.len);
    *ret = (Str){ copy, b.len };
    return RC_OK;
}

static Rc parse_document(FolderReader *r, Str text, CatalogDocument *doc)
{
    Str key;

    switch (doc->kind) {
    case DOCUMENT_MODEL:
        TRY(model_parse(r->arena, text, doc->file, &doc->model, r->d));
        key = doc->model->key;
        break;
    case DOCUMENT_BUNDLE:
        TRY(bundle_parse(r->arena, text, doc->file, &doc->bundle, r->d));
        key = doc->bundle->key;
        break;
    case DOCUMENT_LIST:
        TRY(list_parse(r->arena, text, doc->file, &doc->list, r->d));
        key = doc->list->key;
        break;
    case DOCUMENT_CALENDAR:
        TRY(calendar_parse(r->arena, text, doc->file, &doc->calendar, r->d));
        key = doc->calendar->rules.key;
        break;
    case DOCUMENT_SOP:
        if (!str_is_clean_text(text, true) || str_trim(text).len == 0) {
            file_fault(r, doc->file, "bad_text",
                       "A procedure is UTF-8 text without control characters, and not empty.");
            return RC_INVALID;
        }
        doc->body = text;
        return RC_OK;
    default: return RC_INTERNAL;
    }
    if (!str_eq(key, doc->key)) {
        diagnose(r->d, DIAGNOSTIC_ERROR, "file_name", doc->file, (SourcePos){ 1, 1 },
                 "This is %s %.*s, so the file has to be called %.*s.yaml.",
                 document_kind_word(doc->kind), STR_ARG(key), STR_ARG(key));
        return RC_INVALID;
    }
    return RC_OK;
}

static Rc read_document(FolderReader *r, int at, size_t kind, const char *name)
{
    Str ending = str_z(kinds[kind].ending), text;
    Str stem = str_sub(str_z(name), 0, str_z(name).len - ending.len);
    CatalogDocument doc = { .kind = kinds[kind].kind,
                            .file = str_fmt(r->arena, "%s/%s", kinds[kind].folder, name),
                            .key = str_dup(r->arena, stem) };

    if (doc.kind == DOCUMENT_SOP && !sop_name(doc.key, &doc.key, &doc.lang)) {
        file_fault(r, doc.file, "unknown_language",
                   "The file of a procedure is KEY.md, KEY.sv.md or KEY.zh.md.");
        return RC_OK;
    }
    if (!str_is_key(doc.key) || str_find(doc.key, '/') < doc.key.len) {
        file_fault(
            r, doc.file, "bad_key",
            "The name of a file is a key: a-z, 0-9, - and _, beginning with a letter or digit.");
        return RC_OK;
    }
    if (++r->files > CATALOG_FILES_MAX)
        return RC_LIMIT;
    Rc rc = read_file(r, at, name, doc.file, &text);
    if (rc == RC_OK)
        rc = parse_document(r, text, &doc);
    if (rc == RC_OK)
        rc = canonical(r, &doc, &doc.body);
    if (rc == RC_OK)
        rc = LIST_PUSH(r->arena, &r->folder->documents, doc);
    return rc == RC_INVALID ? RC_OK : rc; /* the fault is in d; go on with the other files */
}

static Rc read_kind(FolderReader *r, int root, size_t kind)
{
    CLEANUP(fd_close) int fd = openat(root, kinds[kind].folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return RC_OK;
    int copy = dup(fd);
    CLEANUP(dir_close) DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    if (dir == NULL)
        return RC_INTERNAL;
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        if (!str_ends(str_z(e->d_name), str_z(kinds[kind].ending))) {
            diagnose(r->d, DIAGNOSTIC_WARNING, "unknown_file",
                     str_fmt(r->arena, "%s/%s", kinds[kind].folder, e->d_name), (SourcePos){ 0, 0 },
                     "Files here end in %s; this one is not read.", kinds[kind].ending);
            continue;
        }
        TRY(read_document(r, fd, kind, e->d_name));
    }
    return RC_OK;
}

static int by_document(const void *a, const void *b)
{
    const CatalogDocument *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int keys = str_cmp(x->key, y->key);
    return keys != 0 ? keys : (int)x->lang - (int)y->lang;
}

/* Reads one of the two files beside the folders, when it is there. */
static Rc read_beside(FolderReader *r, int root, const char *name, Str *ret, bool *ret_there)
{
    *ret_there = faccessat(root, name, F_OK, 0) == 0;
    if (!*ret_there)
        return RC_OK;
    return read_file(r, root, name, str_z(name), ret);
}

static Rc read_teams_and_people(FolderReader *r, int root)
{
    CatalogFolder *f = r->folder;
    bool there;
    Str text = STR_NULL;

    Rc rc = read_beside(r, root, "teams.yaml", &text, &there);
    if (rc == RC_OK && there)
        rc = teams_parse(r->arena, text, STR("teams.yaml"), &f->teams, r->d);
    f->has_teams = there && rc == RC_OK;
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    rc = read_beside(r, root, "people.yaml", &text, &there);
    if (rc == RC_OK && there)
        rc = people_parse(r->arena, text, STR("people.yaml"), &f->people, r->d);
    f->has_people = there && rc == RC_OK;
    return rc == RC_INVALID ? RC_OK : rc;
}

Rc catalog_folder_read(Arena *a, Str dir, CatalogFolder *ret, Diagnostics *d)
{
    CatalogFolder folder = { 0 };
    FolderReader r = { .arena = a, .d = d, .folder = &folder };
    CLEANUP(fd_close) int root = open(str_dup_z(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (root < 0)
        return RC_NOT_FOUND;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        TRY(read_kind(&r, root, i));
    if (folder.documents.n > 0)
        qsort(folder.documents.at, folder.documents.n, sizeof *folder.documents.at, by_document);
    TRY(read_teams_and_people(&r, root));
    *ret = folder;
    return RC_OK;
}
