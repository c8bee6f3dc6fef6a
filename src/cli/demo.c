/* demo.c - plays the stories of demo/requests.yaml, as the people they name and at their times.
 *
 * Everything goes through the commands that pages and programs use, so a story that the rules do not
 * allow is an error here and not a strange record.  The form of the file stands at its top.
 */
#include "cli/demo.h"

#include "domain/identity/identity.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"

enum {
    FILE_BYTES = 8 << 20,
    FILE_CAP = 128 << 20,
    STORY_CAP = 32 << 20, /* bytes for everything that one story makes */
};

typedef struct Story {
    Ctx cx; /* of the act at hand: its person, its time */
    GrantedPeople people;
    Subject subject;
    const Yaml *entry;
    Ms sent_ms, now_ms, end_ms;
    int64_t id;
    uint32_t line; /* of the act at hand */
} Story;

static Str get(const Yaml *map, const char *key)
{
    const Yaml *v = yaml_get(map, key);
    return v != NULL && v->kind == YAML_IS_SCALAR ? v->text : STR_NULL;
}

static Rc wrong(Ctx *cx, const char *what, Str value)
{
    return fail(cx, RC_INVALID, "demo", TEXT("{0} cannot be used: {1}", what, value));
}

/* ---- people and times ---- */

static Rc act_as(Story *s, Str login)
{
    int64_t id = 0;
    Ctx look = s->cx;

    if (person_id(&look, login, &id) != RC_OK)
        return wrong(&s->cx, "The login", login);
    TRY(person_subject(&s->cx, s->people, id, &s->subject));
    s->subject.origin = STR("cli");
    s->cx.subject = &s->subject;
    s->cx.lang = s->subject.lang;
    s->cx.zone = s->subject.zone;
    return RC_OK;
}

static Rc moved(Story *s, Str span, int sign, Ms from, Ms *ret)
{
    TimeSpan t;

    if (!timespan_parse(span, &t) || !timespan_move(from, t, sign, zone_utc(), ret))
        return wrong(&s->cx, "The span", span);
    return RC_OK;
}

/* "+9d", "-3d", "+2d 10:00": counted from the day of submission, in the zone of who acts. */
static bool relative_day(const Story *s, Str text, CivilTime *ret, bool *ret_time)
{
    Str rest = text, days = str_cut(&rest, ' ');
    int64_t n = 0, hour = 0, minute = 0;

    if (days.len < 3 || (days.ptr[0] != '+' && days.ptr[0] != '-') || !str_ends(days, STR("d"))
        || !str_to_i64(str_sub(days, 1, days.len - 1), &n))
        return false;
    *ret_time = !str_is_null(rest);
    if (*ret_time) {
        Str clock = rest, hours = str_cut(&clock, ':');
        if (!str_to_i64(hours, &hour) || !str_to_i64(clock, &minute))
            return false;
    }
    CivilTime t = zone_civil(s->cx.zone, s->sent_ms);
    t.day += (int32_t)(days.ptr[0] == '-' ? -n : n);
    t.hour = (int32_t)hour;
    t.minute = (int32_t)minute;
    t.second = t.ms = 0;
    *ret = zone_civil(s->cx.zone, zone_instant(s->cx.zone, &t));
    return true;
}

/* A value as a form field would bring it. */
static Str field_value(const Story *s, Str text)
{
    CivilTime t;
    bool time = false;

    if (!relative_day(s, text, &t, &time))
        return text;
    Str day = str_fmt(s->cx.arena, "%04d-%02d-%02d", t.year, t.month, t.day);
    return time ? str_fmt(s->cx.arena, "%.*sT%02d:%02d", STR_ARG(day), t.hour, t.minute) : day;
}

