#include "support/test.h"

TEST(str_null_equals_empty_but_tells_itself_apart)
{
    EXPECT(str_eq(STR_NULL, STR("")));
    EXPECT(str_eq_nocase(STR_NULL, STR("")));
    EXPECT_INT(0, str_cmp(STR_NULL, STR("")));
    EXPECT(str_is_null(STR_NULL) && !str_is_null(STR("")));
    EXPECT(str_is_empty(STR_NULL) && str_is_empty(STR("")));
    EXPECT(str_is_null(str_z(NULL)) && !str_is_null(str_z("")));
}

TEST(str_compares_by_bytes)
{
    EXPECT(str_eq(STR("a\0b"), STR("a\0b")));
    EXPECT(!str_eq(STR("a\0b"), STR("a\0c")));
    EXPECT(!str_eq(STR("ab"), STR("abc")));
    EXPECT(str_eq_z(STR("ab"), "ab") && !str_eq_z(STR("ab"), "abc"));
    EXPECT(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0);
    EXPECT(str_cmp(STR("a"), STR("aa")) < 0 && str_cmp(STR("aa"), STR("a")) > 0);
    EXPECT(str_cmp(STR("z"), STR("\xC3\xA5")) < 0);
    EXPECT(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    EXPECT(!str_eq_nocase(STR("@"), STR("`")) && !str_eq_nocase(STR("["), STR("{")));
    EXPECT(!str_eq_nocase(STR("\xC3\x85"), STR("\xC3\xA5")));
}

TEST(str_parts)
{
    EXPECT(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")));
    EXPECT(str_starts(STR("abc"), STR_NULL) && str_starts(STR_NULL, STR("")));
    EXPECT(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")));
    EXPECT(str_contains(STR("abc"), STR("b")) && !str_contains(STR("abc"), STR("d")));
    EXPECT(str_contains(STR("abc"), STR_NULL) && !str_contains(STR_NULL, STR("a")));
    EXPECT_STR("bc", str_sub(STR("abcd"), 1, 3));
    EXPECT_STR("d", str_sub(STR("abcd"), 3, 99));
    EXPECT_STR("", str_sub(STR("abcd"), 99, 3));
    EXPECT(str_is_null(str_sub(STR_NULL, 0, 1)));
    EXPECT_STR("", str_skip(STR("ab"), 2));
    EXPECT_STR("", str_skip(STR("ab"), 3));
    EXPECT_STR("a b", str_trim(STR(" \t\r\na b\v\f ")));
    EXPECT_STR("", str_trim(STR("  ")));
    EXPECT_INT(1, str_find(STR("abc"), 'b'));
    EXPECT_INT(3, str_find(STR("abc"), 'x'));
    EXPECT_INT(0, str_find(STR_NULL, 'x'));
}

TEST(str_cut_gives_every_part_once)
{
    Str rest = STR("a,,b,");

    EXPECT_STR("a", str_cut(&rest, ','));
    EXPECT_STR("", str_cut(&rest, ','));
    EXPECT_STR("b", str_cut(&rest, ','));
    EXPECT(!str_is_null(rest));
    EXPECT_STR("", str_cut(&rest, ','));
    EXPECT(str_is_null(rest));
    EXPECT(str_is_null(str_cut(&rest, ',')));
}

TEST(str_to_i64_takes_whole_numbers_only)
{
    static const struct {
        int line;
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {
        { __LINE__, "0", true, 0 },
        { __LINE__, "-0", true, 0 },
        { __LINE__, "007", true, 7 },
        { __LINE__, "-12", true, -12 },
        { __LINE__, "9223372036854775807", true, INT64_MAX },
        { __LINE__, "9223372036854775808", false, 0 },
        { __LINE__, "-9223372036854775808", true, INT64_MIN },
        { __LINE__, "-9223372036854775809", false, 0 },
        { __LINE__, "99999999999999999999", false, 0 },
        { __LINE__, "", false, 0 },
        { __LINE__, "-", false, 0 },
        { __LINE__, "+1", false, 0 },
        { __LINE__, " 1", false, 0 },
        { __LINE__, "1 ", false, 0 },
        { __LINE__, "1.0", false, 0 },
        { __LINE__, "--1", false, 0 },
        { __LINE__, "0x1", false, 0 },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t v = 0;
        EXPECT_AT(cases[i].line, cases[i].ok == str_to_i64(str_z(cases[i].text), &v));
        EXPECT_INT_AT(cases[i].line, cases[i].value, v);
    }
    int64_t kept = 5;
    EXPECT(!str_to_i64(STR_NULL, &kept) && !str_to_i64(STR("1x"), &kept));
    EXPECT_INT(5, kept);
}

TEST(str_copies)
{
    Arena *a = test_arena();

    EXPECT_STR("ab", str_dup(a, STR("ab")));
    EXPECT(str_is_null(str_dup(a, STR_NULL)) && !str_is_null(str_dup(a, STR(""))));
    EXPECT_STR("ab", str_dup_z(a, str_sub(STR("abc"), 0, 2)));
    EXPECT_STR("", str_dup_z(a, STR_NULL));
    EXPECT_STR("abc-\xC3\x85", str_lower_ascii(a, STR("ABc-\xC3\x85")));
    EXPECT(str_is_null(str_lower_ascii(a, STR_NULL)));
    EXPECT_STR("7 x", str_fmt(a, "%d %.*s", 7, STR_ARG(STR("x"))));
    EXPECT_STR("", str_fmt(a, "%.*s", STR_ARG(STR_NULL)));
}

TEST(str_fmt_takes_text_of_any_length)
{
    static const int widths[] = { 255, 256, 257, 65536, 65537, 1 << 20 };

    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        Str s = str_fmt(test_arena(), "%*d", widths[i], 1);
        EXPECT_INT(widths[i], s.len);
        EXPECT_INT('1', s.ptr[s.len - 1]);
    }
}

TEST(str_utf8_follows_unicode_table_3_7)
{
    static const struct {
        int line;
        const char *text;
        bool ok;
    } cases[] = {
        { __LINE__, "", true },
        { __LINE__, "abc", true },
        { __LINE__, "\x7F", true },
        { __LINE__, "\x80", false },
        { __LINE__, "\xBF", false },
        { __LINE__, "\xC1\xBF", false }, /* overlong */
        { __LINE__, "\xC2\x80", true },
        { __LINE__, "\xC2\x7F", false },
        { __LINE__, "\xC2\xC0", false },
        { __LINE__, "\xC2", false },
        { __LINE__, "\xDF\xBF", true },
        { __LINE__, "\xE0\x9F\xBF", false }, /* overlong */
        { __LINE__, "\xE0\xA0\x80", true },
        { __LINE__, "\xED\x9F\xBF", true },
        { __LINE__, "\xED\xA0\x80", false }, /* surrogates */
        { __LINE__, "\xED\xBF\xBF", false },
        { __LINE__, "\xEE\x80\x80", true },
        { __LINE__, "\xEF\xBF\xBF", true },
        { __LINE__, "\xE2\x82", false },
        { __LINE__, "\xE2\x82\x41", false },
        { __LINE__, "\xF0\x8F\xBF\xBF", false }, /* overlong */
        { __LINE__, "\xF0\x90\x80\x80", true },
        { __LINE__, "\xF4\x8F\xBF\xBF", true }, /* U+10FFFF */
        { __LINE__, "\xF4\x90\x80\x80", false },
        { __LINE__, "\xF5\x80\x80\x80", false },
        { __LINE__, "\xF0\x9F\x98", false },
        { __LINE__, "\xFF", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_AT(cases[i].line, cases[i].ok == str_is_utf8(str_z(cases[i].text)));
        if (!cases[i].ok)
            EXPECT_AT(cases[i].line, !str_is_clean_text(str_z(cases[i].text), true));
    }
}

/* Every code point, encoded here by arithmetic, reads back as itself. */
TEST(str_next_char_reads_every_code_point)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char t[4];
        size_t n = 0, at = 0;
        if (c < 0x80) {
            t[n++] = (char)c;
        } else if (c < 0x800) {
            t[n++] = (char)(0xC0 | c >> 6);
            t[n++] = (char)(0x80 | (c & 63));
        } else if (c < 0x10000) {
            t[n++] = (char)(0xE0 | c >> 12);
            t[n++] = (char)(0x80 | (c >> 6 & 63));
            t[n++] = (char)(0x80 | (c & 63));
        } else {
            t[n++] = (char)(0xF0 | c >> 18);
            t[n++] = (char)(0x80 | (c >> 12 & 63));
            t[n++] = (char)(0x80 | (c >> 6 & 63));
            t[n++] = (char)(0x80 | (c & 63));
        }
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        EXPECT_INT(surrogate ? 0xFFFD : c, str_next_char((Str){ t, n }, &at));
        EXPECT_INT(surrogate ? 1 : n, at);
    }
}

TEST(str_next_char_steps_over_broken_bytes_one_by_one)
{
    Str s = STR("a\xE2\x82z");
    size_t at = 1;

    EXPECT_INT(0xFFFD, str_next_char(s, &at));
    EXPECT_INT(0xFFFD, str_next_char(s, &at));
    EXPECT_INT('z', str_next_char(s, &at));
    EXPECT_INT(4, at);
}

TEST(str_clean_text_has_no_control_characters)
{
    for (int c = 0; c < 0xA0; c++) {
        char t[3] = { 'a', (char)c, 0 };
        Str s = { t, 2 };
        if (c >= 0x80) {
            t[0] = (char)0xC2;
            t[1] = (char)c;
        }
        bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        EXPECT_AT(c, str_is_clean_text(s, false) == !control);
        EXPECT_AT(c, str_is_clean_text(s, true) == (!control || c == '\t' || c == '\n'));
    }
    EXPECT(str_is_clean_text(STR("\xC2\xA0"), false));
    EXPECT(str_is_clean_text(STR_NULL, false));
}

TEST(str_keys)
{
    char long_key[65];

    memset(long_key, 'k', sizeof long_key);
    EXPECT(str_is_key((Str){ long_key, 64 }) && !str_is_key((Str){ long_key, 65 }));
    EXPECT(str_is_key(STR("a")) && str_is_key(STR("0")) && str_is_key(STR("a-b_c/d9")));
    EXPECT(!str_is_key(STR("")) && !str_is_key(STR_NULL));
    EXPECT(!str_is_key(STR("-a")) && !str_is_key(STR("_a")) && !str_is_key(STR("/a")));
    EXPECT(!str_is_key(STR("A")) && !str_is_key(STR("a b")) && !str_is_key(STR("a.b")));
    EXPECT(!str_is_key(STR("\xC3\xA5")));
}

TEST(str_counts_characters_not_bytes)
{
    EXPECT_INT(0, str_chars(STR_NULL));
    EXPECT_INT(4, str_chars(STR("a\xC3\xA5\xE5\xAF\x86\xF0\x9F\x98\x80")));
}

TEST(str_is_shortened_at_a_whole_character)
{
    Str mixed = STR("a\xE5\xAF\x86z");

    EXPECT_STR("a\xE5\xAF\x86z", str_shortened(mixed, 5));
    EXPECT_STR("a\xE5\xAF\x86", str_shortened(mixed, 4));
    EXPECT_STR("a", str_shortened(mixed, 3));
    EXPECT_STR("a", str_shortened(mixed, 1));
    EXPECT_STR("", str_shortened(mixed, 0));
    EXPECT_STR("", str_shortened(STR(""), 10));
}

TEST(str_hash_is_fnv_1a)
{
    EXPECT(str_hash(STR("")) == UINT64_C(0xcbf29ce484222325));
    EXPECT(str_hash(STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    EXPECT(str_hash(STR("foobar")) == UINT64_C(0x85944171f73967e8));
}
