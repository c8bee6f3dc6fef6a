#include "domain/request/ready.h"
#include "domain/request/office_fixture.h"

static Rc make(Office *o, const char *team, const char *name, const char *en, int64_t *ret)
{
    return ready_create(o->cx,
                        &(ReadyInput){ .team = str_z(team),
                                       .name = str_z(name),
                                       .words = { .in = { [LANG_EN] = str_z(en) } } },
                        ret);
}

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "question", "{\"details\":\"How?\"}");
}

static ReadyText filled(Office *o, int64_t request, LangText words)
{
    RequestView v;
    ReadyValues values;
    ReadyText t = { 0 };

    EXPECT_RC(RC_OK, request_view(o->cx, office_grant(o, request), &v));
    EXPECT_RC(RC_OK, ready_values(o->cx, &v, &values));
    EXPECT_RC(RC_OK, ready_fill(o->cx, &values, &words, &t));
    return t;
}

DB_TEST(ready_reply_is_written_by_leads_of_its_team_and_administrators)
{
    Office o = office_open(cx);
    int64_t id = 0, all = 0;

    office_as(&o, "sam");
    EXPECT_RC(RC_FORBIDDEN, make(&o, "workplace", "Hello", "Hello", &id));
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, make(&o, "workplace", "Hello", "Hello", &id));
    EXPECT_RC(RC_FORBIDDEN, make(&o, "finance", "Hello", "Hello", &all));
    EXPECT_RC(RC_FORBIDDEN, make(&o, "", "Hello", "Hello", &all));
    EXPECT_RC(RC_INVALID, make(&o, "no-such-team", "Hello", "Hello", &all));
    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, "", "Goodbye", "Goodbye", &all));
    office_as(&o, "sam");
    ReadyInput in = { .name = STR("Other"), .words = { .in = { [LANG_EN] = STR("Other") } } };
    EXPECT_RC(RC_FORBIDDEN, ready_change(cx, id, &in));
    EXPECT_RC(RC_FORBIDDEN, ready_drop(cx, id, OPT_NONE));
    office_as(&o, "ada");
    EXPECT_RC(RC_FORBIDDEN, ready_drop(cx, all, OPT_NONE));
    EXPECT_RC(RC_OK, ready_drop(cx, id, OPT_NONE));
    EXPECT_RC(RC_NOT_FOUND, ready_drop(cx, id, OPT_NONE));
}

DB_TEST(ready_replies_are_those_of_ones_teams_of_the_request_and_for_everybody)
{
    Office o = office_open(cx);
    ReadyReplies list;
    int64_t id = 0;

    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, "workplace", "B ours", "x", &id));
    EXPECT_RC(RC_OK, make(&o, "finance", "C theirs", "x", &id));
    EXPECT_RC(RC_OK, make(&o, "", "A common", "x", &id));
    EXPECT_RC(RC_OK, ready_list(cx, 0, &list));
    EXPECT_INT(3, list.n);
    EXPECT(list.at[2].may_change);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, ready_list(cx, 0, &list));
    EXPECT_INT(2, list.n);
    EXPECT_STR("A common", list.at[0].name);
    EXPECT_STR("B ours", list.at[1].name);
    EXPECT(!list.at[1].may_change);
    EXPECT_RC(RC_OK, ready_list(cx, o.finance, &list));
    EXPECT_INT(3, list.n);
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, ready_list(cx, 0, &list));
    EXPECT(!list.at[0].may_change && list.at[1].may_change);
}

DB_TEST(ready_reply_is_checked)
{
    Office o = office_open(cx);
    int64_t id = 0;
    char *big = arena_try(cx->arena, READY_TEXT_MAX + 2);

    office_as(&o, "adm");
    EXPECT_RC(RC_INVALID, make(&o, "", " ", "x", &id));
    EXPECT_STR("/name", cx->errors.at[0].pointer);
    cx->errors = (FieldErrors){ 0 };
    EXPECT_RC(RC_INVALID, make(&o, "", "x", " ", &id));
    EXPECT_STR("/words.en", cx->errors.at[0].pointer);
    cx->errors = (FieldErrors){ 0 };
    EXPECT_RC(RC_INVALID, make(&o, "", "x", "Hello {requester.nam}", &id));
    EXPECT_STR("unknown_place", cx->errors.at[0].code);
    cx->errors = (FieldErrors){ 0 };
    memset(big, 'x', READY_TEXT_MAX + 1);
    big[READY_TEXT_MAX + 1] = '\0';
    EXPECT_RC(RC_INVALID, make(&o, "", "x", big, &id));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    big[READY_TEXT_MAX] = '\0';
    EXPECT_RC(RC_OK, make(&o, "", "x", big, &id));
    EXPECT_RC(RC_OK, make(&o, "", "Braces", "if (x) { y } {X} { {}", &id));
}

