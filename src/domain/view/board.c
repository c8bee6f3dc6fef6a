/* board.c - the columns of a board and what is in them. */
#include "domain/view/board.h"

#include "domain/request/lists.h"
#include "domain/view/fields.h"

#include <assert.h>
#include <string.h>

enum {
    OPTIONS_MAX = BOARD_LANES_MAX - 2, /* two columns are for what has none and for other ones */
    PEOPLE_MAX = BOARD_LANES_MAX - 2,
    TEAMS_MOST = 8,       /* of the reader, whose members are columns */
    ASSIGNED_MOST = 2000, /* requests that are looked through for who has them */
};

/* ---- fields ---- */

static const struct {
    const char *name, *label;
} fields[] = {
    { "state", T("By state") },
    { "tasks.stage", T("By tasks") },
    { "assignee", T("By person") },
    { "priority", T("By priority") },
};

/* The question behind answer.ID, when its options are few enough; NULL: none such. */
static const Question *choice_named(const FindSchema *s, Str name)
{
    for (size_t i = 0; i < s->questions_n; i++) {
        const Question *q = s->questions[i];
        Str rest = str_skip(name, strlen("answer."));
        if (str_starts(name, STR("answer.")) && str_eq(rest, q->id) && q->type == QUESTION_CHOICE
            && q->options.n <= OPTIONS_MAX)
            return q;
    }
    return NULL;
}

/* The team's field behind field.KEY, likewise. */
static const TeamField *own_named(const FindSchema *s, Str name)
{
    const CondName *there = find_name(s, name);
    const TeamField *f = there != NULL ? find_own(s, there) : NULL;

    return f != NULL && f->kind == FIELD_CHOICE && f->options.n <= OPTIONS_MAX ? f : NULL;
}

Rc board_fields(Ctx *cx, BoardFields *ret)
{
    const FindSchema *s;

    TRY(find_schema(cx, &s));
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        TRY(LIST_PUSH(cx->arena, ret,
                      ((BoardField){ str_z(fields[i].name), { .msgid = fields[i].label } })));
    for (size_t i = 0; i < s->questions_n; i++) {
        Str name = str_fmt(cx->arena, "answer.%.*s", STR_ARG(s->questions[i]->id));
        if (choice_named(s, name) != NULL)
            TRY(LIST_PUSH(cx->arena, ret,
                          ((BoardField){ name, TEXT("By “{0}”", &s->questions[i]->ask) })));
    }
    for (size_t i = 0; i < s->own.n; i++) {
        const TeamField *f = &s->own.at[i];
        Str name = str_fmt(cx->arena, "field.%.*s", STR_ARG(f->key));
        if (!f->retired && own_named(s, name) != NULL)
            TRY(LIST_PUSH(cx->arena, ret, ((BoardField){ name, TEXT("By “{0}”", &f->name) })));
    }
    return RC_OK;
}

Rc board_is_field(Ctx *cx, Str name, bool *ret)
{
    const FindSchema *s;

    *ret = false;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        *ret = *ret || str_eq_z(name, fields[i].name);
    if (*ret)
        return RC_OK;
    TRY(find_schema(cx, &s));
    *ret = choice_named(s, name) != NULL || own_named(s, name) != NULL;
    return RC_OK;
}

int64_t board_limit(Str limits, Str key)
{
    while (limits.len > 0) {
        Str item = str_cut(&limits, ' ');
        int64_t most = 0;
        if (str_eq(str_cut(&item, '='), key) && str_to_i64(item, &most))
            return most;
    }
    return 0;
}

/* ---- columns ---- */

typedef struct Making {
    Ctx *cx;
    ScopeRequests scope;
    const FindQuery *q;
    Str limits;
    int64_t cards; /* of a column; 0: columns alone */
    Board *board;
    int64_t ids[BOARD_LANES_MAX * BOARD_CARDS]; /* of the cards, one column after the other */
    size_t n, of[BOARD_LANES_MAX];
    /* Of a field that no index knows: the requests with what stands there, read once for all columns. */
    bool is_spread;
    FindSpread spread;
    bool *in_lane; /* of each of them */
} Making;

