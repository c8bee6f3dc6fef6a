#include "domain/request/bulk.h"
#include "domain/request/office_fixture.h"
#include "domain/request/tag.h"

typedef struct Three {
    Office o;
    int64_t ids[3];
    Str named[4];
} Three;

/* Three questions of robin, two of which are named by number, and one that nobody knows. */
static void open_three(Ctx *cx, Three *t)
{
    *t = (Three){ .o = office_open(cx) };
    office_as(&t->o, "robin");
    for (int i = 0; i < 3; i++) {
        t->ids[i] = office_ask(&t->o, "question", "{\"details\":\"How?\"}");
        t->named[i] = i < 2 ? office_view(&t->o, t->ids[i]).head.number
                            : str_fmt(cx->arena, "%lld", (long long)t->ids[i]);
    }
    t->named[3] = STR("REQ-999999");
    office_as(&t->o, "sam");
}

/* All of it, a request in each piece. */
static Rc go_on(Ctx *cx, GrantedSelf g, int64_t id)
{
    int64_t left = 1;

    while (left > 0)
        TRY(bulk_go_on(cx, g, id, (BulkPiece){ 1, 0 }, &left));
    return RC_OK;
}

static Rc act(Three *t, const char *word, const char *value, const char *text, BulkDone *ret)
{
    Ctx *cx = t->o.cx;
    BulkInput in = { .requests = { .at = t->named, .n = 4 },
                     .act = str_z(word),
                     .value = str_z(value),
                     .text = str_z(text) };
    GrantedSelf g;
    int64_t id = 0;

    EXPECT_RC(RC_OK, access_self(cx, &g));
    TRY(bulk_begin(cx, g, &in, &id));
    TRY(go_on(cx, g, id));
    return bulk_get(cx, g, id, ret);
}

static Rc undo(Three *t, BulkDone *done)
{
    GrantedSelf g;

    EXPECT_RC(RC_OK, access_self(t->o.cx, &g));
    TRY(bulk_undo(t->o.cx, g, done->id));
    TRY(go_on(t->o.cx, g, done->id));
    return bulk_get(t->o.cx, g, done->id, done);
}

DB_TEST(bulk_tells_for_each_request_what_worked_and_why_not)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, tag_add(cx, office_grant(&t.o, t.ids[0]), &(TagAct){ .tag = STR("vpn") }));
    EXPECT_RC(RC_OK, act(&t, "untag", "vpn", "", &done));
    EXPECT_INT(4, done.parts.n);
    EXPECT_INT(1, done.done_n);
    EXPECT(done.parts.at[0].ok);
    EXPECT_STR("The request does not have this tag.", done.parts.at[1].why);
    EXPECT_STR("There is no such request, or it is not shared with you.", done.parts.at[3].why);
    EXPECT_INT(0, cx->errors.n);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'bulk.done'"));
}

