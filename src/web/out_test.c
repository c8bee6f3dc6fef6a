/* out_test.c - what the sinks let through and what they turn into. */
#include "web/out.h"

#include "support/test.h"

static Buf page;
static PageOut out;

static PageOut *start(Lang lang)
{
    buf_done(&page);
    buf_init(&page, 4096);
    out = (PageOut){
        .buf = &page,
        .arena = test_arena(),
        .reader = { .lang = lang, .zone = zone_utc(), .now_ms = ms("2026-11-26T09:38Z") },
        .csrf = STR("a\"b"),
    };
    return &out;
}

static Str end(void)
{
    Str s = str_dup(test_arena(), buf_str(&page));

    buf_done(&page);
    return s;
}

TEST(out_str_escapes_markup_and_shows_direction_controls)
{
    static const struct {
        int line;
        const char *in, *text, *attr;
    } cases[] = {
        { __LINE__, "", "", "" },
        { __LINE__, "plain", "plain", "plain" },
        { __LINE__, "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "&lt;b&gt;&amp;&quot;&#39;" },
        { __LINE__, "a&b", "a&amp;b", "a&amp;b" },
        { __LINE__, "åäö 密码 “x” …", "åäö 密码 “x” …", "åäö 密码 “x” …" },
        { __LINE__, "gpj.\u202eexe", "gpj.[U+202E]exe", "gpj.\u202eexe" },
        { __LINE__, "\u2066a\u2069", "[U+2066]a[U+2069]", "\u2066a\u2069" },
        { __LINE__, "\u2065\u206a\u2029", "\u2065\u206a\u2029", "\u2065\u206a\u2029" },
        { __LINE__, "\xe2", "\xe2",
          "\xe2" }, /* cut in the middle: not our business, but no overrun */
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        OUT_TEXT(start(LANG_EN), str_z(cases[i].in));
        EXPECT_STR_AT(cases[i].line, cases[i].text, end());
        OUT_ATTR(start(LANG_EN), str_z(cases[i].in));
        EXPECT_STR_AT(cases[i].line, cases[i].attr, end());
    }
}

TEST(out_translates_messages_but_not_data_and_not_technical_attributes)
{
    const char *msg = T("Home");

    OUT_TEXT(start(LANG_SV), msg);
    EXPECT_STR("Hem", end());
    OUT_WORDS_ATTR(start(LANG_SV), msg);
    EXPECT_STR("Hem", end());
    OUT_ATTR(start(LANG_SV), msg);
    EXPECT_STR("Home", end());
    OUT_TEXT(start(LANG_SV), STR("Home"));
    EXPECT_STR("Home", end());
}

TEST(out_writes_typed_values)
{
    OUT_TEXT(start(LANG_EN), (uint64_t)UINT64_MAX);
    EXPECT_STR("18446744073709551615", end());
    OUT_TEXT(start(LANG_EN), INT64_MIN);
    EXPECT_STR("-9223372036854775808", end());
    OUT_TEXT(start(LANG_EN), OPT_NONE);
    EXPECT_STR("", end());
    OUT_TEXT(start(LANG_EN), OPT_INT(7));
    EXPECT_STR("7", end());
    OUT_TEXT(start(LANG_EN), when_day(ms("2026-12-04T11:00Z")));
    EXPECT_STR("<time datetime=\"2026-12-04T11:00:00Z\" title=\"2026-12-04 11:00:00 "
               "+00:00\">Friday 4 December</time>",
               end());
    OUT_TEXT(start(LANG_EN), when_date(ms("2026-12-04T00:00Z")));
    EXPECT_STR("<time datetime=\"2026-12-04\">Friday 4 December</time>", end());
    OUT_TEXT(start(LANG_EN), when_day(MS_NONE));
    EXPECT_STR("", end());
    OUT_WORDS_ATTR(start(LANG_EN), when_day(ms("2026-12-04T11:00Z")));
    EXPECT_STR("Friday 4 December", end());
    OUT_TEXT(start(LANG_EN), ((Html){ STR("<b>x</b>") }));
    EXPECT_STR("<b>x</b>", end());
}

TEST(out_marks_a_text_in_another_language)
{
    LangText t = { { [LANG_EN] = STR_INIT("A <laptop>") } };

    OUT_TEXT(start(LANG_EN), t);
    EXPECT_STR("A &lt;laptop&gt;", end());
    OUT_TEXT(start(LANG_SV), t);
    EXPECT_STR("<span lang=\"en\">A &lt;laptop&gt;</span>", end());
    OUT_WORDS_ATTR(start(LANG_SV), t);
    EXPECT_STR("A &lt;laptop&gt;", end());
}

TEST(out_text_escapes_each_value_in_a_message)
{
    Text t = { .msgid = "{0} <{1}> {2}{3}",
               .n = 4,
               .args = { arg_str(STR("<i>{1}")), arg_when(when_clock(ms("2026-11-26T08:05Z"))),
                         arg_markup("<b>"), arg_html((Html){ STR("x</b>") }) } };

    OUT_TEXT(start(LANG_EN), t);
    EXPECT_STR("&lt;i&gt;{1} &lt;<time datetime=\"2026-11-26T08:05:00Z\" title=\"2026-11-26 "
               "08:05:00 +00:00\">08:05"
               "</time>&gt; <b>x</b>",
               end());
    OUT_WORDS_ATTR(start(LANG_EN),
                   ((Text){ .msgid = "\"{0}\"", .n = 1, .args = { arg_str(STR("<")) } }));
    EXPECT_STR("&quot;&lt;&quot;", end());
    OUT_TEXT(start(LANG_EN), ((Text){ .msgid = NULL }));
    EXPECT_STR("", end());
}

TEST(url_refuses_what_a_browser_would_run_or_take_elsewhere)
{
    static const struct {
        int line;
        const char *in, *want;
    } cases[] = {
        { __LINE__, "/requests/REQ-1?a=1&b=2", "/requests/REQ-1?a=1&amp;b=2" },
        { __LINE__, "/", "/" },
        { __LINE__, "#main", "#main" },
        { __LINE__, "?q=x", "?q=x" },
        { __LINE__, "https://example.org/a", "https://example.org/a" },
        { __LINE__, "HTTP://example.org", "HTTP://example.org" },
        { __LINE__, "mailto:a@b.example", "mailto:a@b.example" },
        { __LINE__, "", "#" },
        { __LINE__, "javascript:alert(1)", "#" },
        { __LINE__, "JavaScript:alert(1)", "#" },
        { __LINE__, " javascript:alert(1)", "#" },
        { __LINE__, "java\tscript:alert(1)", "#" },
        { __LINE__, "data:text/html,x", "#" },
        { __LINE__, "//evil.example", "#" },
        { __LINE__, "/\\evil.example", "#" },
        { __LINE__, "/a\nb", "#" },
        { __LINE__, "/a b", "#" },
        { __LINE__, "requests/1", "#" },
        { __LINE__, "https:evil", "#" },
        { __LINE__, "https://", "#" },
        { __LINE__, "/x\"><script>", "/x&quot;&gt;&lt;script&gt;" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        OUT_URL(start(LANG_EN), str_z(cases[i].in));
        EXPECT_STR_AT(cases[i].line, cases[i].want, end());
    }
}

TEST(url_part_encodes_everything_that_could_mean_something)
{
    OUT_URL_PART(start(LANG_EN), STR("a/b?c=d&e#f %../å\"<"));
    EXPECT_STR("a%2Fb%3Fc%3Dd%26e%23f%20%25..%2F%C3%A5%22%3C", end());
    OUT_URL_PART(start(LANG_EN), INT64_C(-12));
    EXPECT_STR("-12", end());
}

TEST(out_csrf_and_icons_escape_too)
{
    out_csrf(start(LANG_EN));
    EXPECT_STR("<input type=\"hidden\" name=\"_csrf\" value=\"a&quot;b\">", end());
    OUT_ICON(start(LANG_EN), STR("x\"><b>"));
    EXPECT(str_ends(end(), STR("#x%22%3E%3Cb%3E\"/></svg>")));
}

TEST(conditions_follow_the_type)
{
    Str text = STR("x"), empty = STR("");
    const char *none = NULL, *msg = "m";
    int64_t zero = 0, one = 1;
    When never = when_day(MS_NONE);
    Text said = TEXT("x"), silent = { .msgid = NULL };
    void *pointer = &one, *null = NULL;

    EXPECT(IS_TRUE(text) && !IS_TRUE(empty));
    EXPECT(IS_TRUE(msg) && !IS_TRUE(none) && !IS_TRUE(""));
    EXPECT(IS_TRUE(one) && !IS_TRUE(zero) && IS_TRUE(-1) && IS_TRUE(UINT32_MAX));
    EXPECT(IS_TRUE((bool)true) && !IS_TRUE((bool)false));
    EXPECT(!IS_TRUE(never) && IS_TRUE(when_day(0)));
    EXPECT(IS_TRUE(said) && !IS_TRUE(silent));
    EXPECT(IS_TRUE(OPT_INT(0)) && !IS_TRUE(OPT_NONE));
    EXPECT(IS_TRUE(pointer) && !IS_TRUE(null));
}

TEST(a_page_that_is_too_long_fails_at_its_end)
{
    PageOut *o = start(LANG_EN);

    for (int i = 0; i < 1000; i++)
        OUT_LIT(o, "0123456789");
    EXPECT_RC(RC_LIMIT, page_result(o));
    EXPECT(is_str(html_take(o, 0).markup) == false);
    buf_done(&page);
}

TEST(html_take_removes_what_it_returns)
{
    PageOut *o = start(LANG_EN);

    OUT_LIT(o, "ab");
    size_t mark = o->buf->len;
    OUT_LIT(o, "<b>cd</b>");
    EXPECT_STR("<b>cd</b>", html_take(o, mark).markup);
    EXPECT_STR("ab", end());
}
