/* delegation.c - who stands in for whom, and when that begins and ends. */
#include "domain/presence/presence_inner.h"
#include "domain/presence/presence_q.h"

#define CIRCLE_MAX 200 /* persons that are looked at for a circle */

LIST_OF(DelegationRow, DelegationRows);

static const struct {
    const char *word;
    DelegationWhat what;
} whats[] = {
    { "approvals", DELEGATION_APPROVALS },
    { "tasks", DELEGATION_TASKS },
    { "both", DELEGATION_BOTH },
};

Str delegation_word(DelegationWhat what)
{
    for (size_t i = 0; i < COUNT_OF(whats); i++)
        if (whats[i].what == what)
            return str_z(whats[i].word);
    return STR("");
}

bool delegation_from_word(Str word, DelegationWhat *ret)
{
    for (size_t i = 0; i < COUNT_OF(whats); i++) {
        if (str_eq_z(word, whats[i].word)) {
            *ret = whats[i].what;
            return true;
        }
    }
    return false;
}

/* The words of delegations that have something in common with `what`, as the queries compare them. */
static Str words_of(DelegationWhat what)
{
    switch (what) {
    case DELEGATION_APPROVALS: return STR(",approvals,both,");
    case DELEGATION_TASKS: return STR(",tasks,both,");
    case DELEGATION_BOTH: break;
    }
    return STR(",approvals,tasks,both,");
}

/* --- giving --------------------------------------------------------------------------------- */

