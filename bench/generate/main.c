/* main.c - ./dev generate [N] [--seed S] [--db FILE]
 *
 *     build/bench-generate FILE REQUESTS SEED [LIVES]
 *
 * Makes FILE, which must not be there.  Up to LIVES (10,000) requests are lives played through the engine; of a
 * larger number these are the newest, and the others are copies of them (copies.c).  docs/generate.md.
 */
#include "generate/generate.h"

#include "core/log.h"
#include "domain/request/upkeep.h"
#include "domain/request/words.h"

#include <sys/stat.h>

enum {
    LIVES_MOST = 10000,
    LIVES_DAYS = 60, /* in which lives begin when there are copies of them */
    YEAR_DAYS = 360, /* and when there are none */
    REQUESTS_OF_A_PERSON = 25,
    PEOPLE_LEAST = 240,
    PEOPLE_MOST = 24000,
    STORIES_BYTES = 8 << 20,
    ARENA_CAP = 512 << 20,
    WORDS_AT_ONCE = 2000,
    REPLAYED = 200,
};

/* "Now" of every database: a Wednesday at noon, so that the same seed gives the same. */
#define NOW "2026-11-25T12:00:00Z"

typedef struct Job {
    World *w;
    Ms now;
    Rc (*fn)(Ctx *cx, World *w);
} Job;

void tell_failure(Ctx *cx, const char *what, Rc rc)
{
    Reader r = { LANG_EN, zone_utc(), cx->now_ms };

    fprintf(stderr, "bench-generate: %s: %s", what, rc_name(rc));
    if (cx->detail.msgid != NULL)
        fprintf(stderr, ": %.*s", STR_ARG(words_text(cx->arena, &r, &cx->detail)));
    for (size_t i = 0; i < cx->errors.n; i++)
        fprintf(stderr, "\n    %.*s: %.*s", STR_ARG(cx->errors.at[i].pointer),
                STR_ARG(words_text(cx->arena, &r, &cx->errors.at[i].text)));
    fputc('\n', stderr);
}

static Rc run_job(DbConn *conn, void *arg)
{
    static const Subject operator_ = { .origin = STR_INIT("cli"), .scopes = SCOPE_ALL };
    const Job *job = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    Ctx cx = { .arena = a,
               .db = conn,
               .now_ms = job->now,
               .subject = &operator_,
               .zone = zone_utc(),
               .call_ref = STR("generate") };
    Rc rc = job->fn(&cx, job->w);

    if (rc != RC_OK)
        tell_failure(&cx, "a step failed", rc);
    return rc;
}

Rc as_operator(World *w, Ms now, Rc (*fn)(Ctx *cx, World *w))
{
    Job job = { w, now, fn };
    return db_write(w->db, run_job, &job);
}

static void phase(const char *what)
{
    static Ms began;
    Ms now = clock_now_ms();

    if (began != 0)
        fprintf(stderr, " %.1f s\n", (double)(now - began) / 1000);
    if (what != NULL)
        fprintf(stderr, "%s ...", what);
    began = now;
}

/* ---- what follows the log ---- */

static int64_t words_after;

static Rc make_words(Ctx *cx, World *w)
{
    UNUSED(w);
    return words_renew(cx, words_after, WORDS_AT_ONCE, &words_after);
}

static Rc make_samples(Ctx *cx, World *w)
{
    UNUSED(w);
    return promise_rebuild(cx);
}

/* Does the log of some give the rows that they have?  Says how many do not. */
static Rc replay_some(Ctx *cx, World *w)
{
    GrantedRequest g;
    int64_t step = w->requests / REPLAYED > 0 ? w->requests / REPLAYED : 1;
    int asked = 0, others = 0;

    for (int64_t id = 1; id <= w->requests && asked < REPLAYED; id += step, asked++) {
        TRY(access_internal_request(cx, INTERNAL_NOTIFY, id, &g));
        Rc rc = request_replay(cx, g);
        if (rc != RC_OK && rc != RC_CONFLICT)
            return rc;
        others += rc == RC_CONFLICT;
    }
    fprintf(stderr, " %d of %d differ,", others, asked);
    return RC_OK;
}

