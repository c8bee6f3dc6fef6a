/* Refusals for the audit trail: counted in memory, written once a minute. */
#include <pthread.h>

#include "domain/identity/inner.h"

#define DENIALS_MAX 512

typedef struct Denial {
    int64_t person_id;
    const char *route;
    int64_t minute;
    int64_t count;
} Denial;

static struct {
    pthread_mutex_t lock;
    Denial at[DENIALS_MAX];
    size_t n;
    Denial rest; /* those that found no room, of whomever and wherever */
    Denial
        going[DENIALS_MAX + 1]; /* written, perhaps not committed yet; of the writer thread alone */
    size_t going_n;
} denials = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void count(const Denial *more)
{
    for (size_t i = 0; i < denials.n; i++) {
        Denial *d = &denials.at[i];
        if (d->person_id == more->person_id && d->minute == more->minute
            && strcmp(d->route, more->route) == 0) {
            d->count += more->count;
            return;
        }
    }
    if (denials.n == DENIALS_MAX) {
        denials.rest.minute = more->minute;
        denials.rest.route = "others";
        denials.rest.count += more->count;
        return;
    }
    denials.at[denials.n++] = *more;
}

void denial_note(int64_t person_id, const char *route, Ms now_ms)
{
    Denial one = { person_id, route, now_ms / MS_MINUTE, 1 };

    pthread_mutex_lock(&denials.lock);
    count(&one);
    pthread_mutex_unlock(&denials.lock);
}

/* Takes out what belongs to minutes before this one. */
static size_t take_past(int64_t minute, Denial taken[DENIALS_MAX + 1])
{
    size_t n = 0, kept = 0;

    pthread_mutex_lock(&denials.lock);
    for (size_t i = 0; i < denials.n; i++) {
        if (denials.at[i].minute < minute)
            taken[n++] = denials.at[i];
        else
            denials.at[kept++] = denials.at[i];
    }
    denials.n = kept;
    if (denials.rest.count > 0 && denials.rest.minute < minute) {
        taken[n++] = denials.rest;
        denials.rest = (Denial){ 0 };
    }
    pthread_mutex_unlock(&denials.lock);
    return n;
}

static Rc write_denial(Ctx *cx, const Denial *d)
{
    Changes c = { 0 };
    change_add(&c, "route", STR_NULL, str_z(d->route));
    change_add(&c, "count", STR_NULL, str_fmt(cx->arena, "%lld", (long long)d->count));
    change_add(&c, "minute", STR_NULL, clock_rfc3339(cx->arena, d->minute * MS_MINUTE));
    return identity_event_as(cx, d->person_id, "access.denied", "person", d->person_id, &c);
}

Rc denial_flush(Ctx *cx)
{
    /* A batch that was not committed is written once more, before anything newer. */
    if (denials.going_n == 0)
        denials.going_n = take_past(cx->now_ms / MS_MINUTE, denials.going);
    for (size_t i = 0; i < denials.going_n; i++)
        TRY(write_denial(cx, &denials.going[i]));
    return RC_OK;
}

void denial_committed(void)
{
    denials.going_n = 0;
}

static Rc note_one(Ctx *cx, View v)
{
    bool file = v.file_id != 0;
    Event ev = { .kind = file ? "attachment.downloaded" : "request.viewed",
                 .request_id = v.request_id,
                 .object = file ? "attachment" : "request",
                 .object_id = file ? v.file_id : v.request_id,
                 .internal = true };
    return event_add(cx, &ev, NULL);
}

Rc view_note(Ctx *cx)
{
    for (size_t i = 0; cx->views != NULL && i < cx->views->n; i++)
        TRY(note_one(cx, cx->views->at[i]));
    return RC_OK;
}
