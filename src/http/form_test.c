#include "http/form.h"
#include "support/test.h"

TEST(form_reads_names_and_values)
{
    FormFields f = { 0 };

    EXPECT_RC(RC_OK, form_parse(test_arena(),
                                STR("a=1&b=two+words&c=%E5%AF%86&a=2&d&e=&f==%3D&g+h=%2B"
                                    "%26&i=%2525"),
                                &f));
    EXPECT_INT(9, (int64_t)f.n);
    EXPECT_STR("1", form_value(&f, STR("a")));
    EXPECT_STR("2", f.at[3].value);
    EXPECT_STR("two words", form_value(&f, STR("b")));
    EXPECT_STR("密", form_value(&f, STR("c")));
    EXPECT_STR("", form_value(&f, STR("d")));
    EXPECT_STR("", form_value(&f, STR("e")));
    EXPECT_STR("==", form_value(&f, STR("f")));
    EXPECT_STR("+&", form_value(&f, STR("g h")));
    EXPECT_STR("%25", form_value(&f, STR("i"))); /* decoded once */
    EXPECT(str_is_null(form_value(&f, STR("absent"))));
    EXPECT_RC(RC_OK, form_parse(test_arena(), STR_NULL, &f));
    EXPECT_INT(0, (int64_t)f.n);
    EXPECT_RC(RC_OK, form_parse(test_arena(), STR(""), &f));
    EXPECT_INT(0, (int64_t)f.n);
}

TEST(form_refuses_what_it_would_have_to_guess)
{
    static const struct {
        int line;
        Str text;
    } cases[] = {
        { __LINE__, STR_INIT("a=%") },      { __LINE__, STR_INIT("a=%4") },
        { __LINE__, STR_INIT("a=%4&b=1") }, { __LINE__, STR_INIT("a=%zz") },
        { __LINE__, STR_INIT("a=%u5bc6") }, { __LINE__, STR_INIT("a=%ff") },
        { __LINE__, STR_INIT("a=%c0%ae") }, { __LINE__, STR_INIT("a=%ed%a0%80") },
        { __LINE__, STR_INIT("a=\xff") },   { __LINE__, STR_INIT("a=%00") },
        { __LINE__, STR_INIT("a=b\0c") },   { __LINE__, STR_INIT("%00=a") },
        { __LINE__, STR_INIT("=a") },       { __LINE__, STR_INIT("&") },
        { __LINE__, STR_INIT("a=1&") },     { __LINE__, STR_INIT("a=1&&b=2") },
        { __LINE__, STR_INIT("%=1") },      { __LINE__, STR_INIT("a%4=1") },
    };
    FormFields f = { 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_RC_AT(cases[i].line, RC_INVALID, form_parse(test_arena(), cases[i].text, &f));
    EXPECT_INT(0, (int64_t)f.n);
}

/* `n` times `piece` behind `start`; valid until the next call. */
static Str repeated(const char *start, const char *piece, size_t n)
{
    static char text[200 * 1024];
    const size_t first = strlen(start), each = strlen(piece);

    EXPECT(first + n * each <= sizeof text);
    memcpy(text, start, first);
    for (size_t i = 0; i < n; i++)
        memcpy(text + first + i * each, piece, each);
    return (Str){ text, first + n * each };
}

TEST(form_keeps_to_its_limits)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(4 * 1024 * 1024);
    FormFields f = { 0 };

    EXPECT_RC(RC_OK, form_parse(a, repeated("a=1", "&a=1", FORM_FIELDS_MAX - 1), &f));
    EXPECT_INT(FORM_FIELDS_MAX, (int64_t)f.n);
    EXPECT_RC(RC_LIMIT, form_parse(a, repeated("a=1", "&a=1", FORM_FIELDS_MAX), &f));
    EXPECT_RC(RC_OK, form_parse(a, repeated("a=", "x", 65536), &f));
    EXPECT_RC(RC_LIMIT, form_parse(a, repeated("a=", "x", 65537), &f));
    EXPECT_RC(RC_OK, form_parse(a, repeated("a=", "%78", 65536), &f)); /* decoded, not as sent */
    EXPECT_RC(RC_LIMIT, form_parse(a, repeated("a=", "%78", 65537), &f));
    EXPECT_RC(RC_OK, form_parse(a, repeated("", "n", 255), &f));
    EXPECT_RC(RC_LIMIT, form_parse(a, repeated("", "n", 256), &f));
}

TEST(form_stops_at_the_cap_of_its_arena)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 * 1024);
    FormFields f = { 0 };

    for (int i = 0; i < 4; i++) {
        Rc rc = form_parse(a, repeated("a=", "%78", 60000), &f);
        if (rc == RC_LIMIT)
            return;
        EXPECT_RC(RC_OK, rc);
    }
    EXPECT(!"the cap was not felt");
}
