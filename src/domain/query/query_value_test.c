#include "domain/query/query.h"
#include "support/test.h"

TEST(timespan_parse_knows_the_six_units)
{
    static const struct {
        int line;
        const char *text;
        int32_t n;
        SpanUnit unit;
    } cases[] = {
        { __LINE__, "15m", 15, SPAN_MINUTES },      { __LINE__, "4h", 4, SPAN_HOURS },
        { __LINE__, "2d", 2, SPAN_DAYS },           { __LINE__, "3y", 3, SPAN_YEARS },
        { __LINE__, "4wh", 4, SPAN_WORK_HOURS },    { __LINE__, "5wd", 5, SPAN_WORK_DAYS },
        { __LINE__, "100000d", 100000, SPAN_DAYS },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        TimeSpan s;
        EXPECT_AT(cases[i].line, timespan_parse(str_z(cases[i].text), &s));
        EXPECT_INT_AT(cases[i].line, cases[i].n, s.n);
        EXPECT_INT_AT(cases[i].line, cases[i].unit, s.unit);
        EXPECT_STR_AT(cases[i].line, cases[i].text, timespan_text(test_arena(), s));
    }
}

TEST(timespan_parse_refuses_everything_else)
{
    static const char *const bad[] = { "",
                                       "d",
                                       "0d",
                                       "100001d",
                                       "1",
                                       "1w",
                                       "1D",
                                       "-1d",
                                       "1.5h",
                                       "1 d",
                                       "1dd",
                                       "1hw",
                                       "99999999999999999999d" };
    TimeSpan s;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT(!timespan_parse(str_z(bad[i]), &s));
}

TEST(timespan_move_keeps_the_local_time_of_years)
{
    const Zone *stockholm = zone_get(STR("Europe/Stockholm"));
    Ms at;

    EXPECT(stockholm != NULL);
    EXPECT(timespan_move(ms("2030-03-01T08:00Z"), (TimeSpan){ 1, SPAN_DAYS }, -1, stockholm, &at));
    EXPECT_MS(ms("2030-02-28T08:00Z"), at);
    /* Summer time on both sides: the same local hour. */
    EXPECT(timespan_move(ms("2030-07-01T08:00Z"), (TimeSpan){ 3, SPAN_YEARS }, -1, stockholm, &at));
    EXPECT_MS(ms("2027-07-01T08:00Z"), at);
    EXPECT(timespan_move(ms("2028-02-29T12:00Z"), (TimeSpan){ 1, SPAN_YEARS }, 1, NULL, &at));
    EXPECT_MS(ms("2029-02-28T12:00Z"), at);
    EXPECT(!timespan_move(ms("2028-02-29T12:00Z"), (TimeSpan){ 1, SPAN_WORK_HOURS }, 1, NULL, &at));
    EXPECT(!timespan_move(ms("2028-02-29T12:00Z"), (TimeSpan){ 9000, SPAN_YEARS }, 1, NULL, &at));
    EXPECT(!timespan_move(INT64_MAX - 1, (TimeSpan){ 1, SPAN_DAYS }, 1, NULL, &at));
}

