#include "domain/request/office_fixture.h"

static Rc run_timers(Office *o)
{
    bool more;
    return office_timers(o, 50, &more);
}

DB_TEST(timers_close_after_the_grace_and_not_before)
{
    Office o = office_open(cx); /* it is Monday, 9:00 */

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "So."));
    office_later(&o, 7 * MS_DAY - 1); /* five working days are a week */
    EXPECT_RC(RC_OK, run_timers(&o));
    EXPECT_STR("fulfilled", office_state(&o, id));
    office_later(&o, 1);
    EXPECT_RC(RC_OK, run_timers(&o));
    EXPECT_STR("closed", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer"));
    EXPECT_RC(RC_OK, run_timers(&o)); /* again: nothing */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.outcome'"));
}

DB_TEST(timers_remind_and_resume)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_act(&o, id, ACT_ASK, "Where?"));
    for (int day = 0; day < 30; day++) {
        office_later(&o, MS_DAY);
        EXPECT_RC(RC_OK, run_timers(&o));
    }
    EXPECT_INT(3, fixture_int(cx, "SELECT reminded FROM pending"));
    EXPECT_STR("pending", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "Here."));
    office_as(&o, "sam");
    RequestAct pend = { .kind = ACT_PEND,
                        .text = STR("Delivery"),
                        .until_ms = OPT_INT(cx->now_ms + 3 * MS_DAY) };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &pend, NULL));
    office_later(&o, 3 * MS_DAY - 1);
    EXPECT_RC(RC_OK, run_timers(&o));
    EXPECT_STR("pending", office_state(&o, id));
    office_later(&o, 1);
    EXPECT_RC(RC_OK, run_timers(&o));
    EXPECT_STR("fulfilling", office_state(&o, id));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(timers_open_tasks_at_their_moment)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "badge", "{\"until\":\"2030-01-20\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_task(&o, id, "give", (TaskAct){ .kind = TASK_ACT_FINISH }));
    EXPECT_STR("moment", office_view(&o, id).head.step_code);
    EXPECT_RC(RC_CONFLICT, office_task(&o, id, "take_back", (TaskAct){ .kind = TASK_ACT_START }));
    cx->now_ms = ms("2030-01-20T00:00Z");
    EXPECT_RC(RC_OK, run_timers(&o));
    office_as(&o, "sam");
    EXPECT_STR("task", office_view(&o, id).head.step_code);
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(timers_ask_again_where_nobody_could_approve)
{
    Office o = office_open(cx);

    /* Nobody above dora, nobody leads the owners: the stage waits visibly. */
    fixture_exec(cx, "UPDATE team_member SET lead = 0");
    office_as(&o, "dora");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":true}"));
    EXPECT_STR("approver", office_view(&o, id).head.step_code);
    EXPECT(office_view(&o, id).approvals.at[0].stuck);
    int64_t version = office_view(&o, id).head.version;
    office_later(&o, MS_HOUR);
    EXPECT_RC(RC_OK, run_timers(&o)); /* still nobody: nothing is written */
    office_as(&o, "sam");
    EXPECT_INT(version, office_view(&o, id).head.version);
    fixture_exec(
        cx,
        "UPDATE team_member SET lead = 1 WHERE person_id = (SELECT id FROM person WHERE login = 'olga')");
    office_later(&o, MS_HOUR);
    EXPECT_RC(RC_OK, run_timers(&o));
    office_as(&o, "olga");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", ""));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(timers_work_in_bounded_batches_and_leave_what_fails)
{
    Office o = office_open(cx);
    bool more = false;

    office_as(&o, "robin");
    for (int i = 0; i < 5; i++) {
        int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
        office_as(&o, "sam");
        EXPECT_RC(RC_OK, office_act(&o, id, ACT_FULFIL, "So."));
        office_as(&o, "robin");
    }
    office_later(&o, 30 * MS_DAY);
    EXPECT_RC(RC_OK, office_timers(&o, 3, &more));
    EXPECT(more);
    EXPECT_INT(3, fixture_int(cx, "SELECT count(*) FROM request WHERE state = 'closed'"));
    /* A request whose model cannot be read any more stands in nobody's way. */
    fixture_exec(
        cx,
        "UPDATE task SET owner = 'team', after = 'broken' WHERE request_id = (SELECT min(id) FROM request "
        "WHERE state <> 'closed')");
    EXPECT_RC(RC_OK, office_timers(&o, 3, &more));
    EXPECT(!more);
    EXPECT_INT(4, fixture_int(cx, "SELECT count(*) FROM request WHERE state = 'closed'"));
    EXPECT_INT(cx->now_ms + MS_MINUTE, fixture_int(cx, "SELECT next_ms FROM timer"));
    EXPECT_STR("INVALID", fixture_text(cx, "SELECT why FROM timer"));
}

