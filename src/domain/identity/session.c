#include <sodium.h>
#include <stdatomic.h>

#include "core/random.h"
#include "domain/identity/inner.h"
#include "domain/identity/sign_in_q.h"

#define TOUCH_MS            MS_MINUTE
#define SESSIONS_PER_PERSON 100
#define ADDRESS_MAX_BYTES   64
#define DEVICE_MAX_BYTES    200

#define STAFF_IDLE_MS        (60 * MS_MINUTE)
#define STAFF_LONGEST_MS     (12 * MS_HOUR)
#define REQUESTER_IDLE_MS    (24 * MS_HOUR)
#define REQUESTER_LONGEST_MS (7 * MS_DAY)

/* --- demo accounts -------------------------------------------------------------------------- */

static atomic_bool only_loopback_said;

void identity_loopback(bool only_loopback)
{
    atomic_store(&only_loopback_said, only_loopback);
}

bool demo_allowed(void)
{
    return atomic_load(&only_loopback_said);
}

/* --- sessions ------------------------------------------------------------------------------- */

bool secret_is_wellformed(Str s)
{
    if (s.len != SECRET_CHARS)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
              || c == '_'))
            return false;
    }
    return true;
}

/* What a client says of itself, shortened; bytes that are no text are dropped. */
static Str kept_words(Str s, size_t max_bytes)
{
    s = str_shortened(s, max_bytes);
    return !str_is_null(s) && str_is_clean_text(s, false) ? s : STR("");
}

Rc held_roles(Ctx *cx, int64_t person_id, int64_t *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonRoleBitsRow row;
    int64_t bits = 0;

    TRY(q_person_role_bits(cx, person_id, &rows));
    while (q_person_role_bits_next(&rows, &row))
        bits |= row.role;
    *ret = bits;
    return rows_result(&rows);
}

Rc session_create(Ctx *cx, GrantedSignIn g, int64_t person_id, Str address, Str device,
                  NewSession *ret)
{
    int64_t roles = 0;
    SessionInsertRow row;
    Str token = random_secret(cx->arena);

    TRY(held_roles(cx, person_id, &roles));
    bool staff = (roles & ~(int64_t)ROLE_REQUESTER) != 0;
    int64_t idle_ms = staff ? STAFF_IDLE_MS : REQUESTER_IDLE_MS;
    int64_t longest_ms = staff ? STAFF_LONGEST_MS : REQUESTER_LONGEST_MS;

    TRY(q_session_purge(cx, g, person_id, cx->now_ms, SESSIONS_PER_PERSON - 1, NULL));
    TRY(q_session_insert(cx, g, sha256_hex(cx->arena, token), random_secret(cx->arena), person_id,
                         cx->now_ms, cx->now_ms + longest_ms, idle_ms,
                         kept_words(address, ADDRESS_MAX_BYTES),
                         kept_words(device, DEVICE_MAX_BYTES), &row));
    *ret = (NewSession){
        .outcome = SIGN_IN_OK,
        .session_id = row.id,
        .person_id = person_id,
        .roles = (uint32_t)roles,
        .token = token,
        .max_age_s = longest_ms / MS_SECOND,
    };
    return RC_OK;
}

Rc sessions_end_of(Ctx *cx, GrantedPeople g, int64_t person_id)
{
    return q_session_end_of(cx, g, person_id, NULL);
}

Rc subject_fill(Ctx *cx, const Account *account, Subject *ret)
{
    int64_t roles = 0;

    TRY(held_roles(cx, account->person_id, &roles));
    Subject s = {
        .person_id = account->person_id,
        .login = account->login,
        .name = account->name,
        .roles = (uint32_t)roles | ROLE_REQUESTER,
        .zone = zone_get(account->zone),
        .theme = account->theme,
        .demo = account->demo,
        .address = cx->subject != NULL ? cx->subject->address : STR_NULL,
    };
    if (s.zone == NULL)
        s.zone = zone_utc();
    if (!lang_from_key(account->lang, &s.lang))
        s.lang = LANG_EN;
    *ret = s;
    return RC_OK;
}

Rc person_subject(Ctx *cx, GrantedPeople g, int64_t person_id, Subject *ret)
{
    Person p;

    UNUSED(g);
    TRY(person_get(cx, person_id, &p));
    Account account = {
        .person_id = p.id,
        .login = p.login,
        .name = p.name,
        .lang = str_z(lang_key(p.lang)),
        .zone = p.zone,
        .theme = p.theme,
        .demo = p.demo,
    };
    TRY(subject_fill(cx, &account, ret));
    ret->scopes = SCOPE_ALL;
    return RC_OK;
}

