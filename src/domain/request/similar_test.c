/* Similar open requests: by words in common, of what the reader sees. */
#include "domain/request/similar.h"

#include "domain/request/me_too.h"
#include "domain/request/office_fixture.h"
#include "domain/request/words_fixture.h"

static int64_t ask(Office *o, const char *details)
{
    return office_ask(
        o, "question",
        str_dup_z(o->cx->arena, str_fmt(o->cx->arena, "{\"details\":\"%s\"}", details)));
}

static ScopeRequests scope_of(Ctx *cx)
{
    ScopeRequests s;

    EXPECT_RC(RC_OK, access_requests(cx, &s));
    return s;
}

/* "REQ-2: vpn, wombat; REQ-1: vpn" of what the present person would ask. */
static Str like(Office *o, const char *item, const char *text)
{
    Ctx *cx = o->cx;
    SimilarAsk in = { .text = str_z(text), .item = str_z(item) };
    Similars list;
    Str all = STR("");

    EXPECT_RC(RC_OK, similar_requests(cx, scope_of(cx), &in, &list));
    for (size_t i = 0; i < list.n; i++) {
        all = str_fmt(cx->arena, "%.*s%s%.*s:", STR_ARG(all), i == 0 ? "" : "; ",
                      STR_ARG(list.at[i].head.number));
        for (size_t k = 0; k < list.at[i].shared.n; k++)
            all = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(all), STR_ARG(list.at[i].shared.at[k]));
    }
    return all;
}

DB_TEST(similar_is_what_shares_two_words_and_more_of_them_first)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)ask(&o, "The wombat ate my keyboard");
    (void)ask(&o, "A wombat sat on the keyboard and the monitor");
    (void)ask(&o, "Where is the wombat?");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("REQ-2: keyboard monitor wombat; REQ-1: keyboard wombat",
               like(&o, "", "Wombat, keyboard, monitor"));
    EXPECT_STR("", like(&o, "", "A wombat dances on tables")); /* one word is none */
    EXPECT_STR("", like(&o, "", "the and with for"));
    EXPECT_STR("", like(&o, "", ""));
    EXPECT_STR("REQ-3: wombat; REQ-2: wombat; REQ-1: wombat", like(&o, "question", "wombat"));
    EXPECT_STR("", like(&o, "laptop", "wombat"));
}

DB_TEST(similar_compares_ideographs_in_pairs)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    (void)ask(&o, "\xE6\x88\x91\xE5\xBF\x98\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("REQ-1: \xE4\xBA\x86\xE5\xAF\x86 \xE5\xAF\x86\xE7\xA0\x81",
               like(&o, "", "\xE5\xBF\x98\xE8\xAE\xB0\xE4\xBA\x86\xE5\xAF\x86\xE7\xA0\x81"));
}

DB_TEST(similar_knows_only_open_ones_that_the_reader_sees)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t mine = ask(&o, "The wombat ate my keyboard");
    (void)office_ask(&o, "concern", "{\"details\":\"The wombat ate my keyboard\"}");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("REQ-1: keyboard wombat",
               like(&o, "", "wombat keyboard")); /* not the confidential one */
    office_as(&o, "bo");
    EXPECT_STR("", like(&o, "", "wombat keyboard"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, mine, ACT_WITHDRAW, "It was not the wombat."));
    EXPECT_STR("", like(&o, "", "wombat keyboard")); /* at once, whatever the index says */
}

DB_TEST(similar_leaves_out_words_that_stand_everywhere)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    for (int i = 0; i < 41; i++)
        (void)ask(&o, i < 40 ? "wombat" : "wombat keyboard monitor");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_STR("", like(&o, "question", "wombat"));
    EXPECT_STR("REQ-41: keyboard monitor", like(&o, "", "wombat keyboard monitor"));
}

DB_TEST(similar_to_a_request_leaves_it_out_and_says_who_may_follow)
{
    Office o = office_open(cx);
    Similars list;

    office_as(&o, "robin");
    int64_t first = ask(&o, "The wombat ate my keyboard");
    office_as(&o, "mika");
    int64_t second = ask(&o, "My keyboard was eaten by a wombat");
    words_follow(&o);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, second), scope_of(cx), &list));
    EXPECT_INT(1, list.n);
    EXPECT(list.n == 1 && list.at[0].head.id == first && list.at[0].same_item);
    EXPECT(list.at[0].may_follow && !list.at[0].follows && !list.at[0].own);
    EXPECT(list.at[0].may_me_too && !list.at[0].me_too && list.at[0].may_merge);
    ParticipantAdd in = { .login = STR("sam"), .kind = STR("watcher") };
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, first), &in));
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, second), scope_of(cx), &list));
    EXPECT(list.n == 1 && !list.at[0].may_follow && list.at[0].follows);
    EXPECT_RC(RC_OK, me_too_say(cx, office_grant(&o, first)));
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, second), scope_of(cx), &list));
    EXPECT(list.n == 1 && !list.at[0].may_me_too && list.at[0].me_too);
    EXPECT_INT(1, list.at[0].head.me_too);
    office_as(&o, "aud"); /* reads, and says nothing */
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, second), scope_of(cx), &list));
    EXPECT(list.n == 1 && !list.at[0].may_follow);
    EXPECT(!list.at[0].may_me_too && !list.at[0].may_merge);
    office_as(&o, "mika");
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, second), scope_of(cx), &list));
    EXPECT_INT(0, list.n);
}

/* Sam has asked another team for something, where they have no say in how it goes on. */
DB_TEST(similar_are_merged_by_who_works_on_both)
{
    Office o = office_open(cx);
    GrantedSubmit g;
    RequestMade own;
    Similars list;

    office_as(&o, "sam");
    Str scan = office_upload(&o, "scan.pdf", 5);
    Str answers = str_fmt(cx->arena, "{\"scan\":\"%.*s\"}", STR_ARG(scan));
    RequestCreate in = { .item = STR("paper"),
                         .title = STR("The wombat ate my keyboard"),
                         .answers = office_answers(&o, str_dup_z(cx->arena, answers)) };
    EXPECT_RC(RC_OK, access_submit(cx, cx->subject->person_id, &g));
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &own));
    office_as(&o, "mika");
    int64_t other = ask(&o, "My keyboard was eaten by a wombat");
    words_follow(&o);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, other), scope_of(cx), &list));
    EXPECT(list.n == 1 && list.at[0].own && !list.at[0].may_merge);
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, own.id), scope_of(cx), &list));
    EXPECT(list.n == 1 && list.at[0].may_follow && !list.at[0].may_merge);
    office_as(&o, "gus"); /* works in all teams */
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, own.id), scope_of(cx), &list));
    EXPECT(list.n == 1 && list.at[0].may_merge);
}

DB_TEST(similar_to_a_confidential_request_is_nothing)
{
    Office o = office_open(cx);
    Similars list;

    office_as(&o, "robin");
    (void)ask(&o, "The wombat ate my keyboard");
    int64_t hidden = office_ask(&o, "concern", "{\"details\":\"The wombat ate my keyboard\"}");
    words_follow(&o);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, similar_to(cx, office_grant(&o, hidden), scope_of(cx), &list));
    EXPECT_INT(0, list.n);
}
