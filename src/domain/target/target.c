/* target.c - targets of their own: what makes one, its versions, and which hold when. */
#include "app/choices.h"
#include "app/event.h"
#include "app/loc.h"
#include "app/memory.h"
#include "core/kept.h"
#include "core/random.h"
#include "domain/identity/identity.h"
#include "domain/target/clock_inner.h"
#include "domain/target/target_q.h"

#include <stdlib.h>

#define NAME_MAX   120
#define LINES_MAX  50
#define NOTE_MAX   500
#define BODY_BYTES (256 * 1024)

/* ---- a version as JSON ---- */

static void write_name(JsonOut *o, const LangText *t)
{
    json_key_lit(o, "name");
    json_object(o);
    for (int i = 0; i < LANG_COUNT; i++) {
        if (t->in[i].len == 0)
            continue;
        json_key(o, str_z(lang_key((Lang)i)));
        json_text(o, t->in[i]);
    }
    json_object_end(o);
}

static Str or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

void target_members(JsonOut *o, const TargetInput *in)
{
    write_name(o, &in->name);
    json_field_text(o, "measure", in->measure);
    json_field_text(o, "team", or_null(in->team));
    json_field_text(o, "supplier", or_null(in->supplier));
    json_key_lit(o, "lines");
    json_array(o);
    for (size_t i = 0; i < in->lines.n; i++) {
        json_object(o);
        json_field_text(o, "when", or_null(in->lines.at[i].when));
        json_field_text(o, "span", in->lines.at[i].span);
        json_field_text(o, "calendar", or_null(in->lines.at[i].calendar));
        json_object_end(o);
    }
    json_array_end(o);
    json_field_text(o, "start", or_null(in->start));
    json_field_text(o, "pause", or_null(in->pause));
    json_field_text(o, "stop", or_null(in->stop));
    json_key_lit(o, "warn");
    json_array(o);
    for (size_t i = 0; i < in->warn.n; i++)
        json_text(o, in->warn.at[i]);
    json_array_end(o);
    json_key_lit(o, "escalate");
    json_array(o);
    for (size_t i = 0; i < in->escalate.n; i++) {
        json_object(o);
        json_field_text(o, "at", in->escalate.at[i].at);
        json_field_text(o, "to", in->escalate.at[i].to);
        json_object_end(o);
    }
    json_array_end(o);
    json_field_bool(o, "retired", in->retired);
}

Str target_json(Arena *a, const TargetInput *in)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, BODY_BYTES);
    json_out_init(&o, &buf);
    json_object(&o);
    target_members(&o, in);
    json_object_end(&o);
    return buf_result(&buf) == RC_OK ? str_dup(a, buf_str(&buf)) : STR_NULL;
}

static Rc wrong(Ctx *cx, const char *field, Text text)
{
    fail_add(cx, str_fmt(cx->arena, "/%s", field), "wrong_type", text);
    return RC_OK;
}

/* A text; null and absent are empty. */
static Rc read_text(Ctx *cx, const Json *object, const char *field, Str *to)
{
    const Json *v = json_get(object, str_z(field));

    if (v == NULL || v->kind == JSON_NULL)
        return RC_OK;
    if (v->kind != JSON_TEXT)
        return wrong(cx, field, TEXT("Give a text."));
    *to = str_trim(v->text);
    return RC_OK;
}

static Rc read_name(Ctx *cx, const Json *v, LangText *to)
{
    Lang lang;

    if (v == NULL)
        return RC_OK;
    for (size_t i = 0; i < v->n && v->kind == JSON_OBJECT; i++) {
        if (!lang_from_key(v->keys[i], &lang) || v->items[i]->kind != JSON_TEXT)
            return wrong(cx, "name", TEXT("Give texts by language: en, sv, zh."));
        to->in[lang] = str_trim(v->items[i]->text);
    }
    return v->kind == JSON_OBJECT ? RC_OK
                                  : wrong(cx, "name", TEXT("Give an object of texts by language."));
}

