/* team_web.c - managing teams: list, one team, its members and leads. */
#include "domain/identity/people_page.h"
#include "http/dispatch.h"
#include "tmpl/team_edit.h"
#include "tmpl/team_list.h"
#include "tmpl/team_options.h"

#define SUGGEST_SIZE 12

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : s;
}

/* --- list ----------------------------------------------------------------------------------- */

static Rc page_teams(Call *call)
{
    Ctx *cx = &call->cx;
    TeamsPage page = { .may_write = access_right(cx->subject, RIGHT_PEOPLE_WRITE) };
    GrantedPeople g;
    Teams teams;
    PageOut out;
    PageFrame frame;

    TRY(access_people(cx, false, &g));
    TRY(team_list(cx, false, &teams));
    for (size_t i = 0; i < teams.n; i++) {
        const Team *t = &teams.at[i];
        TRY(LIST_PUSH(cx->arena, &page.rows,
                      (TeamLine){ t->id, t->key, t->name, t->summary, t->supplier, t->members,
                                  t->leads, t->active }));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_PEOPLE;
    frame.title = TEXT("Teams");
    return PAGE(&out, &frame, tmpl_team_list, &page);
}

/* --- one team ------------------------------------------------------------------------------- */

/* "name_en" ... one field for each language. */
static Str field_in(Call *call, const char *field, int lang)
{
    return str_fmt(call->arena, "%s_%s", field, lang_key((Lang)lang));
}

static const struct {
    const char *key;
    const char *name, *summary;
} lang_labels[LANG_COUNT] = {
    { "en", T("Name in English"), T("What it does, in English") },
    { "sv", T("Name in Swedish"), T("What it does, in Swedish") },
    { "zh", T("Name in Chinese"), T("What it does, in Chinese") },
};

static Rc team_form(Call *call, TeamPage *page)
{
    Ctx *cx = &call->cx;
    const Team *t = &page->team;
    LangText name = loc_read(cx->arena, t->name_json),
             summary = loc_read(cx->arena, t->summary_json);
    Widget calendar, supplier;
    Form *f = &page->form;

    if (page->is_new)
        TRY(form_add(
            f,
            (Widget){ .kind = WIDGET_TEXT,
                      .name = STR("key"),
                      .label = TEXT("Key"),
                      .help = TEXT("A short word that models name the team by. It stays as it is."),
                      .required = true }));
    for (int i = 0; i < LANG_COUNT; i++)
        TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                  .name = field_in(call, "name", i),
                                  .label = (Text){ .msgid = lang_labels[i].name },
                                  .optional_word = i != LANG_EN,
                                  .value = name.in[i],
                                  .max_chars = NAME_MAX_CHARS }));
    for (int i = 0; i < LANG_COUNT; i++)
        TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                  .name = field_in(call, "summary", i),
                                  .label = (Text){ .msgid = lang_labels[i].summary },
                                  .optional_word = true,
                                  .value = summary.in[i] }));
    TRY(field_kept(cx,
                   (Widget){ .name = STR("calendar"),
                             .label = TEXT("Calendar"),
                             .help = TEXT("Its working time."),
                             .value = t->calendar },
                   STR("calendars"), TEXT("Key of the calendar of its working time."), &calendar));
    TRY(field_kept(
        cx,
        (Widget){ .name = STR("supplier"),
                  .label = TEXT("Supplier"),
                  .help = TEXT("Only for people of a supplier. They see only their tasks."),
                  .value = t->supplier },
        STR("suppliers"),
        TEXT("Key of the supplier whose people these are. They see only their tasks."), &supplier));
    TRY(form_add(f, calendar));
    TRY(form_add(f, supplier));
    return form_add(
        f, (Widget){ .kind = WIDGET_CHECK,
                     .name = STR("confidential"),
                     .label = TEXT("Everything in its queue is confidential"),
                     .help = TEXT("Only its members and those whom a request is about read it."),
                     .value = t->confidential ? STR("true") : STR(""),
                     .checked = t->confidential });
}

static Rc read_members(Ctx *cx, TeamPage *page)
{
    TeamMembers list;

    TRY(team_members(cx, page->team.id, &list));
    members_by_name(cx->lang, &list);
    for (size_t i = 0; i < list.n; i++) {
        const PersonRef *p = &list.at[i].person;
        TRY(LIST_PUSH(cx->arena, &page->members,
                      (MemberLine){ p->id, p->name, p->login, page_initials(p->name, cx->arena),
                                    page_hue(p->login), list.at[i].lead,
                                    page->may_write && p->id != cx->subject->person_id }));
    }
    return RC_OK;
}

