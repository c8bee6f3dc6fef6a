/* multipart.h - multipart/form-data (RFC 7578), read strictly from contiguous bytes.
 *
 * The parts point into the body: nothing is copied but names that hold escapes.  A file name is
 * data, never a path; the type is what the client claims and proves nothing.
 */
#pragma once

#include "core/str.h"

#define MULTIPART_PARTS_MAX       500
#define MULTIPART_FILES_MAX       20
#define MULTIPART_FIELD_MAX_BYTES (64 * 1024) /* a value that is not a file */
#define MULTIPART_NAME_MAX_BYTES  255         /* name and file name */
#define MULTIPART_HEAD_MAX_BYTES  (4 * 1024)  /* the header lines of one part */
#define MULTIPART_HEADERS_MAX     8

typedef struct MultipartPart {
    Str name;
    bool is_file;
    Str file_name; /* of a file: valid UTF-8 without control characters; empty: none was chosen */
    Str type;      /* Content-Type as sent; STR_NULL when absent */
    Str bytes;     /* of a field: valid UTF-8 without NUL */
} MultipartPart;

LIST_OF(MultipartPart, MultipartParts);

/* The boundary (1..70 bytes of RFC 2046) of a Content-Type value.  Errors: RC_NOT_FOUND (another
 * media type), RC_INVALID (no boundary, or a malformed one). */
CHECKED Rc multipart_boundary(Str content_type, Str *ret);

/* No preamble and no epilogue but one CRLF; every part has one Content-Disposition: form-data with
 * a name.  `filename*` and encodings other than 7bit, 8bit and binary are refused (RFC 7578,
 * sections 4.2 and 4.7).  `ret_why` (may be NULL) gets a short English sentence on failure.
 * Errors: RC_INVALID, RC_LIMIT (see above, or the arena's cap). */
CHECKED Rc multipart_parse(Arena *a, Str body, Str boundary, MultipartParts *ret, Str *ret_why);
