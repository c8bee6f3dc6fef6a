/* desk.c - what somebody who works all day asks for most, each beside bare SQL.
 *
 *     build/bench-desk DATABASE.sqlite LOGIN ROUNDS
 *
 * As that person: requests of their own queue as their page reads them, searches and the palette's, and one act on a
 * thousand requests, with the way back.  A line each: what, milliseconds (half of the rounds, 99 of 100), of bare SQL (half,
 * 99 of 100), results, statements.  It writes: no other program may have the database open for writing.
 */
#include "domain/request/bulk.h"
#include "domain/request/talk.h"
#include "domain/view/search.h"

#include "times.h"

enum { ARENA_CAP = 256 << 20, SEARCH_SIZE = 20, PALETTE_SIZE = 6, ACTS = 10 };

typedef struct Desk {
    Db *db;
    DbConn *c;
    Subject *subject;
    Arena *arena;
    int rounds;
} Desk;

static Ctx ctx_of(const Desk *d, DbConn *c)
{
    return (Ctx){ .arena = d->arena,
                  .db = c,
                  .subject = d->subject,
                  .zone = zone_utc(),
                  .now_ms = clock_now_ms(),
                  .call_ref = STR("bench") };
}

static void print_row(const char *what, Times *ours, Times *bare, size_t results,
                      uint64_t statements)
{
    printf("%s", what);
    print_times(ours);
    print_times(bare);
    printf("|%zu|%llu\n", results, (unsigned long long)statements);
}

/* The first `n` that the query finds. */
static Rc find_heads(Ctx *cx, const char *query, size_t n, RequestHeads *ret)
{
    CondError why = { 0 };
    const FindQuery *q;
    ScopeRequests s;
    Str next = STR("");

    TRY(find_parse(cx, str_z(query), &q, &why));
    TRY(access_requests(cx, &s));
    do {
        RequestHeads page = { 0 };
        TRY(find_list(cx, s, q, (FindPage){ next, FIND_PAGE_MOST }, &page, &next));
        for (size_t i = 0; i < page.n && ret->n < n; i++)
            TRY(LIST_PUSH(cx->arena, ret, page.at[i]));
    } while (next.len > 0 && ret->n < n);
    return RC_OK;
}

/* The text with the number behind it. */
static Rc bare_of(Ctx *cx, const char *sql, int64_t id)
{
    return run_bare(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "%s %lld", sql, (long long)id)));
}

/* ---- a request ---- */

