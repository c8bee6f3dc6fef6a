/* request_edit.c - changing what was asked, its title, and its priority. */
#include "domain/request/aggregate.h"
#include "domain/request/plan.h"
#include "domain/request/talk.h"

LIST_OF(EventChange, ChangeList);

/* What an edit makes of the request. */
typedef struct Edited {
    AnswerSet form;
    bool answers; /* changed */
    Str title, impact, urgency, level_reason;
    int64_t level, matrix;
    bool matrix_new; /* the level was looked up again */
    CondValue cost;
    OptInt not_before_ms;
    ChangeList changes;
} Edited;

/* ---- answers ---- */

/* Files and retired entries that the request has already may stay. */
typedef struct EditLookup {
    Ctx *cx;
    const Aggregate *r;
    AnswerLookup usual;
} EditLookup;

static Rc edit_person(void *arg, Str login)
{
    EditLookup *e = arg;
    return e->usual.person(e->cx, login);
}

static Rc edit_team(void *arg, Str key)
{
    EditLookup *e = arg;
    return e->usual.team(e->cx, key);
}

/* What is not there any more, and yet part of the request. */
static Rc or_kept(const EditLookup *e, Str key, Rc rc)
{
    return rc == RC_NOT_FOUND && answers_have(&e->r->form, key) ? RC_OK : rc;
}

static Rc edit_entry(void *arg, Str list, Str key)
{
    EditLookup *e = arg;
    return or_kept(e, key, e->usual.entry(e->cx, list, key));
}

static Rc edit_upload(void *arg, Str id)
{
    EditLookup *e = arg;
    return or_kept(e, id, e->usual.upload(e->cx, id));
}

