/* One-time links: the first administrator, and passwords that were forgotten. */
#include "core/random.h"
#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"
#include "domain/identity/sign_in_q.h"

#define LINK_MS (30 * MS_MINUTE)

static Str kind_word(LinkKind kind)
{
    return kind == LINK_SETUP ? STR("setup") : STR("reset");
}

static Rc link_make(Ctx *cx, GrantedPeople g, LinkKind kind, OptInt person, Str *ret_token)
{
    LinkInsertRow row;
    Changes c = { 0 };
    Str token = random_secret(cx->arena);

    TRY(q_link_end(cx, g, kind_word(kind), person, cx->now_ms, NULL));
    TRY(q_link_insert(cx, g, sha256_hex(cx->arena, token), kind_word(kind), person, cx->now_ms,
                      cx->now_ms + LINK_MS, &row));
    change_add(&c, "kind", STR_NULL, kind_word(kind));
    if (person.set)
        change_add(&c, "person", STR_NULL, str_fmt(cx->arena, "%lld", (long long)person.value));
    TRY(identity_event(cx, "link.created", "link", row.id, &c));
    *ret_token = token;
    return RC_OK;
}

static Rc admin_exists(Ctx *cx, bool *ret)
{
    RoleAnybodyRow row;
    return q_role_anybody(cx, STR("admin"), true, &row, ret);
}

Rc link_setup(Ctx *cx, GrantedPeople g, Str *ret_token)
{
    bool exists;

    TRY(admin_exists(cx, &exists));
    if (exists)
        return fail(cx, RC_CONFLICT, "set_up",
                    TEXT("There is an administrator already. They can sign in."));
    return link_make(cx, g, LINK_SETUP, OPT_NONE, ret_token);
}

Rc link_reset(Ctx *cx, GrantedPeople g, int64_t person_id, Str *ret_token)
{
    Person person;
    bool exists;

    TRY(person_get(cx, person_id, &person));
    if (!person.active)
        return fail(cx, RC_NOT_FOUND, "not_active", TEXT("This person is not active."));
    TRY(person_has_password(cx, g, person_id, &exists));
    if (exists && !access_is_operator(cx->subject))
        return fail(cx, RC_CONFLICT, "has_password",
                    TEXT("This person has a password. A new one is made on the command line."));
    return link_make(cx, g, LINK_RESET, OPT_INT(person_id), ret_token);
}

/* The row of an open link.  Errors: RC_NOT_FOUND. */
static Rc link_find(Ctx *cx, GrantedSignIn g, LinkKind kind, Str token, LinkGetRow *ret)
{
    bool found = false, exists;

    if (secret_is_wellformed(token))
        TRY(q_link_get(cx, g, sha256_hex(cx->arena, token), kind_word(kind), cx->now_ms, ret,
                       &found));
    if (found && kind == LINK_SETUP) {
        TRY(admin_exists(cx, &exists));
        found = !exists;
    }
    if (found)
        return RC_OK;
    return fail(cx, RC_NOT_FOUND, "link_ended",
                TEXT("This link was used already or is older than 30 minutes. Ask for a new one."));
}

Rc link_look(Ctx *cx, GrantedSignIn g, LinkKind kind, Str token, Link *ret)
{
    LinkGetRow row = { 0 };

    TRY(link_find(cx, g, kind, token, &row));
    *ret = (Link){
        .kind = kind,
        .person = { row.person_id.set ? row.person_id.value : 0, row.login, row.name },
        .expires_ms = row.expires_ms,
    };
    return RC_OK;
}

Rc link_prepare(Ctx *cx, GrantedSignIn g, LinkUse *use)
{
    LinkGetRow row = { 0 };

    TRY(link_find(cx, g, use->kind, use->token, &row));
    TRY(password_check(cx, "password", use->password,
                       use->kind == LINK_SETUP ? login_tidy(cx->arena, use->person.login)
                                               : row.login));
    return password_hash(cx->arena, use->password, &use->hash);
}

/* The first administrator. */
static Rc setup_person(Ctx *cx, GrantedSignIn g, const PersonInput *in, int64_t *ret_id,
                       Str *ret_login)
{
    SetupPersonRow row;
    bool made;
    Str search, login = login_tidy(cx->arena, in->login);
    Str name = str_trim(in->name), email = str_is_null(in->email) ? STR("") : in->email;

    if (!login_is_wellformed(login))
        fail_add(cx, STR("/login"), str_is_empty(login) ? "required" : "malformed",
                 TEXT("A login has 1 to {0} letters a to z, digits, or . _ + @ - and starts with a "
                      "letter or digit.",
                      LOGIN_MAX_BYTES));
    if (name.len == 0)
        fail_add(cx, STR("/name"), "required", TEXT("Write your name."));
    person_check(cx, STR(""), in);
    TRY(fail_result(cx));
    TRY(person_search_text(cx, login, name, email, STR(""), &search));
    TRY(q_setup_person(cx, g, login, name, email, search,
                       str_is_null(in->lang) ? STR("en") : in->lang,
                       str_is_null(in->zone) ? STR("UTC") : in->zone, cx->now_ms, &row, &made));
    if (!made)
        return fail_field(cx, RC_INVALID, "login", "taken",
                          TEXT("Somebody signs in as {0} already.", login));
    TRY(q_setup_role(cx, g, row.id, NULL));
    Changes c = { 0 };
    change_add_text(&c, "login", STR_NULL, login);
    change_add_text(&c, "name", STR_NULL, name);
    change_add(&c, "role", STR_NULL, STR("admin"));
    TRY(identity_event_as(cx, row.id, "person.created", "person", row.id, &c));
    *ret_id = row.id;
    *ret_login = login;
    return RC_OK;
}

Rc link_use(Ctx *cx, GrantedSignIn g, const LinkUse *use, Str *ret_login)
{
    LinkGetRow row = { 0 };
    int64_t person, spent;
    Str login;

    TRY(link_find(cx, g, use->kind, use->token, &row));
    if (use->kind == LINK_SETUP) {
        TRY(setup_person(cx, g, &use->person, &person, &login));
    } else {
        person = row.person_id.value;
        login = row.login;
    }
    TRY(q_link_spend(cx, g, row.id, cx->now_ms, &spent));
    if (spent == 0)
        return RC_NOT_FOUND;
    TRY(q_password_set_by_link(cx, g, person, use->hash, cx->now_ms, NULL));
    TRY(q_session_end_by_link(cx, g, person, NULL));
    TRY(identity_event_as(cx, person, "password.set_by_link", "person", person, NULL));
    *ret_login = login;
    return RC_OK;
}