static Rc open_request(Ctx *cx, int64_t id, size_t *ret_n)
{
    GrantedRequest g = { 0 };
    RequestView v = { 0 };
    Entries entries = { 0 };
    bool more;

    TRY(access_request(cx, id, MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    TimelineFilter f = { .newest = true, .size = 20, .view = &v };
    TRY(timeline(cx, g, &f, &entries, &more));
    *ret_n = entries.n;
    return RC_OK;
}

static Rc bare_request(Ctx *cx, int64_t id)
{
    static const char *const texts[] = {
        "SELECT * FROM request WHERE id =",
        "SELECT * FROM answer WHERE request_id =",
        "SELECT * FROM approval WHERE request_id =",
        "SELECT * FROM task WHERE request_id =",
        "SELECT * FROM message WHERE request_id =",
        "SELECT * FROM event WHERE seq > 0 AND request_id =",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        TRY(bare_of(cx, texts[i], id));
    return RC_OK;
}

static Rc measure_requests(const Desk *d)
{
    static Times ours, bare;
    RequestHeads heads = { 0 };
    Ctx cx = ctx_of(d, d->c);
    size_t n = 0;
    uint64_t statements = 0;

    TRY(db_read_begin(d->c));
    TRY(find_heads(&cx, "open = yes and team in my_teams and state != draft order by updated desc",
                   ROUNDS_MOST, &heads));
    db_read_end(d->c);
    int64_t *ids = malloc((heads.n + 1) * sizeof *ids);
    size_t ids_n = heads.n;
    for (size_t i = 0; ids != NULL && i < ids_n; i++)
        ids[i] = heads.at[i].id;
    for (int k = 0; ids != NULL && ids_n > 0 && k < d->rounds; k++) {
        int64_t id = ids[(size_t)k % ids_n];
        arena_reset(d->arena);
        cx.identity = NULL;
        cx.views = NULL;
        TRY(db_read_begin(d->c));
        statements = db_conn_statements(d->c);
        double began = now_ms();
        took(&ours, began, open_request(&cx, id, &n));
        statements = db_conn_statements(d->c) - statements;
        began = now_ms();
        took(&bare, began, bare_request(&cx, id));
        db_read_end(d->c);
    }
    free(ids);
    print_row("a request of the queue", &ours, &bare, n, statements);
    return RC_OK;
}

/* ---- searches ---- */

#define FOUND(words)                                                                               \
    "SELECT rowid FROM request_words WHERE request_words MATCH '" words                            \
    "' ORDER BY rowid DESC LIMIT 21"

static const struct {
    const char *what, *typed, *bare;
    bool palette;
} searches[] = {
    { "search for a rare word", "7777", FOUND("\"7777\""), false },
    { "search for a middling word", "seismograph", FOUND("\"seismograph\""), false },
    { "search for a common word", "laptop", FOUND("\"laptop\""), false },
    { "search for two words", "password Friday", FOUND("\"password\" \"friday\""), false },
    { "search in Chinese", "密码", FOUND("\"密 码\""), false },
    { "search with a filter", "team:workplace laptop", FOUND("\"laptop\""), false },
    { "palette, a number", "REQ-4711",
      "SELECT id FROM request WHERE record = 'request' AND serial = 4711", true },
    { "palette, the beginning of a word", "lap", FOUND("\"lap\" *"), true },
};

static Rc search(Ctx *cx, const char *typed, bool palette, size_t *ret_n)
{
    SearchAsked q = { 0 };
    SearchHits hits = { 0 };
    SearchPage page = { .after = STR(""),
                        .size = palette ? PALETTE_SIZE : SEARCH_SIZE,
                        .snippets = !palette };
    ScopeRequests s;
    Str next;
    bool cut;

    TRY(search_read(cx, str_z(typed), &q));
    TRY(access_requests(cx, &s));
    TRY(search_requests(cx, s, &q, page, &hits, &next, &cut));
    *ret_n = hits.n;
    return cut ? RC_LIMIT : RC_OK;
}

static Rc measure_search(const Desk *d, size_t i)
{
    static Times ours, bare;
    Ctx cx = ctx_of(d, d->c);
    size_t n = 0;
    uint64_t statements = 0;

    ours = bare = (Times){ .n = 0 };
    for (int k = 0; k < d->rounds; k++) {
        arena_reset(d->arena);
        cx.identity = NULL;
        TRY(db_read_begin(d->c));
        statements = db_conn_statements(d->c);
        double began = now_ms();
        took(&ours, began, search(&cx, searches[i].typed, searches[i].palette, &n));
        statements = db_conn_statements(d->c) - statements;
        began = now_ms();
        took(&bare, began, run_bare(&cx, searches[i].bare));
        db_read_end(d->c);
    }
    print_row(searches[i].what, &ours, &bare, n, statements);
    return RC_OK;
}

/* ---- one act on a thousand requests ---- */

typedef struct Act {
    const Desk *desk;
    StrList names;
    int64_t *ids;
    int64_t id, left;
    bool back;
} Act;

static Rc begin_act(DbConn *c, void *arg)
{
    Act *a = arg;
    Ctx cx = ctx_of(a->desk, c);
    BulkInput in = { .requests = a->names, .act = STR("tag"), .value = STR("bench") };
    GrantedSelf g;

    TRY(access_self(&cx, &g));
    return a->back ? bulk_undo(&cx, g, a->id) : bulk_begin(&cx, g, &in, &a->id);
}

static Rc act_piece(DbConn *c, void *arg)
{
    Act *a = arg;
    Ctx cx = ctx_of(a->desk, c);
    GrantedSelf g;

    TRY(access_self(&cx, &g));
    return bulk_go_on(&cx, g, a->id, BULK_PIECE, &a->left);
}

static Rc run_act(Act *a)
{
    TRY(db_write(a->desk->db, begin_act, a));
    do
        TRY(db_write(a->desk->db, act_piece, a));
    while (a->left > 0);
    return RC_OK;
}

/* What a tag given and taken back is at least. */
static Rc bare_act(DbConn *c, void *arg)
{
    static const char *const texts[] = {
        "INSERT INTO request_tag (tag, added_by, at_ms, request_id) SELECT 'bare', 1, 0,",
        "UPDATE request SET event_seq = event_seq + 1 WHERE id =",
        "DELETE FROM request_tag WHERE tag = 'bare' AND request_id =",
    };
    Act *a = arg;
    Ctx cx = ctx_of(a->desk, c);

    for (size_t k = 0; k < COUNT_OF(texts); k++)
        for (size_t i = 0; i < a->names.n; i++)
            TRY(bare_of(&cx, texts[k], a->ids[i]));
    return RC_OK;
}

static Rc measure_acts(Desk *d)
{
    static Times ours, back, bare;
    CLEANUP(arena_free_at) Arena *names = arena_new(ARENA_CAP);
    Act a = { .desk = d };
    RequestHeads heads = { 0 };
    Ctx cx = ctx_of(d, d->c);

    cx.arena = names;
    TRY(db_read_begin(d->c));
    TRY(find_heads(&cx, "team in my_teams and state != draft order by updated desc", BULK_MOST,
                   &heads));
    db_read_end(d->c);
    a.ids = arena_array(names, heads.n, sizeof *a.ids);
    for (size_t i = 0; i < heads.n && a.ids != NULL; i++) {
        a.ids[i] = heads.at[i].id;
        TRY(LIST_PUSH(names, &a.names, heads.at[i].number));
    }
    for (int k = 0; k < ACTS && a.ids != NULL; k++) {
        arena_reset(d->arena);
        a.back = false;
        double began = now_ms();
        took(&ours, began, run_act(&a));
        a.back = true;
        began = now_ms();
        took(&back, began, run_act(&a));
        began = now_ms();
        took(&bare, began, db_write(d->db, bare_act, &a));
    }
    print_row("a tag for many requests", &ours, &bare, a.names.n, 0);
    print_row("the tag taken back", &back, &bare, a.names.n, 0);
    return RC_OK;
}

static Rc all(Desk *d, const char *login)
{
    CLEANUP(arena_free_at) Arena *of_person = arena_new(ARENA_CAP);
    static const Subject nobody = { .origin = STR_INIT("cli") };
    Subject subject;
    Ctx cx = ctx_of(d, d->c);

    cx.arena = of_person;
    cx.subject = &nobody;
    TRY(subject_of(&cx, login, &subject));
    d->subject = &subject;
    TRY(measure_requests(d));
    for (size_t i = 0; i < COUNT_OF(searches); i++)
        TRY(measure_search(d, i));
    return measure_acts(d);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    CLEANUP(arena_free_at) Arena *work = arena_new(ARENA_CAP);
    int64_t rounds = 0;
    Desk d = { .arena = work };
    Str why = STR("");

    if (argc != 4 || !str_to_i64(str_z(argv[3]), &rounds) || rounds < 1 || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: bench-desk DATABASE.sqlite LOGIN ROUNDS\n");
        return 2;
    }
    DbOpen how = { .url = str_fmt(a, "sqlite:%s", argv[1]), .write = true };
    if (db_open(a, &how, &d.db, &why) != RC_OK || db_reader_open(d.db, &d.c) != RC_OK) {
        fprintf(stderr, "bench-desk: %.*s\n", STR_ARG(why));
        return 3;
    }
    d.rounds = (int)rounds;
    Rc rc = all(&d, argv[2]);
    if (rc != RC_OK)
        fprintf(stderr, "bench-desk: %s\n", rc_name(rc));
    db_reader_close(d.c);
    db_close(d.db);
    return rc == RC_OK ? 0 : 3;
}
