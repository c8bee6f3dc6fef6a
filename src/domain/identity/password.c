#include <pthread.h>
#include <sodium.h>

#include "core/log.h"
#include "domain/identity/common_words.h"
#include "domain/identity/inner.h"
#include "domain/identity/sign_in_q.h"

/* OWASP asks for at least 19 MiB and two passes.  Memory is what hurts an attacker, but two hashes at
 * once must fit beside everything else in a small machine; a third pass costs a few milliseconds. */
#define HASH_BYTES  ((size_t)19 * 1024 * 1024)
#define HASH_PASSES 3

#define HASHES_AT_ONCE 2
#define HASHES_WAITING 32

/* Made with the parameters above from 32 random bytes that were thrown away; a test compares the
 * parameters, so that an unknown login costs what a known one does. */
const Str password_nobody = STR_INIT("$argon2id$v=19$m=19456,t=3,p=1$ysINXPJJAOhsv9t031bgyA$"
                                     "DXD4Pu89DezSRUdL50Tr2u0wxrssCZoqaVxNRJJuVwA");

/* --- the queue ------------------------------------------------------------------------------ */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int running, waiting;
} turns = { .lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER };

/* False when too many wait already. */
static bool turn_take(void)
{
    bool taken = true;

    pthread_mutex_lock(&turns.lock);
    if (turns.running >= HASHES_AT_ONCE) {
        taken = turns.waiting < HASHES_WAITING;
        turns.waiting += taken;
        while (taken && turns.running >= HASHES_AT_ONCE)
            pthread_cond_wait(&turns.freed, &turns.lock);
        turns.waiting -= taken;
    }
    turns.running += taken;
    pthread_mutex_unlock(&turns.lock);
    return taken;
}

static void turn_give(void)
{
    pthread_mutex_lock(&turns.lock);
    turns.running--;
    pthread_cond_signal(&turns.freed);
    pthread_mutex_unlock(&turns.lock);
}

static void start_sodium(void)
{
    if (sodium_init() < 0)
        log_fatal("libsodium does not start", "%s", "");
}

/* --- hashing -------------------------------------------------------------------------------- */

Rc password_hash(Arena *a, Str password, Str *ret)
{
    char hash[crypto_pwhash_STRBYTES];

    start_sodium();
    if (password.len > PASSWORD_MAX_BYTES)
        return RC_INVALID;
    if (!turn_take())
        return RC_BUSY;
    int failed = crypto_pwhash_str_alg(hash, password.ptr, password.len, HASH_PASSES, HASH_BYTES,
                                       crypto_pwhash_ALG_ARGON2ID13);
    turn_give();
    if (failed != 0) {
        log_error("a password could not be hashed", "%s", "out of memory");
        return RC_INTERNAL;
    }
    *ret = str_dup(a, str_z(hash));
    return RC_OK;
}

Rc password_verify(Str hash, Str password, bool *ret)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };

    start_sodium();
    /* Longer than any password of ours: hash something of a bounded length all the same. */
    bool possible = password.len <= PASSWORD_MAX_BYTES && hash.len < sizeof text;
    if (!possible) {
        hash = password_nobody;
        password = STR("");
    }
    memcpy(text, hash.ptr, hash.len);
    if (!turn_take())
        return RC_BUSY;
    bool same =
        crypto_pwhash_str_verify(text, password.len > 0 ? password.ptr : "", password.len) == 0;
    turn_give();
    *ret = same && possible;
    return RC_OK;
}

/* --- judging -------------------------------------------------------------------------------- */

