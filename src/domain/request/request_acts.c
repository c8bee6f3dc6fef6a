/* request_acts.c - acts on the request itself: one table, one way through. */
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"

#define QUESTIONS_MAX 20 /* open questions of a hand-over */

/* What an act asks for besides its words. */
static const struct Act {
    const char *word;
    const char *label;
    uint32_t may; /* any of these RequestMay bits; 0: the engine asks for a capacity */
    bool at_task; /* or works on a task that is open */
    InputKind input;
    const char *field; /* the name of its words in a body */
    bool words;        /* it needs them */
} acts[ACT_COUNT] = {
    [ACT_SUBMIT] = { "submit", T("Send"), MAY_ASK_SIDE, false, INPUT_SUBMIT, "reason", false },
    [ACT_ASSESS] = { "assess", T("Assess"), MAY_WORK, false, INPUT_ASSESS, "reason", false },
    [ACT_ASSIGN] = { "assign", T("Assign"), MAY_WORK | MAY_LEAD, false, INPUT_ASSIGN, "reason",
                     false },
    [ACT_TRANSFER] = { "transfer", T("Hand over"), MAY_WORK, false, INPUT_TRANSFER, "summary",
                       true },
    [ACT_ACCEPT_TRANSFER] = { "accept_transfer", T("Take over"), 0, false, INPUT_TRANSFER_ACCEPT,
                              "reason", false },
    [ACT_DECLINE_TRANSFER] = { "decline_transfer", T("Decline"), 0, false, INPUT_TRANSFER_DECLINE,
                               "reason", true },
    [ACT_ASK] = { "ask", T("Ask the requester"), MAY_WORK, true, INPUT_ASK, "text", true },
    [ACT_PEND] = { "pend", T("Wait"), MAY_WORK, true, INPUT_PEND, "reason", true },
    [ACT_RESUME] = { "resume", T("Go on"), MAY_WORK, true, INPUT_RESUME, "reason", false },
    [ACT_REJECT] = { "reject", T("Reject"), MAY_WORK, false, INPUT_REJECT, "reason", true },
    [ACT_FULFIL] = { "fulfil", T("Fulfilled"), MAY_WORK, false, INPUT_FULFIL, "resolution", true },
    [ACT_CONFIRM] = { "confirm", T("Confirm"), MAY_ASK_SIDE, false, INPUT_CONFIRM, "reason",
                      false },
    [ACT_NOT_SOLVED] = { "not_solved", T("Not solved"), MAY_ASK_SIDE, false, INPUT_NOT_SOLVED,
                         "reason", true },
    [ACT_WITHDRAW] = { "withdraw", T("Withdraw"), MAY_ASK_SIDE, false, INPUT_WITHDRAW, "reason",
                       false },
    [ACT_CANCEL] = { "cancel", T("Cancel request"), MAY_WORK, false, INPUT_CANCEL, "reason", true },
    [ACT_REOPEN] = { "reopen", T("Reopen"), MAY_ASK_SIDE | MAY_WORK, false, INPUT_REOPEN, "reason",
                     true },
    [ACT_ADHOC] = { "adhoc", T("Leave the model"), MAY_WORK, false, INPUT_ADHOC, "reason", true },
    [ACT_CONVERT] = { "convert", T("Convert"), MAY_WORK, false, INPUT_CONVERT, "reason", false },
    [ACT_MERGE] = { "merge", T("Merge"), MAY_WORK, false, INPUT_MERGE, "reason", false },
    [ACT_UNMERGE] = { "unmerge", T("Take the merge back"), MAY_WORK, false, INPUT_UNMERGE, "reason",
                      false },
};

const char *act_word(ActKind kind)
{
    return acts[kind].word;
}

Text act_label(ActKind kind)
{
    return (Text){ .msgid = acts[kind].label };
}

bool act_from_word(Str word, ActKind *ret)
{
    for (int i = 0; i < ACT_COUNT; i++) {
        if (str_eq_z(word, acts[i].word)) {
            *ret = (ActKind)i;
            return true;
        }
    }
    return false;
}

/* ---- who may ---- */

static bool task_is_workable(const EngineTask *t)
{
    return t->owner == TASK_BY_TEAM && (t->state == TASK_READY || t->state == TASK_STARTED);
}

