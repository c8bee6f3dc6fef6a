/* commands.h - the table of commands, and running one of them. */
#pragma once

#include "cli/command.h"
#include "core/config.h"

/* Runs a command line ("user", "list", ...) against an open database. */
ExitCode command_run(const CommandRow *row, const Str *argv, size_t argc, Str in, Db *db, Str base_url, Buf *out,
                     Buf *err);
const CommandRow *command_find(Str name); /* NULL: no such command */
/* For cli/socket.h: `arg` is a CommandServer. */
typedef struct CommandServer {
    Db *db;
    Str base_url;
} CommandServer;
int commands_run_in_server(const Str *argv, size_t argc, Str in, Buf *out, Buf *err, void *arg);

/* src/cli/cmd_*.c */
ExitCode cmd_user(Command *c);
ExitCode cmd_token(Command *c);
ExitCode cmd_catalog(Command *c);
ExitCode cmd_init(Command *c);
ExitCode cmd_demo(Command *c);
ExitCode cmd_routes(Command *c);
ExitCode cmd_doctor(Command *c);
