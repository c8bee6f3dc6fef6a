/* copies.c - the years before the played lives: the same lives of other people at other times.
 *
 * A copy has every row of a life under new ids.  All its instants lie the same span of whole weeks back, those
 * in the log among them; whoever asked is somebody else with the same manager, so that approvals stay those of
 * the right person; teams and their people are those of one of the branches.  Words and hashes of words stay.  One copy
 * in fifty is of an open life, and lies back only hours.  So a copy replays through the engine as its life does
 * (docs/generate.md says what it does not show).  The lives themselves go to branches last, each in its place.
 *
 * Ids of requests and events of the copies lie below those of the lives, so that all go up with time.
 */
#include "generate/generate.h"

#include "core/buf.h"

#include <sqlite3.h>

enum { SQL_BYTES = 64 * 1024, OPEN_ONE_IN = 50, WEEKS = 104, OPEN_HOURS = 48 };

static sqlite3 *db;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-generate: %s: %s\n", what, db != NULL ? sqlite3_errmsg(db) : "");
    exit(3);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        die(sql);
    return s;
}

static void add(Buf *to, const char *text)
{
    buf_add(to, str_z(text));
}

/* ---- the parts of a life ---- */

/* Tables whose rows have ids of their own and belong to a request. */
static const char *const with_ids[] = { "event",   "approval", "task",   "message",          "note",
                                        "pending", "handover", "snooze", "assignment_choice" };
enum { WITH_IDS = COUNT_OF(with_ids) };
/* Those whose rows are found by the request alone, and by a task of it. */
static const char *const by_request[] = { "request",          "request_reader", "answer",
                                          "participant",      "clock",          "promise",
                                          "request_priority", "assignment_due" };
static const char *const by_task[] = { "task_check", "task_signer" };

typedef struct LifeRows {
    int64_t id, requester;
    Ms created;
    int64_t first[WITH_IDS],
        n[WITH_IDS]; /* ids of its rows: the first, and how many from there to the last */
} LifeRows;

typedef struct Copy {
    int64_t life; /* index */
    Ms shift;     /* added to every instant: negative */
    Ms created;
    int64_t requester, branch;
} Copy;

/* ---- what a column of a copy becomes; m is the row of `copy`, x that of the life ---- */

static bool is_json(const char *column)
{
    static const char *const names[] = { "data", "step", "pauses", "record" };

    return word_is_in(str_z(column), names, COUNT_OF(names));
}

static bool ends(const char *s, const char *with)
{
    return str_ends(str_z(s), str_z(with));
}

static bool is_team(const char *table, const char *column)
{
    return ends(column, "team_id")
           || (strcmp(table, "request") == 0 && strcmp(column, "owner_id") == 0);
}

static bool is_person(const char *column)
{
    static const char *const names[] = {
        "requester_id", "beneficiary_id", "submitter_id", "assignee_id", "adhoc_by",
        "approver_id",  "delegate_id",    "decider_id",   "finished_by", "sign_off_by",
        "author_id",    "by_id",          "answered_by",  "person_id",   "added_by",
        "actor_id",     "behalf_id",      "done_by",      "reason_by",   "chosen_id"
    };

    return word_is_in(str_z(column), names, COUNT_OF(names));
}

static int with_id(const char *table)
{
    for (int i = 0; i < WITH_IDS; i++)
        if (strcmp(with_ids[i], table) == 0)
            return i;
    return -1;
}

#define MOVE "m.shift, m.old_person, m.person, m.branch"

/* Where people and teams stand.  false: nothing in this column is one. */
static bool in_branch(Buf *to, const char *table, const char *column)
{
    if (is_json(column) && strcmp(table, "request") != 0)
        buf_add_fmt(to, "moved(x.%s, " MOVE ")", column);
    else if (strcmp(column, "principal") == 0)
        add(to, "4 * id_moved(x.principal / 4, x.principal % 4, " MOVE ") + x.principal % 4");
    else if (is_person(column))
        buf_add_fmt(to, "id_moved(x.%s, 1, " MOVE ")", column);
    else if (is_team(table, column))
        buf_add_fmt(to, "id_moved(x.%s, 2, " MOVE ")", column);
    else if (strcmp(column, "step_who") == 0)
        add(to, "who_moved(x.step_who, " MOVE ")");
    else
        return false;
    return true;
}

