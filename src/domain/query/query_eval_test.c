#include "core/buf.h"
#include "domain/query/query_fixture.h"
#include "support/test.h"

static const Str lab_office[] = { STR_INIT("lab"), STR_INIT("office") };
static const Str finance_hr[] = { STR_INIT("finance"), STR_INIT("hr") };

static const FixtureValue values[] = {
    { "device", 0, FIXTURE_KEY("light") },
    { "answer.device", 0, FIXTURE_KEY("light") },
    { "site", 0, FIXTURE_KEY("24") },
    { "urgency", 0, FIXTURE_KEY("high") },
    { "areas", 0, { .type = COND_KEYS, .keys = lab_office, .keys_n = 2 } },
    { "reason", 0, FIXTURE_TEXT("Mein LÖSENORD für das VPN") },
    { "seats", 0, FIXTURE_NUMBER(2500) },
    { "cost", 0, FIXTURE_MONEY(140000, "EUR") },
    { "price", 0, FIXTURE_MONEY(999, "EUR") },
    { "danger", 0, FIXTURE_YES(true) },
    { "keeper", 0, FIXTURE_PERSON("anna") },
    { "me", 0, FIXTURE_PERSON("anna") },
    { "my_teams", 0, { .type = COND_KEYS, .keys = finance_hr, .keys_n = 2 } },
    { "lines.quantity", 0, FIXTURE_NUMBER(3000) },
    { "lines.price", 0, FIXTURE_MONEY(1050, "EUR") },
    { "lines.quantity", 1, FIXTURE_NUMBER(1500) },
    { "lines.price", 1, FIXTURE_MONEY(333, "EUR") },
    { "lines.price", 2, FIXTURE_MONEY(99999, "EUR") }, /* no quantity: adds nothing */
};

static bool eval_in(const FixtureValue *at, size_t n, const char *text, int line)
{
    FixtureRecord r = { at, n, 3, 2 };
    CondRecord rec = fixture_record(&r);
    const Cond *c;
    CondError e;
    bool holds = false;

    if (cond_parse(test_arena(), str_z(text), &fixture_schema, &c, &e) != RC_OK)
        test_fail(__FILE__, line, "%.*s", STR_ARG(cond_error_english(test_arena(), &e)));
    EXPECT_RC_AT(line, RC_OK,
                 cond_eval(c, &rec, ms("2030-01-09T12:00Z"), &holds)); /* a Wednesday */
    return holds;
}

