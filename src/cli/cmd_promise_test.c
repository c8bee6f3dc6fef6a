#include "cli/shell_fixture.h"

#include "core/json.h"
#include "support/db_test.h"

#include <stdio.h>

static void write_file(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    FILE *f = fopen(path, "w");
    EXPECT(f != NULL);
    EXPECT(fputs(text, f) >= 0);
    EXPECT_INT(0, fclose(f));
}

TEST(cmd_promise_plays_a_table_again)
{
    CLEANUP(shell_close) Shell s = shell_open();
    s.folder = str_z(test_dir());
    CLEANUP(buf_done) Buf table = { 0 };
    const Json *whole = NULL;

    /* Thirty that took 1 to 30 hours, then one that took 20. */
    buf_init(&table, 64 * 1024);
    buf_add_lit(&table, "number,model,kind,event,time\n");
    for (int i = 1; i <= 30; i++) {
        buf_add_fmt(&table, "r%d,laptop,goods,sent,2030-01-01T00:00:00Z\n", i);
        buf_add_fmt(&table, "r%d,laptop,goods,done,2030-01-%02dT%02d:00:00Z\n", i, 1 + i / 24,
                    i % 24);
    }
    buf_add_lit(&table, "x,laptop,goods,sent,2030-01-10T00:00:00Z\n"
                        "x,laptop,goods,done,2030-01-10T20:00:00Z\n");
    buf_add_char(&table, '\0');
    write_file("lives.csv", table.ptr);

    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest|lives.csv|--json"));
    EXPECT_RC(RC_OK, json_parse(test_arena(), buf_str(&s.out), &whole, NULL));
    EXPECT_INT(31, json_get(whole, STR("predictions"))->integer);
    const Json *all = json_get(whole, STR("all"));
    EXPECT_INT(1, json_get(all, STR("n"))->integer);
    EXPECT_STR("0.0", json_get(all, STR("within_p50"))->text);
    EXPECT_STR("1.0", json_get(all, STR("within_p80"))->text);
    const Json *loss = json_get(all, STR("pinball_50_s"));
    EXPECT_INT(9000, json_get(loss, STR("own"))->integer); /* half of 20 h - 15 h */
    EXPECT_INT(30, json_get(json_get(whole, STR("basis")), STR("none"))->integer);
    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest|lives.csv"));
    EXPECT(str_starts(buf_str(&s.out), STR("31 requests, 31 of them done; 31 predictions\n")));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest|lives.csv|--model|phone"));
    EXPECT(str_starts(buf_str(&s.out), STR("31 requests, 31 of them done; 0 predictions\n")));
}

TEST(cmd_promise_says_what_is_wrong)
{
    CLEANUP(shell_close) Shell s = shell_open();
    s.folder = str_z(test_dir());

    EXPECT_INT(EXIT_USAGE, shell_run(&s, "promise"));
    EXPECT_INT(EXIT_USAGE, shell_run(&s, "promise|keep"));
    EXPECT_INT(EXIT_USAGE, shell_run(&s, "promise|backtest|a|b"));
    EXPECT_INT(EXIT_CANNOT, shell_run(&s, "promise|backtest|nowhere.csv"));
    EXPECT(str_contains(buf_str(&s.err), STR("cannot be opened")));
    write_file("bad.csv", "number,model,kind,event,time\na,b,c,done,2030-01-02T09:00:00Z\n");
    EXPECT_INT(EXIT_NO, shell_run(&s, "promise|backtest|bad.csv"));
    EXPECT_STR("errand: Line 2: a request begins with one line of event sent, its earliest.\n",
               buf_str(&s.err));
    EXPECT_INT(EXIT_NO, shell_run(&s, "promise|backtest|--calendar|moon"));
    EXPECT(str_contains(buf_str(&s.err), STR("There is no calendar moon.")));
}

TEST(cmd_promise_knows_an_empty_past_and_forgets_samples)
{
    CLEANUP(shell_close) Shell s = shell_open();
    s.folder = str_z(test_dir());

    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest"));
    EXPECT(str_starts(buf_str(&s.out), STR("0 requests, 0 of them done; 0 predictions\n")));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest|--json"));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|rebuild"));
}
