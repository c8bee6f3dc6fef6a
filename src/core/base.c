/* base.c - names of result codes. */
#include "core/base.h"

const char *rc_name(Rc rc)
{
    switch (rc) {
    case RC_OK: return "OK";
    case RC_INVALID: return "INVALID";
    case RC_NOT_FOUND: return "NOT_FOUND";
    case RC_FORBIDDEN: return "FORBIDDEN";
    case RC_CONFLICT: return "CONFLICT";
    case RC_STALE: return "STALE";
    case RC_BUSY: return "BUSY";
    case RC_LIMIT: return "LIMIT";
    case RC_INTERNAL: return "INTERNAL";
    }
    return "UNKNOWN";
}
