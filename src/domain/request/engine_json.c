/* engine_json.c - the stored record of a step, and the fold of stored records to a state.
 *
 * {"at": ms, "input": {"kind": "decide", "actor": 7, ...},
 *  "facts": {"hash": "...", "stages": [...], ...}}
 *
 * Members that have their usual value (0, false, none) are left out, and so are the facts about
 * stages and tasks that the step did not touch: where facts are silent the engine changes nothing,
 * so silence and a fact without consequence are the same.
 */
#include "domain/request/engine_step.h"

#include <assert.h>

static const char *const input_words[] = {
    [INPUT_SUBMIT] = "submit",
    [INPUT_ASSESS] = "assess",
    [INPUT_DECIDE] = "decide",
    [INPUT_TASK_START] = "task_start",
    [INPUT_TASK_FINISH] = "task_finish",
    [INPUT_TASK_SKIP] = "task_skip",
    [INPUT_TASK_ASSIGN] = "task_assign",
    [INPUT_SIGN_OFF] = "sign_off",
    [INPUT_CONFIRM] = "confirm",
    [INPUT_NOT_SOLVED] = "not_solved",
    [INPUT_ASK] = "ask",
    [INPUT_REPLY] = "reply",
    [INPUT_PEND] = "pend",
    [INPUT_RESUME] = "resume",
    [INPUT_WITHDRAW] = "withdraw",
    [INPUT_CANCEL] = "cancel",
    [INPUT_REJECT] = "reject",
    [INPUT_FULFIL] = "fulfil",
    [INPUT_REOPEN] = "reopen",
    [INPUT_EDIT] = "edit",
    [INPUT_ASSIGN] = "assign",
    [INPUT_TRANSFER] = "transfer",
    [INPUT_TRANSFER_ACCEPT] = "transfer_accept",
    [INPUT_TRANSFER_DECLINE] = "transfer_decline",
    [INPUT_ADHOC] = "adhoc",
    [INPUT_ADHOC_TASK] = "adhoc_task",
    [INPUT_CONVERT] = "convert",
    [INPUT_MERGE] = "merge",
    [INPUT_UNMERGE] = "unmerge",
    [INPUT_ACTION] = "action",
    [INPUT_ESCALATE] = "escalate",
    [INPUT_TIMER] = "timer",
};
static const char *const decision_words[] = {
    [DECISION_APPROVE] = "approve",
    [DECISION_REJECT] = "reject",
    [DECISION_RETURN] = "return",
    [DECISION_DELEGATE] = "delegate",
};

/* ---- writing ---- */

static void put_int(JsonOut *o, const char *key, int64_t v)
{
    if (v == 0)
        return;
    json_key(o, str_z(key));
    json_int(o, v);
}

static void put_true(JsonOut *o, const char *key, bool v)
{
    if (!v)
        return;
    json_key(o, str_z(key));
    json_bool(o, true);
}

static void put_ms(JsonOut *o, const char *key, Ms v)
{
    if (v == MS_NONE)
        return;
    json_key(o, str_z(key));
    json_int(o, v);
}

static void put_text(JsonOut *o, const char *key, Str v)
{
    if (str_is_empty(v))
        return;
    json_key(o, str_z(key));
    json_text(o, v);
}

static void put_ids(JsonOut *o, const char *key, const IdList *ids)
{
    if (ids->n == 0)
        return;
    json_key(o, str_z(key));
    json_array(o);
    for (size_t i = 0; i < ids->n; i++)
        json_int(o, ids->at[i]);
    json_array_end(o);
}

static void put_input(JsonOut *o, const EngineInput *in)
{
    json_object(o);
    put_text(o, "kind", str_z(input_words[in->kind]));
    put_int(o, "actor", in->actor);
    put_int(o, "as", in->as);
    put_true(o, "reason", in->reason);
    if (in->kind == INPUT_DECIDE) {
        json_field_int(o, "approval", (int64_t)in->approval);
        put_text(o, "decision", str_z(decision_words[in->decision]));
    }
    put_text(o, "task", in->task);
    if (in->passed.set)
        json_field_bool(o, "passed", in->passed.value != 0);
    put_true(o, "ok", in->ok);
    put_int(o, "to", in->to);
    put_int(o, "to_team", in->to_team);
    if (in->kind == INPUT_PEND)
        put_text(o, "pending", pending_kind_word(in->pending));
    put_ms(o, "until", in->until_ms);
    if (in->after.n > 0) {
        json_key_lit(o, "after");
        json_array(o);
        for (size_t i = 0; i < in->after.n; i++)
            json_text(o, in->after.at[i]);
        json_array_end(o);
    }
    json_object_end(o);
}

