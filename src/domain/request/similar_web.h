/* similar_web.h - shared by the pages that show similar requests; only *_web.c files of this folder include it. */
#pragma once

#include "domain/request/order_web.h"
#include "domain/request/similar_page.h"

/* `base` "/requests" or "/work": where they open. */
CHECKED Rc similar_looks(Ctx *cx, const Similars *list, const char *base, SimilarLooks *ret);
/* What is open and like these answers, for the form of a model. */
CHECKED Rc similar_while_asking(Ctx *cx, const ModelVersion *m, const AnswerInputs *answers,
                                SimilarLooks *ret);
