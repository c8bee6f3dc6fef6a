/* cmd_init.c - errand init [--demo], errand demo remove. */
#include "cli/commands.h"
#include "cli/demo.h"
#include "cli/folder.h"

#include "domain/identity/identity.h"

/* Where the demo organisation's files are: beside the sources, or where the package put them. */
static Str demo_dir(void)
{
    return access("demo/models", R_OK) == 0 ? STR("demo") : STR("/usr/share/errand/demo");
}

typedef struct Demo {
    Command *c;
    const CatalogFolder *folder;
    Str hash, stories;
    int64_t requests;
    PlanLines plan;
} Demo;

static Rc load_demo(Ctx *cx, void *arg)
{
    Demo *d = arg;

    TRY(folder_apply(cx, d->folder, d->hash, true, &d->plan));
    return demo_load(cx, d->stories, &d->requests);
}

static Rc has_people(Ctx *cx, void *arg)
{
    GrantedPeople g;
    Persons persons = { 0 };
    int64_t next = 0;

    TRY(access_people(cx, false, &g));
    TRY(person_list(cx, g, &(PersonFilter){ .size = 1 }, &persons, &next));
    *(bool *)arg = persons.n > 0;
    return RC_OK;
}

static Rc make_link(Ctx *cx, void *arg)
{
    GrantedPeople g;
    Str token;

    TRY(access_people(cx, true, &g));
    TRY(link_setup(cx, g, &token));
    *(Str *)arg = token;
    return RC_OK;
}

ExitCode cmd_init(Command *c)
{
    bool demo = command_flag(c, "demo");
    bool any = false;
    Str token = STR_NULL;

    if (!command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_read(c, has_people, &any);
    if (rc != RC_OK)
        return command_failed(c, rc);
    if (demo) {
        if (any) {
            command_complain(
                c,
                "errand: this database has people already; the demo organisation needs an empty one");
            return EXIT_CANNOT;
        }
        Demo d = { .c = c };
        CatalogFolder folder = { 0 };
        if (!folder_read_clean(c, demo_dir(), &folder)
            || !file_read(c, str_fmt(c->arena, "%.*s/requests.yaml", STR_ARG(demo_dir())),
                          &d.stories))
            return EXIT_CANNOT;
        d.folder = &folder;
        if (password_hash(c->arena, STR(DEMO_PASSWORD), &d.hash) != RC_OK)
            return EXIT_CANNOT;
        rc = command_write(c, load_demo, &d);
        if (rc != RC_OK)
            return command_failed(c, rc);
        command_say(c, "The demo organisation is there, with %lld requests.",
                    (long long)d.requests);
        command_say(
            c, "Sign in as requester, agent, approver, lead, owner or admin; the password is %s.",
            DEMO_PASSWORD);
        return EXIT_DONE;
    }
    rc = command_write(c, make_link, &token);
    if (rc == RC_CONFLICT) {
        command_say(c, "The database is ready and has an administrator already.");
        return EXIT_DONE;
    }
    if (rc != RC_OK)
        return command_failed(c, rc);
    command_say(
        c,
        "The database is ready. Start the server, then open this link within 30 minutes to make the first "
        "administrator:");
    command_say(c, "%.*s/setup/%.*s", STR_ARG(c->base_url), STR_ARG(token));
    return EXIT_DONE;
}

static Rc remove_demo(Ctx *cx, void *arg)
{
    GrantedPeople g;

    TRY(access_people(cx, true, &g));
    return people_remove_demo(cx, g, arg);
}

ExitCode cmd_demo(Command *c)
{
    int64_t persons = 0;

    if (!str_eq_z(command_word(c), "remove") || !command_is_done(c))
        return EXIT_USAGE;
    Rc rc = command_write(c, remove_demo, &persons);
    if (rc != RC_OK)
        return command_failed(c, rc);
    command_say(c, "%lld demo accounts can no longer sign in.", (long long)persons);
    return EXIT_DONE;
}
