#include "domain/request/words.h"
#include "domain/request/words_fixture.h"

#include "domain/request/office_fixture.h"
#include "app/tokens.h"

#define LAPTOP "{\"device\":\"light\",\"reason\":\"I travel\"}"

DB_TEST(words_match_asks_for_all_words_and_the_start_of_the_last)
{
    static const struct {
        int line;
        DbDialect dialect;
        const char *words;
        WordsPlace place;
        bool whole;
        const char *match;
    } cases[] = {
        { __LINE__, DB_SQLITE, "VPN lap", WORDS_ANYWHERE, false, "body : (\"vpn\" AND \"lap\"*)" },
        { __LINE__, DB_SQLITE, "VPN lap", WORDS_TITLE, false, "title : (\"vpn\" AND \"lap\"*)" },
        { __LINE__, DB_SQLITE, "VPN lap", WORDS_ANYWHERE, true, "body : (\"vpn\" AND \"lap\")" },
        { __LINE__, DB_SQLITE, "vpn", WORDS_ELSEWHERE, false,
          "((body : (\"vpn\"*)) NOT (title : (\"vpn\"*)))" },
        { __LINE__, DB_SQLITE, "vpn lap", WORDS_OPEN, true,
          "(body : (\"vpn\" AND \"lap\")) AND (readers : \"open\")" },
        { __LINE__, DB_SQLITE, "密码 a", WORDS_ANYWHERE, false, "body : (\"密 码\" AND \"a\"*)" },
        { __LINE__, DB_SQLITE, "码", WORDS_ANYWHERE, false, "body : (\"码\")" },
        { __LINE__, DB_SQLITE, "a\" OR b*", WORDS_ANYWHERE, false,
          "body : (\"a\" AND \"or\" AND \"b\"*)" },
        { __LINE__, DB_POSTGRES, "VPN lap", WORDS_ANYWHERE, false, "'vpn' & 'lap':*" },
        { __LINE__, DB_POSTGRES, "VPN lap", WORDS_TITLE, false, "'vpn':A & 'lap':*A" },
        { __LINE__, DB_POSTGRES, "vpn", WORDS_ELSEWHERE, false, "'vpn':* & !('vpn':*A)" },
        { __LINE__, DB_POSTGRES, "vpn lap", WORDS_OPEN, true, "'vpn' & 'lap'" },
        { __LINE__, DB_POSTGRES, "密码 a", WORDS_ANYWHERE, false, "'密' <-> '码' & 'a':*" },
        { __LINE__, DB_POSTGRES, "a' | b & !c", WORDS_ANYWHERE, false, "'a' & 'b' & 'c':*" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        WordsAsk ask = { str_z(cases[i].words), cases[i].place, cases[i].whole };
        Str match;
        EXPECT_RC_AT(cases[i].line, RC_OK, words_match(cx, cases[i].dialect, &ask, &match));
        EXPECT_STR_AT(cases[i].line, cases[i].match, match);
    }
}

static int64_t matches(Ctx *cx, Str match)
{
    return fixture_int(cx, str_dup_z(cx->arena, str_fmt(cx->arena,
                                                        "SELECT count(*) FROM request_words WHERE"
                                                        " request_words MATCH '%.*s'",
                                                        STR_ARG(match))));
}

/* How a word begins is looked up among the words that there are; the same is found as by asking the index for it. */
DB_TEST(words_match_asks_for_each_word_that_begins_so)
{
    static const struct {
        int line;
        const char *words, *match;
        int64_t found;
    } cases[] = {
        { __LINE__, "laptop", "body : ((\"laptop\" OR \"laptops\"))", 2 },
        { __LINE__, "new laptop", "body : (\"new\" AND (\"laptop\" OR \"laptops\"))", 1 },
        { __LINE__, "laptops", "body : ((\"laptops\"))", 1 },
        { __LINE__, "laptopz", "body : (\"laptopz\")", 0 },
        { __LINE__, "lap", "body : (\"lap\"*)", 3 },
        { __LINE__, "word", "body : (\"word\"*)", 1 },
        { __LINE__, "words", "body : ((\"words\"))", 1 },
        { __LINE__, "密码", "body : ((\"密 码\"))", 1 },
        { __LINE__, "码", "body : ((\"码\"))", 1 },
        { __LINE__, "1250", "body : (\"1250\"*)", 0 },
    };

    fixture_exec(
        cx,
        "INSERT INTO request_words (rowid, title, body, readers) VALUES"
        " (1, '', 'a new laptop', 'p1'), (2, '', 'laptops lapwing', 'p1'), (3, '', 'laputa 密 码', 'p1'),"
        " (4, '', 'words worda wordb wordc wordd worde wordf wordg wordh wordi', 'p1')");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str match;
        EXPECT_RC_AT(
            cases[i].line, RC_OK,
            words_match(cx, DB_SQLITE, &(WordsAsk){ .words = str_z(cases[i].words) }, &match));
        EXPECT_STR_AT(cases[i].line, cases[i].match, match);
        EXPECT_INT(cases[i].found, matches(cx, match));
    }
}

DB_TEST(words_match_asks_nothing_where_there_is_no_word)
{
    Str match = STR("before");

    EXPECT_RC(RC_OK, words_match(cx, DB_SQLITE, &(WordsAsk){ .words = STR(" \"*-: ") }, &match));
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

DB_TEST(words_readers_are_the_subject_and_what_they_are)
{
    Office o = office_open(cx);
    Str readers;

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, words_readers(cx, DB_SQLITE, &readers));
    Str own = str_fmt(cx->arena, "\"p%lld\"", (long long)(4 * cx->subject->person_id + 1));
    Str team = str_fmt(cx->arena, "\"p%lld\"", (long long)(4 * o.workplace + 2));
    Str other = str_fmt(cx->arena, "\"p%lld\"", (long long)(4 * o.finance + 2));
    EXPECT(str_contains(readers, own) && str_contains(readers, team));
    EXPECT(!str_contains(readers, other));
    EXPECT_RC(RC_OK, words_readers(cx, DB_POSTGRES, &readers));
    EXPECT(str_starts(readers, STR("'nobody' | 'p")));
}

DB_TEST(words_know_who_may_read_a_request_and_whether_it_is_open)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Where is the key?\"}");
    words_follow(&o);
    Str readers = fixture_text(cx, "SELECT readers FROM request_words");
    EXPECT(str_starts(readers, STR("open p")));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_WITHDRAW, "Found it."));
    words_follow(&o);
    readers = fixture_text(cx, "SELECT readers FROM request_words");
    EXPECT(str_starts(readers, STR("shut p")));
}

DB_TEST(words_never_ask_for_who_reads_as_for_a_word)
{
    Office o = office_open(cx);
    int64_t id = 0;

    office_as(&o, "robin");
    id = office_ask(&o, "question", "{\"details\":\"Where is the key?\"}");
    words_follow(&o);
    Str match, own = str_fmt(cx->arena, "p%lld", (long long)(4 * cx->subject->person_id + 1));
    EXPECT_RC(RC_OK, words_match(cx, DB_SQLITE, &(WordsAsk){ .words = own }, &match));
    EXPECT_INT(0, matches(cx, match));
    EXPECT(id > 0);
}
