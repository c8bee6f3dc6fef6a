#include "domain/request/bundle.h"
#include "domain/request/office_fixture.h"

/* The present person orders for `beneficiary` (NULL: themselves). */
static BundleCreate order_of(Office *o, const char *shared)
{
    return (BundleCreate){ .bundle = STR("start"),
                           .answers = office_answers(o, shared),
                           .requester = STR_NULL,
                           .channel = STR_NULL };
}

static void say_of_part(Office *o, BundleCreate *in, const char *part, const char *answers,
                        bool without)
{
    BundleAnswers one = { .part = str_z(part),
                          .answers = office_answers(o, answers),
                          .without = without };
    EXPECT_RC(RC_OK, LIST_PUSH(o->cx->arena, &in->parts, one));
}

static GrantedSubmit for_whom(Office *o, const char *login)
{
    GrantedSubmit g;
    int64_t id = o->cx->subject->person_id;

    if (login != NULL)
        EXPECT_RC(RC_OK, person_id(o->cx, str_z(login), &id));
    EXPECT_RC(RC_OK, access_submit(o->cx, id, &g));
    return g;
}

static Rc order(Office *o, const BundleCreate *in, const char *login, BundleMade *ret)
{
    o->cx->errors = (FieldErrors){ 0 };
    o->cx->failed = false;
    o->cx->detail = (Text){ 0 };
    return bundle_order(o->cx, for_whom(o, login), in, ret);
}

static void expect_fault(Office *o, size_t i, const char *pointer, const char *code, int line)
{
    if (o->cx->errors.n <= i)
        test_fail(__FILE__, line, "there are %zu faults", o->cx->errors.n);
    EXPECT_STR_AT(line, pointer, o->cx->errors.at[i].pointer);
    EXPECT_STR_AT(line, code, o->cx->errors.at[i].code);
}
#define EXPECT_FAULT(o, i, pointer, code) expect_fault((o), (i), (pointer), (code), __LINE__)

static BundleView view_of(Office *o, int64_t request)
{
    BundleView v;
    EXPECT_RC(RC_OK, bundle_of_request(o->cx, office_grant(o, request), &v));
    return v;
}

static int64_t count_requests(Office *o)
{
    ScopeRequests s;
    RequestHeads heads = { 0 };
    RequestFilter f = { .kind = LIST_MINE, .size = 100 };
    int64_t next = 0;

    EXPECT_RC(RC_OK, access_requests(o->cx, &s));
    EXPECT_RC(RC_OK, request_list(o->cx, s, &f, &heads, &next));
    return (int64_t)heads.n;
}

DB_TEST(bundle_order_makes_a_request_of_each_part_that_applies)
{
    Office o = office_open(cx);
    BundleMade made;
    ScopeRequests s;
    BundleView v;

    office_as(&o, "robin");
    BundleCreate in = order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"light\"}");
    say_of_part(&o, &in, "laptop", "{\"reason\":\"I travel\",\"colour\":\"red\"}", false);
    EXPECT_RC(RC_OK, order(&o, &in, NULL, &made));
    EXPECT(made.visible);
    EXPECT_INT(2, (int64_t)made.numbers.n);
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, bundle_view(cx, s, made.id, &v));
    EXPECT_STR("N-start", v.name.in[LANG_EN]);
    EXPECT_STR("robin", v.beneficiary.login);
    EXPECT_INT(2, (int64_t)v.requests.n);
    EXPECT_STR("badge", v.requests.at[0].item);
    EXPECT_STR("laptop", v.requests.at[1].item);
    EXPECT_STR("assessing", v.requests.at[1].state);
    RequestView laptop = office_view(&o, v.requests.at[1].id);
    EXPECT_STR("I travel", answer_get(&laptop.form, STR("reason"))->value.text);
    EXPECT_STR("light", answer_get(&laptop.form, STR("device"))->value.text);

    /* Each tells that it is a part, keeps its own life, and replays. */
    for (size_t i = 0; i < v.requests.n; i++) {
        Entries entries = { 0 };
        bool more = false, told = false;
        EXPECT_INT(made.id, view_of(&o, v.requests.at[i].id).id);
        EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, v.requests.at[i].id),
                                  &(TimelineFilter){ .size = 100 }, &entries, &more));
        for (size_t k = 0; k < entries.n; k++)
            told |= str_eq_z(entries.at[k].kind, "request.bundled");
        EXPECT(told);
        office_expect_replay(&o, v.requests.at[i].id, __LINE__);
    }
    EXPECT_RC(RC_OK, office_act(&o, v.requests.at[0].id, ACT_WITHDRAW, ""));
    EXPECT_STR("assessing", office_state(&o, v.requests.at[1].id));
    office_as(&o, "robin");
    EXPECT_INT(0, view_of(&o, office_ask(&o, "question", "{\"details\":\"x\"}")).id);
}

