/* find.c - lists, counts and searches by a query, each beside bare SQL without rights, names and heads.
 *
 *     build/bench-find DATABASE.sqlite LOGIN ROUNDS [boards]
 *
 * As that person: the first page of fifty, and the count.  A line each: what, milliseconds of the page (half of the
 * rounds, 99 of 100), of the count (half, 99 of 100), of the bare page (half, 99 of 100), rows of the page, statements
 * of the page.  -1: it took longer than a statement may.
 *
 * With "boards": boards, calendars, timelines and lists in groups instead; a line each: what, milliseconds (half of the rounds, 99 of 100),
 * requests that are shown, statements.
 */
#include "domain/view/agenda.h"
#include "domain/view/board.h"
#include "domain/view/group.h"

#include "times.h"

enum { PAGE = 50, ARENA_CAP = 256 << 20 };

#define OPEN_OF_TEAM                                                                               \
    "FROM request r WHERE r.state <> 'closed' AND r.team_id = (SELECT id FROM team WHERE key = 'workplace') "
#define FOUND(words)                                                                               \
    "SELECT rowid FROM request_words WHERE request_words MATCH '" words                            \
    "' ORDER BY rowid DESC LIMIT 51"

static const struct {
    const char *what, *query, *bare;
} asks[] = {
    { "newest", "", "SELECT r.id FROM request r ORDER BY r.id DESC LIMIT 51" },
    { "open of a team, due first", "open = yes and team = workplace order by due",
      "SELECT r.id " OPEN_OF_TEAM
      "ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "unassigned of a team",
      "open = yes and team = workplace and assignee is empty order by created",
      "SELECT r.id " OPEN_OF_TEAM
      "AND r.assignee_id IS NULL ORDER BY r.created_ms, r.id LIMIT 51" },
    { "mine", "open = yes and assignee = me order by due",
      "SELECT r.id FROM request r WHERE r.state <> 'closed' AND r.assignee_id = (SELECT id FROM person WHERE login ="
      " 'agent') ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "overdue", "open = yes and due < now order by due",
      "SELECT r.id FROM request r WHERE r.state <> 'closed' AND coalesce(r.next_due_ms, 9223372036854775807) <"
      " 1795608000000 ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "waiting for the requester",
      "open = yes and team = workplace and next_step = answer order by updated desc",
      "SELECT r.id " OPEN_OF_TEAM
      "AND r.state = 'pending' ORDER BY r.updated_ms DESC, r.id DESC LIMIT 51" },
    { "view Due next",
      "open = yes and team = my_teams and due >= now and due < now + 2d order by due",
      "SELECT r.id " OPEN_OF_TEAM
      "AND coalesce(r.next_due_ms, 9223372036854775807) >= 1795608000000"
      " ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "view Unread", "open = yes and (assignee = me or watcher = me) and unread = yes order by due",
      "SELECT r.id FROM request r WHERE r.state <> 'closed' AND r.assignee_id = (SELECT id FROM person WHERE login ="
      " 'agent') ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "view Quick wins",
      "open = yes and team = my_teams and assignee is empty and state = fulfilling and tasks.open <= 1 order by due",
      "SELECT r.id " OPEN_OF_TEAM "AND r.assignee_id IS NULL AND r.state = 'fulfilling'"
      " ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "view I take part", "open = yes and watcher = me order by due",
      "SELECT r.id FROM request r WHERE r.state <> 'closed' AND r.assignee_id = (SELECT id FROM person WHERE login ="
      " 'agent') ORDER BY coalesce(r.next_due_ms, 9223372036854775807), r.id LIMIT 51" },
    { "of a team, changed last", "team = workplace order by updated desc",
      "SELECT r.id FROM request r WHERE r.team_id = (SELECT id FROM team WHERE key = 'workplace')"
      " ORDER BY r.updated_ms DESC, r.id DESC LIMIT 51" },
    { "one model, newest", "model = laptop order by created desc",
      "SELECT r.id FROM request r WHERE r.model_key = 'laptop' ORDER BY r.created_ms DESC, r.id DESC LIMIT 51" },
    { "a rare word", "text ~ \"7777\"", FOUND("\"7777\"") },
    { "a middling word", "text ~ \"seismograph\"", FOUND("\"seismograph\"") },
    { "a common word", "text ~ \"laptop\"", FOUND("\"laptop\"") },
    { "two words", "text ~ \"password Friday\"", FOUND("\"password\" \"friday\"") },
    { "Chinese", "text ~ \"密码\"", FOUND("\"密 码\"") },
    { "open with a common word", "open = yes and text ~ \"laptop\"",
      "SELECT r.id FROM request r JOIN request_words w ON w.rowid = r.id WHERE w.request_words MATCH '\"laptop\"' AND"
      " r.state <> 'closed' ORDER BY r.id DESC LIMIT 51" },
};

static Rc measure(Ctx *cx, size_t i, int rounds)
{
    static Times page, count, bare;
    const FindQuery *q = NULL;
    CondError why = { 0 };
    ScopeRequests s;
    RequestHeads heads = { 0 };
    uint64_t statements = 0;
    Str next;
    int64_t n = 0;

    page = count = bare = (Times){ .n = 0 };
    for (int k = 0; k < rounds; k++) {
        arena_reset(cx->arena);
        cx->identity = NULL;
        heads = (RequestHeads){ 0 };
        TRY(db_read_begin(cx->db));
        TRY(find_parse(cx, str_z(asks[i].query), &q, &why));
        TRY(access_requests(cx, &s));
        statements = db_conn_statements(cx->db);
        double began = now_ms();
        took(&page, began, find_list(cx, s, q, (FindPage){ .size = PAGE }, &heads, &next));
        statements = db_conn_statements(cx->db) - statements;
        began = now_ms();
        took(&count, began, find_count(cx, s, q, &n));
        began = now_ms();
        took(&bare, began, run_bare(cx, asks[i].bare));
        db_read_end(cx->db);
        if ((page.late || count.late) && k > 2)
            break;
    }
    printf("%s", asks[i].what);
    print_times(&page);
    print_times(&count);
    print_times(&bare);
    printf("|%zu|%llu\n", heads.n, (unsigned long long)statements);
    return RC_OK;
}

