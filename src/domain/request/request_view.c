/* request_view.c - one request as people see it. */
#include "app/loc.h"
#include "domain/presence/presence.h"
#include "domain/request/priority.h"
#include "domain/request/bundle.h"
#include "domain/request/tag.h"
#include "domain/request/talk.h"
#include "domain/request/view.h"

/* ---- words ---- */

const char *request_state_label(Str state, Str outcome)
{
    static const struct {
        const char *state, *outcome, *label;
    } labels[] = {
        { "draft", NULL, T("Draft") },
        { "submitted", NULL, T("Sent") },
        { "assessing", NULL, T("Being assessed") },
        { "awaiting_approval", NULL, T("Waiting for approval") },
        { "fulfilling", NULL, T("In work") },
        { "pending", NULL, T("Waiting") },
        { "fulfilled", NULL, T("Fulfilled") },
        { "closed", "fulfilled", T("Done") },
        { "closed", "partly", T("Partly done") },
        { "closed", "rejected", T("Rejected") },
        { "closed", "withdrawn", T("Withdrawn") },
        { "closed", "cancelled", T("Cancelled") },
        { "closed", "merged", T("Merged") },
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq_z(state, labels[i].state)
            && (labels[i].outcome == NULL || str_eq_z(outcome, labels[i].outcome)))
            return labels[i].label;
    return T("Closed");
}

static Str holder_name(const RequestHead *h)
{
    return h->step_person.id != 0 ? h->step_person.name : h->step_team.name;
}

Text request_step_text(const RequestHead *h)
{
    Str name = holder_name(h), code = h->step_code;

    if (str_eq_z(code, "submit"))
        return h->submitted_ms == MS_NONE ? TEXT("Not sent yet")
                                          : TEXT("Sent back to {0} for correction", name);
    if (str_eq_z(code, "assess"))
        return TEXT("{0} checks what is needed", name);
    if (str_eq_z(code, "approve"))
        return TEXT("Waiting for {0} to approve", name);
    if (str_eq_z(code, "approver"))
        return TEXT("Nobody may approve this yet; {0} sorts it out", name);
    if (str_eq_z(code, "task"))
        return TEXT("{0} works on it", name);
    if (str_eq_z(code, "action"))
        return TEXT("It is done by itself");
    if (str_eq_z(code, "accept") || str_eq_z(code, "confirm"))
        return TEXT("Waiting for {0} to confirm that it is done", name);
    if (str_eq_z(code, "sign_off"))
        return TEXT("A finished step waits for a second look at {0}", name);
    if (str_eq_z(code, "moment"))
        return TEXT("Goes on by itself when the time comes");
    if (str_eq_z(code, "answer"))
        return TEXT("Waiting for an answer from {0}", name);
    if (str_eq_z(code, "wait"))
        return TEXT("Waiting; {0} looks at it again", name);
    return (Text){ .msgid = request_state_label(h->state, h->outcome) };
}

/* The same with its instant. */
static Text status_text(const RequestHead *h)
{
    Str name = holder_name(h), code = h->step_code;
    When since = when_past(h->step_ms);

    if (str_eq_z(code, "approve"))
        return TEXT("Waiting for {0} to approve since {1}.", name, since);
    if (str_eq_z(code, "assess"))
        return TEXT("{0} has been checking what is needed since {1}.", name, since);
    if (str_eq_z(code, "task"))
        return TEXT("{0} has been working on it since {1}.", name, since);
    if (str_eq_z(code, "answer"))
        return TEXT("Waiting for an answer from {0} since {1}.", name, since);
    if (str_eq_z(code, "confirm") && h->close_at_ms != MS_NONE)
        return TEXT("Done. Waiting for {0} to confirm; it closes by itself on {1}.", name,
                    when_day(h->close_at_ms));
    if (str_is_empty(code) && h->closed_ms != MS_NONE)
        return TEXT("{0} since {1}.", request_state_label(h->state, h->outcome),
                    when_past(h->closed_ms));
    return request_step_text(h);
}

/* ---- the head ---- */

Rc holder_of(Ctx *cx, Str word, int64_t requester, int64_t beneficiary, PersonRef *ret_person,
             TeamRef *ret_team)
{
    Holder who = { HOLDER_NOBODY, 0 };

    *ret_person = (PersonRef){ 0 };
    *ret_team = (TeamRef){ 0 };
    if (!holder_from_word(word, &who))
        return RC_INTERNAL;
    switch (who.kind) {
    case HOLDER_NOBODY: return RC_OK;
    case HOLDER_PERSON: return person_ref(cx, who.id, ret_person);
    case HOLDER_TEAM: return team_ref(cx, who.id, ret_team);
    case HOLDER_REQUESTER: return person_ref(cx, requester, ret_person);
    case HOLDER_BENEFICIARY: return person_ref(cx, beneficiary, ret_person);
    }
    return RC_OK;
}

