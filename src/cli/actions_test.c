/* actions_test.c - executables as actions, and the loop over a real database. */
#include "cli/actions.h"

#include "support/db_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct Folder {
    char path[64];
} Folder;

static Folder folder_new(void)
{
    Folder f = { "/tmp/errand-actions-XXXXXX" };
    EXPECT(mkdtemp(f.path) != NULL);
    return f;
}

static const char *in_folder(const Folder *f, const char *name)
{
    return str_dup_z(test_arena(), str_fmt(test_arena(), "%s/%s", f->path, name));
}

static void put(const Folder *f, const char *name, const char *text, mode_t mode)
{
    int fd = open(in_folder(f, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    Str s = str_z(text);

    EXPECT(fd >= 0 && write(fd, s.ptr, s.len) == (ssize_t)s.len);
    EXPECT(fchmod(fd, mode) == 0 && close(fd) == 0);
}

static void folder_done(Folder *f)
{
    static const char *const names[] = { "act", "left", "pid" };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        (void)!unlink(in_folder(f, names[i]));
    (void)!rmdir(f->path);
}

static ActionAnswer carry_out(const Folder *f, Ms limit, const atomic_bool *stop)
{
    ActionOrder o = { .action = STR("act"),
                      .key = STR("REQ-1/a/1/x"),
                      .json = STR("{\"key\":\"REQ-1/a/1/x\"}"),
                      .limit_ms = limit,
                      .stop = stop };
    ActionAnswer answer = { 0 };
    program_run(f->path, &o, test_arena(), &answer);
    return answer;
}

TEST(action_program_answers_by_its_exit_code)
{
    static const struct {
        int line;
        mode_t mode;
        const char *text;
        ActionVerdict verdict;
        const char *said;
    } cases[] = {
        { __LINE__, 0700, "#!/bin/sh\ncat\n", ACTION_IS_DONE, "{\"key\":\"REQ-1/a/1/x\"}" },
        { __LINE__, 0700, "#!/bin/sh\necho seen; echo not this >&2\n", ACTION_IS_DONE, "seen\n" },
        { __LINE__, 0700, "#!/bin/sh\necho the directory is down >&2; exit 75\n", ACTION_LATER,
          "the directory is down\n" },
        { __LINE__, 0700, "#!/bin/sh\necho taken >&2; exit 3\n", ACTION_CANNOT,
          "It ended with code 3. taken\n" },
        { __LINE__, 0700, "#!/bin/sh\nkill -9 $$\n", ACTION_LATER, "" },
        /* The kernel refuses it; for its rights, as valgrind gives up on one without an interpreter. */
        { __LINE__, 0600, "#!/bin/sh\n", ACTION_CANNOT, "It ended with code 126. " },
        { __LINE__, 0700, "#!/bin/sh\npwd | sed 's/.*errand-actions-.*/here/'\n", ACTION_IS_DONE,
          "here\n" },
    };
    CLEANUP(folder_done) Folder f = folder_new();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put(&f, "act", cases[i].text, cases[i].mode);
        ActionAnswer answer = carry_out(&f, 10 * MS_SECOND, NULL);
        EXPECT_STR_AT(cases[i].line, cases[i].said, answer.text);
        if (answer.verdict != cases[i].verdict)
            test_fail(__FILE__, cases[i].line, "verdict %d", (int)answer.verdict);
    }
}

TEST(action_program_has_a_clean_environment_and_no_other_files)
{
    CLEANUP(folder_done) Folder f = folder_new();

    EXPECT(setenv("ERRAND_SECRET", "x", 1) == 0);
    put(&f, "act",
        "#!/usr/bin/env -S sh\nenv | grep -v '^_=' | grep -v '^PWD=' | sort; ls /proc/self/fd | wc -l\n",
        0700);
    /* 0, 1, 2 and the folder that ls reads */
    EXPECT_STR("LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n4\n",
               carry_out(&f, 10 * MS_SECOND, NULL).text);
    EXPECT(unsetenv("ERRAND_SECRET") == 0);
}

/* "pid" holds the number of a process that the program left behind. */
static void expect_gone(const Folder *f)
{
    char text[32] = { 0 };
    int64_t pid = 0;
    int fd = open(in_folder(f, "pid"), O_RDONLY | O_CLOEXEC);

    EXPECT(fd >= 0 && read(fd, text, sizeof text - 1) > 0 && close(fd) == 0);
    EXPECT(str_to_i64(str_trim(str_z(text)), &pid) && pid > 1);
    for (int i = 0; i < 100 && kill((pid_t)pid, 0) == 0; i++) {
        /* A killed orphan is a zombie until init has looked at it. */
        char state[64];
        int proc =
            open(str_dup_z(test_arena(), str_fmt(test_arena(), "/proc/%lld/stat", (long long)pid)),
                 O_RDONLY | O_CLOEXEC);
        ssize_t n = proc >= 0 ? read(proc, state, sizeof state - 1) : 0;
        if (proc >= 0)
            close(proc);
        if (n <= 0 || str_contains((Str){ state, (size_t)n }, STR(") Z")))
            return;
        usleep(20000);
    }
    EXPECT(kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

/* A server of its own, killed while its program runs. */
TEST(action_program_does_not_outlive_a_killed_server_nor_does_what_it_started)
{
    CLEANUP(folder_done) Folder f = folder_new();
    struct stat st;
    int status = 0;

    put(&f, "act", "#!/bin/sh\n(trap '' TERM HUP; sleep 60) & echo $! > pid\nwait\n", 0700);
    pid_t server = fork();
    if (server == 0) {
        (void)carry_out(&f, MS_MINUTE, NULL);
        _exit(0);
    }
    EXPECT(server > 0);
    for (int i = 0; i < 500 && (stat(in_folder(&f, "pid"), &st) != 0 || st.st_size == 0); i++)
        usleep(10000);
    EXPECT(kill(server, SIGKILL) == 0);
    EXPECT(waitpid(server, &status, 0) == server);
    expect_gone(&f);
}

TEST(action_program_is_stopped_with_everything_it_started)
{
    CLEANUP(folder_done) Folder f = folder_new();

    put(&f, "act", "#!/bin/sh\nsleep 60 & echo $! > pid\nwait\n", 0700);
    Ms from = clock_monotonic_ms();
    ActionAnswer answer = carry_out(&f, 400, NULL);
    EXPECT(clock_monotonic_ms() - from < 10 * MS_SECOND);
    EXPECT_INT(ACTION_LATER, (int64_t)answer.verdict);
    EXPECT(str_contains(answer.text, STR("longer than")));
    expect_gone(&f);

    /* One that has ended leaves nothing behind either, and nobody waits for it. */
    put(&f, "act", "#!/bin/sh\nsleep 60 & echo $! > pid\necho done\n", 0700);
    from = clock_monotonic_ms();
    answer = carry_out(&f, 30 * MS_SECOND, NULL);
    EXPECT(clock_monotonic_ms() - from < 10 * MS_SECOND);
    EXPECT_STR("done\n", answer.text);
    expect_gone(&f);

    atomic_bool stop = true;
    put(&f, "act", "#!/bin/sh\nsleep 60\n", 0700);
    EXPECT_STR("The server stopped.", carry_out(&f, 30 * MS_SECOND, &stop).text);
}

TEST(action_program_may_say_more_than_is_kept)
{
    CLEANUP(folder_done) Folder f = folder_new();

    put(&f, "act", "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x; echo end >&2\n", 0700);
    ActionAnswer answer = carry_out(&f, 20 * MS_SECOND, NULL);
    EXPECT_INT(ACTION_IS_DONE, (int64_t)answer.verdict);
    EXPECT_INT(8192, (int64_t)answer.text.len);
}

TEST(action_program_is_a_file_of_its_owner_in_the_folder)
{
    CLEANUP(folder_done) Folder f = folder_new();
    static const mode_t refused[] = { 0600, 0720, 0702 };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        put(&f, "act", "#!/bin/sh\n", refused[i]);
        EXPECT(!program_has(f.path, STR("act")));
    }
    put(&f, "act", "#!/bin/sh\n", 0755);
    EXPECT(program_has(f.path, STR("act")));
    EXPECT(!program_has(f.path, STR("other")));
    EXPECT(!program_has(f.path, STR("../act")));
    EXPECT(!program_has(f.path, STR("a/act")));
    EXPECT(!program_has(f.path, STR("")));
}

/* ---- the loop ---- */

typedef struct Row {
    int64_t number;
    const char *sql;
} Row;

static Rc read_number(DbConn *conn, void *arg)
{
    Row *row = arg;
    Ctx cx = { .arena = test_arena(), .db = conn, .now_ms = clock_now_ms() };

    row->number = fixture_int(&cx, row->sql);
    return RC_OK;
}

TEST(actions_start_wants_a_folder_and_stop_ends)
{
    CLEANUP(folder_done) Folder f = folder_new();
    Db *db = test_db(0);
    Str why = STR_NULL;
    Row runs = { 0, "SELECT count(*) FROM action_run" };

    EXPECT_RC(RC_INVALID, actions_start(db, STR("relative"), test_arena(), &why));
    EXPECT_RC(RC_INVALID, actions_start(db, STR("/nowhere/at/all"), test_arena(), &why));
    EXPECT(chmod(f.path, 0777) == 0);
    EXPECT_RC(RC_INVALID, actions_start(db, str_z(f.path), test_arena(), &why));
    EXPECT(chmod(f.path, 0700) == 0);
    EXPECT_RC(RC_OK, actions_start(db, str_z(f.path), test_arena(), &why));
    actions_stop();
    actions_stop();
    EXPECT_RC(RC_OK, actions_start(db, STR(""), test_arena(), &why));
    actions_stop();
    EXPECT_RC(RC_OK, db_write(db, read_number, &runs));
    EXPECT_INT(0, runs.number);
    db_close(db);
}
