/* request_promise.c - by when a request is expected: worked out, kept, and told when it moves.
 *
 * What is said stands in the table promise, so that everybody reads the same until something changes:
 * the state of the request, or the time that was said has come and it is still open.  The follower
 * "promise" and the clock renew it; both may run again over the same event.
 */
#include "core/log.h"
#include "domain/request/aggregate.h"
#include "domain/request/promise_q.h"
#include "domain/request/upkeep.h"

#define TIMER_OF_PROMISE "promise" /* of one request: when to look again although nothing happens */

#define MOVED_MS      MS_DAY  /* what counts as moved */
#define LOOK_LEAST_MS MS_HOUR /* between two looks of the clock at one request */
#define LOOK_NONE_MS  MS_DAY  /* when there is too little to say */

/* ---- time and target ---- */

/* The calendar of the model: that of its usual target, which is the last one that has one. */
static Str calendar_key(const ModelVersion *m)
{
    for (size_t i = m->targets.n; i > 0; i--)
        if (m->targets.at[i - 1].calendar.len > 0)
            return m->targets.at[i - 1].calendar;
    return STR("");
}

static Rc find_calendar(Ctx *cx, Str key, const CalendarLine **ret)
{
    *ret = NULL;
    Rc rc = key.len > 0 ? calendar_get(cx, key, ret) : RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

Rc promise_calendar(Ctx *cx, const ModelVersion *m, const CalendarLine **ret)
{
    return find_calendar(cx, calendar_key(m), ret);
}

static Rc target_due(Ctx *cx, const Target *t, Ms from, const Zone *zone, Ms *ret)
{
    const CalendarLine *c = NULL;

    *ret = MS_NONE;
    if (t == NULL || t->fulfil.n == 0)
        return RC_OK;
    TRY(find_calendar(cx, t->calendar, &c));
    *ret = clock_after(c != NULL ? c : usual_hours(zone, cx->arena), zone, from, t->fulfil);
    return RC_OK;
}

/* ---- asking ---- */

/* How few there are of what is confidential is nobody's business. */
static void keep_quiet(bool confidential, Promise *p)
{
    if (confidential && p->basis == PROMISE_NONE)
        p->samples = p->running = 0;
}

Rc promise_usual(Ctx *cx, const ModelVersion *m, const Target *target, const Zone *zone,
                 Promise *ret)
{
    PromiseAsk ask = { .model = m->key,
                       .kind = str_z(request_kind_word(m->kind)),
                       .phase = STR(""),
                       .sent_ms = MS_NONE,
                       .entered_ms = MS_NONE };

    TRY(promise_calendar(cx, m, &ask.calendar));
    TRY(promise_make(cx, &ask, ret));
    keep_quiet(m->confidential, ret);
    return target_due(cx, target, cx->now_ms, zone != NULL ? zone : zone_utc(), &ret->target_ms);
}

static bool is_under_way(const RequestRow *row)
{
    return row->submitted_ms.set && !str_eq_z(row->state, "draft")
           && !str_eq_z(row->state, "fulfilled") && !str_eq_z(row->state, "closed");
}

/* Worked out now.  Until the follower has written where it stands, it counts from the last change. */
static Rc work_out(Ctx *cx, GrantedRequest g, const RequestRow *row, const ModelVersion *m,
                   PromiseStretch *ret_stretch, Promise *ret)
{
    PromiseStretch at;

    TRY(promise_stretch(cx, g, &at));
    if (at.sent_ms == MS_NONE)
        at.sent_ms = row->submitted_ms.value;
    if (!str_eq(at.phase, row->state)) {
        at.phase = row->state;
        at.entered_ms = row->updated_ms;
    }
    PromiseAsk ask = { .model = row->model_key,
                       .kind = row->kind,
                       .phase = at.phase,
                       .sent_ms = at.sent_ms,
                       .entered_ms = at.entered_ms };
    TRY(promise_calendar(cx, m, &ask.calendar));
    *ret_stretch = at;
    TRY(promise_make(cx, &ask, ret));
    keep_quiet(m->confidential || row->confidential, ret);
    return RC_OK;
}

static Promise from_row(const PromiseRow *row, const RequestRow *request)
{
    Promise p = PROMISE_NOTHING;

    p.at_ms = row->at_ms;
    p.phase = row->phase;
    p.basis = promise_basis_of(row->basis);
    p.samples = row->samples;
    p.running = row->running;
    p.since_ms = ms_or_none(row->since_ms);
    p.spent = row->spent_ms;
    p.p50_ms = ms_or_none(row->p50_ms);
    p.p80_ms = ms_or_none(row->p80_ms);
    p.target_ms = ms_or_none(request->due_ms);
    p.moved_ms = ms_or_none(row->moved_ms);
    p.moved_from = ms_or_none(row->moved_from);
    p.moved_why = row->moved_why;
    return p;
}

Rc promise_row_load(Ctx *cx, GrantedRequest g, PromiseRow *ret, bool *ret_found)
{
    return q_promise_get(cx, g, ret, ret_found);
}

Rc promise_of_request(Ctx *cx, const Aggregate *r, Promise *ret)
{
    PromiseRow kept = r->promise;
    PromiseStretch at;
    bool found = r->has_promise;

    *ret = PROMISE_NOTHING;
    if (!is_under_way(&r->row))
        return RC_OK;
    if (!r->promise_known)
        TRY(promise_row_load(cx, r->g, &kept, &found));
    if (found) {
        *ret = from_row(&kept, &r->row);
        return RC_OK;
    }
    TRY(work_out(cx, r->g, &r->row, r->model, &at, ret));
    ret->target_ms = ms_or_none(r->row.due_ms);
    return RC_OK;
}

/* ---- keeping ---- */

/* Why the time that was announced is another one now. */
static const char *moved_why(const PromiseRow *old, const Promise *p, Ms now)
{
    if (p->p50_ms < old->said_ms.value)
        return "earlier";
    if (str_eq_z(p->phase, "pending"))
        return "waiting";
    if (!str_eq(p->phase, old->said_phase))
        return "longer"; /* what came before took its time */
    return old->said_ms.value > now ? "figures" : "slow";
}

static Rc tell_moved(Ctx *cx, GrantedRequest g, const Promise *p)
{
    EventChange change = { STR("expected"), clock_rfc3339(cx->arena, p->moved_from),
                           clock_rfc3339(cx->arena, p->p50_ms), false };

    return event_add(cx,
                     &(Event){ .kind = "request.expected",
                               .request_id = granted_request_id(g),
                               .object = "request",
                               .object_id = granted_request_id(g),
                               .changes = &change,
                               .changes_n = 1,
                               .data = STR("{\"follows\":true,\"tell\":[{\"who\":\"requester\","
                                           "\"code\":\"expected_later\"}]}") },
                     NULL);
}

/* When to look again although nothing happens: once the time that was said has come. */
static Ms look_again(const Promise *p, Ms now)
{
    if (p->p50_ms == MS_NONE)
        return now + LOOK_NONE_MS;
    return p->p50_ms > now + LOOK_LEAST_MS ? p->p50_ms : now + LOOK_LEAST_MS;
}

static Rc keep(Ctx *cx, GrantedRequest g, const RequestRow *row, const PromiseRow *old,
               const PromiseStretch *at, Promise *p)
{
    OptInt said = old != NULL ? old->said_ms : OPT_NONE;
    Str said_phase = old != NULL ? old->said_phase : STR("");
    int64_t told = old != NULL ? old->told_seq : 0;
    bool later = false;

    if (old != NULL) {
        p->moved_ms = ms_or_none(old->moved_ms);
        p->moved_from = ms_or_none(old->moved_from);
        p->moved_why = old->moved_why;
    }
    if (p->p50_ms != MS_NONE && !said.set) {
        said = OPT_INT(p->p50_ms);
        said_phase = p->phase;
    } else if (p->p50_ms != MS_NONE
               && (p->p50_ms - said.value > MOVED_MS || said.value - p->p50_ms > MOVED_MS)) {
        later = p->p50_ms > said.value && told != at->seq;
        p->moved_why = str_z(moved_why(old, p, cx->now_ms));
        p->moved_ms = cx->now_ms;
        p->moved_from = said.value;
        said = OPT_INT(p->p50_ms);
        said_phase = p->phase;
    }
    if (later)
        told = at->seq;
    TRY(q_promise_put(
        cx, g, row->event_seq, p->at_ms, p->phase, str_z(promise_basis_word(p->basis)), p->samples,
        p->running, ms_opt(p->since_ms), p->spent, ms_opt(p->p50_ms), ms_opt(p->p80_ms), said,
        said_phase, ms_opt(p->moved_ms), ms_opt(p->moved_from), p->moved_why, told, NULL));
    TRY(timer_put(cx, TIMER_OF_PROMISE, granted_request_id(g), STR(""), look_again(p, cx->now_ms)));
    return later ? tell_moved(cx, g, p) : RC_OK;
}

/* `seq`: the event that asks for it; 0: the clock. */
static Rc renew(Ctx *cx, GrantedRequest g, int64_t seq)
{
    RequestRow row;
    PromiseRow old;
    PromiseStretch at;
    Promise p;
    const ModelVersion *m = NULL;
    bool found = false;

    TRY(q_promise_get(cx, g, &old, &found));
    if (seq > 0 && found && old.seq >= seq)
        return RC_OK;
    TRY(q_request_get(cx, g, &row));
    if (!is_under_way(&row)) {
        TRY(timer_drop(cx, TIMER_OF_PROMISE, row.id, STR_NULL));
        return q_promise_drop(cx, g, NULL);
    }
    TRY(catalog_model_known(cx, row.model_version_id, row.model_hash, &m));
    TRY(work_out(cx, g, &row, m, &at, &p));
    return keep(cx, g, &row, found ? &old : NULL, &at, &p);
}

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    GrantedRequest g;
    bool changes = str_contains(ev->data, STR("\"field\":\"state\""))
                   || str_eq_z(ev->kind, "request.edited")
                   || str_eq_z(ev->kind, "handover.accepted");

    UNUSED(arg);
    if (ev->request_id == 0 || !changes)
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_NOTIFY, ev->request_id, &g));
    return renew(cx, g, ev->seq);
}

