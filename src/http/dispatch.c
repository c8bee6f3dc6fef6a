/* dispatch.c - from a call on the wire to a handler and back; the order is told in dispatch.h. */
#include "http/cookie.h"
#include "http/dispatch_state.h"
#include "http/live.h"

#include "core/log.h"
#include "core/random.h"
#include "http/idempotency_q.h"

#include <assert.h>

#define PAGE_MAX_BYTES  (2 * 1024 * 1024)
#define FORM_MAX_BYTES  (1024 * 1024)
#define FILES_MAX_BYTES (101 * 1024 * 1024)
#define KEY_MAX_BYTES   255

static Exchange *exchange_of(const Call *call)
{
    return call->dispatch;
}

const DispatchConfig *dispatch_config(const Call *call)
{
    return &exchange_of(call)->d->config;
}

const Router *dispatch_router(const Call *call)
{
    return exchange_of(call)->d->router;
}

Str dispatch_csrf(Call *call)
{
    Exchange *x = exchange_of(call);

    if (x->subject.person_id == 0 && x->visit.len == 0) {
        x->visit = random_secret(call->arena);
        x->set_visit = x->visit;
        x->subject.csrf_secret = sha256_hex(call->arena, x->visit);
    }
    return x->d->config.auth.csrf(call->arena, &x->subject);
}

Store *dispatch_store(const Call *call)
{
    return exchange_of(call)->d->store;
}

void call_flash(Call *call, const char *flash, Str arg)
{
    Str text = str_fmt(call->arena, "%s\n%.*s", flash, STR_ARG(str_sub(arg, 0, 200)));
    exchange_of(call)->set_flash = base64url_encode(call->arena, text.ptr, text.len);
}

bool call_flash_shown(const Call *call, Str *ret_flash, Str *ret_arg)
{
    Exchange *x = exchange_of(call);
    Str value, text;

    if (cookie_get(http_header(call->http, STR("cookie")), str_z(x->d->cookie_flash), &value)
            != RC_OK
        || value.len > 600 || !base64url_decode(call->arena, value, &text)
        || !str_is_clean_text(text, true))
        return false;
    x->has_flash = true;
    *ret_flash = str_cut(&text, '\n');
    *ret_arg = text;
    return true;
}

void call_session(Call *call, Str token, int64_t max_age_s)
{
    Exchange *x = exchange_of(call);
    x->set_session = true;
    x->session_token = token;
    x->session_s = max_age_s;
}

/* --- who is it ------------------------------------------------------------------------------- */

static Str bearer(Str header)
{
    Str rest = header;
    if (!str_eq_nocase(str_cut(&rest, ' '), STR("bearer")))
        return STR_NULL;
    return str_trim(rest);
}

static Lang language_of(const Exchange *x)
{
    Str accept = http_header(x->call.http, STR("accept-language"));
    Str chosen;
    Lang lang;

    if (x->call.is_api)
        return lang_accept(accept, x->subject.lang);
    if (x->subject.person_id != 0)
        return x->subject.lang;
    if (cookie_get(http_header(x->call.http, STR("cookie")), STR("errand-lang"), &chosen) == RC_OK
        && lang_from_key(chosen, &lang))
        return lang;
    return lang_accept(accept, LANG_EN);
}

