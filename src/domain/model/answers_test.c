#include "domain/model/answers.h"
#include "domain/model/model_fixture.h"
#include "support/test.h"

#define ARENA_BYTES (32u << 20)

/* A model with one question of each kind of trouble. */
static const char form_yaml[] =
    "model: x\nrecord: request\nkind: goods\nteam: t\nowner: t\nname: { en: X }\n"
    "audience: \"person.kind = employee\"\n"
    "entitlement:\n"
    "  - { check: \"count(model = x and beneficiary = $beneficiary) < 2\", message: { en: Two are "
    "enough. } }\n"
    "  - { check: \"cost is empty or cost < 5000 EUR\", message: { en: Too dear. } }\n"
    "form:\n"
    "  - { id: device, ask: { en: Device }, type: choice, required: true, options: { std: { en: S "
    "}, dev: { en: D } }, default: std }\n"
    "  - { id: reason, ask: { en: Reason }, type: text, show: \"device = dev\", required: true, "
    "min: 3, max: 10 }\n"
    "  - { id: why, ask: { en: Why }, type: long_text, show: \"reason is not empty\", required_if: "
    "\"reason = 'none'\" }\n"
    "  - { id: extras, ask: { en: E }, type: several, options: { a: { en: A }, b: { en: B }, c: { "
    "en: C } }, min: 1, max: 2 }\n"
    "  - { id: ok, ask: { en: Ok }, type: yes_no, required: false }\n"
    "  - { id: seats, ask: { en: Seats }, type: number, required: false, min: 0, max: 100 }\n"
    "  - { id: budget, ask: { en: Budget }, type: money, required: false, min: 1 EUR, max: 1000 "
    "EUR, currency: EUR }\n"
    "  - { id: day, ask: { en: Day }, type: date, required: false, min: 2030-01-01, max: "
    "2030-12-31, reapprove: false }\n"
    "  - { id: moment, ask: { en: Moment }, type: datetime, required: false }\n"
    "  - { id: who, ask: { en: Who }, type: person, required: false }\n"
    "  - { id: group, ask: { en: Group }, type: team, required: false }\n"
    "  - { id: site, ask: { en: Site }, type: list, list: sites, required: false, prefill: "
    "person.site }\n"
    "  - { id: asset, ask: { en: Asset }, type: item, required: false }\n"
    "  - { id: photo, ask: { en: Photo }, type: file, required: false }\n"
    "  - id: lines\n"
    "    ask: { en: Lines }\n"
    "    type: table\n"
    "    required: false\n"
    "    columns:\n"
    "      - { id: what, ask: { en: What }, type: text, required: true }\n"
    "      - { id: quantity, ask: { en: Quantity }, type: number, required: true, min: 1 }\n"
    "      - { id: price, ask: { en: Price }, type: money, required: false }\n"
    "    max: 3\n"
    "cost:\n"
    "  - { when: \"lines is not empty\", amount: \"sum(lines.quantity * lines.price)\" }\n"
    "  - { when: \"device = dev\", amount: 2400 EUR }\n"
    "priority: { impact: team, urgency: high }\n"
    "targets:\n"
    "  - { when: \"request.urgency = critical\", fulfil: 1h }\n"
    "  - { fulfil: 2d }\n"
    "assess:\n"
    "  - { id: in_stock, ask: { en: Stock }, type: yes_no, required: true }\n"
    "  - { id: wait, ask: { en: Wait }, type: number, show: \"assess.in_stock = no and device = "
    "dev\", required: true }\n";

typedef struct Form {
    Arena *arena;
    const ModelVersion *model;
    RequestFacts facts;
    AnswerSet set;
    FieldErrors errors;
} Form;

static void form_done(Form *f)
{
    arena_free(f->arena);
}

static Form form_new(void)
{
    Form f = { .arena = arena_new(ARENA_BYTES) };

    /* Conditions stand in double quotes there, so their texts come in single ones. */
    Str yaml = str_z(form_yaml);
    char *text = arena_alloc(f.arena, yaml.len + 16);
    size_t n = 0;
    for (size_t i = 0; i < yaml.len; i++) {
        if (yaml.ptr[i] == '\'')
            text[n++] = '\\';
        text[n++] = yaml.ptr[i] == '\'' ? '"' : yaml.ptr[i];
    }
    f.model = fixture_model(f.arena, (Str){ text, n });
    f.facts = (RequestFacts){
        .person = { .login = STR("ann"), .kind = STR("employee"), .site = STR("lund") },
        .requester = STR("ann"),
        .urgency = STR("normal"),
        .zone = zone_get(STR("Europe/Stockholm"))
    };
    return f;
}

static Rc lookup_person(void *arg, Str login)
{
    UNUSED(arg);
    return str_eq_z(login, "bob") ? RC_OK : RC_NOT_FOUND;
}

static Rc lookup_team(void *arg, Str key)
{
    UNUSED(arg);
    return str_eq_z(key, "ops") ? RC_OK : RC_NOT_FOUND;
}

static Rc lookup_entry(void *arg, Str list, Str key)
{
    UNUSED(arg);
    bool known = str_eq_z(list, ITEM_LIST) ? str_eq_z(key, "pc-1")
                                           : str_eq_z(list, "sites") && str_eq_z(key, "lund");
    return known ? RC_OK : RC_NOT_FOUND;
}

static Rc lookup_upload(void *arg, Str id)
{
    UNUSED(arg);
    return str_eq_z(id, "u1") ? RC_OK : RC_NOT_FOUND;
}

static const AnswerLookup lookup = { lookup_person, lookup_team, lookup_entry, lookup_upload,
                                     NULL };

