/* action_program.c - an action that is an executable in a folder; see actions.h. */
#include "cli/actions.h"

#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define OUTPUT_BYTES 8192
#define EXIT_LATER   75  /* EX_TEMPFAIL of sysexits.h */
#define EXIT_NO_EXEC 126 /* as a shell says it */
#define LOOK_MS      100 /* how often it is asked whether the server stops */

static char *const environment[] = { (char[]){ "PATH=/usr/local/bin:/usr/bin:/bin" },
                                     (char[]){ "LANG=C.UTF-8" }, NULL };

/* Keys have no dots, so that no path leads out of the folder. */
static bool path_of(const char *folder, Str action, char *path, size_t room)
{
    if (!str_is_key(action) || str_find(action, '/') < action.len)
        return false;
    int n = snprintf(path, room, "%s/%.*s", folder, STR_ARG(action));
    return n > 0 && (size_t)n < room;
}

bool program_has(const char *folder, Str action)
{
    char path[4096];
    struct stat st;

    if (!path_of(folder, action, path, sizeof path) || stat(path, &st) != 0)
        return false;
    if (!S_ISREG(st.st_mode) || access(path, X_OK) != 0)
        return false;
    if (!(st.st_mode & (S_IWGRP | S_IWOTH)))
        return true;
    log_error("action", "%.*s is not run: others than its owner can write to it", STR_ARG(action));
    return false;
}

/* ---- the child ---- */

typedef struct Child {
    pid_t pid;
    int in, out, err;           /* its ends */
    int out_read, err_read, fd; /* ours; fd tells when it has ended */
} Child;

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void child_done(Child *c)
{
    shut(&c->in);
    shut(&c->out);
    shut(&c->err);
    shut(&c->out_read);
    shut(&c->err_read);
    shut(&c->fd);
}

/* Between the server and the program stands a guard.  It leads their group of processes, and when the
 * server is killed, the kernel tells the guard, and the guard ends the group: what the program has started
 * does not outlive the server.  (One that leaves the group by itself does, as a service would.)
 * Both use only calls that are safe between fork and exec of a program with threads. */

static void end_group(int signal_number)
{
    UNUSED(signal_number);
    kill(0, SIGKILL);
}

/* Nothing of the server's: handlers, blocked signals, files. */
static bool forget_server(const Child *c)
{
    struct rlimit none = { 0, 0 };
    sigset_t all;

    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    signal(SIGTERM, end_group);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setrlimit(RLIMIT_CORE, &none);
    return dup2(c->in, 0) == 0 && dup2(c->out, 1) == 1 && dup2(c->err, 2) == 2
           && syscall(SYS_close_range, 3U, ~0U, 0U) == 0;
}

static void become(const char *folder, const char *path)
{
    char *const argv[] = { (char *)(uintptr_t)path, NULL };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    if (chdir(folder) == 0)
        execve(path, argv, environment);
    _exit(EXIT_NO_EXEC);
}

/* Ends as the program has ended. */
static void guard(const Child *c, const char *folder, const char *path, pid_t parent)
{
    int status = 0;

    setpgid(0, 0);
    if (!forget_server(c))
        _exit(EXIT_NO_EXEC);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_NO_EXEC);
    pid_t pid = _Fork();
    if (pid == 0)
        become(folder, path);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0 && WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    kill(getpid(), SIGKILL); /* so did the program, or it was never there: tried again */
    _exit(EXIT_LATER);
}

static bool pipe_of(int *ret_read, int *ret_write)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    *ret_read = ends[0];
    *ret_write = ends[1];
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* The order in a file of memory: no pipe that somebody has to fill. */
static bool input_of(Str json, int *ret)
{
    *ret = memfd_create("order", MFD_CLOEXEC);
    for (size_t at = 0; *ret >= 0 && at < json.len;) {
        ssize_t n = write(*ret, json.ptr + at, json.len - at);
        if (n <= 0)
            return false;
        at += (size_t)n;
    }
    return *ret >= 0 && lseek(*ret, 0, SEEK_SET) == 0;
}