/* Letters that people write as digits or signs, back to letters. */
static char plain_letter(char c)
{
    static const char from[] = "013457@$!|+", to[] = "oieastasiit";
    const char *found = c != '\0' ? strchr(from, c) : NULL;
    if (found != NULL)
        return to[found - from];
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/* The same few bytes again and again: "aaaaaaaaaaaa", "abcabcabcabc". */
static bool is_repeated(Str s)
{
    for (size_t period = 1; period <= 4 && period * 2 <= s.len; period++) {
        size_t same = 0;
        for (size_t i = period; i < s.len; i++)
            same += s.ptr[i] == s.ptr[i - period];
        if (same == s.len - period)
            return true;
    }
    return false;
}

/* Rows and columns of the keyboard, the digits and the alphabet, forwards and backwards. */
static bool is_step(char a, char b)
{
    static const char *const rows[] = { "abcdefghijklmnopqrstuvwxyz",
                                        "01234567890",
                                        "qwertyuiop",
                                        "asdfghjkl",
                                        "zxcvbnm",
                                        "qwertzuiop",
                                        "yxcvbnm",
                                        "azertyuiop",
                                        "1qaz",
                                        "2wsx",
                                        "3edc",
                                        "4rfv",
                                        "5tgb",
                                        "6yhn",
                                        "7ujm",
                                        "8ik" };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (const char *at = rows[i]; at[1] != '\0'; at++)
            if ((at[0] == a && at[1] == b) || (at[0] == b && at[1] == a))
                return true;
    return false;
}

/* Bytes that do not go on from the one before; long runs count as one. */
static size_t count_jumps(Str s)
{
    size_t jumps = 1;
    for (size_t i = 1; i < s.len; i++)
        jumps += s.ptr[i] != s.ptr[i - 1] && !is_step(s.ptr[i - 1], s.ptr[i]);
    return jumps;
}

static size_t longest_common_word(Str s)
{
    size_t best = 0;
    for (size_t i = 0; i < common_words_n; i++)
        if (common_words[i].len > best && str_starts(s, common_words[i]))
            best = common_words[i].len;
    return best;
}

/* How much of a password is its owner's own: letters outside common words, and digits and signs
 * beyond the few that people append.  Runs count as one. */
static size_t count_own(Str s)
{
    enum { APPENDED = 4 };
    size_t letters = 0, signs = 0;
    char before = '\0';

    for (size_t i = 0; i < s.len;) {
        size_t word = longest_common_word(str_skip(s, i));
        char c = s.ptr[i];
        if (word == 0 && is_letter(c))
            letters++;
        else if (word == 0)
            signs += c != before && !is_step(before, c);
        before = c;
        i += word > 0 ? word : 1;
    }
    return letters + (signs > APPENDED ? signs - APPENDED : 0);
}

/* Lists of breached passwords hold the common words in every variant: capitals, digits for letters,
 * years and signs at the end, two of them in a row.  Four characters of one's own are in none. */
static bool is_common(Str password)
{
    char lower[PASSWORD_MAX_BYTES], plain[PASSWORD_MAX_BYTES];
    size_t digits = 0;

    for (size_t i = 0; i < password.len; i++) {
        char c = password.ptr[i];
        digits += c >= '0' && c <= '9';
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        plain[i] = plain_letter(c);
    }
    Str as_typed = { lower, password.len }, as_letters = { plain, password.len };
    /* Digits alone are dates and telephone numbers far too often. */
    if (digits == password.len)
        return count_own(as_typed) < 6 || is_repeated(as_typed);
    return is_repeated(as_typed) || count_jumps(as_typed) <= 4 || count_own(as_typed) < 4
           || count_own(as_letters) < 4;
}

static bool contains_login(Str password, Str login)
{
    if (login.len < 3)
        return false;
    for (size_t i = 0; i + login.len <= password.len; i++)
        if (str_eq_nocase(str_sub(password, i, i + login.len), login))
            return true;
    return false;
}

Rc password_check(Ctx *cx, const char *pointer, Str password, Str login)
{
    if (password.len < PASSWORD_MIN_BYTES)
        return fail_field(
            cx, RC_INVALID, pointer, "too_short",
            TEXT("Use at least {0} characters. A few words in a row are easy to remember.",
                 PASSWORD_MIN_BYTES));
    if (password.len > PASSWORD_MAX_BYTES)
        return fail_field(cx, RC_INVALID, pointer, "too_long",
                          TEXT("Use at most {0} characters.", PASSWORD_MAX_BYTES));
    if (!str_is_utf8(password) || str_find(password, '\0') < password.len)
        return fail_field(cx, RC_INVALID, pointer, "malformed",
                          TEXT("This password cannot be typed."));
    if (contains_login(password, login))
        return fail_field(cx, RC_INVALID, pointer, "contains_login",
                          TEXT("Leave your login out of the password."));
    if (str_eq(password, STR(DEMO_PASSWORD)) || is_common(password))
        return fail_field(cx, RC_INVALID, pointer, "common",
                          TEXT("This is easy to guess. Choose something only you would think of."));
    return RC_OK;
}

Rc person_has_password(Ctx *cx, GrantedPeople g, int64_t person_id, bool *ret)
{
    PasswordExistsRow row;
    return q_password_exists(cx, g, person_id, &row, ret);
}

/* --- changing one's own ---------------------------------------------------------------------- */

Rc password_change_prepare(Ctx *cx, GrantedSelf g, PasswordChange *change)
{
    PasswordOwnRow row;
    GrantedSignIn sign_in;
    Delays delays;
    bool found;

    TRY(not_by_token(cx));
    TRY(q_password_own(cx, g, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    TRY(password_check(cx, "new_password", change->new_password, row.login));
    if (str_eq(change->new_password, change->old_password))
        return fail_field(cx, RC_INVALID, "new_password", "same",
                          TEXT("This is the password you have now."));
    TRY(access_sign_in(cx, &sign_in));
    change->login = row.login;
    change->address = cx->subject->address;
    change->old_hash = row.hash.len > 0 ? row.hash : password_nobody;
    TRY(delays_read(cx, sign_in, row.login, change->address, &delays));
    change->wait_ms = delays_wait(&delays, cx->now_ms);
    if (change->wait_ms > 0)
        return RC_OK;
    TRY(password_verify(change->old_hash, change->old_password, &change->verified));
    if (change->verified)
        TRY(password_hash(cx->arena, change->new_password, &change->new_hash));
    return RC_OK;
}

Rc password_change(Ctx *cx, GrantedSelf g, const PasswordChange *change, Str device,
                   NewSession *ret)
{
    PasswordOwnRow row;
    GrantedSignIn sign_in;
    Delays delays;
    bool found;

    TRY(access_sign_in(cx, &sign_in));
    TRY(q_password_own(cx, g, &row, &found));
    TRY(delays_read(cx, sign_in, change->login, change->address, &delays));
    int64_t wait_ms = delays_wait(&delays, cx->now_ms);
    if (change->wait_ms > 0 || wait_ms > 0) {
        *ret = (NewSession){ .outcome = SIGN_IN_WAIT,
                             .wait_ms = wait_ms > change->wait_ms ? wait_ms : change->wait_ms };
        return RC_OK;
    }
    if (!found || !change->verified || !str_eq(row.hash, change->old_hash)) {
        TRY(delays_failure(cx, sign_in, &delays));
        TRY(identity_event(cx, "password.refused", "person", cx->subject->person_id, NULL));
        *ret = (NewSession){ .outcome = SIGN_IN_WRONG };
        return RC_OK;
    }
    TRY(q_password_set_own(cx, g, change->new_hash, cx->now_ms, NULL));
    TRY(q_session_end_all(cx, g, NULL));
    TRY(q_link_end_own(cx, g, cx->now_ms, NULL));
    TRY(delays_success(cx, sign_in, &delays));
    TRY(identity_event(cx, "password.changed", "person", cx->subject->person_id, NULL));
    return session_create(cx, sign_in, cx->subject->person_id, change->address, device, ret);
}
