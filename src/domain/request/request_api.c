/* request_api.c - requests over the API: create, read, change, act. */
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static Rc out_begin(Call *call, JsonOut *o)
{
    json_out_init(o, &call->body);
    return RC_OK;
}

static Str path_of(Call *call, Str number)
{
    return str_fmt(call->arena, "/api/v1/requests/%.*s", STR_ARG(number));
}

static Rc grant(Call *call, uint32_t may, GrantedRequest *ret)
{
    return access_request_number(&call->cx, call_param(call, "number"), may, ret);
}

static Rc cursor_id(Call *call, int64_t *ret)
{
    int64_t unused = 0;
    return call_cursor(call, ret, &unused);
}

/* --- create --------------------------------------------------------------------------------------------- */

typedef struct CreateBody {
    Str item, beneficiary, requester, channel, title, impact, urgency, reason;
    const Json *answers;
    OptInt draft, not_before;
} CreateBody;

static const Input create_input = INPUT(
    CreateBody, "RequestCreate",
    { "item", IN_KEY, offsetof(CreateBody, item), IN_REQUIRED, .about = "key of a catalog item" },
    { "answers", IN_JSON, offsetof(CreateBody, answers), .about = "by question id" },
    { "beneficiary", IN_KEY, offsetof(CreateBody, beneficiary),
      .about = "login; yourself when absent" },
    { "requester", IN_KEY, offsetof(CreateBody, requester),
      .about = "login; for agents who note down what others asked" },
    { "channel", IN_WORD, offsetof(CreateBody, channel),
      .words = "portal mail phone walk_in chat api monitoring" },
    { "title", IN_TEXT, offsetof(CreateBody, title), .max = REQUEST_TITLE_MAX },
    { "draft", IN_BOOL, offsetof(CreateBody, draft), .about = "keep it, do not send it" },
    { "not_before", IN_TIME, offsetof(CreateBody, not_before),
      .about =
          "when it is needed from, where the model allows it: approvals go on, work begins then" },
    { "impact", IN_WORD, offsetof(CreateBody, impact), .words = "person team site organisation" },
    { "urgency", IN_WORD, offsetof(CreateBody, urgency), .words = "low normal high critical" },
    { "reason", IN_LONG_TEXT, offsetof(CreateBody, reason),
      .about = "why impact or urgency differ from the model" });

static Rc person_named(Ctx *cx, const char *field, Str login, int64_t *ret)
{
    Rc rc = person_id(cx, login, ret);
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, field, "not_found",
                          TEXT("There is nobody with this sign-in name."));
    return rc;
}

static Rc api_create(Call *call)
{
    Ctx *cx = &call->cx;
    CreateBody body = { 0 };
    GrantedSubmit g;
    RequestMade made;
    int64_t beneficiary = cx->subject->person_id;

    TRY(call_input(call, &create_input, &body));
    if (body.beneficiary.len > 0)
        TRY(person_named(cx, "beneficiary", body.beneficiary, &beneficiary));
    TRY(access_submit(cx, beneficiary, &g));
    RequestCreate in = { .item = body.item,
                         .requester = body.requester,
                         .title = body.title,
                         .channel = body.channel.len > 0 ? body.channel : STR("api"),
                         .draft = body.draft.set && body.draft.value,
                         .impact = body.impact,
                         .urgency = body.urgency,
                         .reason = body.reason,
                         .not_before_ms = body.not_before };
    TRY(answers_from_json(cx->arena, body.answers, &in.answers));
    Rc rc = request_create(cx, g, &in, &made);
    CatalogBundle bundle;
    if (rc == RC_NOT_FOUND && catalog_bundle(cx, in.item, &bundle) == RC_OK)
        return fail_field(
            cx, RC_INVALID, "item", "is_bundle",
            TEXT("This is a bundle. Order it with POST /bundles/{0}/orders.", in.item));
    if (rc == RC_NOT_FOUND)
        return fail_field(cx, RC_INVALID, "item", "not_found",
                          TEXT("There is no such item in the catalog."));
    TRY(rc);
    if (!made.visible)
        return call_done(call); /* made for somebody else in confidence */
    return call_show(call, 201, path_of(call, made.number));
}

