/* request_lists.c - lists over many requests, tasks and approvals; badges. */
#include "app/fold.h"
#include "app/loc.h"
#include "domain/presence/presence.h"
#include "domain/request/lists.h"
#include "domain/request/lists_q.h"
#include "domain/request/view.h"

enum { WORDS_MAX = 4, STATES_MAX = 8, ASSIGNEE_NOBODY = -1, OPEN_ANY = -1 };

int64_t page_size(int64_t size)
{
    return size < 1 ? 1 : size > 100 ? 100 : size;
}

int64_t page_before(int64_t id)
{
    return id <= 0 ? INT64_MAX : id;
}

/* ---- the filter ---- */

/* As the queries take it. */
typedef struct Narrowed {
    Str states, outcome, record, item, words[WORDS_MAX];
    int64_t open, assignee, party, team, before, after, size;
    Ms awake;
} Narrowed;

static Rc unknown(Ctx *cx, const char *field)
{
    return fail_field(cx, RC_INVALID, field, "unknown_word",
                      TEXT("There is no such value to filter by."));
}

static Rc read_states(Ctx *cx, const RequestFilter *f, Narrowed *n)
{
    Phase phase;

    n->states = STR("");
    if (f->states.n > STATES_MAX)
        return unknown(cx, "state");
    for (size_t i = 0; i < f->states.n; i++) {
        if (!phase_from_word(f->states.at[i], &phase))
            return unknown(cx, "state");
        n->states = str_fmt(cx->arena, "%.*s%.*s,", STR_ARG(i == 0 ? STR(",") : n->states),
                            STR_ARG(f->states.at[i]));
    }
    return RC_OK;
}

static Rc read_person(Ctx *cx, Str login, const char *field, int64_t *ret)
{
    Person p;

    *ret = 0;
    if (login.len == 0)
        return RC_OK;
    if (str_eq_z(login, "me")) {
        *ret = cx->subject->person_id;
        return RC_OK;
    }
    Rc rc = person_by_login(cx, login, &p);
    if (rc == RC_NOT_FOUND)
        return unknown(cx, field);
    TRY(rc);
    *ret = p.id;
    return RC_OK;
}

static Rc read_words(Ctx *cx, Str text, Narrowed *n)
{
    Str folded;
    size_t at = 0;

    for (size_t i = 0; i < WORDS_MAX; i++)
        n->words[i] = STR("%");
    TRY(text_fold(cx->arena, str_is_null(text) ? STR("") : text, &folded));
    while (at < WORDS_MAX && !str_is_null(folded)) {
        Str word = str_trim(str_cut(&folded, ' '));
        if (word.len > 0)
            TRY(text_like(cx->arena, word, &n->words[at++]));
    }
    return RC_OK;
}

static Rc narrow(Ctx *cx, const RequestFilter *f, Narrowed *ret)
{
    Narrowed n = { .open = f->open.set ? f->open.value : OPEN_ANY,
                   .before = page_before(f->before_id),
                   .awake = f->awake ? cx->now_ms : 0 };
    Outcome outcome;
    RecordKind record;
    Team team;

    n.size = page_size(f->size) + 1;
    n.outcome = f->outcome.len > 0 ? f->outcome : STR("");
    n.record = f->record.len > 0 ? f->record : STR("");
    n.item = f->item.len > 0 ? f->item : STR("");
    if (n.outcome.len > 0 && !outcome_from_word(n.outcome, &outcome))
        return unknown(cx, "outcome");
    if (n.record.len > 0 && !record_from_word(n.record, &record))
        return unknown(cx, "record");
    TRY(read_states(cx, f, &n));
    TRY(read_words(cx, f->words, &n));
    TRY(read_person(cx, f->requester, "requester", &n.party));
    if (str_eq_z(f->assignee, "nobody"))
        n.assignee = ASSIGNEE_NOBODY;
    else
        TRY(read_person(cx, f->assignee, "assignee", &n.assignee));
    if (f->team.len > 0) {
        Rc rc = team_by_key(cx, f->team, &team);
        if (rc == RC_NOT_FOUND)
            return unknown(cx, "team");
        TRY(rc);
        n.team = team.id;
    }
    *ret = n;
    return RC_OK;
}

/* ---- lists of requests ---- */

