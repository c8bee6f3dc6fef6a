/* Boards: every request in one column, moves are the acts of the request, limits, and nothing of what is hidden. */
#include "domain/request/bulk.h"
#include "domain/request/office_fixture.h"
#include "domain/view/board.h"
#include "domain/view/fields.h"

typedef struct Desk {
    Office o;
    ScopeRequests scope;
    const FindQuery *q;
    BoardMoved moved; /* by the last move */
} Desk;

static void sit(Desk *d, const char *login, const char *query)
{
    CondError error = { 0 };
    Ctx *cx = d->o.cx;

    office_as(&d->o, login);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_OK, access_requests(cx, &d->scope));
    EXPECT_RC(RC_OK, find_parse(cx, str_z(query), &d->q, &error));
}

static Board board_of(Desk *d, const char *by)
{
    Board b = { 0 };

    EXPECT_RC(RC_OK, board_get(d->o.cx, d->scope, d->q, str_z(by), STR(""), &b));
    return b;
}

static const BoardLane *lane(const Board *b, const char *key)
{
    for (size_t i = 0; i < b->lanes.n; i++)
        if (str_eq_z(b->lanes.at[i].key, key))
            return &b->lanes.at[i];
    test_fail(__FILE__, __LINE__, "there is no column %s", key);
    return NULL;
}

static Rc move(Desk *d, int64_t id, BoardMove in)
{
    Ctx *cx = d->o.cx;

    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    cx->detail = (Text){ 0 };
    fixture_exec(cx, "SAVEPOINT moved");
    Rc rc = board_move(cx, office_grant(&d->o, id), d->scope, d->q, &in, &d->moved);
    fixture_exec(cx, rc == RC_OK ? "RELEASE moved" : "ROLLBACK TO moved");
    return rc;
}

#define MOVE(by_, to_, text_)                                                                      \
    ((BoardMove){                                                                                  \
        .by = STR(by_), .from = STR(""), .to = STR(to_), .text = STR(text_), .limits = STR("") })

