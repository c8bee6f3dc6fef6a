/* writer.c - durable submissions through the writer thread against plain inserts of the same rows.
 *
 *     build/bench-writer FOLDER [SECONDS] [SUBMITTERS]
 *
 * One submission is what a request writes: its row, its number, six reader rows, two answers, two events
 * and a text.  "plain" is one connection with the same settings that commits as many submissions at a
 * time as there are submitters; "writer" is that many threads, each of which waits for its own commit
 * before it goes on, as a person does.  FOLDER is on the disk to be measured.
 * Prints lines "name value unit".
 */
#include "db/migrate.h"

#include "core/clock.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

/* Prepared once, in the places of named queries that this program never runs. */
#define QUERY(place, text, b)                                                                      \
    {                                                                                              \
        .name = "bench", .number = (place), .sqlite = (text), .postgres = (text), .binds = (b)     \
    }

enum { MAX_SUBMITTERS = 256 };

static void check(Rc rc, const char *what)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, rc_name(rc));
    exit(3);
}

static Rc prepare(DbConn *c, void *arg)
{
    UNUSED(arg);
    return dbc_script(
        c, NULL,
        "INSERT INTO person (login, name, kind, created_ms, updated_ms) VALUES ('a', 'A', 'employee', 1, 1);"
        "INSERT INTO team (key, name, created_ms, updated_ms) VALUES ('t', '{}', 1, 1);"
        "INSERT INTO document (kind, key, created_ms) VALUES ('model', 'laptop', 1);"
        "INSERT INTO document_version (document_id, number, hash, published_ms)"
        " VALUES (1, 1, 'x', 1);",
        NULL);
}

static Rc submission(DbConn *c, void *arg)
{
    /* Serial numbers come from one counter, so that both ways write the same. */
    static const DbQuery number =
        QUERY(0, "UPDATE number_series SET next = next + 1 WHERE record = 'request'", 0);
    static const DbQuery request = QUERY(
        1,
        "INSERT INTO request (record, serial, model_key, model_version_id, kind, title, state, phase,"
        " requester_id, beneficiary_id, submitter_id, channel, team_id, owner_id, step_code, step_who,"
        " created_ms, submitted_ms, updated_ms, event_seq)"
        " SELECT 'request', next, 'laptop', 1, 'goods', 'New laptop for the new colleague', 'assessing',"
        " 'assessing', 1, 1, 1, 'portal', 1, 1, 'assess', 'team:1', ?1, ?1, ?1, 2"
        " FROM number_series WHERE record = 'request'",
        1);
    static const DbQuery readers = QUERY(
        2,
        "INSERT INTO request_reader (request_id, principal, relation)"
        " SELECT max(id), 5, 'requester' FROM request UNION ALL SELECT max(id), 5, 'beneficiary' FROM request"
        " UNION ALL SELECT max(id), 5, 'submitter' FROM request UNION ALL SELECT max(id), 6, 'team' FROM request"
        " UNION ALL SELECT max(id), 6, 'owner_team' FROM request UNION ALL SELECT max(id), 3, 'role' FROM request",
        0);
    static const DbQuery answers = QUERY(
        3,
        "INSERT INTO answer (request_id, question, text) SELECT max(id), 'device', 'developer' FROM request"
        " UNION ALL SELECT max(id), 'reason', 'The builds take an hour on the old one.' FROM request",
        0);
    static const DbQuery event = QUERY(
        4,
        "INSERT INTO event (at_ms, kind, actor_id, origin, call_ref, request_id, seq, object, object_id, data)"
        " SELECT ?1, 'request.submitted', 1, 'web', 'abcdefgh', max(id), ?2, 'request', max(id),"
        " '{\"changes\":[{\"field\":\"title\",\"from_hash\":null,\"to_hash\":\"0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef\"}]}' FROM request",
        2);
    static const DbQuery text = QUERY(
        5,
        "INSERT INTO event_text (event_id, field, to_text, salt)"
        " SELECT max(id), 'title', 'New laptop for the new colleague', '0123456789abcdef' FROM event",
        0);
    const DbValue at[] = { db_int(clock_now_ms()) };
    const DbValue first[] = { at[0], db_int(1) }, second[] = { at[0], db_int(2) };

    UNUSED(arg);
    TRY(db_exec(c, NULL, &number, NULL, NULL));
    TRY(db_exec(c, NULL, &request, at, NULL));
    TRY(db_exec(c, NULL, &readers, NULL, NULL));
    TRY(db_exec(c, NULL, &answers, NULL, NULL));
    TRY(db_exec(c, NULL, &event, first, NULL));
    TRY(db_exec(c, NULL, &event, second, NULL));
    return db_exec(c, NULL, &text, NULL, NULL);
}

