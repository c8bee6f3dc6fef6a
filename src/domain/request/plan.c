/* plan.c - see plan.h. */
#include "domain/request/plan.h"

#include "domain/request/aggregate.h"
#include "domain/request/plan_q.h"

#define TIMER_OF_SNOOZE "snooze"
#define SNOOZE_MAX_MS   (366 * MS_DAY)
#define AGREED_MAX_MS   (10 * 366 * MS_DAY)

LIST_OF(SnoozeRow, SnoozeRows);

static const char *const open_states[] = { "waiting", "ready", "started" };

static bool works_on_it(GrantedRequest g)
{
    return granted_may(g, MAY_WORK) || granted_may(g, MAY_LEAD) || granted_may(g, MAY_TASK);
}

static Rc check_worker(Ctx *cx, GrantedRequest g)
{
    if (works_on_it(g))
        return RC_OK;
    return fail_whole(cx, RC_FORBIDDEN, "not_yours", TEXT("This is for others to do."));
}

/* ---- putting aside ---- */

static Rc find_task(Ctx *cx, const TaskRows *tasks, int64_t id, const TaskRow **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < tasks->n; i++)
        if (tasks->at[i].id == id)
            *ret = &tasks->at[i];
    if (id != 0 && *ret == NULL)
        return fail_field(cx, RC_INVALID, "task", "not_found", TEXT("There is no such task."));
    if (id != 0 && !is_word((*ret)->state, open_states, COUNT_OF(open_states)))
        return fail_field(cx, RC_INVALID, "task", "done", TEXT("This task is done already."));
    return RC_OK;
}

/* For everybody: the request by its team and leads, a task by its own team too. */
static Rc check_everybody(Ctx *cx, GrantedRequest g, const TaskRow *task)
{
    TeamRefs mine = { 0 };

    if (granted_may(g, MAY_WORK) || granted_may(g, MAY_LEAD))
        return RC_OK;
    TRY(person_teams(cx, cx->subject->person_id, &mine));
    for (size_t i = 0; task != NULL && task->team_id.set && i < mine.n; i++)
        if (mine.at[i].id == task->team_id.value)
            return RC_OK;
    return fail_whole(cx, RC_FORBIDDEN, "not_yours",
                      TEXT("The team that has it puts it aside for everybody. You can put it aside "
                           "for yourself."));
}

static Rc note_snooze(Ctx *cx, GrantedRequest g, const char *kind, int64_t id,
                      const EventChange *changes, size_t n, Str data)
{
    Event ev = { .kind = kind,
                 .object = "snooze",
                 .object_id = id,
                 .internal = true,
                 .changes = changes,
                 .changes_n = n,
                 .data = data };
    return aggregate_note(cx, g, &ev, NULL);
}

static Str self_data(Ctx *cx)
{
    return str_fmt(cx->arena, "{\"people\":[%lld]}", (long long)cx->subject->person_id);
}

Rc snooze_put(Ctx *cx, GrantedRequest g, const SnoozeInput *in)
{
    RequestRow row;
    TaskRows tasks;
    const TaskRow *task = NULL;
    SnoozePutRowRow made;
    Str reason = str_trim(in->reason);

    TRY(check_worker(cx, g));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    if (str_eq_z(row.state, "closed"))
        return fail_whole(cx, RC_CONFLICT, "wrong_state", TEXT("This request is closed."));
    TRY(in->fault);
    TRY(words_check(cx, "reason", reason, true));
    if (in->until_ms <= cx->now_ms || in->until_ms - cx->now_ms > SNOOZE_MAX_MS)
        return fail_field(cx, RC_INVALID, "until", "out_of_range",
                          TEXT("Choose a time that is still to come, within a year."));
    TRY(task_rows_load(cx, g, &tasks));
    TRY(find_task(cx, &tasks, in->task_id, &task));
    if (in->everybody)
        TRY(check_everybody(cx, g, task));
    TRY(q_snooze_put_row(cx, g, in->task_id, in->everybody ? 0 : cx->subject->person_id,
                         in->until_ms, reason, cx->subject->person_id, cx->now_ms, &made));
    TRY(timer_put(cx, TIMER_OF_SNOOZE, made.id, STR(""), in->until_ms));
    EventChange changes[] = {
        { STR("until"), STR_NULL, clock_rfc3339(cx->arena, in->until_ms), false },
        { STR("reason"), STR_NULL, reason, true },
    };
    return note_snooze(cx, g, "request.snoozed", made.id, changes, COUNT_OF(changes),
                       self_data(cx));
}

static Rc drop_timers(Ctx *cx, const IdList *ids)
{
    for (size_t i = 0; i < ids->n; i++)
        TRY(timer_drop(cx, TIMER_OF_SNOOZE, ids->at[i], STR_NULL));
    return RC_OK;
}

/* The person's own, 0: of nobody, and those for everybody. */
static Rc drop_rows(Ctx *cx, GrantedRequest g, int64_t person, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SnoozeDropRow row;

    TRY(q_snooze_drop(cx, g, person, true, &rows));
    while (q_snooze_drop_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.id));
    TRY(rows_result(&rows));
    rows_close(&rows);
    return drop_timers(cx, ret);
}