/* --- read ------------------------------------------------------------------------------------------------- */

static Rc api_get(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestView v;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(request_record(cx, g, &v));
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)v.head.version);
    TRY(out_begin(call, &o));
    request_json(&o, cx, &v);
    return RC_OK;
}

/* --- change ------------------------------------------------------------------------------------------------ */

typedef struct EditBody {
    const Json *answers;
    Str title, impact, urgency, level, reason;
} EditBody;

static const Input edit_input = INPUT(
    EditBody, "RequestEdit",
    { "answers", IN_JSON, offsetof(EditBody, answers), .about = "only the questions named change" },
    { "title", IN_TEXT, offsetof(EditBody, title), .max = REQUEST_TITLE_MAX },
    { "impact", IN_WORD, offsetof(EditBody, impact), .words = "person team site organisation" },
    { "urgency", IN_WORD, offsetof(EditBody, urgency), .words = "low normal high critical" },
    { "level", IN_WORD, offsetof(EditBody, level), .words = "low normal high critical",
      .about = "overrules the matrix" },
    { "reason", IN_LONG_TEXT, offsetof(EditBody, reason), .about = NULL });

static Rc api_edit(Call *call)
{
    Ctx *cx = &call->cx;
    EditBody body = { 0 };
    GrantedRequest g;
    int64_t version = 0;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_if_match(call, &version);
    OptInt known = fault == RC_OK ? OPT_INT(version) : OPT_NONE;
    if (fault == RC_OK)
        fault = call_input(call, &edit_input, &body);
    RequestEdit edit = { .version = known,
                         .has_answers = body.answers != NULL,
                         .title = body.title,
                         .impact = body.impact,
                         .urgency = body.urgency,
                         .level = body.level,
                         .reason = body.reason,
                         .fault = fault };
    if (fault == RC_OK && body.answers != NULL)
        edit.fault = answers_from_json(cx->arena, body.answers, &edit.answers);
    TRY(request_edit(cx, g, &edit));
    return call_show(call, 200, path_of(call, call_param(call, "number")));
}

/* --- acts --------------------------------------------------------------------------------------------------- */

typedef struct ActBody {
    const Json *answers;
    Str assignee, team, summary, next_step, text, reason, resolution, record, item, kind, into;
    StrList open_questions;
    OptInt until, version;
} ActBody;

static const Input act_input = INPUT(
    ActBody, "RequestAct", { "answers", IN_JSON, offsetof(ActBody, answers), .about = "assess" },
    { "assignee", IN_KEY, offsetof(ActBody, assignee), IN_KEEP_EMPTY,
      .about = "assign: login, \"\" for nobody" },
    { "team", IN_KEY, offsetof(ActBody, team), .about = "transfer" },
    { "summary", IN_LONG_TEXT, offsetof(ActBody, summary), .about = "transfer" },
    { "open_questions", IN_STRINGS, offsetof(ActBody, open_questions), .about = "transfer" },
    { "next_step", IN_LONG_TEXT, offsetof(ActBody, next_step), .about = "transfer" },
    { "text", IN_LONG_TEXT, offsetof(ActBody, text), .about = "ask" },
    { "reason", IN_LONG_TEXT, offsetof(ActBody, reason),
      .about =
          "pend, reject, not_solved, withdraw, cancel, reopen, adhoc, convert, decline_transfer" },
    { "until", IN_TIME, offsetof(ActBody, until), .about = "pend, ask" },
    { "kind", IN_WORD, offsetof(ActBody, kind), .words = "supplier date other", .about = "pend" },
    { "resolution", IN_LONG_TEXT, offsetof(ActBody, resolution), .about = "fulfil" },
    { "record", IN_WORD, offsetof(ActBody, record), .words = "request incident problem change",
      .about = "convert" },
    { "item", IN_KEY, offsetof(ActBody, item), .about = "convert" },
    { "into", IN_KEY, offsetof(ActBody, into), .about = "merge: number of the request that stays" },
    { "version", IN_INT, offsetof(ActBody, version),
      .about = "refuse when the request has changed" });