DB_TEST(clock_counts_working_time)
{
    const Zone *stockholm = zone_get(STR("Europe/Stockholm"));
    static const struct {
        int line;
        const char *from;
        TimeSpan span;
        const char *to;
    } cases[] = {
        { __LINE__, "2030-01-07T09:00Z", { 5, SPAN_WORK_DAYS }, "2030-01-14T09:00Z" },
        { __LINE__, "2030-01-11T15:30Z", { 1, SPAN_WORK_DAYS }, "2030-01-14T15:30Z" },
        { __LINE__, "2030-01-12T12:00Z", { 1, SPAN_WORK_DAYS }, "2030-01-14T12:00Z" },
        { __LINE__,
          "2030-03-29T09:00Z",
          { 1, SPAN_WORK_DAYS },
          "2030-04-01T08:00Z" }, /* the clocks went forward */
        { __LINE__, "2030-01-07T09:00Z", { 4, SPAN_WORK_HOURS }, "2030-01-07T13:00Z" },
        { __LINE__,
          "2030-01-11T15:00Z",
          { 2, SPAN_WORK_HOURS },
          "2030-01-14T09:00Z" }, /* Friday, 16 to 17 */
        { __LINE__, "2030-01-12T03:00Z", { 1, SPAN_WORK_HOURS }, "2030-01-14T09:00Z" },
        { __LINE__, "2030-01-07T09:00Z", { 90, SPAN_MINUTES }, "2030-01-07T10:30Z" },
        { __LINE__, "2030-01-07T09:00Z", { 2, SPAN_DAYS }, "2030-01-09T09:00Z" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_MS_AT(cases[i].line, ms(cases[i].to),
                     clock_after(usual_hours(stockholm, cx->arena), stockholm, ms(cases[i].from),
                                 cases[i].span));
    EXPECT_MS(MS_NONE,
              clock_after(usual_hours(stockholm, cx->arena), stockholm, 0, (TimeSpan){ 0 }));
}

/* ---- followers ---- */

static int64_t told(Office *o, const char *login, const char *kind)
{
    const char *sql = str_dup_z(
        o->cx->arena,
        str_fmt(
            o->cx->arena,
            "SELECT count(*) FROM notification WHERE kind = '%s' AND person_id = (SELECT id FROM person WHERE login = '%s')",
            kind, login));
    return fixture_int(o->cx, sql);
}

static void follow(Office *o)
{
    followers_clear();
    follower_register(request_notify_follower());
    EXPECT_RC(RC_OK, followers_step(o->cx));
    followers_clear();
}

DB_TEST(notify_tells_those_it_is_for_and_never_the_actor)
{
    Office o = office_open(cx);
    GrantedSelf g;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"x\"}");
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"), RC_OK }));
    follow(&o);
    EXPECT_INT(1, told(&o, "kim", "approve"));
    EXPECT_INT(1, told(&o, "eve", "participant"));
    EXPECT_INT(
        0,
        fixture_int(
            cx, "SELECT count(*) FROM notification WHERE person_id = (SELECT id FROM person WHERE "
                "login = 'robin')"));
    office_as(&o, "sam");
    RequestAct take = { .kind = ACT_ASSIGN, .assignee = STR("sam") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &take, NULL));
    EXPECT_RC(RC_OK, office_say(&o, id, "Hello."));
    NoteInput note = { .text = STR("hm") };
    int64_t note_id;
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &note, &note_id));
    follow(&o);
    EXPECT_INT(1, told(&o, "robin", "message"));
    EXPECT_INT(1, told(&o, "eve", "message"));
    EXPECT_INT(0, told(&o, "sam", "message"));
    EXPECT_INT(1, told(&o, "sam", "note")); /* the staff, and nobody else */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = 'note'"));
    int64_t before = fixture_int(cx, "SELECT count(*) FROM notification");
    fixture_exec(cx, "DELETE FROM follower"); /* all events once more */
    follow(&o);
    EXPECT_INT(before, fixture_int(cx, "SELECT count(*) FROM notification"));

    Notifications list;
    int64_t next;
    Reader reader = { LANG_EN, zone_utc(), 0 };
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, notification_list(cx, g, true, 0, 10, &list, &next));
    EXPECT_INT(1, list.n);
    EXPECT_STR("sam wrote about REQ-1 N-laptop", words_text(cx->arena, &reader, &list.at[0].text));
    EXPECT_RC(RC_OK, notification_read(cx, g, 0, id));
    EXPECT_RC(RC_OK, notification_list(cx, g, true, 0, 10, &list, &next));
    EXPECT_INT(0, list.n);
    /* Who lost sight of it is told no name. */
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, participant_remove(cx, office_grant(&o, id), STR("eve"), STR("participant")));
    office_as(&o, "eve");
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_OK, notification_list(cx, g, false, 0, 10, &list, &next));
    EXPECT_INT(2, list.n);
    EXPECT(str_is_null(list.at[0].number) && str_is_null(list.at[0].title));
}

