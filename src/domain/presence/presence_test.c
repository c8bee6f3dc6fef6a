#include "domain/presence/presence_inner.h"
#include "support/db_test.h"

/* boss manages ann and ben; lea leads their team; adm is administrator, eve somebody else, out works for
 * a customer. */
typedef struct Crew {
    int64_t team, ann, ben, cho, lea, boss, adm, eve, out;
} Crew;

static void forget(Ctx *cx)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    cx->detail = (Text){ 0 };
    cx->type = STR("");
}

static Crew crew_open(Ctx *cx)
{
    Crew c = { .team = fixture_team(cx, "crew"),
               .ann = fixture_person(cx, "ann"),
               .ben = fixture_person(cx, "ben"),
               .cho = fixture_person(cx, "cho"),
               .lea = fixture_person(cx, "lea"),
               .boss = fixture_person(cx, "boss"),
               .adm = fixture_person(cx, "adm"),
               .eve = fixture_person(cx, "eve"),
               .out = fixture_person(cx, "out") };

    fixture_member(cx, c.team, c.ann, false);
    fixture_member(cx, c.team, c.ben, false);
    fixture_member(cx, c.team, c.cho, false);
    fixture_member(cx, c.team, c.lea, true);
    fixture_role(cx, c.adm, "admin", 0);
    fixture_exec(cx, "UPDATE person SET manager_id = (SELECT id FROM person WHERE login = 'boss')"
                     " WHERE login IN ('ann', 'ben')");
    fixture_exec(cx, "UPDATE person SET kind = 'customer' WHERE login = 'out'");
    cx->now_ms = 1898496000000; /* Thursday, 2030-02-28, 00:00 UTC */
    return c;
}

static GrantedPresence grant(Ctx *cx, int64_t who, int64_t person, PresenceMay may)
{
    GrantedPresence g;
    fixture_act_as(cx, who);
    EXPECT_RC(RC_OK, access_presence(cx, person, may, &g));
    return g;
}

static Rc add(Ctx *cx, int64_t who, const char *from, const char *to, int64_t *ret)
{
    AbsenceInput in = {
        .from = str_z(from), .to = str_z(to), .kind = STR("holiday"), .note = STR("the sea")
    };
    forget(cx);
    return absence_add(cx, grant(cx, who, who, PRESENCE_WRITE), &in, ret);
}

static Rc give(Ctx *cx, int64_t who, const char *to, const char *what, const char *from,
               const char *until, int64_t *ret)
{
    DelegationInput in = { str_z(to), str_z(what), str_z(from), str_z(until) };
    forget(cx);
    return delegation_give(cx, grant(cx, who, who, PRESENCE_DELEGATE), &in, ret);
}

DB_TEST(presence_is_for_the_person_those_who_lead_them_and_administrators)
{
    Crew c = crew_open(cx);
    const struct {
        int64_t who;
        const char *may; /* read write skills delegate */
    } cases[] = { { c.ann, "rwd" },  { c.lea, "rws" }, { c.boss, "r" },
                  { c.adm, "rwsd" }, { c.ben, "" },    { c.eve, "" } };
    GrantedPresence g;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_act_as(cx, cases[i].who);
        for (int bit = 0; bit < 4; bit++) {
            bool may = strchr(cases[i].may, "rwsd"[bit]) != NULL;
            EXPECT_INT_AT((int)i * 10 + bit, may ? RC_OK : RC_FORBIDDEN,
                          access_presence(cx, c.ann, (PresenceMay)(1 << bit), &g));
        }
    }
    EXPECT_RC(RC_NOT_FOUND, access_presence(cx, 99999, PRESENCE_READ, &g));
    fixture_exec(cx, "UPDATE team SET active = 0");
    fixture_act_as(cx, c.lea); /* of a team that is no more */
    EXPECT_RC(RC_FORBIDDEN, access_presence(cx, c.ann, PRESENCE_READ, &g));
}