static Rc check_inputs(Form *f, const AnswerInputs *in, AnswersMode mode)
{
    f->errors = (FieldErrors){ 0 };
    return answers_check(f->arena, f->model, in, &f->facts, &lookup, mode, ms("2030-06-01T00:00Z"),
                         &f->set, &f->errors);
}

static Rc check_json(Form *f, const char *json, AnswersMode mode)
{
    AnswerInputs in = { 0 };
    const Json *object = NULL;
    Str where;

    if (json_parse(f->arena, str_z(json), &object, &where) != RC_OK)
        test_fail(__FILE__, __LINE__, "%s: %.*s", json, STR_ARG(where));
    Rc rc = answers_from_json(f->arena, object, &in);
    return rc == RC_OK ? check_inputs(f, &in, mode) : rc;
}

static Str set_json(Form *f)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, 1u << 20);
    json_out_init(&o, &b);
    answers_json(&o, &f->set);
    return str_dup(f->arena, buf_str(&b));
}

/* ---- what is accepted ---- */

TEST(answers_check_reads_json_of_every_type_and_writes_it_back)
{
    static const char full[] = "{\"device\":\"dev\",\"reason\":\"to build\",\"why\":\"line "
                               "one\\nline two\",\"extras\":[\"a\",\"c\"],\"ok\":false,"
                               "\"seats\":12.5,\"budget\":{\"amount\":\"12.50\",\"currency\":"
                               "\"EUR\"},\"day\":\"2030-06-01\","
                               "\"moment\":\"2030-06-01T08:00:00Z\",\"who\":\"bob\",\"group\":"
                               "\"ops\",\"site\":\"lund\",\"asset\":\"pc-1\","
                               "\"photo\":\"u1\",\"lines\":[{\"what\":\"pen\",\"quantity\":2,"
                               "\"price\":{\"amount\":\"1.50\",\"currency\":\"EUR\"}},"
                               "{\"what\":\"ink\",\"quantity\":1}]}";
    CLEANUP(form_done) Form f = form_new();

    EXPECT_RC(RC_OK, check_json(&f, full, ANSWERS_COMPLETE));
    EXPECT_STR(full, set_json(&f));
    EXPECT(answer_get(&f.set, STR("device")) != NULL);
    EXPECT(answer_get(&f.set, STR("nothing")) == NULL);
}

TEST(answers_check_normalises)
{
    static const struct {
        int line;
        const char *json, *kept;
    } cases[] = {
        { __LINE__, "{\"device\":\"std\",\"seats\":\" 007.50 \"}",
          "{\"device\":\"std\",\"seats\":7.5}" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[\"c\",\"a\"]}",
          "{\"device\":\"std\",\"extras\":[\"a\",\"c\"]}" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"  abc \"}",
          "{\"device\":\"dev\",\"reason\":\"abc\"}" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"Lo\\u0308s\"}",
          "{\"device\":\"dev\",\"reason\":\"Lös\"}" },
        { __LINE__, "{\"device\":\"std\",\"moment\":\"2030-06-01T10:00:00+02:00\"}",
          "{\"device\":\"std\",\"moment\":\"2030-06-01T08:00:00Z\"}" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"currency\":\"EUR\",\"amount\":7}}",
          "{\"device\":\"std\",\"budget\":{\"amount\":\"7.00\",\"currency\":\"EUR\"}}" },
        /* nothing, in each of its forms */
        { __LINE__,
          "{\"device\":\"std\",\"seats\":null,\"who\":\"\",\"extras\":[],\"lines\":[],\"day\":\"  "
          "\",\"ok\":null}",
          "{\"device\":\"std\"}" },
        { __LINE__,
          "{\"device\":\"std\",\"lines\":[{\"what\":\"\",\"quantity\":null},{\"what\":\"a\","
          "\"quantity\":1}]}",
          "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":1}]}" },
        /* hidden answers are dropped, and with them what they would have shown */
        { __LINE__, "{\"device\":\"std\",\"reason\":\"long\",\"why\":\"x\"}",
          "{\"device\":\"std\"}" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(form_done) Form f = form_new();
        EXPECT_RC_AT(cases[i].line, RC_OK, check_json(&f, cases[i].json, ANSWERS_COMPLETE));
        EXPECT_STR_AT(cases[i].line, cases[i].kept, set_json(&f));
    }
}

/* ---- what is refused ---- */