/* One answer as programs read it: the plain word where it is one, else JSON. */
static Rc answer_value(Ctx *cx, const AnswerSet *s, size_t i, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    AnswerSet one = { .questions = s->questions, .at = &s->at[i], .n = 1 };
    JsonOut o;
    const Json *object = NULL;

    *ret = STR_NULL;
    buf_init(&buf, 1024 * 1024);
    json_out_init(&o, &buf);
    answers_json(&o, &one);
    TRY(buf_result(&buf));
    TRY(json_parse(cx->arena, buf_str(&buf), &object, NULL));
    if (object->n != 1)
        return RC_OK;
    const Json *v = object->items[0];
    if (v->kind == JSON_TEXT) {
        *ret = v->text;
        return RC_OK;
    }
    buf_clear(&buf);
    json_out_init(&o, &buf);
    json_value(&o, v);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

static Rc note_answers(Ctx *cx, const AnswerSet *old, Edited *e)
{
    for (size_t i = 0; i < e->form.n && i < old->n; i++) {
        Str from, to;
        TRY(answer_value(cx, old, i, &from));
        TRY(answer_value(cx, &e->form, i, &to));
        if (str_eq(from, to))
            continue;
        e->answers = true;
        Str field = str_fmt(cx->arena, "answers.%.*s", STR_ARG(e->form.at[i].question->id));
        TRY(LIST_PUSH(cx->arena, &e->changes, (EventChange){ field, from, to, true }));
    }
    return RC_OK;
}

static Rc edit_answers(Ctx *cx, const Aggregate *r, const RequestEdit *in, RequestFacts *facts,
                       Edited *e)
{
    EditLookup own = { cx, r, request_lookup(cx) };
    AnswerLookup lookup = { edit_person, edit_team, edit_entry, edit_upload, &own };
    AnswersMode mode = r->state.phase == PHASE_DRAFT ? ANSWERS_DRAFT : ANSWERS_COMPLETE;
    AnswerInputs all = { 0 };
    FieldErrors errors = { 0 };

    for (size_t i = 0; i < in->answers.n; i++)
        TRY(LIST_PUSH(cx->arena, &all, in->answers.at[i]));
    if (!in->whole)
        TRY(answers_keep(cx->arena, &r->form, &all));
    Rc rc = answers_check(cx->arena, r->model, &all, facts, &lookup, mode, cx->now_ms, &e->form,
                          &errors);
    fail_adopt(cx, &errors);
    TRY(rc);
    return note_answers(cx, &r->form, e);
}

/* ---- title and priority ---- */

static Rc note(Ctx *cx, Edited *e, const char *field, Str from, Str to, bool words)
{
    if (str_eq(from, to))
        return RC_OK;
    return LIST_PUSH(cx->arena, &e->changes, (EventChange){ str_z(field), from, to, words });
}

static Rc edit_title(Ctx *cx, const Aggregate *r, const RequestEdit *in, Edited *e)
{
    Str title = str_trim(in->title);

    if (str_is_null(in->title))
        return RC_OK;
    if (title.len == 0 || !str_is_clean_text(title, false) || str_chars(title) > REQUEST_TITLE_MAX)
        return fail_field(cx, RC_INVALID, "title", "too_long",
                          TEXT("A title is one line of 1 to 200 characters."));
    e->title = title;
    return note(cx, e, "title", r->row.title, title, true);
}

/* Impact and urgency that came from the answers follow them; those that a person set stay. */
static void follow_answers(const Aggregate *r, Edited *e)
{
    Str impact, urgency, was_impact, was_urgency;

    model_priority(r->model, &r->form, &was_impact, &was_urgency);
    model_priority(r->model, &e->form, &impact, &urgency);
    if (str_eq(r->row.impact, was_impact))
        e->impact = impact;
    if (str_eq(r->row.urgency, was_urgency))
        e->urgency = urgency;
}

static bool asks_priority(const RequestEdit *in)
{
    return !str_is_null(in->impact) || !str_is_null(in->urgency) || !str_is_null(in->level);
}

/* What the form of a draft asks is an answer like any other: theirs to change, without a reason. */
static bool is_asked(const Aggregate *r, const RequestEdit *in)
{
    return str_is_null(in->impact) && str_is_null(in->level) && r->state.phase == PHASE_DRAFT
           && r->model->priority.urgency.asked;
}

static Rc check_priority(Ctx *cx, const Aggregate *r, const RequestEdit *in)
{
    if (!str_is_null(in->impact) && !is_word(in->impact, IMPACT_WORDS, COUNT_OF(IMPACT_WORDS)))
        fail_add(cx, STR("/impact"), "unknown_word",
                 TEXT("Choose person, team, site or organisation."));
    if (!str_is_null(in->urgency) && !is_word(in->urgency, URGENCY_WORDS, COUNT_OF(URGENCY_WORDS)))
        fail_add(cx, STR("/urgency"), "unknown_word",
                 TEXT("Choose low, normal, high or critical."));
    if (in->level.len > 0 && !is_word(in->level, URGENCY_WORDS, COUNT_OF(URGENCY_WORDS)))
        fail_add(cx, STR("/level"), "unknown_word", TEXT("Choose low, normal, high or critical."));
    if (!is_asked(r, in))
        TRY(words_check(cx, "reason", in->reason, true));
    return fail_result(cx);
}

/* A changed matrix changes no request: its level is looked up when impact or urgency change, or when an
 * override is taken back. */
static bool looks_up_again(const Aggregate *r, const RequestEdit *in, const Edited *e)
{
    bool changed = !str_eq(r->row.impact, e->impact) || !str_eq(r->row.urgency, e->urgency);
    bool taken_back = !str_is_null(in->level) && in->level.len == 0 && r->row.level_reason.len > 0;

    return e->level_reason.len == 0 && (changed || taken_back);
}

static Rc edit_priority(Ctx *cx, const Aggregate *r, const RequestEdit *in, Edited *e)
{
    if (asks_priority(in))
        TRY(check_priority(cx, r, in));
    if (!str_is_null(in->impact))
        e->impact = in->impact;
    if (!str_is_null(in->urgency))
        e->urgency = in->urgency;
    if (!str_is_null(in->level))
        e->level_reason = in->level.len > 0 ? in->reason : STR("");
    if (in->level.len > 0)
        (void)level_from_word(in->level, &e->level);
    else if (looks_up_again(r, in, e)) {
        TRY(level_now(cx, r->row.requester_id, e->impact, e->urgency, &e->level, &e->matrix));
        e->matrix_new = true;
    }
    TRY(note(cx, e, "impact", r->row.impact, e->impact, false));
    TRY(note(cx, e, "urgency", r->row.urgency, e->urgency, false));
    return note(cx, e, "level", level_word(r->row.level), level_word(e->level), false);
}

/* ---- the planned start ---- */

static Rc edit_start(Ctx *cx, const Aggregate *r, const RequestEdit *in, Edited *e)
{
    OptInt was = r->row.not_before_ms, is = in->not_before_ms;

    if (!in->has_not_before || (was.set == is.set && was.value == is.value))
        return RC_OK;
    if (r->state.phase != PHASE_DRAFT)
        return fail(cx, RC_CONFLICT, "wrong_state",
                    TEXT("Only a draft can be planned for another day."));
    TRY(check_not_before(cx, r->model, is));
    e->not_before_ms = is;
    return note(cx, e, "not_before", clock_rfc3339(cx->arena, ms_or_none(was)),
                clock_rfc3339(cx->arena, ms_or_none(is)), false);
}

/* ---- the act ---- */

static bool work_has_begun(const RequestState *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.at[i].started_ms != MS_NONE || s->tasks.at[i].state == TASK_FINISHED)
            return true;
    return false;
}

