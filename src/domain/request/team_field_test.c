/* Fields of teams: who makes them, what they hold, who writes and sees them, and what stays. */
#include "domain/request/office_fixture.h"
#include "domain/request/talk.h"
#include "domain/request/team_field.h"

/* A statement of the test, with values. */
#define SQL(...) str_dup_z(cx->arena, str_fmt(cx->arena, __VA_ARGS__))

static TeamFieldInput input(const char *key, const char *kind)
{
    return (TeamFieldInput){
        .key = str_z(key),
        .kind = str_z(kind),
        .name = { .in = { [LANG_EN] = STR("Asset"), [LANG_SV] = STR("Inventarie") } }
    };
}

static Rc make(Office *o, int64_t team, const TeamFieldInput *in)
{
    GrantedLoad g;

    TRY(access_load(o->cx, team, true, &g));
    return team_field_create(o->cx, g, in);
}

static Rc make_choice(Office *o, int64_t team)
{
    TeamFieldInput in = input("colour", "choice");

    EXPECT_RC(RC_OK,
              field_options_read(o->cx, STR("blue = Blue / Bl\xC3\xA5 / \xE8\x93\x9D\nred = Red"),
                                 &in.options));
    return make(o, team, &in);
}

static void forget(Ctx *cx)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

static void refuses(Office *o, Rc rc, const TeamFieldInput *in, const char *pointer, int line)
{
    EXPECT_RC_AT(line, rc, make(o, o->workplace, in));
    EXPECT_STR_AT(line, pointer, o->cx->errors.n > 0 ? o->cx->errors.at[0].pointer : STR(""));
    forget(o->cx);
}

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "question", "{\"details\":\"How?\"}");
    office_as(o, "sam");
    return id;
}

/* A field of each kind for the team workplace, named as its kind. */
static void make_all(Office *o)
{
    static const char *const kinds[] = { "text", "number", "money", "date", "person", "yes_no" };

    office_as(o, "ada");
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        TeamFieldInput in = input(kinds[i], kinds[i]);
        EXPECT_RC(RC_OK, make(o, o->workplace, &in));
    }
    EXPECT_RC(RC_OK, make_choice(o, o->workplace));
}

static Rc set(Office *o, int64_t id, const char *key, const char *value, Str was)
{
    FieldSet in = { 0 };

    EXPECT_RC(RC_OK,
              LIST_PUSH(o->cx->arena, &in.list, ((FieldSetOne){ str_z(key), str_z(value), was })));
    return field_set(o->cx, office_grant(o, id), &in);
}

/* What stands in it; "-" where the request shows no such field. */
static Str value_of(Office *o, int64_t id, const char *key)
{
    FieldValues list;

    EXPECT_RC(RC_OK, field_list(o->cx, office_grant(o, id), &list));
    for (size_t i = 0; i < list.n; i++)
        if (str_eq_z(list.at[i].field->key, key))
            return list.at[i].text;
    return STR("-");
}

DB_TEST(team_field_is_made_by_leads_of_the_team_and_administrators)
{
    Office o = office_open(cx);
    TeamFieldInput in = input("asset", "text"), other = input("rack", "text");
    TeamField f;

    office_as(&o, "sam");
    EXPECT_RC(RC_FORBIDDEN, make(&o, o.workplace, &in));
    office_as(&o, "ada");
    EXPECT_RC(RC_FORBIDDEN, make(&o, o.finance, &in));
    EXPECT_RC(RC_OK, make(&o, o.workplace, &in));
    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, o.finance, &other));
    EXPECT_RC(RC_CONFLICT, make(&o, o.finance, &in)); /* keys are unlike over all teams */
    EXPECT_RC(RC_OK, team_field_get(cx, STR("asset"), &f));
    EXPECT(f.team_id == o.workplace && f.version == 1 && !f.retired);
    EXPECT_STR("Inventarie", f.name.in[LANG_SV]);
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.created'"));
}

