/* import.c - lines of a log become requests and events.
 *
 * A batch is taken in request by request: what the database knows of the number is read once, the lines are
 * folded over it in their order, and what came of it is written: one request row, one row of facts, one event
 * for each new line.  New rows wait until there are many, because one statement for many costs half as much.
 * A line is known by the mark that its event carries as reference.
 */
#include "app/fold.h"
#include "domain/report/import_q.h"
#include "domain/report/report.h"
#include "domain/request/request.h"

#include <assert.h>

enum {
    MARK_BYTES = 5 + 16, /* "line:" and 16 digits */
    EVENTS_WAIT = 1000,  /* rows are written when so many events wait */
};

LIST_OF(uint64_t, Marks);
LIST_OF(ImportRequestInsertRow, NewRequests);
LIST_OF(ImportFactsInsertRow, NewFacts);

/* What is known of a request, in the words of the log. */
typedef struct Facts {
    Str state, to_state;
    Str word[IMPORT_FIELDS];
    OptInt value[IMPORT_FIELDS];
    Ms last, answered;
    int64_t lines;
} Facts;

/* The lines of one number in a batch. */
typedef struct Group {
    Str number;
    const ImportLine **lines;
    size_t n, cap;
    /* filled while it is taken in */
    int64_t request_id, serial, seq;
    bool is_new;
    Marks marks; /* of lines that are known */
    Facts facts;
} Group;

typedef struct Batch {
    Ctx *cx;
    GrantedImport g;
    const ImportMap *m;
    const ImportSource *s;
    Group *groups;
    size_t n;
    Str model_key;
    int64_t next_serial, next_request, next_event;
    int64_t first_event;
    OptInt first_ms;
    Ms last_ms;
    struct {
        Str state;
        int64_t n;
    } states[IMPORT_BATCH_LINES];
    size_t states_n;
    ImportCounts counts;
    /* rows that wait to be written */
    NewRequests requests;
    NewFacts facts;
    PastEvents *events;
} Batch;

/* ---- groups ---- */

static Rc group_push(Arena *a, Group *g, const ImportLine *l)
{
    TRY(arena_grow(a, (void **)&g->lines, &g->cap, g->n + 1, sizeof(const ImportLine *)));
    g->lines[g->n++] = l;
    return RC_OK;
}

/* Lines of a number mostly stand together; a table finds those that do not. */
static Rc make_groups(Batch *b, const ImportLines *lines)
{
    size_t slots = 64;
    Arena *a = b->cx->arena;

    while (slots < 2 * lines->n)
        slots *= 2;
    uint32_t *table = ARENA_ARRAY(a, uint32_t, slots);
    b->groups = ARENA_ARRAY(a, Group, lines->n + 1);
    if (table == NULL || b->groups == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < lines->n; i++) {
        const ImportLine *l = &lines->at[i];
        size_t at = str_hash(l->number) & (slots - 1);
        while (table[at] != 0 && !str_eq(b->groups[table[at] - 1].number, l->number))
            at = (at + 1) & (slots - 1);
        if (table[at] == 0) {
            b->groups[b->n].number = l->number;
            table[at] = (uint32_t)++b->n;
        }
        TRY(group_push(a, &b->groups[table[at] - 1], l));
    }
    return RC_OK;
}

/* In the order of time; lines of the same instant stay as they stand. */
static void sort_by_time(Group *g)
{
    for (size_t i = 1; i < g->n; i++) {
        const ImportLine *l = g->lines[i];
        size_t k = i;
        for (; k > 0 && g->lines[k - 1]->at > l->at; k--)
            g->lines[k] = g->lines[k - 1];
        g->lines[k] = l;
    }
}

/* ---- what is there ---- */

static Rc instant_of(Arena *a, OptInt at, ImportField f, Facts *to)
{
    to->value[f] = at;
    to->word[f] = at.set ? clock_rfc3339(a, at.value) : STR("");
    return RC_OK;
}