/* Whoever works on an open task meets the same questions and delays as the team, so they may ask and
 * wait for the whole request. */
static bool works_at_task(const Aggregate *r)
{
    for (size_t i = 0; i < r->state.tasks.n && granted_may(r->g, MAY_TASK); i++)
        if (task_is_workable(&r->state.tasks.at[i])
            && (in_my_teams(r, r->state.tasks.at[i].team) || stands_in_at(r, i) != 0))
            return true;
    return false;
}

/* The capacities in which the subject would do this act; 0: it is none of theirs. */
static Rc act_as(Ctx *cx, Aggregate *r, ActKind kind, uint32_t *ret)
{
    const struct Act *act = &acts[kind];
    uint32_t as = 0;
    bool mine = false;

    for (uint32_t bit = 1; bit <= MAY_NOTE; bit <<= 1)
        mine = mine || ((act->may & bit) && granted_may(r->g, bit));
    TRY(aggregate_as(cx, r, ENGINE_NO_INDEX, &as));
    if (act->may == 0)
        mine = (as & AS_TARGET) != 0;
    if (!mine && act->at_task && works_at_task(r)) {
        mine = true;
        as |= AS_TEAM;
    }
    *ret = mine ? as : 0;
    return RC_OK;
}

/* A member of the team, or somebody who holds the role for all teams. */
static Rc may_be_assigned(Ctx *cx, int64_t team, int64_t person, bool *ret)
{
    RolesHeld roles = { 0 };
    bool lead;

    TRY(team_has(cx, team, person, ret, &lead));
    if (*ret)
        return RC_OK;
    TRY(person_roles(cx, person, &roles));
    for (size_t i = 0; i < roles.n; i++)
        *ret = *ret
               || (roles.at[i].team_id == 0 && (roles.at[i].role & (ROLE_AGENT | ROLE_LEAD)) != 0);
    return RC_OK;
}

Rc assignee_find(Ctx *cx, int64_t team, Str login, int64_t *ret)
{
    int64_t person = 0;
    bool fits = false;

    *ret = 0;
    if (login.len == 0)
        return RC_OK;
    Rc rc = person_id(cx, login, &person);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "assignee", "not_found",
                          TEXT("There is no such person."));
    TRY(rc);
    TRY(may_be_assigned(cx, team, person, &fits));
    if (!fits)
        return fail_field(cx, RC_INVALID, "assignee", "not_in_team",
                          TEXT("Choose somebody of the team that does this."));
    *ret = person;
    return RC_OK;
}

/* ---- the parts of an input ---- */

static Rc submit_input(Ctx *cx, Aggregate *r, EngineInput *step)
{
    step->until_ms = ms_or_none(r->row.not_before_ms);
    return draft_complete(cx, r);
}

static Rc assess_input(Ctx *cx, Aggregate *r, const RequestAct *in)
{
    RequestFacts facts;
    AnswerLookup lookup = request_lookup(cx);
    AnswerSet set;
    FieldErrors errors = { 0 };

    TRY(facts_of_request(cx, r, &facts));
    Rc rc = answers_check_assess(cx->arena, r->model, &in->answers, &r->form, &facts, &lookup,
                                 ANSWERS_COMPLETE, cx->now_ms, &set, &errors);
    fail_adopt(cx, &errors);
    TRY(rc);
    return answers_store(cx, r, &set, true);
}

/* An agent takes a request, gives it back, or hands on what is theirs; a lead gives it to anybody. */
static Rc assign_input(Ctx *cx, const Aggregate *r, const RequestAct *in, EngineInput *step)
{
    int64_t self = cx->subject->person_id, now = r->state.assignee;

    Rc rc = assignee_find(cx, r->state.team, in->assignee, &step->to);
    bool own = (rc == RC_OK && step->to == self) || (now == self && self != 0);
    if (!own && !granted_may(r->g, MAY_LEAD))
        return fail_whole(cx, RC_FORBIDDEN, "forbidden",
                          TEXT("Only a lead gives work to others. You can take it yourself."));
    return rc;
}

