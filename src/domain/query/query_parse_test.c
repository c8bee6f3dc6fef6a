#include "core/buf.h"
#include "domain/query/query_fixture.h"
#include "support/test.h"

static Rc parse(const char *text, CondError *e)
{
    const Cond *c;
    return cond_parse(test_arena(), str_z(text), &fixture_schema, &c, e);
}

TEST(cond_parse_accepts_the_whole_language)
{
    static const struct {
        int line;
        const char *text;
    } cases[] = {
        { __LINE__, "device = standard" },
        { __LINE__, "device != standard and cost > 1500 EUR" },
        { __LINE__, "not (device = light or device = standard)" },
        { __LINE__, "device in (standard, light, empty)" },
        { __LINE__, "device not in (standard, light)" },
        { __LINE__, "site = \"24\" or site = 24 or site = cc-4100 or site = hardware/screens" },
        { __LINE__, "device = answer.other" },
        { __LINE__, "areas = lab and areas in (lab, works)" },
        { __LINE__, "reason is empty or reason is not empty" },
        { __LINE__, "reason ~ \"vpn 密码\"" },
        { __LINE__, "title = reason and title = \"a \\\"quoted\\\" word\"" },
        { __LINE__, "seats * price <= 100.50 EUR" },
        { __LINE__, "2 * (seats + 1) >= limit - -3" },
        { __LINE__, "danger = yes and safe = danger" },
        { __LINE__, "first_day >= 2027-06-01 and last_day > first_day + 2d" },
        { __LINE__, "created > now - 3y and created < 2027-06-01T10:00Z" },
        { __LINE__, "created > 2027-06-01T10:00:00+02:00" },
        { __LINE__, "created > start_of(week) and first_day < now" },
        { __LINE__, "keeper = me or keeper = anna.svensson or keeper in (me, agent)" },
        { __LINE__, "site in my_teams" },
        { __LINE__, "urgency >= high" },
        { __LINE__, "sum(lines.quantity * lines.price) > 1000 EUR" },
        { __LINE__, "sum(lines.quantity * seats) > 3 and not (lines is empty)" },
        { __LINE__, "count(model = laptop and beneficiary = $beneficiary and outcome in "
                    "(fulfilled, partly, empty) "
                    "and created > now - 3y) < 1" },
        { __LINE__, "count(model in (laptop, phone) and requester = anna and state != closed and "
                    "outcome is empty "
                    "and created >= 2027-01-01 and created <= now) <= seats" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CondError e;
        Rc rc = parse(cases[i].text, &e);
        if (rc != RC_OK)
            test_fail(__FILE__, cases[i].line, "%u: %.*s", e.column,
                      STR_ARG(cond_error_english(test_arena(), &e)));
    }
}

TEST(cond_parse_says_what_is_wrong_and_where)
{
    static const struct {
        int line;
        const char *text;
        const char *code;
        uint32_t column;
        const char *says; /* part of the sentence */
    } cases[] = {
        { __LINE__, "", "syntax", 1, "not the end" },
        { __LINE__, "device", "type", 1, "Say what device is compared with" },
        { __LINE__, "danger", "type", 1, "write danger = yes" },
        { __LINE__, "cost + 1 EUR", "type", 6, "not money alone" },
        { __LINE__, "devise = standard", "unknown_name", 1, "Is device meant?" },
        { __LINE__, "colour = red", "unknown_name", 1, "There is no colour in this test." },
        { __LINE__, "device = dev", "unknown_key", 10, "standard, light, developer" },
        { __LINE__, "device == standard", "syntax", 8, "write =" },
        { __LINE__, "device = standard && seats = 1", "syntax", 19, "write and" },
        { __LINE__, "!danger", "syntax", 1, "write not" },
        { __LINE__, "device = standard AND seats = 1", "syntax", 19, "and, or" },
        { __LINE__, "AND = 1", "syntax", 1, "Write and instead" },
        { __LINE__, "reason = broken", "type", 10, "Texts stand in quotes: write \"broken\"" },
        { __LINE__, "reason = 'broken'", "syntax", 10, "double quotes" },
        { __LINE__, "reason = \"broken", "syntax", 10, "does not end" },
        { __LINE__, "reason = \"a\\n\"", "syntax", 10, "backslash" },
        { __LINE__, "reason > \"a\"", "type", 8, "use = or in" },
        { __LINE__, "device > light", "type", 8, "use = or in" },
        { __LINE__, "danger < yes", "type", 8, "use = or in" },
        { __LINE__, "danger = true", "syntax", 10, "yes or no" },
        { __LINE__, "danger = maybe", "syntax", 10, "yes or no" },
        { __LINE__, "cost > 1500", "type", 8, "1500 EUR" },
        { __LINE__, "cost > 15.001 EUR", "syntax", 8, "not an amount" },
        { __LINE__, "cost = first_day", "type", 8, "compares money with a date" },
        { __LINE__, "seats + cost = 1", "type", 7, "does not go together" },
        { __LINE__, "cost * price > 1 EUR", "type", 6, "does not go together" },
        { __LINE__, "first_day - last_day > 2d", "type", 11, "does not go together" },
        { __LINE__, "first_day + 2wd > now", "type", 13, "no calendar" },
        { __LINE__, "2d > 1d", "type", 1, "added to a moment" },
        { __LINE__, "lines.price > 1 EUR", "type", 1, "write sum(lines.price)" },
        { __LINE__, "sum(seats) > 1", "type", 1, "needs a column" },
        { __LINE__, "sum(lines.quantity * parts.weight) > 1", "type", 22, "one table" },
        { __LINE__, "sum(sum(lines.quantity)) > 1", "syntax", 5, "inside sum" },
        { __LINE__, "lines = 3", "type", 1, "A table can only" },
        { __LINE__, "seats ~ \"a\"", "type", 7, "looks for words" },
        { __LINE__, "device = empty", "syntax", 10, "is empty" },
        { __LINE__, "device is light", "syntax", 11, "empty is expected" },
        { __LINE__, "device in standard", "syntax", 11, "A list such as" },
        { __LINE__, "device in (standard", "syntax", 20, ", or )" },
        { __LINE__, "device in ()", "syntax", 12, "A key" },
        { __LINE__, "(device = light", "syntax", 16, ") is expected" },
        { __LINE__, "device = light)", "syntax", 15, "The end is expected" },
        { __LINE__, "device = light seats = 1", "syntax", 16, "and, or" },
        { __LINE__, "(device = light) = (device = light)", "type", 9, "cannot be compared" },
        { __LINE__, "max(seats) = 1", "unknown_name", 1, "no function max" },
        { __LINE__, "created > start_of(quarter)", "syntax", 20, "day, week, month or year" },
        { __LINE__, "keeper = $beneficiary", "unknown_name", 10, "$beneficiary" },
        { __LINE__, "device = cost", "unknown_key", 10, "one of" },
        { __LINE__, "urgency >= device", "unknown_key", 12, "low, normal" },
        { __LINE__, "urgency >= answer.other", "type", 9, "does not go together" },
        { __LINE__, "seats # 1", "syntax", 7, "\"#\" cannot stand here" },
        { __LINE__, "密码 = 1", "syntax", 1, "double quotes" },
        { __LINE__, "count(owner = x) < 1", "unknown_name", 7, "not owner" },
        { __LINE__, "count(model = laptop or model = phone) < 1", "syntax", 22, "and or )" },
        { __LINE__, "count(model = laptop and model = phone) < 1", "syntax", 26, "asked twice" },
        { __LINE__, "count(model > laptop) < 1", "syntax", 13, "= or in" },
        { __LINE__, "count(outcome = done) < 1", "unknown_key", 17, "one of: empty, fulfilled" },
        { __LINE__, "count(state is empty) < 1", "syntax", 13, "=, != or in" },
        { __LINE__,
          "count(state not in (draft, submitted, assessing, awaiting_approval, fulfilling, "
          "pending, fulfilled, "
          "closed)) < 1",
          "type", 108, "Nothing can meet" },
        { __LINE__, "count(created = now) < 1", "syntax", 15, "<, <=, > or >=" },
        { __LINE__, "count(created > first_day) < 1", "unknown_name", 17, "inside count" },
        { __LINE__, "count(created > now and created >= now) < 1", "syntax", 25, "two bounds" },
        { __LINE__, "count(created > 3) < 1", "type", 17, "A date or a moment" },
        { __LINE__, "count(beneficiary = $team) < 1", "syntax", 21, "$beneficiary" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CondError e = { 0 };
        EXPECT_RC_AT(cases[i].line, RC_INVALID, parse(cases[i].text, &e));
        EXPECT_STR_AT(cases[i].line, cases[i].code, e.code);
        if (!str_contains(cond_error_english(test_arena(), &e), str_z(cases[i].says)))
            test_fail(__FILE__, cases[i].line, "says: %.*s",
                      STR_ARG(cond_error_english(test_arena(), &e)));
        EXPECT_INT_AT(cases[i].line, cases[i].column, e.column);
    }
}

TEST(cond_parse_suggests_the_nearest_word)
{
    static const struct {
        int line;
        const char *text, *says;
    } cases[] = {
        { __LINE__, "devcie = light", "There is no devcie here. Is device meant?" },
        { __LINE__, "first_dya is empty", "Is first_day meant?" },
        { __LINE__, "Urgency = high", "Is urgency meant?" },
        { __LINE__, "urgency = hihg",
          "urgency is never \"hihg\". Is high meant? It is one of: low" },
        { __LINE__, "urgency = critcl", "Is critical meant?" },
        { __LINE__, "urgency = soon", "urgency is never \"soon\"; it is one of: low" },
        { __LINE__, "elsewhere = 3", "There is no elsewhere in this test." },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CondError e = { 0 };
        EXPECT_RC_AT(cases[i].line, RC_INVALID, parse(cases[i].text, &e));
        Str said = cond_error_english(test_arena(), &e);
        if (!str_contains(said, str_z(cases[i].says)))
            test_fail(__FILE__, cases[i].line, "says: %.*s", STR_ARG(said));
    }
}

TEST(cond_parse_speaks_the_language_of_the_reader)
{
    Reader reader = { .lang = LANG_SV, .zone = zone_utc() };
    CondError e = { 0 };

    EXPECT_RC(RC_INVALID, parse("urgency =", &e));
    EXPECT_STR("En nyckel väntas här, inte slutet.", words_text(test_arena(), &reader, &e.text));
    reader.lang = LANG_ZH;
    EXPECT_STR("这里需要键，而不是结尾。", words_text(test_arena(), &reader, &e.text));
}

static Str repeated(const char *head, const char *middle, int n, const char *tail)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 65536);
    buf_add(&b, str_z(head));
    for (int i = 0; i < n; i++)
        buf_add(&b, str_z(middle));
    buf_add(&b, str_z(tail));
    return str_dup(test_arena(), buf_str(&b));
}

