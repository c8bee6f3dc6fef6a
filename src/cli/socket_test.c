/* socket_test.c */
#include "cli/socket.h"

#include "support/db_test.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* Answers with what it was called with. */
static int echo(SocketCall *call, void *arg)
{
    int *calls = arg;

    if (calls != NULL)
        (*calls)++;
    buf_add(call->out, call->folder);
    for (size_t i = 0; i < call->words_n; i++) {
        buf_add_char(call->out, '|');
        buf_add(call->out, call->words[i]);
    }
    buf_add_char(call->out, '|');
    buf_add(call->out, call->in);
    buf_add_lit(call->err, "warned\n");
    return 41;
}

static const char *socket_path(void)
{
    return str_dup_z(test_arena(), str_fmt(test_arena(), "%s/test.sock", test_dir()));
}

static CliSocket *serve_with(SocketHandler handler, void *arg)
{
    CliSocket *s = NULL;
    Str why = STR_NULL;

    if (cli_socket_serve(test_arena(), socket_path(), handler, arg, &s, &why) != RC_OK)
        test_fail(__FILE__, __LINE__, "%.*s", STR_ARG(why));
    return s;
}

typedef struct Client {
    SocketCall call;
    Buf out, err;
    int code;
    Str why;
} Client;

static Rc call_with(Client *c, const Str *words, size_t n, Str in)
{
    buf_init(&c->out, SOCKET_OUTPUT_BYTES);
    buf_init(&c->err, SOCKET_OUTPUT_BYTES);
    c->code = -1;
    c->call = (SocketCall){ .arena = test_arena(),
                            .folder = STR("/here"),
                            .words = words,
                            .words_n = n,
                            .in = in,
                            .out = &c->out,
                            .err = &c->err };
    return cli_socket_call(socket_path(), &c->call, &c->code, &c->why);
}

static void client_done(Client *c)
{
    buf_done(&c->out);
    buf_done(&c->err);
}

TEST(socket_carries_words_input_and_answer)
{
    const Str words[] = { STR("user"), STR("add"), STR(""), STR("Åsa \"A\"\n密") };
    CLEANUP(client_done) Client c = { 0 };
    CliSocket *s = serve_with(echo, NULL);
    struct stat st;

    EXPECT(stat(socket_path(), &st) == 0 && S_ISSOCK(st.st_mode));
    EXPECT_INT(0600, (int64_t)(st.st_mode & 0777));
    EXPECT_RC(RC_OK, call_with(&c, words, COUNT_OF(words), STR("a\0b")));
    EXPECT_INT(41, c.code);
    EXPECT_STR(STR("/here|user|add||Åsa \"A\"\n密|a\0b"), buf_str(&c.out));
    EXPECT_STR("warned\n", buf_str(&c.err));
    cli_socket_stop(s);
    EXPECT(stat(socket_path(), &st) != 0);
}

TEST(socket_carries_what_is_long)
{
    CLEANUP(client_done) Client c = { 0 };
    CLEANUP(buf_done) Buf in = { 0 };
    CliSocket *s = serve_with(echo, NULL);

    buf_init(&in, SOCKET_INPUT_BYTES + 1);
    memset(buf_room(&in, SOCKET_INPUT_BYTES + 1), 'x', SOCKET_INPUT_BYTES + 1);
    in.len = SOCKET_INPUT_BYTES;
    EXPECT_RC(RC_OK, call_with(&c, NULL, 0, buf_str(&in)));
    EXPECT_INT(SOCKET_INPUT_BYTES + 6, (int64_t)c.out.len);
    client_done(&c);

    in.len++;
    EXPECT_RC(RC_LIMIT, call_with(&c, NULL, 0, buf_str(&in)));
    EXPECT(!str_is_empty(c.why));
    client_done(&c);

    static Str words[SOCKET_WORDS + 1];
    for (size_t i = 0; i < COUNT_OF(words); i++)
        words[i] = STR("w");
    EXPECT_RC(RC_OK, call_with(&c, words, SOCKET_WORDS, STR("")));
    client_done(&c);
    EXPECT_RC(RC_LIMIT, call_with(&c, words, SOCKET_WORDS + 1, STR("")));
    client_done(&c);

    for (size_t i = 0; i < 17; i++)
        words[i] = str_sub(buf_str(&in), 0, SOCKET_WORD_BYTES);
    words[15].len -= 5; /* with the folder exactly as much as fits */
    EXPECT_RC(RC_OK, call_with(&c, words, 16, STR("")));
    EXPECT_INT(41, c.code);
    client_done(&c);
    EXPECT_RC(RC_LIMIT, call_with(&c, words, 17, STR("")));
    client_done(&c);
    words[0] = str_sub(buf_str(&in), 0, SOCKET_WORD_BYTES + 1);
    EXPECT_RC(RC_LIMIT, call_with(&c, words, 1, STR("")));
    cli_socket_stop(s);
}

