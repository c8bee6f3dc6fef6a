#include "core/random.h"
#include "domain/identity/inner.h"
#include "domain/identity/sign_in_q.h"

#define TOUCH_MS       MS_MINUTE
#define CHECKSUM_CHARS 6
#define TOKEN_NAME_MAX 80
#define TOKEN_DAYS_MAX 365
#define TOKEN_CHARS    (sizeof TOKEN_PREFIX - 1 + SECRET_CHARS + CHECKSUM_CHARS)

/* The first characters of the SHA-256 of what stands before, in base64url. */
static Str checksum(Arena *a, Str head)
{
    Sha256 sum = sha256(head);
    return str_sub(base64url_encode(a, sum.bytes, sizeof sum.bytes), 0, CHECKSUM_CHARS);
}

/* The form without the checksum. */
static bool has_shape(Str token)
{
    return token.len == TOKEN_CHARS && str_starts(token, STR(TOKEN_PREFIX))
           && secret_is_wellformed(
               str_sub(token, sizeof TOKEN_PREFIX - 1, token.len - CHECKSUM_CHARS));
}

bool token_is_wellformed(Str token)
{
    if (!has_shape(token))
        return false;
    Str head = str_sub(token, 0, token.len - CHECKSUM_CHARS);
    Arena *a = arena_new(4096);
    bool ok = secret_eq(checksum(a, head), str_skip(token, head.len));
    arena_free(a);
    return ok;
}

Rc token_resolve(Ctx *cx, Str token, Subject *ret, bool *ret_touch)
{
    GrantedSignIn g;
    TokenResolveRow row = { 0 };
    bool found;

    /* The checksum lies within what is hashed: a token with another one is in no row. */
    if (!has_shape(token))
        return RC_NOT_FOUND;
    TRY(access_sign_in(cx, &g));
    TRY(q_token_resolve(cx, g, sha256_hex(cx->arena, token), cx->now_ms, &row, &found));
    if (!found || (row.demo && !demo_allowed()))
        return RC_NOT_FOUND;
    TRY(subject_fill(
        cx,
        &(Account){ row.person_id, row.login, row.name, row.lang, row.zone, row.theme, row.demo },
        ret));
    ret->token_id = row.id;
    ret->scopes = (uint32_t)row.scopes;
    ret->origin = STR("api");
    *ret_touch = !row.used_ms.set || cx->now_ms - row.used_ms.value >= TOUCH_MS;
    return RC_OK;
}

Rc token_list(Ctx *cx, GrantedSelf g, ApiTokens *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TokenListRow row;
    ApiTokens list = { 0 };

    TRY(q_token_list(cx, g, cx->now_ms, &rows));
    while (q_token_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list,
                      (ApiToken){ row.id, row.name, row.hint, (uint32_t)row.scopes, row.created_ms,
                                  row.expires_ms, row.used_ms.set ? row.used_ms.value : MS_NONE }));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc not_by_token(Ctx *cx)
{
    if (cx->subject->token_id == 0)
        return RC_OK;
    return fail(cx, RC_FORBIDDEN, "by_token", TEXT("Sign in to do this; a token cannot."));
}

static Rc check_input(Ctx *cx, const TokenInput *in)
{
    if (str_trim(in->name).len == 0 || !str_is_clean_text(in->name, false)
        || str_chars(in->name) > TOKEN_NAME_MAX)
        fail_add(cx, STR("/name"), "malformed",
                 TEXT("Give it a name of 1 to {0} characters.", TOKEN_NAME_MAX));
    if (in->scopes == 0 || (in->scopes & ~(uint32_t)SCOPE_ALL) != 0)
        fail_add(cx, STR("/scopes"), "required", TEXT("Choose at least one thing that it may do."));
    if (in->days < 1 || in->days > TOKEN_DAYS_MAX)
        fail_add(cx, STR("/days"), "out_of_range",
                 TEXT("A token lasts 1 to {0} days.", TOKEN_DAYS_MAX));
    return fail_result(cx);
}

typedef struct NewToken {
    Str token, hash, hint;
    Ms expires_ms;
} NewToken;