static Rc questions_json(Ctx *cx, const StrList *questions, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    if (questions->n > QUESTIONS_MAX)
        return fail_field(cx, RC_LIMIT, "open_questions", "too_many",
                          TEXT("At most 20 open questions."));
    buf_init(&buf, 4 * REQUEST_TEXT_MAX);
    json_out_init(&o, &buf);
    json_array(&o);
    for (size_t i = 0; i < questions->n; i++) {
        Str question = str_trim(questions->at[i]);
        TRY(words_check(cx, "open_questions", question, false));
        if (question.len > 0)
            json_text(&o, question);
    }
    json_array_end(&o);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

static Rc transfer_input(Ctx *cx, const RequestAct *in, EngineInput *step, StepWords *words)
{
    Rc rc = team_id(cx, in->team, &step->to_team);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "team", "not_found", TEXT("There is no such team."));
    TRY(rc);
    TRY(words_check(cx, "next_step", in->next_step, false));
    words->next_step = str_is_null(in->next_step) ? STR("") : str_trim(in->next_step);
    return questions_json(cx, &in->open_questions, &words->questions);
}

static Rc pend_input(Ctx *cx, const RequestAct *in, EngineInput *step)
{
    if (in->until_ms.set)
        step->until_ms = in->until_ms.value;
    if (step->kind == INPUT_ASK)
        return RC_OK;
    step->pending = in->until_ms.set ? PENDING_DATE : PENDING_OTHER;
    if (in->pending.len == 0)
        return RC_OK;
    if (!pending_kind_from_word(in->pending, &step->pending) || step->pending == PENDING_REQUESTER)
        return fail_field(cx, RC_INVALID, "pending", "unknown_word",
                          TEXT("Choose supplier, date or other."));
    return RC_OK;
}

static Rc act_input(Ctx *cx, Aggregate *r, const RequestAct *in, EngineInput *step,
                    StepWords *words, GrantedRequest *into)
{
    CatalogModel model;

    switch (in->kind) {
    case ACT_SUBMIT: return submit_input(cx, r, step);
    case ACT_ASSESS: return assess_input(cx, r, in);
    case ACT_ASSIGN: return assign_input(cx, r, in, step);
    case ACT_TRANSFER: return transfer_input(cx, in, step, words);
    case ACT_ASK:
        words->field = NULL;
        return pend_input(cx, in, step); /* its message tells the words */
    case ACT_PEND: return pend_input(cx, in, step);
    case ACT_CONVERT:
        TRY(convert_model(cx, in->record, in->item, &model));
        /* The record that takes over is reason enough. */
        if (words->reason.len == 0)
            *words = (StepWords){ .reason = in->item };
        return RC_OK;
    case ACT_MERGE: return merge_target(cx, in->into, r->g, into);
    case ACT_ACCEPT_TRANSFER:
    case ACT_DECLINE_TRANSFER:
    case ACT_RESUME:
    case ACT_REJECT:
    case ACT_FULFIL:
    case ACT_CONFIRM:
    case ACT_NOT_SOLVED:
    case ACT_WITHDRAW:
    case ACT_CANCEL:
    case ACT_REOPEN:
    case ACT_ADHOC:
    case ACT_UNMERGE:
    case ACT_COUNT: break;
    }
    return RC_OK;
}

/* ---- the act ---- */

static bool comes_too_late(const Ctx *cx, ActKind kind, Rc rc)
{
    return rc == RC_CONFLICT && (kind == ACT_REOPEN || kind == ACT_NOT_SOLVED)
           && str_eq_z(cx->type, "follow_up");
}

/* Closed for good: a linked request takes it up instead. */
static Rc follow_up(Ctx *cx, Aggregate *r, Str text, ActDone *done)
{
    RequestMade made;

    cx->type = STR("");
    cx->detail = (Text){ 0 };
    TRY(follow_up_make(cx, r, text, NULL, &made));
    done->made_id = made.id;
    done->made_number = made.number;
    return RC_OK;
}

static Rc read_act(Ctx *cx, Aggregate *r, const RequestAct *in, EngineInput *step, StepWords *words,
                   GrantedRequest *into)
{
    TRY(in->fault);
    TRY(words_check(cx, acts[in->kind].field, in->text, acts[in->kind].words));
    return act_input(cx, r, in, step, words, into);
}