#define NARROWED(n)                                                                                \
    (n)->states, (n)->open, (n)->outcome, (n)->assignee, (n)->record, (n)->item, (n)->party,       \
        (n)->words[0], (n)->words[1], (n)->words[2], (n)->words[3], (n)->awake, (n)->before,       \
        (n)->after, (n)->size

/* Rows of every list have the same shape, whichever query gives them. */
typedef bool (*NextRow)(Rows *rows, ListedRow *ret);

static Rc open_queue(Ctx *cx, ScopeRequests s, int64_t team, const Narrowed *n, Rows *rows,
                     NextRow *next)
{
    if (n->open == 1) {
        *next = q_list_queue_open_next;
        return q_list_queue_open(cx, s, team, NARROWED(n), rows);
    }
    *next = q_list_queue_next;
    return q_list_queue(cx, s, team, NARROWED(n), rows);
}

static Rc open_list(Ctx *cx, ScopeRequests s, ListKind kind, const Narrowed *n, Rows *rows,
                    NextRow *next)
{
    if (n->team != 0 && (kind == LIST_VISIBLE || kind == LIST_QUEUE))
        return open_queue(cx, s, n->team, n, rows, next);
    switch (kind) {
    case LIST_VISIBLE: *next = q_list_visible_next; return q_list_visible(cx, s, NARROWED(n), rows);
    case LIST_WORK:
        *next = n->open == 1 ? q_list_work_open_next : q_list_work_next;
        return n->open == 1 ? q_list_work_open(cx, s, NARROWED(n), rows)
                            : q_list_work(cx, s, NARROWED(n), rows);
    case LIST_WATCHED: *next = q_list_watched_next; return q_list_watched(cx, s, NARROWED(n), rows);
    case LIST_MINE:
    case LIST_QUEUE: break; /* merged from several: my_own, all_queues */
    }
    return RC_INTERNAL;
}

static Rc take_rows(Ctx *cx, Rows *rows, NextRow next, ListedRows *found)
{
    ListedRow row;

    while (next(rows, &row))
        TRY(LIST_PUSH(cx->arena, found, row));
    return rows_result(rows);
}

static int newest_first(const void *a, const void *b)
{
    const ListedRow *x = a, *y = b;
    return (x->id < y->id) - (x->id > y->id);
}

/* Of several pages the newest, each once. */
static void merge(ListedRows *found, size_t size)
{
    size_t kept = 0;

    if (found->n > 1)
        qsort(found->at, found->n, sizeof *found->at, newest_first);
    for (size_t i = 0; i < found->n && kept < size; i++)
        if (kept == 0 || found->at[kept - 1].id != found->at[i].id)
            found->at[kept++] = found->at[i];
    found->n = kept;
}

/* What was found so far, and from where on a further search could add to its page. */
static void merge_page(ListedRows *found, Narrowed *n)
{
    merge(found, (size_t)n->size);
    if (found->n == (size_t)n->size)
        n->after = found->at[found->n - 1].id;
}

/* The queues of all teams of the subject. */
static Rc all_queues(Ctx *cx, ScopeRequests s, const Narrowed *asked, ListedRows *found)
{
    Narrowed n = *asked;
    TeamRefs mine = { 0 };

    TRY(person_teams(cx, cx->subject->person_id, &mine));
    TRY(LIST_ROOM(cx->arena, found, 2 * (size_t)n.size));
    for (size_t i = 0; i < mine.n; i++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        NextRow next = NULL;
        TRY(open_queue(cx, s, mine.at[i].id, &n, &rows, &next));
        TRY(take_rows(cx, &rows, next, found));
        merge_page(found, &n);
    }
    return RC_OK;
}

LIST_OF(PaneRow, PaneRows);

/* Puts a row where it belongs, newest first, and leaves out what is too much. */
static Rc pane_put(Ctx *cx, PaneRows *list, size_t size, const PaneRow *row)
{
    size_t at = list->n;

    TRY(LIST_PUSH(cx->arena, list, *row));
    for (; at > 0 && list->at[at - 1].id < row->id; at--)
        list->at[at] = list->at[at - 1];
    list->at[at] = *row;
    if (list->n > size)
        list->n = size;
    return RC_OK;
}

