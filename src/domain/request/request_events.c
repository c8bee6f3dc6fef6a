/* request_events.c - a step of the engine as events.
 *
 * The first event stands for the act itself.  Beside it stands the engine's record (`step`), from which
 * request_replay folds the state again; its data says whom to tell, which the follower reads.  Every
 * further effect is an event of its own with "follows": what came of the act by the rules.
 */
#include "domain/request/aggregate.h"

#define ABSORBS_MAX 8

/* The kind of the first event; the first effect among `absorbs` is the act itself and gets no event of
 * its own.  Without a kind the absorbed effect names it. */
static const struct Main {
    const char *kind;
    size_t n;
    EffectKind absorbs[ABSORBS_MAX];
} mains[] = {
    [INPUT_SUBMIT] = { "request.submitted", 1, { EFFECT_SUBMITTED } },
    [INPUT_ASSESS] = { "request.assessed", 1, { EFFECT_ASSESSED } },
    [INPUT_DECIDE] = { NULL,
                       4,
                       { EFFECT_APPROVED, EFFECT_REJECTED, EFFECT_RETURNED, EFFECT_DELEGATED } },
    [INPUT_TASK_START] = { "task.started", 1, { EFFECT_TASK_STARTED } },
    [INPUT_TASK_FINISH] = { NULL, 2, { EFFECT_TASK_FINISHED, EFFECT_TASK_FAILED } },
    [INPUT_TASK_SKIP] = { "task.skipped", 1, { EFFECT_TASK_SKIPPED } },
    [INPUT_TASK_ASSIGN] = { "task.assigned", 1, { EFFECT_TASK_ASSIGNED } },
    [INPUT_SIGN_OFF] = { NULL, 2, { EFFECT_SIGNED, EFFECT_SIGN_OFF_REFUSED } },
    [INPUT_CONFIRM] = { "request.confirmed", 1, { EFFECT_CONFIRMED } },
    [INPUT_NOT_SOLVED] = { "request.not_solved", 0, { 0 } },
    [INPUT_ASK] = { "request.asked", 1, { EFFECT_PENDING } },
    [INPUT_REPLY] = { NULL, 2, { EFFECT_RESUMED, EFFECT_REOPENED } },
    [INPUT_PEND] = { "request.pending", 1, { EFFECT_PENDING } },
    [INPUT_RESUME] = { "request.resumed", 1, { EFFECT_RESUMED } },
    [INPUT_WITHDRAW] = { "request.withdrawn", 0, { 0 } },
    [INPUT_CANCEL] = { "request.cancelled", 0, { 0 } },
    [INPUT_REJECT] = { "request.rejected", 0, { 0 } },
    [INPUT_FULFIL] = { "request.fulfilled", 0, { 0 } },
    [INPUT_REOPEN] = { "request.reopened", 1, { EFFECT_REOPENED } },
    [INPUT_EDIT] = { "request.edited", 1, { EFFECT_EDITED } },
    [INPUT_ASSIGN] = { "request.assigned", 1, { EFFECT_ASSIGNED } },
    [INPUT_TRANSFER] = { "handover.offered", 1, { EFFECT_OFFERED } },
    [INPUT_TRANSFER_ACCEPT] = { "handover.accepted", 1, { EFFECT_ACCEPTED } },
    [INPUT_TRANSFER_DECLINE] = { "handover.declined", 1, { EFFECT_DECLINED } },
    [INPUT_ADHOC] = { "adhoc.asked", 1, { EFFECT_ADHOC_ASKED } },
    [INPUT_ADHOC_TASK] = { "task.added", 1, { EFFECT_TASK_ADDED } },
    [INPUT_CONVERT] = { "request.converted", 1, { EFFECT_CONVERTED } },
    [INPUT_MERGE] = { "request.merged", 1, { EFFECT_MERGED } },
    [INPUT_UNMERGE] = { "request.unmerged", 1, { EFFECT_UNMERGED } },
    [INPUT_ACTION] = { NULL, 2, { EFFECT_ACTION_DONE, EFFECT_ACTION_FAILED } },
    [INPUT_ESCALATE] = { NULL, 2, { EFFECT_ESCALATED, EFFECT_TASK_ESCALATED } },
    [INPUT_TIMER] = { NULL,
                      8,
                      { EFFECT_SILENCE, EFFECT_RESUMED, EFFECT_REMIND, EFFECT_ASKED,
                        EFFECT_DELEGATION, EFFECT_TASK_READY, EFFECT_STATE, EFFECT_OUTCOME } },
};

