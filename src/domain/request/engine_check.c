/* engine_check.c - the promises that every state keeps.  Each is stated once, here and in words in
 * docs/domain/engine.md. */
#include "domain/request/engine_step.h"

/* Returns the broken promise from the function that stands around it. */
#define PROMISE(cond, text)                                                                        \
    do {                                                                                           \
        if (!(cond))                                                                               \
            return STR(text);                                                                      \
    } while (0)

static bool is_work(Phase p)
{
    return p == PHASE_ASSESSING || p == PHASE_AWAITING_APPROVAL || p == PHASE_FULFILLING;
}

static bool has_end(Outcome o)
{
    return o == OUTCOME_FULFILLED || o == OUTCOME_PARTLY;
}

static bool was_decided(ApprovalState s)
{
    return s == APPROVAL_APPROVED || s == APPROVAL_REJECTED || s == APPROVAL_RETURNED;
}

static Str check_request(const RequestState *s, Phase phase)
{
    PROMISE(s->team != 0, "a request is in a queue");
    PROMISE(s->phase == phase, "the phase follows from assessment, approvals and tasks");
    PROMISE(s->state == (s->pending.open ? PHASE_PENDING : phase),
            "the state is the phase, or pending over it");
    PROMISE(!s->pending.open || is_work(phase), "only work in progress is pending");
    PROMISE(!s->handover.open || is_work(phase), "only work in progress is handed over");
    PROMISE(!s->handover.open || (s->handover.to_team != s->team && s->handover.to_team != 0),
            "a request is handed over to another team");
    PROMISE((s->outcome != OUTCOME_NONE) == (phase == PHASE_FULFILLED || phase == PHASE_CLOSED),
            "an outcome is known from fulfilled on");
    PROMISE(phase != PHASE_FULFILLED || has_end(s->outcome), "fulfilled has a good outcome");
    PROMISE((s->fulfilled_ms != MS_NONE) == has_end(s->outcome), "fulfilled says since when");
    PROMISE((s->assessment == ASSESSMENT_NONE) == (s->submitted_ms == MS_NONE),
            "assessment begins with submission");

    PROMISE(s->back_until_ms == MS_NONE
                || (phase == PHASE_CLOSED
                    && (s->outcome == OUTCOME_WITHDRAWN || s->outcome == OUTCOME_MERGED)),
            "only what silence closed or a merge can come back");
    PROMISE(s->outcome != OUTCOME_MERGED || s->back_until_ms != MS_NONE,
            "a merge says until when it can be taken back");
    PROMISE(!s->pending.open || s->pending.close_ms == MS_NONE
                || (s->pending.kind == PENDING_REQUESTER && s->pending.remind_ms == MS_NONE),
            "silence closes a request only after the last reminder");

    EngineNext next = engine_next(s);
    if (phase == PHASE_CLOSED)
        PROMISE(next.code[0] == '\0', "a closed request has no next step");
    else
        PROMISE(next.code[0] != '\0' && next.who.kind != HOLDER_NOBODY,
                "an open request has a next step and somebody who has it");
    return STR_NULL;
}

static Str check_approval(const RequestState *s, const EngineApproval *ap)
{
    PROMISE(!state_is_party(s, ap->approver) && !state_is_party(s, ap->decider)
                && !state_is_party(s, ap->delegate),
            "nobody approves a request of their own");
    PROMISE((ap->decider != 0) == was_decided(ap->state),
            "what was decided was decided by somebody");
    PROMISE(ap->decider == 0 || ap->decider == ap->approver || ap->decider == ap->delegate,
            "only who was asked decides");
    PROMISE(ap->approver != 0 || ap->state == APPROVAL_WAITING || ap->state == APPROVAL_SKIPPED
                || ap->state == APPROVAL_WITHDRAWN,
            "somebody is asked");
    PROMISE(ap->approver == 0 || (ap->state != APPROVAL_WAITING && ap->state != APPROVAL_SKIPPED),
            "a place-holder is nobody's");
    PROMISE(!ap->stuck || ap->state == APPROVAL_WAITING, "only what waits is stuck");
    if (ap->decider == 0)
        return STR_NULL;
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *other = &s->approvals.at[i];
        PROMISE(other == ap || other->stage_no != ap->stage_no || other->round != ap->round
                    || other->decider != ap->decider,
                "one person has one voice in a stage");
    }
    return STR_NULL;
}