static void count_of(Arena *a, OptInt n, ImportField f, Facts *to)
{
    to->value[f] = n;
    to->word[f] = n.set ? str_fmt(a, "%lld", (long long)n.value) : STR("");
}

static Rc read_facts(Arena *a, const ImportFindRow *row, Facts *ret)
{
    Facts f = { .state = row->state,
                .to_state = row->to_state,
                .last = row->last_ms,
                .answered = row->answered_ms.set ? row->answered_ms.value : MS_NONE };

    f.word[IMPORT_PRIORITY] = row->priority;
    f.word[IMPORT_IMPACT] = row->impact;
    f.word[IMPORT_URGENCY] = row->urgency;
    f.word[IMPORT_TEAM] = row->team;
    f.word[IMPORT_ASSIGNEE] = row->assignee;
    f.word[IMPORT_CHANNEL] = row->channel;
    f.word[IMPORT_CATEGORY] = row->category;
    TRY(instant_of(a, row->opened_ms, IMPORT_OPENED, &f));
    TRY(instant_of(a, row->resolved_ms, IMPORT_RESOLVED, &f));
    TRY(instant_of(a, row->closed_ms, IMPORT_CLOSED, &f));
    f.value[IMPORT_MADE_TARGET] = row->made_target;
    f.word[IMPORT_MADE_TARGET] = !row->made_target.set         ? STR("")
                                 : row->made_target.value != 0 ? STR("true")
                                                               : STR("false");
    count_of(a, row->reassignments, IMPORT_REASSIGNMENTS, &f);
    count_of(a, row->reopenings, IMPORT_REOPENINGS, &f);
    *ret = f;
    return RC_OK;
}

static bool read_mark(Str ref, uint64_t *ret)
{
    uint64_t v = 0;

    if (ref.len != MARK_BYTES || !str_starts(ref, STR("line:")))
        return false;
    for (size_t i = 5; i < ref.len; i++) {
        char c = ref.ptr[i];
        v = v << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret = v;
    return true;
}

static Str mark_ref(Arena *a, uint64_t mark)
{
    char *to = arena_alloc(a, MARK_BYTES);

    memcpy(to, "line:", 5);
    for (size_t i = 0; i < 16; i++)
        to[5 + i] = "0123456789abcdef"[mark >> (60 - 4 * i) & 15];
    return (Str){ to, MARK_BYTES };
}

static Rc read_known(Batch *b, Group *g)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ImportKnownRow row;
    uint64_t mark = 0;

    TRY(q_import_known(b->cx, b->g, g->request_id, IMPORT_LINES_MAX, &rows));
    while (q_import_known_next(&rows, &row))
        if (read_mark(row.call_ref, &mark))
            TRY(LIST_PUSH(b->cx->arena, &g->marks, mark));
    g->facts.lines = (int64_t)g->marks.n;
    return rows_result(&rows);
}

static Rc find(Batch *b, Group *g)
{
    ImportFindRow row;
    bool found = false;

    TRY(q_import_find(b->cx, b->g, b->s->id, g->number, &row, &found));
    g->is_new = !found;
    if (!found) {
        g->facts = (Facts){ .state = STR(""), .to_state = STR("submitted"), .answered = MS_NONE };
        for (size_t i = 0; i < IMPORT_FIELDS; i++)
            g->facts.word[i] = STR("");
        return RC_OK;
    }
    g->request_id = row.request_id;
    g->serial = row.serial;
    g->seq = row.event_seq;
    TRY(read_facts(b->cx->arena, &row, &g->facts));
    return read_known(b, g);
}

static bool is_known(const Marks *m, uint64_t mark)
{
    for (size_t i = m->n; i > 0; i--)
        if (m->at[i - 1] == mark)
            return true;
    return false;
}