DB_TEST(bulk_is_undone_to_what_each_request_had)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, tag_add(cx, office_grant(&t.o, t.ids[0]), &(TagAct){ .tag = STR("vpn") }));
    EXPECT_RC(RC_OK, act(&t, "tag", "VPN", "", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_RC(RC_OK, tag_remove(cx, office_grant(&t.o, t.ids[1]), &(TagAct){ .tag = STR("vpn") }));
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT_INT(1, office_view(&t.o, t.ids[0]).tags.n); /* it had it before */
    EXPECT_INT(0, office_view(&t.o, t.ids[2]).tags.n);
    EXPECT(done.parts.at[0].undone && done.parts.at[2].undone && !done.parts.at[1].undone);
    EXPECT_STR("It has been changed since.", done.parts.at[1].undo_why);
    EXPECT_RC(RC_CONFLICT, undo(&t, &done));
}

DB_TEST(bulk_assigns_and_follows_and_gives_back)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, act(&t, "assign", "sam", "", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_STR("sam", office_view(&t.o, t.ids[1]).head.assignee.login);
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT_INT(0, office_view(&t.o, t.ids[1]).head.assignee.id);
    EXPECT_RC(RC_OK, act(&t, "watch", "", "", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_INT(1, office_view(&t.o, t.ids[2]).participants.n);
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT_INT(0, office_view(&t.o, t.ids[2]).participants.n);
}

DB_TEST(bulk_priority_gives_back_the_level_of_the_matrix)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, act(&t, "priority", "high", "Many ask.", &done));
    EXPECT_INT(0, done.done_n); /* sam leads no team */
    EXPECT(done.parts.at[0].why.len > 0);
    EXPECT(!done.may_undo);
    Str level = office_view(&t.o, t.ids[0]).head.level;
    office_as(&t.o, "ada");
    EXPECT_RC(RC_OK, act(&t, "priority", "critical", "Many ask.", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_STR("critical", office_view(&t.o, t.ids[0]).head.level);
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT(str_eq(level, office_view(&t.o, t.ids[0]).head.level));
}

DB_TEST(bulk_closing_is_for_ever_and_undo_ends_after_a_month)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, act(&t, "watch", "", "", &done));
    EXPECT(done.may_undo);
    office_later(&t.o, BULK_UNDO_DAYS * MS_DAY);
    EXPECT_RC(RC_CONFLICT, undo(&t, &done));
    EXPECT_RC(RC_OK, act(&t, "reject", "", "Not ours.", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT(!done.may_undo);
    EXPECT_STR("closed", office_state(&t.o, t.ids[0]));
    EXPECT_RC(RC_CONFLICT, undo(&t, &done));
}

DB_TEST(bulk_refuses_as_a_whole_what_fits_no_request)
{
    BulkDone done;
    GrantedSelf g;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_INVALID, act(&t, "fly", "", "", &done));
    EXPECT_RC(RC_INVALID, act(&t, "reject", "", " ", &done));
    EXPECT_RC(RC_INVALID, act(&t, "tag", "", "", &done));
    EXPECT_RC(RC_INVALID, act(&t, "priority", "huge", "So.", &done));
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_INVALID, bulk_begin(cx, g, &(BulkInput){ .act = STR("watch") }, &done.id));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM bulk_act"));
    EXPECT_RC(RC_OK, act(&t, "watch", "", "", &done));
    office_as(&t.o, "robin"); /* somebody else's */
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_NOT_FOUND, bulk_get(cx, g, done.id, &done));
    EXPECT_RC(RC_NOT_FOUND, bulk_undo(cx, g, done.id));
}

DB_TEST(bulk_merges_into_one_and_lets_go_again)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    office_as(&t.o, "mika");
    int64_t stays = office_ask(&t.o, "question", "{\"details\":\"All of us\"}");
    office_as(&t.o, "sam");
    Str number = office_view(&t.o, stays).head.number;
    t.named[3] = number; /* itself */
    EXPECT_RC(RC_OK, act(&t, "merge", str_dup_z(cx->arena, number), "", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_STR("A request is not merged into itself.", done.parts.at[3].why);
    EXPECT_INT(3, office_view(&t.o, stays).links.n);
    EXPECT_STR("merged", office_view(&t.o, t.ids[0]).head.outcome);
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT(done.parts.at[0].undone && done.parts.at[2].undone);
    EXPECT_INT(0, office_view(&t.o, stays).links.n);
    EXPECT_STR("fulfilling", office_state(&t.o, t.ids[2]));
}

DB_TEST(bulk_offers_to_another_team_and_ends_with_words)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_INVALID, act(&t, "transfer", "procurement", "", &done));
    cx->errors = (FieldErrors){ 0 };
    EXPECT_RC(RC_OK, act(&t, "transfer", "nobody", "They know.", &done));
    EXPECT_INT(0, done.done_n);
    EXPECT_STR("There is no such team.", done.parts.at[0].why);
    EXPECT_RC(RC_OK, act(&t, "transfer", "procurement", "They know.", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT(!done.may_undo);
    EXPECT_STR("offered", office_view(&t.o, t.ids[0]).handover.state);
    EXPECT_RC(RC_CONFLICT, undo(&t, &done));
    EXPECT_RC(RC_INVALID, act(&t, "fulfil", "", "", &done));
    cx->errors = (FieldErrors){ 0 };
    EXPECT_RC(RC_OK, office_act(&t.o, t.ids[0], ACT_CANCEL, "Gone."));
    EXPECT_RC(RC_OK, act(&t, "fulfil", "", "Told you.", &done));
    EXPECT_INT(2, done.done_n); /* one was over already */
    EXPECT_STR("This request is closed.", done.parts.at[0].why);
    EXPECT_STR("fulfilled", office_state(&t.o, t.ids[1]));
}

DB_TEST(bulk_cancels_with_a_reason_what_is_not_over)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_INVALID, act(&t, "cancel", "", "", &done));
    EXPECT_RC(RC_OK, act(&t, "cancel", "", "Not needed.", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_STR("cancelled", office_view(&t.o, t.ids[2]).head.outcome);
    EXPECT_RC(RC_OK, act(&t, "cancel", "", "Not needed.", &done));
    EXPECT_INT(0, done.done_n);
}

DB_TEST(bulk_follows_no_more_and_follows_again)
{
    BulkDone done;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, act(&t, "watch", "", "", &done));
    EXPECT_RC(RC_OK, act(&t, "unwatch", "", "", &done));
    EXPECT_INT(3, done.done_n);
    EXPECT_INT(0, office_view(&t.o, t.ids[1]).participants.n);
    EXPECT_RC(RC_OK, undo(&t, &done));
    EXPECT_INT(1, office_view(&t.o, t.ids[1]).participants.n);
}

