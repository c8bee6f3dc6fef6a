/* framing.h - where a body starts and ends: llhttp behind a small interface.
 *
 * The head has passed http/head.h already.  llhttp reads it a second time and must come to the same
 * lengths, so that a mistake in one of the two readers is a refusal and not a smuggled request.
 * Of chunked bodies the extensions and trailers are refused: nobody here needs them, and parsers
 * disagree about them.
 */
#pragma once

#include "http/head.h"

typedef struct Framing Framing;

Framing *framing_new(void);
void framing_free(Framing *f); /* NULL is allowed */

/* Starts with a complete head.  `ret_no_body`: the message ends with its head.
 * RC_INVALID when llhttp refuses the head or reads other lengths than `head` says. */
CHECKED Rc framing_head(Framing *f, Str bytes, const HttpHead *head, bool *ret_no_body);

/* Gets decoded pieces of a body; an error stops and is passed on. */
typedef Rc FramingSink(void *arg, Str piece);

/* Feeds what came after the head.  `ret_used` bytes belong to this message; `ret_done` when it is
 * complete.  Both are also set on an error of the sink.  RC_INVALID: the body is malformed. */
CHECKED Rc framing_body(Framing *f, Str bytes, FramingSink *sink, void *arg, size_t *ret_used,
                        bool *ret_done);
