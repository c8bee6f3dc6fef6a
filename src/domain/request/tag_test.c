#include "domain/request/office_fixture.h"
#include "domain/request/tag.h"
#include "domain/request/talk.h"

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "question", "{\"details\":\"How?\"}");
    office_as(o, "sam");
    return id;
}

static Rc add(Office *o, int64_t id, const char *tag)
{
    return tag_add(o->cx, office_grant(o, id), &(TagAct){ .tag = str_z(tag) });
}

static Rc remove_tag(Office *o, int64_t id, const char *tag)
{
    return tag_remove(o->cx, office_grant(o, id), &(TagAct){ .tag = str_z(tag) });
}

DB_TEST(tags_are_written_by_staff_and_seen_by_whoever_sees_the_request)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    ViewTags tags;

    EXPECT_RC(RC_OK, add(&o, id, " VPN "));
    EXPECT_RC(RC_OK, add(&o, id, "a-first"));
    EXPECT_RC(RC_OK, add(&o, id, "vpn")); /* it has it already */
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, tag_list(cx, office_grant(&o, id), &tags));
    EXPECT_INT(2, tags.n);
    EXPECT_STR("a-first", tags.at[0].tag);
    EXPECT_STR("vpn", tags.at[1].tag);
    EXPECT_STR("sam", tags.at[1].added_by.login);
    EXPECT_INT(2, office_view(&o, id).tags.n);
    EXPECT_RC(RC_FORBIDDEN, add(&o, id, "mine"));
    EXPECT_RC(RC_FORBIDDEN, remove_tag(&o, id, "vpn"));
    office_as(&o, "aud");
    EXPECT_RC(RC_FORBIDDEN, add(&o, id, "mine"));
}

DB_TEST(tag_has_the_form_of_a_key)
{
    static const char *const bad[] = {
        "", " ", "two words", "a/b", "\xC3\xA5r", "-a", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"
    };
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT_RC_AT(__LINE__, RC_INVALID, add(&o, id, bad[i]));
    EXPECT_STR("/tag", cx->errors.at[0].pointer);
    EXPECT_RC(RC_OK, add(&o, id, "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"));
    EXPECT_RC(RC_NOT_FOUND, remove_tag(&o, id, "other"));
    TagAct unread = { .tag = STR("x"), .fault = RC_INVALID };
    EXPECT_RC(RC_INVALID, tag_add(cx, office_grant(&o, id), &unread));
    office_as(&o, "robin");
    EXPECT_RC(RC_FORBIDDEN, tag_add(cx, office_grant(&o, id), &unread));
}

DB_TEST(tags_of_one_request_have_a_limit)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    for (int i = 0; i < TAGS_MOST; i++)
        EXPECT_RC(RC_OK, add(&o, id, str_dup_z(cx->arena, str_fmt(cx->arena, "t%d", i))));
    EXPECT_RC(RC_OK, add(&o, id, "t0"));
    fixture_exec(cx, "SAVEPOINT full");
    EXPECT_RC(RC_LIMIT, add(&o, id, "one-more"));
    fixture_exec(cx, "ROLLBACK TO full");
    EXPECT_RC(RC_OK, remove_tag(&o, id, "t0"));
    EXPECT_RC(RC_OK, add(&o, id, "one-more"));
}

DB_TEST(tags_stand_in_the_timeline_with_their_words)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    TimelineFilter newest = { .newest = true, .size = 2 };
    Entries list;
    bool more;

    EXPECT_RC(RC_OK, add(&o, id, "vpn"));
    EXPECT_RC(RC_OK, remove_tag(&o, id, "vpn"));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &list, &more));
    EXPECT_STR("tag.added", list.at[0].kind);
    EXPECT_STR("vpn", list.at[0].what.args[1].str);
    EXPECT_STR("tag.removed", list.at[1].kind);
    EXPECT_STR("vpn", list.at[1].what.args[1].str);
    EXPECT_INT(
        0, fixture_int(cx,
                       "SELECT count(*) FROM event WHERE kind LIKE 'tag.%' AND data LIKE '%vpn%'"));
}

DB_TEST(tags_go_along_when_a_request_is_converted)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    ActDone done;
    RequestAct convert = { .kind = ACT_CONVERT,
                           .text = STR("A fault."),
                           .record = STR("incident"),
                           .item = STR("incident") };

    EXPECT_RC(RC_OK, add(&o, id, "vpn"));
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &convert, &done));
    EXPECT_INT(1, office_view(&o, done.made_id).tags.n);
}
