/* plan_web.c - putting work aside, agreed days, and the pages of repeating requests. */
#include "domain/request/plan.h"
#include "domain/request/repeat_page.h"
#include "domain/request/work_web.h"

#include "tmpl/repeat_form.h"
#include "tmpl/repeat_list.h"

enum { LIST_SIZE = 50, MORNING = 8 };

/* --- put aside, and the agreed day ---------------------------------------------------------------------- */

static Rc back_to_work(Call *call)
{
    return call_redirect(call,
                         str_fmt(call->arena, "/work/%.*s", STR_ARG(call_param(call, "number"))));
}

/* The morning of a day, where the reader is. */
static Rc read_morning(Call *call, const char *name, OptInt *ret)
{
    Str text = str_trim(call_form(call, name));
    Ms at = 0;

    *ret = OPT_NONE;
    if (text.len == 0)
        return RC_OK;
    if (!clock_parse_date(text, &at))
        return fail_field(&call->cx, RC_INVALID, name, "not_a_date", TEXT("Give a date."));
    CivilTime local = clock_civil_utc(at);
    local.hour = MORNING;
    *ret = OPT_INT(zone_instant(call->cx.zone, &local));
    return RC_OK;
}

static Rc page_snooze(Call *call)
{
    GrantedRequest g;
    OptInt until;
    SnoozeInput in = { .reason = call_form(call, "reason"),
                       .everybody = str_eq_z(call_form(call, "everybody"), "true") };

    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    in.fault = read_morning(call, "until", &until);
    in.until_ms = until.value;
    if (str_trim(call_form(call, "task")).len > 0
        && !str_to_i64(call_form(call, "task"), &in.task_id))
        in.fault = RC_NOT_FOUND;
    TRY(snooze_put(&call->cx, g, &in));
    call_flash(call, "put_aside", call_param(call, "number"));
    return call_redirect(call, STR("/work"));
}

static Rc page_awake(Call *call)
{
    GrantedRequest g;

    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(snooze_end(&call->cx, g));
    call_flash(call, "brought_back", STR(""));
    return back_to_work(call);
}

static Rc page_agreed(Call *call)
{
    GrantedRequest g;
    AgreedInput in = { .reason = call_form(call, "reason") };

    TRY(access_request_number(&call->cx, call_param(call, "number"), MAY_SEE, &g));
    in.fault = read_morning(call, "agreed", &in.at_ms);
    TRY(agreed_move(&call->cx, g, &in));
    call_flash(call, "saved", STR(""));
    return back_to_work(call);
}

/* --- the lists of what repeats ------------------------------------------------------------------------------ */

static RepeatRow row_of(Ctx *cx, const Schedule *s)
{
    bool active = str_eq_z(s->state, "active"), paused = str_eq_z(s->state, "paused");
    Str item = lang_text(&s->item_name, cx->lang, NULL);

    return (RepeatRow){
        .id = s->id,
        .name = s->title.len > 0 ? s->title
                : item.len > 0   ? item
                                 : s->item,
        .how = schedule_words(&s->rule),
        .owner = s->owner.name,
        .team = s->team.name,
        .last = s->last_number,
        .why = s->why,
        .state = active   ? NULL
                 : paused ? T("Paused")
                          : T("Ended"),
        .active = active,
        .paused = paused,
        .ended = !active && !paused,
        .has_next = s->next_ms != MS_NONE,
        .for_team = s->team.id != 0,
        .next_ms = s->next_ms,
        .failed_ms = s->failed_ms,
    };
}

static Rc fill_list(Call *call, bool teams, RepeatPage *p)
{
    Ctx *cx = &call->cx;
    ScheduleFilter f = { .teams = teams, .ended = true, .size = LIST_SIZE };
    Schedules list;
    Str before = call_query(call, "before");
    int64_t next = 0;

    if (before.len > 0 && !str_to_i64(before, &f.before_id))
        return RC_NOT_FOUND;
    TRY(schedule_list(cx, &f, &list, &next));
    for (size_t i = 0; i < list.n; i++)
        TRY(LIST_PUSH(cx->arena, &p->rows, row_of(cx, &list.at[i])));
    p->teams = teams;
    if (next != 0)
        p->next_url = str_fmt(cx->arena, "%s?before=%lld", teams ? "/work/repeating" : "/repeating",
                              (long long)next);
    return RC_OK;
}

