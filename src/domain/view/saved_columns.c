/* saved_columns.c - what lists can show of a request, and lists as CSV. */
#include "domain/view/saved.h"

#include "core/csv.h"

#define OWN "field."

/* As people expect them from left to right. */
const ViewColumn view_columns[] = {
    { "priority", T("Priority"), "priority", .usual = true },
    { "number", T("Number"), NULL, .usual = true },
    { "title", T("Request"), NULL, .usual = true },
    { "state", T("State"), NULL, .usual = true },
    { "requester", T("Requester"), NULL, .usual = true, .wide_only = true },
    { "beneficiary", T("For whom"), NULL, .wide_only = true },
    { "team", T("Team"), NULL, .usual = true, .wide_only = true },
    { "assignee", T("Who has it"), NULL, .usual = true, .wide_only = true },
    { "next_step", T("Next step"), NULL, .wide_only = true },
    { "waiting_since", T("Waiting since"), NULL, .wide_only = true },
    { "due", T("Due"), "due", .usual = true },
    { "fulfil_by", T("To be fulfilled by"), NULL, .wide_only = true },
    { "agreed", T("Agreed day"), NULL, .wide_only = true },
    { "model", T("Item"), NULL, .wide_only = true },
    { "owner", T("Answers for the item"), NULL, .wide_only = true },
    { "channel", T("How it came in"), NULL, .wide_only = true },
    { "impact", T("Impact"), NULL, .wide_only = true },
    { "urgency", T("Urgency"), NULL, .wide_only = true },
    { "cost", T("Cost"), NULL, .wide_only = true },
    { "me_too", T("Have this too"), NULL, .wide_only = true },
    { "outcome", T("Outcome"), NULL, .wide_only = true },
    { "created", T("Created"), "created", .wide_only = true },
    { "submitted", T("Sent"), NULL, .wide_only = true },
    { "updated", T("Last change"), "updated", .wide_only = true },
    { "closed", T("Closed on"), NULL, .wide_only = true },
};
const size_t view_columns_n = COUNT_OF(view_columns);

Text view_column_head(const ViewColumn *c)
{
    return c->own != NULL ? TEXT("{0}", &c->own->name) : (Text){ .msgid = c->label };
}

static Rc own_column(Ctx *cx, const TeamField *f, const ViewColumn **ret)
{
    ViewColumn *c = ARENA_NEW(cx->arena, ViewColumn);
    TeamField *own = ARENA_NEW(cx->arena, TeamField);

    *own = *f;
    *c =
        (ViewColumn){ .name = str_dup_z(cx->arena, str_fmt(cx->arena, OWN "%.*s", STR_ARG(f->key))),
                      .wide_only = true,
                      .own = own };
    *ret = c;
    return RC_OK;
}

Rc view_column(Ctx *cx, Str name, const ViewColumn **ret)
{
    TeamFields fields = { 0 };

    *ret = NULL;
    for (size_t i = 0; i < view_columns_n; i++)
        if (str_eq_z(name, view_columns[i].name))
            *ret = &view_columns[i];
    if (*ret != NULL || !str_starts(name, STR(OWN)))
        return RC_OK;
    TRY(team_fields(cx, &fields));
    for (size_t i = 0; i < fields.n; i++)
        if (str_eq(fields.at[i].key, str_skip(name, sizeof OWN - 1)))
            return own_column(cx, &fields.at[i], ret);
    return RC_OK;
}

Rc view_columns_of(Ctx *cx, const StrList *names, ViewColumns *ret)
{
    ViewColumns list = { 0 };

    for (size_t i = 0; i < names->n; i++) {
        const ViewColumn *c;
        TRY(view_column(cx, names->at[i], &c));
        if (c == NULL)
            return fail_field(cx, RC_INVALID, "columns", "unknown_word",
                              TEXT("There is no column {0}.", names->at[i]));
        if (list.n == VIEW_COLUMNS_MAX)
            return fail_field(cx, RC_INVALID, "columns", "too_many",
                              TEXT("Choose at most {0} columns.", VIEW_COLUMNS_MAX));
        TRY(LIST_PUSH(cx->arena, &list, c));
    }
    for (size_t i = 0; i < view_columns_n && names->n == 0; i++)
        if (view_columns[i].usual)
            TRY(LIST_PUSH(cx->arena, &list, &view_columns[i]));
    *ret = list;
    return RC_OK;
}

static bool is_mine(const TeamRefs *teams, int64_t team)
{
    for (size_t i = 0; i < teams->n; i++)
        if (teams->at[i].id == team)
            return true;
    return false;
}

