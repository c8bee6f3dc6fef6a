/* assign_web.c - why somebody has a request, who could take it, and the work of a team. */
#include "domain/presence/presence.h"
#include "domain/request/assign_page.h"
#include "http/dispatch.h"
#include "tmpl/work_assignment.h"
#include "tmpl/work_team.h"

static const struct {
    AssignWay way;
    const char *label, *help;
} ways[] = {
    { ASSIGN_MANUAL, T("By hand"), T("People take it, or a lead gives it.") },
    { ASSIGN_ROUND_ROBIN, T("In turns"), T("Whoever has waited longest for work gets the next.") },
    { ASSIGN_LEAST_LOADED, T("To who has least"), T("Fewest planned hours.") },
    { ASSIGN_FAIR, T("Fairly"), T("Planned hours are weighed by how much somebody works.") },
};

static const char *way_label(AssignWay way)
{
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (ways[i].way == way)
            return ways[i].label;
    return ways[0].label;
}

/* --- one request ---------------------------------------------------------------------------- */

static Rc look_of(Ctx *cx, const AssignShown *s, AssignmentLook *ret)
{
    *ret = (AssignmentLook){ .task = s->task,
                             .at_ms = s->at_ms,
                             .way = way_label(s->way),
                             .chosen = s->chosen.id != 0 ? s->chosen.name : STR("") };
    for (size_t i = 0; i < s->lines.n; i++) {
        const AssignLine *l = &s->lines.at[i];
        TRY(LIST_PUSH(cx->arena, &ret->lines,
                      (AssignmentLine){ l->person.name, l->person.login, l->why, l->chosen }));
    }
    return RC_OK;
}

static Rc suggestion(Ctx *cx, GrantedRequest g, AssignmentPage *p)
{
    AssignShown s;

    Rc rc = assignment_suggest(cx, g, &s);
    if (rc == RC_FORBIDDEN) {
        p->no_suggestion = cx->detail;
        cx->detail = (Text){ 0 };
        cx->type = STR("");
        return RC_OK;
    }
    TRY(rc);
    return look_of(cx, &s, &p->suggestion);
}

static Rc page_assignment(Call *call)
{
    Ctx *cx = &call->cx;
    AssignmentPage p = { 0 };
    AssignShowns choices;
    GrantedRequest g;
    RequestHead h;
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_NOTES, &g));
    TRY(request_head(cx, g, &h));
    p.number = h.number;
    p.title = h.title;
    p.may_assign = granted_may(g, MAY_LEAD) && !str_eq_z(h.state, "closed");
    TRY(assignment_choices(cx, g, &choices));
    for (size_t i = 0; i < choices.n; i++) {
        AssignmentLook look;
        TRY(look_of(cx, &choices.at[i], &look));
        TRY(LIST_PUSH(cx->arena, &p.choices, look));
    }
    TRY(suggestion(cx, g, &p));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Who has it, and why");
    return PAGE(&out, &frame, tmpl_work_assignment, &p);
}

/* --- a team --------------------------------------------------------------------------------- */

static Str hours(Arena *a, int64_t minutes)
{
    return minutes % 60 == 0 ? str_fmt(a, "%lld", (long long)(minutes / 60))
                             : str_fmt(a, "%.1f", (double)minutes / 60);
}

static Rc member_look(Ctx *cx, const MemberLoad *m, MemberLook *ret)
{
    PersonRef delegate;
    Str skills = STR("");

    TRY(person_ref(cx, m->delegate, &delegate));
    for (size_t i = 0; i < m->skills.n; i++)
        skills = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(skills), i > 0 ? ", " : "",
                         STR_ARG(m->skills.at[i]));
    *ret = (MemberLook){
        .name = m->person.name,
        .login = m->person.login,
        .initials = page_initials(m->person.name, cx->arena),
        .hue = page_hue(m->person.login),
        .lead = m->lead,
        .over = m->over,
        .is_away = m->away_ms != MS_NONE,
        .open_work = m->pieces > 0,
        .away = m->away_ms != MS_NONE ? person_away_text(cx->zone, m->away_ms) : (Text){ 0 },
        .stands_in = delegate.id != 0 ? delegate.name : STR(""),
        .share =
            m->share < 1000 ? str_fmt(cx->arena, "%lld %%", (long long)(m->share / 10)) : STR(""),
        .load = hours(cx->arena, m->load_min),
        .this_week = hours(cx->arena, m->this_week_min),
        .next_week = hours(cx->arena, m->next_week_min),
        .pieces = m->pieces,
        .skills = skills,
    };
    return RC_OK;
}