static size_t absorbed(const struct Main *m, const EngineEffectList *list)
{
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < m->n; k++)
            if (list->at[i].kind == m->absorbs[k])
                return i;
    return ENGINE_NO_INDEX;
}

static bool is_about_approval(EffectKind kind)
{
    return kind >= EFFECT_STAGE_SKIPPED && kind <= EFFECT_STAGE_REJECTED;
}

static bool is_about_task(EffectKind kind)
{
    return kind >= EFFECT_TASK_ADDED && kind <= EFFECT_SIGN_OFF_REFUSED;
}

/* What the event is about. */
typedef struct About {
    const char *object;
    int64_t id;
    const EngineApproval *approval;
    const EngineTask *task;
} About;

static About about(const Aggregate *r, const EngineEffects *done, const EngineEffect *effect)
{
    About a = { .object = "request", .id = r->row.id };

    if (effect == NULL || effect->index == ENGINE_NO_INDEX)
        return a;
    if ((is_about_approval(effect->kind) || effect->kind == EFFECT_ADHOC_ASKED)
        && effect->index < done->next.approvals.n) {
        a.approval = &done->next.approvals.at[effect->index];
        a.object = "approval";
        a.id = a.approval->row;
    } else if (is_about_task(effect->kind) && effect->index < done->next.tasks.n) {
        a.task = &done->next.tasks.at[effect->index];
        a.object = "task";
        a.id = a.task->row;
    }
    return a;
}

/* Ids and keys by which a timeline says what happened without reading the rows. */
static void write_about(JsonOut *o, const About *a)
{
    if (a->approval != NULL) {
        json_field_text(o, "stage", a->approval->stage);
        if (a->approval->approver != 0)
            json_field_int(o, "person", a->approval->approver);
        if (a->approval->delegate != 0)
            json_field_int(o, "delegate", a->approval->delegate);
    }
    if (a->task != NULL) {
        json_field_text(o, "task", a->task->key);
        if (a->task->assignee != 0)
            json_field_int(o, "person", a->task->assignee);
        if (a->task->team != 0)
            json_field_int(o, "team", a->task->team);
        if (a->task->skip != SKIP_NONE)
            json_field_text(o, "skip", task_skip_word(a->task->skip));
    }
}

static void write_tell(JsonOut *o, Arena *a, const EngineEffectList *list)
{
    bool any = false;
    for (size_t i = 0; i < list->n; i++) {
        if (list->at[i].kind != EFFECT_TELL)
            continue;
        if (!any) {
            json_key_lit(o, "tell");
            json_array(o);
        }
        any = true;
        json_object(o);
        json_field_text(o, "who", holder_word(a, list->at[i].who));
        json_field_text(o, "code", str_z(list->at[i].code));
        json_object_end(o);
    }
    if (any)
        json_array_end(o);
}

static Rc add_id(Arena *a, IdList *ids, int64_t id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (ids->at[i] == id)
            return RC_OK;
    return id == 0 ? RC_OK : LIST_PUSH(a, ids, id);
}

