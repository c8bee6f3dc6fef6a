/* dispatch_state.h - what the files of the dispatcher share; nobody else includes it. */
#pragma once

#include "app/store.h"
#include "http/dispatch.h"
#include "http/worker.h"

#include <pthread.h>

struct Dispatch {
    DispatchConfig config;
    Router        *router;
    HttpServer    *server;
    WorkerPool    *workers;
    Store         *store;
    const char    *cookie_session, *cookie_visit, *cookie_flash;
    pthread_mutex_t rate_lock;
    struct RateRow {
        int64_t token_id;
        Ms      second;
        int64_t calls;
    } rate[1024];
};

/* One loop thread's own. */
typedef struct Loop {
    Dispatch *d;
    DbConn   *reader;
    bool      reading; /* a call reads: loop_read_begin */
    bool      open;    /* a snapshot of the reader is open */
} Loop;

/* One snapshot for who calls and what they read.  Ending one that is not open does nothing.
 *
 * Calls that wait together share it: beginning and ending one are two locks of the file and as much as three small
 * statements.  The loop finds several calls at once; all of them came before the first of them is read, so what any
 * of them may expect to see was committed by then.  The snapshot ends when the loop looks for more
 * (loop_read_settle), and before that with the next commit of this process (db_read_again): a call that came in
 * meanwhile behind another one reads what its client wrote before it. */
CHECKED Rc loop_read_begin(Loop *loop);
void       loop_read_end(Loop *loop);
void       loop_read_settle(Loop *loop);

/* The dispatcher's part of a call; lives in the call's arena from the head to the answer. */
typedef struct Exchange {
    Call       call;
    Dispatch  *d;
    Subject    subject;
    bool       has_token;    /* came with Authorization */
    bool       admitted;     /* checked with the head already, before a big body is taken */
    bool       touch;        /* write seen_ms after the answer */
    bool       path_exists;  /* 405 rather than 404 */
    Str        visit;        /* value of the visit cookie before sign-in */
    Str        set_visit;    /* new visit cookie to hand out */
    bool       has_flash;    /* a flash cookie came and is to be deleted */
    Str        set_flash;
    bool       set_session;
    Str        session_token;
    int64_t    session_s;
    Str        body;
    Str        idempotency_key, body_hash;
    Call       pristine;     /* as handed to the writer: a rerun begins here */
    Handler    part;         /* a further part of a writing call (call_go_on); NULL: the first */
    Call       before;       /* what the part before it said */
    Rc         rc;
} Exchange;

#define PAGE_MAX_BYTES (2 * 1024 * 1024)

/* admit.c: everything that is known without the body: who calls, from where, and the right of the row.
 * Errors: RC_NOT_FOUND (no route), RC_FORBIDDEN, RC_BUSY, RC_INVALID with cx->type set. */
CHECKED Rc admit_call(Exchange *x, Loop *loop);
/* The token of a form or of a script; calls with a token of their own need none. */
CHECKED Rc admit_form(Exchange *x);
/* Writes beside the call that its session or token was used. */
void       admit_touch(const Exchange *x);

/* run.c: a reading handler on this loop thread, in the snapshot that is open or in one of its own.  The
 * snapshot ends before the first byte is sent. */
CHECKED Rc run_read(Exchange *x, Loop *loop, Handler handler);
/* Answers what a reading handler left, after its view was recorded when it must be. */
void       run_answer(Exchange *x, Rc rc);
/* The Idempotency-Key of an API call. */
CHECKED Rc run_read_key(Exchange *x);
/* Hands the call to the writer, or to a worker first.  From then on x->rc is that thread's: it may have
 * finished before the handing over returns. */
CHECKED Rc run_write(Exchange *x);
void       run_on_worker(void *exchange, DbConn *reader);
/* Ends a writing call that was not handed over. */
void       run_refused(Exchange *x, Rc rc, void *loop_user);

/* body.c: reads the body by the route's kind into form, json; files stay for body_store_files.
 * Errors: RC_INVALID with cx->type set (malformed, unsupported_media_type), RC_LIMIT. */
CHECKED Rc body_read(Exchange *x);
/* On a worker: takes multipart or raw bytes apart and stores the files durably. */
CHECKED Rc body_store_files(Exchange *x);
/* What somebody typed into a form, as far as it can be read; files are left out.  Never fails. */
void       body_read_typed(Exchange *x);
bool       body_needs_worker(const Exchange *x);

/* answer.c: turn what is in the call into an answer on the wire; each takes the exchange over. */
void answer_ok(Exchange *x);
void answer_failure(Exchange *x, Rc rc);
/* Body and headers of the page or problem that says so; `ret` is begun by the caller with the same
 * status.  RC_LIMIT, RC_INTERNAL: neither can be made; `ret` has nothing of it. */
CHECKED Rc answer_make_failure(Exchange *x, int status, HttpAnswer *ret);
void answer_status(Exchange *x, int status);
void answer_redirect(Exchange *x, int status, Str path);
int  status_of(const Ctx *cx, Rc rc);
