/* dispatch.c - from a call on the wire to a handler and back; the order is told in dispatch.h. */
#include "http/cookie.h"
#include "http/dispatch_state.h"
#include "http/live.h"

#include "core/log.h"
#include "core/random.h"

#define FORM_MAX_BYTES  (1024 * 1024)
#define FILES_MAX_BYTES (101 * 1024 * 1024)

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
    Str shown = str_shortened(arg, 200);
    Str text = str_fmt(call->arena, "%s\n%.*s", flash, STR_ARG(shown));
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
        Rc rc = admit_call(x, loop);
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
    buf_done(&x->call.body);
    http_answer(http, &a);
    return true;
}

static void on_call(HttpCall *http, void *loop_user)
{
    Loop *loop = loop_user;
    Exchange *x = *http_data(http);
    Call *c = &x->call;
    Rc rc = RC_OK;

    if (answer_asset(x))
        return;
    if (c->route != NULL && c->route->method == HTTP_GET && c->route->tx == TX_READ)
        rc = loop_read_begin(loop); /* run_read ends it */
    if (rc == RC_OK && !x->admitted)
        rc = admit_call(x, loop);
    if (rc != RC_OK) {
        loop_read_end(loop);
        /* Signed out while somebody wrote: the page that says so keeps the words and sends them again. */
        if (str_eq_z(c->cx.type, "not_signed_in") && !c->is_api)
            body_read_typed(x);
        refuse(x, rc);
        return;
    }
    if (x->touch)
        admit_touch(x);

    if (c->route->tx == TX_STREAM) {
        rc = run_read(x, loop, c->route->handler);
        if (rc != RC_OK)
            answer_failure(x, rc);
        return;
    }
    if (c->route->method == HTTP_GET) {
        run_answer(x, run_read(x, loop, c->route->handler));
        return;
    }
    rc = body_read(x);
    if (rc == RC_OK)
        rc = run_read_key(x);
    if (rc == RC_OK && body_needs_worker(x)) {
        rc = worker_pool_add(x->d->workers, run_on_worker, x);
    } else if (rc == RC_OK) {
        rc = admit_form(x);
        if (rc == RC_OK)
            rc = run_write(x);
    }
    if (rc == RC_FORBIDDEN || rc == RC_BUSY)
        run_refused(x, rc,
                    loop); /* too old a form, too busy a server: what was typed is shown again */
    else if (rc != RC_OK)
        answer_failure(x, rc);
}

/* What the server refuses before a handler sees it: people read it as a page in their language. */
static void refuse_on_wire(HttpCall *call, int status, Str why, HttpAnswer *answer, void *loop_user)
{
    Exchange *x = call != NULL ? *http_data(call) : NULL;

    if (x != NULL && x->call.route != NULL) {
        if (!x->admitted && admit_call(x, loop_user) != RC_OK)
            x->subject.person_id = 0; /* a stranger is told as a stranger */
        x->call.cx.detail = (Text){ 0 };
        if (answer_make_failure(x, status, answer) == RC_OK)
            return;
    }
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

static void loop_waits(void *loop_user)
{
    loop_read_settle(loop_user);
}

static void loop_end(void *loop_user)
{
    Loop *loop = loop_user;
    if (loop == NULL)
        return;
    loop_read_settle(loop);
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
                           .loop_waits = loop_waits,
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
