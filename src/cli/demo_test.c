/* demo_test.c - the stories of the demo organisation hold whenever they are loaded. */
#include "cli/demo.h"
#include "cli/folder.h"

#include "domain/request/upkeep.h"
#include "support/db_test.h"

#include <fcntl.h>

enum { ARENA_CAP = 64 << 20, STORIES_BYTES = 8 << 20 };

static const Subject operator_ = { .origin = STR_INIT("cli"), .scopes = SCOPE_ALL };

static Str read_stories(Arena *a)
{
    char *text = arena_alloc(a, STORIES_BYTES);
    int fd = open("demo/requests.yaml", O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, STORIES_BYTES);

    close(fd);
    EXPECT(n > 0 && n < STORIES_BYTES);
    return (Str){ text, (size_t)n };
}

static void load_company(Ctx *cx)
{
    CatalogFolder folder = { 0 };
    Diagnostics d;
    PlanLines plan = { 0 };

    diagnostics_init(&d, cx->arena);
    EXPECT_RC(RC_OK, catalog_folder_read(cx->arena, STR("demo"), &folder, &d));
    EXPECT_RC(RC_OK, folder_apply(cx, &folder, STR("no hash"), true, &plan));
}

/* The log of each request gives the state that its rows have. */
static void expect_replays(Ctx *cx)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    Ctx own = *cx;
    int64_t last = fixture_int(cx, "SELECT max(id) FROM request");

    own.arena = a;
    own.identity = NULL;
    for (int64_t id = 1; id <= last; id++) {
        GrantedRequest g;
        if (access_internal_request(&own, INTERNAL_NOTIFY, id, &g) == RC_OK
            && request_replay(&own, g) != RC_OK)
            test_fail(__FILE__, __LINE__, "request %lld", (long long)id);
    }
}

/* Plays everything as if it were loaded at that instant, and takes it back. */
static void expect_plays(Ctx *cx, Str stories, Ms now, int64_t *ret_requests)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    Ctx own = *cx;

    own.arena = a;
    own.now_ms = now;
    own.identity = NULL;
    fixture_exec(cx, "SAVEPOINT played");
    Rc rc = demo_load(&own, stories, ret_requests);
    if (rc != RC_OK) {
        Reader reader = { LANG_EN, zone_utc(), now };
        test_fail(__FILE__, __LINE__, "at %.*s: %.*s", STR_ARG(clock_rfc3339(a, now)),
                  STR_ARG(words_text(a, &reader, &own.detail)));
    }
    EXPECT_INT(*ret_requests,
               fixture_int(cx, "SELECT count(*) FROM request WHERE demo = 1")
                   - fixture_int(cx, "SELECT count(*) FROM request_link WHERE kind = 'follow_up'"));
    /* Nothing lies in the future of that instant. */
    EXPECT(fixture_int(cx, "SELECT max(at_ms) FROM event") <= now);
    expect_replays(cx);
    fixture_exec(cx, "ROLLBACK TO played");
}

DB_TEST(demo_stories_play_on_every_day)
{
    static const char *const instants[] = {
        /* a whole week, by day and by night */
        "2026-11-22T08:20Z",
        "2026-11-23T08:20Z",
        "2026-11-24T08:20Z",
        "2026-11-25T08:20Z",
        "2026-11-26T08:20Z",
        "2026-11-27T08:20Z",
        "2026-11-28T08:20Z",
        "2026-11-23T22:40Z",
        "2026-11-26T22:40Z",
        "2026-11-27T22:40Z",
        "2026-11-29T23:59Z",
        /* ends of months, of years, of February */
        "2026-11-30T12:00Z",
        "2026-12-31T23:30Z",
        "2027-01-01T00:10Z",
        "2027-02-28T16:00Z",
        "2027-03-01T09:00Z",
        "2028-02-29T12:00Z",
        /* clocks go forward, and back, within the stories' weeks */
        "2027-03-28T01:30Z",
        "2027-03-30T12:00Z",
        "2026-10-25T01:30Z",
        "2026-10-27T12:00Z",
    };
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    Ctx own = *cx;
    int64_t requests = 0, first = 0;

    own.arena = a;
    own.subject = &operator_;
    own.now_ms = ms("2026-09-01T09:00Z");
    Str stories = read_stories(a);
    load_company(&own);
    size_t n = test_is_short() ? 2 : COUNT_OF(instants);
    for (size_t i = 0; i < n; i++) {
        expect_plays(&own, stories, ms(instants[i]), &requests);
        if (i == 0)
            first = requests;
        EXPECT_INT(first, requests);
    }
    EXPECT(first > 50);
}
