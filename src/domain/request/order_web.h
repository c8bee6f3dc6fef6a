/* order_web.h - shared by the pages of ordering; only *_web.c of this folder includes it. */
#pragma once

#include "domain/request/order_page.h"
#include "domain/request/talk.h"
#include "http/dispatch.h"

/* The cards of everything this person may ask for, by section of the catalog. */
CHECKED Rc item_groups(Ctx *cx, ItemGroups *ret, int64_t *ret_count);
CHECKED Rc item_search(Ctx *cx, Str q, const ItemGroups *in, ItemCards *ret, Str *ret_meant);
/* "5 working days", "1 hour, day and night"; msgid NULL: none promised. */
Text span_text(TimeSpan s, bool calendar);
/* "from €900" when prices are fixed amounts; msgid NULL when they are worked out. */
Text usual_price(const ModelVersion *m);
/* The route and the cost that these answers bring; a `refused` that is there already stays. */
CHECKED Rc order_side(Ctx *cx, const ModelVersion *m, const RequestPreview *p, OrderSide *ret);
/* The answers of a form as it was sent: fields that begin with '_' are the page's own. */
CHECKED Rc order_answers(Call *call, AnswerInputs *ret);
/* The form of a model with these values; questions that are hidden are marked so. */
CHECKED Rc order_form(Ctx *cx, const ModelVersion *m, const QuestionList *questions,
                      const AnswerInputs *values, const bool *shown, Form *ret);

/* Answers a call with the bytes of a file: always as a download, or in place for pictures with ?view=1,
 * under a policy that lets it do nothing. */
CHECKED Rc file_send(Call *call, const FileToSend *f);
