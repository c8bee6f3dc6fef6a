#include "app/loc.h"
#include "support/test.h"

TEST(loc_text_falls_back_to_english_then_to_any)
{
    static const struct {
        int line;
        const char *json;
        Lang lang;
        const char *text;
    } cases[] = {
        { __LINE__, "{\"en\": \"Work\", \"sv\": \"Arbete\"}", LANG_SV, "Arbete" },
        { __LINE__, "{\"en\": \"Work\", \"sv\": \"Arbete\"}", LANG_ZH, "Work" },
        { __LINE__, "{\"zh\": \"工作\"}", LANG_SV, "工作" },
        { __LINE__, "{\"sv\": \"\", \"en\": \"Work\"}", LANG_SV, "Work" },
        { __LINE__, "{\"\": \"Free words\"}", LANG_ZH, "Free words" },
        { __LINE__, "{\"fr\": \"Travail\"}", LANG_EN, "" },
        { __LINE__, "{\"en\":\"Work\",\"sv\":\"Arbete\"}", LANG_SV, "Arbete" },
        { __LINE__, "{\"en\":\"a \\\"b\\\"\",\"sv\":\"c\"}", LANG_EN, "a \"b\"" },
        { __LINE__, "{\"en\":\"Work\",\"sv\":\"\"}", LANG_SV, "Work" },
        { __LINE__, "{\"en\":\"Work\",\"fr\":\"Travail\"}", LANG_SV, "Work" },
        { __LINE__, "{\"en\":\"Work\"}}", LANG_EN, "" },
        { __LINE__, "{\"en\":\"Work\",}", LANG_EN, "" },
        { __LINE__, "{\"en\":\"a\",\"en\":\"b\"}", LANG_EN, "" },
        { __LINE__, "{\"en\":\"a\tb\"}", LANG_EN, "" },
        { __LINE__, "{\"en\":\"Wor\xff\"}", LANG_EN, "" },
        { __LINE__, "{\"en\"", LANG_EN, "" },
        { __LINE__, "{", LANG_EN, "" },
        { __LINE__, "{}", LANG_EN, "" },
        { __LINE__, "", LANG_EN, "" },
        { __LINE__, "[1]", LANG_EN, "" },
        { __LINE__, "{\"en\": 3}", LANG_EN, "" },
        { __LINE__, "{\"en\": \"broken", LANG_EN, "" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Ctx cx = { .arena = test_arena(), .lang = cases[i].lang };
        EXPECT_STR_AT(cases[i].line, cases[i].text, loc_text(&cx, str_z(cases[i].json)));
    }
}

TEST(loc_json_writes_what_is_too_long_to_be_kept)
{
    static char bells[70000];
    LangText t = { .in = { [LANG_SV] = { bells, sizeof bells } } };

    memset(bells, '\a', sizeof bells);
    EXPECT_INT(sizeof "{\"sv\":\"\"}" - 1 + 6 * sizeof bells, loc_json(test_arena(), &t).len);
}

TEST(loc_json_has_one_form_for_equal_texts)
{
    LangText t = {
        .in = { [LANG_ZH] = STR("工作"), [LANG_EN] = STR("\"Work\""), [LANG_SV] = STR("") }
    };
    EXPECT_STR("{\"en\":\"\\\"Work\\\"\",\"zh\":\"工作\"}", loc_json(test_arena(), &t));
    EXPECT_STR("{}", loc_json(test_arena(), &(LangText){ 0 }));

    LangText back = loc_read(test_arena(), loc_json(test_arena(), &t));
    EXPECT_STR("\"Work\"", back.in[LANG_EN]);
    EXPECT(str_is_null(back.in[LANG_SV]));
}
