/* choices.h - what a field may hold that a higher concept keeps: people and teams name sites,
 * suppliers and calendars, which are documents of the catalog.
 */
#pragma once

#include "app/ctx.h"
#include "app/i18n.h"

typedef struct Choice {
    Str      key;
    LangText name;
} Choice;
LIST_OF(Choice, Choices);

/* `of`: "sites", "suppliers", "calendars".  Appends in the order of the source. */
typedef Rc (*ChoicesSource)(Ctx *cx, Str of, Choices *ret);

/* Said once, before the first call is served. */
void choices_come_from(ChoicesSource source);
/* None when nobody keeps any: then the key is typed. */
CHECKED Rc choices_of(Ctx *cx, Str of, Choices *ret);