static Rc pane_rows(Ctx *cx, ScopeRequests s, size_t size, PaneRows *ret)
{
    TeamRefs mine = { 0 };

    TRY(person_teams(cx, cx->subject->person_id, &mine));
    for (size_t i = 0; i < mine.n; i++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        PaneRow row;
        /* Of a further team only what is newer than the oldest that is shown so far. */
        int64_t after = ret->n == size ? ret->at[size - 1].id : 0;
        TRY(q_list_pane(cx, s, mine.at[i].id, after, (int64_t)size, &rows));
        while (q_list_pane_next(&rows, &row))
            TRY(pane_put(cx, ret, size, &row));
        TRY(rows_result(&rows));
    }
    return RC_OK;
}

Rc request_pane(Ctx *cx, ScopeRequests s, int64_t size, PaneRequests *ret)
{
    PaneRows rows = { 0 };
    IdList ids = { 0 };
    PaneRequests list = { 0 };

    TRY(pane_rows(cx, s, (size_t)page_size(size), &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, rows.at[i].requester_id));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < rows.n; i++) {
        const PaneRow *row = &rows.at[i];
        PaneRequest p = { .id = row->id,
                          .number = request_number(cx->arena, row->record, row->serial),
                          .title = row->title,
                          .state = row->state,
                          .outcome = row->outcome };
        TRY(person_ref(cx, row->requester_id, &p.requester));
        TRY(LIST_PUSH(cx->arena, &list, p));
    }
    *ret = list;
    return RC_OK;
}

typedef Rc (*OwnList)(Ctx *cx, ScopeRequests s, Str states, int64_t open, Str outcome,
                      int64_t assignee, Str record, Str item, int64_t party, Str w1, Str w2, Str w3,
                      Str w4, Ms awake, int64_t before, int64_t after, int64_t size, Rows *rows);

static Rc my_own(Ctx *cx, ScopeRequests s, const Narrowed *asked, ListedRows *found)
{
    static const struct {
        OwnList all, open;
        NextRow next, next_open;
    } lists[] = {
        { q_list_as_requester, q_list_as_requester_open, q_list_as_requester_next,
          q_list_as_requester_open_next },
        { q_list_as_beneficiary, q_list_as_beneficiary_open, q_list_as_beneficiary_next,
          q_list_as_beneficiary_open_next },
        { q_list_as_submitter, q_list_as_submitter_open, q_list_as_submitter_next,
          q_list_as_submitter_open_next },
    };
    Narrowed n = *asked;
    bool open = n.open == 1;

    TRY(LIST_ROOM(cx->arena, found, 2 * (size_t)n.size));
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        CLEANUP(rows_close) Rows rows = { 0 };
        TRY((open ? lists[i].open : lists[i].all)(cx, s, NARROWED(&n), &rows));
        TRY(take_rows(cx, &rows, open ? lists[i].next_open : lists[i].next, found));
        merge_page(found, &n);
    }
    return RC_OK;
}

static Rc one_list(Ctx *cx, ScopeRequests s, ListKind kind, const Narrowed *n, ListedRows *found)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NextRow next = NULL;

    TRY(open_list(cx, s, kind, n, &rows, &next));
    TRY(LIST_ROOM(cx->arena, found, (size_t)n->size));
    while (found->n < found->cap && next(&rows, &found->at[found->n]))
        found->n++;
    return rows_result(&rows);
}

Rc request_list(Ctx *cx, ScopeRequests s, const RequestFilter *f, RequestHeads *ret,
                int64_t *ret_next)
{
    Narrowed n;
    ListedRows found = { 0 };
    RequestRows rows;

    TRY(narrow(cx, f, &n));
    if (f->kind == LIST_MINE)
        TRY(my_own(cx, s, &n, &found));
    else if (f->kind == LIST_QUEUE && n.team == 0)
        TRY(all_queues(cx, s, &n, &found));
    else
        TRY(one_list(cx, s, f->kind, &n, &found));
    *ret_next = 0;
    if (found.n == (size_t)n.size) {
        found.n--;
        *ret_next = found.at[found.n - 1].id;
    }
    TRY(rows_of_listed(cx, s, &found, &rows));
    return heads_from_rows(cx, &rows, ret);
}

