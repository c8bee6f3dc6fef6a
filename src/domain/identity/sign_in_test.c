#include "core/random.h"
#include "domain/identity/inner.h"
#include "support/db_test.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))
#define PASSWORD "gravel-onion"
#define HERE     STR("192.0.2.7")

/* --- fixtures ------------------------------------------------------------------------------- */

/* Hashed once for all tests. */
static const char *hash(void)
{
    static char text[128];
    Str fresh;
    if (text[0] == '\0') {
        EXPECT_RC(RC_OK, password_hash(test_arena(), STR(PASSWORD), &fresh));
        memcpy(text, fresh.ptr, fresh.len);
    }
    return text;
}

static int64_t account(Ctx *cx, const char *login)
{
    int64_t id = fixture_person(cx, login);
    fixture_exec(cx,
                 SQL("INSERT INTO password (person_id, hash, changed_ms) VALUES (%lld, '%s', 0)",
                     (long long)id, hash()));
    return id;
}

static GrantedSignIn before(Ctx *cx)
{
    GrantedSignIn g;
    EXPECT_RC(RC_OK, access_sign_in(cx, &g));
    return g;
}

static NewSession try_from(Ctx *cx, const char *login, const char *password, Str address)
{
    SignIn s = { .login = str_z(login),
                 .password = str_z(password),
                 .address = address,
                 .device = STR("Browser") };
    NewSession made = { 0 };
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    return made;
}

static NewSession try(Ctx *cx, const char *login, const char *password)
{
    return try_from(cx, login, password, HERE);
}

static int64_t count(Ctx *cx, const char *what)
{
    return fixture_int(cx, SQL("SELECT count(*) FROM %s", what));
}

static Rc resolve(Ctx *cx, Str token)
{
    Subject s;
    bool touch;
    return session_resolve(cx, token, &s, &touch);
}

/* --- signing in ----------------------------------------------------------------------------- */

DB_TEST(sign_in_makes_a_session_and_tells_it)
{
    int64_t robin = account(cx, "robin");
    Subject s;
    bool touch;

    NewSession made = try(cx, " Robin ", PASSWORD);
    EXPECT_INT(SIGN_IN_OK, made.outcome);
    EXPECT_INT(robin, made.person_id);
    EXPECT_INT(43, (int64_t)made.token.len);
    EXPECT_INT(7 * 86400, made.max_age_s);
    EXPECT_INT(ROLE_REQUESTER, made.roles);
    EXPECT_RC(RC_OK, session_resolve(cx, made.token, &s, &touch));
    EXPECT_INT(robin, s.person_id);
    EXPECT_STR("robin", s.login);
    EXPECT_INT(ROLE_REQUESTER, s.roles);
    EXPECT_INT(SCOPE_ALL, s.scopes);
    EXPECT_INT(made.session_id, s.session_id);
    EXPECT_STR("web", s.origin);
    EXPECT(s.csrf_secret.len == 43 && s.zone != NULL && !touch);
    EXPECT_INT(0, fixture_int(cx, SQL("SELECT count(*) FROM session WHERE token_hash = '%.*s'",
                                      STR_ARG(made.token)))); /* only its hash is kept */
    EXPECT_INT(robin,
               fixture_int(cx, "SELECT actor_id FROM event WHERE kind = 'sign_in.succeeded'"));
    EXPECT_STR("192.0.2.7",
               fixture_text(cx, "SELECT to_text FROM event_text WHERE field = 'address'"));
}

DB_TEST(sign_in_refusals_all_look_the_same)
{
    account(cx, "robin");
    int64_t gone = account(cx, "gone");
    fixture_person(cx, "no-password");
    fixture_exec(cx, SQL("UPDATE person SET active = 0 WHERE id = %lld", (long long)gone));
    static const struct {
        int line;
        const char *login, *password;
    } cases[] = {
        { __LINE__, "robin", "wrong" },        { __LINE__, "robin", "" },
        { __LINE__, "unknown", PASSWORD },     { __LINE__, "gone", PASSWORD },
        { __LINE__, "no-password", "" },       { __LINE__, "", "" },
        { __LINE__, "robin' OR 1=1 --", "x" }, { __LINE__, "no-password", PASSWORD },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        NewSession made =
            try_from(cx, cases[i].login, cases[i].password, str_fmt(cx->arena, "10.0.%zu.1", i));
        EXPECT_INT_AT(cases[i].line, SIGN_IN_WRONG, made.outcome);
        EXPECT_INT_AT(cases[i].line, 0, (int64_t)made.token.len);
        EXPECT_INT_AT(cases[i].line, 0, made.person_id);
        EXPECT(str_is_null(cx->type) && cx->errors.n == 0);
    }
    EXPECT_INT(0, count(cx, "session"));
    EXPECT_INT((int64_t)COUNT_OF(cases),
               count(cx, "event WHERE kind = 'sign_in.failed' AND actor_id IS NULL"));
    /* What was typed as a login is not kept: it may be a password. */
    EXPECT_INT(0, count(cx, "event_text WHERE to_text LIKE '%unknown%'"));
}

