/* presence_web.c - the page of one person: time away, who stands in, hours, skills. */
#include "app/choices.h"
#include "domain/presence/presence_page.h"
#include "http/dispatch.h"
#include "tmpl/presence.h"

static const struct {
    const char *key, *label;
} kinds[] = {
    { "holiday", T("Holiday") },
    { "sick", T("Sick") },
    { "training", T("Training") },
    { "other", T("Something else") },
};

static const struct {
    const char *key, *label;
} whats[] = {
    { "both", T("Approvals and tasks") },
    { "approvals", T("Approvals only") },
    { "tasks", T("Tasks only") },
};

static const char *kind_label(Str key)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(key, kinds[i].key))
            return kinds[i].label;
    return T("Something else");
}

static const char *what_label(Str key)
{
    for (size_t i = 0; i < COUNT_OF(whats); i++)
        if (str_eq_z(key, whats[i].key))
            return whats[i].label;
    return whats[0].label;
}

/* --- forms ---------------------------------------------------------------------------------- */

static Rc add_dates(Form *f, const char *from, const char *to)
{
    TRY(form_add(f, (Widget){ .kind = WIDGET_DATE,
                              .name = str_z(from),
                              .label = TEXT("First day"),
                              .required = true }));
    return form_add(f, (Widget){ .kind = WIDGET_DATE,
                                 .name = str_z(to),
                                 .label = TEXT("Last day"),
                                 .required = true });
}

static Rc away_form(Call *call, PresencePage *p)
{
    Widget kind = { .kind = WIDGET_CHOICE,
                    .name = STR("kind"),
                    .label = TEXT("Why"),
                    .required = true,
                    .chips = true };

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        TRY(LIST_PUSH(call->arena, &kind.options,
                      (WidgetOption){ .value = str_z(kinds[i].key),
                                      .label = (Text){ .msgid = kinds[i].label } }));
    widget_choose(&kind, STR("holiday"));
    TRY(add_dates(&p->away, "from", "to"));
    TRY(form_add(&p->away, kind));
    return form_add(&p->away, (Widget){ .kind = WIDGET_TEXT,
                                        .name = STR("note"),
                                        .label = TEXT("Note"),
                                        .optional_word = true,
                                        .max_chars = PRESENCE_NOTE_MAX });
}

static Rc delegation_form(Call *call, PresencePage *p)
{
    Widget what = { .kind = WIDGET_CHOICE,
                    .name = STR("what"),
                    .label = TEXT("What they take over"),
                    .required = true };

    for (size_t i = 0; i < COUNT_OF(whats); i++)
        TRY(LIST_PUSH(call->arena, &what.options,
                      (WidgetOption){ .value = str_z(whats[i].key),
                                      .label = (Text){ .msgid = whats[i].label } }));
    widget_choose(&what, STR("both"));
    TRY(form_add(&p->delegation, (Widget){ .kind = WIDGET_PICK,
                                           .name = STR("delegate"),
                                           .label = TEXT("Who stands in?"),
                                           .help = TEXT("Type a name or login."),
                                           .required = true,
                                           .suggest_url = STR("/people/suggest") }));
    TRY(form_add(&p->delegation, what));
    return add_dates(&p->delegation, "first", "last");
}

/* "20" or "37.5" */
static Str hours_text(Arena *a, OptInt min)
{
    if (!min.set)
        return STR("");
    if (min.value % 60 == 0)
        return str_fmt(a, "%lld", (long long)(min.value / 60));
    return str_fmt(a, "%lld.%02lld", (long long)(min.value / 60),
                   (long long)(min.value % 60 * 100 / 60));
}

static Rc calendar_field(Call *call, Str value, Widget *ret)
{
    Widget w = { .kind = WIDGET_SELECT,
                 .name = STR("calendar"),
                 .label = TEXT("Own calendar"),
                 .help = TEXT("For days or times that differ from the team's.") };
    Choices kept = { 0 };

    TRY(choices_of(&call->cx, STR("calendars"), &kept));
    TRY(LIST_PUSH(call->arena, &w.options,
                  (WidgetOption){ .value = STR(""), .label = TEXT("As the team") }));
    for (size_t i = 0; i < kept.n; i++)
        TRY(LIST_PUSH(call->arena, &w.options,
                      (WidgetOption){ .value = kept.at[i].key,
                                      .label = TEXT("{0}", lang_text(&kept.at[i].name,
                                                                     call->cx.lang, NULL)) }));
    widget_choose(&w, value);
    *ret = w;
    return RC_OK;
}

