/* team_field.c - fields of teams: which there are. */
#include "domain/request/team_field.h"

#include "app/event.h"
#include "app/loc.h"
#include "app/memory.h"
#include "core/json.h"
#include "domain/request/team_field_q.h"

#include <stdlib.h>

static const struct {
    const char *word, *label;
} kinds[FIELD_KINDS] = {
    [FIELD_TEXT] = { "text", T("One line of text") }, [FIELD_NUMBER] = { "number", T("A number") },
    [FIELD_MONEY] = { "money", T("Money") },          [FIELD_DATE] = { "date", T("Date") },
    [FIELD_CHOICE] = { "choice", T("Choice") },       [FIELD_PERSON] = { "person", T("Person") },
    [FIELD_YES_NO] = { "yes_no", T("Yes or no") },
};

Str field_kind_word(FieldKind kind)
{
    return str_z(kinds[kind].word);
}

const char *field_kind_label(FieldKind kind)
{
    return kinds[kind].label;
}

bool field_kind_from_word(Str word, FieldKind *ret)
{
    for (size_t i = 0; i < FIELD_KINDS; i++)
        if (str_eq_z(word, kinds[i].word)) {
            *ret = (FieldKind)i;
            return true;
        }
    return false;
}

/* ---- options ---- */

static Str options_json(Arena *a, const FieldOptions *list)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, (size_t)1 << 20);
    json_out_init(&o, &b);
    json_array(&o);
    for (size_t i = 0; i < list->n; i++) {
        json_object(&o);
        json_field_text(&o, "key", list->at[i].key);
        json_key_lit(&o, "name");
        json_raw(&o, loc_json(a, &list->at[i].name));
        json_object_end(&o);
    }
    json_array_end(&o);
    return str_dup(a, buf_str(&b));
}

static Rc options_from_json(Arena *a, Str text, FieldOptions *ret)
{
    const Json *json = NULL;

    TRY(json_parse(a, text, &json, NULL));
    for (size_t i = 0; json->kind == JSON_ARRAY && i < json->n; i++) {
        const Json *key = json_get(json->items[i], STR("key"));
        const Json *name = json_get(json->items[i], STR("name"));
        FieldOption o = { .key = key != NULL ? key->text : STR("") };
        for (size_t l = 0; l < LANG_COUNT && name != NULL; l++) {
            const Json *in = json_get(name, str_z(lang_key((Lang)l)));
            if (in != NULL && in->kind == JSON_TEXT)
                o.name.in[l] = in->text;
        }
        TRY(LIST_PUSH(a, ret, o));
    }
    return RC_OK;
}

static Str next_name(Str *rest)
{
    return str_is_null(*rest) ? STR_NULL : str_trim(str_cut(rest, '/'));
}

Rc field_options_read(Ctx *cx, Str lines, FieldOptions *ret)
{
    FieldOptions list = { 0 };

    while (lines.len > 0) {
        Str line = str_trim(str_cut(&lines, '\n'));
        FieldOption o = { 0 };
        if (line.len == 0)
            continue;
        o.key = str_trim(str_cut(&line, '='));
        for (size_t l = 0; l < LANG_COUNT; l++) {
            Str name = next_name(&line);
            o.name.in[l] = name.len > 0 ? name : STR_NULL;
        }
        if (str_is_null(o.name.in[LANG_EN]))
            o.name.in[LANG_EN] = o.key;
        TRY(LIST_PUSH(cx->arena, &list, o));
    }
    *ret = list;
    return RC_OK;
}

Str field_options_text(Arena *a, const FieldOptions *options)
{
    Str all = STR("");

    for (size_t i = 0; i < options->n; i++) {
        const FieldOption *o = &options->at[i];
        all = str_fmt(a, "%.*s%.*s =", STR_ARG(all), STR_ARG(o->key));
        for (size_t l = 0; l < LANG_COUNT; l++) {
            Str name = str_is_null(o->name.in[l]) ? STR("") : o->name.in[l];
            all = str_fmt(a, "%.*s%s %.*s", STR_ARG(all), l == 0 ? "" : " /", STR_ARG(name));
        }
        all = str_fmt(a, "%.*s\n", STR_ARG(all));
    }
    return all;
}

/* ---- reading ---- */

LIST_OF(TeamFieldRow, FieldRows);

/* What was read under a generation of people and teams. */
typedef struct Kept {
    int64_t generation; /* 0: nothing */
    Arena *arena;
    FieldRows rows;
} Kept;

static void kept_end(void *what)
{
    Kept *k = what;

    arena_free(k->arena);
    free(k);
}