static Rc until(const Story *s, Str text, OptInt *ret)
{
    CivilTime t;
    bool time = false;

    *ret = OPT_NONE;
    if (str_is_null(text))
        return RC_OK;
    if (!relative_day(s, text, &t, &time))
        return RC_INVALID;
    if (!time)
        t.hour = 9;
    *ret = OPT_INT(zone_instant(s->cx.zone, &t));
    return RC_OK;
}

/* ---- answers ---- */

static Rc add_field(Story *s, Str name, const Yaml *value, AnswerInputs *ret)
{
    Arena *a = s->cx.arena;

    if (value->kind == YAML_IS_SCALAR)
        return answers_from_field(a, name, field_value(s, value->text), ret);
    for (size_t i = 0; value->kind == YAML_IS_LIST && i < value->n; i++) {
        const Yaml *item = value->items[i];
        if (item->kind == YAML_IS_SCALAR)
            TRY(answers_from_field(a, name, item->text, ret));
        for (size_t k = 0; item->kind == YAML_IS_MAP && k < item->n; k++) {
            Str column =
                str_fmt(a, "%.*s.%zu.%.*s", STR_ARG(name), i, STR_ARG(item->keys[k]->text));
            TRY(add_field(s, column, item->items[k], ret));
        }
    }
    return RC_OK;
}

static Rc answers(Story *s, const Yaml *map, AnswerInputs *ret)
{
    *ret = (AnswerInputs){ 0 };
    for (size_t i = 0; map != NULL && map->kind == YAML_IS_MAP && i < map->n; i++)
        TRY(add_field(s, map->keys[i]->text, map->items[i], ret));
    return RC_OK;
}

Rc demo_answers(Ctx *cx, Ms sent_ms, const Yaml *map, AnswerInputs *ret)
{
    Story s = { .cx = *cx, .sent_ms = sent_ms };
    return answers(&s, map, ret);
}

/* ---- acts ---- */

static Rc look(Story *s, RequestView *ret)
{
    GrantedRequest g;

    TRY(access_request(&s->cx, s->id, MAY_SEE, &g));
    return request_view(&s->cx, g, ret);
}

static Rc decide(Story *s, const Yaml *step, const char *decision)
{
    RequestView view;
    Str stage = get(step, "stage");
    GrantedRequest g;

    TRY(look(s, &view));
    for (size_t i = 0; i < view.approvals.n; i++) {
        const ViewApproval *a = &view.approvals.at[i];
        if (!a->mine || !str_eq(a->stage, stage))
            continue;
        ApprovalDecision in = { .decision = str_z(decision), .reason = get(step, "text") };
        TRY(access_approval(&s->cx, a->id, MAY_SEE, &g));
        return approval_decide(&s->cx, g, a->id, &in);
    }
    return wrong(&s->cx, "The stage", stage);
}

static Rc at_task(Story *s, const Yaml *step, TaskActKind kind)
{
    RequestView view;
    Str key = get(step, "task"), passed = get(step, "passed"), ok = get(step, "ok");
    GrantedRequest g;
    TaskAct in = { .kind = kind, .text = get(step, "text"), .assignee = get(step, "to") };

    TRY(look(s, &view));
    if (!str_is_null(passed))
        in.passed = OPT_INT(str_eq_z(passed, "true"));
    if (!str_is_null(ok))
        in.ok = OPT_INT(str_eq_z(ok, "true"));
    for (size_t i = 0; i < view.tasks.n; i++) {
        int64_t id = view.tasks.at[i].id;
        if (!str_eq(view.tasks.at[i].key, key))
            continue;
        TRY(access_task(&s->cx, id, 0, &g));
        return task_act(&s->cx, g, id, &in);
    }
    return wrong(&s->cx, "The task", key);
}

static Rc say(Story *s, const Yaml *step)
{
    GrantedRequest g;
    MessageInput in = { .text = get(step, "text") };
    MessageMade made;

    TRY(access_request(&s->cx, s->id, MAY_SEE, &g));
    return message_add(&s->cx, g, &in, &made);
}

