#include "support/test.h"

#include "core/json.h"

static const Json *parse(const char *text)
{
    const Json *v = NULL;
    Str where = STR_NULL;
    Rc rc = json_parse(test_arena(), str_z(text), &v, &where);

    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "%s: %.*s", text, STR_ARG(where));
    return v;
}

/* The value written again, by the writer under test. */
static Str rewrite(const char *text)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    buf_init(&b, 1u << 20);
    json_out_init(&o, &b);
    json_value(&o, parse(text));
    EXPECT_RC(RC_OK, buf_result(&b));
    return str_dup(test_arena(), buf_str(&b));
}

TEST(json_reads_every_kind)
{
    const Json *v = parse(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-42,\"r\":1.1,\"s\":\"a\\u00e5"
                          "\\n\",\"a\":[1,[],{}],\"o\":{\"k\":\"v\"}} ");

    EXPECT_INT(JSON_OBJECT, v->kind);
    EXPECT_INT(8, v->n);
    EXPECT_STR("n", v->keys[0]);
    EXPECT_STR("o", v->keys[7]);
    EXPECT_INT(JSON_NULL, json_get(v, STR("n"))->kind);
    EXPECT(json_get(v, STR("t"))->boolean && !json_get(v, STR("f"))->boolean);
    EXPECT_INT(JSON_BOOL, json_get(v, STR("f"))->kind);
    EXPECT_INT(-42, json_get(v, STR("i"))->integer);
    EXPECT(json_get(v, STR("i"))->real == -42.0);
    EXPECT_STR("-42", json_get(v, STR("i"))->text);
    EXPECT_INT(JSON_REAL, json_get(v, STR("r"))->kind);
    EXPECT_STR("1.1", json_get(v, STR("r"))->text);
    EXPECT_STR("a\xC3\xA5\n", json_get(v, STR("s"))->text);
    EXPECT_INT(3, json_get(v, STR("a"))->n);
    EXPECT_STR("v", json_get(json_get(v, STR("o")), STR("k"))->text);
    EXPECT(json_get(v, STR("x")) == NULL);
    EXPECT(json_get(json_get(v, STR("a")), STR("k")) == NULL && json_get(NULL, STR("k")) == NULL);
}

TEST(json_reads_bare_values)
{
    EXPECT_INT(JSON_NULL, parse("null")->kind);
    EXPECT_STR("", parse("\"\"")->text);
    EXPECT_INT(INT64_MAX, parse("9223372036854775807")->integer);
    EXPECT_INT(INT64_MIN, parse("-9223372036854775808")->integer);
}

TEST(json_refuses)
{
    static const struct {
        int line;
        Str text;
    } cases[] = {
        { __LINE__, STR_INIT("") },
        { __LINE__, STR_INIT("  ") },
        { __LINE__, STR_INIT("{") },
        { __LINE__, STR_INIT("]") },
        { __LINE__, STR_INIT("[1,]") },
        { __LINE__, STR_INIT("{\"a\":1,}") },
        { __LINE__, STR_INIT("{a:1}") },
        { __LINE__, STR_INIT("{'a':1}") },
        { __LINE__, STR_INIT("[1 2]") },
        { __LINE__, STR_INIT("1 2") },
        { __LINE__, STR_INIT("{} x") },
        { __LINE__, STR_INIT("// c\n1") },
        { __LINE__, STR_INIT("01") },
        { __LINE__, STR_INIT("+1") },
        { __LINE__, STR_INIT(".5") },
        { __LINE__, STR_INIT("1.") },
        { __LINE__, STR_INIT("NaN") },
        { __LINE__, STR_INIT("Infinity") },
        { __LINE__, STR_INIT("True") },
        { __LINE__, STR_INIT("1e999") },
        { __LINE__, STR_INIT("9223372036854775808") },
        { __LINE__, STR_INIT("{\"a\":1,\"a\":2}") }, /* a key twice */
        { __LINE__, STR_INIT("{\"a\":1,\"\\u0061\":2}") },
        { __LINE__, STR_INIT("\"\\u0000\"") }, /* NUL */
        { __LINE__, STR_INIT("{\"a\\u0000\":1}") },
        { __LINE__, STR_INIT("\"a\0b\"") },
        { __LINE__, STR_INIT("1\0") },
        { __LINE__, STR_INIT("\"\n\"") },
        { __LINE__, STR_INIT("\"\\x\"") },
        { __LINE__, STR_INIT("\"\\ud800\"") }, /* half a pair */
        { __LINE__, STR_INIT("\"\\udc00\\ud800\"") },
        { __LINE__, STR_INIT("\"\xFF\"") }, /* not UTF-8 */
        { __LINE__, STR_INIT("\"\xED\xA0\x80\"") },
        { __LINE__, STR_INIT("\"\xC0\xAF\"") },
        { __LINE__, STR_INIT("{\"\xFF\":1}") },
        { __LINE__, STR_INIT("\xEF\xBB\xBF"
                             "1") }, /* a byte order mark */
        { __LINE__, STR_INIT("\"abc") },
        { __LINE__, STR_INIT("\"abc\\") },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Json *v = NULL;
        Str where = STR_NULL;
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     json_parse(test_arena(), cases[i].text, &v, &where));
        EXPECT_AT(cases[i].line, v == NULL && where.len > 0 && str_is_utf8(where));
        EXPECT_RC_AT(cases[i].line, RC_INVALID, json_parse(test_arena(), cases[i].text, &v, NULL));
    }
}

