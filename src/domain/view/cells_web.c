/* cells_web.c - the cells of a list of requests, and one of them as a form. */
#include "domain/request/work_web.h"
#include "domain/view/view_web.h"

static ListCell prio_cell(const RequestHead *h)
{
    PrioLook look = prio_look(h->level);
    return (ListCell){ .css = "fit c-prio",
                       .is_prio = true,
                       .look = look.css,
                       .icon = look.icon,
                       .label = look.label };
}

static ListCell state_cell(const RequestHead *h)
{
    StateLook look = state_look(h->state, h->outcome);
    return (ListCell){ .css = "fit c-state",
                       .is_state = true,
                       .look = look.css,
                       .icon = look.icon,
                       .label = look.label };
}

static ListCell due_cell(const Ctx *cx, Ms at)
{
    DueLook look;

    due_look(cx, at, &look);
    return (ListCell){ .css = "fit n c-slack",
                       .is_due = look.there,
                       .ms = at,
                       .look = look.css,
                       .icon = look.icon,
                       .over = look.over,
                       .near = look.soon };
}

static ListCell person_cell(Ctx *cx, const PersonRef *p)
{
    ListCell c = { .css = "fit hide keep", .is_person = true, .words = p->name };

    if (p->id != 0) {
        c.initials = page_initials(p->name, cx->arena);
        c.hue = page_hue(p->login);
    }
    return c;
}

static ListCell moment_cell(const ViewColumn *c, const RequestHead *h)
{
    Ms at = str_eq_z(str_z(c->name), "waiting_since") ? h->step_ms
            : str_eq_z(str_z(c->name), "agreed")      ? h->agreed_ms
            : str_eq_z(str_z(c->name), "created")     ? h->created_ms
            : str_eq_z(str_z(c->name), "submitted")   ? h->submitted_ms
            : str_eq_z(str_z(c->name), "closed")      ? h->closed_ms
                                                      : h->updated_ms;
    return (ListCell){ .css = "fit n hide", .is_moment = at != MS_NONE, .ms = at };
}

static const char *word_label(Str column, Str word)
{
    static const struct {
        const char *column, *word, *label;
    } words[] = {
        { "channel", "portal", T("Portal") },
        { "channel", "mail", T("E-mail") },
        { "channel", "phone", T("Phone") },
        { "channel", "walk_in", T("In person") },
        { "channel", "chat", T("Chat") },
        { "channel", "api", T("Program") },
        { "channel", "monitoring", T("Monitoring") },
        { "impact", "person", T("one person") },
        { "impact", "team", T("a team") },
        { "impact", "site", T("a site") },
        { "impact", "organisation", T("the whole organisation") },
        { "urgency", "low", T("low") },
        { "urgency", "normal", T("normal") },
        { "urgency", "high", T("high") },
        { "urgency", "critical", T("critical") },
        { "outcome", "fulfilled", T("Fulfilled") },
        { "outcome", "partly", T("Partly fulfilled") },
        { "outcome", "rejected", T("Rejected") },
        { "outcome", "withdrawn", T("Withdrawn") },
        { "outcome", "cancelled", T("Cancelled") },
        { "outcome", "merged", T("Merged") },
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(column, words[i].column) && str_eq_z(word, words[i].word))
            return words[i].label;
    return NULL;
}

static Rc other_cell(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own,
                     ListCell *ret)
{
    Str name = str_z(c->name);
    ListCell cell = { .css = c->wide_only ? "fit soft hide" : "fit soft", .is_words = true };
    const FieldValue *v = view_own_value(own, c, h);

    if (v != NULL) {
        *ret = (ListCell){ .css = cell.css, .is_text = true, .text = field_words(v) };
        return RC_OK;
    }

    if (str_eq_z(name, "next_step") && h->step_code.len > 0)
        cell = (ListCell){ .css = "soft hide", .is_text = true, .text = h->step_text };
    else if (str_eq_z(name, "model"))
        cell.words = lang_text(&h->item_name, cx->lang, NULL);
    else
        TRY(view_cell_text(cx, c, h, own, &cell.words));
    const char *label = word_label(name, cell.words);
    if (label != NULL)
        cell = (ListCell){ .css = cell.css, .is_text = true, .text = { .msgid = label } };
    *ret = cell;
    return RC_OK;
}