static bool child_start(Child *c, const char *folder, const char *path, Str json)
{
    pid_t parent = getpid();

    if (!input_of(json, &c->in) || !pipe_of(&c->out_read, &c->out)
        || !pipe_of(&c->err_read, &c->err))
        return false;
    c->pid = fork();
    if (c->pid < 0)
        return false;
    if (c->pid == 0)
        guard(c, folder, path, parent);
    setpgid(c->pid, c->pid); /* whoever of the two is first */
    c->fd = (int)syscall(SYS_pidfd_open, c->pid, 0);
    shut(&c->in);
    shut(&c->out);
    shut(&c->err);
    return true;
}

/* ---- what it says ---- */

typedef struct Output {
    char bytes[OUTPUT_BYTES];
    size_t n;
} Output;

/* Reads what is there; what is too much is read too, so that nobody waits for us, and forgotten. */
static void drain(int *fd, Output *o)
{
    char more[4096];

    while (*fd >= 0) {
        ssize_t n = read(*fd, more, sizeof more);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            shut(fd);
            return;
        }
        size_t room = sizeof o->bytes - o->n;
        size_t kept = (size_t)n < room ? (size_t)n : room;
        memcpy(o->bytes + o->n, more, kept);
        o->n += kept;
    }
}

typedef enum Ending { ENDED, TOO_LONG, STOPPED } Ending;

static Ending watch(Child *c, const ActionOrder *o, Output *out, Output *err)
{
    Ms until = clock_monotonic_ms() + o->limit_ms;

    for (;;) {
        struct pollfd fds[] = { { c->fd, POLLIN, 0 },
                                { c->out_read, POLLIN, 0 },
                                { c->err_read, POLLIN, 0 } };
        Ms left = until - clock_monotonic_ms();
        if (left <= 0)
            return TOO_LONG;
        if (o->stop != NULL && atomic_load(o->stop))
            return STOPPED;
        (void)!poll(fds, COUNT_OF(fds), left < LOOK_MS ? (int)left : LOOK_MS);
        drain(&c->out_read, out);
        drain(&c->err_read, err);
        siginfo_t info = { 0 };
        if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0
            && info.si_pid == c->pid) {
            drain(&c->out_read, out);
            drain(&c->err_read, err);
            return ENDED;
        }
    }
}

/* With everything that it has started: it is not waited for before, so its number is still its own. */
static int child_end(const Child *c)
{
    int status = 0;

    kill(-c->pid, SIGKILL);
    kill(c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static Str said(Arena *a, const Output *first, const Output *second)
{
    const Output *o = first->n > 0 ? first : second;
    return str_dup(a, (Str){ o->bytes, o->n });
}

static void answer_of(Arena *a, int status, const Output *out, const Output *err, ActionAnswer *ret)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

    if (code == 0)
        *ret = (ActionAnswer){ ACTION_IS_DONE, said(a, out, err) };
    else if (code == EXIT_LATER || code < 0)
        *ret = (ActionAnswer){ ACTION_LATER, said(a, err, out) };
    else
        *ret = (ActionAnswer){ ACTION_CANNOT, str_fmt(a, "It ended with code %d. %.*s", code,
                                                      STR_ARG(said(a, err, out))) };
}

void program_run(const char *folder, const ActionOrder *o, Arena *a, ActionAnswer *ret)
{
    CLEANUP(child_done)
    Child c = { .in = -1, .out = -1, .err = -1, .out_read = -1, .err_read = -1, .fd = -1 };
    char path[4096];
    Output *out = ARENA_NEW(a, Output), *err = ARENA_NEW(a, Output);

    *ret = (ActionAnswer){ ACTION_LATER, STR("It could not be started.") };
    if (!path_of(folder, o->action, path, sizeof path) || !child_start(&c, folder, path, o->json))
        return;
    Ending how = watch(&c, o, out, err);
    int status = child_end(&c);
    if (how == ENDED)
        answer_of(a, status, out, err, ret);
    else if (how == TOO_LONG)
        ret->text = str_fmt(a, "It took longer than %lld seconds and was stopped.",
                            (long long)(o->limit_ms / MS_SECOND));
    else
        ret->text = STR("The server stopped.");
}
