/* admit.c - who calls, and may they use this route: everything that is settled before a handler. */
#include "http/cookie.h"
#include "http/dispatch_state.h"

#include "core/random.h"

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

Rc admit_form(Exchange *x)
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

/* Everything that is known without the body. */
Rc admit_call(Exchange *x, Loop *loop)
{
    Call *c = &x->call;
    Str query = http_query(c->http);

    bool own = !loop->reading;

    if (own)
        TRY(loop_read_begin(loop));
    c->cx.db = loop->reader;
    Rc rc = authenticate(x);
    c->cx.db = NULL;
    if (own)
        loop_read_end(loop);
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

void admit_touch(const Exchange *x)
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
