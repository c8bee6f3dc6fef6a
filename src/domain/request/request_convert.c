/* request_convert.c - requests that go on in another one: conversion and follow-up; and a part of one that does.
 *
 * What was said and attached goes along, so that whoever takes over reads the history without a right
 * to the old request; the link shows it to those who see both.
 */
#include "domain/request/aggregate.h"
#include "domain/request/me_too.h"
#include "domain/request/tag_q.h"
#include "domain/request/team_field_q.h"
#include "domain/request/talk.h"
#include "domain/request/view.h"

#define CARRIED_MAX 500 /* messages and notes that go along */

/* ---- answers of the old one ---- */

static bool option_exists(const Question *q, const CondValue *v)
{
    for (size_t i = 0; v->type == COND_KEYS && i < v->keys_n; i++)
        if (question_option(q, v->keys[i]) == NULL)
            return false;
    return v->type != COND_KEY || q->options.n == 0 || question_option(q, v->text) != NULL;
}

/* Answers to questions that both models ask in the same way. */
static Rc shared_inputs(Ctx *cx, const Aggregate *old, const ModelVersion *to, AnswerInputs *ret)
{
    AnswerInputs all = { 0 };

    TRY(answers_keep(cx->arena, &old->form, &all));
    for (size_t i = 0; i < all.n; i++) {
        const Question *q = model_question(to, all.at[i].question);
        const Answer *a = answer_get(&old->form, all.at[i].question);
        if (q != NULL && a != NULL && q->type == a->question->type && option_exists(q, &a->value))
            TRY(LIST_PUSH(cx->arena, ret, all.at[i]));
    }
    return RC_OK;
}

/* "Which machine?: Light" line by line, in the language of the call. */
static Rc in_words(Ctx *cx, const Aggregate *old, Str *ret)
{
    Str text = str_fmt(cx->arena, "%.*s", STR_ARG(old->row.title));

    for (size_t i = 0; i < old->form.n; i++) {
        const Answer *a = &old->form.at[i];
        if (cond_value_is_empty(&a->value))
            continue;
        Str words;
        TRY(answer_in_words(cx, a, &words));
        Str ask = lang_text(&a->question->ask, cx->lang, NULL);
        if (text.len + words.len + ask.len + 8 < ANSWER_TEXT_MAX / 2)
            text =
                str_fmt(cx->arena, "%.*s\n%.*s %.*s", STR_ARG(text), STR_ARG(ask), STR_ARG(words));
    }
    *ret = text;
    return RC_OK;
}

/* The first free description that the new model requires is what the old request said. */
static Rc add_description(Ctx *cx, const Aggregate *old, const ModelVersion *to, Str said,
                          AnswerInputs *inputs)
{
    for (size_t i = 0; i < to->form.n; i++) {
        const Question *q = &to->form.at[i];
        bool free_text = q->type == QUESTION_LONG_TEXT || q->type == QUESTION_TEXT;
        if (!q->required || !free_text)
            continue;
        for (size_t k = 0; k < inputs->n; k++)
            if (str_eq(inputs->at[k].question, q->id))
                return RC_OK;
        AnswerInput in = { .question = q->id, .row = -1, .form = ANSWER_TEXT, .pointer = STR("") };
        in.text = old->row.title;
        if (said.len > 0)
            in.text = q->type == QUESTION_LONG_TEXT ? said : str_shortened(said, REQUEST_TITLE_MAX);
        else if (q->type == QUESTION_LONG_TEXT)
            TRY(in_words(cx, old, &in.text));
        return LIST_PUSH(cx->arena, inputs, in);
    }
    return RC_OK;
}

static Rc always(void *arg, Str key)
{
    UNUSED(arg);
    UNUSED(key);
    return RC_OK;
}

static Rc always_entry(void *arg, Str list, Str key)
{
    UNUSED(arg);
    UNUSED(list);
    UNUSED(key);
    return RC_OK;
}

/* What was accepted there is accepted here: people who left and files that are attached stay.  Of a part of
 * it (`said`) the answers are about something else. */
static Rc carry_answers(Ctx *cx, const Aggregate *old, Str said, DraftParts *p)
{
    const AnswerLookup lookup = { always, always, always_entry, always, NULL };
    AnswerInputs inputs = { 0 };
    FieldErrors errors = { 0 };

    if (said.len == 0)
        TRY(shared_inputs(cx, old, p->model.model, &inputs));
    TRY(add_description(cx, old, p->model.model, said, &inputs));
    Rc rc = answers_check(cx->arena, p->model.model, &inputs, &p->facts, &lookup, ANSWERS_DRAFT,
                          cx->now_ms, &p->form, &errors);
    if (rc != RC_INVALID)
        return rc;
    /* Bounds have changed since: the new one begins without answers, the team completes it. */
    inputs = (AnswerInputs){ 0 };
    return answers_check(cx->arena, p->model.model, &inputs, &p->facts, &lookup, ANSWERS_DRAFT,
                         cx->now_ms, &p->form, &errors);
}

/* ---- history ---- */