TEST(cond_eval_follows_the_rules_of_each_type)
{
    static const struct {
        int line;
        const char *text;
        bool holds;
    } cases[] = {
        { __LINE__, "device = light", true },
        { __LINE__, "device = standard", false },
        { __LINE__, "device != standard", true },
        { __LINE__, "device in (standard, light)", true },
        { __LINE__, "device not in (standard, light)", false },
        { __LINE__, "device in (standard, empty)", false },
        { __LINE__, "device = answer.device", true },
        { __LINE__, "device was standard", true },
        { __LINE__, "device was light", true },
        { __LINE__, "device was developer", false },
        { __LINE__, "device was standard after 2029-01-01", false },
        { __LINE__, "device was standard after 2028-12-31", true },
        { __LINE__, "device was light before 2029-01-01", false },
        { __LINE__, "device was light before 2029-01-02", true },
        { __LINE__, "keeper was me before now", true },
        { __LINE__, "keeper was me after now before now - 1h", false },
        { __LINE__, "not keeper was berta before now - 3y", false },
        { __LINE__, "site = 24 and site = \"24\"", true },
        { __LINE__, "urgency >= high", true },
        { __LINE__, "urgency > high", false },
        { __LINE__, "urgency < critical", true },
        { __LINE__, "urgency <= normal", false },
        { __LINE__, "areas = lab", true },
        { __LINE__, "areas = works", false },
        { __LINE__, "areas != works", true },
        { __LINE__, "areas in (works, office)", true },
        { __LINE__, "areas in (works, store)", false },
        { __LINE__, "areas in my_teams", false },
        { __LINE__, "reason = \"mein lösenord FÜR das vpn\"", true },
        { __LINE__, "reason ~ \"lösen\"", true },
        { __LINE__, "reason ~ \"passwort\"", false },
        { __LINE__, "seats = 2.5", true },
        { __LINE__, "seats > 2 and seats < 3", true },
        { __LINE__, "seats * 2 = 5", true },
        { __LINE__, "seats - 3 = -0.5", true },
        { __LINE__, "-seats = -2.5", true },
        { __LINE__, "cost = 1400 EUR", true },
        { __LINE__, "cost > 1399.99 EUR and cost < 1400.01 EUR", true },
        { __LINE__, "cost > 1 SEK", false },
        { __LINE__, "cost < 999999 SEK", false },
        { __LINE__, "cost != 1400 SEK", true },
        { __LINE__, "cost + 1 SEK is empty", true },
        { __LINE__, "cost + 1 EUR = 1401 EUR", true },
        { __LINE__, "seats * price = 24.98 EUR", true }, /* 24.975: halves away from zero */
        { __LINE__, "price * -seats = -24.98 EUR", true },
        { __LINE__, "-cost < 0 EUR", true },
        { __LINE__, "danger = yes", true },
        { __LINE__, "danger = no", false },
        { __LINE__, "keeper = anna", true },
        { __LINE__, "keeper = Anna", false },
        { __LINE__, "keeper = me", true },
        { __LINE__, "keeper in (bert, me)", true },
        { __LINE__, "sum(lines.quantity * lines.price) = 36.50 EUR",
          true }, /* 31.50 + 5.00 (4.995) */
        { __LINE__, "sum(lines.quantity) = 4.5", true },
        { __LINE__, "sum(lines.price) = 1013.82 EUR", true },
        { __LINE__, "count(model = laptop) = 2", true },
        { __LINE__, "count(model = laptop) < 1", false },
        { __LINE__, "not (danger = no) and (device = standard or seats = 2.5)", true },
        { __LINE__, "danger = yes or cost > 1 EUR and danger = no", true }, /* and binds tighter */
        { __LINE__, "(danger = yes or cost > 1 EUR) and danger = no", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].holds,
                      eval_in(values, COUNT_OF(values), cases[i].text, cases[i].line));
}

TEST(cond_eval_of_empty_is_false_but_for_its_own_questions)
{
    static const FixtureValue blank[] = {
        { "reason", 0, FIXTURE_TEXT("") },
        { "areas", 0, { .type = COND_KEYS } },
    };
    static const struct {
        int line;
        const char *text;
        bool holds;
    } cases[] = {
        { __LINE__, "device = light", false },
        { __LINE__, "device != light", true },
        { __LINE__, "device in (light, empty)", true },
        { __LINE__, "device in (light)", false },
        { __LINE__, "device is empty", true },
        { __LINE__, "device is not empty", false },
        { __LINE__, "reason is empty and areas is empty", true },
        { __LINE__, "reason = \"\"", false },
        { __LINE__, "reason ~ \"a\"", false },
        { __LINE__, "seats = limit", false },
        { __LINE__, "seats <= limit or seats > limit", false },
        { __LINE__, "seats + 1 > 0", false },
        { __LINE__, "cost < 1 EUR or cost >= 1 EUR", false },
        { __LINE__, "danger = no", false },
        { __LINE__, "danger != yes", true },
        { __LINE__, "first_day < now or first_day >= now", false },
        { __LINE__, "keeper = me", false },
        { __LINE__, "site in my_teams", false },
        { __LINE__, "sum(lines.quantity) is empty", true },
        { __LINE__, "sum(lines.price) > 0 EUR", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].holds,
                      eval_in(blank, COUNT_OF(blank), cases[i].text, cases[i].line));
}

