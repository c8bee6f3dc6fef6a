#include "support/test.h"

#include "core/random.h"

TEST(random_secret_is_43_characters_and_fresh)
{
    Arena *a = test_arena();
    Str one = random_secret(a), two = random_secret(a);

    EXPECT_INT(43, one.len);
    EXPECT(!str_eq(one, two));
    for (size_t i = 0; i < one.len; i++)
        EXPECT(
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", one.ptr[i])
            != NULL);
}

TEST(random_bytes_fills_all_of_a_large_buffer)
{
    unsigned char bytes[4096] = { 0 };
    size_t zeros = 0;

    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        zeros += bytes[i] == 0;
    EXPECT(zeros < 100); /* 16 are to be expected */
    random_bytes(bytes, 0);
}

/* RFC 4648 section 10, without padding, and the two characters that differ. */
TEST(random_base64url_vectors)
{
    static const struct {
        int line;
        const char *plain, *text;
    } cases[] = {
        { __LINE__, "", "" },
        { __LINE__, "f", "Zg" },
        { __LINE__, "fo", "Zm8" },
        { __LINE__, "foo", "Zm9v" },
        { __LINE__, "foobar", "Zm9vYmFy" },
        { __LINE__, "\xFB\xEF\xFF", "--__" },
    };
    Arena *a = test_arena();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str plain = str_z(cases[i].plain), back = STR_NULL;
        EXPECT_STR_AT(cases[i].line, cases[i].text, base64url_encode(a, plain.ptr, plain.len));
        EXPECT_AT(cases[i].line, base64url_decode(a, str_z(cases[i].text), &back));
        EXPECT_STR_AT(cases[i].line, plain, back);
    }
}

TEST(random_base64url_refuses_what_it_would_not_write)
{
    static const char *const refused[] = { "Z",     "Zg==",   "Zh",    "Zm9",       "+/+/",
                                           "Zm 9v", "Zm9v\n", "Zm9vY", "Zg\xC3\xA5" };
    Arena *a = test_arena();
    Str kept = STR("kept");

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        EXPECT_AT((int)i, !base64url_decode(a, str_z(refused[i]), &kept));
    EXPECT(!base64url_decode(a, STR("Zm9v\0"), &kept));
    EXPECT_STR("kept", kept);
    EXPECT(base64url_decode(a, STR_NULL, &kept));
    EXPECT_INT(0, kept.len);
}

TEST(random_base64url_knows_64_digits)
{
    Arena *a = test_arena();
    int taken = 0;

    for (int c = 0; c < 256; c++) {
        char text[4] = { 'A', 'A', 'A', (char)c };
        Str back = STR_NULL;
        if (!base64url_decode(a, (Str){ text, 4 }, &back))
            continue;
        taken++;
        EXPECT_STR_AT(c, ((Str){ text, 4 }), base64url_encode(a, back.ptr, back.len));
    }
    EXPECT_INT(64, taken);
}

/* FIPS 180-4 examples. */
TEST(random_sha256_vectors)
{
    Arena *a = test_arena();

    EXPECT_STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
               sha256_hex(a, STR_NULL));
    EXPECT_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
               sha256_hex(a, STR("abc")));
    EXPECT_STR("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
               sha256_hex(a, STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")));
    EXPECT_STR("00ff10", hex_encode(a, "\x00\xFF\x10", 3));
    EXPECT_STR("", hex_encode(a, "", 0));
}

TEST(random_secret_eq_compares_whole)
{
    EXPECT(secret_eq(STR("abc"), STR("abc")));
    EXPECT(!secret_eq(STR("abc"), STR("abd")));
    EXPECT(!secret_eq(STR("abc"), STR("ab")) && !secret_eq(STR("ab"), STR("abc")));
    EXPECT(secret_eq(STR_NULL, STR("")));
    EXPECT(!secret_eq(STR("a\0b"), STR("a\0c")));
}
