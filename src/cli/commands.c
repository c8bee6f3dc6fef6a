/* commands.c - every command of the program but serve. */
#include "cli/commands.h"

#include "core/log.h"

const CommandRow command_rows[] = {
    { "init", "init [--demo]", "create the database; print a link to set it up", NEEDS_DB, cmd_init,
      NULL },
    { "user",
      "user add LOGIN --name NAME [--email ADDRESS] [--kind employee|customer|vendor] [--admin]\n"
      "user list [--words WORDS]\n"
      "user password LOGIN      print a link that sets a new password",
      "persons and their passwords", NEEDS_DB, cmd_user, NULL },
    { "token",
      "token create --person LOGIN [--scope read,request,catalog,people] [--days N] [--name NAME]",
      "API tokens; the last word printed is the token", NEEDS_DB, cmd_token, NULL },
    { "catalog", "catalog lint|plan|apply|export DIR", "the catalog as a folder of files", NEEDS_DB,
      cmd_catalog, "lint" },
    { "import", "import events FILE.csv[.gz] --map MAP.yaml [--source NAME]",
      "replay the log of another system", NEEDS_DB, cmd_import, NULL },
    { "report",
      "report kpi --json [--full] [--source NAME] [--calendar KEY]\n"
      "report kpi --csv [--source NAME] [--calendar KEY]",
      "figures of a log, or of your own requests (--source own)", NEEDS_DB, cmd_report, NULL },
    { "calendar",
      "calendar due < cases.jsonl > results.jsonl\n"
      "calendar feed KEY FILE.ics      take in holidays",
      "working-time calculations, one case a line; holidays of a file", NEEDS_DB | NEEDS_STREAM,
      cmd_calendar, "due" },
    { "demo", "demo remove", "take the demo organisation's accounts out", NEEDS_DB, cmd_demo,
      NULL },
    { "promise",
      "promise backtest [FILE | --source LOG] [--model KEY] [--calendar KEY] [--json]\n"
      "promise rebuild",
      "how well expected times would have held; make their samples again", NEEDS_DB, cmd_promise,
      NULL },
    { "routes", "routes [--json | --openapi]", "every page and call of the server with its right",
      NEEDS_NOTHING, cmd_routes, NULL },
    { "doctor", "doctor [--clocks]",
      "check the database and the machine; --clocks: all clocks anew", NEEDS_DB, cmd_doctor, NULL },
    { NULL, NULL, NULL, NEEDS_NOTHING, NULL, NULL },
};

const CommandRow *command_find(Str name)
{
    for (const CommandRow *r = command_rows; r->name != NULL; r++)
        if (str_eq_z(name, r->name))
            return r;
    return NULL;
}

unsigned command_needs(const CommandRow *row, const Str *words, size_t n)
{
    bool offline = row->offline != NULL && n > 1 && str_eq_z(words[1], row->offline);

    return offline ? row->needs & ~(unsigned)NEEDS_DB : row->needs & ~(unsigned)NEEDS_STREAM;
}

ExitCode command_run(const CommandCall *call)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(512 * 1024 * 1024);
    Command c = { .arena = a,
                  .argv = call->argv,
                  .argc = call->argc,
                  .in = call->in,
                  .from = call->from,
                  .to = call->to,
                  .out = call->out,
                  .err = call->err,
                  .db = call->db,
                  .base_url = call->base_url,
                  .folder = call->folder };

    c.used = ARENA_ARRAY(a, bool, call->argc + 1);
    if (c.used == NULL)
        return EXIT_CANNOT;
    ExitCode code = call->row->run(&c);
    if (code == EXIT_USAGE)
        command_complain(&c, "Use: errand %s", call->row->usage);
    return code;
}

int commands_run_in_server(SocketCall *call, void *arg)
{
    const CommandServer *server = arg;
    const CommandRow *row = call->words_n > 0 ? command_find(call->words[0]) : NULL;

    if (row == NULL || (row->needs & NEEDS_DB) == 0)
        return EXIT_USAGE;
    /* Whoever reaches the socket is the operator: its mode and the peer's uid were checked. */
    log_info("operator", "command=%s", row->name);
    return (int)command_run(&(CommandCall){ .row = row,
                                            .argv = call->words + 1,
                                            .argc = call->words_n - 1,
                                            .in = call->in,
                                            .folder = call->folder,
                                            .base_url = server->base_url,
                                            .db = server->db,
                                            .out = call->out,
                                            .err = call->err });
}
