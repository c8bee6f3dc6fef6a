/* import_read.c - one line of a log, by its map. */
#include "domain/report/report.h"

const char *const IMPORT_FIELD_WORDS[IMPORT_FIELDS] = {
    "priority", "impact",   "urgency", "team",        "assignee",      "channel",    "category",
    "opened",   "resolved", "closed",  "made_target", "reassignments", "reopenings",
};

enum { NO_COLUMN = -1 };

/* The same instant is often written in many lines one after the other. */
typedef struct LastTime {
    char text[40];
    size_t len;
    Ms at;
} LastTime;

struct ImportReader {
    const ImportMap *m;
    size_t columns;
    int number, time, state, field[IMPORT_FIELDS];
    LastTime last[IMPORT_FIELDS + 1];
};

bool import_is_state(Str state)
{
    static const char *const states[] = { "submitted",  "assessing", "awaiting_approval",
                                          "fulfilling", "pending",   "fulfilled",
                                          "closed" };
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (str_eq_z(state, states[i]))
            return true;
    return false;
}

/* ---- columns ---- */

static Rc no(ImportFault *why, const char *what, Str value)
{
    *why = (ImportFault){ what, value };
    return RC_INVALID;
}

static Rc find(const CsvRow *header, Str name, int *ret, ImportFault *why)
{
    *ret = NO_COLUMN;
    if (str_is_null(name))
        return RC_OK;
    for (size_t i = 0; i < header->n; i++) {
        if (!str_eq(str_trim(header->fields[i]), name))
            continue;
        if (*ret != NO_COLUMN)
            return no(why, "the column \"%.*s\" stands twice in the first line", name);
        *ret = (int)i;
    }
    return *ret == NO_COLUMN ? no(why, "the first line has no column \"%.*s\"", name) : RC_OK;
}

Rc import_reader(Arena *a, const ImportMap *m, const CsvRow *header, ImportReader **ret,
                 ImportFault *ret_why)
{
    ImportReader *r = ARENA_NEW(a, ImportReader);

    r->m = m;
    r->columns = header->n;
    TRY(find(header, m->number, &r->number, ret_why));
    TRY(find(header, m->time, &r->time, ret_why));
    TRY(find(header, m->state, &r->state, ret_why));
    for (size_t i = 0; i < IMPORT_FIELDS; i++)
        TRY(find(header, m->field[i], &r->field[i], ret_why));
    *ret = r;
    return RC_OK;
}

/* ---- values ---- */

static bool is_unknown(const ImportMap *m, Str value)
{
    if (value.len == 0)
        return true;
    for (size_t i = 0; i < m->empty.n; i++)
        if (str_eq(value, m->empty.at[i]))
            return true;
    return false;
}

/* A word as it is kept. */
static Rc word(const ImportMap *m, Str value, Arena *a, Str *ret, ImportFault *why)
{
    value = str_trim(value);
    *ret = STR("");
    if (is_unknown(m, value))
        return RC_OK;
    if (!str_is_clean_text(value, false))
        return no(why, "a value with control characters or line ends", STR_NULL);
    if (value.len > IMPORT_WORD_CHARS && str_chars(value) > IMPORT_WORD_CHARS)
        return no(why, "a value of more than 200 characters", STR_NULL);
    char *copy = arena_bytes(a, value.len);
    if (copy == NULL)
        return RC_LIMIT;
    memcpy(copy, value.ptr, value.len);
    *ret = (Str){ copy, value.len };
    return RC_OK;
}

static Rc instant(ImportReader *r, size_t slot, Str value, Ms *ret, ImportFault *why)
{
    LastTime *last = &r->last[slot];

    if (value.len > 0 && str_eq(value, (Str){ last->text, last->len })) {
        *ret = last->at;
        return RC_OK;
    }
    if (!import_time(value, r->m->time_format, r->m->zone, ret))
        return no(why, "\"%.*s\" is no time of the form that the map gives",
                  str_shortened(value, 60));
    if (value.len <= sizeof last->text) {
        memcpy(last->text, value.ptr, value.len);
        last->len = value.len;
        last->at = *ret;
    }
    return RC_OK;
}

static Rc rfc3339(Arena *a, Ms at, Str *ret)
{
    char *to = arena_bytes(a, CLOCK_RFC3339_BYTES);

    if (to == NULL)
        return RC_LIMIT;
    *ret = (Str){ to, clock_write_rfc3339(to, at) };
    return RC_OK;
}

static Rc verdict(Str value, ImportLine *l, ImportFault *why)
{
    static const char *const words[][2] = { { "true", "false" }, { "yes", "no" }, { "1", "0" } };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        for (int kept = 0; kept < 2; kept++) {
            if (!str_eq_nocase(value, str_z(words[i][1 - kept])))
                continue;
            l->word[IMPORT_MADE_TARGET] = kept ? STR("true") : STR("false");
            l->value[IMPORT_MADE_TARGET] = OPT_INT(kept);
            return RC_OK;
        }
    }
    return no(why, "\"%.*s\" is neither true nor false", str_shortened(value, 60));
}

