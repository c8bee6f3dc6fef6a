/* load.c - one client with many connections, for ./dev bench.
 *
 *     build/bench-load rate  PORT CALL SECONDS CONNECTIONS STATUS
 *     build/bench-load pace  PORT CALL SECONDS CALLS_A_SECOND STATUS
 *     build/bench-load start PORT CALL TIMES PROGRAM [ARGUMENT...]
 *
 * CALL is a file with the bytes of one request.  Twelve signs "############" in it become a number
 * that rises with each call, so that calls can differ.  Everything goes to 127.0.0.1.
 *
 * rate: each connection sends its next call when the last one is answered.  Prints
 *     calls/s, p50 and p99 in microseconds, answers with another status than STATUS.
 * pace: calls at a steady rate, whatever the answers take; a delay counts from the moment when the
 *     call was due, so a server that stops for a while cannot hide it.  Prints the same.
 * start: runs PROGRAM, waits until CALL is answered with 200, ends it with SIGTERM and waits for it;
 *     TIMES times.  Prints the milliseconds of each start.
 */
#include "core/buf.h"
#include "core/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum {
    MAX_CONNECTIONS = 256,
    CALL_MAX_BYTES = 64 * 1024,
    MAX_DELAYS = 8 * 1000 * 1000,
    WARM_UP_MS = 300,
    MARK_BYTES = 12,
    LOST_MS = 10 * 1000, /* an answer that takes longer ends the run */
};

static const char mark[] = "############";

typedef struct Conn {
    int fd;
    bool busy;
    int64_t since_us;   /* when the call was sent, or due */
    size_t have, whole; /* bytes of the answer; `whole` is 0 until its head is complete */
    int status;
    char *answer; /* the head, at most HEAD_ROOM bytes; the body is thrown away */
} Conn;

enum { HEAD_ROOM = 64 * 1024 };

typedef struct Load {
    int port, epoll, connections, expected;
    char *call;
    size_t call_bytes;
    char *number; /* where in `call` the number stands, or NULL */
    int64_t next_number;
    int64_t until_us, count_from_us;
    uint32_t *delays_us;
    size_t n, bad;
    Conn conn[MAX_CONNECTIONS];
} Load;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-load: %s%s%s\n", what, errno != 0 ? ": " : "",
            errno != 0 ? strerror(errno) : "");
    exit(3);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t number_of(const char *text, int64_t min, int64_t max)
{
    int64_t v = 0;
    errno = 0;
    if (!str_to_i64(str_z(text), &v) || v < min || v > max)
        die("a number is out of bounds");
    return v;
}

static void read_call(Load *l, const char *path)
{
    FILE *f = fopen(path, "rbe");
    if (f == NULL)
        die(path);
    l->call = calloc(1, CALL_MAX_BYTES + 1);
    if (l->call == NULL)
        die("memory");
    l->call_bytes = fread(l->call, 1, CALL_MAX_BYTES, f);
    fclose(f);
    l->number = memmem(l->call, l->call_bytes, mark, MARK_BYTES);
    /* Other runs against the same server must not repeat the numbers. */
    l->next_number = now_us() % 1000000000000;
}

/* ---- connections ------------------------------------------------------------------------------ */

static int try_connect(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void connect_one(Load *l, Conn *c)
{
    c->fd = try_connect(l->port);
    if (c->fd < 0 || fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0)
        die("connect");
    if (c->answer == NULL)
        c->answer = malloc(HEAD_ROOM);
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    if (c->answer == NULL || epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) != 0)
        die("epoll");
}

static void put_number(Load *l)
{
    int64_t v = l->next_number++;
    for (size_t i = MARK_BYTES; i > 0; i--, v /= 10)
        l->number[i - 1] = (char)('0' + v % 10);
}

static void send_call(Load *l, Conn *c, int64_t since_us)
{
    if (l->number != NULL)
        put_number(l);
    /* One call always fits into the empty buffer of a socket that waits for its answer. */
    if (write(c->fd, l->call, l->call_bytes) != (ssize_t)l->call_bytes)
        die("the connection did not take a call");
    c->busy = true;
    c->since_us = since_us;
    c->have = c->whole = 0;
}

