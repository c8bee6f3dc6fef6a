/* Search: how typed words are understood, in which order requests come, and that nobody learns of hidden ones. */
#include "domain/view/search.h"

#include "app/tokens.h"
#include "domain/request/office_fixture.h"
#include "domain/request/words.h"
#include "domain/request/words_fixture.h"
#include "tmpl/search_list.h"

#include "core/buf.h"
#include "db/dbc.h"

static ScopeRequests scope_of(Ctx *cx)
{
    ScopeRequests s;

    EXPECT_RC(RC_OK, access_requests(cx, &s));
    return s;
}

/* ---- what is typed ---- */

DB_TEST(search_reads_words_filters_and_queries)
{
    Office o = office_open(cx);
    static const struct {
        int line;
        const char *typed, *words, *query;
        bool is_query;
    } cases[] = {
        { __LINE__, "vpn laptop", "vpn laptop", "text ~ \"vpn laptop\"", false },
        { __LINE__, " team:workplace  vpn ", "vpn", "team = workplace and text ~ \"vpn\"", false },
        { __LINE__, "TEAM:workplace", "", "team = workplace", false },
        { __LINE__, "state:pending,fulfilling", "", "state in (pending, fulfilling)", false },
        { __LINE__, "priority:>=high x", "x", "priority >= high and text ~ \"x\"", false },
        { __LINE__, "-tag:later x", "x", "tag != later and text ~ \"x\"", false },
        { __LINE__, "title:\"new laptop\"", "", "title ~ \"new laptop\"", false },
        { __LINE__, "open:yes requester:\"robin\"", "", "open = yes and requester = robin", false },
        { __LINE__, "team = workplace and open = yes", "", "team = workplace and open = yes",
          true },
        { __LINE__, "http://vpn", "http://vpn", "text ~ \"http://vpn\"", false },
        { __LINE__, "open", "open", "text ~ \"open\"", false },
        { __LINE__, "a = b", "a = b", "text ~ \"a = b\"", false },
        { __LINE__, "say \"hi", "say \"hi", "text ~ \"say  hi\"", false },
        { __LINE__, "", "", "", false },
    };

    office_as(&o, "sam");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        SearchAsked q;
        EXPECT_RC_AT(cases[i].line, RC_OK, search_read(cx, str_z(cases[i].typed), &q));
        EXPECT_STR_AT(cases[i].line, cases[i].words, q.words);
        EXPECT_STR_AT(cases[i].line, cases[i].query, q.query);
        EXPECT_INT_AT(cases[i].line, cases[i].is_query, q.is_query);
        EXPECT_AT(cases[i].line, q.wrong.msgid == NULL && q.where != NULL);
    }
}

DB_TEST(search_says_what_is_wrong_with_a_filter_and_finds_nothing_then)
{
    Office o = office_open(cx);
    SearchAsked q;
    SearchHits hits;
    Str next;
    bool cut = false;

    office_as(&o, "robin");
    (void)office_ask(&o, "question", "{\"details\":\"Where is the key?\"}");
    words_follow(&o);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, search_read(cx, STR("team:nobodys key"), &q));
    EXPECT(q.wrong.msgid != NULL);
    EXPECT_RC(RC_OK,
              search_requests(cx, scope_of(cx), &q, (SearchPage){ .size = 9 }, &hits, &next, &cut));
    EXPECT_INT(0, hits.n);
}

DB_TEST(search_refuses_what_is_too_long)
{
    Office o = office_open(cx);
    char long_one[SEARCH_MAX_BYTES + 2];
    SearchAsked q;

    office_as(&o, "sam");
    memset(long_one, 'a', sizeof long_one);
    EXPECT_RC(RC_OK, search_read(cx, (Str){ long_one, SEARCH_MAX_BYTES }, &q));
    EXPECT_RC(RC_INVALID, search_read(cx, (Str){ long_one, SEARCH_MAX_BYTES + 1 }, &q));
    EXPECT_RC(RC_INVALID, search_read(cx, STR("a\xFF"), &q));
}

