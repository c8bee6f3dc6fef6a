/* order_web.h - shared by the pages of ordering; only *_web.c of this folder includes it. */
#pragma once

#include "domain/request/order_page.h"
#include "domain/request/bundle.h"
#include "domain/request/talk.h"
#include "domain/target/target.h"
#include "http/dispatch.h"

/* The cards of everything this person may ask for, by section of the catalog. */
CHECKED Rc item_groups(Ctx *cx, ItemGroups *ret, int64_t *ret_count);
CHECKED Rc item_search(Ctx *cx, Str q, const ItemGroups *in, ItemCards *ret, Str *ret_meant);
/* "from €900" when prices are fixed amounts; msgid NULL when they are worked out. */
Text usual_price(const ModelVersion *m);
/* The route and the cost that these answers bring; a `refused` that is there already stays. */
CHECKED Rc order_side(Ctx *cx, const ModelVersion *m, const RequestPreview *p, OrderSide *ret);
/* The answers of a form as it was sent: fields that begin with '_' are the page's own. */
CHECKED Rc order_answers(Call *call, AnswerInputs *ret);
/* The form of these questions with these values; questions that are hidden are marked so.  Names of
 * fields begin with `prefix`: "monitor:" for a part of a bundle, else STR(""). */
CHECKED Rc order_form(Ctx *cx, Str prefix, const QuestionList *questions,
                      const AnswerInputs *values, const bool *shown, Form *ret);
/* Is somebody asked, as far as these previews tell? */
bool order_needs_approval(const StagePreviews *stages);
/* Names of people and stages, for one line: "Kim Alder decides, then others". */
Text order_decider(Ctx *cx, const StagePreviews *stages);
/* Is all that a team would do done by actions? */
bool order_is_by_program(const ModelVersion *m);
/* The team or teams that do the work, in words. */
Text order_workers(Ctx *cx, const ModelVersion *m);

/* Whom the form is for: its field _for; oneself when it is empty.
 * Errors: RC_INVALID, RC_FORBIDDEN, at the field. */
CHECKED Rc order_for(Call *call, GrantedSubmit *ret);
/* For what only shows what asking would bring: whom it cannot be for is said in *ret_refused, and
 * the reader's own case is shown. */
CHECKED Rc order_preview_for(Ctx *cx, Str login, GrantedSubmit *ret, Text *ret_refused);
/* The page's own questions: for whom, and how it reached an agent. */
CHECKED Rc order_own_questions(Call *call, Form *f);
/* Where a model asks for it: urgency in the words of who asks, the field _urgency. */
CHECKED Rc order_urgency(Call *call, Str usual, Form *f);
/* How it came in: the field _channel. */
Str order_channel(Call *call);
/* Was the form sent only to be shown again, with another row or with what follows from the answers? */
bool order_is_refresh(const Call *call);

/* bundle_web.c: the same pages for the key of a bundle. */
CHECKED Rc bundle_visible(Ctx *cx, Str key, CatalogBundle *ret);
CHECKED Rc bundle_page_item(Call *call, const CatalogBundle *b);
CHECKED Rc bundle_page_form(Call *call, const CatalogBundle *b);
CHECKED Rc bundle_page_preview(Call *call, const CatalogBundle *b);
CHECKED Rc bundle_page_order(Call *call, const CatalogBundle *b);

/* Answers a call with the bytes of a file: always as a download, or in place for pictures with ?view=1,
 * under a policy that lets it do nothing. */
CHECKED Rc file_send(Call *call, const FileToSend *f);