DB_TEST(bulk_alone_fails_as_the_command_does_and_keeps_the_way_back)
{
    GrantedSelf g;
    BulkInput in = { .value = STR("no tag at all") };
    BulkDone done;
    int64_t id = 0;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_INVALID, bulk_alone(cx, g, t.named[0], BULK_TAG, &in, &id));
    EXPECT_STR("/tag", cx->errors.at[0].pointer);
    EXPECT_RC(RC_NOT_FOUND, bulk_alone(cx, g, t.named[3], BULK_TAG, &in, &id));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM bulk_act"));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    in.value = STR("vpn");
    EXPECT_RC(RC_OK, bulk_alone(cx, g, t.named[0], BULK_TAG, &in, &id));
    EXPECT(id != 0);
    EXPECT_RC(RC_OK, bulk_undo(cx, g, id));
    EXPECT_RC(RC_OK, go_on(cx, g, id));
    EXPECT_RC(RC_OK, bulk_get(cx, g, id, &done));
    EXPECT(done.parts.n == 1 && done.parts.at[0].undone);
    EXPECT_INT(0, office_view(&t.o, t.ids[0]).tags.n);
}

DB_TEST(bulk_alone_offers_no_way_back_where_nothing_changed)
{
    GrantedSelf g;
    BulkInput in = { .value = STR("vpn") };
    int64_t id = 0;
    Three t;

    open_three(cx, &t);
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, bulk_alone(cx, g, t.named[0], BULK_TAG, &in, &id));
    EXPECT_RC(RC_OK, bulk_alone(cx, g, t.named[0], BULK_TAG, &in, &id));
    EXPECT_INT(0, id);
    in.value = STR("");
    office_as(&t.o, "ada");
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, bulk_alone(cx, g, t.named[0], BULK_ASSIGN, &in, &id)); /* nobody, as before */
    EXPECT_INT(0, id);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM bulk_act"));
}

/* A thousand names of nothing are enough to see the bound. */
DB_TEST(bulk_takes_a_thousand_requests_and_not_one_more)
{
    Office o = office_open(cx);
    Str *names = arena_array(cx->arena, BULK_MOST + 1, sizeof *names);
    BulkInput in = { .requests = { .at = names, .n = BULK_MOST }, .act = STR("watch") };
    BulkDone done;
    GrantedSelf g;
    int64_t id = 0, left = 0;

    for (int i = 0; i <= BULK_MOST; i++)
        names[i] = str_fmt(cx->arena, "REQ-%d", 900000 + i);
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, bulk_begin(cx, g, &in, &id));
    EXPECT_RC(RC_OK, bulk_go_on(cx, g, id, (BulkPiece){ BULK_MOST, MS_MINUTE }, &left));
    EXPECT_INT(0, left);
    EXPECT_RC(RC_OK, bulk_get(cx, g, id, &done));
    EXPECT_INT(BULK_MOST, done.parts.n);
    in.requests.n++;
    EXPECT_RC(RC_INVALID, bulk_begin(cx, g, &in, &id));
    EXPECT_STR("too_many", cx->errors.at[0].code);
}

