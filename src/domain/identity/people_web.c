/* people_web.c - managing people: list, one person, roles, links; suggestions for pickers. */
#include "domain/identity/people_page.h"
#include "http/dispatch.h"
#include "tmpl/people_list.h"
#include "tmpl/person_edit.h"
#include "tmpl/person_options.h"

#define PAGE_SIZE    50
#define SUGGEST_SIZE 12

/* --- words ---------------------------------------------------------------------------------- */

static const struct {
    const char *key, *word;
} kinds[] = {
    { "employee", T("Employee") },
    { "customer", T("Customer") },
    { "vendor", T("Vendor") },
};

static const char *kind_word(Str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(kind, kinds[i].key))
            return kinds[i].word;
    return "";
}

/* Roles that are held beyond the teams, with what they mean. */
static const struct {
    Role role;
    const char *word, *about;
} held_roles[] = {
    { ROLE_AGENT, T("Agent for all teams"), T("Works every queue and every task.") },
    { ROLE_LEAD, T("Lead for all teams"), T("Assigns in every team and overrules priorities.") },
    { ROLE_OWNER, T("Owner of everything"), T("Changes every model and list.") },
    { ROLE_ADMIN, T("Administrator"),
      T("Manages people, teams and roles; does not read what is confidential.") },
    { ROLE_AUDITOR, T("Auditor"),
      T("Reads everything that is not confidential, and changes nothing.") },
};

static Text role_text(Role role, Str team)
{
    if (role == ROLE_OWNER && team.len > 0)
        return TEXT("Owner for {0}", team);
    for (size_t i = 0; i < COUNT_OF(held_roles); i++)
        if (held_roles[i].role == role)
            return (Text){ .msgid = held_roles[i].word };
    return TEXT("{0}", str_z(role_name(role)));
}

static Rc part_line(Ctx *cx, const PersonPart *part, PartLine *ret)
{
    TeamRef team;

    TRY(team_ref(cx, part->team_id, &team));
    *ret = (PartLine){ .team_id = part->team_id, .team_key = team.key };
    if (part->role == 0)
        ret->text = part->lead ? TEXT("Leads {0}", team.name) : TEXT("{0}", team.name);
    else
        ret->text = role_text(part->role, team.name);
    ret->role = part->role != 0 ? role_name(part->role) : NULL;
    return RC_OK;
}

static Rc add_option(Ctx *cx, WidgetOptions *options, Str value, Text label, Str chosen)
{
    return LIST_PUSH(
        cx->arena, options,
        (WidgetOption){ .value = value, .label = label, .chosen = str_eq(value, chosen) });
}

/* --- list ----------------------------------------------------------------------------------- */

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : s;
}

static Rc filters(Call *call, PeoplePage *page, PersonFilter *f)
{
    Ctx *cx = &call->cx;
    Str kind = or_empty(call_query(call, "kind")), state = or_empty(call_query(call, "state"));
    Str team = or_empty(call_query(call, "team"));
    Teams teams;

    page->q = str_trim(or_empty(call_query(call, "q")));
    *f = (PersonFilter){ .words = page->q, .size = PAGE_SIZE, .active = OPT_INT(1) };
    TRY(add_option(cx, &page->kinds, STR(""), TEXT("Of every kind"), kind));
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        TRY(add_option(cx, &page->kinds, str_z(kinds[i].key), (Text){ .msgid = kinds[i].word },
                       kind));
        if (str_eq_z(kind, kinds[i].key))
            f->kind = kind;
    }
    TRY(add_option(cx, &page->states, STR(""), TEXT("Active"), state));
    TRY(add_option(cx, &page->states, STR("inactive"), TEXT("Not active"), state));
    TRY(add_option(cx, &page->states, STR("all"), TEXT("Active or not"), state));
    if (str_eq(state, STR("inactive")))
        f->active = OPT_INT(0);
    else if (str_eq(state, STR("all")))
        f->active = OPT_NONE;
    TRY(team_list(cx, true, &teams));
    TRY(add_option(cx, &page->teams, STR(""), TEXT("In every team"), team));
    for (size_t i = 0; i < teams.n; i++) {
        TRY(add_option(cx, &page->teams, teams.at[i].key, TEXT("{0}", teams.at[i].name), team));
        if (str_eq(team, teams.at[i].key))
            f->team_id = teams.at[i].id;
    }
    page->filtered = page->q.len > 0 || kind.len > 0 || state.len > 0 || team.len > 0;
    return RC_OK;
}

