/* group.c - a list in groups. */
#include "domain/view/group.h"

#include "app/collate.h"
#include "domain/view/fields.h"
#include "domain/view/fields_q.h"

enum {
    VALUES_MOST = 5000, /* different values that are looked at */
    DUE_SPANS = 5,
};

/* What is a group: each value of a field, or a span of time. */
typedef enum GroupKind { GROUP_NONE, GROUP_VALUES, GROUP_DUE, GROUP_DAYS } GroupKind;

typedef struct Entry {
    Str raw; /* the value as find_groups gives it, and as a cursor names it; STR_NULL: nothing, or all others */
    DbValue value;
    Ms from; /* of a day */
} Entry;
LIST_OF(Entry, Entries);

struct Grouping {
    const FindQuery *q;
    GroupKind kind;
    FieldUse use;
    bool plain;      /* the order of `q` leads through the groups by itself, to its end */
    Entries entries; /* in order; of values, two more follow in `groups`: nothing, and all others */
    ListGroups groups;
    Ms due[DUE_SPANS - 1]; /* where late, today, tomorrow, the week end */
    bool exact;
};

/* ---- by what ---- */

static const struct {
    const char *name, *label;
} fields[] = {
    { "", T("No groups") },
    { "priority", T("Grouped by priority") },
    { "due", T("Grouped by due time") },
    { "state", T("Grouped by state") },
    { "team", T("Grouped by team") },
    { "assignee", T("Grouped by who has it") },
    { "requester", T("Grouped by requester") },
    { "model", T("Grouped by item") },
    { "created", T("Grouped by day of creation") },
};

/* The question behind an answer that is one of several options; NULL: it is none. */
static const Question *choice_of(const FindSchema *s, const CondName *name)
{
    const Question *q =
        name->id >= FIND_ANSWER_FIRST ? s->questions[name->id - FIND_ANSWER_FIRST] : NULL;
    return q != NULL && q->type == QUESTION_CHOICE ? q : NULL;
}

static bool is_own_choice(const FindSchema *s, const CondName *name)
{
    const TeamField *own = find_own(s, name);
    return own != NULL && own->kind == FIELD_CHOICE;
}

Rc group_fields(Ctx *cx, GroupFields *ret)
{
    const FindSchema *s;

    TRY(find_schema(cx, &s));
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        TRY(LIST_PUSH(cx->arena, ret,
                      ((GroupField){ str_z(fields[i].name), { .msgid = fields[i].label } })));
    for (size_t i = 0; i < s->names.n; i++) {
        const CondName *name = &s->names.at[i];
        const Question *q = choice_of(s, name);
        if (name->word)
            continue;
        if (is_own_choice(s, name))
            TRY(LIST_PUSH(
                cx->arena, ret,
                ((GroupField){ name->name, TEXT("Grouped by “{0}”", &find_own(s, name)->name) })));
        else if (q != NULL)
            TRY(LIST_PUSH(cx->arena, ret,
                          ((GroupField){ name->name, TEXT("Grouped by “{0}”", &q->ask) })));
    }
    return RC_OK;
}

static bool is_usual(Str name)
{
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (str_eq_z(name, fields[i].name))
            return true;
    return false;
}

static bool is_field(const FindSchema *s, Str by)
{
    const CondName *name = find_name(s, by);

    return is_usual(by) || (name != NULL && (choice_of(s, name) != NULL || is_own_choice(s, name)));
}

Rc group_is_field(Ctx *cx, Str name, bool *ret)
{
    const FindSchema *s;

    *ret = is_usual(name);
    if (*ret)
        return RC_OK;
    TRY(find_schema(cx, &s));
    *ret = is_field(s, name);
    return RC_OK;
}

/* ---- the groups of each field ---- */

static Rc add(Ctx *cx, Grouping *g, Entry e, Str key, Text name)
{
    TRY(LIST_PUSH(cx->arena, &g->entries, e));
    return LIST_PUSH(cx->arena, &g->groups, ((ListGroup){ .key = key, .name = name }));
}

static Rc add_word(Ctx *cx, Grouping *g, Str word, Text name)
{
    return add(cx, g, (Entry){ .raw = word, .value = db_text(word) }, word, name);
}

