#include "domain/calendar/store.h"

#include "core/kept.h"
#include "core/random.h"
#include "domain/calendar/calendar_q.h"
#include "support/db_test.h"

static Ms day(const char *text)
{
    Ms at = MS_NONE;

    EXPECT(clock_parse_date(str_z(text), &at));
    return at;
}

/* Monday to Friday from nine to `to_min`. */
static CalendarRules office(Ctx *cx, int32_t to_min)
{
    CalendarRules r = { .zone = STR("Europe/Stockholm"), .day_hours = 8000 };

    for (int d = 0; d < 5; d++)
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &r.hours[d], (CalendarWindow){ 540, to_min }));
    return r;
}

static GrantedCatalog grant(Ctx *cx)
{
    GrantedCatalog g;

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    return g;
}

static Rc publish(Ctx *cx, const CalendarRules *r, Ms from)
{
    return calendar_publish(
        cx, grant(cx), &(CalendarPublication){ .key = STR("office"), .rules = r, .from = from });
}

static int64_t hours(Ctx *cx, const char *from, const char *to)
{
    const CalendarLine *line = NULL;

    EXPECT_RC(RC_OK, calendar_get(cx, STR("office"), &line));
    return calendar_between(line, ms(from), ms(to)) / MS_HOUR;
}

static size_t count(Ctx *cx)
{
    CalendarVersions list;

    EXPECT_RC(RC_OK, calendar_versions(cx, STR("office"), &list));
    return list.n;
}

TEST(calendar_rules_come_back_from_their_text)
{
    Arena *a = test_arena();
    CalendarRules r = { .zone = STR("Pacific/Chatham"), .day_hours = 7500 }, back;
    CalendarBreak b = { .date = day("2030-01-08"), .name = STR("All hands: in the hall") };
    Str text, again;

    EXPECT_RC(RC_OK, LIST_PUSH(a, &r.hours[6], (CalendarWindow){ 0, 720 }));
    EXPECT_RC(RC_OK, LIST_PUSH(a, &r.hours[6], (CalendarWindow){ 1320, 360 }));
    EXPECT_RC(RC_OK,
              LIST_PUSH(a, &r.holidays, (CalendarHoliday){ day("2030-01-01"), STR("元旦") }));
    EXPECT_RC(RC_OK, LIST_PUSH(a, &r.holidays, (CalendarHoliday){ day("2030-01-02"), STR("") }));
    EXPECT_RC(RC_OK, LIST_PUSH(a, &r.yearly, (CalendarYearly){ 2, 29, STR("Leap day") }));
    EXPECT_RC(RC_OK, LIST_PUSH(a, &b.closed, (CalendarWindow){ 780, 900 }));
    EXPECT_RC(RC_OK, LIST_PUSH(a, &r.breaks, b));
    EXPECT_RC(RC_OK, calendar_rules_text(a, &r, &text));
    EXPECT_RC(RC_OK, calendar_rules_read(a, text, &back));
    EXPECT_RC(RC_OK, calendar_rules_text(a, &back, &again));
    EXPECT_STR(text, again);
    EXPECT_STR("元旦", back.holidays.at[0].name);
    EXPECT_STR("All hands: in the hall", back.breaks.at[0].name);
    EXPECT_INT(360, back.hours[6].at[1].to_min);
    EXPECT_RC(RC_INTERNAL, calendar_rules_read(a, STR("hours 7 1-2\n"), &back));
}

