#include <pthread.h>
#include <sodium.h>

#include "domain/identity/inner.h"
#include "support/db_test.h"

static const char *check(Ctx *cx, Str password, const char *login)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    if (password_check(cx, "password", password, str_z(login)) == RC_OK)
        return "fine";
    EXPECT_STR("/password", cx->errors.at[0].pointer);
    return cx->errors.at[0].code.ptr;
}

TEST(password_check_judges_length_and_words_but_not_composition)
{
    Ctx cx = { .arena = test_arena() };
    static const struct {
        int line;
        const char *password, *verdict;
    } cases[] = {
        { __LINE__, "", "too_short" },
        { __LINE__, "elevenbytes", "too_short" },
        { __LINE__, "gravel-onion", "fine" },
        { __LINE__, "correct horse battery staple", "fine" },
        { __LINE__, "x9$kQ2!mPz7w", "fine" },
        { __LINE__, "84#29!17@35x", "fine" },
        { __LINE__, "鸡蛋在窗台上唱歌", "fine" },
        { __LINE__, "tegelstenar på vinden", "fine" },
        { __LINE__, "aaaaaaaaaaaaaaaa", "common" },
        { __LINE__, "abcabcabcabc", "common" },
        { __LINE__, "abcdefghijklmnop", "common" },
        { __LINE__, "123456789012", "common" },
        { __LINE__, "098765432109", "common" },
        { __LINE__, "qwertyuiopasdf", "common" },
        { __LINE__, "1qaz2wsx3edc4rfv", "common" },
        { __LINE__, "password1234", "common" },
        { __LINE__, "Password1234!", "common" },
        { __LINE__, "P@ssw0rd2026!", "common" },
        { __LINE__, "passwordpassword", "common" },
        { __LINE__, "Summer2026!!", "common" },
        { __LINE__, "sommar-2026-!", "common" },
        { __LINE__, "iloveyou1990", "common" },
        { __LINE__, "letmeinplease", "common" },
        { __LINE__, "welcomewelcome1", "common" },
        { __LINE__, "Liverpool1892!", "common" },
        { __LINE__, "superman batman", "common" },
        { __LINE__, "woaini520520", "common" },
        { __LINE__, "errand-demo-only", "common" },
        { __LINE__, "helpdesk-2026", "common" },
        { __LINE__, "202611222026", "common" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR_AT(cases[i].line, cases[i].verdict, check(&cx, str_z(cases[i].password), "sam"));
}

TEST(password_check_counts_bytes_at_both_bounds)
{
    Ctx cx = { .arena = test_arena() };
    char text[PASSWORD_MAX_BYTES + 1];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + (i * i * 7 + i / 3) % 26);
    EXPECT_STR("too_short", check(&cx, (Str){ text, PASSWORD_MIN_BYTES - 1 }, "sam"));
    EXPECT_STR("fine", check(&cx, (Str){ text, PASSWORD_MIN_BYTES }, "sam"));
    EXPECT_STR("fine", check(&cx, (Str){ text, PASSWORD_MAX_BYTES }, "sam"));
    EXPECT_STR("too_long", check(&cx, (Str){ text, PASSWORD_MAX_BYTES + 1 }, "sam"));
}

TEST(password_check_refuses_the_login_in_any_case_and_what_cannot_be_typed)
{
    Ctx cx = { .arena = test_arena() };
    EXPECT_STR("contains_login", check(&cx, STR("my-ROWAN-tree-here"), "rowan"));
    EXPECT_STR("contains_login", check(&cx, STR("rowan-gravel-onion"), "rowan"));
    EXPECT_STR("contains_login", check(&cx, STR("gravel-onion-rowan"), "rowan"));
    EXPECT_STR("fine", check(&cx, STR("bo-likes-gravel-onion"), "bo")); /* too short to matter */
    EXPECT_STR("malformed", check(&cx, STR("gravel-onion\0more"), "sam"));
    EXPECT_STR("malformed", check(&cx, STR("gravel-onion\xFF"), "sam"));
}

TEST(password_hash_is_verified_and_no_two_are_equal)
{
    Str a, b;
    bool same;

    EXPECT_RC(RC_OK, password_hash(test_arena(), STR("gravel-onion"), &a));
    EXPECT_RC(RC_OK, password_hash(test_arena(), STR("gravel-onion"), &b));
    EXPECT(!str_eq(a, b));
    EXPECT(str_starts(a, STR("$argon2id$v=19$m=19456,t=3,p=1$")));
    EXPECT_RC(RC_OK, password_verify(a, STR("gravel-onion"), &same));
    EXPECT(same);
    EXPECT_RC(RC_OK, password_verify(a, STR("gravel-oniom"), &same));
    EXPECT(!same);
    EXPECT_RC(RC_OK, password_verify(a, STR(""), &same));
    EXPECT(!same);
    EXPECT_RC(RC_OK, password_verify(STR("not a hash"), STR("gravel-onion"), &same));
    EXPECT(!same);
}

/* A known password beyond 256 bytes would make somebody pay for hashing a megabyte. */
TEST(password_longer_than_any_is_never_right)
{
    char text[PASSWORD_MAX_BYTES + 1];
    Str hash;
    bool same;

    memset(text, 'x', sizeof text);
    EXPECT_RC(RC_OK, password_hash(test_arena(), (Str){ text, PASSWORD_MAX_BYTES }, &hash));
    EXPECT_RC(RC_INVALID,
              password_hash(test_arena(), (Str){ text, PASSWORD_MAX_BYTES + 1 }, &hash));
    EXPECT_RC(RC_OK, password_verify(hash, (Str){ text, PASSWORD_MAX_BYTES }, &same));
    EXPECT(same);
    EXPECT_RC(RC_OK, password_verify(hash, (Str){ text, PASSWORD_MAX_BYTES + 1 }, &same));
    EXPECT(!same);
}

/* An unknown login must cost what a known one does: same algorithm, memory and passes. */
TEST(password_nobody_has_the_parameters_of_real_hashes)
{
    Str hash;
    bool same;
    size_t params = strlen("$argon2id$v=19$m=19456,t=3,p=1$");

    EXPECT_RC(RC_OK, password_hash(test_arena(), STR("gravel-onion"), &hash));
    EXPECT_STR(str_sub(hash, 0, params), str_sub(password_nobody, 0, params));
    EXPECT_INT((int64_t)hash.len, (int64_t)password_nobody.len);
    EXPECT_INT(0, crypto_pwhash_str_needs_rehash(password_nobody.ptr, 3, 19456U * 1024));
    EXPECT_RC(RC_OK, password_verify(password_nobody, STR(""), &same));
    EXPECT(!same);
}

/* --- at most two at once, 32 waiting --------------------------------------------------------- */

enum { CROWD = 48 };

static void *verify_once(void *arg)
{
    bool same;
    Rc *rc = arg;
    *rc = password_verify(password_nobody, STR("gravel-onion"), &same);
    return NULL;
}

TEST(password_hashes_beyond_the_queue_are_refused)
{
    pthread_t threads[CROWD];
    Rc rcs[CROWD];
    int ok = 0, busy = 0;

    for (int i = 0; i < CROWD; i++)
        EXPECT_INT(0, pthread_create(&threads[i], NULL, verify_once, &rcs[i]));
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < CROWD; i++) {
        ok += rcs[i] == RC_OK;
        busy += rcs[i] == RC_BUSY;
    }
    EXPECT_INT(CROWD, ok + busy);
    EXPECT(ok >= 34); /* two run and 32 wait; threads that start late find room again */
    Rc rc = RC_BUSY;
    verify_once(&rc);
    EXPECT_RC(RC_OK, rc);
}