/* ---- answers ---------------------------------------------------------------------------------- */

/* True when the head is complete; sets status and the length of the whole answer. */
static bool read_head(Conn *c)
{
    static const char name[] = "\r\ncontent-length:";
    char *end = memmem(c->answer, c->have, "\r\n\r\n", 4);
    size_t length = 0;

    if (end == NULL)
        return false;
    size_t head = (size_t)(end - c->answer) + 4;
    c->status = (c->answer[9] - '0') * 100 + (c->answer[10] - '0') * 10 + (c->answer[11] - '0');
    for (char *at = c->answer; at < end; at++) {
        at = memchr(at, '\r', (size_t)(end - at));
        if (at == NULL)
            break;
        if (strncasecmp(at, name, sizeof name - 1) != 0)
            continue;
        for (at += sizeof name - 1; *at == ' '; at++)
            ;
        for (; *at >= '0' && *at <= '9'; at++)
            length = length * 10 + (size_t)(*at - '0');
        c->whole = head + length;
        return true;
    }
    die("an answer without Content-Length");
}

/* True when the answer is complete. */
static bool receive(Load *l, Conn *c)
{
    static char body[256 * 1024];

    for (;;) {
        bool in_head = c->whole == 0;
        char *to = in_head ? c->answer + c->have : body;
        size_t room = in_head ? HEAD_ROOM - c->have : sizeof body;
        ssize_t got = read(c->fd, to, room);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (got <= 0) {
            errno = 0;
            die("the server closed a connection");
        }
        c->have += (size_t)got;
        if (in_head && !read_head(c)) {
            if (c->have == HEAD_ROOM)
                die("a head without an end");
            continue;
        }
        if (c->have >= c->whole)
            break;
        /* What is missing comes later: ask again when it is there. */
        if ((size_t)got < room)
            return false;
    }
    c->busy = false;
    int64_t now = now_us();
    if (c->status != l->expected) {
        if (l->bad++ == 0)
            fprintf(stderr, "bench-load: first other status: %d\n", c->status);
    }
    if (now >= l->count_from_us && now < l->until_us && c->status == l->expected) {
        if (l->n == MAX_DELAYS)
            die("too many calls");
        l->delays_us[l->n++] = (uint32_t)(now - c->since_us);
    }
    return true;
}

/* ---- the two kinds of load -------------------------------------------------------------------- */

static void begin(Load *l, int64_t seconds)
{
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->delays_us = calloc(MAX_DELAYS, sizeof *l->delays_us);
    if (l->epoll < 0 || l->delays_us == NULL)
        die("begin");
    for (int i = 0; i < l->connections; i++)
        connect_one(l, &l->conn[i]);
    l->count_from_us = now_us() + WARM_UP_MS * 1000;
    l->until_us = l->count_from_us + seconds * 1000000;
}

