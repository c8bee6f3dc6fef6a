/* config.c - reads settings from a file and the environment. */
#include "core/config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>

#define FILE_MAX_BYTES 65536
#define PREFIX         "ERRAND_"

static size_t row_of(const Config *c, Str name)
{
    for (size_t i = 0; i < c->n; i++)
        if (str_eq_z(name, c->rows[i].name))
            return i;
    return SIZE_MAX;
}

static Rc read_file(Arena *a, Str path, Str *ret, Str *ret_why)
{
    int fd = open(str_dup_z(a, path), O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        *ret_why =
            str_fmt(a, "The config file %.*s cannot be read: %s.", STR_ARG(path), strerror(errno));
        return RC_NOT_FOUND;
    }
    char *bytes = arena_alloc(a, FILE_MAX_BYTES);
    size_t n = 0;
    ssize_t got = 0;
    while (n < FILE_MAX_BYTES && (got = read(fd, bytes + n, FILE_MAX_BYTES - n)) > 0)
        n += (size_t)got;
    close(fd);
    if (got < 0 || n == FILE_MAX_BYTES || !str_is_clean_text((Str){ bytes, n }, true)) {
        *ret_why =
            str_fmt(a, "The config file %.*s is no text of less than 64 KiB.", STR_ARG(path));
        return RC_INVALID;
    }
    *ret = (Str){ bytes, n };
    return RC_OK;
}

static Rc load_file(Arena *a, Config *c, Str path, Str *ret_why)
{
    Str text;
    int number = 0;

    TRY(read_file(a, path, &text, ret_why));
    while (text.len > 0) {
        Str line = str_trim(str_cut(&text, '\n'));
        number++;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        Str value = line, name = str_trim(str_cut(&value, '='));
        size_t i = row_of(c, name);
        if (str_is_null(value) || i == SIZE_MAX) {
            *ret_why = str_fmt(a, "%.*s, line %d: there is no setting \"%.*s\".", STR_ARG(path),
                               number, STR_ARG(name));
            return RC_INVALID;
        }
        c->values[i] = str_trim(value);
        c->origins[i] = "file";
    }
    return RC_OK;
}

static Rc load_environment(Arena *a, Config *c, char **environment, Str *ret_why)
{
    for (char **e = environment; e != NULL && *e != NULL; e++) {
        Str value = str_z(*e), name = str_cut(&value, '=');
        if (!str_starts(name, STR(PREFIX)))
            continue;
        Str word = str_lower_ascii(a, str_skip(name, sizeof PREFIX - 1));
        size_t i = row_of(c, word);
        if (i == SIZE_MAX) {
            *ret_why = str_fmt(a, "There is no setting for the variable %.*s.", STR_ARG(name));
            return RC_INVALID;
        }
        c->values[i] = value;
        c->origins[i] = "environment";
    }
    return RC_OK;
}

Rc config_load(Arena *a, const ConfigRow *rows, size_t n, Str file, char **environment, Config *ret,
               Str *ret_why)
{
    Config c = { .rows = rows, .n = n };

    c.values = ARENA_ARRAY(a, Str, n);
    c.origins = ARENA_ARRAY(a, const char *, n);
    if (c.values == NULL || c.origins == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < n; i++) {
        c.values[i] = str_z(rows[i].initial);
        c.origins[i] = "default";
    }
    if (!str_is_null(file))
        TRY(load_file(a, &c, file, ret_why));
    TRY(load_environment(a, &c, environment, ret_why));
    *ret = c;
    return RC_OK;
}

void config_set(Config *c, const char *name, Str value)
{
    size_t i = row_of(c, str_z(name));
    assert(i != SIZE_MAX);
    c->values[i] = value;
    c->origins[i] = "flag";
}

Str config_get(const Config *c, const char *name)
{
    size_t i = row_of(c, str_z(name));
    assert(i != SIZE_MAX);
    return c->values[i];
}

Rc config_int(const Config *c, const char *name, int64_t min, int64_t max, int64_t *ret, Arena *a,
              Str *ret_why)
{
    int64_t v = 0;

    if (str_to_i64(config_get(c, name), &v) && v >= min && v <= max) {
        *ret = v;
        return RC_OK;
    }
    *ret_why = str_fmt(a, "%s must be a whole number from %lld to %lld.", name, (long long)min,
                       (long long)max);
    return RC_INVALID;
}
