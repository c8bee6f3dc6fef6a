/* upkeep_test.c - what goes by itself, through the turns of a writer. */
#include "cli/upkeep.h"

#include "app/ctx.h"
#include "domain/identity/identity.h"
#include "domain/request/talk.h"
#include "support/db_test.h"

#include <fcntl.h>
#include <sys/stat.h>

typedef struct House {
    Db *db;
    const char *dir;
    Upkeep upkeep;
    Ms now;
    int64_t person;
} House;

static const Subject nobody = { .origin = STR_INIT("job") };

static Ctx context(const House *h, DbConn *conn)
{
    return (Ctx){ .arena = test_arena(), .db = conn, .now_ms = h->now, .subject = &nobody };
}

static Rc make_person(DbConn *conn, void *arg)
{
    House *h = arg;
    Ctx cx = context(h, conn);

    h->person = fixture_person(&cx, "robin");
    return RC_OK;
}

static House open_house(void)
{
    House h = { .db = test_db(0), .now = clock_now_ms() };
    Str dir = str_fmt(test_arena(), "%.*s.files", STR_ARG(db_path(h.db)));

    h.dir = str_dup_z(test_arena(), dir);
    EXPECT_RC(RC_OK, store_open(dir, &h.upkeep.store));
    EXPECT_RC(RC_OK, db_write(h.db, make_person, &h));
    return h;
}

static void close_house(House *h)
{
    db_close(h->db);
    store_close(h->upkeep.store);
}

typedef struct Sql {
    const House *h;
    const char *text;
    int64_t number;
} Sql;

static Rc run_sql(DbConn *conn, void *arg)
{
    Sql *q = arg;
    Ctx cx = context(q->h, conn);

    fixture_exec(&cx, q->text);
    return RC_OK;
}

static Rc read_number(DbConn *conn, void *arg)
{
    Sql *q = arg;
    Ctx cx = context(q->h, conn);

    q->number = fixture_int(&cx, q->text);
    return RC_OK;
}

static void sql(const House *h, const char *text)
{
    Sql q = { .h = h, .text = text };

    EXPECT_RC(RC_OK, db_write(h->db, run_sql, &q));
}

static int64_t uploads(const House *h)
{
    Sql q = { .h = h, .text = "SELECT count(*) FROM upload" };

    EXPECT_RC(RC_OK, db_write(h->db, read_number, &q));
    return q.number;
}

/* Puts the bytes into the store, as old as told. */
static Str file(House *h, const char *bytes, Ms old)
{
    Str hash = STR_NULL;
    Ms at = h->now - old;
    struct timespec times[2] = { { .tv_sec = at / MS_SECOND }, { .tv_sec = at / MS_SECOND } };

    EXPECT_RC(RC_OK, store_put(h->upkeep.store, test_arena(), str_z(bytes), &hash));
    Str path = str_fmt(test_arena(), "%s/%.*s/%.*s", h->dir, 2, hash.ptr, STR_ARG(hash));
    EXPECT(utimensat(AT_FDCWD, str_dup_z(test_arena(), path), times, 0) == 0);
    return hash;
}

static void row(const House *h, Str hash, Ms old, bool used)
{
    static int serial;
    Str text = str_fmt(
        test_arena(),
        "INSERT INTO upload (public_id, person_id, sha256, name, type, size, created_ms, used) "
        "VALUES ('u%d', %lld, '%.*s', 'a', 'b', 1, %lld, %d)",
        ++serial, (long long)h->person, STR_ARG(hash), (long long)(h->now - old), used);

    sql(h, str_dup_z(test_arena(), text));
}

static bool there(const House *h, Str hash)
{
    int64_t bytes = 0;
    int fd = -1;

    if (store_get(h->upkeep.store, hash, &fd, &bytes) != RC_OK)
        return false;
    close(fd);
    return true;
}

static Rc one_turn(DbConn *conn, void *arg)
{
    House *h = arg;

    h->now += MS_SECOND;
    upkeep_turn_at(&h->upkeep, conn, h->now);
    return RC_OK;
}

static void turn_once(House *h)
{
    EXPECT_RC(RC_OK, db_write_alone(h->db, one_turn, h));
}

