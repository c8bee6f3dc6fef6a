#include "support/test.h"

#include "core/buf.h"

TEST(buf_collects_all_kinds_of_pieces)
{
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 1000);
    buf_add(&b, STR("a"));
    buf_add(&b, STR_NULL);
    buf_add_char(&b, '-');
    buf_add_int(&b, 0);
    buf_add_int(&b, INT64_MIN);
    buf_add_int(&b, INT64_MAX);
    buf_add_lit(&b, "|");
    buf_add_fmt(&b, "%d%s", 7, "x");
    buf_add_bytes(&b, "\0z", 2);
    EXPECT_RC(RC_OK, buf_result(&b));
    Str want = STR("a-0-92233720368547758089223372036854775807|7x\0z");
    EXPECT_STR(want, buf_str(&b));
}

TEST(buf_of_nothing_is_the_empty_text)
{
    Buf zeroed = { 0 };
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 0);
    EXPECT_STR("", buf_str(&b));
    EXPECT_RC(RC_OK, buf_result(&b));
    buf_add(&b, STR(""));
    EXPECT_RC(RC_OK, buf_result(&b));
    buf_add_char(&b, 'x');
    EXPECT_RC(RC_LIMIT, buf_result(&b));
    buf_done(&zeroed);
}

TEST(buf_stops_exactly_at_its_maximum)
{
    static const size_t limits[] = { 1, 255, 256, 257, 1000, 5000 };

    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        CLEANUP(buf_done) Buf b;
        buf_init(&b, limits[i]);
        for (size_t n = 0; n < limits[i]; n++)
            buf_add_char(&b, 'x');
        EXPECT_RC(RC_OK, buf_result(&b));
        buf_add_char(&b, 'y');
        EXPECT_RC(RC_LIMIT, buf_result(&b));
        EXPECT_INT(limits[i], buf_str(&b).len);
        EXPECT(b.cap <= limits[i] || b.cap == 256);
    }
}

TEST(buf_drops_a_piece_whole_and_all_after_it)
{
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 4);
    buf_add(&b, STR("abc"));
    buf_add(&b, STR("de"));
    buf_add(&b, STR("f"));
    EXPECT_STR("abc", buf_str(&b));
    EXPECT_RC(RC_LIMIT, buf_result(&b));
    buf_clear(&b);
    EXPECT_RC(RC_OK, buf_result(&b));
    buf_add(&b, STR("defg"));
    EXPECT_STR("defg", buf_str(&b));
    EXPECT_RC(RC_OK, buf_result(&b));
}

TEST(buf_add_fmt_fits_to_the_last_byte)
{
    static const int widths[] = { 1, 255, 256, 257, 900 };

    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        CLEANUP(buf_done) Buf fits;
        CLEANUP(buf_done) Buf tight;
        buf_init(&fits, (size_t)widths[i]);
        buf_add_fmt(&fits, "%*d", widths[i], 5);
        EXPECT_RC_AT(__LINE__, RC_OK, buf_result(&fits));
        EXPECT_INT(widths[i], fits.len);
        buf_init(&tight, (size_t)widths[i] - 1);
        buf_add_fmt(&tight, "%*d", widths[i], 5);
        EXPECT_RC(RC_LIMIT, buf_result(&tight));
        EXPECT_INT(0, tight.len);
    }
}

TEST(buf_room_hands_out_what_it_promises)
{
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 600);
    char *to = buf_room(&b, 600);
    EXPECT(to != NULL);
    memset(to, 'r', 600);
    b.len += 600;
    EXPECT(buf_room(&b, 0) != NULL);
    EXPECT(buf_room(&b, 1) == NULL);
    EXPECT_RC(RC_LIMIT, buf_result(&b));
    buf_clear(&b);
    EXPECT(buf_room(&b, SIZE_MAX) == NULL);
}

TEST(buf_without_memory_is_full)
{
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 100000);
    test_fail_allocation(1);
    buf_add(&b, STR("lost"));
    EXPECT(test_fail_allocation(0));
    EXPECT_RC(RC_LIMIT, buf_result(&b));
    EXPECT_STR("", buf_str(&b));
    buf_clear(&b);
    buf_add(&b, STR("kept"));
    test_fail_allocation(1);
    EXPECT(buf_room(&b, 20000) == NULL);
    EXPECT(test_fail_allocation(0));
    EXPECT_STR("kept", buf_str(&b));
    for (size_t nth = 1; nth <= 2; nth++) { /* the text itself, then its place in the buffer */
        buf_clear(&b);
        test_fail_allocation(nth);
        buf_add_fmt(&b, "%*d", nth == 1 ? 300 : 40000, 1);
        EXPECT(test_fail_allocation(0));
        EXPECT_RC(RC_LIMIT, buf_result(&b));
        EXPECT_STR("", buf_str(&b));
    }
}