Rc head_from_row(Ctx *cx, const RequestRow *row, RequestHead *ret)
{
    const ModelVersion *model = NULL;
    RequestHead h = {
        .id = row->id,
        .number = request_number(cx->arena, row->record, row->serial),
        .record = row->record,
        .item = row->model_key,
        .kind = row->kind,
        .model_version = row->model_number,
        .model_version_id = row->model_version_id,
        .title = row->title,
        .state = row->state,
        .phase = row->phase,
        .outcome = row->outcome,
        .impact = row->impact,
        .urgency = row->urgency,
        .level = level_word(row->level),
        .overruled = row->level_reason.len > 0,
        .risk = row->risk,
        .me_too = row->me_too,
        .confidential = row->confidential,
        .channel = row->channel,
        .cost = money_of(row->cost_minor, row->cost_currency),
        .step_code = row->step_code,
        .step_ms = row->step_ms,
        .adhoc = row->adhoc,
        .created_ms = row->created_ms,
        .submitted_ms = ms_or_none(row->submitted_ms),
        .updated_ms = row->updated_ms,
        .fulfilled_ms = ms_or_none(row->fulfilled_ms),
        .closed_ms = ms_or_none(row->closed_ms),
        .close_at_ms = ms_or_none(row->close_at_ms),
        .not_before_ms = ms_or_none(row->not_before_ms),
        .back_until_ms = ms_or_none(row->back_until_ms),
        .agreed_ms = ms_or_none(row->agreed_ms),
        .due_ms = ms_or_none(row->due_ms),
        .next_due_ms = ms_or_none(row->next_due_ms),
        .version = row->version,
    };
    TRY(catalog_model_known(cx, row->model_version_id, row->model_hash, &model));
    h.item_name = model->name;
    TRY(person_ref(cx, row->requester_id, &h.requester));
    TRY(person_ref(cx, row->beneficiary_id, &h.beneficiary));
    TRY(person_ref(cx, row->submitter_id, &h.submitter));
    TRY(person_ref(cx, row->assignee_id.value, &h.assignee));
    TRY(team_ref(cx, row->team_id, &h.team));
    TRY(team_ref(cx, row->owner_id.value, &h.owner));
    TRY(holder_of(cx, row->step_who, row->requester_id, row->beneficiary_id, &h.step_person,
                  &h.step_team));
    h.step_text = request_step_text(&h);
    *ret = h;
    return RC_OK;
}

/* Whom and which teams a row mentions. */
typedef struct Mentioned {
    IdList persons, teams;
} Mentioned;

static Rc add_row(Arena *a, const RequestRow *row, Mentioned *m)
{
    Holder who;

    TRY(LIST_PUSH(a, &m->persons, row->requester_id));
    TRY(LIST_PUSH(a, &m->persons, row->beneficiary_id));
    TRY(LIST_PUSH(a, &m->persons, row->submitter_id));
    TRY(LIST_PUSH(a, &m->persons, row->assignee_id.value));
    TRY(LIST_PUSH(a, &m->teams, row->team_id));
    TRY(LIST_PUSH(a, &m->teams, row->owner_id.value));
    if (!holder_from_word(row->step_who, &who))
        return RC_OK;
    if (who.kind == HOLDER_PERSON)
        TRY(LIST_PUSH(a, &m->persons, who.id));
    if (who.kind == HOLDER_TEAM)
        TRY(LIST_PUSH(a, &m->teams, who.id));
    return RC_OK;
}

static Rc load_mentioned(Ctx *cx, const Mentioned *m)
{
    TRY(person_refs_load(cx, m->persons.at, m->persons.n));
    return team_refs_load(cx, m->teams.at, m->teams.n);
}

Rc rows_load_names(Ctx *cx, const RequestRows *rows)
{
    Mentioned m = { 0 };

    for (size_t i = 0; i < rows->n; i++)
        TRY(add_row(cx->arena, &rows->at[i], &m));
    return load_mentioned(cx, &m);
}

Rc heads_from_rows(Ctx *cx, const RequestRows *rows, RequestHeads *ret)
{
    RequestHeads list = { 0 };

    TRY(rows_load_names(cx, rows));
    TRY(LIST_ROOM(cx->arena, &list, rows->n));
    for (; list.n < rows->n; list.n++)
        TRY(head_from_row(cx, &rows->at[list.n], &list.at[list.n]));
    *ret = list;
    return RC_OK;
}

