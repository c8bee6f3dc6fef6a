/* run.c - handlers on their threads: reading ones here on the loop, writing ones on the writer, files
 * and slow preparations on a worker before them. */
#include "http/dispatch_state.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/random.h"
#include "http/idempotency_q.h"

#include <assert.h>

#define KEY_MAX_BYTES 255

static void call_reset(Exchange *x)
{
    Call *c = &x->call;
    buf_done(&c->body);
    buf_init(&c->body, PAGE_MAX_BYTES);
    c->file_fd = -1;
    c->status = 0;
    c->n_headers = 0;
    c->etag = STR_NULL;
    c->type = NULL;
    c->cx.views = NULL; /* what the act before it read is not shown */
    c->cx.opened = (Opened){ 0 };
}

static Rc viewed_job(DbConn *conn, void *arg)
{
    Exchange *x = arg;
    const AuthTable *auth = &x->d->config.auth;
    Ctx cx = x->call.cx;
    cx.db = conn;
    if (cx.views != NULL)
        TRY(auth->viewed(&cx));
    return cx.opened.request_id != 0 && auth->opened != NULL ? auth->opened(&cx) : RC_OK;
}

static void viewed_answer(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    UNUSED(http);
    UNUSED(loop_user);
    if (x->rc == RC_OK || x->call.cx.views == NULL)
        answer_ok(x);
    else
        answer_failure(x, x->rc);
}

static void viewed_done(void *arg, Rc rc)
{
    Exchange *x = arg;
    x->rc = rc;
    http_run_on_loop(x->call.http, viewed_answer, x);
}

/* A reading call has no body that could be too large: what came to a limit is the answer. */
static Rc too_much(Ctx *cx, bool late)
{
    if (late)
        return fail_whole(
            cx, RC_BUSY, "too_slow",
            TEXT("This took too long and was stopped. Ask for less, or try again in a "
                 "moment."));
    return fail_whole(cx, RC_BUSY, "too_much",
                      TEXT("This is more than one answer can hold. Ask for less."));
}

Rc loop_read_begin(Loop *loop)
{
    if (!loop->open || !db_read_again(loop->reader)) {
        loop_read_settle(loop);
        TRY(db_read_begin(loop->reader));
        loop->open = true;
    }
    loop->reading = true;
    return RC_OK;
}

void loop_read_end(Loop *loop)
{
    loop->reading = false;
}

void loop_read_settle(Loop *loop)
{
    if (loop->open)
        db_read_end(loop->reader);
    loop->open = false;
}

Rc run_read(Exchange *x, Loop *loop, Handler handler)
{
    Call *c = &x->call;

    call_reset(x);
    if (c->route->tx == TX_NONE && handler == c->route->handler)
        return handler(c);
    c->cx.db = loop->reader;
    if (!loop->reading)
        TRY(loop_read_begin(loop));
    Rc rc = handler(c);
    bool late = db_read_late(loop->reader);
    loop_read_end(loop);
    c->cx.db = NULL;
    if (rc == RC_OK && c->route->tx != TX_STREAM)
        rc = buf_result(&c->body);
    return rc == RC_LIMIT ? too_much(&c->cx, late) : rc;
}

/* A handler said that the act is others': the audit hears of it as of a route that is not theirs. */
static void note_denial(const Exchange *x, Rc rc)
{
    if (rc == RC_FORBIDDEN && x->subject.person_id != 0)
        x->d->config.auth.denied(&x->subject, x->call.route, x->call.cx.now_ms);
}

void run_answer(Exchange *x, Rc rc)
{
    note_denial(x, rc);
    if (rc != RC_OK) {
        answer_failure(x, rc);
        return;
    }
    const Views *views = x->call.cx.views;
    if (views != NULL && views->full) {
        answer_failure(x, too_much(&x->call.cx, false));
        return;
    }
    if (views != NULL || x->call.cx.opened.request_id != 0) {
        /* Append, commit, then answer: the view of a confidential request is an event.  A mark of what was read
         * is worth less than the page. */
        DbJob job = { viewed_job, viewed_done, x };
        if (db_submit(x->d->config.db, job) == RC_OK)
            return;
        if (views != NULL) {
            answer_failure(x, RC_BUSY);
            return;
        }
    }
    answer_ok(x);
}

