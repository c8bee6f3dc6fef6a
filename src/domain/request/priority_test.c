#include "domain/request/priority.h"
#include "domain/request/office_fixture.h"
#include "domain/request/upkeep.h"

static GrantedPeople as_admin(Office *o)
{
    GrantedPeople g;
    office_as(o, "adm");
    EXPECT_RC(RC_OK, access_people(o->cx, true, &g));
    return g;
}

static void put_into_org(Office *o, const char *login)
{
    Ctx *cx = o->cx;
    fixture_exec(cx, "INSERT INTO org (key, name) VALUES ('works', 'The Works')"
                     " ON CONFLICT (key) DO NOTHING");
    fixture_exec(
        cx, str_dup_z(cx->arena, str_fmt(cx->arena,
                                         "UPDATE person SET org_id = (SELECT id FROM org WHERE key "
                                         "= 'works') WHERE login = '%s'",
                                         login)));
}

static int8_t (*cells_all(int8_t level))[4]
{
    static int8_t cells[4][4];
    memset(cells, level, sizeof cells);
    return cells;
}

static const char *level_of_new(Office *o, const char *login)
{
    office_as(o, login);
    int64_t id = office_ask(o, "question", "{\"details\":\"How?\"}");
    return str_dup_z(o->cx->arena, office_view(o, id).head.level);
}

TEST(priority_builtin_is_the_matrix_of_the_document)
{
    PriorityMatrix m = priority_builtin();
    EXPECT_INT(4, matrix_level(&m, STR("organisation"), STR("high")));
    EXPECT_INT(1, matrix_level(&m, STR("person"), STR("low")));
    EXPECT_INT(3, matrix_level(&m, STR("person"), STR("critical")));
    EXPECT_INT(2, matrix_level(&m, STR("nobody"), STR("soon"))); /* unknown words */
}

DB_TEST(priority_comes_from_the_matrix_of_the_requesters_organisation)
{
    Office o = office_open(cx);

    put_into_org(&o, "robin");
    EXPECT_STR("normal", level_of_new(&o, "robin"));
    EXPECT_RC(RC_OK, priority_matrix_put(cx, as_admin(&o), STR("default"), 0, cells_all(1)));
    EXPECT_STR("low", level_of_new(&o, "robin")); /* it has none of its own */
    EXPECT_RC(RC_OK, priority_matrix_put(cx, as_admin(&o), STR("works"), 0, cells_all(3)));
    EXPECT_STR("high", level_of_new(&o, "robin"));
    EXPECT_STR("low", level_of_new(&o, "mika"));
    EXPECT_RC(RC_OK, priority_matrix_drop(cx, as_admin(&o), STR("works"), 1));
    EXPECT_STR("low", level_of_new(&o, "robin"));
    EXPECT_RC(RC_OK, priority_matrix_drop(cx, as_admin(&o), STR("default"), 1));
    EXPECT_STR("normal", level_of_new(&o, "robin"));
    EXPECT_INT(4, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'priority.changed'"));
}

DB_TEST(priority_of_a_request_stays_until_impact_or_urgency_change)
{
    Office o = office_open(cx);
    RequestEdit title = { .title = STR("Another title") };
    RequestEdit urgent = { .urgency = STR("high"), .reason = STR("It got worse.") };
    RequestEdit calm = { .urgency = STR("low"), .reason = STR("It can wait.") };
    PriorityMatrix m;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, priority_matrix_put(cx, as_admin(&o), STR("default"), 0, cells_all(4)));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &title));
    EXPECT_STR("normal", office_view(&o, id).head.level);
    EXPECT_RC(RC_OK, request_matrix(cx, office_grant(&o, id), &m));
    EXPECT_INT(0, m.version);
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &urgent));
    EXPECT_STR("critical", office_view(&o, id).head.level);
    EXPECT_RC(RC_OK, request_matrix(cx, office_grant(&o, id), &m));
    EXPECT_INT(1, m.version);
    EXPECT_RC(RC_OK, priority_matrix_drop(cx, as_admin(&o), STR("default"), 1));
    office_as(&o, "sam"); /* lowering is told to the requester */
    EXPECT_RC(RC_INVALID,
              request_edit(cx, office_grant(&o, id),
                           &(RequestEdit){ .urgency = STR("low"), .reason = STR_NULL }));
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &calm));
    EXPECT_STR("low", office_view(&o, id).head.level);
    followers_clear();
    follower_register(request_notify_follower());
    EXPECT_RC(RC_OK, followers_step(cx));
    followers_clear();
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = 'lowered'"));
    office_expect_replay(&o, id, __LINE__);
}

