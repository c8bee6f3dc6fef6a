/* modules.h - what the program is made of, and its settings. */
#pragma once

#include "core/config.h"
#include "http/dispatch.h"

extern const Module *const program_modules[];
extern const size_t        program_modules_n;

extern const ConfigRow program_settings[];
extern const size_t    program_settings_n;

/* The host (and port) of the setting base_url, such as https://errand.example.org; empty when there
 * is none.  False: it is no address of a server, or has a path, which no page could be found below. */
CHECKED bool setting_base_host(Str base_url, Str *ret_host);

/* `errand serve`: until SIGTERM or SIGINT.  Returns an exit code. */
int serve_main(Arena *a, const Config *config);