static Rc spread(Making *m, Str field)
{
    size_t most = (size_t)m->q->sorted_most;

    TRY(find_spread(m->cx, m->scope, m->q, field, m->q->sorted_most + 1, &m->spread));
    m->in_lane = arena_array(m->cx->arena, m->spread.n + 1, sizeof *m->in_lane);
    if (m->in_lane == NULL)
        return RC_LIMIT;
    m->board->cut = m->spread.n > most;
    m->spread.n = m->board->cut ? most : m->spread.n;
    m->is_spread = true;
    return RC_OK;
}

/* Those with the key of the column; of the column for all others those that are in none. */
static Rc take_spread(Making *m, Str key, FindCounted *ret)
{
    FindCounted f = { .ids = arena_array(m->cx->arena, (size_t)m->cards + 1, sizeof *f.ids) };

    if (f.ids == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < m->spread.n; i++) {
        Str value = m->spread.at[i].value;
        bool here = str_eq_z(key, BOARD_OTHERS)   ? !m->in_lane[i]
                    : str_eq_z(key, BOARD_NOBODY) ? str_is_null(value)
                                                  : str_eq(value, key);
        if (!here)
            continue;
        m->in_lane[i] = true;
        f.count += f.count < FIND_COUNT_MOST;
        if (f.n < (size_t)m->cards)
            f.ids[f.n++] = m->spread.at[i].id;
        else
            f.more = m->cards > 0;
    }
    *ret = f;
    return RC_OK;
}

/* Adds a column; `asked` is what its requests have more than those of the view. */
static Rc add(Making *m, Str asked, BoardLane lane)
{
    Ctx *cx = m->cx;
    CondError error = { 0 };
    FindCounted found;

    assert(m->board->lanes.n < BOARD_LANES_MAX);
    TRY(find_narrow(cx, m->q, asked, &lane.asked, &error));
    TRY(find_text(cx, lane.asked, &lane.query));
    if (lane.query.len > COND_TEXT_MAX)
        lane.query = STR_NULL;
    if (m->is_spread)
        TRY(take_spread(m, lane.key, &found));
    else
        TRY(find_counted(cx, m->scope, lane.asked, m->cards, &found));
    lane.count = found.count;
    lane.exact = found.count < FIND_COUNT_MOST && !m->board->cut;
    lane.more = found.more;
    lane.most = board_limit(m->limits, lane.key);
    lane.cards = (BoardCards){ 0 };
    for (size_t i = 0; i < found.n; i++)
        m->ids[m->n++] = found.ids[i];
    m->of[m->board->lanes.n] = found.n;
    return LIST_PUSH(cx->arena, &m->board->lanes, lane);
}

static Rc add_words(Making *m, const char *field, const char *const *keys,
                    const char *const *labels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(add(
            m, str_fmt(m->cx->arena, "%s = %s", field, keys[i]),
            (BoardLane){ .key = str_z(keys[i]), .name = { .msgid = labels[i] }, .target = true }));
    return RC_OK;
}

static Rc add_states(Making *m)
{
    static const struct {
        const char *state;
        bool target, quiet;
    } states[] = {
        { "draft", false, true },      { "submitted", false, true },
        { "assessing", true, false },  { "awaiting_approval", true, false },
        { "fulfilling", true, false }, { "pending", true, false },
        { "fulfilled", true, false },  { "closed", false, true },
    };

    for (size_t i = 0; i < COUNT_OF(states); i++) {
        Str state = str_z(states[i].state);
        TRY(add(m, str_fmt(m->cx->arena, "state = %s", states[i].state),
                (BoardLane){ .key = state,
                             .name = { .msgid = request_state_label(state, STR("")) },
                             .target = states[i].target,
                             .quiet = states[i].quiet }));
    }
    return RC_OK;
}

static Rc add_stages(Making *m)
{
    static const char *const keys[] = { "waiting", "ready", "started", "done" };
    static const char *const labels[] = { T("Tasks wait"), T("A task is ready"),
                                          T("A task is under way"), T("All tasks done") };

    TRY(spread(m, STR("tasks.stage")));
    TRY(add(m, STR("tasks.stage is empty"),
            (BoardLane){ .key = STR(BOARD_NOBODY), .name = TEXT("No tasks"), .quiet = true }));
    return add_words(m, "tasks.stage", keys, labels, COUNT_OF(keys));
}

