/* command.h - one command line, run in this process or inside the running server.
 *
 * When a server holds the database, `errand user add ...` sends its words and its standard input to
 * the server's socket and prints what comes back; otherwise it opens the database itself.  A command
 * cannot tell the difference: it writes to `out` and `err`, never to the terminal, and takes no
 * other input than its words and `in`.
 */
#pragma once

#include "app/ctx.h"

#include <stdio.h>

typedef enum ExitCode {
    EXIT_DONE = 0,   /* done */
    EXIT_NO = 1,     /* the answer is no: lint errors, a failed verification */
    EXIT_USAGE = 2,  /* wrong use */
    EXIT_CANNOT = 3, /* could not do it */
} ExitCode;

typedef struct Command {
    Arena     *arena;
    const Str *argv; /* words after the command's own: for "errand user add bo" they are add, bo */
    size_t     argc;
    Str        in;   /* standard input, when the command reads it (at most 8 MiB) */
    FILE      *from, *to; /* of a command that streams (NEEDS_STREAM), else NULL */
    Buf       *out, *err;
    Db        *db;   /* open for writing; NULL for commands without a database */
    Str        db_url;
    Str        base_url; /* for links that are printed */
    Str        folder;   /* where names of files begin; STR_NULL: the process's own folder */
    bool      *used;     /* argv[i] was asked for */
    Str        trouble;  /* what the last failed command_read or command_write said */
} Command;

typedef enum CommandNeeds {
    NEEDS_NOTHING = 0,
    NEEDS_DB = 1,    /* an existing, migrated database; runs inside the server when there is one */
    NEEDS_INPUT = 2, /* reads standard input */
    NEEDS_STREAM = 4, /* offline: reads and writes line by line, whatever the length of the input */
} CommandNeeds;

typedef struct CommandRow {
    const char *name;  /* "user" */
    const char *usage; /* "user add LOGIN [--name NAME] ...\nuser list\n..." */
    const char *about; /* one line for errand help */
    unsigned    needs;
    ExitCode (*run)(Command *c);
    const char *offline; /* the first word with which it needs no database: catalog lint; NULL: none */
} CommandRow;

/* Every command, ended by a row without a name (src/cli/commands.c). */
extern const CommandRow command_rows[];

/* The value of --name VALUE or --name=VALUE; STR_NULL when absent.  Marks it as used. */
Str command_option(Command *c, const char *name);
bool command_flag(Command *c, const char *name);
/* The next word that is no option; STR_NULL at the end. */
Str command_word(Command *c);
/* After all options and words were asked for: anything left is wrong use (prints why). */
CHECKED bool command_is_done(Command *c);

/* The name of a file as this process can open it. */
Str command_path(Command *c, Str path);

/* Runs `fn` in one write transaction as the operator: origin "cli", no person, audited as such. */
CHECKED Rc command_write(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg);
/* The same for many rows, in a transaction that nobody else shares. */
CHECKED Rc command_write_long(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg);
/* The same in a reading snapshot. */
CHECKED Rc command_read(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg);
/* Prints to err what a failed call left in its Ctx, as sentences; returns EXIT_CANNOT, or EXIT_NO for
 * RC_INVALID. */
ExitCode command_failed(Command *c, Rc rc);
void command_say(Command *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void command_complain(Command *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