static Str words_of(ActKind kind, const ActBody *b)
{
    if (kind == ACT_TRANSFER)
        return b->summary;
    if (kind == ACT_FULFIL)
        return b->resolution;
    return kind == ACT_ASK ? b->text : b->reason;
}

static Rc api_act(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ActBody body = { 0 };
    RequestAct act = { 0 };
    ActDone done = { 0 };

    if (!act_from_word(call_param(call, "act"), &act.kind))
        return RC_NOT_FOUND;
    TRY(grant(call, MAY_SEE, &g));
    act.fault = call_input(call, &act_input, &body);
    act.version = body.version;
    act.text = words_of(act.kind, &body);
    act.assignee = body.assignee;
    act.team = body.team;
    act.open_questions = body.open_questions;
    act.next_step = body.next_step;
    act.pending = body.kind;
    act.until_ms = body.until;
    act.record = body.record;
    act.item = body.item;
    act.into = body.into;
    if (act.fault == RC_OK && body.answers != NULL)
        act.fault = answers_from_json(cx->arena, body.answers, &act.answers);
    TRY(request_act(cx, g, &act, &done));
    if (!str_is_null(done.made_number))
        return call_show(call, 201, path_of(call, done.made_number));
    /* A hand-over may have taken it out of sight. */
    if (grant(call, MAY_SEE, &g) != RC_OK)
        return call_done(call);
    return call_show(call, 200, path_of(call, call_param(call, "number")));
}

/* --- split -------------------------------------------------------------------------------------------------- */

typedef struct SplitBody {
    Str item, title;
    StrList messages;
} SplitBody;
static const Input split_input = INPUT(
    SplitBody, "RequestSplit",
    { "item", IN_KEY, offsetof(SplitBody, item), IN_REQUIRED, .about = "key of a catalog item" },
    { "title", IN_TEXT, offsetof(SplitBody, title), .max = REQUEST_TITLE_MAX,
      .about = "absent: the name of the item" },
    { "messages", IN_STRINGS, offsetof(SplitBody, messages), IN_REQUIRED,
      .about = "ids of messages of this request that the new one is about, at most 50" });

static Rc api_split(Call *call)
{
    GrantedRequest g;
    SplitBody body = { 0 };
    RequestMade made;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &split_input, &body);
    TRY(request_split(&call->cx, g,
                      &(RequestSplit){ .item = body.item,
                                       .title = str_is_null(body.title) ? STR("") : body.title,
                                       .messages = body.messages,
                                       .fault = fault },
                      &made));
    return call_show(call, 201, path_of(call, made.number));
}

/* --- events ---------------------------------------------------------------------------------------------------- */

static Rc api_events(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    TimelineFilter f = { 0 };
    Entries entries = { 0 };
    bool more = false;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(call_limit(call, &f.size));
    TRY(cursor_id(call, &f.after_seq));
    TRY(timeline(cx, g, &f, &entries, &more));
    TRY(out_begin(call, &o));
    page_begin_json(&o);
    for (size_t i = 0; i < entries.n; i++)
        entry_json(&o, &entries.at[i]);
    page_end_json(&o, cx->arena, more && entries.n > 0 ? entries.at[entries.n - 1].seq : 0);
    return RC_OK;
}

/* --- tasks ------------------------------------------------------------------------------------------------------ */

static Rc api_tasks(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestView v;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(request_record(cx, g, &v));
    TRY(out_begin(call, &o));
    page_begin_json(&o);
    for (size_t i = 0; i < v.tasks.n; i++)
        task_json(&o, cx, &v.tasks.at[i], v.head.number);
    page_end_json(&o, cx->arena, 0);
    return RC_OK;
}

static Rc task_grant(Call *call, int64_t *ret_id, GrantedRequest *ret)
{
    if (!str_to_i64(call_param(call, "id"), ret_id))
        return RC_NOT_FOUND;
    return access_task(&call->cx, *ret_id, 0, ret);
}