DB_TEST(ready_reply_has_versions_and_events)
{
    Office o = office_open(cx);
    int64_t id = 0;
    ReadyReply r;

    office_as(&o, "ada");
    EXPECT_RC(RC_OK, make(&o, "workplace", "Hello", "Hello", &id));
    ReadyInput in = { .name = STR("Hello"),
                      .words = { .in = { [LANG_EN] = STR("Hello") } },
                      .version = OPT_INT(1) };
    EXPECT_RC(RC_OK, ready_change(cx, id, &in));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'ready_reply.changed'"));
    in.words.in[LANG_SV] = STR("Hej");
    EXPECT_RC(RC_OK, ready_change(cx, id, &in));
    EXPECT_RC(RC_OK, ready_get(cx, id, &r));
    EXPECT_INT(2, r.version);
    EXPECT_STR("Hej", r.words.in[LANG_SV]);
    EXPECT_RC(RC_STALE, ready_change(cx, id, &in));
    EXPECT_RC(RC_STALE, ready_drop(cx, id, OPT_INT(1)));
    EXPECT_RC(RC_OK, ready_drop(cx, id, OPT_INT(2)));
    EXPECT_INT(3, fixture_int(cx, "SELECT count(*) FROM event WHERE object = 'ready_reply'"));
}

DB_TEST(ready_reply_is_filled_in_the_requesters_language_and_shows_its_gaps)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    LangText words = {
        .in = { [LANG_EN] = STR(
                    "Dear {requester.first_name}, {number} is with {assignee.name}, {assignee.name}."),
                [LANG_SV] = STR("Hej {requester.name}, {number} / {me.name}") }
    };

    office_as(&o, "sam");
    ReadyText t = filled(&o, id, words);
    RequestView v = office_view(&o, id);
    EXPECT_STR("{assignee.name}", t.missing);
    EXPECT(!t.foreign);
    EXPECT(str_contains(t.text, v.head.number));
    EXPECT(str_contains(t.text, STR("{assignee.name}")));
    EXPECT(!str_contains(t.text, STR("{requester")));
    fixture_exec(cx, "UPDATE person SET lang = 'sv' WHERE login = 'robin'");
    office_assign(&o, id, "sam");
    t = filled(&o, id, words);
    EXPECT_INT(LANG_SV, t.lang);
    EXPECT_INT(0, t.missing.len);
    EXPECT(str_starts(t.text, STR("Hej ")));
    words.in[LANG_SV] = STR_NULL;
    t = filled(&o, id, words);
    EXPECT(t.foreign);
    EXPECT_INT(LANG_EN, t.lang);
}

DB_TEST(ready_replies_are_found_by_words_of_name_and_text)
{
    Office o = office_open(cx);
    ReadyReplies list, found;
    int64_t id = 0;

    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, "", "Lösenord", "Choose a new password.", &id));
    EXPECT_RC(RC_OK, make(&o, "", "Battery", "We fit a new battery.", &id));
    EXPECT_RC(RC_OK, ready_list(cx, 0, &list));
    EXPECT_RC(RC_OK, ready_find(cx, &list, STR(" NEW  battery"), &found));
    EXPECT_INT(1, found.n);
    EXPECT_RC(RC_OK, ready_find(cx, &list, STR("LÖSEN"), &found));
    EXPECT_INT(1, found.n);
    EXPECT_RC(RC_OK, ready_find(cx, &list, STR(""), &found));
    EXPECT_INT(2, found.n);
    EXPECT_RC(RC_OK, ready_find(cx, &list, STR("screen"), &found));
    EXPECT_INT(0, found.n);
}

static Rc write_it(Ctx *cx, void *arg)
{
    int64_t id = 0;

    cx->identity = NULL;
    return make(arg, "workplace", "Hello", "Hello {number}", &id);
}

DB_TEST(ready_create_leaves_nothing_half_done)
{
    Office o = office_open(cx);

    office_as(&o, "ada");
    fault_run(cx, write_it, &o);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM ready_reply"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'ready_reply.created'"));
}