static Rc after_refusal(Call *call, TeamPage *page)
{
    Ctx *cx = &call->cx;
    Str path = str_z(call->route->path);

    if (!str_eq(path, STR("/admin/teams")) && !str_eq(path, STR("/admin/teams/{id}"))) {
        page->refused = cx->errors.n > 0           ? cx->errors.at[0].text
                        : cx->detail.msgid != NULL ? cx->detail
                                                   : TEXT("That did not work.");
        return RC_OK;
    }
    if (call->refused == RC_STALE)
        TRY(form_differences(&page->form, call, &page->differences));
    else if (!str_to_i64(or_empty(call_form(call, "version")), &page->version))
        page->version = page->team.version;
    /* The command speaks of /name/sv, the form has a field name_sv. */
    for (size_t i = 0; i < cx->errors.n; i++) {
        Str rest = str_skip(cx->errors.at[i].pointer, 1), field = str_cut(&rest, '/');
        if (str_eq(field, STR("name")) || str_eq(field, STR("summary")))
            cx->errors.at[i].pointer = str_fmt(cx->arena, "/%.*s_%.*s", STR_ARG(field),
                                               STR_ARG(rest.len > 0 ? rest : STR("en")));
    }
    return form_refuse(&page->form, call);
}

static Rc show_team(Call *call, TeamPage *page)
{
    PageOut out;
    PageFrame frame;

    page->form.arena = call->arena;
    page->version = page->team.version;
    TRY(team_form(call, page));
    if (call->is_again)
        TRY(after_refusal(call, page));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_PEOPLE;
    frame.title = page->is_new ? TEXT("New team") : TEXT("{0}", page->team.name);
    return PAGE(&out, &frame, tmpl_team_edit, page);
}

static Rc team_of(Call *call, Team *ret)
{
    int64_t id;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return team_get(&call->cx, id, ret);
}

static Rc page_team(Call *call)
{
    TeamPage page = { .may_write = access_right(call->cx.subject, RIGHT_PEOPLE_WRITE) };
    GrantedPeople g;

    TRY(access_people(&call->cx, false, &g));
    TRY(team_of(call, &page.team));
    page.action = str_fmt(call->arena, "/admin/teams/%lld", (long long)page.team.id);
    TRY(read_members(&call->cx, &page));
    return show_team(call, &page);
}

static Rc page_team_new(Call *call)
{
    TeamPage page = { .is_new = true, .may_write = true, .action = STR("/admin/teams") };
    GrantedPeople g;

    TRY(access_people(&call->cx, true, &g));
    return show_team(call, &page);
}

/* --- writing -------------------------------------------------------------------------------- */

static TeamInput input_of(Call *call)
{
    TeamInput in = { .key = call_form(call, "key"),
                     .supplier = str_trim(call_form(call, "supplier")),
                     .calendar = str_trim(call_form(call, "calendar")),
                     .confidential = OPT_INT(call_form(call, "confidential").len > 0) };
    for (int i = 0; i < LANG_COUNT; i++) {
        in.name.in[i] = call_form(call, field_in(call, "name", i).ptr);
        in.summary.in[i] = call_form(call, field_in(call, "summary", i).ptr);
    }
    return in;
}

static Rc show_saved(Call *call, int64_t id, const char *flash)
{
    Str text = str_fmt(call->arena, "%lld", (long long)id);
    call_flash(call, flash, text);
    return call_redirect(call, str_fmt(call->arena, "/admin/teams/%.*s", STR_ARG(text)));
}

static Rc act_create(Call *call)
{
    GrantedPeople g;
    TeamInput in = input_of(call);
    int64_t id;

    TRY(access_people(&call->cx, true, &g));
    TRY(team_create(&call->cx, g, &in, &id));
    return show_saved(call, id, "saved");
}