static Rc check_editor(Ctx *cx, const Aggregate *r, const RequestEdit *in)
{
    bool team = granted_may(r->g, MAY_WORK);

    if (!granted_may(r->g, MAY_ASK_SIDE) && !team)
        return fail_whole(cx, RC_FORBIDDEN, "not_yours", TEXT("This is for others to do."));
    if (asks_priority(in) && !team && !granted_may(r->g, MAY_LEAD) && !is_asked(r, in))
        return fail(cx, RC_FORBIDDEN, "forbidden",
                    TEXT("The team that handles it sets the priority."));
    if (!str_is_null(in->level) && !granted_may(r->g, MAY_LEAD))
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("Only a lead may overrule the priority."));
    return RC_OK;
}

/* Answers and title are the asking side's until work has begun. */
static Rc check_editable(Ctx *cx, const Aggregate *r, const RequestEdit *in)
{
    bool words = in->has_answers || !str_is_null(in->title) || in->fault != RC_OK;

    if (r->state.phase == PHASE_CLOSED || r->state.phase == PHASE_FULFILLED)
        return fail_whole(cx, RC_CONFLICT, "wrong_state",
                          TEXT("What is fulfilled or closed can no longer be edited."));
    if (!words || granted_may(r->g, MAY_WORK) || !work_has_begun(&r->state))
        return RC_OK;
    return fail_whole(
        cx, RC_CONFLICT, "work_begun",
        TEXT("Work on this request has begun. Write a message to the people who handle it."));
}

static Rc edited(Ctx *cx, const Aggregate *r, const RequestEdit *in, Edited *ret)
{
    RequestFacts facts;
    Edited e = {
        .form = r->form,
        .title = r->row.title,
        .impact = r->row.impact,
        .urgency = r->row.urgency,
        .level = r->row.level,
        .level_reason = r->row.level_reason,
        .cost = r->cost,
        .not_before_ms = r->row.not_before_ms,
    };

    TRY(facts_of_request(cx, r, &facts));
    if (in->has_answers)
        TRY(edit_answers(cx, r, in, &facts, &e));
    TRY(edit_title(cx, r, in, &e));
    if (e.answers) {
        follow_answers(r, &e);
        e.cost = model_cost(r->model, &e.form, &facts, cx->now_ms);
    }
    TRY(edit_priority(cx, r, in, &e));
    TRY(edit_start(cx, r, in, &e));
    *ret = e;
    return RC_OK;
}

static Rc save(Ctx *cx, Aggregate *r, const Edited *e)
{
    Str search;

    if (e->answers)
        TRY(answers_store(cx, r, &e->form, false));
    TRY(search_text(cx, e->title, r->row.record, r->row.serial, &search));
    TRY(q_request_save_words(cx, r->g, e->title, search, e->impact, e->urgency, e->level,
                             e->level_reason, cost_minor(&e->cost), cost_currency(&e->cost), NULL));
    if (e->not_before_ms.set != r->row.not_before_ms.set
        || e->not_before_ms.value != r->row.not_before_ms.value)
        TRY(q_request_save_start(cx, r->g, e->not_before_ms, NULL));
    r->row.not_before_ms = e->not_before_ms;
    if (e->matrix_new)
        TRY(level_keep(cx, r->g, e->matrix));
    r->row.title = e->title;
    r->row.impact = e->impact;
    r->row.urgency = e->urgency;
    r->row.level = e->level;
    r->cost = e->cost;
    return risk_settle(cx, r);
}

