/* problem.h - failures of API calls as application/problem+json (RFC 9457). */
#pragma once

#include "http/dispatch.h"

/* Writes the problem of this call's failure into call->body.  Says no more than the person may know. */
CHECKED Rc problem_write(Call *call, int status);