static Rc carried_event(Ctx *cx, const Aggregate *to, const char *kind, const char *object,
                        int64_t id, bool internal)
{
    Event ev = { .kind = kind,
                 .request_id = to->row.id,
                 .object = object,
                 .object_id = id,
                 .internal = internal };
    return event_add(cx, &ev, NULL);
}

static Rc carry_messages(Ctx *cx, const Aggregate *from, const Aggregate *to)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MessageCarryRow row;
    IdList made = { 0 };

    TRY(q_message_carry(cx, to->g, from->row.id, CARRIED_MAX, &rows));
    while (q_message_carry_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &made, row.id));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < made.n; i++)
        TRY(carried_event(cx, to, "message.carried", "message", made.at[i], false));
    return RC_OK;
}

static Rc carry_notes(Ctx *cx, const Aggregate *from, const Aggregate *to)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NoteCarryRow row;
    IdList made = { 0 };

    TRY(q_note_carry(cx, to->g, from->row.id, CARRIED_MAX, &rows));
    while (q_note_carry_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &made, row.id));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < made.n; i++)
        TRY(carried_event(cx, to, "note.carried", "note", made.at[i], true));
    return RC_OK;
}

static Rc carry_participants(Ctx *cx, const Aggregate *from, const Aggregate *to)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ParticipantRowsRow row;

    TRY(q_participant_rows(cx, from->g, &rows));
    while (q_participant_rows_next(&rows, &row)) {
        TRY(q_participant_insert(cx, to->g, row.person_id, row.kind, row.added_by, row.at_ms,
                                 NULL));
        if (str_eq_z(row.kind, "participant"))
            TRY(access_reader_person(cx, to->g, RELATION_PARTICIPANT, row.person_id));
    }
    return rows_result(&rows);
}

static Rc carry_history(Ctx *cx, const Aggregate *from, const Aggregate *to)
{
    TRY(carry_messages(cx, from, to));
    TRY(carry_notes(cx, from, to));
    TRY(q_attachment_carry_said(cx, to->g, from->row.id, cx->now_ms, NULL));
    TRY(q_attachment_carry_noted(cx, to->g, from->row.id, cx->now_ms, NULL));
    TRY(q_tag_carry(cx, to->g, from->row.id, NULL));
    TRY(q_field_carry(cx, to->g, from->row.id, NULL));
    TRY(me_too_carry(cx, from->g, to->g, OPT_NONE));
    return carry_participants(cx, from, to);
}

/* ---- the new one ---- */

static Rc go_on(Ctx *cx, Aggregate *old, CatalogModel model, Aggregate *ret)
{
    GrantedSubmit g;
    DraftParts p = {
        .model = model,
        .requester = old->row.requester_id,
        .channel = old->row.channel,
        .title = old->row.title,
        .impact = old->row.impact,
        .urgency = old->row.urgency,
        .reason = STR(""),
        .carry_from = old->row.id,
    };

    TRY(access_submit(cx, old->row.beneficiary_id, &g));
    TRY(facts_of_request(cx, old, &p.facts));
    TRY(carry_answers(cx, old, STR(""), &p));
    p.cost = model_cost(model.model, &p.form, &p.facts, cx->now_ms);
    return draft_make(cx, g, &p, ret);
}

static Rc submit(Ctx *cx, Aggregate *r, RequestMade *ret)
{
    EngineInput in = { .kind = INPUT_SUBMIT, .as = AS_PARTY, .until_ms = MS_NONE };
    StepWords words = { .field = "reason" };

    r->goes_on = true;
    TRY(aggregate_step(cx, r, &in, &words));
    *ret = (RequestMade){
        .id = r->row.id,
        .number = request_number(cx->arena, r->row.record, r->row.serial),
        .state = r->row.state,
        .grant = r->g,
        .visible = true,
    };
    return RC_OK;
}

Rc follow_up_make(Ctx *cx, Aggregate *r, Str text, const StrList *files, RequestMade *ret)
{
    CatalogModel model;
    Aggregate next;
    int64_t link, message;

    Rc rc = catalog_model(cx, r->row.model_key, &model);
    if (rc == RC_NOT_FOUND)
        rc = catalog_model_version(cx, r->row.model_version_id, &model);
    TRY(rc);
    TRY(go_on(cx, r, model, &next));
    TRY(submit(cx, &next, ret));
    TRY(link_make(cx, r->g, next.g, "follow_up", &link));
    if (str_trim(text).len == 0 && (files == NULL || files->n == 0))
        return RC_OK;
    return message_write(cx, &next, 0, text, files, &message);
}

Rc convert_model(Ctx *cx, Str record, Str item, CatalogModel *ret)
{
    RecordKind kind;

    if (!record_from_word(record, &kind))
        return fail_field(cx, RC_INVALID, "record", "unknown_word",
                          TEXT("Choose request, incident, problem or change."));
    Rc rc = catalog_model(cx, item, ret);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "item", "not_found",
                          TEXT("There is no such item in the catalog."));
    TRY(rc);
    return ret->model->record == kind ? RC_OK
                                      : fail_field(cx, RC_INVALID, "item", "other_record",
                                                   TEXT("This item makes another kind of record."));
}

