/* differences.h - a form that somebody else has saved meanwhile: what stands there now, and what was typed.
 *
 * A page whose command refused with RC_STALE shows both, keeps what was typed in the form, and gives the form
 * the version that is kept now: who saves once more has read of it.
 *
 *     if (call->refused == RC_STALE)
 *         TRY(form_differences(&page->form, call, &page->differences));
 *     return form_refuse(&page->form, call);
 *
 *     {{?differences.n}}{{>differences differences}}{{^}}{{do form_errors_write form}}{{/differences.n}}
 */
#pragma once

#include "web/widgets.h"

/* A field that two people changed at the same time. */
typedef struct Difference {
    Text label;
    Str now, yours; /* as the reader would read them; "" empty */
} Difference;
LIST_OF(Difference, Differences);

/* `f` is filled with what is kept; it is filled with what was sent afterwards.  Passwords, files, tables and what
 * is hidden are left out.  Results live in the form's arena.  Errors: RC_LIMIT. */
CHECKED Rc form_differences(Form *f, const Call *call, Differences *ret);

/* A refused form of a page that has no more than it.  `version`: what is kept now; another refusal than RC_STALE gives the form
 * the one again that was sent, so that what was saved meanwhile is not passed over.  Errors: RC_LIMIT. */
CHECKED Rc form_refuse_version(Form *f, Call *call, Differences *ret, int64_t *version);