static void becomes(Buf *to, const char *table, const char *column)
{
    bool root = strcmp(table, "request") == 0;
    int own = with_id(table);

    if (root && (strcmp(column, "id") == 0 || strcmp(column, "serial") == 0))
        add(to, "m.id");
    else if (root && strcmp(column, "search") == 0)
        add(to, "replace(x.search, '-' || x.serial || ' ', '-' || m.id || ' ')");
    else if (strcmp(column, "request_id") == 0)
        add(to, "m.id");
    else if (own >= 0 && strcmp(column, "id") == 0)
        buf_add_fmt(to, "x.id + m.of_%s", table);
    else if (strcmp(column, "task_id") == 0)
        add(to, "x.task_id + m.of_task");
    else if (strcmp(column, "carried_id") == 0)
        buf_add_fmt(to, "x.carried_id + m.of_%s", table);
    else if (strcmp(column, "object_id") == 0) {
        add(to, "CASE x.object WHEN 'request' THEN m.id");
        for (int i = 0; i < WITH_IDS; i++)
            buf_add_fmt(to, " WHEN '%s' THEN x.object_id + m.of_%s", with_ids[i], with_ids[i]);
        add(to, " ELSE x.object_id END");
    } else if (ends(column, "_ms"))
        buf_add_fmt(to, "CASE WHEN x.%s > 1000000000000 THEN x.%s + m.shift ELSE x.%s END", column,
                    column, column);
    else if (!in_branch(to, table, column))
        buf_add_fmt(to, "x.%s", column);
}

static sqlite3_stmt *columns_of(const char *table)
{
    sqlite3_stmt *s = prepared("SELECT name FROM pragma_table_info(?1)");

    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    return s;
}

static void run_buf(Buf *sql)
{
    buf_add_char(sql, '\0');
    if (buf_result(sql) != RC_OK)
        die("a statement is too long");
    run(sql->ptr);
}

/* INSERT INTO t (a, b) SELECT ... over the columns that t has; `join`: how its rows are found. */
static void copy_table(const char *table, const char *join)
{
    CLEANUP(buf_done) Buf names = { 0 };
    CLEANUP(buf_done) Buf values = { 0 };
    CLEANUP(buf_done) Buf sql = { 0 };
    sqlite3_stmt *columns = columns_of(table);

    buf_init(&names, SQL_BYTES);
    buf_init(&values, SQL_BYTES);
    buf_init(&sql, SQL_BYTES);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        buf_add_fmt(&names, "%s%s", names.len > 0 ? ", " : "", name);
        add(&values, values.len > 0 ? ", " : "");
        becomes(&values, table, name);
    }
    sqlite3_finalize(columns);
    buf_add_fmt(&sql, "INSERT INTO %s (%.*s) SELECT %.*s FROM copy m CROSS JOIN %s", table,
                STR_ARG(buf_str(&names)), STR_ARG(buf_str(&values)), join);
    run_buf(&sql);
}

static void copy_by(const char *table, const char *column)
{
    char join[256];

    snprintf(join, sizeof join, "main.%s x WHERE x.%s = m.life ORDER BY m.id", table, column);
    copy_table(table, join);
}

/* ---- which life is copied when ---- */

static void read_parts(LifeRows *rows, int64_t first, size_t n)
{
    for (int t = 0; t < WITH_IDS; t++) {
        char sql[256];
        snprintf(
            sql, sizeof sql,
            "SELECT request_id, min(id), max(id) FROM %s WHERE request_id >= %lld GROUP BY request_id",
            with_ids[t], (long long)first);
        sqlite3_stmt *s = prepared(sql);
        while (sqlite3_step(s) == SQLITE_ROW) {
            size_t i = (size_t)(sqlite3_column_int64(s, 0) - first);
            if (i >= n)
                die("a life lies outside of the played ones");
            rows[i].first[t] = sqlite3_column_int64(s, 1);
            rows[i].n[t] = sqlite3_column_int64(s, 2) - rows[i].first[t] + 1;
        }
        sqlite3_finalize(s);
    }
}