Rc request_head(Ctx *cx, GrantedRequest g, RequestHead *ret)
{
    RequestRow row;
    RequestRows one = { .at = &row, .n = 1 };

    TRY(access_more(cx, g, MAY_SEE));
    TRY(row_of_request(cx, g, &row));
    TRY(rows_load_names(cx, &one));
    return head_from_row(cx, &row, ret);
}

/* ---- approvals ---- */

Rc step_names(Ctx *cx, StepNames *ret)
{
    if (ret->known)
        return RC_OK;
    *ret = (StepNames){ .known = true };
    Rc rc = catalog_list(cx, STR("steps"), &ret->list);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

Str stage_name(Ctx *cx, const StepNames *names, const ModelVersion *m, Str key)
{
    const Stage *stage = model_stage(m, key);

    if (stage != NULL && lang_text(&stage->name, cx->lang, NULL).len > 0)
        return lang_text(&stage->name, cx->lang, NULL);
    if (str_eq(key, STAGE_ADHOC))
        return i18n_text(cx->lang, T("Leaving the model"));
    const ListEntry *e = catalog_list_entry(names->list, key);
    return e != NULL ? lang_text(&e->name, cx->lang, NULL) : key_in_words(cx->arena, key);
}

LangText task_names(Ctx *cx, const StepNames *names, const ModelVersion *m, Str key)
{
    const PlanTask *plan = model_task(m, key);
    const ListEntry *e = catalog_list_entry(names->list, key);
    LangText words = { 0 };

    if (plan != NULL && lang_text(&plan->name, LANG_EN, NULL).len > 0)
        return plan->name;
    if (e != NULL)
        return e->name;
    words.in[LANG_EN] = key_in_words(cx->arena, key);
    return words;
}

/* `names` NULL: the name of its stage is not asked for. */
static Rc approval_from_row(Ctx *cx, const Aggregate *r, size_t i, const StepNames *names,
                            ViewApproval *ret)
{
    const ApprovalRow *row = &r->approvals.at[i];
    const Stage *stage = model_stage(r->model, row->stage);
    ViewApproval v = {
        .id = row->id,
        .stage = row->stage,
        .stage_no = row->stage_no,
        .round = row->round,
        .rule = row->rule,
        .state = row->state,
        .stuck = row->stuck,
        .pre_approved = row->pre_approved,
        .asked_ms = ms_or_none(row->asked_ms),
        .decided_ms = ms_or_none(row->decided_ms),
        .reason = row->reason,
        .shown_hash = row->shown_hash,
        .verify = stage != NULL && stage->verify,
        .mine = engine_may_decide(&r->state, i, cx->subject->person_id),
        .version = row->version,
    };
    if (names != NULL)
        v.stage_name = stage_name(cx, names, r->model, row->stage);
    if (stage != NULL)
        v.evidence = stage->evidence;
    TRY(person_ref(cx, row->approver_id.value, &v.approver));
    TRY(person_ref(cx, row->delegate_id.value, &v.delegate));
    TRY(person_ref(cx, row->decider_id.value, &v.decider));
    *ret = v;
    return RC_OK;
}

/* ---- tasks ---- */

/* What the engine would let this person do, for buttons: what is theirs, as far as the state allows. */
static uint32_t task_may(const Aggregate *r, size_t i, uint32_t as, int64_t self, bool signer)
{
    const EngineTask *t = &r->state.tasks.at[i];
    uint32_t theirs = engine_task_may(&r->state, i, as, self), may = 0;
    bool in_hand = t->state == TASK_READY || t->state == TASK_STARTED;
    bool open = in_hand || t->state == TASK_WAITING;
    bool unsigned_ = t->state == TASK_FINISHED && t->sign_off == SIGN_OFF_ASKED;
    bool adhoc = r->state.adhoc == ADHOC_APPROVED && t->origin != ORIGIN_ADHOC;

    if (r->state.phase == PHASE_CLOSED || r->state.phase == PHASE_FULFILLED
        || r->state.phase == PHASE_DRAFT)
        return 0;
    if ((theirs & TASK_WORK) && t->state == TASK_READY)
        may |= TASK_MAY_START;
    if ((theirs & TASK_WORK) && in_hand)
        may |= TASK_MAY_FINISH | TASK_MAY_CHECK;
    if ((theirs & TASK_SKIP) && r->state.phase == PHASE_FULFILLING && (open || unsigned_)
        && (!t->test || adhoc))
        may |= TASK_MAY_SKIP;
    if ((theirs & TASK_ASSIGN) && open)
        may |= TASK_MAY_ASSIGN;
    if (signer && unsigned_)
        may |= TASK_MAY_SIGN_OFF;
    return may;
}

static Rc load_checks(Ctx *cx, Aggregate *r, TaskParts *ret)
{
    *ret = (TaskParts){ 0 };
    TRY(aggregate_load_checks(cx, r));
    ret->checks = r->checks;
    return RC_OK;
}

static bool is_signer(const SignerRows *list, int64_t task, int64_t person)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].task_id == task && list->at[i].person_id == person)
            return true;
    return false;
}