/* --- changing one's own ---------------------------------------------------------------------- */

typedef struct Own {
    GrantedSelf g;
    int64_t id;
} Own;

static Own person_with_password(Ctx *cx, const char *password)
{
    Own own = { .id = fixture_person(cx, "robin") };
    Str hash;

    EXPECT_RC(RC_OK, password_hash(cx->arena, str_z(password), &hash));
    fixture_exec(cx,
                 str_dup_z(cx->arena, str_fmt(cx->arena,
                                              "INSERT INTO password (person_id, hash, changed_ms)"
                                              " VALUES (%lld, '%.*s', 0)",
                                              (long long)own.id, STR_ARG(hash))));
    fixture_act_as(cx, own.id);
    EXPECT_RC(RC_OK, access_self(cx, &own.g));
    return own;
}

DB_TEST(password_change_ends_all_sessions_and_makes_a_new_one)
{
    Own own = person_with_password(cx, "gravel-onion");
    PasswordChange c = { .old_password = STR("gravel-onion"),
                         .new_password = STR("turnip-violin") };
    NewSession s;
    Subject who;
    bool touch, same;

    fixture_exec(
        cx,
        "INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms, expires_ms,"
        " idle_ms, address, device) SELECT 'h', 's', id, 0, 0, 0, 0, '', '' FROM person");
    fixture_exec(cx,
                 "INSERT INTO one_time_link (token_hash, kind, person_id, created_ms, expires_ms)"
                 " SELECT 'l', 'reset', id, 0, 0 FROM person");
    EXPECT_RC(RC_OK, password_change_prepare(cx, own.g, &c));
    EXPECT_RC(RC_OK, password_change(cx, own.g, &c, STR("Browser"), &s));
    EXPECT_INT(SIGN_IN_OK, s.outcome);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM session"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM one_time_link WHERE used_ms IS NULL"));
    EXPECT_RC(RC_OK, session_resolve(cx, s.token, &who, &touch));
    EXPECT_INT(own.id, who.person_id);
    EXPECT_RC(RC_OK, password_verify(fixture_text(cx, "SELECT hash FROM password"),
                                     STR("turnip-violin"), &same));
    EXPECT(same);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'password.changed'"));
}