/* Whose badges change, and which queues: for live pages. */
static Rc write_live(JsonOut *o, Arena *a, const Aggregate *r, const EngineEffects *done)
{
    IdList ids = { 0 };

    TRY(add_id(a, &ids, r->state.requester));
    TRY(add_id(a, &ids, r->state.assignee));
    TRY(add_id(a, &ids, done->next.assignee));
    for (size_t i = 0; i < done->list.n; i++)
        if (done->list.at[i].kind == EFFECT_TELL && done->list.at[i].who.kind == HOLDER_PERSON)
            TRY(add_id(a, &ids, done->list.at[i].who.id));
    json_key_lit(o, "people");
    json_array(o);
    for (size_t i = 0; i < ids.n; i++)
        json_int(o, ids.at[i]);
    json_array_end(o);
    json_field_int(o, "queue", done->next.team);
    if (done->next.team != r->state.team)
        json_field_int(o, "old_queue", r->state.team);
    return RC_OK;
}

/* Before its first submission a request can still change hands with its model: the replay begins with
 * what stood there at the last step from such a draft. */
static void write_parties(JsonOut *o, const RequestState *s)
{
    if (s->submitted_ms != MS_NONE)
        return;
    json_key_lit(o, "parties");
    json_object(o);
    json_field_int(o, "requester", s->requester);
    json_field_int(o, "beneficiary", s->beneficiary);
    json_field_int(o, "submitter", s->submitter);
    json_field_int(o, "team", s->team);
    json_field_int(o, "owner_team", s->owner_team);
    json_object_end(o);
}

LIST_OF(EventChange, ChangeList);

static Rc add_change(Arena *a, ChangeList *list, Str field, Str from, Str to)
{
    return str_eq(from, to) ? RC_OK : LIST_PUSH(a, list, (EventChange){ field, from, to, false });
}

static Str id_word(Arena *a, const char *kind, int64_t id)
{
    return id == 0 ? STR_NULL : str_fmt(a, "%s:%lld", kind, (long long)id);
}

static int64_t team_of_task(const RequestState *s, Str key)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (str_eq(s->tasks.at[i].key, key))
            return s->tasks.at[i].team;
    return 0;
}

/* What the act changed on the request itself. */
static Rc root_changes(Ctx *cx, const Aggregate *r, const EngineInput *in,
                       const EngineEffects *done, const StepWords *w, ChangeList *list)
{
    Arena *a = cx->arena;
    const RequestState *from = &r->state, *to = &done->next;

    if (w->reason.len > 0 && w->field != NULL)
        TRY(LIST_PUSH(a, list, (EventChange){ str_z(w->field), STR_NULL, w->reason, true }));
    for (size_t i = 0; i < w->changes_n; i++)
        TRY(LIST_PUSH(a, list, w->changes[i]));
    TRY(add_change(a, list, STR("assignee"), id_word(a, "person", from->assignee),
                   id_word(a, "person", to->assignee)));
    TRY(add_change(a, list, STR("team"), id_word(a, "team", from->team),
                   id_word(a, "team", to->team)));
    if (in->kind == INPUT_ESCALATE && in->task.len > 0)
        TRY(add_change(a, list, STR("team"), id_word(a, "team", team_of_task(from, in->task)),
                       id_word(a, "team", in->to_team)));
    if (in->kind == INPUT_TRANSFER)
        TRY(add_change(a, list, STR("offered_to"), STR_NULL, id_word(a, "team", in->to_team)));
    if (in->kind == INPUT_SUBMIT && in->until_ms != MS_NONE)
        TRY(add_change(a, list, STR("not_before"), STR_NULL, clock_rfc3339(a, in->until_ms)));
    else if (in->until_ms != MS_NONE)
        TRY(add_change(a, list, STR("until"), STR_NULL, clock_rfc3339(a, in->until_ms)));
    return RC_OK;
}

static Rc effect_changes(Arena *a, const Aggregate *r, const EngineEffects *done,
                         const EngineEffect *effect, ChangeList *list)
{
    if (effect->kind == EFFECT_STATE)
        return add_change(a, list, STR("state"), phase_word(effect->from), phase_word(effect->to));
    if (effect->kind == EFFECT_OUTCOME)
        return add_change(a, list, STR("outcome"), outcome_word(r->state.outcome),
                          outcome_word(done->next.outcome));
    return RC_OK;
}

