#include "domain/query/query_fixture.h"
#include "support/test.h"

static bool same(const Cond *x, const Cond *y);

static bool same_value(const CondValue *x, const CondValue *y)
{
    return x->type == y->type && str_eq(x->text, y->text) && x->number == y->number
           && x->money.minor == y->money.minor
           && memcmp(x->money.currency, y->money.currency, sizeof x->money.currency) == 0
           && x->at == y->at && x->yes == y->yes && x->span.n == y->span.n
           && x->span.unit == y->span.unit;
}

static bool same_count(const CountQuery *x, const CountQuery *y)
{
    if (x == NULL || y == NULL)
        return x == y;
    bool models = x->models_n == y->models_n;
    for (size_t i = 0; i < x->models_n && models; i++)
        models = str_eq(x->models[i], y->models[i]);
    return models && x->states == y->states && x->outcomes == y->outcomes
           && x->beneficiary.who == y->beneficiary.who && x->requester.who == y->requester.who
           && str_eq(x->beneficiary.login, y->beneficiary.login)
           && str_eq(x->requester.login, y->requester.login) && same(x->from, y->from)
           && same(x->before, y->before) && x->from_after == y->from_after
           && x->before_equal == y->before_equal;
}

/* The same tree, wherever its pieces stood in the text. */
static bool same(const Cond *x, const Cond *y)
{
    if (x == NULL || y == NULL)
        return x == y;
    if (x->op != y->op || x->type != y->type || x->list_n != y->list_n || x->period != y->period
        || (x->name == NULL) != (y->name == NULL) || !same_value(&x->value, &y->value)
        || !same_count(x->count, y->count))
        return false;
    if (x->name != NULL && !str_eq(x->name->name, y->name->name))
        return false;
    for (size_t i = 0; i < x->list_n; i++)
        if (!same(x->list[i], y->list[i]))
            return false;
    return same(x->a, y->a) && same(x->b, y->b);
}

static Str printed(const CondSchema *names, const CondList *l)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 1 << 16);
    cond_print_list(test_arena(), names, l, &b);
    return str_dup(test_arena(), buf_str(&b));
}

TEST(query_print_gives_the_one_text_of_a_tree_and_the_tree_again)
{
    static const struct {
        int line;
        const char *text, *want; /* NULL: as it is */
    } cases[] = {
        { __LINE__, "device=standard", "device = standard" },
        { __LINE__, "not device = standard", "device != standard" },
        { __LINE__, "not (device is empty)", "device is not empty" },
        { __LINE__, "not device in (standard, empty)", "device not in (standard, empty)" },
        { __LINE__, "((device = standard) or (cost > 5 EUR)) and cost < 7.50 EUR",
          "(device = standard or cost > 5 EUR) and cost < 7.50 EUR" },
        { __LINE__, "device = standard or cost > 5 EUR and cost < 7 EUR", NULL },
        { __LINE__, "(device = standard and cost > 5 EUR) and cost < 7 EUR", NULL },
        { __LINE__, "not (cost > 5 EUR and cost < 7 EUR)", NULL },
        { __LINE__, "not not cost > 5 EUR", NULL },
        { __LINE__, "cost > (1 + 2) * 5 EUR", NULL },
        { __LINE__, "cost > 1 * 2 * 5 EUR", NULL },
        { __LINE__, "cost > 2 * (2 * 5 EUR)", NULL },
        { __LINE__, "cost > 5 EUR - (2 EUR - 1 EUR)", NULL },
        { __LINE__, "cost > (5 EUR - 2 EUR) - 1 EUR", "cost > 5 EUR - 2 EUR - 1 EUR" },
        { __LINE__, "cost > -5 EUR", NULL },
        { __LINE__, "device = \"standard\"", "device = standard" },
        { __LINE__, "device was light", NULL },
        { __LINE__, "not keeper was me after 2029-01-01 before now - 2d", NULL },
        { __LINE__, "(device was light before (now + 1h)) and danger = yes",
          "device was light before now + 1h and danger = yes" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CondList list = { 0 }, again = { 0 };
        CondError e = { 0 };
        Rc rc = cond_parse_list(test_arena(), str_z(cases[i].text), &fixture_schema, &list, &e);
        if (rc != RC_OK)
            test_fail(__FILE__, cases[i].line, "%.*s",
                      STR_ARG(cond_error_english(test_arena(), &e)));
        Str text = printed(&fixture_schema, &list);
        EXPECT_STR_AT(cases[i].line, cases[i].want != NULL ? cases[i].want : cases[i].text, text);
        EXPECT_RC_AT(cases[i].line, RC_OK,
                     cond_parse_list(test_arena(), text, &fixture_schema, &again, &e));
        EXPECT_AT(cases[i].line, same(list.where, again.where));
    }
}