static Rc page_repeating(Call *call)
{
    RepeatPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(fill_list(call, false, &p));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = TEXT("Repeating requests");
    TRY(LIST_PUSH(call->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/requests"), .text = TEXT("My requests") }));
    return PAGE(&out, &frame, tmpl_repeat_list, &p);
}

static Rc page_work_repeating(Call *call)
{
    RepeatPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(fill_list(call, true, &p));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Repeating requests");
    return PAGE(&out, &frame, tmpl_repeat_list, &p);
}

/* --- the form ------------------------------------------------------------------------------------------------- */

typedef struct RepeatBody {
    Str from, unit, team;
    OptInt every, workdays, first, until, version;
} RepeatBody;

static const Input repeat_input =
    INPUT(RepeatBody, "RepeatForm", { "from", IN_KEY, offsetof(RepeatBody, from), .about = NULL },
          { "every", IN_INT, offsetof(RepeatBody, every), IN_REQUIRED, .about = NULL },
          { "unit", IN_WORD, offsetof(RepeatBody, unit), IN_REQUIRED,
            .words = "day workday week month", .about = NULL },
          { "workdays", IN_BOOL, offsetof(RepeatBody, workdays), .about = NULL },
          { "first", IN_TIME, offsetof(RepeatBody, first), IN_REQUIRED, .about = NULL },
          { "until", IN_TIME, offsetof(RepeatBody, until), .about = NULL },
          { "team", IN_KEY, offsetof(RepeatBody, team), .about = NULL },
          { "version", IN_INT, offsetof(RepeatBody, version), .about = NULL });

static Str local_text(Ctx *cx, Ms at)
{
    if (at == MS_NONE)
        return STR("");
    CivilTime t = zone_civil(cx->zone, at);
    return str_fmt(cx->arena, "%04d-%02d-%02dT%02d:%02d", (int)t.year, (int)t.month, (int)t.day,
                   (int)t.hour, (int)t.minute);
}

static Rc unit_options(Ctx *cx, Widget *w, Str chosen)
{
    static const struct {
        Str value;
        const char *label;
    } units[] = { { STR_INIT("day"), T("days") },
                  { STR_INIT("workday"), T("working days") },
                  { STR_INIT("week"), T("weeks") },
                  { STR_INIT("month"), T("months") } };

    for (size_t i = 0; i < COUNT_OF(units); i++)
        TRY(LIST_PUSH(
            cx->arena, &w->options,
            (WidgetOption){ .value = units[i].value, .label = TEXT("{0}", units[i].label) }));
    widget_choose(w, chosen);
    return RC_OK;
}

static Rc rule_widgets(Ctx *cx, const ScheduleRule *r, Form *f)
{
    Widget unit = { .kind = WIDGET_CHOICE,
                    .name = STR("unit"),
                    .label = TEXT("Days, weeks or months?"),
                    .chips = true };
    Widget workdays = { .kind = WIDGET_CHECK,
                        .name = STR("workdays"),
                        .label = TEXT("On a day off, send it on the next working day") };

    TRY(form_add(f, (Widget){ .kind = WIDGET_NUMBER,
                              .name = STR("every"),
                              .label = TEXT("Repeat it every"),
                              .required = true,
                              .min = STR("1"),
                              .max = STR("999"),
                              .value = str_fmt(cx->arena, "%lld", (long long)r->every) }));
    TRY(unit_options(cx, &unit, schedule_unit_word(r->unit)));
    TRY(form_add(f, unit));
    TRY(form_add(f, (Widget){ .kind = WIDGET_DATETIME,
                              .name = STR("first"),
                              .label = TEXT("For the first time"),
                              .required = true,
                              .value = local_text(cx, r->first_ms) }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_DATETIME,
                              .name = STR("until"),
                              .label = TEXT("For the last time"),
                              .help = TEXT("Leave it empty if it has no end."),
                              .optional_word = true,
                              .value = local_text(cx, r->until_ms) }));
    workdays.value = r->workdays ? STR("true") : STR("");
    return form_add(f, workdays);
}

/* Whose it is: for those who are in a team. */
static Rc team_widget(Call *call, Form *f)
{
    Ctx *cx = &call->cx;
    TeamRefs mine = { 0 };
    Widget w = { .kind = WIDGET_SELECT,
                 .name = STR("team"),
                 .label = TEXT("Who may change it?"),
                 .help = TEXT("A team's members see it among their repeating requests.") };

    TRY(person_teams(cx, cx->subject->person_id, &mine));
    if (mine.n == 0)
        return RC_OK;
    TRY(LIST_PUSH(cx->arena, &w.options,
                  (WidgetOption){ .value = STR(""), .label = TEXT("Only me") }));
    for (size_t i = 0; i < mine.n; i++)
        TRY(LIST_PUSH(
            cx->arena, &w.options,
            (WidgetOption){ .value = mine.at[i].key, .label = TEXT("{0}", mine.at[i].name) }));
    widget_choose(&w, STR(""));
    return form_add(f, w);
}

static Rc show_form(Call *call, RepeatFormPage *p)
{
    PageFrame frame;
    PageOut out;
    Person me;

    TRY(person_get(&call->cx, call->cx.subject->person_id, &me));
    p->zone = me.zone;
    if (call->is_again)
        TRY(form_refuse_version(&p->form, call, &p->differences, &p->version));
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = p->is_new ? TEXT("Repeat: {0}", p->title) : TEXT("{0}", p->title);
    TRY(LIST_PUSH(call->arena, &frame.crumbs,
                  (Crumb){ .url = STR("/repeating"), .text = TEXT("Repeating requests") }));
    return PAGE(&out, &frame, tmpl_repeat_form, p);
}

/* Tomorrow morning, every week. */
static ScheduleRule usual_rule(const Ctx *cx)
{
    CivilTime t = zone_civil(cx->zone, cx->now_ms);

    t.day++;
    t.hour = MORNING;
    t.minute = t.second = t.ms = 0;
    return (ScheduleRule){
        .unit = EVERY_WEEK, .every = 1, .first_ms = zone_instant(cx->zone, &t), .until_ms = MS_NONE
    };
}

/* The request whose answers are repeated: one that the reader asked for. */
static Rc template_of(Call *call, Str number, RequestView *ret)
{
    GrantedRequest g;

    TRY(access_request_number(&call->cx, number, MAY_SEE, &g));
    TRY(access_more(&call->cx, g, MAY_ASK_SIDE));
    return request_view(&call->cx, g, ret);
}

static Rc page_repeat_new(Call *call)
{
    RequestView v;
    RepeatFormPage p = { .is_new = true, .action = STR("/repeating") };
    ScheduleRule rule = usual_rule(&call->cx);

    p.from = call->is_again ? call_form(call, "from") : call_query(call, "from");
    TRY(template_of(call, p.from, &v));
    p.title = v.head.title;
    p.form = (Form){ .arena = call->arena };
    TRY(rule_widgets(&call->cx, &rule, &p.form));
    TRY(team_widget(call, &p.form));
    return show_form(call, &p);
}

static Rc read_rule(Call *call, RepeatBody *b, ScheduleRule *ret)
{
    TRY(call_input(call, &repeat_input, b));
    *ret = (ScheduleRule){ .every = b->every.value,
                           .workdays = b->workdays.value != 0,
                           .first_ms = b->first.value,
                           .until_ms = b->until.set ? b->until.value : MS_NONE };
    return schedule_unit_from_word(b->unit, &ret->unit) ? RC_OK : RC_INTERNAL;
}

static Rc answers_of(Ctx *cx, const AnswerSet *form, ScheduleInput *in)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, 1024 * 1024);
    json_out_init(&o, &b);
    answers_json(&o, form);
    TRY(buf_result(&b));
    TRY(json_parse(cx->arena, buf_str(&b), &in->answers_json, NULL));
    return answers_from_json(cx->arena, in->answers_json, &in->answers);
}

