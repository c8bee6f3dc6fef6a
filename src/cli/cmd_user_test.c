#include "cli/shell_fixture.h"

#include "domain/identity/identity.h"
#include "support/db_test.h"

static Str last_word(const Buf *b)
{
    Str text = str_trim(buf_str(b));
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != ' ' && text.ptr[at - 1] != '\n')
        at--;
    return str_skip(text, at);
}

TEST(cmd_user_adds_lists_and_resets)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE,
               shell_run(&s, "user|add|Sam|--name|Sam Rowan|--email=sam@x.example|--admin"));
    EXPECT(str_starts(last_word(&s.out), STR("http://127.0.0.1:8080/reset/")));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "user|add|jo|--name|Jo|--kind|vendor"));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "user|list"));
    EXPECT_STR("jo\tJo\tvendor\tactive\nsam\tSam Rowan\temployee\tactive\n", buf_str(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "user|list|--words|rowan"));
    EXPECT_STR("sam\tSam Rowan\temployee\tactive\n", buf_str(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "user|password|SAM"));
    EXPECT(str_starts(last_word(&s.out), STR("http://127.0.0.1:8080/reset/")));
}

TEST(cmd_user_says_what_is_wrong)
{
    static const struct {
        int line;
        const char *words;
        ExitCode code;
        const char *says;
    } cases[] = {
        { __LINE__, "user", EXIT_USAGE, "Use: errand user add" },
        { __LINE__, "user|remove", EXIT_USAGE, "Use:" },
        { __LINE__, "user|add", EXIT_USAGE, "Use:" },
        { __LINE__, "user|add|sam", EXIT_NO, "name: Write the person's name." },
        { __LINE__, "user|add|-?|--name|N", EXIT_NO, "login:" },
        { __LINE__, "user|add|sam|--name|N|--kind|robot", EXIT_NO, "kind: Choose employee" },
        { __LINE__, "user|add|sam|--name|N|--nonsense", EXIT_USAGE, "not understood" },
        { __LINE__, "user|add|sam|extra|--name|N", EXIT_USAGE, "\"extra\"" },
        { __LINE__, "user|password|nobody", EXIT_CANNOT, "no such person" },
        { __LINE__, "user|password", EXIT_USAGE, "Use:" },
        { __LINE__, "user|list|extra", EXIT_USAGE, "\"extra\"" },
        { __LINE__, "token|create", EXIT_USAGE, "Use: errand token create" },
        { __LINE__, "token|destroy|--person|sam", EXIT_USAGE, "Use:" },
        { __LINE__, "token|create|--person|nobody", EXIT_CANNOT, "no such person" },
        { __LINE__, "token|create|--person|nobody|--scope|everything", EXIT_USAGE,
          "--scope takes" },
        { __LINE__, "token|create|--person|nobody|--days|366", EXIT_USAGE, "--days takes" },
        { __LINE__, "token|create|--person|nobody|--days|0", EXIT_USAGE, "--days takes" },
    };
    CLEANUP(shell_close) Shell s = shell_open();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_INT_AT(cases[i].line, cases[i].code, shell_run(&s, cases[i].words));
        EXPECT_AT(cases[i].line, str_contains(buf_str(&s.err), str_z(cases[i].says)));
        EXPECT_STR_AT(cases[i].line, "", buf_str(&s.out));
    }
}

TEST(cmd_token_prints_the_token_last)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "user|add|sam|--name|Sam"));
    EXPECT_INT(EXIT_DONE,
               shell_run(&s, "token|create|--person|sam|--scope|read,request|--days|1|--name|ci"));
    EXPECT(token_is_wellformed(last_word(&s.out)));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "token|create|--person|Sam"));
    EXPECT(token_is_wellformed(last_word(&s.out)));
}