TEST(json_says_where_it_is_wrong)
{
    const Json *v;
    Str where = STR_NULL;

    EXPECT_RC(RC_INVALID, json_parse(test_arena(), STR("{\n \"a\": 1,\n \"b\" 2}"), &v, &where));
    EXPECT(str_starts(where, STR("line 3, column ")));
}

static Rc parse_nested(int depth, char open, char close)
{
    char text[2100];
    size_t n = 0;
    const Json *v;

    for (int i = 0; i < depth; i++) {
        text[n++] = open;
        if (open == '{' && i < depth - 1) {
            memcpy(text + n, "\"k\":", 4);
            n += 4;
        }
    }
    for (int i = 0; i < depth; i++)
        text[n++] = close;
    return json_parse(test_arena(), (Str){ text, n }, &v, NULL);
}

TEST(json_depth_32_passes_and_33_does_not)
{
    EXPECT_RC(RC_OK, parse_nested(32, '[', ']'));
    EXPECT_RC(RC_LIMIT, parse_nested(33, '[', ']'));
    EXPECT_RC(RC_OK, parse_nested(32, '{', '}'));
    EXPECT_RC(RC_LIMIT, parse_nested(33, '{', '}'));
    EXPECT_RC(RC_LIMIT, parse_nested(1000, '[', ']'));
    /* Brackets inside texts are not nesting. */
    EXPECT_INT(JSON_TEXT, parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"")->kind);
}

/* An array of `n` - 1 pieces: together with the array itself they are `n` values. */
static Rc parse_values(size_t n, const char *piece)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    CLEANUP(buf_done) Buf b;
    const Json *v;

    buf_init(&b, 1u << 20);
    buf_add_char(&b, '[');
    for (size_t i = 1; i < n; i++)
        buf_add_fmt(&b, "%s%s", i > 1 ? "," : "", piece);
    buf_add_char(&b, ']');
    return json_parse(a, buf_str(&b), &v, NULL);
}

TEST(json_10000_values_pass_and_one_more_does_not)
{
    EXPECT_RC(RC_OK, parse_values(10000, "1"));
    EXPECT_RC(RC_LIMIT, parse_values(10001, "1"));
    EXPECT_RC(RC_OK, parse_values(10000, "[]"));
    EXPECT_RC(RC_LIMIT, parse_values(10001, "[]"));
    EXPECT_RC(RC_LIMIT, parse_values(5002, "[1]"));
    EXPECT_RC(RC_LIMIT, parse_values(100000, "1"));
}

TEST(json_counts_against_the_cap_of_the_arena)
{
    CLEANUP(arena_free_at) Arena *small = arena_new(300);
    const Json *v = NULL;
    Str where;

    EXPECT_RC(RC_OK, json_parse(small, STR("[1]"), &v, &where));
    EXPECT_RC(RC_LIMIT, json_parse(small, STR("{\"a\":[1,2,3,4]}"), &v, &where));
    EXPECT_STR("too large", where);
}

