/* request_save.c - a step of the engine, and the rows that it changes. */
#include "app/loc.h"
#include "domain/request/aggregate.h"
#include "domain/request/plan.h"

#include <assert.h>

/* A stage that nobody may approve is asked again at this distance: a manager may have come back. */
#define STUCK_RETRY_MS MS_HOUR

/* ---- who acts ---- */

int64_t behalf_of(Ctx *cx, const RequestRow *row)
{
    int64_t actor = cx->subject->person_id;
    if (actor != row->submitter_id || actor == 0)
        return 0;
    if (row->requester_id != actor)
        return row->requester_id;
    return row->beneficiary_id != actor ? row->beneficiary_id : 0;
}

bool in_my_teams(const Aggregate *r, int64_t team)
{
    for (size_t i = 0; team != 0 && i < r->mine.n; i++)
        if (r->mine.at[i].id == team)
            return true;
    return false;
}

/* Works for the supplier that the task names. */
static bool is_supplier(const Aggregate *r, Str supplier)
{
    for (size_t i = 0; supplier.len > 0 && i < r->suppliers.n; i++)
        if (str_eq(r->suppliers.at[i], supplier))
            return true;
    return false;
}

/* The subject's teams and suppliers, asked for once. */
static Rc load_mine(Ctx *cx, Aggregate *r)
{
    Teams teams = { 0 };

    if (r->mine_known || cx->subject->person_id == 0)
        return RC_OK;
    TRY(person_teams(cx, cx->subject->person_id, &r->mine));
    TRY(principals_of(cx, cx->subject->person_id, DELEGATION_TASKS, cx->now_ms, &r->stands_for));
    r->mine_known = true;
    if (!(cx->subject->roles & ROLE_SUPPLIER))
        return RC_OK;
    TRY(team_list(cx, true, &teams));
    for (size_t i = 0; i < teams.n; i++)
        if (teams.at[i].supplier.len > 0 && in_my_teams(r, teams.at[i].id))
            TRY(LIST_PUSH(cx->arena, &r->suppliers, teams.at[i].supplier));
    return RC_OK;
}

int64_t stands_in_at(const Aggregate *r, size_t task)
{
    const EngineTask *t = &r->state.tasks.at[task];
    int64_t whose = t->assignee;

    if (whose == 0 && t->owner == TASK_BY_TEAM && t->team == r->state.team)
        whose = r->state.assignee;
    for (size_t i = 0; whose != 0 && granted_may(r->g, MAY_TASK) && i < r->stands_for.n; i++)
        if (r->stands_for.at[i] == whose)
            return whose;
    return 0;
}

static bool works_at(const Aggregate *r, size_t task)
{
    if (stands_in_at(r, task) != 0)
        return true;
    if (granted_may(r->g, MAY_TASK) && in_my_teams(r, r->state.tasks.at[task].team))
        return true;
    /* Who works on the request without being in its team holds the role for all teams. */
    return granted_may(r->g, MAY_WORK) && !granted_confidential(r->g)
           && !in_my_teams(r, r->state.team);
}

Rc aggregate_as(Ctx *cx, Aggregate *r, size_t task, uint32_t *ret)
{
    uint32_t as = 0;

    TRY(load_mine(cx, r));
    /* While a confidential request is offered, the other team reads it too; it does not own it yet. */
    bool own = !granted_confidential(r->g) || in_my_teams(r, r->state.team);
    if (granted_may(r->g, MAY_ASK_SIDE))
        as |= AS_PARTY;
    if (granted_may(r->g, MAY_WORK) && own)
        as |= AS_TEAM;
    if (granted_may(r->g, MAY_LEAD) && own)
        as |= AS_LEAD;
    if (task != ENGINE_NO_INDEX && works_at(r, task))
        as |= AS_TASK;
    if (task < r->tasks.n && is_supplier(r, r->tasks.at[task].supplier))
        as |= AS_SUPPLY;
    if (r->state.handover.open && in_my_teams(r, r->state.handover.to_team))
        as |= AS_TARGET;
    *ret = as;
    return RC_OK;
}

Rc refused(Ctx *cx, const ModelVersion *m, const EngineRefusal *no, const char *pointer)
{
    Text text = { .msgid = no->text };

    if (str_eq_z(str_z(no->code), "no_entitlement") && no->index < m->entitlement.n)
        text = TEXT("{0}", m->entitlement.at[no->index].message);
    else if (no->rc == RC_INVALID && pointer != NULL
             && str_eq_z(str_z(no->code), "reason_required"))
        return fail_field(cx, RC_INVALID, pointer, "required", text);
    return fail(cx, no->rc, no->code, text);
}

