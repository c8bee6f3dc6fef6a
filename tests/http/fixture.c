#include "http/fixture.h"

#include "http/encoding.h"
#include "http/static.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define WAIT_MS   10000
#define PARK_MAX  64
#define BODY_KEEP (64 * 1024)

struct Wire {
    HttpServer *server;
    atomic_int calls, closed_streams;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    HttpCall *parked[PARK_MAX];
    size_t n_parked;
    HttpStream *streams[PARK_MAX];
    size_t n_streams;
};

/* libuv closes sockets by a bare system call, which the thread sanitizer does not see: a number
 * that the system gives out again would look like one socket in two threads. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:libuv.so.1\n";
}

/* --- the server ------------------------------------------------------------------------------- */

static const Asset asset = {
    .path = STR_INIT("/asset"),
    .type = STR_INIT("text/css; charset=utf-8"),
    .bytes = STR_INIT("body { color: green }"),
    .gzip = STR_INIT("(compressed)"),
    .etag = STR_INIT("\"abc\""),
    .is_hashed = true,
};

static char many[1024 * 1024];

static Rc loop_begin(void *user, int loop, void **ret)
{
    UNUSED(loop);
    *ret = user;
    return RC_OK;
}

static void say(HttpCall *call, int status, const char *text)
{
    HttpAnswer answer;

    http_answer_init(&answer, status);
    http_answer_header(&answer, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    buf_init(&answer.body, 1024);
    buf_add(&answer.body, str_z(text));
    http_answer(call, &answer);
}

static HttpBodyPlan on_head(HttpCall *call, void *loop_user)
{
    Str path = http_path(call);

    UNUSED(loop_user);
    if (str_eq_z(path, "/early")) {
        say(call, 403, "early");
        return (HttpBodyPlan){ .kind = HTTP_BODY_ANSWERED };
    }
    if (str_eq_z(path, "/file"))
        return (HttpBodyPlan){ HTTP_BODY_FILE, INT64_MAX };
    if (str_eq_z(path, "/none"))
        return (HttpBodyPlan){ .kind = HTTP_BODY_NONE };
    return (HttpBodyPlan){ HTTP_BODY_MEMORY, INT64_MAX };
}

static int64_t number(const HttpCall *call)
{
    int64_t n = 0;

    if (!str_to_i64(http_query(call), &n))
        n = 0;
    return n;
}

static void echo(HttpCall *call)
{
    HttpAnswer answer;
    Str body = STR_NULL;

    if (http_body(call, &body) != RC_OK) {
        say(call, 500, "no body");
        return;
    }
    http_answer_init(&answer, 200);
    buf_init(&answer.body, body.len + 16 * 1024);
    buf_add(&answer.body, http_method_name(http_method(call)));
    buf_add_char(&answer.body, ' ');
    buf_add(&answer.body, http_path(call));
    buf_add_char(&answer.body, ' ');
    buf_add(&answer.body, http_query(call));
    buf_add_char(&answer.body, '\n');
    buf_add(&answer.body, body);
    http_answer(call, &answer);
}

static void send_file(HttpCall *call)
{
    HttpAnswer answer;
    int64_t n = number(call);
    int fd = memfd_create("test", MFD_CLOEXEC);

    for (int64_t left = n; fd >= 0 && left > 0;) {
        ssize_t done = write(fd, many, left < (int64_t)sizeof many ? (size_t)left : sizeof many);
        if (done <= 0)
            break;
        left -= done;
    }
    http_answer_init(&answer, 200);
    answer.has_file = true;
    answer.file_fd = fd;
    answer.file_bytes = n;
    http_answer(call, &answer);
}

static void page(HttpCall *call)
{
    HttpAnswer answer;

    http_answer_init(&answer, 200);
    buf_init(&answer.body, 1024 * 1024);
    for (int64_t left = number(call); left > 0; left--)
        buf_add_char(&answer.body, left % 7 == 0 ? ' ' : 'w');
    http_gzip(call, &answer);
    http_answer(call, &answer);
}

static void stream_closed(void *arg)
{
    Wire *w = arg;

    atomic_fetch_add(&w->closed_streams, 1);
}

static void open_stream(Wire *w, HttpCall *call)
{
    HttpStream *stream = http_stream_begin(call, stream_closed, w);

    pthread_mutex_lock(&w->mutex);
    if (w->n_streams < PARK_MAX)
        w->streams[w->n_streams++] = stream;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->mutex);
}

