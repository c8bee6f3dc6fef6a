/* head.h - the request head, read in the strictest way (RFC 9112), before llhttp sees it.
 *
 * Two steps.  head_scan looks at each byte as it arrives and finds the end or the first fault, so
 * that a bad head is refused early and a slow one costs nothing twice.  head_parse reads a complete
 * head.  Both are pure.  llhttp alone accepts folded lines and chunked bodies of HTTP/1.0, and
 * other servers disagree about more; where two readers can disagree, a request can be smuggled.
 *
 * Refused with 400 unless another status is named:
 *   - a CR or LF that is not part of a CRLF, a line that starts with a blank (folding), NUL and
 *     other control characters, an empty line before the request line
 *   - a request line that is not METHOD SP TARGET SP HTTP/1.0 or 1.1 (other versions 505)
 *   - methods other than those of HttpMethod (501)
 *   - targets that are neither a path nor an http or https URL of the same host; fragments, raw
 *     non-ASCII, bad escapes; in the path: controls, invalid UTF-8, '.' and '..' segments,
 *     backslashes and encoded slashes
 *   - header names that are not tokens, values that are not valid UTF-8 text
 *   - no Host, or a malformed one
 *   - a Transfer-Encoding beside Content-Length, in HTTP/1.0, or other than "chunked" (501)
 *   - a Content-Length that is not 1 to 15 digits (413 when longer)
 *   - an Expect other than 100-continue, or in HTTP/1.0 (417)
 *   - more than one of: Host, Content-Length, Transfer-Encoding, Content-Type, Content-Encoding,
 *     Authorization, Cookie, Origin, Expect, Sec-Fetch-Site, Idempotency-Key, If-Match,
 *     If-None-Match, X-CSRF-Token
 *   - a request line that is too long (414), too many or too long header lines (431)
 */
#pragma once

#include "http/server.h"

typedef struct HeadLimits {
    size_t line_bytes; /* request line without its CRLF */
    size_t head_bytes; /* all header lines with their CRLFs, without the empty line at the end */
    size_t headers;
} HeadLimits;

/* Why a head is refused: an HTTP status and an English sentence that repeats nothing of the
 * input. */
typedef struct HeadFault {
    int status;
    Str why;
} HeadFault;

typedef enum HeadState { HEAD_MORE, HEAD_DONE, HEAD_BAD } HeadState;

/* Zeroed at the start of each head. */
typedef struct HeadScan {
    size_t at;    /* bytes looked at */
    size_t lines; /* line breaks seen */
    size_t block; /* where the header lines start */
    char before;  /* the byte before `at`; 0 at the start */
    bool blank;   /* the current line is empty so far */
} HeadScan;

/* Looks at bytes[s->at..]; `bytes` starts where the head starts and only grows between calls.
 * HEAD_DONE: `s->at` is the length of the head with its last empty line.  HEAD_BAD: *fault is
 * set. */
HeadState head_scan(HeadScan *s, const HeadLimits *limits, Str bytes, HeadFault *fault);

typedef struct HttpHead {
    HttpMethod method;
    int minor; /* HTTP/1.minor */
    Str target, path, query;
    Str host; /* lower case, with the port as sent */
    HttpHeader *headers;
    size_t n_headers;
    int64_t content_length; /* -1: none */
    bool chunked;
    bool close; /* the client wants no further call on this connection; always in HTTP/1.0 */
    bool expects_continue;
} HttpHead;

/* Reads a head that head_scan has found complete.  The result points into a copy in the arena.
 * False: *fault is set. */
CHECKED bool head_parse(Arena *a, Str bytes, HttpHead *ret, HeadFault *fault);

/* STR_NULL when absent. */
Str head_get(const HttpHead *head, Str lower_name);

/* Whether a list of tokens separated by commas contains `token` (lower case). */
bool head_list_has(Str list, Str token);

/* A token of RFC 9110, section 5.6.2, not empty. */
bool head_is_token(Str s);

/* The value of a hexadecimal digit, or -1. */
int head_hex(char c);
