#include "domain/request/words.h"
#include "domain/request/words_fixture.h"

#include "domain/request/office_fixture.h"
#include "app/tokens.h"

static const WordsReader nobody = { 0 };

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
        WordsMatch m;
        EXPECT_RC_AT(cases[i].line, RC_OK, words_match(cx, cases[i].dialect, &nobody, &ask, &m));
        EXPECT_STR_AT(cases[i].line, cases[i].match, m.words);
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
        WordsMatch m;
        WordsAsk ask = { .words = str_z(cases[i].words) };
        EXPECT_RC_AT(cases[i].line, RC_OK, words_match(cx, DB_SQLITE, &nobody, &ask, &m));
        EXPECT_STR_AT(cases[i].line, cases[i].match, m.words);
        EXPECT_INT(cases[i].found, matches(cx, m.words));
    }
}

DB_TEST(words_match_asks_nothing_where_there_is_no_word)
{
    WordsMatch m = { .words = STR("before") };
    WordsAsk ask = { .words = STR(" \"*-: ") };

    EXPECT_RC(RC_OK, words_match(cx, DB_SQLITE, &nobody, &ask, &m));
    EXPECT(str_is_null(m.words));
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

/* What the person asks for a word. */
static WordsMatch asks(Office *o, const char *login, DbDialect d, WordsPlace place,
                       const char *words, bool whole)
{
    WordsReader by;
    WordsMatch m;

    office_as(o, login);
    EXPECT_RC(RC_OK, words_reader(o->cx, d, &by));
    EXPECT_RC(RC_OK, words_match(o->cx, d, &by, &(WordsAsk){ str_z(words), place, whole }, &m));
    return m;
}

DB_TEST(words_are_asked_of_the_person_and_of_each_team)
{
    Office o = office_open(cx);
    long long team = 4 * o.workplace + 2;

    WordsMatch m = asks(&o, "sam", DB_SQLITE, WORDS_ANYWHERE, "VPN 密码 lap", false);
    EXPECT_STR(str_dup_z(cx->arena, str_fmt(cx->arena, "(readers : (\"§\" OR \"p%lld\"))",
                                            (long long)(4 * cx->subject->person_id + 1))),
               m.readers);
    EXPECT_STR("body : (\"vpn\" AND \"密 码\" AND \"lap\"*)", m.words);
    EXPECT_STR(
        str_dup_z(cx->arena,
                  str_fmt(cx->arena,
                          "(body : (\"%lld.vpn\" AND \"%lld.密 %lld.码\" AND \"%lld.lap\"*))", team,
                          team, team, team)),
        m.teams);
    m = asks(&o, "sam", DB_SQLITE, WORDS_ELSEWHERE, "vpn", true);
    EXPECT_STR(
        str_dup_z(cx->arena,
                  str_fmt(cx->arena, "(((body : (\"%lld.vpn\")) NOT (title : (\"%lld.vpn\"))))",
                          team, team)),
        m.teams);
    m = asks(&o, "sam", DB_SQLITE, WORDS_OPEN, "vpn", true);
    EXPECT_STR(str_dup_z(cx->arena,
                         str_fmt(cx->arena, "((body : (\"%lld.vpn\")) AND (body : \"%lld!open\"))",
                                 team, team)),
               m.teams);
    m = asks(&o, "sam", DB_POSTGRES, WORDS_ANYWHERE, "vpn", true);
    EXPECT(str_starts(m.readers, STR("'§' | 'p")));
    EXPECT_STR(str_dup_z(cx->arena, str_fmt(cx->arena, "('%lld.vpn')", team)), m.teams);
}

DB_TEST(words_of_whoever_may_read_everything_or_is_in_no_team_lead_alone)
{
    Office o = office_open(cx);

    WordsMatch m = asks(&o, "robin", DB_SQLITE, WORDS_ANYWHERE, "vpn", true);
    EXPECT_STR("\"§\"", m.teams);
    fixture_exec(
        cx,
        "INSERT INTO role_held (team_id, person_id, role) SELECT 0, id, 'auditor' FROM person WHERE login = 'sam'");
    m = asks(&o, "sam", DB_SQLITE, WORDS_ANYWHERE, "vpn", true);
    EXPECT_STR("\"§\"", m.teams);
    EXPECT(str_contains(m.readers, STR("\"p3\"")));
    EXPECT(
        str_contains(m.readers, str_fmt(cx->arena, "\"p%lld\"", (long long)(4 * o.workplace + 2))));
}

/* How many requests a team finds. */
static int64_t found_of(Office *o, int64_t team, const char *words)
{
    Ctx *cx = o->cx;

    return fixture_int(cx, str_dup_z(cx->arena, str_fmt(cx->arena,
                                                        "SELECT count(*) FROM team_words WHERE"
                                                        " team_words MATCH '\"%lld%s\"'",
                                                        (long long)(4 * team + 2), words)));
}

/* Nothing more stands there than the entries say. */
static void expect_entries_of_teams(Ctx *cx)
{
    fixture_exec(cx, "INSERT INTO team_words (team_words) VALUES ('integrity-check')");
    fixture_exec(
        cx,
        "CREATE VIRTUAL TABLE temp.team_word USING fts5vocab('main', 'team_words', 'instance')");
    EXPECT_INT(fixture_int(cx, "SELECT sum((length(w.title) - length(replace(w.title, ' ', '')) + 1"
                               "    + length(w.body) - length(replace(w.body, ' ', '')) + 1"
                               "    + (w.readers LIKE 'open%'))"
                               "   * (SELECT count(DISTINCT principal) FROM request_reader r"
                               "       WHERE r.request_id = w.rowid AND r.principal % 4 = 2))"
                               "  FROM request_words w"),
               fixture_int(cx, "SELECT count(*) FROM temp.team_word"));
    fixture_exec(cx, "DROP TABLE temp.team_word");
}

DB_TEST(words_of_a_team_follow_a_request_that_changes_and_is_handed_over)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Where is the wombat?\"}");
    words_follow(&o);
    EXPECT_INT(1, found_of(&o, o.workplace, ".wombat"));
    EXPECT_INT(1, found_of(&o, o.workplace, "!open"));
    EXPECT_INT(0, found_of(&o, o.finance, ".wombat"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "It is a quokka"));
    words_follow(&o);
    EXPECT_INT(1, found_of(&o, o.workplace, ".quokka"));
    office_as(&o, "sam");
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("finance"), .text = STR("Yours.") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &over, NULL));
    office_as(&o, "fay");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ACCEPT_TRANSFER, NULL));
    words_follow(&o);
    EXPECT_INT(1, found_of(&o, o.finance, ".wombat"));
    EXPECT_INT(1, found_of(&o, o.finance, ".quokka"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_WITHDRAW, "Found it."));
    words_follow(&o);
    EXPECT_INT(0, found_of(&o, o.finance, "!open"));
    EXPECT_INT(1, found_of(&o, o.finance, ".quokka"));
    expect_entries_of_teams(cx);
}