static Rc add_lines(Ctx *cx, const Persons *list, PeoplePage *page)
{
    int64_t ids[PAGE_SIZE];
    PersonParts parts;

    for (size_t i = 0; i < list->n; i++)
        ids[i] = list->at[i].id;
    TRY(person_parts(cx, ids, list->n, &parts));
    for (size_t i = 0; i < list->n; i++) {
        const Person *p = &list->at[i];
        PersonLine line = { .id = p->id,
                            .name = p->name,
                            .login = p->login,
                            .org = p->org,
                            .initials = page_initials(p->name, cx->arena),
                            .hue = page_hue(p->login),
                            .kind = kind_word(p->kind),
                            .active = p->active };
        for (size_t k = 0; k < parts.n; k++) {
            PartLine part;
            if (parts.at[k].person_id != p->id)
                continue;
            TRY(part_line(cx, &parts.at[k], &part));
            TRY(LIST_PUSH(cx->arena, &line.parts, part));
        }
        TRY(LIST_PUSH(cx->arena, &page->rows, line));
    }
    return RC_OK;
}

/* This page's address with another `after`. */
static Str next_url(Call *call, int64_t after)
{
    Buf b;
    PageOut o = { .buf = &b };
    static const char *const kept[] = { "q", "kind", "team", "state" };

    buf_init(&b, 4096);
    buf_add_fmt(&b, "/admin/people?after=%lld", (long long)after);
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        Str value = call_query(call, kept[i]);
        if (value.len == 0)
            continue;
        buf_add_fmt(&b, "&%s=", kept[i]);
        url_part_str(&o, value);
    }
    Str url = str_dup(call->arena, buf_str(&b));
    buf_done(&b);
    return url;
}

static Rc page_people(Call *call)
{
    Ctx *cx = &call->cx;
    PeoplePage page = { .may_write = access_right(cx->subject, RIGHT_PEOPLE_WRITE) };
    PersonFilter f;
    GrantedPeople g;
    Persons list;
    int64_t next;
    PageOut out;
    PageFrame frame;
    Str after = call_query(call, "after");

    TRY(access_people(cx, false, &g));
    TRY(filters(call, &page, &f));
    if (after.len > 0 && !str_to_i64(after, &f.after_id))
        return RC_NOT_FOUND;
    TRY(person_list(cx, g, &f, &list, &next));
    TRY(add_lines(cx, &list, &page));
    if (next != 0)
        page.next_url = next_url(call, next);
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_PEOPLE;
    frame.title = TEXT("People");
    return PAGE(&out, &frame, tmpl_people_list, &page);
}

/* --- one person ----------------------------------------------------------------------------- */

static Rc kind_widget(Ctx *cx, Str value, Widget *ret)
{
    Widget w = { .kind = WIDGET_CHOICE,
                 .name = STR("kind"),
                 .label = TEXT("Kind"),
                 .chips = true,
                 .required = true };

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        TRY(add_option(cx, &w.options, str_z(kinds[i].key), (Text){ .msgid = kinds[i].word },
                       STR_NULL));
    widget_choose(&w, value);
    *ret = w;
    return RC_OK;
}

static Rc org_widget(Ctx *cx, Str value, Widget *ret)
{
    Widget w = { .kind = WIDGET_PICK,
                 .name = STR("org"),
                 .label = TEXT("Organisation"),
                 .help = TEXT("A new name makes a new organisation."),
                 .optional_word = true,
                 .value = value };
    StrList names;

    TRY(org_names(cx, &names));
    for (size_t i = 0; i < names.n; i++)
        TRY(add_option(cx, &w.options, names.at[i], TEXT("{0}", names.at[i]), STR_NULL));
    *ret = w;
    return RC_OK;
}