DB_TEST(bundle_order_tells_every_fault_where_it_can_be_mended_and_makes_nothing)
{
    Office o = office_open(cx);
    BundleMade made;

    office_as(&o, "robin");
    BundleCreate in = order_of(&o, "{\"device\":\"light\"}");
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/answers/last", "required");
    EXPECT_FAULT(&o, 1, "/parts/laptop/answers/reason", "required");
    EXPECT_INT(2, (int64_t)cx->errors.n); /* the badge misses the same day: told once */

    in = order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"huge\"}");
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/answers/device", "unknown_option");

    in = order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"standard\"}");
    say_of_part(&o, &in, "laptop", "{\"device\":\"developer\"}", false);
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/parts/laptop/answers/device", "unknown_question");

    in = order_of(&o, "{\"last\":\"2031-02-01\"}");
    say_of_part(&o, &in, "boat", "{}", false);
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/parts/boat", "unknown_part");
    EXPECT_INT(0, count_requests(&o));

    in = order_of(&o, "{\"last\":\"2031-02-01\"}");
    in.bundle = STR("boat");
    EXPECT_RC(RC_NOT_FOUND, order(&o, &in, NULL, &made));
}

DB_TEST(bundle_order_tells_a_refused_part_before_anything_is_made)
{
    Office o = office_open(cx);
    BundleMade made;
    BundlePreview p;

    office_as(&o, "robin");
    office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    BundleCreate in = order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"standard\"}");
    EXPECT_RC(RC_OK, bundle_preview(cx, for_whom(&o, NULL), &in, true, &p));
    EXPECT(p.parts.at[0].applies && p.parts.at[0].preview.refused.msgid == NULL);
    EXPECT(p.parts.at[1].applies && p.parts.at[1].preview.refused.msgid != NULL);
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/parts/laptop", "refused");
    EXPECT_INT(1, count_requests(&o));

    say_of_part(&o, &in, "laptop", "{}", true);
    EXPECT_RC(RC_OK, order(&o, &in, NULL, &made));
    EXPECT_INT(1, (int64_t)made.numbers.n);
    EXPECT_INT(2, count_requests(&o));

    /* What can be ordered is the owners' choice, not the requester's. */
    BundleCreate badge = order_of(&o, "{\"last\":\"2031-02-01\"}");
    say_of_part(&o, &badge, "badge", "{}", true);
    EXPECT_RC(RC_INVALID, order(&o, &badge, NULL, &made));
    EXPECT_FAULT(&o, 0, "/parts/badge", "not_refused");
}

/* Each laptop may be had, both may not: only the second submission finds it. */
DB_TEST(bundle_order_is_all_or_nothing)
{
    Office o = office_open(cx);
    BundleMade made;

    office_as(&o, "robin");
    BundleCreate in =
        order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"standard\",\"quiet\":false}");
    say_of_part(&o, &in, "laptop:2", "{\"reason\":\"One to travel\"}", false);
    EXPECT_RC(RC_INVALID, order(&o, &in, NULL, &made));
    EXPECT_FAULT(&o, 0, "/parts/laptop:2", "refused");
}

DB_TEST(bundle_siblings_are_named_only_to_those_who_see_them)
{
    static const struct {
        const char *login;
        int64_t sees;
    } cases[] = { { "robin", 3 }, { "sam", 2 }, { "hana", 1 }, { "aud", 2 } };
    Office o = office_open(cx);
    BundleMade made;
    ScopeRequests s;
    BundleView v;

    office_as(&o, "robin");
    BundleCreate in = order_of(&o, "{\"last\":\"2031-02-01\",\"quiet\":true}");
    EXPECT_RC(RC_OK, order(&o, &in, NULL, &made));
    EXPECT_INT(3, (int64_t)made.numbers.n); /* badge, concern, badge */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        office_as(&o, cases[i].login);
        EXPECT_RC(RC_OK, access_requests(cx, &s));
        EXPECT_RC(RC_OK, bundle_view(cx, s, made.id, &v));
        EXPECT_INT(cases[i].sees, (int64_t)v.requests.n);
        EXPECT_INT(cases[i].sees - 1, (int64_t)view_of(&o, v.requests.at[0].id).requests.n);
    }
    office_as(&o, "mika");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_NOT_FOUND, bundle_view(cx, s, made.id, &v));
    EXPECT_RC(RC_NOT_FOUND, bundle_view(cx, s, made.id + 1, &v));
}

