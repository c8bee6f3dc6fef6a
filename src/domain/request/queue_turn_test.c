/* Whose turn it is in the queue of a team, and what is told of who is served out of turn. */
#include "domain/request/office_fixture.h"
#include "domain/request/talk.h"

typedef struct Queue {
    Office o;
    int64_t ids[3];
} Queue;

/* Three questions of robin, in the order in which they were sent. */
static void open_queue(Ctx *cx, Queue *q)
{
    *q = (Queue){ .o = office_open(cx) };
    office_as(&q->o, "robin");
    for (int i = 0; i < 3; i++) {
        q->ids[i] = office_ask(&q->o, "question", "{\"details\":\"How?\"}");
        office_later(&q->o, MS_MINUTE);
    }
    fixture_exec(cx, "UPDATE request SET next_due_ms = NULL");
    office_as(&q->o, "sam");
}

static void set(const Queue *q, int which, const char *what)
{
    Arena *a = q->o.cx->arena;
    fixture_exec(q->o.cx, str_dup_z(a, str_fmt(a, "UPDATE request SET %s WHERE id = %lld", what,
                                               (long long)q->ids[which])));
}

/* -1: it is not in the queue. */
static int64_t ahead(Queue *q, int which)
{
    GrantedRequest g;
    QueueTurn turn;

    EXPECT_RC(RC_OK, access_request(q->o.cx, q->ids[which], MAY_SEE, &g));
    EXPECT_RC(RC_OK, request_turn(q->o.cx, g, &turn));
    EXPECT(turn.queued || turn.ahead == 0);
    return turn.queued ? turn.ahead : -1;
}

static void give(Queue *q, int which, const char *login)
{
    GrantedRequest g;
    RequestAct act = { .kind = ACT_ASSIGN, .assignee = str_z(login) };

    EXPECT_RC(RC_OK, access_request(q->o.cx, q->ids[which], MAY_SEE, &g));
    EXPECT_RC(RC_OK, request_act(q->o.cx, g, &act, NULL));
}

static int64_t told(Ctx *cx)
{
    return fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.out_of_turn'");
}

DB_TEST(turn_is_by_due_time_then_priority_then_age)
{
    Queue q;

    open_queue(cx, &q);
    for (int i = 0; i < 3; i++)
        EXPECT_INT(i, ahead(&q, i));
    set(&q, 1, "level = level + 1");
    EXPECT_INT(0, ahead(&q, 1));
    EXPECT_INT(1, ahead(&q, 0));
    set(&q, 2, "next_due_ms = 5000");
    EXPECT_INT(0, ahead(&q, 2));
    EXPECT_INT(1, ahead(&q, 1));
    set(&q, 0, "next_due_ms = 4999");
    EXPECT_INT(0, ahead(&q, 0));
    EXPECT_INT(2, ahead(&q, 1));
}

DB_TEST(turn_counts_what_somebody_of_the_team_could_begin_now)
{
    static const char *const elsewhere[] = {
        "state = 'pending'",
        "confidential = 1",
        "imported = 1",
        "not_before_ms = 9000000000000",
    };
    Queue q;

    open_queue(cx, &q);
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
        fixture_exec(cx, "SAVEPOINT elsewhere");
        set(&q, 0, elsewhere[i]);
        EXPECT_INT_AT(__LINE__, 1, ahead(&q, 2));
        fixture_exec(cx, "ROLLBACK TO elsewhere");
    }
    set(&q, 0, "not_before_ms = 1");
    EXPECT_INT(2, ahead(&q, 2));
    give(&q, 0, "sam");
    EXPECT_INT(-1, ahead(&q, 0));
    EXPECT_INT(1, ahead(&q, 2));
}

DB_TEST(turn_that_was_passed_over_is_told_to_the_staff_alone)
{
    TimelineFilter f = { .newest = true, .size = 20 };
    Reader reader = { LANG_EN, zone_utc(), cx->now_ms };
    GrantedRequest g;
    Entries entries;
    bool more;
    Queue q;

    open_queue(cx, &q);
    give(&q, 0, "sam");
    EXPECT_INT(0, told(cx));
    give(&q, 2, "sam");
    EXPECT_INT(1, told(cx));
    EXPECT_STR("{\"ahead\":1}", fixture_text(cx, "SELECT json_extract(data, '$.data') FROM event"
                                                 " WHERE kind = 'request.out_of_turn'"));
    EXPECT_RC(RC_OK, access_request(cx, q.ids[2], MAY_SEE, &g));
    EXPECT_RC(RC_OK, timeline(cx, g, &f, &entries, &more));
    EXPECT_STR("It was taken out of turn; in the queue before it: 1",
               words_text(cx->arena, &reader, &entries.at[entries.n - 1].what));
    office_as(&q.o, "robin");
    EXPECT_RC(RC_OK, access_request(cx, q.ids[2], MAY_SEE, &g));
    EXPECT_RC(RC_OK, timeline(cx, g, &f, &entries, &more));
    for (size_t i = 0; i < entries.n; i++)
        EXPECT(!str_eq_z(entries.at[i].kind, "request.out_of_turn"));

    /* Who gives it back passes nobody over. */
    office_as(&q.o, "sam");
    give(&q, 2, "");
    EXPECT_INT(1, told(cx));
    office_expect_replay(&q.o, q.ids[2], __LINE__);
}
