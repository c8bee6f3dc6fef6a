#include "domain/model/model_fixture.h"
#include "support/test.h"

#include <sys/stat.h>

#define E DIAGNOSTIC_ERROR
#define W DIAGNOSTIC_WARNING

#define ARENA_BYTES (64u << 20)

/* A model that goes with the shop; lines 1 to 12. */
#define MODEL(key)                                                                                 \
    "model: " key "\nrecord: request\nkind: goods\nservice: travel\ncategory: vehicles\nowner: "   \
    "office\nteam: office\n"                                                                       \
    "name: { en: X, sv: X, zh: X }\nsummary: { en: X, sv: X, zh: X }\ntargets: [{ fulfil: 1d "     \
    "}]\nreview: 2031-06-01\n"                                                                     \
    "close_after: 5wd\n"
#define CALENDAR "calendar: c\nzone: UTC\nhours: { mon: [\"08:00-12:00\"] }\n"
#define PLAN     "plan:\n  - { task: order, team: office }\n"

#define PERSON(login, rest)                                                                        \
    "  - { login: " login ", name: X, kind: employee, language: en, roles: []" rest " }\n"
#define PEOPLE          "people:\n" PERSON("olga", "") PERSON("piet", "") PERSON("nora", "")
#define TEAM(key, rest) "  - { key: " key ", name: { en: X, sv: X, zh: X }, " rest " }\n"

typedef struct Sample {
    int test_line;
    DiagnosticLevel level;
    const char *code;
    const char *where; /* file of the diagnosis */
    uint32_t line;     /* 0: any */
    const char *path, *text;
} Sample;