TEST(answers_check_refuses_with_pointer_and_code)
{
    static const struct {
        int line;
        const char *json, *pointer, *code;
    } cases[] = {
        { __LINE__, "{}", "/answers/device", "required" },
        { __LINE__, "{\"device\":\"\"}", "/answers/device", "required" },
        { __LINE__, "{\"device\":\"dev\"}", "/answers/reason", "required" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"NONE\"}", "/answers/why", "required" },
        { __LINE__, "{\"device\":\"std\",\"colour\":\"red\"}", "/answers/colour",
          "unknown_question" },
        { __LINE__, "{\"device\":\"std\",\"a/b~c\":1}", "/answers/a~1b~0c", "unknown_question" },
        { __LINE__, "{\"device\":\"big\"}", "/answers/device", "unknown_option" },
        { __LINE__, "{\"device\":true}", "/answers/device", "wrong_type" },
        { __LINE__, "{\"device\":1}", "/answers/device", "wrong_type" },
        { __LINE__, "{\"device\":[\"std\"]}", "/answers/device/0", "wrong_type" },
        { __LINE__, "{\"device\":{\"key\":\"std\"}}", "/answers/device", "wrong_type" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"ab\"}", "/answers/reason", "too_short" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"abcdefghijk\"}", "/answers/reason",
          "too_long" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"ab\\ncd\"}", "/answers/reason",
          "unclean_text" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"abc\",\"why\":\"a\\u0001\"}", "/answers/why",
          "unclean_text" },
        { __LINE__, "{\"device\":\"dev\",\"reason\":7}", "/answers/reason", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"extras\":\"a\"}", "/answers/extras", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[\"a\",\"x\"]}", "/answers/extras/1",
          "unknown_option" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[\"a\",\"a\"]}", "/answers/extras/1",
          "duplicate" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[\"a\",\"b\",\"c\"]}", "/answers/extras",
          "too_many" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[1]}", "/answers/extras/0", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[null]}", "/answers/extras/0", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"extras\":[{\"a\":\"b\"}]}", "/answers/extras/0/a",
          "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"ok\":\"yes\"}", "/answers/ok", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"ok\":1}", "/answers/ok", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"seats\":\"many\"}", "/answers/seats", "not_a_number" },
        { __LINE__, "{\"device\":\"std\",\"seats\":\"1,5\"}", "/answers/seats", "not_a_number" },
        { __LINE__, "{\"device\":\"std\",\"seats\":0.0001}", "/answers/seats", "not_a_number" },
        { __LINE__, "{\"device\":\"std\",\"seats\":true}", "/answers/seats", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"seats\":-0.001}", "/answers/seats", "too_small" },
        { __LINE__, "{\"device\":\"std\",\"seats\":100.001}", "/answers/seats", "too_big" },
        { __LINE__, "{\"device\":\"std\",\"budget\":\"12 EUR\"}", "/answers/budget", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"12\"}}", "/answers/budget",
          "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"1.005\",\"currency\":\"EUR\"}}",
          "/answers/budget", "not_money" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"12\",\"currency\":\"eur\"}}",
          "/answers/budget", "not_money" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"12\",\"currency\":\"SEK\"}}",
          "/answers/budget", "currency" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"0.99\",\"currency\":\"EUR\"}}",
          "/answers/budget", "too_small" },
        { __LINE__, "{\"device\":\"std\",\"budget\":{\"amount\":\"1000.01\",\"currency\":\"EUR\"}}",
          "/answers/budget", "too_big" },
        { __LINE__, "{\"device\":\"std\",\"day\":\"2030-02-30\"}", "/answers/day", "not_a_date" },
        { __LINE__, "{\"device\":\"std\",\"day\":\"01/02/2030\"}", "/answers/day", "not_a_date" },
        { __LINE__, "{\"device\":\"std\",\"day\":\"2029-12-31\"}", "/answers/day", "too_small" },
        { __LINE__, "{\"device\":\"std\",\"day\":\"2031-01-01\"}", "/answers/day", "too_big" },
        { __LINE__, "{\"device\":\"std\",\"moment\":\"2030-06-01T10:00\"}", "/answers/moment",
          "not_a_date" },
        { __LINE__, "{\"device\":\"std\",\"who\":\"eve\"}", "/answers/who", "not_found" },
        { __LINE__, "{\"device\":\"std\",\"group\":\"x\"}", "/answers/group", "not_found" },
        { __LINE__, "{\"device\":\"std\",\"site\":\"moon\"}", "/answers/site", "not_found" },
        { __LINE__, "{\"device\":\"std\",\"asset\":\"x\"}", "/answers/asset", "not_found" },
        { __LINE__, "{\"device\":\"std\",\"photo\":\"x\"}", "/answers/photo", "not_found" },
        { __LINE__, "{\"device\":\"std\",\"lines\":\"x\"}", "/answers/lines", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"lines\":[\"x\"]}", "/answers/lines/0", "wrong_type" },
        { __LINE__, "{\"device\":\"std\",\"lines\":[{\"what\":\"a\"}]}",
          "/answers/lines/0/quantity", "required" },
        { __LINE__,
          "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":1},{\"quantity\":0}]}",
          "/answers/lines/1/quantity", "too_small" },
        { __LINE__, "{\"device\":\"std\",\"lines\":[{\"size\":1}]}", "/answers/lines/0/size",
          "unknown_question" },
        { __LINE__, "{\"device\":\"std\",\"lines\":[{\"what\":[1]}]}", "/answers/lines/0/what",
          "wrong_type" },
        { __LINE__,
          "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":1},{\"what\":\"a\","
          "\"quantity\":1},{\"what\":\"a\",\"quantity\":1},{\"what\":\"a\",\"quantity\":1}]}",
          "/answers/lines", "too_many" },
        { __LINE__,
          "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":1,\"price\":{\"amount\":"
          "\"1\",\"currency\":\"EUR\"}},{\"what\":\"b\",\"quantity\":1,\"price\":{\"amount\":\"1\","
          "\"currency\":\"SEK\"}}]}",
          "/answers/lines/1/price", "currency" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(form_done) Form f = form_new();
        bool found = false;
        EXPECT_RC_AT(cases[i].line, RC_INVALID, check_json(&f, cases[i].json, ANSWERS_COMPLETE));
        for (size_t k = 0; k < f.errors.n; k++)
            found = found
                    || (str_eq_z(f.errors.at[k].pointer, cases[i].pointer)
                        && str_eq_z(f.errors.at[k].code, cases[i].code)
                        && f.errors.at[k].text.msgid != NULL);
        if (!found)
            test_fail(__FILE__, cases[i].line, "%.*s %.*s", STR_ARG(f.errors.at[0].pointer),
                      STR_ARG(f.errors.at[0].code));
    }
}

TEST(answers_check_tells_every_fault_at_once)
{
    CLEANUP(form_done) Form f = form_new();

    EXPECT_RC(RC_INVALID,
              check_json(&f, "{\"seats\":\"x\",\"day\":\"x\",\"colour\":1}", ANSWERS_COMPLETE));
    EXPECT_INT(4, (int64_t)f.errors.n);
}

TEST(answers_check_of_a_draft_lets_answers_be_missing_but_not_wrong)
{
    CLEANUP(form_done) Form f = form_new();

    EXPECT_RC(RC_OK, check_json(&f, "{}", ANSWERS_DRAFT));
    EXPECT_RC(RC_OK,
              check_json(&f, "{\"device\":\"dev\",\"lines\":[{\"what\":\"a\"}]}", ANSWERS_DRAFT));
    EXPECT_STR("{\"device\":\"dev\",\"lines\":[{\"what\":\"a\"}]}", set_json(&f));
    EXPECT_RC(RC_INVALID, check_json(&f, "{\"device\":\"big\"}", ANSWERS_DRAFT));
}

TEST(answers_bounds_of_text_and_rows)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m = fixture_model(
        a, STR("model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\nform:\n"
               "  - { id: line, ask: { en: L }, type: text }\n  - { id: page, ask: { en: P }, "
               "type: long_text }\n"
               "  - { id: rows, ask: { en: R }, type: table, columns: [{ id: c, ask: { en: C }, "
               "type: text }] }\n"));
    RequestFacts facts = { 0 };
    char *text = arena_alloc(a, ANSWER_TEXT_MAX + 1);

    memset(text, 'a', ANSWER_TEXT_MAX + 1);
    for (size_t over = 0; over < 2; over++) {
        const struct {
            const char *name;
            size_t n;
        } cases[] = { { "line", ANSWER_LINE_MAX + over }, { "page", ANSWER_TEXT_MAX + over } };
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            AnswerInputs in = { 0 };
            FieldErrors errors = { 0 };
            AnswerSet set;
            EXPECT_RC(RC_OK,
                      answers_from_field(a, str_z(cases[i].name), (Str){ text, cases[i].n }, &in));
            EXPECT_RC(over == 0 ? RC_OK : RC_INVALID,
                      answers_check(a, m, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &set, &errors));
        }
        AnswerInputs rows = { 0 };
        FieldErrors errors = { 0 };
        AnswerSet set;
        for (size_t i = 0; i < ANSWER_ROWS_MAX + over; i++)
            EXPECT_RC(RC_OK, answers_from_field(a, str_fmt(a, "rows.%zu.c", i), STR("x"), &rows));
        EXPECT_RC(over == 0 ? RC_OK : RC_INVALID,
                  answers_check(a, m, &rows, &facts, NULL, ANSWERS_COMPLETE, 0, &set, &errors));
    }
}

TEST(answers_from_json_wants_an_object)
{
    CLEANUP(form_done) Form f = form_new();
    AnswerInputs in = { 0 };

    EXPECT_RC(RC_INVALID, check_json(&f, "[]", ANSWERS_DRAFT));
    EXPECT_RC(RC_OK, answers_from_json(f.arena, NULL, &in));
    EXPECT_INT(0, (int64_t)in.n);
}

/* ---- forms ---- */

typedef struct Pair {
    const char *name, *value;
} Pair;

static Rc check_fields(Form *f, const Pair *pairs, size_t n, AnswersMode mode)
{
    AnswerInputs in = { 0 };

    for (size_t i = 0; i < n && pairs[i].name != NULL; i++)
        EXPECT_RC(RC_OK,
                  answers_from_field(f->arena, str_z(pairs[i].name), str_z(pairs[i].value), &in));
    return check_inputs(f, &in, mode);
}

TEST(answers_from_fields_are_read_kindly)
{
    static const Pair pairs[] = {
        { "device", "dev" },
        { "reason", "to build" },
        { "why", "one\r\ntwo" },
        { "extras", "c" },
        { "extras", "a" },
        { "ok", "yes" },
        { "seats", "12,5" },
        { "budget", "1 000,00" },
        { "budget.currency", "EUR" },
        { "day", "2030-06-01" },
        { "moment", "2030-06-01T10:00" },
        { "lines.0.what", "" },
        { "lines.0.quantity", "" },
        { "lines.0.price", "" },
        { "lines.0.price.currency", "EUR" },
        { "lines.4.what", "pen" },
        { "lines.4.quantity", "2" },
        { "lines.4.price.currency", "SEK" },
        { "lines.4.price", "1.50" },
        { "lines.2.what", "ink" },
        { "lines.2.quantity", "1" },
        { "lines.2.price", "3 SEK" },
    };
    CLEANUP(form_done) Form f = form_new();

    EXPECT_RC(RC_OK, check_fields(&f, pairs, COUNT_OF(pairs), ANSWERS_COMPLETE));
    EXPECT_STR(
        "{\"device\":\"dev\",\"reason\":\"to "
        "build\",\"why\":\"one\\ntwo\",\"extras\":[\"a\",\"c\"],\"ok\":true,"
        "\"seats\":12.5,\"budget\":{\"amount\":\"1000.00\",\"currency\":\"EUR\"},\"day\":\"2030-06-"
        "01\","
        "\"moment\":\"2030-06-01T08:00:00Z\",\"lines\":["
        "{\"what\":\"ink\",\"quantity\":1,\"price\":{\"amount\":\"3.00\",\"currency\":\"SEK\"}},"
        "{\"what\":\"pen\",\"quantity\":2,\"price\":{\"amount\":\"1.50\",\"currency\":\"SEK\"}}]}",
        set_json(&f));
}

TEST(answers_from_fields_point_at_the_field)
{
    static const struct {
        int line;
        Pair pairs[4];
        const char *pointer, *code;
    } cases[] = {
        { __LINE__,
          { { "device", "std" }, { "lines.7.quantity", "x" } },
          "/answers/lines/7/quantity",
          "not_a_number" },
        { __LINE__,
          { { "device", "std" }, { "lines.7.quantity", "1" } },
          "/answers/lines/7/what",
          "required" },
        { __LINE__, { { "device", "std" }, { "device", "dev" } }, "/answers/device", "duplicate" },
        { __LINE__, { { "device", "std" }, { "ok", "maybe" } }, "/answers/ok", "wrong_type" },
        { __LINE__,
          { { "device", "std" }, { "lines.x.what", "a" } },
          "/answers/lines.x.what",
          "unknown_question" },
        { __LINE__,
          { { "device", "std" },
            { "lines.1.what", "a" },
            { "lines.1.what", "b" },
            { "lines.1.quantity", "1" } },
          "/answers/lines/1/what",
          "duplicate" },
        { __LINE__,
          { { "device", "std" }, { "lines.1", "a" } },
          "/answers/lines.1",
          "unknown_question" },
        { __LINE__,
          { { "device", "std" }, { "moment", "2030-06-01T25:00" } },
          "/answers/moment",
          "not_a_date" },
        { __LINE__,
          { { "device", "std" },
            { "lines.0.price", "5" },
            { "lines.0.what", "a" },
            { "lines.0.quantity", "" } },
          "/answers/lines/0/quantity",
          "required" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(form_done) Form f = form_new();
        bool found = false;
        EXPECT_RC_AT(cases[i].line, RC_INVALID,
                     check_fields(&f, cases[i].pairs, 4, ANSWERS_COMPLETE));
        for (size_t k = 0; k < f.errors.n; k++)
            found = found
                    || (str_eq_z(f.errors.at[k].pointer, cases[i].pointer)
                        && str_eq_z(f.errors.at[k].code, cases[i].code));
        if (!found)
            test_fail(__FILE__, cases[i].line, "%.*s %.*s", STR_ARG(f.errors.at[0].pointer),
                      STR_ARG(f.errors.at[0].code));
    }
}

TEST(answers_money_of_a_form_falls_back_to_the_currency_of_the_model)
{
    static const Pair pairs[] = { { "device", "std" },
                                  { "lines.0.what", "a" },
                                  { "lines.0.quantity", "2" },
                                  { "lines.0.price", "1.5" } };
    CLEANUP(form_done) Form f = form_new();

    EXPECT_RC(RC_OK, check_fields(&f, pairs, COUNT_OF(pairs), ANSWERS_COMPLETE));
    CondValue cost = model_cost(f.model, &f.set, &f.facts, 0);
    EXPECT_INT(COND_MONEY, cost.type);
    EXPECT_INT(300, cost.money.minor);
    EXPECT_STR("EUR", cost.money.currency);
}

TEST(answers_initial_takes_prefills_and_defaults)
{
    CLEANUP(form_done) Form f = form_new();
    AnswerInputs in = { 0 };

    EXPECT_RC(RC_OK, answers_initial(f.arena, f.model, &f.facts, &in));
    EXPECT_RC(RC_OK, check_inputs(&f, &in, ANSWERS_DRAFT));
    EXPECT_STR("{\"device\":\"std\",\"site\":\"lund\"}", set_json(&f));
}

TEST(answers_keep_adds_what_a_change_does_not_name)
{
    CLEANUP(form_done) Form f = form_new();
    AnswerInputs in = { 0 };
    const Json *change;

    EXPECT_RC(
        RC_OK,
        check_json(&f,
                   "{\"device\":\"dev\",\"reason\":\"abc\",\"extras\":[\"a\",\"b\"],\"ok\":true,"
                   "\"seats\":1.5,"
                   "\"budget\":{\"amount\":\"5.00\",\"currency\":\"EUR\"},\"day\":\"2030-06-01\","
                   "\"moment\":\"2030-06-01T08:00:00Z\",\"who\":\"bob\",\"lines\":[{\"what\":\"a\","
                   "\"quantity\":1}]}",
                   ANSWERS_COMPLETE));
    EXPECT_RC(RC_OK, json_parse(f.arena, STR("{\"reason\":\"abcd\",\"ok\":null}"), &change, NULL));
    EXPECT_RC(RC_OK, answers_from_json(f.arena, change, &in));
    EXPECT_RC(RC_OK, answers_keep(f.arena, &f.set, &in));
    EXPECT_RC(RC_OK, check_inputs(&f, &in, ANSWERS_COMPLETE));
    EXPECT_STR("{\"device\":\"dev\",\"reason\":\"abcd\",\"extras\":[\"a\",\"b\"],\"seats\":1.5,"
               "\"budget\":{\"amount\":\"5.00\",\"currency\":\"EUR\"},\"day\":\"2030-06-01\","
               "\"moment\":\"2030-06-01T08:00:00Z\",\"who\":\"bob\",\"lines\":[{\"what\":\"a\","
               "\"quantity\":1}]}",
               set_json(&f));
}

/* ---- what the model says ---- */

static bool count_two(void *arg, const CountQuery *q, int64_t *ret)
{
    *ret = *(const int64_t *)arg;
    return q->beneficiary.who == COUNT_BENEFICIARY;
}

TEST(model_entitled_names_the_check_that_fails)
{
    CLEANUP(form_done) Form f = form_new();
    int64_t n = 1;

    f.facts.count = count_two;
    f.facts.count_arg = &n;
    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"dev\",\"reason\":\"abc\"}", ANSWERS_COMPLETE));
    EXPECT(model_entitled(f.model, &f.set, &f.facts, 0) == NULL);
    n = 2;
    EXPECT(model_entitled(f.model, &f.set, &f.facts, 0) == &f.model->entitlement.at[0]);
    n = 0;
    EXPECT_RC(RC_OK,
              check_json(&f,
                         "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":10,\"price\":"
                         "{\"amount\":\"500.00\",\"currency\":\"EUR\"}}]}",
                         ANSWERS_COMPLETE));
    EXPECT(model_entitled(f.model, &f.set, &f.facts, 0) == &f.model->entitlement.at[1]);
}