static Rc add_levels(Ctx *cx, Grouping *g)
{
    static const char *const keys[] = { "low", "normal", "high", "critical" };
    static const char *const labels[] = { T("Low"), T("Normal"), T("High"), T("Critical") };

    for (size_t i = COUNT_OF(keys); i-- > 0;)
        TRY(add(cx, g,
                (Entry){ .raw = str_fmt(cx->arena, "%zu", i + 1), .value = db_int((int64_t)i + 1) },
                str_z(keys[i]), (Text){ .msgid = labels[i] }));
    return RC_OK;
}

static Rc add_states(Ctx *cx, Grouping *g)
{
    for (size_t i = 0; i < g->use.field.keys_n; i++) {
        Str state = str_z(g->use.field.keys[i]);
        TRY(add_word(cx, g, state, (Text){ .msgid = request_state_label(state, STR("")) }));
    }
    return RC_OK;
}

static Ms day_start(const Ctx *cx, Ms day)
{
    CivilTime t = clock_civil_utc(day);
    return zone_instant(cx->zone, &t);
}

static Ms today(const Ctx *cx)
{
    CivilTime t = zone_civil(cx->zone, cx->now_ms);
    return clock_days(t.year, t.month, t.day) * MS_DAY;
}

static Rc add_due(Ctx *cx, Grouping *g)
{
    static const char *const keys[] = { "late", "today", "tomorrow", "week", "later" };
    static const char *const labels[] = { T("Late"), T("Due today"), T("Due tomorrow"),
                                          T("Due within a week"), T("Due later") };
    Ms day = today(cx);

    g->due[0] = cx->now_ms;
    g->due[1] = day_start(cx, day + MS_DAY);
    g->due[2] = day_start(cx, day + 2 * MS_DAY);
    g->due[3] = day_start(cx, day + 7 * MS_DAY);
    for (size_t i = 0; i < DUE_SPANS; i++)
        TRY(add_word(cx, g, str_z(keys[i]), (Text){ .msgid = labels[i] }));
    return RC_OK;
}

static Rc add_days(Ctx *cx, Grouping *g)
{
    Ms day = today(cx);

    for (int i = 0; i < GROUPS_MOST; i++, day -= MS_DAY) {
        Str date = clock_date(cx->arena, day);
        TRY(add(cx, g, (Entry){ .raw = date, .from = day_start(cx, day) }, date,
                TEXT("Created on {0}", when_date(day))));
    }
    return RC_OK;
}

static Rc add_options(Ctx *cx, Grouping *g, Str by)
{
    const CondName *name = find_name(g->q->schema, by);
    const Question *question = choice_of(g->q->schema, name);

    for (size_t i = 0; question != NULL && i < question->options.n && i < GROUPS_MOST; i++)
        TRY(add_word(cx, g, question->options.at[i].key,
                     TEXT("{0}", &question->options.at[i].name)));
    if (question != NULL)
        return RC_OK;
    const TeamField *own = find_own(g->q->schema, name);
    for (size_t i = 0; i < own->options.n && i < GROUPS_MOST; i++)
        TRY(add_word(cx, g, own->options.at[i].key, TEXT("{0}", &own->options.at[i].name)));
    return RC_OK;
}

/* ---- groups that follow from what is there: teams, people, items ---- */

static Str item_name(const Ctx *cx, const CatalogModels *models, Str key)
{
    for (size_t i = 0; i < models->n; i++)
        if (str_eq(models->at[i].model->key, key))
            return lang_text(&models->at[i].model->name, cx->lang, NULL);
    return key; /* no longer published */
}

static Rc add_found(Ctx *cx, Grouping *g, const CatalogModels *models, Str raw)
{
    Entry e = { .raw = raw, .value = db_text(raw) };
    TeamRef team = { 0 };
    PersonRef person = { 0 };
    int64_t id = 0;

    if (g->use.field.store == STORE_WORD)
        return add(cx, g, e, raw, TEXT("{0}", item_name(cx, models, raw)));
    if (!str_to_i64(raw, &id))
        return fail_field(cx, RC_INVALID, "cursor", "unknown_page",
                          TEXT("This page belongs to another list; start from the first page."));
    e.value = db_int(id);
    if (g->use.field.store == STORE_TEAM) {
        TRY(team_ref(cx, id, &team));
        return add(cx, g, e, team.key, TEXT("{0}", team.name));
    }
    TRY(person_ref(cx, id, &person));
    return add(cx, g, e, person.login, TEXT("{0}", person.name));
}

typedef struct Named {
    Entry entry;
    ListGroup group;
    Str name;
    Lang lang;
} Named;

static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    int order = collate(x->lang, x->name, y->name);

    return order != 0 ? order : str_cmp(x->entry.raw, y->entry.raw);
}