static int64_t laptop(Desk *d)
{
    office_as(&d->o, "robin");
    return office_ask(&d->o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
}

static int64_t question(Desk *d)
{
    office_as(&d->o, "robin");
    return office_ask(&d->o, "question", "{\"details\":\"How?\"}");
}

/* A field of every request's team, and what some chose in it: one that there is, one that there was. */
static void add_field(Ctx *cx)
{
    fixture_exec(cx, "INSERT INTO team_field (key, team_id, name, kind, options, changed_ms)"
                     " SELECT 'wear', id, '{\"en\":\"Wear\"}', 'choice',"
                     " '[{\"key\":\"new\",\"name\":{\"en\":\"New\"}},"
                     "{\"key\":\"old\",\"name\":{\"en\":\"Old\"}}]', 0 FROM team"
                     " WHERE key = 'workplace'");
}

static void set_field(Ctx *cx, int64_t id, const char *word)
{
    fixture_exec(cx, str_dup_z(cx->arena,
                               str_fmt(cx->arena,
                                       "INSERT INTO field_value (request_id, field_id, word,"
                                       " by_id, at_ms) SELECT %lld, id, '%s', 1, 0 FROM team_field",
                                       (long long)id, word)));
}

DB_TEST(board_puts_each_request_of_the_view_into_one_column)
{
    static const char *const fields[] = { "state",    "tasks.stage",   "assignee",
                                          "priority", "answer.device", "field.wear" };
    Desk d = { .o = office_open(cx) };

    add_field(cx);

    static const char *const people[] = { "robin", "mika", "kim" };
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        set_field(cx, question(&d), i == 0 ? "gone" : "old");
        office_as(&d.o, people[i]);
        office_ask(&d.o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    }
    office_as(&d.o, "noor");
    office_ask(&d.o, "laptop", "{\"device\":\"standard\"}");
    sit(&d, "sam", "open = yes");
    int64_t all = 0;
    EXPECT_RC(RC_OK, find_count(cx, d.scope, d.q, &all));
    EXPECT_INT(7, all);
    for (size_t f = 0; f < COUNT_OF(fields); f++) {
        Board b = board_of(&d, fields[f]);
        int64_t sum = 0;
        EXPECT(b.lanes.n <= BOARD_LANES_MAX);
        for (size_t i = 0; i < b.lanes.n; i++) {
            const BoardLane *l = &b.lanes.at[i];
            const FindQuery *q;
            CondError error = { 0 };
            int64_t listed = 0;
            sum += l->count;
            EXPECT_INT(l->count, (int64_t)l->cards.n);
            EXPECT_RC(RC_OK, find_parse(cx, l->query, &q, &error)); /* the way to the list */
            EXPECT_RC(RC_OK, find_count(cx, d.scope, q, &listed));
            EXPECT_INT(l->count, listed);
        }
        EXPECT_INT(all, sum);
    }
    Board b = board_of(&d, "answer.device");
    EXPECT_INT(3, lane(&b, "light")->count);
    EXPECT_INT(1, lane(&b, "standard")->count);
    EXPECT_INT(3, lane(&b, BOARD_NOBODY)->count);
    b = board_of(&d, "field.wear");
    EXPECT_INT(2, lane(&b, "old")->count);
    EXPECT_INT(0, lane(&b, "new")->count);
    EXPECT_INT(1, lane(&b, BOARD_OTHERS)->count);
    EXPECT_INT(4, lane(&b, BOARD_NOBODY)->count);
    EXPECT_RC(RC_INVALID, board_get(cx, d.scope, d.q, STR("title"), STR(""), &b));
    EXPECT_RC(RC_INVALID, board_get(cx, d.scope, d.q, STR("answer.details"), STR(""), &b));
    EXPECT_RC(RC_INVALID, board_get(cx, d.scope, d.q, STR("field.none"), STR(""), &b));
}

/* Where no index knows the field, the first of a long list are sorted, and no more. */
DB_TEST(board_of_more_than_can_be_sorted_has_the_first_of_them_and_says_so)
{
    Desk d = { .o = office_open(cx) };
    int64_t ids[5];

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = question(&d);
    sit(&d, "sam", "open = yes order by created");
    FindQuery few = *d.q;
    d.q = &few;
    for (int64_t most = 4; most <= 5; most++) {
        few.sorted_most = most;
        Board b = board_of(&d, "tasks.stage");
        const BoardLane *ready = lane(&b, "ready");
        EXPECT_INT(most < 5, b.cut);
        EXPECT_INT(most, ready->count);
        EXPECT_INT(most == 5, ready->exact);
        EXPECT_INT(most, (int64_t)ready->cards.n);
        EXPECT_INT(ids[0], ready->cards.at[0].head.id);
        EXPECT(!ready->more);
        EXPECT(!board_of(&d, "state").cut); /* an index knows it */
    }
}

DB_TEST(board_shows_the_first_cards_of_a_column_with_tags_and_files_and_says_that_there_are_more)
{
    Desk d = { .o = office_open(cx) };
    int64_t last = 0;

    for (int i = 0; i < BOARD_CARDS + 1; i++)
        last = question(&d);
    fixture_exec(
        cx,
        "INSERT INTO request_tag SELECT max(r.id), 'vpn', min(p.id), 0 FROM request r, person p");
    sit(&d, "sam", "open = yes order by created desc");
    Board b = board_of(&d, "priority");
    const BoardLane *l = lane(&b, "normal");
    EXPECT_INT(BOARD_CARDS + 1, l->count);
    EXPECT_INT(BOARD_CARDS, (int64_t)l->cards.n);
    EXPECT(l->more);
    EXPECT_INT(last, l->cards.at[0].head.id);
    EXPECT_INT(1, (int64_t)l->cards.at[0].parts.tags.n);
    EXPECT_STR("vpn", l->cards.at[0].parts.tags.at[0]);
    EXPECT_INT(0, l->cards.at[0].parts.files);
    EXPECT_INT(0, (int64_t)l->cards.at[1].parts.tags.n);
}

DB_TEST(board_runs_as_many_statements_for_one_request_as_for_fifty)
{
    Desk d = { .o = office_open(cx) };
    uint64_t statements[2] = { 0 };

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < (round == 0 ? 1 : 50); i++)
            (void)question(&d);
        sit(&d, "sam", "open = yes");
        cx->identity = NULL;
        uint64_t before = db_conn_statements(cx->db);
        (void)board_of(&d, "state");
        statements[round] = db_conn_statements(cx->db) - before;
    }
    EXPECT(statements[1] <= statements[0]);
    EXPECT(statements[0] <= 30);
}

DB_TEST(board_tells_nothing_of_a_hidden_request)
{
    static const char *const fields[] = { "state", "tasks.stage", "assignee", "priority" };
    Desk d = { .o = office_open(cx) };
    int64_t counts[COUNT_OF(fields)][BOARD_LANES_MAX] = { 0 };

    (void)question(&d);
    for (int round = 0; round < 2; round++) {
        sit(&d, "sam", "open = yes");
        for (size_t f = 0; f < COUNT_OF(fields); f++) {
            Board b = board_of(&d, fields[f]);
            for (size_t i = 0; i < b.lanes.n; i++) {
                if (round == 1)
                    EXPECT_INT(counts[f][i], b.lanes.at[i].count);
                counts[f][i] = b.lanes.at[i].count;
            }
        }
        office_as(&d.o, "robin");
        office_ask(&d.o, "concern", "{\"details\":\"In confidence\"}");
    }
}

