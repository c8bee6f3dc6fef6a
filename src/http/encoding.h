/* encoding.h - compressed answers. */
#pragma once

#include "http/server.h"

/* Whether an Accept-Encoding value (STR_NULL: no header) allows gzip; q=0 forbids it. */
bool http_accepts_gzip(Str accept_encoding);

/* Compresses the answer's body when it has more than 1 KiB, the client takes gzip and it saves
 * something; adds Content-Encoding, and Vary in any case.
 * A page that shows a secret (a CSRF token) beside text from the request reveals the secret by its
 * compressed length (BREACH): mask such a token anew for each page, or do not compress. */
void http_gzip(const HttpCall *call, HttpAnswer *answer);