static Rc overlaps(Ctx *cx, int64_t person, DelegationWhat what, PresenceSpan span,
                   DelegationRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DelegationRow row;

    *ret = (DelegationRows){ 0 };
    TRY(q_delegation_overlaps(cx, person, words_of(what), span.from_ms, span.to_ms, &rows));
    while (q_delegation_overlaps_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

/* Whom the delegate's own delegations reach while the new one lasts. */
static Rc check_circle(Ctx *cx, int64_t principal, int64_t delegate, DelegationWhat what,
                       PresenceSpan span)
{
    PrincipalIds reached = { 0 };
    DelegationRows rows;
    PersonRef name;

    TRY(principal_add(cx, &reached, delegate));
    for (size_t i = 0; i < reached.n && i < CIRCLE_MAX; i++) {
        TRY(overlaps(cx, reached.at[i], what, span, &rows));
        for (size_t k = 0; k < rows.n; k++)
            TRY(principal_add(cx, &reached, rows.at[k].delegate_id));
    }
    for (size_t i = 0; i < reached.n; i++) {
        if (reached.at[i] != principal)
            continue;
        TRY(person_ref(cx, delegate, &name));
        return fail_field(
            cx, RC_CONFLICT, "to", "circle",
            TEXT("{0} has handed this on at that time, and it would come back. Choose "
                 "somebody else.",
                 name.name));
    }
    return RC_OK;
}

/* Works in a team of our own people, or for all teams. */
static Rc is_staff(Ctx *cx, int64_t person, bool *ret)
{
    PersonParts parts;
    Team team;

    *ret = false;
    TRY(person_parts(cx, &person, 1, &parts));
    for (size_t i = 0; i < parts.n && !*ret; i++) {
        const PersonPart *p = &parts.at[i];
        *ret = p->team_id == 0 && (p->role & (ROLE_AGENT | ROLE_LEAD)) != 0;
        if (p->team_id == 0 || p->role != 0)
            continue;
        TRY(team_get(cx, p->team_id, &team));
        *ret = team.supplier.len == 0;
    }
    return RC_OK;
}

static Rc read_delegation(Ctx *cx, int64_t principal, const DelegationInput *in, int64_t *ret_to,
                          DelegationWhat *ret_what, PresenceSpan *ret_span)
{
    bool visible = false;

    *ret_to = 0;
    if (!delegation_from_word(in->what, ret_what))
        fail_add(cx, STR("/what"), "unknown_word", TEXT("Choose approvals, tasks or both."));
    Rc rc = in->to.len > 0 ? person_id(cx, in->to, ret_to) : RC_NOT_FOUND;
    if (rc == RC_OK)
        TRY(person_is_visible(cx, *ret_to, &visible));
    else if (rc != RC_NOT_FOUND)
        return rc;
    cx->detail = (Text){ 0 };
    cx->type = STR("");
    if (!visible && !access_is_operator(cx->subject))
        fail_add(cx, STR("/to"), "not_found", TEXT("Choose somebody who is there."));
    else if (*ret_to == principal)
        fail_add(cx, STR("/to"), "oneself", TEXT("Nobody stands in for themselves."));
    TRY(fail_result(cx));
    if ((*ret_what & DELEGATION_TASKS) != 0)
        TRY(is_staff(cx, *ret_to, &visible));
    if (!visible)
        return fail_field(cx, RC_INVALID, "to", "not_staff",
                          TEXT("Tasks are taken over by people who work in a team. Choose one of "
                               "them, or hand over approvals only."));
    TRY(presence_span(cx, principal, in->from, in->until, "until", ret_span));
    return presence_from_now(cx, principal, ret_span);
}

static Rc check_given(Ctx *cx, int64_t principal, DelegationWhat what, PresenceSpan span)
{
    DelegationRows rows;

    TRY(overlaps(cx, principal, what, span, &rows));
    if (rows.n == 0)
        return RC_OK;
    return fail_field(cx, RC_CONFLICT, "from", "overlap",
                      TEXT("Somebody stands in at this time already. End that first."));
}

Rc delegation_give(Ctx *cx, GrantedPresence g, const DelegationInput *in, int64_t *ret_id)
{
    int64_t principal = granted_presence_person(g), to, event, self = cx->subject->person_id;
    DelegationInsertRow made;
    DelegationRows open = { 0 };
    DelegationWhat what;
    PresenceSpan span;

    TRY(read_delegation(cx, principal, in, &to, &what, &span));
    TRY(overlaps(cx, principal, DELEGATION_BOTH,
                 (PresenceSpan){ cx->now_ms, span.to_ms + 3660 * MS_DAY }, &open));
    if (open.n >= PRESENCE_ROWS_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("At most {0} delegations can be planned.", PRESENCE_ROWS_MAX));
    TRY(check_given(cx, principal, what, span));
    TRY(check_circle(cx, principal, to, what, span));
    TRY(q_delegation_insert(cx, g, to, delegation_word(what), span.from_ms, span.to_ms,
                            self != 0 ? OPT_INT(self) : OPT_NONE, cx->now_ms, &made));
    EventChange changes[] = {
        { STR("delegate"), STR_NULL, str_fmt(cx->arena, "person:%lld", (long long)to), false },
        { STR("what"), STR_NULL, delegation_word(what), false },
        { STR("from"), STR_NULL, clock_rfc3339(cx->arena, span.from_ms), false },
        { STR("to"), STR_NULL, clock_rfc3339(cx->arena, span.to_ms), false },
    };
    TRY(presence_begun(cx, "delegation", made.id, span.from_ms));
    TRY(presence_event(cx, "delegation.given", principal, "delegation", made.id, changes,
                       COUNT_OF(changes), &event));
    if (to != self)
        TRY(q_delegation_told(cx, g, to, event, cx->now_ms, NULL));
    *ret_id = made.id;
    return RC_OK;
}

Rc delegation_end(Ctx *cx, GrantedPresence g, int64_t id)
{
    DelegationRow row;
    bool found;

    TRY(q_delegation_get(cx, g, id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such delegation."));
    if (row.to_ms <= cx->now_ms || row.to_ms <= row.from_ms)
        return fail(cx, RC_CONFLICT, "over", TEXT("This is over already."));
    TRY(q_delegation_cut(cx, g, id, cx->now_ms, NULL));
    Ms end = row.from_ms > cx->now_ms ? row.from_ms : cx->now_ms;
    TRY(presence_ended(cx, "delegation", id, row.from_ms));
    EventChange change = { STR("to"), clock_rfc3339(cx->arena, row.to_ms),
                           clock_rfc3339(cx->arena, end), false };
    return presence_event(cx, "delegation.ended", granted_presence_person(g), "delegation", id,
                          &change, 1, NULL);
}

/* --- reading -------------------------------------------------------------------------------- */

static Rc delegation_from(Ctx *cx, const DelegationRow *row, Delegation *ret)
{
    Delegation d = { .id = row->id,
                     .from_ms = row->from_ms,
                     .to_ms = row->to_ms,
                     .running = row->from_ms <= cx->now_ms && row->to_ms > cx->now_ms };

    if (!delegation_from_word(row->what, &d.what))
        return RC_INTERNAL;
    TRY(person_ref(cx, row->principal_id, &d.principal));
    TRY(person_ref(cx, row->delegate_id, &d.delegate));
    TRY(person_ref(cx, row->by_id.value, &d.by));
    *ret = d;
    return RC_OK;
}

static Rc name_all(Ctx *cx, const DelegationRows *rows, Delegations *ret)
{
    *ret = (Delegations){ 0 };
    for (size_t i = 0; i < rows->n; i++) {
        Delegation d;
        TRY(delegation_from(cx, &rows->at[i], &d));
        TRY(LIST_PUSH(cx->arena, ret, d));
    }
    return RC_OK;
}

Rc delegation_list(Ctx *cx, GrantedPresence g, Delegations *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DelegationRow row;
    DelegationRows list = { 0 };

    TRY(q_delegation_rows(cx, granted_presence_person(g), cx->now_ms, &rows));
    while (q_delegation_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row));
    TRY(rows_result(&rows));
    return name_all(cx, &list, ret);
}

Rc delegation_list_for(Ctx *cx, GrantedSelf g, Delegations *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DelegationRow row;
    DelegationRows list = { 0 };

    TRY(q_delegation_rows_for(cx, g, cx->now_ms, &rows));
    while (q_delegation_rows_for_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row));
    TRY(rows_result(&rows));
    return name_all(cx, &list, ret);
}

/* --- who stands in -------------------------------------------------------------------------- */

typedef struct Step {
    int64_t principal, delegate;
} Step;
LIST_OF(Step, Steps);

static Rc steps_at(Ctx *cx, const int64_t *ids, size_t n, DelegationWhat what, Ms at, Steps *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DelegationsAtRow row;
    Str json;

    *ret = (Steps){ 0 };
    if (n == 0)
        return RC_OK;
    TRY(presence_ids(cx, ids, n, &json));
    TRY(q_delegations_at(cx, json, words_of(what), at, &rows));
    while (q_delegations_at_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, (Step){ row.principal_id, row.delegate_id }));
    return rows_result(&rows);
}

static int64_t step_from(const Steps *steps, int64_t person)
{
    for (size_t i = 0; i < steps->n; i++)
        if (steps->at[i].principal == person)
            return steps->at[i].delegate;
    return 0;
}

/* Of the delegates so far, those who are away. */
static Rc who_is_away(Ctx *cx, const int64_t *delegates, size_t n, Ms at, PrincipalIds *ret)
{
    PrincipalIds some = { 0 };
    Absences away;

    *ret = (PrincipalIds){ 0 };
    for (size_t i = 0; i < n; i++)
        if (delegates[i] != 0)
            TRY(principal_add(cx, &some, delegates[i]));
    TRY(absences_between(cx, some.at, some.n, at, at + 1, &away));
    for (size_t i = 0; i < away.n; i++)
        TRY(principal_add(cx, ret, away.at[i].person_id));
    return RC_OK;
}

static bool has(const PrincipalIds *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return true;
    return false;
}

Rc delegates_of(Ctx *cx, const int64_t *ids, size_t n, DelegationWhat what, Ms at, int64_t *ret)
{
    Steps steps;
    PrincipalIds away;

    TRY(steps_at(cx, ids, n, what, at, &steps));
    for (size_t i = 0; i < n; i++)
        ret[i] = step_from(&steps, ids[i]);
    for (int depth = 0; depth < DELEGATION_DEPTH && steps.n > 0; depth++) {
        TRY(who_is_away(cx, ret, n, at, &away));
        TRY(steps_at(cx, away.at, away.n, what, at, &steps));
        for (size_t i = 0; i < n && steps.n > 0; i++) {
            int64_t next = has(&away, ret[i]) ? step_from(&steps, ret[i]) : 0;
            /* No circle can be given; one that a deactivated link made must still not end here. */
            if (next != 0 && next != ids[i])
                ret[i] = next;
        }
    }
    return RC_OK;
}

static Rc one_step_up(Ctx *cx, const int64_t *ids, size_t n, Ms at, PrincipalIds *io)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DelegationsToRow row;
    Str json;

    TRY(presence_ids(cx, ids, n, &json));
    TRY(q_delegations_to(cx, json, at, &rows));
    while (q_delegations_to_next(&rows, &row))
        TRY(principal_add(cx, io, row.principal_id));
    return rows_result(&rows);
}