DB_TEST(board_move_by_state_is_an_act_of_the_request)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "sam", "open = yes");
    EXPECT_STR("fulfilling", str_z(office_state(&d.o, id)));
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("state", "pending", " ")));
    EXPECT_STR("/text", cx->errors.at[0].pointer);
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "pending", "A part is missing")));
    EXPECT_STR("pending", str_z(office_state(&d.o, id)));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "fulfilled", "Done")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "assessing", "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "fulfilling", "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "fulfilled", "Here is how.")));
    EXPECT_STR("fulfilled", str_z(office_state(&d.o, id)));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "pending", "Wait")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "fulfilling", "It came back")));
    EXPECT_STR("fulfilling", str_z(office_state(&d.o, id)));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "closed", "No")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "nothing", "")));
    office_expect_replay(&d.o, id, __LINE__);
}

DB_TEST(board_move_leaves_what_others_decide_and_says_why)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = laptop(&d);

    sit(&d, "sam", "open = yes");
    EXPECT_STR("assessing", str_z(office_state(&d.o, id)));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "fulfilling", "")));
    EXPECT(str_starts(str_z(cx->detail.msgid), STR("It goes on when its assessment")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "awaiting_approval", "")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("state", "fulfilled", "Done")));
    EXPECT_STR("assessing", str_z(office_state(&d.o, id)));
}

DB_TEST(board_move_is_refused_to_who_only_reads_and_when_the_card_has_gone)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "aud", "open = yes");
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("state", "pending", "")));
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("assignee", "sam", "")));
    sit(&d, "robin", "open = yes"); /* asks, and does not work on it */
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("assignee", "robin", "")));
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("priority", "high", "I say so")));
    sit(&d, "sam", "open = yes");
    BoardMove seen = MOVE("state", "pending", "Wait");
    seen.from = STR("assessing");
    EXPECT_RC(RC_STALE, move(&d, id, seen));
    seen.from = STR("fulfilling");
    EXPECT_RC(RC_OK, move(&d, id, seen));
    EXPECT_RC(RC_STALE, move(&d, id, seen));
}

DB_TEST(board_move_assigns_and_says_who_cannot)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "sam", "open = yes");
    EXPECT_RC(RC_OK, move(&d, id, MOVE("assignee", "sam", "")));
    Board b = board_of(&d, "assignee");
    EXPECT_INT(1, lane(&b, "sam")->count);
    EXPECT_STR("sam", b.lanes.at[1].key); /* oneself comes first, behind nobody */
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("assignee", "fay", ""))); /* of another team */
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("assignee", BOARD_OTHERS, "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("assignee", BOARD_NOBODY, "")));
    EXPECT_INT(0, office_view(&d.o, id).head.assignee.id);
}

DB_TEST(board_move_by_priority_is_the_leads_and_by_answer_an_edit)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = laptop(&d);

    sit(&d, "sam", "open = yes");
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("priority", "high", "It is urgent")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("answer.device", "developer", "")));
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("answer.device", "boat", "")));
    Board b = board_of(&d, "answer.device");
    EXPECT_INT(1, lane(&b, "developer")->count);
    sit(&d, "ada", "open = yes");
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("priority", "high", "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("priority", "high", "It is urgent")));
    EXPECT_STR("high", office_view(&d.o, id).head.level);
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("priority", "urgent", "It is urgent")));
}

DB_TEST(board_move_by_a_field_of_a_team_writes_it_and_empties_it)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    add_field(cx);
    sit(&d, "sam", "open = yes");
    EXPECT_RC(RC_OK, move(&d, id, MOVE("field.wear", "old", "")));
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("field.wear", "gone", "")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("field.wear", BOARD_OTHERS, "")));
    Board b = board_of(&d, "field.wear");
    EXPECT_INT(1, lane(&b, "old")->count);
    EXPECT_RC(RC_OK, move(&d, id, MOVE("field.wear", BOARD_NOBODY, "")));
    b = board_of(&d, "field.wear");
    EXPECT_INT(1, lane(&b, BOARD_NOBODY)->count);
    EXPECT_INT(0, lane(&b, "old")->count);
    BoardMove late = MOVE("field.wear", "new", "");
    late.from = STR("old");
    EXPECT_RC(RC_STALE, move(&d, id, late));
    sit(&d, "robin", "open = yes");
    EXPECT_RC(RC_FORBIDDEN, move(&d, id, MOVE("field.wear", "new", "")));
    /* Another team has no such field. */
    fixture_exec(
        cx, "UPDATE team_field SET team_id = (SELECT max(id) FROM team WHERE key != 'workplace')");
    sit(&d, "sam", "open = yes");
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("field.wear", "new", "")));
}