DB_TEST(team_field_create_refuses_what_is_not_right_and_names_the_member)
{
    Office o = office_open(cx);
    TeamFieldInput in;

    office_as(&o, "ada");
    in = input("Not a key", "text");
    refuses(&o, RC_INVALID, &in, "/key", __LINE__);
    in = input("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx", "text");
    refuses(&o, RC_INVALID, &in, "/key", __LINE__);
    in = input("a/b", "text");
    refuses(&o, RC_INVALID, &in, "/key", __LINE__);
    in = input("x", "colour");
    refuses(&o, RC_INVALID, &in, "/kind", __LINE__);
    in = input("x", "choice");
    refuses(&o, RC_INVALID, &in, "/options", __LINE__);
    in = input("x", "text");
    in.name.in[LANG_EN] = STR(" ");
    refuses(&o, RC_INVALID, &in, "/name/en", __LINE__);
    in = input("x", "text");
    EXPECT_RC(RC_OK, field_options_read(cx, STR("blue = Blue"), &in.options));
    refuses(&o, RC_INVALID, &in, "/options", __LINE__);
    in = input("x", "choice");
    EXPECT_RC(RC_OK, field_options_read(cx, STR("blue = Blue\nblue = Red"), &in.options));
    refuses(&o, RC_INVALID, &in, "/options", __LINE__);
    in = input("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd", "text");
    EXPECT_RC(RC_OK, make(&o, o.workplace, &in));
}

DB_TEST(team_fields_of_one_team_have_a_limit)
{
    Office o = office_open(cx);

    office_as(&o, "ada");
    for (int i = 0; i < TEAM_FIELDS_MOST; i++) {
        TeamFieldInput in = input(str_dup_z(cx->arena, str_fmt(cx->arena, "f%d", i)), "text");
        EXPECT_RC(RC_OK, make(&o, o.workplace, &in));
    }
    TeamFieldInput more = input("more", "text");
    EXPECT_RC(RC_LIMIT, make(&o, o.workplace, &more));
    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, o.finance, &more));
}

DB_TEST(team_field_change_needs_the_latest_version_and_says_nothing_when_nothing_changed)
{
    Office o = office_open(cx);
    TeamFieldInput in = input("asset", "text");
    GrantedLoad g, other;

    office_as(&o, "ada");
    EXPECT_RC(RC_OK, make(&o, o.workplace, &in));
    EXPECT_RC(RC_OK, access_load(cx, o.workplace, true, &g));
    in.version = OPT_INT(1);
    EXPECT_RC(RC_OK, team_field_change(cx, g, STR("asset"), &in));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.changed'"));
    in.retired = true;
    EXPECT_RC(RC_OK, team_field_change(cx, g, STR("asset"), &in));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.changed'"));
    EXPECT_RC(RC_STALE, team_field_change(cx, g, STR("asset"), &in));
    EXPECT_RC(RC_NOT_FOUND, team_field_change(cx, g, STR("none"), &in));
    office_as(&o, "adm");
    EXPECT_RC(RC_OK, access_load(cx, o.finance, true, &other));
    EXPECT_RC(RC_NOT_FOUND, team_field_change(cx, other, STR("asset"), &in));
}

/* The fields of a team in their order, with blanks between. */
static Str order_of(Office *o, int64_t team)
{
    Str all = STR("");
    TeamFields list;

    EXPECT_RC(RC_OK, team_fields(o->cx, &list));
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].team_id == team)
            all = str_fmt(o->cx->arena, "%.*s%s%.*s%lld", STR_ARG(all), all.len > 0 ? " " : "",
                          STR_ARG(list.at[i].key), (long long)list.at[i].place);
    return all;
}

static Rc move(Office *o, const char *key, int64_t place)
{
    TeamFieldInput in = input(key, "text");
    GrantedLoad g;

    in.place = OPT_INT(place);
    TRY(access_load(o->cx, o->workplace, true, &g));
    return team_field_change(o->cx, g, in.key, &in);
}

