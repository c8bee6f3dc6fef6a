#include "cli/commands.h"

#include "support/test.h"

static unsigned needs_of(const char *line)
{
    Str words[4], rest = str_z(line);
    size_t n = 0;

    while (!str_is_null(rest) && n < COUNT_OF(words))
        words[n++] = str_cut(&rest, ' ');
    const CommandRow *row = command_find(words[0]);
    EXPECT(row != NULL);
    return command_needs(row, words, n);
}

TEST(command_catalog_lint_needs_no_database_and_the_others_do)
{
    EXPECT_INT(NEEDS_NOTHING, needs_of("catalog lint demo"));
    EXPECT_INT(NEEDS_DB, needs_of("catalog plan demo"));
    EXPECT_INT(NEEDS_DB, needs_of("catalog"));
    EXPECT_INT(NEEDS_DB, needs_of("user lint"));
}

static int lint(const char *dir, Buf *out, Buf *err)
{
    Str words[] = { STR("lint"), str_z(dir) };

    return (int)command_run(&(CommandCall){
        .row = command_find(STR("catalog")), .argv = words, .argc = 2, .out = out, .err = err });
}

TEST(command_catalog_lint_answers_by_exit_code)
{
    CLEANUP(buf_done) Buf out = { 0 };
    CLEANUP(buf_done) Buf err = { 0 };

    buf_init(&out, 1u << 20);
    buf_init(&err, 1u << 20);
    EXPECT_INT(EXIT_DONE, lint("demo", &out, &err));
    EXPECT(str_ends(buf_str(&out), STR(" documents, 0 errors, 0 warnings\n")));
    EXPECT_INT(EXIT_CANNOT, lint("no/such/folder", &out, &err));
}
