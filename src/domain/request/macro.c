/* macro.c - macros: kept per team, run on one request. */
#include "domain/request/macro.h"

#include "app/event.h"
#include "domain/request/aggregate.h"
#include "domain/request/macro_q.h"
#include "domain/request/ready.h"
#include "domain/request/tag.h"
#include "domain/request/talk.h"

static const struct {
    const char *word, *label;
    bool ready, text,
        days; /* it needs a ready reply, words of its own; its value is a number of days */
} acts[MACRO_ACT_COUNT] = {
    [MACRO_REPLY] = { "reply", T("Reply"), true, false, false },
    [MACRO_NOTE] = { "note", T("Internal note"), false, true, false },
    [MACRO_ASK] = { "ask", T("Ask the requester something"), true, false, true },
    [MACRO_ASSIGN] = { "assign", T("Assign"), false, false, false },
    [MACRO_PRIORITY] = { "priority", T("Change the priority"), false, true, false },
    [MACRO_TAG] = { "tag", T("Give a tag"), false, false, false },
    [MACRO_UNTAG] = { "untag", T("Take a tag away"), false, false, false },
    [MACRO_WATCH] = { "watch", T("Follow"), false, false, false },
    [MACRO_PEND] = { "pend", T("Wait"), true, false, true },
    [MACRO_RESUME] = { "resume", T("Go on"), false, false, false },
    [MACRO_FULFIL] = { "fulfil", T("Fulfilled"), true, false, false },
};

const char *macro_act_word(MacroAct act)
{
    return acts[act].word;
}

const char *macro_act_label(MacroAct act)
{
    return acts[act].label;
}

