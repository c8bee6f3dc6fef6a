/* kept.c - see kept.h. */
#include "core/kept.h"

#include "core/log.h"

#include <pthread.h>

enum { BUCKETS = 1024, KEY_BYTES = 160 };

typedef struct Kept Kept;
struct Kept {
    Kept *next;          /* in its bucket */
    Kept *newer, *older; /* by when it was used */
    Arena *own;
    const void *what;
    size_t bytes, holders;
    KeptKind kind;
    size_t key_len;
    char key[KEY_BYTES];
};

static struct {
    pthread_mutex_t lock;
    Kept *buckets[BUCKETS];
    Kept *newest, *oldest;
    size_t bytes, bound;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER, .bound = KEPT_BYTES };

static Kept **bucket_of(KeptKind kind, Str key)
{
    return &all.buckets[(str_hash(key) + (uint64_t)kind) % BUCKETS];
}

static bool is_it(const Kept *k, KeptKind kind, Str key)
{
    return k->kind == kind && k->key_len == key.len && memcmp(k->key, key.ptr, key.len) == 0;
}

static void unlink_use(Kept *k)
{
    *(k->newer != NULL ? &k->newer->older : &all.newest) = k->older;
    *(k->older != NULL ? &k->older->newer : &all.oldest) = k->newer;
    k->newer = k->older = NULL;
}

static void link_newest(Kept *k)
{
    k->older = all.newest;
    k->newer = NULL;
    *(all.newest != NULL ? &all.newest->newer : &all.oldest) = k;
    all.newest = k;
}

static void let_go(void *arg)
{
    Kept *k = arg;

    pthread_mutex_lock(&all.lock);
    k->holders--;
    pthread_mutex_unlock(&all.lock);
}

static Kept *look(KeptKind kind, Str key)
{
    Kept *k = *bucket_of(kind, key);

    while (k != NULL && !is_it(k, kind, key))
        k = k->next;
    return k;
}

/* Takes out what was used longest ago of what nobody holds; NULL: nothing. */
static Kept *take_oldest(void)
{
    Kept *k = all.oldest;

    while (k != NULL && k->holders > 0)
        k = k->newer;
    if (k == NULL)
        return NULL;
    Kept **at = bucket_of(k->kind, (Str){ k->key, k->key_len });
    while (*at != k)
        at = &(*at)->next;
    *at = k->next;
    unlink_use(k);
    all.bytes -= k->bytes;
    return k;
}

/* Called and left with the lock, which is open meanwhile: what goes lets go of what it holds itself. */
static bool make_room(size_t bytes)
{
    while (all.bytes + bytes > all.bound) {
        Kept *k = take_oldest();
        if (k == NULL)
            return false;
        pthread_mutex_unlock(&all.lock);
        arena_free(k->own);
        free(k);
        pthread_mutex_lock(&all.lock);
    }
    return true;
}

const void *kept_find(KeptKind kind, Str key, Arena *holder)
{
    pthread_mutex_lock(&all.lock);
    Kept *k = look(kind, key);
    if (k != NULL) {
        k->holders++;
        unlink_use(k);
        link_newest(k);
    }
    pthread_mutex_unlock(&all.lock);
    if (k == NULL)
        return NULL;
    arena_at_end(holder, let_go, k);
    return k->what;
}

static void free_arena(void *arg)
{
    arena_free(arg);
}

/* The lock is held.  The one that is kept under this key, or NULL: no room. */
static Kept *insert(Kept *mine, Str key)
{
    bool room = key.len <= KEY_BYTES && make_room(mine->bytes);
    Kept *other = look(mine->kind, key);

    if (other != NULL)
        return other;
    if (!room)
        return NULL;
    Kept **bucket = bucket_of(mine->kind, key);
    memcpy(mine->key, key.ptr, key.len);
    mine->key_len = key.len;
    mine->next = *bucket;
    *bucket = mine;
    link_newest(mine);
    all.bytes += mine->bytes;
    return mine;
}

const void *kept_add(KeptKind kind, Str key, Arena *own, const void *what, Arena *holder,
                     bool *ret_kept)
{
    Kept *mine = calloc(1, sizeof *mine);

    if (mine == NULL)
        log_fatal("out of memory", "kept_add");
    *mine =
        (Kept){ .own = own, .what = what, .bytes = arena_held(own) + sizeof *mine, .kind = kind };
    pthread_mutex_lock(&all.lock);
    Kept *k = insert(mine, key);
    if (k != NULL)
        k->holders++;
    pthread_mutex_unlock(&all.lock);
    *ret_kept = k != NULL;
    if (k == mine) {
        arena_at_end(holder, let_go, k);
        return what;
    }
    free(mine);
    if (k == NULL) {
        arena_at_end(holder, free_arena, own);
        return what;
    }
    arena_free(own); /* another thread was faster */
    arena_at_end(holder, let_go, k);
    return k->what;
}

size_t kept_bytes(void)
{
    pthread_mutex_lock(&all.lock);
    size_t bytes = all.bytes;
    pthread_mutex_unlock(&all.lock);
    return bytes;
}

void kept_bound(size_t bytes)
{
    pthread_mutex_lock(&all.lock);
    all.bound = bytes > 0 ? bytes : KEPT_BYTES;
    (void)make_room(0);
    pthread_mutex_unlock(&all.lock);
}