static Rc page_repeat_create(Call *call)
{
    Ctx *cx = &call->cx;
    RepeatBody body = { 0 };
    ScheduleInput in = { 0 };
    RequestView v;
    GrantedSubmit g;
    int64_t id = 0;

    TRY(template_of(call, call_form(call, "from"),
                    &v)); /* asked again by the page, which a refusal shows */
    TRY(read_rule(call, &body, &in.rule));
    TRY(access_submit(cx, v.head.beneficiary.id, &g));
    TRY(answers_of(cx, &v.form, &in));
    in.item = v.head.item;
    in.title = v.head.title;
    in.team = body.team;
    TRY(schedule_create(cx, g, &in, &id));
    call_flash(call, "repeats", STR(""));
    return call_redirect(call, in.team.len > 0 ? STR("/work/repeating") : STR("/repeating"));
}

static Rc schedule_id(Call *call, int64_t *ret)
{
    return str_to_i64(call_param(call, "id"), ret) ? RC_OK : RC_NOT_FOUND;
}

static Rc page_repeat_edit(Call *call)
{
    Schedule s;
    RepeatFormPage p = { 0 };
    int64_t id = 0;

    TRY(schedule_id(call, &id));
    TRY(schedule_get(&call->cx, id, &s));
    p.title = row_of(&call->cx, &s).name;
    p.version = s.version;
    p.action = str_fmt(call->arena, "/repeating/%lld", (long long)id);
    p.form = (Form){ .arena = call->arena };
    TRY(rule_widgets(&call->cx, &s.rule, &p.form));
    return show_form(call, &p);
}