static Rc authenticate(Exchange *x)
{
    Ctx *cx = &x->call.cx;
    AuthTable *auth = &x->d->config.auth;
    Str authorization = http_header(x->call.http, STR("authorization"));
    Str cookie = http_header(x->call.http, STR("cookie")), value;
    Rc rc = RC_NOT_FOUND;

    x->subject = (Subject){ .zone = zone_utc() };
    if (!str_is_null(authorization)) {
        /* With a token in hand cookies do not count. */
        x->has_token = true;
        rc = auth->token(cx, bearer(authorization), &x->subject, &x->touch);
        if (rc == RC_NOT_FOUND)
            return fail(cx, RC_INVALID, "not_signed_in", TEXT("This token is not valid."));
    } else if (cookie_get(cookie, str_z(x->d->cookie_session), &value) == RC_OK) {
        rc = auth->session(cx, value, &x->subject, &x->touch);
    }
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND) {
        x->subject = (Subject){ .zone = zone_utc() };
        if (cookie_get(cookie, str_z(x->d->cookie_visit), &value) == RC_OK && value.len >= 32) {
            x->visit = value;
            x->subject.csrf_secret = sha256_hex(cx->arena, value);
        }
    }
    x->subject.origin = x->call.is_api ? STR("api") : STR("web");
    x->subject.address = http_peer(x->call.http);
    cx->lang = x->subject.lang = language_of(x);
    cx->zone = x->subject.zone;
    return RC_OK;
}

/* Cross-site requests (Fetch Metadata): the browser itself says where a call comes from; older ones say
 * Origin.  Neither is a refusal.  Host was checked by the server, so it is one of our names. */
static bool same_origin(const Exchange *x)
{
    Str site = http_header(x->call.http, STR("sec-fetch-site"));
    Str origin = http_header(x->call.http, STR("origin"));
    Str host = http_header(x->call.http, STR("host"));

    if (!str_is_null(site))
        return str_eq_z(site, "same-origin");
    if (str_is_null(origin))
        return false;
    Str own =
        str_fmt(x->call.arena, "%s://%.*s", x->d->config.secure ? "https" : "http", STR_ARG(host));
    return str_eq_nocase(origin, own);
}

/* So many calls a second per token; one row per token, the oldest second is reused. */
static bool within_rate(Dispatch *d, int64_t token_id, Ms now)
{
    Ms second = now / MS_SECOND;
    struct RateRow *row = &d->rate[(uint64_t)token_id % COUNT_OF(d->rate)];

    pthread_mutex_lock(&d->rate_lock);
    if (row->token_id != token_id || row->second != second)
        *row = (struct RateRow){ token_id, second, 0 };
    bool ok = ++row->calls <= d->config.api_rate;
    pthread_mutex_unlock(&d->rate_lock);
    return ok;
}

static Rc check_right(Exchange *x)
{
    Ctx *cx = &x->call.cx;
    const Route *route = x->call.route;

    if (route->right == RIGHT_PUBLIC)
        return RC_OK;
    if (x->subject.person_id == 0)
        return fail(cx, RC_INVALID, "not_signed_in", TEXT("Sign in to go on."));
    if (x->has_token && !within_rate(x->d, x->subject.token_id, cx->now_ms))
        return fail(cx, RC_BUSY, "too_many", TEXT("These are too many calls. Wait a second."));
    if (!x->d->config.auth.right(&x->subject, route->right, route->method != HTTP_GET)) {
        x->d->config.auth.denied(&x->subject, route, cx->now_ms);
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("This is not open to you."));
    }
    return RC_OK;
}

static Rc check_csrf_token(Exchange *x)
{
    if (x->has_token || x->call.route->method == HTTP_GET)
        return RC_OK;
    Str token =
        x->call.is_api || x->call.route->body == BODY_UPLOAD || x->call.route->body == BODY_NONE
            ? http_header(x->call.http, STR("x-csrf-token"))
            : form_value(&x->call.form, STR("_csrf"));
    if (str_is_empty(token))
        token = http_header(x->call.http, STR("x-csrf-token"));
    if (x->d->config.auth.csrf_ok(&x->subject, token))
        return RC_OK;
    return fail(
        &x->call.cx, RC_FORBIDDEN, "form_expired",
        TEXT(
            "This form is too old or comes from elsewhere. Open the page again and repeat what you did."));
}

/* --- running handlers ------------------------------------------------------------------------- */

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
}

