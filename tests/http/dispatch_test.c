/* dispatch_test.c - how calls end: whole answers of a dispatcher with routes of our own, with the pages and
 * problems that the program shows. */
#include "api/problem.h"
#include "domain/identity/identity.h"
#include "http/dispatch.h"
#include "http/fixture.h"
#include "support/db_test.h"
#include "web/asset.h"
#include "web/page.h"

#include <stdatomic.h>

typedef struct Place {
    Db *db;
    Dispatch *dispatch;
} Place;

/* ---- routes ---- */

static Rc fail_as(Call *call)
{
    static const struct {
        const char *status;
        Rc rc;
        const char *type;
    } ways[] = {
        { "400", RC_INVALID, "malformed" },
        { "401", RC_INVALID, "not_signed_in" },
        { "403", RC_FORBIDDEN, "" },
        { "404", RC_NOT_FOUND, "" },
        { "409", RC_CONFLICT, "" },
        { "412", RC_STALE, "" },
        { "415", RC_INVALID, "unsupported_media_type" },
        { "422", RC_INVALID, "" },
        { "428", RC_INVALID, "precondition_required" },
        { "429", RC_BUSY, "too_many" },
        { "500", RC_INTERNAL, "" },
        { "503", RC_BUSY, "" },
    };
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (str_eq_z(call_param(call, "status"), ways[i].status))
            return fail(&call->cx, ways[i].rc, ways[i].type, TEXT("A sentence <about> it."));
    return RC_INTERNAL;
}

/* A query that never ends by itself. */
static Rc slow(Call *call)
{
    static const DbQuery endless = {
        .name = "endless",
        .number = -1,
        .sqlite = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                  "SELECT max(i) FROM n",
        .columns = 1,
    };
    CLEANUP(rows_close) Rows rows = { 0 };

    TRY(db_query(call->cx.db, call->arena, &endless, NULL, &rows));
    (void)rows_next(&rows);
    return rows_result(&rows);
}

static Rc too_much(Call *call)
{
    while (buf_result(&call->body) == RC_OK)
        buf_add_lit(&call->body, "more and more and more and more and more and more and more. ");
    return RC_OK;
}

/* Shows the confidential requests 1 to n, each read twice. */
static Rc show_confidential(Call *call)
{
    int64_t n = 0;

    if (!str_to_i64(call_param(call, "n"), &n))
        return RC_NOT_FOUND;
    for (int64_t i = 0; i < 2 * n; i++)
        view_add(&call->cx, i % n + 1, 0);
    buf_add_lit(&call->body, "secrets");
    return RC_OK;
}

/* Opens the request n; with ?view=1 it is confidential. */
static Rc show_opened(Call *call)
{
    int64_t n = 0;

    if (!str_to_i64(call_param(call, "n"), &n))
        return RC_NOT_FOUND;
    if (call_query(call, "view").len > 0)
        view_add(&call->cx, n, 0);
    call->cx.opened = (Opened){ n, 1 };
    return RC_OK;
}

/* A call of n parts, of which the one given as `bad` fails after it has written. */
static atomic_int parts_run;

static Rc next_part(Call *call)
{
    int64_t n = 0, bad = 0;

    if (!str_to_i64(call_param(call, "n"), &n) || !str_to_i64(call_param(call, "bad"), &bad))
        return RC_NOT_FOUND;
    int64_t part = call->next_id + 1;
    atomic_fetch_add(&parts_run, 1);
    TRY(call_redirect(call, str_fmt(call->arena, "/came/%lld", (long long)part)));
    if (part < n)
        call_go_on(call, next_part, part);
    return part == bad ? RC_INTERNAL : RC_OK;
}

static const RouteTable pages = ROUTES(
    { HTTP_POST, "/parts/{n}/{bad}", next_part, RIGHT_PUBLIC, BODY_NONE, TX_WRITE,
      .text = "Write in parts" },
    { HTTP_GET, "/fail/{status}", fail_as, RIGHT_PUBLIC, BODY_NONE, TX_READ, .text = "Fail" },
    { HTTP_GET, "/slow", slow, RIGHT_PUBLIC, BODY_NONE, TX_READ, .text = "Be slow" },
    { HTTP_GET, "/opened/{n}", show_opened, RIGHT_PUBLIC, BODY_NONE, TX_READ,
      .text = "What is marked as read" },
    { HTTP_GET, "/views/{n}", show_confidential, RIGHT_PUBLIC, BODY_NONE, TX_READ,
      .text = "Show what is confidential" },
    { HTTP_GET, "/much", too_much, RIGHT_PUBLIC, BODY_NONE, TX_READ, .text = "Say much" }, );
