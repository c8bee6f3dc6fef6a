#include "db/part.h"

#include "support/test.h"

static const DbFragment plain = { .sqlite = "r.state", .postgres = "r.state", .values = 0 };
static const DbFragment two = { .sqlite = "f(?, ?)",
                                .postgres = "f(?::text, ?::bigint)",
                                .values = 2 };

static DbPart *new_part(DbDialect d)
{
    DbPart *p = NULL;

    EXPECT_RC(RC_OK, part_new(test_arena(), d, &p));
    return p;
}

TEST(part_is_fragments_signs_and_a_mark_for_each_value)
{
    static const struct {
        int line;
        DbDialect dialect;
        const char *text;
    } cases[] = {
        { __LINE__, DB_SQLITE, "(r.state = ? AND f(?, ?))" },
        { __LINE__, DB_POSTGRES, "(r.state = ?::text AND f(?::text, ?::bigint))" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        DbPart *p = new_part(cases[i].dialect);
        DbValue values[] = { db_text(STR("a")), db_int(7) };
        part_word(p, SQL_OPEN);
        part_fragment(p, &plain, NULL);
        part_word(p, SQL_EQ);
        part_value(p, db_text(STR("closed")));
        part_word(p, SQL_AND);
        part_fragment(p, &two, values);
        part_word(p, SQL_CLOSE);
        EXPECT_RC_AT(cases[i].line, RC_OK, part_result(p));
        EXPECT_STR_AT(cases[i].line, cases[i].text, part_text(p));
        EXPECT_INT_AT(cases[i].line, 3, (int64_t)part_values(p));
    }
}

TEST(part_keeps_what_people_wrote_out_of_the_text)
{
    DbPart *p = new_part(DB_SQLITE);

    part_value(p, db_text(STR("'; DROP TABLE request; --")));
    EXPECT_STR("?", part_text(p));
}

TEST(part_takes_as_many_values_as_it_says_and_no_more)
{
    DbPart *p = new_part(DB_SQLITE);

    for (int i = 0; i < PART_VALUES_MAX; i++)
        part_value(p, db_int(i));
    EXPECT_RC(RC_OK, part_result(p));
    part_value(p, db_int(0));
    EXPECT_RC(RC_LIMIT, part_result(p));
    EXPECT_INT(PART_VALUES_MAX, (int64_t)part_values(p));
}
