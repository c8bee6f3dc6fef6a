#include "core/random.h"
#include "domain/identity/inner.h"
#include "domain/identity/sign_in_q.h"

/* The account behind a login, if it may sign in at all; otherwise the hash that nobody can match. */
static Rc account_find(Ctx *cx, GrantedSignIn g, Str login, int64_t *ret_person, Str *ret_hash)
{
    SignInAccountRow row = { 0 };
    bool found;

    TRY(q_sign_in_account(cx, g, login, &row, &found));
    bool may = found && row.active && row.hash.len > 0 && (!row.demo || demo_allowed());
    *ret_person = found ? row.id : 0;
    *ret_hash = may ? row.hash : password_nobody;
    return RC_OK;
}

static Str tidy(Ctx *cx, Str login)
{
    Str tidied = login_tidy(cx->arena, login);
    /* A login that cannot exist is looked up all the same, shortened. */
    return str_sub(tidied, 0, LOGIN_MAX_BYTES);
}

Rc sign_in_prepare(Ctx *cx, GrantedSignIn g, SignIn *s)
{
    Delays delays;

    s->login = tidy(cx, s->login);
    TRY(account_find(cx, g, s->login, &s->person_id, &s->hash));
    TRY(delays_read(cx, g, s->login, s->address, &delays));
    s->wait_ms = delays_wait(&delays, cx->now_ms);
    if (s->wait_ms > 0)
        return RC_OK;
    return password_verify(s->hash, s->password, &s->verified);
}

static Rc record(Ctx *cx, const SignIn *s, int64_t actor, const char *kind, int64_t session_id)
{
    Changes c = { 0 };

    change_add_text(&c, "address", STR_NULL, s->address);
    if (session_id != 0)
        change_add(&c, "session", STR_NULL, str_fmt(cx->arena, "%lld", (long long)session_id));
    /* The object is the account that was tried; a login nobody has is not kept, because people type
     * passwords into the wrong field. */
    return identity_event_as(cx, actor, kind, "person", s->person_id, &c);
}

Rc sign_in_finish(Ctx *cx, GrantedSignIn g, const SignIn *s, int64_t old_session_id,
                  NewSession *ret)
{
    Delays delays;
    int64_t person;
    Str hash;
    NewSession made;

    TRY(delays_read(cx, g, s->login, s->address, &delays));
    int64_t wait_ms = delays_wait(&delays, cx->now_ms);
    if (s->wait_ms > 0 || wait_ms > 0) {
        *ret = (NewSession){ .outcome = SIGN_IN_WAIT,
                             .wait_ms = wait_ms > s->wait_ms ? wait_ms : s->wait_ms };
        return RC_OK;
    }
    TRY(account_find(cx, g, s->login, &person, &hash));
    /* The hash is compared too: the password may have changed while this one was checked. */
    if (!s->verified || person != s->person_id || !str_eq(hash, s->hash)
        || str_eq(hash, password_nobody)) {
        TRY(delays_failure(cx, g, &delays));
        TRY(record(cx, s, 0, "sign_in.failed", 0));
        *ret = (NewSession){ .outcome = SIGN_IN_WRONG };
        return RC_OK;
    }
    TRY(delays_success(cx, g, &delays));
    if (old_session_id != 0)
        TRY(q_session_end_before(cx, g, old_session_id, NULL));
    TRY(session_create(cx, g, person, s->address, s->device, &made));
    TRY(record(cx, s, person, "sign_in.succeeded", made.session_id));
    *ret = made;
    return RC_OK;
}