/* Shows what GET `path` shows, as the answer of a write call. */
static void answer_shown(Exchange *x, Loop *loop)
{
    Call *c = &x->call;
    int status = c->status;
    Str path = c->show, location = c->location, query = path;
    bool other, is_api;

    path = str_cut(&query, '?');
    const Route *route = router_find(x->d->router, HTTP_GET, path, c->param, &other, &is_api);
    if (route == NULL) {
        log_error("no route to show", "path=%.*s", STR_ARG(path));
        answer_failure(x, RC_INTERNAL);
        return;
    }
    c->route = route;
    c->query = (FormFields){ 0 };
    if (query.len > 0 && form_parse(c->arena, query, &c->query) != RC_OK) {
        answer_failure(x, RC_INTERNAL);
        return;
    }
    Rc rc = run_read(x, loop, route->handler);
    c->status = status;
    c->location = location;
    run_answer(x, rc);
}

static Rc submit_write(Exchange *x);

/* Hands the next part of a call to the writer, behind what came meanwhile; false when there is none. */
static bool goes_on(Exchange *x)
{
    if (x->rc != RC_OK || x->call.next == NULL)
        return false;
    x->before = x->call;
    x->part = x->call.next;
    x->pristine.next_id = x->call.next_id;
    x->pristine.cx.now_ms = clock_now_ms();
    Rc rc = submit_write(x);
    if (rc != RC_OK)
        x->rc = rc;
    return rc == RC_OK;
}

/* A part that failed is told by what the one before it shows. */
static void settle_parts(Exchange *x)
{
    if (x->part == NULL || x->rc == RC_OK)
        return;
    log_error("a call stopped between two parts", "%.*s %s rc=%s",
              STR_ARG(http_method_name(x->call.route->method)), x->call.route->path,
              rc_name(x->rc));
    x->call = x->before;
    x->rc = RC_OK;
}

static void finish_write(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    Call *c = &x->call;
    Loop *loop = loop_user;

    UNUSED(http);
    if (goes_on(x))
        return;
    settle_parts(x);
    if (x->rc == RC_OK)
        x->rc = c->refused;
    if (x->rc == RC_OK) {
        if (c->status == 204)
            answer_ok(x);
        else if (!c->is_api)
            answer_redirect(x, 303, c->show);
        else
            answer_shown(x, loop);
        return;
    }
    note_denial(x, x->rc);
    Handler again = c->route->again;
    /* A form that was too large to be read cannot be shown again; in the browser it is one step back. */
    bool unread = x->rc == RC_LIMIT && c->form.n == 0;
    if (c->is_api || again == NULL || unread || x->rc == RC_NOT_FOUND || x->rc == RC_INTERNAL) {
        answer_failure(x, x->rc);
        return;
    }
    /* The same page once more, with what was typed and what was wrong. */
    int status = status_of(&c->cx, x->rc);
    c->is_again = true;
    c->refused = x->rc;
    c->cx.failed =
        false; /* the errors are there to be shown; what the page itself reads has none yet */
    Rc rc = run_read(x, loop, again);
    if (rc == RC_OK) {
        c->status = status;
        c->etag = STR_NULL;
    }
    run_answer(x, rc);
}

static Rc replay(Exchange *x, bool *ret_replayed)
{
    IdempotencyFindRow row;
    bool found = false;

    *ret_replayed = false;
    TRY(q_idempotency_find(&x->call.cx, x->subject.person_id, x->idempotency_key, &row, &found));
    if (!found)
        return RC_OK;
    if (!str_eq(row.body_hash, x->body_hash))
        return fail(&x->call.cx, RC_INVALID, "idempotency_key_reused",
                    TEXT("This Idempotency-Key was used for another call. Use a new one."));
    *ret_replayed = true;
    if (row.status == 204)
        return call_done(&x->call);
    return call_show(&x->call, (int)row.status, row.location);
}