static Rc hours_form(Call *call, PresencePage *p)
{
    WorkHours h;
    Widget calendar;

    TRY(work_hours_get(&call->cx, p->person.id, &h));
    p->hours_version = h.version;
    TRY(calendar_field(call, h.calendar, &calendar));
    TRY(form_add(&p->hours, (Widget){ .kind = WIDGET_NUMBER,
                                      .name = STR("weekly_min"),
                                      .label = TEXT("Hours in a week"),
                                      .help = TEXT("Empty means full time, 40 hours."),
                                      .value = hours_text(call->arena, h.weekly_min),
                                      .min = STR("0"),
                                      .max = STR("80") }));
    return form_add(&p->hours, calendar);
}

static bool has_skill(const StrList *list, Str key)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i], key))
            return true;
    return false;
}

static Rc skills_form(Call *call, PresencePage *p)
{
    Ctx *cx = &call->cx;
    const ManagedList *list = NULL;
    StrList have;
    Widget w = { .kind = WIDGET_SEVERAL, .name = STR("skills"), .label = TEXT("Can do") };

    Rc rc = catalog_list(cx, STR("skills"), &list);
    if (rc != RC_NOT_FOUND)
        TRY(rc);
    TRY(skills_get(cx, p->person.id, &have));
    TRY(skills_version(cx, p->person.id, &p->skills_version));
    for (size_t i = 0; list != NULL && i < list->entries.n; i++) {
        const ListEntry *e = &list->entries.at[i];
        Str name = lang_text(&e->name, cx->lang, NULL);
        bool chosen = has_skill(&have, e->key);
        if (chosen)
            TRY(LIST_PUSH(call->arena, &p->skill_names, name));
        if (chosen || !e->retired)
            TRY(LIST_PUSH(
                call->arena, &w.options,
                (WidgetOption){ .value = e->key, .label = TEXT("{0}", name), .chosen = chosen }));
    }
    if (w.options.n == 0)
        w.help = TEXT("The managed list \"skills\" has no entries yet.");
    return form_add(&p->skills, w);
}

/* --- lists ---------------------------------------------------------------------------------- */

static Rc read_absences(Ctx *cx, GrantedPresence g, PresencePage *p)
{
    Absences list;

    TRY(absence_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const Absence *a = &list.at[i];
        TRY(LIST_PUSH(cx->arena, &p->absences,
                      (AbsenceLine){ a->id, a->from_ms, a->to_ms - 1, kind_label(a->kind), a->note,
                                     a->from_ms <= cx->now_ms }));
    }
    return RC_OK;
}

static Rc add_lines(Ctx *cx, const Delegations *list, bool held, DelegationLines *ret)
{
    for (size_t i = 0; i < list->n; i++) {
        const Delegation *d = &list->at[i];
        bool other = d->by.id != 0 && d->by.id != d->principal.id;
        TRY(LIST_PUSH(cx->arena, ret,
                      (DelegationLine){ d->id, held ? d->principal.name : d->delegate.name,
                                        what_label(delegation_word(d->what)), d->from_ms,
                                        d->to_ms - 1, d->running, other ? d->by.name : STR("") }));
    }
    return RC_OK;
}

static Rc read_delegations(Ctx *cx, GrantedPresence g, PresencePage *p)
{
    Delegations list;
    GrantedSelf self;

    TRY(delegation_list(cx, g, &list));
    TRY(add_lines(cx, &list, false, &p->given));
    if (!p->self)
        return RC_OK;
    TRY(access_self(cx, &self));
    TRY(delegation_list_for(cx, self, &list));
    return add_lines(cx, &list, true, &p->held);
}

/* --- the page ------------------------------------------------------------------------------- */

static bool may(Ctx *cx, int64_t person, PresenceMay what)
{
    GrantedPresence g;
    bool yes = access_presence(cx, person, what, &g) == RC_OK;

    cx->detail = yes ? cx->detail : (Text){ 0 };
    cx->type = yes ? cx->type : STR("");
    return yes;
}

static Rc person_named(Call *call, Person *ret)
{
    Ctx *cx = &call->cx;
    bool visible = true;

    if (str_eq_z(str_z(call->route->path), "/presence"))
        return person_get(cx, cx->subject->person_id, ret);
    TRY(person_by_login(cx, call_param(call, "login"), ret));
    if (!access_right(cx->subject, RIGHT_PEOPLE_READ))
        TRY(person_is_visible(cx, ret->id, &visible));
    return visible ? RC_OK : fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));
}

/* A form with a version: it stays what it was until the page has shown what somebody else saved. */
static Rc refuse_versioned(Call *call, Form *f, Differences *differ, int64_t *version)
{
    int64_t sent;

    if (call->refused == RC_STALE)
        TRY(form_differences(f, call, differ));
    else if (str_to_i64(call_form(call, "version"), &sent))
        *version = sent;
    return form_refuse(f, call);
}