static int by_delay(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(Load *l, int64_t seconds)
{
    qsort(l->delays_us, l->n, sizeof *l->delays_us, by_delay);
    printf("%.1f %u %u %zu\n", (double)l->n / (double)seconds,
           l->n > 0 ? l->delays_us[l->n / 2] : 0, l->n > 0 ? l->delays_us[l->n * 99 / 100] : 0,
           l->bad);
}

/* Waits for answers; returns how many connections became free. */
static int wait_for_answers(Load *l, int timeout_ms, Conn *freed[MAX_CONNECTIONS])
{
    struct epoll_event e[MAX_CONNECTIONS];
    int n = epoll_wait(l->epoll, e, MAX_CONNECTIONS, timeout_ms), free = 0;

    for (int i = 0; i < n; i++)
        if (receive(l, e[i].data.ptr))
            freed[free++] = e[i].data.ptr;
    return free;
}

static int busy(const Load *l)
{
    int n = 0;
    for (int i = 0; i < l->connections; i++)
        n += l->conn[i].busy;
    return n;
}

/* Every call that was sent is answered before the run ends, so that nothing is left over for the
 * next measurement. */
static void drain(Load *l)
{
    Conn *freed[MAX_CONNECTIONS];
    int64_t last = now_us() + LOST_MS * 1000;

    while (busy(l) > 0) {
        if (now_us() > last)
            die("an answer is missing");
        wait_for_answers(l, 100, freed);
    }
}

static void run_rate(Load *l, int64_t seconds)
{
    Conn *freed[MAX_CONNECTIONS];

    begin(l, seconds);
    for (int i = 0; i < l->connections; i++)
        send_call(l, &l->conn[i], now_us());
    while (now_us() < l->until_us) {
        int n = wait_for_answers(l, 100, freed);
        for (int i = 0; i < n; i++)
            send_call(l, freed[i], now_us());
    }
    drain(l);
    report(l, seconds);
}

static void run_pace(Load *l, int64_t seconds, int64_t calls_a_second)
{
    Conn *freed[MAX_CONNECTIONS];
    int64_t step = 1000000 / calls_a_second;

    l->connections = 64;
    begin(l, seconds);
    for (int64_t due = now_us(); due < l->until_us; due += step) {
        int64_t left = 0;
        while ((left = due - now_us()) > 0)
            wait_for_answers(l, left > 1000 ? (int)(left / 1000) : 0, freed);
        Conn *free = NULL;
        int64_t last = now_us() + LOST_MS * 1000;
        while (free == NULL) {
            for (int i = 0; i < l->connections && free == NULL; i++)
                free = l->conn[i].busy ? NULL : &l->conn[i];
            if (free == NULL)
                wait_for_answers(l, 100, freed);
            if (now_us() > last)
                die("an answer is missing");
        }
        send_call(l, free, due);
    }
    drain(l);
    report(l, seconds);
}

/* ---- starting --------------------------------------------------------------------------------- */

static bool answered_200(const Load *l)
{
    char answer[16] = { 0 };
    int fd = try_connect(l->port);
    bool ok = fd >= 0 && write(fd, l->call, l->call_bytes) == (ssize_t)l->call_bytes
              && read(fd, answer, sizeof answer - 1) > 12 && strncmp(answer + 9, "200", 3) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

static void run_start(Load *l, int64_t times, char **program)
{
    for (int64_t i = 0; i < times; i++) {
        int64_t from = now_us();
        int status = 0;
        pid_t pid = fork();
        if (pid < 0)
            die("fork");
        if (pid == 0) {
            int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            execve(program[0], program, environ);
            _exit(127);
        }
        while (!answered_200(l)) {
            if (now_us() - from > LOST_MS * 1000 || waitpid(pid, &status, WNOHANG) != 0)
                die("the program did not start");
            usleep(200);
        }
        printf("%.1f\n", (double)(now_us() - from) / 1000);
        kill(pid, SIGTERM);
        waitpid(pid, &status, 0);
    }
}

int main(int argc, char **argv)
{
    static Load l;

    if (argc < 6)
        die("see the head of bench/load.c for how to call it");
    signal(SIGPIPE, SIG_IGN);
    l.port = (int)number_of(argv[2], 1, 65535);
    read_call(&l, argv[3]);
    if (strcmp(argv[1], "start") == 0) {
        run_start(&l, number_of(argv[4], 1, 100), argv + 5);
        return 0;
    }
    if (argc < 7)
        die("see the head of bench/load.c for how to call it");
    int64_t seconds = number_of(argv[4], 1, 600);
    l.expected = (int)number_of(argv[6], 100, 599);
    if (strcmp(argv[1], "rate") == 0) {
        l.connections = (int)number_of(argv[5], 1, MAX_CONNECTIONS);
        run_rate(&l, seconds);
    } else if (strcmp(argv[1], "pace") == 0) {
        run_pace(&l, seconds, number_of(argv[5], 1, 100000));
    } else {
        die("rate, pace or start");
    }
    return 0;
}