TEST(model_cost_takes_the_first_line_that_holds)
{
    CLEANUP(form_done) Form f = form_new();
    CondValue cost;

    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"dev\",\"reason\":\"abc\"}", ANSWERS_COMPLETE));
    cost = model_cost(f.model, &f.set, &f.facts, 0);
    EXPECT_INT(240000, cost.money.minor);
    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"std\"}", ANSWERS_COMPLETE));
    cost = model_cost(f.model, &f.set, &f.facts, 0);
    EXPECT_INT(COND_EMPTY, cost.type);
}

TEST(model_audience_target_and_priority_follow_the_facts)
{
    CLEANUP(form_done) Form f = form_new();
    ModelRecord r = { .model = f.model, .facts = &f.facts };
    Str impact, urgency;

    EXPECT(model_audience_holds(f.model, &f.facts, 0));
    f.facts.person.kind = STR("vendor");
    EXPECT(!model_audience_holds(f.model, &f.facts, 0));
    EXPECT(model_target(f.model, &r, 0) == &f.model->targets.at[1]);
    f.facts.urgency = STR("critical");
    EXPECT(model_target(f.model, &r, 0) == &f.model->targets.at[0]);
    model_priority(f.model, NULL, &impact, &urgency);
    EXPECT_STR("team", impact);
    EXPECT_STR("high", urgency);
}