static void park(Wire *w, HttpCall *call)
{
    pthread_mutex_lock(&w->mutex);
    if (w->n_parked < PARK_MAX)
        w->parked[w->n_parked++] = call;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->mutex);
}

static void on_call(HttpCall *call, void *loop_user)
{
    Wire *w = loop_user;
    Str path = http_path(call);
    HttpAnswer answer;

    atomic_fetch_add(&w->calls, 1);
    http_answer_init(&answer, 200);
    if (str_eq_z(path, "/echo") || str_eq_z(path, "/file")) {
        echo(call);
    } else if (str_eq_z(path, "/none")) {
        say(call, 200, "none");
    } else if (str_eq_z(path, "/park")) {
        park(w, call);
    } else if (str_eq_z(path, "/stream")) {
        open_stream(w, call);
    } else if (str_eq_z(path, "/bytes")) {
        answer.fixed = (Str){ many, (size_t)number(call) };
        http_answer(call, &answer);
    } else if (str_eq_z(path, "/sendfile")) {
        send_file(call);
    } else if (str_eq_z(path, "/bad")) {
        http_answer_header(&answer, STR("Location"), STR("/a\r\nSet-Cookie: b=c"));
        http_answer(call, &answer);
    } else if (str_eq_z(path, "/close")) {
        answer.fixed = STR("bye");
        answer.close = true;
        http_answer(call, &answer);
    } else if (str_eq_z(path, "/peer")) {
        say(call, 200, str_dup_z(http_arena(call), http_peer(call)));
    } else if (str_eq_z(path, "/page")) {
        page(call);
    } else if (str_eq_z(path, "/asset")) {
        asset_answer(call, &asset, &answer);
        http_answer(call, &answer);
    } else {
        say(call, 404, "nothing here");
    }
}

Wire *wire_start(void (*change)(HttpConfig *config))
{
    static const Str hosts[] = { STR_INIT("test"), STR_INIT("127.0.0.1") };
    Wire *w = calloc(1, sizeof *w);
    HttpConfig config = {
        .address = STR("127.0.0.1"),
        .loops = 2,
        .hosts = hosts,
        .n_hosts = COUNT_OF(hosts),
        .spool_dir = STR("/tmp"),
        .limits = http_limits_default(),
        .callbacks = { .user = w, .loop_begin = loop_begin, .on_head = on_head, .on_call = on_call }
    };

    EXPECT(w != NULL);
    memset(many, 'x', sizeof many);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->changed, NULL);
    config.limits.stop_ms = 1000;
    if (change != NULL)
        change(&config);
    EXPECT_RC(RC_OK, http_server_start(&config, &w->server));
    return w;
}

void wire_stop(Wire *w)
{
    http_server_stop(w->server);
    pthread_mutex_destroy(&w->mutex);
    pthread_cond_destroy(&w->changed);
    free(w);
}

HttpStats wire_stats(const Wire *w)
{
    return http_server_stats(w->server);
}

int wire_port(const Wire *w)
{
    return http_server_port(w->server);
}

int wire_calls(const Wire *w)
{
    return atomic_load(&w->calls);
}

/* Waits with the mutex until *n is more than 0. */
static void await(Wire *w, const size_t *n)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    while (*n == 0) {
        if (pthread_cond_timedwait(&w->changed, &w->mutex, &until) != 0) {
            pthread_mutex_unlock(&w->mutex);
            test_fail(__FILE__, __LINE__, "no call came");
        }
    }
}

HttpCall *wire_parked(Wire *w)
{
    pthread_mutex_lock(&w->mutex);
    await(w, &w->n_parked);
    HttpCall *call = w->parked[0];
    w->n_parked--;
    memmove(&w->parked[0], &w->parked[1], w->n_parked * sizeof w->parked[0]);
    pthread_mutex_unlock(&w->mutex);
    return call;
}

HttpStream *wire_stream(Wire *w)
{
    pthread_mutex_lock(&w->mutex);
    await(w, &w->n_streams);
    HttpStream *stream = w->streams[--w->n_streams];
    pthread_mutex_unlock(&w->mutex);
    return stream;
}

void wire_answer(HttpCall *call, const char *text)
{
    say(call, 200, text);
}