TEST(cond_eval_compares_days_and_moments_in_the_zone_of_the_record)
{
    static const struct {
        int line;
        const char *text, *zone;
        bool holds;
    } cases[] = {
        /* now is Wednesday 9 January 2030, 23:30 UTC: already the 10th in Stockholm. */
        { __LINE__, "first_day = 2030-01-10", "UTC", true },
        { __LINE__, "first_day > now", "UTC", true },
        { __LINE__, "first_day > now", "Europe/Stockholm", false },
        { __LINE__, "first_day <= now", "Europe/Stockholm", true },
        { __LINE__, "first_day - 1d <= now", "UTC", true },
        { __LINE__, "first_day + 1y = 2031-01-10", "UTC", true },
        { __LINE__, "created >= start_of(day)", "UTC", true },
        { __LINE__, "created >= start_of(day)", "Europe/Stockholm", false },
        { __LINE__, "created >= start_of(week)", "UTC", true },
        { __LINE__, "created - 3d >= start_of(week)", "UTC", false },
        { __LINE__, "created - 2d >= start_of(week)", "UTC", true }, /* Monday 7 January, 10:00 */
        { __LINE__, "created >= start_of(month) and created - 9d < start_of(month)", "UTC", true },
        { __LINE__, "created >= start_of(year) and created - 9d < start_of(year)", "UTC", true },
        { __LINE__, "created = 2030-01-09T10:00Z and created = 2030-01-09T11:00:00+01:00", "UTC",
          true },
        { __LINE__, "created < 2030-01-10 and created > 2030-01-09", "Europe/Stockholm", true },
    };
    FixtureValue at[] = {
        { "first_day", 0, { .type = COND_DATE, .at = ms("2030-01-10T00:00Z") } },
        { "created", 0, { .type = COND_DATETIME, .at = ms("2030-01-09T10:00Z") } },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        FixtureRecord r = { at, COUNT_OF(at), 0, 0 };
        CondRecord rec = fixture_record(&r);
        const Cond *c;
        CondError e;
        bool holds;
        rec.zone = zone_get(str_z(cases[i].zone));
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cond_parse(test_arena(), str_z(cases[i].text), &fixture_schema, &c, &e));
        EXPECT_RC_AT(cases[i].line, RC_OK, cond_eval(c, &rec, ms("2030-01-09T23:30Z"), &holds));
        EXPECT_INT_AT(cases[i].line, cases[i].holds, holds);
    }
}

TEST(cond_eval_gives_empty_for_what_does_not_fit)
{
    static const FixtureValue big[] = {
        { "seats", 0, FIXTURE_NUMBER(INT64_MAX / 2) },
        { "limit", 0, FIXTURE_NUMBER(INT64_MAX / 2 + 10) },
        { "cost", 0, FIXTURE_MONEY(INT64_MAX - 1, "EUR") },
        { "lines.price", 0, FIXTURE_MONEY(1, "EUR") },
        { "lines.price", 1, FIXTURE_MONEY(1, "SEK") },
    };

    EXPECT(eval_in(big, COUNT_OF(big), "seats + limit is empty", __LINE__));
    EXPECT(eval_in(big, COUNT_OF(big), "seats * limit is empty", __LINE__));
    EXPECT(eval_in(big, COUNT_OF(big), "seats + 1 is not empty", __LINE__));
    EXPECT(eval_in(big, COUNT_OF(big), "cost + 0.01 EUR is not empty", __LINE__));
    EXPECT(eval_in(big, COUNT_OF(big), "cost + 0.02 EUR is empty", __LINE__));
    EXPECT(eval_in(big, COUNT_OF(big), "sum(lines.price) is empty", __LINE__));
}

TEST(cond_eval_of_nothing_holds)
{
    CondRecord rec = { 0 };
    bool holds = false;

    EXPECT_RC(RC_OK, cond_eval(NULL, &rec, 0, &holds));
    EXPECT(holds);
}

static size_t many_rows(void *arg, Str table)
{
    UNUSED(table);
    return *(const size_t *)arg;
}