/* ---- approvals ---- */

/* The words belong to the one decision that this step is about. */
static Str approval_reason(const EngineInput *in, size_t i, const StepWords *w)
{
    return in->kind == INPUT_DECIDE && in->approval == i ? w->reason : STR_NULL;
}

static Rc save_approval(Ctx *cx, Aggregate *r, EngineApproval *a, Str reason)
{
    Str rule = approval_rule_word(cx->arena, a->rule), state = approval_state_word(a->state);

    if (a->row != 0)
        return q_approval_save(cx, r->g, a->row, state, a->stuck, a->pre_approved,
                               id_opt(a->approver), id_opt(a->delegate), id_opt(a->decider),
                               ms_opt(a->asked_ms), ms_opt(a->decided_ms), reason, a->shown_hash,
                               given_by_word(a->given), NULL);
    ApprovalInsertRow made;
    TRY(q_approval_insert(cx, r->g, a->stage, a->stage_no, a->round, rule, state, a->stuck,
                          a->pre_approved, id_opt(a->approver), id_opt(a->delegate),
                          id_opt(a->decider), ms_opt(a->asked_ms), ms_opt(a->decided_ms), reason,
                          a->shown_hash, given_by_word(a->given), &made));
    a->row = made.id;
    return RC_OK;
}

static Rc save_approvals(Ctx *cx, Aggregate *r, RequestState *next, const EngineInput *in,
                         const StepWords *w)
{
    for (size_t i = 0; i < next->approvals.n; i++) {
        EngineApproval *a = &next->approvals.at[i];
        if (!a->changed)
            continue;
        TRY(save_approval(cx, r, a, approval_reason(in, i, w)));
        if (a->state == APPROVAL_ASKED)
            TRY(access_reader_person(cx, r->g, RELATION_ASKEE, a->approver));
        if (a->state == APPROVAL_ASKED && a->delegate != 0)
            TRY(access_reader_person(cx, r->g, RELATION_ASKEE, a->delegate));
    }
    return RC_OK;
}

/* ---- tasks ---- */

static LangText in_all_languages(const char *msgid)
{
    LangText t = { 0 };
    for (int lang = 0; lang < LANG_COUNT; lang++)
        t.in[lang] = i18n_text((Lang)lang, msgid);
    return t;
}

/* What a person typed, as app/loc.h keeps a text without a language. */
static Str words_in_no_language(Arena *a, Str words)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 8 * 1024);
    json_out_init(&o, &buf);
    json_object(&o);
    json_field_text(&o, "", words);
    json_object_end(&o);
    return str_dup(a, buf_str(&buf));
}

static Str task_title(Ctx *cx, const Aggregate *r, const EngineTask *t, const StepWords *w)
{
    LangText names = { 0 };

    switch (t->origin) {
    case ORIGIN_MODEL: names = task_names(cx, &r->steps, r->model, t->key); break;
    case ORIGIN_WHOLE: names = in_all_languages(T("Do what was asked for")); break;
    case ORIGIN_REWORK: names = in_all_languages(T("Put right what is missing")); break;
    case ORIGIN_ADHOC: return words_in_no_language(cx->arena, w->title);
    }
    return loc_json(cx->arena, &names);
}

/* Minutes of a day of work, as the calendar of who does it says. */
static Rc day_minutes(Ctx *cx, int64_t team_id, int64_t *ret)
{
    const CalendarLine *line = NULL;

    TRY(worktime_of_team(cx, team_id, zone_utc(), &line));
    const Calendar *calendar = calendar_at(line, cx->now_ms);
    *ret = calendar != NULL ? calendar_day_hours(calendar) * 60 / 1000 : 24 * 60;
    return RC_OK;
}

/* Planned minutes. */
static Rc effort_minutes(Ctx *cx, TimeSpan effort, int64_t team_id, int64_t *ret)
{
    int64_t day = 0;

    *ret = 0;
    switch (effort.unit) {
    case SPAN_MINUTES: *ret = effort.n; break;
    case SPAN_HOURS:
    case SPAN_WORK_HOURS: *ret = effort.n * INT64_C(60); break;
    case SPAN_DAYS:
    case SPAN_WORK_DAYS:
        if (effort.n != 0)
            TRY(day_minutes(cx, team_id, &day));
        *ret = effort.n * day;
        break;
    case SPAN_YEARS: break;
    }
    return RC_OK;
}