static Rc take_note(Story *s, const Yaml *step)
{
    GrantedRequest g;
    NoteInput in = { .text = get(step, "text") };
    int64_t id;

    TRY(access_request(&s->cx, s->id, MAY_SEE, &g));
    return note_add(&s->cx, g, &in, &id);
}

static Rc on_request(Story *s, const Yaml *step, ActKind kind)
{
    GrantedRequest g;
    RequestAct in = { .kind = kind, .text = get(step, "text"), .assignee = STR_NULL };

    TRY(access_request(&s->cx, s->id, MAY_SEE, &g));
    if (kind == ACT_ASSIGN)
        in.assignee = get(step, "to");
    if (kind == ACT_TRANSFER)
        in.team = get(step, "to");
    TRY(answers(s, yaml_get(step, "answers"), &in.answers));
    TRY(until(s, get(step, "until"), &in.until_ms));
    return request_act(&s->cx, g, &in, NULL);
}

static Rc act(Story *s, const Yaml *step)
{
    Str verb = get(step, "do");
    ActKind kind;

    if (str_eq_z(verb, "approve") || str_eq_z(verb, "return")
        || (str_eq_z(verb, "reject") && yaml_get(step, "stage") != NULL))
        return decide(s, step, str_dup_z(s->cx.arena, verb));
    if (str_eq_z(verb, "finish"))
        return at_task(s, step, TASK_ACT_FINISH);
    if (str_eq_z(verb, "sign_off"))
        return at_task(s, step, TASK_ACT_SIGN_OFF);
    if (str_eq_z(verb, "assign_task"))
        return at_task(s, step, TASK_ACT_ASSIGN);
    if (str_eq_z(verb, "message") || str_eq_z(verb, "reply"))
        return say(s, step);
    if (str_eq_z(verb, "note"))
        return take_note(s, step);
    if (str_eq_z(verb, "rate"))
        return RC_OK; /* satisfaction has no place in the product yet */
    if (act_from_word(verb, &kind))
        return on_request(s, step, kind);
    return wrong(&s->cx, "The act", verb);
}

/* ---- a story ---- */

static Rc begin(Story *s)
{
    const Yaml *e = s->entry;
    Str behalf = get(e, "on_behalf");
    int64_t beneficiary = 0;
    GrantedSubmit g;
    RequestMade made;
    RequestCreate in = {
        .item = get(e, "item"),
        .channel = get(e, "channel"),
        .title = STR_NULL,
        .requester = get(e, "by"),
        .impact = STR_NULL,
        .urgency = STR_NULL,
        .draft = str_eq_z(get(e, "draft"), "true"),
    };

    TRY(moved(s, get(e, "age"), -1, s->end_ms, &s->sent_ms));
    s->cx.now_ms = s->now_ms = s->sent_ms;
    TRY(act_as(s, get(e, "by")));
    beneficiary = s->subject.person_id;
    if (!str_is_null(behalf) && person_id(&s->cx, behalf, &beneficiary) != RC_OK)
        return wrong(&s->cx, "The login", behalf);
    TRY(answers(s, yaml_get(e, "answers"), &in.answers));
    TRY(access_submit(&s->cx, beneficiary, &g));
    TRY(request_create(&s->cx, g, &in, &made));
    s->id = made.id;
    return RC_OK;
}

static Rc play(Story *s)
{
    const Yaml *steps = yaml_get(s->entry, "story");

    s->line = s->entry->pos.line;
    TRY(begin(s));
    for (size_t i = 0; steps != NULL && steps->kind == YAML_IS_LIST && i < steps->n; i++) {
        const Yaml *step = steps->items[i];
        s->line = step->pos.line;
        TRY(moved(s, get(step, "after"), 1, s->now_ms, &s->now_ms));
        if (s->now_ms > s->end_ms)
            s->now_ms = s->end_ms;
        TRY(request_clock_until(&s->cx, s->id, s->now_ms));
        s->cx.now_ms = s->now_ms;
        TRY(act_as(s, get(step, "by")));
        TRY(act(s, step));
    }
    return request_clock_until(&s->cx, s->id, s->end_ms);
}

