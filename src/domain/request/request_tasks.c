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
 * not exist, nor those of their own before they may begin. */
static Rc find(Ctx *cx, Aggregate *r, int64_t task_id, size_t *ret_index, uint32_t *ret_as)
{
    size_t i = 0;
    bool shown = granted_may(r->g, MAY_SEE);

    while (i < r->state.tasks.n && r->state.tasks.at[i].row != task_id)
        i++;
    if (i == r->state.tasks.n)
        return unknown_task(cx);
    TRY(aggregate_as(cx, r, i, ret_as));
    if (!shown)
        TRY(supplier_has_task(cx, task_id, &shown));
    if (!shown)
        return unknown_task(cx);
    *ret_index = i;
    return RC_OK;
}

/* What the act takes from its body, into the step. */
static Rc read_act(Ctx *cx, const Aggregate *r, size_t i, const TaskAct *in, EngineInput *step)
{
    TRY(in->fault);
    TRY(version_check(cx, in->version, r->tasks.at[i].version));
    TRY(words_check(cx, task_acts[in->kind].field, in->text, false));
    if (in->kind == TASK_ACT_ASSIGN)
        return assignee_find(cx, r->state.tasks.at[i].team, in->assignee, &step->to);
    if (in->kind == TASK_ACT_SIGN_OFF && !in->ok.set)
        return fail_field(cx, RC_INVALID, "ok", "required",
                          TEXT("Say whether it is as it should be."));
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
    step.task = r.state.tasks.at[i].key;
    if (!in_my_teams(&r, r.state.tasks.at[i].team))
        r.acts_for = stands_in_at(&r, i);
    step.ok = in->ok.set && in->ok.value != 0;
    Rc rc = read_act(cx, &r, i, in, &step);
    if (rc != RC_OK)
        return aggregate_fault(cx, &r, &step, rc);
    return aggregate_step(cx, &r, &step, &words);
}

/* Ticking is work on the task, and takes the same right and the same moment. */
static Rc check_ticker(Ctx *cx, const Aggregate *r, size_t i, uint32_t as)
{
    const EngineTask *t = &r->state.tasks.at[i];

    if (!(engine_task_may(&r->state, i, as, cx->subject->person_id) & TASK_WORK))
        return fail_whole(cx, RC_FORBIDDEN, "not_yours", TEXT("This task is not yours."));
    if (t->state != TASK_READY && t->state != TASK_STARTED)
        return fail_whole(cx, RC_CONFLICT, "wrong_state",
                          TEXT("Lines are ticked while the task is being done."));
    return RC_OK;
}

Rc task_check(Ctx *cx, GrantedRequest g, int64_t task_id, TaskCheck in)
{
    Aggregate r;
    size_t i = 0;
    uint32_t as = 0;
    int64_t changed = 0;

    TRY(aggregate_load(cx, g, true, &r));
    TRY(find(cx, &r, task_id, &i, &as));
    TRY(check_ticker(cx, &r, i, as));
    TRY(in.fault);
    const EngineTask *t = &r.state.tasks.at[i];
    TRY(q_task_check_set(cx, g, task_id, in.position, in.done ? OPT_INT(cx->now_ms) : OPT_NONE,
                         in.done ? id_opt(cx->subject->person_id) : OPT_NONE, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("The checklist has no such line."));
    EventChange line = { STR("line"), STR_NULL, str_fmt(cx->arena, "%lld", (long long)in.position),
                         false };
    Event ev = {
        .kind = in.done ? "task.checked" : "task.unchecked",
        .object = "task",
        .object_id = task_id,
        .changes = &line,
        .changes_n = 1,
        .data = str_fmt(cx->arena, "{\"task\":\"%.*s\"}", STR_ARG(t->key)),
    };
    return aggregate_note(cx, g, &ev, NULL);
}

/* What a free task takes from its body, into the step. */
static Rc read_added(Ctx *cx, const AdhocTask *in, Str title, EngineInput *step)
{
    TRY(in->fault);
    if (title.len == 0 || str_chars(title) > REQUEST_TITLE_MAX || !str_is_clean_text(title, false))
        return fail_field(cx, RC_INVALID, "title", "too_long",
                          TEXT("A title is one line of 1 to 200 characters."));
    if (in->team.len == 0)
        return RC_OK;
    Rc rc = team_id(cx, in->team, &step->to_team);
    return rc == RC_NOT_FOUND
               ? fail_field(cx, RC_INVALID, "team", "not_found", TEXT("There is no such team."))
               : rc;
}

Rc task_add(Ctx *cx, GrantedRequest g, const AdhocTask *in, int64_t *ret_id)
{
    Aggregate r;
    Str title = str_trim(in->title);
    EngineInput step = { .kind = INPUT_ADHOC_TASK, .until_ms = MS_NONE, .after = in->after };
    StepWords words = { .title = title };

    TRY(aggregate_load(cx, g, true, &r));
    TRY(aggregate_as(cx, &r, ENGINE_NO_INDEX, &step.as));
    Rc rc = read_added(cx, in, title, &step);
    if (rc != RC_OK)
        return aggregate_fault(cx, &r, &step, rc);
    EventChange change = { STR("title"), STR_NULL, title, true };
    words.changes = &change;
    words.changes_n = 1;
    TRY(aggregate_step(cx, &r, &step, &words));
    *ret_id = r.state.tasks.at[r.state.tasks.n - 1].row;
    return RC_OK;
}
