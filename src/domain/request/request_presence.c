/* request_presence.c - who stands in for whom: as facts of a step, and as readers of the request. */
#include "domain/request/aggregate.h"

/* ---- facts ---- */

static Rc add_once(Arena *a, IdList *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return RC_OK;
    return id == 0 ? RC_OK : LIST_PUSH(a, list, id);
}

static Rc add_all(Arena *a, IdList *list, const IdList *from)
{
    for (size_t i = 0; i < from->n; i++)
        TRY(add_once(a, list, from->at[i]));
    return RC_OK;
}

/* Everybody who may be asked in this step, and those who are asked already. */
static Rc who_counts(Ctx *cx, const Aggregate *r, const EngineFacts *f, IdList *ret)
{
    Arena *a = cx->arena;

    *ret = (IdList){ 0 };
    for (size_t i = 0; i < r->state.approvals.n; i++)
        if (r->state.approvals.at[i].state == APPROVAL_ASKED)
            TRY(add_once(a, ret, r->state.approvals.at[i].approver));
    for (size_t i = 0; i < f->stages.n; i++) {
        TRY(add_all(a, ret, &f->stages.at[i].who));
        TRY(add_all(a, ret, &f->stages.at[i].managers));
    }
    for (size_t i = 0; i < f->tasks.n; i++)
        TRY(add_all(a, ret, &f->tasks.at[i].signers));
    TRY(add_all(a, ret, &f->owner_leads));
    return add_all(a, ret, &f->owners);
}

/* A delegation that has ended must be said, or the ask keeps its delegate. */
static bool has_dated_ask(const Aggregate *r, int64_t person)
{
    for (size_t i = 0; i < r->state.approvals.n; i++) {
        const EngineApproval *ap = &r->state.approvals.at[i];
        if (ap->state == APPROVAL_ASKED && ap->approver == person && ap->given == GIVEN_DATED)
            return true;
    }
    return false;
}

Rc facts_of_delegations(Ctx *cx, const Aggregate *r, Ms now, EngineFacts *f)
{
    IdList ids;

    TRY(who_counts(cx, r, f, &ids));
    if (ids.n == 0)
        return RC_OK;
    int64_t *to = ARENA_ARRAY(cx->arena, int64_t, ids.n);
    TRY(delegates_of(cx, ids.at, ids.n, DELEGATION_APPROVALS, now, to));
    for (size_t i = 0; i < ids.n; i++)
        if (to[i] != 0 || has_dated_ask(r, ids.at[i]))
            TRY(LIST_PUSH(cx->arena, &f->delegates, (FactDelegate){ ids.at[i], to[i] }));
    return RC_OK;
}

/* ---- readers ---- */

/* Whose open work is in the request. */
static Rc who_has_work(Ctx *cx, const Aggregate *r, IdList *ret)
{
    *ret = (IdList){ 0 };
    if (r->state.phase == PHASE_CLOSED || r->state.phase == PHASE_DRAFT)
        return RC_OK;
    TRY(add_once(cx->arena, ret, r->state.assignee));
    for (size_t i = 0; i < r->state.tasks.n; i++) {
        const EngineTask *t = &r->state.tasks.at[i];
        if (t->state == TASK_WAITING || t->state == TASK_READY || t->state == TASK_STARTED)
            TRY(add_once(cx->arena, ret, t->assignee));
    }
    return RC_OK;
}

static bool listed(const IdList *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return true;
    return false;
}

static Rc wanted_delegates(Ctx *cx, const Aggregate *r, IdList *ret)
{
    IdList who;

    *ret = (IdList){ 0 };
    TRY(who_has_work(cx, r, &who));
    if (who.n == 0)
        return RC_OK;
    int64_t *to = ARENA_ARRAY(cx->arena, int64_t, who.n);
    TRY(delegates_of(cx, who.at, who.n, DELEGATION_TASKS, cx->now_ms, to));
    for (size_t i = 0; i < who.n; i++)
        TRY(add_once(cx->arena, ret, to[i]));
    return RC_OK;
}

/* The delegate hears of it, and sees their list change. */
static Rc tell_delegate(Ctx *cx, Aggregate *r, int64_t person)
{
    long long id = person;
    Event ev = {
        .kind = "request.standing_in",
        .object = "request",
        .object_id = r->row.id,
        .data = str_fmt(cx->arena,
                        "{\"follows\":true,\"person\":%lld,\"people\":[%lld],"
                        "\"tell\":[{\"who\":\"person:%lld\",\"code\":\"standing_in\"}]}",
                        id, id, id),
    };
    TRY(aggregate_note(cx, r->g, &ev, NULL));
    r->row.version++;
    return RC_OK;
}

Rc delegates_settle(Ctx *cx, Aggregate *r)
{
    IdList wanted, are = { 0 };
    ReaderIds now = { 0 };

    if (granted_confidential(r->g))
        return RC_OK;
    TRY(wanted_delegates(cx, r, &wanted));
    TRY(access_readers(cx, r->g, RELATION_DELEGATE, &now));
    for (size_t i = 0; i < now.n; i++) {
        TRY(LIST_PUSH(cx->arena, &are, now.at[i]));
        if (!listed(&wanted, now.at[i]))
            TRY(access_reader_drop_person(cx, r->g, RELATION_DELEGATE, now.at[i]));
    }
    for (size_t i = 0; i < wanted.n; i++) {
        if (listed(&are, wanted.at[i]))
            continue;
        TRY(access_reader_person(cx, r->g, RELATION_DELEGATE, wanted.at[i]));
        TRY(tell_delegate(cx, r, wanted.at[i]));
    }
    return RC_OK;
}