DB_TEST(board_move_begins_a_ready_task_and_finishes_the_last_one)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "sam", "open = yes");
    Board b = board_of(&d, "tasks.stage");
    EXPECT_INT(1, lane(&b, "ready")->count);
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("tasks.stage", "waiting", "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("tasks.stage", "started", "")));
    EXPECT_RC(RC_CONFLICT, move(&d, id, MOVE("tasks.stage", "ready", "")));
    EXPECT_RC(RC_INVALID, move(&d, id, MOVE("tasks.stage", "done", "")));
    EXPECT_RC(RC_OK, move(&d, id, MOVE("tasks.stage", "done", "Answered")));
    EXPECT_STR("done", view_tasks_stage(&(ViewTasks){ office_view(&d.o, id).tasks.at, 1, 1 }));
}

DB_TEST(board_move_into_a_full_column_is_refused_where_the_view_says_so)
{
    Desk d = { .o = office_open(cx) };
    int64_t ids[3];

    for (int i = 0; i < 3; i++)
        ids[i] = question(&d);
    sit(&d, "sam", "open = yes");
    BoardMove wait = MOVE("state", "pending", "Wait");
    wait.limits = STR("fulfilling=1 pending=2");
    EXPECT_RC(RC_OK, move(&d, ids[0], wait));
    EXPECT_RC(RC_OK, move(&d, ids[1], wait));
    EXPECT_RC(RC_CONFLICT, move(&d, ids[2], wait));
    EXPECT(str_starts(str_z(cx->detail.msgid), STR("This column is full")));
    wait.limits = STR("");
    EXPECT_RC(RC_OK, move(&d, ids[2], wait));
    EXPECT_INT(2, board_limit(STR("fulfilling=1 pending=2"), STR("pending")));
    EXPECT_INT(0, board_limit(STR("fulfilling=1 pending=2"), STR("pend")));
}

static Rc take_back(Desk *d, BulkDone *ret)
{
    Ctx *cx = d->o.cx;
    GrantedSelf g;
    int64_t left = 0;

    EXPECT_RC(RC_OK, access_self(cx, &g));
    TRY(bulk_undo(cx, g, d->moved.undo_id));
    TRY(bulk_go_on(cx, g, d->moved.undo_id, BULK_PIECE, &left));
    return bulk_get(cx, g, d->moved.undo_id, ret);
}

DB_TEST(board_move_is_taken_back_where_its_act_can_be)
{
    static const struct {
        int line;
        const char *by, *to, *text, *before;
    } cases[] = {
        { __LINE__, "assignee", "ada", "", BOARD_NOBODY },
        { __LINE__, "priority", "high", "Many ask.", "normal" },
        { __LINE__, "answer.device", "developer", "", "light" },
        { __LINE__, "field.wear", "new", "", "old" },
    };
    Desk d = { .o = office_open(cx) };
    int64_t id = laptop(&d);
    BulkDone done;

    add_field(cx);
    set_field(cx, id, "old");
    sit(&d, "ada", "open = yes");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        BoardMove in = { .by = str_z(cases[i].by),
                         .from = STR(""),
                         .to = str_z(cases[i].to),
                         .text = str_z(cases[i].text),
                         .limits = STR("") };
        EXPECT_RC_AT(cases[i].line, RC_OK, move(&d, id, in));
        EXPECT_AT(cases[i].line, d.moved.undo_id != 0 && !d.moved.waits);
        EXPECT_RC_AT(cases[i].line, RC_OK, take_back(&d, &done));
        EXPECT_AT(cases[i].line, done.parts.n == 1 && done.parts.at[0].undone);
        Board b = board_of(&d, cases[i].by);
        EXPECT_INT_AT(cases[i].line, 1, lane(&b, cases[i].before)->count);
    }
    /* Whoever moved it once more keeps that. */
    EXPECT_RC(RC_OK, move(&d, id, MOVE("answer.device", "developer", "")));
    BoardMoved first = d.moved;
    EXPECT_RC(RC_OK, move(&d, id, MOVE("answer.device", "standard", "")));
    d.moved = first;
    EXPECT_RC(RC_OK, take_back(&d, &done));
    EXPECT(!done.parts.at[0].undone);
    EXPECT_STR("It has been changed since.", done.parts.at[0].undo_why);
}