static Rc person_form(Ctx *cx, PersonPage *page)
{
    const Person *p = &page->person;
    Form *f = &page->form;
    Widget kind, org, site;

    TRY(field_kept(cx, (Widget){ .name = STR("site"), .label = TEXT("Site"), .value = p->site },
                   STR("sites"), TEXT("Its key in the list of sites."), &site));
    TRY(kind_widget(cx, page->is_new ? STR("employee") : p->kind, &kind));
    TRY(org_widget(cx, p->org, &org));
    if (page->is_new)
        TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                                  .name = STR("login"),
                                  .label = TEXT("Login"),
                                  .help = TEXT("What the person signs in with. It stays as it is."),
                                  .required = true }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("name"),
                              .label = TEXT("Name"),
                              .required = true,
                              .value = p->name,
                              .max_chars = NAME_MAX_CHARS }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("email"),
                              .label = TEXT("E-mail"),
                              .optional_word = true,
                              .inputmode = "email",
                              .value = p->email }));
    TRY(form_add(f, kind));
    TRY(form_add(f, org));
    TRY(form_add(f, (Widget){ .kind = WIDGET_PICK,
                              .name = STR("manager"),
                              .label = TEXT("Manager"),
                              .help = TEXT("Approves what this person asks for."),
                              .optional_word = true,
                              .value = p->manager,
                              .suggest_url = STR("/people/suggest"),
                              .chosen_name = page->manager_name.len > 0
                                                 ? TEXT("{0}", page->manager_name)
                                                 : (Text){ 0 } }));
    TRY(form_add(f, site));
    TRY(form_add(f, field_lang(cx, str_z(lang_key(p->lang)))));
    return form_add(f, field_zone(cx, p->zone));
}

static Rc role_options(Ctx *cx, PersonPage *page)
{
    Teams teams;

    for (size_t i = 0; i < COUNT_OF(held_roles); i++) {
        const char *key = role_name(held_roles[i].role);
        bool held = false;
        for (size_t k = 0; k < page->roles.n; k++)
            held = held
                   || (page->roles.at[k].team_id == 0 && strcmp(page->roles.at[k].role, key) == 0);
        if (!held)
            TRY(LIST_PUSH(cx->arena, &page->grantable,
                          (WidgetOption){ .value = str_z(key),
                                          .label = (Text){ .msgid = held_roles[i].word },
                                          .help = (Text){ .msgid = held_roles[i].about } }));
    }
    TRY(team_list(cx, true, &teams));
    for (size_t i = 0; i < teams.n; i++) {
        Text label = TEXT("{0}", teams.at[i].name);
        TRY(add_option(cx, &page->owner_teams, teams.at[i].key, label, STR_NULL));
        bool member = false;
        for (size_t k = 0; k < page->teams.n; k++)
            member = member || page->teams.at[k].team_id == teams.at[i].id;
        if (!member)
            TRY(add_option(cx, &page->joinable,
                           str_fmt(cx->arena, "%lld", (long long)teams.at[i].id), label, STR_NULL));
    }
    return RC_OK;
}

static Rc read_parts(Ctx *cx, PersonPage *page)
{
    PersonParts parts;

    TRY(person_parts(cx, &page->person.id, 1, &parts));
    for (size_t i = 0; i < parts.n; i++) {
        PartLine line;
        TRY(part_line(cx, &parts.at[i], &line));
        if (line.role == NULL)
            TRY(LIST_PUSH(cx->arena, &page->teams, line));
        else
            TRY(LIST_PUSH(cx->arena, &page->roles, line));
    }
    return role_options(cx, page);
}

static Rc person_of(Call *call, Person *ret)
{
    int64_t id;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    return person_get(&call->cx, id, ret);
}

/* Whether the refused act was saving the form, and not one of those beside it. */
static bool form_was_sent(const Call *call)
{
    Str path = str_z(call->route->path);
    return str_eq(path, STR("/admin/people/{id}")) || str_eq(path, STR("/admin/people"));
}

