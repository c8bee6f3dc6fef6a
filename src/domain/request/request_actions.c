/* request_actions.c - orders to the runners of actions, and their answers. */
#include "core/log.h"
#include "core/random.h"
#include "domain/request/action.h"
#include "domain/request/action_q.h"
#include "domain/request/aggregate.h"

#define RUNNERS_MAX 8
/* An order that was never answered: the loop is gone, and so is the runner. */
#define LEASE_MS (ACTION_LIMIT_MS + MS_MINUTE)

/* Until it is tried again, by how often it was tried. */
static const Ms pauses[] = { MS_MINUTE, 5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR };

static const ActionRunner *runners[RUNNERS_MAX];
static size_t runners_n;

void action_runner_register(const ActionRunner *r)
{
    if (runners_n < RUNNERS_MAX)
        runners[runners_n++] = r;
    else
        log_error("action", "no room for the runner %s", r->name);
}

void action_runners_clear(void)
{
    runners_n = 0;
}

void action_carry_out(const ActionOrder *o, Arena *a, ActionAnswer *ret)
{
    for (size_t i = 0; i < runners_n; i++) {
        if (!runners[i]->has(runners[i]->arg, o->action))
            continue;
        *ret = (ActionAnswer){ .verdict = ACTION_LATER };
        runners[i]->run(runners[i]->arg, o, a, ret);
        return;
    }
    *ret =
        (ActionAnswer){ ACTION_CANNOT, str_fmt(a, "Nothing is set up here to run the action %.*s.",
                                               STR_ARG(o->action)) };
}

/* ---- orders ---- */

static const Answer *answer_named(const Aggregate *r, Str name)
{
    Str id = name, set = str_cut(&id, '.');
    return answer_get(str_eq_z(set, "assess") ? &r->assess : &r->form, id);
}

static void put_with(JsonOut *o, const Aggregate *r, const PlanTask *plan)
{
    json_object(o);
    for (size_t i = 0; i < plan->with.n; i++) {
        const ActionValue *v = &plan->with.at[i];
        const Answer *answer = v->answer.len > 0 ? answer_named(r, v->answer) : NULL;
        json_key(o, v->name);
        if (v->answer.len == 0)
            json_text(o, v->word);
        else if (answer != NULL)
            answer_value_json(o, answer);
        else
            json_null(o);
    }
    json_object_end(o);
}

static Rc put_person(Ctx *cx, JsonOut *o, int64_t id)
{
    Person p;

    TRY(person_get(cx, id, &p));
    json_object(o);
    json_field_text(o, "login", p.login);
    json_field_text(o, "name", p.name);
    json_field_text(o, "email", p.email.len > 0 ? p.email : STR_NULL);
    json_object_end(o);
    return RC_OK;
}

/* Without the key, which is made of it. */
static Rc put_order(Ctx *cx, JsonOut *o, const Aggregate *r, size_t i, const PlanTask *plan)
{
    json_field_text(o, "action", plan->action);
    json_field_text(o, "request", request_number(cx->arena, r->row.record, r->row.serial));
    json_field_text(o, "item", r->row.model_key);
    json_field_text(o, "task", r->state.tasks.at[i].key);
    json_key_lit(o, "requester");
    TRY(put_person(cx, o, r->row.requester_id));
    json_key_lit(o, "beneficiary");
    TRY(put_person(cx, o, r->row.beneficiary_id));
    json_key_lit(o, "with");
    put_with(o, r, plan);
    return RC_OK;
}

#define ORDER_BYTES (1024 * 1024)

static Rc order_text(Ctx *cx, const Aggregate *r, size_t i, const PlanTask *plan, Str key, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, ORDER_BYTES);
    json_out_init(&o, &b);
    json_object(&o);
    if (key.len > 0)
        json_field_text(&o, "key", key);
    TRY(put_order(cx, &o, r, i, plan));
    json_object_end(&o);
    TRY(buf_result(&b));
    *ret = str_dup(cx->arena, buf_str(&b));
    return RC_OK;
}

static Rc order_of(Ctx *cx, const Aggregate *r, size_t i, ActionOrder *ret)
{
    const EngineTask *t = &r->state.tasks.at[i];
    const PlanTask *plan = model_task(r->model, t->key);
    Str text;

    if (plan == NULL || plan->action.len == 0)
        return RC_INTERNAL;
    TRY(order_text(cx, r, i, plan, STR(""), &text));
    ActionOrder o = {
        .task_id = t->row,
        .request_id = r->row.id,
        .action = plan->action,
        .limit_ms = ACTION_LIMIT_MS,
        .key = str_fmt(cx->arena, "%.*s/%.*s/%d/%.*s",
                       STR_ARG(request_number(cx->arena, r->row.record, r->row.serial)),
                       STR_ARG(t->key), (int)t->attempt,
                       STR_ARG(str_sub(sha256_hex(cx->arena, text), 0, 12))),
    };
    TRY(order_text(cx, r, i, plan, o.key, &o.json));
    *ret = o;
    return RC_OK;
}

static size_t task_at(const Aggregate *r, int64_t task_id)
{
    size_t i = 0;

    while (i < r->state.tasks.n && r->state.tasks.at[i].row != task_id)
        i++;
    return i;
}

static Rc find_due(Ctx *cx, ActionDueRow *ret, bool *ret_found)
{
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_ACTION, &g));
    return q_action_due(cx, g, cx->now_ms, ret, ret_found);
}

