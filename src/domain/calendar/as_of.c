/* as_of.c - a line of versions as it was at an instant. */
#include "domain/calendar/inner.h"

Rc calendar_as_of(Arena *a, const CalendarLine *c, Ms at, const CalendarLine **ret)
{
    size_t n = c == NULL ? 0 : c->n;

    while (n > 1 && c->at[n - 1].from >= at)
        n--;
    *ret = c;
    if (c == NULL || n == c->n)
        return RC_OK;
    CalendarLine *short_ = arena_try(a, sizeof(CalendarLine) + n * sizeof(LinePart));
    if (short_ == NULL)
        return RC_LIMIT;
    short_->n = n;
    memcpy(short_->at, c->at, n * sizeof(LinePart)); /* a part says nothing of those after it */
    *ret = short_;
    return RC_OK;
}