TEST(socket_without_a_server_is_not_found)
{
    CLEANUP(client_done) Client c = { 0 };

    EXPECT_RC(RC_NOT_FOUND, call_with(&c, NULL, 0, STR("")));
    EXPECT(str_starts(c.why, STR("No server listens")));
}

TEST(socket_that_was_left_behind_is_replaced)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    CLEANUP(client_done) Client c = { 0 };

    int left = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", socket_path());
    EXPECT(bind(left, (const struct sockaddr *)(const void *)&at, sizeof at) == 0);
    close(left);
    EXPECT_RC(RC_NOT_FOUND, call_with(&c, NULL, 0, STR("")));
    client_done(&c);
    CliSocket *s = serve_with(echo, NULL);
    EXPECT_RC(RC_OK, call_with(&c, NULL, 0, STR("")));
    cli_socket_stop(s);
}

TEST(socket_takes_the_place_of_no_other_file)
{
    CliSocket *s = NULL;
    Str why = STR_NULL;

    EXPECT_RC(RC_INVALID, cli_socket_serve(test_arena(), test_db_file(), echo, NULL, &s, &why));
    EXPECT(str_contains(why, STR("in the way")));
    EXPECT_RC(RC_INVALID, cli_socket_serve(test_arena(), "/nowhere/at/all", echo, NULL, &s, &why));
}

TEST(socket_may_lie_in_a_deep_folder)
{
    CliSocket *s = NULL;
    Str why = STR_NULL;
    CLEANUP(buf_done) Buf path = { 0 };

    buf_init(&path, 4096);
    buf_add(&path, str_z(test_dir()));
    for (int i = 0; i < 12; i++) {
        buf_add_lit(&path, "/a-folder-with-a-long-name");
        EXPECT(mkdir(str_dup_z(test_arena(), buf_str(&path)), 0700) == 0);
    }
    buf_add_lit(&path, "/errand.sqlite.sock");
    EXPECT_RC(RC_OK, cli_socket_serve(test_arena(), str_dup_z(test_arena(), buf_str(&path)), echo,
                                      NULL, &s, &why));
    cli_socket_stop(s);
}

/* ---- malformed calls ------------------------------------------------------------------------- */

static int connect_raw(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(at.sun_path, sizeof at.sun_path, "%s", socket_path());
    EXPECT(connect(fd, (const struct sockaddr *)(const void *)&at, sizeof at) == 0);
    return fd;
}

