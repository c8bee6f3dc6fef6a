#include "app/tokens.h"

#include "support/test.h"

static Str joined(const char *text, size_t max)
{
    TextTokens t;
    Str s = STR("");

    EXPECT_RC(RC_OK, text_tokens(test_arena(), str_z(text), max, &t));
    EXPECT_RC(RC_OK, tokens_join(test_arena(), &t, &s));
    return s;
}

TEST(tokens_are_folded_words_and_single_ideographs)
{
    EXPECT_STR("my vpn is broken", joined("My  VPN, is broken!", 99));
    EXPECT_STR("req 17", joined("REQ-17", 99));
    EXPECT_STR("cant print 314 pages", joined("can't print 3.14 pages", 99));
    EXPECT_STR("\xC3\xA5ngstr\xC3\xB6m", joined("\xC3\x85NGSTR\xC3\x96M", 99));
    EXPECT_STR("vpn \xE5\xAF\x86 \xE7\xA0\x81", joined("VPN\xE5\xAF\x86\xE7\xA0\x81", 99));
    EXPECT_STR("", joined("  -- !", 99));
    EXPECT_STR("one two", joined("one two three", 2));
}

TEST(tokens_refuse_what_is_no_text)
{
    TextTokens t;
    EXPECT_RC(RC_INVALID, text_tokens(test_arena(), STR("a\xFF"), 9, &t));
}

TEST(tokens_have_words_in_any_order_and_ideographs_side_by_side)
{
    static const struct {
        int line;
        const char *text, *words;
        bool has;
    } cases[] = {
        { __LINE__, "The printer is broken", "broken print", true },
        { __LINE__, "The printer is broken", "print broken", false },
        { __LINE__, "The printer is broken", "printer bro", true },
        { __LINE__, "The printer is broken", "rinter", false },
        { __LINE__, "The printer is broken", "", false },
        { __LINE__, "The printer is broken", "!", false },
        { __LINE__, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81",
          "\xE5\xAF\x86\xE7\xA0\x81", true },
        { __LINE__, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81", "\xE7\xA0\x81",
          true },
        { __LINE__, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81",
          "\xE7\xA0\x81\xE5\xAF\x86", false },
        { __LINE__, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81",
          "\xE5\xAF\x86 \xE6\x88\x91", true },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        TextTokens text, words;
        EXPECT_RC(RC_OK, text_tokens(test_arena(), str_z(cases[i].text), 99, &text));
        EXPECT_RC(RC_OK, text_tokens(test_arena(), str_z(cases[i].words), 16, &words));
        EXPECT_INT_AT(cases[i].line, cases[i].has, tokens_have(&text, &words));
    }
}

/* The text with its marks in brackets. */
static Str marked(const char *text, const char *words, bool whole)
{
    TextTokens t;
    TextMarks marks;
    Str all = str_z(text), s = STR("");
    size_t at = 0;

    EXPECT_RC(RC_OK, text_tokens(test_arena(), str_z(words), 16, &t));
    EXPECT_RC(RC_OK, text_marks(test_arena(), all, &t, whole, 3, &marks));
    for (size_t i = 0; i < marks.n; i++) {
        Str before = str_sub(all, at, marks.at[i].from);
        Str in = str_sub(all, marks.at[i].from, marks.at[i].to);
        s = str_fmt(test_arena(), "%.*s%.*s[%.*s]", STR_ARG(s), STR_ARG(before), STR_ARG(in));
        at = marks.at[i].to;
    }
    return str_fmt(test_arena(), "%.*s%.*s", STR_ARG(s), STR_ARG(str_skip(all, at)));
}

TEST(text_marks_stand_where_the_words_are_in_what_was_written)
{
    EXPECT_STR("My [VPN] is [broken]", marked("My VPN is broken", "broken vpn", false));
    EXPECT_STR("The [printer] prints", marked("The printer prints", "printer", false));
    EXPECT_STR("The [printer] [prints]", marked("The printer prints", "print", false));
    EXPECT_STR("The printer prints", marked("The printer prints", "print", true));
    EXPECT_STR("[L\xC3\x96SENORD] och", marked("L\xC3\x96SENORD och", "l\xC3\xB6senord", false));
    EXPECT_STR("[can't] print", marked("can't print", "cant", true));
    EXPECT_STR("\xE6\x88\x91[\xE5\xAF\x86\xE7\xA0\x81]",
               marked("\xE6\x88\x91\xE5\xAF\x86\xE7\xA0\x81", "\xE5\xAF\x86\xE7\xA0\x81", false));
    EXPECT_STR("\xE5\xAF\x86 \xE6\x88\x91",
               marked("\xE5\xAF\x86 \xE6\x88\x91", "\xE5\xAF\x86\xE7\xA0\x81", false));
    EXPECT_STR("[a] [a] [a] a", marked("a a a a", "a", false));
    EXPECT_STR("nothing", marked("nothing", " - ", false));
}

TEST(text_marks_refuse_what_is_no_text)
{
    TextTokens t = { 0 };
    TextMarks marks;

    EXPECT_RC(RC_INVALID, text_marks(test_arena(), STR("a\xFF"), &t, false, 3, &marks));
}
