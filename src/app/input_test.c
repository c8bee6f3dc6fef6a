#include "app/input.h"

#include "support/test.h"

typedef struct Thing {
    Str name;
    OptInt at;
} Thing;

static const InputField thing_fields[] = {
    { .name = "name", .type = IN_TEXT, .offset = offsetof(Thing, name) },
    { .name = "at", .type = IN_TIME, .offset = offsetof(Thing, at) },
};
static const Input thing_input = { .fields = thing_fields,
                                   .n = COUNT_OF(thing_fields),
                                   .size = sizeof(Thing) };

static Str letters(size_t n)
{
    char *text = arena_alloc(test_arena(), n);
    memset(text, 'k', n);
    return (Str){ text, n };
}

TEST(input_names_an_unknown_member_of_any_length_and_its_beginning_only)
{
    Arena *a = arena_new(8 * 1024 * 1024);
    Ctx cx = { .arena = a };
    Thing thing = { 0 };
    const Json *json = NULL;
    Str body = str_fmt(a, "{\"%.*s\":1}", STR_ARG(letters(900000)));

    EXPECT_RC(RC_OK, json_parse(a, body, &json, NULL));
    EXPECT_RC(RC_INVALID, input_from_json(&cx, &thing_input, json, &thing));
    EXPECT_INT(1, cx.errors.n);
    EXPECT_STR("unknown_field", cx.errors.at[0].code);
    EXPECT_INT(129, cx.errors.at[0].pointer.len);
    arena_free(a);
}

TEST(input_reads_an_emptied_time_only_where_that_is_a_value)
{
    static const InputField fields[] = {
        { .name = "at", .type = IN_TIME, .offset = offsetof(Thing, at), .flags = IN_KEEP_EMPTY },
    };
    static const Input emptied = { .fields = fields, .n = COUNT_OF(fields), .size = sizeof(Thing) };
    Ctx cx = { .arena = test_arena(), .zone = zone_utc() };
    const Json *null = NULL, *none = NULL;
    InputPair pair = { STR("at"), STR("") };

    EXPECT_RC(RC_OK, json_parse(cx.arena, STR("{\"at\":null}"), &null, NULL));
    EXPECT_RC(RC_OK, json_parse(cx.arena, STR("{}"), &none, NULL));
    Thing json = { 0 }, absent = { 0 }, form = { 0 }, other = { 0 };
    EXPECT_RC(RC_OK, input_from_json(&cx, &emptied, null, &json));
    EXPECT(json.at.set);
    EXPECT_MS(MS_NONE, json.at.value);
    EXPECT_RC(RC_OK, input_from_json(&cx, &emptied, none, &absent));
    EXPECT(!absent.at.set);
    EXPECT_RC(RC_OK, input_from_pairs(&cx, &emptied, &pair, 1, NULL, &form));
    EXPECT_MS(MS_NONE, form.at.value);
    EXPECT_RC(RC_OK, input_from_json(&cx, &thing_input, null, &other));
    EXPECT_RC(RC_OK, input_from_pairs(&cx, &thing_input, &pair, 1, NULL, &other));
    EXPECT(!other.at.set);
}

TEST(input_refuses_a_time_of_any_length)
{
    Ctx cx = { .arena = test_arena(), .zone = zone_utc() };
    Thing thing = { 0 };
    InputPair pair = { STR("at"), letters(65536) }; /* the longest field of a form */

    EXPECT_RC(RC_INVALID, input_from_pairs(&cx, &thing_input, &pair, 1, NULL, &thing));
    EXPECT_STR("/at", cx.errors.at[0].pointer);
    EXPECT_STR("wrong_type", cx.errors.at[0].code);
    EXPECT(!thing.at.set);
}