static Rc run(Ctx *cx, Aggregate *r, const RequestAct *in, uint32_t as, ActDone *done)
{
    const struct Act *act = &acts[in->kind];
    EngineInput step = { .kind = act->input, .as = as, .until_ms = MS_NONE };
    StepWords words = { .reason = str_trim(in->text), .field = act->field };
    GrantedRequest into;
    RequestMade made;
    QueueTurn turn = { 0 };
    int64_t message;

    Rc rc = read_act(cx, r, in, &step, &words, &into);
    if (rc != RC_OK)
        return aggregate_fault(cx, r, &step, rc);
    if (in->kind == ACT_ASSIGN)
        TRY(request_turn(cx, r->g, &turn));
    rc = aggregate_step(cx, r, &step, &words);
    if (comes_too_late(cx, in->kind, rc))
        return follow_up(cx, r, words.reason, done);
    TRY(rc);
    if (in->kind == ACT_ASSIGN)
        return turn_note(cx, r, turn);
    if (in->kind == ACT_ASK)
        return message_write(cx, r, 0, words.reason, NULL, &message);
    if (in->kind == ACT_MERGE)
        return merge_make(cx, r, into);
    if (in->kind == ACT_UNMERGE)
        return merge_undo(cx, r);
    if (in->kind == ACT_CONVERT) {
        TRY(convert_make(cx, r, in->record, in->item, &made));
        done->made_id = made.id;
        done->made_number = made.number;
    }
    return RC_OK;
}

Rc request_act(Ctx *cx, GrantedRequest g, const RequestAct *in, ActDone *ret)
{
    Aggregate r;
    ActDone done = { 0 };
    uint32_t as = 0;

    TRY(aggregate_load(cx, g, true, &r));
    TRY(act_as(cx, &r, in->kind, &as));
    if (as == 0)
        return fail_whole(cx, RC_FORBIDDEN, "not_yours", TEXT("This is for others to do."));
    if (in->fault == RC_OK)
        TRY(version_check(cx, in->version, r.row.version));
    TRY(run(cx, &r, in, as, &done));
    done.state = r.row.state;
    if (ret != NULL)
        *ret = done;
    return RC_OK;
}

/* ---- what may be done now ---- */

/* The engine says it: a step that is thrown away. */
static Rc try_act(Ctx *cx, const Aggregate *r, ActKind kind, uint32_t as, ActOffer *ret)
{
    static const EngineFacts nothing = { .close_at_ms = MS_NONE,
                                         .remind_ms = MS_NONE,
                                         .silence_ms = MS_NONE };
    EngineInput in = {
        .kind = acts[kind].input,
        .actor = cx->subject->person_id,
        .as = as,
        .reason = true,
        .pending = PENDING_OTHER,
        .until_ms = MS_NONE,
        .to = cx->subject->person_id,
        .to_team = INT64_MAX, /* any other team */
    };
    EngineEffects done = { 0 };
    Ms now = cx->now_ms > r->row.updated_ms ? cx->now_ms : r->row.updated_ms;

    *ret = (ActOffer){ .kind = kind,
                       .label = act_label(kind),
                       .needs_text = acts[kind].words,
                       .needs_reason_label = str_eq_z(str_z(acts[kind].field), "reason") };
    Rc rc = engine_step(r->model, &nothing, &r->state, &in, now, cx->arena, &done);
    ret->now =
        rc == RC_OK || (rc == RC_CONFLICT && str_eq_z(str_z(done.refusal.code), "follow_up"));
    if (!ret->now)
        ret->why_not = (Text){ .msgid = done.refusal.text };
    return RC_OK;
}

Rc request_may_act(Ctx *cx, const RequestView *v, ActOffers *ret)
{
    Aggregate *r = v->loaded;
    ActOffers list = { 0 };

    for (int kind = 0; kind < ACT_COUNT && !r->row.imported; kind++) {
        ActOffer offer;
        uint32_t as = 0;
        TRY(act_as(cx, r, (ActKind)kind, &as));
        if (as == 0)
            continue;
        TRY(try_act(cx, r, (ActKind)kind, as, &offer));
        TRY(LIST_PUSH(cx->arena, &list, offer));
    }
    *ret = list;
    return RC_OK;
}