/* Nothing that can be measured tells an unknown login from a wrong password: the same statements in the
 * same number, and one hash with the same parameters (password_test.c) each. */
DB_TEST(sign_in_does_the_same_for_unknown_logins)
{
    static const char *const logins[] = { "robin", "unknown", "gone" };
    uint64_t prepare[3], finish[3];

    account(cx, "robin");
    int64_t gone = account(cx, "gone");
    fixture_exec(cx, SQL("UPDATE person SET active = 0 WHERE id = %lld", (long long)gone));
    for (size_t i = 0; i < COUNT_OF(logins); i++) {
        SignIn s = { .login = str_z(logins[i]),
                     .password = STR("wrong password"),
                     .address = str_fmt(cx->arena, "10.1.%zu.1", i) };
        NewSession made;
        uint64_t start = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
        prepare[i] = db_conn_statements(cx->db) - start;
        EXPECT_INT(0, s.wait_ms);
        EXPECT(str_starts(s.hash, STR("$argon2id$v=19$m=19456,t=3,p=1$")));
        start = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
        finish[i] = db_conn_statements(cx->db) - start;
        EXPECT_INT(SIGN_IN_WRONG, made.outcome);
    }
    EXPECT(prepare[0] == prepare[1] && prepare[1] == prepare[2]);
    EXPECT(finish[0] == finish[1] && finish[1] == finish[2]);
}

DB_TEST(sign_in_waits_after_failures_known_login_or_not)
{
    static const char *const logins[] = { "robin", "unknown" };
    account(cx, "robin");
    for (size_t k = 0; k < COUNT_OF(logins); k++) {
        Str address = str_fmt(cx->arena, "10.2.%zu.1", k);
        for (int i = 0; i < 5; i++)
            EXPECT_INT(SIGN_IN_WRONG, try_from(cx, logins[k], "wrong", address).outcome);
        NewSession made = try_from(cx, logins[k], PASSWORD, address);
        EXPECT_INT(SIGN_IN_WAIT, made.outcome);
        EXPECT_INT(1000, made.wait_ms);
    }
    cx->now_ms += 1000;
    EXPECT_INT(SIGN_IN_OK, try_from(cx, "robin", PASSWORD, STR("10.2.0.1")).outcome);
    EXPECT_INT(SIGN_IN_WRONG, try_from(cx, "unknown", PASSWORD, STR("10.2.1.1")).outcome);
}

DB_TEST(sign_in_tries_side_by_side_are_not_all_let_through)
{
    SignIn s[8];
    NewSession made;
    int wrong = 0, wait = 0;

    account(cx, "robin");
    for (size_t i = 0; i < COUNT_OF(s); i++) {
        s[i] = (SignIn){ .login = STR("robin"),
                         .address = HERE,
                         .password = i == COUNT_OF(s) - 1 ? STR(PASSWORD) : STR("wrong") };
        EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s[i]));
        EXPECT_INT(0, s[i].wait_ms);
    }
    for (size_t i = 0; i < COUNT_OF(s); i++) {
        EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s[i], 0, &made));
        wrong += made.outcome == SIGN_IN_WRONG;
        wait += made.outcome == SIGN_IN_WAIT;
    }
    EXPECT_INT(5, wrong);
    EXPECT_INT(3, wait); /* the right one among them: whoever guesses learns nothing */
}

