/* config.h - settings of the program: flags over ERRAND_* variables over a config file.
 *
 * A setting is one word in one table.  Unknown names in the file or in the environment are errors:
 * a mistyped setting must not be a default silently.  Secrets come from files or variables, never
 * from flags, which every user of the machine can read.
 */
#pragma once

#include "core/str.h"

typedef struct ConfigRow {
    const char *name;    /* "base_url": --base-url, ERRAND_BASE_URL, base_url = ... */
    const char *initial; /* NULL: none */
    const char *about;
} ConfigRow;

typedef struct Config {
    const ConfigRow *rows;
    size_t           n;
    Str             *values;  /* one for each row; STR_NULL: not set and without a default */
    const char     **origins; /* "default", "file", "environment", "flag" */
} Config;

/* Defaults, then `file` (STR_NULL: none), then `environ`.  Lines of a file: name = value; # begins a
 * comment.  `ret_why` gets a sentence on failure.
 * Errors: RC_INVALID (unknown name, malformed line), RC_NOT_FOUND (no such file). */
CHECKED Rc config_load(Arena *a, const ConfigRow *rows, size_t n, Str file, char **environment,
                       Config *ret, Str *ret_why);
/* A flag was given. */
void config_set(Config *c, const char *name, Str value);
Str  config_get(const Config *c, const char *name);
/* A whole number within the bounds. Errors: RC_INVALID, with a sentence. */
CHECKED Rc config_int(const Config *c, const char *name, int64_t min, int64_t max, int64_t *ret,
                      Arena *a, Str *ret_why);
