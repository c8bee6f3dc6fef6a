/* arena.c - blocks in a list, the newest first; bytes are cut from its start. */
#include "core/arena.h"

#include "core/log.h"

#include <assert.h>

/* In sanitizer builds the unused bytes of a block are poisoned and every piece is followed by a
 * gap, so that running over the end of a piece or using one after a reset is reported. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP_BYTES      16u
#else
#define POISON(p, n)   (UNUSED(p), UNUSED(n))
#define UNPOISON(p, n) (UNUSED(p), UNUSED(n))
#define GAP_BYTES      0u
#endif

#define ALIGNMENT   16u
#define BLOCK_BYTES (16u * 1024u)
#define BLOCK_MAX   (256u * 1024u)

typedef struct Block Block;
struct Block {
    Block *older;
    size_t size, filled; /* of data */
    _Alignas(ALIGNMENT) unsigned char data[];
};

typedef struct Ending Ending;
struct Ending {
    Ending *before;
    void (*end)(void *arg);
    void *arg;
};

struct Arena {
    Block *newest;
    Ending *endings; /* they live in the arena */
    size_t used;     /* bytes handed out, each piece rounded up to the alignment */
    size_t cap;
};

/* The size a piece takes, or false when it cannot be expressed. */
static bool rounded(size_t bytes, size_t *ret)
{
    size_t more;

    if (__builtin_add_overflow(bytes == 0 ? 1 : bytes, ALIGNMENT - 1, &more))
        return false;
    *ret = more & ~(size_t)(ALIGNMENT - 1);
    return true;
}

static Block *block_new(size_t size)
{
    size_t bytes;

    if (__builtin_add_overflow(size, sizeof(Block), &bytes))
        return NULL;
    Block *b = malloc(bytes);
    if (b != NULL) {
        *b = (Block){ .size = size };
        POISON(b->data, size);
    }
    return b;
}

static void block_free(Block *b)
{
    UNPOISON(b->data, b->size);
    free(b);
}

/* Takes `size` bytes (already rounded), not zeroed; NULL only when the machine has no memory. */
static void *take(Arena *a, size_t size)
{
    size_t room;
    Block *b = a->newest;

    if (__builtin_add_overflow(size, GAP_BYTES, &room))
        return NULL;
    if (b == NULL || b->size - b->filled < room) {
        /* Blocks grow with the arena, so that a large call does not live in hundreds of them. */
        size_t next = b == NULL ? BLOCK_BYTES : b->size * 2;
        if (next > BLOCK_MAX)
            next = BLOCK_MAX;
        if (next < room)
            next = room;
        b = block_new(next);
        if (b == NULL)
            return NULL;
        b->older = a->newest;
        a->newest = b;
    }
    void *p = b->data + b->filled;
    b->filled += room;
    a->used += size;
    UNPOISON(p, size);
    return p;
}

Arena *arena_new(size_t cap_bytes)
{
    Arena *a = calloc(1, sizeof *a);

    if (a == NULL)
        log_fatal("out of memory", "arena_new");
    a->cap = cap_bytes;
    return a;
}

void arena_at_end(Arena *a, void (*end)(void *arg), void *arg)
{
    Ending *e = arena_alloc(a, sizeof *e);

    *e = (Ending){ a->endings, end, arg };
    a->endings = e;
}

static void end_all(Arena *a)
{
    for (Ending *e = a->endings; e != NULL; e = e->before)
        e->end(e->arg);
    a->endings = NULL;
}

void arena_free(Arena *a)
{
    if (a == NULL)
        return;
    end_all(a);
    for (Block *b = a->newest, *older; b != NULL; b = older) {
        older = b->older;
        block_free(b);
    }
    free(a);
}

void arena_free_at(Arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(Arena *a)
{
    Block *keep = NULL;

    end_all(a);
    for (Block *b = a->newest, *older; b != NULL; b = older) {
        older = b->older;
        if (older == NULL && b->size == BLOCK_BYTES)
            keep = b; /* the first one: small, so that an idle arena holds little */
        else
            block_free(b);
    }
    if (keep != NULL) {
        keep->filled = 0;
        POISON(keep->data, keep->size);
    }
    a->newest = keep;
    a->used = 0;
}

void *arena_alloc(Arena *a, size_t bytes)
{
    size_t size = 0;
    void *p = rounded(bytes, &size) ? take(a, size) : NULL;

    if (p == NULL)
        log_fatal("out of memory", "arena_alloc of %zu bytes", bytes);
    return memset(p, 0, bytes);
}

static void *take_within(Arena *a, size_t bytes)
{
    size_t size, after;

    if (!rounded(bytes, &size) || __builtin_add_overflow(a->used, size, &after) || after > a->cap)
        return NULL;
    return take(a, size);
}

void *arena_try(Arena *a, size_t bytes)
{
    void *p = take_within(a, bytes);
    return p == NULL ? NULL : memset(p, 0, bytes);
}

char *arena_bytes(Arena *a, size_t bytes)
{
    return take_within(a, bytes);
}

void *arena_array(Arena *a, size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return arena_try(a, bytes);
}

size_t arena_used(const Arena *a)
{
    return a->used;
}

size_t arena_held(const Arena *a)
{
    size_t bytes = sizeof *a;

    for (const Block *b = a->newest; b != NULL; b = b->older)
        bytes += sizeof *b + b->size;
    return bytes;
}

/* The array stands last in its block and there is room behind it: nothing needs to move. */
static bool grow_there(Arena *a, const void *items, size_t old_bytes, size_t bytes)
{
    Block *b = a->newest;
    size_t old_size, size, used;

    if (b == NULL || !rounded(old_bytes, &old_size) || !rounded(bytes, &size))
        return false;
    if ((const unsigned char *)items + old_size + GAP_BYTES != b->data + b->filled
        || size - old_size > b->size - b->filled
        || __builtin_add_overflow(a->used, size - old_size, &used) || used > a->cap)
        return false;
    UNPOISON(b->data + b->filled - GAP_BYTES, size - old_size);
    b->filled += size - old_size;
    a->used = used;
    return true;
}

Rc arena_grow(Arena *a, void **items, size_t *cap, size_t need, size_t item_size)
{
    size_t more = *cap, bytes;

    assert(item_size > 0);
    if (need <= *cap)
        return RC_OK;
    if (__builtin_mul_overflow(more, (size_t)2, &more) || more < need)
        more = need;
    if (more < 8)
        more = 8;
    if (__builtin_mul_overflow(more, item_size, &bytes))
        return RC_LIMIT;
    if (*cap > 0 && grow_there(a, *items, *cap * item_size, bytes)) {
        *cap = more;
        return RC_OK;
    }
    void *p = take_within(a, bytes);
    if (p == NULL && more > need) { /* near the cap: what is needed may still fit */
        more = need;
        p = take_within(a, more * item_size);
    }
    if (p == NULL)
        return RC_LIMIT;
    if (*cap > 0)
        memcpy(p, *items, *cap * item_size);
    *items = p;
    *cap = more;
    return RC_OK;
}