/* The model's own lines, else the steps of the procedure. */
static Rc make_checklist(Ctx *cx, const Aggregate *r, const PlanTask *plan, int64_t task_id)
{
    LangTextList lines = plan->checklist;
    Sop sop = { 0 };

    if (lines.n == 0 && plan->sop.len > 0) {
        Rc rc = catalog_sop(cx, plan->sop, &sop);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        lines = sop.steps;
    }
    for (size_t i = 0; i < lines.n; i++)
        TRY(q_task_check_insert(cx, r->g, task_id, (int64_t)i + 1,
                                loc_json(cx->arena, &lines.at[i]), NULL));
    return RC_OK;
}

static Str keys_json(Ctx *cx, const StrList *keys)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 64 * 1024);
    json_out_init(&o, &buf);
    json_array(&o);
    for (size_t i = 0; i < keys->n; i++)
        json_text(&o, keys->at[i]);
    json_array_end(&o);
    return str_dup(cx->arena, buf_str(&buf));
}

static Rc insert_task(Ctx *cx, Aggregate *r, EngineTask *t, int64_t position, const StepWords *w)
{
    const PlanTask *plan = t->origin == ORIGIN_MODEL ? model_task(r->model, t->key) : NULL;
    Str sign_off_who = STR(""), supplier = STR("");
    int64_t effort = 0;
    TaskInsertRow made;

    if (plan != NULL && !r->steps.known)
        TRY(step_names(cx, &r->steps));
    if (plan != NULL && plan->signed_off)
        sign_off_who = who_text(cx->arena, &plan->sign_off);
    if (plan != NULL && plan->supplier.len > 0)
        supplier = plan->supplier;
    if (plan != NULL)
        TRY(effort_minutes(cx, plan->effort, t->team != 0 ? t->team : r->state.team, &effort));
    TRY(q_task_insert(
        cx, r->g, t->key, position, task_title(cx, r, t, w), task_state_word(t->state),
        id_opt(t->team), id_opt(t->assignee), task_owner_word(t->owner), keys_json(cx, &t->after),
        t->test, t->passed, t->accept, task_origin_word(t->origin), task_skip_word(t->skip),
        ms_opt(t->at_ms), sign_off_word(t->sign_off), sign_off_who, supplier, effort, t->attempt,
        ms_opt(t->finished_ms), plan != NULL && plan->action.len > 0 ? plan->action : STR(""),
        action_word(t->action), &made));
    t->row = made.id;
    return plan != NULL ? make_checklist(cx, r, plan, made.id) : RC_OK;
}

static bool task_words(const EngineInput *in, const EngineTask *t)
{
    return (in->kind == INPUT_TASK_FINISH || in->kind == INPUT_TASK_SKIP
            || in->kind == INPUT_ACTION)
           && str_eq(in->task, t->key);
}

static Rc update_task(Ctx *cx, Aggregate *r, const EngineTask *t, const EngineTask *before,
                      const EngineInput *in, const StepWords *w)
{
    TRY(q_task_save(cx, r->g, t->row, task_state_word(t->state), id_opt(t->team),
                    id_opt(t->assignee), t->passed, task_skip_word(t->skip), ms_opt(t->at_ms),
                    sign_off_word(t->sign_off), id_opt(t->sign_off_by), t->attempt,
                    ms_opt(t->started_ms), ms_opt(t->finished_ms), id_opt(t->finished_by),
                    action_word(t->action), task_words(in, t) ? w->reason : STR_NULL, NULL));
    if (t->after.n != before->after.n)
        TRY(q_task_save_after(cx, r->g, t->row, keys_json(cx, &t->after), NULL));
    return t->attempt != before->attempt ? q_task_check_reset(cx, r->g, t->row, NULL) : RC_OK;
}

static bool may_sign(const Aggregate *r, const EngineTask *t, int64_t person)
{
    return person != t->finished_by && person != r->state.requester
           && person != r->state.beneficiary && person != r->state.submitter;
}

static Rc write_signers(Ctx *cx, Aggregate *r, const EngineTask *t, const IdList *who,
                        size_t *written)
{
    for (size_t i = 0; i < who->n; i++) {
        if (!may_sign(r, t, who->at[i]))
            continue;
        TRY(q_task_signer_insert(cx, r->g, t->row, who->at[i], NULL));
        TRY(access_reader_person(cx, r->g, RELATION_ASKEE, who->at[i]));
        ++*written;
    }
    return RC_OK;
}