static Rc way_form(Ctx *cx, const TeamAssignment *how, TeamWorkPage *p)
{
    Widget way = { .kind = WIDGET_CHOICE, .name = STR("way"), .label = TEXT("Way") };

    for (size_t i = 0; i < COUNT_OF(ways); i++)
        TRY(LIST_PUSH(cx->arena, &way.options,
                      (WidgetOption){ .value = assign_way_word(ways[i].way),
                                      .label = (Text){ .msgid = ways[i].label },
                                      .help = (Text){ .msgid = ways[i].help } }));
    widget_choose(&way, assign_way_word(how->way));
    TRY(form_add(&p->form, way));
    return form_add(
        &p->form, (Widget){ .kind = WIDGET_NUMBER,
                            .name = STR("limit"),
                            .label = TEXT("Too much, in percent"),
                            .help = TEXT("Of the hours somebody works in two weeks. Who would have "
                                         "more planned gets nothing by itself."),
                            .value = str_fmt(cx->arena, "%lld", (long long)how->limit_percent),
                            .min = STR("1"),
                            .max = STR("500") });
}

static Rc team_named(Call *call, Team *ret)
{
    return team_by_key(&call->cx, call_param(call, "key"), ret);
}

static Rc page_team_work(Call *call)
{
    Ctx *cx = &call->cx;
    TeamWorkPage p = { .form = { .arena = call->arena } };
    TeamAssignment how;
    MemberLoads loads;
    GrantedLoad g, write;
    Text refused = cx->detail;
    Team team;
    PageFrame frame;
    PageOut out;

    TRY(team_named(call, &team));
    TRY(access_load(cx, team.id, false, &g));
    p.key = team.key;
    p.name = team.name;
    p.may_write = access_load(cx, team.id, true, &write) == RC_OK;
    cx->detail = refused;
    TRY(team_assignment_get(cx, team.id, &how));
    p.way = way_label(how.way);
    p.limit = how.limit_percent;
    p.version = how.version;
    TRY(team_loads(cx, g, &loads));
    for (size_t i = 0; i < loads.n; i++) {
        MemberLook look;
        TRY(member_look(cx, &loads.at[i], &look));
        TRY(LIST_PUSH(cx->arena, &p.members, look));
    }
    TRY(way_form(cx, &how, &p));
    if (call->is_again)
        TRY(form_refuse_version(&p.form, call, &p.differences, &p.version));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("{0}", team.name);
    return PAGE(&out, &frame, tmpl_work_team, &p);
}

static Rc act_team_work(Call *call)
{
    Ctx *cx = &call->cx;
    TeamAssignment in = { .limit_percent = 0 };
    GrantedLoad g;
    Team team;

    TRY(team_named(call, &team));
    TRY(access_load(cx, team.id, true, &g));
    if (!str_to_i64(call_form(call, "version"), &in.version))
        return fail(cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    if (!assign_way_from_word(call_form(call, "way"), &in.way))
        return fail_field(cx, RC_INVALID, "way", "unknown_word", TEXT("Choose one of the ways."));
    if (!str_to_i64(str_trim(call_form(call, "limit")), &in.limit_percent))
        in.limit_percent = 0;
    Rc rc = team_assignment_set(cx, g, in);
    if (rc == RC_STALE)
        cx->type = STR("edited_meanwhile");
    TRY(rc);
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(cx->arena, "/work/teams/%.*s", STR_ARG(team.key)));
}

extern const RouteTable assign_pages;
const RouteTable assign_pages =
    ROUTES({ HTTP_GET, "/work/{number}/assignment", page_assignment, RIGHT_STAFF, BODY_NONE,
             TX_READ, .text = "Why somebody has a request, and who could take it" },
           { HTTP_GET, "/work/teams/{key}", page_team_work, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Who is there in a team, and how much they have" },
           { HTTP_POST, "/work/teams/{key}", act_team_work, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Say how work is shared out", .again = page_team_work }, );