const Follower *request_promise_follower(void)
{
    static const Follower follower = { .name = "promise", .on_event = on_event };
    return &follower;
}

/* ---- the clock ---- */

/* A TimerFn: the time that was said has come, and the request is still under way. */
static Rc look(Ctx *cx, const Timer *t, void *arg)
{
    GrantedRequest g;

    UNUSED(arg);
    TRY(access_internal_request(cx, INTERNAL_TIMER, t->object_id, &g));
    return renew(cx, g, 0);
}

void request_promise_timers_register(void)
{
    timer_register(TIMER_OF_PROMISE, look, NULL);
}

/* ---- in words ---- */

/* A time of today is said with its hour, one further off with its day. */
static When when_expected(Ms at, Ms now)
{
    return at - now < MS_DAY ? when_short(at) : when_day(at);
}

Text promise_text(const Promise *p, Ms now)
{
    if (p->at_ms == MS_NONE)
        return (Text){ 0 };
    if (p->p50_ms == MS_NONE && p->samples == 0)
        return TEXT("Too few such requests to say when.");
    if (p->p50_ms == MS_NONE)
        return p->samples >= PROMISE_LEAST
                   ? TEXT("Hardly any request like this one has taken so long; "
                          "history says no more.")
                   : TEXT_N("Too few such requests to say when: %d so far.",
                            "Too few such requests to say when: %d so far.", p->samples);
    if (p->p80_ms <= now)
        return TEXT("It takes longer than four of five such requests.");
    if (p->p50_ms <= now)
        return TEXT("Expected any time now; four of five such requests are done by {0}.",
                    when_expected(p->p80_ms, now));
    return TEXT("Half of such requests are done by {0}, four of five by {1}.",
                when_expected(p->p50_ms, now), when_expected(p->p80_ms, now));
}

