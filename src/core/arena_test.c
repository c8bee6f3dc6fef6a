#include "support/test.h"

TEST(arena_gives_zeroed_aligned_memory)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);

    for (size_t round = 0; round < 2; round++) {
        for (size_t bytes = 0; bytes < 300; bytes++) {
            unsigned char *p = arena_alloc(a, bytes);
            EXPECT_INT(0, (uintptr_t)p % 16);
            for (size_t i = 0; i < bytes; i++)
                EXPECT_INT(0, p[i]);
            memset(p, 0xAB, bytes);
        }
        arena_reset(a); /* the second round meets used memory */
    }
}

TEST(arena_pieces_do_not_overlap)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    unsigned char *at[400];

    for (size_t i = 0; i < COUNT_OF(at); i++) {
        at[i] = arena_alloc(a, i);
        memset(at[i], (int)(i & 0xFF), i);
    }
    for (size_t i = 0; i < COUNT_OF(at); i++)
        for (size_t k = 0; k < i; k++)
            EXPECT_INT(i & 0xFF, at[i][k]);
}

TEST(arena_try_stops_exactly_at_the_cap)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1024);

    EXPECT(arena_try(a, 1025) == NULL);
    EXPECT(arena_try(a, 512) != NULL);
    EXPECT(arena_try(a, 513) == NULL);
    EXPECT(arena_try(a, 512) != NULL);
    EXPECT_INT(1024, arena_used(a));
    EXPECT(arena_try(a, 0) == NULL);
    arena_reset(a);
    EXPECT_INT(0, arena_used(a));
    EXPECT(arena_try(a, 1024) != NULL);
}

TEST(arena_alloc_may_pass_the_cap_but_counts)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64);

    EXPECT(arena_alloc(a, 128) != NULL);
    EXPECT_INT(128, arena_used(a));
    EXPECT(arena_try(a, 1) == NULL);
}

TEST(arena_refuses_sizes_that_overflow)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(SIZE_MAX);
    volatile size_t huge = SIZE_MAX; /* so that the compiler does not judge the call itself */

    EXPECT(arena_try(a, huge) == NULL);
    EXPECT(arena_try(a, huge - 15) == NULL);
    EXPECT(arena_array(a, huge / 2, 3) == NULL);
    EXPECT(arena_array(a, 3, huge / 2) == NULL);
    EXPECT(arena_array(a, 0, huge) != NULL);
}

TEST(arena_serves_pieces_larger_than_a_block)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(8u << 20);
    unsigned char *big = arena_try(a, 4u << 20);

    EXPECT(big != NULL);
    memset(big, 1, 4u << 20);
    EXPECT(arena_try(a, 4u << 20) != NULL);
    EXPECT(arena_try(a, 1) == NULL);
    arena_reset(a);
    EXPECT(arena_try(a, 8u << 20) != NULL);
}

TEST(arena_free_of_null_is_allowed)
{
    Arena *none = NULL;

    arena_free(NULL);
    arena_free_at(&none);
    EXPECT(none == NULL);
}

LIST_OF(int, IntList);

TEST(arena_list_push_keeps_what_was_there)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    IntList list = { 0 };

    for (int i = 0; i < 1000; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &list, i));
    EXPECT_INT(1000, list.n);
    for (int i = 0; i < 1000; i++)
        EXPECT_INT(i, list.at[i]);
}

TEST(arena_list_push_says_limit_at_the_cap)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64);
    IntList list = { 0 };

    for (int i = 0; i < 8; i++) /* the first growth has room for 8 */
        EXPECT_RC(RC_OK, LIST_PUSH(a, &list, i));
    EXPECT(arena_try(a, 1) != NULL); /* so that it cannot grow where it stands */
    EXPECT_RC(RC_LIMIT, LIST_PUSH(a, &list, 8));
    EXPECT_INT(8, list.n);
    EXPECT_INT(7, list.at[7]);
}

TEST(arena_grow_moves_nothing_when_the_array_stands_last)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 * sizeof(int));
    IntList list = { 0 }, copy;

    for (int i = 0; i < 8; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &list, i));
    const int *at = list.at;
    copy = list;
    for (int i = 8; i < 64; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(a, &list, i));
    EXPECT(list.at == at && arena_used(a) == 64 * sizeof(int));
    EXPECT_RC(RC_LIMIT, LIST_PUSH(a, &list, 64));

    /* Two lists that began as one do not write into each other. */
    CLEANUP(arena_free_at) Arena *b = arena_new(1 << 16);
    list = (IntList){ 0 };
    for (int i = 0; i < 8; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(b, &list, i));
    copy = list;
    EXPECT_RC(RC_OK, LIST_PUSH(b, &list, 8));
    EXPECT_RC(RC_OK, LIST_PUSH(b, &copy, 80));
    EXPECT_INT(8, list.at[8]);
    EXPECT_INT(80, copy.at[8]);
    EXPECT_INT(7, copy.at[7]);
}

TEST(arena_grow_takes_only_the_need_near_the_cap)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 + 9 * 4 + 12);
    void *items = NULL;
    size_t cap = 0;

    EXPECT_RC(RC_OK, arena_grow(a, &items, &cap, 16, 4));
    EXPECT_INT(16, cap);
    EXPECT_RC(RC_LIMIT, arena_grow(a, &items, &cap, 17, 4));
    EXPECT_INT(16, cap);
    arena_reset(a);
    items = NULL;
    cap = 0;
    EXPECT_RC(RC_OK, arena_grow(a, &items, &cap, 5, 12));
    EXPECT_INT(8, cap);
    arena_reset(a);
    items = NULL;
    cap = 0;
    EXPECT_RC(RC_OK, arena_grow(a, &items, &cap, 7, 16)); /* 8 would be 128 bytes */
    EXPECT_INT(7, cap);
}

static void alloc_without_memory(void *a)
{
    test_fail_allocation(1);
    memset(arena_alloc(a, 100000), 1, 1);
}

static void new_without_memory(void *unused)
{
    UNUSED(unused);
    test_fail_allocation(1);
    arena_free(arena_new(1));
}

TEST(arena_without_memory_says_no_or_ends_the_process)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);

    test_fail_allocation(1);
    EXPECT(arena_try(a, 100000) == NULL);
    EXPECT(test_fail_allocation(0));
    EXPECT_INT(0, arena_used(a));
    EXPECT(arena_try(a, 100000) != NULL);
    EXPECT_ABORT(alloc_without_memory, a);
    EXPECT_ABORT(new_without_memory, NULL);
}