static Rc count(Str value, ImportField f, ImportLine *l, Arena *a, ImportFault *why)
{
    int64_t n = 0;

    if (!str_to_i64(value, &n) || n < 0 || n > 1000000)
        return no(why, "\"%.*s\" is no count", str_shortened(value, 60));
    l->value[f] = OPT_INT(n);
    l->word[f] = str_fmt(a, "%lld", (long long)n);
    return RC_OK;
}

static Rc field(ImportReader *r, ImportField f, Str value, Arena *a, ImportLine *l,
                ImportFault *why)
{
    Ms at = MS_NONE;

    l->word[f] = STR("");
    l->value[f] = OPT_NONE;
    switch (f) {
    case IMPORT_OPENED:
    case IMPORT_RESOLVED:
    case IMPORT_CLOSED:
    case IMPORT_MADE_TARGET:
    case IMPORT_REASSIGNMENTS:
    case IMPORT_REOPENINGS:
        value = str_trim(value);
        if (is_unknown(r->m, value))
            return RC_OK;
        break;
    case IMPORT_PRIORITY:
    case IMPORT_IMPACT:
    case IMPORT_URGENCY:
    case IMPORT_TEAM:
    case IMPORT_ASSIGNEE:
    case IMPORT_CHANNEL:
    case IMPORT_CATEGORY:
    case IMPORT_FIELDS: return word(r->m, value, a, &l->word[f], why);
    }
    if (f == IMPORT_MADE_TARGET)
        return verdict(value, l, why);
    if (f == IMPORT_REASSIGNMENTS || f == IMPORT_REOPENINGS)
        return count(value, f, l, a, why);
    TRY(instant(r, f, value, &at, why));
    l->value[f] = OPT_INT(at);
    return rfc3339(a, at, &l->word[f]);
}

static Rc state(const ImportMap *m, ImportLine *l, ImportFault *why)
{
    l->to_state = STR_NULL;
    if (l->state.len == 0)
        return RC_OK;
    for (size_t i = 0; i < m->states.n; i++) {
        if (str_eq(l->state, m->states.at[i].word)) {
            l->to_state = m->states.at[i].state;
            return RC_OK;
        }
    }
    return m->keep
               ? RC_OK
               : no(why,
                    "the state \"%.*s\" is not in the map, and the map does not say other: keep",
                    l->state);
}

/* FNV-1a over all fields, each with its length, so that no two lines run into each other. */
static uint64_t mark_of(const CsvRow *row)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < row->n; i++) {
        const Str *f = &row->fields[i];
        for (size_t k = 0; k < f->len; k++)
            h = (h ^ (unsigned char)f->ptr[k]) * 0x100000001b3u;
        h = (h ^ (0x100u + (f->len & 0xffffu))) * 0x100000001b3u;
    }
    return h;
}

Rc import_read(ImportReader *r, const CsvRow *row, Arena *a, ImportLine *ret, ImportFault *ret_why)
{
    static const char *const faults[] = {
        [CSV_FINE] = NULL,
        [CSV_QUOTE_OPEN] = "a quoted value does not end",
        [CSV_QUOTE_BEHIND] = "something stands behind a closing quote",
        [CSV_QUOTE_INSIDE] = "a quote stands within a value that has none around it",
        [CSV_TOO_LONG] = "the line is longer than 256 KiB",
        [CSV_TOO_MANY] = "the line has more than 1024 values",
        [CSV_NOT_UTF8] = "the line is not UTF-8",
    };
    ImportLine l = { .line = row->line };

    *ret_why = (ImportFault){ NULL, STR_NULL };
    if (row->fault != CSV_FINE)
        return no(ret_why, faults[row->fault], STR_NULL);
    if (row->n != r->columns)
        return no(ret_why,
                  row->n < r->columns ? "the line has fewer values than the first line"
                                      : "the line has more values than the first line",
                  STR_NULL);
    TRY(word(r->m, row->fields[r->number], a, &l.number, ret_why));
    if (l.number.len == 0)
        return no(ret_why, "the line has no number", STR_NULL);
    Str at = str_trim(row->fields[r->time]);
    if (is_unknown(r->m, at))
        return no(ret_why, "the line has no time", STR_NULL);
    TRY(instant(r, IMPORT_FIELDS, at, &l.at, ret_why));
    TRY(word(r->m, row->fields[r->state], a, &l.state, ret_why));
    TRY(state(r->m, &l, ret_why));
    for (size_t i = 0; i < IMPORT_FIELDS; i++) {
        l.word[i] = STR("");
        if (r->field[i] != NO_COLUMN)
            TRY(field(r, (ImportField)i, row->fields[r->field[i]], a, &l, ret_why));
    }
    l.mark = mark_of(row);
    *ret = l;
    return RC_OK;
}
