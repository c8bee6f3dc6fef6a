#include "http/multipart.h"
#include "core/buf.h"
#include "support/test.h"

TEST(multipart_boundary_is_read_from_the_type)
{
    static const struct {
        int line;
        Rc rc;
        const char *type, *boundary;
    } cases[] = {
        { __LINE__, RC_OK, "multipart/form-data; boundary=abc", "abc" },
        { __LINE__, RC_OK, "Multipart/Form-Data;Boundary=\"a b\"", "a b" },
        { __LINE__, RC_OK, "multipart/form-data; charset=utf-8 ; boundary=x", "x" },
        { __LINE__, RC_OK, "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
          "----WebKitFormBoundary7MA4YWxkTrZu0gW" },
        { __LINE__, RC_OK,
          "multipart/form-data; "
          "boundary=0123456789012345678901234567890123456789012345678901234567890"
          "123456789",
          "0123456789012345678901234567890123456789012345678901234567890123456789" },
        { __LINE__, RC_INVALID,
          "multipart/form-data; "
          "boundary=0123456789012345678901234567890123456789012345678901234567890"
          "1234567890",
          NULL },
        { __LINE__, RC_NOT_FOUND, "", NULL },
        { __LINE__, RC_NOT_FOUND, "application/x-www-form-urlencoded", NULL },
        { __LINE__, RC_NOT_FOUND, "multipart/form-data2; boundary=a", NULL },
        { __LINE__, RC_NOT_FOUND, "multipart/mixed; boundary=a", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=\"\"", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=\"a", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=\"a \"", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=a; boundary=b", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=a b", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=\"a\\\"b\"", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; boundary=\xc3\xa5", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data boundary=a", NULL },
        { __LINE__, RC_INVALID, "multipart/form-data; =a", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str got = STR_NULL;
        EXPECT_RC_AT(cases[i].line, cases[i].rc, multipart_boundary(str_z(cases[i].type), &got));
        if (cases[i].rc == RC_OK)
            EXPECT_STR_AT(cases[i].line, cases[i].boundary, got);
    }
}

#define NAME(x)          "Content-Disposition: form-data; name=\"" x "\"\r\n"
#define FILE_(x)         "Content-Disposition: form-data; name=\"f\"; filename=\"" x "\"\r\n"
#define PART(head, body) "--B\r\n" head "\r\n" body "\r\n"

TEST(multipart_gives_fields_and_files)
{
    const Str good =
        STR(PART(NAME("title"), "Ny b\xc3\xa4rbar\r\ndator") PART(NAME("empty"), "")
                PART(FILE_("\xe5\xaf\x86 %22x%22 50%.txt") "Content-Type: text/plain\r\n"
                                                           "Content-Transfer-Encoding: "
                                                           "Binary\r\nX-More: y\r\n",
                     "a\0b\xff\r\n--C\r\n\n--B\r\n") PART(FILE_("q\\\"q\\x"), "1")
                    PART(FILE_(""), "") "--B--\r\n");
    MultipartParts p = { 0 };
    Str why = STR_NULL;

    EXPECT_RC(RC_OK, multipart_parse(test_arena(), good, STR("B"), &p, &why));
    EXPECT_INT(5, (int64_t)p.n);
    EXPECT_STR("title", p.at[0].name);
    EXPECT_STR("Ny bärbar\r\ndator", p.at[0].bytes);
    EXPECT(!p.at[0].is_file);
    EXPECT_STR("empty", p.at[1].name);
    EXPECT_STR("", p.at[1].bytes);
    EXPECT(p.at[2].is_file);
    EXPECT_STR("密 \"x\" 50%.txt", p.at[2].file_name);
    EXPECT_STR("text/plain", p.at[2].type);
    EXPECT(str_eq(p.at[2].bytes, STR("a\0b\xff\r\n--C\r\n\n--B\r\n")));
    EXPECT_STR("q\"q\\x", p.at[3].file_name);
    EXPECT(p.at[4].is_file && p.at[4].file_name.len == 0 && p.at[4].bytes.len == 0);
    EXPECT(p.at[0].bytes.ptr > good.ptr && p.at[0].bytes.ptr < good.ptr + good.len); /* no copy */

    EXPECT_RC(RC_OK, multipart_parse(test_arena(), STR("--B--\r\n"), STR("B"), &p, NULL));
    EXPECT_INT(0, (int64_t)p.n);
    EXPECT_RC(RC_OK, multipart_parse(test_arena(), STR("--B--"), STR("B"), &p, NULL));
}

TEST(multipart_refuses_what_readers_could_see_differently)
{
    static const struct {
        int line;
        Str body;
    } cases[] = {
        { __LINE__, STR_INIT("") },
        { __LINE__, STR_INIT("--B") },
        { __LINE__, STR_INIT("--B\r\n") },
        { __LINE__, STR_INIT("--B-") },
        { __LINE__, STR_INIT("--B--x") },
        { __LINE__, STR_INIT("--B--\r\n\r\n") },
        { __LINE__, STR_INIT("preamble\r\n" PART(NAME("a"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT("\r\n" PART(NAME("a"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a"), "1") "--B--\r\nepilogue") },
        { __LINE__, STR_INIT(PART(NAME("a"), "1")) },
        { __LINE__, STR_INIT("--C\r\n" NAME("a") "\r\n1\r\n--C--\r\n") },
        { __LINE__, STR_INIT("--B \r\n" NAME("a") "\r\n1\r\n--B--\r\n") },
        { __LINE__, STR_INIT("--B\n" NAME("a") "\r\n1\r\n--B--\r\n") },
        { __LINE__, STR_INIT("--B\r\n" NAME("a") "\n1\r\n--B--\r\n") },
        { __LINE__, STR_INIT("--B\r\n" NAME("a") "\r\n1\n--B--\r\n") },
        { __LINE__, STR_INIT("--B\r\n" NAME("a") "\r\n--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a"), "1\r\n--Bx") "--B--\r\n") },
        { __LINE__, STR_INIT(PART("", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART("Content-Type: a/b\r\n", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a") NAME("b"), "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART(NAME("a") "Content-Type: a/b\r\nContent-Type: c/d\r\n", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART("Content-Disposition: form-data\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data; name=\"\"\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data; filename=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: attachment; name=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-datax; name=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART("Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n",
                                  "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(
              PART("Content-Disposition: form-data; name=\"a\"; filename=\"b\"; filename=\"c\"\r\n",
                   "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''b\r\n",
                        "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data; name=\"a\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data; name=\"a\" x\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data, name=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition : form-data; name=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART("Content-Disposition: form-data;\r\n name=\"a\"\r\n", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a") "no colon\r\n", "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a") "X: \x01\r\n", "1") "--B--\r\n") },
        { __LINE__,
          STR_INIT(PART(NAME("a") "Content-Transfer-Encoding: base64\r\n", "MQ==") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a%0Ab"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(FILE_("a%0d%0ab"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(FILE_("a\0b"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(FILE_("\xff"), "1") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a"), "\xff") "--B--\r\n") },
        { __LINE__, STR_INIT(PART(NAME("a"), "x\0y") "--B--\r\n") },
    };
    MultipartParts p = { 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str why = STR_NULL;
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     multipart_parse(test_arena(), cases[i].body, STR("B"), &p, &why));
        EXPECT_AT(cases[i].line, why.len > 0);
    }
    EXPECT_RC(RC_INVALID, multipart_parse(test_arena(), STR("----"), STR(""), &p, NULL));
}

/* A form of `n` parts; `head` gets `pad` times 'h' in front of its CRLF, the value `len` bytes. */
static Rc try_form(size_t n, const char *head, size_t pad, const char *after, size_t len)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(2 * 1024 * 1024);
    CLEANUP(buf_done) Buf b = { 0 };
    MultipartParts p = { 0 };
    Str why = STR_NULL;

    buf_init(&b, 4 * 1024 * 1024);
    for (size_t i = 0; i < n; i++) {
        buf_add_lit(&b, "--B\r\n");
        buf_add(&b, str_z(head));
        for (size_t k = 0; k < pad; k++)
            buf_add_char(&b, 'h');
        buf_add(&b, str_z(after));
        buf_add_lit(&b, "\r\n");
        for (size_t k = 0; k < len; k++)
            buf_add_char(&b, 'v');
        buf_add_lit(&b, "\r\n");
    }
    buf_add_lit(&b, "--B--\r\n");
    EXPECT_RC(RC_OK, buf_result(&b));
    Rc rc = multipart_parse(a, buf_str(&b), STR("B"), &p, &why);
    EXPECT(rc == RC_OK ? p.n == n : why.len > 0);
    return rc;
}

TEST(multipart_keeps_to_its_limits)
{
    static const char name[] = NAME("a"), file[] = FILE_("a");
    const size_t x_line = sizeof "X: \r\n" - 1;

    EXPECT_RC(RC_OK, try_form(500, name, 0, "", 1));
    EXPECT_RC(RC_LIMIT, try_form(501, name, 0, "", 1));
    EXPECT_RC(RC_OK, try_form(20, file, 0, "", 1));
    EXPECT_RC(RC_LIMIT, try_form(21, file, 0, "", 1));
    EXPECT_RC(RC_OK, try_form(21, FILE_(""), 0, "", 0)); /* none was chosen */
    EXPECT_RC(RC_OK, try_form(1, name, 0, "", 65536));
    EXPECT_RC(RC_LIMIT, try_form(1, name, 0, "", 65537));
    EXPECT_RC(RC_OK, try_form(1, file, 0, "", 65537));
    EXPECT_RC(RC_OK, try_form(1, "Content-Disposition: form-data; name=\"", 255, "\"\r\n", 1));
    EXPECT_RC(RC_LIMIT, try_form(1, "Content-Disposition: form-data; name=\"", 256, "\"\r\n", 1));
    EXPECT_RC(RC_OK,
              try_form(1, "Content-Disposition: form-data; name=a; filename=\"", 255, "\"\r\n", 1));
    EXPECT_RC(RC_LIMIT,
              try_form(1, "Content-Disposition: form-data; name=a; filename=\"", 256, "\"\r\n", 1));
    EXPECT_RC(RC_OK, try_form(1, NAME("a") "X: ", 4096 - (sizeof name - 1) - x_line, "\r\n", 1));
    EXPECT_RC(RC_LIMIT, try_form(1, NAME("a") "X: ", 4097 - (sizeof name - 1) - x_line, "\r\n", 1));
    EXPECT_RC(RC_LIMIT, try_form(1, NAME("a") "X: ", 100000, "\r\n", 1));
    EXPECT_RC(RC_OK, try_form(1, NAME("a") "A: a\r\nB: b\r\nC: c\r\nD: d\r\nE: e\r\nF: f\r\nG: ", 1,
                              "\r\n", 1));
    EXPECT_RC(RC_LIMIT,
              try_form(1, NAME("a") "A: a\r\nB: b\r\nC: c\r\nD: d\r\nE: e\r\nF: f\r\nG: g\r\nH: ",
                       1, "\r\n", 1));
}
