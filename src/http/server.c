#include "http/wire.h"

#include "http/spool.h"
#include "core/log.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define LOOPS_MAX          16
#define CONFIG_ARENA_BYTES (1024 * 1024)

HttpLimits http_limits_default(void)
{
    return (HttpLimits){
        .line_bytes = 8 * 1024,
        .head_bytes = 32 * 1024,
        .headers = 100,
        .head_ms = 10 * 1000,
        .idle_ms = 30 * 1000,
        .body_window_ms = 10 * 1000,
        .body_bytes_per_s = 1024,
        .send_stall_ms = 30 * 1000,
        .body_memory_bytes = 1024 * 1024,
        .body_file_bytes = 101 * 1024 * 1024,
        .connections = 12000,
        .connections_per_peer = 100,
        .stream_queue_bytes = 64 * 1024,
        .stream_heartbeat_ms = 15 * 1000,
        .stop_ms = 10 * 1000,
        .call_arena_bytes = 16 * 1024 * 1024,
    };
}

/* --- configuration ---------------------------------------------------------------------------- */

static Rc wrong(const char *what)
{
    log_error("http.config", "%s", what);
    return RC_INVALID;
}

static Rc copy_blocks(Arena *a, const Str *texts, size_t n, AddressBlock **ret)
{
    AddressBlock *blocks = ARENA_ARRAY(a, AddressBlock, n);

    if (blocks == NULL)
        return wrong("too many addresses");
    for (size_t i = 0; i < n; i++) {
        if (!address_block_parse(texts[i], &blocks[i]))
            return wrong("an address or block of addresses is malformed");
    }
    *ret = blocks;
    return RC_OK;
}

static Rc copy_config(HttpServer *server, const HttpConfig *from)
{
    Arena *a = server->arena;
    const HttpLimits *l = &from->limits;

    if (from->loops < 1 || from->loops > LOOPS_MAX || from->port < 0 || from->port > 65535)
        return wrong("the number of loops or the port is out of range");
    if (from->n_hosts == 0)
        return wrong("no host name is allowed, so that no call could be answered");
    assert(from->callbacks.on_head != NULL && from->callbacks.on_call != NULL);
    assert(l->line_bytes > 0 && l->head_bytes > 0 && l->headers > 0 && l->head_ms > 0
           && l->idle_ms > 0 && l->body_window_ms > 0 && l->body_bytes_per_s > 0
           && l->send_stall_ms > 0 && l->body_memory_bytes > 0 && l->body_file_bytes > 0
           && l->connections > 0 && l->connections_per_peer > 0 && l->stream_queue_bytes > 0
           && l->stream_heartbeat_ms > 0 && l->stop_ms > 0 && l->call_arena_bytes > 0);
    server->config = *from;
    server->config.address = str_dup(a, from->address);
    server->config.spool_dir = str_dup(a, from->spool_dir);
    Str *hosts = ARENA_ARRAY(a, Str, from->n_hosts);
    if (hosts == NULL)
        return wrong("too many host names");
    for (size_t i = 0; i < from->n_hosts; i++)
        hosts[i] = str_lower_ascii(a, from->hosts[i]);
    server->config.hosts = hosts;
    TRY(copy_blocks(a, from->proxies, from->n_proxies, &server->proxies));
    TRY(copy_blocks(a, from->unlimited, from->n_unlimited, &server->unlimited));
    server->head_limits = (HeadLimits){ .line_bytes = (size_t)l->line_bytes,
                                        .head_bytes = (size_t)l->head_bytes,
                                        .headers = (size_t)l->headers };

    int fd = -1;
    if (spool_open(from->spool_dir, &fd) != RC_OK)
        return wrong("the directory for bodies cannot be written");
    close(fd);
    return RC_OK;
}

/* --- sockets ---------------------------------------------------------------------------------- */

typedef struct Where {
    struct sockaddr_storage at;
    socklen_t len;
} Where;

static Rc parse_where(Str address, int port, Where *ret)
{
    char text[ADDRESS_TEXT_MAX];
    Where where = { .len = sizeof(struct sockaddr_in) };

    if (address.len == 0 || address.len >= sizeof text)
        return wrong("the address to listen on is malformed");
    memcpy(text, address.ptr, address.len);
    text[address.len] = '\0';
    if (uv_ip4_addr(text, port, (struct sockaddr_in *)&where.at) != 0) {
        where.len = sizeof(struct sockaddr_in6);
        if (uv_ip6_addr(text, port, (struct sockaddr_in6 *)&where.at) != 0)
            return wrong("the address to listen on is malformed");
    }
    *ret = where;
    return RC_OK;
}

static Rc failed(const char *act)
{
    log_error("http.listen", "%s: %s", act, strerror(errno));
    return errno == EADDRINUSE ? RC_CONFLICT : errno == EACCES ? RC_FORBIDDEN : RC_INTERNAL;
}