static Rc read_lines(Ctx *cx, const Json *v, TargetLineInputs *to)
{
    if (v == NULL)
        return RC_OK;
    if (v->kind != JSON_ARRAY)
        return wrong(cx, "lines", TEXT("Give a list of lines."));
    for (size_t i = 0; i < v->n && i <= LINES_MAX; i++) {
        TargetLineInput line = { 0 };
        if (v->items[i]->kind != JSON_OBJECT)
            return wrong(cx, "lines", TEXT("Give each line as an object of when, span, calendar."));
        TRY(read_text(cx, v->items[i], "when", &line.when));
        TRY(read_text(cx, v->items[i], "span", &line.span));
        TRY(read_text(cx, v->items[i], "calendar", &line.calendar));
        TRY(LIST_PUSH(cx->arena, to, line));
    }
    return RC_OK;
}

static Rc read_warn(Ctx *cx, const Json *v, StrList *to)
{
    if (v == NULL)
        return RC_OK;
    if (v->kind != JSON_ARRAY)
        return wrong(cx, "warn", TEXT("Give a list of thresholds."));
    for (size_t i = 0; i < v->n; i++) {
        if (v->items[i]->kind != JSON_TEXT)
            return wrong(cx, "warn", TEXT("Give a list of thresholds."));
        TRY(LIST_PUSH(cx->arena, to, v->items[i]->text));
    }
    return RC_OK;
}

static Rc read_steps(Ctx *cx, const Json *v, TargetStepInputs *to)
{
    if (v == NULL)
        return RC_OK;
    if (v->kind != JSON_ARRAY)
        return wrong(cx, "escalate", TEXT("Give a list of steps."));
    for (size_t i = 0; i < v->n; i++) {
        TargetStepInput step = { 0 };
        if (v->items[i]->kind != JSON_OBJECT)
            return wrong(cx, "escalate", TEXT("Give each step as an object of at and to."));
        TRY(read_text(cx, v->items[i], "at", &step.at));
        TRY(read_text(cx, v->items[i], "to", &step.to));
        TRY(LIST_PUSH(cx->arena, to, step));
    }
    return RC_OK;
}

Rc target_parts(Ctx *cx, const TargetParts *p, TargetInput *io)
{
    if (p->name != NULL)
        TRY(read_name(cx, p->name, &io->name));
    if (p->lines != NULL)
        io->lines = (TargetLineInputs){ 0 };
    TRY(read_lines(cx, p->lines, &io->lines));
    if (p->warn != NULL)
        io->warn = (StrList){ 0 };
    TRY(read_warn(cx, p->warn, &io->warn));
    if (p->escalate != NULL)
        io->escalate = (TargetStepInputs){ 0 };
    TRY(read_steps(cx, p->escalate, &io->escalate));
    return fail_result(cx);
}

Rc target_from_json(Ctx *cx, const Json *json, TargetInput *ret)
{
    TargetInput in = *ret;
    const Json *retired = json_get(json, STR("retired"));

    TRY(read_name(cx, json_get(json, STR("name")), &in.name));
    TRY(read_text(cx, json, "measure", &in.measure));
    TRY(read_text(cx, json, "team", &in.team));
    TRY(read_text(cx, json, "supplier", &in.supplier));
    TRY(read_lines(cx, json_get(json, STR("lines")), &in.lines));
    TRY(read_text(cx, json, "start", &in.start));
    TRY(read_text(cx, json, "pause", &in.pause));
    TRY(read_text(cx, json, "stop", &in.stop));
    TRY(read_warn(cx, json_get(json, STR("warn")), &in.warn));
    TRY(read_steps(cx, json_get(json, STR("escalate")), &in.escalate));
    if (retired != NULL)
        in.retired = retired->kind == JSON_BOOL && retired->boolean;
    TRY(fail_result(cx));
    *ret = in;
    return RC_OK;
}

/* ---- from what was written to what is measured ---- */

