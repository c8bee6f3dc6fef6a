#include "domain/model/model_fixture.h"
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Str fixture_file(Arena *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0)
        test_fail(__FILE__, __LINE__, "cannot read %s", path);
    char *bytes = arena_try(a, (size_t)st.st_size + 1);
    EXPECT(bytes != NULL);
    ssize_t n = read(fd, bytes, (size_t)st.st_size);
    close(fd);
    EXPECT(n == st.st_size);
    return (Str){ bytes, (size_t)n };
}

Str fixture_print(const Diagnostics *d)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 60000);
    diagnostics_print(d, &b);
    return str_dup(d->arena, buf_str(&b));
}

const ModelVersion *fixture_model(Arena *a, Str yaml)
{
    const ModelVersion *m = NULL;
    Diagnostics d;

    diagnostics_init(&d, a);
    if (model_parse(a, yaml, STR("test.yaml"), &m, &d) != RC_OK)
        test_fail(__FILE__, __LINE__, "%.*s", STR_ARG(fixture_print(&d)));
    return m;
}

void fixture_write(Arena *a, Str dir, const char *path, Str text)
{
    Str full = str_fmt(a, "%.*s/%s", STR_ARG(dir), path);
    int fd = open(str_dup_z(a, full), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    EXPECT(fd >= 0);
    EXPECT(write(fd, text.ptr != NULL ? text.ptr : "", text.len) == (ssize_t)text.len);
    close(fd);
}

static const char *const folders[] = { "models", "bundles", "lists", "calendars", "sops", "." };

/* Calls `visit` for each file of a folder as the catalog knows it. */
static void each_file(Arena *a, Str dir,
                      void (*visit)(Arena *a, Str dir, const char *path, void *arg), void *arg)
{
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        DIR *open_dir = opendir(str_dup_z(a, str_fmt(a, "%.*s/%s", STR_ARG(dir), folders[i])));
        if (open_dir == NULL)
            continue;
        for (struct dirent *e = readdir(open_dir); e != NULL; e = readdir(open_dir)) {
            if (e->d_name[0] == '.' || e->d_type == DT_DIR)
                continue;
            visit(a, dir, str_dup_z(a, str_fmt(a, "%s/%s", folders[i], e->d_name)), arg);
        }
        closedir(open_dir);
    }
}

static void copy_file(Arena *a, Str dir, const char *path, void *arg)
{
    const Str *to = arg;
    fixture_write(a, *to, path,
                  fixture_file(a, str_dup_z(a, str_fmt(a, "%.*s/%s", STR_ARG(dir), path))));
}

Str fixture_folder(Arena *a, const FixtureFile *changes, size_t n)
{
    char name[] = "/tmp/errand-test-XXXXXX";

    EXPECT(mkdtemp(name) != NULL);
    Str dir = str_dup(a, str_z(name));
    for (size_t i = 0; i + 1 < COUNT_OF(folders); i++)
        EXPECT(mkdir(str_dup_z(a, str_fmt(a, "%s/%s", name, folders[i])), 0700) == 0);
    each_file(a, STR(FIXTURE_SHOP), copy_file, &dir);
    for (size_t i = 0; i < n; i++) {
        if (changes[i].text != NULL)
            fixture_write(a, dir, changes[i].path, str_z(changes[i].text));
        else
            EXPECT(unlink(str_dup_z(a, str_fmt(a, "%s/%s", name, changes[i].path))) == 0);
    }
    return dir;
}

static void remove_file(Arena *a, Str dir, const char *path, void *arg)
{
    UNUSED(arg);
    unlink(str_dup_z(a, str_fmt(a, "%.*s/%s", STR_ARG(dir), path)));
}

void fixture_folder_remove(Str dir)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);

    each_file(a, dir, remove_file, NULL);
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        rmdir(str_dup_z(a, str_fmt(a, "%.*s/%s", STR_ARG(dir), folders[i])));
    rmdir(str_dup_z(a, dir));
}

bool fixture_has(const Diagnostics *d, DiagnosticLevel level, const char *code, const char *file,
                 uint32_t line)
{
    for (size_t i = 0; i < d->n; i++) {
        const Diagnostic *x = &d->at[i];
        if (x->level == level && str_eq_z(str_z(x->code), code)
            && (file == NULL || str_eq_z(x->file, file)) && (line == 0 || x->pos.line == line))
            return true;
    }
    return false;
}