TEST(model_priority_may_come_from_answers)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m = fixture_model(
        a, STR("model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\nform:\n"
               "  - { id: soon, ask: { en: S }, type: choice, options: { low: { en: L }, high: { "
               "en: H } } }\n"
               "priority: { urgency: answer.soon }\n"));
    RequestFacts facts = { 0 };
    AnswerInputs in = { 0 };
    FieldErrors errors = { 0 };
    AnswerSet set;
    Str impact, urgency;

    EXPECT_RC(RC_OK, answers_check(a, m, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &set, &errors));
    model_priority(m, &set, &impact, &urgency);
    EXPECT_STR("normal", urgency);
    EXPECT_RC(RC_OK, answers_from_field(a, STR("soon"), STR("high"), &in));
    EXPECT_RC(RC_OK, answers_check(a, m, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &set, &errors));
    model_priority(m, &set, &impact, &urgency);
    EXPECT_STR("person", impact);
    EXPECT_STR("high", urgency);
}

TEST(answers_shown_follows_each_answer)
{
    CLEANUP(form_done) Form f = form_new();
    bool shown[MODEL_QUESTIONS_MAX];

    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"dev\"}", ANSWERS_DRAFT));
    EXPECT_RC(RC_OK, answers_shown(f.arena, f.model, &f.set, &f.facts, 0, shown));
    EXPECT(shown[0] && shown[1] && !shown[2]);
    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"std\"}", ANSWERS_DRAFT));
    EXPECT_RC(RC_OK, answers_shown(f.arena, f.model, &f.set, &f.facts, 0, shown));
    EXPECT(shown[0] && !shown[1] && !shown[2] && shown[3]);
}