static void nap(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

void wire_await_closed_streams(Wire *w, int n)
{
    for (Ms until = clock_monotonic_ms() + WAIT_MS; atomic_load(&w->closed_streams) < n;) {
        EXPECT(clock_monotonic_ms() < until);
        nap();
    }
}

void wire_await_connections(Wire *w, int64_t n)
{
    for (Ms until = clock_monotonic_ms() + WAIT_MS; wire_stats(w).connections != n;) {
        EXPECT(clock_monotonic_ms() < until);
        nap();
    }
}

/* --- the client ------------------------------------------------------------------------------- */

Client client_connect(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    Client c = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };

    EXPECT(c.fd >= 0);
    EXPECT_INT(0, connect(c.fd, (const struct sockaddr *)&at, sizeof at));
    return c;
}

Client wire_connect(Wire *w)
{
    return client_connect(wire_port(w));
}

void client_done(Client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    free(c->in);
    *c = (Client){ .fd = -1 };
}

/* A server that refuses closes before everything is sent; that is no fault of the test. */
void client_send(Client *c, Str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(c->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes = str_skip(bytes, (size_t)n);
    }
}

void client_send_z(Client *c, const char *bytes)
{
    client_send(c, str_z(bytes));
}

void client_shut(Client *c)
{
    EXPECT_INT(0, shutdown(c->fd, SHUT_WR));
}

static bool readable(Client *c, int ms)
{
    struct pollfd p = { .fd = c->fd, .events = POLLIN };

    return poll(&p, 1, ms) > 0;
}

/* One read; false at the end. */
static bool more(Client *c)
{
    if (!readable(c, WAIT_MS))
        test_fail(__FILE__, __LINE__, "nothing came for %d ms", WAIT_MS);
    if (c->cap - c->len < 64 * 1024) {
        c->cap = c->cap * 2 + 128 * 1024;
        c->in = realloc(c->in, c->cap);
        EXPECT(c->in != NULL);
    }
    ssize_t n = recv(c->fd, c->in + c->len, c->cap - c->len, 0);
    if (n <= 0)
        return false;
    c->len += (size_t)n;
    return true;
}

static void drop(Client *c, size_t n)
{
    memmove(c->in, c->in + n, c->len - n);
    c->len -= n;
}

static size_t end_of(const Client *c, const char *text)
{
    const char *at = c->len == 0 ? NULL : memmem(c->in, c->len, text, strlen(text));

    return at == NULL ? 0 : (size_t)(at - c->in) + strlen(text);
}

Str reply_header(const Reply *r, const char *name)
{
    Str rest = r->head;

    while (!str_is_null(rest)) {
        Str value = str_cut(&rest, '\n');
        Str key = str_cut(&value, ':');
        if (!str_is_null(value) && str_eq_nocase(key, str_z(name)))
            return str_trim(value);
    }
    return STR_NULL;
}

Reply client_reply(Client *c, bool to_head)
{
    Reply r = { 0 };
    int64_t status = 0, length = 0;
    size_t head = 0;

    while ((head = end_of(c, "\r\n\r\n")) == 0) {
        if (!more(c)) {
            EXPECT(c->len == 0); /* no half of a head */
            return r;
        }
    }
    r.head = str_dup(test_arena(), (Str){ c->in, head });
    EXPECT(str_starts(r.head, STR("HTTP/1.1 ")));
    EXPECT(str_to_i64(str_sub(r.head, 9, 12), &status));
    r.status = (int)status;
    Str text = reply_header(&r, "content-length");
    if (!str_is_null(text))
        EXPECT(str_to_i64(text, &length));
    r.length = (size_t)length;
    drop(c, head);
    if (to_head || r.status == 100)
        return r;
    while (c->len < r.length)
        EXPECT(more(c));
    r.body = str_dup(test_arena(), str_sub((Str){ c->in, r.length }, 0, BODY_KEEP));
    for (size_t i = 0; r.length > BODY_KEEP && i < r.length; i++)
        EXPECT(c->in[i] == c->in[r.length - 1] || i < 64);
    drop(c, r.length);
    return r;
}

void client_await(Client *c, const char *text)
{
    size_t end = 0;

    while ((end = end_of(c, text)) == 0) {
        if (!more(c))
            test_fail(__FILE__, __LINE__, "the connection ended before \"%s\"", text);
    }
    drop(c, end);
}

bool client_ended(Client *c)
{
    bool nothing = c->len == 0;

    while (more(c))
        nothing = false;
    return nothing;
}

bool client_is_quiet(Client *c, int ms)
{
    return c->len == 0 && !readable(c, ms);
}

Reply wire_ask(Wire *w, const char *bytes)
{
    CLEANUP(client_done) Client c = wire_connect(w);

    client_send_z(&c, bytes);
    return client_reply(&c, str_starts(str_z(bytes), STR("HEAD ")));
}