DB_TEST(sign_in_looks_again_before_it_lets_in)
{
    int64_t robin = account(cx, "robin");
    SignIn s = { .login = STR("robin"), .password = STR(PASSWORD), .address = HERE };
    NewSession made;

    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    EXPECT(s.verified);
    fixture_exec(cx, "UPDATE password SET hash = 'changed meanwhile'");
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    EXPECT_INT(SIGN_IN_WRONG, made.outcome);

    fixture_exec(cx, SQL("UPDATE password SET hash = '%s'", hash()));
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    fixture_exec(cx, SQL("UPDATE person SET active = 0 WHERE id = %lld", (long long)robin));
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    EXPECT_INT(SIGN_IN_WRONG, made.outcome);
    EXPECT_INT(0, count(cx, "session"));
}

DB_TEST(sign_in_ends_the_session_the_browser_had)
{
    SignIn s = { .login = STR("robin"), .password = STR(PASSWORD), .address = HERE };
    NewSession made;

    account(cx, "robin");
    account(cx, "jo");
    NewSession old = try(cx, "jo", PASSWORD);
    Str other = try(cx, "jo", PASSWORD).token;
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, old.session_id, &made));
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, old.token));
    EXPECT_RC(RC_OK, resolve(cx, other));
    EXPECT_RC(RC_OK, resolve(cx, made.token));
}

DB_TEST(sign_in_of_demo_accounts_needs_a_loopback_listener)
{
    int64_t robin = account(cx, "robin"), id;
    Subject s;
    bool touch;
    GrantedSelf self;
    Str token;

    fixture_exec(cx, "UPDATE person SET demo = 1");
    identity_loopback(false);
    EXPECT_INT(SIGN_IN_WRONG, try(cx, "robin", PASSWORD).outcome);
    identity_loopback(true);
    NewSession made = try(cx, "robin", PASSWORD);
    EXPECT_INT(SIGN_IN_OK, made.outcome);
    EXPECT_RC(RC_OK, session_resolve(cx, made.token, &s, &touch));
    EXPECT(s.demo);
    fixture_act_as(cx, robin);
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, token_create(cx, self, &(TokenInput){ STR("t"), SCOPE_READ, 1 }, &id, &token));
    EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
    identity_loopback(false); /* the same file behind an open listener */
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, made.token));
    EXPECT_RC(RC_NOT_FOUND, token_resolve(cx, token, &s, &touch));
}

/* --- sessions ------------------------------------------------------------------------------- */

DB_TEST(session_times_depend_on_the_work)
{
    int64_t agent = account(cx, "agent"), supplier = account(cx, "supplier");
    account(cx, "plain");
    fixture_member(cx, fixture_team(cx, "team"), agent, false);
    fixture_member(cx, fixture_supplier_team(cx, "acme", "acme"), supplier, false);

    const struct {
        int line;
        const char *login;
        int64_t idle_ms, longest_ms;
    } cases[] = {
        { __LINE__, "plain", 24 * MS_HOUR, 7 * MS_DAY },
        { __LINE__, "agent", 60 * MS_MINUTE, 12 * MS_HOUR },
        { __LINE__, "supplier", 60 * MS_MINUTE, 12 * MS_HOUR },
    };
    Ms start = cx->now_ms;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cx->now_ms = start;
        Str token = try(cx, cases[i].login, PASSWORD).token;
        cx->now_ms = start + cases[i].idle_ms - 1;
        EXPECT_RC_AT(cases[i].line, RC_OK, resolve(cx, token));
        cx->now_ms = start + cases[i].idle_ms;
        EXPECT_RC_AT(cases[i].line, RC_NOT_FOUND, resolve(cx, token));

        cx->now_ms = start;
        token = try(cx, cases[i].login, PASSWORD).token;
        for (int64_t at = cases[i].idle_ms / 2; at < cases[i].longest_ms;
             at += cases[i].idle_ms / 2) {
            Subject s;
            bool touch;
            cx->now_ms = start + at;
            EXPECT_RC_AT(cases[i].line, RC_OK, session_resolve(cx, token, &s, &touch));
            EXPECT_AT(cases[i].line, touch);
            const Subject *outside = cx->subject;
            cx->subject = &s;
            EXPECT_RC(RC_OK, identity_touch(cx));
            cx->subject = outside;
        }
        cx->now_ms = start + cases[i].longest_ms - 1;
        EXPECT_RC_AT(cases[i].line, RC_OK, resolve(cx, token));
        cx->now_ms = start + cases[i].longest_ms;
        EXPECT_RC_AT(cases[i].line, RC_NOT_FOUND, resolve(cx, token));
    }
}

