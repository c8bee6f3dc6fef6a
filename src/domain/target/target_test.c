/* Tests of targets of their own: what is refused, versions, from when they hold. */
#include "app/event.h"
#include "domain/target/target.h"
#include "support/db_test.h"

static TargetInput usual(Ctx *cx)
{
    TargetInput in = { .key = STR("quick"), .measure = STR("fulfil") };

    in.name.in[LANG_EN] = STR("Quick");
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                               (TargetLineInput){ STR("level = critical"), STR("4h"), STR("") }));
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.lines, (TargetLineInput){ STR(""), STR("2d"), STR("") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.warn, STR("75%")));
    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &in.escalate, (TargetStepInput){ STR("breach"), STR("lead") }));
    return in;
}

static GrantedCatalog grant(Ctx *cx)
{
    GrantedCatalog g;
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    return g;
}

static void expect_refused(Ctx *cx, int line, const TargetInput *in, const char *pointer)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    Rc rc = target_create(cx, grant(cx), in);
    bool found = false;
    for (size_t i = 0; i < cx->errors.n; i++)
        found = found || str_eq_z(cx->errors.at[i].pointer, pointer);
    if (rc != RC_INVALID || !found)
        test_fail(__FILE__, line, "%s: %s, %zu errors", pointer, rc_name(rc), cx->errors.n);
}

DB_TEST(target_refuses_what_could_not_be_measured)
{
    TargetInput in = usual(cx);

    in.key = STR("fulfil"); /* the model's own */
    expect_refused(cx, __LINE__, &in, "/key");
    in = usual(cx);
    in.name.in[LANG_EN] = STR("");
    expect_refused(cx, __LINE__, &in, "/name");
    in = usual(cx);
    in.lines = (TargetLineInputs){ 0 };
    expect_refused(cx, __LINE__, &in, "/lines");
    in = usual(cx);
    in.lines.at[1].span = STR("");
    expect_refused(cx, __LINE__, &in, "/lines/1/span");
    in = usual(cx);
    in.lines.at[1].span = STR("soon");
    expect_refused(cx, __LINE__, &in, "/lines/1/span");
    in = usual(cx);
    in.lines.at[1].span = STR("4wh");
    expect_refused(cx, __LINE__, &in, "/lines/1/calendar");
    in.lines.at[1].calendar = STR("nowhere");
    expect_refused(cx, __LINE__, &in, "/lines/1/calendar");
    in = usual(cx);
    in.lines.at[0].when = STR("weather = bad");
    expect_refused(cx, __LINE__, &in, "/lines/0/when");
    in = usual(cx);
    in.pause = STR("pending =");
    expect_refused(cx, __LINE__, &in, "/pause");
    in = usual(cx);
    in.team = STR("workplace");
    expect_refused(cx, __LINE__, &in, "/team");
    in = usual(cx);
    in.warn.at[0] = STR("often");
    expect_refused(cx, __LINE__, &in, "/warn/0");
    in = usual(cx);
    in.escalate.at[0].to = STR("everybody");
    expect_refused(cx, __LINE__, &in, "/escalate/0");
    in.escalate.at[0].to = STR("team nobody");
    expect_refused(cx, __LINE__, &in, "/escalate/0");
    in = usual(cx);
    in.from_ms = OPT_INT(cx->now_ms - 1);
    expect_refused(cx, __LINE__, &in, "/from");
}

DB_TEST(target_versions_hold_from_their_moment_on)
{
    TargetInput in = usual(cx);
    TargetHistories list;
    TargetDoc d;
    Ms first = cx->now_ms;

    EXPECT_RC(RC_OK, target_create(cx, grant(cx), &in));
    EXPECT_RC(RC_CONFLICT, target_create(cx, grant(cx), &in));
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    in.lines.at[1].span = STR("1d");
    in.from_ms = OPT_INT(first + MS_DAY);
    in.version = OPT_INT(7);
    EXPECT_RC(RC_STALE, target_change(cx, grant(cx), in.key, &in));
    in.version = OPT_INT(1);
    EXPECT_RC(RC_OK, target_change(cx, grant(cx), in.key, &in));
    EXPECT_RC(RC_OK, target_get(cx, in.key, &d));
    EXPECT_INT(2, (int64_t)d.versions.n);
    EXPECT_STR("2d", d.versions.at[0].input.lines.at[1].span); /* as it was published */
    EXPECT_RC(RC_OK, target_histories(cx, first + 1, &list));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT_INT(1, target_at(&list.at[0], first + MS_DAY - 1)->number);
    EXPECT_INT(2, target_at(&list.at[0], first + MS_DAY)->number);
    /* What was sent before it existed, or in that very instant, is not measured by it. */
    EXPECT_RC(RC_OK, target_histories(cx, first, &list));
    EXPECT_INT(0, (int64_t)list.n);
    /* Behind a version that waits only a later one can come. */
    in.version = OPT_INT(2);
    in.from_ms = OPT_INT(first + MS_HOUR);
    EXPECT_RC(RC_INVALID, target_change(cx, grant(cx), in.key, &in));
    in.measure = STR("respond");
    in.from_ms = OPT_NONE;
    EXPECT_RC(RC_INVALID, target_change(cx, grant(cx), in.key, &in));
    EXPECT_RC(RC_NOT_FOUND, target_change(cx, grant(cx), STR("unknown"), &in));
}

DB_TEST(target_is_read_back_as_it_was_written)
{
    TargetInput in = usual(cx), back = { 0 };
    const Json *json = NULL;

    in.stop = STR("phase = closed");
    Str text = target_json(cx->arena, &in);
    EXPECT_RC(RC_OK, json_parse(cx->arena, text, &json, NULL));
    EXPECT_RC(RC_OK, target_from_json(cx, json, &back));
    EXPECT_STR(str_dup_z(cx->arena, text), target_json(cx->arena, &back));
}

DB_TEST(target_published_before_the_clock_was_set_back_keeps_its_moment)
{
    TargetInput in = usual(cx);
    Ms start = cx->now_ms;
    TargetDoc doc;

    EXPECT_RC(RC_OK, target_create(cx, grant(cx), &in));
    cx->now_ms = start + 2 * MS_HOUR;
    EXPECT_RC(RC_OK, target_change(cx, grant(cx), in.key, &in));
    cx->now_ms = start + MS_HOUR; /* set back */
    in.note = STR("Again");
    EXPECT_RC(RC_OK, target_change(cx, grant(cx), in.key, &in));
    EXPECT_RC(RC_OK, target_get(cx, in.key, &doc));
    EXPECT_INT(3, (int64_t)doc.versions.n);
    EXPECT_MS(start + 2 * MS_HOUR + 1, doc.versions.at[1].spec->from_ms);
    EXPECT_MS(start + 2 * MS_HOUR + 2, doc.versions.at[2].spec->from_ms);
    in.from_ms = OPT_INT(start + 90 * MS_MINUTE); /* between them: no */
    EXPECT_RC(RC_INVALID, target_change(cx, grant(cx), in.key, &in));
    EXPECT_STR("/from", cx->errors.at[0].pointer);
}