static Rc read_cond(Ctx *cx, Arena *a, Str pointer, Str text, TargetCond usual, TargetCond *ret)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    CondError error = { 0 };

    *ret = usual;
    if (text.len == 0)
        return RC_OK;
    Rc rc = clock_cond(a, text, ret, &error);
    if (rc != RC_INVALID && rc != RC_LIMIT)
        return rc;
    fail_add(cx, pointer, "condition",
             TEXT("At character {0}: {1}", (int64_t)error.column,
                  words_text(cx->arena, &reader, &error.text)));
    return RC_OK;
}

static Rc add_mark(Ctx *cx, Arena *a, Str pointer, Str at, Str to, bool warning, ClockMarks *marks)
{
    ClockMark m = { 0 };

    if (!clock_mark_parse(at, &m)) {
        fail_add(cx, pointer, "bad_threshold",
                 TEXT("Write a share such as 75%, a time left such as 30m or 2wh, or breach."));
        return RC_OK;
    }
    m.warning = warning;
    if (!warning && !clock_mark_to_parse(to, &m)) {
        fail_add(cx, pointer, "bad_recipient",
                 TEXT("Write assignee, lead, manager, team and its key, or transfer and its key."));
        return RC_OK;
    }
    m.team = str_dup(a, m.team);
    return LIST_PUSH(a, marks, m);
}

static Rc read_marks(Ctx *cx, Arena *a, const TargetInput *in, ClockMarks *ret)
{
    if (in->warn.n + in->escalate.n > CLOCK_MARKS_MAX)
        fail_add(cx, STR("/warn"), "too_many",
                 TEXT("At most {0} thresholds are allowed.", CLOCK_MARKS_MAX));
    for (size_t i = 0; i < in->warn.n; i++)
        TRY(add_mark(cx, a, str_fmt(cx->arena, "/warn/%zu", i), in->warn.at[i], STR(""), true,
                     ret));
    for (size_t i = 0; i < in->escalate.n; i++)
        TRY(add_mark(cx, a, str_fmt(cx->arena, "/escalate/%zu", i), in->escalate.at[i].at,
                     in->escalate.at[i].to, false, ret));
    return RC_OK;
}

static Rc read_line(Ctx *cx, Arena *a, const TargetInput *in, size_t i, const TargetCond *pause,
                    const ClockMarks *marks, TargetSpec *spec)
{
    const TargetLineInput *from = &in->lines.at[i];
    Str at = str_fmt(cx->arena, "/lines/%zu", i);
    TargetLine line = { .calendar = str_dup(a, from->calendar), .pause = *pause, .marks = *marks };

    TRY(read_cond(cx, a, json_pointer(cx->arena, at, STR("when")), from->when, (TargetCond){ 0 },
                  &line.when));
    if (from->span.len == 0)
        fail_add(cx, json_pointer(cx->arena, at, STR("span")), "required",
                 TEXT("Say how long it may take: 4h, 4wh, 2wd."));
    else if (!timespan_parse(from->span, &line.span))
        fail_add(cx, json_pointer(cx->arena, at, STR("span")), "bad_span",
                 TEXT("Write a number and m, h, d, y, wh or wd: 30m, 4wh, 2wd."));
    else if (timespan_is_working(line.span) && from->calendar.len == 0)
        fail_add(cx, json_pointer(cx->arena, at, STR("calendar")), "calendar_needed",
                 TEXT("Working time needs a calendar whose hours are counted."));
    return LIST_PUSH(a, &spec->lines, line);
}