Rc view_columns_offered(Ctx *cx, const ViewColumns *chosen, ViewColumns *ret)
{
    ViewColumns list = { 0 };
    TeamFields fields = { 0 };
    TeamRefs teams = { 0 };

    for (size_t i = 0; i < view_columns_n; i++)
        TRY(LIST_PUSH(cx->arena, &list, &view_columns[i]));
    TRY(team_fields(cx, &fields));
    if (fields.n > 0)
        TRY(person_teams(cx, cx->subject->person_id, &teams));
    for (size_t i = 0; i < fields.n; i++) {
        const TeamField *f = &fields.at[i];
        const ViewColumn *c;
        bool shown = !f->retired && is_mine(&teams, f->team_id);
        for (size_t k = 0; k < chosen->n && !shown; k++)
            shown = chosen->at[k]->own != NULL && chosen->at[k]->own->id == f->id;
        if (!shown)
            continue;
        TRY(own_column(cx, f, &c));
        TRY(LIST_PUSH(cx->arena, &list, c));
    }
    *ret = list;
    return RC_OK;
}

Rc view_own_values(Ctx *cx, ScopeRequests s, const ViewColumns *columns, const RequestHeads *heads,
                   FieldValues *ret)
{
    bool any = false;
    int64_t *ids = arena_array(cx->arena, heads->n, sizeof *ids);

    for (size_t i = 0; i < columns->n; i++)
        any |= columns->at[i]->own != NULL;
    if (!any || heads->n == 0)
        return RC_OK;
    if (ids == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < heads->n; i++)
        ids[i] = heads->at[i].id;
    return field_values(cx, s, ids, heads->n, ret);
}

const FieldValue *view_own_value(const FieldValues *values, const ViewColumn *c,
                                 const RequestHead *h)
{
    for (size_t i = 0; c->own != NULL && i < values->n; i++)
        if (values->at[i].request_id == h->id && values->at[i].field->id == c->own->id)
            return &values->at[i];
    return NULL;
}

/* ---- cells as text ---- */

static Str instant(Arena *a, Ms at)
{
    Str s = clock_rfc3339(a, at);
    return str_is_null(s) ? STR("") : s;
}

static Str step(Ctx *cx, const RequestHead *h)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };
    return h->step_code.len > 0 ? words_text(cx->arena, &r, &h->step_text) : STR("");
}

Rc view_cell_text(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own,
                  Str *ret)
{
    Arena *a = cx->arena;
    const struct {
        const char *name;
        Str text;
    } words[] = {
        { "priority", h->level },
        { "number", h->number },
        { "title", h->title },
        { "state", h->state },
        { "requester", h->requester.name },
        { "beneficiary", h->beneficiary.name },
        { "team", h->team.name },
        { "assignee", h->assignee.name },
        { "model", h->item },
        { "owner", h->owner.name },
        { "channel", h->channel },
        { "impact", h->impact },
        { "urgency", h->urgency },
        { "outcome", h->outcome },
    };
    const struct {
        const char *name;
        Ms at;
    } moments[] = {
        { "waiting_since", h->step_ms }, { "due", h->next_due_ms },
        { "fulfil_by", h->due_ms },      { "agreed", h->agreed_ms },
        { "created", h->created_ms },    { "submitted", h->submitted_ms },
        { "updated", h->updated_ms },    { "closed", h->closed_ms },
    };
    Str name = str_z(c->name);

    const FieldValue *v = view_own_value(own, c, h);
    *ret = v != NULL ? v->text : STR("");
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(name, words[i].name))
            *ret = words[i].text;
    for (size_t i = 0; i < COUNT_OF(moments); i++)
        if (str_eq_z(name, moments[i].name))
            *ret = instant(a, moments[i].at);
    if (str_eq_z(name, "next_step"))
        *ret = step(cx, h);
    if (str_eq_z(name, "me_too"))
        *ret = str_fmt(a, "%lld", (long long)h->me_too);
    if (str_eq_z(name, "cost") && h->cost.type == COND_MONEY)
        *ret = money_text(a, h->cost.money);
    return RC_OK;
}

/* ---- CSV ---- */

static Rc csv_row(Ctx *cx, const ViewColumns *columns, const RequestHead *h, const FieldValues *own,
                  Buf *to)
{
    for (size_t i = 0; i < columns->n; i++) {
        Str text;
        TRY(view_cell_text(cx, columns->at[i], h, own, &text));
        if (i > 0)
            buf_add_char(to, ',');
        csv_cell(to, text);
    }
    buf_add_lit(to, "\r\n");
    return buf_result(to);
}

Rc view_csv(Ctx *cx, ScopeRequests s, const Grouping *list, const ViewColumns *columns,
            int64_t most, Buf *to, bool *ret_more)
{
    FindPage page = { .after = STR("") };
    int64_t left = most;

    for (size_t i = 0; i < columns->n; i++)
        buf_add_fmt(to, "%s%s", i > 0 ? "," : "", columns->at[i]->name);
    buf_add_lit(to, "\r\n");
    do {
        RequestHeads heads = { 0 };
        page.size = left < FIND_PAGE_MOST ? left : FIND_PAGE_MOST;
        FieldValues own = { 0 };
        TRY(grouping_page(cx, s, list, page, &heads, NULL, &page.after));
        TRY(view_own_values(cx, s, columns, &heads, &own));
        for (size_t i = 0; i < heads.n; i++)
            TRY(csv_row(cx, columns, &heads.at[i], &own, to));
        left -= page.size;
    } while (page.after.len > 0 && left > 0);
    *ret_more = page.after.len > 0;
    return RC_OK;
}