static Rc bind_socket(const Where *where, bool shared, int *ret_fd)
{
    const int on = 1, off = 0;
    int fd = socket(where->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return failed("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        || (where->at.ss_family == AF_INET6
            && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0)
        || bind(fd, (const struct sockaddr *)&where->at, where->len) != 0) {
        Rc rc = failed("bind");
        close(fd);
        return rc;
    }
    *ret_fd = fd;
    return RC_OK;
}

/* Sockets that share a port would also share it with another server of the same user, each getting
 * a part of the calls.  So one that does not share asks first whether the port is free. */
static Rc choose_port(HttpServer *server, Where *ret)
{
    int fd = -1;

    TRY(parse_where(server->config.address, server->config.port, ret));
    TRY(bind_socket(ret, false, &fd));
    ret->len = sizeof ret->at;
    if (getsockname(fd, (struct sockaddr *)&ret->at, &ret->len) != 0) {
        Rc rc = failed("getsockname");
        close(fd);
        return rc;
    }
    close(fd);
    server->port =
        ntohs(ret->at.ss_family == AF_INET ? ((const struct sockaddr_in *)&ret->at)->sin_port
                                           : ((const struct sockaddr_in6 *)&ret->at)->sin6_port);
    return RC_OK;
}

static Rc bind_all(HttpServer *server, int fds[LOOPS_MAX])
{
    Where where;

    TRY(choose_port(server, &where));
    for (int i = 0; i < server->config.loops; i++)
        TRY(bind_socket(&where, true, &fds[i]));
    return RC_OK;
}

/* --- start and stop --------------------------------------------------------------------------- */

static void allow_many_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            log_warn("http.files", "cannot raise the limit of open files: %s", strerror(errno));
    }
}

/* Signals are the business of the thread that starts us. */
static void start_thread(Loop *loop)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&loop->handle, NULL, loop_main, loop) != 0)
        log_fatal("http.thread", "cannot start a loop thread");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void free_server(HttpServer *server)
{
    peers_free(server->peers);
    arena_free(server->arena);
    free(server->loops);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->changed);
    free(server);
}

static Rc start_loops(HttpServer *server)
{
    int fds[LOOPS_MAX];

    for (int i = 0; i < LOOPS_MAX; i++)
        fds[i] = -1;
    Rc rc = bind_all(server, fds);
    if (rc != RC_OK) {
        for (int i = 0; i < LOOPS_MAX; i++) {
            if (fds[i] >= 0)
                close(fds[i]);
        }
        return rc;
    }

    assert(server->config.loops > 0 && server->config.loops <= LOOPS_MAX);
    server->loops = calloc((size_t)server->config.loops, sizeof *server->loops);
    if (server->loops == NULL)
        log_fatal("http.memory", "no memory for the loops");
    for (int i = 0; i < server->config.loops; i++) {
        loop_init(&server->loops[i], server, i, fds[i]);
        start_thread(&server->loops[i]);
    }
    pthread_mutex_lock(&server->mutex);
    while (server->reported < server->config.loops)
        pthread_cond_wait(&server->changed, &server->mutex);
    rc = server->start_rc;
    pthread_mutex_unlock(&server->mutex);
    return rc;
}

static void stop_loops(HttpServer *server)
{
    for (int i = 0; i < server->config.loops; i++)
        loop_stop(&server->loops[i]);
    for (int i = 0; i < server->config.loops; i++) {
        if (pthread_join(server->loops[i].handle, NULL) != 0)
            log_fatal("http.thread", "cannot join a loop thread");
        pthread_mutex_destroy(&server->loops[i].mutex);
    }
}

Rc http_server_start(const HttpConfig *config, HttpServer **ret)
{
    HttpServer *server = calloc(1, sizeof *server);

    if (server == NULL)
        log_fatal("http.memory", "no memory for the server");
    server->arena = arena_new(CONFIG_ARENA_BYTES);
    server->peers = peers_new();
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->changed, NULL);
    signal(SIGPIPE, SIG_IGN);
    allow_many_files();

    Rc rc = copy_config(server, config);
    if (rc == RC_OK) {
        rc = start_loops(server);
        if (rc != RC_OK && server->loops != NULL)
            stop_loops(server);
    }
    if (rc != RC_OK) {
        free_server(server);
        return rc;
    }
    *ret = server;
    return RC_OK;
}

int http_server_port(const HttpServer *server)
{
    return server->port;
}

void http_server_stop(HttpServer *server)
{
    if (server == NULL)
        return;
    stop_loops(server);
    free_server(server);
}

HttpStats http_server_stats(const HttpServer *server)
{
    return (HttpStats){ .connections = atomic_load(&server->connections),
                        .streams = atomic_load(&server->streams),
                        .calls = atomic_load(&server->calls),
                        .refused = atomic_load(&server->refused) };
}
