/* server.h - HTTP/1.1 on the wire: connections, strict heads, bodies, answers, event streams.
 *
 * Knows nothing of routes.  A few loop threads, each with its own listening socket, read calls and
 * hand them to the callbacks of HttpConfig; the answer may be given at once or later from any
 * thread.  Everything a client sends is bounded in bytes and in time (HttpLimits).
 *
 * The life of a call:
 *   1. The head is complete, strict and for one of our hosts: on_head, on the loop thread.  It says
 *      what to do with the body, or answers.
 *   2. The body is complete: on_call, on the same thread.
 *   3. Whoever has the call answers it exactly once (http_answer or http_stream_begin), which takes
 *      the call over; it must not be touched afterwards.  Until then the call, its head, body and
 *      arena stay valid even if the client leaves.
 * Calls of one connection run one after the other, so pipelined answers are in order.
 *
 * Malformed input never reaches the callbacks: RFC 9112 is read in the strictest way (http/head.h).
 */
#pragma once

#include "core/buf.h"

typedef struct HttpServer HttpServer;
typedef struct HttpCall HttpCall;
typedef struct HttpStream HttpStream;

/* Methods that exist here; any other is answered 501 before the callbacks. */
typedef enum HttpMethod {
    HTTP_GET,
    HTTP_HEAD, /* answer it as GET: the server leaves the body out */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
} HttpMethod;

typedef struct HttpHeader {
    Str name; /* from clients: lower case */
    Str value;
} HttpHeader;

/* --- the call --------------------------------------------------------------------------------- */

HttpMethod http_method(const HttpCall *call);
Str http_method_name(HttpMethod method);
/* The request target as it was sent, ASCII. */
Str http_target(const HttpCall *call);
/* Percent-decoded once: starts with '/', valid UTF-8 without control characters, has no '.' or '..'
 * segment, no backslash, and no '/' that was sent as %2F. */
Str http_path(const HttpCall *call);
/* What follows the first '?', still encoded (http/form.h decodes it); STR_NULL without one. */
Str http_query(const HttpCall *call);
/* The value of the first header of that (lower-case) name, blanks trimmed, clean UTF-8 text but
 * for TABs; STR_NULL when absent.  Headers that decide something come once at most (http/head.h
 * lists them). */
Str http_header(const HttpCall *call, Str lower_name);
/* The client's address in its canonical text form.  When the connection comes from a trusted proxy,
 * the nearest address of X-Forwarded-For that is not a trusted proxy itself. */
Str http_peer(const HttpCall *call);
/* The call's memory, at most HttpLimits.call_arena_bytes.  One thread at a time. */
Arena *http_arena(HttpCall *call);
/* A place for the dispatcher's own record of this call; NULL at first. */
void **http_data(HttpCall *call);

/* The whole body.  A body in a file is mapped on first use (loop or worker thread, whoever has the
 * call); the bytes stay valid until the call is answered.  RC_INTERNAL when mapping fails. */
CHECKED Rc http_body(HttpCall *call, Str *ret);

/* --- callbacks -------------------------------------------------------------------------------- */

typedef enum HttpBodyKind {
    HTTP_BODY_NONE, /* a body is refused with 413 */
    HTTP_BODY_MEMORY,
    HTTP_BODY_FILE,     /* into an unlinked private file; for uploads */
    HTTP_BODY_ANSWERED, /* on_head has called http_answer */
} HttpBodyKind;

typedef struct HttpBodyPlan {
    HttpBodyKind kind;
    int64_t max_bytes; /* more is answered 413; capped by HttpLimits */
} HttpBodyPlan;

typedef struct HttpAnswer HttpAnswer;

/* All run on a loop thread; `loop_user` is what loop_begin made there. */
typedef struct HttpCallbacks {
    void *user;
    /* When a loop thread starts and ends; both may be NULL.  A failure stops http_server_start. */
    Rc (*loop_begin)(void *user, int loop, void **ret_loop_user);
    void (*loop_end)(void *loop_user);
    /* The loop has done what there was to do and waits for more; may be NULL. */
    void (*loop_waits)(void *loop_user);
    HttpBodyPlan (*on_head)(HttpCall *call, void *loop_user);
    void (*on_call)(HttpCall *call, void *loop_user);
    /* Fills in an answer for a call that the server itself refuses (400, 408, 413, 414, 417, 421,
     * 431, 500, 501, 503, 505).  `call` is NULL when there is no sound head; otherwise it may be
     * read but not answered.  `why` is an English sentence that reveals nothing.  The status must
     * stay.  NULL: a plain text of one line. */
    void (*refuse)(HttpCall *call, int status, Str why, HttpAnswer *answer, void *loop_user);
} HttpCallbacks;

/* --- answers ---------------------------------------------------------------------------------- */

#define HTTP_ANSWER_HEADERS_MAX 32

/* Set the fields you need after http_answer_init.  The body is `body`, or `fixed`, or the file. */
struct HttpAnswer {
    int status;
    size_t n_headers;
    HttpHeader headers[HTTP_ANSWER_HEADERS_MAX]; /* texts must live until http_answer returns */
    Buf body;                                    /* moved into the answer */
    Str fixed;                                   /* bytes that outlive the server: assets */
    bool has_file;
    int file_fd;        /* owned by the answer, closed after sending */
    int64_t file_bytes; /* sent from offset 0 */
    bool close;         /* end the connection after this answer */
};

