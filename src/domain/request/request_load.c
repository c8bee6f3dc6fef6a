/* request_load.c - the aggregate from its rows. */
#include "domain/request/aggregate.h"

static const char *const prefixes[][2] = {
    { "request", "REQ" },
    { "incident", "INC" },
    { "problem", "PRB" },
    { "change", "CHG" },
};

Str request_number(Arena *a, Str record, int64_t serial)
{
    const char *prefix = "REQ";
    for (size_t i = 0; i < COUNT_OF(prefixes); i++)
        if (str_eq_z(record, prefixes[i][0]))
            prefix = prefixes[i][1];
    char text[32] = { 0 }; /* a list writes hundreds of these: no formatting */
    char *end = text + sizeof text, *at = end;
    for (uint64_t rest = (uint64_t)serial; rest > 0 || at == end; rest /= 10)
        *--at = (char)('0' + (char)(rest % 10));
    *--at = '-';
    at -= 3;
    memcpy(at, prefix, 3);
    return str_dup(a, (Str){ at, (size_t)(end - at) });
}

Str level_word(int64_t level)
{
    size_t i = level < 1 ? 0 : (size_t)level - 1;
    return str_z(URGENCY_WORDS[i < COUNT_OF(URGENCY_WORDS) ? i : COUNT_OF(URGENCY_WORDS) - 1]);
}

bool level_from_word(Str word, int64_t *ret)
{
    for (size_t i = 0; i < COUNT_OF(URGENCY_WORDS); i++) {
        if (str_eq_z(word, URGENCY_WORDS[i])) {
            *ret = (int64_t)i + 1;
            return true;
        }
    }
    return false;
}

Ms ms_or_none(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

OptInt ms_opt(Ms v)
{
    return v == MS_NONE ? OPT_NONE : OPT_INT(v);
}

OptInt id_opt(int64_t id)
{
    return id == 0 ? OPT_NONE : OPT_INT(id);
}

CondValue money_of(OptInt minor, Str currency)
{
    CondValue v = { .type = COND_EMPTY };
    if (!minor.set || currency.len != 3)
        return v;
    v.type = COND_MONEY;
    v.money.minor = minor.value;
    memcpy(v.money.currency, currency.ptr, 3);
    return v;
}

Rc version_check(Ctx *cx, OptInt wanted, int64_t is)
{
    if (!wanted.set || wanted.value == is)
        return RC_OK;
    return fail(cx, RC_STALE, "stale",
                TEXT("Somebody else changed this meanwhile. Look at what is there now."));
}

Rc answers_read(Arena *a, const ModelVersion *m, const AnswerRows *rows, AnswerSet *ret_form,
                AnswerSet *ret_assess)
{
    static const Str prefix = STR_INIT("assess.");
    AnswerRows form = { 0 }, assess = { 0 };

    for (size_t i = 0; i < rows->n; i++) {
        AnswerRow row = rows->at[i];
        if (str_starts(row.question, prefix)) {
            row.question = str_skip(row.question, prefix.len);
            TRY(LIST_PUSH(a, &assess, row));
        } else {
            TRY(LIST_PUSH(a, &form, row));
        }
    }
    TRY(answers_from_rows(a, &m->form, &form, ret_form));
    return answers_from_rows(a, &m->assess, &assess, ret_assess);
}

static Rc load_answers(Ctx *cx, Aggregate *r)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AnswerListRow row;
    AnswerRows list = { 0 };

    TRY(q_answer_list(cx, r->g, &rows));
    while (q_answer_list_next(&rows, &row))
        TRY(LIST_PUSH(
            cx->arena, &list,
            (AnswerRow){ row.question, row.line, row.field, row.text, row.number, row.currency }));
    TRY(rows_result(&rows));
    return answers_read(cx->arena, r->model, &list, &r->form, &r->assess);
}

/* A word that the schema allows and the engine does not know is our own mistake. */
static Rc known(bool ok)
{
    return ok ? RC_OK : RC_INTERNAL;
}