/* ---- what is found ---- */

/* Numbers of what is found, a blank between them, page by page of `size`. */
static Str found(Office *o, const char *typed, int64_t size)
{
    Ctx *cx = o->cx;
    SearchAsked q;
    Str all = STR(""), next = STR("");
    bool cut = false;

    EXPECT_RC(RC_OK, search_read(cx, str_z(typed), &q));
    do {
        SearchHits hits;
        SearchPage page = { .after = next, .size = size, .snippets = true };
        EXPECT_RC(RC_OK, search_requests(cx, scope_of(cx), &q, page, &hits, &next, &cut));
        EXPECT(!cut && hits.n <= (size_t)size + 4);
        for (size_t i = 0; i < hits.n; i++)
            all = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(all), all.len > 0 ? " " : "",
                          STR_ARG(hits.at[i].head.number));
    } while (next.len > 0);
    return all;
}

static int64_t titled(Office *o, const char *title, const char *details)
{
    Str answers = str_fmt(o->cx->arena, "{\"details\":\"%s\"}", details);
    int64_t id = office_ask(o, "question", str_dup_z(o->cx->arena, answers));

    fixture_exec(o->cx,
                 str_dup_z(o->cx->arena,
                           str_fmt(o->cx->arena, "UPDATE request SET title = '%s' WHERE id = %lld",
                                   title, (long long)id)));
    return id;
}

DB_TEST(search_brings_titles_first_and_of_each_the_newest)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)titled(&o, "The wombat is loose", "Help"); /* 1 */
    (void)titled(&o, "Something", "A wombat again"); /* 2 */
    (void)titled(&o, "Wombats and a key", "Help");   /* 3 */
    (void)titled(&o, "Nothing", "No wombat");        /* 4 */
    (void)titled(&o, "Nothing", "Not at all");       /* 5 */
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("REQ-3 REQ-1 REQ-4 REQ-2", found(&o, "wombat", 20));
    for (int64_t size = 1; size < 4; size++)
        EXPECT_STR("REQ-3 REQ-1 REQ-4 REQ-2", found(&o, "wombat", size));
    EXPECT_STR("REQ-3", found(&o, "key wombat", 20));
    EXPECT_STR("REQ-1 REQ-4 REQ-2", found(&o, "-title:wombats wombat", 20));
    EXPECT_STR("", found(&o, "quokka", 20));
    EXPECT_STR("", found(&o, "", 20));
    EXPECT_STR("", found(&o, " - ", 20));
    EXPECT_STR("REQ-2", found(&o, "REQ-2", 20));
    EXPECT_STR("REQ-5 REQ-4 REQ-3 REQ-2 REQ-1", found(&o, "requester:me", 2));
}

DB_TEST(search_takes_one_letter_as_a_whole_word_and_one_ideograph_as_it_is)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)titled(&o, "Plan x", "Help");
    (void)titled(&o, "Plan xylophone", "Help");
    (void)titled(&o, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81", "Help");
    (void)titled(&o, "L\xC3\xB6senord", "Help");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("REQ-1", found(&o, "x", 20));
    EXPECT_STR("REQ-2", found(&o, "xy", 20));
    EXPECT_STR("REQ-3", found(&o, "\xE7\xA0\x81", 20));
    EXPECT_STR("REQ-3", found(&o, "\xE5\xAF\x86\xE7\xA0\x81", 20));
    EXPECT_STR("", found(&o, "\xE7\xA0\x81\xE5\xAF\x86", 20));
    EXPECT_STR("REQ-4", found(&o, "L\xC3\x96SEN", 20));
}

