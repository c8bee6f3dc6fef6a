#include "domain/identity/inner.h"
#include "support/db_test.h"

#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

static Subject operator= { .scopes = SCOPE_ALL, .origin = STR_INIT("cli") };

static GrantedPeople by_operator(Ctx *cx)
{
    GrantedPeople g;
    cx->subject = &operator;
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    return g;
}

static GrantedSignIn before(Ctx *cx)
{
    GrantedSignIn g;
    EXPECT_RC(RC_OK, access_sign_in(cx, &g));
    return g;
}

static LinkUse setup(Str token)
{
    return (LinkUse){
        .kind = LINK_SETUP,
        .token = token,
        .password = STR("gravel-onion"),
        .person = { .login = STR(" First "),
                    .name = STR("First Admin"),
                    .lang = STR("sv"),
                    .zone = STR("Europe/Stockholm") },
    };
}

static bool signs_in(Ctx *cx, const char *login, const char *password)
{
    SignIn s = { .login = str_z(login), .password = str_z(password), .address = STR("192.0.2.7") };
    NewSession made;
    EXPECT_RC(RC_OK, sign_in_prepare(cx, before(cx), &s));
    EXPECT_RC(RC_OK, sign_in_finish(cx, before(cx), &s, 0, &made));
    return made.outcome == SIGN_IN_OK;
}

DB_TEST(link_setup_makes_the_first_administrator_once)
{
    GrantedPeople g = by_operator(cx), again;
    Str token, login;
    Link link;
    Person p;

    EXPECT_RC(RC_OK, link_setup(cx, g, &token));
    EXPECT_INT(0,
               fixture_int(cx, SQL("SELECT count(*) FROM one_time_link WHERE token_hash = '%.*s'",
                                   STR_ARG(token))));
    EXPECT_RC(RC_OK, link_look(cx, before(cx), LINK_SETUP, token, &link));
    EXPECT_INT(0, link.person.id);
    EXPECT_MS(cx->now_ms + 30 * MS_MINUTE, link.expires_ms);
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_RESET, token, &link));

    LinkUse use = setup(token);
    EXPECT_RC(RC_OK, link_prepare(cx, before(cx), &use));
    EXPECT_RC(RC_OK, link_use(cx, before(cx), &use, &login));
    EXPECT_STR("first", login);
    EXPECT_RC(RC_OK, person_by_login(cx, login, &p));
    EXPECT_INT(LANG_SV, p.lang);
    fixture_act_as(cx, p.id);
    EXPECT_RC(RC_OK, access_people(cx, true, &again));
    EXPECT(signs_in(cx, "first", "gravel-onion"));
    EXPECT_INT(p.id, fixture_int(cx, "SELECT actor_id FROM event WHERE kind = 'person.created'"));

    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_SETUP, token, &link));
    EXPECT_RC(RC_NOT_FOUND, link_use(cx, before(cx), &use, &login));
    EXPECT_RC(RC_CONFLICT, link_setup(cx, again, &token));
}

DB_TEST(link_setup_dies_with_the_first_administrator_of_another_way)
{
    Str token, login;
    Link link;

    EXPECT_RC(RC_OK, link_setup(cx, by_operator(cx), &token));
    LinkUse use = setup(token);
    EXPECT_RC(RC_OK, link_prepare(cx, before(cx), &use));
    fixture_role(cx, fixture_person(cx, "other"), "admin", 0);
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_SETUP, token, &link));
    EXPECT_RC(RC_NOT_FOUND, link_use(cx, before(cx), &use, &login));
}

