/* cmd_user.c - errand user add|list|password and errand token create. */
#include "cli/commands.h"

#include "domain/identity/identity.h"

#define TOKEN_DAYS 90

typedef struct UserCall {
    PersonInput input;
    bool admin;
    Str login, words;
    Persons persons;
    Str link; /* secret of a link that sets a password */
    Str token;
    TokenInput token_input;
} UserCall;

/* --- user add ------------------------------------------------------------------------------- */

static Rc add_user(Ctx *cx, void *arg)
{
    UserCall *u = arg;
    GrantedPeople g;
    Person p;
    int64_t id;

    TRY(access_people(cx, true, &g));
    TRY(person_create(cx, g, &u->input, &id));
    if (u->admin)
        TRY(role_grant(cx, g, id, (RoleHeld){ ROLE_ADMIN, 0 }));
    TRY(person_get(cx, id, &p));
    u->login = p.login;
    return link_reset(cx, g, id, &u->link);
}

static void say_link(Command *c, const UserCall *u)
{
    command_say(c,
                "With this link %.*s sets a password, once, within 30 minutes:", STR_ARG(u->login));
    command_say(c, "%.*s/reset/%.*s", STR_ARG(c->base_url), STR_ARG(u->link));
}

static ExitCode user_add(Command *c)
{
    UserCall u = { .input = { .name = command_option(c, "name"),
                              .email = command_option(c, "email"),
                              .kind = command_option(c, "kind") },
                   .admin = command_flag(c, "admin") };

    u.input.login = command_word(c);
    if (str_is_null(u.input.login) || !command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_write(c, add_user, &u);
    if (rc != RC_OK)
        return command_failed(c, rc);
    say_link(c, &u);
    return EXIT_DONE;
}

/* --- user list ------------------------------------------------------------------------------ */

static Rc list_users(Ctx *cx, void *arg)
{
    UserCall *u = arg;
    GrantedPeople g;
    PersonFilter f = { .words = u->words, .size = 100 };

    TRY(access_people(cx, false, &g));
    do {
        Persons page;
        TRY(person_list(cx, g, &f, &page, &f.after_id));
        for (size_t i = 0; i < page.n; i++)
            TRY(LIST_PUSH(cx->arena, &u->persons, page.at[i]));
    } while (f.after_id != 0);
    return RC_OK;
}

/* Login, name, kind and whether they are active, with a tab between them: for eyes and for cut(1). */
static ExitCode user_list(Command *c)
{
    UserCall u = { .words = command_option(c, "words") };

    if (!command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_read(c, list_users, &u);
    if (rc != RC_OK)
        return command_failed(c, rc);
    for (size_t i = 0; i < u.persons.n; i++) {
        const Person *p = &u.persons.at[i];
        command_say(c, "%.*s\t%.*s\t%.*s\t%s", STR_ARG(p->login), STR_ARG(p->name),
                    STR_ARG(p->kind), p->active ? "active" : "not active");
    }
    return EXIT_DONE;
}

/* --- user password -------------------------------------------------------------------------- */

static Rc reset_password(Ctx *cx, void *arg)
{
    UserCall *u = arg;
    GrantedPeople g;
    Person p;

    TRY(access_people(cx, true, &g));
    TRY(person_by_login(cx, u->login, &p));
    u->login = p.login;
    return link_reset(cx, g, p.id, &u->link);
}

static ExitCode user_password(Command *c)
{
    UserCall u = { .login = command_word(c) };

    if (str_is_null(u.login) || !command_is_done(c))
        return EXIT_USAGE;
    u.login = str_lower_ascii(c->arena, u.login);
    Rc rc = command_write(c, reset_password, &u);
    if (rc != RC_OK)
        return command_failed(c, rc);
    say_link(c, &u);
    return EXIT_DONE;
}

ExitCode cmd_user(Command *c)
{
    Str act = command_word(c);

    if (str_eq_z(act, "add"))
        return user_add(c);
    if (str_eq_z(act, "list"))
        return user_list(c);
    if (str_eq_z(act, "password"))
        return user_password(c);
    return EXIT_USAGE;
}

/* --- token create --------------------------------------------------------------------------- */

static Rc create_token(Ctx *cx, void *arg)
{
    UserCall *u = arg;
    GrantedPeople g;
    Person p;

    TRY(access_people(cx, true, &g));
    TRY(person_by_login(cx, u->login, &p));
    return token_create_for(cx, g, p.id, &u->token_input, &u->token);
}

ExitCode cmd_token(Command *c)
{
    UserCall u = { .token_input = { STR("command line"), SCOPE_ALL, TOKEN_DAYS } };
    Str scope = command_option(c, "scope"), days = command_option(c, "days");
    Str name = command_option(c, "name");
    int64_t n = TOKEN_DAYS;

    u.login = command_option(c, "person");
    if (!str_eq_z(command_word(c), "create") || str_is_null(u.login) || !command_is_done(c))
        return EXIT_USAGE;
    u.login = str_lower_ascii(c->arena, u.login);
    if (!str_is_null(scope) && token_scopes(scope, &u.token_input.scopes) != RC_OK) {
        command_complain(
            c, "errand: --scope takes read, request, catalog, people or all, with commas");
        return EXIT_USAGE;
    }
    if (!str_is_null(days) && (!str_to_i64(days, &n) || n < 1 || n > 365)) {
        command_complain(c, "errand: --days takes a whole number from 1 to 365");
        return EXIT_USAGE;
    }
    u.token_input.days = (int32_t)n;
    if (!str_is_null(name))
        u.token_input.name = name;
    Rc rc = command_write(c, create_token, &u);
    if (rc != RC_OK)
        return command_failed(c, rc);
    command_say(c, "%.*s", STR_ARG(u.token));
    return EXIT_DONE;
}