DB_TEST(absence_days_are_those_of_the_person)
{
    Crew c = crew_open(cx);
    int64_t id;
    Absences list;
    Ms until;

    fixture_exec(cx, "UPDATE person SET zone = 'Asia/Shanghai' WHERE login = 'ann'");
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-03-04", "2030-03-05", &id));
    EXPECT_RC(RC_OK, absence_list(cx, grant(cx, c.boss, c.ann, PRESENCE_READ), &list));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT_STR("2030-03-03T16:00:00Z", clock_rfc3339(cx->arena, list.at[0].from_ms));
    EXPECT_STR("2030-03-05T16:00:00Z", clock_rfc3339(cx->arena, list.at[0].to_ms));
    EXPECT_STR("holiday", list.at[0].kind);
    EXPECT_STR("the sea", list.at[0].note);
    EXPECT_RC(RC_OK, person_away_until(cx, c.ann, list.at[0].from_ms - 1, &until));
    EXPECT_INT(MS_NONE, until);
    EXPECT_RC(RC_OK, person_away_until(cx, c.ann, list.at[0].from_ms, &until));
    EXPECT_INT(list.at[0].to_ms, until);
    EXPECT_RC(RC_OK, person_away_until(cx, c.ann, list.at[0].to_ms, &until));
    EXPECT_INT(MS_NONE, until);
    /* Two that follow each other are one time away; what is known to all has no reason. */
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-03-06", "2030-03-06", &id));
    EXPECT_RC(RC_OK, person_away_until(cx, c.ann, list.at[0].from_ms, &until));
    EXPECT_STR("2030-03-06T16:00:00Z", clock_rfc3339(cx->arena, until));
    EXPECT_RC(RC_OK, absences_between(cx, &c.ann, 1, until - 1, until, &list));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT(str_is_null(list.at[0].kind) && str_is_null(list.at[0].note));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%holiday%'"));
}

DB_TEST(absence_refuses_what_cannot_be)
{
    Crew c = crew_open(cx);
    int64_t id;
    static const struct {
        const char *from, *to, *pointer;
    } cases[] = {
        { "tomorrow", "2030-03-05", "/from" },
        { "2030-03-05", "", "/to" },
        { "2030-03-05", "2030-03-04", "/to" },
        { "2030-02-01", "2030-02-27", "/to" },
        { "2030-03-05", "2041-03-05", "/to" },
        { "2030-03-05T10:00:00Z", "2030-03-05T10:00:00Z", "/to" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_RC(RC_INVALID, add(cx, c.ann, cases[i].from, cases[i].to, &id));
        EXPECT_STR(cases[i].pointer, cx->errors.at[0].pointer);
    }
    AbsenceInput in = { STR("2030-03-05"), STR("2030-03-05"), STR("bored"), STR_NULL };
    forget(cx);
    EXPECT_RC(RC_INVALID, absence_add(cx, grant(cx, c.ann, c.ann, PRESENCE_WRITE), &in, &id));
    EXPECT_STR("/kind", cx->errors.at[0].pointer);
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-03-04", "2030-03-08", &id));
    EXPECT_RC(RC_CONFLICT, add(cx, c.ann, "2030-03-08", "2030-03-09", &id));
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-03-09", "2030-03-09", &id));
    EXPECT_RC(RC_OK, add(cx, c.ben, "2030-03-04", "2030-03-08", &id)); /* somebody else's */
}

DB_TEST(absence_ends_early_and_one_that_has_not_begun_is_taken_back)
{
    Crew c = crew_open(cx);
    int64_t now, later;
    Absences list;
    Ms until;

    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-02-28", "2030-03-08", &now));
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-04-01", "2030-04-02", &later));
    cx->now_ms += MS_HOUR;
    GrantedPresence g = grant(cx, c.lea, c.ann, PRESENCE_WRITE);
    EXPECT_RC(RC_OK, absence_end(cx, g, now));
    EXPECT_RC(RC_CONFLICT, absence_end(cx, g, now));
    EXPECT_RC(RC_OK, absence_end(cx, g, later));
    EXPECT_RC(RC_CONFLICT, absence_end(cx, g, later));
    EXPECT_RC(RC_NOT_FOUND, absence_end(cx, grant(cx, c.ben, c.ben, PRESENCE_WRITE), now));
    EXPECT_RC(RC_OK, person_away_until(cx, c.ann, cx->now_ms, &until));
    EXPECT_INT(MS_NONE, until);
    EXPECT_RC(RC_OK, absence_list(cx, g, &list));
    EXPECT_INT(0, (int64_t)list.n);
    EXPECT_RC(RC_OK,
              add(cx, c.ann, "2030-04-01", "2030-04-02", &later)); /* the time is free again */
}

DB_TEST(absence_begun_twice_on_one_day_begins_where_the_first_ended)
{
    Crew c = crew_open(cx);
    int64_t first, second;
    Absences list;

    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-02-28", "2030-02-28", &first));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_CONFLICT, add(cx, c.ann, "2030-02-28", "2030-03-01", &second)); /* still running */
    GrantedPresence g = grant(cx, c.ann, c.ann, PRESENCE_WRITE);
    forget(cx);
    EXPECT_RC(RC_OK, absence_end(cx, g, first));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-02-28", "2030-03-01", &second));
    EXPECT_RC(RC_OK, absence_list(cx, g, &list));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT_MS(cx->now_ms - MS_HOUR, list.at[0].from_ms);
}

DB_TEST(absence_taken_back_counts_for_no_limit_and_hides_no_other)
{
    Crew c = crew_open(cx);
    int64_t id;
    Absences list;

    for (int i = 0; i < PRESENCE_ROWS_MAX; i++) {
        EXPECT_RC(RC_OK, add(cx, c.ann, "2030-03-04", "2030-03-05", &id));
        EXPECT_RC(RC_OK, absence_end(cx, grant(cx, c.ann, c.ann, PRESENCE_WRITE), id));
    }
    EXPECT_RC(RC_OK, add(cx, c.ann, "2030-05-04", "2030-05-05", &id));
    EXPECT_RC(RC_OK, absence_list(cx, grant(cx, c.ann, c.ann, PRESENCE_READ), &list));
    EXPECT_INT(1, (int64_t)list.n);
}

DB_TEST(absence_has_a_limit_of_those_that_are_planned)
{
    Crew c = crew_open(cx);
    int64_t id;

    for (int i = 0; i < PRESENCE_ROWS_MAX; i++) {
        Ms from = cx->now_ms + (2 * i + 1) * MS_DAY;
        Str a = clock_rfc3339(cx->arena, from), b = clock_rfc3339(cx->arena, from + MS_DAY);
        EXPECT_RC(RC_OK, add(cx, c.ann, str_dup_z(cx->arena, a), str_dup_z(cx->arena, b), &id));
    }
    EXPECT_RC(RC_LIMIT, add(cx, c.ann, "2035-03-04", "2035-03-05", &id));
    EXPECT_RC(RC_OK, add(cx, c.ben, "2035-03-04", "2035-03-05", &id));
}

static void publish_hours(Ctx *cx, const char *key)
{
    CalendarRules rules = { .zone = STR("UTC"), .day_hours = 8000 };
    GrantedCatalog g;

    for (int d = 0; d < 5; d++)
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &rules.hours[d], (CalendarWindow){ 480, 720 }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g,
                                      &(CalendarPublication){
                                          .key = str_z(key), .rules = &rules, .from = MS_NONE }));
}