DB_TEST(bundle_order_for_others_is_for_those_who_may)
{
    Office o = office_open(cx);
    GrantedSubmit g;
    BundleMade made;
    int64_t robin = 0;

    office_as(&o, "kim");
    BundleCreate in = order_of(&o, "{\"last\":\"2031-02-01\",\"device\":\"standard\"}");
    EXPECT_RC(RC_OK, order(&o, &in, "robin", &made));
    EXPECT_RC(RC_OK, person_id(cx, STR("robin"), &robin));
    office_as(&o, "mika");
    EXPECT_RC(RC_FORBIDDEN, access_submit(cx, robin, &g));
    /* Eve is a customer: the bundle is not for her. */
    office_as(&o, "gus");
    BundleCreate other = order_of(&o, "{\"last\":\"2031-02-01\"}");
    EXPECT_RC(RC_OK, order(&o, &other, "mika", &made));
}

DB_TEST(bundle_preview_follows_the_answers)
{
    Office o = office_open(cx);
    BundlePreview p;

    office_as(&o, "robin");
    BundleCreate in = order_of(&o, "{}");
    EXPECT_RC(RC_OK, bundle_preview(cx, for_whom(&o, NULL), &in, true, &p));
    EXPECT_INT(5, (int64_t)p.parts.n);
    EXPECT(p.parts.at[0].applies && !p.parts.at[1].applies && !p.parts.at[2].applies);
    EXPECT_INT(0, (int64_t)p.parts.at[0].asked.n);
    EXPECT_INT(2, (int64_t)p.parts.at[1].asked.n); /* reason, colour */
    EXPECT_STR("badge:2", p.parts.at[3].id);
    EXPECT_STR("laptop:2", p.parts.at[4].id);

    in = order_of(&o, "{\"device\":\"standard\",\"quiet\":false}");
    EXPECT_RC(RC_OK, bundle_preview(cx, for_whom(&o, NULL), &in, false, &p));
    EXPECT(p.parts.at[1].applies && p.parts.at[4].applies);
    EXPECT(!p.parts.at[1].shown[0] && p.parts.at[1].shown[1]);
    EXPECT(p.parts.at[4].shown[0]);
    EXPECT_INT(COND_MONEY, (int64_t)p.cost.type);
    EXPECT_INT(230000, p.cost.money.minor);

    /* A wrong answer counts as none. */
    in = order_of(&o, "{\"device\":\"huge\",\"quiet\":false}");
    EXPECT_RC(RC_OK, bundle_preview(cx, for_whom(&o, NULL), &in, false, &p));
    EXPECT(!p.parts.at[1].applies && p.parts.at[4].applies);
}

TEST(bundle_field_names_part_and_question)
{
    static const struct {
        int line;
        const char *name, *part, *question;
    } cases[] = {
        { __LINE__, "size", NULL, NULL },
        { __LINE__, "monitor:size", "monitor", "size" },
        { __LINE__, "monitor:2:lines.0.price", "monitor:2", "lines.0.price" },
        { __LINE__, "monitor:_without", "monitor", "_without" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str part = STR(""), question = STR("");
        bool is = bundle_field(str_z(cases[i].name), &part, &question);
        if (is != (cases[i].part != NULL))
            test_fail(__FILE__, cases[i].line, "%s", cases[i].name);
        if (is) {
            EXPECT_STR_AT(cases[i].line, cases[i].part, part);
            EXPECT_STR_AT(cases[i].line, cases[i].question, question);
        }
    }
}

DB_TEST(bundle_order_gives_its_urgency_to_the_parts_that_ask_for_it)
{
    Office o = office_open(cx);
    GrantedSubmit g;
    BundleMade made;
    BundleCreate in = { .bundle = STR("start"),
                        .requester = STR_NULL,
                        .channel = STR_NULL,
                        .urgency = STR("critical") };

    office_as(&o, "robin");
    in.answers = office_answers(&o, "{\"last\":\"2031-02-01\",\"device\":\"standard\"}");
    EXPECT_RC(RC_OK, access_submit(cx, cx->subject->person_id, &g));
    EXPECT_RC(RC_OK, bundle_order(cx, g, &in, &made));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM request WHERE model_key = 'badge' AND "
                                  "urgency = 'critical'"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request WHERE model_key = 'laptop' AND "
                                  "urgency = 'critical'"));
    in.urgency = STR("soon");
    EXPECT_RC(RC_INVALID, bundle_order(cx, g, &in, &made));
    EXPECT_STR("/urgency", cx->errors.at[0].pointer);
}
