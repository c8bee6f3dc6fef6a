/* live.c - who listens to what, and telling them. */
#include "http/live.h"

#include <pthread.h>
#include <stdatomic.h>

#define STREAMS_MAX 4096
#define NAMES_MAX   8
#define NAME_BYTES  63
#define STREAM_MS   (10 * MS_MINUTE)

typedef struct Listener {
    HttpStream *stream; /* NULL: the place is free */
    atomic_bool ended;  /* set by the wire, on a loop thread, without the lock */
    bool given_back;    /* http_stream_close was called; the wire may still have to end it */
    Ms end_ms;          /* monotonic */
    int64_t person_id;
    size_t n;
    uint8_t len[NAMES_MAX];
    char name[NAMES_MAX][NAME_BYTES];
} Listener;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Listener listeners[STREAMS_MAX];
static size_t used; /* places that were ever taken */
static LiveAllow allow;

/* Names to be told of soon, and since when they wait; under the lock.  When there is no room, the page shows it
 * when it is next looked at. */
#define SOON_MAX 256
static struct Soon {
    char name[NAME_BYTES];
    uint8_t len;
    Ms since_ms;
} soon[SOON_MAX];
static size_t n_soon;

void live_allow(LiveAllow fn)
{
    allow = fn;
}

static void on_close(void *arg)
{
    Listener *l = arg;
    atomic_store(&l->ended, true);
}

static void tell_soon(Str name, Ms now)
{
    for (size_t i = 0; i < n_soon; i++)
        if (soon[i].len == name.len && memcmp(soon[i].name, name.ptr, name.len) == 0)
            return;
    if (n_soon == SOON_MAX || name.len == 0 || name.len > NAME_BYTES)
        return;
    memcpy(soon[n_soon].name, name.ptr, name.len);
    soon[n_soon].len = (uint8_t)name.len;
    soon[n_soon++].since_ms = now;
}

/* Somebody came or went: those at the same desk are told. */
static void tell_desks(const Listener *l, Ms now)
{
    for (size_t i = 0; i < l->n; i++) {
        Str name = { l->name[i], l->len[i] };
        if (str_starts(name, STR(LIVE_DESK)))
            tell_soon(name, now);
    }
}

/* Gives back streams that ended or ran out of time; a place is free when both sides are done with it. */
static void tidy(Listener *l, Ms now)
{
    if (l->stream == NULL)
        return;
    if (!l->given_back && (atomic_load(&l->ended) || l->end_ms <= now)) {
        l->given_back = true;
        tell_desks(l, now);
        http_stream_close(l->stream);
    }
    if (l->given_back && atomic_load(&l->ended))
        l->stream = NULL;
}

static Listener *free_place(Ms now)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        Listener *l = &listeners[i];
        tidy(l, now);
        if (l->stream == NULL) {
            if (i >= used)
                used = i + 1;
            return l;
        }
    }
    return NULL;
}

typedef struct Names {
    size_t n;
    Str at[NAMES_MAX];
} Names;

static Rc read_names(Call *call, Names *ret)
{
    Str rest = call_query(call, "names");

    while (rest.len > 0) {
        Str name = str_cut(&rest, ',');
        if (name.len == 0 || name.len > NAME_BYTES || ret->n >= NAMES_MAX)
            return fail(&call->cx, RC_INVALID, "malformed",
                        TEXT("These names cannot be followed."));
        if (allow == NULL || !allow(&call->cx, name))
            return RC_NOT_FOUND;
        ret->at[ret->n++] = name;
    }
    return ret->n > 0
               ? RC_OK
               : fail(&call->cx, RC_INVALID, "malformed", TEXT("These names cannot be followed."));
}

Rc live_open(Call *call)
{
    Names names = { 0 };
    Ms now = clock_monotonic_ms();

    TRY(read_names(call, &names));
    pthread_mutex_lock(&lock);
    Listener *l = free_place(now);
    if (l != NULL) {
        l->given_back = false;
        l->end_ms = now + STREAM_MS;
        l->person_id = call->cx.subject->person_id;
        l->n = names.n;
        for (size_t i = 0; i < names.n; i++) {
            memcpy(l->name[i], names.at[i].ptr, names.at[i].len);
            l->len[i] = (uint8_t)names.at[i].len;
        }
        atomic_store(&l->ended, false);
        l->stream = http_stream_begin(call->http, on_close, l);
        tell_desks(l, now);
    }
    pthread_mutex_unlock(&lock);
    return l != NULL ? RC_OK : RC_BUSY;
}

static bool listens(const Listener *l, Str name)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->len[i] == name.len && memcmp(l->name[i], name.ptr, name.len) == 0)
            return true;
    return false;
}

void live_publish(Str name, int64_t version)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)version);
    Ms now = clock_monotonic_ms();

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < used; i++) {
        Listener *l = &listeners[i];
        tidy(l, now);
        if (l->stream == NULL || l->given_back || !listens(l, name))
            continue;
        /* A stream that is gone or too slow ends by itself and says so through on_close. */
        Rc rc = http_stream_send(l->stream, name, (Str){ digits, (size_t)n });
        UNUSED(rc);
    }
    pthread_mutex_unlock(&lock);
}

void live_soon(Str name)
{
    pthread_mutex_lock(&lock);
    tell_soon(name, clock_monotonic_ms());
    pthread_mutex_unlock(&lock);
}

void live_tick(void)
{
    static int64_t turn; /* every telling is another version; this thread's alone */
    char name[NAME_BYTES];
    Ms now = clock_monotonic_ms();

    for (;;) {
        size_t len = 0;
        pthread_mutex_lock(&lock);
        for (size_t i = 0; i < used; i++)
            tidy(&listeners[i], now);
        for (size_t i = 0; i < n_soon && len == 0; i++) {
            if (now - soon[i].since_ms < LIVE_REST_MS)
                continue;
            len = soon[i].len;
            memcpy(name, soon[i].name, len);
            soon[i] = soon[--n_soon];
        }
        pthread_mutex_unlock(&lock);
        if (len == 0)
            return;
        live_publish((Str){ name, len }, ++turn);
    }
}

size_t live_listeners(Str name, int64_t *ret_persons, size_t most)
{
    size_t n = 0;

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < used && n < most; i++) {
        const Listener *l = &listeners[i];
        bool known = false;
        if (l->stream == NULL || l->given_back || atomic_load(&l->ended) || !listens(l, name))
            continue;
        for (size_t k = 0; k < n; k++)
            known = known || ret_persons[k] == l->person_id;
        if (!known)
            ret_persons[n++] = l->person_id;
    }
    pthread_mutex_unlock(&lock);
    return n;
}

void live_stop(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < used; i++)
        if (listeners[i].stream != NULL)
            tidy(&listeners[i], INT64_MAX);
    pthread_mutex_unlock(&lock);
}

size_t live_streams(void)
{
    size_t n = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < used; i++)
        n += listeners[i].stream != NULL && !listeners[i].given_back;
    pthread_mutex_unlock(&lock);
    return n;
}
