/* words_test.c - values in the words of each language. */
#include "app/words.h"

#include "core/buf.h"
#include "support/test.h"

/* Thursday 26 November 2026, 10:38 in Stockholm. */
static Reader reader(Lang lang)
{
    const Zone *zone = zone_get(STR("Europe/Stockholm"));

    if (zone == NULL)
        test_skip("no time zone data");
    return (Reader){ .lang = lang, .zone = zone, .now_ms = ms("2026-11-26T09:38Z") };
}

/* Cases write ~ for the blank that must not break. */
static Str with_blanks(const char *text)
{
    Buf b;

    buf_init(&b, 256);
    for (const char *p = text; *p != '\0'; p++)
        if (*p == '~')
            buf_add_lit(&b, "\u00a0");
        else
            buf_add_char(&b, *p);
    Str s = str_dup(test_arena(), buf_str(&b));
    buf_done(&b);
    return s;
}

TEST(words_when_says_instants_in_three_languages)
{
    static const struct {
        int line;
        WhenForm form;
        const char *at, *en, *sv, *zh;
    } cases[] = {
        { __LINE__, WHEN_DAY, "2026-12-04T11:00Z", "Friday 4 December", "fredag 4 december",
          "12月4日（周五）" },
        { __LINE__, WHEN_DAY, "2027-01-04T11:00Z", "Monday 4 January 2027", "måndag 4 januari 2027",
          "2027年1月4日（周一）" },
        { __LINE__, WHEN_MOMENT, "2026-11-25T08:20Z", "yesterday, 09:20", "i går 09.20",
          "昨天 09:20" },
        { __LINE__, WHEN_MOMENT, "2026-11-24T08:12Z", "Tue 24 Nov, 09:12", "tis 24 nov 09.12",
          "11月24日 周二 09:12" },
        { __LINE__, WHEN_MOMENT, "2026-11-26T07:30Z", "today, 08:30", "i dag 08.30", "今天 08:30" },
        { __LINE__, WHEN_MOMENT, "2025-11-25T08:20Z", "25 Nov 2025, 09:20", "25 nov 2025 09.20",
          "2025年11月25日 09:20" },
        { __LINE__, WHEN_SHORT, "2026-12-04T11:00Z", "Fri 4 Dec", "fre 4 dec", "12月4日 周五" },
        { __LINE__, WHEN_SHORT, "2026-11-26T15:00Z", "today, 16:00", "i dag 16.00", "今天 16:00" },
        { __LINE__, WHEN_SHORT, "2026-11-27T15:00Z", "tomorrow, 16:00", "i morgon 16.00",
          "明天 16:00" },
        { __LINE__, WHEN_SHORT, "2026-11-25T15:00Z", "Wed 25 Nov", "ons 25 nov", "11月25日 周三" },
        { __LINE__, WHEN_PAST, "2026-11-26T00:00Z", "today", "i dag", "今天" },
        { __LINE__, WHEN_PAST, "2026-11-25T00:00Z", "yesterday", "i går", "昨天" },
        { __LINE__, WHEN_PAST, "2026-11-24T08:12Z", "Tuesday", "i tisdags", "周二" },
        { __LINE__, WHEN_PAST, "2026-11-20T08:12Z", "Friday", "i fredags", "周五" },
        { __LINE__, WHEN_PAST, "2026-11-19T08:12Z", "19 November", "den 19 november", "11月19日" },
        { __LINE__, WHEN_PAST, "2025-11-19T08:12Z", "19 November 2025", "den 19 november 2025",
          "2025年11月19日" },
        { __LINE__, WHEN_CLOCK, "2026-11-26T08:05Z", "09:05", "09.05", "09:05" },
        /* 23:30 UTC is already the next day in Stockholm, but a calendar date stays what it is. */
        { __LINE__, WHEN_DAY, "2026-12-03T23:30Z", "Friday 4 December", "fredag 4 december",
          "12月4日（周五）" },
        { __LINE__, WHEN_DATE, "2026-12-04T00:00Z", "Friday 4 December", "fredag 4 december",
          "12月4日（周五）" },
        /* Summer time: two hours east. */
        { __LINE__, WHEN_CLOCK, "2026-07-01T08:05Z", "10:05", "10.05", "10:05" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *const want[LANG_COUNT] = { cases[i].en, cases[i].sv, cases[i].zh };
        for (int l = 0; l < LANG_COUNT; l++) {
            Reader r = reader((Lang)l);
            When w = { ms(cases[i].at), cases[i].form };
            EXPECT_STR_AT(cases[i].line, want[l], words_when(test_arena(), &r, w));
        }
    }
    Reader r = reader(LANG_EN);
    EXPECT(str_is_null(words_when(test_arena(), &r, when_day(MS_NONE))));
    EXPECT_STR("2026-11-26 10:38:00 +01:00", words_exact(test_arena(), &r, r.now_ms));
}

TEST(words_month_has_its_year_in_three_languages)
{
    static const char *const want[LANG_COUNT] = { "Nov 2026", "nov 2026", "2026年11月" };

    for (int i = 0; i < LANG_COUNT; i++) {
        Reader r = { (Lang)i, zone_get(STR("America/St_Johns")), ms("2026-11-28T09:00Z") };
        EXPECT_STR(want[i], words_when(test_arena(), &r, when_month(ms("2026-11-01T00:00Z"))));
    }
}

TEST(words_span_takes_the_two_largest_units)
{
    static const struct {
        int line;
        int64_t ms;
        const char *en, *zh;
    } cases[] = {
        { __LINE__, 0, "0~min", "0~分钟" },
        { __LINE__, 59 * MS_SECOND, "0~min", "0~分钟" },
        { __LINE__, 25 * MS_MINUTE, "25~min", "25~分钟" },
        { __LINE__, 70 * MS_MINUTE, "1~h 10~min", "1~小时 10~分钟" },
        { __LINE__, 2 * MS_HOUR, "2~h", "2~小时" },
        { __LINE__, 49 * MS_HOUR + 59 * MS_MINUTE, "2~d 1~h", "2~天 1~小时" },
        { __LINE__, 24 * MS_HOUR + 5 * MS_MINUTE, "1~d", "1~天" },
        { __LINE__, -35 * MS_MINUTE, "−35~min", "−35~分钟" },
        { __LINE__, -1, "0~min", "0~分钟" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Reader en = reader(LANG_EN), zh = reader(LANG_ZH);
        EXPECT_STR_AT(cases[i].line, with_blanks(cases[i].en),
                      words_span(test_arena(), &en, span_ms(cases[i].ms)));
        EXPECT_STR_AT(cases[i].line, with_blanks(cases[i].zh),
                      words_span(test_arena(), &zh, span_ms(cases[i].ms)));
    }
}

TEST(words_money_follows_language_and_currency)
{
    static const struct {
        int line;
        Money m;
        const char *en, *sv, *zh;
    } cases[] = {
        { __LINE__, { 240000, "EUR" }, "€2,400", "2~400~€", "€2,400" },
        { __LINE__, { 240050, "EUR" }, "€2,400.50", "2~400,50~€", "€2,400.50" },
        { __LINE__, { 5, "EUR" }, "€0.05", "0,05~€", "€0.05" },
        { __LINE__, { -90000, "EUR" }, "−€900", "−900~€", "−€900" },
        { __LINE__, { 120000000, "SEK" }, "SEK~1,200,000", "1~200~000~kr", "SEK~1,200,000" },
        { __LINE__, { 1500, "JPY" }, "JPY~1,500", "1~500~JPY", "JPY~1,500" },
        { __LINE__, { 1500, "KWD" }, "KWD~1.500", "1,500~KWD", "KWD~1.500" },
        { __LINE__, { 10000, "CNY" }, "CNY~100", "100~CNY", "¥100" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *const want[LANG_COUNT] = { cases[i].en, cases[i].sv, cases[i].zh };
        for (int l = 0; l < LANG_COUNT; l++) {
            Reader r = reader((Lang)l);
            EXPECT_STR_AT(cases[i].line, with_blanks(want[l]),
                          words_money(test_arena(), &r, cases[i].m));
        }
    }
}

TEST(words_size_rounds_to_what_people_read)
{
    static const struct {
        int line;
        uint64_t bytes;
        const char *en, *sv;
    } cases[] = {
        { __LINE__, 0, "0~B", "0~B" },
        { __LINE__, 999, "999~B", "999~B" },
        { __LINE__, 1000, "1~kB", "1~kB" },
        { __LINE__, 184320, "184~kB", "184~kB" },
        { __LINE__, 3100000, "3.1~MB", "3,1~MB" },
        { __LINE__, 25000000, "25~MB", "25~MB" },
        { __LINE__, UINT64_MAX, "1,844,674~TB", "1~844~674~TB" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Reader en = reader(LANG_EN), sv = reader(LANG_SV);
        EXPECT_STR_AT(cases[i].line, with_blanks(cases[i].en),
                      words_size(test_arena(), &en, size_bytes(cases[i].bytes)));
        EXPECT_STR_AT(cases[i].line, with_blanks(cases[i].sv),
                      words_size(test_arena(), &sv, size_bytes(cases[i].bytes)));
    }
}

TEST(words_text_puts_values_in_their_places)
{
    Reader en = reader(LANG_EN);
    LangText name = { { [LANG_EN] = STR_INIT("Laptop") } };
    Text asked = TEXT("{1} by {0}, {2} {0}.", STR("Kim {1}"), when_day(ms("2026-12-04T11:00Z")), 7);
    Text none = { .msgid = NULL };
    Text counted = TEXT_N("%d task for {0}", "%d tasks for {0}", 12345, &name);
    Text one = TEXT_N("%d task", "%d tasks", 1);
    Text strange = TEXT("{9} {a} {0 % {0}", T("Home"));

    EXPECT_STR("Friday 4 December by Kim {1}, 7 Kim {1}.", words_text(test_arena(), &en, &asked));
    EXPECT_STR("12,345 tasks for Laptop", words_text(test_arena(), &en, &counted));
    EXPECT_STR("1 task", words_text(test_arena(), &en, &one));
    EXPECT_STR("{9} {a} {0 % Home", words_text(test_arena(), &en, &strange));
    EXPECT(str_is_null(words_text(test_arena(), &en, &none)));
}

TEST(words_text_ignores_a_place_without_a_value)
{
    Reader en = reader(LANG_EN);
    Text t = TEXT("a {0} b {3}", STR("x"));

    EXPECT_STR("a x b ", words_text(test_arena(), &en, &t));
}