/* Lives that gave rise to others stay alone, and so do drafts. */
static size_t read_lives(bool open, int64_t *to)
{
    char sql[256];
    size_t n = 0;

    snprintf(
        sql, sizeof sql,
        "SELECT id FROM request WHERE state %s 'closed' AND submitted_ms IS NOT NULL AND id NOT IN"
        " (SELECT from_id FROM request_link UNION SELECT to_id FROM request_link) ORDER BY id",
        open ? "<>" : "=");
    sqlite3_stmt *s = prepared(sql);
    while (sqlite3_step(s) == SQLITE_ROW)
        to[n++] = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static int by_creation(const void *a, const void *b)
{
    const Copy *x = a, *y = b;

    return x->created != y->created ? (x->created < y->created ? -1 : 1)
           : x->life != y->life     ? (x->life < y->life ? -1 : 1)
                                    : (x->requester > y->requester) - (x->requester < y->requester);
}

/* Nobody serves themselves. */
static int64_t branch_for(World *w, int64_t requester)
{
    int64_t branch;

    do
        branch = (int64_t)draw_below(&w->draw, w->branches_n);
    while (branch_has(w, (size_t)branch, requester));
    return branch;
}

static void choose(World *w, const LifeRows *rows, int64_t first, size_t lives_n, Copy *to,
                   size_t n)
{
    int64_t *closed = calloc(lives_n, sizeof *closed), *open = calloc(lives_n, sizeof *open);

    if (closed == NULL || open == NULL)
        die("no memory");
    size_t closed_n = read_lives(false, closed), open_n = read_lives(true, open);
    if (closed_n == 0)
        die("no life has come to its end");
    for (size_t i = 0; i < n; i++) {
        bool of_open = open_n > 0 && i % OPEN_ONE_IN == 0;
        int64_t id =
            of_open ? open[draw_below(&w->draw, open_n)] : closed[draw_below(&w->draw, closed_n)];
        const LifeRows *r = &rows[id - first];
        Ms back = of_open ? (Ms)draw_below(&w->draw, OPEN_HOURS * 60) * MS_MINUTE
                          : (Ms)(1 + draw_below(&w->draw, WEEKS)) * 7 * MS_DAY;
        int64_t group =
            (r->requester - w->person_first) / PEOPLE_OF_A_MANAGER * PEOPLE_OF_A_MANAGER;
        int64_t requester =
            w->person_first + group + (int64_t)draw_below(&w->draw, PEOPLE_OF_A_MANAGER);
        to[i] = (Copy){ .life = id - first,
                        .shift = -back,
                        .created = r->created - back,
                        .requester = requester,
                        .branch = branch_for(w, requester) };
    }
    free(closed);
    free(open);
    qsort(to, n, sizeof *to, by_creation);
}

/* The table `copy`: a row for each copy with its new ids, in the order of time. */
static void write_copies(const LifeRows *rows, const Copy *list, size_t n)
{
    int64_t next[WITH_IDS];
    CLEANUP(buf_done) Buf sql = { 0 };

    buf_init(&sql, SQL_BYTES);
    add(&sql,
        "CREATE TEMP TABLE copy (id INTEGER PRIMARY KEY, life, shift, old_person, person, branch");
    for (int t = 0; t < WITH_IDS; t++)
        buf_add_fmt(&sql, ", of_%s", with_ids[t]);
    add(&sql, ")");
    run_buf(&sql);
    for (int t = 0; t < WITH_IDS; t++) {
        char ask[128];
        snprintf(ask, sizeof ask, "SELECT coalesce(max(id), 0) + 1 FROM %s%s", with_ids[t],
                 t == 0 ? " WHERE request_id IS NULL" : "");
        sqlite3_stmt *s = prepared(ask);
        next[t] = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 1;
        sqlite3_finalize(s);
    }
    sqlite3_stmt *put = prepared("INSERT INTO copy VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for (size_t i = 0; i < n; i++) {
        const LifeRows *r = &rows[list[i].life];
        sqlite3_bind_int64(put, 1, (int64_t)i + 1);
        sqlite3_bind_int64(put, 2, r->id);
        sqlite3_bind_int64(put, 3, list[i].shift);
        sqlite3_bind_int64(put, 4, r->requester);
        sqlite3_bind_int64(put, 5, list[i].requester);
        sqlite3_bind_int64(put, 6, list[i].branch);
        for (int t = 0; t < WITH_IDS; t++) {
            sqlite3_bind_int64(put, 7 + t, next[t] - r->first[t]);
            next[t] += r->n[t];
        }
        if (sqlite3_step(put) != SQLITE_DONE)
            die("copy");
        sqlite3_reset(put);
    }
    sqlite3_finalize(put);
}

static void plan(World *w, size_t n)
{
    int64_t first = (int64_t)n + 1;
    size_t lives_n = 0;
    sqlite3_stmt *s = prepared("SELECT id, requester_id, created_ms FROM request ORDER BY id");
    LifeRows *rows = calloc((size_t)w->requests + 1, sizeof *rows);
    Copy *list = calloc(n, sizeof *list);

    if (rows == NULL || list == NULL)
        die("no memory");
    while (sqlite3_step(s) == SQLITE_ROW && lives_n < (size_t)w->requests) {
        rows[lives_n].id = sqlite3_column_int64(s, 0);
        rows[lives_n].requester = sqlite3_column_int64(s, 1);
        rows[lives_n++].created = sqlite3_column_int64(s, 2);
    }
    sqlite3_finalize(s);
    if (lives_n == 0 || rows[0].id != first || rows[lives_n - 1].id != first + (int64_t)lives_n - 1)
        die("the ids of the played lives are not what they should be");
    read_parts(rows, first, lives_n);
    choose(w, rows, first, lives_n, list, n);
    write_copies(rows, list, n);
    free(rows);
    free(list);
}

/* ---- the lives themselves go to the branches, in their place ---- */

/* The table `copy` with each life as a copy of itself. */
static void write_lives(World *w)
{
    sqlite3_stmt *s = prepared("SELECT id, requester_id FROM request WHERE id > ?1 ORDER BY id");
    sqlite3_stmt *put = prepared("INSERT INTO copy (id, life, shift, old_person, person, branch)"
                                 " VALUES (?1, ?1, 0, 0, 0, ?2)");

    run("DELETE FROM copy");
    sqlite3_bind_int64(s, 1, w->requests - w->lives);
    while (sqlite3_step(s) == SQLITE_ROW) {
        sqlite3_bind_int64(put, 1, sqlite3_column_int64(s, 0));
        sqlite3_bind_int64(put, 2, branch_for(w, sqlite3_column_int64(s, 1)));
        if (sqlite3_step(put) != SQLITE_DONE)
            die("life");
        sqlite3_reset(put);
    }
    sqlite3_finalize(s);
    sqlite3_finalize(put);
}

/* UPDATE t SET a = ..., b = ... where people and teams stand; `found`: how its rows are. */
static void move_table(const char *table, const char *found)
{
    CLEANUP(buf_done) Buf sql = { 0 };
    sqlite3_stmt *columns = columns_of(table);
    const char *between = "SET ";

    buf_init(&sql, SQL_BYTES);
    buf_add_fmt(&sql, "UPDATE main.%s AS x ", table);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        CLEANUP(buf_done) Buf value = { 0 };
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        buf_init(&value, SQL_BYTES);
        if (!in_branch(&value, table, name))
            continue;
        buf_add_fmt(&sql, "%s%s = %.*s", between, name, STR_ARG(buf_str(&value)));
        between = ", ";
    }
    sqlite3_finalize(columns);
    if (between[0] != ',')
        return;
    buf_add_fmt(&sql, " FROM copy m WHERE %s", found);
    run_buf(&sql);
}