DB_TEST(session_resolve_is_two_statements_and_touched_once_a_minute)
{
    Subject s;
    bool touch;

    account(cx, "robin");
    Str token = try(cx, "robin", PASSWORD).token;
    uint64_t start = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT_INT(2, (int64_t)(db_conn_statements(cx->db) - start));
    cx->now_ms += MS_MINUTE - 1;
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT(!touch);
    cx->now_ms += 1;
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT(touch);
    cx->subject = &s;
    EXPECT_RC(RC_OK, identity_touch(cx));
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT(!touch);
}

DB_TEST(session_resolve_sees_rights_as_they_are_now)
{
    int64_t robin = account(cx, "robin");
    Subject s;
    bool touch;

    Str token = try(cx, "robin", PASSWORD).token;
    fixture_member(cx, fixture_team(cx, "team"), robin, true);
    fixture_role(cx, robin, "auditor", 0);
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT_INT(ROLE_REQUESTER | ROLE_AGENT | ROLE_LEAD | ROLE_AUDITOR, s.roles);
    fixture_exec(cx, "DELETE FROM team_member");
    fixture_exec(cx, "DELETE FROM role_held");
    EXPECT_RC(RC_OK, session_resolve(cx, token, &s, &touch));
    EXPECT_INT(ROLE_REQUESTER, s.roles);
    fixture_exec(cx, "UPDATE person SET active = 0");
    EXPECT_RC(RC_NOT_FOUND, session_resolve(cx, token, &s, &touch));
}

DB_TEST(session_resolve_refuses_what_is_no_secret_of_ours)
{
    account(cx, "robin");
    Str token = try(cx, "robin", PASSWORD).token;
    char twisted[43];
    memcpy(twisted, token.ptr, sizeof twisted);
    twisted[20] = twisted[20] == 'a' ? 'b' : 'a';
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, (Str){ twisted, 43 }));
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, str_sub(token, 0, 42)));
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, STR("")));
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, STR_NULL));
    twisted[20] = ' ';
    uint64_t start = db_conn_statements(cx->db);
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, (Str){ twisted, 43 }));
    EXPECT_INT(0, (int64_t)(db_conn_statements(cx->db) - start));
    EXPECT_RC(RC_OK, resolve(cx, token));
}

DB_TEST(session_list_and_end_are_about_ones_own)
{
    int64_t robin = account(cx, "robin"), ended;
    GrantedSelf self;
    Sessions list;
    Subject s;
    bool touch;

    account(cx, "jo");
    NewSession a = try(cx, "robin", PASSWORD), b = try(cx, "robin", PASSWORD),
               c = try(cx, "jo", PASSWORD);
    EXPECT_RC(RC_OK, session_resolve(cx, a.token, &s, &touch));
    cx->subject = &s;
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, session_list(cx, self, &list));
    EXPECT_INT(2, (int64_t)list.n);
    EXPECT(list.at[0].current != list.at[1].current);
    EXPECT_STR("Browser", list.at[0].device);
    EXPECT_RC(RC_NOT_FOUND, session_end(cx, self, c.session_id));
    EXPECT_RC(RC_OK, resolve(cx, c.token));
    EXPECT_RC(RC_OK, session_end(cx, self, b.session_id));
    EXPECT_RC(RC_NOT_FOUND, session_end(cx, self, b.session_id));
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, b.token));
    EXPECT_RC(RC_OK, session_end_all(cx, self, &ended));
    EXPECT_INT(1, ended);
    EXPECT_RC(RC_NOT_FOUND, resolve(cx, a.token));
    EXPECT_RC(RC_OK, resolve(cx, c.token));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'session.ended'"));
    EXPECT_INT(robin,
               fixture_int(cx, "SELECT actor_id FROM event WHERE kind = 'session.ended_all'"));
}

DB_TEST(session_number_per_person_is_bounded)
{
    int64_t robin = account(cx, "robin");
    fixture_exec(
        cx, SQL("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)"
                " INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms,"
                " expires_ms, idle_ms, address, device)"
                " SELECT 'h' || i, 's', %lld, 0, i, 9e18, 9e17, '', '' FROM n",
                (long long)robin));
    Str token = try(cx, "robin", PASSWORD).token;
    EXPECT_INT(100, count(cx, "session"));
    EXPECT_INT(52, fixture_int(cx, "SELECT min(seen_ms) FROM session"));
    EXPECT_RC(RC_OK, resolve(cx, token));
}