TEST(cond_parse_bounds_depth_and_length)
{
    const Cond *c;
    CondError e;
    Arena *a = test_arena();

    EXPECT_RC(RC_OK,
              cond_parse(a, repeated("", "not ", 29, "danger = yes"), &fixture_schema, &c, &e));
    EXPECT_RC(RC_LIMIT,
              cond_parse(a, repeated("", "not ", 32, "danger = yes"), &fixture_schema, &c, &e));
    EXPECT_STR("limit", e.code);
    EXPECT_RC(RC_LIMIT,
              cond_parse(a, repeated("", "(", 40, "danger = yes"), &fixture_schema, &c, &e));
    EXPECT_RC(RC_LIMIT, cond_parse(a, repeated("seats = ", "-", 40, "1"), &fixture_schema, &c, &e));
    EXPECT_RC(RC_OK, cond_parse(a, repeated("seats = 1", " + 1", 29, ""), &fixture_schema, &c, &e));
    EXPECT_RC(RC_LIMIT,
              cond_parse(a, repeated("seats = 1", " + 1", 32, ""), &fixture_schema, &c, &e));
    /* A chain of and is one node, so it may be long. */
    EXPECT_RC(RC_OK, cond_parse(a, repeated("danger = yes", " and danger = yes", 100, ""),
                                &fixture_schema, &c, &e));
    EXPECT_INT(101, (int64_t)c->list_n);

    Str longest = repeated("reason = \"", "a", COND_TEXT_MAX - 11, "\"");
    EXPECT_INT(COND_TEXT_MAX, (int64_t)longest.len);
    EXPECT_RC(RC_OK, cond_parse(a, longest, &fixture_schema, &c, &e));
    EXPECT_RC(RC_LIMIT, cond_parse(a, repeated("reason = \"", "a", COND_TEXT_MAX - 10, "\""),
                                   &fixture_schema, &c, &e));

    EXPECT_RC(RC_OK, cond_parse(a, repeated("site in (a", ",a", COND_LIST_MAX - 1, ")"),
                                &fixture_schema, &c, &e));
    EXPECT_RC(RC_LIMIT, cond_parse(a, repeated("site in (a", ",a", COND_LIST_MAX, ")"),
                                   &fixture_schema, &c, &e));
    EXPECT_RC(RC_INVALID, cond_parse(a, STR("danger = \x01"), &fixture_schema, &c, &e));
    EXPECT_RC(RC_INVALID, cond_parse(a, STR("reason = \"\xFF\""), &fixture_schema, &c, &e));
}

