/* model_words.h - the tables of words behind model.h; for this folder only. */
#pragma once

#include "domain/model/model.h"

extern const char *const RECORD_WORDS[4];
extern const char *const REQUEST_KIND_WORDS[7];
extern const char *const QUESTION_TYPE_WORDS[QUESTION_TYPE_COUNT];

const Question *question_find(const QuestionList *l, Str id); /* NULL: none */