DB_TEST(bulk_stops_between_two_pieces_and_is_gone_on_with_once)
{
    int64_t id = 0, left = 0;
    BulkDone done;
    GrantedSelf g, other;
    Three t;

    open_three(cx, &t);
    BulkInput in = { .requests = { .at = t.named, .n = 3 },
                     .act = STR("fulfil"),
                     .text = STR("Told you.") };
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, bulk_begin(cx, g, &in, &id));
    EXPECT_STR("fulfilling", office_state(&t.o, t.ids[0])); /* nothing is tried yet */
    EXPECT_RC(RC_OK, bulk_go_on(cx, g, id, (BulkPiece){ 1, MS_MINUTE }, &left));
    EXPECT_INT(2, left);
    EXPECT_RC(RC_OK, bulk_get(cx, g, id, &done));
    EXPECT(done.done_n == 1 && done.left_n == 2);
    EXPECT(done.parts.at[0].ok && !done.parts.at[0].waits && done.parts.at[1].waits);
    EXPECT_STR("fulfilled", office_state(&t.o, t.ids[0]));
    EXPECT_STR("fulfilling", office_state(&t.o, t.ids[1]));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'bulk.done'"));

    office_as(&t.o, "robin"); /* nobody else goes on with it */
    EXPECT_RC(RC_OK, access_self(cx, &other));
    EXPECT_RC(RC_NOT_FOUND, bulk_go_on(cx, other, id, BULK_PIECE, &left));
    office_as(&t.o, "sam");
    EXPECT_RC(RC_OK, go_on(cx, g, id));
    EXPECT_STR("fulfilled", office_state(&t.o, t.ids[2]));
    int64_t events = fixture_int(cx, "SELECT count(*) FROM event");
    EXPECT_RC(RC_OK, bulk_go_on(cx, g, id, BULK_PIECE, &left));
    EXPECT_INT(0, left);
    EXPECT_INT(events, fixture_int(cx, "SELECT count(*) FROM event"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'bulk.done'"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM bulk_act WHERE text <> ''"));
}

DB_TEST(bulk_that_stopped_is_taken_back_as_far_as_it_came)
{
    int64_t id = 0, left = 0;
    BulkDone done;
    GrantedSelf g;
    Three t;

    open_three(cx, &t);
    BulkInput in = { .requests = { .at = t.named, .n = 3 },
                     .act = STR("tag"),
                     .value = STR("vpn") };
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, bulk_begin(cx, g, &in, &id));
    EXPECT_RC(RC_OK, bulk_go_on(cx, g, id, (BulkPiece){ 2, MS_MINUTE }, &left));
    EXPECT_INT(1, left);
    EXPECT_RC(RC_OK, bulk_undo(cx, g, id));
    EXPECT_RC(RC_OK, bulk_go_on(cx, g, id, (BulkPiece){ 1, MS_MINUTE }, &left));
    EXPECT_INT(1, left);
    EXPECT_RC(RC_OK, bulk_get(cx, g, id, &done));
    EXPECT(done.parts.at[0].undone && done.parts.at[1].waits && !done.parts.at[1].undone);
    EXPECT_INT(1, office_view(&t.o, t.ids[1]).tags.n);
    EXPECT_RC(RC_OK, go_on(cx, g, id));
    EXPECT_RC(RC_OK, bulk_get(cx, g, id, &done));
    EXPECT(done.left_n == 0 && done.parts.at[1].undone && !done.parts.at[2].undone);
    EXPECT_STR("It was not tried.", done.parts.at[2].why);
    for (int i = 0; i < 3; i++)
        EXPECT_INT(0, office_view(&t.o, t.ids[i]).tags.n);
    EXPECT_RC(RC_CONFLICT, bulk_undo(cx, g, id));
}

DB_TEST(bulk_gives_each_act_that_can_be_taken_back_what_was_before)
{
    static const struct {
        int line;
        const char *act, *value, *text;
    } cases[] = {
        { __LINE__, "tag", "vpn", "" },
        { __LINE__, "assign", "ada", "" },
        { __LINE__, "priority", "low", "So." },
        { __LINE__, "watch", "", "" },
    };
    BulkDone done;
    Three t;

    open_three(cx, &t);
    office_as(&t.o, "ada");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RequestView before = office_view(&t.o, t.ids[2]), after;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     act(&t, cases[i].act, cases[i].value, cases[i].text, &done));
        EXPECT_INT_AT(cases[i].line, 3, done.done_n);
        EXPECT_RC_AT(cases[i].line, RC_OK, undo(&t, &done));
        after = office_view(&t.o, t.ids[2]);
        EXPECT_INT_AT(cases[i].line, before.tags.n, after.tags.n);
        EXPECT_INT_AT(cases[i].line, before.head.assignee.id, after.head.assignee.id);
        EXPECT_STR_AT(cases[i].line, str_dup_z(cx->arena, before.head.level), after.head.level);
        EXPECT_INT_AT(cases[i].line, before.participants.n, after.participants.n);
    }
}
