/* organisation.c - people beside those of the demo organisation, and the teams they work in.
 *
 * The demo's teams serve 400 people.  A larger organisation has such teams again for each 400, in branches, so that
 * what one team has to do does not grow with the organisation.
 */
#include "generate/generate.h"

#include "cli/demo.h"
#include "cli/folder.h"

enum { TARGETS_SINCE_DAYS = 1000, PEOPLE_AT_ONCE = 100 };

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
static size_t boss_of(size_t group)
{
    return group / 2 * (PEOPLE_OF_A_MANAGER / 2);
}

static bool may_be_boss(size_t person)
{
    return person % (PEOPLE_OF_A_MANAGER / 2) == 0;
}

static Rc make_person(Ctx *cx, World *w, GrantedPeople g, size_t i)
{
    size_t group = i / PEOPLE_OF_A_MANAGER, place = place_of_group(group);
    int64_t id = 0;
    PersonInput in = {
        .login = str_fmt(cx->arena, "p%05zu", i + 1),
        .name = text_name(cx->arena, &w->draw, places[place].lang),
        .email = str_fmt(cx->arena, "p%05zu@larkfield.example", i + 1),
        .kind = STR("employee"),
        .org = STR("Larkfield"),
        .manager = group < 4 ? STR("manager") : str_fmt(cx->arena, "p%05zu", boss_of(group) + 1),
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

/* ---- the first branch: the teams of the demo organisation ---- */

static size_t place_in(const int64_t *list, size_t n, int64_t id)
{
    size_t i = 0;

    while (i < n && list[i] != id)
        i++;
    return i;
}

static Rc keep_worker(World *w, Workers *team, int64_t person)
{
    if (team->n == COUNT_OF(team->ids))
        return RC_LIMIT;
    team->ids[team->n++] = person;
    if (place_in(w->workers, w->workers_n, person) < w->workers_n)
        return RC_OK;
    if (w->workers_n == COUNT_OF(w->workers))
        return RC_LIMIT;
    w->branches[0].workers[w->workers_n] = person;
    w->workers[w->workers_n++] = person;
    return RC_OK;
}

static Rc read_team(Ctx *cx, World *w, int64_t id)
{
    TeamMembers members = { 0 };

    if (w->teams_n == COUNT_OF(w->teams))
        return RC_LIMIT;
    w->branches[0].teams[w->teams_n] = id;
    Workers *team = &w->teams[w->teams_n++];
    team->team_id = id;
    TRY(team_members(cx, id, &members));
    for (size_t i = 0; i < members.n; i++)
        TRY(keep_worker(w, team, members.at[i].person.id));
    return RC_OK;
}

static Rc read_teams(Ctx *cx, World *w)
{
    TeamRefs teams = { 0 };

    TRY(team_choices(cx, &teams));
    for (size_t i = 0; i < teams.n; i++)
        TRY(read_team(cx, w, teams.at[i].id));
    w->branches_n = 1;
    return RC_OK;
}

/* ---- the other ones: the same teams again, of other people ---- */

bool branch_has(const World *w, size_t branch, int64_t person)
{
    return place_in(w->branches[branch].workers, w->workers_n, person) < w->workers_n;
}

static bool works(const World *w, int64_t person)
{
    for (size_t b = 0; b <= w->branches_n; b++)
        if (branch_has(w, b, person))
            return true;
    return false;
}

/* No managers, who are asked as such, too. */
static void choose_workers(World *w, Branch *to)
{
    for (size_t i = 0; i < w->workers_n; i++) {
        size_t at;
        do
            at = draw_below(&w->draw, w->people);
        while (may_be_boss(at) || works(w, w->person_first + (int64_t)at));
        to->workers[i] = w->person_first + (int64_t)at;
    }
}

/* "Workplace 07" in each language that has a name. */
static void numbered(Arena *a, LangText *name, size_t branch)
{
    for (size_t l = 0; l < LANG_COUNT; l++)
        if (name->in[l].len > 0)
            name->in[l] = str_fmt(a, "%.*s %02zu", STR_ARG(name->in[l]), branch + 1);
}

static Rc make_team(Ctx *cx, World *w, GrantedPeople g, size_t i)
{
    Branch *b = &w->branches[w->branches_n];
    TeamMembers members = { 0 };
    TeamInput in = { .supplier = STR_NULL };
    Team first;

    TRY(team_get(cx, w->teams[i].team_id, &first));
    in.key = str_fmt(cx->arena, "%.*s-%02zu", STR_ARG(first.key), w->branches_n + 1);
    in.name = loc_read(cx->arena, first.name_json);
    in.summary = loc_read(cx->arena, first.summary_json);
    numbered(cx->arena, &in.name, w->branches_n);
    in.calendar = first.calendar;
    in.confidential = OPT_INT(first.confidential);
    TRY(team_create(cx, g, &in, &b->teams[i]));
    TRY(team_members(cx, first.id, &members));
    for (size_t k = 0; k < members.n; k++) {
        size_t at = place_in(w->workers, w->workers_n, members.at[k].person.id);
        TRY(team_join(cx, g, b->teams[i], b->workers[at], members.at[k].lead));
    }
    return RC_OK;
}

static Rc make_branch(Ctx *cx, World *w)
{
    GrantedPeople g;

    TRY(access_people(cx, true, &g));
    choose_workers(w, &w->branches[w->branches_n]);
    for (size_t i = 0; i < w->teams_n; i++)
        TRY(make_team(cx, w, g, i));
    w->branches_n++;
    return RC_OK;
}

int64_t branch_team(const World *w, size_t branch, int64_t team)
{
    size_t at = place_in(w->branches[0].teams, w->teams_n, team);

    return at < w->teams_n ? w->branches[branch].teams[at] : team;
}

int64_t branch_person(const World *w, size_t branch, int64_t person)
{
    size_t at = place_in(w->workers, w->workers_n, person);

    return at < w->workers_n ? w->branches[branch].workers[at] : person;
}

/* ---- all of it ---- */

Rc organisation(World *w)
{
    Ms began = w->now - TARGETS_SINCE_DAYS * MS_DAY;
    size_t branches = (w->people + PEOPLE_OF_A_BRANCH / 2) / PEOPLE_OF_A_BRANCH;

    TRY(as_operator(w, began, load_catalog));
    while (made < w->people)
        TRY(as_operator(w, began, make_people));
    TRY(as_operator(w, began, read_teams));
    while (w->branches_n < branches && w->branches_n < BRANCHES_MAX)
        TRY(as_operator(w, began, make_branch));
    return RC_OK;
}