TEST(cond_parse_value_wants_one_of_the_types)
{
    const Cond *c;
    CondError e;
    Arena *a = test_arena();

    EXPECT_RC(RC_OK,
              cond_parse_value(a, STR("900 EUR"), &fixture_schema, 1U << COND_MONEY, &c, &e));
    EXPECT_RC(RC_OK, cond_parse_value(a, STR("sum(lines.quantity * lines.price)"), &fixture_schema,
                                      1U << COND_MONEY, &c, &e));
    EXPECT_RC(RC_INVALID,
              cond_parse_value(a, STR("900"), &fixture_schema, 1U << COND_MONEY, &c, &e));
    EXPECT_STR("This gives a number; money is expected.", cond_error_english(test_arena(), &e));
    EXPECT_RC(RC_INVALID, cond_parse_value(a, STR("900 EUR > cost"), &fixture_schema,
                                           1U << COND_MONEY, &c, &e));
    EXPECT_RC(RC_INVALID, cond_parse_value(a, STR("(900 EUR > cost)"), &fixture_schema,
                                           1U << COND_YES_NO, &c, &e));
    EXPECT_RC(RC_OK, cond_parse_value(a, STR("first_day + 1d"), &fixture_schema,
                                      1U << COND_DATE | 1U << COND_DATETIME, &c, &e));
    EXPECT_INT(COND_DATE, c->type);
    EXPECT_RC(RC_OK, cond_parse_value(a, STR("first_day + 1h"), &fixture_schema,
                                      1U << COND_DATE | 1U << COND_DATETIME, &c, &e));
    EXPECT_INT(COND_DATETIME, c->type);
}