/* Who stands in for a signer now may sign too, unless the request is their own. */
static Rc add_standing_signers(Ctx *cx, const Aggregate *r, TaskParts *parts)
{
    size_t n = parts->signers.n;
    int64_t *ids = ARENA_ARRAY(cx->arena, int64_t, n + 1),
            *delegates = ARENA_ARRAY(cx->arena, int64_t, n + 1);

    if (n == 0)
        return RC_OK;
    if (ids == NULL || delegates == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < n; i++)
        ids[i] = parts->signers.at[i].person_id;
    TRY(delegates_of(cx, ids, n, DELEGATION_APPROVALS, cx->now_ms, delegates));
    for (size_t i = 0; i < n; i++) {
        TaskSignersRow row = { .task_id = parts->signers.at[i].task_id, .person_id = delegates[i] };
        bool party = row.person_id == r->row.requester_id || row.person_id == r->row.beneficiary_id
                     || row.person_id == r->row.submitter_id;
        if (row.person_id != 0 && !party && !is_signer(&parts->signers, row.task_id, row.person_id))
            TRY(LIST_PUSH(cx->arena, &parts->signers, row));
    }
    return RC_OK;
}

static Rc load_parts(Ctx *cx, Aggregate *r, TaskParts *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TaskSignersRow row;

    TRY(load_checks(cx, r, ret));
    if (r->tasks.n == 0)
        return RC_OK;
    TRY(q_task_signers(cx, r->g, &rows));
    while (q_task_signers_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ret->signers, row));
    TRY(rows_result(&rows));
    return add_standing_signers(cx, r, ret);
}

static Rc add_checks(Ctx *cx, const TaskParts *parts, int64_t task, ViewChecks *ret)
{
    for (size_t i = 0; i < parts->checks.n; i++) {
        const TaskCheckRowsRow *row = &parts->checks.at[i];
        if (row->task_id != task)
            continue;
        ViewCheck c = { .position = row->position,
                        .text = loc_text(cx, row->text),
                        .done_ms = ms_or_none(row->done_ms) };
        TRY(person_ref(cx, row->done_by.value, &c.done_by));
        TRY(LIST_PUSH(cx->arena, ret, c));
    }
    return RC_OK;
}

static Rc add_signers(Ctx *cx, const TaskParts *parts, int64_t task, PersonRefs *ret,
                      bool *ret_self)
{
    *ret_self = false;
    for (size_t i = 0; i < parts->signers.n; i++) {
        PersonRef ref;
        if (parts->signers.at[i].task_id != task)
            continue;
        TRY(person_ref(cx, parts->signers.at[i].person_id, &ref));
        TRY(LIST_PUSH(cx->arena, ret, ref));
        *ret_self = *ret_self || ref.id == cx->subject->person_id;
    }
    return RC_OK;
}

/* What everybody who sees the request reads of a task. */
static Rc task_record(Ctx *cx, const Aggregate *r, size_t i, const TaskParts *parts, ViewTask *ret)
{
    const TaskRow *row = &r->tasks.at[i];
    const EngineTask *t = &r->state.tasks.at[i];
    const PlanTask *plan = model_task(r->model, row->key);
    ViewTask v = {
        .id = row->id,
        .key = row->key,
        .title = loc_text(cx, row->title),
        .origin = row->origin,
        .state = row->state,
        .skip = row->skip,
        .for_requester = t->owner != TASK_BY_TEAM,
        .after = t->after,
        .test = row->test,
        .accept = row->accept,
        .action = row->action,
        .action_state = row->action_state,
        .passed = row->passed,
        .at_ms = ms_or_none(row->at_ms),
        .due_ms = ms_or_none(row->due_ms),
        .started_ms = ms_or_none(row->started_ms),
        .finished_ms = ms_or_none(row->finished_ms),
        .sign_off = row->sign_off,
        .sign_off_who = row->sign_off_who,
        .supplier = row->supplier,
        .sop = plan != NULL && plan->sop.len > 0 ? plan->sop : STR(""),
        .effort_min = row->effort_min,
        .attempt = row->attempt,
        .note = row->remark,
        .version = row->version,
    };
    TRY(team_ref(cx, row->team_id.value, &v.team));
    TRY(person_ref(cx, row->assignee_id.value, &v.assignee));
    TRY(person_ref(cx, row->finished_by.value, &v.finished_by));
    TRY(person_ref(cx, row->sign_off_by.value, &v.sign_off_by));
    if (t->owner == TASK_BY_REQUESTER)
        TRY(person_ref(cx, r->row.requester_id, &v.owner));
    if (t->owner == TASK_BY_BENEFICIARY)
        TRY(person_ref(cx, r->row.beneficiary_id, &v.owner));
    TRY(add_checks(cx, parts, row->id, &v.checklist));
    *ret = v;
    return RC_OK;
}