static const RouteTable api = ROUTES(
    { HTTP_GET, "/api/v1/fail/{status}", fail_as, RIGHT_PUBLIC, BODY_NONE, TX_READ,
      .text = "Fail" },
    { HTTP_GET, "/api/v1/slow", slow, RIGHT_PUBLIC, BODY_NONE, TX_READ, .text = "Be slow" }, );
static const Module module = { .name = "test", .pages = &pages, .api = &api };
static const Module *const modules[] = { &module };

/* ---- the server ---- */

static atomic_int denials;

static void count_denial(const Subject *s, const Route *route, Ms now_ms)
{
    UNUSED(route);
    UNUSED(now_ms);
    if (s->person_id == 7)
        atomic_fetch_add(&denials, 1);
}

static atomic_int opened, opening; /* as views and viewing */

static Rc count_opened(Ctx *cx)
{
    atomic_fetch_add(&opened, (int)cx->opened.request_id);
    return (Rc)atomic_load(&opening);
}

static atomic_int views, viewing; /* how many were written; how writing them ends */

static Rc count_views(Ctx *cx)
{
    atomic_fetch_add(&views, (int)cx->views->n);
    return (Rc)atomic_load(&viewing);
}

/* One session is known without an account: that of person 7. */
static Rc some_session(Ctx *cx, Str token, Subject *ret, bool *ret_touch)
{
    if (!str_eq_z(token, "seven"))
        return session_resolve(cx, token, ret, ret_touch);
    *ret = (Subject){ .person_id = 7, .scopes = SCOPE_ALL, .zone = zone_utc() };
    *ret_touch = false;
    return RC_OK;
}

static bool csrf_known(const Subject *s, Str token)
{
    return s->person_id == 7 || csrf_ok(s, token);
}

static Place open_place(void)
{
    static const Str hosts[] = { STR_INIT("test") };
    Place p = { .db = test_db(0) };
    Str why = STR_NULL;
    DispatchConfig config = {
        .db = p.db,
        .modules = modules,
        .modules_n = COUNT_OF(modules),
        .auth = { .session = some_session,
                  .denied = count_denial,
                  .viewed = count_views,
                  .opened = count_opened,
                  .token = token_resolve,
                  .touch = identity_touch,
                  .right = access_route,
                  .csrf = csrf_token,
                  .csrf_ok = csrf_known },
        .failure = { .page = page_failure, .problem = problem_write },
        .assets = web_assets,
        .listen_address = STR("127.0.0.1"),
        .hosts = hosts,
        .n_hosts = COUNT_OF(hosts),
        .base_url = STR("http://test"),
        .loopback = true,
        .files_dir = str_fmt(test_arena(), "%.*s.files", STR_ARG(db_path(p.db))),
        .loops = 1,
        .api_rate = 100,
    };
    if (dispatch_start(&config, &p.dispatch, &why, test_arena()) != RC_OK)
        test_fail(__FILE__, __LINE__, "cannot start: %.*s", STR_ARG(why));
    return p;
}

static void close_place(Place *p)
{
    dispatch_stop(p->dispatch);
    db_close(p->db);
}

static Reply get(const Place *p, Str path, const char *headers)
{
    CLEANUP(client_done) Client c = client_connect(dispatch_port(p->dispatch));

    client_send(&c, str_fmt(test_arena(), "GET %.*s HTTP/1.1\r\nHost: test\r\n%s\r\n",
                            STR_ARG(path), headers));
    return client_reply(&c, false);
}

/* How often a header stands in an answer. */
static int count_header(const Reply *r, const char *name)
{
    Str rest = r->head;
    int n = 0;

    while (rest.len > 0) {
        Str line = str_cut(&rest, '\n');
        n += str_eq_nocase(str_cut(&line, ':'), str_z(name));
    }
    return n;
}

/* ---- parts of a call ---- */

TEST(dispatch_runs_a_call_part_by_part_and_tells_how_far_it_came)
{
    static const struct {
        int line;
        const char *path, *location;
        int status, run;
    } cases[] = {
        { __LINE__, "/parts/1/0", "/came/1", 303, 1 },
        { __LINE__, "/parts/3/0", "/came/3", 303, 3 },
        { __LINE__, "/parts/3/3", "/came/2", 303, 3 }, /* the last one failed */
        { __LINE__, "/parts/3/2", "/came/1", 303, 2 }, /* and none comes after one that failed */
        { __LINE__, "/parts/3/1", NULL, 500, 1 },
    };
    Place p = open_place();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(client_done) Client c = client_connect(dispatch_port(p.dispatch));
        atomic_store(&parts_run, 0);
        client_send(&c,
                    str_fmt(test_arena(),
                            "POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n"
                            "Cookie: __Host-errand=seven\r\nSec-Fetch-Site: same-origin\r\n\r\n",
                            cases[i].path));
        Reply r = client_reply(&c, false);
        EXPECT_INT_AT(cases[i].line, cases[i].status, r.status);
        EXPECT_INT_AT(cases[i].line, cases[i].run, atomic_load(&parts_run));
        if (cases[i].location != NULL)
            EXPECT_STR_AT(cases[i].line, cases[i].location, reply_header(&r, "Location"));
    }
    close_place(&p);
}

