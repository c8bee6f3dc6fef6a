/* modules.c - what the program is made of. */
#include "cli/modules.h"

extern const Module system_module, frame_module;

const Module *const program_modules[] = {
    &system_module,
    &frame_module,
};
const size_t program_modules_n = COUNT_OF(program_modules);