static Rc after_refusal(Call *call, PresencePage *p)
{
    Ctx *cx = &call->cx;
    Str path = str_z(call->route->path);

    /* Its fields have names of their own, because both forms are on one page. */
    if (str_ends(path, STR("/delegations")))
        for (size_t i = 0; i < cx->errors.n; i++) {
            Str at = cx->errors.at[i].pointer;
            cx->errors.at[i].pointer = str_eq(at, STR("/from"))    ? STR("/first")
                                       : str_eq(at, STR("/until")) ? STR("/last")
                                       : str_eq(at, STR("/to"))    ? STR("/delegate")
                                                                   : at;
        }
    if (str_ends(path, STR("/delegations")))
        return form_refuse(&p->delegation, call);
    if (str_ends(path, STR("/absences")))
        return form_refuse(&p->away, call);
    if (str_ends(path, STR("/hours")))
        return refuse_versioned(call, &p->hours, &p->hours_differ, &p->hours_version);
    if (str_ends(path, STR("/skills")))
        return refuse_versioned(call, &p->skills, &p->skills_differ, &p->skills_version);
    p->refused = cx->detail.msgid != NULL ? cx->detail : TEXT("That did not work.");
    return RC_OK;
}

static Rc fill(Call *call, PresencePage *p)
{
    Ctx *cx = &call->cx;
    GrantedPresence g;

    /* asked again: nobody comes here who may not, but this is what makes the grant */
    TRY(access_presence(cx, p->person.id, PRESENCE_READ, &g));
    p->may_write = may(cx, p->person.id, PRESENCE_WRITE);
    p->may_skills = may(cx, p->person.id, PRESENCE_SKILLS);
    p->may_delegate = may(cx, p->person.id, PRESENCE_DELEGATE);
    TRY(read_absences(cx, g, p));
    TRY(read_delegations(cx, g, p));
    TRY(away_form(call, p));
    TRY(delegation_form(call, p));
    TRY(hours_form(call, p));
    return skills_form(call, p);
}

static Rc page_presence(Call *call)
{
    Ctx *cx = &call->cx;
    PresencePage p = { .away = { .arena = call->arena },
                       .hours = { .arena = call->arena },
                       .skills = { .arena = call->arena },
                       .delegation = { .arena = call->arena } };
    Text refused = cx->detail;
    Str type = cx->type;
    PageOut out;
    PageFrame frame;
    Ms until;

    TRY(person_named(call, &p.person));
    p.self = p.person.id == cx->subject->person_id;
    p.initials = page_initials(p.person.name, call->arena);
    p.hue = page_hue(p.person.login);
    TRY(person_away_until(cx, p.person.id, cx->now_ms, &until));
    if (until != MS_NONE)
        p.away_now = person_away_text(cx->zone, until);
    p.may_read = may(cx, p.person.id, PRESENCE_READ);
    if (p.may_read)
        TRY(fill(call, &p));
    cx->detail = refused;
    cx->type = type;
    if (call->is_again)
        TRY(after_refusal(call, &p));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.title = p.self ? TEXT("Time away and who stands in") : TEXT("{0}", p.person.name);
    return PAGE(&out, &frame, tmpl_presence, &p);
}

/* --- acts ----------------------------------------------------------------------------------- */

static Rc open_for(Call *call, PresenceMay needed, Person *ret, GrantedPresence *ret_g)
{
    TRY(person_named(call, ret));
    return access_presence(&call->cx, ret->id, needed, ret_g);
}

static Rc show_saved(Call *call, const Person *p)
{
    bool self = p->id == call->cx.subject->person_id;

    call_flash(call, "saved", STR(""));
    return call_redirect(call,
                         self ? STR("/presence")
                              : str_fmt(call->arena, "/people/%.*s/presence", STR_ARG(p->login)));
}

static Rc act_away(Call *call)
{
    AbsenceInput in = { call_form(call, "from"), call_form(call, "to"), call_form(call, "kind"),
                        call_form(call, "note") };
    GrantedPresence g;
    Person p;
    int64_t id;

    TRY(open_for(call, PRESENCE_WRITE, &p, &g));
    TRY(absence_add(&call->cx, g, &in, &id));
    return show_saved(call, &p);
}

static Rc act_end(Call *call, PresenceMay needed, Rc (*end)(Ctx *cx, GrantedPresence g, int64_t id))
{
    GrantedPresence g;
    Person p;
    int64_t id;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(open_for(call, needed, &p, &g));
    TRY(end(&call->cx, g, id));
    return show_saved(call, &p);
}

