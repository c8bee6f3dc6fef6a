/* ready_web.h - what the pages of ready replies and of macros have in common: whose they are. */
#pragma once

#include "domain/request/ready.h"
#include "web/widgets.h"

/* The team, or everybody. */
Text ready_whose(const TeamRef *team);
/* The question for whom it is, with the teams that this person writes for.  Errors: RC_FORBIDDEN (there is none). */
CHECKED Rc ready_form_team(Ctx *cx, Form *f);
