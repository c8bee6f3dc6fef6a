/* bundle.h - orders of bundles: one order, several requests.
 *
 * A bundle of the catalog has shared questions and parts.  Each part that applies becomes a request of
 * its model, made by the command that makes every request, all in one transaction: all of them or none.
 * Its answers come from the bundle (shared questions, constants), and from the person for the questions
 * of the part that the bundle leaves open.  From then on each request goes its own way; that they were
 * ordered together is kept in bundle_order and bundle_part.  Why not links: docs/decisions/bundles.md.
 *
 * Parts are named by their item, the second part of the same item "monitor:2", and so on.
 * General rules (grants, errors, words): request.h.
 */
#pragma once

#include "domain/request/request.h"

typedef struct BundleAnswers {
    Str          part;
    AnswerInputs answers; /* to questions that the bundle leaves open */
    bool         without; /* leave this part out; only one that is refused can be */
} BundleAnswers;
LIST_OF(BundleAnswers, BundleAnswersList);

typedef struct BundleCreate {
    Str               bundle;  /* key of a published bundle */
    AnswerInputs      answers; /* to the shared questions */
    BundleAnswersList parts;
    Str               requester, channel; /* as RequestCreate */
    Str               urgency; /* of the parts whose models ask for it; STR_NULL: as the models say */
} BundleCreate;

typedef struct BundleMade {
    int64_t id; /* of the order */
    StrList numbers;
    bool    visible; /* its maker sees at least one of the requests */
} BundleMade;

/* Makes the requests of the parts that apply, for the beneficiary of `g`, and submits them.
 * Faults stand in cx->errors: of shared questions as "/answers/ID", of a part as
 * "/parts/PART/answers/ID"; a part that the person may not order (entitlement, audience) as
 * "/parts/PART", code "refused", with the model's own message.  Nothing is made then.
 * Errors: RC_NOT_FOUND (bundle), RC_INVALID; "nothing_ordered" when no part applies. */
CHECKED Rc bundle_order(Ctx *cx, GrantedSubmit g, const BundleCreate *in, BundleMade *ret);

/* What ordering would bring, before anything is saved.  Answers may be incomplete; one that is wrong
 * counts as none. */
typedef struct BundlePartPreview {
    Str               id;
    const BundlePart *part;
    CatalogModel      model;
    bool              applies, without;
    QuestionList      asked;   /* questions of the part's form that the bundle leaves open */
    AnswerInputs      answers; /* as they came, or the form's initial ones */
    bool             *shown;   /* for each of `asked` */
    RequestPreview    preview; /* cost, stages, target, refused */
} BundlePartPreview;
LIST_OF(BundlePartPreview, BundlePartPreviews);

typedef struct BundlePreview {
    const BundleVersion *bundle;
    bool                *shown; /* for each shared question */
    BundlePartPreviews   parts; /* all of them, in order */
    CondValue            cost;  /* of the parts that apply; COND_EMPTY: none, not known yet, or in
                                   several currencies */
} BundlePreview;
/* With `initial` the parts begin with the defaults of their forms where `in` has no answers for them. */
CHECKED Rc bundle_preview(Ctx *cx, GrantedSubmit g, const BundleCreate *in, bool initial,
                          BundlePreview *ret);
/* Does the bundle's audience hold for this person? */
CHECKED Rc bundle_is_offered(Ctx *cx, const BundleVersion *b, int64_t person_id, bool *ret);
/* The part and the question behind a field "monitor:2:size" or a part's own "monitor:2:_without"; false:
 * a field of the bundle itself. */
bool bundle_field(Str name, Str *ret_part, Str *ret_question);

/* --- orders: BundleView stands in request.h ------------------------------------------------------ */

/* The order that a request belongs to, with the others of it; id 0 when it was made alone.  Needs
 * MAY_SEE. */
CHECKED Rc bundle_of_request(Ctx *cx, GrantedRequest g, BundleView *ret);
/* An order by its id.  Errors: RC_NOT_FOUND (none, or no request of it is visible). */
CHECKED Rc bundle_view(Ctx *cx, ScopeRequests s, int64_t order_id, BundleView *ret);

/* Names of the bundles that a list of requests came from, in one statement for all: names[i] belongs to
 * heads->at[i]; without words where a request was made alone. */
CHECKED Rc bundle_names(Ctx *cx, ScopeRequests s, const RequestHeads *heads, LangText **ret);