DB_TEST(team_field_has_a_place_and_the_others_make_room)
{
    Office o = office_open(cx);
    TeamFieldInput others = input("z", "text");

    office_as(&o, "adm");
    EXPECT_RC(RC_OK, make(&o, o.finance, &others));
    office_as(&o, "ada");
    for (int i = 0; i < 4; i++) {
        TeamFieldInput in = input(str_dup_z(cx->arena, str_fmt(cx->arena, "%c", 'a' + i)), "text");
        EXPECT_RC(RC_OK, make(&o, o.workplace, &in));
    }
    EXPECT_STR("a1 b2 c3 d4", order_of(&o, o.workplace));
    EXPECT_RC(RC_OK, move(&o, "d", 2));
    EXPECT_STR("a1 d2 b3 c4", order_of(&o, o.workplace));
    EXPECT_RC(RC_OK, move(&o, "a", 4));
    EXPECT_STR("d1 b2 c3 a4", order_of(&o, o.workplace));
    EXPECT_STR("z1", order_of(&o, o.finance));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.changed'"));
    EXPECT_RC(RC_OK, move(&o, "a", 4)); /* it is there */
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.changed'"));
    for (int64_t wrong = 0; wrong <= 5; wrong += 5) {
        EXPECT_RC(RC_INVALID, move(&o, "a", wrong));
        EXPECT_STR("/place", cx->errors.at[0].pointer);
        forget(cx);
    }
    EXPECT_STR("d1 b2 c3 a4", order_of(&o, o.workplace));
}

DB_TEST(field_keeps_the_one_form_of_each_kind_of_value)
{
    static const struct {
        const char *key, *value, *kept;
    } cases[] = {
        { "text", " PC  7 ", "PC  7" },
        { "number", "12.50", "12.5" },
        { "number", "-3", "-3" },
        { "money", "1500.00 EUR", "1500 EUR" },
        { "date", "2030-02-28", "2030-02-28" },
        { "choice", "", "-" },
        { "colour", "blue", "blue" },
        { "person", "noor", "noor" },
        { "yes_no", "true", "yes" },
        { "yes_no", "no", "no" },
        { "number", "", "" },
    };
    Office o = office_open(cx);

    make_all(&o);
    int64_t id = ask_question(&o);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (!str_eq_z(str_z(cases[i].kept), "-"))
            EXPECT_RC_AT(__LINE__, RC_OK, set(&o, id, cases[i].key, cases[i].value, STR_NULL));
        EXPECT_STR_AT(__LINE__, cases[i].kept, value_of(&o, id, cases[i].key));
    }
}

DB_TEST(field_refuses_what_it_cannot_hold)
{
    static const struct {
        const char *key, *value;
    } cases[] = {
        { "number", "many" },      { "number", "1.2345" },   { "money", "1500" },
        { "money", "12.345 EUR" }, { "date", "2030-02-30" }, { "colour", "green" },
        { "person", "nobody" },    { "yes_no", "perhaps" },  { "text", "two\nlines" },
        { "unknown", "x" },
    };
    Office o = office_open(cx);

    make_all(&o);
    int64_t id = ask_question(&o), events = fixture_int(cx, "SELECT count(*) FROM event");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC_AT(__LINE__, RC_INVALID, set(&o, id, cases[i].key, cases[i].value, STR_NULL));
        EXPECT_STR(str_dup_z(cx->arena, str_fmt(cx->arena, "/field.%s", cases[i].key)),
                   cx->errors.at[0].pointer);
        forget(cx);
    }
    EXPECT_INT(events, fixture_int(cx, "SELECT count(*) FROM event"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM field_value"));
}

DB_TEST(field_is_written_by_who_works_on_the_request_and_seen_by_whoever_sees_it)
{
    Office o = office_open(cx);
    FieldSet unread = { .fault = RC_INVALID };

    make_all(&o);
    int64_t id = ask_question(&o);
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR_NULL));
    office_as(&o, "robin");
    EXPECT_STR("PC 7", value_of(&o, id, "text"));
    EXPECT_RC(RC_FORBIDDEN, set(&o, id, "text", "mine", STR_NULL));
    EXPECT_RC(RC_FORBIDDEN, field_set(cx, office_grant(&o, id), &unread));
    office_as(&o, "aud");
    EXPECT_RC(RC_FORBIDDEN, set(&o, id, "text", "mine", STR_NULL));
    office_as(&o, "noor");
    EXPECT_RC(RC_INVALID, field_set(cx, office_grant(&o, id), &unread));
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 8", STR_NULL));
}