static Rc rows_of(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, RequestRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    IdList list = { 0 };
    RequestRow row;
    Str json;

    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &list, ids[i]));
    TRY(ids_json(cx->arena, &list, &json));
    TRY(q_requests_by_ids(cx, s, json, &rows));
    while (q_requests_by_ids_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

Rc request_heads(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, RequestHeads *ret)
{
    RequestRows found = { 0 }, sorted = { 0 };

    if (n > 0)
        TRY(rows_of(cx, s, ids, n, &found));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < found.n; k++)
            if (found.at[k].id == ids[i])
                TRY(LIST_PUSH(cx->arena, &sorted, found.at[k]));
    return heads_from_rows(cx, &sorted, ret);
}

Rc request_heads_found(Ctx *cx, ScopeRequests s, const SeenRequest *found, size_t n,
                       RequestHeads *ret)
{
    ListedRows listed = { 0 };
    RequestRows rows = { 0 };

    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &listed,
                      (ListedRow){ .id = found[i].id, .parts = found[i].parts }));
    TRY(rows_of_listed(cx, s, &listed, &rows));
    return heads_from_rows(cx, &rows, ret);
}

/* "REQ-12", "req12" and "12"; false: no number. */
static bool read_number(Str text, Str *ret_record, int64_t *ret_serial)
{
    static const struct {
        const char *letters, *record;
    } series[] = {
        { "REQ", "request" }, { "INC", "incident" }, { "PRB", "problem" }, { "CHG", "change" }
    };
    Str digits = text;

    *ret_record = STR("");
    for (size_t i = 0; i < COUNT_OF(series); i++) {
        if (!str_eq_nocase(str_sub(text, 0, 3), str_z(series[i].letters)))
            continue;
        *ret_record = str_z(series[i].record);
        digits = str_skip(text, 3);
        if (str_starts(digits, STR("-")))
            digits = str_skip(digits, 1);
    }
    return str_to_i64(digits, ret_serial) && *ret_serial > 0;
}

static Rc add_new(Ctx *cx, const RequestHeads *from, size_t most, RequestHeads *to)
{
    for (size_t i = 0; i < from->n && to->n < most; i++) {
        bool there = false;
        for (size_t k = 0; k < to->n && !there; k++)
            there = to->at[k].id == from->at[i].id;
        if (!there)
            TRY(LIST_PUSH(cx->arena, to, from->at[i]));
    }
    return RC_OK;
}