static Rc add_levels(Making *m)
{
    static const char *const keys[] = { "critical", "high", "normal", "low" };
    static const char *const labels[] = { T("Critical"), T("High"), T("Normal"), T("Low") };

    return add_words(m, "priority", keys, labels, COUNT_OF(keys));
}

/* ---- people ---- */

static bool is_there(const PersonRefs *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].id == id)
            return true;
    return false;
}

static Rc add_person(Ctx *cx, PersonRefs *list, const PersonRef *p)
{
    if (p->id == 0 || list->n >= PEOPLE_MAX || is_there(list, p->id))
        return RC_OK;
    return LIST_PUSH(cx->arena, list, *p);
}

/* Those who have most of it come first, so that with many people the columns are theirs. */
static Rc add_holders(Making *m, PersonRefs *list)
{
    int64_t ids[PEOPLE_MAX];
    size_t n = 0;
    FindQuery few;
    FindSql sql;
    bool there;

    TRY(find_newest(m->cx, m->scope, m->q, INT64_MAX, ASSIGNED_MOST, &few, &there));
    TRY(find_sql(m->cx, there ? &few : m->q, DB_SQLITE, NULL, &sql));
    {
        CLEANUP(rows_close) Rows rows = { 0 };
        FindAssigneesRow row;
        TRY(q_find_assignees(m->cx, m->scope, sql.asked, ASSIGNED_MOST, &rows));
        while (q_find_assignees_next(&rows, &row))
            if (n < COUNT_OF(ids))
                ids[n++] = row.assignee_id;
        TRY(rows_result(&rows));
    }
    TRY(person_refs_load(m->cx, ids, n));
    for (size_t i = 0; i < n; i++) {
        PersonRef p;
        TRY(person_ref(m->cx, ids[i], &p));
        TRY(add_person(m->cx, list, &p));
    }
    return RC_OK;
}

static Rc add_colleagues(Ctx *cx, PersonRefs *list)
{
    TeamRefs teams = { 0 };

    TRY(person_teams(cx, cx->subject->person_id, &teams));
    for (size_t i = 0; i < teams.n && i < TEAMS_MOST; i++) {
        TeamMembers members = { 0 };
        TRY(team_members(cx, teams.at[i].id, &members));
        for (size_t k = 0; k < members.n; k++)
            TRY(add_person(cx, list, &members.at[k].person));
    }
    return RC_OK;
}