DB_TEST(board_move_by_state_has_no_way_back_but_a_wait_can_end)
{
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "sam", "open = yes");
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "pending", "The printer is away")));
    EXPECT(d.moved.waits && d.moved.undo_id == 0);
    EXPECT_RC(RC_OK, move(&d, id, MOVE("state", "fulfilling", "")));
    EXPECT(!d.moved.waits && d.moved.undo_id == 0);
}

typedef struct MoveFault {
    Desk *d;
    int64_t id;
    BoardMove in;
} MoveFault;

static Rc move_act(Ctx *cx, void *arg)
{
    MoveFault *f = arg;
    GrantedRequest g;
    BoardMoved moved;

    cx->identity = NULL;
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    return board_move(cx, g, f->d->scope, f->d->q, &f->in, &moved);
}

DB_TEST(board_moves_leave_nothing_half_done)
{
    static const BoardMove moves[] = {
        { .by = STR_INIT("assignee"), .to = STR_INIT("ada") },
        { .by = STR_INIT("priority"), .to = STR_INIT("high"), .text = STR_INIT("Many ask.") },
        { .by = STR_INIT("state"), .to = STR_INIT("pending"), .text = STR_INIT("Away.") },
        { .by = STR_INIT("state"), .to = STR_INIT("fulfilling") },
        { .by = STR_INIT("tasks.stage"), .to = STR_INIT("started") },
        { .by = STR_INIT("state"), .to = STR_INIT("fulfilled"), .text = STR_INIT("Told.") },
        { .by = STR_INIT("state"), .to = STR_INIT("fulfilling"), .text = STR_INIT("Not yet.") },
    };
    Desk d = { .o = office_open(cx) };
    int64_t id = question(&d);

    sit(&d, "ada", "open = yes");
    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        MoveFault f = { .d = &d, .id = id, .in = moves[i] };
        fault_run(cx, move_act, &f);
        Board b = board_of(&d, str_dup_z(cx->arena, moves[i].by));
        EXPECT_INT_AT((int)i, 1, lane(&b, str_dup_z(cx->arena, moves[i].to))->count);
        office_expect_replay(&d.o, id, __LINE__);
    }
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM bulk_part")); /* assignee and priority */
}

DB_TEST(view_board_set_is_for_who_may_change_the_view_and_keeps_the_last_limit)
{
    static const char *const wrong[] = { "fulfilling",   "fulfilling=0", "fulfilling=1000",
                                         "fulfilling=x", "=3",           "in work=3",
                                         "fulfilling=" };
    Desk d = { .o = office_open(cx) };
    GrantedSelf self;
    SavedView v;
    Str key;
    Str limits[] = { STR("pending=4"), STR("fulfilling=999"), STR("pending=1") };
    ViewBoard in = { .board = STR("state"), .limits = { limits, 3, 3 }, .strict = true };

    sit(&d, "sam", "");
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, view_create(cx, self,
                                 &(ViewInput){ .name = STR("Ours"),
                                               .key = STR(""),
                                               .query = STR(""),
                                               .grouping = STR(""),
                                               .sharing = STR("public"),
                                               .team = STR("") },
                                 &key));
    EXPECT_RC(RC_OK, view_board_set(cx, self, key, &in));
    EXPECT_RC(RC_OK, view_get(cx, self, key, &v));
    EXPECT_STR("fulfilling=999 pending=1", v.limits);
    EXPECT(v.strict && v.version == 2);
    EXPECT_RC(RC_OK, view_board_set(cx, self, key, &in)); /* the same: nothing happens */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'view.changed'"));
    in.version = OPT_INT(1);
    EXPECT_RC(RC_STALE, view_board_set(cx, self, key, &in));
    in.version = OPT_NONE;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        limits[0] = str_z(wrong[i]);
        EXPECT_RC_AT(__LINE__, RC_INVALID, view_board_set(cx, self, key, &in));
    }
    limits[0] = STR("pending=4");
    in.board = STR("title");
    EXPECT_RC(RC_INVALID, view_board_set(cx, self, key, &in));
    in.board = STR("state");
    EXPECT_RC(RC_FORBIDDEN, view_board_set(cx, self, STR("overdue"), &in));
    sit(&d, "bo", "");
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_FORBIDDEN, view_board_set(cx, self, key, &in));
    EXPECT_RC(RC_NOT_FOUND, view_board_set(cx, self, STR("nothing"), &in));
}