static Rc act_save(Call *call)
{
    GrantedPeople g;
    TeamInput in = input_of(call);
    Team t;
    int64_t version;

    TRY(access_people(&call->cx, true, &g));
    TRY(team_of(call, &t));
    if (!str_to_i64(or_empty(call_form(call, "version")), &version))
        return fail(&call->cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    Rc rc = team_update(&call->cx, g, t.id, version, &in);
    if (rc == RC_STALE)
        call->cx.type = STR("edited_meanwhile");
    TRY(rc);
    return show_saved(call, t.id, "saved");
}

static Rc set_active(Call *call, bool active)
{
    GrantedPeople g;
    Team t;

    TRY(access_people(&call->cx, true, &g));
    TRY(team_of(call, &t));
    TRY(team_set_active(&call->cx, g, t.id, t.version, active));
    return show_saved(call, t.id, active ? "team_activated" : "team_deactivated");
}

static Rc act_activate(Call *call)
{
    return set_active(call, true);
}

static Rc act_deactivate(Call *call)
{
    return set_active(call, false);
}

/* Adding somebody, and changing the part they have. */
static Rc act_member(Call *call)
{
    GrantedPeople g;
    Team t;
    int64_t person;
    Str login = str_lower_ascii(call->arena, str_trim(or_empty(call_form(call, "login"))));

    TRY(access_people(&call->cx, true, &g));
    TRY(team_of(call, &t));
    if (person_id(&call->cx, login, &person) != RC_OK)
        return fail_field(&call->cx, RC_INVALID, "login", "unknown",
                          TEXT("Nobody active signs in as {0}.", login));
    TRY(team_join(&call->cx, g, t.id, person, str_eq_z(call_form(call, "part"), "lead")));
    return show_saved(call, t.id, "saved");
}

static Rc act_leave(Call *call)
{
    GrantedPeople g;
    Team t;
    int64_t person;

    TRY(access_people(&call->cx, true, &g));
    TRY(team_of(call, &t));
    if (!str_to_i64(call_param(call, "person"), &person))
        return RC_NOT_FOUND;
    TRY(team_leave(&call->cx, g, t.id, person));
    return show_saved(call, t.id, "saved");
}

/* <option> elements for fields in which a team is looked up. */
static Rc part_suggest_teams(Call *call)
{
    Ctx *cx = &call->cx;
    Str words = call_query(call, "q");
    TeamSuggestPage page = { 0 };
    PageOut out = { .buf = &call->body,
                    .arena = call->arena,
                    .reader = { cx->lang, cx->zone, cx->now_ms } };

    TRY(team_search(cx, str_is_null(words) ? STR("") : words, SUGGEST_SIZE, &page.teams));
    return tmpl_team_options(&out, &page);
}

extern const RouteTable team_pages;
const RouteTable team_pages =
    ROUTES({ HTTP_GET, "/teams/suggest", part_suggest_teams, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Suggest teams while a name is typed" },
           { HTTP_GET, "/admin/teams", page_teams, RIGHT_PEOPLE_READ, BODY_NONE, TX_READ,
             .text = "Teams" },
           { HTTP_POST, "/admin/teams", act_create, RIGHT_PEOPLE_WRITE, BODY_FORM, TX_WRITE,
             .text = "Add a team", .again = page_team_new },
           { HTTP_GET, "/admin/teams/new", page_team_new, RIGHT_PEOPLE_WRITE, BODY_NONE, TX_READ,
             .text = "Form for a new team" },
           { HTTP_GET, "/admin/teams/{id}", page_team, RIGHT_PEOPLE_READ, BODY_NONE, TX_READ,
             .text = "One team" },
           { HTTP_POST, "/admin/teams/{id}", act_save, RIGHT_PEOPLE_WRITE, BODY_FORM, TX_WRITE,
             .text = "Change a team", .again = page_team },
           { HTTP_POST, "/admin/teams/{id}/activate", act_activate, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Activate a team", .again = page_team },
           { HTTP_POST, "/admin/teams/{id}/deactivate", act_deactivate, RIGHT_PEOPLE_WRITE,
             BODY_FORM, TX_WRITE, .text = "Deactivate a team", .again = page_team },
           { HTTP_POST, "/admin/teams/{id}/members", act_member, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Put a person into a team", .again = page_team },
           { HTTP_POST, "/admin/teams/{id}/members/{person}/leave", act_leave, RIGHT_PEOPLE_WRITE,
             BODY_FORM, TX_WRITE, .text = "Take a person out of a team", .again = page_team }, );