Rc task_from_row(Ctx *cx, Aggregate *r, size_t i, const TaskParts *parts, ViewTask *ret)
{
    uint32_t as = 0;
    bool signer = false;

    TRY(task_record(cx, r, i, parts, ret));
    TRY(add_signers(cx, parts, ret->id, &ret->signers, &signer));
    TRY(aggregate_as(cx, r, i, &as));
    ret->may = task_may(r, i, as, cx->subject->person_id, signer);
    return RC_OK;
}

Rc ids_json(Arena *a, const IdList *ids, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 24 * ids->n + 16); /* the longest number and a comma for each */
    json_out_init(&o, &buf);
    json_array(&o);
    for (size_t i = 0; i < ids->n; i++)
        json_int(&o, ids->at[i]);
    json_array_end(&o);
    TRY(buf_result(&buf));
    *ret = str_dup(a, buf_str(&buf));
    return RC_OK;
}

/* ---- names, all at once ---- */

static Rc add_approval_persons(Arena *a, const Aggregate *r, IdList *ids)
{
    for (size_t i = 0; i < r->approvals.n; i++) {
        TRY(LIST_PUSH(a, ids, r->approvals.at[i].approver_id.value));
        TRY(LIST_PUSH(a, ids, r->approvals.at[i].delegate_id.value));
        TRY(LIST_PUSH(a, ids, r->approvals.at[i].decider_id.value));
    }
    return RC_OK;
}

static Rc add_task(Arena *a, const TaskRow *t, Mentioned *m)
{
    TRY(LIST_PUSH(a, &m->teams, t->team_id.value));
    TRY(LIST_PUSH(a, &m->persons, t->assignee_id.value));
    TRY(LIST_PUSH(a, &m->persons, t->finished_by.value));
    return LIST_PUSH(a, &m->persons, t->sign_off_by.value);
}

static Rc load_names(Ctx *cx, const Aggregate *r, const TaskParts *parts)
{
    Arena *a = cx->arena;
    Mentioned m = { 0 };

    TRY(add_row(a, &r->row, &m));
    TRY(add_approval_persons(a, r, &m.persons));
    for (size_t i = 0; i < r->tasks.n; i++)
        TRY(add_task(a, &r->tasks.at[i], &m));
    for (size_t i = 0; i < parts->checks.n; i++)
        TRY(LIST_PUSH(a, &m.persons, parts->checks.at[i].done_by.value));
    for (size_t i = 0; i < parts->signers.n; i++)
        TRY(LIST_PUSH(a, &m.persons, parts->signers.at[i].person_id));
    if (r->has_handover) {
        TRY(LIST_PUSH(a, &m.persons, r->handover.by_id));
        TRY(LIST_PUSH(a, &m.persons, r->handover.answered_by.value));
        TRY(LIST_PUSH(a, &m.teams, r->handover.from_team_id));
        TRY(LIST_PUSH(a, &m.teams, r->handover.to_team_id));
    }
    if (r->state.pending.open)
        TRY(LIST_PUSH(a, &m.persons, r->pending.by_id.value));
    return load_mentioned(cx, &m);
}

/* ---- the parts of a page ---- */