/* Every way to name a question that stands above. */
static const char waiting_yaml[] =
    "model: x\nrecord: request\nkind: goods\nteam: t\nowner: t\nname: { en: X }\n"
    "form:\n"
    "  - { id: device, ask: { en: D }, type: choice, required: true, options: { std: { en: S }, "
    "dev: { en: D } } }\n"
    "  - { id: reason, ask: { en: R }, type: text, show: \"device != std\", required: true }\n"
    "  - { id: more, ask: { en: M }, type: text, show: \"reason != \\\"urgent\\\"\" }\n"
    "  - { id: ok, ask: { en: O }, type: yes_no }\n"
    "  - { id: either, ask: { en: E }, type: text, show: \"device = dev or ok != yes\" }\n"
    "  - { id: both, ask: { en: B }, type: text, show: \"device != dev and ok = no\" }\n"
    "  - { id: blank, ask: { en: N }, type: text, show: \"ok is empty\" }\n";

TEST(a_question_waits_for_the_answers_its_condition_names)
{
    static const struct {
        int line;
        const char *answers, *shown; /* one letter for each question: x is shown */
    } cases[] = {
        { __LINE__, "{}", "x..x..x" },
        { __LINE__, "{\"device\":\"std\"}", "x.xx..x" }, /* no reason will come: it is empty */
        { __LINE__, "{\"device\":\"dev\"}", "xx.xx.x" }, /* one yes is enough for "or" */
        { __LINE__, "{\"device\":\"dev\",\"reason\":\"fun\"}", "xxxxx.x" },
        { __LINE__, "{\"ok\":false}", "x..xx.." },
        { __LINE__, "{\"ok\":true}", "x..x..." },
        { __LINE__, "{\"device\":\"std\",\"ok\":false}", "x.xxxx." },
    };
    CLEANUP(form_done) Form f = form_new();
    bool shown[MODEL_QUESTIONS_MAX];

    f.model = fixture_model(f.arena, str_z(waiting_yaml));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC_AT(cases[i].line, RC_OK, check_json(&f, cases[i].answers, ANSWERS_DRAFT));
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     answers_shown(f.arena, f.model, &f.set, &f.facts, 0, shown));
        for (size_t k = 0; k < f.model->form.n; k++)
            if (shown[k] != (cases[i].shown[k] == 'x'))
                test_fail(__FILE__, cases[i].line, "question %zu", k);
    }
}