static Str check_stages(const RequestState *s, Phase phase)
{
    StageViews views = stage_views(s);
    bool done = true; /* all stages so far */
    Adhoc adhoc = ADHOC_NONE;
    for (size_t k = 0; k < views.n; k++) {
        const StageView *v = &views.at[k];
        PROMISE(v->status == STAGE_ASKED || v->asked == 0, "obsolete asks are withdrawn");
        PROMISE(v->status != STAGE_ASKED || is_work(phase),
                "approvals are asked while work goes on");
        PROMISE(v->status != STAGE_REJECTED || stage_is_adhoc(v) || phase == PHASE_CLOSED,
                "a rejected stage closes the request");
        if (stage_is_adhoc(v)) {
            adhoc = v->status == STAGE_APPROVED   ? ADHOC_APPROVED
                    : v->status == STAGE_REJECTED ? ADHOC_REFUSED
                    : v->status == STAGE_VOID     ? ADHOC_NONE
                                                  : ADHOC_ASKED;
            continue;
        }
        PROMISE(v->status != STAGE_ASKED || done, "stages are asked in their order");
        done = done && stage_is_done(v);
    }
    PROMISE(s->adhoc == adhoc, "leaving the model follows from its approval");
    for (size_t i = 0; i < s->approvals.n; i++) {
        const EngineApproval *ap = &s->approvals.at[i];
        bool open = ap->state == APPROVAL_ASKED || ap->state == APPROVAL_WAITING;
        PROMISE(!open || phase != PHASE_CLOSED, "closed is final: no approval is open");
        for (size_t k = 0; k < views.n; k++)
            PROMISE(!open || views.at[k].stage_no != ap->stage_no || views.at[k].round == ap->round,
                    "only the latest asking of a stage is open");
    }
    return STR_NULL;
}

static Str check_task(const RequestState *s, const EngineTask *t, Phase phase)
{
    bool in_hand = t->state == TASK_READY || t->state == TASK_STARTED;
    PROMISE(!in_hand || phase == PHASE_FULFILLING, "tasks wait for assessment and approvals");
    PROMISE(!in_hand || task_is_free(s, t), "tasks wait for what comes before them");
    PROMISE((t->skip != SKIP_NONE) == (t->state == TASK_SKIPPED), "a skipped task says why");
    PROMISE(t->state == TASK_FINISHED
                || (t->sign_off != SIGN_OFF_ASKED && t->sign_off != SIGN_OFF_SIGNED),
            "only finished work is signed off");
    PROMISE(t->sign_off != SIGN_OFF_SIGNED
                || (t->sign_off_by != t->finished_by && !state_is_party(s, t->sign_off_by)),
            "nobody signs off their own work or request");
    PROMISE(t->state != TASK_FINISHED || t->finished_ms != MS_NONE, "finished says when");
    PROMISE(t->state != TASK_FINISHED || !t->test || (t->passed.set && t->passed.value == 1),
            "a finished test was passed");
    PROMISE(t->state != TASK_SKIPPED || !t->test || t->skip == SKIP_CONDITION
                || t->skip == SKIP_ADHOC,
            "a test is not left out");
    PROMISE(t->origin != ORIGIN_ADHOC || s->adhoc == ADHOC_APPROVED,
            "free tasks need the owner's approval");
    PROMISE(t->action != ACTION_DONE
                || ((t->state == TASK_FINISHED || t->state == TASK_SKIPPED) && t->finished_by == 0),
            "what the program did was finished by nobody else");
    PROMISE(t->action != ACTION_DUE || (t->state != TASK_STARTED && t->assignee == 0),
            "what somebody has in hand is not the program's");
    PROMISE(phase != PHASE_CLOSED || (!task_is_open(t) && t->sign_off != SIGN_OFF_ASKED),
            "closed is final: no task is open");
    PROMISE(t->state != TASK_CANCELLED || phase == PHASE_CLOSED, "only closing cancels tasks");
    for (size_t i = 0; i < t->after.n; i++)
        PROMISE(state_task(s, t->after.at[i], NULL) != NULL, "a task comes after tasks that exist");
    PROMISE(state_task(s, t->key, NULL) == t, "keys of tasks are unique");
    return STR_NULL;
}

static Str check_tasks(const RequestState *s, Phase phase)
{
    bool any = false, partly = false;
    for (size_t i = 0; i < s->tasks.n; i++) {
        const EngineTask *t = &s->tasks.at[i];
        Str why = check_task(s, t, phase);
        if (!str_is_null(why))
            return why;
        PROMISE(!has_end(s->outcome) || task_is_done(t), "fulfilled means that every task is done");
        any |= !(t->state == TASK_SKIPPED && t->skip == SKIP_CONDITION);
        partly |= t->skip == SKIP_PERSON;
    }
    PROMISE(!has_end(s->outcome) || any, "nothing is fulfilled by nobody");
    PROMISE(!has_end(s->outcome) || (s->outcome == OUTCOME_PARTLY) == partly,
            "partly means that something was left out");
    return STR_NULL;
}

static Str broken(const RequestState *s)
{
    Phase phase = phase_derive(s);
    Str why = check_request(s, phase);
    for (size_t i = 0; str_is_null(why) && i < s->approvals.n; i++)
        why = check_approval(s, &s->approvals.at[i]);
    if (str_is_null(why))
        why = check_stages(s, phase);
    if (str_is_null(why))
        why = check_tasks(s, phase);
    return why;
}

bool engine_check(const RequestState *s, Str *why)
{
    *why = broken(s);
    return str_is_null(*why);
}