static Rc load_approvals(Ctx *cx, Aggregate *r)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ApprovalRow row;

    TRY(q_approval_rows(cx, r->g, &rows));
    while (q_approval_rows_next(&rows, &row)) {
        EngineApproval a = {
            .row = row.id,
            .stage = row.stage,
            .stage_no = (int32_t)row.stage_no,
            .round = (int32_t)row.round,
            .stuck = row.stuck,
            .pre_approved = row.pre_approved,
            .approver = row.approver_id.value,
            .delegate = row.delegate_id.value,
            .decider = row.decider_id.value,
            .asked_ms = ms_or_none(row.asked_ms),
            .decided_ms = ms_or_none(row.decided_ms),
            .shown_hash = row.shown_hash,
        };
        TRY(known(approval_rule_from_word(row.rule, &a.rule)));
        TRY(known(approval_state_from_word(row.state, &a.state)));
        TRY(known(given_by_from_word(row.given, &a.given)));
        TRY(LIST_PUSH(cx->arena, &r->state.approvals, a));
        TRY(LIST_PUSH(cx->arena, &r->approvals, row));
    }
    return rows_result(&rows);
}

static Rc read_keys(Arena *a, Str json, StrList *ret)
{
    const Json *list = NULL;

    TRY(json_parse(a, json, &list, NULL));
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++)
        TRY(LIST_PUSH(a, ret, list->items[i]->text));
    return RC_OK;
}

Rc aggregate_add_task(Ctx *cx, Aggregate *r, const TaskRow *row)
{
    EngineTask t = {
        .row = row->id,
        .key = row->key,
        .team = row->team_id.value,
        .assignee = row->assignee_id.value,
        .test = row->test,
        .passed = row->passed,
        .accept = row->accept,
        .at_ms = ms_or_none(row->at_ms),
        .sign_off_by = row->sign_off_by.value,
        .finished_by = row->finished_by.value,
        .attempt = (int32_t)row->attempt,
        .started_ms = ms_or_none(row->started_ms),
        .finished_ms = ms_or_none(row->finished_ms),
    };

    TRY(known(task_state_from_word(row->state, &t.state)));
    TRY(known(task_origin_from_word(row->origin, &t.origin)));
    TRY(known(task_skip_from_word(row->skip, &t.skip)));
    TRY(known(task_owner_from_word(row->owner, &t.owner)));
    TRY(known(sign_off_from_word(row->sign_off, &t.sign_off)));
    TRY(known(action_from_word(row->action_state, &t.action)));
    if (!str_eq_z(row->after, "[]"))
        TRY(read_keys(cx->arena, row->after, &t.after));
    TRY(LIST_PUSH(cx->arena, &r->state.tasks, t));
    return LIST_PUSH(cx->arena, &r->tasks, *row);
}

