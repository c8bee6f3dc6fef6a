#include "domain/catalog/calendar_input.h"

#include "support/db_test.h"

#define YAML(hours) "calendar: office\nzone: UTC\nhours: { mon: [\"" hours "\"] }\n"

static GrantedCatalog grant(Ctx *cx)
{
    GrantedCatalog g;

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    return g;
}

static Rc publish(Ctx *cx, const char *yaml, int64_t version, Ms from)
{
    const CalendarDoc *c = NULL;
    Diagnostics d;
    int64_t number;

    diagnostics_init(&d, cx->arena);
    EXPECT_RC(RC_OK, calendar_parse(cx->arena, str_z(yaml), STR("test"), &c, &d));
    return calendar_document_publish(cx, grant(cx), c, version, from, STR(""), &d, &number);
}

static int64_t minutes(Ctx *cx, const char *day)
{
    const CalendarLine *line = NULL;
    Ms from = ms(str_dup_z(cx->arena, str_fmt(cx->arena, "%sT00:00Z", day)));

    EXPECT_RC(RC_OK, calendar_get(cx, STR("office"), &line));
    return calendar_between(line, from, from + MS_DAY) / MS_MINUTE;
}

DB_TEST(calendar_document_is_a_version_of_document_and_calendar)
{
    Ms later = cx->now_ms + 10 * MS_DAY;
    CalendarNow now;

    EXPECT_RC(RC_OK, publish(cx, YAML("09:00-17:00"), 0, MS_NONE));
    EXPECT_RC(RC_OK, publish(cx, YAML("09:00-10:00"), 1, later));
    EXPECT_INT(480, minutes(cx, "2030-01-14"));
    EXPECT_INT(60, minutes(cx, "2030-01-21"));
    EXPECT_RC(RC_OK, calendar_now(cx, grant(cx), STR("office"), &now));
    EXPECT_INT(2, now.document.published_number);
    EXPECT_INT(2, now.versions.n);
    EXPECT_INT(0, now.in_force);
    EXPECT_MS(later, now.published->from);
    EXPECT_INT(600, now.published->rules.hours[0].at[0].to_min);
}

DB_TEST(calendar_document_refuses_a_taken_key_and_an_edit_of_an_old_version)
{
    EXPECT_RC(RC_STALE, publish(cx, YAML("09:00-17:00"), 1, MS_NONE));
    EXPECT_RC(RC_OK, publish(cx, YAML("09:00-17:00"), 0, MS_NONE));
    EXPECT_RC(RC_CONFLICT, publish(cx, YAML("09:00-18:00"), 0, MS_NONE));
    EXPECT_RC(RC_STALE, publish(cx, YAML("09:00-18:00"), 2, MS_NONE));
    EXPECT_RC(RC_INVALID, publish(cx, YAML("09:00-18:00"), 1, cx->now_ms - 1));
}

DB_TEST(calendar_documents_without_versions_get_one_from_ever)
{
    EXPECT_RC(RC_OK, publish(cx, YAML("09:00-17:00"), 0, MS_NONE));
    fixture_exec(cx, "DELETE FROM calendar_version");
    EXPECT_RC(RC_OK, calendar_documents_adopt(cx));
    EXPECT_INT(480, minutes(cx, "2000-01-03"));
    EXPECT_RC(RC_OK, calendar_documents_adopt(cx));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM calendar_version"));
}

DB_TEST(calendar_text_of_a_form_comes_back_as_it_was)
{
    CalendarText t = { .key = STR("office"),
                       .zone = STR("Europe/London"),
                       .hours = { STR("13:00-17:00, 08:00-12:00"), STR(" 22:00-06:00 ") } },
                 back;
    CalendarDoc c;

    EXPECT_RC(RC_OK, calendar_lines(cx->arena, STR("\n 2030-01-01  First \n\n2030-01-02\r\n"),
                                    &t.holidays));
    EXPECT_RC(RC_OK, calendar_lines(cx->arena, STR("12-25 Christmas Day"), &t.yearly));
    EXPECT_RC(RC_OK,
              calendar_lines(cx->arena, STR("2030-03-04 13:00-15:00 23:00-01:00 Two"), &t.breaks));
    EXPECT_RC(RC_OK, calendar_from_text(cx, &t, &c));
    EXPECT_RC(RC_OK, calendar_to_text(cx->arena, &c.rules, &c.feeds, &back));
    EXPECT_STR("08:00-12:00 13:00-17:00", back.hours[0]);
    EXPECT_STR("22:00-06:00", back.hours[1]);
    EXPECT_STR("2030-01-01 First\n2030-01-02\n", calendar_lines_join(cx->arena, &back.holidays));
    EXPECT_STR("12-25 Christmas Day", back.yearly.at[0]);
    EXPECT_STR("2030-03-04 13:00-15:00 23:00-01:00 Two", back.breaks.at[0]);
    EXPECT_STR("8", back.day_hours);
}
