/* demo.h - the stories of the demo organisation. */
#pragma once

#include "app/ctx.h"
#include "domain/access/access.h"
#include "domain/model/answers.h"
#include "domain/model/yaml.h"

/* Loads demo/requests.yaml (its form stands at its top): plays every story through the commands of the
 * request, as the persons it names and at past times.  cx->now_ms is "now"; people and catalog of the
 * demo organisation are there already.
 * Errors: RC_INVALID (the file or a story), cx->detail says where and why. */
CHECKED Rc demo_load(Ctx *cx, Str yaml, int64_t *ret_requests);
/* The targets of the demo organisation (src/cli/demo_targets.c), in force since then. */
CHECKED Rc demo_targets(Ctx *cx, Ms since);
/* Its ready replies and macros (src/cli/demo_desk.c), written by its administrator. */
CHECKED Rc demo_desk(Ctx *cx, GrantedPeople people);
/* The `answers` of one of these stories as if they were sent at that instant, in cx->zone.  Errors: RC_LIMIT. */
CHECKED Rc demo_answers(Ctx *cx, Ms sent_ms, const Yaml *map, AnswerInputs *ret);
