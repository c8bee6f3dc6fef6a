#include "app/collate.h"
#include "support/test.h"

TEST(collate_orders_as_the_language_does)
{
    static const struct {
        int line;
        Lang lang;
        const char *first, *second;
    } cases[] = {
        { __LINE__, LANG_SV, "Zorn", "Åkerman" },
        { __LINE__, LANG_SV, "Åkerman", "Ärlig" },
        { __LINE__, LANG_SV, "Ärlig", "Öberg" },
        { __LINE__, LANG_EN, "Åkerman", "Zorn" },
        { __LINE__, LANG_EN, "apple", "Banana" },
        { __LINE__, LANG_ZH, "陈静", "王磊" }, /* chen before wang */
        { __LINE__, LANG_EN, "", "a" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str a = str_z(cases[i].first), b = str_z(cases[i].second);
        EXPECT_AT(cases[i].line, collate(cases[i].lang, a, b) < 0);
        EXPECT_AT(cases[i].line, collate(cases[i].lang, b, a) > 0);
        EXPECT_AT(cases[i].line, collate(cases[i].lang, a, a) == 0);
    }
}