DB_TEST(presence_hours_name_a_calendar_that_is_there)
{
    Crew c = crew_open(cx);
    WorkHours h = { OPT_INT(1200), STR("evenings"), 0 };
    GrantedPresence g = grant(cx, c.ann, c.ann, PRESENCE_WRITE);

    EXPECT_RC(RC_INVALID, work_hours_set(cx, g, &h));
    EXPECT_STR("/calendar", cx->errors.at[0].pointer);
    EXPECT_INT(1, (int64_t)cx->errors.n);
    forget(cx);
    publish_hours(cx, "evenings");
    EXPECT_RC(RC_OK, work_hours_set(cx, g, &h));
    /* One that is no longer there stays until another one is chosen. */
    fixture_exec(cx, "UPDATE work_hours SET calendar = 'gone'");
    h = (WorkHours){ OPT_INT(1201), STR("gone"), 1 };
    EXPECT_RC(RC_OK, work_hours_set(cx, g, &h));
}

DB_TEST(presence_hours_are_full_time_until_somebody_says_otherwise)
{
    Crew c = crew_open(cx);
    WorkHours h;

    publish_hours(cx, "mornings");

    EXPECT_RC(RC_OK, work_hours_get(cx, c.ann, &h));
    EXPECT(!h.weekly_min.set);
    GrantedPresence g = grant(cx, c.ann, c.ann, PRESENCE_WRITE);
    h = (WorkHours){ OPT_INT(1200), STR("mornings"), 0 };
    EXPECT_RC(RC_OK, work_hours_set(cx, g, &h));
    h.version = 1;
    EXPECT_RC(RC_OK, work_hours_set(cx, g, &h)); /* nothing new, no event */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'person.hours'"));
    EXPECT_RC(RC_OK, work_hours_get(cx, c.ann, &h));
    EXPECT_INT(1200, h.weekly_min.value);
    EXPECT_STR("mornings", h.calendar);
    h.weekly_min = OPT_INT(4801);
    EXPECT_RC(RC_INVALID, work_hours_set(cx, g, &h));
    forget(cx);
    h = (WorkHours){ OPT_INT(4800), STR("Not A Key"), 1 };
    EXPECT_RC(RC_INVALID, work_hours_set(cx, g, &h));
}

