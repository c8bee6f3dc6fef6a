/* answer.c - what a handler left becomes an answer on the wire. */
#include "http/cookie.h"
#include "http/dispatch_state.h"
#include "http/encoding.h"

#include "core/log.h"

int status_of(const Ctx *cx, Rc rc)
{
    switch (rc) {
    case RC_OK: return 200;
    case RC_INVALID:
        if (str_eq_z(cx->type, "again"))
            return 200;
        if (str_eq_z(cx->type, "malformed"))
            return 400;
        if (str_eq_z(cx->type, "unsupported_media_type"))
            return 415;
        if (str_eq_z(cx->type, "precondition_required"))
            return 428;
        if (str_eq_z(cx->type, "not_signed_in"))
            return 401;
        if (str_eq_z(cx->type, "too_many"))
            return 429;
        return 422;
    case RC_NOT_FOUND: return 404;
    case RC_FORBIDDEN: return 403;
    case RC_CONFLICT: return 409;
    case RC_STALE: return str_eq_z(cx->type, "edited_meanwhile") ? 409 : 412;
    case RC_BUSY: return str_eq_z(cx->type, "too_many") ? 429 : 503;
    case RC_LIMIT: return 413;
    case RC_INTERNAL: return 500;
    }
    return 500;
}

static void security_headers(const Exchange *x, HttpAnswer *a, bool is_private)
{
    http_answer_header(a, STR("Content-Security-Policy"),
                       STR("default-src 'none'; script-src 'self'; style-src 'self'; "
                           "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
                           "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    http_answer_header(a, STR("X-Content-Type-Options"), STR("nosniff"));
    http_answer_header(a, STR("Referrer-Policy"), STR("same-origin"));
    http_answer_header(a, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    http_answer_header(a, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    if (x->d->config.secure)
        http_answer_header(a, STR("Strict-Transport-Security"), STR("max-age=31536000"));
    if (is_private)
        http_answer_header(a, STR("Cache-Control"), STR("no-store"));
}

static void cookies(Exchange *x, HttpAnswer *a)
{
    Arena *m = x->call.arena;

    if (x->set_session)
        http_answer_header(a, STR("Set-Cookie"),
                           cookie_set(m, str_z(x->d->cookie_session), x->session_token,
                                      x->session_s > 0 ? COOKIE_FOR : COOKIE_DELETE, x->session_s));
    if (x->set_visit.len > 0)
        http_answer_header(
            a, STR("Set-Cookie"),
            cookie_set(m, str_z(x->d->cookie_visit), x->set_visit, COOKIE_SESSION, 0));
    if (x->set_flash.len > 0)
        http_answer_header(a, STR("Set-Cookie"),
                           cookie_set(m, str_z(x->d->cookie_flash), x->set_flash, COOKIE_FOR, 60));
    else if (x->has_flash && x->call.route != NULL && !x->call.is_api)
        http_answer_header(a, STR("Set-Cookie"),
                           cookie_set(m, str_z(x->d->cookie_flash), STR(""), COOKIE_DELETE, 0));
}

static void send(Exchange *x, HttpAnswer *a)
{
    HttpCall *http = x->call.http;

    cookies(x, a);
    http_gzip(http, a);
    http_answer(http, a);
}

static bool not_modified(const Exchange *x)
{
    Str seen = http_header(x->call.http, STR("if-none-match"));
    return x->call.etag.len > 0 && str_eq(seen, x->call.etag);
}

void answer_ok(Exchange *x)
{
    Call *c = &x->call;
    HttpAnswer a;
    bool is_get = c->route->method == HTTP_GET;

    if (is_get && c->status == 303) { /* call_redirect: what was asked for is elsewhere */
        answer_redirect(x, 303, c->show);
        return;
    }
    if (is_get && not_modified(x)) {
        http_answer_init(&a, 304);
        http_answer_header(&a, STR("ETag"), c->etag);
        security_headers(x, &a, true);
        buf_done(&c->body);
        send(x, &a);
        return;
    }
    http_answer_init(&a, c->status != 0 ? c->status : 200);
    bool has_own_policy = false;
    for (size_t i = 0; i < c->n_headers; i++) {
        http_answer_header(&a, c->headers[i].name, c->headers[i].value);
        has_own_policy |= str_eq_nocase(c->headers[i].name, STR("Content-Security-Policy"));
    }
    if (has_own_policy) {
        http_answer_header(&a, STR("X-Content-Type-Options"), STR("nosniff"));
        http_answer_header(&a, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
        http_answer_header(&a, STR("Cache-Control"), STR("no-store"));
    } else {
        security_headers(x, &a,
                         c->route->right != RIGHT_PUBLIC || x->subject.person_id != 0
                             || x->visit.len > 0); /* a form is bound to the visit */
    }
    if (c->etag.len > 0)
        http_answer_header(&a, STR("ETag"), c->etag);
    if (c->location.len > 0)
        http_answer_header(&a, STR("Location"), c->location);
    if (a.status != 204)
        http_answer_header(&a, STR("Content-Type"),
                           str_z(c->type != NULL ? c->type
                                 : c->is_api     ? "application/json"
                                                 : "text/html; charset=utf-8"));
    if (c->file_fd >= 0) {
        a.has_file = true;
        a.file_fd = c->file_fd;
        a.file_bytes = c->file_bytes;
        buf_done(&c->body);
    } else {
        a.body = c->body;
        c->body = (Buf){ 0 };
    }
    send(x, &a);
}

void answer_redirect(Exchange *x, int status, Str path)
{
    HttpAnswer a;

    http_answer_init(&a, status);
    http_answer_header(&a, STR("Location"), path);
    security_headers(x, &a, true);
    buf_done(&x->call.body);
    send(x, &a);
}

/* An answer of last resort when even the error page cannot be made. */
static void answer_plain(Exchange *x, int status)
{
    HttpAnswer a;

    http_answer_init(&a, status);
    security_headers(x, &a, true);
    http_answer_header(&a, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    a.fixed = STR("That did not work. Try again later.\n");
    buf_done(&x->call.body);
    send(x, &a);
}

Rc answer_make_failure(Exchange *x, int status, HttpAnswer *ret)
{
    Call *c = &x->call;
    const Dispatch *d = x->d;

    buf_clear(&c->body);
    c->n_headers = 0;
    c->etag = STR_NULL;
    c->location = STR_NULL;
    if (c->file_fd >= 0) {
        close(c->file_fd);
        c->file_fd = -1;
    }
    TRY(c->is_api ? d->config.failure.problem(c, status) : d->config.failure.page(c, status));
    TRY(buf_result(&c->body));
    security_headers(x, ret, true);
    http_answer_header(ret, STR("Content-Type"),
                       c->is_api ? STR("application/problem+json")
                                 : STR("text/html; charset=utf-8"));
    if (status == 401)
        http_answer_header(ret, STR("WWW-Authenticate"), STR("Bearer"));
    if (status == 429 || status == 503)
        http_answer_header(ret, STR("Retry-After"), STR("2"));
    ret->body = c->body;
    c->body = (Buf){ 0 };
    return RC_OK;
}

void answer_status(Exchange *x, int status)
{
    HttpAnswer a;

    http_answer_init(&a, status);
    if (answer_make_failure(x, status, &a) != RC_OK) {
        answer_plain(x, status);
        return;
    }
    send(x, &a);
}

void answer_failure(Exchange *x, Rc rc)
{
    int status = status_of(&x->call.cx, rc);

    if (status >= 500)
        log_error("call failed", "ref=%.*s route=\"%s\" rc=%s", STR_ARG(x->call.cx.call_ref),
                  x->call.route != NULL ? x->call.route->path : "-", rc_name(rc));
    answer_status(x, status);
}