/* ---- boards, calendars, timelines, groups ---- */

static const struct {
    const char *what, *query,
        *by; /* NULL: the timeline; "due": the calendar of four weeks; "/FIELD": in groups */
} boards[] = {
    { "board of a team by state", "open = yes and team = workplace", "state" },
    { "board of a team by person", "open = yes and team = workplace", "assignee" },
    { "board of a team by tasks", "open = yes and team = workplace", "tasks.stage" },
    { "board of everything open by state", "open = yes and state != draft", "state" },
    { "board of everything open by priority", "open = yes and state != draft", "priority" },
    { "calendar of a team", "open = yes and team = workplace", "due" },
    { "timeline of a team", "open = yes and team = workplace", NULL },
    { "open of a team in groups by person", "open = yes and team = workplace", "/assignee" },
    { "everything open in groups by state", "open = yes", "/state" },
    { "everything in groups by team", "", "/team" },
};

static Rc show_groups(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, size_t *ret_shown)
{
    size_t of[PAGE];
    RequestHeads heads = { 0 };
    const Grouping *g;
    Str next;

    TRY(grouping_open(cx, s, q, by, STR(""), &g));
    TRY(grouping_page(cx, s, g, (FindPage){ .size = PAGE }, &heads, of, &next));
    *ret_shown = heads.n;
    return RC_OK;
}

static Rc show(Ctx *cx, ScopeRequests s, const FindQuery *q, const char *by, size_t *ret_shown)
{
    AgendaEntries days = { 0 };
    SpanRequests spans = { 0 };
    Board board;
    bool more;
    Str next;
    Ms today = cx->now_ms / MS_DAY * MS_DAY;

    *ret_shown = 0;
    if (by != NULL && by[0] == '/')
        return show_groups(cx, s, q, str_z(by + 1), ret_shown);
    if (by == NULL) {
        TRY(spans_get(cx, s, q, STR(""), &spans, &next));
        *ret_shown = spans.n;
    } else if (strcmp(by, "due") == 0) {
        TRY(agenda_get(cx, s, q, STR("due"), today - 14 * MS_DAY, today + 14 * MS_DAY, &days,
                       &more));
        *ret_shown = days.n;
    } else {
        TRY(board_get(cx, s, q, str_z(by), STR(""), &board));
        for (size_t i = 0; i < board.lanes.n; i++)
            *ret_shown += board.lanes.at[i].cards.n;
    }
    return RC_OK;
}

static Rc measure_board(Ctx *cx, size_t i, int rounds)
{
    static Times times;
    const FindQuery *q = NULL;
    CondError why = { 0 };
    ScopeRequests s;
    uint64_t statements = 0;
    size_t shown = 0;

    times = (Times){ .n = 0 };
    for (int k = 0; k < rounds; k++) {
        arena_reset(cx->arena);
        cx->identity = NULL;
        TRY(db_read_begin(cx->db));
        TRY(find_parse(cx, str_z(boards[i].query), &q, &why));
        TRY(find_fair(cx, q, &q));
        TRY(access_requests(cx, &s));
        statements = db_conn_statements(cx->db);
        double began = now_ms();
        took(&times, began, show(cx, s, q, boards[i].by, &shown));
        statements = db_conn_statements(cx->db) - statements;
        db_read_end(cx->db);
    }
    printf("%s", boards[i].what);
    print_times(&times);
    printf("|%zu|%llu\n", shown, (unsigned long long)statements);
    return RC_OK;
}

static Rc all(DbConn *c, const char *login, int rounds, bool of_boards)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    CLEANUP(arena_free_at) Arena *of_person = arena_new(ARENA_CAP);
    Subject subject;
    Ctx cx = { .arena = of_person, .db = c, .zone = zone_utc(), .now_ms = clock_now_ms() };

    TRY(subject_of(&cx, login, &subject));
    cx.subject = &subject;
    cx.arena = a;
    for (size_t i = 0; of_boards && i < COUNT_OF(boards); i++)
        TRY(measure_board(&cx, i, rounds));
    for (size_t i = 0; !of_boards && i < COUNT_OF(asks); i++) {
        Rc rc = measure(&cx, i, rounds);
        if (rc != RC_OK) {
            fprintf(stderr, "bench-find: %s: %s\n", asks[i].what, rc_name(rc));
            return rc;
        }
    }
    return RC_OK;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    int64_t rounds = 0;
    Db *db = NULL;
    DbConn *c = NULL;
    Str why = STR("");

    bool of_boards = argc == 5 && strcmp(argv[4], "boards") == 0;
    if ((argc != 4 && !of_boards) || !str_to_i64(str_z(argv[3]), &rounds) || rounds < 1
        || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: bench-find DATABASE.sqlite LOGIN ROUNDS [boards]\n");
        return 2;
    }
    DbOpen how = { .url = str_fmt(a, "sqlite:%s", argv[1]) };
    if (db_open(a, &how, &db, &why) != RC_OK || db_reader_open(db, &c) != RC_OK) {
        fprintf(stderr, "bench-find: %.*s\n", STR_ARG(why));
        return 3;
    }
    Rc rc = all(c, argv[2], (int)rounds, of_boards);
    db_reader_close(c);
    db_close(db);
    return rc == RC_OK ? 0 : 3;
}