static int by_name(const void *a, const void *b)
{
    const PersonRef *x = a, *y = b;
    int order = str_cmp(x->name, y->name);

    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static Rc add_people(Making *m)
{
    Ctx *cx = m->cx;
    PersonRefs people = { 0 };
    PersonRef self;
    Str known = STR("");

    TRY(person_ref(cx, cx->subject->person_id, &self));
    TRY(add_person(cx, &people, &self));
    TRY(add_holders(m, &people));
    TRY(add_colleagues(cx, &people));
    if (people.n > 2)
        qsort(people.at + 1, people.n - 1, sizeof *people.at, by_name); /* oneself stays first */
    TRY(add(m, STR("assignee is empty"),
            (BoardLane){ .key = STR(BOARD_NOBODY), .name = TEXT("Nobody yet"), .target = true }));
    for (size_t i = 0; i < people.n; i++) {
        Str login = people.at[i].login;
        known =
            str_fmt(cx->arena, "%.*s%s\"%.*s\"", STR_ARG(known), i > 0 ? ", " : "", STR_ARG(login));
        TRY(add(
            m, str_fmt(cx->arena, "assignee = \"%.*s\"", STR_ARG(login)),
            (BoardLane){ .key = login, .name = TEXT("{0}", people.at[i].name), .target = true }));
    }
    return add(
        m, str_fmt(cx->arena, "assignee is not empty and assignee not in (%.*s)", STR_ARG(known)),
        (BoardLane){ .key = STR(BOARD_OTHERS), .name = TEXT("Everybody else"), .quiet = true });
}

/* ---- answers and fields of teams ---- */

/* A column for each option that has been said with add_option, then one for every other one. */
typedef struct Options {
    Str by, known; /* the field, and the options so far as a list of the language */
    Text none, others;
    bool may_empty; /* cards can be moved to `none` */
} Options;

static Rc begin_options(Making *m, const Options *o)
{
    TRY(spread(m, o->by));
    return add(m, str_fmt(m->cx->arena, "%.*s is empty", STR_ARG(o->by)),
               (BoardLane){ .key = STR(BOARD_NOBODY),
                            .name = o->none,
                            .target = o->may_empty,
                            .quiet = !o->may_empty });
}

static Rc add_option(Making *m, Options *o, Str key, const LangText *name)
{
    Arena *a = m->cx->arena;

    o->known =
        str_fmt(a, "%.*s%s\"%.*s\"", STR_ARG(o->known), o->known.len > 0 ? ", " : "", STR_ARG(key));
    return add(m, str_fmt(a, "%.*s = \"%.*s\"", STR_ARG(o->by), STR_ARG(key)),
               (BoardLane){ .key = key, .name = TEXT("{0}", name), .target = true });
}

static Rc end_options(Making *m, const Options *o)
{
    return add(m,
               str_fmt(m->cx->arena, "%.*s is not empty and %.*s not in (%.*s)", STR_ARG(o->by),
                       STR_ARG(o->by), STR_ARG(o->known)),
               (BoardLane){ .key = STR(BOARD_OTHERS), .name = o->others, .quiet = true });
}

static Rc add_answers(Making *m, Str by, const Question *q)
{
    Options o = {
        .by = by, .known = STR(""), .none = TEXT("No answer"), .others = TEXT("Other answers")
    };

    TRY(begin_options(m, &o));
    for (size_t i = 0; i < q->options.n; i++)
        TRY(add_option(m, &o, q->options.at[i].key, &q->options.at[i].name));
    return end_options(m, &o);
}

static Rc add_own(Making *m, Str by, const TeamField *f)
{
    Options o = { .by = by,
                  .known = STR(""),
                  .none = TEXT("Nothing chosen"),
                  .others = TEXT("Something else"),
                  .may_empty = !f->retired };

    TRY(begin_options(m, &o));
    for (size_t i = 0; i < f->options.n; i++)
        TRY(add_option(m, &o, f->options.at[i].key, &f->options.at[i].name));
    return end_options(m, &o);
}

static Rc add_lanes(Making *m, Str by)
{
    const Question *question = choice_named(m->q->schema, by);
    const TeamField *own = own_named(m->q->schema, by);

    if (str_eq_z(by, "state"))
        return add_states(m);
    if (str_eq_z(by, "tasks.stage"))
        return add_stages(m);
    if (str_eq_z(by, "priority"))
        return add_levels(m);
    if (str_eq_z(by, "assignee"))
        return add_people(m);
    if (question != NULL)
        return add_answers(m, by, question);
    if (own != NULL)
        return add_own(m, by, own);
    return fail_field(m->cx, RC_INVALID, "by", "unknown_word",
                      TEXT("A board cannot have columns of {0}.", by));
}

/* ---- cards ---- */

static Rc deal_cards(Making *m)
{
    RequestHeads heads = { 0 };
    CardParts *parts;
    size_t at = 0, head = 0;

    TRY(request_heads(m->cx, m->scope, m->ids, m->n, &heads));
    TRY(cards_parts(m->cx, m->scope, m->ids, m->n, &parts));
    for (size_t i = 0; i < m->board->lanes.n; i++)
        for (size_t k = 0; k < m->of[i]; k++, at++) {
            if (head >= heads.n || heads.at[head].id != m->ids[at])
                continue;
            TRY(LIST_PUSH(m->cx->arena, &m->board->lanes.at[i].cards,
                          ((BoardCard){ heads.at[head++], parts[at] })));
        }
    return RC_OK;
}

static Rc make(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str limits, int64_t cards,
               Board *ret)
{
    Board board = { .by = by.len > 0 ? by : STR("state") };
    Making m = { .cx = cx, .scope = s, .q = q, .limits = limits, .cards = cards, .board = &board };

    TRY(add_lanes(&m, board.by));
    if (cards > 0)
        TRY(deal_cards(&m));
    *ret = board;
    return RC_OK;
}

Rc board_lanes(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str limits, Board *ret)
{
    return make(cx, s, q, by, limits, 0, ret);
}

Rc board_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str limits, Board *ret)
{
    return make(cx, s, q, by, limits, BOARD_CARDS, ret);
}