DB_TEST(session_keeps_no_odd_bytes_of_the_device)
{
    char device[400];
    SignIn s = { .login = STR("robin"), .password = STR(PASSWORD), .address = HERE };
    NewSession made;

    account(cx, "robin");
    memset(device, 'x', sizeof device);
    memcpy(&device[199], "\xC3\xA5", 2); /* a letter across the cut */
    s.device = (Str){ device, sizeof device };
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    EXPECT_INT(199, fixture_int(cx, "SELECT length(device) FROM session"));
    fixture_exec(cx, "DELETE FROM session");
    s.device = STR("bell\x07");
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    EXPECT_STR("", fixture_text(cx, "SELECT device FROM session"));
    s.device = s.address = STR_NULL;
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    EXPECT_INT(SIGN_IN_OK, made.outcome);
}

static Rc finish(Ctx *cx, void *arg)
{
    NewSession made;
    GrantedSignIn g;

    TRY(access_sign_in(cx, &g));
    TRY(sign_in_finish(cx, g, arg, 0, &made));
    EXPECT_INT(SIGN_IN_OK, made.outcome);
    return RC_OK;
}

DB_TEST(sign_in_is_whole_or_not_at_all)
{
    SignIn s = { .login = STR("robin"), .password = STR(PASSWORD), .address = HERE };

    account(cx, "robin");
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    fault_run(cx, finish, &s);
}

/* --- the token of forms ---------------------------------------------------------------------- */

TEST(csrf_token_is_another_one_on_every_page_and_bound_to_the_session)
{
    Subject robin = { .csrf_secret = STR("robins secret") },
            jo = { .csrf_secret = STR("jos secret") };
    Subject nobody = { 0 };
    Str a = csrf_token(test_arena(), &robin), b = csrf_token(test_arena(), &robin);

    EXPECT(!str_eq(a, b));
    EXPECT(csrf_ok(&robin, a) && csrf_ok(&robin, b));
    EXPECT(!csrf_ok(&jo, a));
    EXPECT(!csrf_ok(&nobody, a));
    EXPECT_STR("", csrf_token(test_arena(), &nobody));
    EXPECT(!csrf_ok(&nobody, STR("")));
    EXPECT(!csrf_ok(&robin, STR("")));
    EXPECT(!csrf_ok(&robin, STR_NULL));
    EXPECT(!csrf_ok(&robin, str_sub(a, 0, a.len - 1)));
    EXPECT(!csrf_ok(&robin, str_fmt(test_arena(), "%.*sA", STR_ARG(a))));
    EXPECT(!csrf_ok(&robin, STR("robins secret")));
    for (size_t i = 0; i < a.len; i++) {
        char twisted[128];
        memcpy(twisted, a.ptr, a.len);
        twisted[i] = twisted[i] == 'A' ? 'B' : 'A';
        EXPECT_AT((int)i, !csrf_ok(&robin, (Str){ twisted, a.len }));
    }
}

/* --- API tokens ----------------------------------------------------------------------------- */

typedef struct Maker {
    GrantedSelf g;
    int64_t id;
} Maker;

static Maker maker(Ctx *cx, const char *login)
{
    Maker m = { .id = fixture_person(cx, login) };
    fixture_act_as(cx, m.id);
    EXPECT_RC(RC_OK, access_self(cx, &m.g));
    return m;
}

DB_TEST(token_is_recognised_by_its_form_alone)
{
    Maker m = maker(cx, "robin");
    int64_t id;
    Str token;

    EXPECT_RC(RC_OK,
              token_create(cx, m.g, &(TokenInput){ STR("ci"), SCOPE_READ, 30 }, &id, &token));
    EXPECT(str_starts(token, STR("errand_")));
    EXPECT_INT(7 + 43 + 6, (int64_t)token.len);
    EXPECT(token_is_wellformed(token));
    for (size_t i = 0; i < token.len; i++) {
        char twisted[64];
        memcpy(twisted, token.ptr, token.len);
        twisted[i] = twisted[i] == 'A' ? 'B' : 'A';
        EXPECT_AT((int)i, !token_is_wellformed((Str){ twisted, token.len }));
    }
    EXPECT(!token_is_wellformed(str_sub(token, 0, token.len - 1)));
    EXPECT(!token_is_wellformed(STR("")));
    EXPECT(!token_is_wellformed(STR("errand_")));
    EXPECT_INT(0, count(cx, SQL("api_token WHERE token_hash = '%.*s'", STR_ARG(token))));
}