TEST(what_is_not_shown_yet_is_neither_wanted_nor_kept)
{
    CLEANUP(form_done) Form f = form_new();

    f.model = fixture_model(f.arena, str_z(waiting_yaml));
    EXPECT_RC(RC_INVALID, check_json(&f, "{\"reason\":\"fun\"}", ANSWERS_COMPLETE));
    EXPECT_INT(1, f.errors.n);
    EXPECT_STR("/answers/device", f.errors.at[0].pointer);
    EXPECT_RC(RC_OK, check_json(&f, "{\"reason\":\"fun\"}", ANSWERS_DRAFT));
    EXPECT(answer_get(&f.set, STR("reason")) == NULL);
    EXPECT_RC(RC_INVALID, check_json(&f, "{\"device\":\"dev\"}", ANSWERS_COMPLETE));
    EXPECT_STR("/answers/reason", f.errors.at[0].pointer);
}

TEST(answers_check_assess_sees_both_sets)
{
    CLEANUP(form_done) Form f = form_new();
    FieldErrors errors = { 0 };
    AnswerInputs in = { 0 };
    AnswerSet assess;

    EXPECT_RC(RC_OK, check_json(&f, "{\"device\":\"dev\",\"reason\":\"abc\"}", ANSWERS_COMPLETE));
    EXPECT_RC(RC_INVALID, answers_check_assess(f.arena, f.model, &in, &f.set, &f.facts, &lookup,
                                               ANSWERS_COMPLETE, 0, &assess, &errors));
    EXPECT_STR("/answers/in_stock", errors.at[0].pointer);
    EXPECT_RC(RC_OK, answers_from_field(f.arena, STR("in_stock"), STR("no"), &in));
    errors = (FieldErrors){ 0 };
    EXPECT_RC(RC_INVALID, answers_check_assess(f.arena, f.model, &in, &f.set, &f.facts, &lookup,
                                               ANSWERS_COMPLETE, 0, &assess, &errors));
    EXPECT_STR("/answers/wait", errors.at[0].pointer);
    EXPECT_RC(RC_OK, answers_from_field(f.arena, STR("wait"), STR("3"), &in));
    EXPECT_RC(RC_OK, answers_check_assess(f.arena, f.model, &in, &f.set, &f.facts, &lookup,
                                          ANSWERS_COMPLETE, 0, &assess, &errors));
    EXPECT_INT(3000, answer_get(&assess, STR("wait"))->value.number);
}

/* ---- hash, rows, words ---- */

static Str hash_of(Form *f, const char *json)
{
    EXPECT_RC(RC_OK, check_json(f, json, ANSWERS_COMPLETE));
    CondValue cost = model_cost(f->model, &f->set, &f->facts, 0);
    return answers_hash(f->arena, &f->set, &cost);
}

TEST(answers_hash_changes_with_what_approvers_saw_only)
{
    CLEANUP(form_done) Form f = form_new();
    Str base = hash_of(&f, "{\"device\":\"dev\",\"reason\":\"abc\",\"extras\":[\"a\",\"b\"]}");

    EXPECT_INT(64, (int64_t)base.len);
    EXPECT_STR(base,
               hash_of(&f, "{\"extras\":[\"b\",\"a\"],\"reason\":\" abc\",\"device\":\"dev\"}"));
    EXPECT_STR(base, hash_of(&f, "{\"device\":\"dev\",\"reason\":\"abc\",\"extras\":[\"a\",\"b\"],"
                                 "\"day\":\"2030-05-05\"}"));
    EXPECT(!str_eq(
        base, hash_of(&f, "{\"device\":\"dev\",\"reason\":\"abd\",\"extras\":[\"a\",\"b\"]}")));
    EXPECT(
        !str_eq(base, hash_of(&f, "{\"device\":\"dev\",\"reason\":\"abc\",\"extras\":[\"a\"]}")));
    EXPECT(!str_eq(
        base,
        hash_of(&f,
                "{\"device\":\"dev\",\"reason\":\"abc\",\"extras\":[\"a\",\"b\"],\"ok\":false}")));
    /* One line of a table more changes the cost, and with it the hash. */
    EXPECT(
        !str_eq(hash_of(&f, "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":1}]}"),
                hash_of(&f, "{\"device\":\"std\",\"lines\":[{\"what\":\"a\",\"quantity\":2}]}")));
}

TEST(answers_come_back_from_rows)
{
    static const char full[] = "{\"device\":\"dev\",\"reason\":\"to "
                               "build\",\"extras\":[\"a\",\"c\"],\"ok\":false,\"seats\":-0,"
                               "\"budget\":{\"amount\":\"12.50\",\"currency\":\"EUR\"},\"day\":"
                               "\"2030-06-01\",\"moment\":\"2030-06-01T08:00:00.250Z\","
                               "\"who\":\"bob\",\"lines\":[{\"what\":\"pen\",\"quantity\":2.5},{"
                               "\"what\":\"ink\",\"quantity\":1,"
                               "\"price\":{\"amount\":\"0.50\",\"currency\":\"SEK\"}}]}";
    CLEANUP(form_done) Form f = form_new();
    AnswerRows rows = { 0 };
    AnswerSet back;

    EXPECT_RC(RC_OK, check_json(&f, full, ANSWERS_COMPLETE));
    Str json = set_json(&f);
    EXPECT_RC(RC_OK, answers_to_rows(f.arena, &f.set, &rows));
    EXPECT_STR("device", rows.at[0].question);
    EXPECT_STR("dev", rows.at[0].text);
    EXPECT(!rows.at[0].number.set);
    EXPECT_RC(
        RC_OK,
        LIST_PUSH(f.arena, &rows,
                  ((AnswerRow){ .question = STR("gone"), .field = STR(""), .text = STR("x") })));
    EXPECT_RC(RC_OK, answers_from_rows(f.arena, &f.model->form, &rows, &back));
    f.set = back;
    EXPECT_STR(json, set_json(&f));
}