static Rc after_refusal(Call *call, PersonPage *page)
{
    Ctx *cx = &call->cx;

    if (str_eq_z(cx->type, "again")) {
        page->link_url =
            str_fmt(call->arena, "%.*s/reset/%.*s", STR_ARG(dispatch_config(call)->base_url),
                    STR_ARG(*(const Str *)call->prepared));
        return RC_OK;
    }
    if (!form_was_sent(call)) {
        page->refused = cx->errors.n > 0           ? cx->errors.at[0].text
                        : cx->detail.msgid != NULL ? cx->detail
                                                   : TEXT("That did not work.");
        return RC_OK;
    }
    if (call->refused == RC_STALE)
        TRY(form_differences(&page->form, call, &page->differences));
    else if (!str_to_i64(or_empty(call_form(call, "version")), &page->version))
        page->version = page->person.version;
    return form_refuse(&page->form, call);
}

static Rc show_person(Call *call, PersonPage *page)
{
    PageOut out;
    PageFrame frame;

    page->form.arena = call->arena;
    page->may_write = access_right(call->cx.subject, RIGHT_PEOPLE_WRITE);
    page->version = page->person.version;
    TRY(person_form(&call->cx, page));
    if (call->is_again)
        TRY(after_refusal(call, page));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_PEOPLE;
    frame.title = page->is_new ? TEXT("New person") : TEXT("{0}", page->person.name);
    return PAGE(&out, &frame, tmpl_person_edit, page);
}

static Rc page_person(Call *call)
{
    Ctx *cx = &call->cx;
    PersonPage page = { 0 };
    GrantedPeople g;
    PersonRef manager;

    TRY(access_people(cx, false, &g));
    TRY(person_of(call, &page.person));
    TRY(person_ref(cx, page.person.manager_id, &manager));
    page.manager_name = manager.name;
    page.action = str_fmt(call->arena, "/admin/people/%lld", (long long)page.person.id);
    page.initials = page_initials(page.person.name, call->arena);
    page.hue = page_hue(page.person.login);
    page.kind = kind_word(page.person.kind);
    page.is_self = page.person.id == cx->subject->person_id;
    TRY(read_parts(cx, &page));
    TRY(person_has_password(cx, g, page.person.id, &page.has_password));
    return show_person(call, &page);
}

static Rc page_person_new(Call *call)
{
    PersonPage page = { .is_new = true,
                        .action = STR("/admin/people"),
                        .person = { .zone = STR("UTC"), .lang = call->cx.lang } };
    GrantedPeople g;

    TRY(access_people(&call->cx, true, &g));
    return show_person(call, &page);
}

/* --- writing -------------------------------------------------------------------------------- */

static PersonInput input_of(Call *call)
{
    return (PersonInput){ .login = call_form(call, "login"),
                          .name = call_form(call, "name"),
                          .email = str_trim(call_form(call, "email")),
                          .kind = call_form(call, "kind"),
                          .org = call_form(call, "org"),
                          .manager = call_form(call, "manager"),
                          .site = str_trim(call_form(call, "site")),
                          .lang = call_form(call, "language"),
                          .zone = str_trim(call_form(call, "zone")) };
}

static Rc show_saved(Call *call, int64_t id, const char *flash)
{
    Str text = str_fmt(call->arena, "%lld", (long long)id);
    call_flash(call, flash, text);
    return call_redirect(call, str_fmt(call->arena, "/admin/people/%.*s", STR_ARG(text)));
}

static Rc act_create(Call *call)
{
    GrantedPeople g;
    PersonInput in = input_of(call);
    int64_t id;

    TRY(access_people(&call->cx, true, &g));
    TRY(person_create(&call->cx, g, &in, &id));
    return show_saved(call, id, "saved");
}