DB_TEST(search_never_tells_of_what_is_hidden)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)titled(&o, "A wombat", "Help");
    words_follow(&o);
    office_as(&o, "bo");
    Str before = found(&o, "wombat", 1);
    office_as(&o, "robin");
    (void)office_ask(&o, "concern", "{\"details\":\"The wombat, in confidence\"}");
    (void)titled(&o, "Another wombat", "Help");
    int64_t note_on = titled(&o, "Nothing", "Help");
    office_as(&o, "sam");
    int64_t note = 0;
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, note_on),
                              &(NoteInput){ .text = STR("A wombat, between us") }, &note));
    words_follow(&o);
    office_as(&o, "bo"); /* neither asks nor works for that team */
    EXPECT(str_eq(before, found(&o, "wombat", 1)));
    office_as(&o, "sam");
    EXPECT_STR("REQ-3 REQ-1", found(&o, "wombat", 1)); /* not the concern, not the note */
    EXPECT_STR("", found(&o, "REQ-2", 20));
    office_as(&o, "robin");
    EXPECT_STR("REQ-3 REQ-1 REQ-2", found(&o, "wombat", 20));
}

static Str pieces(Ctx *cx, const SearchPieces *p)
{
    Str s = STR("");

    for (size_t i = 0; i < p->n; i++)
        s = str_fmt(cx->arena, p->at[i].hit ? "%.*s[%.*s]" : "%.*s%.*s", STR_ARG(s),
                    STR_ARG(p->at[i].text));
    return s;
}

DB_TEST(search_marks_titles_and_shows_a_piece_of_what_has_the_words)
{
    Office o = office_open(cx);
    SearchAsked q;
    SearchHits hits;
    Str next;
    bool cut;

    office_as(&o, "robin");
    int64_t id = titled(&o, "A Wombat", "Help");
    EXPECT_RC(RC_OK,
              office_say(&o, titled(&o, "Nothing", "Help"),
                         "It is really quite a long story, which began a week ago on a morning"
                         " with rain, when I met a wombat and a quokka."));
    EXPECT_RC(RC_OK,
              office_say(&o, office_ask(&o, "concern", "{\"details\":\"Help\"}"), "A wombat."));
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, search_read(cx, STR("wombat"), &q));
    EXPECT_RC(RC_OK,
              search_requests(cx, scope_of(cx), &q, (SearchPage){ .size = 9, .snippets = true },
                              &hits, &next, &cut));
    EXPECT_INT(3, hits.n);
    EXPECT(hits.n == 3 && hits.at[0].head.id == id && hits.at[0].in_title);
    EXPECT_STR("A [Wombat]", pieces(cx, &hits.at[0].title));
    EXPECT_INT(0, hits.at[0].snippet.n);
    EXPECT(hits.at[1].head.confidential);
    EXPECT_INT(0, hits.at[1].snippet.n); /* of a confidential one its line alone */
    EXPECT_INT(SEARCH_MESSAGE, hits.at[2].place);
    EXPECT_STR(
        "\xE2\x80\xA6 began a week ago on a morning with rain, when I met a [wombat] and a quokka.",
        pieces(cx, &hits.at[2].snippet));
    SearchPage elsewhere = { .after = STR("x9"), .size = 9 };
    EXPECT_RC(RC_INVALID, search_requests(cx, scope_of(cx), &q, elsewhere, &hits, &next, &cut));
}

DB_TEST(search_runs_as_many_statements_for_one_request_as_for_many)
{
    Office o = office_open(cx);
    SearchAsked q;
    SearchHits hits;
    Str next;
    bool cut;
    uint64_t statements[2] = { 0 };

    for (int turn = 0; turn < 2; turn++) {
        office_as(&o, "robin");
        for (int i = 0; i < (turn == 0 ? 1 : 12); i++)
            (void)titled(&o, "Nothing", "A wombat");
        words_follow(&o);
        office_as(&o, "robin");
        EXPECT_RC(RC_OK, search_read(cx, STR("wombat"), &q));
        uint64_t before = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, search_requests(cx, scope_of(cx), &q,
                                         (SearchPage){ .size = 20, .snippets = true }, &hits, &next,
                                         &cut));
        statements[turn] = db_conn_statements(cx->db) - before;
        EXPECT_INT(turn == 0 ? 1 : 13, hits.n);
    }
    EXPECT_INT((int64_t)statements[0], (int64_t)statements[1]);
}

