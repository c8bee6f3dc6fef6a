#include "domain/catalog/gap.h"

#include "support/db_test.h"

static void search_in_vain(Ctx *cx, const char *words)
{
    EXPECT_RC(RC_OK, gap_note(cx, str_z(words)));
}

static void flush(Ctx *cx)
{
    EXPECT_RC(RC_OK, gap_flush(cx));
    gap_committed();
}

DB_TEST(gap_counts_words_and_keeps_nobody)
{
    flush(cx);
    fixture_exec(cx, "DELETE FROM search_gap");
    search_in_vain(cx, "Standing DESK");
    search_in_vain(cx, " standing desk ");
    search_in_vain(cx, "robin@example.org");
    search_in_vain(cx, "070 123 45 67");
    search_in_vain(cx, "  ");
    flush(cx);
    search_in_vain(cx, "standing desk");
    flush(cx);
    EXPECT_STR("standing desk 3",
               fixture_text(cx, "SELECT group_concat(words || ' ' || times) FROM search_gap"));
    EXPECT_INT(0, fixture_int(cx, "SELECT max(last_day % 86400000) FROM search_gap"));
}

DB_TEST(gap_is_written_again_when_its_turn_was_not_committed)
{
    flush(cx);
    fixture_exec(cx, "DELETE FROM search_gap");
    search_in_vain(cx, "treadmill");
    fixture_exec(cx, "SAVEPOINT turn");
    EXPECT_RC(RC_OK, gap_flush(cx));
    fixture_exec(cx, "ROLLBACK TO turn");
    flush(cx);
    EXPECT_INT(1, fixture_int(cx, "SELECT times FROM search_gap WHERE words = 'treadmill'"));
}

DB_TEST(gap_cuts_long_words_and_forgets_old_ones)
{
    flush(cx);
    fixture_exec(cx, "DELETE FROM search_gap");
    search_in_vain(cx, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    flush(cx);
    EXPECT_INT(GAP_WORDS_MAX, fixture_int(cx, "SELECT length(words) FROM search_gap"));
    cx->now_ms += GAP_REST + MS_DAY;
    search_in_vain(cx, "new");
    flush(cx);
    EXPECT_STR("new", fixture_text(cx, "SELECT group_concat(words) FROM search_gap"));
}