/* What went wrong in the words of the command, with the place in the file. */
static Rc failed(Ctx *cx, const Story *s, Rc rc)
{
    Reader reader = { LANG_EN, zone_utc(), cx->now_ms };
    Text why = s->cx.detail;

    if (why.msgid == NULL && s->cx.errors.n > 0)
        why = s->cx.errors.at[0].text;
    Str words = str_dup(cx->arena, words_text(s->cx.arena, &reader, &why));
    Str where = STR("");
    if (s->cx.errors.n > 0)
        where = str_dup(cx->arena, s->cx.errors.at[0].pointer);
    Str line = str_fmt(cx->arena, "%u", s->line);
    return fail(cx, rc == RC_INTERNAL ? RC_INTERNAL : RC_INVALID, "demo",
                TEXT("Line {0} of the demo's requests ({1}): {2} {3}", line, str_z(rc_name(rc)),
                     words, where));
}

static Rc play_entry(Ctx *cx, Arena *arena, GrantedPeople people, const Yaml *entry)
{
    Story s = { .cx = *cx, .people = people, .entry = entry, .end_ms = cx->now_ms };

    s.cx.arena = arena;
    s.cx.identity = NULL;
    s.cx.call_ref = STR("demo");
    Rc rc = play(&s);
    return rc == RC_OK ? RC_OK : failed(cx, &s, rc);
}

static Ms begin_of(const Yaml *entry)
{
    TimeSpan age;
    Ms at = 0;

    return timespan_parse(get(entry, "age"), &age) && timespan_move(0, age, -1, zone_utc(), &at)
               ? at
               : 0; /* play says what is wrong with it */
}

/* Oldest first, so that numbers and notifications come in the order in which things happened. */
static void sort_by_begin(const Yaml **list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const Yaml *entry = list[i];
        size_t k = i;
        for (; k > 0 && begin_of(list[k - 1]) > begin_of(entry); k--)
            list[k] = list[k - 1];
        list[k] = entry;
    }
}

/* Before the first story. */
#define DEMO_SINCE_MS (1000 * MS_DAY)

Rc demo_load(Ctx *cx, Str yaml, int64_t *ret_requests)
{
    CLEANUP(arena_free_at) Arena *file = arena_new(FILE_CAP);
    CLEANUP(arena_free_at) Arena *story = arena_new(STORY_CAP);
    Diagnostics d;
    const Yaml *root = NULL;
    GrantedPeople people;

    TRY(access_internal_people(cx, INTERNAL_DEMO, &people));
    diagnostics_init(&d, file);
    if (yaml_read(file, yaml, FILE_BYTES, STR("requests.yaml"), &d, &root) != RC_OK)
        return fail(cx, RC_INVALID, "demo",
                    TEXT("The demo's requests cannot be read: {0}",
                         str_dup(cx->arena, d.n > 0 ? d.at[0].text : STR(""))));
    const Yaml *list = yaml_get(root, "requests");
    if (list == NULL || list->kind != YAML_IS_LIST)
        return fail(cx, RC_INVALID, "demo",
                    TEXT("The demo's requests cannot be read: {0}", "no list"));
    const Yaml **stories = ARENA_ARRAY(file, const Yaml *, list->n + 1);
    if (stories == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < list->n; i++)
        stories[i] = list->items[i];
    sort_by_begin(stories, list->n);
    TRY(demo_targets(cx, cx->now_ms - DEMO_SINCE_MS));
    TRY(demo_desk(cx, people));
    for (size_t i = 0; i < list->n; i++) {
        TRY(play_entry(cx, story, people, stories[i]));
        arena_reset(story);
    }
    *ret_requests = (int64_t)list->n;
    return RC_OK;
}