/* ---- the time of a search ---- */

/* Three of robin's are the newest of a thousand; a reader's connection, in a snapshot. */
static DbConn *many_wombats(Ctx *own)
{
    const char *path = test_db_file();
    DbConn *c = NULL;

    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_WRITER, false, &c, NULL));
    own->db = c;
    EXPECT_RC(RC_OK, dbc_step(c, DBC_BEGIN_WRITE));
    Office o = office_open(own);
    office_as(&o, "mika");
    for (int i = 0; i < 40; i++)
        (void)titled(&o, "A wombat", "Help");
    words_copy(&o, 25);
    office_as(&o, "robin");
    for (int i = 0; i < 3; i++)
        (void)titled(&o, "A wombat", "Help");
    words_follow(&o);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, dbc_step(c, DBC_COMMIT));
    dbc_close(c);
    EXPECT_RC(RC_OK, dbc_open(test_arena(), path, DBC_READER, false, &c, NULL));
    EXPECT_RC(RC_OK, db_read_begin(c));
    own->db = c;
    own->identity = NULL;
    return c;
}

DB_TEST(search_stops_when_its_time_is_over_and_shows_what_it_found)
{
    Ctx own = *cx;
    CLEANUP(dbc_close_at) DbConn *c = many_wombats(&own);
    SearchPage whole = { .size = 20, .snippets = true }, short_one = whole;
    SearchAsked q;
    SearchHits hits;
    Str next;
    bool cut = true;

    short_one.ms = -1;
    EXPECT_RC(RC_OK, search_read(&own, STR("requester:robin wombat"), &q));
    EXPECT_RC(RC_OK, search_requests(&own, scope_of(&own), &q, whole, &hits, &next, &cut));
    EXPECT(!cut);
    EXPECT_INT(3, hits.n);
    EXPECT_RC(RC_OK, search_requests(&own, scope_of(&own), &q, short_one, &hits, &next, &cut));
    EXPECT(cut);
    EXPECT_INT(3, hits.n); /* the newest were found before the first look at the clock */
    EXPECT(next.len == 0);
    /* Other statements have their usual time again. */
    EXPECT_RC(RC_OK, search_requests(&own, scope_of(&own), &q, whole, &hits, &next, &cut));
    EXPECT(!cut);
    db_read_end(c);
}

TEST(search_page_says_that_it_stopped)
{
    CLEANUP(buf_done) Buf page = { 0 };
    PageOut out = { .buf = &page, .arena = test_arena(), .reader = { LANG_EN, zone_utc(), 0 } };
    FoundPage p = { .q = STR("wombat"), .asked = true };

    buf_init(&page, 1 << 20);
    EXPECT_RC(RC_OK, tmpl_search_list(&out, &p));
    EXPECT(!str_contains(buf_str(&page), STR("its time was over")));
    p.cut = true;
    EXPECT_RC(RC_OK, tmpl_search_list(&out, &p));
    EXPECT(str_contains(buf_str(&page), STR("the search stopped when its time was over")));
}

/* ---- the same by looking at each request ---- */

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static const char *const vocabulary[] = { "numbat",
                                          "numbats",
                                          "Wombat",
                                          "key",
                                          "n",
                                          "L\xC3\xB6sen",
                                          "l\xC3\xB6senord",
                                          "\xE5\xAF\x86\xE7\xA0\x81",
                                          "\xE5\xAF\x86",
                                          "REQ" };

static Str some_words(Arena *a, uint64_t *s, size_t n)
{
    Str text = STR("");

    for (size_t i = 0; i < n; i++)
        text = str_fmt(a, "%.*s%s%s", STR_ARG(text), i == 0 ? "" : " ",
                       vocabulary[next(s) % COUNT_OF(vocabulary)]);
    return text;
}

