#include "app/choices.h"

static ChoicesSource the_source;

void choices_come_from(ChoicesSource source)
{
    the_source = source;
}

Rc choices_of(Ctx *cx, Str of, Choices *ret)
{
    return the_source != NULL ? the_source(cx, of, ret) : RC_OK;
}