/* ---- what people and programs are told ---- */

TEST(dispatch_tells_the_audit_of_acts_that_are_others)
{
    static const char *const seven = "Cookie: __Host-errand=seven\r\n";
    Place p = open_place();

    atomic_store(&denials, 0);
    EXPECT_INT(404, get(&p, STR("/api/v1/fail/404"), seven).status);
    EXPECT_INT(403, get(&p, STR("/api/v1/fail/403"), "").status); /* nobody did it */
    EXPECT_INT(0, atomic_load(&denials));
    EXPECT_INT(403, get(&p, STR("/api/v1/fail/403"), seven).status);
    EXPECT_INT(1, atomic_load(&denials));
    close_place(&p);
}

TEST(dispatch_marks_what_was_opened_and_answers_even_where_that_cannot_be_written)
{
    static const struct {
        int line;
        const char *path;
        Rc writing, viewing;
        int status, opened, views;
    } cases[] = {
        { __LINE__, "/opened/0", RC_OK, RC_OK, 200, 0, 0 },
        { __LINE__, "/opened/3", RC_OK, RC_OK, 200, 3, 0 },
        { __LINE__, "/opened/3", RC_INTERNAL, RC_OK, 200, 3, 0 },
        { __LINE__, "/opened/4?view=1", RC_OK, RC_OK, 200, 4, 1 },
        { __LINE__, "/opened/4?view=1", RC_OK, RC_INTERNAL, 500, 0, 1 },
        { __LINE__, "/opened/4?view=1", RC_INTERNAL, RC_OK, 500, 4, 1 }, /* the view went with it */
    };
    Place p = open_place();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        atomic_store(&views, 0);
        atomic_store(&opened, 0);
        atomic_store(&viewing, (int)cases[i].viewing);
        atomic_store(&opening, (int)cases[i].writing);
        Reply r = get(&p, str_z(cases[i].path), "");
        EXPECT_INT_AT(cases[i].line, cases[i].status, r.status);
        EXPECT_INT_AT(cases[i].line, cases[i].opened, atomic_load(&opened));
        EXPECT_INT_AT(cases[i].line, cases[i].views, atomic_load(&views));
    }
    atomic_store(&viewing, (int)RC_OK);
    atomic_store(&opening, (int)RC_OK);
    close_place(&p);
}

TEST(dispatch_answers_what_is_confidential_only_after_each_view_is_written)
{
    static const struct {
        int line;
        const char *path;
        Rc writing;
        int status, views;
    } cases[] = {
        { __LINE__, "/views/1", RC_OK, 200, 1 },
        { __LINE__, "/views/128", RC_OK, 200, 128 },
        { __LINE__, "/views/129", RC_OK, 503, 0 }, /* one could not be told: none is shown */
        { __LINE__, "/views/2", RC_INTERNAL, 500, 2 },
    };
    Place p = open_place();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        atomic_store(&views, 0);
        atomic_store(&viewing, (int)cases[i].writing);
        Reply r = get(&p, str_z(cases[i].path), "");
        EXPECT_INT_AT(cases[i].line, cases[i].status, r.status);
        EXPECT_INT_AT(cases[i].line, cases[i].views, atomic_load(&views));
        EXPECT_AT(cases[i].line, str_contains(r.body, STR("secrets")) == (r.status == 200));
    }
    close_place(&p);
}

