/* modules.h - what the program is made of, and its settings. */
#pragma once

#include "core/config.h"
#include "http/dispatch.h"

extern const Module *const program_modules[];
extern const size_t        program_modules_n;

extern const ConfigRow program_settings[];
extern const size_t    program_settings_n;

/* `errand serve`: until SIGTERM or SIGINT.  Returns an exit code. */
int serve_main(Arena *a, const Config *config);