static Rc sort_by_name(Ctx *cx, Grouping *g)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Named *list = arena_array(cx->arena, g->entries.n, sizeof *list);

    if (g->entries.n < 2)
        return RC_OK;
    if (list == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < g->entries.n; i++)
        list[i] = (Named){ g->entries.at[i], g->groups.at[i],
                           words_text(cx->arena, &reader, &g->groups.at[i].name), cx->lang };
    qsort(list, g->entries.n, sizeof *list, by_name);
    for (size_t i = 0; i < g->entries.n; i++) {
        g->entries.at[i] = list[i].entry;
        g->groups.at[i] = list[i].group;
    }
    return RC_OK;
}

/* ---- SQL ---- */

static void put_then(DbPart *to, size_t rank)
{
    part_word(to, SQL_THEN);
    part_value(to, db_int((int64_t)rank));
}

static void put_else(DbPart *to, size_t rank)
{
    part_word(to, SQL_ELSE);
    part_value(to, db_int((int64_t)rank));
    part_word(to, SQL_END);
}

/* CASE WHEN (value) <sign> bound THEN rank ... */
static void put_bound(DbPart *to, const FieldUse *u, SqlWord sign, Ms bound, size_t rank)
{
    part_word(to, SQL_WHEN);
    find_put_value(to, u);
    part_word(to, sign);
    part_value(to, db_int(bound));
    put_then(to, rank);
}

/* What is nothing, then all others. */
static void put_rest(DbPart *to, const Grouping *g)
{
    part_word(to, SQL_CASE);
    part_word(to, SQL_WHEN);
    find_put_value(to, &g->use);
    part_word(to, SQL_IS_NULL);
    put_then(to, g->entries.n + 1);
    put_else(to, g->entries.n + 2);
}

static void put_spans(DbPart *to, const Grouping *g)
{
    part_word(to, SQL_CASE);
    for (size_t i = 0; g->kind == GROUP_DUE && i < COUNT_OF(g->due); i++)
        put_bound(to, &g->use, SQL_LT, g->due[i], i + 1);
    for (size_t i = 0; g->kind == GROUP_DAYS && i < g->entries.n; i++)
        put_bound(to, &g->use, SQL_GE, g->entries.at[i].from, i + 1);
    if (g->kind == GROUP_DUE) {
        part_word(to, SQL_WHEN);
        find_put_value(to, &g->use);
        part_word(to, SQL_NOT_NULL);
        put_then(to, DUE_SPANS);
        put_else(to, g->entries.n + 1);
    } else {
        put_else(to, g->entries.n + 2);
    }
}

/* The place of a request's group, from 1. */
static void put_rank(DbPart *to, const Grouping *g)
{
    if (g->kind != GROUP_VALUES) {
        put_spans(to, g);
        return;
    }
    if (g->entries.n == 0) {
        put_rest(to, g);
        return;
    }
    part_word(to, SQL_CASE);
    find_put_value(to, &g->use);
    for (size_t i = 0; i < g->entries.n; i++) {
        part_word(to, SQL_WHEN);
        part_value(to, g->entries.at[i].value);
        put_then(to, i + 1);
    }
    part_word(to, SQL_ELSE);
    put_rest(to, g);
    part_word(to, SQL_END);
}

/* ---- how many ---- */

typedef struct Count {
    Str value; /* STR_NULL: nothing there */
    int64_t n;
} Count;
LIST_OF(Count, Counts);

static Rc count_by(Ctx *cx, ScopeRequests s, Grouping *g, Counts *ret, int64_t *ret_total)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FindGroupsRow row;
    FindSql sql;
    DbPart *valued;
    int64_t total = 0;

    TRY(find_sql(cx, g->q, DB_SQLITE, NULL, &sql));
    TRY(part_new(cx->arena, DB_SQLITE, &valued));
    if (g->kind == GROUP_VALUES)
        find_put_value(valued, &g->use);
    else
        put_rank(valued, g);
    TRY(part_result(valued));
    TRY(q_find_groups(cx, s, valued, sql.asked, sql.sorted, g->q->sorted_most + 1, VALUES_MOST,
                      &rows));
    while (q_find_groups_next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, ret, ((Count){ row.value, row.n })));
        total += row.n;
    }
    g->exact = total <= g->q->sorted_most && ret->n < VALUES_MOST;
    *ret_total = total;
    return rows_result(&rows);
}

