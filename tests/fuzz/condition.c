/* Any text is a condition or is refused with a sentence and a place in it; what is accepted decides for
 * any record within its steps, and means the same when it is negated twice. */
#include "fuzz/fuzz.h"

#include "domain/query/query.h"

static const Str keys[] = { STR_INIT("low"), STR_INIT("normal"), STR_INIT("high") };

static const CondName names[] = {
    { .name = STR_INIT("key"),
      .type = COND_KEY,
      .keys = keys,
      .keys_n = 3,
      .ordered = true,
      .sortable = true },
    { .name = STR_INIT("other"), .type = COND_KEY },
    { .name = STR_INIT("keys"), .type = COND_KEYS },
    { .name = STR_INIT("text"), .type = COND_TEXT },
    { .name = STR_INIT("number"), .type = COND_NUMBER },
    { .name = STR_INIT("money"), .type = COND_MONEY },
    { .name = STR_INIT("yes_no"), .type = COND_YES_NO },
    { .name = STR_INIT("date"), .type = COND_DATE, .sortable = true },
    { .name = STR_INIT("moment"), .type = COND_DATETIME, .sortable = true },
    { .name = STR_INIT("person"), .type = COND_PERSON, .past = true },
    { .name = STR_INIT("me"), .type = COND_PERSON, .word = true },
    { .name = STR_INIT("my_teams"), .type = COND_KEYS, .word = true },
    { .name = STR_INIT("lines"), .type = COND_TABLE },
    { .name = STR_INIT("lines.quantity"), .type = COND_NUMBER, .column = true },
    { .name = STR_INIT("lines.price"), .type = COND_MONEY, .column = true },
};
static const CondSchema schema = { names, COUNT_OF(names), .counts = true, .working = true };

/* Some names have a value, some have none. */
static bool get(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const uint8_t *dice = arg;

    if ((str_hash(name->name) + row + *dice) % 3 == 0)
        return false;
    *ret = (CondValue){ .type = name->type,
                        .text = STR("high"),
                        .keys = keys,
                        .keys_n = 2,
                        .number = INT64_MAX / 2,
                        .money = { INT64_MAX / 3, "EUR" },
                        .at = INT64_C(1900000000000),
                        .yes = true };
    return true;
}

static size_t rows(void *arg, Str table)
{
    UNUSED(arg);
    return table.len > 0 ? 3 : 0;
}

static bool count(void *arg, const CountQuery *q, int64_t *ret)
{
    Ms from, before;

    UNUSED(arg);
    count_bounds(q, INT64_C(1900000000000), NULL, &from, &before);
    *ret = from < before ? 2 : 0;
    return true;
}

static bool was(void *arg, const CondName *name, const CondValue *value, Ms from, Ms before)
{
    CondValue now;

    return from < before && get(arg, name, 0, &now) && value->type != COND_EMPTY;
}

static void expect_sentence(Arena *a, Rc rc, Str text, const CondError *e)
{
    Str said = cond_error_english(a, e);

    assert(rc == RC_INVALID || rc == RC_LIMIT);
    assert(said.len > 0 && e->code.len > 0 && e->column >= 1);
    assert(!str_is_utf8(text) || e->column <= str_chars(text) + 1);
    assert(str_is_utf8(said));
}

/* Its one text gives it again, with the same answer. */
static void expect_same_printed(Arena *a, const CondList *l, const CondRecord *rec)
{
    CLEANUP(buf_done) Buf first = { 0 }, second = { 0 };
    CondList again;
    CondError e;
    bool holds, twice;

    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    cond_print_list(a, &schema, l, &first);
    Rc rc = cond_parse_list(a, buf_str(&first), &schema, &again, &e);
    if (rc == RC_LIMIT)
        return; /* longer than it was written */
    assert(rc == RC_OK);
    cond_print_list(a, &schema, &again, &second);
    assert(str_eq(buf_str(&first), buf_str(&second)) && l->order_n == again.order_n);
    if (cond_eval(l->where, rec, INT64_C(1900000000000), &holds) == RC_OK
        && cond_eval(again.where, rec, INT64_C(1900000000000), &twice) == RC_OK)
        assert(holds == twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    uint8_t dice = size > 0 ? data[0] : 0;
    Str text = { (const char *)data, size };
    CondRecord rec = { .get = get, .rows = rows, .count = count, .was = was, .arg = &dice };
    const Cond *c, *again;
    CondValue value;
    CondList list;
    CondError e;
    Who who, same;
    bool holds, twice;
    Rc rc = cond_parse(a, text, &schema, &c, &e);

    if (rc != RC_OK) {
        expect_sentence(a, rc, text, &e);
    } else {
        rc = cond_eval(c, &rec, INT64_C(1900000000000), &holds);
        assert(rc == RC_OK);
        rc = cond_parse(a, str_fmt(a, "not (not (%.*s))", STR_ARG(text)), &schema, &again, &e);
        if (rc == RC_OK) {
            rc = cond_eval(again, &rec, INT64_C(1900000000000), &twice);
            assert(rc == RC_OK && holds == twice);
        }
    }
    rc = cond_parse_value(a, text, &schema, ~0U, &c, &e);
    if (rc == RC_OK)
        rc = cond_eval_value(c, &rec, INT64_C(1900000000000), &value);
    else
        expect_sentence(a, rc, text, &e);
    rc = cond_parse_list(a, text, &schema, &list, &e);
    if (rc != RC_OK)
        expect_sentence(a, rc, text, &e);
    else
        expect_same_printed(a, &list, &rec);
    rc = who_parse(a, text, &who, &e);
    if (rc != RC_OK) {
        expect_sentence(a, rc, text, &e);
        return 0;
    }
    Str canonical = who_text(a, &who);
    rc = who_parse(a, canonical, &same, &e);
    assert(rc == RC_OK && str_eq(canonical, who_text(a, &same)));
    return 0;
}
