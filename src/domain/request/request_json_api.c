/* request_json_api.c - one shape for each part of a request, and its description. */
#include "domain/request/request_json_api.h"

void json_money(JsonOut *o, Arena *a, const CondValue *v)
{
    if (v->type != COND_MONEY) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "amount", money_amount(a, v->money));
    json_field_text(o, "currency", str_z(v->money.currency));
    json_object_end(o);
}

static Str text_or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

static void next_step(JsonOut *o, Ctx *cx, const RequestHead *h)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };
    Text text = h->step_text;

    json_key_lit(o, "next_step");
    if (h->step_code.len == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "code", h->step_code);
    json_field_text(o, "text", words_text(cx->arena, &r, &text));
    json_key_lit(o, "who");
    json_object(o);
    json_key_lit(o, "person");
    json_person(o, &h->step_person);
    json_key_lit(o, "team");
    json_team(o, &h->step_team);
    json_object_end(o);
    json_object_end(o);
}

/* What a list shows; the members of `request` that need no further look-up. */
static void head_members(JsonOut *o, Ctx *cx, const RequestHead *h)
{
    json_field_text(o, "number", h->number);
    json_field_text(o, "record", h->record);
    json_field_text(o, "item", h->item);
    json_field_int(o, "model_version", h->model_version);
    json_field_text(o, "title", h->title);
    json_field_text(o, "state", h->state);
    json_field_text(o, "outcome", text_or_null(h->outcome));
    json_key_lit(o, "priority");
    json_object(o);
    json_field_text(o, "impact", h->impact);
    json_field_text(o, "urgency", h->urgency);
    json_field_text(o, "level", h->level);
    json_object_end(o);
    json_key_lit(o, "requester");
    json_person(o, &h->requester);
    json_key_lit(o, "beneficiary");
    json_person(o, &h->beneficiary);
    json_field_text(o, "channel", h->channel);
    json_key_lit(o, "team");
    json_team(o, &h->team);
    json_key_lit(o, "assignee");
    json_person(o, &h->assignee);
    json_key_lit(o, "cost");
    json_money(o, cx->arena, &h->cost);
    next_step(o, cx, h);
    json_field_time(o, "created", h->created_ms);
    json_field_time(o, "updated", h->updated_ms);
    json_field_int(o, "me_too", h->me_too);
    json_field_int(o, "version", h->version);
}

void head_json(JsonOut *o, Ctx *cx, const RequestHead *h)
{
    json_object(o);
    head_members(o, cx, h);
    json_object_end(o);
}

void approval_json(JsonOut *o, Ctx *cx, const ViewApproval *a, Str number)
{
    UNUSED(cx);
    /* A delegate decides in the approver's place; both names stay visible. */
    const PersonRef *decides = a->delegate.id != 0 ? &a->delegate : &a->approver;
    PersonRef nobody = { 0 };

    json_object(o);
    json_field_int(o, "id", a->id);
    json_field_text(o, "request", number);
    json_field_text(o, "stage", a->stage);
    json_field_text(o, "rule", a->rule);
    json_field_text(o, "state", a->state);
    json_key_lit(o, "approver");
    json_person(o, decides);
    json_key_lit(o, "delegate_of");
    json_person(o, a->delegate.id != 0 ? &a->approver : &nobody);
    json_field_time(o, "asked", a->asked_ms);
    json_field_time(o, "decided", a->decided_ms);
    json_field_text(o, "reason", text_or_null(a->reason));
    json_field_text(o, "shown_hash", text_or_null(a->shown_hash));
    json_object_end(o);
}

static void action_json(JsonOut *o, const ViewTask *t)
{
    if (t->action.len == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "key", t->action);
    json_field_text(o, "state", t->action_state);
    json_object_end(o);
}