TEST(cond_eval_stops_after_its_steps)
{
    size_t rows = 33333;
    CondRecord rec = { .rows = many_rows, .arg = &rows };
    const Cond *c;
    CondError e;
    bool holds;

    /* Two steps for the comparison and its constant, one for the sum, three for each row. */
    EXPECT_RC(RC_OK, cond_parse(test_arena(), STR("sum(lines.quantity * lines.price) > 1 EUR"),
                                &fixture_schema, &c, &e));
    rows = (COND_STEPS_MAX - 3) / 3;
    EXPECT_RC(RC_OK, cond_eval(c, &rec, 0, &holds));
    rows++;
    EXPECT_RC(RC_LIMIT, cond_eval(c, &rec, 0, &holds));
}

/* ---- a second evaluator ---- */

/* Random conditions, written as text and at the same time decided by plain C, must agree with the
 * parser and the evaluator together. */

static uint64_t seed = 20300109;

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % sides;
}

typedef struct Plain {
    bool has_device, has_seats, has_cost, has_danger;
    int device;          /* 0..2 */
    int64_t seats, cost; /* whole things; cost in cents of EUR, or SEK */
    bool sek, danger;
} Plain;

static const char *const devices[] = { "standard", "light", "developer" };

static bool atom(Buf *text, const Plain *p)
{
    static const char *const signs[] = { "=", "!=", "<", "<=", ">", ">=" };
    uint32_t s;
    int64_t n, left;
    bool has, holds;

    switch (dice(5)) {
    case 0: {
        int d = (int)dice(3);
        bool negated = dice(2) == 0;
        buf_add_fmt(text, "device %s %s", negated ? "!=" : "=", devices[d]);
        holds = p->has_device && p->device == d;
        return negated ? !holds : holds;
    }
    case 1: {
        int a = (int)dice(3), b = (int)dice(3);
        bool with_empty = dice(2) == 0;
        buf_add_fmt(text, "device in (%s, %s%s)", devices[a], devices[b],
                    with_empty ? ", empty" : "");
        return p->has_device ? p->device == a || p->device == b : with_empty;
    }
    case 2: buf_add_fmt(text, "seats is empty"); return !p->has_seats;
    case 3:
        buf_add_fmt(text, "danger = %s", dice(2) == 0 ? "yes" : "no");
        return p->has_danger && (text->ptr[text->len - 1] == 's') == p->danger;
    default:
        s = dice(6);
        n = (int64_t)dice(7) - 3;
        if (dice(2) == 0) {
            int64_t factor = (int64_t)dice(3);
            buf_add_fmt(text, "seats * %d + 1 %s %d", (int)factor, signs[s], (int)n);
            left = p->seats * factor + 1;
            has = p->has_seats;
        } else {
            buf_add_fmt(text, "cost %s %d.50 EUR", signs[s], (int)n);
            n = n * 100 + (n < 0 ? -50 : 50);
            left = p->cost;
            has = p->has_cost && !p->sek;
        }
        holds = s <= 1   ? left == n
                : s == 2 ? left < n
                : s == 3 ? left <= n
                : s == 4 ? left > n
                         : left >= n;
        holds = has && holds;
        return s == 1 ? !holds : holds;
    }
}

static bool compound(Buf *text, const Plain *p, int depth)
{
    uint32_t kind = depth == 0 ? 0 : dice(4);
    bool a, b;

    if (kind == 0)
        return atom(text, p);
    if (kind == 1) {
        buf_add_lit(text, "not (");
        a = compound(text, p, depth - 1);
        buf_add_lit(text, ")");
        return !a;
    }
    buf_add_lit(text, "(");
    a = compound(text, p, depth - 1);
    buf_add_fmt(text, kind == 2 ? " and " : " or ");
    b = compound(text, p, depth - 1);
    buf_add_lit(text, ")");
    return kind == 2 ? a && b : a || b;
}