Rc target_compile(Ctx *cx, Arena *a, const TargetInput *in, TargetSpec *ret)
{
    TargetSpec spec = { .key = str_dup(a, in->key),
                        .team = str_dup(a, in->team),
                        .supplier = str_dup(a, in->supplier),
                        .retired = in->retired };
    TargetCond pause = { 0 };
    ClockMarks marks = { 0 };

    for (int i = 0; i < LANG_COUNT; i++)
        spec.name.in[i] = str_dup(a, in->name.in[i]);
    if (!measure_from_word(in->measure, &spec.measure)) {
        fail_add(cx, STR("/measure"), "unknown_word",
                 TEXT("Choose respond, approve, fulfil, update or task."));
        return RC_INVALID;
    }
    TRY(read_cond(cx, a, STR("/start"), in->start, clock_usual(spec.measure, USUAL_START),
                  &spec.start));
    TRY(read_cond(cx, a, STR("/pause"), in->pause, clock_usual(spec.measure, USUAL_PAUSE), &pause));
    TRY(read_cond(cx, a, STR("/stop"), in->stop, clock_usual(spec.measure, USUAL_STOP),
                  &spec.stop));
    TRY(read_marks(cx, a, in, &marks));
    if (in->lines.n == 0)
        fail_add(cx, STR("/lines"), "required", TEXT("Say at least once how long it may take."));
    if (in->lines.n > LINES_MAX)
        fail_add(cx, STR("/lines"), "too_many", TEXT("At most {0} lines are allowed.", LINES_MAX));
    for (size_t i = 0; i < in->lines.n; i++)
        TRY(read_line(cx, a, in, i, &pause, &marks, &spec));
    TRY(fail_result(cx));
    *ret = spec;
    return RC_OK;
}

/* ---- what it names must exist ---- */

