/* parsed.c - a table of parsed documents by kind and hash of their text. */
#include "domain/catalog/parsed.h"

#include "core/log.h"
#include "core/random.h"

#include <pthread.h>

#define BUCKETS 1024 /* 2^10: bucket_of */

typedef struct Parsed {
    struct Parsed *next;
    Arena *arena; /* holds this and the document; kept for ever */
    DocumentKind kind;
    char hash[64];
    const void *document;
} Parsed;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Parsed *buckets[BUCKETS];
static size_t count;

/* The hash is hexadecimal digits of a SHA-256: its first ones are as good as all of them. */
static size_t bucket_of(Str hash)
{
    uint64_t digits;
    memcpy(&digits, hash.ptr, sizeof digits);
    return (size_t)((digits * 0x9E3779B97F4A7C15u) >> 54);
}

static const void *find(DocumentKind kind, Str hash)
{
    for (Parsed *p = buckets[bucket_of(hash)]; p != NULL; p = p->next)
        if (p->kind == kind && memcmp(p->hash, hash.ptr, sizeof p->hash) == 0)
            return p->document;
    return NULL;
}

static Rc parse(Arena *a, DocumentKind kind, Str key, Str body, const void **ret)
{
    Diagnostics d;
    Rc rc = RC_INTERNAL;

    diagnostics_init(&d, a);
    switch (kind) {
    case DOCUMENT_MODEL: {
        const ModelVersion *m = NULL;
        rc = model_parse(a, body, key, &m, &d);
        *ret = m;
        break;
    }
    case DOCUMENT_BUNDLE: {
        const BundleVersion *b = NULL;
        rc = bundle_parse(a, body, key, &b, &d);
        *ret = b;
        break;
    }
    case DOCUMENT_LIST: {
        const ManagedList *l = NULL;
        rc = list_parse(a, body, key, &l, &d);
        *ret = l;
        break;
    }
    case DOCUMENT_CALENDAR: {
        const CalendarDoc *c = NULL;
        rc = calendar_parse(a, body, key, &c, &d);
        *ret = c;
        break;
    }
    case DOCUMENT_SOP: {
        Str *text = ARENA_NEW(a, Str);
        *text = str_dup(a, body);
        *ret = text;
        rc = RC_OK;
        break;
    }
    }
    /* It parsed when it was published; a newer program that refuses it is our fault. */
    if (rc != RC_OK)
        log_error("catalog", "published %s %.*s does not parse", document_kind_word(kind),
                  STR_ARG(key));
    return rc == RC_OK ? RC_OK : RC_INTERNAL;
}

Rc parsed_get(Ctx *cx, DocumentKind kind, Str key, Str hash, int64_t version_id, BodyLoader load,
              const void **ret)
{
    Str body = STR_NULL;

    if (hash.len != sizeof(((Parsed *)0)->hash))
        return RC_INTERNAL;
    pthread_mutex_lock(&lock);
    const void *found = find(kind, hash);
    bool room = count < PARSED_MAX;
    pthread_mutex_unlock(&lock);
    if (found != NULL) {
        *ret = found;
        return RC_OK;
    }
    TRY(load(cx, version_id, &body));
    if (!room)
        return parse(cx->arena, kind, key, body, ret);

    Arena *own = arena_new(16 * 1024 * 1024);
    Rc rc = parse(own, kind, key, body, &found);
    if (rc != RC_OK) {
        arena_free(own);
        return rc;
    }
    Parsed *p = ARENA_NEW(own, Parsed);
    p->arena = own;
    p->kind = kind;
    memcpy(p->hash, hash.ptr, sizeof p->hash);
    p->document = found;

    pthread_mutex_lock(&lock);
    const void *meanwhile = find(kind, hash);
    if (meanwhile == NULL) {
        Parsed **bucket = &buckets[bucket_of(hash)];
        p->next = *bucket;
        *bucket = p;
        count++;
    }
    pthread_mutex_unlock(&lock);
    if (meanwhile != NULL) {
        arena_free(own); /* another thread was faster */
        found = meanwhile;
    }
    *ret = found;
    return RC_OK;
}

bool catalog_keeps_all(void)
{
    pthread_mutex_lock(&lock);
    bool all = count < PARSED_MAX; /* it only rises */
    pthread_mutex_unlock(&lock);
    return all;
}