static int by_mark(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Leaves the lines that are new.  Those of one number are few, so a list is enough; a long one is sorted. */
static Rc drop_known(Batch *b, Group *g)
{
    size_t kept = 0, sorted = 0;

    if (g->marks.n > 64) {
        qsort(g->marks.at, g->marks.n, sizeof *g->marks.at, by_mark);
        sorted = g->marks.n;
    }
    for (size_t i = 0; i < g->n; i++) {
        const ImportLine *l = g->lines[i];
        Marks fresh = { g->marks.at + sorted, g->marks.n - sorted, 0 };
        bool known =
            is_known(&fresh, l->mark)
            || (sorted > 0
                && bsearch(&l->mark, g->marks.at, sorted, sizeof *g->marks.at, by_mark) != NULL);
        if (known) {
            b->counts.known++;
            continue;
        }
        if (g->facts.lines == IMPORT_LINES_MAX) {
            if (b->counts.over++ == 0)
                b->counts.over_line = l->line;
            continue;
        }
        g->facts.lines++;
        TRY(LIST_PUSH(b->cx->arena, &g->marks, l->mark));
        g->lines[kept++] = l;
    }
    g->n = kept;
    return RC_OK;
}

/* ---- words of the log as words of Errand ---- */

static bool has_word(Str text, const char *w)
{
    size_t n = strlen(w);

    for (size_t i = 0; i + n <= text.len; i++) {
        bool begins = i == 0 || !((text.ptr[i - 1] | 32) >= 'a' && (text.ptr[i - 1] | 32) <= 'z');
        bool ends =
            i + n == text.len || !((text.ptr[i + n] | 32) >= 'a' && (text.ptr[i + n] | 32) <= 'z');
        if (begins && ends && str_eq_nocase(str_sub(text, i, i + n), (Str){ w, n }))
            return true;
    }
    return false;
}

typedef struct Match {
    const char *word, *is;
} Match;

static const char *match(Str text, const Match *words, size_t n, const char *otherwise)
{
    for (size_t i = 0; text.len > 0 && i < n; i++)
        if (has_word(text, words[i].word))
            return words[i].is;
    return otherwise;
}

static const Match urgencies[] = {
    { "critical", "critical" }, { "urgent", "critical" }, { "high", "high" },
    { "moderate", "normal" },   { "medium", "normal" },   { "normal", "normal" },
    { "low", "low" },
};
static const Match impacts[] = {
    { "person", "person" },
    { "user", "person" },
    { "team", "team" },
    { "department", "team" },
    { "site", "site" },
    { "organisation", "organisation" },
    { "organization", "organisation" },
};
static const Match channels[] = {
    { "phone", "phone" },
    { "telephone", "phone" },
    { "e-mail", "mail" },
    { "email", "mail" },
    { "mail", "mail" },
    { "self", "portal" },
    { "portal", "portal" },
    { "web", "portal" },
    { "walk", "walk_in" },
    { "chat", "chat" },
    { "monitoring", "monitoring" },
    { "event", "monitoring" },
};

static int64_t level_of_word(Str priority)
{
    const char *w = match(priority, urgencies, COUNT_OF(urgencies), "normal");
    for (size_t i = 0; i < COUNT_OF(URGENCY_WORDS); i++)
        if (strcmp(w, URGENCY_WORDS[i]) == 0)
            return (int64_t)i + 1;
    return 2;
}

/* ---- folding ---- */

static bool counts_state(const Facts *f)
{
    return str_eq_z(f->to_state, "fulfilled") || str_eq_z(f->to_state, "closed");
}

/* A field of a line counts when the log has it: that it is unknown now is a change, too. */
static Rc take_line(Batch *b, const ImportLine *l, Facts *f, EventChange *changes, size_t *ret_n)
{
    size_t n = 0;

    if (l->state.len == 0)
        b->counts.unknown++;
    if (!str_eq(f->state, l->state)) {
        changes[n++] = (EventChange){ STR("state"), f->state.len > 0 ? f->state : STR_NULL,
                                      l->state.len > 0 ? l->state : STR_NULL, false };
        f->state = l->state;
        if (!str_is_null(l->to_state))
            f->to_state = l->to_state;
    }
    for (size_t i = 0; i < IMPORT_FIELDS; i++) {
        if (str_is_null(b->m->field[i]))
            continue;
        if (l->word[i].len == 0)
            b->counts.unknown++;
        if (str_eq(f->word[i], l->word[i]))
            continue;
        changes[n++] =
            (EventChange){ str_z(IMPORT_FIELD_WORDS[i]), f->word[i].len > 0 ? f->word[i] : STR_NULL,
                           l->word[i].len > 0 ? l->word[i] : STR_NULL, i == IMPORT_ASSIGNEE };
        f->word[i] = l->word[i];
        f->value[i] = l->value[i];
    }
    f->last = l->at;
    if (f->answered == MS_NONE && !str_eq_z(f->to_state, "submitted"))
        f->answered = l->at;
    *ret_n = n;
    return RC_OK;
}

static void note_state(Batch *b, Str state)
{
    size_t i = b->states_n;

    while (i > 0 && !str_eq(b->states[i - 1].state, state))
        i--;
    if (i == 0) {
        b->states[b->states_n].state = state;
        b->states[b->states_n++].n = 1;
        return;
    }
    b->states[i - 1].n++;
}

static void note_instants(Batch *b, const Facts *f)
{
    OptInt opened = f->value[IMPORT_OPENED], closed = f->value[IMPORT_CLOSED];

    if (opened.set && (!b->first_ms.set || opened.value < b->first_ms.value))
        b->first_ms = opened;
    if (opened.set && opened.value > b->last_ms)
        b->last_ms = opened.value;
    if (closed.set && closed.value > b->last_ms)
        b->last_ms = closed.value;
    if (f->last > b->last_ms)
        b->last_ms = f->last;
}

/* ---- writing ---- */

static Str title_of(Arena *a, const Group *g)
{
    Str category = g->facts.word[IMPORT_CATEGORY];

    return category.len == 0
               ? g->number
               : str_fmt(a, "%.*s: %.*s", STR_ARG(g->number), STR_ARG(str_shortened(category, 90)));
}

static OptInt when_done(const Facts *f, ImportField field)
{
    bool closed = str_eq_z(f->to_state, "closed");

    if (!counts_state(f) || (field == IMPORT_CLOSED && !closed))
        return OPT_NONE;
    return f->value[field].set      ? f->value[field]
           : field == IMPORT_CLOSED ? OPT_INT(f->last)
                                    : OPT_NONE;
}

static Rc save_request(Batch *b, const Group *g)
{
    Ctx *cx = b->cx;
    const Facts *f = &g->facts;
    bool pending = str_eq_z(f->to_state, "pending");
    Str phase = pending ? STR("fulfilling") : f->to_state;
    Str impact = str_z(match(f->word[IMPORT_IMPACT], impacts, COUNT_OF(impacts), "person"));
    Str urgency = str_z(match(f->word[IMPORT_URGENCY], urgencies, COUNT_OF(urgencies), "normal"));
    Str channel = str_z(match(f->word[IMPORT_CHANNEL], channels, COUNT_OF(channels), "api"));
    int64_t level = level_of_word(f->word[IMPORT_PRIORITY]), events = g->seq + (int64_t)g->n;
    Str title = title_of(cx->arena, g), search;
    OptInt fulfilled = when_done(f, IMPORT_RESOLVED), closed = when_done(f, IMPORT_CLOSED);
    OptInt opened = f->value[IMPORT_OPENED];

    Str number = request_number(cx->arena, b->s->record, g->serial);
    TRY(text_fold(cx->arena, str_fmt(cx->arena, "%.*s %.*s", STR_ARG(number), STR_ARG(title)),
                  &search));
    if (!g->is_new)
        return q_import_request_save(cx, b->g, g->request_id, title, search, f->to_state, phase,
                                     impact, urgency, level, channel, fulfilled, closed, f->last,
                                     events, NULL);
    b->counts.requests++;
    ImportRequestInsertRow row = {
        .id = g->request_id,
        .record = b->s->record,
        .serial = g->serial,
        .model_key = b->model_key,
        .version = b->s->version_id,
        .title = title,
        .search = search,
        .state = f->to_state,
        .phase = phase,
        .impact = impact,
        .urgency = urgency,
        .level = level,
        .person = b->s->person_id,
        .channel = channel,
        .team = b->s->team_id,
        .created = opened.set ? opened.value : g->lines[0]->at,
        .fulfilled = fulfilled,
        .closed = closed,
        .updated = f->last,
        .events = events,
    };
    return LIST_PUSH(cx->arena, &b->requests, row);
}

static Rc save_facts(Batch *b, const Group *g)
{
    const Facts *f = &g->facts;
    const Str *w = f->word;
    const OptInt *v = f->value;
    OptInt answered = f->answered == MS_NONE ? OPT_NONE : OPT_INT(f->answered);

    if (g->is_new) {
        ImportFactsInsertRow row = {
            .request = g->request_id,
            .source = b->s->id,
            .number = g->number,
            .last = f->last,
            .state = f->state,
            .priority = w[IMPORT_PRIORITY],
            .impact = w[IMPORT_IMPACT],
            .urgency = w[IMPORT_URGENCY],
            .team = w[IMPORT_TEAM],
            .assignee = w[IMPORT_ASSIGNEE],
            .channel = w[IMPORT_CHANNEL],
            .category = w[IMPORT_CATEGORY],
            .opened = v[IMPORT_OPENED],
            .answered = answered,
            .resolved = v[IMPORT_RESOLVED],
            .closed = v[IMPORT_CLOSED],
            .made_target = v[IMPORT_MADE_TARGET],
            .reassignments = v[IMPORT_REASSIGNMENTS],
            .reopenings = v[IMPORT_REOPENINGS],
        };
        return LIST_PUSH(b->cx->arena, &b->facts, row);
    }
    return q_import_facts_save(
        b->cx, b->g, g->request_id, f->last, f->state, w[IMPORT_PRIORITY], w[IMPORT_IMPACT],
        w[IMPORT_URGENCY], w[IMPORT_TEAM], w[IMPORT_ASSIGNEE], w[IMPORT_CHANNEL],
        w[IMPORT_CATEGORY], v[IMPORT_OPENED], answered, v[IMPORT_RESOLVED], v[IMPORT_CLOSED],
        v[IMPORT_MADE_TARGET], v[IMPORT_REASSIGNMENTS], v[IMPORT_REOPENINGS], NULL);
}

/* One new line with what it changed. */
typedef struct Change {
    EventChange at[IMPORT_FIELDS + 1];
    size_t n;
} Change;

static Rc save_event(Batch *b, const Group *g, size_t i, const Change *c)
{
    bool first = g->is_new && i == 0;
    bool state = c->n > 0 && str_eq_z(c->at[0].field, "state");
    Event ev = { .kind = first   ? "request.imported"
                         : state ? "request.imported_state"
                                 : "request.imported_change",
                 .request_id = g->request_id,
                 .object = "request",
                 .object_id = g->request_id,
                 .changes = c->at,
                 .changes_n = c->n };

    return past_events_add(b->events, &ev, b->next_event++, g->lines[i]->at,
                           mark_ref(b->cx->arena, g->lines[i]->mark), g->seq + 1 + (int64_t)i);
}

/* Facts hang on requests, texts on events. */
static Rc write_rows(Batch *b)
{
    Ctx *cx = b->cx;
    ImportedRequest *made = ARENA_ARRAY(cx->arena, ImportedRequest, b->requests.n + 1);

    if (made == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < b->requests.n; i++)
        made[i] =
            (ImportedRequest){ b->requests.at[i].id, str_eq_z(b->requests.at[i].state, "closed") };
    TRY(q_import_request_insert(cx, b->g, b->requests.at, b->requests.n));
    TRY(access_imported(cx, b->g, made, b->requests.n, b->s->team_id));
    TRY(q_import_facts_insert(cx, b->g, b->facts.at, b->facts.n));
    b->requests.n = b->facts.n = 0;
    return past_events_write(cx, b->events);
}

static Rc take_group(Batch *b, Group *g)
{
    if (b->m->by_time)
        sort_by_time(g);
    TRY(find(b, g));
    TRY(drop_known(b, g));
    if (g->n == 0)
        return RC_OK;
    if (g->is_new) {
        g->serial = b->next_serial++;
        g->request_id = b->next_request++;
    }
    for (size_t i = 0; i < g->n; i++) {
        const ImportLine *l = g->lines[i];
        Change change;
        change.n = 0;
        note_state(b, l->state);
        /* In the order of time, what comes late is an event and changes nothing that came after it. */
        bool late = b->m->by_time && !(g->is_new && i == 0) && l->at < g->facts.last;
        if (!late)
            TRY(take_line(b, l, &g->facts, change.at, &change.n));
        TRY(save_event(b, g, i, &change));
    }
    note_instants(b, &g->facts);
    TRY(save_request(b, g));
    TRY(save_facts(b, g));
    b->counts.events += (int64_t)g->n;
    return past_events_n(b->events) < EVENTS_WAIT ? RC_OK : write_rows(b);
}

/* Numbers are taken in one piece, and what was not needed is given back: nobody else writes meanwhile. */
static Rc take_numbers(Batch *b, size_t lines)
{
    ImportNumbersRow row;
    ImportRequestIdsRow ids;

    TRY(q_import_numbers(b->cx, b->s->record, (int64_t)b->n, &row));
    b->next_serial = row.first;
    TRY(q_import_request_ids(b->cx, (int64_t)b->n, &ids));
    b->next_request = ids.first;
    TRY(event_ids(b->cx, (int64_t)lines, &b->first_event));
    b->next_event = b->first_event;
    return RC_OK;
}

static Rc give_numbers_back(const Batch *b)
{
    ImportNumbersRow row;

    return q_import_numbers(b->cx, b->s->record, b->counts.requests - (int64_t)b->n, &row);
}

Rc import_apply(Ctx *cx, GrantedImport g, const ImportMap *m, const ImportSource *s,
                const ImportLines *lines, ImportCounts *ret)
{
    Batch *b = ARENA_NEW(cx->arena, Batch);

    assert(lines->n <= IMPORT_BATCH_LINES);
    *b = (Batch){ .cx = cx, .g = g, .m = m, .s = s, .last_ms = MS_NONE };
    b->model_key = str_fmt(cx->arena, "imported-%.*s", STR_ARG(s->record));
    TRY(past_events_new(cx->arena, &b->events));
    TRY(make_groups(b, lines));
    TRY(take_numbers(b, lines->n));
    for (size_t i = 0; i < b->n; i++)
        TRY(take_group(b, &b->groups[i]));
    TRY(write_rows(b));
    TRY(give_numbers_back(b));
    if (b->counts.events > 0) {
        TRY(event_replayed(cx, b->first_event, b->next_event - 1));
        TRY(q_import_source_add(cx, g, s->id, b->counts.requests, b->counts.events, b->first_ms,
                                b->last_ms, cx->now_ms, NULL));
        for (size_t i = 0; i < b->states_n; i++)
            TRY(q_import_state_add(cx, g, s->id, b->states[i].state, b->states[i].n, NULL));
    }
    *ret = b->counts;
    return RC_OK;
}