DB_TEST(token_resolves_until_it_ends)
{
    Maker m = maker(cx, "robin");
    Subject s;
    bool touch;
    int64_t id;
    Str token;

    EXPECT_RC(RC_OK,
              token_create(cx, m.g, &(TokenInput){ STR(" ci "), SCOPE_READ | SCOPE_PEOPLE, 365 },
                           &id, &token));
    EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
    EXPECT_INT(m.id, s.person_id);
    EXPECT_INT(id, s.token_id);
    EXPECT_INT(0, s.session_id);
    EXPECT_INT(SCOPE_READ | SCOPE_PEOPLE, s.scopes);
    EXPECT_STR("api", s.origin);
    EXPECT(touch && s.csrf_secret.len == 0);
    cx->now_ms += 365 * MS_DAY - 1;
    EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
    cx->now_ms += 1;
    EXPECT_RC(RC_NOT_FOUND, token_resolve(cx, token, &s, &touch));
}

DB_TEST(token_first_use_is_an_event)
{
    Maker m = maker(cx, "robin");
    Subject s;
    bool touch;
    int64_t id;
    Str token;
    ApiTokens list;

    EXPECT_RC(RC_OK,
              token_create(cx, m.g, &(TokenInput){ STR("ci"), SCOPE_READ, 30 }, &id, &token));
    EXPECT_RC(RC_OK, token_list(cx, m.g, &list));
    EXPECT_MS(MS_NONE, list.at[0].used_ms);
    for (int i = 0; i < 3; i++) {
        cx->now_ms += 2 * MS_MINUTE;
        EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
        EXPECT(touch);
        const Subject *outside = cx->subject;
        cx->subject = &s;
        EXPECT_RC(RC_OK, identity_touch(cx));
        cx->subject = outside;
        EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
        EXPECT(!touch);
    }
    EXPECT_INT(1, count(cx, "event WHERE kind = 'token.first_used'"));
    EXPECT_RC(RC_OK, token_list(cx, m.g, &list));
    EXPECT_MS(cx->now_ms, list.at[0].used_ms);
    EXPECT_STR(str_skip(token, token.len - 4), list.at[0].hint);
}