/* What the head alone does not know: until when, and what silence brings. */
static void status_of_waiting(RequestView *v, Ms now)
{
    const ViewPending *p = &v->pending;

    if (p->id != 0 && p->close_ms != MS_NONE)
        v->status =
            TEXT("Waiting for an answer from {0} since {1}. It is closed on {2} if none comes.",
                 holder_name(&v->head), when_past(v->head.step_ms), when_day(p->close_ms));
    else if (p->id != 0 && p->by.id == 0 && p->until_ms != MS_NONE)
        v->status = TEXT("Planned for later: work begins on {0}.", when_day(p->until_ms));
    else if (p->id != 0 && p->until_ms != MS_NONE && !str_eq_z(p->kind, "requester"))
        v->status = TEXT("Waiting until {0}.", when_day(p->until_ms));
    else if (str_eq_z(v->head.outcome, "merged"))
        v->status = TEXT("It goes on in another request about the same thing.");
    else if (v->head.back_until_ms > now)
        v->status = TEXT("Closed because no answer came. A message until {0} brings it back.",
                         when_day(v->head.back_until_ms));
}

Str request_goes_on_in(const RequestView *v)
{
    for (size_t i = 0; i < v->links.n; i++)
        if (v->links.at[i].outgoing && str_eq_z(v->links.at[i].kind, "merged_into"))
            return v->links.at[i].number;
    return STR_NULL;
}

static Rc view_pending(Ctx *cx, const Aggregate *r, ViewPending *ret)
{
    if (!r->state.pending.open)
        return RC_OK;
    *ret = (ViewPending){
        .id = r->pending.id,
        .kind = r->pending.kind,
        .reason = r->pending.reason,
        .since_ms = r->pending.since_ms,
        .until_ms = ms_or_none(r->pending.until_ms),
        .remind_ms = ms_or_none(r->pending.remind_ms),
        .close_ms = ms_or_none(r->pending.close_ms),
        .reminded = r->pending.reminded,
    };
    return person_ref(cx, r->pending.by_id.value, &ret->by);
}

static Rc read_texts(Arena *a, Str json, StrList *ret)
{
    const Json *list = NULL;

    TRY(json_parse(a, json, &list, NULL));
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++)
        TRY(LIST_PUSH(a, ret, list->items[i]->text));
    return RC_OK;
}

static Rc view_handover(Ctx *cx, const Aggregate *r, ViewHandover *ret)
{
    const HandoverRow *row = &r->handover;

    if (!r->has_handover || !granted_may(r->g, MAY_NOTES))
        return RC_OK;
    *ret = (ViewHandover){
        .id = row->id,
        .state = row->state,
        .summary = row->summary,
        .next_step = row->next_step,
        .reason = row->reason,
        .offered_ms = row->offered_ms,
        .answered_ms = ms_or_none(row->answered_ms),
        .mine = r->state.handover.open && in_my_teams(r, row->to_team_id),
    };
    TRY(read_texts(cx->arena, row->open_questions, &ret->open_questions));
    TRY(team_ref(cx, row->from_team_id, &ret->from));
    TRY(team_ref(cx, row->to_team_id, &ret->to));
    TRY(person_ref(cx, row->by_id, &ret->by));
    return person_ref(cx, row->answered_by.value, &ret->answered_by);
}

LIST_OF(ParticipantRowsRow, ParticipantRows);