DB_TEST(link_setup_checks_what_is_typed)
{
    Str token, login;

    EXPECT_RC(RC_OK, link_setup(cx, by_operator(cx), &token));
    LinkUse use = setup(token);
    use.password = STR("short");
    EXPECT_RC(RC_INVALID, link_prepare(cx, before(cx), &use));
    use.password = STR("my-first-gravel-onion");
    EXPECT_RC(RC_INVALID, link_prepare(cx, before(cx), &use)); /* around the login */
    use = setup(token);
    EXPECT_RC(RC_OK, link_prepare(cx, before(cx), &use));
    use.person =
        (PersonInput){ .login = STR("?"), .email = STR("?"), .lang = STR("?"), .zone = STR("?") };
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    EXPECT_RC(RC_INVALID, link_use(cx, before(cx), &use, &login));
    EXPECT_INT(5, (int64_t)cx->errors.n);
    cx->failed = false;
    fixture_person(cx, "first");
    use = setup(token);
    EXPECT_RC(RC_OK, link_prepare(cx, before(cx), &use));
    EXPECT_RC(RC_INVALID, link_use(cx, before(cx), &use, &login));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM one_time_link WHERE used_ms IS NULL"));
}

DB_TEST(link_reset_sets_the_password_and_ends_the_sessions)
{
    int64_t robin = fixture_person(cx, "robin");
    Str first, token, login;
    Link link;

    fixture_exec(
        cx,
        "INSERT INTO password (person_id, hash, changed_ms) SELECT id, 'forgotten', 0 FROM person");
    fixture_exec(
        cx,
        "INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms, expires_ms,"
        " idle_ms, address, device) SELECT 'h', 's', id, 0, 0, 0, 0, '', '' FROM person");
    EXPECT_RC(RC_OK, link_reset(cx, by_operator(cx), robin, &first));
    EXPECT_RC(RC_OK, link_reset(cx, by_operator(cx), robin, &token));
    EXPECT_RC(RC_NOT_FOUND,
              link_look(cx, before(cx), LINK_RESET, first, &link)); /* the newer one counts */
    EXPECT_RC(RC_OK, link_look(cx, before(cx), LINK_RESET, token, &link));
    EXPECT_RC(RC_OK,
              link_look(cx, before(cx), LINK_RESET, token, &link)); /* looking uses nothing up */
    EXPECT_STR("robin", link.person.login);

    LinkUse use = { .kind = LINK_RESET, .token = token, .password = STR("robin-gravel-onion") };
    EXPECT_RC(RC_INVALID, link_prepare(cx, before(cx), &use));
    use.password = STR("gravel-onion");
    EXPECT_RC(RC_OK, link_prepare(cx, before(cx), &use));
    EXPECT_RC(RC_OK, link_use(cx, before(cx), &use, &login));
    EXPECT_STR("robin", login);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM session")); /* and it does not sign in */
    EXPECT(signs_in(cx, "robin", "gravel-onion"));
    EXPECT_RC(RC_NOT_FOUND, link_use(cx, before(cx), &use, &login));
    EXPECT_INT(robin,
               fixture_int(cx, "SELECT actor_id FROM event WHERE kind = 'password.set_by_link'"));
}

DB_TEST(link_ends_after_thirty_minutes_and_with_its_person)
{
    int64_t robin = fixture_person(cx, "robin");
    Ms start = cx->now_ms;
    Str token;
    Link link;

    EXPECT_RC(RC_OK, link_reset(cx, by_operator(cx), robin, &token));
    cx->now_ms = start + 30 * MS_MINUTE - 1;
    EXPECT_RC(RC_OK, link_look(cx, before(cx), LINK_RESET, token, &link));
    cx->now_ms = start + 30 * MS_MINUTE;
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_RESET, token, &link));
    EXPECT_STR("link_ended", cx->type);
    cx->now_ms = start;
    fixture_exec(cx, "UPDATE person SET active = 0");
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_RESET, token, &link));
    EXPECT_RC(RC_NOT_FOUND, link_reset(cx, by_operator(cx), robin, &token));
    EXPECT_RC(RC_NOT_FOUND, link_reset(cx, by_operator(cx), 99999, &token));
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_RESET, STR("x"), &link));
    EXPECT_RC(RC_NOT_FOUND, link_look(cx, before(cx), LINK_RESET, STR_NULL, &link));
}