Rc snooze_end(Ctx *cx, GrantedRequest g)
{
    IdList ids = { 0 };

    TRY(check_worker(cx, g));
    TRY(drop_rows(cx, g, cx->subject->person_id, &ids));
    if (ids.n == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("Nothing is put aside here."));
    return note_snooze(cx, g, "request.awake", ids.at[0], NULL, 0, self_data(cx));
}

Rc snooze_wake(Ctx *cx, GrantedRequest g)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SnoozeDropAllRow row;
    IdList ids = { 0 };

    if (!granted_may(g, MAY_ASK_SIDE))
        return RC_OK;
    TRY(q_snooze_drop_all(cx, g, &rows));
    while (q_snooze_drop_all_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ids, row.id));
    TRY(rows_result(&rows));
    rows_close(&rows);
    if (ids.n == 0)
        return RC_OK;
    TRY(drop_timers(cx, &ids));
    return note_snooze(cx, g, "request.awake", ids.at[0], NULL, 0, STR("{\"follows\":true}"));
}

Rc snooze_moved(Ctx *cx, Aggregate *r)
{
    IdList ids = { 0 };

    TRY(drop_rows(cx, r->g, 0, &ids));
    if (ids.n == 0)
        return RC_OK;
    r->row.version++; /* as the event raises it */
    return note_snooze(cx, r->g, "request.awake", ids.at[0], NULL, 0, STR("{\"follows\":true}"));
}

/* A TimerFn: the moment has come. */
static Rc wake(Ctx *cx, const Timer *t, void *arg)
{
    GrantedTimers all;
    GrantedRequest g;
    SnoozeRequestRow of;
    SnoozeRow row;
    RequestRow request;
    bool found = false;

    UNUSED(arg);
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &all));
    TRY(q_snooze_request(cx, all, t->object_id, &of, &found));
    if (!found)
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_TIMER, of.request_id, &g));
    TRY(q_snooze_take(cx, g, t->object_id, &row, &found));
    if (!found)
        return RC_OK;
    TRY(q_request_get(cx, g, &request));
    if (str_eq_z(request.state, "closed"))
        return RC_OK; /* there is nothing to come back to */
    return note_snooze(cx, g, "request.awake", row.id, NULL, 0,
                       str_fmt(cx->arena,
                               "{\"follows\":true,\"tell\":[{\"who\":\"person:%lld\","
                               "\"code\":\"awake\"}],\"people\":[%lld]}",
                               (long long)row.by_id, (long long)row.by_id));
}

void snooze_timers_register(void)
{
    timer_register(TIMER_OF_SNOOZE, wake, NULL);
}

Rc snooze_list(Ctx *cx, GrantedRequest g, ViewSnoozes *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SnoozeRow row;
    SnoozeRows found = { 0 };
    ViewSnoozes list = { 0 };

    *ret = list;
    if (!granted_may(g, MAY_NOTES))
        return RC_OK;
    TRY(q_snooze_rows(cx, g, cx->subject->person_id, cx->now_ms, &rows));
    while (q_snooze_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < found.n; i++) {
        const SnoozeRow *z = &found.at[i];
        ViewSnooze v = { .id = z->id,
                         .task_id = z->task_id,
                         .everybody = z->person_id == 0,
                         .until_ms = z->until_ms,
                         .at_ms = z->at_ms,
                         .reason = z->reason };
        TRY(person_ref(cx, z->by_id, &v.by));
        TRY(LIST_PUSH(cx->arena, &list, v));
    }
    *ret = list;
    return RC_OK;
}

/* ---- the agreed day ---- */

Rc agreed_move(Ctx *cx, GrantedRequest g, const AgreedInput *in)
{
    RequestRow row;
    Str reason = str_trim(in->reason);

    if (!granted_may(g, MAY_WORK) && !granted_may(g, MAY_LEAD))
        return fail_whole(cx, RC_FORBIDDEN, "not_yours",
                          TEXT("The team that handles it agrees on the day."));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    if (in->fault == RC_OK)
        TRY(version_check(cx, in->version, row.version));
    if (str_eq_z(row.phase, "draft") || str_eq_z(row.phase, "fulfilled")
        || str_eq_z(row.phase, "closed"))
        return fail_whole(cx, RC_CONFLICT, "wrong_state",
                          TEXT("A day can be agreed while work goes on."));
    TRY(in->fault);
    TRY(words_check(cx, "reason", reason, true));
    if (in->at_ms.set && in->at_ms.value <= cx->now_ms)
        return fail_field(cx, RC_INVALID, "agreed", "past",
                          TEXT("Choose a time that is still to come."));
    if (in->at_ms.set && in->at_ms.value - cx->now_ms > AGREED_MAX_MS)
        return fail_field(cx, RC_INVALID, "agreed", "out_of_range",
                          TEXT("Choose a time within ten years."));
    TRY(q_agreed_set(cx, g, in->at_ms, NULL));
    EventChange changes[] = {
        { STR("agreed"), clock_rfc3339(cx->arena, ms_or_none(row.agreed_ms)),
          clock_rfc3339(cx->arena, ms_or_none(in->at_ms)), false },
        { STR("reason"), STR_NULL, reason, true },
    };
    Event ev = { .kind = "request.agreed",
                 .object = "request",
                 .object_id = row.id,
                 .changes = changes,
                 .changes_n = COUNT_OF(changes),
                 .data = STR("{\"tell\":[{\"who\":\"requester\",\"code\":\"agreed\"}]}") };
    return aggregate_note(cx, g, &ev, NULL);
}