static int by_time_added(const void *a, const void *b)
{
    const ParticipantRowsRow *x = a, *y = b;
    int order = (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
    return order != 0 ? order : (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static Rc view_participants(Ctx *cx, const Aggregate *r, ViewParticipants *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ParticipantRowsRow row;
    ParticipantRows found = { 0 };
    IdList ids = { 0 };

    TRY(q_participant_rows(cx, r->g, &rows));
    while (q_participant_rows_next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(LIST_PUSH(cx->arena, &ids, row.person_id));
        TRY(LIST_PUSH(cx->arena, &ids, row.added_by));
    }
    TRY(rows_result(&rows));
    TRY(person_refs_load(cx, ids.at, ids.n));
    if (found.n > 1)
        qsort(found.at, found.n, sizeof *found.at, by_time_added);
    for (size_t i = 0; i < found.n; i++) {
        ViewParticipant p = { .kind = found.at[i].kind, .at_ms = found.at[i].at_ms };
        TRY(person_ref(cx, found.at[i].person_id, &p.person));
        TRY(person_ref(cx, found.at[i].added_by, &p.added_by));
        TRY(LIST_PUSH(cx->arena, ret, p));
    }
    return RC_OK;
}

/* Assessments are written by staff for staff and approvers. */
static bool sees_assessment(GrantedRequest g)
{
    return granted_may(g, MAY_NOTES) || granted_may(g, MAY_DECIDE);
}

/* A file is known by its name. */
static void name_files(const ViewFiles *files, ViewAnswers *answers)
{
    for (size_t i = 0; i < answers->n; i++) {
        ViewAnswer *a = &answers->at[i];
        for (size_t k = 0; k < files->n && a->answer->question->type == QUESTION_FILE; k++)
            if (str_eq(files->at[k].upload, a->answer->value.text))
                a->words = files->at[k].name;
    }
}

static Rc view_answers(Ctx *cx, const Aggregate *r, RequestView *v)
{
    v->form = r->form;
    TRY(answers_in_words(cx, &r->form, &v->answers));
    name_files(&v->files, &v->answers);
    if (!sees_assessment(r->g))
        return RC_OK;
    v->assess = r->assess;
    return answers_in_words(cx, &r->assess, &v->assessed);
}

static Rc matrix_why(Ctx *cx, GrantedRequest g, Text *ret)
{
    PriorityMatrix m;

    TRY(request_matrix(cx, g, &m));
    *ret = m.id == 0       ? TEXT("By the usual matrix.")
           : m.org_id == 0 ? TEXT("By the matrix for everybody, version {0}.", m.version)
                           : TEXT("By the matrix of {0}, version {1}.", m.org, m.version);
    return RC_OK;
}

static void view_risk(const Aggregate *r, RequestView *v)
{
    int64_t line = r->row.risk_line;

    if (!sees_assessment(r->g) || line < 1 || (size_t)line > r->model->risk.n)
        return;
    v->risk = r->row.risk;
    v->risk_why = r->model->risk.at[line - 1].why;
}

static Text level_why(const RequestHead *h)
{
    static const char *const affects[] = { T("one person"), T("a team"), T("a site"),
                                           T("the whole organisation") };
    static const char *const urgencies[] = { T("low"), T("normal"), T("high"), T("critical") };
    const char *impact = affects[0], *urgency = urgencies[1], *level = urgencies[1];

    for (size_t i = 0; i < COUNT_OF(IMPACT_WORDS); i++)
        if (str_eq_z(h->impact, IMPACT_WORDS[i]))
            impact = affects[i];
    for (size_t i = 0; i < COUNT_OF(URGENCY_WORDS); i++) {
        if (str_eq_z(h->urgency, URGENCY_WORDS[i]))
            urgency = urgencies[i];
        if (str_eq_z(h->level, URGENCY_WORDS[i]))
            level = urgencies[i];
    }
    if (h->overruled)
        return TEXT("Set to {0} by a lead; it affects {1} and the urgency is {2}.", level, impact,
                    urgency);
    return TEXT("{0}, because it affects {1} and the urgency is {2}.", level, impact, urgency);
}

static uint32_t all_bits(GrantedRequest g)
{
    uint32_t bits = 0;
    for (uint32_t bit = 1; bit <= MAY_NOTE; bit <<= 1)
        bits |= granted_may(g, bit) ? bit : 0;
    return bits;
}

static Rc view_work(Ctx *cx, Aggregate *r, const TaskParts *parts, RequestView *v)
{
    if (r->approvals.n > 0)
        TRY(step_names(cx, &r->steps));
    for (size_t i = 0; i < r->approvals.n; i++) {
        ViewApproval a;
        TRY(approval_from_row(cx, r, i, &r->steps, &a));
        TRY(LIST_PUSH(cx->arena, &v->approvals, a));
    }
    for (size_t i = 0; i < r->tasks.n; i++) {
        ViewTask t;
        TRY(task_from_row(cx, r, i, parts, &t));
        TRY(LIST_PUSH(cx->arena, &v->tasks, t));
    }
    return RC_OK;
}

static Rc view_model(const Aggregate *r, CatalogModel *ret)
{
    *ret = (CatalogModel){
        .version_id = r->row.model_version_id,
        .number = r->row.model_number,
        .model = r->model,
        .team_id = r->row.team_id,
        .owner_id = r->row.owner_id.value,
        .published_ms = MS_NONE,
    };
    return RC_OK;
}

static Rc view_resolution(Ctx *cx, GrantedRequest g, RequestView *v)
{
    RequestResolutionRow row;

    if (v->head.fulfilled_ms == MS_NONE && v->head.closed_ms == MS_NONE)
        return RC_OK;
    TRY(q_request_resolution(cx, g, &row));
    v->resolution = row.resolution;
    return RC_OK;
}

Rc request_record(Ctx *cx, GrantedRequest g, RequestView *ret)
{
    RequestView v = { .may = all_bits(g) };
    Aggregate *r = ARENA_NEW(cx->arena, Aggregate);
    TaskParts parts;

    /* asked again by the parts that follow */
    TRY(access_more(cx, g, MAY_SEE));
    TRY(aggregate_load(cx, g, false, r));
    TRY(load_checks(cx, r, &parts));
    TRY(load_names(cx, r, &parts));
    TRY(head_from_row(cx, &r->row, &v.head));
    view_risk(r, &v);
    v.form = r->form;
    TRY(LIST_ROOM(cx->arena, &v.approvals, r->approvals.n));
    for (; v.approvals.n < r->approvals.n; v.approvals.n++)
        TRY(approval_from_row(cx, r, v.approvals.n, NULL, &v.approvals.at[v.approvals.n]));
    TRY(LIST_ROOM(cx->arena, &v.tasks, r->tasks.n));
    for (; v.tasks.n < r->tasks.n; v.tasks.n++)
        TRY(task_record(cx, r, v.tasks.n, &parts, &v.tasks.at[v.tasks.n]));
    TRY(clocks_view(cx, r, &v.clocks));
    TRY(bundle_of_request(cx, g, &v.bundle));
    TRY(view_resolution(cx, g, &v));
    TRY(promise_of_request(cx, r, &v.promise));
    if (r->state.outcome == OUTCOME_MERGED)
        TRY(link_list(cx, g, &v.links));
    *ret = v;
    return RC_OK;
}

Rc request_view(Ctx *cx, GrantedRequest g, RequestView *ret)
{
    RequestView v = { .may = all_bits(g) };
    Aggregate *r = ARENA_NEW(cx->arena, Aggregate);
    TaskParts parts;
    uint32_t as;

    /* asked again by attachment_list, link_list and bundle_of_request */
    TRY(access_more(cx, g, MAY_SEE));
    TRY(aggregate_load(cx, g, false, r));
    TRY(aggregate_as(cx, r, ENGINE_NO_INDEX, &as));
    TRY(load_parts(cx, r, &parts));
    TRY(load_names(cx, r, &parts));
    TRY(head_from_row(cx, &r->row, &v.head));
    TRY(view_model(r, &v.model));
    v.status = status_text(&v.head);
    v.level_why = level_why(&v.head);
    TRY(matrix_why(cx, g, &v.matrix_why));
    v.level_reason = r->row.level_reason;
    view_risk(r, &v);
    v.assessment = r->row.assessment;
    TRY(attachment_list(cx, g, &v.files));
    TRY(view_answers(cx, r, &v));
    TRY(view_work(cx, r, &parts, &v));
    TRY(clocks_view(cx, r, &v.clocks));
    TRY(view_pending(cx, r, &v.pending));
    status_of_waiting(&v, cx->now_ms);
    TRY(view_handover(cx, r, &v.handover));
    TRY(view_participants(cx, r, &v.participants));
    TRY(tag_list(cx, g, &v.tags));
    TRY(link_list(cx, g, &v.links));
    TRY(bundle_of_request(cx, g, &v.bundle));
    TRY(view_resolution(cx, g, &v));
    TRY(promise_of_request(cx, r, &v.promise));
    v.loaded = r;
    *ret = v;
    return RC_OK;
}

Rc approval_view(Ctx *cx, GrantedRequest g, int64_t approval_id, ViewApproval *ret)
{
    Aggregate r;
    StepNames names = { 0 };
    size_t i = 0;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(aggregate_load(cx, g, false, &r));
    while (i < r.approvals.n && r.approvals.at[i].id != approval_id)
        i++;
    if (i == r.approvals.n)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such approval."));
    TRY(step_names(cx, &names));
    return approval_from_row(cx, &r, i, &names, ret);
}

Str view_tasks_stage(const ViewTasks *list)
{
    static const char *const stages[] = { "started", "ready", "waiting" };

    for (size_t k = 0; k < COUNT_OF(stages); k++)
        for (size_t i = 0; i < list->n; i++)
            if (str_eq_z(list->at[i].state, stages[k]))
                return str_z(stages[k]);
    return list->n > 0 ? STR("done") : STR("");
}

Rc task_view(Ctx *cx, GrantedRequest g, int64_t task_id, ViewTask *ret)
{
    Aggregate r;
    TaskParts parts;
    size_t i = 0;
    uint32_t as = 0;

    TRY(aggregate_load(cx, g, false, &r));
    while (i < r.tasks.n && r.tasks.at[i].id != task_id)
        i++;
    if (i < r.tasks.n)
        TRY(aggregate_as(cx, &r, i, &as));
    if (i == r.tasks.n || (!granted_may(g, MAY_SEE) && !(as & AS_SUPPLY)))
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such task."));
    TRY(load_parts(cx, &r, &parts));
    return task_from_row(cx, &r, i, &parts, ret);
}