static void move_lives(World *w)
{
    write_lives(w);
    for (size_t i = 0; i < COUNT_OF(by_request); i++)
        move_table(by_request[i], i == 0 ? "x.id = m.id" : "x.request_id = m.id");
    for (size_t i = 0; i < WITH_IDS; i++)
        move_table(with_ids[i], "x.request_id = m.id");
    for (size_t i = 0; i < COUNT_OF(by_task); i++)
        move_table(by_task[i],
                   "x.task_id IN (SELECT t.id FROM main.task t WHERE t.request_id = m.id)");
    /* Of a person stand there 2, of a team 3. */
    run("UPDATE request_past AS x SET value = id_moved(x.value, x.field - 1, " MOVE ")"
        " FROM copy m WHERE x.request_id = m.id AND x.field IN (2, 3)");
}

/* ---- indexes and triggers, away while there is so much to write ---- */

static const char guards[] =
    "sqlite_master WHERE sql IS NOT NULL AND (type = 'trigger' OR type = 'index')"
    " AND tbl_name IN ('request', 'request_reader', 'answer', 'participant', 'clock',"
    " 'promise', 'event', 'approval', 'task', 'message', 'note', 'pending', 'handover',"
    " 'task_check', 'task_signer', 'request_priority', 'assignment_choice')";