static Rc read_rows(Ctx *cx, FieldRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TeamFieldRow row;

    TRY(q_team_fields_all(cx, &rows));
    while (q_team_fields_all_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static TeamFieldRow copy_row(Arena *a, const TeamFieldRow *row)
{
    TeamFieldRow copy = *row;

    copy.key = str_dup(a, row->key);
    copy.name = str_dup(a, row->name);
    copy.kind = str_dup(a, row->kind);
    copy.options = str_dup(a, row->options);
    return copy;
}

enum { KEPT_BYTES = 16 << 20 };

/* From memory, where something can be kept; `*ret` stays until the snapshot ends. */
static Rc rows_of(Ctx *cx, FieldRows *ret)
{
    int64_t generation = 0;
    FieldRows read = { 0 };

    TRY(memory_generation(cx, MEMORY_PEOPLE, &generation));
    Kept *k = generation != 0 ? memory_get(cx, MEMORY_FIELDS) : NULL;
    if (k != NULL && k->generation == generation) {
        *ret = k->rows;
        return RC_OK;
    }
    TRY(read_rows(cx, &read));
    *ret = read;
    k = generation != 0 ? calloc(1, sizeof *k) : NULL;
    if (k == NULL)
        return RC_OK;
    *k = (Kept){ .generation = generation, .arena = arena_new(KEPT_BYTES) };
    for (size_t i = 0; i < read.n; i++)
        if (LIST_PUSH(k->arena, &k->rows, copy_row(k->arena, &read.at[i])) != RC_OK) {
            kept_end(k);
            return RC_OK;
        }
    memory_keep(cx, MEMORY_FIELDS, k, kept_end);
    return RC_OK;
}

static Rc from_row(Ctx *cx, const TeamFieldRow *kept, TeamField *ret)
{
    TeamFieldRow row = copy_row(cx->arena, kept);
    TeamField f = { .id = row.id,
                    .team_id = row.team_id,
                    .key = row.key,
                    .name = loc_read(cx->arena, row.name),
                    .retired = row.retired,
                    .place = row.place,
                    .version = row.version,
                    .changed_ms = row.changed_ms };

    if (!field_kind_from_word(row.kind, &f.kind))
        return RC_INTERNAL;
    TRY(options_from_json(cx->arena, row.options, &f.options));
    *ret = f;
    return RC_OK;
}

Rc team_fields(Ctx *cx, TeamFields *ret)
{
    FieldRows rows = { 0 };
    TeamFields list = { 0 };
    TeamField f;

    TRY(rows_of(cx, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(from_row(cx, &rows.at[i], &f));
        TRY(LIST_PUSH(cx->arena, &list, f));
    }
    *ret = list;
    return RC_OK;
}

Rc team_field_get(Ctx *cx, Str key, TeamField *ret)
{
    FieldRows rows = { 0 };

    TRY(rows_of(cx, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.at[i].key, key))
            return from_row(cx, &rows.at[i], ret);
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such field."));
}

const TeamField *team_field_by_id(const TeamFields *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].id == id)
            return &list->at[i];
    return NULL;
}

/* ---- checking ---- */

static bool is_plain_key(Str key)
{
    return str_is_key(key) && key.len <= TEAM_FIELD_KEY_MAX && !str_contains(key, STR("/"));
}

static void check_names(Ctx *cx, const LangText *name, Str pointer, bool needed)
{
    for (int l = 0; l < LANG_COUNT; l++) {
        Str in = str_is_null(name->in[l]) ? STR("") : str_trim(name->in[l]);
        Str at = str_fmt(cx->arena, "%.*s/%s", STR_ARG(pointer), lang_key((Lang)l));
        if (in.len == 0 && l == LANG_EN && needed)
            fail_add(cx, at, "required", TEXT("Write the name in English."));
        else if (!str_is_clean_text(in, false) || str_chars(in) > TEAM_FIELD_NAME_MAX)
            fail_add(cx, at, "too_long", TEXT("Use at most {0} characters.", TEAM_FIELD_NAME_MAX));
    }
}

static void check_options(Ctx *cx, FieldKind kind, const FieldOptions *list)
{
    if (kind != FIELD_CHOICE) {
        if (list->n > 0)
            fail_add(cx, STR("/options"), "not_here", TEXT("Only a choice has options."));
        return;
    }
    if (list->n == 0)
        fail_add(cx, STR("/options"), "required", TEXT("Give at least one option."));
    if (list->n > FIELD_OPTIONS_MOST)
        fail_add(cx, STR("/options"), "too_many",
                 TEXT("Give at most {0} options.", FIELD_OPTIONS_MOST));
    for (size_t i = 0; i < list->n && i < FIELD_OPTIONS_MOST; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= str_eq(list->at[k].key, list->at[i].key);
        if (again || !is_plain_key(list->at[i].key))
            fail_add(cx, STR("/options"), "malformed",
                     TEXT("Each option has a key of its own: letters a to z, digits, - and _."));
        check_names(cx, &list->at[i].name, STR("/options"), false);
    }
}

static LangText trimmed(const LangText *t)
{
    LangText r = { 0 };

    for (int l = 0; l < LANG_COUNT; l++) {
        Str in = str_is_null(t->in[l]) ? STR("") : str_trim(t->in[l]);
        r.in[l] = in.len > 0 ? in : STR_NULL;
    }
    return r;
}

/* ---- writing ---- */

typedef struct FieldText {
    Str name, options, retired, place;
} FieldText;

static FieldText texts_of(Arena *a, const LangText *name, const FieldOptions *options, bool retired,
                          int64_t place)
{
    LangText t = trimmed(name);

    return (FieldText){ loc_json(a, &t), options_json(a, options), retired ? STR("yes") : STR("no"),
                        str_fmt(a, "%lld", (long long)place) };
}

/* `was` NULL: it is new. */
static Rc said(Ctx *cx, const char *kind, int64_t team, Str key, const FieldText *was,
               const FieldText *is, Str of_kind)
{
    EventChange all[] = {
        { STR("field"), was == NULL ? STR_NULL : key, key, false },
        { STR("name"), was == NULL ? STR_NULL : was->name, is->name, false },
        { STR("options"), was == NULL ? STR_NULL : was->options, is->options, false },
        { STR("retired"), was == NULL ? STR_NULL : was->retired, is->retired, false },
        { STR("place"), was == NULL ? STR_NULL : was->place, is->place, false },
        { STR("kind"), was == NULL ? STR_NULL : of_kind, of_kind, false },
    };
    EventChange changes[COUNT_OF(all)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (i == 0 || str_is_null(all[i].from) || !str_eq(all[i].from, all[i].to))
            changes[n++] = all[i];
    return event_add(
        cx,
        &(Event){
            .kind = kind, .object = "team", .object_id = team, .changes = changes, .changes_n = n },
        NULL);
}

Rc team_field_create(Ctx *cx, GrantedLoad g, const TeamFieldInput *in)
{
    int64_t team = granted_load_team(g);
    FieldKind kind = FIELD_TEXT;
    TeamFieldCountRow count;
    TeamFieldInsertRow row;
    bool made = false;

    if (!is_plain_key(in->key))
        fail_add(cx, STR("/key"), "malformed",
                 TEXT("A key has letters a to z, digits, - and _, at most 40 of them."));
    check_names(cx, &in->name, STR("/name"), true);
    if (!field_kind_from_word(in->kind, &kind))
        fail_add(cx, STR("/kind"), "unknown_word", TEXT("Choose what the field holds."));
    else
        check_options(cx, kind, &in->options);
    TRY(fail_result(cx));
    TRY(q_team_field_count(cx, team, &count));
    if (count.n >= TEAM_FIELDS_MOST)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("A team has at most {0} fields.", TEAM_FIELDS_MOST));
    FieldText is = texts_of(cx->arena, &in->name, &in->options, false, count.n + 1);
    TRY(q_team_field_insert(cx, g, in->key, team, is.name, in->kind, is.options, count.n + 1,
                            cx->now_ms, &row, &made));
    if (!made)
        return fail_field(cx, RC_CONFLICT, "key", "taken",
                          TEXT("There is a field of this key already."));
    return said(cx, "field.created", team, in->key, NULL, &is, in->kind);
}

static Rc stale(Ctx *cx)
{
    return fail(cx, RC_STALE, "stale", TEXT("Somebody else changed the field just now."));
}

static Rc check_place(Ctx *cx, int64_t team, OptInt place)
{
    TeamFieldCountRow count;

    if (!place.set)
        return RC_OK;
    TRY(q_team_field_count(cx, team, &count));
    if (place.value < 1 || place.value > count.n)
        fail_add(cx, STR("/place"), "out_of_range", TEXT("Give a place from 1 to {0}.", count.n));
    return RC_OK;
}

/* The others of the team close up behind it and make room before it; it is not yet where it goes. */
static Rc make_room(Ctx *cx, GrantedLoad g, const TeamField *f, int64_t place)
{
    if (place < f->place)
        return q_team_field_shift(cx, g, f->team_id, place, f->place - 1, 1, NULL);
    if (place > f->place)
        return q_team_field_shift(cx, g, f->team_id, f->place + 1, place, -1, NULL);
    return RC_OK;
}

Rc team_field_change(Ctx *cx, GrantedLoad g, Str key, const TeamFieldInput *in)
{
    int64_t team = granted_load_team(g), changed = 0;
    TeamField f;

    TRY(team_field_get(cx, key, &f));
    if (f.team_id != team)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such field."));
    if (in->version.set && in->version.value != f.version)
        return stale(cx);
    check_names(cx, &in->name, STR("/name"), true);
    check_options(cx, f.kind, &in->options);
    TRY(check_place(cx, team, in->place));
    TRY(fail_result(cx));
    int64_t place = in->place.set ? in->place.value : f.place;
    FieldText was = texts_of(cx->arena, &f.name, &f.options, f.retired, f.place);
    FieldText is = texts_of(cx->arena, &in->name, &in->options, in->retired, place);
    if (str_eq(was.name, is.name) && str_eq(was.options, is.options)
        && str_eq(was.retired, is.retired) && place == f.place)
        return RC_OK;
    TRY(q_team_field_update(cx, g, f.id, f.version, is.name, is.options, in->retired, cx->now_ms,
                            &changed));
    if (changed == 0)
        return stale(cx);
    TRY(make_room(cx, g, &f, place));
    TRY(q_team_field_place(cx, g, f.id, place, NULL));
    return said(cx, "field.changed", team, key, &was, &is, field_kind_word(f.kind));
}