static bool is_about_approval(EffectKind k)
{
    return k >= EFFECT_STAGE_SKIPPED && k <= EFFECT_STAGE_REJECTED;
}

static bool is_about_task(EffectKind k)
{
    return k >= EFFECT_TASK_ADDED && k <= EFFECT_SIGN_OFF_REFUSED;
}

static bool touched_stage(const EngineEffects *done, Str key)
{
    for (size_t i = 0; i < done->list.n; i++) {
        const EngineEffect *e = &done->list.at[i];
        if (is_about_approval(e->kind) && str_eq(done->next.approvals.at[e->index].stage, key))
            return true;
    }
    return false;
}

static bool touched_task(const EngineEffects *done, Str key)
{
    for (size_t i = 0; i < done->list.n; i++) {
        const EngineEffect *e = &done->list.at[i];
        if (is_about_task(e->kind) && str_eq(done->next.tasks.at[e->index].key, key))
            return true;
    }
    return false;
}

static bool touched_any_stage(const EngineEffects *done)
{
    for (size_t i = 0; i < done->list.n; i++)
        if (is_about_approval(done->list.at[i].kind))
            return true;
    return false;
}

static void put_stages(JsonOut *o, const EngineFacts *f, const EngineEffects *done)
{
    json_key_lit(o, "stages");
    json_array(o);
    for (size_t i = 0; i < f->stages.n; i++) {
        const FactStage *s = &f->stages.at[i];
        if (!touched_stage(done, s->key))
            continue;
        json_object(o);
        put_text(o, "key", s->key);
        put_true(o, "applies", s->applies);
        put_true(o, "pre_approved", s->pre_approved);
        put_true(o, "needs_assessment", s->needs_assessment);
        put_ids(o, "who", &s->who);
        put_ids(o, "managers", &s->managers);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_tasks(JsonOut *o, const EngineFacts *f, const EngineEffects *done)
{
    json_key_lit(o, "tasks");
    json_array(o);
    for (size_t i = 0; i < f->tasks.n; i++) {
        const FactTask *t = &f->tasks.at[i];
        if (!touched_task(done, t->key))
            continue;
        json_object(o);
        put_text(o, "key", t->key);
        put_true(o, "applies", t->applies);
        put_ms(o, "at", t->at_ms);
        put_int(o, "team", t->team);
        put_ids(o, "signers", &t->signers);
        json_object_end(o);
    }
    json_array_end(o);
}

/* Delegations of those who were asked in this step, and those of which the actor made use. */
static void put_delegates(JsonOut *o, const EngineFacts *f, const EngineInput *in,
                          const EngineEffects *done)
{
    json_key_lit(o, "delegates");
    json_array(o);
    for (size_t i = 0; i < f->delegates.n; i++) {
        const FactDelegate *d = &f->delegates.at[i];
        bool used = in->kind == INPUT_SIGN_OFF && d->delegate == in->actor;
        for (size_t k = 0; k < done->list.n && !used; k++)
            used = (done->list.at[k].kind == EFFECT_ASKED
                    || done->list.at[k].kind == EFFECT_DELEGATION)
                   && done->next.approvals.at[done->list.at[k].index].approver == d->person;
        if (!used)
            continue;
        json_array(o);
        json_int(o, d->person);
        json_int(o, d->delegate);
        json_array_end(o);
    }
    json_array_end(o);
}

void engine_record_json(JsonOut *o, const EngineFacts *f, const EngineInput *in, Ms now,
                        const EngineEffects *done)
{
    bool stages = touched_any_stage(done);
    json_object(o);
    json_field_int(o, "at", now);
    json_key_lit(o, "input");
    put_input(o, in);
    json_key_lit(o, "facts");
    json_object(o);
    put_text(o, "hash", f->hash);
    put_stages(o, f, done);
    put_tasks(o, f, done);
    put_delegates(o, f, in, done);
    if (stages || in->kind == INPUT_SIGN_OFF)
        put_ids(o, "owner_leads", &f->owner_leads);
    if (touched_stage(done, STAGE_ADHOC))
        put_ids(o, "owners", &f->owners);
    if (done->next.close_at_ms != MS_NONE || done->next.back_until_ms != MS_NONE)
        put_ms(o, "close_at", f->close_at_ms);
    if (done->next.pending.changed) {
        put_ms(o, "remind_at", f->remind_ms);
        put_ms(o, "silence_at", f->silence_ms);
    }
    json_object_end(o);
    json_object_end(o);
}

/* ---- reading ---- */

static Rc get_int(const Json *object, const char *key, int64_t *ret)
{
    const Json *v = json_get(object, str_z(key));
    if (!v)
        return RC_OK;
    if (v->kind != JSON_INT)
        return RC_INVALID;
    *ret = v->integer;
    return RC_OK;
}

static Rc get_bool(const Json *object, const char *key, bool *ret)
{
    const Json *v = json_get(object, str_z(key));
    if (!v)
        return RC_OK;
    if (v->kind != JSON_BOOL)
        return RC_INVALID;
    *ret = v->boolean;
    return RC_OK;
}

static Rc get_text(const Json *object, const char *key, Str *ret)
{
    const Json *v = json_get(object, str_z(key));
    if (!v)
        return RC_OK;
    if (v->kind != JSON_TEXT)
        return RC_INVALID;
    *ret = v->text;
    return RC_OK;
}

/* The array of that name; *ret stays NULL when there is none. */
static Rc get_array(const Json *object, const char *key, const Json **ret)
{
    const Json *v = json_get(object, str_z(key));
    if (v && v->kind != JSON_ARRAY)
        return RC_INVALID;
    *ret = v;
    return RC_OK;
}

static Rc get_ids(Arena *a, const Json *object, const char *key, IdList *ret)
{
    const Json *v = NULL;
    TRY(get_array(object, key, &v));
    for (size_t i = 0; v && i < v->n; i++) {
        if (v->items[i]->kind != JSON_INT)
            return RC_INVALID;
        TRY(LIST_PUSH(a, ret, v->items[i]->integer));
    }
    return RC_OK;
}

static Rc get_word(const Json *object, const char *key, const char *const *words, size_t n,
                   size_t *ret)
{
    Str text = STR_NULL;
    TRY(get_text(object, key, &text));
    if (str_is_null(text))
        return RC_OK;
    for (size_t i = 0; i < n; i++) {
        if (str_eq_z(text, words[i])) {
            *ret = i;
            return RC_OK;
        }
    }
    return RC_INVALID;
}

static Rc read_passed(const Json *object, OptInt *ret)
{
    bool passed = false;
    TRY(get_bool(object, "passed", &passed));
    if (json_get(object, STR("passed")))
        *ret = OPT_INT(passed ? 1 : 0);
    return RC_OK;
}

static Rc read_after(Arena *a, const Json *object, StrList *ret)
{
    const Json *v = NULL;
    TRY(get_array(object, "after", &v));
    for (size_t i = 0; v && i < v->n; i++) {
        if (v->items[i]->kind != JSON_TEXT)
            return RC_INVALID;
        TRY(LIST_PUSH(a, ret, v->items[i]->text));
    }
    return RC_OK;
}

static Rc read_input(Arena *a, const Json *object, EngineInput *ret)
{
    EngineInput in = { .until_ms = MS_NONE };
    size_t kind = COUNT_OF(input_words), decision = 0;
    int64_t as = 0, approval = 0;
    Str pending = STR_NULL;
    TRY(get_word(object, "kind", input_words, COUNT_OF(input_words), &kind));
    TRY(get_word(object, "decision", decision_words, COUNT_OF(decision_words), &decision));
    TRY(get_int(object, "actor", &in.actor));
    TRY(get_int(object, "as", &as));
    TRY(get_bool(object, "reason", &in.reason));
    TRY(get_int(object, "approval", &approval));
    TRY(get_text(object, "task", &in.task));
    TRY(read_passed(object, &in.passed));
    TRY(get_bool(object, "ok", &in.ok));
    TRY(get_int(object, "to", &in.to));
    TRY(get_int(object, "to_team", &in.to_team));
    TRY(get_text(object, "pending", &pending));
    TRY(get_int(object, "until", &in.until_ms));
    TRY(read_after(a, object, &in.after));
    if (kind == COUNT_OF(input_words) || as < 0 || as > UINT32_MAX || approval < 0)
        return RC_INVALID;
    if (!str_is_null(pending) && !pending_kind_from_word(pending, &in.pending))
        return RC_INVALID;
    in.kind = (InputKind)kind;
    in.decision = (Decision)decision;
    in.as = (uint32_t)as;
    in.approval = (size_t)approval;
    *ret = in;
    return RC_OK;
}

static Rc read_stages(Arena *a, const Json *facts, FactStages *ret)
{
    const Json *v = NULL;
    TRY(get_array(facts, "stages", &v));
    for (size_t i = 0; v && i < v->n; i++) {
        FactStage s = { 0 };
        TRY(get_text(v->items[i], "key", &s.key));
        TRY(get_bool(v->items[i], "applies", &s.applies));
        TRY(get_bool(v->items[i], "pre_approved", &s.pre_approved));
        TRY(get_bool(v->items[i], "needs_assessment", &s.needs_assessment));
        TRY(get_ids(a, v->items[i], "who", &s.who));
        TRY(get_ids(a, v->items[i], "managers", &s.managers));
        TRY(LIST_PUSH(a, ret, s));
    }
    return RC_OK;
}

static Rc read_tasks(Arena *a, const Json *facts, FactTasks *ret)
{
    const Json *v = NULL;
    TRY(get_array(facts, "tasks", &v));
    for (size_t i = 0; v && i < v->n; i++) {
        FactTask t = { .at_ms = MS_NONE };
        TRY(get_text(v->items[i], "key", &t.key));
        TRY(get_bool(v->items[i], "applies", &t.applies));
        TRY(get_int(v->items[i], "at", &t.at_ms));
        TRY(get_int(v->items[i], "team", &t.team));
        TRY(get_ids(a, v->items[i], "signers", &t.signers));
        TRY(LIST_PUSH(a, ret, t));
    }
    return RC_OK;
}

static Rc read_delegates(Arena *a, const Json *facts, FactDelegates *ret)
{
    const Json *v = NULL;
    TRY(get_array(facts, "delegates", &v));
    for (size_t i = 0; v && i < v->n; i++) {
        const Json *pair = v->items[i];
        if (pair->kind != JSON_ARRAY || pair->n != 2 || pair->items[0]->kind != JSON_INT
            || pair->items[1]->kind != JSON_INT)
            return RC_INVALID;
        FactDelegate d = { pair->items[0]->integer, pair->items[1]->integer };
        TRY(LIST_PUSH(a, ret, d));
    }
    return RC_OK;
}

Rc engine_record_parse(Arena *a, const Json *record, EngineFacts *ret_f, EngineInput *ret_in,
                       Ms *ret_now)
{
    const Json *input = json_get(record, STR("input")), *facts = json_get(record, STR("facts"));
    EngineFacts f = { .close_at_ms = MS_NONE, .remind_ms = MS_NONE, .silence_ms = MS_NONE };
    EngineInput in = { 0 };
    Ms now = MS_NONE;
    TRY(get_int(record, "at", &now));
    if (!input || !facts || now == MS_NONE)
        return RC_INVALID;
    TRY(read_input(a, input, &in));
    TRY(get_text(facts, "hash", &f.hash));
    TRY(read_stages(a, facts, &f.stages));
    TRY(read_tasks(a, facts, &f.tasks));
    TRY(read_delegates(a, facts, &f.delegates));
    TRY(get_ids(a, facts, "owner_leads", &f.owner_leads));
    TRY(get_ids(a, facts, "owners", &f.owners));
    TRY(get_int(facts, "close_at", &f.close_at_ms));
    TRY(get_int(facts, "remind_at", &f.remind_ms));
    TRY(get_int(facts, "silence_at", &f.silence_ms));
    *ret_f = f;
    *ret_in = in;
    *ret_now = now;
    return RC_OK;
}

Rc engine_replay(const ModelVersion *m, EngineParties who, const Json *const *records, size_t n,
                 Arena *a, RequestState *ret)
{
    RequestState s = engine_draft(who);
    for (size_t i = 0; i < n; i++) {
        EngineFacts f = { 0 };
        EngineInput in = { 0 };
        EngineEffects done = { 0 };
        Ms now = MS_NONE;
        TRY(engine_record_parse(a, records[i], &f, &in, &now));
        if (engine_step(m, &f, &s, &in, now, a, &done) != RC_OK)
            return RC_INVALID;
        s = done.next;
    }
    *ret = s;
    return RC_OK;
}
