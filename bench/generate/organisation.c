/* organisation.c - people beside those of the demo organisation, and the teams they work in. */
#include "generate/generate.h"

#include "cli/demo.h"
#include "cli/folder.h"

enum { TARGETS_SINCE_DAYS = 1000, WORKERS_PER = 60, PEOPLE_AT_ONCE = 100 };

/* One site a language; the last one of each is as likely as its place says. */
static const struct {
    Lang lang;
    const char *word, *site, *zone;
} places[] = {
    { LANG_SV, "sv", "stockholm", "Europe/Stockholm" },
    { LANG_EN, "en", "london", "Europe/London" },
    { LANG_ZH, "zh", "shanghai", "Asia/Shanghai" },
};

static Rc load_catalog(Ctx *cx, World *w)
{
    CatalogFolder folder = { 0 };
    Diagnostics d;
    PlanLines plan = { 0 };
    Str hash;

    UNUSED(w);
    diagnostics_init(&d, cx->arena);
    TRY(catalog_folder_read(cx->arena, STR("demo"), &folder, &d));
    TRY(password_hash(cx->arena, STR(DEMO_PASSWORD), &hash));
    TRY(folder_apply(cx, &folder, hash, true, &plan));
    return demo_targets(cx, cx->now_ms - TARGETS_SINCE_DAYS * MS_DAY);
}

static size_t place_of_group(size_t group)
{
    static const unsigned char of[] = { 0, 1, 0, 2, 0, 1, 2 };
    return of[group % COUNT_OF(of)];
}

/* A group has one manager, who leads it from the group before; the first ones report to the demo's own. */
static Rc make_person(Ctx *cx, World *w, GrantedPeople g, size_t i)
{
    size_t group = i / PEOPLE_OF_A_MANAGER, place = place_of_group(group);
    size_t boss = group / 2 * PEOPLE_OF_A_MANAGER / 2;
    int64_t id = 0;
    PersonInput in = {
        .login = str_fmt(cx->arena, "p%05zu", i + 1),
        .name = text_name(cx->arena, &w->draw, places[place].lang),
        .email = str_fmt(cx->arena, "p%05zu@larkfield.example", i + 1),
        .kind = STR("employee"),
        .org = STR("Larkfield"),
        .manager = group < 4 ? STR("manager") : str_fmt(cx->arena, "p%05zu", boss + 1),
        .site = str_z(places[place].site),
        .lang = str_z(places[place].word),
        .zone = str_z(places[place].zone),
    };

    TRY(person_create(cx, g, &in, &id));
    if (i == 0)
        w->person_first = id;
    return id == w->person_first + (int64_t)i ? RC_OK : RC_INTERNAL;
}

static size_t made; /* so many before this transaction */

static Rc make_people(Ctx *cx, World *w)
{
    GrantedPeople g;
    size_t to = made + PEOPLE_AT_ONCE < w->people ? made + PEOPLE_AT_ONCE : w->people;

    TRY(access_people(cx, true, &g));
    for (; made < to; made++)
        TRY(make_person(cx, w, g, made));
    return RC_OK;
}

static void keep_worker(World *w, int64_t team, int64_t person)
{
    size_t t = 0;

    while (t < w->teams_n && w->teams[t].team_id != team)
        t++;
    if (t == COUNT_OF(w->teams))
        return;
    if (t == w->teams_n)
        w->teams[w->teams_n++].team_id = team;
    if (w->teams[t].n < WORKERS_MAX)
        w->teams[t].ids[w->teams[t].n++] = person;
}

/* A worker for sixty people, the same number in each team of our own. */
static Rc staff_team(Ctx *cx, World *w, GrantedPeople g, const TeamRef *team)
{
    TeamMembers members = { 0 };
    size_t more = w->people / WORKERS_PER / 8;

    TRY(team_members(cx, team->id, &members));
    for (size_t i = 0; i < members.n; i++)
        keep_worker(w, team->id, members.at[i].person.id);
    for (size_t i = 0; i < more; i++) {
        int64_t id = w->person_first + (int64_t)draw_below(&w->draw, w->people);
        bool member = false, lead = false;
        TRY(team_has(cx, team->id, id, &member, &lead));
        if (member)
            continue;
        TRY(team_join(cx, g, team->id, id, false));
        keep_worker(w, team->id, id);
    }
    return RC_OK;
}

static Rc staff_teams(Ctx *cx, World *w)
{
    GrantedPeople g;
    TeamRefs teams = { 0 };

    TRY(access_people(cx, true, &g));
    TRY(team_choices(cx, &teams));
    for (size_t i = 0; i < teams.n; i++)
        TRY(staff_team(cx, w, g, &teams.at[i]));
    return RC_OK;
}

Rc organisation(World *w)
{
    Ms began = w->now - TARGETS_SINCE_DAYS * MS_DAY;

    TRY(as_operator(w, began, load_catalog));
    while (made < w->people)
        TRY(as_operator(w, began, make_people));
    return as_operator(w, began, staff_teams);
}