DB_TEST(token_input_is_checked_at_its_bounds)
{
    Maker m = maker(cx, "robin");
    char long_name[81];
    int64_t id;
    Str token;

    memset(long_name, 'n', sizeof long_name);
    const struct {
        int line;
        TokenInput in;
        const char *pointer;
    } cases[] = {
        { __LINE__, { STR(""), SCOPE_READ, 1 }, "/name" },
        { __LINE__, { STR(" "), SCOPE_READ, 1 }, "/name" },
        { __LINE__, { STR("a\nb"), SCOPE_READ, 1 }, "/name" },
        { __LINE__, { { long_name, 81 }, SCOPE_READ, 1 }, "/name" },
        { __LINE__, { STR("n"), 0, 1 }, "/scopes" },
        { __LINE__, { STR("n"), 16, 1 }, "/scopes" },
        { __LINE__, { STR("n"), SCOPE_READ, 0 }, "/days" },
        { __LINE__, { STR("n"), SCOPE_READ, 366 }, "/days" },
        { __LINE__, { STR("n"), SCOPE_READ, -1 }, "/days" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cx->errors = (FieldErrors){ 0 };
        cx->failed = false;
        EXPECT_RC_AT(cases[i].line, RC_INVALID, token_create(cx, m.g, &cases[i].in, &id, &token));
        EXPECT_INT_AT(cases[i].line, 1, (int64_t)cx->errors.n);
        EXPECT_STR_AT(cases[i].line, cases[i].pointer, cx->errors.at[0].pointer);
    }
    cx->failed = false;
    EXPECT_RC(RC_OK, token_create(cx, m.g, &(TokenInput){ { long_name, 80 }, SCOPE_ALL, 365 }, &id,
                                  &token));
    for (int i = 1; i < TOKENS_MAX; i++)
        EXPECT_RC(RC_OK,
                  token_create(cx, m.g, &(TokenInput){ STR("n"), SCOPE_READ, 1 }, &id, &token));
    EXPECT_RC(RC_LIMIT,
              token_create(cx, m.g, &(TokenInput){ STR("n"), SCOPE_READ, 1 }, &id, &token));
    EXPECT_RC(RC_OK, token_revoke(cx, m.g, id));
    EXPECT_RC(RC_OK, token_create(cx, m.g, &(TokenInput){ STR("n"), SCOPE_READ, 1 }, &id, &token));
}

DB_TEST(token_is_made_and_revoked_by_its_person_only)
{
    Maker robin = maker(cx, "robin");
    int64_t id, other;
    Str token;
    Subject s;
    bool touch;
    GrantedPeople people;

    EXPECT_RC(RC_OK,
              token_create(cx, robin.g, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &id, &token));
    Maker jo = maker(cx, "jo");
    EXPECT_RC(RC_NOT_FOUND, token_revoke(cx, jo.g, id));

    /* A token makes no tokens: it would outlive its own end. */
    EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
    cx->subject = &s;
    EXPECT_RC(RC_FORBIDDEN,
              token_create(cx, robin.g, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &other, &token));
    EXPECT_RC(RC_FORBIDDEN, token_revoke(cx, robin.g, id));
    /* Nor does it end sessions. */
    EXPECT_RC(RC_FORBIDDEN, session_end_all(cx, robin.g, &other));
    EXPECT_RC(RC_FORBIDDEN, session_end(cx, robin.g, 1));
    PasswordChange change = { .old_password = STR("a"), .new_password = STR("turnip-violin") };
    EXPECT_RC(RC_FORBIDDEN, password_change_prepare(cx, robin.g, &change));
    /* Nor does an administrator for others. */
    EXPECT_RC(RC_OK, access_internal_people(cx, INTERNAL_DEMO, &people));
    EXPECT_RC(RC_FORBIDDEN,
              token_create_for(cx, people, jo.id, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &token));

    fixture_act_as(cx, robin.id);
    Str first = STR_NULL;
    EXPECT_RC(RC_OK,
              token_create(cx, robin.g, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &id, &first));
    EXPECT_RC(RC_OK, token_revoke(cx, robin.g, id));
    EXPECT_RC(RC_NOT_FOUND, token_resolve(cx, first, &s, &touch));
    EXPECT_RC(RC_NOT_FOUND, token_revoke(cx, robin.g, id));
    EXPECT_INT(1, count(cx, "event WHERE kind = 'token.revoked'"));
    EXPECT_INT(2, count(cx, "event WHERE kind = 'token.created'"));
}

DB_TEST(token_for_anybody_comes_from_the_command_line)
{
    Subject operator= { .scopes = SCOPE_ALL, .origin = STR("cli") }, s;
    int64_t robin = fixture_person(cx, "robin");
    GrantedPeople g;
    bool touch;
    Str token;

    cx->subject = &operator;
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    EXPECT_RC(RC_NOT_FOUND,
              token_create_for(cx, g, 99999, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &token));
    EXPECT_RC(RC_INVALID,
              token_create_for(cx, g, robin, &(TokenInput){ STR("n"), SCOPE_ALL, 400 }, &token));
    cx->failed = false;
    EXPECT_RC(RC_OK,
              token_create_for(cx, g, robin, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &token));
    EXPECT_RC(RC_OK, token_resolve(cx, token, &s, &touch));
    EXPECT_INT(robin, s.person_id);
    fixture_exec(cx, "UPDATE person SET active = 0");
    EXPECT_RC(RC_NOT_FOUND, token_resolve(cx, token, &s, &touch));
    EXPECT_RC(RC_NOT_FOUND,
              token_create_for(cx, g, robin, &(TokenInput){ STR("n"), SCOPE_ALL, 1 }, &token));
}

TEST(token_scopes_are_read_from_words)
{
    uint32_t bits = 0;
    EXPECT_RC(RC_OK, token_scopes(STR("read"), &bits));
    EXPECT_INT(SCOPE_READ, bits);
    EXPECT_RC(RC_OK, token_scopes(STR("read,request people"), &bits));
    EXPECT_INT(SCOPE_READ | SCOPE_REQUEST | SCOPE_PEOPLE, bits);
    EXPECT_RC(RC_OK, token_scopes(STR(" all, "), &bits));
    EXPECT_INT(SCOPE_ALL, bits);
    EXPECT_RC(RC_INVALID, token_scopes(STR("read,everything"), &bits));
    EXPECT_RC(RC_INVALID, token_scopes(STR(""), &bits));
    EXPECT_RC(RC_INVALID, token_scopes(STR(" , "), &bits));
}