/* The ids that a match finds, in order. */
static Str found_by(Ctx *cx, const WordsMatch *m)
{
    return fixture_text(
        cx,
        str_dup_z(cx->arena, str_fmt(cx->arena,
                                     "SELECT coalesce(group_concat(id), '') FROM ("
                                     "SELECT rowid AS id FROM request_words"
                                     " WHERE request_words MATCH '%.*s AND %.*s'"
                                     " UNION SELECT rowid FROM team_words"
                                     " WHERE team_words MATCH '%.*s' ORDER BY 1)",
                                     STR_ARG(m->words), STR_ARG(m->readers), STR_ARG(m->teams))));
}

/* By the entries of teams as by the readers of all entries. */
static void expect_found_alike(Office *o, const char *login, WordsPlace place, const char *words,
                               int64_t *found)
{
    Ctx *cx = o->cx;
    WordsAsk ask = { str_z(words), place, false };
    WordsReader plain = { .readers = STR("") };
    WordsMatch m = asks(o, login, DB_SQLITE, place, words, false), all;
    ReaderIds own;

    EXPECT_RC(RC_OK, access_own_principals(cx, &own));
    for (size_t i = 0; i < own.n; i++)
        plain.readers = str_fmt(cx->arena, "%.*s%s\"p%lld\"", STR_ARG(plain.readers),
                                i > 0 ? " OR " : "", (long long)own.at[i]);
    plain.readers = str_fmt(cx->arena, "(readers : (%.*s))", STR_ARG(plain.readers));
    EXPECT_RC(RC_OK, words_match(cx, DB_SQLITE, &plain, &ask, &all));
    EXPECT_STR("\"§\"", all.teams);
    Str by_teams = found_by(cx, &m);
    EXPECT_STR(str_dup_z(cx->arena, found_by(cx, &all)), by_teams);
    *found += by_teams.len > 0;
}