TEST(cond_parse_reads_what_a_name_was)
{
    static const struct {
        int line;
        const char *text;
        uint32_t column;
        const char *says;
    } bad[] = {
        { __LINE__, "site was 24", 6, "What site was before is not kept." },
        { __LINE__, "seats + 1 was 2", 11, "was asks for the past of a field." },
        { __LINE__, "device was", 11, "A key is expected" },
        { __LINE__, "device was heavy", 12, "device is never" },
        { __LINE__, "device was light before", 24, "" },
        { __LINE__, "device was light before 5 EUR", 25, "" },
        { __LINE__, "device was light before now after now", 29,
          "and, or, a comparison or the end" },
        { __LINE__, "device was empty", 12, "is empty" },
    };
    const Cond *c;
    CondError e;

    EXPECT_RC(RC_OK, cond_parse(test_arena(), STR("device was light after 2029-01-01"),
                                &fixture_schema, &c, &e));
    EXPECT(c->op == COND_WAS && c->list_n == 2);
    EXPECT_INT(COND_DATE, c->list[0]->type);
    EXPECT_INT(COND_EMPTY, c->list[1]->type);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        EXPECT_RC_AT(bad[i].line, RC_INVALID,
                     cond_parse(test_arena(), str_z(bad[i].text), &fixture_schema, &c, &e));
        EXPECT_INT_AT(bad[i].line, bad[i].column, e.column);
        if (!str_contains(cond_error_english(test_arena(), &e), str_z(bad[i].says)))
            test_fail(__FILE__, bad[i].line, "%.*s", STR_ARG(cond_error_english(test_arena(), &e)));
    }
}

TEST(cond_parse_list_reads_the_order)
{
    CondList l;
    CondError e;
    Arena *a = test_arena();

    EXPECT_RC(RC_OK, cond_parse_list(a, STR("danger = yes order by created, urgency desc"),
                                     &fixture_schema, &l, &e));
    EXPECT(l.where != NULL);
    EXPECT_INT(2, (int64_t)l.order_n);
    EXPECT_STR("created", l.order[0].name->name);
    EXPECT(!l.order[0].descending && l.order[1].descending);
    EXPECT_RC(RC_OK, cond_parse_list(a, STR("order by first_day asc"), &fixture_schema, &l, &e));
    EXPECT(l.where == NULL && l.order_n == 1);
    EXPECT_RC(RC_OK, cond_parse_list(a, STR("  "), &fixture_schema, &l, &e));
    EXPECT(l.where == NULL && l.order_n == 0);
    EXPECT_RC(RC_INVALID, cond_parse_list(a, STR("order by reason"), &fixture_schema, &l, &e));
    EXPECT_STR("A list cannot be ordered by reason.", cond_error_english(test_arena(), &e));
    EXPECT_RC(RC_INVALID, cond_parse_list(a, STR("order by size"), &fixture_schema, &l, &e));
    EXPECT_RC(RC_INVALID, cond_parse_list(a, STR("order created"), &fixture_schema, &l, &e));
    EXPECT_RC(RC_INVALID, cond_parse_list(a, STR("order by"), &fixture_schema, &l, &e));
    EXPECT_RC(RC_INVALID,
              cond_parse_list(a, STR("danger order by created"), &fixture_schema, &l, &e));
    EXPECT_RC(RC_LIMIT, cond_parse_list(a, STR("order by created, created, created, created"),
                                        &fixture_schema, &l, &e));
}