TEST(decimal_parse_is_exact_to_thousandths)
{
    static const struct {
        int line;
        const char *text;
        int64_t want;
        const char *back;
    } cases[] = {
        { __LINE__, "0", 0, "0" },
        { __LINE__, "1500", 1500000, "1500" },
        { __LINE__, "0.5", 500, "0.5" },
        { __LINE__, "-3.125", -3125, "-3.125" },
        { __LINE__, "1.10", 1100, "1.1" },
        { __LINE__, "1.0000", 1000, "1" },
        { __LINE__, "1000000000000000", INT64_C(1000000000000000000), "1000000000000000" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t v;
        EXPECT_AT(cases[i].line, decimal_parse(str_z(cases[i].text), &v));
        EXPECT_INT_AT(cases[i].line, cases[i].want, v);
        EXPECT_STR_AT(cases[i].line, cases[i].back, decimal_text(test_arena(), v));
    }
}

TEST(decimal_parse_refuses_what_is_no_number)
{
    static const char *const bad[] = { "",
                                       "-",
                                       ".5",
                                       "5.",
                                       "1.2345",
                                       "1,5",
                                       "1e3",
                                       "0x10",
                                       "--1",
                                       "1..2",
                                       "+1",
                                       "1000000000000000.001",
                                       "99999999999999999999" };
    int64_t v;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT(!decimal_parse(str_z(bad[i]), &v));
}

TEST(money_parse_uses_the_digits_of_the_currency)
{
    Money m;

    EXPECT(money_parse(STR("1500.00"), STR("EUR"), &m));
    EXPECT_INT(150000, m.minor);
    EXPECT_STR("EUR", m.currency);
    EXPECT_STR("1500.00", money_amount(test_arena(), m));
    EXPECT_STR("1500 EUR", money_text(test_arena(), m));
    EXPECT(money_parse(STR("0.05"), STR("EUR"), &m));
    EXPECT_STR("0.05 EUR", money_text(test_arena(), m));
    EXPECT(money_parse(STR("-12.5"), STR("SEK"), &m));
    EXPECT_STR("-12.50", money_amount(test_arena(), m));
    EXPECT(money_parse(STR("1500"), STR("JPY"), &m));
    EXPECT_INT(1500, m.minor);
    EXPECT_STR("1500", money_amount(test_arena(), m));
    EXPECT(money_parse(STR("1.234"), STR("KWD"), &m));
    EXPECT_INT(1234, m.minor);
    EXPECT(money_parse_text(STR(" 900 EUR "), &m));
    EXPECT_INT(90000, m.minor);
    EXPECT(money_parse(STR("1000000000000000"), STR("EUR"), &m));
}

TEST(money_parse_refuses_what_is_no_amount)
{
    static const struct {
        const char *amount, *currency;
    } bad[] = {
        { "1.005", "EUR" }, { "1.5", "JPY" }, { "1", "eur" },
        { "1", "EU" },      { "1", "EURO" },  { "", "EUR" },
        { "1", "" },        { "ten", "EUR" }, { "1000000000000001", "EUR" },
    };
    Money m;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT(!money_parse(str_z(bad[i].amount), str_z(bad[i].currency), &m));
    EXPECT(!money_parse_text(STR("900"), &m));
    EXPECT(!money_parse_text(STR("900 EUR now"), &m));
}

TEST(text_fold_eq_ignores_case_and_composition)
{
    EXPECT(text_fold_eq(STR("Lösenord"), STR("LÖSENORD")));
    EXPECT(text_fold_eq(STR("e\xCC\x81t\xC3\xA9"), STR("\xC3\xA9t\xC3\xA9")));
    EXPECT(text_fold_eq(STR("STRASSE"), STR("straße")));
    EXPECT(!text_fold_eq(STR("a"), STR("å")));
    EXPECT(text_fold_eq(STR(""), STR_NULL));
}

TEST(text_has_words_finds_words_and_the_start_of_the_last)
{
    static const struct {
        int line;
        const char *text, *words;
        bool found;
    } cases[] = {
        { __LINE__, "The VPN does not connect", "vpn", true },
        { __LINE__, "The VPN does not connect", "connect vpn", true },
        { __LINE__, "The VPN does not connect", "vpn conn", true },
        { __LINE__, "The VPN does not connect", "conn vpn", false },
        { __LINE__, "The VPN does not connect", "vp does", false },
        { __LINE__, "我忘记了密码怎么办", "密码", true },
        { __LINE__, "Glömt LÖSENORD", "lösen", true },
        { __LINE__, "anything", "", false },
        { __LINE__, "anything", "...", false },
        { __LINE__, "", "a", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].found,
                      text_has_words(str_z(cases[i].text), str_z(cases[i].words)));
}