Rc request_numbered(Ctx *cx, ScopeRequests s, Str words, RequestHeads *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ListedRows found = { 0 };
    RequestRows full;
    ListedRow row;
    Str record;
    int64_t serial = 0;

    if (!read_number(words, &record, &serial))
        return RC_OK;
    TRY(q_list_numbered(cx, s, record, serial, &rows));
    while (q_list_numbered_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    TRY(rows_of_listed(cx, s, &found, &full));
    return heads_from_rows(cx, &full, ret);
}

Rc request_find(Ctx *cx, ScopeRequests s, Str words, size_t most, RequestHeads *ret)
{
    static const ListKind kinds[] = { LIST_MINE, LIST_WORK };
    RequestHeads all = { 0 }, found = { 0 };
    int64_t next = 0;

    words = str_trim(words);
    if (words.len > 0) {
        TRY(request_numbered(cx, s, words, &found));
        TRY(add_new(cx, &found, most, &all));
    }
    for (size_t i = 0; words.len > 0 && i < COUNT_OF(kinds); i++) {
        RequestFilter f = {
            .kind = kinds[i], .words = words, .open = OPT_INT(1), .size = (int64_t)most
        };
        found = (RequestHeads){ 0 };
        TRY(request_list(cx, s, &f, &found, &next));
        TRY(add_new(cx, &found, most, &all));
    }
    *ret = all;
    return RC_OK;
}

/* ---- tasks ---- */

LIST_OF(TaskLineRow, TaskLineRows);

static Rc task_line(Ctx *cx, const TaskLineRow *row, TaskLine *ret)
{
    TaskLine t = {
        .id = row->id,
        .key = row->key,
        .title = loc_text(cx, row->title),
        .state = row->state,
        .for_requester = !str_eq_z(row->owner, "team"),
        .test = row->test,
        .accept = row->accept,
        .sign_off = row->sign_off,
        .effort_min = row->effort_min,
        .due_ms = ms_or_none(row->due_ms),
        .at_ms = ms_or_none(row->at_ms),
        .started_ms = ms_or_none(row->started_ms),
        .version = row->version,
        .request_id = row->request_id,
        .number = request_number(cx->arena, row->record, row->serial),
        .request_title = row->request_title,
        .request_state = row->request_state,
        .level = level_word(row->level),
    };
    TRY(team_ref(cx, row->team_id.value, &t.team));
    TRY(person_ref(cx, row->assignee_id.value, &t.assignee));
    TRY(person_ref(cx, row->requester_id, &t.requester));
    *ret = t;
    return RC_OK;
}

/* Those for whose tasks the person stands in now, as the queries take them. */
static Rc standing_ids(Ctx *cx, Str *ret)
{
    PrincipalIds principals;

    TRY(principals_of(cx, cx->subject->person_id, DELEGATION_TASKS, cx->now_ms, &principals));
    return ids_json(cx->arena, &(IdList){ principals.at, principals.n, principals.cap }, ret);
}

static Rc open_tasks(Ctx *cx, ScopeRequests s, const TaskFilter *f, int64_t size, Rows *rows,
                     bool (**next)(Rows *, TaskLineRow *))
{
    int64_t before = page_before(f->before_id), team = 0;
    Ms awake = f->awake ? cx->now_ms : 0;

    switch (f->kind) {
    case TASKS_MINE: {
        Str standing;
        TRY(standing_ids(cx, &standing));
        *next = q_tasks_mine_next;
        return q_tasks_mine(cx, s, standing, awake, before, size, rows);
    }
    case TASKS_TEAMS: {
        Rc rc = f->team.len > 0 ? team_id(cx, f->team, &team) : RC_OK;
        if (rc == RC_NOT_FOUND)
            return unknown(cx, "team");
        TRY(rc);
        *next = q_tasks_of_teams_next;
        return q_tasks_of_teams(cx, s, team, awake, before, size, rows);
    }
    case TASKS_SIGN_OFF:
        *next = q_tasks_to_sign_next;
        return q_tasks_to_sign(cx, s, awake, before, size, rows);
    }
    return RC_INTERNAL;
}

Rc task_list(Ctx *cx, ScopeRequests s, const TaskFilter *f, TaskLines *ret, int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    bool (*next)(Rows *, TaskLineRow *) = NULL;
    TaskLineRow row;
    TaskLineRows found = { 0 };
    IdList ids = { 0 };
    TaskLines list = { 0 };
    size_t size = (size_t)page_size(f->size);

    TRY(open_tasks(cx, s, f, (int64_t)size + 1, &rows, &next));
    while (next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(LIST_PUSH(cx->arena, &ids, row.assignee_id.value));
        TRY(LIST_PUSH(cx->arena, &ids, row.requester_id));
    }
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (found.n > size) {
        found.n = size;
        *ret_next = found.at[size - 1].id;
    }
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < found.n; i++) {
        TaskLine t;
        TRY(task_line(cx, &found.at[i], &t));
        TRY(LIST_PUSH(cx->arena, &list, t));
    }
    *ret = list;
    return RC_OK;
}

/* ---- badges ---- */

Rc badges(Ctx *cx, GrantedSelf g, ScopeRequests s, Badges *ret)
{
    BadgeApprovalsRow approvals;
    BadgeTasksRow tasks;
    BadgeAssignedRow assigned;
    BadgeQueueRow queue;
    BadgeMineRow mine;
    BadgeUnreadRow unread;
    Str standing;

    TRY(standing_ids(cx, &standing));
    TRY(q_badge_approvals(cx, g, &approvals));
    TRY(q_badge_tasks(cx, s, standing, cx->now_ms, &tasks));
    TRY(q_badge_assigned(cx, s, cx->now_ms, &assigned));
    TRY(q_badge_queue(cx, s, &queue));
    TRY(q_badge_mine(cx, s, &mine));
    TRY(q_badge_unread(cx, g, &unread));
    int64_t work = tasks.n + assigned.n;
    *ret = (Badges){ approvals.n, work > 100 ? 100 : work, queue.n, mine.n, unread.n };
    return RC_OK;
}

Rc badges_waiting(Ctx *cx, GrantedSelf g, int64_t *ret_approvals, int64_t *ret_unread)
{
    BadgeApprovalsRow approvals;
    BadgeUnreadRow unread;

    TRY(q_badge_approvals(cx, g, &approvals));
    TRY(q_badge_unread(cx, g, &unread));
    *ret_approvals = approvals.n;
    *ret_unread = unread.n;
    return RC_OK;
}
