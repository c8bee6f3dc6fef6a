/* store_test.c */
#include "app/store.h"

#include "support/db_test.h"

#include <fcntl.h>
#include <sys/stat.h>

static Store *open_store(const char *name, const char **ret_dir)
{
    Store *s = NULL;
    Str dir = str_fmt(test_arena(), "%s/%s.files", test_dir(), name);

    *ret_dir = str_dup_z(test_arena(), dir);
    EXPECT_RC(RC_OK, store_open(dir, &s));
    return s;
}

static Str put(Store *s, Str bytes)
{
    Str hash = STR_NULL;

    EXPECT_RC(RC_OK, store_put(s, test_arena(), bytes, &hash));
    return hash;
}

static const char *path_in(const char *dir, Str hash)
{
    return str_dup_z(test_arena(),
                     str_fmt(test_arena(), "%s/%.*s/%.*s", dir, 2, hash.ptr, STR_ARG(hash)));
}

static void age(const char *path, Ms at)
{
    struct timespec times[2] = { { .tv_sec = at / MS_SECOND }, { .tv_sec = at / MS_SECOND } };

    EXPECT(utimensat(AT_FDCWD, path, times, 0) == 0);
}

static bool exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

TEST(store_keeps_bytes_once_and_gives_them_back)
{
    const char *dir;
    Store *s = open_store("once", &dir);
    Str hash = put(s, STR("some bytes"));
    char read_back[16] = "";
    int64_t bytes = 0;
    int fd = -1;

    EXPECT_STR(hash, put(s, STR("some bytes")));
    EXPECT_STR(sha256_hex(test_arena(), STR("some bytes")), hash);
    EXPECT_RC(RC_OK, store_get(s, hash, &fd, &bytes));
    EXPECT_INT(10, bytes);
    EXPECT(read(fd, read_back, sizeof read_back) == 10);
    EXPECT_STR("some bytes", read_back);
    close(fd);
    EXPECT_RC(RC_NOT_FOUND, store_get(s, sha256_hex(test_arena(), STR("others")), &fd, &bytes));
    EXPECT_RC(RC_INVALID, store_get(s, STR("../secret"), &fd, &bytes));
    store_close(s);
}

TEST(store_mends_a_file_whose_bytes_are_not_what_its_name_says)
{
    const char *dir;
    Store *s = open_store("mend", &dir);
    Str hash = put(s, STR("right"));
    int64_t bytes = 0;
    int fd = -1;

    EXPECT(chmod(path_in(dir, hash), 0600) == 0);
    EXPECT(truncate(path_in(dir, hash), 2) == 0);
    EXPECT_STR(hash, put(s, STR("right")));
    EXPECT_RC(RC_OK, store_get(s, hash, &fd, &bytes));
    close(fd);
    EXPECT_INT(5, bytes);
    store_close(s);
}

TEST(store_read_gives_all_bytes_or_none_that_do_not_fit)
{
    CLEANUP(buf_done) Buf to = { 0 }, small = { 0 };
    const char *dir;
    Store *s = open_store("read", &dir);
    Str hash = put(s, STR("right"));

    buf_init(&to, 100);
    buf_add_lit(&to, "all ");
    EXPECT_RC(RC_OK, store_read(s, hash, &to));
    EXPECT_STR("all right", buf_str(&to));
    EXPECT_RC(RC_NOT_FOUND, store_read(s, sha256_hex(test_arena(), STR("others")), &to));
    buf_init(&small, 4);
    EXPECT_RC(RC_LIMIT, store_read(s, hash, &small));
    store_close(s);
}

TEST(store_removes_old_files_and_leaves_those_stored_again)
{
    const char *dir;
    Store *s = open_store("old", &dir);
    Ms now = clock_now_ms();
    Str old = put(s, STR("old")), fresh = put(s, STR("fresh")), again = put(s, STR("again"));

    age(path_in(dir, old), now - 2 * MS_DAY);
    age(path_in(dir, again), now - 2 * MS_DAY);
    put(s, STR("again")); /* by somebody whose row comes in a moment */
    EXPECT_RC(RC_OK, store_remove(s, old, now - MS_DAY));
    EXPECT_RC(RC_OK, store_remove(s, fresh, now - MS_DAY));
    EXPECT_RC(RC_OK, store_remove(s, again, now - MS_DAY));
    EXPECT(!exists(path_in(dir, old)));
    EXPECT(exists(path_in(dir, fresh)));
    EXPECT(exists(path_in(dir, again)));
    EXPECT_RC(RC_OK, store_remove(s, old, now - MS_DAY));
    EXPECT_RC(RC_INVALID, store_remove(s, STR("../old"), now));
    store_close(s);
}