Text promise_by(const Promise *p, Ms now)
{
    return p->p50_ms != MS_NONE ? TEXT("{0}", when_expected(p->p50_ms, now)) : (Text){ 0 };
}

Text promise_moved_text(const Promise *p)
{
    static const struct {
        const char *why, *text;
    } texts[] = {
        { "earlier", T("Before, it was expected by {0}; it goes faster than usual.") },
        { "slow", T("Before, it was expected by {0}; this step takes longer than usual.") },
        { "longer", T("Before, it was expected by {0}; the step before took longer than usual.") },
        { "waiting", T("Before, it was expected by {0}; it has to wait.") },
        { "figures", T("Before, it was expected by {0}; such requests have taken longer lately.") },
    };
    for (size_t i = 0; p->moved_ms != MS_NONE && i < COUNT_OF(texts); i++)
        if (str_eq_z(p->moved_why, texts[i].why))
            return (Text){ .msgid = texts[i].text,
                           .n = 1,
                           .args = { arg_when(when_day(p->moved_from)) } };
    return (Text){ 0 };
}

static Rc add_fact(Ctx *cx, TextList *list, Text t)
{
    return LIST_PUSH(cx->arena, list, t);
}

Rc promise_facts(Ctx *cx, const Promise *p, bool calendar, TextList *ret)
{
    TextList facts = { 0 };
    const char *state = request_state_label(p->phase, STR(""));

    if (p->at_ms == MS_NONE)
        return RC_OK;
    switch (p->basis) {
    case PROMISE_MODEL_PHASE:
        TRY(add_fact(cx, &facts,
                     TEXT("Compared with earlier requests for the same thing, from this step on: "
                          "{0}.",
                          state)));
        break;
    case PROMISE_MODEL:
        TRY(add_fact(
            cx, &facts,
            TEXT("Compared with earlier requests for the same thing, from sending them on.")));
        break;
    case PROMISE_KIND:
        TRY(add_fact(cx, &facts,
                     TEXT("There are too few requests for this thing yet, so it is compared with "
                          "others of its kind, at most three of each thing.")));
        break;
    case PROMISE_NONE:
        if (p->samples == 0)
            return RC_OK;
        TRY(add_fact(cx, &facts,
                     TEXT("At least {0} finished requests are needed; there are {1}.",
                          (int64_t)PROMISE_LEAST, p->samples)));
        break;
    }
    if (p->basis != PROMISE_NONE) {
        TRY(add_fact(cx, &facts,
                     TEXT("{0} of them were done; {1} more still run, or ended without being done. "
                          "The first was begun on {2}.",
                          p->samples, p->running, when_day(p->since_ms))));
        if (p->spent >= MS_MINUTE)
            TRY(add_fact(cx, &facts,
                         TEXT("Only those count that took longer than what has passed here: {0}.",
                              span_ms(p->spent))));
        TRY(add_fact(cx, &facts,
                     TEXT("From them follow {0} for one half and {1} for four of five.",
                          when_moment(p->p50_ms), when_moment(p->p80_ms))));
    }
    TRY(add_fact(cx, &facts,
                 calendar ? TEXT("Time is counted in the working hours of its calendar.")
                          : TEXT("Time is counted day and night.")));
    TRY(add_fact(cx, &facts, TEXT("Worked out {0}.", when_moment(p->at_ms))));
    *ret = facts;
    return RC_OK;
}

