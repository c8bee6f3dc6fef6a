/* i18n_test.c - languages and the catalogue. */
#include "app/i18n.h"
#include "app/i18n_table.h"

#include "support/test.h"

TEST(i18n_text_translates_and_leaves_unknown_messages_alone)
{
    EXPECT_STR("Home", i18n_text(LANG_EN, "Home"));
    EXPECT_STR("Hem", i18n_text(LANG_SV, "Home"));
    EXPECT_STR("首页", i18n_text(LANG_ZH, "Home"));
    EXPECT_STR("no such message", i18n_text(LANG_SV, "no such message"));
    EXPECT(str_is_null(i18n_text(LANG_SV, NULL)));
}

TEST(i18n_plural_has_two_forms_and_one_in_chinese)
{
    EXPECT_STR("%d x", i18n_plural(LANG_EN, "%d x", "%d xs", 1));
    EXPECT_STR("%d xs", i18n_plural(LANG_EN, "%d x", "%d xs", 0));
    EXPECT_STR("%d xs", i18n_plural(LANG_SV, "%d x", "%d xs", 2));
}

/* Each entry must be found where str_hash sends its id: the tool computes the same hash. */
TEST(i18n_table_finds_every_entry)
{
    size_t n = 0;

    for (size_t i = 0; i <= i18n_mask; i++) {
        const I18nEntry *e = i18n_slots[i];
        if (e == NULL)
            continue;
        n++;
        if (e->text[LANG_SV][0] != NULL)
            EXPECT_STR(e->text[LANG_SV][0], i18n_text(LANG_SV, e->id));
        if (e->text[LANG_ZH][0] != NULL)
            EXPECT_STR(e->text[LANG_ZH][0], i18n_text(LANG_ZH, e->id));
    }
    EXPECT(n > 0);
    EXPECT(n <= i18n_mask / 2 + 1); /* so that an unknown id meets a free slot soon */
}

TEST(lang_accept_follows_the_weights)
{
    static const struct {
        int line;
        const char *header;
        Lang want;
    } cases[] = {
        { __LINE__, "sv", LANG_SV },
        { __LINE__, "sv-FI,en;q=0.5", LANG_SV },
        { __LINE__, "de, fr;q=0.9, zh-TW;q=0.3, en;q=0.2", LANG_ZH },
        { __LINE__, "en;q=0.2, zh;q=0.25", LANG_ZH },
        { __LINE__, "ZH-hans-cn", LANG_ZH },
        { __LINE__, "sv;q=0, en;q=0.1", LANG_EN },
        { __LINE__, "*", LANG_SV },
        { __LINE__, "zh;q=0.5, *", LANG_SV },
        { __LINE__, "de", LANG_SV },
        { __LINE__, "", LANG_SV },
        { __LINE__, ",,;;q=,zh;q=x", LANG_SV },
        { __LINE__, "zh;q=1.001, en;q=0.001", LANG_EN },
        { __LINE__, "zh;level=1, en;q=0.5", LANG_EN },
        { __LINE__, "zh;q=1.000", LANG_ZH },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].want, lang_accept(str_z(cases[i].header), LANG_SV));
    EXPECT_INT(LANG_EN, lang_accept(STR_NULL, LANG_EN));
}

TEST(lang_keys_go_both_ways)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        Lang back = LANG_COUNT;
        EXPECT(lang_from_key(str_z(lang_key((Lang)i)), &back));
        EXPECT_INT(i, back);
    }
    Lang none = LANG_SV;
    EXPECT(!lang_from_key(STR("de"), &none));
    EXPECT(!lang_from_key(STR(""), &none));
    EXPECT_INT(LANG_SV, none);
}

TEST(lang_text_falls_back_to_english_then_to_any)
{
    LangText both = { { [LANG_EN] = STR_INIT("Laptop"), [LANG_SV] = STR_INIT("Bärbar dator") } };
    LangText only = { { [LANG_ZH] = STR_INIT("电脑") } };
    LangText none = { { STR_NULL } };
    Lang lang = LANG_COUNT;

    EXPECT_STR("Bärbar dator", lang_text(&both, LANG_SV, NULL));
    EXPECT_STR("Laptop", lang_text(&both, LANG_ZH, &lang));
    EXPECT_INT(LANG_EN, lang);
    EXPECT_STR("电脑", lang_text(&only, LANG_SV, &lang));
    EXPECT_INT(LANG_ZH, lang);
    EXPECT(str_is_null(lang_text(&none, LANG_SV, &lang)));
    EXPECT_INT(LANG_SV, lang);
}