/* The person, and everybody from whom delegations lead to them in a few steps: one statement a step,
 * however many there are, and one for whom nobody names. */
static Rc upstream(Ctx *cx, int64_t person, Ms at, PrincipalIds *ret)
{
    size_t from = ret->n;

    TRY(principal_add(cx, ret, person));
    for (int depth = 0; depth <= DELEGATION_DEPTH && from < ret->n; depth++) {
        size_t to = ret->n;
        TRY(one_step_up(cx, ret->at + from, to - from, at, ret));
        from = to;
    }
    return RC_OK;
}

Rc principals_of(Ctx *cx, int64_t person_id, DelegationWhat what, Ms at, PrincipalIds *ret)
{
    PrincipalIds all = { 0 }, list = { 0 };

    TRY(upstream(cx, person_id, at, &all));
    int64_t *now = ARENA_ARRAY(cx->arena, int64_t, all.n);
    if (all.n > 1)
        TRY(delegates_of(cx, all.at, all.n, what, at, now));
    for (size_t i = 1; i < all.n; i++)
        if (now[i] == person_id)
            TRY(LIST_PUSH(cx->arena, &list, all.at[i]));
    *ret = list;
    return RC_OK;
}

/* --- moments -------------------------------------------------------------------------------- */

/* A span of an absence or a delegation, and how much of it has been told: 1 its beginning, 2 its end. */
typedef struct Moment {
    int64_t person, seen;
    Ms from, to;
} Moment;

