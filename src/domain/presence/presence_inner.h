/* presence_inner.h - what the files of this folder share. */
#pragma once

#include "app/event.h"
#include "domain/presence/presence.h"

/* An event of the presence of a person: object is theirs or a part. */
CHECKED Rc presence_event(Ctx *cx, const char *kind, int64_t person_id, const char *object,
                          int64_t object_id, const EventChange *changes, size_t n, int64_t *ret_id);
/* Its timer when it was written, and when it was ended: now, or before it began. `of`: absence | delegation. */
CHECKED Rc presence_begun(Ctx *cx, const char *of, int64_t id, Ms from);
CHECKED Rc presence_ended(Ctx *cx, const char *of, int64_t id, Ms from);
/* [1,2,3] */
CHECKED Rc presence_ids(Ctx *cx, const int64_t *ids, size_t n, Str *ret);
/* What begins today begins now: nobody stood in before somebody said so.
 * Errors: RC_INVALID at "from" (before today, in the zone of the person). */
CHECKED Rc presence_from_now(Ctx *cx, int64_t person_id, PresenceSpan *io);
CHECKED Rc principal_add(Ctx *cx, PrincipalIds *list, int64_t id); /* once */