static Db *open_fresh(Arena *a, const char *folder, const char *name)
{
    DbOpen how = { .url = str_fmt(a, "sqlite:%s/%s.sqlite", folder, name),
                   .write = true,
                   .create = true };
    Db *db = NULL;
    Str why = STR_NULL;

    if (db_open(a, &how, &db, &why) != RC_OK || db_migrate(db, a, &why) != RC_OK) {
        fprintf(stderr, "%.*s\n", STR_ARG(why));
        exit(3);
    }
    check(db_write(db, prepare, NULL), "prepare");
    return db;
}

/* ---- plain inserts --------------------------------------------------------------------------- */

typedef struct Plain {
    int group;
    Ms ms;
    uint64_t done;
} Plain;

static Rc insert_plainly(DbConn *c, void *arg)
{
    Plain *p = arg;
    Ms until = clock_monotonic_ms() + p->ms;

    while (clock_monotonic_ms() < until) {
        TRY(dbc_step(c, DBC_BEGIN_WRITE));
        for (int i = 0; i < p->group; i++)
            TRY(submission(c, NULL));
        TRY(dbc_step(c, DBC_COMMIT));
        p->done += (uint64_t)p->group;
        if (dbc_log(c).uncopied > 1000)
            dbc_checkpoint(c, false);
    }
    return RC_OK;
}

/* ---- the writer ------------------------------------------------------------------------------ */

typedef struct Load {
    Db *db;
    _Atomic uint64_t done, refused;
    atomic_bool stop;
} Load;

static void *submit_on(void *arg)
{
    Load *l = arg;

    while (!atomic_load(&l->stop)) {
        Rc rc = db_write(l->db, submission, NULL);
        if (rc == RC_OK)
            atomic_fetch_add(&l->done, 1);
        else
            atomic_fetch_add(&l->refused, 1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t seconds = 5, submitters = 64;
    Arena *a = arena_new(1u << 20);

    assert(db_query_count > 6); /* places for QUERY */
    if (argc < 2 || (argc > 2 && !str_to_i64(str_z(argv[2]), &seconds))
        || (argc > 3 && !str_to_i64(str_z(argv[3]), &submitters)) || submitters < 1
        || submitters > MAX_SUBMITTERS || seconds < 1) {
        fprintf(stderr, "bench-writer FOLDER [SECONDS] [SUBMITTERS, at most %d]\n", MAX_SUBMITTERS);
        return 2;
    }
    Plain plain = { .group = (int)submitters, .ms = seconds * 1000 };
    Db *db = open_fresh(a, argv[1], "plain");
    check(db_write_alone(db, insert_plainly, &plain), "plain inserts");
    db_close(db);

    Load load = { .db = open_fresh(a, argv[1], "writer") };
    pthread_t threads[MAX_SUBMITTERS];
    DbStats before = db_stats(load.db);
    for (int64_t i = 0; i < submitters; i++)
        if (pthread_create(&threads[i], NULL, submit_on, &load) != 0)
            return 3;
    usleep((useconds_t)(seconds * 1000000));
    atomic_store(&load.stop, true);
    for (int64_t i = 0; i < submitters; i++)
        pthread_join(threads[i], NULL);
    DbStats after = db_stats(load.db);
    db_close(load.db);

    double per_plain = (double)plain.done / (double)seconds;
    double per_writer = (double)atomic_load(&load.done) / (double)seconds;
    printf("plain %.0f submissions/s\n", per_plain);
    printf("writer %.0f submissions/s\n", per_writer);
    printf("share %.3f of plain\n", per_writer / per_plain);
    printf("group %.1f jobs/commit\n",
           (double)(after.jobs - before.jobs) / (double)(after.groups - before.groups));
    printf("refused %llu jobs\n", (unsigned long long)atomic_load(&load.refused));
    arena_free(a);
    return 0;
}