DB_TEST(fields_are_nothing_for_who_sees_a_task_only)
{
    Office o = office_open(cx);
    int64_t id = office_supplied(&o);
    FieldValues list;

    EXPECT_RC(RC_FORBIDDEN, field_list(cx, office_grant(&o, id), &list));
}

DB_TEST(field_that_somebody_else_wrote_meanwhile_is_not_overwritten)
{
    Office o = office_open(cx);
    FieldSet old = { .version = OPT_INT(1) };

    make_all(&o);
    int64_t id = ask_question(&o);
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR("")));
    EXPECT_RC(RC_STALE, set(&o, id, "text", "PC 8", STR("")));
    EXPECT_RC(RC_OK, set(&o, id, "text", "", STR(""))); /* was not touched on that page */
    EXPECT_STR("PC 7", value_of(&o, id, "text"));
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR(""))); /* says the same */
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 8", STR("PC 7")));
    EXPECT_RC(RC_STALE, field_set(cx, office_grant(&o, id), &old));
}

DB_TEST(field_stands_in_the_timeline_with_its_name_and_its_words)
{
    Office o = office_open(cx);
    TimelineFilter newest = { .newest = true, .size = 2 };
    Entries list;
    bool more;

    make_all(&o);
    int64_t id = ask_question(&o), version = office_view(&o, id).head.version;
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, set(&o, id, "colour", "blue", STR_NULL));
    EXPECT_RC(RC_OK, set(&o, id, "colour", "blue", STR_NULL)); /* nothing changes */
    EXPECT_RC(RC_OK, set(&o, id, "colour", "", STR_NULL));
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &list, &more));
    EXPECT_STR("field.set", list.at[0].kind);
    EXPECT_STR("Asset", list.at[0].what.args[1].lang.in[LANG_EN]);
    EXPECT_STR("Blue", list.at[0].what.args[2].lang.in[LANG_EN]);
    EXPECT_STR("field.emptied", list.at[1].kind);
    fixture_exec(cx, "UPDATE person SET name = 'Noor Adeyemi' WHERE login = 'noor'");
    EXPECT_RC(RC_OK, set(&o, id, "person", "noor", STR_NULL));
    list = (Entries){ 0 };
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &list, &more));
    EXPECT_STR("field.set", list.at[list.n - 1].kind);
    EXPECT_STR("Noor Adeyemi", list.at[list.n - 1].what.args[2].str);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.set'"
                                  " AND data LIKE '%blue%'"));
    EXPECT_INT(version + 3, office_view(&o, id).head.version);
}

DB_TEST(field_stays_when_it_is_retired_or_the_request_goes_to_another_team)
{
    Office o = office_open(cx);
    TeamFieldInput in = input("text", "text");
    GrantedLoad g;

    make_all(&o);
    int64_t id = ask_question(&o);
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR_NULL));
    EXPECT_RC(RC_OK, set(&o, id, "number", "7", STR_NULL));
    office_as(&o, "ada");
    EXPECT_RC(RC_OK, access_load(cx, o.workplace, true, &g));
    in.retired = true;
    EXPECT_RC(RC_OK, team_field_change(cx, g, STR("text"), &in));
    EXPECT_STR("PC 7", value_of(&o, id, "text"));
    EXPECT_RC(RC_INVALID, set(&o, id, "text", "PC 8", STR_NULL));
    forget(cx);
    fixture_exec(cx, SQL("UPDATE request SET team_id = %lld WHERE id = %lld", (long long)o.finance,
                         (long long)id));
    office_as(&o, "gus"); /* works for all teams */
    EXPECT_STR("7", value_of(&o, id, "number"));
    EXPECT_STR("-", value_of(&o, id, "date")); /* of the other team and empty */
    EXPECT_RC(RC_INVALID, set(&o, id, "number", "8", STR_NULL));
}