DB_TEST(presence_hours_that_somebody_else_changed_are_not_overwritten)
{
    Crew c = crew_open(cx);
    GrantedPresence g = grant(cx, c.ann, c.ann, PRESENCE_WRITE);
    WorkHours h, old = { OPT_INT(1200), STR(""), 0 };

    EXPECT_RC(RC_OK, work_hours_set(cx, g, &old));
    old.weekly_min = OPT_INT(600);
    EXPECT_RC(RC_STALE, work_hours_set(cx, g, &old)); /* made from what nobody had said */
    old.weekly_min = OPT_INT(4801);
    EXPECT_RC(RC_STALE, work_hours_set(cx, g, &old)); /* before anything else is wrong */
    EXPECT_INT(0, (int64_t)cx->errors.n);
    forget(cx);
    EXPECT_RC(RC_OK, work_hours_get(cx, c.ann, &h));
    EXPECT_INT(1200, h.weekly_min.value);
    EXPECT_INT(1, h.version);
    h.weekly_min = OPT_INT(600);
    EXPECT_RC(RC_OK, work_hours_set(cx, g, &h));
    EXPECT_RC(RC_STALE, work_hours_set(cx, g, &h));
    forget(cx);
    EXPECT_RC(RC_OK, work_hours_get(cx, c.ann, &h));
    EXPECT_INT(2, h.version);
    h.version = 3; /* one that was never there */
    EXPECT_RC(RC_STALE, work_hours_set(cx, g, &h));
    EXPECT_INT(2, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'person.hours'"));
}

DB_TEST(skills_that_somebody_else_changed_are_not_overwritten)
{
    Crew c = crew_open(cx);
    GrantedPresence g = grant(cx, c.lea, c.ann, PRESENCE_SKILLS);
    StrList none = { 0 };
    int64_t version = -1;

    EXPECT_RC(RC_OK, skills_version(cx, c.ann, &version));
    EXPECT_INT(0, version);
    EXPECT_RC(RC_OK, skills_set(cx, g, 0, &none)); /* nothing new, no version */
    fixture_exec(
        cx,
        "INSERT INTO person_skill (person_id, skill) SELECT id, 'juggling' FROM person WHERE login = 'ann'");
    EXPECT_RC(RC_OK, skills_set(cx, g, 0, &none)); /* what was noted before there were versions */
    EXPECT_RC(RC_OK, skills_version(cx, c.ann, &version));
    EXPECT_INT(1, version);
    EXPECT_RC(RC_STALE, skills_set(cx, g, 0, &none));
    forget(cx);
    EXPECT_RC(RC_STALE, skills_set(cx, g, 2, &none));
    forget(cx);
    EXPECT_RC(RC_OK, skills_set(cx, g, 1, &none));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'person.skills'"));
}

DB_TEST(skills_are_entries_of_the_list)
{
    Crew c = crew_open(cx);
    StrList skills = { 0 };

    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &skills, STR("juggling")));
    EXPECT_RC(RC_INVALID, skills_set(cx, grant(cx, c.lea, c.ann, PRESENCE_SKILLS), 0, &skills));
    EXPECT_STR("/skills", cx->errors.at[0].pointer);
    EXPECT_STR("unknown", cx->errors.at[0].code);
    for (int i = 0; i < PRESENCE_SKILLS_MAX; i++)
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &skills, STR("juggling")));
    forget(cx);
    EXPECT_RC(RC_INVALID, skills_set(cx, grant(cx, c.lea, c.ann, PRESENCE_SKILLS), 0, &skills));
    EXPECT_STR("too_many", cx->errors.at[0].code);
}

/* --- delegation ----------------------------------------------------------------------------- */