static void task_members(JsonOut *o, const ViewTask *t, Str number)
{
    json_field_int(o, "id", t->id);
    json_field_text(o, "request", number);
    json_field_text(o, "key", t->key);
    json_field_text(o, "title", t->title);
    json_field_text(o, "state", t->state);
    json_key_lit(o, "team");
    json_team(o, &t->team);
    json_key_lit(o, "assignee");
    json_person(o, &t->assignee);
    json_key_lit(o, "owner");
    json_person(o, &t->owner);
    json_key_lit(o, "after");
    json_array(o);
    for (size_t i = 0; i < t->after.n; i++)
        json_text(o, t->after.at[i]);
    json_array_end(o);
    json_field_time(o, "due", t->due_ms);
    json_field_bool(o, "test", t->test);
    json_field_bool(o, "accept", t->accept);
    json_key_lit(o, "sign_off");
    if (str_eq_z(t->sign_off, "asked") || str_eq_z(t->sign_off, "signed")
        || str_eq_z(t->sign_off, "refused")) {
        json_object(o);
        json_field_text(o, "who", t->sign_off_who);
        json_field_text(o, "state", t->sign_off);
        json_object_end(o);
    } else {
        json_null(o);
    }
    json_key_lit(o, "checklist");
    json_array(o);
    for (size_t i = 0; i < t->checklist.n; i++) {
        const ViewCheck *c = &t->checklist.at[i];
        json_object(o);
        json_field_int(o, "position", c->position);
        json_field_text(o, "text", c->text);
        json_field_time(o, "done", c->done_ms);
        json_key_lit(o, "done_by");
        json_person(o, &c->done_by);
        json_object_end(o);
    }
    json_array_end(o);
    json_key_lit(o, "action");
    action_json(o, t);
    json_field_int(o, "version", t->version);
}

void task_json(JsonOut *o, Ctx *cx, const ViewTask *t, Str number)
{
    UNUSED(cx);
    json_object(o);
    task_members(o, t, number);
    json_key_lit(o, "supplied");
    json_null(o);
    json_object_end(o);
}

void file_json(JsonOut *o, const ViewFile *f)
{
    json_object(o);
    json_field_int(o, "id", f->id);
    json_field_text(o, "upload", f->upload);
    json_field_text(o, "name", f->name);
    json_field_text(o, "type", f->type);
    json_field_int(o, "size", f->size);
    json_field_text(o, "object", f->object);
    json_key_lit(o, "added_by");
    json_person(o, &f->added_by);
    json_field_time(o, "at", f->at_ms);
    json_object_end(o);
}

static void files_json(JsonOut *o, const ViewFiles *files)
{
    json_key_lit(o, "attachments");
    json_array(o);
    for (size_t i = 0; i < files->n; i++)
        file_json(o, &files->at[i]);
    json_array_end(o);
}

void supplier_task_json(JsonOut *o, const SupplierTask *t)
{
    json_object(o);
    task_members(o, &t->task, t->number);
    json_key_lit(o, "supplied");
    json_object(o);
    json_field_text(o, "item", t->item);
    json_key_lit(o, "answers");
    json_object(o);
    for (size_t i = 0; i < t->answers.n; i++)
        answer_json(o, t->answers.at[i].answer);
    json_object_end(o);
    files_json(o, &t->files);
    json_object_end(o);
    json_object_end(o);
}

void message_json(JsonOut *o, const Message *m)
{
    json_object(o);
    json_field_int(o, "id", m->id);
    json_key_lit(o, "author");
    json_person(o, &m->author);
    json_field_text(o, "text", m->text);
    json_field_time(o, "at", m->at_ms);
    files_json(o, &m->files);
    json_object_end(o);
}

void note_json(JsonOut *o, const Note *n)
{
    json_object(o);
    json_field_int(o, "id", n->id);
    json_key_lit(o, "author");
    json_person(o, &n->author);
    json_field_text(o, "text", n->text);
    json_field_time(o, "at", n->at_ms);
    files_json(o, &n->files);
    json_object_end(o);
}

void entry_json(JsonOut *o, const Entry *e)
{
    json_object(o);
    json_field_int(o, "id", e->seq);
    json_field_text(o, "kind", e->kind);
    json_field_time(o, "at", e->at_ms);
    json_key_lit(o, "actor");
    json_person(o, &e->actor);
    json_key_lit(o, "on_behalf_of");
    json_person(o, &e->on_behalf_of);
    json_field_text(o, "object", e->object);
    json_key_lit(o, "changes");
    json_array(o);
    for (size_t i = 0; i < e->changes.n; i++) {
        json_object(o);
        json_field_text(o, "field", e->changes.at[i].field);
        json_field_text(o, "from", e->changes.at[i].from);
        json_field_text(o, "to", e->changes.at[i].to);
        json_object_end(o);
    }
    json_array_end(o);
    json_object_end(o);
}