static Rc act_save(Call *call)
{
    GrantedPeople g;
    PersonInput in = input_of(call);
    Person p;
    int64_t version;

    TRY(access_people(&call->cx, true, &g));
    TRY(person_of(call, &p));
    if (!str_to_i64(or_empty(call_form(call, "version")), &version))
        return fail(&call->cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    Rc rc = person_update(&call->cx, g, p.id, version, &in);
    if (rc == RC_STALE)
        call->cx.type = STR("edited_meanwhile");
    TRY(rc);
    return show_saved(call, p.id, "saved");
}

static Rc set_active(Call *call, bool active)
{
    GrantedPeople g;
    Person p;

    TRY(access_people(&call->cx, true, &g));
    TRY(person_of(call, &p));
    TRY(person_set_active(&call->cx, g, p.id, p.version, active));
    return show_saved(call, p.id, active ? "person_activated" : "person_deactivated");
}

static Rc act_activate(Call *call)
{
    return set_active(call, true);
}

static Rc act_deactivate(Call *call)
{
    return set_active(call, false);
}

/* "owner" with a team is a role for that team. */
static Rc role_of(Call *call, RoleHeld *ret)
{
    RoleHeld held = { 0 };
    Str team = str_trim(or_empty(call_form(call, "team")));

    if (role_from(or_empty(call_form(call, "role")), &held.role) != RC_OK)
        return fail_field(&call->cx, RC_INVALID, "role", "unknown", TEXT("Choose a role."));
    if (team.len > 0 && held.role == ROLE_OWNER)
        TRY(team_id(&call->cx, team, &held.team_id));
    *ret = held;
    return RC_OK;
}

static Rc act_grant(Call *call)
{
    GrantedPeople g;
    Person p;
    RoleHeld role;

    TRY(access_people(&call->cx, true, &g));
    TRY(person_of(call, &p));
    TRY(role_of(call, &role));
    TRY(role_grant(&call->cx, g, p.id, role));
    return show_saved(call, p.id, "saved");
}

static Rc act_drop(Call *call)
{
    GrantedPeople g;
    Person p;
    RoleHeld role;

    TRY(access_people(&call->cx, true, &g));
    TRY(person_of(call, &p));
    TRY(role_of(call, &role));
    TRY(role_drop(&call->cx, g, p.id, role));
    return show_saved(call, p.id, "saved");
}

static Rc act_link(Call *call)
{
    GrantedPeople g;
    Person p;
    Str *token = ARENA_NEW(call->arena, Str);

    TRY(access_people(&call->cx, true, &g));
    TRY(person_of(call, &p));
    TRY(link_reset(&call->cx, g, p.id, token));
    call->prepared = token;
    return call_tell(call);
}

/* --- suggestions ---------------------------------------------------------------------------- */

/* <option> elements for fields in which a person is chosen. */
static Rc part_suggest(Call *call)
{
    Ctx *cx = &call->cx;
    SuggestPage page = { 0 };
    PageOut out = { .buf = &call->body,
                    .arena = call->arena,
                    .reader = { cx->lang, cx->zone, cx->now_ms } };

    TRY(person_search(cx, or_empty(call_query(call, "q")), SUGGEST_SIZE, &page.people));
    return tmpl_person_options(&out, &page);
}

extern const RouteTable people_pages;
const RouteTable people_pages =
    ROUTES({ HTTP_GET, "/people/suggest", part_suggest, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Suggest people while a name is typed" },
           { HTTP_GET, "/admin/people", page_people, RIGHT_PEOPLE_READ, BODY_NONE, TX_READ,
             .text = "People" },
           { HTTP_POST, "/admin/people", act_create, RIGHT_PEOPLE_WRITE, BODY_FORM, TX_WRITE,
             .text = "Add a person", .again = page_person_new },
           { HTTP_GET, "/admin/people/new", page_person_new, RIGHT_PEOPLE_WRITE, BODY_NONE, TX_READ,
             .text = "Form for a new person" },
           { HTTP_GET, "/admin/people/{id}", page_person, RIGHT_PEOPLE_READ, BODY_NONE, TX_READ,
             .text = "One person" },
           { HTTP_POST, "/admin/people/{id}", act_save, RIGHT_PEOPLE_WRITE, BODY_FORM, TX_WRITE,
             .text = "Change a person", .again = page_person },
           { HTTP_POST, "/admin/people/{id}/activate", act_activate, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Let a person sign in again", .again = page_person },
           { HTTP_POST, "/admin/people/{id}/deactivate", act_deactivate, RIGHT_PEOPLE_WRITE,
             BODY_FORM, TX_WRITE, .text = "Deactivate a person", .again = page_person },
           { HTTP_POST, "/admin/people/{id}/roles", act_grant, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Give a role", .again = page_person },
           { HTTP_POST, "/admin/people/{id}/roles/drop", act_drop, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Take a role back", .again = page_person },
           { HTTP_POST, "/admin/people/{id}/link", act_link, RIGHT_PEOPLE_WRITE, BODY_FORM,
             TX_WRITE, .text = "Make a link for a new person's password", .again = page_person }, );
