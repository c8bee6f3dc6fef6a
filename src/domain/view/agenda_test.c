/* Calendar and timeline: days of the reader's zone, spans of requests and tasks, and nothing of what is hidden. */
#include "domain/request/office_fixture.h"
#include "domain/view/agenda.h"

typedef struct Seat {
    Office o;
    ScopeRequests scope;
    const FindQuery *q;
} Seat;

static void sit(Seat *s, const char *login, const char *query)
{
    CondError error = { 0 };

    office_as(&s->o, login);
    EXPECT_RC(RC_OK, access_requests(s->o.cx, &s->scope));
    EXPECT_RC(RC_OK, find_parse(s->o.cx, str_z(query), &s->q, &error));
}

static Ms day(const char *text)
{
    Ms at = 0;

    EXPECT(clock_parse_date(str_z(text), &at));
    return at;
}

static void due_at(Ctx *cx, int64_t id, const char *at)
{
    fixture_exec(
        cx, str_dup_z(cx->arena,
                      str_fmt(cx->arena, "UPDATE request SET next_due_ms = %lld WHERE id = %lld",
                              (long long)ms(at), (long long)id)));
}

DB_TEST(agenda_lists_what_is_due_within_the_days_of_the_reader_earliest_first)
{
    Seat s = { .o = office_open(cx) };
    int64_t ids[4];
    AgendaEntries list = { 0 };
    bool more = true;

    office_as(&s.o, "robin");
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = office_ask(&s.o, "question", "{\"details\":\"How?\"}");
    due_at(cx, ids[0], "2030-03-02T03:29:00Z"); /* in Newfoundland still the first of March */
    due_at(cx, ids[1], "2030-03-02T03:30:00Z"); /* the second */
    due_at(cx, ids[2], "2030-03-01T12:00:00Z");
    due_at(cx, ids[3], "2030-03-01T03:29:59Z"); /* the last of February */
    sit(&s, "sam", "open = yes");
    cx->zone = zone_get(STR("America/St_Johns"));
    sit(&s, "sam", "open = yes");
    EXPECT_RC(RC_OK, agenda_get(cx, s.scope, s.q, STR("due"), day("2030-03-01"), day("2030-03-02"),
                                &list, &more));
    EXPECT(!more);
    EXPECT_INT(2, (int64_t)list.n);
    EXPECT_INT(ids[2], list.at[0].head.id);
    EXPECT_INT(ids[0], list.at[1].head.id);
    EXPECT(list.at[1].day == day("2030-03-01"));
    Str text;
    const FindQuery *q;
    CondError error = { 0 };
    int64_t n = 0;
    EXPECT_RC(RC_OK, agenda_day_query(cx, s.q, STR("due"), day("2030-03-01"), &text));
    EXPECT_RC(RC_OK, find_parse(cx, text, &q, &error));
    EXPECT_RC(RC_OK, find_count(cx, s.scope, q, &n));
    EXPECT_INT(2, n);
    for (size_t i = 0; i < agenda_fields_n; i++)
        EXPECT_RC(RC_OK, agenda_get(cx, s.scope, s.q, str_z(agenda_fields[i].name),
                                    day("2030-03-01"), day("2030-04-01"), &list, &more));
    EXPECT_RC(RC_INVALID, agenda_get(cx, s.scope, s.q, STR("created"), day("2030-03-01"),
                                     day("2030-03-02"), &list, &more));
}

DB_TEST(agenda_ends_at_its_most_and_says_that_there_are_more)
{
    Seat s = { .o = office_open(cx) };
    AgendaEntries list = { 0 };
    bool more = false;

    office_as(&s.o, "robin");
    for (int i = 0; i < AGENDA_MOST; i++)
        due_at(cx, office_ask(&s.o, "question", "{\"details\":\"How?\"}"), "2030-03-01T12:00:00Z");
    sit(&s, "sam", "open = yes");
    EXPECT_RC(RC_OK, agenda_get(cx, s.scope, s.q, STR("due"), day("2030-03-01"), day("2030-03-02"),
                                &list, &more));
    EXPECT(!more && list.n == AGENDA_MOST);
    office_as(&s.o, "robin");
    due_at(cx, office_ask(&s.o, "question", "{\"details\":\"How?\"}"), "2030-03-01T11:00:00Z");
    sit(&s, "sam", "open = yes");
    list = (AgendaEntries){ 0 };
    EXPECT_RC(RC_OK, agenda_get(cx, s.scope, s.q, STR("due"), day("2030-03-01"), day("2030-03-02"),
                                &list, &more));
    EXPECT(more && list.n == AGENDA_MOST);
    EXPECT(list.at[0].at_ms == ms("2030-03-01T11:00:00Z"));
}