static bool text_has(Ctx *cx, Str text, Str words)
{
    TextTokens t, w;

    EXPECT_RC(RC_OK, text_tokens(cx->arena, text, SIZE_MAX, &t));
    EXPECT_RC(RC_OK, text_tokens(cx->arena, words, 16, &w));
    /* One letter alone is a whole word: it is found as two words, the last of which stands everywhere. */
    if (w.n > 0 && w.at[w.n - 1].text.len == 1) {
        TextToken end = { STR("end"), w.at[w.n - 1].word + 1 };
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &w, end));
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &t, end));
    }
    return tokens_have(&t, &w);
}

/* Numbers of the requests up to `last` that have the words, as a search should bring them. */
static Str expected(Ctx *cx, int64_t last, Str words)
{
    Str tiers[2] = { STR(""), STR("") };

    for (int64_t id = last; id > 0; id--) {
        GrantedRequest g;
        RequestWords all;
        if (access_request(cx, id, MAY_SEE, &g) != RC_OK)
            continue;
        EXPECT_RC(RC_OK, words_of(cx, g, &all));
        if (!text_has(cx, all.all, words))
            continue;
        Str *to = &tiers[text_has(cx, all.title, words) ? 0 : 1];
        *to = str_fmt(cx->arena, "%.*s %lld", STR_ARG(*to), (long long)id);
    }
    return str_fmt(cx->arena, "%.*s%.*s", STR_ARG(tiers[0]), STR_ARG(tiers[1]));
}

static Str searched(Ctx *cx, Str words, int64_t size)
{
    SearchAsked q;
    Str all = STR(""), after = STR("");
    bool cut = false;

    EXPECT_RC(RC_OK, search_read(cx, words, &q));
    do {
        SearchHits hits;
        SearchPage page = { .after = after, .size = size };
        EXPECT_RC(RC_OK, search_requests(cx, scope_of(cx), &q, page, &hits, &after, &cut));
        for (size_t i = 0; i < hits.n; i++)
            all = str_fmt(cx->arena, "%.*s %lld", STR_ARG(all), (long long)hits.at[i].head.id);
    } while (after.len > 0);
    return all;
}

DB_TEST(search_finds_what_looking_at_each_request_finds_in_that_order)
{
    static const char *const readers[] = { "robin", "mika", "sam", "bo", "hana", "aud", "gus" };
    /* sam reads own requests of the team in two ways, and the concerns in one. */
    static const char *const askers[] = { "robin", "mika", "sam" };
    Office o = office_open(cx);
    uint64_t seed = 88172645463325252ULL;
    int64_t last = 0, found_some = 0, found_none = 0;

    for (int i = 0; i < 24; i++) {
        const char *title = str_dup_z(cx->arena, some_words(cx->arena, &seed, 2));
        const char *details = str_dup_z(cx->arena, some_words(cx->arena, &seed, 3));
        office_as(&o, askers[i % 3]);
        last = titled(&o, title, details);
        if (i % 5 == 0)
            last = office_ask(
                &o, "concern",
                str_dup_z(cx->arena, str_fmt(cx->arena, "{\"details\":\"%s\"}", details)));
    }
    words_follow(&o);
    for (int i = 0; i < 300; i++) {
        Str words = some_words(cx->arena, &seed, 1 + next(&seed) % 2);
        office_as(&o, readers[next(&seed) % COUNT_OF(readers)]);
        Str wanted = expected(cx, last, words);
        Str got = searched(cx, words, (int64_t)(1 + next(&seed) % 9));
        *(wanted.len > 0 ? &found_some : &found_none) += 1;
        if (!str_eq(wanted, got))
            test_fail(__FILE__, __LINE__, "%.*s as %.*s: wanted%.*s, got%.*s", STR_ARG(words),
                      STR_ARG(cx->subject->login), STR_ARG(wanted), STR_ARG(got));
    }
    EXPECT(found_some > 60 && found_none > 20);
}