/* Runs the statements that `sql` gives as one text. */
static void run_result(const char *sql)
{
    sqlite3_stmt *s = prepared(sql);

    if (sqlite3_step(s) != SQLITE_ROW)
        die(sql);
    char *all = strdup((const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    if (all == NULL)
        die("no memory");
    run(all);
    free(all);
}

static void put_away(void)
{
    CLEANUP(buf_done) Buf sql = { 0 };

    buf_init(&sql, SQL_BYTES);
    /* The copies find the rows of a life by these. */
    buf_add_fmt(
        &sql,
        "CREATE TEMP TABLE guard AS SELECT type, name, sql FROM main.%s AND name NOT LIKE '%%_by_request'"
        " AND sql NOT LIKE '%%(request_id%%WHERE ended_ms%%'",
        guards);
    run_buf(&sql);
    run_result("SELECT group_concat('DROP ' || type || ' main.' || name, ';') FROM guard");
}

static void open_file(const World *w, const char *file)
{
    if (sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK
        || !moved_functions(db, w))
        die(file);
    /* A crash here costs nothing but the time. */
    run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;"
        "PRAGMA temp_store = MEMORY");
}

static void close_file(void)
{
    run("PRAGMA journal_mode = WAL");
    if (sqlite3_close(db) != SQLITE_OK)
        die("close");
    db = NULL;
}

void copies_settle(const World *w, const char *file)
{
    open_file(w, file);
    run("INSERT INTO request_words (request_words) VALUES ('optimize');"
        "INSERT INTO team_words (team_words) VALUES ('optimize')");
    close_file();
}

enum { EVENTS_OF_A_COPY = 64 }; /* room for so many on average */

void copies_make_room(World *w, const char *file)
{
    char sql[512];
    long long n = (long long)(w->requests - w->lives);

    if (n == 0)
        return;
    open_file(w, file);
    snprintf(sql, sizeof sql,
             "INSERT INTO sqlite_sequence (name, seq) VALUES ('request', %lld);"
             "UPDATE sqlite_sequence SET seq = seq + %lld WHERE name = 'event';"
             "UPDATE number_series SET next = %lld",
             n, n * EVENTS_OF_A_COPY, n + 1);
    run(sql);
    close_file();
}

void copies(World *w, const char *file)
{
    size_t n = (size_t)(w->requests - w->lives);

    open_file(w, file);
    if (n > 0) {
        run("BEGIN");
        plan(w, n);
        put_away();
        for (size_t i = 0; i < COUNT_OF(by_request); i++)
            copy_by(by_request[i], i == 0 ? "id" : "request_id");
        for (size_t i = 0; i < WITH_IDS; i++)
            copy_by(with_ids[i], "request_id");
        for (size_t i = 0; i < COUNT_OF(by_task); i++) {
            char join[256];
            snprintf(
                join, sizeof join,
                "main.task t CROSS JOIN main.%s x WHERE t.request_id = m.life AND x.task_id = t.id"
                " ORDER BY m.id",
                by_task[i]);
            copy_table(by_task[i], join);
        }
        run("INSERT INTO timer (kind, object_id, key, due_ms, next_ms)"
            " SELECT x.kind, m.id, x.key, x.due_ms + m.shift, x.next_ms + m.shift FROM copy m"
            " JOIN main.timer x ON x.object_id = m.life WHERE x.kind IN ('request', 'clock', 'promise')"
            " ORDER BY m.id, x.id");
        move_lives(w);
        run_result(
            "SELECT group_concat(sql, ';') FROM (SELECT sql FROM guard ORDER BY type, name)");
        run("COMMIT");
    }
    run("UPDATE follower SET event_id = (SELECT max(id) FROM event)");
    close_file();
}
