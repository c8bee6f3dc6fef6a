/* cmd_doctor.c - errand doctor: is everything as it should be? */
#include "cli/commands.h"

#include "app/event.h"
#include "app/timer.h"

static Rc check(Ctx *cx, void *arg)
{
    return db_reader_check(cx->db, cx->arena, arg);
}

static Rc read_timers(Ctx *cx, void *arg)
{
    return timers_status(cx, arg);
}

/* Later than that, whoever should run the timers does not. */
#define TIMERS_LATE_MS MS_MINUTE

static ExitCode say_timers(Command *c)
{
    Reader reader = { LANG_EN, zone_utc(), 0 };
    TimerStatus s;
    Ms now = clock_now_ms();

    if (command_read(c, read_timers, &s) != RC_OK) {
        command_say(c, "%-24s cannot be read", "timers");
        return EXIT_NO;
    }
    bool late = s.overdue_ms != MS_NONE && now - s.overdue_ms > TIMERS_LATE_MS;
    if (s.overdue_ms == MS_NONE)
        command_say(c, "%-24s none overdue", "timers");
    else
        command_say(c, "%-24s %soverdue for %.*s, of kind %.*s", "timers", late ? "LATE: " : "",
                    STR_ARG(words_span(c->arena, &reader, span_ms(now - s.overdue_ms))),
                    STR_ARG(s.overdue_kind));
    if (s.failing > 0)
        command_say(c, "%-24s %lld, the last one: %.*s of %lld, %lld times, %.*s, again at %.*s",
                    "timers that fail", (long long)s.failing, STR_ARG(s.failed_kind),
                    (long long)s.failed_object, (long long)s.failed_tries, STR_ARG(s.failed_why),
                    STR_ARG(clock_rfc3339(c->arena, s.failed_next_ms)));
    return late ? EXIT_NO : EXIT_DONE;
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
    ExitCode timers = say_timers(c);
    return code == EXIT_DONE ? timers : code;
}
