#include "cli/help.h"

#include "cli/commands.h"
#include "cli/modules.h"

#include "support/test.h"

static bool holds(const Buf *b, Str words)
{
    return str_contains(buf_str(b), words);
}

TEST(help_names_every_command_and_every_setting)
{
    CLEANUP(buf_done) Buf list = { 0 }, page = { 0 };

    buf_init(&list, 1u << 20);
    buf_init(&page, 1u << 20);
    help_list(&list);
    help_manual(&page, "0.0.1");
    for (const CommandRow *r = command_rows; r->name != NULL; r++) {
        EXPECT(holds(&list, str_z(r->about)));
        EXPECT(holds(&page, str_fmt(test_arena(), "errand %s", r->name)));
    }
    for (size_t i = 0; i < program_settings_n; i++)
        EXPECT(holds(&list, str_z(program_settings[i].name)));
    EXPECT(holds(&list, STR("\n  serve ")));
    EXPECT(holds(&page, STR("\\fB\\-\\-base\\-url\\fR\n")));
    EXPECT(holds(&page, STR("Errand 0.0.1")));
}

TEST(help_of_a_command_is_its_use_and_an_unknown_one_is_told)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 1u << 20);
    EXPECT(help_command(&b, STR("user")));
    EXPECT(holds(&b, STR("\n  errand user list [--words WORDS]\n")));
    EXPECT(!help_command(&b, STR("usr")));
}

TEST(help_manual_holds_no_word_that_roff_would_take_for_a_request)
{
    CLEANUP(buf_done) Buf page = { 0 };

    buf_init(&page, 1u << 20);
    help_manual(&page, "0.0.1");
    for (Str rest = buf_str(&page); rest.len > 0;) {
        Str line = str_cut(&rest, '\n');
        if (line.len > 0 && line.ptr[0] == '.')
            EXPECT(str_starts(line, STR(".SH ")) || str_starts(line, STR(".T"))
                   || str_eq_z(line, ".br") || str_starts(line, STR(".B ")));
    }
}