TEST(socket_refuses_malformed_calls)
{
    static const struct {
        int line;
        Str bytes;
    } cases[] = {
        { __LINE__, STR_INIT("X\0\0\0\0") },                               /* no folder */
        { __LINE__, STR_INIT("A\0\0\0\1aX\0\0\0\0") },                     /* no folder, a word */
        { __LINE__, STR_INIT("W\0\0\0\1/W\0\0\0\1/X\0\0\0\0") },           /* two folders */
        { __LINE__, STR_INIT("W\0\0\0\1/A\0\0\0\1aW\0\0\0\1/X\0\0\0\0") }, /* folder too late */
        { __LINE__, STR_INIT("W\0\0\0\1/I\0\0\0\1aA\0\0\0\1bX\0\0\0\0") }, /* word after input */
        { __LINE__, STR_INIT("W\0\0\0\1/Q\0\0\0\1a") },                    /* unknown letter */
        { __LINE__, STR_INIT("W\0\0\0\1/O\0\0\0\1a") },                    /* the server's letter */
        { __LINE__, STR_INIT("W\0\0\0\1/X\0\0\0\1a") },                    /* X with bytes */
        { __LINE__, STR_INIT("W\0\0\0\1/A\0\1\0\1") },              /* word of 65,537 bytes */
        { __LINE__, STR_INIT("W\0\0\0\1/I\xFF\xFF\xFF\xFF") },      /* 4 GiB of input */
        { __LINE__, STR_INIT("W\0\0\0\1/A\0\0\0\2a\0X\0\0\0\0") },  /* NUL in a word */
        { __LINE__, STR_INIT("W\0\0\0\1/A\0\0\0\1\xFFX\0\0\0\0") }, /* not UTF-8 */
        { __LINE__, STR_INIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
    };
    int calls = 0;
    CliSocket *s = serve_with(echo, &calls);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char answer[256];
        size_t n = 0;
        ssize_t got;
        int fd = connect_raw();
        EXPECT_AT(cases[i].line,
                  send(fd, cases[i].bytes.ptr, cases[i].bytes.len, MSG_NOSIGNAL) > 0);
        while (n < sizeof answer && (got = recv(fd, answer + n, sizeof answer - n, 0)) > 0)
            n += (size_t)got;
        close(fd);
        EXPECT_AT(cases[i].line, str_contains((Str){ answer, n }, STR("did not understand")));
        EXPECT_AT(cases[i].line, str_ends((Str){ answer, n }, STR("R\0\0\0\1\3")));
    }
    CLEANUP(client_done) Client c = { 0 };
    EXPECT_RC(RC_OK, call_with(&c, NULL, 0, STR("")));
    cli_socket_stop(s);
    EXPECT_INT(1, calls);
}

TEST(socket_refuses_another_user)
{
    if (geteuid() != 0)
        test_skip("only root can become another user");
    CliSocket *s = serve_with(echo, NULL);
    fflush(NULL);
    EXPECT(chmod(test_dir(), 0755) == 0
           && chmod(socket_path(), 0777) == 0); /* past the first guard */
    const char *path = socket_path();
    int fds[2];
    EXPECT(pipe(fds) == 0);
    pid_t child = fork();
    if (child == 0) {
        Arena *a = arena_new(1u << 20);
        Buf out, err;
        SocketCall call = { .arena = a, .folder = STR("/"), .out = &out, .err = &err };
        int code = -1;
        Str why = STR_NULL;
        buf_init(&out, 1000);
        buf_init(&err, 1000);
        if (setuid(65534) != 0)
            _exit(9);
        Rc rc = cli_socket_call(path, &call, &code, &why);
        bool refused = rc == RC_OK && code == 3 && out.len == 0
                       && str_contains(buf_str(&err), STR("another user"));
        _exit(write(fds[1], refused ? "+" : "-", 1) == 1 ? 0 : 1);
    }
    char told = 0;
    EXPECT(read(fds[0], &told, 1) == 1 && told == '+');
    EXPECT(waitpid(child, NULL, 0) == child);
    close(fds[0]);
    close(fds[1]);
    cli_socket_stop(s);
}

/* ---- several at once ------------------------------------------------------------------------- */

static int slow(SocketCall *call, void *arg)
{
    UNUSED(arg);
    usleep(20000);
    buf_add(call->out, call->words[0]);
    return 0;
}

static void *call_slow(void *arg)
{
    char word[16];
    Buf out, err;
    Arena *a = arena_new(1u << 20);
    int *number = arg, code = -1;
    Str why = STR_NULL;

    snprintf(word, sizeof word, "%d", *number);
    Str words[] = { str_z(word) };
    SocketCall call = {
        .arena = a, .folder = STR("/"), .words = words, .words_n = 1, .out = &out, .err = &err
    };
    buf_init(&out, 1000);
    buf_init(&err, 1000);
    char path[128];
    snprintf(path, sizeof path, "%s/test.sock", test_dir());
    bool good = cli_socket_call(path, &call, &code, &why) == RC_OK && code == 0
                && str_eq(buf_str(&out), words[0]);
    *number = good ? 0 : -1;
    buf_done(&out);
    buf_done(&err);
    arena_free(a);
    return NULL;
}

TEST(socket_serves_many_calls)
{
    enum { CALLERS = 24 };
    pthread_t threads[CALLERS];
    int numbers[CALLERS];
    CliSocket *s = serve_with(slow, NULL);

    for (int i = 0; i < CALLERS; i++) {
        numbers[i] = i + 1;
        EXPECT_INT(0, pthread_create(&threads[i], NULL, call_slow, &numbers[i]));
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_INT(0, numbers[i]);
    }
    cli_socket_stop(s);
}