/* Who may sign is kept with the task as long as it waits for that, and sees the request from then on. */
static Rc save_signers(Ctx *cx, Aggregate *r, const EngineTask *t, const EngineFacts *f)
{
    size_t written = 0;

    TRY(q_task_signer_clear(cx, r->g, t->row, NULL));
    if (t->sign_off != SIGN_OFF_ASKED)
        return RC_OK;
    for (size_t i = 0; i < f->tasks.n; i++)
        if (str_eq(f->tasks.at[i].key, t->key))
            TRY(write_signers(cx, r, t, &f->tasks.at[i].signers, &written));
    return written > 0 ? RC_OK : write_signers(cx, r, t, &f->owner_leads, &written);
}

/* A task that its condition leaves out is nobody's yet. */
static bool task_is_in(const EngineTask *t)
{
    return t->state != TASK_SKIPPED;
}

Rc readers_of_task(Ctx *cx, Aggregate *r, const EngineTask *t)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SupplierTeamsRow team;
    const PlanTask *plan = t->origin == ORIGIN_MODEL ? model_task(r->model, t->key) : NULL;

    if (!task_is_in(t))
        return RC_OK;
    if (t->team != 0)
        TRY(access_reader_team(cx, r->g, RELATION_TASK_TEAM, t->team));
    if (plan == NULL || plan->supplier.len == 0)
        return RC_OK;
    TRY(q_supplier_teams(cx, plan->supplier, &rows));
    while (q_supplier_teams_next(&rows, &team))
        TRY(access_reader_team(cx, r->g, RELATION_TASK_TEAM, team.id));
    return rows_result(&rows);
}

static Rc save_tasks(Ctx *cx, Aggregate *r, RequestState *next, const EngineFacts *f,
                     const EngineInput *in, const StepWords *w)
{
    for (size_t i = 0; i < next->tasks.n; i++) {
        EngineTask *t = &next->tasks.at[i];
        const EngineTask *before = i < r->state.tasks.n ? &r->state.tasks.at[i] : NULL;
        if (!t->changed)
            continue;
        if (before == NULL)
            TRY(insert_task(cx, r, t, (int64_t)i + 1, w));
        else
            TRY(update_task(cx, r, t, before, in, w));
        if (before != NULL ? before->sign_off != t->sign_off : t->sign_off == SIGN_OFF_ASKED)
            TRY(save_signers(cx, r, t, f));
        if (before == NULL || !task_is_in(before) || before->team != t->team)
            TRY(readers_of_task(cx, r, t));
    }
    return RC_OK;
}

/* ---- pending and hand-over ---- */

static Rc save_pending(Ctx *cx, Aggregate *r, EnginePending *p, const EngineInput *in,
                       const StepWords *w, Ms now)
{
    const EnginePending *before = &r->state.pending;
    /* A planned start makes one too; the words of that step are about something else. */
    bool by_person = in->kind == INPUT_PEND || in->kind == INPUT_ASK;

    if (!p->changed)
        return RC_OK;
    if (before->open && (!p->open || p->row != before->row))
        TRY(q_pending_save(cx, r->g, before->row, ms_opt(before->until_ms), before->reminded,
                           OPT_NONE, OPT_NONE, OPT_INT(now), NULL));
    if (!p->open)
        return RC_OK;
    if (p->row != 0)
        return q_pending_save(cx, r->g, p->row, ms_opt(p->until_ms), p->reminded,
                              ms_opt(p->remind_ms), ms_opt(p->close_ms), OPT_NONE, NULL);
    PendingInsertRow made;
    TRY(q_pending_insert(cx, r->g, pending_kind_word(p->kind), by_person ? w->reason : STR(""),
                         p->since_ms, ms_opt(p->until_ms), ms_opt(p->remind_ms),
                         ms_opt(p->close_ms), by_person ? id_opt(cx->subject->person_id) : OPT_NONE,
                         &made));
    p->row = made.id;
    return RC_OK;
}

static const char *handover_end(const EngineEffects *done)
{
    for (size_t i = 0; i < done->list.n; i++) {
        if (done->list.at[i].kind == EFFECT_ACCEPTED)
            return "accepted";
        if (done->list.at[i].kind == EFFECT_DECLINED)
            return "declined";
    }
    return "withdrawn";
}