/* A supplier's own task, without the request. */
static Rc supplied_task(Call *call, GrantedRequest g, int64_t id)
{
    SupplierTask t;
    JsonOut o;

    TRY(supplier_task(&call->cx, g, id, &t));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)t.task.version);
    TRY(out_begin(call, &o));
    supplier_task_json(&o, &t);
    return RC_OK;
}

static Rc api_supplier_tasks(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    SupplierTasks tasks = { 0 };
    Str state = call_query(call, "state");
    bool done = str_eq_z(state, "done");
    int64_t before = 0, size = 0, next = 0;
    JsonOut o;

    if (!done && state.len > 0 && !str_eq_z(state, "open"))
        return fail_field(cx, RC_INVALID, "state", "unknown_word", TEXT("Choose open or done."));
    TRY(access_self(cx, &g));
    TRY(call_limit(call, &size));
    TRY(cursor_id(call, &before));
    TRY(supplier_tasks(cx, g, done, before, size, &tasks, &next));
    TRY(out_begin(call, &o));
    page_begin_json(&o);
    for (size_t i = 0; i < tasks.n; i++)
        supplier_task_json(&o, &tasks.at[i]);
    page_end_json(&o, cx->arena, next);
    return RC_OK;
}

static Rc api_task(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ViewTask t;
    RequestHead h;
    int64_t id = 0;
    JsonOut o;

    TRY(task_grant(call, &id, &g));
    if (!granted_may(g, MAY_SEE))
        return supplied_task(call, g, id);
    TRY(task_view(cx, g, id, &t));
    TRY(request_head(cx, g, &h));
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)t.version);
    TRY(out_begin(call, &o));
    task_json(&o, cx, &t, h.number);
    return RC_OK;
}

typedef struct TaskBody {
    Str note, reason, assignee;
    OptInt passed, ok, version;
    StrList checks;
} TaskBody;

static const Input task_input =
    INPUT(TaskBody, "TaskAct",
          { "note", IN_LONG_TEXT, offsetof(TaskBody, note), .about = "finish: what was done" },
          { "passed", IN_BOOL, offsetof(TaskBody, passed), .about = "finish of a test" },
          { "reason", IN_LONG_TEXT, offsetof(TaskBody, reason), .about = "skip, refused sign_off" },
          { "ok", IN_BOOL, offsetof(TaskBody, ok), .about = "sign_off" },
          { "assignee", IN_KEY, offsetof(TaskBody, assignee), IN_KEEP_EMPTY,
            .about = "assign: login, \"\" for nobody" },
          { "version", IN_INT, offsetof(TaskBody, version),
            .about = "refuse when the task has changed" });

static Rc api_task_act(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    TaskBody body = { 0 };
    TaskAct act = { 0 };
    int64_t id = 0;

    if (!task_act_from_word(call_param(call, "act"), &act.kind))
        return RC_NOT_FOUND;
    TRY(task_grant(call, &id, &g));
    act.fault = call_input(call, &task_input, &body);
    act.version = body.version;
    act.text = act.kind == TASK_ACT_FINISH ? body.note : body.reason;
    act.passed = body.passed;
    act.ok = body.ok;
    act.assignee = body.assignee;
    TRY(task_act(cx, g, id, &act));
    return call_show(call, 200, str_fmt(cx->arena, "/api/v1/tasks/%lld", (long long)id));
}

typedef struct CheckBody {
    OptInt done;
} CheckBody;
static const Input check_input =
    INPUT(CheckBody, "TaskCheck",
          { "done", IN_BOOL, offsetof(CheckBody, done), IN_REQUIRED, .about = NULL });

static Rc api_task_check(Call *call)
{
    GrantedRequest g;
    CheckBody body = { 0 };
    int64_t id = 0, position = 0;

    TRY(task_grant(call, &id, &g));
    if (!str_to_i64(call_param(call, "position"), &position))
        return RC_NOT_FOUND;
    Rc fault = call_input(call, &check_input, &body);
    TRY(task_check(
        &call->cx, g, id,
        (TaskCheck){ .position = position, .done = body.done.value != 0, .fault = fault }));
    return call_done(call);
}