DB_TEST(agenda_and_timeline_tell_nothing_of_a_hidden_request)
{
    Seat s = { .o = office_open(cx) };
    AgendaEntries list = { 0 };
    SpanRequests spans = { 0 };
    bool more = false;
    Str next;

    office_as(&s.o, "robin");
    int64_t id = office_ask(&s.o, "concern", "{\"details\":\"In confidence\"}");
    due_at(cx, id, "2030-03-01T12:00:00Z");
    sit(&s, "sam", "");
    EXPECT_RC(RC_OK, agenda_get(cx, s.scope, s.q, STR("due"), day("2030-03-01"), day("2030-03-02"),
                                &list, &more));
    EXPECT_INT(0, (int64_t)list.n);
    TaskSpans tasks = { 0 };
    EXPECT_RC(RC_OK, task_spans(cx, s.scope, &id, 1, &tasks));
    EXPECT_INT(0, (int64_t)tasks.n);
    EXPECT_RC(RC_OK, spans_get(cx, s.scope, s.q, STR(""), &spans, &next));
    EXPECT_INT(0, (int64_t)spans.n);
}

TEST(span_of_request_ends_when_it_ended_or_is_due)
{
    const Ms now = 100 * MS_HOUR;
    RequestHead h = { .state = STR("fulfilling"),
                      .created_ms = 10 * MS_HOUR,
                      .submitted_ms = 20 * MS_HOUR,
                      .not_before_ms = MS_NONE,
                      .fulfilled_ms = MS_NONE,
                      .closed_ms = MS_NONE,
                      .due_ms = MS_NONE,
                      .next_due_ms = MS_NONE };

    AgendaSpan s = span_of_request(&h, now);
    EXPECT(s.from == 20 * MS_HOUR && s.to == now && s.open_end && !s.late);
    h.next_due_ms = 90 * MS_HOUR; /* late: it goes on until now */
    s = span_of_request(&h, now);
    EXPECT(s.to == now && s.late && !s.open_end);
    h.due_ms = 120 * MS_HOUR;
    h.not_before_ms = 110 * MS_HOUR;
    s = span_of_request(&h, now);
    EXPECT(s.from == 110 * MS_HOUR && s.to == 120 * MS_HOUR && !s.late);
    h.not_before_ms =
        130 * MS_HOUR; /* planned behind its due time: no time at all, not a negative one */
    s = span_of_request(&h, now);
    EXPECT(s.from == 130 * MS_HOUR && s.to == 130 * MS_HOUR);
    h.not_before_ms = MS_NONE;
    h.state = STR("closed");
    h.fulfilled_ms = 50 * MS_HOUR;
    h.closed_ms = 60 * MS_HOUR;
    s = span_of_request(&h, now);
    EXPECT(s.to == 50 * MS_HOUR && s.done);
}

TEST(span_of_task_follows_what_is_before_it)
{
    const Ms now = 100 * MS_HOUR;
    TaskSpan t = { .state = STR("finished"),
                   .at_ms = MS_NONE,
                   .due_ms = MS_NONE,
                   .started_ms = 10 * MS_HOUR,
                   .finished_ms = 12 * MS_HOUR,
                   .effort_min = 90 };

    AgendaSpan s = span_of_task(&t, MS_NONE, now);
    EXPECT(s.from == 10 * MS_HOUR && s.to == 12 * MS_HOUR && s.done);
    t.state = STR("started");
    s = span_of_task(&t, MS_NONE, now);
    EXPECT(s.from == 10 * MS_HOUR && s.to == now && !s.planned);
    t.due_ms = 99 * MS_HOUR;
    EXPECT(span_of_task(&t, MS_NONE, now).late);
    t.due_ms = MS_NONE;
    t.state = STR("waiting");
    s = span_of_task(&t, 110 * MS_HOUR, now);
    EXPECT(s.from == 110 * MS_HOUR && s.to == 110 * MS_HOUR + 90 * MS_MINUTE && s.planned);
    t.state = STR("ready");
    t.at_ms = 105 * MS_HOUR;
    s = span_of_task(&t, MS_NONE, now);
    EXPECT(s.from == 105 * MS_HOUR && s.planned && !s.late);
}

DB_TEST(spans_of_a_view_run_as_many_statements_for_one_request_as_for_many)
{
    Seat s = { .o = office_open(cx) };
    uint64_t statements[2] = { 0 };

    for (int round = 0; round < 2; round++) {
        SpanRequests list = { 0 };
        Str next;
        office_as(&s.o, "robin");
        for (int i = 0; i < (round == 0 ? 1 : SPANS_PAGE + 1); i++)
            office_ask(&s.o, "question", "{\"details\":\"How?\"}");
        sit(&s, "sam", "open = yes");
        cx->identity = NULL;
        uint64_t before = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, spans_get(cx, s.scope, s.q, STR(""), &list, &next));
        statements[round] = db_conn_statements(cx->db) - before;
        EXPECT(list.at[0].tasks.n > 0);
        EXPECT((next.len > 0) == (round == 1));
    }
    EXPECT(statements[1] <= statements[0]);
}