/* The offered team has to read what it is offered. */
static Relation offer_relation(const Aggregate *r)
{
    return granted_confidential(r->g) ? RELATION_TEAM : RELATION_TASK_TEAM;
}

static bool team_has_task(const RequestState *s, int64_t team)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.at[i].team == team && task_is_in(&s->tasks.at[i]))
            return true;
    return false;
}

static Rc save_handover(Ctx *cx, Aggregate *r, RequestState *next, const EngineEffects *done,
                        const StepWords *w, Ms now)
{
    EngineHandover *h = &next->handover;
    int64_t offered = r->state.handover.to_team;

    if (!h->changed)
        return RC_OK;
    if (h->open) {
        HandoverInsertRow made;
        TRY(q_handover_insert(cx, r->g, h->from_team, h->to_team, h->by, w->reason, w->questions,
                              w->next_step, now, &made));
        h->row = made.id;
        return access_reader_team(cx, r->g, offer_relation(r), h->to_team);
    }
    const char *end = handover_end(done);
    bool declined = str_eq_z(str_z(end), "declined");
    TRY(q_handover_save(cx, r->g, r->state.handover.row, str_z(end), declined ? w->reason : STR(""),
                        OPT_INT(now), id_opt(cx->subject->person_id), NULL));
    /* It read for the sake of the offer; what remains is its tasks, or that it is the team now. */
    bool keeps = granted_confidential(r->g) ? next->team == offered : team_has_task(next, offered);
    return keeps ? RC_OK : access_reader_drop_team(cx, r->g, offer_relation(r), offered);
}

/* ---- the root ---- */

static bool same_next(const RequestRow *row, Str code, Str who)
{
    return str_eq(row->step_code, code) && str_eq(row->step_who, who);
}

Ms request_timer_ms(const RequestState *s, Ms now)
{
    Ms at = engine_timer_ms(s);
    if (!str_eq_z(str_z(s->next.code), "approver"))
        return at;
    return at == MS_NONE || at > now + STUCK_RETRY_MS ? now + STUCK_RETRY_MS : at;
}

/* Most steps leave the timer alone. */
static Rc save_timer(Ctx *cx, const Aggregate *r, const RequestState *next, Ms now)
{
    Ms at = request_timer_ms(next, now);

    if (at == request_timer_ms(&r->state, now) && at == engine_timer_ms(next))
        return RC_OK;
    return timer_put(cx, TIMER_OF_REQUEST, r->row.id, STR(""), at);
}

static Rc save_root(Ctx *cx, Aggregate *r, const RequestState *s, Ms now)
{
    Str code = str_z(s->next.code), who = holder_word(cx->arena, s->next.who);
    int64_t changed = 0;

    if (!same_next(&r->row, code, who))
        r->row.step_ms = now;
    r->row.step_code = code;
    r->row.step_who = who;
    TRY(save_timer(cx, r, s, now));
    TRY(q_request_save_state(
        cx, r->g, r->row.version, phase_word(s->state), phase_word(s->phase),
        outcome_word(s->outcome), assessment_word(s->assessment), adhoc_word(s->adhoc),
        id_opt(s->adhoc_by), s->round, s->team, id_opt(s->assignee), code, who, r->row.step_ms,
        ms_opt(s->submitted_ms), ms_opt(s->fulfilled_ms), ms_opt(s->closed_ms),
        ms_opt(s->close_at_ms), ms_opt(s->not_before_ms), ms_opt(s->back_until_ms), now, &changed));
    if (changed != 1)
        return version_check(cx, OPT_INT(r->row.version), r->row.version + 1);
    r->row.version++;
    r->row.updated_ms = now;
    r->row.state = phase_word(s->state);
    r->row.phase = phase_word(s->phase);
    r->row.outcome = outcome_word(s->outcome);
    r->row.team_id = s->team;
    r->row.assignee_id = id_opt(s->assignee);
    r->row.submitted_ms = ms_opt(s->submitted_ms);
    r->row.not_before_ms = ms_opt(s->not_before_ms);
    return RC_OK;
}

static Rc save_team(Ctx *cx, Aggregate *r, const RequestState *next)
{
    if (next->team == r->state.team)
        return RC_OK;
    TRY(access_reader_team(cx, r->g, RELATION_TEAM, next->team));
    return access_reader_drop_team(cx, r->g, RELATION_TEAM, r->state.team);
}