typedef struct Heard {
    Arena *a;
    StrList names;
} Heard;

static void hear(Str name, int64_t version, void *arg)
{
    Heard *h = arg;
    EXPECT(version > 0);
    EXPECT_RC(RC_OK, LIST_PUSH(h->a, &h->names, str_dup(h->a, name)));
}

static bool heard(const Heard *h, const char *name)
{
    for (size_t i = 0; i < h->names.n; i++)
        if (str_eq_z(h->names.at[i], name))
            return true;
    return false;
}

DB_TEST(live_pages_hear_names_and_no_content)
{
    Office o = office_open(cx);
    Heard h = { .a = cx->arena };
    Follower live;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, office_say(&o, id, "Hello"));
    followers_clear();
    request_live_follower(hear, &h, &live);
    follower_register(&live);
    EXPECT_RC(RC_OK, followers_step(cx));
    followers_clear();
    EXPECT(heard(&h, str_dup_z(cx->arena, str_fmt(cx->arena, "request:%lld", (long long)id))));
    EXPECT(
        heard(&h, str_dup_z(cx->arena, str_fmt(cx->arena, "queue:%lld", (long long)o.workplace))));
    EXPECT(heard(&h, str_dup_z(cx->arena, str_fmt(cx->arena, "person:%lld",
                                                  (long long)cx->subject->person_id))));
    for (size_t i = 0; i < h.names.n; i++)
        EXPECT(!str_contains(h.names.at[i], STR("Hello")));
}

DB_TEST(uploads_that_nobody_attached_go_after_a_week)
{
    Office o = office_open(cx);
    StrList hashes;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"x\"}");
    Str kept = office_upload(&o, "same.txt", 5);
    StrList list = { .at = &kept, .n = 1 };
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    office_upload(&o, "same.txt", 5); /* the same bytes, attached elsewhere */
    office_upload(&o, "gone.txt", 5);
    office_later(&o, 7 * MS_DAY);
    office_nobody(&o);
    EXPECT_RC(RC_OK, uploads_expire(cx, 10, &hashes));
    EXPECT_INT(0, hashes.n);
    office_later(&o, 1);
    EXPECT_RC(RC_OK, uploads_expire(cx, 10, &hashes));
    EXPECT_INT(1, hashes.n);
    EXPECT_STR(sha256_hex(cx->arena, STR("gone.txt")), hashes.at[0]);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM upload"));
}