/* ---- usual times ---- */

/* Rounded up: nobody plans with 3.2 days. */
static Text took_text(int64_t ms, const CalendarLine *c, Ms now)
{
    int64_t day = c != NULL ? promise_day_ms(c, now) : MS_DAY;
    int64_t days = (ms + day - 1) / day, hours = (ms + MS_HOUR - 1) / MS_HOUR;
    int64_t minutes = ms > 0 ? (ms + MS_MINUTE - 1) / MS_MINUTE : 1;

    if (minutes < 60)
        return TEXT_N("%d minute", "%d minutes", minutes);
    if (c != NULL)
        return ms < day ? TEXT_N("%d working hour", "%d working hours", hours)
                        : TEXT_N("%d working day", "%d working days", days);
    return ms < 2 * MS_DAY ? TEXT_N("%d hour", "%d hours", hours)
                           : TEXT_N("%d day", "%d days", days);
}

Rc promise_usual_text(Ctx *cx, const ModelVersion *m, const Promise *p, Text *ret)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    const CalendarLine *c = NULL;

    TRY(promise_calendar(cx, m, &c));
    if (p->p80 < 0 && p->samples == 0) {
        *ret = TEXT("Too few to say.");
        return RC_OK;
    }
    if (p->p80 < 0) {
        *ret = TEXT_N("Too few to say: %d so far.", "Too few to say: %d so far.", p->samples);
        return RC_OK;
    }
    Text half = took_text(p->p50, c, cx->now_ms), most = took_text(p->p80, c, cx->now_ms);
    Str within_half = words_text(cx->arena, &reader, &half);
    Str within_most = words_text(cx->arena, &reader, &most);
    *ret = str_eq(within_half, within_most)
               ? TEXT("Four of five of these are done within {0}.", within_most)
               : TEXT("Half of these are done within {0}, four of five within {1}.", within_half,
                      within_most);
    return RC_OK;
}