static Rc follow(World *w)
{
    phase("some once more from their log");
    TRY(as_operator(w, w->now, replay_some));
    phase("the index of words");
    do
        TRY(as_operator(w, w->now, make_words));
    while (words_after != 0);
    phase("what expected times are reckoned from");
    return as_operator(w, w->now, make_samples);
}

/* ---- all of it ---- */

static Rc read_stories(Arena *a, World *w)
{
    char *text = arena_alloc(a, STORIES_BYTES);
    FILE *f = fopen("demo/requests.yaml", "r");
    Diagnostics d;
    const Yaml *root = NULL;

    if (f == NULL) {
        fprintf(stderr,
                "bench-generate: demo/requests.yaml is not here; start this beside the sources\n");
        return RC_NOT_FOUND;
    }
    size_t n = fread(text, 1, STORIES_BYTES, f);
    fclose(f);
    diagnostics_init(&d, a);
    TRY(yaml_read(a, (Str){ text, n }, STORIES_BYTES, STR("requests.yaml"), &d, &root));
    w->stories = yaml_get(root, "requests");
    return w->stories != NULL ? RC_OK : RC_INVALID;
}

static Rc open_db(Arena *a, World *w, const char *file, bool create)
{
    Str why = STR("");
    DbOpen how = { .url = str_fmt(a, "sqlite:%s", file), .write = true, .create = create };
    Rc rc = db_open(a, &how, &w->db, &why);

    if (rc == RC_OK && create)
        rc = db_migrate(w->db, a, &why);
    if (rc != RC_OK)
        fprintf(stderr, "bench-generate: %s: %.*s\n", file, STR_ARG(why));
    return rc;
}

static Rc generate(Arena *a, World *w, const char *file)
{
    TRY(read_stories(a, w));
    TRY(open_db(a, w, file, true));
    phase("people");
    TRY(organisation(w));
    db_close(w->db);
    w->db = NULL;
    copies_make_room(w, file);
    TRY(open_db(a, w, file, false));
    phase("lives through the engine");
    TRY(lives(w));
    db_close(w->db);
    w->db = NULL;
    phase("the years before");
    copies(w, file);
    TRY(open_db(a, w, file, false));
    TRY(follow(w));
    db_close(w->db);
    w->db = NULL;
    phase("the index of words as one piece");
    copies_settle(w, file);
    phase(NULL);
    return RC_OK;
}

static size_t people_for(int64_t requests)
{
    int64_t n = requests / REQUESTS_OF_A_PERSON;

    n = n < PEOPLE_LEAST ? PEOPLE_LEAST : n > PEOPLE_MOST ? PEOPLE_MOST : n;
    return (size_t)(n - n % PEOPLE_OF_A_MANAGER);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_CAP);
    struct stat there;
    int64_t requests = 0, seed = 0, most = LIVES_MOST;
    World *w = calloc(1, sizeof *w);

    if (w == NULL || argc < 4 || argc > 5 || !str_to_i64(str_z(argv[2]), &requests) || requests < 1
        || requests > 10000000 || !str_to_i64(str_z(argv[3]), &seed)
        || (argc == 5 && (!str_to_i64(str_z(argv[4]), &most) || most < 1))) {
        fprintf(stderr, "usage: bench-generate FILE REQUESTS SEED [LIVES]\n");
        return 2;
    }
    if (stat(argv[1], &there) == 0) {
        fprintf(stderr, "bench-generate: %s is there already\n", argv[1]);
        return 3;
    }
    log_set_level(LOG_WARN);
    w->draw.state = (uint64_t)seed;
    w->requests = requests;
    w->lives = requests < most ? requests : most;
    w->people = people_for(requests);
    if (!clock_parse_rfc3339(STR(NOW), &w->now))
        return 3;
    w->lives_since = w->now - (w->lives < requests ? LIVES_DAYS : YEAR_DAYS) * MS_DAY;
    Rc rc = generate(a, w, argv[1]);
    db_close(w->db);
    free(w);
    return rc == RC_OK ? 0 : 3;
}
