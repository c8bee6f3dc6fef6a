/* ctx_test.c */
#include "app/ctx.h"

#include "support/test.h"

static Ctx ctx(void)
{
    return (Ctx){ .arena = test_arena() };
}

TEST(fail_keeps_the_word_and_the_sentence)
{
    Ctx cx = ctx();

    EXPECT_RC(RC_CONFLICT, fail(&cx, RC_CONFLICT, "wrong_state", TEXT("This request is closed.")));
    EXPECT_STR("wrong_state", cx.type);
    EXPECT_STR("This request is closed.", cx.detail.msgid);
    EXPECT_RC(RC_OK, fail_result(&cx)); /* no field is at fault */
}

TEST(fail_field_writes_a_pointer)
{
    static const struct {
        int line;
        const char *given, *pointer;
    } cases[] = {
        { __LINE__, "title", "/title" },
        { __LINE__, "/answers/device", "/answers/device" },
        { __LINE__, "", "" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Ctx cx = ctx();
        EXPECT_RC_AT(
            cases[i].line, RC_INVALID,
            fail_field(&cx, RC_INVALID, cases[i].given, "required", TEXT("This is needed.")));
        EXPECT_INT_AT(cases[i].line, 1, (int64_t)cx.errors.n);
        EXPECT_STR_AT(cases[i].line, cases[i].pointer, cx.errors.at[0].pointer);
        EXPECT_STR_AT(cases[i].line, "required", cx.errors.at[0].code);
    }
}

TEST(fail_add_collects_all_faults)
{
    Ctx cx = ctx();

    EXPECT_RC(RC_OK, fail_result(&cx));
    for (int i = 0; i < 5; i++)
        fail_add(&cx, str_fmt(cx.arena, "/answers/q%d", i), "required", TEXT("This is needed."));
    EXPECT_RC(RC_INVALID, fail_result(&cx));
    EXPECT_INT(5, (int64_t)cx.errors.n);
    EXPECT_STR("/answers/q4", cx.errors.at[4].pointer);
}

TEST(fail_add_is_invalid_even_where_there_is_no_room)
{
    CLEANUP(arena_free_at) Arena *tiny = arena_new(1);
    Ctx cx = { .arena = tiny };

    fail_add(&cx, STR("/a"), "required", TEXT("This is needed."));
    EXPECT_RC(RC_INVALID, fail_result(&cx));
}
