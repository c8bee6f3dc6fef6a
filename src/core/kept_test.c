#include "core/kept.h"
#include "support/test.h"

enum { PIECE = 40000, MANY = 300 };

static Str key_of(Arena *a, int n)
{
    return str_fmt(a, "thing %d", n);
}

/* A thing whose bytes all say its number. */
static const void *add(int n, Arena *holder, bool *ret_kept)
{
    Arena *own = arena_new(1u << 20);
    unsigned char *what = arena_alloc(own, PIECE);

    memset(what, n & 0xFF, PIECE);
    return kept_add(KEPT_TARGET, key_of(holder, n), own, what, holder, ret_kept);
}

static void begin(void)
{
    kept_bound(1);
    EXPECT_INT(0, (int64_t)kept_bytes());
    kept_bound(20 * PIECE);
}

TEST(kept_things_stay_within_their_bytes)
{
    bool kept = false;

    begin();
    for (int n = 0; n < MANY; n++) {
        CLEANUP(arena_free_at) Arena *call = arena_new(1u << 20);
        EXPECT(add(n, call, &kept) != NULL);
        EXPECT(kept);
        EXPECT(kept_bytes() <= 20 * PIECE);
    }
    EXPECT(kept_bytes() > 15 * PIECE);
    kept_bound(0);
}

TEST(kept_thing_that_was_used_longest_ago_goes_first)
{
    CLEANUP(arena_free_at) Arena *names = arena_new(1u << 20);
    bool kept = false;

    begin();
    for (int n = 0; n < MANY; n++) {
        CLEANUP(arena_free_at) Arena *call = arena_new(1u << 20);
        add(n, call, &kept);
        EXPECT(kept_find(KEPT_TARGET, key_of(names, 0), call) != NULL); /* used all the time */
    }
    EXPECT(kept_find(KEPT_TARGET, key_of(names, MANY - 1), names) != NULL);
    EXPECT(kept_find(KEPT_TARGET, key_of(names, 1), names) == NULL);
    EXPECT(kept_find(KEPT_LINE, key_of(names, 0), names) == NULL); /* another kind */
    arena_free_at(&names);
    kept_bound(0);
}

TEST(kept_thing_stays_while_somebody_holds_it)
{
    CLEANUP(arena_free_at) Arena *reader = arena_new(1u << 20);
    bool kept = false;

    begin();
    const unsigned char *held = add(7, reader, &kept);
    for (int n = 100; n < 100 + MANY; n++) {
        CLEANUP(arena_free_at) Arena *call = arena_new(1u << 20);
        add(n, call, &kept);
    }
    EXPECT_INT(7, held[0]);
    EXPECT_INT(7, held[PIECE - 1]);
    EXPECT(kept_find(KEPT_TARGET, key_of(reader, 7), reader) == held);
    arena_reset(reader); /* lets go of it both times */
    kept_bound(1);
    EXPECT_INT(0, (int64_t)kept_bytes());
    kept_bound(0);
}

TEST(kept_things_beyond_what_is_held_live_with_their_call)
{
    CLEANUP(arena_free_at) Arena *call = arena_new(1u << 20);
    const unsigned char *at[60];
    bool kept = false, all = true;

    begin();
    for (int n = 0; n < 60; n++) {
        at[n] = add(n, call, &kept);
        all = all && kept;
    }
    EXPECT(!all);
    EXPECT(kept_bytes() <= 20 * PIECE);
    for (int n = 0; n < 60; n++)
        EXPECT_INT(n, at[n][PIECE / 2]);
    arena_free_at(&call);
    kept_bound(0);
}

TEST(kept_thing_of_the_same_key_is_the_one_that_was_there)
{
    CLEANUP(arena_free_at) Arena *call = arena_new(1u << 20);
    bool kept = false;

    begin();
    const void *first = add(3, call, &kept);
    EXPECT(add(3, call, &kept) == first);
    EXPECT(kept);
    arena_free_at(&call);
    kept_bound(0);
}

static void count_end(void *arg)
{
    ++*(int *)arg;
}

TEST(arena_tells_when_it_forgets)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    int ended = 0;

    arena_at_end(a, count_end, &ended);
    arena_at_end(a, count_end, &ended);
    EXPECT_INT(0, ended);
    arena_reset(a);
    EXPECT_INT(2, ended);
    arena_reset(a);
    EXPECT_INT(2, ended);
    arena_at_end(a, count_end, &ended);
    arena_free_at(&a);
    EXPECT_INT(3, ended);
}
