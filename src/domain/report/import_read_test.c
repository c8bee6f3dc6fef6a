#include "domain/report/report.h"

#include "support/test.h"

TEST(import_time_reads_the_forms_of_other_systems)
{
    static const struct {
        int line;
        const char *format, *text, *zone, *expect; /* expect NULL: refused */
    } cases[] = {
        { __LINE__, "%Y-%m-%dT%H:%M", "2016-02-29T07:08", "UTC", "2016-02-29T07:08:00Z" },
        { __LINE__, "%F %T", "2030-01-02 03:04:05", "UTC", "2030-01-02T03:04:05Z" },
        { __LINE__, "%d/%m/%y %H:%M", "2/1/30 03:04", "UTC", "2030-01-02T03:04:00Z" },
        { __LINE__, "%b %d %Y %I:%M %p", "Jan 02 2030 12:04 AM", "UTC", "2030-01-02T00:04:00Z" },
        { __LINE__, "%b %d %Y %I:%M %p", "jan 2 2030 12:04 pm", "UTC", "2030-01-02T12:04:00Z" },
        { __LINE__, "%F %T.%f", "2030-01-02 03:04:05.6", "UTC", "2030-01-02T03:04:05.600Z" },
        { __LINE__, "%FT%T%z", "2030-01-02T03:04:05+0130", "UTC", "2030-01-02T01:34:05Z" },
        { __LINE__, "%FT%T%z", "2030-01-02T03:04:05Z", "Asia/Shanghai", "2030-01-02T03:04:05Z" },
        { __LINE__, "%F %H:%M", "2030-07-02 03:04", "Europe/Stockholm", "2030-07-02T01:04:00Z" },
        { __LINE__, "%s", "86400", "UTC", "1970-01-02T00:00:00Z" },
        { __LINE__, NULL, "2030-01-02T03:04:05+01:00", "UTC", "2030-01-02T02:04:05Z" },
        { __LINE__, "%F", "2030-02-29", "UTC", NULL },
        { __LINE__, "%F", "2028-02-29", "UTC", "2028-02-29T00:00:00Z" },
        { __LINE__, "%F", "2030-13-01", "UTC", NULL },
        { __LINE__, "%F", "2030-00-01", "UTC", NULL },
        { __LINE__, "%F %H:%M", "2030-01-02 24:00", "UTC", NULL },
        { __LINE__, "%F %H:%M", "2030-01-02 23:60", "UTC", NULL },
        { __LINE__, "%F", "2030-01-02 ", "UTC", NULL },
        { __LINE__, "%F", "30-01-02", "UTC", NULL },
        { __LINE__, "%F", "", "UTC", NULL },
        { __LINE__, "%F %I:%M %p", "2030-01-02 13:00 PM", "UTC", NULL },
        { __LINE__, "%F", "1899-12-31", "UTC", NULL },
        { __LINE__, NULL, "2030-01-02 03:04", "UTC", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
        const Zone *zone =
            strcmp(cases[i].zone, "UTC") == 0 ? zone_utc() : zone_get(str_z(cases[i].zone));
        Ms at = MS_NONE;
        bool good = import_time(str_z(cases[i].text), str_z(cases[i].format), zone, &at);
        EXPECT_INT_AT(cases[i].line, cases[i].expect != NULL, good);
        if (good && cases[i].expect != NULL)
            EXPECT_STR_AT(cases[i].line, cases[i].expect, clock_rfc3339(a, at));
    }
}

TEST(import_format_must_make_a_whole_instant)
{
    EXPECT(import_format_is_good(STR("%Y-%m-%dT%H:%M")));
    EXPECT(import_format_is_good(STR("%s")));
    EXPECT(import_format_is_good(STR("%d %b %y")));
    EXPECT(!import_format_is_good(STR("%H:%M")));
    EXPECT(!import_format_is_good(STR("%Y-%m")));
    EXPECT(!import_format_is_good(STR("%F %Q")));
    EXPECT(!import_format_is_good(STR("%F %I:%M")));
    EXPECT(!import_format_is_good(STR("%F %")));
}

/* A reader over the columns n,t,s,v with v as the field that is tried. */
typedef struct Try {
    Arena *a;
    ImportMap m;
    ImportReader *r;
    ImportLine line;
    ImportFault why;
} Try;

/* The reader points to the map in `t`. */
static void try_open(Try *t, ImportField field)
{
    Str names[] = { STR("n"), STR("t"), STR("s"), STR(" v ") };
    CsvRow header = { .line = 1, .fields = names, .n = 4 };
    static Str question[] = { STR_INIT("?") };
    static ImportState states[] = { { STR_INIT("New"), STR_INIT("submitted") } };

    *t = (Try){ .a = arena_new(1 << 20) };
    t->m = (ImportMap){ .record = STR("incident"),
                        .number = STR("n"),
                        .time = STR("t"),
                        .state = STR("s"),
                        .time_format = STR("%F"),
                        .zone = zone_utc(),
                        .empty = { question, 1, 1 },
                        .states = { states, 1, 1 } };
    t->m.field[field] = STR("v");
    EXPECT_RC(RC_OK, import_reader(t->a, &t->m, &header, &t->r, &t->why));
}

static Rc read_values(Try *t, const char *number, const char *time, const char *state,
                      const char *value)
{
    Str fields[] = { str_z(number), str_z(time), str_z(state), str_z(value) };
    CsvRow row = { .line = 2, .fields = fields, .n = 4 };

    return import_read(t->r, &row, t->a, &t->line, &t->why);
}

TEST(import_line_says_what_is_wrong_with_it)
{
    static const struct {
        int line;
        ImportField field;
        const char *number, *time, *state, *value, *why; /* why NULL: good */
    } cases[] = {
        { __LINE__, IMPORT_TEAM, "1", "2030-01-01", "New", "Desk", NULL },
        { __LINE__, IMPORT_TEAM, "", "2030-01-01", "New", "Desk", "no number" },
        { __LINE__, IMPORT_TEAM, "?", "2030-01-01", "New", "Desk", "no number" },
        { __LINE__, IMPORT_TEAM, "1", "", "New", "Desk", "no time" },
        { __LINE__, IMPORT_TEAM, "1", "yesterday", "New", "Desk", "no time of the form" },
        { __LINE__, IMPORT_TEAM, "1", "2030-01-01", "Odd", "Desk", "is not in the map" },
        { __LINE__, IMPORT_TEAM, "1", "2030-01-01", "?", "Desk", NULL },
        { __LINE__, IMPORT_TEAM, "1", "2030-01-01", "New", "a\nb", "control characters" },
        { __LINE__, IMPORT_OPENED, "1", "2030-01-01", "New", "soon", "no time of the form" },
        { __LINE__, IMPORT_OPENED, "1", "2030-01-01", "New", "?", NULL },
        { __LINE__, IMPORT_MADE_TARGET, "1", "2030-01-01", "New", "Yes", NULL },
        { __LINE__, IMPORT_MADE_TARGET, "1", "2030-01-01", "New", "perhaps",
          "neither true nor false" },
        { __LINE__, IMPORT_REOPENINGS, "1", "2030-01-01", "New", "3", NULL },
        { __LINE__, IMPORT_REOPENINGS, "1", "2030-01-01", "New", "-3", "no count" },
        { __LINE__, IMPORT_REOPENINGS, "1", "2030-01-01", "New", "1.5", "no count" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Try t;
        try_open(&t, cases[i].field);
        Rc rc = read_values(&t, cases[i].number, cases[i].time, cases[i].state, cases[i].value);
        EXPECT_INT_AT(cases[i].line, cases[i].why == NULL ? RC_OK : RC_INVALID, rc);
        if (cases[i].why != NULL)
            EXPECT_AT(cases[i].line, str_contains(str_z(t.why.what), str_z(cases[i].why)));
        arena_free(t.a);
    }
}

TEST(import_columns_must_stand_in_the_first_line_once)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    Str none[] = { STR("n"), STR("t"), STR("x") },
        twice[] = { STR("n"), STR("t"), STR("s"), STR("n") };
    ImportMap m = { .number = STR("n"), .time = STR("t"), .state = STR("s"), .zone = zone_utc() };
    ImportReader *r = NULL;
    ImportFault why;

    EXPECT_RC(RC_INVALID, import_reader(a, &m, &(CsvRow){ .fields = none, .n = 3 }, &r, &why));
    EXPECT(str_contains(str_z(why.what), STR("has no column")));
    EXPECT_STR("s", why.value);
    EXPECT_RC(RC_INVALID, import_reader(a, &m, &(CsvRow){ .fields = twice, .n = 4 }, &r, &why));
    EXPECT(str_contains(str_z(why.what), STR("stands twice")));
}
