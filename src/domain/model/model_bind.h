/* model_bind.h - what comes after reading a model's keys: conditions are parsed, and the parts of the
 * document are checked against each other.  For this folder only. */
#pragma once

#include "domain/model/folder.h"
#include "domain/model/model_schema.h"
#include "domain/model/shape.h"

/* Parses a condition in place; faults go to d->d.  An absent one stays absent. */
CHECKED Rc bind_cond(Doc *d, ModelCond *c, const CondSchema *names);
/* Parses an expression whose type is among `types`. */
CHECKED Rc bind_value(Doc *d, ModelCond *c, const CondSchema *names, uint32_t types);

/* Ids, types, options, bounds, defaults, show and required_if of a list of questions. */
CHECKED Rc bind_questions(Doc *d, QuestionList *list, NameSource source, const CondSchema *names);

/* All of a model: its conditions, and its parts against each other. */
CHECKED Rc bind_model(Doc *d, ModelVersion *m);

/* Says what a condition that can never hold is worth. */
void check_can_hold(Doc *d, const ModelCond *c, const char *what);

/* Visits every condition and expression of a model. */
void model_each_cond(const ModelVersion *m, void (*visit)(const ModelCond *c, void *arg),
                     void               *arg);

/* May this text of a document be an answer to the question (default, part of a bundle)? */
bool question_takes(const Question *q, Str s);

/* The id for %s. */
const char *question_of(Doc *d, const Question *q);
