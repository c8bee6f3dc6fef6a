#include "domain/query/query_fixture.h"
#include "support/test.h"

static const Str device_keys[] = { STR_INIT("standard"), STR_INIT("light"), STR_INIT("developer") };
static const Str urgency_keys[] = { STR_INIT("low"), STR_INIT("normal"), STR_INIT("high"),
                                    STR_INIT("critical") };

static const CondName names[] = {
    { .name = STR_INIT("device"),
      .type = COND_KEY,
      .keys = device_keys,
      .keys_n = 3,
      .past = true },
    { .name = STR_INIT("answer.device"), .type = COND_KEY, .keys = device_keys, .keys_n = 3 },
    { .name = STR_INIT("answer.other"), .type = COND_KEY },
    { .name = STR_INIT("site"), .type = COND_KEY },
    { .name = STR_INIT("urgency"),
      .type = COND_KEY,
      .keys = urgency_keys,
      .keys_n = 4,
      .ordered = true,
      .sortable = true },
    { .name = STR_INIT("areas"), .type = COND_KEYS },
    { .name = STR_INIT("reason"), .type = COND_TEXT },
    { .name = STR_INIT("title"), .type = COND_TEXT },
    { .name = STR_INIT("seats"), .type = COND_NUMBER },
    { .name = STR_INIT("limit"), .type = COND_NUMBER },
    { .name = STR_INIT("cost"), .type = COND_MONEY },
    { .name = STR_INIT("price"), .type = COND_MONEY },
    { .name = STR_INIT("danger"), .type = COND_YES_NO },
    { .name = STR_INIT("safe"), .type = COND_YES_NO },
    { .name = STR_INIT("first_day"), .type = COND_DATE, .sortable = true },
    { .name = STR_INIT("last_day"), .type = COND_DATE },
    { .name = STR_INIT("created"), .type = COND_DATETIME, .sortable = true },
    { .name = STR_INIT("keeper"), .type = COND_PERSON, .past = true },
    { .name = STR_INIT("me"), .type = COND_PERSON, .word = true },
    { .name = STR_INIT("my_teams"), .type = COND_KEYS, .word = true },
    { .name = STR_INIT("lines"), .type = COND_TABLE },
    { .name = STR_INIT("lines.quantity"), .type = COND_NUMBER, .column = true },
    { .name = STR_INIT("lines.price"), .type = COND_MONEY, .column = true },
    { .name = STR_INIT("parts.weight"), .type = COND_NUMBER, .column = true },
};

const CondSchema fixture_schema = { names, COUNT_OF(names), .counts = true, .who = "in this test" };

static bool fixture_get(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const FixtureRecord *r = arg;

    for (size_t i = 0; i < r->n; i++) {
        if (!str_eq_z(name->name, r->at[i].name) || (name->column && r->at[i].row != row))
            continue;
        *ret = r->at[i].value;
        return true;
    }
    return false;
}

static size_t fixture_rows(void *arg, Str table)
{
    UNUSED(table);
    return ((const FixtureRecord *)arg)->rows;
}

static bool fixture_count(void *arg, const CountQuery *q, int64_t *ret)
{
    const FixtureRecord *r = arg;

    UNUSED(q);
    if (r->count < 0)
        return false;
    *ret = r->count;
    return true;
}

/* What it is now it was from the start of 2029 on; before that each key was "standard" and each person "berta". */
static bool fixture_was(void *arg, const CondName *name, const CondValue *value, Ms from, Ms before)
{
    static const Ms turn = INT64_C(1861920000000);
    CondValue now;
    Str then = name->type == COND_PERSON ? STR("berta") : STR("standard");
    bool is = fixture_get(arg, name, 0, &now) && str_eq(now.text, value->text);

    return (str_eq(then, value->text) && from < turn) || (is && before > turn);
}

CondRecord fixture_record(FixtureRecord *r)
{
    return (CondRecord){ .get = fixture_get,
                         .rows = fixture_rows,
                         .count = fixture_count,
                         .was = fixture_was,
                         .arg = r };
}