/* Some people ask, in two teams, and some of it is over. */
static void some_questions(Office *o)
{
    static const char *const texts[] = { "{\"details\":\"Where is the wombat?\"}",
                                         "{\"details\":\"忘记密码 key\"}",
                                         "{\"details\":\"The wombats have the key\"}" };
    RequestAct over = { .kind = ACT_TRANSFER, .team = STR("finance"), .text = STR("Yours.") };

    for (int i = 0; i < 12; i++) {
        office_as(o, i % 2 == 0 ? "robin" : "mika");
        int64_t id = office_ask(o, i % 5 == 4 ? "concern" : "question", texts[i % 3]);
        if (i % 4 == 1)
            EXPECT_RC(RC_OK, office_act(o, id, ACT_WITHDRAW, "A wombat was there"));
        office_as(o, "sam");
        if (i % 4 == 2 && i % 5 != 4) {
            EXPECT_RC(RC_OK, request_act(o->cx, office_grant(o, id), &over, NULL));
            office_as(o, "fay");
            EXPECT_RC(RC_OK, office_act(o, id, ACT_ACCEPT_TRANSFER, NULL));
        }
    }
    (void)office_supplied(o);
    words_follow(o);
}

DB_TEST(words_of_teams_are_the_same_where_they_came_later)
{
    static const char terms[] =
        "SELECT group_concat(term || ' ' || doc || col || ' ' || n, char(10)) FROM ("
        "SELECT term, doc, col, count(*) AS n FROM temp.team_word GROUP BY 1, 2, 3)";
    static const char vocabulary[] =
        "CREATE VIRTUAL TABLE temp.team_word USING fts5vocab('main', 'team_words', 'instance')";
    Office o = office_open(cx);

    some_questions(&o);
    fixture_exec(cx, vocabulary);
    const char *before = str_dup_z(cx->arena, fixture_text(cx, terms));
    EXPECT(strlen(before) > 1000);
    fixture_exec(cx, "DROP TABLE temp.team_word");
    words_migrate(cx);
    fixture_exec(cx, vocabulary);
    EXPECT_STR(before, fixture_text(cx, terms));
}

DB_TEST(words_find_the_same_by_team_as_by_reader)
{
    static const char *const people[] = { "robin", "mika", "sam",  "ada", "fay",
                                          "bo",    "hana", "olga", "sid" };
    static const char *const words[] = { "wombat", "wom",          "key",   "密码",
                                         "码",     "where wombat", "laptop" };
    Office o = office_open(cx);
    int64_t found = 0;

    some_questions(&o);
    fixture_exec(cx, "INSERT INTO team_member (team_id, person_id, lead) SELECT t.id, p.id, 0"
                     " FROM team t, person p WHERE t.key = 'people' AND p.login = 'fay'");
    expect_entries_of_teams(cx);
    for (size_t i = 0; i < COUNT_OF(people); i++)
        for (size_t k = 0; k < COUNT_OF(words); k++)
            for (WordsPlace place = WORDS_ANYWHERE; place <= WORDS_OPEN; place++)
                expect_found_alike(&o, people[i], place, words[k], &found);
    EXPECT(found > 60);
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
    WordsMatch m;
    Str own = str_fmt(cx->arena, "p%lld", (long long)(4 * cx->subject->person_id + 1));
    EXPECT_RC(RC_OK, words_match(cx, DB_SQLITE, &nobody, &(WordsAsk){ .words = own }, &m));
    EXPECT_INT(0, matches(cx, m.words));
    EXPECT(id > 0);
}
