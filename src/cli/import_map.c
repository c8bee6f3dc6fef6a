/* import_map.c - see import_map.h. */
#include "cli/import_map.h"

#define STATES_MAX 500
#define EMPTY_MAX  50

typedef struct Reading {
    Arena *a;
    Str file;
    Diagnostics *d;
} Reading;

static void wrong(Reading *r, SourcePos pos, const char *code, const char *what, Str value)
{
    diagnose(r->d, DIAGNOSTIC_ERROR, code, r->file, pos, "%s%s%.*s%s", what,
             value.len > 0 ? ": \"" : "", STR_ARG(str_shortened(value, 80)),
             value.len > 0 ? "\"" : "");
}

/* A text that must be there; STR_NULL and an error otherwise. */
static Str text(Reading *r, const Yaml *map, const char *key, bool required)
{
    const Yaml *y = yaml_get(map, key);

    if (y == NULL) {
        if (required)
            wrong(r, map->pos, "missing_key", "this key is missing", str_z(key));
        return STR_NULL;
    }
    if (y->kind != YAML_IS_SCALAR || str_trim(y->text).len == 0) {
        wrong(r, y->pos, "wrong_shape", "a text is expected here, for", str_z(key));
        return STR_NULL;
    }
    return str_trim(y->text);
}

static const Yaml *mapping(Reading *r, const Yaml *map, const char *key, bool required)
{
    const Yaml *y = yaml_get(map, key);

    if (y == NULL && required)
        wrong(r, map->pos, "missing_key", "this key is missing", str_z(key));
    if (y != NULL && y->kind != YAML_IS_MAP) {
        wrong(r, y->pos, "wrong_shape", "a mapping is expected here, for", str_z(key));
        return NULL;
    }
    return y;
}

static void known_keys(Reading *r, const Yaml *map, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < map->n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known = known || str_eq_z(map->keys[i]->text, keys[k]);
        if (!known)
            wrong(r, map->keys[i]->pos, "unknown_key", "this key is not known here",
                  map->keys[i]->text);
    }
}

/* ---- parts ---- */

static void read_times(Reading *r, const Yaml *root, ImportMap *m)
{
    Str zone = text(r, root, "time_zone", false), order = text(r, root, "order", false);
    const Yaml *y = NULL;

    m->time_format = text(r, root, "time_format", false);
    if (!str_is_null(m->time_format) && !import_format_is_good(m->time_format)) {
        y = yaml_get(root, "time_format");
        wrong(
            r, y->pos, "bad_word",
            "a format of %Y %y %m %d %b %H %I %p %M %S %f %z %s %T %F that makes a whole instant is "
            "expected",
            m->time_format);
    }
    m->zone = str_is_null(zone) || str_eq_z(zone, "UTC") ? zone_utc() : zone_get(zone);
    if (m->zone == NULL) {
        y = yaml_get(root, "time_zone");
        wrong(r, y->pos, "unknown_zone", "this system does not know the time zone", zone);
    }
    m->by_time = str_eq_z(order, "time");
    if (!str_is_null(order) && !m->by_time && !str_eq_z(order, "file")) {
        y = yaml_get(root, "order");
        wrong(r, y->pos, "bad_word", "order is file or time, not", order);
    }
}

static Rc read_empty(Reading *r, const Yaml *root, ImportMap *m)
{
    const Yaml *y = yaml_get(root, "empty");

    if (y == NULL)
        return RC_OK;
    if (y->kind != YAML_IS_LIST || y->n > EMPTY_MAX) {
        wrong(r, y->pos, "wrong_shape", "a list of at most 50 values is expected here, for",
              STR("empty"));
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        if (y->items[i]->kind != YAML_IS_SCALAR)
            wrong(r, y->items[i]->pos, "wrong_shape", "a text is expected here, for", STR("empty"));
        else
            TRY(LIST_PUSH(r->a, &m->empty, y->items[i]->text));
    }
    return RC_OK;
}

static Rc read_states(Reading *r, const Yaml *map, ImportMap *m)
{
    const Yaml *states = mapping(r, map, "map", true);

    if (states == NULL)
        return RC_OK;
    if (states->n > STATES_MAX)
        wrong(r, states->pos, "too_many", "a map has at most 500 states", STR(""));
    for (size_t i = 0; i < states->n && i < STATES_MAX; i++) {
        const Yaml *to = states->items[i];
        if (to->kind != YAML_IS_SCALAR || !import_is_state(to->text)) {
            wrong(
                r, to->pos, "bad_word",
                "a state is submitted, assessing, awaiting_approval, fulfilling, pending, fulfilled or "
                "closed, not",
                to->kind == YAML_IS_SCALAR ? to->text : STR("..."));
            continue;
        }
        TRY(LIST_PUSH(r->a, &m->states, (ImportState){ states->keys[i]->text, to->text }));
    }
    return RC_OK;
}

static Rc read_state(Reading *r, const Yaml *root, ImportMap *m)
{
    static const char *const keys[] = { "column", "map", "other" };
    const Yaml *y = mapping(r, root, "state", true);

    if (y == NULL)
        return RC_OK;
    known_keys(r, y, keys, COUNT_OF(keys));
    m->state = text(r, y, "column", true);
    Str other = text(r, y, "other", false);
    m->keep = str_eq_z(other, "keep");
    if (!str_is_null(other) && !m->keep)
        wrong(r, yaml_get(y, "other")->pos, "bad_word", "other is keep, or is left out, not",
              other);
    return read_states(r, y, m);
}

static void read_fields(Reading *r, const Yaml *root, ImportMap *m)
{
    const Yaml *y = mapping(r, root, "fields", false);

    if (y == NULL)
        return;
    known_keys(r, y, IMPORT_FIELD_WORDS, IMPORT_FIELDS);
    for (size_t i = 0; i < IMPORT_FIELDS; i++)
        m->field[i] = text(r, y, IMPORT_FIELD_WORDS[i], false);
}

static void read_record(Reading *r, const Yaml *root, ImportMap *m)
{
    RecordKind kind;

    m->record = text(r, root, "record", true);
    if (!str_is_null(m->record) && !record_from_word(m->record, &kind))
        wrong(r, yaml_get(root, "record")->pos, "bad_word",
              "record is request, incident, problem or change, not", m->record);
}

Rc import_map_read(Arena *a, Str whole, Str file, Str source, ImportMap *ret, Diagnostics *d)
{
    static const char *const keys[] = { "record", "number", "time",  "time_format", "time_zone",
                                        "empty",  "order",  "state", "fields" };
    Reading r = { a, file, d };
    ImportMap m = { .source = source };
    const Yaml *root = NULL;

    TRY(yaml_read(a, whole, IMPORT_MAP_BYTES, file, d, &root));
    if (root->kind != YAML_IS_MAP) {
        wrong(&r, root->pos, "wrong_shape", "a map begins with its keys, such as record: incident",
              STR(""));
        return RC_INVALID;
    }
    known_keys(&r, root, keys, COUNT_OF(keys));
    read_record(&r, root, &m);
    m.number = text(&r, root, "number", true);
    m.time = text(&r, root, "time", true);
    read_times(&r, root, &m);
    TRY(read_empty(&r, root, &m));
    TRY(read_state(&r, root, &m));
    read_fields(&r, root, &m);
    if (d->errors > 0)
        return RC_INVALID;
    *ret = m;
    return RC_OK;
}