static Rc back_to_list(Call *call, const Schedule *s)
{
    return call_redirect(call, s->team.id != 0 ? STR("/work/repeating") : STR("/repeating"));
}

static Rc page_repeat_save(Call *call)
{
    RepeatBody body = { 0 };
    Schedule s;
    ScheduleEdit edit = { .has_rule = true };
    int64_t id = 0;

    TRY(schedule_id(call, &id));
    TRY(schedule_get(&call->cx, id, &s));
    TRY(read_rule(call, &body, &edit.rule));
    if (!body.version.set)
        return fail(&call->cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    edit.version = body.version;
    /* The form says minutes; a first time that it did not change is kept to the millisecond. */
    if (str_eq(local_text(&call->cx, s.rule.first_ms), local_text(&call->cx, edit.rule.first_ms)))
        edit.rule.first_ms = s.rule.first_ms;
    Rc rc = schedule_edit(&call->cx, id, &edit);
    if (rc == RC_STALE)
        call->cx.type = STR("edited_meanwhile");
    TRY(rc);
    call_flash(call, "saved", STR(""));
    return back_to_list(call, &s);
}

static Rc page_repeat_act(Call *call)
{
    static const struct {
        const char *act, *state;
    } acts[] = { { "pause", "paused" }, { "resume", "active" }, { "end", "ended" } };
    Schedule s;
    ScheduleEdit edit = { .title = STR_NULL };
    int64_t id = 0;

    TRY(schedule_id(call, &id));
    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (str_eq_z(call_param(call, "act"), acts[i].act))
            edit.state = str_z(acts[i].state);
    if (str_is_null(edit.state))
        return RC_NOT_FOUND;
    TRY(schedule_get(&call->cx, id, &s));
    TRY(schedule_edit(&call->cx, id, &edit));
    call_flash(call, "saved", STR(""));
    return back_to_list(call, &s);
}

const RouteTable plan_pages =
    ROUTES({ HTTP_POST, "/work/{number}/snooze", page_snooze, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Put work aside until a day", .again = page_work_request },
           { HTTP_POST, "/work/{number}/awake", page_awake, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Bring back what was put aside", .again = page_work_request },
           { HTTP_POST, "/work/{number}/agreed", page_agreed, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Agree a day with the requester", .again = page_work_request },
           { HTTP_GET, "/work/repeating", page_work_repeating, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Repeating requests of one's teams" },
           { HTTP_GET, "/repeating", page_repeating, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "My repeating requests" },
           { HTTP_GET, "/repeating/new", page_repeat_new, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Repeat a request" },
           { HTTP_POST, "/repeating", page_repeat_create, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Make a request repeat", .again = page_repeat_new },
           { HTTP_GET, "/repeating/{id}", page_repeat_edit, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Change a repeating request" },
           { HTTP_POST, "/repeating/{id}", page_repeat_save, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Save a repeating request", .again = page_repeat_edit },
           { HTTP_POST, "/repeating/{id}/{act}", page_repeat_act, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Pause, resume or end a repeating request" }, );
