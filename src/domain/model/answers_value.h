/* answers_value.h - one value of an answer, from what came to what is kept; for this folder only. */
#pragma once

#include "domain/model/answers.h"

typedef struct AnswerCheck {
    Arena              *arena;
    const ModelVersion *model;
    const RequestFacts *facts;
    const AnswerLookup *lookup;
    FieldErrors        *errors;
    size_t              faults;
    Rc                  rc;       /* RC_LIMIT once the arena is full; the fault of a look-up */
    Str                 currency; /* for amounts without one: the only one the model speaks of */
} AnswerCheck;

void answer_fault(AnswerCheck *c, Str pointer, const char *code, Text text);
/* Reads one value for a question or column.  COND_EMPTY for an empty one.  False after a fault. */
bool answer_value(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret);