static int64_t stands_in(Ctx *cx, int64_t person, DelegationWhat what)
{
    int64_t to = -1;
    EXPECT_RC(RC_OK, delegates_of(cx, &person, 1, what, cx->now_ms, &to));
    return to;
}

DB_TEST(delegation_holds_from_its_first_to_its_last_instant)
{
    Crew c = crew_open(cx);
    PrincipalIds whose;
    Delegations list;
    GrantedSelf self;
    int64_t id;

    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "approvals", "2030-03-04", "2030-03-05", &id));
    EXPECT_INT(0, stands_in(cx, c.ann, DELEGATION_APPROVALS));
    cx->now_ms = 1898812800000 - 1; /* 2030-03-04 */
    EXPECT_INT(0, stands_in(cx, c.ann, DELEGATION_APPROVALS));
    cx->now_ms++;
    EXPECT_INT(c.ben, stands_in(cx, c.ann, DELEGATION_APPROVALS));
    EXPECT_INT(0, stands_in(cx, c.ann, DELEGATION_TASKS));
    EXPECT_INT(0, stands_in(cx, c.ben, DELEGATION_APPROVALS));
    EXPECT_RC(RC_OK, principals_of(cx, c.ben, DELEGATION_APPROVALS, cx->now_ms, &whose));
    EXPECT_INT(1, (int64_t)whose.n);
    EXPECT_INT(c.ann, whose.at[0]);
    fixture_act_as(cx, c.ben);
    EXPECT_RC(RC_OK, access_self(cx, &self));
    EXPECT_RC(RC_OK, delegation_list_for(cx, self, &list));
    EXPECT_INT(1, (int64_t)list.n);
    EXPECT(list.at[0].running);
    EXPECT_STR("ann", list.at[0].principal.login);
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM notification WHERE kind = 'delegation' AND "
                                  "person_id = (SELECT id FROM person WHERE login = 'ben')"));
    cx->now_ms += 2 * MS_DAY - 1;
    EXPECT_INT(c.ben, stands_in(cx, c.ann, DELEGATION_APPROVALS));
    cx->now_ms++;
    EXPECT_INT(0, stands_in(cx, c.ann, DELEGATION_APPROVALS));
}

DB_TEST(delegation_refuses_circles_overlaps_and_nobodies)
{
    Crew c = crew_open(cx);
    int64_t id;
    static const struct {
        const char *to, *what, *code;
        Rc rc;
    } cases[] = {
        { "ann", "both", "oneself", RC_INVALID },
        { "nobody", "both", "not_found", RC_INVALID },
        { "", "both", "not_found", RC_INVALID },
        { "ben", "lunch", "unknown_word", RC_INVALID },
        { "boss", "tasks", "not_staff", RC_INVALID },
        { "boss", "both", "not_staff", RC_INVALID },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_INT_AT((int)i, cases[i].rc,
                      give(cx, c.ann, cases[i].to, cases[i].what, "2030-03-04", "2030-03-05", &id));
        EXPECT_STR(cases[i].code, cx->errors.at[0].code);
    }
    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-03-04", "2030-03-10", &id));
    EXPECT_RC(RC_CONFLICT, give(cx, c.ann, "cho", "tasks", "2030-03-10", "2030-03-12", &id));
    EXPECT_STR("overlap", cx->errors.at[0].code);
    EXPECT_RC(RC_CONFLICT, give(cx, c.ben, "ann", "approvals", "2030-03-10", "2030-03-12", &id));
    EXPECT_STR("circle", cx->errors.at[0].code);
    EXPECT_RC(RC_OK, give(cx, c.ben, "ann", "approvals", "2030-03-11", "2030-03-12", &id));
    EXPECT_RC(RC_OK, give(cx, c.ben, "cho", "tasks", "2030-03-04", "2030-03-12", &id));
    EXPECT_RC(RC_CONFLICT, give(cx, c.cho, "ann", "tasks", "2030-03-01", "2030-03-04", &id));
    EXPECT_STR("circle", cx->errors.at[0].code); /* three around */
    EXPECT_RC(RC_OK, give(cx, c.cho, "ann", "approvals", "2030-03-01", "2030-03-04", &id));
    /* An administrator does it for somebody who cannot. */
    DelegationInput in = { STR("boss"), STR("approvals"), STR("2030-05-01"), STR("2030-05-02") };
    EXPECT_RC(RC_OK, delegation_give(cx, grant(cx, c.adm, c.ann, PRESENCE_DELEGATE), &in, &id));
    EXPECT_INT(c.adm, fixture_int(cx, "SELECT by_id FROM delegation ORDER BY id DESC LIMIT 1"));
}