static Str name_upper(void *arg, const Question *q, Str key)
{
    return str_fmt(arg, "%s %.*s", question_type_word(q->type), STR_ARG(key));
}

TEST(answer_words_ask_for_the_names_behind_keys)
{
    CLEANUP(form_done) Form f = form_new();
    AnswerNames names = { name_upper, f.arena };
    Reader r = { LANG_EN, zone_utc(), 0 };
    static const struct {
        const char *question, *words;
    } cases[] = { { "asset", "item pc-1" },
                  { "site", "list lund" },
                  { "who", "person bob" },
                  { "group", "team ops" },
                  { "device", "S" } };

    EXPECT_RC(RC_OK, check_json(&f,
                                "{\"device\":\"std\",\"asset\":\"pc-1\",\"site\":\"lund\","
                                "\"who\":\"bob\",\"group\":\"ops\"}",
                                ANSWERS_COMPLETE));
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR(cases[i].words,
                   answer_words(f.arena, &r, answer_get(&f.set, str_z(cases[i].question)), &names));
    EXPECT_STR("pc-1", answer_words(f.arena, &r, answer_get(&f.set, STR("asset")), NULL));
}

TEST(answer_words_speak_the_language_of_the_reader)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m = fixture_model(
        a, STR("model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\nform:\n"
               "  - { id: c, ask: { en: C }, type: choice, options: { r: { en: Red, sv: Röd } } }\n"
               "  - { id: s, ask: { en: S }, type: several, options: { a: { en: One, sv: Ett }, b: "
               "{ en: Two } } }\n"
               "  - { id: y, ask: { en: Y }, type: yes_no }\n"
               "  - { id: t, ask: { en: T }, type: table, columns: [{ id: n, ask: { en: N }, type: "
               "number }, "
               "{ id: w, ask: { en: W }, type: text }] }\n"));
    static const Pair pairs[] = { { "c", "r" },    { "s", "b" },     { "s", "a" },
                                  { "y", "no" },   { "t.0.n", "2" }, { "t.0.w", "x" },
                                  { "t.1.w", "y" } };
    Reader r = { LANG_SV, zone_utc(), ms("2030-01-01T00:00Z") };
    RequestFacts facts = { 0 };
    AnswerInputs in = { 0 };
    FieldErrors errors = { 0 };
    AnswerSet set;

    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        EXPECT_RC(RC_OK, answers_from_field(a, str_z(pairs[i].name), str_z(pairs[i].value), &in));
    EXPECT_RC(RC_OK, answers_check(a, m, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &set, &errors));
    EXPECT_STR("Röd", answer_words(a, &r, answer_get(&set, STR("c")), NULL));
    EXPECT_STR("Ett, Two", answer_words(a, &r, answer_get(&set, STR("s")), NULL));
    EXPECT_STR(i18n_text(LANG_SV, "No"), answer_words(a, &r, answer_get(&set, STR("y")), NULL));
    EXPECT_STR("2, x; y", answer_words(a, &r, answer_get(&set, STR("t")), NULL));
}

/* ---- bundles ---- */

TEST(bundle_parts_take_shared_answers_and_constants)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *bike = fixture_model(a, fixture_file(a, FIXTURE_SHOP "/models/bike.yaml"));
    const BundleVersion *b = NULL;
    RequestFacts facts = { 0 };
    AnswerInputs in = { 0 }, part = { 0 };
    FieldErrors errors = { 0 };
    AnswerSet shared, answers;
    Diagnostics d;

    diagnostics_init(&d, a);
    EXPECT_RC(RC_OK, bundle_parse(a, fixture_file(a, FIXTURE_SHOP "/bundles/start.yaml"),
                                  STR("start.yaml"), &b, &d));
    EXPECT_RC(RC_INVALID,
              answers_check(a, b->form, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &shared, &errors));
    EXPECT_RC(RC_OK, answers_from_field(a, STR("from"), STR("2030-02-01"), &in));
    EXPECT_RC(RC_OK,
              answers_check(a, b->form, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &shared, &errors));
    EXPECT(bundle_part_holds(&b->parts.at[0], &shared, &facts, 0));
    EXPECT(!bundle_part_holds(&b->parts.at[1], &shared, &facts, 0));
    EXPECT_RC(RC_OK, answers_from_field(a, STR("frame"), STR("high"), &in));
    EXPECT_RC(RC_OK,
              answers_check(a, b->form, &in, &facts, NULL, ANSWERS_COMPLETE, 0, &shared, &errors));
    EXPECT(bundle_part_holds(&b->parts.at[1], &shared, &facts, 0));
    EXPECT_RC(RC_OK, bundle_part_inputs(a, &b->parts.at[1], &shared, &part));
    EXPECT_RC(RC_OK,
              answers_check(a, bike, &part, &facts, NULL, ANSWERS_COMPLETE, 0, &answers, &errors));
    EXPECT_STR("high", answer_get(&answers, STR("frame"))->value.text);
    EXPECT(!answer_get(&answers, STR("electric"))->value.yes);
    EXPECT_INT(2, (int64_t)answer_get(&answers, STR("extras"))->value.keys_n);
}