TEST(calendar_feed_names_are_names_of_files_and_no_paths)
{
    static const char *const good[] = { "a.ics", "Sweden_2030-v1.2.ics" };
    static const char *const bad[] = { "",        ".ics",    "a.ICS", "../a.ics", "a/b.ics",
                                       "a b.ics", "..a.ics", "å.ics", "a.ics\n" };

    for (size_t i = 0; i < COUNT_OF(good); i++)
        EXPECT_AT((int)i, calendar_feed_name_is_safe(str_z(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        EXPECT_AT((int)i, !calendar_feed_name_is_safe(str_z(bad[i])));
}

DB_TEST(calendar_publication_leaves_the_past_as_it_was_measured)
{
    CalendarRules r = office(cx, 17 * 60);
    Ms now = cx->now_ms; /* Monday 09:00 UTC */

    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(40, hours(cx, "2029-12-31T00:00Z", "2030-01-06T00:00Z"));
    r = office(cx, 13 * 60);
    EXPECT_RC(RC_OK, publish(cx, &r, now + MS_DAY));
    EXPECT_INT(40, hours(cx, "2029-12-31T00:00Z", "2030-01-06T00:00Z"));
    /* Monday 8, Tuesday by the old hours until 10:00, then three, four a day after that */
    EXPECT_INT(8 + 1 + 3 + 4 + 4 + 4, hours(cx, "2030-01-07T00:00Z", "2030-01-13T00:00Z"));
    EXPECT_INT(2, count(cx));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'calendar.in_force'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM zone_data"));

    /* What would have come later than a new version gives way to it. */
    r = office(cx, 14 * 60);
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(2, count(cx));
    EXPECT_INT(5 * 4, hours(cx, "2030-01-08T00:00Z", "2030-01-12T00:00Z"));
}

DB_TEST(calendar_publication_refuses_the_past_and_what_is_impossible)
{
    CalendarRules r = office(cx, 17 * 60);

    EXPECT_RC(RC_INVALID, publish(cx, &r, cx->now_ms - 1));
    EXPECT_STR("past", cx->errors.at[0].code);
    r.zone = STR("Europe/Atlantis");
    EXPECT_RC(RC_INVALID, publish(cx, &r, MS_NONE));
    r = (CalendarRules){ .zone = STR("UTC"), .day_hours = 8000 };
    EXPECT_RC(RC_INVALID, publish(cx, &r, MS_NONE));
    CalendarVersions list;
    EXPECT_RC(RC_NOT_FOUND, calendar_versions(cx, STR("office"), &list));
}

DB_TEST(calendar_publication_that_changes_nothing_makes_no_version)
{
    CalendarRules r = office(cx, 17 * 60);

    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    cx->now_ms += MS_DAY;
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(1, count(cx));
    r.day_hours = 7000;
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(2, count(cx));
}

DB_TEST(calendar_get_knows_no_other_key_and_none_is_around_the_clock)
{
    const CalendarLine *line = NULL;

    EXPECT_RC(RC_NOT_FOUND, calendar_get(cx, STR("moon"), &line));
    EXPECT_RC(RC_OK, calendar_get(cx, STR(""), &line));
    EXPECT(line == NULL);
    EXPECT_RC(RC_OK, calendar_get(cx, STR_NULL, &line));
    CalendarRules r = office(cx, 17 * 60);
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    const CalendarLine *again = NULL;
    EXPECT_RC(RC_OK, calendar_get(cx, STR("office"), &line));
    EXPECT_RC(RC_OK, calendar_get(cx, STR("office"), &again));
    EXPECT(line != NULL && line == again);
}

/* As if the version had been made with other data of its zone. */
static void stored_with(Ctx *cx, Str bytes)
{
    CalendarVersions list;
    CalendarVersionTextRow text;
    Str hash = sha256_hex(cx->arena, bytes);

    EXPECT_RC(RC_OK, calendar_versions(cx, STR("office"), &list));
    EXPECT_RC(RC_OK, q_zone_data_put(cx, hash, bytes, cx->now_ms, NULL));
    EXPECT_RC(RC_OK, q_calendar_version_text(cx, list.at[0].id, &text));
    EXPECT_RC(RC_OK, q_calendar_version_change(cx, list.at[0].id, text.feed_days,
                                               sha256_hex(cx->arena, STR("other")), hash, NULL));
    EXPECT_RC(RC_OK, q_calendar_token_put(cx, 77, NULL));
}

DB_TEST(calendar_version_keeps_the_data_of_its_zone)
{
    CalendarRules r = office(cx, 17 * 60);

    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    cx->now_ms += MS_DAY;
    EXPECT_RC(RC_OK, calendar_refresh(cx, STR_NULL));
    EXPECT_INT(1, count(cx));
    Str bytes;
    EXPECT(zone_file(cx->arena, STR("America/New_York"), &bytes));
    stored_with(cx, bytes);
    EXPECT_INT(8, hours(cx, "2030-01-02T14:00Z", "2030-01-02T22:00Z"));
    EXPECT_RC(RC_OK, calendar_refresh(cx, STR_NULL));
    EXPECT_INT(2, count(cx));
    /* what was measured stays, from now on Stockholm counts */
    EXPECT_INT(8, hours(cx, "2030-01-02T14:00Z", "2030-01-02T22:00Z"));
    EXPECT_INT(8, hours(cx, "2030-01-09T08:00Z", "2030-01-09T16:00Z"));
    CalendarVersions list;
    EXPECT_RC(RC_OK, calendar_versions(cx, STR("office"), &list));
    EXPECT_STR("zone", list.at[1].cause);
    EXPECT_MS(cx->now_ms, list.at[1].from);
    EXPECT_INT(1, calendar_version_at(&list, cx->now_ms));
    EXPECT_INT(0, calendar_version_at(&list, cx->now_ms - 1));
}

#define ICS(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n" events "END:VCALENDAR\r\n"
#define EVENT(uid, rest)                                                                           \
    "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20290101T000000Z\r\n" rest "END:VEVENT\r\n"

DB_TEST(calendar_feed_days_vanish_with_the_file_and_those_made_by_hand_stay)
{
    CalendarRules r = office(cx, 17 * 60);
    Str one = STR(ICS(EVENT("1", "DTSTART;VALUE=DATE:20300115\r\nSUMMARY:Fifteenth\r\n")));
    Str two = STR(ICS(EVENT("2", "DTSTART;VALUE=DATE:20300116\r\n")));
    size_t n = 0;

    EXPECT_RC(RC_OK,
              LIST_PUSH(cx->arena, &r.holidays, (CalendarHoliday){ .date = day("2030-01-14") }));
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(32, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_RC(RC_OK, calendar_feed_upload(cx, grant(cx), STR("office"), STR("se.ics"), one, &n));
    EXPECT_INT(1, n);
    EXPECT_INT(24, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, calendar_feed_upload(cx, grant(cx), STR("office"), STR("se.ics"), two, &n));
    EXPECT_INT(24, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_INT(8, hours(cx, "2030-01-15T00:00Z", "2030-01-17T00:00Z"));

    /* A broken one changes nothing. */
    EXPECT_RC(RC_INVALID, calendar_feed_upload(cx, grant(cx), STR("office"), STR("se.ics"),
                                               STR("BEGIN:VCALENDAR\r\nEND:VCAL"), &n));
    EXPECT_INT(24, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_INT(3, count(cx));

    /* Publishing the rules again keeps the days of the file; taking it out takes them out. */
    cx->now_ms += MS_HOUR;
    r.day_hours = 7000;
    EXPECT_RC(RC_OK, publish(cx, &r, MS_NONE));
    EXPECT_INT(24, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, calendar_feed_remove(cx, grant(cx), STR("office"), STR("se.ics")));
    EXPECT_INT(32, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_RC(RC_NOT_FOUND, calendar_feed_remove(cx, grant(cx), STR("office"), STR("se.ics")));
    EXPECT_RC(RC_NOT_FOUND,
              calendar_feed_upload(cx, grant(cx), STR("moon"), STR("se.ics"), one, &n));
    EXPECT_RC(RC_INVALID,
              calendar_feed_upload(cx, grant(cx), STR("office"), STR("../se.ics"), one, &n));
}

static void write_file(const char *path, Str text)
{
    FILE *f = fopen(path, "we");

    EXPECT(f != NULL && fwrite(text.ptr, 1, text.len, f) == text.len && fclose(f) == 0);
}

DB_TEST(calendar_refresh_reads_the_folder_of_feeds_again)
{
    CalendarRules r = office(cx, 17 * 60);
    CalendarPublication in = { .key = STR("office"), .rules = &r, .from = MS_NONE };
    const char *path = str_dup_z(cx->arena, str_fmt(cx->arena, "%s/watched.ics", test_dir()));
    CalendarFeeds feeds;

    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.feeds, STR("watched.ics")));
    EXPECT_RC(RC_OK, calendar_publish(cx, grant(cx), &in));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, calendar_refresh(cx, str_z(test_dir())));
    EXPECT_RC(RC_OK, calendar_feeds(cx, STR("office"), &feeds));
    EXPECT(feeds.n == 1 && feeds.at[0].trouble.len > 0 && feeds.at[0].read_ms == MS_NONE);
    EXPECT_INT(1, count(cx));

    write_file(path, STR(ICS(EVENT("1", "DTSTART;VALUE=DATE:20300115\r\n"))));
    EXPECT_RC(RC_OK, calendar_refresh(cx, str_z(test_dir())));
    EXPECT_INT(32, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_RC(RC_OK, calendar_feeds(cx, STR("office"), &feeds));
    EXPECT(feeds.at[0].trouble.len == 0 && feeds.at[0].read_ms == cx->now_ms);
    cx->now_ms += MS_DAY;
    EXPECT_RC(RC_OK, calendar_refresh(cx, str_z(test_dir())));
    EXPECT_INT(2, count(cx)); /* nothing new */

    write_file(path, STR("BEGIN:VCALENDAR\r\nnothing"));
    EXPECT_RC(RC_OK, calendar_refresh(cx, str_z(test_dir())));
    EXPECT_RC(RC_OK, calendar_feeds(cx, STR("office"), &feeds));
    EXPECT(feeds.at[0].trouble.len > 0 && feeds.at[0].days.n == 1);
    EXPECT_INT(32, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
    EXPECT_INT(2, count(cx));
}

FAULT_TEST(calendar_publication_overlooks_no_fault)
{
    CalendarRules r = { .zone = STR("UTC"), .day_hours = 8000 };
    GrantedCatalog g;
    size_t n;

    TRY(LIST_PUSH(cx->arena, &r.hours[0], (CalendarWindow){ 540, 1020 }));
    TRY(access_internal_catalog(cx, INTERNAL_DEMO, &g));
    TRY(calendar_publish(
        cx, g, &(CalendarPublication){ .key = STR("office"), .rules = &r, .from = MS_NONE }));
    return calendar_feed_upload(cx, g, STR("office"), STR("se.ics"),
                                STR(ICS(EVENT("1", "DTSTART;VALUE=DATE:20300114\r\n"))), &n);
}

/* What fails is logged and looked at again tomorrow; until then the calendar is as it was. */
DB_TEST(calendar_refresh_leaves_nothing_half_done)
{
    CalendarRules r = office(cx, 17 * 60);
    CalendarPublication in = { .key = STR("office"), .rules = &r, .from = MS_NONE };
    const char *path = str_dup_z(cx->arena, str_fmt(cx->arena, "%s/faulty.ics", test_dir()));
    bool hit = true;

    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.feeds, STR("faulty.ics")));
    EXPECT_RC(RC_OK, calendar_publish(cx, grant(cx), &in));
    write_file(path, STR(ICS(EVENT("1", "DTSTART;VALUE=DATE:20300115\r\n"))));
    cx->now_ms += MS_HOUR;
    for (uint64_t n = 1; hit; n++) {
        fixture_exec(cx, "SAVEPOINT tried");
        db_fail_after(cx->db, n);
        Rc rc = calendar_refresh(cx, str_z(test_dir()));
        hit = db_fault_hit(cx->db);
        db_fail_after(cx->db, 0);
        EXPECT(hit || rc == RC_OK);
        bool done = count(cx) == 2;
        EXPECT_INT(done ? 32 : 40, hours(cx, "2030-01-14T00:00Z", "2030-01-20T00:00Z"));
        EXPECT_INT(done, fixture_int(cx, "SELECT count(*) FROM calendar_feed WHERE hash <> ''"));
        EXPECT_INT(done ? 2 : 1,
                   fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'calendar.in_force'"));
        EXPECT(hit || done);
        fixture_exec(cx, "ROLLBACK TO tried");
    }
}

DB_TEST(calendar_that_was_in_force_stays_when_the_clock_is_set_back)
{
    CalendarRules nine = office(cx, 18 * 60), eight = office(cx, 17 * 60),
                  seven = office(cx, 16 * 60);
    Ms start = cx->now_ms;
    CalendarVersions list;
    size_t n;

    EXPECT_RC(RC_OK, publish(cx, &nine, MS_NONE));
    cx->now_ms = start + 2 * MS_DAY;
    EXPECT_RC(RC_OK, publish(cx, &eight, MS_NONE));
    EXPECT_RC(RC_OK, publish(cx, &nine, start + 30 * MS_DAY)); /* never in force yet */
    cx->now_ms = start + MS_DAY;
    EXPECT_RC(RC_OK, publish(cx, &seven, MS_NONE));
    EXPECT_RC(RC_OK, calendar_versions(cx, STR("office"), &list));
    EXPECT_INT(3, (int64_t)list.n);
    EXPECT_MS(start + 2 * MS_DAY, list.at[1].from);
    EXPECT_MS(start + 2 * MS_DAY + 1, list.at[2].from);
    /* Days of a feed do not rewrite it either. */
    EXPECT_RC(RC_OK,
              calendar_feed_upload(cx, grant(cx), STR("office"), STR("se.ics"),
                                   STR(ICS(EVENT("1", "DTSTART;VALUE=DATE:20300501\r\n"))), &n));
    EXPECT_RC(RC_OK, calendar_versions(cx, STR("office"), &list));
    EXPECT_MS(start + 2 * MS_DAY, list.at[1].from);
    EXPECT_RC(RC_OK, calendar_version_read(cx, &list.at[1]));
    EXPECT_INT(0, (int64_t)list.at[1].feed_days.n);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM calendar_version WHERE number = 2 AND "
                                  "feed_days <> ''"));
}

DB_TEST(calendars_in_use_stay_within_their_memory)
{
    enum { CALENDARS = 500, ROUNDS = 2 };
    static const char *const zones[] = { "Europe/Stockholm", "Australia/Lord_Howe",
                                         "Africa/Casablanca", "America/St_Johns" };
    CalendarRules r = office(cx, 1020);
    Arena *own = cx->arena;

    for (int n = 0; n < CALENDARS; n++) {
        CLEANUP(arena_free_at) Arena *call = arena_new(4u << 20);
        cx->arena = call;
        r.zone = str_z(zones[n % (int)COUNT_OF(zones)]);
        r.hours[0].at[0].to_min = 600 + n; /* each is another */
        EXPECT_RC(RC_OK, calendar_publish(cx, grant(cx),
                                          &(CalendarPublication){ .key = str_fmt(call, "c%d", n),
                                                                  .rules = &r,
                                                                  .from = MS_NONE }));
    }
    for (int n = 0; n < ROUNDS * CALENDARS; n++) {
        CLEANUP(arena_free_at) Arena *call = arena_new(4u << 20);
        const CalendarLine *line = NULL, *again = NULL;
        cx->arena = call;
        EXPECT_RC(RC_OK, calendar_get(cx, str_fmt(call, "c%d", n % CALENDARS), &line));
        EXPECT_RC(RC_OK, calendar_get(cx, str_fmt(call, "c%d", n % CALENDARS), &again));
        EXPECT(line == again);
        /* Monday 7 January 2030 */
        EXPECT_INT((600 + n % CALENDARS - 540) * MS_MINUTE,
                   calendar_between(line, ms("2030-01-06T21:00Z"), ms("2030-01-07T21:50Z")));
        EXPECT(kept_bytes() <= KEPT_BYTES);
    }
    cx->arena = own;
}