DB_TEST(delegation_begins_today_at_the_earliest_and_never_before_it_was_given)
{
    Crew c = crew_open(cx);
    int64_t id;

    cx->now_ms += 10 * MS_HOUR;
    EXPECT_RC(RC_INVALID, give(cx, c.ann, "ben", "both", "2030-02-27", "2030-03-04", &id));
    EXPECT_STR("/from", cx->errors.at[0].pointer);
    EXPECT_STR("past", cx->errors.at[0].code);
    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-02-28", "2030-03-04", &id));
    EXPECT_MS(cx->now_ms, fixture_int(cx, "SELECT from_ms FROM delegation"));
    EXPECT_INT(c.ben, stands_in(cx, c.ann, DELEGATION_TASKS));
    /* Ended at lunch; somebody else takes over from "today". */
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, delegation_end(cx, grant(cx, c.ann, c.ann, PRESENCE_DELEGATE), id));
    cx->now_ms += MS_HOUR;
    EXPECT_RC(RC_OK, give(cx, c.ann, "cho", "both", "2030-02-28", "2030-03-04", &id));
    EXPECT_INT(c.cho, stands_in(cx, c.ann, DELEGATION_TASKS));
    /* Days are those of the principal: in Shanghai the 28th is over. */
    fixture_exec(cx, "UPDATE person SET zone = 'Asia/Shanghai' WHERE login = 'ben'");
    cx->now_ms = ms("2030-02-28T17:00:00Z");
    EXPECT_RC(RC_INVALID, give(cx, c.ben, "lea", "both", "2030-02-28", "2030-03-04", &id));
    EXPECT_RC(RC_OK, give(cx, c.ben, "lea", "both", "2030-03-01", "2030-03-04", &id));
}

DB_TEST(delegation_is_followed_to_the_first_who_is_there)
{
    Crew c = crew_open(cx);
    int64_t id, absence;

    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-02-28", "2030-03-10", &id));
    EXPECT_RC(RC_OK, give(cx, c.ben, "cho", "both", "2030-02-28", "2030-03-10", &id));
    EXPECT_INT(c.ben, stands_in(cx, c.ann, DELEGATION_TASKS)); /* has a delegate, but is there */
    EXPECT_RC(RC_OK, add(cx, c.ben, "2030-02-28", "2030-02-28", &absence));
    EXPECT_INT(c.cho, stands_in(cx, c.ann, DELEGATION_TASKS));
    EXPECT_RC(RC_OK, add(cx, c.cho, "2030-02-28", "2030-02-28", &absence));
    EXPECT_INT(c.cho, stands_in(cx, c.ann, DELEGATION_TASKS)); /* away, and the last one */
    PrincipalIds whose;
    EXPECT_RC(RC_OK, principals_of(cx, c.cho, DELEGATION_TASKS, cx->now_ms, &whose));
    EXPECT_INT(2, (int64_t)whose.n);
    EXPECT_RC(RC_OK, principals_of(cx, c.ben, DELEGATION_TASKS, cx->now_ms, &whose));
    EXPECT_INT(0, (int64_t)whose.n);
    cx->now_ms += MS_DAY;
    EXPECT_INT(c.ben, stands_in(cx, c.ann, DELEGATION_TASKS));
    fixture_exec(cx, "UPDATE person SET active = 0 WHERE login = 'ben'");
    EXPECT_INT(0, stands_in(cx, c.ann, DELEGATION_TASKS));
}

static Rc hear(Ctx *cx, const Timer *t, void *arg)
{
    PrincipalIds *all = arg, some;
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    TRY(presence_moment(cx, g, t, &some));
    for (size_t i = 0; i < some.n; i++)
        TRY(principal_add(cx, all, some.at[i]));
    return RC_OK;
}

/* As the clock; how many persons it tells of. */
static int64_t moments(Ctx *cx, PrincipalIds *ret)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    bool more;

    cx->subject = &nobody;
    *ret = (PrincipalIds){ 0 };
    timer_register(TIMER_OF_PRESENCE, hear, ret);
    EXPECT_RC(RC_OK, timers_run(cx, STR("here"), 50, &more));
    EXPECT(!more);
    timers_clear();
    return (int64_t)ret->n;
}

