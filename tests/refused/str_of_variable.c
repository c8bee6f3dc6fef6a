/* refused: expected */
#include "core/str.h"

Str of_variable(const char *name);

Str of_variable(const char *name)
{
    return STR(name);
}
