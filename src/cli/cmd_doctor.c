/* cmd_doctor.c - errand doctor: is everything as it should be? */
#include "cli/commands.h"

#include "app/event.h"

static Rc check(Ctx *cx, void *arg)
{
    return db_reader_check(cx->db, cx->arena, arg);
}

ExitCode cmd_doctor(Command *c)
{
    FollowerStatus status[16];
    ExitCode code = EXIT_DONE;

    if (!command_is_done(c))
        return EXIT_USAGE;
    Str why = STR_NULL;
    Rc rc = command_read(c, check, &why);
    command_say(c, "%-24s %.*s", "database", STR_ARG(rc == RC_OK ? STR("sound") : why));
    if (rc != RC_OK)
        code = EXIT_NO;
    command_say(c, "%-24s %s", "SQLite", db_engine_version());
    DbStats s = db_stats(c->db);
    command_say(c, "%-24s %llu jobs in %llu groups, %zu waiting", "writer",
                (unsigned long long)s.jobs, (unsigned long long)s.groups, s.waiting);
    size_t n = follower_status(status, COUNT_OF(status));
    for (size_t i = 0; i < n; i++) {
        bool failing = status[i].failing_since != MS_NONE;
        command_say(c, "follower %-15s %s", status[i].name, failing ? "FAILING" : "healthy");
        if (failing)
            code = EXIT_NO;
    }
    return code;
}