static Rc check_team(Ctx *cx, Str pointer, Str key)
{
    int64_t id = 0;
    Ctx look = *cx; /* what it says of its own failure is not for the caller */

    if (key.len == 0)
        return RC_OK;
    Rc rc = team_id(&look, key, &id);
    if (rc == RC_NOT_FOUND)
        fail_add(cx, pointer, "not_found", TEXT("There is no team {0}.", key));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static Rc check_supplier(Ctx *cx, Str key)
{
    Choices list = { 0 };
    bool known = false;

    if (key.len == 0)
        return RC_OK;
    TRY(choices_of(cx, STR("suppliers"), &list));
    for (size_t i = 0; i < list.n; i++)
        known = known || str_eq(list.at[i].key, key);
    if (list.n > 0 && !known)
        fail_add(cx, STR("/supplier"), "not_found", TEXT("There is no supplier {0}.", key));
    return RC_OK;
}

static Rc check_calendar(Ctx *cx, size_t i, Str key)
{
    const CalendarLine *line = NULL;
    Ctx look = *cx;

    if (key.len == 0)
        return RC_OK;
    Rc rc = calendar_get(&look, key, &line);
    if (rc == RC_NOT_FOUND)
        fail_add(cx, str_fmt(cx->arena, "/lines/%zu/calendar", i), "not_found",
                 TEXT("There is no calendar {0}.", key));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static Rc check_named(Ctx *cx, const TargetInput *in)
{
    bool of_tasks = str_eq_z(in->measure, "task");

    if (lang_text(&in->name, LANG_EN, NULL).len == 0)
        fail_add(cx, STR("/name"), "required", TEXT("Give it a name in English."));
    for (int i = 0; i < LANG_COUNT; i++)
        if (!str_is_clean_text(in->name.in[i], false) || str_chars(in->name.in[i]) > NAME_MAX)
            fail_add(cx, STR("/name"), "too_long",
                     TEXT("A name is one line of at most {0} characters.", NAME_MAX));
    if (!of_tasks && (in->team.len > 0 || in->supplier.len > 0))
        fail_add(cx, STR("/team"), "only_tasks",
                 TEXT("Only targets for tasks hold for one team or supplier."));
    if (in->team.len > 0 && in->supplier.len > 0)
        fail_add(cx, STR("/supplier"), "one_of_both", TEXT("Name a team or a supplier, not both."));
    if (!str_is_clean_text(in->note, true) || str_chars(in->note) > NOTE_MAX)
        fail_add(cx, STR("/note"), "too_long",
                 TEXT("A note has at most {0} characters.", NOTE_MAX));
    TRY(check_team(cx, STR("/team"), in->team));
    TRY(check_supplier(cx, in->supplier));
    for (size_t i = 0; i < in->lines.n && i <= LINES_MAX; i++)
        TRY(check_calendar(cx, i, in->lines.at[i].calendar));
    for (size_t i = 0; i < in->escalate.n && i <= CLOCK_MARKS_MAX; i++) {
        ClockMark m = { 0 };
        if (clock_mark_to_parse(in->escalate.at[i].to, &m) && m.team.len > 0)
            TRY(check_team(cx, str_fmt(cx->arena, "/escalate/%zu", i), m.team));
    }
    return RC_OK;
}

/* ---- versions that were read, kept by the hash of their text ---- */

enum { HASH_BYTES = 64, SPEC_BYTES = 4 << 20 };

/* Faults of the call that were noted before are none of a stored version. */
static Ctx without_faults(const Ctx *cx)
{
    Ctx own = *cx;

    own.errors = (FieldErrors){ 0 };
    own.failed = false;
    return own;
}

static Rc read_body(Ctx *cx, int64_t id, TargetInput *ret)
{
    Ctx own = without_faults(cx);
    TargetVersionBodyRow row;
    const Json *json = NULL;

    *ret = (TargetInput){ 0 };
    TRY(q_target_version_body(cx, id, &row));
    TRY(json_parse(cx->arena, row.body, &json, NULL));
    return target_from_json(&own, json, ret);
}

/* *ret points into what is held until the arena of `cx` ends. */
static Rc spec_of(Ctx *cx, int64_t id, Str hash, TargetSpec *ret)
{
    TargetInput in;
    bool kept = false;

    if (hash.len != HASH_BYTES)
        return RC_INTERNAL;
    const TargetSpec *found = kept_find(KEPT_TARGET, hash, cx->arena);
    if (found != NULL) {
        *ret = *found;
        return RC_OK;
    }
    TRY(read_body(cx, id, &in));
    Ctx fresh = without_faults(cx);
    Arena *own = arena_new(SPEC_BYTES);
    TargetSpec *spec =
        ARENA_NEW(own, TargetSpec); /* without key, number and times: these are of the row */
    Rc rc = target_compile(&fresh, own, &in, spec);
    if (rc != RC_OK) {
        arena_free(own);
        return RC_INTERNAL; /* it was right when it was published */
    }
    found = kept_add(KEPT_TARGET, hash, own, spec, cx->arena, &kept);
    *ret = *found;
    return RC_OK;
}

LIST_OF(TargetVersionRowsRow, VersionRows);

static Rc read_rows(Ctx *cx, VersionRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TargetVersionRowsRow row;

    *ret = (VersionRows){ 0 };
    TRY(q_target_version_rows(cx, &rows));
    while (q_target_version_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

/* ---- the list of versions, kept beside the reading connection ---- */

enum { KEPT_ROWS_MAX = 2000 }; /* of what is longer nothing is kept */

typedef struct KeptRows {
    int64_t generation; /* 0: of none */
    Arena *arena;
    VersionRows rows;
} KeptRows;

static void kept_rows_end(void *what)
{
    KeptRows *k = what;

    arena_free(k->arena);
    free(k);
}

static bool keep_rows(KeptRows *k, const VersionRows *read)
{
    VersionRows copies = { 0 };

    k->generation = 0;
    arena_free(k->arena);
    k->arena = NULL;
    if (read->n > KEPT_ROWS_MAX)
        return false;
    Arena *a = k->arena = arena_new(4 * 1024 * 1024);
    for (size_t i = 0; i < read->n; i++) {
        TargetVersionRowsRow row = read->at[i];
        row.key = str_dup(a, row.key);
        row.hash = str_dup(a, row.hash);
        row.note = str_dup(a, row.note);
        if (LIST_PUSH(a, &copies, row) != RC_OK)
            return false;
    }
    k->rows = copies;
    return true;
}

/* From memory where that can be; valid until the snapshot ends. */
static Rc known_rows(Ctx *cx, VersionRows *ret)
{
    int64_t generation;

    TRY(memory_generation(cx, MEMORY_TARGETS, &generation));
    if (generation == 0)
        return read_rows(cx, ret);
    KeptRows *k = memory_get(cx, MEMORY_TARGETS);
    if (k == NULL) {
        k = calloc(1, sizeof *k);
        if (k == NULL)
            return read_rows(cx, ret);
        memory_keep(cx, MEMORY_TARGETS, k, kept_rows_end);
    }
    if (k->generation != generation) {
        TRY(read_rows(cx, ret));
        if (keep_rows(k, ret))
            k->generation = generation;
        return RC_OK;
    }
    *ret = k->rows;
    return RC_OK;
}

static Rc spec_of_row(Ctx *cx, const TargetVersionRowsRow *row, const TargetSpec **ret)
{
    TargetSpec *spec = ARENA_NEW(cx->arena, TargetSpec);

    TRY(spec_of(cx, row->id, row->hash, spec));
    spec->key = row->key;
    spec->version_id = row->id;
    spec->number = row->number;
    spec->from_ms = row->from_ms;
    *ret = spec;
    return RC_OK;
}

static Rc push_version(Ctx *cx, TargetHistory *h, const TargetSpec *spec)
{
    const TargetSpec **at = arena_array(cx->arena, h->n + 1, sizeof(TargetSpec *));

    if (at == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < h->n; i++)
        at[i] = h->at[i];
    at[h->n++] = spec;
    h->at = at;
    return RC_OK;
}

Rc target_histories(Ctx *cx, Ms sent, TargetHistories *ret)
{
    VersionRows rows;
    TargetHistories list = { 0 };

    TRY(known_rows(cx, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const TargetVersionRowsRow *row = &rows.at[i];
        TargetHistory *last = list.n > 0 ? &list.at[list.n - 1] : NULL;
        bool first = row->number == 1;
        if (first && row->from_ms > sent)
            continue;
        if (first)
            TRY(LIST_PUSH(cx->arena, &list, (TargetHistory){ .key = row->key }));
        else if (last == NULL || !str_eq(last->key, row->key))
            continue; /* its first version came later than the request */
        const TargetSpec *spec = NULL;
        TRY(spec_of_row(cx, row, &spec));
        TRY(push_version(cx, &list.at[list.n - 1], spec));
    }
    *ret = list;
    return RC_OK;
}

static Rc add_version(Ctx *cx, const TargetVersionRowsRow *row, TargetDocs *list)
{
    TargetVersion v = { .published_ms = row->published_ms,
                        .publisher_id = row->publisher_id.value,
                        .note = row->note };

    if (list->n == 0 || !str_eq(list->at[list->n - 1].key, row->key))
        TRY(LIST_PUSH(cx->arena, list, (TargetDoc){ .id = row->target_id, .key = row->key }));
    TRY(spec_of_row(cx, row, &v.spec));
    TRY(read_body(cx, row->id, &v.input));
    v.input.key = row->key;
    v.input.note = row->note;
    v.input.from_ms = OPT_INT(row->from_ms);
    v.input.version = OPT_INT(row->number);
    return LIST_PUSH(cx->arena, &list->at[list->n - 1].versions, v);
}

Rc target_list(Ctx *cx, TargetDocs *ret)
{
    VersionRows rows;
    TargetDocs list = { 0 };

    TRY(read_rows(cx, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(add_version(cx, &rows.at[i], &list));
    *ret = list;
    return RC_OK;
}

Rc target_get(Ctx *cx, Str key, TargetDoc *ret)
{
    TargetDocs list;

    TRY(target_list(cx, &list));
    for (size_t i = 0; i < list.n; i++) {
        if (!str_eq(list.at[i].key, key))
            continue;
        *ret = list.at[i];
        return RC_OK;
    }
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such target."));
}

/* ---- writing ---- */

/* In the order in which a reader corrects them: what it says, what it names, when it begins. */
static Rc check(Ctx *cx, const TargetInput *in, Ms after, Ms *ret_from)
{
    TargetSpec spec;
    Ms from = in->from_ms.set ? in->from_ms.value : cx->now_ms;

    Rc rc = target_compile(cx, cx->arena, in, &spec);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    TRY(check_named(cx, in));
    if (from < cx->now_ms)
        fail_add(cx, STR("/from"), "past",
                 TEXT("A target holds from now on or later: what was measured stays as it is."));
    else if (from <= after && in->from_ms.set)
        fail_add(cx, STR("/from"), "before_last",
                 TEXT("Another version begins at {0}; this one can only begin later.",
                      when_moment(after)));
    /* What was measured in this very instant stays, too. */
    from = from > cx->now_ms ? from : cx->now_ms + 1;
    *ret_from = from > after ? from : after + 1;
    return fail_result(cx);
}

static Rc publish(Ctx *cx, GrantedCatalog g, int64_t target, int64_t number, Ms from,
                  const TargetInput *in)
{
    TargetVersionInsertRow made;
    Str body = target_json(cx->arena, in);
    int64_t person = cx->subject->person_id;

    if (str_is_null(body))
        return fail(cx, RC_LIMIT, "too_long", TEXT("This target says too much."));
    TRY(q_target_version_insert(cx, g, target, number, from, body, sha256_hex(cx->arena, body),
                                in->note, person != 0 ? OPT_INT(person) : OPT_NONE, cx->now_ms,
                                &made));
    EventChange changes[] = { { STR("version"), STR_NULL,
                                str_fmt(cx->arena, "%lld", (long long)number), false },
                              { STR("from"), STR_NULL, clock_rfc3339(cx->arena, from), false } };
    Event ev = { .kind = number == 1 ? "target.created" : "target.changed",
                 .object = "target",
                 .object_id = target,
                 .changes = changes,
                 .changes_n = COUNT_OF(changes) };
    return event_add(cx, &ev, NULL);
}

Rc target_create(Ctx *cx, GrantedCatalog g, const TargetInput *in)
{
    TargetInsertRow made;
    Measure measure;
    bool fresh = false;
    Ms from;

    if (!str_is_key(in->key) || str_find(in->key, '/') != in->key.len
        || measure_from_word(in->key, &measure))
        fail_add(
            cx, STR("/key"), "bad_key",
            TEXT("A key has small letters, digits and dashes, and is not one of the measures."));
    TRY(check(cx, in, MS_NONE, &from));
    TargetDocs list;
    TRY(target_list(cx, &list));
    if (list.n >= TARGETS_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("There are {0} targets; change one of them.", TARGETS_MAX));
    TRY(q_target_insert(cx, g, in->key, cx->now_ms, cx->subject->demo, &made, &fresh));
    if (!fresh)
        return fail_field(cx, RC_CONFLICT, "key", "taken", TEXT("This key is in use."));
    return publish(cx, g, made.id, 1, from, in);
}

Rc target_change(Ctx *cx, GrantedCatalog g, Str key, const TargetInput *in)
{
    TargetDoc doc;
    Ms from;

    TRY(target_get(cx, key, &doc));
    const TargetSpec *last = doc.versions.at[doc.versions.n - 1].spec;
    if (in->version.set && in->version.value != last->number)
        return fail(cx, RC_STALE, "stale",
                    TEXT("Somebody else changed this meanwhile. Look at what is there now."));
    if (in->measure.len > 0 && !str_eq(in->measure, measure_word(last->measure)))
        fail_add(cx, STR("/measure"), "fixed",
                 TEXT("What a target measures stays; make another target."));
    TRY(check(cx, in, last->from_ms, &from));
    return publish(cx, g, doc.id, last->number + 1, from, in);
}
