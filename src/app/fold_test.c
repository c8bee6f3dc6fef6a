#include "app/fold.h"
#include "support/test.h"

TEST(fold_makes_forms_of_one_text_equal)
{
    static const struct {
        int line;
        const char *text, *folded;
    } cases[] = {
        { __LINE__, "", "" },
        { __LINE__, "LÖSENORD", "lösenord" },
        { __LINE__, "lo\xCC\x88senord", "lösenord" }, /* combining diaeresis */
        { __LINE__, "Straße", "strasse" },
        { __LINE__, "ＶＰＮ", "vpn" }, /* full width */
        { __LINE__, "密码", "密码" },
        { __LINE__,
          "a\xC2\xAD"
          "b",
          "ab" },                                           /* soft hyphen */
        { __LINE__, "\xEF\xB7\xBA", "صلى الله عليه وسلم" }, /* one sign becomes eighteen */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str got = STR_NULL;
        EXPECT_RC_AT(cases[i].line, RC_OK, text_fold(test_arena(), str_z(cases[i].text), &got));
        EXPECT_STR_AT(cases[i].line, cases[i].folded, got);
    }
}

TEST(fold_nfc_composes_and_keeps_case)
{
    Str got = STR_NULL;

    EXPECT_RC(RC_OK, text_nfc(test_arena(), STR("Lo\xCC\x88senord ＶＰＮ"), &got));
    EXPECT_STR("Lösenord ＶＰＮ", got);
    EXPECT_RC(RC_INVALID, text_nfc(test_arena(), STR("\xFF"), &got));
}

TEST(fold_refuses_what_is_not_utf8)
{
    Str got;
    EXPECT_RC(RC_INVALID, text_fold(test_arena(), STR("a\xFF"), &got));
}

TEST(fold_like_takes_signs_of_patterns_literally)
{
    Str got = STR_NULL;
    EXPECT_RC(RC_OK, text_like(test_arena(), STR("50%_a\\"), &got));
    EXPECT_STR("%50\\%\\_a\\\\%", got);
    EXPECT_RC(RC_OK, text_like(test_arena(), STR(""), &got));
    EXPECT_STR("%", got);
}