DB_TEST(fields_of_many_requests_are_read_within_their_readers_scope)
{
    Office o = office_open(cx);
    ScopeRequests s;
    FieldValues seen = { 0 }, hidden = { 0 };

    make_all(&o);
    int64_t id = ask_question(&o);
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR_NULL));
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, field_values(cx, s, &id, 1, &seen));
    EXPECT_INT(1, seen.n);
    office_as(&o, "mika");
    EXPECT_RC(RC_OK, access_requests(cx, &s));
    EXPECT_RC(RC_OK, field_values(cx, s, &id, 1, &hidden));
    EXPECT_INT(0, hidden.n);
}

DB_TEST(fields_go_along_when_a_request_is_converted)
{
    Office o = office_open(cx);
    ActDone done;
    RequestAct convert = { .kind = ACT_CONVERT,
                           .text = STR("A fault."),
                           .record = STR("incident"),
                           .item = STR("incident") };

    make_all(&o);
    int64_t id = ask_question(&o);
    EXPECT_RC(RC_OK, set(&o, id, "text", "PC 7", STR_NULL));
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &convert, &done));
    EXPECT_STR("PC 7", value_of(&o, done.made_id, "text"));
}

DB_TEST(field_options_read_back_as_they_were_written)
{
    FieldOptions a = { 0 }, b = { 0 };

    EXPECT_RC(RC_OK, field_options_read(cx, STR("\n blue = Blue / Bl\xC3\xA5 \nred\r\n"), &a));
    EXPECT_INT(2, a.n);
    EXPECT_STR("Blue", a.at[0].name.in[LANG_EN]);
    EXPECT(str_is_null(a.at[0].name.in[LANG_ZH]));
    EXPECT_STR("red", a.at[1].name.in[LANG_EN]);
    EXPECT_RC(RC_OK, field_options_read(cx, field_options_text(cx->arena, &a), &b));
    EXPECT_INT(2, b.n);
    EXPECT_STR("red", b.at[1].key);
    EXPECT_STR("Bl\xC3\xA5", b.at[0].name.in[LANG_SV]);
}

/* ---- every database call fails once: nothing may be half done ---- */

typedef struct Fault {
    Office *o;
    int64_t id;
} Fault;

static Rc act_make(Ctx *cx, void *arg)
{
    const Fault *f = arg;
    TeamFieldInput in = input("asset", "text");

    cx->identity = NULL;
    return make(f->o, f->o->workplace, &in);
}

static Rc act_set(Ctx *cx, void *arg)
{
    const Fault *f = arg;
    GrantedRequest g;
    FieldSet in = { 0 };

    cx->identity = NULL;
    TRY(LIST_PUSH(cx->arena, &in.list, ((FieldSetOne){ STR("asset"), STR("PC 7"), STR_NULL })));
    TRY(access_request(cx, f->id, MAY_SEE, &g));
    return field_set(cx, g, &in);
}

DB_TEST(no_fault_leaves_a_field_half_made_or_half_written)
{
    Office o = office_open(cx);
    Fault f = { .o = &o, .id = ask_question(&o) };

    office_as(&o, "ada");
    fault_run(cx, act_make, &f);
    fault_run(cx, act_set, &f);
    EXPECT_STR("PC 7", value_of(&o, f.id, "asset"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'field.set'"));
}
