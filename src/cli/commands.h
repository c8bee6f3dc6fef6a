/* commands.h - the table of commands, and running one of them. */
#pragma once

#include "cli/command.h"
#include "cli/socket.h"
#include "core/config.h"

/* Runs a command ("list", ... of "user") against an open database; `folder` is where names of files
 * begin, STR_NULL for the process's own. */
typedef struct CommandCall {
    const CommandRow *row;
    const Str        *argv;
    size_t            argc;
    Str               in, folder, base_url;
    Db               *db;
    FILE             *from, *to; /* with NEEDS_STREAM */
    Buf              *out, *err;
} CommandCall;
ExitCode command_run(const CommandCall *call);
const CommandRow *command_find(Str name); /* NULL: no such command */
/* What these words need (CommandNeeds bits): `errand catalog lint` reads files only. */
unsigned command_needs(const CommandRow *row, const Str *words, size_t n);
/* For cli/socket.h: `arg` is a CommandServer. */
typedef struct CommandServer {
    Db *db;
    Str base_url;
} CommandServer;
int commands_run_in_server(SocketCall *call, void *arg);

/* src/cli/cmd_*.c */
ExitCode cmd_user(Command *c);
ExitCode cmd_token(Command *c);
ExitCode cmd_catalog(Command *c);
ExitCode cmd_calendar(Command *c);
ExitCode cmd_init(Command *c);
ExitCode cmd_demo(Command *c);
ExitCode cmd_routes(Command *c);
ExitCode cmd_doctor(Command *c);