Rc list_cell(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own,
             ListCell *ret)
{
    Str name = str_z(c->name);

    if (str_eq_z(name, "priority"))
        *ret = prio_cell(h);
    else if (str_eq_z(name, "state"))
        *ret = state_cell(h);
    else if (str_eq_z(name, "due"))
        *ret = due_cell(cx, h->next_due_ms);
    else if (str_eq_z(name, "fulfil_by"))
        *ret = due_cell(cx, h->due_ms);
    else if (str_eq_z(name, "assignee"))
        *ret = person_cell(cx, &h->assignee);
    else if (str_eq_z(name, "number"))
        *ret = (ListCell){ .css = "fit c-num soft", .is_words = true, .words = h->number };
    else if (str_eq_z(name, "title"))
        *ret = (ListCell){ .css = "name",
                           .is_title = true,
                           .words = h->title,
                           .number = h->number,
                           .risk = str_eq_z(h->risk, "high") ? T("High risk") : NULL };
    else if (c->sort != NULL || str_eq_z(name, "waiting_since") || str_eq_z(name, "agreed")
             || str_eq_z(name, "submitted") || str_eq_z(name, "closed"))
        *ret = moment_cell(c, h);
    else
        return other_cell(cx, c, h, own, ret);
    return RC_OK;
}

/* ---- a cell as a form ---- */

/* Whose work it is changes it here; everybody else finds on the request's own page what they may. */
static bool may_edit(const RequestHead *h, const CellEdit *e)
{
    for (size_t i = 0; i < e->teams->n; i++)
        if (e->teams->at[i].id == h->team.id)
            return h->outcome.len == 0 && !str_eq_z(h->state, "draft");
    return false;
}

static Rc assignees(Ctx *cx, const RequestHead *h, WidgetOptions *ret)
{
    TeamMembers members = { 0 };

    TRY(LIST_PUSH(cx->arena, ret, (WidgetOption){ .value = STR(""), .label = TEXT("Nobody") }));
    TRY(team_members(cx, h->team.id, &members));
    for (size_t i = 0; i < members.n; i++) {
        const PersonRef *person = &members.at[i].person;
        TRY(LIST_PUSH(cx->arena, ret,
                      (WidgetOption){ .value = person->login,
                                      .label = TEXT("{0}", person->name),
                                      .chosen = person->id == h->assignee.id }));
    }
    return RC_OK;
}

static Rc levels(Ctx *cx, const RequestHead *h, WidgetOptions *ret)
{
    static const Str words[] = { STR_INIT("critical"), STR_INIT("high"), STR_INIT("normal"),
                                 STR_INIT("low") };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        TRY(LIST_PUSH(cx->arena, ret,
                      (WidgetOption){ .value = words[i],
                                      .label = { .msgid = prio_look(words[i]).label },
                                      .chosen = str_eq(h->level, words[i]) }));
    return RC_OK;
}

Rc list_cell_edit(Ctx *cx, const ViewColumn *c, const RequestHead *h, const CellEdit *e,
                  ListCell *io)
{
    bool who = str_eq_z(str_z(c->name), "assignee"), level = str_eq_z(str_z(c->name), "priority");

    if ((!who && !level) || !may_edit(h, e))
        return RC_OK;
    io->edit = str_fmt(cx->arena, "%s.%.*s", c->name, STR_ARG(h->number));
    io->number = h->number;
    io->name = c->label;
    if (!str_eq(io->edit, e->cell))
        return RC_OK;
    io->is_form = true;
    io->back = e->back;
    io->act = who ? "assign" : "priority";
    io->with_reason = level;
    return who ? assignees(cx, h, &io->options) : levels(cx, h, &io->options);
}
