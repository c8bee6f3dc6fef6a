#include "core/csv.h"
#include "core/buf.h"

#include "support/test.h"

/* A text that is given out in pieces of `piece` bytes. */
typedef struct Source {
    Str text;
    size_t piece;
} Source;

static long give(void *arg, char *to, size_t n)
{
    Source *s = arg;

    n = n < s->piece ? n : s->piece;
    n = n < s->text.len ? n : s->text.len;
    memcpy(to, s->text.ptr, n);
    s->text = str_skip(s->text, n);
    return (long)n;
}

/* "1[a|b]2[c|d]3!quote": the line, its fields or its fault. */
static const char *read_all(Arena *a, Str text, size_t piece)
{
    static const char *const faults[] = { "", "open", "behind", "inside", "long", "many", "utf8" };
    Source s = { text, piece };
    CLEANUP(csv_close) Csv *c = csv_open(give, &s);
    CLEANUP(buf_done) Buf b = { 0 };
    CsvRow row;

    buf_init(&b, 1 << 20);
    while (csv_next(c, &row) == RC_OK) {
        buf_add_int(&b, row.line);
        if (row.fault != CSV_FINE) {
            buf_add_fmt(&b, "!%s ", faults[row.fault]);
            continue;
        }
        for (size_t i = 0; i < row.n; i++) {
            buf_add_char(&b, i == 0 ? '[' : '|');
            buf_add(&b, row.fields[i]);
        }
        buf_add_char(&b, ']');
    }
    return str_dup_z(a, buf_str(&b));
}

TEST(csv_reads_what_rfc_4180_allows)
{
    static const struct {
        int line;
        const char *text, *expect;
    } cases[] = {
        { __LINE__, "", "" },
        { __LINE__, "a,b\nc,d\n", "1[a|b]2[c|d]" },
        { __LINE__, "a,b\r\nc,d", "1[a|b]2[c|d]" },
        { __LINE__,
          "\xEF\xBB\xBF"
          "a,b\n",
          "1[a|b]" },
        { __LINE__, "a,\n,b\n,\n", "1[a|]2[|b]3[|]" },
        { __LINE__, "\"a,b\",\"c\"\"d\"\n", "1[a,b|c\"d]" },
        { __LINE__, "\"\",\"\"\"\"\n", "1[|\"]" },
        { __LINE__, "\"a\nb\",c\nd,e\n", "1[a\nb|c]3[d|e]" },
        { __LINE__, "\"a\r\nb\",\"c\"\r\nd,e\r\n", "1[a\r\nb|c]3[d|e]" },
        { __LINE__, "a\n\n\r\n b \n", "1[a]4[ b ]" },
        { __LINE__, "\"a\"", "1[a]" },
        { __LINE__, "\xC3\xA5,\xE4\xB8\xAD\n", "1[\xC3\xA5|\xE4\xB8\xAD]" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t piece = 1; piece < 9; piece += 7) {
            CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
            EXPECT_STR_AT(cases[i].line, cases[i].expect,
                          str_z(read_all(a, str_z(cases[i].text), piece)));
        }
}

TEST(csv_a_broken_line_costs_that_line_and_no_other)
{
    static const struct {
        int line;
        const char *text, *expect;
    } cases[] = {
        { __LINE__, "a,\"b\nc,d\ne,f\n", "1!open 2[c|d]3[e|f]" },
        { __LINE__, "a,\"b\nc,\"d\"\n", "1!behind 2[c|d]" },
        { __LINE__, "a,\"b\"x\nc,d\n", "1!behind 2[c|d]" },
        { __LINE__, "a,b\"c\nd,e\n", "1!inside 2[d|e]" },
        { __LINE__, "a,\xFF\nc,d\n", "1!utf8 2[c|d]" },
        { __LINE__, "a,\"b\n\xC0\x80\",c\nd,e\n", "1!utf8 2!inside 3[d|e]" },
        { __LINE__, "\"", "1!open " },
        { __LINE__, "a\n\"b", "1[a]2!open " },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
        EXPECT_STR_AT(cases[i].line, cases[i].expect, str_z(read_all(a, str_z(cases[i].text), 3)));
    }
}

/* `before`, n bytes of x, `behind`. */
static Str padded(Arena *a, const char *before, size_t n, const char *behind)
{
    size_t head = strlen(before), tail = strlen(behind);
    char *text = arena_try(a, head + n + tail);

    EXPECT(text != NULL);
    memcpy(text, before, head);
    memset(text + head, 'x', n);
    memcpy(text + head + n, behind, tail);
    return (Str){ text, head + n + tail };
}

TEST(csv_bounds_a_record_and_goes_on_behind_a_longer_one)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(32 << 20);
    size_t most = CSV_RECORD_BYTES;
    const char *got = read_all(a, padded(a, "a\n", most - 1, "\nb\n"), 65536);

    EXPECT_INT((int64_t)(most - 1 + 11), (int64_t)strlen(got));
    EXPECT_STR("1[a]2!long 3[b]", str_z(read_all(a, padded(a, "a\n", most, "\nb\n"), 65536)));
    EXPECT_STR("1[a]2!long 3[b]", str_z(read_all(a, padded(a, "a\n", 9 * most, "\nb\n"), 65536)));
    EXPECT_STR("1!open 2[b]", str_z(read_all(a, padded(a, "\"a\nb\n", 0, ""), 65536)));
    EXPECT_STR("1!open 2!long 3[b]", str_z(read_all(a, padded(a, "\"a\n", most, "\nb\n"), 65536)));
}

TEST(csv_bounds_the_fields_of_a_record)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    char text[CSV_FIELDS + 8];

    memset(text, ',', sizeof text);
    memcpy(text + CSV_FIELDS, "\nb\n", 3);
    EXPECT_STR("1!many 2[b]", str_z(read_all(a, (Str){ text, CSV_FIELDS + 3 }, 99)));
    EXPECT(strstr(read_all(a, (Str){ text + 1, CSV_FIELDS + 2 }, 99), "many") == NULL);
}

static long fail_reading(void *arg, char *to, size_t n)
{
    UNUSED(arg);
    UNUSED(to);
    UNUSED(n);
    return -1;
}

TEST(csv_a_stream_that_fails_is_no_end)
{
    CLEANUP(csv_close) Csv *c = csv_open(fail_reading, NULL);
    CsvRow row;

    EXPECT_RC(RC_INTERNAL, csv_next(c, &row));
}

TEST(csv_cell_is_quoted_and_never_calculated)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        { "plain", "\"plain\"" }, { "", "\"\"" },        { "a \"b\", c", "\"a \"\"b\"\", c\"" },
        { "=1+1", "\"'=1+1\"" },  { "+1", "\"'+1\"" },   { "-1", "\"'-1\"" },
        { "@x", "\"'@x\"" },      { "\tx", "\"'\tx\"" }, { "\rx", "\"'\rx\"" },
        { "1=1", "\"1=1\"" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(buf_done) Buf b = { 0 };
        buf_init(&b, 100);
        csv_cell(&b, str_z(cases[i].text));
        EXPECT_STR(cases[i].cell, buf_str(&b));
    }
}