TEST(cond_eval_agrees_with_plain_c_on_random_conditions)
{
    CLEANUP(buf_done) Buf text = { 0 };

    buf_init(&text, COND_TEXT_MAX);
    for (int round = 0; round < (test_is_short() ? 2000 : 20000); round++) {
        Plain p = { dice(4) != 0,
                    dice(4) != 0,
                    dice(4) != 0,
                    dice(4) != 0,
                    (int)dice(3),
                    (int64_t)dice(7) - 3,
                    ((int64_t)dice(7) - 3) * 50,
                    dice(4) == 0,
                    dice(2) == 0 };
        FixtureValue at[4];
        size_t n = 0;

        if (p.has_device)
            at[n++] = (FixtureValue){ "device",
                                      0,
                                      { .type = COND_KEY, .text = str_z(devices[p.device]) } };
        if (p.has_seats)
            at[n++] = (FixtureValue){ "seats", 0, FIXTURE_NUMBER(p.seats * 1000) };
        if (p.has_cost)
            at[n++] = (FixtureValue){
                "cost",
                0,
                { .type = COND_MONEY,
                  .money = { p.cost,
                             { p.sek ? 'S' : 'E', p.sek ? 'E' : 'U', p.sek ? 'K' : 'R', 0 } } }
            };
        if (p.has_danger)
            at[n++] = (FixtureValue){ "danger", 0, FIXTURE_YES(p.danger) };

        buf_clear(&text);
        bool want = compound(&text, &p, 4);
        if (text.full)
            continue;
        CLEANUP(arena_free_at) Arena *a = arena_new(1024 * 1024);
        FixtureRecord r = { at, n, 0, 0 };
        CondRecord rec = fixture_record(&r);
        const Cond *c;
        CondError e;
        bool got;
        if (cond_parse(a, buf_str(&text), &fixture_schema, &c, &e) != RC_OK)
            test_fail(__FILE__, __LINE__, "%.*s: %.*s", STR_ARG(buf_str(&text)),
                      STR_ARG(cond_error_english(test_arena(), &e)));
        EXPECT_RC(RC_OK, cond_eval(c, &rec, 0, &got));
        if (got != want)
            test_fail(__FILE__, __LINE__, "%.*s: wanted %d", STR_ARG(buf_str(&text)), want);
    }
}

static bool is_device_or_seats(void *arg, const CondName *name)
{
    UNUSED(arg);
    return str_eq_z(name->name, "device") || str_eq_z(name->name, "seats");
}

TEST(cond_eval_sure_waits_only_for_what_can_change_the_answer)
{
    static const struct {
        int line;
        const char *text;
        CondSure sure;
    } cases[] = {
        { __LINE__, "urgency = high", COND_SURE_YES },
        { __LINE__, "urgency = low", COND_SURE_NO },
        { __LINE__, "device = light", COND_SURE_LATER },
        { __LINE__, "device != light", COND_SURE_LATER },
        { __LINE__, "not (device != light)", COND_SURE_LATER },
        { __LINE__, "seats + 1 > 2", COND_SURE_LATER },
        { __LINE__, "device is empty", COND_SURE_NO },
        { __LINE__, "device not in (standard, empty)", COND_SURE_YES },
        { __LINE__, "device = light and urgency = low", COND_SURE_NO },
        { __LINE__, "urgency = low and device = light", COND_SURE_NO },
        { __LINE__, "device = light and urgency = high", COND_SURE_LATER },
        { __LINE__, "device = light or urgency = high", COND_SURE_YES },
        { __LINE__, "urgency = high or device = light", COND_SURE_YES },
        { __LINE__, "device = light or urgency = low", COND_SURE_LATER },
        { __LINE__, "not (device = light or urgency = high)", COND_SURE_NO },
    };
    FixtureRecord r = { values, COUNT_OF(values), 3, 2 };
    CondRecord rec = fixture_record(&r);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Cond *c;
        CondError e;
        CondSure sure = COND_SURE_NO;
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cond_parse(test_arena(), str_z(cases[i].text), &fixture_schema, &c, &e));
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cond_eval_sure(c, &rec, 0, is_device_or_seats, NULL, &sure));
        EXPECT_INT_AT(cases[i].line, cases[i].sure, sure);
    }
}
