/* fields_page.h - fields that several forms of identity share.  For its pages only. */
#pragma once

#include "domain/identity/identity.h"
#include "web/widgets.h"

/* Language, and time zone with suggestions to choose from. */
Widget field_lang(Ctx *cx, Str value);
Widget field_zone(Ctx *cx, Str value);
/* One of what the catalog keeps (app/choices.h); what is filled in stays, also when it is no longer
 * offered.  `typed_help` explains the key where there is nothing to choose from. */
CHECKED Rc field_kept(Ctx *cx, Widget w, Str of, Text typed_help, Widget *ret);
Widget field_new_password(const char *name, Text label);