static const Sample samples[] = {
    /* files */
    { __LINE__, E, "file_name", "models/y.yaml", 1, "models/y.yaml", MODEL("x") PLAN },
    { __LINE__, E, "bad_key", "models/Big.yaml", 0, "models/Big.yaml", MODEL("x") },
    { __LINE__, W, "unknown_file", "models/notes.txt", 0, "models/notes.txt", "x" },
    { __LINE__, W, "unknown_file", "sops/tune.yaml", 0, "sops/tune.yaml", "x" },
    { __LINE__, E, "unknown_language", "sops/tune.de.md", 0, "sops/tune.de.md", "x" },
    { __LINE__, E, "bad_text", "sops/bad.md", 0, "sops/bad.md", " \n" },
    { __LINE__, W, "missing_translation", "sops/glue.md", 0, "sops/glue.md", "# Glue\n" },
    { __LINE__, E, "wrong_shape", "people.yaml", 1, "people.yaml", "people: { a: b }\n" },
    /* models */
    { __LINE__, E, "unknown_party", "models/x.yaml", 1, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\nowner: nobody\nteam: office\nname: { en: X }\n" },
    { __LINE__, E, "unknown_team", "models/x.yaml", 1, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\nteam: nobody\nname: { en: X }\n" },
    { __LINE__, E, "unknown_category", "models/x.yaml", 1, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\ncategory: boats/sail\nteam: office\nname: { en: X "
      "}\n" },
    { __LINE__, E, "unknown_service", "models/x.yaml", 1, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\nservice: boats\nteam: office\nname: { en: X }\n" },
    { __LINE__, W, "incomplete", "models/x.yaml", 1, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\nteam: office\nname: { en: X }\n" },
    { __LINE__, W, "missing_translation", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: a, ask: { en: A, sv: A }, type: text }\n" PLAN },
    { __LINE__, W, "empty_audience", "models/x.yaml", 13, "models/x.yaml",
      MODEL("x") "audience: \"person.kind = customer\"\n" PLAN },
    { __LINE__, E, "unknown_list", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: a, ask: { en: A }, type: list, list: boats }\n" PLAN },
    { __LINE__, E, "unknown_list", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: a, ask: { en: A }, type: table, columns: [{ id: c, ask: { en: C "
                 "}, type: list, list: boats }] }\n" PLAN },
    { __LINE__, E, "unknown_list", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: a, ask: { en: A }, type: item, list: boats }\n" PLAN },
    { __LINE__, E, "unknown_entry", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: a, ask: { en: A }, type: item, default: blue }\n" PLAN },
    { __LINE__, E, "unknown_team", "lists/boats.yaml", 4, "lists/boats.yaml",
      "list: boats\nname: { en: B }\nentries:\n  - { key: a, name: { en: A }, team: nobody }\n" },
    { __LINE__, E, "unknown_person", "lists/boats.yaml", 4, "lists/boats.yaml",
      "list: boats\nname: { en: B }\nentries:\n  - { key: a, name: { en: A }, users: [nobody] "
      "}\n" },
    { __LINE__, E, "unknown_entry", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: colour, ask: { en: A }, type: list, list: colours, default: "
                 "blue }\n" PLAN },
    { __LINE__, E, "unknown_entry", "models/x.yaml", 16, "models/x.yaml",
      MODEL(
          "x") "form:\n  - { id: colour, ask: { en: A }, type: list, list: colours }\napprovals:\n"
               "  - { stage: manager, who: team(office), when: \"colour in (red, blue)\" "
               "}\n" PLAN },
    { __LINE__, E, "unknown_entry", "models/x.yaml", 13, "models/x.yaml",
      MODEL("x") "audience: \"person.site = moon\"\n" PLAN },
    { __LINE__, E, "unknown_person", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: manager, who: team(office), when: \"request.requester = "
                 "nobody\" }\n" PLAN },
    { __LINE__, E, "unknown_team", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: manager, who: team(office), when: \"request.team = "
                 "nobody\" }\n" PLAN },
    { __LINE__, E, "unknown_model", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "entitlement:\n  - { check: \"count(model = boat) < 1\", message: { en: M } "
                 "}\n" PLAN },
    { __LINE__, E, "unknown_calendar", "models/x.yaml", 10, "models/x.yaml",
      "model: x\nrecord: request\nkind: goods\nservice: travel\ncategory: vehicles\nowner: "
      "office\nteam: office\n"
      "name: { en: X }\ntargets:\n  - { fulfil: 1wd, calendar: moon }\n" },
    { __LINE__, E, "unknown_team", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: manager, who: lead(nobody) }\n" PLAN },
    { __LINE__, E, "unknown_person", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: manager, who: person(nobody) }\n" PLAN },
    { __LINE__, E, "rule_unreachable", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: manager, who: [team(office), lead(office)], rule: "
                 "quorum 3 }\n" PLAN },
    { __LINE__, E, "self_approval", "models/x.yaml", 15, "models/x.yaml",
      MODEL("x") "audience: \"person.login = olga\"\napprovals:\n  - { stage: manager, who: "
                 "lead(office) }\n" PLAN },
    { __LINE__, W, "entry_without_owner", "models/x.yaml", 16, "models/x.yaml",
      MODEL("x") "form:\n  - { id: s, ask: { en: A }, type: list, list: suppliers }\napprovals:\n"
                 "  - { stage: manager, who: owner(answer.s) }\n" PLAN },
    { __LINE__, W, "unnamed_step", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: paint, team: office }\n" },
    { __LINE__, W, "unnamed_step", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "approvals:\n  - { stage: boss, who: team(office) }\n" PLAN },
    { __LINE__, E, "unknown_team", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: order, team: nobody }\n" },
    { __LINE__, E, "unknown_sop", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: order, team: office, sop: glue }\n" },
    { __LINE__, E, "unknown_supplier", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: order, team: office, supplier: glue }\n" },
    { __LINE__, E, "unknown_team", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: order, team: office, sign_off: lead(nobody) }\n" },
    { __LINE__, E, "unknown_party", "models/x.yaml", 15, "models/x.yaml",
      MODEL("x") PLAN "raci: { order: { R: office, A: nobody } }\n" },
    { __LINE__, E, "unknown_party", "models/x.yaml", 15, "models/x.yaml",
      MODEL("x") PLAN "raci: { order: { R: office, I: [requester, nobody] } }\n" },
    { __LINE__, E, "question_type_clash", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "form:\n  - { id: frame, ask: { en: A }, type: text }\n" PLAN },
    { __LINE__, E, "question_type_clash", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "assess:\n  - { id: in_stock, ask: { en: A }, type: number }\n" PLAN },
    /* bundles */
    { __LINE__, E, "no_parts", "bundles/b.yaml", 1, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts: []\n" },
    { __LINE__, E, "unknown_question", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: key, answers: { until: shared.when } }\n" },
    { __LINE__, E, "unknown_question", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: key, answers: { size: big } }\n" },
    { __LINE__, E, "unknown_action", "models/x.yaml", 14, "models/x.yaml",
      MODEL("x") "plan:\n  - { task: order, team: office, action: send }\n" },
    { __LINE__, E, "key_taken", "bundles/bike.yaml", 1, "bundles/bike.yaml",
      "bundle: bike\nname: { en: B }\nshared:\n  - { id: w, ask: { en: W }, type: date, required: true "
      "}\nparts:\n  - { item: key, answers: { until: shared.w, colour: red } }\n" },
    { __LINE__, E, "unknown_item", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: boat }\n" },
    { __LINE__, E, "part_incomplete", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: key }\n" },
    { __LINE__, W, "part_may_be_empty", "bundles/b.yaml", 6, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nshared:\n  - { id: from, ask: { en: F }, type: date }\nparts:\n"
      "  - { item: key, answers: { until: shared.from } }\n" },
    { __LINE__, E, "type_mismatch", "bundles/b.yaml", 6, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nshared:\n  - { id: from, ask: { en: F }, type: text, required: "
      "true }\nparts:\n"
      "  - { item: key, answers: { until: shared.from } }\n" },
    { __LINE__, E, "option_mismatch", "bundles/b.yaml", 6, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nshared:\n  - { id: f, ask: { en: F }, type: choice, required: "
      "true, options: { flat: { en: F } } }\n"
      "parts:\n  - { item: bike, answers: { frame: shared.f, colour: red } }\n" },
    { __LINE__, E, "option_mismatch", "bundles/b.yaml", 6, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nshared:\n  - { id: f, ask: { en: F }, type: list, required: "
      "true, list: sites }\n"
      "parts:\n  - { item: bike, answers: { frame: low, colour: shared.f } }\n" },
    { __LINE__, E, "bad_answer", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: bike, answers: { frame: flat, colour: red } "
      "}\n" },
    { __LINE__, E, "cond_unknown_name", "bundles/b.yaml", 4, "bundles/b.yaml",
      "bundle: b\nname: { en: B }\nparts:\n  - { item: bike, when: \"size = 1\" }\n" },
    /* lists, calendars */
    { __LINE__, E, "duplicate_id", "lists/l.yaml", 5, "lists/l.yaml",
      "list: l\nname: { en: L }\nentries:\n  - { key: a, name: { en: A } }\n  - { key: a, name: { "
      "en: A } }\n" },
    { __LINE__, W, "missing_translation", "lists/l.yaml", 4, "lists/l.yaml",
      "list: l\nname: { en: L }\nentries:\n  - { key: a, name: { en: A } }\n" },
    { __LINE__, E, "unknown_person", "lists/l.yaml", 4, "lists/l.yaml",
      "list: l\nname: { en: L }\nentries:\n  - { key: a, name: { en: A }, owners: [nobody] }\n" },
    { __LINE__, E, "empty_list", "models/key.yaml", 0, "lists/colours.yaml",
      "list: colours\nname: { en: L }\nentries: []\n" },
    { __LINE__, E, "no_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [] }\n" },
    { __LINE__, E, "bad_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"08:00-25:00\"] }\n" },
    { __LINE__, E, "bad_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"24:00-08:00\"] }\n" },
    { __LINE__, E, "bad_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"17:00-02:00\", \"18:00-19:00\"] }\n" },
    { __LINE__, E, "overlapping_windows", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"17:00-08:00\"], tue: [\"07:59-09:00\"] }\n" },
    { __LINE__, E, "bad_date", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "yearly_holidays: [02-30]\n" },
    { __LINE__, E, "duplicate_id", "calendars/c.yaml", 1, "calendars/c.yaml",
      CALENDAR "yearly_holidays: [12-25, { day: 12-25, name: Christmas }]\n" },
    { __LINE__, E, "bad_date", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "holidays: [{ date: 2031-02-29, name: Leap day }]\n" },
    { __LINE__, E, "missing_key", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "holidays: [{ name: Leap day }]\n" },
    { __LINE__, E, "unknown_key", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "holidays: [{ date: 2031-02-28, names: Leap day }]\n" },
    { __LINE__, E, "missing_key", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "breaks: [{ date: 2031-02-28 }]\n" },
    { __LINE__, E, "bad_hours", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "breaks: [{ date: 2031-02-28, closed: [\"12:00\"] }]\n" },
    { __LINE__, E, "bad_date", "calendars/c.yaml", 3, "calendars/c.yaml",
      CALENDAR "holidays: [2201-01-01]\n" },
    { __LINE__, E, "bad_feed", "calendars/c.yaml", 4, "calendars/c.yaml",
      CALENDAR "feeds: [../holidays.ics]\n" },
    { __LINE__, E, "no_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: {}\n" },
    { __LINE__, E, "bad_hours", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"08:00-12:00\", \"11:00-13:00\"] }\n" },
    { __LINE__, E, "unknown_key", "calendars/c.yaml", 3, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { monday: [] }\n" },
    { __LINE__, E, "unknown_zone", "calendars/c.yaml", 2, "calendars/c.yaml",
      "calendar: c\nzone: Europe/Nowhere\nhours: { mon: [] }\n" },
    { __LINE__, E, "bad_number", "calendars/c.yaml", 4, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"08:00-12:00\"] }\nday_hours: 25\n" },
    { __LINE__, E, "duplicate_id", "calendars/c.yaml", 1, "calendars/c.yaml",
      "calendar: c\nzone: UTC\nhours: { mon: [\"08:00-12:00\"] }\nholidays: [2031-01-01, "
      "2031-01-01]\n" },
    /* teams and people */
    { __LINE__, E, "duplicate_id", "teams.yaml", 3, "teams.yaml",
      "teams:\n" TEAM("office", "members: [olga], leads: [olga]")
          TEAM("office", "members: [olga], leads: [olga]") },
    { __LINE__, E, "unknown_person", "teams.yaml", 2, "teams.yaml",
      "teams:\n" TEAM("office", "members: [nobody], leads: []") },
    { __LINE__, E, "unknown_calendar", "teams.yaml", 2, "teams.yaml",
      "teams:\n" TEAM("office", "members: [olga], leads: [], calendar: moon") },
    { __LINE__, W, "empty_team", "teams.yaml", 2, "teams.yaml",
      "teams:\n" TEAM("office", "members: [], leads: []") },
    { __LINE__, E, "no_approver", "models/bike.yaml", 0, "teams.yaml",
      "teams:\n" TEAM("office", "members: [], leads: []")
          TEAM("workshop", "members: [piet], leads: [piet]") },
    { __LINE__, E, "no_approver", "models/bike.yaml", 0, "teams.yaml",
      "teams:\n" TEAM("office", "members: [olga], leads: [olga]")
          TEAM("workshop", "members: [piet], leads: []") },
    { __LINE__, W, "self_sign_off", "models/bike.yaml", 0, "teams.yaml",
      "teams:\n" TEAM("office", "members: [olga], leads: [olga]")
          TEAM("workshop", "members: [piet], leads: [piet]") },
    { __LINE__, E, "duplicate_id", "people.yaml", 3, "people.yaml",
      "people:\n" PERSON("olga", "") PERSON("olga", "") },
    { __LINE__, E, "bad_login", "people.yaml", 2, "people.yaml",
      "people:\n" PERSON("olga berg", "") },
    { __LINE__, E, "bad_word", "people.yaml", 2, "people.yaml",
      "people:\n  - { login: a, name: A, kind: robot }\n" },
    { __LINE__, E, "bad_word", "people.yaml", 2, "people.yaml",
      "people:\n  - { login: a, name: A, kind: employee, roles: [{ role: king }] }\n" },
    { __LINE__, E, "manager_cycle", "people.yaml", 5, "people.yaml",
      PEOPLE PERSON("a", ", manager: b") PERSON("b", ", manager: a") },
    { __LINE__, E, "unknown_person", "people.yaml", 5, "people.yaml",
      PEOPLE PERSON("a", ", manager: nobody") },
    { __LINE__, E, "unknown_entry", "people.yaml", 5, "people.yaml",
      PEOPLE PERSON("a", ", site: moon") },
    { __LINE__, E, "unknown_team", "people.yaml", 5, "people.yaml",
      PEOPLE
      "  - { login: a, name: A, kind: employee, roles: [{ role: agent, team: nobody }] }\n" },
};

static void lint(Arena *a, const char *dir, Diagnostics *d, CatalogFolder *f)
{
    diagnostics_init(d, a);
    EXPECT_RC(RC_OK, catalog_folder_read(a, str_z(dir), f, d));
    EXPECT_RC(RC_OK, catalog_folder_lint(f, d));
}

TEST(folder_lint_finds_each_fault_at_its_place)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
        FixtureFile change = { samples[i].path, samples[i].text };
        CatalogFolder f;
        Diagnostics d;
        Str dir = fixture_folder(a, &change, 1);

        lint(a, str_dup_z(a, dir), &d, &f);
        fixture_folder_remove(dir);
        if (!fixture_has(&d, samples[i].level, samples[i].code, samples[i].where, samples[i].line))
            test_fail(__FILE__, samples[i].test_line, "%.*s", STR_ARG(fixture_print(&d)));
    }
}

TEST(folder_read_tells_of_a_file_that_cannot_be_read)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    Str dir = fixture_folder(a, NULL, 0);
    CatalogFolder f;
    Diagnostics d;
    const char *link = str_dup_z(a, str_fmt(a, "%.*s/lists/gone.yaml", STR_ARG(dir)));

    EXPECT(symlink("nowhere", link) == 0);
    lint(a, str_dup_z(a, dir), &d, &f);
    unlink(link);
    fixture_folder_remove(dir);
    EXPECT(fixture_has(&d, E, "unreadable_file", "lists/gone.yaml", 0));
    EXPECT_INT(1, (int64_t)d.errors);
}

TEST(folder_every_code_of_a_diagnosis_has_a_sample)
{
    for (size_t i = 0; i < DIAGNOSTIC_CODES_N; i++) {
        const char *code = DIAGNOSTIC_CODES[i].code;
        bool found = fixture_refusal_covers(code) || str_eq_z(str_z(code), "unreadable_file");
        for (size_t k = 0; k < COUNT_OF(samples) && !found; k++)
            found = str_eq_z(str_z(code), samples[k].code);
        if (!found)
            test_fail(__FILE__, __LINE__, "no test gives %s", code);
    }
}

/* No false alarm, and canonical to the byte: the shop, and the catalog that is shipped. */
static void expect_clean(const char *dir)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CatalogFolder f;
    Diagnostics d;

    lint(a, dir, &d, &f);
    if (d.errors + d.warnings > 0)
        test_fail(__FILE__, __LINE__, "%.*s", STR_ARG(fixture_print(&d)));
    for (size_t i = 0; i < f.documents.n; i++) {
        const char *path =
            str_dup_z(a, str_fmt(a, "%s/%.*s", dir, STR_ARG(f.documents.at[i].file)));
        EXPECT_STR(fixture_file(a, path), f.documents.at[i].body);
    }
}

TEST(folder_of_the_shop_is_clean_and_canonical)
{
    expect_clean(FIXTURE_SHOP);
}

TEST(folder_of_the_demo_organisation_is_clean_and_canonical)
{
    expect_clean("demo");
}

TEST(folder_teams_and_people_are_canonical)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CLEANUP(buf_done) Buf b = { 0 };
    CatalogFolder f;
    Diagnostics d;

    buf_init(&b, 1u << 20);
    lint(a, FIXTURE_SHOP, &d, &f);
    teams_export(&f.teams, &b);
    EXPECT_STR(fixture_file(a, FIXTURE_SHOP "/teams.yaml"), buf_str(&b));
    buf_clear(&b);
    people_export(&f.people, &b);
    EXPECT_STR(fixture_file(a, FIXTURE_SHOP "/people.yaml"), buf_str(&b));
}

TEST(folder_without_teams_people_and_lists_is_checked_by_itself)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    FixtureFile changes[] = {
        { "teams.yaml", NULL },
        { "people.yaml", NULL },
        { "lists/categories.yaml", NULL },
        { "lists/sites.yaml", NULL },
        { "lists/services.yaml", NULL },
        { "lists/suppliers.yaml", NULL },
    };
    Str dir = fixture_folder(a, changes, COUNT_OF(changes));
    CatalogFolder f;
    Diagnostics d;

    lint(a, str_dup_z(a, dir), &d, &f);
    fixture_folder_remove(dir);
    if (d.errors + d.warnings > 0)
        test_fail(__FILE__, __LINE__, "%.*s", STR_ARG(fixture_print(&d)));
    EXPECT(!f.has_teams && !f.has_people);
}

TEST(folder_of_one_model_is_checked_by_itself)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    char name[] = "/tmp/errand-test-XXXXXX";
    CatalogFolder f;
    Diagnostics d;

    EXPECT(mkdtemp(name) != NULL);
    const char *models = str_dup_z(a, str_fmt(a, "%s/models", name));
    EXPECT(mkdir(models, 0700) == 0);
    fixture_write(a, str_z(name), "models/bike.yaml",
                  fixture_file(a, FIXTURE_SHOP "/models/bike.yaml"));
    lint(a, name, &d, &f);
    fixture_folder_remove(str_z(name));
    EXPECT_INT(0, (int64_t)(d.errors + d.warnings));
}

TEST(catalog_lint_main_answers_with_its_exit_code)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CLEANUP(buf_done) Buf out = { 0 };
    FixtureFile change = { "lists/sites.yaml", "list: sites\nname: { en: S }\nentries: x\n" };
    Str dir = fixture_folder(a, &change, 1);

    buf_init(&out, 1u << 20);
    EXPECT_INT(0, catalog_lint_main(STR(FIXTURE_SHOP), &out));
    EXPECT_STR("15 documents, 0 errors, 0 warnings\n", buf_str(&out));
    buf_clear(&out);
    EXPECT_INT(1, catalog_lint_main(dir, &out));
    EXPECT(str_starts(buf_str(&out), STR("lists/sites.yaml:3:10: error: entries is a list, not a "
                                         "single value. [wrong_shape]\n")));
    EXPECT(str_contains(buf_str(&out), STR("14 documents, 1 error, ")));
    buf_clear(&out);
    EXPECT_INT(3, catalog_lint_main(STR("no/such/folder"), &out));
    EXPECT_STR("There is no folder no/such/folder.\n", buf_str(&out));
    fixture_folder_remove(dir);
}