static int by_position(const void *a, const void *b)
{
    const TaskRow *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

Rc task_rows_load(Ctx *cx, GrantedRequest g, TaskRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TaskRow row;

    *ret = (TaskRows){ 0 };
    TRY(q_task_rows(cx, g, &rows));
    while (q_task_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    TRY(rows_result(&rows));
    if (ret->n > 1)
        qsort(ret->at, ret->n, sizeof *ret->at, by_position);
    return RC_OK;
}

static Rc load_tasks(Ctx *cx, Aggregate *r)
{
    TaskRows list;

    TRY(task_rows_load(cx, r->g, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(aggregate_add_task(cx, r, &list.at[i]));
    return RC_OK;
}

static Rc load_pending(Ctx *cx, Aggregate *r)
{
    EnginePending *p = &r->state.pending;
    bool found = false;

    TRY(q_pending_open(cx, r->g, &r->pending, &found));
    if (!found)
        return RC_OK;
    p->open = true;
    p->row = r->pending.id;
    p->since_ms = r->pending.since_ms;
    p->until_ms = ms_or_none(r->pending.until_ms);
    p->reminded = (int32_t)r->pending.reminded;
    p->remind_ms = ms_or_none(r->pending.remind_ms);
    p->close_ms = ms_or_none(r->pending.close_ms);
    return known(pending_kind_from_word(r->pending.kind, &p->kind));
}

static Rc load_handover(Ctx *cx, Aggregate *r)
{
    TRY(q_handover_last(cx, r->g, &r->handover, &r->has_handover));
    if (r->has_handover && str_eq_z(r->handover.state, "offered"))
        r->state.handover = (EngineHandover){
            .open = true,
            .row = r->handover.id,
            .from_team = r->handover.from_team_id,
            .to_team = r->handover.to_team_id,
            .by = r->handover.by_id,
        };
    return RC_OK;
}

static Rc root_state(const RequestRow *row, RequestState *s)
{
    s->requester = row->requester_id;
    s->beneficiary = row->beneficiary_id;
    s->submitter = row->submitter_id;
    s->owner_team = row->owner_id.value;
    s->adhoc_by = row->adhoc_by.value;
    s->round = (int32_t)row->round;
    s->team = row->team_id;
    s->assignee = row->assignee_id.value;
    s->submitted_ms = ms_or_none(row->submitted_ms);
    s->fulfilled_ms = ms_or_none(row->fulfilled_ms);
    s->closed_ms = ms_or_none(row->closed_ms);
    s->close_at_ms = ms_or_none(row->close_at_ms);
    s->not_before_ms = ms_or_none(row->not_before_ms);
    s->back_until_ms = ms_or_none(row->back_until_ms);
    TRY(known(phase_from_word(row->state, &s->state)));
    TRY(known(phase_from_word(row->phase, &s->phase)));
    TRY(known(outcome_from_word(row->outcome, &s->outcome)));
    TRY(known(assessment_from_word(row->assessment, &s->assessment)));
    return known(adhoc_from_word(row->adhoc, &s->adhoc));
}

static Rc load_root(Ctx *cx, GrantedRequest g, bool to_change, Aggregate *r)
{
    AnswerRows none = { 0 };

    *r = (Aggregate){ .g = g };
    TRY(to_change ? q_request_lock(cx, g, &r->row) : row_of_request(cx, g, &r->row));
    TRY(catalog_model_known(cx, r->row.model_version_id, r->row.model_hash, &r->model));
    r->cost = money_of(r->row.cost_minor, r->row.cost_currency);
    TRY(root_state(&r->row, &r->state));
    r->state.pending = (EnginePending){
        .since_ms = MS_NONE, .until_ms = MS_NONE, .remind_ms = MS_NONE, .close_ms = MS_NONE
    };
    return answers_read(cx->arena, r->model, &none, &r->form, &r->assess);
}

Rc aggregate_load_new(Ctx *cx, GrantedRequest g, Aggregate *ret)
{
    return load_root(cx, g, false, ret);
}

Rc aggregate_load_parts(Ctx *cx, Aggregate *r)
{
    TRY(load_answers(cx, r));
    TRY(load_approvals(cx, r));
    TRY(load_tasks(cx, r));
    TRY(load_pending(cx, r));
    return load_handover(cx, r);
}

Rc aggregate_load_checks(Ctx *cx, Aggregate *r)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TaskCheckRowsRow row;

    if (r->checks_known)
        return RC_OK;
    if (r->tasks.n > 0) {
        TRY(q_task_check_rows(cx, r->g, &rows));
        while (q_task_check_rows_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, &r->checks, row));
        TRY(rows_result(&rows));
    }
    r->checks_known = true;
    return RC_OK;
}

Rc history_check(Ctx *cx, const RequestRow *row)
{
    if (!row->imported)
        return RC_OK;
    return fail_whole(
        cx, RC_CONFLICT, "imported",
        TEXT("This request comes from the log of another system. It is history: nobody can "
             "change it here."));
}

Rc aggregate_load(Ctx *cx, GrantedRequest g, bool to_change, Aggregate *ret)
{
    Aggregate r;

    TRY(load_root(cx, g, to_change, &r));
    /* Whoever may not even speak here is refused for that, by the command itself. */
    if (to_change && cx->subject->person_id != 0 && granted_may(g, MAY_SAY))
        TRY(history_check(cx, &r.row));
    TRY(to_change ? aggregate_load_parts(cx, &r) : parts_load(cx, &r));
    r.state.next = engine_next(&r.state);
    *ret = r;
    return RC_OK;
}