TEST(upkeep_removes_unused_uploads_with_their_files)
{
    House h = open_house();
    Str unused = file(&h, "unused", 8 * MS_DAY), young = file(&h, "young", 6 * MS_DAY);
    Str shared = file(&h, "shared", 8 * MS_DAY);

    row(&h, unused, 8 * MS_DAY, false);
    row(&h, young, 6 * MS_DAY, false);
    row(&h, shared, 8 * MS_DAY, false);
    row(&h, shared, 8 * MS_DAY, true); /* the same bytes, attached to a request */
    turn_once(&h);
    EXPECT_INT(2, uploads(&h));
    EXPECT(!there(&h, unused));
    EXPECT(there(&h, young));
    EXPECT(there(&h, shared));
    close_house(&h);
}

TEST(upkeep_forgets_kept_answers_after_a_day)
{
    House h = open_house();
    Sql left = { .h = &h, .text = "SELECT group_concat(key, '') = 'ab' FROM idempotency" };
    static const struct {
        char key;
        Ms old; /* at the turn, which is a second from now */
    } rows[] = { { 'a', 0 }, { 'b', MS_DAY }, { 'c', MS_DAY + 1 }, { 'd', 30 * MS_DAY } };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        Str text = str_fmt(test_arena(),
                           "INSERT INTO idempotency (person_id, key, body_hash, status, location, "
                           "created_ms) VALUES (1, '%c', '', 204, '', %lld)",
                           rows[i].key, (long long)(h.now + MS_SECOND - rows[i].old));
        sql(&h, str_dup_z(test_arena(), text));
    }
    turn_once(&h);
    EXPECT_RC(RC_OK, db_write(h.db, read_number, &left));
    EXPECT_INT(1, left.number);
    close_house(&h);
}

TEST(upkeep_leaves_a_file_that_is_being_uploaded_again)
{
    House h = open_house();
    Str hash = file(&h, "again", 8 * MS_DAY);

    row(&h, hash, 8 * MS_DAY, false);
    file(&h, "again", 0); /* stored; its row waits for the writer */
    turn_once(&h);
    EXPECT_INT(0, uploads(&h));
    EXPECT(there(&h, hash));
    close_house(&h);
}

TEST(upkeep_finds_the_file_that_a_crash_left_without_a_row)
{
    House h = open_house();
    Str left = file(&h, "left", 2 * MS_DAY), coming = file(&h, "coming", MS_HOUR);
    Str named = file(&h, "named", 2 * MS_DAY);

    row(&h, named, 2 * MS_DAY, true);
    turn_once(&h);
    EXPECT(!there(&h, left));
    EXPECT(there(&h, coming));
    EXPECT(there(&h, named));
    close_house(&h);
}

TEST(upkeep_removes_no_file_when_the_rows_stay)
{
    House h = open_house();
    Str hash = file(&h, "stays", 8 * MS_DAY);

    row(&h, hash, 8 * MS_DAY, false);
    sql(&h, "CREATE TRIGGER refuse BEFORE DELETE ON upload BEGIN SELECT RAISE(ABORT, 'no'); END");
    turn_once(&h);
    EXPECT_INT(1, uploads(&h));
    EXPECT(there(&h, hash));
    sql(&h, "DROP TRIGGER refuse");
    turn_once(&h);
    EXPECT_INT(0, uploads(&h));
    EXPECT(!there(&h, hash));
    close_house(&h);
}

/* A broken reference is told at the commit only, so that the commit is what fails. */
TEST(upkeep_keeps_refusals_in_memory_when_the_commit_fails)
{
    House h = open_house();
    Sql written = { .h = &h, .text = "SELECT count(*) FROM event WHERE kind = 'access.denied'" };

    denial_note(0, "GET /audit", h.now - 2 * MS_MINUTE);
    sql(&h, "CREATE TABLE wrong (id INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED)");
    sql(&h, "CREATE TRIGGER spoil AFTER INSERT ON event BEGIN INSERT INTO wrong VALUES (-1); END");
    turn_once(&h);
    EXPECT_RC(RC_OK, db_write(h.db, read_number, &written));
    EXPECT_INT(0, written.number);
    sql(&h, "DROP TRIGGER spoil");
    turn_once(&h);
    turn_once(&h);
    EXPECT_RC(RC_OK, db_write(h.db, read_number, &written));
    EXPECT_INT(1, written.number);
    close_house(&h);
}
