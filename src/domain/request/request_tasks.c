/* request_tasks.c - acts on the tasks of a request. */
#include "domain/request/aggregate.h"

static const struct TaskActRow {
    const char *word;
    InputKind input;
    const char *field;
} task_acts[TASK_ACT_COUNT] = {
    [TASK_ACT_START] = { "start", INPUT_TASK_START, "note" },
    [TASK_ACT_FINISH] = { "finish", INPUT_TASK_FINISH, "note" },
    [TASK_ACT_SKIP] = { "skip", INPUT_TASK_SKIP, "reason" },
    [TASK_ACT_ASSIGN] = { "assign", INPUT_TASK_ASSIGN, "reason" },
    [TASK_ACT_SIGN_OFF] = { "sign_off", INPUT_SIGN_OFF, "reason" },
};

const char *task_act_word(TaskActKind kind)
{
    return task_acts[kind].word;
}

bool task_act_from_word(Str word, TaskActKind *ret)
{
    for (int i = 0; i < TASK_ACT_COUNT; i++) {
        if (str_eq_z(word, task_acts[i].word)) {
            *ret = (TaskActKind)i;
            return true;
        }
    }
    return false;
}

static Rc unknown_task(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such task."));
}

/* The task by the id of its row, and what the subject is to it.  To a supplier the tasks of others do
 * not exist. */
static Rc find(Ctx *cx, Aggregate *r, int64_t task_id, size_t *ret_index, uint32_t *ret_as)
{
    size_t i = 0;

    while (i < r->state.tasks.n && r->state.tasks.at[i].row != task_id)
        i++;
    if (i == r->state.tasks.n)
        return unknown_task(cx);
    TRY(aggregate_as(cx, r, i, ret_as));
    if (!granted_may(r->g, MAY_SEE) && !(*ret_as & AS_TASK))
        return unknown_task(cx);
    *ret_index = i;
    return RC_OK;
}

Rc task_act(Ctx *cx, GrantedRequest g, int64_t task_id, const TaskAct *in)
{
    const struct TaskActRow *act = &task_acts[in->kind];
    EngineInput step = { .kind = act->input, .until_ms = MS_NONE, .passed = in->passed };
    StepWords words = { .reason = str_trim(in->text), .field = act->field };
    Aggregate r;
    size_t i = 0;

    TRY(aggregate_load(cx, g, true, &r));
    TRY(find(cx, &r, task_id, &i, &step.as));
    TRY(version_check(cx, in->version, r.tasks.at[i].version));
    TRY(words_check(cx, act->field, in->text, false));
    step.task = r.state.tasks.at[i].key;
    step.ok = in->ok.set && in->ok.value != 0;
    if (in->kind == TASK_ACT_ASSIGN)
        TRY(assignee_find(cx, r.state.tasks.at[i].team, in->assignee, &step.to));
    if (in->kind == TASK_ACT_SIGN_OFF && !in->ok.set)
        return fail_field(cx, RC_INVALID, "ok", "required",
                          TEXT("Say whether it is as it should be."));
    return aggregate_step(cx, &r, &step, &words);
}

static bool may_tick(const Aggregate *r, size_t i, uint32_t as, int64_t person)
{
    const EngineTask *t = &r->state.tasks.at[i];
    if (t->owner != TASK_BY_TEAM)
        return (as & (AS_PARTY | AS_TEAM)) != 0;
    return (as & AS_TASK) != 0 || t->assignee == person;
}

Rc task_check(Ctx *cx, GrantedRequest g, int64_t task_id, int64_t position, bool done)
{
    Aggregate r;
    size_t i = 0;
    uint32_t as = 0;
    int64_t changed = 0, self = cx->subject->person_id;

    TRY(aggregate_load(cx, g, true, &r));
    TRY(find(cx, &r, task_id, &i, &as));
    if (!may_tick(&r, i, as, self))
        return fail(cx, RC_FORBIDDEN, "not_yours", TEXT("This task is not yours."));
    const EngineTask *t = &r.state.tasks.at[i];
    if (t->state != TASK_READY && t->state != TASK_STARTED)
        return fail(cx, RC_CONFLICT, "wrong_state",
                    TEXT("Lines are ticked while the task is being done."));
    TRY(q_task_check_set(cx, g, task_id, position, done ? OPT_INT(cx->now_ms) : OPT_NONE,
                         done ? id_opt(self) : OPT_NONE, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("The checklist has no such line."));
    EventChange line = { STR("line"), STR_NULL, str_fmt(cx->arena, "%lld", (long long)position),
                         false };
    Event ev = {
        .kind = done ? "task.checked" : "task.unchecked",
        .object = "task",
        .object_id = task_id,
        .changes = &line,
        .changes_n = 1,
        .data = str_fmt(cx->arena, "{\"task\":\"%.*s\"}", STR_ARG(t->key)),
    };
    return aggregate_note(cx, g, &ev, NULL);
}

Rc task_add(Ctx *cx, GrantedRequest g, const AdhocTask *in, int64_t *ret_id)
{
    Aggregate r;
    Str title = str_trim(in->title);
    EngineInput step = { .kind = INPUT_ADHOC_TASK, .until_ms = MS_NONE, .after = in->after };
    StepWords words = { .title = title };

    TRY(aggregate_load(cx, g, true, &r));
    TRY(aggregate_as(cx, &r, ENGINE_NO_INDEX, &step.as));
    if (title.len == 0 || str_chars(title) > REQUEST_TITLE_MAX || !str_is_clean_text(title, false))
        return fail_field(cx, RC_INVALID, "title", "too_long",
                          TEXT("A title is one line of 1 to 200 characters."));
    if (in->team.len > 0) {
        Rc rc = team_id(cx, in->team, &step.to_team);
        if (rc == RC_NOT_FOUND)
            return fail_field(cx, RC_INVALID, "team", "not_found", TEXT("There is no such team."));
        TRY(rc);
    }
    EventChange change = { STR("title"), STR_NULL, title, true };
    words.changes = &change;
    words.changes_n = 1;
    TRY(aggregate_step(cx, &r, &step, &words));
    *ret_id = r.state.tasks.at[r.state.tasks.n - 1].row;
    return RC_OK;
}
