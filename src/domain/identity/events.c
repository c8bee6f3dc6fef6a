#include <assert.h>

#include "domain/identity/inner.h"

static void add(Changes *c, const char *field, Str from, Str to, bool text)
{
    /* Absent and empty say the same: there was nothing. */
    if (str_eq(from, to))
        return;
    assert(c->n < COUNT_OF(c->at));
    c->at[c->n++] = (EventChange){ .field = str_z(field), .from = from, .to = to, .text = text };
}

void change_add(Changes *c, const char *field, Str from, Str to)
{
    add(c, field, from, to, false);
}

void change_add_text(Changes *c, const char *field, Str from, Str to)
{
    add(c, field, from, to, true);
}

Rc identity_event(Ctx *cx, const char *kind, const char *object, int64_t object_id,
                  const Changes *c)
{
    Event ev = { .kind = kind, .object = object, .object_id = object_id };
    if (c != NULL) {
        ev.changes = c->at;
        ev.changes_n = c->n;
    }
    return event_add(cx, &ev, NULL);
}

Rc identity_event_as(Ctx *cx, int64_t person_id, const char *kind, const char *object,
                     int64_t object_id, const Changes *c)
{
    const Subject *before = cx->subject;
    Subject person = *before;

    person.person_id = person_id;
    cx->subject = &person;
    Rc rc = identity_event(cx, kind, object, object_id, c);
    cx->subject = before;
    return rc;
}