DB_TEST(presence_moments_tell_each_beginning_and_end_once)
{
    Crew c = crew_open(cx);
    PrincipalIds whose;
    int64_t id;

    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-03-01", "2030-03-02", &id));
    EXPECT_RC(RC_OK, add(cx, c.ben, "2030-03-02", "2030-03-02", &id));
    EXPECT_INT(0, moments(cx, &whose));
    cx->now_ms += MS_DAY; /* the delegation begins */
    EXPECT_INT(1, moments(cx, &whose));
    EXPECT_INT(c.ann, whose.at[0]);
    EXPECT_INT(0, moments(cx, &whose));
    cx->now_ms += MS_DAY; /* its delegate goes away, which matters to ann */
    EXPECT_INT(2, moments(cx, &whose));
    cx->now_ms += MS_DAY; /* both end */
    EXPECT_INT(2, moments(cx, &whose));
    EXPECT_INT(0, moments(cx, &whose));
    EXPECT_INT(4, fixture_int(cx, "SELECT count(*) FROM event WHERE kind IN ('delegation.begun', "
                                  "'delegation.over', 'absence.begun', 'absence.over')"));
    /* What came and went during a standstill is told once, as over. */
    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-03-04", "2030-03-04", &id));
    cx->now_ms += 5 * MS_DAY;
    EXPECT_INT(1, moments(cx, &whose));
    EXPECT_INT(0, moments(cx, &whose));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM timer"));
}

DB_TEST(presence_that_is_ended_is_over_at_once_and_what_never_began_is_not_told)
{
    Crew c = crew_open(cx);
    PrincipalIds whose;
    GrantedPresence g;
    int64_t delegation, absence;

    EXPECT_RC(RC_OK, give(cx, c.ann, "ben", "both", "2030-03-01", "2030-03-09", &delegation));
    EXPECT_RC(RC_OK, add(cx, c.ben, "2030-03-02", "2030-03-02", &absence));
    cx->now_ms += MS_DAY; /* the delegation runs, the absence is still to come */
    EXPECT_INT(1, moments(cx, &whose));
    fixture_act_as(cx, c.ann);
    EXPECT_RC(RC_OK, access_presence(cx, c.ann, PRESENCE_DELEGATE, &g));
    EXPECT_RC(RC_OK, delegation_end(cx, g, delegation));
    fixture_act_as(cx, c.ben);
    EXPECT_RC(RC_OK, access_presence(cx, c.ben, PRESENCE_WRITE, &g));
    EXPECT_RC(RC_OK, absence_end(cx, g, absence));
    EXPECT_INT(1, moments(cx, &whose));
    EXPECT_INT(c.ann, whose.at[0]);
    cx->now_ms += 9 * MS_DAY;
    EXPECT_INT(0, moments(cx, &whose));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE kind LIKE 'absence.%' "
                                  "AND kind NOT IN ('absence.added', 'absence.ended')"));
}

DB_TEST(principals_take_the_same_statements_however_many_there_are)
{
    Crew c = crew_open(cx);
    PrincipalIds whose;
    uint64_t took[2];
    int64_t id;

    uint64_t start = db_conn_statements(cx->db);
    EXPECT_RC(RC_OK, principals_of(cx, c.cho, DELEGATION_TASKS, cx->now_ms, &whose));
    EXPECT_INT(1,
               (int64_t)(db_conn_statements(cx->db) - start)); /* the badge of nearly everybody */
    EXPECT_RC(RC_OK, give(cx, c.ann, "cho", "both", "2030-02-28", "2030-03-10", &id));
    for (int round = 0; round < 2; round++) {
        start = db_conn_statements(cx->db);
        EXPECT_RC(RC_OK, principals_of(cx, c.cho, DELEGATION_TASKS, cx->now_ms, &whose));
        took[round] = db_conn_statements(cx->db) - start;
        EXPECT_INT(round == 0 ? 1 : 3, (int64_t)whose.n);
        if (round == 0) {
            EXPECT_RC(RC_OK, give(cx, c.ben, "cho", "both", "2030-02-28", "2030-03-10", &id));
            EXPECT_RC(RC_OK, give(cx, c.lea, "cho", "both", "2030-02-28", "2030-03-10", &id));
        }
    }
    EXPECT_INT((int64_t)took[0], (int64_t)took[1]);
}
