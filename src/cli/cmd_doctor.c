/* cmd_doctor.c - errand doctor: is everything as it should be? */
#include "cli/commands.h"

#include "app/event.h"
#include "app/timer.h"
#include "domain/request/clocks.h"

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

/* ---- clocks ---- */

#define REQUESTS_PER_READ 200

static Rc check_clocks(Ctx *cx, void *arg)
{
    return clocks_check_some(cx, REQUESTS_PER_READ, arg);
}

/* Every clock folded from its log again, in snapshots of some hundred requests. */
static ExitCode cmd_clocks(Command *c)
{
    ClocksChecked all = { 0 };
    Ms began = clock_monotonic_ms();

    do {
        Rc rc = command_read(c, check_clocks, &all);
        if (rc != RC_OK)
            return command_failed(c, rc);
    } while (all.after_id != 0);
    for (size_t i = 0; i < all.differences.n; i++)
        command_say(c, "%.*s", STR_ARG(all.differences.at[i]));
    if (all.differing > (int64_t)all.differences.n)
        command_say(c, "... and %lld more",
                    (long long)(all.differing - (int64_t)all.differences.n));
    command_say(c, "%lld clocks of %lld requests recomputed in %lld ms, %lld differences",
                (long long)all.clocks, (long long)all.requests,
                (long long)(clock_monotonic_ms() - began), (long long)all.differing);
    return all.differing == 0 ? EXIT_DONE : EXIT_NO;
}

ExitCode cmd_doctor(Command *c)
{
    FollowerStatus status[16];
    ExitCode code = EXIT_DONE;
    bool clocks = command_flag(c, "clocks");

    if (!command_is_done(c))
        return EXIT_USAGE;
    if (clocks)
        return cmd_clocks(c);
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