TEST(json_rewrites_what_it_read)
{
    static const struct {
        int line;
        const char *text, *again;
    } cases[] = {
        { __LINE__, "[]", "[]" },
        { __LINE__, "{ }", "{}" },
        { __LINE__, "[ 1 , [ ] , { } , [ [ 2 ] ] ]", "[1,[],{},[[2]]]" },
        { __LINE__, "{\"b\":1,\"a\":{\"c\":null,\"d\":[true,false]}}",
          "{\"b\":1,\"a\":{\"c\":null,\"d\":[true,false]}}" },
        { __LINE__, "0.1", "0.1" },
        { __LINE__, "3.0", "3.0" },
        { __LINE__, "-0.0", "-0.0" },
        { __LINE__, "1e3", "1000.0" },
        { __LINE__, "1e300", "1e+300" },
        { __LINE__, "0.30000000000000004", "0.30000000000000004" },
        { __LINE__, "123456789.12", "123456789.12" },
        { __LINE__, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u007f\"",
          "\"\\\"\\\\/\\u0008\\u000c\\n\\u000d\\u0009\\u001f\x7F\"" },
        { __LINE__, "\"\\u5bc6\\ud83d\\ude00\"", "\"\xE5\xAF\x86\xF0\x9F\x98\x80\"" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str again = rewrite(cases[i].text);
        EXPECT_STR_AT(cases[i].line, cases[i].again, again);
        EXPECT_STR_AT(cases[i].line, again, rewrite(str_dup_z(test_arena(), again)));
    }
}

static bool same(const Json *x, const Json *y)
{
    bool is = x->kind == y->kind && x->boolean == y->boolean && x->integer == y->integer
              && x->real == y->real && x->n == y->n && str_eq(x->text, y->text);
    for (size_t i = 0; is && i < x->n; i++)
        is = same(x->items[i], y->items[i])
             && (x->kind != JSON_OBJECT || str_eq(x->keys[i], y->keys[i]));
    return is;
}

/* A space behind it leaves a text to the general reader. */
TEST(json_reads_the_plain_form_as_any_other)
{
    static const char *const pieces[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"\"",
        "1",
        "-1",
        "0",
        "-0",
        "01",
        "1.5",
        "123456789012345678",
        "1234567890123456789",
        "99999999999999999999",
        "true",
        "false",
        "null",
        "tru",
        "\"\\n\"",
        "\"\xC3\xA5\"",
        "\"\xC3\"",
        "\"\x01\"",
        "\"\x7F\"",
        "-",
        "\"a\":",
        "\"b\":",
        "[1,2]",
        "{\"a\":1}",
        "[]",
        "{}",
        "[[[[[[[[[1]]]]]]]]]",
        "{\"a\":1,\"a\":2}",
        "\"a",
    };
    uint64_t seed = 20301;
    int read = 0;

    for (int round = 0; round < 20000; round++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
        char text[256] = "";
        size_t n = 0;
        for (int k = 0; k < 1 + round % 9; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *piece = pieces[(seed >> 33) % COUNT_OF(pieces)];
            /* Half of them are made to be something. */
            if (round % 2 == 1 && k > 0)
                n += (size_t)snprintf(text + n, sizeof text - n, "%s", ",");
            n += (size_t)snprintf(text + n, sizeof text - n, "%s", piece);
        }
        Str bare = str_fmt(a, round % 2 == 1 ? "[%s]" : "%s", text);
        const Json *x = NULL, *y = NULL;
        Rc rc = json_parse(a, str_fmt(a, "%.*s ", STR_ARG(bare)), &y, NULL);
        EXPECT_RC(rc, json_parse(a, bare, &x, NULL));
        if (rc != RC_OK)
            continue;
        read++;
        EXPECT(same(x, y));
    }
    EXPECT(read > 1000);
}

TEST(json_pointer_escapes_and_cuts_between_characters)
{
    Arena *a = test_arena();
    char many[200];

    EXPECT_STR("/a", json_pointer(a, STR(""), STR("a")));
    EXPECT_STR("/lines/2/a~1b~0", json_pointer(a, STR("/lines/2"), STR("a/b~")));
    EXPECT_STR("/", json_pointer(a, STR(""), STR("")));
    memset(many, '/', sizeof many);
    EXPECT_INT(1 + 256, json_pointer(a, STR(""), (Str){ many, sizeof many }).len);
    many[127] = (char)0xC3; /* \u00E5 over the 128th and the 129th byte */
    many[128] = (char)0xA5;
    EXPECT_INT(1 + 254, json_pointer(a, STR(""), (Str){ many, sizeof many }).len);
}

TEST(json_writer_places_commas)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    buf_init(&b, 1000);
    json_out_init(&o, &b);
    json_object(&o);
    json_field_text(&o, "text", STR("x"));
    json_field_text(&o, "none", STR_NULL);
    json_field_text(&o, "empty", STR(""));
    json_field_int(&o, "int", 7);
    json_field_bool(&o, "yes", true);
    json_field_time(&o, "at", ms("2030-01-04T10:00Z"));
    json_field_time(&o, "never", MS_NONE);
    json_key_lit(&o, "list");
    json_array(&o);
    json_int(&o, 1);
    json_real(&o, 0.5);
    json_array(&o);
    json_array_end(&o);
    json_raw(&o, STR("{\"raw\":1}"));
    json_null(&o);
    json_array_end(&o);
    json_key(&o, STR("k\"ey"));
    json_bool(&o, false);
    json_object_end(&o);
    EXPECT_STR("{\"text\":\"x\",\"none\":null,\"empty\":\"\",\"int\":7,\"yes\":true,"
               "\"at\":\"2030-01-04T10:00:00Z\",\"never\":null,"
               "\"list\":[1,0.5,[],{\"raw\":1},null],\"k\\\"ey\":false}",
               buf_str(&b));
}