DB_TEST(link_reset_gives_an_administrator_no_account_of_others)
{
    int64_t admin = fixture_person(cx, "admin"), robin = fixture_person(cx, "robin");
    GrantedPeople g;
    Str token;

    fixture_role(cx, admin, "admin", 0);
    fixture_act_as(cx, admin);
    EXPECT_RC(RC_OK, access_people(cx, true, &g));
    EXPECT_RC(RC_OK, link_reset(cx, g, robin, &token)); /* somebody new */
    fixture_exec(cx, SQL("INSERT INTO password (person_id, hash, changed_ms) VALUES (%lld, 'h', 0)",
                         (long long)robin));
    EXPECT_RC(RC_CONFLICT, link_reset(cx, g, robin, &token));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'link.created'"));
}

/* --- refusals for the audit trail ------------------------------------------------------------ */

/* Writes what is due, and its transaction is kept. */
static Rc flush(Ctx *cx)
{
    TRY(denial_flush(cx));
    denial_committed();
    return RC_OK;
}

DB_TEST(denials_are_counted_per_person_route_and_minute)
{
    int64_t robin = fixture_person(cx, "robin");

    EXPECT_RC(RC_OK, flush(cx)); /* what other tests left */
    fixture_exec(cx, "DELETE FROM event_text");
    fixture_exec(cx, "DELETE FROM event");
    for (int i = 0; i < 5; i++)
        denial_note(robin, "GET /admin/people", cx->now_ms);
    denial_note(robin, "POST /admin/people", cx->now_ms);
    denial_note(0, "GET /admin/people", cx->now_ms);
    denial_note(robin, "GET /admin/people", cx->now_ms + MS_MINUTE);
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event"));
    cx->now_ms += MS_MINUTE;
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(3, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'access.denied'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%\"to\":\"5\"%'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE actor_id IS NULL"));
    cx->now_ms += MS_MINUTE;
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(4, fixture_int(cx, "SELECT count(*) FROM event"));
}

DB_TEST(denials_beyond_the_room_are_counted_together)
{
    cx->now_ms += MS_DAY;
    EXPECT_RC(RC_OK, flush(cx));
    fixture_exec(cx, "DELETE FROM event_text");
    fixture_exec(cx, "DELETE FROM event");
    for (int i = 1; i <= 600; i++)
        denial_note(i, "GET /audit", cx->now_ms);
    cx->now_ms += MS_MINUTE;
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(513, fixture_int(cx, "SELECT count(*) FROM event"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%\"to\":\"88\"%'"));
}

DB_TEST(denials_are_not_lost_when_the_database_fails)
{
    cx->now_ms += 2 * MS_DAY;
    EXPECT_RC(RC_OK, flush(cx));
    denial_note(7, "GET /audit", cx->now_ms);
    cx->now_ms += MS_MINUTE;
    int64_t before_it = fixture_int(cx, "SELECT count(*) FROM event");
    db_fail_after(cx->db, 1);
    EXPECT_RC(RC_INTERNAL, denial_flush(cx));
    db_fail_after(cx->db, 0);
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(before_it + 1, fixture_int(cx, "SELECT count(*) FROM event"));
}

DB_TEST(denials_stay_in_memory_until_they_are_committed)
{
    cx->now_ms += 3 * MS_DAY;
    EXPECT_RC(RC_OK, flush(cx));
    denial_note(7, "GET /audit", cx->now_ms);
    cx->now_ms += MS_MINUTE;
    int64_t before_it = fixture_int(cx, "SELECT count(*) FROM event");
    EXPECT_RC(RC_OK, denial_flush(cx)); /* and its commit fails */
    denial_note(8, "GET /audit", cx->now_ms);
    EXPECT_RC(RC_OK, flush(cx)); /* the same once more */
    EXPECT_INT(before_it + 2, fixture_int(cx, "SELECT count(*) FROM event"));
    cx->now_ms += MS_MINUTE;
    EXPECT_RC(RC_OK, flush(cx)); /* then what came since */
    EXPECT_RC(RC_OK, flush(cx));
    EXPECT_INT(before_it + 3, fixture_int(cx, "SELECT count(*) FROM event"));
}