static Rc write_job(DbConn *conn, void *arg)
{
    Exchange *x = arg;
    Ctx *cx = &x->call.cx;
    bool replayed = false;

    /* A lost group is run again: begin from the parsed input. */
    x->call = x->pristine;
    x->set_flash = STR_NULL;
    x->set_session = false;
    cx->db = conn;
    if (x->part != NULL)
        return x->part(&x->call);
    if (x->idempotency_key.len > 0) {
        TRY(replay(x, &replayed));
        if (replayed)
            return RC_OK;
    }
    TRY(x->call.route->handler(&x->call));
    assert(x->call.show.len > 0 || x->call.status == 204 || x->call.refused != RC_OK);
    if (x->idempotency_key.len > 0)
        TRY(q_idempotency_add(cx, x->subject.person_id, x->idempotency_key, x->body_hash,
                              x->call.status, x->call.show, cx->now_ms, NULL));
    return RC_OK;
}

static void write_done(void *arg, Rc rc)
{
    Exchange *x = arg;
    x->rc = rc;
    x->call.cx.db = NULL;
    http_run_on_loop(x->call.http, finish_write, x);
}

static Rc submit_write(Exchange *x)
{
    return db_submit(x->d->config.db, (DbJob){ write_job, write_done, x });
}

Rc run_write(Exchange *x)
{
    x->pristine = x->call;
    return submit_write(x);
}

Rc run_read_key(Exchange *x)
{
    Call *c = &x->call;
    Str key = http_header(c->http, STR("idempotency-key"));

    if (!c->is_api || c->route->method != HTTP_POST || str_is_null(key))
        return RC_OK;
    if (key.len == 0 || key.len > KEY_MAX_BYTES || !str_is_clean_text(key, false))
        return fail(&c->cx, RC_INVALID, "malformed",
                    TEXT("The Idempotency-Key is too long or empty."));
    x->idempotency_key = key;
    x->body_hash =
        sha256_hex(c->arena, str_fmt(c->arena, "%.*s\n%.*s", STR_ARG(http_target(c->http)),
                                     STR_ARG(sha256_hex(c->arena, x->body))));
    return RC_OK;
}

/* --- worker stage ------------------------------------------------------------------------------ */

/* From the moment a call is handed to another thread, x->rc is that thread's: it may have finished
 * before the handing over returns.  So x->rc is set here, for calls that were not handed over. */
void run_refused(Exchange *x, Rc rc, void *loop_user)
{
    x->rc = rc;
    if (x->call.route->again != NULL && !x->call.is_api)
        finish_write(NULL, x, loop_user);
    else
        answer_failure(x, x->rc);
}

static void after_keep(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    Rc rc = x->rc;

    UNUSED(http);
    if (rc == RC_OK)
        rc = run_write(x);
    if (rc != RC_OK)
        run_refused(x, rc, loop_user);
}

static void keep_done(void *arg, Rc rc)
{
    Exchange *x = arg;
    x->rc = rc;
    x->call.cx.db = NULL;
    http_run_on_loop(x->call.http, after_keep, x);
}

static Rc keep_files(DbConn *conn, void *arg)
{
    Exchange *x = arg;

    x->call.cx.db = conn;
    for (size_t i = 0; i < x->call.files.n; i++)
        TRY(x->d->config.keep_file(&x->call.cx, &x->call.files.at[i]));
    return RC_OK;
}

static void after_worker(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    Rc rc = x->rc;

    UNUSED(http);
    if (rc == RC_OK)
        rc = admit_form(x);
    /* Files are kept in a transaction of their own: a refused form must not lose them. */
    if (rc == RC_OK && x->call.files.n > 0)
        rc = db_submit(x->d->config.db, (DbJob){ keep_files, keep_done, x });
    else if (rc == RC_OK)
        rc = run_write(x);
    if (rc != RC_OK)
        run_refused(x, rc, loop_user);
}

void run_on_worker(void *arg, DbConn *reader)
{
    Exchange *x = arg;

    x->rc = body_store_files(x);
    if (x->rc == RC_OK && x->call.route->prepare != NULL) {
        /* Tokens of forms without files are checked before the costly part. */
        x->rc = admit_form(x);
        x->call.cx.db = reader;
        if (x->rc == RC_OK)
            x->rc = x->call.route->prepare(&x->call);
        x->call.cx.db = NULL;
    }
    http_run_on_loop(x->call.http, after_worker, x);
}