static Rc act_away_end(Call *call)
{
    return act_end(call, PRESENCE_WRITE, absence_end);
}

static Rc act_delegation_end(Call *call)
{
    return act_end(call, PRESENCE_DELEGATE, delegation_end);
}

static Rc act_delegation(Call *call)
{
    DelegationInput in = { str_lower_ascii(call->arena, str_trim(call_form(call, "delegate"))),
                           call_form(call, "what"), call_form(call, "first"),
                           call_form(call, "last") };
    GrantedPresence g;
    Person p;
    int64_t id;

    TRY(open_for(call, PRESENCE_DELEGATE, &p, &g));
    TRY(delegation_give(&call->cx, g, &in, &id));
    return show_saved(call, &p);
}

/* "20" or "37.5" to minutes; the empty text is full time. */
static Rc read_hours(Call *call, OptInt *ret)
{
    Str text = str_trim(call_form(call, "weekly_min")), rest = text, whole;
    int64_t hours = 0, part = 0, scale = 1;

    *ret = OPT_NONE;
    if (str_is_empty(text))
        return RC_OK;
    whole = str_cut(&rest, str_contains(text, STR(",")) ? ',' : '.');
    bool good = str_to_i64(whole, &hours) && hours >= 0 && hours <= 1000;
    if (good && !str_is_null(rest))
        good = rest.len >= 1 && rest.len <= 2 && str_to_i64(rest, &part) && part >= 0;
    for (size_t i = 0; !str_is_null(rest) && i < rest.len; i++)
        scale *= 10;
    if (!good)
        return fail_field(&call->cx, RC_INVALID, "weekly_min", "malformed",
                          TEXT("Write hours like 20 or 37.5."));
    *ret = OPT_INT(hours * 60 + part * 60 / scale);
    return RC_OK;
}

static Rc form_version(Call *call, int64_t *ret)
{
    return str_to_i64(call_form(call, "version"), ret)
               ? RC_OK
               : fail(&call->cx, RC_INVALID, "malformed",
                      TEXT("This form is incomplete. Open the page again."));
}

/* Answered 409, with the page and what was typed. */
static Rc on_a_page(Call *call, Rc rc)
{
    if (rc == RC_STALE)
        call->cx.type = STR("edited_meanwhile");
    return rc;
}

static Rc act_hours(Call *call)
{
    WorkHours in = { .calendar = str_trim(call_form(call, "calendar")) };
    GrantedPresence g;
    Person p;

    TRY(open_for(call, PRESENCE_WRITE, &p, &g));
    TRY(form_version(call, &in.version));
    TRY(read_hours(call, &in.weekly_min));
    TRY(on_a_page(call, work_hours_set(&call->cx, g, &in)));
    return show_saved(call, &p);
}

static Rc act_skills(Call *call)
{
    StrList skills = { 0 };
    GrantedPresence g;
    Person p;
    int64_t version;

    TRY(open_for(call, PRESENCE_SKILLS, &p, &g));
    TRY(form_version(call, &version));
    for (size_t i = 0; i < call->form.n; i++)
        if (str_eq(call->form.at[i].name, STR("skills")))
            TRY(LIST_PUSH(call->arena, &skills, call->form.at[i].value));
    TRY(on_a_page(call, skills_set(&call->cx, g, version, &skills)));
    return show_saved(call, &p);
}

extern const RouteTable presence_pages;
const RouteTable presence_pages = ROUTES(
    { HTTP_GET, "/presence", page_presence, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "One's own time away, and who stands in" },
    { HTTP_GET, "/people/{login}/presence", page_presence, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "When somebody is there" },
    { HTTP_POST, "/people/{login}/presence/absences", act_away, RIGHT_SIGNED_IN, BODY_FORM,
      TX_WRITE, .text = "Enter time away", .again = page_presence },
    { HTTP_POST, "/people/{login}/presence/absences/{id}/end", act_away_end, RIGHT_SIGNED_IN,
      BODY_FORM, TX_WRITE, .text = "End time away", .again = page_presence },
    { HTTP_POST, "/people/{login}/presence/hours", act_hours, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
      .text = "Change hours of work", .again = page_presence },
    { HTTP_POST, "/people/{login}/presence/skills", act_skills, RIGHT_SIGNED_IN, BODY_FORM,
      TX_WRITE, .text = "Note skills", .again = page_presence },
    { HTTP_POST, "/people/{login}/presence/delegations", act_delegation, RIGHT_SIGNED_IN, BODY_FORM,
      TX_WRITE, .text = "Name who stands in", .again = page_presence },
    { HTTP_POST, "/people/{login}/presence/delegations/{id}/end", act_delegation_end,
      RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE, .text = "End a delegation", .again = page_presence }, );