Rc convert_make(Ctx *cx, Aggregate *r, Str record, Str item, RequestMade *ret)
{
    CatalogModel model;
    Aggregate next;
    int64_t link;

    TRY(convert_model(cx, record, item, &model));
    TRY(go_on(cx, r, model, &next));
    TRY(carry_history(cx, r, &next));
    TRY(submit(cx, &next, ret));
    return link_make(cx, r->g, next.g, "converted_to", &link);
}

/* ---- a part of it ---- */

/* The messages that were chosen, as ids, and what they say. */
static Rc read_chosen(Ctx *cx, const Aggregate *r, const StrList *chosen, IdList *ret,
                      Str *ret_said)
{
    Str said = STR("");

    if (chosen->n == 0)
        return fail_field(cx, RC_INVALID, "messages", "required",
                          TEXT("Choose at least one message."));
    if (chosen->n > SPLIT_MOST)
        return fail_field(cx, RC_INVALID, "messages", "too_many", TEXT("At most 50 messages."));
    for (size_t i = 0; i < chosen->n; i++) {
        MessageRow row;
        int64_t id = 0;
        Rc rc = str_to_i64(chosen->at[i], &id) ? q_message_one(cx, r->g, id, &row) : RC_NOT_FOUND;
        if (rc == RC_NOT_FOUND)
            return fail_field(cx, RC_INVALID, "messages", "not_found",
                              TEXT("There is no such message."));
        TRY(rc);
        TRY(LIST_PUSH(cx->arena, ret, id));
        if (said.len + row.text.len + 2 < ANSWER_TEXT_MAX / 2)
            said = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(said), said.len > 0 ? "\n\n" : "",
                           STR_ARG(row.text));
    }
    *ret_said = said;
    return RC_OK;
}

static Rc carry_chosen(Ctx *cx, const Aggregate *from, const Aggregate *to, const IdList *ids)
{
    for (size_t i = 0; i < ids->n; i++) {
        MessageCarryOneRow row;
        bool made = false;
        TRY(q_message_carry_one(cx, to->g, from->row.id, ids->at[i], &row, &made));
        if (made)
            TRY(carried_event(cx, to, "message.split", "message", row.id, false));
    }
    return q_attachment_carry_said(cx, to->g, from->row.id, cx->now_ms, NULL);
}

static Rc split_check(Ctx *cx, const Aggregate *r, const RequestSplit *in, CatalogModel *model)
{
    TRY(in->fault);
    if (granted_confidential(r->g))
        return fail_field(cx, RC_INVALID, "item", "confidential",
                          TEXT("Confidential requests are not split."));
    if (str_chars(in->title) > REQUEST_TITLE_MAX)
        return fail_field(cx, RC_INVALID, "title", "too_long", TEXT("Use at most 200 characters."));
    Rc rc = catalog_model(cx, in->item, model);
    return rc == RC_NOT_FOUND ? fail_field(cx, RC_INVALID, "item", "not_found",
                                           TEXT("There is no such item in the catalog."))
                              : rc;
}

static Rc split_make(Ctx *cx, Aggregate *r, const RequestSplit *in, CatalogModel model, Str said,
                     Aggregate *ret)
{
    GrantedSubmit g;
    DraftParts p = {
        .model = model,
        .requester = r->row.requester_id,
        .channel = r->row.channel,
        .title = in->title,
        .impact = r->row.impact,
        .urgency = r->row.urgency,
        .reason = STR(""),
    };

    TRY(access_submit(cx, r->row.beneficiary_id, &g));
    TRY(facts_of_request(cx, r, &p.facts));
    TRY(carry_answers(cx, r, said.len > 0 ? said : r->row.title, &p));
    p.cost = model_cost(model.model, &p.form, &p.facts, cx->now_ms);
    return draft_make(cx, g, &p, ret);
}

Rc request_split(Ctx *cx, GrantedRequest g, const RequestSplit *in, RequestMade *ret)
{
    CatalogModel model;
    Aggregate r, part;
    IdList ids = { 0 };
    Str said = STR("");
    int64_t link;

    TRY(aggregate_load(cx, g, true, &r));
    if (!granted_may(g, MAY_WORK))
        return fail_whole(cx, RC_FORBIDDEN, "not_yours", TEXT("This is for others to do."));
    if (r.state.phase == PHASE_DRAFT || r.state.phase == PHASE_CLOSED)
        return fail_whole(cx, RC_CONFLICT, "wrong_state",
                          TEXT("This cannot be done in the present state of the request."));
    TRY(split_check(cx, &r, in, &model));
    TRY(read_chosen(cx, &r, &in->messages, &ids, &said));
    TRY(split_make(cx, &r, in, model, said, &part));
    TRY(carry_chosen(cx, &r, &part, &ids));
    TRY(submit(cx, &part, ret));
    TRY(link_make(cx, part.g, g, "split_from", &link));
    return aggregate_note(
        cx, g, &(Event){ .kind = "request.split", .object = "request", .object_id = r.row.id },
        NULL);
}