TEST(count_bounds_are_half_open)
{
    static const struct {
        int line;
        const char *text;
        const char *from, *before; /* NULL: open */
    } cases[] = {
        { __LINE__, "count(created > now - 1d) = 0", "2030-01-04T12:00:00.001Z", NULL },
        { __LINE__, "count(created >= now - 1d) = 0", "2030-01-04T12:00:00Z", NULL },
        { __LINE__, "count(created < 2030-01-01 and created >= start_of(year)) = 0",
          "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z" },
        { __LINE__, "count(created <= now) = 0", NULL, "2030-01-05T12:00:00.001Z" },
        { __LINE__, "count(model = laptop) = 0", NULL, NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Cond *c;
        CondError e;
        Ms from, before;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cond_parse(test_arena(), str_z(cases[i].text), &fixture_schema, &c, &e));
        count_bounds(c->a->count, ms("2030-01-05T12:00Z"), NULL, &from, &before);
        EXPECT_MS_AT(cases[i].line, cases[i].from ? ms(cases[i].from) : INT64_MIN, from);
        EXPECT_MS_AT(cases[i].line, cases[i].before ? ms(cases[i].before) : INT64_MAX, before);
    }
}

TEST(cond_parse_keeps_the_parts_of_a_count)
{
    const Cond *c;
    CondError e;

    EXPECT_RC(RC_OK, cond_parse(test_arena(),
                                STR("count(model in (laptop, phone) and beneficiary = $beneficiary "
                                    "and requester = anna "
                                    "and state not in (draft, closed) and outcome != empty) < 1"),
                                &fixture_schema, &c, &e));
    const CountQuery *q = c->a->count;
    EXPECT_INT(2, (int64_t)q->models_n);
    EXPECT_STR("phone", q->models[1]);
    EXPECT_INT(COUNT_BENEFICIARY, q->beneficiary.who);
    EXPECT_INT(COUNT_LOGIN, q->requester.who);
    EXPECT_STR("anna", q->requester.login);
    EXPECT_INT(0x7E, q->states);
    EXPECT_INT(0x7E, q->outcomes);
}

TEST(who_parse_reads_and_writes_every_form)
{
    static const struct {
        int line;
        const char *text, *canonical;
        WhoKind kind;
    } cases[] = {
        { __LINE__, "manager(beneficiary)", NULL, WHO_MANAGER },
        { __LINE__, "manager( manager(requester) )", "manager(manager(requester))", WHO_MANAGER },
        { __LINE__, "manager(answer.colleague)", NULL, WHO_MANAGER },
        { __LINE__, "manager(manager(manager(manager(manager(beneficiary)))))", NULL, WHO_MANAGER },
        { __LINE__, "lead(workplace)", NULL, WHO_LEAD },
        { __LINE__, "team(finance)", NULL, WHO_TEAM },
        { __LINE__, "owner(answer.application)", NULL, WHO_OWNER },
        { __LINE__, "person(anna.svensson)", NULL, WHO_PERSON },
        { __LINE__, "answer.keeper", NULL, WHO_ANSWER },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Who w;
        CondError e;
        EXPECT_RC_AT(cases[i].line, RC_OK, who_parse(test_arena(), str_z(cases[i].text), &w, &e));
        EXPECT_INT_AT(cases[i].line, cases[i].kind, w.kind);
        EXPECT_STR_AT(cases[i].line, cases[i].canonical ? cases[i].canonical : cases[i].text,
                      who_text(test_arena(), &w));
    }
}

TEST(who_parse_refuses_everything_else)
{
    static const char *const bad[] = {
        "",
        "manager",
        "manager()",
        "manager(team)",
        "manager(beneficiary",
        "manager(manager(beneficiary)",
        "manager(beneficiary))",
        "manager(manager(manager(manager(manager(manager(beneficiary))))))",
        "lead()",
        "lead(Workplace)",
        "team(\"x\")",
        "owner(application)",
        "owner(answer.)",
        "person()",
        "answer.",
        "answer",
        "boss(beneficiary)",
        "lead(a) lead(b)",
        "lead(a), lead(b)",
        "lead(a",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        Who w;
        CondError e;
        if (who_parse(test_arena(), str_z(bad[i]), &w, &e) != RC_INVALID)
            test_fail(__FILE__, __LINE__, "accepted %s", bad[i]);
        EXPECT(e.text.msgid != NULL && e.column > 0);
    }
}
