/* wire.h - what the files of the server share; nobody else includes it.
 *
 *   server.c    start and stop, configuration
 *   loop.c      one thread: accepting, deadlines, messages from other threads
 *   conn.c      one connection: from bytes to calls and back (the states below)
 *   send.c      the answer of a connection
 *   exchange.c  HttpCall: its memory, what handlers read of it, the head of the answer
 *   stream.c    event streams
 *
 * Everything of a Loop, its Conns and their calls belongs to the loop's thread, except what stands
 * under a mutex or is atomic, and except a call that a handler has (CONN_WAIT): that is the
 * handler's, wherever it runs.
 */
#pragma once

#include <uv.h> /* first: it has a word that core/banned.h forbids */

#include "http/address.h"
#include "http/framing.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct Loop Loop;
typedef struct Conn Conn;

#define READ_BYTES    (64 * 1024) /* one read, and one piece of a file that is sent */
#define QUEUE_BYTES   (16 * 1024) /* read ahead while a call runs; then reading pauses */
#define STREAK_CALLS  16          /* calls of one connection before the others have a turn */
#define DISCARD_BYTES (64 * 1024) /* a refused body of this size is read to keep the connection */
#define LINGER_MS     2000        /* how long a closing connection is read, see conn.c */
#define SPARE_CALLS   64          /* finished calls kept for reuse, for each loop */

struct HttpServer {
    HttpConfig config; /* texts live in `arena` */
    Arena *arena;
    AddressBlock *proxies;   /* config.n_proxies */
    AddressBlock *unlimited; /* config.n_unlimited */
    HeadLimits head_limits;
    int port;
    Peers *peers;
    _Atomic int64_t connections, streams, calls, refused;
    Loop *loops;           /* config.loops */
    pthread_mutex_t mutex; /* for the two below */
    pthread_cond_t changed;
    int reported; /* loops that have started or failed */
    Rc start_rc;  /* the first failure */
};

struct HttpCall {
    Loop *loop;     /* never changes; its thread may be compared from any thread */
    Conn *conn;     /* NULL once the client has gone */
    HttpCall *next; /* in a list of the loop: posted or spare */
    atomic_bool gone;
    bool sound;       /* has a head */
    bool dispatching; /* a callback of ours runs for it: finish after it returns */
    bool answered;
    HttpHead head;
    Str peer;
    Arena *arena;
    void *data;
    HttpTask *task; /* posted by http_run_on_loop; NULL: posted with an answer */
    void *task_arg;
    /* the body */
    Framing *framing;
    HttpBodyPlan plan;
    int64_t body_bytes;
    Buf body;
    int body_fd; /* -1: none */
    Str body_map;
    /* the answer */
    int status;
    bool close;
    Buf out; /* status line and headers */
    Buf out_body;
    Str out_fixed;
    int file_fd; /* -1: none */
    int64_t file_bytes, file_at;
    char *file_piece;
    HttpStream *stream; /* the answer is a stream */
    uv_write_t write;
};

typedef enum ConnState {
    CONN_IDLE,   /* between calls */
    CONN_HEAD,   /* some bytes of a head */
    CONN_BODY,   /* reading a body */
    CONN_WAIT,   /* a handler has the call */
    CONN_SEND,   /* the answer is on its way */
    CONN_STREAM, /* the answer is an event stream */
    CONN_LINGER, /* nothing more to send; waiting for the client to close */
    CONN_CLOSED, /* waiting for libuv */
} ConnState;

struct Conn {
    uv_tcp_t tcp;
    Loop *loop;
    Conn *next, *prev; /* all of the loop */
    Conn *next_again;
    HttpCall *call;     /* in BODY, WAIT, SEND */
    HttpStream *stream; /* in STREAM */
    char *in;           /* bytes not used yet; NULL when there are none */
    size_t in_len, in_cap;
    HeadScan scan;
    uint64_t deadline; /* of uv_now; 0: none */
    size_t progress;   /* BODY: bytes in this window; SEND: bytes left at the last look */
    Address peer;
    ConnState state;
    bool eof;     /* the client will send no more */
    bool paused;  /* not reading */
    bool feeding; /* conn_feed is on the stack */
    bool again;   /* in Loop.again */
};

struct Loop {
    HttpServer *server;
    int index;
    int listen_fd;
    pthread_t handle; /* for the thread that starts and joins */
    pthread_t thread; /* the same, set by the thread itself */
    uv_loop_t uv;
    uv_tcp_t listener;
    uv_async_t wake;
    uv_timer_t tick;
    uv_prepare_t waits; /* before each look for what has come */
    void *user; /* of the callbacks */

    pthread_mutex_t mutex; /* for what other threads send; taken after HttpStream.mutex */
    HttpCall *posted, **posted_end;
    HttpStream *dirty;
    bool stop;

    bool stopping;
    uint64_t stop_at;
    Conn *conns;
    Conn *again; /* have bytes of more calls, but others come first */
    size_t n_conns, n_calls;
    HttpCall *spare;
    size_t n_spare;
    int64_t date_s;
    char date[40];
    char read_bytes[READ_BYTES];
};

static inline const HttpLimits *conn_limits(const Conn *c)
{
    return &c->loop->server->config.limits;
}

/* libuv takes a pointer to char also for what it only reads. */
static inline uv_buf_t wire_bytes(Str s)
{
    return (uv_buf_t){ .base = (char *)(uintptr_t)s.ptr, .len = s.len };
}

/* loop.c */
void loop_init(Loop *loop, HttpServer *server, int index, int listen_fd); /* by the starter */
void *loop_main(void *loop);    /* the thread; ends when everything of it has ended */
void loop_stop(Loop *loop);     /* from any thread */
void loop_post(HttpCall *call); /* from any thread */
void loop_check_end(Loop *loop);
Str loop_date(Loop *loop);

/* conn.c */
void conn_accept(Loop *loop);
void conn_answered(HttpCall *call); /* call->answered is set and no callback runs for it */
void conn_timeout(Conn *c);
void conn_resume(Conn *c); /* goes on with the bytes that were left */
void conn_linger(Conn *c); /* everything is sent: closes, but not in the client's face */
void conn_close(Conn *c);
void conn_set_deadline(Conn *c, int32_t after_ms);
void *conn_grow(void *at, size_t bytes); /* realloc that cannot fail */

/* send.c */
void conn_send(Conn *c); /* the answer that stands in c->call */
void conn_write_stream_head(Conn *c, Buf *to);

/* exchange.c */
HttpCall *exchange_take(Loop *loop);
void exchange_free(HttpCall *call);
void exchange_peer(HttpCall *call, Address peer); /* sets peer */
/* Puts the answer into the call, without telling the loop. */
void exchange_put(HttpCall *call, HttpAnswer *answer);

/* stream.c */
void stream_start(HttpStream *stream, Conn *c); /* STREAM begins */
void stream_flush_list(HttpStream *first);      /* taken from Loop.dirty */
void stream_timeout(HttpStream *stream);
void stream_end(HttpStream *stream); /* the connection is gone; gives up the loop's share */