/* A draft that nobody else has seen is nobody's business: no step, only the record that it changed. */
static Rc note_draft(Ctx *cx, const Aggregate *r, const Edited *e)
{
    Event ev = {
        .kind = "request.edited",
        .object = "request",
        .object_id = r->row.id,
        .on_behalf_of = behalf_of(cx, &r->row),
        .changes = e->changes.at,
        .changes_n = e->changes.n,
    };
    return aggregate_note(cx, r->g, &ev, NULL);
}

Rc request_edit(Ctx *cx, GrantedRequest g, const RequestEdit *in)
{
    Aggregate r;
    Edited e;

    TRY(aggregate_load(cx, g, true, &r));
    TRY(check_editor(cx, &r, in));
    TRY(version_check(cx, in->version, r.row.version));
    TRY(check_editable(cx, &r, in));
    TRY(in->fault);
    TRY(edited(cx, &r, in, &e));
    int64_t level_before = r.row.level;
    if (e.changes.n == 0)
        return RC_OK;
    TRY(save(cx, &r, &e));
    if (r.state.submitted_ms == MS_NONE)
        return note_draft(cx, &r, &e);
    EngineInput step = { .kind = INPUT_EDIT, .until_ms = MS_NONE };
    StepWords words = { .reason = str_trim(in->reason),
                        .field = "reason",
                        .changes = e.changes.at,
                        .changes_n = e.changes.n };
    step.ok = asks_priority(in) && e.level < level_before;
    TRY(aggregate_as(cx, &r, ENGINE_NO_INDEX, &step.as));
    TRY(aggregate_step(cx, &r, &step, &words));
    return snooze_wake(cx, g);
}

/* ---- sending a draft ---- */

/* What was never sent moves to the version of the model that is in force now. */
static Rc renew_model(Ctx *cx, Aggregate *r)
{
    CatalogModel m;

    if (r->state.submitted_ms != MS_NONE)
        return RC_OK;
    Rc rc = catalog_model(cx, r->row.model_key, &m);
    if (rc == RC_NOT_FOUND)
        return fail(cx, RC_CONFLICT, "not_offered", TEXT("This item is no longer in the catalog."));
    TRY(rc);
    if (m.version_id == r->row.model_version_id)
        return RC_OK;
    if (m.team_id != r->row.team_id) {
        TRY(access_reader_drop_team(cx, r->g, RELATION_TEAM, r->row.team_id));
        TRY(access_reader_team(cx, r->g, RELATION_TEAM, m.team_id));
    }
    if (m.owner_id != r->row.owner_id.value) {
        if (r->row.owner_id.set)
            TRY(access_reader_drop_team(cx, r->g, RELATION_OWNER_TEAM, r->row.owner_id.value));
        if (m.owner_id != 0)
            TRY(access_reader_team(cx, r->g, RELATION_OWNER_TEAM, m.owner_id));
    }
    r->model = m.model;
    r->row.team_id = r->state.team = m.team_id;
    r->row.owner_id = id_opt(m.owner_id);
    r->state.owner_team = m.owner_id;
    TRY(q_request_model_set(cx, r->g, m.version_id, str_z(request_kind_word(m.model->kind)),
                            m.team_id, id_opt(m.owner_id), NULL));
    return confidence_settle(cx, r);
}

Rc draft_complete(Ctx *cx, Aggregate *r)
{
    EditLookup own = { cx, r, request_lookup(cx) };
    AnswerLookup lookup = { edit_person, edit_team, edit_entry, edit_upload, &own };
    AnswerInputs inputs = { 0 };
    RequestFacts facts;
    FieldErrors errors = { 0 };
    AnswerSet set;
    Edited e = { .title = r->row.title,
                 .impact = r->row.impact,
                 .urgency = r->row.urgency,
                 .level = r->row.level,
                 .level_reason = r->row.level_reason,
                 .not_before_ms = r->row.not_before_ms };

    if (r->state.phase != PHASE_DRAFT)
        return RC_OK; /* the engine says it */
    TRY(answers_keep(cx->arena, &r->form, &inputs));
    TRY(renew_model(cx, r));
    TRY(facts_of_request(cx, r, &facts));
    Rc rc = answers_check(cx->arena, r->model, &inputs, &facts, &lookup, ANSWERS_COMPLETE,
                          cx->now_ms, &set, &errors);
    fail_adopt(cx, &errors);
    TRY(rc);
    e.form = set;
    e.answers = true;
    e.cost = model_cost(r->model, &set, &facts, cx->now_ms);
    return save(cx, r, &e);
}