TEST(store_walk_sees_every_old_file_within_a_round)
{
    const char *dir;
    Store *s = open_store("walk", &dir);
    Ms now = clock_now_ms();
    StrList seen = { 0 }, step;
    Str hashes[40];

    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        hashes[i] = put(s, str_fmt(test_arena(), "file %zu", i));
        age(path_in(dir, hashes[i]), now - 2 * MS_DAY);
    }
    put(s, STR("young"));
    /* Each folder has two entries besides its files and an end. */
    for (size_t i = 0; i < 60; i++) {
        EXPECT_RC(RC_OK, store_walk(s, test_arena(), now - MS_DAY, 3, &step));
        EXPECT(step.n <= 3);
        for (size_t j = 0; j < step.n; j++)
            EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &seen, step.at[j]));
    }
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        bool found = false;
        for (size_t j = 0; j < seen.n; j++)
            found = found || str_eq(hashes[i], seen.at[j]);
        EXPECT(found);
    }
    for (size_t j = 0; j < seen.n; j++)
        EXPECT(!str_eq(seen.at[j], sha256_hex(test_arena(), STR("young"))));
    store_close(s);
}

TEST(store_walk_removes_what_an_interrupted_write_left)
{
    const char *dir;
    Store *s = open_store("left", &dir);
    Ms now = clock_now_ms();
    Str hash = put(s, STR("whole"));
    const char *left =
        str_dup_z(test_arena(), str_fmt(test_arena(), "%s/%.*s/tmp-left", dir, 2, hash.ptr));
    const char *running =
        str_dup_z(test_arena(), str_fmt(test_arena(), "%s/%.*s/tmp-running", dir, 2, hash.ptr));
    StrList old;

    close(open(left, O_CREAT | O_WRONLY | O_CLOEXEC, 0400));
    close(open(running, O_CREAT | O_WRONLY | O_CLOEXEC, 0400));
    age(left, now - 2 * MS_DAY);
    EXPECT_RC(RC_OK, store_walk(s, test_arena(), now - MS_DAY, 100, &old));
    EXPECT_INT(0, old.n);
    EXPECT(!exists(left));
    EXPECT(exists(running));
    EXPECT(exists(path_in(dir, hash)));
    store_close(s);
}

TEST(store_knows_types_by_their_first_bytes)
{
    static const struct {
        int line;
        Str bytes;
        const char *type;
        bool in_place;
    } cases[] = {
        { __LINE__, STR_INIT("\x89PNG\r\n\x1a\n...."), "image/png", true },
        { __LINE__, STR_INIT("RIFF....WEBPVP8 "), "image/webp", true },
        { __LINE__, STR_INIT("%PDF-1.7"), "application/pdf", false },
        { __LINE__, STR_INIT("<svg onload=x>"), "text/plain; charset=utf-8", false },
        { __LINE__, STR_INIT("a\x01"), "application/octet-stream", false },
        { __LINE__, STR_INIT("\xff\xfe"), "application/octet-stream", false },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str type = filetype_of(cases[i].bytes);
        EXPECT_STR_AT(cases[i].line, cases[i].type, type);
        EXPECT_AT(cases[i].line, filetype_inline(type) == cases[i].in_place);
    }
}

TEST(store_file_names_are_the_last_part_or_file)
{
    static const struct {
        int line;
        const char *name, *want;
    } cases[] = {
        { __LINE__, "scan.pdf", "scan.pdf" },
        { __LINE__, "../../etc/passwd", "passwd" },
        { __LINE__, "C:\\tmp\\a.txt", "a.txt" },
        { __LINE__, "..", "file" },
        { __LINE__, "", "file" },
        { __LINE__, "a\nb", "file" },
        { __LINE__, "dir/", "file" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR_AT(cases[i].line, cases[i].want,
                      filename_clean(test_arena(), str_z(cases[i].name)));
}