/* What is sorted into groups are the first of the list: of the newest, those are among the newest that the reader may see. */
static Rc load_counts(Ctx *cx, ScopeRequests s, Grouping *g, Counts *ret)
{
    const FindQuery *q = g->q;
    FindQuery *few = ARENA_NEW(cx->arena, FindQuery);
    bool there = !find_has_order(q);
    int64_t total;

    for (int64_t n = FIND_TWICE * q->sorted_most; there; n *= FIND_MORE) {
        TRY(find_newest(cx, s, q, INT64_MAX, n, few, &there));
        if (!there)
            break;
        g->q = few;
        TRY(count_by(cx, s, g, ret, &total));
        if (total > q->sorted_most || few->all_seen)
            return RC_OK;
        g->q = q;
        *ret = (Counts){ 0 };
    }
    return count_by(cx, s, g, ret, &total);
}

static size_t entry_at(const Grouping *g, Str raw)
{
    size_t i = 0;

    while (i < g->entries.n && !str_eq(g->entries.at[i].raw, raw))
        i++;
    return i;
}

/* Of a count: the place of its group in `groups`. */
static size_t place_of(const Grouping *g, Str value)
{
    int64_t rank = 0;

    if (g->kind != GROUP_VALUES)
        return str_to_i64(value, &rank) && rank > 0 && (size_t)rank <= g->groups.n
                   ? (size_t)rank - 1
                   : g->groups.n - 1;
    if (str_is_null(value))
        return g->entries.n;
    size_t at = entry_at(g, value);
    return at < g->entries.n ? at : g->entries.n + 1;
}

static Rc add_rest(Ctx *cx, Grouping *g, Str by)
{
    static const struct {
        const char *by, *nothing;
    } words[] = {
        { "due", T("Without a due time") },
        { "team", T("No team") },
        { "assignee", T("Nobody yet") },
    };
    Text nothing = TEXT("Nothing chosen");

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(by, words[i].by))
            nothing = (Text){ .msgid = words[i].nothing };
    TRY(LIST_PUSH(cx->arena, &g->groups, ((ListGroup){ .key = STR("-"), .name = nothing })));
    return LIST_PUSH(
        cx->arena, &g->groups,
        ((ListGroup){ .key = STR("+"),
                      .name = g->kind == GROUP_DAYS ? TEXT("Earlier") : TEXT("Everything else") }));
}

/* ---- opening ---- */

static Rc load_names(Ctx *cx, const Grouping *g, const Counts *counts)
{
    int64_t ids[GROUPS_MOST];
    size_t n = 0;

    for (size_t i = 0; i < counts->n && n < COUNT_OF(ids); i++)
        if (str_to_i64(counts->at[i].value, &ids[n]))
            n++;
    if (g->use.field.store == STORE_PERSON)
        return person_refs_load(cx, ids, n);
    return g->use.field.store == STORE_TEAM ? team_refs_load(cx, ids, n) : RC_OK;
}

/* The value by which a page begins: a group of that name may have no requests any more. */
static Str raw_of_cursor(Str after)
{
    Str mark = after;

    (void)str_cut(&mark, '~');
    return str_starts(mark, STR("=")) ? str_skip(mark, 1) : STR_NULL;
}

static Rc add_all_found(Ctx *cx, Grouping *g, const Counts *counts, Str after)
{
    CatalogModels models = { 0 };
    Str begins = raw_of_cursor(after);

    if (g->use.field.store == STORE_WORD)
        TRY(catalog_models(cx, &models));
    TRY(load_names(cx, g, counts));
    for (size_t i = 0; i < counts->n && g->entries.n < GROUPS_MOST; i++)
        if (!str_is_null(counts->at[i].value))
            TRY(add_found(cx, g, &models, counts->at[i].value));
    if (!str_is_null(begins) && entry_at(g, begins) == g->entries.n)
        TRY(add_found(cx, g, &models, begins));
    return sort_by_name(cx, g);
}

/* Groups that are known before anything is counted; *ret_found: they follow from what is there. */
static Rc add_known(Ctx *cx, Grouping *g, Str by, bool *ret_found)
{
    *ret_found = false;
    if (g->kind == GROUP_DUE)
        return add_due(cx, g);
    if (g->kind == GROUP_DAYS)
        return add_days(cx, g);
    if (str_eq_z(by, "priority"))
        return add_levels(cx, g);
    if (str_eq_z(by, "state"))
        return add_states(cx, g);
    *ret_found = is_usual(by);
    return *ret_found ? RC_OK : add_options(cx, g, by);
}