static Rc write_event(Ctx *cx, const Aggregate *r, Str kind, const About *a,
                      const ChangeList *changes, Str data, Str step)
{
    Event ev = {
        .kind = str_dup_z(cx->arena, kind),
        .request_id = r->row.id,
        .object = a->object,
        .object_id = a->id,
        .on_behalf_of = r->acts_for != 0 ? r->acts_for : behalf_of(cx, &r->row),
        .changes = changes->at,
        .changes_n = changes->n,
        .data = data,
        .step = step,
    };
    return event_add(cx, &ev, NULL);
}

static Rc step_json(Arena *a, const Aggregate *r, const EngineFacts *f, const EngineInput *in,
                    Ms now, const EngineEffects *done, const ClockWorld *world, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 60 * 1024);
    json_out_init(&o, &buf);
    json_object(&o);
    write_parties(&o, &r->state);
    json_key_lit(&o, "step");
    engine_record_json(&o, f, in, now, done);
    json_key_lit(&o, "clock");
    clock_world_json(&o, world);
    json_object_end(&o);
    TRY(buf_result(&buf));
    *ret = str_dup(a, buf_str(&buf));
    return RC_OK;
}

static Rc main_event(Ctx *cx, const Aggregate *r, const EngineFacts *f, const EngineInput *in,
                     Ms now, const EngineEffects *done, const ClockWorld *world, const StepWords *w,
                     size_t own)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    const struct Main *m = &mains[in->kind];
    const EngineEffect *effect = own == ENGINE_NO_INDEX ? NULL : &done->list.at[own];
    About a = about(r, done, effect);
    ChangeList changes = { 0 };
    Str step;
    JsonOut o;

    TRY(root_changes(cx, r, in, done, w, &changes));
    if (effect != NULL)
        TRY(effect_changes(cx->arena, r, done, effect, &changes));
    buf_init(&buf, 60 * 1024);
    json_out_init(&o, &buf);
    json_object(&o);
    write_about(&o, &a);
    write_tell(&o, cx->arena, &done->list);
    TRY(write_live(&o, cx->arena, r, done));
    if (w->cause != 0)
        json_field_int(&o, "cause", w->cause);
    json_object_end(&o);
    TRY(buf_result(&buf));
    TRY(step_json(cx->arena, r, f, in, now, done, world, &step));
    Str kind = m->kind != NULL  ? str_z(m->kind)
               : effect != NULL ? engine_effect_word(effect->kind)
                                : STR("request.timer");
    return write_event(cx, r, kind, &a, &changes, buf_str(&buf), step);
}

/* The plan of a new request is in its model: no event for each task of it. */
static bool is_told(const EngineEffect *effect, const EngineInput *in)
{
    if (effect->kind == EFFECT_TELL)
        return false;
    return !(effect->kind == EFFECT_TASK_ADDED && in->kind == INPUT_SUBMIT);
}

static Rc effect_event(Ctx *cx, const Aggregate *r, const EngineEffects *done,
                       const EngineEffect *effect)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    About a = about(r, done, effect);
    ChangeList changes = { 0 };
    JsonOut o;

    TRY(effect_changes(cx->arena, r, done, effect, &changes));
    buf_init(&buf, 4 * 1024);
    json_out_init(&o, &buf);
    json_object(&o);
    json_field_bool(&o, "follows", true);
    write_about(&o, &a);
    json_object_end(&o);
    TRY(buf_result(&buf));
    return write_event(cx, r, engine_effect_word(effect->kind), &a, &changes, buf_str(&buf),
                       STR_NULL);
}

Rc step_events(Ctx *cx, const Aggregate *r, const EngineFacts *f, const EngineInput *in, Ms now,
               const EngineEffects *done, const ClockWorld *world, const StepWords *words)
{
    size_t own = absorbed(&mains[in->kind], &done->list);

    TRY(main_event(cx, r, f, in, now, done, world, words, own));
    for (size_t i = 0; i < done->list.n; i++)
        if (i != own && is_told(&done->list.at[i], in))
            TRY(effect_event(cx, r, done, &done->list.at[i]));
    return RC_OK;
}