DB_TEST(priority_urgency_is_the_requesters_to_say_where_the_model_asks)
{
    Office o = office_open(cx);
    RequestMade made;
    RequestCreate in = { .item = STR("badge"), .urgency = STR("critical") };
    GrantedSubmit g;

    in.answers = office_answers(&o, "{\"until\":\"2040-01-01\"}");
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, access_submit(cx, cx->subject->person_id, &g));
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &made)); /* without a reason */
    EXPECT_STR("critical", office_view(&o, made.id).head.urgency);
    EXPECT_STR("high", office_view(&o, made.id).head.level);
    in.urgency = STR_NULL;
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &made));
    EXPECT_STR("normal", office_view(&o, made.id).head.urgency);
    in.urgency = STR("yesterday");
    EXPECT_RC(RC_INVALID, request_create(cx, g, &in, &made));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    in.urgency = STR("high");
    in.impact = STR("organisation"); /* whom it affects is not asked */
    EXPECT_RC(RC_FORBIDDEN, request_create(cx, g, &in, &made));
    in = (RequestCreate){ .item = STR("question"), .urgency = STR("critical") };
    in.answers = office_answers(&o, "{\"details\":\"How?\"}");
    EXPECT_RC(RC_FORBIDDEN, request_create(cx, g, &in, &made)); /* nor here the urgency */
}

DB_TEST(priority_urgency_of_a_draft_is_asked_again)
{
    Office o = office_open(cx);
    RequestMade made;
    RequestEdit edit = { .title = STR_NULL,
                         .impact = STR_NULL,
                         .urgency = STR("critical"),
                         .level = STR_NULL,
                         .reason = STR_NULL };

    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_create(&o, "badge", "{\"until\":\"2040-01-01\"}", NULL, true, &made));
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, made.id), &edit));
    EXPECT_STR("critical", office_view(&o, made.id).head.urgency);
    EXPECT_STR("high", office_view(&o, made.id).head.level);
    edit.impact = STR("organisation");
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, made.id), &edit));
    edit.impact = STR_NULL;
    edit.urgency = STR("soon");
    EXPECT_RC(RC_INVALID, request_edit(cx, office_grant(&o, made.id), &edit));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_act(&o, made.id, ACT_SUBMIT, ""));
    EXPECT_STR("critical", office_view(&o, made.id).head.urgency);
    edit.urgency = STR("high"); /* sent: the team's from here on */
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, made.id), &edit));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_create(&o, "question", "{\"details\":\"x\"}", NULL, true, &made));
    EXPECT_RC(RC_FORBIDDEN, request_edit(cx, office_grant(&o, made.id), &edit)); /* not asked */
}

DB_TEST(priority_matrix_refuses_what_makes_no_sense)
{
    Office o = office_open(cx);
    int8_t cells[4][4];
    PriorityMatrix m = priority_builtin();

    GrantedPeople g = as_admin(&o);
    EXPECT_RC(RC_NOT_FOUND, priority_matrix_put(cx, g, STR("nobody"), 0, cells_all(1)));
    EXPECT_RC(RC_INVALID, priority_matrix_put(cx, g, STR("default"), 0, cells_all(0)));
    EXPECT_RC(RC_INVALID, priority_matrix_put(cx, g, STR("default"), 0, cells_all(5)));
    memcpy(cells, m.cells, sizeof cells);
    cells[3][0] = 1; /* the whole organisation less than a site */
    EXPECT_RC(RC_INVALID, priority_matrix_put(cx, g, STR("default"), 0, cells));
    memcpy(cells, m.cells, sizeof cells);
    cells[0][3] = 1;
    EXPECT_RC(RC_INVALID, priority_matrix_put(cx, g, STR("default"), 0, cells));
    EXPECT_RC(RC_STALE, priority_matrix_put(cx, g, STR("default"), 1, cells_all(1)));
    EXPECT_RC(RC_OK, priority_matrix_put(cx, g, STR("default"), 0, cells_all(1)));
    EXPECT_RC(RC_STALE, priority_matrix_put(cx, g, STR("default"), 0, cells_all(2)));
    EXPECT_RC(RC_OK, priority_matrix_put(cx, g, STR("default"), 1, cells_all(1))); /* the same */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM priority_matrix"));
    office_as(&o, "ada");
    EXPECT_RC(RC_FORBIDDEN, access_people(cx, true, &g));
}