Rc session_resolve(Ctx *cx, Str token, Subject *ret, bool *ret_touch)
{
    GrantedSignIn g;
    SessionResolveRow row = { 0 };
    bool found;

    if (!secret_is_wellformed(token))
        return RC_NOT_FOUND;
    TRY(access_sign_in(cx, &g));
    TRY(q_session_resolve(cx, g, sha256_hex(cx->arena, token), cx->now_ms, &row, &found));
    if (!found || (row.demo && !demo_allowed()))
        return RC_NOT_FOUND;
    TRY(subject_fill(
        cx,
        &(Account){ row.person_id, row.login, row.name, row.lang, row.zone, row.theme, row.demo },
        ret));
    ret->session_id = row.id;
    ret->scopes = SCOPE_ALL;
    ret->csrf_secret = row.csrf_secret;
    ret->origin = STR("web");
    *ret_touch = cx->now_ms - row.seen_ms >= TOUCH_MS;
    return RC_OK;
}

Rc identity_touch(Ctx *cx)
{
    const Subject *s = cx->subject;
    GrantedSignIn g;
    TokenTouchFirstRow row;
    bool first = false;

    TRY(access_sign_in(cx, &g));
    if (s->session_id != 0)
        return q_session_touch(cx, g, s->session_id, cx->now_ms, NULL);
    if (s->token_id == 0)
        return RC_OK;
    TRY(q_token_touch_first(cx, g, s->token_id, cx->now_ms, &row, &first));
    if (first)
        return identity_event(cx, "token.first_used", "token", s->token_id, NULL);
    return q_token_touch(cx, g, s->token_id, cx->now_ms, NULL);
}

Rc session_list(Ctx *cx, GrantedSelf g, Sessions *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SessionListRow row;
    Sessions list = { 0 };

    TRY(q_session_list(cx, g, cx->now_ms, &rows));
    while (q_session_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list,
                      (Session){ row.id, row.created_ms, row.seen_ms, row.expires_ms, row.address,
                                 row.device, row.id == cx->subject->session_id }));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc session_end(Ctx *cx, GrantedSelf g, int64_t session_id)
{
    int64_t ended;

    TRY(not_by_token(cx));
    TRY(q_session_end(cx, g, session_id, &ended));
    if (ended == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("This session has ended already."));
    return identity_event(cx, "session.ended", "session", session_id, NULL);
}

Rc session_end_all(Ctx *cx, GrantedSelf g, int64_t *ret_ended)
{
    int64_t ended;

    TRY(not_by_token(cx));
    TRY(q_session_end_all(cx, g, &ended));
    *ret_ended = ended;
    return identity_event(cx, "session.ended_all", "person", cx->subject->person_id, NULL);
}

/* --- the token of forms ---------------------------------------------------------------------- */

#define MAC_BYTES crypto_auth_hmacsha256_BYTES

static void form_mac(Str secret, uint8_t mac[MAC_BYTES])
{
    static const unsigned char what[] = "errand form";
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.ptr, secret.len);
    crypto_auth_hmacsha256_update(&state, what, sizeof what - 1);
    crypto_auth_hmacsha256_final(&state, mac);
}

/* Mask and masked code: another text on every page, the same code behind it. */
Str csrf_token(Arena *a, const Subject *s)
{
    uint8_t mac[MAC_BYTES], both[2 * MAC_BYTES];

    if (str_is_empty(s->csrf_secret))
        return STR("");
    form_mac(s->csrf_secret, mac);
    random_bytes(both, MAC_BYTES);
    for (size_t i = 0; i < MAC_BYTES; i++)
        both[MAC_BYTES + i] = (uint8_t)(both[i] ^ mac[i]);
    return base64url_encode(a, both, sizeof both);
}

bool csrf_ok(const Subject *s, Str token)
{
    uint8_t mac[MAC_BYTES], got[MAC_BYTES];
    bool ok = false;

    if (str_is_empty(s->csrf_secret) || token.len > 128)
        return false;
    Arena *a = arena_new(4096);
    Str both;
    if (base64url_decode(a, token, &both) && both.len == 2 * MAC_BYTES) {
        for (size_t i = 0; i < MAC_BYTES; i++)
            got[i] = (uint8_t)((uint8_t)both.ptr[i] ^ (uint8_t)both.ptr[MAC_BYTES + i]);
        form_mac(s->csrf_secret, mac);
        ok = sodium_memcmp(mac, got, MAC_BYTES) == 0;
    }
    arena_free(a);
    return ok;
}