/* Whom it was taken from reads on, to see why and to tell what they know. */
static Rc keep_reading(Ctx *cx, Aggregate *r, const RequestState *next)
{
    if (next->team == r->state.team || granted_confidential(r->g))
        return RC_OK;
    return access_reader_team(cx, r->g, RELATION_TASK_TEAM, r->state.team);
}

/* Time never runs backwards in one request, whatever the machine's clock does. */
Ms step_time(const Ctx *cx, const Aggregate *r)
{
    return cx->now_ms > r->row.updated_ms ? cx->now_ms : r->row.updated_ms;
}

Rc aggregate_step(Ctx *cx, Aggregate *r, EngineInput *in, const StepWords *words)
{
    Ms now = step_time(cx, r);
    EngineFacts facts;
    EngineEffects done = { 0 };
    ClockWorld world;

    in->actor = in->as & AS_SYSTEM ? 0 : cx->subject->person_id;
    in->reason = words->reason.len > 0;
    if (r->state.phase == PHASE_ASSESSING || r->state.phase == PHASE_AWAITING_APPROVAL
        || r->state.phase == PHASE_FULFILLING)
        TRY(risk_settle(cx, r)); /* persons and teams change beside the request */
    TRY(facts_of_step(cx, r, in, now, &facts));
    if (engine_step(r->model, &facts, &r->state, in, now, cx->arena, &done) != RC_OK)
        return refused(cx, r->model, &done.refusal, words->field);
    if (!done.changed)
        return RC_OK;
    TRY(save_approvals(cx, r, &done.next, in, words));
    TRY(save_tasks(cx, r, &done.next, &facts, in, words));
    TRY(save_pending(cx, r, &done.next.pending, in, words, now));
    TRY(save_team(cx, r, &done.next));
    if (in->kind == INPUT_ESCALATE)
        TRY(keep_reading(cx, r, &done.next));
    TRY(save_handover(cx, r, &done.next, &done, words, now));
    if (in->kind == INPUT_FULFIL)
        TRY(q_request_save_resolution(cx, r->g, words->reason, NULL));
    TRY(clock_world(cx, r, &done.next, now, &world));
    TRY(step_events(cx, r, &facts, in, now, &done, &world, words));
    TRY(save_root(cx, r, &done.next, now));
    bool handed_over = done.next.team != r->state.team;
    r->state = done.next;
    TRY(clocks_follow(cx, r, &world, false));
    if (handed_over) {
        TRY(confidence_settle(cx, r));
        TRY(snooze_moved(cx, r));
        TRY(risk_settle(cx, r));
    }
    TRY(assignment_settle(cx, r));
    return delegates_settle(cx, r);
}

/* Far enough that no state or right can hide behind a fault of the words. */
static EngineInput without_faults(Ctx *cx, const EngineInput *in)
{
    EngineInput whole = *in;

    whole.actor = cx->subject->person_id;
    whole.reason = whole.ok = true;
    if (!whole.passed.set)
        whole.passed = OPT_INT(1);
    if (whole.to == 0)
        whole.to = cx->subject->person_id;
    if (whole.to_team == 0)
        whole.to_team = INT64_MAX; /* any other team */
    return whole;
}

Rc aggregate_fault(Ctx *cx, const Aggregate *r, const EngineInput *in, Rc fault)
{
    EngineInput whole = without_faults(cx, in);
    EngineFacts facts;
    EngineEffects done = { 0 };
    Ms now = step_time(cx, r);

    if (fault != RC_INVALID && fault != RC_LIMIT && fault != RC_NOT_FOUND && fault != RC_STALE)
        return fault;
    TRY(facts_of_step(cx, r, &whole, now, &facts));
    Rc rc = engine_step(r->model, &facts, &r->state, &whole, now, cx->arena, &done);
    /* Too late for this request, but a linked one would take it up. */
    bool goes_on = str_eq_z(str_z(done.refusal.code), "follow_up");
    bool state = rc == RC_CONFLICT && !goes_on && fault != RC_STALE;
    if (rc != RC_FORBIDDEN && !state)
        return fault;
    return fail_whole(cx, rc, done.refusal.code, (Text){ .msgid = done.refusal.text });
}

Rc aggregate_note(Ctx *cx, GrantedRequest g, const Event *ev, int64_t *ret_event)
{
    Event e = *ev;

    assert(e.request_id == 0);
    e.request_id = granted_request_id(g);
    TRY(q_request_touch(cx, g, cx->now_ms, NULL));
    return event_add(cx, &e, ret_event);
}