DB_TEST(password_change_needs_the_old_one_and_is_throttled)
{
    Own own = person_with_password(cx, "gravel-onion");
    PasswordChange c = { .old_password = STR("wrong"), .new_password = STR("turnip-violin") };
    NewSession s = { 0 };

    for (int i = 0; i < 5; i++) {
        c = (PasswordChange){ .old_password = STR("wrong"), .new_password = STR("turnip-violin") };
        EXPECT_RC(RC_OK, password_change_prepare(cx, own.g, &c));
        EXPECT_RC(RC_OK, password_change(cx, own.g, &c, STR(""), &s));
        EXPECT_INT(SIGN_IN_WRONG, s.outcome);
    }
    c = (PasswordChange){ .old_password = STR("gravel-onion"),
                          .new_password = STR("turnip-violin") };
    EXPECT_RC(RC_OK, password_change_prepare(cx, own.g, &c));
    EXPECT(c.wait_ms > 0 && !c.verified); /* nothing was hashed */
    EXPECT_RC(RC_OK, password_change(cx, own.g, &c, STR(""), &s));
    EXPECT_INT(SIGN_IN_WAIT, s.outcome);
    EXPECT_INT(5, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'password.refused'"));

    c = (PasswordChange){ .old_password = STR("gravel-onion"), .new_password = STR("short") };
    EXPECT_RC(RC_INVALID, password_change_prepare(cx, own.g, &c));
    c = (PasswordChange){ .old_password = STR("gravel-onion"),
                          .new_password = STR("gravel-onion") };
    EXPECT_RC(RC_INVALID, password_change_prepare(cx, own.g, &c));
}

DB_TEST(password_change_sees_that_another_change_came_first)
{
    Own own = person_with_password(cx, "gravel-onion");
    PasswordChange c = { .old_password = STR("gravel-onion"),
                         .new_password = STR("turnip-violin") };
    NewSession s;

    EXPECT_RC(RC_OK, password_change_prepare(cx, own.g, &c));
    EXPECT(c.verified);
    fixture_exec(cx, "UPDATE password SET hash = 'another'");
    EXPECT_RC(RC_OK, password_change(cx, own.g, &c, STR(""), &s));
    EXPECT_INT(SIGN_IN_WRONG, s.outcome);
    EXPECT_STR("another", fixture_text(cx, "SELECT hash FROM password"));
}