typedef struct AddTaskBody {
    Str title, team;
    StrList after;
} AddTaskBody;
static const Input add_task_input = INPUT(
    AddTaskBody, "TaskAdd",
    { "title", IN_TEXT, offsetof(AddTaskBody, title), IN_REQUIRED, .max = 200 },
    { "team", IN_KEY, offsetof(AddTaskBody, team), .about = NULL },
    { "after", IN_STRINGS, offsetof(AddTaskBody, after), .about = "keys of tasks before it" });

static Rc api_task_add(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    AddTaskBody body = { 0 };
    int64_t id = 0;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &add_task_input, &body);
    TRY(task_add(
        cx, g,
        &(AdhocTask){ .title = body.title, .team = body.team, .after = body.after, .fault = fault },
        &id));
    return call_show(call, 201, str_fmt(cx->arena, "/api/v1/tasks/%lld", (long long)id));
}

/* --- approvals ---------------------------------------------------------------------------------------------------- */

static Rc api_approvals(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    Str state = call_query(call, "state");
    ApprovalFilter f = { .state = state.len > 0 ? state : STR("asked") };
    ApprovalLines lines = { 0 };
    int64_t next = 0;
    JsonOut o;

    TRY(access_self(cx, &g));
    TRY(call_limit(call, &f.size));
    TRY(cursor_id(call, &f.after_id));
    TRY(approval_list(cx, g, &f, &lines, &next));
    TRY(out_begin(call, &o));
    page_begin_json(&o);
    for (size_t i = 0; i < lines.n; i++)
        approval_json(&o, cx, &lines.at[i].approval, lines.at[i].request.number);
    page_end_json(&o, cx->arena, next);
    return RC_OK;
}

static Rc approval_grant(Call *call, int64_t *ret_id, GrantedRequest *ret)
{
    if (!str_to_i64(call_param(call, "id"), ret_id))
        return RC_NOT_FOUND;
    return access_approval(&call->cx, *ret_id, MAY_SEE, ret);
}

static Rc api_approval(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ViewApproval a;
    RequestHead h;
    int64_t id = 0;
    JsonOut o;

    TRY(approval_grant(call, &id, &g));
    TRY(approval_view(cx, g, id, &a));
    TRY(request_head(cx, g, &h));
    TRY(out_begin(call, &o));
    approval_json(&o, cx, &a, h.number);
    return RC_OK;
}

typedef struct DecisionBody {
    Str decision, reason, to, shown_hash;
} DecisionBody;
static const Input decision_input =
    INPUT(DecisionBody, "Decision",
          { "decision", IN_WORD, offsetof(DecisionBody, decision), IN_REQUIRED,
            .words = "approve reject return delegate" },
          { "reason", IN_LONG_TEXT, offsetof(DecisionBody, reason),
            .about = "required to reject and to return" },
          { "to", IN_KEY, offsetof(DecisionBody, to), .about = "delegate: login" },
          { "shown_hash", IN_KEY, offsetof(DecisionBody, shown_hash),
            .about = "of what was decided about; refused when it has changed" });

static Rc api_decide(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    DecisionBody body = { 0 };
    ViewApproval a;
    int64_t id = 0;

    TRY(approval_grant(call, &id, &g));
    Rc fault = call_input(call, &decision_input, &body);
    /* A caller that names no hash decides about what the approver was asked. */
    if (fault == RC_OK && body.shown_hash.len == 0) {
        TRY(approval_view(cx, g, id, &a));
        body.shown_hash = a.shown_hash;
    }
    TRY(approval_decide(cx, g, id,
                        &(ApprovalDecision){ .decision = body.decision,
                                             .reason = body.reason,
                                             .to = body.to,
                                             .shown_hash = body.shown_hash,
                                             .fault = fault }));
    return call_show(call, 200, str_fmt(cx->arena, "/api/v1/approvals/%lld", (long long)id));
}

/* --- clocks ------------------------------------------------------------------------------------------------------- */

static Rc api_clocks(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ClockTales tales;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(clocks_explain(cx, g, &tales));
    TRY(out_begin(call, &o));
    page_begin_json(&o);
    for (size_t i = 0; i < tales.n; i++)
        tale_json(&o, cx, &tales.at[i]);
    page_end_json(&o, cx->arena, 0);
    return RC_OK;
}

