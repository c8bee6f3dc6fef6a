/* shell_fixture.h - for tests of commands: command lines against a database of their own.
 *
 *     CLEANUP(shell_close) Shell s = shell_open();
 *     EXPECT_INT(EXIT_DONE, shell_run(&s, "user|add|Sam|--name|Sam Rowan"));
 *     ... buf_str(&s.out)
 */
#pragma once

#include "cli/commands.h"

typedef struct Shell {
    Db *db;       /* closed by shell_close */
    Buf out, err; /* of the last command line */
    Str folder;   /* where names of files begin; STR_NULL, as opened: the process's own */
} Shell;

Shell shell_open(void);
void  shell_close(Shell *s);
/* Words are parted by '|', at most 16. */
ExitCode shell_run(Shell *s, const char *line);