static NewToken new_token(Ctx *cx, const TokenInput *in)
{
    Str head = str_fmt(cx->arena, "%s%.*s", TOKEN_PREFIX, STR_ARG(random_secret(cx->arena)));
    Str token = str_fmt(cx->arena, "%.*s%.*s", STR_ARG(head), STR_ARG(checksum(cx->arena, head)));
    return (NewToken){
        .token = token,
        .hash = sha256_hex(cx->arena, token),
        .hint = str_skip(token, token.len - 4),
        .expires_ms = cx->now_ms + in->days * MS_DAY,
    };
}

static Rc token_made(Ctx *cx, int64_t id, int64_t person_id, const TokenInput *in)
{
    Changes c = { 0 };
    change_add(&c, "person", STR_NULL, str_fmt(cx->arena, "%lld", (long long)person_id));
    change_add(&c, "scopes", STR_NULL, str_fmt(cx->arena, "%u", in->scopes));
    change_add(&c, "days", STR_NULL, str_fmt(cx->arena, "%d", in->days));
    change_add_text(&c, "name", STR_NULL, str_trim(in->name));
    return identity_event(cx, "token.created", "token", id, &c);
}

Rc token_create(Ctx *cx, GrantedSelf g, const TokenInput *in, int64_t *ret_id, Str *ret_token)
{
    TokenCountRow count;
    TokenInsertRow row;

    TRY(not_by_token(cx));
    TRY(check_input(cx, in));
    TRY(q_token_count(cx, g, cx->now_ms, &count));
    if (count.n >= TOKENS_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("You have {0} tokens. Revoke one that you no longer use.", TOKENS_MAX));
    NewToken made = new_token(cx, in);
    TRY(q_token_insert(cx, g, str_trim(in->name), made.hash, made.hint, in->scopes, cx->now_ms,
                       made.expires_ms, &row));
    TRY(token_made(cx, row.id, cx->subject->person_id, in));
    *ret_id = row.id;
    *ret_token = made.token;
    return RC_OK;
}

Rc token_create_for(Ctx *cx, GrantedPeople g, int64_t person_id, const TokenInput *in,
                    Str *ret_token)
{
    Person person;
    TokenInsertForRow row;

    /* An administrator with a token for somebody else would be that person. */
    if (!access_is_operator(cx->subject))
        return fail(cx, RC_FORBIDDEN, "forbidden",
                    TEXT("Only the command line makes tokens for others."));
    TRY(person_get(cx, person_id, &person));
    if (!person.active)
        return fail(cx, RC_NOT_FOUND, "not_active", TEXT("This person is not active."));
    TRY(check_input(cx, in));
    NewToken made = new_token(cx, in);
    TRY(q_token_insert_for(cx, g, person_id, str_trim(in->name), made.hash, made.hint, in->scopes,
                           cx->now_ms, made.expires_ms, &row));
    TRY(token_made(cx, row.id, person_id, in));
    *ret_token = made.token;
    return RC_OK;
}

Rc token_revoke(Ctx *cx, GrantedSelf g, int64_t token_id)
{
    int64_t revoked;

    TRY(not_by_token(cx));
    TRY(q_token_revoke(cx, g, token_id, cx->now_ms, &revoked));
    if (revoked == 0)
        return fail(cx, RC_NOT_FOUND, "not_found",
                    TEXT("There is no such token, or it was revoked already."));
    return identity_event(cx, "token.revoked", "token", token_id, NULL);
}

Rc token_scopes(Str words, uint32_t *ret)
{
    static const struct {
        const char *word;
        uint32_t bits;
    } scopes[] = {
        { "read", SCOPE_READ },     { "request", SCOPE_REQUEST }, { "catalog", SCOPE_CATALOG },
        { "people", SCOPE_PEOPLE }, { "all", SCOPE_ALL },
    };
    uint32_t bits = 0;

    for (size_t at = 0; at < words.len;) {
        size_t end = at;
        while (end < words.len && words.ptr[end] != ' ' && words.ptr[end] != ',')
            end++;
        Str word = str_sub(words, at, end);
        bool known = word.len == 0;
        for (size_t i = 0; i < COUNT_OF(scopes); i++) {
            if (str_eq_z(word, scopes[i].word)) {
                bits |= scopes[i].bits;
                known = true;
            }
        }
        if (!known)
            return RC_INVALID;
        at = end + 1;
    }
    if (bits == 0)
        return RC_INVALID;
    *ret = bits;
    return RC_OK;
}