/* Due times and days stand one after the other when that is the list's order anyway: then an index leads through it. */
static Rc order_through(Ctx *cx, Grouping *g, Str by)
{
    FindSorts sorts = { 0 };

    TRY(find_sorts(cx, g->q, &sorts));
    g->plain = g->kind != GROUP_VALUES && sorts.n > 0 && str_eq(sorts.at[0].field, by)
               && sorts.at[0].descending == (g->kind == GROUP_DAYS);
    return RC_OK;
}

Rc grouping_open(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str after,
                 const Grouping **ret)
{
    Grouping *g = ARENA_NEW(cx->arena, Grouping);
    const CondName *name = find_name(q->schema, by);
    Counts counts = { 0 };
    bool found = false;

    *g = (Grouping){ .q = q, .plain = true, .exact = true };
    *ret = g;
    if (by.len == 0 || !is_field(q->schema, by))
        return RC_OK;
    (void)find_field(q->schema, name, &g->use);
    g->kind = str_eq_z(by, "due") ? GROUP_DUE : str_eq_z(by, "created") ? GROUP_DAYS : GROUP_VALUES;
    TRY(order_through(cx, g, by));
    TRY(add_known(cx, g, by, &found));
    TRY(load_counts(cx, s, g, &counts));
    if (found)
        TRY(add_all_found(cx, g, &counts, after));
    TRY(add_rest(cx, g, by));
    for (size_t i = 0; i < counts.n; i++)
        g->groups.at[place_of(g, counts.at[i].value)].count += counts.at[i].n;
    return RC_OK;
}

const ListGroups *grouping_groups(const Grouping *g, bool *ret_exact)
{
    *ret_exact = g->exact;
    return &g->groups;
}

bool grouping_is_cut(const Grouping *g)
{
    return !g->plain && !g->exact;
}

/* ---- pages ---- */

/* Where the order leads through the groups, what a request has tells its group. */
static size_t place_of_head(const Grouping *g, const RequestHead *h)
{
    size_t i = 0;

    if (g->kind == GROUP_DUE) {
        while (i < COUNT_OF(g->due) && h->next_due_ms >= g->due[i])
            i++;
        return h->next_due_ms == MS_NONE ? DUE_SPANS : i;
    }
    while (i < g->entries.n && h->created_ms < g->entries.at[i].from)
        i++;
    return i < g->entries.n ? i : g->entries.n + 1;
}

static Rc unknown_page(Ctx *cx)
{
    return fail_field(cx, RC_INVALID, "cursor", "unknown_page",
                      TEXT("This page belongs to another list; start from the first page."));
}

/* "17.3.204~=laptop": as in lists without groups, and the group: "=" and its value, "-" nothing, "+" all others. */
static Rc read_after(Ctx *cx, const Grouping *g, Str after, const FindOrder *o,
                     int64_t *ret_numbers, size_t *ret_rank)
{
    Str numbers = str_cut(&after, '~');
    size_t at = g->entries.n;

    TRY(find_read_after(cx, numbers, o, ret_numbers));
    if (str_eq_z(after, "+"))
        at = g->entries.n + 1;
    else if (str_starts(after, STR("="))) {
        at = entry_at(g, str_skip(after, 1));
        if (at == g->entries.n && g->kind == GROUP_DAYS)
            at++; /* so many days have passed since */
        else if (at == g->entries.n)
            return unknown_page(cx);
    } else if (!str_eq_z(after, "-"))
        return unknown_page(cx);
    *ret_rank = at + 1;
    return RC_OK;
}

static Str write_after(Arena *a, const Grouping *g, const FindOrder *o, const FoundRow *row,
                       size_t rank)
{
    Str numbers = find_write_after(a, o, row);

    if (rank > g->entries.n)
        return str_fmt(a, "%.*s~%s", STR_ARG(numbers), rank == g->entries.n + 1 ? "-" : "+");
    return str_fmt(a, "%.*s~=%.*s", STR_ARG(numbers), STR_ARG(g->entries.at[rank - 1].raw));
}

static void put_behind(DbPart *to, const Grouping *g, const FindOrder *o, size_t rank,
                       const int64_t *numbers)
{
    part_word(to, SQL_OPEN);
    put_rank(to, g);
    part_word(to, SQL_GT);
    part_value(to, db_int((int64_t)rank));
    part_word(to, SQL_OR);
    part_word(to, SQL_OPEN);
    put_rank(to, g);
    part_word(to, SQL_EQ);
    part_value(to, db_int((int64_t)rank));
    find_put_after(to, o, numbers);
    part_word(to, SQL_CLOSE);
    part_word(to, SQL_CLOSE);
}