Rc action_waits(Ctx *cx, bool *ret)
{
    ActionDueRow due;
    return find_due(cx, &due, ret);
}

Rc action_take(Ctx *cx, ActionOrder *ret, bool *ret_found)
{
    ActionDueRow due;
    ActionRunGetRow run;
    GrantedRequest g;
    Aggregate r;
    ActionOrder order;
    bool before = false;

    TRY(find_due(cx, &due, ret_found));
    if (!*ret_found)
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_ACTION, due.request_id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    size_t i = task_at(&r, due.task_id);
    if (i == r.state.tasks.n)
        return RC_INTERNAL;
    TRY(order_of(cx, &r, i, &order));
    TRY(q_action_run_get(cx, g, due.task_id, &run, &before));
    /* Other answers are another order, which begins to count anew. */
    order.tries = before && str_eq(run.key, order.key) ? run.tries + 1 : 1;
    TRY(q_action_run_put(cx, g, due.task_id, order.key, order.tries, true, cx->now_ms + LEASE_MS,
                         NULL));
    *ret = order;
    return RC_OK;
}

Rc action_release(Ctx *cx)
{
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_ACTION, &g));
    return q_action_run_release(cx, g, cx->now_ms, NULL);
}

/* ---- answers ---- */

/* Programs print what they like: what cannot be kept becomes a question mark, what is too much is cut. */
static Str clean(Arena *a, Str text)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, ACTION_TEXT_BYTES + 8);
    for (size_t at = 0; at < text.len && b.len < ACTION_TEXT_BYTES;) {
        size_t from = at;
        uint32_t ch = str_next_char(text, &at);
        Str one = str_sub(text, from, at);
        if (ch == '\r')
            continue;
        if (ch != 0xFFFD && str_is_clean_text(one, true))
            buf_add(&b, one);
        else
            buf_add_char(&b, '?');
    }
    return str_dup(a, str_trim(buf_str(&b)));
}

/* What was done though somebody has the task in hand: the staff should know. */
static Rc tell_late(Ctx *cx, const Aggregate *r, size_t i, Str text)
{
    EventChange change = { STR("note"), STR_NULL, text, true };
    Event ev = {
        .kind = "task.action_late",
        .object = "task",
        .object_id = r->state.tasks.at[i].row,
        .internal = true,
        .changes = &change,
        .changes_n = text.len > 0 ? 1 : 0,
        .data = str_fmt(cx->arena, "{\"task\":\"%.*s\"}", STR_ARG(r->state.tasks.at[i].key)),
    };
    return aggregate_note(cx, r->g, &ev, NULL);
}

static Rc step(Ctx *cx, Aggregate *r, size_t i, bool ok, Str text)
{
    EngineInput in = { .kind = INPUT_ACTION,
                       .as = AS_SYSTEM,
                       .task = r->state.tasks.at[i].key,
                       .ok = ok,
                       .until_ms = MS_NONE };
    StepWords words = { .reason = text, .field = "note" };
    return aggregate_step(cx, r, &in, &words);
}

/* Over, or in somebody's hands: the order ends. */
static bool is_over(const EngineTask *t)
{
    return t->action != ACTION_DUE
           || (t->state != TASK_READY && t->state != TASK_STARTED && t->state != TASK_WAITING);
}

static Rc end_run(Ctx *cx, const Aggregate *r, const ActionOrder *o, Ms next)
{
    return q_action_run_put(cx, r->g, o->task_id, o->key, o->tries, false, next, NULL);
}

static Rc take_answer(Ctx *cx, Aggregate *r, size_t i, const ActionOrder *o,
                      const ActionAnswer *answer)
{
    const EngineTask *t = &r->state.tasks.at[i];
    Str text = clean(cx->arena, answer->text);
    bool done = answer->verdict == ACTION_IS_DONE;
    bool again = answer->verdict == ACTION_LATER && o->tries < ACTION_TRIES_MAX;

    if (is_over(t)) {
        TRY(end_run(cx, r, o, cx->now_ms));
        return done ? tell_late(cx, r, i, text) : RC_OK;
    }
    if (t->state == TASK_WAITING) /* work rests: asked again, under the same key, when it goes on */
        return end_run(cx, r, o, cx->now_ms);
    if (again)
        return end_run(cx, r, o, cx->now_ms + pauses[o->tries - 1]);
    TRY(end_run(cx, r, o, cx->now_ms));
    if (!done && answer->verdict == ACTION_LATER)
        text = str_fmt(cx->arena, "Tried %d times without success. %.*s", ACTION_TRIES_MAX,
                       STR_ARG(text));
    return step(cx, r, i, done, text);
}

Rc action_answer(Ctx *cx, const ActionOrder *o, const ActionAnswer *answer)
{
    GrantedRequest g;
    Aggregate r;
    ActionRunGetRow run;
    bool found = false;

    TRY(access_internal_request(cx, INTERNAL_ACTION, o->request_id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    size_t i = task_at(&r, o->task_id);
    TRY(q_action_run_get(cx, g, o->task_id, &run, &found));
    if (i == r.state.tasks.n || !found || !run.running || !str_eq(run.key, o->key)
        || run.tries != o->tries) {
        log_warn("action", "an answer to order %.*s came too late", STR_ARG(o->key));
        return RC_OK;
    }
    return take_answer(cx, &r, i, o, answer);
}