static Rc viewed_job(DbConn *conn, void *arg)
{
    Exchange *x = arg;
    Ctx cx = x->call.cx;
    cx.db = conn;
    return x->d->config.auth.viewed(&cx, x->call.cx.viewed_confidential_id);
}

static void viewed_answer(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    UNUSED(http);
    UNUSED(loop_user);
    if (x->rc == RC_OK)
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

/* Runs a reading handler on this loop thread.  The snapshot ends before the first byte is sent. */
static Rc run_read(Exchange *x, Loop *loop, Handler handler)
{
    Call *c = &x->call;

    call_reset(x);
    if (c->route->tx == TX_NONE && handler == c->route->handler)
        return handler(c);
    c->cx.db = loop->reader;
    TRY(db_read_begin(loop->reader));
    Rc rc = handler(c);
    db_read_end(loop->reader);
    c->cx.db = NULL;
    return rc == RC_OK && c->route->tx != TX_STREAM ? buf_result(&c->body) : rc;
}

static void answer_read(Exchange *x, Rc rc)
{
    if (rc != RC_OK) {
        answer_failure(x, rc);
        return;
    }
    if (x->call.cx.viewed_confidential_id != 0) {
        /* Append, commit, then answer: the view of a confidential request is an event. */
        DbJob job = { viewed_job, viewed_done, x };
        if (db_submit(x->d->config.db, job) != RC_OK)
            answer_failure(x, RC_BUSY);
        return;
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
    answer_read(x, rc);
}

static void finish_write(HttpCall *http, void *arg, void *loop_user)
{
    Exchange *x = arg;
    Call *c = &x->call;
    Loop *loop = loop_user;

    UNUSED(http);
    if (x->rc == RC_OK)
        x->rc = c->refused;
    if (x->rc == RC_OK) {
        if (!c->is_api)
            answer_redirect(x, 303, c->show);
        else if (c->status == 204)
            answer_ok(x);
        else
            answer_shown(x, loop);
        return;
    }
    Handler again = c->route->again;
    if (c->is_api || again == NULL || x->rc == RC_NOT_FOUND || x->rc == RC_INTERNAL) {
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
    answer_read(x, rc);
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

static Rc run_write(DbConn *conn, void *arg)
{
    Exchange *x = arg;
    Ctx *cx = &x->call.cx;
    bool replayed = false;

    /* A lost group is run again: begin from the parsed input. */
    x->call = x->pristine;
    x->set_flash = STR_NULL;
    x->set_session = false;
    cx->db = conn;
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
    x->pristine = x->call;
    DbJob job = { run_write, write_done, x };
    return db_submit(x->d->config.db, job);
}

/* --- worker stage ------------------------------------------------------------------------------ */

/* From the moment a call is handed to another thread, x->rc is that thread's: it may have finished
 * before the handing over returns.  So x->rc is set here, for calls that were not handed over. */
static void refuse_write(Exchange *x, Rc rc, void *loop_user)
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
        rc = submit_write(x);
    if (rc != RC_OK)
        refuse_write(x, rc, loop_user);
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
        rc = check_csrf_token(x);
    /* Files are kept in a transaction of their own: a refused form must not lose them. */
    if (rc == RC_OK && x->call.files.n > 0)
        rc = db_submit(x->d->config.db, (DbJob){ keep_files, keep_done, x });
    else if (rc == RC_OK)
        rc = submit_write(x);
    if (rc != RC_OK)
        refuse_write(x, rc, loop_user);
}

static void run_worker(void *arg, DbConn *reader)
{
    Exchange *x = arg;

    x->rc = body_store_files(x);
    if (x->rc == RC_OK && x->call.route->prepare != NULL) {
        /* Tokens of forms without files are checked before the costly part. */
        x->rc = check_csrf_token(x);
        x->call.cx.db = reader;
        if (x->rc == RC_OK)
            x->rc = x->call.route->prepare(&x->call);
        x->call.cx.db = NULL;
    }
    http_run_on_loop(x->call.http, after_worker, x);
}

/* --- callbacks of the server ------------------------------------------------------------------- */

static Exchange *begin(HttpCall *http, Loop *loop)
{
    Arena *a = http_arena(http);
    Exchange *x = ARENA_NEW(a, Exchange);
    Call *c = &x->call;
    uint8_t ref[6];

    x->d = loop->d;
    c->http = http;
    c->arena = c->cx.arena = a;
    c->dispatch = x;
    c->file_fd = -1;
    c->cx.now_ms = clock_now_ms();
    c->cx.subject = &x->subject;
    c->cx.zone = x->subject.zone = zone_utc();
    random_bytes(ref, sizeof ref);
    c->cx.call_ref = hex_encode(a, ref, sizeof ref);
    c->route = router_find(x->d->router, http_method(http), http_path(http), c->param,
                           &x->path_exists, &c->is_api);
    buf_init(&c->body, PAGE_MAX_BYTES);
    *http_data(http) = x;
    return x;
}

/* Everything that is known without the body. */
static Rc admit(Exchange *x, Loop *loop)
{
    Call *c = &x->call;
    Str query = http_query(c->http);

    c->cx.db = loop->reader;
    Rc rc = authenticate(x);
    c->cx.db = NULL;
    TRY(rc);
    if (c->route == NULL)
        return RC_NOT_FOUND;
    /* Nobody at all is told so, wherever the call comes from. */
    if (c->route->right != RIGHT_PUBLIC && x->subject.person_id == 0)
        return check_right(x);
    if (c->route->method != HTTP_GET && !x->has_token && !same_origin(x))
        return fail(&c->cx, RC_FORBIDDEN, "cross_site", TEXT("This call comes from another site."));
    if (query.len > 0 && form_parse(c->arena, query, &c->query) != RC_OK)
        return fail(&c->cx, RC_INVALID, "malformed",
                    TEXT("The address has a part that could not be read."));
    return check_right(x);
}

/* Pages send a stranger to the sign-in page and back; programs get 401. */
static void refuse(Exchange *x, Rc rc)
{
    Call *c = &x->call;

    if (c->route == NULL) {
        answer_status(x, rc == RC_NOT_FOUND && x->path_exists ? 405 : status_of(&c->cx, rc));
        return;
    }
    if (!c->is_api && c->route->method == HTTP_GET && c->route->tx != TX_STREAM
        && str_eq_z(c->cx.type, "not_signed_in")) {
        Str next = http_target(c->http);
        Buf to;
        buf_init(&to, 8192);
        buf_add_lit(&to, "/sign-in?next=");
        for (size_t i = 0; i < next.len && i < 2000; i++) {
            unsigned char ch = (unsigned char)next.ptr[i];
            if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9')
                || ch == '/' || ch == '-' || ch == '_' || ch == '.')
                buf_add_char(&to, (char)ch);
            else
                buf_add_fmt(&to, "%%%02X", ch);
        }
        answer_redirect(x, 303, next.len == 1 ? STR("/sign-in") : str_dup(c->arena, buf_str(&to)));
        buf_done(&to);
        return;
    }
    answer_failure(x, rc);
}

static HttpBodyPlan on_head(HttpCall *http, void *loop_user)
{
    Loop *loop = loop_user;
    Exchange *x = begin(http, loop);
    Call *c = &x->call;

    if (str_starts(http_path(http), STR("/static/")) && http_method(http) <= HTTP_HEAD)
        return (HttpBodyPlan){ HTTP_BODY_NONE, 0 };

    bool takes_files =
        c->route != NULL && (c->route->body == BODY_MULTIPART || c->route->body == BODY_UPLOAD);
    int64_t length = 0;
    bool small =
        str_to_i64(http_header(http, STR("content-length")), &length) && length <= FORM_MAX_BYTES;
    if (takes_files && !(small && c->route->body == BODY_MULTIPART)) {
        /* Strangers do not get to send a hundred megabytes. */
        Rc rc = admit(x, loop);
        x->admitted = true;
        if (rc != RC_OK) {
            refuse(x, rc);
            return (HttpBodyPlan){ HTTP_BODY_ANSWERED, 0 };
        }
        return (HttpBodyPlan){ HTTP_BODY_FILE, FILES_MAX_BYTES };
    }
    if (http_method(http) <= HTTP_HEAD || (c->route != NULL && c->route->body == BODY_NONE))
        return (HttpBodyPlan){ HTTP_BODY_NONE, 0 };
    return (HttpBodyPlan){ HTTP_BODY_MEMORY, FORM_MAX_BYTES };
}

static bool answer_asset(Exchange *x)
{
    HttpCall *http = x->call.http;
    HttpAnswer a;

    if (!str_starts(http_path(http), STR("/static/")) || http_method(http) > HTTP_HEAD)
        return false;
    const Asset *asset = asset_find(x->d->config.assets, http_path(http));
    if (asset == NULL)
        return false;
    http_answer_init(&a, 200);
    asset_answer(http, asset, &a);
    http_answer_header(&a, STR("X-Content-Type-Options"), STR("nosniff"));
    http_answer_header(&a, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    buf_done(&x->call.body);
    http_answer(http, &a);
    return true;
}

static Rc idempotency(Exchange *x)
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

/* The time of last use is written beside the call, at most once a minute; losing one is no harm. */
typedef struct Touch {
    Arena *arena;
    Ctx cx;
    Subject subject;
    Rc (*touch)(Ctx *cx);
} Touch;

static Rc run_touch(DbConn *conn, void *arg)
{
    Touch *t = arg;
    t->cx.db = conn;
    return t->touch(&t->cx);
}

static void touch_done(void *arg, Rc rc)
{
    Touch *t = arg;
    UNUSED(rc);
    arena_free(t->arena);
}

static void submit_touch(const Exchange *x)
{
    Arena *a = arena_new(16 * 1024);
    Touch *t = ARENA_NEW(a, Touch);

    t->arena = a;
    t->subject = (Subject){ .person_id = x->subject.person_id,
                            .session_id = x->subject.session_id,
                            .token_id = x->subject.token_id,
                            .origin = x->subject.origin,
                            .zone = x->subject.zone,
                            .address = str_dup(a, x->subject.address) };
    t->cx = (Ctx){ .arena = a,
                   .now_ms = x->call.cx.now_ms,
                   .subject = &t->subject,
                   .zone = x->subject.zone,
                   .call_ref = str_dup(a, x->call.cx.call_ref) };
    t->touch = x->d->config.auth.touch;
    if (db_submit(x->d->config.db, (DbJob){ run_touch, touch_done, t }) != RC_OK)
        arena_free(a);
}

static void on_call(HttpCall *http, void *loop_user)
{
    Loop *loop = loop_user;
    Exchange *x = *http_data(http);
    Call *c = &x->call;
    Rc rc = RC_OK;

    if (answer_asset(x))
        return;
    if (!x->admitted)
        rc = admit(x, loop);
    if (rc != RC_OK) {
        /* Signed out while somebody wrote: the page that says so keeps the words and sends them again. */
        if (str_eq_z(c->cx.type, "not_signed_in") && !c->is_api)
            body_read_typed(x);
        refuse(x, rc);
        return;
    }
    if (x->touch)
        submit_touch(x);

    if (c->route->tx == TX_STREAM) {
        rc = run_read(x, loop, c->route->handler);
        if (rc != RC_OK)
            answer_failure(x, rc);
        return;
    }
    if (c->route->method == HTTP_GET) {
        answer_read(x, run_read(x, loop, c->route->handler));
        return;
    }
    rc = body_read(x);
    if (rc == RC_OK)
        rc = idempotency(x);
    if (rc == RC_OK && body_needs_worker(x)) {
        rc = worker_pool_add(x->d->workers, run_worker, x);
    } else if (rc == RC_OK) {
        rc = check_csrf_token(x);
        if (rc == RC_OK)
            rc = submit_write(x);
    }
    if (rc == RC_FORBIDDEN || rc == RC_BUSY)
        refuse_write(x, rc,
                     loop); /* too old a form, too busy a server: what was typed is shown again */
    else if (rc != RC_OK)
        answer_failure(x, rc);
}

static void refuse_on_wire(const HttpCall *call, int status, Str why, HttpAnswer *answer,
                           void *loop_user)
{
    UNUSED(call);
    UNUSED(loop_user);
    UNUSED(status);
    http_answer_header(answer, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    http_answer_header(answer, STR("X-Content-Type-Options"), STR("nosniff"));
    buf_init(&answer->body, 4096);
    buf_add(&answer->body, why);
    buf_add_char(&answer->body, '\n');
}

static Rc loop_begin(void *user, int number, void **ret)
{
    Dispatch *d = user;
    Loop *loop = calloc(1, sizeof *loop);

    UNUSED(number);
    if (loop == NULL)
        return RC_INTERNAL;
    loop->d = d;
    Rc rc = db_reader_open(d->config.db, &loop->reader);
    if (rc != RC_OK) {
        free(loop);
        return rc;
    }
    *ret = loop;
    return RC_OK;
}

static void loop_end(void *loop_user)
{
    Loop *loop = loop_user;
    if (loop == NULL)
        return;
    db_reader_close(loop->reader);
    free(loop);
}

/* --- start and stop ------------------------------------------------------------------------------ */

Rc dispatch_start(const DispatchConfig *config, Dispatch **ret, Str *ret_why, Arena *a)
{
    Dispatch *d = calloc(1, sizeof *d);
    static const Str loopback[] = { STR_INIT("127.0.0.0/8"), STR_INIT("::1") };

    if (d == NULL)
        return RC_INTERNAL;
    d->config = *config;
    pthread_mutex_init(&d->rate_lock, NULL);
    d->cookie_session = "__Host-errand";
    d->cookie_visit = "__Host-errand-visit";
    d->cookie_flash = "__Host-errand-flash";

    Rc rc = router_new(config->modules, config->modules_n, &d->router, ret_why, a);
    if (rc == RC_OK)
        rc = store_open(config->files_dir, &d->store);
    if (rc == RC_OK)
        rc = worker_pool_new(config->db, &d->workers);
    if (rc == RC_OK) {
        HttpConfig http = {
            .address = config->listen_address,
            .port = config->listen_port,
            .loops = config->loops,
            .hosts = config->hosts,
            .n_hosts = config->n_hosts,
            .unlimited = loopback,
            .n_unlimited = config->loopback ? COUNT_OF(loopback) : 0,
            .spool_dir = config->files_dir,
            .limits = http_limits_default(),
            .callbacks = { .user = d,
                           .loop_begin = loop_begin,
                           .loop_end = loop_end,
                           .on_head = on_head,
                           .on_call = on_call,
                           .refuse = refuse_on_wire },
        };
        rc = http_server_start(&http, &d->server);
        if (rc == RC_CONFLICT && ret_why != NULL)
            *ret_why = STR("the address is in use");
    }
    if (rc != RC_OK) {
        dispatch_stop(d);
        return rc;
    }
    *ret = d;
    return RC_OK;
}

int dispatch_port(const Dispatch *d)
{
    return http_server_port(d->server);
}

void dispatch_stop(Dispatch *d)
{
    if (d == NULL)
        return;
    live_stop();
    http_server_stop(d->server);
    worker_pool_free(d->workers);
    store_close(d->store);
    router_free(d->router);
    pthread_mutex_destroy(&d->rate_lock);
    free(d);
}