typedef struct RankedSql {
    FindSql list;
    DbPart *ranked, *behind, *sorted;
} RankedSql;

static Rc ranked_sql(Ctx *cx, const Grouping *g, const FindOrder *o, Str after, RankedSql *ret)
{
    int64_t numbers[FIND_AFTER_MAX];
    size_t rank = 0;

    TRY(find_sql(cx, g->q, DB_SQLITE, NULL, &ret->list));
    TRY(part_new(cx->arena, DB_SQLITE, &ret->behind));
    if (after.len > 0) {
        TRY(read_after(cx, g, after, o, numbers, &rank));
        put_behind(ret->behind, g, o, rank, numbers);
    } else {
        part_word(ret->behind, SQL_TRUE);
    }
    TRY(part_new(cx->arena, DB_SQLITE, &ret->ranked));
    put_rank(ret->ranked, g);
    TRY(part_new(cx->arena, DB_SQLITE, &ret->sorted));
    put_rank(ret->sorted, g);
    part_word(ret->sorted, SQL_COMMA);
    find_put_order(ret->sorted, o);
    TRY(part_result(ret->behind));
    TRY(part_result(ret->ranked));
    return part_result(ret->sorted);
}

typedef struct Ranked {
    FoundRows rows;
    size_t ranks[FIND_PAGE_MOST + 1];
} Ranked;

static Rc load_ranked(Ctx *cx, ScopeRequests s, const Grouping *g, const FindOrder *o,
                      FindPage page, Ranked *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FindRankedRow row;
    RankedSql sql;

    TRY(ranked_sql(cx, g, o, page.after, &sql));
    TRY(q_find_ranked(cx, s, sql.ranked, sql.list.asked, sql.list.sorted, sql.behind, sql.sorted,
                      g->q->sorted_most, page.size + 1, &rows));
    while (ret->rows.n < COUNT_OF(ret->ranks) && q_find_ranked_next(&rows, &row)) {
        int64_t rank = 0;
        if (!str_to_i64(row.rank, &rank) || rank < 1 || (size_t)rank > g->groups.n)
            return RC_INTERNAL;
        ret->ranks[ret->rows.n] = (size_t)rank;
        TRY(LIST_PUSH(cx->arena, &ret->rows,
                      ((FoundRow){ .id = row.id,
                                   .parts = row.parts,
                                   .created_ms = row.created_ms,
                                   .updated_ms = row.updated_ms,
                                   .level = row.level,
                                   .next_due_ms = row.next_due_ms })));
    }
    return rows_result(&rows);
}

/* Heads may be fewer than rows: both are in one order. */
static void places_of_heads(const Ranked *found, const RequestHeads *heads, size_t *ret)
{
    size_t row = 0;

    for (size_t i = 0; i < heads->n; i++, row++) {
        while (row + 1 < found->rows.n && found->rows.at[row].id != heads->at[i].id)
            row++;
        ret[i] = found->ranks[row] - 1;
    }
}

Rc grouping_page(Ctx *cx, ScopeRequests s, const Grouping *g, FindPage page, RequestHeads *ret,
                 size_t *ret_of, Str *ret_next)
{
    Ranked found = { 0 };

    if (g->plain) {
        TRY(find_list(cx, s, g->q, page, ret, ret_next));
        for (size_t i = 0; g->kind != GROUP_NONE && ret_of != NULL && i < ret->n; i++)
            ret_of[i] = place_of_head(g, &ret->at[i]);
        return RC_OK;
    }
    FindOrder order = find_order(g->q);
    page.size = page.size < 1 ? 1 : page.size > FIND_PAGE_MOST ? FIND_PAGE_MOST : page.size;
    TRY(load_ranked(cx, s, g, &order, page, &found));
    *ret_next = STR("");
    if (found.rows.n > (size_t)page.size) {
        size_t last = --found.rows.n - 1;
        *ret_next = write_after(cx->arena, g, &order, &found.rows.at[last], found.ranks[last]);
    }
    TRY(find_heads(cx, s, &found.rows, ret));
    if (ret_of != NULL)
        places_of_heads(&found, ret, ret_of);
    return RC_OK;
}