bool macro_act_from_word(Str word, MacroAct *ret)
{
    for (int i = 0; i < MACRO_ACT_COUNT; i++) {
        if (str_eq_z(word, acts[i].word)) {
            *ret = (MacroAct)i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *word, *label;
} levels[] = {
    { "low", T("low") },
    { "normal", T("normal") },
    { "high", T("high") },
    { "critical", T("critical") },
};

Text macro_step_text(const MacroStep *s)
{
    MacroAct act;

    if (!macro_act_from_word(s->act, &act))
        return TEXT("{0}", s->act);
    if (s->ready_id != 0)
        return TEXT("{0}: {1}", acts[act].label, s->ready_name);
    if (act == MACRO_ASSIGN && s->value.len == 0)
        return TEXT("{0}: {1}", acts[act].label, T("Nobody"));
    if (act == MACRO_ASSIGN && str_eq_z(s->value, "me"))
        return TEXT("{0}: {1}", acts[act].label, T("whoever runs it"));
    if (act == MACRO_PRIORITY)
        for (size_t i = 0; i < COUNT_OF(levels); i++)
            if (str_eq_z(s->value, levels[i].word))
                return TEXT("{0}: {1}", acts[act].label, levels[i].label);
    if (s->value.len > 0)
        return TEXT("{0}: {1}", acts[act].label, s->value);
    return (Text){ .msgid = acts[act].label };
}

/* ---- reading ---- */

LIST_OF(MacroRow, MacroRows);
LIST_OF(int64_t, NumberList);

static Rc from_row(Ctx *cx, const MacroRow *row, Macro *ret)
{
    Macro m = { .id = row->id,
                .version = row->version,
                .name = row->name,
                .changed_ms = row->changed_ms,
                .may_change = row->leads || (cx->subject->roles & ROLE_ADMIN) != 0 };

    TRY(team_ref(cx, row->team_id.value, &m.team));
    TRY(person_ref(cx, row->changed_by, &m.changed_by));
    *ret = m;
    return RC_OK;
}

static Rc usable_rows(Ctx *cx, int64_t team_id, bool every, MacroRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MacroRow row;

    TRY(q_macro_usable(cx, cx->subject->person_id, team_id, every, &rows));
    while (q_macro_usable_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Macro *macro_of(Macros *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].id == id)
            return &list->at[i];
    return NULL;
}

static MacroStep step_of(Str act, Str value, OptInt ready, Str ready_name, Str text)
{
    return (MacroStep){ .act = act,
                        .value = value,
                        .ready_id = ready.value,
                        .ready_name = str_is_null(ready_name) ? STR("") : ready_name,
                        .text = text };
}

static Rc usable_steps(Ctx *cx, int64_t team_id, bool every, Macros *list)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MacroUsableStepsRow row;

    TRY(q_macro_usable_steps(cx, cx->subject->person_id, team_id, every, &rows));
    while (q_macro_usable_steps_next(&rows, &row)) {
        Macro *m = macro_of(list, row.macro_id);
        if (m != NULL)
            TRY(LIST_PUSH(cx->arena, &m->steps,
                          step_of(row.act, row.value, row.ready_id, row.ready_name, row.text)));
    }
    return rows_result(&rows);
}

Rc macro_list(Ctx *cx, int64_t team_id, Macros *ret)
{
    bool every = team_id == 0 && (cx->subject->roles & ROLE_ADMIN) != 0;
    NumberList people = { 0 }, teams = { 0 };
    MacroRows found = { 0 };

    *ret = (Macros){ 0 };
    TRY(usable_rows(cx, team_id, every, &found));
    for (size_t i = 0; i < found.n; i++) {
        TRY(LIST_PUSH(cx->arena, &people, found.at[i].changed_by));
        if (found.at[i].team_id.set)
            TRY(LIST_PUSH(cx->arena, &teams, found.at[i].team_id.value));
    }
    TRY(person_refs_load(cx, people.at, people.n));
    TRY(team_refs_load(cx, teams.at, teams.n));
    for (size_t i = 0; i < found.n; i++) {
        Macro m;
        TRY(from_row(cx, &found.at[i], &m));
        TRY(LIST_PUSH(cx->arena, ret, m));
    }
    return found.n > 0 ? usable_steps(cx, team_id, every, ret) : RC_OK;
}

Rc macro_get(Ctx *cx, int64_t id, Macro *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MacroStepsRow step;
    MacroRow row;
    bool found = false;
    Macro m;

    TRY(q_macro_one(cx, cx->subject->person_id, id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such macro."));
    TRY(from_row(cx, &row, &m));
    TRY(q_macro_steps(cx, id, &rows));
    while (q_macro_steps_next(&rows, &step))
        TRY(LIST_PUSH(cx->arena, &m.steps,
                      step_of(step.act, step.value, step.ready_id, step.ready_name, step.text)));
    TRY(rows_result(&rows));
    *ret = m;
    return RC_OK;
}

/* ---- writing ---- */

static Rc may_write(Ctx *cx, int64_t team_id, GrantedLoad *ret)
{
    Rc rc = access_load(cx, team_id, true, ret);

    if (rc != RC_FORBIDDEN)
        return rc;
    return fail(cx, RC_FORBIDDEN, "forbidden",
                TEXT("Only the leads of a team and administrators write what is ready for it."));
}

static bool is_level(Str word)
{
    return str_eq_z(word, "low") || str_eq_z(word, "normal") || str_eq_z(word, "high")
           || str_eq_z(word, "critical");
}

static void wrong(Ctx *cx, size_t i, const char *member, const char *code, Text text)
{
    fail_add(cx, str_fmt(cx->arena, "/steps/%zu/%s", i, member), code, text);
}

static Rc check_value(Ctx *cx, size_t i, MacroAct act, const MacroStep *s)
{
    int64_t days = 0, person = 0;

    if (acts[act].days && s->value.len > 0
        && (!str_to_i64(s->value, &days) || days < 1 || days > 366))
        wrong(cx, i, "value", "out_of_range", TEXT("A number of days from 1 to 366, or nothing."));
    if (act == MACRO_PRIORITY && !is_level(s->value))
        wrong(cx, i, "value", "unknown_word", TEXT("Choose low, normal, high or critical."));
    if ((act == MACRO_TAG || act == MACRO_UNTAG)
        && (s->value.len == 0 || s->value.len > TAG_MAX || !str_is_key(s->value)
            || str_contains(s->value, STR("/"))))
        wrong(cx, i, "value", "bad_tag",
              TEXT("A tag has letters a to z, digits, - and _, at most 40 of them."));
    if (act != MACRO_ASSIGN || s->value.len == 0 || str_eq_z(s->value, "me"))
        return RC_OK;
    Rc rc = person_id(cx, s->value, &person);
    if (rc == RC_NOT_FOUND)
        wrong(cx, i, "value", "not_found", TEXT("There is no active person {0}.", s->value));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A macro of a team may use replies of that team and those for everybody. */
static Rc check_ready(Ctx *cx, size_t i, int64_t team, const MacroStep *s)
{
    ReadyReply r;
    Rc rc = s->ready_id != 0 ? ready_get(cx, s->ready_id, &r) : RC_NOT_FOUND;

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || (r.team.id != 0 && r.team.id != team))
        wrong(cx, i, "ready", "not_found",
              TEXT("Choose a ready reply of the same team, or one for everybody."));
    return RC_OK;
}

static Rc check_step(Ctx *cx, size_t i, int64_t team, MacroStep *s)
{
    MacroAct act;

    s->value = str_is_null(s->value) ? STR("") : str_trim(s->value);
    s->text = str_is_null(s->text) ? STR("") : str_trim(s->text);
    if (!macro_act_from_word(s->act, &act)) {
        wrong(cx, i, "act", "unknown_word", TEXT("Choose what to do."));
        return RC_OK;
    }
    if (act == MACRO_TAG || act == MACRO_UNTAG)
        s->value = str_lower_ascii(cx->arena, s->value);
    TRY(check_value(cx, i, act, s));
    if (acts[act].ready)
        TRY(check_ready(cx, i, team, s));
    else if (s->ready_id != 0)
        wrong(cx, i, "ready", "not_here", TEXT("This act takes no ready reply."));
    if (acts[act].text && s->text.len == 0)
        wrong(cx, i, "text", "required", TEXT("Write something here."));
    else if (!acts[act].text && s->text.len > 0)
        wrong(cx, i, "text", "not_here", TEXT("This act takes no words of its own."));
    else if (!str_is_clean_text(s->text, true) || str_chars(s->text) > MACRO_TEXT_MAX)
        wrong(cx, i, "text", "too_long", TEXT("Use at most {0} characters.", MACRO_TEXT_MAX));
    return RC_OK;
}

static Rc check(Ctx *cx, const MacroInput *in, int64_t team, Str *ret_name, MacroSteps *ret)
{
    *ret_name = str_trim(in->name);
    *ret = (MacroSteps){ 0 };
    if (ret_name->len == 0)
        fail_add(cx, STR("/name"), "required", TEXT("Write something here."));
    else if (!str_is_clean_text(*ret_name, false) || str_chars(*ret_name) > MACRO_NAME_MAX)
        fail_add(cx, STR("/name"), "too_long", TEXT("Use at most {0} characters.", MACRO_NAME_MAX));
    if (in->steps.n == 0)
        fail_add(cx, STR("/steps"), "required", TEXT("A macro does something: give it a step."));
    if (in->steps.n > MACRO_STEPS_MOST)
        fail_add(cx, STR("/steps"), "too_many",
                 TEXT("A macro has at most {0} steps.", MACRO_STEPS_MOST));
    for (size_t i = 0; i < in->steps.n && i < MACRO_STEPS_MOST; i++) {
        MacroStep s = in->steps.at[i];
        TRY(check_step(cx, i, team, &s));
        TRY(LIST_PUSH(cx->arena, ret, s));
    }
    return fail_result(cx);
}

static Rc steps_write(Ctx *cx, GrantedLoad g, int64_t id, const MacroSteps *steps)
{
    TRY(q_macro_steps_delete(cx, g, id, NULL));
    for (size_t i = 0; i < steps->n; i++) {
        const MacroStep *s = &steps->at[i];
        TRY(q_macro_step_insert(cx, g, id, (int64_t)i + 1, s->act, s->value,
                                s->ready_id != 0 ? OPT_INT(s->ready_id) : OPT_NONE, s->text, NULL));
    }
    return RC_OK;
}

/* All steps in one text, for the trail. */
static Str steps_said(Ctx *cx, const MacroSteps *steps)
{
    Str all = STR("");

    for (size_t i = 0; i < steps->n; i++) {
        const MacroStep *s = &steps->at[i];
        all = str_fmt(cx->arena, "%.*s%s%.*s|%.*s|%lld|%.*s", STR_ARG(all), i > 0 ? "\n" : "",
                      STR_ARG(s->act), STR_ARG(s->value), (long long)s->ready_id, STR_ARG(s->text));
    }
    return all;
}

static Rc said(Ctx *cx, const char *kind, int64_t id, const EventChange *changes, size_t n)
{
    return event_add(
        cx,
        &(Event){
            .kind = kind, .object = "macro", .object_id = id, .changes = changes, .changes_n = n },
        NULL);
}

Rc macro_create(Ctx *cx, const MacroInput *in, int64_t *ret_id)
{
    int64_t self = cx->subject->person_id, team = 0;
    MacroCountRow count;
    MacroInsertRow made;
    MacroSteps steps;
    GrantedLoad g;
    Str name;

    TRY(ready_team(cx, in->team, &team));
    TRY(may_write(cx, team, &g));
    TRY(check(cx, in, team, &name, &steps));
    TRY(q_macro_count(cx, team, &count));
    if (count.n >= MACROS_MOST)
        return fail_field(cx, RC_LIMIT, "name", "too_many",
                          TEXT("There are {0} already. Drop one first.", MACROS_MOST));
    TRY(q_macro_insert(cx, g, team != 0 ? OPT_INT(team) : OPT_NONE, name, self, cx->now_ms, &made));
    TRY(steps_write(cx, g, made.id, &steps));
    EventChange changes[] = { { STR("name"), STR_NULL, name, true },
                              { STR("steps"), STR_NULL, steps_said(cx, &steps), true } };
    TRY(said(cx, "macro.created", made.id, changes, COUNT_OF(changes)));
    *ret_id = made.id;
    return RC_OK;
}

static Rc stale(Ctx *cx)
{
    return fail(cx, RC_STALE, "stale",
                TEXT("Somebody else has changed this in the meantime. Look at it again."));
}

Rc macro_change(Ctx *cx, int64_t id, const MacroInput *in)
{
    EventChange changes[2];
    int64_t changed = 0;
    MacroSteps steps;
    GrantedLoad g;
    size_t n = 0;
    Macro was;
    Str name;

    TRY(macro_get(cx, id, &was));
    TRY(may_write(cx, was.team.id, &g));
    if (in->version.set && in->version.value != was.version)
        return stale(cx);
    TRY(check(cx, in, was.team.id, &name, &steps));
    Str before = steps_said(cx, &was.steps), after = steps_said(cx, &steps);
    if (!str_eq(name, was.name))
        changes[n++] = (EventChange){ STR("name"), was.name, name, true };
    if (!str_eq(before, after))
        changes[n++] = (EventChange){ STR("steps"), before, after, true };
    if (n == 0)
        return RC_OK;
    TRY(q_macro_update(cx, g, id, was.version, name, cx->subject->person_id, cx->now_ms, &changed));
    if (changed == 0)
        return stale(cx);
    TRY(steps_write(cx, g, id, &steps));
    return said(cx, "macro.changed", id, changes, n);
}

Rc macro_drop(Ctx *cx, int64_t id, OptInt version)
{
    int64_t changed = 0;
    GrantedLoad g;
    Macro was;

    TRY(macro_get(cx, id, &was));
    TRY(may_write(cx, was.team.id, &g));
    if (version.set && version.value != was.version)
        return stale(cx);
    TRY(q_macro_steps_delete(cx, g, id, NULL));
    TRY(q_macro_delete(cx, g, id, was.version, &changed));
    if (changed == 0)
        return stale(cx);
    EventChange change = { STR("name"), was.name, STR_NULL, true };
    return said(cx, "macro.dropped", id, &change, 1);
}

/* ---- running ---- */

/* The words of a ready reply as this request gets them, as it is after the steps before. */
static Rc ready_words(Ctx *cx, GrantedRequest g, int64_t id, Str *ret)
{
    ReadyReply ready;
    ReadyValues values;
    ReadyText t;
    RequestView v;

    TRY(ready_get(cx, id, &ready));
    TRY(request_view(cx, g, &v));
    TRY(ready_values(cx, &v, &values));
    TRY(ready_fill(cx, &values, &ready.words, &t));
    if (t.missing.len > 0)
        return fail(cx, RC_CONFLICT, "nothing_to_fill_in",
                    TEXT("Nothing to fill in yet: {0}", t.missing));
    *ret = t.text;
    return RC_OK;
}

/* The morning so many days from now, where who runs it is. */
static OptInt days_from_now(const Ctx *cx, Str days)
{
    CivilTime day = zone_civil(cx->zone, cx->now_ms);
    int64_t n = 0;

    if (!str_to_i64(days, &n))
        return OPT_NONE;
    CivilTime later = clock_civil_utc((clock_days(day.year, day.month, day.day) + n) * MS_DAY);
    later.hour = 8;
    return OPT_INT(zone_instant(cx->zone, &later));
}

static Rc run_act(Ctx *cx, GrantedRequest g, ActKind kind, const MacroStep *s, Str words)
{
    RequestAct act = { .kind = kind, .text = words };

    if (kind == ACT_ASSIGN)
        act.assignee = str_eq_z(s->value, "me") ? cx->subject->login : s->value;
    if (kind == ACT_PEND || kind == ACT_ASK)
        act.until_ms = days_from_now(cx, s->value);
    return request_act(cx, g, &act, NULL);
}

static Rc run_step(Ctx *cx, GrantedRequest g, MacroAct act, const MacroStep *s)
{
    MessageMade made;
    int64_t note = 0;
    Str words = s->text;

    if (acts[act].ready)
        TRY(ready_words(cx, g, s->ready_id, &words));
    switch (act) {
    case MACRO_REPLY: return message_add(cx, g, &(MessageInput){ .text = words }, &made);
    case MACRO_NOTE: return note_add(cx, g, &(NoteInput){ .text = words }, &note);
    case MACRO_ASK: return run_act(cx, g, ACT_ASK, s, words);
    case MACRO_ASSIGN: return run_act(cx, g, ACT_ASSIGN, s, STR_NULL);
    case MACRO_PRIORITY:
        return request_edit(cx, g, &(RequestEdit){ .level = s->value, .reason = words });
    case MACRO_TAG: return tag_add(cx, g, &(TagAct){ .tag = s->value });
    case MACRO_UNTAG: return tag_remove(cx, g, &(TagAct){ .tag = s->value });
    case MACRO_WATCH:
        return participant_add(
            cx, g, &(ParticipantAdd){ .login = cx->subject->login, .kind = STR("watcher") });
    case MACRO_PEND: return run_act(cx, g, ACT_PEND, s, words);
    case MACRO_RESUME: return run_act(cx, g, ACT_RESUME, s, STR_NULL);
    case MACRO_FULFIL: return run_act(cx, g, ACT_FULFIL, s, words);
    case MACRO_ACT_COUNT: break;
    }
    return RC_INTERNAL;
}

typedef struct Run {
    Ctx *cx;
    GrantedRequest g;
    const Macro *m;
    size_t at; /* the step that is being done */
} Run;

/* In a savepoint of its own. */
static Rc run_all(DbConn *c, void *arg)
{
    Run *run = arg;
    Ctx *cx = run->cx;
    EventChange change = { STR("macro"), STR_NULL, run->m->name, true };
    Event ev = { .kind = "macro.run",
                 .object = "macro",
                 .object_id = run->m->id,
                 .internal = true,
                 .changes = &change,
                 .changes_n = 1 };
    MacroAct act;

    UNUSED(c);
    TRY(aggregate_note(cx, run->g, &ev, NULL));
    for (run->at = 0; run->at < run->m->steps.n; run->at++) {
        const MacroStep *s = &run->m->steps.at[run->at];
        if (!macro_act_from_word(s->act, &act))
            return RC_INTERNAL;
        TRY(run_step(cx, run->g, act, s));
    }
    return RC_OK;
}

/* What the command said, with the step that it was. */
static Rc step_refused(Ctx *cx, const Run *run, Rc rc)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text why = cx->errors.n > 0 ? cx->errors.at[0].text : cx->detail,
         what = macro_step_text(&run->m->steps.at[run->at]);

    if (rc == RC_BUSY || rc == RC_INTERNAL || run->at >= run->m->steps.n || why.msgid == NULL)
        return rc;
    Str said = words_text(cx->arena, &reader, &what), reason = words_text(cx->arena, &reader, &why);
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    return fail_whole(
        cx, rc, "macro_step",
        TEXT("Nothing was done. Step {0}, {1}: {2}", (int64_t)run->at + 1, said, reason));
}

Rc macro_run(Ctx *cx, GrantedRequest g, int64_t id)
{
    Macro m;
    Run run = { .cx = cx, .g = g, .m = &m };

    TRY(access_more(cx, g, MAY_NOTE));
    TRY(macro_get(cx, id, &m));
    Rc rc = db_savepoint(cx->db, run_all, &run);
    return rc == RC_OK ? RC_OK : step_refused(cx, &run, rc);
}