typedef struct ReasonBody {
    Str reason, task;
    OptInt cycle;
} ReasonBody;
static const Input reason_input =
    INPUT(ReasonBody, "ClockReason",
          { "reason", IN_LONG_TEXT, offsetof(ReasonBody, reason), IN_REQUIRED,
            .about = "why it came too late" },
          { "task", IN_KEY, offsetof(ReasonBody, task), .about = "key, for the clock of a task" },
          { "cycle", IN_INT, offsetof(ReasonBody, cycle), .about = "the latest one unless given" });

static Rc api_clock_reason(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ReasonBody body = { 0 };

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &reason_input, &body);
    TRY(clock_reason(cx, g,
                     &(ClockReason){ .target = call_param(call, "target"),
                                     .task = body.task,
                                     .cycle = body.cycle,
                                     .reason = body.reason,
                                     .fault = fault }));
    return call_show(
        call, 200,
        str_fmt(cx->arena, "/api/v1/requests/%.*s", STR_ARG(call_param(call, "number"))));
}

const RouteTable request_api = ROUTES(
    { HTTP_POST, "/api/v1/requests", api_create, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Create a request", .input = &create_input, .reply = "Request", .status = 201 },
    { HTTP_GET, "/api/v1/requests/{number}", api_get, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Read a request", .reply = "Request" },
    { HTTP_PATCH, "/api/v1/requests/{number}", api_edit, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Change a request", .input = &edit_input, .reply = "Request" },
    { HTTP_POST, "/api/v1/requests/{number}/actions/{act}", api_act, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Do something with a request", .input = &act_input, .reply = "Request" },
    { HTTP_POST, "/api/v1/requests/{number}/split", api_split, RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE,
      .text = "Make a request of its own of a part of one", .input = &split_input,
      .reply = "Request", .status = 201 },
    { HTTP_GET, "/api/v1/requests/{number}/events", api_events, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "What happened to a request", .reply = "[Event]", .query = "limit cursor" },
    { HTTP_GET, "/api/v1/requests/{number}/clocks", api_clocks, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "How its clocks stand, and why", .reply = "[ClockTale]" },
    { HTTP_POST, "/api/v1/requests/{number}/clocks/{target}/reason", api_clock_reason,
      RIGHT_SIGNED_IN, BODY_JSON, TX_WRITE, .text = "Say why a clock came too late",
      .input = &reason_input, .reply = "Request" },
    { HTTP_GET, "/api/v1/requests/{number}/tasks", api_tasks, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Tasks of a request", .reply = "[Task]" },
    { HTTP_POST, "/api/v1/requests/{number}/tasks", api_task_add, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Add a task after leaving the model", .input = &add_task_input,
      .reply = "Task", .status = 201 },
    { HTTP_GET, "/api/v1/tasks", api_supplier_tasks, RIGHT_STAFF, BODY_NONE, TX_READ,
      .text = "Tasks given to one's supplier", .reply = "[Task]", .query = "state limit cursor" },
    { HTTP_GET, "/api/v1/tasks/{id}", api_task, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Read a task", .reply = "Task" },
    { HTTP_POST, "/api/v1/tasks/{id}/actions/{act}", api_task_act, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Start, finish, skip, assign or sign off a task", .input = &task_input,
      .reply = "Task" },
    { HTTP_PUT, "/api/v1/tasks/{id}/checklist/{position}", api_task_check, RIGHT_SIGNED_IN,
      BODY_JSON, TX_WRITE, .text = "Tick or untick a line of a checklist", .input = &check_input,
      .status = 204 },
    { HTTP_GET, "/api/v1/approvals", api_approvals, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "My approvals", .reply = "[Approval]", .query = "state limit cursor" },
    { HTTP_GET, "/api/v1/approvals/{id}", api_approval, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Read an approval", .reply = "Approval" },
    { HTTP_POST, "/api/v1/approvals/{id}/decision", api_decide, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Approve, reject, return or delegate", .input = &decision_input,
      .reply = "Approval" }, );
