/* fields_page.h - fields that several forms of identity share.  For its pages only. */
#pragma once

#include "domain/identity/identity.h"
#include "web/widgets.h"

/* Language, and time zone with suggestions to choose from. */
Widget field_lang(Ctx *cx, Str value);
Widget field_zone(Ctx *cx, Str value);
Widget field_new_password(const char *name, Text label);