void http_answer_init(HttpAnswer *answer, int status);
void http_answer_done(HttpAnswer *answer); /* for an answer that was not given after all */
/* Date, Content-Length, Transfer-Encoding and Connection are the server's own.  A name or value
 * that could break the head (CR, LF, NUL, controls) turns the whole answer into a 500. */
void http_answer_header(HttpAnswer *answer, Str name, Str value);

/* Gives the answer and takes over the call and the content of `answer`.  From any thread; on the
 * loop thread it may be sent before this returns.  Dropped silently when the client has gone. */
void http_answer(HttpCall *call, HttpAnswer *answer);

/* Runs fn(call, arg, loop_user) on the call's loop thread.  From any thread that has the call; the
 * caller must not touch the call afterwards. */
typedef void HttpTask(HttpCall *call, void *arg, void *loop_user);
void http_run_on_loop(HttpCall *call, HttpTask *fn, void *arg);

/* --- server-sent events ----------------------------------------------------------------------- */

/* Turns the call into an open event stream and takes the call over.  Give the stream back with
 * http_stream_close exactly once, sooner or later; until then http_stream_send is allowed from any
 * thread, also after the client has gone.
 * `on_close` (may be NULL) runs once on the loop thread when the stream has ended for whatever
 * reason: client left, too slow, server stops, http_stream_close. */
HttpStream *http_stream_begin(HttpCall *call, void (*on_close)(void *arg), void *arg);
/* One event; name and data are single lines of UTF-8: names and versions, never content.
 * Errors: RC_NOT_FOUND (ended), RC_LIMIT (the client reads too slowly; the stream ends),
 * RC_INVALID (a line break or control character). */
CHECKED Rc http_stream_send(HttpStream *stream, Str name, Str data);
void http_stream_close(HttpStream *stream);

/* --- the server ------------------------------------------------------------------------------- */

typedef struct HttpLimits {
    int32_t line_bytes;           /* request line without CRLF: 8 KiB, then 414 */
    int32_t head_bytes;           /* header lines with their CRLF: 32 KiB, then 431 */
    int32_t headers;              /* 100, then 431 */
    int32_t head_ms;              /* from the first byte of a head to its end: 10 s, then 408 */
    int32_t idle_ms;              /* without any call: 30 s, then closed */
    int32_t body_window_ms;       /* in each such span (10 s) a body must bring */
    int32_t body_bytes_per_s;     /* this many bytes a second (1 KiB), else 408 */
    int32_t send_stall_ms;        /* a client that takes nothing for so long (30 s) is dropped */
    int64_t body_memory_bytes;    /* 1 MiB */
    int64_t body_file_bytes;      /* 100 MiB and 1 MiB for the form around the files */
    int32_t connections;          /* 12,000 in all; more are answered 503 */
    int32_t connections_per_peer; /* 100 for an IPv4 address or an IPv6 /64; more: 503 */
    int32_t stream_queue_bytes;   /* unsent events of one stream: 64 KiB */
    int32_t stream_heartbeat_ms;  /* comment line when nothing else was sent: 15 s */
    int32_t stop_ms;              /* http_server_stop waits so long for calls and senders: 10 s */
    size_t call_arena_bytes;      /* 16 MiB */
} HttpLimits;

HttpLimits http_limits_default(void);

typedef struct HttpConfig {
    Str address;          /* numeric IPv4 or IPv6 address */
    int port;             /* 0: the system chooses, see http_server_port */
    int loops;            /* 1..16; 2 to 4 are best, more only worsen the slowest answers */
    const Str *hosts;     /* allowed Host values; others get 421.  Without a port an entry */
    size_t n_hosts;       /* matches a Host with no port or with our own; else exactly */
    const Str *proxies;   /* trusted: addresses or CIDR blocks, also free of the per-peer */
    size_t n_proxies;     /* limit; their X-Forwarded-For counts */
    const Str *unlimited; /* addresses or CIDR blocks free of the per-peer limit only */
    size_t n_unlimited;
    Str spool_dir; /* where body files are made; nothing stays there */
    HttpLimits limits;
    HttpCallbacks callbacks;
} HttpConfig;

/* Starts the loop threads and returns when all listen.  Copies the texts of `config`.  Ignores
 * SIGPIPE for the process and raises its soft limit of open files as far as allowed.
 * Errors: RC_INVALID (address, proxies, hosts, spool_dir), RC_CONFLICT (address in use),
 * RC_FORBIDDEN (not allowed to listen there), what loop_begin returned, RC_INTERNAL; logged. */
CHECKED Rc http_server_start(const HttpConfig *config, HttpServer **ret);
int http_server_port(const HttpServer *server);
/* Stops listening, ends idle connections and streams, lets running calls be answered and sent, and
 * waits for the threads.  After stop_ms connections are cut; calls that some thread still has are
 * waited for in any case, because their memory belongs to that thread.  NULL is allowed. */
void http_server_stop(HttpServer *server);

typedef struct HttpStats {
    int64_t connections; /* open now */
    int64_t streams;     /* open now */
    int64_t calls;       /* since the start */
    int64_t refused;     /* answered by the server itself, since the start */
} HttpStats;

HttpStats http_server_stats(const HttpServer *server);
