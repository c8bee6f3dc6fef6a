/* socket.c - see socket.h. */
#include "cli/socket.h"

#include "core/clock.h"
#include "core/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum {
    HEAD_BYTES = 5,
    PIECE = 256 * 1024, /* longest message; longer texts are cut into several */
};

struct CliSocket {
    char *path;
    int fd;   /* listening */
    int stop; /* an eventfd: readable when the end has come */
    SocketHandler handler;
    void *arg;
    pthread_t threads[SOCKET_CALLS];
    size_t threads_n;
};

static void close_at(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Waits until the socket is ready; false after `ms` of silence (-1: however long it takes). */
static bool ready(int fd, short what, int ms)
{
    struct pollfd p = { .fd = fd, .events = what };

    for (;;) {
        int n = poll(&p, 1, ms);
        if (n >= 0)
            return n > 0;
        if (errno != EINTR)
            return false;
    }
}

static bool send_bytes(int fd, const char *from, size_t n)
{
    while (n > 0) {
        if (!ready(fd, POLLOUT, SOCKET_SEND_MS))
            return false;
        ssize_t sent = send(fd, from, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (sent <= 0)
            return false;
        from += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool receive_bytes(int fd, char *to, size_t n, int ms)
{
    while (n > 0) {
        if (!ready(fd, POLLIN, ms))
            return false;
        ssize_t got = recv(fd, to, n, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
        ms = SOCKET_SEND_MS;
    }
    return true;
}

/* ---- messages -------------------------------------------------------------------------------- */

static bool send_message(int fd, char letter, Str bytes)
{
    uint32_t n = (uint32_t)bytes.len;
    char head[HEAD_BYTES] = { letter, (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

    return send_bytes(fd, head, sizeof head) && send_bytes(fd, bytes.ptr, bytes.len);
}

/* A text of any length in pieces; an empty one is no message. */
static bool send_text(int fd, char letter, Str text)
{
    for (size_t at = 0; at < text.len; at += PIECE)
        if (!send_message(fd, letter, str_sub(text, at, at + PIECE)))
            return false;
    return true;
}

/* Reads the head; the caller reads the bytes.  `ms`: how long until it begins, -1 for any time. */
static bool receive_head(int fd, int ms, char *ret_letter, size_t *ret_n)
{
    unsigned char head[HEAD_BYTES];

    if (!receive_bytes(fd, (char *)head, sizeof head, ms))
        return false;
    *ret_letter = (char)head[0];
    *ret_n = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
    return true;
}

static bool receive_into(int fd, Buf *to, size_t n)
{
    char *room = n > PIECE ? NULL : buf_room(to, n);

    if (room == NULL || !receive_bytes(fd, room, n, SOCKET_SEND_MS))
        return false;
    to->len += n;
    return true;
}

/* ---- the address ----------------------------------------------------------------------------- */

/* A path may be longer than a socket's address: the folder is named by its descriptor. */
static bool address_of(const char *path, int *ret_folder, struct sockaddr_un *ret)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t len = slash == NULL ? 1 : (size_t)(name - path);

    if (len >= sizeof folder || name[0] == '\0')
        return false;
    memcpy(folder, slash == NULL ? "." : path, len);
    folder[len] = '\0';
    *ret_folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*ret_folder < 0)
        return false;
    *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s", *ret_folder, name);
    return n > 0 && (size_t)n < sizeof ret->sun_path;
}

static bool is_own(int fd)
{
    struct ucred peer = { 0 };
    socklen_t n = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.uid == geteuid();
}

/* ---- the server ------------------------------------------------------------------------------ */

/* Reads a call up to its X; false when it keeps to neither form nor bounds. */
static bool receive_call(int fd, SocketCall *call, Str *words, Buf *in)
{
    char letter = 0, last = 'W';
    size_t n = 0, line = 0;

    for (;;) {
        if (!receive_head(fd, SOCKET_SEND_MS, &letter, &n))
            return false;
        /* In the order W A* I* X. */
        if (letter == 'X')
            break;
        if (letter == 'I') {
            if (!receive_into(fd, in, n))
                return false;
        } else if ((letter == 'W' && last == 'W' && str_is_null(call->folder))
                   || (letter == 'A' && last != 'I' && call->words_n < SOCKET_WORDS)) {
            line += n < SOCKET_LINE_BYTES ? n : SOCKET_LINE_BYTES;
            bool fits = n <= SOCKET_WORD_BYTES && line <= SOCKET_LINE_BYTES;
            char *text = fits ? arena_try(call->arena, n + 1) : NULL;
            if (text == NULL || !receive_bytes(fd, text, n, SOCKET_SEND_MS))
                return false;
            Str word = { text, n };
            if (!str_is_utf8(word) || str_find(word, '\0') < n)
                return false;
            if (letter == 'W')
                call->folder = word;
            else
                words[call->words_n++] = word;
        } else {
            return false;
        }
        last = letter;
    }
    call->in = buf_str(in);
    return n == 0 && !str_is_null(call->folder);
}

static void send_answer(int fd, Str out, Str err, int code)
{
    char byte = (char)(unsigned char)code;

    /* A client that has gone away misses its answer; what was done stays done. */
    if (!send_text(fd, 'O', out) || !send_text(fd, 'E', err)
        || !send_message(fd, 'R', (Str){ &byte, 1 }))
        log_warn("command line went away", "before its answer");
}

static void serve_one(const CliSocket *s, int fd)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new(SOCKET_ARENA_BYTES);
    CLEANUP(buf_done) Buf in = { 0 }, out = { 0 }, err = { 0 };
    SocketCall call = { .arena = arena, .out = &out, .err = &err };
    Str *words = ARENA_ARRAY(arena, Str, SOCKET_WORDS);

    buf_init(&in, SOCKET_INPUT_BYTES);
    buf_init(&out, SOCKET_OUTPUT_BYTES);
    buf_init(&err, SOCKET_OUTPUT_BYTES);
    if (!is_own(fd)) {
        log_warn("command line refused", "another user's");
        send_answer(fd, STR_NULL,
                    STR("The server runs as another user. Run this command as that user.\n"), 3);
        return;
    }
    call.words = words;
    if (words == NULL || !receive_call(fd, &call, words, &in)) {
        log_warn("command line refused", "malformed");
        send_answer(fd, STR_NULL, STR("The server did not understand the command line.\n"), 3);
        return;
    }
    int code = s->handler(&call, s->arg);
    if (buf_result(&out) != RC_OK || buf_result(&err) != RC_OK) {
        send_answer(fd, buf_str(&out), STR("The answer was too long and has been cut off.\n"), 3);
        return;
    }
    send_answer(fd, buf_str(&out), buf_str(&err), code);
}

static void *serve(void *arg)
{
    const CliSocket *s = arg;

    for (;;) {
        struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN },
                               { .fd = s->stop, .events = POLLIN } };
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            log_fatal("command socket", "poll: %s", strerror(errno));
        if (p[1].revents != 0)
            return NULL;
        if (p[0].revents == 0)
            continue;
        /* Not blocking: another thread may have taken the connection. */
        CLEANUP(close_at) int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            serve_one(s, fd);
        else if (errno == EMFILE || errno == ENFILE)
            usleep(100000); /* until another connection ends */
    }
}

static Rc listen_at(Arena *a, const char *path, int *ret, Str *why)
{
    CLEANUP(close_at) int folder = -1, fd = -1;
    struct sockaddr_un at;
    struct stat st;

    if (!address_of(path, &folder, &at)) {
        *why =
            str_fmt(a, "The name %s is too long for a socket, or its folder does not exist.", path);
        return RC_INVALID;
    }
    if (lstat(path, &st) == 0) {
        if (!S_ISSOCK(st.st_mode)) {
            *why = str_fmt(a, "%s is in the way: remove it.", path);
            return RC_INVALID;
        }
        unlink(path);
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode is set before the name exists, so that there is no moment with another. */
    if (fd < 0 || fchmod(fd, S_IRUSR | S_IWUSR) != 0
        || bind(fd, (const struct sockaddr *)(const void *)&at, sizeof at) != 0
        || listen(fd, 64) != 0) {
        *why = str_fmt(a, "Cannot listen at %s: %s.", path, strerror(errno));
        return RC_INTERNAL;
    }
    *ret = fd;
    fd = -1;
    return RC_OK;
}

Rc cli_socket_serve(Arena *a, const char *path, SocketHandler handler, void *arg, CliSocket **ret,
                    Str *why)
{
    int fd = -1;
    sigset_t all, before;

    TRY(listen_at(a, path, &fd, why));
    CliSocket *s = calloc(1, sizeof *s);
    if (s != NULL)
        s->path = strdup(path);
    if (s == NULL || s->path == NULL)
        log_fatal("out of memory", "starting the command socket");
    s->fd = fd;
    s->stop = eventfd(0, EFD_CLOEXEC);
    s->handler = handler;
    s->arg = arg;
    if (s->stop < 0)
        log_fatal("command socket", "eventfd: %s", strerror(errno));
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (s->threads_n < SOCKET_CALLS) {
        int failed = pthread_create(&s->threads[s->threads_n], NULL, serve, s);
        if (failed != 0)
            log_fatal("cannot start the command socket", "pthread_create: %d", failed);
        pthread_setname_np(s->threads[s->threads_n], "commands");
        s->threads_n++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *ret = s;
    return RC_OK;
}

void cli_socket_stop(CliSocket *s)
{
    if (s == NULL)
        return;
    eventfd_write(s->stop, 1);
    for (size_t i = 0; i < s->threads_n; i++)
        pthread_join(s->threads[i], NULL);
    unlink(s->path);
    close(s->fd);
    close(s->stop);
    free(s->path);
    free(s);
}

/* ---- the client ------------------------------------------------------------------------------ */

static Rc connect_to(Arena *a, const char *path, int *ret, Str *why)
{
    CLEANUP(close_at) int folder = -1, fd = -1;
    struct sockaddr_un at;

    if (!address_of(path, &folder, &at)) {
        *why = str_fmt(a, "No server listens at %s.", path);
        return RC_NOT_FOUND;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)(const void *)&at, sizeof at) != 0) {
        bool denied = errno == EACCES || errno == EPERM;
        *why = denied ? str_fmt(a, "The server at %s runs as another user. Run this as that user.",
                                path)
                      : str_fmt(a, "No server listens at %s.", path);
        return denied ? RC_FORBIDDEN : RC_NOT_FOUND;
    }
    *ret = fd;
    fd = -1;
    return RC_OK;
}

static Rc check_bounds(const SocketCall *call, Str *why)
{
    bool fits = call->words_n <= SOCKET_WORDS && call->in.len <= SOCKET_INPUT_BYTES
                && call->folder.len <= SOCKET_WORD_BYTES;
    size_t line = call->folder.len;

    for (size_t i = 0; i < call->words_n && fits; i++) {
        line += call->words[i].len;
        fits = call->words[i].len <= SOCKET_WORD_BYTES && line <= SOCKET_LINE_BYTES;
    }
    if (fits)
        return RC_OK;
    *why = STR("The command line or its input is too long for the running server.");
    return RC_LIMIT;
}

static bool send_call(int fd, const SocketCall *call)
{
    bool good = send_message(fd, 'W', call->folder);

    for (size_t i = 0; i < call->words_n && good; i++)
        good = send_message(fd, 'A', call->words[i]);
    return good && send_text(fd, 'I', call->in) && send_message(fd, 'X', STR(""));
}

/* The server may refuse before it has read everything: its answer counts, not a failed sending. */
static bool receive_answer(int fd, SocketCall *call, int *ret_exit)
{
    char letter = 0, code = 0;
    size_t n = 0;

    while (receive_head(fd, -1, &letter, &n)) {
        if (letter == 'R' && n == 1 && receive_bytes(fd, &code, 1, SOCKET_SEND_MS)) {
            *ret_exit = (unsigned char)code;
            return true;
        }
        if ((letter != 'O' && letter != 'E')
            || !receive_into(fd, letter == 'O' ? call->out : call->err, n))
            return false;
    }
    return false;
}

Rc cli_socket_call(const char *path, SocketCall *call, int *ret_exit, Str *why)
{
    CLEANUP(close_at) int fd = -1;

    TRY(check_bounds(call, why));
    TRY(connect_to(call->arena, path, &fd, why));
    bool sent = send_call(fd, call);
    if (!receive_answer(fd, call, ret_exit)) {
        *why = sent ? STR("The server ended before the command did. Look whether it was carried out"
                          " before you repeat it.")
                    : STR("The server did not take the command.");
        return RC_INTERNAL;
    }
    return RC_OK;
}
