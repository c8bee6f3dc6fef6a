#include "domain/view/words.h"
#include "domain/view/words_fixture.h"

#include "domain/request/office_fixture.h"
#include "app/tokens.h"

#define LAPTOP "{\"device\":\"light\",\"reason\":\"I travel\"}"

TEST(words_match_asks_for_all_words_and_the_start_of_the_last)
{
    static const struct {
        int line;
        DbDialect dialect;
        const char *words;
        bool title;
        const char *match;
    } cases[] = {
        { __LINE__, DB_SQLITE, "VPN lap", false, "\"vpn\" AND \"lap\"*" },
        { __LINE__, DB_SQLITE, "VPN lap", true, "title : \"vpn\" AND title : \"lap\"*" },
        { __LINE__, DB_SQLITE, "密码 a", false, "\"密 码\" AND \"a\"*" },
        { __LINE__, DB_SQLITE, "码", false, "\"码\"*" },
        { __LINE__, DB_SQLITE, "a\" OR b*", false, "\"a\" AND \"or\" AND \"b\"*" },
        { __LINE__, DB_POSTGRES, "VPN lap", false, "'vpn' & 'lap':*" },
        { __LINE__, DB_POSTGRES, "VPN lap", true, "'vpn':A & 'lap':*A" },
        { __LINE__, DB_POSTGRES, "密码 a", false, "'密' <-> '码' & 'a':*" },
        { __LINE__, DB_POSTGRES, "a' | b & !c", false, "'a' & 'b' & 'c':*" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str match;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     words_match(test_arena(), cases[i].dialect, str_z(cases[i].words),
                                 cases[i].title, &match));
        EXPECT_STR_AT(cases[i].line, cases[i].match, match);
    }
}

TEST(words_match_asks_nothing_where_there_is_no_word)
{
    Str match = STR("before");

    EXPECT_RC(RC_OK, words_match(test_arena(), DB_SQLITE, STR(" \"*-: "), false, &match));
    EXPECT(str_is_null(match));
}

static bool is_found(Office *o, int64_t id, const char *words)
{
    RequestWords all;
    TextTokens there, wanted;
    Ctx *cx = o->cx;

    office_as(o, "robin");
    EXPECT_RC(RC_OK, words_of(cx, office_grant(o, id), &all));
    EXPECT_RC(RC_OK, text_tokens(cx->arena, all.all, SIZE_MAX, &there));
    EXPECT_RC(RC_OK, text_tokens(cx->arena, str_z(words), WORDS_ASKED_MAX, &wanted));
    return tokens_have(&there, &wanted);
}

DB_TEST(words_of_messages_are_found_and_those_of_notes_never)
{
    Office o = office_open(cx);
    int64_t note = 0;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", LAPTOP);
    EXPECT_RC(RC_OK, office_say(&o, id, "The wombat is broken"));
    office_as(&o, "sam");
    NoteInput in = { .text = STR("Secretly a quokka") };
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &in, &note));
    words_follow(&o);
    EXPECT(is_found(&o, id, "wombat"));
    EXPECT(!is_found(&o, id, "quokka"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request_words WHERE body LIKE '%wombat%'"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request_words WHERE body LIKE '%quokka%'"));
}

DB_TEST(words_follower_may_run_again)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)office_ask(&o, "laptop", LAPTOP);
    words_follow(&o);
    Str body = fixture_text(cx, "SELECT body || readers FROM request_words");
    EXPECT(body.len > 0);
    fixture_exec(cx, "UPDATE follower SET event_id = 0 WHERE name = 'words'");
    words_follow(&o);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request_words"));
    EXPECT(str_eq(body, fixture_text(cx, "SELECT body || readers FROM request_words")));
}