static Rc moment_of(Ctx *cx, GrantedTimers g, const Timer *t, bool delegation, Moment *ret,
                    bool *ret_found)
{
    DelegationMomentRow d;
    AbsenceMomentRow a;

    if (delegation) {
        TRY(q_delegation_moment(cx, g, t->object_id, &d, ret_found));
        if (*ret_found)
            *ret = (Moment){ d.person_id, d.seen, d.from_ms, d.to_ms };
        return RC_OK;
    }
    TRY(q_absence_moment(cx, g, t->object_id, &a, ret_found));
    if (*ret_found)
        *ret = (Moment){ a.person_id, a.seen, a.from_ms, a.to_ms };
    return RC_OK;
}

Rc presence_begun(Ctx *cx, const char *of, int64_t id, Ms from)
{
    return timer_put(cx, TIMER_OF_PRESENCE, id, str_z(of), from > cx->now_ms ? from : cx->now_ms);
}

Rc presence_ended(Ctx *cx, const char *of, int64_t id, Ms from)
{
    if (from > cx->now_ms) /* it never was */
        return timer_drop(cx, TIMER_OF_PRESENCE, id, str_z(of));
    return timer_put(cx, TIMER_OF_PRESENCE, id, str_z(of), cx->now_ms);
}

Rc presence_moment(Ctx *cx, GrantedTimers g, const Timer *t, PrincipalIds *ret)
{
    bool delegation = str_eq_z(t->key, "delegation"), found = false;
    Moment m;

    *ret = (PrincipalIds){ 0 };
    TRY(moment_of(cx, g, t, delegation, &m, &found));
    if (!found || m.seen > 1 || m.from >= m.to)
        return RC_OK;
    bool over = m.to <= cx->now_ms, begun = m.seen == 0 && m.from <= cx->now_ms;
    if (over || begun) {
        const char *kind = delegation ? (over ? "delegation.over" : "delegation.begun")
                                      : (over ? "absence.over" : "absence.begun");
        TRY(delegation ? q_delegation_seen(cx, g, t->object_id, over ? 2 : 1, NULL)
                       : q_absence_seen(cx, g, t->object_id, over ? 2 : 1, NULL));
        TRY(presence_event(cx, kind, m.person, delegation ? "delegation" : "absence", t->object_id,
                           NULL, 0, NULL));
        TRY(upstream(cx, m.person, cx->now_ms, ret));
    }
    return over ? RC_OK
                : timer_put(cx, TIMER_OF_PRESENCE, t->object_id, t->key,
                            m.from > cx->now_ms ? m.from : m.to);
}