TEST(json_writer_replaces_bytes_that_are_not_utf8)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    buf_init(&b, 1000);
    json_out_init(&o, &b);
    json_text(&o, STR("a\xFF"
                      "b\xE2\x82"
                      "c\xEF\xBF\xBD"));
    EXPECT_STR("\"a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD\xEF\xBF\xBD"
               "c\xEF\xBF\xBD\"",
               buf_str(&b));
}

static void nest_arrays(void *depth)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    buf_init(&b, 1000);
    json_out_init(&o, &b);
    for (int i = 0; i < *(int *)depth; i++)
        json_array(&o);
}

static void close_too_often(void *unused)
{
    CLEANUP(buf_done) Buf b;
    JsonOut o;

    UNUSED(unused);
    buf_init(&b, 1000);
    json_out_init(&o, &b);
    json_array_end(&o);
}

/* Short texts are looked at eight bytes at once, longer ones in steps of eight: every length and every place. */
TEST(json_writer_escapes_wherever_it_stands)
{
    static const struct {
        char c;
        const char *as;
    } odd[] = {
        { '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" }, { 0x1F, "\\u001f" }, { 0, "\\u0000" }
    };

    for (size_t len = 1; len < 20; len++)
        for (size_t at = 0; at < len; at++)
            for (size_t k = 0; k < COUNT_OF(odd); k++) {
                CLEANUP(buf_done) Buf b, want = { 0 };
                JsonOut o;
                char text[20];
                memset(text, 'x', sizeof text);
                text[at] = odd[k].c;
                buf_init(&b, 256);
                buf_init(&want, 256);
                json_out_init(&o, &b);
                json_text(&o, (Str){ text, len });
                buf_add_char(&want, '"');
                buf_add_bytes(&want, text, at);
                buf_add(&want, str_z(odd[k].as));
                buf_add_bytes(&want, text + at + 1, len - at - 1);
                buf_add_char(&want, '"');
                EXPECT_STR(buf_str(&want), buf_str(&b));
                buf_done(&want);
            }
}

TEST(json_writer_asserts_its_nesting)
{
    int depth = 32;

    nest_arrays(&depth);
    depth++;
    EXPECT_ABORT(nest_arrays, &depth);
    EXPECT_ABORT(close_too_often, NULL);
}
