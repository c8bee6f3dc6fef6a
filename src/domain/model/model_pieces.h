/* model_pieces.h - reads and writes the keys of models and bundles that are not of a common kind
 * (FIELD_CUSTOM in shape.h); for this folder only.  `to` and `from` point at the member, or at the whole
 * struct where the offset in the table is 0. */
#pragma once

#include "domain/model/folder.h"
#include "domain/model/shape.h"

#define PIECE(name)                                                                                \
    CHECKED Rc piece_##name##_read(Doc *d, const Yaml *y, void *to);                               \
    CHECKED Rc piece_##name##_write(Arena *a, const void *from, Yaml **ret)

PIECE(options);
PIECE(required);
PIECE(default);
PIECE(bound);
PIECE(priority);
PIECE(who);
PIECE(sign_off);
PIECE(rule);
PIECE(task_owner);
PIECE(raci);
PIECE(part_answers);
PIECE(feedback);
PIECE(follow_up);
PIECE(with);
PIECE(warn);
PIECE(escalate);

/* amount and at: expressions. */
CHECKED Rc piece_expression_read(Doc *d, const Yaml *y, void *to);
CHECKED Rc piece_amount_write(Arena *a, const void *from, Yaml **ret);
CHECKED Rc piece_moment_write(Arena *a, const void *from, Yaml **ret);