TEST(dispatch_failure_pages_say_what_happened_and_what_to_do)
{
    static const struct {
        int line, status;
        const char *what, *todo;
        bool detail, reference, back;
    } cases[] = {
        { __LINE__, 400, "We could not read that", "Go back and try once more", true, false, true },
        { __LINE__, 401, "You are signed out", "Sign in to go on", false, false, false },
        { __LINE__, 403, "This is not yours to do", "belongs to somebody else", true, false, true },
        { __LINE__, 404, "This page is not here", "or the page is not for you", false, false,
          true },
        { __LINE__, 409, "That is not possible any more", "Look at it again", true, false, true },
        { __LINE__, 412, "Somebody else changed this", "Your text is kept", true, false, true },
        { __LINE__, 415, "We could not read that", "Nothing was changed", true, false, true },
        { __LINE__, 422, "Something in it is not right yet", "Everything is kept", true, false,
          true },
        { __LINE__, 428, "That did not work", "Nothing was changed", true, false, true },
        { __LINE__, 429, "That was a little too fast", "Wait a minute", true, false, true },
        { __LINE__, 500, "That did not work", "Try again in a moment", false, true, true },
        { __LINE__, 503, "Errand is busy", "Try again in a moment", true, true, true },
    };
    Place p = open_place();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Reply r = get(&p, str_fmt(test_arena(), "/fail/%d", cases[i].status), "");
        EXPECT_INT_AT(cases[i].line, cases[i].status, r.status);
        EXPECT_AT(cases[i].line, str_contains(r.body, str_z(cases[i].what)));
        EXPECT_AT(cases[i].line, str_contains(r.body, str_z(cases[i].todo)));
        EXPECT_AT(cases[i].line,
                  str_contains(r.body, STR("A sentence &lt;about&gt; it.")) == cases[i].detail);
        EXPECT_AT(cases[i].line, !str_contains(r.body, STR("<about>")));
        EXPECT_AT(cases[i].line,
                  str_contains(r.body, STR("quote the number")) == cases[i].reference);
        EXPECT_AT(cases[i].line, str_contains(r.body, STR("href=\"/sign-in\"")) || cases[i].back);
        EXPECT_STR_AT(cases[i].line, "text/html; charset=utf-8", reply_header(&r, "Content-Type"));
        EXPECT_STR_AT(cases[i].line, "no-store", reply_header(&r, "Cache-Control"));
    }
    close_place(&p);
}

TEST(dispatch_failure_pages_speak_the_readers_language)
{
    Place p = open_place();

    EXPECT(str_contains(get(&p, STR("/fail/403"), "Accept-Language: sv\r\n").body,
                        STR("lang=\"sv\"")));
    EXPECT(
        str_contains(get(&p, STR("/nowhere"), "Accept-Language: zh\r\n").body, STR("lang=\"zh")));
    close_place(&p);
}

/* What is not there and what is not shown must look alike to the byte, but for what is drawn anew. */
TEST(dispatch_unknown_pages_and_hidden_ones_look_alike)
{
    Place p = open_place();
    Reply hidden = get(&p, STR("/fail/404"), ""), unknown = get(&p, STR("/nowhere"), "");

    EXPECT_INT(404, hidden.status);
    EXPECT_INT(404, unknown.status);
    EXPECT(!str_contains(hidden.body, STR("A sentence")));
    EXPECT_STR(str_sub(hidden.body, 0, 200), str_sub(unknown.body, 0, 200));
    close_place(&p);
}

TEST(dispatch_problems_name_what_programs_act_on)
{
    Place p = open_place();
    Reply r = get(&p, STR("/api/v1/fail/409"), "");

    EXPECT_INT(409, r.status);
    EXPECT_STR("application/problem+json", reply_header(&r, "Content-Type"));
    EXPECT(str_contains(r.body, STR("\"status\":409")));
    r = get(&p, STR("/api/v1/fail/500"), "");
    EXPECT(!str_contains(r.body, STR("A sentence")));
    EXPECT(str_contains(r.body, STR("reference number")));
    close_place(&p);
}

TEST(dispatch_reading_that_takes_too_long_is_cut_off)
{
    Place p = open_place();
    Reply r = get(&p, STR("/slow"), "");

    EXPECT_INT(503, r.status);
    EXPECT_STR("2", reply_header(&r, "Retry-After"));
    EXPECT(str_contains(r.body, STR("took too long and was stopped")));
    r = get(&p, STR("/api/v1/slow"), "");
    EXPECT_INT(503, r.status);
    EXPECT(str_contains(r.body, STR("urn:errand:problem:too_slow")));
    /* The thread and its connection go on. */
    EXPECT_INT(404, get(&p, STR("/fail/404"), "").status);
    close_place(&p);
}

TEST(dispatch_answer_that_is_too_large_is_none)
{
    Place p = open_place();
    Reply r = get(&p, STR("/much"), "");

    EXPECT_INT(503, r.status);
    EXPECT(str_contains(r.body, STR("more than one answer can hold")));
    EXPECT(!str_contains(r.body, STR("more and more")));
    close_place(&p);
}

TEST(dispatch_security_headers_stand_once_in_every_answer)
{
    static const char *const once[] = { "X-Content-Type-Options", "Cross-Origin-Resource-Policy" };
    Place p = open_place();
    Reply replies[] = { get(&p, STR("/fail/404"), ""), get(&p, STR("/api/v1/fail/409"), ""),
                        get(&p, STR(ASSET_icons_svg), "") };

    EXPECT_INT(200, replies[2].status);
    for (size_t i = 0; i < COUNT_OF(replies); i++)
        for (size_t k = 0; k < COUNT_OF(once); k++)
            EXPECT_INT(1, count_header(&replies[i], once[k]));
    close_place(&p);
}
