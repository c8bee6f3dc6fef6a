/* Read marks: what counts as news, whose they are, and what opening a page leaves. */
#include "domain/request/office_fixture.h"
#include "domain/request/read_mark.h"
#include "domain/request/talk.h"

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "question", "{\"details\":\"How?\"}");
}

/* Alone and among several the same. */
static bool unread(Office *o, const char *login, int64_t id)
{
    Ctx *cx = o->cx;
    const int64_t ids[] = { id, 999999 };
    ScopeRequests s;
    UnreadIds among = { 0 };
    bool is = false;

    office_as(o, login);
    EXPECT_RC(RC_OK, read_is_unread(cx, office_grant(o, id), &is));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, read_unread_of(cx, s, ids, COUNT_OF(ids), &among));
    EXPECT_INT(is ? 1 : 0, among.n);
    return is;
}

/* As a page does, and the dispatcher after it. */
static void open_page(Office *o, const char *login, int64_t id)
{
    Ctx *cx = o->cx;
    RequestView v;

    office_as(o, login);
    cx->opened = (Opened){ 0 };
    EXPECT_RC(RC_OK, request_view(cx, office_grant(o, id), &v));
    EXPECT_RC(RC_OK, read_note(cx, &v));
    EXPECT_RC(RC_OK, request_opened(cx));
}

DB_TEST(request_is_unread_until_it_is_opened_and_again_when_somebody_else_acts)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    EXPECT(unread(&o, "sam", id));
    EXPECT(!unread(&o, "robin", id)); /* did it all */
    open_page(&o, "sam", id);
    EXPECT(!unread(&o, "sam", id));
    EXPECT(unread(&o, "noor", id)); /* a mark is its person's own */
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_say(&o, id, "Like this."));
    EXPECT(!unread(&o, "sam", id)); /* what one did oneself is no news */
    EXPECT(unread(&o, "robin", id));
    open_page(&o, "robin", id);
    EXPECT_RC(RC_OK, office_say(&o, id, "Thank you."));
    EXPECT(unread(&o, "sam", id));
    EXPECT(!unread(&o, "robin", id));
}

DB_TEST(request_with_a_new_note_is_unread_for_the_team_and_for_nobody_else)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    NoteInput note = { .text = STR("Strange.") };
    int64_t made = 0;

    open_page(&o, "robin", id);
    open_page(&o, "noor", id);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &note, &made));
    EXPECT(unread(&o, "noor", id));
    EXPECT(!unread(&o, "robin", id));
}

DB_TEST(request_that_was_only_looked_at_has_no_news)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    open_page(&o, "sam", id);
    office_as(&o, "noor");
    view_add(cx, id, 0);
    EXPECT_RC(RC_OK, view_note(cx));
    EXPECT(!unread(&o, "sam", id));
    cx->views = NULL;
}

DB_TEST(opening_a_request_again_leaves_nothing_to_write)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    open_page(&o, "sam", id);
    EXPECT_INT(id, cx->opened.request_id);
    open_page(&o, "sam", id);
    EXPECT_INT(0, cx->opened.request_id);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request_read"));
}

DB_TEST(request_can_be_marked_as_unread_and_as_read)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    int64_t events = fixture_int(cx, "SELECT count(*) FROM event");

    open_page(&o, "sam", id);
    EXPECT_RC(RC_OK, read_mark(cx, office_grant(&o, id), false));
    EXPECT(unread(&o, "sam", id));
    EXPECT_RC(RC_OK, read_mark(cx, office_grant(&o, id), true));
    EXPECT(!unread(&o, "sam", id));
    EXPECT_RC(RC_OK, read_mark(cx, office_grant(&o, id), false));
    open_page(&o, "sam", id);
    EXPECT(!unread(&o, "sam", id));
    EXPECT_INT(events, fixture_int(cx, "SELECT count(*) FROM event"));
}

DB_TEST(mark_of_a_request_that_went_out_of_sight_is_not_written)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    office_as(&o, "bo");
    cx->opened = (Opened){ id, 1 };
    EXPECT_RC(RC_NOT_FOUND, office_sees(&o, id));
    EXPECT_RC(RC_OK, request_opened(cx));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request_read"));
    ScopeRequests s;
    UnreadIds among = { 0 };
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, read_unread_of(cx, s, &id, 1, &among));
    EXPECT_INT(0, among.n);
    cx->opened = (Opened){ 0 };
}

DB_TEST(mark_is_nothing_for_who_sees_a_task_only)
{
    Office o = office_open(cx);
    int64_t id = office_supplied(&o);
    bool is;

    EXPECT_RC(RC_FORBIDDEN, read_is_unread(cx, office_grant(&o, id), &is));
    EXPECT_RC(RC_FORBIDDEN, read_mark(cx, office_grant(&o, id), true));
    cx->opened = (Opened){ id, 1 };
    EXPECT_RC(RC_OK, request_opened(cx));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request_read"));
    cx->opened = (Opened){ 0 };
}
