/* help.h - what the program says of itself, from the tables of commands and settings. */
#pragma once

#include "cli/command.h"

/* Every command and setting, a line each. */
void help_list(Buf *to);
/* How one command is used.  False: there is none of that name. */
CHECKED bool help_command(Buf *to, Str name);
/* The manual page, errand(1), for man(1); `version` as "0.1.0". */
void help_manual(Buf *to, const char *version);