static void bundle_json(JsonOut *o, const Ctx *cx, const BundleView *b)
{
    if (b->id == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_int(o, "order", b->id);
    json_field_text(o, "key", b->key);
    json_field_text(o, "name", lang_text(&b->name, cx->lang, NULL));
    json_key_lit(o, "requests");
    json_array(o);
    for (size_t i = 0; i < b->requests.n; i++)
        json_text(o, b->requests.at[i].number);
    json_array_end(o);
    json_object_end(o);
}

static void clock_members(JsonOut *o, const Ctx *cx, const ViewClock *c)
{
    json_field_text(o, "target", c->target);
    json_field_text(o, "task", text_or_null(c->task));
    json_field_time(o, "due", c->due_ms);
    json_field_time(o, "stopped", c->stopped_ms);
    json_field_bool(o, "breached", c->breached);
    json_field_text(o, "remaining", c->has_left ? span_iso(cx->arena, c->left_ms) : STR_NULL);
}

static void fact_json(JsonOut *o, const Ctx *cx, const ClockFact *f)
{
    static const char *const words[] = {
        "began", "goal", "paused", "resumed", "reached", "stopped"
    };

    json_object(o);
    json_field_text(o, "what", str_z(words[f->what]));
    json_field_time(o, "at", f->at);
    json_field_int(o, "event", f->seq);
    json_field_text(o, "kind", f->event);
    json_key_lit(o, "actor");
    json_person(o, &f->actor);
    json_field_text(o, "why", text_or_null(f->why));
    json_field_text(o, "to", text_or_null(f->to));
    json_field_text(o, "moved", text_or_null(f->moved));
    json_key_lit(o, "line");
    if (f->line > 0)
        json_int(o, f->line);
    else
        json_null(o);
    json_field_text(o, "when", text_or_null(f->when));
    json_field_text(o, "goal", text_or_null(f->goal));
    json_field_text(o, "calendar", text_or_null(f->calendar));
    json_field_time(o, "due", f->due);
    json_field_text(o, "took",
                    f->what == TOLD_RESUMED ? span_iso(cx->arena, f->worked_ms) : STR_NULL);
    json_object_end(o);
}

void tale_json(JsonOut *o, Ctx *cx, const ClockTale *t)
{
    const ViewClock *c = &t->clock;
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text name = clock_name(c);

    json_object(o);
    clock_members(o, cx, c);
    json_field_text(o, "name", words_text(cx->arena, &reader, &name));
    json_field_text(o, "measure", measure_word(c->measure));
    json_field_int(o, "cycle", c->cycle);
    json_field_time(o, "started", c->started_ms);
    json_field_time(o, "paused", c->paused_ms);
    json_field_text(o, "goal", text_or_null(c->goal));
    json_field_text(o, "calendar", text_or_null(c->calendar));
    json_field_text(o, "source", t->by_model ? STR("model") : STR("target"));
    json_field_int(o, "version", t->version);
    json_field_text(o, "start", t->start);
    json_field_text(o, "pause", text_or_null(t->pause));
    json_field_text(o, "stop", t->stop);
    json_field_text(o, "reason", text_or_null(c->reason));
    json_key_lit(o, "facts");
    json_array(o);
    for (size_t i = 0; i < t->facts.n; i++)
        fact_json(o, cx, &t->facts.at[i]);
    json_array_end(o);
    json_object_end(o);
}

void promise_json(JsonOut *o, const Promise *p)
{
    if (p->at_ms == MS_NONE) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_time(o, "target", p->target_ms);
    json_field_time(o, "p50", p->p50_ms);
    json_field_time(o, "p80", p->p80_ms);
    json_field_int(o, "samples", p->samples);
    json_field_text(o, "basis", str_z(promise_basis_word(p->basis)));
    json_object_end(o);
}

static void risk_json(JsonOut *o, const Ctx *cx, const RequestView *v)
{
    if (v->risk.len == 0) {
        json_null(o);
        return;
    }
    json_object(o);
    json_field_text(o, "level", v->risk);
    json_field_text(o, "why", lang_text(&v->risk_why, cx->lang, NULL));
    json_object_end(o);
}

void request_json(JsonOut *o, Ctx *cx, const RequestView *v)
{
    json_object(o);
    head_members(o, cx, &v->head);
    json_key_lit(o, "answers");
    answers_json(o, &v->form);
    json_key_lit(o, "approvals");
    json_array(o);
    for (size_t i = 0; i < v->approvals.n; i++)
        approval_json(o, cx, &v->approvals.at[i], v->head.number);
    json_array_end(o);
    json_key_lit(o, "tasks");
    json_array(o);
    for (size_t i = 0; i < v->tasks.n; i++)
        task_json(o, cx, &v->tasks.at[i], v->head.number);
    json_array_end(o);
    json_key_lit(o, "clocks");
    json_array(o);
    for (size_t i = 0; i < v->clocks.n; i++) {
        json_object(o);
        clock_members(o, cx, &v->clocks.at[i]);
        json_object_end(o);
    }
    json_array_end(o);
    json_field_text(o, "resolution", text_or_null(v->resolution));
    json_field_time(o, "not_before", v->head.not_before_ms);
    json_field_time(o, "agreed", v->head.agreed_ms);
    json_key_lit(o, "bundle");
    bundle_json(o, cx, &v->bundle);
    json_key_lit(o, "expected");
    promise_json(o, &v->promise);
    json_key_lit(o, "risk");
    risk_json(o, cx, v);
    json_field_text(o, "merged_into", request_goes_on_in(v));
    json_object_end(o);
}

void page_begin_json(JsonOut *o)
{
    json_object(o);
    json_key_lit(o, "items");
    json_array(o);
}

void page_end_json(JsonOut *o, Arena *a, int64_t next)
{
    json_array_end(o);
    json_field_text(o, "next", next != 0 ? cursor_make(a, next, 0) : STR_NULL);
    json_object_end(o);
}

#define HEAD_FIELDS                                                                                     \
    { "number", "text", "REQ-17, INC-3: stable for ever" },                                             \
        { "record", "text", "request, incident, problem or change" },                                   \
        { "item", "text", "key of the catalog item" }, { "model_version", "int", NULL },                \
        { "title", "text", NULL },                                                                      \
        { "state", "text",                                                                              \
          "draft, submitted, assessing, awaiting_approval, fulfilling, pending, fulfilled or closed" }, \
        { "outcome", "text?", "fulfilled, partly, rejected, withdrawn, cancelled or merged" },          \
        { "priority", "Priority", NULL }, { "requester", "Person?", NULL },                             \
        { "beneficiary", "Person?", NULL }, { "channel", "text", NULL },                                \
        { "team", "Team?", NULL }, { "assignee", "Person?", NULL }, { "cost", "Money?", NULL },         \
        { "next_step", "NextStep?", "what happens next and who has it" },                               \
        { "created", "time", NULL }, { "updated", "time", NULL },                                       \
        { "me_too", "int", "how many others have the same" },                                           \
    {                                                                                                   \
        "version", "int", "also the ETag"                                                               \
    }

const SchemaTable request_schemas = SCHEMAS(
    SCHEMA("Priority", { "impact", "text", "person, team, site or organisation" },
           { "urgency", "text", "low, normal, high or critical" },
           { "level", "text", "low, normal, high or critical" }),
    SCHEMA("NextStep", { "code", "text", NULL }, { "text", "text", "in the language asked for" },
           { "who", "NextWho", NULL }),
    SCHEMA("NextWho", { "person", "Person?", NULL }, { "team", "Team?", NULL }),
    SCHEMA("RequestSummary", HEAD_FIELDS),
    SCHEMA("Request", HEAD_FIELDS, { "answers", "{any}", "by question id" },
           { "approvals", "[Approval]", NULL }, { "tasks", "[Task]", NULL },
           { "clocks", "[Clock]", NULL }, { "resolution", "text?", "what was done" },
           { "not_before", "time?", "the planned start of work" },
           { "agreed", "time?", "the day that the team has agreed with the requester" },
           { "bundle", "RequestBundle?", "the order it was made in" },
           { "expected", "Expected?", "while it is under way" },
           { "risk", "Risk?", "for staff and approvers; null when no line of its model holds" },
           { "merged_into", "text?", "number of the request it goes on in, when you see that" }),
    SCHEMA("Risk", { "level", "text", "low, medium or high" },
           { "why", "text", "in the language asked for" }),
    SCHEMA("Expected", { "target", "time?", "when its target is due" },
           { "p50", "time?", "half of similar requests were done by then; null: too few to say" },
           { "p80", "time?", "four of five of them" },
           { "samples", "int", "finished ones that it rests on" },
           { "basis", "text", "which are similar: model_phase, model, kind, or none" }),
    SCHEMA("RequestBundle", { "order", "int", NULL }, { "key", "text", "of the bundle" },
           { "name", "text", NULL },
           { "requests", "[text]", "numbers of the others that you see" }),
    SCHEMA("BundleOrder", { "id", "int", NULL }, { "bundle", "text", "its key" },
           { "name", "text", NULL }, { "beneficiary", "Person?", NULL },
           { "created", "time", NULL }, { "requests", "[RequestSummary]", "those that you see" }),
    SCHEMA(
        "Clock",
        { "target", "text", "respond, approve, fulfil or update of the model, or a target's key" },
        { "task", "text?", "key of the task that is measured" },
        { "due", "time?", "null: nothing promised, or paused before it" },
        { "stopped", "time?", NULL }, { "breached", "bool", NULL },
        { "remaining", "span?", "in the goal's own kind of time; negative when late" }),
    SCHEMA("ClockTale", { "target", "text", NULL }, { "task", "text?", NULL },
           { "due", "time?", NULL }, { "stopped", "time?", NULL }, { "breached", "bool", NULL },
           { "remaining", "span?", NULL }, { "name", "text", NULL },
           { "measure", "text", "respond, approve, fulfil, update or task" },
           { "cycle", "int", "1, 2, 3 ... of this clock" }, { "started", "time", NULL },
           { "paused", "time?", "since when" }, { "goal", "text?", "4wh" },
           { "calendar", "text?", NULL }, { "source", "text", "model or target" },
           { "version", "int", "of the model or the target" }, { "start", "text", "condition" },
           { "pause", "text?", "condition" }, { "stop", "text", "condition" },
           { "reason", "text?", "why it came too late" },
           { "facts", "[ClockFact]", "what it follows from, in order" }),
    SCHEMA("ClockFact", { "what", "text", "began, goal, paused, resumed, reached or stopped" },
           { "at", "time", NULL }, { "event", "int", "its number in the request's own count" },
           { "kind", "text", "of the event" }, { "actor", "Person?", NULL },
           { "why", "text?", "of a pause; the threshold that was reached" },
           { "to", "text?", "whom the threshold told" },
           { "moved", "text?", "key of the team that took over by it" },
           { "line", "int?", "the line of the target that counts, from 1" },
           { "when", "text?", "its condition; null: always" }, { "goal", "text?", NULL },
           { "calendar", "text?", NULL }, { "due", "time?", "after it" },
           { "took", "span?", "the pause that ended" }),
    SCHEMA(
        "Approval", { "id", "int", NULL }, { "request", "text", "its number" },
        { "stage", "text", NULL }, { "rule", "text", "any, all, quorum N or percent N" },
        { "state", "text", "waiting, asked, approved, rejected, returned, withdrawn or skipped" },
        { "approver", "Person?", NULL }, { "delegate_of", "Person?", NULL },
        { "asked", "time?", NULL }, { "decided", "time?", NULL }, { "reason", "text?", NULL },
        { "shown_hash", "text?", NULL }),
    SCHEMA("Task", { "id", "int", NULL }, { "request", "text", NULL }, { "key", "text", NULL },
           { "title", "text", NULL },
           { "state", "text", "waiting, ready, started, finished, skipped or cancelled" },
           { "team", "Team?", NULL }, { "assignee", "Person?", NULL }, { "owner", "Person?", NULL },
           { "after", "[text]", NULL }, { "due", "time?", NULL }, { "test", "bool", NULL },
           { "accept", "bool", NULL }, { "sign_off", "SignOff?", NULL },
           { "checklist", "[Check]", NULL },
           { "action", "TaskAction?", "of a task that the program carries out" },
           { "version", "int", NULL },
           { "supplied", "Supplied?", "for suppliers, who do not see the request" }),
    SCHEMA("Supplied", { "item", "text", "key of the catalog item" },
           { "answers", "{any}", "those that the task names, by question id" },
           { "attachments", "[Attachment]", "files at the task" }),
    SCHEMA("TaskAction", { "key", "text", "of the action" },
           { "state", "text", "due, done, or person: people do it after all" }),
    SCHEMA("SignOff", { "who", "text", NULL }, { "state", "text", "asked, signed or refused" }),
    SCHEMA("Check", { "position", "int", NULL }, { "text", "text", NULL },
           { "done", "time?", NULL }, { "done_by", "Person?", NULL }),
    SCHEMA("Event", { "id", "int", "counted per request" }, { "kind", "text", NULL },
           { "at", "time", NULL }, { "actor", "Person?", NULL },
           { "on_behalf_of", "Person?", NULL }, { "object", "text", NULL },
           { "changes", "[Change]", NULL }),
    SCHEMA("Change", { "field", "text", NULL }, { "from", "text?", NULL }, { "to", "text?", NULL }),
    SCHEMA("Message", { "id", "int", NULL }, { "author", "Person?", NULL },
           { "text", "text", NULL }, { "at", "time", NULL },
           { "attachments", "[Attachment]", NULL }),
    SCHEMA("Note", { "id", "int", NULL }, { "author", "Person?", NULL }, { "text", "text", NULL },
           { "at", "time", NULL }, { "attachments", "[Attachment]", NULL }),
    SCHEMA("Attachment", { "id", "int", NULL }, { "upload", "text", NULL },
           { "name", "text", NULL }, { "type", "text", NULL }, { "size", "int", "bytes" },
           { "object", "text", "answer, message, note, task or request" },
           { "added_by", "Person?", NULL }, { "at", "time", NULL }),
    SCHEMA("Link", { "id", "int", NULL }, { "kind", "text", NULL }, { "outgoing", "bool", NULL },
           { "request", "text", NULL }, { "title", "text", NULL }, { "state", "text", NULL }),
    SCHEMA("Tag", { "tag", "text", NULL }, { "added_by", "Person?", NULL }, { "at", "time", NULL }),
    SCHEMA("Participant", { "person", "Person?", NULL },
           { "kind", "text", "participant or watcher" }, { "added_by", "Person?", NULL },
           { "at", "time", NULL }),
    SCHEMA("Upload", { "id", "text", NULL }, { "name", "text", NULL }, { "type", "text", NULL },
           { "size", "int", NULL }, { "created", "time", NULL }),
    SCHEMA("CatalogItem", { "key", "text", NULL }, { "type", "text", "item or bundle" },
           { "record", "text?", "null for a bundle" }, { "kind", "text?", "null for a bundle" },
           { "name", "text", NULL }, { "summary", "text", NULL }, { "category", "text?", NULL },
           { "version", "int", NULL }),
    SCHEMA("CatalogItemDetail", { "key", "text", NULL }, { "type", "text", "item or bundle" },
           { "record", "text?", "null for a bundle" }, { "kind", "text?", "null for a bundle" },
           { "name", "text", NULL }, { "summary", "text", NULL }, { "category", "text?", NULL },
           { "version", "int", NULL }, { "prerequisites", "[text]", NULL },
           { "form", "[Question]", NULL },
           { "approvals", "[StagePreview]", "who would be asked in your case" },
           { "cost", "Money?", NULL }, { "target", "ItemTarget?", NULL },
           { "refused", "text?", "why you cannot order it" },
           { "expected", "Expected?", "if it were sent now; null for a bundle" },
           { "parts", "[CatalogPart]", "of a bundle" }),
    SCHEMA("CatalogPart", { "part", "text", "its name in an order" }, { "item", "text", NULL },
           { "name", "text", NULL }, { "when", "text?", "condition on the shared questions" },
           { "applies", "bool", "with the answers that the form begins with" },
           { "prerequisites", "[text]", NULL },
           { "form", "[Question]", "questions that the bundle leaves open" },
           { "approvals", "[StagePreview]", NULL }, { "cost", "Money?", NULL },
           { "target", "ItemTarget?", NULL },
           { "refused", "text?", "why you cannot have this part" }),
    SCHEMA("Question", { "id", "text", NULL }, { "ask", "text", NULL }, { "help", "text?", NULL },
           { "type", "text", NULL }, { "required", "bool", NULL }, { "show", "text?", "condition" },
           { "options", "[Choice]", NULL }, { "list", "text?", NULL },
           { "columns", "[Question]", NULL }),
    SCHEMA("Choice", { "key", "text", NULL }, { "name", "text", NULL }),
    SCHEMA("StagePreview", { "stage", "text", NULL }, { "name", "text", NULL },
           { "applies", "bool", NULL }, { "pre_approved", "bool", NULL }, { "rule", "text", NULL },
           { "who", "[Person]", NULL }),
    SCHEMA("ItemTarget", { "respond", "text?", "span such as 4wh" }, { "approve", "text?", NULL },
           { "fulfil", "text?", NULL }, { "calendar", "text?", NULL }), );
